/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scratch.h: a graph, its values and a few names, for tests that need no session. */
#ifndef ATL_TESTS_SCRATCH_H
#define ATL_TESTS_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "eval/eval.h"
#include "graph/build.h"
#include "lang/reader.h"

enum { SCRATCH_NAMES = 64 };

typedef struct scratch {
	atl_symbols *symbols;
	atl_sources *sources;
	atl_graph *graph;
	atl_eval *eval;
	atl_num num;
	atl_diag diag;
	atl_host host;
	atl_builder builder;
	struct { atl_sym name; atl_id id; uint32_t turns; } var[SCRATCH_NAMES];
	unsigned n;
	int64_t draws;
} scratch;

static inline int scratch_find(scratch *s, atl_sym name)
{
	for (unsigned i = 0; i < s->n; i++)
		if (atl_symbols_canon(s->symbols, s->var[i].name) == atl_symbols_canon(s->symbols, name))
			return (int)i;
	return -1;
}

static inline atl_id scratch_lookup(void *host, atl_sym name, atl_span span)
{
	scratch *s = host;
	int i = scratch_find(s, name);
	if (i >= 0)
		return s->var[i].id;
	(void)atl_diag_fail(&s->diag, ATL_KIND_NAME, span, "unknown name");
	return 0;
}

static inline bool scratch_is_variable(void *host, atl_sym name)
{
	return scratch_find(host, name) >= 0;
}

static inline bool scratch_is_function(void *host, atl_sym name)
{
	(void)host;
	(void)name;
	return false;
}

static inline const atl_array *scratch_read(void *host, atl_id id, const char *why, atl_span span)
{
	scratch *s = host;
	(void)why;
	(void)span;
	return atl_eval_want(s->eval, &id, 1, &s->diag) ? NULL : atl_eval_get(s->eval, id);
}

static inline const atl_array *scratch_known(void *host, atl_id id)
{
	return scratch_read(host, id, NULL, (atl_span){ 0, 0 });
}

static inline void scratch_note(void *host, atl_span span, const char *text)
{
	(void)host;
	(void)span;
	(void)text;
}

static inline int64_t scratch_draw(void *host)
{
	return ((scratch *)host)->draws++;
}

static inline const char *scratch_nearest(void *host, const char *name, bool function)
{
	(void)host;
	(void)name;
	(void)function;
	return NULL;
}

static inline void scratch_open(scratch *s, const char *system)
{
	memset(s, 0, sizeof *s);
	s->symbols = atl_symbols_new();
	s->sources = atl_sources_new();
	s->graph = atl_graph_new();
	assert_true(s->symbols && s->sources && s->graph);
	assert_true(atl_system_find(&s->num, system, strlen(system)));
	s->eval = atl_eval_new(s->graph, s->symbols, s->sources, &s->num);
	assert_non_null(s->eval);
	s->host = (atl_host){ .lookup = scratch_lookup, .is_variable = scratch_is_variable,
			      .is_function = scratch_is_function, .read = scratch_read,
			      .known = scratch_known,			      .note = scratch_note, .draw = scratch_draw, .nearest = scratch_nearest };
	s->builder = (atl_builder){ .graph = s->graph, .symbols = s->symbols, .sources = s->sources,
				    .diag = &s->diag, .host = &s->host, .host_data = s };
	assert_int_equal(atl_builder_init(&s->builder), ATL_OK);
}

static inline void scratch_close(scratch *s)
{
	atl_builder_clear(&s->builder);
	atl_eval_free(s->eval);
	atl_graph_free(s->graph);
	atl_sources_free(s->sources);
	atl_symbols_free(s->symbols);
	atl_diag_clear(&s->diag);
}

/* The node of an expression; fails the test when there is none. */
static inline atl_id scratch_build(scratch *s, const char *text)
{
	atl_tree *tree = atl_read_expression(s->sources, s->symbols, NULL, text, strlen(text), &s->diag);
	if (!tree)
		fail_msg("%s: %s", text, s->diag.message);
	atl_id id = atl_build_tree(&s->builder, tree, tree->root);
	if (!id)
		fail_msg("%s: %s", text, s->diag.message);
	atl_tree_unref(tree);
	return id;
}

/* name = text, as a session binds it. */
static inline atl_id scratch_define(scratch *s, const char *name, const char *text)
{
	atl_id since = atl_graph_last(s->graph);
	atl_id id = scratch_build(s, text);
	if (!(atl_graph_node(s->graph, id)->flags & ATL_NF_OPEN))
		id = atl_build_input(&s->builder, id, NULL);
	atl_sym sym = atl_symbols_intern(s->symbols, name, strlen(name));
	int i = scratch_find(s, sym);
	if (i < 0) {
		assert_true(s->n < SCRATCH_NAMES);
		i = (int)s->n++;
		s->var[i].name = sym;
	}
	id = atl_graph_name(s->graph, id, sym, ++s->var[i].turns, since, (atl_span){ 0, 0 });
	assert_true(id != 0);
	s->var[i].id = id;
	return id;
}

#endif
