/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_data_files.c: all formats: what is written reads back; what is cut off at
 * every byte, what has any one bit wrong, and what claims too much. */
#include "files.h"

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
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(what_is_written_reads_back),
		T(numbers_are_written_in_full),
		T(small_formats_keep_their_width),
		T(what_does_not_fit_a_format_is_an_error),
		T(samples_are_read),
		T(every_beginning_of_a_file_is_an_array_or_an_error),
		T(every_wrong_bit_is_an_array_or_an_error),
		T(an_allocation_that_fails_is_an_error),
		T(writing_without_memory_is_an_error),
		T(what_unpacks_to_too_much_is_stopped),
		T(without_zlib_the_error_says_so),
	};
	begin_files();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
