/* SPDX-License-Identifier: GPL-3.0-or-later */
/* symbols.h: names, each as a small number.
 *
 * Spellings that mean the same variable share a canonical symbol: a Greek
 * letter and its English name (η, eta; also as the beginning of a longer name
 * before a digit, subscript or underscore: λ1, lambda1, σ_x, sigma_x), names that
 * differ in Unicode normal form, and µ/μ, ε/ϵ, φ/ϕ.  Owns all spellings. */
#ifndef ATL_LANG_SYMBOLS_H
#define ATL_LANG_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

typedef uint32_t atl_sym; /* 0: none, or no memory */
typedef struct atl_symbols atl_symbols;

atl_symbols *atl_symbols_new(void) ATL_MUST_CHECK;
void atl_symbols_free(atl_symbols *);
atl_sym atl_symbols_intern(atl_symbols *, const char *text, size_t len) ATL_MUST_CHECK; /* of this spelling (in NFC) */
atl_sym atl_symbols_find(const atl_symbols *, const char *text, size_t len);            /* 0 when never interned */
atl_sym atl_symbols_canon(const atl_symbols *, atl_sym); /* the variable that this spelling means */
const char *atl_symbols_text(const atl_symbols *, atl_sym); /* NUL-terminated, lives as long as the table */
size_t atl_symbols_count(const atl_symbols *);           /* symbols are 1..count */

/* Which names are functions', for offers of the syntax; who knows none of them says nothing. */
typedef bool atl_is_function(void *data, const char *name);
void atl_symbols_know(atl_symbols *, atl_is_function *, void *data);
bool atl_symbols_function(const atl_symbols *, const char *text, size_t len);

#endif
