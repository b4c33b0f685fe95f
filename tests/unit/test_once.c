/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_once.c: an elementwise op whose value is text is rounded once: every such row
 * against its text in MPFR with 1200 bits, and that rounded by MPFR to the format. */
#include "host.h"
#include "oracle.h"

enum { MODES = 5, WIDE = 1200, MOST = 1000 };

static bool is_row(const atl_op *op)
{
	return op->by == ATL_BY_TEXT && op->flags & ATL_OF_ELEMENTWISE && !(op->flags & ATL_OF_INTERNAL);
}

/* "elu(x, 0.375)": operands that every format has. */
static const char *call_of(const atl_op *op)
{
	static const char *const value[] = { "x", "0.375", "1.25" };
	static char text[128];
	atl_param param[ATL_OP_PARAMS];
	size_t n = atl_op_params(op, param), len = (size_t)snprintf(text, sizeof text, "%s(", op->name);
	assert_true(n <= 3);
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i ? ", " : "", value[i]);
	snprintf(text + len, sizeof text - len, ")");
	return text;
}

/* A bench in which x has these numbers; a column of them. */
static bench *bench_with(const char *system, const double *x, size_t n)
{
	char text[64];
	bench *t = bench_new(system);
	atl_num num = *atl_eval_num(t->eval);
	snprintf(text, sizeof text, "x = zeros(%zu, 1)", n);
	atl_id id = must(t, text);
	atl_array *a = atl_array_new(atl_graph_shape(t->graph, id), &num);
	assert_non_null(a);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(num.sys->set_double(atl_array_at(a, i), x[i], &num), ATL_FINE);
	assert_int_equal(atl_eval_store(t->eval, id, a, (atl_span){ 0, 0 }, &t->diag), ATL_OK);
	atl_array_unref(a);
	return t;
}

static atl_array *computed(bench *t, atl_id id)
{
	assert_int_equal(atl_eval_compute(t->eval, &id, 1, &t->diag), ATL_OK);
	return atl_array_ref(atl_eval_get(t->eval, id));
}

/* ---- by MPFR ---- */

static mpfr_srcptr wide;

static int from_wide(mpfr_ptr y, mpfr_srcptr a, mpfr_srcptr b, mpfr_rnd_t mode)
{
	const mpfr_exp_t emin = mpfr_get_emin(), emax = mpfr_get_emax();
	(void)a;
	(void)b;
	mpfr_set_emin(mpfr_get_emin_min());
	mpfr_set_emax(mpfr_get_emax_max());
	mpfr_clear_flags();
	int inexact = mpfr_set(y, wide, mode);
	mpfr_set_emin(emin);
	mpfr_set_emax(emax);
	return mpfr_check_range(y, inexact, mode);
}

static void set_mode(bench *t, atl_rounding mode)
{
	atl_num num = *atl_eval_num(t->eval);
	num.rounding = mode;
	atl_eval_set_num(t->eval, &num);
}

static atl_array *exactly(const char *call, const double *x, size_t n)
{
	char system[32];
	snprintf(system, sizeof system, "mpfr %d", WIDE);
	bench *t = bench_with(system, x, n);
	atl_id id = must(t, call), body = atl_graph_node(t->graph, id)->body;
	assert_true(body != 0);
	atl_array *a = computed(t, body);
	bench_free(t);
	return a;
}

/* ---- formats ---- */

static void row_in_format(const atl_op *op, const char *system, const double *x, size_t n, atl_rounding mode)
{
	const char *call = call_of(op);
	bench *t = bench_with(system, x, n);
	set_mode(t, mode);
	atl_array *y = computed(t, must(t, call)), *high = exactly(call, x, n);
	const atl_binary *f = atl_num_format(atl_eval_num(t->eval));
	for (size_t i = 0; i < n; i++) {
		wide = atl_array_at(high, high->n == 1 ? 0 : i);
		const double is = *(const double *)atl_array_at(y, i), expected = oracle(from_wide, 0, 0, f, oracle_mode[mode]);
		if (!(is == expected || (isnan(is) && isnan(expected))))
			fail_msg("%s, rounded %s: %s of x = %a is %a, not %a", system, atl_rounding_name(mode), call, x[i], is,
				 expected);
	}
	atl_array_unref(y);
	atl_array_unref(high);
	bench_free(t);
}

/* Numbers of a format: all of 8 bits, else some, of every size that matters.  The
 * oracle's bits are too few to see that gelu(100) is less than 100. */
static size_t numbers(const char *system, atl_rounding mode, double *x)
{
	atl_num num = find(system);
	const atl_binary *f = atl_num_format(&num);
	const double most = mode == ATL_ROUND_NEAREST ? INFINITY : 20; /* past it 1200 bits do not tell x from gelu_tanh(x) */
	uint64_t state = 7;
	size_t n = 0;
	for (unsigned i = 0; n < MOST && i < 4 * MOST; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		double v = ldexp((double)(int64_t)(state >> 11) * 0x1p-52 - 1, (int)(i % 26) - 20), r;
		if (f->width == 8 && i >= 256)
			break;
		num.sys->set_double(&r, f->width == 8 ? decoded(i, f) : i % 40 == 39 ? ldexp(v, f->emin) : v, &num);
		if (isnan(r) || fabs(r) > most)
			continue;
		x[n++] = r;
	}
	return n;
}

static void every_row_is_rounded_once_in_every_format(void **state)
{
	static const char *const systems[] = { "fp8_e4m3", "fp8_e5m2", "fp8_e4m3_sat", "float16", "bfloat16", "tf32", "float32",
					       "format(4, -2, 3)", "format(25, -400, 400)" };
	double x[MOST];
	(void)state;
	for (size_t s = 0; s < sizeof systems / sizeof *systems; s++)
		for (unsigned mode = 0; mode < MODES; mode++) {
			size_t n = numbers(systems[s], (atl_rounding)mode, x);
			if (mode && n > 256)
				n = 256;
			for (size_t i = 0; i < atl_op_count(); i++)
				if (is_row(atl_op_at(i)))
					row_in_format(atl_op_at(i), systems[s], x, n, (atl_rounding)mode);
		}
}

/* ---- mpfr ---- */

static void row_in_mpfr(const atl_op *op, const char *system, const double *x, size_t n, atl_rounding mode)
{
	const char *call = call_of(op);
	bench *t = bench_with(system, x, n);
	mpfr_t expected;
	mpfr_init2(expected, atl_eval_num(t->eval)->precision);
	set_mode(t, mode);
	atl_array *y = computed(t, must(t, call)), *high = exactly(call, x, n);
	for (size_t i = 0; i < n; i++) {
		mpfr_srcptr is = atl_array_at(y, i);
		mpfr_set(expected, atl_array_at(high, high->n == 1 ? 0 : i), oracle_mode[mode]);
		if (!mpfr_equal_p(is, expected) && !(mpfr_nan_p(is) && mpfr_nan_p(expected)))
			fail_msg("%s, rounded %s: %s of x = %a is %a, not %a", system, atl_rounding_name(mode), call, x[i],
				 mpfr_get_d(is, MPFR_RNDN), mpfr_get_d(expected, MPFR_RNDN));
	}
	mpfr_clear(expected);
	atl_array_unref(y);
	atl_array_unref(high);
	bench_free(t);
}

static void every_row_is_rounded_once_by_mpfr(void **state)
{
	static const double x[] = { 0, 0.5, -0.5, 1, -1, 3, -3, 7, 1.75, -2.25, 0.375, 0x1p-20, -0x1.8p-30, 12, -12, 19.5, -19.5 };
	static const char *const systems[] = { "mpfr 5", "mpfr 30", "mpfr 53", "mpfr 200" };
	(void)state;
	for (size_t s = 0; s < sizeof systems / sizeof *systems; s++)
		for (unsigned mode = 0; mode < MODES; mode++)
			for (size_t i = 0; i < atl_op_count(); i++)
				if (is_row(atl_op_at(i)))
					row_in_mpfr(atl_op_at(i), systems[s], x, s ? sizeof x / sizeof *x : 8, (atl_rounding)mode);
}

/* ---- next to a number, for more bits than one computes with ---- */

static double one_value(const char *system, atl_rounding mode, const char *text)
{
	bench *t = bench_new(system);
	set_mode(t, mode);
	atl_array *y = computed(t, must(t, text));
	double v = y->sys->get_double(y->data);
	atl_array_unref(y);
	bench_free(t);
	return v;
}

static void what_is_next_to_a_number_is_rounded_to_its_own_side(void **state)
{
	(void)state;
	assert_true(one_value("bfloat16", ATL_ROUND_NEAREST, "softplus(1000)") == 1000);
	assert_true(one_value("bfloat16", ATL_ROUND_DOWN, "softplus(1000)") == 1000);
	assert_true(one_value("bfloat16", ATL_ROUND_UP, "softplus(1000)") == 1004);
	assert_true(one_value("bfloat16", ATL_ROUND_UP, "softsign(1e30)") == 1);
	assert_true(one_value("bfloat16", ATL_ROUND_DOWN, "softsign(1e30)") == 1 - 0x1p-8);
	assert_true(one_value("mpfr 8", ATL_ROUND_UP, "softplus(1000)") == 1004);
	assert_true(one_value("mpfr 8", ATL_ROUND_ZERO, "gelu(1000)") == 996);
	assert_true(one_value("float16", ATL_ROUND_UP, "silu(-1000)") == 0);
	assert_true(one_value("float16", ATL_ROUND_DOWN, "silu(-1000)") == -0x1p-24);
}

static void what_is_smaller_than_all_numbers_is_0_or_the_smallest(void **state)
{
	static const char *const calls[] = { "gelu(-1e8)", "gelu(-1e30)", "silu(-1e30)", "mish(-1e15)" };
	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		for (unsigned mode = 0; mode < MODES; mode++) {
			bench *t = bench_new("mpfr 24");
			mpfr_t expected;
			mpfr_init2(expected, 24);
			mpfr_set_zero(expected, -1);
			if (mode == ATL_ROUND_DOWN || mode == ATL_ROUND_AWAY)
				mpfr_nextbelow(expected);
			set_mode(t, (atl_rounding)mode);
			atl_array *y = computed(t, must(t, calls[i]));
			if (!mpfr_equal_p((mpfr_srcptr)y->data, expected))
				fail_msg("%s, rounded %s", calls[i], atl_rounding_name(mode));
			mpfr_clear(expected);
			atl_array_unref(y);
			bench_free(t);
		}
}

static void a_row_that_is_exact_is_exact_in_every_mode(void **state)
{
	(void)state;
	for (unsigned mode = 0; mode < MODES; mode++) {
		assert_true(one_value("bfloat16", (atl_rounding)mode, "softsign(3)") == 0.75);
		assert_true(one_value("fp8_e5m2", (atl_rounding)mode, "soft_threshold(-3, 1)") == -2);
		assert_true(one_value("mpfr 8", (atl_rounding)mode, "silu(0)") == 0);
		assert_true(one_value("mpfr 8", (atl_rounding)mode, "softsign(-7)") == -0.875);
	}
}

static void chance_draws_one_of_the_two_neighbours(void **state)
{
	double x[MOST];
	size_t up = 0;
	(void)state;
	for (size_t i = 0; i < MOST; i++)
		x[i] = 0.0625;
	bench *t = bench_with("bfloat16", x, MOST);
	set_mode(t, ATL_ROUND_STOCHASTIC);
	atl_array *y = computed(t, must(t, "softplus(x)")); /* 0.724885: 0.57 of the way from 0.722656 */
	for (size_t i = 0; i < MOST; i++) {
		double v = *(const double *)atl_array_at(y, i);
		assert_true(v == 0.72265625 || v == 0.7265625);
		up += v > 0.724;
	}
	assert_true(up > 450 && up < 690); /* 0.57 of 1000, four standard deviations and more */
	atl_array_unref(y);
	bench_free(t);
}

/* ---- what a row says of itself ---- */

static void a_steady_row_is_near_its_value_in_float64(void **state)
{
	double x[MOST];
	size_t n = 0;
	(void)state;
	for (int k = -400; k <= 400; k += 5)
		for (int sign = -1; sign <= 1; sign += 2)
			x[n++] = sign * ldexp(1.25 + (k & 3) * 0.125, k);
	for (double v = -40; v < 40; v += 0.171875)
		x[n++] = v;
	assert_true(n <= MOST);
	for (size_t i = 0; i < atl_op_count(); i++) {
		const atl_op *op = atl_op_at(i);
		if (!op->steady)
			continue;
		assert_true(is_row(op));
		bench *t = bench_with("float64", x, n);
		atl_array *y = computed(t, must(t, call_of(op))), *high = exactly(call_of(op), x, n);
		for (size_t k = 0; k < n; k++) {
			const double is = *(const double *)atl_array_at(y, k), exact = mpfr_get_d(atl_array_at(high, k), MPFR_RNDN);
			bool tiny = fabs(exact) < 0x1p-900 && fabs(is) < 0x1p-900;
			if (!tiny && !(fabs(is - exact) <= 0x1p-40 * fabs(exact)))
				fail_msg("%s of x = %a is %a in float64, and %a", op->name, x[k], is, exact);
		}
		atl_array_unref(y);
		atl_array_unref(high);
		bench_free(t);
	}
}

static void without_memory_it_says_so(void **state)
{
	(void)state;
	for (long n = 0, done = 0; !done; n++) {
		long live = atl_mem_live();
		bench *t = bench_new("bfloat16");
		atl_id id = must(t, "x = [0.0625, 1, -3]; mish(x)");
		atl_mem_fail_after(n);
		done = atl_eval_compute(t->eval, &id, 1, &t->diag) == ATL_OK;
		atl_mem_fail_after(-1);
		bench_free(t);
		assert_int_equal(atl_mem_live(), live);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_rounded_once_in_every_format),
		cmocka_unit_test(every_row_is_rounded_once_by_mpfr),
		cmocka_unit_test(what_is_next_to_a_number_is_rounded_to_its_own_side),
		cmocka_unit_test(what_is_smaller_than_all_numbers_is_0_or_the_smallest),
		cmocka_unit_test(a_row_that_is_exact_is_exact_in_every_mode),
		cmocka_unit_test(chance_draws_one_of_the_two_neighbours),
		cmocka_unit_test(a_steady_row_is_near_its_value_in_float64),
		cmocka_unit_test(without_memory_it_says_so),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	mpfr_free_cache();
	return failed;
}
