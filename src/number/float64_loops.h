/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_loops.h: the loops of the kernels, to be included once a set.
 *
 * Before it is included, TARGET is the attribute that names the instructions.
 * All loops are plain C over float64_scalar.h, for the compiler to vectorise. */
#include <float.h>
#include <string.h>
#include "number/float64_scalar.h"
#include "number/float64_set.h"

#define LOOP1(f)                                                                         \
	TARGET static void loop_##f(double *restrict y, const double *x, size_t n)       \
	{                                                                                \
		for (size_t i = 0; i < n; i++)                                           \
			y[i] = atl_f64_one_##f(x[i]);                                    \
	}

/* The strides are told apart outside the loops. */
#define LOOP2_OVER(f, one)                                                               \
	TARGET static void loop_##f(double *restrict y, const double *a, size_t sa,      \
	                            const double *b, size_t sb, size_t n)                \
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
TARGET static void loop_div(double *restrict y, const double *a, size_t sa, const double *b,
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

TARGET static bool loop_unusual(const double *x, size_t n)
{
	long bad = 0;

	for (size_t i = 0; i < n; i++)
		bad |= !(fabs(x[i]) <= DBL_MAX);
	return bad != 0;
}

/* ---- runs of sums ----
 *
 * Terms go 32 at a time to 4 x 8 lanes, which are then folded to 8; what is
 * left goes 8 at a time to those; they are added in pairs; and then what is
 * left, left to right. */

enum { LANES = 8, WIDE = 4 * LANES };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

static inline double sum_of_lanes(const lanes *t)
{
	double p[LANES];

	memcpy(p, t, sizeof p);
	return ((p[0] + p[1]) + (p[2] + p[3])) + ((p[4] + p[5]) + (p[6] + p[7]));
}

/* One run.  LOAD(t, i) gives 8 terms from i on; `term`, over i, is one. */
#define RUN(LOAD, term)                                                                  \
	lanes t, u, v, w, next;                                                          \
	double y = 0;                                                                    \
	size_t i = 0;                                                                    \
	if (n >= LANES) {                                                                \
		LOAD(t, 0);                                                              \
		i = LANES;                                                               \
		if (n >= WIDE) {                                                         \
			LOAD(u, LANES);                                                  \
			LOAD(v, 2 * LANES);                                              \
			LOAD(w, 3 * LANES);                                              \
			for (i = WIDE; i + WIDE <= n; i += WIDE) {                       \
				LOAD(next, i);                                           \
				t += next;                                               \
				LOAD(next, i + LANES);                                   \
				u += next;                                               \
				LOAD(next, i + 2 * LANES);                               \
				v += next;                                               \
				LOAD(next, i + 3 * LANES);                               \
				w += next;                                               \
			}                                                                \
			t = (t + v) + (u + w);                                           \
		}                                                                        \
		for (; i + LANES <= n; i += LANES) {                                     \
			LOAD(next, i);                                                   \
			t += next;                                                       \
		}                                                                        \
		y = sum_of_lanes(&t);                                                    \
	}                                                                                \
	for (; i < n; i++)                                                               \
		y += (term);                                                             \
	return y

#define LOAD_TERM(to, at) memcpy(&(to), x + (at), sizeof(to))
#define LOAD_PRODUCT(to, at)                                                             \
	do {                                                                             \
		lanes factor;                                                            \
		memcpy(&(to), a + (at), sizeof(to));                                     \
		memcpy(&factor, b + (at), sizeof factor);                                \
		(to) *= factor;                                                          \
	} while (0)

TARGET static double run_sum(const double *x, size_t n)
{
	RUN(LOAD_TERM, x[i]);
}

TARGET static double run_dot(const double *a, const double *b, size_t n)
{
	RUN(LOAD_PRODUCT, a[i] * b[i]);
}

/* What every set has in its table; the other functions come before. */
#define LOOP_ROW1(f) .fn1[ATL_FN1_##f] = loop_##f,
#define LOOP_ROW2(f) .fn2[ATL_FN2_##f] = loop_##f,
#define LOOP_ROWS                                                                        \
	ATL_FN1_LIST(LOOP_ROW1)                                                          \
	ATL_FN2_LIST(LOOP_ROW2)                                                          \
	.sum = run_sum, .dot = run_dot, .unusual = loop_unusual
