/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_pool.c: threads that share work. */
#include "numbers.h"

#include <fenv.h>
#include <math.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pool.h"
#include "number/float64_kernel.h"

enum { PARTS = 1000, MOST = 300000 };

static atomic_uint times[PARTS];
static atomic_uint wrong;

static void count(void *context, unsigned part, unsigned parts)
{
	const unsigned *expected = context;

	if (part >= parts || parts != *expected)
		atomic_fetch_add(&wrong, 1);
	else
		atomic_fetch_add(&times[part], 1);
}

static void run_and_count(unsigned parts)
{
	for (unsigned i = 0; i < PARTS; i++)
		atomic_store(&times[i], 0);
	atl_pool_run(count, &parts, parts);
	for (unsigned i = 0; i < PARTS; i++)
		assert_int_equal(atomic_load(&times[i]), i < parts);
	assert_int_equal(atomic_load(&wrong), 0);
}

static void every_part_is_done_once(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 5; threads++) {
		atl_pool_set_threads(threads);
		assert_int_equal(atl_pool_threads(), threads);
		for (unsigned i = 0; i < 2000; i++)
			run_and_count(i % 7);
		run_and_count(PARTS);
	}
}

static atomic_uint selves[ATL_POOL_MAX];

/* No two threads are the same one at a time, and each says who it is. */
static void be_oneself(void *context, unsigned part, unsigned parts)
{
	const unsigned self = atl_pool_self();

	(void)context;
	(void)parts;
	if (self >= atl_pool_threads() || atomic_fetch_add(&selves[self], 1) != 0)
		atomic_fetch_add(&wrong, 1);
	for (unsigned i = 0; i < 1000 * (part % 3); i++)
		atomic_load(&wrong);
	atomic_fetch_sub(&selves[self], 1);
}

static void a_thread_knows_which_it_is(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 5; threads++) {
		atl_pool_set_threads(threads);
		atl_pool_run(be_oneself, NULL, PARTS);
		assert_int_equal(atomic_load(&wrong), 0);
		assert_int_equal(atl_pool_self(), 0);
	}
}

static void without_a_setting_there_are_as_many_threads_as_processors(void **state)
{
	(void)state;
	atl_pool_set_threads(0);
	assert_int_equal(atl_pool_setting(), 0);
	assert_in_range(atl_pool_threads(), 1, ATL_POOL_MAX);
}

static void nested(void *context, unsigned part, unsigned parts)
{
	(void)part;
	(void)parts;
	unsigned inner = 3;
	atl_pool_run(count, &inner, inner);
	atomic_fetch_add((atomic_uint *)context, 1);
}

static void a_part_may_share_work_in_turn(void **state)
{
	atomic_uint outer = 0;

	(void)state;
	atl_pool_set_threads(3);
	for (unsigned i = 0; i < PARTS; i++)
		atomic_store(&times[i], 0);
	atl_pool_run(nested, &outer, 20);
	assert_int_equal(atomic_load(&outer), 20);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(atomic_load(&times[i]), 20);
	run_and_count(6);
}

/* Part 5 divides by 0; the others take their time, so that it is anyone's. */
static void raise_one(void *context, unsigned part, unsigned parts)
{
	volatile double zero = 0, y = 1;

	(void)context;
	(void)parts;
	for (int i = 0; i < 20000; i++)
		y *= 0.9999;
	if (part == 5)
		y = 1 / zero;
	(void)y;
}

static void exceptions_of_any_thread_are_raised_in_the_caller(void **state)
{
	(void)state;
	atl_pool_set_threads(3);
	for (unsigned i = 0; i < 200; i++) {
		feclearexcept(FE_ALL_EXCEPT);
		atl_pool_run(raise_one, NULL, 5);
		assert_false(fetestexcept(FE_DIVBYZERO));
		atl_pool_run(raise_one, NULL, 6);
		assert_true(fetestexcept(FE_DIVBYZERO));
	}
}

static void a_child_makes_threads_of_its_own(void **state)
{
	int status = -1;

	(void)state;
	atl_pool_set_threads(3);
	run_and_count(10);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		unsigned parts = 10, done = 0;
		for (unsigned i = 0; i < PARTS; i++)
			atomic_store(&times[i], 0);
		atl_pool_run(count, &parts, parts);
		for (unsigned i = 0; i < 10; i++)
			done += atomic_load(&times[i]) == 1;
		_exit(done == 10 ? 0 : 1);
	}
	assert_true(waitpid(child, &status, 0) == child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	run_and_count(10);
}

/* ---- float64 over the pool ---- */

static void same_bytes(const void *a, const void *b, size_t size, const char *what)
{
	if (memcmp(a, b, size) != 0)
		fail_msg("%s depends on the number of threads", what);
}

static void values_do_not_depend_on_the_number_of_threads(void **state)
{
	double *x = atl_malloc(MOST * sizeof *x), *z = atl_malloc(MOST * sizeof *z);
	double *one = atl_malloc(MOST * sizeof *one), *y = atl_malloc(MOST * sizeof *y);
	double s1[3], s[3];
	uint64_t seed = 7;

	(void)state;
	assert_true(x && z && one && y);
	for (size_t i = 0; i < MOST; i++) {
		x[i] = (double)chance_in(&seed, -1000000, 1000000) * 1e-6;
		z[i] = (double)chance_in(&seed, 1, 1000000) * 1e-5;
	}
	for (unsigned threads = 1; threads <= 3; threads++) {
		atl_num num = { .sys = &atl_float64 };
		double *out = threads == 1 ? one : y, *sums = threads == 1 ? s1 : s;
		atl_pool_set_threads(threads);
		for (int f = 0; f < ATL_FN1_COUNT + ATL_FN2_COUNT; f++) {
			const int g = f - ATL_FN1_COUNT;
			atl_pool_set_threads(1);
			g < 0 ? atl_float64.fn1[f](one, x, MOST, &num)
			      : atl_float64.fn2[g](one, x, 1, z, 1, MOST, &num);
			atl_pool_set_threads(threads);
			g < 0 ? atl_float64.fn1[f](y, x, MOST, &num)
			      : atl_float64.fn2[g](y, x, 1, z, 1, MOST, &num);
			same_bytes(one, y, MOST * sizeof *y, g < 0 ? atl_fn1_name((atl_fn1)f) : atl_fn2_name((atl_fn2)g));
		}
		memcpy(out, x, MOST * sizeof *out);
		atl_float64.fn1[ATL_FN1_exp](out, out, MOST, &num); /* in place */
		sums[0] = sums[1] = sums[2] = 0;
		atl_float64.sum(sums, out, 1, MOST, &num);
		atl_float64.dot(sums + 1, out, 1, z, 1, MOST, &num);
		atl_float64.sum(sums + 2, out, 2, MOST / 2, &num);
		if (threads > 1)
			same_bytes(s1, s, sizeof s, "a sum");
	}
	atl_free(x);
	atl_free(z);
	atl_free(one);
	atl_free(y);
}

static void what_one_thread_has_to_say_is_heard(void **state)
{
	double *x = atl_malloc(MOST * sizeof *x), *y = atl_malloc(MOST * sizeof *y);
	volatile sig_atomic_t stop = 0;
	atl_num num = { .sys = &atl_float64, .stop = &stop };

	(void)state;
	assert_true(x && y);
	for (size_t i = 0; i < MOST; i++)
		x[i] = 1;
	atl_pool_set_threads(3);
	assert_int_equal(atl_float64.fn1[ATL_FN1_log](y, x, MOST, &num), ATL_FINE);
	assert_int_equal(num.flags, 0);
	x[MOST - 5] = 0;
	x[5] = 0;
	assert_int_equal(atl_float64.fn1[ATL_FN1_log](y, x, MOST, &num), ATL_FINE);
	assert_int_equal(num.flags, ATL_NUM_INVALID);
	assert_true(isnan(y[5]) && isnan(y[MOST - 5]) && y[6] == 0);
	stop = 1;
	assert_int_equal(atl_float64.fn1[ATL_FN1_log](y, x, MOST, &num), ATL_STOPPED);
	assert_int_equal(atl_float64.fn2[ATL_FN2_add](y, x, 1, x, 1, MOST, &num), ATL_STOPPED);
	atl_free(x);
	atl_free(y);
}

/* Part 5 overflows. */
static void overflow_once(void *context, unsigned part, unsigned parts)
{
	volatile double y = 1e300, t = 1;

	(void)context;
	(void)parts;
	for (int i = 0; i < 20000; i++)
		t *= 0.9999;
	if (part == 5)
		y *= y*t/t;
}

static void an_overflow_of_any_thread_is_seen_by_who_asks_the_kernels_flags(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 60; turn++) {
		atl_pool_set_threads(1 + turn % 4);
		atl_f64_flags_clear();
		atl_pool_run(overflow_once, NULL, 12);
		assert_int_equal(atl_f64_flags_test(), ATL_F64_OVERFLOW);
	}
	atl_f64_flags_clear();
}

static int close_pool(void **state)
{
	(void)state;
	atl_pool_close();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_is_done_once),
		cmocka_unit_test(a_thread_knows_which_it_is),
		cmocka_unit_test(without_a_setting_there_are_as_many_threads_as_processors),
		cmocka_unit_test(a_part_may_share_work_in_turn),
		cmocka_unit_test(exceptions_of_any_thread_are_raised_in_the_caller),
		cmocka_unit_test(an_overflow_of_any_thread_is_seen_by_who_asks_the_kernels_flags),
		cmocka_unit_test(a_child_makes_threads_of_its_own),
		cmocka_unit_test(values_do_not_depend_on_the_number_of_threads),
		cmocka_unit_test(what_one_thread_has_to_say_is_heard),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, close_pool);
}
