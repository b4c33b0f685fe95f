/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_linear.c: products, determinants, solutions and inverses of matrices
 * of rationals.
 *
 * All are computed on integers: a row (of the right factor of a product, a
 * column) is multiplied by its common denominator.  Elimination is Bareiss':
 * every entry on the way is a minor of the matrix, so each division is exact
 * and no entry grows past the size of a determinant. */
#include "number/exact.h"

#include "base/mem.h"

static bool all_finite(mpq_srcptr x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!atl_exact_finite(x + i))
			return false;
	}
	return true;
}

/* n integers 0; NULL without memory. */
static mpz_ptr integers(size_t n)
{
	mpz_ptr p = n > SIZE_MAX / sizeof *p ? NULL : atl_malloc(n * sizeof *p);

	for (size_t i = 0; p && i < n; i++)
		mpz_init(p + i);
	return p;
}

static void release(mpz_ptr p, size_t n)
{
	for (size_t i = 0; p && i < n; i++)
		mpz_clear(p + i);
	atl_free(p);
}

/* scale = the common denominator of x[0], x[stride], ..., and of what scale
 * was for if `more`. */
static void common(mpz_ptr scale, mpq_srcptr x, size_t stride, size_t n, bool more)
{
	if (!more)
		mpz_set_ui(scale, 1);
	for (size_t i = 0; i < n; i++) {
		if (!mpz_divisible_p(scale, mpq_denref(x + i * stride)))
			mpz_lcm(scale, scale, mpq_denref(x + i * stride));
	}
}

/* out[i] = x[i*stride] * scale */
static void clear_denominators(mpz_ptr out, mpz_srcptr scale, mpq_srcptr x, size_t stride,
                               size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mpq_srcptr v = x + i * stride;
		mpz_divexact(out + i, scale, mpq_denref(v));
		mpz_mul(out + i, out + i, mpq_numref(v));
	}
}

/* ---- the product ---- */

/* One entry: the sum of u[p]*v[p], over su*sv. */
static atl_answer entry(mpq_ptr y, mpz_srcptr u, mpz_srcptr su, mpz_srcptr v, mpz_srcptr sv,
                        size_t k, atl_num *num)
{
	mpz_set_ui(mpq_numref(y), 0);
	for (size_t p = 0; p < k; p++)
		mpz_addmul(mpq_numref(y), u + p, v + p);
	mpz_mul(mpq_denref(y), su, sv);
	if (!atl_exact_integer(y))
		mpq_canonicalize(y);
	return atl_exact_check(y, num);
}

static atl_answer multiply(mpq_ptr y, mpz_ptr u, mpz_ptr v, mpq_srcptr a, bool ta, mpq_srcptr b,
                           bool tb, size_t m, size_t k, size_t n, atl_num *num)
{
	/* u: a row of k and its scale; v: n columns of k and their scales. */
	for (size_t j = 0; j < n; j++) {
		mpq_srcptr column = b + (tb ? j * k : j);
		mpz_ptr c = v + j * (k + 1);
		common(c + k, column, tb ? 1 : n, k, false);
		clear_denominators(c, c + k, column, tb ? 1 : n, k);
	}
	for (size_t i = 0; i < m; i++) {
		mpq_srcptr row = a + (ta ? i : i * k);
		common(u + k, row, ta ? m : 1, k, false);
		clear_denominators(u, u + k, row, ta ? m : 1, k);
		for (size_t j = 0; j < n; j++) {
			mpz_ptr c = v + j * (k + 1);
			if (atl_exact_stop(num))
				return ATL_STOPPED;
			if (entry(y + i * n + j, u, u + k, c, c + k, k, num) != ATL_FINE) {
				num->fault = i * n + j;
				return ATL_TOO_BIG;
			}
		}
	}
	return ATL_FINE;
}

atl_answer atl_exact_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                            size_t k, size_t n, atl_num *num)
{
	atl_answer answer = ATL_NOMEM;

	if (!all_finite(a, m * k) || !all_finite(b, k * n))
		return atl_generic_matmul(y, a, ta, b, tb, m, k, n, num);
	mpz_ptr u = integers(k + 1), v = integers(n * (k + 1));
	if (u && v)
		answer = multiply(y, u, v, a, ta, b, tb, m, k, n, num);
	release(u, k + 1);
	release(v, n * (k + 1));
	return answer;
}

/* ---- elimination ---- */

/* The rows [a | b] as integers, `width` = n + r, row i times some number; the
 * product of these numbers is `scale`. */
typedef struct work {
	mpz_ptr m;
	size_t n, r, width;
	mpz_t scale, t;
	bool odd, singular;
	atl_num *num;
} work;

static mpz_ptr at(const work *w, size_t i, size_t j)
{
	return w->m + i * w->width + j;
}

/* b NULL stands for the identity where r > 0. */
static atl_answer open_work(work *w, mpq_srcptr a, mpq_srcptr b, size_t n, size_t r, atl_num *num)
{
	mpz_t row;

	*w = (work){ .n = n, .r = r, .width = n + r, .num = num };
	mpz_inits(w->scale, w->t, NULL);
	mpz_set_ui(w->scale, 1);
	w->m = integers(n * w->width);
	if (!w->m)
		return ATL_NOMEM;
	mpz_init(row);
	for (size_t i = 0; i < n; i++) {
		common(row, a + i * n, 1, n, false);
		if (b)
			common(row, b + i * r, 1, r, true);
		clear_denominators(at(w, i, 0), row, a + i * n, 1, n);
		if (b)
			clear_denominators(at(w, i, n), row, b + i * r, 1, r);
		else if (r > 0)
			mpz_set(at(w, i, n + i), row);
		mpz_mul(w->scale, w->scale, row);
	}
	mpz_clear(row);
	return ATL_FINE;
}

static void close_work(work *w)
{
	release(w->m, w->n * w->width);
	mpz_clears(w->scale, w->t, NULL);
}

/* Brings the smallest entry that is not 0 of column c to the diagonal. */
static void pivot(work *w, size_t c)
{
	size_t best = w->n;

	for (size_t i = c; i < w->n; i++) {
		mpz_srcptr z = at(w, i, c);
		if (mpz_sgn(z) != 0 && (best == w->n || mpz_size(z) < mpz_size(at(w, best, c))))
			best = i;
	}
	w->singular = best == w->n;
	if (w->singular || best == c)
		return;
	w->odd = !w->odd;
	for (size_t j = c; j < w->width; j++)
		mpz_swap(at(w, best, j), at(w, c, j));
}

/* Clears column c below the diagonal; `last` is the pivot before, or NULL. */
static atl_answer clear_column(work *w, size_t c, mpz_srcptr last)
{
	for (size_t i = c + 1; i < w->n; i++) {
		if (atl_exact_stop(w->num))
			return ATL_STOPPED;
		for (size_t j = c + 1; j < w->width; j++) {
			mpz_mul(w->t, at(w, c, c), at(w, i, j));
			mpz_submul(w->t, at(w, i, c), at(w, c, j));
			if (last)
				mpz_divexact(w->t, w->t, last);
			mpz_swap(w->t, at(w, i, j));
		}
		mpz_set_ui(at(w, i, c), 0);
	}
	return ATL_FINE;
}

static atl_answer eliminate(work *w)
{
	static const size_t most_bits = (size_t)1 << 28;
	mpz_srcptr last = NULL;

	for (size_t c = 0; c < w->n; c++) {
		if (atl_exact_stop(w->num))
			return ATL_STOPPED;
		pivot(w, c);
		if (w->singular)
			return ATL_FINE;
		atl_answer answer = clear_column(w, c, last);
		if (answer != ATL_FINE)
			return answer;
		last = at(w, c, c);
		if (mpz_sizeinbase(last, 2) > most_bits)
			return atl_exact_too_big(w->num);
	}
	return ATL_FINE;
}

atl_answer atl_exact_det(void *y, const void *a, size_t n, atl_num *num)
{
	work w;

	if (n <= 1 || !all_finite(a, n * n))
		return atl_generic_det(y, a, n, num);
	atl_answer answer = open_work(&w, a, NULL, n, 0, num);
	if (answer == ATL_FINE)
		answer = eliminate(&w);
	if (answer == ATL_FINE && w.singular) {
		atl_exact_put(y, 0, 1);
	} else if (answer == ATL_FINE) {
		mpz_set(mpq_numref((mpq_ptr)y), at(&w, n - 1, n - 1));
		mpz_set(mpq_denref((mpq_ptr)y), w.scale);
		if (w.odd)
			mpz_neg(mpq_numref((mpq_ptr)y), mpq_numref((mpq_ptr)y));
		mpq_canonicalize(y);
		answer = atl_exact_check(y, num);
	}
	close_work(&w);
	num->fault = 0;
	return answer;
}

/* With d the last pivot, d*x is integer, and found from the last row up:
 * (d*x)[i] = (d*b[i] - sum over j>i of u[i][j]*(d*x)[j]) / u[i][i]. */
static atl_answer substitute(work *w, mpq_ptr x)
{
	mpz_srcptr d = at(w, w->n - 1, w->n - 1);

	for (size_t i = w->n; i-- > 0;) {
		if (atl_exact_stop(w->num))
			return ATL_STOPPED;
		for (size_t c = w->n; c < w->width; c++) {
			mpz_mul(w->t, d, at(w, i, c));
			for (size_t j = i + 1; j < w->n; j++)
				mpz_submul(w->t, at(w, i, j), at(w, j, c));
			mpz_divexact(at(w, i, c), w->t, at(w, i, i));
		}
	}
	for (size_t i = 0; i < w->n * w->r; i++) {
		mpz_set(mpq_numref(x + i), at(w, i / w->r, w->n + i % w->r));
		mpz_set(mpq_denref(x + i), d);
		mpq_canonicalize(x + i);
		if (atl_exact_check(x + i, w->num) != ATL_FINE) {
			w->num->fault = i;
			return ATL_TOO_BIG;
		}
	}
	return ATL_FINE;
}

static atl_answer solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *num)
{
	work w;

	num->fault = 0;
	if (n == 0 || r == 0)
		return ATL_FINE;
	atl_answer answer = open_work(&w, a, b, n, r, num);
	if (answer == ATL_FINE)
		answer = eliminate(&w);
	if (answer == ATL_FINE && !w.singular)
		answer = substitute(&w, x);
	for (size_t i = 0; i < n * r && answer == ATL_FINE && w.singular; i++)
		answer = atl_exact_nothing((mpq_ptr)x + i, num);
	close_work(&w);
	return answer;
}

atl_answer atl_exact_solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *num)
{
	if (!all_finite(a, n * n) || !all_finite(b, n * r))
		return atl_generic_solve(x, a, b, n, r, num);
	return solve(x, a, b, n, r, num);
}

atl_answer atl_exact_inv(void *y, const void *a, size_t n, atl_num *num)
{
	if (!all_finite(a, n * n))
		return atl_generic_inv(y, a, n, num);
	return solve(y, a, NULL, n, n, num);
}
