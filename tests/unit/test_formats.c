/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_formats.c: the small formats: what goes in and comes out, sums, chance,
 * neighbours and bits (test_formats_once.c has the operations). */
#include "oracle.h"

enum { MODES = 5 };

/* ---- in and out ---- */

static double literal(atl_num *num, const char *text)
{
	double v;

	assert_int_equal(num->sys->set_literal(&v, text, strlen(text), num), ATL_FINE);
	return v;
}

static void a_literal_is_rounded_once_from_the_decimal(void **state)
{
	static const struct { const char *system, *text; double value; } rows[] = {
		/* just above and below the middle of 1 and the next, and the middle itself */
		{ "float16", "1.00048828125000000000000000000001", 1.0009765625 },
		{ "float16", "1.00048828125", 1 },
		{ "float16", "1.00048828124999999999999999999999", 1 },
		{ "float16", "1.00146484375", 1.001953125 },
		{ "float16", "1.00146484374999999999999999999999", 1.0009765625 },
		{ "bfloat16", "0.1", 0x1.9ap-4 }, { "fp8_e4m3", "0.1", 0x1.ap-4 },
		{ "float16", "65519.99999999999999999999", 65504 },
		{ "float16", "65520", INFINITY }, { "float16", "1e400000000", INFINITY },
		{ "float16", "1e-400000000", 0 },
		{ "float16", "2.98023223876953125e-8", 0 }, /* half of the smallest */
		{ "float16", "2.98023223876953125000000000000001e-8", 0x1p-24 },
		{ "fp8_e4m3", "464", 448 }, { "fp8_e4m3", "464.0000000000000000001", NAN },
		{ "fp8_e4m3_sat", "464.0000000000000000001", 448 },
		{ "fp8_e4m3_sat", "1e30", 448 }, { "fp8_e5m2", "61439.99", 57344 },
		{ "fp8_e5m2", "61440", INFINITY }, { "fp8_e5m2_sat", "61440", 57344 },
		{ "float32", "16777217.00000000000000000001", 16777218 },
		{ "float32", "16777217", 16777216 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		atl_num num = find(rows[i].system);
		double v = literal(&num, rows[i].text);
		if (!same(v, rows[i].value))
			fail_msg("%s: %s is %a, not %a", rows[i].system, rows[i].text, v,
			         rows[i].value);
	}
}

static void a_directed_literal_lies_on_its_side(void **state)
{
	atl_num num = find("float16");

	(void)state;
	num.rounding = ATL_ROUND_UP;
	assert_true(literal(&num, "0.1") > 0.1 && literal(&num, "-0.1") > -0.1);
	assert_true(literal(&num, "1e-99") == 0x1p-24 && isinf(literal(&num, "65505")));
	num.rounding = ATL_ROUND_DOWN;
	assert_true(literal(&num, "0.1") < 0.1 && literal(&num, "-0.1") < -0.1);
	assert_true(literal(&num, "1e-99") == 0 && literal(&num, "1e99") == 65504);
	num.rounding = ATL_ROUND_ZERO;
	assert_true(literal(&num, "-1e99") == -65504 && literal(&num, "-0.1") > -0.1);
	num.rounding = ATL_ROUND_AWAY;
	assert_true(literal(&num, "-0.1") < -0.1 && literal(&num, "0.5") == 0.5);
}

static void rationals_and_integers_are_rounded_once(void **state)
{
	atl_num num = find("bfloat16");
	mpq_t q;
	double v;

	(void)state;
	mpq_init(q);
	mpq_set_ui(q, 257, 256); /* the middle of 1 and 1 + 2^-7 */
	assert_int_equal(num.sys->set_rational(&v, q, &num), ATL_FINE);
	assert_true(v == 1);
	mpq_set_str(q, "1267650600228229401496703205377/1267650600228229401496703205376", 10);
	mpz_mul_ui(mpq_numref(q), mpq_numref(q), 257);
	mpz_mul_ui(mpq_denref(q), mpq_denref(q), 256);
	assert_int_equal(num.sys->set_rational(&v, q, &num), ATL_FINE);
	assert_true(v == 0x1.02p0);
	mpq_clear(q);
	assert_int_equal(num.sys->set_si(&v, (1L << 62) + (1L << 54), &num), ATL_FINE);
	assert_true(v == 0x1p62);
	assert_int_equal(num.sys->set_si(&v, (1L << 62) + (1L << 54) + 1, &num), ATL_FINE);
	assert_true(v == 0x1.02p62);
	assert_int_equal(num.sys->set_pi(&v, &num), ATL_FINE);
	assert_true(v == 3.140625);
}

static void every_16_bit_number_prints_and_reads_back(void **state)
{
	static const char *const names[] = { "float16", "bfloat16", "fp8_e4m3", "fp8_e5m2",
		                             "format(11, -14, 15)", "format(3, -6, 7)" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_num num = find(names[i]);
		const atl_binary *f = atl_num_format(&num);
		for (unsigned p = 0; p < 1u << f->width; p++) {
			double x = decoded(p, f), y;
			atl_buf text = { 0 };
			num.sys->print(&text, &x, 0);
			store(&y, atl_buf_text(&text), &num);
			if (!same(x, y))
				fail_msg("%s: %a prints %s", names[i], x, atl_buf_text(&text));
			atl_buf_clear(&text);
		}
	}
}

static void text_is_as_short_as_it_can_be(void **state)
{
	static const struct { const char *system; double value; const char *text; } rows[] = {
		{ "float16", 0x1.998p-4, "0.1" }, { "float16", 65504, "65504" },
		{ "float16", 0x1p-24, "6e-8" }, { "bfloat16", 0x1.56p-2, "0.334" },
		{ "float32", 0x1.99999ap-4, "0.1" }, { "float32", 0x1.fffffep127, "3.4028235e38" },
		{ "fp8_e4m3", 0x1.ap-4, "0.1" }, { "fp8_e4m3", -0.0, "-0" },
		{ "format(11, -100, 100)", 0x1.998p-4, "0.1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		atl_num num = find(rows[i].system);
		assert_prints(&rows[i].value, 0, rows[i].text, &num);
	}
	atl_num num = find("float16");
	assert_prints(&rows[0].value, 20, "0.0999755859375", &num);
	assert_prints(&rows[0].value, 6, "0.0999756", &num);
}

static void conversions_round_once_and_keep_what_fits(void **state)
{
	const double x[] = { 0.1, 1 + 0x1p-11, 1e30, -INFINITY, NAN };
	const double half[] = { 0x1.998p-4, 1, INFINITY, -INFINITY, NAN };
	const double eight[] = { 0x1.ap-4, 1, 448, -448, NAN };
	atl_num num = find("float16"), sat = find("fp8_e4m3_sat"), wide = find("format(11,-14,15)");
	atl_num narrow = find("format(11, -2, 3)");
	double y[5], z[5];

	(void)state;
	assert_int_equal(atl_convert(y, &num, x, &atl_float64, 5), ATL_FINE);
	assert_int_equal(atl_convert(z, &sat, x, &atl_float64, 5), ATL_FINE);
	for (size_t i = 0; i < 5; i++) {
		assert_true(same(y[i], half[i]));
		assert_true(same(z[i], eight[i]));
	}
	assert_true(num.flags & ATL_NUM_OVERFLOWED);
	assert_int_equal(atl_convert(z, &wide, y, num.sys, 5), ATL_FINE);
	assert_memory_equal(z, y, sizeof z);
	/* One table serves both, and yet their numbers differ. */
	assert_ptr_equal(wide.sys, narrow.sys);
	assert_int_equal(atl_convert(z, &narrow, y, wide.sys, 1), ATL_FINE);
	assert_true(z[0] == 0x1.9ap-4);
}

/* ---- sums ---- */

static void a_sum_rounds_every_step_and_an_accumulator_once(void **state)
{
	enum { ONES = 4096 };
	static double ones[ONES];
	atl_num num = find("float16");
	double y;

	(void)state;
	for (size_t i = 0; i < ONES; i++)
		ones[i] = 1;
	assert_int_equal(num.sys->sum(&y, ones, 1, ONES, &num), ATL_FINE);
	assert_true(y == 2048); /* 2048 + 1 is 2048 */
	assert_int_equal(num.sys->matmul(&y, ones, false, ones, false, 1, ONES, 1, &num), ATL_FINE);
	assert_true(y == 2048);
	num.accumulate = *atl_float32.format;
	assert_int_equal(num.sys->sum(&y, ones, 1, ONES, &num), ATL_FINE);
	assert_true(y == 4096);
	assert_int_equal(num.sys->dot(&y, ones, 1, ones, 1, ONES - 1, &num), ATL_FINE);
	assert_true(y == 4096); /* 4095 is rounded at the end */
	assert_int_equal(num.sys->matmul(&y, ones, false, ones, true, 1, ONES, 1, &num), ATL_FINE);
	assert_true(y == 4096);
	/* An accumulator of fewer bits is not used. */
	num.accumulate = *atl_bfloat16.format;
	assert_int_equal(num.sys->sum(&y, ones, 1, ONES, &num), ATL_FINE);
	assert_true(y == 2048);
}

static void an_accumulator_overflows_later(void **state)
{
	const double a[] = { 60000, 60000, -60000 }, one[] = { 1, 1, 1 };
	atl_num num = find("float16");
	double y, h[3];

	(void)state;
	assert_int_equal(atl_convert(h, &num, a, &atl_float64, 3), ATL_FINE);
	assert_int_equal(num.sys->sum(&y, h, 1, 3, &num), ATL_FINE);
	assert_true(isinf(y) && num.flags == ATL_NUM_OVERFLOWED);
	num.flags = 0;
	num.accumulate = *atl_float64.format;
	assert_int_equal(num.sys->matmul(&y, h, false, one, false, 1, 3, 1, &num), ATL_FINE);
	assert_true(y == h[0] && num.flags == 0);
	assert_int_equal(num.sys->sum(&y, h, 1, 2, &num), ATL_FINE);
	assert_true(isinf(y) && num.flags == ATL_NUM_OVERFLOWED);
}

/* The product is what its entries' sums are, in every mode and with overflows. */
static void a_matrix_product_is_its_dot_products(void **state)
{
	enum { M = 5, K = 33, WIDE = 18 };
	static const char *const names[] = { "float16", "fp8_e4m3", "fp8_e4m3_sat", "float32" };
	double a[M * K], b[K * WIDE], y[M * WIDE], one;
	uint64_t seed = 3;

	(void)state;
	for (size_t i = 0; i < 4 * 2 * MODES; i++) {
		atl_num num = find(names[i % 4]), again = num;
		num.rounding = (atl_rounding)(i / 8);
		if (i / 4 % 2)
			num.accumulate = *atl_float32.format;
		for (size_t k = 0; k < M * K; k++)
			a[k] = (double)chance_in(&seed, -4, 4) * (k < K ? 1 : 0.25);
		for (size_t k = 0; k < K * WIDE; k++)
			b[k] = ldexp((double)chance_in(&seed, -7, 7), (int)chance_in(&seed, -3, 4));
		assert_int_equal(atl_convert(a, &again, a, &atl_float64, M * K), ATL_FINE);
		assert_int_equal(atl_convert(b, &again, b, &atl_float64, K * WIDE), ATL_FINE);
		again = num;
		assert_int_equal(num.sys->matmul(y, a, false, b, false, M, K, WIDE, &num), ATL_FINE);
		for (size_t r = 0; r < M; r++) {
			for (size_t c = 0; c < WIDE; c++) {
				num.sys->dot(&one, a + r * K, 1, b + c, WIDE, K, &again);
				assert_true(same(one, y[r * WIDE + c]));
			}
		}
		assert_int_equal(num.flags, again.flags);
	}
}

/* ---- chance ---- */

static void stochastic_rounding_is_right_on_average_and_follows_its_seed(void **state)
{
	enum { DRAWS = 10000 };
	atl_num num = find("bfloat16"), again = num;
	double one = 1, small = 0x1p-9, y, z, up = 0; /* a quarter of the way to the next */

	(void)state;
	num.rounding = again.rounding = ATL_ROUND_STOCHASTIC;
	for (int i = 0; i < DRAWS; i++) {
		num.sys->fn2[ATL_FN2_add](&y, &one, 1, &small, 1, 1, &num);
		again.sys->fn2[ATL_FN2_add](&z, &one, 1, &small, 1, 1, &again);
		assert_true(y == z);
		assert_true(y == 1 || y == 0x1.02p0);
		up += y > 1;
	}
	assert_true(fabs(up / DRAWS - 0.25) < 0.02);
	/* What is a number stays that number, and text does not depend on chance. */
	num.sys->fn2[ATL_FN2_add](&y, &one, 1, &one, 1, 1, &num);
	assert_true(y == 2);
	for (int i = 0; i < 20; i++)
		assert_true(literal(&num, "1.001953125") == 1);
}

/* ---- neighbours, last places, bits ---- */

static void the_neighbours_are_all_numbers_in_order(void **state)
{
	static const char *const names[] = { "float16", "fp8_e4m3", "bfloat16", "format(5, -2, 3)" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_num num = find(names[i]);
		const atl_binary *f = atl_num_format(&num);
		unsigned n = 1u << (f->width - 1);
		for (unsigned p = 0; p + 1 < n && decoded(p, f) < f->largest; p++) {
			double x = decoded(p, f), above = decoded(p + 1, f), y, ulp;
			num.sys->next(&y, &x, true, &num);
			assert_true(y == above);
			num.sys->next(&y, &above, false, &num);
			assert_true(y == x);
			num.sys->ulp(&ulp, &x, &num);
			assert_true(ulp == above - x);
		}
		double zero = 0, y;
		num.sys->next(&y, &zero, false, &num);
		assert_true(y == -decoded(1, f));
	}
}

static void the_bits_are_the_encoding(void **state)
{
	static const char *const names[] = { "float16", "fp8_e4m3", "fp8_e5m2", "bfloat16" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_num num = find(names[i]);
		const atl_binary *f = atl_num_format(&num);
		for (unsigned p = 0; p < 1u << f->width; p += 7) {
			double x = decoded(p, f);
			atl_bits bits = { 0 };
			if (isnan(x))
				continue;
			num.sys->bits(&bits, &x, &num);
			assert_int_equal(strtoul(atl_buf_text(&bits.hex), NULL, 16), p);
			assert_int_equal(bits.negative, p >> (f->width - 1));
			unsigned long field = strtoul(atl_buf_text(&bits.field), NULL, 2);
			unsigned long fraction = strtoul(atl_buf_text(&bits.fraction), NULL, 2);
			assert_int_equal(field << (f->precision - 1) | fraction,
			                 p & ((1u << (f->width - 1)) - 1));
			atl_buf_clear(&bits.hex);
			atl_buf_clear(&bits.field);
			atl_buf_clear(&bits.fraction);
		}
	}
}

static void float64_has_bits_too(void **state)
{
	atl_num num = find("float64");
	double x = 0.1, y;
	atl_bits bits = { 0 };

	(void)state;
	num.sys->bits(&bits, &x, &num);
	assert_string_equal(atl_buf_text(&bits.hex), "0x3fb999999999999a");
	atl_buf_clear(&bits.hex);
	atl_buf_clear(&bits.field);
	atl_buf_clear(&bits.fraction);
	num.sys->next(&y, &x, true, &num);
	assert_true(y == nextafter(0.1, 1));
	x = 0x1p-1074;
	num.sys->ulp(&y, &x, &num);
	assert_true(y == 0x1p-1074);
	x = 1;
	num.sys->next(&y, &x, false, &num);
	assert_true(y == 1 - 0x1p-53);
}

/* ---- by name ---- */

static void a_format_is_found_by_its_numbers(void **state)
{
	static const struct { const char *text; bool there; int width; } rows[] = {
		{ "format(11, -14, 15)", true, 16 }, { "format:11,-14,15", true, 16 },
		{ "format 8,-126,127", true, 16 }, { "format(5, -3, 4)", true, 0 },
		{ "format(2, 0, 1)", true, 4 }, { "format(25, -450, 450)", true, 0 },
		{ "format", false, 0 }, { "format(11, -14)", false, 0 },
		{ "format(11, -14, 15", false, 0 }, { "format(11, -14, 15) x", false, 0 },
		{ "format(1, -14, 15)", false, 0 }, { "format(26, -14, 15)", false, 0 },
		{ "format(11, 1, 15)", false, 0 }, { "format(11, -14, 0)", false, 0 },
		{ "format(11, -451, 15)", false, 0 }, { "float16 3", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		atl_num num = { .sys = NULL };
		bool there = atl_system_find(&num, rows[i].text, strlen(rows[i].text));
		if (there != rows[i].there || (there && num.format.width != rows[i].width))
			fail_msg("%s: %d, %d bits", rows[i].text, there, num.format.width);
	}
	atl_num num = find("format(11,-14,15)");
	atl_buf out = { 0 };
	atl_num_print(&out, &num);
	assert_string_equal(atl_buf_text(&out), "format(11, -14, 15)");
	atl_buf_clear(&out);
	assert_true(num.format.largest == 65504);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_literal_is_rounded_once_from_the_decimal),
		cmocka_unit_test(a_directed_literal_lies_on_its_side),
		cmocka_unit_test(rationals_and_integers_are_rounded_once),
		cmocka_unit_test(every_16_bit_number_prints_and_reads_back),
		cmocka_unit_test(text_is_as_short_as_it_can_be),
		cmocka_unit_test(conversions_round_once_and_keep_what_fits),
		cmocka_unit_test(a_sum_rounds_every_step_and_an_accumulator_once),
		cmocka_unit_test(an_accumulator_overflows_later),
		cmocka_unit_test(a_matrix_product_is_its_dot_products),
		cmocka_unit_test(stochastic_rounding_is_right_on_average_and_follows_its_seed),
		cmocka_unit_test(the_neighbours_are_all_numbers_in_order),
		cmocka_unit_test(the_bits_are_the_encoding),
		cmocka_unit_test(float64_has_bits_too),
		cmocka_unit_test(a_format_is_found_by_its_numbers),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	mpfr_free_cache();
	return failed;
}
