/* SPDX-License-Identifier: GPL-3.0-or-later */
/* factor.c: the laws of factors, eigenvalues and singular values, on matrices
 * of small whole numbers; their parts are multiplied together as doubles. */
#include "laws.h"

#include <math.h>

enum { MOST = 32, LARGE = 31 }; /* LARGE: for the module of doubles */

typedef struct matrix { double e[MOST * MOST]; size_t m, n; } matrix;

/* m x n whole numbers, of which only `rank` columns are independent. */
static void *whole_numbers(size_t m, size_t n, size_t rank, subject *s)
{
	void *p = elements(m * n, &s->num);
	long v[MOST * MOST];

	for (size_t j = 0; j < n; j++) {
		for (size_t i = 0; i < m; i++) {
			v[i * n + j] = j < rank    ? chance_in(&s->seed, -2, 2) + 4 * (i == j)
			               : j == rank ? 0
			                           : v[i * n + j - rank - 1];
			assert_int_equal(s->num.sys->set_si(element(p, i * n + j, &s->num),
			                                    v[i * n + j], &s->num), ATL_FINE);
		}
	}
	return p;
}

/* x + x', which makes x symmetric. */
static void make_symmetric(void *x, size_t n, subject *s)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j <= i; j++) {
			void *p = element(x, i * n + j, &s->num), *q = element(x, j * n + i, &s->num);
			map2(ATL_FN2_add, p, p, q, 1, s);
			assert_int_equal(s->num.sys->copy(q, p, 1, 1), ATL_FINE);
		}
	}
}

static matrix doubles(const void *x, size_t m, size_t n, const subject *s)
{
	matrix y = { .m = m, .n = n };

	for (size_t i = 0; i < m * n; i++)
		y.e[i] = s->num.sys->get_double(element(x, i, &s->num));
	return y;
}

static matrix turned(const matrix *x)
{
	matrix y = { .m = x->n, .n = x->m };

	for (size_t i = 0; i < x->m * x->n; i++)
		y.e[i % x->n * x->m + i / x->n] = x->e[i];
	return y;
}

static matrix times(matrix a, matrix b)
{
	matrix y = { .m = a.m, .n = b.n };

	assert_int_equal(a.n, b.m);
	for (size_t i = 0; i < y.m * y.n; i++)
		for (size_t k = 0; k < a.n; k++)
			y.e[i] += a.e[i / y.n * a.n + k] * b.e[k * b.n + i % y.n];
	return y;
}

static matrix diagonal(const void *x, size_t n, const subject *s)
{
	matrix y = { .m = n, .n = n };

	for (size_t i = 0; i < n; i++)
		y.e[i * n + i] = x ? s->num.sys->get_double(element(x, i, &s->num)) : 1;
	return y;
}

static void assert_alike(matrix a, matrix b, const subject *s)
{
	const double bound = fmax(s->slack, 0x1p-50) * 40 * (double)(a.n + 1);

	assert_int_equal(a.m, b.m);
	assert_int_equal(a.n, b.n);
	if (s->slack >= 1) /* a few roundings are all there is of a number */
		return;
	for (size_t i = 0; i < a.m * a.n; i++)
		assert_true(fabs(a.e[i] - b.e[i]) <= bound);
}

static void assert_orthonormal_columns(matrix q, const subject *s)
{
	assert_alike(times(turned(&q), q), diagonal(NULL, q.n, s), s);
}

/* The first of the nearly largest entries of each column is positive; where
 * rounding may decide which one that is, it may be any. */
static void assert_signs(matrix u, const subject *s)
{
	for (size_t j = 0; j < u.n && s->slack < 1; j++) {
		double most = 0, first = 0;
		bool close = false;
		for (size_t i = 0; i < u.m; i++)
			most = fmax(most, fabs(u.e[i * u.n + j]));
		for (size_t i = u.m; i-- > 0;) {
			double share = fabs(u.e[i * u.n + j]) / most;
			close = close || fabs(share - 15. / 16) <= s->slack;
			first = share > 15. / 16 ? u.e[i * u.n + j] : first;
		}
		assert_true(close || first > 0);
	}
}

/* Sizes: 1 to SIDE, and of doubles a large one. */
static size_t most(const subject *s)
{
	return s->num.sys == &atl_float64 ? LARGE : SIDE;
}

static size_t next(size_t n)
{
	return n == SIDE ? LARGE : n + 1;
}

void the_factor_of_cholesky_gives_the_matrix_back(void **state)
{
	subject *s = *state;
	atl_num *num = &s->num;

	for (size_t n = 1; n <= most(s); n = next(n)) {
		void *a = whole_numbers(n, n, n, s), *y = elements(n * n, num), *t = elements(1, num);
		make_symmetric(a, n, s);
		store(t, n > SIDE ? "400" : "12", num);
		for (size_t i = 0; i < n; i++)
			map2(ATL_FN2_add, element(a, i * n + i, num), element(a, i * n + i, num), t, 1, s);
		atl_answer answer = num->sys->cholesky(y, a, n, num);
		/* Roots are certified by a module, or there are none. */
		assert_true(answer == ATL_FINE || (!num->sys->rounds && answer == ATL_UNABLE));
		matrix l = doubles(y, n, n, s);
		for (size_t i = 0; i < n * n && answer == ATL_FINE; i++)
			assert_true(i % n <= i / n ? i % n < i / n || l.e[i] > 0 : l.e[i] == 0);
		if (answer == ATL_FINE)
			assert_alike(times(l, turned(&l)), doubles(a, n, n, s), s);
		store(a, "-1", num);
		num->flags = 0;
		assert_int_equal(num->sys->cholesky(y, a, n, num), ATL_FINE);
		assert_true(num->sys->no_value(y));
		assert_int_equal(num->flags, ATL_NUM_INVALID);
		num->flags = 0;
		give_back(a, n * n, num);
		give_back(y, n * n, num);
		give_back(t, 1, num);
	}
}

static void one_eigh(subject *s, void *a, size_t n)
{
	atl_num *num = &s->num;
	void *values = elements(n, num), *vectors = elements(n * n, num);
	atl_answer answer = num->sys->eigh(values, vectors, a, n, num);

	assert_true(answer == ATL_FINE || (!num->sys->rounds && answer == ATL_UNABLE));
	if (answer == ATL_FINE) {
		matrix q = doubles(vectors, n, n, s), l = diagonal(values, n, s);
		assert_orthonormal_columns(q, s);
		assert_alike(times(doubles(a, n, n, s), q), times(q, l), s);
		assert_signs(q, s);
		for (size_t i = 1; i < n; i++)
			assert_true(l.e[(i - 1) * (n + 1)] <= l.e[i * (n + 1)]);
	}
	give_back(values, n, num);
	give_back(vectors, n * n, num);
}

void eigenvectors_are_only_made_longer(void **state)
{
	subject *s = *state;
	atl_num *num = &s->num;

	for (size_t n = 1; n <= most(s); n = next(n)) {
		for (size_t rank = 0; rank <= n; rank += n) {
			void *a = whole_numbers(n, n, rank, s);
			make_symmetric(a, n, s);
			one_eigh(s, a, n);
			give_back(a, n * n, num);
		}
	}
}

void what_is_not_symmetric_has_no_eigenvalues(void **state)
{
	subject *s = *state;
	atl_num *num = &s->num;
	void *a = elements(4, num), *values = elements(2, num), *vectors = elements(4, num);

	store(element(a, 1, num), "1", num);
	num->flags = 0;
	assert_int_equal(num->sys->eigh(values, vectors, a, 2, num), ATL_FINE);
	assert_true(num->sys->no_value(values));
	assert_true(num->sys->no_value(element(vectors, 3, num)));
	assert_int_equal(num->flags, ATL_NUM_INVALID);
	store(element(a, 1, num), "nan", num);
	store(element(a, 2, num), "nan", num);
	assert_int_equal(num->sys->eigh(values, vectors, a, 2, num), ATL_FINE);
	assert_true(num->sys->no_value(values));
	num->flags = 0;
	give_back(a, 4, num);
	give_back(values, 2, num);
	give_back(vectors, 4, num);
}

static void one_svd(subject *s, size_t m, size_t n, size_t rank)
{
	atl_num *num = &s->num;
	const size_t p = m < n ? m : n;
	void *a = whole_numbers(m, n, rank, s), *u = elements(m * p, num);
	void *values = elements(p, num), *v = elements(n * p, num);
	atl_answer answer = num->sys->svd(u, values, v, a, m, n, num);

	assert_true(answer == ATL_FINE || (!num->sys->rounds && answer == ATL_UNABLE));
	if (answer == ATL_FINE) {
		matrix left = doubles(u, m, p, s), right = doubles(v, n, p, s);
		matrix middle = diagonal(values, p, s);
		assert_orthonormal_columns(left, s);
		assert_orthonormal_columns(right, s);
		assert_signs(left, s);
		assert_alike(times(times(left, middle), turned(&right)), doubles(a, m, n, s), s);
		for (size_t i = 0; i < p; i++)
			assert_true(middle.e[i * (p + 1)] >= (i + 1 < p ? middle.e[(i + 1) * (p + 1)] : 0));
	}
	give_back(a, m * n, num);
	give_back(u, m * p, num);
	give_back(values, p, num);
	give_back(v, n * p, num);
}

void singular_values_and_vectors_give_the_matrix_back(void **state)
{
	static const size_t sizes[][3] = {
		{ 1, 1, 1 }, { 3, 3, 3 }, { 4, 2, 2 }, { 2, 4, 4 }, { 4, 3, 1 }, { 3, 5, 2 },
		{ 3, 2, 0 }, { 2, 3, 0 }, { 5, 5, 5 }, { 31, 26, 26 }, { 25, 31, 7 },
	};
	const subject *s = *state;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes && sizes[i][0] <= most(s); i++)
		one_svd(*state, sizes[i][0], sizes[i][1], sizes[i][2]);
}

void q_and_r_give_the_matrix_back(void **state)
{
	static const size_t sizes[][2] = { { 1, 1 }, { 3, 3 }, { 5, 2 }, { 5, 4 } };
	subject *s = *state;
	atl_num *num = &s->num;

	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const size_t m = sizes[k][0], n = sizes[k][1];
		void *a = whole_numbers(m, n, n, s), *q = elements(m * n, num), *r = elements(n * n, num);
		atl_answer answer = atl_generic_qr(q, r, a, m, n, num);
		assert_true(answer == ATL_FINE || (!num->sys->rounds && answer == ATL_UNABLE));
		if (answer == ATL_FINE) {
			matrix left = doubles(q, m, n, s), right = doubles(r, n, n, s);
			assert_orthonormal_columns(left, s);
			assert_alike(times(left, right), doubles(a, m, n, s), s);
			for (size_t i = 0; i < n * n && s->slack < 1; i++)
				assert_true(i % n > i / n || (i % n == i / n ? right.e[i] > 0 : right.e[i] == 0));
		}
		give_back(a, m * n, num);
		give_back(q, m * n, num);
		give_back(r, n * n, num);
	}
}

static void one_pinv(subject *s, size_t m, size_t n, size_t rank)
{
	atl_num *num = &s->num;
	void *a = whole_numbers(m, n, rank, s), *x = elements(n * m, num);
	void *ax = elements(m * m, num), *axa = elements(m * n, num);
	long found = -1;

	assert_int_equal(atl_generic_rank(&found, a, m, n, num), ATL_FINE);
	assert_int_equal(atl_generic_pinv(x, a, m, n, num), ATL_FINE);
	matrix inverse = doubles(x, n, m, s), given = doubles(a, m, n, s);
	matrix left = times(inverse, given), right = times(given, inverse);
	if (s->slack < 0.1) {
		assert_int_equal(found, rank < m ? rank : m);
		assert_alike(times(right, given), given, s);
		assert_alike(times(left, inverse), inverse, s);
		assert_alike(left, turned(&left), s);
		assert_alike(right, turned(&right), s);
	}
	if (!num->sys->rounds) {
		assert_int_equal(num->sys->matmul(ax, a, false, x, false, m, n, m, num), ATL_FINE);
		assert_int_equal(num->sys->matmul(axa, ax, false, a, false, m, m, n, num), ATL_FINE);
		assert_equal(axa, a, m * n, s);
	}
	give_back(a, m * n, num);
	give_back(x, n * m, num);
	give_back(ax, m * m, num);
	give_back(axa, m * n, num);
}

/* Penrose's four equations, which define it. */
void a_pseudoinverse_is_one(void **state)
{
	static const size_t sizes[][3] = {
		{ 1, 1, 1 }, { 3, 3, 3 }, { 4, 2, 2 }, { 2, 4, 4 }, { 4, 3, 1 }, { 4, 5, 2 }, { 3, 2, 0 },
	};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		one_pinv(*state, sizes[i][0], sizes[i][1], sizes[i][2]);
}

/* The decomposition by exact numbers, which has more parts than the others. */
void without_memory_eigenvalues_say_so_and_leak_nothing(void **state)
{
	subject *s = *state;
	atl_num *num = &s->num;
	void *a = elements(9, num), *values = elements(3, num), *vectors = elements(9, num);
	atl_answer answer = ATL_NOMEM;

	for (size_t i = 0; i < 9; i++)
		store(element(a, i, num), i % 4 ? "1" : "2", num);
	for (long turn = 0; turn < 1000 && answer == ATL_NOMEM; turn++) {
		long live = atl_mem_live();
		atl_mem_fail_after(turn + 1);
		answer = num->sys->eigh(values, vectors, a, 3, num);
		atl_mem_fail_after(-1);
		assert_int_equal(atl_mem_live(), live);
	}
	assert_true(answer == ATL_FINE || (!num->sys->rounds && answer == ATL_UNABLE));
	if (answer == ATL_FINE)
		assert_alike(times(doubles(a, 3, 3, s), doubles(vectors, 3, 3, s)),
		             times(doubles(vectors, 3, 3, s), diagonal(values, 3, s)), s);
	give_back(a, 9, num);
	give_back(values, 3, num);
	give_back(vectors, 9, num);
}
