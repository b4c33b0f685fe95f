/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_source.c: positions, places and lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/source.h"

static uint32_t add(atl_sources *sources, const char *text)
{
	uint32_t position = atl_sources_append(sources, text, strlen(text));

	assert_int_not_equal(position, 0);
	return position;
}

static void assert_place(const atl_sources *sources, uint32_t position, const char *name,
                         unsigned line, unsigned column, const char *text)
{
	atl_place place;

	assert_true(atl_sources_find(sources, position, &place));
	if (name == NULL) {
		assert_null(place.name);
	} else {
		assert_string_equal(place.name, name);
	}
	assert_int_equal(place.line, line);
	assert_int_equal(place.column, column);
	assert_int_equal(place.len, strlen(text));
	assert_memory_equal(place.text, text, strlen(text));
	assert_true(place.start <= position);
}

static void a_position_has_its_file_line_and_column(void **state)
{
	atl_sources *sources = atl_sources_new();
	uint32_t a = atl_sources_open(sources, "a.atl", 1);
	uint32_t b;

	(void)state;
	assert_int_equal(add(sources, "x = 1\ny = 2"), a);
	b = atl_sources_open(sources, NULL, 7);
	assert_int_equal(add(sources, "z\r\n\nβ = ŷ\tx\n"), b);
	assert_place(sources, a, "a.atl", 1, 1, "x = 1");
	assert_place(sources, a + 5, "a.atl", 1, 6, "x = 1");
	assert_place(sources, a + 6, "a.atl", 2, 1, "y = 2");
	assert_place(sources, a + 11, "a.atl", 2, 6, "y = 2");
	assert_place(sources, b, NULL, 7, 1, "z");
	assert_place(sources, b + 3, NULL, 8, 1, "");
	assert_place(sources, b + 4, NULL, 9, 1, "β = ŷ\tx");
	assert_place(sources, b + 9, NULL, 9, 5, "β = ŷ\tx");
	assert_place(sources, b + 12, NULL, 9, 9, "β = ŷ\tx");
	assert_place(sources, b + 14, NULL, 10, 1, "");
	atl_sources_free(sources);
}

static void nowhere_is_not_found(void **state)
{
	atl_sources *sources = atl_sources_new();
	atl_place place;
	size_t len;

	(void)state;
	assert_false(atl_sources_find(NULL, 1, &place));
	assert_false(atl_sources_find(sources, 0, &place));
	assert_false(atl_sources_find(sources, 1, &place));
	assert_int_equal(atl_sources_append(sources, "x", 1), 0);
	assert_int_equal(atl_sources_open(sources, NULL, 1), 1);
	assert_int_equal(add(sources, "x"), 1);
	assert_false(atl_sources_find(sources, 0, &place));
	assert_true(atl_sources_find(sources, 2, &place));
	assert_false(atl_sources_find(sources, 3, &place));
	assert_null(atl_sources_text(sources, (atl_span){ 0, 0 }, &len));
	atl_sources_free(sources);
}

static void a_span_has_its_text(void **state)
{
	atl_sources *sources = atl_sources_new();
	uint32_t a = atl_sources_open(sources, NULL, 1);
	size_t len = 0;

	(void)state;
	assert_int_equal(add(sources, "a = W*x"), a);
	assert_int_not_equal(atl_sources_open(sources, NULL, 2), 0);
	assert_memory_equal(atl_sources_text(sources, (atl_span){ a + 4, a + 7 }, &len), "W*x", 3);
	assert_int_equal(len, 3);
	assert_non_null(atl_sources_text(sources, (atl_span){ a + 7, a + 7 }, &len));
	assert_int_equal(len, 0);
	assert_null(atl_sources_text(sources, (atl_span){ a + 4, a + 8 }, &len));
	assert_null(atl_sources_text(sources, (atl_span){ a + 4, a + 3 }, &len));
	atl_sources_free(sources);
}

static void a_line_that_grows_is_found_whole(void **state)
{
	atl_sources *sources = atl_sources_new();
	uint32_t a = atl_sources_open(sources, "-", 1);

	(void)state;
	add(sources, "x = [1,");
	assert_place(sources, a + 7, "-", 1, 8, "x = [1,");
	add(sources, " 2\n");
	assert_place(sources, a + 7, "-", 1, 8, "x = [1, 2");
	assert_place(sources, a + 10, "-", 2, 1, "");
	add(sources, "3]");
	assert_place(sources, a + 10, "-", 2, 1, "3]");
	atl_sources_free(sources);
}

static void a_text_of_many_lines_is_found_as_it_grows(void **state)
{
	enum { LINES = 100000 };
	atl_sources *sources = atl_sources_new();
	uint32_t a = atl_sources_open(sources, "pipe", 1);

	(void)state;
	for (unsigned i = 0; i < LINES; i++) {
		char line[32];
		uint32_t position;

		(void)snprintf(line, sizeof line, "x = %u\n", i);
		position = add(sources, line);
		line[strlen(line) - 1] = '\0';
		assert_place(sources, position + 4, "pipe", i + 1, 5, line);
	}
	assert_place(sources, a, "pipe", 1, 1, "x = 0");
	atl_sources_free(sources);
}

static void many_texts_are_told_apart(void **state)
{
	enum { TEXTS = 20000 };
	atl_sources *sources = atl_sources_new();
	uint32_t first = 0;

	(void)state;
	for (unsigned i = 0; i < TEXTS; i++) {
		uint32_t position = atl_sources_open(sources, NULL, i + 1);

		first = i == 0 ? position : first;
		assert_int_equal(add(sources, "a=1"), position);
	}
	for (unsigned i = 0; i < TEXTS; i++) {
		assert_place(sources, first + 4 * i, NULL, i + 1, 1, "a=1");
		assert_place(sources, first + 4 * i + 3, NULL, i + 1, 4, "a=1");
	}
	atl_sources_free(sources);
}

static void without_memory_for_the_index_places_are_still_found(void **state)
{
	atl_sources *sources = atl_sources_new();
	uint32_t a = atl_sources_open(sources, NULL, 1);

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		add(sources, "abc\n");
	}
	assert_place(sources, a + 21, NULL, 6, 2, "abc");
	atl_mem_fail_after(1);
	assert_place(sources, a + 4 * 99 + 2, NULL, 100, 3, "abc");
	assert_place(sources, a, NULL, 1, 1, "abc");
	atl_mem_fail_after(-1);
	assert_place(sources, a + 4 * 99 + 2, NULL, 100, 3, "abc");
	atl_sources_free(sources);
}

/* Line i is "line i of a text" and some dots. */
static uint32_t add_line(atl_sources *sources, unsigned i)
{
	char line[400];

	(void)snprintf(line, sizeof line, "line %u of a text%.*s\n", i, (int)(i % 300),
	               "................................................................................"
	               "................................................................................"
	               "................................................................................"
	               "............................................................................");
	return add(sources, line);
}

static void assert_line(const atl_sources *sources, uint32_t position, unsigned i)
{
	char begin[32];
	atl_place place;

	(void)snprintf(begin, sizeof begin, "line %u of a text", i);
	assert_true(atl_sources_find(sources, position + 5, &place));
	assert_int_equal(place.line, i);
	assert_int_equal(place.column, 6);
	assert_int_equal(place.start, position);
	assert_int_equal(place.len, strlen(begin) + i % 300);
	assert_memory_equal(place.text, begin, strlen(begin));
}

static void what_nobody_points_into_is_forgotten_and_the_rest_keeps_its_place(void **state)
{
	enum { LINES = 20000 };
	static uint32_t position[LINES + 1];
	atl_sources *sources = atl_sources_new();
	uint32_t whole = atl_sources_open(sources, "whole", 1);
	atl_sweep sweep;
	size_t len;

	(void)state;
	add(sources, "f(x) = 2\ng(x) = 3\n");
	assert_int_not_equal(atl_sources_open(sources, "pipe", 1), 0);
	atl_sources_let_pass(sources);
	for (unsigned i = 1; i <= LINES; i++) {
		position[i] = add_line(sources, i);
	}
	assert_line(sources, position[777], 777);
	for (unsigned round = 0; round < 2; round++) {
		assert_true(atl_sweep_begin(&sweep, sources));
		atl_sweep_keep(&sweep, (atl_span){ position[3] + 5, position[3] + 6 });
		atl_sweep_keep(&sweep, (atl_span){ position[5000], position[5010] });
		atl_sweep_keep(&sweep, (atl_span){ 0, 0 });
		atl_sweep_keep(&sweep, (atl_span){ position[LINES], UINT32_MAX });
		atl_sources_forget(sources, &sweep);
		assert_true(atl_sources_size(sources) < 8192);
		assert_line(sources, position[3], 3);
		for (unsigned i = 5000; i < 5010; i++) {
			assert_line(sources, position[i], i);
		}
		assert_non_null(atl_sources_text(sources, (atl_span){ position[5000], position[5010] }, &len));
		assert_int_equal(len, position[5010] - position[5000]);
		assert_line(sources, position[LINES], LINES);
		assert_null(atl_sources_text(sources, (atl_span){ position[777], position[777] + 4 }, &len));
		assert_place(sources, whole + 9, "whole", 2, 1, "g(x) = 3");
	}
	assert_int_equal(add(sources, "x = 1\n"), position[LINES] + 21 + LINES % 300);
	assert_int_not_equal(atl_sources_open(sources, "next", 1), 0);
	assert_place(sources, add(sources, "y"), "next", 1, 1, "y");
	assert_line(sources, position[LINES], LINES);
	atl_sources_free(sources);
}

static void without_memory_nothing_is_forgotten(void **state)
{
	long before = atl_mem_live();

	(void)state;
	for (long n = 1; n < 4; n++) {
		atl_sources *sources = atl_sources_new();
		uint32_t a = atl_sources_open(sources, NULL, 1);
		atl_sweep sweep;

		atl_sources_let_pass(sources);
		for (unsigned i = 1; i < 2000; i++) {
			(void)add_line(sources, i);
		}
		size_t size = atl_sources_size(sources);
		atl_mem_fail_after(n);
		if (atl_sweep_begin(&sweep, sources)) {
			for (unsigned i = 0; i < 100; i++) {
				atl_sweep_keep(&sweep, (atl_span){ a + 4000 * i, a + 4000 * i + 1 });
			}
			atl_sources_forget(sources, &sweep);
		}
		atl_mem_fail_after(-1);
		assert_int_equal(atl_sources_size(sources), size);
		assert_line(sources, a, 1);
		atl_sources_free(sources);
		assert_int_equal(atl_mem_live(), before);
	}
}

static void every_failed_allocation_is_reported(void **state)
{
	long before = atl_mem_live();

	(void)state;
	for (long n = 1; n <= 8; n++) {
		atl_sources *sources;

		atl_mem_fail_after(n);
		sources = atl_sources_new();
		if (sources != NULL && atl_sources_open(sources, "a", 1) != 0) {
			uint32_t position = atl_sources_append(sources, "0123456789", 10);

			assert_true(position == 0 || position == 1);
		}
		atl_sources_free(sources);
		atl_mem_fail_after(-1);
		assert_int_equal(atl_mem_live(), before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_position_has_its_file_line_and_column),
		cmocka_unit_test(nowhere_is_not_found),
		cmocka_unit_test(a_span_has_its_text),
		cmocka_unit_test(a_line_that_grows_is_found_whole),
		cmocka_unit_test(a_text_of_many_lines_is_found_as_it_grows),
		cmocka_unit_test(many_texts_are_told_apart),
		cmocka_unit_test(without_memory_for_the_index_places_are_still_found),
		cmocka_unit_test(what_nobody_points_into_is_forgotten_and_the_rest_keeps_its_place),
		cmocka_unit_test(without_memory_nothing_is_forgotten),
		cmocka_unit_test(every_failed_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
