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

/* A*B*v: A*B; v: the identity. */
static ex map_of_chain(algebra *a, ex e, ex v)
{
	ex m[ATL_EX_MANY];
	int64_t cols = a->node[v].shape->dim[0];
	if (e == v)
		return identity(a, cols);
	uint32_t n = a->node[e].n;
	if (!ex_is(a, e, EX_MAT) || ex_parts(a, e)[n - 1].e != v)
		return 0;
	for (uint32_t i = 0; i + 1 < n; i++)
		m[i] = ex_parts(a, e)[i].e;
	return ex_mat(a, ex_shape_2(a, a->node[e].shape->dim[0], cols), m, n - 1);
}

/* c .* (A*v): diag(c)*A; s*(A*v) of a scalar s: s*A. */
static ex map_of_term(algebra *a, ex e, ex v)
{
	part f[ATL_EX_MANY], rest[ATL_EX_MANY];
	uint32_t n = ex_factors(a, e, f), n_rest = 0;
	ex map = 0;
	const atl_shape *shape = a->node[e].shape;
	for (uint32_t i = 0; i < n; i++) {
		ex m = map || !ratio_is(f[i].c, 1) ? 0 : map_of_chain(a, f[i].e, v);
		if (m)
			map = m;
		else
			rest[n_rest++] = f[i];
	}
	if (!map || !n_rest)
		return map;
	ex c = ex_prod(a, shape, ONE, rest, n_rest);
	const atl_shape *whole = ex_shape_2(a, shape->dim[0], a->node[v].shape->dim[0]);
	bool scalars = true;
	for (uint32_t i = 0; i < n_rest; i++)
		scalars &= ex_is_scalar(a, rest[i].e);
	if (!scalars) {
		ex m[] = { c ? diagonal(a, c) : 0, map };
		return m[0] ? ex_mat(a, whole, m, 2) : 0;
	}
	rest[n_rest++] = (part){ map, ONE };
	return ex_prod(a, whole, ONE, rest, n_rest);
}

static ex linear_map(algebra *a, ex e, ex v)
{
	part p[ATL_EX_MANY];
	uint32_t n = 1;
	p[0] = (part){ e, ONE };
	const atl_shape *shape = ex_shape_2(a, a->node[e].shape->dim[0], a->node[v].shape->dim[0]);
	if (ex_is(a, e, EX_SUM)) {
		n = a->node[e].n;
		for (uint32_t i = 0; i < n; i++)
			p[i] = ex_parts(a, e)[i];
	}
	for (uint32_t i = 0; i < n; i++)
		if (!(p[i].e = map_of_term(a, p[i].e, v)))
			return 0;
	return ex_sum(a, shape, p, n);
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
