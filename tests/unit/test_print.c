/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "lang/reader.h"
#include "lang/tree.h"

typedef struct world {
	atl_sources *sources;
	atl_symbols *symbols;
	atl_reader *reader;
	atl_diag diag;
	uint64_t seed;
} world;

static world *world_new(void)
{
	world *w = atl_calloc(1, sizeof *w);

	assert_non_null(w);
	w->sources = atl_sources_new();
	w->symbols = atl_symbols_new();
	w->reader = atl_reader_new(w->sources, w->symbols);
	assert_non_null(w->reader);
	w->seed = 1;
	return w;
}

static void world_free(world *w)
{
	atl_reader_free(w->reader);
	atl_symbols_free(w->symbols);
	atl_sources_free(w->sources);
	atl_diag_clear(&w->diag);
	atl_free(w);
	assert_int_equal(atl_mem_live(), 0);
}

static atl_tree *parse(world *w, const char *text)
{
	atl_tree *tree = NULL;

	assert_int_equal(atl_reader_open(w->reader, NULL, 1, &w->diag), ATL_OK);
	assert_int_equal(atl_reader_feed(w->reader, text, strlen(text), &w->diag), ATL_OK);
	atl_reader_finish(w->reader);
	if (atl_reader_next(w->reader, &tree, &w->diag) != ATL_READ_STATEMENT) {
		fail_msg("%s\ndoes not parse: %s", text,
		         w->diag.message != NULL ? w->diag.message : "nothing");
	}
	return tree;
}

static void prints_as(world *w, const char *text, const char *expected)
{
	atl_tree *tree = parse(w, text);
	atl_buf out = { 0 };

	atl_tree_print(&out, tree, tree->root, w->symbols);
	assert_string_equal(atl_buf_text(&out), expected);
	atl_buf_clear(&out);
	atl_tree_unref(tree);
}

static void spacing_is_canonical_and_parentheses_are_few(void **state)
{
	static const char *const cases[][2] = {
		{ "a+b", "a + b" }, { "a-b*c", "a - b*c" }, { "(a-b)*c", "(a - b)*c" },
		{ "a-(b-c)", "a - (b - c)" },
		{ "((a))", "a" }, { "2x", "2*x" }, { "3x^2", "3*x^2" }, { "a .*b", "a .* b" },
		{ "a./b", "a ./ b" },
		{ "a .^ b", "a.^b" }, { "-a^2", "-a^2" }, { "(-a)^2", "(-a)^2" }, { "2^-1",
		"2^-1" },
		{ "a^b^c", "a^b^c" }, { "(a^b)^c", "(a^b)^c" }, { "x**2", "x^2" }, { "x²", "x^2" },
		{ "x⁻¹", "x^-1" },
		{ "not a==b", "not a == b" }, { "(not a)==b", "(not a) == b" }, { "A'", "A'" },
		{ "A.T*B", "A'*B" },
		{ "A^(T')", "A^(T')" }, { "(A^2)'", "(A^2)'" }, { "W[1,2]", "W[1, 2]" },
		{ "x[2:end]", "x[2:end]" },
		{ "W[:,1]", "W[:, 1]" }, { "[1,2;3,4]", "[1, 2; 3, 4]" }, { "[[1,2],[3,4]]",
		"[[1, 2], [3, 4]]" },
		{ "[([1,2]),[3]]", "[([1, 2]), [3]]" }, { "[(X),[3]]", "[X, [3]]" },
		{ "f( x,axis=1 )", "f(x, axis=1)" },
		{ "∂L/∂W", "∂L/∂W" }, { "∂²L/∂x∂y", "∂²L/∂x∂y" }, { "∂²L/∂x²", "∂²L/∂x∂x" },
		{ "∂(a+b)/∂x", "∂(a + b)/∂x" },
		{ "(∂L/∂W)[1]", "(∂L/∂W)[1]" }, { "∂L/∂W[1]", "∂L/∂W[1]" }, { "f''(x)", "f''(x)" },
		{ "1:2:10", "1:2:10" },
		{ "a @ b", "a @ b" }, { "\"a\\n\\\"\"", "\"a\\n\\\"\"" }, { "a=b;", "a = b;" },
		{ "f(u,n=2)=u^n", "f(u, n=2) = u^n" }, { "W,b<-1,2", "W, b <- 1, 2" }, { "W[1]+=2",
		"W[1] += 2" },
		{ "trace  full L wrt a,b", "trace full L wrt a, b" },
		{ "minimize L wrt a,b , steps=3,x=X", "minimize L wrt a, b with steps=3, x=X" },
		{ "shape([8,8],relu( ))", "shape [8, 8], relu()" },
		{ "read  \"x.csv\",\"y\"", "read \"x.csv\", \"y\"" },
		{ "write W,b , \"x.npz\"", "write W, b, \"x.npz\"" },
		{ "plot a,b", "plot a, b" },
		{ "plot  image W to \"w.png\"", "plot image W to \"w.png\"" },
		{ "plot points a , b against c+1", "plot points a, b against c + 1" },
		{ "plot sin(t),t for t in -2:1:2 to \"t.svg\"", "plot sin(t), t for t in -2:1:2 to \"t.svg\"" },
		{ "compare  full L in float64,mpfr  64,format(4,-6,8)  wrt a,b[1]",
		  "compare full L in float64, mpfr 64, format(4, -6, 8) wrt a, b[1]" },
		{ "compare x+1 in exact", "compare x + 1 in exact" }, { "check a==b within 1",
		"check a == b within 1" },
		{ "set number mpfr 200", "set number mpfr 200" }, { "(steps)", "steps" },
		{ "(step)", "(step)" }, { "(show)",
		"(show)" },
		{ "if a {b;c} else {d}", "if a {\n\tb;\n\tc\n} else {\n\td\n}" },
		{ "([1;2;3])[2:3]", "([1; 2; 3])[2:3]" }, { "(2)[1]", "(2)[1]" },
		{ "for k in 1:3 { }", "for k in 1:3 { }" }, { "?grad", "help grad" }
	};
	world *w = world_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		prints_as(w, cases[i][0], cases[i][1]);
	}
	world_free(w);
}

/* ---- random trees ---- */

static unsigned pick(world *w, unsigned n)
{
	w->seed = w->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(w->seed >> 33) % n;
}

static uint32_t grow(world *w, atl_tree *t, unsigned depth, bool index);

static uint32_t grow_leaf(world *w, atl_tree *t, bool index)
{
	static const char *const names[] = { "a", "x1", "W", "eta", "ŷ", "h~2" };
	static const char *const numbers[] = { "1", "0.5", ".25", "2e-3", "12" };
	const char *text;

	switch (pick(w, index ? 6 : 5)) {
	case 0:
	case 1:
		text = numbers[pick(w, 5)];
		return atl_tree_leaf(t, ATL_T_NUMBER, 0, text, strlen(text), (atl_span){ 0 });
	case 5:
		return atl_tree_leaf(t, ATL_T_END, 0, NULL, 0, (atl_span){ 0 });
	default:
		text = names[pick(w, 6)];
		return atl_tree_leaf(t, ATL_T_NAME, atl_symbols_intern(w->symbols, text,
		                                                       strlen(text)), NULL, 0,
		                     (atl_span){ 0 });
	}
}

static uint32_t make(atl_tree *t, atl_tree_kind kind, unsigned op, uint32_t n)
{
	return atl_tree_make(t, kind, (atl_tree_op)op, n, (atl_span){ 0 });
}

static uint32_t named(world *w, atl_tree *t, atl_tree_kind kind, const char *name, uint32_t n)
{
	uint32_t node = make(t, kind, 0, n);

	t->node[node].sym = atl_symbols_intern(w->symbols, name, strlen(name));
	return node;
}

static uint32_t grow_name(world *w, atl_tree *t)
{
	return atl_tree_leaf(t, ATL_T_NAME, atl_symbols_intern(w->symbols, "L", 1), NULL, 0,
	                     (atl_span){ 0 });
}

/* [ ] with rows; or an array of equal rows of numbers */
static uint32_t grow_bracket(world *w, atl_tree *t, unsigned depth, bool index)
{
	uint32_t rows = pick(w, 3) + 1;
	uint32_t entries = pick(w, 3) + 1;
	bool array = pick(w, 2) == 0;

	for (uint32_t r = 0; r < rows; r++) {
		for (uint32_t e = 0; e < entries; e++) {
			assert_int_not_equal(array ? grow_leaf(w, t, index) : grow(w, t, depth - 1,
			                                                           index),
			                     ATL_TREE_NONE);
		}
		assert_int_not_equal(make(t, array ? ATL_T_NUMPY : ATL_T_ROW, 0, entries),
		                     ATL_TREE_NONE);
	}
	return make(t, array ? ATL_T_NUMPY : ATL_T_JOIN, 0, rows);
}

static uint32_t grow_call(world *w, atl_tree *t, unsigned depth, bool index)
{
	uint32_t n = pick(w, 3);

	for (uint32_t i = 0; i < n; i++) {
		assert_int_not_equal(grow(w, t, depth - 1, index), ATL_TREE_NONE);
	}
	if (pick(w, 2) == 0) {
		assert_int_not_equal(grow(w, t, depth - 1, index), ATL_TREE_NONE);
		assert_int_not_equal(named(w, t, ATL_T_NAMED, "axis", 1), ATL_TREE_NONE);
		n++;
	}
	return named(w, t, ATL_T_CALL, "f", n);
}

static uint32_t grow_index(world *w, atl_tree *t, unsigned depth, bool index)
{
	uint32_t n = pick(w, 3) + 1;

	assert_int_not_equal(grow(w, t, depth - 1, index), ATL_TREE_NONE);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t sub = pick(w, 4) == 0 ? atl_tree_leaf(t, ATL_T_COLON, 0, NULL, 0,
		                                               (atl_span){ 0 })
		                               : grow(w, t, depth - 1, true);
		assert_int_not_equal(sub, ATL_TREE_NONE);
	}
	return make(t, ATL_T_INDEX, 0, n + 1);
}

static uint32_t grow_partial(world *w, atl_tree *t, unsigned depth, bool index)
{
	uint32_t n = pick(w, 3) + 1;

	assert_int_not_equal(grow(w, t, depth - 1, index), ATL_TREE_NONE);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_not_equal(grow_name(w, t), ATL_TREE_NONE);
		if (pick(w, 3) == 0) {
			assert_int_not_equal(grow(w, t, depth - 1, true), ATL_TREE_NONE);
			assert_int_not_equal(make(t, ATL_T_INDEX, 0, 2), ATL_TREE_NONE);
		}
	}
	return make(t, ATL_T_PARTIAL, 0, n + 1);
}

static uint32_t grow(world *w, atl_tree *t, unsigned depth, bool index)
{
	static const unsigned unary[] = { ATL_O_NEG, ATL_O_PLUS, ATL_O_NOT };
	static const unsigned binary[] = {
		ATL_O_OR, ATL_O_AND, ATL_O_EQ, ATL_O_LT, ATL_O_GE, ATL_O_ADD, ATL_O_SUB,
		    ATL_O_DOTADD, ATL_O_DOTSUB,
		ATL_O_MUL, ATL_O_MATMUL, ATL_O_DIV, ATL_O_SOLVE, ATL_O_DOTMUL, ATL_O_DOTDIV,
		    ATL_O_POW, ATL_O_DOTPOW
	};
	uint32_t n;

	if (depth == 0) {
		return grow_leaf(w, t, index);
	}
	switch (pick(w, 12)) {
	case 0:
		return grow_bracket(w, t, depth, index);
	case 1:
		return grow_call(w, t, depth, index);
	case 2:
		return grow_index(w, t, depth, index);
	case 3:
		return grow_partial(w, t, depth, index);
	case 4:
		assert_int_not_equal(grow(w, t, depth - 1, index), ATL_TREE_NONE);
		return make(t, ATL_T_TRANSPOSE, 0, 1);
	case 5:
		n = pick(w, 2) + 2;
		for (uint32_t i = 0; i < n; i++) {
			assert_int_not_equal(grow(w, t, depth - 1, index), ATL_TREE_NONE);
		}
		return make(t, ATL_T_RANGE, 0, n);
	case 6:
	case 7:
		assert_int_not_equal(grow(w, t, depth - 1, index), ATL_TREE_NONE);
		return make(t, ATL_T_UNARY, unary[pick(w, 3)], 1);
	default:
		assert_int_not_equal(grow(w, t, depth - 1, index), ATL_TREE_NONE);
		assert_int_not_equal(grow(w, t, depth - 1, index), ATL_TREE_NONE);
		return make(t, ATL_T_BINARY, binary[pick(w, sizeof binary / sizeof *binary)], 2);
	}
}

static void same_trees(const atl_tree *a, const atl_tree *b, const char *text)
{
	bool same = a->n == b->n;

	for (uint32_t i = 0; i < a->n && same; i++) {
		const atl_tree_node *x = &a->node[i], *y = &b->node[i];
		same = x->kind == y->kind && x->op == y->op && x->n == y->n &&
		    x->first == y->first &&
		       x->sym == y->sym && x->count == y->count &&
		       (x->text == NULL) == (y->text == NULL) && (x->text == NULL ||
		                                                  strcmp(x->text, y->text) == 0);
	}
	if (!same) {
		fail_msg("printed as %s\nanother tree is read back", text);
	}
}

static void what_is_printed_reads_back_as_the_same_tree(void **state)
{
	world *w = world_new();

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		atl_tree *tree = atl_tree_new();
		atl_buf out = { 0 };

		assert_int_not_equal(grow(w, tree, pick(w, 5), false), ATL_TREE_NONE);
		assert_int_not_equal(make(tree, ATL_T_EXPR, 0, 1), ATL_TREE_NONE);
		atl_tree_print(&out, tree, tree->root, w->symbols);
		atl_tree *again = parse(w, atl_buf_text(&out));
		same_trees(tree, again, atl_buf_text(&out));
		atl_buf_clear(&out);
		atl_tree_unref(again);
		atl_tree_unref(tree);
	}
	world_free(w);
}

static void a_verbatim_gets_parentheses_by_its_op(void **state)
{
	world *w = world_new();
	atl_tree *t = atl_tree_new();
	atl_buf out = { 0 };

	(void)state;
	uint32_t v = atl_tree_leaf(t, ATL_T_VERBATIM, 0, "p + q", 5, (atl_span){ 0 });
	t->node[v].op = ATL_O_ADD;
	assert_int_equal(grow_name(w, t), 1);
	assert_int_equal(make(t, ATL_T_BINARY, ATL_O_MUL, 2), 2);
	atl_tree_print(&out, t, 2, w->symbols);
	assert_string_equal(atl_buf_text(&out), "(p + q)*L");
	atl_buf_clear(&out);
	atl_tree_unref(t);
	world_free(w);
}

static void a_verbatim_value_gets_parentheses_before_an_index(void **state)
{
	static const char *const cases[][2] = {
		{ "[1; 2; 3]", "([1; 2; 3])[L]" }, { "2.5", "(2.5)[L]" }, { "v1", "v1[L]" }
	};
	world *w = world_new();

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = cases[i][0];
		atl_tree *t = atl_tree_new();
		atl_buf out = { 0 };
		assert_int_equal(atl_tree_leaf(t, ATL_T_VERBATIM, 0, text, strlen(text),
		                               (atl_span){ 0 }), 0);
		assert_int_equal(grow_name(w, t), 1);
		assert_int_equal(make(t, ATL_T_INDEX, 0, 2), 2);
		atl_tree_print(&out, t, 2, w->symbols);
		assert_string_equal(atl_buf_text(&out), cases[i][1]);
		atl_buf_clear(&out);
		atl_tree_unref(t);
	}
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spacing_is_canonical_and_parentheses_are_few),
		cmocka_unit_test(what_is_printed_reads_back_as_the_same_tree),
		cmocka_unit_test(a_verbatim_gets_parentheses_by_its_op),
		cmocka_unit_test(a_verbatim_value_gets_parentheses_before_an_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
