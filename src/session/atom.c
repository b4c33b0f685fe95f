/* SPDX-License-Identifier: GPL-3.0-or-later */
/* atom.c: the simple statement: all of it happens, or nothing.
 *
 *     begin   remember where the graph ends
 *     ...     build, evaluate
 *     keep    its nodes stay, since something was named
 *     drop    its nodes are cut off: a bare expression, or `<-`
 *     fail    the same after an error, and the draws are given back
 *
 * Between statements the graph is compacted when more of it is dead than alive. */
#include "session/state.h"

#include <string.h>
#include "base/mem.h"
#include "graph/show.h"

void atl_atom_begin(atl_session *s, atl_span at)
{
	atl_diag_reset(&s->diag);
	s->mark = atl_graph_last(s->graph);
	s->mark_draws = s->draws;
	s->mark_guards = atl_eval_guards(s->eval);
	s->at = at;
	s->guard = 0;
	s->guard_from = s->mark;
	s->passing = true;
	s->n_read = 0;
	s->n_pending = 0;
	s->ans_node = 0;
	s->instead = NULL;
	s->call_notes = 0;
}

static void flush_guard(atl_session *s)
{
	atl_id last = atl_graph_last(s->graph);
	if (s->guard)
		for (atl_id id = s->guard_from + 1; id <= last; id++)
			atl_graph_set_guard(s->graph, id, s->guard);
	s->guard_from = last;
}

void atl_atom_guard(atl_session *s, uint32_t guard)
{
	flush_guard(s);
	s->guard = guard;
}

/* Locals of kept calls can be typed as f~2.z. */
static void name_locals(atl_session *s)
{
	for (size_t i = 0; i < s->n_pending; i++) {
		const atl_pending *p = &s->pending[i];
		atl_var *v = p->name ? atl_names_intern(s, p->name) : NULL;
		if (!v || !atl_grow(&v->id, &v->cap, 1, sizeof *v->id))
			continue;
		v->weak = true;
		v->n = 1;
		v->id[0] = p->id;
	}
	atl_diag_reset(&s->diag); /* a local without a name is no error */
}

/* What became of a value that was too large: not every rounding and not every
 * system makes it infinite. */
static const char *after_overflow(const atl_session *s, atl_id id)
{
	const atl_array *a = atl_eval_get(s->eval, id);
	if (a && atl_array_no_value(a) < a->n)
		return "overflowed and has no value";
	for (size_t i = 0; a && i < a->n; i++)
		if (a->sys->infinite(atl_array_at(a, i)))
			return "overflowed and is infinite";
	return a ? "overflowed and stops at the largest number" : "overflowed";
}

/* One note a top-level statement, however often its loops turn. */
void atl_atom_tell_overflow(atl_session *s)
{
	atl_id id = atl_eval_take_overflow(s->eval);
	if (!id || s->overflow_epoch == s->epoch)
		return;
	atl_buf text = { 0 };
	atl_show_text(&text, s->graph, id, s->symbols);
	atl_note(s, atl_graph_node(s->graph, id)->span, "%s %s",
	         text.len && text.len < 60 ? text.p : "a value", after_overflow(s, id));
	atl_buf_clear(&text);
	s->overflow_epoch = s->epoch;
}

void atl_atom_keep(atl_session *s)
{
	flush_guard(s);
	atl_atom_tell_overflow(s);
	if (s->dump)
		atl_dump_atom(s);
	if (s->n_pending)
		name_locals(s);
	s->n_pending = 0;
}

/* What it would have added to the names. */
static void forget(atl_session *s)
{
	for (size_t i = s->n_pending; i-- > 0;)
		if (s->pending[i].fn)
			s->pending[i].fn->calls = s->pending[i].calls;
	s->n_pending = 0;
	s->guard = 0;
	s->ans_node = 0;
	s->instead = NULL;
}

void atl_atom_hold(atl_session *s)
{
	s->draws = s->mark_draws;
	forget(s);
}

static void cut(atl_session *s)
{
	forget(s);
	if (atl_graph_last(s->graph) > s->mark) {
		atl_graph_cut(s->graph, s->mark);
		atl_eval_cut(s->eval, s->mark);
	}
	atl_eval_cut_guards(s->eval, s->mark_guards);
}

void atl_atom_drop(atl_session *s)
{
	atl_atom_tell_overflow(s);
	if (s->dump)
		atl_dump_atom(s);
	cut(s);
}

void atl_atom_fail(atl_session *s)
{
	s->draws = s->mark_draws;
	cut(s);
}

/* ---- values ---- */

/* After eval has tried. */
static atl_status got(atl_session *s, atl_status status, const atl_id *id, size_t n)
{
	if (status) {
		atl_why_remember_value(s, id, n);
		return ATL_ERROR;
	}
	s->wanted = n == 1 ? id[0] : 0;
	if (atl_eval_short(s->eval) && s->short_epoch != s->epoch) {
		s->short_epoch = s->epoch;
		atl_note(s, s->at, "not all digits are certain: raise `set precision` and run again");
	}
	return ATL_OK;
}

atl_status atl_atom_want(atl_session *s, const atl_id *id, size_t n)
{
	return got(s, atl_eval_want(s->eval, id, n, &s->diag), id, n);
}

atl_status atl_atom_settle(atl_session *s, const atl_id *id, size_t n)
{
	return got(s, atl_eval_settle(s->eval, id, n, &s->diag), id, n);
}

const atl_array *atl_atom_value(atl_session *s, atl_id id)
{
	if (!id || atl_atom_want(s, &id, 1))
		return NULL;
	return atl_eval_get(s->eval, id);
}

const atl_array *atl_atom_eval(atl_session *s, const atl_tree *t, uint32_t node)
{
	return atl_atom_value(s, atl_build_tree(&s->builder, t, node));
}

/* A whole number is a literal; any other value is a stored array, kept in its
 * own system, that is made a constant by taking the flags of an input away. */
atl_id atl_atom_constant(atl_session *s, const atl_array *a)
{
	long whole;
	if (atl_shape_scalar(&a->shape) && a->sys->get_si(&whole, a->data))
		return atl_build_number(&s->builder, whole);
	atl_id id = atl_build_input(&s->builder, 0, &a->shape);
	if (!id || atl_eval_store(s->eval, id, a, s->at, &s->diag))
		return 0;
	atl_graph_set_flag(s->graph, id, ATL_NF_INPUT | ATL_NF_OPEN, false);
	return id;
}

atl_status atl_atom_truth(atl_session *s, const atl_array *a, atl_span span, bool *truth)
{
	int sign = 0;
	if (!a)
		return ATL_ERROR;
	if (!atl_shape_scalar(&a->shape)) {
		atl_diag_fail(&s->diag, ATL_KIND_SHAPE, span, "a condition must be a scalar");
		atl_diag_note(&s->diag, "all(...) and any(...) make one of an array");
		return ATL_ERROR;
	}
	if (a->sys->no_value(a->data))
		return atl_diag_fail(&s->diag, ATL_KIND_DOMAIN, span, "the condition has no value");
	while (a->sys->sgn(&sign, a->data) != ATL_FINE) {
		if (s->wanted && a == atl_eval_get(s->eval, s->wanted) &&
		    atl_eval_refine(s->eval, &s->wanted, 1, &s->diag) &&
		    (a = atl_eval_get(s->eval, s->wanted)))
			continue;
		return atl_eval_condition_error(s->eval, s->wanted, a->data, span, &s->diag);
	}
	*truth = sign != 0;
	return ATL_OK;
}

atl_status atl_atom_poll(atl_session *s)
{
	const atl_num *num = atl_eval_num(s->eval);
	if (atl_num_stop(num))
		return atl_eval_stop_error(num, "the statement", (atl_span){ 0, 0 }, &s->diag);
	return ATL_OK;
}

/* ---- compaction ---- */

enum { FEW_NODES = 4096 };

static void mark_roots(const atl_session *s, bool *mark)
{
	for (size_t i = 0; i < s->n_order; i++) {
		const atl_var *v = s->var[s->order[i]];
		if (!v->weak)
			mark[atl_names_latest(v)] = true;
	}
	atl_undo_mark(s, mark);
}

/* Marks all that a root needs and what the guards of that have read; returns how many those are. */
static atl_id mark_alive(const atl_session *s, bool *mark, atl_id last)
{
	atl_id alive = 0, before;
	mark_roots(s, mark);
	do {
		before = alive;
		alive = 0;
		atl_graph_ancestors(s->graph, mark);
		for (atl_id id = 1; id <= last; id++)
			alive += mark[id];
		if (atl_eval_guards(s->eval))
			atl_eval_guard_roots(s->eval, mark);
		else
			before = alive;
	} while (alive != before);
	return alive;
}

static void remap_names(atl_session *s, const atl_id *remap)
{
	for (size_t i = 0; i < s->n_order; i++) {
		atl_var *v = s->var[s->order[i]];
		for (uint32_t k = 0; k < v->n; k++)
			v->id[k] = remap[v->id[k]];
		for (uint32_t k = 0; k < v->n_users && k < ATL_MAX_USERS; k++)
			v->user[k].id = remap[v->user[k].id];
		v->stored_id = remap[v->stored_id];
	}
}

/* Without memory they stay as they are. */
static void compact_guards(atl_session *s)
{
	uint32_t *number = atl_malloc((atl_eval_guards(s->eval) + 1u) * sizeof *number);
	if (number) {
		atl_eval_compact_guards(s->eval, number);
		atl_graph_renumber_guards(s->graph, number);
	}
	atl_free(number);
}

static atl_id compact(atl_session *s, atl_id last, const bool *keep)
{
	atl_id *remap = atl_malloc((last + 1u) * sizeof *remap);
	if (!remap)
		return last;
	atl_graph_compact(s->graph, keep, remap);
	atl_eval_compact(s->eval, remap, last);
	remap_names(s, remap);
	atl_undo_remap(s, remap);
	atl_free(remap);
	if (atl_eval_guards(s->eval))
		compact_guards(s);
	s->mark = atl_graph_last(s->graph);
	return s->mark;
}

/* The next look is due when the graph has doubled, so looking costs a
 * constant a node.  Without memory the graph stays as it is. */
void atl_atom_tidy(atl_session *s)
{
	atl_forget_text(s);
	atl_id last = atl_graph_last(s->graph);
	if (last < s->compact_at || s->frame)
		return;
	bool *keep = atl_calloc(last + 1u, sizeof *keep);
	if (!keep)
		return;
	atl_id alive = mark_alive(s, keep, last);
	if (last - alive > alive && last - alive > FEW_NODES)
		last = compact(s, last, keep);
	atl_free(keep);
	s->compact_at = 2 * (last > FEW_NODES ? last : FEW_NODES);
}
