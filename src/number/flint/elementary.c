/* SPDX-License-Identifier: GPL-3.0-or-later */
/* elementary.c: the elementwise primitives on enclosures.
 *
 * A domain is decided first: outside is no value, an enclosure that reaches
 * over its end is UNDECIDED.  What Arb makes of the rest is an enclosure; of
 * wide balls the monotone functions are taken at the end points, where Arb's
 * first-order bounds would be hundreds of times too wide. */
#include "number/flint/module.h"

typedef void evaluate(arb_t y, const arb_t x, slong bits);

/* 1/(1 + exp(-x)), by the exponential of -|x|, which neither overflows nor cancels. */
static void sigmoid(arb_t y, const arb_t x, slong bits)
{
	bool negative = arf_sgn(arb_midref(x)) < 0;
	arb_t e;

	arb_init(e);
	if (negative)
		arb_set(e, x);
	else
		arb_neg(e, x);
	arb_exp(e, e, bits);
	arb_add_ui(y, e, 1, bits);
	if (negative)
		arb_div(y, e, y, bits);
	else
		arb_inv(y, y, bits);
	arb_clear(e);
}

static void log2_of(arb_t y, const arb_t x, slong bits) { arb_log_base_ui(y, x, 2, bits); }
static void log10_of(arb_t y, const arb_t x, slong bits) { arb_log_base_ui(y, x, 10, bits); }

/* A monotone function: the hull of its values at the ends of a wide ball. */
static void monotone(evaluate *f, arb_t y, const arb_t x, slong bits)
{
	arb_t lo, hi;

	if (mag_cmp_2exp_si(arb_radref(x), -8) < 0) {
		f(y, x, bits);
		return;
	}
	arb_init(lo);
	arb_init(hi);
	arb_get_lbound_arf(arb_midref(lo), x, bits);
	arb_get_ubound_arf(arb_midref(hi), x, bits);
	f(lo, lo, bits);
	f(hi, hi, bits);
	arb_union(y, lo, hi, bits);
	arb_clear(lo);
	arb_clear(hi);
}

/* Whether x > 0 (>= 0 where `closed`): 1 yes, 0 no, -1 not known. */
static int positive(const arb_t x, bool closed)
{
	if (closed ? arb_is_nonnegative(x) : arb_is_positive(x))
		return 1;
	return (closed ? arb_is_negative(x) : arb_is_nonpositive(x)) ? 0 : -1;
}

/* Whether |x| <= 1. */
static int in_unit(const arb_t x)
{
	arb_t one, size;
	int in;

	arb_init(one);
	arb_init(size);
	arb_one(one);
	arb_abs(size, x);
	in = arb_le(size, one) ? 1 : arb_gt(size, one) ? 0 : -1;
	arb_clear(one);
	arb_clear(size);
	return in;
}

static int in_domain(atl_fn1 f, const arb_t x)
{
	arb_t t;
	int in;

	switch (f) {
	case ATL_FN1_sqrt: return positive(x, true);
	case ATL_FN1_log:
	case ATL_FN1_log2:
	case ATL_FN1_log10: return positive(x, false);
	case ATL_FN1_log1p:
		arb_init(t);
		arb_add_ui(t, x, 1, 64);
		in = positive(t, false);
		arb_clear(t);
		return in;
	case ATL_FN1_asin:
	case ATL_FN1_acos: return in_unit(x);
	default: return 1;
	}
}

static void apply(atl_fn1 f, arb_t y, const arb_t x, slong bits)
{
	switch (f) {
	case ATL_FN1_neg: arb_neg(y, x); break;
	case ATL_FN1_abs: arb_abs(y, x); break;
	case ATL_FN1_sqrt: arb_sqrt(y, x, bits); break;
	case ATL_FN1_exp: arb_exp(y, x, bits); break;
	case ATL_FN1_expm1: monotone(arb_expm1, y, x, bits); break;
	case ATL_FN1_log: monotone(arb_log, y, x, bits); break;
	case ATL_FN1_log1p: monotone(arb_log1p, y, x, bits); break;
	case ATL_FN1_log2: monotone(log2_of, y, x, bits); break;
	case ATL_FN1_log10: monotone(log10_of, y, x, bits); break;
	case ATL_FN1_sin: arb_sin(y, x, bits); break;
	case ATL_FN1_cos: arb_cos(y, x, bits); break;
	case ATL_FN1_tan: arb_tan(y, x, bits); break;
	case ATL_FN1_asin: arb_asin(y, x, bits); break;
	case ATL_FN1_acos: arb_acos(y, x, bits); break;
	case ATL_FN1_atan: monotone(arb_atan, y, x, bits); break;
	case ATL_FN1_sinh: monotone(arb_sinh, y, x, bits); break;
	case ATL_FN1_cosh: arb_cosh(y, x, bits); break;
	case ATL_FN1_tanh: monotone(arb_tanh, y, x, bits); break;
	case ATL_FN1_erf: monotone(arb_hypgeom_erf, y, x, bits); break;
	case ATL_FN1_erfc: monotone(arb_hypgeom_erfc, y, x, bits); break;
	case ATL_FN1_sigmoid: monotone(sigmoid, y, x, bits); break;
	default: arb_indeterminate(y); break;
	}
}

/* floor, ceil, round: an integer, where the enclosure has only one. */
static atl_answer to_integer(atl_fn1 f, atl_exact_number *y, const arb_t x, atl_num *num)
{
	arb_t t;
	fmpz_t z;
	bool up = f == ATL_FN1_ceil || (f == ATL_FN1_round && arf_sgn(arb_midref(x)) < 0);

	arb_init(t);
	fmpz_init(z);
	arb_set(t, x);
	if (f == ATL_FN1_round) { /* halves away from zero: floor(x + 1/2), ceil(x - 1/2) */
		arb_set_d(t, up ? -0.5 : 0.5);
		arb_add(t, t, x, num->precision);
	}
	if (up)
		arb_ceil(t, t, num->precision);
	else
		arb_floor(t, t, num->precision);
	bool known = arb_get_unique_fmpz(z, t);
	if (known) {
		atl_exact_drop(y);
		fmpz_get_mpz(mpq_numref(y->q), z);
		mpz_set_ui(mpq_denref(y->q), 1);
	}
	fmpz_clear(z);
	arb_clear(t);
	return known ? atl_exact_check(y->q, num) : atl_ball_undecided(num);
}

atl_answer atl_ball_fn1(atl_fn1 f, atl_exact_number *y, const atl_exact_number *x, atl_num *num)
{
	atl_answer answer;
	arb_t t, u;

	arb_init(t);
	arb_init(u);
	arb_srcptr in;
	if (!x->real && !atl_exact_finite(x->q)) { /* atan(inf) */
		arb_const_pi(t, num->precision);
		arb_mul_2exp_si(t, t, -1);
		if (mpz_sgn(mpq_numref(x->q)) < 0)
			arb_neg(t, t);
		answer = f == ATL_FN1_atan ? atl_ball_give(y, t, num) : ATL_UNABLE;
	} else if (in = atl_ball_of(x, u, num->precision),
	           f == ATL_FN1_floor || f == ATL_FN1_ceil || f == ATL_FN1_round) {
		answer = to_integer(f, y, in, num);
	} else {
		int inside = in_domain(f, in);
		if (inside == 0) {
			atl_exact_drop(y);
			answer = atl_exact_nothing(y->q, num);
		} else if (inside < 0) {
			answer = atl_ball_undecided(num);
		} else {
			apply(f, t, in, num->precision);
			answer = atl_ball_give(y, t, num);
		}
	}
	arb_clear(t);
	arb_clear(u);
	return answer;
}

/* ---- two operands ---- */

/* t = a^q: FINE, UNDECIDED, or UNABLE for no value. */
static atl_answer rational_power(arb_t t, const arb_t a, mpq_srcptr q, slong bits)
{
	atl_answer answer = ATL_FINE;
	fmpq_t e;

	fmpq_init(e);
	fmpq_set_mpq(e, q);
	if (atl_exact_integer(q)) {
		if (mpz_sgn(mpq_numref(q)) < 0 && arb_contains_zero(a))
			answer = ATL_UNDECIDED;
		else
			arb_pow_fmpz(t, a, fmpq_numref(e), bits);
	} else {
		int in = positive(a, mpz_sgn(mpq_numref(q)) > 0);
		if (in == 1)
			arb_pow_fmpq(t, a, e, bits);
		else
			answer = in == 0 ? ATL_UNABLE : ATL_UNDECIDED;
	}
	fmpq_clear(e);
	return answer;
}

/* t = a^b, b no rational: a must be positive, or b an integer, which no
 * enclosure shows; 0^b is 0 for b > 0. */
static atl_answer real_power(arb_t t, const arb_t a, const arb_t b, slong bits)
{
	int in = positive(a, false);

	if (in == 1) {
		arb_pow(t, a, b, bits);
		return ATL_FINE;
	}
	if (arb_is_zero(a) && arb_is_positive(b)) {
		arb_zero(t);
		return ATL_FINE;
	}
	if (in < 0 || arb_contains_int(b))
		return ATL_UNDECIDED;
	return ATL_UNABLE;
}

static atl_answer binary(atl_fn2 f, arb_t t, const arb_t a, const arb_t b,
                         const atl_exact_number *second, slong bits)
{
	switch (f) {
	case ATL_FN2_add: arb_add(t, a, b, bits); break;
	case ATL_FN2_sub: arb_sub(t, a, b, bits); break;
	case ATL_FN2_mul: arb_mul(t, a, b, bits); break;
	case ATL_FN2_div: arb_div(t, a, b, bits); break;
	case ATL_FN2_min: arb_min(t, a, b, bits); break;
	case ATL_FN2_max: arb_max(t, a, b, bits); break;
	case ATL_FN2_xlogy: /* of rationals, b > 0 */
		arb_log(t, b, bits);
		arb_mul(t, t, a, bits);
		break;
	case ATL_FN2_pow:
		return second->real ? real_power(t, a, b, bits)
		                    : rational_power(t, a, second->q, bits);
	default: return ATL_UNDECIDED;
	}
	return ATL_FINE;
}

atl_answer atl_ball_fn2(atl_fn2 f, atl_exact_number *y, const atl_exact_number *a,
                        const atl_exact_number *b, atl_num *num)
{
	arb_t t, u, v;

	arb_init(t);
	arb_init(u);
	arb_init(v);
	arb_srcptr p = atl_ball_of(a, u, num->precision), q = atl_ball_of(b, v, num->precision);
	atl_answer answer = binary(f, t, p, q, b, num->precision);
	if (answer == ATL_FINE) {
		answer = atl_ball_give(y, t, num);
	} else if (answer == ATL_UNABLE) {
		atl_exact_drop(y);
		answer = atl_exact_nothing(y->q, num);
	} else {
		answer = atl_ball_undecided(num);
	}
	arb_clear(t);
	arb_clear(u);
	arb_clear(v);
	return answer;
}
