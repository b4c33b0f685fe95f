/* SPDX-License-Identifier: GPL-3.0-or-later */
/* literals.c: what literals mean: numbers, strings, superscripts. */
#include <string.h>

#include "base/text.h"
#include "lang/tokens.h"

/* Of an enclosure, "0.731…" or "1±2e-310": what of a spelling is another
 * spelling, or not part of the number. */
static const struct spelling {
	const char *text, *means;
} spellings[] = {
	{ "...", "…" }, { "+-", "±" }, { "(not proved exact)", "" }, { " ", "" }, { "\t", "" }, { "_", "" },
};

/* Past the spelling at p, whose meaning is put at *out; p: there is none. */
static const char *respell(const char *p, const char *end, char **out)
{
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		size_t n = strlen(spellings[i].text), m = strlen(spellings[i].means);
		if ((size_t)(end - p) >= n && memcmp(p, spellings[i].text, n) == 0) {
			memcpy(*out, spellings[i].means, m);
			*out += m;
			return p + n;
		}
	}
	return p;
}

/* Whether a number begins with a spelling at p; nearly all of one is digits. */
static bool begins_spelling(const char *p, const char *end)
{
	return !(*p >= '0' && *p <= '9') && !(*p == '.' && (end - p == 1 || p[1] != '.')) && *p != 'e' && *p != 'E';
}

const char *atl_literal_number(atl_arena *arena, const char *text, size_t len)
{
	char *copy = atl_arena_dup(arena, text, len);
	const char *p = text, *end = text + len;

	if (copy == NULL) {
		return NULL;
	}
	while (p < end && !begins_spelling(p, end)) {
		p++;
	}
	char *out = copy + (p - text); /* so far the copy is what it means */
	while (p < end) {
		const char *past = begins_spelling(p, end) ? respell(p, end, &out) : p;
		if (past == p) {
			*out++ = *p++;
		} else {
			p = past;
		}
	}
	size_t n = (size_t)(out - copy);
	if (copy[n - 1] == '.') {
		n--;
	}
	copy[n] = '\0';
	return copy;
}

const char *atl_literal_string(atl_arena *arena, const char *text, size_t len)
{
	size_t open = *text == '"' ? 1 : 3; /* the bytes of the quotes */
	size_t close = text[len - 1] == '"' ? 1 : 3;
	char *copy = atl_arena_dup(arena, text + open, len - open - close);
	const char *end = text + len - close;
	size_t n = 0;

	if (copy == NULL) {
		return NULL;
	}
	for (const char *p = text + open; p < end; p++) {
		if (*p != '\\') {
			copy[n++] = *p;
			continue;
		}
		p++;
		copy[n++] = *p == 'n' ? '\n' : *p == 't' ? '\t' : *p;
	}
	copy[n] = '\0';
	return copy;
}

bool atl_literal_superscript(const char *text, size_t len, uint32_t *n, bool *negative)
{
	const char *end = text + len;
	uint32_t c;

	*n = 0;
	*negative = false;
	for (const char *p = text; p < end; p += atl_utf8_decode(p, end, &c)) {
		atl_utf8_decode(p, end, &c);
		if (c == 0x207B) {
			*negative = true;
			continue;
		}
		uint32_t digit = c == 0xB2 ? 2 : c == 0xB3 ? 3 : c == 0xB9 ? 1 : c - 0x2070;
		if (*n > 9999) {
			return false;
		}
		*n = *n * 10 + digit;
	}
	return true;
}
