/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace.c: making, freeing and reading a trace; the forward steps. */
#include "trace/trace.h"

#include <string.h>
#include "graph/show.h"
#include "trace/maker.h"

const atl_node *atl_maker_node(const atl_maker *m, atl_id id)
{
	return atl_graph_node(m->b->graph, id);
}

const char *atl_maker_keep(atl_maker *m, atl_buf *text, bool *failed)
{
	const char *kept = NULL;
	if (!text->failed)
		kept = atl_arena_dup(&m->t->arena, atl_buf_text(text), text->len);
	*failed |= kept == NULL;
	atl_buf_clear(text);
	return kept;
}

unsigned atl_maker_line(const atl_maker *m, atl_id id)
{
	atl_place place;
	atl_span span = atl_maker_node(m, id)->span;
	return span.lo && atl_sources_find(m->b->sources, span.lo, &place) ? place.line : 0;
}

atl_step *atl_maker_step(atl_maker *m, atl_step_kind kind, uint32_t row, atl_id node,
			  const atl_array *value)
{
	atl_trace *t = m->t;
	if (!value || !atl_grow(&t->step, &t->cap, t->n + 1, sizeof *t->step)) {
		atl_diag_nomem(m->diag);
		return NULL;
	}
	atl_step *s = &t->step[t->n++];
	*s = (atl_step){ .kind = kind, .rule = ATL_TREE_NONE, .node = node };
	s->value = atl_array_ref(value);
	s->line = atl_maker_line(m, node);
	if (row < m->n_row) {
		s->label = t->leaf[row].label;
		s->named = atl_maker_node(m, m->row[row])->name != 0;
	}
	return s;
}

/* Whether a row has a rule: an input has one when it stands for a closed expression. */
static bool has_rule(const atl_maker *m, atl_id id)
{
	const atl_node *n = atl_maker_node(m, id);
	if (!(n->flags & ATL_NF_INPUT))
		return strcmp(n->op->name, "stored") != 0;
	if (n->n_in == 0 || atl_eval_stored(m->eval, id))
		return false;
	return !(atl_maker_node(m, atl_graph_in(m->b->graph, id)[0])->flags & ATL_NF_LITERAL);
}

/* Whether a rule leaves something out that it cannot name. */
static bool is_cut(const atl_tree *rules, uint32_t rule)
{
	for (uint32_t i = rules->node[rule].first; i <= rule; i++)
		if (rules->node[i].kind == ATL_T_VERBATIM && strstr(rules->node[i].text, "…"))
			return true;
	return false;
}

static atl_status forward_step(atl_maker *m, uint32_t row)
{
	atl_id id = m->row[row];
	const char *op = atl_maker_node(m, id)->op->name;
	bool given = atl_maker_node(m, id)->flags & ATL_NF_INPUT || !strcmp(op, "stored");
	const atl_array *value = atl_eval_get(m->eval, id);
	atl_step *s = atl_maker_step(m, given ? ATL_STEP_INPUT : ATL_STEP_FORWARD, row, id, value);
	if (!s)
		return ATL_ERROR;
	m->t->leaf[row].value = atl_array_ref(value);
	s->op = op;
	s->value_of = id;
	s->also = m->also[row];
	s->remark = atl_maker_scaled(m, id);
	if (has_rule(m, id)) {
		s->rule = atl_maker_expression(m, id);
		if (s->rule == ATL_TREE_NONE)
			return atl_diag_nomem(m->diag);
		if (given && is_cut(m->t->rules, s->rule))
			s->rule = ATL_TREE_NONE;
		if (m->req->full && !given && atl_maker_entries(m, s, id))
			return ATL_ERROR;
	}
	return atl_maker_undefined(m, id, value, &s->undefined);
}

static atl_status forward(atl_maker *m)
{
	if (atl_eval_compute(m->eval, m->row, m->n_row, m->diag))
		return ATL_ERROR;
	m->g = 0;
	for (uint32_t r = 0; r < m->n_row; r++)
		if (forward_step(m, r))
			return ATL_ERROR;
	m->t->forward = m->t->n;
	return ATL_OK;
}

static atl_status not_scalar(atl_maker *m)
{
	atl_buf name = { 0 }, shape = { 0 };
	atl_show_text(&name, m->b->graph, m->req->y, m->b->symbols);
	atl_shape_print(&shape, atl_graph_shape(m->b->graph, m->y));
	atl_diag_fail(m->diag, ATL_KIND_SHAPE, m->req->span,
		      "a trace starts from a scalar, and this is %s", atl_buf_text(&shape));
	if (name.len < 60)
		atl_diag_note(m->diag, "trace sum(%s) traces the sum of its entries",
			      atl_buf_text(&name));
	else
		atl_diag_note(m->diag, "sum(...) of it is a scalar");
	atl_buf_clear(&name);
	atl_buf_clear(&shape);
	return ATL_ERROR;
}

static atl_status make(atl_maker *m)
{
	bool scalar = atl_shape_scalar(atl_graph_shape(m->b->graph, m->y));
	if (!scalar && !m->req->any_shape)
		return not_scalar(m);
	if (atl_maker_rows(m) || forward(m) || (scalar && atl_maker_sweep(m)))
		return ATL_ERROR;
	return m->req->full ? ATL_OK : atl_maker_fold(m);
}

static atl_id behind_alias(const atl_maker *m, atl_id y)
{
	for (size_t i = 0; i < m->req->n_wrt; i++)
		if (m->req->wrt[i] == y)
			return y;
	return atl_graph_root(m->b->graph, y);
}

atl_status atl_trace_make(atl_trace **out, atl_builder *b, atl_eval *eval,
			  const atl_trace_request *req, atl_diag *diag)
{
	*out = NULL;
	atl_maker m = { .b = b, .eval = eval, .req = req, .diag = diag };
	m.t = atl_calloc(1, sizeof *m.t);
	if (!m.t)
		return atl_diag_nomem(diag);
	m.y = behind_alias(&m, req->y);
	m.t->symbols = b->symbols;
	m.t->rules = atl_tree_new();
	atl_diag *outer = b->diag;
	b->diag = diag;
	atl_status status = m.t->rules ? make(&m) : atl_diag_nomem(diag);
	b->diag = outer;
	atl_free(m.row);
	atl_free(m.row_of);
	atl_free(m.mark);
	atl_free(m.also);
	atl_free(m.latest);
	atl_free(m.used);
	atl_free(m.sum_row);
	atl_free(m.formula);
	atl_free(m.where);
	if (status) {
		atl_trace_free(m.t);
		return ATL_ERROR;
	}
	*out = m.t;
	return ATL_OK;
}

void atl_trace_free(atl_trace *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		atl_array_unref(t->step[i].value);
	for (size_t i = 0; i < t->n_leaf && t->leaf; i++)
		atl_array_unref(t->leaf[i].value);
	atl_free(t->step);
	atl_free(t->leaf);
	atl_free(t->entry);
	atl_tree_unref(t->rules);
	atl_arena_clear(&t->arena);
	atl_free(t);
}

/* ---- reading a rule ---- */

static atl_status fill_leaf(atl_tree_node *n, atl_tree *out, const atl_trace *t, atl_trace_fill *fill,
			    void *data)
{
	atl_buf text = { 0 };
	n->op = (uint8_t)fill(&text, t, &t->leaf[n->count], data);
	n->text = text.failed ? NULL : atl_arena_dup(&out->arena, atl_buf_text(&text), text.len);
	atl_buf_clear(&text);
	return n->text ? ATL_OK : ATL_ERROR;
}

atl_status atl_trace_rule(atl_tree *out, const atl_trace *t, uint32_t rule, atl_trace_fill *fill,
			  void *data)
{
	atl_tree_reset(out);
	uint32_t from = t->rules->node[rule].first, n = rule - from + 1;
	if (!atl_grow(&out->node, &out->cap, n, sizeof *out->node))
		return ATL_ERROR;
	memcpy(out->node, t->rules->node + from, n * sizeof *out->node);
	out->n = n;
	out->root = n - 1;
	for (uint32_t i = 0; i < n; i++) {
		atl_tree_node *node = &out->node[i];
		node->first -= from;
		/* a leaf with words of its own, such as pi, stays as it is */
		bool leaf = node->kind == ATL_T_VERBATIM && !*node->text;
		if (leaf && fill_leaf(node, out, t, fill, data))
			return ATL_ERROR;
	}
	return ATL_OK;
}
