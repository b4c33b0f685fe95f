/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.c: trace [named|full|graph] E [wrt NAME, ...], and step, which is the same a key at a time. */
#include "base/mem.h"
#include "print/trace.h"
#include "session/state.h"

#include <string.h>

typedef struct request {
	uint32_t *child; /* of the statement */
	uint32_t n, e;   /* children; which one is the expression */
	bool full, named, graph, step;
} request;

/* The modifiers: everything before the expression. */
static void read_words(const atl_session *s, const atl_tree *t, request *r)
{
	for (; r->e < r->n && t->node[r->child[r->e]].kind == ATL_T_WORD; r->e++) {
		const char *word = atl_symbols_text(s->symbols, t->node[r->child[r->e]].sym);
		r->full |= !strcmp(word, "full");
		r->named |= !strcmp(word, "named");
		r->graph |= !strcmp(word, "graph");
	}
}

static bool flush(void *data, atl_buf *text)
{
	atl_session *s = data;
	if (text->len && text->p[text->len - 1] == '\n') {
		atl_buf_cut(text, text->len - 1);
		atl_output_line(s, text);
	}
	return !(s->options.stop && *s->options.stop);
}

static bool flush_part(void *data, atl_buf *text)
{
	atl_session *s = data;
	atl_output_part(s, text);
	return !(s->options.stop && *s->options.stop);
}

/* What is drawn needs every step: folds are marks. */
static bool is_drawn(const atl_session *s, const request *r)
{
	const atl_language *language = s->document.language;
	return !atl_output_json(s) && (r->graph || (language && language->whole));
}

static void print(atl_session *s, const atl_trace *trace, const request *r)
{
	atl_format format = s->format;
	if (r->step && s->options.key && !r->graph && !atl_output_json(s) && !s->document.language) {
		atl_step_through(s, trace);
		return;
	}
	atl_buf *out = &s->line;
	format.full |= r->full;
	atl_buf_reset(out);
	if (atl_output_json(s))
		atl_print_trace_json(out, trace, &format, flush, s);
	else if (s->document.language && (!r->graph || s->document.language->whole)) {
		atl_document_trace(&s->document, out, trace, &format, flush_part, s);
		atl_output_part(s, out);
		return;
	} else if (r->graph)
		atl_print_trace_graph(out, trace, &format, flush, s);
	else
		atl_print_trace_text(out, trace, &format, flush, s);
	(void)flush(s, out);
}

/* With respect to a name, or to the name of which an entry is asked. */
atl_status atl_find_targets(atl_session *s, const atl_tree *t, const uint32_t *child, uint32_t n,
                            atl_id *wrt)
{
	for (uint32_t k = 0; k < n; k++) {
		uint32_t node = child[k];
		uint32_t name = t->node[node].kind == ATL_T_INDEX ? t->node[node].first : node;
		if (t->node[name].kind != ATL_T_NAME)
			return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, t->node[node].span,
			                     "`wrt` takes names");
		wrt[k] = atl_names_lookup(s, t->node[name].sym, t->node[name].span);
		if (!wrt[k])
			return ATL_ERROR;
	}
	return ATL_OK;
}

/* `trace A` of a square matrix: the other thing of that name may have been meant. */
static void hint_tr(atl_session *s, atl_id y)
{
	const atl_shape *shape = y ? atl_graph_shape(s->graph, y) : NULL;
	if (shape && s->diag.kind == ATL_KIND_SHAPE && shape->rank == 2 && shape->dim[0] > 1 &&
	    shape->dim[0] == shape->dim[1])
		atl_diag_note(&s->diag, "%s", ATL_TRACE_HINT);
}

/* What is no scalar has forward steps only; with `wrt` that is an error. */
static void note_forward_only(atl_session *s, atl_id y, atl_span span)
{
	atl_buf shape = { 0 };
	size_t len;
	const char *text = atl_sources_text(s->sources, span, &len);
	atl_shape_print(&shape, atl_graph_shape(s->graph, y));
	if (text && len < 40)
		atl_note(s, span, "%.*s is %s, and a gradient starts from a scalar: trace sum(%.*s) goes back, too",
		         (int)len, text, atl_buf_text(&shape), (int)len, text);
	else
		atl_note(s, span, "this is %s, and a gradient starts from a scalar", atl_buf_text(&shape));
	if (atl_graph_shape(s->graph, y)->rank == 2 &&
	    atl_graph_shape(s->graph, y)->dim[0] == atl_graph_shape(s->graph, y)->dim[1])
		atl_note(s, span, "%s", ATL_TRACE_HINT);
	atl_buf_clear(&shape);
}

/* A gradient that was asked for and has no value is the error that it is in `grad`. */
static atl_status want_gradients(atl_session *s, const atl_trace *trace, const atl_id *wrt, size_t n)
{
	for (size_t i = trace->forward; i < trace->n; i++) {
		const atl_step *step = &trace->step[i];
		for (size_t k = 0; k < n && step->undefined && step->value_of; k++)
			if (step->node == wrt[k] && atl_atom_want(s, &step->value_of, 1))
				return ATL_ERROR;
	}
	return ATL_OK;
}

/* What has no value is listed as far as it goes and is then the error it is anywhere. */
static atl_status make(atl_session *s, const atl_tree *t, const request *r, atl_id *wrt)
{
	atl_trace *trace = NULL;
	uint32_t e = r->child[r->e];
	atl_trace_request ask = {
		.wrt = wrt, .n_wrt = r->n - r->e - 1, .full = r->full, .named = r->named,
		.mark_folds = is_drawn(s, r),
		.any_shape = r->e + 1 == r->n, .span = t->node[e].span
	};
	if (s->document.traces && s->document.language->single)
		return atl_diag_fail(&s->diag, ATL_KIND_USAGE, ask.span,
		                     "an SVG file holds one picture, and there is one already");
	ask.y = atl_build_tree(&s->builder, t, e);
	if (!ask.y || atl_find_targets(s, t, r->child + r->e + 1, r->n - r->e - 1, wrt))
		return ATL_ERROR;
	if (atl_trace_make(&trace, &s->builder, s->eval, &ask, &s->diag)) {
		hint_tr(s, ask.y);
		return ATL_ERROR;
	}
	print(s, trace, r);
	if (ask.any_shape && !atl_shape_scalar(atl_graph_shape(s->graph, ask.y)))
		note_forward_only(s, ask.y, ask.span);
	atl_status status = atl_atom_poll(s) || atl_atom_want(s, &ask.y, 1) ? ATL_ERROR : ATL_OK;
	if (!status)
		status = want_gradients(s, trace, wrt, ask.n_wrt);
	atl_trace_free(trace);
	return status;
}

atl_status atl_run_trace(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	request r = { .n = n->n, .child = atl_malloc((n->n + 1u) * sizeof *r.child) };
	atl_id *wrt = atl_calloc(n->n + 1u, sizeof *wrt);
	atl_status status = ATL_ERROR;
	if (r.child && wrt) {
		atl_tree_children(t, node, r.child);
		read_words(s, t, &r);
		r.step = !strcmp(atl_symbols_text(s->symbols, n->sym), "step");
		atl_atom_begin(s, n->span);
		status = make(s, t, &r, wrt);
		if (status)
			atl_atom_fail(s);
		else
			atl_atom_drop(s);
	} else {
		atl_diag_nomem(&s->diag);
	}
	atl_free(wrt);
	atl_free(r.child);
	return status;
}
