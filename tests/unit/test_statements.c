/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_statements.c: checks, traces, loads, settings, lists, help, and text as it
 * comes in. */
#include "talk.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

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
	talk *t = begin(ATL_TEXT, false);
	(void)say(t, "mean(x) = 7\nmse([1, 2], [1, 4])\nmse([1, 2], [1, 4, 2])\n");
	assert_string_equal(atl_buf_text(&t->out), "2\n");
	assert_non_null(strstr(atl_buf_text(&t->err), "in \"mse\", called at line 3"));
	end(t);
}

/* ---- minimize ---- */

TEST(a_training_that_fails_keeps_what_was_done_and_its_history)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, true);
	(void)say(t, "u = 4; L = log(u);\nminimize L wrt u with sgd(eta=4), steps=9, history=h, watch=u\n");
	assert_non_null(strstr(atl_buf_text(&t->err), "error: log(-0.733333) has no value"));
	assert_non_null(strstr(atl_buf_text(&t->err), "in step 4 of minimize; the 3 before it stay"));
	atl_buf_reset(&t->out);
	(void)say(t, "h[:, 2]\nu\nundo\nu\nh\n");
	assert_string_equal(atl_buf_text(&t->out), "[4; 3; 1.66667]\nu = -0.733333\nu = 4\n");
	assert_non_null(strstr(atl_buf_text(&t->err), "unknown name \"h\""));
	end(t);
}

TEST(a_training_that_fails_in_its_second_epoch_has_a_history_of_one)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, true);
	(void)say(t, "u = 4; x = [1, 1]; L = log(u)*mean(x);\n"
	             "minimize L wrt u with sgd(eta=4), epochs=9, x=[1, 1, 1, 1], seed=1, history=h, watch=u\n");
	assert_non_null(strstr(atl_buf_text(&t->err), "in step 4 of minimize; the 3 before it stay"));
	atl_buf_reset(&t->out);
	(void)say(t, "h[1, 1] == (log(4) + log(3))/2\nh[:, 2]\nu\n");
	assert_string_equal(atl_buf_text(&t->out), "1\n1.66667\nu = -0.733333\n");
	end(t);
}

TEST(an_interrupt_of_a_training_keeps_what_was_done)
{
	UNUSED;
	talk *t = begin(ATL_TEXT, true);
	(void)say(t, "u = 4; L = u^2;\n");
	t->stop = 1;
	(void)say(t, "minimize L wrt u, steps=9, history=h\n");
	t->stop = 0;
	(void)say(t, "u\nh\n");
	assert_string_equal(atl_buf_text(&t->out), "u = 4\n");
	end(t);
}

/* ---- settings, lists, help ---- */

TEST(without_the_prelude_its_functions_are_not_found)
{
	UNUSED;
	talk *t = atl_calloc(1, sizeof *t);
	assert_non_null(t);
	atl_options o = { .sink = { take_out, take_err, t } };
	t->session = atl_session_new(&o);
	assert_non_null(t->session);
	assert_int_equal(atl_session_open(t->session, NULL, 1), ATL_OK);
	(void)say(t, "mse([1, 2], [1, 4])\n");
	assert_non_null(strstr(atl_buf_text(&t->err), "the prelude, which defines \"mse\", was not found"));
	end(t);
}

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
	(void)say(t, "f(u) = {\n  v = log(u)\n  2*v\n}\nx = 3; a = 1; y = sqrt(x + 0)\nw = f(\n  x + 1)\n");
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
	(void)say(t, "w\n");
	(void)say(t, "f(0)\n");
	(void)say(t, "a = a +\n1 +* 2\n");
	assert_string_equal(atl_buf_text(&t->out), "");
	assert_string_equal(atl_buf_text(&t->err),
	                    "error: sqrt(-1) has no value\n"
	                    "  5 | x = 3; a = 1; y = sqrt(x + 0)\n"
	                    "    |               ^^^^^^^^^^^^^^^\n"
	                    "  sqrt needs x >= 0\n"
	                    "  since x <- -1 (line 5009)\n"
	                    "error: log(0) has no value\n"
	                    "  2 |   v = log(u)\n"
	                    "    |   ^^^^^^^^^^\n"
	                    "  log needs x > 0\n"
	                    "  in \"f\", called at line 6\n"
	                    "  since x <- -1 (line 5009)\n"
	                    "error: log(0) has no value\n"
	                    "  2 |   v = log(u)\n"
	                    "    |   ^^^^^^^^^^\n"
	                    "  log needs x > 0\n"
	                    "  in \"f\", called at line 10011: f(0)\n"
	                    "error: unexpected '*', expected an expression\n"
	                    "  10013 | 1 +* 2\n"
	                    "        |    ^\n");
	end(t);
}

int main(void)
{
#define T(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		T(a_check_says_yes_or_no_and_goes_on),
		T(a_claim_that_agrees_in_its_digits_says_which_tolerance_it_means),
		T(a_claim_of_one_or_two_digits_or_between_literals_is_only_wrong),
		T(rounded_systems_are_compared_with_a_tolerance_and_exact_ones_without),
		T(no_value_equals_nothing),
		T(a_claim_of_random_numbers_names_no_slip),
		T(a_trace_shows_forward_and_backward_and_keeps_nothing),
		T(an_overflow_gets_one_note),
		T(a_loaded_file_runs_as_if_it_were_typed),
		T(a_prelude_function_is_read_when_it_is_first_used),
		T(without_the_prelude_its_functions_are_not_found),
		T(a_training_that_fails_keeps_what_was_done_and_its_history),
		T(a_training_that_fails_in_its_second_epoch_has_a_history_of_one),
		T(an_interrupt_of_a_training_keeps_what_was_done),
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
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
