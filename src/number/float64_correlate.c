/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_correlate.c: sliding dot products of doubles.
 *
 * An entry is the sum of its products in the order of the weights, started
 * from 0, as in float64_matmul.c; several neighbours are kept in registers
 * over all weights:
 *
 *      x  . . . . [a b c d] . .      y[i..i+3] += w[j] * x[at[j] + i ...]
 */
#include "number/float64.h"

#include <math.h>
#include <string.h>

#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3") /* unrolls the loops over registers */
#endif

enum { LANE = 4, MOST = 4 };

typedef double lanes __attribute__((vector_size(LANE * sizeof(double))));

typedef struct sliding {
	const double *x, *w;
	const size_t *at;
	size_t step, k;
} sliding;

/* y[0 .. LANE*width) from x on, neighbours of x side by side. */
static inline __attribute__((always_inline)) void dense(double *y, const sliding *s, const double *x, const int width)
{
	lanes t[MOST], v;

	for (int r = 0; r < width; r++)
		t[r] = (lanes){ 0 };
	for (size_t j = 0; j < s->k; j++) {
		const double u = s->w[j], *q = x + s->at[j];
		for (int r = 0; r < width; r++) {
			memcpy(&v, q + r * LANE, sizeof v);
			t[r] += (lanes){ u, u, u, u } * v;
		}
	}
	for (int r = 0; r < width; r++)
		memcpy(y + r * LANE, &t[r], sizeof t[r]);
}

/* The same with x's neighbours `step` apart. */
static void sparse(double *y, const sliding *s, const double *x)
{
	double t[LANE] = { 0 };

	for (size_t j = 0; j < s->k; j++) {
		const double u = s->w[j], *q = x + s->at[j];
		for (size_t r = 0; r < LANE; r++)
			t[r] += u * q[r * s->step];
	}
	memcpy(y, t, sizeof t);
}

static double one(const sliding *s, const double *x)
{
	double t = 0;

	for (size_t j = 0; j < s->k; j++)
		t += s->w[j] * x[s->at[j]];
	return t;
}

static void slide(double *y, const sliding *s, size_t n)
{
	size_t i = 0;

	for (; s->step == 1 && i + MOST * LANE <= n; i += MOST * LANE)
		dense(y + i, s, s->x + i, MOST);
	for (; s->step == 1 && i + 2 * LANE <= n; i += 2 * LANE)
		dense(y + i, s, s->x + i, 2);
	for (; i < n && n >= LANE; i += LANE) {
		if (i + LANE > n)
			i = n - LANE; /* some are computed again, and come out the same */
		if (s->step == 1)
			dense(y + i, s, s->x + i, 1);
		else
			sparse(y + i, s, s->x + i * s->step);
	}
	for (; i < n; i++)
		y[i] = one(s, s->x + i * s->step);
}

/* Sets the flags for results that are infinite or no value. */
static void explain(const double *y, const sliding *s, size_t n, atl_num *num)
{
	bool usual = !atl_float64_unusual(s->w, s->k), nan = false, nan_in = false;

	for (size_t j = 0; j < s->k; j++) {
		nan_in = nan_in || isnan(s->w[j]);
		for (size_t i = 0; i < n; i++) {
			double v = s->x[s->at[j] + i * s->step];
			usual = usual && isfinite(v);
			nan_in = nan_in || isnan(v);
		}
	}
	for (size_t i = 0; i < n; i++)
		nan = nan || isnan(y[i]);
	if (usual)
		num->flags |= ATL_NUM_OVERFLOWED;
	else if (nan && !nan_in)
		num->flags |= ATL_NUM_INVALID;
}

atl_answer atl_float64_correlate(void *y, const void *x, size_t step, const size_t *at, const void *w, size_t k, size_t n,
                                 atl_num *num)
{
	const sliding s = { x, w, at, step, k };

	slide(y, &s, n);
	if (atl_float64_unusual(y, n))
		explain(y, &s, n, num);
	return ATL_FINE;
}
