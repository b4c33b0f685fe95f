/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact.h: the parts of the exact system (exact.c has its table).
 *
 * An element is a rational or a certified real.
 *
 * A rational is an mpq_t in lowest terms.  A denominator of 0 marks what is no
 * finite number: 0/0 no value, 1/0 and -1/0 the infinities.  GMP's rational
 * functions never see these.
 *
 * A certified real is an enclosure (real.h): a counted reference that is never
 * written to once it is made, so one that is shared is the same number.  Its rational is 0/0, which is not finite: code
 * for rationals leaves it alone. */
#ifndef ATL_NUMBER_EXACT_H
#define ATL_NUMBER_EXACT_H

#include "number/flint.h"
#include "number/number.h"

struct atl_exact_number {
	mpq_t q;
	atl_real *real; /* NULL: the rational */
};

/* exact_map.c and exact_power.c: the elementwise primitives. */
#define ATL_EXACT_FN1(f) atl_map1 atl_exact_##f;
#define ATL_EXACT_FN2(f) atl_map2 atl_exact_##f;
ATL_FN1_LIST(ATL_EXACT_FN1)
ATL_FN2_LIST(ATL_EXACT_FN2)

/* exact_literal.c */
atl_answer atl_exact_set_literal(void *y, const char *text, size_t len, atl_num *);

/* exact_sum.c, exact_linear.c */
atl_answer atl_exact_sum(void *y, const void *x, size_t stride, size_t n, atl_num *);
atl_answer atl_exact_prod(void *y, const void *x, size_t stride, size_t n, atl_num *);
atl_answer atl_exact_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                         atl_num *);
atl_answer atl_exact_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                            size_t k, size_t n, atl_num *);
atl_answer atl_exact_det(void *y, const void *a, size_t n, atl_num *);
atl_answer atl_exact_solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *);
atl_answer atl_exact_inv(void *y, const void *a, size_t n, atl_num *);
/* exact_eigen.c */
atl_answer atl_exact_eigh(void *values, void *vectors, const void *a, size_t n, atl_num *);
atl_answer atl_exact_svd(void *u, void *s, void *v, const void *a, size_t m, size_t n, atl_num *);

/* exact_real.c: what leaves the rationals, and what comes back to them; `alone`
 * says that x is one number and no entry of many. */
atl_answer atl_exact_real_fn1(atl_fn1, atl_exact_number *y, const atl_exact_number *x, bool alone,
                              atl_num *);
atl_answer atl_exact_real_fn2(atl_fn2, atl_exact_number *y, const atl_exact_number *a,
                              const atl_exact_number *b, atl_num *);
/* -1 0 1; of values. */
int atl_exact_compare(mpq_srcptr a, mpq_srcptr b);
atl_answer atl_exact_sgn(int *s, const atl_exact_number *);
atl_answer atl_exact_cmp(int *c, const atl_exact_number *, const atl_exact_number *);
/* The decimal places to which a and b are known to be equal (of large numbers,
 * the digits); of finite values. */
long atl_exact_agreement(const atl_exact_number *a, const atl_exact_number *b, const atl_num *);
/* Whether |a - b| <= t is so (1), is not (0), or cannot be decided (-1). */
int atl_exact_within(const atl_exact_number *a, const atl_exact_number *b,
                     const atl_exact_number *t, const atl_num *);
bool atl_exact_settled(const void *x, long digits);
void atl_exact_print(atl_buf *, const atl_real *, int digits);

/* exact_power.c: y = a^b, or the root; both are values and finite, b != 0,
 * a is not 0, and y may be either of them. */
atl_answer atl_exact_power(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *);
atl_answer atl_exact_root(mpq_ptr y, mpq_srcptr a, unsigned long degree, atl_num *);

static inline bool atl_exact_finite(mpq_srcptr x)
{
	return mpz_sgn(mpq_denref(x)) != 0;
}

static inline bool atl_exact_no_value(mpq_srcptr x)
{
	return mpz_sgn(mpq_denref(x)) == 0 && mpz_sgn(mpq_numref(x)) == 0;
}

static inline bool atl_exact_infinite(mpq_srcptr x)
{
	return mpz_sgn(mpq_denref(x)) == 0 && mpz_sgn(mpq_numref(x)) != 0;
}

static inline bool atl_exact_integer(mpq_srcptr x)
{
	return mpz_cmp_ui(mpq_denref(x), 1) == 0;
}

/* y = n/d, in lowest terms already; d == 0 makes what is no finite number. */
static inline void atl_exact_put(mpq_ptr y, long n, unsigned long d)
{
	mpz_set_si(mpq_numref(y), n);
	mpz_set_ui(mpq_denref(y), d);
}

/* Copies any element: GMP's mpq_set would do, but promises nothing here. */
static inline void atl_exact_assign(mpq_ptr y, mpq_srcptr x)
{
	if (y != x) {
		mpz_set(mpq_numref(y), mpq_numref(x));
		mpz_set(mpq_denref(y), mpq_denref(x));
	}
}

/* Operands that were values make no value. */
static inline atl_answer atl_exact_nothing(mpq_ptr y, atl_num *num)
{
	atl_exact_put(y, 0, 0);
	num->flags |= ATL_NUM_INVALID;
	return ATL_FINE;
}

/* No longer a certified real; the rational is what it was. */
static inline void atl_exact_drop(atl_exact_number *y)
{
	if (y->real && --y->real->refs == 0)
		y->real->kind->release(y->real);
	y->real = NULL;
}

static inline void atl_exact_copy(atl_exact_number *y, const atl_exact_number *x)
{
	if (y == x)
		return;
	if (x->real)
		x->real->refs++;
	atl_exact_drop(y);
	y->real = x->real;
	atl_exact_assign(y->q, x->q);
}

static inline atl_answer atl_exact_irrational(atl_num *num)
{
	num->reason = "irrational";
	return ATL_UNABLE;
}

static inline atl_answer atl_exact_too_big(atl_num *num)
{
	num->reason = "too many digits";
	return ATL_TOO_BIG;
}

/* The bits that a numerator or denominator may have: num->limit_digits, and
 * always fewer than what GMP could not hold. */
static inline size_t atl_exact_limit(const atl_num *num)
{
	const size_t most = (size_t)1 << 28;

	if (num->limit_digits <= 0 || num->limit_digits > 80000000)
		return most;
	return (size_t)((double)num->limit_digits * 3.3219280948873626) + 1;
}

/* TOO_BIG if x, finite, is past the limit. */
static inline atl_answer atl_exact_check(mpq_srcptr x, atl_num *num)
{
	/* The usual case: a few limbs, no limit near. */
	if (mpz_size(mpq_numref(x)) <= 1 && mpz_size(mpq_denref(x)) <= 1 &&
	    (num->limit_digits <= 0 || num->limit_digits > 20))
		return ATL_FINE;
	size_t limit = atl_exact_limit(num);
	if (mpz_sizeinbase(mpq_numref(x), 2) > limit || mpz_sizeinbase(mpq_denref(x), 2) > limit)
		return atl_exact_too_big(num);
	return ATL_FINE;
}

#endif
