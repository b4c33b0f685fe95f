/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rational.c: determinants and solutions of matrices of rationals.
 *
 * Dixon's way: the solution is found modulo a prime p, then modulo p^2, p^3,
 * ... until only one fraction within the bounds of Hadamard and Cramer can be
 * it.  The common denominator of a solution is nearly all of the determinant;
 * the rest comes from its values modulo primes.  FLINT has both, but nothing
 * stops it within; here each step polls. */
#include "number/flint/module.h"

#include <flint/fmpz_mat.h>
#include <flint/fmpz_vec.h>
#include <flint/nmod.h>
#include <flint/nmod_mat.h>
#include <flint/ulong_extras.h>

static const mp_limb_t before_primes = (mp_limb_t)1 << 59;

/* a*x = b in integers; x is y/den. */
typedef struct dixon {
	fmpz_mat_t a, b, y;
	fmpz_t den;
	fmpz_t most, most_den; /* no numerator, no denominator is larger */
	bool singular;
} dixon;

/* The rows of [a | b] times their common denominators, the product of which is
 * *scale; b NULL: some column of integers. */
static void open_dixon(dixon *w, fmpz_t scale, const atl_exact_number *a,
                       const atl_exact_number *b, size_t n, size_t r)
{
	fmpq_mat_t left, right;
	fmpz *den = _fmpz_vec_init((slong)n);

	fmpq_mat_init(left, (slong)n, (slong)n);
	fmpq_mat_init(right, (slong)n, (slong)r);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n; j++)
			fmpq_set_mpq(fmpq_mat_entry(left, (slong)i, (slong)j), a[i * n + j].q);
		for (size_t j = 0; j < r && b; j++)
			fmpq_set_mpq(fmpq_mat_entry(right, (slong)i, (slong)j), b[i * r + j].q);
		if (!b)
			fmpq_set_si(fmpq_mat_entry(right, (slong)i, 0), (slong)(i * i % 23) - 11, 1);
	}
	fmpz_mat_init(w->a, (slong)n, (slong)n);
	fmpz_mat_init(w->b, (slong)n, (slong)r);
	fmpz_mat_init(w->y, (slong)n, (slong)r);
	fmpz_init(w->den);
	fmpz_init(w->most);
	fmpz_init(w->most_den);
	w->singular = false;
	fmpq_mat_get_fmpz_mat_rowwise_2(w->a, w->b, den, left, right);
	_fmpz_vec_prod(scale, den, (slong)n);
	fmpz_mat_solve_bound(w->most, w->most_den, w->a, w->b);
	fmpq_mat_clear(left);
	fmpq_mat_clear(right);
	_fmpz_vec_clear(den, (slong)n);
}

static void close_dixon(dixon *w)
{
	fmpz_mat_clear(w->a);
	fmpz_mat_clear(w->b);
	fmpz_mat_clear(w->y);
	fmpz_clear(w->den);
	fmpz_clear(w->most);
	fmpz_clear(w->most_den);
}

/* inverse = that of a modulo the first prime which allows one; where it is
 * singular modulo more of them than divide any determinant, it is singular.
 * The caller clears the inverse, whatever comes out. */
static atl_answer invert(nmod_mat_t inverse, dixon *w, const atl_num *num)
{
	const slong n = fmpz_mat_nrows(w->a);
	atl_answer answer = ATL_FINE;
	mp_limb_t p = n_nextprime(before_primes, 1);
	nmod_mat_t m;
	fmpz_t tested;

	fmpz_init_set_ui(tested, 1);
	for (;; p = n_nextprime(p, 1)) {
		nmod_mat_init(inverse, n, n, p);
		nmod_mat_init(m, n, n, p);
		fmpz_mat_get_nmod_mat(m, w->a);
		bool found = nmod_mat_inv(inverse, m);
		nmod_mat_clear(m);
		if (found)
			break;
		fmpz_mul_ui(tested, tested, p);
		w->singular = fmpz_cmp(tested, w->most_den) > 0;
		answer = atl_num_stop(num) ? ATL_STOPPED : ATL_FINE;
		if (w->singular || answer != ATL_FINE)
			break;
		nmod_mat_clear(inverse);
	}
	fmpz_clear(tested);
	return answer;
}

/* y = the solution modulo q, a power of the prime, q > 2*most*most_den:
 * with b = a*y + q*rest the next digit of y is that of the rest's solution. */
static atl_answer lift(dixon *w, fmpz_t q, const nmod_mat_t inverse, const atl_num *num)
{
	const slong n = fmpz_mat_nrows(w->b), r = fmpz_mat_ncols(w->b);
	const mp_limb_t p = inverse->mod.n;
	atl_answer answer = ATL_FINE;
	fmpz_mat_t rest, digit, product;
	nmod_mat_t u, v;
	fmpz_t enough;

	fmpz_mat_init_set(rest, w->b);
	fmpz_mat_init(digit, n, r);
	fmpz_mat_init(product, n, r);
	nmod_mat_init(u, n, r, p);
	nmod_mat_init(v, n, r, p);
	fmpz_init(enough);
	fmpz_mul(enough, w->most, w->most_den);
	fmpz_mul_2exp(enough, enough, 1);
	fmpz_one(q);
	while (fmpz_cmp(q, enough) <= 0 && answer == ATL_FINE) {
		fmpz_mat_get_nmod_mat(u, rest);
		nmod_mat_mul(v, inverse, u);
		fmpz_mat_scalar_addmul_nmod_mat_fmpz(w->y, v, q);
		fmpz_mul_ui(q, q, p);
		fmpz_mat_set_nmod_mat_unsigned(digit, v);
		fmpz_mat_mul(product, w->a, digit);
		fmpz_mat_sub(rest, rest, product);
		fmpz_mat_scalar_divexact_ui(rest, rest, p);
		answer = atl_num_stop(num) ? ATL_STOPPED : ATL_FINE;
	}
	fmpz_mat_clear(rest);
	fmpz_mat_clear(digit);
	fmpz_mat_clear(product);
	nmod_mat_clear(u);
	nmod_mat_clear(v);
	fmpz_clear(enough);
	return answer;
}

/* From y modulo q to y/den: an entry times the denominator so far is a
 * numerator within the bound, or shows what the denominator lacks. */
static atl_answer to_fractions(dixon *w, const fmpz_t q, const atl_num *num)
{
	const slong entries = fmpz_mat_nrows(w->y) * fmpz_mat_ncols(w->y), r = fmpz_mat_ncols(w->y);
	fmpz_t t;
	fmpq_t f;

	fmpz_init(t);
	fmpq_init(f);
	fmpz_one(w->den);
	for (slong i = 0; i < entries && !atl_num_stop(num); i++) {
		fmpz_mul(t, fmpz_mat_entry(w->y, i / r, i % r), w->den);
		fmpz_smod(t, t, q);
		if (fmpz_cmpabs(t, w->most) > 0) {
			fmpz_mod(t, t, q);
			fmpq_reconstruct_fmpz_2(f, t, q, w->most, w->most_den);
			fmpz_mul(w->den, w->den, fmpq_denref(f));
		}
	}
	for (slong i = 0; i < entries && !atl_num_stop(num); i++) {
		fmpz *y = fmpz_mat_entry(w->y, i / r, i % r);
		fmpz_mul(y, y, w->den);
		fmpz_smod(y, y, q);
	}
	fmpz_clear(t);
	fmpq_clear(f);
	return atl_num_stop(num) ? ATL_STOPPED : ATL_FINE;
}

static atl_answer run(dixon *w, const atl_num *num)
{
	nmod_mat_t inverse;
	fmpz_t q;

	fmpz_init(q);
	atl_answer answer = invert(inverse, w, num);
	if (answer == ATL_FINE && !w->singular)
		answer = lift(w, q, inverse, num);
	if (answer == ATL_FINE && !w->singular)
		answer = to_fractions(w, q, num);
	nmod_mat_clear(inverse);
	fmpz_clear(q);
	return answer;
}

static void put_fraction(atl_exact_number *y, const fmpz_t n, const fmpz_t d)
{
	fmpq_t f;

	fmpq_init(f);
	fmpq_set_fmpz_frac(f, n, d);
	atl_exact_drop(y);
	fmpq_get_mpq(y->q, f);
	fmpq_clear(f);
}

atl_answer atl_fmpq_solve(atl_exact_number *x, const atl_exact_number *a,
                          const atl_exact_number *b, size_t n, size_t r, bool *regular,
                          atl_num *num)
{
	dixon w;
	fmpz_t scale;

	fmpz_init(scale);
	open_dixon(&w, scale, a, b, n, r);
	atl_answer answer = run(&w, num);
	*regular = !w.singular;
	for (size_t i = 0; i < n * r && answer == ATL_FINE && !w.singular; i++)
		put_fraction(x + i, fmpz_mat_entry(w.y, (slong)(i / r), (slong)(i % r)), w.den);
	close_dixon(&w);
	fmpz_clear(scale);
	return answer;
}

/* times = det(a) / den, modulo primes until only one number within the bound
 * can be it. */
static atl_answer cofactor(fmpz_t times, const dixon *w, const atl_num *num)
{
	const slong n = fmpz_mat_nrows(w->a);
	atl_answer answer = ATL_FINE;
	mp_limb_t p = before_primes;
	fmpz_t enough, q;

	fmpz_init(enough);
	fmpz_init_set_ui(q, 1);
	fmpz_cdiv_q(enough, w->most_den, w->den);
	fmpz_mul_2exp(enough, enough, 1);
	fmpz_zero(times);
	while (fmpz_cmp(q, enough) <= 0 && answer == ATL_FINE) {
		p = n_nextprime(p, 1);
		mp_limb_t d = fmpz_fdiv_ui(w->den, p);
		if (d == 0)
			continue;
		nmod_mat_t m;
		nmod_mat_init(m, n, n, p);
		fmpz_mat_get_nmod_mat(m, w->a);
		mp_limb_t k = nmod_div(nmod_mat_det(m), d, m->mod);
		nmod_mat_clear(m);
		fmpz_CRT_ui(times, times, q, k, p, 1);
		fmpz_mul_ui(q, q, p);
		answer = atl_num_stop(num) ? ATL_STOPPED : ATL_FINE;
	}
	fmpz_clear(enough);
	fmpz_clear(q);
	return answer;
}

atl_answer atl_fmpq_det(atl_exact_number *y, const atl_exact_number *a, size_t n, atl_num *num)
{
	dixon w;
	fmpz_t scale, det;

	fmpz_init(scale);
	fmpz_init(det);
	open_dixon(&w, scale, a, NULL, n, 1);
	atl_answer answer = run(&w, num);
	if (answer == ATL_FINE && !w.singular) {
		answer = cofactor(det, &w, num);
		fmpz_mul(det, det, w.den);
	}
	if (answer == ATL_FINE)
		put_fraction(y, det, scale);
	close_dixon(&w);
	fmpz_clear(scale);
	fmpz_clear(det);
	return answer;
}
