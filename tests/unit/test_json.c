/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_json.c: numbers, arrays and texts as JSON. */
#include "scratch.h"

#include "print/print.h"

static void expect(const char *system, const char *expression, const char *json)
{
	scratch s;
	atl_buf out = { 0 };
	scratch_open(&s, system);
	atl_id id = scratch_build(&s, expression);
	assert_int_equal(atl_eval_compute(s.eval, &id, 1, &s.diag), ATL_OK);
	atl_print_json(&out, atl_eval_get(s.eval, id));
	assert_string_equal(atl_buf_text(&out), json);
	atl_buf_clear(&out);
	scratch_close(&s);
}

static void a_scalar_is_bare_and_a_matrix_is_nested_rows(void **state)
{
	(void)state;
	expect("float64", "3", "3");
	expect("float64", "[1, 2]", "[[1],[2]]");
	expect("float64", "[1, 2; 3, 4]", "[[1,2],[3,4]]");
	expect("float64", "reshape(1:8, 2, 2, 2)", "[[[1,2],[3,4]],[[5,6],[7,8]]]");
}

static void a_number_is_written_in_full(void **state)
{
	(void)state;
	expect("float64", "0.1 + 0.2", "0.30000000000000004");
	expect("float64", "1e300", "1e300");
	expect("float64", "-1/3", "-0.3333333333333333");
}

static void what_json_cannot_say_is_a_string(void **state)
{
	(void)state;
	expect("float64", "[log(-1), 1]", "[[\"nan\"],[1]]");
	expect("float64", "-inf", "\"-inf\"");
	expect("exact", "[1/3, 2]", "[[\"1/3\"],[2]]");
}

static void a_text_is_escaped_and_is_utf8(void **state)
{
	static const char text[] = "a\"b\\c\n\x01∂\xff";
	atl_buf out = { 0 };
	(void)state;
	atl_print_json_string(&out, text, sizeof text - 1);
	assert_string_equal(atl_buf_text(&out), "\"a\\\"b\\\\c\\n\\u0001∂\\ufffd\"");
	atl_buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scalar_is_bare_and_a_matrix_is_nested_rows),
		cmocka_unit_test(a_number_is_written_in_full),
		cmocka_unit_test(what_json_cannot_say_is_a_string),
		cmocka_unit_test(a_text_is_escaped_and_is_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
