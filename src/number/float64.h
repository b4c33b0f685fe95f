/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64.h: the parts of the system of doubles (float64.c has its table). */
#ifndef ATL_NUMBER_FLOAT64_H
#define ATL_NUMBER_FLOAT64_H

#include "number/number.h"

/* float64_map.c: the elementwise primitives. */
#define ATL_FLOAT64_FN1(f) atl_map1 atl_float64_##f;
#define ATL_FLOAT64_FN2(f) atl_map2 atl_float64_##f;
ATL_FN1_LIST(ATL_FLOAT64_FN1)
ATL_FN2_LIST(ATL_FLOAT64_FN2)

/* float64_sum.c */
atl_answer atl_float64_sum(void *y, const void *x, size_t stride, size_t n, atl_num *);
atl_answer atl_float64_prod(void *y, const void *x, size_t stride, size_t n, atl_num *);
atl_answer atl_float64_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                           atl_num *);
/* The product of x[0], x[stride], ..., left to right, without overflow on the way. */
double atl_float64_product(const double *x, size_t stride, size_t n);

/* float64_matmul.c, float64_lu.c */
atl_answer atl_float64_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                              size_t k, size_t n, atl_num *);
atl_answer atl_float64_det(void *y, const void *a, size_t n, atl_num *);
atl_answer atl_float64_solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *);
atl_answer atl_float64_inv(void *y, const void *a, size_t n, atl_num *);

/* True when an entry of x is infinite or no value; a loop that vectorises. */
bool atl_float64_unusual(const double *x, size_t n);

static inline bool atl_float64_stop(const atl_num *num)
{
	return num->stop && *num->stop;
}

#endif
