/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c: the words that begin statements, the classes of tokens, and looking
 * ahead in the text.
 *
 * What comes next is judged by its bytes, since the parser has not asked for
 * it yet; nothing here looks past the line. */
#include <string.h>

#include "lang/reader.h"
#include "lang/tokens.h"
#include "parser.h"

static const struct {
	const char *text;
	int token;
	atl_mode mode;
} words[] = {
	{ "check", ATL_K_CHECK, ATL_MODE_CHECK }, { "clear", ATL_K_CLEAR, ATL_MODE_WORDS },
	{ "compare", ATL_K_COMPARING, ATL_MODE_COMPARE }, { "formula", ATL_K_FORMULA, ATL_MODE_NONE },
	{ "gradcheck", ATL_K_GRADCHECK, ATL_MODE_TRACE },
	{ "help", ATL_K_HELP, ATL_MODE_HELP },    { "list", ATL_K_LIST, ATL_MODE_WORDS },
	{ "input", ATL_K_INPUT, ATL_MODE_INPUT },
	{ "load", ATL_K_LOAD, ATL_MODE_NONE },    { "minimize", ATL_K_MINIMIZE, ATL_MODE_MINIMIZE },
	{ "plot", ATL_K_PLOT, ATL_MODE_PLOT },    { "quit", ATL_K_QUIT, ATL_MODE_NONE },
	{ "read", ATL_K_READ, ATL_MODE_NONE },    { "save", ATL_K_SAVE, ATL_MODE_NONE },
	{ "write", ATL_K_SAVE, ATL_MODE_NONE },
	{ "set", ATL_K_SET, ATL_MODE_SET },       { "show", ATL_K_SHOW, ATL_MODE_SHOW },
	{ "shape", ATL_K_SHAPE, ATL_MODE_NONE },
	{ "step", ATL_K_TRACE, ATL_MODE_TRACE },  /* written as trace is */
	{ "trace", ATL_K_TRACE, ATL_MODE_TRACE }, { "undo", ATL_K_UNDO, ATL_MODE_NONE },
	{ "why", ATL_K_WHY, ATL_MODE_NONE },
};
enum { N_WORDS = sizeof words / sizeof *words };

static const char *const statement_words[] = {
	"check", "clear", "compare", "for", "formula", "gradcheck", "help", "if", "input", "list", "load", "minimize",
	"plot", "quit", "read", "repeat", "save", "set", "shape", "show", "step", "trace", "undo", "while", "why",
	"write", NULL
};

const char *const *atl_statement_words(void)
{
	return statement_words;
}

int atl_word_command(const char *text, size_t len)
{
	if (len < 3 || len > 9) {
		return 0;
	}
	for (size_t i = 0; i < N_WORDS; i++) {
		if (strlen(words[i].text) == len && memcmp(words[i].text, text, len) == 0) {
			return words[i].token;
		}
	}
	return 0;
}

atl_mode atl_word_mode(int token)
{
	for (size_t i = 0; i < N_WORDS; i++) {
		if (words[i].token == token) {
			return words[i].mode;
		}
	}
	return ATL_MODE_NONE;
}

bool atl_token_continues(int token)
{
	switch (token) {
	case '+': case '-': case '*': case '/': case '\\': case '@': case '^':
	case '=': case ',': case ':':
	case ATL_K_DOTADD: case ATL_K_DOTSUB: case ATL_K_DOTMUL: case ATL_K_DOTDIV:
	case ATL_K_DOTPOW:
	case ATL_K_COMPARE: case ATL_K_ARROW: case ATL_K_AND: case ATL_K_OR: case ATL_K_NOT:
	case ATL_K_IN: case ATL_K_PARTIAL:
		return true;
	default:
		return false;
	}
}

size_t atl_blank_at(const char *p, const char *end)
{
	uint32_t c;

	if (p >= end) {
		return 0;
	}
	if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\f' || *p == '\v') {
		return 1;
	}
	if ((unsigned char)*p < 0x80) {
		return 0;
	}
	size_t size = atl_utf8_decode(p, end, &c);
	return c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x205F ||
	               c == 0xFEFF
	           ? size
	           : 0;
}

const char *atl_skip_blanks(const char *p, const char *end)
{
	for (size_t size; (size = atl_blank_at(p, end)) != 0;) {
		p += size;
	}
	return p;
}

/* Is it one of the characters, each of them a few bytes? */
static bool starts(const char *p, const char *end, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(end - p) >= len && memcmp(p, text, len) == 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A letter, a digit or a byte of a character beyond ASCII that is no sign. */
static bool in_name(const char *p, const char *end)
{
	static const char *const signs[] = {
		"×", "÷", "·", "²", "³", "¹", "ᵀ", "\xE2\x80\x98", "\xE2\x80\x99", "\xE2\x80\x9C",
		"\xE2\x80\x9D", "\xE2\x80\x93", "′", "…", "⁰", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "⁻", "←"
	};
	unsigned char c = p < end ? (unsigned char)*p : 0;

	if (c < 0x80) {
		return c == '_' || is_digit(*p) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	}
	if (atl_blank_at(p, end) != 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		if (starts(p, end, signs[i])) {
			return false;
		}
	}
	/* mathematical operators, ∂ among them */
	return !(c == 0xE2 && p + 1 < end &&
	         ((unsigned char)p[1] >= 0x88 && (unsigned char)p[1] <= 0x8B));
}

/* Does the text behind blanks at p begin an operand?  `apart`: blanks came before. */
static bool operand_begins(const char *p, const char *end, bool apart)
{
	if (p >= end) {
		return false;
	}
	switch (*p) {
	case '(':
	case '[':
		return apart;
	case '"':
		return true;
	case '.':
		return p + 1 < end && is_digit(p[1]);
	case '-':
	case '+':
		return apart && p + 1 < end && atl_blank_at(p + 1, end) == 0 && p[1] != '=' &&
		       p[1] != '\n';
	default:
		return in_name(p, end) || starts(p, end, "∂");
	}
}

bool atl_operand_at(const char *p, const char *end)
{
	const char *q = atl_skip_blanks(p, end);

	return operand_begins(q, end, q > p);
}

const char *atl_matching_bracket(const char *p, const char *end)
{
	char wanted = p >= end ? 0 : *p == '(' ? ')' : *p == '[' ? ']' : '}';
	const char *close = atl_bracket_end(p, end);

	return close != NULL && *close == wanted ? close : NULL;
}

const char *atl_bracket_end(const char *p, const char *end)
{
	size_t depth = 0;

	for (; p < end; p++) {
		switch (*p) {
		case '(':
		case '[':
		case '{':
			depth++;
			break;
		case ')':
		case ']':
		case '}':
			if (--depth == 0) {
				return p;
			}
			break;
		case '#':
			while (p + 1 < end && p[1] != '\n') {
				p++;
			}
			break;
		case '"':
			while (p + 1 < end && p[1] != '"' && p[1] != '\n') {
				p += p[1] == '\\' && p + 2 < end ? 2 : 1;
			}
			p += p + 1 < end;
			break;
		default:
			break;
		}
	}
	return NULL;
}

/* Past the name, number, string or bracket at p and the brackets and quotes
 * that touch it. */
const char *atl_operand_end(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && (*q == '-' || *q == '+')) {
		q++;
	}
	if (starts(q, end, "∂")) {
		q += strlen("∂");
	}
	if (q < end && *q == '"') {
		for (q++; q < end && *q != '"' && *q != '\n'; q++) {
		}
		return q < end && *q == '"' ? q + 1 : q;
	}
	while (q < end &&
	       (in_name(q, end) || (*q == '.' && q + 1 < end && is_digit(q[1])) || *q == '~')) {
		q++;
		while (q < end && ((unsigned char)*q & 0xC0) == 0x80) {
			q++;
		}
	}
	while (q < end && (*q == '(' || *q == '[')) {
		const char *close = atl_matching_bracket(q, end);
		if (close == NULL) {
			return q;
		}
		q = close + 1;
	}
	while (q < end && *q == '\'') {
		q++;
	}
	return q;
}

/* = += -= *= <- ← but not == */
static bool assigns(const char *p, const char *end)
{
	if (starts(p, end, "<-") || starts(p, end, "←")) {
		return true;
	}
	if (p < end && (*p == '+' || *p == '-' || *p == '*')) {
		p++;
	}
	return p < end && *p == '=' && !starts(p, end, "==");
}

/* Past the bracket at p, is there an assignment? */
static bool assigns_behind(const char *p, const char *end)
{
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	const char *close = atl_matching_bracket(p, newline != NULL ? newline : end);

	return close != NULL && assigns(atl_skip_blanks(close + 1, end), end);
}

/* `help .*`: an operator, and then nothing more. */
static bool is_last(const char *p, const char *end)
{
	while (p < end && *p != '\n' && *p != ';' && *p != '#' && atl_blank_at(p, end) == 0) {
		p++;
	}
	p = atl_skip_blanks(p, end);
	return p == end || *p == '\n' || *p == ';' || *p == '#';
}

/* `help =`: the sign of an assignment, and then nothing. */
static bool assigns_nothing(const char *p, const char *end)
{
	p = atl_skip_blanks(p + (starts(p, end, "←") ? strlen("←") : *p == '=' ? 1 : 2), end);
	return p == end || *p == '\n' || *p == ';' || *p == '#';
}

/* Does the bracket at p end the statement? */
static bool bracket_is_last(const char *p, const char *end)
{
	const char *close = atl_matching_bracket(p, end);

	if (close == NULL) {
		return true;
	}
	close = atl_skip_blanks(close + 1, end);
	return close == end || *close == '\n' || *close == ';' || *close == '#' || *close == '}';
}

bool atl_word_is_name(int token, const char *p, const char *end)
{
	const char *q = atl_skip_blanks(p, end);
	static const char *const operators[] = {
		"=", "<", ">", "!=", "≠", "≤", "≥", "←", ",", "'", "\xE2\x80\x99", "′", "ᵀ", "^", "*", "/",
		"·", "×", "⊙", "²", "³"
	};

	if (q == end) {
		return false;
	}
	if (assigns(q, end)) {
		return token != ATL_K_HELP || !assigns_nothing(q, end);
	}
	if (token == ATL_K_HELP && is_last(q, end)) {
		return false;
	}
	if (*q == '[') {
		return assigns_behind(q, end);
	}
	if (*q == '(') { /* a function of this name is defined; read(...) is a call, shape(...)[1] too */
		return q == p && (token == ATL_K_READ || assigns_behind(q, end) || (token == ATL_K_SHAPE && !bracket_is_last(q, end)));
	}
	if (*q == '.') {
		return !(q + 1 < end && is_digit(q[1]));
	}
	if (*q == '+' || *q == '-') { /* between blanks it stands between operands */
		return q > p && atl_blank_at(q + 1, end) != 0;
	}
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		if (starts(q, end, operators[i])) {
			return true;
		}
	}
	return false;
}
