/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_sum.c: sums, products and dot products of doubles.
 *
 * The order of a sum (and of a dot product, over its products), the same on
 * every machine: the terms are cut into runs of 1024, the last one shorter, and
 * the sums of the runs are added up as terms are.  In a run of 32 or more, term i
 * of the first whole 32s goes to lane i mod 32; then lane k takes (k + k+16) +
 * (k+8 + k+24), for k < 8.  What is left, or a run of 8 to 31, goes 8 at a time
 * to these 8 lanes; they are added as ((0+1)+(2+3))+((4+5)+(6+7)); and what is
 * left past a multiple of 8 is added left to right, as fewer than 8 are.  The
 * error grows with log n.  A product goes left to right.
 *
 * A sum of finite terms is infinite only if its value is too large: where a partial
 * sum overflowed, the terms are added again at a smaller scale. */
#include "number/float64.h"

#include <math.h>
#include "base/mem.h"
#include "base/pool.h"
#include "number/float64_set.h"

enum { FEW = ATL_F64_FEW, RUN = ATL_F64_RUN, SHARE = 1 << 17 };

/* A sum of scale * a[i*sa] * b[i*sb]; b may be NULL, for 1. */
typedef struct terms {
	const double *a, *b;
	size_t sa, sb;
	double scale;
} terms;

/* The terms of one run, side by side. */
static void gather(double *restrict out, const terms *t, size_t lo, size_t n)
{
	const double *a = t->a + lo * t->sa;

	for (size_t i = 0; i < n; i++)
		out[i] = a[i * t->sa];
	if (t->scale != 1) {
		for (size_t i = 0; i < n; i++)
			out[i] *= t->scale;
	}
	if (t->b) {
		const double *b = t->b + lo * t->sb;
		for (size_t i = 0; i < n; i++)
			out[i] *= b[i * t->sb];
	}
}

/* The sum of terms lo .. lo+n-1, at most a run of them. */
static double add_run(const terms *t, size_t lo, size_t n)
{
	const atl_f64_set *set = atl_f64_set_for(n);
	double side[RUN];

	if (t->sa == 1 && t->scale == 1 && !t->b)
		return set->sum(t->a + lo, n);
	if (t->sa == 1 && t->scale == 1 && t->sb == 1)
		return set->dot(t->a + lo, t->b + lo, n);
	gather(side, t, lo, n);
	return set->sum(side, n);
}

/* n > RUN terms are at most RUN stretches, each a power of RUN long: sums of
 * runs, of runs of sums of runs, ...; so it is at most 6 deep. */
static double add_terms(const terms *t, size_t lo, size_t n)
{
	double part[RUN];
	size_t stretch = RUN, parts = 0;

	if (n <= RUN)
		return add_run(t, lo, n);
	while ((n - 1) / stretch >= RUN)
		stretch *= RUN;
	for (size_t i = 0; i < n; i += stretch)
		part[parts++] = add_terms(t, lo + i, n - i < stretch ? n - i : stretch);
	return atl_f64_set_for(parts)->sum(part, parts);
}

double atl_f64_sum(const double *x, size_t n)
{
	const terms t = { x, NULL, 1, 0, 1 };

	return add_terms(&t, 0, n);
}

double atl_f64_sum_runs(const double *run, size_t n_runs)
{
	return atl_f64_sum(run, n_runs);
}

double atl_f64_dot(const double *a, const double *b, size_t n)
{
	const terms t = { a, b, 1, 1, 1 };

	return add_terms(&t, 0, n);
}

/* ---- among threads ---- */

typedef struct shared {
	const terms *t;
	size_t n;
	double *run; /* the sums of the runs */
} shared;

static void add_part(void *context, unsigned part, unsigned parts)
{
	const shared *s = context;
	const size_t runs = (s->n + RUN - 1) / RUN;

	for (size_t i = runs * part / parts; i < runs * (part + 1) / parts; i++) {
		const size_t lo = i * RUN;
		s->run[i] = add_run(s->t, lo, s->n - lo < RUN ? s->n - lo : RUN);
	}
}

/* Where there is no memory for the runs' sums, one thread needs none. */
static double add_shared(const terms *t, size_t n)
{
	const size_t runs = (n + RUN - 1) / RUN;
	shared s = { t, n, NULL };

	if (n >= SHARE && atl_pool_threads() > 1)
		s.run = atl_malloc(runs * sizeof *s.run);
	if (!s.run)
		return add_terms(t, 0, n);
	atl_pool_run(add_part, &s, atl_pool_threads());
	double y = atl_f64_sum_runs(s.run, runs);
	atl_free(s.run);
	return y;
}

/* ---- the system's ---- */

static double add_few(const terms *t, size_t n)
{
	double y = 0;

	for (size_t i = 0; i < n; i++)
		y += t->b ? t->a[i * t->sa] * t->b[i * t->sb] : t->a[i * t->sa];
	return y;
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
	double y = n < FEW ? add_few(t, n) : n <= RUN ? add_run(t, 0, n) : add_shared(t, n);
	bool nan = false;

	if (isfinite(y))
		return y;
	bool finite = all_finite(t->a, t->sa, n, &nan);
	if (t->b)
		finite = all_finite(t->b, t->sb, n, &nan) && finite;
	if (finite) {
		terms small = *t;
		small.scale = 0x1p-64;
		y = add_shared(&small, n) * 0x1p64;
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
