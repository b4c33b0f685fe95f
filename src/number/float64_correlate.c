/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_correlate.c: sliding dot products of doubles.
 *
 * An entry is the sum of its products in the order of the weights, started
 * from 0, as in float64_matmul.c; several neighbours are kept in registers
 * over all weights (float64_slide.h):
 *
 *      x  . . . . [a b c d] . .      y[i..i+3] += w[j] * x[at[j] + i ...]
 */
#include "number/float64.h"

#include <math.h>
#include <string.h>

typedef struct sliding {
	const double *x, *w;
	const size_t *at;
	size_t step, k;
} sliding;

/* n < 5 entries, x's neighbours anywhere. */
static void few(double *y, const sliding *s, const double *x, size_t n)
{
	double t[4] = { 0 };

	for (size_t j = 0; j < s->k; j++) {
		const double u = s->w[j], *q = x + s->at[j];
		for (size_t r = 0; r < n; r++)
			t[r] += u * q[r * s->step];
	}
	memcpy(y, t, n * sizeof *t);
}

#define NAME(f) f##_plain
#define TARGET
#define LANE 2
#define SPREAD(u) { (u), (u) }
#include "number/float64_slide.h"

#if defined(__x86_64__) && defined(__GNUC__)
#undef NAME
#undef TARGET
#undef LANE
#undef SPREAD
#define NAME(f) f##_avx2
#define TARGET __attribute__((target("avx2")))
#define LANE 4
#define SPREAD(u) { (u), (u), (u), (u) }
#include "number/float64_slide.h"

static bool is_wide(void)
{
	return __builtin_cpu_supports("avx2");
}
#else
#define slide_avx2 slide_plain
static bool is_wide(void)
{
	return false;
}
#endif

/* x's neighbours `step` apart. */
static void stride(double *y, const sliding *s, size_t n)
{
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
		few(y + i, s, s->x + i * s->step, 4);
	if (i < n)
		few(y + i, s, s->x + i * s->step, n - i);
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

	if (step != 1)
		stride(y, &s, n);
	else if (is_wide())
		slide_avx2(y, &s, n);
	else
		slide_plain(y, &s, n);
	if (atl_float64_unusual(y, n))
		explain(y, &s, n, num);
	return ATL_FINE;
}
