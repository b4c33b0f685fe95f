/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_build.c: from trees to nodes: shapes, broadcasting, brackets, indices, misfits. */
#include "host.h"

static void one_entry_is_a_scalar(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = [3, 4]; A = [1, 2; 3, 4]");
	assert_value(t, "(x'*x)^2", "625");
	assert_value(t, "(x'*x)*A", "[25, 50; 75, 100]");
	assert_value(t, "[5]*A", "[5, 10; 15, 20]");
	assert_value(t, "A/[2]", "[1/2, 1; 3/2, 2]");
	assert_value(t, "[2]'", "2");
	bench_free(t);
}

static void operators_are_what_they_say(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "A = [1, 2; 3, 4]; x = [1, 2]");
	assert_value(t, "A*x", "[5; 11]");
	assert_value(t, "A @ x", "[5; 11]");
	assert_value(t, "A .* A", "[1, 4; 9, 16]");
	assert_value(t, "A ./ A", "[1, 1; 1, 1]");
	assert_value(t, "A^2", "[7, 10; 15, 22]");
	assert_value(t, "A.^2", "[1, 4; 9, 16]");
	assert_value(t, "A^-1", "[-2, 1; 3/2, -1/2]");
	assert_value(t, "A^0", "[1, 0; 0, 1]");
	assert_value(t, "A^5", "[1069, 1558; 2337, 3406]");
	assert_value(t, "A\\x", "[0; 1/2]");
	assert_value(t, "-A + 1", "[0, -1; -2, -3]");
	assert_value(t, "2^3^2", "512");
	assert_value(t, "-2^2", "-4");
	assert_value(t, "x .+ x'", "[2, 3; 3, 4]");
	assert_value(t, "x .- x'", "[0, -1; 1, 0]");
	assert_value(t, "1 < x and x < 3", "[0; 1]");
	assert_value(t, "not x", "[0; 0]");
	bench_free(t);
}

static void scalars_columns_and_rows_are_broadcast(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "A = [1, 2, 3; 4, 5, 6]; c = [10, 20]; r = [[100, 200, 300]]");
	assert_value(t, "A + 1", "[2, 3, 4; 5, 6, 7]");
	assert_value(t, "A + c", "[11, 12, 13; 24, 25, 26]");
	assert_value(t, "r - A", "[99, 198, 297; 96, 195, 294]");
	assert_value(t, "A .* c", "[10, 20, 30; 80, 100, 120]");
	assert_value(t, "where(A > 2, r, A)", "[1, 2, 300; 100, 200, 300]");
	assert_value(t, "max(A, 3)", "[3, 3, 3; 4, 5, 6]");
	bench_free(t);
}

static void a_broadcast_that_does_not_fit_says_what_would(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "W = [1, 2; 3, 4; 5, 6]\nx = [1, 2]; y = [1, 2, 3]");
	assert_fails(
	    t, "W .* W'", ATL_KIND_SHAPE,
	    "the shapes do not fit .* entry by entry\nW is 3×2 (line 1)\nW' is 2×3\n"
	    "W .* W would fit");
	must(t, "V = W'");
	assert_fails(
	    t, "V + W", ATL_KIND_SHAPE,
	    "the shapes do not fit + entry by entry\nV is 2×3 (line 4)\nW is 3×2 (line 1)\n"
	    "V + W' would fit");
	assert_fails(
	    t, "W + x", ATL_KIND_SHAPE,
	    "the shapes do not fit + entry by entry\nW is 3×2 (line 1)\nx is 2×1 (line 2)");
	assert_fails(
	    t, "x + y'", ATL_KIND_SHAPE,
	    "a column and a row\nx is 2×1 (line 2)\ny' is 1×3\n`.+` makes the matrix of all pairs");
	assert_fails(t, "x - x'", ATL_KIND_SHAPE,
		     "a column and a row\nx is 2×1 (line 2)\nx' is 1×2\nx - x would fit\n"
		     "`.-` makes the matrix of all pairs");
	assert_fails(
	    t, "max(W, V)", ATL_KIND_SHAPE,
	    "the shapes do not fit max\nW is 3×2 (line 1)\nV is 2×3 (line 4)\n"
	    "the transpose of one of them would fit");
	assert_fails(t, "where(W > 0, 1, x)", ATL_KIND_SHAPE,
		     "the shapes do not fit where\nW > 0 is 3×2\nx is 2×1 (line 2)");
	bench_free(t);
}

static void a_product_that_does_not_fit_says_what_would(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "W = [1, 2; 3, 4; 5, 6]\nx = [1, 2, 3]");
	assert_fails(t, "W*x", ATL_KIND_SHAPE,
		     "the shapes do not fit a product\nW is 3×2 (line 1)\nx is 3×1 (line 2)\n"
		     "inner sizes 2 and 3 differ\nW'*x would give 2×1");
	assert_fails(
	    t, "x*x", ATL_KIND_SHAPE,
	    "the shapes do not fit a product\nx is 3×1 (line 2)\nx is 3×1 (line 2)\n"
	    "inner sizes 1 and 3 differ\n"
	    "x'*x would give a scalar\nx*x' would give 3×3\nx .* x would give 3×1");
	assert_fails(
	    t, "x*W", ATL_KIND_SHAPE,
	    "the shapes do not fit a product\nx is 3×1 (line 2)\nW is 3×2 (line 1)\n"
	    "inner sizes 1 and 3 differ\n"
	    "x'*W would give 1×2");
	assert_fails(t, "1/x", ATL_KIND_SHAPE,
		     "`/` divides by a scalar\n1 is a scalar\nx is 3×1 (line 2)\n"
		     "`./` divides entry by entry; A\\b solves A*x = b");
	assert_fails(
	    t, "W^2", ATL_KIND_SHAPE,
	    "`^` takes a scalar or a square matrix\nW is 3×2 (line 1)\n"
	    "`.^` raises each entry to the power");
	assert_fails(t, "[1, 2; 3, 4]^0.5", ATL_KIND_SHAPE,
		     "the exponent of a matrix must be a whole number, and this is 0.5");
	assert_fails(t, "2^x", ATL_KIND_SHAPE,
		     "the exponent of a matrix is a whole number\nx is 3×1 (line 2)\n"
		     "`.^` raises entry by entry");
	bench_free(t);
}

static void the_labels_stand_under_the_operands(void **state)
{
	bench *t = bench_new("float64");
	size_t len;
	(void)state;
	must(t, "W = [1, 2; 3, 4; 5, 6]; x = [1, 2, 3]");
	assert_int_equal(run(t, "a = 2*(W*x) + 1"), 0);
	assert_int_equal(t->diag.n_labels, 2);
	const char *text = atl_sources_text(t->sources, t->diag.at, &len);
	assert_true(len == 1 && *text == '*' && text[-1] == 'W');
	text = atl_sources_text(t->sources, t->diag.label[0].span, &len);
	assert_true(len == 1 && *text == 'W');
	text = atl_sources_text(t->sources, t->diag.label[1].span, &len);
	assert_true(len == 1 && *text == 'x');
	bench_free(t);
}

static void a_failed_statement_leaves_nothing(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [1, 2, 3]");
	atl_id last = atl_graph_last(t->graph);
	assert_int_equal(run(t, "y = sum(exp(x) + 17) + x*x"), 0);
	assert_int_equal(atl_graph_last(t->graph), last);
	assert_int_equal(named(t, "y"), 0);
	assert_value(t, "sum(x)", "6");
	bench_free(t);
}

/* ---- brackets ---- */

static void a_bracket_of_numbers_is_one_literal(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	atl_id id = must(t, "[1, -2; 0.5, 1e2]");
	assert_true(atl_graph_node(t->graph, id)->flags & ATL_NF_LITERAL);
	assert_int_equal(atl_graph_last(t->graph), 1);
	assert_value(t, "[1, -2; 0.5, 1e2]", "[1, -2; 1/2, 100]");
	assert_value(t, "[1, 2]", "[1; 2]");
	assert_value(t, "[1; 2]", "[1; 2]");
	assert_value(t, "[[1, 2]]", "[1, 2]");
	assert_value(t, "[1, 2; 3, 4]'", "[1, 3; 2, 4]");
	assert_value(t, "[-1]", "-1");
	bench_free(t);
}

static void a_bracket_of_values_joins_them(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = [1, 2]; A = [1, 2; 3, 4]; s = 7; e = []");
	assert_value(t, "[s, s + 1]", "[7; 8]");
	assert_value(t, "[s, 1; 2, s]", "[7, 1; 2, 7]");
	assert_value(t, "[x, A]", "[1, 1, 2; 2, 3, 4]");
	assert_value(t, "[x; x]", "[1; 2; 1; 2]");
	assert_value(t, "[A; x']", "[1, 2; 3, 4; 1, 2]");
	assert_value(t, "[A, x; x', s]", "[1, 2, 1; 3, 4, 2; 1, 2, 7]");
	assert_value(t, "[e; x]", "[1; 2]");
	assert_value(t, "[e, s]", "7");
	assert_value(t, "[]", "[]");
	assert_value(t, "hcat(1, 2)", "[1, 2]");
	assert_fails(t, "[x, [1, 2, 3]]", ATL_KIND_SHAPE,
		     "heights differ in a join side by side\nx is 2×1 (line 1)\n[1; 2; 3] is 3×1");
	assert_fails(
	    t, "[A; x]", ATL_KIND_SHAPE,
	    "widths differ in a join one above the other\nA is 2×2 (line 1)\nx is 2×1 (line 1)");
	bench_free(t);
}

static void numpy_nesting_has_any_rank(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "s = 9");
	assert_value(t, "[[1, 2], [3, 4]]", "[1, 2; 3, 4]");
	assert_value(t, "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]", "2×2×2: 1 2 3 4 5 6 7 8");
	assert_value(t, "[[[1, 2, s]], [[5, 6 + s, 7]]]", "2×1×3: 1 2 9 5 15 7");
	assert_value(t, "[[s, 1], [2, -s]]", "[9, 1; 2, -9]");
	assert_value(t, "[[[s]]]", "1×1×1: 9");
	must(t, "T = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]");
	assert_value(t, "T[2, :, :]", "[5, 6; 7, 8]");
	assert_value(t, "T[1, 2, :]", "[3, 4]");
	assert_value(t, "T[:, 2, 1]", "[3; 7]");
	assert_value(t, "T[2, 1, 2]", "6");
	assert_value(t, "sum(T, 3)", "2×2×1: 3 7 11 15");
	assert_value(t, "T + 1", "2×2×2: 2 3 4 5 6 7 8 9");
	assert_fails(t, "[[1, 2], [3, [1, 2] .* s]]", ATL_KIND_SHAPE,
		     "an entry of a nested array must be a scalar\n[1; 2]*s is 2×1");
	assert_fails(t, "T[1, 1]", ATL_KIND_SHAPE,
		     "2 indices for an array of 3 dimensions\nT is 2×2×2 (line 7)");
	bench_free(t);
}

/* ---- indices ---- */

static void an_index_counts_from_one_to_end(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = [10, 20, 30, 40]; W = [1, 2, 3; 4, 5, 6]; k = 2");
	assert_value(t, "x[1]", "10");
	assert_value(t, "x[end]", "40");
	assert_value(t, "x[end - 1]", "30");
	assert_value(t, "x[2:end]", "[20; 30; 40]");
	assert_value(t, "x[4:-1:1]", "[40; 30; 20; 10]");
	assert_value(t, "x[1:2:end]", "[10; 30]");
	assert_value(t, "x[:]", "[10; 20; 30; 40]");
	assert_value(t, "x'[2]", "20");
	assert_value(t, "x[k]", "20");
	assert_value(t, "x[W[1, end]]", "30");
	assert_value(t, "x[x[end]/10]", "40");
	assert_value(t, "W[2, 3]", "6");
	assert_value(t, "W[end, end]", "6");
	assert_value(t, "W[1, :]", "[1, 2, 3]");
	assert_value(t, "W[:, 1]", "[1; 4]");
	assert_value(t, "W[:, 2:end]", "[2, 3; 5, 6]");
	assert_value(t, "x[[4, 1, 1]]", "[40; 10; 10]");
	assert_value(t, "W[:, [3, 1]]", "[3, 1; 6, 4]");
	assert_value(t, "W[[2, 1], [3, 1]]", "[6, 4; 3, 1]");
	assert_value(t, "x[find(x > 15)]", "[20; 30; 40]");
	assert_value(t, "x[3:2]", "[]");
	bench_free(t);
}

static void an_index_outside_is_an_error(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [10, 20, 30]; W = [1, 2; 3, 4; 5, 6]");
	assert_fails(t, "x[4]", ATL_KIND_SHAPE,
		     "index 4 is outside: the indices go from 1 to 3\nx is 3×1 (line 1)");
	assert_fails(t, "x[0]", ATL_KIND_SHAPE,
		     "index 0 is outside: the indices go from 1 to 3\nx is 3×1 (line 1)");
	assert_fails(t, "x[end + 1]", ATL_KIND_SHAPE,
		     "index 4 is outside: the indices go from 1 to 3\nx is 3×1 (line 1)");
	assert_fails(t, "x[2:7]", ATL_KIND_SHAPE,
		     "index 7 is outside: the indices go from 1 to 3\nx is 3×1 (line 1)");
	assert_fails(t, "x[3:-1:0]", ATL_KIND_SHAPE,
		     "index 0 is outside: the indices go from 1 to 3\nx is 3×1 (line 1)");
	assert_fails(t, "W[4, 1]", ATL_KIND_SHAPE,
		     "index 4 is outside: the rows go from 1 to 3\nW is 3×2 (line 1)");
	assert_fails(t, "W[1, 3]", ATL_KIND_SHAPE,
		     "index 3 is outside: the columns go from 1 to 2\nW is 3×2 (line 1)");
	assert_fails(t, "x[[1, 5]]", ATL_KIND_SHAPE,
		     "index 5 is outside: the indices go from 1 to 3");
	assert_fails(t, "x[[0, 1]]", ATL_KIND_SHAPE,
		     "index 0 is outside: the indices go from 1 to 3");
	assert_fails(t, "x[1.5]", ATL_KIND_SHAPE,
		     "an index must be a whole number, and this is 1.5");
	assert_fails(t, "x[[1.5, 2]]", ATL_KIND_SHAPE,
		     "index 1.5 is outside: the indices go from 1 to 3");
	assert_fails(t, "x[1:0:3]", ATL_KIND_SHAPE, "a range's step must not be 0");
	assert_fails(
	    t, "W[2]", ATL_KIND_SHAPE,
	    "1 index for an array of 2 dimensions\nW is 3×2 (line 1)\n"
	    "[i, j] is an entry, [i, :] a row, [:, j] a column; "
	    "vec(...)[k] counts down the columns");
	assert_fails(t, "x[x > 15]", ATL_KIND_SHAPE,
		     "a comparison gives 0 or 1 for each entry, and no positions\n"
		     "where(x > 15, x, 0) keeps the shape; x[find(x > 15)] picks the entries");
	assert_fails(t, "x[W]", ATL_KIND_SHAPE,
		     "positions are given by a vector\nW is 3×2 (line 1)");
	bench_free(t);
}

static void a_huge_range_is_an_error_and_no_overflow(void **state)
{
	static const char *const far[] = {
		"x[9000000000000000000]", "x[1:9000000000000000000]", "x[-9223372036854775808]",
		"x[3:-9223372036854775807:1][2]", "x[-9223372036854775808:9223372036854774784]",
	};
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [10, 20, 30]");
	for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
		assert_int_equal(run(t, far[i]), 0);
		assert_int_equal(t->diag.kind, ATL_KIND_SHAPE);
	}
	assert_fails(t, "-9000000000000000000:9000000000000000000", ATL_KIND_LIMIT,
		     "a range of that many entries is past the limit");
	assert_fails(t, "range(-9000000000000000000, 9000000000000000000)", ATL_KIND_LIMIT,
		     "a range of that many entries is past the limit");
	assert_int_equal(atl_range_count(INT64_MIN, 1, INT64_MAX), INT64_MAX);
	assert_int_equal(atl_range_count(INT64_MAX, INT64_MIN, INT64_MIN), 2);
	assert_int_equal(atl_range_count(1, 1, 0), 0);
	assert_int_equal(atl_range_count(7, -3, 1), 3);
	bench_free(t);
}

static void a_range_is_a_vector(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	assert_value(t, "1:4", "[1; 2; 3; 4]");
	assert_value(t, "0:2:5", "[0; 2; 4]");
	assert_value(t, "3:-1:1", "[3; 2; 1]");
	assert_value(t, "sum(1:100)", "5050");
	assert_value(t, "2:1", "[]");
	bench_free(t);
}

/* ---- names and calls ---- */

static void names_and_calls_that_are_wrong_are_explained(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2");
	assert_fails(t, "y + 1", ATL_KIND_NAME, "unknown name \"y\"");
	assert_fails(t, "foo(3)", ATL_KIND_NAME, "unknown function \"foo\"");
	assert_fails(t, "simoid(3)", ATL_KIND_NAME,
		     "unknown function \"simoid\"\ndid you mean \"sigmoid\"?");
	assert_fails(t, "x(x + 1)", ATL_KIND_NAME,
		     "\"x\" is a variable and cannot be called\na product is written x*(x + 1)");
	assert_fails(
	    t, "sum(x, foo=1)", ATL_KIND_NAME,
	    "there is no option \"foo\"\nit is written sum(x[, axis]); `help sum` says more");
	assert_fails(
	    t, "sum()", ATL_KIND_NAME,
	    "too few arguments: missing \"x\"\nit is written sum(x[, axis]); `help sum` says more");
	assert_fails(
	    t, "sum(x, 1, 2)", ATL_KIND_NAME,
	    "too many arguments for \"sum\"\nit is written sum(x[, axis]); `help sum` says more");
	assert_fails(
	    t, "sum(x, 1, axis=2)", ATL_KIND_NAME,
	    "given twice: option \"axis\"\nit is written sum(x[, axis]); `help sum` says more");
	assert_fails(
	    t, "sum(\"x\")", ATL_KIND_NAME,
	    "a text is no argument of \"sum\"\nit is written sum(x[, axis]); `help sum` says more");
	assert_fails(t, "sum([1, 2], axis=[1, 2])", ATL_KIND_SHAPE,
		     "\"axis\" must be one whole number\n[1; 2] is 2×1");
	assert_fails(
	    t, "sum([1, 2], axis=3)", ATL_KIND_SHAPE,
	    "sum has no axis 3\n"
	    "[1; 2] is 2×1; axis 1 goes down the columns, axis 2 along the rows");
	bench_free(t);
}

static void options_have_names_places_and_defaults(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "A = [1, 2; 3, 4]; x = [1, 2, 6]");
	assert_value(t, "sum(A, 1)", "[4, 6]");
	assert_value(t, "sum(A, axis=2)", "[3; 7]");
	assert_value(t, "sum(axis=2, x=A)", "[3; 7]");
	assert_value(t, "var(x, ddof=1)", "7");
	assert_value(t, "leaky_relu(-1)", "-1/100");
	assert_value(t, "leaky_relu(-1, slope=1/2)", "-1/2");
	assert_value(t, "σ'(0)", "1/4");
	assert_value(t, "size(A)", "[2; 2]");
	assert_value(t, "max(A, axis=1)", "[3, 4]");
	bench_free(t);
}

static const atl_op lists = { .name = "lists", .params = "x; by[2]=1, side[4]=0|same|valid, order[..3]=1", .by = ATL_BY_KERNEL };

/* A call with one option, as it is shown. */
static const char *with_option(bench *t, const char *name, const char *value, const char *word)
{
	atl_arg arg[2] = { { .id = must(t, "x") },
			   { .id = word ? 0 : must(t, value),
			     .string = word,
			     .name = atl_symbols_intern(t->symbols, name, strlen(name)) } };
	atl_id id = atl_build_args(&t->b, &lists, arg, 2, (atl_span){ 0, 0 }, (atl_span){ 0, 0 });
	return id ? shown(t, id) : complaint(t);
}

static void an_option_may_be_a_list_or_a_word(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = 1; n = 2; v = [1, n]");
	assert_string_equal(with_option(t, "by", "1", NULL), "lists(x)");
	assert_string_equal(with_option(t, "by", "[3, 3]", NULL), "lists(x, by=3)");
	assert_string_equal(with_option(t, "by", "v", NULL), "lists(x, by=[1, 2])");
	assert_string_equal(with_option(t, "side", "[1, 2]", NULL), "lists(x, side=[1, 2])");
	assert_string_equal(with_option(t, "side", "[1, 1, 2, 2]", NULL), "lists(x, side=[1, 2])");
	assert_string_equal(with_option(t, "side", "[1, 2, 1, 2]", NULL), "lists(x, side=[1, 2, 1, 2])");
	assert_string_equal(with_option(t, "order", "[1, 1]", NULL), "lists(x, order=[1, 1])");
	assert_string_equal(with_option(t, "order", "[3, 1, 2]", NULL), "lists(x, order=[3, 1, 2])");
	assert_non_null(strstr(with_option(t, "side", "[1, 2, 3]", NULL), "\"side\" takes 1, 2 or 4 whole numbers"));
	assert_non_null(strstr(with_option(t, "by", "[1, 2, 3, 4]", NULL), "\"by\" takes 1 or 2 whole numbers"));
	assert_non_null(strstr(with_option(t, "by", "v/2", NULL), "\"by\" takes 1 or 2 whole numbers"));
	assert_non_null(strstr(with_option(t, "by", NULL, "same"), "\"by\" cannot be \"same\""));
	assert_non_null(strstr(with_option(t, "side", NULL, "full"), "one of \"same\", \"valid\""));
	atl_arg arg[2] = { { .id = must(t, "x") },
			   { .string = "valid", .name = atl_symbols_intern(t->symbols, "side", 4) } };
	atl_id id = atl_build_args(&t->b, &lists, arg, 2, (atl_span){ 0, 0 }, (atl_span){ 0, 0 });
	assert_true(atl_graph_attr(t->graph, id)[2] == atl_word(1));
	bench_free(t);
}

static void constants_give_way_to_variables(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	assert_value(t, "pi", "3.14159");
	assert_value(t, "π", "3.14159");
	assert_value(t, "-inf", "-inf");
	must(t, "pi = 3");
	assert_value(t, "pi + 1", "4");
	bench_free(t);
}

/* ---- folding ---- */

static void folding_is_for_rules_and_never_for_what_was_written(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = 5");
	atl_id x = named(t, "x"), one = atl_build_number(&t->b, 1),
	       zero = atl_build_number(&t->b, 0);
	assert_int_not_equal(atl_build_2(&t->b, "mul", one, x), x);
	assert_int_not_equal(atl_build_2(&t->b, "add", x, zero), x);
	t->b.in_rule = true;
	assert_int_equal(atl_build_2(&t->b, "mul", one, x), x);
	assert_int_equal(atl_build_2(&t->b, "add", x, zero), x);
	assert_int_equal(atl_build_2(&t->b, "sub", x, zero), x);
	assert_int_equal(atl_build_2(&t->b, "div", x, one), x);
	assert_int_equal(atl_build_2(&t->b, "pow", x, one), x);
	assert_int_equal(atl_build_1(&t->b, "transpose", x), x);
	assert_int_equal(atl_build_1(&t->b, "neg", atl_build_1(&t->b, "neg", x)), x);
	assert_true(atl_build_is_number(
	    &t->b, atl_build_2(&t->b, "sub", atl_build_number(&t->b, 2), one), 1));
	assert_true(atl_build_is_number(&t->b, atl_build_2(&t->b, "pow", x, zero), 1));
	t->b.in_rule = false;
	bench_free(t);
}

/* ---- guards ---- */

static void a_size_that_changed_makes_reading_an_error(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "k = 2\nm = 3*ones(k)\nx = [1, 2, 3]\ny = x[k]");
	assert_value(t, "m", "[3; 3]");
	bench_system(t, "exact"); /* what was read is the same number there */
	assert_value(t, "m", "[3; 3]");
	must(t, "k <- 3");
	assert_fails(
	    t, "m", ATL_KIND_SHAPE,
	    "k was 2 when this was built, and is 3 now\n"
	    "define it again to build it anew, "
	    "or use where(...) for a choice that follows its condition\n"
	    "since k <- 3 (line 7)");
	assert_value(t, "x", "[1; 2; 3]");
	must(t, "k <- 2");
	assert_value(t, "m", "[3; 3]");
	assert_value(t, "y", "2");
	bench_free(t);
}

/* ---- without memory ---- */

static const char *const scenario =
    "x = [1, 2, 3]; W = [1, 2, 3; 4, 5, 6]; k = 2; y = relu(W*x + 1); z = ones(k)\n"
    "L = sum(y .* z) + softplus(x[k])*0 + mean([x; x[[1, 3]]]) + where(x[1] > 0, x[1], x[2])\n"
    "g = grad(L, W); h = hessian(x'*x, x); q = jvp(W*x, x, [1, 0, 0]); x <- 2*x; L; T = [[[k, 1]], "
    "[[2, 3]]]; r = 0:0.5:k; s = stack(alike(r, 2*r), r, axis=2); m = require(max(x, 1, k), k > 0) + clip(x, max=5)\n"
    "norm(log(x, 2), 0) + conv_transpose1d(x, [1, 2])[2] + triu(W, 1)[1, 2]; T[1, :, :]";

static void without_memory_every_statement_fails_cleanly(void **state)
{
	long live = atl_mem_live(), n = 0;
	(void)state;
	for (bool done = false; !done; n++) {
		atl_mem_fail_after(n);
		bench *t = bench_new("float64");
		atl_id id = t ? run(t, scenario) : 0;
		atl_mem_fail_after(-1);
		if (t && !id) {
			if (t->diag.kind != ATL_KIND_LIMIT)
				fail_msg("allocation %ld fails with: %s", n, complaint(t));
			assert_null(atl_graph_verify(t->graph));
		}
		done = id != 0;
		if (done && strcmp(value_text(t, id), "[2, 1]"))
			fail_msg("allocation %ld: got %s", n, value_text(t, id));
		bench_free(t);
		assert_int_equal(atl_mem_live(), live);
	}
	assert_true(n > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_entry_is_a_scalar),
		cmocka_unit_test(operators_are_what_they_say),
		cmocka_unit_test(scalars_columns_and_rows_are_broadcast),
		cmocka_unit_test(a_broadcast_that_does_not_fit_says_what_would),
		cmocka_unit_test(a_product_that_does_not_fit_says_what_would),
		cmocka_unit_test(the_labels_stand_under_the_operands),
		cmocka_unit_test(a_failed_statement_leaves_nothing),
		cmocka_unit_test(a_bracket_of_numbers_is_one_literal),
		cmocka_unit_test(a_bracket_of_values_joins_them),
		cmocka_unit_test(numpy_nesting_has_any_rank),
		cmocka_unit_test(an_index_counts_from_one_to_end),
		cmocka_unit_test(an_index_outside_is_an_error),
		cmocka_unit_test(a_huge_range_is_an_error_and_no_overflow),
		cmocka_unit_test(a_range_is_a_vector),
		cmocka_unit_test(names_and_calls_that_are_wrong_are_explained),
		cmocka_unit_test(options_have_names_places_and_defaults),
		cmocka_unit_test(an_option_may_be_a_list_or_a_word),
		cmocka_unit_test(constants_give_way_to_variables),
		cmocka_unit_test(folding_is_for_rules_and_never_for_what_was_written),
		cmocka_unit_test(a_size_that_changed_makes_reading_an_error),
		cmocka_unit_test(without_memory_every_statement_fails_cleanly),
	};

	return cmocka_run_group_tests_name("build", tests, NULL, NULL);
}
