/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generic_factor.c: factors of a matrix in finitely many steps, over a system's
 * table: Cholesky's, and an orthogonal one by Gram and Schmidt.
 *
 * Their steps are the four operations and roots, so in the exact system the
 * factors are rationals or certified reals. */
#include "number/generic.h"

#include <math.h>

atl_answer atl_generic_outside(void *y, size_t n, atl_num *num)
{
	num->flags |= ATL_NUM_INVALID;
	return atl_no_values(y, n, num);
}

/* t: 4 elements. */
static bool halve(atl_steps *s, void *half, const void *a, size_t n, void *t)
{
	atl_num *num = s->num;
	void *far = atl_at(t, 1, num), *bound = atl_at(t, 2, num), *two = atl_at(t, 3, num);
	bool symmetric = true;

	atl_do_largest(s, bound, t, a, n * n);
	atl_do_set(s, two, 32); /* twice: small formats have no 1024 */
	atl_do2(s, ATL_FN2_div, bound, bound, two, 1);
	atl_do2(s, ATL_FN2_div, bound, bound, two, 1);
	atl_do_set(s, two, 2);
	for (size_t i = 0; i < n && atl_fine(s) && symmetric; i++) {
		for (size_t j = 0; j <= i; j++) {
			const void *p = atl_cat(a, i * n + j, num), *q = atl_cat(a, j * n + i, num);
			void *mean = atl_at(half, i * n + j, num);
			atl_do2(s, ATL_FN2_sub, far, p, q, 1);
			atl_do1(s, ATL_FN1_abs, far, far, 1);
			symmetric = symmetric && atl_order(s, far, bound) <= 0;
			/* p + (q - p)/2: neither overflows nor rounds where they are equal. */
			atl_do2(s, ATL_FN2_sub, far, q, p, 1);
			atl_do2(s, ATL_FN2_div, far, far, two, 1);
			atl_do2(s, ATL_FN2_add, mean, p, far, 1);
			atl_do_copy(s, atl_at(half, j * n + i, num), mean, 1);
		}
	}
	return symmetric;
}

bool atl_generic_half(atl_steps *s, void *half, const void *a, size_t n)
{
	if (atl_unusual(a, n * n, s->num) > 0)
		return false;
	void *t = atl_scratch(s, 4);
	bool symmetric = t && halve(s, half, a, n, t);
	atl_elements_free(t, 4, s->num);
	return symmetric;
}

/* As doubles: no unit vector's largest entries leave their range. */
static bool points_down(const atl_steps *s, const void *u, size_t m, size_t p, size_t j)
{
	double most = 0;

	for (size_t i = 0; i < m; i++)
		most = fmax(most, fabs(s->num->sys->get_double(atl_cat(u, i * p + j, s->num))));
	for (size_t i = 0; i < m; i++) {
		double x = s->num->sys->get_double(atl_cat(u, i * p + j, s->num));
		if (fabs(x) >= most * 15 / 16)
			return x < 0;
	}
	return false;
}

static void negate(atl_steps *s, void *u, size_t m, size_t p, size_t j)
{
	for (size_t i = 0; u && i < m; i++) {
		void *e = atl_at(u, i * p + j, s->num);
		atl_do1(s, ATL_FN1_neg, e, e, 1);
	}
}

void atl_generic_signs(atl_steps *s, void *u, size_t m, void *v, size_t n, size_t p)
{
	for (size_t j = 0; j < p && s->answer == ATL_FINE; j++) {
		if (!points_down(s, u, m, p, j))
			continue;
		negate(s, u, m, p, j);
		negate(s, v, n, p, j);
	}
}

/* Row by row; t: one element.  false: a is not positive definite. */
static bool factor(atl_steps *s, void *y, const void *a, size_t n, void *t)
{
	atl_num *num = s->num;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j <= i && atl_fine(s); j++) {
			void *e = atl_at(y, i * n + j, num);
			atl_do_dot(s, t, atl_cat(y, i * n, num), atl_cat(y, j * n, num), j);
			atl_do2(s, ATL_FN2_sub, e, atl_cat(a, i * n + j, num), t, 1);
			if (j < i)
				atl_do2(s, ATL_FN2_div, e, e, atl_cat(y, j * n + j, num), 1);
			else if (atl_sign(s, e) <= 0)
				return false;
			else
				atl_do1(s, ATL_FN1_sqrt, e, e, 1);
		}
	}
	return true;
}

atl_answer atl_generic_cholesky(void *y, const void *a, size_t n, atl_num *num)
{
	atl_steps s = { num, ATL_FINE };
	void *half = atl_scratch(&s, n * n), *t = atl_scratch(&s, 1);
	bool definite = t && atl_generic_half(&s, half, a, n);

	for (size_t i = 0; i < n * n && definite; i++)
		atl_do_set(&s, atl_at(y, i, num), 0);
	definite = definite && factor(&s, y, half, n, t);
	atl_elements_free(half, n * n, num);
	atl_elements_free(t, 1, num);
	num->fault = 0;
	return s.answer == ATL_FINE && !definite ? atl_generic_outside(y, n * n, num) : s.answer;
}

/* v (m) loses what it has of the unit vector q, which is added to r; t: m + 1. */
static void take_off(atl_steps *s, void *v, const void *q, void *r, size_t m, void *t)
{
	void *part = atl_at(t, m, s->num);

	atl_do_dot(s, part, q, v, m);
	atl_do2(s, ATL_FN2_add, r, r, part, 1);
	atl_do_by(s, ATL_FN2_mul, t, q, part, m);
	atl_do2(s, ATL_FN2_sub, v, v, t, m);
}

/* The rows of w (n of m) become orthonormal; false: one was nothing but a
 * combination of those before it. */
static bool orthonormal(atl_steps *s, void *w, void *r, size_t m, size_t n, void *t)
{
	atl_num *num = s->num;
	/* What rounding left is taken off by a second pass; a third would find nothing
	 * (Giraud, Langou, Rozloznik 2005). */
	const int passes = num->sys->rounds ? 2 : 1;

	for (size_t j = 0; j < n && atl_fine(s); j++) {
		void *v = atl_at(w, j * m, num), *size = atl_at(r, j * n + j, num);
		for (size_t i = 0; i < j * (size_t)passes; i++)
			take_off(s, v, atl_cat(w, i % j * m, num), atl_at(r, i % j * n + j, num), m, t);
		atl_do_dot(s, size, v, v, m);
		atl_do1(s, ATL_FN1_sqrt, size, size, 1);
		if (atl_sign(s, size) == 0)
			return false;
		atl_do_by(s, ATL_FN2_div, v, v, size, m);
	}
	return true;
}

atl_answer atl_generic_qr(void *q, void *r, const void *a, size_t m, size_t n, atl_num *num)
{
	atl_steps s = { num, ATL_FINE };
	void *w = atl_scratch(&s, m * n), *t = atl_scratch(&s, m + 1);
	bool regular = t && atl_unusual(a, m * n, num) == 0;

	if (regular) {
		for (size_t i = 0; i < n * n; i++)
			atl_do_set(&s, atl_at(r, i, num), 0);
		atl_do_turn(&s, w, a, m, n);
		regular = orthonormal(&s, w, r, m, n, t);
		atl_do_turn(&s, q, w, n, m);
	}
	atl_elements_free(w, m * n, num);
	atl_elements_free(t, m + 1, num);
	num->fault = 0;
	if (s.answer != ATL_FINE || regular)
		return s.answer;
	s.answer = atl_generic_outside(q, m * n, num);
	return s.answer == ATL_FINE ? atl_generic_outside(r, n * n, num) : s.answer;
}
