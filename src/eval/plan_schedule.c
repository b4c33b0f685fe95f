/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_schedule.c: which terms are run together, and in which order.
 *
 * Each term gets a level: that of its operands in the same group, and one more
 * than that of all others.  The terms of a level that go entry by entry over
 * the same number of entries are a group.  A path from one of them to another
 * that leaves the group raises the level on its way, so there is none: a group
 * can be run as one loop.  Then what only one later group reads moves there,
 * so that it needs no memory.
 *
 * A large product that only one group reads, entry for entry, becomes its first
 * member: the group goes over each piece of it while it is warm. */
#include "eval/plan_impl.h"

#include <stdlib.h>
#include "base/mem.h"

/* From the last term to the first; operands stand before. */
void atl_plan_mark_live(atl_plan *p)
{
	for (size_t i = 0; i < p->n_inputs; i++)
		p->term[p->input[i].next].live = p->term[p->input[i].now].live = true;
	for (size_t i = 0; i < p->n_wants; i++)
		p->term[p->want[i]].live = true;
	for (size_t i = p->n; i-- > 1;)
		for (uint32_t k = 0; p->term[i].live && k < p->term[i].n_in; k++)
			p->term[atl_plan_in(p, &p->term[i])[k]].live = true;
}

/* Whether t reads o in a register when both are on one level. */
static bool joins(const atl_term *t, const atl_term *o)
{
	return t->group && t->group == o->group && atl_term_entrywise(o);
}

/* A sum is run with what it sums. */
static size_t group_of(const atl_plan *p, const atl_term *t)
{
	bool sums = t->code == ATL_CODE_SUM || t->code == ATL_CODE_SUMS;
	const atl_term *summed = sums ? &p->term[*atl_plan_in(p, t)] : NULL;
	if (summed)
		return atl_term_entrywise(summed) ? summed->group : 0;
	return atl_term_entrywise(t) && t->n >= ATL_PLAN_MANY ? t->n : 0;
}

static void find_levels(atl_plan *p)
{
	for (size_t i = 1; i < p->n; i++) {
		atl_term *t = &p->term[i];
		t->group = group_of(p, t);
		for (uint32_t k = 0; t->live && k < t->n_in; k++) {
			const atl_term *o = &p->term[atl_plan_in(p, t)[k]];
			bool computed = atl_term_computed(&p->term[atl_plan_root(p, atl_plan_in(p, t)[k])]);
			bool same = joins(t, o) || t->code == ATL_CODE_VIEW || !computed;
			uint32_t level = o->level + !same;
			t->level = level > t->level ? level : t->level;
		}
	}
}

/* The level of a term's users so far; fixed: they are not all of one group. */
typedef struct pull {
	uint32_t level;
	bool used, fixed;
} pull;

static void sink(atl_plan *p, pull *by)
{
	for (size_t i = 0; i < p->n_inputs; i++)
		by[p->input[i].next].fixed = true;
	for (size_t i = 0; i < p->n_wants; i++)
		by[p->want[i]].fixed = true;
	for (size_t i = p->n; i-- > 1;) {
		atl_term *t = &p->term[i];
		if (!t->live)
			continue;
		if (t->group && atl_term_entrywise(t) && by[i].level > t->level && !by[i].fixed)
			t->level = by[i].level;
		for (uint32_t k = 0; k < t->n_in; k++) {
			uint32_t o = atl_plan_in(p, t)[k];
			by[o].fixed |= !joins(t, &p->term[o]) || (by[o].used && by[o].level != t->level);
			by[o].used = true;
			by[o].level = t->level;
		}
	}
}

/* ---- products into groups ---- */

static bool in_group(const atl_term *t, const atl_term *product)
{
	return t->group == product->n && t->level > product->level && (atl_term_entrywise(t) || t->code == ATL_CODE_SUMS);
}

/* The term of the one group that reads a product, and is where it would be; 0: there is none. */
static uint32_t only_reader(const atl_plan *p, uint32_t product)
{
	uint32_t reader = 0;
	for (uint32_t i = product + 1; i < p->n; i++) {
		const atl_term *t = &p->term[i];
		for (uint32_t k = 0; t->live && k < t->n_in; k++) {
			if (atl_plan_root(p, atl_plan_in(p, t)[k]) != product)
				continue;
			bool direct = atl_plan_in(p, t)[k] == product && t->code != ATL_CODE_SUMS && in_group(t, &p->term[product]);
			if (!direct || (reader && p->term[reader].level != t->level))
				return 0;
			reader = i;
		}
	}
	for (size_t i = 0; i < p->n_inputs; i++)
		reader = p->input[i].next == product ? 0 : reader;
	for (size_t i = 0; i < p->n_wants; i++)
		reader = atl_plan_root(p, p->want[i]) == product ? 0 : reader;
	return reader;
}

/* Whether the reader's group can go piece by piece: it sums no more than parts of
 * rows, and has no product yet. */
static bool takes_pieces(const atl_plan *p, const atl_term *product, const atl_term *reader)
{
	size_t row = (size_t)product->shape->dim[1];
	for (size_t i = 1; i < p->n; i++) {
		const atl_term *t = &p->term[i];
		if (!t->live || t->group != reader->group || t->level != reader->level)
			continue;
		if (t->code == ATL_CODE_SUM || t->code == ATL_CODE_PRODUCT)
			return false;
		if (t->code == ATL_CODE_SUMS && row % (t->group / t->n))
			return false;
	}
	return true;
}

static void join_products(atl_plan *p)
{
	for (uint32_t i = (uint32_t)p->n; i-- > 1;) {
		atl_term *t = &p->term[i];
		if (!t->live || t->code != ATL_CODE_PRODUCT || !atl_plan_pieces(p, t, atl_float64_pieces))
			continue;
		uint32_t reader = only_reader(p, i);
		if (reader && takes_pieces(p, t, &p->term[reader])) {
			t->group = t->n;
			t->level = p->term[reader].level;
		}
	}
}

/* ---- the order ---- */

/* A group begins with its product. */
typedef struct place {
	uint32_t level, index;
	bool member;
	size_t group;
} place;

static int by_level(const void *a, const void *b)
{
	const place *x = a, *y = b;
	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->group && x->member != y->member)
		return x->member ? 1 : -1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Without groups the terms stay in the order of the nodes. */
static void sort(const atl_plan *p, place *at, size_t n)
{
	bool groups = false;
	for (size_t i = 0; i < n; i++)
		groups |= at[i].group != 0;
	if (groups)
		qsort(at, n, sizeof *at, by_level);
	for (size_t i = 0; i < n; i++)
		p->order[i] = at[i].index;
}

static void cut_into_steps(atl_plan *p, const place *at)
{
	for (size_t i = 0; i < p->n_order; i++) {
		bool goes_on = i > 0 && at[i].group && at[i].group == at[i - 1].group && at[i].level == at[i - 1].level;
		if (!goes_on)
			p->step[p->n_steps++] = (atl_plan_step){ (uint32_t)i, (uint32_t)i, 0 };
		p->step[p->n_steps - 1].to++;
		p->term[p->order[i]].step = (uint32_t)p->n_steps - 1;
	}
}

/* A level for each term, the final ones when what is light is where it is read. */
static bool settle_levels(atl_plan *p)
{
	pull *by = atl_calloc(p->n, sizeof *by);
	if (by) {
		find_levels(p);
		sink(p, by);
	}
	atl_free(by);
	return by != NULL;
}

bool atl_plan_schedule(atl_plan *p)
{
	bool fine = settle_levels(p) && atl_plan_repeat_light(p) && settle_levels(p);
	place *at = atl_malloc(p->n * sizeof *at);
	p->order = atl_malloc(p->n * sizeof *p->order);
	p->step = atl_malloc(p->n * sizeof *p->step);
	fine = fine && at && p->order && p->step;
	if (fine) {
		join_products(p);
		for (uint32_t i = 1; i < p->n; i++) {
			const atl_term *t = &p->term[i];
			if (t->live && atl_term_computed(t))
				at[p->n_order++] = (place){ t->level, i, t->code != ATL_CODE_PRODUCT, t->group };
		}
		sort(p, at, p->n_order);
		cut_into_steps(p, at);
	}
	atl_free(at);
	return fine && atl_plan_slice(p);
}
