/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_sum.c: sums, products and dot products of rationals.
 *
 * The order does not matter to the result, so it is chosen for speed: blocks
 * over one common denominator, brought to lowest terms once, then added in
 * pairs of like size; products in pairs too.  Ranges with an infinity or no
 * value in them (seldom) take the generic way. */
#include "number/exact.h"

enum { BLOCK = 32 };

/* The sum of a[i*sa]*b[i*sb], or of a[i*sa] where b is NULL. */
typedef struct terms {
	const atl_exact_number *a, *b;
	size_t sa, sb;
	atl_num *num;
} terms;

/* A sum n/d on the way, not in lowest terms, and scratch. */
typedef struct partial {
	mpz_t n, d, p, q, t;
} partial;

static bool all_finite(const atl_exact_number *x, size_t stride, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!atl_exact_finite(x[i * stride].q))
			return false;
	}
	return true;
}

/* The module of the certified reals among finite factors; NULL: there are
 * none, or not all are finite. */
static const atl_flint *module_of(const terms *t, size_t n)
{
	const atl_flint *found = NULL;

	for (size_t i = 0; i < 2 * n; i++) {
		const atl_exact_number *x = i % 2 ? t->b + i / 2 * t->sb : t->a + i / 2 * t->sa;
		if (x->real)
			found = atl_flint_load(t->num);
		else if (!atl_exact_finite(x->q))
			return NULL;
	}
	return found;
}

/* s += n/d; neither is s->n, s->d or s->t. */
static void add_fraction(partial *s, mpz_srcptr n, mpz_srcptr d)
{
	if (mpz_cmp(s->d, d) == 0) {
		mpz_add(s->n, s->n, n);
	} else if (mpz_divisible_p(s->d, d)) {
		mpz_divexact(s->t, s->d, d);
		mpz_addmul(s->n, s->t, n);
	} else {
		/* n/d + s.n/s.d over lcm = s.d * (d/gcd) */
		mpz_t more;
		mpz_init(more);
		mpz_gcd(s->t, s->d, d);
		mpz_divexact(more, d, s->t);
		mpz_divexact(s->t, s->d, s->t);
		mpz_mul(s->n, s->n, more);
		mpz_addmul(s->n, s->t, n);
		mpz_mul(s->d, s->d, more);
		mpz_clear(more);
	}
}

static void add_block(mpq_ptr y, const terms *t, size_t lo, size_t n)
{
	partial s;

	mpz_inits(s.n, s.d, s.p, s.q, s.t, NULL);
	mpz_set_ui(s.d, 1);
	for (size_t i = lo; i < lo + n; i++) {
		mpq_srcptr a = t->a[i * t->sa].q;
		if (!t->b) {
			add_fraction(&s, mpq_numref(a), mpq_denref(a));
			continue;
		}
		mpq_srcptr b = t->b[i * t->sb].q;
		mpz_mul(s.p, mpq_numref(a), mpq_numref(b));
		mpz_mul(s.q, mpq_denref(a), mpq_denref(b));
		add_fraction(&s, s.p, s.q);
	}
	mpz_swap(mpq_numref(y), s.n);
	mpz_swap(mpq_denref(y), s.d);
	mpq_canonicalize(y);
	mpz_clears(s.n, s.d, s.p, s.q, s.t, NULL);
}

/* Recursion is at most 64 deep: the range is halved each time. */
static atl_answer add_pairwise(mpq_ptr y, const terms *t, size_t lo, size_t n)
{
	mpq_t other;

	if (n <= BLOCK) {
		add_block(y, t, lo, n);
		return atl_exact_check(y, t->num);
	}
	if (atl_num_stop(t->num))
		return ATL_STOPPED;
	mpq_init(other);
	atl_answer answer = add_pairwise(y, t, lo, n / 2);
	if (answer == ATL_FINE)
		answer = add_pairwise(other, t, lo + n / 2, n - n / 2);
	if (answer == ATL_FINE) {
		mpq_add(y, y, other);
		answer = atl_exact_check(y, t->num);
	}
	mpq_clear(other);
	return answer;
}

/* y may be among the terms, so the sum is made aside. */
static atl_answer add(atl_exact_number *y, const terms *t, size_t n)
{
	mpq_t sum;

	mpq_init(sum);
	atl_answer answer = add_pairwise(sum, t, 0, n);
	if (answer == ATL_FINE) {
		atl_exact_drop(y);
		mpq_swap(y->q, sum);
	}
	mpq_clear(sum);
	t->num->fault = 0;
	return answer;
}

atl_answer atl_exact_sum(void *y, const void *x, size_t stride, size_t n, atl_num *num)
{
	const terms t = { x, NULL, stride, 0, num };

	if (!all_finite(x, stride, n))
		return atl_generic_sum(y, x, stride, n, num);
	return add(y, &t, n);
}

atl_answer atl_exact_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                         atl_num *num)
{
	const terms t = { a, b, sa, sb, num };

	const atl_flint *reals = module_of(&t, n);

	if (reals) {
		num->fault = 0;
		return reals->dot(y, a, sa, b, sb, n, num);
	}
	if (!all_finite(a, sa, n) || !all_finite(b, sb, n))
		return atl_generic_dot(y, a, sa, b, sb, n, num);
	return add(y, &t, n);
}

/* Recursion is at most 64 deep, as above. */
static atl_answer multiply(mpq_ptr y, const atl_exact_number *x, size_t stride, size_t n, atl_num *num)
{
	mpq_t other;

	if (n <= 1) {
		if (n == 0)
			atl_exact_put(y, 1, 1);
		else
			mpq_set(y, x->q);
		return atl_exact_check(y, num);
	}
	if (atl_num_stop(num))
		return ATL_STOPPED;
	mpq_init(other);
	atl_answer answer = multiply(y, x, stride, n / 2, num);
	if (answer == ATL_FINE)
		answer = multiply(other, x + n / 2 * stride, stride, n - n / 2, num);
	if (answer == ATL_FINE) {
		mpq_mul(y, y, other);
		answer = atl_exact_check(y, num);
	}
	mpq_clear(other);
	return answer;
}

atl_answer atl_exact_prod(void *y, const void *x, size_t stride, size_t n, atl_num *num)
{
	mpq_t product;

	if (!all_finite(x, stride, n))
		return atl_generic_prod(y, x, stride, n, num);
	mpq_init(product);
	atl_answer answer = multiply(product, x, stride, n, num);
	if (answer == ATL_FINE) {
		atl_exact_drop(y);
		mpq_swap(((atl_exact_number *)y)->q, product);
	}
	mpq_clear(product);
	num->fault = 0;
	return answer;
}
