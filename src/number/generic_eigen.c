/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generic_eigen.c: eigenvalues of symmetric matrices and singular values, by
 * Jacobi's rotations, over the table of a system that rounds.
 *
 * A rotation makes two rows orthogonal (for singular values: of the matrix with
 * the longer side along the rows; Hestenes 1958), or an entry off the diagonal 0
 * (for eigenvalues).  Sweeps over all pairs go on until none needs it, which
 * quadratic convergence brings about after few; Golub, Van Loan 2013, sec. 8.5, 8.6.3. */
#include "number/generic.h"

#include <math.h>

enum { SWEEPS = 60 }; /* where chance rounds, no sweep may be without a rotation */

/* Scratch numbers. */
enum { EPS, ONE, TINY, ALPHA, BETA, GAMMA, T, C, S, P, Q, TEMPS };

typedef struct jacobi {
	atl_steps s;
	void *w;           /* n rows of m */
	void *v;           /* n rows of n: the rotations so far */
	size_t m, n;
	void *temp, *row;  /* TEMPS numbers, 2*max(m, n) */
	size_t *order;     /* of the rows, by value */
	bool *sound;       /* rows that have a direction, not one of rounding alone */
	bool turned;       /* w's rows are the matrix's rows, not its columns */
	double scale;      /* the matrix is w's times this power of 2 */
} jacobi;

static void *temp(const jacobi *j, int which)
{
	return atl_at(j->temp, (size_t)which, j->s.num);
}

static void *row(const jacobi *j, size_t i)
{
	return atl_at(j->w, i * j->m, j->s.num);
}

static size_t longest(const jacobi *j)
{
	return j->m > j->n ? j->m : j->n;
}

static void open_jacobi(jacobi *j, size_t m, size_t n, atl_num *num)
{
	*j = (jacobi){ .s = { num, ATL_FINE }, .m = m, .n = n, .scale = 1 };
	j->w = atl_scratch(&j->s, m * n);
	j->v = atl_scratch(&j->s, n * n);
	j->temp = atl_scratch(&j->s, TEMPS);
	j->row = atl_scratch(&j->s, 2 * longest(j));
	j->order = atl_malloc((n ? n : 1) * sizeof *j->order);
	j->sound = atl_calloc(n ? n : 1, sizeof *j->sound);
	if (!(j->order && j->sound) && j->s.answer == ATL_FINE)
		j->s.answer = ATL_NOMEM;
	for (size_t i = 0; i < n; i++)
		atl_do_set(&j->s, atl_at(j->v, i * n + i, num), 1);
	for (size_t i = 0; j->order && i < n; i++)
		j->order[i] = i;
	if (j->s.answer != ATL_FINE)
		return;
	atl_do_set(&j->s, temp(j, ONE), 1);
	if (j->s.answer == ATL_FINE)
		j->s.answer = num->sys->ulp(temp(j, EPS), temp(j, ONE), num);
}

static void close_jacobi(jacobi *j)
{
	const atl_num *num = j->s.num;

	atl_elements_free(j->w, j->m * j->n, num);
	atl_elements_free(j->v, j->n * j->n, num);
	atl_elements_free(j->temp, TEMPS, num);
	atl_elements_free(j->row, 2 * longest(j), num);
	atl_free(j->order);
	atl_free(j->sound);
}

/* TINY, the last place of the largest entry, and T, that entry's size. */
static void find_tiny(jacobi *j)
{
	atl_do_largest(&j->s, temp(j, T), temp(j, P), j->w, j->m * j->n);
	atl_do2(&j->s, ATL_FN2_mul, temp(j, TINY), temp(j, EPS), temp(j, T), 1);
}

/* ---- a rotation ---- */

/* C and S, the cosine and sine that make GAMMA 0 between ALPHA and BETA; T is their quotient. */
static void find_angle(jacobi *j)
{
	atl_steps *s = &j->s;
	void *z = temp(j, P), *t = temp(j, T), *one = temp(j, ONE);

	atl_do2(s, ATL_FN2_sub, z, temp(j, BETA), temp(j, ALPHA), 1);
	atl_do2(s, ATL_FN2_div, z, z, temp(j, GAMMA), 1);
	atl_do2(s, ATL_FN2_add, t, one, one, 1);
	atl_do2(s, ATL_FN2_div, z, z, t, 1);
	bool negative = atl_sign(s, z) < 0;
	atl_do1(s, ATL_FN1_abs, z, z, 1);
	atl_do2(s, ATL_FN2_mul, t, z, z, 1);
	atl_do2(s, ATL_FN2_add, t, t, one, 1);
	atl_do1(s, ATL_FN1_sqrt, t, t, 1);
	atl_do2(s, ATL_FN2_add, t, t, z, 1);
	atl_do2(s, ATL_FN2_div, t, one, t, 1);
	if (negative)
		atl_do1(s, ATL_FN1_neg, t, t, 1);
	atl_do2(s, ATL_FN2_mul, temp(j, C), t, t, 1);
	atl_do2(s, ATL_FN2_add, temp(j, C), temp(j, C), one, 1);
	atl_do1(s, ATL_FN1_sqrt, temp(j, C), temp(j, C), 1);
	atl_do2(s, ATL_FN2_div, temp(j, C), one, temp(j, C), 1);
	atl_do2(s, ATL_FN2_mul, temp(j, S), temp(j, C), t, 1);
}

/* x, y = C*x - S*y, S*x + C*y */
static void turn(jacobi *j, void *x, void *y, size_t n)
{
	atl_steps *s = &j->s;
	void *a = j->row, *b = atl_at(j->row, n, s->num);

	atl_do_by(s, ATL_FN2_mul, a, x, temp(j, S), n);
	atl_do_by(s, ATL_FN2_mul, b, y, temp(j, S), n);
	atl_do_by(s, ATL_FN2_mul, x, x, temp(j, C), n);
	atl_do_by(s, ATL_FN2_mul, y, y, temp(j, C), n);
	atl_do2(s, ATL_FN2_sub, x, x, b, n);
	atl_do2(s, ATL_FN2_add, y, y, a, n);
}

static void turn_vectors(jacobi *j, size_t p, size_t q)
{
	turn(j, atl_at(j->v, p * j->n, j->s.num), atl_at(j->v, q * j->n, j->s.num), j->n);
}

static void sweep(jacobi *j, bool (*pair)(jacobi *, size_t p, size_t q))
{
	bool any = true;

	for (int k = 0; k < SWEEPS && any; k++) {
		any = false;
		for (size_t p = 0; p + 1 < j->n; p++)
			for (size_t q = p + 1; q < j->n && atl_fine(&j->s); q++)
				any = pair(j, p, q) || any;
	}
}

/* j->order by values[i*stride], rising or falling; equal ones as they come. */
static void sort(jacobi *j, const void *values, size_t stride, int direction)
{
	const atl_num *num = j->s.num;

	for (size_t i = 1; i < j->n; i++) {
		size_t at = i, mine = j->order[i];
		for (; at > 0 && atl_order(&j->s, atl_cat(values, j->order[at - 1] * stride, num),
		                           atl_cat(values, mine * stride, num)) == direction; at--)
			j->order[at] = j->order[at - 1];
		j->order[at] = mine;
	}
}

/* y (m x n, by rows) = the rows of x (n of m), as columns and in order. */
static void lay_out(jacobi *j, void *y, const void *x, size_t m)
{
	for (size_t i = 0; i < m * j->n; i++)
		atl_do_copy(&j->s, atl_at(y, i, j->s.num),
		            atl_cat(x, j->order[i % j->n] * m + i / j->n, j->s.num), 1);
}

/* ---- eigenvalues ---- */

static bool clear_entry(jacobi *j, size_t p, size_t q)
{
	atl_steps *s = &j->s;
	void *app = atl_at(row(j, p), p, s->num), *aqq = atl_at(row(j, q), q, s->num);
	void *apq = atl_at(row(j, p), q, s->num), *t = temp(j, T);

	atl_do1(s, ATL_FN1_abs, t, apq, 1);
	if (atl_sign(s, t) == 0 || atl_order(s, t, temp(j, TINY)) <= 0)
		return false;
	atl_do_copy(s, temp(j, ALPHA), app, 1);
	atl_do_copy(s, temp(j, BETA), aqq, 1);
	atl_do_copy(s, temp(j, GAMMA), apq, 1);
	find_angle(j);
	turn(j, row(j, p), row(j, q), j->n);
	for (size_t i = 0; i < j->n; i++) {
		atl_do_copy(s, atl_at(row(j, i), p, s->num), atl_cat(row(j, p), i, s->num), 1);
		atl_do_copy(s, atl_at(row(j, i), q, s->num), atl_cat(row(j, q), i, s->num), 1);
	}
	atl_do2(s, ATL_FN2_mul, t, t, temp(j, GAMMA), 1);
	atl_do2(s, ATL_FN2_sub, app, temp(j, ALPHA), t, 1);
	atl_do2(s, ATL_FN2_add, aqq, temp(j, BETA), t, 1);
	atl_do_set(s, apq, 0);
	atl_do_set(s, atl_at(row(j, q), p, s->num), 0);
	turn_vectors(j, p, q);
	return true;
}

atl_answer atl_generic_eigh(void *values, void *vectors, const void *a, size_t n, atl_num *num)
{
	const unsigned flags = num->flags;
	jacobi j;

	open_jacobi(&j, n, n, num);
	bool symmetric = j.s.answer == ATL_FINE && atl_generic_half(&j.s, j.w, a, n);
	if (symmetric) {
		find_tiny(&j);
		sweep(&j, clear_entry);
		sort(&j, j.w, n + 1, 1);
		for (size_t i = 0; i < n; i++)
			atl_do_copy(&j.s, atl_at(values, i, num),
			            atl_cat(j.w, j.order[i] * (n + 1), num), 1);
		lay_out(&j, vectors, j.v, n);
		atl_generic_signs(&j.s, vectors, n, NULL, 0, n);
		num->flags = flags;
	}
	close_jacobi(&j);
	num->fault = 0;
	if (j.s.answer != ATL_FINE || symmetric)
		return j.s.answer;
	j.s.answer = atl_generic_outside(values, n, num);
	return j.s.answer == ATL_FINE ? atl_generic_outside(vectors, n * n, num) : j.s.answer;
}

/* ---- singular values ---- */

static bool make_orthogonal(jacobi *j, size_t p, size_t q)
{
	atl_steps *s = &j->s;
	void *bound = temp(j, P), *size = temp(j, Q);

	atl_do_dot(s, temp(j, ALPHA), row(j, p), row(j, p), j->m);
	atl_do_dot(s, temp(j, BETA), row(j, q), row(j, q), j->m);
	atl_do_dot(s, temp(j, GAMMA), row(j, p), row(j, q), j->m);
	atl_do1(s, ATL_FN1_sqrt, bound, temp(j, ALPHA), 1);
	atl_do1(s, ATL_FN1_sqrt, size, temp(j, BETA), 1);
	if (atl_order(s, bound, temp(j, TINY)) <= 0 || atl_order(s, size, temp(j, TINY)) <= 0)
		return false;
	atl_do2(s, ATL_FN2_mul, bound, bound, size, 1);
	atl_do2(s, ATL_FN2_mul, bound, bound, temp(j, EPS), 1);
	atl_do1(s, ATL_FN1_abs, size, temp(j, GAMMA), 1);
	if (atl_sign(s, size) == 0 || atl_order(s, size, bound) <= 0)
		return false;
	find_angle(j);
	turn(j, row(j, p), row(j, q), j->m);
	turn_vectors(j, p, q);
	return true;
}

/* So that squares neither overflow nor vanish: entries of at most 1 or 2 in size. */
static void scale(jacobi *j)
{
	atl_steps *s = &j->s;
	int exponent;

	find_tiny(j);
	double most = s->answer == ATL_FINE ? s->num->sys->get_double(temp(j, T)) : 0;
	if (most == 0 || !isfinite(most))
		return;
	frexp(most, &exponent);
	j->scale = ldexp(1, exponent - 1);
	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->set_double(temp(j, T), j->scale, s->num);
	atl_do_by(s, ATL_FN2_div, j->w, j->w, temp(j, T), j->m * j->n);
	find_tiny(j);
}

/* Row k loses what it has of the sound rows; ALPHA is the square of what is left. */
static void keep_apart(jacobi *j, size_t k)
{
	atl_steps *s = &j->s;
	void *x = row(j, k), *part = temp(j, BETA);

	for (size_t i = 0; i < 2 * j->n; i++) {
		const void *other = row(j, i % j->n);
		if (!j->sound[i % j->n])
			continue;
		atl_do_dot(s, part, other, x, j->m);
		atl_do_by(s, ATL_FN2_mul, j->row, other, part, j->m);
		atl_do2(s, ATL_FN2_sub, x, x, j->row, j->m);
	}
	atl_do_dot(s, temp(j, ALPHA), x, x, j->m);
}

/* Row k becomes a unit vector that is orthogonal to the sound rows: of its own
 * direction and e1, e2, ..., the first that is far enough from theirs, made so. */
static void complete(jacobi *j, size_t k)
{
	atl_steps *s = &j->s;
	void *x = row(j, k), *size = temp(j, ALPHA), *enough = temp(j, GAMMA);

	atl_do_set(s, enough, 2 * (long)j->m);
	atl_do2(s, ATL_FN2_div, enough, temp(j, ONE), enough, 1);
	keep_apart(j, k);
	for (size_t e = 0; e < j->m && atl_fine(s) && atl_order(s, size, enough) < 0; e++) {
		for (size_t i = 0; i < j->m; i++)
			atl_do_set(s, atl_at(x, i, s->num), i == e);
		keep_apart(j, k);
	}
	atl_do1(s, ATL_FN1_sqrt, size, size, 1);
	if (atl_sign(s, size) != 0)
		atl_do_by(s, ATL_FN2_div, x, x, size, j->m);
	j->sound[k] = true;
}

/* The lengths of w's rows, which become 1. */
static void measure(jacobi *j, void *lengths)
{
	atl_steps *s = &j->s;

	for (size_t i = 0; i < j->n && atl_fine(s); i++) {
		void *length = atl_at(lengths, i, s->num);
		atl_do_dot(s, length, row(j, i), row(j, i), j->m);
		atl_do1(s, ATL_FN1_sqrt, length, length, 1);
		j->sound[i] = atl_order(s, length, temp(j, TINY)) > 0;
		if (atl_sign(s, length) != 0)
			atl_do_by(s, ATL_FN2_div, row(j, i), row(j, i), length, j->m);
	}
	for (size_t i = 0; i < j->n && atl_fine(s); i++) {
		if (!j->sound[i])
			complete(j, i);
	}
}

/* The factors out of w and v; lengths: n scratch numbers. */
static void give_factors(jacobi *j, void *u, void *values, void *v, void *lengths)
{
	atl_steps *s = &j->s;

	measure(j, lengths);
	if (s->answer != ATL_FINE)
		return;
	sort(j, lengths, 1, -1);
	for (size_t i = 0; i < j->n; i++)
		atl_do_copy(s, atl_at(values, i, s->num), atl_cat(lengths, j->order[i], s->num), 1);
	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->set_double(temp(j, T), j->scale, s->num);
	atl_do_by(s, ATL_FN2_mul, values, values, temp(j, T), j->n);
	lay_out(j, j->turned ? v : u, j->w, j->m);
	lay_out(j, j->turned ? u : v, j->v, j->n);
	atl_generic_signs(s, u, j->turned ? j->n : j->m, v, j->turned ? j->m : j->n, j->n);
}

static atl_answer no_factors(void *u, void *values, void *v, size_t m, size_t n, size_t p, atl_num *num)
{
	atl_answer answer = atl_generic_outside(values, p, num);

	if (answer == ATL_FINE)
		answer = atl_generic_outside(u, m * p, num);
	return answer == ATL_FINE ? atl_generic_outside(v, n * p, num) : answer;
}

atl_answer atl_generic_svd(void *u, void *values, void *v, const void *a, size_t m, size_t n,
                           atl_num *num)
{
	const unsigned flags = num->flags;
	const size_t least = m < n ? m : n, most = m < n ? n : m;
	jacobi j;

	if (atl_unusual(a, m * n, num) > 0)
		return no_factors(u, values, v, m, n, least, num);
	open_jacobi(&j, most, least, num);
	j.turned = m < n;
	void *lengths = atl_scratch(&j.s, least);
	if (j.turned)
		atl_do_copy(&j.s, j.w, a, m * n);
	else
		atl_do_turn(&j.s, j.w, a, m, n);
	if (j.s.answer == ATL_FINE) {
		scale(&j);
		sweep(&j, make_orthogonal);
		give_factors(&j, u, values, v, lengths);
		num->flags = flags;
	}
	atl_elements_free(lengths, least, num);
	close_jacobi(&j);
	num->fault = 0;
	return j.s.answer;
}
