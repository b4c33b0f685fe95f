/* SPDX-License-Identifier: GPL-3.0-or-later */
/* letters.h: what a name may be made of, and which spellings are one name.
 *
 * The tables cover all letters, marks and digits of Unicode 14; composition
 * covers the Latin and Greek letters with the marks that formulas use, and
 * leaves every other sequence as it is. */
#ifndef ATL_LANG_LETTERS_H
#define ATL_LANG_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"

/* May this code point above ASCII stand in a name? */
bool atl_letter_is(uint32_t code_point);
/* The first character of a name's spelling that may not stand in one, as an
 * offset; len when there is none. */
size_t atl_letter_first_bad(const char *name, size_t len);
/* Appends the name with its marks composed (NFC). */
void atl_letter_compose(atl_buf *out, const char *name, size_t len);
/* Appends the spelling that all spellings of this variable share: each part
 * that begins with a Greek letter begins with its English name. */
void atl_letter_canon(atl_buf *out, const char *name, size_t len);

#endif
