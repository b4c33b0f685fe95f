/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_array.c: shapes and arrays. */
#include "numbers.h"

#include <math.h>

#include "array/array.h"

static atl_num plain = { .sys = &atl_float64 }, exact = { .sys = &atl_exact };

static void a_shape_knows_what_it_is(void **state)
{
	const atl_shape scalar = ATL_SCALAR, column = atl_shape_2(3, 1), row = atl_shape_2(1, 3);
	const atl_shape deep = { 3, { 1, 1, 1 } };

	(void)state;
	assert_true(atl_shape_scalar(&scalar) && atl_shape_vector(&scalar));
	assert_true(atl_shape_vector(&column) && !atl_shape_scalar(&column));
	assert_false(atl_shape_vector(&row));
	assert_false(atl_shape_scalar(&deep));
	assert_false(atl_shape_equal(&column, &row));
	assert_false(atl_shape_equal(&scalar, &deep));
	assert_true(atl_shape_equal(&row, &row));
	assert_int_equal(atl_shape_count(&row), 3);
}

static void a_shape_past_the_limit_is_not_valid(void **state)
{
	const atl_shape fine = atl_shape_2(INT64_C(1) << 20, INT64_C(1) << 20);
	const atl_shape large = atl_shape_2(INT64_C(1) << 21, INT64_C(1) << 20);
	const atl_shape empty = atl_shape_2(0, INT64_C(1) << 41), zero = atl_shape_2(0, 3);
	const atl_shape minus = atl_shape_2(-1, -1), flat = { 1, { 3 } };
	const atl_shape wrap = { 6, { 1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30, 0 } };

	(void)state;
	assert_true(atl_shape_valid(&fine));
	assert_true(atl_shape_valid(&zero));
	assert_false(atl_shape_valid(&large));
	assert_false(atl_shape_valid(&empty));
	assert_false(atl_shape_valid(&minus));
	assert_false(atl_shape_valid(&flat));
	assert_false(atl_shape_valid(&wrap));
	assert_int_equal(atl_shape_count(&zero), 0);
}

static void a_shape_prints_with_crosses(void **state)
{
	const atl_shape shape = { 3, { 2, 28, 1 } };
	atl_buf out = { 0 };

	(void)state;
	atl_shape_print(&out, &shape);
	assert_string_equal(atl_buf_text(&out), "2×28×1");
	atl_buf_clear(&out);
}

static void a_new_array_is_zeros_and_goes_with_its_last_owner(void **state)
{
	const atl_num *const nums[] = { &plain, &exact };
	const atl_shape shape = atl_shape_2(3, 4);
	long live = atl_mem_live();

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		atl_array *a = atl_array_new(&shape, nums[k]);
		assert_non_null(a);
		assert_int_equal(a->n, 12);
		for (size_t i = 0; i < 12; i++)
			assert_true(a->sys->get_double(atl_array_at(a, i)) == 0);
		assert_ptr_equal(atl_array_ref(a), a);
		atl_array_unref(a);
		assert_int_equal(a->refs, 1);
		atl_array_unref(a);
	}
	atl_array_unref(NULL);
	assert_null(atl_array_ref(NULL));
	assert_int_equal(atl_mem_live(), live);
}

static void an_empty_array_is_an_array(void **state)
{
	const atl_shape shape = atl_shape_2(0, 0);
	atl_array *a = atl_array_new(&shape, &plain);

	(void)state;
	assert_non_null(a);
	assert_int_equal(a->n, 0);
	assert_int_equal(atl_array_no_value(a), 0);
	atl_array_unref(a);
}

static void without_memory_there_is_no_array(void **state)
{
	const atl_shape shape = atl_shape_2(2, 2), huge = atl_shape_2(INT64_C(1) << 41, 1);

	(void)state;
	atl_mem_fail_after(1);
	assert_null(atl_array_new(&shape, &exact));
	atl_mem_fail_after(-1);
	assert_null(atl_array_new(&huge, &plain));
}

static void another_shape_keeps_the_entries(void **state)
{
	const atl_shape shape = atl_shape_2(2, 3), other = atl_shape_2(3, 2);
	const atl_shape wrong = atl_shape_2(2, 2);
	atl_array *a = atl_array_new(&shape, &exact);

	(void)state;
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(exact.sys->set_si(atl_array_at(a, i), (long)i, &exact), ATL_FINE);
	atl_array *b = atl_array_reshaped(a, &other, &exact);
	assert_non_null(b);
	assert_false(atl_array_same(a, b));
	assert_prints(atl_array_at(b, 5), 0, "5", &exact);
	atl_array *c = atl_array_reshaped(b, &shape, &exact);
	assert_true(atl_array_same(a, c));
	assert_null(atl_array_reshaped(a, &wrong, &exact));
	atl_array_unref(a);
	atl_array_unref(b);
	atl_array_unref(c);
}

static void no_value_is_found_and_is_the_same_as_itself(void **state)
{
	const atl_shape shape = atl_shape_2(3, 1);
	atl_array *a = atl_array_new(&shape, &plain), *b = atl_array_new(&shape, &plain);
	double *x = a->data, *y = b->data;

	(void)state;
	assert_int_equal(atl_array_no_value(a), 3);
	x[1] = NAN;
	assert_int_equal(atl_array_no_value(a), 1);
	assert_false(atl_array_same(a, b));
	y[1] = NAN;
	assert_true(atl_array_same(a, b));
	y[2] = -0.0;
	assert_true(atl_array_same(a, b));
	atl_array_unref(a);
	atl_array_unref(b);
}

static void converting_there_and_back_loses_nothing(void **state)
{
	const atl_shape shape = atl_shape_2(4, 1);
	atl_array *a = atl_array_new(&shape, &plain);
	double *x = a->data;

	(void)state;
	x[0] = 0.1;
	x[1] = NAN;
	x[2] = -INFINITY;
	x[3] = 0x1p-1074;
	atl_array *b = atl_array_converted(a, &exact);
	assert_non_null(b);
	assert_prints(b->data, 0, "3602879701896397/36028797018963968", &exact);
	assert_int_equal(atl_array_no_value(b), 1);
	assert_false(atl_array_same(a, b));
	atl_array *c = atl_array_converted(b, &plain);
	assert_true(atl_array_same(a, c));
	atl_array_unref(b);
	exact.limit_digits = 10;
	b = atl_array_converted(a, &exact);
	assert_null(b);
	assert_string_equal(exact.reason, "too many digits");
	exact.limit_digits = 0;
	atl_array_unref(a);
	atl_array_unref(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shape_knows_what_it_is),
		cmocka_unit_test(a_shape_past_the_limit_is_not_valid),
		cmocka_unit_test(a_shape_prints_with_crosses),
		cmocka_unit_test(a_new_array_is_zeros_and_goes_with_its_last_owner),
		cmocka_unit_test(an_empty_array_is_an_array),
		cmocka_unit_test(without_memory_there_is_no_array),
		cmocka_unit_test(another_shape_keeps_the_entries),
		cmocka_unit_test(no_value_is_found_and_is_the_same_as_itself),
		cmocka_unit_test(converting_there_and_back_loses_nothing),
	};

	return cmocka_run_group_tests_name("array", tests, NULL, NULL);
}
