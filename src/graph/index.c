/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index.c: W[1, 2], x[2:end], X[:, idx]: slices and gathers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "graph/scope.h"
#include "graph/show.h"

/* A vector, or a row, takes one index; then this is the dimension it counts. */
static int lone_dim(const atl_shape *s, uint32_t n)
{
	if (n != 1 || s->rank != 2)
		return -1;
	return s->dim[1] == 1 ? 0 : s->dim[0] == 1 ? 1 : -1;
}

int64_t atl_index_end(const atl_builder *b, atl_id base, uint32_t k, uint32_t n)
{
	const atl_shape *s = atl_graph_shape(b->graph, base);
	int lone = lone_dim(s, n);
	if (lone >= 0)
		return s->dim[lone];
	return k < (uint32_t)s->rank ? s->dim[k] : 1;
}

static atl_status outside(atl_builder *b, atl_id base, atl_span base_span, atl_span at, int64_t index, int64_t extent,
			  const char *what)
{
	atl_diag_fail(b->diag, ATL_KIND_SHAPE, at, "index %" PRId64 " is outside: the %s go from 1 to %" PRId64, index, what,
		      extent);
	atl_diag_label(b->diag, base_span, "%s", atl_build_describe(b, base));
	return ATL_ERROR;
}

static atl_status inside(atl_builder *b, atl_id base, atl_span base_span, const atl_subscript *s, int dim, int64_t extent)
{
	static const char *const what[] = { "rows", "columns" };
	const atl_shape *shape = atl_graph_shape(b->graph, base);
	const char *word = shape->rank == 2 && !atl_shape_vector(shape) ? what[dim] : "indices";
	if (s->kind == ATL_SUB_AT && (s->first < 0 || s->first >= extent))
		return outside(b, base, base_span, s->span, s->first + 1, extent, word);
	if (s->kind != ATL_SUB_RANGE || s->count == 0)
		return ATL_OK;
	if (s->first < 0 || s->first >= extent)
		return outside(b, base, base_span, s->span, s->first + 1, extent, word);
	int64_t last;
	if (__builtin_mul_overflow(s->count - 1, s->step, &last) || __builtin_add_overflow(last, s->first, &last) ||
	    last == INT64_MAX)
		last = s->step > 0 ? extent : -1;
	if (last < 0 || last >= extent)
		return outside(b, base, base_span, s->span, last + 1, extent, word);
	return ATL_OK;
}

static atl_status one_for_each(atl_builder *b, atl_id base, uint32_t n, atl_span whole, atl_span base_span)
{
	const atl_shape *s = atl_graph_shape(b->graph, base);
	atl_diag_fail(b->diag, ATL_KIND_SHAPE, whole, "%u ind%s for an array of %d dimensions", n, n == 1 ? "ex" : "ices", s->rank);
	atl_diag_label(b->diag, base_span, "%s", atl_build_describe(b, base));
	if (s->rank == 2 && n == 1)
		atl_diag_note(b->diag, "[i, j] is an entry, [i, :] a row, [:, j] a column; vec(...)[k] counts down the columns");
	return ATL_ERROR;
}

/* Row vectors and columns with one index get the other one added. */
static atl_status complete(atl_builder *b, atl_id base, const atl_subscript *sub, uint32_t n, atl_subscript *full,
			   atl_span whole, atl_span base_span)
{
	const atl_shape *s = atl_graph_shape(b->graph, base);
	int lone = lone_dim(s, n);
	if (lone < 0 && n != (uint32_t)s->rank)
		return one_for_each(b, base, n, whole, base_span);
	for (int d = 0; d < s->rank; d++) {
		if (lone >= 0)
			full[d] = d == lone ? sub[0] : (atl_subscript){ .kind = ATL_SUB_ALL };
		else
			full[d] = sub[d];
		if (inside(b, base, base_span, &full[d], d, s->dim[d]))
			return ATL_ERROR;
		if (full[d].kind == ATL_SUB_ALL)
			full[d] = (atl_subscript){ .kind = ATL_SUB_ALL, .step = 1, .count = s->dim[d] };
	}
	return ATL_OK;
}

static bool takes_all(const atl_subscript *s, int64_t extent)
{
	return s->kind == ATL_SUB_GATHER || (s->first == 0 && s->step == 1 && s->count == extent);
}

static atl_id slice(atl_builder *b, atl_id base, const atl_subscript *sub, atl_span whole)
{
	const atl_shape *s = atl_graph_shape(b->graph, base);
	int64_t attr[3 * ATL_MAX_RANK];
	atl_shape out = *s;
	bool all = true;
	for (int d = 0; d < s->rank; d++) {
		bool gather = sub[d].kind == ATL_SUB_GATHER;
		attr[3 * d] = gather ? 0 : sub[d].first;
		attr[3 * d + 1] = gather ? 1 : sub[d].step;
		attr[3 * d + 2] = out.dim[d] = gather ? s->dim[d] : sub[d].count;
		all &= takes_all(&sub[d], s->dim[d]);
	}
	if (all)
		return base;
	atl_new k = { .op = atl_op_find("slice", 5), .shape = out, .in = &base, .n_in = 1, .attr = attr,
		      .n_attr = (uint32_t)(3 * s->rank), .flags = b->flags, .span = whole.lo ? whole : b->span };
	return atl_build_node(b, &k);
}

static atl_id gather(atl_builder *b, atl_id base, const atl_subscript *sub, int d, atl_span whole)
{
	const atl_shape *is = atl_graph_shape(b->graph, sub->index);
	if (is->rank != 2 || (is->dim[0] != 1 && is->dim[1] != 1 && atl_shape_count(is))) {
		atl_build_shape_error(b, sub->span, "positions are given by a vector", sub->index, sub->span, 0, sub->span);
		return 0;
	}
	atl_shape out = *atl_graph_shape(b->graph, base);
	out.dim[d] = (int64_t)atl_shape_count(is);
	int64_t attr = d;
	atl_new k = { .op = atl_op_find("gather", 6), .shape = out, .in = (atl_id[]){ base, sub->index }, .n_in = 2, .attr = &attr,
		      .n_attr = 1, .flags = b->flags, .span = whole.lo ? whole : b->span };
	return atl_build_node(b, &k);
}

atl_id atl_build_index(atl_builder *b, atl_id base, const atl_subscript *sub, uint32_t n, atl_span whole, atl_span base_span)
{
	atl_subscript full[ATL_MAX_RANK] = { { 0 } };
	int rank = atl_graph_shape(b->graph, base)->rank;
	if (complete(b, base, sub, n, full, whole, base_span))
		return 0;
	atl_id id = slice(b, base, full, whole);
	/* dimensions picked at one place vanish, down to rank 2 */
	for (int d = 0; d < rank && id; d++)
		if (full[d].kind == ATL_SUB_GATHER)
			id = gather(b, id, &full[d], d, whole);
	if (!id || rank == 2)
		return id;
	atl_shape out = { 0 };
	const atl_shape *s = atl_graph_shape(b->graph, id);
	for (int d = 0, left = rank; d < rank; d++)
		if ((full[d].kind == ATL_SUB_AT || full[d].one) && left > 2)
			left--;
		else
			out.dim[out.rank++] = s->dim[d];
	return out.rank == s->rank ? id : atl_build_reshape(b, id, &out);
}

atl_id atl_build_lane(atl_builder *b, atl_id id, int d, int64_t i)
{
	if (!id)
		return 0;
	const atl_shape *s = atl_graph_shape(b->graph, id);
	atl_subscript sub[ATL_MAX_RANK];
	for (int k = 0; k < s->rank; k++)
		sub[k] = (atl_subscript){ .kind = ATL_SUB_ALL, .step = 1, .count = s->dim[k] };
	sub[d] = (atl_subscript){ .kind = ATL_SUB_RANGE, .first = i - 1, .step = 1, .count = 1 };
	return slice(b, id, sub, (atl_span){ 0, 0 });
}
