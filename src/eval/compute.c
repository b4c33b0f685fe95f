/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compute.c: one node's value from its operands' values. */
#include <string.h>
#include "base/mem.h"
#include "eval/eval_impl.h"

static const atl_slot *operand(const atl_eval *e, atl_id id, uint32_t k)
{
	return &e->slot[atl_graph_in(e->graph, id)[k]];
}

/* 0: its one entry is for all of the n. */
static size_t stride(const atl_slot *s, size_t n)
{
	return (s->holds == ATL_HOLDS_NUMBER ? 1 : s->array->n) == n ? 1 : 0;
}

atl_answer atl_eval_apply(const atl_op *op, atl_kernel *k)
{
	const atl_array *out = k->out, *a = k->n_in ? k->in[0] : NULL, *b = k->n_in > 1 ? k->in[1] : NULL;
	if (op->by == ATL_BY_MAP1)
		return k->num->sys->fn1[op->fn](out->data, a->data, out->n, k->num);
	if (op->by == ATL_BY_MAP2)
		return k->num->sys->fn2[op->fn](out->data, a->data, a->n == out->n, b->data, b->n == out->n, out->n, k->num);
	return op->kernel ? op->kernel(k) : ATL_UNABLE;
}

static atl_answer map(atl_eval *e, atl_id id, const atl_op *op, void *out, size_t n)
{
	const atl_slot *a = operand(e, id, 0);
	if (op->by == ATL_BY_MAP1)
		return e->num.sys->fn1[op->fn](out, atl_slot_data(a), n, &e->num);
	const atl_slot *b = operand(e, id, 1);
	return e->num.sys->fn2[op->fn](out, atl_slot_data(a), stride(a, n), atl_slot_data(b), stride(b, n), n, &e->num);
}

static atl_answer run_kernel(atl_eval *e, atl_id id, const atl_node *n, atl_array *out)
{
	enum { FEW = 8 };
	const atl_array *few[FEW], **in = few;
	atl_array few_headers[FEW], *header = few_headers;
	if (n->n_in > FEW) {
		in = atl_malloc(n->n_in * sizeof *in);
		header = atl_malloc(n->n_in * sizeof *header);
	}
	atl_answer answer = ATL_NOMEM;
	if (in && header) {
		for (uint32_t k = 0; k < n->n_in; k++)
			in[k] = atl_eval_view(e, atl_graph_in(e->graph, id)[k], &header[k]);
		atl_kernel kernel = { .in = in, .n_in = n->n_in, .attr = atl_graph_attr(e->graph, id), .n_attr = n->n_attr,
				      .text = atl_graph_text(e->graph, id), .out = out, .num = &e->num };
		answer = n->op->kernel(&kernel);
	}
	if (n->n_in > FEW) {
		atl_free(in);
		atl_free(header);
	}
	return answer;
}

/* ---- nodes that have the value of another: names, inputs, ops with a body ---- */

static atl_status put_stored(atl_eval *e, atl_id id)
{
	atl_slot *s = &e->slot[id];
	const atl_array *stored = e->stored[s->stored - 1].value;
	const bool as_it_is = atl_eval_stored_here(e, id) != NULL;
	const bool is_number = e->numbers && atl_shape_scalar(&stored->shape);
	if (is_number) {
		double number = 0;
		if (as_it_is)
			memcpy(&number, stored->data, sizeof number);
		else if (atl_convert(&number, &e->num, stored->data, stored->sys, 1) != ATL_FINE)
			return ATL_ERROR;
		atl_slot_put_number(s, number);
		return ATL_OK;
	}
	atl_array *view = as_it_is ? atl_array_ref(stored) : atl_array_converted(stored, &e->num);
	if (!view)
		return ATL_ERROR;
	atl_slot_put(s, view);
	return ATL_OK;
}

static void put_same(atl_eval *e, atl_id id, atl_id from)
{
	const atl_slot *s = &e->slot[from];
	if (s->holds == ATL_HOLDS_NUMBER)
		atl_slot_put_number(&e->slot[id], s->number);
	else
		atl_slot_put(&e->slot[id], atl_array_ref(s->array));
}

/* ---- all others ---- */

/* A node with a body that comes here is one operation of the system in force. */
static atl_answer answer_of(atl_eval *e, atl_id id, const atl_node *n, atl_array *out)
{
	if (n->body)
		return atl_eval_whole(e, id, out);
	if (n->op->by == ATL_BY_MAP1 || n->op->by == ATL_BY_MAP2)
		return map(e, id, n->op, out->data, out->n);
	return n->op->kernel ? run_kernel(e, id, n, out) : ATL_UNABLE;
}

static atl_status settle(atl_eval *e, atl_id id, atl_answer answer, atl_diag *diag)
{
	if (answer != ATL_FINE) {
		e->undecided = answer == ATL_UNDECIDED;
		return atl_eval_unable_error(e, id, answer, diag);
	}
	if (e->num.flags & ATL_NUM_OVERFLOWED)
		e->overflowed = id;
	return ATL_OK;
}

static atl_status compute_number(atl_eval *e, atl_id id, const atl_node *n, atl_diag *diag)
{
	double number = 0;
	atl_answer answer;
	if (!n->body && (n->op->by == ATL_BY_MAP1 || n->op->by == ATL_BY_MAP2)) {
		answer = map(e, id, n->op, &number, 1);
	} else {
		atl_array out = { 1, e->num.sys, ATL_SCALAR, 1, &number };
		answer = answer_of(e, id, n, &out);
	}
	if (settle(e, id, answer, diag))
		return ATL_ERROR;
	atl_slot_put_number(&e->slot[id], number);
	return ATL_OK;
}

static atl_status compute_array(atl_eval *e, atl_id id, const atl_node *n, atl_diag *diag)
{
	atl_array *out = atl_array_new(n->shape, &e->num);
	if (!out)
		return atl_eval_memory_error(e, id, diag);
	if (settle(e, id, answer_of(e, id, n, out), diag)) {
		atl_array_unref(out);
		return ATL_ERROR;
	}
	atl_slot_put(&e->slot[id], out);
	return ATL_OK;
}

atl_status atl_eval_node(atl_eval *e, atl_id id, atl_diag *diag)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	if (n->flags & ATL_NF_INPUT && n->flags & ATL_NF_ABSTRACT && !e->slot[id].stored)
		return atl_eval_abstract_error(e, id, diag);
	e->num.reason = NULL;
	if (e->slot[id].stored) {
		if (put_stored(e, id))
			return atl_eval_unable_error(e, id, e->num.reason ? ATL_TOO_BIG : ATL_NOMEM, diag);
		return ATL_OK;
	}
	const bool whole = atl_eval_rounds_whole(e, id);
	if ((n->body && !whole) || (n->flags & (ATL_NF_INPUT | ATL_NF_ALIAS) && n->n_in)) {
		put_same(e, id, n->body ? n->body : *atl_graph_in(e->graph, id));
		return ATL_OK;
	}
	e->num.flags &= ~(unsigned)ATL_NUM_OVERFLOWED;
	return e->numbers && atl_shape_scalar(n->shape) ? compute_number(e, id, n, diag) : compute_array(e, id, n, diag);
}
