/* SPDX-License-Identifier: GPL-3.0-or-later */
/* module.h: between the files of the FLINT module (number/flint.h says what it
 * is).  The module calls nothing of the program's, and the program calls it
 * through the table alone. */
#ifndef ATL_NUMBER_FLINT_MODULE_H
#define ATL_NUMBER_FLINT_MODULE_H

#include "number/exact.h"

#ifdef ATL_ARB_IN_FLINT /* FLINT 3 */
#include <flint/acb.h>
#include <flint/arb.h>
#include <flint/arb_hypgeom.h>
#include <flint/arb_mat.h>
#else
#include <acb.h>
#include <arb.h>
#include <arb_hypgeom.h>
#include <arb_mat.h>
#endif
#include <flint/fmpq.h>
#include <flint/fmpq_mat.h>

typedef struct ball {
	atl_real head;
	arb_t x;
} ball;

extern const atl_real_kind atl_ball_kind;

/* The ball of an interval, which the interval keeps. */
const atl_real *atl_ball_of_interval(const atl_interval *);

static inline arb_srcptr atl_ball(const atl_real *x)
{
	if (x->kind != &atl_ball_kind)
		x = atl_ball_of_interval((const atl_interval *)x);
	return ((const ball *)x)->x;
}

/* y = q, rounded to `bits` where it is no integer. */
void atl_ball_set_q(arb_t y, mpq_srcptr q, slong bits);
/* The enclosure of a finite element, in t where it has none of its own. */
arb_srcptr atl_ball_of(const atl_exact_number *, arb_t t, slong bits);
/* y is the number that t encloses; t is left as some ball.  UNDECIDED where t
 * is not finite, TOO_BIG where its exponent is past any use. */
atl_answer atl_ball_give(atl_exact_number *y, arb_t t, atl_num *);
atl_answer atl_ball_undecided(atl_num *);

/* elementary.c, digits.c, linear.c, roots.c */
atl_answer atl_ball_fn1(atl_fn1, atl_exact_number *y, const atl_exact_number *x, atl_num *);
atl_answer atl_ball_fn2(atl_fn2, atl_exact_number *y, const atl_exact_number *a,
                        const atl_exact_number *b, atl_num *);
bool atl_ball_leading(mpz_ptr z, long *exponent, const atl_real *, long n);
long atl_ball_accuracy(const atl_real *, long most);
void atl_ball_centre(mpz_ptr z, long *exponent, long *bound, long *bound_exponent,
                     const atl_real *, long n);
atl_answer atl_ball_dot(atl_exact_number *y, const atl_exact_number *a, size_t sa,
                        const atl_exact_number *b, size_t sb, size_t n, atl_num *);
atl_answer atl_ball_matmul(atl_exact_number *y, const atl_exact_number *a, bool ta,
                           const atl_exact_number *b, bool tb, size_t m, size_t k, size_t n,
                           atl_num *);
atl_answer atl_ball_det(atl_exact_number *y, const atl_exact_number *a, size_t n, atl_num *);
atl_answer atl_ball_solve(atl_exact_number *x, const atl_exact_number *a,
                          const atl_exact_number *b, size_t n, size_t r, atl_num *);
/* Makes a matrix of enclosures. */
void atl_ball_matrix(arb_mat_t m, const atl_exact_number *x, slong rows, slong cols, slong bits);
/* product.c */
atl_answer atl_fmpq_matmul(atl_exact_number *y, const atl_exact_number *a, bool ta,
                           const atl_exact_number *b, bool tb, size_t m, size_t k, size_t n,
                           atl_num *num);
/* rational.c */
atl_answer atl_fmpq_det(atl_exact_number *y, const atl_exact_number *a, size_t n, atl_num *num);
atl_answer atl_fmpq_solve(atl_exact_number *x, const atl_exact_number *a,
                          const atl_exact_number *b, size_t n, size_t r, bool *regular,
                          atl_num *num);
/* eigen.c */
atl_answer atl_ball_eigh(atl_exact_number *values, atl_exact_number *vectors, const atl_exact_number *a, size_t n, atl_num *);
/* roots.c */
atl_answer atl_ball_roots(atl_exact_number *y, const atl_exact_number *c, size_t n, atl_num *);

#endif
