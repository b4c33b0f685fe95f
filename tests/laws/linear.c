/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.c: the laws of sums and matrices. */
#include "laws.h"

#include "number/flint.h"
#include "number/modules.h"

#include <math.h>

void a_sum_is_its_terms_added(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 7, 8, 9, 31, 33, 129, 400 };
	subject *s = *state;
	atl_num *num = &s->num;
	void *a = fractions(800, s), *one = elements(1, num), *t = elements(4, num);

	store(one, "1", num);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		for (size_t stride = 1; stride <= 2; stride++) {
			void *y = element(t, 1, num), *z = element(t, 2, num);
			assert_int_equal(atl_generic_sum(t, a, stride, counts[i], num), ATL_FINE);
			assert_int_equal(num->sys->sum(y, a, stride, counts[i], num), ATL_FINE);
			assert_int_equal(num->sys->dot(z, a, stride, one, 0, counts[i], num),
			                 ATL_FINE);
			for (size_t k = 1; k < 3; k++) {
				double u = num->sys->get_double(element(t, k, num));
				double v = num->sys->get_double(t);
				assert_true(fabs(u - v) <= s->slack * 50 * ((double)counts[i] + 1));
			}
			if (!num->sys->rounds) {
				assert_equal(t, y, 1, s);
				assert_equal(t, z, 1, s);
			}
		}
	}
	give_back(a, 800, num);
	give_back(one, 1, num);
	give_back(t, 4, num);
}

void a_product_is_its_factors_multiplied(void **state)
{
	subject *s = *state;
	atl_num *num = &s->num;
	void *a = fractions(20, s), *t = elements(2, num), *y = element(t, 1, num);

	for (size_t n = 0; n <= 10; n++) {
		for (size_t stride = 1; stride <= 2; stride++) {
			assert_int_equal(atl_generic_prod(t, a, stride, n, num), ATL_FINE);
			assert_int_equal(num->sys->prod(y, a, stride, n, num), ATL_FINE);
			assert_near(t, y, 1, s);
		}
	}
	give_back(a, 20, num);
	give_back(t, 2, num);
}

void sums_know_infinities(void **state)
{
	static const struct { const char *a, *b, *sum, *product; } rows[] = {
		{ "inf", "1", "inf", "inf" }, { "inf", "-inf", "nan", "-inf" },
		{ "-inf", "-inf", "-inf", "inf" }, { "inf", "0", "inf", "nan" },
		{ "nan", "1", "nan", "nan" },
	};
	subject *s = *state;
	atl_num *num = &s->num;
	void *t = elements(3, num), *y = element(t, 2, num);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!holds(rows[i].a, s) || !holds(rows[i].b, s))
			continue;
		store(t, rows[i].a, num);
		store(element(t, 1, num), rows[i].b, num);
		num->flags = 0;
		assert_int_equal(num->sys->sum(y, t, 1, 2, num), ATL_FINE);
		assert_prints(y, 0, rows[i].sum, num);
		assert_int_equal(num->flags, i == 1 ? ATL_NUM_INVALID : 0);
		num->flags = 0;
		assert_int_equal(num->sys->prod(y, t, 1, 2, num), ATL_FINE);
		assert_prints(y, 0, rows[i].product, num);
		assert_int_equal(num->flags, i == 3 ? ATL_NUM_INVALID : 0);
		num->flags = 0;
		assert_int_equal(num->sys->dot(y, t, 1, element(t, 1, num), 1, 1, num), ATL_FINE);
		assert_prints(y, 0, rows[i].product, num);
		assert_int_equal(num->flags, i == 3 ? ATL_NUM_INVALID : 0);
		num->flags = 0;
		assert_int_equal(num->sys->matmul(y, t, false, element(t, 1, num), false, 1, 1, 1,
		                                  num),
		                 ATL_FINE);
		assert_prints(y, 0, rows[i].product, num);
		assert_int_equal(num->flags, i == 3 ? ATL_NUM_INVALID : 0);
	}
	num->flags = 0;
	give_back(t, 3, num);
}

/* y = a' : a is rows x cols. */
static void transpose(void *y, const void *a, size_t rows, size_t cols, const atl_num *num)
{
	for (size_t i = 0; i < rows; i++) {
		for (size_t j = 0; j < cols; j++)
			assert_int_equal(num->sys->copy(element(y, j * rows + i, num),
			                                element(a, i * cols + j, num), 1, 1),
			                 ATL_FINE);
	}
}

static void one_product(subject *s, size_t m, size_t k, size_t n)
{
	atl_num *num = &s->num;
	void *a = fractions(m * k, s), *b = fractions(k * n, s);
	void *at = elements(m * k, num), *bt = elements(k * n, num);
	void *y = elements(m * n, num), *z = elements(m * n, num);

	transpose(at, a, m, k, num);
	transpose(bt, b, k, n, num);
	assert_int_equal(num->sys->matmul(y, a, false, b, false, m, k, n, num), ATL_FINE);
	/* However it is stored, the same bits. */
	assert_int_equal(num->sys->matmul(z, at, true, b, false, m, k, n, num), ATL_FINE);
	assert_equal(y, z, m * n, s);
	assert_int_equal(num->sys->matmul(z, a, false, bt, true, m, k, n, num), ATL_FINE);
	assert_equal(y, z, m * n, s);
	assert_int_equal(num->sys->matmul(z, at, true, bt, true, m, k, n, num), ATL_FINE);
	assert_equal(y, z, m * n, s);
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++)
			assert_int_equal(atl_generic_dot(element(z, i * n + j, num),
			                                 element(a, i * k, num), 1,
			                                 element(b, j, num), n, k, num),
			                 ATL_FINE);
	}
	for (size_t i = 0; i < m * n; i++) {
		double u = num->sys->get_double(element(y, i, num));
		double v = num->sys->get_double(element(z, i, num));
		assert_true(beyond(u, v, s) || fabs(u - v) <= s->slack * 2500 * (double)(k + 1));
	}
	if (!num->sys->rounds)
		assert_equal(y, z, m * n, s);
	give_back(a, m * k, num);
	give_back(b, k * n, num);
	give_back(at, m * k, num);
	give_back(bt, k * n, num);
	give_back(y, m * n, num);
	give_back(z, m * n, num);
}

void a_matrix_product_is_rows_times_columns(void **state)
{
	static const size_t sizes[][3] = {
		{ 1, 1, 1 }, { 2, 3, 4 }, { 9, 5, 1 }, { 1, 6, 9 }, { 1, 7, 1 }, { 3, 0, 2 },
		{ 17, 18, 19 }, { 5, 1, 3 },
	};
	static const size_t large[][3] = { { 70, 300, 21 }, { 33, 40, 530 } };
	subject *s = *state;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		one_product(s, sizes[i][0], sizes[i][1], sizes[i][2]);
	for (size_t i = 0; i < 2 && s->num.sys->flat; i++)
		one_product(s, large[i][0], large[i][1], large[i][2]);
}

void the_determinant_of_a_product_is_the_product_of_determinants(void **state)
{
	subject *s = *state;
	atl_num *num = &s->num;

	for (size_t n = 0; n <= SIDE; n++) {
		void *a = fractions(n * n, s), *b = fractions(n * n, s);
		void *ab = elements(n * n, num), *d = elements(3, num);
		void *db = element(d, 1, num), *dab = element(d, 2, num);
		assert_int_equal(num->sys->matmul(ab, a, false, b, false, n, n, n, num), ATL_FINE);
		assert_int_equal(num->sys->det(d, a, n, num), ATL_FINE);
		assert_int_equal(num->sys->det(db, b, n, num), ATL_FINE);
		assert_int_equal(num->sys->det(dab, ab, n, num), ATL_FINE);
		map2(ATL_FN2_mul, d, d, db, 1, s);
		double u = num->sys->get_double(d), v = num->sys->get_double(dab);
		assert_true(beyond(u, v, s) ||
		            fabs(u - v) <= s->slack * (1e3 * pow(100, (double)n) + fabs(u)));
		if (!num->sys->rounds)
			assert_equal(d, dab, 1, s);
		give_back(a, n * n, num);
		give_back(b, n * n, num);
		give_back(ab, n * n, num);
		give_back(d, 3, num);
	}
}

/* Adds 200 to the diagonal: far from singular. */
static void dominate(void *a, size_t n, subject *s)
{
	void *t = elements(1, &s->num);

	store(t, "200", &s->num);
	for (size_t i = 0; i < n; i++) {
		void *e = element(a, i * n + i, &s->num);
		map2(ATL_FN2_add, e, e, t, 1, s);
	}
	give_back(t, 1, &s->num);
}

void a_solution_solves_and_an_inverse_inverts(void **state)
{
	subject *s = *state;
	atl_num *num = &s->num;

	for (size_t n = 1; n <= SIDE; n++) {
		const size_t r = 3;
		void *a = fractions(n * n, s), *b = fractions(n * r, s);
		void *x = elements(n * r, num), *y = elements(n * r, num);
		void *inverse = elements(n * n, num), *one = elements(n * n, num);
		dominate(a, n, s);
		assert_int_equal(num->sys->solve(x, a, b, n, r, num), ATL_FINE);
		assert_int_equal(num->sys->matmul(y, a, false, x, false, n, n, r, num), ATL_FINE);
		if (num->sys->rounds)
			for (size_t i = 0; i < n * r; i++)
				assert_true(fabs(num->sys->get_double(element(y, i, num)) -
				                 num->sys->get_double(element(b, i, num))) <=
				            s->slack * 1000);
		else
			assert_equal(y, b, n * r, s);
		assert_int_equal(num->sys->inv(inverse, a, n, num), ATL_FINE);
		assert_int_equal(num->sys->matmul(one, inverse, false, a, false, n, n, n, num),
		                 ATL_FINE);
		for (size_t i = 0; i < n * n; i++) {
			double v = num->sys->get_double(element(one, i, num));
			assert_true(fabs(v - (i % (n + 1) == 0)) <= s->slack * 10);
		}
		give_back(a, n * n, num);
		give_back(b, n * r, num);
		give_back(x, n * r, num);
		give_back(y, n * r, num);
		give_back(inverse, n * n, num);
		give_back(one, n * n, num);
	}
}

void a_singular_matrix_has_determinant_zero_and_no_inverse(void **state)
{
	static const char *const entries[] = { "1", "2", "3", "2", "4", "6", "-1", "5", "0" };
	subject *s = *state;
	atl_num *num = &s->num;
	void *a = elements(9, num), *y = elements(9, num), *d = elements(1, num);

	for (size_t i = 0; i < 9; i++)
		store(element(a, i, num), entries[i], num);
	num->flags = 0;
	assert_int_equal(num->sys->det(d, a, 3, num), ATL_FINE);
	assert_prints(d, 0, "0", num);
	assert_int_equal(num->flags, 0);
	assert_int_equal(num->sys->inv(y, a, 3, num), ATL_FINE);
	for (size_t i = 0; i < 9; i++)
		assert_true(num->sys->no_value(element(y, i, num)));
	assert_int_equal(num->flags, ATL_NUM_INVALID);
	assert_int_equal(num->sys->solve(y, a, a, 3, 3, num), ATL_FINE);
	assert_true(num->sys->no_value(element(y, 8, num)));
	store(element(a, 4, num), "nan", num);
	num->flags = 0;
	assert_int_equal(num->sys->det(d, a, 3, num), ATL_FINE);
	assert_true(num->sys->no_value(d));
	assert_int_equal(num->flags, 0);
	if (holds("inf", s))
		store(element(a, 4, num), "inf", num);
	assert_int_equal(num->sys->inv(y, a, 3, num), ATL_FINE);
	assert_true(num->sys->no_value(y));
	num->flags = 0;
	give_back(a, 9, num);
	give_back(y, 9, num);
	give_back(d, 1, num);
}

void pi_is_pi_or_an_honest_no(void **state)
{
	subject *s = *state;
	void *p = elements(1, &s->num);
	atl_answer answer = s->num.sys->set_pi(p, &s->num);

	if (s->num.sys->rounds || s->num.modules) {
		double slack = s->num.sys->rounds ? s->slack : 0x1p-51;
		assert_int_equal(answer, s->num.sys->rounds || s->num.modules->flint ? ATL_FINE
		                                                                     : ATL_UNABLE);
		assert_true(answer == ATL_UNABLE ||
		            fabs(s->num.sys->get_double(p) - 3.14159265358979323846) <= slack);
	} else {
		assert_int_equal(answer, ATL_UNABLE);
		assert_string_equal(s->num.reason, "irrational");
	}
	give_back(p, 1, &s->num);
}
