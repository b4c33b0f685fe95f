/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_map.c: the elementwise primitives of the formats.
 *
 * A block is computed by float64's kernels and rounded:
 *
 *     EXACT    the double is the exact result (neg, floor, max, a == b, ...)
 *     ONCE     the double is the exact result rounded to nearest (+ - * / sqrt mod)
 *     NEAR     the double is off by less than 2^-45 of itself (exp, erf, pow, ...)
 *
 * The elementary functions of a C library are off by a few units of 2^-53, so
 * a bound of 2^-45 leaves room; where both of its ends are not rounded to the
 * same number, MPFR decides.  What is infinite, no value or too large (seldom)
 * is settled entry by entry afterwards. */
#include "number/format.h"

#include <float.h>
#include "number/float64.h"
#include "number/float64_kernel.h"

#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3") /* vectorises loops of any length */
#endif

enum { BLOCK = 512 };

typedef enum quality { EXACT, ONCE, NEAR } quality;

/* One call: the primitive and how it is rounded. */
typedef struct work {
	const atl_binary *f;
	atl_rounder r;
	atl_rounding mode;
	quality how;
	int fn;
	bool two;
	atl_num *num;
} work;

static quality quality1(atl_fn1 f)
{
	switch (f) {
	case ATL_FN1_neg: case ATL_FN1_abs: case ATL_FN1_sign: case ATL_FN1_floor:
	case ATL_FN1_ceil: case ATL_FN1_round: case ATL_FN1_not:
		return EXACT;
	case ATL_FN1_sqrt:
		return ONCE;
	default:
		return NEAR;
	}
}

static quality quality2(atl_fn2 f)
{
	switch (f) {
	case ATL_FN2_add: case ATL_FN2_sub: case ATL_FN2_mul: case ATL_FN2_div: case ATL_FN2_mod:
		return ONCE;
	case ATL_FN2_pow: case ATL_FN2_xlogy:
		return NEAR;
	default:
		return EXACT;
	}
}

static work begin(int fn, bool two, atl_num *num)
{
	const atl_binary *f = atl_num_format(num);
	const work w = { f, atl_rounder_of(f), num->rounding,
		         two ? quality2((atl_fn2)fn) : quality1((atl_fn1)fn), fn, two, num };
	return w;
}

/* ---- one entry, in any mode ---- */

static double odd_once(const work *w, double r, double a, double b)
{
	if (!w->two)
		return atl_odd_root(a);
	switch (w->fn) {
	case ATL_FN2_add: return atl_odd_sum(a, b, w->mode);
	case ATL_FN2_sub: return atl_odd_sum(a, -b, w->mode);
	case ATL_FN2_div: return atl_odd_quotient(a, b);
	case ATL_FN2_mod: {
		double t = fmod(a, b); /* exact; r is t or t + b */
		return r == t ? r : atl_odd_sum(t, b, w->mode);
	}
	default: return r;
	}
}

static double odd_near(const work *w, double a, double b)
{
	return w->two ? atl_odd_map2((atl_fn2)w->fn, a, b) : atl_odd_map1((atl_fn1)w->fn, a);
}

/* A result that is no finite double, or came from operands that are none. */
static double settle(const work *w, double r, double a, double b)
{
	bool pole = w->two ? atl_float64_pole2((atl_fn2)w->fn, a, b)
	                   : atl_float64_pole1((atl_fn1)w->fn, a);

	if (isnan(a) || (w->two && isnan(b)))
		return r;
	if (isnan(r) || (pole && !w->num->ieee)) {
		w->num->flags |= ATL_NUM_INVALID;
		return NAN;
	}
	if (!pole && isfinite(a) && (!w->two || isfinite(b)))
		return atl_round_once(copysign(DBL_MAX, r), w->f, w->mode, w->num);
	return atl_format_infinity(r, w->f);
}

/* r is what float64 makes of the operands. */
static double one(const work *w, double r, double a, double b)
{
	double y;

	if (!isfinite(r))
		return settle(w, r, a, b);
	if (w->how == ONCE && w->mode != ATL_ROUND_NEAREST)
		r = odd_once(w, r, a, b);
	if (w->how != NEAR)
		return atl_round_once(r, w->f, w->mode, w->num);
	if (r == 0 && w->mode == ATL_ROUND_NEAREST)
		return r;
	/* An infinite operand gives an exact result, or an irrational one. */
	if (atl_round_certain(&y, r, ATL_NEAR, w->f, w->mode, w->num))
		return y;
	return atl_round_once(odd_near(w, a, b), w->f, w->mode, w->num);
}

/* ---- a block, to nearest ---- */

/* Rounds r into y; false when an entry is not certain, or past the largest number. */
static inline bool round_block(double *restrict y, const double *restrict r, size_t n,
                               const atl_rounder *c, bool near, atl_grid grid)
{
	const double largest = c->largest;
	long bad = 0;

	for (size_t i = 0; i < n; i++) {
		double lo = near ? r[i] * (1 - ATL_NEAR) : r[i];
		y[i] = atl_round_grid(lo, c, grid);
		bad |= !(fabs(y[i]) <= largest);
		if (near)
			bad |= y[i] != atl_round_grid(r[i] * (1 + ATL_NEAR), c, grid);
	}
	return bad == 0;
}

static bool round_nearest(double *y, const double *r, size_t n, const work *w)
{
	bool near = w->how == NEAR, single = w->r.grid == ATL_GRID_SINGLE;

	if (near)
		return single ? round_block(y, r, n, &w->r, true, ATL_GRID_SINGLE)
		              : round_block(y, r, n, &w->r, true, ATL_GRID_BITS);
	return single ? round_block(y, r, n, &w->r, false, ATL_GRID_SINGLE)
	              : round_block(y, r, n, &w->r, false, ATL_GRID_BITS);
}

static void finish(double *y, const double *r, const double *a, size_t sa, const double *b,
                   size_t sb, size_t n, const work *w)
{
	double rounded[BLOCK];

	if (w->mode == ATL_ROUND_NEAREST && round_nearest(rounded, r, n, w)) {
		memcpy(y, rounded, n * sizeof *y);
		return;
	}
	for (size_t i = 0; i < n; i++)
		y[i] = one(w, r[i], a[i * sa], b[i * sb]);
}

/* What becomes of float64's infinities is settled here; the bound of NEAR is
 * that of plain kernels. */
static atl_answer run1(void *y, const void *x, size_t n, atl_num *num, atl_fn1 f)
{
	const work w = begin((int)f, false, num);
	atl_f64_fn1 *kernel = w.how == NEAR ? atl_f64_plain1(f) : atl_f64_kernel1_for(f, n);
	double r[BLOCK], *out = y;
	const double *in = x;

	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < BLOCK ? n - i : BLOCK;
		if (i > 0 && atl_num_stop(num))
			return ATL_STOPPED;
		kernel(r, in + i, m);
		finish(out + i, r, in + i, 1, in + i, 1, m, &w);
	}
	return ATL_FINE;
}

static atl_answer run2(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                       atl_num *num, atl_fn2 f)
{
	const work w = begin((int)f, true, num);
	atl_f64_fn2 *kernel = w.how == NEAR ? atl_f64_plain2(f) : atl_f64_kernel2_for(f, n);
	double r[BLOCK], *out = y;
	const double *u = a, *v = b;

	for (size_t i = 0, m; i < n; i += m) {
		const double *p = u + i * sa, *q = v + i * sb;
		m = n - i < BLOCK ? n - i : BLOCK;
		if (i > 0 && atl_num_stop(num))
			return ATL_STOPPED;
		kernel(r, p, sa, q, sb, m);
		finish(out + i, r, p, sa, q, sb, m, &w);
	}
	return ATL_FINE;
}

#define MAP1(f)                                                                          \
	atl_answer atl_format_##f(void *y, const void *x, size_t n, atl_num *num)        \
	{                                                                                \
		return run1(y, x, n, num, ATL_FN1_##f);                                  \
	}
#define MAP2(f)                                                                          \
	atl_answer atl_format_##f(void *y, const void *a, size_t sa, const void *b,      \
	                          size_t sb, size_t n, atl_num *num)                     \
	{                                                                                \
		return run2(y, a, sa, b, sb, n, num, ATL_FN2_##f);                       \
	}
ATL_FN1_LIST(MAP1)
ATL_FN2_LIST(MAP2)
