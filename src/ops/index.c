/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index.c: picking entries and putting them back.
 *
 * slice's attributes are (first, step, count) of each dimension, from 0;
 * place is its adjoint: zeros with g at those entries.  gather takes positions
 * (from 1) along one dimension, scatter adds back to them.  Both adjoints have
 * the index they undo as their last operand, which says what they are:
 * place(g, x[2:3]). */
#include <string.h>
#include "ops/families.h"

/* Calls put(i, j) for the i-th entry of the part, which is entry j of the whole. */
typedef void pair_fn(atl_array *out, size_t part, const atl_array *in, size_t whole);

static void take(atl_array *out, size_t part, const atl_array *in, size_t whole) { atl_put(out, part, in, whole); }
static void give(atl_array *out, size_t part, const atl_array *in, size_t whole) { atl_put(out, whole, in, part); }

static void each(const int64_t *attr, const atl_shape *whole, size_t count, atl_array *out, const atl_array *in, pair_fn *fn)
{
	int64_t at[ATL_MAX_RANK] = { 0 };
	for (size_t i = 0; i < count; i++) {
		int64_t j = 0;
		for (int d = 0; d < whole->rank; d++)
			j = j * whole->dim[d] + attr[3 * d] + at[d] * attr[3 * d + 1];
		fn(out, i, in, (size_t)j);
		for (int d = whole->rank - 1; d >= 0 && ++at[d] == attr[3 * d + 2]; d--)
			at[d] = 0;
	}
}

static atl_answer slice(atl_kernel *k)
{
	each(k->attr, &k->in[0]->shape, k->out->n, k->out, k->in[0], take);
	return ATL_FINE;
}

static atl_answer place(atl_kernel *k)
{
	each(k->attr, &k->out->shape, k->in[0]->n, k->out, k->in[0], give);
	return ATL_FINE;
}

static atl_id slice_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	(void)slot;
	const atl_shape whole = *atl_graph_shape(b->graph, atl_graph_in(b->graph, node)[0]);
	int64_t attr[3 * ATL_MAX_RANK];
	memcpy(attr, atl_graph_attr(b->graph, node), (size_t)(3 * whole.rank) * sizeof *attr);
	atl_new k = { .op = atl_op_find("place", 5), .shape = whole, .in = (atl_id[]){ g, node }, .n_in = 2, .attr = attr,
		      .n_attr = (uint32_t)(3 * whole.rank), .flags = b->flags, .span = b->span };
	return atl_build_node(b, &k);
}

static atl_id place_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	if (slot)
		return 0;
	const atl_shape part = *atl_graph_shape(b->graph, atl_graph_in(b->graph, node)[0]);
	int64_t attr[3 * ATL_MAX_RANK];
	memcpy(attr, atl_graph_attr(b->graph, node), (size_t)(3 * part.rank) * sizeof *attr);
	atl_new k = { .op = atl_op_find("slice", 5), .shape = part, .in = &g, .n_in = 1, .attr = attr,
		      .n_attr = (uint32_t)(3 * part.rank), .flags = b->flags, .span = b->span };
	return atl_build_node(b, &k);
}

/* ---- positions that are values ---- */

static atl_answer position(atl_kernel *k, size_t i, size_t extent, size_t *at)
{
	long v;
	if (!k->num->sys->get_si(&v, atl_array_at(k->in[1], i)) || v < 1 || (size_t)v > extent) {
		k->num->fault = i;
		k->num->reason = "a position outside the array";
		return ATL_UNABLE;
	}
	*at = (size_t)v - 1;
	return ATL_FINE;
}

static atl_answer gather(atl_kernel *k)
{
	atl_lanes l = atl_lanes_of(&k->in[0]->shape, k->attr[0] + 1);
	size_t n = k->in[1]->n;
	for (size_t i = 0; i < n; i++) {
		size_t at;
		atl_answer answer = position(k, i, l.extent, &at);
		for (size_t o = 0; o < l.outer && answer == ATL_FINE; o++)
			answer = k->num->sys->copy(atl_array_at(k->out, (o * n + i) * l.inner),
						   atl_array_at(k->in[0], (o * l.extent + at) * l.inner), 1, l.inner);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

static atl_answer scatter(atl_kernel *k)
{
	const atl_system *sys = k->num->sys;
	atl_lanes l = atl_lanes_of(&k->out->shape, k->attr[0] + 1);
	size_t n = k->in[1]->n;
	for (size_t i = 0; i < n; i++) {
		size_t at;
		atl_answer answer = position(k, i, l.extent, &at);
		for (size_t o = 0; o < l.outer && answer == ATL_FINE; o++) {
			void *y = atl_array_at(k->out, (o * l.extent + at) * l.inner);
			answer = sys->fn2[ATL_FN2_add](y, y, 1, atl_array_at(k->in[0], (o * n + i) * l.inner), 1, l.inner, k->num);
		}
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

static atl_id picked(atl_builder *b, const char *op, atl_id g, atl_id index, atl_id undone, int64_t dim, const atl_shape *shape)
{
	atl_new k = { .op = atl_op_find(op, strlen(op)), .shape = *shape, .in = (atl_id[]){ g, index, undone }, .n_in = undone ? 3 : 2,
		      .attr = &dim, .n_attr = 1, .flags = b->flags, .span = b->span };
	return atl_build_node(b, &k);
}

static atl_id gather_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	const atl_id *in = atl_graph_in(b->graph, node);
	return slot ? 0 : picked(b, "scatter", g, in[1], node, atl_graph_attr(b->graph, node)[0], atl_graph_shape(b->graph, in[0]));
}

static atl_id scatter_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	const atl_id *in = atl_graph_in(b->graph, node);
	return slot ? 0 : picked(b, "gather", g, in[1], 0, atl_graph_attr(b->graph, node)[0], atl_graph_shape(b->graph, in[0]));
}

/* place(g, x[2:3]) as a function: the second argument is an index. */
static atl_id build_place(atl_builder *b, const atl_call *c)
{
	const atl_node *n = atl_graph_node(b->graph, c->arg[1]);
	bool is_slice = n->op->kernel == slice, is_gather = n->op->kernel == gather;
	if (!is_slice && !is_gather) {
		atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at, "place(g, x[...]) takes an index as its second argument");
		return 0;
	}
	if (!atl_shape_equal(atl_graph_shape(b->graph, c->arg[0]), n->shape)) {
		atl_build_shape_error(b, c->at, "what is placed has another shape than its place", c->arg[0],
				      c->arg_span ? c->arg_span[0] : c->at, c->arg[1], c->arg_span ? c->arg_span[1] : c->at);
		return 0;
	}
	return is_slice ? slice_vjp(b, c->arg[1], 0, c->arg[0]) : gather_vjp(b, c->arg[1], 0, c->arg[0]);
}

static const atl_op rows[] = {
	{ .name = "slice", .params = "x", .by = ATL_BY_KERNEL, .kernel = slice, .vjp = slice_vjp, .flags = ATL_OF_INTERNAL,
	  .summary = "entries, rows, columns, blocks: W[1, 2], W[1, :], x[2:end]", .test = "" },
	{ .name = "place", .params = "g, part", .by = ATL_BY_BUILD, .build = build_place, .kernel = place, .vjp = place_vjp,
	  .summary = "place(g, x[2:3]): zeros in x's shape, with g at those entries; the derivative of an index",
	  .example = "x = [1, 2, 3]; place([5, 6], x[2:3]) -> [0; 5; 6]", .test = "" },
	{ .name = "gather", .params = "x, at", .by = ATL_BY_KERNEL, .kernel = gather, .vjp = gather_vjp, .flags = ATL_OF_INTERNAL,
	  .summary = "entries at given positions: x[idx], X[:, idx]", .test = "" },
	{ .name = "scatter", .params = "x, at, part", .by = ATL_BY_KERNEL, .kernel = scatter, .vjp = scatter_vjp, .flags = ATL_OF_INTERNAL,
	  .summary = "an array of zeros with x added at given positions", .test = "" },
};
ATL_FAMILY(atl_ops_index, "indices");
