/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_loops.h: the loops of the kernels, to be included once a set.
 *
 * All loops are plain C over float64_scalar.h, for the compiler to vectorise. */
#include <string.h>
#include "number/float64_scalar.h"
#include "number/float64_set.h"

#define LOOP1(f)                                                                         \
	static void loop_##f(double *restrict y, const double *x, size_t n)              \
	{                                                                                \
		for (size_t i = 0; i < n; i++)                                           \
			y[i] = atl_f64_one_##f(x[i]);                                    \
	}

/* The strides are told apart outside the loops. */
#define LOOP2_OVER(f, one)                                                               \
	static void loop_##f(double *restrict y, const double *a, size_t sa,             \
	                     const double *b, size_t sb, size_t n)                       \
	{                                                                                \
		if (sa && sb) {                                                          \
			for (size_t i = 0; i < n; i++)                                   \
				y[i] = one(a[i], b[i]);                                  \
		} else if (sb) {                                                         \
			const double u = *a;                                             \
			for (size_t i = 0; i < n; i++)                                   \
				y[i] = one(u, b[i]);                                     \
		} else {                                                                 \
			const double v = *b;                                             \
			for (size_t i = 0; i < n; i++)                                   \
				y[i] = one(a[i * sa], v);                                \
		}                                                                        \
	}
#define LOOP2(f) LOOP2_OVER(f, atl_f64_one_##f)

static inline double quotient(double u, double v)
{
	return u / v;
}

LOOP2_OVER(quotient, quotient)

/* The zeros that are divided by are looked for apart. */
static void loop_div(double *restrict y, const double *a, size_t sa, const double *b,
                     size_t sb, size_t n)
{
	long zero = 0;

	loop_quotient(y, a, sa, b, sb, n);
	for (size_t i = 0, m = sb ? n : n > 0; i < m; i++)
		zero |= b[i] == 0;
	if (zero)
		atl_f64_flags_raise(ATL_F64_DIVBYZERO);
}

LOOP1(neg)
LOOP1(abs)
LOOP1(sign)
LOOP1(floor)
LOOP1(ceil)
LOOP1(round)
LOOP1(sqrt)
LOOP1(not)
LOOP2(add)
LOOP2(sub)
LOOP2(mul)
LOOP2(mod)
LOOP2(min)
LOOP2(max)
LOOP2(eq)
LOOP2(ne)
LOOP2(lt)
LOOP2(le)
LOOP2(gt)
LOOP2(ge)
LOOP2(and)
LOOP2(or)

static bool loop_unusual(const double *x, size_t n)
{
	/* An exponent of ones carries into the sign. */
	const uint64_t exponent = UINT64_C(0x7ff) << 52, one = UINT64_C(1) << 52;
	uint64_t bad = 0, bits;

	for (size_t i = 0; i < n; i++) {
		memcpy(&bits, x + i, sizeof bits);
		bad |= (bits & exponent) + one;
	}
	return bad >> 63;
}

/* ---- runs of sums (float64_sum.c says in which order) ---- */

enum { LANES = 8, WIDE = 4 * LANES };

/* The sum y of one run, of a type T; `term` is a function of i. */
#define RUN(T, term)                                                                     \
	T wide_lane[WIDE], lane[LANES], y = { 0 };                                       \
	size_t i = 0;                                                                    \
	if (n >= WIDE) {                                                                 \
		for (size_t k = 0; k < WIDE; k++)                                        \
			wide_lane[k] = term(k);                                          \
		for (i = WIDE; i + WIDE <= n; i += WIDE) {                               \
			for (size_t k = 0; k < WIDE; k++)                                \
				wide_lane[k] += term(i + k);                             \
		}                                                                        \
		for (size_t k = 0; k < LANES; k++)                                       \
			lane[k] = (wide_lane[k] + wide_lane[k + 2 * LANES]) +            \
			          (wide_lane[k + LANES] + wide_lane[k + 3 * LANES]);     \
	} else if (n >= LANES) {                                                         \
		for (size_t k = 0; k < LANES; k++)                                       \
			lane[k] = term(k);                                               \
		i = LANES;                                                               \
	}                                                                                \
	for (; i + LANES <= n; i += LANES) {                                             \
		for (size_t k = 0; k < LANES; k++)                                       \
			lane[k] += term(i + k);                                          \
	}                                                                                \
	if (n >= LANES)                                                                  \
		y = ((lane[0] + lane[1]) + (lane[2] + lane[3])) +                        \
		    ((lane[4] + lane[5]) + (lane[6] + lane[7]));                         \
	for (; i < n; i++)                                                               \
		y += term(i)

#define TERM(i) x[i]
#define PRODUCT(i) (a[i] * b[i])
#define ROW(i) (*(const strip *)(x + (i) * stride))

static double run_sum(const double *x, size_t n)
{
	RUN(double, TERM);
	return y;
}

static double run_dot(const double *a, const double *b, size_t n)
{
	RUN(double, PRODUCT);
	return y;
}

typedef double eight __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));

/* a's entries in another order. */
#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLE(a, ...) __builtin_shufflevector(a, a, __VA_ARGS__)
#else
typedef int64_t places __attribute__((vector_size(LANES * sizeof(int64_t))));
#define SHUFFLE(a, ...) __builtin_shuffle(a, (places){ __VA_ARGS__ })
#endif

/* run_sum of whole 32s: the last sums are made in all places at once. */
static inline double sum_wide(const double *x, size_t n)
{
	const eight *v = (const eight *)x;
	eight a = v[0], b = v[1], c = v[2], d = v[3];

	for (const eight *end = v + n / LANES; (v += 4) < end;) {
		a += v[0];
		b += v[1];
		c += v[2];
		d += v[3];
	}
	a = (a + c) + (b + d);
	a += SHUFFLE(a, 1, 0, 3, 2, 5, 4, 7, 6);
	a += SHUFFLE(a, 2, 3, 0, 1, 6, 7, 4, 5);
	a += SHUFFLE(a, 4, 5, 6, 7, 0, 1, 2, 3);
	return a[0];
}

static void run_lanes(double *y, const double *x, size_t lane, size_t n)
{
	for (size_t i = 0; i < n && lane % WIDE == 0 && lane; i++)
		y[i] = sum_wide(x + i * lane, lane);
	for (size_t i = 0; i < n && lane % WIDE != 0; i++)
		y[i] = run_sum(x + i * lane, lane);
}

static void loop_fill(double *restrict y, double v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] = v;
}

typedef double strip __attribute__((vector_size(ATL_F64_STRIP * sizeof(double)), aligned(sizeof(double)), may_alias));

static void run_strip(double *to, const double *x, size_t stride, size_t n)
{
	RUN(strip, ROW);
	*(strip *)to = y;
}

#include "number/float64_tile.h"

/* What every set has in its table; the other functions come before. */
#define LOOP_ROW1(f) .fn1[ATL_FN1_##f] = loop_##f,
#define LOOP_ROW2(f) .fn2[ATL_FN2_##f] = loop_##f,
#define LOOP_ROWS                                                                        \
	ATL_FN1_LIST(LOOP_ROW1)                                                          \
	ATL_FN2_LIST(LOOP_ROW2)                                                          \
	.sum = run_sum, .lanes = run_lanes, .fill = loop_fill, .dot = run_dot, .strip = run_strip, .unusual = loop_unusual, .block = loop_block
