/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_json.c: a comparison as data, one object a line. */
#include "print/compare.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "print/rule.h"

/* Two digits: 10^log is mantissa * 10^exponent. */
void atl_compare_error(atl_buf *out, double log)
{
	if (isinf(log)) {
		atl_buf_add(out, log > 0 ? "inf" : "0");
		return;
	}
	double exponent = floor(log);
	int tenths = (int)lround(pow(10, log - exponent) * 10);
	if (tenths >= 100) {
		tenths = 10;
		exponent++;
	}
	atl_buf_addf(out, tenths % 10 ? "%d.%d" : "%d", tenths / 10, tenths % 10);
	if (exponent != 0)
		atl_buf_addf(out, "e%.0f", exponent);
}

const char *atl_compare_state(atl_cell_state state)
{
	switch (state) {
	case ATL_CELL_NOT_ZERO:  return "not 0";
	case ATL_CELL_LOST:      return "became 0";
	case ATL_CELL_UNDERFLOW: return "underflow";
	case ATL_CELL_SATURATED: return "saturated";
	case ATL_CELL_OVERFLOW:  return "overflow";
	case ATL_CELL_FINITE:    return "finite";
	case ATL_CELL_NO_VALUE:  return "no value";
	default:                 return "";
	}
}

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

static void add_label(atl_buf *out, const char *key, const atl_compare *c, size_t step,
		      const atl_format *f)
{
	const atl_step *s = &c->trace->step[step];
	atl_buf text = { 0 };
	atl_rule_label(&text, c->trace, s, f);
	if (s->kind == ATL_STEP_CONTRIBUTION && s->via) {
		atl_buf_add(&text, " via ");
		atl_rule_add(&text, s->via, strlen(s->via), f);
	}
	add_text(out, key, atl_buf_text(&text), f);
	out->failed |= text.failed;
	atl_buf_clear(&text);
}

static void add_place(atl_buf *out, const atl_array *a, size_t entry)
{
	int64_t at[ATL_MAX_RANK], rest = (int64_t)entry;
	if (atl_shape_scalar(&a->shape))
		return;
	for (int d = a->shape.rank; d-- > 0; rest /= a->shape.dim[d])
		at[d] = rest % a->shape.dim[d] + 1;
	for (int d = 0; d < a->shape.rank; d++)
		atl_buf_addf(out, "%s%" PRId64, d ? "," : ",\"entry\":[", at[d]);
	atl_buf_addc(out, ']');
}

static void add_error(atl_buf *out, double log)
{
	atl_buf_add(out, isinf(log) && log > 0 ? ",\"error\":\"" : ",\"error\":");
	atl_compare_error(out, log);
	atl_buf_add(out, isinf(log) && log > 0 ? "\"" : "");
}

static void add_cell(atl_buf *out, const atl_column *column, size_t step, const atl_format *f)
{
	const atl_cell *cell = &column->cell[step];
	atl_buf_add(out, "{\"system\":");
	atl_print_json_string(out, column->name, strlen(column->name));
	atl_buf_add(out, ",\"value\":");
	if (cell->value)
		atl_print_json(out, cell->value);
	else
		atl_buf_add(out, "null");
	if (cell->best)
		atl_buf_add(out, ",\"best\":true");
	else if (cell->value)
		add_error(out, cell->error);
	if (cell->value && !cell->best && cell->error > -INFINITY)
		add_place(out, cell->value, cell->entry);
	if (cell->state != ATL_CELL_FINE) {
		add_text(out, "state", atl_compare_state(cell->state), f);
		atl_buf_addf(out, ",\"entries\":%zu", cell->count);
	}
	if (cell->starts)
		atl_buf_add(out, ",\"starts\":true");
	add_text(out, "why", cell->why, f);
	add_text(out, "branch", cell->branch, f);
	add_text(out, "kink", cell->kink, f);
	atl_buf_addc(out, '}');
}

static void add_step(atl_buf *out, const atl_compare *c, size_t i, const atl_format *f)
{
	const atl_step *s = &c->trace->step[i];
	atl_buf rule = { 0 };
	atl_buf_addf(out, "{\"step\":\"%s\"", i < c->trace->forward ? "forward"
	             : s->kind == ATL_STEP_CONTRIBUTION            ? "contribution"
	             : s->kind == ATL_STEP_SUM                     ? "sum"
	                                                           : "backward");
	add_text(out, "node", s->label, f);
	atl_buf_addf(out, ",\"named\":%s", s->named ? "true" : "false");
	if (i >= c->trace->forward)
		add_text(out, "of", c->trace->of, f);
	add_text(out, "via", s->via, f);
	add_text(out, "op", s->op, f);
	atl_rule_symbols(&rule, c->trace, s, f);
	if (rule.len)
		add_text(out, "rule", atl_buf_text(&rule), f);
	out->failed |= rule.failed;
	atl_buf_clear(&rule);
	for (int d = 0; d < s->value->shape.rank; d++)
		atl_buf_addf(out, "%s%" PRId64, d ? "," : ",\"shape\":[", s->value->shape.dim[d]);
	atl_buf_add(out, "]");
	if (s->line)
		atl_buf_addf(out, ",\"line\":%u", s->line);
	atl_buf_add(out, ",\"in\":[");
	for (size_t k = 0; k < c->n; k++) {
		if (k)
			atl_buf_addc(out, ',');
		add_cell(out, &c->column[k], i, f);
	}
	atl_buf_add(out, "]}\n");
}

static void add_column(atl_buf *out, const atl_compare *c, size_t k, const atl_format *f)
{
	const atl_column *col = &c->column[k];
	atl_buf_add(out, "{\"system\":");
	atl_print_json_string(out, col->name, strlen(col->name));
	if (col->bits)
		atl_buf_addf(out, ",\"bits\":%ld", col->bits);
	atl_buf_addf(out, ",\"best\":%s", k == c->best ? "true" : "false");
	if (col->costliest < c->steps) {
		add_label(out, "costliest", c, col->costliest, f);
		atl_buf_addf(out, ",\"digits\":%.1f", col->cell[col->costliest].cost);
	}
	atl_buf_addf(out, ",\"zero_gradients\":%zu,\"partly_zero_gradients\":%zu", col->zeros,
		     col->partly);
	if (col->first_zero < c->steps)
		add_label(out, "first_zero", c, col->first_zero, f);
	if (col->first_gap < c->steps)
		add_label(out, "first_gap", c, col->first_gap, f);
	atl_buf_addf(out, ",\"other_branch\":%s}\n", col->other_branch ? "true" : "false");
}

void atl_print_compare_json(atl_buf *out, const atl_compare *c, const atl_format *f)
{
	for (size_t i = 0; i < c->steps; i++)
		add_step(out, c, i, f);
	for (size_t k = 0; k < c->n; k++)
		add_column(out, c, k, f);
}
