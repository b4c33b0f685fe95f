/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mpfr_map.c: the elementwise primitives on MPFR numbers.
 *
 * Most are MPFR's own.  What MPFR has not (sigmoid, xlogy) is computed with
 * more and more bits until the rounding is certain (Ziv's strategy).  MPFR's
 * flags tell an overflow from an infinity that went in. */
#include "number/mpfr_system.h"

typedef atl_answer one1(mpfr_ptr y, mpfr_srcptr x, atl_num *num);
typedef atl_answer one2(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, atl_num *num);

enum { POLL = 64, CIRCLE_EXPONENT = 1 << 20 };

static atl_answer put(mpfr_ptr y, long v)
{
	mpfr_set_si(y, v, MPFR_RNDN);
	return ATL_FINE;
}

static atl_answer outside(mpfr_ptr y)
{
	mpfr_set_nan(y);
	return ATL_FINE;
}

/* After a computation on values: settles an infinity at a pole, sets flags. */
static void settle(mpfr_ptr y, atl_num *num)
{
	if (mpfr_inexflag_p())
		num->flags |= ATL_NUM_INEXACT;
	if (mpfr_number_p(y))
		return;
	if (mpfr_inf_p(y) && mpfr_divby0_p() && !num->ieee)
		mpfr_set_nan(y);
	if (mpfr_nan_p(y))
		num->flags |= ATL_NUM_INVALID;
	else if (mpfr_overflow_p())
		num->flags |= ATL_NUM_OVERFLOWED;
}

/* ---- correct rounding of what MPFR has not ---- */

typedef void approximate(mpfr_ptr t, mpfr_srcptr a, mpfr_srcptr b);

/* `f` gives t with an error under 16 units in its last place; the exact value
 * is never a number of y's precision, nor half-way between two. */
static void round_certainly(mpfr_ptr y, approximate *f, mpfr_srcptr a, mpfr_srcptr b,
                            mpfr_rnd_t mode)
{
	const mpfr_prec_t p = mpfr_get_prec(y);
	mpfr_prec_t w = p + 32;
	mpfr_t t;

	mpfr_init2(t, w);
	for (;;) {
		f(t, a, b);
		if (!mpfr_regular_p(t) || mpfr_can_round(t, w - 4, MPFR_RNDN, MPFR_RNDZ, p + 1))
			break;
		w += w / 2;
		mpfr_set_prec(t, w);
	}
	mpfr_set(y, t, mode);
	if (mpfr_zero_p(t) && (mode == MPFR_RNDU || mode == MPFR_RNDA))
		mpfr_nextabove(y); /* a positive value below the smallest number */
	mpfr_clear(t);
}

/* 1 / (1 + exp(-x)): three roundings, no cancellation. */
static void sigmoid_near(mpfr_ptr t, mpfr_srcptr x, mpfr_srcptr unused)
{
	mpfr_t minus; /* of x's precision, which may be more than t's */

	(void)unused;
	mpfr_init2(minus, mpfr_get_prec(x));
	mpfr_neg(minus, x, MPFR_RNDN);
	mpfr_exp(t, minus, MPFR_RNDN);
	mpfr_clear(minus);
	mpfr_add_ui(t, t, 1, MPFR_RNDN);
	mpfr_ui_div(t, 1, t, MPFR_RNDN);
}

static void xlogy_near(mpfr_ptr t, mpfr_srcptr x, mpfr_srcptr y)
{
	mpfr_log(t, y, MPFR_RNDN);
	mpfr_mul(t, t, x, MPFR_RNDN);
}

/* y = v, which the exact value is nearer to than to v's neighbours, on the
 * side that `sign` says. */
static atl_answer put_beside(mpfr_ptr y, long v, long exponent, int sign, const atl_num *num)
{
	mpfr_rnd_t mode = atl_mpfr_mode(num);

	mpfr_set_si_2exp(y, v, exponent, MPFR_RNDN);
	if (sign)
		mpfr_set_inexflag();
	if (sign > 0 && (mode == MPFR_RNDU || mode == MPFR_RNDA))
		mpfr_nextabove(y);
	else if (sign < 0 && (mode == MPFR_RNDD || mode == MPFR_RNDZ))
		mpfr_nextbelow(y);
	return ATL_FINE;
}

/* Where the result is nearer to 1 or 1/2 than to its neighbours no precision
 * would be enough to see that, and none is needed. */
static atl_answer one_sigmoid(mpfr_ptr y, mpfr_srcptr x, atl_num *num)
{
	const mpfr_prec_t p = mpfr_get_prec(y);

	if (mpfr_inf_p(x))
		return put(y, mpfr_sgn(x) > 0);
	if (mpfr_zero_p(x) || mpfr_get_exp(x) <= -p) /* |s - 1/2| < |x|/4 < 2^-(p+2) */
		return put_beside(y, 1, -1, mpfr_sgn(x), num);
	if (mpfr_cmp_si(x, (long)p + 2) > 0) /* 1 - s < exp(-x) < 2^-(p+2) */
		return put_beside(y, 1, 0, -1, num);
	round_certainly(y, sigmoid_near, x, NULL, atl_mpfr_mode(num));
	return ATL_FINE;
}

static atl_answer one_xlogy(mpfr_ptr y, mpfr_srcptr x, mpfr_srcptr v, atl_num *num)
{
	if (mpfr_cmp_ui(v, 1) == 0 && mpfr_number_p(x))
		return put(y, 0);
	if (mpfr_sgn(v) < 0)
		return outside(y);
	round_certainly(y, xlogy_near, x, v, atl_mpfr_mode(num));
	return ATL_FINE;
}

/* ---- one operand ---- */

#define OWN1(f, g)                                                                       \
	static atl_answer one_##f(mpfr_ptr y, mpfr_srcptr x, atl_num *num)               \
	{                                                                                \
		g(y, x, atl_mpfr_mode(num));                                             \
		return ATL_FINE;                                                         \
	}
OWN1(neg, mpfr_neg)
OWN1(abs, mpfr_abs)
OWN1(sqrt, mpfr_sqrt)
OWN1(exp, mpfr_exp)
OWN1(expm1, mpfr_expm1)
OWN1(log, mpfr_log)
OWN1(log1p, mpfr_log1p)
OWN1(log2, mpfr_log2)
OWN1(log10, mpfr_log10)
OWN1(asin, mpfr_asin)
OWN1(acos, mpfr_acos)
OWN1(atan, mpfr_atan)
OWN1(sinh, mpfr_sinh)
OWN1(cosh, mpfr_cosh)
OWN1(tanh, mpfr_tanh)
OWN1(erf, mpfr_erf)
OWN1(erfc, mpfr_erfc)

/* A circular function needs as many bits of pi as x is long. */
#define CIRCULAR(f, g)                                                                   \
	static atl_answer one_##f(mpfr_ptr y, mpfr_srcptr x, atl_num *num)               \
	{                                                                                \
		if (mpfr_regular_p(x) && mpfr_get_exp(x) > CIRCLE_EXPONENT) {            \
			num->reason = "the argument is too large";                       \
			return ATL_TOO_BIG;                                              \
		}                                                                        \
		g(y, x, atl_mpfr_mode(num));                                             \
		return ATL_FINE;                                                         \
	}
CIRCULAR(sin, mpfr_sin)
CIRCULAR(cos, mpfr_cos)
CIRCULAR(tan, mpfr_tan)

static atl_answer one_sign(mpfr_ptr y, mpfr_srcptr x, atl_num *num)
{
	(void)num;
	return put(y, (mpfr_sgn(x) > 0) - (mpfr_sgn(x) < 0));
}

static atl_answer one_not(mpfr_ptr y, mpfr_srcptr x, atl_num *num)
{
	(void)num;
	return put(y, mpfr_zero_p(x));
}

static atl_answer one_floor(mpfr_ptr y, mpfr_srcptr x, atl_num *num)
{
	mpfr_rint_floor(y, x, atl_mpfr_mode(num));
	return ATL_FINE;
}

static atl_answer one_ceil(mpfr_ptr y, mpfr_srcptr x, atl_num *num)
{
	mpfr_rint_ceil(y, x, atl_mpfr_mode(num));
	return ATL_FINE;
}

static atl_answer one_round(mpfr_ptr y, mpfr_srcptr x, atl_num *num)
{
	mpfr_rint_round(y, x, atl_mpfr_mode(num));
	return ATL_FINE;
}

/* ---- two operands ---- */

#define OWN2(f, g)                                                                       \
	static atl_answer one_##f(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, atl_num *num) \
	{                                                                                \
		g(y, a, b, atl_mpfr_mode(num));                                          \
		return ATL_FINE;                                                         \
	}
OWN2(add, mpfr_add)
OWN2(sub, mpfr_sub)
OWN2(mul, mpfr_mul)

static atl_answer one_div(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, atl_num *num)
{
	if (mpfr_zero_p(b) && mpfr_inf_p(a) && !num->ieee)
		return outside(y);
	mpfr_div(y, a, b, atl_mpfr_mode(num));
	return ATL_FINE;
}

static atl_answer one_pow(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, atl_num *num)
{
	if (mpfr_sgn(a) < 0 && mpfr_number_p(b) && !mpfr_integer_p(b))
		return outside(y);
	if (mpfr_zero_p(a) && mpfr_sgn(b) < 0 && !num->ieee)
		return outside(y);
	mpfr_pow(y, a, b, atl_mpfr_mode(num));
	return ATL_FINE;
}

/* Has b's sign; mpfr_fmod is exact, so there is at most one rounding. */
static atl_answer one_mod(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, atl_num *num)
{
	const mpfr_prec_t pa = mpfr_get_prec(a), pb = mpfr_get_prec(b);
	mpfr_t r;

	mpfr_init2(r, pa > pb ? pa : pb);
	mpfr_fmod(r, a, b, MPFR_RNDN);
	if (!mpfr_nan_p(r) && !mpfr_zero_p(r) && (mpfr_sgn(r) < 0) != (mpfr_sgn(b) < 0))
		mpfr_add(y, r, b, atl_mpfr_mode(num));
	else
		mpfr_set(y, r, atl_mpfr_mode(num));
	mpfr_clear(r);
	return ATL_FINE;
}

static atl_answer one_min(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, atl_num *num)
{
	mpfr_set(y, mpfr_cmp(a, b) < 0 ? a : b, atl_mpfr_mode(num));
	return ATL_FINE;
}

static atl_answer one_max(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, atl_num *num)
{
	mpfr_set(y, mpfr_cmp(a, b) > 0 ? a : b, atl_mpfr_mode(num));
	return ATL_FINE;
}

#define TRUTH(f, expression)                                                             \
	static atl_answer one_##f(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, atl_num *num) \
	{                                                                                \
		(void)num;                                                               \
		return put(y, expression);                                               \
	}
TRUTH(eq, mpfr_cmp(a, b) == 0)
TRUTH(ne, mpfr_cmp(a, b) != 0)
TRUTH(lt, mpfr_cmp(a, b) < 0)
TRUTH(le, mpfr_cmp(a, b) <= 0)
TRUTH(gt, mpfr_cmp(a, b) > 0)
TRUTH(ge, mpfr_cmp(a, b) >= 0)
TRUTH(and, !mpfr_zero_p(a) && !mpfr_zero_p(b))
TRUTH(or, !mpfr_zero_p(a) || !mpfr_zero_p(b))

/* ---- the loops ---- */

static atl_answer run1(void *y, const void *x, size_t n, atl_num *num, one1 *f)
{
	mpfr_ptr out = y;
	mpfr_srcptr in = x;

	for (size_t i = 0; i < n; i++) {
		if (i % POLL == POLL - 1 && atl_num_stop(num))
			return ATL_STOPPED;
		if (mpfr_nan_p(in + i)) {
			mpfr_set_nan(out + i);
			continue;
		}
		mpfr_clear_flags();
		atl_answer answer = f(out + i, in + i, num);
		if (answer != ATL_FINE) {
			num->fault = i;
			return answer;
		}
		settle(out + i, num);
	}
	return ATL_FINE;
}

/* `zero` is for xlogy: a first operand of 0 gives 0, even with no value. */
static atl_answer run2(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                       atl_num *num, one2 *f, bool zero)
{
	mpfr_ptr out = y;

	for (size_t i = 0; i < n; i++) {
		mpfr_srcptr u = (mpfr_srcptr)a + i * sa, v = (mpfr_srcptr)b + i * sb;
		if (i % POLL == POLL - 1 && atl_num_stop(num))
			return ATL_STOPPED;
		if (zero && mpfr_zero_p(u)) {
			mpfr_set_zero(out + i, 1);
			continue;
		}
		if (mpfr_nan_p(u) || mpfr_nan_p(v)) {
			mpfr_set_nan(out + i);
			continue;
		}
		mpfr_clear_flags();
		atl_answer answer = f(out + i, u, v, num);
		if (answer != ATL_FINE) {
			num->fault = i;
			return answer;
		}
		settle(out + i, num);
	}
	return ATL_FINE;
}

#define MAP1(f)                                                                          \
	atl_answer atl_mpfr_##f(void *y, const void *x, size_t n, atl_num *num)          \
	{                                                                                \
		return run1(y, x, n, num, one_##f);                                      \
	}
#define MAP2(f)                                                                          \
	atl_answer atl_mpfr_##f(void *y, const void *a, size_t sa, const void *b,        \
	                        size_t sb, size_t n, atl_num *num)                       \
	{                                                                                \
		return run2(y, a, sa, b, sb, n, num, one_##f,                            \
		            ATL_FN2_##f == ATL_FN2_xlogy);                               \
	}
ATL_FN1_LIST(MAP1)
ATL_FN2_LIST(MAP2)
