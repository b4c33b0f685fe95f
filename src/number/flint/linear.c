/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.c: products, determinants and solutions of enclosures, by Arb's
 * matrices. */
#include "number/flint/module.h"

/* Whether a term of a sum of products is no rational. */
static bool real_term(const atl_exact_number *a, const atl_exact_number *b)
{
	if (!a->real && mpz_sgn(mpq_numref(a->q)) == 0)
		return false;
	if (!b->real && mpz_sgn(mpq_numref(b->q)) == 0)
		return false;
	return a->real || b->real;
}

static bool real_sum(const atl_exact_number *a, size_t sa, const atl_exact_number *b, size_t sb,
                     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (real_term(a + i * sa, b + i * sb))
			return true;
	}
	return false;
}

/* The sum of rationals, where every other product is 0. */
static atl_answer rational_sum(atl_exact_number *y, const atl_exact_number *a, size_t sa,
                               const atl_exact_number *b, size_t sb, size_t n, atl_num *num)
{
	mpq_t sum, t;

	mpq_inits(sum, t, NULL);
	for (size_t i = 0; i < n; i++) {
		if (a[i * sa].real || b[i * sb].real)
			continue;
		mpq_mul(t, a[i * sa].q, b[i * sb].q);
		mpq_add(sum, sum, t);
	}
	atl_exact_drop(y);
	mpq_swap(y->q, sum);
	mpq_clears(sum, t, NULL);
	return atl_exact_check(y->q, num);
}

/* n enclosures. */
typedef struct table {
	arb_ptr of;
	size_t n;
} table;

static table balls(const atl_exact_number *x, size_t n, slong bits)
{
	table t = { flint_malloc((n ? n : 1) * sizeof *t.of), n };

	for (size_t i = 0; i < n; i++) {
		arb_init(t.of + i);
		if (x[i].real)
			arb_set(t.of + i, atl_ball(x[i].real));
		else
			atl_ball_set_q(t.of + i, x[i].q, bits);
	}
	return t;
}

static void free_balls(table *t)
{
	for (size_t i = 0; i < t->n; i++)
		arb_clear(t->of + i);
	flint_free(t->of);
}

atl_answer atl_ball_dot(atl_exact_number *y, const atl_exact_number *a, size_t sa,
                        const atl_exact_number *b, size_t sb, size_t n, atl_num *num)
{
	arb_t sum, u, v;

	if (!real_sum(a, sa, b, sb, n))
		return rational_sum(y, a, sa, b, sb, n, num);
	arb_init(sum);
	arb_init(u);
	arb_init(v);
	for (size_t i = 0; i < n; i++)
		arb_addmul(sum, atl_ball_of(a + i * sa, u, num->precision),
		           atl_ball_of(b + i * sb, v, num->precision), num->precision);
	atl_answer answer = atl_ball_give(y, sum, num);
	arb_clear(sum);
	arb_clear(u);
	arb_clear(v);
	return answer;
}

atl_answer atl_ball_matmul(atl_exact_number *y, const atl_exact_number *a, bool ta,
                           const atl_exact_number *b, bool tb, size_t m, size_t k, size_t n,
                           atl_num *num)
{
	const size_t sa = ta ? m : 1, sb = tb ? 1 : n;
	table u = balls(a, m * k, num->precision), v = balls(b, k * n, num->precision);
	atl_answer answer = ATL_FINE;
	arb_t sum;

	arb_init(sum);
	for (size_t e = 0; e < m * n && answer == ATL_FINE; e++) {
		size_t row = ta ? e / n : e / n * k, col = tb ? e % n * k : e % n;
		if (atl_num_stop(num)) {
			answer = ATL_STOPPED;
		} else if (!real_sum(a + row, sa, b + col, sb, k)) {
			answer = rational_sum(y + e, a + row, sa, b + col, sb, k, num);
		} else {
			arb_dot(sum, NULL, 0, u.of + row, (slong)sa, v.of + col, (slong)sb,
			        (slong)k, num->precision);
			answer = atl_ball_give(y + e, sum, num);
		}
		num->fault = e;
	}
	arb_clear(sum);
	free_balls(&u);
	free_balls(&v);
	return answer;
}

void atl_ball_matrix(arb_mat_t m, const atl_exact_number *x, slong rows, slong cols, slong bits)
{
	arb_mat_init(m, rows, cols);
	for (slong i = 0; i < rows; i++) {
		for (slong j = 0; j < cols; j++) {
			const atl_exact_number *e = x + i * cols + j;
			if (e->real)
				arb_set(arb_mat_entry(m, i, j), atl_ball(e->real));
			else
				atl_ball_set_q(arb_mat_entry(m, i, j), e->q, bits);
		}
	}
}

atl_answer atl_ball_det(atl_exact_number *y, const atl_exact_number *a, size_t n, atl_num *num)
{
	arb_mat_t m;
	arb_t d;

	arb_init(d);
	atl_ball_matrix(m, a, (slong)n, (slong)n, num->precision);
	arb_mat_det(d, m, num->precision);
	atl_answer answer = atl_ball_give(y, d, num);
	arb_mat_clear(m);
	arb_clear(d);
	return answer;
}

/* A matrix that may be singular is UNDECIDED: no enclosure proves that it is. */
atl_answer atl_ball_solve(atl_exact_number *x, const atl_exact_number *a,
                          const atl_exact_number *b, size_t n, size_t r, atl_num *num)
{
	arb_mat_t m, right, left;
	atl_answer answer = ATL_FINE;

	atl_ball_matrix(m, a, (slong)n, (slong)n, num->precision);
	if (b) {
		atl_ball_matrix(right, b, (slong)n, (slong)r, num->precision);
	} else {
		arb_mat_init(right, (slong)n, (slong)r);
		arb_mat_one(right);
	}
	arb_mat_init(left, (slong)n, (slong)r);
	if (!arb_mat_solve(left, m, right, num->precision))
		answer = atl_ball_undecided(num);
	for (size_t i = 0; i < n * r && answer == ATL_FINE; i++)
		answer = atl_ball_give(
		        x + i, arb_mat_entry(left, (slong)(i / r), (slong)(i % r)), num);
	arb_mat_clear(left);
	arb_mat_clear(m);
	arb_mat_clear(right);
	return answer;
}
