/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eval.c: which nodes are stale, and the walk that makes them fresh. */
#include <string.h>
#include "base/mem.h"
#include "eval/eval_impl.h"

atl_eval *atl_eval_new(const atl_graph *graph, const atl_symbols *symbols, const atl_sources *sources, const atl_num *num)
{
	atl_eval *e = atl_calloc(1, sizeof *e);
	if (!e)
		return NULL;
	e->graph = graph;
	e->symbols = symbols;
	e->sources = sources;
	e->num = *num;
	e->clock = 1;
	atl_eval_choose(e);
	return e;
}

static void drop_slots(atl_eval *e, size_t from)
{
	for (size_t i = from; i < e->n_slots; i++)
		atl_slot_clear(&e->slot[i]);
	if (from < e->n_slots)
		e->n_slots = from;
}

void atl_eval_free(atl_eval *e)
{
	if (!e)
		return;
	drop_slots(e, 0);
	for (size_t i = 0; i < e->n_stored; i++)
		atl_array_unref(e->stored[i].value);
	for (size_t i = 0; i < e->n_guards; i++)
		atl_array_unref(e->guard[i].value);
	atl_free(e->slot);
	atl_free(e->stored);
	atl_free(e->guard);
	atl_free(e->stack);
	atl_free(e->seen);
	atl_free(e);
}

const atl_num *atl_eval_num(const atl_eval *e) { return &e->num; }

void atl_eval_limit_seconds(atl_eval *e, double seconds) { e->num.limit_seconds = seconds; }

void atl_eval_start_clock(atl_eval *e)
{
	double ns = e->num.limit_seconds * 1e9;
	e->num.deadline = ns > 0 ? atl_num_clock() + (uint64_t)ns : 0;
}

static void forget_all(atl_eval *e)
{
	for (size_t i = 0; i < e->n_slots; i++) {
		atl_slot_clear(&e->slot[i]);
		e->slot[i].computed = e->slot[i].checked = 0;
	}
	e->clock++;
}

void atl_eval_set_num(atl_eval *e, const atl_num *num)
{
	forget_all(e);
	e->num = *num;
	atl_eval_choose(e);
}

void atl_eval_keep_nan(atl_eval *e, bool keep)
{
	e->num.ieee = keep;
	forget_all(e);
}

void atl_eval_redraw(atl_eval *e, uint64_t draw)
{
	e->num.redraw = draw;
	for (size_t i = 1; i < e->n_slots; i++)
		if (e->slot[i].holds && atl_graph_node(e->graph, (atl_id)i)->op->flags & ATL_OF_RANDOM) {
			atl_slot_clear(&e->slot[i]);
			e->slot[i].computed = 0;
		}
	e->clock++;
}

void atl_eval_set_plans(atl_eval *e, bool plans)
{
	e->no_plans = !plans;
}

atl_status atl_eval_reserve(atl_eval *e, atl_diag *diag)
{
	size_t need = (size_t)atl_graph_last(e->graph) + 1;
	if (e->n_slots >= need)
		return ATL_OK;
	if (!atl_grow(&e->slot, &e->cap_slots, need, sizeof *e->slot))
		return atl_diag_nomem(diag);
	memset(e->slot + e->n_slots, 0, (need - e->n_slots) * sizeof *e->slot);
	e->n_slots = need;
	return ATL_OK;
}

/* ---- what a node waits for ---- */

/* Its body or its operands, *n of them; what its guards read is before these. */
static const atl_id *operands(const atl_eval *e, atl_id id, const atl_node *node, uint32_t *n)
{
	if (node->body && !atl_eval_rounds_whole(e, id)) {
		*n = 1;
		return &node->body;
	}
	*n = node->flags & ATL_NF_INPUT && e->slot[id].stored ? 0 : node->n_in;
	return atl_graph_in(e->graph, id);
}

static void enter(const atl_eval *e, atl_id id, atl_frame *f)
{
	const atl_node *node = atl_graph_node(e->graph, id);
	f->id = id;
	f->guard = atl_eval_guard_of(e, node);
	f->in = operands(e, id, node, &f->left);
}

/* The next node that must be fresh before it; 0: no more. */
static atl_id next(const atl_eval *e, atl_frame *f)
{
	if (f->guard) {
		const atl_guard *guard = &e->guard[f->guard - 1];
		f->guard = guard->outer;
		return guard->read;
	}
	if (!f->left)
		return 0;
	f->left--;
	return *f->in++;
}

static bool is_stale(const atl_eval *e, atl_id id)
{
	const atl_slot *s = &e->slot[id];
	if (!s->holds || s->alone)
		return true;
	if (s->bits && (long)s->bits < e->num.precision && !s->stored)
		return true;
	if (s->stored && e->stored[s->stored - 1].changed > s->computed)
		return true;
	atl_frame f;
	enter(e, id, &f);
	for (atl_id d = next(e, &f); d; d = next(e, &f))
		if (e->slot[d].computed > s->computed)
			return true;
	return false;
}

/* Whether an entry is an enclosure, which a higher precision would make narrower. */
static bool is_enclosed(const atl_slot *s)
{
	const atl_array *a = s->holds == ATL_HOLDS_ARRAY ? s->array : NULL;
	for (size_t i = 0; a && a->sys->settled && i < a->n; i++)
		if (!a->sys->settled(atl_array_at(a, i), -1))
			return true;
	return false;
}

/* Constants, and names for others' values, do not. */
static bool takes_time(const atl_eval *e, atl_id id)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	return n->n_in && !n->body && !(n->flags & (ATL_NF_INPUT | ATL_NF_ALIAS));
}

static atl_status make_fresh(atl_eval *e, atl_id id, atl_diag *diag)
{
	atl_slot *s = &e->slot[id];
	if (is_stale(e, id)) {
		if (takes_time(e, id) && atl_num_stop(&e->num))
			return atl_eval_unable_error(e, id, ATL_STOPPED, diag);
		if (atl_eval_guards_hold(e, id, diag) || atl_eval_node(e, id, diag))
			return ATL_ERROR;
		s = &e->slot[id];
		s->computed = e->clock;
		s->alone = false;
		s->bits = is_enclosed(s) ? (unsigned)e->num.precision & ATL_SLOT_BITS : 0;
	}
	s->checked = e->clock;
	return ATL_OK;
}

/* Whether nothing below a node has to be looked at. */
static bool is_fresh(atl_eval *e, atl_id id)
{
	atl_slot *s = &e->slot[id];
	if (s->checked != e->clock && s->alone && s->holds && atl_eval_still_holds(e, id))
		s->checked = e->clock;
	return s->checked == e->clock;
}

/* Depth first with a stack of its own; the graph does not change meanwhile. */
static atl_status walk(atl_eval *e, atl_id target, atl_diag *diag)
{
	size_t depth = 0;
	if (is_fresh(e, target))
		return ATL_OK;
	if (!atl_grow(&e->stack, &e->cap_stack, 1, sizeof *e->stack))
		return atl_diag_nomem(diag);
	enter(e, target, &e->stack[depth++]);
	while (depth) {
		atl_frame *f = &e->stack[depth - 1];
		atl_id d = next(e, f);
		while (d && is_fresh(e, d))
			d = next(e, f);
		if (!d) {
			if (make_fresh(e, f->id, diag))
				return ATL_ERROR;
			depth--;
			continue;
		}
		if (!atl_grow(&e->stack, &e->cap_stack, depth + 1, sizeof *e->stack))
			return atl_diag_nomem(diag);
		enter(e, d, &e->stack[depth++]);
	}
	return ATL_OK;
}

static atl_status compute_once(atl_eval *e, const atl_id *id, size_t n, atl_diag *diag)
{
	e->undecided = false;
	if (atl_eval_cone(e, id, n))
		return ATL_OK;
	for (size_t i = 0; i < n; i++)
		if (walk(e, id[i], diag))
			return ATL_ERROR;
	return ATL_OK;
}

/* ---- certainty ---- */

static long bits_for(long digits)
{
	enum { GUARD = 40 };
	return (long)((double)digits * 3.3219280948873626) + GUARD;
}

/* Where a decision needs it the limit is the user's; many digits move it. */
static long limit_of(const atl_eval *e, long start)
{
	return e->limit_bits > start ? e->limit_bits : e->limit_bits ? 2 * start : 0;
}

/* The first entry whose digits are not all certain; NULL: they are. */
static const void *unsettled(const atl_eval *e, const atl_id *id, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const atl_array *a = e->slot[id[i]].array; /* numbers have no bits */
		for (size_t k = 0; e->slot[id[i]].bits && k < a->n; k++)
			if (!a->sys->settled(atl_array_at(a, k), e->digits))
				return atl_array_at(a, k);
	}
	return NULL;
}

/* What may be a short rational has no certain digit at all, and says so itself. */
static bool falls_short(const atl_eval *e, const void *x)
{
	for (long digits = e->digits / 2; x && digits > 0; digits /= 2)
		if (e->num.sys->settled(x, digits))
			return true;
	return false;
}

/* Raises e->num.precision until all is certain, or the limit is reached.  What
 * fails on the way has diagnostics of its own, since the caller's may hold
 * texts that are in use. */
static void raise_precision(atl_eval *e, const atl_id *id, size_t n, long limit)
{
	for (;;) {
		atl_diag trial = { 0 };
		bool failed = compute_once(e, id, n, &trial) != ATL_OK;
		atl_diag_clear(&trial);
		const void *open = failed ? NULL : unsettled(e, id, n);
		e->falls_short = falls_short(e, open);
		if (!(failed ? e->undecided : open != NULL) || e->num.precision >= limit)
			return;
		e->num.precision = e->num.precision > limit / 2 ? limit : 2 * e->num.precision;
		e->clock++;
	}
}

/* Values that came out at a higher precision stay; only e->num goes back. */
static atl_status compute_certain(atl_eval *e, const atl_id *id, size_t n, atl_diag *diag)
{
	long base = e->num.precision, start = bits_for(e->digits);
	if (start < base)
		start = base;
	e->num.precision = start;
	raise_precision(e, id, n, limit_of(e, start));
	atl_status status = compute_once(e, id, n, diag);
	if (status && e->undecided)
		atl_eval_tell_bits(e->num.precision, diag);
	e->num.precision = base;
	return status;
}

void atl_eval_set_certainty(atl_eval *e, long digits, long limit)
{
	e->digits = digits;
	e->limit_bits = limit;
	e->clock++;
}

bool atl_eval_short(const atl_eval *e) { return e->falls_short; }

long atl_eval_limit(const atl_eval *e) { return e->limit_bits; }

bool atl_eval_refine(atl_eval *e, const atl_id *id, size_t n, atl_diag *diag)
{
	long base = e->num.precision, bits = 0;
	for (size_t i = 0; i < n; i++)
		if (e->slot[id[i]].bits > bits)
			bits = e->slot[id[i]].bits;
	if (!bits || 2 * bits > limit_of(e, base))
		return false;
	e->num.precision = 2 * bits;
	e->clock++;
	e->falls_short = false;
	bool refined = !compute_once(e, id, n, diag);
	e->num.precision = base;
	return refined;
}

/* Their values, fresh. */
static atl_status compute(atl_eval *e, const atl_id *id, size_t n, atl_diag *diag)
{
	if (atl_eval_reserve(e, diag))
		return ATL_ERROR;
	if (e->num.sys->settled)
		return compute_certain(e, id, n, diag);
	e->falls_short = false;
	return compute_once(e, id, n, diag);
}

static atl_status box_all(const atl_eval *e, const atl_id *id, size_t n, atl_diag *diag)
{
	for (size_t i = 0; i < n; i++)
		if (!atl_eval_box(e, id[i]))
			return atl_diag_nomem(diag);
	return ATL_OK;
}

/* Whether a value has an entry of no value, and which is the first. */
static bool has_no_value(const atl_eval *e, const atl_slot *s, size_t *entry)
{
	*entry = s->holds == ATL_HOLDS_ARRAY ? atl_array_no_value(s->array) : 0;
	return s->holds == ATL_HOLDS_ARRAY ? *entry < s->array->n : e->num.sys->no_value(&s->number);
}

atl_status atl_eval_settle(atl_eval *e, const atl_id *id, size_t n, atl_diag *diag)
{
	size_t entry;
	if (compute(e, id, n, diag))
		return ATL_ERROR;
	for (size_t i = 0; i < n && !e->num.ieee; i++)
		if (has_no_value(e, &e->slot[id[i]], &entry))
			return atl_eval_no_value_error(e, id[i], entry, diag);
	return ATL_OK;
}

atl_status atl_eval_compute(atl_eval *e, const atl_id *id, size_t n, atl_diag *diag)
{
	return compute(e, id, n, diag) ? ATL_ERROR : box_all(e, id, n, diag);
}

atl_status atl_eval_want(atl_eval *e, const atl_id *id, size_t n, atl_diag *diag)
{
	return atl_eval_settle(e, id, n, diag) ? ATL_ERROR : box_all(e, id, n, diag);
}

const atl_array *atl_eval_get(const atl_eval *e, atl_id id)
{
	return id < e->n_slots && e->slot[id].checked == e->clock ? atl_eval_box(e, id) : NULL;
}

atl_id atl_eval_take_overflow(atl_eval *e)
{
	atl_id id = e->overflowed;
	e->overflowed = 0;
	return id;
}

/* ---- stored values ---- */

atl_status atl_eval_store(atl_eval *e, atl_id input, const atl_array *value, atl_span by, atl_diag *diag)
{
	if (atl_eval_reserve(e, diag))
		return ATL_ERROR;
	atl_slot *s = &e->slot[input];
	if (!s->stored) {
		if (!atl_grow(&e->stored, &e->cap_stored, e->n_stored + 1, sizeof *e->stored))
			return atl_diag_nomem(diag);
		e->stored[e->n_stored] = (atl_stored){ .id = input };
		s->stored = (uint32_t)++e->n_stored;
	}
	atl_stored *st = &e->stored[s->stored - 1];
	atl_array *own = atl_array_ref(value);
	atl_array_unref(st->value);
	st->value = own;
	st->by = by;
	st->changed = ++e->clock;
	return ATL_OK;
}

atl_eval *atl_eval_beside(const atl_eval *e, const atl_num *num, atl_diag *diag)
{
	atl_eval *other = atl_eval_new(e->graph, e->symbols, e->sources, num);
	if (!other) {
		atl_diag_nomem(diag);
		return NULL;
	}
	other->ignore_guards = true;
	for (size_t i = 0; i < e->n_stored; i++)
		if (atl_eval_store(other, e->stored[i].id, e->stored[i].value, e->stored[i].by, diag)) {
			atl_eval_free(other);
			return NULL;
		}
	return other;
}

const atl_array *atl_eval_stored(const atl_eval *e, atl_id input)
{
	return input < e->n_slots && e->slot[input].stored ? e->stored[e->slot[input].stored - 1].value : NULL;
}

const atl_array *atl_eval_stored_here(const atl_eval *e, atl_id input)
{
	const atl_array *stored = atl_eval_stored(e, input);
	return stored && stored->sys == e->num.sys && !stored->sys->sized ? stored : NULL;
}

atl_array *atl_eval_take(atl_eval *e, atl_id input)
{
	const atl_array *stored = atl_eval_stored_here(e, input);
	if (!stored)
		return NULL;
	atl_slot *s = &e->slot[input];
	if (s->holds == ATL_HOLDS_ARRAY && s->array == stored)
		atl_slot_clear(s);
	return stored->refs == 1 ? e->stored[s->stored - 1].value : NULL;
}

atl_span atl_eval_stored_by(const atl_eval *e, atl_id input)
{
	return atl_eval_stored(e, input) ? e->stored[e->slot[input].stored - 1].by : (atl_span){ 0, 0 };
}

static void remove_stored(atl_eval *e, uint32_t index)
{
	atl_array_unref(e->stored[index].value);
	e->slot[e->stored[index].id].stored = 0;
	e->stored[index] = e->stored[--e->n_stored];
	if (index < e->n_stored)
		e->slot[e->stored[index].id].stored = index + 1;
}

void atl_eval_unstore(atl_eval *e, atl_id input)
{
	if (!atl_eval_stored(e, input))
		return;
	remove_stored(e, e->slot[input].stored - 1);
	atl_slot_clear(&e->slot[input]);
	e->unstored = ++e->clock;
}

void atl_eval_keep_text(const atl_eval *e, atl_sweep *sweep)
{
	for (size_t i = 0; i < e->n_stored; i++)
		atl_sweep_keep(sweep, e->stored[i].by);
	for (size_t i = 0; i < e->n_guards; i++)
		atl_sweep_keep(sweep, e->guard[i].span);
}

/* ---- the graph was cut or slid down ---- */

void atl_eval_cut(atl_eval *e, atl_id last)
{
	for (size_t i = (size_t)last + 1; i < e->n_slots; i++)
		if (e->slot[i].stored)
			remove_stored(e, e->slot[i].stored - 1);
	drop_slots(e, (size_t)last + 1);
	/* guards that read what was cut belong to nodes that were cut with it */
	while (e->n_guards && e->guard[e->n_guards - 1].read > last)
		atl_array_unref(e->guard[--e->n_guards].value);
	if (e->overflowed > last)
		e->overflowed = 0;
}

void atl_eval_compact(atl_eval *e, const atl_id *remap, atl_id old_last)
{
	size_t kept = e->n_slots ? 1 : 0;
	for (atl_id id = 1; id <= old_last && id < e->n_slots; id++) {
		atl_slot s = e->slot[id];
		if (!remap[id]) {
			if (s.stored)
				remove_stored(e, s.stored - 1);
			atl_slot_clear(&s);
			continue;
		}
		if (s.stored)
			e->stored[s.stored - 1].id = remap[id];
		e->slot[remap[id]] = s;
		kept = (size_t)remap[id] + 1;
	}
	e->n_slots = kept;
	for (size_t i = 0; i < e->n_guards; i++)
		e->guard[i].read = e->guard[i].read <= old_last ? remap[e->guard[i].read] : 0;
	e->overflowed = 0;
}
