/* SPDX-License-Identifier: GPL-3.0-or-later */
/* block.c: an array over several lines, rows on lines and columns aligned.
 *
 *     W = [0.25,   -1, …, 0.5;
 *             …
 *            12, 0.25, …,   3]  # 784×100
 *
 * Whole (nothing elided) it reads back: a row that is longer than the page is
 * broken after a comma. */
#include "print/value.h"

#include "base/mem.h"

enum { HEAD_ROWS = 5, TAIL_ROWS = 4, MAX_ROWS = HEAD_ROWS + TAIL_ROWS + 1 };

/* An array of any rank is looked at as rows of its last axis. */
typedef struct block {
	const atl_array *a;
	const atl_format *f;
	size_t indent, rows, cols;
	size_t head, tail;   /* rows shown before and after the dots; head == rows: all */
	size_t left, right;  /* the same for columns */
	size_t *width;       /* of each column */
	bool nested;         /* rank > 2, or a row alone: every row has brackets of its own */
	size_t depth;        /* brackets that open at the start */
} block;

static bool row_shown(const block *b, size_t i)
{
	return i < b->head || i + b->tail >= b->rows;
}

static bool column_shown(const block *b, size_t j)
{
	return j < b->left || j + b->right >= b->cols;
}

static void measure_column(block *b, size_t j)
{
	atl_buf text = { 0 };
	for (size_t i = 0; i < b->rows; i++) {
		if (!row_shown(b, i))
			i = b->rows - b->tail;
		atl_buf_reset(&text);
		atl_value_entry(&text, b->a, i * b->cols + j, b->f);
		size_t width = atl_value_width(&text, 0);
		if (width > b->width[j])
			b->width[j] = width;
	}
	atl_buf_clear(&text);
}

/* Columns of "  # 784×100". */
static size_t shape_width(const block *b)
{
	atl_buf text = { 0 };
	atl_value_shape(&text, b->a, b->f);
	size_t width = atl_value_width(&text, 0) + 4;
	atl_buf_clear(&text);
	return width;
}

/* Chooses the columns: from both ends in turn, as long as they fit, with room
 * for what is said when something is left out. */
static void choose_columns(block *b)
{
	size_t taken = b->indent + 2 * b->depth, said = shape_width(b);
	size_t room = b->f->width > taken ? b->f->width - taken : 0;
	size_t dots = atl_text_width(atl_value_dots(b->f), 3) + 2 + said, used = dots;
	b->left = b->right = 0;
	for (size_t k = 0; k < b->cols; k++) {
		/* two on the left for one on the right */
		size_t j = k % 3 == 2 || k == 1 ? b->cols - 1 - b->right : b->left;
		measure_column(b, j);
		used += b->width[j] + 2;
		if (used > room + (k + 1 < b->cols ? 0 : b->tail ? dots - said : dots) && k > 1)
			return;
		if (j == b->left)
			b->left++;
		else
			b->right++;
	}
	b->left = b->cols;
	b->right = 0;
}

/* Brackets that open before row i (close after row i - 1, when counted from the other side). */
static size_t axes_at(const block *b, size_t i)
{
	size_t n = 0, span = b->rows;
	if (!b->nested)
		return i == 0 || i == b->rows;
	for (int k = 0; k + 1 < b->a->shape.rank; k++) {
		n += i % span == 0;
		span /= (size_t)b->a->shape.dim[k];
	}
	return n + 1;
}

static void new_line(atl_buf *out, const block *b, size_t more)
{
	atl_buf_addc(out, '\n');
	atl_buf_fill(out, " ", b->indent + more);
}

static void add_entries(atl_buf *out, const block *b, size_t i)
{
	size_t used = b->indent + b->depth;
	atl_buf text = { 0 };
	for (size_t j = 0; j < b->cols; j++) {
		if (j > 0)
			atl_buf_add(out, ",");
		if (!column_shown(b, j)) {
			atl_buf_addf(out, " %s,", atl_value_dots(b->f));
			j = b->cols - b->right;
		}
		used += b->width[j] + 2;
		if (j > 0 && b->f->full && used > b->f->width) {
			new_line(out, b, b->depth + 2);
			used = b->indent + b->depth + 4 + b->width[j];
		} else if (j > 0) {
			atl_buf_addc(out, ' ');
		}
		atl_buf_reset(&text);
		atl_value_entry(&text, b->a, i * b->cols + j, b->f);
		atl_buf_pad(out, atl_buf_text(&text), b->width[j], true);
	}
	out->failed |= text.failed;
	atl_buf_clear(&text);
}

static void add_rows(atl_buf *out, const block *b)
{
	for (size_t i = 0; i < b->rows && !out->failed; i++) {
		size_t open = axes_at(b, i);
		if (i > 0)
			new_line(out, b, b->depth - (b->nested ? open : 0));
		if (!row_shown(b, i)) {
			atl_buf_add(out, atl_value_dots(b->f));
			i = b->rows - b->tail;
			open = b->nested ? 1 : 0;
			new_line(out, b, b->depth - open);
		}
		atl_buf_fill(out, "[", open);
		add_entries(out, b, i);
		if (b->nested || i + 1 == b->rows)
			atl_buf_fill(out, "]", axes_at(b, i + 1));
		if (i + 1 < b->rows)
			atl_buf_add(out, b->nested ? "," : ";");
	}
}

void atl_value_block(atl_buf *out, const atl_array *a, const atl_format *f, size_t indent)
{
	block b = { .a = a, .f = f, .indent = indent };
	b.cols = (size_t)a->shape.dim[a->shape.rank - 1];
	b.rows = a->n / b.cols;
	b.nested = a->shape.rank > 2 || b.rows == 1;
	b.depth = b.nested ? (size_t)a->shape.rank : 1;
	b.head = f->full || b.rows <= MAX_ROWS ? b.rows : HEAD_ROWS;
	b.tail = b.head == b.rows ? 0 : TAIL_ROWS;
	b.width = atl_calloc(b.cols, sizeof *b.width);
	if (!b.width) {
		out->failed = true;
		return;
	}
	if (f->full) {
		for (size_t j = 0; j < b.cols; j++)
			measure_column(&b, j);
		b.left = b.cols;
	} else {
		choose_columns(&b);
	}
	add_rows(out, &b);
	if (b.tail || b.right) {
		atl_buf_add(out, "  # ");
		atl_value_shape(out, a, f);
	}
	atl_free(b.width);
}
