/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.c: keys that do more than write: Tab, Ctrl-C, and what is pasted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "typist.h"

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

static void tab_completes_behind_a_sign_and_a_help_without_its_bracket(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "weight = 2; loss = weight^2;", "");
	edits(t, "∂loss/∂wei" TAB, "∇ ∂loss/∂weight");
	answers(t, "", "4\n");
	edits(t, "help sigm" TAB, "∇ help sigmoid");
	edits(t, CTRL_C, "∇");
	edits(t, "?sigm" TAB, "∇ ?sigmoid");
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
	edits(t, "softma" TAB, "∇ softmax(");
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
	sees(t, "2, 3"); /* the line is being edited */
	looks_below(t);
	types(t, CTRL_C);
	sees_prompt(t);
	answers(t, "5", "5\n");
	answer_holds(t, "v", "error: ");
}

static void step_goes_a_key_at_a_time_forward_and_back(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "x = 3;", "");
	looks_below(t);
	types(t, "step relu(x)" ENTER);
	sees(t, "1/4 forward  [x] f");
	waits(t, 0.2); /* until keys are read one by one */
	types(t, " ?");
	sees(t, "f = relu(x) = 3");
	sees(t, "relu: max(x, 0)");
	types(t, LEFT "?");
	sees(t, "x is given");
	types(t, "z" ENTER " ");
	sees(t, "3/4 backward x [f]");
	types(t, " ?");
	sees(t, "4/4 backward [x] f");
	sees(t, "relu sends back g .* (x > 0), where g = ");
	types(t, " ");
	sees_prompt(t);
	answers(t, "x", "x = 3\n");
}

static void step_is_left_by_q_and_by_ctrl_c(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	answers(t, "x = 3;", "");
	looks_below(t);
	types(t, "step x*x" ENTER);
	sees(t, "1/6 forward");
	waits(t, 0.2); /* until keys are read one by one */
	types(t, "q");
	sees_prompt(t);
	looks_below(t);
	types(t, "step x*x" ENTER);
	sees(t, "1/6 forward");
	waits(t, 0.2);
	types(t, CTRL_C);
	sees_prompt(t);
	answers(t, "x", "x = 3\n");
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

/* ---- stopping ---- */

static void after_a_stop_the_line_is_shown_again(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	edits(t, "x = 4", "∇ x = 4");
	is_interrupted_by(t, "$ fg");
	sees_line(t, "∇ x = 4");
	answers(t, "2", "x = 42\n");
}

static void after_a_stop_a_computation_goes_on(void **state)
{
	typist *t = *state;
	starts(t, NULL);
	types(t, "show \"begun\"; while 1 { }" ENTER);
	sees(t, "\nbegun\n");
	is_interrupted_by(t, "$ fg");
	waits(t, 0.1);
	types(t, CTRL_C);
	sees_prompt(t);
	answers(t, "1", "1\n");
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

int run_keys(void)
{
	static const struct CMUnitTest tests[] = {
		TYPED(tab_completes_a_function_with_its_bracket),
		TYPED(tab_completes_a_name),
		TYPED(tab_completes_a_function_of_ones_own),
		TYPED(tab_completes_behind_a_sign_and_a_help_without_its_bracket),
		TYPED(tab_completes_a_statement_word),
		TYPED(tab_completes_a_setting),
		TYPED(tab_completes_a_file),
		TYPED(tab_twice_lists_what_fits),
		TYPED(tab_with_nothing_that_fits_changes_nothing),
		TYPED(ctrl_c_clears_the_line),
		TYPED(ctrl_c_drops_a_statement_that_is_not_complete),
		TYPED(step_goes_a_key_at_a_time_forward_and_back),
		TYPED(step_is_left_by_q_and_by_ctrl_c),
		TYPED(ctrl_c_leaves_a_search),
		TYPED(ctrl_c_stops_an_endless_loop),
		TYPED(ctrl_c_stops_a_long_computation),
		TYPED(ctrl_c_stops_one_long_operation),
		TYPED(ctrl_c_stops_a_recursion_and_a_load),
		TYPED(ctrl_c_is_answered_again_and_again),
		TYPED(after_a_stop_the_line_is_shown_again),
		TYPED(after_a_stop_a_computation_goes_on),
		TYPED(several_lines_can_be_typed_ahead),
		TYPED(a_paste_is_run_when_it_is_entered),
		TYPED(a_transcript_can_be_pasted),
		TYPED(a_paste_stops_at_its_first_error),
	};
	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
