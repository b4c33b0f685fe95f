/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_show.c: nodes as they would be written. */
#include "host.h"

static const char *const inputs =
    "x = [1, 2, 3]; W = [1, 2, 3; 4, 5, 6]; A = [2, 1; 1, 3]; s = 2; c = [1, 2]; r = [[1, 2, 3]]";

/* Shown as it was written. */
static const char *const same[] = {
	"1 + 2", "s*x", "W*x", "W*x + 1", "x .* x", "x/s", "s ./ x", "x.^2", "s^2", "-x", "-s^2",
	"(-s)^2", "x'", "x'*x", "A\\c", "x[2]", "x[2:3]", "x[3:-1:1]", "W[1, 2]", "W[1, :]",
	"W[:, 2]", "W[:, 2:3]", "W[:, x]", "x[c]", "sum(x)", "sum(W, axis=1)", "max(x, s)",
	"max(W, axis=2)", "[x; x]", "[W, c]", "[W; r]", "[s, s; s, s]", "[]", "zeros(0, 3)", "zeros(2, 0)", "zeros(1, 0, 2)", "hcat(s, s)", "[s; x]",
	"sigmoid(W*x)", "where(x > s, x, 0)", "clip(x, 0, 1)", "leaky_relu(x, 0.01)", "x == s",
	"s < 1 or s > 2", "not s", "s*(s + 1)", "(s + 1)*(s - 1)", "s - (s - 1)", "s - s - 1",
	"s/(s*2)", "s/s*2", "c .+ r", "c .- r", "c .* r", "pi*s", "inf*s", "[1; 2; 3] + x",
	"[1, 2; 3, 4]*c", "-2*s", "x + -1", "0.1*s", "1e-3*s", "reshape(x, 1, 3)",
	"broadcast(s, 2, 2)", "broadcast(c, 2, 3)", "softmax(x, axis=1)", "var(x, ddof=1)", "W + c",
	"r + W", "norm(x)", "(W*x)'", "A'*c", "diag(x)", "s^s^s", "(s^s)^s", "exp(-x)",
	"zeros(2, 2)", "ones(3, 1)", "x[2] + x[3]", "stopgrad(x)", "tr(A)", "xlogy(s, s)",
	"eye(2)*c", NULL,
};

static void what_was_written_is_what_is_shown(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, inputs);
	for (size_t i = 0; same[i]; i++)
		assert_shown(t, same[i], same[i]);
	bench_free(t);
}

static const char *const spelt[][2] = {
	{ "2x[1]", "2*x[1]" }, { "W @ x", "W*x" }, { "x ⊙ x", "x .* x" }, { "s²", "s^2" },
	{ "xᵀ", "x'" }, { "x[end]", "x[3]" }, { "x[:]", "x" }, { "((s))", "s" },
	{ "[1, 2]", "[1; 2]" }, { "[[1, 2]]", "[[1, 2]]" }, { "softmax(x)", "softmax(x, axis=1)" },
	{ "[x]", "x" }, { "σ(s)", "sigmoid(s)" }, { "W[1:2, :]", "W" }, { "x .* 2", "x*2" },
	{ "mean(axis=1, x=W)", "mean(W, axis=1)" },
};

static void spellings_are_shown_in_one_way(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, inputs);
	for (size_t i = 0; i < sizeof spelt / sizeof *spelt; i++)
		assert_shown(t, spelt[i][0], spelt[i][1]);
	bench_free(t);
}

/* What is shown can be typed: the same value, and the same text again. */
static void what_is_shown_reads_back(void **state)
{
	static const char *const more[] = {
		"grad(sum(W*x), W)", "grad(sum((A*c).^2), A)", "grad(sum(softmax(x).^2), x)",
		"grad(sum(x[2:3]), x)", "hessian(x'*x, x)", "jacobian(W*x, x)", "grad(s^3, s)",
		"grad(sum(W + c), c)", NULL,
	};
	bench *t = bench_new("float64");
	char text[4096], value[4096];
	(void)state;
	must(t, inputs);
	for (size_t i = 0; same[i]; i++) {
		atl_id id = must(t, same[i]);
		snprintf(text, sizeof text, "%s", shown(t, id));
		snprintf(value, sizeof value, "%s", value_text(t, id));
		assert_shown(t, text, text);
		assert_value(t, text, value);
	}
	for (size_t i = 0; more[i]; i++) {
		atl_id id = must(t, more[i]);
		snprintf(text, sizeof text, "%s", shown(t, id));
		snprintf(value, sizeof value, "%s", value_text(t, id));
		assert_value(t, text, value);
	}
	bench_free(t);
}

static void names_stop_the_expansion_and_earlier_bindings_have_a_number(void **state)
{
	bench *t = bench_new("float64");
	atl_buf out = { 0 };
	(void)state;
	must(t, "h = 1; h = h + 1; h = h*3; y = sin(h)");
	atl_id h = named(t, "h");
	assert_shown(t, "cos(y) + h", "cos(y) + h");
	atl_show_name(&out, t->graph, h, t->symbols, 3);
	assert_string_equal(atl_buf_text(&out), "h");
	atl_buf_reset(&out);
	atl_show_name(&out, t->graph, h, t->symbols, 4);
	assert_string_equal(atl_buf_text(&out), "h~3");
	atl_buf_clear(&out);
	bench_free(t);
}

static bool stop_at(atl_id id, void *data)
{
	return id == *(atl_id *)data;
}

static void the_caller_says_where_to_stop(void **state)
{
	bench *t = bench_new("float64");
	atl_buf out = { 0 };
	(void)state;
	must(t, "x = 2");
	atl_id inner = must(t, "x + 1"), id = must(t, "sin(x + 1)*2");
	atl_tree *tree = atl_tree_new();
	uint32_t root = atl_show_tree(tree, t->graph, id, stop_at, &inner);
	assert_int_not_equal(root, ATL_TREE_NONE);
	size_t leaves = 0;
	for (uint32_t i = 0; i < tree->n; i++)
		if (tree->node[i].kind == ATL_T_VERBATIM && tree->node[i].count == inner) {
			tree->node[i].text = "HERE";
			leaves++;
		}
	assert_int_equal(leaves, 1);
	atl_tree_print(&out, tree, root, t->symbols);
	assert_string_equal(atl_buf_text(&out), "sin(HERE)*2");
	atl_tree_unref(tree);
	atl_buf_clear(&out);
	bench_free(t);
}

static void a_long_expression_is_cut(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 1");
	atl_id wide = named(t, "x"), big[300];
	for (int i = 0; i < 10; i++)
		wide = atl_build_2(&t->b, "mul", atl_build_1(&t->b, "sin", wide),
				   atl_build_1(&t->b, "cos", wide));
	assert_true(strlen(shown(t, wide)) < 4000);
	assert_non_null(strstr(shown(t, wide), "…"));
	for (int i = 0; i < 300; i++)
		big[i] = atl_build_2(&t->b, "add", named(t, "x"), atl_build_number(&t->b, i));
	assert_non_null(strstr(shown(t, atl_build_op(&t->b, "vcat", big, 300, NULL, 0)), "…"));
	bench_free(t);
}

static void a_long_number_is_shown_in_full(void **state)
{
	static const char *const pi =
	    "[3.141592653589793238462643383279502884197169399375105820974944592307816406286; 1]";
	bench *t = bench_new("exact");
	(void)state;
	assert_shown(t, pi, pi);
	bench_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_what_is_shown),
		cmocka_unit_test(spellings_are_shown_in_one_way),
		cmocka_unit_test(what_is_shown_reads_back),
		cmocka_unit_test(names_stop_the_expansion_and_earlier_bindings_have_a_number),
		cmocka_unit_test(the_caller_says_where_to_stop),
		cmocka_unit_test(a_long_expression_is_cut),
		cmocka_unit_test(a_long_number_is_shown_in_full),
	};

	return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}
