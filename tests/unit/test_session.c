/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_session.c: names, updates, control, functions: what a session prints and
 * how it leaves. */
#include "talk.h"

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
		T(a_long_range_counts_and_is_written_as_one),
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
		T(the_branch_of_an_if_in_a_function_is_a_guard),
		T(a_size_that_was_read_is_a_guard),
		T(a_built_in_function_can_be_redefined_and_a_note_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
