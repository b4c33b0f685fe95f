/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.c: a trace, and its nodes' values in one system after the other. */
#include "trace/compare_impl.h"

#include <string.h>
#include "graph/show.h"

bool atl_compare_is_gradient(const atl_compare *c, size_t step)
{
	return step >= c->trace->forward && c->trace->step[step].kind != ATL_STEP_CONTRIBUTION;
}

/* ---- one column ---- */

static void set_system(atl_comparer *k, const atl_num *num)
{
	atl_num own = *num;
	own.ieee = true;
	own.flags = 0;
	atl_eval_set_num(k->eval, &own);
}

static bool fatal(const atl_diag *diag)
{
	return diag->kind == ATL_KIND_INTERRUPT || diag->kind == ATL_KIND_TIME ||
	       (diag->kind == ATL_KIND_LIMIT && !strcmp(diag->message, "out of memory"));
}

static bool needs_missing(const atl_comparer *k, atl_id id)
{
	const atl_node *n = atl_graph_node(k->b->graph, id);
	if (n->flags & ATL_NF_INPUT && atl_eval_stored(k->eval, id))
		return false;
	if (n->body)
		return k->missing[n->body];
	for (uint32_t i = 0; i < n->n_in; i++)
		if (k->missing[atl_graph_in(k->b->graph, id)[i]])
			return true;
	return false;
}

/* A node's value in the system that is set.  Why it cannot be had is kept in
 * *why, unless that is because an operand could not. */
static atl_status compute(atl_comparer *k, atl_id id, const char **why)
{
	atl_diag diag = { 0 };
	*why = NULL;
	k->missing[id] = needs_missing(k, id);
	if (k->missing[id] || !atl_eval_compute(k->eval, &id, 1, &diag)) {
		atl_diag_clear(&diag);
		return ATL_OK;
	}
	k->missing[id] = true;
	const char *reason = atl_eval_num(k->eval)->reason;
	*why = diag.kind == ATL_KIND_UNABLE || diag.kind == ATL_KIND_LIMIT ? reason : NULL;
	if (!*why)
		*why = "beyond this system";
	if (fatal(&diag)) {
		atl_diag_fail(k->diag, diag.kind, diag.at, "%s", diag.message);
		atl_diag_clear(&diag);
		return ATL_ERROR;
	}
	atl_diag_clear(&diag);
	return ATL_OK;
}

/* All nodes in the order of the graph, each from operands that are there, so
 * that a node which cannot be had is met once.  why[id] is its reason, or that
 * of what it is made of inside, when that is in no step of its own. */
static atl_status compute_all(atl_comparer *k, const char **why)
{
	for (atl_id id = 1; id <= k->last; id++) {
		if (!k->wanted[id])
			continue;
		if (compute(k, id, &why[id]))
			return ATL_ERROR;
		const atl_node *n = atl_graph_node(k->b->graph, id);
		const atl_id *in = atl_graph_in(k->b->graph, id);
		if (why[id] || !k->missing[id])
			continue;
		if (n->body)
			why[id] = why[n->body];
		/* a literal's or a hidden node's failure is shown where it is used */
		for (uint32_t i = 0; i < n->n_in && !n->body && !why[id]; i++)
			if (atl_graph_node(k->b->graph, in[i])->flags &
			    (ATL_NF_HIDDEN | ATL_NF_LITERAL))
				why[id] = why[in[i]];
	}
	return ATL_OK;
}

/* A gradient that nothing flows into has no node: it is zeros. */
static atl_array *value_of(atl_comparer *k, const atl_step *s)
{
	if (!s->value_of)
		return atl_array_new(&s->value->shape, atl_eval_num(k->eval));
	return k->missing[s->value_of] ? NULL : atl_array_ref(atl_eval_get(k->eval, s->value_of));
}

static atl_status look_at_guard(atl_comparer *k, atl_column *c, size_t i, atl_id *last)
{
	const atl_step *s = &k->c->trace->step[i];
	atl_buf text = { 0 };
	if (i >= k->c->trace->forward)
		return ATL_OK;
	atl_id differs = atl_eval_guard_differs(k->eval, s->node);
	if (differs && differs != *last) {
		atl_show_text(&text, k->b->graph, differs, k->b->symbols);
		if (!text.failed)
			c->cell[i].branch =
				atl_arena_dup(&k->c->arena, atl_buf_text(&text), text.len);
		atl_buf_clear(&text);
		c->other_branch = true;
		if (!c->cell[i].branch)
			return atl_diag_nomem(k->diag);
	}
	*last = differs;
	return ATL_OK;
}

/* A system of enclosures must know more digits than any that is measured by it. */
static void set_column(atl_comparer *k, const atl_column *c)
{
	atl_num num = c->num;
	for (size_t i = 0; i < k->c->n && !c->bits; i++)
		if (k->c->column[i].bits + ATL_COMPARE_GUARD > num.precision)
			num.precision = k->c->column[i].bits + ATL_COMPARE_GUARD;
	set_system(k, &num);
}

static atl_status fill_column(atl_comparer *k, size_t index)
{
	atl_column *c = &k->c->column[index];
	const char **why = atl_calloc((size_t)k->last + 1, sizeof *why);
	atl_id guard = 0;
	if (!why)
		return atl_diag_nomem(k->diag);
	set_column(k, c);
	atl_status status = compute_all(k, why);
	for (size_t i = 0; i < k->c->steps && !status; i++) {
		const atl_step *s = &k->c->trace->step[i];
		c->cell[i].value = value_of(k, s);
		if (!c->cell[i].value && s->value_of)
			c->cell[i].why = why[s->value_of];
		else if (!c->cell[i].value)
			status = atl_diag_nomem(k->diag);
		if (!status)
			status = look_at_guard(k, c, i, &guard);
	}
	atl_free(why);
	return status ? status : atl_comparer_look(k, index);
}

/* ---- all of them ---- */

static atl_status make_columns(atl_comparer *k)
{
	atl_compare *c = k->c;
	const atl_compare_request *r = k->req;
	c->column = atl_calloc(r->n, sizeof *c->column);
	if (!c->column)
		return atl_diag_nomem(k->diag);
	for (c->n = 0; c->n < r->n; c->n++) {
		atl_column *col = &c->column[c->n];
		col->num = r->num[c->n];
		col->bits = atl_comparer_bits(&col->num);
		col->name = atl_arena_dup(&c->arena, r->name[c->n], strlen(r->name[c->n]));
		col->cell = atl_calloc(c->steps, sizeof *col->cell);
		if (!col->name || !col->cell)
			return atl_diag_nomem(k->diag);
		const atl_column *best = &c->column[c->best];
		if (best->bits && (!col->bits || col->bits > best->bits))
			c->best = c->n;
	}
	return ATL_OK;
}

/* Whatever a step's value is computed from, insides included. */
static atl_status find_wanted(atl_comparer *k)
{
	k->last = atl_graph_last(k->b->graph);
	k->wanted = atl_calloc((size_t)k->last + 1, sizeof *k->wanted);
	k->missing = atl_calloc((size_t)k->last + 1, sizeof *k->missing);
	if (!k->wanted || !k->missing)
		return atl_diag_nomem(k->diag);
	for (size_t i = 0; i < k->c->steps; i++)
		k->wanted[k->c->trace->step[i].value_of] = true;
	for (size_t i = 0; i < k->n_side; i++) {
		k->wanted[k->side[i].a] = true;
		k->wanted[k->side[i].b] = true;
	}
	k->wanted[0] = false;
	atl_graph_ancestors(k->b->graph, k->wanted);
	k->wanted[0] = false;
	return ATL_OK;
}

/* The structure comes of a trace in float64, in which nothing is impossible. */
static atl_status make_trace(atl_comparer *k)
{
	atl_trace_request r = k->req->trace;
	atl_num num = *atl_eval_num(k->eval);
	r.any_shape = r.mark_folds = true;
	num.sys = &atl_float64;
	set_system(k, &num);
	if (atl_trace_make(&k->c->trace, k->b, k->eval, &r, k->diag))
		return ATL_ERROR;
	k->c->steps = k->c->trace->n;
	return ATL_OK;
}

static atl_status make(atl_comparer *k)
{
	if (make_trace(k) || atl_comparer_sides(k) || find_wanted(k) || make_columns(k))
		return ATL_ERROR;
	for (size_t i = 0; i < k->c->n; i++)
		if (fill_column(k, i))
			return ATL_ERROR;
	if (atl_comparer_measure(k))
		return ATL_ERROR;
	return atl_comparer_judge(k);
}

static void clear_comparer(atl_comparer *k)
{
	for (size_t i = 0; i < k->n_side; i++) {
		for (size_t j = 0; j < k->req->n; j++)
			atl_free(k->side[i].taken[j]);
		atl_free(k->side[i].taken);
	}
	atl_free(k->side);
	atl_free(k->wanted);
	atl_free(k->missing);
}

atl_status atl_compare_make(atl_compare **out, atl_builder *b, atl_eval *eval,
			    const atl_compare_request *req, atl_diag *diag)
{
	atl_comparer k = { .b = b, .eval = eval, .req = req, .diag = diag };
	atl_num own = *atl_eval_num(eval);
	*out = NULL;
	k.c = atl_calloc(1, sizeof *k.c);
	if (!k.c)
		return atl_diag_nomem(diag);
	atl_eval_ignore_guards(eval, true);
	atl_status status = make(&k);
	atl_eval_ignore_guards(eval, false);
	atl_eval_set_num(eval, &own);
	(void)atl_eval_take_overflow(eval); /* it was in a column */
	clear_comparer(&k);
	if (status) {
		atl_compare_free(k.c);
		return ATL_ERROR;
	}
	*out = k.c;
	return ATL_OK;
}

void atl_compare_free(atl_compare *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++) {
		for (size_t j = 0; c->column[i].cell && j < c->steps; j++)
			atl_array_unref(c->column[i].cell[j].value);
		atl_free(c->column[i].cell);
	}
	atl_free(c->column);
	atl_trace_free(c->trace);
	atl_arena_clear(&c->arena);
	atl_free(c);
}
