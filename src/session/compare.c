/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.c: compare [named|full] E in SYSTEM, ... [wrt NAME, ...]. */
#include "print/compare.h"
#include "base/mem.h"
#include "session/state.h"

#include <string.h>

typedef struct request {
	uint32_t *child;     /* of the statement */
	uint32_t e;          /* which one is the expression */
	uint32_t systems, wrt; /* how many stand behind it */
	bool full, named;
	atl_num *num;
	const char **name;
	atl_id *target;
} request;

static void read_words(const atl_session *s, const atl_tree *t, const atl_tree_node *n, request *r)
{
	for (; r->e < n->n && t->node[r->child[r->e]].kind == ATL_T_WORD; r->e++) {
		const char *word = atl_symbols_text(s->symbols, t->node[r->child[r->e]].sym);
		r->full |= !strcmp(word, "full");
		r->named |= !strcmp(word, "named");
	}
	r->systems = n->count;
	r->wrt = n->n - n->count - r->e - 1;
}

static atl_status no_system(atl_session *s, const char *text, atl_span at)
{
	atl_nearest near = { 0 };
	atl_diag_fail(&s->diag, ATL_KIND_NAME, at, "\"%s\" is no number system", text);
	for (const atl_system *const *sys = atl_systems(); *sys; sys++)
		atl_nearest_try(&near, text, (*sys)->name);
	if (near.best && !strncmp(text, near.best, strlen(near.best)))
		atl_diag_note(&s->diag, "\"%s\" is one, but not with this behind it", near.best);
	else if (near.best)
		atl_diag_note(&s->diag, "did you mean \"%s\"?", near.best);
	else
		atl_diag_note(&s->diag, "`list systems` shows those there are");
	return ATL_ERROR;
}

static atl_status find_systems(atl_session *s, const atl_tree *t, request *r)
{
	for (uint32_t k = 0; k < r->systems; k++) {
		atl_span at = t->node[r->child[r->e + 1 + k]].span;
		const char *text = atl_output_source(s, at, 60);
		r->num[k] = *atl_eval_num(s->eval);
		r->name[k] = text;
		if (!atl_system_find(&r->num[k], text, strlen(text)))
			return no_system(s, text, at);
		for (uint32_t j = 0; j < k; j++)
			if (!strcmp(r->name[j], text))
				return atl_diag_fail(&s->diag, ATL_KIND_NAME, at,
				                     "\"%s\" is compared with itself", text);
	}
	return ATL_OK;
}

static void print(atl_session *s, const atl_compare *c, bool full)
{
	atl_format format = s->format;
	atl_buf *out = &s->line;
	format.full |= full;
	atl_buf_reset(out);
	if (atl_output_json(s))
		atl_print_compare_json(out, c, &format);
	else
		atl_print_compare_text(out, c, &format);
	if (out->len && out->p[out->len - 1] == '\n')
		atl_buf_cut(out, out->len - 1);
	atl_output_line(s, out);
}

static atl_status make(atl_session *s, const atl_tree *t, request *r)
{
	atl_compare *c = NULL;
	uint32_t e = r->child[r->e];
	if (find_systems(s, t, r))
		return ATL_ERROR;
	atl_compare_request ask = {
		.trace = { .wrt = r->target, .n_wrt = r->wrt, .full = r->full, .named = r->named,
		           .span = t->node[e].span },
		.name = r->name, .num = r->num, .n = r->systems
	};
	ask.trace.y = atl_build_tree(&s->builder, t, e);
	if (!ask.trace.y ||
	    atl_find_targets(s, t, r->child + r->e + 1 + r->systems, r->wrt, r->target))
		return ATL_ERROR;
	atl_atom_guard(s, s->guard); /* the guards of what was just built are set */
	if (atl_compare_make(&c, &s->builder, s->eval, &ask, &s->diag))
		return ATL_ERROR;
	print(s, c, r->full);
	atl_compare_free(c);
	return atl_atom_poll(s);
}

atl_status atl_run_compare(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	request r = { .child = atl_malloc((n->n + 1u) * sizeof *r.child),
	              .num = atl_calloc(n->n, sizeof *r.num),
	              .name = atl_calloc(n->n, sizeof *r.name),
	              .target = atl_calloc(n->n, sizeof *r.target) };
	atl_status status = ATL_ERROR;
	if (r.child && r.num && r.name && r.target) {
		atl_tree_children(t, node, r.child);
		read_words(s, t, n, &r);
		atl_atom_begin(s, n->span);
		status = make(s, t, &r);
		if (status)
			atl_atom_fail(s);
		else
			atl_atom_drop(s);
	} else {
		atl_diag_nomem(&s->diag);
	}
	atl_free(r.child);
	atl_free(r.num);
	atl_free(r.name);
	atl_free(r.target);
	return status;
}
