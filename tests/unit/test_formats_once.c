/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_formats_once.c: every operation of the small formats is rounded once: against
 * MPFR.  With ATL_LONG=1 in the environment (make check-long) on every number and on
 * a million pairs. */
#include "oracle.h"

enum { MODES = 5 };

static bool is_long(void)
{
	return getenv("ATL_LONG") != NULL;
}

static const struct { atl_fn2 f; oracle_fn *by; } arithmetic[] = {
	{ ATL_FN2_add, mpfr_add }, { ATL_FN2_sub, mpfr_sub }, { ATL_FN2_mul, mpfr_mul },
	{ ATL_FN2_div, mpfr_div },
};

/* ---- one operation ---- */

static void compare2(atl_num *num, size_t k, double a, double b)
{
	const atl_binary *f = atl_num_format(num);
	double y, expected = oracle(arithmetic[k].by, a, b, f, oracle_mode[num->rounding]);

	num->sys->fn2[arithmetic[k].f](&y, &a, 1, &b, 1, 1, num);
	/* A pole is no overflow: the format's infinity in every mode. */
	if (arithmetic[k].f == ATL_FN2_div && b == 0 && a != 0 && !isnan(a))
		expected = copysign(f->saturates ? f->largest : f->no_infinity ? NAN : INFINITY,
		                    signbit(a) == signbit(b) ? 1 : -1);
	if (!same(y, expected))
		fail_msg("%s, rounded %s: %s(%a, %a) is %a, not %a", num->sys->name,
		         atl_rounding_name(num->rounding), atl_fn2_name(arithmetic[k].f), a, b, y,
		         expected);
}

static void compare1(atl_num *num, atl_fn1 fn, oracle_fn *by, double a)
{
	const atl_binary *f = atl_num_format(num);
	double y, expected = oracle(by, a, 0, f, oracle_mode[num->rounding]);

	num->sys->fn1[fn](&y, &a, 1, num);
	if ((fn == ATL_FN1_log || fn == ATL_FN1_log2 || fn == ATL_FN1_log10) && a == 0)
		expected = f->saturates ? -f->largest : f->no_infinity ? NAN : -INFINITY;
	if (fn == ATL_FN1_log1p && a == -1)
		expected = f->saturates ? -f->largest : f->no_infinity ? NAN : -INFINITY;
	if (!same(y, expected))
		fail_msg("%s, rounded %s: %s(%a) is %a, not %a", num->sys->name,
		         atl_rounding_name(num->rounding), atl_fn1_name(fn), a, y, expected);
}

static void every_operation_on_every_pair_of_fp8_numbers_is_rounded_once(void **state)
{
	static const char *const names[] = { "fp8_e4m3", "fp8_e5m2", "fp8_e4m3_sat",
		                             "fp8_e5m2_sat", "format(4, -2, 3)" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_num num = find(names[i]);
		const atl_binary *f = atl_num_format(&num);
		unsigned n = 1u << f->width;
		for (unsigned mode = 0; mode < (is_long() || i < 1 ? MODES : 1); mode++) {
			num.rounding = (atl_rounding)mode;
			for (unsigned p = 0; p < n * n; p++) {
				for (size_t k = 0; k < 4; k++)
					compare2(&num, k, decoded(p / n, f), decoded(p % n, f));
			}
			for (unsigned p = 0; p < n; p++)
				compare1(&num, ATL_FN1_sqrt, oracle_sqrt, decoded(p, f));
		}
	}
}

/* A number of the format: mostly of small exponents, so that operands meet. */
static double any_number(uint64_t *seed, const atl_binary *f)
{
	if (f->width > 0 && f->width <= 16 && chance_in(seed, 0, 1))
		return decoded((unsigned)chance_in(seed, 0, (1L << f->width) - 1), f);
	double digits = (double)chance_in(seed, 0, (1L << f->precision) - 1);
	int lowest = f->emin - f->precision + 1, highest = f->emax - f->precision + 1;
	int lo = lowest, hi = highest;
	if (chance_in(seed, 0, 2)) {
		lo = lowest > -40 ? lowest : -40;
		hi = highest < 20 ? highest : 20;
	}
	double v = ldexp(digits, (int)chance_in(seed, lo, hi));
	return chance_in(seed, 0, 1) ? v : -v;
}

static void random_pairs_of_larger_formats_are_rounded_once(void **state)
{
	static const char *const names[] = { "float16", "bfloat16", "tf32", "float32",
		                             "format(25, -300, 400)", "format(17, -20, 3)",
		                             "format(2, 0, 1)" };
	uint64_t seed = 0xf0f0;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_num num = find(names[i]);
		const atl_binary *f = atl_num_format(&num);
		long n = is_long() ? 1000000 : 20000;
		for (long p = 0; p < n; p++) {
			double a = any_number(&seed, f), b = any_number(&seed, f);
			/* Half of them to nearest. */
			num.rounding = p % 2 ? ATL_ROUND_NEAREST : (atl_rounding)(p / 2 % MODES);
			for (size_t k = 0; k < 4; k++)
				compare2(&num, k, a, b);
			compare1(&num, ATL_FN1_sqrt, oracle_sqrt, fabs(a));
		}
	}
}

static const struct { atl_fn1 f; oracle_fn *by; } elementary[] = {
#define ELEMENTARY(f) { ATL_FN1_##f, oracle_##f },
	ORACLE_FN1_LIST(ELEMENTARY)
};

static void elementary_functions_are_rounded_once(void **state)
{
	static const char *const names[] = { "float16", "bfloat16", "fp8_e4m3", "fp8_e5m2_sat" };
	const size_t count = sizeof elementary / sizeof *elementary;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_num num = find(names[i]);
		const atl_binary *f = atl_num_format(&num);
		unsigned step = is_long() || f->width == 8 ? 1 : 61;
		for (unsigned p = 0; p < 1u << f->width; p += step) {
			double a = decoded(p, f);
			for (size_t k = 0; k < count; k++) {
				num.rounding = ATL_ROUND_NEAREST;
				compare1(&num, elementary[k].f, elementary[k].by, a);
				num.rounding = (atl_rounding)(1 + (p + k) % (MODES - 1));
				compare1(&num, elementary[k].f, elementary[k].by, a);
			}
		}
	}
}

static void elementary_functions_of_float32_are_rounded_once(void **state)
{
	const size_t count = sizeof elementary / sizeof *elementary;
	atl_num num = find("float32");
	uint64_t seed = 0x32;

	(void)state;
	for (long p = 0; p < (is_long() ? 100000 : 1000); p++) {
		double a = any_number(&seed, atl_num_format(&num));
		num.rounding = p % 2 ? ATL_ROUND_NEAREST : (atl_rounding)(p / 2 % MODES);
		for (size_t k = 0; k < count; k++)
			compare1(&num, elementary[k].f, elementary[k].by, a);
	}
}

static void powers_are_rounded_once(void **state)
{
	static const char *const names[] = { "float16", "bfloat16", "fp8_e4m3", "float32" };
	uint64_t seed = 77;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_num num = find(names[i]);
		const atl_binary *f = atl_num_format(&num);
		for (long p = 0; p < (is_long() ? 100000 : 4000); p++) {
			double y, a = fabs(any_number(&seed, f));
			double b = p % 3 ? (double)chance_in(&seed, 1, 5) : any_number(&seed, f);
			if (a == 0 || isnan(a) || isinf(a) || isnan(b) || isinf(b))
				continue;
			num.rounding = (atl_rounding)(p % MODES);
			double expected = oracle(mpfr_pow, a, b, f, oracle_mode[p % MODES]);
			num.sys->fn2[ATL_FN2_pow](&y, &a, 1, &b, 1, 1, &num);
			if (!same(y, expected))
				fail_msg("%s: %a^%a is %a, not %a", names[i], a, b, y, expected);
		}
	}
}

/* Many at once take another way than one at a time. */
static void a_block_is_what_its_entries_are(void **state)
{
	enum { LENGTH = 1100 };
	static const char *const names[] = { "float16", "float32", "fp8_e4m3", "bfloat16" };
	static double a[LENGTH], b[LENGTH], y[LENGTH];
	uint64_t seed = 5;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		atl_num num = find(names[i]);
		for (size_t k = 0; k < LENGTH; k++) {
			a[k] = ldexp((double)chance_in(&seed, -7, 7), -2);
			b[k] = ldexp((double)chance_in(&seed, 1, 7), -2);
		}
		for (unsigned f = 0; f < ATL_FN1_COUNT; f++) {
			assert_int_equal(num.sys->fn1[f](y, a, LENGTH, &num), ATL_FINE);
			for (size_t k = 0; k < LENGTH; k++) {
				double one;
				num.sys->fn1[f](&one, &a[k], 1, &num);
				assert_true(same(one, y[k]));
			}
		}
		for (unsigned f = 0; f < ATL_FN2_COUNT; f++) {
			assert_int_equal(num.sys->fn2[f](y, a, 1, b, 1, LENGTH, &num), ATL_FINE);
			for (size_t k = 0; k < LENGTH; k++) {
				double one;
				num.sys->fn2[f](&one, &a[k], 1, &b[k], 1, 1, &num);
				assert_true(same(one, y[k]));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_on_every_pair_of_fp8_numbers_is_rounded_once),
		cmocka_unit_test(random_pairs_of_larger_formats_are_rounded_once),
		cmocka_unit_test(elementary_functions_are_rounded_once),
		cmocka_unit_test(elementary_functions_of_float32_are_rounded_once),
		cmocka_unit_test(powers_are_rounded_once),
		cmocka_unit_test(a_block_is_what_its_entries_are),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	mpfr_free_cache();
	return failed;
}
