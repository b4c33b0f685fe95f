/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conv_kernel.c: convolutions as products of matrices.
 *
 * The windows of some rows of y, as columns (for 2 channels, a 2 x 2 kernel):
 *
 *              places of y, row by row
 *            +--------------------------
 *   c1 (0,0) | x of channel 1, not moved
 *      (0,1) | ... moved by one column
 *      (1,0) | ... by one row
 *      (1,1) |
 *   c2 (0,0) | x of channel 2
 *      ...
 *
 * y = w * columns; backwards columns = w' * y, added to x; w = y * columns'. */
#include "ops/conv.h"

#include "base/mem.h"
#include "ops/families.h"

enum { CHUNK = 1 << 18 }; /* entries of columns that are made at a time */

/* What one call of a kernel needs beside its operands. */
typedef struct scratch {
	atl_array *columns, *part, *sum, *line, *zero;
	size_t *at;
	size_t rows; /* of y that are done at a time */
} scratch;

static atl_array *elements(const atl_conv *c, size_t n)
{
	atl_shape s = atl_shape_2((int64_t)n, 1);
	return atl_array_new(&s, c->num);
}

static void release(scratch *s)
{
	atl_array_unref(s->columns);
	atl_array_unref(s->part);
	atl_array_unref(s->sum);
	atl_array_unref(s->line);
	atl_array_unref(s->zero);
	atl_free(s->at);
}

static bool reserve(const atl_conv *c, scratch *s)
{
	size_t row = atl_conv_depth(c) * c->places[1];
	s->rows = row < CHUNK ? CHUNK / row : 1;
	if (s->rows > c->places[0])
		s->rows = c->places[0];
	s->columns = elements(c, row * s->rows);
	s->part = elements(c, c->filters * s->rows * c->places[1]);
	s->sum = elements(c, c->filters * atl_conv_depth(c));
	s->line = elements(c, c->places[1]);
	s->zero = elements(c, 1);
	return s->columns && s->part && s->sum && s->line && s->zero;
}

/* ---- columns ---- */

/* One row of the columns that lies inside the image: places first .. first + n of it. */
typedef struct run { size_t row, col, first, n; } run;

/* Where tap q (from 0) of a window meets the image's columns, at places of row i and tap p. */
static run run_of(const atl_conv *c, size_t i, size_t p, size_t q)
{
	const atl_window *w = &c->w;
	int64_t row = (int64_t)i * w->stride[0] + (int64_t)p * w->dilation[0] - w->padding[0];
	int64_t col = (int64_t)q * w->dilation[1] - w->padding[2], stride = w->stride[1];
	int64_t first = col < 0 ? (-col + stride - 1) / stride : 0;
	int64_t past = w->in[1] > col ? (w->in[1] - col - 1) / stride + 1 : 0;
	if (past > (int64_t)c->places[1])
		past = (int64_t)c->places[1];
	if (row < 0 || row >= w->in[0] || past <= first)
		return (run){ 0 };
	return (run){ (size_t)row, (size_t)(col + first * stride), (size_t)first, (size_t)(past - first) };
}

static atl_answer take(const atl_conv *c, void *to, const void *from, size_t n)
{
	const atl_system *sys = c->num->sys;
	size_t stride = (size_t)c->w.stride[1];
	if (stride == 1)
		return sys->copy(to, from, 1, n);
	if (sys->flat && sys->size == sizeof(double)) {
		for (size_t j = 0; j < n; j++)
			((double *)to)[j] = ((const double *)from)[j * stride];
		return ATL_FINE;
	}
	atl_answer answer = ATL_FINE;
	for (size_t j = 0; j < n && answer == ATL_FINE; j++)
		answer = sys->copy(atl_conv_at(c, to, j), atl_conv_at(c, from, j * stride), 1, 1);
	return answer;
}

static atl_answer put(const atl_conv *c, void *to, const void *from, size_t n)
{
	const atl_system *sys = c->num->sys;
	size_t stride = (size_t)c->w.stride[1];
	if (sys->flat && sys->size == sizeof(double)) {
		for (size_t j = 0; j < n; j++)
			((double *)to)[j * stride] = ((const double *)from)[j];
		return ATL_FINE;
	}
	atl_answer answer = ATL_FINE;
	for (size_t j = 0; j < n && answer == ATL_FINE; j++)
		answer = sys->copy(atl_conv_at(c, to, j * stride), atl_conv_at(c, from, j), 1, 1);
	return answer;
}

/* A row of columns from a row of an image, with zeros where the window is outside. */
static atl_answer read_row(const atl_conv *c, scratch *s, void *to, const void *image, run r)
{
	const atl_system *sys = c->num->sys;
	size_t end = r.first + r.n;
	atl_answer answer = ATL_FINE;
	if (r.first)
		answer = sys->copy(to, s->zero->data, 0, r.first);
	if (answer == ATL_FINE && r.n)
		answer = take(c, atl_conv_at(c, to, r.first), atl_conv_at(c, image, r.row * (size_t)c->w.in[1] + r.col), r.n);
	if (answer == ATL_FINE && end < c->places[1])
		answer = sys->copy(atl_conv_at(c, to, end), s->zero->data, 0, c->places[1] - end);
	return answer;
}

/* Adds a row of columns to a row of an image. */
static atl_answer add_row(const atl_conv *c, scratch *s, void *image, const void *from, run r)
{
	const atl_system *sys = c->num->sys;
	void *to = atl_conv_at(c, image, r.row * (size_t)c->w.in[1] + r.col);
	from = atl_conv_at(c, from, r.first);
	if (r.n == 0)
		return ATL_FINE;
	if (c->w.stride[1] == 1)
		return sys->fn2[ATL_FN2_add](to, to, 1, from, 1, r.n, c->num);
	atl_answer answer = take(c, s->line->data, to, r.n);
	if (answer == ATL_FINE)
		answer = sys->fn2[ATL_FN2_add](s->line->data, s->line->data, 1, from, 1, r.n, c->num);
	return answer == ATL_FINE ? put(c, to, s->line->data, r.n) : answer;
}

/* The columns of rows i0 .. i0 + rows of y, from the images x of one group, or added back to them. */
static atl_answer columns(const atl_conv *c, scratch *s, void *x, size_t i0, size_t rows, bool back)
{
	size_t kw = (size_t)c->w.kernel[1], taps = atl_conv_taps(c);
	for (size_t d = 0; d < atl_conv_depth(c); d++) {
		void *image = atl_conv_at(c, x, d / taps * atl_conv_area_in(c));
		for (size_t i = 0; i < rows; i++) {
			void *row = atl_conv_at(c, s->columns->data, (d * rows + i) * c->places[1]);
			run r = run_of(c, i0 + i, d % taps / kw, d % kw);
			atl_answer answer = back ? add_row(c, s, image, row, r) : read_row(c, s, row, image, r);
			if (answer != ATL_FINE)
				return answer;
		}
	}
	return ATL_FINE;
}

/* Rows i0 .. i0 + rows of all filters' images, side by side in `part`, or from there. */
static atl_answer rows_of(const atl_conv *c, scratch *s, void *y, size_t i0, size_t rows, bool into_y)
{
	size_t length = rows * c->places[1];
	for (size_t f = 0; f < c->filters; f++) {
		void *own = atl_conv_at(c, y, f * atl_conv_area_out(c) + i0 * c->places[1]);
		void *part = atl_conv_at(c, s->part->data, f * length);
		atl_answer answer = c->num->sys->copy(into_y ? own : part, into_y ? part : own, 1, length);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

/* ---- one image and one group, some rows ---- */

static atl_answer forward_rows(const atl_conv *c, scratch *s, void *y, void *x, const void *w, size_t i0, size_t rows)
{
	bool all = rows == c->places[0];
	atl_answer answer = columns(c, s, x, i0, rows, false);
	if (answer == ATL_FINE)
		answer = c->num->sys->matmul(all ? y : s->part->data, w, false, s->columns->data, false, c->filters,
					     atl_conv_depth(c), rows * c->places[1], c->num);
	return answer == ATL_FINE && !all ? rows_of(c, s, y, i0, rows, true) : answer;
}

static atl_answer backward_rows(const atl_conv *c, scratch *s, void *y, void *x, const void *w, size_t i0, size_t rows)
{
	bool all = rows == c->places[0];
	atl_answer answer = all ? ATL_FINE : rows_of(c, s, y, i0, rows, false);
	if (answer == ATL_FINE)
		answer = c->num->sys->matmul(s->columns->data, w, true, all ? y : s->part->data, false, atl_conv_depth(c),
					     c->filters, rows * c->places[1], c->num);
	return answer == ATL_FINE ? columns(c, s, x, i0, rows, true) : answer;
}

static atl_answer weights_rows(const atl_conv *c, scratch *s, void *y, void *x, void *w, size_t i0, size_t rows)
{
	bool all = rows == c->places[0];
	size_t n = c->filters * atl_conv_depth(c);
	atl_answer answer = columns(c, s, x, i0, rows, false);
	if (answer == ATL_FINE && !all)
		answer = rows_of(c, s, y, i0, rows, false);
	if (answer == ATL_FINE)
		answer = c->num->sys->matmul(s->sum->data, all ? y : s->part->data, false, s->columns->data, true, c->filters,
					     rows * c->places[1], atl_conv_depth(c), c->num);
	return answer == ATL_FINE ? c->num->sys->fn2[ATL_FN2_add](w, w, 1, s->sum->data, 1, n, c->num) : answer;
}

/* ---- all images and groups ---- */

typedef enum direction { FORWARD, BACKWARD, WEIGHTS } direction;

static atl_answer by_columns(const atl_conv *c, scratch *s, direction way, void *x, void *w, void *y)
{
	atl_answer answer = ATL_FINE;
	for (size_t i = 0; i < c->places[0] && answer == ATL_FINE; i += s->rows) {
		size_t rows = c->places[0] - i < s->rows ? c->places[0] - i : s->rows;
		answer = way == FORWARD ? forward_rows(c, s, y, x, w, i, rows)
			 : way == BACKWARD ? backward_rows(c, s, y, x, w, i, rows)
					   : weights_rows(c, s, y, x, w, i, rows);
	}
	return answer;
}

static atl_answer directly(const atl_conv *c, scratch *s, direction way, void *x, void *w, void *y)
{
	switch (way) {
	case FORWARD: return atl_conv_direct_forward(c, y, x, w, s->columns->data, s->at);
	case BACKWARD: return atl_conv_direct_backward(c, x, y, w, s->columns->data, s->at);
	default: return atl_conv_direct_weights(c, w, x, y, s->columns->data, s->at);
	}
}

static bool reserve_direct(const atl_conv *c, scratch *s, bool back)
{
	size_t most = atl_conv_depth(c);
	if (most < c->filters * atl_conv_taps(c))
		most = c->filters * atl_conv_taps(c);
	if (most < atl_conv_area_out(c))
		most = atl_conv_area_out(c);
	s->columns = elements(c, atl_conv_direct_scratch(c, back));
	s->at = atl_malloc((most + 1) * sizeof *s->at);
	return s->columns && s->at;
}

static atl_answer run_all(const atl_conv *c, direction way, void *x, void *w, void *y)
{
	scratch s = { 0 };
	bool direct = atl_conv_slides(c, way == BACKWARD);
	atl_answer answer = (direct ? reserve_direct(c, &s, way == BACKWARD) : reserve(c, &s)) ? ATL_FINE : ATL_NOMEM;
	for (size_t i = 0; i < c->n * c->groups && answer == ATL_FINE; i++) {
		void *xi = atl_conv_at(c, x, i * c->channels * atl_conv_area_in(c));
		void *yi = atl_conv_at(c, y, i * c->filters * atl_conv_area_out(c));
		void *wi = atl_conv_at(c, w, i % c->groups * c->filters * atl_conv_depth(c));
		if (c->num->stop && *c->num->stop)
			answer = ATL_STOPPED;
		else
			answer = (direct ? directly : by_columns)(c, &s, way, xi, wi, yi);
	}
	release(&s);
	return answer;
}

/* The kernels read what they are given as const, and run_all writes the other one. */
static void *own(const void *p) { return (void *)(uintptr_t)p; }

atl_answer atl_conv_forward(const atl_conv *c, void *y, const void *x, const void *w)
{
	return run_all(c, FORWARD, own(x), own(w), y);
}

atl_answer atl_conv_backward(const atl_conv *c, void *x, const void *y, const void *w)
{
	return run_all(c, BACKWARD, x, own(w), own(y));
}

atl_answer atl_conv_weights(const atl_conv *c, void *w, const void *x, const void *y)
{
	return run_all(c, WEIGHTS, own(x), w, own(y));
}
