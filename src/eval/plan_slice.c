/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_slice.c: steps that are run slice by slice.
 *
 * Steps over arrays that no cache holds read from memory what an earlier one wrote there.
 * Where some dimensions run through all of them, an index of these is a slice of each array
 * that depends on no other slice: all steps are done for some slices, which stay in
 * a cache, before the next.  So is a softmax for some of its lanes, and a normalisation over
 * a batch of pictures for one channel.
 *
 *     a step          what is not sliced and needs none of it: before
 *     step            slices: the members that fit the dimensions, in their order
 *       part
 *       part
 *     a step          what needs some of it: after, and looked at again
 *
 * The first step over a large array that is left says which dimensions there are; those
 * that take most entries along are taken. */
#include "eval/plan_impl.h"

#include <string.h>
#include "base/mem.h"

enum {
	LARGE = 1 << 15, /* entries from which an array is one that a step might leave no room for */
	FEWEST = 8,      /* slices */
	WINDOW = 64,     /* steps that are looked at together */
	OPERANDS = ATL_SLICE_OPERANDS
};

typedef enum side { BEFORE, INSIDE, AFTER } side;

typedef struct slicer {
	atl_plan *p;
	uint8_t *side;          /* by term; of what is settled BEFORE */
	uint32_t *left, *next;  /* terms in steps that are left; those after a slicing */
	atl_plan_step *steps, *next_steps;
	size_t n_steps;
	uint32_t *order;        /* what is settled */
	atl_plan_step *step;
	size_t n_order, n_done;
} slicer;

/* ---- what fits ---- */

bool atl_plan_split(const atl_slicing *s, const atl_shape *shape, size_t *outer, size_t *inner)
{
	*outer = *inner = 1;
	if (shape->rank != s->rank)
		return false;
	for (int d = 0; d < shape->rank; d++) {
		if (d < s->from)
			*outer *= (size_t)shape->dim[d];
		else if (d >= s->to)
			*inner *= (size_t)shape->dim[d];
		else if (shape->dim[d] != s->shape->dim[d])
			return false;
	}
	return true;
}

/* Whether slices of two shapes are the same entries. */
static bool same_slices(const atl_slicing *s, const atl_shape *a, const atl_shape *b)
{
	size_t outer[2], inner[2];
	return atl_plan_split(s, a, &outer[0], &inner[0]) && atl_plan_split(s, b, &outer[1], &inner[1]) &&
	       outer[0] == outer[1] && inner[0] == inner[1];
}

static bool has_slices(const atl_slicing *s, const atl_shape *shape)
{
	size_t outer, inner;
	return atl_plan_split(s, shape, &outer, &inner);
}

/* An operand that is made slice by slice, maybe under another shape. */
static bool operand_fits(const slicer *c, const atl_slicing *s, uint32_t o)
{
	uint32_t root = atl_plan_root(c->p, o);
	return c->side[root] != INSIDE || same_slices(s, c->p->term[o].shape, c->p->term[root].shape);
}

/* Kernels that take slices of the first dimensions alone. */
static bool kernel_fits(const slicer *c, const atl_slicing *s, const atl_term *t)
{
	const atl_node *n = atl_graph_node(c->p->graph, t->node);
	int64_t axis = n->n_attr ? *atl_graph_attr(c->p->graph, t->node) : 0;
	bool fits = t->n_in <= OPERANDS;
	for (uint32_t k = 0; k < t->n_in; k++)
		fits = fits && has_slices(s, c->p->term[atl_plan_in(c->p, t)[k]].shape);
	if (n->op->flags & ATL_OF_LANES)
		return fits && axis > 0 && (axis > s->to || (axis <= s->from && !strcmp(n->op->name, "sum"))) &&
		       (s->from == 0 || !strcmp(n->op->name, "sum"));
	return fits && n->op->flags & ATL_OF_IMAGES && s->from == 0 && s->to <= s->rank - 2;
}

static bool fits(const slicer *c, const atl_slicing *s, const atl_term *t)
{
	bool same = atl_term_entrywise(t) && t->code != ATL_CODE_SPREAD;
	if (!has_slices(s, t->shape))
		return false;
	for (uint32_t k = 0; k < t->n_in; k++) {
		uint32_t o = atl_plan_in(c->p, t)[k];
		if (!operand_fits(c, s, o))
			return false;
		bool inside = c->side[atl_plan_root(c->p, o)] == INSIDE;
		if (same && inside && !same_slices(s, t->shape, c->p->term[o].shape))
			return false;
		if (t->code == ATL_CODE_SPREAD && inside && !has_slices(s, c->p->term[o].shape))
			return false;
	}
	if (t->code == ATL_CODE_SUMS)
		return has_slices(s, c->p->term[*atl_plan_in(c->p, t)].shape) && *atl_graph_attr(c->p->graph, t->node) > s->to;
	return atl_term_entrywise(t) || (t->code == ATL_CODE_KERNEL && kernel_fits(c, s, t));
}

/* ---- which ---- */

static side side_of(const slicer *c, const atl_slicing *s, const atl_term *t, bool may_fit)
{
	bool inside = false, after = false;
	for (uint32_t k = 0; k < t->n_in; k++) {
		uint8_t of = c->side[atl_plan_root(c->p, atl_plan_in(c->p, t)[k])];
		inside |= of == INSIDE;
		after |= of == AFTER;
	}
	return may_fit && !after && fits(c, s, t) ? INSIDE : inside || after ? AFTER : BEFORE;
}

/* Entries of a group's member, before they are summed. */
static const atl_shape *full_shape(const slicer *c, const atl_term *t)
{
	return t->code == ATL_CODE_SUMS ? c->p->term[*atl_plan_in(c->p, t)].shape : t->shape;
}

/* The members of a large group stay together, and those of a product's; of a small one they may part.  What is inside has
 * the same slices.  Returns how many are inside. */
static uint32_t sort_out_step(slicer *c, const atl_slicing *s, const atl_plan_step *step)
{
	const atl_term *first = NULL;
	uint32_t n_inside = 0;
	bool after = false;
	for (uint32_t k = step->from; k < step->to; k++) {
		const atl_term *t = &c->p->term[c->left[k]];
		bool alike = !first || same_slices(s, full_shape(c, first), full_shape(c, t));
		c->side[c->left[k]] = (uint8_t)side_of(c, s, t, alike);
		if (c->side[c->left[k]] != INSIDE)
			continue;
		first = first ? first : t;
		n_inside++;
	}
	const atl_term *head = &c->p->term[c->left[step->from]];
	if (n_inside == step->to - step->from || (head->group < LARGE && head->code != ATL_CODE_PRODUCT))
		return n_inside;
	for (uint32_t k = step->from; k < step->to; k++)
		c->side[c->left[k]] = BEFORE;
	for (uint32_t k = step->from; k < step->to; k++)
		after |= side_of(c, s, &c->p->term[c->left[k]], false) == AFTER;
	for (uint32_t k = step->from; k < step->to; k++)
		c->side[c->left[k]] = after ? AFTER : BEFORE;
	return 0;
}

static size_t window_end(const slicer *c, size_t first)
{
	return c->n_steps - first < WINDOW ? c->n_steps : first + WINDOW;
}

/* Sorts the terms of the steps from `first` on; the entries of those inside, or 0 where there are
 * no two steps over large arrays. */
static size_t sort_out(slicer *c, const atl_slicing *s, size_t first)
{
	size_t entries = 0, large = 0, end = window_end(c, first);
	for (size_t i = first; i < end; i++)
		for (uint32_t k = c->steps[i].from; k < c->steps[i].to; k++)
			c->side[c->left[k]] = BEFORE;
	for (size_t i = first; i < end; i++) {
		const atl_term *t = &c->p->term[c->left[c->steps[i].from]];
		const atl_term *read = t->n_in ? &c->p->term[*atl_plan_in(c->p, t)] : t;
		uint32_t n = sort_out_step(c, s, &c->steps[i]);
		size_t most = n ? read->n > t->n && t->code == ATL_CODE_KERNEL ? read->n : t->n : 0;
		entries += n * most;
		large += most >= LARGE;
	}
	return large >= 2 ? entries : 0;
}

/* The dimensions of a shape that take most along; of equals those that begin first, and then the most. */
static bool choose(slicer *c, size_t first, const atl_shape *shape, atl_slicing *best)
{
	size_t most = 0;
	for (int from = 0; from < shape->rank; from++) {
		atl_slicing s = { .rank = shape->rank, .from = from, .shape = shape, .count = 1 };
		for (int to = from + 1; to <= shape->rank; to++) {
			s.to = to;
			s.count *= (size_t)shape->dim[to - 1];
			size_t entries = s.count < FEWEST ? 0 : sort_out(c, &s, first);
			if (entries > most || (entries && entries == most && from == best->from)) {
				most = entries;
				*best = s;
			}
		}
	}
	return most && sort_out(c, best, first);
}

/* ---- steps ---- */

static void emit(slicer *c, const uint32_t *term, uint32_t n, uint32_t slicing, uint32_t part)
{
	bool goes_on = slicing && c->n_done && c->step[c->n_done - 1].slicing == slicing;
	if (!n)
		return;
	if (!goes_on)
		c->step[c->n_done++] = (atl_plan_step){ (uint32_t)c->n_order, (uint32_t)c->n_order, slicing };
	for (uint32_t k = 0; k < n; k++) {
		c->p->term[term[k]].step = (uint32_t)c->n_done - 1;
		c->p->term[term[k]].part = part;
		c->order[c->n_order++] = term[k];
	}
	c->step[c->n_done - 1].to = (uint32_t)c->n_order;
}

/* The members of a step on one side, one after the other at `to`. */
static uint32_t pick(const slicer *c, size_t step, side which, uint32_t *to)
{
	uint32_t n = 0;
	for (uint32_t k = c->steps[step].from; k < c->steps[step].to; k++)
		if (c->side[c->left[k]] == which)
			to[n++] = c->left[k];
	return n;
}

/* What is after, and what was not looked at, is what is left. */
static void go_on(slicer *c, size_t first)
{
	size_t n_next = 0, n_steps = 0, end = window_end(c, first);
	for (size_t i = first; i < c->n_steps; i++) {
		uint32_t n = 0;
		if (i < end)
			n = pick(c, i, AFTER, c->next + n_next);
		for (uint32_t k = c->steps[i].from; k < c->steps[i].to; k++) {
			c->side[c->left[k]] = BEFORE;
			if (i >= end)
				c->next[n_next + n++] = c->left[k];
		}
		if (n)
			c->next_steps[n_steps++] = (atl_plan_step){ (uint32_t)n_next, (uint32_t)n_next + n, 0 };
		n_next += n;
	}
	memcpy(c->left, c->next, n_next * sizeof *c->next);
	memcpy(c->steps, c->next_steps, n_steps * sizeof *c->next_steps);
	c->n_steps = n_steps;
}

static bool slice(slicer *c, size_t first, const atl_slicing *s)
{
	atl_plan *p = c->p;
	uint32_t *some = c->next; /* not used until what is after is known */
	if (!atl_grow(&p->slicing, &p->cap_slicings, p->n_slicings + 1, sizeof *p->slicing))
		return false;
	p->slicing[p->n_slicings++] = *s;
	for (size_t i = first; i < window_end(c, first); i++)
		emit(c, some, pick(c, i, BEFORE, some), 0, 0);
	for (size_t i = first; i < window_end(c, first); i++)
		emit(c, some, pick(c, i, INSIDE, some), (uint32_t)p->n_slicings, (uint32_t)i);
	go_on(c, first);
	return true;
}

static bool slice_all(slicer *c)
{
	size_t at = 0;
	while (at < c->n_steps) {
		const atl_plan_step *s = &c->steps[at];
		const atl_term *t = &c->p->term[c->left[s->from]];
		atl_slicing best = { .from = -1 };
		if (t->group < LARGE || !choose(c, at, t->shape, &best)) {
			for (uint32_t k = s->from; k < s->to; k++)
				c->side[c->left[k]] = BEFORE;
			emit(c, c->left + s->from, s->to - s->from, 0, 0);
			at++;
			continue;
		}
		if (!slice(c, at, &best))
			return false;
		at = 0;
	}
	return true;
}

bool atl_plan_slice(atl_plan *p)
{
	slicer c = { .p = p, .side = atl_calloc(p->n, 1), .n_steps = p->n_steps };
	bool large = false;
	for (size_t i = 0; i < p->n_steps; i++)
		large |= p->term[p->order[p->step[i].from]].group >= LARGE;
	c.left = p->order;
	c.steps = p->step;
	c.next = atl_malloc(p->n * sizeof *c.next);
	c.next_steps = atl_malloc(p->n * sizeof *c.next_steps);
	c.order = atl_malloc(p->n * sizeof *c.order);
	c.step = atl_malloc(p->n * sizeof *c.step);
	bool fine = c.side && c.next && c.next_steps && c.order && c.step && (!large || slice_all(&c));
	if (fine && large) {
		p->order = c.order;
		p->step = c.step;
		p->n_order = c.n_order;
		p->n_steps = c.n_done;
		c.order = c.left;
		c.step = c.steps;
	}
	atl_free(c.side);
	atl_free(c.next);
	atl_free(c.next_steps);
	atl_free(c.order);
	atl_free(c.step);
	return fine;
}
