/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_plot.c: curves and images in text, and the scripts for gnuplot. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "plot/plot.h"

static const double count[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
static const atl_canvas plain = { .width = 40, .ascii = true };

static const char *drawn(const atl_curves *c, atl_canvas page)
{
	static atl_buf out;
	atl_buf_reset(&out);
	atl_draw_curves(&out, c, page);
	assert_false(out.failed);
	return out.p;
}

static const char *shaded(const atl_tiles *t, atl_canvas page)
{
	static atl_buf out;
	atl_buf_reset(&out);
	atl_draw_tiles(&out, t, page);
	assert_false(out.failed);
	return out.p;
}

/* Every line fits the page. */
static void fits(const char *text, unsigned width)
{
	for (size_t len; *text; text += len + 1) {
		len = strcspn(text, "\n");
		assert_true(atl_text_width(text, len) <= width);
	}
}

static size_t times(const char *text, char c)
{
	size_t n = 0;
	for (; *text; text++)
		n += *text == c;
	return n;
}

static void ticks_are_round_numbers_within_the_range(void **state)
{
	static const struct { double low, high, first, step; unsigned n; } cases[] = {
		{ 0, 10, 0, 2, 6 }, { -1, 1, -1, 0.5, 5 }, { 0.013, 0.034, 0.015, 0.005, 4 },
		{ -3.2e5, 1e5, -3e5, 1e5, 5 }, { 1e-300, 9e-300, 2e-300, 2e-300, 4 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		atl_ticks t = atl_ticks_in(cases[i].low, cases[i].high, 5);
		assert_true(fabs(t.first - cases[i].first) <= 1e-12 * t.step);
		assert_true(fabs(t.step - cases[i].step) <= 1e-12 * t.step);
		assert_int_equal(t.n, cases[i].n);
	}
}

static void a_tick_near_zero_is_zero(void **state)
{
	atl_buf b = { 0 };
	(void)state;
	atl_label_number(&b, -5e-17, 0.1);
	assert_string_equal(atl_buf_text(&b), "0");
	atl_buf_clear(&b);
}

static void a_rising_line_goes_from_corner_to_corner(void **state)
{
	const atl_curve c = { "y", count, count, 10 };
	const atl_curves all = { .curve = &c, .n = 1 };
	const char *text = drawn(&all, plain);
	(void)state;
	const char *first = text, *last = text;
	for (const char *p = text; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
		if (strstr(p, "- ") != p && memchr(p, '*', strcspn(p, "\n")) && memchr(p, ' ', 2))
			last = memchr(p, 'y', strcspn(p, "\n")) ? last : p;
	assert_memory_equal(first, "10 +", 4); /* the axis goes up to a tick past 9 */
	assert_true(strstr(last, "+*") != NULL);
	fits(text, plain.width);
	assert_non_null(strstr(text, "* y\n"));
}

static void gaps_and_infinities_are_not_drawn(void **state)
{
	const double y[] = { 1, (double)NAN, (double)INFINITY, 1 };
	const atl_curve c = { "y", count, y, 4 };
	const atl_curves all = { .curve = &c, .n = 1 };
	(void)state;
	assert_int_equal(times(drawn(&all, plain), '*'), 2 + 1); /* two points and the legend */
}

static void where_there_is_no_number_nothing_is_drawn(void **state)
{
	const double y[] = { (double)NAN };
	const atl_curve c = { "y", count, y, 1 };
	const atl_curves all = { .curve = &c, .n = 1 };
	const atl_tiles t = { y, 1, 1, 1, 0 };
	atl_buf out = { 0 };
	(void)state;
	atl_draw_curves(&out, &all, plain);
	atl_draw_tiles(&out, &t, plain);
	assert_int_equal(out.len, 0);
}

static void numbers_of_any_size_are_drawn(void **state)
{
	static const double cases[][3] = { { 5, 5, 5 }, { 0, 0, 0 }, { -1.7e308, 0, 1.7e308 },
		                           { 4e-320, 5e-320, 1e-319 }, { 1, 1 + 1e-15, 1 + 2e-15 },
		                           { 1e300, 2e300, 3e300 } };
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int swap = 0; swap < 2; swap++) {
			const atl_curve c = { "y", swap ? cases[i] : count, swap ? count : cases[i], 3 };
			const atl_curves all = { .curve = &c, .n = 1, .x_name = "x" };
			for (unsigned width = 1; width < 120; width += 17) {
				atl_canvas page = { .width = width, .ascii = width % 2 };
				const char *text = drawn(&all, page);
				if (width > 60)
					fits(text, width);
			}
		}
}

static void several_curves_have_marks_or_colours(void **state)
{
	const double y[] = { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 };
	const atl_curve c[] = { { "up", count, count, 10 }, { "down", count, y, 10 } };
	const atl_curves all = { .curve = c, .n = 2 };
	atl_canvas page = { .width = 60 };
	(void)state;
	assert_non_null(strstr(drawn(&all, page), "* up   + down\n"));
	page.color = true;
	assert_non_null(strstr(drawn(&all, page), "\033[31m━ down\033[0m\n"));
	assert_null(strchr(drawn(&all, page), '*'));
}

static void an_image_is_shades_from_low_to_high(void **state)
{
	const double v[] = { 0, 1, 2, 3, 4, (double)NAN };
	const atl_tiles t = { v, 1, 2, 3, 0 };
	const atl_canvas page = { .width = 40 };
	(void)state;
	assert_string_equal(shaded(&t, page), "  ░░▒▒\n▓▓██\n0  ░▒▓█ 4\n");
	assert_string_equal(shaded(&t, plain), "  ::++\n##@@\n0  .:-=+*#%@ 4\n");
}

static void tiles_stand_side_by_side_and_then_below(void **state)
{
	const double v[] = { 0, 4, 4, 0, 4 };
	const atl_tiles t = { v, 5, 1, 1, 0 }, two = { v, 4, 1, 1, 2 };
	const atl_canvas page = { .width = 10 };
	(void)state;
	assert_string_equal(shaded(&t, page), "    ██  ██\n\n    ██\n0  ░▒▓█ 4\n");
	assert_string_equal(shaded(&two, page), "    ██\n\n██\n0  ░▒▓█ 4\n");
}

static void a_large_image_is_averaged(void **state)
{
	double v[400];
	const atl_tiles t = { v, 1, 20, 20, 0 };
	const atl_canvas page = { .width = 20 };
	(void)state;
	for (size_t i = 0; i < 400; i++)
		v[i] = (double)(i % 2);
	const char *text = shaded(&t, page);
	fits(text, 20 + 8); /* its last line says by how much */
	assert_non_null(strstr(text, "0  ░▒▓█ 1, 2×2 averaged\n"));
	assert_non_null(strstr(text, "▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n"));
}

static void a_script_quotes_names_and_breaks_lines_at_gaps(void **state)
{
	const double y[] = { 1, (double)NAN, 0.1 };
	const atl_curve c = { "it's \"y\"\\n", count, y, 3 };
	const atl_curves all = { .curve = &c, .n = 1, .x_name = "t" };
	atl_buf b = { 0 };
	(void)state;
	atl_script_curves(&b, &all, "svg");
	assert_non_null(strstr(b.p, "$curve0 << END\n0 1\n\n2 0.1\nEND\n"));
	assert_non_null(strstr(b.p, "title 'it''s \"y\"\\n' noenhanced\n"));
	assert_non_null(strstr(b.p, "set xlabel 't' noenhanced\n"));
	atl_buf_reset(&b);
	const double v[] = { 1, 2, 3 };
	const atl_tiles t = { v, 3, 1, 1, 0 };
	atl_script_tiles(&b, &t, "png");
	assert_non_null(strstr(b.p, "$image << END\n1 NaN 2 \nNaN NaN NaN\n3 NaN NaN \nEND\n"));
	atl_buf_clear(&b);
}

static void an_allocation_that_fails_is_seen(void **state)
{
	const atl_curve c = { "y", count, count, 10 };
	const atl_curves all = { .curve = &c, .n = 1, .x_name = "x" };
	const atl_tiles t = { count, 1, 2, 5, 0 };
	(void)state;
	for (int kind = 0; kind < 4; kind++)
		for (long n = 1;; n++) {
			atl_buf b = { 0 };
			long live = atl_mem_live();
			atl_mem_fail_after(n);
			if (kind == 0)
				atl_draw_curves(&b, &all, plain);
			else if (kind == 1)
				atl_draw_tiles(&b, &t, plain);
			else if (kind == 2)
				atl_json_curves(&b, &all);
			else
				atl_script_curves(&b, &all, "png");
			atl_mem_fail_after(-1);
			bool failed = b.failed;
			atl_buf_clear(&b);
			assert_int_equal(atl_mem_live(), live);
			if (!failed)
				break;
			assert_true(n < 1000);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_are_round_numbers_within_the_range),
		cmocka_unit_test(a_tick_near_zero_is_zero),
		cmocka_unit_test(a_rising_line_goes_from_corner_to_corner),
		cmocka_unit_test(gaps_and_infinities_are_not_drawn),
		cmocka_unit_test(where_there_is_no_number_nothing_is_drawn),
		cmocka_unit_test(numbers_of_any_size_are_drawn),
		cmocka_unit_test(several_curves_have_marks_or_colours),
		cmocka_unit_test(an_image_is_shades_from_low_to_high),
		cmocka_unit_test(tiles_stand_side_by_side_and_then_below),
		cmocka_unit_test(a_large_image_is_averaged),
		cmocka_unit_test(a_script_quotes_names_and_breaks_lines_at_gaps),
		cmocka_unit_test(an_allocation_that_fails_is_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
