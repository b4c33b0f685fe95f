/* SPDX-License-Identifier: GPL-3.0-or-later */
/* oracle.h: the small formats' operations by MPFR alone: in the format's own
 * precision and range of exponents, rounded once (mpfr_subnormalize). */
#ifndef ATL_TESTS_ORACLE_H
#define ATL_TESTS_ORACLE_H

#include <math.h>
#include <mpfr.h>

#include "numbers.h"

static const mpfr_rnd_t oracle_mode[] = { MPFR_RNDN, MPFR_RNDU, MPFR_RNDD, MPFR_RNDZ, MPFR_RNDA };

/* What the format has for y, the rounded result with the exponents unbounded
 * above or one past the largest. */
static inline double oracle_bounded(mpfr_srcptr y, bool overflow, const atl_binary *f,
                                    mpfr_rnd_t mode)
{
	double v = mpfr_get_d(y, MPFR_RNDN);

	if (isinf(v) && !overflow) /* an infinite operand */
		mode = MPFR_RNDN;
	if (mpfr_nan_p(y) || (!overflow && fabs(v) <= f->largest))
		return v;
	bool stops = mode == MPFR_RNDZ || (mode == MPFR_RNDU && v < 0) || (mode == MPFR_RNDD && v > 0);
	double most = stops || f->saturates ? f->largest : f->no_infinity ? NAN : INFINITY;
	return copysign(most, v);
}

typedef int oracle_fn(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, mpfr_rnd_t);

/* The correctly rounded f(a, b); the operands are numbers of the format. */
static inline double oracle(oracle_fn *f, double a, double b, const atl_binary *format,
                            mpfr_rnd_t mode)
{
	const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
	mpfr_t x, z, y;

	mpfr_init2(x, 53);
	mpfr_init2(z, 53);
	mpfr_init2(y, format->precision);
	mpfr_set_d(x, a, MPFR_RNDN);
	mpfr_set_d(z, b, MPFR_RNDN);
	mpfr_set_emin(format->emin - format->precision + 2);
	mpfr_set_emax(format->emax + 1);
	mpfr_clear_flags();
	int inexact = f(y, x, z, mode);
	mpfr_subnormalize(y, inexact, mode);
	bool overflow = mpfr_overflow_p();
	mpfr_set_emin(emin);
	mpfr_set_emax(emax);
	double v = oracle_bounded(y, overflow, format, mode);
	mpfr_clears(x, z, y, NULL);
	return v;
}

#define ORACLE1(name, call)                                                              \
	static inline int oracle_##name(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b,        \
	                                mpfr_rnd_t mode)                                 \
	{                                                                                \
		(void)b;                                                                 \
		return call(y, a, mode);                                                 \
	}

/* 1 / (1 + exp(-x)) in so many bits that the last rounding is the only one. */
static inline int oracle_logistic(mpfr_ptr y, mpfr_srcptr x, mpfr_rnd_t mode)
{
	const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
	mpfr_t t;

	mpfr_set_emin(mpfr_get_emin_min());
	mpfr_set_emax(mpfr_get_emax_max());
	mpfr_init2(t, 700);
	if (mpfr_number_p(x) && mpfr_cmp_si(x, 300) > 0) { /* 1 less something */
		mpfr_set_ui(t, 1, MPFR_RNDN);
		mpfr_nextbelow(t);
	} else {
		mpfr_neg(t, x, MPFR_RNDN);
		mpfr_exp(t, t, MPFR_RNDN);
		mpfr_add_ui(t, t, 1, MPFR_RNDN);
		mpfr_ui_div(t, 1, t, MPFR_RNDN);
	}
	if (mpfr_zero_p(t) && mpfr_number_p(x)) /* something above 0 */
		mpfr_set_ui_2exp(t, 1, -100000, MPFR_RNDN);
	mpfr_clear_flags();
	int inexact = mpfr_set(y, t, mode);
	mpfr_set_emin(emin);
	mpfr_set_emax(emax);
	int range = mpfr_check_range(y, inexact, mode);
	mpfr_clear(t);
	return range;
}

ORACLE1(sqrt, mpfr_sqrt)
ORACLE1(exp, mpfr_exp)
ORACLE1(expm1, mpfr_expm1)
ORACLE1(log, mpfr_log)
ORACLE1(log1p, mpfr_log1p)
ORACLE1(log2, mpfr_log2)
ORACLE1(log10, mpfr_log10)
ORACLE1(sin, mpfr_sin)
ORACLE1(cos, mpfr_cos)
ORACLE1(tan, mpfr_tan)
ORACLE1(asin, mpfr_asin)
ORACLE1(acos, mpfr_acos)
ORACLE1(atan, mpfr_atan)
ORACLE1(sinh, mpfr_sinh)
ORACLE1(cosh, mpfr_cosh)
ORACLE1(tanh, mpfr_tanh)
ORACLE1(erf, mpfr_erf)
ORACLE1(erfc, mpfr_erfc)
ORACLE1(sigmoid, oracle_logistic)

#define ORACLE_FN1_LIST(X)                                                               \
	X(exp) X(expm1) X(log) X(log1p) X(log2) X(log10) X(sin) X(cos) X(tan) X(asin)    \
	X(acos) X(atan) X(sinh) X(cosh) X(tanh) X(erf) X(erfc) X(sigmoid)

/* The numbers of a format of up to 16 bits, by their encodings. */
static inline double decoded(unsigned bits, const atl_binary *f)
{
	const int k = f->precision - 1, w = f->width - f->precision;
	const unsigned ones = (1u << w) - 1, all = (1u << k) - 1;
	unsigned fraction = bits & all, exponent = (bits >> k) & ones;
	double size;

	if (exponent == ones && (f->no_infinity ? fraction == all : true))
		size = fraction == 0 && !f->no_infinity ? INFINITY : NAN;
	else if (exponent == 0)
		size = ldexp(fraction, f->emin - k);
	else
		size = ldexp(fraction + (1u << k), (int)exponent - 1 + f->emin - k);
	return bits >> (f->width - 1) & 1 ? -size : size;
}

/* A system by name, with infinities at poles. */
static inline atl_num find(const char *text)
{
	atl_num num = { .sys = NULL };

	if (!atl_system_find(&num, text, strlen(text)))
		fail_msg("there is no %s", text);
	num.ieee = true;
	return num;
}

static inline bool same(double a, double b)
{
	return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

#endif
