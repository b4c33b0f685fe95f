/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_value_print.c: arrays on a line, over lines, elided, and read back. */
#include "scratch.h"

#include "print/print.h"

static const atl_format page = { .digits = 6, .width = 40 };

/* What `value` has become, in a buffer that the next call uses again. */
static const char *printed(const char *expression, const atl_format *f, size_t max, size_t indent)
{
	static char text[100000];
	scratch s;
	atl_buf out = { 0 };
	scratch_open(&s, "float64");
	atl_id id = scratch_build(&s, expression);
	assert_int_equal(atl_eval_compute(s.eval, &id, 1, &s.diag), ATL_OK);
	if (max)
		atl_print_inline(&out, atl_eval_get(s.eval, id), f, max);
	else
		atl_print_value(&out, atl_eval_get(s.eval, id), f, indent);
	assert_true(out.len < sizeof text);
	memcpy(text, atl_buf_text(&out), out.len + 1);
	atl_buf_clear(&out);
	scratch_close(&s);
	return text;
}

static void every_kind_of_array_has_a_line(void **state)
{
	(void)state;
	assert_string_equal(printed("3", &page, 40, 0), "3");
	assert_string_equal(printed("[2, 8, 9]", &page, 40, 0), "[2; 8; 9]");
	assert_string_equal(printed("[[2, 8, 9]]", &page, 40, 0), "[[2, 8, 9]]");
	assert_string_equal(printed("[1, 0; 3, 4]", &page, 40, 0), "[1, 0; 3, 4]");
	assert_string_equal(printed("[]", &page, 40, 0), "[]");
	assert_string_equal(printed("reshape(1:4, 1, 2, 2)", &page, 40, 0), "[[[1, 2], [3, 4]]]");
}

static void a_long_line_is_elided_in_the_middle(void **state)
{
	(void)state;
	assert_string_equal(printed("1:100", &page, 20, 0), "[1; 2; 3; 4; …; 100]");
	assert_string_equal(printed("(1:100)'", &page, 20, 0), "[[1, 2, 3, …, 100]]");
	assert_string_equal(printed("reshape(1:200, 100, 2)", &page, 30, 0), "[1, 2; 3, 4; …; 199, 200]");
	assert_string_equal(printed("reshape(1:100, 10, 10)", &page, 26, 0), "[1, …, 10; …; 91, …, 100]");
}

static void elision_keeps_to_its_width(void **state)
{
	(void)state;
	for (size_t max = 1; max < 60; max++) {
		const char *text = printed("reshape(1:1000, 20, 50)/7", &page, max, 0);
		assert_true(atl_text_width(text, strlen(text)) <= (max < 3 ? 3 : max));
	}
}

static void a_number_is_never_cut(void **state)
{
	(void)state;
	assert_string_equal(printed("1/3", &page, 2, 0), "0.333333");
}

static void ascii_has_three_dots(void **state)
{
	atl_format f = page;
	(void)state;
	f.ascii = true;
	assert_string_equal(printed("1:100", &f, 20, 0), "[1; 2; 3; ...; 100]");
}

static void a_value_that_does_not_fit_becomes_rows(void **state)
{
	(void)state;
	assert_string_equal(printed("[0.123456, 2, -3; 44.5, 5.12345, 6]", &page, 0, 8),
			    "[0.123456,       2, -3;\n"
			    "             44.5, 5.12345,  6]");
}

static void a_large_value_says_its_shape(void **state)
{
	const char *text;
	(void)state;
	text = printed("reshape(1:78400, 784, 100)", &page, 0, 4);
	assert_non_null(strstr(text, "…"));
	assert_non_null(strstr(text, "]  # 784×100"));
	assert_null(strstr(text, "40000"));
}

/* Counts lines and checks that none is wider than the page. */
static size_t lines_within(const char *text, size_t indent, size_t width)
{
	size_t lines = 0;
	while (*text) {
		size_t len = strcspn(text, "\n");
		assert_true(atl_text_width(text, len) + (lines ? 0 : indent) <= width);
		text += len + (text[len] == '\n');
		lines++;
	}
	return lines;
}

static void rows_keep_to_the_page(void **state)
{
	(void)state;
	assert_int_equal(lines_within(printed("reshape(1:300, 3, 100)/7", &page, 0, 4), 4, 40), 3);
	assert_int_equal(lines_within(printed("reshape(1:1000, 100, 10)", &page, 0, 4), 4, 40), 10);
}

static void in_full_it_reads_back(void **state)
{
	atl_format f = page;
	char expression[20000];
	(void)state;
	f.full = true;
	f.digits = 0;
	static const char *const values[] = { "reshape(1:60, 5, 12)/7", "(1:40)'/7", "(1:40)/3",
					      "reshape(1:48, 2, 4, 6)/7" };
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		const char *text = printed(values[i], &f, 0, 4);
		assert_null(strstr(text, "…"));
		assert_true(strlen(text) < 10000);
		snprintf(expression, sizeof expression, "max(abs(%s - %s))", text, values[i]);
		assert_string_equal(printed(expression, &page, 40, 0), "0");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_array_has_a_line),
		cmocka_unit_test(a_long_line_is_elided_in_the_middle),
		cmocka_unit_test(elision_keeps_to_its_width),
		cmocka_unit_test(a_number_is_never_cut),
		cmocka_unit_test(ascii_has_three_dots),
		cmocka_unit_test(a_value_that_does_not_fit_becomes_rows),
		cmocka_unit_test(a_large_value_says_its_shape),
		cmocka_unit_test(rows_keep_to_the_page),
		cmocka_unit_test(in_full_it_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
