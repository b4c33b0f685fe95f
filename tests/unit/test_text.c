/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_text.c: the growing text, UTF-8, widths, ASCII, the nearest name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"

static void an_empty_text_reads_as_an_empty_string(void **state)
{
	atl_buf buf = { 0 };

	(void)state;
	assert_string_equal(atl_buf_text(&buf), "");
	atl_buf_cut(&buf, 0);
	atl_buf_reset(&buf);
	assert_string_equal(atl_buf_text(&buf), "");
	atl_buf_clear(&buf);
}

static void appended_parts_stand_in_order(void **state)
{
	atl_buf buf = { 0 };

	(void)state;
	atl_buf_add(&buf, "W");
	atl_buf_addcp(&buf, 0x2081);
	atl_buf_addc(&buf, ' ');
	atl_buf_addf(&buf, "is %d", 3);
	atl_buf_addcp(&buf, 0xd7);
	atl_buf_addn(&buf, "2 and more", 1);
	atl_buf_fill(&buf, "-=", 3);
	assert_string_equal(atl_buf_text(&buf), "W₁ is 3×2-=-=-=");
	atl_buf_cut(&buf, 4);
	assert_string_equal(atl_buf_text(&buf), "W₁");
	assert_int_equal(buf.len, 4);
	atl_buf_clear(&buf);
}

static void a_long_formatted_text_is_whole(void **state)
{
	atl_buf buf = { 0 };

	(void)state;
	atl_buf_add(&buf, "ab");
	atl_buf_addf(&buf, "%0500d", 7);
	assert_int_equal(buf.len, 502);
	assert_string_equal(atl_buf_text(&buf) + 500, "07");
	atl_buf_clear(&buf);
}

static void integers_are_whole_from_the_least_to_the_largest(void **state)
{
	atl_buf buf = { 0 };

	(void)state;
	atl_buf_addi(&buf, INT64_MIN);
	atl_buf_addc(&buf, ' ');
	atl_buf_addi(&buf, 0);
	atl_buf_addc(&buf, ' ');
	atl_buf_addi(&buf, -10);
	atl_buf_addc(&buf, ' ');
	atl_buf_addi(&buf, INT64_MAX);
	assert_string_equal(buf.p, "-9223372036854775808 0 -10 9223372036854775807");
	atl_buf_clear(&buf);
}

static void without_memory_a_text_stays_as_it_was_and_says_so(void **state)
{
	atl_buf buf = { 0 };

	(void)state;
	atl_buf_add(&buf, "abc");
	atl_mem_fail_after(1);
	atl_buf_fill(&buf, "x", 10000);
	atl_mem_fail_after(-1);
	assert_true(buf.failed);
	atl_buf_add(&buf, "d");
	assert_string_equal(atl_buf_text(&buf), "abc");
	assert_null(atl_buf_take(&buf));
	assert_false(buf.failed);
}

static void a_taken_text_belongs_to_the_taker(void **state)
{
	atl_buf buf = { 0 };
	char *text;

	(void)state;
	atl_buf_add(&buf, "abc");
	text = atl_buf_take(&buf);
	assert_string_equal(text, "abc");
	assert_string_equal(atl_buf_text(&buf), "");
	atl_free(text);
	text = atl_buf_take(&buf);
	assert_string_equal(text, "");
	atl_free(text);
}

static void every_code_point_survives_its_bytes(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		char bytes[4];
		uint32_t back = 0;
		size_t n = atl_utf8_encode(bytes, cp);

		assert_int_equal(atl_utf8_decode(bytes, bytes + n, &back), n);
		assert_int_equal(back, cp >= 0xd800 && cp <= 0xdfff ? 0xfffd : cp);
		assert_int_equal(n > 1 ? atl_utf8_decode(bytes, bytes + n - 1, &back) : 0, 0);
	}
}

static void bytes_that_are_no_utf8_are_refused(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xff", "\xc3" "a", "\xe2\x82" "a",
	};
	uint32_t cp;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(atl_utf8_decode(bad[i], bad[i] + strlen(bad[i]), &cp), 0);
	}
}

static size_t width(const char *text)
{
	return atl_text_width(text, strlen(text));
}

static void widths_are_those_of_a_terminal(void **state)
{
	(void)state;
	assert_int_equal(width(""), 0);
	assert_int_equal(width("W*x + b"), 7);
	assert_int_equal(width("∂L/∂W₁ᵀ·ŷ"), 9);
	assert_int_equal(width("x\xcc\x82"), 1);     /* a combining circumflex */
	assert_int_equal(width("重み"), 4);
	assert_int_equal(width("한글"), 4);
	assert_int_equal(width("\xe2\x80\x8b"), 0);  /* zero width space */
	assert_int_equal(width("─│┼…⋮√∞𝐖"), 8);
	assert_int_equal(width("\xff\xc3"), 2);
	assert_int_equal(width("\tx"), 9);
	assert_int_equal(width("abc\tx"), 9);
}

static void padding_counts_columns(void **state)
{
	atl_buf buf = { 0 };

	(void)state;
	atl_buf_pad(&buf, "∂L", 4, false);
	atl_buf_addc(&buf, '|');
	atl_buf_pad(&buf, "重", 4, true);
	atl_buf_addc(&buf, '|');
	atl_buf_pad(&buf, "longer", 4, true);
	assert_string_equal(atl_buf_text(&buf), "∂L  |  重|longer");
	atl_buf_clear(&buf);
}

static void assert_ascii(const char *text, const char *expected)
{
	atl_buf buf = { 0 };

	atl_buf_ascii(&buf, text, strlen(text));
	assert_string_equal(atl_buf_text(&buf), expected);
	atl_buf_clear(&buf);
}

static void mathematics_has_an_ascii_spelling(void **state)
{
	(void)state;
	assert_ascii("", "");
	assert_ascii("plain\ttext\n", "plain\ttext\n");
	assert_ascii("∂L/∂W₁₀ = ∇f·3×2", "dL/dW10 = nablaf*3x2");
	assert_ascii("Wᵀ − … ≤ ≥ ≠", "W' - ... <= >= !=");
	assert_ascii("α β Σ Ω σ ϵ µ μ", "alpha beta Sigma Omega sigma epsilon mu mu");
	assert_ascii("ŷ x\xcc\x84 x² ⊙ ←", "yhat xbar x^2 .* <-");
	assert_ascii("重 \xff!", "? ?!");
}

static void every_spelling_is_ascii(void **state)
{
	(void)state;
	for (uint32_t cp = 0x80; cp <= 0x10ffff; cp++) {
		const char *p = atl_ascii_spelling(cp);

		assert_true(*p != '\0');
		for (; *p != '\0'; p++) {
			assert_true(*p >= ' ' && *p <= '~');
		}
	}
}

static const char *nearest(const char *name)
{
	static const char *const names[] = { "relu", "gelu", "sigmoid", "softmax", "log", "x", "W1",
	                                     "learning_rate", "Weights", "θ" };
	atl_nearest found = { 0 };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_nearest_try(&found, name, names[i]);
	}
	return found.best != NULL ? found.best : "nothing";
}

static void a_slip_of_the_fingers_finds_its_name(void **state)
{
	(void)state;
	assert_string_equal(nearest("rleu"), "relu");
	assert_string_equal(nearest("sigmiod"), "sigmoid");
	assert_string_equal(nearest("sofmax"), "softmax");
	assert_string_equal(nearest("lg"), "log");
	assert_string_equal(nearest("X"), "x");
	assert_string_equal(nearest("weights"), "Weights");
	assert_string_equal(nearest("learnign_rat"), "learning_rate");
	assert_string_equal(nearest("Θ"), "θ");
}

static void what_is_far_from_all_names_finds_none(void **state)
{
	char giant[1000];

	(void)state;
	memset(giant, 'x', sizeof giant);
	giant[sizeof giant - 1] = '\0';
	assert_string_equal(nearest("y"), "nothing");
	assert_string_equal(nearest("W2"), "nothing");
	assert_string_equal(nearest("cosine"), "nothing");
	assert_string_equal(nearest(""), "nothing");
	assert_string_equal(nearest(giant), "nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_text_reads_as_an_empty_string),
		cmocka_unit_test(appended_parts_stand_in_order),
		cmocka_unit_test(a_long_formatted_text_is_whole),
		cmocka_unit_test(integers_are_whole_from_the_least_to_the_largest),
		cmocka_unit_test(without_memory_a_text_stays_as_it_was_and_says_so),
		cmocka_unit_test(a_taken_text_belongs_to_the_taker),
		cmocka_unit_test(every_code_point_survives_its_bytes),
		cmocka_unit_test(bytes_that_are_no_utf8_are_refused),
		cmocka_unit_test(widths_are_those_of_a_terminal),
		cmocka_unit_test(padding_counts_columns),
		cmocka_unit_test(mathematics_has_an_ascii_spelling),
		cmocka_unit_test(every_spelling_is_ascii),
		cmocka_unit_test(a_slip_of_the_fingers_finds_its_name),
		cmocka_unit_test(what_is_far_from_all_names_finds_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
