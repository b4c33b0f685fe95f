/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list.c: show, list and clear. */
#include "session/state.h"

#include <string.h>
#include "base/mem.h"

/* ---- show "text", E, ... ---- */

/* What would steer a terminal, or is no UTF-8, is shown as U+FFFD. */
static void show_plain(atl_buf *out, const char *text)
{
	const char *end = text + strlen(text);
	while (text < end) {
		uint32_t c = 0xfffd;
		size_t n = atl_utf8_decode(text, end, &c);
		bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
		atl_buf_addcp(out, n && (!control || c == '\t' || c == '\n') ? c : 0xfffd);
		text += n ? n : 1;
	}
}

static void show_text(atl_session *s, atl_buf *out, const char *text)
{
	if (atl_output_json(s))
		atl_print_json_string(out, text, strlen(text));
	else
		show_plain(out, text);
}

static atl_status show_item(atl_session *s, const atl_tree *t, uint32_t node, atl_buf *out)
{
	const atl_tree_node *n = &t->node[node];
	if (n->kind == ATL_T_STRING) {
		show_text(s, out, n->text);
		return ATL_OK;
	}
	if (n->kind == ATL_T_WORD)
		return atl_diag_fail(&s->diag, ATL_KIND_NAME, n->span, "there is no `show %s`",
		                     atl_symbols_text(s->symbols, n->sym));
	const atl_array *a = atl_atom_eval(s, t, node);
	if (!a)
		return ATL_ERROR;
	if (atl_output_json(s))
		atl_print_json(out, a);
	else
		atl_print_inline(out, a, &s->format, s->format.width);
	return ATL_OK;
}

static atl_status show_items(atl_session *s, const atl_tree *t, uint32_t node, atl_buf *out)
{
	const atl_tree_node *n = &t->node[node];
	uint32_t *child = atl_malloc((n->n + 1u) * sizeof *child);
	atl_status status = ATL_OK;
	if (!child)
		return atl_diag_nomem(&s->diag);
	atl_tree_children(t, node, child);
	for (uint32_t k = 0; k < n->n && !status; k++) {
		if (k)
			atl_buf_add(out, atl_output_json(s) ? "," : " ");
		status = show_item(s, t, child[k], out);
	}
	atl_free(child);
	return status;
}

static bool is_bits(const atl_session *s, const atl_tree *t, uint32_t node)
{
	if (t->node[node].n < 2)
		return false;
	const atl_tree_node *first = &t->node[atl_tree_child(t, node, 0)];
	return first->kind == ATL_T_WORD &&
	       !strcmp(atl_symbols_text(s->symbols, first->sym), "bits");
}

atl_status atl_run_show(atl_session *s, const atl_tree *t, uint32_t node)
{
	atl_buf out = { 0 };
	bool json = atl_output_json(s);
	if (is_bits(s, t, node))
		return atl_show_bits(s, t, node);
	atl_atom_begin(s, t->node[node].span);
	if (json)
		atl_buf_add(&out, "{\"show\":[");
	atl_status status = show_items(s, t, node, &out);
	if (status) {
		atl_atom_fail(s);
	} else {
		if (json)
			atl_buf_add(&out, "]}");
		atl_output_line(s, &out);
		atl_atom_drop(s);
	}
	atl_buf_clear(&out);
	return status;
}

/* ---- list ---- */

enum { NAME_WIDTH = 26 };

/* One thing that has a name: its signature, and what it is. */
static void list_wide(atl_session *s, const char *name, const char *says, size_t width)
{
	atl_buf *out = &s->line;
	atl_buf_reset(out);
	if (atl_output_json(s)) {
		atl_buf_add(out, "{\"name\":");
		atl_print_json_string(out, name, strlen(name));
		atl_buf_add(out, ",\"summary\":");
		atl_print_json_string(out, says, strlen(says));
		atl_buf_addc(out, '}');
	} else {
		atl_buf_pad(out, name, *says ? width : 0, false);
		if (*says)
			atl_buf_addf(out, "  %s", says);
	}
	atl_output_line(s, out);
}

static void list_item(atl_session *s, const char *name, const char *says)
{
	list_wide(s, name, says, NAME_WIDTH);
}

static void list_variable(atl_session *s, const atl_var *v, size_t width)
{
	atl_id id = atl_names_latest(v);
	const char *name = atl_symbols_text(s->symbols, v->name);
	const atl_array *a =
	        atl_eval_compute(s->eval, &id, 1, &s->diag) ? NULL : atl_eval_get(s->eval, id);
	atl_diag_reset(&s->diag); /* a value that cannot be had is shown as missing */
	if (a && atl_output_json(s)) {
		atl_output_value(s, v->name, a);
		return;
	}
	atl_buf *out = &s->line, shape = { 0 };
	atl_buf_reset(out);
	atl_buf_pad(out, name, width, false);
	atl_shape_print(&shape, atl_graph_shape(s->graph, id));
	atl_buf_add(out, "  ");
	atl_buf_pad(out,
	            atl_shape_scalar(atl_graph_shape(s->graph, id)) ? "scalar"
	                                                            : atl_buf_text(&shape),
	            9, false);
	atl_buf_add(out, "  ");
	if (a)
		atl_print_inline(out, a, &s->format,
		                 s->format.width > width + 20 ? s->format.width - width - 14 : 20);
	else
		atl_buf_add(out, "(no value)");
	atl_output_line(s, out);
	atl_buf_clear(&shape);
}

static void list_variables(atl_session *s)
{
	size_t width = 0;
	for (size_t i = 0; i < s->n_order; i++) {
		const atl_var *v = s->var[s->order[i]];
		const char *name = atl_symbols_text(s->symbols, v->name);
		size_t w = atl_text_width(name, strlen(name));
		if (atl_names_latest(v) && !v->weak && w > width)
			width = w;
	}
	for (size_t i = 0; i < s->n_order; i++) {
		const atl_var *v = s->var[s->order[i]];
		if (atl_names_latest(v) && !v->weak)
			list_variable(s, v, width);
	}
}

static void list_own(atl_session *s)
{
	atl_buf signature = { 0 };
	for (size_t i = 0; i < s->n_fn; i++) {
		if (!s->fn[i])
			continue;
		atl_buf_reset(&signature);
		atl_function_signature(s, s->fn[i], &signature);
		list_item(s, atl_buf_text(&signature), "");
	}
	atl_buf_clear(&signature);
}

static void list_all(atl_session *s)
{
	list_variables(s);
	list_own(s);
}

static void list_functions(atl_session *s)
{
	atl_buf signature = { 0 };
	list_own(s);
	for (size_t i = 0; i < atl_op_count(); i++) {
		const atl_op *op = atl_op_at(i);
		if (op->flags & ATL_OF_INTERNAL || !op->summary)
			continue;
		atl_buf_reset(&signature);
		atl_op_signature(op, &signature);
		list_item(s, atl_buf_text(&signature), op->summary);
	}
	for (size_t i = 0; i < atl_prelude_count; i++)
		list_item(s, atl_prelude_index[i].signature, atl_prelude_index[i].summary);
	atl_buf_clear(&signature);
}

static void list_systems(atl_session *s)
{
	for (const atl_system *const *sys = atl_systems(); *sys; sys++) {
		const char *lacks = atl_system_lacks(*sys, atl_eval_num(s->eval));
		list_item(s, (*sys)->name, lacks ? lacks : (*sys)->summary);
	}
}

/* As it would be set, without the `set`. */
static void put_setting(const atl_session *s, size_t i, atl_buf *out)
{
	atl_buf_reset(out);
	atl_buf_addf(out, "%s ", atl_setting_name(i));
	atl_setting_show(s, i, out);
}

static void list_settings(atl_session *s)
{
	atl_buf text = { 0 };
	size_t width = NAME_WIDTH;
	for (size_t i = 0; i < atl_setting_count(); i++) {
		put_setting(s, i, &text);
		width = text.len > width ? text.len : width;
	}
	for (size_t i = 0; i < atl_setting_count(); i++) {
		put_setting(s, i, &text);
		list_wide(s, atl_buf_text(&text), atl_setting_help(i), width);
	}
	atl_buf_clear(&text);
}

static const struct {
	const char *word;
	void (*run)(atl_session *);
} lists[] = {
	{ "variables", list_variables },
	{ "functions", list_functions },
	{ "systems", list_systems },
	{ "settings", list_settings },
};

atl_status atl_run_list(atl_session *s, const atl_tree *t, uint32_t node)
{
	if (t->node[node].n == 0) {
		list_all(s);
		return ATL_OK;
	}
	const atl_tree_node *n = &t->node[atl_tree_child(t, node, 0)];
	const char *word = n->sym ? atl_symbols_text(s->symbols, n->sym) : "";
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (!strcmp(word, lists[i].word)) {
			lists[i].run(s);
			return ATL_OK;
		}
	atl_diag_fail(&s->diag, ATL_KIND_NAME, n->span, "there is no list of \"%s\"", word);
	atl_diag_note(
	        &s->diag,
	        "there are: list, list variables, list functions, list systems, list settings");
	return ATL_ERROR;
}

/* ---- clear ---- */

/* What was bound stays in the graph for those who use it; the name is free. */
static atl_status clear_variable(atl_session *s, atl_var *v)
{
	if (!atl_names_latest(v))
		return ATL_OK;
	if (atl_undo_clear(s, v))
		return ATL_ERROR;
	memset(v->id, 0, v->n * sizeof *v->id);
	v->n_users = 0;
	return ATL_OK;
}

static atl_status clear_name(atl_session *s, const atl_tree_node *n)
{
	atl_var *v = atl_names_find(s, n->sym);
	if (atl_names_latest(v))
		return clear_variable(s, v);
	atl_function *f = atl_names_function(s, n->sym);
	if (f && !f->prelude)
		return atl_names_set_function(s, false, n->sym, NULL);
	return atl_unknown_name(s, n->sym, n->span);
}

atl_status atl_run_clear(atl_session *s, const atl_tree *t, uint32_t node)
{
	uint32_t n = t->node[node].n;
	for (uint32_t k = 0; k < n; k++)
		if (clear_name(s, &t->node[atl_tree_child(t, node, k)]))
			return ATL_ERROR;
	for (size_t i = 0; n == 0 && i < s->n_order; i++)
		if (clear_variable(s, s->var[s->order[i]]))
			return ATL_ERROR;
	return ATL_OK;
}
