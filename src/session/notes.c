/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notes.c: words to the user that are no errors. */
#include "session/state.h"

#include <string.h>
#include "base/mem.h"
#include "graph/derive.h"

void atl_note(atl_session *s, atl_span at, const char *format, ...)
{
	va_list args;
	atl_place place;
	if (s->options.quiet)
		return;
	atl_buf text = { 0 }, line = { 0 };
	va_start(args, format);
	atl_buf_vaddf(&text, format, args);
	va_end(args);
	bool placed = at.lo && atl_sources_find(s->sources, at.lo, &place);
	if (atl_output_json(s)) {
		atl_buf_add(&line, "{\"note\":");
		atl_print_json_string(&line, atl_buf_text(&text), text.len);
		if (placed)
			atl_buf_addf(&line, ",\"line\":%u,\"column\":%u", place.line, place.column);
		atl_buf_addc(&line, '}');
	} else {
		atl_buf_addf(&line, "note: %s", atl_buf_text(&text));
		if (placed && !s->options.interactive && place.name)
			atl_buf_addf(&line, " (%s:%u)", place.name, place.line);
		else if (placed && !s->options.interactive)
			atl_buf_addf(&line, " (line %u)", place.line);
	}
	atl_output_err_line(s, &line);
	atl_buf_clear(&text);
	atl_buf_clear(&line);
}

/* Before a new binding of v: which names still use the one there is. */
void atl_note_rebound(atl_session *s, const atl_var *v)
{
	atl_buf names = { 0 };
	uint32_t found = 0, known = v->n_users < ATL_MAX_USERS ? v->n_users : ATL_MAX_USERS;
	for (uint32_t i = 0; i < known; i++) {
		const atl_var *user = atl_names_find(s, v->user[i].name);
		if (!v->user[i].id || atl_names_latest(user) != v->user[i].id)
			continue;
		atl_buf_addf(&names, "%s\"%s\"", found ? ", " : "",
		             atl_symbols_text(s->symbols, user->name));
		found++;
	}
	if (found && v->n_users > ATL_MAX_USERS)
		atl_buf_add(&names, " and others");
	if (found) {
		const char *name = atl_symbols_text(s->symbols, v->name);
		bool input = atl_graph_node(s->graph, atl_names_latest(v))->flags & ATL_NF_INPUT;
		bool many = found > 1 || v->n_users > ATL_MAX_USERS;
		if (input)
			atl_note(s, s->at,
			         "%s still use%s the earlier \"%s\"; `%s <- ...` would change it "
			         "there too",
			         atl_buf_text(&names), many ? "" : "s", name, name);
		else
			atl_note(s, s->at, "%s still use%s the earlier \"%s\"",
			         atl_buf_text(&names), many ? "" : "s", name);
	}
	atl_buf_clear(&names);
}

static bool follows(const atl_session *s, atl_id id, atl_sym input_name)
{
	atl_id input = atl_names_latest(atl_names_find(s, input_name));
	return input && input != id && atl_depends(s->graph, id, input);
}

/* A definition in a loop's body that depends on an input which the body updates. */
void atl_note_follows(atl_session *s, atl_sym name, atl_id id)
{
	const atl_tree *t = s->loop_tree;
	if (!t || atl_graph_node(s->graph, id)->flags & ATL_NF_INPUT)
		return;
	for (uint32_t i = t->node[s->loop_body].first; i < s->loop_body; i++) {
		if (t->node[i].kind != ATL_T_UPDATE)
			continue;
		for (uint32_t k = 0; k < t->node[i].count; k++) {
			uint32_t target = atl_tree_child(t, i, k);
			uint32_t base = t->node[target].kind == ATL_T_INDEX ? t->node[target].first
			                                                    : target;
			if (t->node[base].kind != ATL_T_NAME || !follows(s, id, t->node[base].sym))
				continue;
			const char *text = atl_symbols_text(s->symbols, name);
			atl_note(s, s->at,
			         "\"%s\" is a formula and follows \"%s\", which this loop updates; "
			         "%s = value(...) keeps the number of now",
			         text, atl_symbols_text(s->symbols, t->node[base].sym), text);
			s->loop_noted = true;
			return;
		}
	}
}

/* A name that is bound to what reads it, again and again: the graph grows. */
void atl_note_successor(atl_session *s, atl_var *v)
{
	if (++v->successors <= ATL_MANY_REBINDINGS || v->many_noted)
		return;
	v->many_noted = true;
	const char *name = atl_symbols_text(s->symbols, v->name);
	atl_note(s, s->at,
	         "\"%s\" has been bound to its own successor more than %d times, and each binding "
	         "stays in "
	         "the graph; `%s <- ...` stores a number instead",
	         name, ATL_MANY_REBINDINGS, name);
}
