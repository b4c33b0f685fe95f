/* SPDX-License-Identifier: GPL-3.0-or-later */
/* foreign.c: signs of other languages and characters that begin nothing, each
 * with what stands for it here. */
#include <string.h>

#include "lang/tokens.h"
#include "parser.h"

static int fail(atl_tokens *t, atl_span at, const char *message)
{
	(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, at, "%s", message);
	return ATL_TOKEN_ERROR;
}

/* The operand before and the one behind with a word between, if both are there. */
static void offer_between(atl_tokens *t, atl_span sign, const char *word)
{
	const char *end;
	bool binary = atl_token_ends_operand(t->prev);
	const char *left = atl_tokens_text(t, binary ? t->operand : sign.lo, &end);

	if (left == NULL || (!binary && strcmp(word, "not") != 0)) {
		return;
	}
	const char *right = atl_skip_blanks(left + (sign.hi - (binary ? t->operand : sign.lo)),
	                                    end);
	size_t right_len = (size_t)(atl_operand_end(right, end) - right);
	size_t left_len = binary ? t->prev_hi - t->operand : 0;
	if (right_len == 0 || left_len + right_len > 100) {
		return;
	}
	atl_diag_note(t->diag, "%.*s%s%s %.*s", (int)left_len, left, binary ? " " : "", word,
	              (int)right_len, right);
}

/* |x| and ||x||: bars are no brackets. */
static int fail_bars(atl_tokens *t, atl_span sign, bool two)
{
	const char *end;
	const char *text = atl_tokens_text(t, sign.hi, &end);
	const char *close = text;

	fail(t, sign, "bars are no brackets; abs(x) is the absolute value, norm(v) the length");
	while (close != NULL && close < end && *close != '|' && *close != '\n') {
		close++;
	}
	if (close == NULL || close == end || *close != '|' || close == text || close - text > 100) {
		return ATL_TOKEN_ERROR;
	}
	if (!two) {
		atl_diag_note(t->diag, "abs(%.*s)", (int)(close - text), text);
	}
	atl_diag_note(t->diag, "norm(%.*s)", (int)(close - text), text);
	return ATL_TOKEN_ERROR;
}

static int fail_not(atl_tokens *t, atl_span sign)
{
	if (atl_token_ends_operand(t->prev)) {
		fail(t, sign, "there is no factorial, and '!' is no operator");
		atl_diag_note(t->diag, "`!=` is unequal, `not` negates");
	} else {
		fail(t, sign, "'!' is no operator");
		offer_between(t, sign, "not");
	}
	return ATL_TOKEN_ERROR;
}

/* Can it stand behind / or ^ as it is? */
static bool stands_alone(const char *right, size_t len, const char *end)
{
	size_t digits = 0;

	if (atl_operand_end(right, end) != right + len || *right == '-' || *right == '+' ||
	    memchr(right, '\'', len) != NULL) {
		return false;
	}
	while (digits < len && strchr("0123456789.", right[digits]) != NULL) {
		digits++;
	}
	return digits == 0 || digits == len;
}

/* `x /= e`: there is no such update, but x <- x/e. */
static int fail_update(atl_tokens *t, atl_span sign, char op)
{
	char bracket = t->n_brackets != 0 ? t->bracket[t->n_brackets - 1].kind : '{';
	const char *end;
	const char *left = atl_tokens_text(t, t->operand, &end);
	const char *right, *stop;

	if (left == NULL || bracket != '{' || !t->left_only ||
	    (t->prev != ATL_K_NAME && t->prev != ']')) {
		return ATL_TOKEN_ERROR;
	}
	right = stop = atl_skip_blanks(left + (sign.hi - t->operand), end);
	while (stop < end && strchr("\n#;}", *stop) == NULL) {
		const char *close = strchr("([", *stop) != NULL ? atl_matching_bracket(stop, end)
		                                                : NULL;
		stop = close != NULL ? close + 1 : stop + 1;
	}
	while (stop > right && atl_blank_at(stop - 1, end) != 0) {
		stop--;
	}
	size_t left_len = t->prev_hi - t->operand;
	size_t right_len = (size_t)(stop - right);
	if (right_len == 0 || left_len + right_len > 100 ||
	    memchr(right, '\n', right_len) != NULL) {
		return ATL_TOKEN_ERROR;
	}
	bool alone = stands_alone(right, right_len, end);
	atl_diag_note(t->diag, "%.*s <- %.*s%c%s%.*s%s", (int)left_len, left, (int)left_len, left,
	              op, alone ? "" : "(", (int)right_len, right, alone ? "" : ")");
	return ATL_TOKEN_ERROR;
}

int atl_offer_sign(atl_tokens *t, atl_span sign)
{
	static const struct { const char *sign, *word; } words[] = {
		{ "&&", "and" }, { "&", "and" }, { "||", "or" }, { "~=", "!=" }, { "<>", "!=" }
	};
	const char *text = t->scan.p + t->raw.lo;
	size_t len = sign.hi - sign.lo;

	if (*text == '|' && (len == 1 || !atl_token_ends_operand(t->prev))) {
		return fail_bars(t, sign, len == 2);
	}
	if (*text == '!') {
		return fail_not(t, sign);
	}
	(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, sign, "'%.*s' is no operator", (int)len,
	                    text);
	if (len > 1 && text[len - 1] == '=' && strchr("/^*", *text) != NULL) {
		return fail_update(t, sign, *text == '/' ? '/' : '^');
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strlen(words[i].sign) == len && memcmp(words[i].sign, text, len) == 0) {
			offer_between(t, sign, words[i].word);
			return ATL_TOKEN_ERROR;
		}
	}
	if (*text == '%') {
		atl_diag_note(t->diag, "the remainder is mod(a, b); a comment begins with #");
	} else if (len == 2 && *text == '/') {
		atl_diag_note(t->diag,
		              "the rounded quotient is floor(a/b); a comment begins with #");
	} else if (*text == '?') {
		atl_diag_note(t->diag, "?name asks for help at the start of a statement");
	}
	return ATL_TOKEN_ERROR;
}

int atl_offer_character(atl_tokens *t, atl_span at)
{
	static const struct { uint32_t c; const char *note; } known[] = {
		{ 0x2207, "the gradient of L by W is grad(L, W), or ∂L/∂W" },
		{ 0x2211, "a sum is sum(x)" },
		{ 0x220F, "a product is prod(x)" },
		{ 0x221A, "a square root is sqrt(x)" },
		{ 0x221E, "infinity is inf" },
		{ 0x2218, "the elementwise product is .* or ⊙" },
		{ 0x2297, "the outer product is x*y'" },
		{ 0x2227, "a conjunction is a and b" },
		{ 0x2228, "a disjunction is a or b" },
		{ 0xAC, "a negation is not a" },
		{ 0x2248, "check a == b within t compares with a tolerance" },
		{ 0x2208, "a loop is for k in 1:10 { }" },
		{ 0x2192, "an update is W <- e" },
		{ '`', "a transpose is ', a string stands in double quotes" }
	};
	const char *end;
	const char *text = atl_tokens_text(t, at.lo, &end);
	uint32_t c = 0;
	size_t size = text != NULL ? atl_utf8_decode(text, end, &c) : 0;

	if (size == 0) {
		(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, (atl_span){ at.lo, at.lo + 1 },
		                    "byte %02X is no text in UTF-8",
		                    text != NULL ? (unsigned char)*text : 0U);
		return ATL_TOKEN_ERROR;
	}
	if (c < 0x20 || c == 0x7F) {
		(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, at, "a control character, byte %02X",
		                    (unsigned)c);
		return ATL_TOKEN_ERROR;
	}
	(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, at, "'%.*s' has no meaning here", (int)size,
	                    text);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (known[i].c == c) {
			atl_diag_note(t->diag, "%s", known[i].note);
		}
	}
	return ATL_TOKEN_ERROR;
}
