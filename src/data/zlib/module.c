/* SPDX-License-Identifier: GPL-3.0-or-later */
/* module.c: the zlib module (data/zlib.h says what it is).  It calls nothing of
 * the program's, and the program calls it through the table alone. */
#include <stdint.h>
#include <zlib.h>

#include "data/zlib.h"

enum { CHUNK = 65536, MOST_AT_ONCE = 1 << 30, LARGEST_WINDOW = 15, GZIP = 16 };

extern const atl_zlib atl_zlib_table;

static int window(atl_wrapping wrapping)
{
	return wrapping == ATL_WRAP_NONE ? -LARGEST_WINDOW
	       : wrapping == ATL_WRAP_GZIP ? LARGEST_WINDOW + GZIP
	                                   : LARGEST_WINDOW;
}

/* Gives zlib the next bytes, of which it counts no more than 2^32. */
static void feed(z_stream *z, const unsigned char *end)
{
	size_t left = (size_t)(end - z->next_in);
	z->avail_in = (uInt)(left < MOST_AT_ONCE ? left : MOST_AT_ONCE);
}

/* One stream; Z_STREAM_END when it came to its end. */
static int unpack_stream(z_stream *z, const unsigned char *end, atl_taker *take, void *data)
{
	unsigned char chunk[CHUNK];
	int status = Z_OK;
	while (status == Z_OK) {
		z->next_out = chunk;
		z->avail_out = sizeof chunk;
		feed(z, end);
		status = inflate(z, Z_NO_FLUSH);
		if (!take(data, chunk, sizeof chunk - z->avail_out))
			return Z_MEM_ERROR;
		if (status == Z_BUF_ERROR && z->next_in == end)
			return Z_BUF_ERROR;
	}
	return status;
}

static const char *wrong(int status)
{
	return status == Z_BUF_ERROR ? "the compressed bytes end too soon"
	       : status == Z_MEM_ERROR ? "there is no room for what they unpack to"
	                               : "the compressed bytes are damaged";
}

static const char *unpack(atl_wrapping wrapping, const void *bytes, size_t n, atl_taker *take,
                          void *data, size_t *at)
{
	const unsigned char *end = (const unsigned char *)bytes + n;
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)bytes }; /* read only */
	if (inflateInit2(&z, window(wrapping)) != Z_OK)
		return wrong(Z_MEM_ERROR);
	int status;
	do {
		status = unpack_stream(&z, end, take, data);
	} while (status == Z_STREAM_END && wrapping == ATL_WRAP_GZIP && z.next_in < end &&
	         inflateReset(&z) == Z_OK);
	*at = n - (size_t)(end - z.next_in);
	inflateEnd(&z);
	if (status == Z_STREAM_END && *at < n)
		return "there is more behind the compressed bytes";
	return status == Z_STREAM_END ? NULL : wrong(status);
}

static const char *pack(const void *bytes, size_t n, atl_taker *take, void *data)
{
	const unsigned char *end = (const unsigned char *)bytes + n;
	unsigned char chunk[CHUNK];
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)bytes };
	int status = deflateInit(&z, Z_BEST_COMPRESSION);
	if (status != Z_OK)
		return wrong(Z_MEM_ERROR);
	do {
		z.next_out = chunk;
		z.avail_out = sizeof chunk;
		feed(&z, end);
		status = deflate(&z, z.next_in + z.avail_in == end ? Z_FINISH : Z_NO_FLUSH);
		if (!take(data, chunk, sizeof chunk - z.avail_out))
			status = Z_MEM_ERROR;
	} while (status == Z_OK || status == Z_BUF_ERROR);
	deflateEnd(&z);
	return status == Z_STREAM_END ? NULL : wrong(status);
}

const atl_zlib atl_zlib_table = {
	.version = ATL_ZLIB_VERSION,
	.library = "zlib " ZLIB_VERSION,
	.unpack = unpack,
	.pack = pack,
};
