/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_data.c: arrays out of bytes: what each format means, and what a bad file
 * is told with. */
#include "files.h"

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

static void a_column_of_words_is_numbered_as_they_come(void **state)
{
	(void)state;
	expect("a,kind\n1,red\n2,\"deep, blue\"\n3,red\n4,green\n", "kind", "4x1: 1 2 1 3");
	assert_string_equal(atl_buf_text(&note), "the words are numbered: 1 is \"red\", 2 is \"deep, blue\", 3 is \"green\"");
	expect("a,kind\n1,red\n", NULL, "\"x\": line 2, column 3: this is no number");
	expect("kind\nred\n3\n", "kind", "\"x\": line 3, column 1: this is no word, as those before it are");
	expect("kind\nred\nNA\n", "kind", "\"x\": line 3, column 1: this is no word, as those before it are");
	expect("kind\n3\nred\n", "kind", "\"x\": line 3, column 1: this is no number");
	atl_buf many = { 0 };
	atl_buf_add(&many, "kind\n");
	for (int i = 0; i < 1001; i++)
		atl_buf_addf(&many, "w%d\n", i);
	expect(atl_buf_text(&many), "kind", "\"x\": line 1002, column 1: so many different words are no classes");
	atl_buf_clear(&many);
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

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_table_is_a_matrix),
		T(a_line_of_names_picks_a_column),
		T(a_column_of_words_is_numbered_as_they_come),
		T(a_bad_table_is_told_with_line_and_column),
		T(missing_numbers_are_no_value_when_nan_is_kept),
		T(lists_are_arrays_of_their_depth),
		T(objects_give_arrays_by_their_names),
		T(bad_json_is_told_with_line_and_column),
		T(decimals_are_exact_in_exact_mode),
		T(every_type_of_numpy_is_read),
		T(columns_first_is_put_in_row_order),
		T(a_header_that_claims_too_much_allocates_nothing),
		T(a_nan_is_told_with_its_place),
		T(cifar_has_images_and_labels),
		T(pictures_are_levels_by_channel),
	};
	begin_files();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
