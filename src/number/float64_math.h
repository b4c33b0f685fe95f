/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_math.h: kernels over libmvec, to be included once a set of vectors.
 *
 * Before it is included, TARGET names the instructions, WIDTH is the number of
 * doubles in a register, ABI how libmvec's names begin, NAME the set's.
 *
 * libmvec gives good values and unreliable exceptions: a masked lane may raise
 * what no entry should, and a special one may raise nothing.  So what it raises
 * is dropped, and the seldom entry whose result is infinite or NaN is computed
 * again by the C library, which raises what it has to. */
#include "number/float64_loops.h"

enum { PART = 256 }; /* entries that are prepared at a time */
typedef double wide __attribute__((vector_size(WIDTH * sizeof(double))));

static atl_f64_math math;

/* The rest of a range is padded with its own entries. */
TARGET static void call1(double *restrict y, const double *x, size_t n, const void *symbol)
{
	wide (*fn)(wide), v;
	double rest[WIDTH];
	size_t i = 0;

	memcpy(&fn, symbol, sizeof fn);
	for (; i + WIDTH <= n; i += WIDTH) {
		memcpy(&v, x + i, sizeof v);
		v = fn(v);
		memcpy(y + i, &v, sizeof v);
	}
	if (i == n)
		return;
	for (size_t k = 0; k < WIDTH; k++)
		rest[k] = x[i + (i + k < n ? k : 0)];
	memcpy(&v, rest, sizeof v);
	v = fn(v);
	memcpy(y + i, &v, (n - i) * sizeof *y);
}

TARGET static void call2(double *restrict y, const double *a, const double *b, size_t n,
                         const void *symbol)
{
	wide (*fn)(wide, wide), u, v;
	double rest_a[WIDTH], rest_b[WIDTH];
	size_t i = 0;

	memcpy(&fn, symbol, sizeof fn);
	for (; i + WIDTH <= n; i += WIDTH) {
		memcpy(&u, a + i, sizeof u);
		memcpy(&v, b + i, sizeof v);
		u = fn(u, v);
		memcpy(y + i, &u, sizeof u);
	}
	if (i == n)
		return;
	for (size_t k = 0; k < WIDTH; k++) {
		rest_a[k] = a[i + (i + k < n ? k : 0)];
		rest_b[k] = b[i + (i + k < n ? k : 0)];
	}
	memcpy(&u, rest_a, sizeof u);
	memcpy(&v, rest_b, sizeof v);
	u = fn(u, v);
	memcpy(y + i, &u, (n - i) * sizeof *y);
}

#define MATH1(f)                                                                         \
	TARGET static void loop_##f(double *restrict y, const double *x, size_t n)       \
	{                                                                                \
		const unsigned state = atl_f64_flags_save();                             \
		call1(y, x, n, &math.fn1[ATL_FN1_##f]);                                  \
		atl_f64_flags_restore(state);                                            \
		if (!loop_unusual(y, n))                                                 \
			return;                                                          \
		for (size_t i = 0; i < n; i++) {                                         \
			if (!isfinite(y[i]))                                             \
				y[i] = atl_f64_one_##f(x[i]);                            \
		}                                                                        \
	}
ATL_F64_LIBMVEC(MATH1)

static inline size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

TARGET static void loop_sigmoid(double *restrict y, const double *x, size_t n)
{
	double e[PART], t[PART];

	for (size_t done = 0, m; done < n; done += m, x += m, y += m) {
		m = least(n - done, PART);
		for (size_t i = 0; i < m; i++)
			t[i] = -fabs(x[i]);
		loop_exp(e, t, m);
		for (size_t i = 0; i < m; i++)
			y[i] = (x[i] >= 0 ? 1 : e[i]) / (1 + e[i]);
	}
}

TARGET static void loop_xlogy(double *restrict y, const double *a, size_t sa, const double *b,
                              size_t sb, size_t n)
{
	double t[PART], u[PART], l[PART];

	for (size_t done = 0, m; done < n; done += m, y += m, a += m * sa, b += m * sb) {
		m = least(n - done, PART);
		for (size_t i = 0; i < m; i++) {
			u[i] = a[i * sa];
			t[i] = u[i] == 0 ? 1 : b[i * sb];
		}
		loop_log(l, t, m);
		for (size_t i = 0; i < m; i++)
			y[i] = u[i] == 0 ? 0.0 : u[i] * l[i];
	}
}

/* What libmvec's pow is asked for: x^y that is a number, and needs more than a
 * multiplication. */
static inline bool asks_pow(double u, double v)
{
	return v != 2 && (u > 0 || (u < 0 && v == floor(v)));
}

TARGET static void part_pow(double *restrict y, const double *a, size_t sa, const double *b,
                            size_t sb, size_t n)
{
	double u[PART], v[PART];

	for (size_t i = 0; i < n; i++) {
		const bool asked = asks_pow(a[i * sa], b[i * sb]);
		u[i] = asked ? a[i * sa] : 1;
		v[i] = asked ? b[i * sb] : 1;
	}
	const unsigned state = atl_f64_flags_save();
	call2(y, u, v, n, &math.pow);
	atl_f64_flags_restore(state);
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(y[i]) || !asks_pow(a[i * sa], b[i * sb]))
			y[i] = atl_f64_one_pow(a[i * sa], b[i * sb]);
	}
}

TARGET static void loop_pow(double *restrict y, const double *a, size_t sa, const double *b,
                            size_t sb, size_t n)
{
	if (sb == 0 && *b == 2) {
		loop_mul(y, a, sa, a, sa, n);
		return;
	}
	for (size_t done = 0, m; done < n; done += m, y += m, a += m * sa, b += m * sb) {
		m = least(n - done, PART);
		part_pow(y, a, sa, b, sb, m);
	}
}

const atl_f64_set SET = { .name = NAME, .abi = ABI, .math = &math, LOOP_ROWS };
