/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_text.c: a comparison as a table.
 *
 *                        exact        float64            fp8_e4m3
 *     forward
 *       x                1/10         0.1     5.6e-17    0.1016  1.6e-2 !
 *       v1 = exp(-x)     0.904837     ...
 *     backward
 *       ∂L/∂x            1.2e-8       ...                0       underflow !
 *
 * A cell is the value and its error; an array's is its worst entry.  When the
 * page is too narrow the values get fewer digits, then only the best column
 * keeps them, and then the columns are dealt out over several tables. */
#include "print/compare_table.h"

#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "print/rule.h"
#include "print/value.h"

enum { DEFAULT_WIDTH = 80 };

/* ---- rows ---- */

static void fill_to(atl_table *t, size_t from, size_t column)
{
	size_t at = atl_value_width(t->out, from);
	atl_buf_fill(t->out, " ", column > at ? column - at : 0);
}

static void add_marked(atl_table *t, const char *text, bool warn)
{
	atl_buf_addf(t->out, warn && t->f->color ? "\033[33m%s\033[0m" : "%s", text);
}

/* The label with its rule, else without, else on a line of its own; returns
 * the columns that are used on the line. */
static size_t add_lead(atl_table *t, size_t step)
{
	const atl_trace *trace = t->c->trace;
	size_t start = t->out->len;
	atl_buf_fill(t->out, " ", ATL_TABLE_MARGIN);
	atl_table_whole_label(t, t->out, step);
	size_t width = atl_value_width(t->out, start);
	if (width <= t->lead)
		return width;
	if (trace->step[step].named || step >= trace->forward || width > t->page) {
		atl_buf_cut(t->out, start + ATL_TABLE_MARGIN);
		atl_table_label(t, t->out, step);
		width = atl_value_width(t->out, start);
	}
	if (width <= t->lead)
		return width;
	atl_buf_addc(t->out, '\n');
	return 0;
}

static void add_row(atl_table *t, size_t step, size_t first, size_t end)
{
	/* colours take bytes and no columns: `done` is where the text is */
	size_t at = t->lead, done = add_lead(t, step);
	for (size_t k = first; k < end; k++) {
		const atl_table_cell *cell = atl_table_cell_at(t, step, k);
		const atl_cell *data = &t->c->column[k].cell[step];
		at += ATL_TABLE_GAP;
		if (cell->value) {
			atl_buf_fill(t->out, " ", at - done);
			atl_buf_add(t->out, cell->value);
			done = at + cell->value_width;
		}
		if (cell->error) {
			size_t to = at + t->value[k] + (t->value[k] ? 1 : 0);
			atl_buf_fill(t->out, " ", to - done);
			add_marked(t, cell->error, data->starts);
			done = to + cell->error_width;
		}
		at += t->width[k];
	}
	atl_buf_addc(t->out, '\n');
}

static void add_remark(atl_table *t, const atl_column *column, const char *text)
{
	atl_buf_fill(t->out, " ", 2 * ATL_TABLE_MARGIN);
	atl_buf_add(t->out, "# ");
	atl_rule_add(t->out, column->name, strlen(column->name), t->f);
	atl_buf_add(t->out, ": ");
	atl_rule_add(t->out, text, strlen(text), t->f);
	atl_buf_addc(t->out, '\n');
}

static void add_remarks(atl_table *t, size_t step, size_t first, size_t end)
{
	for (size_t k = first; k < end; k++) {
		const atl_column *column = &t->c->column[k];
		const atl_cell *cell = &column->cell[step];
		atl_buf text = { 0 };
		if (cell->state != ATL_CELL_FINE && cell->value->n > 1) {
			atl_buf_addf(&text, "%zu of %zu entries: %s", cell->count, cell->value->n,
				     atl_compare_state(cell->state));
			add_remark(t, column, atl_buf_text(&text));
		}
		atl_buf_reset(&text);
		if (cell->branch) {
			atl_buf_addf(&text, "(other branch) %s is another value here", cell->branch);
			add_remark(t, column, atl_buf_text(&text));
		}
		atl_buf_reset(&text);
		if (cell->kink) {
			atl_buf_addf(&text, "(%s)", cell->kink);
			add_remark(t, column, atl_buf_text(&text));
		}
		t->failed |= text.failed;
		atl_buf_clear(&text);
	}
}

static void add_header(atl_table *t, size_t first, size_t end)
{
	size_t start = t->out->len, at = t->lead;
	for (size_t k = first; k < end; k++) {
		at += ATL_TABLE_GAP;
		fill_to(t, start, at);
		atl_rule_add(t->out, t->c->column[k].name, strlen(t->c->column[k].name), t->f);
		at += t->width[k];
	}
	atl_buf_addc(t->out, '\n');
}

static void add_part(atl_table *t, const char *title, size_t from, size_t to, size_t first, size_t end)
{
	uint32_t open = 0;
	if (from == to)
		return;
	atl_buf_addf(t->out, from ? "\n%s\n" : "%s\n", title);
	for (size_t i = from; i < to && !t->failed; i++) {
		const atl_step *s = &t->c->trace->step[i];
		const char *dots = atl_value_dots(t->f);
		if (t->hidden[i]) {
			if (open != s->fold_id)
				atl_buf_addf(t->out, "  %s %u more turns alike %s\n", dots, s->fold,
				             dots);
			open = s->fold_id;
			continue;
		}
		add_row(t, i, first, end);
		add_remarks(t, i, first, end);
	}
}

/* ---- the sum ---- */

/* A text that is broken at spaces to fit the page, with a hanging indent. */
static void add_wrapped(atl_table *t, const char *text)
{
	size_t room = t->page;
	while (atl_text_width(text, strlen(text)) > room) {
		const char *cut = NULL;
		for (const char *p = text; (p = strchr(p, ' ')); p++) {
			if (cut && atl_text_width(text, (size_t)(p - text)) > room)
				break;
			cut = p;
		}
		if (!cut)
			break;
		atl_buf_addn(t->out, text, (size_t)(cut - text));
		atl_buf_add(t->out, "\n    ");
		text = cut + 1;
		room = t->page > 24 ? t->page - 4 : 20;
	}
	atl_buf_addf(t->out, "%s\n", text);
}

static void add_cost(atl_table *t, atl_buf *out, const atl_column *col)
{
	if (col->costliest == t->c->steps) {
		atl_buf_add(out, "no step lost more than its rounding");
		return;
	}
	double lost = col->cell[col->costliest].cost, digits = (double)col->bits * log10(2);
	atl_table_whole_label(t, out, col->costliest);
	atl_buf_addf(out, " lost the most, %.1f of %.1f digits", lost, digits);
}

static void add_sum(atl_table *t, size_t k)
{
	const atl_compare *c = t->c;
	const atl_column *col = &c->column[k];
	atl_buf text = { 0 };
	atl_rule_add(&text, col->name, strlen(col->name), t->f);
	atl_buf_add(&text, ": ");
	if (k == c->best)
		atl_buf_add(&text, "the best, which the others are measured by");
	else
		add_cost(t, &text, col);
	if (col->first_gap < c->steps) {
		atl_buf_add(&text, k == c->best ? "; it has no " : "; no ");
		atl_table_label(t, &text, col->first_gap);
		atl_buf_addf(&text, " and nothing that needs it%s",
			     k == c->best ? ": there the next best is" : "");
	}
	if (col->first_zero < c->steps) {
		atl_buf_addf(&text, "; gradients became 0: %zu, ", col->zeros);
		atl_table_label(t, &text, col->first_zero);
		atl_buf_add(&text, col->zeros > 1 ? " first" : "");
	}
	if (col->partly)
		atl_buf_addf(&text, "%s in some entries: %zu",
		             col->zeros ? "," : "; gradients became 0", col->partly);
	if (col->other_branch)
		atl_buf_add(&text, "; (other branch)");
	t->failed |= text.failed;
	add_wrapped(t, atl_buf_text(&text));
	atl_buf_clear(&text);
}

/* ---- all of it ---- */

/* What a fold would hide is atl_table_cell when a line of the sum is about it. */
static void choose_rows(atl_table *t)
{
	const atl_compare *c = t->c;
	for (size_t i = 0; i < c->steps; i++)
		t->hidden[i] = c->trace->step[i].fold_id != 0;
	for (size_t k = 0; k < c->n; k++) {
		const atl_column *col = &c->column[k];
		const size_t at[] = { col->costliest, col->first_zero, col->first_gap };
		for (size_t j = 0; j < sizeof at / sizeof *at; j++)
			if (at[j] < c->steps)
				t->hidden[at[j]] = false;
	}
}

/* As many columns as fit, at least one. */
static size_t group_end(const atl_table *t, size_t first)
{
	size_t width = t->lead, k = first;
	while (k < t->c->n &&
	       (k == first || width + ATL_TABLE_GAP + t->width[k] <= t->page)) {
		width += ATL_TABLE_GAP + t->width[k];
		k++;
	}
	return k;
}

static void print(atl_table *t)
{
	const atl_compare *c = t->c;
	bool any = false;
	choose_rows(t);
	atl_table_lay_out(t);
	for (size_t first = 0, end; first < c->n && !t->failed; first = end) {
		end = group_end(t, first);
		if (first)
			atl_buf_addc(t->out, '\n');
		add_header(t, first, end);
		add_part(t, "forward", 0, c->trace->forward, first, end);
		add_part(t, "backward", c->trace->forward, c->steps, first, end);
	}
	atl_buf_addc(t->out, '\n');
	for (size_t k = 0; k < c->n; k++) {
		add_sum(t, k);
		for (size_t i = 0; i < c->steps; i++)
			any |= c->column[k].cell[i].starts;
	}
	if (any)
		add_wrapped(t, "!: an error starts, or grows tenfold beyond what its operands and one "
			       "rounding explain");
}

void atl_print_compare_text(atl_buf *out, const atl_compare *c, const atl_format *f)
{
	atl_table t = { .out = out, .c = c, .f = f, .page = f->width ? f->width : DEFAULT_WIDTH };
	t.hidden = atl_calloc(c->steps + 1, sizeof *t.hidden);
	t.cell = atl_calloc(c->steps * c->n + 1, sizeof *t.cell);
	t.value = atl_calloc(c->n, sizeof *t.value);
	t.error = atl_calloc(c->n, sizeof *t.error);
	t.width = atl_calloc(c->n, sizeof *t.width);
	if (t.hidden && t.cell && t.value && t.error && t.width)
		print(&t);
	else
		t.failed = true;
	if (t.cell)
		atl_table_clear_cells(&t);
	atl_free(t.hidden);
	atl_free(t.cell);
	atl_free(t.value);
	atl_free(t.error);
	atl_free(t.width);
	out->failed |= t.failed;
}
