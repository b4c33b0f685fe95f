/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generic_rank.c: rank and pseudoinverse, over a system's table.
 *
 * Where the system rounds, both come of the singular values.  Where it does not,
 * elimination gives a = c*f with the r independent columns of a as c (m x r) and
 * the rows of the reduced echelon form as f (r x n); then the pseudoinverse is
 * f'*(f*f')^-1*(c'*c)^-1*c' (Ben-Israel, Greville 2003, sec. 1.6). */
#include "number/generic.h"

/* ---- by singular values ---- */

typedef struct spectrum {
	void *u, *s, *v, *t; /* t: 3 scratch numbers; t[2] is the largest that counts as 0 */
	size_t m, n, p;
} spectrum;

static void open_spectrum(atl_steps *s, spectrum *a, const void *x, size_t m, size_t n)
{
	atl_num *num = s->num;

	*a = (spectrum){ .m = m, .n = n, .p = m < n ? m : n };
	a->u = atl_scratch(s, m * a->p);
	a->s = atl_scratch(s, a->p);
	a->v = atl_scratch(s, n * a->p);
	a->t = atl_scratch(s, 3);
	if (s->answer == ATL_FINE)
		s->answer = num->sys->svd(a->u, a->s, a->v, x, m, n, num);
	if (s->answer != ATL_FINE || a->p == 0)
		return;
	void *eps = atl_at(a->t, 1, num), *bound = atl_at(a->t, 2, num);
	atl_do_set(s, a->t, 1);
	if (s->answer == ATL_FINE)
		s->answer = num->sys->ulp(eps, a->t, num);
	atl_do_set(s, a->t, (long)(m < n ? n : m));
	atl_do2(s, ATL_FN2_mul, bound, eps, a->t, 1);
	atl_do2(s, ATL_FN2_mul, bound, bound, a->s, 1);
}

static void close_spectrum(atl_steps *s, spectrum *a)
{
	atl_elements_free(a->u, a->m * a->p, s->num);
	atl_elements_free(a->s, a->p, s->num);
	atl_elements_free(a->v, a->n * a->p, s->num);
	atl_elements_free(a->t, 3, s->num);
}

static size_t rank_of(atl_steps *s, const spectrum *a)
{
	size_t rank = 0;

	while (rank < a->p && atl_order(s, atl_cat(a->s, rank, s->num), atl_cat(a->t, 2, s->num)) > 0)
		rank++;
	return rank;
}

static void pinv_of_spectrum(atl_steps *s, void *y, spectrum *a)
{
	atl_num *num = s->num;
	const size_t rank = rank_of(s, a);

	atl_do_set(s, a->t, 0);
	for (size_t j = 0; j < a->p && s->answer == ATL_FINE; j++) {
		for (size_t i = 0; i < a->n; i++) {
			void *e = atl_at(a->v, i * a->p + j, num);
			if (j < rank)
				atl_do2(s, ATL_FN2_div, e, e, atl_cat(a->s, j, num), 1);
			else
				atl_do_copy(s, e, a->t, 1);
		}
	}
	if (s->answer == ATL_FINE)
		s->answer = num->sys->matmul(y, a->v, false, a->u, true, a->n, a->p, a->m, num);
}

/* ---- by elimination ---- */

typedef struct echelon {
	void *f;       /* m x n, of which `rank` rows are no zeros; their pivots are 1 */
	size_t *pivot; /* the column of each row's */
	void *row, *t; /* n numbers; one */
	size_t m, n, rank;
} echelon;

static void close_echelon(atl_steps *s, echelon *e)
{
	atl_elements_free(e->f, e->m * e->n, s->num);
	atl_elements_free(e->row, e->n, s->num);
	atl_elements_free(e->t, 1, s->num);
	atl_free(e->pivot);
}

/* Brings the first row at or below `rank` with an entry in column c up; false: there is none. */
static bool find_row(atl_steps *s, echelon *e, size_t c)
{
	size_t i = e->rank;
	void *to = atl_at(e->f, e->rank * e->n, s->num);

	while (i < e->m && atl_fine(s) && atl_sign(s, atl_cat(e->f, i * e->n + c, s->num)) == 0)
		i++;
	if (i == e->m || s->answer != ATL_FINE)
		return false;
	if (i != e->rank) {
		void *from = atl_at(e->f, i * e->n, s->num);
		atl_do_copy(s, e->row, from, e->n);
		atl_do_copy(s, from, to, e->n);
		atl_do_copy(s, to, e->row, e->n);
	}
	return true;
}

static void clear_column(atl_steps *s, echelon *e, size_t c)
{
	atl_num *num = s->num;
	void *own = atl_at(e->f, e->rank * e->n, num);

	atl_do_copy(s, e->t, atl_cat(own, c, num), 1);
	atl_do_by(s, ATL_FN2_div, own, own, e->t, e->n);
	for (size_t i = 0; i < e->m && atl_fine(s); i++) {
		void *other = atl_at(e->f, i * e->n, num);
		if (i == e->rank)
			continue;
		atl_do_copy(s, e->t, atl_cat(other, c, num), 1);
		atl_do_by(s, ATL_FN2_mul, e->row, own, e->t, e->n);
		atl_do2(s, ATL_FN2_sub, other, other, e->row, e->n);
		atl_do_set(s, atl_at(other, c, num), 0);
	}
}

static void reduce(atl_steps *s, echelon *e, const void *a, size_t m, size_t n)
{
	*e = (echelon){ .m = m, .n = n };
	e->f = atl_scratch(s, m * n);
	e->row = atl_scratch(s, n);
	e->t = atl_scratch(s, 1);
	e->pivot = atl_malloc((m ? m : 1) * sizeof *e->pivot);
	if (!e->pivot && s->answer == ATL_FINE)
		s->answer = ATL_NOMEM;
	atl_do_copy(s, e->f, a, m * n);
	for (size_t c = 0; c < n && e->rank < m && s->answer == ATL_FINE; c++) {
		if (!find_row(s, e, c))
			continue;
		clear_column(s, e, c);
		e->pivot[e->rank++] = c;
	}
}

/* Each column without a pivot is the combination of pivots' columns that f has in it. */
size_t atl_generic_kernel(atl_steps *s, void *y, const void *a, size_t m, size_t n)
{
	echelon e;
	size_t column = 0, before = 0;

	reduce(s, &e, a, m, n);
	const size_t width = n - e.rank;
	for (size_t i = 0; i < n * width; i++)
		atl_do_set(s, atl_at(y, i, s->num), 0);
	for (size_t c = 0; c < n && s->answer == ATL_FINE; c++) {
		if (before < e.rank && e.pivot[before] == c) {
			before++;
			continue;
		}
		atl_do_set(s, atl_at(y, c * width + column, s->num), 1);
		for (size_t i = 0; i < before; i++)
			atl_do1(s, ATL_FN1_neg, atl_at(y, e.pivot[i] * width + column, s->num),
			        atl_cat(e.f, i * n + c, s->num), 1);
		column++;
	}
	close_echelon(s, &e);
	return s->answer == ATL_FINE ? width : 0;
}

/* y (r x k) = (x*x')^-1*b, where x is r x w; b is k columns of r. */
static void solve_normal(atl_steps *s, void *y, const void *x, bool turned, size_t r, size_t w,
                         const void *b, size_t k)
{
	const atl_system *sys = s->num->sys;
	void *square = atl_scratch(s, r * r);

	if (s->answer == ATL_FINE)
		s->answer = sys->matmul(square, x, turned, x, !turned, r, w, r, s->num);
	if (s->answer == ATL_FINE)
		s->answer = sys->solve(y, square, b, r, k, s->num);
	atl_elements_free(square, r * r, s->num);
}

static void pinv_of_echelon(atl_steps *s, void *y, echelon *e, const void *a)
{
	atl_num *num = s->num;
	const size_t m = e->m, n = e->n, r = e->rank;
	void *c = atl_scratch(s, m * r), *turned = atl_scratch(s, m * r);
	void *left = atl_scratch(s, r * m), *both = atl_scratch(s, r * m);

	for (size_t i = 0; i < n * m && r == 0; i++)
		atl_do_set(s, atl_at(y, i, num), 0);
	for (size_t i = 0; i < m * r; i++)
		atl_do_copy(s, atl_at(c, i, num), atl_cat(a, i / r * n + e->pivot[i % r], num), 1);
	atl_do_turn(s, turned, c, m, r);
	if (r > 0) {
		solve_normal(s, left, c, true, r, m, turned, m);
		solve_normal(s, both, e->f, false, r, n, left, m);
	}
	if (r > 0 && s->answer == ATL_FINE)
		s->answer = num->sys->matmul(y, e->f, true, both, false, n, r, m, num);
	atl_elements_free(c, m * r, num);
	atl_elements_free(turned, m * r, num);
	atl_elements_free(left, r * m, num);
	atl_elements_free(both, r * m, num);
}

/* ---- either ---- */

atl_answer atl_generic_rank(long *rank, const void *a, size_t m, size_t n, atl_num *num)
{
	atl_steps s = { num, ATL_FINE };
	spectrum values;
	echelon e;

	if (num->sys->rounds) {
		open_spectrum(&s, &values, a, m, n);
		*rank = s.answer == ATL_FINE ? (long)rank_of(&s, &values) : 0;
		close_spectrum(&s, &values);
	} else {
		reduce(&s, &e, a, m, n);
		*rank = (long)e.rank;
		close_echelon(&s, &e);
	}
	num->fault = 0;
	return s.answer;
}

atl_answer atl_generic_pinv(void *y, const void *a, size_t m, size_t n, atl_num *num)
{
	atl_steps s = { num, ATL_FINE };
	spectrum values;
	echelon e;

	if (atl_unusual(a, m * n, num) > 0)
		return atl_generic_outside(y, m * n, num);
	if (num->sys->rounds) {
		open_spectrum(&s, &values, a, m, n);
		pinv_of_spectrum(&s, y, &values);
		close_spectrum(&s, &values);
	} else {
		reduce(&s, &e, a, m, n);
		pinv_of_echelon(&s, y, &e, a);
		close_echelon(&s, &e);
	}
	num->fault = 0;
	return s.answer;
}
