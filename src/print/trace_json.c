/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace_json.c: a trace as data, one object a line. */
#include "print/trace.h"

#include <inttypes.h>
#include <string.h>
#include "print/rule.h"

/* Of a rule with numbers: larger arrays are elided there, never in "value". */
enum { NUMBERS_WIDTH = 2000 };

static void add_text(atl_buf *out, const char *key, const char *text, const atl_format *f)
{
	atl_buf own = { 0 };
	if (!text)
		return;
	atl_rule_add(&own, text, strlen(text), f);
	atl_buf_addf(out, ",\"%s\":", key);
	atl_print_json_string(out, atl_buf_text(&own), own.len);
	out->failed |= own.failed;
	atl_buf_clear(&own);
}

static void add_buf(atl_buf *out, const char *key, atl_buf *text)
{
	if (text->len) {
		atl_buf_addf(out, ",\"%s\":", key);
		atl_print_json_string(out, atl_buf_text(text), text->len);
	}
	out->failed |= text->failed;
	atl_buf_clear(text);
}

static void add_entry(atl_buf *out, const atl_trace *t, const atl_step *s, const atl_trace_entry *e,
                      const atl_format *f)
{
	atl_buf text = { 0 };
	atl_rule_entry_label(&text, t, s, e, f);
	atl_buf_add(out, "{\"entry\":");
	atl_print_json_string(out, atl_buf_text(&text), text.len);
	atl_buf_reset(&text);
	atl_rule_entry(&text, t, e, false, f);
	add_buf(out, "rule", &text);
	atl_rule_entry(&text, t, e, true, f);
	add_buf(out, "numbers", &text);
	if (e->left_out)
		atl_buf_addf(out, ",\"terms_left_out\":%zu", e->left_out);
	atl_buf_addc(out, '}');
}

static void add_entries(atl_buf *out, const atl_trace *t, const atl_step *s, const atl_format *f)
{
	for (size_t i = 0; i < s->n_entries; i++) {
		atl_buf_add(out, i ? "," : ",\"entries\":[");
		add_entry(out, t, s, &t->entry[s->entry + i], f);
	}
	if (s->n_entries)
		atl_buf_addc(out, ']');
	if (s->n_entries && s->entries_left_out)
		atl_buf_addf(out, ",\"entries_left_out\":%zu", s->entries_left_out);
}

static const char *kind_name(atl_step_kind kind)
{
	switch (kind) {
	case ATL_STEP_INPUT:
	case ATL_STEP_FORWARD:
		return "forward";
	case ATL_STEP_CONTRIBUTION:
		return "contribution";
	case ATL_STEP_SUM:
		return "sum";
	case ATL_STEP_FOLD:
		return "fold";
	default:
		return "backward";
	}
}

static void add_step(atl_buf *out, const atl_trace *t, size_t i, const atl_format *f)
{
	const atl_step *s = &t->step[i];
	atl_buf text = { 0 };
	atl_buf_addf(out, "{\"step\":\"%s\"", kind_name(s->kind));
	if (s->kind == ATL_STEP_FOLD) {
		atl_buf_addf(out, ",\"turns\":%" PRIu32 "}\n", s->count);
		return;
	}
	add_text(out, "node", s->label, f);
	atl_buf_addf(out, ",\"named\":%s", s->named ? "true" : "false");
	if (i >= t->forward)
		add_text(out, "of", t->of, f);
	add_text(out, "via", s->via, f);
	add_text(out, "op", s->op, f);
	atl_rule_symbols(&text, t, s, f);
	add_buf(out, "rule", &text);
	atl_rule_numbers(&text, t, i, f, NUMBERS_WIDTH);
	add_buf(out, "numbers", &text);
	const atl_shape *shape = &s->value->shape;
	for (int d = 0; d < shape->rank; d++)
		atl_buf_addf(out, "%s%" PRId64, d ? "," : ",\"shape\":[", shape->dim[d]);
	atl_buf_add(out, "],\"value\":");
	atl_print_json(out, s->value);
	add_entries(out, t, s, f);
	add_text(out, "kink", s->kink, f);
	add_text(out, "undefined", s->undefined, f);
	add_text(out, "note", s->remark, f);
	add_text(out, "also", s->also, f);
	add_text(out, "zero", s->zero, f);
	if (s->line)
		atl_buf_addf(out, ",\"line\":%u", s->line);
	atl_buf_add(out, "}\n");
}

void atl_print_trace_json(atl_buf *out, const atl_trace *t, const atl_format *f, atl_flush *flush,
			  void *data)
{
	atl_format full = *f;
	full.digits = 0;
	full.full = false;
	for (size_t i = 0; i < t->n; i++) {
		add_step(out, t, i, &full);
		if (flush && !flush(data, out))
			return;
	}
}
