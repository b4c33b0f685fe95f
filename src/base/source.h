/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.h: every text that was read, and places in it.
 *
 * All texts (files, lines typed, -e, prelude, rules) share one space of byte
 * positions, so a span is two numbers and is never ambiguous.  Position 0 is
 * nowhere.  Texts are copied, and kept because nodes keep their spans; lines of
 * which nobody has a span any more can be forgotten (atl_sweep). */
#ifndef ATL_BASE_SOURCE_H
#define ATL_BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

typedef struct atl_span { uint32_t lo, hi; } atl_span; /* [lo, hi); {0,0}: nowhere */

static inline atl_span atl_span_join(atl_span a, atl_span b)
{
	if (a.lo == 0) return b;
	if (b.lo == 0) return a;
	return (atl_span){ a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi };
}

typedef struct atl_sources atl_sources;

atl_sources *atl_sources_new(void) ATL_MUST_CHECK;
void atl_sources_free(atl_sources *);

/* Opens a text; later parts of it (lines of a pipe) are appended to the one
 * opened last.  `name` is what errors show ("x.atl"), NULL for text that has no
 * file (a prompt, -e): an error then shows the line without a file name.
 * Returns the position of its first byte, 0 without memory or past 4 GiB. */
uint32_t atl_sources_open(atl_sources *, const char *name, unsigned first_line) ATL_MUST_CHECK;
/* The position of text[0]. */
uint32_t atl_sources_append(atl_sources *, const char *text, size_t len) ATL_MUST_CHECK;

typedef struct atl_place {
	const char *name;       /* file, or NULL */
	unsigned line;          /* from first_line */
	unsigned column;        /* from 1, in terminal columns */
	const char *text;       /* the line, not NUL-terminated */
	size_t len;             /* without its newline */
	uint32_t start;         /* position of text[0] */
} atl_place;
bool atl_sources_find(const atl_sources *, uint32_t position, atl_place *);
/* The text of a span, not NUL-terminated; NULL when it is nowhere. */
const char *atl_sources_text(const atl_sources *, atl_span, size_t *len);

/* Forgetting, when a session is long:  begin, keep what somebody has a span of,
 * forget.  Only texts that were let pass lose lines, and what is kept keeps its
 * place.  A line stays when a block of it or beside it is kept. */
enum { ATL_SWEEP_BLOCK = 256 };
typedef struct atl_sweep {
	bool *kept; /* by block of positions */
	size_t n;
} atl_sweep;
void atl_sources_let_pass(atl_sources *);        /* the text opened last */
size_t atl_sources_size(const atl_sources *);    /* bytes that are kept now */
bool atl_sweep_begin(atl_sweep *, const atl_sources *) ATL_MUST_CHECK; /* false without memory */
void atl_sweep_keep(atl_sweep *, atl_span);
void atl_sources_forget(atl_sources *, atl_sweep *); /* ends the sweep; without memory all stays */

#endif
