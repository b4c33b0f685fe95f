/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_math.h: kernels over libmvec, to be included once a set of vectors.
 *
 * Before it is included, WIDTH is the number of doubles in a register, ABI how libmvec's names begin, NAME the set's.
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
static void call1(double *restrict y, const double *x, size_t n, const void *symbol)
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

static void call2(double *restrict y, const double *a, const double *b, size_t n,
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
	static void loop_##f(double *restrict y, const double *x, size_t n)              \
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

static void loop_sigmoid(double *restrict y, const double *x, size_t n)
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

static void loop_xlogy(double *restrict y, const double *a, size_t sa, const double *b,
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

/* Powers that are a multiplication or two, a division or a root: off by one unit
 * at most, and of what raises in pow they raise the same. */
static inline bool easy_power(double *y, double u, double v)
{
	*y = v == 2 ? u * u : v == 3 ? u * u * u : v == -1 ? 1 / u : v == 0.5 ? sqrt(u) + 0.0 : u;
	return v == 2 || v == 3 || v == -1 || v == 0.5 || v == 1;
}

/* All entries to the same easy power. */
static void loop_easy_pow(double *restrict y, const double *a, size_t sa, double v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		easy_power(y + i, a[i * sa], v);
}

/* Whether all are powers of positive numbers, and none of them easy. */
static bool plain_powers(const double *a, const double *b, size_t n)
{
	uint64_t other = 0;

	for (size_t i = 0; i < n; i++)
		other |= !((a[i] > 0) & (b[i] == b[i]) & (b[i] != 2) & (b[i] != 3) & (b[i] != 1) &
		           (b[i] != 0.5) & (b[i] != -1));
	return !other;
}

/* libmvec is asked for |a|^b, or for 1^1 where that has nothing to do with a^b. */
static void ask_pow(double *restrict y, const double *a, const double *b, size_t n)
{
	double u[PART], v[PART];

	for (size_t i = 0; i < n; i++) {
		const bool asked = (a[i] > 0) | ((a[i] < 0) & (b[i] == floor(b[i])));
		u[i] = asked ? fabs(a[i]) : 1;
		v[i] = asked ? b[i] : 1;
	}
	call2(y, u, v, n, &math.pow);
}

/* y is what libmvec answered. */
static inline double finish_pow(double y, double a, double b)
{
	double easy;

	if (easy_power(&easy, a, b))
		return easy;
	if (!isfinite(y) || isnan(b) || !(a > 0 || (a < 0 && b == floor(b))))
		return atl_f64_one_pow(a, b);
	return a < 0 && fabs(b) < 0x1p53 && floor(b / 2) != b / 2 ? -y : y;
}

static void part_pow(double *restrict y, const double *a, const double *b, size_t n)
{
	const unsigned state = atl_f64_flags_save();
	const bool plain = plain_powers(a, b, n);

	if (plain)
		call2(y, a, b, n, &math.pow);
	else
		ask_pow(y, a, b, n);
	atl_f64_flags_restore(state);
	if (plain && !loop_unusual(y, n))
		return;
	for (size_t i = 0; i < n; i++)
		y[i] = finish_pow(y[i], a[i], b[i]);
}

/* One entry for all is spread out. */
static void loop_pow(double *restrict y, const double *a, size_t sa, const double *b,
                     size_t sb, size_t n)
{
	double y1, spread_a[PART], spread_b[PART];

	if (n > 0 && sb == 0 && easy_power(&y1, 1, *b)) {
		loop_easy_pow(y, a, sa, *b, n);
		return;
	}
	for (size_t i = 0; n > 0 && i < PART; i++) {
		spread_a[i] = *a;
		spread_b[i] = *b;
	}
	for (size_t done = 0, m; done < n; done += m) {
		m = least(n - done, PART);
		part_pow(y + done, sa ? a + done : spread_a, sb ? b + done : spread_b, m);
	}
}

#include "number/float64_fma.h"

const atl_f64_set SET = { .name = NAME, .abi = ABI, .math = &math, .fma = &fma_products, LOOP_ROWS };
