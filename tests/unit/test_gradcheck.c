/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_gradcheck.c: the second opinion on gradients: what agrees, what is
 * wrong, and what a step size would be fooled by. */
#include "scratch.h"

#include <math.h>
#include "base/mem.h"
#include "eval/gradcheck.h"
#include "graph/derive.h"

/* ---- rules that are wrong ---- */

typedef struct wrong {
	const char *op;    /* whose rule */
	const char *factor; /* what it gives too much; "0" drops it */
} wrong;

static atl_id send(void *data, atl_builder *b, const atl_contribution *c, atl_id g)
{
	const wrong *w = data;
	(void)g;
	if (strcmp(atl_graph_node(b->graph, c->from)->op->name, w->op))
		return c->node;
	atl_id factor = atl_build_literal(b, w->factor);
	return atl_build_2(b, "mul", c->node, factor);
}

/* Checks dy/dx of expressions; with a wrong rule if one is given. */
static atl_gradcheck checked(scratch *s, const char *y, const char *x, wrong *rule)
{
	atl_gradcheck c;
	atl_variation v = { send, rule };
	atl_gradcheck_request r = { .graph = s->graph, .eval = s->eval, .y = scratch_build(s, y), .x = scratch_build(s, x), .seed = 1 };
	assert_int_not_equal(r.y, 0);
	assert_int_not_equal(r.x, 0);
	s->builder.variation = rule ? &v : NULL;
	r.gradient = atl_grad(&s->builder, r.y, r.x);
	s->builder.variation = NULL;
	assert_int_not_equal(r.gradient, 0);
	if (atl_gradcheck_make(&c, &r, &s->diag))
		fail_msg("%s: %s", y, s->diag.message);
	return c;
}

/* All entries have one verdict. */
static void is(scratch *s, const char *y, const char *x, wrong *rule, atl_slope_verdict verdict)
{
	atl_gradcheck c = checked(s, y, x, rule);
	assert_true(c.n > 0);
	for (size_t i = 0; i < c.n; i++)
		if (c.slope[i].verdict != verdict)
			fail_msg("%s by %s, entry %zu: verdict %d and not %d; gradient %s, left %s, right %s", y, x, i,
			         (int)c.slope[i].verdict, (int)verdict, c.slope[i].gradient, c.slope[i].left, c.slope[i].right);
	atl_gradcheck_clear(&c);
}

static void define_network(scratch *s)
{
	scratch_define(s, "W", "[1, 3; -3, 4; 0.5, 2]/10");
	scratch_define(s, "x", "[2, -1]");
	scratch_define(s, "z", "W*x");
	scratch_define(s, "a", "tanh(z)");
	scratch_define(s, "L", "sum(a.^2) + sum(exp(z))*x[1]");
}

/* ---- tests ---- */

static void right_rules_agree_for_inputs_and_for_what_is_computed(void **state)
{
	static const char *const by[] = { "W", "x", "z", "a" };
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	define_network(&s);
	for (size_t i = 0; i < sizeof by / sizeof *by; i++)
		is(&s, "L", by[i], NULL, ATL_SLOPE_AGREES);
	/* the caller's values are as before */
	atl_id z = scratch_build(&s, "z"), x = scratch_build(&s, "x");
	assert_int_equal(atl_eval_compute(s.eval, &z, 1, &s.diag), ATL_OK);
	assert_null(atl_eval_stored(s.eval, z));
	assert_null(atl_eval_stored(s.eval, x));
	scratch_close(&s);
}

/* A slope that is off by a sign, by a factor, by a millionth, or missing. */
static void a_wrong_rule_is_caught(void **state)
{
	static wrong rules[] = { { "tanh", "-1" }, { "exp", "2" }, { "tanh", "1.000001" }, { "exp", "0.999999" }, { "matmul", "0" } };
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	define_network(&s);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		is(&s, "L", "W", &rules[i], ATL_SLOPE_WRONG);
	is(&s, "L", "z", &rules[0], ATL_SLOPE_WRONG);
	/* behind the wrong rule all is right */
	is(&s, "L", "a", &rules[0], ATL_SLOPE_AGREES);
	scratch_close(&s);
}

/* A single wrong entry is the one that is named. */
static void the_wrong_entry_is_found(void **state)
{
	wrong rule = { "tanh", "3" };
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "u", "[1, 2, 3]");
	atl_gradcheck c = checked(&s, "u[1]^2 + tanh(u[2]) + exp(u[3])", "u", &rule);
	assert_int_equal(c.count[ATL_SLOPE_WRONG], 1);
	assert_int_equal(c.count[ATL_SLOPE_AGREES], 2);
	assert_int_equal(c.slope[1].verdict, ATL_SLOPE_WRONG);
	assert_int_equal(c.slope[1].entry, 1);
	atl_gradcheck_clear(&c);
	scratch_close(&s);
}

static void kinks_edges_and_jumps_are_told_apart(void **state)
{
	scratch s;
	wrong twice = { "relu", "3" };
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "z", "0");
	scratch_define(&s, "o", "1");
	is(&s, "relu(z)", "z", NULL, ATL_SLOPE_KINK);
	is(&s, "abs(z)", "z", NULL, ATL_SLOPE_KINK);
	is(&s, "relu(o)", "o", NULL, ATL_SLOPE_AGREES);
	is(&s, "relu(o)", "o", &twice, ATL_SLOPE_WRONG);
	is(&s, "abs(z)^3", "z", NULL, ATL_SLOPE_AGREES);
	is(&s, "where(z >= 0, z + 1, 0)", "z", NULL, ATL_SLOPE_STEEP);
	is(&s, "z^1.5 + o", "o", NULL, ATL_SLOPE_AGREES);
	scratch_close(&s);
}

/* A slope of 2e-400 is nothing in float64 and no difference of its own: the rules agree, the system does not. */
static void an_underflow_is_rounding_and_no_wrong_rule(void **state)
{
	scratch s;
	wrong rule = { "pow", "-1" };
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "t", "1e-200");
	atl_gradcheck c = checked(&s, "(t*1e-200)^2", "t", NULL);
	assert_int_equal(c.slope[0].verdict, ATL_SLOPE_AGREES);
	assert_true(c.slope[0].apart > 0.99);
	atl_gradcheck_clear(&c);
	is(&s, "(t*1e-200)^2", "t", &rule, ATL_SLOPE_WRONG);
	scratch_close(&s);
}

/* Where every usual step gives nonsense: cancellation, oscillation, a steep sigmoid, a minimum. */
static void no_step_size_fools_it(void **state)
{
	static wrong rule = { "sin", "1.5" };
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "y", "1e-3");
	scratch_define(&s, "m", "2");
	is(&s, "(y + 1e300) - 1e300", "y", NULL, ATL_SLOPE_AGREES);
	is(&s, "y^2*sin(1/y^3)", "y", NULL, ATL_SLOPE_AGREES);
	is(&s, "sin(1e12*y)*1e-9", "y", NULL, ATL_SLOPE_AGREES);
	is(&s, "sin(1e12*y)*1e-9", "y", &rule, ATL_SLOPE_WRONG);
	is(&s, "sigmoid(1e8*(y - 1e-3))", "y", NULL, ATL_SLOPE_AGREES);
	is(&s, "(m - 2)^4", "m", NULL, ATL_SLOPE_AGREES);
	is(&s, "stopgrad(m)*m", "m", NULL, ATL_SLOPE_WRONG);
	scratch_close(&s);
}

static void of_many_entries_a_sample_is_looked_at(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "v", "ones(20, 20)");
	atl_gradcheck c = checked(&s, "sum(tanh(v))", "v", NULL);
	assert_int_equal(c.entries, 400);
	assert_true(c.n < 400 && c.n >= 8);
	for (size_t i = 1; i < c.n; i++)
		assert_true(c.slope[i].entry > c.slope[i - 1].entry);
	atl_gradcheck_clear(&c);
	scratch_close(&s);
}

static void what_has_no_value_cannot_be_checked(void **state)
{
	scratch s;
	atl_gradcheck c;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "n", "-1");
	atl_gradcheck_request r = { .graph = s.graph, .eval = s.eval, .y = scratch_build(&s, "log(n)"), .x = scratch_build(&s, "n"), .seed = 1 };
	r.gradient = atl_grad(&s.builder, r.y, r.x);
	assert_int_equal(atl_gradcheck_make(&c, &r, &s.diag), ATL_ERROR);
	assert_non_null(strstr(s.diag.message, "finite value"));
	atl_gradcheck_clear(&c);
	scratch_close(&s);
}

static void without_memory_it_is_an_error(void **state)
{
	(void)state;
	for (long n = 0;; n++) {
		scratch s;
		atl_gradcheck c;
		scratch_open(&s, "float64");
		scratch_define(&s, "x", "[1, 2]");
		atl_gradcheck_request r = { .graph = s.graph, .eval = s.eval, .y = scratch_build(&s, "sum(x.^2)"), .x = scratch_build(&s, "x"), .seed = 1 };
		r.gradient = atl_grad(&s.builder, r.y, r.x);
		atl_mem_fail_after(n);
		atl_status status = atl_gradcheck_make(&c, &r, &s.diag);
		atl_mem_fail_after(-1);
		atl_gradcheck_clear(&c);
		scratch_close(&s);
		if (status == ATL_OK)
			break;
		assert_true(n < 100000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_rules_agree_for_inputs_and_for_what_is_computed),
		cmocka_unit_test(a_wrong_rule_is_caught),
		cmocka_unit_test(the_wrong_entry_is_found),
		cmocka_unit_test(kinks_edges_and_jumps_are_told_apart),
		cmocka_unit_test(an_underflow_is_rounding_and_no_wrong_rule),
		cmocka_unit_test(no_step_size_fools_it),
		cmocka_unit_test(of_many_entries_a_sample_is_looked_at),
		cmocka_unit_test(what_has_no_value_cannot_be_checked),
		cmocka_unit_test(without_memory_it_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
