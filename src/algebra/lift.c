/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lift.c: nodes of the graph to expressions, in the order of their numbers. */
#include "algebra/algebra.h"
#include "algebra/expr.h"

#include <string.h>
#include "base/mem.h"

static const ratio ONE = { 1, 1 }, MINUS = { -1, 1 };

typedef struct lifter {
	algebra *a;
	ex *of;          /* by node; 0: not lifted */
	atl_id root, direction;
} lifter;

static const atl_node *node(const lifter *l, atl_id id) { return atl_graph_node(l->a->g, id); }
static ex in(const lifter *l, atl_id id, uint32_t k) { return l->of[atl_graph_in(l->a->g, id)[k]]; }

/* ---- by op ---- */

typedef ex lift(lifter *, atl_id);

static ex lift_add(lifter *l, atl_id id) { return ex_add(l->a, node(l, id)->shape, in(l, id, 0), ONE, in(l, id, 1)); }
static ex lift_sub(lifter *l, atl_id id) { return ex_add(l->a, node(l, id)->shape, in(l, id, 0), MINUS, in(l, id, 1)); }
static ex lift_neg(lifter *l, atl_id id) { return ex_scale(l->a, MINUS, in(l, id, 0)); }

static ex product(lifter *l, atl_id id, ratio k)
{
	part p[] = { { in(l, id, 0), ONE }, { in(l, id, 1), k } };
	return ex_prod(l->a, node(l, id)->shape, ONE, p, 2);
}

static ex lift_mul(lifter *l, atl_id id) { return product(l, id, ONE); }
static ex lift_div(lifter *l, atl_id id) { return product(l, id, MINUS); }

static ex call(lifter *l, atl_id id)
{
	ex e[ATL_EX_MANY];
	uint32_t n = node(l, id)->n_in;
	if (n > ATL_EX_MANY)
		return ex_fail(l->a);
	for (uint32_t k = 0; k < n; k++)
		e[k] = in(l, id, k);
	return ex_call(l->a, id, node(l, id)->shape, e, n);
}

static ex lift_sqrt(lifter *l, atl_id id)
{
	part p = { in(l, id, 0), { 1, 2 } };
	return ex_prod(l->a, node(l, id)->shape, ONE, &p, 1);
}

/* e^k for a number k that is whole or a half. */
static ex lift_pow(lifter *l, atl_id id)
{
	ex rest;
	ratio k = ex_split(l->a, in(l, id, 1), &rest);
	if (!rest || !ex_is_one(l->a, rest) || k.den > 2 || k.num > 64 || k.num < -64)
		return call(l, id);
	part p = { in(l, id, 0), k };
	return ex_prod(l->a, node(l, id)->shape, ONE, &p, 1);
}

static ex lift_matmul(lifter *l, atl_id id)
{
	ex m[] = { in(l, id, 0), in(l, id, 1) };
	return ex_mat(l->a, node(l, id)->shape, m, 2);
}

static ex lift_transpose(lifter *l, atl_id id) { return ex_turn(l->a, in(l, id, 0)); }

/* A column laid down as a row is its transpose, and so the other way round. */
static ex lift_reshape(lifter *l, atl_id id)
{
	const atl_shape *from = atl_graph_shape(l->a->g, *atl_graph_in(l->a->g, id)), *to = node(l, id)->shape;
	bool turns = from->rank == 2 && to->rank == 2 && (from->dim[0] == 1 || from->dim[1] == 1) &&
	             to->dim[0] == from->dim[1] && to->dim[1] == from->dim[0];
	return turns ? ex_turn(l->a, in(l, id, 0)) : call(l, id);
}

static ex lift_broadcast(lifter *l, atl_id id) { return ex_spread(l->a, in(l, id, 0), node(l, id)->shape); }
static ex lift_same(lifter *l, atl_id id) { return in(l, id, 0); }

static ex lift_sum(lifter *l, atl_id id)
{
	if (node(l, id)->shape->rank != 2 || atl_graph_shape(l->a->g, *atl_graph_in(l->a->g, id))->rank != 2)
		return call(l, id);
	return ex_sum_of(l->a, in(l, id, 0), *atl_graph_attr(l->a->g, id));
}

static ex lift_literal(lifter *l, atl_id id)
{
	ratio v;
	const char *text = atl_graph_text(l->a->g, id);
	if (strchr(text, ' ') || !ratio_parse(text, &v))
		return ex_leaf(l->a, id);
	return ex_spread(l->a, ex_number(l->a, v), node(l, id)->shape);
}

static const struct {
	const char *op;
	lift *lift;
} table[] = {
	{ "add", lift_add }, { "sub", lift_sub }, { "neg", lift_neg }, { "mul", lift_mul },
	{ "div", lift_div }, { "pow", lift_pow }, { "sqrt", lift_sqrt }, { "matmul", lift_matmul },
	{ "transpose", lift_transpose }, { "broadcast", lift_broadcast }, { "ident", lift_same },
	{ "reshape", lift_reshape }, { "stopgrad", lift_same }, { "sum", lift_sum }, { "literal", lift_literal },
};
enum { N_TABLE = sizeof table / sizeof *table };

static ex lift_node(lifter *l, atl_id id)
{
	for (size_t i = 0; i < N_TABLE; i++)
		if (!strcmp(table[i].op, node(l, id)->op->name))
			return table[i].lift(l, id);
	return node(l, id)->n_in ? call(l, id) : ex_leaf(l->a, id);
}

/* ---- the order ---- */

/* What keeps its name, or has no expression. */
static bool stops(const lifter *l, atl_id id)
{
	const atl_node *n = node(l, id);
	if (id == l->root)
		return false;
	return id == l->direction || n->name || n->flags & ATL_NF_INPUT || (id < l->a->n_kept && l->a->kept[id]);
}

static void mark(const lifter *l, bool *needed)
{
	needed[l->root] = true;
	for (atl_id id = l->root; id > 0; id--)
		for (uint32_t k = 0; needed[id] && !stops(l, id) && k < node(l, id)->n_in; k++)
			needed[atl_graph_in(l->a->g, id)[k]] = true;
}

ex algebra_lift(algebra *a, atl_id root, atl_id direction)
{
	lifter l = { .a = a, .root = root, .direction = direction };
	bool *needed = atl_calloc(root + 1u, sizeof *needed);
	l.of = atl_calloc(root + 1u, sizeof *l.of);
	if (needed && l.of) {
		mark(&l, needed);
		for (atl_id id = 1; id <= root && !a->failed; id++)
			if (needed[id])
				l.of[id] = stops(&l, id) ? ex_leaf(a, id) : lift_node(&l, id);
	} else {
		a->nomem = true;
	}
	ex e = a->failed || a->nomem || !l.of ? 0 : l.of[root];
	atl_free(needed);
	atl_free(l.of);
	return e;
}

/* From here on what the name stands for is written as the name. */
void algebra_define(algebra *a, atl_id name)
{
	if (atl_graph_node(a->g, name)->flags & ATL_NF_INPUT)
		return;
	ex e = algebra_lift(a, name, 0);
	bool trivial = !e || ex_is(a, e, EX_LEAF) || ex_is_zero(a, e) || ex_is_one(a, e) || ex_is(a, e, EX_SPREAD);
	ex rest;
	if (!trivial)
		(void)ex_split(a, e, &rest);
	if (!trivial && !ex_is_one(a, rest) && !a->node[e].name) {
		ex leaf = ex_leaf(a, name); /* may move the nodes */
		a->node[e].name = leaf;
		if (ex_is(a, e, EX_PROD)) {
			a->node[e].next_named = a->named_product;
			a->named_product = e;
		}
	}
	a->failed = false; /* a definition that is too long has no other name */
}
