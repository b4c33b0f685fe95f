/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_map.c: the elementwise primitives on doubles.
 *
 * A kernel (float64_kernel.h) computes a block as IEEE 754 does.  A block with
 * an infinity or a NaN in it (seldom) is then settled: 1/0 and log(0) become no
 * value unless num->ieee, and the flags are set by what went in.  A block whose
 * output is also an input is computed aside, so what went in is still there.
 * One entry, the most common array of all, and a few go straight through. */
#include "number/float64.h"

#include <math.h>
#include <string.h>
#include "base/pool.h"
#include "number/float64_scalar.h"
#include "number/float64_set.h"

enum { BLOCK = ATL_F64_RUN, FEW = 8 };

bool atl_float64_unusual(const double *x, size_t n)
{
	return atl_f64_set_for(n)->unusual(x, n);
}

bool atl_float64_pole1(atl_fn1 f, double x)
{
	return f == ATL_FN1_log1p ? x == -1
	     : (f == ATL_FN1_log || f == ATL_FN1_log2 || f == ATL_FN1_log10) && x == 0;
}

bool atl_float64_pole2(atl_fn2 f, double a, double b)
{
	return f == ATL_FN2_div ? b == 0
	     : f == ATL_FN2_pow ? a == 0 && b < 0
	     : f == ATL_FN2_xlogy && b == 0;
}

/* y came from operands that are values; `finite` and `pole` describe them. */
static double settle(double y, bool finite, bool pole, atl_num *num)
{
	if (pole && isinf(y)) {
		if (num->ieee)
			return y;
		y = NAN;
	}
	if (isnan(y))
		num->flags |= ATL_NUM_INVALID;
	else if (isinf(y) && finite)
		num->flags |= ATL_NUM_OVERFLOWED;
	return y;
}

static void settle1(double *y, const double *x, size_t n, atl_fn1 f, atl_num *num)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(y[i]) && !isnan(x[i]))
			y[i] = settle(y[i], isfinite(x[i]), atl_float64_pole1(f, x[i]), num);
	}
}

static void settle2(double *y, const double *a, size_t sa, const double *b, size_t sb, size_t n,
                    atl_fn2 f, atl_num *num)
{
	for (size_t i = 0; i < n; i++) {
		const double u = a[i * sa], v = b[i * sb];
		if (!isfinite(y[i]) && !isnan(u) && !isnan(v))
			y[i] = settle(y[i], isfinite(u) && isfinite(v), atl_float64_pole2(f, u, v), num);
	}
}

/* One call: y = f(a) or f(a, b), over entries of the same stride as y's or of stride 0. */
typedef struct call {
	double *y;
	const double *a, *b;
	size_t sa, sb, n;
	int fn;
	atl_f64_fn1 *kernel1; /* or */
	atl_f64_fn2 *kernel2;
	atl_num *num;
} call;

static void run_block(double *restrict y, const call *c, const double *a, const double *b, size_t n)
{
	if (c->kernel1)
		c->kernel1(y, a, n);
	else
		c->kernel2(y, a, c->sa, b, c->sb, n);
	if (!atl_float64_unusual(y, n))
		return;
	if (c->kernel1)
		settle1(y, a, n, (atl_fn1)c->fn, c->num);
	else
		settle2(y, a, c->sa, b, c->sb, n, (atl_fn2)c->fn, c->num);
}

static atl_answer run(const call *c)
{
	double aside[BLOCK];
	const bool same = c->y == c->a || c->y == c->b;

	for (size_t i = 0, m; i < c->n; i += m) {
		m = c->n - i < BLOCK ? c->n - i : BLOCK;
		if (i > 0 && atl_num_stop(c->num))
			return ATL_STOPPED;
		run_block(same ? aside : c->y + i, c, c->a + i * c->sa, c->b + i * c->sb, m);
		if (same)
			memcpy(c->y + i, aside, m * sizeof(double));
	}
	return ATL_FINE;
}

/* ---- among threads ---- */

typedef struct shared {
	const call *whole;
	atl_num num[ATL_POOL_MAX];
	atl_answer answer[ATL_POOL_MAX];
} shared;

/* A part is a range of whole blocks, but for the last. */
static void run_part(void *context, unsigned part, unsigned parts)
{
	shared *s = context;
	call c = *s->whole;
	size_t blocks = (c.n + BLOCK - 1) / BLOCK;
	size_t lo = blocks * part / parts * BLOCK, hi = blocks * (part + 1) / parts * BLOCK;

	c.n = (hi < c.n ? hi : c.n) - lo;
	c.y += lo;
	c.a += lo * c.sa;
	c.b += lo * c.sb;
	s->num[part] = *c.num;
	c.num = &s->num[part];
	s->answer[part] = run(&c);
}

static atl_answer run_shared(const call *c)
{
	unsigned parts = atl_pool_threads();
	atl_answer answer = ATL_FINE;
	shared s;

	if (parts == 1)
		return run(c);
	s.whole = c;
	atl_pool_run(run_part, &s, parts);
	for (unsigned i = 0; i < parts; i++) {
		c->num->flags |= s.num[i].flags;
		if (answer == ATL_FINE)
			answer = s.answer[i];
	}
	return answer;
}

static atl_answer run1(void *y, const void *x, size_t n, atl_num *num, atl_fn1 f)
{
	const call c = { .y = y, .a = x, .b = x, .sa = 1, .n = n, .fn = (int)f,
		         .kernel1 = atl_f64_kernel1_for(f, n), .num = num };

	return atl_f64_share1(f, n) ? run_shared(&c) : run(&c);
}

static atl_answer run2(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                       atl_num *num, atl_fn2 f)
{
	const call c = { .y = y, .a = a, .b = b, .sa = sa, .sb = sb, .n = n, .fn = (int)f,
		         .kernel2 = atl_f64_kernel2_for(f, n), .num = num };

	return atl_f64_share2(f, n) ? run_shared(&c) : run(&c);
}

/* ---- the primitives ---- */

#define MAP1(f)                                                                          \
	atl_answer atl_float64_##f(void *y, const void *x, size_t n, atl_num *num)       \
	{                                                                                \
		if (n > FEW)                                                             \
			return run1(y, x, n, num, ATL_FN1_##f);                          \
		for (size_t i = 0; i < n; i++) {                                         \
			const double u = ((const double *)x)[i], r = atl_f64_one_##f(u); \
			((double *)y)[i] = isfinite(r) || isnan(u)                       \
			                 ? r                                             \
			                 : settle(r, isfinite(u),                        \
			                          atl_float64_pole1(ATL_FN1_##f, u), num); \
		}                                                                        \
		return ATL_FINE;                                                         \
	}

#define MAP2(f)                                                                          \
	atl_answer atl_float64_##f(void *y, const void *a, size_t sa, const void *b,     \
	                           size_t sb, size_t n, atl_num *num)                    \
	{                                                                                \
		if (n > FEW)                                                             \
			return run2(y, a, sa, b, sb, n, num, ATL_FN2_##f);               \
		for (size_t i = 0; i < n; i++) {                                         \
			const double u = ((const double *)a)[i * sa];                    \
			const double v = ((const double *)b)[i * sb];                    \
			const double r = atl_f64_one_##f(u, v);                          \
			((double *)y)[i] = isfinite(r) || isunordered(u, v)              \
			                 ? r                                             \
			                 : settle(r, isfinite(u) && isfinite(v),         \
			                          atl_float64_pole2(ATL_FN2_##f, u, v), num); \
		}                                                                        \
		return ATL_FINE;                                                         \
	}

ATL_FN1_LIST(MAP1)
ATL_FN2_LIST(MAP2)
