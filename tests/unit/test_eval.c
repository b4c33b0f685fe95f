/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_eval.c: values: freshness, stored numbers, systems, and whose fault no value is. */
#include "host.h"

#include <signal.h>

static void a_value_follows_its_inputs(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2; y = x^2; z = y + 1");
	assert_value(t, "z", "5");
	must(t, "x <- 3");
	assert_value(t, "[y, z]", "[9; 10]");
	must(t, "x <- x + 1; x <- x + 1");
	assert_value(t, "[x, y, z]", "[5; 25; 26]");
	bench_free(t);
}

static void only_what_is_stale_is_computed_again(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2; w = 7; y = x^2; z = w*3");
	atl_id y = named(t, "y"), z = named(t, "z");
	assert_string_equal(value_text(t, z), "21");
	const atl_array *before = atl_eval_get(t->eval, z);
	must(t, "x <- 5");
	assert_null(atl_eval_get(t->eval, y)); /* stale until it is wanted */
	assert_string_equal(value_text(t, y), "25");
	assert_string_equal(value_text(t, z), "21");
	assert_ptr_equal(atl_eval_get(t->eval, z), before);
	bench_free(t);
}

static void an_input_goes_back_to_its_closed_expression(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2");
	assert_int_equal(atl_eval_stored(t->eval, named(t, "x")) != NULL, 0);
	must(t, "x <- 3");
	assert_non_null(atl_eval_stored(t->eval, named(t, "x")));
	assert_true(atl_eval_stored_by(t->eval, named(t, "x")).lo != 0);
	atl_eval_unstore(t->eval, named(t, "x"));
	assert_value(t, "x", "2");
	atl_eval_unstore(t->eval, named(t, "x")); /* twice is nothing */
	assert_value(t, "x + 1", "3");
	bench_free(t);
}

static void a_closed_input_is_evaluated_in_the_system_in_force(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 1/3; y = 3*x; d = 0.1");
	bench_system(t, "exact");
	assert_value(t, "[x, y, d]", "[1/3; 1; 1/10]");
	bench_system(t, "float64");
	assert_value(t, "x", "0.333333");
	bench_free(t);
}

static void a_stored_number_is_viewed_and_never_changed(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 1; x <- 0.1; k = value(x*2)");
	bench_system(t, "exact");
	assert_value(t, "x", "3602879701896397/36028797018963968"); /* the double, exactly */
	assert_value(t, "k", "3602879701896397/18014398509481984");
	bench_system(t, "mpfr 8");
	assert_value(t, "x", "0.100098");
	bench_system(t, "float64");
	assert_value(t, "x == 0.1", "1");
	bench_system(t, "exact");
	must(t, "x <- 1/3");
	bench_system(t, "float64");
	assert_value(t, "x", "0.333333");
	bench_system(t, "exact");
	assert_value(t, "x", "1/3");
	bench_free(t);
}

static void a_stored_number_that_does_not_fit_says_so(void **state)
{
	atl_num num = { 0 };
	bench *t = bench_new("mpfr 64");
	(void)state;
	must(t, "x = 1; x <- 2^-4000");
	assert_true(atl_system_find(&num, "exact", 5));
	num.limit_digits = 100;
	atl_eval_set_num(t->eval, &num);
	assert_fails(
	    t, "x + 1", ATL_KIND_LIMIT,
	    "x: too many digits\n"
	    "`set number mpfr 256` computes with 256 bits; `set limit digits N` moves the limit\n"
	    "since x <- 2^-4000 (line 1)");
	bench_free(t);
}

static void what_has_no_value_names_its_birth(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [4, -3]; u = sqrt(9)");
	assert_fails(t, "log(-3)", ATL_KIND_DOMAIN, "log(-3) has no value\nlog needs x > 0");
	assert_fails(t, "sum(exp(2*log(x) + 1))", ATL_KIND_DOMAIN,
		     "log(-3) at entry [2] has no value\nlog needs x > 0");
	assert_fails(t, "1/(u - 3)", ATL_KIND_DOMAIN,
		     "1/0 has no value\n/ needs a divisor that is not 0");
	assert_fails(t, "(x - 4)./(x - 4)", ATL_KIND_DOMAIN,
		     "0/0 at entry [1] has no value\n/ needs a divisor that is not 0");
	assert_fails(
	    t, "(-2)^0.5", ATL_KIND_DOMAIN,
	    "(-2)^0.5 has no value\n"
	    "^ needs a positive base, or a whole exponent (not negative for base 0)");
	assert_fails(t, "inf - inf", ATL_KIND_DOMAIN, "inf - inf has no value");
	assert_fails(t, "asin([0, 0; 2, 0])*2", ATL_KIND_DOMAIN,
		     "asin(2) at entry [2, 1] has no value\nasin needs -1 <= x <= 1");
	assert_fails(t, "x' * log([1, -1])", ATL_KIND_DOMAIN,
		     "log(-1) at entry [2] has no value\nlog needs x > 0");
	assert_fails(t, "where(0, log(-1), sqrt(-4))", ATL_KIND_DOMAIN,
		     "sqrt(-4) has no value\nsqrt needs x >= 0");
	assert_fails(t, "y = log(x)", ATL_KIND_DOMAIN,
		     "log(-3) at entry [2] has no value\nlog needs x > 0");
	assert_int_equal(named(t, "y"), 0);
	bench_free(t);
}

static void the_place_of_the_error_is_the_node_that_is_to_blame(void **state)
{
	bench *t = bench_new("float64");
	size_t len = 0;
	(void)state;
	assert_int_equal(run(t, "y = 2*log(1 - 4) + 7"), 0);
	const char *text = atl_sources_text(t->sources, t->diag.at, &len);
	assert_true(len == 10 && !strncmp(text, "log(1 - 4)", len));
	bench_free(t);
}

static void an_update_that_breaks_a_reader_is_named(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2; w = 1; y = log(x)*w");
	must(t, "x <- -1");
	must(t, "w <- 5");
	assert_fails(t, "y", ATL_KIND_DOMAIN,
		     "log(-1) has no value\nlog needs x > 0\nsince x <- -1 (line 2)");
	must(t, "x <- 1");
	assert_value(t, "y", "0");
	bench_free(t);
}

static void no_value_is_no_error_where_it_is_not_wanted(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [-1, 4]");
	assert_value(t, "where(x > 0, sqrt(x), 0)", "[0; 2]");
	assert_value(t, "xlogy(0, 0)", "0");
	atl_id id = must(t, "sqrt(x)");
	size_t at = 9;
	assert_int_equal(atl_eval_compute(t->eval, &id, 1, &t->diag), ATL_OK);
	assert_int_equal(atl_array_no_value(atl_eval_get(t->eval, id)), 0);
	assert_int_equal(atl_eval_blame(t->eval, id, 0, &at), id);
	assert_int_equal(at, 0);
	assert_fails(t, "sum(sqrt(x))", ATL_KIND_DOMAIN,
		     "sqrt(-1) at entry [1] has no value\nsqrt needs x >= 0");
	bench_free(t);
}

static void nan_is_kept_when_that_is_set(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	atl_eval_keep_nan(t->eval, true);
	assert_value(t, "[1/0, log(0), 0/0]", "[inf; -inf; nan]");
	atl_eval_keep_nan(t->eval, false);
	assert_fails(t, "1/0", ATL_KIND_DOMAIN,
		     "1/0 has no value\n/ needs a divisor that is not 0");
	bench_free(t);
}

static void what_a_system_cannot_do_names_the_node(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = [4, 2]");
	assert_value(t, "sqrt(x[1])", "2");
	assert_fails(t, "sum(sqrt(x)) + 1", ATL_KIND_UNABLE,
		     "sqrt(2) at entry [2] is irrational: no number of the system \"exact\"\n"
		     "`set number float64` or `set number mpfr 256` compute it rounded");
	bench_free(t);
}

static void an_overflow_is_remembered_with_its_node(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 1000");
	atl_id id = must(t, "exp(x)");
	assert_int_equal(atl_eval_take_overflow(t->eval), 0);
	assert_string_equal(value_text(t, id), "inf");
	assert_int_equal(atl_eval_take_overflow(t->eval), id);
	assert_int_equal(atl_eval_take_overflow(t->eval), 0);
	bench_free(t);
}

static void the_limit_of_seconds_names_the_node(void **state)
{
	atl_num num = { .sys = &atl_float64, .limit_seconds = 2, .deadline = 1 };
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2; y = exp(x) + 1");
	atl_eval_set_num(t->eval, &num);
	assert_fails(t, "y", ATL_KIND_TIME,
		     "exp(x) reached the limit of 2 seconds\n"
		     "`set limit seconds N` moves the limit, and 0 takes it away");
	atl_eval_start_clock(t->eval);
	assert_value(t, "y", "8.38906");
	atl_eval_limit_seconds(t->eval, 0);
	atl_eval_start_clock(t->eval);
	assert_value(t, "y", "8.38906");
	bench_free(t);
}

static void a_stop_is_an_interrupt(void **state)
{
	volatile sig_atomic_t stop = 0;
	atl_num num = { .sys = &atl_float64, .stop = &stop };
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2; y = x + 1");
	atl_eval_set_num(t->eval, &num);
	stop = 1;
	assert_fails(t, "y", ATL_KIND_INTERRUPT, "interrupted");
	stop = 0;
	assert_value(t, "y", "3");
	bench_free(t);
}

static void stored_values_survive_cutting_and_compaction(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "a = 1; b = 2; c = 3; d = b + c; a <- 10; b <- 20; c <- 30");
	atl_id last = atl_graph_last(t->graph);
	must(t, "value([7, 8]) + 1"); /* a stored constant that is cut */
	atl_graph_cut(t->graph, last);
	atl_eval_cut(t->eval, last);
	bool *keep = atl_calloc(last + 1, sizeof *keep);
	atl_id *remap = atl_malloc((last + 1) * sizeof *remap), d = named(t, "d"),
	       b = named(t, "b"), c = named(t, "c");
	keep[d] = true;
	atl_graph_ancestors(t->graph, keep);
	atl_graph_compact(t->graph, keep, remap);
	atl_eval_compact(t->eval, remap, last);
	assert_string_equal(value_text(t, remap[d]), "50");
	assert_non_null(atl_eval_stored(t->eval, remap[b]));
	atl_eval_unstore(t->eval, remap[c]);
	assert_string_equal(value_text(t, remap[d]), "23");
	atl_free(keep);
	atl_free(remap);
	bench_free(t);
}

static void guards_of_kept_nodes_are_roots(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "k = 2; m = 9; v = [5, 6, 7]; w = v[1:k]*1");
	atl_id last = atl_graph_last(t->graph);
	bool *keep = atl_calloc(last + 1, sizeof *keep);
	keep[named(t, "w")] = true;
	atl_graph_ancestors(t->graph, keep);
	assert_false(keep[named(t, "k")]);
	atl_eval_guard_roots(t->eval, keep);
	assert_true(keep[named(t, "k")]);
	assert_false(keep[named(t, "m")]);
	atl_free(keep);
	bench_free(t);
}

static void guards_that_no_node_has_are_forgotten(void **state)
{
	bench *t = bench_new("float64");
	uint32_t number[4];
	(void)state;
	must(t, "k = 1; j = 2; v = [5, 6, 7]; w = v[1:k]*1");
	const atl_id last = atl_graph_last(t->graph);
	must(t, "u = sum(v[1:j])*2; z = sum(v[1:k + j])*3");
	assert_int_equal(atl_eval_guards(t->eval), 3);
	for (atl_id id = 1; id <= last; id++) /* as if w were no more there */
		atl_graph_set_guard(t->graph, id, 0);
	atl_eval_compact_guards(t->eval, number);
	atl_graph_renumber_guards(t->graph, number);
	assert_int_equal(atl_eval_guards(t->eval), 2);
	assert_int_equal(number[1], 0);
	assert_int_equal(number[2], 1);
	assert_value(t, "[u, z]", "[22; 54]");
	must(t, "j <- 1");
	assert_fails(t, "u + 1", ATL_KIND_SHAPE, "j was 2 when this was built, and is 1 now\n"
		     "define it again to build it anew, or use where(...) for a choice that follows its condition\n"
		     "since j <- 1 (line 4)");
	bench_free(t);
}

/* Blocks that are allocated when the nodes are computed anew. */
static long blocks_of(bench *t, const atl_id *id, size_t n)
{
	const atl_num num = *atl_eval_num(t->eval);
	atl_eval_set_num(t->eval, &num);
	long live = atl_mem_live();
	assert_int_equal(atl_eval_settle(t->eval, id, n, &t->diag), ATL_OK);
	return atl_mem_live() - live;
}

static void a_scalar_has_an_array_when_somebody_looks_at_it(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2; y = sin(x) + x*x; v = [y, x]");
	atl_id y = named(t, "y"), v = named(t, "v");
	assert_int_equal(blocks_of(t, &y, 1), 0);
	const atl_array *value = atl_eval_get(t->eval, y);
	assert_non_null(value);
	assert_ptr_equal(atl_eval_get(t->eval, y), value);
	assert_int_equal(blocks_of(t, &v, 1), 1); /* that of v */
	must(t, "x <- 3");
	assert_int_equal(blocks_of(t, &y, 1), 0);
	assert_value(t, "v", "[9.14112; 3]");
	bench_system(t, "float16");
	assert_int_equal(blocks_of(t, &y, 1), 0);
	assert_value(t, "y", "9.14062");
	bench_system(t, "mpfr 64");
	assert_true(blocks_of(t, &y, 1) > 0);
	assert_value(t, "y", "9.14112");
	bench_free(t);
}

static void a_large_value_stays_when_what_it_does_not_read_is_stored(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "a = 1; X = 0.5*ones(5000, 1); k = 2; L = X .* exp(k*X) + X; b = a + 1");
	atl_id l = named(t, "L");
	assert_int_equal(atl_eval_want(t->eval, &l, 1, &t->diag), ATL_OK);
	const atl_array *value = atl_array_ref(atl_eval_get(t->eval, l));
	must(t, "a <- 7; a <- a + b");
	assert_int_equal(atl_eval_want(t->eval, &l, 1, &t->diag), ATL_OK);
	assert_ptr_equal(atl_eval_get(t->eval, l), value);
	must(t, "k <- 4");
	assert_int_equal(atl_eval_want(t->eval, &l, 1, &t->diag), ATL_OK);
	assert_ptr_not_equal(atl_eval_get(t->eval, l), value);
	assert_value(t, "[L[5000], b]", "[4.19453; 16]");
	atl_array_unref((atl_array *)(uintptr_t)value); /* the reference taken above */
	bench_free(t);
}

static void without_memory_in(const char *system)
{
	long live = atl_mem_live();
	bench *t = bench_new(system);
	must(t, "x = [1, 2, 3]; y = sum(prod(x .* 2) + x/3) + x'*x");
	atl_id y = must(t, "y*2"), x = named(t, "x");
	for (long n = 0;; n++) {
		const atl_num num = *atl_eval_num(t->eval);
		atl_eval_set_num(t->eval, &num); /* all is stale */
		atl_diag_reset(&t->diag);
		atl_mem_fail_after(n);
		atl_status status = atl_eval_want(t->eval, &y, 1, &t->diag);
		const atl_array *value = status ? NULL : atl_eval_get(t->eval, x);
		if (value && atl_eval_store(t->eval, x, value, (atl_span){ 0, 0 }, &t->diag))
			status = ATL_ERROR;
		atl_mem_fail_after(-1);
		assert_true(!status == (t->diag.kind == ATL_KIND_NONE));
		if (!status)
			break;
		assert_int_equal(t->diag.kind, ATL_KIND_LIMIT);
	}
	assert_string_equal(value_text(t, y), "320");
	bench_free(t);
	assert_int_equal(atl_mem_live(), live);
}

static void without_memory_a_value_is_an_error_and_comes_later(void **state)
{
	(void)state;
	without_memory_in("exact");
	without_memory_in("float64");
}

/* before + n times unit + middle + n times close. */
static char *repeated(const char *before, const char *unit, size_t n, const char *middle, char close)
{
	atl_buf text = { 0 };
	atl_buf_add(&text, before);
	atl_buf_fill(&text, unit, n);
	atl_buf_add(&text, middle);
	for (size_t i = 0; close && i < n; i++)
		atl_buf_addc(&text, close);
	assert_false(text.failed);
	return atl_buf_take(&text);
}

static void a_hundred_thousand_of_anything_has_a_value(void **state)
{
	static const struct {
		const char *before, *unit, *middle;
		char close;
		const char *value;
	} is[] = {
		{ "s", " + s", "", 0, "200002" },       { "", "(", "s", ')', "2" },
		{ "", "-", "s", 0, "2" },               { "", "abs(", "-s", ')', "2" },
		{ "s", "'", "", 0, "2" },               { "sum([", "s, ", "s])", 0, "200002" },
		{ "sum([", "s, 1; ", "1, s])", 0, "300003" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
		bench *t = bench_new("float64");
		char *text = repeated(is[i].before, is[i].unit, 100000, is[i].middle, is[i].close);
		must(t, "s = 2");
		assert_string_equal(value_text(t, must(t, text)), is[i].value);
		atl_free(text);
		bench_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_follows_its_inputs),
		cmocka_unit_test(only_what_is_stale_is_computed_again),
		cmocka_unit_test(an_input_goes_back_to_its_closed_expression),
		cmocka_unit_test(a_closed_input_is_evaluated_in_the_system_in_force),
		cmocka_unit_test(a_stored_number_is_viewed_and_never_changed),
		cmocka_unit_test(a_stored_number_that_does_not_fit_says_so),
		cmocka_unit_test(what_has_no_value_names_its_birth),
		cmocka_unit_test(the_place_of_the_error_is_the_node_that_is_to_blame),
		cmocka_unit_test(an_update_that_breaks_a_reader_is_named),
		cmocka_unit_test(no_value_is_no_error_where_it_is_not_wanted),
		cmocka_unit_test(nan_is_kept_when_that_is_set),
		cmocka_unit_test(what_a_system_cannot_do_names_the_node),
		cmocka_unit_test(an_overflow_is_remembered_with_its_node),
		cmocka_unit_test(the_limit_of_seconds_names_the_node),
		cmocka_unit_test(a_stop_is_an_interrupt),
		cmocka_unit_test(a_large_value_stays_when_what_it_does_not_read_is_stored),
		cmocka_unit_test(a_scalar_has_an_array_when_somebody_looks_at_it),
		cmocka_unit_test(stored_values_survive_cutting_and_compaction),
		cmocka_unit_test(guards_of_kept_nodes_are_roots),
		cmocka_unit_test(guards_that_no_node_has_are_forgotten),
		cmocka_unit_test(a_hundred_thousand_of_anything_has_a_value),
		cmocka_unit_test(without_memory_a_value_is_an_error_and_comes_later),
	};

	return cmocka_run_group_tests_name("eval", tests, NULL, NULL);
}
