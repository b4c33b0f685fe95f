/* SPDX-License-Identifier: GPL-3.0-or-later */
/* minimize.c: minimize L wrt W, b with adam(eta=0.01), steps=100, X=images
 *
 * The statement is the loop that a user would write:
 *
 *     repeat 100 { X <- a batch; W, m, v <- adam(W, m, v, grad(L, W), t) }
 *
 * An optimiser is any function whose parameters are the weight, its state, g,
 * and perhaps t and options; its values are the new weight and the new state.
 * Its nodes are built once.  A machine runs the steps where there is one, and
 * a step that it does not accept, or all of them, are run by eval, which finds
 * the node of an error.  The steps that are done stay (SEMANTICS 4). */
#include "session/training.h"

#include <string.h>
#include <time.h>
#include "base/mem.h"
#include "graph/derive.h"
#include "graph/op.h"

/* ---- building a step ---- */

/* The number, in every entry. */
static atl_status store_number(atl_training *r, atl_id input, long v)
{
	atl_num num = *atl_eval_num(r->s->eval);
	atl_array *a = atl_array_new(atl_graph_shape(r->s->graph, input), &num);
	if (!a)
		return atl_diag_nomem(&r->s->diag);
	for (size_t i = 0; i < a->n; i++)
		(void)a->sys->set_si(atl_array_at(a, i), v, &num); /* every system has small integers */
	atl_status status = atl_eval_store(r->s->eval, input, a, r->span, &r->s->diag);
	atl_array_unref(a);
	return status;
}

/* An input without a name. */
static atl_id box(atl_training *r, const atl_shape *shape, long number)
{
	atl_id id = atl_build_input(&r->s->builder, 0, shape);
	return id && !store_number(r, id, number) ? id : 0;
}

static atl_status build_weight(atl_training *r, const atl_weight *w)
{
	atl_session *s = r->s;
	atl_arg arg[ATL_MAX_VALUES + ATL_MAX_READS] = { { 0 } };
	atl_id state[ATL_MAX_VALUES], out[ATL_MAX_VALUES];
	uint32_t n = r->at_g + 1;
	if (r->n_options + n + 1 > sizeof arg / sizeof *arg)
		return atl_diag_fail(&s->diag, ATL_KIND_LIMIT, r->span, "so many options are not possible");
	state[0] = w->input;
	for (uint32_t k = 1; k <= r->n_state; k++)
		if (!(state[k] = box(r, atl_graph_shape(s->graph, w->input), 0)))
			return ATL_ERROR;
	for (uint32_t k = 0; k <= r->n_state; k++)
		arg[k] = (atl_arg){ .id = state[k], .span = r->span };
	arg[r->at_g] = (atl_arg){ .id = atl_grad(&s->builder, r->loss, w->input), .span = r->span };
	if (r->at_t)
		arg[n++] = (atl_arg){ .name = r->f->tree->node[r->f->child[r->at_t]].sym, .id = r->time, .span = r->span };
	for (uint32_t k = 0; k < r->n_options; k++) {
		const atl_tree_node *o = &r->t->node[r->option[k]];
		arg[n++] = (atl_arg){ .name = o->sym, .id = atl_build_tree(&s->builder, r->t, r->option[k] - 1), .span = o->span };
	}
	for (uint32_t k = 0; k < n; k++)
		if (!arg[k].id)
			return ATL_ERROR;
	atl_host_call call = { .name = r->f->name, .arg = arg, .n = n, .whole = r->span, .at = r->span };
	if (atl_call_function(s, &call, out, r->n_state + 1))
		return ATL_ERROR;
	for (uint32_t k = 0; k <= r->n_state; k++) {
		if (!atl_shape_equal(atl_graph_shape(s->graph, out[k]), atl_graph_shape(s->graph, state[k])))
			return atl_training_no_optimiser(r, r->span);
		r->store[r->n_stores++] = (atl_store){ .input = state[k], .value = out[k] };
	}
	return ATL_OK;
}

/* Random draws store numbers (SEMANTICS 2): what an input was defined with
 * stays through all steps, as if it had been stored. */
static atl_status hold(atl_training *r, atl_id input)
{
	atl_session *s = r->s;
	if (atl_atom_want(s, &input, 1))
		return ATL_ERROR;
	atl_array *now = atl_array_ref(atl_eval_get(s->eval, input));
	atl_status status = atl_eval_store(s->eval, input, now, r->span, &s->diag);
	atl_array_unref(now);
	return status;
}

/* Of each node: whether a draw goes into it, whether what the steps change does, and
 * whether the loss needs it, by a way that no input holds up. */
typedef struct ways {
	bool *drawn, *changes, *needed;
} ways;

static void follow_up(const atl_training *r, ways *w)
{
	const atl_graph *g = r->s->graph;
	atl_id last = atl_graph_last(g);
	for (uint32_t i = 0; i < r->n_weights; i++)
		w->changes[r->weight[i].input] = true;
	for (size_t k = 0; k < r->feeder.n; k++)
		w->changes[r->fed[k]] = true;
	for (atl_id id = 1; id <= last; id++) {
		const atl_node *n = atl_graph_node(g, id);
		w->drawn[id] = (n->op->flags & ATL_OF_RANDOM) || w->drawn[n->body];
		w->changes[id] |= w->changes[n->body];
		for (uint32_t i = 0; i < n->n_in; i++) {
			w->drawn[id] |= w->drawn[atl_graph_in(g, id)[i]];
			w->changes[id] |= w->changes[atl_graph_in(g, id)[i]];
		}
	}
}

/* Data by chance that a formula makes, and no layer of a network: likely meant to stay. */
static bool tell_drawn(atl_training *r, const ways *w, atl_id id)
{
	const atl_node *n = atl_graph_node(r->s->graph, id);
	const char *name = n->name ? atl_training_text(r, n->name) : "~";
	if (w->changes[id] || strchr(name, '~'))
		return false;
	atl_note(r->s, r->span, "%s is drawn anew in each step; %s = value(...) in its place would keep its numbers", name, name);
	return true;
}

/* A draw is made anew in each step where no input holds it: that of dropout,
 * not that of X = randn(9, 9). */
static atl_status visit_draws(atl_training *r, ways *w)
{
	const atl_graph *g = r->s->graph;
	bool told = false;
	follow_up(r, w);
	w->needed[r->loss] = true;
	for (atl_id id = atl_graph_last(g); id > 0; id--) {
		const atl_node *n = atl_graph_node(g, id);
		bool input = n->flags & ATL_NF_INPUT;
		if (!w->needed[id] || !w->drawn[id])
			continue;
		r->draws |= (n->op->flags & ATL_OF_RANDOM) != 0;
		if (input && hold(r, id))
			return ATL_ERROR;
		told = told || (!input && tell_drawn(r, w, id));
		for (uint32_t i = 0; i < n->n_in && !input; i++)
			w->needed[atl_graph_in(g, id)[i]] = true;
		w->needed[n->body] = true;
	}
	return ATL_OK;
}

static atl_status find_draws(atl_training *r)
{
	size_t n = atl_graph_last(r->s->graph) + 1u;
	bool *all = atl_calloc(3 * n, sizeof *all);
	ways w = { .drawn = all, .changes = all + n, .needed = all + 2 * n };
	atl_status status = all ? visit_draws(r, &w) : atl_diag_nomem(&r->s->diag);
	atl_free(all);
	return status;
}

static atl_status build_step(atl_training *r)
{
	atl_session *s = r->s;
	atl_shape one = ATL_SCALAR;
	r->store = atl_malloc((r->n_weights * (r->n_state + 1u) + 2u) * sizeof *r->store);
	if (!r->store)
		return atl_diag_nomem(&s->diag);
	if (find_draws(r))
		return ATL_ERROR;
	bool each_step = r->watch && r->epochs < 0 && !r->draws;
	r->now = box(r, &one, 0);
	r->seen = each_step ? box(r, atl_graph_shape(s->graph, r->watch), 0) : 0;
	r->time = r->at_t ? box(r, &one, 1) : 0;
	if (!r->now || (each_step && !r->seen) || (r->at_t && !r->time))
		return ATL_ERROR;
	for (uint32_t i = 0; i < r->n_weights; i++)
		if (build_weight(r, &r->weight[i]))
			return ATL_ERROR;
	if (r->seen)
		r->store[r->n_stores++] = (atl_store){ .input = r->seen, .value = r->watch };
	r->store[r->n_stores++] = (atl_store){ .input = r->now, .value = r->loss }; /* the last */
	return ATL_OK;
}

/* ---- the machine ---- */

static size_t slot_of(const atl_training *r, atl_id input)
{
	const atl_plan *p = atl_machine_plan(r->runner.machine);
	size_t i = 0;
	while (i < p->n_inputs && p->input[i].input != input)
		i++;
	return i;
}

/* Without a plan every step is run by eval; that is no error. */
static atl_status make_machine(atl_training *r)
{
	atl_session *s = r->s;
	size_t n = r->feeder.n + 1u;
	atl_id *set = atl_malloc(n * sizeof *set);
	r->slot = atl_calloc(n + 2, sizeof *r->slot);
	if (!set || !r->slot) {
		atl_free(set);
		return atl_diag_nomem(&s->diag);
	}
	n = 0;
	if (r->time)
		set[n++] = r->time;
	for (size_t k = 0; k < r->feeder.n; k++)
		set[n++] = r->fed[k];
	atl_job job = { .store = r->store, .n_stores = r->n_stores, .set = set, .n_set = n };
	atl_plan *plan = NULL;
	if (!r->draws && !s->guard && !atl_plan_make(s->eval, &job, &plan, &s->diag) && plan)
		r->runner.machine = atl_machine_new(s->eval, plan);
	atl_diag_reset(&s->diag);
	if (r->runner.machine) {
		r->slot[0] = r->time ? slot_of(r, r->time) : 0;
		for (size_t k = 0; k < r->feeder.n; k++)
			r->slot[k + 1] = slot_of(r, r->fed[k]);
		r->slot[r->feeder.n + 1] = slot_of(r, r->now);
		r->slot[r->feeder.n + 2] = r->seen ? slot_of(r, r->seen) : 0;
	}
	atl_free(set);
	return ATL_OK;
}

/* ---- one step ---- */

/* The batch and the number of the step, into eval. */
static atl_status set_with_eval(atl_training *r, size_t batch)
{
	atl_session *s = r->s;
	if (r->time && store_number(r, r->time, r->done + 1))
		return ATL_ERROR;
	for (size_t k = 0; k < r->feeder.n; k++) {
		atl_num num = *atl_eval_num(s->eval);
		atl_array *a = atl_array_new(&r->feeder.feed[k].shape, &num);
		atl_status status = a && atl_feeder_batch(&r->feeder, k, batch, a->data) == ATL_FINE
		                            ? atl_eval_store(s->eval, r->fed[k], a, r->span, &s->diag)
		                            : atl_diag_nomem(&s->diag);
		atl_array_unref(a);
		if (status)
			return ATL_ERROR;
	}
	return ATL_OK;
}

static atl_status store_all(atl_training *r, const atl_array **value)
{
	atl_session *s = r->s;
	for (size_t i = 0; i < r->n_stores; i++)
		if (atl_eval_store(s->eval, r->store[i].input, value[i], r->span, &s->diag))
			return ATL_ERROR;
	return ATL_OK;
}

/* The values of the step, of the last stores. */
static atl_status record(atl_training *r, const void *loss, const void *seen)
{
	if (atl_history_loss(r, loss))
		return ATL_ERROR;
	return r->seen ? atl_history_watched(r, (size_t)r->done, seen) : ATL_OK;
}

static atl_status step_with_eval(atl_training *r, size_t batch)
{
	atl_session *s = r->s;
	const atl_array **value = atl_calloc(r->n_stores, sizeof *value);
	atl_id *want = atl_malloc(r->n_stores * sizeof *want);
	atl_status status = value && want ? set_with_eval(r, batch) : atl_diag_nomem(&s->diag);
	if (r->draws)
		atl_eval_redraw(s->eval, (uint64_t)r->done + 1);
	for (size_t i = 0; i < r->n_stores && want; i++) /* the loss first: its error says most */
		want[i] = r->store[r->n_stores - 1 - i].value;
	if (!status)
		status = atl_atom_want(s, want, r->n_stores);
	for (size_t i = 0; i < r->n_stores && !status; i++)
		value[i] = atl_array_ref(atl_eval_get(s->eval, r->store[i].value));
	if (!status)
		status = record(r, value[r->n_stores - 1]->data, value[r->n_stores - 2]->data);
	if (!status)
		status = store_all(r, value);
	for (size_t i = 0; value && i < r->n_stores; i++)
		atl_array_unref((atl_array *)(uintptr_t)value[i]); /* the references taken above */
	atl_free(value);
	atl_free(want);
	return status;
}

static bool step_with_machine(atl_training *r, size_t batch)
{
	if (r->time)
		*atl_runner_set(&r->runner, r->slot[0]) = (double)(r->done + 1);
	for (size_t k = 0; k < r->feeder.n; k++)
		(void)atl_feeder_batch(&r->feeder, k, batch, atl_runner_set(&r->runner, r->slot[k + 1])); /* copies of doubles */
	return atl_runner_turn(&r->runner);
}

static atl_status step_on(atl_training *r, size_t batch)
{
	const size_t *slot = r->slot + r->feeder.n + 1;
	if (r->runner.machine && step_with_machine(r, batch))
		return record(r, atl_machine_input(r->runner.machine, slot[0]), atl_machine_input(r->runner.machine, slot[1]));
	if (atl_runner_save(&r->runner, r->s->eval, &r->s->diag) || step_with_eval(r, batch))
		return ATL_ERROR;
	atl_runner_resume(&r->runner, r->s->eval);
	return ATL_OK;
}

/* What is watched, where the step does not compute it: of the draws that stand. */
static atl_status watch(atl_training *r, size_t row)
{
	atl_session *s = r->s;
	if (atl_runner_save(&r->runner, s->eval, &s->diag))
		return ATL_ERROR;
	if (r->draws)
		atl_eval_redraw(s->eval, 0);
	const atl_array *seen = atl_atom_value(s, r->watch);
	return seen ? atl_history_watched(r, row, seen->data) : ATL_ERROR;
}

static atl_status step(atl_training *r)
{
	size_t per_epoch = r->feeder.n ? atl_feeder_steps(&r->feeder) : 1;
	size_t batch = (size_t)r->done % per_epoch, epoch = (size_t)r->done / per_epoch;
	if (r->feeder.n && batch == 0)
		atl_feeder_shuffle(&r->feeder, epoch);
	if (r->watch && r->epochs < 0 && r->draws && (set_with_eval(r, batch) || watch(r, (size_t)r->done)))
		return ATL_ERROR;
	if (step_on(r, batch))
		return ATL_ERROR;
	return r->watch && r->epochs >= 0 && batch == per_epoch - 1 ? watch(r, epoch) : ATL_OK;
}

/* ---- the run ---- */

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A bar on a terminal, ten times a second. */
static void show_progress(atl_training *r)
{
	enum { CELLS = 30 };
	atl_session *s = r->s;
	double now = seconds();
	if (now < r->shown_at + 0.1)
		return;
	r->shown_at = now;
	int full = (int)(CELLS * r->done / (r->steps ? r->steps : 1));
	atl_buf bar = { 0 };
	atl_buf_add(&bar, "\r[");
	for (int i = 0; i < CELLS; i++)
		atl_buf_add(&bar, i < full ? "#" : "-");
	atl_buf_addf(&bar, "] %ld/%ld  %s = %.6g\033[K", r->done, r->steps, "loss", r->last);
	if (!bar.failed)
		s->options.sink.err(s->options.sink.data, bar.p, bar.len);
	atl_buf_clear(&bar);
}

static void clear_progress(atl_training *r)
{
	if (r->progress && r->shown_at > 0)
		r->s->options.sink.err(r->s->options.sink.data, "\r\033[K", 4);
}

static atl_status tell_step(atl_training *r)
{
	if (r->done == 0)
		return ATL_ERROR;
	atl_diag_note(&r->s->diag, "in step %ld of minimize; the %ld before it stay%s", r->done + 1, r->done, r->done == 1 ? "s" : "");
	return ATL_ERROR;
}

static atl_status run(atl_training *r)
{
	if (atl_history_begin(r))
		return ATL_ERROR;
	for (; r->done < r->steps; r->done++) {
		if (atl_atom_poll(r->s) || step(r))
			return tell_step(r);
		if (r->progress)
			show_progress(r);
	}
	return ATL_OK;
}

/* What the machine has goes to eval, also after an error. */
static atl_status finish(atl_training *r)
{
	atl_status status = atl_runner_save(&r->runner, r->s->eval, &r->s->diag);
	atl_runner_clear(&r->runner);
	if (r->draws)
		atl_eval_redraw(r->s->eval, 0);
	return status;
}

/* ---- what is left behind ---- */

static void report(atl_training *r, const atl_tree_node *n)
{
	atl_session *s = r->s;
	if (n->flags & ATL_TF_SILENT || s->blocks || !r->done)
		return;
	const atl_array *now = atl_atom_value(s, r->loss);
	if (!now)
		return;
	atl_sym name = atl_graph_node(s->graph, r->loss)->name;
	atl_output_value(s, name, now);
}

/* ---- the statement ---- */

static atl_status minimize(atl_training *r, const uint32_t *child, const atl_tree_node *n, uint32_t *options)
{
	atl_session *s = r->s;
	atl_status status = atl_training_read(r, child, n, options);
	for (uint32_t i = 0; i < r->n_weights && !status; i++)
		status = atl_undo_store(s, r->weight[i].var, r->weight[i].input);
	if (!status)
		status = build_step(r);
	for (size_t k = 0; k < r->feeder.n && !status; k++)
		status = atl_undo_store(s, atl_names_find(s, atl_graph_node(s->graph, r->fed[k])->name), r->fed[k]);
	if (!status && r->feeder.n)
		status = set_with_eval(r, 0);
	if (!status)
		status = make_machine(r);
	if (!status) {
		status = run(r);
		clear_progress(r);
	}
	if (finish(r) || status)
		return ATL_ERROR;
	report(r, n);
	return ATL_OK;
}

/* After an error: of the steps that stay. */
static void keep_history(atl_training *r)
{
	atl_session *s = r->s;
	atl_diag error = s->diag;
	s->diag = (atl_diag){ 0 };
	if (atl_history_end(r))
		atl_diag_reset(&s->diag); /* the error is what is told */
	atl_diag_clear(&s->diag);
	s->diag = error;
}

atl_status atl_run_minimize(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	atl_training r = { .s = s, .t = t, .span = n->span, .progress = s->options.progress };
	uint32_t *child = atl_malloc((n->n + 1u) * sizeof *child), *options = atl_malloc((node + 1u) * sizeof *options);
	atl_status status = ATL_ERROR;
	if (child && options) {
		atl_tree_children(t, node, child);
		atl_atom_begin(s, n->span);
		status = minimize(&r, child, n, options);
		if (status) {
			atl_atom_fail(s);
			keep_history(&r);
		} else {
			atl_atom_drop(s);
			status = atl_history_end(&r);
		}
	} else {
		atl_diag_nomem(&s->diag);
	}
	atl_training_clear(&r);
	atl_free(child);
	atl_free(options);
	return status;
}
