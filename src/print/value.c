/* SPDX-License-Identifier: GPL-3.0-or-later */
/* value.c: an array on one line, whole or elided in the middle, and the
 * choice between that and a block of lines (block.c). */
#include "print/print.h"

#include "print/value.h"

void atl_value_entry(atl_buf *out, const atl_array *a, size_t i, const atl_format *f)
{
	a->sys->print(out, atl_array_at(a, i), f->digits);
}

const char *atl_value_dots(const atl_format *f)
{
	return f->ascii ? "..." : "…";
}

void atl_value_shape(atl_buf *out, const atl_array *a, const atl_format *f)
{
	atl_buf text = { 0 };
	atl_shape_print(&text, &a->shape);
	if (f->ascii)
		atl_buf_ascii(out, atl_buf_text(&text), text.len);
	else
		atl_buf_addn(out, atl_buf_text(&text), text.len);
	out->failed |= text.failed;
	atl_buf_clear(&text);
}

size_t atl_value_width(const atl_buf *b, size_t from)
{
	return from < b->len ? atl_text_width(b->p + from, b->len - from) : 0;
}

/* A list of n items between brackets, of which head are shown, then dots and
 * the last one; head == n: all. */
typedef struct list {
	size_t n, head;
} list;

static bool shows(const list *l, size_t i)
{
	return i < l->head || i + 1 == l->n;
}

/* One row of a matrix, without brackets. */
static void add_row(atl_buf *out, const atl_array *a, size_t row, size_t cols, const list *l,
		    const atl_format *f)
{
	for (size_t j = 0; j < cols; j++) {
		if (j > 0)
			atl_buf_add(out, ", ");
		if (shows(l, j)) {
			atl_value_entry(out, a, row * cols + j, f);
		} else {
			atl_buf_add(out, atl_value_dots(f));
			j = cols - 2;
		}
	}
}

/* The matrix; false as soon as it is wider than max (0: no limit). */
static bool add_matrix(atl_buf *out, const atl_array *a, const list *rows, const list *cols,
		       const atl_format *f, size_t max)
{
	size_t start = out->len, checked = start, width = 0;
	bool row = rows->n == 1 && cols->n > 1;
	atl_buf_add(out, row ? "[[" : "[");
	for (size_t i = 0; i < rows->n; i++) {
		if (i > 0)
			atl_buf_add(out, "; ");
		if (shows(rows, i)) {
			add_row(out, a, i, cols->n, cols, f);
		} else {
			atl_buf_add(out, atl_value_dots(f));
			i = rows->n - 2;
		}
		width += atl_value_width(out, checked);
		checked = out->len;
		if (max && width > max)
			return false;
	}
	atl_buf_add(out, row ? "]]" : "]");
	return !max || width + atl_value_width(out, checked) <= max;
}

/* The matrix when it fits; else leaves `out` as it was. */
static bool try_matrix(atl_buf *out, const atl_array *a, list rows, list cols, const atl_format *f,
		       size_t max)
{
	size_t start = out->len;
	if (add_matrix(out, a, &rows, &cols, f, max))
		return true;
	atl_buf_cut(out, start);
	return false;
}

/* As many rows as fit with all columns, else two rows and as many columns as
 * fit.  Every entry takes two columns at least, which bounds the search. */
static void elide_matrix(atl_buf *out, const atl_array *a, const atl_format *f, size_t max)
{
	list rows = { (size_t)a->shape.dim[0], 0 }, cols = { (size_t)a->shape.dim[1], 0 };
	size_t most = max / 2 + 1;
	rows.head = cols.head = 1;
	if (cols.n <= most) {
		list all = { cols.n, cols.n };
		for (rows.head = rows.n - 1 < most ? rows.n - 1 : most; rows.head > 0; rows.head--)
			if (try_matrix(out, a, rows, all, f, max))
				return;
		rows.head = 1;
	}
	for (cols.head = cols.n - 1 < most ? cols.n - 1 : most; cols.head > 0; cols.head--)
		if (try_matrix(out, a, rows, cols, f, max))
			return;
	atl_buf_addf(out, "[%s]", atl_value_dots(f));
}

/* Rank > 2: NumPy's nesting.  Opens before entry i as many brackets as axes begin there. */
static bool add_nested(atl_buf *out, const atl_array *a, const atl_format *f, size_t max)
{
	size_t start = out->len, checked = start, width = 0;
	for (size_t i = 0; i < a->n; i++) {
		size_t block = a->n;
		if (i > 0)
			atl_buf_add(out, ", ");
		for (int k = 0; k < a->shape.rank; k++) {
			if (i % block == 0)
				atl_buf_addc(out, '[');
			block /= (size_t)a->shape.dim[k];
		}
		atl_value_entry(out, a, i, f);
		block = a->n;
		for (int k = 0; k < a->shape.rank; k++) {
			if ((i + 1) % block == 0)
				atl_buf_addc(out, ']');
			block /= (size_t)a->shape.dim[k];
		}
		width += atl_value_width(out, checked);
		checked = out->len;
		if (max && width > max)
			return false;
	}
	return true;
}

static void elide_nested(atl_buf *out, const atl_array *a, const atl_format *f, size_t max)
{
	size_t start = out->len, depth = (size_t)a->shape.rank;
	atl_buf_fill(out, "[", depth);
	atl_value_entry(out, a, 0, f);
	atl_buf_addf(out, ", %s, ", atl_value_dots(f));
	atl_value_entry(out, a, a->n - 1, f);
	atl_buf_fill(out, "]", depth);
	if (atl_value_width(out, start) <= max)
		return;
	atl_buf_cut(out, start);
	atl_buf_addf(out, "[%s]", atl_value_dots(f));
}

/* [] is 0 × 0; another shape without entries is what makes it. */
static void add_empty(atl_buf *out, const atl_shape *s)
{
	int rank = s->rank == 2 && s->dim[1] == 1 ? 1 : s->rank;
	if (s->rank == 2 && s->dim[0] == 0 && s->dim[1] == 0) {
		atl_buf_add(out, "[]");
		return;
	}
	for (int d = 0; d < rank; d++)
		atl_buf_addf(out, "%s%lld", d ? ", " : "zeros(", (long long)s->dim[d]);
	atl_buf_addc(out, ')');
}

bool atl_value_whole(atl_buf *out, const atl_array *a, const atl_format *f, size_t max)
{
	size_t start = out->len;
	bool fits = true;
	if (a->n == 0) {
		add_empty(out, &a->shape);
	} else if (atl_shape_scalar(&a->shape)) {
		atl_value_entry(out, a, 0, f);
	} else if (a->shape.rank > 2) {
		fits = add_nested(out, a, f, max);
	} else {
		list rows = { (size_t)a->shape.dim[0], (size_t)a->shape.dim[0] };
		list cols = { (size_t)a->shape.dim[1], (size_t)a->shape.dim[1] };
		fits = add_matrix(out, a, &rows, &cols, f, max);
	}
	if (!fits)
		atl_buf_cut(out, start);
	return fits;
}

void atl_print_inline(atl_buf *out, const atl_array *a, const atl_format *f, size_t max_width)
{
	size_t max = f->full ? 0 : max_width ? max_width : 1;
	if (atl_shape_scalar(&a->shape))
		max = 0; /* a number is never cut */
	if (atl_value_whole(out, a, f, max))
		return;
	if (a->shape.rank > 2)
		elide_nested(out, a, f, max);
	else
		elide_matrix(out, a, f, max);
}

void atl_print_value(atl_buf *out, const atl_array *a, const atl_format *f, size_t indent)
{
	size_t room = f->width > indent ? f->width - indent : 1;
	if (atl_shape_scalar(&a->shape) || a->n == 0) {
		atl_value_whole(out, a, f, 0);
		return;
	}
	if (!atl_value_whole(out, a, f, room))
		atl_value_block(out, a, f, indent);
}
