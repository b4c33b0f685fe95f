/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.h: derivatives against central differences at 256 bits.
 *
 * The step is 2^-60: the error of the difference is some 1e-36 of the third
 * derivative and its rounding some 1e-58, so 25 digits must agree. */
#ifndef ATL_TESTS_COMPARE_H
#define ATL_TESTS_COMPARE_H

#include "../unit/host.h"

enum { MAX_IN = 8 };

typedef struct problem {
	bench *t;           /* its system is mpfr 256 */
	const char *what;   /* for messages */
	atl_id y;
	atl_id in[MAX_IN];  /* inputs with closed expressions */
	bool fixed[MAX_IN]; /* gets no gradient by its rule, and is not moved */
	uint32_t n;
} problem;

bench *bench_of_differences(void);

/* First and second derivatives against differences; float64 and exact against
 * mpfr.  A failure names the operands, the entry, what was expected and what came. */
void compare_derivatives(problem *);
/* The gradients that are literally zero. */
void compare_zero(problem *);
/* sum(weights .* node) with fixed weights. */
atl_id weighted(bench *, atl_id, uint64_t seed);
/* How far two nodes' values are apart, entry by entry, in units of max(1, |b|). */
double distance(bench *, atl_id a, atl_id b);
/* The same of the derivative of y in the direction v of x, against a difference. */
double distance_from_difference(bench *, atl_id derivative, atl_id y, atl_id x, atl_id v);

#endif
