/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_eigen.c: eigenvalues and singular values.
 *
 * Those of rationals are the roots of the characteristic polynomial, which is made by
 * Faddeev and Leverrier's recursion; rational ones are found as such, others
 * are certified reals, by the FLINT module.  The vectors of a rational l are a
 * basis of the kernel of a - l*I, made orthonormal.  The vector of another,
 * where it is no multiple root, is a column of the adjugate of l*I - a, of which
 * the recursion has the coefficients (Gantmacher 1959, sec. IV.4-5); of one that is k
 * times a root, elimination ends after n - k pivots, with nothing to be decided.
 *
 * Matrices with certified reals in them go to the FLINT module: UNDECIDED where two of
 * their eigenvalues may be equal. */
#include "number/exact.h"

#include <math.h>
#include "number/generic.h"

/* The adjugate of l*I - a is the sum of l^(n-1-k)*m[k], m n matrices; the
 * characteristic polynomial has the coefficients c[0..n], c[n] = 1. */
typedef struct leverrier {
	atl_steps s;
	atl_exact_number *a, *m, *c, *t; /* t: n*n scratch numbers */
	size_t n;
} leverrier;

static atl_exact_number *entries(atl_steps *s, size_t n)
{
	return atl_scratch(s, n);
}

static void close_leverrier(leverrier *l)
{
	const size_t n = l->n;

	atl_elements_free(l->a, n * n, l->s.num);
	atl_elements_free(l->m, n * n * n, l->s.num);
	atl_elements_free(l->c, n + 1, l->s.num);
	atl_elements_free(l->t, n * n, l->s.num);
}

/* y (m x n) = x*z */
static void multiply(atl_steps *s, void *y, const void *x, const void *z, size_t m, size_t k, size_t n)
{
	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->matmul(y, x, false, z, false, m, k, n, s->num);
}

/* Adds x to the diagonal of y. */
static void add_diagonal(atl_steps *s, atl_exact_number *y, const void *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		atl_do2(s, ATL_FN2_add, y + i * (n + 1), y + i * (n + 1), x, 1);
}

/* m[0] = I; c[n-1-k] = -tr(a*m[k])/(k + 1); m[k+1] = a*m[k] + c[n-1-k]*I. */
static void recur(leverrier *l)
{
	atl_steps *s = &l->s;
	const size_t n = l->n, cells = n * n;

	atl_do_set(s, l->c + n, 1);
	add_diagonal(s, l->m, l->c + n, n);
	for (size_t k = 0; k < n && atl_fine(s); k++) {
		atl_exact_number *c = l->c + n - 1 - k, *next = l->m + (k + 1) * cells;
		multiply(s, l->t, l->a, l->m + k * cells, n, n, n);
		if (k + 1 < n)
			atl_do_copy(s, next, l->t, cells);
		if (s->answer == ATL_FINE)
			s->answer = s->num->sys->sum(c, l->t, n + 1, n, s->num);
		atl_do_set(s, l->t, -(long)(k + 1));
		atl_do2(s, ATL_FN2_div, c, c, l->t, 1);
		if (k + 1 < n)
			add_diagonal(s, next, c, n);
	}
}

/* Column i of the adjugate of l*I - a, over its length: out of S_ji = p'(l)*v_j*v_i,
 * v_j = S_ji/sqrt(S_ii*p'(l)), where p'(l) is S's trace. */
static void put_column(leverrier *l, atl_exact_number *vectors, size_t column, size_t i)
{
	atl_steps *s = &l->s;
	const size_t n = l->n;
	atl_exact_number *slope = entries(s, 2), *length = slope + 1;

	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->sum(slope, l->t, n + 1, n, s->num);
	if (slope) {
		atl_do2(s, ATL_FN2_mul, length, slope, l->t + i * (n + 1), 1);
		atl_do1(s, ATL_FN1_sqrt, length, length, 1);
		for (size_t j = 0; j < n; j++)
			atl_do2(s, ATL_FN2_div, vectors + j * n + column, l->t + j * n + i, length, 1);
	}
	atl_elements_free(slope, 2, s->num);
}

/* The row of the longest column of what is p'(l)*v*v', or the first that is nearly so long. */
static size_t longest(const leverrier *l)
{
	double most = 0;
	size_t i = 0;

	for (size_t k = 0; k < l->n; k++)
		most = fmax(most, sqrt(fabs(l->s.num->sys->get_double(l->t + k * (l->n + 1)))));
	while (i + 1 < l->n && sqrt(fabs(l->s.num->sys->get_double(l->t + i * (l->n + 1)))) < most * 15 / 16)
		i++;
	return i;
}

/* The vector of the simple root x, by Horner's rule for the adjugate. */
static void simple_vector(leverrier *l, atl_exact_number *vectors, size_t column, const atl_exact_number *x)
{
	atl_steps *s = &l->s;
	const size_t cells = l->n * l->n;

	atl_do_copy(s, l->t, l->m, cells);
	for (size_t k = 1; k < l->n && atl_fine(s); k++) {
		atl_do_by(s, ATL_FN2_mul, l->t, l->t, x, cells);
		atl_do2(s, ATL_FN2_add, l->t, l->t, l->m + k * cells, cells);
	}
	if (s->answer == ATL_FINE)
		put_column(l, vectors, column, longest(l));
}

/* `most` columns or fewer of an orthonormal basis of what x (m x n) makes 0, into
 * those of y (n rows of `width`) from `column` on. */
static void put_kernel(atl_steps *s, atl_exact_number *y, size_t width, size_t column, size_t most,
                       const void *x, size_t m, size_t n)
{
	size_t k = 0;
	atl_exact_number *basis = entries(s, n * n), *q = entries(s, n * n), *r = entries(s, n * n);

	if (r)
		k = atl_generic_kernel(s, basis, x, m, n);
	if (s->answer == ATL_FINE)
		s->answer = atl_generic_qr(q, r, basis, n, k, s->num);
	for (size_t i = 0; i < n * k; i++) {
		if (i % k < most)
			atl_do_copy(s, y + i / k * width + column + i % k, q + i, 1);
	}
	atl_elements_free(basis, n * n, s->num);
	atl_elements_free(q, n * n, s->num);
	atl_elements_free(r, n * n, s->num);
}

/* The largest entry of t (n x n) in a row and a column without pivot; false: it may be 0. */
static bool find_pivot(atl_steps *s, const atl_exact_number *t, size_t n, const size_t *row_of, const bool *used,
                       size_t *row, size_t *column)
{
	double most = 0;

	for (size_t i = 0; i < n * n; i++) {
		double size = fabs(s->num->sys->get_double(t + i));
		if (used[i / n] || row_of[i % n] < n || !(size > most))
			continue;
		most = size;
		*row = i / n;
		*column = i % n;
	}
	return most > 0 && atl_sign(s, t + *row * n + *column) != 0;
}

/* Divides row i by its entry of the column, and takes it off the others: 1 there, and 0. */
static void clear_column(atl_steps *s, atl_exact_number *t, size_t n, size_t i, size_t column, atl_exact_number *row)
{
	atl_exact_number *pivot = t + i * n;

	atl_do_copy(s, row, pivot + column, 1);
	atl_do_by(s, ATL_FN2_div, pivot, pivot, row, n);
	for (size_t k = 0; k < n && atl_fine(s); k++) {
		if (k == i)
			continue;
		atl_do_by(s, ATL_FN2_mul, row, pivot, t + k * n + column, n);
		atl_do2(s, ATL_FN2_sub, t + k * n, t + k * n, row, n);
	}
}

/* y (n x n - rank): a basis of what t (n x n) makes 0, whose rank is known; t is used up. */
static void kernel_of_rank(atl_steps *s, atl_exact_number *y, atl_exact_number *t, size_t n, size_t rank)
{
	size_t *row_of = atl_malloc(n * sizeof *row_of + 1), i = 0, j = 0;
	bool *used = atl_calloc(n + 1, sizeof *used);
	atl_exact_number *row = entries(s, n);

	if (s->answer == ATL_FINE && (!row_of || !used))
		s->answer = ATL_NOMEM;
	for (size_t c = 0; c < n && s->answer == ATL_FINE; c++)
		row_of[c] = n;
	for (size_t k = 0; k < rank && atl_fine(s); k++) {
		if (!find_pivot(s, t, n, row_of, used, &i, &j) && s->answer == ATL_FINE)
			s->answer = ATL_UNDECIDED;
		clear_column(s, t, n, i, j, row);
		used[i] = true;
		row_of[j] = i;
	}
	for (size_t c = 0, column = 0; c < n && s->answer == ATL_FINE; c++) {
		if (row_of[c] < n)
			continue;
		for (size_t k = 0; k < n; k++) {
			atl_exact_number *to = y + k * (n - rank) + column;
			atl_do_set(s, to, k == c);
			if (row_of[k] < n)
				atl_do1(s, ATL_FN1_neg, to, t + row_of[k] * n + c, 1);
		}
		column++;
	}
	atl_elements_free(row, n, s->num);
	atl_free(used);
	atl_free(row_of);
}

/* Vectors of the root x, `many` times, from a column on; t is a - x*I. */
static void multiple_vectors(leverrier *l, atl_exact_number *vectors, size_t column, size_t many)
{
	atl_steps *s = &l->s;
	const size_t n = l->n;
	atl_exact_number *basis = entries(s, n * many), *q = entries(s, n * many), *r = entries(s, many * many);

	if (r)
		kernel_of_rank(s, basis, l->t, n, n - many);
	if (s->answer == ATL_FINE)
		s->answer = atl_generic_qr(q, r, basis, n, many, s->num);
	for (size_t i = 0; i < n * many; i++)
		atl_do_copy(s, vectors + i / many * n + column + i % many, q + i, 1);
	atl_elements_free(basis, n * many, s->num);
	atl_elements_free(q, n * many, s->num);
	atl_elements_free(r, many * many, s->num);
}

static bool same(const atl_exact_number *x, const atl_exact_number *y)
{
	return x->real == y->real && (x->real || mpq_equal(x->q, y->q));
}

static void find_vectors(leverrier *l, atl_exact_number *values, atl_exact_number *vectors)
{
	atl_steps *s = &l->s;
	const size_t n = l->n;

	for (size_t i = 0, next; i < n && atl_fine(s); i = next) {
		next = i + 1;
		while (next < n && same(values + i, values + next))
			next++;
		if (values[i].real && next == i + 1) {
			simple_vector(l, vectors, i, values + i);
			continue;
		}
		atl_do_copy(s, l->t, l->a, n * n);
		for (size_t k = 0; k < n; k++)
			atl_do2(s, ATL_FN2_sub, l->t + k * (n + 1), l->t + k * (n + 1), values + i, 1);
		if (values[i].real)
			multiple_vectors(l, vectors, i, next - i);
		else
			put_kernel(s, vectors, n, i, n, l->t, n, n);
	}
}

static bool rational(const atl_exact_number *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (x[i].real)
			return false;
	}
	return true;
}

/* Of l->a. */
static void decompose(leverrier *l, atl_exact_number *values, atl_exact_number *vectors)
{
	atl_steps *s = &l->s;
	const atl_flint *lib = atl_flint_load(s->num);

	if (!lib && s->answer == ATL_FINE)
		s->answer = atl_exact_irrational(s->num);
	if (s->answer == ATL_FINE && !rational(l->a, l->n * l->n)) {
		s->answer = lib->eigh(values, vectors, l->a, l->n, s->num);
	} else {
		recur(l);
		if (s->answer == ATL_FINE)
			s->answer = lib->roots(values, l->c, l->n, s->num);
		find_vectors(l, values, vectors);
	}
	atl_generic_signs(s, vectors, l->n, NULL, 0, l->n);
}

static void open_leverrier(leverrier *l, size_t n, atl_num *num)
{
	*l = (leverrier){ .s = { num, ATL_FINE }, .n = n };
	l->a = entries(&l->s, n * n);
	l->m = entries(&l->s, n * n * n);
	l->c = entries(&l->s, n + 1);
	l->t = entries(&l->s, n * n);
}

atl_answer atl_exact_eigh(void *values, void *vectors, const void *a, size_t n, atl_num *num)
{
	leverrier l;

	open_leverrier(&l, n, num);
	bool symmetric = l.s.answer == ATL_FINE && atl_generic_half(&l.s, l.a, a, n);
	if (symmetric && l.s.answer == ATL_FINE)
		decompose(&l, values, vectors);
	close_leverrier(&l);
	num->fault = 0;
	if (l.s.answer != ATL_FINE || symmetric)
		return l.s.answer;
	l.s.answer = atl_generic_outside(values, n, num);
	return l.s.answer == ATL_FINE ? atl_generic_outside(vectors, n * n, num) : l.s.answer;
}

/* ---- singular values ---- */

/* v and s, falling, of the squares' roots and their vectors, rising. */
static void turn_round(leverrier *l, atl_exact_number *values, atl_exact_number *v, const atl_exact_number *squares,
                       const atl_exact_number *vectors)
{
	const size_t n = l->n;

	for (size_t j = 0; j < n; j++) {
		atl_do1(&l->s, ATL_FN1_sqrt, values + j, squares + n - 1 - j, 1);
		for (size_t i = 0; i < n; i++)
			atl_do_copy(&l->s, v + i * n + j, vectors + i * n + n - 1 - j, 1);
	}
}

/* u = a*v/s, and where s is 0, what all of a's columns are orthogonal to. */
static void find_left(leverrier *l, atl_exact_number *u, const atl_exact_number *values, const atl_exact_number *v,
                      const atl_exact_number *a, size_t m)
{
	atl_steps *s = &l->s;
	const size_t n = l->n;
	size_t sound = 0;

	multiply(s, u, a, v, m, n, n);
	while (sound < n && atl_sign(s, values + sound) != 0)
		sound++;
	for (size_t i = 0; i < m * n; i++) {
		if (i % n < sound)
			atl_do2(s, ATL_FN2_div, u + i, u + i, values + i % n, 1);
	}
	if (sound == n || s->answer != ATL_FINE)
		return;
	atl_exact_number *turned = entries(s, n * m);
	atl_do_turn(s, turned, a, m, n);
	put_kernel(s, u, n, sound, n - sound, turned, n, m);
	atl_elements_free(turned, n * m, s->num);
}

/* Of a (m x n), m >= n. */
static atl_answer tall(atl_exact_number *u, atl_exact_number *values, atl_exact_number *v, const atl_exact_number *a,
                       size_t m, size_t n, atl_num *num)
{
	leverrier l;

	open_leverrier(&l, n, num);
	atl_exact_number *squares = entries(&l.s, n), *vectors = entries(&l.s, n * n);
	if (l.s.answer == ATL_FINE)
		l.s.answer = num->sys->matmul(l.a, a, true, a, false, n, m, n, num);
	if (l.s.answer == ATL_FINE)
		decompose(&l, squares, vectors);
	if (l.s.answer == ATL_FINE) {
		turn_round(&l, values, v, squares, vectors);
		find_left(&l, u, values, v, a, m);
	}
	atl_elements_free(squares, n, num);
	atl_elements_free(vectors, n * n, num);
	close_leverrier(&l);
	return l.s.answer;
}

atl_answer atl_exact_svd(void *u, void *values, void *v, const void *a, size_t m, size_t n, atl_num *num)
{
	const size_t p = m < n ? m : n;
	atl_steps s = { num, ATL_FINE };

	if (atl_unusual(a, m * n, num) > 0) {
		s.answer = atl_generic_outside(values, p, num);
		if (s.answer == ATL_FINE)
			s.answer = atl_generic_outside(u, m * p, num);
		return s.answer == ATL_FINE ? atl_generic_outside(v, n * p, num) : s.answer;
	}
	if (m >= n) {
		s.answer = tall(u, values, v, a, m, n, num);
	} else {
		atl_exact_number *turned = entries(&s, n * m);
		atl_do_turn(&s, turned, a, m, n);
		if (s.answer == ATL_FINE)
			s.answer = tall(v, values, u, turned, n, m, num);
		atl_elements_free(turned, n * m, num);
	}
	atl_generic_signs(&s, u, m, v, n, p);
	num->fault = 0;
	return s.answer;
}
