/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.h: between check.c, which runs the statement, claim.c, which looks at
 * what was claimed, and verdict.c, which compares entries and knows no session. */
#ifndef ATL_SESSION_CHECK_H
#define ATL_SESSION_CHECK_H

#include "array/array.h"
#include "lang/tree.h"
#include "session/state.h"
#include "slips/slips.h"

typedef enum atl_verdict { ATL_YES, ATL_NO, ATL_UNKNOWN } atl_verdict;

typedef struct atl_comparison {
	atl_tree_op op;          /* EQ ... GE; NONE: a is to be nonzero */
	const atl_array *a, *b;  /* b is NULL for NONE */
	const atl_array *within; /* the tolerance given, a scalar; NULL: none */
	const atl_num *num;
	/* filled in */
	atl_verdict verdict;
	bool shapes_differ;
	size_t n, n_no, n_unknown; /* entries, and those that are not so */
	size_t worst;              /* the entry farthest off, among those that are not so */
	bool *no;                  /* n of them: not so; owned */
	bool real;                 /* certified reals were compared */
	long digits;               /* to which those are equal that are undecided */
} atl_comparison;

/* Compares; false without memory.  Entries of a scalar serve all, for < <= > >=. */
bool atl_compare(atl_comparison *) ATL_MUST_CHECK;
const void *atl_compare_a(const atl_comparison *, size_t i);
const void *atl_compare_b(const atl_comparison *, size_t i);

/* What the digits of a literal say. */
typedef struct atl_digits {
	int significant;
	int decimals; /* behind the point, the exponent counted in */
	bool point;   /* it has a point or an exponent: digits are a claim */
	double value;
} atl_digits;
atl_digits atl_literal_digits(const char *text);
/* Whether v, rounded to the digits of the literal, is the literal. */
bool atl_digits_agree(const atl_digits *, double v);

/* One check. */
typedef struct atl_check {
	atl_comparison c;
	const char *text; /* what is checked, as it was written */
	bool negated;     /* an odd number of `not` */
	bool swapped;     /* the left side is the claim */
	bool claim;       /* one side is literal, and the other one is computed */
	bool passed;
	bool identity;    /* of what has no value: it was decided at random points */
	uint32_t left, right; /* in the tree; right is ATL_TREE_NONE for NONE */
	atl_id node[2];       /* what they were built to */
	char agrees[96];      /* "agrees in the 6 digits claimed; ..." or "" */
	atl_slips slips;      /* that make the claim */
	bool searched;        /* they were looked for, in what is computed */
} atl_check;

/* claim.c */
void atl_claim_find(const atl_tree *, atl_check *);   /* which side is the claim */
void atl_claim_digits(const atl_tree *, atl_check *); /* whether it is right in the digits written */
/* Looks for the slips that make a wrong claim. */
atl_status atl_claim_teach(atl_session *, const atl_tree *, atl_check *) ATL_MUST_CHECK;

#endif
