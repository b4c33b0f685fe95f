/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_ops.c: the rows: their examples, their values, their shapes and what they refuse. */
#include "host.h"

#include "graph/op.h"

/* What stands behind the arrow is an expression too: both must print alike. */
static void every_example_gives_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < atl_op_count(); i++) {
		for (const char *p = atl_op_at(i)->example; p && *p;
		     p += strcspn(p, "\n"), p += *p == '\n') {
			char line[256], want[256];
			snprintf(line, sizeof line, "%.*s", (int)strcspn(p, "\n"), p);
			char *arrow = strstr(line, " -> ");
			assert_non_null(arrow);
			*arrow = 0;
			bench *t = bench_new("float64");
			atl_id expected = must(t, arrow + 4);
			snprintf(want, sizeof want, "%s", value_text(t, expected));
			assert_value(t, line, want);
			bench_free(t);
		}
	}
}

static void a_name_or_alias_is_of_one_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < atl_op_count(); i++) {
		const atl_op *op = atl_op_at(i);
		assert_ptr_equal(atl_op_find(op->name, strlen(op->name)), op);
		assert_true(*atl_op_group(op));
		for (const char *p = op->aliases; p && *p;) {
			size_t len = strcspn(p, " ");
			if (atl_op_find(p, len) != op)
				fail_msg("the alias %.*s of %s is another row's", (int)len, p,
					 op->name);
			p += len + strspn(p + len, " ");
		}
	}
	assert_null(atl_op_find("no such", 7));
	assert_null(atl_op_at(atl_op_count()));
}

static void parameters_are_read_from_the_row(void **state)
{
	atl_param p[ATL_OP_PARAMS];
	(void)state;
	assert_int_equal(atl_op_params(atl_op_find("leaky_relu", 10), p), 2);
	assert_true(p[1].len == 5 && !strncmp(p[1].name, "slope", 5) && !p[1].is_static);
	assert_true(p[1].fallback_len == 4 && !strncmp(p[1].fallback, "0.01", 4));
	assert_null(p[0].fallback);
	assert_int_equal(atl_op_params(atl_op_find("var", 3), p), 3);
	assert_true(p[1].is_static && p[2].is_static && p[2].len == 4 &&
		    !strncmp(p[2].name, "ddof", 4));
	assert_int_equal(atl_op_params(atl_op_find("hcat", 4), p), 1);
	assert_true(p[0].variadic);
	assert_int_equal(atl_op_params(atl_op_find("pi", 2), p), 0);
}

/* ---- values, in both systems ---- */

static void check(const char *const (*table)[2], const char *system)
{
	bench *t = bench_new(system);
	must(
	    t,
	    "x = [3, 1, 2]; W = [1, 2, 3; 4, 5, 6]; A = [2, 1; 1, 3]; s = 2; T = [[[1, 2], [3, "
	    "4]], [[5, 6], [7, 8]]]; e = []");
	for (; (*table)[0]; table++)
		assert_value(t, (*table)[0], (*table)[1]);
	bench_free(t);
}

static const char *const rational[][2] = {
	{ "sum(W)", "21" }, { "sum(W, 1)", "[5, 7, 9]" }, { "sum(W, 2)", "[6; 15]" },
	{ "sum(T, 1)", "1×2×2: 6 8 10 12" }, { "sum(T, 2)", "2×1×2: 4 6 12 14" }, { "sum(e)", "0" },
	{ "prod(e)", "1" }, { "prod(W, 1)", "[4, 10, 18]" }, { "prod(W, 2)", "[6; 120]" },
	{ "mean(W, 2)", "[2; 5]" }, { "var(W, 2, ddof=1)", "[1; 1]" },
	{ "prod_others([2, 0, 5])", "[0; 10; 0]" }, { "prod_others([0, 0, 5])", "[0; 0; 0]" },
	{ "prod_others(W, axis=1)", "[4, 5, 6; 1, 2, 3]" }, { "max(W)", "6" },
	{ "max(W, axis=1)", "[4, 5, 6]" }, { "min(W, axis=2)", "[1; 4]" },
	{ "max(x, 2)", "[3; 2; 2]" }, { "argmax(W, axis=2)", "[3; 3]" }, { "argmin(W)", "1" },
	{ "argmax([2, 7, 7])", "2" }, { "argmax(W)", "6" }, { "at_max([2, 7, 7])", "[0; 1; 0]" },
	{ "any([0, 0])", "0" }, { "all(W, axis=1)", "[1, 1, 1]" }, { "any(x > 2)", "1" },
	{ "W'", "[1, 4; 2, 5; 3, 6]" }, { "diag(W)", "[1; 5]" }, { "diag([1, 2])", "[1, 0; 0, 2]" },
	{ "diag([[1, 2]])", "[1, 0; 0, 2]" }, { "tr(A)", "5" }, { "det(A)", "5" },
	{ "A*inv(A)", "[1, 0; 0, 1]" }, { "A\\[3, 4]", "[1; 1]" }, { "A\\A", "[1, 0; 0, 1]" },
	{ "det([1, 2; 2, 4])", "0" }, { "dot(x, x)", "14" },
	{ "outer([1, 2], x)", "[3, 1, 2; 6, 2, 4]" }, { "reshape(W, 3, 2)", "[1, 2; 3, 4; 5, 6]" },
	{ "reshape(W, 6)", "[1; 2; 3; 4; 5; 6]" }, { "reshape(W, size(W'))", "[1, 2; 3, 4; 5, 6]" },
	{ "vec(W)", "[1; 4; 2; 5; 3; 6]" }, { "vec([[1, 2]])", "[1; 2]" },
	{ "vec(T)", "[1; 2; 3; 4; 5; 6; 7; 8]" },
	{ "hcat(W, A)", "[1, 2, 3, 2, 1; 4, 5, 6, 1, 3]" },
	{ "vcat(W, W[1, :])", "[1, 2, 3; 4, 5, 6; 1, 2, 3]" },
	{ "hcat(T, T)[:, :, 1]", "[1, 3, 1, 3; 5, 7, 5, 7]" },
	{ "vcat(T, T)[:, 2, 2]", "[4; 8; 4; 8]" }, { "size(W)", "[2; 3]" },
	{ "size(T)", "[2; 2; 2]" }, { "size(W, 2)", "3" }, { "numel(T)", "8" }, { "numel(e)", "0" },
	{ "concat(W, W[1, :])", "[1, 2, 3; 4, 5, 6; 1, 2, 3]" },
	{ "concat(W, A, axis=2)", "[1, 2, 3, 2, 1; 4, 5, 6, 1, 3]" },
	{ "concat(T, T, axis=3)[2, :, :]", "[5, 6, 5, 6; 7, 8, 7, 8]" },
	{ "permute(T, [3, 1, 2])", "2×2×2: 1 3 5 7 2 4 6 8" }, { "permute(W, [2, 1])", "[1, 4; 2, 5; 3, 6]" },
	{ "flip(W)", "[6, 5, 4; 3, 2, 1]" }, { "flip(W, 1)", "[4, 5, 6; 1, 2, 3]" },
	{ "flip(T, axis=3)", "2×2×2: 2 1 4 3 6 5 8 7" }, { "roll(W, 1)", "[6, 1, 2; 3, 4, 5]" },
	{ "roll(W, -1, axis=2)", "[2, 3, 1; 5, 6, 4]" }, { "roll(W, 5, 1)", "[4, 5, 6; 1, 2, 3]" },
	{ "rot90(W)", "[3, 6; 2, 5; 1, 4]" }, { "rot90(W, 2)", "[6, 5, 4; 3, 2, 1]" },
	{ "rot90(W, -5)", "[4, 1; 5, 2; 6, 3]" }, { "rot90(T)", "2×2×2: 2 4 1 3 6 8 5 7" },
	{ "pad(x, 1)", "[0; 3; 1; 2; 0]" }, { "pad(x', [0, 1])", "[0, 3, 1, 2, 0]" },
	{ "pad(T, [0, 0, 1, 0])", "2×2×3: 0 1 2 0 3 4 0 5 6 0 7 8" }, { "pad(s, 1)", "[0; 2; 0]" },
	{ "kron(A, [[1, 10]])", "[2, 20, 1, 10; 1, 10, 3, 30]" },
	{ "cumsum(W)", "[1, 2, 3; 5, 7, 9]" }, { "cumsum(W, 2)", "[1, 3, 6; 4, 9, 15]" },
	{ "cumsum(x')", "[3, 4, 6]" }, { "cumprod(W, axis=2)", "[1, 2, 6; 4, 20, 120]" },
	{ "delay(W)", "[0, 0, 0; 1, 2, 3]" }, { "delay(W, 2, first=9)", "[9, 1, 2; 9, 4, 5]" },
	{ "recurrence(1/2, [8, 8, 8])", "[8; 12; 14]" },
	{ "recurrence(W, W, axis=2)", "[1, 4, 15; 4, 25, 156]" },
	{ "sort(W, 2, descending=1)", "[3, 2, 1; 6, 5, 4]" }, { "sort([2, 1; 1, 3])", "[1, 1; 2, 3]" },
	{ "argsort([2, 1, 2, 1])", "[2; 4; 1; 3]" },
	{ "argsort([2, 1, 2, 1], descending=1)", "[1; 3; 2; 4]" },
	{ "topk(W, 2, axis=2)", "[3, 2; 6, 5]" }, { "topk(x, 1)", "3" },
	{ "sort_pick([1, 2, 3], x)", "[2; 3; 1]" }, { "sort_place([1, 2, 3], x)", "[3; 1; 2]" },
	{ "onehot([2, 1], 3)", "[0, 1, 0; 1, 0, 0]" }, { "onehot([[2, 1]], 3)", "[0, 1; 1, 0; 0, 0]" },
	{ "onehot(3, 3)", "[0; 0; 1]" }, { "embedding(W', 2)", "[2, 5]" },
	{ "embedding(W', [3, 3, 1])", "[3, 6; 3, 6; 1, 4]" },
	{ "find([0, 5, 0, 1])", "[2; 4]" }, { "find([0, 0])", "[]" },
	{ "eye(2, 3)", "[1, 0, 0; 0, 1, 0]" }, { "zeros(2)", "[0; 0]" },
	{ "zeros(1, 2)", "[0, 0]" }, { "zeros(0)", "[]" },
	{ "ones(size(W))", "[1, 1, 1; 1, 1, 1]" }, { "zeros(1, 1, 2)", "1×1×2: 0 0" },
	{ "linspace(0, 1, 3)", "[0; 1/2; 1]" }, { "range(3, -1)", "[]" },
	{ "range(5, 1, -2)", "[5; 3; 1]" }, { "range(0)", "[]" },
	{ "broadcast(s, 2, 2)", "[2, 2; 2, 2]" }, { "broadcast([1, 2], 2, 2)", "[1, 1; 2, 2]" },
	{ "broadcast([[1, 2]], 2, 2)", "[1, 2; 1, 2]" }, { "clip(x, 3/2, 5/2)", "[5/2; 3/2; 2]" },
	{ "mod([7, -7], 3)", "[1; 2]" }, { "round([1/2, -3/2, 1/3])", "[1; -2; 0]" },
	{ "floor(-3/2) + ceil(-3/2)", "-3" }, { "relu([-1, 2])", "[0; 2]" },
	{ "hardtanh([-3, 1/2, 3])", "[-1; 1/2; 1]" }, { "softsign(1)", "1/2" },
	{ "norm([3, -4], 1)", "7" }, { "norm([3, -4], inf)", "4" }, { "norm([3, 4])", "5" },
	{ "xlogy(0, -1)", "0" }, { "stopgrad(x)", "[3; 1; 2]" }, { "value(W[1, :])", "[1, 2, 3]" },
	{ "softmax([0, 0])", "[1/2; 1/2]" }, { "where(W > 3, W, 0)", "[0, 0, 0; 4, 5, 6]" },
	{ "where(2, 1, 0)", "1" }, { NULL, NULL },
};

static void operations_on_rationals_are_exact(void **state)
{
	(void)state;
	check(rational, "exact");
}

static const char *const rounded[][2] = {
	{ "softmax([1000, 1000])", "[0.5; 0.5]" },
	{ "softmax([0, 1000; 0, 0])", "[0.5, 1; 0.5, 0]" },
	{ "logsumexp([1000, 1000])", "1000.69" }, { "log_softmax([0, -1000])", "[0; -1000]" },
	{ "softmax([0, 1000; 0, 0], axis=2)", "[0, 1; 0.5, 0.5]" },
	{ "softmax([[0, 0]])", "[0.5, 0.5]" }, { "sigmoid([-1000, 0, 1000])", "[0; 0.5; 1]" },
	{ "softplus([-1000, 0, 1000])", "[0; 0.693147; 1000]" }, { "elu(-1000)", "-1" },
	{ "gelu([-100, 0, 100])", "[0; 0; 100]" }, { "tanh(1000)", "1" }, { "std([1, 5])", "2" },
	{ "norm([1, 2], 3)", "2.08008" }, { "mish(0)", "0" }, { "expm1(1e-10)/1e-10", "1" },
	{ "log1p(1e-10)/1e-10", "1" }, { "log2(8) + log10(1000)", "6" }, { "erf(1)", "0.842701" },
	{ NULL, NULL },
};

static void functions_neither_overflow_nor_cancel(void **state)
{
	(void)state;
	check(rounded, "float64");
}

static void draws_are_in_range_stand_still_and_differ(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "u = rand(1000); n = randn(2000); v = rand(1000); r = rand()");
	assert_value(t, "all(0 <= u and u < 1)", "1");
	assert_value(
	    t, "abs(mean(u) - 0.5) < 0.05 and abs(mean(n)) < 0.1 and abs(std(n) - 1) < 0.1", "1");
	assert_value(t, "any(u != v)", "1");
	assert_value(t, "rand(3) == rand(3)", "[0; 0; 0]");
	assert_value(t, "all(u == u) and size(r) == [1, 1]", "[1; 1]");
	assert_value(t, "u*2^53 == floor(u*2^53)", value_text(t, must(t, "ones(1000)")));
	bench_free(t);
}

/* ---- refusals ---- */

static const char *const refused[][2] = {
	{ "sum(W, 3)",
	  "sum has no axis 3\nW is 2×3 (line 1); axis 1 goes down the columns, axis 2 along"
	  " the rows" },
	{ "sum(W, axis=0)",
	  "sum has no axis 0\nW is 2×3 (line 1); axis 1 goes down the columns, axis 2 along"
	  " the rows" },
	{ "max(W, axis=-1)",
	  "max has no axis -1\nW is 2×3 (line 1); axis 1 goes down the columns, axis 2 along"
	  " the rows" },
	{ "permute(W, [1, 1])",
	  "permute takes each of the axes once\nW is 2×3 (line 1)\nthey are 1 to 2: permute(x, [2, 1]) swaps the first two" },
	{ "permute(T, [3, 1])",
	  "permute takes each of the axes once\nT is 2×2×2 (line 1)\nthey are 1 to 3: permute(x, [2, 1, 3]) swaps the first two" },
	{ "roll(W, 1, axis=3)",
	  "roll has no axis 3\nW is 2×3 (line 1); axis 1 goes down the columns, axis 2 along the rows" },
	{ "pad(W, -1)", "pad takes numbers of rows and columns from 0 up, and this is -1" },
	{ "kron(T, W)", "kron takes two matrices\nT is 2×2×2 (line 1)\nW is 2×3 (line 1)" },
	{ "concat(W, T, axis=2)", "sizes differ in a join along axis 2\nW is 2×3 (line 1)\nT is 2×2×2 (line 1)" },
	{ "concat(W, W, axis=3)",
	  "concat has no axis 3\nW is 2×3 (line 1); axis 1 goes down the columns, axis 2 along the rows" },
	{ "topk(x, 4)", "topk takes some of the entries there are\nx is 3×1 (line 1)\nk is from 1 to 3 here, and this is 4" },
	{ "onehot(W, 3)", "onehot takes a vector of labels\nW is 2×3 (line 1)" },
	{ "onehot(x, 0)", "onehot takes a number of classes from 1 up" },
	{ "embedding(W, T)", "embedding takes a matrix and a vector of positions\nW is 2×3 (line 1)\nT is 2×2×2 (line 1)" },
	{ "recurrence(W, x)", "a is a number or has the shape of b\nW is 2×3 (line 1)\nx is 3×1 (line 1)" },
	{ "sort_place(W, x)", "what is sorted has another shape than its order\nW is 2×3 (line 1)\nx is 3×1 (line 1)" },
	{ "max([])", "max of an empty array" }, { "argmin([])", "argmin of an empty array" },
	{ "max(x, 1, axis=1)", "max of several arguments is entry by entry and has no axis" },
	{ "var(x, ddof=3)", "var divides by n - ddof, which is not positive here: n is 3, ddof 3" },
	{ "std(x, ddof=-1)",
	  "std divides by n - ddof, which is not positive here: n is 3, ddof -1" },
	{ "norm(x, x)", "the order of a norm is one number\nx is 3×1 (line 1)" },
	{ "W'*W'",
	  "the shapes do not fit a product\nW' is 3×2\nW' is 3×2\ninner sizes 2 and 3 differ\n"
	  "W*W' would give 2×2\nW'*W would give 3×3\nW' .* W' would give 3×2" },
	{ "T*T",
	  "the shapes do not fit a product\nT is 2×2×2 (line 1)\nT is 2×2×2 (line 1)\n"
	  "a matrix product takes two matrices; `.*` multiplies entry by entry" },
	{ "T'", "a transpose is of a matrix\nT is 2×2×2 (line 1)" },
	{ "diag(T)", "diag takes a vector or a matrix\nT is 2×2×2 (line 1)" },
	{ "det(W)", "det takes a square matrix\nW is 2×3 (line 1)" },
	{ "inv(W)", "inv takes a square matrix\nW is 2×3 (line 1)" },
	{ "tr(W)", "tr takes a square matrix\nW is 2×3 (line 1)" },
	{ "W\\x", "solve takes a square matrix\nW is 2×3 (line 1)" },
	{ "[1, 0; 0, 1]\\x",
	  "the shapes do not fit a system of equations\n[1, 0; 0, 1] is 2×2\nx is 3×1 (line 1)" },
	{ "dot(x, W)", "dot takes two vectors (columns)\nx is 3×1 (line 1)\nW is 2×3 (line 1)" },
	{ "outer(x', x)", "outer takes two vectors (columns)\nx' is 1×3\nx is 3×1 (line 1)" },
	{ "reshape(W, 4, 2)",
	  "a reshape keeps the number of entries\nW is 2×3 (line 1)\n"
	  "6 entries are there, 8 are asked for" },
	{ "broadcast(W, 2, 2)", "it cannot be broadcast to that shape\nW is 2×3 (line 1)" },
	{ "hcat(W, x)",
	  "heights differ in a join side by side\nW is 2×3 (line 1)\nx is 3×1 (line 1)" },
	{ "vcat(W, x)",
	  "widths differ in a join one above the other\nW is 2×3 (line 1)\nx is 3×1 (line 1)" },
	{ "vcat(W, T)",
	  "widths differ in a join one above the other\nW is 2×3 (line 1)\nT is 2×2×2 (line 1)" },
	{ "size(W, 3)", "size has no axis 3 here\nW is 2×3 (line 1)" },
	{ "linspace(0, 1, 1)", "linspace takes two points or more" },
	{ "range(1, 2, 0)", "a range's step must not be 0" },
	{ "range(1, 2, 3, 4)", "range takes n, or a start and an end, or these and a step" },
	{ "zeros(-1)", "zeros takes sizes: whole numbers from 0 up" },
	{ "zeros(1.5)", "a size must be a whole number, and this is 1.5" },
	{ "zeros(x, x)", "a size must be one whole number\nx is 3×1 (line 1)" },
	{ "zeros([1.5, 2])", "zeros takes sizes: whole numbers from 0 up" },
	{ "zeros(2, 2, 2, 2, 2, 2, 2)", "zeros takes sizes: whole numbers from 0 up" },
	{ "eye(-1)", "eye takes sizes: whole numbers from 0 up" },
	{ "where(x, W, 0)", "the shapes do not fit where\nx is 3×1 (line 1)\nW is 2×3 (line 1)" },
	{ NULL, NULL },
};

static void shapes_that_do_not_fit_are_refused_in_words(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [3, 1, 2]; W = [1, 2, 3; 4, 5, 6]; T = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]");
	for (size_t i = 0; refused[i][0]; i++)
		assert_fails(t, refused[i][0], ATL_KIND_SHAPE, refused[i][1]);
	assert_fails(t, "zeros(1e9, 1e9)", ATL_KIND_LIMIT,
		     "zeros: an array that large is past the limit");
	assert_fails(t, "inv([1, 2; 2, 4])", ATL_KIND_DOMAIN,
		     "inv([1, 2; 2, 4]) has no value\ninv needs a matrix that is not singular");
	assert_fails(t, "[1, 2; 2, 4]\\[1, 1]", ATL_KIND_DOMAIN,
		     "[1, 2; 2, 4]\\[1; 1] has no value\n\\ needs a matrix that is not singular");
	bench_free(t);
}

/* Second derivatives of prod go lane by lane; of three dimensions too. */
static void derivatives_of_a_product_along_any_axis(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "W = [1, 2, 3; 4, 5, 6]; x = [2, 0, 5]; T = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]");
	assert_value(t, "grad(prod(x), x)", "[0; 10; 0]");
	assert_value(t, "hessian(prod(x), x)", "[0, 5, 0; 5, 0, 2; 0, 2, 0]");
	assert_value(t, "grad(sum(prod(W, 1)), W)", "[4, 5, 6; 1, 2, 3]");
	assert_value(t, "grad(sum(grad(sum(prod(W, 2)), W)), W)", "[5, 4, 3; 11, 10, 9]");
	assert_value(t, "grad(sum(prod(T, 3)), T)", "2×2×2: 2 1 4 3 6 5 8 7");
	assert_value(t, "grad(sum(grad(sum(prod(T, 3)), T)), T)", "2×2×2: 1 1 1 1 1 1 1 1");
	assert_value(t, "grad(sum(grad(sum(prod(T, 1)), T) .* T), T)",
		     "2×2×2: 10 12 14 16 2 4 6 8");
	bench_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_gives_what_it_says),
		cmocka_unit_test(a_name_or_alias_is_of_one_row),
		cmocka_unit_test(parameters_are_read_from_the_row),
		cmocka_unit_test(operations_on_rationals_are_exact),
		cmocka_unit_test(functions_neither_overflow_nor_cancel),
		cmocka_unit_test(draws_are_in_range_stand_still_and_differ),
		cmocka_unit_test(shapes_that_do_not_fit_are_refused_in_words),
		cmocka_unit_test(derivatives_of_a_product_along_any_axis),
	};

	return cmocka_run_group_tests_name("ops", tests, NULL, NULL);
}
