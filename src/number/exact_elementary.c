/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_elementary.c: the values of elementary functions at rationals, which
 * MPFR rounds down and up (real.h).
 *
 * Where the argument is no MPFR number, a monotone function is taken at the
 * two that it lies between.  Once a value is irrational it lies strictly
 * between the number that it is rounded down to and the next. */
#include "number/exact.h"

#include <math.h>

typedef int function(mpfr_ptr y, mpfr_srcptr x, mpfr_rnd_t mode);

/* 1 rises, -1 falls, 0 does neither: only at an argument that is an MPFR number. */
typedef struct row {
	function *f;
	int slope;
	long most_bits; /* past these Arb is faster, its loading counted in; 0: never */
} row;

static const row rows[ATL_FN1_COUNT] = {
	[ATL_FN1_sqrt] = { mpfr_sqrt, 1, 0 },
	[ATL_FN1_exp] = { mpfr_exp, 1, 0 },
	[ATL_FN1_expm1] = { mpfr_expm1, 1, 0 },
	[ATL_FN1_log] = { mpfr_log, 1, 0 },
	[ATL_FN1_log1p] = { mpfr_log1p, 1, 20000 },
	[ATL_FN1_log2] = { mpfr_log2, 1, 20000 },
	[ATL_FN1_log10] = { mpfr_log10, 1, 20000 },
	[ATL_FN1_sin] = { mpfr_sin, 0, 10000 },
	[ATL_FN1_cos] = { mpfr_cos, 0, 10000 },
	[ATL_FN1_tan] = { mpfr_tan, 0, 10000 },
	[ATL_FN1_asin] = { mpfr_asin, 1, 10000 },
	[ATL_FN1_acos] = { mpfr_acos, -1, 10000 },
	[ATL_FN1_atan] = { mpfr_atan, 1, 20000 },
	[ATL_FN1_sinh] = { mpfr_sinh, 1, 0 },
	[ATL_FN1_cosh] = { mpfr_cosh, 0, 0 },
	[ATL_FN1_tanh] = { mpfr_tanh, 1, 0 },
	[ATL_FN1_sigmoid] = { mpfr_exp, 0, 0 }, /* by its exponential */
};

/* Past this the circle functions would take long over their period. */
enum { CIRCLE_EXPONENT = 4096 };

/* lo < f(x) < hi; lo and hi have the precision of the result. */
static void enclose(mpfr_ptr lo, mpfr_ptr hi, atl_fn1 f, mpq_srcptr x)
{
	const row *r = &rows[f];
	long size = (long)mpz_sizeinbase(mpq_numref(x), 2) - (long)mpz_sizeinbase(mpq_denref(x), 2);
	mpfr_t low, high;

	mpfr_init2(low, mpfr_get_prec(lo) + 32 + (size > 0 ? size : 0));
	mpfr_init2(high, mpfr_get_prec(low));
	bool is_number = mpfr_set_q(low, x, MPFR_RNDD) == 0;
	mpfr_set_q(high, x, MPFR_RNDU);
	if (is_number) {
		r->f(lo, low, MPFR_RNDD);
		mpfr_set(hi, lo, MPFR_RNDU);
		mpfr_nextabove(hi);
	} else if (r->slope == 0 || !mpfr_number_p(low) || !mpfr_number_p(high)) {
		mpfr_set_nan(lo);
		mpfr_set_nan(hi);
	} else {
		r->f(lo, r->slope > 0 ? low : high, MPFR_RNDD);
		r->f(hi, r->slope > 0 ? high : low, MPFR_RNDU);
	}
	mpfr_clears(low, high, (mpfr_ptr)NULL);
}

static void enclose_exp(mpfr_ptr lo, mpfr_ptr hi, mpq_srcptr x)
{
	if (!atl_exact_exp_series(lo, hi, x))
		enclose(lo, hi, ATL_FN1_exp, x);
}

/* 1/(1 + exp(-x)) */
static void enclose_sigmoid(mpfr_ptr lo, mpfr_ptr hi, mpq_srcptr x)
{
	mpq_t minus;

	mpq_init(minus);
	mpq_neg(minus, x);
	enclose_exp(lo, hi, minus);
	mpq_clear(minus);
	mpfr_swap(lo, hi);
	mpfr_add_ui(lo, lo, 1, MPFR_RNDU);
	mpfr_add_ui(hi, hi, 1, MPFR_RNDD);
	mpfr_ui_div(lo, 1, lo, MPFR_RNDD);
	mpfr_ui_div(hi, 1, hi, MPFR_RNDU);
}

/* 1 - 2/(exp(2x) + 1), unless it is so near to 0 that much would cancel. */
static void enclose_tanh(mpfr_ptr lo, mpfr_ptr hi, mpq_srcptr x)
{
	mpq_t twice;

	mpq_init(twice);
	mpq_mul_2exp(twice, x, 1);
	if (fabs(mpq_get_d(twice)) < 0x1p-4 || !atl_exact_exp_series(lo, hi, twice)) {
		enclose(lo, hi, ATL_FN1_tanh, x);
	} else {
		mpfr_add_ui(lo, lo, 1, MPFR_RNDD);
		mpfr_ui_div(lo, 2, lo, MPFR_RNDU);
		mpfr_ui_sub(lo, 1, lo, MPFR_RNDD);
		mpfr_add_ui(hi, hi, 1, MPFR_RNDU);
		mpfr_ui_div(hi, 2, hi, MPFR_RNDD);
		mpfr_ui_sub(hi, 1, hi, MPFR_RNDU);
	}
	mpq_clear(twice);
}

static void enclose_any(mpfr_ptr lo, mpfr_ptr hi, atl_fn1 f, mpq_srcptr x)
{
	if (f == ATL_FN1_COUNT) {
		mpfr_const_pi(lo, MPFR_RNDD);
		mpfr_const_pi(hi, MPFR_RNDU);
	} else if (f == ATL_FN1_sigmoid) {
		enclose_sigmoid(lo, hi, x);
	} else if (f == ATL_FN1_exp) {
		enclose_exp(lo, hi, x);
	} else if (f == ATL_FN1_tanh) {
		enclose_tanh(lo, hi, x);
	} else {
		enclose(lo, hi, f, x);
	}
}

static bool far_out(atl_fn1 f, mpq_srcptr x)
{
	return (f == ATL_FN1_sin || f == ATL_FN1_cos || f == ATL_FN1_tan) &&
	       mpz_sizeinbase(mpq_numref(x), 2) >
	               mpz_sizeinbase(mpq_denref(x), 2) + CIRCLE_EXPONENT;
}

static bool quick(atl_fn1 f, mpq_srcptr x, const atl_num *num)
{
	if (f == ATL_FN1_COUNT)
		return true;
	return rows[f].f && (rows[f].most_bits == 0 || num->precision <= rows[f].most_bits) &&
	       atl_exact_finite(x) && !far_out(f, x);
}

atl_answer atl_exact_elementary(atl_exact_number *y, atl_fn1 f, mpq_srcptr x, atl_num *num)
{
	atl_answer answer = ATL_UNABLE;
	mpfr_t lo, hi;

	if (!num->modules || !quick(f, x, num))
		return answer;
	mpfr_inits2(num->precision, lo, hi, (mpfr_ptr)NULL);
	enclose_any(lo, hi, f, x);
	if (mpfr_regular_p(lo) && mpfr_regular_p(hi) && mpfr_sgn(lo) == mpfr_sgn(hi))
		answer = atl_exact_give_interval(y, lo, hi);
	mpfr_clears(lo, hi, (mpfr_ptr)NULL);
	return answer;
}
