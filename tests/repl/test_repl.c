/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_repl.c: atled at a prompt, as somebody at a terminal sees it: what is
 * typed and answered, errors, leaving, options.
 *
 * The program is $ATLED, or ./atled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "typist.h"

#define RC ".config/atled/rc"

/* ---- typing ---- */

static void what_is_typed_is_answered(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "1 + 2", "3\n");
	answers(t, "x = 2", "x = 2\n");
	answers(t, "y = 3*x;", "");
	answers(t, "y", "y = 6\n");
	answers(t, "", "");
	answers(t, "# a remark", "");
}

static void a_banner_comes_first(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	assert_non_null(strstr(rows_since(t), "atled"));
}

static void quiet_has_no_banner(void **state)
{
	typist *t = *state;
	starts(t, "-q", NULL);
	assert_string_equal(rows_since(t), "");
	answers(t, "1", "1\n");
}

static void a_c_locale_has_a_plain_prompt_and_plain_answers(void **state)
{
	typist *t = *state;
	with_variable(t, "LANG", "C");
	t->prompt = ">";
	t->more = ".";
	starts(t, NULL);
	answers(t, "eta = 3", "eta = 3\n");
	types(t, "[1," ENTER);
	sees_more(t);
	types(t, "2]" ENTER);
	sees_prompt(t);
	answers(t, "eta^2;", "");
	answer_holds(t, "trace eta^2", "backward");
	for (size_t i = 0; i < t->n_raw; i++)
		assert_true((unsigned char)t->raw[i] < 0x80);
}

static void ascii_is_asked_for_by_an_option(void **state)
{
	typist *t = *state;
	t->prompt = ">";
	starts(t, "--ascii", NULL);
	answers(t, "1/4", "0.25\n");
}

static void without_any_locale_letters_beyond_ascii_can_be_typed(void **state)
{
	typist *t = *state;
	with_variable(t, "LANG", NULL);
	t->prompt = ">";
	starts(t, NULL);
	answer_holds(t, "η = 2", "eta = 2");
	answers(t, "1 + 1", "2\n");
}

static void letters_beyond_ascii_are_typed_and_edited(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "η = 0.5", "η = 0.5\n");
	answer_holds(t, "eta", "= 0.5");
	answers(t, "ŷ₁ = 2;", "");
	edits(t, "3 + ŷ₁η" LEFT, "∇ 3 + ŷ₁η");
	edits(t, "*", "∇ 3 + ŷ₁*η");
	answers(t, "", "4\n");
	edits(t, "η∂ŷ", "∇ η∂ŷ");
	edits(t, "\b\b\b", "∇");
}

static void a_line_wider_than_the_window_is_typed(void **state)
{
	typist *t = *state;
	t->columns = 40;
	starts(t, "-q", NULL);
	looks_below(t);
	types(t, "1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1" ENTER);
	sees_prompt(t);
	sees(t, "\n14\n");
}

/* ---- statements of several lines ---- */

static void an_open_bracket_asks_for_more(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "v = [1," ENTER);
	sees_more(t);
	looks_below(t);
	types(t, "2," ENTER);
	sees_more(t);
	answers(t, "3]; sum(v)", "6\n");
	answers(t, "1", "1\n");
}

static void an_operator_at_the_end_asks_for_more(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "1 +" ENTER);
	sees_more(t);
	answers(t, "2", "3\n");
}

static void a_block_asks_for_more(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "f(x) = {" ENTER);
	sees_more(t);
	looks_below(t);
	types(t, "x^2" ENTER);
	sees_more(t);
	answers(t, "}", "");
	answers(t, "f(3)", "9\n");
}

static void an_error_in_a_later_line_ends_the_statement(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "v = [1," ENTER);
	sees_more(t);
	answer_holds(t, "2)", "error: ");
	answers(t, "7", "7\n");
}

/* ---- errors ---- */

static void an_error_has_carets_and_the_session_goes_on(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "x = [1, 2];", "");
	answers(t, "W = [1, 2, 3; 4, 5, 6];", "");
	answer_holds(t, "W * x", "error: ");
	answer_holds(t, "W * x", "\n    | W is 2×3");
	answer_holds(t, "W * x", "\n    | - ^ -\n");
	answer_holds(t, "nosuchname", "nosuchname");
	answer_holds(t, "log(-1)", "error: ");
	answers(t, "sum(x)", "3\n");
	types(t, CTRL_D);
	assert_int_equal(ends(t), 0);
}

static void what_stands_behind_an_error_on_its_line_is_dropped(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answer_holds(t, "a = 1; nosuchname; a = 2", "nosuchname");
	answers(t, "a", "a = 1\n");
}

static void a_check_that_says_no_does_not_end_the_session(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answer_holds(t, "check 1 == 2", "1");
	answers(t, "3", "3\n");
	types(t, "quit" ENTER);
	assert_int_equal(ends(t), 0);
}

/* ---- leaving ---- */

static void ctrl_d_leaves_on_a_new_line(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answer_holds(t, "nosuchname", "error: ");
	size_t row = screen_row(t->screen);
	types(t, CTRL_D);
	assert_int_equal(ends(t), 0);
	assert_int_equal(screen_row(t->screen), row + 1);
	assert_int_equal(screen_column(t->screen), 0);
}

static void ctrl_d_drops_a_statement_that_is_not_complete(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "v = [1," ENTER);
	sees_more(t);
	looks_below(t);
	types(t, CTRL_D);
	sees_prompt(t);
	answers(t, "5", "5\n");
	answer_holds(t, "v", "error: ");
	types(t, CTRL_D);
	assert_int_equal(ends(t), 0);
}

static void ctrl_d_in_a_line_does_not_leave(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	edits(t, "12" CTRL_D LEFT CTRL_D, "∇ 1");
	answers(t, "", "1\n");
}

static void quit_leaves(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "1; quit; 2" ENTER);
	assert_int_equal(ends(t), 0);
	assert_null(strstr(t->raw, "\n2"));
}

static void a_terminal_that_goes_away_ends_the_session(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "a = 5", "a = 5\n");
	hangs_up(t);
	(void)ends(t);
	char *history = file_text(t, ".local/state/atled/history");
	assert_non_null(history);
	assert_non_null(strstr(history, "a = 5\n"));
	free(history);
}

static void a_terminal_that_goes_away_ends_a_computation(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "show \"begun\"; while 1 { }" ENTER);
	sees(t, "\nbegun\n");
	hangs_up(t);
	(void)ends(t);
}

/* ---- options at the prompt ---- */

static void a_text_is_run_and_the_prompt_follows(void **state)
{
	typist *t = *state;
	starts(t, "-i", "-e", "x=3", NULL);
	sees(t, "x = 3");
	answers(t, "x + 1", "4\n");
	types(t, CTRL_D);
	assert_int_equal(ends(t), 0);
}

static void after_a_script_that_fails_the_prompt_follows(void **state)
{
	typist *t = *state;
	with_file(t, "lesson.atl", "x = 3\nnosuchname\nx = 4\n");
	starts(t, "-i", "lesson.atl", NULL);
	sees(t, "nosuchname");
	sees(t, "lesson.atl:2");
	answers(t, "x", "x = 3\n");
}

static void options_hold_at_the_prompt(void **state)
{
	typist *t = *state;
	starts(t, "-x", "-D", "k=1/3", NULL);
	answers(t, "k + 1/6", "1/2\n");
}

static void a_text_alone_has_no_prompt_and_writes_nothing(void **state)
{
	typist *t = *state;
	with_file(t, RC, "show \"rc\"\n");
	starts_only(t, "-e", "1 + 2", NULL);
	assert_int_equal(ends(t), 0);
	assert_string_equal(t->raw, "3\r\n");
	assert_int_equal(mode_of(t, ".local"), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TYPED(what_is_typed_is_answered),
		TYPED(a_banner_comes_first),
		TYPED(quiet_has_no_banner),
		TYPED(a_c_locale_has_a_plain_prompt_and_plain_answers),
		TYPED(ascii_is_asked_for_by_an_option),
		TYPED(without_any_locale_letters_beyond_ascii_can_be_typed),
		TYPED(letters_beyond_ascii_are_typed_and_edited),
		TYPED(a_line_wider_than_the_window_is_typed),
		TYPED(an_open_bracket_asks_for_more),
		TYPED(an_operator_at_the_end_asks_for_more),
		TYPED(a_block_asks_for_more),
		TYPED(an_error_in_a_later_line_ends_the_statement),
		TYPED(an_error_has_carets_and_the_session_goes_on),
		TYPED(what_stands_behind_an_error_on_its_line_is_dropped),
		TYPED(a_check_that_says_no_does_not_end_the_session),
		TYPED(ctrl_d_leaves_on_a_new_line),
		TYPED(ctrl_d_drops_a_statement_that_is_not_complete),
		TYPED(ctrl_d_in_a_line_does_not_leave),
		TYPED(quit_leaves),
		TYPED(a_terminal_that_goes_away_ends_the_session),
		TYPED(a_terminal_that_goes_away_ends_a_computation),
		TYPED(a_text_is_run_and_the_prompt_follows),
		TYPED(after_a_script_that_fails_the_prompt_follows),
		TYPED(options_hold_at_the_prompt),
		TYPED(a_text_alone_has_no_prompt_and_writes_nothing),
	};
	int failed = cmocka_run_group_tests_name("typing", tests, NULL, NULL);
	return failed + run_keys() + run_keeping() != 0;
}
