/* SPDX-License-Identifier: GPL-3.0-or-later */
/* real.h: certified reals: the enclosure of one number.
 *
 * There are two kinds.  The value of an elementary function at a rational,
 * "sigmoid(1) to 50 digits", lies between two MPFR numbers (exact_elementary.c
 * makes such intervals).  What is computed of such values is a ball of Arb's
 * and belongs to the FLINT module (flint.h), which takes longer to load than
 * MPFR takes for a few values; the module makes a ball of an interval when it
 * meets one.
 *
 * An enclosure is never changed once it is made, so one that is shared is the
 * same number; it counts its owners. */
#ifndef ATL_NUMBER_REAL_H
#define ATL_NUMBER_REAL_H

#include "number/number.h"

#include <mpfr.h>

typedef struct atl_exact_number atl_exact_number;
typedef struct atl_real_kind atl_real_kind;

/* The beginning of the struct of each kind. */
typedef struct atl_real {
	unsigned refs;
	const atl_real_kind *kind;
	long bits; /* the precision it was computed with */
	const char *said; /* as it was written down: "0.731…", "1±2e-310"; NULL: it was computed */
} atl_real;

struct atl_real_kind {
	void (*release)(atl_real *);
	/* UNDECIDED where the enclosures do not tell; of finite operands, one of
	 * them of this kind. */
	atl_answer (*sgn)(int *s, const atl_real *);
	atl_answer (*cmp)(int *c, const atl_exact_number *a, const atl_exact_number *b);
	double (*get_double)(const atl_real *);
	/* A number of the enclosure, near its middle. */
	void (*midpoint)(mpq_ptr, const atl_real *);
	/* The first n digits of |x| as the integer z, the first of them at
	 * 10^exponent; false when they are not certain. */
	bool (*leading)(mpz_ptr z, long *exponent, const atl_real *, long n);
	/* The digits that may be certain (leading decides), at most most; 0 when not
	 * even the sign is. */
	long (*accuracy)(const atl_real *, long most);
	/* x is within bound*10^bound_exponent of z*10^exponent, z of at most n digits. */
	void (*centre)(mpz_ptr z, long *exponent, long *bound, long *bound_exponent,
	               const atl_real *, long n);
};

/* Between lo and hi, which have one sign and are not 0. */
typedef struct atl_interval {
	atl_real head;
	mpfr_t lo, hi;
	atl_real *ball; /* the module's enclosure of it; NULL: none has been asked for */
} atl_interval;

/* exact_interval.c */
extern const atl_real_kind atl_interval_kind;
/* y is the number between lo and hi, which are left as some numbers. */
atl_answer atl_exact_give_interval(atl_exact_number *y, mpfr_ptr lo, mpfr_ptr hi);

/* exact_elementary.c: y = f(x), which is irrational, or pi where f is
 * ATL_FN1_COUNT.  UNABLE, with y as it was: MPFR has no quick way to it. */
atl_answer atl_exact_elementary(atl_exact_number *y, atl_fn1 f, mpq_srcptr x, atl_num *);

/* exact_exp.c: lo < exp(x) < hi, each with an error of a few units of its last
 * place; false where MPFR's is the faster, for few bits or an x of many. */
bool atl_exact_exp_series(mpfr_ptr lo, mpfr_ptr hi, mpq_srcptr x);

#endif
