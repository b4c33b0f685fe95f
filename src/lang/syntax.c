/* SPDX-License-Identifier: GPL-3.0-or-later */
/* syntax.c: the parser met a token that cannot stand where it stands: what it
 * is, and what could stand there when that is little enough to say. */
#include <string.h>

#include "lang/tokens.h"
#include "parser.h"

enum { MOST_SAID = 4 };

/* The grammar's names of tokens that are said as a class. */
static const char *const operators[] = {
	"'+'", "'-'", "'*'", "'@'", "'/'", "'\\\\'", "'^'", "'\\''", "':'", "AND", "OR", "COMPARE",
	"DOTADD", "DOTSUB", "DOTMUL", "DOTDIV", "DOTPOW", "IMPLICIT", "INDEX", "SUPER", NULL
};
static const char *const operands[] = {
	"NAME", "NUMBER", "STRING", "PRIMED", "PARTIAL", "END", "NOT", "'('", "'['", "'-'", "'+'",
	"MODIFIER", NULL
};
/* What is left unsaid beside an operator. */
static const char *const unsaid[] = { "'='", "ARROW", "MODIFIER", "'('", NULL };

static const struct { const char *name, *said; } others[] = {
	{ "end of file", "the end of the statement" }, { "NEWLINE", "the end of the line" },
	{ "WORD", "a word" }, { "NAME", "a name" }, { "NUMBER", "a number" }, { "STRING", "a string" },
	{ "PARTIAL", "'∂'" }, { "IN", "'in'" }, { "ELSE", "'else'" }, { "ELIF", "'elif'" },
	{ "WITHIN", "'within'" }, { "AGAINST", "'against'" }, { "FOR", "'for'" }, { "TO", "'to'" },
	{ "WRT", "'wrt'" }, { "WITH", "'with'" }, { "ARROW", "'<-'" }, { "INDEX", "'['" },
	{ "SUPER", "a power" }
};

static bool among(const char *name, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (strcmp(name, *list) == 0) {
			return true;
		}
	}
	return false;
}

static bool expects(const char *name, const char *const *expected, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (strcmp(expected[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static const char *said(const char *name)
{
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		if (strcmp(name, others[i].name) == 0) {
			return others[i].said;
		}
	}
	return name;
}

/* Appends "expected an operator, ',' or ')'", or nothing when it would be long. */
static void say_expected(atl_buf *out, const char *const *expected, unsigned n)
{
	const char *list[MOST_SAID];
	unsigned m = 0;
	bool statement = expects("IF", expected, n);
	bool operand = expects("NUMBER", expected, n) && expects("NAME", expected, n);
	bool operator = !operand && expects("'*'", expected, n);

	if (operand || operator) {
		list[m++] = statement ? "a statement" : operand ? "an expression" : "an operator";
	}
	for (unsigned i = 0; i < n && !statement; i++) {
		if ((operand && among(expected[i], operands)) ||
		    (operator && (among(expected[i], operators) || among(expected[i], unsaid)))) {
			continue;
		}
		if (m == MOST_SAID) {
			return;
		}
		list[m++] = said(expected[i]);
	}
	for (unsigned i = 0; i < m; i++) {
		atl_buf_add(out, i == 0 ? ", expected " : i + 1 < m ? ", " : " or ");
		atl_buf_add(out, list[i]);
	}
}

/* The operands on both sides of a `=` that was to compare. */
static void offer_equal(atl_parse *p)
{
	const atl_tokens *t = p->tokens;
	const char *end;
	const char *text = atl_tokens_text(t, t->operand, &end);
	uint32_t lo = t->value.span.lo;

	if (text == NULL || lo <= t->operand) {
		return;
	}
	size_t left = lo - t->operand;
	while (left > 0 && text[left - 1] == ' ') {
		left--;
	}
	const char *right = atl_skip_blanks(text + (t->value.span.hi - t->operand), end);
	size_t right_len = (size_t)(atl_operand_end(right, end) - right);
	if (right_len != 0 && left + right_len < 100) {
		atl_diag_note(p->diag, "%.*s == %.*s", (int)left, text, (int)right_len, right);
	}
}

/* `for k = 1:3 { ... }`: the whole of it if it stands on the line. */
static void offer_for(atl_parse *p)
{
	const atl_tokens *t = p->tokens;
	const char *end;
	const char *name = atl_tokens_text(t, t->operand, &end);
	size_t len = name != NULL ? (size_t)(atl_operand_end(name, end) - name) : 0;

	if (len == 0) {
		return;
	}
	const char *from = atl_skip_blanks(name + (t->value.span.hi - t->operand), end);
	size_t most = strcspn(from, "\n#;{");
	const char *to = (size_t)(end - from) < most ? end : from + most;
	const char *close = to < end && *to == '{' ? atl_matching_bracket(to, end) : NULL;
	if (close != NULL && memchr(to, '\n', (size_t)(close - to)) == NULL) {
		to = close + 1;
	}
	while (to > from && atl_blank_at(to - 1, end) != 0) {
		to--;
	}
	if (to > from && to - from < 100) {
		atl_diag_note(p->diag, "for %.*s in %.*s", (int)len, name, (int)(to - from), from);
	}
}

/* What a common slip meant. */
static void note_slip(atl_parse *p, const char *const *expected, unsigned n)
{
	bool ended = p->token == ATL_K_YYEOF || p->token == ATL_K_NEWLINE || p->token == ';';

	if (p->token == '=' && n == 1 && strcmp(expected[0], "IN") == 0) {
		offer_for(p);
	} else if (p->token == '=') {
		atl_diag_note(p->diag,
		              "`=` defines a name at the start of a statement; == compares");
		offer_equal(p);
	} else if (p->token == ATL_K_ARROW) {
		atl_diag_note(p->diag, "an update begins a statement: W <- e");
	} else if (p->last == ATL_K_ELSE && p->token == ATL_K_IF) {
		atl_diag_note(p->diag, "it is written elif: if a { b } elif c { d }");
	} else if (expects("'/'", expected, n) && !expects("'*'", expected, n)) {
		atl_diag_note(p->diag, "∂ says by what: ∂L/∂W");
	} else if (n == 1 && strcmp(expected[0], "PARTIAL") == 0) {
		atl_diag_note(p->diag, "below the line stands a name: ∂L/∂W");
	} else if (ended && n == 1 && strcmp(expected[0], "'{'") == 0) {
		atl_diag_note(p->diag, "the body stands in braces that open on this line");
	} else if (p->token == ':' || p->last == ':') {
		atl_diag_note(p->diag, "a range has both its ends: x[1:3], x[2:end]; x[:] is all");
	} else if (p->tokens->mode == ATL_MODE_SYSTEMS && p->token == ATL_K_WORD) {
		atl_diag_note(p->diag, "a comma stands between two systems");
	} else if (ended && expects("IN", expected, n) && expects("'*'", expected, n)) {
		atl_diag_note(p->diag, "it is written: compare L in float64, exact");
	} else if (p->token == '{' && p->last == '=') {
		atl_diag_note(p->diag, "a block is the body of a function: f(x) = { ... }");
	}
}

/* A bracket that was opened on an earlier line may be what is wrong. */
static void label_bracket(atl_parse *p, atl_span found)
{
	const atl_tokens *t = p->tokens;
	atl_place open, here;

	if (t->n_brackets == 0) {
		return;
	}
	uint32_t lo = t->bracket[t->n_brackets - 1].lo;
	if (lo != found.lo && atl_sources_find(p->sources, lo, &open) &&
	    atl_sources_find(p->sources, found.lo, &here) && open.start != here.start) {
		atl_diag_label(p->diag, (atl_span){ lo, lo + 1 }, "in the bracket opened here");
	}
}

void atl_parse_unexpected(atl_parse *p, const char *const *expected, unsigned n)
{
	atl_span at = p->tokens->value.span;
	size_t len;
	const char *text = atl_sources_text(p->sources, at, &len);
	atl_buf out = { 0 };

	say_expected(&out, expected, n);
	if (p->token == ATL_K_YYEOF || p->token == ATL_K_NEWLINE) {
		bool silenced = text != NULL && len == 1 && *text == ';';
		(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, at, "unexpected %s%s",
		                    silenced ? "';'" : "end of the line", atl_buf_text(&out));
	} else {
		(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, at, "unexpected '%.*s'%s",
		                    (int)(text != NULL && len < 60 ? len : 0),
		                    text != NULL ? text : "", atl_buf_text(&out));
	}
	note_slip(p, expected, n);
	label_bracket(p, at);
	atl_buf_clear(&out);
}
