/* SPDX-License-Identifier: GPL-3.0-or-later */
/* structure.c: derivatives of what is no single row: broadcasting by the
 * operators, indices, joins, shapes, masks, compositions; and the laws that
 * tie grad, jacobian, hessian, vjp and jvp together. */
#include "compare.h"

static const char *const inputs =
    "s = 0.7; x = [1.25, -0.5, 2; -1.5, 0.75, -0.25]; p = [0.5, 1.5, 2.25; 3, 0.125, 1]\n"
    "c = [1.5, -2]; r = [[0.25, -1, 3]]; v = [2, -1.5, 0.5]; w = [0.5, 0.25, -1]\n"
    "A = [2, 1, -0.5; 0.5, 3, 1; -1, 0.25, 1.5]; T = [[[1, -2], [0.5, 3]], [[-1, 4], [2, 0.25]]]";

static const char *const input_names[] = { "s", "x", "p", "c", "r", "v", "A", "T" };

/* The derivatives of an expression by all inputs that are in it. */
static void compare_text(const char *text)
{
	bench *t = bench_of_differences();
	must(t, inputs);
	problem p = { .t = t, .what = text, .y = must(t, text) };
	for (size_t i = 0; i < sizeof input_names / sizeof *input_names; i++) {
		atl_id id = named(t, input_names[i]);
		if (atl_depends(t->graph, p.y, id))
			p.in[p.n++] = id;
	}
	assert_true(p.n > 0);
	compare_derivatives(&p);
	bench_free(t);
}

static void compare_texts(const char *const *text)
{
	for (; *text; text++)
		compare_text(*text);
}

static void operators_broadcast_scalars_columns_and_rows(void **state)
{
	static const char *const text[] = {
		"x + s", "s + x", "x + c", "c + x", "x + r", "r - x", "x .* s", "s*x", "x .* c",
		"c .* x", "r .* x", "x ./ s", "x/s", "s ./ p", "c ./ p", "p ./ r", "x ./ 4",
		"1 ./ p", "p.^s", "p.^c", "p.^r", "s.^x", "p.^-2", "x.^3", "x.^2 + 1", "c .+ r",
		"c .* r", "c .- r", "where(x > 0, s, x)", "where(x > 0, x.^2, 3*x)",
		"where(x > 0, s*p, 0)", "max(x, s)", "min(x, c)", "clip(x, -0.4, 0.6)",
		"clip(x, max=s)", "max(x, p, s)", "min(x, c, s, p)", "stack(x, p, axis=3)", "log(p, s + 2)",
		"broadcast(s, 2, 3) .* x", "2x - x/3", "-x", "x.^1", "s^3", "s^-2", "s^s", NULL,
	};
	(void)state;
	compare_texts(text);
}

static void indices_send_back_to_where_they_took_from(void **state)
{
	static const char *const text[] = {
		"x[2, 3]", "x[1, :]", "x[:, 2]", "x[:, 2:3]", "x[2:-1:1, :]", "x[:, 3:-2:1]",
		"x[end, end]", "v[2]", "v[2:end]", "r[2]", "r[1:2]", "v[[3, 1, 3]]", "x[:, [2, 2]]",
		"x[[2, 1, 2], :]", "x[[2, 1], [3, 3, 1]]", "x[1, [3, 1]]", "T[1, :, :]",
		"T[:, 2, :]", "T[2, 1, 2]", "T[:, [2, 1], :]", "x[1, :] .* x[2, :]",
		"v[1]*v[2] + v[3]^2", NULL,
	};
	(void)state;
	compare_texts(text);
}

static void joins_and_shapes_pass_entries_on(void **state)
{
	static const char *const text[] = {
		"[x; p]", "[x, p]", "[x, c]", "[x; r]", "[c, x, c]", "[s, s^2; 2, s]", "[s, 2*s]",
		"[x, c; r, s]", "hcat(s, s^2)", "vcat(v, s)", "reshape(x, 3, 2)",
		"reshape(x, 6, 1)", "reshape(T, 4, 2)", "vec(x)", "vec(A*v)", "x'", "x'*c",
		"(x*v)'", "r'", "diag(v)", "diag(r)", "diag(x)", "diag(x')", "diag(A)",
		"diag(diag(A))", "s'", "[x; []]", "broadcast(c, 2, 3)", "broadcast(r, 2, 3)",
		"T .* T", "T*s", "sum(T, 3)", "sum(T, 1)", "mean(T, 2)", "prod(T)",
		"[[s, 1], [2, s]]", "[[[s, 1], [2, s^2]], [[1, s], [0, 1]]]", "max(T, axis=3)",
		NULL,
	};
	(void)state;
	compare_texts(text);
}

static void compositions_have_the_chain_rule(void **state)
{
	static const char *const text[] = {
		"x*v", "v'*A*v", "A^3", "A^-2", "A\\v", "inv(A)*v", "det(A*A')", "log(det(A'*A))",
		"tr(A'*A)", "v*v'", "dot(v, A*v)", "outer(v, A*v)", "sum(x.^2, 1)", "sum(x.^2, 2)",
		"mean(x, 1) .* r", "var(x, 1)", "std(x, axis=2, ddof=1)", "prod(x, 1)",
		"prod(x, 2)", "prod(v)", "norm(v)", "norm(x, 1)", "norm(x, inf)", "norm(x, 3)",
		"norm(v, s + 2)", "max(x)", "max(x, axis=1)", "min(x, axis=2)", "max(x, p)",
		"softmax(x)", "softmax(x, 2)", "softmax(v)", "log_softmax(x)", "logsumexp(r)",
		"sigmoid(x*v)", "tanh(A*v + v)", "relu(x*v + c)", "exp(-sum(x.^2))",
		"log(1 + exp(x))", "s*sin(s)*exp(s)", "x .* x .* x", "linspace(s, 2, 4)",
		"sigmoid'(x)", "sin''(x)", NULL,
	};
	(void)state;
	compare_texts(text);
}

static void what_where_does_not_choose_sends_nothing_back(void **state)
{
	static const char *const text[] = {
		"where(x > 0, log(x), 0)", "where(x > 0, sqrt(x), x)",
		"where(x > 0, where(x > 1, log(x - 1), 1 ./ x), 0)", "where(x < 0, 0, log(x))",
		"where(x > 0, x.^s, -x)", "where(x > 0, exp(log(x)*2) - log(x), 0)",
		"where(x > 0, log(x), 0) + where(x < 0, log(-x), 0)",
		"sum(where(x > 0, log(x).^2, x), 1)", NULL,
	};
	(void)state;
	compare_texts(text);
}

/* ---- laws ---- */

static const double AGREE = 1e-25, ROUNDING = 1e-70;

static const char *const maps[][2] = {
	/* y, and what it is a function of */
	{ "A*v", "v" },
	{ "softmax(x)", "x" },
	{ "x .* x - sin(x)", "x" },
	{ "inv(A)", "A" },
	{ "x*v", "x" },
	{ "x[:, 2].^2", "x" },
	{ "sum(x.^3, 1)", "x" },
	{ "relu(x) + abs(x)", "x" },
	{ "v .* s", "s" },
	{ "[x; x.^2]", "x" },
	{ "sum(v)", "x" },
};

static void in_all_maps(void (*law)(bench *, atl_id y, atl_id x, const char *text))
{
	for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
		bench *t = bench_of_differences();
		must(t, inputs);
		atl_id y = must(t, maps[i][0]);
		law(t, y, named(t, maps[i][1]), maps[i][0]);
		bench_free(t);
	}
}

static atl_id some(bench *t, const atl_shape *shape, int from)
{
	atl_buf text = { 0 };
	for (size_t i = 0; i < atl_shape_count(shape); i++)
		atl_buf_addf(&text, "%s%s%d.%d", i ? " " : "", i % 3 == 1 ? "-" : "",
			     from + (int)i % 4, (int)(i * 7 + 3) % 10);
	atl_id id = atl_build_full(&t->b, atl_buf_text(&text), shape);
	atl_buf_clear(&text);
	return id;
}

static void forward(bench *t, atl_id y, atl_id x, const char *text)
{
	atl_id v = some(t, atl_graph_shape(t->graph, x), 1), jvp = atl_jvp(&t->b, y, x, v);
	if (!jvp)
		fail_msg("jvp of %s: %s", text, complaint(t));
	double off = distance_from_difference(t, jvp, y, x, v);
	if (!(off <= AGREE))
		fail_msg("jvp of %s is off by %g", text, off);
}

static void jvp_is_the_derivative_in_a_direction(void **state)
{
	(void)state;
	in_all_maps(forward);
}

static void adjoint(bench *t, atl_id y, atl_id x, const char *text)
{
	atl_id v = some(t, atl_graph_shape(t->graph, x), 1),
	       u = some(t, atl_graph_shape(t->graph, y), 0);
	atl_id left =
	    atl_build_1(&t->b, "sum", atl_build_2(&t->b, "mul", u, atl_jvp(&t->b, y, x, v)));
	atl_id right =
	    atl_build_1(&t->b, "sum", atl_build_2(&t->b, "mul", atl_vjp(&t->b, y, x, u), v));
	double off = distance(t, left, right);
	if (!(off <= ROUNDING))
		fail_msg("%s: u.jvp(v) and vjp(u).v are %g apart", text, off);
}

static void vjp_and_jvp_are_adjoint(void **state)
{
	(void)state;
	in_all_maps(adjoint);
}

/* The jacobian's product with v is the jvp, and its rows are gradients of entries. */
static void jacobian_rows(bench *t, atl_id y, atl_id x, const char *text)
{
	const atl_shape in = *atl_graph_shape(t->graph, x), out = *atl_graph_shape(t->graph, y);
	atl_shape column = atl_shape_2((int64_t)atl_shape_count(&in), 1);
	atl_id v = some(t, &in, 1), jacobian = atl_jacobian(&t->b, y, x);
	atl_id product =
	    atl_build_2(&t->b, "matmul", jacobian, atl_build_reshape(&t->b, v, &column));
	double off = distance(t, atl_build_reshape(&t->b, product, &out), atl_jvp(&t->b, y, x, v));
	if (!(off <= ROUNDING))
		fail_msg("%s: jacobian*v and jvp are %g apart", text, off);
	atl_shape flat = atl_shape_2((int64_t)atl_shape_count(&out), 1),
		  row = atl_shape_2(1, column.dim[0]);
	for (int64_t i = 1; i <= flat.dim[0]; i++) {
		atl_id entry = atl_build_lane(&t->b, atl_build_reshape(&t->b, y, &flat), 0, i);
		atl_id grad = atl_build_reshape(&t->b, atl_grad(&t->b, entry, x), &row);
		off = distance(t, atl_build_lane(&t->b, jacobian, 0, i), grad);
		if (!(off <= ROUNDING))
			fail_msg("%s: row %d of the jacobian is not the gradient of entry %d", text,
				 (int)i, (int)i);
	}
}

static void a_row_of_the_jacobian_is_the_gradient_of_an_entry(void **state)
{
	(void)state;
	in_all_maps(jacobian_rows);
}

static void a_hessian_is_symmetric(void **state)
{
	static const char *const text[] = {
		"hessian(sum(softmax(x).^2), x)", "hessian(det(A), A)", "hessian(v'*A*v, v)",
		"hessian(norm(x), x)", "hessian(prod(v), v)", "hessian(logsumexp(A*v), A)",
		"hessian(s^4, s)", "hessian(max(v)^3, v)", NULL,
	};
	(void)state;
	for (size_t i = 0; text[i]; i++) {
		bench *t = bench_of_differences();
		must(t, inputs);
		atl_id h = must(t, text[i]);
		double off = distance(t, h, atl_build_1(&t->b, "transpose", h));
		if (!(off <= ROUNDING))
			fail_msg("%s is not symmetric: off by %g", text[i], off);
		bench_free(t);
	}
}

/* ---- higher orders, and zeros, by value ---- */

static void derivatives_of_derivatives_of_derivatives(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(
	    t,
	    "z = 2; y = z^5; d = grad(y, z); e = grad(d, z); f = grad(e, z); q = [1, 2]; "
	    "L = sum(q.^4)");
	assert_value(t, "[d, e, f, grad(f, z)]", "[80; 160; 240; 240]");
	assert_value(t, "grad(grad(f, z), z)", "120");
	assert_value(t, "grad(grad(grad(grad(f, z), z), z), z)", "0");
	assert_value(t, "∂²y/∂z²", "160");
	assert_value(t, "grad(sum(grad(sum(grad(L, q)), q)), q)", "[24; 48]");
	assert_value(t, "hessian(L, q)", "[12, 0; 0, 48]");
	bench_free(t);
}

static void a_gradient_is_zero_where_nothing_depends(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "a = [1, 2, 3]; b = 4; L = sum(a)*2");
	assert_value(t, "grad(L, b)", "0");
	assert_value(t, "grad(sum(stopgrad(a).*a), a)", "[1; 2; 3]");
	assert_value(t, "jvp(L, b, 1)", "0");
	assert_value(t, "jacobian(a .* 2, b)", "[0; 0; 0]");
	assert_value(t, "grad(b, a)", "[0; 0; 0]");
	bench_free(t);
}

/* ---- the rows that take attributes ---- */

static void place_and_scatter_have_their_own_derivatives(void **state)
{
	static const char *const text[] = {
		"grad(sum(x[:, 2:3].^3), x)", "grad(sum(v[[3, 1, 3]].^3), v)",
		"grad(sum(x[:, [2, 2]].^3), x)", "grad(sum(T[:, 2, :].^3), T)", NULL,
	};
	(void)state;
	compare_texts(text);
}

#define TEST(fn) { #fn, fn, NULL, NULL, NULL }

extern const struct CMUnitTest structure_tests[];
extern const size_t n_structure_tests;

const struct CMUnitTest structure_tests[] = {
	TEST(operators_broadcast_scalars_columns_and_rows),
	TEST(indices_send_back_to_where_they_took_from),
	TEST(joins_and_shapes_pass_entries_on),
	TEST(compositions_have_the_chain_rule),
	TEST(what_where_does_not_choose_sends_nothing_back),
	TEST(jvp_is_the_derivative_in_a_direction),
	TEST(vjp_and_jvp_are_adjoint),
	TEST(a_row_of_the_jacobian_is_the_gradient_of_an_entry),
	TEST(a_hessian_is_symmetric),
	TEST(derivatives_of_derivatives_of_derivatives),
	TEST(a_gradient_is_zero_where_nothing_depends),
	TEST(place_and_scatter_have_their_own_derivatives),
};
const size_t n_structure_tests = sizeof structure_tests / sizeof *structure_tests;
