/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flint.h: computing with certified reals, and large matrices of rationals,
 * from FLINT.
 *
 * FLINT takes longer to start than all of atled, so it stands in a module, a
 * shared object that is opened when it is first needed and exports one table
 * of functions (src/number/flint/ is its source).  Without it the exact system
 * has rationals, and the values of elementary functions at them (real.h).
 *
 * The module's certified reals are balls of Arb's; it makes and frees them. */
#ifndef ATL_NUMBER_FLINT_H
#define ATL_NUMBER_FLINT_H

#include "number/real.h"

typedef struct atl_flint atl_flint;

enum { ATL_FLINT_VERSION = 5 };

/* Functions of one element have y as exact.h has it: an initialised element,
 * perhaps an operand.  Operands of fn1, fn2 have values and are not both
 * rationals, unless the result is irrational. */
struct atl_flint {
	int version;         /* of this table */
	const char *library; /* "FLINT 2.9.0" */
	atl_answer (*set_pi)(atl_exact_number *y, atl_num *);
	/* y is within radius > 0 of middle, and was written as text. */
	atl_answer (*enclose)(atl_exact_number *y, mpq_srcptr middle, mpq_srcptr radius,
	                      const char *text, size_t len, atl_num *);
	atl_answer (*fn1)(atl_fn1, atl_exact_number *y, const atl_exact_number *x, atl_num *);
	atl_answer (*fn2)(atl_fn2, atl_exact_number *y, const atl_exact_number *a,
	                  const atl_exact_number *b, atl_num *);
	/* Matrices as in number.h.  With finite elements, certified reals among them ... */
	atl_answer (*dot)(atl_exact_number *y, const atl_exact_number *a, size_t sa,
	                  const atl_exact_number *b, size_t sb, size_t n, atl_num *);
	atl_answer (*matmul)(atl_exact_number *y, const atl_exact_number *a, bool ta,
	                     const atl_exact_number *b, bool tb, size_t m, size_t k, size_t n,
	                     atl_num *);
	atl_answer (*det)(atl_exact_number *y, const atl_exact_number *a, size_t n, atl_num *);
	/* b NULL: the identity. */
	atl_answer (*solve)(atl_exact_number *x, const atl_exact_number *a,
	                    const atl_exact_number *b, size_t n, size_t r, atl_num *);
	/* ... and without; singular: *regular is false, and x is unspecified. */
	atl_answer (*matmul_q)(atl_exact_number *y, const atl_exact_number *a, bool ta,
	                       const atl_exact_number *b, bool tb, size_t m, size_t k, size_t n,
	                       atl_num *num);
	atl_answer (*det_q)(atl_exact_number *y, const atl_exact_number *a, size_t n, atl_num *num);
	atl_answer (*solve_q)(atl_exact_number *x, const atl_exact_number *a,
	                      const atl_exact_number *b, size_t n, size_t r, bool *regular,
	                      atl_num *num);
	/* The n roots, rising, multiple ones as equal elements, of the polynomial with
	 * the rational coefficients c[0..n], c[n] != 0, which must all be real. */
	atl_answer (*roots)(atl_exact_number *y, const atl_exact_number *c, size_t n, atl_num *);
	/* The eigenvalues, rising, of a symmetric matrix, and its vectors of length 1 as columns, of either
	 * sign; UNDECIDED where two eigenvalues are not told apart. */
	atl_answer (*eigh)(atl_exact_number *values, atl_exact_number *vectors, const atl_exact_number *a, size_t n, atl_num *);
};

/* The name of the one symbol that the module exports: a const atl_flint. */
#define ATL_FLINT_SYMBOL "atl_flint_table"
#define ATL_FLINT_FILE "atled-flint.so"

/* Whether it is not loaded, and the caller is one of the first few who can do
 * without it. */
bool atl_flint_can_wait(const atl_num *);

/* The module, loaded by the first call; NULL when it is not there. */
const atl_flint *atl_flint_load(const atl_num *);

#endif
