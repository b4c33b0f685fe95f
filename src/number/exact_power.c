/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_power.c: powers and roots of rationals.
 *
 * a^(p/q) in lowest terms is rational exactly if numerator and denominator of
 * a are q-th powers.  The size of a power is known before it is computed: k
 * bits to the n-th have more than (k-1)*n bits. */
#include "number/exact.h"

/* y = a^n, a finite, not 0; *y may be *a. */
static atl_answer integer_power(mpq_ptr y, mpq_srcptr a, mpz_srcptr n, atl_num *num)
{
	size_t bits = mpz_sizeinbase(mpq_numref(a), 2), other = mpz_sizeinbase(mpq_denref(a), 2);
	bool negative = mpz_sgn(mpq_numref(a)) < 0 && mpz_odd_p(n), invert = mpz_sgn(n) < 0;

	if (other > bits)
		bits = other;
	if (bits == 1) { /* 1 or -1 */
		atl_exact_put(y, negative ? -1 : 1, 1);
		return ATL_FINE;
	}
	if (mpz_sizeinbase(n, 2) > 31)
		return atl_exact_too_big(num);
	const unsigned long times = mpz_get_ui(n); /* of |n| */
	if (bits - 1 > atl_exact_limit(num) / (times ? times : 1))
		return atl_exact_too_big(num);
	mpz_pow_ui(mpq_numref(y), mpq_numref(a), times);
	mpz_pow_ui(mpq_denref(y), mpq_denref(a), times);
	if (invert)
		mpq_inv(y, y);
	return atl_exact_check(y, num);
}

/* y = the root, a > 0; UNABLE when it is irrational. */
atl_answer atl_exact_root(mpq_ptr y, mpq_srcptr a, unsigned long degree, atl_num *num)
{
	mpz_t n, d;
	atl_answer answer = ATL_FINE;

	mpz_inits(n, d, NULL);
	if (mpz_root(n, mpq_numref(a), degree) && mpz_root(d, mpq_denref(a), degree)) {
		mpz_set(mpq_numref(y), n);
		mpz_set(mpq_denref(y), d);
	} else {
		answer = atl_exact_irrational(num);
	}
	mpz_clears(n, d, NULL);
	return answer;
}

atl_answer atl_exact_power(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)
{
	mpq_t root;
	mpz_t n;
	atl_answer answer;

	if (atl_exact_integer(b))
		return integer_power(y, a, mpq_numref(b), num);
	if (mpz_sgn(mpq_numref(a)) < 0)
		return atl_exact_nothing(y, num);
	if (mpq_cmp_ui(a, 1, 1) == 0) {
		atl_exact_put(y, 1, 1);
		return ATL_FINE;
	}
	if (mpz_sizeinbase(mpq_denref(b), 2) > 31)
		return atl_exact_irrational(num); /* no such power can be stored */
	mpq_init(root);
	mpz_init_set(n, mpq_numref(b));
	answer = atl_exact_root(root, a, mpz_get_ui(mpq_denref(b)), num);
	if (answer == ATL_FINE)
		answer = integer_power(y, root, n, num);
	mpz_clear(n);
	mpq_clear(root);
	return answer;
}
