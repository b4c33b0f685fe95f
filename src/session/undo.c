/* SPDX-License-Identifier: GPL-3.0-or-later */
/* undo.c: the log of what one top-level statement changed, and taking it back.
 *
 * The log holds the state before the first change of each thing; a statement
 * that changes nothing leaves the log of the one before alone. */
#include "session/state.h"

#include <string.h>
#include "base/mem.h"

static void release(atl_undo *u)
{
	atl_array_unref((atl_array *)(uintptr_t)u->array); /* the log's own reference */
	atl_function_unref(u->fn);
	atl_free(u->ids);
}

void atl_undo_forget(atl_session *s)
{
	for (size_t i = 0; i < s->n_log; i++)
		release(&s->log[i]);
	s->n_log = 0;
}

/* Room for one more entry; the log of an earlier statement goes. */
static atl_undo *next(atl_session *s)
{
	if (s->log_epoch != s->epoch) {
		atl_undo_forget(s);
		s->log_epoch = s->epoch;
	}
	if (!atl_grow(&s->log, &s->cap_log, s->n_log + 1, sizeof *s->log)) {
		atl_diag_nomem(&s->diag);
		return NULL;
	}
	return &s->log[s->n_log];
}

atl_status atl_undo_bind(atl_session *s, atl_var *v)
{
	if (v->bound_in == s->epoch)
		return ATL_OK;
	atl_undo *u = next(s);
	if (!u)
		return ATL_ERROR;
	*u = (atl_undo){ .kind = ATL_UNDO_BIND, .var = v, .n = v->n, .id = atl_names_latest(v) };
	v->bound_in = s->epoch;
	s->n_log++;
	return ATL_OK;
}

atl_status atl_undo_clear(atl_session *s, atl_var *v)
{
	atl_undo *u = next(s);
	if (!u)
		return ATL_ERROR;
	*u = (atl_undo){ .kind = ATL_UNDO_CLEAR,
		         .var = v,
		         .n = v->n,
		         .ids = atl_malloc((v->n + 1u) * sizeof *v->id) };
	if (!u->ids)
		return atl_diag_nomem(&s->diag);
	memcpy(u->ids, v->id, v->n * sizeof *v->id);
	s->n_log++;
	return ATL_OK;
}

bool atl_undo_stored(const atl_session *s, const atl_var *v, atl_id input)
{
	return v->stored_in == s->epoch && v->stored_id == input;
}

atl_status atl_undo_store(atl_session *s, atl_var *v, atl_id input)
{
	if (atl_undo_stored(s, v, input))
		return ATL_OK;
	atl_undo *u = next(s);
	if (!u)
		return ATL_ERROR;
	*u = (atl_undo){ .kind = ATL_UNDO_STORE,
		         .id = input,
		         .array = atl_array_ref(atl_eval_stored(s->eval, input)),
		         .span = atl_eval_stored_by(s->eval, input) };
	v->stored_in = s->epoch;
	v->stored_id = input;
	s->n_log++;
	return ATL_OK;
}

atl_status atl_undo_function(atl_session *s, atl_sym name, atl_function *before)
{
	atl_undo *u = next(s);
	if (!u)
		return ATL_ERROR;
	*u = (atl_undo){ .kind = ATL_UNDO_FUNCTION, .name = name, .fn = atl_function_ref(before) };
	s->n_log++;
	return ATL_OK;
}

/* ---- the graph slid down ---- */

void atl_undo_mark(const atl_session *s, bool *mark)
{
	for (size_t i = 0; i < s->n_log; i++) {
		const atl_undo *u = &s->log[i];
		mark[u->id] = true;
		if (u->kind == ATL_UNDO_CLEAR && u->n)
			mark[u->ids[u->n - 1]] = true;
	}
	mark[0] = false;
}

void atl_undo_remap(atl_session *s, const atl_id *remap)
{
	for (size_t i = 0; i < s->n_log; i++) {
		atl_undo *u = &s->log[i];
		u->id = remap[u->id];
		for (uint32_t k = 0; u->ids && k < u->n; k++)
			u->ids[k] = remap[u->ids[k]];
	}
}

/* ---- taking it back ---- */

static void rebind(atl_session *s, const atl_undo *u)
{
	atl_var *v = u->var;
	v->n = u->n < v->n ? u->n : v->n;
	if (u->ids)
		memcpy(v->id, u->ids, u->n * sizeof *v->id);
	if (u->ids)
		v->n = u->n;
	else if (v->n)
		v->id[v->n - 1] = u->id;
	v->n_users = 0;
	v->counter = v->n && !atl_graph_node(s->graph, atl_names_latest(v))->name;
}

static atl_status restore(atl_session *s, const atl_undo *u)
{
	switch (u->kind) {
	case ATL_UNDO_BIND:
	case ATL_UNDO_CLEAR: rebind(s, u); return ATL_OK;
	case ATL_UNDO_STORE:
		if (u->array)
			return atl_eval_store(s->eval, u->id, u->array, u->span, &s->diag);
		atl_eval_unstore(s->eval, u->id);
		return ATL_OK;
	case ATL_UNDO_FUNCTION:
		atl_function_unref(s->fn[u->name]);
		s->fn[u->name] = atl_function_ref(u->fn);
		return ATL_OK;
	}
	return ATL_OK;
}

atl_status atl_run_undo(atl_session *s, const atl_tree *t, uint32_t node)
{
	atl_status status = ATL_OK;
	if (!s->n_log || s->log_epoch == s->epoch)
		return atl_diag_fail(&s->diag, ATL_KIND_NAME, t->node[node].span,
		                     "there is no statement to undo");
	for (size_t i = s->n_log; i-- > 0;)
		if (restore(s, &s->log[i]))
			status = ATL_ERROR;
	atl_undo_forget(s);
	return status;
}
