/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scan.c: the two buffers of the token filter, and raw tokens out of them. */
#include <string.h>

#include "base/mem.h"
#include "lang/tokens.h"

bool atl_tokens_feed(atl_tokens *t, const char *text, size_t len, uint32_t position)
{
	atl_text *feed = &t->feed;

	if (len == 0) {
		return true;
	}
	if (feed->len + len > INT32_MAX - 3 || /* flex counts in int */
	    !atl_grow(&feed->p, &feed->cap, feed->len + len + 3, 1)) {
		return false;
	}
	if (feed->len == 0) {
		feed->base = position;
	}
	memcpy(feed->p + feed->len, text, len);
	for (size_t i = len; i > 0; i--) {
		if (text[i - 1] == '\n') {
			feed->lines = feed->len + i;
			break;
		}
	}
	feed->len += len;
	t->fed = position + (uint32_t)len;
	return true;
}

/* The two buffers change places; what follows the last newline is carried
 * over, once for each byte, until the end was fed.  0: no whole line. */
static int next_text(atl_tokens *t)
{
	size_t take = t->finished ? t->feed.len : t->feed.lines;
	atl_text fed = t->feed;
	size_t rest = fed.len - take;

	if (take == 0) {
		return 0;
	}
	if (!atl_grow(&t->scan.p, &t->scan.cap, rest + 3, 1)) {
		return ATL_TOKEN_ERROR;
	}
	t->feed = t->scan;
	t->scan = fed;
	memcpy(t->feed.p, fed.p + take, rest);
	t->feed.len = rest;
	t->feed.lines = 0;
	t->feed.base = fed.base + (uint32_t)take;
	t->scan.len = take;
	if (fed.p[take - 1] != '\n') {
		t->scan.p[t->scan.len++] = '\n';
	}
	atl_lexer_text(t->lexer, t->scan.p, t->scan.len);
	return 1;
}

/* The first raw token of what was fed meanwhile. */
static ATL_SELDOM int raw_of_next_text(atl_tokens *t)
{
	do {
		int got = next_text(t);
		if (got == 0) {
			return ATL_TOKEN_WAIT;
		}
		if (got == ATL_TOKEN_ERROR) {
			atl_diag_nomem(t->diag);
			return ATL_TOKEN_ERROR;
		}
		t->raw.kind = atl_lexer_scan(t->lexer);
		t->scanning = t->raw.kind != ATL_RAW_END;
	} while (!t->scanning);
	return t->raw.kind;
}

int atl_tokens_raw(atl_tokens *t)
{
	if (t->held) {
		t->held = false;
		return t->raw.kind;
	}
	if (t->scanning) {
		t->raw.kind = atl_lexer_scan(t->lexer);
		if (t->raw.kind != ATL_RAW_END) {
			return t->raw.kind;
		}
		t->scanning = false;
	}
	return raw_of_next_text(t);
}
