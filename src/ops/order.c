/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order.c: entries by size, and numbers that stand for classes.
 *
 * Equal entries keep their order.  sort_pick(u, x) is u in the order of x, and
 * sort_place puts that back: each is the other's adjoint, and sort(x) is
 * sort_pick(x, x). */
#include <stdio.h>
#include <string.h>
#include "ops/families.h"
#include "base/mem.h"
#include "graph/scope.h"

static atl_span span_of(const atl_call *c, uint32_t k)
{
	return c->arg_span ? c->arg_span[k] : c->at;
}

/* ---- the order of a lane ---- */

/* Lane entries are base + i*stride of x. */
typedef struct lane {
	const atl_array *x;
	size_t base, stride, n;
	bool descending;
} lane;

static const void *at(const lane *l, size_t i)
{
	return atl_array_at(l->x, l->base + i * l->stride);
}

/* Merges the runs from[lo..mid) and from[mid..hi) of positions into to. */
static atl_answer merge(const lane *l, const size_t *from, size_t *to, size_t lo, size_t mid, size_t hi)
{
	for (size_t i = lo, a = lo, b = mid; i < hi; i++) {
		int order = 0;
		if (a < mid && b < hi) {
			atl_answer answer = l->x->sys->cmp(&order, at(l, from[b]), at(l, from[a]));
			if (answer != ATL_FINE)
				return answer;
		}
		bool second = a == mid || (b < hi && (l->descending ? order > 0 : order < 0));
		to[i] = second ? from[b++] : from[a++];
	}
	return ATL_FINE;
}

/* order[0..n): the lane's positions by size; room has n more. */
static atl_answer sorted(const lane *l, size_t *order, size_t *room)
{
	atl_answer answer = ATL_FINE;
	for (size_t i = 0; i < l->n; i++)
		order[i] = i;
	for (size_t run = 1; run < l->n && answer == ATL_FINE; run *= 2) {
		for (size_t lo = 0; lo < l->n && answer == ATL_FINE; lo += 2 * run) {
			size_t mid = lo + run < l->n ? lo + run : l->n, hi = mid + run < l->n ? mid + run : l->n;
			answer = merge(l, order, room, lo, mid, hi);
		}
		memcpy(order, room, l->n * sizeof *order);
	}
	return answer;
}

static bool has_no_value(const lane *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->x->sys->no_value(at(l, i)))
			return true;
	return false;
}

/* What is done with a lane and its order; NULL: an entry of it has no value. */
typedef atl_answer lane_fn(atl_kernel *k, const lane *l, const size_t *order);

/* By each lane of x; attributes are (axis, descending). */
static atl_answer each_lane(atl_kernel *k, const atl_array *x, lane_fn *fn)
{
	atl_lanes s = atl_lanes_of(&x->shape, k->attr[0]);
	size_t *order = atl_malloc((2 * s.extent + 1) * sizeof *order);
	atl_answer answer = order ? ATL_FINE : ATL_NOMEM;
	for (size_t i = 0; i < s.outer * s.inner && answer == ATL_FINE; i++) {
		lane l = { .x = x, .base = i / s.inner * s.extent * s.inner + i % s.inner, .stride = s.inner, .n = s.extent,
			   .descending = k->attr[1] };
		bool valued = !has_no_value(&l);
		answer = valued ? sorted(&l, order, order + s.extent) : ATL_FINE;
		if (answer == ATL_FINE)
			answer = fn(k, &l, valued ? order : NULL);
	}
	atl_free(order);
	return answer;
}

static atl_answer no_value(atl_kernel *k, size_t i)
{
	return k->num->sys->set_double(atl_array_at(k->out, i), (double)__builtin_nan(""), k->num);
}

/* out = u in the lane's order. */
static atl_answer pick(atl_kernel *k, const lane *l, const size_t *order)
{
	atl_answer answer = ATL_FINE;
	for (size_t i = 0; i < l->n && answer == ATL_FINE; i++)
		if (order)
			atl_put(k->out, l->base + i * l->stride, k->in[0], l->base + order[i] * l->stride);
		else
			answer = no_value(k, l->base + i * l->stride);
	return answer;
}

/* And back. */
static atl_answer place(atl_kernel *k, const lane *l, const size_t *order)
{
	atl_answer answer = ATL_FINE;
	for (size_t i = 0; i < l->n && answer == ATL_FINE; i++)
		if (order)
			atl_put(k->out, l->base + order[i] * l->stride, k->in[0], l->base + i * l->stride);
		else
			answer = no_value(k, l->base + i * l->stride);
	return answer;
}

static atl_answer number(atl_kernel *k, const lane *l, const size_t *order)
{
	atl_answer answer = ATL_FINE;
	for (size_t i = 0; i < l->n && answer == ATL_FINE; i++)
		answer = order ? k->num->sys->set_si(atl_array_at(k->out, l->base + i * l->stride), (long)order[i] + 1, k->num)
			       : no_value(k, l->base + i * l->stride);
	return answer;
}

/* 1 for an entry that equals the one before it in order. */
static atl_answer tie(atl_kernel *k, const lane *l, const size_t *order)
{
	atl_answer answer = ATL_FINE;
	for (size_t i = 1; order && i < l->n && answer == ATL_FINE; i++) {
		int c;
		answer = l->x->sys->cmp(&c, at(l, order[i]), at(l, order[i - 1]));
		if (answer == ATL_FINE)
			answer = k->num->sys->set_si(atl_array_at(k->out, l->base + order[i] * l->stride), c == 0, k->num);
	}
	return answer;
}

/* Neighbours exchanged by the system's own min and max, so that enclosures need no decision. */
static atl_answer by_exchanges(atl_kernel *k)
{
	const atl_system *sys = k->num->sys;
	atl_lanes s = atl_lanes_of(&k->in[0]->shape, k->attr[0]);
	const atl_shape run = { 2, { (int64_t)s.inner, 1 } };
	atl_array *least = atl_array_new(&run, k->num);
	atl_answer answer = least ? sys->copy(k->out->data, k->in[0]->data, 1, k->out->n) : ATL_NOMEM;
	for (size_t round = 0; round < s.outer * s.extent && answer == ATL_FINE; round++) {
		size_t o = round / s.extent;
		for (size_t i = round % 2; i + 1 < s.extent && answer == ATL_FINE; i += 2) {
			void *a = atl_array_at(k->out, (o * s.extent + i) * s.inner), *b = atl_array_at(k->out, (o * s.extent + i + 1) * s.inner);
			void *lo = k->attr[1] ? b : a, *hi = k->attr[1] ? a : b;
			answer = sys->fn2[ATL_FN2_min](least->data, a, 1, b, 1, s.inner, k->num);
			if (answer == ATL_FINE)
				answer = sys->fn2[ATL_FN2_max](hi, a, 1, b, 1, s.inner, k->num);
			if (answer == ATL_FINE)
				answer = sys->copy(lo, least->data, 1, s.inner);
		}
	}
	atl_array_unref(least);
	return answer;
}

static atl_answer sort(atl_kernel *k)
{
	atl_answer answer = each_lane(k, k->in[0], pick);
	return answer == ATL_UNDECIDED ? by_exchanges(k) : answer;
}

static atl_answer sort_pick(atl_kernel *k) { return each_lane(k, k->in[1], pick); }
static atl_answer sort_place(atl_kernel *k) { return each_lane(k, k->in[1], place); }
static atl_answer sort_ties(atl_kernel *k) { return each_lane(k, k->in[0], tie); }
static atl_answer argsort(atl_kernel *k) { return each_lane(k, k->in[0], number); }

static atl_status pair_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	*out = *atl_graph_shape(b->graph, c->arg[0]);
	if (atl_shape_equal(out, atl_graph_shape(b->graph, c->arg[1])))
		return ATL_OK;
	return atl_build_shape_error(b, c->at, "what is sorted has another shape than its order", c->arg[0], span_of(c, 0), c->arg[1],
				     span_of(c, 1));
}

/* The first k of sort(x, descending=1). */
static atl_id build_topk(atl_builder *b, const atl_call *c)
{
	atl_call own = *c;
	if (atl_check_axis_of_vectors(b, &own, 1))
		return 0;
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]);
	int64_t d = own.stat[1] - 1, n = s.dim[d];
	if (c->stat[0] < 1 || c->stat[0] > n) {
		atl_build_shape_error(b, c->at, "topk takes some of the entries there are", c->arg[0], span_of(c, 0), 0, c->at);
		atl_diag_note(b->diag, "k is from 1 to %lld here, and this is %lld", (long long)n, (long long)c->stat[0]);
		return 0;
	}
	atl_id all = atl_build_op(b, "sort", c->arg, 1, (int64_t[]){ d + 1, 1 }, 2);
	atl_subscript sub[ATL_MAX_RANK];
	for (int e = 0; e < s.rank; e++)
		sub[e] = (atl_subscript){ .kind = e == d ? ATL_SUB_RANGE : ATL_SUB_ALL, .step = 1, .count = c->stat[0] };
	return all ? atl_build_index(b, all, sub, (uint32_t)s.rank, c->span, c->span) : 0;
}

/* ---- classes ---- */

/* A column of labels gives rows, a row of labels columns, and one label a column. */
static atl_status onehot_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	if (s->rank != 2 || (s->dim[0] != 1 && s->dim[1] != 1))
		return atl_build_shape_error(b, c->at, "onehot takes a vector of labels", c->arg[0], span_of(c, 0), 0, c->at);
	if (c->stat[0] < 1)
		return atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span, "onehot takes a number of classes from 1 up");
	*out = s->dim[0] == 1 ? atl_shape_2(c->stat[0], s->dim[1]) : atl_shape_2(s->dim[0], c->stat[0]);
	return ATL_OK;
}

static atl_answer onehot(atl_kernel *k)
{
	const atl_array *x = k->in[0];
	bool columns = x->shape.dim[0] == 1;
	size_t classes = (size_t)k->attr[0];
	atl_answer answer = ATL_FINE;
	for (size_t i = 0; i < x->n && answer == ATL_FINE; i++) {
		long v;
		bool fits = k->num->sys->get_si(&v, atl_array_at(x, i)) && v >= 1 && (size_t)v <= classes;
		size_t first = columns ? i : i * classes, step = columns ? x->n : 1;
		if (fits)
			answer = k->num->sys->set_si(atl_array_at(k->out, first + (size_t)(v - 1) * step), 1, k->num);
		for (size_t j = 0; j < classes && !fits && answer == ATL_FINE; j++)
			answer = no_value(k, first + j * step);
	}
	return answer;
}

/* Rows of a table: table[at, :], with one position as with many. */
static atl_id build_embedding(atl_builder *b, const atl_call *c)
{
	const atl_shape w = *atl_graph_shape(b->graph, c->arg[0]), *s = atl_graph_shape(b->graph, c->arg[1]);
	if (w.rank != 2 || s->rank != 2 || (s->dim[0] != 1 && s->dim[1] != 1)) {
		atl_build_shape_error(b, c->at, "embedding takes a matrix and a vector of positions", c->arg[0], span_of(c, 0), c->arg[1],
				      span_of(c, 1));
		return 0;
	}
	atl_subscript sub[2] = { { .kind = ATL_SUB_GATHER, .index = c->arg[1] }, { .kind = ATL_SUB_ALL } };
	return atl_build_index(b, c->arg[0], sub, 2, c->span, span_of(c, 0));
}

#define ORDER "; axis=0, descending=0"
#define LIKE "axis=axis, descending=descending)"
#define ALONG "Along the axis; without one down the columns, of a vector along it. descending=1 has the largest first. "
#define TIES "sort_ties(x, " LIKE
#define KINK .kink_at = "the order of equals", .kink_says = "equal entries keep their order"

static const atl_op rows[] = {
	{ .name = "sort", .params = "x" ORDER, .by = ATL_BY_KERNEL, .prepare = atl_prepare_axis_of_vectors, .shape = atl_shape_of_first,
	  .kernel = sort, .rule = { "sort_place(g, x, " LIKE }, .kink = TIES, KINK, .summary = "the entries by size, the smallest first",
	  .detail = ALONG, .example = "sort([3, 1, 2]) -> [1; 2; 3]\nsort([3, 1; 2, 4], axis=2, descending=1) -> [3, 1; 4, 2]",
	  .test = "x:2x3 | x:4x1; descending=1" },
	{ .name = "sort_pick", .params = "u, x" ORDER, .by = ATL_BY_KERNEL, .prepare = atl_prepare_axis_of_vectors, .shape = pair_shape,
	  .kernel = sort_pick, .rule = { "sort_place(g, x, " LIKE }, .kink = TIES, KINK, .summary = "u in the order that sorts x",
	  .detail = ALONG, .example = "sort_pick([10, 20, 30], [3, 1, 2]) -> [20; 30; 10]", .test = "u:2x3; x:2x3" },
	{ .name = "sort_place", .params = "u, x" ORDER, .by = ATL_BY_KERNEL, .prepare = atl_prepare_axis_of_vectors, .shape = pair_shape,
	  .kernel = sort_place, .rule = { "sort_pick(g, x, " LIKE }, .kink = TIES, KINK,
	  .summary = "sorted entries u back where x has them; the derivative of sort", .detail = ALONG,
	  .example = "sort_place([10, 20, 30], [3, 1, 2]) -> [30; 10; 20]", .test = "u:2x3; x:2x3" },
	{ .name = "sort_ties", .params = "x" ORDER, .by = ATL_BY_KERNEL, .prepare = atl_prepare_axis_of_vectors, .shape = atl_shape_of_first,
	  .kernel = sort_ties, .flags = ATL_OF_INTERNAL | ATL_OF_NO_GRADIENT, .summary = "1 for an entry that equals another before it",
	  .test = "" },
	{ .name = "argsort", .params = "x" ORDER, .by = ATL_BY_KERNEL, .prepare = atl_prepare_axis_of_vectors, .shape = atl_shape_of_first,
	  .kernel = argsort, .flags = ATL_OF_NO_GRADIENT, .summary = "where the entries by size stand, from 1",
	  .detail = ALONG "Of equal entries the first is first.", .example = "argsort([3, 1, 2]) -> [2; 3; 1]", .test = "" },
	{ .name = "topk", .params = "x; k, axis=0", .by = ATL_BY_BUILD, .build = build_topk, .summary = "the k largest entries, the largest first",
	  .detail = "Along the axis; without one down the columns, of a vector along it. Where they stand: argsort(x, descending=1)[1:k].",
	  .example = "topk([3, 1, 4, 1, 5], 2) -> [5; 4]", .test = "x:4x3; k=2 | x:4x1; k=3; axis=1" },
	{ .name = "onehot", .params = "labels; classes", .by = ATL_BY_KERNEL, .shape = onehot_shape, .kernel = onehot, .domain = "labels that are whole numbers from 1 to classes",
	  .summary = "1 in the place of each label, else 0", .detail = "Labels are from 1 to classes. A column of labels gives a row for each, "
	  "a row of labels a column for each, and one label a column.", .example = "onehot([2, 1], 3) -> [0, 1, 0; 1, 0, 0]\nonehot(2, 3) -> [0; 1; 0]",
	  .test = "" },
	{ .name = "embedding", .params = "W, at", .by = ATL_BY_BUILD, .build = build_embedding,
	  .summary = "the rows of W at the given positions: W[at, :]", .detail = "The positions are values and may change; what flows back to W "
	  "is added up in the rows that were taken.", .example = "embedding([1, 2; 3, 4; 5, 6], [3, 1, 3]) -> [5, 6; 1, 2; 5, 6]",
	  .test = "W:3x2; at=[3,1,3]" },
};
ATL_FAMILY(atl_ops_order, "order and classes");
