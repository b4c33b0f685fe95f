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
#include "session/state.h"

#include <math.h>
#include <string.h>
#include <time.h>
#include "base/mem.h"
#include "eval/runner.h"
#include "graph/derive.h"
#include "graph/op.h"
#include "session/feed.h"

enum { STEPS = 100 };

typedef struct weight {
	atl_var *var;
	atl_id input;
} weight;

typedef struct training {
	atl_session *s;
	const atl_tree *t;
	atl_id loss, now, time;   /* the scalar; inputs for its value in a step, and for t (0: none) */
	atl_span span;
	weight *weight;
	uint32_t n_weights;
	atl_function *f;
	uint32_t n_state, at_g, at_t; /* of f: states; which parameter is g, t (0: none) */
	const uint32_t *option;   /* tree nodes of the optimiser's options */
	uint32_t n_options;
	atl_store *store;         /* all of a step */
	size_t n_stores;
	atl_feeder feeder;
	atl_id *fed;              /* inputs */
	atl_runner runner;
	size_t *slot;             /* the machine's inputs: t, then the fed ones, then the loss */
	bool draws;               /* L draws random numbers: anew in each step */
	long steps, epochs, done;
	double *history;          /* the loss in each step */
	atl_sym history_name;
	bool progress;
	double shown_at;
} training;

/* ---- reading the statement ---- */

static const char *text_of(const training *r, atl_sym sym) { return atl_symbols_text(r->s->symbols, sym); }

static atl_status find_weights(training *r, const uint32_t *child, uint32_t n)
{
	atl_session *s = r->s;
	r->weight = atl_calloc(n + 1, sizeof *r->weight);
	if (!r->weight)
		return atl_diag_nomem(&s->diag);
	for (uint32_t i = 0; i < n; i++) {
		const atl_tree_node *name = &r->t->node[child[i]];
		if (name->kind != ATL_T_NAME)
			return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, name->span, "a whole input is trained, and no entry of one");
		atl_id id = atl_names_lookup(s, name->sym, name->span);
		if (!id)
			return ATL_ERROR;
		if (!(atl_graph_node(s->graph, id)->flags & ATL_NF_INPUT)) {
			atl_diag_fail(&s->diag, ATL_KIND_NAME, name->span, "\"%s\" is computed and holds no number of its own",
			              text_of(r, name->sym));
			atl_diag_note(&s->diag, "`minimize` changes inputs");
			return ATL_ERROR;
		}
		r->weight[r->n_weights++] = (weight){ atl_names_find(s, name->sym), id };
	}
	return ATL_OK;
}

static atl_status no_optimiser(training *r, atl_span at)
{
	atl_buf signature = { 0 };
	atl_function_signature(r->s, r->f, &signature);
	atl_diag_fail(&r->s->diag, ATL_KIND_NAME, at, "\"%s\" is no optimiser", text_of(r, r->f->name));
	atl_diag_note(&r->s->diag, "an optimiser's parameters are the weight, its state, g, and perhaps t and options; this is %s",
	              atl_buf_text(&signature));
	atl_buf_clear(&signature);
	return ATL_ERROR;
}

static const char *param(const training *r, uint32_t i)
{
	return text_of(r, r->f->tree->node[r->f->child[i]].sym);
}

static atl_status find_optimiser(training *r, atl_sym name, atl_span at)
{
	atl_session *s = r->s;
	r->f = atl_names_function(s, name);
	if (!r->f && !atl_prelude_has(text_of(r, name))) {
		atl_diag_fail(&s->diag, ATL_KIND_NAME, at, "unknown optimiser \"%s\"", text_of(r, name));
		const char *near = atl_names_nearest(s, text_of(r, name), true);
		if (near)
			atl_diag_note(&s->diag, "did you mean \"%s\"?", near);
		return ATL_ERROR;
	}
	if (!r->f && atl_prelude_load(s, name))
		return ATL_ERROR;
	r->f = atl_function_ref(atl_names_function(s, name));
	uint32_t n = r->f->n_params;
	while (r->at_g < n && strcmp(param(r, r->at_g), "g"))
		r->at_g++;
	if (r->at_g == 0 || r->at_g == n || r->at_g >= ATL_MAX_VALUES)
		return no_optimiser(r, at);
	r->n_state = r->at_g - 1;
	for (uint32_t i = r->at_g + 1; i < n; i++)
		if (!strcmp(param(r, i), "t"))
			r->at_t = i;
	return ATL_OK;
}

static atl_status read_optimiser(training *r, uint32_t node, uint32_t *child)
{
	const atl_tree_node *n = &r->t->node[node];
	if (n->kind == ATL_T_NAME)
		return find_optimiser(r, n->sym, n->at);
	if (n->kind != ATL_T_CALL)
		return atl_diag_fail(&r->s->diag, ATL_KIND_SYNTAX, n->span, "an optimiser is a name or a call, such as adam(eta=0.01)");
	atl_tree_children(r->t, node, child);
	for (uint32_t i = 0; i < n->n; i++)
		if (r->t->node[child[i]].kind != ATL_T_NAMED) {
			atl_diag_fail(&r->s->diag, ATL_KIND_SYNTAX, r->t->node[child[i]].span, "an optimiser's options have names");
			atl_diag_note(&r->s->diag, "such as adam(eta=0.01)");
			return ATL_ERROR;
		}
	r->option = child;
	r->n_options = n->n;
	return find_optimiser(r, n->sym, n->at);
}

static atl_status read_count(training *r, uint32_t node, long *out)
{
	atl_session *s = r->s;
	const atl_array *a = atl_atom_eval(s, r->t, node - 1);
	if (!a)
		return ATL_ERROR;
	if (!atl_shape_scalar(&a->shape) || !a->sys->get_si(out, a->data) || *out < 0)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, r->t->node[node].span, "%s must be a whole number that is not negative",
		                     text_of(r, r->t->node[node].sym));
	return ATL_OK;
}

/* X=data */
static atl_status read_feed(training *r, uint32_t node)
{
	atl_session *s = r->s;
	const atl_tree_node *n = &r->t->node[node];
	atl_id id = atl_names_lookup(s, n->sym, n->at);
	if (!id)
		return ATL_ERROR;
	if (!(atl_graph_node(s->graph, id)->flags & ATL_NF_INPUT))
		return atl_diag_fail(&s->diag, ATL_KIND_NAME, n->at, "\"%s\" is no input, and cannot be fed", text_of(r, n->sym));
	const atl_array *a = atl_atom_eval(s, r->t, node - 1);
	atl_feed *f = &r->feeder.feed[r->feeder.n];
	if (!a)
		return ATL_ERROR;
	bool fits = atl_feed_make(f, a, atl_graph_shape(s->graph, id));
	r->feeder.n += fits || f->all;
	if (fits && f->samples == r->feeder.feed[0].samples && f->batch == r->feeder.feed[0].batch) {
		r->fed[r->feeder.n - 1] = id;
		return ATL_OK;
	}
	atl_buf data = { 0 }, batch = { 0 };
	atl_shape_print(&data, &a->shape);
	atl_shape_print(&batch, atl_graph_shape(s->graph, id));
	atl_diag_fail(&s->diag, ATL_KIND_SHAPE, n->span, fits ? "the data have other numbers of samples" : "no batches can be made of the data");
	atl_diag_note(&s->diag, "%s is %s, one batch, and the data are %s", text_of(r, n->sym), atl_buf_text(&batch), atl_buf_text(&data));
	if (fits)
		atl_diag_note(&s->diag, "%zu samples in batches of %zu, and before %zu in batches of %zu", f->samples, f->batch,
		              r->feeder.feed[0].samples, r->feeder.feed[0].batch);
	else
		atl_diag_note(&s->diag, "the two may differ in one axis, which counts the samples");
	atl_buf_clear(&data);
	atl_buf_clear(&batch);
	return ATL_ERROR;
}

static atl_status read_option(training *r, uint32_t node, long *seed)
{
	const atl_tree_node *n = &r->t->node[node];
	const char *name = text_of(r, n->sym);
	if (!strcmp(name, "steps"))
		return read_count(r, node, &r->steps);
	if (!strcmp(name, "epochs"))
		return read_count(r, node, &r->epochs);
	if (!strcmp(name, "seed"))
		return read_count(r, node, seed);
	if (strcmp(name, "history"))
		return read_feed(r, node);
	if (r->t->node[node - 1].kind != ATL_T_NAME)
		return atl_diag_fail(&r->s->diag, ATL_KIND_SYNTAX, n->span, "history=NAME says where the losses go");
	r->history_name = r->t->node[node - 1].sym;
	return ATL_OK;
}

static atl_status read_options(training *r, const uint32_t *child, uint32_t n)
{
	atl_session *s = r->s;
	long seed = -1;
	r->steps = r->epochs = -1;
	r->feeder.feed = atl_calloc(n + 1, sizeof *r->feeder.feed);
	r->fed = atl_calloc(n + 1, sizeof *r->fed);
	if (!r->feeder.feed || !r->fed)
		return atl_diag_nomem(&s->diag);
	for (uint32_t i = 0; i < n; i++) {
		if (r->t->node[child[i]].kind != ATL_T_NAMED) {
			atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, r->t->node[child[i]].span, "one optimiser, then options by name");
			atl_diag_note(&s->diag, "the options are steps=, epochs=, seed=, history=, and NAME=data for an input that is fed");
			return ATL_ERROR;
		}
		if (read_option(r, child[i], &seed))
			return ATL_ERROR;
	}
	if (seed < 0 && r->feeder.n)
		seed = (long)(s->host.draw(s) & INT64_MAX);
	if (!atl_feeder_begin(&r->feeder, (uint64_t)seed))
		return atl_diag_nomem(&s->diag);
	if (r->epochs >= 0 && !r->feeder.n)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, r->span, "an epoch is once through the data, and none are fed; give steps=");
	if (r->epochs >= 0)
		r->steps = r->epochs * (long)atl_feeder_steps(&r->feeder);
	r->steps = r->steps < 0 ? STEPS : r->steps;
	return ATL_OK;
}

/* ---- building a step ---- */

/* An input without a name; its first value is zeros, or the number. */
static atl_id box(training *r, const atl_shape *shape, long number)
{
	atl_session *s = r->s;
	atl_num num = *atl_eval_num(s->eval);
	atl_id id = atl_build_input(&s->builder, 0, shape);
	atl_array *a = id ? atl_array_new(shape, &num) : NULL;
	if (id && !a)
		atl_diag_nomem(&s->diag);
	if (a && number)
		(void)a->sys->set_si(a->data, number, &num); /* every system has small integers */
	if (!a || atl_eval_store(s->eval, id, a, r->span, &s->diag))
		id = 0;
	atl_array_unref(a);
	return id;
}

static atl_status build_weight(training *r, const weight *w)
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
			return no_optimiser(r, r->span);
		r->store[r->n_stores++] = (atl_store){ .input = state[k], .value = out[k] };
	}
	return ATL_OK;
}

/* Random draws store numbers (SEMANTICS 2): what an input was defined with
 * stays through all steps, as if it had been stored. */
static atl_status hold(training *r, atl_id input)
{
	atl_session *s = r->s;
	if (atl_atom_want(s, &input, 1))
		return ATL_ERROR;
	atl_array *now = atl_array_ref(atl_eval_get(s->eval, input));
	atl_status status = atl_eval_store(s->eval, input, now, r->span, &s->diag);
	atl_array_unref(now);
	return status;
}

/* A draw is made anew in each step where no input holds it: that of dropout,
 * not that of X = randn(9, 9).  `drawn` are the nodes that a draw goes into. */
static atl_status visit_draws(training *r, bool *drawn, bool *mark)
{
	const atl_graph *g = r->s->graph;
	atl_id last = atl_graph_last(g);
	for (atl_id id = 1; id <= last; id++) {
		const atl_node *n = atl_graph_node(g, id);
		drawn[id] = (n->op->flags & ATL_OF_RANDOM) || drawn[n->body];
		for (uint32_t i = 0; i < n->n_in; i++)
			drawn[id] |= drawn[atl_graph_in(g, id)[i]];
	}
	mark[r->loss] = true;
	for (atl_id id = last; id > 0; id--) {
		const atl_node *n = atl_graph_node(g, id);
		if (!mark[id] || !drawn[id])
			continue;
		r->draws |= (n->op->flags & ATL_OF_RANDOM) != 0;
		if (n->flags & ATL_NF_INPUT && hold(r, id))
			return ATL_ERROR;
		for (uint32_t i = 0; i < n->n_in && !(n->flags & ATL_NF_INPUT); i++)
			mark[atl_graph_in(g, id)[i]] = true;
		mark[n->body] = true;
	}
	return ATL_OK;
}

static atl_status find_draws(training *r)
{
	size_t n = atl_graph_last(r->s->graph) + 1u;
	bool *drawn = atl_calloc(2 * n, sizeof *drawn);
	atl_status status = drawn ? visit_draws(r, drawn, drawn + n) : atl_diag_nomem(&r->s->diag);
	atl_free(drawn);
	return status;
}

static atl_status build_step(training *r)
{
	atl_session *s = r->s;
	atl_shape one = ATL_SCALAR;
	r->store = atl_malloc((r->n_weights * (r->n_state + 1u) + 1u) * sizeof *r->store);
	if (!r->store)
		return atl_diag_nomem(&s->diag);
	r->now = box(r, &one, 0);
	r->time = r->at_t ? box(r, &one, 1) : 0;
	if (!r->now || (r->at_t && !r->time))
		return ATL_ERROR;
	for (uint32_t i = 0; i < r->n_weights; i++)
		if (build_weight(r, &r->weight[i]))
			return ATL_ERROR;
	r->store[r->n_stores++] = (atl_store){ .input = r->now, .value = r->loss };
	return find_draws(r);
}

/* ---- the machine ---- */

static size_t slot_of(const training *r, atl_id input)
{
	const atl_plan *p = atl_machine_plan(r->runner.machine);
	size_t i = 0;
	while (i < p->n_inputs && p->input[i].input != input)
		i++;
	return i;
}

/* Without a plan every step is run by eval; that is no error. */
static atl_status make_machine(training *r)
{
	atl_session *s = r->s;
	size_t n = r->feeder.n + 1u;
	atl_id *set = atl_malloc(n * sizeof *set);
	r->slot = atl_calloc(n + 1, sizeof *r->slot);
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
	}
	atl_free(set);
	return ATL_OK;
}

/* ---- one step ---- */

static atl_status store_number(training *r, atl_id input, long v)
{
	atl_shape one = ATL_SCALAR;
	atl_num num = *atl_eval_num(r->s->eval);
	atl_array *a = atl_array_new(&one, &num);
	if (!a)
		return atl_diag_nomem(&r->s->diag);
	(void)a->sys->set_si(a->data, v, &num); /* every system has small integers */
	atl_status status = atl_eval_store(r->s->eval, input, a, r->span, &r->s->diag);
	atl_array_unref(a);
	return status;
}

/* The batch and the number of the step, into eval. */
static atl_status set_with_eval(training *r, size_t batch)
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

static atl_status store_all(training *r, const atl_array **value)
{
	atl_session *s = r->s;
	for (size_t i = 0; i < r->n_stores; i++)
		if (atl_eval_store(s->eval, r->store[i].input, value[i], r->span, &s->diag))
			return ATL_ERROR;
	return ATL_OK;
}

static atl_status step_with_eval(training *r, size_t batch)
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
	if (!status) {
		r->history[r->done] = value[r->n_stores - 1]->sys->get_double(value[r->n_stores - 1]->data);
		status = store_all(r, value);
	}
	for (size_t i = 0; value && i < r->n_stores; i++)
		atl_array_unref((atl_array *)(uintptr_t)value[i]); /* the references taken above */
	atl_free(value);
	atl_free(want);
	return status;
}

static bool step_with_machine(training *r, size_t batch)
{
	if (r->time)
		*atl_runner_set(&r->runner, r->slot[0]) = (double)(r->done + 1);
	for (size_t k = 0; k < r->feeder.n; k++)
		(void)atl_feeder_batch(&r->feeder, k, batch, atl_runner_set(&r->runner, r->slot[k + 1])); /* copies of doubles */
	if (!atl_runner_turn(&r->runner))
		return false;
	r->history[r->done] = *atl_machine_input(r->runner.machine, r->slot[r->feeder.n + 1]);
	return true;
}

static atl_status step(training *r)
{
	size_t per_epoch = r->feeder.n ? atl_feeder_steps(&r->feeder) : 1;
	size_t batch = (size_t)r->done % per_epoch;
	if (r->feeder.n && batch == 0)
		atl_feeder_shuffle(&r->feeder, (uint64_t)r->done / per_epoch);
	if (r->runner.machine && step_with_machine(r, batch))
		return ATL_OK;
	if (atl_runner_save(&r->runner, r->s->eval, &r->s->diag) || step_with_eval(r, batch))
		return ATL_ERROR;
	atl_runner_resume(&r->runner, r->s->eval);
	return ATL_OK;
}

/* ---- the run ---- */

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A bar on a terminal, ten times a second. */
static void show_progress(training *r)
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
	atl_buf_addf(&bar, "] %ld/%ld  %s = %.6g\033[K", r->done, r->steps, "loss", r->done ? r->history[r->done - 1] : 0);
	if (!bar.failed)
		s->options.sink.err(s->options.sink.data, bar.p, bar.len);
	atl_buf_clear(&bar);
}

static void clear_progress(training *r)
{
	if (r->progress && r->shown_at > 0)
		r->s->options.sink.err(r->s->options.sink.data, "\r\033[K", 4);
}

static atl_status tell_step(training *r)
{
	if (r->done == 0)
		return ATL_ERROR;
	atl_diag_note(&r->s->diag, "in step %ld of minimize; the %ld before it stay%s", r->done + 1, r->done, r->done == 1 ? "s" : "");
	return ATL_ERROR;
}

static atl_status run(training *r)
{
	r->history = atl_malloc(((size_t)r->steps + 1) * sizeof *r->history);
	if (!r->history)
		return atl_diag_nomem(&r->s->diag);
	for (; r->done < r->steps; r->done++) {
		if (atl_atom_poll(r->s) || step(r))
			return tell_step(r);
		if (r->progress)
			show_progress(r);
	}
	return ATL_OK;
}

/* What the machine has goes to eval, also after an error. */
static atl_status finish(training *r)
{
	atl_status status = atl_runner_save(&r->runner, r->s->eval, &r->s->diag);
	atl_runner_clear(&r->runner);
	if (r->draws)
		atl_eval_redraw(r->s->eval, 0);
	return status;
}

/* ---- what is left behind ---- */

/* The loss of each step, or of each epoch its mean. */
static atl_array *losses(const training *r)
{
	long n = r->epochs >= 0 ? r->epochs : r->done, each = n ? r->done / n : 1;
	atl_num num = *atl_eval_num(r->s->eval);
	atl_shape shape = atl_shape_2(n, 1);
	atl_array *a = atl_array_new(&shape, &num);
	for (long i = 0; a && i < n; i++) {
		double sum = 0;
		for (long k = 0; k < each; k++)
			sum += r->history[i * each + k];
		(void)a->sys->set_double(atl_array_at(a, (size_t)i), each ? sum / (double)each : 0, &num);
	}
	return a;
}

static atl_status bind_history(training *r)
{
	atl_session *s = r->s;
	if (!r->history_name)
		return ATL_OK;
	atl_array *a = losses(r);
	atl_atom_begin(s, r->span);
	s->passing = false;
	atl_id id = a ? atl_build_input(&s->builder, 0, &a->shape) : 0;
	if (id)
		id = atl_graph_name(s->graph, id, r->history_name, atl_names_next_turn(s, r->history_name), s->mark, r->span);
	atl_status status = id ? atl_eval_store(s->eval, id, a, r->span, &s->diag) : atl_diag_nomem(&s->diag);
	if (!status)
		status = atl_names_bind(s, r->history_name, id);
	atl_array_unref(a);
	if (status)
		atl_atom_fail(s);
	else
		atl_atom_keep(s);
	return status;
}

static void report(training *r, const atl_tree_node *n)
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

static atl_status read_statement(training *r, const uint32_t *child, uint32_t n, uint32_t n_rest, uint32_t *options)
{
	atl_session *s = r->s;
	r->loss = atl_build_tree(&s->builder, r->t, child[0]);
	if (!r->loss)
		return ATL_ERROR;
	if (!atl_shape_scalar(atl_graph_shape(s->graph, r->loss)))
		return atl_build_shape_error(&s->builder, r->t->node[child[0]].span, "only a scalar can be minimised", r->loss,
		                             r->t->node[child[0]].span, 0, r->span);
	uint32_t n_weights = n - 1 - n_rest;
	if (!n_weights) {
		atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, r->span, "what is to be changed?");
		atl_diag_note(&s->diag, "minimize L wrt W, b names the inputs");
		return ATL_ERROR;
	}
	if (find_weights(r, child + 1, n_weights))
		return ATL_ERROR;
	const uint32_t *rest = child + 1 + n_weights;
	bool given = n_rest && r->t->node[*rest].kind != ATL_T_NAMED;
	atl_status status = given ? read_optimiser(r, *rest, options)
	                          : find_optimiser(r, atl_symbols_intern(s->symbols, "sgd", 3), r->span);
	return status ? ATL_ERROR : read_options(r, rest + given, n_rest - given);
}

static atl_status minimize(training *r, const uint32_t *child, const atl_tree_node *n, uint32_t *options)
{
	atl_session *s = r->s;
	atl_status status = read_statement(r, child, n->n, n->count, options);
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

static void clear(training *r)
{
	atl_feeder_clear(&r->feeder);
	atl_function_unref(r->f);
	atl_free(r->weight);
	atl_free(r->store);
	atl_free(r->fed);
	atl_free(r->slot);
	atl_free(r->history);
}

atl_status atl_run_minimize(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	training r = { .s = s, .t = t, .span = n->span, .progress = s->options.progress };
	uint32_t *child = atl_malloc((n->n + 1u) * sizeof *child), *options = atl_malloc((node + 1u) * sizeof *options);
	atl_status status = ATL_ERROR;
	if (child && options) {
		atl_tree_children(t, node, child);
		atl_atom_begin(s, n->span);
		status = minimize(&r, child, n, options);
		if (status)
			atl_atom_fail(s);
		else
			atl_atom_drop(s);
		if (!status)
			status = bind_history(&r);
	} else {
		atl_diag_nomem(&s->diag);
	}
	clear(&r);
	atl_free(child);
	atl_free(options);
	return status;
}
