/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_terms.c: the terms of a plan that is being made, and a table of them.
 * Equal terms are found again, so what a rule built a second time, or what a
 * hidden body and a rule both have, is computed once. */
#include "eval/plan_impl.h"

#include <string.h>
#include "base/mem.h"

static uint64_t mix(uint64_t h, uint64_t v)
{
	h ^= v + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
	return h * 0xff51afd7ed558ccdu;
}

static uint64_t hash(const atl_term *t, const uint32_t *in)
{
	uint64_t bits;
	memcpy(&bits, &t->number, sizeof bits);
	uint64_t h = mix(mix(t->code, t->fn), bits);
	h = mix(h, (uint64_t)(uintptr_t)t->shape);
	for (uint32_t k = 0; k < t->n_in; k++)
		h = mix(h, 2u * in[k] + (k < 2 && t->turned[k]));
	return h ^ (h >> 29);
}

static bool equal(const atl_plan *p, const atl_term *a, const atl_term *t, const uint32_t *in)
{
	return a->code == t->code && a->fn == t->fn && a->shape == t->shape && a->n_in == t->n_in &&
	       !memcmp(&a->number, &t->number, sizeof a->number) && a->turned[0] == t->turned[0] &&
	       a->turned[1] == t->turned[1] && (!t->n_in || !memcmp(atl_plan_in(p, a), in, t->n_in * sizeof *in));
}

/* Whether two terms of this kind are one when their operands are. */
static bool is_shared(const atl_term *t)
{
	return t->code != ATL_CODE_LEAF && t->code != ATL_CODE_INPUT && t->code != ATL_CODE_KERNEL;
}

static void insert(atl_terms *terms, uint32_t index)
{
	const atl_term *t = &terms->plan->term[index];
	uint32_t *head = &terms->bucket[hash(t, atl_plan_in(terms->plan, t)) & (terms->n_buckets - 1)];
	terms->chain[index] = *head;
	*head = index;
}

static bool grow(atl_terms *terms)
{
	size_t bigger = terms->n_buckets ? 2 * terms->n_buckets : 64;
	uint32_t *bucket = atl_calloc(bigger, sizeof *bucket);
	if (!bucket)
		return false;
	atl_free(terms->bucket);
	terms->bucket = bucket;
	terms->n_buckets = bigger;
	for (uint32_t i = 1; i < terms->plan->n; i++)
		insert(terms, i);
	return true;
}

bool atl_terms_open(atl_terms *terms, atl_plan *p)
{
	*terms = (atl_terms){ .plan = p };
	if (!atl_grow(&p->term, &p->cap, 1, sizeof *p->term))
		return false;
	p->term[0] = (atl_term){ 0 };
	p->n = 1;
	return grow(terms);
}

void atl_terms_close(atl_terms *terms)
{
	atl_free(terms->bucket);
	atl_free(terms->chain);
}

uint32_t atl_terms_find(const atl_terms *terms, const atl_term *t, const uint32_t *in)
{
	uint32_t i = terms->n_buckets && is_shared(t) ? terms->bucket[hash(t, in) & (terms->n_buckets - 1)] : 0;
	while (i && !equal(terms->plan, &terms->plan->term[i], t, in))
		i = terms->chain[i];
	return i;
}

uint32_t atl_terms_add_new(atl_terms *terms, atl_term t, const uint32_t *in)
{
	atl_plan *p = terms->plan;
	if ((p->n >= terms->n_buckets && !grow(terms)) || !atl_grow(&p->term, &p->cap, p->n + 1, sizeof *p->term) ||
	    !atl_grow(&terms->chain, &terms->cap_chain, p->n + 1, sizeof *terms->chain) ||
	    !atl_grow(&p->in, &p->cap_in, p->n_in + t.n_in + 1, sizeof *p->in))
		return 0;
	uint32_t index = (uint32_t)p->n++;
	t.in = (uint32_t)p->n_in;
	t.n = atl_shape_count(t.shape);
	for (uint32_t k = 0; k < t.n_in; k++)
		p->in[p->n_in++] = in[k];
	p->term[index] = t;
	insert(terms, index);
	return index;
}

/* The product of the dimensions from d down to which all are kept (or all are
 * repeated); dimensions of 1 are both. */
static size_t dims_together(const atl_shape *from, const atl_shape *to, int *d, bool kept)
{
	size_t n = 1;
	for (; *d >= 0 && (to->dim[*d] == 1 || (from->dim[*d] == to->dim[*d]) == kept); --*d)
		n *= (size_t)to->dim[*d];
	return n;
}

bool atl_plan_spread(atl_spread *s, const atl_shape *from, const atl_shape *to)
{
	int d = to->rank - 1;
	if (from->rank != to->rank || atl_shape_count(to) == 0)
		return false;
	s->run = dims_together(from, to, &d, true);
	s->chunk = s->run * dims_together(from, to, &d, false);
	s->turns = dims_together(from, to, &d, true);
	(void)dims_together(from, to, &d, false);
	return d < 0;
}
