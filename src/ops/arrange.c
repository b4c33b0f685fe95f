/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arrange.c: the same entries at other places: turned, shifted, with zeros around. */
#include <stdio.h>
#include <string.h>
#include "ops/families.h"

static atl_span span_of(const atl_call *c, uint32_t k)
{
	return c->arg_span ? c->arg_span[k] : c->at;
}

/* ---- along an axis ---- */

/* Entry i of the result is entry from(i) of x, along an axis of n. */
typedef size_t from_fn(size_t i, size_t n, int64_t by);

static atl_answer move(atl_kernel *k, int64_t axis, from_fn *from, int64_t by)
{
	atl_lanes l = atl_lanes_of(&k->in[0]->shape, axis);
	for (size_t o = 0; o < l.outer; o++)
		for (size_t i = 0; i < l.extent; i++) {
			size_t to = (o * l.extent + i) * l.inner, at = (o * l.extent + from(i, l.extent, by)) * l.inner;
			if (l.inner == 1) {
				atl_put(k->out, to, k->in[0], at);
				continue;
			}
			atl_answer answer = k->num->sys->copy(atl_array_at(k->out, to), atl_array_at(k->in[0], at), 1, l.inner);
			if (answer != ATL_FINE)
				return answer;
		}
	return ATL_FINE;
}

static size_t from_end(size_t i, size_t n, int64_t by)
{
	(void)by;
	return n - 1 - i;
}

static size_t from_before(size_t i, size_t n, int64_t by)
{
	int64_t m = (int64_t)n, at = ((int64_t)i - by % m) % m;
	return (size_t)(at < 0 ? at + m : at);
}

static atl_answer flip(atl_kernel *k) { return move(k, k->attr[0], from_end, 0); }
static atl_answer roll(atl_kernel *k) { return move(k, k->attr[1], from_before, k->attr[0]); }
static atl_status prepare_roll(atl_builder *b, atl_call *c) { return atl_check_axis(b, c, 1); }

/* ---- quarter turns ---- */

static atl_status prepare_rot90(atl_builder *b, atl_call *c)
{
	(void)b;
	c->stat[0] = (c->stat[0] % 4 + 4) % 4;
	return ATL_OK;
}

static atl_status rot90_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	*out = *s;
	if (c->stat[0] % 2) {
		out->dim[s->rank - 2] = s->dim[s->rank - 1];
		out->dim[s->rank - 1] = s->dim[s->rank - 2];
	}
	return ATL_OK;
}

static atl_answer rot90(atl_kernel *k)
{
	const atl_shape *s = &k->in[0]->shape;
	size_t rows = (size_t)s->dim[s->rank - 2], cols = (size_t)s->dim[s->rank - 1];
	for (size_t e = 0; e < k->in[0]->n; e++) {
		size_t base = e / (rows * cols) * (rows * cols), i = e / cols % rows, j = e % cols;
		size_t turned[] = { i * cols + j, (cols - 1 - j) * rows + i, (rows - 1 - i) * cols + cols - 1 - j,
				    j * rows + rows - 1 - i };
		atl_put(k->out, base + turned[k->attr[0]], k->in[0], e);
	}
	return ATL_FINE;
}

/* ---- axes in another order ---- */

static atl_status prepare_permute(atl_builder *b, atl_call *c)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	int rank = s->rank;
	unsigned seen = 0;
	for (int d = 0; d < ATL_MAX_RANK; d++)
		if (c->stat[d] >= 1 && c->stat[d] <= rank)
			seen |= 1u << c->stat[d];
		else if (d < rank || c->stat[d])
			seen |= 1;
	if (seen == (2u << rank) - 2)
		return ATL_OK;
	atl_build_shape_error(b, c->at, "permute takes each of the axes once", c->arg[0], span_of(c, 0), 0, c->at);
	atl_diag_note(b->diag, "they are 1 to %d: permute(x, [2, 1%s]) swaps the first two", rank, rank > 2 ? ", 3" : "");
	return ATL_ERROR;
}

static atl_status permute_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	*out = *s;
	for (int d = 0; d < s->rank; d++)
		out->dim[d] = s->dim[c->stat[d] - 1];
	return ATL_OK;
}

static atl_answer permute(atl_kernel *k)
{
	const atl_shape *s = &k->in[0]->shape, *t = &k->out->shape;
	size_t stride[ATL_MAX_RANK], step[ATL_MAX_RANK], from = 0;
	int64_t at[ATL_MAX_RANK] = { 0 };
	for (int d = s->rank - 1, n = 1; d >= 0; d--, n = 0)
		stride[d] = n ? 1 : stride[d + 1] * (size_t)s->dim[d + 1];
	for (int d = 0; d < s->rank; d++)
		step[d] = stride[k->attr[d] - 1];
	for (size_t i = 0; i < k->out->n; i++) {
		atl_put(k->out, i, k->in[0], from);
		for (int d = s->rank - 1; d >= 0; d--) {
			from += step[d];
			if (++at[d] < t->dim[d])
				break;
			from -= step[d] * (size_t)t->dim[d];
			at[d] = 0;
		}
	}
	return ATL_FINE;
}

static atl_id permute_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	(void)slot;
	const int64_t *axes = atl_graph_attr(b->graph, node);
	int64_t back[ATL_MAX_RANK] = { 0 };
	for (int d = 0; d < ATL_MAX_RANK && axes[d]; d++)
		back[axes[d] - 1] = d + 1;
	return atl_build_op(b, "permute", &g, 1, back, ATL_MAX_RANK);
}

/* ---- zeros around ---- */

enum { LARGEST = 1 << 30 };

/* One number for a vector is for its own axis. */
static atl_status prepare_pad(atl_builder *b, atl_call *c)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	if (c->given[0] == 1 && s->rank == 2 && (s->dim[0] == 1 || s->dim[1] == 1)) {
		int other = s->dim[1] == 1 ? 2 : 0;
		c->stat[other] = c->stat[other + 1] = 0;
	}
	for (int i = 0; i < 4; i++)
		if (c->stat[i] < 0 || c->stat[i] > LARGEST)
			return atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span,
					     "pad takes numbers of rows and columns from 0 up, and this is %lld", (long long)c->stat[i]);
	return ATL_OK;
}

static atl_status pad_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	*out = *atl_graph_shape(b->graph, c->arg[0]);
	for (int i = 0; i < 4; i++)
		out->dim[out->rank - 2 + i / 2] += c->stat[i];
	return ATL_OK;
}

static atl_answer pad(atl_kernel *k)
{
	const atl_shape *s = &k->in[0]->shape, *t = &k->out->shape;
	size_t rows = (size_t)s->dim[s->rank - 2], cols = (size_t)s->dim[s->rank - 1];
	size_t to_rows = (size_t)t->dim[s->rank - 2], to_cols = (size_t)t->dim[s->rank - 1];
	for (size_t r = 0; cols && r < k->in[0]->n / cols; r++) {
		size_t to = (r / rows * to_rows + (size_t)k->attr[0] + r % rows) * to_cols + (size_t)k->attr[2];
		atl_answer answer = k->num->sys->copy(atl_array_at(k->out, to), atl_array_at(k->in[0], r * cols), 1, cols);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

/* The part of g that x was. */
static atl_id pad_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	(void)slot;
	const atl_shape part = *atl_graph_shape(b->graph, atl_graph_in(b->graph, node)[0]);
	const int64_t *width = atl_graph_attr(b->graph, node);
	int64_t attr[3 * ATL_MAX_RANK];
	for (int d = 0; d < part.rank; d++) {
		int side = d - part.rank + 2;
		attr[3 * d] = side < 0 ? 0 : width[2 * side];
		attr[3 * d + 1] = 1;
		attr[3 * d + 2] = part.dim[d];
	}
	if (!g || atl_shape_equal(atl_graph_shape(b->graph, g), &part))
		return g;
	atl_new k = { .op = atl_op_find("slice", 5), .shape = part, .in = &g, .n_in = 1, .attr = attr,
		      .n_attr = (uint32_t)(3 * part.rank), .flags = b->flags, .span = b->span };
	return atl_build_node(b, &k);
}

/* ---- the Kronecker product: all products, as a matrix of four axes, two of them laid together ---- */

static atl_id build_kron(atl_builder *b, const atl_call *c)
{
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]), t = *atl_graph_shape(b->graph, c->arg[1]);
	if (s.rank != 2 || t.rank != 2) {
		atl_build_shape_error(b, c->at, "kron takes two matrices", c->arg[0], span_of(c, 0), c->arg[1], span_of(c, 1));
		return 0;
	}
	atl_shape left = { 4, { s.dim[0], 1, s.dim[1], 1 } }, right = { 4, { 1, t.dim[0], 1, t.dim[1] } };
	atl_shape out = atl_shape_2(s.dim[0] * t.dim[0], s.dim[1] * t.dim[1]);
	atl_id products = atl_build_2(b, "mul", atl_build_reshape(b, c->arg[0], &left), atl_build_reshape(b, c->arg[1], &right));
	return atl_build_reshape(b, products, &out);
}

static const atl_op rows[] = {
	{ .name = "permute", .params = "x; axes[..6]", .by = ATL_BY_KERNEL, .prepare = prepare_permute, .shape = permute_shape,
	  .kernel = permute, .vjp = permute_vjp, .summary = "the axes in another order: axis d of the result is axis axes[d] of x",
	  .example = "permute([1, 2; 3, 4], [2, 1]) -> [1, 3; 2, 4]\nsize(permute(zeros(2, 3, 4), [3, 1, 2])) -> [4; 2; 3]",
	  .test = "x:2x3; axes=[2,1] | x:2x3x4; axes=[3,1,2]" },
	{ .name = "flip", .params = "x; axis=0", .by = ATL_BY_KERNEL, .prepare = atl_prepare_axis, .shape = atl_shape_of_first, .kernel = flip,
	  .rule = { "flip(g, axis=axis)" }, .summary = "the entries in reverse order, along an axis or of all",
	  .detail = "Axis 1 turns the columns upside down, axis 2 the rows round; without one both, a half turn of a matrix.",
	  .example = "flip([1, 2, 3]) -> [3; 2; 1]\nflip([1, 2; 3, 4], axis=2) -> [2, 1; 4, 3]" },
	{ .name = "roll", .params = "x; shift, axis=0", .by = ATL_BY_KERNEL, .prepare = prepare_roll, .shape = atl_shape_of_first,
	  .kernel = roll, .rule = { "roll(g, -shift, axis=axis)" },
	  .summary = "the entries moved on by shift places; what leaves at the end comes in at the beginning",
	  .detail = "Along an axis, or without one through all entries in row order.",
	  .example = "roll([1, 2, 3, 4], 1) -> [4; 1; 2; 3]\nroll([1, 2; 3, 4], -1, axis=1) -> [3, 4; 1, 2]", .test = "x; shift=2 | x:2x3x2; shift=-1" },
	{ .name = "rot90", .params = "x; times=1", .by = ATL_BY_KERNEL, .prepare = prepare_rot90, .shape = rot90_shape, .kernel = rot90,
	  .rule = { "rot90(g, times=-times)" }, .summary = "a matrix, or each of many, turned a quarter to the left, so many times",
	  .example = "rot90([1, 2; 3, 4]) -> [2, 4; 1, 3]\nrot90([1, 2; 3, 4], -1) -> [3, 1; 4, 2]",
	  .test = "x:2x3 | x:2x2x3; times=-1 | x:2x3; times=2" },
	{ .name = "pad", .params = "x; widths[4]", .by = ATL_BY_KERNEL, .prepare = prepare_pad, .shape = pad_shape, .kernel = pad,
	  .vjp = pad_vjp, .summary = "zeros around a matrix, or around each of many",
	  .detail = "widths is a number, [rows, columns] or [top, bottom, left, right]; one number for a vector lengthens it at both ends.",
	  .example = "pad([1, 2], 1) -> [0; 1; 2; 0]\npad([1, 2; 3, 4], [1, 0, 0, 2]) -> [0, 0, 0, 0; 1, 2, 0, 0; 3, 4, 0, 0]",
	  .test = "x:2x3; widths=1 | x:2x2x3; widths=[1,0,0,2] | x:3x1; widths=2" },
	{ .name = "kron", .params = "a, b", .by = ATL_BY_BUILD, .build = build_kron,
	  .summary = "the Kronecker product: each entry of a times all of b, in place of it",
	  .example = "kron([1, 2; 3, 4], [1, 1]) -> [1, 2; 1, 2; 3, 4; 3, 4]", .test = "a:2x3; b:2x2" },
};
ATL_FAMILY(atl_ops_arrange, "arrangement");
