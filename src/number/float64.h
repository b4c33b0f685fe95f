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

/* float64_text.c */
atl_answer atl_float64_set_literal(void *y, const char *text, size_t len, atl_num *);
void atl_float64_print(atl_buf *, const void *x, int digits);
enum { ATL_DOUBLE_DIGITS = 770 }; /* no double has more significant digits */
/* v > 0, rounded to p significant digits: digits[0..*n), and the exponent of the first. */
void atl_float64_digits(double v, int p, char *digits, size_t *n, long *exponent);
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
/* float64_sums.c: y[o*inner + i] = the sum of x[(o*extent + k)*inner + i] over k. */
atl_answer atl_float64_sums(void *y, const void *x, size_t outer, size_t extent, size_t inner, atl_num *);
/* y[i] = the sum of x[i + k*row] over k < extent, for i < n. */
atl_answer atl_float64_sum_columns(double *y, const double *x, size_t row, size_t extent, size_t n, atl_num *);
/* The product of x[0], x[stride], ..., left to right, without overflow on the way. */
double atl_float64_product(const double *x, size_t stride, size_t n);

/* y (m x n) = alpha*op(a) (m x k)*op(b) (k x n) + beta*y; where beta is 0, y is
 * not read.  y overlaps neither.  Turned, a is stored k x m, b n x k.  ld: the
 * distance of two stored rows, at least what a row holds. */
typedef struct atl_product {
	double *y;
	const double *a, *b;
	size_t ldy, lda, ldb;
	bool ta, tb;
	size_t m, k, n;
	double alpha, beta;
} atl_product;

/* float64_matmul.c: the product, which is shared by the threads of the pool and
 * so is asked for by the main thread only.  Which way it takes depends on its
 * shape alone, and on whether the module is to be had.  Entries of the operands that are
 * infinite or no value spread as IEEE 754 has it, also from under a 0.
 * num->flags: OVERFLOWED and INVALID as for every primitive. */
atl_answer atl_float64_multiply(const atl_product *, atl_num *);
/* The same of dense matrices. */
atl_answer atl_float64_gemm(double *y, double alpha, double beta, const double *a, bool ta,
                            const double *b, bool tb, size_t m, size_t k, size_t n, atl_num *);

/* What follows on a product, in the hands of the thread that has it: rows
 * row..row+rows, columns col..col+cols are at y, ldy apart, and no other call has
 * them.  whole_rows: cols is all.  Arrays of y's shape that `run` looks at or fills, dense,
 * may be named: then they are asked for in time. */
typedef struct atl_epilogue {
	void (*run)(void *context, const double *y, size_t ldy, size_t row, size_t rows, size_t col, size_t cols);
	void *context;
	bool whole_rows;
	const double *const *array;
	size_t n_arrays;
	const double *packed; /* b, packed beforehand for this product (atl_float64_pack); may be NULL */
} atl_epilogue;

/* Whether a product of this shape is done piece by piece, each piece followed by
 * what is to follow it; and without a place for all of y. */
bool atl_float64_pieces(size_t m, size_t k, size_t n);
bool atl_float64_passes(size_t m, size_t k, size_t n);
/* The product, and what follows.  y may be NULL where it passes.  Exceptions stay
 * raised, and num->flags tells nothing. */
atl_answer atl_float64_multiply_then(const atl_product *, const atl_epilogue *, atl_num *);

/* float64_fma.c: by fused multiply-adds, where they suit the product; m, k, n are
 * not 0.  then may be NULL. */
bool atl_float64_fma_suits(const atl_product *);
/* b can be packed once for many products: so many entries, which begin with a line. */
size_t atl_float64_packed(const atl_product *, const atl_epilogue *);
void atl_float64_pack(double *to, const atl_product *, const atl_epilogue *);
atl_answer atl_float64_fma(const atl_product *, const atl_epilogue *then, const atl_num *);

/* float64_product.c: by own loops; m, k, n are not 0. */
atl_answer atl_float64_product_loops(const atl_product *, const atl_num *);

/* float64_correlate.c */
atl_answer atl_float64_correlate(void *y, const void *x, size_t step, const size_t *at,
                                 const void *w, size_t k, size_t n, atl_num *);

/* float64_matmul.c, float64_lu.c */
atl_answer atl_float64_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                              size_t k, size_t n, atl_num *);
atl_answer atl_float64_det(void *y, const void *a, size_t n, atl_num *);
atl_answer atl_float64_solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *);
atl_answer atl_float64_inv(void *y, const void *a, size_t n, atl_num *);
/* float64_factor.c */
atl_answer atl_float64_cholesky(void *y, const void *a, size_t n, atl_num *);
atl_answer atl_float64_eigh(void *values, void *vectors, const void *a, size_t n, atl_num *);
atl_answer atl_float64_svd(void *u, void *s, void *v, const void *a, size_t m, size_t n, atl_num *);

/* Where the exact answer is infinite although the operands are numbers. */
bool atl_float64_pole1(atl_fn1, double x);
bool atl_float64_pole2(atl_fn2, double a, double b);

/* True when an entry of x is infinite or no value. */
bool atl_float64_unusual(const double *x, size_t n);

#endif
