/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64.h: the parts of the system of doubles (float64.c has its table). */
#ifndef ATL_NUMBER_FLOAT64_H
#define ATL_NUMBER_FLOAT64_H

#include "number/number.h"

/* float64.c: the life of doubles and questions about one, as in atl_system;
 * the formats' elements are doubles too. */
atl_answer atl_float64_init(void *x, size_t n, const atl_num *);
void atl_float64_clear(void *x, size_t n);
atl_answer atl_float64_copy(void *y, const void *x, size_t sx, size_t n);
atl_answer atl_float64_get_rational(mpq_ptr v, const void *x);
double atl_float64_get_double(const void *x);
bool atl_float64_get_si(long *v, const void *x);
bool atl_float64_no_value(const void *x);
bool atl_float64_infinite(const void *x);
atl_answer atl_float64_sgn(int *s, const void *x);
atl_answer atl_float64_cmp(int *c, const void *a, const void *b);
uint64_t atl_float64_hash(const void *x);

enum { ATL_DOUBLE_DIGITS = 770 }; /* no double has more significant digits */
/* v > 0 at p significant digits: digits[0..p], and the exponent of the first;
 * whether that reads back to v. */
bool atl_float64_digits(double v, int p, char *digits, size_t *n, long *exponent);
/* Prints what needs no fraction: an integer, 0, an infinity, no value; false: it is not. */
bool atl_float64_print_plain(atl_buf *, double v, int digits);
void atl_float64_print_digits(atl_buf *, double v, int digits); /* digits > 0 */

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

/* float64_product.c, by own loops; m, k, n are not 0. */
atl_answer atl_float64_product_loops(const struct atl_product *, const atl_num *);

/* float64_matmul.c, float64_lu.c */
atl_answer atl_float64_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                              size_t k, size_t n, atl_num *);
atl_answer atl_float64_det(void *y, const void *a, size_t n, atl_num *);
atl_answer atl_float64_solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *);
atl_answer atl_float64_inv(void *y, const void *a, size_t n, atl_num *);

/* Where the exact answer is infinite although the operands are numbers. */
bool atl_float64_pole1(atl_fn1, double x);
bool atl_float64_pole2(atl_fn2, double a, double b);

/* True when an entry of x is infinite or no value. */
bool atl_float64_unusual(const double *x, size_t n);

static inline bool atl_float64_stop(const atl_num *num)
{
	return num->stop && *num->stop;
}

#endif
