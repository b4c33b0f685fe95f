/* SPDX-License-Identifier: GPL-3.0-or-later */
/* formula.c: formula E: the expression of a node, as a person would write it.
 *
 * The text that is shown was read again, built, and compared with the node at
 * random points; what does not stand that is not shown. */
#include "session/state.h"

#include <string.h>
#include "algebra/algebra.h"
#include "base/mem.h"
#include "eval/probe.h"
#include "graph/derive.h"
#include "graph/op.h"
#include "graph/show.h"
#include "print/value.h"

typedef struct formula {
	atl_session *s;
	atl_id node;        /* what it is the formula of */
	atl_id source;      /* what is simplified: node, or J*v */
	atl_id direction;   /* v; 0: none */
	atl_id *named;
	size_t n_named;
	atl_id *unit;       /* inputs whose columns add up to 1 now */
	size_t n_unit;
	bool *unit_used;    /* which of them the formula needs */
	bool bare;          /* a name was asked for: what it stands for is wanted */
	atl_buf text;
	atl_probed proof;
	unsigned points;
} formula;

/* ---- text ---- */

static bool is_named(atl_id id, void *data) { return atl_graph_node(data, id)->name != 0; }

static bool unwritable(const atl_tree *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->node[i].kind == ATL_T_VERBATIM && !t->node[i].count &&
		    (!strcmp(t->node[i].text, "value") || strstr(t->node[i].text, "…")))
			return true;
	return false;
}

static const char *name_text(const formula *f, atl_tree *t, atl_id id)
{
	atl_buf name = { 0 };
	const atl_node *n = atl_graph_node(f->s->graph, id);
	const atl_var *v = atl_names_find(f->s, n->name);
	atl_show_name(&name, f->s->graph, id, f->s->symbols, v && !v->weak ? v->n : 0);
	const char *text = name.failed ? NULL : atl_arena_dup(&t->arena, atl_buf_text(&name), name.len);
	atl_buf_clear(&name);
	return text;
}

/* The node as text; false when it holds what cannot be written. */
static bool write(formula *f, atl_id id)
{
	atl_tree *t = atl_tree_new();
	bool fine = t != NULL;
	uint32_t root = ATL_TREE_NONE;
	/* the graph does not change while it is shown */
	if (t && atl_graph_node(f->s->graph, id)->name && !(f->bare && id == f->node)) {
		root = atl_tree_leaf(t, ATL_T_VERBATIM, 0, "", 0, (atl_span){ 0, 0 });
		if (root != ATL_TREE_NONE)
			t->node[root].count = id;
	} else if (t) {
		root = atl_show_tree(t, f->s->graph, id, is_named, f->s->graph);
	}
	fine = root != ATL_TREE_NONE && !unwritable(t);
	for (uint32_t i = 0; fine && i < t->n; i++)
		if (t->node[i].kind == ATL_T_VERBATIM && t->node[i].count)
			fine = (t->node[i].text = name_text(f, t, t->node[i].count)) != NULL;
	atl_buf_reset(&f->text);
	if (fine)
		atl_tree_print(&f->text, t, root, f->s->symbols);
	atl_tree_unref(t);
	return fine && !f->text.failed;
}

/* ---- a proposal ---- */

static bool prove(formula *f, size_t n_unit)
{
	atl_session *s = f->s;
	atl_id id = atl_build_typed(s, f->text.p, f->text.len);
	if (!id || !atl_shape_equal(atl_graph_shape(s->graph, id), atl_graph_shape(s->graph, f->node)))
		return false;
	atl_probe p = { .graph = s->graph, .symbols = s->symbols, .sources = s->sources,
			.num = *atl_eval_num(s->eval), .unit = f->unit, .n_unit = n_unit };
	f->proof = atl_probe_equal(&p, f->node, id);
	f->points = p.points;
	return f->proof == ATL_PROBE_EQUAL || f->proof == ATL_PROBE_DIGITS;
}

/* With the assumption that units add up to 1, or without. */
static bool propose(formula *f, size_t n_unit)
{
	atl_simplify_request r = { .node = f->source, .named = f->named, .n_named = f->n_named, .unit = f->unit,
				   .unit_used = f->unit_used, .n_unit = n_unit, .direction = f->direction };
	bool used = n_unit == 0;
	memset(f->unit_used, 0, f->n_unit * sizeof *f->unit_used);
	atl_id id = atl_simplify(&f->s->builder, &r);
	atl_diag_reset(&f->s->diag);
	for (size_t i = 0; i < n_unit; i++)
		used |= f->unit_used[i];
	return id && used && write(f, id) && prove(f, n_unit);
}

/* ---- what is known ---- */

static atl_status gather_names(formula *f)
{
	atl_session *s = f->s;
	f->named = atl_malloc((s->n_order + 1) * sizeof *f->named);
	f->unit = atl_malloc((s->n_order + 1) * sizeof *f->unit);
	f->unit_used = atl_calloc(s->n_order + 1, sizeof *f->unit_used);
	if (!f->named || !f->unit || !f->unit_used)
		return atl_diag_nomem(&s->diag);
	for (size_t i = 0; i < s->n_order; i++) {
		const atl_var *v = s->var[s->order[i]];
		atl_id id = atl_names_latest(v);
		if (!id || v->weak)
			continue;
		f->named[f->n_named++] = id;
		if (atl_probe_unit(s->graph, s->eval, id))
			f->unit[f->n_unit++] = id;
	}
	atl_diag_reset(&s->diag);
	return ATL_OK;
}

/* ---- jacobians: J of J*v ---- */

static bool is_call(atl_session *s, const atl_tree *t, uint32_t e, const char *name, uint32_t n)
{
	const atl_tree_node *c = &t->node[e];
	return c->kind == ATL_T_CALL && c->n == n && !atl_names_function(s, c->sym) &&
	       !strcmp(atl_symbols_text(s->symbols, c->sym), name);
}

static bool is_vector(const atl_session *s, atl_id id)
{
	return id && atl_shape_vector(atl_graph_shape(s->graph, id));
}

/* The jacobian of y = f(x), for vectors: what is simplified is J*v. */
static void find_direction(formula *f, const atl_tree *t, uint32_t e)
{
	atl_session *s = f->s;
	bool hessian = is_call(s, t, e, "hessian", 2);
	if (!hessian && !is_call(s, t, e, "jacobian", 2))
		return;
	atl_id y = atl_build_tree(&s->builder, t, atl_tree_child(t, e, 0));
	atl_id x = y ? atl_build_tree(&s->builder, t, atl_tree_child(t, e, 1)) : 0;
	if (hessian && x)
		y = atl_grad(&s->builder, y, x);
	if (!is_vector(s, x) || !is_vector(s, y) || atl_shape_scalar(atl_graph_shape(s->graph, x)))
		return;
	atl_id v = atl_build_input(&s->builder, 0, atl_graph_shape(s->graph, x));
	atl_id map = v ? atl_jvp(&s->builder, y, x, v) : 0;
	if (map) {
		f->source = map;
		f->direction = v;
	}
}

/* ---- the statement ---- */

static void print(formula *f)
{
	atl_session *s = f->s;
	atl_buf where = { 0 };
	for (size_t i = 0; i < f->n_unit; i++) {
		const atl_node *n = atl_graph_node(s->graph, f->unit[i]);
		const char *name = atl_symbols_text(s->symbols, n->name);
		if (!f->unit_used[i])
			continue;
		atl_buf_addf(&where, "%ssum(%s%s) = 1", where.len ? ", " : "", name,
			     n->shape->dim[1] == 1 ? "" : ", 1");
	}
	atl_buf_reset(&s->line);
	if (atl_output_json(s)) {
		atl_buf_add(&s->line, "{\"formula\":");
		atl_print_json_string(&s->line, atl_buf_text(&f->text), f->text.len);
		if (where.len) {
			atl_buf_add(&s->line, ",\"where\":");
			atl_print_json_string(&s->line, atl_buf_text(&where), where.len);
		}
		atl_buf_addf(&s->line, ",\"compared\":\"%s\",\"points\":%u}",
			     f->proof == ATL_PROBE_EQUAL ? "exact" : "60 digits", f->points);
	} else {
		atl_buf_addf(&s->line, "%s%s%s", atl_buf_text(&f->text), where.len ? "  # where " : "",
			     atl_buf_text(&where));
	}
	atl_output_line(s, &s->line);
	atl_buf_clear(&where);
}

static atl_status find(formula *f, const atl_tree *t, uint32_t e)
{
	atl_session *s = f->s;
	f->node = f->source = atl_build_tree(&s->builder, t, e);
	if (!f->node || gather_names(f))
		return ATL_ERROR;
	f->bare = t->node[e].kind == ATL_T_NAME;
	find_direction(f, t, e);
	atl_diag_reset(&s->diag);
	bool named = !f->bare && atl_graph_node(s->graph, f->node)->name;
	bool found = (named && write(f, f->node) && prove(f, 0)) ||
	             (f->n_unit && propose(f, f->n_unit)) || propose(f, 0);
	if (!found && f->direction) { /* entry by entry */
		f->source = f->node;
		f->direction = 0;
		found = propose(f, 0);
	}
	if (!found) {
		memset(f->unit_used, 0, f->n_unit * sizeof *f->unit_used);
		found = write(f, f->node) && prove(f, 0);
	}
	if (atl_atom_poll(s))
		return ATL_ERROR;
	if (found)
		return ATL_OK;
	atl_diag_fail(&s->diag, ATL_KIND_UNABLE, t->node[e].span, "no formula was found that could be confirmed");
	atl_diag_note(&s->diag, "it may be too long, or hold numbers that have no name; trace shows it step by step");
	return ATL_ERROR;
}

atl_status atl_run_formula(atl_session *s, const atl_tree *t, uint32_t node)
{
	formula f = { .s = s };
	atl_atom_begin(s, t->node[node].span);
	atl_status status = find(&f, t, node - 1);
	if (status) {
		atl_atom_fail(s);
	} else {
		print(&f);
		atl_atom_drop(s);
	}
	atl_free(f.named);
	atl_free(f.unit);
	atl_free(f.unit_used);
	atl_buf_clear(&f.text);
	return status;
}
