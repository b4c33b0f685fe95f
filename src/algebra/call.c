/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call.c: what is known of the ops that are no sums and products. */
#include "algebra/expr.h"

#include <string.h>

static const ratio ONE = { 1, 1 };

static ex intern(algebra *a, atl_id model, const atl_shape *shape, const ex *e, uint32_t n)
{
	part p[ATL_EX_MANY];
	for (uint32_t i = 0; i < n; i++)
		p[i] = (part){ e[i], ONE };
	const atl_op *op = atl_graph_node(a->g, model)->op;
	return ex_intern(a, &(ex_node){ .kind = EX_CALL, .shape = shape, .op = op, .id = model }, p, n);
}

static ex bare(const algebra *a, ex e) { return ex_is(a, e, EX_SPREAD) ? ex_parts(a, e)[0].e : e; }
static ex operand(const algebra *a, ex e, uint32_t k) { return ex_parts(a, e)[k].e; }

/* Whether e is a factor of x: with a positive power x is 0 where e is; with a
 * negative one x has no value there, and the choice is of a kink. */
static bool has_factor(const algebra *a, ex x, ex e)
{
	part f[ATL_EX_MANY];
	ex rest;
	(void)ex_split(a, x, &rest);
	uint32_t n = ex_factors(a, rest, f);
	for (uint32_t i = 0; i < n; i++)
		if (f[i].e == e)
			return true;
	return false;
}

/* c or (not c), in any order. */
static bool is_tautology(const algebra *a, ex e)
{
	if (!ex_is_op(a, e, "or"))
		return false;
	for (uint32_t k = 0; k < 2; k++) {
		ex x = operand(a, e, k), y = operand(a, e, 1 - k);
		if (ex_is_op(a, x, "not") && operand(a, x, 0) == y)
			return true;
	}
	return false;
}

/* What `where(c, x, ...)` gives where c holds: an inner choice by the same c is made. */
static ex chosen(algebra *a, ex c, ex x, bool yes)
{
	ex rest;
	ratio k = ex_split(a, x, &rest);
	if (ex_is_op(a, rest, "where") && operand(a, rest, 0) == c)
		return ex_scale(a, k, operand(a, rest, yes ? 1 : 2));
	return x;
}

static ex where(algebra *a, atl_id model, const atl_shape *shape, const ex *e)
{
	ex c = bare(a, e[0]);
	if (ex_is_op(a, c, "not"))
		return where(a, model, shape, (ex[]){ operand(a, c, 0), e[2], e[1] });
	ex x = chosen(a, c, e[1], true), y = chosen(a, c, e[2], false);
	if (x == y || is_tautology(a, c))
		return x;
	/* where(u == 0, 0, u .* w), where(u == 0, 0, w ./ u) */
	if (ex_is_op(a, c, "eq") && ex_is_zero(a, x))
		for (uint32_t k = 0; k < 2; k++)
			if (ex_is_zero(a, operand(a, c, 1 - k)) && has_factor(a, y, operand(a, c, k)))
				return y;
	return intern(a, model, shape, (ex[]){ c, x, y }, 3);
}

/* x - logsumexp(x): the logsumexp; 0: it is something else. */
static ex logsumexp_in(const algebra *a, ex e)
{
	if (!ex_is(a, e, EX_SUM) || a->node[e].n != 2)
		return 0;
	for (uint32_t k = 0; k < 2; k++) {
		const part x = ex_parts(a, e)[1 - k], log = ex_parts(a, e)[k];
		ex bottom = bare(a, log.e);
		if (ratio_is(x.c, 1) && ratio_is(log.c, -1) && ex_is_op(a, bottom, "logsumexp") &&
		    operand(a, bottom, 0) == x.e)
			return bottom;
	}
	return 0;
}

/* exp(log_softmax(x)) and exp(x - logsumexp(x)) are softmax(x). */
static ex softmax_of(algebra *a, ex log)
{
	atl_id model = a->node[log].id;
	ex x = operand(a, log, 0);
	int64_t axis = *atl_graph_attr(a->g, model);
	atl_id leaf = algebra_lower(a, x, a->node[x].shape);
	atl_id softmax = leaf ? atl_build_op(a->b, "softmax", &leaf, 1, &axis, 1) : 0;
	return softmax ? intern(a, softmax, a->node[x].shape, &x, 1) : ex_fail(a);
}

ex ex_call(algebra *a, atl_id model, const atl_shape *shape, const ex *e, uint32_t n)
{
	const atl_op *op = atl_graph_node(a->g, model)->op;
	ex own[ATL_EX_MANY];
	if (n > ATL_EX_MANY)
		return ex_fail(a);
	for (uint32_t i = 0; i < n; i++) {
		if (!e[i])
			return 0;
		own[i] = op->flags & ATL_OF_ELEMENTWISE ? bare(a, e[i]) : e[i];
	}
	if (!strcmp(op->name, "where"))
		return where(a, model, shape, own);
	if (!strcmp(op->name, "exp") && ex_is_op(a, own[0], "log_softmax"))
		return softmax_of(a, own[0]);
	if (!strcmp(op->name, "exp") && logsumexp_in(a, own[0]))
		return softmax_of(a, logsumexp_in(a, own[0]));
	return intern(a, model, shape, own, n);
}
