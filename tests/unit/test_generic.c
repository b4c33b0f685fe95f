/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_generic.c: the defaults that are written over a system's table. */
#include "numbers.h"

#include <math.h>

static atl_num num = { .sys = &atl_float64 };

static void a_sum_goes_left_to_right(void **state)
{
	const double x[] = { 1, 0x1p-53, 0x1p-53, 0x1p-53 };
	double y = -1;

	(void)state;
	assert_int_equal(atl_generic_sum(&y, x, 1, 4, &num), ATL_FINE);
	assert_true(y == 1);
	assert_int_equal(atl_generic_sum(&y, x, 1, 0, &num), ATL_FINE);
	assert_true(y == 0);
	assert_int_equal(atl_generic_prod(&y, x, 1, 0, &num), ATL_FINE);
	assert_true(y == 1);
}

static void a_strided_dot_product_takes_every_so_many(void **state)
{
	const double a[] = { 1, 9, 2, 9, 3 }, b[] = { 10, 20, 30 };
	double y;

	(void)state;
	assert_int_equal(atl_generic_dot(&y, a, 2, b, 1, 3, &num), ATL_FINE);
	assert_true(y == 140);
	assert_int_equal(atl_generic_dot(&y, a, 0, b, 1, 3, &num), ATL_FINE);
	assert_true(y == 60);
}

static void a_product_reads_transposed_operands(void **state)
{
	/* a is 2x3, b is 3x2; their transposes are stored as 3x2 and 2x3 */
	const double a[] = { 1, 2, 3, 4, 5, 6 }, at[] = { 1, 4, 2, 5, 3, 6 };
	const double b[] = { 1, 0, 2, 1, 0, 3 }, bt[] = { 1, 2, 0, 0, 1, 3 };
	const double expected[] = { 5, 11, 14, 23 };
	double y[4];

	(void)state;
	for (int way = 0; way < 4; way++) {
		assert_int_equal(atl_generic_matmul(y, way & 1 ? at : a, way & 1, way & 2 ? bt : b,
		                                    way & 2, 2, 3, 2, &num),
		                 ATL_FINE);
		assert_memory_equal(y, expected, sizeof y);
	}
}

static void elimination_looks_for_a_pivot(void **state)
{
	const double a[] = { 0, 2, 1, 1, 0, 3, 4, 1, 0 }, b[] = { 3, 4, 5 };
	double y, x[3], inverse[9], one[9];

	(void)state;
	assert_int_equal(atl_generic_det(&y, a, 3, &num), ATL_FINE);
	assert_true(fabs(y - 25) < 1e-12);
	assert_int_equal(atl_generic_solve(x, a, b, 3, 1, &num), ATL_FINE);
	for (size_t i = 0; i < 3; i++)
		assert_true(fabs(x[i] - 1) < 1e-15);
	assert_int_equal(atl_generic_inv(inverse, a, 3, &num), ATL_FINE);
	assert_int_equal(atl_generic_matmul(one, a, false, inverse, false, 3, 3, 3, &num),
	                 ATL_FINE);
	for (size_t i = 0; i < 9; i++)
		assert_true(fabs(one[i] - (i % 4 == 0)) < 1e-15);
}

static void what_is_singular_has_no_solution(void **state)
{
	const double a[] = { 1, 2, 2, 4 };
	double y, x[2];

	(void)state;
	num.flags = 0;
	assert_int_equal(atl_generic_det(&y, a, 2, &num), ATL_FINE);
	assert_true(y == 0);
	assert_int_equal(atl_generic_solve(x, a, a, 2, 1, &num), ATL_FINE);
	assert_true(isnan(x[0]) && isnan(x[1]));
	assert_int_equal(num.flags, ATL_NUM_INVALID);
	num.flags = 0;
}

static void the_empty_matrix_has_determinant_one(void **state)
{
	double y = -1;

	(void)state;
	assert_int_equal(atl_generic_det(&y, &y, 0, &num), ATL_FINE);
	assert_true(y == 1);
}

static void generic_and_own_factors_agree(void **state)
{
	enum { SIZE = 30 };
	uint64_t seed = 3;
	double *a = elements(SIZE * SIZE, &num), *x = elements(SIZE, &num);
	double *y = elements(SIZE, &num), d, e;

	(void)state;
	for (size_t i = 0; i < SIZE * SIZE; i++)
		a[i] = (double)chance_in(&seed, -100, 100) / 8;
	assert_int_equal(num.sys->det(&d, a, SIZE, &num), ATL_FINE);
	assert_int_equal(atl_generic_det(&e, a, SIZE, &num), ATL_FINE);
	assert_true(fabs(d - e) <= 1e-10 * fabs(d));
	assert_int_equal(num.sys->solve(x, a, a, SIZE, 1, &num), ATL_FINE);
	assert_int_equal(atl_generic_solve(y, a, a, SIZE, 1, &num), ATL_FINE);
	for (size_t i = 0; i < SIZE; i++)
		assert_true(fabs(x[i] - y[i]) < 1e-8);
	atl_free(a);
	atl_free(x);
	atl_free(y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sum_goes_left_to_right),
		cmocka_unit_test(a_strided_dot_product_takes_every_so_many),
		cmocka_unit_test(a_product_reads_transposed_operands),
		cmocka_unit_test(elimination_looks_for_a_pivot),
		cmocka_unit_test(what_is_singular_has_no_solution),
		cmocka_unit_test(the_empty_matrix_has_determinant_one),
		cmocka_unit_test(generic_and_own_factors_agree),
	};

	return cmocka_run_group_tests_name("generic", tests, NULL, NULL);
}
