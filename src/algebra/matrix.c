/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matrix.c: products of matrices, transposes, and sums of entries. */
#include "algebra/expr.h"

#include <string.h>

static const ratio ONE = { 1, 1 };

typedef struct chain {
	algebra *a;
	ex m[ATL_EX_MANY];
	part s[ATL_EX_MANY]; /* scalar factors, drawn out */
	uint32_t n, n_s;
	ratio c;
	bool zero, failed;
} chain;

static void scalar_factor(chain *k, ex e, ratio power)
{
	if (k->n_s == ATL_EX_MANY)
		k->failed = true;
	else
		k->s[k->n_s++] = (part){ e, power };
}

/* Whether e is the same along the axis (0: in all entries). */
static bool is_constant(const algebra *a, ex e, int64_t axis)
{
	const atl_shape *s = a->node[e].shape;
	return atl_shape_scalar(s) || (axis && s->rank >= axis && s->dim[axis - 1] == 1);
}

/* s .* A with factors s that are constant along the axis: these are drawn out; what is left. */
static ex draw_constants(chain *k, ex e, int64_t axis)
{
	algebra *a = k->a;
	part f[ATL_EX_MANY], rest[ATL_EX_MANY];
	uint32_t n = ex_factors(a, e, f), n_rest = 0;
	const atl_shape *shape = a->node[e].shape;
	for (uint32_t i = 0; i < n; i++)
		if (is_constant(a, f[i].e, axis))
			scalar_factor(k, f[i].e, f[i].c);
		else
			rest[n_rest++] = f[i];
	return n_rest == n ? e : ex_prod(a, shape, ONE, rest, n_rest);
}

static ex draw_scalars(chain *k, ex e) { return draw_constants(k, e, 0); }

static bool is_identity(const algebra *a, ex e)
{
	const ex_node *n = &a->node[e];
	return n->kind == EX_LEAF && !strcmp(atl_graph_node(a->g, n->id)->op->name, "eye") &&
	       n->shape->dim[0] == n->shape->dim[1];
}

static void append(chain *k, ex e)
{
	algebra *a = k->a;
	ex rest;
	if (!e) {
		k->failed = true;
		return;
	}
	if (ex_is_zero(a, e)) {
		k->zero = true;
		return;
	}
	k->c = ratio_mul(k->c, ex_split(a, e, &rest));
	if (ex_is(a, rest, EX_PROD) && !ex_is_scalar(a, rest))
		rest = draw_scalars(k, rest);
	if (!rest) {
		k->failed = true;
	} else if (ex_is_scalar(a, rest)) {
		scalar_factor(k, rest, ONE);
	} else if (ex_is(a, rest, EX_MAT)) {
		for (uint32_t i = 0; i < a->node[rest].n; i++)
			append(k, ex_parts(a, rest)[i].e);
	} else if (k->n == ATL_EX_MANY) {
		k->failed = true;
	} else if (!is_identity(a, rest)) {
		k->m[k->n++] = rest;
	}
}

/* Products with an array of equal rows, columns or entries are sums:
 *   A*ones(m, n) = sum(A, 2) repeated,   c*ones(1, n)*B = c*sum(B, 1). */
static bool reduce_pair(chain *k, uint32_t i)
{
	algebra *a = k->a;
	ex x = k->m[i], y = k->m[i + 1];
	int64_t rows = a->node[x].shape->dim[0], cols = a->node[y].shape->dim[1];
	const atl_shape *shape = ex_shape_2(a, rows, cols);
	if (ex_is(a, y, EX_SPREAD) && a->node[ex_parts(a, y)[0].e].shape->dim[0] == 1) {
		ex row = ex_parts(a, y)[0].e, sum = ex_sum_of(a, x, 2);
		part p[] = { { sum, ONE }, { row, ONE } };
		k->m[i] = sum ? ex_prod(a, shape, ONE, p, 2) : 0;
	} else if (ex_is(a, x, EX_SPREAD) && a->node[ex_parts(a, x)[0].e].shape->dim[1] == 1) {
		ex col = ex_parts(a, x)[0].e, sum = ex_sum_of(a, y, 1);
		part p[] = { { col, ONE }, { sum, ONE } };
		k->m[i] = sum ? ex_prod(a, shape, ONE, p, 2) : 0;
	} else {
		return false;
	}
	k->failed |= !k->m[i];
	memmove(k->m + i + 1, k->m + i + 2, (k->n - i - 2) * sizeof *k->m);
	k->n--;
	return true;
}

/* A column times a row of one entry each way is no outer product to this algebra's eyes. */
static bool reducible(const chain *k, uint32_t i)
{
	const algebra *a = k->a;
	ex x = k->m[i], y = k->m[i + 1];
	bool right = ex_is(a, y, EX_SPREAD) && ex_is_scalar(a, ex_parts(a, y)[0].e);
	bool left = ex_is(a, x, EX_SPREAD) && ex_is_scalar(a, ex_parts(a, x)[0].e);
	return right || left;
}

/* x'*y and y'*x are one. */
static void order_dot(chain *k)
{
	algebra *a = k->a;
	if (k->n != 2 || a->node[k->m[0]].shape->dim[0] != 1 || a->node[k->m[1]].shape->dim[1] != 1)
		return;
	ex x = ex_turn(a, k->m[1]), y = ex_turn(a, k->m[0]);
	if (!x || !y)
		k->failed = true;
	else if (y < k->m[1]) {
		k->m[0] = x;
		k->m[1] = y;
	}
}

ex ex_mat(algebra *a, const atl_shape *shape, const ex *m, uint32_t n)
{
	chain k = { .a = a, .c = ONE };
	for (uint32_t i = 0; i < n; i++)
		append(&k, m[i]);
	for (uint32_t i = 0; i + 1 < k.n && !k.failed;)
		if (reducible(&k, i) && reduce_pair(&k, i))
			i = 0;
		else
			i++;
	if (!k.failed && !k.zero)
		order_dot(&k);
	if (k.failed || !k.c.den)
		return ex_fail(a);
	if (k.zero)
		return ex_zero(a, shape);
	part p[ATL_EX_MANY];
	ex e = k.n == 1 ? k.m[0] : 0;
	for (uint32_t i = 0; i < k.n && k.n > 1; i++)
		p[i] = (part){ k.m[i], ONE };
	if (k.n > 1)
		e = ex_intern(a, &(ex_node){ .kind = EX_MAT, .shape = shape }, p, k.n);
	if (k.n == 0) { /* identities only */
		if (!atl_shape_scalar(shape))
			return ex_fail(a);
		e = ex_number(a, ONE);
	}
	if (!e || k.n_s == ATL_EX_MANY)
		return ex_fail(a);
	k.s[k.n_s++] = (part){ e, ONE };
	return ex_prod(a, shape, k.c, k.s, k.n_s);
}

/* ---- transposes ---- */

/* An input that was declared symmetric or diagonal. */
static bool is_symmetric(const algebra *a, ex e)
{
	const atl_node *n = ex_is(a, e, EX_LEAF) ? atl_graph_node(a->g, a->node[e].id) : NULL;
	const int64_t *attr = n ? atl_graph_attr(a->g, a->node[e].id) : NULL;
	return n && n->flags & ATL_NF_ABSTRACT && n->flags & ATL_NF_INPUT &&
	       (attr[0] == ATL_ABSTRACT_SYMMETRIC || attr[0] == ATL_ABSTRACT_DIAGONAL);
}

static ex turn_sum(algebra *a, ex e, const atl_shape *shape)
{
	part p[ATL_EX_MANY];
	uint32_t n = a->node[e].n;
	for (uint32_t i = 0; i < n; i++)
		p[i] = ex_parts(a, e)[i];
	for (uint32_t i = 0; i < n; i++)
		p[i].e = ex_turn(a, p[i].e);
	return ex_sum(a, shape, p, n);
}

static ex turn_chain(algebra *a, ex e, const atl_shape *shape)
{
	ex m[ATL_EX_MANY];
	uint32_t n = a->node[e].n;
	for (uint32_t i = 0; i < n; i++)
		m[i] = ex_parts(a, e)[n - 1 - i].e;
	for (uint32_t i = 0; i < n; i++)
		m[i] = ex_turn(a, m[i]);
	return ex_mat(a, shape, m, n);
}

ex ex_turn(algebra *a, ex e)
{
	if (!e || ex_is_scalar(a, e))
		return e;
	const atl_shape *s = a->node[e].shape;
	if (s->rank != 2)
		return ex_fail(a);
	const atl_shape *shape = ex_shape_2(a, s->dim[1], s->dim[0]);
	switch (a->node[e].kind) {
	case EX_TURN: return ex_parts(a, e)[0].e;
	case EX_SUM: return turn_sum(a, e, shape);
	case EX_MAT: return turn_chain(a, e, shape);
	case EX_SPREAD: return ex_spread(a, ex_turn(a, ex_parts(a, e)[0].e), shape);
	case EX_PROD: {
		chain k = { .a = a, .c = ONE };
		ex rest = draw_scalars(&k, e);
		if (k.failed || !rest || k.n_s == ATL_EX_MANY)
			return ex_fail(a);
		if (!k.n_s)
			break;
		k.s[k.n_s++] = (part){ ex_turn(a, rest), ONE };
		return ex_prod(a, shape, ONE, k.s, k.n_s);
	}
	default: break;
	}
	if (is_identity(a, e) || is_symmetric(a, e))
		return e;
	return ex_intern(a, &(ex_node){ .kind = EX_TURN, .shape = shape }, &(part){ e, ONE }, 1);
}

/* ---- sums of entries ---- */

static bool is_unit(algebra *a, ex e, int64_t axis)
{
	ex leaf = ex_is(a, e, EX_TURN) ? ex_parts(a, e)[0].e : e;
	if (!ex_is(a, leaf, EX_LEAF))
		return false;
	bool vector = a->node[leaf].shape->dim[1] == 1;
	for (size_t i = 0; i < a->n_unit; i++)
		if (a->unit[i] == a->node[leaf].id && (axis == 0 ? vector : axis == (leaf == e ? 1 : 2)))
			return a->unit_used[i] = true;
	return false;
}

static const atl_shape *summed_shape(algebra *a, const atl_shape *s, int64_t axis)
{
	atl_shape out = axis ? *s : ATL_SCALAR;
	if (axis)
		out.dim[axis - 1] = 1;
	return atl_graph_intern_shape(a->b->graph, &out);
}

/* How many entries of a repeated array one of its sums adds. */
static int64_t repeats(const atl_shape *from, const atl_shape *to, int64_t axis)
{
	int64_t n = 1;
	for (int d = 0; d < to->rank; d++)
		if ((axis == 0 || axis == d + 1) && (from->rank != to->rank || from->dim[d] == 1))
			n *= to->dim[d];
	return n;
}

static ex sum_spread(algebra *a, ex e, int64_t axis, const atl_shape *shape)
{
	ex inner = ex_parts(a, e)[0].e;
	ratio n = { repeats(a->node[inner].shape, a->node[e].shape, axis), 1 };
	if (!ex_is_scalar(a, inner))
		inner = ex_sum_of(a, inner, axis);
	return inner ? ex_spread(a, ex_scale(a, n, inner), shape) : 0;
}

static ex sum_call(algebra *a, ex e, int64_t axis, const atl_shape *shape)
{
	/* a node of the graph has the op and the axis; no derivative needs it later */
	atl_id leaf = algebra_lower(a, e, a->node[e].shape);
	atl_id model = leaf ? atl_build_op(a->b, "sum", &leaf, 1, &axis, 1) : 0;
	return model ? ex_call(a, model, shape, &e, 1) : ex_fail(a);
}

/* x' .* y', entry by entry the transpose of x .* y. */
static bool is_turned(const algebra *a, ex e)
{
	bool all = ex_is(a, e, EX_PROD) && a->node[e].n;
	for (uint32_t i = 0; all && i < a->node[e].n; i++)
		all = ex_is(a, ex_parts(a, e)[i].e, EX_TURN);
	return all;
}

static ex unturned(algebra *a, ex e)
{
	part f[ATL_EX_MANY];
	uint32_t n = ex_factors(a, e, f);
	const atl_shape *s = a->node[e].shape;
	for (uint32_t i = 0; i < n; i++)
		f[i].e = ex_parts(a, f[i].e)[0].e;
	return ex_prod(a, ex_shape_2(a, s->dim[1], s->dim[0]), ONE, f, n);
}

ex ex_sum_of(algebra *a, ex e, int64_t axis)
{
	if (!e)
		return 0;
	const atl_shape *s = a->node[e].shape, *shape = summed_shape(a, s, axis);
	if (!shape)
		return ex_fail(a);
	if (s == shape)
		return e;
	if (atl_shape_scalar(shape))
		axis = 0;
	if (ex_is_zero(a, e))
		return ex_zero(a, shape);
	ex rest;
	chain k = { .a = a };
	k.c = ex_split(a, e, &rest);
	if (ex_is(a, rest, EX_PROD))
		rest = draw_constants(&k, rest, axis);
	if (!rest || k.failed || k.n_s == ATL_EX_MANY)
		return ex_fail(a);
	ex y;
	if (ex_is(a, rest, EX_SPREAD))
		y = sum_spread(a, rest, axis, shape);
	else if (is_unit(a, rest, axis))
		y = ex_spread(a, ex_number(a, ONE), shape);
	else if (is_identity(a, rest))
		y = axis ? ex_spread(a, ex_number(a, ONE), shape) : ex_number(a, (ratio){ a->node[rest].shape->dim[0], 1 });
	else if (axis == 0 && ex_is(a, rest, EX_TURN))
		y = ex_sum_of(a, ex_parts(a, rest)[0].e, 0);
	else if (axis == 0 && is_turned(a, rest))
		y = ex_sum_of(a, unturned(a, rest), 0);
	else
		y = sum_call(a, rest, axis, shape);
	k.s[k.n_s++] = (part){ y, ONE };
	return ex_prod(a, shape, k.c, k.s, k.n_s);
}
