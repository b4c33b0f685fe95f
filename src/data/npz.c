/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npz.c: NumPy's archives: a ZIP file of .npy files, stored or deflated.
 *
 *     [local header, name, bytes]...   [central entry: sizes, name, offset]...   end record
 *
 * The central entries say what there is. */
#include <string.h>

#include "base/mem.h"
#include "data/format.h"
#include "data/zlib.h"

enum {
	LOCAL = 30, CENTRAL = 46, END = 22, /* bytes of the records without names */
	MOST_COMMENT = 65535,
	MOST_RATIO = 1032                   /* that deflate reaches */
};

typedef struct entry {
	char *name; /* without .npy */
	unsigned flags, method;
	uint32_t crc;
	size_t packed, size, offset;
} entry;

typedef struct archive {
	const atl_input *in;
	atl_arena arena;
	entry *one;
	size_t n, cap;
} archive;

/* ---- what there is ---- */

static bool record_at(const atl_input *in, size_t at, size_t len, const char *magic)
{
	return at <= in->n && in->n - at >= len && !memcmp(in->p + at, magic, 4);
}

/* The end record is the last; a comment may stand behind it. */
static bool find_end(const atl_input *in, size_t *at)
{
	for (size_t back = END; back <= in->n && back <= END + MOST_COMMENT; back++)
		if (record_at(in, in->n - back, END, "PK\5\6")) {
			*at = in->n - back;
			return true;
		}
	return atl_input_bad(in, "it ends at byte %zu, without the list that an archive ends with", in->n);
}

/* Entries that are no .npy files are left out. */
static bool add_entry(archive *z, const unsigned char *p, size_t len)
{
	const char *name = (const char *)p + CENTRAL;
	if (len < 5 || memcmp(name + len - 4, ".npy", 4) != 0)
		return true;
	entry e = { .name = atl_arena_dup(&z->arena, name, len - 4),
		    .flags = (unsigned)atl_little(p + 8, 2),
		    .method = (unsigned)atl_little(p + 10, 2),
		    .crc = (uint32_t)atl_little(p + 16, 4),
		    .packed = (size_t)atl_little(p + 20, 4),
		    .size = (size_t)atl_little(p + 24, 4),
		    .offset = (size_t)atl_little(p + 42, 4) };
	if (!e.name || !atl_grow(&z->one, &z->cap, z->n + 1, sizeof *z->one)) {
		atl_diag_nomem(z->in->diag);
		return false;
	}
	z->one[z->n++] = e;
	return true;
}

static bool list(archive *z)
{
	const atl_input *in = z->in;
	size_t end = 0;
	if (!find_end(in, &end))
		return false;
	size_t count = (size_t)atl_little(in->p + end + 10, 2);
	size_t at = (size_t)atl_little(in->p + end + 16, 4);
	while (count-- > 0) {
		if (at > end || !record_at(in, at, CENTRAL, "PK\1\2"))
			return atl_input_bad(in, "byte %zu: no entry of the archive's list", at);
		const unsigned char *p = in->p + at;
		size_t name = (size_t)atl_little(p + 28, 2);
		size_t all = CENTRAL + name + (size_t)(atl_little(p + 30, 2) + atl_little(p + 32, 2));
		if (all > end - at)
			return atl_input_bad(in, "byte %zu: an entry of the archive's list is cut off", at);
		if (!add_entry(z, p, name))
			return false;
		at += all;
	}
	return true;
}

/* ---- one of them ---- */

static const char *entry_name(const void *data, size_t i)
{
	const archive *z = data;
	return i < z->n ? z->one[i].name : NULL;
}

static const entry *choose(const archive *z)
{
	const char *part = z->in->part;
	size_t len = part ? strlen(part) : 0;
	if (len > 4 && !strcmp(part + len - 4, ".npy"))
		len -= 4;
	for (size_t i = 0; i < z->n; i++)
		if (part ? strlen(z->one[i].name) == len && !memcmp(z->one[i].name, part, len)
		         : z->n == 1)
			return &z->one[i];
	if (!z->n)
		return atl_input_bad(z->in, "there is no array in it");
	return atl_input_choose(z->in, "array", entry_name, z);
}

/* The entry's bytes as they are packed. */
static const unsigned char *packed(const atl_input *in, const entry *e)
{
	if (e->flags & 1)
		return atl_input_bad(in, "\"%s\" is encrypted", e->name);
	if (!record_at(in, e->offset, LOCAL, "PK\3\4"))
		return atl_input_bad(in, "byte %zu: \"%s\" is not there", e->offset, e->name);
	const unsigned char *p = in->p + e->offset;
	size_t at = e->offset + LOCAL + (size_t)(atl_little(p + 26, 2) + atl_little(p + 28, 2));
	if (at > in->n || e->packed > in->n - at)
		return atl_input_bad(in, "byte %zu: \"%s\" is cut off", at, e->name);
	return in->p + at;
}

/* The entry's bytes in `bytes`, or where they stand. */
static const unsigned char *unpacked(const atl_input *in, const entry *e, atl_buf *bytes)
{
	const unsigned char *p = packed(in, e);
	if (!p)
		return NULL;
	if (e->method == 0 && e->packed == e->size)
		return p;
	if (e->method != 8)
		return atl_input_bad(in, "\"%s\" is packed in a way that is not read", e->name);
	if (e->size / MOST_RATIO > e->packed || e->size > atl_input_most(in))
		return atl_input_bad(in, "\"%s\" claims %zu bytes, more than it can hold", e->name, e->size);
	if (atl_unpack(in, ATL_WRAP_NONE, p, e->packed, e->size, bytes))
		return NULL;
	if (bytes->len != e->size)
		return atl_input_bad(in, "\"%s\" has %zu bytes, and its entry says %zu", e->name, bytes->len,
		                     e->size);
	return (const unsigned char *)atl_buf_text(bytes);
}

static atl_array *read_entry(const atl_input *in, const entry *e)
{
	atl_buf bytes = { 0 }, name = { 0 };
	atl_array *a = NULL;
	atl_input inner = *in;
	atl_buf_addf(&name, "%s:%s", in->name, e->name);
	inner.p = unpacked(in, e, &bytes);
	inner.n = e->size;
	inner.name = atl_buf_text(&name);
	if (name.failed)
		atl_diag_nomem(in->diag);
	else if (inner.p && atl_crc32(0, inner.p, inner.n) != e->crc)
		atl_input_bad(&inner, "its check sum is wrong");
	else if (inner.p && !atl_npy_probe(&inner))
		atl_input_bad(&inner, "it is no .npy file");
	else if (inner.p)
		a = atl_npy_read(&inner);
	atl_buf_clear(&bytes);
	atl_buf_clear(&name);
	return a;
}

bool atl_npz_probe(const atl_input *in)
{
	return atl_input_begins(in, "PK\3\4", 4) || atl_input_begins(in, "PK\5\6", 4);
}

atl_array *atl_npz_read(const atl_input *in)
{
	archive z = { .in = in };
	const entry *e = list(&z) ? choose(&z) : NULL;
	atl_array *a = e ? read_entry(in, e) : NULL;
	atl_free(z.one);
	atl_arena_clear(&z.arena);
	return a;
}

/* ---- out ---- */

/* What local header and central entry share: from the version to the extra field's length. */
static void add_description(atl_buf *b, uint32_t crc, size_t size, size_t name)
{
	atl_put_little(b, 20, 2);     /* version 2.0 reads it */
	atl_put_little(b, 0, 4);      /* no flags, stored */
	atl_put_little(b, 0x210000, 4); /* 1980-01-01 00:00, so that the bytes are the same each time */
	atl_put_little(b, crc, 4);
	atl_put_little(b, size, 4);
	atl_put_little(b, size, 4);
	atl_put_little(b, name, 2);
	atl_put_little(b, 0, 2);
}

/* A file of the archive: its bytes to `out->bytes`, its entry of the list to `central`. */
static atl_status add_file(const atl_output *out, const atl_item *item, size_t k, atl_buf *central)
{
	atl_buf file = { 0 }, name = { 0 };
	atl_buf *b = out->bytes;
	size_t offset = b->len;
	atl_npy_bytes(out, &file, item->value);
	if (item->name)
		atl_buf_addf(&name, "%s.npy", item->name);
	else
		atl_buf_addf(&name, "arr_%zu.npy", k);
	uint32_t crc = atl_crc32(0, atl_buf_text(&file), file.len);
	atl_buf_addn(b, "PK\3\4", 4);
	add_description(b, crc, file.len, name.len);
	atl_buf_addn(b, atl_buf_text(&name), name.len);
	atl_buf_addn(b, atl_buf_text(&file), file.len);
	atl_buf_addn(central, "PK\1\2\24\0", 6);
	add_description(central, crc, file.len, name.len);
	atl_put_little(central, 0, 8); /* no comment, disk 0, no attributes within */
	atl_put_little(central, 0, 2);
	atl_put_little(central, offset, 4);
	atl_buf_addn(central, atl_buf_text(&name), name.len);
	bool failed = file.failed || name.failed || b->failed || central->failed;
	atl_buf_clear(&file);
	atl_buf_clear(&name);
	if (failed)
		return atl_diag_nomem(out->diag);
	return b->len <= ATL_DATA_BYTES
	               ? ATL_OK
	               : atl_output_bad(out, "it would be larger than the limit of %zu bytes", ATL_DATA_BYTES);
}

static void add_end(atl_buf *b, size_t n, const atl_buf *central)
{
	size_t at = b->len;
	atl_buf_addn(b, atl_buf_text(central), central->len);
	atl_buf_addn(b, "PK\5\6\0\0\0\0", 8);
	atl_put_little(b, n, 2);
	atl_put_little(b, n, 2);
	atl_put_little(b, central->len, 4);
	atl_put_little(b, at, 4);
	atl_put_little(b, 0, 2);
}

atl_status atl_npz_write(const atl_output *out)
{
	atl_buf central = { 0 };
	atl_status status = ATL_OK;
	for (size_t k = 0; k < out->n && !status; k++)
		status = add_file(out, &out->item[k], k, &central);
	if (!status)
		add_end(out->bytes, out->n, &central);
	atl_buf_clear(&central);
	return status;
}
