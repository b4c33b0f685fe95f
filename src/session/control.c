/* SPDX-License-Identifier: GPL-3.0-or-later */
/* control.c: blocks, if, for, while, repeat.
 *
 * At top level a condition is read once and leaves nothing behind.  In a call
 * it is read by the builder's host and so becomes a guard of what is built
 * (SEMANTICS 7).  The turns of a loop that are done stay done when a later
 * one fails, and the error says so (SEMANTICS 4). */
#include <limits.h>
#include "session/state.h"

#include <string.h>
#include "base/mem.h"

enum { SMALL_BLOCK = 16 };

static atl_status run_all(atl_session *s, const atl_tree *t, const uint32_t *child, uint32_t n)
{
	for (uint32_t i = 0; i < n && !s->quit; i++)
		if (atl_run_statement(s, t, child[i]))
			return ATL_ERROR;
	return ATL_OK;
}

atl_status atl_run_block(atl_session *s, const atl_tree *t, uint32_t node)
{
	uint32_t n = t->node[node].n, small[SMALL_BLOCK], *child = small;
	if (s->blocks >= ATL_MAX_BLOCKS)
		return atl_diag_fail(&s->diag, ATL_KIND_LIMIT, t->node[node].span,
		                     "blocks go more than %d deep", ATL_MAX_BLOCKS);
	if (n > SMALL_BLOCK && !(child = atl_malloc(n * sizeof *child)))
		return atl_diag_nomem(&s->diag);
	atl_tree_children(t, node, child);
	s->blocks++;
	atl_status status = run_all(s, t, child, n);
	s->blocks--;
	if (child != small)
		atl_free(child);
	return status;
}

/* The value of an expression that control depends on; NULL after a diagnostic.
 * At top level atl_atom_drop() must follow. */
static const atl_array *read_control(atl_session *s, const atl_tree *t, uint32_t node,
                                     const char *why)
{
	atl_span span = t->node[node].span;
	if (!s->frame) {
		atl_atom_begin(s, span);
		const atl_array *a = atl_atom_eval(s, t, node);
		if (!a)
			atl_atom_fail(s);
		return a;
	}
	atl_id id = atl_build_tree(&s->builder, t, node);
	return id ? s->host.read(s, id, why, span) : NULL;
}

static void done_reading(atl_session *s)
{
	if (!s->frame)
		atl_atom_drop(s);
}

static atl_status read_truth(atl_session *s, const atl_tree *t, uint32_t node, const char *why,
                             bool *truth)
{
	const atl_array *a = read_control(s, t, node, why);
	if (!a)
		return ATL_ERROR;
	atl_status status = atl_atom_truth(s, a, t->node[node].span, truth);
	done_reading(s);
	return status;
}

/* condition, block, [condition, block]..., [block] */
static atl_status run_branches(atl_session *s, const atl_tree *t, const uint32_t *child, uint32_t n)
{
	for (uint32_t i = 0; i + 1 < n; i += 2) {
		bool truth;
		if (read_truth(s, t, child[i], "the branch of an if", &truth))
			return ATL_ERROR;
		if (truth)
			return atl_run_block(s, t, child[i + 1]);
	}
	return n % 2 ? atl_run_block(s, t, child[n - 1]) : ATL_OK;
}

atl_status atl_run_if(atl_session *s, const atl_tree *t, uint32_t node)
{
	uint32_t n = t->node[node].n;
	uint32_t *child = atl_malloc(n * sizeof *child);
	if (!child)
		return atl_diag_nomem(&s->diag);
	atl_tree_children(t, node, child);
	atl_status status = run_branches(s, t, child, n);
	atl_free(child);
	return status;
}

/* ---- loops ---- */

typedef struct loop {
	const atl_tree *tree;
	uint32_t node, body;
	const char *word;
	uint64_t turn;              /* from 1; of the one that runs */
	const atl_tree *outer_tree; /* what the session had */
	uint32_t outer_body;
	bool outer_first;
	uint32_t condition;         /* of a while; else ATL_TREE_NONE */
	atl_var *counter;           /* of a for at top level */
	atl_kept *kept;             /* the body as a plan; NULL: it has none */
} loop;

static loop loop_begin(atl_session *s, const atl_tree *t, uint32_t node, const char *word)
{
	loop l = { .tree = t,
		   .node = node,
		   .body = node - 1,
		   .word = word,
		   .outer_tree = s->loop_tree,
		   .outer_body = s->loop_body,
		   .outer_first = s->first_turn,
		   .condition = ATL_TREE_NONE };
	if (!s->loops++)
		s->loop_noted = false;
	return l;
}

static atl_status loop_end(atl_session *s, const loop *l, atl_status status)
{
	if (l->kept && atl_kept_end(s, l->kept))
		status = ATL_ERROR;
	s->loops--;
	s->loop_tree = l->outer_tree;
	s->loop_body = l->outer_body;
	s->first_turn = l->outer_first;
	if (s->frame)
		s->frame->n_values = 0;
	return status;
}

/* In which turn it happened, and what stays. */
static atl_status tell_turn(atl_session *s, const loop *l)
{
	const char *line = atl_diag_line(&s->diag, s->sources, l->tree->node[l->node].span);
	unsigned long turn = (unsigned long)l->turn;
	atl_buf text = { 0 };
	atl_buf_addf(&text, "in turn %lu of %s%s%s%s", turn, l->word, *line ? " (" : "", line,
	             *line ? ")" : "");
	if (!s->frame && turn == 2)
		atl_buf_add(&text, "; the one before it stays");
	else if (!s->frame && turn > 2)
		atl_buf_addf(&text, "; the %lu before it stay", turn - 1);
	atl_diag_note(&s->diag, "%s", atl_buf_text(&text));
	atl_buf_clear(&text);
	return ATL_ERROR;
}

/* The same for what comes before the body of the next turn: its condition, its value. */
static atl_status tell_next_turn(atl_session *s, loop *l)
{
	l->turn++;
	if (l->turn == 1 && s->diag.kind != ATL_KIND_INTERRUPT)
		return ATL_ERROR; /* it never began */
	return tell_turn(s, l);
}

static atl_status loop_turn(atl_session *s, loop *l)
{
	l->turn++;
	s->first_turn = l->turn == 1;
	s->loop_tree = l->tree;
	s->loop_body = l->body;
	if (atl_atom_poll(s))
		return tell_turn(s, l);
	if (l->turn == 2)
		l->kept = atl_kept_begin(s, l->tree, l->body, l->condition, l->counter);
	if (l->kept ? atl_kept_turn(s, l->kept) : atl_run_block(s, l->tree, l->body))
		return tell_turn(s, l);
	if (!l->kept && !s->frame && !s->calls)
		atl_atom_tidy(s);
	return ATL_OK;
}

atl_status atl_run_while(atl_session *s, const atl_tree *t, uint32_t node)
{
	loop l = loop_begin(s, t, node, "while");
	l.condition = t->node[node - 1].first - 1;
	for (;;) {
		bool truth;
		if (!(l.kept && atl_kept_condition(l.kept, &truth)) &&
		    read_truth(s, t, l.condition, "the condition of a while", &truth))
			return loop_end(s, &l, tell_next_turn(s, &l));
		if (!truth || s->quit)
			return loop_end(s, &l, ATL_OK);
		if (loop_turn(s, &l))
			return loop_end(s, &l, ATL_ERROR);
	}
}

static atl_status read_count(atl_session *s, const atl_tree *t, uint32_t node, long *count)
{
	const atl_array *a = read_control(s, t, node, "the count of a repeat");
	if (!a)
		return ATL_ERROR;
	const bool scalar = atl_shape_scalar(&a->shape);
	const bool whole = scalar && a->sys->get_si(count, a->data);
	const bool endless = scalar && a->sys->get_double(a->data) >= (double)LONG_MAX;
	done_reading(s);
	if (whole && *count >= 0)
		return ATL_OK;
	if (endless) {
		atl_diag_fail(&s->diag, ATL_KIND_LIMIT, t->node[node].span, "the count of a repeat is past 2^63");
		atl_diag_note(&s->diag, "while 1 { ... } goes on until it is interrupted");
		return ATL_ERROR;
	}
	return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, t->node[node].span,
	                     "the count of a repeat must be a whole number that is not negative");
}

atl_status atl_run_repeat(atl_session *s, const atl_tree *t, uint32_t node)
{
	long count;
	if (read_count(s, t, t->node[node - 1].first - 1, &count))
		return ATL_ERROR;
	loop l = loop_begin(s, t, node, "repeat");
	for (long i = 0; i < count && !s->quit; i++)
		if (loop_turn(s, &l))
			return loop_end(s, &l, ATL_ERROR);
	return loop_end(s, &l, ATL_OK);
}

/* ---- for ---- */

/* The values of a `for`: the entries of a vector, the rows of a matrix. */
typedef struct series {
	const atl_array *all;
	atl_num num;     /* of the system that `all` is in */
	atl_shape shape; /* of one */
	size_t size, n;  /* entries of one; how many */
} series;

static series series_of(const atl_session *s, const atl_array *all)
{
	series v = { .all = atl_array_ref(all),
		     .num = *atl_eval_num(s->eval),
		     .shape = ATL_SCALAR,
		     .size = 1 };
	const atl_shape *whole = &all->shape;
	if (all->n && whole->dim[0] > 1 && all->n > (size_t)whole->dim[0]) {
		v.shape = *whole;
		v.shape.dim[0] = 1;
		if (whole->rank > 2) {
			v.shape.rank--;
			memmove(v.shape.dim, whole->dim + 1,
			        (size_t)v.shape.rank * sizeof *whole->dim);
			v.shape.dim[v.shape.rank] = 0;
		}
		v.size = all->n / (size_t)whole->dim[0];
	}
	v.n = all->n / v.size;
	return v;
}

static atl_id series_at(atl_session *s, series *v, size_t i)
{
	atl_array *one = atl_array_new(&v->shape, &v->num);
	if (!one || v->all->sys->copy(one->data, atl_array_at(v->all, i * v->size), 1, v->size) !=
	                    ATL_FINE) {
		atl_array_unref(one);
		atl_diag_nomem(&s->diag);
		return 0;
	}
	atl_id id = atl_atom_constant(s, one);
	atl_array_unref(one);
	return id;
}

/* The counter's earlier values are no bindings that can be typed. */
static atl_status bind_counter(atl_session *s, atl_sym sym, atl_id id, bool first)
{
	if (!id)
		return ATL_ERROR;
	if (s->frame)
		return atl_names_bind_local(s, sym, id);
	atl_var *v = atl_names_find(s, sym);
	if (!first && v && v->counter)
		return atl_names_rebind_last(s, v, id);
	if (atl_names_bind(s, sym, id))
		return ATL_ERROR;
	atl_names_find(s, sym)->counter = true;
	return ATL_OK;
}

static atl_status next_value(atl_session *s, const loop *l, series *v, size_t i)
{
	const atl_tree_node *n = &l->tree->node[l->node];
	if (l->kept)
		return atl_kept_count(s, l->kept, atl_array_at(v->all, i * v->size));
	if (s->frame)
		return bind_counter(s, n->sym, series_at(s, v, i), i == 0);
	atl_atom_begin(s, n->span);
	if (bind_counter(s, n->sym, series_at(s, v, i), i == 0)) {
		atl_atom_fail(s);
		return ATL_ERROR;
	}
	atl_atom_keep(s);
	return ATL_OK;
}

atl_status atl_run_for(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_array *all =
	        read_control(s, t, t->node[node - 1].first - 1, "the range of a for");
	if (!all)
		return ATL_ERROR;
	series v = series_of(s, all);
	done_reading(s);
	loop l = loop_begin(s, t, node, "for");
	atl_status status = ATL_OK;
	for (size_t i = 0; i < v.n && !status && !s->quit; i++) {
		status = next_value(s, &l, &v, i) ? tell_next_turn(s, &l) : loop_turn(s, &l);
		l.counter = s->frame ? NULL : atl_names_find(s, t->node[node].sym);
	}
	atl_array_unref((atl_array *)(uintptr_t)v.all); /* the reference taken above */
	return loop_end(s, &l, status);
}
