/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_data.c: arrays out of bytes and into bytes: what is good, what is cut
 * off at every byte, what has any one bit wrong, and what claims too much. */
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

static atl_array *read_as(const char *name, const void *bytes, size_t n, const char *part)
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

static atl_array *read_text(const char *text, const char *part)
{
	return read_as("x", text, strlen(text), part);
}

/* The array as "2x3: 1 2 3 4 5 6", or what the error says. */
static const char *shown(atl_array *a)
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

static void expect(const char *text, const char *part, const char *wanted)
{
	assert_string_equal(shown(read_text(text, part)), wanted);
}

static void expect_bytes(const void *bytes, size_t n, const char *part, const char *wanted)
{
	assert_string_equal(shown(read_as("x", bytes, n, part)), wanted);
}

static atl_array *array_of(const char *text)
{
	atl_array *a = read_text(text, NULL);
	assert_non_null(a);
	return a;
}

static atl_status write_as(const char *name, const atl_item *item, size_t n, atl_buf *bytes)
{
	atl_diag_reset(&diag);
	atl_buf_reset(&note);
	atl_output out = { .name = name, .item = item, .n = n, .num = &num, .diag = &diag,
		           .bytes = bytes, .note = &note };
	return atl_data_write(&out);
}

static bool has_zlib(void)
{
	atl_array *a = array_of("[[1]]");
	atl_item item = { "a", a };
	atl_buf bytes = { 0 };
	bool has = !write_as("a.png", &item, 1, &bytes);
	atl_buf_clear(&bytes);
	atl_array_unref(a);
	return has;
}

static int setup(void **state)
{
	(void)state;
	num = (atl_num){ .sys = &atl_float64, .precision = 256, .modules = &modules };
	most = 0;
	return 0;
}

static int teardown(void **state)
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

static atl_buf *add_sample(const char *name, const char *part, bool checked)
{
	assert_true(n_samples < MOST_SAMPLES);
	samples[n_samples] = (sample){ .name = name, .part = part, .checked = checked };
	return &samples[n_samples++].bytes;
}

static void add_text(const char *name, const char *part, const char *text)
{
	atl_buf_add(add_sample(name, part, false), text);
}

static void add_written(const char *name, const char *text, const char *second, bool checked)
{
	atl_array *a = array_of(text), *b = second ? array_of(second) : NULL;
	atl_item item[2] = { { "a", a }, { "b", b } };
	assert_int_equal(write_as(name, item, b ? 2 : 1, add_sample(name, b ? "b" : NULL, checked)), ATL_OK);
	atl_array_unref(a);
	atl_array_unref(b);
}

/* Deflate's block of bytes as they are. */
static void add_stored(atl_buf *b, const char *p, size_t n)
{
	atl_buf_addc(b, 1);
	atl_put_little(b, n, 2);
	atl_put_little(b, ~n & 0xffff, 2);
	atl_buf_addn(b, p, n);
}

/* The sample before, packed by gzip. */
static void add_gzipped(void)
{
	const atl_buf *plain = &samples[n_samples - 1].bytes;
	atl_buf *b = add_sample("x.gz", NULL, true);
	atl_buf_addn(b, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
	add_stored(b, plain->p, plain->len);
	atl_put_little(b, atl_crc32(0, plain->p, plain->len), 4);
	atl_put_little(b, plain->len, 4);
}

/* An archive of one deflated array that claims `size` bytes. */
static void add_archive(atl_buf *b, const atl_buf *npy, size_t size)
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

static void make_samples(void)
{
	static const char idx[] = "\0\0\x08\2\0\0\0\2\0\0\0\3\1\2\3\4\5\6";
	num = (atl_num){ .sys = &atl_float64, .precision = 256, .modules = &modules };
	add_text("x.csv", NULL, "a,\"b\"\r\n1,2e1\r\n-3,\"4\"\r\n");
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
	add_archive(add_sample("x.npz", "W", false), &samples[n_samples - 2].bytes,
	            samples[n_samples - 2].bytes.len);
	add_written("x.png", "[[0, 255], [7, 8]]", NULL, true);
	add_written("x.png", "[[[0, 255]], [[7, 8]], [[1, 300]], [[1, 2]]]", NULL, true);
}

/* ---- text ---- */

static void a_table_is_a_matrix(void **state)
{
	(void)state;
	expect("1,2,3\n4,5,6\n", NULL, "2x3: 1 2 3 4 5 6");
	expect("1\t2\n3\t4", NULL, "2x2: 1 2 3 4");
	expect("1;2\n3;4\n\n\n", NULL, "2x2: 1 2 3 4");
	expect("# by hand\n 1  2 \n3 4\n", NULL, "2x2: 1 2 3 4");
	expect("1\n2\n3\n", NULL, "3x1: 1 2 3");
	expect("\xEF\xBB\xBF" "1,2\r\n3,4\r\n", NULL, "2x2: 1 2 3 4");
	expect("\"1\", \"2e-3\" ,\"-inf\"\n", NULL, "1x3: 1 0.002 -inf");
}

static void a_line_of_names_picks_a_column(void **state)
{
	(void)state;
	expect("x,\"y, \"\"z\"\"\",n\n1,2,abc\n3,4,def\n", "y, \"z\"", "2x1: 2 4");
	expect("x,y\n1,2\n", NULL, "1x2: 1 2");
	assert_string_equal(atl_buf_text(&note), "the columns are \"x\", \"y\"");
	expect("x,y\n1,2\n", "z", "\"x\": there is no column \"z\"");
	expect("1,2\n", "z", "\"x\": its first line is no line of names, so there is no column \"z\"");
}

static void a_bad_table_is_told_with_line_and_column(void **state)
{
	(void)state;
	expect("1,2\n3\n", NULL, "\"x\": line 2 has 1 field, and line 1 has 2");
	expect("1,2\n3,\n", NULL, "\"x\": line 2, column 3: the field is empty");
	expect("1,2\n3, NA\n", NULL, "\"x\": line 2, column 4: a number is missing");
	expect("1,2\n3,4x\n", NULL, "\"x\": line 2, column 3: this is no number");
	expect("1,2\n3,\"4\n", NULL, "\"x\": line 2, column 3: a quote is not closed");
	expect("1,2\n3,\"4\"5\n", NULL, "\"x\": line 2, column 3: there is more behind the closing quote");
	expect("1,\"\n2\"x,3\n", NULL, "\"x\": line 1, column 3: there is more behind the closing quote");
	expect("\n# nothing\n", NULL, "\"x\": there is no row in it");
	expect("a,b\n", NULL, "\"x\": there is no row under the names");
	expect("", NULL, "\"x\": the file is empty");
	expect("\1\n", NULL, "\"x\": this is no format that atled reads");
	expect("1/0,2\n", NULL, "\"x\": line 1, column 1: this is no number");
}

static void missing_numbers_are_no_value_when_nan_is_kept(void **state)
{
	(void)state;
	num.ieee = true;
	expect("1,NA\n,?\n", NULL, "2x2: 1 nan nan nan");
	expect("[1, null]", NULL, "2x1: 1 nan");
}

static void lists_are_arrays_of_their_depth(void **state)
{
	(void)state;
	expect("3", NULL, "1x1: 3");
	expect("{\"b\": 3}", NULL, "1x1: 3");
	expect(" [1, 2]", NULL, "2x1: 1 2");
	expect("[[1, 2]]", NULL, "1x2: 1 2");
	expect("[[[1], [2]], [[3], [4]]]", NULL, "2x2x1: 1 2 3 4");
	expect("[]", NULL, "0x1:");
	expect("[[], []]", NULL, "2x0:");
	expect("[\"1/4\", \"inf\", 1e400]", NULL, "3x1: 0.25 inf inf");
}

static void objects_give_arrays_by_their_names(void **state)
{
	static const char printed[] = "{\"name\":\"W\",\"shape\":[1,2],\"value\":[[1,2]]}\n{\"check\":\"yes\",\"n\":[7]}\n"
	                              "{\"name\":\"W\",\"shape\":[1,1],\"value\":5}\n";
	(void)state;
	expect("{\"a\": [1], \"b\": {\"c\": [2]}, \"d\\\"\": [[3]]}", "d\"", "1x1: 3");
	expect("{\"a\": [1], \"b\": [2]}", NULL, "\"x\": there is more than one array");
	expect("{\"a\": [1], \"b\": [2]}", "c", "\"x\": there is no array \"c\"");
	expect(printed, "W", "1x1: 5");
	expect(printed, "n", "\"x\": there is no array \"n\"");
}

static void bad_json_is_told_with_line_and_column(void **state)
{
	(void)state;
	expect("[[1, 2],\n [3]]", NULL, "\"x\": line 2, column 4: this list is not as long as the others");
	expect("[[1, 2],\n 3]", NULL, "\"x\": line 2, column 2: a list stands where this number does elsewhere");
	expect("[1, [2]]", NULL, "\"x\": line 1, column 5: a number stands where this list does elsewhere");
	expect("[1, 2", NULL, "\"x\": line 1, column 6: the text ends too soon");
	expect("[1,, 2]", NULL, "\"x\": line 1, column 4: this is no value of JSON");
	expect("[1 2]", NULL, "\"x\": line 1, column 4: a comma or a closing bracket is missing");
	expect("[1}", NULL, "\"x\": line 1, column 3: a comma or a closing bracket is missing");
	expect("[\"a\"]", NULL, "\"x\": line 1, column 2: this is no number");
	expect("[\"a]", NULL, "\"x\": line 1, column 2: a text is not closed");
	expect("{1: 2}", NULL, "\"x\": line 1, column 2: a member of an object begins with its name");
	expect("[[[[[[[1]]]]]]]", NULL, "\"x\": line 1, column 7: lists are nested more than 6 deep");
	expect("[\"1/0\"]", NULL, "\"x\": line 1, column 3: this is no number");
	expect("[null]", NULL, "\"x\": line 1, column 2: a number is missing");
}

static void decimals_are_exact_in_exact_mode(void **state)
{
	(void)state;
	num.sys = &atl_exact;
	expect("0.1,1/3\n", NULL, "1x2: 1/10 1/3");
	expect("[0.1, \"2/6\"]", NULL, "2x1: 1/10 1/3");
}

/* ---- numbers in bytes ---- */

static void every_type_of_numpy_is_read(void **state)
{
	static const struct { const char *type, *bytes; size_t n; const char *wanted; } cases[] = {
		{ "|b1", "\1\0", 2, "2x1: 1 0" },
		{ "|u1", "\xff\0", 2, "2x1: 255 0" },
		{ "|i1", "\xff\x80", 2, "2x1: -1 -128" },
		{ "<u2", "\1\2\xff\xff", 4, "2x1: 513 65535" },
		{ ">i2", "\xff\xfe\1\0", 4, "2x1: -2 256" },
		{ "<i4", "\xff\xff\xff\xff\0\0\0\x80", 8, "2x1: -1 -2147483648" },
		{ ">u4", "\xff\xff\xff\xff\0\0\0\1", 8, "2x1: 4294967295 1" },
		{ "<i8", "\1\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 16, "2x1: 1 -1" },
		{ "<u8", "\0\0\0\0\0\0\0\x80\1\0\0\0\0\0\0\0", 16, "2x1: 9.223372036854776e18 1" },
		{ "<f2", "\0\x3c\1\0", 4, "2x1: 1 5.9604644775390625e-8" },
		{ ">f2", "\xfc\0\x7b\xff", 4, "2x1: -inf 65504" },
		{ "<f4", "\0\0\x80\xbf\0\0\0\x3f", 8, "2x1: -1 0.5" },
		{ ">f8", "\x3f\xf0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\0", 16, "2x1: 1 -2" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (unsigned version = 1; version <= 3; version++) {
			atl_buf b = { 0 };
			char dict[80];
			int len = snprintf(dict, sizeof dict,
			                   "{'descr': '%s', 'fortran_order': False, 'shape': (2,), }\n",
			                   cases[i].type);
			atl_buf_addn(&b, "\x93NUMPY", 6);
			atl_put_little(&b, version, 2);
			atl_put_little(&b, (uint64_t)len, version == 1 ? 2 : 4);
			atl_buf_addn(&b, dict, (size_t)len);
			atl_buf_addn(&b, cases[i].bytes, cases[i].n);
			expect_bytes(b.p, b.len, NULL, cases[i].wanted);
			atl_buf_clear(&b);
		}
}

/* A file of NumPy's with this header. */
static void expect_header(const char *dict, size_t entries, const char *wanted)
{
	atl_buf b = { 0 };
	atl_buf_addn(&b, "\x93NUMPY\1\0", 8);
	atl_put_little(&b, strlen(dict), 2);
	atl_buf_add(&b, dict);
	for (size_t i = 0; i < entries; i++)
		atl_buf_addc(&b, (char)i);
	expect_bytes(b.p, b.len, NULL, wanted);
	atl_buf_clear(&b);
}

static void columns_first_is_put_in_row_order(void **state)
{
	(void)state;
	expect_header("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}", 6, "2x3: 0 2 4 1 3 5");
	expect_header("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 1, 2)}", 4, "2x1x2: 0 2 1 3");
	expect_header("{'descr': '|u1', 'fortran_order': False, 'shape': ()}", 1, "1x1: 0");
}

static void a_header_that_claims_too_much_allocates_nothing(void **state)
{
	(void)state;
	expect_header("{'descr': '|u1', 'fortran_order': False, 'shape': (9999, 9999, 9999)}", 6,
	              "\"x\": more entries than the limit of 2^28");
	expect_header("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 99999999999)}", 0,
	              "\"x\": more entries than the limit of 2^28");
	expect_header("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", 0,
	              "\"x\": its header has a size past any limit");
	expect_header("{'descr': '<f8', 'fortran_order': False, 'shape': (9999, 9999)}", 6,
	              "\"x\": it ends at byte 79, and its shape needs 799840081");
	expect_header("{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}", 6,
	              "\"x\": its header has no shape that can be read");
	expect_header("{'descr': '|u1', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1)}", 1,
	              "\"x\": 7 dimensions are more than the 6 there can be");
	expect_header("{'descr': '<c16', 'fortran_order': False, 'shape': (1,)}", 16,
	              "\"x\": numbers of the type \"<c16\" are not read");
	expect_header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", 8,
	              "\"x\": its type is no single number");
	expect_header("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", 2,
	              "\"x\": 1 bytes stand behind the last entry");
	expect_bytes("\0\0\x08\1\x7f\xff\xff\xff", 8, NULL, "\"x\": more entries than the limit of 2^28");
	expect_bytes("\0\0\x08\1\0\1\0\0", 8, NULL, "\"x\": it has 8 bytes, and its sizes need 65544");
	expect_bytes("P5 9000 9000 255\n", 17, NULL,
	             "\"x\": it ends at byte 17, and its sizes need 81000017 or more");
	expect_bytes("P5 99999999 1 255\n", 18, NULL, "\"x\": byte 10: the width is past the limit of 16777216");
}

static void a_nan_is_told_with_its_place(void **state)
{
	static const char bytes[] = "\0\0\x0e\2\0\0\0\1\0\0\0\2\x3f\xf0\0\0\0\0\0\0\x7f\xf8\0\0\0\0\0\0";
	(void)state;
	expect_bytes(bytes, sizeof bytes - 1, NULL, "\"x\": entry (1, 2) is nan");
	num.ieee = true;
	expect_bytes(bytes, sizeof bytes - 1, NULL, "1x2: 1 nan");
}

static void cifar_has_images_and_labels(void **state)
{
	enum { RECORD = 3073 };
	unsigned char bytes[2 * RECORD];
	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(i % RECORD % 251);
	bytes[0] = 7;
	bytes[RECORD] = 9;
	expect_bytes(bytes, sizeof bytes, "labels", "2x1: 7 9");
	expect_bytes(bytes, sizeof bytes, "names", "\"x\": there is no part \"names\"");
	atl_array *a = read_as("x", bytes, sizeof bytes, NULL);
	assert_non_null(a);
	const double *v = a->data;
	assert_true(a->shape.rank == 4 && a->shape.dim[0] == 2 && a->shape.dim[1] == 3 && a->n == 6144);
	assert_true(v[0] == 1 && v[3072] == 1 && v[3071] == bytes[3072]);
	atl_array_unref(a);
	bytes[RECORD] = 10;
	a = read_as("x", bytes, sizeof bytes, "labels");
	assert_null(a);
}

static void pictures_are_levels_by_channel(void **state)
{
	(void)state;
	expect("P2 # two by two\n2 2 15\n0 1 2 15\n", NULL, "2x2: 0 1 2 15");
	expect("P3 1 2 255 1 2 3 4 5 6", NULL, "3x2x1: 1 4 2 5 3 6");
	expect_bytes("P5 1 2 300\n\1\0\0\2", 15, NULL, "2x1: 256 2");
	expect("P2 1 1 15 16", NULL, "\"x\": byte 12: level 16 is past the highest, 15");
	expect("P2 1 1 15 1 1", NULL, "\"x\": byte 12: there is more behind the picture");
	expect("P2 0 1 15 ", NULL, "\"x\": a size or the highest level is 0");
	expect("P5 1 1 \n1", NULL, "\"x\": byte 9: it ends within its header");
}

/* ---- all formats ---- */

static void what_is_written_reads_back(void **state)
{
	static const char *const names[] = { "x.csv", "x.tsv", "x.json", "x.npy", "x.npz", "x.pgm", "x.png" };
	(void)state;
	atl_array *a = array_of("[[0, 255, 3], [65535, 4, 5]]");
	atl_item item = { "a", a };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_buf bytes = { 0 };
		if (i == 6 && !has_zlib())
			continue;
		assert_int_equal(write_as(names[i], &item, 1, &bytes), ATL_OK);
		atl_array *b = read_as(names[i], bytes.p, bytes.len, NULL);
		assert_true(b && atl_array_same(a, b));
		atl_array_unref(b);
		atl_buf_clear(&bytes);
	}
	atl_array_unref(a);
}

static void numbers_are_written_in_full(void **state)
{
	static const char *const names[] = { "x.csv", "x.json", "x.npy" };
	(void)state;
	for (int exact = 0; exact < 2; exact++) {
		num.sys = exact ? &atl_exact : &atl_float64;
		atl_array *a = array_of(exact ? "[0.1, \"1/3\", -1e30]" : "[0.1, 1e-320, -1.7976931348623157e308]");
		atl_item item = { "a", a };
		for (int i = 0; i < 3; i++) {
			atl_buf bytes = { 0 };
			assert_int_equal(write_as(names[i], &item, 1, &bytes), ATL_OK);
			assert_true(!note.len == !(exact && i == 2)); /* float64 is all that .npy has */
			atl_array *b = read_as(names[i], bytes.p, bytes.len, NULL);
			assert_true(b && atl_array_same(a, b) == !(exact && i == 2));
			atl_array_unref(b);
			atl_buf_clear(&bytes);
		}
		atl_array_unref(a);
	}
}

static void small_formats_keep_their_width(void **state)
{
	static const char *const texts[] = { "[1, -0.5, 65504, 6.103515625e-05, 5.960464477539063e-08]",
		                             "[1, -2.5, 1e-45, 3.4028234663852886e38, 0]" };
	(void)state;
	for (int i = 0; i < 2; i++) {
		num.sys = i ? &atl_float32 : &atl_float16;
		atl_array *a = array_of(texts[i]);
		atl_item item = { "a", a };
		atl_buf bytes = { 0 };
		assert_int_equal(write_as("x.npy", &item, 1, &bytes), ATL_OK);
		assert_non_null(strstr(bytes.p + 10, i ? "'<f4'" : "'<f2'"));
		assert_int_equal(bytes.len, i ? 128 + 20 : 128 + 10);
		atl_array *b = read_as("x", bytes.p, bytes.len, NULL);
		assert_true(b && atl_array_same(a, b));
		atl_array_unref(b);
		atl_array_unref(a);
		atl_buf_clear(&bytes);
	}
}

static void what_does_not_fit_a_format_is_an_error(void **state)
{
	static const struct { const char *name, *text, *wanted; } cases[] = {
		{ "x.png", "[[0.5]]", "\"x.png\": 0.5 is no level of a picture" },
		{ "x.pgm", "[[-1]]", "\"x.pgm\": -1 is no level of a picture" },
		{ "x.pgm", "[[[1]], [[1]]]", "\"x.pgm\": a PGM picture has 1 channel, and this has 2" },
		{ "x.csv", "[[[1]]]", "\"x.csv\": a table has two dimensions, and this has 3" },
		{ "x.xyz", "[1]", "\"x.xyz\": the name's ending is that of no format" },
		{ ".csv", "[1]", "\".csv\": the name's ending is that of no format" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		atl_array *a = array_of(cases[i].text);
		atl_item item = { "a", a };
		atl_buf bytes = { 0 };
		assert_int_equal(write_as(cases[i].name, &item, 1, &bytes), ATL_ERROR);
		assert_string_equal(diag.message, cases[i].wanted);
		atl_buf_clear(&bytes);
		atl_array_unref(a);
	}
}

static void samples_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_samples; i++) {
		atl_array *a = read_as(samples[i].name, samples[i].bytes.p, samples[i].bytes.len, samples[i].part);
		if (!a)
			fail_msg("sample %zu (%s): %s", i, samples[i].name, diag.message);
		atl_array_unref(a);
	}
}

/* A copy of its own length, so that the sanitizer sees a read past the end. */
static atl_array *read_copy(const sample *s, const char *bytes, size_t n)
{
	char *copy = malloc(n ? n : 1);
	assert_non_null(copy);
	memcpy(copy, bytes, n);
	atl_array *a = read_as(s->name, copy, n, s->part);
	free(copy);
	return a;
}

static void every_beginning_of_a_file_is_an_array_or_an_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_samples; i++)
		for (size_t n = 0; n < samples[i].bytes.len; n++) {
			const sample *s = &samples[i];
			atl_array *a = read_copy(s, s->bytes.p, n);
			if (a && s->checked)
				fail_msg("sample %zu (%s) is read from %zu of its %zu bytes", i, s->name, n,
				         s->bytes.len);
			atl_array_unref(a);
		}
}

static void every_wrong_bit_is_an_array_or_an_error(void **state)
{
	(void)state;
	most = 1 << 20;
	for (size_t i = 0; i < n_samples; i++)
		for (size_t bit = 0; bit < 8 * samples[i].bytes.len; bit++) {
			char *p = samples[i].bytes.p + bit / 8;
			*p = (char)(*p ^ 1 << bit % 8);
			atl_array_unref(read_copy(&samples[i], samples[i].bytes.p, samples[i].bytes.len));
			*p = (char)(*p ^ 1 << bit % 8);
		}
}

static void an_allocation_that_fails_is_an_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_samples; i++) {
		long live = atl_mem_live();
		atl_array *a = NULL;
		for (long n = 1; !a; n++) {
			assert_true(n < 1000);
			atl_diag_clear(&diag);
			atl_buf_clear(&note);
			live = atl_mem_live();
			atl_mem_fail_after(n);
			a = read_as(samples[i].name, samples[i].bytes.p, samples[i].bytes.len, samples[i].part);
			atl_mem_fail_after(-1);
			if (!a)
				assert_int_equal(diag.kind, ATL_KIND_LIMIT);
		}
		atl_array_unref(a);
		atl_diag_clear(&diag);
		atl_buf_clear(&note);
		assert_int_equal(atl_mem_live(), live);
	}
}

static void writing_without_memory_is_an_error(void **state)
{
	static const char *const names[] = { "x.csv", "x.json", "x.npy", "x.npz", "x.pgm", "x.png" };
	(void)state;
	atl_array *a = array_of("[[0, 255], [7, 8]]");
	atl_item item = { "a", a };
	for (size_t i = 0; i < sizeof names / sizeof *names - !has_zlib(); i++)
		for (long n = 1, done = 0; !done; n++) {
			atl_buf bytes = { 0 };
			atl_diag_clear(&diag);
			atl_buf_clear(&note);
			atl_mem_fail_after(n);
			done = !write_as(names[i], &item, 1, &bytes);
			atl_mem_fail_after(-1);
			atl_buf_clear(&bytes);
			assert_true(n < 1000);
		}
	atl_array_unref(a);
}

/* ---- compressed ---- */

static void what_unpacks_to_too_much_is_stopped(void **state)
{
	(void)state;
	if (!has_zlib())
		skip();
	const atl_buf *npy = NULL;
	for (size_t i = 0; i < n_samples; i++)
		if (!strcmp(samples[i].name, "x.npy"))
			npy = &samples[i].bytes;
	assert_non_null(npy);
	atl_buf b = { 0 };
	add_archive(&b, npy, 0x7fffffff);
	assert_null(read_as("x", b.p, b.len, NULL));
	assert_non_null(strstr(diag.message, "more than it can hold"));
	atl_buf_reset(&b);
	add_archive(&b, npy, npy->len - 1);
	assert_null(read_as("x", b.p, b.len, NULL));
	assert_non_null(strstr(diag.message, "it unpacks to more than"));
	atl_buf_clear(&b);
	for (size_t i = 0; i < n_samples; i++)
		if (!strcmp(samples[i].name, "x.gz")) {
			most = npy->len - 1;
			assert_null(read_as("x", samples[i].bytes.p, samples[i].bytes.len, NULL));
			assert_non_null(strstr(diag.message, "it unpacks to more than"));
		}
}

static void without_zlib_the_error_says_so(void **state)
{
	(void)state;
	num.modules = NULL;
	expect_bytes("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10, NULL,
	             "\"x\": it is compressed, and reading it needs zlib, which this build of atled does not have");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_table_is_a_matrix, setup, teardown),
		cmocka_unit_test_setup_teardown(a_line_of_names_picks_a_column, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bad_table_is_told_with_line_and_column, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_numbers_are_no_value_when_nan_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_are_arrays_of_their_depth, setup, teardown),
		cmocka_unit_test_setup_teardown(objects_give_arrays_by_their_names, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_json_is_told_with_line_and_column, setup, teardown),
		cmocka_unit_test_setup_teardown(decimals_are_exact_in_exact_mode, setup, teardown),
		cmocka_unit_test_setup_teardown(every_type_of_numpy_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(columns_first_is_put_in_row_order, setup, teardown),
		cmocka_unit_test_setup_teardown(a_header_that_claims_too_much_allocates_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_nan_is_told_with_its_place, setup, teardown),
		cmocka_unit_test_setup_teardown(cifar_has_images_and_labels, setup, teardown),
		cmocka_unit_test_setup_teardown(pictures_are_levels_by_channel, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_written_reads_back, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_are_written_in_full, setup, teardown),
		cmocka_unit_test_setup_teardown(small_formats_keep_their_width, setup, teardown),
		cmocka_unit_test_setup_teardown(what_does_not_fit_a_format_is_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(samples_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(every_beginning_of_a_file_is_an_array_or_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(every_wrong_bit_is_an_array_or_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(an_allocation_that_fails_is_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(writing_without_memory_is_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(what_unpacks_to_too_much_is_stopped, setup, teardown),
		cmocka_unit_test_setup_teardown(without_zlib_the_error_says_so, setup, teardown),
	};
	const char *built = getenv("top_builddir");
	modules.folder = built ? built : ".";
	make_samples();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
