/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_lu.c: determinant, solution and inverse of matrices of doubles, by
 * triangular factors with partial pivoting.
 *
 *      +-----+-----+     The left half is factored first; then the right half
 *      | L\U | A12 |     has the same rows swapped, A12 becomes L^-1*A12, A22
 *      |     +-----+     loses A21*A12, and is factored in turn; and so on down
 *      | A21 | A22 |     to NARROW columns.  So nearly all is products, which
 *      +-----+-----+     float64_matmul.c has fast, shares and lets the user stop.
 *
 * A matrix is singular here when elimination meets a column of exact zeros.
 * A matrix with an entry that is infinite or no value has no determinant (but
 * a 1 x 1 has its entry), no inverse and no solution. */
#include "number/float64.h"

#include <math.h>
#include <string.h>
#include "base/mem.h"

#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3") /* vectorises loops of any length */
#endif

enum { NARROW = 16 };

typedef enum outcome { REGULAR, SINGULAR, STOPPED, NO_MEMORY } outcome;

/* x -= f*y */
static void subtract(double *restrict x, double f, const double *restrict y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] -= f * y[i];
}

static void swap_rows(double *a, double *b, size_t n)
{
	for (size_t i = 0; a != b && i < n; i++) {
		double t = a[i];
		a[i] = b[i];
		b[i] = t;
	}
}

/* Row i of a (n columns) changes places with row pivot[i], for i in 0..rows-1. */
static void permute(double *a, size_t ld, const size_t *pivot, size_t rows, size_t n)
{
	for (size_t i = 0; i < rows; i++)
		swap_rows(a + i * ld, a + pivot[i] * ld, n);
}

/* y (m x n) -= a (m x k) * b (k x n) */
static outcome subtract_product(double *y, size_t ldy, const double *a, size_t lda,
                                const double *b, size_t ldb, size_t m, size_t k, size_t n,
                                atl_num *num)
{
	const atl_product p = { .y = y, .ldy = ldy, .a = a, .lda = lda, .b = b, .ldb = ldb,
		                .m = m, .k = k, .n = n, .alpha = -1, .beta = 1 };
	const atl_answer answer = atl_float64_multiply(&p, num);

	return answer == ATL_FINE ? REGULAR : answer == ATL_STOPPED ? STOPPED : NO_MEMORY;
}

/* x (n x r, rows ldx apart) becomes l^-1*x, for the lower factor, which has
 * ones on its diagonal. */
static outcome solve_lower(double *x, size_t ldx, const double *l, size_t ld, size_t n, size_t r,
                           atl_num *num)
{
	const size_t h = n / 2;

	if (n <= NARROW) {
		for (size_t i = 1; i < n; i++) {
			for (size_t j = 0; j < i; j++) {
				if (l[i * ld + j] != 0)
					subtract(x + i * ldx, l[i * ld + j], x + j * ldx, r);
			}
		}
		return REGULAR;
	}
	outcome how = solve_lower(x, ldx, l, ld, h, r, num);
	if (how == REGULAR)
		how = subtract_product(x + h * ldx, ldx, l + h * ld, ld, x, ldx, n - h, h, r, num);
	return how == REGULAR
	       ? solve_lower(x + h * ldx, ldx, l + h * (ld + 1), ld, n - h, r, num) : how;
}

/* x (n x r) becomes u^-1*x. */
static outcome solve_upper(double *x, const double *u, size_t ld, size_t n, size_t r, atl_num *num)
{
	const size_t h = n / 2;

	if (n <= NARROW) {
		for (size_t i = n; i-- > 0;) {
			for (size_t j = i + 1; j < n; j++)
				subtract(x + i * r, u[i * ld + j], x + j * r, r);
			for (size_t j = 0; j < r; j++)
				x[i * r + j] /= u[i * ld + i];
		}
		return REGULAR;
	}
	outcome how = solve_upper(x + h * r, u + h * (ld + 1), ld, n - h, r, num);
	if (how == REGULAR)
		how = subtract_product(x, r, u + h, ld, x + h * r, r, h, n - h, r, num);
	return how == REGULAR ? solve_upper(x, u, ld, h, r, num) : how;
}

/* Factors a (m x n, m >= n) column by column. */
static outcome eliminate(double *a, size_t ld, size_t m, size_t n, size_t *pivot)
{
	for (size_t c = 0; c < n; c++) {
		size_t best = c;
		for (size_t i = c + 1; i < m; i++) {
			if (fabs(a[i * ld + c]) > fabs(a[best * ld + c]))
				best = i;
		}
		if (a[best * ld + c] == 0)
			return SINGULAR;
		pivot[c] = best;
		swap_rows(a + best * ld, a + c * ld, n);
		for (size_t i = c + 1; i < m; i++) {
			const double f = a[i * ld + c] / a[c * ld + c];
			a[i * ld + c] = f;
			if (f != 0)
				subtract(a + i * ld + c + 1, f, a + c * ld + c + 1, n - c - 1);
		}
	}
	return REGULAR;
}

/* Turns a (m x n, m >= n) into its factors, both in its place. */
static outcome factor(double *a, size_t ld, size_t m, size_t n, size_t *pivot, atl_num *num)
{
	const size_t h = n / 2;
	double *right = a + h, *below = a + h * ld;

	if (atl_num_stop(num))
		return STOPPED;
	if (n <= NARROW)
		return eliminate(a, ld, m, n, pivot);
	outcome how = factor(a, ld, m, h, pivot, num);
	if (how != REGULAR)
		return how;
	permute(right, ld, pivot, h, n - h);
	how = solve_lower(right, ld, a, ld, h, n - h, num);
	if (how == REGULAR)
		how = subtract_product(below + h, ld, below, ld, right, ld, m - h, h, n - h, num);
	if (how == REGULAR)
		how = factor(below + h, ld, m - h, n - h, pivot + h, num);
	if (how != REGULAR)
		return how;
	permute(below, ld, pivot + h, n - h, h);
	for (size_t i = h; i < n; i++)
		pivot[i] += h;
	return REGULAR;
}

static void no_values(double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = NAN;
}

static bool any_nan(const double *x, size_t n)
{
	bool nan = false;

	for (size_t i = 0; i < n; i++)
		nan = nan || isnan(x[i]);
	return nan;
}

/* A copy of a with its factors, and its rows' order. */
typedef struct factors {
	double *lu;
	size_t *pivot;
} factors;

static void drop(factors *f)
{
	atl_free(f->lu);
	atl_free(f->pivot);
}

static outcome factored(factors *f, const double *a, size_t n, atl_num *num)
{
	const bool fits = n <= SIZE_MAX / sizeof(double) / (n ? n : 1);

	f->lu = fits ? atl_malloc(n * n * sizeof *f->lu) : NULL;
	f->pivot = fits ? atl_malloc(n * sizeof *f->pivot) : NULL;
	if (!f->lu || !f->pivot)
		return NO_MEMORY;
	memcpy(f->lu, a, n * n * sizeof *f->lu);
	return factor(f->lu, n, n, n, f->pivot, num);
}

static atl_answer answer_of(outcome how)
{
	return how == STOPPED ? ATL_STOPPED : how == NO_MEMORY ? ATL_NOMEM : ATL_FINE;
}

static double determinant(const factors *f, size_t n)
{
	double v = atl_float64_product(f->lu, n + 1, n);

	for (size_t i = 0; i < n; i++)
		v = f->pivot[i] == i ? v : -v;
	return v;
}

atl_answer atl_float64_det(void *y, const void *a, size_t n, atl_num *num)
{
	const unsigned flags = num->flags; /* what happens on the way has none */
	double *out = y;
	factors f;

	if (n == 1) {
		*out = *(const double *)a;
		return ATL_FINE;
	}
	if (atl_float64_unusual(a, n * n)) {
		if (!any_nan(a, n * n))
			num->flags |= ATL_NUM_INVALID;
		*out = NAN;
		return ATL_FINE;
	}
	const outcome how = factored(&f, a, n, num);
	num->flags = flags;
	*out = how == REGULAR ? determinant(&f, n) : 0;
	if (!isfinite(*out))
		num->flags |= ATL_NUM_OVERFLOWED;
	drop(&f);
	return answer_of(how);
}

/* x holds the right side and receives the solution. */
static outcome find_solution(double *x, const double *a, size_t n, size_t r, atl_num *num)
{
	factors f;
	outcome how = factored(&f, a, n, num);

	if (how == REGULAR) {
		permute(x, r, f.pivot, n, r);
		how = solve_lower(x, r, f.lu, n, n, r, num);
	}
	if (how == REGULAR)
		how = solve_upper(x, f.lu, n, n, r, num);
	drop(&f);
	return how;
}

static atl_answer solve_in_place(double *x, const double *a, size_t n, size_t r, atl_num *num)
{
	const unsigned flags = num->flags;

	if (atl_float64_unusual(a, n * n) || atl_float64_unusual(x, n * r)) {
		if (!any_nan(a, n * n) && !any_nan(x, n * r))
			num->flags |= ATL_NUM_INVALID;
		no_values(x, n * r);
		return ATL_FINE;
	}
	const outcome how = find_solution(x, a, n, r, num);
	num->flags = flags;
	if (how == SINGULAR) {
		no_values(x, n * r);
		num->flags |= ATL_NUM_INVALID;
	} else if (how == REGULAR && atl_float64_unusual(x, n * r)) {
		num->flags |= ATL_NUM_OVERFLOWED;
	}
	return answer_of(how);
}

atl_answer atl_float64_solve(void *x, const void *a, const void *b, size_t n, size_t r,
                             atl_num *num)
{
	memmove(x, b, n * r * sizeof(double));
	return solve_in_place(x, a, n, r, num);
}

atl_answer atl_float64_inv(void *y, const void *a, size_t n, atl_num *num)
{
	double *out = y;

	memset(out, 0, n * n * sizeof *out);
	for (size_t i = 0; i < n; i++)
		out[i * n + i] = 1;
	return solve_in_place(out, a, n, n, num);
}
