/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_trace.c: the explanation, as data, as text and as JSON. */
#include "scratch.h"

#include <math.h>
#include "base/mem.h"
#include "print/rule.h"
#include "print/trace.h"

static atl_trace *traced(scratch *s, const char *expression, const char *wrt, bool full)
{
	atl_trace *t = NULL;
	atl_id y = scratch_build(s, expression), x = wrt ? scratch_build(s, wrt) : 0;
	atl_trace_request r = { .y = y, .wrt = &x, .n_wrt = wrt ? 1 : 0, .full = full };
	if (atl_trace_make(&t, &s->builder, s->eval, &r, &s->diag))
		fail_msg("%s: %s", expression, s->diag.message);
	return t;
}

static const atl_step *find(const atl_trace *t, atl_step_kind kind, const char *label)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->step[i].kind == kind && (!label || !strcmp(t->step[i].label, label)))
			return &t->step[i];
	return NULL;
}

static void expect_text(atl_trace *t, const atl_format *f, const char *text)
{
	atl_buf out = { 0 };
	atl_print_trace_text(&out, t, f, NULL, NULL);
	assert_string_equal(atl_buf_text(&out), text);
	atl_buf_clear(&out);
	atl_trace_free(t);
}

static void has_line(atl_trace *t, const atl_format *f, const char *line)
{
	atl_buf out = { 0 };
	atl_print_trace_text(&out, t, f, NULL, NULL);
	if (!strstr(atl_buf_text(&out), line))
		fail_msg("no line\n%s\nin\n%s", line, atl_buf_text(&out));
	atl_buf_clear(&out);
	atl_trace_free(t);
}

static const atl_format page = { .digits = 6, .width = 80 };
static const atl_format wide = { .digits = 6, .width = 160 };

static void the_chain_rule_of_two_variables_reads_as_on_paper(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "1");
	scratch_define(&s, "y", "0");
	expect_text(traced(&s, "(x^2 + sigmoid(y))/(3x + y - sigmoid(x))", NULL, false), &wide,
		"forward\n"
		"  x               = 1\n"
		"  y               = 0\n"
		"  v1 = x^2        = 1\n"
		"  v2 = sigmoid(y) = 0.5\n"
		"  v3 = v1 + v2    = 1.5\n"
		"  v4 = 3*x        = 3\n"
		"  v5 = v4 + y     = 3\n"
		"  v6 = sigmoid(x) = 0.731059\n"
		"  v7 = v5 - v6    = 2.26894\n"
		"  f  = v3/v7      = 0.661101\n"
		"\n"
		"backward\n"
		"  ∂f/∂f                                                               = 1\n"
		"  ∂f/∂v7       = -∂f/∂f*f/v7        = -1*0.661101/2.26894             = -0.29137\n"
		"  ∂f/∂v6       = -∂f/∂v7            = -(-0.29137)                     = 0.29137\n"
		"  ∂f/∂v5       = ∂f/∂v7                                               = -0.29137\n"
		"  ∂f/∂v4       = ∂f/∂v5                                               = -0.29137\n"
		"  ∂f/∂v3       = ∂f/∂f/v7           = 1/2.26894                       = 0.440734\n"
		"  ∂f/∂v2       = ∂f/∂v3                                               = 0.440734\n"
		"  ∂f/∂v1       = ∂f/∂v3                                               = 0.440734\n"
		"  ∂f/∂y via v5 = ∂f/∂v5                                               = -0.29137\n"
		"  ∂f/∂y via v2 = ∂f/∂v2*v2*(1 - v2) = 0.440734*0.5*(1 - 0.5)          = 0.110184\n"
		"  ∂f/∂y                             = -0.29137 + 0.110184             = -0.181186\n"
		"  ∂f/∂x via v6 = ∂f/∂v6*v6*(1 - v6) = 0.29137*0.731059*(1 - 0.731059) = 0.0572868\n"
		"  ∂f/∂x via v4 = ∂f/∂v4*3           = (-0.29137)*3                    = -0.87411\n"
		"  ∂f/∂x via v1 = ∂f/∂v1*2*x         = 0.440734*2*1                    = 0.881468\n"
		"  ∂f/∂x                             = 0.0572868 - 0.87411 + 0.881468  = 0.0646454\n");
	scratch_close(&s);
}

static void define_network(scratch *s)
{
	scratch_define(s, "x", "[2, 1]");
	scratch_define(s, "W", "[1, 0; 3, 4; 1, 2]");
	scratch_define(s, "b", "[0, -2, 5]");
	scratch_define(s, "v", "[[1, -1, 2]]");
	scratch_define(s, "a", "W*x + b");
	scratch_define(s, "L", "v*relu(a)");
}

static void a_small_network_has_shapes_and_matrices_on_one_line(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "exact");
	define_network(&s);
	expect_text(traced(&s, "L", NULL, false), &page,
		"forward\n"
		"  x  2×1           = [2; 1]\n"
		"  W  3×2           = [1, 0; 3, 4; 1, 2]\n"
		"  b  3×1           = [0; -2; 5]\n"
		"  v  1×3           = [[1, -1, 2]]\n"
		"  v1 3×1 = W*x     = [2; 10; 4]\n"
		"  a  3×1 = v1 + b  = [2; 8; 9]\n"
		"  v2 3×1 = relu(a) = [2; 8; 9]\n"
		"  L      = v*v2    = 12\n"
		"\n"
		"backward\n"
		"  ∂L/∂L                                       = 1\n"
		"  ∂L/∂v2 3×1 = v'*∂L/∂L  = [[1, -1, 2]]'*1    = [1; -1; 2]\n"
		"  ∂L/∂a  3×1 = ∂L/∂v2 .* (a > 0) = [1; -1; 2] .* ([2; 8; 9] > 0) = [1; -1; 2]\n"
		"  ∂L/∂v1 3×1 = ∂L/∂a                          = [1; -1; 2]\n"
		"  ∂L/∂v  1×3 = ∂L/∂L*v2' = 1*[2; 8; 9]'       = [[2, 8, 9]]\n"
		"  ∂L/∂b  3×1 = ∂L/∂a                          = [1; -1; 2]\n"
		"  ∂L/∂W  3×2 = ∂L/∂v1*x' = [1; -1; 2]*[2; 1]' = [2, 1; -2, -1; 4, 2]\n"
		"  ∂L/∂x  2×1 = W'*∂L/∂v1 = [1, 0; 3, 4; 1, 2]'*[1; -1; 2] = [0; 0]\n");
	scratch_close(&s);
}

static void wrt_limits_the_backward_table_alone(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "exact");
	define_network(&s);
	atl_trace *t = traced(&s, "L", "b", false);
	assert_int_equal(t->forward, 8);
	assert_int_equal(t->n - t->forward, 4); /* L, v2, a, b */
	assert_null(find(t, ATL_STEP_BACKWARD, "W"));
	assert_non_null(find(t, ATL_STEP_BACKWARD, "b"));
	atl_trace_free(t);
	scratch_close(&s);
}

static void a_name_that_does_not_reach_it_has_a_zero_and_a_reason(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "exact");
	define_network(&s);
	has_line(traced(&s, "x'*x", "b", false), &page, "  ∂f/∂b 3×1 = [0; 0; 0]  # f does not depend on b\n");
	scratch_close(&s);
}

static void ascii_has_no_byte_above_127(void **state)
{
	scratch s;
	atl_format f = page;
	atl_buf out = { 0 };
	(void)state;
	f.ascii = true;
	scratch_open(&s, "float64");
	scratch_define(&s, "η", "(1:100)/3");
	atl_trace *t = traced(&s, "sum(relu(η - 1))", NULL, false);
	atl_print_trace_text(&out, t, &f, NULL, NULL);
	atl_print_trace_json(&out, t, &f, NULL, NULL);
	for (size_t i = 0; i < out.len; i++)
		assert_true((unsigned char)out.p[i] < 128);
	assert_non_null(strstr(out.p, "df/deta"));
	assert_non_null(strstr(out.p, "100x1"));
	atl_buf_clear(&out);
	atl_trace_free(t);
	scratch_close(&s);
}

static void a_kink_says_which_side_and_where(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "[1, 2; 0, 4; -1, 0]");
	atl_trace *t = traced(&s, "sum(relu(x))", NULL, false);
	const atl_step *x = find(t, ATL_STEP_BACKWARD, "x");
	assert_non_null(x);
	assert_string_equal(x->kink, "relu'(0) = 0 at [2, 1], [3, 2]");
	has_line(t, &page, "# kink: relu'(0) = 0 at [2, 1], [3, 2]\n");
	scratch_close(&s);
}

static void no_value_is_a_row_that_says_undefined(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "-3");
	has_line(traced(&s, "log(x)*2", NULL, false), &page, "  v1 = log(x) = undefined: log(-3)\n");
	scratch_close(&s);
}

static void a_scaling_by_a_computed_scalar_is_marked(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "[1, 2]");
	scratch_define(&s, "k", "3");
	atl_trace *t = traced(&s, "sum((x[1] + x[2])*x) + sum(k*x) + sum((x'*x)*x) + sum(2x)", NULL, false);
	unsigned marked = 0;
	for (size_t i = 0; i < t->n; i++)
		marked += t->step[i].remark != NULL;
	assert_int_equal(marked, 1);
	atl_trace_free(t);
	scratch_close(&s);
}

static void broadcasting_has_a_line_and_its_gradient_a_sum(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "X", "[1, 2; 3, 4]");
	scratch_define(&s, "b", "[1, 1]");
	has_line(traced(&s, "sum(X + b)", NULL, false), &page, "  v1 2×2 = broadcast(b, 2, 2) = [1, 1; 1, 1]\n");
	has_line(traced(&s, "sum(X + b)", NULL, false), &page, "= sum(∂f/∂v1, axis=2)");
	scratch_close(&s);
}

static void labels_keep_out_of_the_way_of_names(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "v1", "2");
	scratch_define(&s, "f", "3");
	atl_trace *t = traced(&s, "(v1 + f)^2", NULL, false);
	assert_string_equal(t->of, "L");
	assert_non_null(find(t, ATL_STEP_FORWARD, "v2"));
	assert_null(find(t, ATL_STEP_FORWARD, "v1"));
	atl_trace_free(t);
	scratch_close(&s);
}

static void an_earlier_binding_is_numbered_and_an_alias_is_mentioned(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "2");
	scratch_define(&s, "y", "x^2");
	scratch_define(&s, "p", "y");
	scratch_define(&s, "x", "3");
	atl_trace *t = traced(&s, "p*x", NULL, false);
	assert_non_null(find(t, ATL_STEP_INPUT, "x~1"));
	assert_non_null(find(t, ATL_STEP_INPUT, "x"));
	assert_string_equal(find(t, ATL_STEP_FORWARD, "y")->also, "p");
	assert_null(find(t, ATL_STEP_FORWARD, "p"));
	atl_trace_free(t);
	scratch_close(&s);
}

static void what_is_no_scalar_is_refused_with_an_offer(void **state)
{
	scratch s;
	atl_trace *t;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "[1, 2, 3]");
	atl_trace_request r = { .y = scratch_build(&s, "x") };
	assert_int_equal(atl_trace_make(&t, &s.builder, s.eval, &r, &s.diag), ATL_ERROR);
	assert_null(t);
	assert_int_equal(s.diag.kind, ATL_KIND_SHAPE);
	assert_non_null(strstr(s.diag.note[0], "trace sum(x)"));
	scratch_close(&s);
}

static void unroll(scratch *s, unsigned turns)
{
	scratch_define(s, "h", "1");
	scratch_define(s, "w", "0.5");
	for (unsigned i = 0; i < turns; i++) {
		scratch_define(s, "a", "w*h + 1");
		scratch_define(s, "h", "tanh(a)");
	}
}

static void the_turns_of_a_loop_are_folded(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	unroll(&s, 100);
	atl_trace *t = traced(&s, "h", NULL, false);
	const atl_step *fold = find(t, ATL_STEP_FOLD, NULL), *sum = find(t, ATL_STEP_SUM, "w");
	assert_non_null(fold);
	assert_int_equal(fold->count, 96);
	assert_non_null(find(t, ATL_STEP_FORWARD, "h~3"));
	assert_null(find(t, ATL_STEP_FORWARD, "h~4"));
	assert_null(find(t, ATL_STEP_FORWARD, "h~99"));
	assert_non_null(find(t, ATL_STEP_FORWARD, "h~100"));
	assert_non_null(sum);
	assert_int_equal(sum->count, 5); /* two, the fold, two */
	assert_true(t->n < 50);
	has_line(t, &page, "  … 96 more turns alike …\n");
	scratch_close(&s);
}

static void a_full_trace_and_a_short_loop_fold_nothing(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	unroll(&s, 5);
	atl_trace *t = traced(&s, "h", NULL, false);
	assert_null(find(t, ATL_STEP_FOLD, NULL));
	atl_trace_free(t);
	unroll(&s, 20);
	t = traced(&s, "h", NULL, true);
	assert_null(find(t, ATL_STEP_FOLD, NULL));
	assert_int_equal(find(t, ATL_STEP_SUM, "w")->count, 20);
	atl_trace_free(t);
	scratch_close(&s);
}

static void a_trace_outlives_its_nodes_and_values(void **state)
{
	scratch s;
	atl_buf before = { 0 }, after = { 0 };
	(void)state;
	scratch_open(&s, "float64");
	define_network(&s);
	atl_id last = atl_graph_last(s.graph);
	atl_trace *t = traced(&s, "L^2 + 1", NULL, false);
	atl_print_trace_text(&before, t, &page, NULL, NULL);
	atl_eval_cut(s.eval, last);
	atl_graph_cut(s.graph, last);
	for (int i = 0; i < 20; i++)
		(void)scratch_build(&s, "sum(exp(x))^3 + 2");
	atl_print_trace_text(&after, t, &page, NULL, NULL);
	assert_string_equal(atl_buf_text(&before), atl_buf_text(&after));
	atl_buf_clear(&before);
	atl_buf_clear(&after);
	atl_trace_free(t);
	scratch_close(&s);
}

static void a_second_derivative_can_be_traced(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "exact");
	scratch_define(&s, "x", "2");
	atl_trace *t = traced(&s, "grad(x^4, x)", NULL, false);
	const atl_step *x = find(t, ATL_STEP_BACKWARD, "x");
	if (!x)
		x = find(t, ATL_STEP_SUM, "x");
	assert_non_null(x);
	assert_true(x->value->sys->get_double(x->value->data) == 48.0);
	atl_trace_free(t);
	scratch_close(&s);
}

static void json_is_one_object_a_line(void **state)
{
	scratch s;
	atl_buf out = { 0 };
	(void)state;
	scratch_open(&s, "exact");
	scratch_define(&s, "x", "1/3");
	atl_trace *t = traced(&s, "x^2", NULL, false);
	atl_print_trace_json(&out, t, &page, NULL, NULL);
	assert_string_equal(atl_buf_text(&out),
		"{\"step\":\"forward\",\"node\":\"x\",\"named\":true,\"op\":\"input\",\"rule\":\"1/3\","
		"\"numbers\":\"1/3\",\"shape\":[1,1],\"value\":\"1/3\"}\n"
		"{\"step\":\"forward\",\"node\":\"f\",\"named\":false,\"op\":\"pow\",\"rule\":\"x^2\","
		"\"numbers\":\"(1/3)^2\",\"shape\":[1,1],\"value\":\"1/9\",\"line\":1}\n"
		"{\"step\":\"backward\",\"node\":\"f\",\"named\":false,\"of\":\"f\",\"shape\":[1,1],\"value\":1,"
		"\"line\":1}\n"
		"{\"step\":\"backward\",\"node\":\"x\",\"named\":true,\"of\":\"f\",\"via\":\"f\",\"op\":\"pow\","
		"\"rule\":\"∂f/∂f*2*x\",\"numbers\":\"1*2*(1/3)\",\"shape\":[1,1],\"value\":\"2/3\",\"line\":1}\n");
	atl_buf_clear(&out);
	atl_trace_free(t);
	scratch_close(&s);
}

/* No line of the tables is wider than the page. */
static void a_large_layer_keeps_to_the_page(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "rand(784)");
	scratch_define(&s, "W", "randn(100, 784)");
	scratch_define(&s, "b", "randn(100)");
	atl_trace *t = traced(&s, "sum(tanh(W*x + b).^2)", NULL, false);
	for (unsigned width = 40; width <= 160; width += 40) {
		atl_format f = { .digits = 6, .width = width };
		atl_buf out = { 0 };
		atl_print_trace_text(&out, t, &f, NULL, NULL);
		for (const char *p = atl_buf_text(&out); *p; p += strcspn(p, "\n") + 1)
			if (atl_text_width(p, strcspn(p, "\n")) > width)
				fail_msg("wider than %u: %.*s", width, (int)strcspn(p, "\n"), p);
		atl_buf_clear(&out);
	}
	atl_trace_free(t);
	scratch_close(&s);
}

static bool stop_at_once(void *data, atl_buf *out)
{
	++*(int *)data;
	atl_buf_reset(out);
	return false;
}

static void a_flush_can_end_the_printing(void **state)
{
	scratch s;
	atl_buf out = { 0 };
	int calls = 0;
	(void)state;
	scratch_open(&s, "float64");
	unroll(&s, 300);
	atl_trace *t = traced(&s, "h", NULL, true);
	atl_print_trace_text(&out, t, &page, stop_at_once, &calls);
	assert_int_equal(calls, 1);
	atl_buf_clear(&out);
	atl_trace_free(t);
	scratch_close(&s);
}

/* Whichever allocation fails, there is an error, and nothing is lost. */
static void without_memory_it_is_an_error(void **state)
{
	(void)state;
	for (long n = 0;; n++) {
		scratch s;
		atl_trace *t = NULL;
		scratch_open(&s, "float64");
		scratch_define(&s, "x", "[1, 2]");
		atl_trace_request r = { .y = scratch_build(&s, "sum(relu(x).*x)") };
		atl_mem_fail_after(n);
		atl_status status = atl_trace_make(&t, &s.builder, s.eval, &r, &s.diag);
		atl_mem_fail_after(-1);
		atl_trace_free(t);
		scratch_close(&s);
		if (status == ATL_OK)
			break;
		assert_null(t);
		assert_true(n < 100000);
	}
}

/* Without its second opinion a formula is not shown, and that is no error; all else is. */
static void without_memory_names_and_entries_lose_nothing(void **state)
{
	(void)state;
	for (int full = 0; full < 2; full++)
		for (long n = 0, met = 0; n < 100000; n++) {
			scratch s;
			atl_trace *t = NULL;
			scratch_open(&s, "float64");
			scratch_define(&s, "x", "[1, 2]");
			scratch_define(&s, "z", "[1, 2; 3, 4]*x");
			atl_trace_request r = { .y = scratch_build(&s, "mean(relu(z).*x)"), .full = full, .named = !full };
			atl_mem_fail_after(n);
			atl_status status = atl_trace_make(&t, &s.builder, s.eval, &r, &s.diag);
			void *more = atl_malloc(1);
			atl_mem_fail_after(-1);
			met += status != ATL_OK;
			assert_true((status == ATL_OK) == (t != NULL));
			atl_trace_free(t);
			scratch_close(&s);
			bool enough = more != NULL || (full && status == ATL_OK);
			atl_free(more);
			if (!enough)
				continue;
			assert_true(met > 50);
			break;
		}
}

/* A matrix product's entry, followed down through a transpose to what has a label. */
static void an_entry_is_a_rule_of_its_own(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "exact");
	scratch_define(&s, "A", "[1, 2; 3, 4]");
	scratch_define(&s, "x", "[5, 6]");
	atl_trace *t = traced(&s, "sum(A'*x)", "x", true);
	const atl_step *product = &t->step[t->forward - 2], *sum = &t->step[t->forward - 1];
	assert_int_equal(product->n_entries, 2);
	assert_int_equal(product->entries_left_out, 0);
	assert_int_equal(t->entry[product->entry + 1].at, 1);
	assert_int_equal(sum->n_entries, 1);
	assert_int_equal(t->step[t->forward].n_entries, 0);
	has_line(t, &page, "      v2[2] = v1[2, 1]*x[1] + v1[2, 2]*x[2] = 2*5 + 4*6 = 34\n");
	scratch_close(&s);
}

/* What is typed in place of an entry gives the entry: of products, sums along each axis, of what is repeated,
 * transposed, joined by operators and functions, forward and backward. */
static void the_numbers_of_every_entry_give_its_value(void **state)
{
	static const char *const of[] = {
		"sum(A'*B)", "sum(A*B', 1)*c", "mean(A*x + y)", "sum(mean(A, axis=2).*y)", "prod(x)*sum(A)", "x'*A'*B*x",
		"sum(tanh(A*x - y).^2)/2", "mean((A .* B - mean(A, axis=1)).^2)", "sum(softmax(A*x).*y)", "norm(A*x)", "var(A*x)",
		"sum(exp(A'*y)./(1 + sum(abs(B), axis=1)'))", "sum(reshape(A, 3, 2)*y)",
		"sum(conv2d(A, K).^2)", "sum(conv2d(A, K, padding=1, stride=2).^3)", "sum(conv2d(A, K, padding=[0, 1, 2, 0], dilation=[1, 2]).^2)",
		"sum(conv2d(I, F, groups=2, padding=1, stride=[1, 2]).^2)", "sum(conv2d(I, F, [0.5, -1, 2, 3], groups=2).^2)",
		"sum(conv_transpose2d(A, K, stride=2).^2)", "sum(conv1d(x, y).^2)", "sum((A*(2*x))'*y + 1/3)",
	};
	const atl_format full = { .digits = 0, .width = 0 };
	size_t met = 0;
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "A", "[1, -2, 0.5; 3, 4, -1.5]");
	scratch_define(&s, "B", "[0.3, 1, 2; -1, 0.7, 1]");
	scratch_define(&s, "x", "[0.4, -1, 2]");
	scratch_define(&s, "y", "[-0.2, 1.1]");
	scratch_define(&s, "c", "[1, -3]");
	scratch_define(&s, "K", "[0.5, -1; 2, 0.25]");
	scratch_define(&s, "I", "reshape(1:24, 2, 2, 2, 3)/7");
	scratch_define(&s, "F", "reshape(1:16, 4, 1, 2, 2)/5 - 1");
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		atl_trace *t = traced(&s, of[i], NULL, true);
		for (size_t k = 0; k < t->n; k++)
			for (size_t j = 0; j < t->step[k].n_entries; j++, met++) {
				const atl_trace_entry *e = &t->entry[t->step[k].entry + j];
				atl_buf text = { 0 };
				if (e->left_out)
					continue;
				atl_rule_entry(&text, t, e, true, &full);
				atl_id id = scratch_build(&s, atl_buf_text(&text));
				assert_int_equal(atl_eval_compute(s.eval, &id, 1, &s.diag), ATL_OK);
				const atl_array *a = atl_eval_get(s.eval, id);
				double is = a->sys->get_double(a->data);
				double value = t->step[k].value->sys->get_double(atl_array_at(t->step[k].value, e->at));
				if (!(fabs(is - value) <= 1e-12 * (1 + fabs(value))))
					fail_msg("%s: %s of step %s is %g, not %g", of[i], atl_buf_text(&text), t->step[k].label, is, value);
				atl_buf_clear(&text);
			}
		atl_trace_free(t);
	}
	assert_true(met > 100);
	scratch_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_rule_of_two_variables_reads_as_on_paper),
		cmocka_unit_test(a_small_network_has_shapes_and_matrices_on_one_line),
		cmocka_unit_test(wrt_limits_the_backward_table_alone),
		cmocka_unit_test(a_name_that_does_not_reach_it_has_a_zero_and_a_reason),
		cmocka_unit_test(ascii_has_no_byte_above_127),
		cmocka_unit_test(a_kink_says_which_side_and_where),
		cmocka_unit_test(no_value_is_a_row_that_says_undefined),
		cmocka_unit_test(a_scaling_by_a_computed_scalar_is_marked),
		cmocka_unit_test(broadcasting_has_a_line_and_its_gradient_a_sum),
		cmocka_unit_test(labels_keep_out_of_the_way_of_names),
		cmocka_unit_test(an_earlier_binding_is_numbered_and_an_alias_is_mentioned),
		cmocka_unit_test(what_is_no_scalar_is_refused_with_an_offer),
		cmocka_unit_test(the_turns_of_a_loop_are_folded),
		cmocka_unit_test(a_full_trace_and_a_short_loop_fold_nothing),
		cmocka_unit_test(a_trace_outlives_its_nodes_and_values),
		cmocka_unit_test(a_second_derivative_can_be_traced),
		cmocka_unit_test(json_is_one_object_a_line),
		cmocka_unit_test(a_large_layer_keeps_to_the_page),
		cmocka_unit_test(a_flush_can_end_the_printing),
		cmocka_unit_test(without_memory_it_is_an_error),
		cmocka_unit_test(without_memory_names_and_entries_lose_nothing),
		cmocka_unit_test(an_entry_is_a_rule_of_its_own),
		cmocka_unit_test(the_numbers_of_every_entry_give_its_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
