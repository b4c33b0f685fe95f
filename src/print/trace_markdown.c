/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace_markdown.c: a trace as two tables for GitHub's Markdown, mathematics
 * in code spans. */
#include <string.h>

#include "print/document.h"
#include "print/rule.h"
#include "print/value.h"

enum { NUMBERS = 120, VALUE = 200 };

static void add_line(atl_buf *out, const char *text, size_t len)
{
	atl_buf_addn(out, text, len);
}

/* A code span in a cell: GitHub splits cells at | even in one. */
static void add_code(atl_buf *out, atl_buf *text)
{
	if (text->len)
		atl_buf_addc(out, '`');
	for (const char *p = atl_buf_text(text); *p; p++) {
		if (*p == '|')
			atl_buf_addc(out, '\\');
		atl_buf_addc(out, *p);
	}
	if (text->len)
		atl_buf_addc(out, '`');
	atl_buf_add(out, " | ");
	out->failed |= text->failed;
	atl_buf_clear(text);
}

static void add_remark(atl_buf *out, const char *head, const char *remark, const atl_format *f)
{
	if (!remark)
		return;
	atl_buf_add(out, head);
	atl_buf_addc(out, '`');
	atl_rule_add(out, remark, strlen(remark), f);
	atl_buf_add(out, "` ");
}

/* Rows of their own below the step's. */
static void add_entries(atl_buf *out, const atl_trace *t, const atl_step *s, bool forward, const atl_format *f)
{
	atl_buf text = { 0 };
	for (size_t i = 0; i < s->n_entries; i++) {
		const atl_trace_entry *e = &t->entry[s->entry + i];
		atl_buf_add(out, "| ");
		atl_rule_entry_label(&text, t, s, e, f);
		add_code(out, &text);
		atl_buf_add(out, " | ");
		atl_rule_entry(&text, t, e, false, f);
		if (forward) {
			atl_buf_add(&text, " = ");
			atl_rule_entry(&text, t, e, true, f);
		} else {
			add_code(out, &text);
			atl_rule_entry(&text, t, e, true, f);
		}
		add_code(out, &text);
		atl_value_entry(&text, s->value, e->at, f);
		add_code(out, &text);
		atl_rule_left_out(out, e->left_out, "term");
		atl_buf_add(out, "|\n");
	}
	if (s->n_entries && s->entries_left_out)
		atl_buf_addf(out, "| %s %zu more | | |%s |\n", atl_value_dots(f), s->entries_left_out, forward ? " |" : " | |");
}

static void add_step(atl_buf *out, const atl_trace *t, size_t i, const atl_format *f)
{
	const atl_step *s = &t->step[i];
	atl_buf text = { 0 };
	atl_buf_add(out, "| ");
	if (s->kind == ATL_STEP_FOLD) {
		const char *dots = atl_value_dots(f);
		atl_buf_addf(out, "%s %u more turns alike %s | | |%s |\n", dots, s->count, dots,
		             i >= t->forward ? " | |" : " |");
		return;
	}
	atl_rule_label(&text, t, s, f);
	if (s->kind == ATL_STEP_CONTRIBUTION) {
		atl_buf_add(&text, " via ");
		atl_rule_add(&text, s->via, strlen(s->via), f);
	}
	add_code(out, &text);
	if (!atl_shape_scalar(&s->value->shape))
		atl_value_shape(out, s->value, f);
	atl_buf_add(out, " | ");
	atl_rule_symbols(&text, t, s, f);
	add_code(out, &text);
	if (i >= t->forward) {
		if (!atl_rule_is_leaf(t, s))
			atl_rule_numbers(&text, t, i, f, NUMBERS);
		add_code(out, &text);
	}
	atl_print_inline(&text, s->value, f, VALUE);
	add_code(out, &text);
	add_remark(out, "kink: ", s->kink, f);
	add_remark(out, "undefined: ", s->undefined, f);
	add_remark(out, "", s->remark, f);
	add_remark(out, "also ", s->also, f);
	add_remark(out, "", s->zero, f);
	atl_buf_add(out, "|\n");
	add_entries(out, t, s, i < t->forward, f);
}

static void add_trace(atl_buf *out, const atl_trace *t, unsigned number, const atl_format *f,
                      atl_flush *flush, void *data)
{
	(void)number;
	atl_buf_add(out, "## Derivation of `");
	atl_rule_add(out, t->of, strlen(t->of), f);
	atl_buf_add(out, "`\n\n### Forward\n\n"
	                 "| node | shape | rule | value | |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < t->n; i++) {
		if (i == t->forward)
			atl_buf_add(out, "\n### Backward\n\n| gradient | shape | rule | numbers | value | |\n"
			                 "|---|---|---|---|---|---|\n");
		add_step(out, t, i, f);
		if (flush && !flush(data, out))
			return;
	}
	atl_buf_addc(out, '\n');
}

const atl_language atl_markdown = { .open = "```text\n",
	                            .close = "```\n\n",
	                            .line = add_line,
	                            .trace = add_trace };
