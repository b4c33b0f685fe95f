/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lexer with its token filter, seen through the dump of the tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "lang/reader.h"

/* The names of the tokens of a text, each followed by a space; the end of a
 * statement is a bar. */
static void tokens_are(const char *text, const char *expected)
{
	atl_sources *sources = atl_sources_new();
	atl_symbols *symbols = atl_symbols_new();
	atl_reader *reader = atl_reader_new(sources, symbols);
	atl_diag diag = { 0 };
	atl_buf dump = { 0 }, got = { 0 };

	assert_non_null(reader);
	assert_int_equal(atl_reader_open(reader, NULL, 1, &diag), ATL_OK);
	assert_int_equal(atl_reader_feed(reader, text, strlen(text), &diag), ATL_OK);
	atl_reader_finish(reader);
	atl_reader_dump_tokens(reader, &dump);
	for (const char *line = atl_buf_text(&dump); *line != '\0'; line = strchr(line, '\n') + 1) {
		if (strncmp(line, "error: ", 7) == 0) {
			atl_buf_add(&got, "error ");
			break;
		}
		const char *name = strchr(line, ' ') + 1;
		size_t len = strcspn(name, " \n");
		if (strncmp(name, "end of file", 11) == 0) {
			atl_buf_add(&got, "| ");
		} else {
			if (len == 3 && name[0] == '\'') {
				atl_buf_addn(&got, name + 1, 1);
			} else {
				atl_buf_addn(&got, name, len);
			}
			atl_buf_addc(&got, ' ');
		}
	}
	assert_string_equal(atl_buf_text(&got), expected);
	atl_buf_clear(&dump);
	atl_buf_clear(&got);
	atl_diag_clear(&diag);
	atl_reader_free(reader);
	atl_symbols_free(symbols);
	atl_sources_free(sources);
	assert_int_equal(atl_mem_live(), 0);
}

static void numbers_take_a_dot_only_when_nothing_else_can(void **state)
{
	(void)state;
	tokens_are("12 ", "NUMBER | ");
	tokens_are("1e-3+.5+1_000.25", "NUMBER + NUMBER + NUMBER | ");
	tokens_are("0.73…-1.97…e434+7....", "NUMBER - NUMBER + NUMBER | ");
	tokens_are("1 ± 2e-310*3±.5 (not proved exact)", "NUMBER * NUMBER | ");
	tokens_are("1 +- 2e-310 (not proved exact)+-2", "NUMBER + - NUMBER | ");
	tokens_are("2.*x", "NUMBER DOTMUL NAME | ");
	tokens_are("1./x", "NUMBER DOTDIV NAME | ");
	tokens_are("2.^x", "NUMBER DOTPOW NAME | ");
	tokens_are("f(2.)+2.", "NAME ( NUMBER ) + NUMBER | ");
	tokens_are("2.'", "NUMBER '\\'' | ");
	tokens_are("3e", "NUMBER IMPLICIT NAME | ");
	tokens_are("2e3x", "NUMBER IMPLICIT NAME | ");
	tokens_are("1.e-5", "NUMBER | ");
}

static void an_arrow_is_one_only_behind_names(void **state)
{
	(void)state;
	tokens_are("w<-1", "NAME ARROW NUMBER | ");
	tokens_are("W[1,2], b <- 1, 2",
	           "NAME INDEX NUMBER , NUMBER ] , NAME ARROW NUMBER , NUMBER | ");
	tokens_are("a + w<-1", "NAME + NAME COMPARE - NUMBER | ");
	tokens_are("(w<-1)", "( NAME COMPARE - NUMBER ) | ");
	tokens_are("if a<-1 { w<-1 }", "IF NAME COMPARE - NUMBER { NAME ARROW NUMBER } | ");
	tokens_are("w ← 1; v += 2", "NAME ARROW NUMBER | NAME ARROW NUMBER | ");
}

static void a_statement_word_is_a_name_where_it_is_used_as_one(void **state)
{
	(void)state;
	tokens_are("show x", "SHOW NAME | ");
	tokens_are("show = 1; show <- 2; show += 3",
	           "NAME = NUMBER | NAME ARROW NUMBER | NAME ARROW NUMBER | ");
	tokens_are("show' ; show.^2; show*2; show == 1",
	           "NAME '\\'' | NAME DOTPOW NUMBER | NAME * NUMBER | NAME COMPARE NUMBER | ");
	tokens_are("show[1] <- 2", "NAME INDEX NUMBER ] ARROW NUMBER | ");
	tokens_are("show [1]", "SHOW [ NUMBER ] | ");
	tokens_are("show .5", "SHOW NUMBER | ");
	tokens_are("trace -x", "TRACE - NAME | ");
	tokens_are("y = show", "NAME = NAME | ");
	tokens_are("trace full x wrt a", "TRACE MODIFIER NAME WRT NAME | ");
	tokens_are("trace full", "TRACE NAME | ");
	tokens_are("compare x in float64, mpfr 64 wrt in_",
	           "COMPARING NAME IN WORD , WORD NUMBER WRT NAME | ");
	tokens_are("trace full + 1", "TRACE NAME + NUMBER | ");
	tokens_are("check a within 1; within", "CHECK NAME WITHIN NUMBER | NAME | ");
	tokens_are("show bits x; show bits", "SHOW MODIFIER NAME | SHOW NAME | ");
	tokens_are("plot image W; plot image; plot(x)", "PLOT MODIFIER NAME | PLOT NAME | PLOT ( NAME ) | ");
	tokens_are("plot to, in against to for t in 1:to to \"to\"",
	           "PLOT NAME , NAME AGAINST NAME FOR NAME IN NUMBER : NAME TO STRING | ");
	tokens_are("plot = against", "NAME = NAME | ");
	tokens_are("read \"x\"; read(\"x\")*2; read = 1", "READ STRING | NAME ( STRING ) * NUMBER | NAME = NUMBER | ");
	tokens_are("save W, \"x\"; write W, \"x\"", "SAVE NAME , STRING | SAVE NAME , STRING | ");
	tokens_are("set if or 3", "SET WORD WORD NUMBER | ");
	tokens_are("help .*", "HELP WORD | ");
	tokens_are("?grad", "HELP WORD | ");
	tokens_are("for in in x { end }", "FOR NAME IN NAME { NAME } | ");
	tokens_are("x[end]; end", "NAME INDEX END ] | NAME | ");
}

static void a_newline_depends_on_the_bracket(void **state)
{
	(void)state;
	tokens_are("f(a,\nb\n)", "NAME ( NAME , NAME ) | ");
	tokens_are("[1, 2\n3, 4\n]", "[ NUMBER , NUMBER ; NUMBER , NUMBER ] | ");
	tokens_are("[\n1,\n2 +\n3;\n4]", "[ NUMBER , NUMBER + NUMBER ; NUMBER ] | ");
	tokens_are("x[1,\n2\n]", "NAME INDEX NUMBER , NUMBER ] | ");
	tokens_are("repeat 2 {\n\na\n\n;b;\n}", "REPEAT NUMBER { NAME NEWLINE NAME ; } | ");
	tokens_are("a +\n\n# comment\nb\n", "NAME + NAME | ");
	tokens_are("a\n\nb", "NAME | NAME | ");
	tokens_are("if a { b } c", "IF NAME { NAME } | NAME | ");
	tokens_are("if a { b } else { c }", "IF NAME { NAME } ELSE { NAME } | ");
}

static void a_number_multiplies_what_it_touches(void **state)
{
	(void)state;
	tokens_are("2x", "NUMBER IMPLICIT NAME | ");
	tokens_are("2(a)", "NUMBER IMPLICIT ( NAME ) | ");
	tokens_are("2∂L/∂W", "NUMBER IMPLICIT PARTIAL NAME / PARTIAL NAME | ");
	tokens_are("2 x", "NUMBER error ");
	tokens_are("2[1]", "NUMBER error ");
	tokens_are("x'y", "NAME '\\'' error ");
	tokens_are("[1 -2]", "[ NUMBER error ");
	tokens_are("[1 - 2, -3, a-b]", "[ NUMBER - NUMBER , - NUMBER , NAME - NAME ] | ");
}

static void typographic_signs_are_the_ascii_tokens(void **state)
{
	(void)state;
	tokens_are("a − b · c × d ⋅ e ÷ f", "NAME - NAME * NAME * NAME * NAME / NAME | ");
	tokens_are("a ≤ b; a ≥ b; a ≠ b",
	           "NAME COMPARE NAME | NAME COMPARE NAME | NAME COMPARE NAME | ");
	tokens_are("A’ + Aᵀ + A.T", "NAME '\\'' + NAME '\\'' + NAME '\\'' | ");
	tokens_are("a\xC2\xA0+ b", "NAME + NAME | ");
	tokens_are("x² + x⁻¹⁰", "NAME SUPER + NAME SUPER | ");
	tokens_are("a ⊙ b", "NAME DOTMUL NAME | ");
	tokens_are("∇ x = 1", "NAME = NUMBER | ");
	tokens_are("“a”", "STRING | ");
	tokens_are("ŷ₁ + h~1 + f~2.z + h~1.T", "NAME + NAME + NAME + NAME '\\'' | ");
	tokens_are("f'(x) + f''(x)", "PRIMED ( NAME ) + PRIMED ( NAME ) | ");
	tokens_are("A′*ŷ₁′ + f′(x) + f′′(x)",
	           "NAME '\\'' * NAME '\\'' + PRIMED ( NAME ) + PRIMED ( NAME ) | ");
	tokens_are("A″", "NAME error ");
}

static void prompts_of_a_transcript_are_skipped(void **state)
{
	(void)state;
	tokens_are("∇ x = [1,\n… 2]\n∇ x", "NAME = [ NUMBER , NUMBER ] | NAME | ");
	tokens_are("∇ x = [1, 2\n… 3, 4\n… ]",
	           "NAME = [ NUMBER , NUMBER ; NUMBER , NUMBER ] | ");
	tokens_are("if a {\n… b\n…\n… } else {\n… c }",
	           "IF NAME { NAME NEWLINE } ELSE { NAME } | ");
	tokens_are("a + … b", "NAME + error ");
	tokens_are("…b", "error ");
}

static void a_number_has_one_dot(void **state)
{
	(void)state;
	tokens_are("1.2.3", "NUMBER error ");
	tokens_are(".5.5", "NUMBER error ");
	tokens_are("1.e5.5", "NUMBER error ");
	tokens_are("2x(3)", "NUMBER IMPLICIT NAME ( NUMBER ) | ");
}

static void what_is_no_text_is_an_error(void **state)
{
	(void)state;
	tokens_are("a \x01", "NAME error ");
	tokens_are("a \xFF", "NAME error ");
	tokens_are("\xC3", "error ");
	tokens_are("\"abc", "error ");
	tokens_are("€", "error ");
	tokens_are("a€", "NAME error ");
	tokens_are("a℗", "error ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_take_a_dot_only_when_nothing_else_can),
		cmocka_unit_test(an_arrow_is_one_only_behind_names),
		cmocka_unit_test(a_statement_word_is_a_name_where_it_is_used_as_one),
		cmocka_unit_test(a_newline_depends_on_the_bracket),
		cmocka_unit_test(a_number_multiplies_what_it_touches),
		cmocka_unit_test(typographic_signs_are_the_ascii_tokens),
		cmocka_unit_test(prompts_of_a_transcript_are_skipped),
		cmocka_unit_test(a_number_has_one_dot),
		cmocka_unit_test(what_is_no_text_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
