/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_interval.c: certified reals between two MPFR numbers, and their
 * decimal digits. */
#include "number/exact.h"

#include <math.h>
#include "base/mem.h"

static const double LOG10_2 = 0.30102999566398120;

static void release(atl_real *real)
{
	atl_interval *x = (atl_interval *)real;

	if (x->ball)
		x->ball->kind->release(x->ball);
	mpfr_clears(x->lo, x->hi, (mpfr_ptr)NULL);
	atl_free(x);
}

atl_answer atl_exact_give_interval(atl_exact_number *y, mpfr_ptr lo, mpfr_ptr hi)
{
	atl_interval *x = atl_malloc(sizeof *x);

	if (!x)
		return ATL_NOMEM;
	*x = (atl_interval){
		.head = { .refs = 1, .kind = &atl_interval_kind, .bits = mpfr_get_prec(lo) }
	};
	mpfr_inits2(MPFR_PREC_MIN, x->lo, x->hi, (mpfr_ptr)NULL);
	mpfr_swap(x->lo, lo);
	mpfr_swap(x->hi, hi);
	atl_exact_drop(y);
	y->real = &x->head;
	atl_exact_put(y->q, 0, 0);
	return ATL_FINE;
}

static const atl_interval *of(const atl_real *x)
{
	return (const atl_interval *)x;
}

static atl_answer sgn(int *s, const atl_real *x)
{
	*s = mpfr_sgn(of(x)->lo);
	return ATL_FINE;
}

/* -1 0 1: x is less than all of [lo, hi], within, more. */
static int beside(mpq_srcptr x, const atl_interval *v)
{
	return mpfr_cmp_q(v->lo, x) >= 0 ? -1 : mpfr_cmp_q(v->hi, x) <= 0 ? 1 : 0;
}

static atl_answer cmp(int *c, const atl_exact_number *a, const atl_exact_number *b)
{
	const atl_real *other = a->real && a->real->kind != &atl_interval_kind ? a->real
	                      : b->real && b->real->kind != &atl_interval_kind ? b->real : NULL;

	if (other)
		return other->kind->cmp(c, a, b);
	if (!a->real)
		*c = beside(a->q, of(b->real));
	else if (!b->real)
		*c = -beside(b->q, of(a->real));
	else
		*c = mpfr_lessequal_p(of(a->real)->hi, of(b->real)->lo) ? -1
		   : mpfr_lessequal_p(of(b->real)->hi, of(a->real)->lo) ? 1 : 0;
	return *c != 0 ? ATL_FINE : ATL_UNDECIDED;
}

static double get_double(const atl_real *x)
{
	return mpfr_get_d(of(x)->lo, MPFR_RNDN);
}

static void midpoint(mpq_ptr q, const atl_real *x)
{
	mpfr_get_q(q, of(x)->lo);
}

/* Where the first digit of x stands, or one off. */
static long first_digit(mpfr_srcptr x)
{
	long e;
	double m = mpfr_get_d_2exp(&e, x, MPFR_RNDZ);

	return (long)floor(log10(fabs(m)) + (double)e * LOG10_2);
}

static mpfr_prec_t bits_of(long digits)
{
	return (mpfr_prec_t)((double)digits / LOG10_2) + 64;
}

/* z = floor(|x|*10^p), with everything rounded as `mode` has it, down or up. */
static void scaled(mpz_ptr z, mpfr_srcptr x, long p, mpfr_prec_t bits, mpfr_rnd_t mode)
{
	const unsigned long size = p < 0 ? 0 - (unsigned long)p : (unsigned long)p;
	mpfr_t t;

	mpfr_init2(t, bits);
	mpfr_ui_pow_ui(t, 10, size, p < 0 && mode == MPFR_RNDD ? MPFR_RNDU
	                          : p < 0 ? MPFR_RNDD : mode);
	if (p < 0)
		mpfr_div(t, x, t, mode);
	else
		mpfr_mul(t, x, t, mode);
	mpfr_get_z(z, t, MPFR_RNDD);
	mpfr_clear(t);
}

/* The same integer from both ends, of n digits. */
static bool certain(mpz_ptr z, long *exponent, mpfr_srcptr low, mpfr_srcptr high, long n,
                    mpfr_prec_t bits)
{
	mpz_t other, power;
	bool found = false;
	long e = first_digit(low);

	mpz_inits(other, power, NULL);
	for (int tries = 0; tries < 3 && !found; tries++) {
		scaled(z, low, n - 1 - e, bits, MPFR_RNDD);
		scaled(other, high, n - 1 - e, bits, MPFR_RNDU);
		if (mpz_cmp(z, other) != 0)
			break;
		mpz_ui_pow_ui(power, 10, (unsigned long)(n - 1));
		bool few = mpz_cmp(z, power) < 0;
		mpz_mul_ui(power, power, 10);
		bool many = mpz_cmp(z, power) >= 0;
		found = !few && !many;
		e += many - few;
	}
	*exponent = e;
	mpz_clears(other, power, NULL);
	return found;
}

/* With as many bits as the digits have, and if these end in a long row of
 * zeros or nines, with all there are. */
static bool leading(mpz_ptr z, long *exponent, const atl_real *x, long n)
{
	const atl_interval *v = of(x);
	const bool negative = mpfr_sgn(v->lo) < 0;
	mpfr_t low, high;

	if (x->kind->accuracy(x, n) < n - 1)
		return false;
	mpfr_inits2(mpfr_get_prec(v->lo), low, high, (mpfr_ptr)NULL);
	mpfr_abs(low, negative ? v->hi : v->lo, MPFR_RNDD);
	mpfr_abs(high, negative ? v->lo : v->hi, MPFR_RNDU);
	bool found = certain(z, exponent, low, high, n, bits_of(n));
	if (!found && mpfr_get_prec(low) > bits_of(n) - 32)
		found = certain(z, exponent, low, high, n, mpfr_get_prec(low) + 64);
	mpfr_clears(low, high, (mpfr_ptr)NULL);
	return found;
}

static long accuracy(const atl_real *x, long most)
{
	mpfr_t width;

	mpfr_init2(width, 32);
	mpfr_sub(width, of(x)->hi, of(x)->lo, MPFR_RNDU);
	double n = (double)(mpfr_get_exp(of(x)->lo) - mpfr_get_exp(width)) * LOG10_2;
	mpfr_clear(width);
	return n <= 0 ? 0 : n < (double)most ? (long)n : most;
}

/* q = z*10^exponent */
static void decimal(mpq_ptr q, mpz_srcptr z, long exponent)
{
	mpz_t power;

	mpz_init(power);
	mpz_ui_pow_ui(power, 10, exponent < 0 ? 0 - (unsigned long)exponent : (unsigned long)exponent);
	mpq_set_z(q, z);
	if (exponent < 0)
		mpz_swap(mpq_denref(q), power);
	else
		mpz_mul(mpq_numref(q), mpq_numref(q), power);
	mpq_canonicalize(q);
	mpz_clear(power);
}

/* How far the farther end is from q. */
static void farthest(mpfr_ptr distance, const atl_interval *v, mpq_srcptr q)
{
	mpq_t a, b;

	mpq_inits(a, b, NULL);
	mpfr_get_q(a, v->lo);
	mpfr_get_q(b, v->hi);
	mpq_sub(a, a, q);
	mpq_sub(b, b, q);
	mpq_abs(a, a);
	mpq_abs(b, b);
	mpfr_set_q(distance, mpq_cmp(a, b) > 0 ? a : b, MPFR_RNDU);
	mpq_clears(a, b, NULL);
}

static void centre(mpz_ptr z, long *exponent, long *bound, long *bound_exponent, const atl_real *x,
                   long n)
{
	mpfr_exp_t e;
	mpfr_t d;
	mpq_t q;

	char *text = mpfr_get_str(NULL, &e, 10, (size_t)n, of(x)->lo, MPFR_RNDN);
	mpz_set_str(z, text, 10);
	mpfr_free_str(text);
	*exponent = e - n;
	mpfr_init2(d, 32);
	mpq_init(q);
	decimal(q, z, *exponent);
	farthest(d, of(x), q);
	text = mpfr_get_str(NULL, &e, 10, 1, d, MPFR_RNDU);
	*bound = text[0] - '0';
	*bound_exponent = e - 1;
	mpfr_free_str(text);
	mpfr_clear(d);
	mpq_clear(q);
}

const atl_real_kind atl_interval_kind = {
	.release = release,
	.sgn = sgn,
	.cmp = cmp,
	.get_double = get_double,
	.midpoint = midpoint,
	.leading = leading,
	.accuracy = accuracy,
	.centre = centre,
};
