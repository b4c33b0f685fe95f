/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_sum.c: sums, products and matrix products of the formats.
 *
 * They start from 0 (a product from 1) and go left to right; every product and
 * every sum is rounded to the format.  With an accumulate format of more bits
 * they are rounded to that one instead, and the end to the format, as the
 * matrix units of accelerators do.  Stochastic rounding is then that of
 * the end; the steps go to nearest, as they do in float64 in every mode. */
#include "number/format.h"

#include "base/mem.h"
#include "number/float64.h"

#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3") /* vectorises loops of any length */
#endif

/* The format of the steps, and the format of the end. */
typedef struct work {
	const atl_binary *step, *end;
	atl_rounder r; /* of the steps */
	atl_rounding mode;
	atl_num *num;
} work;

static work begin(atl_num *num, bool accumulates)
{
	const atl_binary *f = atl_num_format(num);
	work w = { .step = f, .end = f, .mode = num->rounding, .num = num };

	if (accumulates && num->accumulate.precision > f->precision) {
		w.step = &num->accumulate;
		w.mode = w.step->precision < 53 ? atl_format_steady(num) : ATL_ROUND_NEAREST;
	}
	w.r = atl_rounder_of(w.step);
	return w;
}

/* v is odd-rounded, or rounded to nearest where that is the mode. */
static inline double fit(const work *w, double v)
{
	if (w->mode == ATL_ROUND_NEAREST) {
		double y = atl_round_grid(v, &w->r, w->r.grid);
		if (fabs(y) <= w->r.largest)
			return y;
	}
	return atl_round_once(v, w->step, w->mode, w->num);
}

static inline double plus(const work *w, double a, double b)
{
	return fit(w, w->mode == ATL_ROUND_NEAREST ? a + b : atl_odd_sum(a, b, w->mode));
}

/* Numbers of up to 25 bits have exact products; accumulated ones are of the format. */
static inline double times(const work *w, double a, double b)
{
	return fit(w, a * b);
}

static double end(const work *w, double t)
{
	if (w->step == w->end)
		return t;
	if (isinf(t))
		return atl_format_infinity(t, w->end);
	return atl_round_once(t, w->end, w->num->rounding, w->num);
}

static bool any_nan(const double *x, size_t stride, size_t n)
{
	bool nan = false;

	for (size_t i = 0; i < n; i++)
		nan = nan || isnan(x[i * stride]);
	return nan;
}

static bool all_finite(const double *x, size_t stride, size_t n)
{
	bool finite = true;

	for (size_t i = 0; i < n; i++)
		finite = finite && isfinite(x[i * stride]);
	return finite;
}

/* A result that has no value although no operand was without, and none overflowed. */
static void explain(const work *w, double y, const double *a, size_t sa, const double *b, size_t sb,
                    size_t n)
{
	if (!isnan(y) || any_nan(a, sa, n) || any_nan(b, sb, n))
		return;
	if (!all_finite(a, sa, n) || !all_finite(b, sb, n))
		w->num->flags |= ATL_NUM_INVALID;
}

atl_answer atl_format_sum(void *y, const void *x, size_t stride, size_t n, atl_num *num)
{
	const work w = begin(num, true);
	const double *p = x;
	double t = 0;

	for (size_t i = 0; i < n; i++)
		t = plus(&w, t, p[i * stride]);
	t = end(&w, t);
	explain(&w, t, p, stride, p, stride, n);
	*(double *)y = t;
	return ATL_FINE;
}

atl_answer atl_format_prod(void *y, const void *x, size_t stride, size_t n, atl_num *num)
{
	const work w = begin(num, false);
	const double *p = x;
	double t = 1;

	for (size_t i = 0; i < n; i++)
		t = times(&w, t, p[i * stride]);
	explain(&w, t, p, stride, p, stride, n);
	*(double *)y = t;
	return ATL_FINE;
}

static double dot(const work *w, const double *a, size_t sa, const double *b, size_t sb, size_t n)
{
	double t = 0;

	for (size_t i = 0; i < n; i++)
		t = plus(w, t, times(w, a[i * sa], b[i * sb]));
	t = end(w, t);
	explain(w, t, a, sa, b, sb, n);
	return t;
}

atl_answer atl_format_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                          atl_num *num)
{
	const work w = begin(num, true);

	*(double *)y = dot(&w, a, sa, b, sb, n);
	return ATL_FINE;
}

/* ---- the matrix product, to nearest: a row at a time ---- */

/* t += v * b, n entries; false when one left the finite numbers. */
static inline bool add_row(double *restrict t, double v, const double *restrict b, size_t n,
                           const atl_rounder *r, atl_grid grid)
{
	const double largest = r->largest;
	long bad = 0;

	for (size_t j = 0; j < n; j++) {
		double product = atl_round_grid(v * b[j], r, grid);
		t[j] = atl_round_grid(t[j] + product, r, grid);
		bad |= !(fabs(product) <= largest) | !(fabs(t[j]) <= largest);
	}
	return bad == 0;
}

static bool one_row(double *t, const double *a, size_t sa, const double *b, size_t k, size_t n,
                    const work *w)
{
	bool fine = true;

	memset(t, 0, n * sizeof *t);
	for (size_t p = 0; p < k && fine; p++) {
		const double v = a[p * sa], *row = b + p * n;
		fine = w->r.grid == ATL_GRID_DOUBLE ? add_row(t, v, row, n, &w->r, ATL_GRID_DOUBLE)
		     : w->r.grid == ATL_GRID_SINGLE ? add_row(t, v, row, n, &w->r, ATL_GRID_SINGLE)
		     : add_row(t, v, row, n, &w->r, ATL_GRID_BITS);
	}
	return fine;
}

/* Row by row where that goes fast; entry by entry where the mode is another or
 * something overflowed.  b is k x n. */
static atl_answer rows(double *y, const double *a, bool ta, const double *b, size_t m, size_t k,
                       size_t n, const work *w)
{
	for (size_t i = 0; i < m; i++) {
		const double *row = a + (ta ? i : i * k);
		double *t = y + i * n;
		if (atl_num_stop(w->num))
			return ATL_STOPPED;
		bool fine = w->mode == ATL_ROUND_NEAREST && one_row(t, row, ta ? m : 1, b, k, n, w);
		for (size_t j = 0; j < n; j++)
			t[j] = fine ? end(w, t[j]) : dot(w, row, ta ? m : 1, b + j, n, k);
	}
	return ATL_FINE;
}

atl_answer atl_format_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                             size_t k, size_t n, atl_num *num)
{
	const work w = begin(num, true);
	const double *from = b;
	double *turned = NULL;

	if (tb && n > 1 && k > 1) {
		turned = k > SIZE_MAX / sizeof *turned / n ? NULL
		                                           : atl_malloc(k * n * sizeof *turned);
		if (!turned)
			return ATL_NOMEM;
		for (size_t j = 0; j < n; j++) {
			for (size_t p = 0; p < k; p++)
				turned[p * n + j] = from[j * k + p];
		}
	}
	atl_answer answer = rows(y, a, ta, turned ? turned : from, m, k, n, &w);
	atl_free(turned);
	return answer;
}
