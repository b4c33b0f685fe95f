/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_memory.c: where each term's entries are.
 *
 * Walks along the steps with a list of the arena's gaps: a term takes the
 * first gap that it fits into, and gives its place back after the last step
 * that reads it.  What a step makes never lies where it reads. */
#include "eval/plan_impl.h"

#include <string.h>
#include "base/mem.h"

enum { LINE = 8 }; /* entries of a cache line: what is longer begins with one */

typedef struct gap { size_t at, n; } gap;

typedef struct memory {
	atl_plan *p;
	gap *gap;      /* in order, never touching each other */
	size_t n, cap;
	uint32_t *dies; /* terms by their last step: heads of lists, */
	uint32_t *next; /* and what follows */
} memory;

static size_t room(size_t n)
{
	return n < LINE ? n : (n + LINE - 1) / LINE * LINE;
}

/* Where n entries at a gap begin: on a line, or inside one. */
static size_t aligned(size_t at, size_t n)
{
	return n < LINE ? at : (at + LINE - 1) / LINE * LINE;
}

static bool insert_gap(memory *m, size_t i, gap g)
{
	if (!atl_grow(&m->gap, &m->cap, m->n + 1, sizeof *m->gap))
		return false;
	memmove(m->gap + i + 1, m->gap + i, (m->n - i) * sizeof *m->gap);
	m->gap[i] = g;
	m->n++;
	return true;
}

static void remove_gap(memory *m, size_t i)
{
	memmove(m->gap + i, m->gap + i + 1, (--m->n - i) * sizeof *m->gap);
}

static bool take(memory *m, size_t n, size_t *at)
{
	n = room(n);
	size_t i = 0;
	*at = 0;
	if (n == 0)
		return true;
	while (i < m->n && aligned(m->gap[i].at, n) + n > m->gap[i].at + m->gap[i].n)
		i++;
	if (i == m->n) {
		*at = aligned(m->p->arena, n);
		size_t before = m->p->arena;
		m->p->arena = *at + n;
		return *at == before || insert_gap(m, i, (gap){ before, *at - before });
	}
	gap g = m->gap[i];
	*at = aligned(g.at, n);
	size_t left = *at - g.at, right = g.at + g.n - *at - n;
	m->gap[i].n = left;
	if (right && !insert_gap(m, i + 1, (gap){ *at + n, right }))
		return false;
	if (!left)
		remove_gap(m, i);
	return true;
}

/* Gap i and the one behind it are one where they touch. */
static void join_gaps(memory *m, size_t i)
{
	if (i + 1 >= m->n || m->gap[i].at + m->gap[i].n < m->gap[i + 1].at)
		return;
	m->gap[i].n += m->gap[i + 1].n;
	remove_gap(m, i + 1);
}

static bool give_back(memory *m, size_t at, size_t n)
{
	size_t i = 0;
	if (n == 0)
		return true;
	while (i < m->n && m->gap[i].at < at)
		i++;
	if (!insert_gap(m, i, (gap){ at, room(n) }))
		return false;
	join_gaps(m, i);
	if (i > 0)
		join_gaps(m, i - 1);
	return true;
}

/* ---- lives ---- */

static void read_by(atl_plan *p, uint32_t index, uint32_t step)
{
	atl_term *t = &p->term[atl_plan_root(p, index)];
	if (step > t->last)
		t->last = step;
}

static void find_lives(atl_plan *p, bool results)
{
	for (size_t i = 0; i < p->n_order; i++) {
		const atl_term *t = &p->term[p->order[i]];
		read_by(p, p->order[i], t->step);
		for (uint32_t k = 0; k < t->n_in; k++)
			read_by(p, atl_plan_in(p, t)[k], t->step);
	}
	for (size_t i = 0; i < p->n_wants && !results; i++)
		read_by(p, p->want[i], UINT32_MAX);
}

/* Only members of its own group read it; then it is in a register of theirs. */
static void find_registers(atl_plan *p, bool *outside)
{
	for (size_t i = 0; i < p->n_order; i++) {
		const atl_term *t = &p->term[p->order[i]];
		for (uint32_t k = 0; k < t->n_in; k++) {
			uint32_t o = atl_plan_in(p, t)[k];
			outside[atl_plan_root(p, o)] |= p->term[o].code == ATL_CODE_VIEW || p->term[o].step != t->step || p->term[o].part != t->part;
		}
	}
	for (size_t i = 0; i < p->n_wants; i++)
		outside[p->want[i]] = true;
}

/* A group's product that the group reads from where the pieces are made. */
static bool passes(const atl_plan *p, const atl_term *t)
{
	return t->code == ATL_CODE_PRODUCT && atl_plan_pieces(p, t, atl_float64_passes);
}

static void find_homes(atl_plan *p, bool results, const bool *outside)
{
	for (uint32_t i = 1; i < p->n; i++) {
		atl_term *t = &p->term[i];
		bool in_register = !outside[i] && t->group && (atl_term_entrywise(t) || passes(p, t));
		if (t->code == ATL_CODE_VIEW) {
			t->home = ATL_HOME_VIEW;
			t->at = *atl_plan_in(p, t);
		} else if (t->code == ATL_CODE_LEAF || t->code == ATL_CODE_NUMBER) {
			t->home = ATL_HOME_OUTSIDE;
		} else if (t->live && atl_term_computed(t) && !in_register) {
			t->home = ATL_HOME_ARENA;
		}
	}
	for (size_t i = 0; i < p->n_inputs; i++) {
		p->term[p->input[i].now].home = ATL_HOME_NOW;
		p->term[p->input[i].now].at = i;
		p->term[p->input[i].next].home = ATL_HOME_NEXT;
		p->term[p->input[i].next].at = i;
	}
	for (size_t i = 0; i < p->n_wants && results; i++) {
		p->term[p->want[i]].home = ATL_HOME_RESULT;
		p->term[p->want[i]].at = i;
	}
}

/* ---- the walk ---- */

static bool place_step(memory *m, uint32_t step)
{
	atl_plan *p = m->p;
	for (uint32_t k = p->step[step].from; k < p->step[step].to; k++) {
		atl_term *t = &p->term[p->order[k]];
		if (t->home != ATL_HOME_ARENA)
			continue;
		if (!take(m, t->n, &t->at))
			return false;
		if (t->last == UINT32_MAX)
			continue;
		m->next[p->order[k]] = m->dies[t->last];
		m->dies[t->last] = p->order[k];
	}
	for (uint32_t i = m->dies[step]; i; i = m->next[i])
		if (!give_back(m, p->term[i].at, p->term[i].n))
			return false;
	return true;
}

bool atl_plan_place(atl_plan *p, bool results)
{
	memory m = { .p = p, .dies = atl_calloc(p->n_steps + 1, sizeof *m.dies), .next = atl_calloc(p->n, sizeof *m.next) };
	bool *outside = atl_calloc(p->n, sizeof *outside);
	bool fine = m.dies && m.next && outside;
	if (fine) {
		find_lives(p, results);
		find_registers(p, outside);
		find_homes(p, results, outside);
	}
	for (uint32_t step = 0; step < p->n_steps && fine; step++)
		fine = place_step(&m, step);
	atl_free(m.gap);
	atl_free(m.dies);
	atl_free(m.next);
	atl_free(outside);
	return fine;
}
