/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_literal.c: what is written down as an exact number: a decimal, or
 * what the system prints of a certified real.
 *
 * 0.731… is a number whose expansion begins so, 1 ± 2e-310 one that is no
 * farther than that from 1: the enclosures that say no less and no more.  They
 * keep their text, since no enclosure in binary has quite these ends. */
#include "number/exact.h"

#include <stdlib.h>
#include <string.h>
#include "number/decimal.h"

/* y = digits * 10^exponent.  5^|e| divides a power of ten's share that no
 * digit can cancel, so an exponent far past the limit is refused unseen. */
static atl_answer set_decimal(mpq_ptr y, const atl_decimal *d, atl_num *num)
{
	const size_t limit = atl_exact_limit(num);
	const unsigned long e = (unsigned long)labs(d->exponent);
	mpz_ptr n = mpq_numref(y), den = mpq_denref(y);

	atl_exact_put(y, 0, 1);
	if (d->n == 0)
		return ATL_FINE;
	if (e > limit / 2 + 1 || d->n > limit)
		return atl_exact_too_big(num);
	if (mpz_set_str(n, d->digits.p, 10) != 0)
		return ATL_NOMEM;
	if (d->exponent > 0) {
		mpz_ui_pow_ui(den, 10, e);
		mpz_mul(n, n, den);
		mpz_set_ui(den, 1);
	} else if (d->exponent < 0) {
		mpz_ui_pow_ui(den, 10, e);
		mpq_canonicalize(y);
	}
	if (d->negative)
		mpz_neg(n, n);
	return atl_exact_check(y, num);
}

/* y = the decimal that is the text. */
static atl_answer read_decimal(mpq_ptr y, const char *text, size_t len, atl_num *num)
{
	atl_decimal d;
	atl_answer answer = atl_decimal_read(&d, text, len, num);

	if (answer == ATL_FINE)
		answer = set_decimal(y, &d, num);
	atl_buf_clear(&d.digits);
	return answer;
}

/* 0.731…: the middle of 0.731 and 0.732, and half of what is between. */
static atl_answer begins_so(mpq_ptr middle, mpq_ptr radius, const atl_decimal *d, atl_num *num)
{
	atl_buf one = { 0 };
	atl_buf_addc(&one, '1');
	const atl_decimal unit = { .n = 1, .exponent = d->place, .digits = one };
	atl_answer answer = one.failed ? ATL_NOMEM : set_decimal(radius, &unit, num);

	if (answer == ATL_FINE)
		answer = set_decimal(middle, d, num);
	atl_buf_clear(&one);
	if (answer != ATL_FINE)
		return answer;
	mpq_div_2exp(radius, radius, 1);
	if (d->negative)
		mpq_sub(middle, middle, radius);
	else
		mpq_add(middle, middle, radius);
	return ATL_FINE;
}

static atl_answer enclose(atl_exact_number *y, const atl_decimal *d, const char *text, size_t len,
                          atl_num *num)
{
	const atl_flint *lib = atl_flint_load(num);
	atl_answer answer = ATL_FINE;
	mpq_t middle, radius;

	if (!lib)
		return atl_exact_irrational(num);
	mpq_inits(middle, radius, NULL);
	if (d->open) {
		answer = begins_so(middle, radius, d, num);
	} else {
		answer = set_decimal(middle, d, num);
		if (answer == ATL_FINE)
			answer = read_decimal(radius, text + d->bound, len - d->bound, num);
	}
	if (answer == ATL_FINE && mpz_sgn(mpq_numref(radius)) == 0) {
		atl_exact_drop(y);
		atl_exact_assign(y->q, middle);
	} else if (answer == ATL_FINE) {
		answer = lib->enclose(y, middle, radius, text, len, num);
	}
	mpq_clears(middle, radius, NULL);
	return answer;
}

atl_answer atl_exact_set_literal(void *y, const char *text, size_t len, atl_num *num)
{
	atl_decimal d;
	atl_answer answer = atl_decimal_read(&d, text, len, num);

	if (answer == ATL_FINE && (d.open || d.bound)) {
		answer = enclose(y, &d, text, len, num);
	} else if (answer == ATL_FINE) {
		atl_exact_drop(y);
		answer = set_decimal(((atl_exact_number *)y)->q, &d, num);
	}
	if (answer != ATL_FINE)
		num->fault = 0;
	atl_buf_clear(&d.digits);
	return answer;
}
