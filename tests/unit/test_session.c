/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_session.c: statements, names, updates, control, functions, checks:
 * what a session prints and how it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/mem.h"
#include "base/text.h"
#include "session/session.h"

typedef struct talk {
	atl_session *session;
	atl_buf out, err;
	volatile sig_atomic_t stop;
} talk;

static void take_out(void *data, const char *text, size_t len)
{
	talk *t = data;
	atl_buf_addn(&t->out, text, len);
}

static void take_err(void *data, const char *text, size_t len)
{
	talk *t = data;
	atl_buf_addn(&t->err, text, len);
}

static talk *begin(atl_mode mode, bool interactive)
{
	talk *t = atl_calloc(1, sizeof *t);
	assert_non_null(t);
	atl_options o = { .sink = { take_out, take_err, t },
		          .mode = mode,
		          .interactive = interactive,
		          .stop = &t->stop };
	t->session = atl_session_new(&o);
	assert_non_null(t->session);
	assert_int_equal(atl_session_open(t->session, NULL, 1), ATL_OK);
	return t;
}

static void end(talk *t)
{
	atl_session_free(t->session);
	atl_buf_clear(&t->out);
	atl_buf_clear(&t->err);
	atl_free(t);
}

static atl_state say(talk *t, const char *text)
{
	return atl_session_feed(t->session, text, strlen(text), false);
}

/* A script prints `out` and nothing else. */
static void prints(const char *script, const char *out)
{
	talk *t = begin(ATL_TEXT, false);
	atl_state state = atl_session_feed(t->session, script, strlen(script), true);
	assert_string_equal(atl_buf_text(&t->err), "");
	assert_string_equal(atl_buf_text(&t->out), out);
	assert_int_equal(state, ATL_READY);
	end(t);
}

/* A script prints `out` and a note that holds `note`. */
static void notes(const char *script, const char *out, const char *note)
{
	talk *t = begin(ATL_TEXT, false);
	(void)atl_session_feed(t->session, script, strlen(script), true);
	assert_string_equal(atl_buf_text(&t->out), out);
	if (!strstr(atl_buf_text(&t->err), note))
		assert_string_equal(atl_buf_text(&t->err), note);
	assert_int_equal(strncmp(atl_buf_text(&t->err), "note: ", 6), 0);
	assert_int_equal(atl_session_exit(t->session), 0);
	end(t);
}

/* A script fails with a diagnostic that holds `words`, having printed `out`. */
static void fails(const char *script, const char *out, int code, const char *words)
{
	talk *t = begin(ATL_TEXT, false);
	assert_int_equal(atl_session_feed(t->session, script, strlen(script), true), ATL_FAILED);
	assert_string_equal(atl_buf_text(&t->out), out);
	if (!strstr(atl_buf_text(&t->err), words))
		assert_string_equal(atl_buf_text(&t->err), words);
	assert_int_equal(atl_session_exit(t->session), code);
	end(t);
}

#define TEST(name) static void name(void **unused_)
#define UNUSED (void)unused_

/* ---- printing ---- */

TEST(a_definition_prints_its_name_and_an_expression_its_value)
{
	UNUSED;
	prints("x = 3\nx\nx + 1\n", "x = 3\nx = 3\n4\n");
}

TEST(a_semicolon_silences_the_statement_before_it)
{
	UNUSED;
	prints("x = 3; y = 4\n5; x\n", "y = 4\nx = 3\n");
}

TEST(a_block_prints_expressions_and_no_definitions)
{
	UNUSED;
	prints("for k in 1:2 { y = k; k^2 }\n", "1\n4\n");
}

TEST(ans_is_the_last_value_of_an_expression)
{
	UNUSED;
	prints("1/4\nans*8\n[1, 2];\nans'*ans\n", "0.25\n2\n5\n");
}

TEST(show_prints_texts_and_values_on_one_line)
{
	UNUSED;
	prints("show \"epoch\", 3, [1, 2]\n", "epoch 3 [1; 2]\n");
}

TEST(json_has_one_object_a_line)
{
	UNUSED;
	talk *t = begin(ATL_JSON, false);
	assert_int_equal(say(t, "x = [1, 2]\n7\ncheck 2 == 3\nshow \"a\", 1\n"), ATL_READY);
	assert_string_equal(
	        atl_buf_text(&t->out),
	        "{\"name\":\"x\",\"shape\":[2,1],\"value\":[[1],[2]]}\n"
	        "{\"name\":null,\"shape\":[1,1],\"value\":7}\n"
	        "{\"check\":\"2 == 3\",\"verdict\":\"no\",\"worst\":{\"entry\":[1],\"value\":2,"
	        "\"claimed\":3,\"off\":1},\"differ\":1,\"entries\":1,\"wrong\":[[1]]}\n"
	        "{\"show\":[\"a\",1]}\n");
	assert_int_equal(say(t, "nobody\n"), ATL_FAILED);
	assert_string_equal(atl_buf_text(&t->err),
	                    "{\"error\":\"unknown name \\\"nobody\\\"\",\"line\":5,\"column\":1,"
	                    "\"notes\":[],\"exit\":3}\n");
	end(t);
}

/* ---- names and updates ---- */

TEST(an_update_changes_what_depends_on_the_input)
{
	UNUSED;
	prints("x = 3; y = x^2\nx <- 4\ny\n", "y = 9\nx = 4\ny = 16\n");
}

TEST(a_new_binding_leaves_what_uses_the_earlier_one_and_a_note_says_so)
{
	UNUSED;
	notes("x = 3; y = x^2;\nx = 5;\ny\n", "y = 9\n", "\"y\" still uses the earlier \"x\"");
}

TEST(an_earlier_binding_can_be_typed)
{
	UNUSED;
	prints("h = 1; h = h + 1; h = 2*h\nh~1\nh~2\n", "h = 4\nh~1 = 1\nh~2 = 2\n");
}

TEST(several_updates_are_evaluated_before_any_is_stored)
{
	UNUSED;
	prints("x = 1; y = 2;\nx, y <- y, x\n", "x = 2\ny = 1\n");
}

TEST(an_entry_a_row_and_a_column_can_be_stored)
{
	UNUSED;
	prints("Q = [1, 2; 3, 4];\nQ[2,1] <- 7\nQ[1,:] <- [[5, 6]]\nQ[:,2] <- 0\nQ[end,end] += 1\n",
	       "Q = [1, 2; 7, 4]\nQ = [5, 6; 7, 4]\nQ = [5, 0; 7, 0]\nQ = [5, 0; 7, 1]\n");
}

TEST(an_index_update_names_what_is_outside)
{
	UNUSED;
	fails("Q = [1, 2; 3, 4];\nQ[3,1] <- 1\n", "", 3, "index 3 is outside");
}

TEST(plus_minus_and_times_updates_work_on_the_value)
{
	UNUSED;
	prints("x = 10; x += 5; x -= 3; x *= 2\n", "x = 24\n");
}

TEST(an_update_of_a_computed_or_an_unknown_name_offers_a_definition)
{
	UNUSED;
	fails("x = 1; y = x^2;\ny <- 3\n", "", 3, "y = ... defines it anew");
	fails("y <- 3\n", "", 3, "y = ... makes one");
}

TEST(a_shape_changes_only_when_nothing_depends_on_it)
{
	UNUSED;
	prints("x = [1, 2]; x <- [x; 3]\n", "x = [1; 2; 3]\n");
	fails("x = [1, 2]; y = sum(x); z = 2*y;\nx <- [1, 2, 3]\n", "", 3, "because of y, z");
}

TEST(an_update_that_fails_stores_nothing)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, true);
	(void)say(t, "x = 1; y = 2; z = x + y;\n");
	assert_int_equal(say(t, "x, y <- 5, log(-1)\n"), ATL_FAILED);
	assert_int_equal(say(t, "x, z <- 5, 6\n"), ATL_FAILED);
	assert_int_equal(say(t, "x\n"), ATL_READY);
	assert_string_equal(atl_buf_text(&t->out), "x = 1\n");
	end(t);
}

TEST(a_definition_that_fails_binds_nothing)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, true);
	assert_int_equal(say(t, "x = log(-1);\n"), ATL_FAILED);
	assert_int_equal(say(t, "x\n"), ATL_FAILED);
	assert_non_null(strstr(atl_buf_text(&t->err), "unknown name \"x\""));
	end(t);
}

TEST(an_error_after_an_update_names_the_update)
{
	UNUSED;
	fails("x = 1; y = log(x);\nx <- -1;\ny\n", "", 4, "since x <- -1 (line 2)");
}

TEST(value_is_a_number_that_no_update_changes)
{
	UNUSED;
	prints("x = 3; y = value(x^2);\nx <- 5;\ny\ngrad(y, x)\n", "y = 9\n0\n");
}

TEST(undo_takes_back_one_statement)
{
	UNUSED;
	prints("x = 1; x <- 2; undo\nx\n", "x = 1\n");
	prints("x = 1;\nfor k in 1:5 { x <- x + k }\nundo\nx\n", "x = 1\n");
	prints("x = 1; x = 2; undo\nx\n", "x = 1\n");
	prints("x = [1, 2]; x <- 3; undo\nx\n", "x = [1; 2]\n");
	prints("f(x) = x; f(x) = 2*x; undo\nf(4)\n", "4\n");
	prints("x = 1; clear x\nundo\nx\n", "x = 1\n");
	fails("undo\n", "", 3, "no statement to undo");
}

TEST(a_cleared_name_is_free)
{
	UNUSED;
	fails("x = 1; y = x + 1; clear x\ny\nx\n", "y = 2\n", 3, "unknown name \"x\"");
}

TEST(an_unknown_name_hints_at_what_was_meant)
{
	UNUSED;
	fails("W = 2; x = 3;\nWx\n", "", 3, "W*x");
	fails("dL/dW\n", "", 3, "∂L/∂W");
	fails("e^2\n", "", 3, "exp(1)");
	fails("gamma_1 = 1;\ngama_1\n", "", 3, "did you mean \"gamma_1\"?");
	fails("sigmoid\n", "", 3, "is a function");
	fails("a = 2;\na(3 + 1)\n", "", 3, "a*(3 + 1)");
}

TEST(greek_letters_and_their_names_are_one_variable)
{
	UNUSED;
	prints("eta = 2; η\n", "η = 2\n");
}

/* ---- control ---- */

TEST(the_first_condition_that_holds_decides)
{
	UNUSED;
	prints("x = 2;\nif x == 1 { 10 } elif x == 2 { 20 } else { 30 }\n", "20\n");
}

TEST(loops_run_while_their_condition_holds)
{
	UNUSED;
	prints("i = 0;\nwhile i < 3 { i <- i + 1 }\ni\nrepeat 4 { i += 1 }\ni\n", "i = 3\ni = 7\n");
}

TEST(for_goes_through_entries_or_rows)
{
	UNUSED;
	prints("for k in [3, 1/2] { k }\nfor r in [1, 2; 3, 4] { r }\nfor z in [] { z }\n",
	       "k = 3\nk = 0.5\nr = [[1, 2]]\nr = [[3, 4]]\n");
}

TEST(a_loop_variable_is_a_constant_and_an_index)
{
	UNUSED;
	prints("x = [4, 5, 6]; L = 0;\nfor k in 1:3 { L = L + k*x[k] }\ngrad(L, x)\n",
	       "[1; 2; 3]\n");
	fails("for k in 1:2 { k <- 3 }\n", "", 3, "counter of a `for`");
}

TEST(an_error_in_a_loop_says_which_turn_and_what_stays)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, true);
	assert_int_equal(say(t, "x = 3;\n"), ATL_READY);
	assert_int_equal(say(t, "repeat 5 { x <- x - 1; 1/x; }\n"), ATL_FAILED);
	assert_non_null(strstr(atl_buf_text(&t->err),
	                       "in turn 3 of repeat (line 2); the 2 before it stay"));
	(void)say(t, "x\n");
	assert_string_equal(atl_buf_text(&t->out), "x = 0\n");
	end(t);
}

TEST(a_formula_in_a_loop_that_follows_an_update_gets_one_note)
{
	UNUSED;
	notes("x = 1; L = x^2;\nrepeat 3 { old = L; x <- x - 0.1 }\nx\n", "x = 0.7\n",
	      "old = value(...)");
}

TEST(ten_thousand_successors_get_one_note)
{
	UNUSED;
	notes("h = 1;\nrepeat 10005 { h = h/2 + 1 }\nh\n", "h = 2\n", "`h <- ...` stores a number");
}

TEST(the_limit_of_seconds_ends_a_loop_and_keeps_the_session)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, true);
	(void)say(t, "x = 1;\nset limit seconds 0.02\n");
	assert_int_equal(say(t, "while x > 0 { x += 1 }\n"), ATL_FAILED);
	assert_non_null(strstr(atl_buf_text(&t->err), "reached the limit of 0.02 seconds"));
	assert_int_equal(atl_session_exit(t->session), 4);
	/* the next statement has its own */
	(void)say(t, "2 + 3\nset limit seconds 0\n");
	assert_string_equal(atl_buf_text(&t->out), "5\n");
	end(t);
}

TEST(an_interrupt_stops_a_loop_and_keeps_the_session)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, true);
	(void)say(t, "x = 1;\n");
	t->stop = 1;
	assert_int_equal(say(t, "repeat 5 { x += 1 }\n"), ATL_FAILED);
	t->stop = 0;
	assert_non_null(strstr(atl_buf_text(&t->err), "interrupted"));
	assert_int_equal(atl_session_exit(t->session), 130);
	(void)say(t, "x\n");
	assert_string_equal(atl_buf_text(&t->out), "x = 1\n");
	end(t);
}

/* A session that is interrupted when something was printed for the n-th time. */
typedef struct stopper {
	atl_session *session;
	atl_buf err;
	volatile sig_atomic_t stop;
	unsigned left;
} stopper;

static void count_down(void *data, const char *text, size_t len)
{
	stopper *st = data;
	(void)text;
	(void)len;
	st->stop = --st->left == 0;
}

static void keep_err(void *data, const char *text, size_t len)
{
	stopper *st = data;
	atl_buf_addn(&st->err, text, len);
}

static void interrupted(const char *script, unsigned lines, const char *err)
{
	stopper st = { .left = lines };
	atl_options o = { .sink = { count_down, keep_err, &st }, .stop = &st.stop };
	st.session = atl_session_new(&o);
	assert_non_null(st.session);
	assert_int_equal(atl_session_open(st.session, NULL, 1), ATL_OK);
	(void)atl_session_feed(st.session, script, strlen(script), true);
	assert_string_equal(atl_buf_text(&st.err), err);
	assert_int_equal(atl_session_exit(st.session), 130);
	atl_session_free(st.session);
	atl_buf_clear(&st.err);
}

TEST(a_long_range_counts_and_is_written_as_one)
{
	UNUSED;
	prints("show sum(1:5000), range(7, 20000, 3)[2000]\nset number exact\nsum(linspace(0, 1, 2001))\n",
	       "12502500 6004\n2001/2\n");
	prints("x = 2; y = x + sum(range(0, 4000, 2));\ntrace y\n",
	       "forward\n  x                              = 2\n  y = x + sum(range(0, 4000, 2)) = 4002002\n\n"
	       "backward\n  ∂y/∂y         = 1\n  ∂y/∂x = ∂y/∂y = 1\n");
}

TEST(an_interrupt_in_a_loop_says_which_turn_wherever_it_is_seen)
{
	UNUSED;
	interrupted("while 1 { show 1 }\n", 3,
	            "error: interrupted\n  in turn 4 of while (line 1); the 3 before it stay\n");
	interrupted("while 1 { show 1; show 2 }\n", 3,
	            "error: interrupted\n  in turn 2 of while (line 1); the one before it stays\n");
	interrupted("repeat 9 { show 1 }\n", 2,
	            "error: interrupted\n  in turn 3 of repeat (line 1); the 2 before it stay\n");
	interrupted("for i in 1:9 { show i }\n", 2,
	            "error: interrupted\n  in turn 3 of for (line 1); the 2 before it stay\n");
}

TEST(an_error_in_the_condition_of_a_later_turn_says_so)
{
	UNUSED;
	fails("x = 2;\nwhile 1/x { x -= 1 }\n", "", 4,
	      "in turn 3 of while (line 2); the 2 before it stay");
}

/* ---- functions ---- */

TEST(a_function_has_defaults_and_named_arguments)
{
	UNUSED;
	prints("f(x, y=2) = x - y\nf(5)\nf(5, 1)\nf(y=3, x=4)\n", "3\n4\n1\n");
}

TEST(a_block_gives_its_last_expression)
{
	UNUSED;
	prints("g(x) = {\n  z = x^2\n  if z > 3 { z + 1 } else { z - 1 }\n}\ng(2)\ng(1)\n",
	       "5\n0\n");
}

TEST(a_function_calls_itself_up_to_a_limit)
{
	UNUSED;
	prints("f(n) = { if n <= 1 { 1 } else { n*f(n - 1) } }\nf(5)\n", "120\n");
	fails("f(n) = f(n - 1)\nf(1)\n", "", 4, "calls go more than 200 deep");
}

TEST(a_body_differentiates_with_respect_to_its_argument)
{
	UNUSED;
	prints("f(u) = grad(u^3, u)\nf(2)\ny = 3; f(y)\nf(y + 1)\n", "12\n27\n48\n");
}

TEST(free_names_are_looked_up_when_the_function_is_called)
{
	UNUSED;
	prints("f(x) = c*x\nc = 2;\nf(3)\n", "6\n");
}

TEST(locals_are_lexical)
{
	UNUSED;
	fails("g() = z\nf(x) = { z = x; g() }\nf(1)\n", "", 3, "unknown name \"z\"");
}

TEST(a_local_of_a_kept_call_can_be_typed)
{
	UNUSED;
	prints("f(x) = { z = x + 1; z^2 }\na = f(1); b = f(2);\nf~2.z\nf(7);\nf~1.z\n",
	       "f~2.z = 3\nf~1.z = 2\n");
}

TEST(a_function_cannot_store_into_a_global)
{
	UNUSED;
	fails("y = 1; f(x) = { y <- x }\nf(2)\n", "", 3, "cannot store into \"y\"");
}

TEST(a_function_prints_nothing)
{
	UNUSED;
	fails("f(x) = { show x; x }\nf(2)\n", "", 3, "prints nothing");
}

TEST(the_branch_of_an_if_in_a_function_is_a_guard)
{
	UNUSED;
	fails("x = 2; f(t) = { if t > 0 { t } else { -t } }; y = f(x);\nx <- 3;\ny\nx <- -3;\ny\n",
	      "y = 3\n", 3, "where(...)");
}

TEST(a_size_that_was_read_is_a_guard)
{
	UNUSED;
	fails("n = 2; z = zeros(n);\nn <- 3;\nz\n", "", 3, "since n <- 3");
}

TEST(a_built_in_function_can_be_redefined_and_a_note_says_so)
{
	UNUSED;
	notes("relu(x) = 7\nrelu(1)\n", "7\n", "no more the built-in one");
}

/* ---- check ---- */

TEST(a_check_says_yes_or_no_and_goes_on)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	(void)say(t,
	          "check 1 + 1 == 2\ncheck [1, 2; 3, 4] == [1, 0; 3, 9]\ncheck [1, 2] == [[1, 2]]\n"
	          "check not 1 == 2\ncheck 2 < 1\ncheck [1, 0]\n");
	assert_string_equal(
	        atl_buf_text(&t->out),
	        "yes: 1 + 1 == 2\n"
	        "no: [1, 2; 3, 4] == [1, 0; 3, 9]: entry [2, 2] is 4, claimed 9 (off by 5); "
	        "2 of 4 entries differ: column 2\n"
	        "no: [1, 2] == [[1, 2]]: the shapes 2×1 and 1×2 differ\n"
	        "yes: not 1 == 2\n"
	        "no: 2 < 1: is 2, not < 1\n"
	        "no: [1, 0]: entry [2] is 0; 1 of 2 entries are not so\n");
	atl_buf_reset(&t->out);
	atl_session_summary(t->session);
	assert_string_equal(atl_buf_text(&t->out), "6 checks: 2 yes, 4 no\n");
	assert_int_equal(atl_session_exit(t->session), 1);
	end(t);
}

TEST(a_claim_that_agrees_in_its_digits_says_which_tolerance_it_means)
{
	UNUSED;
	prints("check 1/3 == 0.333333\ncheck [1/3, 0.5] == [0.333, 0.5]\ncheck -1/3 == -0.333\n"
	       "check 1/3 == 0.333333 within 5e-7\ncheck 1/3 == 0.34\n",
	       "no: 1/3 == 0.333333: agrees in the 6 digits claimed; write `within 5e-7`\n"
	       "no: [1/3, 0.5] == [0.333, 0.5]: agrees in the 3 digits claimed; write `within "
	       "5e-4`\n"
	       "no: -1/3 == -0.333: agrees in the 3 digits claimed; write `within 5e-4`\n"
	       "yes: 1/3 == 0.333333 within 5e-7\n"
	       "no: 1/3 == 0.34: is 0.333333, claimed 0.34 (off by 0.00666667)\n");
}

TEST(a_claim_of_one_or_two_digits_or_between_literals_is_only_wrong)
{
	UNUSED;
	prints("check 1e10 == 1e10 + 100\ncheck 1/3 == 0.33\ncheck 3.14159 == 3.142\n",
	       "no: 1e10 == 1e10 + 100: is 10000000100, claimed 10000000000 (off by 100)\n"
	       "no: 1/3 == 0.33: is 0.333333, claimed 0.33 (off by 0.00333333)\n"
	       "no: 3.14159 == 3.142: is 3.14159, claimed 3.142 (off by 0.00041)\n");
}

TEST(rounded_systems_are_compared_with_a_tolerance_and_exact_ones_without)
{
	UNUSED;
	prints("check 0.1 + 0.2 == 0.3\ncheck 1 == 1 + 1e-8\nset number exact\ncheck 1 == 1 + "
	       "1e-20\n",
	       "yes: 0.1 + 0.2 == 0.3\n"
	       "no: 1 == 1 + 1e-8: is 1.00000001, claimed 1 (off by 1e-8)\n"
	       "no: 1 == 1 + 1e-20: is 100000000000000000001/100000000000000000000, claimed 1 "
	       "(off by 1/100000000000000000000)\n");
}

TEST(no_value_equals_nothing)
{
	UNUSED;
	prints("set nan keep\ncheck 0/0 == 0/0\ncheck 0/0 != 0/0\ncheck 1/0 == 1/0\n",
	       "no: 0/0 == 0/0: is nan, claimed nan\nyes: 0/0 != 0/0\nyes: 1/0 == 1/0\n");
}

/* ---- trace, load, the prelude ---- */

TEST(a_trace_shows_forward_and_backward_and_keeps_nothing)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	(void)say(t, "x = 3; b = 1; L = (2*x + b)^2;\ntrace named L wrt x\n");
	assert_non_null(strstr(atl_buf_text(&t->out), "forward\n"));
	assert_non_null(strstr(atl_buf_text(&t->out), "\nbackward\n"));
	assert_non_null(strstr(atl_buf_text(&t->out), "= 28\n"));
	assert_null(strstr(atl_buf_text(&t->out), "\n  v1 "));
	assert_null(strstr(atl_buf_text(&t->out), "∂L/∂b"));
	end(t);
	fails("x = [1, 2];\ntrace x wrt x\n", "", 3, "");
	notes("x = [1, 2];\ntrace x\n", "forward\n  x 2×1 = [1; 2]\n", "a gradient starts from a scalar");
}

TEST(an_overflow_gets_one_note)
{
	UNUSED;
	notes("for k in 1:3 { exp(1000*k) }\n", "inf\ninf\ninf\n", "overflowed and is infinite (line 1)");
}

/* Writes a file and gives its name. */
static const char *file_with(const char *text)
{
	static const char name[] = "test_session_loaded.atl";
	FILE *file = fopen(name, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return name;
}

TEST(a_loaded_file_runs_as_if_it_were_typed)
{
	UNUSED;
	const char *name = file_with("x = 3\nf(u) = u + x\n");
	prints("load \"test_session_loaded.atl\"\nf(1)\n", "x = 3\n4\n");
	(void)file_with("x = 3\ny = nobody\n");
	talk *t = begin(ATL_TEXT, true);
	assert_int_equal(say(t, "load \"test_session_loaded.atl\"\n"), ATL_FAILED);
	assert_int_equal(say(t, "x\n"), ATL_READY);
	assert_non_null(
	        strstr(atl_buf_text(&t->err), "test_session_loaded.atl:2:5: error: unknown name"));
	assert_string_equal(atl_buf_text(&t->out), "x = 3\nx = 3\n");
	end(t);
	(void)file_with("load \"test_session_loaded.atl\"\n");
	fails("load \"test_session_loaded.atl\"\n", "", 4, "more than 16 deep");
	assert_int_equal(remove(name), 0);
	fails("load \"test_session_loaded.atl\"\n", "", 2, "cannot open");
}

TEST(a_prelude_function_is_read_when_it_is_first_used)
{
	UNUSED;
	const char *top = getenv("top_srcdir");
	fails("mse([1, 2], [1, 4])\n", "", 2, "was not found");
	if (!top)
		skip();
	char path[4096];
	assert_true(snprintf(path, sizeof path, "%s/prelude", top) < (int)sizeof path);
	talk *t = atl_calloc(1, sizeof *t);
	assert_non_null(t);
	atl_options o = { .sink = { take_out, take_err, t }, .prelude = path };
	t->session = atl_session_new(&o);
	assert_non_null(t->session);
	assert_int_equal(atl_session_open(t->session, NULL, 1), ATL_OK);
	(void)say(t, "mean(x) = 7\nmse([1, 2], [1, 4])\nmse([1, 2], [1, 4, 2])\n");
	assert_string_equal(atl_buf_text(&t->out), "2\n");
	assert_non_null(strstr(atl_buf_text(&t->err), "in \"mse\", called at line 3"));
	end(t);
}

/* ---- settings, lists, help ---- */

TEST(a_setting_that_is_none_names_the_nearest)
{
	UNUSED;
	fails("set digts 3\n", "", 3, "did you mean \"digits\"?");
	fails("set digits many\n", "", 3, "N or full");
}

TEST(the_number_system_can_be_changed_on_the_way)
{
	UNUSED;
	prints("x = 1/3; set number exact\nx\nset digits 3; set number float64\nx\n",
	       "x = 1/3\nx = 0.333\n");
}

TEST(a_stored_number_is_kept_as_it_was_stored)
{
	UNUSED;
	prints("x = 0; x <- 0.1; y = 0.1; set number exact\nx\ny\n",
	       "x = 3602879701896397/36028797018963968\ny = 1/10\n");
}

TEST(equal_draws_never_merge_and_a_seed_repeats_them)
{
	UNUSED;
	prints("a = rand(2) - rand(2);\ncheck a != [0, 0]\nset seed 1; u = rand(3); set seed 1; v "
	       "= rand(3);\n"
	       "check u == v\n",
	       "yes: a != [0, 0]\nyes: u == v\n");
}

TEST(list_shows_names_with_shape_and_value)
{
	UNUSED;
	prints("W = [1, 0; 3, 4]; x = 2; f(u, v=1) = u\nlist\n",
	       "W  2×2        [1, 0; 3, 4]\nx  scalar     2\nf(u, v=1)\n");
}

TEST(help_knows_functions_statements_settings_and_operators)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	assert_int_equal(say(t, "help relu\nhelp check\n?digits\nhelp .*\nhelp\n"), ATL_READY);
	assert_non_null(strstr(atl_buf_text(&t->out), "relu(x)\n"));
	assert_non_null(strstr(atl_buf_text(&t->out), "check A == B [within T]\n"));
	assert_non_null(strstr(atl_buf_text(&t->out), "set digits N|full\n"));
	assert_non_null(strstr(atl_buf_text(&t->out), "a .* b, "));
	end(t);
	fails("help sigmod\n", "", 3, "did you mean \"sigmoid\"?");
}

static void collect(void *data, const char *text) { atl_buf_addf(data, "%s ", text); }

TEST(completion_offers_what_begins_so)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	(void)say(t, "sigma_x = 1; sigh(x) = x\n");
	atl_buf found = { 0 };
	atl_session_complete(t->session, "sig", collect, &found);
	assert_string_equal(atl_buf_text(&found), "sigma_x sigh( sign( sigmoid( ");
	atl_buf_clear(&found);
	end(t);
}

/* ---- text ---- */

TEST(text_may_come_in_any_pieces)
{
	UNUSED;
	const char *script = "x = [1,\n2]; f(t) = {\n t^2 }\nf(3)\ncheck f(2) == 4\nnobody\n";
	talk *t = begin(ATL_TEXT, false);
	atl_state state = ATL_READY;
	for (size_t i = 0; script[i] && state != ATL_FAILED; i++)
		state = atl_session_feed(t->session, script + i, 1, false);
	assert_int_equal(state, ATL_FAILED);
	assert_string_equal(atl_buf_text(&t->out), "9\nyes: f(2) == 4\n");
	assert_non_null(strstr(atl_buf_text(&t->err), "6 | nobody\n"));
	end(t);
}

TEST(an_open_bracket_asks_for_more)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, true);
	assert_int_equal(say(t, "x = [1,\n"), ATL_CONTINUED);
	assert_int_equal(say(t, "2]\n"), ATL_READY);
	assert_string_equal(atl_buf_text(&t->out), "x = [1; 2]\n");
	assert_int_equal(say(t, "quit\n"), ATL_QUIT);
	end(t);
}

TEST(a_definition_from_the_command_line_is_silent)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	assert_int_equal(atl_session_define(t->session, "eta=0.5"), ATL_OK);
	assert_int_equal(atl_session_set(t->session, "digits", "3"), ATL_OK);
	assert_int_equal(atl_session_open(t->session, NULL, 1), ATL_OK);
	(void)say(t, "eta/3\n");
	assert_string_equal(atl_buf_text(&t->out), "0.167\n");
	assert_int_equal(atl_session_define(t->session, "3 + 4"), ATL_ERROR);
	assert_int_equal(atl_session_exit(t->session), 2);
	end(t);
}

TEST(only_one_definition_comes_from_an_option)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	assert_int_equal(atl_session_define(t->session, "a=1; b=2"), ATL_ERROR);
	assert_string_equal(atl_buf_text(&t->err), "error: -D takes NAME=EXPR\n");
	assert_int_equal(atl_session_exit(t->session), 2);
	assert_int_equal(atl_session_define(t->session, "a=1;"), ATL_OK);
	assert_int_equal(atl_session_define(t->session, "c=(1"), ATL_ERROR);
	end(t);
}

TEST(a_long_script_is_compacted_on_the_way)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	char line[80];
	(void)say(t, "x = 2; y = x^2; f(u) = { z = u + 1; z*y }; w = f(x);\n");
	for (int i = 0; i < 20000; i++) {
		snprintf(line, sizeof line, "t = %d*x + y; s = t^2;\n", i);
		assert_int_equal(atl_session_feed(t->session, line, strlen(line), false),
		                 ATL_READY);
	}
	(void)say(t, "x <- 3;\ny\nw\nt\nf~1.z\ngrad(w, x)\n");
	assert_string_equal(atl_buf_text(&t->out), "y = 9\nw = 36\nt = 60006\nf~1.z = 4\n33\n");
	end(t);
}

/* Bytes that are allocated now; 0 where that is not to be had. */
static size_t allocated(void)
{
#ifdef __GLIBC__
#if __GLIBC_PREREQ(2, 33)
	struct mallinfo2 now = mallinfo2();
	return now.uordblks + now.hblkhd;
#endif
#endif
	return 0;
}

/* Updates, definitions of one name, guards, draws and what only prints. */
static void say_many(talk *t, unsigned n)
{
	static const char lines[] = "a <- mod(3a + 1, 65537); x <- sin(x) + 0.5;\n"
				    "k <- 3 - k; y = v[k]*x + a; z = y^2;\n"
				    "w = rand(3)*x + z; v[2] <- w[1];\nz - y + a;\n";
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(atl_session_feed(t->session, lines, sizeof lines - 1, false), ATL_READY);
		atl_buf_reset(&t->err); /* notes: z follows the y before */
	}
}

TEST(a_session_of_many_statements_takes_no_more_memory)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	(void)say(t, "a = 1; x = 0.5; k = 1; v = [5, 6, 7];\n");
	say_many(t, 20000);
	const size_t before = allocated();
	const long blocks = atl_mem_live();
	say_many(t, 60000);
	assert_true(allocated() < before + (2 << 20)); /* four bytes are kept of each binding that is gone */
	assert_true(atl_mem_live() < blocks + 20000); /* what the graph has before it is looked at again */
	assert_string_equal(atl_buf_text(&t->out), "");
	end(t);
}

/* Forty megabytes, most of them comments. */
TEST(places_are_right_when_the_text_between_is_forgotten)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	enum { COMMENT = 4000, LINES = 10000 };
	char line[COMMENT + 80];
	(void)say(t, "f(u) = {\n  v = log(u)\n  2*v\n}\nx = 3; a = 1; y = sqrt(x + 0)\n");
	for (int i = 0; i < LINES; i++) {
		int n = snprintf(line, sizeof line, "a <- mod(3a + 1, 65537); # ");
		memset(line + n, i % 3 ? '.' : 'x', COMMENT);
		line[n + COMMENT] = '\n';
		assert_int_equal(atl_session_feed(t->session, line, (size_t)n + COMMENT + 1, false), ATL_READY);
		if (i == LINES / 2)
			(void)say(t, "x <- -1; # here\n");
	}
	atl_buf_reset(&t->out);
	(void)say(t, "y + 1\n");
	(void)say(t, "f(0)\n");
	(void)say(t, "a = a +\n1 +* 2\n");
	assert_string_equal(atl_buf_text(&t->out), "");
	assert_string_equal(atl_buf_text(&t->err),
	                    "error: sqrt(-1) has no value\n"
	                    "  5 | x = 3; a = 1; y = sqrt(x + 0)\n"
	                    "    |               ^^^^^^^^^^^^^^^\n"
	                    "  sqrt needs x >= 0\n"
	                    "  since x <- -1 (line 5007)\n"
	                    "error: log(0) has no value\n"
	                    "  2 |   v = log(u)\n"
	                    "    |   ^^^^^^^^^^\n"
	                    "  log needs x > 0\n"
	                    "error: unexpected '*', expected an expression\n"
	                    "  10010 | 1 +* 2\n"
	                    "        |    ^\n");
	end(t);
}

static void run_out_of_memory(const char *script)
{
	for (long n = 0; n < 3000; n += n < 300 ? 1 : 37) {
		long live = atl_mem_live();
		talk *t = begin(ATL_TEXT, true);
		atl_mem_fail_after(n);
		(void)atl_session_feed(t->session, script, strlen(script), true);
		atl_mem_fail_after(-1);
		end(t);
		assert_int_equal(atl_mem_live(), live);
	}
}

TEST(nothing_is_left_when_memory_runs_out)
{
	UNUSED;
	run_out_of_memory("x = [1, 2]; f(u) = { z = u'*u; z^2 }\ny = f(x)\nx <- 2*x\ncheck y == 3\n"
	                  "for k in 1:2 { x[k] <- k; k }\ngrad(y, x)\nundo\nlist\nhelp relu\nset digits 3\n");
}

TEST(nothing_is_left_when_memory_runs_out_among_layers)
{
	UNUSED;
	run_out_of_memory("shape [9, 8], conv2d(filters=2, kernel=[3, 2], padding=\"same\"), maxpool2d(2), relu(), dense(3)\n"
	                  "shape conv2d([6, 6, 1], filters=2, kernel=3), conv2d(filters=2, kernel=9)\n"
	                  "shape zeros(3, 4)\n");
}

TEST(the_search_for_a_slip_leaves_nothing_when_memory_runs_out)
{
	UNUSED;
	run_out_of_memory("x = [1, 2]; W = [1, 2; 3, 4]; a = tanh(W*x); L = sum(a.^2);\n"
	                  "check grad(L, W) == 3*grad(L, W)\ncheck a == [0.7, 0.8]\ncheck W == [[1, -2]]\n");
}

TEST(a_claim_of_random_numbers_names_no_slip)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, false);
	(void)say(t, "x = rand(3); W = rand(2, 3); b = rand(2); a = sigmoid(W*x + b); L = mean((a - 1).^2);\n"
	             "for k in 1:12 {\ncheck grad(L, W) == rand(2, 3)\ncheck grad(L, b) == rand(2)\n"
	             "check L == rand(1)\ncheck a == rand(2) - 1/2\n}\n");
	assert_null(strstr(atl_buf_text(&t->out), "slip:"));
	assert_non_null(strstr(atl_buf_text(&t->out), "no: "));
	end(t);
}

TEST(a_plot_leaves_nothing_when_memory_runs_out)
{
	UNUSED;
	run_out_of_memory("a = [1, 2]\nplot a, 2*a\nplot t^2, a'*a*t for t in 1:1:2\nplot image a*a'\n"
	                  "plot a against a\nread \"/dev/null\"\nsave a, \"none.xyz\"\n");
}

int main(void)
{
#define T(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		T(a_definition_prints_its_name_and_an_expression_its_value),
		T(a_semicolon_silences_the_statement_before_it),
		T(a_block_prints_expressions_and_no_definitions),
		T(ans_is_the_last_value_of_an_expression),
		T(show_prints_texts_and_values_on_one_line),
		T(json_has_one_object_a_line),
		T(an_update_changes_what_depends_on_the_input),
		T(a_new_binding_leaves_what_uses_the_earlier_one_and_a_note_says_so),
		T(an_earlier_binding_can_be_typed),
		T(several_updates_are_evaluated_before_any_is_stored),
		T(an_entry_a_row_and_a_column_can_be_stored),
		T(an_index_update_names_what_is_outside),
		T(plus_minus_and_times_updates_work_on_the_value),
		T(an_update_of_a_computed_or_an_unknown_name_offers_a_definition),
		T(a_shape_changes_only_when_nothing_depends_on_it),
		T(an_update_that_fails_stores_nothing),
		T(a_definition_that_fails_binds_nothing),
		T(an_error_after_an_update_names_the_update),
		T(value_is_a_number_that_no_update_changes),
		T(undo_takes_back_one_statement),
		T(a_cleared_name_is_free),
		T(an_unknown_name_hints_at_what_was_meant),
		T(greek_letters_and_their_names_are_one_variable),
		T(the_first_condition_that_holds_decides),
		T(loops_run_while_their_condition_holds),
		T(for_goes_through_entries_or_rows),
		T(a_loop_variable_is_a_constant_and_an_index),
		T(an_error_in_a_loop_says_which_turn_and_what_stays),
		T(a_formula_in_a_loop_that_follows_an_update_gets_one_note),
		T(ten_thousand_successors_get_one_note),
		T(the_limit_of_seconds_ends_a_loop_and_keeps_the_session),
		T(an_interrupt_stops_a_loop_and_keeps_the_session),
		T(an_interrupt_in_a_loop_says_which_turn_wherever_it_is_seen),
		T(an_error_in_the_condition_of_a_later_turn_says_so),
		T(a_function_has_defaults_and_named_arguments),
		T(a_block_gives_its_last_expression),
		T(a_function_calls_itself_up_to_a_limit),
		T(a_body_differentiates_with_respect_to_its_argument),
		T(free_names_are_looked_up_when_the_function_is_called),
		T(locals_are_lexical),
		T(a_local_of_a_kept_call_can_be_typed),
		T(a_function_cannot_store_into_a_global),
		T(a_function_prints_nothing),
		T(a_long_range_counts_and_is_written_as_one),
		T(the_branch_of_an_if_in_a_function_is_a_guard),
		T(a_size_that_was_read_is_a_guard),
		T(a_built_in_function_can_be_redefined_and_a_note_says_so),
		T(a_check_says_yes_or_no_and_goes_on),
		T(a_claim_that_agrees_in_its_digits_says_which_tolerance_it_means),
		T(a_claim_of_one_or_two_digits_or_between_literals_is_only_wrong),
		T(rounded_systems_are_compared_with_a_tolerance_and_exact_ones_without),
		T(no_value_equals_nothing),
		T(a_trace_shows_forward_and_backward_and_keeps_nothing),
		T(an_overflow_gets_one_note),
		T(a_loaded_file_runs_as_if_it_were_typed),
		T(a_prelude_function_is_read_when_it_is_first_used),
		T(a_setting_that_is_none_names_the_nearest),
		T(the_number_system_can_be_changed_on_the_way),
		T(a_stored_number_is_kept_as_it_was_stored),
		T(equal_draws_never_merge_and_a_seed_repeats_them),
		T(list_shows_names_with_shape_and_value),
		T(help_knows_functions_statements_settings_and_operators),
		T(completion_offers_what_begins_so),
		T(text_may_come_in_any_pieces),
		T(an_open_bracket_asks_for_more),
		T(a_definition_from_the_command_line_is_silent),
		T(only_one_definition_comes_from_an_option),
		T(a_long_script_is_compacted_on_the_way),
		T(a_session_of_many_statements_takes_no_more_memory),
		T(places_are_right_when_the_text_between_is_forgotten),
		T(nothing_is_left_when_memory_runs_out),
		T(nothing_is_left_when_memory_runs_out_among_layers),
		T(the_search_for_a_slip_leaves_nothing_when_memory_runs_out),
		T(a_claim_of_random_numbers_names_no_slip),
		T(a_plot_leaves_nothing_when_memory_runs_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
