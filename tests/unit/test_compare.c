/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_compare.c: the same graph in several systems, as data and as text. */
#include "scratch.h"

#include <math.h>
#include "base/mem.h"
#include "print/compare.h"

enum { MOST = 8 };

/* systems: "float64|mpfr 20|exact" */
static atl_status compare(atl_compare **c, scratch *s, atl_id y, const char *systems)
{
	char text[200];
	const char *name[MOST];
	atl_num num[MOST];
	size_t n = 0;
	snprintf(text, sizeof text, "%s", systems);
	for (char *p = text; p; n++) {
		char *end = strchr(p, '|');
		if (end)
			*end++ = 0;
		name[n] = p;
		num[n] = *atl_eval_num(s->eval);
		assert_true(atl_system_find(&num[n], p, strlen(p)));
		p = end;
	}
	atl_compare_request r = { .trace = { .y = y }, .name = name, .num = num, .n = n };
	return atl_compare_make(c, &s->builder, s->eval, &r, &s->diag);
}

static atl_compare *compared(scratch *s, const char *expression, const char *systems)
{
	atl_compare *c = NULL;
	if (compare(&c, s, scratch_build(s, expression), systems))
		fail_msg("%s: %s", expression, s->diag.message);
	return c;
}

/* The step whose label, or whose adjoint's, this is: "v1", "∂x". */
static size_t step_of(const atl_compare *c, const char *label)
{
	bool adjoint = !strncmp(label, "∂", strlen("∂"));
	size_t from = adjoint ? c->trace->forward : 0, to = adjoint ? c->steps : c->trace->forward;
	for (size_t i = from; i < to; i++)
		if (!strcmp(c->trace->step[i].label, label + (adjoint ? strlen("∂") : 0)))
			return i;
	fail_msg("no step %s", label);
	return 0;
}

static const atl_cell *cell_of(const atl_compare *c, size_t column, const char *label)
{
	return &c->column[column].cell[step_of(c, label)];
}

static bool near(double a, double b)
{
	return fabs(a - b) < 0.1;
}

static void the_bits_of_a_system_are_found_by_trial(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "0.1");
	atl_compare *c = compared(&s, "2*x", "mpfr 2|mpfr 777|float64|exact|mpfr 53");
	assert_int_equal(c->column[0].bits, 2);
	assert_int_equal(c->column[1].bits, 777);
	assert_int_equal(c->column[2].bits, 53);
	assert_int_equal(c->column[3].bits, 0);
	assert_int_equal(c->best, 3);
	atl_compare_free(c);
	c = compared(&s, "2*x", "mpfr 53|float64|mpfr 54");
	assert_int_equal(c->best, 2);
	atl_compare_free(c);
	scratch_close(&s);
}

static void an_error_is_relative_to_the_best_value(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "0.1");
	atl_compare *c = compared(&s, "2*x", "float64|exact");
	/* 0.1 is 3602879701896397/36028797018963968 there */
	assert_true(near(pow(10, cell_of(c, 0, "x")->error) * 1e17, 5.55));
	assert_true(cell_of(c, 0, "x")->starts);
	assert_false(cell_of(c, 0, "f")->starts);
	assert_true(cell_of(c, 1, "x")->best);
	assert_true(isinf(cell_of(c, 0, "∂f")->error));
	assert_int_equal(c->column[0].costliest, c->steps);
	atl_compare_free(c);
	scratch_close(&s);
}

static void errors_far_below_a_double_are_told(void **state)
{
	scratch s;
	atl_buf out = { 0 };
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "0.1");
	atl_compare *c = compared(&s, "2*x", "mpfr 5000|exact");
	double error = cell_of(c, 0, "f")->error;
	assert_true(error < -1500 && error > -1520);
	atl_compare_error(&out, -1504.7);
	assert_string_equal(atl_buf_text(&out), "2e-1505");
	atl_buf_clear(&out);
	atl_compare_free(c);
	scratch_close(&s);
}

static void a_cancellation_starts_an_error_and_is_the_costliest(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "1e-9");
	atl_compare *c = compared(&s, "exp(x) - 1", "float64|mpfr 200");
	size_t f = step_of(c, "f");
	assert_int_equal(c->column[0].costliest, f);
	assert_true(c->column[0].cell[f].starts);
	assert_true(c->column[0].cell[f].cost > 8);
	assert_false(cell_of(c, 0, "v1")->starts);
	atl_compare_free(c);
	scratch_close(&s);
}

static void underflow_and_overflow_are_told_apart_from_other_zeros(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "1000");
	atl_compare *c = compared(&s, "exp(-x) + 1", "float64|mpfr 100");
	assert_int_equal(cell_of(c, 0, "v2")->state, ATL_CELL_UNDERFLOW);
	assert_true(cell_of(c, 0, "v2")->starts);
	assert_int_equal(c->column[0].zeros, 2); /* of -x and of x */
	assert_int_equal(c->column[0].first_zero, step_of(c, "∂v1"));
	atl_compare_free(c);
	c = compared(&s, "exp(x)", "float64|mpfr 100");
	assert_int_equal(cell_of(c, 0, "f")->state, ATL_CELL_OVERFLOW);
	atl_compare_free(c);
	c = compared(&s, "(x + 1e-20) - x", "float64|mpfr 100");
	assert_int_equal(cell_of(c, 0, "f")->state, ATL_CELL_LOST);
	atl_compare_free(c);
	c = compared(&s, "(3*0.1 - 0.3)*x", "float64|exact");
	assert_int_equal(cell_of(c, 0, "f")->state, ATL_CELL_NOT_ZERO);
	atl_compare_free(c);
	scratch_close(&s);
}

static void an_array_tells_its_worst_entry(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "[1, 0.2; 0.1, 0.2; 0.3, 1e-9]");
	atl_compare *c = compared(&s, "sum(exp(-10000*x))", "float64|mpfr 100");
	const atl_cell *cell = cell_of(c, 0, "x");
	assert_int_equal(cell->state, ATL_CELL_FINE);
	assert_int_equal(cell->entry, 5);
	assert_int_equal(cell_of(c, 0, "v2")->count, 5);
	assert_int_equal(cell_of(c, 0, "v2")->state, ATL_CELL_UNDERFLOW);
	assert_int_equal(c->column[0].zeros, 0);
	assert_true(c->column[0].partly > 0);
	atl_compare_free(c);
	scratch_close(&s);
}

static void what_a_system_cannot_do_stops_no_column(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "1/3");
	atl_compare *c = compared(&s, "log(x - 1/3)*x", "float64|mpfr 80|exact");
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->steps; k++)
			assert_true(c->column[i].cell[k].value || c->column[i].first_gap <= k);
	atl_compare_free(c);
	/* a number of more digits than are allowed */
	atl_num num = *atl_eval_num(s.eval);
	num.limit_digits = 1000;
	atl_eval_set_num(s.eval, &num);
	c = compared(&s, "x^3000 + x", "float64|exact");
	assert_null(cell_of(c, 1, "v1")->value);
	assert_non_null(cell_of(c, 1, "v1")->why);
	assert_null(cell_of(c, 1, "f")->value);
	assert_null(cell_of(c, 1, "f")->why);
	assert_true(cell_of(c, 0, "v1")->best);
	assert_true(cell_of(c, 1, "x")->best);
	assert_int_equal(c->column[1].first_gap, step_of(c, "v1"));
	atl_compare_free(c);
	scratch_close(&s);
}

static void the_evaluator_is_as_it_was(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "mpfr 77");
	scratch_define(&s, "x", "[0.1; 1000]");
	atl_id y = scratch_build(&s, "sum(exp(x))"), last = atl_graph_last(s.graph);
	assert_int_equal(atl_eval_want(s.eval, &y, 1, &s.diag), ATL_OK);
	atl_array *before = atl_array_ref(atl_eval_get(s.eval, y));
	atl_compare *c = NULL;
	assert_int_equal(compare(&c, &s, y, "float64|exact|mpfr 20"), ATL_OK);
	atl_compare_free(c);
	atl_graph_cut(s.graph, last);
	atl_eval_cut(s.eval, last);
	assert_ptr_equal(atl_eval_num(s.eval)->sys, &atl_mpfr);
	assert_int_equal(atl_eval_num(s.eval)->precision, 77);
	assert_false(atl_eval_num(s.eval)->ieee);
	assert_int_equal(atl_eval_take_overflow(s.eval), 0);
	assert_int_equal(atl_eval_want(s.eval, &y, 1, &s.diag), ATL_OK);
	assert_true(atl_array_same(before, atl_eval_get(s.eval, y)));
	atl_array_unref(before);
	scratch_close(&s);
}

static void a_kink_says_who_takes_another_side(void **state)
{
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "[0.1; 1]");
	atl_compare *c = compared(&s, "sum(relu(3*x - 0.3))", "float64|exact");
	size_t i = 0;
	while (i < c->steps && strcmp(c->trace->step[i].op, "relu") != 0)
		i++;
	assert_non_null(c->column[0].cell[i].kink);
	assert_string_equal(c->column[0].cell[i].kink, "kink: other side at [1]");
	assert_null(c->column[1].cell[i].kink);
	atl_compare_free(c);
	scratch_close(&s);
}

/* ---- a system that ends at 448 and at 1/512, and has no infinity ---- */

static void clamp(double *y, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fabs(y[i]) > 448)
			y[i] = y[i] < 0 ? -448 : 448;
		else if (fabs(y[i]) < 1.0 / 1024)
			y[i] = 0;
	}
}

static atl_answer short_rational(void *y, mpq_srcptr v, atl_num *num)
{
	atl_answer answer = atl_float64.set_rational(y, v, num);
	clamp(y, 1);
	return answer;
}

static atl_answer short_literal(void *y, const char *text, size_t len, atl_num *num)
{
	atl_answer answer = atl_float64.set_literal(y, text, len, num);
	clamp(y, 1);
	return answer;
}

static atl_answer short_mul(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
			    atl_num *num)
{
	atl_answer answer = atl_float64.fn2[ATL_FN2_mul](y, a, sa, b, sb, n, num);
	clamp(y, n);
	return answer;
}

static void a_system_that_saturates_is_told_from_one_that_overflows(void **state)
{
	static const char *const name[] = { "short", "mpfr 100" };
	atl_system own = atl_float64;
	scratch s;
	(void)state;
	own.name = "short";
	own.set_rational = short_rational;
	own.set_literal = short_literal;
	own.fn2[ATL_FN2_mul] = short_mul;
	scratch_open(&s, "float64");
	scratch_define(&s, "x", "-100");
	scratch_define(&s, "w", "0.01");
	atl_num num[2] = { *atl_eval_num(s.eval), *atl_eval_num(s.eval) };
	num[0].sys = &own;
	assert_true(atl_system_find(&num[1], name[1], strlen(name[1])));
	atl_compare_request r = { .name = name, .num = num, .n = 2 };
	r.trace.y = scratch_build(&s, "x*100*w*w*w*w");
	atl_compare *c = NULL;
	assert_int_equal(atl_compare_make(&c, &s.builder, s.eval, &r, &s.diag), ATL_OK);
	assert_int_equal(cell_of(c, 0, "x")->state, ATL_CELL_FINE);
	assert_int_equal(cell_of(c, 0, "v1")->state, ATL_CELL_SATURATED);
	assert_true(cell_of(c, 0, "v1")->starts);
	assert_int_equal(cell_of(c, 0, "v2")->state, ATL_CELL_FINE);
	assert_int_equal(cell_of(c, 0, "v4")->state, ATL_CELL_LOST); /* -0.01 is there, but not of -448 */
	assert_int_equal(cell_of(c, 0, "f")->state, ATL_CELL_UNDERFLOW);
	atl_compare_free(c);
	scratch_close(&s);
}

static void a_line_keeps_to_the_page(void **state)
{
	static const unsigned width[] = { 60, 80, 100, 160 };
	scratch s;
	(void)state;
	scratch_open(&s, "float64");
	scratch_define(&s, "W", "[0.1, 0.2; 0.3, -1e-7]");
	scratch_define(&s, "x", "[0.1; 0.7]");
	for (size_t i = 0; i < sizeof width / sizeof *width; i++) {
		atl_compare *c = compared(&s, "sum(tanh(W*x + 0.1).^2)",
					  "float64|mpfr 4|mpfr 11|mpfr 24|mpfr 100");
		atl_format f = { .digits = 6, .width = width[i] };
		atl_buf out = { 0 };
		atl_print_compare_text(&out, c, &f);
		for (const char *p = atl_buf_text(&out), *end; *p; p = end + 1) {
			end = strchr(p, '\n');
			assert_non_null(end);
			if (atl_text_width(p, (size_t)(end - p)) > width[i])
				fail_msg("%u columns: %.*s", width[i], (int)(end - p), p);
			assert_true(end == p || end[-1] != ' ');
		}
		atl_buf_clear(&out);
		atl_compare_free(c);
	}
	scratch_close(&s);
}

static void without_memory_it_is_an_error(void **state)
{
	(void)state;
	for (long n = 1;; n++) {
		scratch s;
		atl_compare *c = NULL;
		scratch_open(&s, "float64");
		scratch_define(&s, "x", "[0.1; 0]");
		atl_id y = scratch_build(&s, "sum(relu(x - 0.1))");
		atl_mem_fail_after(n);
		atl_status status = compare(&c, &s, y, "float64|exact");
		atl_mem_fail_after(-1);
		assert_ptr_equal(atl_eval_num(s.eval)->sys, &atl_float64);
		atl_compare_free(c);
		scratch_close(&s);
		if (status == ATL_OK)
			break;
		assert_null(c);
		assert_true(n < 100000);
	}
	assert_int_equal(atl_mem_live(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bits_of_a_system_are_found_by_trial),
		cmocka_unit_test(an_error_is_relative_to_the_best_value),
		cmocka_unit_test(errors_far_below_a_double_are_told),
		cmocka_unit_test(a_cancellation_starts_an_error_and_is_the_costliest),
		cmocka_unit_test(underflow_and_overflow_are_told_apart_from_other_zeros),
		cmocka_unit_test(an_array_tells_its_worst_entry),
		cmocka_unit_test(what_a_system_cannot_do_stops_no_column),
		cmocka_unit_test(the_evaluator_is_as_it_was),
		cmocka_unit_test(a_kink_says_who_takes_another_side),
		cmocka_unit_test(a_system_that_saturates_is_told_from_one_that_overflows),
		cmocka_unit_test(a_line_keeps_to_the_page),
		cmocka_unit_test(without_memory_it_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
