/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h: growing text, UTF-8, and the nearest name.
 *
 * An atl_buf owns a NUL-terminated text that grows.  Running out of memory
 * sets `failed` and makes every later append a no-op, so that a printer looks
 * once, at its end. */
#ifndef ATL_BASE_TEXT_H
#define ATL_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

typedef struct atl_buf {
	char *p; /* never NULL after the first append that succeeded; use atl_buf_text */
	size_t len, cap;
	bool failed;
} atl_buf;

/* A zeroed atl_buf is a valid empty one. */
void atl_buf_clear(atl_buf *);                    /* frees; ready for use again */
void atl_buf_reset(atl_buf *);                    /* length 0, keeps the memory */
void atl_buf_cut(atl_buf *, size_t len);          /* shortens to len */
void atl_buf_add(atl_buf *, const char *text);
void atl_buf_addn(atl_buf *, const char *text, size_t len);
void atl_buf_addc(atl_buf *, char c);
void atl_buf_fill(atl_buf *, const char *text, size_t times);
void atl_buf_addi(atl_buf *, int64_t);
void atl_buf_addf(atl_buf *, const char *format, ...) ATL_PRINTF(2, 3);
void atl_buf_vaddf(atl_buf *, const char *format, va_list);
void atl_buf_addcp(atl_buf *, uint32_t code_point); /* as UTF-8 */
const char *atl_buf_text(const atl_buf *);        /* "" when empty */
char *atl_buf_take(atl_buf *) ATL_MUST_CHECK;     /* gives the text away (atl_free) */

/* A hash of the bytes, the same on every run. */
uint64_t atl_text_hash(const char *text, size_t len);

/* UTF-8.  Decodes one code point at p (p < end) and returns its length in
 * bytes, 0 when the bytes are no valid UTF-8. */
size_t atl_utf8_decode(const char *p, const char *end, uint32_t *code_point);
size_t atl_utf8_encode(char out[4], uint32_t code_point);
/* Columns that the text takes on a terminal: combining marks 0, wide CJK 2,
 * an invalid byte 1, a tab up to the next multiple of ATL_TAB columns from the
 * start of the text.  Does not depend on the locale. */
enum { ATL_TAB = 8 };
size_t atl_text_width(const char *text, size_t len);
unsigned atl_char_width(uint32_t code_point); /* 0, 1 or 2 */
/* Appends text padded with spaces to `width` columns, on the right or left. */
void atl_buf_pad(atl_buf *, const char *text, size_t width, bool right_align);

/* Of the n names, the one with the smallest edit distance to `name`
 * (Damerau-Levenshtein, case costs half), if that is near enough to be a
 * slip of the fingers; else NULL. */
typedef struct atl_nearest { const char *best; size_t score; } atl_nearest;
void atl_nearest_try(atl_nearest *, const char *name, const char *candidate);

/* Appends the text with no byte above 127: × is x, ∂ is d, ∇ is nabla, α is
 * alpha, ₁ is 1, ≤ is <=, x̂ is xhat, and what has no spelling is ?. */
void atl_buf_ascii(atl_buf *, const char *text, size_t len);
const char *atl_ascii_spelling(uint32_t code_point); /* of one that is not ASCII; never NULL */

#endif
