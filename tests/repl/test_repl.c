/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_repl.c: atled at a prompt, as somebody at a terminal sees it.
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

#define HISTORY ".local/state/atled/history"
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
	answers(t, "trace eta^2;", "");
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

/* ---- completion ---- */

static void tab_completes_a_function_with_its_bracket(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	edits(t, "1 + sigm" TAB, "∇ 1 + sigmoid(");
	answers(t, "0)", "1.5\n");
	edits(t, "2*sigm" TAB, "∇ 2*sigmoid(");
	answers(t, "0)", "1\n");
}

static void tab_completes_a_name(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "weights = 3;", "");
	answers(t, "Δloss₁ = 4;", "");
	edits(t, "wei" TAB, "∇ weights");
	answers(t, "", "weights = 3\n");
	edits(t, "(weig" TAB "+1)", "∇ (weights+1)");
	answers(t, "", "4\n");
	edits(t, "Δlo" TAB, "∇ Δloss₁");
	answers(t, "", "Δloss₁ = 4\n");
}

static void tab_completes_a_function_of_ones_own(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "energy(x) = x^2/2", "");
	edits(t, "ener" TAB, "∇ energy(");
	answers(t, "4)", "8\n");
}

static void tab_completes_a_statement_word(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	edits(t, "chec" TAB, "∇ check");
	answer_holds(t, " 1 == 1", "1");
}

static void tab_completes_a_setting(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	edits(t, "set dig" TAB, "∇ set digits");
	answers(t, " 3", "");
	answers(t, "1/3", "0.333\n");
}

static void tab_completes_a_file(void **state)
{
	typist *t = *state;
	with_file(t, "lesson.atl", "1 + 1\n");
	with_file(t, "other.atl", "2\n");
	starts(t, NULL);
	edits(t, "load \"les" TAB, "∇ load \"lesson.atl\"");
	answers(t, "", "2\n");
}

static void tab_twice_lists_what_fits(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	edits(t, "softm" TAB, "∇ softmax(");
	edits(t, CTRL_C, "∇");
	types(t, "soft" TAB TAB);
	sees(t, "softplus(");
	sees(t, "softsign(");
	sees_line(t, "∇ soft");
}

static void tab_with_nothing_that_fits_changes_nothing(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	edits(t, "nosuchname" TAB, "∇ nosuchname");
	edits(t, CTRL_C, "∇");
	edits(t, TAB "7", "∇ 7");
	answers(t, "", "7\n");
}

/* ---- Ctrl-C ---- */

static void ctrl_c_clears_the_line(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	edits(t, "nonsense ((", "∇ nonsense ((");
	looks_below(t);
	types(t, CTRL_C);
	sees_prompt(t);
	answers(t, "2", "2\n");
	looks_below(t);
	types(t, CTRL_C);
	sees_prompt(t);
	answers(t, "3", "3\n");
}

static void ctrl_c_drops_a_statement_that_is_not_complete(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "v = [1," ENTER);
	sees_more(t);
	types(t, "2, 3");
	looks_below(t);
	types(t, CTRL_C);
	sees_prompt(t);
	answers(t, "5", "5\n");
	answer_holds(t, "v", "error: ");
}

static void ctrl_c_leaves_a_search(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "11 + 1", "12\n");
	types(t, "\022" "11");
	sees(t, "11 + 1");
	looks_below(t);
	types(t, CTRL_C);
	sees_prompt(t);
	answers(t, "5", "5\n");
}

/* What was computed before stays, and the session answers. */
static void stops(typist *t, const char *statement)
{
	answers(t, "x = 41", "x = 41\n");
	looks_below(t);
	types(t, "show \"begun\"; ");
	types(t, statement);
	types(t, ENTER);
	sees(t, "\nbegun\n");
	waits(t, 0.1);
	types(t, CTRL_C);
	sees_prompt(t);
	sees(t, "interrupted");
	answers(t, "x + 1", "42\n");
	answers(t, "x = 1", "x = 1\n");
}

static void ctrl_c_stops_an_endless_loop(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	stops(t, "while 1 { }");
	stops(t, "while 1 { y = value(x) }");
}

static void ctrl_c_stops_a_long_computation(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	stops(t, "A = rand(400, 400); repeat 100000 { A*A; }");
	stops(t, "set number exact; A = rand(200, 200); B = inv(A)");
}

static void ctrl_c_stops_one_long_operation(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	stops(t, "A = rand(2000, 2000); B = A*A*A*A*A*A*A*A");
}

static void ctrl_c_stops_a_recursion_and_a_load(void **state)
{
	typist *t = *state;
	with_file(t, "endless.atl", "while 1 { z = 1; }\n");
	starts(t, NULL);
	stops(t, "load \"endless.atl\"");
}

static void ctrl_c_is_answered_again_and_again(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	for (int i = 0; i < 5; i++)
		stops(t, "while 1 { }");
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

/* ---- history ---- */

static void history_is_kept_for_the_user_alone(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "a = 5", "a = 5\n");
	types(t, CTRL_D);
	assert_int_equal(ends(t), 0);
	char *text = file_text(t, HISTORY);
	assert_non_null(text);
	assert_non_null(strstr(text, "a = 5\n"));
	free(text);
	assert_int_equal(mode_of(t, HISTORY), 0600);
	assert_int_equal(mode_of(t, ".local/state/atled"), 0700);
	assert_int_equal(mode_of(t, ".local/state"), 0700);
	assert_int_equal(mode_of(t, ".local"), 0700);
}

static void history_is_where_xdg_says(void **state)
{
	typist *t = *state;
	char folder[PATH + 8];
	snprintf(folder, sizeof folder, "%s/state", t->home);
	with_variable(t, "XDG_STATE_HOME", folder);
	starts(t, NULL);
	answers(t, "a = 5", "a = 5\n");
	types(t, "quit" ENTER);
	assert_int_equal(ends(t), 0);
	assert_int_equal(mode_of(t, "state/atled/history"), 0600);
	assert_int_equal(mode_of(t, ".local"), 0);
}

static void up_recalls_what_an_earlier_session_typed(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "10 + 1", "11\n");
	answers(t, "10 + 2", "12\n");
	types(t, CTRL_D);
	assert_int_equal(ends(t), 0);
	starts(t, NULL);
	edits(t, UP, "∇ 10 + 2");
	edits(t, UP, "∇ 10 + 1");
	answers(t, "", "11\n");
}

static void up_recalls_a_statement_of_several_lines_whole(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "s = sum([1, 2" ENTER);
	sees_more(t);
	answers(t, "3, 4])", "s = 10\n");
	edits(t, UP, "3, 4])");
	answers(t, "", "s = 10\n");
	types(t, CTRL_D);
	assert_int_equal(ends(t), 0);
	starts(t, NULL);
	types(t, UP);
	sees(t, "∇ s = sum([1, 2\n3, 4])");
	answers(t, "", "s = 10\n");
}

static void history_keeps_what_looks_like_its_own_times(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "#12345", "");
	answers(t, "1 + 1 # 99", "2\n");
	types(t, CTRL_D);
	assert_int_equal(ends(t), 0);
	starts(t, NULL);
	edits(t, UP, "∇ 1 + 1 # 99");
	types(t, UP);
	sees(t, "#12345");
}

static void what_failed_can_be_recalled_and_mended(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answer_holds(t, "sigmoid(0) +* 1", "error: ");
	edits(t, UP, "∇ sigmoid(0) +* 1");
}

static void without_a_place_for_history_the_session_works(void **state)
{
	typist *t = *state;
	with_variable(t, "HOME", "/dev/null/nowhere");
	starts(t, NULL);
	answers(t, "1 + 1", "2\n");
	edits(t, UP, "∇ 1 + 1");
	edits(t, CTRL_C, "∇");
	types(t, CTRL_D);
	assert_int_equal(ends(t), 0);
}

/* ---- the rc file ---- */

static void the_rc_file_is_run_first(void **state)
{
	typist *t = *state;
	with_file(t, RC, "set digits 3\nk = 7;\n");
	starts(t, NULL);
	answers(t, "1/3", "0.333\n");
	answers(t, "k", "k = 7\n");
}

static void an_error_in_the_rc_file_names_it(void **state)
{
	typist *t = *state;
	with_file(t, RC, "set digits 3\nnosuchname\n");
	starts(t, NULL);
	sees(t, "nosuchname");
	sees(t, "rc:2");
	answers(t, "1/3", "0.333\n");
}

static void the_rc_file_may_be_endless(void **state)
{
	typist *t = *state;
	with_file(t, RC, "show \"begun\"\nwhile 1 { }\n");
	starts_only(t, NULL);
	sees(t, "begun");
	waits(t, 0.1);
	types(t, CTRL_C);
	sees_prompt(t);
	answers(t, "1", "1\n");
}

/* ---- colours and the window ---- */

static bool colored(const typist *t)
{
	for (const char *p = t->raw; (p = strstr(p, "\033[")); p += 2)
		if (p[2 + strspn(p + 2, "0123456789;")] == 'm')
			return true;
	return false;
}

static void errors_are_coloured(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answer_holds(t, "nosuchname", "error: ");
	assert_true(colored(t));
}

static void no_color_is_obeyed(void **state)
{
	typist *t = *state;
	with_variable(t, "NO_COLOR", "1");
	starts(t, NULL);
	answer_holds(t, "nosuchname", "error: ");
	answer_holds(t, "x = 2; trace x^2", "backward");
	assert_false(colored(t));
	starts(t, "--color=always", NULL);
	answer_holds(t, "nosuchname", "error: ");
	assert_true(colored(t));
}

static void colour_never_is_obeyed(void **state)
{
	typist *t = *state;
	starts(t, "--color=never", NULL);
	answer_holds(t, "nosuchname", "error: ");
	answer_holds(t, "x = 2; trace x^2", "backward");
	assert_false(colored(t));
}

static void a_dumb_terminal_is_not_coloured(void **state)
{
	typist *t = *state;
	with_variable(t, "TERM", "dumb");
	starts(t, NULL);
	answer_holds(t, "nosuchname", "error: ");
	assert_false(colored(t));
}

/* The columns of the widest row of the answer, which is in ASCII. */
static size_t width_of(typist *t, const char *line)
{
	answer_holds(t, line, "0");
	size_t widest = 0;
	for (const char *p = rows_since(t); *p; p += strcspn(p, "\n") + 1) {
		size_t n = strcspn(p, "\n");
		widest = n > widest ? n : widest;
	}
	return widest;
}

static void rows_are_as_wide_as_the_window(void **state)
{
	static const char wide[] = "linspace(0, 1, 90)'";
	typist *t = *state;
	t->columns = 160;
	t->prompt = ">";
	starts(t, "--ascii", "-q", NULL);
	assert_in_range(width_of(t, wide), 81, 160);
	resizes(t, 60);
	waits(t, 0.1);
	assert_in_range(width_of(t, wide), 20, 60);
	resizes(t, 120);
	waits(t, 0.1);
	assert_in_range(width_of(t, wide), 61, 120);
}

static void the_width_that_was_set_holds_until_the_window_changes(void **state)
{
	typist *t = *state;
	t->columns = 120;
	starts(t, NULL);
	answers(t, "set width 50", "");
	answer_holds(t, "set", "set width 50\n");
	answer_holds(t, "set", "set width 50\n");
	resizes(t, 90);
	waits(t, 0.1);
	answer_holds(t, "set", "set width 90\n");
}

/* ---- pasting ---- */

static void several_lines_can_be_typed_ahead(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "a = 1" ENTER "b = [2," ENTER "3]" ENTER "sum(b) + a + 100" ENTER);
	sees(t, "\n106\n∇");
}

static void a_paste_is_run_when_it_is_entered(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, PASTE "a = 1\rb = 2\ra + b + 100" PASTED);
	sees(t, "a + b + 100");
	looks_below(t);
	types(t, ENTER);
	sees_prompt(t);
	assert_string_equal(rows_since(t), "a = 1\nb = 2\n103\n");
	types(t, PASTE "c = [1\r2\r3]\r" PASTED);
	sees(t, "3]");
	looks_below(t);
	types(t, ENTER);
	sees_prompt(t);
	answers(t, "sum(c)", "6\n");
}

static void a_transcript_can_be_pasted(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, PASTE "∇ a = 4\ra = 4\r∇ a + 100\r" PASTED);
	sees(t, "a + 100");
	types(t, ENTER);
	sees(t, "\n104\n∇");
	answers(t, "∇ a + 1", "5\n");
}

static void a_paste_stops_at_its_first_error(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, PASTE "a = 1\rnosuchname\ra = 2" PASTED);
	sees(t, "a = 2");
	looks_below(t);
	types(t, ENTER);
	sees_prompt(t);
	answers(t, "a", "a = 1\n");
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

#define TYPED(test) cmocka_unit_test_setup_teardown(test, typist_arrives, typist_leaves)

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		TYPED(tab_completes_a_function_with_its_bracket),
		TYPED(tab_completes_a_name),
		TYPED(tab_completes_a_function_of_ones_own),
		TYPED(tab_completes_a_statement_word),
		TYPED(tab_completes_a_setting),
		TYPED(tab_completes_a_file),
		TYPED(tab_twice_lists_what_fits),
		TYPED(tab_with_nothing_that_fits_changes_nothing),
		TYPED(ctrl_c_clears_the_line),
		TYPED(ctrl_c_drops_a_statement_that_is_not_complete),
		TYPED(ctrl_c_leaves_a_search),
		TYPED(ctrl_c_stops_an_endless_loop),
		TYPED(ctrl_c_stops_a_long_computation),
		TYPED(ctrl_c_stops_one_long_operation),
		TYPED(ctrl_c_stops_a_recursion_and_a_load),
		TYPED(ctrl_c_is_answered_again_and_again),
		TYPED(ctrl_d_leaves_on_a_new_line),
		TYPED(ctrl_d_drops_a_statement_that_is_not_complete),
		TYPED(ctrl_d_in_a_line_does_not_leave),
		TYPED(quit_leaves),
		TYPED(history_is_kept_for_the_user_alone),
		TYPED(history_is_where_xdg_says),
		TYPED(up_recalls_what_an_earlier_session_typed),
		TYPED(up_recalls_a_statement_of_several_lines_whole),
		TYPED(history_keeps_what_looks_like_its_own_times),
		TYPED(what_failed_can_be_recalled_and_mended),
		TYPED(without_a_place_for_history_the_session_works),
		TYPED(the_rc_file_is_run_first),
		TYPED(an_error_in_the_rc_file_names_it),
		TYPED(the_rc_file_may_be_endless),
		TYPED(errors_are_coloured),
		TYPED(no_color_is_obeyed),
		TYPED(colour_never_is_obeyed),
		TYPED(a_dumb_terminal_is_not_coloured),
		TYPED(rows_are_as_wide_as_the_window),
		TYPED(the_width_that_was_set_holds_until_the_window_changes),
		TYPED(several_lines_can_be_typed_ahead),
		TYPED(a_paste_is_run_when_it_is_entered),
		TYPED(a_transcript_can_be_pasted),
		TYPED(a_paste_stops_at_its_first_error),
		TYPED(a_text_is_run_and_the_prompt_follows),
		TYPED(after_a_script_that_fails_the_prompt_follows),
		TYPED(options_hold_at_the_prompt),
		TYPED(a_text_alone_has_no_prompt_and_writes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
