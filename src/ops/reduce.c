/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reduce.c: sums, products, means, spread, norms. */
#include "graph/derive.h"
#include "ops/families.h"

typedef atl_answer lane_fn(void *y, const void *x, size_t stride, size_t n, atl_num *);

static atl_answer reduce(atl_kernel *k, lane_fn *fn)
{
	atl_lanes l = atl_lanes_of(&k->in[0]->shape, k->attr[0]);
	for (size_t o = 0; o < l.outer; o++)
		for (size_t i = 0; i < l.inner; i++) {
			size_t at = o * l.extent * l.inner + i;
			const void *x = l.extent ? atl_array_at(k->in[0], at) : k->in[0]->data;
			atl_answer answer = fn(atl_array_at(k->out, o * l.inner + i), x, l.inner, l.extent, k->num);
			if (answer != ATL_FINE)
				return answer;
		}
	return ATL_FINE;
}

static atl_answer sum(atl_kernel *k)
{
	const atl_system *sys = k->num->sys;
	atl_lanes l = atl_lanes_of(&k->in[0]->shape, k->attr[0]);
	if (!sys->sums || l.outer * l.inner <= 1 || l.extent == 0)
		return reduce(k, sys->sum);
	return sys->sums(k->out->data, k->in[0]->data, l.outer, l.extent, l.inner, k->num);
}

static atl_answer prod(atl_kernel *k) { return reduce(k, k->num->sys->prod); }

/* The product of all the others, by products from the left and from the right. */
static atl_answer prod_others(atl_kernel *k)
{
	const atl_system *sys = k->num->sys;
	atl_lanes l = atl_lanes_of(&k->in[0]->shape, k->attr[0]);
	atl_array *right = atl_array_new(&(atl_shape){ 2, { 1, 1 } }, k->num);
	if (!right)
		return ATL_NOMEM;
	atl_answer answer = ATL_FINE;
	for (size_t lane = 0; lane < l.outer * l.inner && answer == ATL_FINE; lane++) {
		size_t base = lane / l.inner * l.extent * l.inner + lane % l.inner;
		for (size_t i = 0; i < l.extent && answer == ATL_FINE; i++) {
			void *y = atl_array_at(k->out, base + i * l.inner);
			answer = i == 0 ? sys->set_si(y, 1, k->num)
					: sys->fn2[ATL_FN2_mul](y, atl_array_at(k->out, base + (i - 1) * l.inner), 1,
								atl_array_at(k->in[0], base + (i - 1) * l.inner), 1, 1, k->num);
		}
		if (answer == ATL_FINE)
			answer = sys->set_si(right->data, 1, k->num);
		for (size_t i = l.extent; i-- > 0 && answer == ATL_FINE;) {
			void *y = atl_array_at(k->out, base + i * l.inner);
			answer = sys->fn2[ATL_FN2_mul](y, y, 1, right->data, 1, 1, k->num);
			if (answer == ATL_FINE)
				answer = sys->fn2[ATL_FN2_mul](right->data, right->data, 1,
							       atl_array_at(k->in[0], base + i * l.inner), 1, 1, k->num);
		}
	}
	atl_array_unref(right);
	return answer;
}

/* As a composition, for second derivatives: row i of a square holds x with its i-th entry made 1. */
static atl_id others_as_product(atl_builder *b, atl_id x)
{
	const atl_shape shape = *atl_graph_shape(b->graph, x);
	int64_t n = (int64_t)atl_shape_count(&shape);
	atl_shape row = atl_shape_2(1, n), square = atl_shape_2(n, n);
	atl_id rows = atl_build_broadcast(b, atl_build_reshape(b, x, &row), &square);
	atl_id eye = atl_build_op(b, "eye", NULL, 0, (int64_t[]){ n, n }, 2);
	atl_id holed = atl_build_3(b, "where", eye, atl_build_number(b, 1), rows);
	return atl_build_reshape(b, atl_build_op(b, "prod", &holed, 1, (int64_t[]){ 2 }, 1), &shape);
}

/* The adjoint of prod_others over one lane, a column. */
static atl_id others_of_lane(atl_builder *b, atl_id x, atl_id g, int64_t i)
{
	atl_id part = atl_build_lane(b, x, 1, i), seed = atl_build_lane(b, g, 1, i);
	return part && seed ? atl_vjp(b, others_as_product(b, part), part, seed) : 0;
}

/* The same over the columns of a matrix, laid side by side again and then flat, as a row. */
static atl_id others_of_columns(atl_builder *b, atl_id x, atl_id g, atl_lanes l)
{
	atl_id *back = atl_malloc((l.inner + 1) * sizeof *back), joined = 0;
	atl_shape flat = atl_shape_2(1, (int64_t)(l.extent * l.inner));
	if (!back) {
		atl_diag_nomem(b->diag);
		return 0;
	}
	size_t done = 0;
	while (done < l.inner && (back[done] = others_of_lane(b, x, g, (int64_t)done + 1)))
		done++;
	if (done == l.inner)
		joined = done == 1 ? back[0] : atl_build_op(b, "hcat", back, (uint32_t)done, NULL, 0);
	atl_free(back);
	return atl_build_reshape(b, joined, &flat);
}

/* Lane by lane: x as a matrix with a row for each step of the outer dimensions, that row as one with a
 * column for each step of the inner ones. */
static atl_id others_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	(void)slot;
	atl_id x = atl_graph_in(b->graph, node)[0], joined = 0;
	const atl_shape shape = *atl_graph_shape(b->graph, x);
	atl_lanes l = atl_lanes_of(&shape, atl_graph_attr(b->graph, node)[0]);
	atl_shape rows = atl_shape_2((int64_t)l.outer, (int64_t)(l.extent * l.inner));
	atl_shape columns = atl_shape_2((int64_t)l.extent, (int64_t)l.inner);
	if (atl_shape_count(&shape) == 0)
		return g;
	atl_id *back = atl_malloc((l.outer + 1) * sizeof *back);
	if (!back) {
		atl_diag_nomem(b->diag);
		return 0;
	}
	x = atl_build_reshape(b, x, &rows);
	g = atl_build_reshape(b, g, &rows);
	size_t done = 0;
	for (; done < l.outer; done++) {
		atl_id part = atl_build_reshape(b, atl_build_lane(b, x, 0, (int64_t)done + 1), &columns);
		atl_id seed = atl_build_reshape(b, atl_build_lane(b, g, 0, (int64_t)done + 1), &columns);
		if (!part || !seed || !(back[done] = others_of_columns(b, part, seed, l)))
			break;
	}
	if (done == l.outer)
		joined = done == 1 ? back[0] : atl_build_op(b, "vcat", back, (uint32_t)done, NULL, 0);
	atl_free(back);
	return atl_build_reshape(b, joined, &shape);
}

static atl_status prepare_moment(atl_builder *b, atl_call *c)
{
	if (atl_prepare_axis(b, c))
		return ATL_ERROR;
	atl_lanes l = atl_lanes_of(atl_graph_shape(b->graph, c->arg[0]), c->stat[0]);
	if (c->stat[1] >= 0 && c->stat[1] < (int64_t)l.extent)
		return ATL_OK;
	return atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span,
			     "%s divides by n - ddof, which is not positive here: n is %zu, ddof %lld", c->op->name, l.extent,
			     (long long)c->stat[1]);
}

/* extent(x, axis): how many entries are reduced. */
static atl_id build_extent(atl_builder *b, const atl_call *c)
{
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]);
	return c->stat[0] ? atl_build_extent(b, s.dim[c->stat[0] - 1]) : atl_build_entries(b, &s);
}

/* norm(x, p): 2 is a row of its own, the others are compositions. */
static atl_id build_norm(atl_builder *b, const atl_call *c)
{
	atl_id x = c->arg[0], p = c->arg[1];
	if (atl_build_is_number(b, p, 2))
		return atl_build_1(b, "norm2", x);
	atl_id magnitude = atl_build_1(b, "abs", x);
	if (atl_build_is_number(b, p, 1))
		return atl_build_1(b, "sum", magnitude);
	if (atl_build_is_number(b, p, 0))
		return atl_build_1(b, "sum", atl_build_2(b, "ne", x, p));
	if (atl_graph_node(b->graph, p)->op == atl_op_find("inf", 3))
		return atl_build_1(b, "amax", magnitude);
	if (!atl_shape_scalar(atl_graph_shape(b->graph, p))) {
		atl_build_shape_error(b, c->at, "the order of a norm is one number", p, c->at, 0, c->at);
		return 0;
	}
	atl_id sum_of_powers = atl_build_1(b, "sum", atl_build_2(b, "pow", magnitude, p));
	return atl_build_2(b, "pow", sum_of_powers, atl_build_2(b, "div", atl_build_number(b, 1), p));
}

#define AXIS .params = "x; axis=0", .prepare = atl_prepare_axis
#define ALONG "Over all entries, or along an axis: axis 1 goes down the columns and leaves a row, axis 2 along the rows " \
	      "and leaves a column; the reduced axis is kept with one entry."

static const atl_op rows[] = {
	{ .name = "sum", AXIS, .by = ATL_BY_KERNEL, .kernel = sum, .shape = atl_shape_reduced, .rule = { "expand(g, x)" },
	  .flags = ATL_OF_LANES,
	  .summary = "the sum of the entries", .detail = ALONG, .example = "sum([1, 2; 3, 4]) -> 10\nsum([1, 2; 3, 4], 1) -> [[4, 6]]",
	  .latex = "\\sum" },
	{ .name = "prod", AXIS, .by = ATL_BY_KERNEL, .kernel = prod, .shape = atl_shape_reduced,
	  .rule = { "expand(g, x) .* prod_others(x, axis=axis)" }, .summary = "the product of the entries", .detail = ALONG,
	  .example = "prod([2, 3, 4]) -> 24", .latex = "\\prod" },
	{ .name = "prod_others", AXIS, .by = ATL_BY_KERNEL, .kernel = prod_others, .shape = atl_shape_of_first,
	  .vjp = others_vjp, .summary = "for each entry the product of all others; the derivative of prod",
	  .example = "prod_others([2, 3, 4]) -> [12; 8; 6]" },
	{ .name = "mean", AXIS, .by = ATL_BY_TEXT, .value = "sum(x, axis=axis) ./ extent(x, axis=axis)",
	  .rule = { "expand(g, x) ./ extent(x, axis=axis)" }, .summary = "the mean of the entries", .detail = ALONG,
	  .example = "mean([1, 2, 6]) -> 3" },
	{ .name = "var", .params = "x; axis=0, ddof=0", .prepare = prepare_moment, .by = ATL_BY_TEXT,
	  .value = "sum((x - mean(x, axis=axis)).^2, axis=axis) ./ (extent(x, axis=axis) - ddof)",
	  .rule = { "expand(g, x) .* 2 .* (x - mean(x, axis=axis)) ./ (extent(x, axis=axis) - ddof)" },
	  .summary = "the variance: the mean square distance from the mean",
	  .detail = ALONG " ddof=1 divides by n - 1 (the unbiased estimate), 0 by n.",
	  .example = "var([1, 2, 6]) -> 4.66667\nvar([1, 2, 6], ddof=1) -> 7" },
	{ .name = "std", .params = "x; axis=0, ddof=0", .prepare = prepare_moment, .by = ATL_BY_TEXT,
	  .value = "sqrt(var(x, axis=axis, ddof=ddof))",
	  .rule = { "expand(g ./ y, x) .* (x - mean(x, axis=axis)) ./ (extent(x, axis=axis) - ddof)" },
	  .summary = "the standard deviation, sqrt(var(x))", .detail = ALONG " ddof as for var.", .example = "std([1, 5]) -> 2",
	  .test = "x:2x3" },
	{ .name = "norm2", .shown = "norm", .params = "x", .by = ATL_BY_TEXT, .value = "sqrt(sum(x.^2))",
	  .rule = { "where(y == 0, 0, g .* x ./ y)" }, .kink = "sum(x.^2) == 0", .kink_at = "norm'(0)", .kink_says = "norm'(0) = 0",
	  .flags = ATL_OF_INTERNAL, .summary = "the Euclidean norm" },
	{ .name = "norm", .params = "x, p=2", .by = ATL_BY_BUILD, .build = build_norm,
	  .summary = "the p-norm of all entries: 2 (Euclid, Frobenius), 1, inf, or any p; 0 counts what is not 0",
	  .example = "norm([3, 4]) -> 5\nnorm([3, -4], 1) -> 7\nnorm([3, -4], inf) -> 4\nnorm([3, 0, -4], 0) -> 2",
	  .test = "x; p:1x1 in [1.5, 3]" },
	{ .name = "extent", .params = "x; axis=0", .by = ATL_BY_BUILD, .build = build_extent, .flags = ATL_OF_INTERNAL,
	  .summary = "how many entries a reduction takes together", .test = "" },
};
ATL_FAMILY(atl_ops_reduce, "sums, means, norms");
