/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eigen.c: eigenvalues and vectors of symmetric matrices of enclosures.
 *
 * Arb's acb_mat_eig_simple proves that boxes in the complex plane hold one
 * eigenvalue each; those of a symmetric matrix are real.  Of its vector, which
 * comes with any factor, the ratios to one entry are real. */
#include "number/flint/module.h"

#ifdef ATL_ARB_IN_FLINT
#include <flint/acb_mat.h>
#else
#include <acb_mat.h>
#endif

/* As atl_ball_give; an enclosure without width is a rational. */
static atl_answer give(atl_exact_number *y, arb_t t, atl_num *num)
{
	fmpq_t q;

	if (!arb_is_exact(t))
		return atl_ball_give(y, t, num);
	fmpq_init(q);
	arf_get_fmpq(q, arb_midref(t));
	atl_exact_drop(y);
	fmpq_get_mpq(y->q, q);
	fmpq_clear(q);
	return ATL_FINE;
}

/* The column of r with the entries over the column's length, from row 0 on at y, y + n, ... */
static atl_answer give_vector(atl_exact_number *y, size_t n, const acb_mat_t r, slong column, atl_num *num)
{
	const slong bits = num->precision;
	arb_ptr v = _arb_vec_init((slong)n);
	arb_t length, square, largest;
	acb_t ratio;
	slong at = 0;
	atl_answer answer = ATL_FINE;

	arb_init(length);
	arb_init(square);
	arb_init(largest);
	acb_init(ratio);
	for (slong i = 0; i < (slong)n; i++) {
		acb_abs(square, acb_mat_entry(r, i, column), bits);
		if (arf_cmp(arb_midref(square), arb_midref(largest)) > 0) {
			arb_set(largest, square);
			at = i;
		}
	}
	for (slong i = 0; i < (slong)n; i++) {
		acb_div(ratio, acb_mat_entry(r, i, column), acb_mat_entry(r, at, column), bits);
		arb_set(v + i, acb_realref(ratio));
		arb_addmul(length, v + i, v + i, bits);
	}
	arb_sqrt(length, length, bits);
	for (size_t i = 0; i < n && answer == ATL_FINE; i++) {
		arb_div(v + i, v + i, length, bits);
		answer = give(y + i * n, v + i, num);
	}
	acb_clear(ratio);
	arb_clear(largest);
	arb_clear(square);
	arb_clear(length);
	_arb_vec_clear(v, (slong)n);
	return answer;
}

/* How many eigenvalues are below number k: they stand apart. */
static size_t below(acb_srcptr e, slong n, slong k)
{
	size_t count = 0;

	for (slong i = 0; i < n; i++)
		count += i != k && arf_cmp(arb_midref(acb_realref(e + i)), arb_midref(acb_realref(e + k))) < 0;
	return count;
}

atl_answer atl_ball_eigh(atl_exact_number *values, atl_exact_number *vectors, const atl_exact_number *a, size_t n, atl_num *num)
{
	const slong size = (slong)n, bits = num->precision;
	acb_ptr e = _acb_vec_init(size);
	acb_mat_t m, near, r;
	arb_mat_t real;
	arb_t value;
	atl_answer answer = ATL_FINE;

	arb_init(value);
	acb_mat_init(m, size, size);
	acb_mat_init(near, size, size);
	acb_mat_init(r, size, size);
	atl_ball_matrix(real, a, size, size, bits);
	acb_mat_set_arb_mat(m, real);
	acb_mat_approx_eig_qr(e, NULL, near, m, NULL, 0, bits);
	if (!acb_mat_eig_simple(e, NULL, r, m, e, near, bits))
		answer = ATL_UNDECIDED, num->reason = "two eigenvalues may be equal";
	for (slong k = 0; k < size && answer == ATL_FINE; k++) {
		const size_t at = below(e, size, k);
		arb_set(value, acb_realref(e + k)); /* what is given is taken away */
		answer = give_vector(vectors + at, n, r, k, num);
		if (answer == ATL_FINE)
			answer = give(values + at, value, num);
	}
	arb_mat_clear(real);
	acb_mat_clear(r);
	acb_mat_clear(near);
	acb_mat_clear(m);
	_acb_vec_clear(e, size);
	arb_clear(value);
	return answer;
}
