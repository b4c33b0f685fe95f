/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tokens.c: the token filter (tokens.h says what it is for). */
#include "lang/tokens.h"

#include <string.h>

#include "base/mem.h"
#include "lang/letters.h"
#include "parser.h"

enum { NOTHING = -1 }; /* a raw token that gives no token: go on */

bool atl_tokens_init(atl_tokens *t, atl_symbols *symbols, const atl_sources *sources)
{
	*t = (atl_tokens){ .symbols = symbols, .sources = sources };
	atl_tokens_drop(t);
	t->lexer = atl_lexer_new(&t->raw);
	return t->lexer != NULL;
}

void atl_tokens_clear(atl_tokens *t)
{
	atl_lexer_free(t->lexer);
	atl_free(t->scan.p);
	atl_free(t->feed.p);
	atl_free(t->bracket);
	*t = (atl_tokens){ 0 };
}

static void begin_statement(atl_tokens *t)
{
	t->at_start = true;
	t->left_only = true;
	t->mode = ATL_MODE_NONE;
	t->prev = 0;
	t->row_ended = false;
	t->line_began = false;
}

void atl_tokens_drop(atl_tokens *t)
{
	begin_statement(t);
	t->held = false;
	t->scanning = false;
	t->scan.len = 0;
	t->feed.len = t->feed.lines = 0;
	t->n_brackets = 0;
}

bool atl_tokens_idle(const atl_tokens *t)
{
	return t->at_start && t->n_brackets == 0;
}

/* ---- the raw token ---- */

static const char *raw_text(const atl_tokens *t)
{
	return t->scan.p + t->raw.lo;
}

static size_t raw_len(const atl_tokens *t)
{
	return t->raw.hi - t->raw.lo;
}

/* The text behind the raw token. */
static const char *ahead(const atl_tokens *t)
{
	return t->scan.p + t->raw.hi;
}

static const char *text_end(const atl_tokens *t)
{
	return t->scan.p + t->scan.len;
}

static atl_span raw_span(const atl_tokens *t)
{
	return (atl_span){ t->scan.base + t->raw.lo, t->scan.base + t->raw.hi };
}

static bool raw_is(const atl_tokens *t, const char *word)
{
	return raw_len(t) == strlen(word) && memcmp(raw_text(t), word, raw_len(t)) == 0;
}

/* Does the raw token touch the token before it? */
static bool touching(const atl_tokens *t)
{
	return t->scan.base + t->raw.lo == t->prev_hi;
}

/* ---- brackets ---- */

static char innermost(const atl_tokens *t)
{
	return t->n_brackets != 0 ? t->bracket[t->n_brackets - 1].kind : 0;
}

/* Outside brackets, as far as the statement goes. */
static bool outside(const atl_tokens *t)
{
	char kind = innermost(t);

	return kind == 0 || kind == '{';
}

static bool in_index(const atl_tokens *t)
{
	return t->n_brackets != 0 && t->bracket[t->n_brackets - 1].in_index;
}

/* ---- tokens ---- */

static int emit(atl_tokens *t, int token)
{
	t->value.span = raw_span(t);
	if (!atl_token_ends_operand(t->prev)) {
		t->operand = t->value.span.lo;
	}
	t->prev = token;
	t->prev_hi = t->value.span.hi;
	t->at_start = false;
	t->line_began = false;
	if (t->left_only && token != ATL_K_NAME && token != ',' && token != ATL_K_INDEX &&
	    token != ']' && outside(t)) {
		t->left_only = false;
	}
	return token;
}

/* A token that is not in the text, before the raw token, which is read again. */
static int insert(atl_tokens *t, int token, atl_span span)
{
	t->held = true;
	t->value = (atl_value){ .span = span };
	t->prev = token;
	return token;
}

static int end_statement(atl_tokens *t, bool silent, atl_span span)
{
	int block = silent ? ';' : ATL_K_NEWLINE;

	t->value = (atl_value){ .span = span, .n = silent };
	begin_statement(t);
	return t->n_brackets == 0 ? ATL_K_YYEOF : block;
}

static int newline(atl_tokens *t)
{
	if (outside(t)) {
		return t->at_start || atl_token_continues(t->prev)
		           ? NOTHING
		           : end_statement(t, false, raw_span(t));
	}
	t->line_began = true;
	t->newline = raw_span(t);
	t->row_ended = innermost(t) == '[' && atl_token_ends_operand(t->prev);
	return NOTHING;
}

static int semicolon(atl_tokens *t)
{
	if (!outside(t)) {
		return emit(t, ';');
	}
	return t->at_start ? NOTHING : end_statement(t, true, raw_span(t));
}

static int open_bracket(atl_tokens *t, int token, char kind)
{
	bool belongs = atl_token_ends_operand(t->prev);

	if (!atl_grow(&t->bracket, &t->cap_brackets, t->n_brackets + 1, sizeof *t->bracket)) {
		atl_diag_nomem(t->diag);
		return ATL_TOKEN_ERROR;
	}
	emit(t, token);
	t->bracket[t->n_brackets] = (atl_bracket){
		.kind = kind,
		.in_index = kind == 'i' || (kind != '{' && in_index(t)),
		.lo = t->value.span.lo,
		.operand = belongs ? t->operand : t->value.span.lo,
	};
	t->n_brackets++;
	if (kind == '{') {
		begin_statement(t);
	}
	return token;
}

static int close_bracket(atl_tokens *t, char kind)
{
	char open = innermost(t);
	uint32_t operand;

	if (open != (kind == ')'   ? '('
	             : kind == '}' ? '{'
	                           : '[') &&
	    !(kind == ']' && open == 'i')) {
		return atl_offer_mismatch(t, raw_span(t));
	}
	operand = t->bracket[--t->n_brackets].operand;
	if (kind == ']' && open == '[') {
		t->literal_hi = t->scan.base + t->raw.hi;
	}
	emit(t, kind);
	t->operand = operand;
	return kind;
}

/* `[` is an index behind a name or what is built on one; a bracket literal is none. */
static int open_square(atl_tokens *t)
{
	bool index = atl_token_ends_operand(t->prev) && t->prev != ATL_K_NUMBER &&
	             t->prev != ATL_K_STRING && !(t->prev == ']' && t->literal_hi == t->prev_hi);

	return open_bracket(t, index ? ATL_K_INDEX : '[', index ? 'i' : '[');
}

static int literal(atl_tokens *t, int token, const char *text)
{
	if (text == NULL) {
		atl_diag_nomem(t->diag);
		return ATL_TOKEN_ERROR;
	}
	t->value.text = text;
	return emit(t, token);
}

static int number(atl_tokens *t)
{
	return literal(t, ATL_K_NUMBER,
	               atl_literal_number(&t->tree->arena, raw_text(t), raw_len(t)));
}

/* `2.` keeps its dot only before white space and what closes. */
static int dotted(atl_tokens *t)
{
	const char *p = ahead(t);

	if (atl_blank_at(p, text_end(t)) == 0 && (*p == '\0' || strchr("\n,;)]}#", *p) == NULL)) {
		t->raw.hi--;
		atl_lexer_seek(t->lexer, t->raw.hi);
	}
	t->raw.kind = ATL_K_NUMBER;
	return number(t);
}

static int string(atl_tokens *t)
{
	return literal(t, ATL_K_STRING,
	               atl_literal_string(&t->tree->arena, raw_text(t), raw_len(t)));
}

/* ² ³ ¹⁰ ⁻¹: n is the exponent, sym says that it is negative. */
static int superscript(atl_tokens *t)
{
	bool negative;
	bool above_partial = t->prev == ATL_K_PARTIAL;

	if (!atl_literal_superscript(raw_text(t), raw_len(t), &t->value.n, &negative)) {
		(void)atl_diag_fail(t->diag, ATL_KIND_SYNTAX, raw_span(t),
		                    "the exponent is too long");
		return ATL_TOKEN_ERROR;
	}
	t->value.sym = negative;
	emit(t, ATL_K_SUPER);
	if (above_partial) { /* ∂²: the operand is still to come */
		t->prev = ATL_K_PARTIAL;
	}
	return ATL_K_SUPER;
}

/* The raw token's text as a name; 0 when it is none, and the diagnostic says why. */
static atl_sym intern(atl_tokens *t)
{
	size_t bad = atl_letter_first_bad(raw_text(t), raw_len(t));
	atl_sym sym;

	if (bad < raw_len(t)) {
		uint32_t c;
		uint32_t lo = raw_span(t).lo + (uint32_t)bad;
		size_t size = atl_utf8_decode(raw_text(t) + bad, ahead(t), &c);
		(void)atl_offer_character(t,
		                          (atl_span){ lo, lo + (uint32_t)(size != 0 ? size : 1) });
		return 0;
	}
	sym = atl_symbols_intern(t->symbols, raw_text(t), raw_len(t));
	if (sym == 0) {
		atl_diag_nomem(t->diag);
	}
	return sym;
}

static int word(atl_tokens *t, int token)
{
	t->value.sym = atl_symbols_intern(t->symbols, raw_text(t), raw_len(t));
	if (t->value.sym == 0) {
		atl_diag_nomem(t->diag);
		return ATL_TOKEN_ERROR;
	}
	return emit(t, token);
}

/* Words of `plot`: its modifiers, and what begins its clauses. */
static int plot_word(const atl_tokens *t)
{
	const char *p = atl_skip_blanks(ahead(t), text_end(t));

	if (t->prev == ATL_K_PLOT) {
		return (raw_is(t, "image") || raw_is(t, "points")) && atl_operand_at(ahead(t), text_end(t))
		           ? ATL_K_MODIFIER
		           : 0;
	}
	if (!atl_token_ends_operand(t->prev)) {
		return 0;
	}
	if (raw_is(t, "to")) {
		return p < text_end(t) && *p == '"' ? ATL_K_TO : 0;
	}
	return raw_is(t, "against") ? ATL_K_AGAINST : raw_is(t, "in") ? ATL_K_IN : 0;
}

/* A word that is one in its place only: the token, or 0. */
static int word_in_place(const atl_tokens *t)
{
	if (raw_is(t, "end") && in_index(t)) {
		return ATL_K_END;
	}
	if (t->mode == ATL_MODE_NONE || !outside(t)) {
		return 0;
	}
	switch (t->mode) {
	case ATL_MODE_FOR:
		return t->prev == ATL_K_NAME && raw_is(t, "in") ? ATL_K_IN : 0;
	case ATL_MODE_INPUT:
		if (raw_is(t, "symmetric") || raw_is(t, "diagonal") || raw_is(t, "scalar")) {
			return atl_operand_at(ahead(t), text_end(t)) ? ATL_K_MODIFIER : 0;
		}
		return 0;
	case ATL_MODE_MINIMIZE:
		if (t->prev == ATL_K_MINIMIZE) {
			return 0;
		}
		return raw_is(t, "wrt") ? ATL_K_WRT : raw_is(t, "with") ? ATL_K_WITH : 0;
	case ATL_MODE_CHECK:
		return t->prev != ATL_K_CHECK && raw_is(t, "within") ? ATL_K_WITHIN : 0;
	case ATL_MODE_TRACE:
		if (t->prev == ATL_K_TRACE &&
		    (raw_is(t, "named") || raw_is(t, "full") || raw_is(t, "graph"))) {
			return atl_operand_at(ahead(t), text_end(t)) ? ATL_K_MODIFIER : 0;
		}
		return t->prev != ATL_K_TRACE && t->prev != ATL_K_GRADCHECK && raw_is(t, "wrt") ? ATL_K_WRT : 0;
	case ATL_MODE_COMPARE:
		if (t->prev == ATL_K_COMPARING && (raw_is(t, "named") || raw_is(t, "full"))) {
			return atl_operand_at(ahead(t), text_end(t)) ? ATL_K_MODIFIER : 0;
		}
		return t->prev != ATL_K_COMPARING && raw_is(t, "in") ? ATL_K_IN : 0;
	case ATL_MODE_SYSTEMS:
		return t->prev != ATL_K_IN && t->prev != ',' && raw_is(t, "wrt") ? ATL_K_WRT
		                                                                : ATL_K_WORD;
	case ATL_MODE_PLOT:
		return plot_word(t);
	case ATL_MODE_SHOW:
		return t->prev == ATL_K_SHOW && raw_is(t, "bits") &&
		               atl_operand_at(ahead(t), text_end(t))
		           ? ATL_K_MODIFIER
		           : 0;
	default:
		return ATL_K_WORD;
	}
}

/* The bytes of the quotes at p if a parenthesis touches them: f'(x). */
static size_t primes(const char *p, const char *end, uint32_t *n)
{
	const char *q = p;

	*n = 0;
	if (*p >= ' ' && *p != '\'') { /* nearly always */
		return 0;
	}
	for (; q < end; ++*n) {
		if (*q == '\'') {
			q++;
		} else if (end - q >= 3 && (memcmp(q, "\xE2\x80\x99", 3) == 0 ||
		                            memcmp(q, "′", 3) == 0)) {
			q += 3;
		} else {
			break;
		}
	}
	return *n != 0 && q < end && *q == '(' ? (size_t)(q - p) : 0;
}

static int name(atl_tokens *t)
{
	int token = word_in_place(t);
	size_t quotes;

	if (raw_len(t) > 4 && memcmp(ahead(t) - 2, ".T", 2) == 0) { /* h~1.T */
		t->raw.hi -= 2;
		atl_lexer_seek(t->lexer, t->raw.hi);
	}
	if (token != 0) {
		/* behind `in` stand systems, behind their `wrt` names again */
		if (t->mode == ATL_MODE_COMPARE && token == ATL_K_IN) {
			t->mode = ATL_MODE_SYSTEMS;
		} else if (t->mode == ATL_MODE_SYSTEMS && token == ATL_K_WRT) {
			t->mode = ATL_MODE_NONE;
		}
		return word(t, token);
	}
	if (t->at_start && !t->expression) {
		token = atl_word_command(raw_text(t), raw_len(t));
		if (token != 0 && !atl_word_is_name(token, ahead(t), text_end(t))) {
			t->mode = atl_word_mode(token);
			return word(t, token);
		}
	}
	t->value.sym = intern(t);
	if (t->value.sym == 0) {
		return ATL_TOKEN_ERROR;
	}
	quotes = primes(ahead(t), text_end(t), &t->value.n);
	if (quotes == 0) {
		return emit(t, ATL_K_NAME);
	}
	t->raw.hi += (uint32_t)quotes;
	atl_lexer_seek(t->lexer, t->raw.hi);
	return emit(t, ATL_K_PRIMED);
}

static int transpose(atl_tokens *t)
{
	if (t->raw.kind == ATL_RAW_FIELD && !raw_is(t, ".T")) {
		return atl_offer_field(t, raw_span(t));
	}
	if (!atl_token_ends_operand(t->prev) || !touching(t)) {
		return atl_offer_quote(t, raw_span(t));
	}
	return emit(t, '\'');
}

static int left_arrow(atl_tokens *t)
{
	if (outside(t) && t->left_only && (t->prev == ATL_K_NAME || t->prev == ']')) {
		t->value.n = ATL_O_SET;
		return emit(t, ATL_K_ARROW);
	}
	t->raw.hi = t->raw.lo + 1;
	atl_lexer_seek(t->lexer, t->raw.hi);
	t->value.n = ATL_O_LT;
	return emit(t, ATL_K_COMPARE);
}

/* + or -; in brackets, white space before and none after would make a row of two. */
static int plus_minus(atl_tokens *t)
{
	char kind = innermost(t);

	if ((kind == '[' || kind == 'i') && atl_token_ends_operand(t->prev) && !touching(t) &&
	    !t->line_began && atl_blank_at(ahead(t), text_end(t)) == 0 && *ahead(t) != '\n') {
		return atl_offer_spacing(t, raw_span(t));
	}
	return emit(t, t->raw.kind);
}

static int nabla(atl_tokens *t)
{
	if (t->at_start && (*ahead(t) == '\n' || atl_blank_at(ahead(t), text_end(t)) != 0)) {
		return NOTHING; /* the prompt of a transcript */
	}
	return atl_offer_character(t, raw_span(t));
}

/* The `… ` that begins a line of a transcript where a statement goes on. */
static bool is_continuation_prompt(const atl_tokens *t)
{
	return t->raw.kind == ATL_RAW_DOTS &&
	       (t->raw.lo == 0 || t->scan.p[t->raw.lo - 1] == '\n') &&
	       (*ahead(t) == '\n' || atl_blank_at(ahead(t), text_end(t)) != 0);
}

/* What stands between two operands that have nothing between them: NOTHING
 * when that is fine, else IMPLICIT or an error. */
static int between(atl_tokens *t)
{
	bool apart = !touching(t);

	if (t->prev == ATL_K_NUMBER && !apart && t->raw.kind != '[' &&
	    t->raw.kind != ATL_K_STRING && t->raw.kind != ATL_K_NUMBER &&
	    t->raw.kind != ATL_RAW_DOTTED) {
		uint32_t lo = raw_span(t).lo;
		return insert(t, ATL_K_IMPLICIT, (atl_span){ lo, lo });
	}
	if (t->raw.kind == ATL_K_PARTIAL) {
		return t->prev == ATL_K_NUMBER ? atl_offer_operator(t, raw_span(t)) : NOTHING;
	}
	if (!(apart && innermost(t) == '[')) {
		if (t->raw.kind == '(' && t->prev == ATL_K_NAME) {
			return NOTHING; /* a call */
		}
		if (t->raw.kind == '[' && t->prev != ATL_K_NUMBER && t->prev != ATL_K_STRING &&
		    !(t->prev == ']' && t->literal_hi == t->prev_hi)) {
			return NOTHING; /* an index */
		}
	}
	if (t->raw.kind == ATL_K_NAME && word_in_place(t) != 0) {
		return NOTHING;
	}
	t->held = true; /* should the error wait for the end of a bracket */
	return atl_offer_operator(t, raw_span(t));
}

/* What must be settled before the raw token itself: NOTHING, or a token to
 * give out first. */
static int before(atl_tokens *t)
{
	int raw = t->raw.kind;

	if (t->line_began && raw == ATL_K_NAME && innermost(t) == '[') {
		const char *p = atl_skip_blanks(ahead(t), text_end(t));
		if (*p == '=' && p[1] != '=') {
			return atl_offer_close(t);
		}
	}
	if (t->row_ended) {
		t->row_ended = false;
		if (raw != ']') {
			return insert(t, ';', t->newline);
		}
	}
	if (t->prev == '}' && (raw == ATL_K_NAME || raw == ATL_K_IF || raw == ATL_K_FOR ||
	                       raw == ATL_K_WHILE || raw == ATL_K_REPEAT)) {
		t->held = true;
		return end_statement(t, false, (atl_span){ t->prev_hi, t->prev_hi });
	}
	if ((raw == ATL_K_ELSE || raw == ATL_K_ELIF) && t->at_start) {
		return atl_offer_else(t, raw_span(t));
	}
	if (atl_token_ends_operand(t->prev) &&
	    (atl_token_begins_operand(raw) || raw == ATL_K_PARTIAL)) {
		return between(t);
	}
	return NOTHING;
}

/* Words of `set`, `list`, `help` are taken as they stand. */
static bool is_bare_word(const atl_tokens *t)
{
	int raw = t->raw.kind;

	if (t->mode != ATL_MODE_HELP && t->mode != ATL_MODE_SET && t->mode != ATL_MODE_WORDS) {
		return false;
	}
	if (!outside(t) || raw == ATL_RAW_NEWLINE || raw == ';' || raw == '}') {
		return false;
	}
	return t->mode == ATL_MODE_HELP || raw == ATL_K_NAME || (raw >= ATL_K_IF && raw <= ATL_K_NOT);
}

/* A loop, or a clause of `plot`. */
static int begin_for(atl_tokens *t)
{
	t->mode = t->mode == ATL_MODE_PLOT ? t->mode : ATL_MODE_FOR;
	return emit(t, ATL_K_FOR);
}

/* ?name at the start asks for help; as an operand, W*? + b, it is what is to fit. */
static int begin_help(atl_tokens *t)
{
	if (!t->at_start && !t->expression && !atl_token_ends_operand(t->prev)) {
		t->value.sym = atl_symbols_intern(t->symbols, "?", 1);
		return emit(t, ATL_K_NAME);
	}
	if (!t->at_start || t->expression) {
		return atl_offer_sign(t, raw_span(t));
	}
	t->mode = ATL_MODE_HELP;
	t->value.sym = atl_symbols_intern(t->symbols, "help", 4);
	return emit(t, ATL_K_HELP);
}

static int filter(atl_tokens *t)
{
	int raw = t->raw.kind;

	switch (raw) {
	case ATL_RAW_NEWLINE:      return newline(t);
	case ';':                  return semicolon(t);
	case ATL_K_NAME:           return name(t);
	case ATL_K_NUMBER:         return number(t);
	case ATL_RAW_DOTTED:       return dotted(t);
	case ATL_K_STRING:         return string(t);
	case ATL_K_SUPER:          return superscript(t);
	case ATL_RAW_TRANSPOSE:
	case ATL_RAW_FIELD:        return transpose(t);
	case ATL_RAW_LARROW:       return left_arrow(t);
	case '+':
	case '-':                  return plus_minus(t);
	case '(':                  return open_bracket(t, '(', '(');
	case '{':                  return open_bracket(t, '{', '{');
	case '[':                  return open_square(t);
	case ')':
	case ']':
	case '}':                  return close_bracket(t, (char)raw);
	case ATL_K_COMPARE:
	case ATL_K_ARROW:          t->value.n = t->raw.n; return emit(t, raw);
	case ATL_K_FOR:            return begin_for(t);
	case ATL_K_HELP:           return begin_help(t);
	case ATL_RAW_NABLA:        return nabla(t);
	case ATL_RAW_SIGN:         return atl_offer_sign(t, raw_span(t));
	case ATL_RAW_OPEN_STRING:  return atl_offer_string(t, raw_span(t), false);
	case ATL_RAW_BAD_ESCAPE:   return atl_offer_string(t, raw_span(t), true);
	case ATL_RAW_DOTS:
	case ATL_RAW_UNKNOWN:      return atl_offer_character(t, raw_span(t));
	default:                   return emit(t, raw);
	}
}

int atl_tokens_next(atl_tokens *t, atl_tree *tree, atl_diag *diag)
{
	t->tree = tree;
	t->diag = diag;
	for (;;) {
		int token = atl_tokens_raw(t);

		if (token == ATL_TOKEN_WAIT || token == ATL_TOKEN_ERROR) {
			return token;
		}
		if (is_continuation_prompt(t)) {
			continue;
		}
		if (is_bare_word(t)) {
			return word(t, ATL_K_WORD);
		}
		if (t->raw.kind != ATL_RAW_NEWLINE) {
			token = before(t);
			if (token != NOTHING) {
				return token;
			}
		}
		token = filter(t);
		if (token != NOTHING) {
			return token;
		}
	}
}
