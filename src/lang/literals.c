/* SPDX-License-Identifier: GPL-3.0-or-later */
/* literals.c: what literals mean: numbers, strings, superscripts. */
#include "base/text.h"
#include "lang/tokens.h"

const char *atl_literal_number(atl_arena *arena, const char *text, size_t len)
{
	char *copy = atl_arena_dup(arena, text, len);
	size_t n = 0;

	if (copy == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < len; i++) {
		if (copy[i] != '_') {
			copy[n++] = copy[i];
		}
	}
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
