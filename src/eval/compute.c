/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compute.c: one node's value from its operands' values. */
#include <string.h>
#include "base/mem.h"
#include "eval/eval_impl.h"

static const atl_array *operand(const atl_eval *e, atl_id id, uint32_t k)
{
	return e->slot[atl_graph_in(e->graph, id)[k]].value;
}

static size_t stride(const atl_array *a, const atl_array *out)
{
	return a->n == out->n ? 1 : 0;
}

atl_answer atl_eval_apply(const atl_op *op, atl_kernel *k)
{
	const atl_array *out = k->out, *a = k->n_in ? k->in[0] : NULL, *b = k->n_in > 1 ? k->in[1] : NULL;
	if (op->by == ATL_BY_MAP1)
		return k->num->sys->fn1[op->fn](out->data, a->data, out->n, k->num);
	if (op->by == ATL_BY_MAP2)
		return k->num->sys->fn2[op->fn](out->data, a->data, stride(a, out), b->data, stride(b, out), out->n, k->num);
	return op->kernel ? op->kernel(k) : ATL_UNABLE;
}

static atl_answer apply(atl_eval *e, atl_id id, const atl_node *n, atl_array *out)
{
	enum { FEW = 8 };
	const atl_array *few[FEW];
	const atl_array **in = n->n_in <= FEW ? few : atl_malloc(n->n_in * sizeof *in);
	if (!in)
		return ATL_NOMEM;
	for (uint32_t k = 0; k < n->n_in; k++)
		in[k] = operand(e, id, k);
	atl_kernel kernel = { .in = in, .n_in = n->n_in, .attr = atl_graph_attr(e->graph, id), .n_attr = n->n_attr,
			      .text = atl_graph_text(e->graph, id), .out = out, .num = &e->num };
	atl_answer answer = atl_eval_apply(n->op, &kernel);
	if (in != few)
		atl_free(in);
	return answer;
}

static atl_array *stored_view(atl_eval *e, atl_id id)
{
	const atl_array *here = atl_eval_stored_here(e, id);
	return here ? atl_array_ref(here) : atl_array_converted(atl_eval_stored(e, id), &e->num);
}

/* Nodes that have the value of another: names, inputs, ops with a body, unless `whole`. */
static atl_array *passed_on(atl_eval *e, atl_id id, const atl_node *n, bool whole, bool *is_one)
{
	*is_one = true;
	if (e->slot[id].stored)
		return stored_view(e, id);
	if (n->body && !whole)
		return atl_array_ref(e->slot[n->body].value);
	if (n->flags & (ATL_NF_INPUT | ATL_NF_ALIAS) && n->n_in)
		return atl_array_ref(operand(e, id, 0));
	*is_one = false;
	return NULL;
}

static void put(atl_eval *e, atl_id id, atl_array *value)
{
	atl_array_unref(e->slot[id].value);
	e->slot[id].value = value;
}

atl_status atl_eval_node(atl_eval *e, atl_id id, atl_diag *diag)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	bool is_one, whole = atl_eval_rounds_whole(e, id);
	if (n->flags & ATL_NF_INPUT && n->flags & ATL_NF_ABSTRACT && !e->slot[id].stored)
		return atl_eval_abstract_error(e, id, diag);
	atl_array *out = passed_on(e, id, n, whole, &is_one);
	if (is_one) {
		if (!out)
			return atl_eval_unable_error(e, id, e->num.reason ? ATL_TOO_BIG : ATL_NOMEM, diag);
		put(e, id, out);
		return ATL_OK;
	}
	out = atl_array_new(n->shape, &e->num);
	e->num.reason = NULL;
	if (!out)
		return atl_eval_memory_error(e, id, diag);
	e->num.flags &= ~(unsigned)ATL_NUM_OVERFLOWED;
	atl_answer answer = whole ? atl_eval_whole(e, id, out) : apply(e, id, n, out);
	if (answer != ATL_FINE) {
		atl_array_unref(out);
		e->undecided = answer == ATL_UNDECIDED;
		return atl_eval_unable_error(e, id, answer, diag);
	}
	if (e->num.flags & ATL_NUM_OVERFLOWED)
		e->overflowed = id;
	put(e, id, out);
	return ATL_OK;
}
