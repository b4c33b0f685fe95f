/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zlib.h: compressed bytes, by zlib, which stands in a module (base/module.h;
 * src/data/zlib/ is its source).  Without it nothing compressed is read, and the error says so. */
#ifndef ATL_DATA_ZLIB_H
#define ATL_DATA_ZLIB_H

#include <stdbool.h>
#include <stddef.h>

enum { ATL_ZLIB_VERSION = 1 };

typedef enum atl_wrapping { ATL_WRAP_NONE, ATL_WRAP_ZLIB, ATL_WRAP_GZIP } atl_wrapping;

/* Takes bytes; false: no more. */
typedef bool atl_taker(void *data, const void *bytes, size_t n);

typedef struct atl_zlib {
	int version;
	const char *library; /* "zlib 1.3" */
	/* All streams that stand in the n bytes one behind another, of gzip, or
	 * the one of the others.  NULL, or a constant text that says what is wrong;
	 * *at is the byte where. */
	const char *(*unpack)(atl_wrapping, const void *bytes, size_t n, atl_taker *, void *data,
	                      size_t *at);
	/* NULL, or what is wrong. */
	const char *(*pack)(const void *bytes, size_t n, atl_taker *, void *data);
} atl_zlib;

#define ATL_ZLIB_SYMBOL "atl_zlib_table"
#define ATL_ZLIB_FILE "atled-zlib.so"

#include "data/data.h"

/* Appends what the bytes unpack to, `most` at most. */
atl_status atl_unpack(const atl_input *, atl_wrapping, const unsigned char *p, size_t n,
                      size_t most, atl_buf *out) ATL_MUST_CHECK;
atl_status atl_pack(const atl_output *, const void *bytes, size_t n, atl_buf *out) ATL_MUST_CHECK;

#endif
