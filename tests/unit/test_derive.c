/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_derive.c: the reverse sweep: contributions, masks, zeros, names. */
#include "host.h"

#include "graph/op.h"

static void contributions_come_in_descending_order_of_the_consumer(void **state)
{
	bench *t = bench_new("exact");
	atl_adjoints adj;
	(void)state;
	must(t, "x = 3; a = x^2; b = 5*x; c = a*x; y = a + b + c");
	atl_id x = named(t, "x"), last = 0;
	assert_int_equal(atl_derive(&t->b, named(t, "y"), 0, NULL, 0, &adj), ATL_OK);
	int uses = 0;
	atl_buf order = { 0 };
	assert_int_equal(adj.item[0].from, 0);
	assert_int_equal(adj.item[0].to, named(t, "y"));
	for (size_t i = 0; i < adj.n; i++) {
		if (adj.item[i].to != x)
			continue;
		uses++;
		assert_true(!last || adj.item[i].from < last);
		last = adj.item[i].from;
		atl_buf_addf(&order, "%s ", value_text(t, adj.item[i].node));
	}
	assert_int_equal(uses, 3);
	assert_string_equal(atl_buf_text(&order), "9 5 24 "); /* by c, by b, by a (1 + x at a) */
	assert_string_equal(value_text(t, adj.total[x]), "38");
	assert_string_equal(value_text(t, adj.total[named(t, "a")]), "4");
	atl_adjoints_clear(&adj);
	atl_buf_clear(&order);
	bench_free(t);
}

static void an_operand_used_twice_gets_both_contributions(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = 3; u = [1, 2]");
	assert_value(t, "grad(x*x, x)", "6");
	assert_value(t, "grad(x + x, x)", "2");
	assert_value(t, "grad(x - x, x)", "0");
	assert_value(t, "grad(sum([u; u; u]), u)", "[3; 3]");
	assert_value(t, "grad(u'*u, u)", "[2; 4]");
	assert_value(t, "grad(x^x - x^x, x)", "0");
	bench_free(t);
}

static void only_descendants_of_what_is_asked_for_get_adjoints(void **state)
{
	bench *t = bench_new("exact");
	atl_adjoints adj;
	(void)state;
	must(t, "x = 3; z = 4; a = x*2; b = z*2; y = a*b");
	atl_id x = named(t, "x");
	assert_int_equal(atl_derive(&t->b, named(t, "y"), 0, &x, 1, &adj), ATL_OK);
	assert_true(adj.total[named(t, "a")] && adj.total[x]);
	assert_true(!adj.total[named(t, "b")] && !adj.total[named(t, "z")]);
	atl_adjoints_clear(&adj);
	bench_free(t);
}

static void what_where_does_not_select_has_gradient_zero_and_no_nan(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [0, -1, 2]; s = 0; z = [-1, -2]");
	assert_value(t, "grad(sum(where(x > 0, log(x), 0)), x)", "[0; 0; 0.5]");
	assert_value(t, "grad(sum(where(x > 0, where(x > 1, sqrt(x - 1), 3*x), 0)), x)",
		     "[0; 0; 0.5]");
	assert_value(t, "grad(sum(where(x <= 0, 0, log(x))), x)", "[0; 0; 0.5]");
	assert_value(t, "grad(sum(where(x > 0, 5*log(x) + 1, x)), x)", "[1; 1; 2.5]");
	assert_value(t, "grad(sum(where(z > 0, 1/s, z) + where(z[1] > 0, log(s), 2)), s)", "0");
	assert_value(t, "grad(sum(where(z > 0, log(s), z)), s)", "0");
	assert_value(t, "grad(sum(where(z > 0, log(s), z)), z)", "[1; 1]");
	must(t, "q = [1, 0]; r = [[4, 9]]");
	assert_value(t, "grad(sum(where([1, 1; 0, 0] > 0, log(q) .+ r, 0)), q)", "[2; 0]");
	bench_free(t);
}

static void a_selected_side_outside_its_domain_is_still_an_error(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [0, 4]; y = sum(where(x > 1, 1, sqrt(x)))");
	assert_value(t, "y", "1");
	assert_fails(t, "grad(y, x)", ATL_KIND_DOMAIN,
		     "1/0 at entry [1] has no value\n/ needs a divisor that is not 0\n"
		     "it stands in the gradient of what is underlined");
	assert_fails(t, "where(x > 1, x, log(x))", ATL_KIND_DOMAIN,
		     "log(0) at entry [1] has no value\nlog needs x > 0");
	bench_free(t);
}

static void a_use_outside_where_is_not_masked(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [-1, 4]; u = 1 ./ x; y = sum(where(x > 0, u, 0) + u)");
	assert_value(t, "grad(y, x)", "[-1; -0.125]");
	must(t, "v = sqrt(x .* x); y = sum(where(x > 0, v, 0) + where(x < 0, 2*v, 0))");
	assert_value(t, "grad(y, x)", "[-2; 1]");
	bench_free(t);
}

static void no_gradient_flows_through_stopgrad_and_steps(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = [3, 1/2]");
	assert_value(t, "grad(sum(x .* stopgrad(x)), x)", "[3; 1/2]");
	assert_value(t, "grad(sum(floor(x) + sign(x) + (x > 1)), x)", "[0; 0]");
	assert_value(t, "grad(argmax(x)*sum(x), x)", "[1; 1]");
	assert_value(t, "grad(sum(value(x) .* x), x)", "[3; 1/2]");
	bench_free(t);
}

static void kinks_and_ties_have_one_policy(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = 0; v = [2, 1, 2]; w = [1, 1]");
	assert_value(t, "grad(relu(x), x)", "0");
	assert_value(t, "grad(abs(x), x)", "0");
	assert_value(t, "grad(max(v), v)", "[1; 0; 0]");
	assert_value(t, "grad(min(v), v)", "[0; 1; 0]");
	assert_value(t, "grad(sum(max(w, 1)), w)", "[1; 1]");
	assert_value(t, "grad(sum(max(1, w)), w)", "[0; 0]");
	assert_value(t, "grad(hardtanh(x + 1), x)", "0");
	bench_free(t);
}

static void a_gradient_is_of_the_binding_it_names(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "W = 2; L = W^2; W = 3");
	assert_value(t, "grad(L, W)", "0");
	assert_string_equal(
	    atl_buf_text(&t->notes),
	    "the gradient is 0: this depends on an earlier W (W~1), not on the one bound last; "
	    "`W <- ...` changes a value and keeps what depends on it\n");
	atl_buf_reset(&t->notes);
	must(t, "x = 2; u = x^2; M = x^2 + 1");
	assert_value(t, "grad(M, u)", "0");
	assert_string_equal(
	    atl_buf_text(&t->notes),
	    "the gradient is 0: this contains an expression equal to u, and not the name "
	    "u; write u in its place\n");
	assert_value(t, "grad(M, x)", "4");
	bench_free(t);
}

static void a_gradient_passes_names_and_aliases(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = 2; h = x*3; k = h; L = k^2 + h");
	assert_value(t, "[grad(L, x), grad(L, h), grad(L, k)]", "[39; 13; 12]");
	must(t, "W = [1, 2; 3, 4]; S = sum(W .^ 2)");
	assert_value(t, "grad(S, W[2, 1])", "6");
	assert_value(t, "grad(S, W[1, :])", "[2, 4]");
	assert_value(t, "∂S/∂W[1, 2]", "4");
	bench_free(t);
}

static void arguments_of_derivatives_are_checked(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [1, 2, 3]");
	assert_fails(
	    t, "grad(2 .* x, x)", ATL_KIND_SHAPE,
	    "a gradient is of a scalar\n2*x is 3×1\n"
	    "sum(...) of it is a scalar; jacobian(y, x) has all its derivatives; vjp(y, x, "
	    "u) weighs them by u");
	assert_fails(t, "grad(sum(x), x + 1)", ATL_KIND_NAME,
		     "grad is taken with respect to a name\n"
		     "name the expression first: u = ..., use u in its place, then grad(..., u)");
	assert_fails(
	    t, "jvp(sum(x), x, [1, 2])", ATL_KIND_SHAPE,
	    "the direction has another shape than what it multiplies\n[1; 2] is 2×1\n"
	    "x is 3×1 (line 1)");
	assert_fails(
	    t, "vjp(x, x, 2)", ATL_KIND_SHAPE,
	    "the direction has another shape than what it multiplies\n2 is a scalar\n"
	    "x is 3×1 (line 1)");
	bench_free(t);
}

static void a_rule_is_simplified_by_what_it_meets(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 3; w = [1, 2]; b = 0.5; A = [1, 2; 3, 4]");
	assert_shown(t, "grad(x + b, x)", "1");
	assert_shown(t, "grad(x*b, x)", "b");
	assert_shown(t, "grad(x^2, x)", "2*x");
	assert_shown(t, "grad(-x, x)", "-1");
	assert_shown(t, "grad(x/2, x)", "1/2");
	assert_shown(t, "grad(sum(A*w), A)", "ones(2, 1)*w'");
	assert_shown(t, "grad(sigmoid(x), x)", "sigmoid(x)*(1 - sigmoid(x))");
	/* what the user wrote stays */
	assert_shown(t, "1*x + 0", "1*x + 0");
	assert_shown(t, "x^1", "x^1");
	assert_shown(t, "w''", "w''");
	bench_free(t);
}

static void nodes_of_a_derivative_are_marked_and_bodies_are_not_seen(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 3; y = silu(x)");
	atl_id last = atl_graph_last(t->graph), g = must(t, "grad(y, x)");
	assert_true(atl_graph_node(t->graph, g)->flags & ATL_NF_ADJOINT);
	for (atl_id id = last + 1; id <= g; id++)
		assert_false(atl_graph_node(t->graph, id)->flags & ATL_NF_HIDDEN);
	bench_free(t);
}

/* A function's argument is a name for what may be a plain number. */
static void a_closed_scalar_collects_from_all_that_it_met(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	atl_id two = atl_build_number(&t->b, 2);
	atl_new k = { .op = atl_op_find("ident", 5), .shape = ATL_SCALAR, .in = &two, .n_in = 1,
		      .flags = ATL_NF_ALIAS, .fresh = true };
	atl_id x = atl_build_node(&t->b, &k), v = must(t, "[1, 2, -3]"), c = must(t, "[1, 2, -3] > 0");
	atl_id xx = atl_build_2(&t->b, "mul", x, x), y = atl_build_2(&t->b, "mul", v, xx);
	assert_string_equal(value_text(t, atl_grad(&t->b, atl_build_1(&t->b, "sum", y), x)), "0");
	atl_id chosen = atl_build_3(&t->b, "where", c, y, atl_build_number(&t->b, 0));
	assert_string_equal(value_text(t, atl_grad(&t->b, atl_build_1(&t->b, "sum", chosen), x)), "12");
	bench_free(t);
}

static void a_chain_of_a_hundred_thousand_is_no_depth(void **state)
{
	enum { LONG = 100000 };
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 1; y = x");
	atl_id x = named(t, "x"), y = x;
	for (int i = 0; i < LONG; i++)
		y = atl_build_2(&t->b, "add", y, x);
	assert_string_equal(value_text(t, y), "100001");
	assert_string_equal(value_text(t, atl_grad(&t->b, y, x)), "100001");
	assert_true(strlen(shown(t, y)) < 2000);
	y = x;
	for (int i = 0; i < LONG; i++)
		y = atl_build_1(&t->b, "sin", y);
	assert_true(atl_grad(&t->b, y, x) != 0);
	assert_true(strlen(shown(t, y)) < 2000);
	assert_null(atl_graph_verify(t->graph));
	bench_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contributions_come_in_descending_order_of_the_consumer),
		cmocka_unit_test(an_operand_used_twice_gets_both_contributions),
		cmocka_unit_test(only_descendants_of_what_is_asked_for_get_adjoints),
		cmocka_unit_test(what_where_does_not_select_has_gradient_zero_and_no_nan),
		cmocka_unit_test(a_selected_side_outside_its_domain_is_still_an_error),
		cmocka_unit_test(a_use_outside_where_is_not_masked),
		cmocka_unit_test(no_gradient_flows_through_stopgrad_and_steps),
		cmocka_unit_test(kinks_and_ties_have_one_policy),
		cmocka_unit_test(a_gradient_is_of_the_binding_it_names),
		cmocka_unit_test(a_gradient_passes_names_and_aliases),
		cmocka_unit_test(arguments_of_derivatives_are_checked),
		cmocka_unit_test(a_rule_is_simplified_by_what_it_meets),
		cmocka_unit_test(nodes_of_a_derivative_are_marked_and_bodies_are_not_seen),
		cmocka_unit_test(a_closed_scalar_collects_from_all_that_it_met),
		cmocka_unit_test(a_chain_of_a_hundred_thousand_is_no_depth),
	};

	return cmocka_run_group_tests_name("derive", tests, NULL, NULL);
}
