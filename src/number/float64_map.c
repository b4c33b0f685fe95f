/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_map.c: the elementwise primitives on doubles.
 *
 * Each primitive is a plain loop over a block that computes as IEEE 754 does
 * and that a compiler can vectorise.  A block with an infinity or a NaN in it
 * (seldom) is then settled: 1/0 and log(0) become no value unless num->ieee,
 * and the flags are set by what went in.  A block whose output is also an
 * input is computed aside, so what went in is still there. */
#include "number/float64.h"

#include <float.h>
#include <math.h>
#include <string.h>

#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3") /* vectorises loops of any length */
#endif

enum { BLOCK = 1024 };

typedef void kernel1(double *restrict y, const double *x, size_t n);
typedef void kernel2(double *restrict y, const double *a, size_t sa, const double *b, size_t sb,
                     size_t n);

bool atl_float64_unusual(const double *x, size_t n)
{
	long bad = 0;

	for (size_t i = 0; i < n; i++)
		bad |= !(fabs(x[i]) <= DBL_MAX);
	return bad != 0;
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

static atl_answer run1(void *y, const void *x, size_t n, atl_num *num, kernel1 *kernel, atl_fn1 f)
{
	double aside[BLOCK], *out = y;
	const double *in = x;

	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < BLOCK ? n - i : BLOCK;
		if (i > 0 && atl_num_stop(num))
			return ATL_STOPPED;
		double *block = y == x ? aside : out + i;
		kernel(block, in + i, m);
		if (atl_float64_unusual(block, m))
			settle1(block, in + i, m, f, num);
		if (y == x)
			memcpy(out + i, aside, m * sizeof(double));
	}
	return ATL_FINE;
}

static atl_answer run2(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                       atl_num *num, kernel2 *kernel, atl_fn2 f)
{
	double aside[BLOCK], *out = y;
	const double *u = a, *v = b;
	bool same = y == a || y == b;

	for (size_t i = 0, m; i < n; i += m) {
		m = n - i < BLOCK ? n - i : BLOCK;
		if (i > 0 && atl_num_stop(num))
			return ATL_STOPPED;
		double *block = same ? aside : out + i;
		kernel(block, u + i * sa, sa, v + i * sb, sb, m);
		if (atl_float64_unusual(block, m))
			settle2(block, u + i * sa, sa, v + i * sb, sb, m, f, num);
		if (same)
			memcpy(out + i, aside, m * sizeof(double));
	}
	return ATL_FINE;
}

/* One primitive: `expression` in u (and v). */
#define MAP1(f, expression)                                                              \
	static void kernel_##f(double *restrict y, const double *x, size_t n)            \
	{                                                                                \
		for (size_t i = 0; i < n; i++) {                                         \
			const double u = x[i];                                           \
			y[i] = (expression);                                             \
		}                                                                        \
	}                                                                                \
	atl_answer atl_float64_##f(void *y, const void *x, size_t n, atl_num *num)       \
	{                                                                                \
		return run1(y, x, n, num, kernel_##f, ATL_FN1_##f);                      \
	}

/* The strides are told apart outside the loops. */
#define MAP2(f, expression)                                                              \
	static void kernel_##f(double *restrict y, const double *a, size_t sa,           \
	                       const double *b, size_t sb, size_t n)                     \
	{                                                                                \
		if (sa && sb) {                                                          \
			for (size_t i = 0; i < n; i++) {                                 \
				const double u = a[i], v = b[i];                         \
				y[i] = (expression);                                     \
			}                                                                \
		} else if (sb) {                                                         \
			const double u = *a;                                             \
			for (size_t i = 0; i < n; i++) {                                 \
				const double v = b[i];                                   \
				y[i] = (expression);                                     \
			}                                                                \
		} else {                                                                 \
			const double v = *b;                                             \
			for (size_t i = 0; i < n; i++) {                                 \
				const double u = a[i * sa];                              \
				y[i] = (expression);                                     \
			}                                                                \
		}                                                                        \
	}                                                                                \
	atl_answer atl_float64_##f(void *y, const void *a, size_t sa, const void *b,     \
	                           size_t sb, size_t n, atl_num *num)                    \
	{                                                                                \
		return run2(y, a, sa, b, sb, n, num, kernel_##f, ATL_FN2_##f);           \
	}

/* exp of something that is not positive neither overflows nor cancels. */
static inline double sigmoid(double x)
{
	const double e = exp(-fabs(x));

	return (x >= 0 ? 1 : e) / (1 + e);
}

/* Has b's sign; fmod is exact, so there is at most one rounding. */
static inline double modulo(double a, double b)
{
	double r = fmod(a, b);

	return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* As in C, but no value spreads and a negative base wants an integer. */
static inline double power(double a, double b)
{
	if (isunordered(a, b) || (a < 0 && isfinite(b) && b != floor(b)))
		return NAN;
	return b == 2 ? a * a : pow(a, b);
}

MAP1(neg, -u)
MAP1(abs, fabs(u))
MAP1(sign, u > 0 ? 1.0 : u < 0 ? -1.0 : u == 0 ? 0.0 : u)
MAP1(floor, floor(u))
MAP1(ceil, ceil(u))
MAP1(round, round(u))
MAP1(sqrt, sqrt(u))
MAP1(exp, exp(u))
MAP1(expm1, expm1(u))
MAP1(log, log(u))
MAP1(log1p, log1p(u))
MAP1(log2, log2(u))
MAP1(log10, log10(u))
MAP1(sin, sin(u))
MAP1(cos, cos(u))
MAP1(tan, tan(u))
MAP1(asin, asin(u))
MAP1(acos, acos(u))
MAP1(atan, atan(u))
MAP1(sinh, sinh(u))
MAP1(cosh, cosh(u))
MAP1(tanh, tanh(u))
MAP1(erf, erf(u))
MAP1(erfc, erfc(u))
MAP1(sigmoid, sigmoid(u))
MAP1(not, u != u ? u : u == 0 ? 1.0 : 0.0)

MAP2(add, u + v)
MAP2(sub, u - v)
MAP2(mul, u * v)
MAP2(div, u / v)
MAP2(pow, power(u, v))
MAP2(mod, modulo(u, v))
MAP2(min, u < v || u != u ? u : v)
MAP2(max, u > v || u != u ? u : v)
MAP2(xlogy, u == 0 ? 0.0 : u * log(v))

/* A comparison with no value is no value. */
#define TRUTH(expression) (isunordered(u, v) ? NAN : (expression) ? 1.0 : 0.0)
MAP2(eq, TRUTH(u == v))
MAP2(ne, TRUTH(u != v))
MAP2(lt, TRUTH(u < v))
MAP2(le, TRUTH(u <= v))
MAP2(gt, TRUTH(u > v))
MAP2(ge, TRUTH(u >= v))
MAP2(and, TRUTH(u != 0 && v != 0))
MAP2(or, TRUTH(u != 0 || v != 0))
