/* SPDX-License-Identifier: GPL-3.0-or-later */
/* png.c: PNG pictures, over zlib.
 *
 *     \x89PNG\r\n\x1a\n | chunks: length, name, bytes, check sum |
 *     IHDR sizes and kind, PLTE palette, IDAT... the packed rows, IEND
 *
 * A row is a byte that names its filter, then its samples, packed to bytes; in
 * an interlaced picture seven smaller pictures follow one another.  Levels are
 * given as they stand, and a palette's as red, green, blue; gamma and text are
 * passed over. */
#include <string.h>

#include "base/mem.h"
#include "data/format.h"
#include "data/zlib.h"

enum { GRAY = 0, RGB = 2, PALETTE = 3, GRAY_ALPHA = 4, RGB_ALPHA = 6 };
enum { MOST_SIDE = 1 << 24, HEAD = 13 };

static const char magic[] = "\x89PNG\r\n\x1a\n";

typedef struct png {
	const atl_input *in;
	size_t width, height;
	unsigned depth, kind;      /* bits of a sample; GRAY, ... */
	unsigned samples;          /* of a pixel in the file */
	unsigned channels;         /* of the array */
	bool interlaced;
	const unsigned char *palette;
	size_t colors;             /* in it */
	atl_buf packed, rows;
} png;

/* One of the seven pictures of an interlaced one, or all of the other. */
typedef struct pass {
	size_t x, y, dx, dy;
} pass;
static const pass whole = { 0, 0, 1, 1 };
static const pass adam7[7] = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 },
	                       { 0, 2, 2, 4 }, { 1, 0, 2, 2 }, { 0, 1, 1, 2 } };

/* ---- chunks ---- */

static bool read_head(png *f, const unsigned char *p, size_t n)
{
	static const unsigned char samples[7] = { 1, 0, 3, 1, 2, 0, 4 };
	if (n != HEAD)
		return atl_input_bad(f->in, "its header is not 13 bytes long");
	f->width = (size_t)atl_big(p, 4);
	f->height = (size_t)atl_big(p + 4, 4);
	f->depth = p[8];
	f->kind = p[9];
	f->samples = f->kind < 7 ? samples[f->kind] : 0;
	f->channels = f->kind == PALETTE ? 3 : f->samples;
	f->interlaced = p[12] == 1;
	bool depth = f->depth == 8 || (f->depth == 16 && f->kind != PALETTE) ||
	             ((f->kind == GRAY || f->kind == PALETTE) &&
	              (f->depth == 1 || f->depth == 2 || f->depth == 4));
	if (!f->samples || !depth || p[10] || p[11] || p[12] > 1)
		return atl_input_bad(f->in, "its header asks for what PNG does not have");
	if (!f->width || !f->height || f->width > MOST_SIDE || f->height > MOST_SIDE)
		return atl_input_bad(f->in, "%zu×%zu is no size of a picture", f->height, f->width);
	return true;
}

/* Chunks that need not be understood are passed over. */
static bool use_chunk(png *f, const unsigned char *name, const unsigned char *p, size_t n)
{
	if (!f->width != !memcmp(name, "IHDR", 4))
		return atl_input_bad(f->in, f->width ? "it has two headers" : "it does not begin with its header");
	if (!f->width)
		return read_head(f, p, n);
	if (!memcmp(name, "PLTE", 4)) {
		f->palette = p;
		f->colors = n / 3;
	} else if (!memcmp(name, "IDAT", 4)) {
		atl_buf_addn(&f->packed, (const char *)p, n);
	} else if (!(name[0] & 32)) {
		return atl_input_bad(f->in, "byte %zu: its part \"%.4s\" is not known",
		                     (size_t)(name - f->in->p), (const char *)name);
	}
	return true;
}

static bool read_chunks(png *f)
{
	const atl_input *in = f->in;
	for (size_t at = sizeof magic - 1;;) {
		size_t left = in->n - at;
		uint64_t n = left >= 12 ? atl_big(in->p + at, 4) : 0;
		if (left < 12 || n > left - 12)
			return atl_input_bad(in, "it is cut off: a part begins at byte %zu and has no end", at);
		const unsigned char *name = in->p + at + 4;
		if (atl_crc32(0, name, (size_t)n + 4) != atl_big(name + 4 + n, 4))
			return atl_input_bad(in, "byte %zu: the check sum of a part is wrong", at);
		if (!memcmp(name, "IEND", 4))
			break;
		if (!use_chunk(f, name, name + 4, (size_t)n))
			return false;
		at += 12 + (size_t)n;
	}
	if (!f->width || !f->packed.len)
		return atl_input_bad(in, "there is no picture in it");
	if (f->kind == PALETTE && !f->palette)
		return atl_input_bad(in, "its palette is missing");
	return true;
}

/* ---- rows ---- */

static size_t along(size_t size, size_t from, size_t step)
{
	return size > from ? (size - from + step - 1) / step : 0;
}

static size_t row_bytes(const png *f, size_t width)
{
	return (width * f->samples * f->depth + 7) / 8;
}

static const pass *passes(const png *f, size_t *n)
{
	*n = f->interlaced ? 7 : 1;
	return f->interlaced ? adam7 : &whole;
}

/* Bytes of all rows with their filters. */
static size_t all_bytes(const png *f)
{
	size_t n, sum = 0;
	const pass *p = passes(f, &n);
	for (size_t k = 0; k < n; k++) {
		size_t w = along(f->width, p[k].x, p[k].dx), h = along(f->height, p[k].y, p[k].dy);
		sum += w ? h * (1 + row_bytes(f, w)) : 0;
	}
	return sum;
}

static unsigned paeth(unsigned a, unsigned b, unsigned c)
{
	int p = (int)(a + b) - (int)c;
	int pa = p > (int)a ? p - (int)a : (int)a - p;
	int pb = p > (int)b ? p - (int)b : (int)b - p;
	int pc = p > (int)c ? p - (int)c : (int)c - p;
	return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/* A row takes off what its filter predicted from the pixel to the left (a), the
 * one above (b), and the one to the left of that (c). */
static bool unfilter(const png *f, unsigned filter, unsigned char *row, const unsigned char *above,
                     size_t n)
{
	size_t step = (f->samples * f->depth + 7) / 8;
	if (filter > 4)
		return atl_input_bad(f->in, "a row has the filter %u, which PNG does not have", filter);
	for (size_t i = 0; i < n; i++) {
		unsigned a = i >= step ? row[i - step] : 0, b = above ? above[i] : 0;
		unsigned c = above && i >= step ? above[i - step] : 0;
		unsigned predicted = filter == 1   ? a
		                     : filter == 2 ? b
		                     : filter == 3 ? (a + b) / 2
		                     : filter == 4 ? paeth(a, b, c)
		                                   : 0;
		row[i] = (unsigned char)((unsigned)row[i] + predicted);
	}
	return true;
}

static unsigned sample(const png *f, const unsigned char *row, size_t i)
{
	if (f->depth == 16)
		return (unsigned)atl_big(row + 2 * i, 2);
	size_t bit = i * f->depth;
	return (unsigned)row[bit / 8] >> (8 - f->depth - bit % 8) & ((1u << f->depth) - 1);
}

static bool put(const png *f, atl_array *a, size_t c, size_t y, size_t x, unsigned level)
{
	unsigned char bytes[2] = { (unsigned char)(level >> 8), (unsigned char)level };
	return atl_input_raw(f->in, a, (c * f->height + y) * f->width + x, bytes,
	                     (atl_raw_type){ ATL_RAW_UNSIGNED, 2, true });
}

static bool put_pixel(const png *f, atl_array *a, size_t y, size_t x, const unsigned char *row, size_t i)
{
	unsigned first = sample(f, row, i * f->samples);
	if (f->kind == PALETTE && first >= f->colors)
		return atl_input_bad(f->in, "color %u is not in its palette of %zu", first, f->colors);
	for (unsigned c = 0; c < f->channels; c++) {
		unsigned level = f->kind == PALETTE ? f->palette[3 * first + c]
		                                    : sample(f, row, i * f->samples + c);
		if (!put(f, a, c, y, x, level))
			return false;
	}
	return true;
}

/* The rows of one pass, from *p on. */
static bool read_pass(const png *f, const pass *s, unsigned char **p, atl_array *a)
{
	size_t width = along(f->width, s->x, s->dx), height = along(f->height, s->y, s->dy);
	size_t n = row_bytes(f, width);
	const unsigned char *above = NULL;
	for (size_t i = 0; width && i < height; i++) {
		unsigned char *row = *p + 1;
		if (!unfilter(f, **p, row, above, n))
			return false;
		for (size_t j = 0; j < width; j++)
			if (!put_pixel(f, a, s->y + i * s->dy, s->x + j * s->dx, row, j))
				return false;
		above = row;
		*p = row + n;
	}
	return true;
}

/* The sizes are held against the bytes before there is an array of them. */
static atl_array *read_picture(png *f)
{
	size_t need, n;
	int64_t dim[] = { f->channels, (int64_t)f->height, (int64_t)f->width };
	if (!atl_input_count(f->in, dim, 3, &n))
		return NULL;
	need = all_bytes(f);
	atl_input rows = *f->in; /* the bytes that errors count are those of the rows */
	rows.p = (const unsigned char *)atl_buf_text(&f->packed);
	if (atl_unpack(&rows, ATL_WRAP_ZLIB, rows.p, f->packed.len, need, &f->rows))
		return NULL;
	if (f->rows.len != need)
		return atl_input_bad(f->in, "its rows are %zu bytes, and its sizes need %zu", f->rows.len,
		                     need);
	bool gray = f->channels == 1;
	atl_array *a = atl_input_array(f->in, dim + gray, gray ? 2 : 3);
	unsigned char *p = (unsigned char *)f->rows.p;
	const pass *s = passes(f, &n);
	for (size_t k = 0; a && k < n; k++)
		if (!read_pass(f, &s[k], &p, a)) {
			atl_array_unref(a);
			a = NULL;
		}
	return a;
}

bool atl_png_probe(const atl_input *in)
{
	return atl_input_begins(in, magic, sizeof magic - 1);
}

atl_array *atl_png_read(const atl_input *in)
{
	png f = { .in = in };
	atl_array *a = NULL;
	if (read_chunks(&f)) {
		if (f.packed.failed)
			atl_diag_nomem(in->diag);
		else
			a = read_picture(&f);
	}
	atl_buf_clear(&f.packed);
	atl_buf_clear(&f.rows);
	return a;
}

/* ---- out ---- */

static void add_chunk(atl_buf *b, const char *name, const char *bytes, size_t n)
{
	atl_put_big(b, n, 4);
	atl_buf_addn(b, name, 4);
	atl_buf_addn(b, bytes, n);
	uint32_t crc = atl_crc32(0, name, 4);
	atl_put_big(b, atl_crc32(crc, bytes, n), 4);
}

static void add_head(atl_buf *b, const atl_picture *p)
{
	static const char kind[] = { 0, GRAY, GRAY_ALPHA, RGB, RGB_ALPHA };
	atl_buf head = { 0 };
	atl_put_big(&head, p->width, 4);
	atl_put_big(&head, p->height, 4);
	atl_buf_addc(&head, (char)(8 * p->bytes));
	atl_buf_addc(&head, kind[p->channels]);
	atl_put_big(&head, 0, 3);
	add_chunk(b, "IHDR", atl_buf_text(&head), head.len);
	b->failed |= head.failed;
	atl_buf_clear(&head);
}

/* Rows without filters, packed. */
static atl_status add_rows(const atl_output *out, const atl_picture *p)
{
	atl_buf rows = { 0 }, packed = { 0 };
	for (size_t y = 0; y < p->height; y++) {
		atl_buf_addc(&rows, 0);
		for (size_t k = 0; k < p->width * p->channels; k++)
			atl_put_big(&rows, p->level[(k % p->channels * p->height + y) * p->width + k / p->channels],
			            p->bytes);
	}
	atl_status status = rows.failed ? atl_diag_nomem(out->diag)
	                                : atl_pack(out, atl_buf_text(&rows), rows.len, &packed);
	if (!status)
		add_chunk(out->bytes, "IDAT", atl_buf_text(&packed), packed.len);
	atl_buf_clear(&rows);
	atl_buf_clear(&packed);
	return status;
}

atl_status atl_png_write(const atl_output *out)
{
	atl_picture p;
	if (atl_output_one(out, "a picture"))
		return ATL_ERROR;
	if (atl_output_picture(out, &p))
		return ATL_ERROR;
	atl_status status = ATL_OK;
	if (p.channels > 4) {
		status = atl_output_bad(out, "a PNG picture has 1 to 4 channels, and this has %zu", p.channels);
	} else {
		atl_buf_addn(out->bytes, magic, sizeof magic - 1);
		add_head(out->bytes, &p);
		status = add_rows(out, &p);
		add_chunk(out->bytes, "IEND", "", 0);
	}
	atl_free(p.level);
	return status;
}
