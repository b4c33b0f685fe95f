/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace_text.c: a trace as two tables.
 *
 *     backward
 *       ∂f/∂f                                                = 1
 *       ∂f/∂v3       = ∂f/∂f/v6            = 1/2.26894       = 0.440735
 *       ∂f/∂x via v1 = ∂f/∂v1*(2*x)        = 0.440735*(2*1)  = 0.88147
 *       ∂L/∂W2   2×3 = ∂L/∂v2*z1'
 *                    = [8; -12]*[2; 8; 9]'
 *                    = [16, 64, 72; -24, -96, -108]
 *
 * The steps are laid out in blocks, so that a long trace streams: in each,
 * the cells of the rows that fit the page stand in columns, and the cells of
 * the others under the first "=".  A row that is too wide does not widen the
 * columns. */
#include "print/trace.h"

#include <string.h>
#include "print/rule.h"
#include "print/value.h"

enum { BLOCK = 100, LIST_LINES = 3, MARGIN = 2, ENTRY_MARGIN = 6, DEFAULT_WIDTH = 80, LONG_LABEL = 32 };
enum { RULE, NUMBERS, VALUE, CELLS };

typedef struct row {
	const atl_step *step;
	char *label, *shape, *cell[CELLS]; /* NULL: none; a NULL VALUE is too large for a line */
	size_t label_width, shape_width, width[CELLS];
	bool wrapped; /* does not fit the columns */
} row;

typedef struct table {
	atl_buf *out;
	const atl_trace *t;
	const atl_format *f;
	size_t page;
	row row[BLOCK];
	size_t n;
	size_t label, shape, lead; /* widths; lead: where the first "=" stands */
	size_t width[CELLS];
	size_t from, base; /* out->p + from stands in column base */
	bool failed;
} table;

/* ---- cells ---- */

static size_t room_after_lead(const table *t, size_t lead)
{
	return t->page > lead + 12 ? t->page - lead - 2 : 10;
}

static char *taken(table *t, atl_buf *text, size_t *width)
{
	*width = 0;
	if (text->len == 0 && !text->failed) {
		atl_buf_clear(text);
		return NULL;
	}
	*width = atl_text_width(atl_buf_text(text), text->len);
	char *p = text->failed ? NULL : atl_buf_take(text);
	t->failed |= p == NULL;
	return p;
}

static void make_label(table *t, row *r)
{
	atl_buf text = { 0 };
	atl_rule_label(&text, t->t, r->step, t->f);
	if (r->step->kind == ATL_STEP_CONTRIBUTION) {
		atl_buf_add(&text, " via ");
		atl_rule_add(&text, r->step->via, strlen(r->step->via), t->f);
	}
	r->label = taken(t, &text, &r->label_width);
	if (!atl_shape_scalar(&r->step->value->shape))
		atl_value_shape(&text, r->step->value, t->f);
	r->shape = taken(t, &text, &r->shape_width);
}

static void make_value(table *t, row *r, size_t room)
{
	atl_buf text = { 0 };
	if (r->step->undefined && atl_shape_scalar(&r->step->value->shape)) {
		atl_buf_add(&text, "undefined: ");
		atl_rule_add(&text, r->step->undefined, strlen(r->step->undefined), t->f);
	} else {
		atl_value_whole(&text, r->step->value, t->f, room);
	}
	r->cell[VALUE] = taken(t, &text, &r->width[VALUE]);
}

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static void drop(row *r, int cell)
{
	atl_free(r->cell[cell]);
	r->cell[cell] = NULL;
	r->width[cell] = 0;
}

static void free_cells(row *r)
{
	atl_free(r->label);
	atl_free(r->shape);
	for (int c = 0; c < CELLS; c++)
		atl_free(r->cell[c]);
}

/* What would only repeat its neighbour is left out. */
static void make_cells(table *t, row *r, size_t room)
{
	atl_buf text = { 0 };
	size_t step = (size_t)(r->step - t->t->step);
	make_value(t, r, room);
	atl_rule_symbols(&text, t->t, r->step, t->f);
	r->cell[RULE] = taken(t, &text, &r->width[RULE]);
	if (step >= t->t->forward && !atl_rule_is_leaf(t->t, r->step))
		atl_rule_numbers(&text, t->t, step, t->f, room);
	r->cell[NUMBERS] = taken(t, &text, &r->width[NUMBERS]);
	if (same(r->cell[NUMBERS], r->cell[RULE]) || same(r->cell[NUMBERS], r->cell[VALUE]))
		drop(r, NUMBERS);
	if (same(r->cell[RULE], r->cell[VALUE]))
		drop(r, RULE);
}

/* ---- columns ---- */

static void measure(table *t)
{
	memset(t->width, 0, sizeof t->width);
	for (size_t i = 0; i < t->n; i++)
		for (int c = 0; c < CELLS && !t->row[i].wrapped; c++)
			if (t->row[i].width[c] > t->width[c])
				t->width[c] = t->row[i].width[c];
}

static size_t columns_width(const table *t)
{
	size_t total = t->lead;
	for (int c = 0; c < CELLS; c++)
		total += t->width[c] ? t->width[c] + 3 : 0;
	return total ? total - 1 : 0;
}

/* Takes the widest cells out until the rest fits the page. */
static void choose_columns(table *t)
{
	for (size_t i = 0; i < t->n; i++)
		t->row[i].wrapped = t->row[i].step->kind != ATL_STEP_FOLD && !t->row[i].cell[VALUE];
	for (measure(t); columns_width(t) > t->page; measure(t)) {
		int widest = RULE;
		for (int c = NUMBERS; c < CELLS; c++)
			if (t->width[c] > t->width[widest])
				widest = c;
		if (t->width[widest] == 0)
			return;
		for (size_t i = 0; i < t->n; i++)
			t->row[i].wrapped |= t->row[i].width[widest] == t->width[widest];
	}
}

static void lay_out(table *t)
{
	t->label = t->shape = 0;
	for (size_t i = 0; i < t->n; i++) {
		row *r = &t->row[i];
		if (r->step->kind == ATL_STEP_FOLD)
			continue;
		make_label(t, r);
		if (r->label_width > t->label && r->label_width <= LONG_LABEL)
			t->label = r->label_width;
		if (r->shape_width > t->shape)
			t->shape = r->shape_width;
	}
	t->lead = MARGIN + t->label + (t->shape ? t->shape + 1 : 0) + 1;
	for (size_t i = 0; i < t->n; i++)
		if (t->row[i].step->kind != ATL_STEP_FOLD)
			make_cells(t, &t->row[i], room_after_lead(t, t->lead));
	choose_columns(t);
}

/* ---- printing ---- */

static size_t column(const table *t)
{
	return t->base + atl_value_width(t->out, t->from);
}

static void set_column(table *t, size_t at)
{
	t->from = t->out->len;
	t->base = at;
}

/* After something of several lines. */
static void find_column(table *t)
{
	for (size_t i = t->out->len; i > t->from; i--)
		if (t->out->p[i - 1] == '\n') {
			t->from = i;
			t->base = 0;
			return;
		}
}

static void new_line(table *t)
{
	atl_buf_addc(t->out, '\n');
	set_column(t, 0);
}

/* Spaces up to a column; a new line when the column is passed already. */
static void go_to(table *t, size_t to)
{
	if (column(t) > to)
		new_line(t);
	atl_buf_fill(t->out, " ", to - column(t));
}

/* Does an operator between spaces begin at p?  A line that began with it
 * would be a statement of its own when it is typed. */
static bool operator_at(const char *p)
{
	size_t len = strcspn(p, " ");
	if (!strncmp(p, "and ", 4) || !strncmp(p, "or ", 3))
		return true;
	return (len == 1 || len == 2) && p[len] == ' ' && strspn(p, "+-*@/\\.=!<>") == len;
}

/* Where to break: the last space that fits, outside brackets if there is one.
 * A line ends in the operator, so that the next one continues it. */
static const char *find_break(const char *text, size_t room)
{
	const char *any = NULL, *outside = NULL;
	int depth = 0;
	for (const char *p = text; *p; p++) {
		depth += *p == '[' || *p == '(';
		depth -= *p == ']' || *p == ')';
		if (*p != ' ' || operator_at(p + 1))
			continue;
		if (any && atl_text_width(text, (size_t)(p - text)) > room)
			break;
		any = p;
		if (depth == 0 && p > text)
			outside = p;
	}
	return outside ? outside : any;
}

/* Text from where we are; broken, with a hanging indent behind the first "=",
 * when it is too long for the page.  Whether it was broken. */
static bool add_wrapped(table *t, const char *text, size_t indent)
{
	size_t hang = t->lead + 2 + indent, at = column(t);
	size_t room = t->page > at ? t->page - at : 1;
	const char *end = text + strlen(text);
	bool broken = false;
	/* what has that many bytes is too long; a list is not measured again and again */
	while ((size_t)(end - text) > 8 * room || atl_text_width(text, (size_t)(end - text)) > room) {
		const char *cut = find_break(text, room);
		if (!cut)
			break;
		atl_buf_addn(t->out, text, (size_t)(cut - text));
		text = cut + 1;
		new_line(t);
		atl_buf_fill(t->out, " ", hang);
		room = t->page > hang ? t->page - hang : 1;
		broken = true;
	}
	atl_buf_add(t->out, text);
	return broken;
}

/* A value that fits no line: a list is broken over a few lines, a small matrix
 * is a block of them, and what is larger is elided in the middle. */
static void add_large(table *t, const row *r)
{
	const atl_array *a = r->step->value;
	atl_format f = *t->f;
	atl_buf list = { 0 };
	size_t room = room_after_lead(t, t->lead);
	f.width = (unsigned)t->page;
	size_t rows = (size_t)a->shape.dim[0], cols = (size_t)a->shape.dim[a->shape.rank - 1];
	bool small = a->shape.rank == 2 && rows <= 10 && cols * 10 <= room;
	bool is_list = a->n == (rows > cols ? rows : cols);
	if (is_list && atl_value_whole(&list, a, &f, f.full ? 0 : LIST_LINES * room)) {
		add_wrapped(t, atl_buf_text(&list), rows > cols ? 1 : 2);
	} else if (f.full || (small && cols > 1)) {
		atl_print_value(t->out, a, &f, t->lead + 2);
		find_column(t);
	} else {
		atl_print_inline(t->out, a, &f, room);
	}
	t->failed |= list.failed;
	atl_buf_clear(&list);
}

/* Each cell goes on where it fits, else under the first "=". */
static void add_wrapped_cells(table *t, const row *r)
{
	go_to(t, t->lead);
	bool first = true, broken = false;
	for (int c = 0; c < CELLS; c++) {
		if (!r->cell[c] && c != VALUE)
			continue;
		bool fits = !broken && r->cell[c] && column(t) + 3 + r->width[c] <= t->page;
		if (!first && fits)
			atl_buf_addc(t->out, ' ');
		else if (!first) {
			new_line(t);
			go_to(t, t->lead);
		}
		atl_buf_add(t->out, "= ");
		if (r->cell[c])
			broken = add_wrapped(t, r->cell[c], 2);
		else
			add_large(t, r);
		first = false;
	}
}

static void add_columns(table *t, const row *r)
{
	size_t at = t->lead;
	for (int c = 0; c < CELLS; c++) {
		if (r->cell[c]) {
			go_to(t, at);
			atl_buf_addf(t->out, "= %s", r->cell[c]);
		}
		at += t->width[c] ? t->width[c] + 3 : 0;
	}
}

static void add_remark(table *t, const char *head, const char *text, bool warn)
{
	atl_buf own = { 0 };
	if (!text)
		return;
	atl_buf_addf(&own, "# %s", head);
	atl_rule_add(&own, text, strlen(text), t->f);
	size_t width = atl_text_width(atl_buf_text(&own), own.len);
	if (column(t) + 2 + width <= t->page)
		atl_buf_add(t->out, "  ");
	else {
		new_line(t);
		go_to(t, t->lead);
	}
	if (t->f->color && warn)
		atl_buf_addf(t->out, "\033[33m%s\033[0m", atl_buf_text(&own));
	else
		atl_buf_add(t->out, atl_buf_text(&own));
	t->failed |= own.failed;
	atl_buf_clear(&own);
}

static void add_remarks(table *t, const row *r)
{
	const atl_step *s = r->step;
	add_remark(t, "kink: ", s->kink, true);
	if (!atl_shape_scalar(&s->value->shape))
		add_remark(t, "undefined: ", s->undefined, true);
	add_remark(t, "", s->remark, true);
	add_remark(t, "also ", s->also, false);
	add_remark(t, "", s->zero, false);
}

static void add_row(table *t, const row *r)
{
	set_column(t, 0);
	atl_buf_fill(t->out, " ", MARGIN);
	if (r->step->kind == ATL_STEP_FOLD) {
		const char *dots = atl_value_dots(t->f);
		atl_buf_addf(t->out, "%s %u more turns alike %s\n", dots, r->step->count, dots);
		return;
	}
	atl_buf_addf(t->out, t->f->color ? "\033[1m%s\033[0m" : "%s", r->label);
	set_column(t, MARGIN + r->label_width);
	if (r->shape) {
		go_to(t, MARGIN + t->label + 1);
		atl_buf_add(t->out, r->shape);
	}
	if (r->wrapped)
		add_wrapped_cells(t, r);
	else
		add_columns(t, r);
	add_remarks(t, r);
	atl_buf_addc(t->out, '\n');
}

/* ---- entries ---- */

/* "W[2, 1] = ... = ... = 3", below its step. */
static void add_entry(table *t, const atl_step *s, const atl_trace_entry *e)
{
	row r = { .step = s, .wrapped = true };
	atl_buf text = { 0 };
	size_t lead = t->lead;
	atl_rule_entry_label(&text, t->t, s, e, t->f);
	r.label = taken(t, &text, &r.label_width);
	atl_rule_entry(&text, t->t, e, false, t->f);
	r.cell[RULE] = taken(t, &text, &r.width[RULE]);
	atl_rule_entry(&text, t->t, e, true, t->f);
	r.cell[NUMBERS] = taken(t, &text, &r.width[NUMBERS]);
	atl_value_entry(&text, s->value, e->at, t->f);
	r.cell[VALUE] = taken(t, &text, &r.width[VALUE]);
	if (same(r.cell[NUMBERS], r.cell[VALUE]))
		drop(&r, NUMBERS);
	set_column(t, 0);
	atl_buf_fill(t->out, " ", ENTRY_MARGIN);
	atl_buf_add(t->out, r.label ? r.label : "");
	t->lead = ENTRY_MARGIN + r.label_width + 1;
	if (r.cell[VALUE])
		add_wrapped_cells(t, &r);
	atl_rule_left_out(&text, e->left_out, "term");
	add_remark(t, "", text.len ? atl_buf_text(&text) : NULL, false);
	atl_buf_addc(t->out, '\n');
	t->lead = lead;
	t->failed |= text.failed;
	atl_buf_clear(&text);
	free_cells(&r);
}

static void add_entries(table *t, const atl_step *s)
{
	for (size_t i = 0; i < s->n_entries; i++)
		add_entry(t, s, &t->t->entry[s->entry + i]);
	if (s->n_entries && s->entries_left_out) {
		atl_buf_fill(t->out, " ", ENTRY_MARGIN);
		atl_buf_addf(t->out, "%s ", atl_value_dots(t->f));
		atl_rule_left_out(t->out, s->entries_left_out, s->entries_left_out == 1 ? "entry" : "entrie");
		atl_buf_addf(t->out, " %s\n", atl_value_dots(t->f));
	}
}

/* ---- blocks ---- */

static void clear_rows(table *t)
{
	for (size_t i = 0; i < t->n; i++)
		free_cells(&t->row[i]);
	t->n = 0;
}

static void print_block(table *t, size_t from, size_t to)
{
	memset(t->row, 0, sizeof t->row);
	for (t->n = 0; from + t->n < to; t->n++)
		t->row[t->n].step = &t->t->step[from + t->n];
	lay_out(t);
	for (size_t i = 0; i < t->n && !t->failed; i++) {
		add_row(t, &t->row[i]);
		add_entries(t, t->row[i].step);
	}
	clear_rows(t);
}

static bool print_table(table *t, const char *title, size_t from, size_t to, atl_flush *flush,
			void *data)
{
	atl_buf_addf(t->out, "%s\n", title);
	while (from < to && !t->failed) {
		size_t end = to - from > BLOCK ? from + BLOCK : to;
		print_block(t, from, end);
		from = end;
		if (flush && !flush(data, t->out))
			return false;
	}
	return true;
}

void atl_print_trace_text(atl_buf *out, const atl_trace *trace, const atl_format *f, atl_flush *flush,
			  void *data)
{
	table *t = atl_calloc(1, sizeof *t);
	if (!t) {
		out->failed = true;
		return;
	}
	*t = (table){ .out = out, .t = trace, .f = f, .page = f->width ? f->width : DEFAULT_WIDTH };
	if (print_table(t, "forward", 0, trace->forward, flush, data) && trace->forward < trace->n) {
		atl_buf_addc(out, '\n');
		print_table(t, "backward", trace->forward, trace->n, flush, data);
	}
	out->failed |= t->failed;
	atl_free(t);
}

void atl_print_trace_step(atl_buf *out, const atl_trace *trace, size_t step, const atl_format *f)
{
	table *t = atl_calloc(1, sizeof *t);
	if (!t) {
		out->failed = true;
		return;
	}
	*t = (table){ .out = out, .t = trace, .f = f, .page = f->width ? f->width : DEFAULT_WIDTH };
	print_block(t, step, step + 1);
	out->failed |= t->failed;
	atl_free(t);
}
