/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kept.c: the updates of a loop's body, kept as one plan.  What comes after them
 * only looks at what they did: it shows and checks.
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
#include "eval/runner.h"

struct atl_kept {
	const atl_tree *tree;
	uint32_t body;
	atl_runner runner;
	atl_id mark;           /* the graph's end before the right sides */
	atl_var *var;          /* a for's counter; NULL: none */
	atl_id counter;        /* the stored constant that it is bound to while the loop runs */
	uint32_t *child;       /* the body's n statements: first updates, then what looks at them */
	uint32_t n, n_updates;
	atl_store *store;
	size_t n_stores;
	bool conditional;      /* the condition of a while is wanted */
	bool accepted;         /* the last turn was */
};

/* ---- the right sides ---- */

static bool is_update(const atl_tree *t, uint32_t node)
{
	return t->node[node].kind == ATL_T_UPDATE;
}

/* Whether a statement, with all that is in it, only shows and checks. */
static bool only_looks(const atl_session *s, const atl_tree *t, uint32_t node)
{
	for (uint32_t i = t->node[node].first; i <= node; i++) {
		uint8_t kind = t->node[i].kind;
		const char *word = kind == ATL_T_COMMAND ? atl_symbols_text(s->symbols, t->node[i].sym) : "show";
		bool acts = kind == ATL_T_DEFINE || kind == ATL_T_FUNCTION || kind == ATL_T_UPDATE || kind == ATL_T_FOR ||
			    kind == ATL_T_WHILE || kind == ATL_T_REPEAT;
		if (acts || (strcmp(word, "show") && strcmp(word, "check")))
			return false;
	}
	return true;
}

/* Finds the updates, which come first, and what only looks at them after that; false:
 * it is another body. */
static bool find_statements(const atl_session *s, atl_kept *k)
{
	const atl_tree *t = k->tree;
	size_t stores = 0;
	k->n = t->node[k->body].n;
	k->child = atl_malloc((k->n + 1) * sizeof *k->child);
	if (!k->child)
		return false;
	atl_tree_children(t, k->body, k->child);
	while (k->n_updates < k->n && is_update(t, k->child[k->n_updates]))
		stores += t->node[k->child[k->n_updates++]].count;
	for (uint32_t i = k->n_updates; i < k->n; i++)
		if (!only_looks(s, t, k->child[i]))
			return false;
	k->store = stores ? atl_calloc(stores, sizeof *k->store) : NULL;
	return k->store != NULL;
}

static atl_status build_stores(atl_session *s, atl_kept *k)
{
	atl_status status = ATL_OK;
	for (uint32_t i = 0; i < k->n_updates && !status; i++) {
		atl_store *to = k->store + k->n_stores;
		uint32_t count = k->tree->node[k->child[i]].count;
		status = atl_update_build(s, k->tree, k->child[i], to);
		for (uint32_t j = 0; j < count; j++)
			to[j].statement = i;
		k->n_stores += count;
	}
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
	k->runner.machine = atl_machine_new(s->eval, plan);
	return k->runner.machine ? ATL_OK : ATL_ERROR;
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

static void release(atl_kept *k)
{
	atl_free(k->child);
	atl_free(k->store);
	atl_free(k);
}

static void forget(atl_session *s, atl_kept *k)
{
	atl_runner_clear(&k->runner);
	if (k->mark && atl_graph_last(s->graph) > k->mark) {
		atl_graph_cut(s->graph, k->mark);
		atl_eval_cut(s->eval, k->mark);
	}
	s->mark = atl_graph_last(s->graph);
}

atl_kept *atl_kept_begin(atl_session *s, const atl_tree *t, uint32_t body, uint32_t condition, atl_var *counter)
{
	bool possible = !s->frame && !s->calls && (!s->dump || s->dump == ATL_DUMP_PLAN) &&
			atl_eval_num(s->eval)->sys == &atl_float64;
	atl_kept *k = possible ? atl_calloc(1, sizeof *k) : NULL;
	if (!k)
		return NULL;
	*k = (atl_kept){ .tree = t, .body = body };
	if (find_statements(s, k) && (!counter || !bind_counter(s, k, counter)) && !prepare(s, k, condition))
		return k;
	forget(s, k);
	atl_diag_reset(&s->diag);
	release(k);
	return NULL;
}

atl_status atl_kept_end(atl_session *s, atl_kept *k)
{
	atl_status status = atl_runner_save(&k->runner, s->eval, &s->diag);
	forget(s, k);
	if (k->counter && unbind_counter(s, k))
		status = ATL_ERROR;
	release(k);
	return status;
}

/* ---- turns ---- */

/* What comes after the updates. */
static atl_status look(atl_session *s, atl_kept *k)
{
	atl_status status = atl_runner_save(&k->runner, s->eval, &s->diag);
	s->blocks++;
	for (uint32_t i = k->n_updates; i < k->n && !status; i++)
		status = atl_run_statement(s, k->tree, k->child[i]);
	s->blocks--;
	return status;
}

atl_status atl_kept_turn(atl_session *s, atl_kept *k)
{
	k->accepted = atl_runner_turn(&k->runner);
	if (k->accepted)
		return k->n_updates < k->n ? look(s, k) : ATL_OK;
	if (atl_runner_save(&k->runner, s->eval, &s->diag) || atl_run_block(s, k->tree, k->body))
		return ATL_ERROR;
	atl_runner_resume(&k->runner, s->eval);
	return ATL_OK;
}

bool atl_kept_condition(const atl_kept *k, bool *truth)
{
	if (!k->conditional || !k->accepted)
		return false;
	*truth = *atl_machine_value(k->runner.machine, 0) != 0;
	return true;
}

atl_status atl_kept_count(atl_session *s, atl_kept *k, const void *entries)
{
	const atl_shape *shape = atl_graph_shape(s->graph, k->counter);
	size_t size = atl_shape_count(shape) * sizeof(double);
	if (k->runner.machine) {
		memcpy(atl_runner_set(&k->runner, 0), entries, size);
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
