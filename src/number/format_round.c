/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_round.c: one number rounded once, in any mode; see format.h. */
#include "number/format.h"
#include "base/splitmix.h"

#include <float.h>
#include "number/float64.h"
#include "number/mpfr_system.h"

static const double TINY = 0x1p-1000; /* stands for what is smaller and not 0 */

atl_rounder atl_rounder_of(const atl_binary *f)
{
	const atl_rounder r = {
		.grid = f->precision >= 53 ? ATL_GRID_DOUBLE
		      : f->precision == 24 && f->emin == -126 && f->emax == 127 ? ATL_GRID_SINGLE
		      : ATL_GRID_BITS,
		.lo = ldexp(1, f->emin),
		.hi = f->emax < 1023 ? ldexp(1, f->emax + 1) : INFINITY,
		.scale = ldexp(1.5, 53 - f->precision),
		.largest = f->largest,
	};
	return r;
}

/* ---- odd rounding ---- */

double atl_odd(double q, double error)
{
	uint64_t bits;

	memcpy(&bits, &q, sizeof bits);
	if (error == 0 || !isfinite(q) || (bits & 1))
		return q;
	bits = (error > 0) == (q > 0) ? bits + 1 : bits - 1;
	memcpy(&q, &bits, sizeof q);
	return q;
}

double atl_odd_sum(double a, double b, atl_rounding mode)
{
	double s = a + b, t = s - a;

	if (s == 0 && mode == ATL_ROUND_DOWN && signbit(a) != signbit(b))
		return -0.0;
	return isfinite(s) ? atl_odd(s, (a - (s - t)) + (b - t)) : s;
}

double atl_odd_quotient(double a, double b)
{
	double q = a / b;

	if (!isfinite(q) || !isfinite(b) || q == 0)
		return q;
	return atl_odd(q, b > 0 ? fma(-q, b, a) : -fma(-q, b, a));
}

double atl_odd_root(double x)
{
	double y = sqrt(x);

	return isfinite(y) ? atl_odd(y, fma(-y, y, x)) : y;
}

/* ---- by MPFR ---- */

/* x is a number of 53 bits, or past what a double can be. */
static double to_double(mpfr_srcptr x, int sign)
{
	double size;

	if (mpfr_nan_p(x))
		return NAN;
	if (mpfr_inf_p(x))
		return sign < 0 ? -INFINITY : INFINITY;
	if (mpfr_zero_p(x) || mpfr_get_exp(x) < -999)
		size = TINY;
	else
		size = mpfr_get_exp(x) > 1024 ? DBL_MAX : fabs(mpfr_get_d(x, MPFR_RNDN));
	return sign < 0 ? -size : size;
}

/* The odd one of the numbers on either side, towards 0 and away from it. */
static double odd_one(mpfr_srcptr zero, mpfr_srcptr away)
{
	int sign = mpfr_signbit(away) ? -1 : 1;

	if (mpfr_zero_p(away))
		return sign < 0 ? -0.0 : 0;
	if (mpfr_equal_p(zero, away) || mpfr_nan_p(away))
		return to_double(away, sign);
	double v = to_double(zero, sign);
	return atl_odd(v, v); /* even: the next one away from 0 */
}

typedef void in_mode(mpfr_ptr y, const void *what, mpfr_rnd_t mode);

static double odd_of(in_mode *f, const void *what)
{
	mpfr_t zero, away;

	mpfr_init2(zero, 53);
	mpfr_init2(away, 53);
	f(zero, what, MPFR_RNDZ);
	f(away, what, MPFR_RNDA);
	double y = odd_one(zero, away);
	mpfr_clear(zero);
	mpfr_clear(away);
	return y;
}

static void rational(mpfr_ptr y, const void *what, mpfr_rnd_t mode)
{
	mpfr_set_q(y, what, mode);
}

static void decimal(mpfr_ptr y, const void *what, mpfr_rnd_t mode)
{
	mpfr_set_str(y, what, 10, mode);
}

double atl_odd_rational(mpq_srcptr v)
{
	return odd_of(rational, v);
}

double atl_odd_decimal(const char *text)
{
	return odd_of(decimal, text);
}

static void real(mpfr_ptr y, const void *what, mpfr_rnd_t mode)
{
	mpfr_set(y, what, mode);
}

double atl_odd_real(const void *x)
{
	return odd_of(real, x);
}

typedef struct call {
	int fn;
	bool two;
	double a, b;
} call;

static void primitive(mpfr_ptr y, const void *what, mpfr_rnd_t mode)
{
	const call *c = what;
	atl_num num = { .sys = &atl_mpfr, .precision = 53, .ieee = true,
		        .rounding = mode == MPFR_RNDZ ? ATL_ROUND_ZERO : ATL_ROUND_AWAY };
	mpfr_t a, b;
	atl_answer answer;

	mpfr_init2(a, 53);
	mpfr_init2(b, 53);
	mpfr_set_d(a, c->a, MPFR_RNDN);
	mpfr_set_d(b, c->b, MPFR_RNDN);
	if (c->two)
		answer = atl_mpfr.fn2[c->fn](y, a, 1, b, 1, 1, &num);
	else
		answer = atl_mpfr.fn1[c->fn](y, a, 1, &num);
	if (answer != ATL_FINE)
		mpfr_set_nan(y);
	mpfr_clear(a);
	mpfr_clear(b);
}

double atl_odd_map1(atl_fn1 f, double x)
{
	const call c = { .fn = (int)f, .a = x };

	return odd_of(primitive, &c);
}

double atl_odd_map2(atl_fn2 f, double a, double b)
{
	const call c = { .fn = (int)f, .two = true, .a = a, .b = b };

	return odd_of(primitive, &c);
}

/* ---- the last rounding ---- */

atl_rounding atl_format_steady(const atl_num *num)
{
	return num->rounding == ATL_ROUND_STOCHASTIC ? ATL_ROUND_NEAREST : num->rounding;
}

double atl_format_infinity(double v, const atl_binary *f)
{
	return copysign(f->saturates ? f->largest : f->no_infinity ? NAN : INFINITY, v);
}

/* SplitMix64: uniform in [0, 1). */
static double draw(atl_num *num)
{
	return (double)(atl_splitmix(&num->chance) >> 11) * 0x1p-53;
}

/* Whether t >= 0, between floor(t) and the next, goes up. */
static bool goes_up(double floor_t, double rest, bool negative, atl_rounding mode, atl_num *num)
{
	if (rest == 0)
		return false;
	switch (mode) {
	case ATL_ROUND_UP: return !negative;
	case ATL_ROUND_DOWN: return negative;
	case ATL_ROUND_ZERO: return false;
	case ATL_ROUND_AWAY: return true;
	case ATL_ROUND_STOCHASTIC: return draw(num) < rest;
	default: return rest > 0.5 || (rest == 0.5 && fmod(floor_t, 2) != 0);
	}
}

/* v on the grid of an unbounded format. */
static double on_grid(double v, const atl_binary *f, atl_rounding mode, atl_num *num)
{
	int e;

	if (v == 0 || !isfinite(v) || f->precision >= 53)
		return v;
	frexp(v, &e);
	e = (e - 1 < f->emin ? f->emin : e - 1) - f->precision + 1;
	double t = ldexp(fabs(v), -e), whole = floor(t);
	whole += goes_up(whole, t - whole, v < 0, mode, num);
	return copysign(ldexp(whole, e), v);
}

/* In a directed mode, what overflows may stop at the largest number. */
static bool stops(double v, atl_rounding mode)
{
	return mode == ATL_ROUND_ZERO || (mode == ATL_ROUND_UP && v < 0) ||
	       (mode == ATL_ROUND_DOWN && v > 0);
}

double atl_round_once(double odd, const atl_binary *f, atl_rounding mode, atl_num *num)
{
	double y = on_grid(odd, f, mode, num);

	if (fabs(y) <= f->largest || isnan(odd) || isinf(odd))
		return y;
	num->flags |= ATL_NUM_OVERFLOWED;
	return stops(y, mode) ? copysign(f->largest, y) : atl_format_infinity(y, f);
}

bool atl_round_certain(double *y, double r, double error, const atl_binary *f, atl_rounding mode, atl_num *num)
{
	if (mode == ATL_ROUND_STOCHASTIC || f->precision >= 53) {
		*y = atl_round_once(r, f, mode, num);
		return true;
	}
	if (!(fabs(r) > 0x1p-900 && fabs(r) < 0x1p900))
		return false;
	double lo = on_grid(r * (1 - error), f, mode, num);
	double hi = on_grid(r * (1 + error), f, mode, num);
	if (lo != hi)
		return false;
	*y = atl_round_once(lo, f, mode, num);
	return true;
}
