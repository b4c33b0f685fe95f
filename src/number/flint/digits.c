/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digits.c: decimal digits of enclosures: those that are certain, and what
 * can be said where they are not. */
#include "number/flint/module.h"

#include <math.h>

static const double LOG10_2 = 0.30102999566398120;

/* Where the first digit of |x| stands, or one off; x is not 0. */
static slong first_digit(const arf_t x)
{
	arf_t m;
	fmpz_t e;

	arf_init(m);
	fmpz_init(e);
	arf_frexp(m, e, x);
	double low = log10(fabs(arf_get_d(m, ARF_RND_DOWN)));
	slong place = (slong)floor(low + fmpz_get_d(e) * LOG10_2);
	arf_clear(m);
	fmpz_clear(e);
	return place;
}

/* y = x*10^p, with `bits` beyond those that p has. */
static void scale(arb_t y, const arb_t x, slong p, slong bits)
{
	arb_t ten;
	fmpz_t e;

	arb_init(ten);
	fmpz_init(e);
	fmpz_set_si(e, p < 0 ? -p : p);
	bits += (slong)fmpz_bits(e);
	arb_set_ui(ten, 10);
	arb_pow_fmpz(ten, ten, e, bits);
	if (p < 0)
		arb_div(y, x, ten, bits);
	else
		arb_mul(y, x, ten, bits);
	arb_clear(ten);
	fmpz_clear(e);
}

static slong bits_of(slong digits)
{
	return (slong)((double)digits / LOG10_2) + 64;
}

/* z = the digits of size > 0, `bits` of which are looked at. */
static bool certain(fmpz_t z, slong *exponent, const arb_t size, slong n, slong bits)
{
	fmpz_t least;
	arb_t t;
	bool found = false;
	slong e = first_digit(arb_midref(size));

	arb_init(t);
	fmpz_init(least);
	fmpz_ui_pow_ui(least, 10, (ulong)(n - 1));
	for (int tries = 0; tries < 3; tries++) {
		scale(t, size, n - 1 - e, bits);
		arb_floor(t, t, bits);
		if (!arb_get_unique_fmpz(z, t))
			break;
		if (fmpz_cmp(z, least) < 0) {
			e--;
			continue;
		}
		fmpz_mul_ui(least, least, 10);
		found = fmpz_cmp(z, least) < 0;
		if (found)
			break;
		fmpz_divexact_ui(least, least, 10);
		e++;
	}
	*exponent = e;
	arb_clear(t);
	fmpz_clear(least);
	return found;
}

/* With as many bits as the digits have, and if these end in a long row of
 * zeros or nines, with all there are. */
static bool leading(fmpz_t z, slong *exponent, const arb_t x, slong n)
{
	slong accuracy = arb_rel_accuracy_bits(x);
	arb_t size;

	if (arb_contains_zero(x) || accuracy < (slong)((double)(n - 1) / LOG10_2) - 4)
		return false;
	arb_init(size);
	arb_abs(size, x);
	bool found = certain(z, exponent, size, n, bits_of(n));
	if (!found && arb_bits(x) > bits_of(n) - 32)
		found = certain(z, exponent, size, n, arb_bits(x) + 64);
	arb_clear(size);
	return found;
}

bool atl_ball_leading(mpz_ptr z, long *exponent, const atl_real *x, long n)
{
	fmpz_t digits;

	fmpz_init(digits);
	bool found = leading(digits, exponent, atl_ball(x), n);
	if (found)
		fmpz_get_mpz(z, digits);
	fmpz_clear(digits);
	return found;
}

long atl_ball_accuracy(const atl_real *x, long most)
{
	slong bits = arb_rel_accuracy_bits(atl_ball(x));

	if (arb_contains_zero(atl_ball(x)) || bits <= 0)
		return 0;
	double n = (double)bits * LOG10_2;
	return n < (double)most ? (long)n : most;
}

/* An upper bound of t >= 0 as digit*10^exponent. */
static void one_digit_up(long *digit, long *exponent, const arb_t t)
{
	arb_t up;
	fmpz_t z;

	arb_init(up);
	fmpz_init(z);
	arb_get_ubound_arf(arb_midref(up), t, 64);
	*digit = 0;
	*exponent = 0;
	if (arf_sgn(arb_midref(up)) > 0 && leading(z, exponent, up, 1)) {
		*digit = fmpz_get_si(z) + 1;
		if (*digit == 10) {
			*digit = 1;
			++*exponent;
		}
	}
	arb_clear(up);
	fmpz_clear(z);
}

/* The midpoint rounded to n digits, and how far the ball reaches from it. */
void atl_ball_centre(mpz_ptr z, long *exponent, long *bound, long *bound_exponent,
                     const atl_real *real, long n)
{
	arb_srcptr x = atl_ball(real);
	arb_t mid, t;
	fmpz_t c;

	arb_init(mid);
	arb_init(t);
	fmpz_init(c);
	arb_get_mid_arb(mid, x);
	*exponent = 0;
	if (!arb_contains_zero(x)) {
		*exponent = first_digit(arb_midref(mid)) - (n - 1);
		scale(t, mid, -*exponent, bits_of(n));
		arf_get_fmpz(c, arb_midref(t), ARF_RND_NEAR);
	}
	arb_set_fmpz(t, c);
	scale(t, t, *exponent, bits_of(n) + real->bits);
	arb_sub(t, x, t, bits_of(n) + real->bits);
	arb_abs(t, t);
	one_digit_up(bound, bound_exponent, t);
	fmpz_get_mpz(z, c);
	arb_clear(mid);
	arb_clear(t);
	fmpz_clear(c);
}
