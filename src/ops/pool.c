/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool.c: windows of images taken together: their largest entry, sum, mean, p-norm.
 *
 * Padding stands outside a maximum and counts as zeros in a sum and a mean.
 * What flows back to a maximum goes to where it stands, of equals the first in
 * row order: maxpool2d_place puts it there, and maxpool2d_pick, its adjoint, reads
 * at these places. */
#include "ops/conv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/pool.h"
#include "ops/families.h"

/* Statics, in the order of the rows. */
enum { KERNEL = 0, STRIDE = 2, PADDING = 4 };

static atl_window window_of(const int64_t *stat, const atl_shape *s)
{
	atl_images x = atl_images_of(s);
	atl_window w = { .in = { x.rows, x.cols }, .dilation = { 1, 1 } };
	memcpy(w.kernel, stat + KERNEL, sizeof w.kernel);
	memcpy(w.stride, stat + STRIDE, sizeof w.stride);
	memcpy(w.padding, stat + PADDING, sizeof w.padding);
	return w;
}

/* The images are operand `images`; a stride of 0 is the kernel. */
static atl_status prepare(atl_builder *b, atl_call *c, uint32_t images)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[images]);
	for (int d = 0; d < 2; d++)
		if (c->stat[STRIDE + d] == 0)
			c->stat[STRIDE + d] = c->stat[KERNEL + d];
	atl_window w = window_of(c->stat, s);
	/* the kernel is no operand: an error shows the images alone */
	atl_call alone = *c;
	alone.n_args = 1;
	alone.arg += images;
	if (atl_window_check(b, &alone, &w))
		return ATL_ERROR;
	memcpy(c->stat + PADDING, w.padding, sizeof w.padding);
	for (int i = 0; i < 4; i++)
		if (w.padding[i] >= w.kernel[i / 2] || w.in[i / 2] < 1)
			return atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span,
					     "a padding of %" PRId64 " leaves windows of a kernel of %" PRId64 " without an entry",
					     w.padding[i], w.kernel[i / 2]);
	return ATL_OK;
}

static atl_status prepare_first(atl_builder *b, atl_call *c) { return prepare(b, c, 0); }
static atl_status prepare_second(atl_builder *b, atl_call *c) { return prepare(b, c, 1); }

static void pooled(const int64_t *stat, const atl_shape *s, atl_shape *out)
{
	atl_window w = window_of(stat, s);
	*out = *s;
	out->dim[s->rank - 2] = atl_window_places(&w, 0);
	out->dim[s->rank - 1] = atl_window_places(&w, 1);
}

static atl_status pooled_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	pooled(c->stat, atl_graph_shape(b->graph, c->arg[0]), out);
	return ATL_OK;
}

/* What flows back (operand 0) has the shape of what comes out of x (operand 1), or is of x's own. */
static atl_status fits(atl_builder *b, const atl_call *c, const atl_shape *expected)
{
	if (atl_shape_equal(atl_graph_shape(b->graph, c->arg[0]), expected))
		return ATL_OK;
	return atl_build_shape_error(b, c->at, "these are no pooled images and their images", c->arg[0],
				     c->arg_span ? c->arg_span[0] : c->at, c->arg[1], c->arg_span ? c->arg_span[1] : c->at);
}

static atl_status place_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	atl_shape g;
	*out = *atl_graph_shape(b->graph, c->arg[1]);
	pooled(c->stat, out, &g);
	return fits(b, c, &g);
}

static atl_status pick_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *x = atl_graph_shape(b->graph, c->arg[1]);
	pooled(c->stat, x, out);
	return fits(b, c, x);
}

/* ---- the windows, one after the other ---- */

/* A window's part that is inside its image: entries of the array from `first` on, rows `width` apart. */
typedef struct part { size_t first, rows, cols, width; } part;

/* What is done with window i, which has that part of x. */
typedef atl_answer visit_fn(atl_kernel *k, const atl_array *x, part at, size_t i);

static void clip(const atl_window *w, int d, size_t place, int64_t *from, int64_t *n)
{
	*from = (int64_t)place * w->stride[d] - w->padding[2 * d];
	int64_t to = *from + w->kernel[d];
	*from = *from < 0 ? 0 : *from;
	*n = (to > w->in[d] ? w->in[d] : to) - *from;
}

/* One row of windows, the first of them number i. */
static atl_answer visit_row(atl_kernel *k, const atl_array *x, const atl_window *w, size_t image, size_t row, size_t i, visit_fn *fn)
{
	int64_t top, rows, left, cols;
	size_t width = (size_t)w->in[1], places = (size_t)atl_window_places(w, 1);
	atl_answer answer = ATL_FINE;
	clip(w, 0, row, &top, &rows);
	for (size_t j = 0; j < places && answer == ATL_FINE; j++) {
		clip(w, 1, j, &left, &cols);
		part at = { (image * (size_t)w->in[0] + (size_t)top) * width + (size_t)left, (size_t)rows, (size_t)cols, width };
		answer = fn(k, x, at, i + j);
	}
	return answer;
}

static atl_answer visit_all(atl_kernel *k, const atl_array *x, visit_fn *fn)
{
	atl_window w = window_of(k->attr, &x->shape);
	size_t area = (size_t)(w.in[0] * w.in[1]), rows = (size_t)atl_window_places(&w, 0), cols = (size_t)atl_window_places(&w, 1);
	atl_answer answer = ATL_FINE;
	for (size_t r = 0; r < x->n / area * rows && answer == ATL_FINE; r++)
		answer = k->num->stop && *k->num->stop ? ATL_STOPPED : visit_row(k, x, &w, r / rows, r % rows, r * cols, fn);
	return answer;
}

/* Entry e of a part, in row order. */
static size_t entry(part at, size_t e)
{
	return at.first + e / at.cols * at.width + e % at.cols;
}

/* ---- maxima ---- */

/* The first largest number of a window; SIZE_MAX: there is no value. */
static size_t first_max_of_doubles(const double *x, part at)
{
	size_t where = at.first;
	for (size_t r = 0; r < at.rows; r++)
		for (size_t j = at.first + r * at.width; j < at.first + r * at.width + at.cols; j++) {
			if (x[j] > x[where])
				where = j;
			else if (x[j] != x[j])
				return SIZE_MAX;
		}
	return where;
}

static atl_answer first_max(const atl_array *x, part at, size_t *where)
{
	const atl_system *sys = x->sys;
	*where = at.first;
	if (sys->flat && sys->size == sizeof(double)) {
		*where = first_max_of_doubles(x->data, at);
		return ATL_FINE;
	}
	for (size_t e = 0; e < at.rows * at.cols; e++) {
		int order;
		if (sys->no_value(atl_array_at(x, entry(at, e)))) {
			*where = SIZE_MAX;
			return ATL_FINE;
		}
		atl_answer answer = e ? sys->cmp(&order, atl_array_at(x, entry(at, e)), atl_array_at(x, *where)) : ATL_FINE;
		if (answer != ATL_FINE)
			return answer;
		if (e && order > 0)
			*where = entry(at, e);
	}
	return ATL_FINE;
}

static atl_answer no_value(atl_kernel *k, void *y) { return k->num->sys->set_double(y, (double)__builtin_nan(""), k->num); }

/* u at the maximum of a window of x. */
static atl_answer pick(atl_kernel *k, const atl_array *x, part at, size_t i)
{
	size_t where;
	atl_answer answer = first_max(x, at, &where);
	if (answer != ATL_FINE)
		return answer;
	if (where == SIZE_MAX)
		return no_value(k, atl_array_at(k->out, i));
	atl_put(k->out, i, k->in[0], where);
	return ATL_FINE;
}

/* u added at the maximum of a window of x. */
static atl_answer place(atl_kernel *k, const atl_array *x, part at, size_t i)
{
	size_t where;
	atl_answer answer = first_max(x, at, &where);
	if (answer != ATL_FINE)
		return answer;
	void *y = atl_array_at(k->out, where == SIZE_MAX ? at.first : where);
	return where == SIZE_MAX ? no_value(k, y) : k->num->sys->fn2[ATL_FN2_add](y, y, 1, atl_array_at(k->in[0], i), 1, 1, k->num);
}

/* By the system's own max, so that enclosures need no decision. */
static atl_answer fold_max(atl_kernel *k, const atl_array *x, part at, size_t i)
{
	const atl_system *sys = k->num->sys;
	void *y = atl_array_at(k->out, i);
	atl_answer answer = sys->copy(y, atl_array_at(x, at.first), 1, 1);
	for (size_t e = 1; e < at.rows * at.cols && answer == ATL_FINE; e++)
		answer = sys->fn2[ATL_FN2_max](y, y, 1, atl_array_at(x, entry(at, e)), 1, 1, k->num);
	return answer;
}

/* 1 for a window whose largest entry is there twice. */
static atl_answer tie(atl_kernel *k, const atl_array *x, part at, size_t i)
{
	size_t where, ties = 0;
	atl_answer answer = first_max(x, at, &where);
	for (size_t e = 0; e < at.rows * at.cols && answer == ATL_FINE && where != SIZE_MAX; e++) {
		int order;
		answer = x->sys->cmp(&order, atl_array_at(x, entry(at, e)), atl_array_at(x, where));
		ties += answer == ATL_FINE && order == 0;
	}
	return answer == ATL_FINE ? k->num->sys->set_si(atl_array_at(k->out, i), ties > 1, k->num) : answer;
}

/* ---- maxima of doubles in windows that are inside their images ---- */

enum { SIDE_BY_SIDE = 64, SHARE = 1 << 16 };

typedef struct maxima {
	atl_kernel *kernel;
	const atl_array *x;
	atl_window w;
	size_t rows, cols, all; /* of windows: of an image, in a row; rows of all images */
	bool back;              /* entries of u are placed, not picked */
} maxima;

/* Where n windows have their first maximum, the first window at entry `first`.  False: an entry has no value.
 * Without a jump that depends on entries: these cannot be foretold. */
static bool find_maxima(const maxima *m, size_t first, size_t n, size_t *where)
{
	const double *x = m->x->data;
	const size_t width = (size_t)m->w.in[1], stride = (size_t)m->w.stride[1];
	double most[SIDE_BY_SIDE];
	bool values = true;
	for (size_t j = 0; j < n; j++)
		most[j] = x[where[j] = first + j * stride];
	for (size_t p = 0; p < (size_t)m->w.kernel[0]; p++)
		for (size_t at = first + p * width, end = at + (size_t)m->w.kernel[1]; at < end; at++)
			for (size_t j = 0; j < n; j++) {
				double v = x[at + j * stride];
				size_t larger = -(size_t)(v > most[j]);
				values &= v == v;
				where[j] ^= (where[j] ^ (at + j * stride)) & larger;
				most[j] = v > most[j] ? v : most[j];
			}
	return values;
}

static void maxima_of_row(const maxima *m, size_t row)
{
	const double *u = m->kernel->in[0]->data;
	double *y = m->kernel->out->data;
	size_t where[SIDE_BY_SIDE], width = (size_t)m->w.in[1];
	size_t top = row / m->rows * (size_t)m->w.in[0] + row % m->rows * (size_t)m->w.stride[0];
	for (size_t j = 0, n; j < m->cols; j += n) {
		size_t i = row * m->cols + j, first = top * width + j * (size_t)m->w.stride[1];
		n = m->cols - j < SIDE_BY_SIDE ? m->cols - j : SIDE_BY_SIDE;
		if (!find_maxima(m, first, n, where)) {
			for (size_t e = 0; e < n; e++)
				(void)(m->back ? place : pick)(m->kernel, m->x, (part){ first + e * (size_t)m->w.stride[1],
					(size_t)m->w.kernel[0], (size_t)m->w.kernel[1], width }, i + e);
			continue;
		}
		for (size_t e = 0; e < n && m->back; e++)
			y[where[e]] += u[i + e];
		for (size_t e = 0; e < n && !m->back; e++)
			y[i + e] = u[where[e]];
	}
}

static void some_maxima(void *context, unsigned number, unsigned parts)
{
	const maxima *m = context;
	const atl_num *num = m->kernel->num;
	for (size_t r = m->all * number / parts; r < m->all * (number + 1) / parts && !(num->stop && *num->stop); r++)
		maxima_of_row(m, r);
}

/* Whether all windows are inside, and no entry is in two of them. */
static bool are_apart(const atl_window *w)
{
	return !w->padding[0] && !w->padding[1] && !w->padding[2] && !w->padding[3] && w->stride[0] >= w->kernel[0] &&
	       w->stride[1] >= w->kernel[1];
}

static atl_answer visit_maxima(atl_kernel *k, const atl_array *x, bool back)
{
	const atl_system *sys = k->num->sys;
	bool doubles = sys->flat && sys->size == sizeof(double);
	maxima m = { .kernel = k, .x = x, .w = window_of(k->attr, &x->shape), .back = back };
	if (!doubles || !are_apart(&m.w))
		return visit_all(k, x, back ? place : k->n_in > 1 || doubles ? pick : fold_max);
	m.rows = (size_t)atl_window_places(&m.w, 0);
	m.cols = (size_t)atl_window_places(&m.w, 1);
	m.all = x->n / (size_t)(m.w.in[0] * m.w.in[1]) * m.rows;
	atl_pool_run(some_maxima, &m, x->n < SHARE ? 1 : atl_pool_threads());
	return k->num->stop && *k->num->stop ? ATL_STOPPED : ATL_FINE;
}

static atl_answer maxpool2d(atl_kernel *k) { return visit_maxima(k, k->in[0], false); }
static atl_answer maxpool2d_pick(atl_kernel *k) { return visit_maxima(k, k->in[1], false); }
static atl_answer maxpool2d_place(atl_kernel *k) { return visit_maxima(k, k->in[1], true); }
static atl_answer maxpool2d_ties(atl_kernel *k) { return visit_all(k, k->in[0], tie); }

/* ---- sums: convolutions by ones of every image ---- */

static atl_answer by_ones(atl_kernel *k, const atl_shape *x, bool back)
{
	const atl_window w = window_of(k->attr, x);
	const atl_shape kernel = { 2, { w.kernel[0], w.kernel[1] } };
	size_t area = (size_t)(w.in[0] * w.in[1]);
	atl_conv c = { .num = k->num, .w = w, .places = { (size_t)atl_window_places(&w, 0), (size_t)atl_window_places(&w, 1) },
		       .n = atl_shape_count(x) / area, .groups = 1, .channels = 1, .filters = 1 };
	atl_array *ones = atl_array_new(&kernel, k->num);
	atl_answer answer = ones ? ATL_FINE : ATL_NOMEM;
	for (size_t i = 0; ones && i < ones->n && answer == ATL_FINE; i++)
		answer = k->num->sys->set_si(atl_array_at(ones, i), 1, k->num);
	if (answer == ATL_FINE)
		answer = (back ? atl_conv_backward : atl_conv_forward)(&c, k->out->data, k->in[0]->data, ones->data);
	atl_array_unref(ones);
	return answer;
}

static atl_answer sumpool2d(atl_kernel *k) { return by_ones(k, &k->in[0]->shape, false); }
static atl_answer sumpool2d_spread(atl_kernel *k) { return by_ones(k, &k->out->shape, true); }

/* ---- all of an image ---- */

/* Along the columns first, so that of equal maxima the first in row order is taken. */
static atl_id build_global(atl_builder *b, const atl_call *c, const char *op)
{
	int64_t rank = atl_graph_shape(b->graph, c->arg[0])->rank;
	atl_id y = atl_build_op(b, op, c->arg, 1, &rank, 1);
	rank--;
	return y ? atl_build_op(b, op, &y, 1, &rank, 1) : 0;
}

static atl_id build_global_avg(atl_builder *b, const atl_call *c) { return build_global(b, c, "mean"); }
static atl_id build_global_max(atl_builder *b, const atl_call *c) { return build_global(b, c, "amax"); }

#define WINDOWS "; kernel[2]=2, stride[2]=none, padding[4]=0|same|valid"
#define SAME_WINDOWS "kernel=kernel, stride=stride, padding=padding)"
#define OPTIONS "x is rows × columns, or any number of these. kernel and stride are a number or [rows, columns]; without a stride, " \
		"or with 0, it is the kernel, so that the windows do not overlap. padding is a number, [rows, columns], [top, bottom, left, " \
		"right], \"same\" or \"valid\" (none). "

static const atl_op rows[] = {
	{ .name = "maxpool2d", .params = "x" WINDOWS, .by = ATL_BY_KERNEL, .prepare = prepare_first, .shape = pooled_shape, .kernel = maxpool2d, .flags = ATL_OF_IMAGES,
	  .rule = { "maxpool2d_place(g, x, " SAME_WINDOWS }, .kink = "maxpool2d_ties(x, " SAME_WINDOWS,
	  .kink_at = "max' of equals", .kink_says = "of equals, the first in row order is the maximum; 0 for the others",
	  .summary = "the largest entry of each window of images", .detail = OPTIONS "Padding is no entry: it is never the largest.",
	  .example = "maxpool2d([1, 2, 5, 6; 3, 4, 7, 8]) -> [[4, 8]]\nmaxpool2d([1, 5, 2; 4, 3, 6; 9, 7, 8], kernel=2, stride=1) -> [5, 6; 9, 8]",
	  .test = "x:4x6 | x:2x3x5x4; kernel=[2,3]; stride=[2,1]; padding=[1,0] | x:5x5; kernel=3; stride=2; padding=[1,0,0,1]" },
	{ .name = "maxpool2d_place", .params = "u, x" WINDOWS, .by = ATL_BY_KERNEL, .prepare = prepare_second, .shape = place_shape,
	  .kernel = maxpool2d_place, .flags = ATL_OF_IMAGES, .rule = { "maxpool2d_pick(g, x, " SAME_WINDOWS }, .kink = "maxpool2d_ties(x, " SAME_WINDOWS,
	  .kink_at = "max' of equals", .kink_says = "of equals, the first in row order is the maximum",
	  .summary = "zeros like x, with u added where the windows of x have their maxima; the derivative of maxpool2d", .detail = OPTIONS,
	  .example = "maxpool2d_place([[10, 20]], [1, 2, 5, 6; 3, 4, 7, 8]) -> [0, 0, 0, 0; 0, 10, 0, 20]",
	  .test = "u:2x3; x:4x6 | u:2x2x2; x:2x3x3; stride=1" },
	{ .name = "maxpool2d_pick", .params = "u, x" WINDOWS, .by = ATL_BY_KERNEL, .prepare = prepare_second, .shape = pick_shape,
	  .kernel = maxpool2d_pick, .flags = ATL_OF_IMAGES, .rule = { "maxpool2d_place(g, x, " SAME_WINDOWS }, .kink = "maxpool2d_ties(x, " SAME_WINDOWS,
	  .kink_at = "max' of equals", .kink_says = "of equals, the first in row order is the maximum",
	  .summary = "the entries of u where the windows of x have their maxima", .detail = OPTIONS,
	  .example = "maxpool2d_pick([10, 20, 30, 40; 50, 60, 70, 80], [1, 2, 5, 6; 3, 4, 7, 8]) -> [[60, 80]]",
	  .test = "u:4x6; x:4x6 | u:2x3x3; x:2x3x3; stride=1" },
	{ .name = "maxpool2d_ties", .params = "x" WINDOWS, .by = ATL_BY_KERNEL, .prepare = prepare_first, .shape = pooled_shape,
	  .kernel = maxpool2d_ties, .flags = ATL_OF_INTERNAL | ATL_OF_NO_GRADIENT, .summary = "1 for a window whose largest entry is there twice",
	  .test = "" },
	{ .name = "sumpool2d", .params = "x" WINDOWS, .by = ATL_BY_KERNEL, .prepare = prepare_first, .shape = pooled_shape, .kernel = sumpool2d,
	  .rule = { "sumpool2d_spread(g, x, " SAME_WINDOWS }, .summary = "the sum of each window of images", .detail = OPTIONS "Padding is zeros.",
	  .example = "sumpool2d([1, 2, 5, 6; 3, 4, 7, 8]) -> [[10, 26]]",
	  .test = "x:4x6 | x:2x3x5x4; kernel=[2,3]; stride=[2,1]; padding=[1,0]" },
	{ .name = "sumpool2d_spread", .params = "u, x" WINDOWS, .by = ATL_BY_KERNEL, .prepare = prepare_second, .shape = place_shape,
	  .kernel = sumpool2d_spread, .rule = { "sumpool2d(g, " SAME_WINDOWS },
	  .summary = "zeros like x, with u added to every entry of its window; the derivative of sumpool2d", .detail = OPTIONS,
	  .example = "sumpool2d_spread([[1, 2]], zeros(2, 4)) -> [1, 1, 2, 2; 1, 1, 2, 2]",
	  .test = "u:2x3; x:4x6 | u:2x2x3; x:2x3x4; stride=1; kernel=2 | u:2x2; x:5x5; kernel=2; stride=3" },
	{ .name = "avgpool2d", .params = "x" WINDOWS, .by = ATL_BY_TEXT, .prepare = prepare_first,
	  .value = "sumpool2d(x, " SAME_WINDOWS " ./ prod(kernel)",
	  .rule = { "sumpool2d_spread(g ./ prod(kernel), x, " SAME_WINDOWS }, .summary = "the mean of each window of images",
	  .detail = OPTIONS "Padding is zeros, and is counted.", .example = "avgpool2d([1, 2, 5, 6; 3, 4, 7, 8]) -> [[2.5, 6.5]]",
	  .test = "x:4x6 | x:2x3x5x4; kernel=[2,3]; stride=[2,1]; padding=[1,0]" },
	{ .name = "lppool2d", .params = "x, p=2" WINDOWS, .by = ATL_BY_TEXT, .prepare = prepare_first,
	  .value = "sumpool2d(abs(x).^p, " SAME_WINDOWS ".^(1/p)",
	  .rule = { "where(x == 0, 0, sign(x) .* abs(x).^(p - 1) .* sumpool2d_spread(where(y == 0, 0, g .* y.^(1 - p)), x, " SAME_WINDOWS ")",
		    "sum(where(y == 0, 0, g .* y .* (sumpool2d(xlogy(abs(x).^p, abs(x)), " SAME_WINDOWS " ./ y.^p - log(y)) ./ p))" },
	  .kink = "x == 0", .kink_at = "lppool2d' where x is 0", .kink_says = "lppool2d' is 0 where x is 0",
	  .summary = "the p-norm of each window of images: sum(|x|^p)^(1/p); p=1 sums, a large p comes near the maximum", .detail = OPTIONS
	  "Padding is zeros.", .example = "lppool2d([3, 0; 4, 0]) -> 5\nlppool2d([3, 1; -4, 2], 1) -> 10",
	  .test = "x:2x4; p:1x1 in [1.5, 3] | x:2x3x3x4; p=2; kernel=[2,3]; stride=[2,1]; padding=[1,0]" },
	{ .name = "global_avgpool2d", .params = "x", .by = ATL_BY_BUILD, .build = build_global_avg,
	  .summary = "the mean of each image: the last two dimensions keep one entry",
	  .example = "global_avgpool2d([1, 2; 3, 6]) -> 3", .test = "x:2x3x2" },
	{ .name = "global_maxpool2d", .params = "x", .by = ATL_BY_BUILD, .build = build_global_max,
	  .summary = "the largest entry of each image: the last two dimensions keep one entry",
	  .detail = "Of equal entries the first in row order is taken.", .example = "global_maxpool2d([1, 2; 3, 6]) -> 6", .test = "x:2x3x2" },
};
ATL_FAMILY(atl_ops_pool, "pooling");
