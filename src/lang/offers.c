/* SPDX-License-Identifier: GPL-3.0-or-later */
/* offers.c: errors of the token filter, with the edits that would fit.
 *
 * Offers are made of the user's own text, and each of them parses; where the
 * text around is not there yet or too long to show, there is no offer. */
#include <string.h>

#include "base/mem.h"
#include "lang/reader.h"
#include "lang/tokens.h"
#include "parser.h"

enum { WAIT_LIMIT = 1 << 16 }; /* bytes of a bracket that an error waits for the end of */

const char *atl_tokens_text(const atl_tokens *t, uint32_t from, const char **end)
{
	size_t len;
	const char *text = atl_sources_text(t->sources, (atl_span){ from, t->fed }, &len);

	*end = text != NULL ? text + len : NULL;
	return text;
}

const char *atl_tokens_place(const atl_tokens *t, uint32_t position)
{
	atl_place place;
	const char *text = NULL;

	if (atl_sources_find(t->sources, position, &place)) {
		text = atl_arena_printf(&t->diag->arena, "%u:%u", place.line, place.column);
	}
	return text != NULL ? text : "?";
}

static int fail(atl_tokens *t, atl_span at, const char *message)
{
	(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, at, "%s", message);
	return ATL_TOKEN_ERROR;
}

static const atl_bracket *innermost(const atl_tokens *t)
{
	return t->n_brackets != 0 ? &t->bracket[t->n_brackets - 1] : NULL;
}

static atl_span bracket_span(const atl_bracket *b)
{
	return (atl_span){ b->lo, b->lo + 1 };
}

/* ---- brackets ---- */

int atl_offer_close(atl_tokens *t)
{
	const atl_bracket *b = innermost(t);

	(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, bracket_span(b),
	                    "bracket opened at %s is not closed", atl_tokens_place(t, b->lo));
	if (t->line_began && t->raw.kind == ATL_K_NAME) {
		atl_diag_label(t->diag,
		               (atl_span){ t->scan.base + t->raw.lo, t->scan.base + t->raw.hi },
		               "a statement begins here");
	} else if (t->prev_hi > b->lo + 1) {
		atl_diag_label(t->diag, (atl_span){ t->prev_hi - 1, t->prev_hi },
		               "the text ends here");
	}
	return ATL_TOKEN_ERROR;
}

int atl_offer_mismatch(atl_tokens *t, atl_span closing)
{
	const atl_bracket *b = innermost(t);
	char sign = (char)t->raw.kind;

	if (b == NULL) {
		(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, closing,
		                    "no bracket is open that '%c' closes", sign);
		return ATL_TOKEN_ERROR;
	}
	(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, closing,
	                    "'%c' does not close the '%c' opened at %s", sign,
	                    b->kind == 'i' ? '[' : b->kind, atl_tokens_place(t, b->lo));
	atl_diag_label(t->diag, bracket_span(b), "opened here");
	return ATL_TOKEN_ERROR;
}

/* ---- brackets of literals without commas ---- */

/* The outermost of the bracket literals that are open around, or the index. */
static const atl_bracket *outermost(const atl_tokens *t)
{
	const atl_bracket *b = innermost(t);

	while (b->kind == '[' && b > t->bracket && b[-1].kind == '[') {
		b--;
	}
	return b;
}

/* The bracket rewritten, in the diagnostic's arena; NULL when it has no offer. */
static const char *rewritten(atl_tokens *t, const atl_bracket *b, atl_rewrite how,
                             unsigned *missing)
{
	const char *end;
	const char *text = atl_tokens_text(t, b->operand, &end);
	const char *open = text != NULL ? text + (b->lo - b->operand) : NULL;
	const char *close = open != NULL ? atl_matching_bracket(open, end) : NULL;
	const char *offer = NULL;
	atl_buf out = { 0 };

	*missing = 0;
	if (close != NULL) {
		atl_buf_addn(&out, text, (size_t)(open - text)); /* what an index belongs to */
		if (atl_rewrite_bracket(&out, open, close, how, missing)) {
			offer = atl_arena_dup(&t->diag->arena, out.p, out.len);
		}
	}
	atl_buf_clear(&out);
	return offer;
}

/* One error for a whole array: it waits until the bracket is closed. */
static bool must_wait(const atl_tokens *t)
{
	uint32_t lo = outermost(t)->lo;
	const char *end;
	const char *text = atl_tokens_text(t, lo, &end);

	return !t->finished && text != NULL && end - text < WAIT_LIMIT &&
	       atl_bracket_end(text, end) == NULL;
}

static int fail_commas(atl_tokens *t, atl_span found)
{
	unsigned missing;
	const char *offer;

	fail(t, found, "entries of a bracket are separated by commas");
	offer = rewritten(t, outermost(t), ATL_REWRITE_COMMAS, &missing);
	if (offer != NULL && missing != 0) {
		atl_diag_note(t->diag, "%s", offer);
	}
	return ATL_TOKEN_ERROR;
}

int atl_offer_spacing(atl_tokens *t, atl_span sign)
{
	const atl_bracket *b = outermost(t);
	unsigned missing;
	const char *commas, *spaces;

	if (b->kind == '[' && must_wait(t)) {
		t->held = true;
		return ATL_TOKEN_WAIT;
	}
	spaces = rewritten(t, b, ATL_REWRITE_SPACES, &missing);
	if (missing != 0) {
		return fail_commas(t, sign);
	}
	commas = rewritten(t, b, ATL_REWRITE_COMMAS, &missing);
	(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, sign,
	                    "two readings: white space before the sign and none behind it");
	if (commas != NULL && spaces != NULL) {
		atl_diag_note(t->diag, "%s", commas);
		atl_diag_note(t->diag, "%s", spaces);
	}
	return ATL_TOKEN_ERROR;
}

/* ---- two operands with nothing between ---- */

/* `chek a == b`: the first word of a statement that is near to one that begins statements. */
static void note_statement_word(atl_tokens *t, const char *name)
{
	atl_nearest nearest = { 0 };

	for (const char *const *word = atl_statement_words(); *word != NULL; word++) {
		atl_nearest_try(&nearest, name, *word);
	}
	if (nearest.best != NULL) {
		atl_diag_note(t->diag, "did you mean '%s'?", nearest.best);
	}
}

/* Does `=` or an arrow follow? */
static bool assigned(const char *p, const char *end)
{
	p = atl_skip_blanks(p, end);
	return end - p > 1 && ((*p == '=' && p[1] != '=') || (*p == '<' && p[1] == '-'));
}

/* f(a b): the whole call with a comma. */
static void offer_argument(atl_tokens *t, const atl_bracket *b, atl_span found)
{
	const char *end;
	const char *text = atl_tokens_text(t, b->operand, &end);
	const char *close = text != NULL ? atl_matching_bracket(text + (b->lo - b->operand), end)
	                                 : NULL;

	if (close == NULL || close - text > 100 ||
	    memchr(text, '\n', (size_t)(close - text)) != NULL) {
		return;
	}
	const char *right = text + (found.lo - b->operand);
	atl_diag_note(t->diag, "%.*s, %.*s", (int)(t->prev_hi - b->operand), text,
	              (int)(close + 1 - right), right);
}

static bool is_number(int token)
{
	return token == ATL_K_NUMBER || token == ATL_RAW_DOTTED;
}

/* sin x and 7 mod 3: the calls that are meant; false where the name is no function's. */
static bool offer_call(atl_tokens *t, const char *text, size_t left, const char *right, size_t len, const char *end)
{
	if (atl_symbols_function(t->symbols, text, left)) {
		atl_diag_note(t->diag, "%.*s(%.*s)", (int)left, text, (int)len, right);
		return true;
	}
	if (!atl_symbols_function(t->symbols, right, len)) {
		return false;
	}
	const char *third = atl_skip_blanks(right + len, end);
	size_t n = (size_t)(atl_operand_end(third, end) - third);

	if (n == 0 || n + len + left > 100 || memchr(third, '\n', n) != NULL) {
		return false;
	}
	atl_diag_note(t->diag, "%.*s(%.*s, %.*s)", (int)len, right, (int)left, text, (int)n, third);
	return true;
}

int atl_offer_operator(atl_tokens *t, atl_span found)
{
	const atl_bracket *b = innermost(t);
	const char *end;
	const char *text = atl_tokens_text(t, t->operand, &end);
	size_t left = t->prev_hi - t->operand;
	const char *right = text != NULL ? text + (found.lo - t->operand) : NULL;
	size_t right_len = right != NULL ? (size_t)(atl_operand_end(right, end) - right) : 0;

	bool two_dots = is_number(t->prev) && is_number(t->raw.kind) && found.lo == t->prev_hi;

	if (b != NULL && b->kind == '[' && !two_dots && must_wait(t)) {
		t->held = true;
		return ATL_TOKEN_WAIT;
	}
	t->held = false;
	if (b != NULL && b->kind == '[' && !two_dots) {
		return fail_commas(t, found);
	}
	if (b != NULL && b->kind != '{' && t->line_began && right != NULL &&
	    assigned(right + right_len, end)) {
		return atl_offer_close(t);
	}
	fail(t, found, "an operator is missing");
	atl_diag_label(t->diag, (atl_span){ t->operand, t->prev_hi }, "%s", "");
	if (two_dots) {
		atl_diag_note(t->diag, "a number has one decimal point");
		return ATL_TOKEN_ERROR;
	}
	if (text == NULL || left + right_len > 100 || right_len == 0 ||
	    memchr(text, '\n', left) != NULL || memchr(right, '\n', right_len) != NULL) {
		return ATL_TOKEN_ERROR;
	}
	if (t->prev != ATL_K_STRING && t->raw.kind != ATL_K_STRING && offer_call(t, text, left, right, right_len, end)) {
		return ATL_TOKEN_ERROR;
	}
	/* `print 3`: a long first word is meant as a statement rather than as a factor */
	if (t->left_only && t->prev == ATL_K_NAME && left > 3) {
		atl_diag_note(t->diag, "'%.*s' begins no statement; `help` shows what does", (int)left,
		              text);
	} else if (t->prev != ATL_K_STRING && t->raw.kind != ATL_K_STRING) {
		atl_diag_note(t->diag, "%.*s*%.*s", (int)left, text, (int)right_len, right);
	}
	if (b != NULL && b->kind != '{' && b->operand != b->lo) {
		offer_argument(t, b, found);
	} else if (t->mode == ATL_MODE_SHOW) {
		atl_diag_note(t->diag, "show %.*s, %.*s", (int)left, text, (int)right_len, right);
	}
	if (t->left_only && t->prev == ATL_K_NAME) {
		const char *name = atl_arena_dup(&t->diag->arena, text, left);
		note_statement_word(t, name != NULL ? name : "");
	}
	return ATL_TOKEN_ERROR;
}

/* ---- quotes ---- */

/* A quote that closes the one at p on this line, or NULL. */
static const char *closing_quote(const char *p, const char *end, const char **inner_end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));

	for (const char *limit = newline != NULL ? newline : end; p < limit; p++) {
		if (*p == '\'') {
			*inner_end = p;
			return p + 1;
		}
		if (limit - p >= 3 && (memcmp(p, "\xE2\x80\x99", 3) == 0 ||
		                       memcmp(p, "′", 3) == 0)) {
			*inner_end = p;
			return p + 3;
		}
	}
	return NULL;
}

int atl_offer_quote(atl_tokens *t, atl_span quote)
{
	const char *end;
	const char *text = atl_tokens_text(t, quote.lo, &end);
	const char *inner = text != NULL ? text + (quote.hi - quote.lo) : NULL;
	bool is_quote = text != NULL && (*text == '\'' || (unsigned char)*text == 0xE2);
	const char *inner_end;
	const char *close = is_quote ? closing_quote(inner, end, &inner_end) : NULL;

	if (close != NULL) {
		atl_span all = { quote.lo, quote.lo + (uint32_t)(close - text) };
		fail(t, all, "a string stands in double quotes; ' is the transpose");
		if (memchr(inner, '"', (size_t)(inner_end - inner)) == NULL &&
		    inner_end - inner < 100) {
			atl_diag_note(t->diag, "\"%.*s\"", (int)(inner_end - inner), inner);
		}
		return ATL_TOKEN_ERROR;
	}
	if (!atl_token_ends_operand(t->prev)) {
		return fail(t, quote, "there is nothing to transpose before this sign");
	}
	fail(t, quote, "a transpose touches its operand");
	text = atl_tokens_text(t, t->operand, &end);
	if (text != NULL && t->prev_hi - t->operand < 100) {
		atl_diag_note(t->diag, "%.*s'", (int)(t->prev_hi - t->operand), text);
	}
	return ATL_TOKEN_ERROR;
}

int atl_offer_string(atl_tokens *t, atl_span string, bool closed)
{
	const char *end;
	const char *text = atl_tokens_text(t, string.lo, &end);

	if (!closed) {
		fail(t, (atl_span){ string.lo, string.lo + 1 },
		     "the string is not closed on its line");
		return ATL_TOKEN_ERROR;
	}
	for (uint32_t i = 0; text != NULL && string.lo + i + 1 < string.hi; i++) {
		if (text[i] == '\\' && strchr("nt\"\\", text[i + 1]) == NULL) {
			string = (atl_span){ string.lo + i, string.lo + i + 2 };
			break;
		}
		i += text[i] == '\\';
	}
	fail(t, string, "unknown escape in a string");
	atl_diag_note(t->diag, "there are \\n, \\t, \\\" and \\\\");
	return ATL_TOKEN_ERROR;
}

/* ---- words and signs out of place ---- */

int atl_offer_else(atl_tokens *t, atl_span word)
{
	bool is_else = t->raw.kind == ATL_K_ELSE;

	(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, word,
	                    "'%s' stands on the line of the } before it",
	                    is_else ? "else" : "elif");
	atl_diag_note(t->diag, is_else ? "if a { b } else { c }" : "if a { b } elif c { d }");
	return ATL_TOKEN_ERROR;
}

int atl_offer_field(atl_tokens *t, atl_span field)
{
	const char *end;
	const char *text = atl_tokens_text(t, t->operand, &end);

	fail(t, field, "a name begins with a letter, and holds no dot; .T is the transpose");
	if (t->prev == ATL_K_NUMBER && text != NULL && field.hi - t->operand < 100) {
		atl_diag_note(t->diag, "%.*s*%.*s", (int)(t->prev_hi - t->operand), text,
		              (int)(field.hi - field.lo - 1), text + (field.lo - t->operand) + 1);
	}
	return ATL_TOKEN_ERROR;
}
