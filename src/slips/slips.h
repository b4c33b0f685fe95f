/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slips.h: which usual slip makes a wrong answer out of the right one.
 *
 * Nothing is guessed from the numbers.  Each slip of the tables is made: the
 * adjoint sweep goes again with one rule changed, or the graph is copied with
 * one op changed, or the result is turned, scaled or cut.  Such a mutant is a
 * node like any other and is computed in the number system in force; a slip is
 * named when every entry of its mutant is the claim.
 *
 *     slips.c     the order in which they are tried, simplest first, and when to stop;
 *                 when none is found, each with one of the whole result besides
 *     result.c    of the whole result: sign, factor, transpose, swap, a missing row
 *     backward.c  of the derivative: a rule, a path, what flows in
 *     forward.c   of the graph: sum for mean, softmax twice, a product's kind
 *     rounding.c  intermediate values rounded to the digits claimed
 *     rules.c     the tables of wrong rules
 *     origin.c    which L and x an adjoint is the derivative of
 *     rewrite.c   a copy of a graph with something else in it
 *
 * The graph is as before when a search ends; values of nodes that were there
 * may have been computed anew. */
#ifndef ATL_SLIPS_SLIPS_H
#define ATL_SLIPS_SLIPS_H

#include "eval/eval.h"
#include "graph/build.h"

enum { ATL_MAX_SLIPS = 3 };

typedef struct atl_slip {
	const char *code; /* "sign", "path": for programs */
	atl_buf text;     /* "the sign of row 2" */
	atl_id node;      /* the named node where it is; 0: the whole result, or an expression without a name */
} atl_slip;

typedef struct atl_slips {
	atl_builder *b;
	atl_eval *eval;
	atl_id y;           /* what is claimed to be something else */
	atl_shape claimed;  /* the claim's shape */
	const atl_id *named; /* what the user's names stand for */
	size_t n_named;
	const atl_id *mentioned; /* those that stand in the expression y was built from */
	size_t n_mentioned;
	int decimals;       /* behind the point of the claim; -1: it was not rounded */
	unsigned digits;    /* that the claim has in all: what it can tell apart */
	/* How many entries of the array are not as claimed, of the claim's shape; marked in no[]. */
	size_t (*differ)(void *data, const atl_array *, bool *no);
	void *data;
	/* found */
	atl_slip found[ATL_MAX_SLIPS];
	size_t n;
	bool whole;         /* the search went through all there is to try */
} atl_slips;

/* ATL_ERROR after an interrupt, with the builder's diagnostic.  Without memory the search ends
 * early: the verdict stands without it.  Clear in any case. */
atl_status atl_slips_find(atl_slips *) ATL_MUST_CHECK;
void atl_slips_clear(atl_slips *);

/* "2 of 6 entries differ" is said elsewhere; this says which: "row 2", "entries [1, 2] and [2, 1]",
 * "column 3"; nothing when they are too many. */
void atl_slips_place(atl_buf *, const atl_shape *, const bool *no);

#endif
