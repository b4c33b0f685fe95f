/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_impl.h: between the files that make a comparison. */
#ifndef ATL_TRACE_COMPARE_IMPL_H
#define ATL_TRACE_COMPARE_IMPL_H

#include "trace/compare.h"

enum { ATL_COMPARE_GUARD = 64 }; /* bits beyond those of the columns, for what they are measured by */

/* A pair of nodes whose order decides which side of a kink is taken, or which
 * operand `where` takes (then b is 0: the order to zero, as true or false). */
typedef struct atl_side {
	size_t step;
	atl_id a, b;
	const char *says;    /* what holds at the kink itself: "relu'(0) = 0"; NULL: no kink */
	size_t n;            /* entries of the node */
	int8_t **taken;      /* of columns: the order of each entry; NULL: not known */
} atl_side;

typedef struct atl_comparer {
	atl_builder *b;
	atl_eval *eval;
	const atl_compare_request *req;
	atl_diag *diag;
	atl_compare *c;
	bool *wanted;        /* of ids: some step's value is computed from it */
	bool *missing;       /* of ids: it could not be had in this column */
	atl_id last;
	atl_side *side;
	size_t n_side, cap_side;
} atl_comparer;

/* compare_sides.c */
atl_status atl_comparer_sides(atl_comparer *) ATL_MUST_CHECK; /* finds them, builds nodes */
/* In the system that is set. */
atl_status atl_comparer_look(atl_comparer *, size_t column) ATL_MUST_CHECK;
/* Once all columns are there. */
atl_status atl_comparer_judge(atl_comparer *) ATL_MUST_CHECK;

/* compare_error.c: fills in what cells and columns say. */
atl_status atl_comparer_measure(atl_comparer *) ATL_MUST_CHECK;
/* Bits of a system's significand by trial; 0: it does not round. */
long atl_comparer_bits(const atl_num *);

#endif
