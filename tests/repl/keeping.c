/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeping.c: what outlives a line: history, the rc file, colours, the width. */
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

int run_keeping(void)
{
	static const struct CMUnitTest tests[] = {
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
	};
	return cmocka_run_group_tests_name("keeping", tests, NULL, NULL);
}
