/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c: one statement: a table by its kind, a table by its word, and the
 * statements that are a line each. */
#include "session/state.h"

#include <string.h>

/* ---- name = expr ---- */

static bool is_constant(const char *name)
{
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
static atl_id name_node(atl_session *s, const atl_tree_node *n, atl_id id)
{
	if (!(atl_graph_node(s->graph, id)->flags & ATL_NF_OPEN))
		id = atl_build_input(&s->builder, id, atl_graph_shape(s->graph, id));
	if (!id)
		return 0;
	id = atl_graph_name(s->graph, id, n->sym, atl_names_next_turn(s, n->sym), s->mark, n->span);
	if (!id && atl_graph_full(s->graph))
		atl_diag_fail(&s->diag, ATL_KIND_LIMIT, n->span,
		              "the graph has reached its limit of nodes");
	else if (!id)
		atl_diag_nomem(&s->diag);
	return id;
}

static atl_status run_define(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	if (s->frame)
		return atl_call_define(s, t, node);
	if (forbid_bound(s, n))
		return ATL_ERROR;
	atl_atom_begin(s, n->span);
	s->passing = false;
	atl_id id = atl_build_tree(&s->builder, t, node - 1);
	id = id ? name_node(s, n, id) : 0;
	const atl_array *value = id ? atl_atom_value(s, id) : NULL;
	if (!value || atl_names_bind(s, n->sym, id)) {
		atl_atom_fail(s);
		return ATL_ERROR;
	}
	atl_atom_keep(s);
	if (s->loops && s->first_turn && !s->loop_noted)
		atl_note_follows(s, n->sym, id);
	if (!s->blocks && !(n->flags & ATL_TF_SILENT))
		atl_output_value(s, n->sym, value);
	return ATL_OK;
}

/* ---- name(params) = body ---- */

static bool is_built_in(const char *name)
{
	const atl_op *op = atl_op_find(name, strlen(name));
	return (op && !(op->flags & ATL_OF_INTERNAL)) || atl_prelude_has(name) || !strcmp(name, "read");
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

static atl_status run_expression(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	if (s->frame) {
		s->frame->value = atl_build_tree(&s->builder, t, node - 1);
		return s->frame->value ? ATL_OK : ATL_ERROR;
	}
	atl_atom_begin(s, n->span);
	const atl_array *value = atl_atom_eval(s, t, node - 1);
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
	{ "quit", atl_run_quit },   { "compare", atl_run_compare }, { "read", atl_run_read },
	{ "save", atl_run_save },   { "write", atl_run_save },      { "plot", atl_run_plot },
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
		s->frame->value = 0;
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
