/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mpfr.c: the system of MPFR numbers, and finding systems by name. */
#include "numbers.h"

#include <math.h>
#include <mpfr.h>

static atl_num num = { .sys = &atl_mpfr, .precision = 128 };

static void a_system_is_found_by_what_the_user_writes(void **state)
{
	static const struct { const char *text, *name; long precision; } rows[] = {
		{ "float64", "float64", 7 }, { "exact", "exact", 7 }, { "mpfr", "mpfr", 7 },
		{ "mpfr 256", "mpfr", 256 }, { "mpfr:64", "mpfr", 64 }, { "mpfr(53)", "mpfr", 53 },
		{ " mpfr ( 53 ) ", "mpfr", 53 }, { "mpfr 2", "mpfr", 2 },
		{ "mpfr 1000000", "mpfr", 1000000 }, { "mpfr 1", NULL, 7 },
		{ "mpfr 1000001", NULL, 7 },
		{ "mpfr 99999999999999999999", NULL, 7 }, { "mpfr(53", NULL, 7 },
		{ "mpfr 5x", NULL, 7 },
		{ "mpfr:", NULL, 7 }, { "exact 5", NULL, 7 }, { "float", NULL, 7 }, { "", NULL, 7 },
		{ "MPFR", NULL, 7 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		atl_num n = { .precision = 7 };
		bool found = atl_system_find(&n, rows[i].text, strlen(rows[i].text));
		if (found != (rows[i].name != NULL) || n.precision != rows[i].precision)
			fail_msg("%s: found %d, precision %ld", rows[i].text, found, n.precision);
		if (found)
			assert_string_equal(n.sys->name, rows[i].name);
	}
	atl_num fresh = { 0 };
	assert_true(atl_system_find(&fresh, "mpfr", 4));
	assert_int_equal(fresh.precision, 128);
}

static void as_many_digits_as_asked_are_printed(void **state)
{
	void *x = elements(1, &num);

	(void)state;
	assert_int_equal(num.sys->set_pi(x, &num), ATL_FINE);
	assert_prints(x, 6, "3.14159", &num);
	assert_prints(x, 30, "3.14159265358979323846264338328", &num);
	store(x, "0.1", &num);
	assert_prints(x, 0, "0.1", &num);
	store(x, "-1/3", &num);
	assert_prints(x, 6, "-0.333333", &num);
	store(x, "1e-7", &num);
	assert_prints(x, 6, "1e-7", &num);
	store(x, "1.5e20", &num);
	assert_prints(x, 6, "1.5e20", &num);
	store(x, "1234567", &num);
	assert_prints(x, 3, "1234567", &num);
	store(x, "1e100000000", &num);
	assert_prints(x, 0, "1e100000000", &num);
	give_back(x, 1, &num);
}

static void functions_have_all_their_digits(void **state)
{
	(void)state;
	check1(ATL_FN1_exp, "1", 35, "2.7182818284590452353602874713526625", &num);
	check1(ATL_FN1_sqrt, "2", 35, "1.4142135623730950488016887242096981", &num);
	check1(ATL_FN1_sigmoid, "1", 35, "0.73105857863000487925115924182183627", &num);
	check1(ATL_FN1_sigmoid, "-1", 35, "0.26894142136999512074884075817816373", &num);
	check2(ATL_FN2_xlogy, "1", "2", 35, "0.69314718055994530941723212145817657", &num);
	check1(ATL_FN1_sigmoid, "-1e6", 6, "3.29683e-434295", &num);
	check1(ATL_FN1_sigmoid, "1e6", 6, "1", &num);
	check1(ATL_FN1_sigmoid, "1e-600", 6, "0.5", &num);
	check1(ATL_FN1_sin, "1e400000", 6, "too big", &num);
}

/* Against 600 bits, rounded. */
static void a_sigmoid_is_correctly_rounded(void **state)
{
	static const char *const points[] = {
		"0.3", "-0.3", "7", "-7", "35", "36.1", "-36.5", "1e-5", "3e-16", "-1e-16",
		"0.0000001", "40", "-745.3",
	};
	static const long bits[] = { 2, 11, 24, 53 };

	(void)state;
	for (size_t k = 0; k < 4; k++) {
		atl_num low = { .sys = &atl_mpfr, .precision = bits[k] };
		for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
			void *x = elements(2, &low), *y = element(x, 1, &low);
			mpfr_t t;
			store(x, points[i], &low);
			assert_int_equal(low.sys->fn1[ATL_FN1_sigmoid](y, x, 1, &low), ATL_FINE);
			mpfr_init2(t, 600);
			mpfr_neg(t, x, MPFR_RNDN);
			mpfr_exp(t, t, MPFR_RNDN);
			mpfr_add_ui(t, t, 1, MPFR_RNDN);
			mpfr_ui_div(t, 1, t, MPFR_RNDN);
			mpfr_set(x, t, MPFR_RNDN);
			if (!mpfr_equal_p((mpfr_ptr)x, (mpfr_ptr)y))
				fail_msg("sigmoid(%s) at %ld bits", points[i], bits[k]);
			mpfr_clear(t);
			give_back(x, 2, &low);
		}
	}
}

/* y = x of many bits, rounded in num's mode. */
static void round_in(mpfr_ptr y, mpfr_srcptr x, const atl_num *n)
{
	static const mpfr_rnd_t modes[] = { MPFR_RNDN, MPFR_RNDU, MPFR_RNDD, MPFR_RNDZ, MPFR_RNDA };

	mpfr_set(y, x, modes[n->rounding]);
}

static void check_mode(const char *what, const void *y, mpfr_srcptr exact, const atl_num *n)
{
	void *expected = elements(1, n);

	round_in(expected, exact, n);
	if (!(mpfr_nan_p((mpfr_srcptr)y) && mpfr_nan_p((mpfr_ptr)expected)) &&
	    !mpfr_equal_p((mpfr_srcptr)y, (mpfr_ptr)expected))
		fail_msg("%s at %ld bits, rounded %s", what, n->precision,
		         atl_rounding_name(n->rounding));
	give_back(expected, 1, n);
}

/* Against 900 bits to nearest, which are then rounded in the mode. */
static void every_rounding_mode_is_correct(void **state)
{
	static const char *const points[] = { "0.3", "-0.75", "7", "-1.25", "9.5", "1e-5",
		                              "-11", "0.0625", "1", "1e-60", "-20" };
	atl_num exact = { .sys = &atl_mpfr, .precision = 900, .ieee = true };
	enum { POINTS = sizeof points / sizeof *points };

	(void)state;
	for (unsigned turn = 0; turn < 3 * 5 * POINTS; turn++) {
		static const long bits[] = { 2, 24, 53 };
		atl_num low = { .sys = &atl_mpfr, .precision = bits[turn % 3], .ieee = true,
			        .rounding = (atl_rounding)(turn / 3 % 5) };
		void *x = elements(3, &low), *b = element(x, 1, &low), *y = element(x, 2, &low);
		void *z = elements(3, &exact), *c = element(z, 1, &exact);
		void *w = element(z, 2, &exact);
		store(x, points[turn / 15], &low);
		store(b, points[(turn / 15 + 3) % POINTS], &low);
		mpfr_set(z, (mpfr_ptr)x, MPFR_RNDN);
		mpfr_set(c, (mpfr_ptr)b, MPFR_RNDN);
		for (unsigned f = 0; f < ATL_FN1_COUNT; f++) {
			assert_int_equal(low.sys->fn1[f](y, x, 1, &low), ATL_FINE);
			assert_int_equal(exact.sys->fn1[f](w, z, 1, &exact), ATL_FINE);
			check_mode(atl_fn1_name((atl_fn1)f), y, w, &low);
		}
		for (unsigned f = 0; f < ATL_FN2_COUNT; f++) {
			assert_int_equal(low.sys->fn2[f](y, x, 1, b, 1, 1, &low), ATL_FINE);
			assert_int_equal(exact.sys->fn2[f](w, z, 1, c, 1, 1, &exact), ATL_FINE);
			check_mode(atl_fn2_name((atl_fn2)f), y, w, &low);
		}
		assert_int_equal(low.sys->sum(y, x, 1, 2, &low), ATL_FINE);
		assert_int_equal(exact.sys->sum(w, z, 1, 2, &exact), ATL_FINE);
		check_mode("sum", y, w, &low);
		give_back(x, 3, &low);
		give_back(z, 3, &exact);
	}
}

/* Where no precision would show on which side the value lies. */
static void a_sigmoid_at_its_ends_knows_its_side(void **state)
{
	atl_num low = { .sys = &atl_mpfr, .precision = 24, .rounding = ATL_ROUND_UP };

	(void)state;
	check1(ATL_FN1_sigmoid, "1e30", 20, "1", &low);
	check1(ATL_FN1_sigmoid, "1e-30", 20, "0.50000005960464477539", &low);
	check1(ATL_FN1_sigmoid, "-1e-30", 20, "0.5", &low);
	check1(ATL_FN1_sign, "-1e30", 20, "-1", &low);
	low.rounding = ATL_ROUND_DOWN;
	check1(ATL_FN1_sigmoid, "1e30", 20, "0.99999994039535522461", &low);
	check1(ATL_FN1_sigmoid, "1e-30", 20, "0.5", &low);
	check1(ATL_FN1_sigmoid, "-1e-30", 20, "0.4999999701976776123", &low);
	check1(ATL_FN1_sigmoid, "-1e30", 20, "0", &low);
}

static void the_neighbours_are_a_last_place_away(void **state)
{
	atl_num low = { .sys = &atl_mpfr, .precision = 10 };
	void *x = elements(4, &low), *up = element(x, 1, &low), *ulp = element(x, 2, &low);
	void *sum = element(x, 3, &low);
	atl_bits bits = { 0 };

	(void)state;
	store(x, "0.7", &low);
	assert_int_equal(low.sys->next(up, x, true, &low), ATL_FINE);
	assert_int_equal(low.sys->ulp(ulp, x, &low), ATL_FINE);
	assert_int_equal(low.sys->fn2[ATL_FN2_add](sum, x, 1, ulp, 1, 1, &low), ATL_FINE);
	assert_true(mpfr_equal_p((mpfr_ptr)sum, (mpfr_ptr)up));
	assert_int_equal(low.sys->next(up, up, false, &low), ATL_FINE);
	assert_true(mpfr_equal_p((mpfr_ptr)x, (mpfr_ptr)up));
	low.sys->bits(&bits, x, &low);
	assert_int_equal(bits.exponent, -1);
	assert_string_equal(atl_buf_text(&bits.fraction), "011001101");
	atl_buf_clear(&bits.fraction);
	give_back(x, 4, &low);
}

static void a_sum_is_rounded_once(void **state)
{
	static const char *const terms[] = { "1e60", "1", "-1e60", "1e-60" };
	void *x = elements(4, &num), *y = elements(1, &num);

	(void)state;
	for (size_t i = 0; i < 4; i++)
		store(element(x, i, &num), terms[i], &num);
	assert_int_equal(num.sys->sum(y, x, 1, 3, &num), ATL_FINE);
	assert_prints(y, 0, "1", &num);
	assert_int_equal(num.sys->dot(y, x, 1, x, 1, 4, &num), ATL_FINE);
	assert_prints(y, 6, "2e120", &num);
	give_back(x, 4, &num);
	give_back(y, 1, &num);
}

static void an_overflow_is_told_from_an_infinity_that_came_in(void **state)
{
	(void)state;
	num.flags = 0;
	check1(ATL_FN1_exp, "1e30", 6, "inf", &num);
	assert_int_equal(num.flags, ATL_NUM_OVERFLOWED | ATL_NUM_INEXACT);
	num.flags = 0;
	check1(ATL_FN1_exp, "inf", 6, "inf", &num);
	check1(ATL_FN1_exp, "-1e30", 6, "0", &num);
	assert_int_equal(num.flags, ATL_NUM_INEXACT);
}

static void what_is_not_exact_is_marked(void **state)
{
	static const char *const inexact[] = { "0.1", "3.3" };
	void *x = elements(1, &num);
	(void)state;
	num.flags = 0;
	check1(ATL_FN1_sqrt, "4", 6, "2", &num);
	check1(ATL_FN1_sigmoid, "0", 6, "0.5", &num);
	assert_int_equal(num.flags, 0);
	for (size_t i = 0; i < 2; i++) {
		num.flags = 0;
		store(x, inexact[i], &num);
		assert_int_equal(num.flags, ATL_NUM_INEXACT);
	}
	num.flags = 0;
	check1(ATL_FN1_sigmoid, "1e30", 6, "1", &num);
	assert_int_equal(num.flags, ATL_NUM_INEXACT);
	num.flags = 0;
	check1(ATL_FN1_sqrt, "2", 6, "1.41421", &num);
	assert_int_equal(num.flags, ATL_NUM_INEXACT);
	num.flags = 0;
	give_back(x, 1, &num);
}

static void a_number_converts_to_another_system_or_says_why_not(void **state)
{
	atl_num exact = { .sys = &atl_exact }, plain = { .sys = &atl_float64 };
	atl_num narrow = { .sys = &atl_mpfr, .precision = 10 };
	void *x = elements(1, &num), *q = elements(1, &exact), *y = elements(1, &narrow);
	double d;

	(void)state;
	store(x, "0.1", &num);
	assert_int_equal(atl_convert(&d, &plain, x, &atl_mpfr, 1), ATL_FINE);
	assert_true(d == 0.1);
	assert_int_equal(atl_convert(y, &narrow, x, &atl_mpfr, 1), ATL_FINE);
	assert_prints(y, 0, "0.1", &narrow);
	assert_int_equal(atl_convert(q, &exact, y, &atl_mpfr, 1), ATL_FINE);
	assert_prints(q, 0, "819/8192", &exact);
	store(x, "1e100000000", &num);
	assert_int_equal(atl_convert(q, &exact, x, &atl_mpfr, 1), ATL_TOO_BIG);
	assert_int_equal(atl_convert(&d, &plain, x, &atl_mpfr, 1), ATL_FINE);
	assert_true(isinf(d));
	assert_int_equal(plain.flags, ATL_NUM_OVERFLOWED);
	store(q, "-inf", &exact);
	assert_int_equal(atl_convert(x, &num, q, &atl_exact, 1), ATL_FINE);
	assert_prints(x, 0, "-inf", &num);
	give_back(x, 1, &num);
	give_back(q, 1, &exact);
	give_back(y, 1, &narrow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_system_is_found_by_what_the_user_writes),
		cmocka_unit_test(as_many_digits_as_asked_are_printed),
		cmocka_unit_test(functions_have_all_their_digits),
		cmocka_unit_test(a_sigmoid_is_correctly_rounded),
		cmocka_unit_test(every_rounding_mode_is_correct),
		cmocka_unit_test(a_sigmoid_at_its_ends_knows_its_side),
		cmocka_unit_test(the_neighbours_are_a_last_place_away),
		cmocka_unit_test(a_sum_is_rounded_once),
		cmocka_unit_test(an_overflow_is_told_from_an_infinity_that_came_in),
		cmocka_unit_test(what_is_not_exact_is_marked),
		cmocka_unit_test(a_number_converts_to_another_system_or_says_why_not),
	};
	int failed = cmocka_run_group_tests_name("mpfr", tests, NULL, NULL);

	mpfr_free_cache();
	return failed;
}
