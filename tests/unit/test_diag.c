/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_diag.c: diagnostics as data, and their exact pictures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"

typedef struct fixture {
	atl_sources *sources;
	atl_diag diag;
	atl_style style;
	long live; /* blocks before the test */
} fixture;

static int begin(void **state)
{
	static fixture f;

	f = (fixture){ .live = atl_mem_live() };
	f.sources = atl_sources_new();
	*state = &f;
	return f.sources == NULL;
}

static int end(void **state)
{
	fixture *f = *state;

	atl_sources_free(f->sources);
	atl_diag_clear(&f->diag);
	return atl_mem_live() != f->live;
}

static uint32_t text(fixture *f, const char *name, unsigned line, const char *words)
{
	uint32_t position = atl_sources_open(f->sources, name, line);

	assert_int_not_equal(position, 0);
	assert_int_equal(atl_sources_append(f->sources, words, strlen(words)), position);
	return position;
}

/* The span of a word in the text that begins at a position. */
static atl_span span(const fixture *f, uint32_t position, const char *word)
{
	size_t len;
	const char *p = atl_sources_text(f->sources, (atl_span){ position, position }, &len);
	const char *found = strstr(p, word);
	uint32_t lo = position + (uint32_t)(found - p);

	assert_non_null(found);
	return (atl_span){ lo, lo + (uint32_t)strlen(word) };
}

static void report(fixture *f, atl_span at, const char *message)
{
	assert_int_equal(atl_diag_fail(&f->diag, ATL_KIND_SYNTAX, at, "%s", message), ATL_ERROR);
}

static void assert_picture(const fixture *f, const char *expected)
{
	atl_buf out = { 0 };

	atl_diag_render(&out, &f->diag, "error", f->sources, f->style);
	assert_false(out.failed);
	assert_string_equal(atl_buf_text(&out), expected);
	atl_buf_clear(&out);
}

/* ---- data ---- */

static void the_first_cause_stays(void **state)
{
	fixture *f = *state;
	atl_diag *d = &f->diag;

	assert_int_equal(atl_diag_fail(d, ATL_KIND_NAME, (atl_span){ 0, 0 }, "first %d", 1),
	                 ATL_ERROR);
	atl_diag_note(d, "of the first");
	assert_int_equal(atl_diag_fail(d, ATL_KIND_LIMIT, (atl_span){ 1, 2 }, "second"), ATL_ERROR);
	atl_diag_note(d, "of the second");
	atl_diag_label(d, (atl_span){ 1, 2 }, "of the second");
	assert_int_equal(atl_diag_nomem(d), ATL_ERROR);
	assert_int_equal(d->kind, ATL_KIND_NAME);
	assert_picture(f, "error: first 1\n  of the first\n");
	atl_diag_reset(d);
	assert_int_equal(d->kind, ATL_KIND_NONE);
	report(f, (atl_span){ 0, 0 }, "third");
	atl_diag_note(d, "of the third");
	assert_picture(f, "error: third\n  of the third\n");
}

static void out_of_memory_needs_no_memory(void **state)
{
	fixture *f = *state;

	atl_mem_fail_after(1);
	report(f, (atl_span){ 1, 2 }, "words");
	atl_diag_note(&f->diag, "more");
	atl_mem_fail_after(-1);
	assert_int_equal(f->diag.kind, ATL_KIND_LIMIT);
	assert_picture(f, "error: out of memory\n");
}

static void a_picture_without_memory_fails_and_does_not_crash(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, "x.atl", 1, "a = W*x + b");
	atl_buf out = { 0 };
	long n = 0;

	report(f, span(f, a, "*"), "no product");
	atl_diag_label(&f->diag, span(f, a, "W"), "a matrix");
	atl_diag_label(&f->diag, span(f, a, "x"), "a vector");
	do {
		atl_buf_clear(&out);
		atl_mem_fail_after(++n);
		atl_diag_render(&out, &f->diag, "error", f->sources, f->style);
		atl_mem_fail_after(-1);
	} while (out.failed && n < 100);
	assert_true(n > 1 && n < 100);
	atl_buf_clear(&out);
}

static void more_labels_and_notes_than_fit_are_left_out(void **state)
{
	fixture *f = *state;

	report(f, (atl_span){ 0, 0 }, "many");
	for (int i = 0; i < 20; i++) {
		atl_diag_label(&f->diag, (atl_span){ 0, 0 }, "label %d", i);
		atl_diag_note(&f->diag, "note %d", i);
	}
	assert_int_equal(f->diag.n_labels, ATL_DIAG_LABELS);
	assert_int_equal(f->diag.n_notes, ATL_DIAG_NOTES);
	assert_string_equal(f->diag.note[7], "note 7");
}

static void kinds_have_the_exit_codes_of_the_manual(void **state)
{
	(void)state;
	assert_int_equal(atl_kind_exit(ATL_KIND_NONE), 0);
	assert_int_equal(atl_kind_exit(ATL_KIND_USAGE), 2);
	assert_int_equal(atl_kind_exit(ATL_KIND_SYNTAX), 3);
	assert_int_equal(atl_kind_exit(ATL_KIND_NAME), 3);
	assert_int_equal(atl_kind_exit(ATL_KIND_SHAPE), 3);
	assert_int_equal(atl_kind_exit(ATL_KIND_DOMAIN), 4);
	assert_int_equal(atl_kind_exit(ATL_KIND_UNABLE), 4);
	assert_int_equal(atl_kind_exit(ATL_KIND_LIMIT), 4);
	assert_int_equal(atl_kind_exit(ATL_KIND_INTERRUPT), 130);
}

static void a_span_is_named_by_its_line(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, NULL, 7, "x = 1");
	uint32_t b = text(f, "x.atl", 1, "\n\ny = 1");

	assert_string_equal(atl_diag_line(&f->diag, f->sources, span(f, a, "x")), "line 7");
	assert_string_equal(atl_diag_line(&f->diag, f->sources, span(f, b, "y")), "x.atl:3");
	assert_string_equal(atl_diag_line(&f->diag, f->sources, (atl_span){ 0, 0 }), "");
}

/* ---- pictures ---- */

static void shape_error(fixture *f, const char *name, const char *line)
{
	uint32_t a = text(f, name, 1, line);

	report(f, span(f, a, "*"), "the shapes do not fit a product");
	atl_diag_label(&f->diag, span(f, a, "W"), "W is 3×2 (line 1)");
	atl_diag_label(&f->diag, span(f, a, "x"), "x is 3×1 (line 2)");
	atl_diag_note(&f->diag, "inner sizes 2 and 3 differ; W'*x would give 2×1");
}

static void a_product_shows_both_operands_and_their_shapes(void **state)
{
	fixture *f = *state;

	shape_error(f, NULL, "a = W * x + b\n");
	assert_picture(f, "error: the shapes do not fit a product\n"
	                  "  1 | a = W * x + b\n"
	                  "    |     - ^ -\n"
	                  "    |     |   x is 3×1 (line 2)\n"
	                  "    |     W is 3×2 (line 1)\n"
	                  "  inner sizes 2 and 3 differ; W'*x would give 2×1\n");
}

static void marks_that_touch_stand_under_their_operands(void **state)
{
	fixture *f = *state;

	shape_error(f, NULL, "a = W*x + b\n");
	assert_picture(f, "error: the shapes do not fit a product\n"
	                  "  1 | a = W*x + b\n"
	                  "    |     -^-\n"
	                  "    |     | x is 3×1 (line 2)\n"
	                  "    |     W is 3×2 (line 1)\n"
	                  "  inner sizes 2 and 3 differ; W'*x would give 2×1\n");
}

static void a_file_is_named_with_line_and_column(void **state)
{
	fixture *f = *state;

	f->style.ascii = true;
	shape_error(f, "x.atl", "a = W*x + b\n");
	assert_picture(f, "x.atl:1:6: error: the shapes do not fit a product\n"
	                  "  1 | a = W*x + b\n"
	                  "    |     -^-\n"
	                  "    |     | x is 3x1 (line 2)\n"
	                  "    |     W is 3x2 (line 1)\n"
	                  "  inner sizes 2 and 3 differ; W'*x would give 2x1\n");
}

static void colours_are_red_for_the_place_and_cyan_around_it(void **state)
{
	fixture *f = *state;

	f->style.color = true;
	shape_error(f, NULL, "a = W*x + b\n");
	f->diag.n_notes = 0;
	assert_picture(f, "\033[1;31merror\033[0m: the shapes do not fit a product\n"
	                  "\033[36m  1 |\033[0m a = W*x + b\n"
	                  "\033[36m    |\033[0m     \033[36m-\033[0m\033[1;31m^\033[0m"
	                  "\033[36m-\033[0m\n"
	                  "\033[36m    |\033[0m\033[36m     | x is 3×1 (line 2)\033[0m\n"
	                  "\033[36m    |\033[0m\033[36m     W is 3×2 (line 1)\033[0m\n");
}

static void one_place_is_underlined(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, NULL, 12, "y = relo(x)");

	report(f, span(f, a, "relo"), "unknown function 'relo'");
	atl_diag_note(&f->diag, "did you mean 'relu'?");
	assert_picture(f, "error: unknown function 'relo'\n"
	                  "  12 | y = relo(x)\n"
	                  "     |     ^^^^\n"
	                  "  did you mean 'relu'?\n");
}

static void a_label_may_stand_at_the_primary_place(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, NULL, 1, "y = log(x)");

	report(f, span(f, a, "log(x)"), "log of a negative number");
	atl_diag_label(&f->diag, span(f, a, "log(x)"), "log(-1)");
	atl_diag_label(&f->diag, span(f, a, "x)"), "%s", "");
	f->diag.label[1].span.hi--;
	assert_picture(f, "error: log of a negative number\n"
	                  "  1 | y = log(x)\n"
	                  "    |     ^^^^-^\n"
	                  "    |     log(-1)\n");
}

static void several_lines_are_shown_in_order(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, "x.atl", 8, "x = -1\ny = 2\n\nz = log(x)\n");

	report(f, span(f, a, "log(x)"), "log of a negative number");
	atl_diag_label(&f->diag, span(f, a, "y"), "not this one");
	atl_diag_label(&f->diag, span(f, a, "x"), "x is -1");
	assert_picture(f, "x.atl:11:5: error: log of a negative number\n"
	                  "   8 | x = -1\n"
	                  "     | -\n"
	                  "     | x is -1\n"
	                  "   9 | y = 2\n"
	                  "     | -\n"
	                  "     | not this one\n"
	                  "  ...\n"
	                  "  11 | z = log(x)\n"
	                  "     |     ^^^^^^\n");
}

static void a_label_in_another_file_becomes_a_line_below(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, "lib.atl", 3, "f(u) = u*u");
	uint32_t b = text(f, NULL, 1, "f([1, 2])");

	report(f, span(f, b, "f([1, 2])"), "the shapes do not fit a product");
	atl_diag_label(&f->diag, span(f, a, "u*u"), "u is 2×1");
	atl_diag_label(&f->diag, (atl_span){ 0, 0 }, "from nowhere");
	assert_picture(f, "error: the shapes do not fit a product\n"
	                  "  1 | f([1, 2])\n"
	                  "    | ^^^^^^^^^\n"
	                  "  lib.atl:3: u is 2×1\n"
	                  "  from nowhere\n");
}

static void a_span_over_lines_is_underlined_to_the_end_of_its_first(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, NULL, 1, "x = [1, 2\n  3, 4, 5]\n");

	report(f, span(f, a, "[1, 2\n  3, 4, 5]"), "the rows differ in length");
	assert_picture(f, "error: the rows differ in length\n"
	                  "  1 | x = [1, 2\n"
	                  "    |     ^^^^^\n");
}

static void the_end_of_a_line_has_a_caret_past_it(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, NULL, 1, "x = [1,2");

	report(f, (atl_span){ a + 8, a + 8 }, "the text ends in a bracket");
	atl_diag_label(&f->diag, span(f, a, "["), "opened here");
	assert_picture(f, "error: the text ends in a bracket\n"
	                  "  1 | x = [1,2\n"
	                  "    |     -   ^\n"
	                  "    |     opened here\n");
}

static void the_end_of_a_text_is_shown_where_its_last_line_ends(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, "x.atl", 1, "y = 1\nx = [1,2\n\n");

	report(f, (atl_span){ a + 16, a + 16 }, "the text ends in a bracket");
	assert_picture(f, "x.atl:2:9: error: the text ends in a bracket\n"
	                  "  2 | x = [1,2\n"
	                  "    |         ^\n");
}

static void an_empty_text_has_a_caret_too(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, NULL, 1, "");

	report(f, (atl_span){ a, a }, "nothing to compute");
	assert_picture(f, "error: nothing to compute\n"
	                  "  1 |\n"
	                  "    | ^\n");
}

static void greek_and_combining_letters_keep_their_columns(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, NULL, 1, "β = ∂L/∂W₁ + x\xcc\x82*重み + δ");

	report(f, span(f, a, "x\xcc\x82*重み"), "no product");
	atl_diag_label(&f->diag, span(f, a, "∂L/∂W₁"), "a gradient");
	atl_diag_label(&f->diag, span(f, a, "δ"), "a delta");
	assert_picture(f, "error: no product\n"
	                  "  1 | β = ∂L/∂W₁ + x\xcc\x82*重み + δ\n"
	                  "    |     ------   ^^^^^^   -\n"
	                  "    |     |                 a delta\n"
	                  "    |     a gradient\n");
}

static void in_ascii_the_underlines_follow_the_spellings(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, NULL, 1, "β = ∂L/∂W₁ + x\xcc\x82*重 − δ");

	f->style.ascii = true;
	report(f, span(f, a, "x\xcc\x82*重"), "2×3 … ≠ λ");
	atl_diag_label(&f->diag, span(f, a, "∂L/∂W₁"), "∇ here");
	atl_diag_label(&f->diag, span(f, a, "δ"), "δ");
	assert_picture(f, "error: 2x3 ... != lambda\n"
	                  "  1 | beta = dL/dW1 + xhat*? - delta\n"
	                  "    |        ------   ^^^^^^   -----\n"
	                  "    |        |                 delta\n"
	                  "    |        nabla here\n");
}

static void tabs_are_spaces_up_to_the_next_eighth_column(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, "x.atl", 1, "\ty =\tx @ z");

	report(f, span(f, a, "@"), "no product");
	atl_diag_label(&f->diag, span(f, a, "\tx"), "%s", "");
	assert_picture(f, "x.atl:1:19: error: no product\n"
	                  "  1 |         y =     x @ z\n"
	                  "    |            ------ ^\n");
}

static void controls_and_broken_bytes_do_not_reach_the_terminal(void **state)
{
	fixture *f = *state;
	uint32_t a = text(f, NULL, 1, "x\033[2J \xff \xe2\x80\xae= 1\r\n");

	report(f, span(f, a, "= 1"), "stray \033 and \a");
	assert_picture(f, "error: stray \xef\xbf\xbd and \xef\xbf\xbd\n"
	                  "  1 | x\xef\xbf\xbd[2J \xef\xbf\xbd \xef\xbf\xbd= 1\n"
	                  "    |          ^^^\n");
	f->style.ascii = true;
	assert_picture(f, "error: stray ? and ?\n"
	                  "  1 | x?[2J ? ?= 1\n"
	                  "    |          ^^^\n");
}

/* A line of 30 terms a01 + a02 + ... */
static uint32_t long_line(fixture *f)
{
	char line[256];
	size_t len = 0;

	for (int i = 1; i <= 30; i++) {
		len += (size_t)snprintf(line + len, sizeof line - len, "%sa%02d", i > 1 ? " + " : "", i);
	}
	f->style.width = 80;
	return text(f, NULL, 1, line);
}

static void a_long_line_is_shown_in_a_window(void **state)
{
	fixture *f = *state;
	uint32_t a = long_line(f);

	report(f, span(f, a, "a15"), "unknown name 'a15'");
	assert_picture(f, "error: unknown name 'a15'\n"
	                  "  1 | ...+ a10 + a11 + a12 + a13 + a14 + a15 + a16 + a17 + a18 + a19"
	                  " + a20 + ...\n"
	                  "    |                                    ^^^\n");
}

static void a_window_touches_the_ends_of_the_line(void **state)
{
	fixture *f = *state;
	uint32_t a = long_line(f);

	report(f, span(f, a, "a01"), "unknown name 'a01'");
	assert_picture(f, "error: unknown name 'a01'\n"
	                  "  1 | a01 + a02 + a03 + a04 + a05 + a06 + a07 + a08 + a09 + a10 + a11"
	                  " + a12 +...\n"
	                  "    | ^^^\n");
	atl_diag_reset(&f->diag);
	report(f, span(f, a, "a30"), "unknown name 'a30'");
	assert_picture(f, "error: unknown name 'a30'\n"
	                  "  1 | ...+ a19 + a20 + a21 + a22 + a23 + a24 + a25 + a26 + a27 + a28"
	                  " + a29 + a30\n"
	                  "    |                                                               "
	                  "         ^^^\n");
}

static void marks_too_far_apart_leave_the_primary_one_in_the_window(void **state)
{
	fixture *f = *state;
	uint32_t a = long_line(f);

	report(f, span(f, a, "a15"), "no sum");
	atl_diag_label(&f->diag, span(f, a, "a01"), "far to the left");
	atl_diag_label(&f->diag, span(f, a, "a30"), "far to the right");
	assert_picture(f, "error: no sum\n"
	                  "  1 | ...+ a10 + a11 + a12 + a13 + a14 + a15 + a16 + a17 + a18 + a19"
	                  " + a20 + ...\n"
	                  "    | -                                  ^^^                         "
	                  "          -\n"
	                  "    | |                                                              "
	                  "          far to the right\n"
	                  "    | far to the left\n");
}

static void a_window_makes_room_for_words(void **state)
{
	fixture *f = *state;
	uint32_t a = long_line(f);

	report(f, span(f, a, "a30"), "no sum");
	atl_diag_label(&f->diag, span(f, a, "a30"), "words that would not fit behind the name");
	assert_picture(f, "error: no sum\n"
	                  "  1 | ... a25 + a26 + a27 + a28 + a29 + a30\n"
	                  "    |                                   ^^^\n"
	                  "    |                                   "
	                  "words that would not fit behind the name\n");
}

static void a_mark_wider_than_the_window_is_cut(void **state)
{
	fixture *f = *state;
	uint32_t a = long_line(f);

	report(f, (atl_span){ a, a + 177 }, "too long");
	assert_picture(f, "error: too long\n"
	                  "  1 | a01 + a02 + a03 + a04 + a05 + a06 + a07 + a08 + a09 + a10 + a11"
	                  " + a12 +...\n"
	                  "    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"
	                  "^^^^^^^^^^^\n");
}

static void a_note_may_have_several_lines(void **state)
{
	fixture *f = *state;

	report(f, (atl_span){ 0, 0 }, "cannot open 'x.atl'");
	atl_diag_note(&f->diag, "first\nsecond");
	assert_picture(f, "error: cannot open 'x.atl'\n  first\n  second\n");
}

#define WITH_FIXTURE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(the_first_cause_stays),
		WITH_FIXTURE(out_of_memory_needs_no_memory),
		WITH_FIXTURE(a_picture_without_memory_fails_and_does_not_crash),
		WITH_FIXTURE(more_labels_and_notes_than_fit_are_left_out),
		WITH_FIXTURE(kinds_have_the_exit_codes_of_the_manual),
		WITH_FIXTURE(a_span_is_named_by_its_line),
		WITH_FIXTURE(a_product_shows_both_operands_and_their_shapes),
		WITH_FIXTURE(marks_that_touch_stand_under_their_operands),
		WITH_FIXTURE(a_file_is_named_with_line_and_column),
		WITH_FIXTURE(colours_are_red_for_the_place_and_cyan_around_it),
		WITH_FIXTURE(one_place_is_underlined),
		WITH_FIXTURE(a_label_may_stand_at_the_primary_place),
		WITH_FIXTURE(several_lines_are_shown_in_order),
		WITH_FIXTURE(a_label_in_another_file_becomes_a_line_below),
		WITH_FIXTURE(a_span_over_lines_is_underlined_to_the_end_of_its_first),
		WITH_FIXTURE(the_end_of_a_line_has_a_caret_past_it),
		WITH_FIXTURE(the_end_of_a_text_is_shown_where_its_last_line_ends),
		WITH_FIXTURE(an_empty_text_has_a_caret_too),
		WITH_FIXTURE(greek_and_combining_letters_keep_their_columns),
		WITH_FIXTURE(in_ascii_the_underlines_follow_the_spellings),
		WITH_FIXTURE(tabs_are_spaces_up_to_the_next_eighth_column),
		WITH_FIXTURE(controls_and_broken_bytes_do_not_reach_the_terminal),
		WITH_FIXTURE(a_long_line_is_shown_in_a_window),
		WITH_FIXTURE(a_window_touches_the_ends_of_the_line),
		WITH_FIXTURE(marks_too_far_apart_leave_the_primary_one_in_the_window),
		WITH_FIXTURE(a_window_makes_room_for_words),
		WITH_FIXTURE(a_mark_wider_than_the_window_is_cut),
		WITH_FIXTURE(a_note_may_have_several_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
