/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_impl.h: between the files that make a plan. */
#ifndef ATL_EVAL_PLAN_IMPL_H
#define ATL_EVAL_PLAN_IMPL_H

#include "eval/eval_impl.h"
#include "eval/plan.h"
#include "number/float64.h"

/* eval/plan_terms.c: a plan's terms, with a table over what they are. */
typedef struct atl_terms {
	atl_plan *plan;
	uint32_t *bucket; /* heads of chains */
	size_t n_buckets; /* a power of two */
	uint32_t *chain;  /* by term */
	size_t cap_chain;
} atl_terms;
bool atl_terms_open(atl_terms *, atl_plan *) ATL_MUST_CHECK;
void atl_terms_close(atl_terms *);
/* The index of an equal term; 0: there is none, or terms of its kind are never one. */
uint32_t atl_terms_find(const atl_terms *, const atl_term *, const uint32_t *in);
uint32_t atl_terms_add_new(atl_terms *, atl_term, const uint32_t *in) ATL_MUST_CHECK; /* 0 without memory */

/* eval/plan_lower.c: nodes to terms.  False: they have no plan, or diag says
 * what failed. */
bool atl_plan_lower(atl_plan *, atl_eval *, const atl_job *, atl_diag *) ATL_MUST_CHECK;
/* eval/plan_schedule.c: marks what stores and wanted values need. */
void atl_plan_mark_live(atl_plan *);
/* Terms to steps; false without memory. */
bool atl_plan_schedule(atl_plan *) ATL_MUST_CHECK;
/* eval/plan_slice.c: some steps to steps by slices; false without memory. */
bool atl_plan_slice(atl_plan *) ATL_MUST_CHECK;
/* Slice number i of an array is entries (o*count + i)*inner .. +inner for o < outer; false: it has none. */
bool atl_plan_split(const atl_slicing *, const atl_shape *, size_t *outer, size_t *inner) ATL_MUST_CHECK;
/* eval/plan_memory.c: a home for each term; false without memory. */
bool atl_plan_place(atl_plan *, bool results) ATL_MUST_CHECK;

/* Where a spread entry comes from: entry i is from[i / chunk % turns * run + i % run], and
 * chunk is a multiple of run.  False: a broadcast is none. */
typedef struct atl_spread { size_t run, chunk, turns; } atl_spread;
bool atl_plan_spread(atl_spread *, const atl_shape *from, const atl_shape *to) ATL_MUST_CHECK;

/* eval/plan_light.c: whether an operation has the same bits over one entry as over many. */
bool atl_plan_arithmetic(atl_by, int fn);
/* The node whose value a node has without computing anything; 0: none. */
atl_id atl_plan_passed_on(const atl_eval *, atl_id);
/* By id, freed by the caller: large nodes that are better computed again than kept.  NULL without memory. */
bool *atl_plan_light_nodes(const atl_eval *) ATL_MUST_CHECK;
/* Terms that other groups than their own read are computed there again where they are light; the
 * levels are known, and are to be found anew.  False without memory. */
bool atl_plan_repeat_light(atl_plan *) ATL_MUST_CHECK;

/* The term whose entries a term has: itself, or behind views. */
static inline uint32_t atl_plan_root(const atl_plan *p, uint32_t t)
{
	while (p->term[t].code == ATL_CODE_VIEW)
		t = *atl_plan_in(p, &p->term[t]);
	return t;
}

/* Whether a step computes it. */
static inline bool atl_term_computed(const atl_term *t)
{
	return t->code >= ATL_CODE_MAP1 && t->code != ATL_CODE_VIEW;
}

/* What atl_float64_pieces or atl_float64_passes says of a product. */
static inline bool atl_plan_pieces(const atl_plan *p, const atl_term *t, bool (*says)(size_t m, size_t k, size_t n))
{
	const atl_shape *a = p->term[*atl_plan_in(p, t)].shape;
	return says((size_t)t->shape->dim[0], (size_t)a->dim[!t->turned[0]], (size_t)t->shape->dim[1]);
}

/* An operand that an entrywise term reads again and again. */
static inline bool atl_term_repeats(const atl_term *t)
{
	return t->n == 1 || t->code == ATL_CODE_NUMBER;
}

#endif
