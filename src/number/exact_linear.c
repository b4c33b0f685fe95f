/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_linear.c: products, determinants, solutions and inverses of matrices
 * of rationals.
 *
 * All are computed on integers: a row (of the right factor of a product, a
 * column) is multiplied by its common denominator.  Elimination is Bareiss':
 * every entry on the way is a minor of the matrix, so each division is exact
 * and no entry grows past the size of a determinant.
 *
 * Matrices with certified reals in them go to the FLINT module, which is also
 * loaded for those of rationals that are large enough to repay its start. */
#include "number/exact.h"

#include "base/mem.h"

/* The module where it is faster, its start counted in: by products of two
 * entries, for a product of matrices ... */
static const atl_flint *module_for(double products, const atl_num *num)
{
	static const double worth_it = 1e5;

	return products < worth_it ? NULL : atl_flint_load(num);
}

/* ... and by rows for a determinant and few right sides, where it works modulo
 * primes.  For many right sides Bareiss is as fast, and can be stopped. */
static const atl_flint *module_for_rows(size_t n, size_t r, const atl_num *num)
{
	enum { WORTH_IT = 24, FEW = 4 };

	return n < WORTH_IT || r > n / FEW ? NULL : atl_flint_load(num);
}

/* The module of the certified reals among finite numbers; NULL: there are
 * none, or not all are finite. */
static const atl_flint *module_of(const atl_exact_number *a, size_t n, const atl_exact_number *b,
                                  size_t m, const atl_num *num)
{
	const atl_flint *found = NULL;

	for (size_t i = 0; i < n + m; i++) {
		const atl_exact_number *x = i < n ? a + i : b + (i - n);
		if (x->real)
			found = atl_flint_load(num);
		else if (!atl_exact_finite(x->q))
			return NULL;
	}
	return found;
}

static atl_answer check_all(const atl_exact_number *x, size_t n, atl_num *num)
{
	for (size_t i = 0; i < n; i++) {
		if (atl_exact_check(x[i].q, num) != ATL_FINE) {
			num->fault = i;
			return ATL_TOO_BIG;
		}
	}
	return ATL_FINE;
}

static bool all_finite(const atl_exact_number *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!atl_exact_finite(x[i].q))
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
static void common(mpz_ptr scale, const atl_exact_number *x, size_t stride, size_t n, bool more)
{
	if (!more)
		mpz_set_ui(scale, 1);
	for (size_t i = 0; i < n; i++) {
		if (!mpz_divisible_p(scale, mpq_denref(x[i * stride].q)))
			mpz_lcm(scale, scale, mpq_denref(x[i * stride].q));
	}
}

/* out[i] = x[i*stride] * scale */
static void clear_denominators(mpz_ptr out, mpz_srcptr scale, const atl_exact_number *x, size_t stride,
                               size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mpq_srcptr v = x[i * stride].q;
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

static atl_answer multiply(atl_exact_number *y, mpz_ptr u, mpz_ptr v, const atl_exact_number *a,
                           bool ta, const atl_exact_number *b, bool tb, size_t m, size_t k, size_t n, atl_num *num)
{
	/* u: a row of k and its scale; v: n columns of k and their scales. */
	for (size_t j = 0; j < n; j++) {
		const atl_exact_number *column = b + (tb ? j * k : j);
		mpz_ptr c = v + j * (k + 1);
		common(c + k, column, tb ? 1 : n, k, false);
		clear_denominators(c, c + k, column, tb ? 1 : n, k);
	}
	for (size_t i = 0; i < m; i++) {
		const atl_exact_number *row = a + (ta ? i : i * k);
		common(u + k, row, ta ? m : 1, k, false);
		clear_denominators(u, u + k, row, ta ? m : 1, k);
		for (size_t j = 0; j < n; j++) {
			mpz_ptr c = v + j * (k + 1);
			if (atl_num_stop(num))
				return ATL_STOPPED;
			if (entry(y[i * n + j].q, u, u + k, c, c + k, k, num) != ATL_FINE) {
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

	if (!all_finite(a, m * k) || !all_finite(b, k * n)) {
		const atl_flint *reals = module_of(a, m * k, b, k * n, num);
		return reals ? reals->matmul(y, a, ta, b, tb, m, k, n, num)
		             : atl_generic_matmul(y, a, ta, b, tb, m, k, n, num);
	}
	const atl_flint *lib = module_for((double)m * (double)k * (double)n, num);
	if (lib)
		return lib->matmul_q(y, a, ta, b, tb, m, k, n, num);
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
static atl_answer open_work(work *w, const atl_exact_number *a, const atl_exact_number *b,
                            size_t n, size_t r, atl_num *num)
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
		if (atl_num_stop(w->num))
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
		if (atl_num_stop(w->num))
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

	if (n <= 1 || !all_finite(a, n * n)) {
		const atl_flint *reals = n > 1 ? module_of(a, n * n, NULL, 0, num) : NULL;
		num->fault = 0;
		return reals ? reals->det(y, a, n, num) : atl_generic_det(y, a, n, num);
	}
	const atl_flint *lib = module_for_rows(n, 0, num);
	if (lib) {
		atl_answer found = lib->det_q(y, a, n, num);
		return found == ATL_FINE ? check_all(y, 1, num) : found;
	}
	mpq_ptr q = ((atl_exact_number *)y)->q;
	atl_exact_drop(y);
	atl_answer answer = open_work(&w, a, NULL, n, 0, num);
	if (answer == ATL_FINE)
		answer = eliminate(&w);
	if (answer == ATL_FINE && w.singular) {
		atl_exact_put(q, 0, 1);
	} else if (answer == ATL_FINE) {
		mpz_set(mpq_numref(q), at(&w, n - 1, n - 1));
		mpz_set(mpq_denref(q), w.scale);
		if (w.odd)
			mpz_neg(mpq_numref(q), mpq_numref(q));
		mpq_canonicalize(q);
		answer = atl_exact_check(q, num);
	}
	close_work(&w);
	num->fault = 0;
	return answer;
}

/* With d the last pivot, d*x is integer, and found from the last row up:
 * (d*x)[i] = (d*b[i] - sum over j>i of u[i][j]*(d*x)[j]) / u[i][i]. */
static atl_answer substitute(work *w, atl_exact_number *x)
{
	mpz_srcptr d = at(w, w->n - 1, w->n - 1);

	for (size_t i = w->n; i-- > 0;) {
		if (atl_num_stop(w->num))
			return ATL_STOPPED;
		for (size_t c = w->n; c < w->width; c++) {
			mpz_mul(w->t, d, at(w, i, c));
			for (size_t j = i + 1; j < w->n; j++)
				mpz_submul(w->t, at(w, i, j), at(w, j, c));
			mpz_divexact(at(w, i, c), w->t, at(w, i, i));
		}
	}
	for (size_t i = 0; i < w->n * w->r; i++) {
		atl_exact_drop(x + i);
		mpz_set(mpq_numref(x[i].q), at(w, i / w->r, w->n + i % w->r));
		mpz_set(mpq_denref(x[i].q), d);
		mpq_canonicalize(x[i].q);
	}
	return check_all(x, w->n * w->r, w->num);
}

static atl_answer no_values(atl_exact_number *x, size_t n, atl_num *num)
{
	for (size_t i = 0; i < n; i++) {
		atl_exact_drop(x + i);
		(void)atl_exact_nothing(x[i].q, num);
	}
	return ATL_FINE;
}

static atl_answer solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *num)
{
	work w;
	const atl_flint *lib = b ? module_for_rows(n, r, num) : NULL;

	num->fault = 0;
	if (n == 0 || r == 0)
		return ATL_FINE;
	if (lib) {
		bool regular = false;
		atl_answer found = lib->solve_q(x, a, b, n, r, &regular, num);
		if (found != ATL_FINE)
			return found;
		return regular ? check_all(x, n * r, num) : no_values(x, n * r, num);
	}
	atl_answer answer = open_work(&w, a, b, n, r, num);
	if (answer == ATL_FINE)
		answer = eliminate(&w);
	if (answer == ATL_FINE && !w.singular)
		answer = substitute(&w, x);
	if (answer == ATL_FINE && w.singular)
		answer = no_values(x, n * r, num);
	close_work(&w);
	return answer;
}

atl_answer atl_exact_solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *num)
{
	if (!all_finite(a, n * n) || !all_finite(b, n * r)) {
		const atl_flint *reals = module_of(a, n * n, b, n * r, num);
		num->fault = 0;
		return reals ? reals->solve(x, a, b, n, r, num)
		             : atl_generic_solve(x, a, b, n, r, num);
	}
	return solve(x, a, b, n, r, num);
}

atl_answer atl_exact_inv(void *y, const void *a, size_t n, atl_num *num)
{
	if (!all_finite(a, n * n)) {
		const atl_flint *reals = module_of(a, n * n, NULL, 0, num);
		num->fault = 0;
		return reals ? reals->solve(y, a, NULL, n, n, num)
		             : atl_generic_inv(y, a, n, num);
	}
	return solve(y, a, NULL, n, n, num);
}
