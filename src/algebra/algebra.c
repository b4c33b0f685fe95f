/* SPDX-License-Identifier: GPL-3.0-or-later */
/* algebra.c: simplification as a whole, and linear maps without their argument. */
#include "algebra/algebra.h"
#include "algebra/expr.h"

static const ratio ONE = { 1, 1 };

/* ---- J of J*v ---- */

static ex diagonal(algebra *a, ex e)
{
	atl_id leaf = algebra_lower(a, e, a->node[e].shape);
	atl_id model = leaf ? atl_build_1(a->b, "diag", leaf) : 0;
	return model ? ex_call(a, model, atl_graph_shape(a->g, model), &e, 1) : 0;
}

static ex identity(algebra *a, int64_t n)
{
	atl_id id = atl_build_op(a->b, "eye", NULL, 0, (int64_t[]){ n, -1 }, 2);
	return id ? ex_leaf(a, id) : 0;
}

static bool depends(const algebra *a, ex e, ex v)
{
	bool found = e == v;
	for (uint32_t i = 0; i < a->node[e].n && !found; i++)
		found = depends(a, ex_parts(a, e)[i].e, v);
	return found;
}

static ex linear_map(algebra *a, ex e, ex v);

/* A*B*v: A*B. */
static ex map_of_chain(algebra *a, ex e, ex v)
{
	ex m[ATL_EX_MANY];
	uint32_t n = a->node[e].n;
	for (uint32_t i = 0; i < n; i++)
		m[i] = ex_parts(a, e)[i].e;
	if (ex_is_scalar(a, e) && !depends(a, m[n - 1], v)) /* v'*A is a scalar, and A'*v the same */
		for (uint32_t i = 0; i < n; i++)
			m[i] = ex_turn(a, ex_parts(a, e)[n - 1 - i].e);
	ex last = m[n - 1] ? linear_map(a, m[n - 1], v) : 0;
	for (uint32_t i = 0; i + 1 < n; i++)
		if (depends(a, m[i], v))
			return 0;
	m[n - 1] = last;
	return last ? ex_mat(a, ex_shape_2(a, a->node[e].shape->dim[0], a->node[v].shape->dim[0]), m, n) : 0;
}

/* The row ones'*J. */
static ex sum_of_rows(algebra *a, ex map)
{
	if (ex_is_op(a, map, "diag"))
		return ex_turn(a, ex_parts(a, map)[0].e);
	ex first = ex_is(a, map, EX_MAT) ? ex_parts(a, map)[0].e : 0;
	if (!first || !ex_is_op(a, first, "diag"))
		return ex_sum_of(a, map, 1);
	ex m[ATL_EX_MANY];
	uint32_t n = a->node[map].n;
	for (uint32_t i = 1; i < n; i++)
		m[i] = ex_parts(a, map)[i].e;
	m[0] = ex_turn(a, ex_parts(a, first)[0].e);
	return ex_mat(a, ex_shape_2(a, 1, a->node[map].shape->dim[1]), m, n);
}

/* c .* f(v): diag(c)*J, c*J of a row J, s*J of a scalar s. */
static ex map_of_product(algebra *a, ex e, ex v)
{
	part f[ATL_EX_MANY], rest[ATL_EX_MANY];
	uint32_t n = ex_factors(a, e, f), n_rest = 0;
	const atl_shape *shape = a->node[e].shape, *whole = ex_shape_2(a, shape->dim[0], a->node[v].shape->dim[0]);
	ex inner = 0;
	for (uint32_t i = 0; i < n; i++)
		if (!depends(a, f[i].e, v))
			rest[n_rest++] = f[i];
		else if (inner || !ratio_is(f[i].c, 1))
			return 0;
		else
			inner = f[i].e;
	ex c = ex_prod(a, n_rest && ex_is_scalar(a, inner) ? shape : a->node[inner].shape, ONE, rest, n_rest);
	if (ex_is(a, inner, EX_SUM) && c) { /* term by term */
		part p[ATL_EX_MANY];
		uint32_t terms = a->node[inner].n;
		for (uint32_t i = 0; i < terms; i++)
			p[i] = ex_parts(a, inner)[i];
		for (uint32_t i = 0; i < terms; i++) {
			part pair[] = { { c, ONE }, { p[i].e, ONE } };
			ex term = ex_prod(a, shape, ONE, pair, 2);
			if (!term || !(p[i].e = linear_map(a, term, v)))
				return 0;
		}
		return ex_sum(a, whole, p, terms);
	}
	ex map = linear_map(a, inner, v);
	if (!map || !c)
		return 0;
	bool scalar = true;
	for (uint32_t i = 0; i < n_rest; i++)
		scalar &= ex_is_scalar(a, rest[i].e);
	if (scalar) {
		rest[n_rest++] = (part){ map, ONE };
		return ex_prod(a, whole, ONE, rest, n_rest);
	}
	ex m[] = { ex_is_scalar(a, inner) ? c : diagonal(a, c), map };
	return m[0] ? ex_mat(a, whole, m, 2) : 0;
}

static ex map_of_sum(algebra *a, ex e, ex v)
{
	part p[ATL_EX_MANY];
	uint32_t n = a->node[e].n;
	const atl_shape *shape = ex_shape_2(a, a->node[e].shape->dim[0], a->node[v].shape->dim[0]);
	for (uint32_t i = 0; i < n; i++)
		p[i] = ex_parts(a, e)[i];
	for (uint32_t i = 0; i < n; i++) {
		ex term = ex_spread(a, p[i].e, a->node[e].shape);
		if (!term || !(p[i].e = linear_map(a, term, v)))
			return 0;
	}
	return ex_sum(a, shape, p, n);
}

/* The matrix of an expression that is linear in v; 0: it is not, or looks so. */
static ex linear_map(algebra *a, ex e, ex v)
{
	const atl_shape *shape = a->node[e].shape;
	if (e == v)
		return identity(a, shape->dim[0]);
	if (!depends(a, e, v))
		return ex_is_zero(a, e) ? ex_zero(a, ex_shape_2(a, shape->dim[0], a->node[v].shape->dim[0])) : 0;
	switch (a->node[e].kind) {
	case EX_SUM: return map_of_sum(a, e, v);
	case EX_PROD: return map_of_product(a, e, v);
	case EX_MAT: return map_of_chain(a, e, v);
	case EX_SPREAD: {
		ex row = linear_map(a, ex_parts(a, e)[0].e, v);
		ex ones = ex_spread(a, ex_number(a, ONE), shape);
		ex m[] = { ones, row };
		return row && ones && a->node[row].shape->dim[0] == 1
		       ? ex_mat(a, ex_shape_2(a, shape->dim[0], a->node[v].shape->dim[0]), m, 2) : 0;
	}
	default: break;
	}
	if (!ex_is_op(a, e, "sum") || !ex_is_scalar(a, e))
		return 0;
	ex map = linear_map(a, ex_parts(a, e)[0].e, v);
	return map ? sum_of_rows(a, map) : 0;
}

/* ---- the whole ---- */

static atl_id simplify(algebra *a, const atl_simplify_request *r)
{
	for (size_t i = 0; i < r->n_named; i++)
		if (r->named[i] != r->node)
			algebra_define(a, r->named[i]);
	ex e = algebra_lift(a, r->node, r->direction);
	if (e && r->direction) {
		e = linear_map(a, e, ex_leaf(a, r->direction));
		return e && !a->failed ? algebra_lower(a, e, a->node[e].shape) : 0;
	}
	atl_id id = e && !a->failed ? algebra_lower(a, e, atl_graph_shape(a->g, r->node)) : 0;
	return id || a->b->diag->kind != ATL_KIND_NONE || a->nomem ? id : r->node;
}

atl_id atl_simplify(atl_builder *b, const atl_simplify_request *r)
{
	algebra a;
	atl_id id = 0;
	if (algebra_init(&a, b)) {
		a.kept = r->kept;
		a.n_kept = r->n_kept;
		a.unit = r->unit;
		a.n_unit = r->n_unit;
		a.unit_used = r->unit_used;
		id = simplify(&a, r);
	} else {
		a.nomem = true;
	}
	if (a.nomem)
		atl_diag_nomem(b->diag);
	algebra_clear(&a);
	return a.nomem ? 0 : id;
}
