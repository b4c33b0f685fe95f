/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_float64.c: the system of doubles. */
#include "numbers.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <mpfr.h>

#include "number/decimal.h"

static atl_num num = { .sys = &atl_float64 };

static double literal(const char *text)
{
	double v = -1;

	assert_int_equal(atl_float64.set_literal(&v, text, strlen(text), &num), ATL_FINE);
	return v;
}

static void a_decimal_literal_is_the_nearest_double(void **state)
{
	(void)state;
	assert_true(literal("0.1") == 0.1);
	assert_true(literal("1_000") == 1000);
	assert_true(literal(".5") == 0.5);
	assert_true(literal("2.") == 2);
	assert_true(literal("1e-3") == 1e-3);
	assert_true(literal("2.5E+3") == 2500);
	assert_true(literal("-0.0625") == -0.0625);
	assert_true(literal("000123.4500") == 123.45);
	assert_true(literal("0e999999999999999999999") == 0);
	assert_true(literal("9007199254740993") == 9007199254740992);
	assert_true(literal("9007199254740993.00000000000000000001") == 9007199254740994);
	assert_true(literal("5e-324") == 0x1p-1074);
	assert_true(literal("2.4703282292062327e-324") == 0);
	assert_true(literal("2.4703282292062328e-324") == 0x1p-1074);
	assert_true(literal("1e-99999999999999999999999") == 0);
	assert_int_equal(num.flags, 0);
	assert_true(isinf(literal("1e400")));
	assert_int_equal(num.flags, ATL_NUM_OVERFLOWED);
	num.flags = 0;
}

static void what_is_no_decimal_is_refused(void **state)
{
	static const char *const texts[] = { "", ".", "e3", "1e", "1.2.3", "1e+", "0x10", "1 ", "-",
		                             "1e5.", "_1", "inf", "12a" };
	double v;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_int_equal(atl_float64.set_literal(&v, texts[i], strlen(texts[i]), &num),
		                 ATL_UNABLE);
	assert_string_equal(num.reason, "not a decimal number");
}

static void printed(double v, int digits, const char *expected)
{
	assert_prints(&v, digits, expected, &num);
}

static void numbers_print_as_a_person_writes_them(void **state)
{
	(void)state;
	printed(0.06464561, 6, "0.0646456");
	printed(-0.18118642, 6, "-0.181186");
	printed(1234567, 6, "1234567");
	printed(999999999999999, 6, "999999999999999");
	printed(-1234567, 3, "-1234567");
	printed(1e15, 6, "1e15");
	printed(1234567.8, 6, "1.23457e6");
	printed(123456.7, 6, "123457");
	printed(1.5e20, 6, "1.5e20");
	printed(1e-7, 6, "1e-7");
	printed(0.0001, 6, "0.0001");
	printed(0.00001, 6, "1e-5");
	printed(0.99999999, 6, "1");
	printed(9.9999999e-5, 6, "0.0001");
	printed(999999.9, 6, "1e6");
	printed(0.5, 1, "0.5");
	printed(2.5, 1, "2");
	printed(-0.0, 6, "0");
	printed(-0.0, 0, "-0");
	printed(NAN, 6, "nan");
	printed(-INFINITY, 6, "-inf");
	printed(1e-300, 6, "1e-300");
}

static void at_full_digits_the_shortest_that_reads_back_is_printed(void **state)
{
	(void)state;
	printed(0.1, 0, "0.1");
	printed(1.0 / 3, 0, "0.3333333333333333");
	printed(0.1 + 0.2, 0, "0.30000000000000004");
	printed(100.0 / 3, 0, "33.333333333333336");
	printed(0x1p-1074, 0, "5e-324");
	printed(DBL_MIN, 0, "2.2250738585072014e-308");
	printed(DBL_MAX, 0, "1.7976931348623157e308");
	printed(9007199254740992, 0, "9007199254740992");
	printed(1e22, 0, "1e22");
	printed(1e-5, 0, "1e-5");
}

static void many_digits_are_exact(void **state)
{
	(void)state;
	printed(0.1, 30, "0.100000000000000005551115123126");
	printed(0x1p-3, 1000, "0.125");
}

static void random_doubles_read_back(void **state)
{
	uint64_t seed = 99;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = chance(&seed);
		double v;
		atl_buf out = { 0 };
		memcpy(&v, &bits, sizeof v);
		if (!isfinite(v))
			continue;
		atl_float64.print(&out, &v, 0);
		if (literal(atl_buf_text(&out)) != v)
			fail_msg("%a prints as %s", v, atl_buf_text(&out));
		atl_buf_clear(&out);
	}
}

static void the_locale_changes_nothing(void **state)
{
	static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR" };
	bool found = false;

	(void)state;
	for (size_t i = 0; i < 4 && !found; i++)
		found = setlocale(LC_NUMERIC, names[i]) != NULL;
	if (!found)
		skip();
	assert_true(literal("1.5e-3") == 1.5e-3);
	printed(1.5e-3, 6, "0.0015");
	printed(1.0 / 3, 0, "0.3333333333333333");
	setlocale(LC_NUMERIC, "C");
}

/* Against MPFR, whose own conversion is correctly rounded. */
static void a_rational_is_rounded_to_the_nearest_double(void **state)
{
	static const int scales[] = { 0, -1022, -1060, -1074, -1080, 960, -30 };
	uint64_t seed = 5;
	mpq_t q;
	mpfr_t wide;

	(void)state;
	mpq_init(q);
	mpfr_init2(wide, 400); /* a quotient of 64-bit numbers is never that near to a tie */
	for (int i = 0; i < 20000; i++) {
		int scale = scales[i % 7] + (int)chance_in(&seed, -20, 20);
		mpz_set_ui(mpq_numref(q), chance(&seed) >> (i % 60));
		mpz_set_ui(mpq_denref(q), (chance(&seed) >> (i % 63)) | 1);
		if (i % 2)
			mpz_set_ui(mpq_denref(q), 1); /* ties are met */
		if (i % 3 == 0)
			mpq_neg(q, q);
		mpq_canonicalize(q);
		if (scale > 0)
			mpq_mul_2exp(q, q, (mp_bitcnt_t)scale);
		else
			mpq_div_2exp(q, q, (mp_bitcnt_t)-scale);
		mpfr_set_q(wide, q, MPFR_RNDN);
		double expected = mpfr_get_d(wide, MPFR_RNDN), v = atl_rational_double(q);
		if (v != expected)
			fail_msg("%a, expected %a", v, expected);
	}
	mpq_set_ui(q, 1, 1);
	mpq_mul_2exp(q, q, 100000);
	assert_true(atl_rational_double(q) == INFINITY);
	mpq_inv(q, q);
	assert_true(atl_rational_double(q) == 0);
	mpq_clear(q);
	mpfr_clear(wide);
	mpfr_free_cache();
}

static void an_integer_that_fits_is_told_from_others(void **state)
{
	static const double no[] = { 0.5, 0x1p63, -0x1.8p63, NAN, INFINITY };
	const double yes[] = { 0, -7, -0x1p63, 1e15 };
	long v;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_true(atl_float64.get_si(&v, &yes[i]));
		assert_true((double)v == yes[i]);
	}
	for (size_t i = 0; i < 5; i++)
		assert_false(atl_float64.get_si(&v, &no[i]));
}

static void an_overflow_is_told_from_an_infinity_that_came_in(void **state)
{
	(void)state;
	num.flags = 0;
	check1(ATL_FN1_exp, "1000", 6, "inf", &num);
	assert_int_equal(num.flags, ATL_NUM_OVERFLOWED);
	num.flags = 0;
	check1(ATL_FN1_exp, "inf", 6, "inf", &num);
	check1(ATL_FN1_exp, "-1000", 6, "0", &num);
	check2(ATL_FN2_add, "inf", "1", 6, "inf", &num);
	assert_int_equal(num.flags, 0);
	check2(ATL_FN2_mul, "1e200", "1e200", 6, "inf", &num);
	assert_int_equal(num.flags, ATL_NUM_OVERFLOWED);
	num.flags = 0;
}

static void a_sigmoid_neither_overflows_nor_cancels(void **state)
{
	(void)state;
	check1(ATL_FN1_sigmoid, "0", 6, "0.5", &num);
	check1(ATL_FN1_sigmoid, "-700", 6, "9.85968e-305", &num);
	check1(ATL_FN1_sigmoid, "-1000", 6, "0", &num);
	check1(ATL_FN1_sigmoid, "1000", 6, "1", &num);
	check1(ATL_FN1_sigmoid, "1", 0, "0.7310585786300049", &num);
	assert_int_equal(num.flags, 0);
}

static void an_exception_deep_in_a_range_is_found(void **state)
{
	enum { LONG = 3000 };
	double *a = elements(LONG, &num), *b = elements(LONG, &num);

	(void)state;
	for (size_t i = 0; i < LONG; i++)
		a[i] = b[i] = (double)i + 1;
	b[2500] = 0;
	assert_int_equal(atl_float64.fn2[ATL_FN2_div](a, a, 1, b, 1, LONG, &num), ATL_FINE);
	assert_true(isnan(a[2500]) && a[2499] == 1 && a[2501] == 1);
	assert_int_equal(num.flags, ATL_NUM_INVALID);
	num.flags = 0;
	atl_free(a);
	atl_free(b);
}

static void a_sum_overflows_only_if_its_value_does(void **state)
{
	const double x[] = { DBL_MAX, DBL_MAX, -DBL_MAX, -DBL_MAX };
	const double y[] = { 1e300, 1e300, 1e-300, 1e-300 };
	double s;

	(void)state;
	assert_int_equal(atl_float64.sum(&s, x, 1, 4, &num), ATL_FINE);
	assert_true(s == 0);
	assert_int_equal(atl_float64.prod(&s, y, 1, 4, &num), ATL_FINE);
	assert_true(fabs(s - 1) < 1e-15);
	assert_int_equal(num.flags, 0);
	assert_int_equal(atl_float64.sum(&s, x, 1, 2, &num), ATL_FINE);
	assert_true(isinf(s));
	assert_int_equal(num.flags, ATL_NUM_OVERFLOWED);
	num.flags = 0;
}

/* Partial sums that overflow, infinities and entries without a value among them. */
static void many_lanes_are_summed_as_each_alone(void **state)
{
	static const size_t sizes[][3] = { { 1, 1, 1 }, { 3, 5, 1 }, { 2, 7, 9 }, { 3, 8, 8 }, { 1, 33, 21 }, { 2, 64, 17 },
					   { 5, 100, 1 }, { 2, 1024, 10 }, { 1, 1500, 3 }, { 40, 60, 70 }, { 3000, 64, 1 } };
	static double x[200000], y[5000];

	(void)state;
	for (size_t i = 0; i < sizeof x / sizeof *x; i++)
		x[i] = i % 1009 == 7 ? 0x1.8p1023 : i % 1511 == 3 ? -0x1.8p1023 : i % 7001 == 5 ? INFINITY : i % 9001 == 6 ? NAN
			: sin((double)i) * (double)(1 << i % 20);
	for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		const size_t outer = sizes[k][0], extent = sizes[k][1], inner = sizes[k][2];
		atl_num each = { .sys = &atl_float64 };
		num.flags = 0;
		assert_int_equal(atl_float64.sums(y, x, outer, extent, inner, &num), ATL_FINE);
		for (size_t i = 0; i < outer * inner; i++) {
			const double *lane = x + i / inner * extent * inner + i % inner;
			double alone;
			assert_int_equal(atl_float64.sum(&alone, lane, inner, extent, &each), ATL_FINE);
			assert_true(isnan(alone) ? isnan(y[i]) : memcmp(&alone, &y[i], sizeof alone) == 0);
		}
		assert_int_equal(num.flags, each.flags);
	}
	num.flags = 0;
}

static void a_long_sum_is_accurate(void **state)
{
	enum { LONG = 1000000 };
	double *a = elements(LONG, &num), s;

	(void)state;
	for (size_t i = 0; i < LONG; i++)
		a[i] = 0.1;
	assert_int_equal(atl_float64.sum(&s, a, 1, LONG, &num), ATL_FINE);
	assert_true(fabs(s - 100000) < 1e-9);
	atl_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decimal_literal_is_the_nearest_double),
		cmocka_unit_test(what_is_no_decimal_is_refused),
		cmocka_unit_test(numbers_print_as_a_person_writes_them),
		cmocka_unit_test(at_full_digits_the_shortest_that_reads_back_is_printed),
		cmocka_unit_test(many_digits_are_exact),
		cmocka_unit_test(random_doubles_read_back),
		cmocka_unit_test(the_locale_changes_nothing),
		cmocka_unit_test(a_rational_is_rounded_to_the_nearest_double),
		cmocka_unit_test(an_integer_that_fits_is_told_from_others),
		cmocka_unit_test(an_overflow_is_told_from_an_infinity_that_came_in),
		cmocka_unit_test(a_sigmoid_neither_overflows_nor_cancels),
		cmocka_unit_test(an_exception_deep_in_a_range_is_found),
		cmocka_unit_test(a_sum_overflows_only_if_its_value_does),
		cmocka_unit_test(many_lanes_are_summed_as_each_alone),
		cmocka_unit_test(a_long_sum_is_accurate),
	};

	return cmocka_run_group_tests_name("float64", tests, NULL, NULL);
}
