/* SPDX-License-Identifier: GPL-3.0-or-later */
/* remarks.c: what a step says beside its value: kinks, no value, a scaling
 * that may not have been meant. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "trace/maker.h"

enum { ENTRIES_SAID = 3, INSIDE_MAX = 64 };

/* "[2, 1]"; nothing for a scalar. */
void atl_remark_place(atl_buf *out, const atl_shape *shape, size_t entry)
{
	if (atl_shape_scalar(shape))
		return;
	int64_t at[ATL_MAX_RANK];
	int64_t rest = (int64_t)entry;
	for (int d = shape->rank; d-- > 0; rest /= shape->dim[d])
		at[d] = rest % shape->dim[d] + 1;
	int rank = atl_shape_vector(shape) ? 1 : shape->rank;
	for (int d = 0; d < rank; d++)
		atl_buf_addf(out, "%s%" PRId64, d ? ", " : "[", at[d]);
	atl_buf_addc(out, ']');
}

atl_status atl_maker_undefined(atl_maker *m, atl_id id, const atl_array *value, const char **out)
{
	size_t entry = atl_array_no_value(value), at = 0;
	atl_buf text = { 0 };
	bool failed = false;
	*out = NULL;
	if (entry >= value->n)
		return ATL_OK;
	atl_id born = atl_eval_blame(m->eval, id, entry, &at);
	if (born)
		atl_eval_explain(&text, m->eval, born, at);
	if (text.len == 0)
		atl_buf_add(&text, "no value");
	if (!atl_shape_scalar(&value->shape))
		atl_buf_add(&text, " at ");
	atl_remark_place(&text, &value->shape, entry);
	*out = atl_maker_keep(m, &text, &failed);
	return failed ? atl_diag_nomem(m->diag) : ATL_OK;
}

static atl_id behind_broadcast(const atl_maker *m, atl_id id)
{
	if (!strcmp(atl_maker_node(m, id)->op->name, "broadcast"))
		return atl_graph_in(m->b->graph, id)[0];
	return id;
}

/* A product of a row and a column that was written as one: x'*y. */
static bool is_inner_product(const atl_maker *m, atl_id id)
{
	const atl_node *n = atl_maker_node(m, id);
	if (!strcmp(n->op->name, "dot"))
		return true;
	if (strcmp(n->op->name, "matmul"))
		return false;
	atl_id left = atl_graph_in(m->b->graph, id)[0];
	return !strcmp(atl_maker_node(m, left)->op->name, "transpose");
}

const char *atl_maker_scaled(const atl_maker *m, atl_id id)
{
	const atl_node *n = atl_maker_node(m, id);
	if (strcmp(n->op->name, "mul") || n->flags & ATL_NF_ADJOINT || atl_shape_scalar(n->shape))
		return NULL;
	for (uint32_t k = 0; k < n->n_in; k++) {
		atl_id in = behind_broadcast(m, atl_graph_in(m->b->graph, id)[k]);
		const atl_node *o = atl_maker_node(m, in);
		if (atl_shape_scalar(o->shape) && o->flags & ATL_NF_OPEN && !o->name &&
		    !is_inner_product(m, in))
			return "scaled by a 1×1";
	}
	return NULL;
}

/* ---- kinks ---- */

static bool has_rule(const atl_op *op)
{
	bool any = op->vjp != NULL;
	for (int i = 0; i < ATL_OP_RULES; i++)
		any |= op->rule[i] != NULL;
	return any;
}

/* An op without a kink of its own has those of its body: it is walked, each node once. */
unsigned atl_maker_kinks(atl_maker *m, atl_id id, atl_kink out[ATL_KINKS])
{
	atl_id inside[INSIDE_MAX] = { id };
	unsigned n = 1, n_kinks = 0;
	for (unsigned i = 0; i < n && n_kinks < ATL_KINKS; i++) {
		const atl_node *node = atl_maker_node(m, inside[i]);
		bool whole = node->op->kink || has_rule(node->op) || !node->body;
		if (node->op->kink) {
			atl_kink kink = { 0, atl_op_kink_says(node->op, m->b->kink) };
			if ((kink.condition = atl_derive_kink(m->b, inside[i])))
				out[n_kinks++] = kink;
			node = atl_maker_node(m, inside[i]);
		}
		const atl_id *in = atl_graph_in(m->b->graph, inside[i]);
		/* the op's own operands are no part of it */
		uint32_t n_in = i == 0 ? 0 : node->n_in;
		for (uint32_t k = 0; k <= n_in; k++) {
			atl_id next = k < n_in ? in[k] : whole ? 0 : node->body;
			bool seen = !next || !(atl_maker_node(m, next)->flags & ATL_NF_HIDDEN);
			for (unsigned j = 0; j < n && !seen; j++)
				seen = inside[j] == next;
			if (!seen && n < INSIDE_MAX)
				inside[n++] = next;
		}
	}
	return n_kinks;
}

static bool holds(const atl_array *a, size_t i)
{
	int sign;
	const void *x = atl_array_at(a, i);
	return !a->sys->no_value(x) && a->sys->sgn(&sign, x) == ATL_FINE && sign != 0;
}

/* "relu'(0) = 0 at [2], [3] and 7 more" */
static void add_kink(atl_buf *out, const atl_array *where, const char *says)
{
	size_t met = 0;
	size_t start = out->len;
	for (size_t i = 0; i < where->n; i++) {
		if (!holds(where, i) || met++ >= ENTRIES_SAID)
			continue;
		if (met == 1)
			atl_buf_addf(out, "%s%s%s", start ? "; " : "",
				     says ? says : "a side was taken",
				     atl_shape_scalar(&where->shape) ? "" : " at ");
		else
			atl_buf_add(out, ", ");
		atl_remark_place(out, &where->shape, i);
	}
	if (met > ENTRIES_SAID)
		atl_buf_addf(out, " and %zu more", met - ENTRIES_SAID);
}

atl_status atl_maker_kink(atl_maker *m, const atl_kink *kink, unsigned n, const char **out)
{
	atl_buf text = { 0 };
	bool failed = false;
	*out = NULL;
	for (unsigned i = 0; i < n; i++) {
		const atl_array *where = atl_eval_get(m->eval, kink[i].condition);
		if (where)
			add_kink(&text, where, kink[i].says);
	}
	if (text.len || text.failed)
		*out = atl_maker_keep(m, &text, &failed);
	else
		atl_buf_clear(&text);
	return failed ? atl_diag_nomem(m->diag) : ATL_OK;
}
