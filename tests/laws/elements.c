/* SPDX-License-Identifier: GPL-3.0-or-later */
/* elements.c: the laws of arithmetic, order, text and domains. */
#include "laws.h"

#include <math.h>

/* ---- arithmetic ---- */

void addition_and_multiplication_commute(void **state)
{
	static const atl_fn2 both[] = { ATL_FN2_add, ATL_FN2_mul, ATL_FN2_min, ATL_FN2_max };
	subject *s = *state;
	void *a = fractions(N, s), *b = fractions(N, s);
	void *x = elements(N, &s->num), *y = elements(N, &s->num);

	for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
		map2(both[i], x, a, b, N, s);
		map2(both[i], y, b, a, N, s);
		assert_equal(x, y, N, s);
	}
	give_back(a, N, &s->num);
	give_back(b, N, &s->num);
	give_back(x, N, &s->num);
	give_back(y, N, &s->num);
}

void a_number_less_itself_is_zero_and_twice_negated_itself(void **state)
{
	subject *s = *state;
	void *a = fractions(N, s), *x = elements(N, &s->num), *zero = elements(N, &s->num);

	map2(ATL_FN2_sub, x, a, a, N, s);
	assert_equal(x, zero, N, s);
	map1(ATL_FN1_neg, x, a, N, s);
	map1(ATL_FN1_neg, x, x, N, s);
	assert_equal(x, a, N, s);
	give_back(a, N, &s->num);
	give_back(x, N, &s->num);
	give_back(zero, N, &s->num);
}

void multiplication_distributes(void **state)
{
	subject *s = *state;
	void *a = fractions(N, s), *b = fractions(N, s), *c = fractions(N, s);
	void *x = elements(N, &s->num), *y = elements(N, &s->num), *z = elements(N, &s->num);

	map2(ATL_FN2_add, x, b, c, N, s);
	map2(ATL_FN2_mul, x, a, x, N, s);
	map2(ATL_FN2_mul, y, a, b, N, s);
	map2(ATL_FN2_mul, z, a, c, N, s);
	map2(ATL_FN2_add, y, y, z, N, s);
	for (size_t i = 0; i < N; i++) { /* cancellation: near by the size of the parts */
		double size = fabs(s->num.sys->get_double(element(z, i, &s->num))) + 1;
		double u = s->num.sys->get_double(element(x, i, &s->num));
		double v = s->num.sys->get_double(element(y, i, &s->num));
		if (beyond(u, v, s))
			continue;
		assert_true(fabs(u - v) <= s->slack * (size + fabs(v)));
	}
	if (!s->num.sys->rounds)
		assert_equal(x, y, N, s);
	give_back(a, N, &s->num);
	give_back(b, N, &s->num);
	give_back(c, N, &s->num);
	give_back(x, N, &s->num);
	give_back(y, N, &s->num);
	give_back(z, N, &s->num);
}

void a_remainder_is_what_the_floor_leaves(void **state)
{
	subject *s = *state;
	void *a = fractions(N, s), *b = fractions(N, s);
	void *x = elements(N, &s->num), *y = elements(N, &s->num);

	map2(ATL_FN2_mod, x, a, b, N, s);
	map2(ATL_FN2_div, y, a, b, N, s);
	map1(ATL_FN1_floor, y, y, N, s);
	map2(ATL_FN2_mul, y, y, b, N, s);
	map2(ATL_FN2_sub, y, a, y, N, s);
	for (size_t i = 0; i < N; i++) {
		double u = s->num.sys->get_double(element(x, i, &s->num));
		double v = s->num.sys->get_double(element(b, i, &s->num));
		if (v == 0) {
			assert_true(isnan(u));
			continue;
		}
		assert_true(u == 0 || (u < 0) == (v < 0));
		assert_true(fabs(u) <= fabs(v));
		if (!s->num.sys->rounds)
			assert_equal(element(x, i, &s->num), element(y, i, &s->num), 1, s);
	}
	give_back(a, N, &s->num);
	give_back(b, N, &s->num);
	give_back(x, N, &s->num);
	give_back(y, N, &s->num);
}

/* ---- order, hash, text ---- */

void comparisons_are_a_total_order(void **state)
{
	subject *s = *state;
	const atl_system *sys = s->num.sys;
	void *a = fractions(N, s), *t = elements(1, &s->num);
	int c, d;

	if (holds("inf", s)) {
		store(element(a, 0, &s->num), "inf", &s->num);
		store(element(a, 1, &s->num), "-inf", &s->num);
	}
	for (size_t i = 0; i < N; i++) {
		for (size_t j = 0; j < N; j++) {
			void *x = element(a, i, &s->num), *y = element(a, j, &s->num);
			long truth[6];
			assert_int_equal(sys->cmp(&c, x, y), ATL_FINE);
			assert_int_equal(sys->cmp(&d, y, x), ATL_FINE);
			assert_int_equal(c, -d);
			if (c == 0)
				assert_true(sys->hash(x) == sys->hash(y));
			for (int k = 0; k < 6; k++) {
				map2(ATL_FN2_eq + (atl_fn2)k, t, x, y, 1, s);
				assert_true(sys->get_si(&truth[k], t));
			}
			assert_int_equal(truth[0], c == 0);
			assert_int_equal(truth[1], c != 0);
			assert_int_equal(truth[2], c < 0);
			assert_int_equal(truth[3], c <= 0);
			assert_int_equal(truth[4], c > 0);
			assert_int_equal(truth[5], c >= 0);
		}
	}
	give_back(a, N, &s->num);
	give_back(t, 1, &s->num);
}

void what_is_printed_in_full_reads_back(void **state)
{
	subject *s = *state;
	void *a = fractions(N, s), *b = elements(N, &s->num), *scale = elements(1, &s->num);

	for (int turn = 0; turn < 4; turn++) {
		for (size_t i = 0; i < N; i++) {
			atl_buf text = { 0 };
			s->num.sys->print(&text, element(a, i, &s->num), 0);
			store(element(b, i, &s->num), atl_buf_text(&text), &s->num);
			atl_buf_clear(&text);
		}
		assert_equal(a, b, N, s);
		store(scale, turn % 2 ? "1234567e24" : "7e-31", &s->num);
		assert_int_equal(s->num.sys->fn2[ATL_FN2_mul](a, a, 1, scale, 0, N, &s->num),
		                 ATL_FINE);
	}
	give_back(a, N, &s->num);
	give_back(b, N, &s->num);
	give_back(scale, 1, &s->num);
}

void a_double_goes_there_and_back(void **state)
{
	subject *s = *state;
	atl_num plain = { .sys = &atl_float64 };
	double x[N], y[N];
	void *a = elements(N, &s->num);

	if (s->slack > 0x1p-40) { /* too few bits to hold a double */
		give_back(a, N, &s->num);
		return;
	}
	for (size_t i = 0; i < N; i++)
		x[i] = ldexp((double)chance_in(&s->seed, -999999, 999999),
		             (int)chance_in(&s->seed, -1000, 900));
	x[0] = NAN;
	x[1] = INFINITY;
	x[2] = -INFINITY;
	x[3] = 0x1p-1074;
	assert_int_equal(atl_convert(a, &s->num, x, &atl_float64, N), ATL_FINE);
	assert_int_equal(atl_convert(y, &plain, a, s->num.sys, N), ATL_FINE);
	assert_true(isnan(y[0]));
	for (size_t i = 1; i < N; i++)
		assert_true(x[i] == y[i]);
	give_back(a, N, &s->num);
}

/* ---- no value ---- */

void no_value_spreads_through_everything(void **state)
{
	static const char *const others[] = { "1", "0", "-2", "inf", "1/2", "nan" };
	subject *s = *state;
	const atl_system *sys = s->num.sys;
	void *t = elements(3, &s->num), *x = element(t, 1, &s->num), *y = element(t, 2, &s->num);

	store(t, "nan", &s->num);
	s->num.flags = 0;
	for (unsigned f = 0; f < ATL_FN1_COUNT; f++) {
		map1((atl_fn1)f, y, t, 1, s);
		assert_true(sys->no_value(y));
	}
	for (unsigned f = 0; f < ATL_FN2_COUNT; f++) {
		for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
			store(x, others[i], &s->num);
			map2((atl_fn2)f, y, t, x, 1, s);
			assert_true(sys->no_value(y));
			map2((atl_fn2)f, y, x, t, 1, s);
			assert_int_equal(sys->no_value(y), !(f == ATL_FN2_xlogy && i == 1));
		}
	}
	assert_int_equal(s->num.flags, 0);
	give_back(t, 3, &s->num);
}

void outside_a_domain_there_is_no_value(void **state)
{
	static const struct { atl_fn1 f; const char *x; } one[] = {
		{ ATL_FN1_sqrt, "-1" }, { ATL_FN1_sqrt, "-inf" }, { ATL_FN1_log, "-1" },
		{ ATL_FN1_log, "0" }, { ATL_FN1_log2, "0" }, { ATL_FN1_log10, "0" },
		{ ATL_FN1_log2, "-2" }, { ATL_FN1_log10, "-inf" }, { ATL_FN1_log1p, "-1" },
		{ ATL_FN1_log1p, "-2" }, { ATL_FN1_asin, "3/2" }, { ATL_FN1_acos, "-2" },
		{ ATL_FN1_asin, "inf" }, { ATL_FN1_sin, "inf" }, { ATL_FN1_cos, "-inf" },
		{ ATL_FN1_tan, "inf" },
	};
	static const struct { atl_fn2 f; const char *a, *b; } two[] = {
		{ ATL_FN2_div, "1", "0" }, { ATL_FN2_div, "0", "0" }, { ATL_FN2_div, "inf", "0" },
		{ ATL_FN2_div, "inf", "-inf" }, { ATL_FN2_mul, "0", "inf" },
		{ ATL_FN2_sub, "inf", "inf" }, { ATL_FN2_add, "inf", "-inf" },
		{ ATL_FN2_mod, "1", "0" }, { ATL_FN2_mod, "inf", "2" }, { ATL_FN2_pow, "0", "-1" },
		{ ATL_FN2_pow, "0", "-inf" }, { ATL_FN2_pow, "-8", "1/2" },
		{ ATL_FN2_pow, "-inf", "1/2" }, { ATL_FN2_xlogy, "1", "0" },
		{ ATL_FN2_xlogy, "2", "-1" }, { ATL_FN2_xlogy, "inf", "1" },
	};
	subject *s = *state;

	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		if (!holds(one[i].x, s))
			continue;
		s->num.flags = 0;
		check1(one[i].f, one[i].x, 0, "nan", &s->num);
		assert_int_equal(s->num.flags, ATL_NUM_INVALID);
	}
	for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
		if (!holds(two[i].a, s) || !holds(two[i].b, s))
			continue;
		s->num.flags = 0;
		check2(two[i].f, two[i].a, two[i].b, 0, "nan", &s->num);
		assert_int_equal(s->num.flags, ATL_NUM_INVALID);
	}
	s->num.flags = 0;
}

void with_ieee_a_pole_is_an_infinity(void **state)
{
	subject *s = *state;

	if (!holds("inf", s))
		return;
	s->num.ieee = true;
	s->num.flags = 0;
	check2(ATL_FN2_div, "1", "0", 0, "inf", &s->num);
	check2(ATL_FN2_div, "-1", "0", 0, "-inf", &s->num);
	check2(ATL_FN2_div, "inf", "0", 0, "inf", &s->num);
	check2(ATL_FN2_pow, "0", "-2", 0, "inf", &s->num);
	check2(ATL_FN2_xlogy, "2", "0", 0, "-inf", &s->num);
	check1(ATL_FN1_log, "0", 0, "-inf", &s->num);
	check1(ATL_FN1_log2, "0", 0, "-inf", &s->num);
	check1(ATL_FN1_log10, "0", 0, "-inf", &s->num);
	check1(ATL_FN1_log1p, "-1", 0, "-inf", &s->num);
	assert_int_equal(s->num.flags, 0);
	check2(ATL_FN2_div, "0", "0", 0, "nan", &s->num);
	check1(ATL_FN1_log, "-1", 0, "nan", &s->num);
	check2(ATL_FN2_mod, "1", "0", 0, "nan", &s->num);
	s->num.ieee = false;
	s->num.flags = 0;
}

void values_that_are_rational_in_every_system(void **state)
{
	static const struct { atl_fn1 f; const char *x, *y; } one[] = {
		{ ATL_FN1_exp, "0", "1" }, { ATL_FN1_exp, "-inf", "0" },
		{ ATL_FN1_exp, "inf", "inf" },
		{ ATL_FN1_expm1, "0", "0" }, { ATL_FN1_expm1, "-inf", "-1" },
		{ ATL_FN1_log, "1", "0" },
		{ ATL_FN1_log, "inf", "inf" }, { ATL_FN1_log1p, "0", "0" },
		{ ATL_FN1_log2, "8", "3" },
		{ ATL_FN1_log2, "1/4", "-2" }, { ATL_FN1_log10, "1000", "3" },
		{ ATL_FN1_sin, "0", "0" },
		{ ATL_FN1_cos, "0", "1" }, { ATL_FN1_tan, "0", "0" }, { ATL_FN1_asin, "0", "0" },
		{ ATL_FN1_acos, "1", "0" }, { ATL_FN1_atan, "0", "0" }, { ATL_FN1_sinh, "0", "0" },
		{ ATL_FN1_sinh, "-inf", "-inf" }, { ATL_FN1_cosh, "0", "1" },
		{ ATL_FN1_cosh, "-inf", "inf" }, { ATL_FN1_tanh, "0", "0" },
		{ ATL_FN1_tanh, "-inf", "-1" }, { ATL_FN1_erf, "0", "0" },
		{ ATL_FN1_erf, "inf", "1" }, { ATL_FN1_erfc, "0", "1" },
		{ ATL_FN1_erfc, "inf", "0" }, { ATL_FN1_erfc, "-inf", "2" },
		{ ATL_FN1_sigmoid, "inf", "1" }, { ATL_FN1_sigmoid, "-inf", "0" },
		{ ATL_FN1_sqrt, "49", "7" }, { ATL_FN1_sqrt, "inf", "inf" },
		{ ATL_FN1_round, "5/2", "3" },
		{ ATL_FN1_round, "-5/2", "-3" }, { ATL_FN1_round, "9/4", "2" },
		{ ATL_FN1_floor, "-5/2", "-3" }, { ATL_FN1_ceil, "-5/2", "-2" },
		{ ATL_FN1_ceil, "9/4", "3" }, { ATL_FN1_floor, "inf", "inf" },
		{ ATL_FN1_sign, "-inf", "-1" }, { ATL_FN1_sign, "0", "0" },
		{ ATL_FN1_sign, "3/4", "1" },
		{ ATL_FN1_abs, "-inf", "inf" }, { ATL_FN1_not, "0", "1" },
		{ ATL_FN1_not, "-2", "0" },
		{ ATL_FN1_not, "inf", "0" },
	};
	static const struct { atl_fn2 f; const char *a, *b, *y; } two[] = {
		{ ATL_FN2_pow, "2", "10", "1024" }, { ATL_FN2_pow, "2", "-1", "1/2" },
		{ ATL_FN2_pow, "-2", "3", "-8" }, { ATL_FN2_pow, "0", "0", "1" },
		{ ATL_FN2_pow, "4", "1/2", "2" }, { ATL_FN2_pow, "1/4", "-1/2", "2" },
		{ ATL_FN2_pow, "1", "inf", "1" }, { ATL_FN2_pow, "-1", "-inf", "1" },
		{ ATL_FN2_pow, "inf", "0", "1" }, { ATL_FN2_pow, "2", "inf", "inf" },
		{ ATL_FN2_pow, "1/2", "inf", "0" }, { ATL_FN2_pow, "-1/2", "-inf", "inf" },
		{ ATL_FN2_pow, "0", "inf", "0" }, { ATL_FN2_pow, "-inf", "3", "-inf" },
		{ ATL_FN2_pow, "-inf", "2", "inf" }, { ATL_FN2_pow, "inf", "1/2", "inf" },
		{ ATL_FN2_mod, "7", "3", "1" }, { ATL_FN2_mod, "-7", "3", "2" },
		{ ATL_FN2_mod, "7", "-3", "-2" }, { ATL_FN2_mod, "5", "inf", "5" },
		{ ATL_FN2_mod, "-5", "inf", "inf" }, { ATL_FN2_mod, "0", "-inf", "0" },
		{ ATL_FN2_div, "3", "inf", "0" }, { ATL_FN2_div, "-inf", "2", "-inf" },
		{ ATL_FN2_xlogy, "0", "nan", "0" }, { ATL_FN2_xlogy, "0", "0", "0" },
		{ ATL_FN2_xlogy, "3", "1", "0" }, { ATL_FN2_xlogy, "-1", "inf", "-inf" },
		{ ATL_FN2_xlogy, "inf", "1/2", "-inf" }, { ATL_FN2_min, "-inf", "2", "-inf" },
		{ ATL_FN2_max, "inf", "2", "inf" }, { ATL_FN2_and, "2", "-1", "1" },
		{ ATL_FN2_and, "0", "1", "0" }, { ATL_FN2_or, "0", "inf", "1" },
		{ ATL_FN2_or, "0", "0", "0" }, { ATL_FN2_eq, "inf", "inf", "1" },
	};
	subject *s = *state;
	void *t = elements(2, &s->num);

	for (size_t i = 0; i < sizeof one / sizeof *one; i++) {
		if (!holds(one[i].x, s) || !holds(one[i].y, s))
			continue;
		store(t, one[i].x, &s->num);
		map1(one[i].f, t, t, 1, s);
		store(element(t, 1, &s->num), one[i].y, &s->num);
		if (!equal(t, element(t, 1, &s->num), s))
			fail_msg("%s(%s) is not %s", atl_fn1_name(one[i].f), one[i].x, one[i].y);
	}
	for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
		void *b = element(t, 1, &s->num);
		if (!holds(two[i].a, s) || !holds(two[i].b, s) || !holds(two[i].y, s))
			continue;
		store(t, two[i].a, &s->num);
		store(b, two[i].b, &s->num);
		map2(two[i].f, t, t, b, 1, s);
		store(b, two[i].y, &s->num);
		if (!equal(t, b, s))
			fail_msg("%s(%s, %s) is not %s", atl_fn2_name(two[i].f), two[i].a, two[i].b,
			         two[i].y);
	}
	give_back(t, 2, &s->num);
	s->num.flags = 0;
}

/* ---- ranges ---- */

void strides_and_places_do_not_change_results(void **state)
{
	subject *s = *state;
	atl_num *num = &s->num;
	void *a = fractions(N, s), *b = elements(N, num), *x = elements(N, num);
	void *y = elements(N, num);

	for (unsigned f = 0; f < ATL_FN2_COUNT; f++) {
		atl_map2 *g = num->sys->fn2[f];
		long v = chance_in(&s->seed, -3, 3);
		if ((f == ATL_FN2_pow && v < 0) || f == ATL_FN2_xlogy)
			v = 1;
		assert_int_equal(num->sys->set_si(b, v, num), ATL_FINE);
		assert_int_equal(num->sys->copy(b, b, 0, N), ATL_FINE);
		assert_int_equal(g(x, a, 1, b, 0, N, num), ATL_FINE);
		assert_int_equal(g(y, a, 1, b, 1, N, num), ATL_FINE);
		assert_equal(x, y, N, s);
		assert_int_equal(num->sys->copy(y, a, 1, N), ATL_FINE);
		assert_int_equal(g(y, y, 1, b, 0, N, num), ATL_FINE); /* in place of the first */
		assert_equal(x, y, N, s);
		if (f == ATL_FN2_pow || f == ATL_FN2_xlogy) /* operands are not turned round */
			continue;
		assert_int_equal(g(x, b, 0, a, 1, N, num), ATL_FINE);
		assert_int_equal(g(y, b, 1, a, 1, N, num), ATL_FINE);
		assert_equal(x, y, N, s);
		assert_int_equal(num->sys->copy(y, a, 1, N), ATL_FINE);
		assert_int_equal(g(y, b, 0, y, 1, N, num), ATL_FINE); /* in place of the second */
		assert_equal(x, y, N, s);
	}
	for (unsigned f = 0; f < ATL_FN1_sqrt; f++) {
		map1((atl_fn1)f, x, a, N, s);
		assert_int_equal(num->sys->copy(y, a, 1, N), ATL_FINE);
		map1((atl_fn1)f, y, y, N, s);
		assert_equal(x, y, N, s);
	}
	s->num.flags = 0;
	give_back(a, N, num);
	give_back(b, N, num);
	give_back(x, N, num);
	give_back(y, N, num);
}

void a_stop_is_seen_in_a_long_loop(void **state)
{
	enum { LONG = 5000 };
	subject *s = *state;
	volatile sig_atomic_t stop = 1;
	void *a = elements(LONG, &s->num);

	s->num.stop = &stop;
	assert_int_equal(s->num.sys->fn1[ATL_FN1_neg](a, a, LONG, &s->num), ATL_STOPPED);
	assert_int_equal(s->num.sys->fn2[ATL_FN2_add](a, a, 1, a, 1, LONG, &s->num), ATL_STOPPED);
	assert_int_equal(s->num.sys->det(a, a, SIDE, &s->num), ATL_STOPPED);
	s->num.stop = NULL;
	s->num.flags = 0;
	give_back(a, LONG, &s->num);
}
