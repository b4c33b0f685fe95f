/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader as a whole: statements in, trees or errors out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "lang/reader.h"

typedef struct world {
	atl_sources *sources;
	atl_symbols *symbols;
	atl_reader *reader;
	atl_diag diag;
} world;

static int setup(void **state)
{
	world *w = atl_calloc(1, sizeof *w);

	assert_non_null(w);
	w->sources = atl_sources_new();
	w->symbols = atl_symbols_new();
	w->reader = atl_reader_new(w->sources, w->symbols);
	*state = w;
	return w->reader == NULL;
}

static int teardown(void **state)
{
	world *w = *state;

	atl_reader_free(w->reader);
	atl_symbols_free(w->symbols);
	atl_sources_free(w->sources);
	atl_diag_clear(&w->diag);
	atl_free(w);
	return atl_mem_live() != 0;
}

static void open_text(world *w, const char *text)
{
	atl_diag_reset(&w->diag);
	assert_int_equal(atl_reader_open(w->reader, NULL, 1, &w->diag), ATL_OK);
	assert_int_equal(atl_reader_feed(w->reader, text, strlen(text), &w->diag), ATL_OK);
	atl_reader_finish(w->reader);
}

static atl_read next(world *w, atl_tree **tree)
{
	*tree = NULL;
	return atl_reader_next(w->reader, tree, &w->diag);
}

/* The only statement of the text. */
static atl_tree *one(world *w, const char *text)
{
	atl_tree *tree, *more;

	open_text(w, text);
	if (next(w, &tree) != ATL_READ_STATEMENT) {
		fail_msg("%s\nis refused: %s", text,
		         w->diag.message != NULL ? w->diag.message : "no statement");
	}
	assert_int_equal(next(w, &more), ATL_READ_END);
	return tree;
}

/* The text is refused with these words, and every line of it that is marked as
 * an offer in `offers` (up to the first NULL) is offered and parses. */
static void refuses(world *w, const char *text, const char *message, const char *const *offers)
{
	atl_tree *tree;
	atl_diag diag = { 0 };
	atl_read read;

	open_text(w, text);
	while ((read = next(w, &tree)) == ATL_READ_STATEMENT) {
		atl_tree_unref(tree);
	}
	if (read != ATL_READ_ERROR) {
		fail_msg("%s\nis accepted", text);
	}
	if (strstr(w->diag.message, message) == NULL) {
		fail_msg("%s\nis refused with \"%s\"\nand not with \"%s\"", text, w->diag.message,
		         message);
	}
	assert_true(w->diag.at.lo != 0);
	for (; *offers != NULL; offers++) {
		bool found = false;
		for (unsigned i = 0; i < w->diag.n_notes; i++) {
			found |= strcmp(w->diag.note[i], *offers) == 0;
		}
		if (!found) {
			fail_msg("%s\ngets no offer \"%s\" but \"%s\"", text, *offers,
			         w->diag.n_notes != 0 ? w->diag.note[0] : "");
		}
		atl_tree *offered = atl_read_expression(w->sources, w->symbols, NULL, *offers,
		                                        strlen(*offers), &diag);
		if (offered == NULL) {
			fail_msg("the offer \"%s\" does not parse: %s", *offers, diag.message);
		}
		atl_tree_unref(offered);
	}
	atl_diag_clear(&diag);
}
#define REFUSES(text, ...) refuses(w, text, FIRST(__VA_ARGS__), (const char *const[]){ __VA_ARGS__, NULL } + 1)
#define FIRST(...) FIRST_OF(__VA_ARGS__, NULL)
#define FIRST_OF(first, ...) first

static const atl_tree_node *root(const atl_tree *tree)
{
	return &tree->node[tree->root];
}

static void a_definition_holds_its_expression(void **state)
{
	atl_tree *t = one(*state, "y = a + b*c");
	world *w = *state;

	assert_int_equal(root(t)->kind, ATL_T_DEFINE);
	assert_string_equal(atl_symbols_text(w->symbols, root(t)->sym), "y");
	assert_int_equal(root(t)->span.hi - root(t)->span.lo, 11);
	assert_int_equal(root(t)->at.hi - root(t)->at.lo, 1);
	assert_int_equal(t->n, 6);
	assert_int_equal(t->node[4].op, ATL_O_ADD);
	assert_int_equal(t->node[3].op, ATL_O_MUL);
	atl_tree_unref(t);
}

static void a_literal_keeps_its_digits(void **state)
{
	atl_tree *t = one(*state, "1_000.50e-3");

	assert_string_equal(t->node[0].text, "1000.50e-3");
	atl_tree_unref(t);
	t = one(*state, "2.");
	assert_string_equal(t->node[0].text, "2");
	atl_tree_unref(t);
}

static void a_semicolon_silences_the_statement_before_it(void **state)
{
	world *w = *state;
	atl_tree *t;

	open_text(w, "a = 1; b = 2\nc;;\n");
	assert_int_equal(next(w, &t), ATL_READ_STATEMENT);
	assert_int_equal(root(t)->flags & ATL_TF_SILENT, ATL_TF_SILENT);
	atl_tree_unref(t);
	assert_int_equal(next(w, &t), ATL_READ_STATEMENT);
	assert_int_equal(root(t)->flags & ATL_TF_SILENT, 0);
	atl_tree_unref(t);
	assert_int_equal(next(w, &t), ATL_READ_STATEMENT);
	assert_int_equal(root(t)->flags & ATL_TF_SILENT, ATL_TF_SILENT);
	atl_tree_unref(t);
	assert_int_equal(next(w, &t), ATL_READ_END);
}

static void brackets_of_brackets_are_arrays(void **state)
{
	atl_tree *t = one(*state, "[[2, 1]]");

	assert_int_equal(t->n, 5);
	assert_int_equal(t->node[3].kind, ATL_T_NUMPY);
	assert_int_equal(t->node[3].n, 1);
	assert_int_equal(t->node[2].kind, ATL_T_NUMPY);
	assert_int_equal(t->node[2].n, 2);
	atl_tree_unref(t);
	t = one(*state, "[[1,2],x]");
	assert_int_equal(t->node[t->root - 1].kind, ATL_T_JOIN);
	atl_tree_unref(t);
	t = one(*state, "f([[1],[2]]) + [[[3+a]]]");
	assert_int_equal(t->node[4].kind, ATL_T_NUMPY);
	assert_int_equal(t->node[4].first, 0);
	assert_int_equal(t->node[5].kind, ATL_T_CALL);
	atl_tree_unref(t);
	t = one(*state, "[]");
	assert_int_equal(t->node[0].kind, ATL_T_JOIN);
	assert_int_equal(t->node[0].n, 0);
	atl_tree_unref(t);
}

static void an_update_counts_its_targets(void **state)
{
	atl_tree *t = one(*state, "W, b[1] <- e, 2");

	assert_int_equal(root(t)->kind, ATL_T_UPDATE);
	assert_int_equal(root(t)->op, ATL_O_SET);
	assert_int_equal(root(t)->count, 2);
	assert_int_equal(root(t)->n, 4);
	atl_tree_unref(t);
}

static void a_function_has_parameters_and_a_body(void **state)
{
	atl_tree *t = one(*state, "f(u, n=2) = { a = u;\n a^n }");

	assert_int_equal(root(t)->kind, ATL_T_FUNCTION);
	assert_int_equal(root(t)->n, 3);
	assert_int_equal(t->node[0].kind, ATL_T_PARAM);
	assert_int_equal(t->node[2].kind, ATL_T_PARAM);
	assert_int_equal(t->node[2].n, 1);
	assert_int_equal(t->node[t->root - 1].kind, ATL_T_BLOCK);
	assert_int_equal(t->node[t->root - 1].n, 2);
	atl_tree_unref(t);
}

static void a_second_derivative_names_its_variables_twice(void **state)
{
	atl_tree *t = one(*state, "∂²L/∂x[1]²");

	assert_int_equal(t->node[t->root - 1].kind, ATL_T_PARTIAL);
	assert_int_equal(t->node[t->root - 1].n, 3);
	assert_int_equal(t->node[3].kind, ATL_T_INDEX);
	assert_int_equal(t->node[6].kind, ATL_T_INDEX);
	assert_int_equal(t->node[6].first, 4);
	atl_tree_unref(t);
}

static void two_readings_are_an_error_with_both_offers(void **state)
{
	world *w = *state;

	REFUSES("1/2x", "two readings", "x/2", "1/(2*x)");
	REFUSES("a/2(b + c)", "two readings", "a/2*(b + c)", "a/(2*(b + c))");
	REFUSES("A\\2x", "two readings", "A\\2*x", "A\\(2*x)");
	REFUSES("x^2y", "two readings", "x^2*y", "x^(2*y)");
	REFUSES("2^-3x", "two readings", "2^-3*x", "2^(-3*x)");
	REFUSES("[1 -2]", "two readings", "[1, -2]", "[1 - 2]");
	REFUSES("y = [a -b; (c - d) -e]", "two readings", "[a, -b; (c - d), -e]",
	        "[a - b; (c - d) - e]");
	REFUSES("A^2'", "two readings", "(A^2)'", "A^(2')");
	REFUSES("A.^b[1].T", "two readings", "(A.^b[1]).T");
	REFUSES("[[1,2];[3,4]]", "two readings");
	assert_string_equal(w->diag.note[0], "an array with these as its rows: [[1,2], [3,4]]");
	assert_string_equal(w->diag.note[1], "these one below the other: vcat([1,2], [3,4])");
}

static void a_statement_of_another_language_is_offered_in_this_one(void **state)
{
	static const char *const cases[][3] = {
		{ "x /= 2", "'/=' is no operator", "x <- x/2" },
		{ "x ^= 2", "'^=' is no operator", "x <- x^2" },
		{ "if a { W[1, 2] /= b + c }", "'/='", "W[1, 2] <- W[1, 2]/(b + c)" },
		{ "x **= -2 # c", "'**='", "x <- x^(-2)" },
		{ "x /= 2y", "'/='", "x <- x/(2y)" },
		{ "x ^= A'", "'^='", "x <- x^(A')" },
		{ "for k = 1:3 { a <- k }", "expected 'in'", "for k in 1:3 { a <- k }" },
	};
	world *w = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		REFUSES(cases[i][0], cases[i][1]);
		assert_int_equal(w->diag.n_notes, 1);
		assert_string_equal(w->diag.note[0], cases[i][2]);
		atl_tree_unref(one(w, cases[i][2]));
	}
	REFUSES("for k = 1:n(3) {\na <- k\n}", "expected 'in'");
	assert_string_equal(w->diag.note[0], "for k in 1:n(3)");
	REFUSES("f(x /= 2)", "'/='");
	assert_int_equal(w->diag.n_notes, 0);
}

static void a_parameter_is_there_once(void **state)
{
	world *w = *state;

	REFUSES("f(x, x) = x", "the parameter \"x\" is there twice");
	assert_int_equal(w->diag.at.hi - w->diag.at.lo, 1);
	REFUSES("f(b, α, a, alpha=2, b=3) = a", "the parameter \"alpha\" is there twice");
	atl_tree_unref(one(w, "f(x, y, x1, x_=x) = x"));
}

static void a_missing_operator_is_an_error_with_an_offer(void **state)
{
	world *w = *state;

	REFUSES("2 x", "an operator is missing", "2*x");
	REFUSES("y = (a)(b)", "an operator is missing", "(a)*(b)");
	REFUSES("2[1,2]", "an operator is missing", "2*[1,2]");
	REFUSES("x'y", "an operator is missing", "x'*y");
	REFUSES("f(x)[1] g(y)", "an operator is missing", "f(x)[1]*g(y)");
	REFUSES("1.2.3", "an operator is missing");
	REFUSES("x = [.5.5, 1]", "an operator is missing");
	REFUSES("chek a == b", "an operator is missing");
	assert_string_equal(w->diag.note[1], "did you mean 'check'?");
}

static void an_array_without_commas_is_one_error(void **state)
{
	world *w = *state;

	REFUSES("[1 2 3]", "separated by commas", "[1, 2, 3]");
	REFUSES("[1. 2. 3.]", "separated by commas", "[1., 2., 3.]");
	REFUSES("A = [[1 2]\n     [3 4]]\n", "separated by commas", "[[1, 2], [3, 4]]");
	REFUSES("[[ 1. -2.]\n [ 3.  4.]]", "separated by commas", "[[1., -2.], [3., 4.]]");
	REFUSES("[f (x), 2]", "separated by commas");
}

static void an_array_typed_line_by_line_is_one_error_too(void **state)
{
	world *w = *state;
	atl_tree *t;

	assert_int_equal(atl_reader_open(w->reader, NULL, 1, &w->diag), ATL_OK);
	assert_int_equal(atl_reader_feed(w->reader, "[[1 2]\n", 7, &w->diag), ATL_OK);
	assert_int_equal(next(w, &t), ATL_READ_OPEN);
	assert_int_equal(atl_reader_feed(w->reader, " [3 4]]\n", 8, &w->diag), ATL_OK);
	assert_int_equal(next(w, &t), ATL_READ_ERROR);
	assert_string_equal(w->diag.note[0], "[[1, 2], [3, 4]]");
	atl_diag_reset(&w->diag);
	assert_int_equal(next(w, &t), ATL_READ_MORE);
}

static void brackets_that_do_not_match_are_shown_with_their_place(void **state)
{
	world *w = *state;

	REFUSES("x = [1,2\n", "bracket opened at 1:5 is not closed", NULL);
	REFUSES("a\nx = [1,2\ny = 3\n", "bracket opened at 2:5 is not closed", NULL);
	REFUSES("x = f(1,2\ny = 3\n", "bracket opened at 1:6 is not closed", NULL);
	REFUSES("repeat 3 {\na\n", "bracket opened at 1:10 is not closed", NULL);
	REFUSES("(a]", "']' does not close the '(' opened at 1:1", NULL);
	REFUSES("a)", "no bracket is open that ')' closes", NULL);
}

static void what_other_languages_write_is_offered_in_this_one(void **state)
{
	world *w = *state;

	REFUSES("a && b", "'&&'", "a and b");
	REFUSES("a || f(b)", "'||'", "a or f(b)");
	REFUSES("!a", "'!'", "not a");
	REFUSES("a ~= b", "'~='", "a != b");
	REFUSES("|x|", "bars", "abs(x)", "norm(x)");
	REFUSES("||x - y||", "bars", "norm(x - y)");
	REFUSES("x = 'abc'", "double quotes", "\"abc\"");
	REFUSES("x!", "factorial", NULL);
	REFUSES("x '", "touches", "x'");
	REFUSES("a < b <= c", "do not chain", "a < b and b <= c");
	REFUSES("if a = b { c }", "unexpected '='", "a == b");
	REFUSES("a + b = c", "defines a name", "a + b == c");
	REFUSES("∇L", "∇", NULL);
	REFUSES("√2", "√", NULL);
}

static void a_statement_that_does_not_fit_says_what_would(void **state)
{
	world *w = *state;

	REFUSES("W[1] = 3", "an entry is stored by <-", NULL);
	assert_string_equal(w->diag.note[0], "W[1] <- 3");
	REFUSES("a, b = 1", "2 names, and 1 value", NULL);
	REFUSES("a, b[1] = 1, 2", "only names can be defined together", NULL);
	REFUSES("a = 1, 2", "stands in brackets", "[1, 2]");
	REFUSES("W, b <- 1", "2 to update, and 1 new value", NULL);
	REFUSES("f(x) += 1", "can be updated", NULL);
	REFUSES("f(3) = 1", "a parameter is a name", NULL);
	REFUSES("x = { 1 }", "a block is the body of a function", NULL);
	REFUSES("f(a=1, b)", "behind all others", NULL);
	REFUSES("if a { b }\nelse { c }", "on the line of the }", NULL);
	REFUSES("if a { b } else if c { d }", "expected '{'", NULL);
	REFUSES("if a\n{ b }", "expected an operator or '{'", NULL);
	REFUSES("∂L", "unexpected end of the line", NULL);
	REFUSES("∂²L/∂x", "2 above the line and 1 below", NULL);
	REFUSES("x[2:]", "unexpected ']'", NULL);
	REFUSES("1 +", "unexpected end of the line, expected an expression", NULL);
	REFUSES("[[1,2],[3]]", "differ in length", NULL);
	REFUSES("[[1,2],[3,[4]]]", "this one both", NULL);
	REFUSES("trace L wrt a + b", "no name", NULL);
}

static void a_pipe_gives_statements_as_they_come(void **state)
{
	world *w = *state;
	static const char text[] = "y = f(1,\n 2)\nif a {\n b\n}\nx = 1\n";
	atl_tree *t;
	unsigned statements = 0;

	assert_int_equal(atl_reader_open(w->reader, NULL, 1, &w->diag), ATL_OK);
	for (size_t i = 0; i < sizeof text - 1; i++) {
		atl_read read;
		assert_int_equal(atl_reader_feed(w->reader, text + i, 1, &w->diag), ATL_OK);
		while ((read = next(w, &t)) == ATL_READ_STATEMENT) {
			statements++;
			atl_tree_unref(t);
		}
		assert_true(read == ATL_READ_MORE || read == ATL_READ_OPEN);
		if (i == 8) {
			assert_int_equal(read, ATL_READ_OPEN);
		}
	}
	assert_int_equal(statements, 3);
}

static void after_an_error_the_rest_is_dropped(void **state)
{
	world *w = *state;
	atl_tree *t;

	assert_int_equal(atl_reader_open(w->reader, NULL, 1, &w->diag), ATL_OK);
	assert_int_equal(atl_reader_feed(w->reader, "a = (1 +* 2); b\nc\n", 18, &w->diag), ATL_OK);
	assert_int_equal(next(w, &t), ATL_READ_ERROR);
	atl_diag_reset(&w->diag);
	assert_int_equal(next(w, &t), ATL_READ_MORE);
	assert_int_equal(atl_reader_feed(w->reader, "d\n", 2, &w->diag), ATL_OK);
	assert_int_equal(next(w, &t), ATL_READ_STATEMENT);
	atl_tree_unref(t);
}

static void a_line_that_waits_survives_another_text(void **state)
{
	world *w = *state;
	atl_diag diag = { 0 };
	atl_tree *t, *other;

	assert_int_equal(atl_reader_open(w->reader, NULL, 1, &w->diag), ATL_OK);
	assert_int_equal(atl_reader_feed(w->reader, "abc + ", 6, &w->diag), ATL_OK);
	other = atl_read_expression(w->sources, w->symbols, NULL, "1 + 2", 5, &diag);
	assert_non_null(other);
	atl_tree_unref(other);
	assert_int_equal(atl_reader_feed(w->reader, "def\n", 4, &w->diag), ATL_OK);
	assert_int_equal(next(w, &t), ATL_READ_STATEMENT);
	size_t len;
	const char *text = atl_sources_text(w->sources, root(t)->span, &len);
	assert_int_equal(len, 9);
	assert_memory_equal(text, "abc + def", 9);
	atl_tree_unref(t);
}

static void an_expression_is_read_alone(void **state)
{
	world *w = *state;
	static const char *const wrong[] = { "", "a = 1", "a b", "a; b", "a\nb", "a, b", "(",
	    "a +" };
	static const char *const right[] = { "show", "check(a)", "g .* y .* (1 - y)", "a +\nb" };

	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		atl_tree *t = atl_read_expression(w->sources, w->symbols, "rule", right[i],
		                                  strlen(right[i]), &w->diag);
		assert_non_null(t);
		assert_int_equal(root(t)->kind, ATL_T_EXPR);
		atl_tree_unref(t);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		atl_diag_reset(&w->diag);
		assert_null(atl_read_expression(w->sources, w->symbols, "rule", wrong[i],
		                                strlen(wrong[i]), &w->diag));
		assert_int_not_equal(w->diag.kind, ATL_KIND_NONE);
	}
}

/* ---- depth ---- */

static void repeat_text(world *w, const char *open, unsigned n, const char *middle,
                        const char *close)
{
	atl_buf text = { 0 };

	atl_buf_fill(&text, open, n);
	atl_buf_add(&text, middle);
	atl_buf_fill(&text, close, n);
	atl_tree *t = one(w, atl_buf_text(&text));
	assert_true(t->n >= 2);
	atl_tree_unref(t);
	atl_buf_clear(&text);
}

static void depth_is_limited_by_memory_alone(void **state)
{
	enum { DEEP = 100000 };

	repeat_text(*state, "(", DEEP, "1", ")");
	repeat_text(*state, "[", DEEP, "1", "]");
	repeat_text(*state, "f(", DEEP, "1", ")");
	repeat_text(*state, "x[", DEEP, "1", "]");
	repeat_text(*state, "-", DEEP, "1", "");
	repeat_text(*state, "1+", DEEP, "1", "");
	repeat_text(*state, "2^", DEEP, "1", "");
	repeat_text(*state, "repeat 1 {", DEEP, "1", "}");
}

static void without_memory_nothing_is_left_behind(void **state)
{
	static const char text[] = "f(u) = { a = [[1, 2], [3, 4]]; η'*u[1] } ; ∂²L/∂x²\n[1 -2]\n";

	(void)state;
	for (long n = 0; n < 200; n++) {
		world w = { 0 };
		atl_tree *t = NULL;
		atl_read read = ATL_READ_ERROR;
		long live = atl_mem_live();

		atl_mem_fail_after(n);
		w.sources = atl_sources_new();
		w.symbols = atl_symbols_new();
		w.reader = w.sources != NULL && w.symbols != NULL ? atl_reader_new(w.sources,
		    w.symbols) : NULL;
		if (w.reader != NULL && atl_reader_open(w.reader, NULL, 1, &w.diag) == ATL_OK &&
		    atl_reader_feed(w.reader, text, sizeof text - 1, &w.diag) == ATL_OK) {
			atl_reader_finish(w.reader);
			while ((read = next(&w, &t)) == ATL_READ_STATEMENT) {
				atl_tree_unref(t);
			}
			assert_int_equal(read, ATL_READ_ERROR);
			assert_int_not_equal(w.diag.kind, ATL_KIND_NONE);
		}
		atl_mem_fail_after(-1);
		atl_reader_free(w.reader);
		atl_symbols_free(w.symbols);
		atl_sources_free(w.sources);
		atl_diag_clear(&w.diag);
		assert_int_equal(atl_mem_live(), live);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_definition_holds_its_expression),
		TEST(a_literal_keeps_its_digits),
		TEST(a_semicolon_silences_the_statement_before_it),
		TEST(brackets_of_brackets_are_arrays),
		TEST(an_update_counts_its_targets),
		TEST(a_function_has_parameters_and_a_body),
		TEST(a_second_derivative_names_its_variables_twice),
		TEST(two_readings_are_an_error_with_both_offers),
		TEST(a_statement_of_another_language_is_offered_in_this_one),
		TEST(a_parameter_is_there_once),
		TEST(a_missing_operator_is_an_error_with_an_offer),
		TEST(an_array_without_commas_is_one_error),
		TEST(an_array_typed_line_by_line_is_one_error_too),
		TEST(brackets_that_do_not_match_are_shown_with_their_place),
		TEST(what_other_languages_write_is_offered_in_this_one),
		TEST(a_statement_that_does_not_fit_says_what_would),
		TEST(a_pipe_gives_statements_as_they_come),
		TEST(after_an_error_the_rest_is_dropped),
		TEST(a_line_that_waits_survives_another_text),
		TEST(an_expression_is_read_alone),
		TEST(depth_is_limited_by_memory_alone),
		cmocka_unit_test(without_memory_nothing_is_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
