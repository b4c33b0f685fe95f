/* SPDX-License-Identifier: GPL-3.0-or-later */
/* turns.c: folds what the turns of a loop repeat.
 *
 * A name that is bound once a turn cuts the forward table into pieces:
 *
 *     h~1 | v1 v2 h~2 | v3 v4 h~3 | ... | v19 v20 h
 *
 * Pieces alike that stand in a row are turns.  Of at least MIN_TURNS of them
 * the first two and the last two stay, and a FOLD step stands for the rest; so
 * it does for what these contribute and receive in the backward table.
 * Pieces are compared by a rolling hash, so that the time is linear. */
#include <string.h>
#include "trace/maker.h"

enum { MIN_TURNS = 6, SHOWN = 2 };

typedef struct turns {
	atl_maker *m;
	size_t n;            /* forward steps */
	uint64_t *prefix;    /* prefix[i]: hash of the keys of steps before i */
	uint64_t *power;
	uint32_t *previous;  /* the step with the same name before this one, as index + 1 */
	uint32_t *fold;      /* of forward steps: the turns of the fold it is in; 0: it stays */
	uint32_t *fold_id;   /* which fold, from 1 */
	bool *done;          /* of canonical symbols */
	uint32_t n_folds;
} turns;

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0xff51afd7ed558ccdu;
	return h ^ (h >> 32);
}

static atl_sym name_of(const turns *t, size_t i)
{
	atl_sym name = atl_maker_node(t->m, t->m->t->step[i].node)->name;
	return name ? atl_symbols_canon(t->m->b->symbols, name) : 0;
}

/* Steps of equal keys say the same about other operands. */
static uint64_t key_of(const turns *t, size_t i)
{
	const atl_step *s = &t->m->t->step[i];
	const atl_tree *rules = t->m->t->rules;
	uint64_t h = mix((uint64_t)s->kind, name_of(t, i));
	h = mix(h, (uint64_t)(uintptr_t)atl_maker_node(t->m, s->node)->op);
	h = mix(h, (uint64_t)(uintptr_t)atl_maker_node(t->m, s->node)->shape);
	if (s->rule == ATL_TREE_NONE)
		return h;
	for (uint32_t k = rules->node[s->rule].first; k <= s->rule; k++)
		h = mix(h, rules->node[k].kind * 256u + rules->node[k].op);
	return h;
}

static const uint64_t BASE = 0x9e3779b97f4a7c15u;

static uint64_t hash_of(const turns *t, size_t from, size_t to)
{
	return t->prefix[to] - t->prefix[from] * t->power[to - from];
}

/* Whether the piece (a, b] repeats in (b, c]. */
static bool alike(const turns *t, size_t a, size_t b, size_t c)
{
	return b - a == c - b && hash_of(t, a + 1, b + 1) == hash_of(t, b + 1, c + 1);
}

static void hide(turns *t, size_t from, size_t to, uint32_t count)
{
	for (size_t i = from; i <= to; i++)
		if (t->fold[i])
			return; /* within another loop's fold */
	t->n_folds++;
	for (size_t i = from; i <= to; i++) {
		t->fold[i] = count;
		t->fold_id[i] = t->n_folds;
	}
}

/* Whether the `length` steps that end in a repeat in those that end in b. */
static bool ends_alike(const turns *t, size_t a, size_t b, size_t length)
{
	return a + 1 >= length && hash_of(t, a + 1 - length, a + 1) == hash_of(t, b + 1 - length, b + 1);
}

/* position[0..n): where a name's bindings stand.  Finds its turns, from the last one back. */
static void fold_name(turns *t, const uint32_t *position, size_t n)
{
	size_t last = n - 1;
	while (last >= MIN_TURNS - 1) {
		size_t first = last; /* pieces first..last are alike; piece k ends in position[k] */
		while (first >= 2 &&
		       alike(t, position[first - 2], position[first - 1], position[first]))
			first--;
		size_t length = position[last] - (size_t)position[last - 1];
		/* the first turn begins where nothing cuts: look whether it is alike */
		size_t count = last - first + 1;
		if (first >= 1 && last > first && ends_alike(t, position[first - 1], position[first], length)) {
			first--;
			count++;
		}
		if (count >= MIN_TURNS)
			hide(t, (size_t)position[first + SHOWN - 1] + 1, position[last - SHOWN],
			     (uint32_t)(count - 2 * SHOWN));
		if (first == 0)
			return;
		last = first - 1;
	}
}

static atl_status find_folds(turns *t)
{
	uint32_t *position = atl_malloc((t->n + 1) * sizeof *position);
	if (!position)
		return atl_diag_nomem(t->m->diag);
	/* the name bound last in a loop's body ends a turn, so it goes first */
	for (size_t i = t->n; i-- > 0;) {
		atl_sym name = name_of(t, i);
		if (!name || t->done[name])
			continue;
		t->done[name] = true;
		size_t n = 0;
		for (size_t k = i + 1; k; k = t->previous[k - 1])
			position[n++] = (uint32_t)k - 1;
		for (size_t a = 0, b = n - 1; a < b; a++, b--) {
			uint32_t swap = position[a];
			position[a] = position[b];
			position[b] = swap;
		}
		if (n >= MIN_TURNS)
			fold_name(t, position, n);
	}
	atl_free(position);
	return ATL_OK;
}

static atl_status prepare(turns *t)
{
	size_t n = t->n + 1, symbols = atl_symbols_count(t->m->b->symbols) + 1;
	t->prefix = atl_calloc(n, sizeof *t->prefix);
	t->power = atl_calloc(n, sizeof *t->power);
	t->previous = atl_calloc(n, sizeof *t->previous);
	t->fold = atl_calloc(n, sizeof *t->fold);
	t->fold_id = atl_calloc(n, sizeof *t->fold_id);
	t->done = atl_calloc(symbols, sizeof *t->done);
	uint32_t *newest = atl_calloc(symbols, sizeof *newest);
	bool good = t->prefix && t->power && t->previous && t->fold && t->fold_id && t->done &&
		    newest;
	if (good)
		t->power[0] = 1;
	for (size_t i = 0; good && i < t->n; i++) {
		t->prefix[i + 1] = t->prefix[i] * BASE + key_of(t, i);
		t->power[i + 1] = t->power[i] * BASE;
		atl_sym name = name_of(t, i);
		t->previous[i] = name ? newest[name] : 0;
		newest[name] = (uint32_t)i + 1;
	}
	atl_free(newest);
	return good ? ATL_OK : atl_diag_nomem(t->m->diag);
}

/* ---- the steps that stay ---- */

/* The fold a step belongs to: its own node's; one of several contributions also its consumer's. */
static uint32_t fold_of(const turns *t, const atl_step *s, uint32_t *count)
{
	const atl_maker *m = t->m;
	for (int k = 0; k < (s->kind == ATL_STEP_CONTRIBUTION ? 2 : 1); k++) {
		atl_id id = k ? s->from : s->node;
		uint32_t row = id && id <= m->y ? m->row_of[id] : 0;
		if (row && t->fold[row - 1]) {
			*count = t->fold[row - 1];
			return t->fold_id[row - 1];
		}
	}
	return 0;
}

/* What the SUM at the end adds: the steps before it that are about the same node. */
static uint32_t addends(const atl_trace *tr, size_t end, atl_id node)
{
	uint32_t n = 0;
	while (end > tr->forward && tr->step[end - 1].node == node)
		n++, end--;
	return n;
}

/* Says of every step which fold it would be in. */
static void mark_steps(turns *t)
{
	atl_trace *tr = t->m->t;
	for (size_t i = 0; i < tr->n; i++)
		tr->step[i].fold_id = fold_of(t, &tr->step[i], &tr->step[i].fold);
}

/* Keeps the order; a FOLD's node is the one whose contributions it stands for, or 0. */
static void fold_steps(turns *t)
{
	atl_trace *tr = t->m->t;
	size_t kept = 0, n = tr->n, end_forward = tr->forward;
	uint32_t open = 0;
	tr->forward = 0;
	for (size_t i = 0; i < n; i++) {
		atl_step s = tr->step[i];
		uint32_t count = 0, fold = fold_of(t, &s, &count);
		atl_id about = fold && t->fold[t->m->row_of[s.node] - 1] ? 0 : s.node;
		if (i == end_forward) {
			tr->forward = kept;
			open = 0;
		}
		if (fold) {
			atl_array_unref(s.value);
			if (fold == open && tr->step[kept - 1].node == about)
				continue;
			s = (atl_step){ .kind = ATL_STEP_FOLD, .rule = ATL_TREE_NONE,
					.node = about, .count = count };
		} else if (s.kind == ATL_STEP_SUM) {
			s.count = addends(tr, kept, s.node);
		}
		open = fold;
		tr->step[kept++] = s;
	}
	tr->n = kept;
}

atl_status atl_maker_fold(atl_maker *m)
{
	turns t = { .m = m, .n = m->t->forward };
	atl_status status = prepare(&t);
	if (!status)
		status = find_folds(&t);
	if (!status && t.n_folds && m->req->mark_folds)
		mark_steps(&t);
	else if (!status && t.n_folds)
		fold_steps(&t);
	atl_free(t.prefix);
	atl_free(t.power);
	atl_free(t.previous);
	atl_free(t.fold);
	atl_free(t.fold_id);
	atl_free(t.done);
	return status;
}
