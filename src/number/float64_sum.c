/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_sum.c: sums, products and dot products of doubles.
 *
 * The order of a sum (and of a dot product, over its products) of n terms:
 * fewer than 8 are added left to right.  Up to 128 go to 8 lanes, term i to
 * lane i mod 8; the lanes are added as ((0+1)+(2+3))+((4+5)+(6+7)), then what
 * is left over past a multiple of 8, left to right.  A longer range is halved
 * (the first half a multiple of 8) and the two sums are added: the error
 * grows with log n.  A product goes left to right.
 *
 * A sum of finite terms is infinite only if its value is too large: where a partial
 * sum overflowed, the terms are added again at a smaller scale. */
#include "number/float64.h"

#include <math.h>

#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3") /* vectorises loops of any length */
#endif

enum { LANES = 8, BLOCK = 128 };

/* A sum of s * a[i*sa] * b[i*sb]; b may be NULL, for 1. */
typedef struct terms {
	const double *a, *b;
	size_t sa, sb;
	double scale;
} terms;

static inline double term(const terms *t, size_t i, bool products, bool scaled)
{
	double v = t->a[i * t->sa];

	if (scaled)
		v *= t->scale;
	return products ? v * t->b[i * t->sb] : v;
}

static inline double add_block(const terms *t, size_t lo, size_t n, bool products, bool scaled)
{
	double lane[LANES], y = 0;
	size_t i = 0;

	if (n >= LANES) {
		for (size_t k = 0; k < LANES; k++)
			lane[k] = term(t, lo + k, products, scaled);
		for (i = LANES; i + LANES <= n; i += LANES) {
			for (size_t k = 0; k < LANES; k++)
				lane[k] += term(t, lo + i + k, products, scaled);
		}
		y = ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
		    ((lane[4] + lane[5]) + (lane[6] + lane[7]));
	}
	for (; i < n; i++)
		y += term(t, lo + i, products, scaled);
	return y;
}

/* The cases that matter, told apart so that each is a loop of its own. */
static double add_terms(const terms *t, size_t lo, size_t n)
{
	if (t->scale != 1)
		return add_block(t, lo, n, t->b != NULL, true);
	if (!t->b)
		return add_block(t, lo, n, false, false);
	if (t->sa == 1 && t->sb == 1) {
		const terms unit = { t->a, t->b, 1, 1, 1 };
		return add_block(&unit, lo, n, true, false);
	}
	return add_block(t, lo, n, true, false);
}

/* Recursion is at most 64 deep: the range is halved each time. */
static double add_pairwise(const terms *t, size_t lo, size_t n)
{
	if (n <= BLOCK)
		return add_terms(t, lo, n);
	size_t half = n / 2;
	half -= half % LANES;
	return add_pairwise(t, lo, half) + add_pairwise(t, lo + half, n - half);
}

static bool all_finite(const double *x, size_t stride, size_t n, bool *nan)
{
	bool finite = true;

	for (size_t i = 0; i < n; i++) {
		finite = finite && isfinite(x[i * stride]);
		*nan = *nan || isnan(x[i * stride]);
	}
	return finite;
}

static double add(const terms *t, size_t n, atl_num *num)
{
	double y = add_pairwise(t, 0, n);
	bool nan = false;

	if (isfinite(y))
		return y;
	bool finite = all_finite(t->a, t->sa, n, &nan);
	if (t->b)
		finite = all_finite(t->b, t->sb, n, &nan) && finite;
	if (finite) {
		terms small = *t;
		small.scale = 0x1p-64;
		y = add_pairwise(&small, 0, n) * 0x1p64;
		if (isinf(y))
			num->flags |= ATL_NUM_OVERFLOWED;
	}
	if (isnan(y) && !nan)
		num->flags |= ATL_NUM_INVALID;
	return y;
}

atl_answer atl_float64_sum(void *y, const void *x, size_t stride, size_t n, atl_num *num)
{
	const terms t = { x, NULL, stride, 0, 1 };

	*(double *)y = add(&t, n, num);
	return ATL_FINE;
}

atl_answer atl_float64_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                           atl_num *num)
{
	const terms t = { a, b, sa, sb, 1 };

	*(double *)y = add(&t, n, num);
	return ATL_FINE;
}

double atl_float64_product(const double *x, size_t stride, size_t n)
{
	double y = 1;
	long exponent = 0;
	int e;

	for (size_t i = 0; i < n; i++)
		y *= x[i * stride];
	if (fabs(y) >= 0x1p-1022 && isfinite(y))
		return y;
	/* Again, with the exponent apart; the same roundings. */
	y = 1;
	for (size_t i = 0; i < n; i++) {
		double v = x[i * stride];
		if (isfinite(v)) {
			v = frexp(v, &e);
			exponent += e;
		}
		y *= v;
		if (isfinite(y)) {
			y = frexp(y, &e);
			exponent += e;
		}
	}
	return ldexp(y, exponent > 5000 ? 5000 : exponent < -5000 ? -5000 : (int)exponent);
}

atl_answer atl_float64_prod(void *y, const void *x, size_t stride, size_t n, atl_num *num)
{
	double p = atl_float64_product(x, stride, n);
	bool nan = false;

	if (!isfinite(p)) {
		bool finite = all_finite(x, stride, n, &nan);
		if (finite)
			num->flags |= ATL_NUM_OVERFLOWED;
		else if (isnan(p) && !nan)
			num->flags |= ATL_NUM_INVALID;
	}
	*(double *)y = p;
	return ATL_FINE;
}
