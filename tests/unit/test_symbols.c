/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "lang/letters.h"
#include "lang/symbols.h"

static atl_sym intern(atl_symbols *s, const char *text)
{
	return atl_symbols_intern(s, text, strlen(text));
}

static atl_sym canon(atl_symbols *s, const char *text)
{
	return atl_symbols_canon(s, intern(s, text));
}

static void a_name_has_one_symbol(void **state)
{
	atl_symbols *s = atl_symbols_new();
	atl_sym a = intern(s, "weight");

	(void)state;
	assert_int_not_equal(a, 0);
	assert_int_equal(intern(s, "weight"), a);
	assert_int_not_equal(intern(s, "weights"), a);
	assert_int_equal(atl_symbols_find(s, "weight", 6), a);
	assert_int_equal(atl_symbols_find(s, "nothing", 7), 0);
	assert_string_equal(atl_symbols_text(s, a), "weight");
	assert_int_equal(atl_symbols_count(s), 2);
	atl_symbols_free(s);
	assert_int_equal(atl_mem_live(), 0);
}

static void a_greek_letter_and_its_english_name_are_one_variable(void **state)
{
	static const char *const same[][2] = {
		{ "η", "eta" }, { "λ1", "lambda1" }, { "σ_x", "sigma_x" }, { "Δ", "Delta" },
		{ "Σ₁", "Sigma₁" },
		{ "µ", "μ" }, { "ε", "ϵ" }, { "φ", "ϕ" }, { "Ω", "Omega" }, { "π", "pi" }, { "η~1",
		"eta~1" },
		{ "f~2.θ", "f~2.theta" }
	};
	atl_symbols *s = atl_symbols_new();

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_int_equal(canon(s, same[i][0]), canon(s, same[i][1]));
		assert_string_equal(atl_symbols_text(s, intern(s, same[i][0])), same[i][0]);
	}
	atl_symbols_free(s);
}

static void a_greek_letter_inside_a_longer_name_is_that_letter(void **state)
{
	static const char *const different[][2] = {
		{ "βmax", "betamax" }, { "xη", "xeta" }, { "β", "betamax" }, { "δ", "Delta" },
		{ "η", "eta_" }
	};
	atl_symbols *s = atl_symbols_new();

	(void)state;
	for (size_t i = 0; i < sizeof different / sizeof *different; i++) {
		assert_int_not_equal(canon(s, different[i][0]), canon(s, different[i][1]));
	}
	atl_symbols_free(s);
}

static void marks_are_composed_with_their_letter(void **state)
{
	atl_symbols *s = atl_symbols_new();

	(void)state;
	assert_int_equal(intern(s, "y\xCC\x82"), intern(s, "ŷ"));
	assert_int_equal(intern(s, "e\xCC\x81t"), intern(s, "ét"));
	assert_int_equal(intern(s, "ά"), intern(s, "α\xCC\x81"));
	/* x with a circumflex has no letter of its own and stays as it is */
	assert_string_equal(atl_symbols_text(s, intern(s, "x\xCC\x82")), "x\xCC\x82");
	assert_int_equal(atl_symbols_find(s, "y\xCC\x82", 3), intern(s, "ŷ"));
	atl_symbols_free(s);
}

static void letters_marks_and_subscripts_stand_in_names_and_primes_do_not(void **state)
{
	static const uint32_t letters[] = { 0xE9, 0x3B7, 0x416, 0x5D0, 0x4E2D, 0x1D465, 0x302,
	    0x2081, 0x2090 };
	static const uint32_t signs[] = { 0xD7, 0x2202, 0x2264, 0x2190, 0x2019, 0x2032, 0x20AC,
	    0x1F600 };

	(void)state;
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
		assert_true(atl_letter_is(letters[i]));
	}
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		assert_false(atl_letter_is(signs[i]));
	}
}

static void many_names_keep_their_symbols(void **state)
{
	atl_symbols *s = atl_symbols_new();
	char name[32];

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		(void)snprintf(name, sizeof name, "name%u", i);
		assert_int_equal(intern(s, name), i + 1);
	}
	for (unsigned i = 0; i < 20000; i++) {
		(void)snprintf(name, sizeof name, "name%u", i);
		assert_int_equal(intern(s, name), i + 1);
		assert_string_equal(atl_symbols_text(s, i + 1), name);
	}
	atl_symbols_free(s);
}

static void without_memory_a_name_has_no_symbol(void **state)
{
	(void)state;
	for (long n = 0; n < 12; n++) {
		atl_mem_fail_after(n);
		atl_symbols *s = atl_symbols_new();
		if (s != NULL) {
			atl_sym first = intern(s, "η");
			atl_mem_fail_after(-1);
			assert_int_equal(canon(s, "η"), canon(s, "eta"));
			assert_true(first == 0 || first == intern(s, "η"));
		}
		atl_mem_fail_after(-1);
		atl_symbols_free(s);
		assert_int_equal(atl_mem_live(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_has_one_symbol),
		cmocka_unit_test(a_greek_letter_and_its_english_name_are_one_variable),
		cmocka_unit_test(a_greek_letter_inside_a_longer_name_is_that_letter),
		cmocka_unit_test(marks_are_composed_with_their_letter),
		cmocka_unit_test(letters_marks_and_subscripts_stand_in_names_and_primes_do_not),
		cmocka_unit_test(many_names_keep_their_symbols),
		cmocka_unit_test(without_memory_a_name_has_no_symbol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
