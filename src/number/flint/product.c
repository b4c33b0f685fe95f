/* SPDX-License-Identifier: GPL-3.0-or-later */
/* product.c: the product of two matrices of rationals, by FLINT's product of
 * integers.
 *
 * A row of the left factor is multiplied by its common denominator, a column of
 * the right one by its own: an entry is an integer over two of these.  FLINT's
 * own product of rationals does the same; here the elements are read and
 * written where they are, the numbers of one word without its functions, and
 * between blocks of rows the product can be stopped. */
#include "number/flint/module.h"

#include <flint/fmpz_mat.h>
#include <flint/fmpz_vec.h>
#include <flint/ulong_extras.h>

/* A row or a column: n elements, `stride` apart. */
typedef struct line {
	const atl_exact_number *x;
	size_t stride, n;
} line;

static mpq_srcptr at(const line *l, size_t i)
{
	return l->x[i * l->stride].q;
}

static bool of_one_word(mpz_srcptr z)
{
	return mpz_size(z) <= 1 && mpz_getlimbn(z, 0) <= (mp_limb_t)COEFF_MAX;
}

/* Whether numerators, denominators and *scale, the common one, are of one word. */
static bool small_scale(mp_limb_t *scale, const line *l)
{
	mp_limb_t all = 1;

	for (size_t i = 0; i < l->n; i++) {
		mpq_srcptr q = at(l, i);
		if (!of_one_word(mpq_denref(q)) || !of_one_word(mpq_numref(q)))
			return false;
		mp_limb_t d = mpz_getlimbn(mpq_denref(q), 0), high;
		if (d == 1 || all % d == 0)
			continue;
		umul_ppmm(high, all, all, d / n_gcd(all, d));
		if (high != 0 || all > (mp_limb_t)COEFF_MAX)
			return false;
	}
	*scale = all;
	return true;
}

/* z = q * scale, all of one word but perhaps z, which is 0. */
static void put_product(fmpz_t z, mpq_srcptr q, mp_limb_t scale)
{
	mp_limb_t d = mpz_getlimbn(mpq_denref(q), 0), n = mpz_getlimbn(mpq_numref(q), 0);
	mp_limb_t high, low;

	umul_ppmm(high, low, n, d == 1 ? scale : scale / d);
	if (high == 0 && low <= (mp_limb_t)COEFF_MAX)
		*z = mpz_sgn(mpq_numref(q)) < 0 ? -(slong)low : (slong)low;
	else if (mpz_sgn(mpq_numref(q)) < 0)
		fmpz_neg_uiui(z, high, low);
	else
		fmpz_set_uiui(z, high, low);
}

/* The common denominator, in general. */
static void common(fmpz_t scale, const line *l)
{
	fmpz_t d;

	fmpz_init(d);
	fmpz_one(scale);
	for (size_t i = 0; i < l->n; i++) {
		fmpz_set_mpz(d, mpq_denref(at(l, i)));
		fmpz_lcm(scale, scale, d);
	}
	fmpz_clear(d);
}

/* out[i*step] = element i * scale, the common denominator. */
static void to_integers(fmpz *out, size_t step, fmpz_t scale, const line *l)
{
	mp_limb_t small;
	fmpz_t n, d;

	if (small_scale(&small, l)) {
		fmpz_set_ui(scale, small);
		for (size_t i = 0; i < l->n; i++)
			put_product(out + i * step, at(l, i), small);
		return;
	}
	common(scale, l);
	fmpz_init(n);
	fmpz_init(d);
	for (size_t i = 0; i < l->n; i++) {
		fmpz_set_mpz(n, mpq_numref(at(l, i)));
		fmpz_set_mpz(d, mpq_denref(at(l, i)));
		fmpz_divexact(d, scale, d);
		fmpz_mul(out + i * step, n, d);
	}
	fmpz_clear(n);
	fmpz_clear(d);
}

/* y = z/(s*t), in lowest terms; z is left as some number. */
static void put_fraction(mpq_ptr y, fmpz_t z, const fmpz_t s, const fmpz_t t)
{
	mp_limb_t high = 1, low = 0;

	if (!COEFF_IS_MPZ(*s) && !COEFF_IS_MPZ(*t))
		umul_ppmm(high, low, (mp_limb_t)*s, (mp_limb_t)*t);
	if (high == 0 && !COEFF_IS_MPZ(*z)) {
		/* the remainder is as short as the denominator, which is soon done */
		mp_limb_t g = n_gcd(low, (mp_limb_t)FLINT_ABS(*z) % low);
		mpz_set_si(mpq_numref(y), *z / (slong)g);
		mpz_set_ui(mpq_denref(y), low / g);
		return;
	}
	fmpz_t d, g;
	fmpz_init(d);
	fmpz_init(g);
	fmpz_mul(d, s, t);
	fmpz_gcd(g, z, d);
	fmpz_divexact(z, z, g);
	fmpz_divexact(d, d, g);
	fmpz_get_mpz(mpq_numref(y), z);
	fmpz_get_mpz(mpq_denref(y), d);
	fmpz_clear(d);
	fmpz_clear(g);
}

/* A factor as integers, row i (or column i) over scale[i]. */
typedef struct factor {
	fmpz_mat_t z;
	fmpz *scale;
	size_t n;
} factor;

static void open_factor(factor *f, size_t rows, size_t cols, size_t scales)
{
	fmpz_mat_init(f->z, (slong)rows, (slong)cols);
	f->scale = _fmpz_vec_init((slong)scales);
	f->n = scales;
}

static void close_factor(factor *f)
{
	fmpz_mat_clear(f->z);
	_fmpz_vec_clear(f->scale, (slong)f->n);
}

static atl_answer put_block(atl_exact_number *y, fmpz_mat_t z, const factor *left,
                            const factor *right, size_t rows, atl_num *num)
{
	for (size_t i = 0; i < rows * right->n; i++) {
		size_t row = i / right->n, col = i % right->n;
		if (atl_num_stop(num))
			return ATL_STOPPED;
		atl_exact_drop(y + i);
		put_fraction(y[i].q, fmpz_mat_entry(z, (slong)row, (slong)col), left->scale + row,
		             right->scale + col);
		if (atl_exact_check(y[i].q, num) != ATL_FINE) {
			num->fault += i;
			return ATL_TOO_BIG;
		}
	}
	return ATL_FINE;
}

/* The rows of y from `first` on. */
static atl_answer multiply_block(atl_exact_number *y, const atl_exact_number *a, bool ta, size_t m,
                                 size_t k, const factor *right, size_t first, size_t rows,
                                 atl_num *num)
{
	factor left;
	fmpz_mat_t z;

	open_factor(&left, rows, k, rows);
	fmpz_mat_init(z, (slong)rows, (slong)right->n);
	for (size_t i = 0; i < rows; i++) {
		line row = { a + (ta ? first + i : (first + i) * k), ta ? m : 1, k };
		to_integers(fmpz_mat_entry(left.z, (slong)i, 0), 1, left.scale + i, &row);
	}
	fmpz_mat_mul(z, left.z, right->z);
	num->fault = first * right->n;
	atl_answer answer = put_block(y + first * right->n, z, &left, right, rows, num);
	fmpz_mat_clear(z);
	close_factor(&left);
	return answer;
}

/* So many that a block takes a moment. */
static size_t rows_at_once(const factor *right)
{
	enum { BLOCK = 5000000 }; /* products of words */
	const size_t words = (size_t)FLINT_ABS(fmpz_mat_max_bits(right->z)) / FLINT_BITS + 1;
	const size_t row = words * words * right->n * (size_t)fmpz_mat_nrows(right->z);

	return row < BLOCK ? BLOCK / (row + 1) : 1;
}

atl_answer atl_fmpq_matmul(atl_exact_number *y, const atl_exact_number *a, bool ta,
                           const atl_exact_number *b, bool tb, size_t m, size_t k, size_t n,
                           atl_num *num)
{
	atl_answer answer = ATL_FINE;
	factor right;

	open_factor(&right, k, n, n);
	for (size_t j = 0; j < n && !atl_num_stop(num); j++) {
		line column = { b + (tb ? j * k : j), tb ? 1 : n, k };
		to_integers(fmpz_mat_entry(right.z, 0, (slong)j), n, right.scale + j, &column);
	}
	const size_t rows = rows_at_once(&right);
	for (size_t i = 0; i < m && answer == ATL_FINE; i += rows) {
		answer = atl_num_stop(num) ? ATL_STOPPED
		                             : multiply_block(y, a, ta, m, k, &right, i,
		                                              m - i < rows ? m - i : rows, num);
	}
	close_factor(&right);
	return answer;
}
