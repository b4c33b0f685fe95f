/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roots.c: the roots of polynomials all of whose roots are real: factors over
 * the rationals by FLINT, roots of each isolated by Arb. */
#include "number/flint/module.h"

#include <flint/fmpq_poly.h>
#include <flint/fmpz_poly_factor.h>
#ifdef ATL_ARB_IN_FLINT
#include <flint/arb_fmpz_poly.h>
#else
#include <arb_fmpz_poly.h>
#endif

/* The different roots, rising, of which found[k] has number factor[k]'s multiplicity. */
typedef struct roots {
	arb_ptr found;
	slong *factor;
	slong n;
	fmpz_poly_factor_t of;
} roots;

/* Puts x in its place; false: the enclosures do not tell where. */
static bool insert(roots *r, const arb_t x, slong factor)
{
	slong at = r->n;

	for (; at > 0 && !arb_gt(x, r->found + at - 1); at--) {
		if (!arb_lt(x, r->found + at - 1))
			return false;
		arb_swap(r->found + at, r->found + at - 1);
		r->factor[at] = r->factor[at - 1];
	}
	arb_set(r->found + at, x);
	r->factor[at] = factor;
	r->n++;
	return true;
}

static bool find_roots(roots *r, slong bits)
{
	bool apart = true;

	for (slong k = 0; k < r->of->num; k++) {
		const slong degree = fmpz_poly_degree(r->of->p + k);
		acb_ptr x = _acb_vec_init(degree);
		arb_fmpz_poly_complex_roots(x, r->of->p + k, 0, bits);
		for (slong i = 0; i < degree && apart; i++)
			apart = insert(r, acb_realref(x + i), k);
		_acb_vec_clear(x, degree);
	}
	return apart;
}

/* The root of the linear polynomial p. */
static void give_rational(atl_exact_number *y, const fmpz_poly_t p)
{
	fmpq_t q;

	fmpq_init(q);
	fmpq_set_fmpz_frac(q, p->coeffs, p->coeffs + 1);
	fmpq_neg(q, q);
	atl_exact_drop(y);
	fmpq_get_mpq(y->q, q);
	fmpq_clear(q);
}

static atl_answer give_roots(atl_exact_number *y, roots *r, atl_num *num)
{
	atl_answer answer = ATL_FINE;

	for (slong k = 0; k < r->n && answer == ATL_FINE; k++) {
		const slong f = r->factor[k];
		if (fmpz_poly_degree(r->of->p + f) == 1)
			give_rational(y, r->of->p + f);
		else
			answer = atl_ball_give(y, r->found + k, num);
		for (slong i = 1; i < r->of->exp[f]; i++)
			atl_exact_copy(y + i, y);
		y += r->of->exp[f];
	}
	return answer;
}

atl_answer atl_ball_roots(atl_exact_number *y, const atl_exact_number *c, size_t n, atl_num *num)
{
	roots r = { .found = _arb_vec_init((slong)n), .factor = flint_malloc((n ? n : 1) * sizeof *r.factor) };
	fmpq_poly_t p;
	fmpz_poly_t whole;
	fmpq_t q;

	fmpq_poly_init(p);
	fmpz_poly_init(whole);
	fmpq_init(q);
	fmpz_poly_factor_init(r.of);
	for (size_t i = 0; i <= n; i++) {
		fmpq_set_mpq(q, c[i].q);
		fmpq_poly_set_coeff_fmpq(p, (slong)i, q);
	}
	fmpq_poly_get_numerator(whole, p);
	fmpz_poly_factor(r.of, whole);
	atl_answer answer = find_roots(&r, num->precision) ? give_roots(y, &r, num)
	                                                   : atl_ball_undecided(num);
	fmpz_poly_factor_clear(r.of);
	fmpq_clear(q);
	fmpz_poly_clear(whole);
	fmpq_poly_clear(p);
	flint_free(r.factor);
	_arb_vec_clear(r.found, (slong)n);
	return answer;
}
