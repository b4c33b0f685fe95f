/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_lu.c: determinant, solution and inverse of matrices of doubles, by
 * triangular factors with partial pivoting.
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

typedef enum outcome { REGULAR, SINGULAR, STOPPED } outcome;

/* x -= f*y */
static void subtract(double *restrict x, double f, const double *restrict y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] -= f * y[i];
}

static void swap_rows(double *a, double *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double t = a[i];
		a[i] = b[i];
		b[i] = t;
	}
}

/* Turns a (n x n) into its upper factor, and does to b (n x r, may be NULL)
 * what is done to a's rows; *sign is that of the permutation. */
static outcome eliminate(double *a, double *b, size_t n, size_t r, double *sign, const atl_num *num)
{
	*sign = 1;
	for (size_t c = 0; c < n; c++) {
		size_t best = c;
		if (atl_num_stop(num))
			return STOPPED;
		for (size_t i = c + 1; i < n; i++) {
			if (fabs(a[i * n + c]) > fabs(a[best * n + c]))
				best = i;
		}
		if (a[best * n + c] == 0)
			return SINGULAR;
		if (best != c) {
			swap_rows(a + best * n + c, a + c * n + c, n - c);
			if (b)
				swap_rows(b + best * r, b + c * r, r);
			*sign = -*sign;
		}
		for (size_t i = c + 1; i < n; i++) {
			double f = a[i * n + c] / a[c * n + c];
			if (f == 0)
				continue;
			subtract(a + i * n + c + 1, f, a + c * n + c + 1, n - c - 1);
			if (b)
				subtract(b + i * r, f, b + c * r, r);
		}
	}
	return REGULAR;
}

static void substitute(double *x, const double *u, size_t n, size_t r)
{
	for (size_t i = n; i-- > 0;) {
		for (size_t j = i + 1; j < n; j++)
			subtract(x + i * r, u[i * n + j], x + j * r, r);
		for (size_t j = 0; j < r; j++)
			x[i * r + j] /= u[i * n + i];
	}
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

/* A copy of a, or NULL. */
static double *copied(const double *a, size_t n)
{
	double *copy = n > SIZE_MAX / sizeof *copy / (n ? n : 1)
	               ? NULL : atl_malloc(n * n * sizeof *copy);

	if (copy)
		memcpy(copy, a, n * n * sizeof *copy);
	return copy;
}

atl_answer atl_float64_det(void *y, const void *a, size_t n, atl_num *num)
{
	double *out = y, sign;

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
	double *u = copied(a, n);
	if (!u)
		return ATL_NOMEM;
	outcome how = eliminate(u, NULL, n, 0, &sign, num);
	if (how == REGULAR)
		*out = sign * atl_float64_product(u, n + 1, n);
	else
		*out = 0;
	if (!isfinite(*out))
		num->flags |= ATL_NUM_OVERFLOWED;
	atl_free(u);
	return how == STOPPED ? ATL_STOPPED : ATL_FINE;
}

/* x holds the right side and receives the solution. */
static atl_answer solve_in_place(double *x, const double *a, size_t n, size_t r, atl_num *num)
{
	double sign;

	if (atl_float64_unusual(a, n * n) || atl_float64_unusual(x, n * r)) {
		if (!any_nan(a, n * n) && !any_nan(x, n * r))
			num->flags |= ATL_NUM_INVALID;
		no_values(x, n * r);
		return ATL_FINE;
	}
	double *u = copied(a, n);
	if (!u)
		return ATL_NOMEM;
	outcome how = eliminate(u, x, n, r, &sign, num);
	if (how == REGULAR)
		substitute(x, u, n, r);
	atl_free(u);
	if (how == STOPPED)
		return ATL_STOPPED;
	if (how == SINGULAR) {
		no_values(x, n * r);
		num->flags |= ATL_NUM_INVALID;
	} else if (atl_float64_unusual(x, n * r)) {
		num->flags |= ATL_NUM_OVERFLOWED;
	}
	return ATL_FINE;
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
