/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace_html.c: one page for the whole run, a section for each trace.
 *
 * Its steps stand in it as JSON; the graph of up to DRAWN boxes as SVG.  Of a
 * larger one the page shows what the step reads and by what it is read. */
#include <string.h>

#include "print/document.h"
#include "print/markup.h"
#include "print/rule.h"
#include "print/value.h"

enum { DRAWN = 400, VALUE = 400, NUMBERS = 600 };

static void begin_page(atl_buf *out)
{
	atl_buf_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	                 "<link rel=\"icon\" href=\"data:,\">\n"
	                 "<title>atled</title>\n<style>\n");
	atl_buf_add(out, atl_page_style);
	atl_buf_add(out, "</style>\n</head>\n<body>\n<main>\n");
}

static void end_page(atl_buf *out)
{
	atl_buf_add(out, "</main>\n<script>\n");
	atl_buf_add(out, atl_page_program);
	atl_buf_add(out, "</script>\n</body>\n</html>\n");
}

/* ---- steps ---- */

/* A JSON string in which no tag can begin. */
static void add_string(atl_buf *out, const char *text, size_t len)
{
	atl_buf json = { 0 };
	atl_print_json_string(&json, text, len);
	for (const char *p = atl_buf_text(&json); *p; p++) {
		if (*p == '<')
			atl_buf_add(out, "\\u003c");
		else
			atl_buf_addc(out, *p);
	}
	out->failed |= json.failed;
	atl_buf_clear(&json);
}

static void add_member(atl_buf *out, const char *key, atl_buf *text)
{
	if (text->len) {
		atl_buf_addf(out, ",\"%s\":", key);
		add_string(out, text->p, text->len);
	}
	out->failed |= text->failed;
	atl_buf_clear(text);
}

static void add_remark(atl_buf *text, const char *head, const char *remark, const atl_format *f)
{
	if (!remark)
		return;
	atl_buf_add(text, text->len ? "; " : "");
	atl_buf_add(text, head);
	atl_rule_add(text, remark, strlen(remark), f);
}

/* "W[2, 1] = ... = ... = 3", a string a line. */
static void add_entries(atl_buf *out, const atl_trace *t, const atl_step *s, const atl_format *f)
{
	atl_buf text = { 0 };
	for (size_t i = 0; i < s->n_entries; i++) {
		const atl_trace_entry *e = &t->entry[s->entry + i];
		atl_rule_entry_label(&text, t, s, e, f);
		atl_buf_add(&text, " = ");
		atl_rule_entry(&text, t, e, false, f);
		atl_buf_add(&text, " = ");
		atl_rule_entry(&text, t, e, true, f);
		atl_buf_add(&text, " = ");
		atl_value_entry(&text, s->value, e->at, f);
		atl_buf_add(&text, e->left_out ? "  # " : "");
		atl_rule_left_out(&text, e->left_out, "term");
		atl_buf_add(out, i ? "," : ",\"e\":[");
		add_string(out, atl_buf_text(&text), text.len);
		out->failed |= text.failed;
		atl_buf_reset(&text);
	}
	if (s->n_entries && s->entries_left_out)
		atl_buf_addf(out, ",\"%s %zu more %s\"", atl_value_dots(f), s->entries_left_out, atl_value_dots(f));
	atl_buf_add(out, s->n_entries ? "]" : "");
	atl_buf_clear(&text);
}

static void add_step(atl_buf *out, const atl_picture *p, size_t i, const atl_format *f)
{
	const atl_trace *t = p->trace;
	const atl_step *s = &t->step[i];
	atl_buf text = { 0 };
	atl_buf_addf(out, "{\"k\":\"%s\",\"l\":",
	             i < t->forward ? "forward" : s->kind == ATL_STEP_CONTRIBUTION ? "contribution" : "backward");
	atl_rule_add(&text, s->label, strlen(s->label), f);
	add_string(out, atl_buf_text(&text), text.len);
	atl_buf_reset(&text);
	if (i < t->forward)
		atl_buf_addf(out, ",\"b\":%u", p->box_of[i]);
	if (s->via)
		atl_rule_add(&text, s->via, strlen(s->via), f);
	add_member(out, "via", &text);
	if (!atl_shape_scalar(&s->value->shape))
		atl_value_shape(&text, s->value, f);
	add_member(out, "s", &text);
	atl_rule_symbols(&text, t, s, f);
	add_member(out, "r", &text);
	if (!atl_rule_is_leaf(t, s))
		atl_rule_numbers(&text, t, i, f, NUMBERS);
	add_member(out, "n", &text);
	atl_print_inline(&text, s->value, f, VALUE);
	add_member(out, "v", &text);
	add_remark(&text, "kink: ", s->kink, f);
	add_remark(&text, "undefined: ", s->undefined, f);
	add_remark(&text, "", s->remark, f);
	add_remark(&text, "also ", s->also, f);
	add_remark(&text, "", s->zero, f);
	add_member(out, "m", &text);
	add_entries(out, t, s, f);
	atl_buf_addc(out, '}');
}

static bool add_data(atl_buf *out, const atl_picture *p, const atl_format *f, atl_flush *flush,
                     void *data)
{
	const atl_trace *t = p->trace;
	atl_buf of = { 0 };
	atl_rule_add(&of, t->of, strlen(t->of), f);
	atl_buf_add(out, "<script type=\"application/json\">\n{\"of\":");
	add_string(out, atl_buf_text(&of), of.len);
	out->failed |= of.failed;
	atl_buf_clear(&of);
	atl_buf_add(out, ",\"edges\":[");
	for (uint32_t i = 0; i < p->layout.n_edges; i++)
		atl_buf_addf(out, "%s%u,%u", i ? "," : "", p->edge[i].from, p->edge[i].to);
	atl_buf_add(out, "],\"steps\":[\n");
	for (size_t i = 0; i < t->n; i++) {
		add_step(out, p, i, f);
		atl_buf_add(out, i + 1 < t->n ? ",\n" : "\n");
		if (flush && !flush(data, out))
			return false;
	}
	atl_buf_add(out, "]}\n</script>\n");
	return true;
}

static void add_controls(atl_buf *out, const atl_trace *t, unsigned number)
{
	atl_buf_addf(out, "<section class=\"trace\" id=\"trace%u\" aria-labelledby=\"trace%u-title\">\n"
	                  "<h2 id=\"trace%u-title\">Derivation of <code>", number, number, number);
	atl_markup_add(out, t->of, strlen(t->of));
	atl_buf_addf(out, "</code></h2>\n<noscript><p>Walking through the steps takes JavaScript.</p></noscript>\n"
	                  "<div class=\"controls\">\n"
	                  "<button type=\"button\" class=\"back\" aria-label=\"previous step\">&#8592;</button>\n"
	                  "<input class=\"slider\" type=\"range\" min=\"0\" max=\"%zu\" value=\"0\" aria-label=\"step\">\n"
	                  "<button type=\"button\" class=\"next\" aria-label=\"next step\">&#8594;</button>\n"
	                  "<output class=\"count\"></output>\n</div>\n", t->n - 1);
}

static void add_trace(atl_buf *out, const atl_trace *t, unsigned number, const atl_format *f,
                      atl_flush *flush, void *data)
{
	atl_picture p;
	if (atl_picture_make(&p, t, f, t->forward <= DRAWN ? ATL_SVG_PAGE : 0)) {
		out->failed = true;
		return;
	}
	add_controls(out, t, number);
	if (t->forward <= DRAWN) {
		atl_buf_add(out, "<div class=\"panes\">\n<div class=\"graph\" tabindex=\"0\" role=\"region\" "
		                 "aria-label=\"graph\">\n");
		atl_svg_element(out, &p, false);
		atl_buf_add(out, "</div>\n");
	} else {
		atl_buf_add(out, "<div class=\"panes plain\">\n");
	}
	atl_buf_add(out, "<div>\n<div class=\"card\" aria-live=\"polite\"></div>\n"
	                 "<div class=\"list\" role=\"listbox\" tabindex=\"0\" aria-label=\"steps\"></div>\n"
	                 "</div>\n</div>\n");
	if (add_data(out, &p, f, flush, data))
		atl_buf_add(out, "</section>\n");
	atl_picture_clear(&p);
}

const atl_language atl_html = { .whole = true,
	                        .begin = begin_page,
	                        .end = end_page,
	                        .open = "<pre>\n",
	                        .close = "</pre>\n",
	                        .line = atl_markup_add,
	                        .trace = add_trace };
