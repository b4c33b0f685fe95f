/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mpfr_system.h: the parts of the system of MPFR numbers (mpfr.c has its
 * table).
 *
 * An element is an mpfr_t; it keeps the precision it was made with, and what
 * is stored into it is rounded to that, in the mode of atl_num (a copy to
 * nearest, and to nearest where the mode is stochastic).  Every primitive is
 * correctly rounded, and sets ATL_NUM_INEXACT where its result is not exact. */
#ifndef ATL_NUMBER_MPFR_SYSTEM_H
#define ATL_NUMBER_MPFR_SYSTEM_H

#include "number/number.h"

#include <mpfr.h>

/* mpfr_map.c: the elementwise primitives. */
#define ATL_MPFR_FN1(f) atl_map1 atl_mpfr_##f;
#define ATL_MPFR_FN2(f) atl_map2 atl_mpfr_##f;
ATL_FN1_LIST(ATL_MPFR_FN1)
ATL_FN2_LIST(ATL_MPFR_FN2)

/* mpfr_sum.c */
atl_answer atl_mpfr_sum(void *y, const void *x, size_t stride, size_t n, atl_num *);
atl_answer atl_mpfr_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                        atl_num *);
atl_answer atl_mpfr_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                           size_t k, size_t n, atl_num *);

/* once.c */
bool atl_mpfr_between(void *y, const void *lo, const void *hi, bool middle, atl_num *);

static inline mpfr_rnd_t atl_mpfr_mode(const atl_num *num)
{
	switch (num->rounding) {
	case ATL_ROUND_UP: return MPFR_RNDU;
	case ATL_ROUND_DOWN: return MPFR_RNDD;
	case ATL_ROUND_ZERO: return MPFR_RNDZ;
	case ATL_ROUND_AWAY: return MPFR_RNDA;
	default: return MPFR_RNDN;
	}
}

#endif
