/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.h: between check.c, which runs the statement, and verdict.c, which
 * compares entries and knows no session. */
#ifndef ATL_SESSION_CHECK_H
#define ATL_SESSION_CHECK_H

#include "array/array.h"
#include "lang/tree.h"

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

#endif
