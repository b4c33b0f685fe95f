/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c: one statement: a table by its kind, a table by its word, and the
 * statements that are a line each. */
#include "session/state.h"

#include <string.h>

/* ---- name = expr ---- */

static bool is_constant(const char *name)
{
	if (*name != 'p' && *name != 'i' && *name != "π"[0]) /* nearly always */
		return false;
	return !strcmp(name, "pi") || !strcmp(name, "π") || !strcmp(name, "inf");
}

/* h~1 and the constants stay what they are. */
static atl_status forbid_bound(atl_session *s, const atl_tree_node *n)
{
	const char *name = atl_symbols_text(s->symbols, n->sym);
	if (is_constant(name))
		return atl_diag_fail(&s->diag, ATL_KIND_NAME, n->at, "\"%s\" is a constant and cannot be bound",
		                     name);
	if (!strchr(name, '~'))
		return ATL_OK;
	return atl_diag_fail(&s->diag, ATL_KIND_NAME, n->at,
	                     "\"%s\" is what it is and cannot be bound again", name);
}

/* What depends on no input becomes one; the rest is named. */
static atl_id name_node(atl_session *s, const atl_tree_node *n, atl_id id, atl_span span)
{
	if (!(atl_graph_node(s->graph, id)->flags & ATL_NF_OPEN))
		id = atl_build_input(&s->builder, id, atl_graph_shape(s->graph, id));
	if (!id)
		return 0;
	id = atl_graph_name(s->graph, id, n->sym, atl_names_next_turn(s, n->sym), s->mark, span);
	if (!id && atl_graph_full(s->graph))
		atl_diag_fail(&s->diag, ATL_KIND_LIMIT, span,
		              "the graph has reached its limit of nodes");
	else if (!id)
		atl_diag_nomem(&s->diag);
	return id;
}

/* One `=`: its names, their nodes; n of them. */
typedef struct definition {
	const atl_tree_node *name[ATL_MAX_VALUES];
	atl_id id[ATL_MAX_VALUES];
	uint32_t n;
	atl_span span;
	bool silent;
} definition;

static atl_status define_locals(atl_session *s, const definition *d, atl_id since)
{
	for (uint32_t i = 0; i < d->n; i++)
		if (atl_call_define(s, d->name[i]->sym, d->id[i], since, d->span))
			return ATL_ERROR;
	return ATL_OK;
}

/* What was computed; of what has no value the shape. */
static void output(atl_session *s, atl_sym name, atl_id id)
{
	if (!atl_is_abstract(s, id)) {
		atl_output_value(s, name, atl_eval_get(s->eval, id));
		return;
	}
	atl_buf shape = { 0 };
	bool scalar = atl_shape_scalar(atl_graph_shape(s->graph, id));
	const char *letter = atl_abstract_letter(s, id), *own = name ? atl_symbols_text(s->symbols, name) : "";
	if (letter && strcmp(letter, own) && !atl_output_json(s)) {
		atl_buf_reset(&s->line);
		atl_buf_addf(&s->line, "%s%s%s", own, name ? " = " : "", letter);
		atl_output_line(s, &s->line);
		return;
	}
	atl_shape_print(&shape, atl_graph_shape(s->graph, id));
	atl_buf_reset(&s->line);
	if (atl_output_json(s))
		atl_buf_addf(&s->line, "{%s%s%s\"shape\":\"%s\"}", name ? "\"name\":\"" : "",
		             name ? atl_symbols_text(s->symbols, name) : "", name ? "\"," : "", atl_buf_text(&shape));
	else
		atl_buf_addf(&s->line, "%s%s%s", name ? atl_symbols_text(s->symbols, name) : "",
		             name ? " is " : "", scalar ? "a scalar" : atl_buf_text(&shape));
	atl_output_line(s, &s->line);
	atl_buf_clear(&shape);
}

static bool is_shown(const atl_session *s, const definition *d) { return !s->blocks && !d->silent; }

static atl_status name_all(atl_session *s, definition *d)
{
	atl_id wanted[ATL_MAX_VALUES];
	size_t n_wanted = 0;
	for (uint32_t i = 0; i < d->n; i++)
		if (!(d->id[i] = name_node(s, d->name[i], d->id[i], d->span)))
			return ATL_ERROR;
	for (uint32_t i = 0; i < d->n; i++)
		if (!atl_is_abstract(s, d->id[i]))
			wanted[n_wanted++] = d->id[i];
	/* together: with certified reals a value that is wanted later may outdate one */
	if (n_wanted && (is_shown(s, d) ? atl_atom_want : atl_atom_settle)(s, wanted, n_wanted))
		return ATL_ERROR;
	for (uint32_t i = 0; i < d->n; i++)
		if (atl_names_bind(s, d->name[i]->sym, d->id[i]))
			return ATL_ERROR;
	return ATL_OK;
}

static atl_status build_value(atl_session *s, const atl_tree *t, const uint32_t *child, uint32_t n,
                              definition *d)
{
	if (n < d->n)
		return atl_build_values(&s->builder, t, *child, d->id, d->n);
	for (uint32_t i = 0; i < n; i++)
		if (!(d->id[i] = atl_build_tree(&s->builder, t, child[i])))
			return ATL_ERROR;
	return ATL_OK;
}

/* Builds the values before it names the first, so that a, b = b, a is what it says. */
static atl_status define(atl_session *s, const atl_tree *t, const uint32_t *value, uint32_t n,
                         definition *d)
{
	atl_id since = atl_graph_last(s->graph);
	if (s->frame)
		return build_value(s, t, value, n, d) ? ATL_ERROR : define_locals(s, d, since);
	for (uint32_t i = 0; i < d->n; i++)
		if (forbid_bound(s, d->name[i]))
			return ATL_ERROR;
	atl_atom_begin(s, d->span);
	s->passing = false;
	if (build_value(s, t, value, n, d) || name_all(s, d)) {
		atl_atom_fail(s);
		return ATL_ERROR;
	}
	atl_atom_keep(s);
	for (uint32_t i = 0; i < d->n; i++) {
		if (s->loops && s->first_turn && !s->loop_noted)
			atl_note_follows(s, d->name[i]->sym, d->id[i]);
		if (is_shown(s, d))
			output(s, d->name[i]->sym, d->id[i]);
	}
	return ATL_OK;
}

static atl_status run_define(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	definition d = { .name = { n }, .n = 1, .span = n->span, .silent = n->flags & ATL_TF_SILENT };
	uint32_t value = node - 1;
	return define(s, t, &value, 1, &d);
}

/* name, name = value, value  or one call that gives so many. */
static atl_status run_defines(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	uint32_t child[2 * ATL_MAX_VALUES];
	definition d = { .n = n->count, .span = n->span, .silent = n->flags & ATL_TF_SILENT };
	if (n->count > ATL_MAX_VALUES)
		return atl_diag_fail(&s->diag, ATL_KIND_LIMIT, n->at,
		                     "more than %d names are defined together", ATL_MAX_VALUES);
	atl_tree_children(t, node, child);
	for (uint32_t i = 0; i < d.n; i++) {
		d.name[i] = &t->node[child[i]];
		for (uint32_t k = 0; k < i; k++)
			if (atl_symbols_canon(s->symbols, d.name[k]->sym) ==
			    atl_symbols_canon(s->symbols, d.name[i]->sym))
				return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, d.name[i]->span,
				                     "\"%s\" is there twice",
				                     atl_symbols_text(s->symbols, d.name[i]->sym));
	}
	return define(s, t, child + d.n, n->n - d.n, &d);
}

/* ---- name(params) = body ---- */

static bool is_built_in(const char *name)
{
	const atl_op *op = atl_op_find(name, strlen(name));
	return (op && !(op->flags & ATL_OF_INTERNAL)) || atl_prelude_has(name) || !strcmp(name, "read") || !strcmp(name, "shape");
}

static atl_status run_function(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	const char *name = atl_symbols_text(s->symbols, n->sym);
	if (s->frame)
		return atl_diag_fail(&s->diag, ATL_KIND_NAME, n->at,
		                     "a function cannot be defined inside a function");
	bool first = !atl_names_function(s, n->sym) || atl_names_function(s, n->sym)->prelude;
	atl_function *f = atl_function_new(t, node, false);
	if (!f)
		return atl_diag_nomem(&s->diag);
	if (atl_names_set_function(s, false, n->sym, f)) {
		atl_function_unref(f);
		return ATL_ERROR;
	}
	if (first && is_built_in(name))
		atl_note(s, n->at, "\"%s\" is now your own function and no more the built-in one",
		         name);
	return ATL_OK;
}

/* ---- a bare expression ---- */

static atl_sym bare_name(const atl_tree *t, uint32_t node)
{
	return t->node[node].kind == ATL_T_NAME ? t->node[node].sym : 0;
}

/* The values of a function, when it is its last statement. */
static atl_status run_values(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	uint32_t child[ATL_MAX_VALUES];
	if (n->n > ATL_MAX_VALUES)
		return atl_diag_fail(&s->diag, ATL_KIND_LIMIT, n->span,
		                     "a function has more than %d values", ATL_MAX_VALUES);
	atl_tree_children(t, node, child);
	for (uint32_t i = 0; i < n->n; i++)
		if (!(s->frame->value[i] = atl_build_tree(&s->builder, t, child[i])))
			return ATL_ERROR;
	s->frame->n_values = n->n;
	return ATL_OK;
}

/* a, b: the comma before the last is marked. */
static atl_status forbid_list(atl_session *s, const atl_tree *t, uint32_t node)
{
	uint32_t last = node - 1, before = t->node[last].first - 1;
	size_t len;
	const char *text = atl_sources_text(s->sources, t->node[node].span, &len);
	atl_diag_fail(&s->diag, ATL_KIND_SYNTAX,
	              (atl_span){ t->node[before].span.hi, t->node[last].span.lo },
	              "a list of values stands in brackets");
	if (text && len < 60)
		atl_diag_note(&s->diag, "did you mean `[%.*s]`?", (int)len, text);
	return ATL_ERROR;
}

static atl_status run_expression(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	if (s->frame)
		return run_values(s, t, node);
	if (n->n > 1)
		return forbid_list(s, t, node);
	if (atl_has_hole(s, t, node))
		return atl_run_hole(s, t, node);
	atl_atom_begin(s, n->span);
	atl_id id = atl_build_tree(&s->builder, t, node - 1);
	if (id && atl_is_abstract(s, id)) {
		if (!(n->flags & ATL_TF_SILENT))
			output(s, bare_name(t, node - 1), id);
		atl_atom_drop(s);
		return ATL_OK;
	}
	const atl_array *value = atl_atom_value(s, id);
	if (!value) {
		atl_atom_fail(s);
		return ATL_ERROR;
	}
	if (!(n->flags & ATL_TF_SILENT))
		atl_output_value(s, bare_name(t, node - 1), value);
	atl_array_unref((atl_array *)(uintptr_t)s->ans); /* the session's own reference */
	s->ans = atl_array_ref(value);
	atl_atom_drop(s);
	return ATL_OK;
}

/* ---- commands ---- */

static const struct {
	const char *word;
	atl_run *run;
} command[] = {
	{ "check", atl_run_check }, { "trace", atl_run_trace }, { "show", atl_run_show },
	{ "set", atl_run_set },     { "list", atl_run_list },   { "help", atl_run_help },
	{ "clear", atl_run_clear }, { "undo", atl_run_undo },   { "load", atl_run_load },
	{ "quit", atl_run_quit },   { "compare", atl_run_compare },
	{ "formula", atl_run_formula }, { "gradcheck", atl_run_gradcheck }, { "why", atl_run_why }, { "step", atl_run_trace },
	{ "input", atl_run_input }, { "minimize", atl_run_minimize },
	{ "shape", atl_run_shape },
	{ "read", atl_run_read }, { "save", atl_run_save },
	{ "write", atl_run_save }, { "plot", atl_run_plot },
};
enum { N_COMMANDS = sizeof command / sizeof *command };

static atl_status run_command(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	const char *word = atl_symbols_text(s->symbols, n->sym);
	if (s->frame) {
		atl_diag_fail(&s->diag, ATL_KIND_NAME, n->span, "`%s` cannot stand in a function",
		              word);
		atl_diag_note(&s->diag, "a function's body builds its value and prints nothing");
		return ATL_ERROR;
	}
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(word, command[i].word))
			return command[i].run(s, t, node);
	return atl_diag_fail(&s->diag, ATL_KIND_NAME, n->span,
	                     "`%s` is a statement that is not there yet", word);
}

/* ---- dispatch ---- */

static atl_run *const by_kind[] = {
	[ATL_T_BLOCK] = atl_run_block,   [ATL_T_DEFINE] = run_define,
	[ATL_T_DEFINES] = run_defines,
	[ATL_T_FUNCTION] = run_function, [ATL_T_UPDATE] = atl_run_update,
	[ATL_T_EXPR] = run_expression,   [ATL_T_IF] = atl_run_if,
	[ATL_T_FOR] = atl_run_for,       [ATL_T_WHILE] = atl_run_while,
	[ATL_T_REPEAT] = atl_run_repeat, [ATL_T_COMMAND] = run_command,
};

atl_status atl_run_statement(atl_session *s, const atl_tree *t, uint32_t node)
{
	uint8_t kind = t->node[node].kind;
	if (atl_atom_poll(s))
		return ATL_ERROR;
	if (s->frame)
		s->frame->n_values = 0;
	if (kind >= sizeof by_kind / sizeof *by_kind || !by_kind[kind])
		return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, t->node[node].span,
		                     "this is no statement");
	return by_kind[kind](s, t, node);
}

atl_status atl_run_quit(atl_session *s, const atl_tree *t, uint32_t node)
{
	(void)t;
	(void)node;
	s->quit = true;
	return ATL_OK;
}

atl_status atl_run_text(atl_session *s, atl_reader *reader)
{
	while (!s->quit) {
		atl_tree *tree = NULL;
		atl_read got = atl_reader_next(reader, &tree, &s->diag);
		if (got != ATL_READ_STATEMENT)
			return got == ATL_READ_END ? ATL_OK : ATL_ERROR;
		atl_status status = atl_run_statement(s, tree, tree->root);
		atl_tree_unref(tree);
		if (status)
			return status;
		atl_atom_tidy(s);
	}
	return ATL_OK;
}
