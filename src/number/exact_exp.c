/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_exp.c: exp of a rational of few digits to many, by its series.
 *
 * The terms x^k/k!, x = p/q, are added as one fraction by binary splitting
 * (Haible and Papanikolaou, "Fast multiprecision evaluation of series of
 * rational numbers", 1998, section 2): over the terms a < k <= b let
 *     P = p^(b-a),  Q = q^(b-a) b!/a!,  T = Q * sum of p^(k-a) q^(a-k) a!/k!
 * Two neighbouring ranges make P*P', Q*Q' and T*Q' + P*T'. */
#include "number/exact.h"

#include <math.h>

#include "number/real.h"

/* Where the series pays: below, MPFR is as fast; beyond this argument the
 * series is long. */
enum { LEAST_BITS = 2000, LARGEST = 16, BLOCK = 16 };

typedef struct range {
	mpz_t p, q, t;
} range;

static void open_range(range *r)
{
	mpz_inits(r->p, r->q, r->t, NULL);
}

static void close_range(range *r)
{
	mpz_clears(r->p, r->q, r->t, NULL);
}

/* r = the terms after the a-th up to the b-th, one by one. */
static void add_terms(range *r, unsigned long p, unsigned long q, unsigned long a, unsigned long b)
{
	mpz_set_ui(r->p, 1);
	mpz_set_ui(r->q, 1);
	mpz_set_ui(r->t, 0);
	for (unsigned long k = a + 1; k <= b; k++) {
		mpz_mul_ui(r->p, r->p, p);
		mpz_mul_ui(r->q, r->q, q * k);
		mpz_mul_ui(r->t, r->t, q * k);
		mpz_add(r->t, r->t, r->p);
	}
}

static void split(range *r, unsigned long p, unsigned long q, unsigned long a, unsigned long b)
{
	if (b - a <= BLOCK) {
		add_terms(r, p, q, a, b);
		return;
	}
	const unsigned long m = a + (b - a) / 2;
	range s;

	open_range(&s);
	split(r, p, q, a, m);
	split(&s, p, q, m, b);
	mpz_mul(r->t, r->t, s.q);
	mpz_addmul(r->t, r->p, s.t);
	mpz_mul(r->p, r->p, s.p);
	mpz_mul(r->q, r->q, s.q);
	close_range(&s);
}

/* The number of terms after which less than 2^-bits is left, for 0 < x <=
 * LARGEST: twice the first one left out, once that is less than half the last. */
static unsigned long terms(double x, double bits)
{
	double size = 1; /* log2 of twice the term */
	unsigned long k = 0;

	do {
		k++;
		size += log2(x / (double)k);
	} while (size > -bits - 1 || (double)k < 2 * LARGEST);
	return k;
}

/* lo < exp(p/q) < hi */
static void sum(mpfr_ptr lo, mpfr_ptr hi, unsigned long p, unsigned long q)
{
	const double bits = (double)mpfr_get_prec(lo) + 8;
	const unsigned long n = terms((double)p / (double)q, bits);
	mpfr_t over;
	range r;

	open_range(&r);
	split(&r, p, q, 0, n - 1);
	mpz_add(r.t, r.t, r.q);
	mpfr_init2(over, mpfr_get_prec(lo));
	mpfr_set_z(lo, r.t, MPFR_RNDD);
	mpfr_set_z(over, r.q, MPFR_RNDU);
	mpfr_div(lo, lo, over, MPFR_RNDD);
	mpfr_set_z(hi, r.t, MPFR_RNDU);
	mpfr_set_z(over, r.q, MPFR_RNDD);
	mpfr_div(hi, hi, over, MPFR_RNDU);
	mpfr_set_ui_2exp(over, 1, -(mpfr_exp_t)bits, MPFR_RNDU);
	mpfr_add(hi, hi, over, MPFR_RNDU);
	mpfr_clear(over);
	close_range(&r);
}

bool atl_exact_exp_series(mpfr_ptr lo, mpfr_ptr hi, mpq_srcptr x)
{
	const unsigned long digits = 1UL << 20;

	if (mpfr_get_prec(lo) < LEAST_BITS || mpz_cmpabs_ui(mpq_numref(x), digits) >= 0 ||
	    mpz_cmp_ui(mpq_denref(x), digits) >= 0)
		return false;
	const unsigned long p = mpz_get_ui(mpq_numref(x)), q = mpz_get_ui(mpq_denref(x));
	if (p == 0 || p / q >= LARGEST)
		return false;
	sum(lo, hi, p, q);
	if (mpz_sgn(mpq_numref(x)) < 0) {
		mpfr_swap(lo, hi);
		mpfr_ui_div(lo, 1, lo, MPFR_RNDD);
		mpfr_ui_div(hi, 1, hi, MPFR_RNDU);
	}
	return true;
}
