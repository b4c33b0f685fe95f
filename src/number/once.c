/* SPDX-License-Identifier: GPL-3.0-or-later */
/* once.c: the last rounding of an operation that is several primitives on paper
 * (gelu is x*erfc(-x/sqrt(2))/2), and one in the systems that round.
 *
 * What is known of its exact value: lo and hi came of the same primitives with
 * more bits, once all rounded towards 0 and once all away from it.  Each is off by
 * about their distance, or where that is nothing by chance about a unit in
 * their last place, so MARGIN times that is added on both sides; both ends must be
 * rounded to the same element.  That cannot be so where the value is next to an
 * element, or half-way, for every number of bits (softplus(100) is 100 and some
 * 1e-44): in the end what lies half-way between lo and hi is rounded.
 *
 * What is smaller than every number of MPFR's would be one of them when it is
 * rounded away from 0, and a factor would move it: exponents go farther meanwhile. */
#include "number/format.h"
#include "number/mpfr_system.h"

enum { MARGIN_BITS = 3 }; /* MARGIN is 8 */

atl_range atl_range_widen(void)
{
	const atl_range range = { mpfr_get_emin(), mpfr_get_emax() };

	(void)mpfr_set_emin(mpfr_get_emin_min());
	(void)mpfr_set_emax(mpfr_get_emax_max());
	return range;
}

void atl_range_restore(atl_range range)
{
	(void)mpfr_set_emin(range.emin);
	(void)mpfr_set_emax(range.emax);
}

typedef struct ends {
	mpfr_t below, middle, above;
} ends;

/* Of numbers; false when one of them is none, which is then `middle`. */
static bool find_ends(ends *e, mpfr_srcptr lo, mpfr_srcptr hi, atl_rounding mode)
{
	const mpfr_prec_t w = mpfr_get_prec(lo) + 2 + MARGIN_BITS;
	bool zero = mpfr_zero_p(lo) && mpfr_zero_p(hi);

	mpfr_inits2(w, e->below, e->middle, e->above, (mpfr_ptr)0);
	if (zero || !mpfr_number_p(lo) || !mpfr_number_p(hi)) {
		mpfr_set(e->middle, (zero ? mode == ATL_ROUND_DOWN : !mpfr_number_p(lo)) ? lo : hi, MPFR_RNDN);
		return false;
	}
	mpfr_add(e->middle, lo, hi, MPFR_RNDN);
	mpfr_div_2ui(e->middle, e->middle, 1, MPFR_RNDN);
	if (mpfr_equal_p(lo, hi))
		mpfr_set_ui_2exp(e->above, 1, mpfr_get_exp(lo) - mpfr_get_prec(lo), MPFR_RNDN);
	else
		mpfr_sub(e->above, hi, lo, MPFR_RNDA);
	mpfr_abs(e->above, e->above, MPFR_RNDN);
	mpfr_mul_2ui(e->above, e->above, MARGIN_BITS, MPFR_RNDN);
	mpfr_sub(e->below, e->middle, e->above, MPFR_RNDD);
	mpfr_add(e->above, e->middle, e->above, MPFR_RNDU);
	return true;
}

static void clear_ends(ends *e)
{
	mpfr_clears(e->below, e->middle, e->above, (mpfr_ptr)0);
}

/* ---- formats ---- */

static double round_in_format(mpfr_srcptr x, const atl_binary *f, atl_num *num)
{
	double odd = atl_odd_real(x);

	return isinf(odd) ? atl_format_infinity(odd, f) : atl_round_once(odd, f, num->rounding, num);
}

/* By chance either neighbour is right, so one draw is made and nothing is to be decided. */
static bool same_in_format(const ends *e, const atl_num *num)
{
	atl_num trial = *num;
	const atl_binary *f = atl_num_format(num);

	if (num->rounding == ATL_ROUND_STOCHASTIC)
		return true;
	double a = round_in_format(e->below, f, &trial), b = round_in_format(e->above, f, &trial);
	return a == b || (isnan(a) && isnan(b));
}

bool atl_format_between(void *y, const void *lo, const void *hi, bool middle, atl_num *num)
{
	ends e;
	const atl_range range = atl_range_widen();
	bool known = !find_ends(&e, lo, hi, num->rounding) || middle || same_in_format(&e, num);

	if (known)
		*(double *)y = round_in_format(e.middle, atl_num_format(num), num);
	clear_ends(&e);
	atl_range_restore(range);
	return known;
}

bool atl_format_beside(void *y, double r, atl_num *num)
{
	const double error = 0x1p-40;

	if (r == 0 && num->rounding == ATL_ROUND_NEAREST) {
		*(double *)y = r;
		return true;
	}
	return isfinite(r) && atl_round_certain(y, r, error, atl_num_format(num), num->rounding, num);
}

/* ---- mpfr ---- */

/* y = x, which may be past the exponents of `range`, which is then in force. */
static void put(mpfr_ptr y, mpfr_srcptr x, mpfr_rnd_t mode, atl_range range, atl_num *num)
{
	int inexact = mpfr_set(y, x, mode);

	atl_range_restore(range);
	mpfr_clear_flags();
	(void)mpfr_check_range(y, inexact, mode);
	if (mpfr_overflow_p())
		num->flags |= ATL_NUM_OVERFLOWED;
}

static bool same_in_mpfr(mpfr_prec_t p, const ends *e, mpfr_rnd_t mode, atl_range range)
{
	mpfr_t a, b;
	atl_num unused = { .flags = 0 };

	mpfr_inits2(p, a, b, (mpfr_ptr)0);
	put(a, e->below, mode, range, &unused);
	(void)atl_range_widen();
	put(b, e->above, mode, range, &unused);
	bool same = mpfr_equal_p(a, b);
	mpfr_clears(a, b, (mpfr_ptr)0);
	(void)atl_range_widen();
	return same;
}

bool atl_mpfr_between(void *y, const void *lo, const void *hi, bool middle, atl_num *num)
{
	ends e;
	const mpfr_rnd_t mode = atl_mpfr_mode(num);
	const mpfr_prec_t p = mpfr_get_prec((mpfr_srcptr)y);
	const atl_range range = atl_range_widen();
	bool known = !find_ends(&e, lo, hi, num->rounding) || middle || same_in_mpfr(p, &e, mode, range);

	if (known)
		put(y, e.middle, mode, range, num);
	else
		atl_range_restore(range);
	clear_ends(&e);
	return known;
}
