/* SPDX-License-Identifier: GPL-3.0-or-later */
/* training.c: reads minimize L wrt W, b with adam(eta=0.01), steps=100, X=images */
#include "session/training.h"

#include <string.h>
#include "base/mem.h"

enum { STEPS = 100 }; /* where none are given */

static const char *const options_there_are = "steps=, epochs=, seed=, history=, watch=, and NAME=data for an input that is fed";

static atl_status no_input(atl_training *r, const atl_tree_node *name, atl_id id)
{
	atl_session *s = r->s;
	const char *text = atl_training_text(r, name->sym);
	const char *line = atl_diag_line(&s->diag, s->sources, atl_graph_node(s->graph, id)->span);
	atl_diag_fail(&s->diag, ATL_KIND_NAME, name->span, "\"%s\" is computed and holds no number of its own", text);
	atl_diag_note(&s->diag, "it is a formula%s%s%s; %s = value(...) in its place makes it an input, which `minimize` changes",
	              *line ? " (" : "", line, *line ? ")" : "", text);
	return ATL_ERROR;
}

static atl_status find_weights(atl_training *r, const uint32_t *child, uint32_t n)
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
			return no_input(r, name, id);
		}
		r->weight[r->n_weights++] = (atl_weight){ atl_names_find(s, name->sym), id };
	}
	return ATL_OK;
}

atl_status atl_training_no_optimiser(atl_training *r, atl_span at)
{
	atl_buf signature = { 0 };
	atl_function_signature(r->s, r->f, &signature);
	atl_diag_fail(&r->s->diag, ATL_KIND_NAME, at, "\"%s\" is no optimiser", atl_training_text(r, r->f->name));
	atl_diag_note(&r->s->diag, "an optimiser's parameters are the weight, its state, g, and perhaps t and options; this is %s",
	              atl_buf_text(&signature));
	atl_buf_clear(&signature);
	return ATL_ERROR;
}

static const char *param(const atl_training *r, uint32_t i)
{
	return atl_training_text(r, r->f->tree->node[r->f->child[i]].sym);
}

static void tell_optimisers(atl_session *s)
{
	atl_buf names = { 0 };
	for (size_t i = 0; i < atl_prelude_count; i++)
		if (!strcmp(atl_prelude_index[i].file, "optimisers.atl"))
			atl_buf_addf(&names, "%s%s", names.len ? ", " : "", atl_prelude_index[i].name);
	atl_diag_note(&s->diag, "those of the prelude are %s", atl_buf_text(&names));
	atl_buf_clear(&names);
}

static atl_status find_optimiser(atl_training *r, atl_sym name, atl_span at)
{
	atl_session *s = r->s;
	r->f = atl_names_function(s, name);
	if (!r->f && !atl_prelude_has(atl_training_text(r, name))) {
		atl_diag_fail(&s->diag, ATL_KIND_NAME, at, "unknown optimiser \"%s\"", atl_training_text(r, name));
		const char *near = atl_names_nearest(s, atl_training_text(r, name), true);
		if (near)
			atl_diag_note(&s->diag, "did you mean \"%s\"?", near);
		else
			tell_optimisers(s);
		return ATL_ERROR;
	}
	if (!r->f && atl_prelude_load(s, name))
		return ATL_ERROR;
	r->f = atl_function_ref(atl_names_function(s, name));
	uint32_t n = r->f->n_params;
	while (r->at_g < n && strcmp(param(r, r->at_g), "g"))
		r->at_g++;
	if (r->at_g == 0 || r->at_g == n || r->at_g >= ATL_MAX_VALUES)
		return atl_training_no_optimiser(r, at);
	r->n_state = r->at_g - 1;
	for (uint32_t i = r->at_g + 1; i < n; i++)
		if (!strcmp(param(r, i), "t"))
			r->at_t = i;
	return ATL_OK;
}

static atl_status read_optimiser(atl_training *r, uint32_t node, uint32_t *child)
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

static atl_status read_count(atl_training *r, uint32_t node, long *out)
{
	atl_session *s = r->s;
	const atl_array *a = atl_atom_eval(s, r->t, node - 1);
	if (!a)
		return ATL_ERROR;
	if (!atl_shape_scalar(&a->shape) || !a->sys->get_si(out, a->data) || *out < 0)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, r->t->node[node].span, "%s must be a whole number that is not negative",
		                     atl_training_text(r, r->t->node[node].sym));
	return ATL_OK;
}

/* After the error that the name of an option is unknown. */
static atl_status no_option(atl_training *r, const atl_tree_node *n)
{
	const char *name = atl_training_text(r, n->sym);
	for (uint32_t i = r->at_g + 1; i < r->f->n_params; i++)
		if (i != r->at_t && !strcmp(param(r, i), name)) {
			const char *f = atl_training_text(r, r->f->name);
			atl_diag_note(&r->s->diag, "it is an option of %s: with %s(%s=...)", f, f, name);
			return ATL_ERROR;
		}
	atl_diag_note(&r->s->diag, "the options are %s", options_there_are);
	return ATL_ERROR;
}

/* X=data */
static atl_status read_feed(atl_training *r, uint32_t node)
{
	atl_session *s = r->s;
	const atl_tree_node *n = &r->t->node[node];
	atl_id id = atl_names_lookup(s, n->sym, n->at);
	if (!id)
		return no_option(r, n);
	if (!(atl_graph_node(s->graph, id)->flags & ATL_NF_INPUT))
		return atl_diag_fail(&s->diag, ATL_KIND_NAME, n->at, "\"%s\" is no input, and cannot be fed", atl_training_text(r, n->sym));
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
	atl_diag_note(&s->diag, "%s is %s, one batch, and the data are %s", atl_training_text(r, n->sym), atl_buf_text(&batch), atl_buf_text(&data));
	if (fits)
		atl_diag_note(&s->diag, "%zu samples in batches of %zu, and before %zu in batches of %zu", f->samples, f->batch,
		              r->feeder.feed[0].samples, r->feeder.feed[0].batch);
	else
		atl_diag_note(&s->diag, "the two may differ in one axis, which counts the samples");
	atl_buf_clear(&data);
	atl_buf_clear(&batch);
	return ATL_ERROR;
}

static atl_status read_option(atl_training *r, uint32_t node, long *seed)
{
	const atl_tree_node *n = &r->t->node[node];
	const char *name = atl_training_text(r, n->sym);
	if (!strcmp(name, "steps"))
		return read_count(r, node, &r->steps);
	if (!strcmp(name, "epochs"))
		return read_count(r, node, &r->epochs);
	if (!strcmp(name, "seed"))
		return read_count(r, node, seed);
	if (!strcmp(name, "watch")) {
		r->watch_at = n->span;
		return (r->watch = atl_build_tree(&r->s->builder, r->t, node - 1)) ? ATL_OK : ATL_ERROR;
	}
	if (strcmp(name, "history"))
		return read_feed(r, node);
	if (r->t->node[node - 1].kind != ATL_T_NAME)
		return atl_diag_fail(&r->s->diag, ATL_KIND_SYNTAX, n->span, "history=NAME says where the losses go");
	r->history_name = r->t->node[node - 1].sym;
	return ATL_OK;
}

static atl_status read_options(atl_training *r, const uint32_t *child, uint32_t n)
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
			atl_diag_note(&s->diag, "the options are %s", options_there_are);
			return ATL_ERROR;
		}
		if (read_option(r, child[i], &seed))
			return ATL_ERROR;
	}
	if (r->watch && !r->history_name)
		return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, r->watch_at, "what is watched goes into the history; give history=NAME");
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

/* ---- the statement ---- */

atl_status atl_training_read(atl_training *r, const uint32_t *child, const atl_tree_node *n, uint32_t *options)
{
	atl_session *s = r->s;
	r->loss = atl_build_tree(&s->builder, r->t, child[0]);
	if (!r->loss)
		return ATL_ERROR;
	if (!atl_shape_scalar(atl_graph_shape(s->graph, r->loss)))
		return atl_build_shape_error(&s->builder, r->t->node[child[0]].span, "only a scalar can be minimised", r->loss,
		                             r->t->node[child[0]].span, 0, r->span);
	uint32_t n_rest = n->count, n_weights = n->n - 1 - n_rest;
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

void atl_training_clear(atl_training *r)
{
	atl_feeder_clear(&r->feeder);
	atl_function_unref(r->f);
	atl_free(r->weight);
	atl_free(r->store);
	atl_free(r->fed);
	atl_free(r->slot);
	atl_array_unref(r->losses);
	atl_array_unref(r->history);
}
