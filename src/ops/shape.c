/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shape.c: the same entries in another shape, side by side, and questions about shapes. */
#include <stdio.h>
#include "ops/families.h"

/* ---- reshape ---- */

static atl_answer copy_all(atl_kernel *k)
{
	return k->num->sys->copy(k->out->data, k->in[0]->data, 1, k->out->n);
}

static atl_id reshape_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	(void)slot;
	const atl_shape back = *atl_graph_shape(b->graph, atl_graph_in(b->graph, node)[0]);
	return atl_build_reshape(b, g, &back);
}

static atl_id build_reshape(atl_builder *b, const atl_call *c)
{
	atl_shape shape;
	atl_call sizes = *c;
	if (c->n_args < 2) {
		atl_diag_fail(b->diag, ATL_KIND_NAME, c->at, "reshape takes an array and the sizes: reshape(x, 2, 3)");
		return 0;
	}
	sizes.arg++;
	sizes.n_args--;
	sizes.arg_span = c->arg_span ? c->arg_span + 1 : NULL;
	if (atl_dims_of_call(b, &sizes, "reshape", &shape))
		return 0;
	size_t had = atl_shape_count(atl_graph_shape(b->graph, c->arg[0]));
	if (atl_shape_count(&shape) == had)
		return atl_build_reshape(b, c->arg[0], &shape);
	atl_build_shape_error(b, c->at, "a reshape keeps the number of entries", c->arg[0], c->arg_span ? c->arg_span[0] : c->at,
			      0, c->at);
	atl_diag_note(b->diag, "%zu entries are there, %zu are asked for", had, atl_shape_count(&shape));
	return 0;
}

/* vec stacks columns: x' in row order. */
static atl_id build_vec(atl_builder *b, const atl_call *c)
{
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]);
	atl_shape column = atl_shape_2((int64_t)atl_shape_count(&s), 1);
	if (s.rank == 2 && s.dim[0] != 1 && s.dim[1] != 1)
		return atl_build_reshape(b, atl_build_1(b, "transpose", c->arg[0]), &column);
	return atl_build_reshape(b, c->arg[0], &column);
}

/* ---- joins ---- */

static atl_status misfit(atl_builder *b, const atl_call *c, uint32_t k, int d)
{
	char message[64];
	snprintf(message, sizeof message, "%s differ in a join %s", d == 0 ? "heights" : "widths",
		 d == 0 ? "side by side" : "one above the other");
	atl_span first = c->arg_span ? c->arg_span[0] : c->at, other = c->arg_span ? c->arg_span[k] : c->at;
	return atl_build_shape_error(b, other, message, c->arg[0], first, c->arg[k], other);
}

/* Joins along d (0: one above the other, 1: side by side). */
static atl_status join_shape(atl_builder *b, const atl_call *c, atl_shape *out, int d)
{
	if (c->n_args == 0) {
		*out = atl_shape_2(0, 0);
		return ATL_OK;
	}
	*out = *atl_graph_shape(b->graph, c->arg[0]);
	for (uint32_t k = 1; k < c->n_args; k++) {
		const atl_shape *s = atl_graph_shape(b->graph, c->arg[k]);
		if (s->rank != out->rank)
			return misfit(b, c, k, 1 - d);
		for (int e = 0; e < s->rank; e++)
			if (e != d && s->dim[e] != out->dim[e])
				return misfit(b, c, k, 1 - d);
		out->dim[d] += s->dim[d];
	}
	return ATL_OK;
}

static atl_status hcat_shape(atl_builder *b, const atl_call *c, atl_shape *out) { return join_shape(b, c, out, 1); }
static atl_status vcat_shape(atl_builder *b, const atl_call *c, atl_shape *out) { return join_shape(b, c, out, 0); }

static atl_answer vcat(atl_kernel *k)
{
	size_t at = 0;
	for (uint32_t i = 0; i < k->n_in; at += k->in[i++]->n) {
		atl_answer answer = k->num->sys->copy(atl_array_at(k->out, at), k->in[i]->data, 1, k->in[i]->n);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

/* concat: joins along any axis. */
static atl_status concat_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	int d = (int)c->stat[0] - 1;
	*out = *atl_graph_shape(b->graph, c->arg[0]);
	for (uint32_t k = 1; k < c->n_args; k++) {
		atl_shape s = *atl_graph_shape(b->graph, c->arg[k]);
		int64_t more = s.dim[d];
		s.dim[d] = out->dim[d];
		if (!atl_shape_equal(&s, out)) {
			char message[64];
			snprintf(message, sizeof message, "sizes differ in a join along axis %d", d + 1);
			atl_span first = c->arg_span ? c->arg_span[0] : c->at, other = c->arg_span ? c->arg_span[k] : c->at;
			return atl_build_shape_error(b, other, message, c->arg[0], first, c->arg[k], other);
		}
		out->dim[d] += more;
	}
	return ATL_OK;
}

static atl_status prepare_concat(atl_builder *b, atl_call *c)
{
	if (c->n_args == 0)
		return atl_diag_fail(b->diag, ATL_KIND_NAME, c->at.lo ? c->at : b->span, "concat takes arrays: concat(a, b, axis=3)");
	if (c->stat[0] == 0)
		c->stat[0] = -1; /* no axis here, not even where it is not given */
	return atl_check_axis(b, c, 0);
}

/* stack: each with one more axis, of one entry, and joined along it.  A vector has one axis, a scalar none. */
static atl_id build_stack(atl_builder *b, const atl_call *c)
{
	atl_shape s = c->n_args ? *atl_graph_shape(b->graph, c->arg[0]) : ATL_SCALAR;
	for (uint32_t k = 1; k < c->n_args; k++)
		if (!atl_shape_equal(atl_graph_shape(b->graph, c->arg[k]), &s)) {
			atl_span first = c->arg_span ? c->arg_span[0] : c->at, other = c->arg_span ? c->arg_span[k] : c->at;
			atl_build_shape_error(b, other, "stack takes arrays of one shape", c->arg[0], first, c->arg[k], other);
			return 0;
		}
	int rank = atl_shape_scalar(&s) ? 0 : atl_shape_vector(&s) ? 1 : s.rank;
	int64_t axis = c->given[0] ? c->stat[0] : 1;
	if (c->n_args == 0 || axis < 1 || axis > rank + 1 || rank == ATL_MAX_RANK) {
		atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span, "stack joins arrays along a new axis, from 1 to %d here",
			      rank < ATL_MAX_RANK ? rank + 1 : rank);
		return 0;
	}
	atl_shape one = { .rank = rank + 1 };
	for (int d = 0; d <= rank; d++)
		one.dim[d] = d + 1 == axis ? 1 : s.dim[d - (d + 1 > axis)];
	while (one.rank < 2)
		one.dim[one.rank++] = 1;
	atl_id *part = atl_malloc(c->n_args * sizeof *part), joined = 0;
	uint32_t n = 0;
	if (!part)
		atl_diag_nomem(b->diag);
	while (part && n < c->n_args && (part[n] = atl_build_reshape(b, c->arg[n], &one)))
		n++;
	if (part && n == c->n_args)
		joined = n == 1 ? part[0] : atl_build_op(b, axis == 1 ? "vcat" : axis == 2 ? "hcat" : "concat", part, n, &axis, axis > 2);
	atl_free(part);
	return joined;
}

static atl_answer join(atl_kernel *k, int64_t axis)
{
	atl_lanes whole = atl_lanes_of(&k->out->shape, axis);
	size_t at = 0;
	for (uint32_t i = 0; i < k->n_in; i++) {
		size_t run = (size_t)k->in[i]->shape.dim[axis - 1] * whole.inner;
		for (size_t o = 0; o < whole.outer; o++) {
			atl_answer answer = k->num->sys->copy(atl_array_at(k->out, o * whole.extent * whole.inner + at),
							      atl_array_at(k->in[i], o * run), 1, run);
			if (answer != ATL_FINE)
				return answer;
		}
		at += run;
	}
	return ATL_FINE;
}

static atl_answer hcat(atl_kernel *k) { return join(k, 2); }
static atl_answer concat(atl_kernel *k) { return join(k, k->attr[0]); }

/* Each part gets its slice of g. */
static atl_id join_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g, int d)
{
	const atl_shape whole = *atl_graph_shape(b->graph, node);
	int64_t attr[3 * ATL_MAX_RANK], from = 0;
	const atl_id *in = atl_graph_in(b->graph, node);
	for (uint32_t k = 0; k < slot; k++)
		from += atl_graph_shape(b->graph, in[k])->dim[d];
	atl_shape part = *atl_graph_shape(b->graph, in[slot]);
	for (int e = 0; e < whole.rank; e++) {
		attr[3 * e] = e == d ? from : 0;
		attr[3 * e + 1] = 1;
		attr[3 * e + 2] = part.dim[e];
	}
	if (atl_shape_equal(&part, &whole))
		return g;
	atl_new k = { .op = atl_op_find("slice", 5), .shape = part, .in = &g, .n_in = 1, .attr = attr,
		      .n_attr = (uint32_t)(3 * whole.rank), .flags = b->flags, .span = b->span };
	return atl_build_node(b, &k);
}

static atl_id hcat_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g) { return join_vjp(b, node, slot, g, 1); }
static atl_id vcat_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g) { return join_vjp(b, node, slot, g, 0); }
static atl_id concat_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	return join_vjp(b, node, slot, g, (int)atl_graph_attr(b->graph, node)[0] - 1);
}

/* ---- questions ---- */

static atl_id build_size(atl_builder *b, const atl_call *c)
{
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]);
	if (c->stat[0] < 0 || c->stat[0] > s.rank) {
		atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at, "size has no axis %lld here", (long long)c->stat[0]);
		atl_diag_note(b->diag, "%s", atl_build_describe(b, c->arg[0]));
		return 0;
	}
	if (c->stat[0])
		return atl_build_extent(b, s.dim[c->stat[0] - 1]);
	bool lettered = false;
	atl_id each[ATL_MAX_RANK];
	atl_buf text = { 0 };
	for (int d = 0; d < s.rank; d++) {
		atl_buf_addf(&text, "%s%lld", d ? " " : "", (long long)s.dim[d]);
		if (!(each[d] = atl_build_extent(b, s.dim[d])))
			text.failed = true;
		else
			lettered |= (atl_graph_node(b->graph, each[d])->flags & ATL_NF_ABSTRACT) != 0;
	}
	atl_shape column = atl_shape_2(s.rank, 1);
	atl_id id = text.failed ? 0 : lettered ? atl_build_op(b, "vcat", each, (uint32_t)s.rank, NULL, 0)
	                                       : atl_build_full(b, atl_buf_text(&text), &column);
	atl_buf_clear(&text);
	return id;
}

static atl_id build_numel(atl_builder *b, const atl_call *c)
{
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]);
	return atl_build_entries(b, &s);
}

/* Positions are values: what is read here guards the nodes that use them. */
static atl_id build_find(atl_builder *b, const atl_call *c)
{
	const atl_array *a = b->host->read(b->host_data, c->arg[0], "find's argument", c->arg_span ? c->arg_span[0] : c->at);
	if (!a)
		return 0;
	atl_buf text = { 0 };
	int64_t n = 0;
	for (size_t i = 0; i < a->n; i++) {
		int sign;
		if (a->sys->no_value(atl_array_at(a, i)) || a->sys->sgn(&sign, atl_array_at(a, i)) != ATL_FINE) {
			atl_buf_clear(&text);
			atl_diag_fail(b->diag, ATL_KIND_UNABLE, c->at, "find cannot tell whether entry %zu is 0", i + 1);
			return 0;
		}
		if (sign)
			atl_buf_addf(&text, "%s%zu", n++ ? " " : "", i + 1);
	}
	atl_shape column = n ? atl_shape_2(n, 1) : atl_shape_2(0, 0);
	atl_id id = text.failed ? 0 : atl_build_full(b, atl_buf_text(&text), &column);
	atl_buf_clear(&text);
	return id;
}

static const atl_op rows[] = {
	{ .name = "reshape", .params = "x...", .by = ATL_BY_BUILD, .build = build_reshape, .kernel = copy_all, .vjp = reshape_vjp,
	  .flags = ATL_OF_VARIADIC, .summary = "the same entries, in row order, in another shape",
	  .example = "reshape([1, 2, 3, 4], 2, 2) -> [1, 2; 3, 4]", .test = "x:2x3; rows=3; cols=2" },
	{ .name = "vec", .params = "x", .by = ATL_BY_BUILD, .build = build_vec,
	  .summary = "the columns of a matrix stacked into one vector", .detail = "Columns, not rows: vec([1, 2; 3, 4]) is [1; 3; 2; 4], "
	  "as textbooks have it; reshape counts in row order.", .example = "vec([1, 2; 3, 4]) -> [1; 3; 2; 4]" },
	{ .name = "hcat", .params = "x...", .by = ATL_BY_KERNEL, .kernel = hcat, .shape = hcat_shape, .vjp = hcat_vjp,
	  .flags = ATL_OF_VARIADIC, .written = ATL_T_JOIN, .summary = "arrays joined side by side",
	  .example = "hcat([1, 2], [3, 4]) -> [1, 3; 2, 4]", .test = "x:2x3; y:2x1; z:2x2" },
	{ .name = "vcat", .params = "x...", .by = ATL_BY_KERNEL, .kernel = vcat, .shape = vcat_shape, .vjp = vcat_vjp,
	  .flags = ATL_OF_VARIADIC, .written = ATL_T_JOIN, .summary = "arrays joined one above the other",
	  .example = "vcat([1, 2], [3, 4]) -> [1; 2; 3; 4]", .test = "x:2x3; y:1x3; z:2x3" },
	{ .name = "concat", .params = "x...; axis=1", .by = ATL_BY_KERNEL, .kernel = concat, .prepare = prepare_concat,
	  .shape = concat_shape, .vjp = concat_vjp, .flags = ATL_OF_VARIADIC, .summary = "arrays joined along an axis",
	  .detail = "Axis 1 is vcat, axis 2 hcat. All other sizes are the same.",
	  .example = "concat([1, 2], [3], axis=1) -> [1; 2; 3]\nsize(concat(zeros(2, 3, 4), zeros(2, 3, 1), axis=3)) -> [2; 3; 5]",
	  .test = "x:2x3; y:2x3 | x:2x2x1; y:2x2x3; z:2x2x2; axis=3" },
	{ .name = "stack", .params = "x...; axis=1", .by = ATL_BY_BUILD, .build = build_stack, .flags = ATL_OF_VARIADIC,
	  .summary = "arrays of one shape joined along a new axis, which has an entry for each",
	  .detail = "Numbers make a vector, vectors the rows of a matrix (axis=1) or its columns (axis=2).",
	  .example = "stack([1, 2], [3, 4]) -> [1, 2; 3, 4]\nstack([1, 2], [3, 4], axis=2) -> [1, 3; 2, 4]\nstack(1, 2) -> [1; 2]",
	  .test = "x:2x3; y:2x3 | x:2x3; y:2x3; axis=3 | x:3x1; y:3x1; axis=2" },
	{ .name = "size", .params = "x; axis=0", .by = ATL_BY_BUILD, .build = build_size,
	  .summary = "the sizes of an array, or the one along an axis", .example = "size([1, 2; 3, 4; 5, 6]) -> [3; 2]\nsize([1, 2], 1) -> 2",
	  .test = "" },
	{ .name = "numel", .params = "x", .by = ATL_BY_BUILD, .build = build_numel,
	  .summary = "how many entries an array has", .example = "numel([1, 2; 3, 4]) -> 4", .test = "" },
	{ .name = "find", .params = "x", .by = ATL_BY_BUILD, .build = build_find,
	  .summary = "the positions, from 1 and in row order, of the entries that are not 0",
	  .example = "find([0, 5, 7]) -> [2; 3]", .test = "" },
};
ATL_FAMILY(atl_ops_shape, "shapes and joins");
