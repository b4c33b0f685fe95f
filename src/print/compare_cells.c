/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_cells.c: what the cells of a comparison say, and how wide that is.
 *
 * A cell is the value and its error; an array's is its worst entry.  When the
 * page is too narrow the values get fewer digits, and then only the best
 * column keeps them. */
#include "print/compare_table.h"

#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "print/rule.h"
#include "print/value.h"

enum { LEAST_LEAD = 10, WIDEST_VALUE = 14, SHORT_VALUE = 8 };

atl_table_cell *atl_table_cell_at(const atl_table *t, size_t step, size_t column)
{
	return &t->cell[step * t->c->n + column];
}

static char *taken(atl_table *t, atl_buf *text, size_t *width)
{
	*width = atl_text_width(atl_buf_text(text), text->len);
	char *p = text->failed || !text->len ? NULL : atl_buf_take(text);
	t->failed |= text->failed || (text->len && !p);
	if (!p)
		atl_buf_clear(text);
	return p;
}

/* ---- cells ---- */

/* A fraction that is long is atl_table_cell as a decimal. */
static void add_decimal(atl_buf *out, const atl_array *a, size_t i, int digits)
{
	atl_num num = { .sys = &atl_mpfr, .precision = 128, .ieee = true };
	atl_shape scalar = ATL_SCALAR;
	atl_array *y = atl_array_new(&scalar, &num);
	if (y && atl_convert(y->data, &num, atl_array_at(a, i), a->sys, 1) == ATL_FINE)
		num.sys->print(out, y->data, digits ? digits : 17);
	else
		atl_float64.print(out, &(double){ a->sys->get_double(atl_array_at(a, i)) }, digits);
	atl_array_unref(y);
}

/* "6.02e9" for 6024398689, where there is little room. */
static void shorten(atl_table *t, atl_buf *out, size_t start, const atl_array *a, size_t i)
{
	double v = a->sys->get_double(atl_array_at(a, i));
	bool is_short = atl_value_width(out, start) <= SHORT_VALUE;
	if (t->level == ATL_TABLE_FULL || is_short || !isfinite(v) || v == 0)
		return;
	double size = fabs(v), exponent = floor(log10(size));
	long mantissa = lround(size / pow(10, exponent) * 100);
	if (mantissa >= 1000) {
		mantissa = 100;
		exponent++;
	}
	atl_buf_cut(out, start);
	atl_buf_addf(out, "%s%ld.%02lde%.0f", v < 0 ? "-" : "", mantissa / 100, mantissa % 100,
		     exponent);
}

static void add_number(atl_table *t, atl_buf *out, const atl_array *a, size_t i)
{
	size_t start = out->len;
	int digits = t->f->digits;
	if (t->level != ATL_TABLE_FULL && (digits == 0 || digits > 3))
		digits = 3;
	if (a->sys->no_value(atl_array_at(a, i))) {
		atl_buf_add(out, "no value");
		return;
	}
	if (a->sys->rounds) {
		a->sys->print(out, atl_array_at(a, i), digits);
		shorten(t, out, start, a, i);
		return;
	}
	atl_value_entry(out, a, i, t->f);
	if (atl_value_width(out, start) > WIDEST_VALUE) {
		atl_buf_cut(out, start);
		add_decimal(out, a, i, digits);
	}
	if (!strchr(atl_buf_text(out) + start, '/'))
		shorten(t, out, start, a, i);
}

/* The entry that the worst cell of the row is about. */
static size_t entry_to_show(const atl_table *t, size_t step)
{
	const atl_cell *worst = NULL;
	for (size_t k = 0; k < t->c->n; k++) {
		const atl_cell *cell = &t->c->column[k].cell[step];
		bool errs = cell->value && !cell->best && cell->error > -INFINITY;
		if (errs && (!worst || cell->state > worst->state ||
			      (cell->state == worst->state && cell->error > worst->error)))
			worst = cell;
	}
	return worst ? worst->entry : 0;
}

static void add_value(atl_table *t, atl_buf *out, size_t step, const atl_cell *cell)
{
	const atl_array *a = cell->value;
	bool same = !cell->best && cell->error == -INFINITY;
	if (!a) {
		atl_buf_add(out, cell->why ? cell->why : "-");
		return;
	}
	bool none = a->n && a->sys->no_value(atl_array_at(a, cell->entry));
	if (t->level == ATL_TABLE_ERRORS && !cell->best && !(none && same))
		return;
	bool scalar = atl_shape_scalar(&a->shape);
	if (!scalar && (a->n == 0 || atl_value_whole(out, a, t->f, WIDEST_VALUE) || same))
		return;
	size_t entry = cell->best ? entry_to_show(t, step) : cell->entry;
	atl_remark_place(out, &a->shape, entry);
	if (!scalar)
		atl_buf_addc(out, ' ');
	add_number(t, out, a, entry);
}

static void add_error(atl_table *t, atl_buf *out, const atl_cell *cell)
{
	const atl_array *a = cell->value;
	if (!a || cell->best)
		return;
	if (cell->error == -INFINITY && a->n && a->sys->no_value(atl_array_at(a, cell->entry)))
		return; /* none, as in the best */
	/* at ATL_TABLE_ERRORS an array's place is said with its error */
	if (t->level == ATL_TABLE_ERRORS && cell->error > -INFINITY && !atl_shape_scalar(&a->shape)) {
		atl_remark_place(out, &a->shape, cell->entry);
		atl_buf_addc(out, ' ');
	}
	if (cell->state == ATL_CELL_FINE)
		atl_compare_error(out, cell->error);
	else if (cell->state != ATL_CELL_NO_VALUE || t->level == ATL_TABLE_ERRORS)
		atl_buf_add(out, atl_compare_state(cell->state));
	if (cell->starts)
		atl_buf_add(out, out->len ? " !" : "!");
}

void atl_table_clear_cells(atl_table *t)
{
	for (size_t i = 0; i < t->c->steps * t->c->n; i++) {
		atl_free(t->cell[i].value);
		atl_free(t->cell[i].error);
		t->cell[i] = (atl_table_cell){ 0 };
	}
}

static void make_cells(atl_table *t)
{
	atl_table_clear_cells(t);
	for (size_t k = 0; k < t->c->n; k++) {
		t->value[k] = 0;
		t->error[k] = 0;
	}
	for (size_t i = 0; i < t->c->steps; i++)
		for (size_t k = 0; k < t->c->n && !t->hidden[i]; k++) {
			atl_buf value = { 0 }, error = { 0 };
			atl_table_cell *to = atl_table_cell_at(t, i, k);
			add_value(t, &value, i, &t->c->column[k].cell[i]);
			add_error(t, &error, &t->c->column[k].cell[i]);
			to->value = taken(t, &value, &to->value_width);
			to->error = taken(t, &error, &to->error_width);
			if (to->value_width > t->value[k] && to->error)
				t->value[k] = to->value_width;
			if (to->error_width > t->error[k])
				t->error[k] = to->error_width;
		}
}

/* ---- widths ---- */

/* A value without an error may reach over the column of errors. */
static void measure_columns(atl_table *t)
{
	for (size_t k = 0; k < t->c->n; k++) {
		const char *name = t->c->column[k].name;
		size_t width = atl_text_width(name, strlen(name));
		size_t cells = t->value[k] + (t->value[k] && t->error[k]) + t->error[k];
		t->width[k] = width > cells ? width : cells;
	}
	for (size_t i = 0; i < t->c->steps; i++)
		for (size_t k = 0; k < t->c->n; k++) {
			const atl_table_cell *cell = atl_table_cell_at(t, i, k);
			if (!cell->error && cell->value_width > t->width[k])
				t->width[k] = cell->value_width;
		}
}

static size_t all_columns(const atl_table *t)
{
	size_t width = 0;
	for (size_t k = 0; k < t->c->n; k++)
		width += ATL_TABLE_GAP + t->width[k];
	return width;
}

void atl_table_label(const atl_table *t, atl_buf *out, size_t step)
{
	const atl_step *s = &t->c->trace->step[step];
	atl_rule_label(out, t->c->trace, s, t->f);
	if (s->kind == ATL_STEP_CONTRIBUTION && s->via) {
		atl_buf_add(out, " via ");
		atl_rule_add(out, s->via, strlen(s->via), t->f);
	}
}

/* "v1 = W*x + b"; of forward steps only, since a gradient's label says what it is. */
void atl_table_whole_label(const atl_table *t, atl_buf *out, size_t step)
{
	atl_table_label(t, out, step);
	size_t bare = out->len;
	atl_buf_add(out, " = ");
	size_t rule = out->len;
	if (step < t->c->trace->forward && t->c->trace->step[step].kind == ATL_STEP_FORWARD)
		atl_rule_symbols(out, t->c->trace, &t->c->trace->step[step], t->f);
	if (out->len == rule)
		atl_buf_cut(out, bare);
}

static size_t label_width(atl_table *t, size_t step, bool whole)
{
	atl_buf text = { 0 };
	if (whole)
		atl_table_whole_label(t, &text, step);
	else
		atl_table_label(t, &text, step);
	size_t width = atl_text_width(atl_buf_text(&text), text.len);
	t->failed |= text.failed;
	atl_buf_clear(&text);
	return width;
}

/* The widest label, with its rule where that takes no more than `most`. */
static size_t labels_width(atl_table *t, size_t most)
{
	size_t widest = LEAST_LEAD;
	for (size_t i = 0; i < t->c->steps; i++) {
		size_t width = t->hidden[i] ? 0 : label_width(t, i, true);
		if (width > most && !t->hidden[i])
			width = label_width(t, i, false);
		if (width > widest && width <= most)
			widest = width;
	}
	return widest;
}

void atl_table_lay_out(atl_table *t)
{
	size_t least = labels_width(t, t->page / 4);
	for (t->level = ATL_TABLE_FULL; t->level < ATL_TABLE_LEVELS; t->level++) {
		make_cells(t);
		measure_columns(t);
		if (ATL_TABLE_MARGIN + least + all_columns(t) <= t->page)
			break;
	}
	if (t->level == ATL_TABLE_LEVELS) {
		t->level = ATL_TABLE_SHORT; /* several tables, then with the values */
		make_cells(t);
		measure_columns(t);
		t->lead = ATL_TABLE_MARGIN + least;
		return;
	}
	t->lead = ATL_TABLE_MARGIN + labels_width(t, t->page - ATL_TABLE_MARGIN - all_columns(t));
}
