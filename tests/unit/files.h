/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.h: files in memory, read and written, and a sample of each format, for the
 * tests of src/data. */
#ifndef ATL_TESTS_FILES_H
#define ATL_TESTS_FILES_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "data/data.h"
#include "data/format.h"
#include "data/zlib.h"
#include "number/modules.h"

static atl_modules modules;
static atl_num num;
static atl_diag diag;
static atl_buf note;
static size_t most; /* that a file may unpack to */

/* ---- reading and writing ---- */

static inline atl_array *read_as(const char *name, const void *bytes, size_t n, const char *part)
{
	atl_diag_reset(&diag);
	atl_buf_reset(&note);
	atl_input in = { .name = name, .p = bytes, .n = n, .part = part, .most = most, .num = &num,
		         .diag = &diag,
		         .note = &note };
	atl_array *a = atl_data_read(&in);
	assert_true(!a == (diag.kind != ATL_KIND_NONE));
	return a;
}

static inline atl_array *read_text(const char *text, const char *part)
{
	return read_as("x", text, strlen(text), part);
}

/* The array as "2x3: 1 2 3 4 5 6", or what the error says. */
static inline const char *shown(atl_array *a)
{
	static atl_buf out;
	atl_buf_reset(&out);
	if (!a)
		return diag.message;
	for (int k = 0; k < a->shape.rank; k++)
		atl_buf_addf(&out, "%s%d", k ? "x" : "", (int)a->shape.dim[k]);
	atl_buf_addc(&out, ':');
	for (size_t i = 0; i < a->n; i++) {
		atl_buf_addc(&out, ' ');
		a->sys->print(&out, atl_array_at(a, i), 0);
	}
	atl_array_unref(a);
	return out.p;
}

static inline void expect(const char *text, const char *part, const char *wanted)
{
	assert_string_equal(shown(read_text(text, part)), wanted);
}

static inline void expect_bytes(const void *bytes, size_t n, const char *part, const char *wanted)
{
	assert_string_equal(shown(read_as("x", bytes, n, part)), wanted);
}

static inline atl_array *array_of(const char *text)
{
	atl_array *a = read_text(text, NULL);
	assert_non_null(a);
	return a;
}

static inline atl_status write_as(const char *name, const atl_item *item, size_t n, atl_buf *bytes)
{
	atl_diag_reset(&diag);
	atl_buf_reset(&note);
	atl_output out = { .name = name, .item = item, .n = n, .num = &num, .diag = &diag,
		           .bytes = bytes, .note = &note };
	return atl_data_write(&out);
}

static inline bool has_zlib(void)
{
	atl_array *a = array_of("[[1]]");
	atl_item item = { "a", a };
	atl_buf bytes = { 0 };
	bool has = !write_as("a.png", &item, 1, &bytes);
	atl_buf_clear(&bytes);
	atl_array_unref(a);
	return has;
}

static inline int setup(void **state)
{
	(void)state;
	num = (atl_num){ .sys = &atl_float64, .precision = 256, .modules = &modules };
	most = 0;
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	atl_diag_clear(&diag);
	atl_buf_clear(&note);
	return 0;
}

/* ---- samples ---- */

/* A file of each format. */
typedef struct sample {
	const char *name;
	atl_buf bytes;
	const char *part;
	bool checked; /* by a sum: any wrong bit is seen */
} sample;

enum { MOST_SAMPLES = 24 };
static sample samples[MOST_SAMPLES];
static size_t n_samples;

static inline atl_buf *add_sample(const char *name, const char *part, bool checked)
{
	assert_true(n_samples < MOST_SAMPLES);
	samples[n_samples] = (sample){ .name = name, .part = part, .checked = checked };
	return &samples[n_samples++].bytes;
}

static inline void add_text(const char *name, const char *part, const char *text)
{
	atl_buf_add(add_sample(name, part, false), text);
}

static inline void add_written(const char *name, const char *text, const char *second, bool checked)
{
	atl_array *a = array_of(text), *b = second ? array_of(second) : NULL;
	atl_item item[2] = { { "a", a }, { "b", b } };
	assert_int_equal(write_as(name, item, b ? 2 : 1, add_sample(name, b ? "b" : NULL, checked)), ATL_OK);
	atl_array_unref(a);
	atl_array_unref(b);
}

/* Deflate's block of bytes as they are. */
static inline void add_stored(atl_buf *b, const char *p, size_t n)
{
	atl_buf_addc(b, 1);
	atl_put_little(b, n, 2);
	atl_put_little(b, ~n & 0xffff, 2);
	atl_buf_addn(b, p, n);
}

/* The sample before, packed by gzip. */
static inline void add_gzipped(void)
{
	const atl_buf *plain = &samples[n_samples - 1].bytes;
	atl_buf *b = add_sample("x.gz", NULL, true);
	atl_buf_addn(b, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
	add_stored(b, plain->p, plain->len);
	atl_put_little(b, atl_crc32(0, plain->p, plain->len), 4);
	atl_put_little(b, plain->len, 4);
}

/* An archive of one deflated array that claims `size` bytes. */
static inline void add_archive(atl_buf *b, const atl_buf *npy, size_t size)
{
	atl_buf packed = { 0 };
	add_stored(&packed, npy->p, npy->len);
	uint32_t crc = atl_crc32(0, npy->p, npy->len);
	for (int central = 0; central < 2; central++) {
		size_t at = b->len;
		atl_buf_addn(b, central ? "PK\1\2\24\0" : "PK\3\4", central ? 6 : 4);
		atl_put_little(b, 20, 4);
		atl_put_little(b, 8, 2);
		atl_put_little(b, 0, 4);
		atl_put_little(b, crc, 4);
		atl_put_little(b, packed.len, 4);
		atl_put_little(b, size, 4);
		atl_put_little(b, 5, 4);
		if (central) {
			atl_put_little(b, 0, 8);
			atl_put_little(b, 0, 6);
		}
		atl_buf_add(b, "W.npy");
		if (!central) {
			atl_buf_addn(b, packed.p, packed.len);
			continue;
		}
		atl_buf_addn(b, "PK\5\6\0\0\0\0\1\0\1\0", 12);
		atl_put_little(b, b->len - 12 - at, 4);
		atl_put_little(b, at, 4);
		atl_put_little(b, 0, 2);
	}
	atl_buf_clear(&packed);
}

static inline void make_samples(void)
{
	static const char idx[] = "\0\0\x08\2\0\0\0\2\0\0\0\3\1\2\3\4\5\6";
	num = (atl_num){ .sys = &atl_float64, .precision = 256, .modules = &modules };
	add_text("x.csv", NULL, "a,\"b\"\r\n1,2e1\r\n-3,\"4\"\r\n");
	add_text("x.csv", "kind", "a,kind\n1,red\n2,\"deep, blue\"\n3,red\n");
	add_text("x.json", NULL, "[[1, 2.5], [\"1/4\", -3]]");
	add_text("x.json", "b", "{\"name\":\"b\",\"shape\":[2,1],\"value\":[[1],[2]]}\n");
	atl_buf_addn(add_sample("x", NULL, false), idx, sizeof idx - 1);
	add_text("x.ppm", NULL, "P3 1 2 9\n1 2 3\n4 5 6\n");
	add_written("x.pgm", "[[0, 255], [7, 8]]", NULL, false);
	add_written("x.ppm", "[[[0, 255]], [[7, 8]], [[1, 300]]]", NULL, false);
	add_written("x.npz", "[[0, 255], [7, 8]]", "[1, 2, 3]", false);
	add_written("x.npy", "[[0, 255], [7, 8]]", NULL, false);
	if (!has_zlib())
		return;
	add_gzipped();
	const atl_buf *npy = &samples[n_samples - 2].bytes; /* before the gzipped one */
	add_archive(add_sample("x.npz", "W", false), npy, npy->len);
	add_written("x.png", "[[0, 255], [7, 8]]", NULL, true);
	add_written("x.png", "[[[0, 255]], [[7, 8]], [[1, 300]], [[1, 2]]]", NULL, true);
}

/* Before the tests: where the modules are, and the samples. */
static inline void begin_files(void)
{
	const char *built = getenv("top_builddir");
	modules.folder = built ? built : ".";
	make_samples();
}

#endif
