/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_float64_kernel.c: kernels against MPFR, on every set that this machine has. */
#include "numbers.h"

#include <math.h>
#include <mpfr.h>

#include "number/float64_kernel.h"

enum { SHORT = 40, POINTS = 3000 };

static const char *const sets[] = { "plain", "avx2", "avx512" };
#define FOR_SETS(i) for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) if (atl_f64_force(sets[i]))

static const double special[] = {
	0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 1.5, 0.1, -0.1, 1e-8, -1e-8, 1e-300, -1e-300,
	0x1p-1074, -0x1p-1074, 0x1p-1022, -0x1p-1022, 0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023,
	1e22, -1e22, 1e300, 1e5, -1e5, 709.78, 709.79, -708.3, -708.5, -745.1, -745.2, 710.4, 710.5,
	26.5, 27.3, 36.8, -36.8, 5.9, 6.1, 22, 0x1.fffffffffffffp-1, 0x1.0000000000001p0,
	-0x1.fffffffffffffp-1, -0x1.0000000000001p0, 0x1.921fb54442d18p0, 0x1.921fb54442d18p1,
	INFINITY, -INFINITY, NAN,
};
enum { N_SPECIAL = sizeof special / sizeof *special };

static uint64_t seed = 88172645463325252u;

static double uniform(void) /* in [-1, 1) */
{
	return (double)(int64_t)chance(&seed) * 0x1p-63;
}

/* Small ones, large ones, those near 1, of any exponent, and the special ones. */
static double some_number(size_t i)
{
	switch (i % 6) {
	case 0: return uniform() * 4;
	case 1: return uniform() * 800;
	case 2: return 1 + uniform() * 0.1;
	case 3: return uniform();
	case 4: return ldexp(uniform(), (int)(uniform() * 1060));
	default: return special[i / 6 % N_SPECIAL];
	}
}

static void fill(double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = some_number(i);
}

/* ---- what the exact result is ---- */

static void exact1(mpfr_t y, atl_fn1 f, mpfr_t x)
{
	switch (f) {
#define EXACT(g) case ATL_FN1_##g: mpfr_##g(y, x, MPFR_RNDN); return;
	EXACT(neg) EXACT(abs) EXACT(sqrt) EXACT(exp) EXACT(expm1) EXACT(log) EXACT(log1p)
	EXACT(log2) EXACT(log10) EXACT(sin) EXACT(cos) EXACT(tan) EXACT(asin) EXACT(acos)
	EXACT(atan) EXACT(sinh) EXACT(cosh) EXACT(tanh) EXACT(erf) EXACT(erfc)
	case ATL_FN1_floor: mpfr_floor(y, x); return;
	case ATL_FN1_ceil: mpfr_ceil(y, x); return;
	case ATL_FN1_round: mpfr_round(y, x); return;
	case ATL_FN1_sigmoid:
		mpfr_neg(y, x, MPFR_RNDN);
		mpfr_exp(y, y, MPFR_RNDN);
		mpfr_add_ui(y, y, 1, MPFR_RNDN);
		mpfr_ui_div(y, 1, y, MPFR_RNDN);
		return;
	case ATL_FN1_sign:
		mpfr_set_si(y, mpfr_nan_p(x) ? 0 : mpfr_sgn(x), MPFR_RNDN);
		break;
	default:
		mpfr_set_si(y, mpfr_zero_p(x), MPFR_RNDN);
		break;
	}
	if (mpfr_nan_p(x))
		mpfr_set_nan(y);
}

static void exact2(mpfr_t y, atl_fn2 f, mpfr_t a, mpfr_t b)
{
	if (f == ATL_FN2_xlogy) {
		mpfr_log(y, b, MPFR_RNDN);
		mpfr_mul(y, a, y, MPFR_RNDN);
		if (mpfr_zero_p(a))
			mpfr_set_zero(y, 1);
		return;
	}
	mpfr_pow(y, a, b, MPFR_RNDN);
	if (mpfr_nan_p(a) || mpfr_nan_p(b) ||
	    (mpfr_sgn(a) < 0 && mpfr_number_p(b) && !mpfr_integer_p(b)))
		mpfr_set_nan(y);
}

/* The distance in units of the last place of a double of the exact result's size. */
static double units(double v, mpfr_t exact)
{
	const double near = mpfr_get_d(exact, MPFR_RNDN);
	mpfr_t distance;
	int e;

	if (isnan(near) || isnan(v) || isinf(near) || isinf(v))
		return (isnan(near) && isnan(v)) || v == near ? 0 : INFINITY;
	frexp(near, &e);
	mpfr_init2(distance, 300);
	mpfr_sub_d(distance, exact, v, MPFR_RNDN);
	mpfr_mul_2si(distance, distance, 53 - (e < -1021 ? -1021 : e), MPFR_RNDN);
	const double d = fabs(mpfr_get_d(distance, MPFR_RNDN));
	mpfr_clear(distance);
	return d;
}

static void within(double v, mpfr_t exact, double most, const char *set, const char *name, double a,
                   double b)
{
	const double off = units(v, exact);

	if (!(off <= most))
		fail_msg("%s %s(%.17g, %.17g) = %.17g is off by %g", set, name, a, b, v, off);
}

/* ---- tests ---- */

static void functions_are_within_four_units_of_the_exact_value(void **state)
{
	static double x[POINTS], y[POINTS];
	mpfr_t a, exact;

	(void)state;
	mpfr_inits2(53, a, NULL, (mpfr_ptr)0);
	mpfr_init2(exact, 200);
	fill(x, POINTS);
	FOR_SETS(s) {
		for (int f = 0; f < ATL_FN1_COUNT; f++) {
			atl_f64_kernel1((atl_fn1)f)(y, x, POINTS);
			for (size_t i = 0; i < POINTS; i++) {
				mpfr_set_d(a, x[i], MPFR_RNDN);
				exact1(exact, (atl_fn1)f, a);
				within(y[i], exact, 4, sets[s], atl_fn1_name((atl_fn1)f), x[i], 0);
			}
		}
	}
	mpfr_clears(a, exact, (mpfr_ptr)0);
}

static void powers_are_within_four_units_of_the_exact_value(void **state)
{
	static const atl_fn2 fns[] = { ATL_FN2_pow, ATL_FN2_xlogy };
	static double a[4 * POINTS], b[4 * POINTS], y[4 * POINTS];
	mpfr_t u, v, exact;

	(void)state;
	mpfr_inits2(53, u, v, (mpfr_ptr)0);
	mpfr_init2(exact, 200);
	fill(a, 4 * POINTS);
	for (size_t i = 0; i < 4 * POINTS; i++)
		b[i] = i % 4 == 0 ? some_number(i / 4) : i % 4 == 1 ? round(uniform() * 30) : uniform() * 30;
	for (size_t i = 0; i < N_SPECIAL * N_SPECIAL; i++) {
		a[i] = special[i / N_SPECIAL];
		b[i] = special[i % N_SPECIAL];
	}
	FOR_SETS(s) {
		for (size_t f = 0; f < 2; f++) {
			atl_f64_kernel2(fns[f])(y, a, 1, b, 1, 4 * POINTS);
			for (size_t i = 0; i < 4 * POINTS; i++) {
				mpfr_set_d(u, a[i], MPFR_RNDN);
				mpfr_set_d(v, b[i], MPFR_RNDN);
				exact2(exact, fns[f], u, v);
				within(y[i], exact, 4, sets[s], atl_fn2_name(fns[f]), a[i], b[i]);
			}
		}
	}
	mpfr_clears(u, v, exact, (mpfr_ptr)0);
}

static uint64_t bits_of(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof bits);
	return isnan(v) ? 1 : bits;
}

#define SAME(u, v, ...)                                                                  \
	do {                                                                             \
		if (bits_of(u) != bits_of(v))                                            \
			fail_msg(__VA_ARGS__);                                           \
	} while (0)

/* The first SHORT entries, in pieces of every length and place. */
static void an_entry_does_not_depend_on_its_neighbours(void **state)
{
	double x[6 * N_SPECIAL], b[6 * N_SPECIAL], whole[6 * N_SPECIAL], y[SHORT];
	const size_t n = 6 * N_SPECIAL;

	(void)state;
	fill(x, n);
	for (size_t i = 0; i < n; i++)
		b[i] = x[n - 1 - i];
	FOR_SETS(s) {
		for (int f = 0; f < ATL_FN1_COUNT + ATL_FN2_COUNT; f++) {
			const int g = f - ATL_FN1_COUNT;
			atl_f64_fn1 *one = g < 0 ? atl_f64_kernel1((atl_fn1)f) : NULL;
			atl_f64_fn2 *two = g < 0 ? NULL : atl_f64_kernel2((atl_fn2)g);
			one ? one(whole, x, n) : two(whole, x, 1, b, 1, n);
			for (size_t m = 1; m <= SHORT; m++) {
				for (size_t lo = 0; lo + m <= n; lo += m) {
					one ? one(y, x + lo, m) : two(y, x + lo, 1, b + lo, 1, m);
					for (size_t i = 0; i < m; i++)
						SAME(y[i], whole[lo + i], "%s, function %d of %g is %.17g or %.17g",
						     sets[s], f, x[lo + i], y[i], whole[lo + i]);
				}
			}
		}
	}
}

static void an_operand_for_all_entries_is_as_good_as_its_copies(void **state)
{
	double x[6 * N_SPECIAL], copies[6 * N_SPECIAL], y[6 * N_SPECIAL], z[6 * N_SPECIAL];
	const size_t n = 6 * N_SPECIAL;

	(void)state;
	fill(x, n);
	FOR_SETS(s) {
		for (int f = 0; f < ATL_FN2_COUNT; f++) {
			atl_f64_fn2 *kernel = atl_f64_kernel2((atl_fn2)f);
			for (size_t k = 0; k < N_SPECIAL; k++) {
				for (size_t i = 0; i < n; i++)
					copies[i] = special[k];
				kernel(y, x, 1, copies, 1, n);
				kernel(z, x, 1, special + k, 0, n);
				for (size_t i = 0; i < n; i++)
					SAME(y[i], z[i], "%s %s(%g, %g)", sets[s], atl_fn2_name((atl_fn2)f),
					     x[i], special[k]);
				kernel(y, copies, 1, x, 1, n);
				kernel(z, special + k, 0, x, 1, n);
				for (size_t i = 0; i < n; i++)
					SAME(y[i], z[i], "%s %s(%g, %g)", sets[s], atl_fn2_name((atl_fn2)f),
					     special[k], x[i]);
			}
		}
	}
}

static void arithmetic_has_the_same_bits_everywhere(void **state)
{
	static const atl_fn2 fns[] = { ATL_FN2_add, ATL_FN2_sub, ATL_FN2_mul, ATL_FN2_div, ATL_FN2_mod,
		                       ATL_FN2_min, ATL_FN2_max, ATL_FN2_lt, ATL_FN2_and, ATL_FN2_ne };
	static double a[POINTS], b[POINTS], y[POINTS];

	(void)state;
	fill(a, POINTS);
	fill(b, POINTS);
	for (size_t i = 1; i < POINTS; i += 2)
		b[i] = a[i] * floor(uniform() * 5);
	FOR_SETS(s) {
		for (size_t f = 0; f < sizeof fns / sizeof *fns; f++) {
			atl_f64_kernel2(fns[f])(y, a, 1, b, 1, POINTS);
			for (size_t i = 0; i < POINTS; i++)
				SAME(y[i], atl_f64_scalar2(fns[f], a[i], b[i]), "%s %s(%.17g, %.17g)",
				     sets[s], atl_fn2_name(fns[f]), a[i], b[i]);
		}
		for (int f = ATL_FN1_neg; f <= ATL_FN1_sqrt; f++) {
			atl_f64_kernel1((atl_fn1)f)(y, a, POINTS);
			for (size_t i = 0; i < POINTS; i++)
				SAME(y[i], atl_f64_scalar1((atl_fn1)f, a[i]), "%s %s(%.17g)", sets[s],
				     atl_fn1_name((atl_fn1)f), a[i]);
		}
	}
}

static void plain_kernels_are_the_scalar_functions(void **state)
{
	static double a[POINTS], b[POINTS], y[POINTS];

	(void)state;
	fill(a, POINTS);
	for (size_t i = 0; i < POINTS; i++)
		b[i] = a[POINTS - 1 - i];
	for (int f = 0; f < ATL_FN1_COUNT; f++) {
		atl_f64_plain1((atl_fn1)f)(y, a, POINTS);
		for (size_t i = 0; i < POINTS; i++)
			SAME(y[i], atl_f64_scalar1((atl_fn1)f, a[i]), "%s(%.17g)",
			     atl_fn1_name((atl_fn1)f), a[i]);
	}
	for (int f = 0; f < ATL_FN2_COUNT; f++) {
		atl_f64_plain2((atl_fn2)f)(y, a, 1, b, 1, POINTS);
		for (size_t i = 0; i < POINTS; i++)
			SAME(y[i], atl_f64_scalar2((atl_fn2)f, a[i], b[i]), "%s(%.17g, %.17g)",
			     atl_fn2_name((atl_fn2)f), a[i], b[i]);
	}
}

/* ---- exceptions ---- */

/* What the table of float64 makes of it: whether it is as IEEE 754 has it, without a flag. */
static bool usual(int f, double a, double b, double ieee)
{
	atl_num num = { .sys = &atl_float64 };
	double v;

	if (f < ATL_FN1_COUNT)
		atl_float64.fn1[f](&v, &a, 1, &num);
	else
		atl_float64.fn2[f - ATL_FN1_COUNT](&v, &a, 1, &b, 1, 1, &num);
	return num.flags == 0 && isnan(v) == isnan(ieee) && isinf(v) == isinf(ieee);
}

static void raises_rightly(const char *set, int f, double a, double b)
{
	const int g = f - ATL_FN1_COUNT;
	double x[8], z[8], y[8];

	for (size_t i = 0; i < 8; i++) {
		x[i] = i == 5 ? a : 0.5;
		z[i] = i == 5 ? b : 0.5;
	}
	atl_f64_flags_clear();
	g < 0 ? atl_f64_kernel1((atl_fn1)f)(y, x, 8) : atl_f64_kernel2((atl_fn2)g)(y, x, 1, z, 1, 8);
	const unsigned raised = atl_f64_flags_test();
	const bool nan = isnan(a) || (g >= 0 && isnan(b));
	if (!usual(f, a, b, y[5]) && !raised)
		fail_msg("%s, function %d of %.17g, %.17g raises nothing", set, f, a, b);
	if (raised && !nan && isfinite(y[5]) && g != ATL_FN2_mod)
		fail_msg("%s, function %d of %.17g, %.17g raises %u", set, f, a, b, raised);
}

static void what_wants_settling_raises_an_exception(void **state)
{
	(void)state;
	FOR_SETS(s) {
		for (int f = 0; f < ATL_FN1_COUNT; f++) {
			for (size_t i = 0; i < 6 * N_SPECIAL; i++)
				raises_rightly(sets[s], f, some_number(i), 0.5);
		}
		for (int f = ATL_FN1_COUNT; f < ATL_FN1_COUNT + ATL_FN2_COUNT; f++) {
			for (size_t i = 0; i < N_SPECIAL * N_SPECIAL; i++)
				raises_rightly(sets[s], f, special[i / N_SPECIAL], special[i % N_SPECIAL]);
		}
	}
}

/* ---- sums ---- */

static double in_lanes(const double *x, size_t n)
{
	double wide[32] = { 0 }, lane[8] = { 0 }, y = 0;
	size_t i = 0;

	for (; i + 32 <= n; i += 32) {
		for (size_t k = 0; k < 32; k++)
			wide[k] = i ? wide[k] + x[i + k] : x[i + k];
	}
	for (size_t k = 0; k < 8; k++)
		lane[k] = (wide[k] + wide[k + 16]) + (wide[k + 8] + wide[k + 24]);
	for (; i + 8 <= n; i += 8) {
		for (size_t k = 0; k < 8; k++)
			lane[k] = i ? lane[k] + x[i + k] : x[i + k];
	}
	y = n < 8 ? 0 : ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
	                ((lane[4] + lane[5]) + (lane[6] + lane[7]));
	for (; i < n; i++)
		y += x[i];
	return y;
}

static double in_runs(const double *x, size_t n)
{
	double *run, y;
	size_t runs = 0;

	if (n <= ATL_F64_RUN)
		return in_lanes(x, n);
	run = atl_malloc((n / ATL_F64_RUN + 1) * sizeof *run);
	assert_non_null(run);
	for (size_t i = 0; i < n; i += ATL_F64_RUN)
		run[runs++] = in_lanes(x + i, n - i < ATL_F64_RUN ? n - i : ATL_F64_RUN);
	y = in_runs(run, runs);
	atl_free(run);
	return y;
}

static void a_sum_has_the_order_that_is_documented(void **state)
{
	static const size_t lengths[] = { 200, 1000, 1023, 1024, 1025, 2047, 2048, 5000, 100000,
		                          1024 * 1024, 1024 * 1024 + 1, 1100000 };
	enum { MOST = 1100000 };
	double *x = atl_malloc(2 * MOST * sizeof *x), *z = atl_malloc(MOST * sizeof *z), y;
	atl_num num = { .sys = &atl_float64 };

	(void)state;
	assert_true(x && z);
	for (size_t i = 0; i < 2 * MOST; i++)
		x[i] = uniform();
	for (size_t i = 0; i < MOST; i++)
		z[i] = x[i] * x[MOST + i];
	FOR_SETS(s) {
		for (size_t k = 0; k < 100 + sizeof lengths / sizeof *lengths; k++) {
			const size_t n = k < 100 ? k : lengths[k - 100];
			SAME(atl_f64_sum(x, n), in_runs(x, n), "%s, a sum of %zu", sets[s], n);
			SAME(atl_f64_dot(x, x + MOST, n), in_runs(z, n), "%s, a dot of %zu", sets[s], n);
			assert_int_equal(atl_float64.sum(&y, x, 1, n, &num), ATL_FINE);
			SAME(y, in_runs(x, n), "%s, float64's sum of %zu", sets[s], n);
			assert_int_equal(atl_float64.dot(&y, x, 1, x + MOST, 1, n, &num), ATL_FINE);
			SAME(y, in_runs(z, n), "%s, float64's dot of %zu", sets[s], n);
		}
		for (size_t i = 0; i < MOST; i++)
			z[i] = x[2 * i];
		assert_int_equal(atl_float64.sum(&y, x, 2, MOST, &num), ATL_FINE);
		SAME(y, in_runs(z, MOST), "%s, a sum of every second one", sets[s]);
		for (size_t i = 0; i < MOST; i++)
			z[i] = x[i] * x[MOST + i];
	}
	atl_free(x);
	atl_free(z);
}

static int best_set(void **state)
{
	(void)state;
	return atl_f64_force(NULL) ? 0 : 1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_within_four_units_of_the_exact_value),
		cmocka_unit_test(powers_are_within_four_units_of_the_exact_value),
		cmocka_unit_test(an_entry_does_not_depend_on_its_neighbours),
		cmocka_unit_test(an_operand_for_all_entries_is_as_good_as_its_copies),
		cmocka_unit_test(arithmetic_has_the_same_bits_everywhere),
		cmocka_unit_test(plain_kernels_are_the_scalar_functions),
		cmocka_unit_test(what_wants_settling_raises_an_exception),
		cmocka_unit_test(a_sum_has_the_order_that_is_documented),
	};

	return cmocka_run_group_tests_name("float64_kernel", tests, NULL, best_set);
}
