/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rewrite.c: a bracket as the user typed it, with the commas or the spaces
 * that it lacks; offers are made of it. */
#include <string.h>

#include "lang/tokens.h"

enum { OFFER_LIMIT = 400 };

/* Can an operand end in this byte? */
static bool ends(char c)
{
	return c == ')' || c == ']' || c == '\'' || c == '"' || c == '.' || c == '_' ||
	       (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (unsigned char)c >= 0x80;
}

static bool is_space(const char *p, const char *end)
{
	return p < end && (*p == '\n' || atl_blank_at(p, end) != 0);
}

/* What stands in a bracket of a literal after white space. */
typedef enum gap { GAP_NONE, GAP_SIGN, GAP_OPERANDS } gap;

static gap gap_at(const char *p, const char *end, bool behind_operand)
{
	if (!behind_operand || p >= end) {
		return GAP_NONE;
	}
	if (*p == '-' || *p == '+') {
		return p + 1 < end && !is_space(p + 1, end) && p[1] != '=' ? GAP_SIGN : GAP_NONE;
	}
	if (*p == '.' ? p + 1 < end && p[1] >= '0' && p[1] <= '9'
	              : ends(*p) && *p != ')' && *p != ']' && *p != '\'') {
		return GAP_OPERANDS;
	}
	return *p == '(' || *p == '[' ? GAP_OPERANDS : GAP_NONE;
}

/* Words are operands to gap_at; these three are not. */
static bool is_operator_word(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && *q >= 'a' && *q <= 'z') {
		q++;
	}
	size_t n = (size_t)(q - p);
	return (n == 3 && (memcmp(p, "and", 3) == 0 || memcmp(p, "not", 3) == 0)) ||
	       (n == 2 && memcmp(p, "or", 2) == 0);
}

static const char *copy_string(atl_buf *out, const char *p, const char *end)
{
	const char *q = p + 1;

	while (q < end && *q != '"' && *q != '\n') {
		q += *q == '\\' && q + 1 < end ? 2 : 1;
	}
	q += q < end;
	atl_buf_addn(out, p, (size_t)(q - p));
	return q;
}

bool atl_rewrite_bracket(atl_buf *out, const char *p, const char *close, atl_rewrite how,
                         unsigned *missing)
{
	const char *end = close + 1;
	unsigned parens = 0, depth = 0;
	char last = 0;

	*missing = 0;
	if (end - p > OFFER_LIMIT || memchr(p, '#', (size_t)(end - p)) != NULL) {
		return false;
	}
	while (p < end) {
		const char *q = p;
		while (is_space(q, end)) {
			q += *q == '\n' ? 1 : atl_blank_at(q, end);
		}
		if (q > p) {
			bool newline = memchr(p, '\n', (size_t)(q - p)) != NULL;
			gap g = parens == 0 ? gap_at(q, end, ends(last)) : GAP_NONE;
			if (g == GAP_OPERANDS && is_operator_word(q, end)) {
				g = GAP_NONE;
			}
			*missing += g == GAP_OPERANDS;
			if (g == GAP_SIGN && how == ATL_REWRITE_SPACES && !newline) {
				atl_buf_addc(out, ' ');
				atl_buf_addc(out, *q++);
				atl_buf_addc(out, ' ');
				last = ' ';
			} else if (g != GAP_NONE) {
				/* a line is a row; in NumPy's brackets it is only a line */
				bool row = newline && depth == 1 && *q != '[';
				atl_buf_add(out, row ? "; " : ", ");
			} else if (last != '[' && *q != ']') {
				atl_buf_addc(out, ' ');
			}
			p = q;
			continue;
		}
		depth += *p == '[';
		depth -= *p == ']' && depth > 0;
		parens += *p == '(';
		parens -= *p == ')' && parens > 0;
		if (end - p >= 3 && memcmp(p, "...", 3) == 0) {
			return false; /* an array that NumPy shortened */
		}
		last = *p;
		if (*p == '"') {
			p = copy_string(out, p, end);
		} else {
			atl_buf_addc(out, *p++);
		}
	}
	return !out->failed;
}
