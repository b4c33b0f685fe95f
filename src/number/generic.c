/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generic.c: sums, products and linear algebra written over the rest of a
 * system's table.
 *
 * Sums, products and dot products go left to right.  Determinants and
 * solutions eliminate with the pivot of largest size; that needs sgn and cmp
 * to be decided, and what cannot be decided is answered.  Every answer of the
 * table is passed on, with num->fault set to the entry of the result. */
#include "number/generic.h"

static atl_answer fold(void *y, const void *x, size_t stride, size_t n, atl_num *num, long start,
                       atl_fn2 f)
{
	atl_answer answer;
	void *t = atl_elements(1, num, &answer);

	if (!t)
		return answer;
	answer = num->sys->set_si(t, start, num);
	for (size_t i = 0; i < n && answer == ATL_FINE; i++) {
		if (i % 1024 == 1023 && atl_num_stop(num))
			answer = ATL_STOPPED;
		else
			answer = num->sys->fn2[f](t, t, 1, atl_cat(x, i * stride, num), 1, 1, num);
	}
	if (answer == ATL_FINE)
		answer = num->sys->copy(y, t, 1, 1);
	num->fault = 0;
	atl_elements_free(t, 1, num);
	return answer;
}

atl_answer atl_generic_sum(void *y, const void *x, size_t stride, size_t n, atl_num *num)
{
	return fold(y, x, stride, n, num, 0, ATL_FN2_add);
}

atl_answer atl_generic_prod(void *y, const void *x, size_t stride, size_t n, atl_num *num)
{
	return fold(y, x, stride, n, num, 1, ATL_FN2_mul);
}

/* t[0] = the dot product, with t[1] for the products. */
static atl_answer add_products(void *t, const void *a, size_t sa, const void *b, size_t sb,
                               size_t n, atl_num *num)
{
	const atl_system *sys = num->sys;
	void *p = atl_at(t, 1, num);
	atl_answer answer = sys->set_si(t, 0, num);

	for (size_t i = 0; i < n && answer == ATL_FINE; i++) {
		if (i % 1024 == 1023 && atl_num_stop(num))
			return ATL_STOPPED;
		answer = sys->fn2[ATL_FN2_mul](p, atl_cat(a, i * sa, num), 1, atl_cat(b, i * sb, num), 1, 1,
		                               num);
		if (answer == ATL_FINE)
			answer = sys->fn2[ATL_FN2_add](t, t, 1, p, 1, 1, num);
	}
	return answer;
}

atl_answer atl_generic_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                           atl_num *num)
{
	atl_answer answer;
	void *t = atl_elements(2, num, &answer);

	if (!t)
		return answer;
	answer = add_products(t, a, sa, b, sb, n, num);
	if (answer == ATL_FINE)
		answer = num->sys->copy(y, t, 1, 1);
	num->fault = 0;
	atl_elements_free(t, 2, num);
	return answer;
}

atl_answer atl_generic_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                              size_t k, size_t n, atl_num *num)
{
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			if (atl_num_stop(num))
				return ATL_STOPPED;
			const void *row = atl_cat(a, ta ? i : i * k, num);
			const void *col = atl_cat(b, tb ? j * k : j, num);
			atl_answer answer = num->sys->dot(atl_at(y, i * n + j, num), row, ta ? m : 1,
			                                  col, tb ? 1 : n, k, num);
			if (answer != ATL_FINE) {
				num->fault = i * n + j;
				return answer;
			}
		}
	}
	return ATL_FINE;
}

/* Elimination on a (n x n) and b (n x r), rows of width n and r; `row` and
 * `f` are scratch of max(n, r) and 3 elements. */
typedef struct work {
	void *a, *b, *row, *f;
	size_t n, r;
	bool odd, singular;
	atl_num *num;
} work;

static atl_answer swap_rows(work *w, void *m, size_t width, size_t i, size_t j)
{
	const atl_system *sys = w->num->sys;
	void *p = atl_at(m, i * width, w->num), *q = atl_at(m, j * width, w->num);
	atl_answer answer = sys->copy(w->row, p, 1, width);

	if (answer == ATL_FINE)
		answer = sys->copy(p, q, 1, width);
	if (answer == ATL_FINE)
		answer = sys->copy(q, w->row, 1, width);
	return answer;
}

/* q -= f * p, over n elements; f is one element. */
static atl_answer subtract(work *w, void *q, const void *f, const void *p, size_t n)
{
	const atl_system *sys = w->num->sys;
	atl_answer answer = sys->fn2[ATL_FN2_mul](w->row, f, 0, p, 1, n, w->num);

	if (answer == ATL_FINE)
		answer = sys->fn2[ATL_FN2_sub](q, q, 1, w->row, 1, n, w->num);
	return answer;
}

/* The row of the largest entry of column c at or below the diagonal. */
static atl_answer find_pivot(work *w, size_t c, size_t *best)
{
	const atl_system *sys = w->num->sys;
	void *size = atl_at(w->f, 1, w->num), *largest = atl_at(w->f, 2, w->num);
	atl_answer answer = sys->set_si(largest, 0, w->num);
	int order, any = 0;

	for (size_t i = c; i < w->n && answer == ATL_FINE; i++) {
		answer = sys->fn1[ATL_FN1_abs](size, atl_at(w->a, i * w->n + c, w->num), 1, w->num);
		if (answer == ATL_FINE)
			answer = sys->cmp(&order, size, largest);
		if (answer == ATL_FINE && order > 0) {
			any = 1;
			*best = i;
			answer = sys->copy(largest, size, 1, 1);
		}
	}
	w->singular = !any;
	return answer;
}

static atl_answer clear_column(work *w, size_t c)
{
	const atl_system *sys = w->num->sys;
	const size_t n = w->n, r = w->r;
	atl_answer answer = ATL_FINE;

	for (size_t i = c + 1; i < n && answer == ATL_FINE; i++) {
		answer = sys->fn2[ATL_FN2_div](w->f, atl_at(w->a, i * n + c, w->num), 1,
		                               atl_at(w->a, c * n + c, w->num), 1, 1, w->num);
		if (answer == ATL_FINE)
			answer = subtract(w, atl_at(w->a, i * n + c, w->num), w->f,
			                  atl_at(w->a, c * n + c, w->num), n - c);
		if (answer == ATL_FINE && r > 0)
			answer = subtract(w, atl_at(w->b, i * r, w->num), w->f,
			                  atl_at(w->b, c * r, w->num), r);
	}
	return answer;
}

static atl_answer eliminate(work *w)
{
	atl_answer answer = ATL_FINE;
	size_t best = 0;

	for (size_t c = 0; c < w->n && answer == ATL_FINE; c++) {
		if (atl_num_stop(w->num))
			return ATL_STOPPED;
		answer = find_pivot(w, c, &best);
		if (answer != ATL_FINE || w->singular)
			return answer;
		if (best != c) {
			w->odd = !w->odd;
			answer = swap_rows(w, w->a, w->n, best, c);
			if (answer == ATL_FINE && w->r > 0)
				answer = swap_rows(w, w->b, w->r, best, c);
		}
		if (answer == ATL_FINE)
			answer = clear_column(w, c);
	}
	return answer;
}

static atl_answer substitute(work *w)
{
	const atl_system *sys = w->num->sys;
	const size_t n = w->n, r = w->r;
	atl_answer answer = ATL_FINE;

	for (size_t i = n; i-- > 0 && answer == ATL_FINE;) {
		void *x = atl_at(w->b, i * r, w->num);
		for (size_t j = i + 1; j < n && answer == ATL_FINE; j++)
			answer = subtract(w, x, atl_at(w->a, i * n + j, w->num),
			                  atl_at(w->b, j * r, w->num), r);
		if (answer == ATL_FINE)
			answer = sys->fn2[ATL_FN2_div](x, x, 1, atl_at(w->a, i * n + i, w->num), 0, r,
			                               w->num);
	}
	return answer;
}

static atl_answer open_work(work *w, const void *a, size_t n, size_t r, atl_num *num)
{
	atl_answer answer = ATL_FINE;

	*w = (work){ .n = n, .r = r, .num = num };
	w->a = atl_elements(n * n, num, &answer);
	if (w->a)
		w->b = atl_elements(n * r, num, &answer);
	if (w->b)
		w->row = atl_elements(n > r ? n : r, num, &answer);
	if (w->row)
		w->f = atl_elements(3, num, &answer);
	if (w->f)
		answer = num->sys->copy(w->a, a, 1, n * n);
	return answer;
}

static void close_work(work *w)
{
	atl_elements_free(w->f, 3, w->num);
	atl_elements_free(w->row, w->n > w->r ? w->n : w->r, w->num);
	atl_elements_free(w->b, w->n * w->r, w->num);
	atl_elements_free(w->a, w->n * w->n, w->num);
}

static atl_answer diagonal_product(work *w, void *y)
{
	atl_answer answer = w->num->sys->prod(y, w->a, w->n + 1, w->n, w->num);

	if (answer == ATL_FINE && w->odd)
		answer = w->num->sys->fn1[ATL_FN1_neg](y, y, 1, w->num);
	return answer;
}

atl_answer atl_generic_det(void *y, const void *a, size_t n, atl_num *num)
{
	work w;

	if (n == 1)
		return num->sys->copy(y, a, 1, 1);
	int bad = atl_unusual(a, n * n, num);
	if (bad > 0) {
		if (bad == 1)
			num->flags |= ATL_NUM_INVALID;
		return atl_no_values(y, 1, num);
	}
	atl_answer answer = open_work(&w, a, n, 0, num);
	if (answer == ATL_FINE)
		answer = eliminate(&w);
	if (answer == ATL_FINE)
		answer = w.singular ? num->sys->set_si(y, 0, num) : diagonal_product(&w, y);
	close_work(&w);
	num->fault = 0;
	return answer;
}

/* b NULL stands for the identity. */
static atl_answer solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *num)
{
	work w;
	int bad = atl_unusual(a, n * n, num), bad_b = b ? atl_unusual(b, n * r, num) : 0;

	if (bad > 0 || bad_b > 0) {
		if (bad < 2 && bad_b < 2)
			num->flags |= ATL_NUM_INVALID;
		return atl_no_values(x, n * r, num);
	}
	atl_answer answer = open_work(&w, a, n, r, num);
	if (answer == ATL_FINE && b)
		answer = num->sys->copy(w.b, b, 1, n * r);
	for (size_t i = 0; i < n && !b && answer == ATL_FINE; i++)
		answer = num->sys->set_si(atl_at(w.b, i * r + i, num), 1, num);
	if (answer == ATL_FINE)
		answer = eliminate(&w);
	if (answer == ATL_FINE && w.singular) {
		num->flags |= ATL_NUM_INVALID;
		answer = atl_no_values(x, n * r, num);
	} else if (answer == ATL_FINE) {
		answer = substitute(&w);
		if (answer == ATL_FINE)
			answer = num->sys->copy(x, w.b, 1, n * r);
	}
	close_work(&w);
	num->fault = 0;
	return answer;
}

atl_answer atl_generic_solve(void *x, const void *a, const void *b, size_t n, size_t r,
                             atl_num *num)
{
	return solve(x, a, b, n, r, num);
}

atl_answer atl_generic_inv(void *y, const void *a, size_t n, atl_num *num)
{
	return solve(y, a, NULL, n, n, num);
}
