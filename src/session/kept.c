/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kept.c: a loop's body that is all updates, kept as one plan.
 *
 * The first turn is run statement by statement.  Before the second the right
 * sides are built once and stay in the graph while the loop runs; a machine
 * runs the turns, and eval learns of the inputs when somebody else wants
 * them: at the end, and when a turn is not accepted.  That turn is run statement
 * by statement, which finds the node that is to blame, or nothing at all.
 *
 * A body has no plan when building it reads a value (a size, value(...)),
 * draws a random number or has a word for the user: that is to happen in
 * every turn. */
#include "session/state.h"

#include <string.h>
#include "base/mem.h"
#include "eval/machine.h"

enum { MANY_ALARMS = 8 }; /* turns in a row that are not accepted before the machine is given up */

struct atl_kept {
	const atl_tree *tree;
	uint32_t body;
	atl_machine *machine;  /* NULL: given up */
	atl_id mark;           /* the graph's end before the right sides */
	atl_var *var;          /* a for's counter; NULL: none */
	atl_id counter;        /* the stored constant that it is bound to while the loop runs */
	atl_store *store;
	size_t n_stores;
	bool conditional;      /* the condition of a while is wanted */
	bool ahead;            /* eval does not know the inputs of now */
	bool accepted;         /* the last turn was */
	unsigned alarms;       /* in a row */
};

/* ---- the right sides ---- */

/* How many stores the body has; 0 when it has other statements. */
static size_t count_stores(const atl_tree *t, uint32_t body)
{
	size_t stores = 0;
	uint32_t child = body - 1;
	for (uint32_t i = 0; i < t->node[body].n; i++) {
		if (t->node[child].kind != ATL_T_UPDATE)
			return 0;
		stores += t->node[child].count;
		child = t->node[child].first - 1;
	}
	return stores;
}

static atl_status build_stores(atl_session *s, atl_kept *k)
{
	const atl_tree *t = k->tree;
	uint32_t n = t->node[k->body].n;
	uint32_t *child = atl_malloc(n * sizeof *child);
	if (!child)
		return atl_diag_nomem(&s->diag);
	atl_tree_children(t, k->body, child);
	atl_status status = ATL_OK;
	for (uint32_t i = 0; i < n && !status; i++) {
		atl_store *to = k->store + k->n_stores;
		status = atl_update_build(s, t, child[i], to);
		for (uint32_t j = 0; j < t->node[child[i]].count; j++)
			to[j].statement = i;
		k->n_stores += t->node[child[i]].count;
	}
	atl_free(child);
	return status;
}

static atl_status make_machine(atl_session *s, atl_kept *k, atl_id condition)
{
	atl_plan *plan = NULL;
	atl_job job = { .store = k->store, .n_stores = k->n_stores, .set = &k->counter, .n_set = k->counter != 0,
			.want = &condition, .n_wants = condition != 0 };
	if (atl_plan_make(s->eval, &job, &plan, &s->diag) || !plan)
		return ATL_ERROR;
	if (s->dump == ATL_DUMP_PLAN)
		atl_dump_plan(s, plan);
	k->machine = atl_machine_new(s->eval, plan);
	return k->machine ? ATL_OK : ATL_ERROR;
}

/* Builds what the loop's turns compute.  Nothing here is an error: without a
 * plan the loop runs as it is written, and says itself what is wrong. */
static atl_status prepare(atl_session *s, atl_kept *k, uint32_t condition)
{
	k->mark = atl_graph_last(s->graph);
	atl_atom_begin(s, s->at);
	s->touched = false;
	s->trial = true;
	atl_id want = 0;
	atl_status status = build_stores(s, k);
	if (!status && condition != ATL_TREE_NONE) {
		want = atl_build_tree(&s->builder, k->tree, condition);
		k->conditional = want != 0;
		if (!want || !atl_shape_scalar(atl_graph_shape(s->graph, want)))
			status = ATL_ERROR;
	}
	s->trial = false;
	bool guarded = s->guard != 0;
	atl_atom_hold(s);
	if (status || s->touched || guarded)
		return ATL_ERROR;
	return make_machine(s, k, want);
}

/* Binds a counter to one place for the whole loop. */
static atl_status bind_counter(atl_session *s, atl_kept *k, atl_var *counter)
{
	atl_id now = atl_names_latest(counter);
	const atl_array *value = atl_eval_compute(s->eval, &now, 1, &s->diag) ? NULL : atl_eval_get(s->eval, now);
	atl_id id = value ? atl_build_input(&s->builder, 0, &value->shape) : 0;
	if (!id || atl_eval_store(s->eval, id, value, s->at, &s->diag))
		return ATL_ERROR;
	atl_graph_set_flag(s->graph, id, ATL_NF_INPUT | ATL_NF_OPEN, false);
	k->var = counter;
	k->counter = id;
	return atl_names_rebind_last(s, counter, id);
}

/* After the loop it is what it would be. */
static atl_status unbind_counter(atl_session *s, atl_kept *k)
{
	const atl_array *value = atl_array_ref(atl_eval_stored(s->eval, k->counter));
	atl_id id = atl_atom_constant(s, value);
	atl_array_unref((atl_array *)(uintptr_t)value); /* the reference taken above */
	return id ? atl_names_rebind_last(s, k->var, id) : ATL_ERROR;
}

/* ---- its life ---- */

static void forget(atl_session *s, atl_kept *k)
{
	atl_machine_free(k->machine);
	k->machine = NULL;
	if (k->mark && atl_graph_last(s->graph) > k->mark) {
		atl_graph_cut(s->graph, k->mark);
		atl_eval_cut(s->eval, k->mark);
	}
	s->mark = atl_graph_last(s->graph);
}

atl_kept *atl_kept_begin(atl_session *s, const atl_tree *t, uint32_t body, uint32_t condition, atl_var *counter)
{
	size_t n = count_stores(t, body);
	bool possible = n && !s->frame && !s->calls && (!s->dump || s->dump == ATL_DUMP_PLAN) &&
			atl_eval_num(s->eval)->sys == &atl_float64;
	atl_kept *k = possible ? atl_calloc(1, sizeof *k) : NULL;
	if (!k)
		return NULL;
	*k = (atl_kept){ .tree = t, .body = body, .store = atl_calloc(n, sizeof *k->store) };
	if (k->store && (!counter || !bind_counter(s, k, counter)) && !prepare(s, k, condition))
		return k;
	forget(s, k);
	atl_diag_reset(&s->diag);
	atl_free(k->store);
	atl_free(k);
	return NULL;
}

static atl_status save(atl_session *s, atl_kept *k)
{
	if (!k->ahead)
		return ATL_OK;
	k->ahead = false;
	return atl_machine_save(k->machine, s->eval, &s->diag);
}

atl_status atl_kept_end(atl_session *s, atl_kept *k)
{
	atl_status status = save(s, k);
	forget(s, k);
	if (k->counter && unbind_counter(s, k))
		status = ATL_ERROR;
	atl_free(k->store);
	atl_free(k);
	return status;
}

/* ---- turns ---- */

/* Statement by statement, on what the inputs are after the turn before. */
static atl_status turn_with_care(atl_session *s, atl_kept *k)
{
	if (save(s, k) || atl_run_block(s, k->tree, k->body))
		return ATL_ERROR;
	if (k->machine && (++k->alarms >= MANY_ALARMS || !atl_machine_load(k->machine, s->eval))) {
		atl_machine_free(k->machine);
		k->machine = NULL;
	}
	return ATL_OK;
}

atl_status atl_kept_turn(atl_session *s, atl_kept *k)
{
	k->accepted = k->machine && atl_machine_turn(k->machine);
	if (!k->accepted)
		return turn_with_care(s, k);
	k->ahead = true;
	k->alarms = 0;
	return ATL_OK;
}

bool atl_kept_condition(const atl_kept *k, bool *truth)
{
	if (!k->conditional || !k->accepted)
		return false;
	*truth = *atl_machine_value(k->machine, 0) != 0;
	return true;
}

atl_status atl_kept_count(atl_session *s, atl_kept *k, const void *entries)
{
	const atl_shape *shape = atl_graph_shape(s->graph, k->counter);
	size_t size = atl_shape_count(shape) * sizeof(double);
	if (k->machine) {
		memcpy(atl_machine_input(k->machine, 0), entries, size);
		k->ahead = true;
		return ATL_OK;
	}
	atl_array *value = atl_array_new(shape, atl_eval_num(s->eval));
	if (!value)
		return atl_diag_nomem(&s->diag);
	memcpy(value->data, entries, size);
	atl_status status = atl_eval_store(s->eval, k->counter, value, s->at, &s->diag);
	atl_array_unref(value);
	return status;
}
