/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_exact.c: the system of exact rationals. */
#include "numbers.h"

#include <math.h>

static atl_num num = { .sys = &atl_exact };

static void printed(const char *text, const char *expected)
{
	void *x = elements(1, &num);

	store(x, text, &num);
	assert_prints(x, 6, expected, &num);
	give_back(x, 1, &num);
}

static void a_decimal_literal_is_exact(void **state)
{
	(void)state;
	printed("0.1", "1/10");
	printed("1_000", "1000");
	printed(".5", "1/2");
	printed("1e-3", "1/1000");
	printed("2.5E3", "2500");
	printed("-0.75", "-3/4");
	printed("0.000", "0");
	printed("0e99999999999999999999", "0");
	printed("123456789012345678901234567890", "123456789012345678901234567890");
	printed("inf", "inf");
	printed("nan", "nan");
}

static atl_answer literal(const char *text)
{
	void *x = elements(1, &num);
	atl_answer answer = num.sys->set_literal(x, text, strlen(text), &num);

	give_back(x, 1, &num);
	return answer;
}

static void a_huge_exponent_is_refused_before_it_is_computed(void **state)
{
	(void)state;
	assert_int_equal(literal("1e999999999"), ATL_TOO_BIG);
	assert_int_equal(literal("1e-999999999"), ATL_TOO_BIG);
	assert_int_equal(literal("1e99999999999999999999999"), ATL_TOO_BIG);
	num.limit_digits = 100;
	assert_int_equal(literal("1e99"), ATL_FINE);
	assert_int_equal(literal("1e101"), ATL_TOO_BIG);
	assert_int_equal(literal("1e-101"), ATL_TOO_BIG);
	num.limit_digits = 0;
}

static void a_power_past_the_limit_is_refused_before_it_is_computed(void **state)
{
	(void)state;
	check2(ATL_FN2_pow, "3", "1e30", 0, "too big", &num);
	check2(ATL_FN2_pow, "1/3", "1e30", 0, "too big", &num);
	check2(ATL_FN2_pow, "2", "-4e9", 0, "too big", &num);
	check2(ATL_FN2_pow, "-1", "1e30", 0, "1", &num);
	check2(ATL_FN2_pow, "-1", "1000000000000000000000001", 0, "-1", &num);
	num.limit_digits = 10;
	check2(ATL_FN2_pow, "2", "32", 0, "4294967296", &num);
	check2(ATL_FN2_pow, "2", "40", 0, "too big", &num);
	check2(ATL_FN2_pow, "2", "-40", 0, "too big", &num);
	check2(ATL_FN2_mul, "1e9", "1e9", 0, "too big", &num);
	check2(ATL_FN2_div, "1e-9", "1e9", 0, "too big", &num);
	check2(ATL_FN2_add, "1/999999999", "1/99999", 0, "too big", &num);
	check2(ATL_FN2_add, "1/3", "1/6", 0, "1/2", &num);
	num.limit_digits = 0;
}

static void roots_are_exact_or_refused(void **state)
{
	(void)state;
	check1(ATL_FN1_sqrt, "9/16", 0, "3/4", &num);
	check1(ATL_FN1_sqrt, "2", 0, "unable", &num);
	check1(ATL_FN1_sqrt, "1/2", 0, "unable", &num);
	check2(ATL_FN2_pow, "8", "1/3", 0, "2", &num);
	check2(ATL_FN2_pow, "27/8", "-2/3", 0, "4/9", &num);
	check2(ATL_FN2_pow, "1/4", "-1/2", 0, "2", &num);
	check2(ATL_FN2_pow, "2", "1/2", 0, "unable", &num);
	check2(ATL_FN2_pow, "1", "1/3", 0, "1", &num);
	check2(ATL_FN2_pow, "2", "1e-30", 0, "unable", &num);
	check2(ATL_FN2_pow, "2", "1/1000003", 0, "unable", &num);
}

static void an_irrational_result_is_an_honest_no(void **state)
{
	static const atl_fn1 fs[] = { ATL_FN1_exp, ATL_FN1_expm1, ATL_FN1_log, ATL_FN1_log1p,
		                      ATL_FN1_log2, ATL_FN1_log10, ATL_FN1_sin, ATL_FN1_cos,
		                      ATL_FN1_tan, ATL_FN1_asin, ATL_FN1_acos, ATL_FN1_atan,
		                      ATL_FN1_sinh, ATL_FN1_cosh, ATL_FN1_tanh, ATL_FN1_erf,
		                      ATL_FN1_sigmoid };

	(void)state;
	for (size_t i = 0; i < sizeof fs / sizeof *fs; i++)
		check1(fs[i], "1/3", 0, "unable", &num);
	assert_string_equal(num.reason, "irrational");
	check1(ATL_FN1_atan, "inf", 0, "unable", &num);
	check1(ATL_FN1_asin, "1", 0, "unable", &num);
	check1(ATL_FN1_acos, "0", 0, "unable", &num);
	check2(ATL_FN2_xlogy, "2", "3", 0, "unable", &num);
}

static void logarithms_of_powers_are_exact(void **state)
{
	(void)state;
	check1(ATL_FN1_log2, "1/1024", 0, "-10", &num);
	check1(ATL_FN1_log2, "6", 0, "unable", &num);
	check1(ATL_FN1_log2, "2/3", 0, "unable", &num);
	check1(ATL_FN1_log10, "1e40", 0, "40", &num);
	check1(ATL_FN1_log10, "0.01", 0, "-2", &num);
	check1(ATL_FN1_log10, "20", 0, "unable", &num);
	check1(ATL_FN1_log10, "1/5", 0, "unable", &num);
	check1(ATL_FN1_sigmoid, "0", 0, "1/2", &num);
}

static void remainders_and_roundings_are_exact(void **state)
{
	(void)state;
	check2(ATL_FN2_mod, "7/2", "2/3", 0, "1/6", &num);
	check2(ATL_FN2_mod, "-7/2", "2/3", 0, "1/2", &num);
	check2(ATL_FN2_mod, "7/2", "-2/3", 0, "-1/2", &num);
	check1(ATL_FN1_round, "1/2", 0, "1", &num);
	check1(ATL_FN1_round, "-1/2", 0, "-1", &num);
	check1(ATL_FN1_round, "499/1000", 0, "0", &num);
	check1(ATL_FN1_floor, "-1/3", 0, "-1", &num);
	check1(ATL_FN1_ceil, "-1/3", 0, "0", &num);
}

static void the_first_entry_that_fails_is_named(void **state)
{
	void *x = elements(5, &num);

	(void)state;
	store(element(x, 3, &num), "2", &num);
	store(element(x, 4, &num), "3", &num);
	assert_int_equal(num.sys->fn1[ATL_FN1_sqrt](x, x, 5, &num), ATL_UNABLE);
	assert_int_equal(num.fault, 3);
	give_back(x, 5, &num);
}

static void a_harmonic_sum_is_exact(void **state)
{
	enum { LONG = 2000 };
	void *x = elements(LONG, &num), *y = elements(2, &num), *z = element(y, 1, &num);

	(void)state;
	for (long i = 0; i < LONG; i++) {
		void *e = element(x, (size_t)i, &num);
		mpq_set_si(e, 1, (unsigned long)i + 1);
	}
	assert_int_equal(num.sys->sum(y, x, 1, LONG, &num), ATL_FINE);
	assert_int_equal(atl_generic_sum(z, x, 1, LONG, &num), ATL_FINE);
	assert_true(mpq_equal(y, z));
	num.limit_digits = 100;
	assert_int_equal(num.sys->sum(y, x, 1, LONG, &num), ATL_TOO_BIG);
	num.limit_digits = 0;
	give_back(x, LONG, &num);
	give_back(y, 2, &num);
}

/* The Hilbert matrix of order 6; its determinant is 1/186313420339200000. */
static void a_hilbert_matrix_has_its_determinant_and_its_inverse(void **state)
{
	enum { SIZE = 6 };
	void *a = elements(SIZE * SIZE, &num), *y = elements(SIZE * SIZE, &num);
	void *d = elements(1, &num);

	(void)state;
	for (unsigned long i = 0; i < SIZE; i++) {
		for (unsigned long j = 0; j < SIZE; j++) {
			void *e = element(a, i * SIZE + j, &num);
			mpq_set_ui(e, 1, i + j + 1);
		}
	}
	assert_int_equal(num.sys->det(d, a, SIZE, &num), ATL_FINE);
	assert_prints(d, 0, "1/186313420339200000", &num);
	assert_int_equal(num.sys->inv(y, a, SIZE, &num), ATL_FINE);
	assert_prints(y, 0, "36", &num);
	assert_prints(element(y, 1, &num), 0, "-630", &num);
	give_back(a, SIZE * SIZE, &num);
	give_back(y, SIZE * SIZE, &num);
	give_back(d, 1, &num);
}

static void an_integer_that_fits_is_told_from_others(void **state)
{
	void *x = elements(1, &num);
	long v;

	(void)state;
	store(x, "-9223372036854775808", &num);
	assert_true(num.sys->get_si(&v, x));
	assert_true(v == INT64_MIN);
	store(x, "9223372036854775808", &num);
	assert_false(num.sys->get_si(&v, x));
	store(x, "1/2", &num);
	assert_false(num.sys->get_si(&v, x));
	store(x, "inf", &num);
	assert_false(num.sys->get_si(&v, x));
	give_back(x, 1, &num);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decimal_literal_is_exact),
		cmocka_unit_test(a_huge_exponent_is_refused_before_it_is_computed),
		cmocka_unit_test(a_power_past_the_limit_is_refused_before_it_is_computed),
		cmocka_unit_test(roots_are_exact_or_refused),
		cmocka_unit_test(an_irrational_result_is_an_honest_no),
		cmocka_unit_test(logarithms_of_powers_are_exact),
		cmocka_unit_test(remainders_and_roundings_are_exact),
		cmocka_unit_test(the_first_entry_that_fails_is_named),
		cmocka_unit_test(a_harmonic_sum_is_exact),
		cmocka_unit_test(a_hilbert_matrix_has_its_determinant_and_its_inverse),
		cmocka_unit_test(an_integer_that_fits_is_told_from_others),
	};

	return cmocka_run_group_tests_name("exact", tests, NULL, NULL);
}
