/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unable.c: a test double, exact rationals that are UNABLE at random, under
 * the generic functions. */
#include "laws.h"

static uint64_t luck;
static long odds; /* one call in so many fails; 0: none */

static bool unlucky(atl_num *num)
{
	if (odds == 0 || chance_in(&luck, 1, odds) > 1)
		return false;
	num->reason = "bad luck";
	num->fault = 0;
	return true;
}

#define FLAKY1(f)                                                                        \
	static atl_answer flaky_##f(void *y, const void *x, size_t n, atl_num *num)      \
	{                                                                                \
		return unlucky(num) ? ATL_UNABLE                                         \
		                    : atl_exact.fn1[ATL_FN1_##f](y, x, n, num);          \
	}
#define FLAKY2(f)                                                                        \
	static atl_answer flaky_##f(void *y, const void *a, size_t sa, const void *b,    \
	                            size_t sb, size_t n, atl_num *num)                   \
	{                                                                                \
		return unlucky(num) ? ATL_UNABLE                                         \
		                    : atl_exact.fn2[ATL_FN2_##f](y, a, sa, b, sb, n, num); \
	}
ATL_FN1_LIST(FLAKY1)
ATL_FN2_LIST(FLAKY2)

static atl_answer flaky_cmp(int *c, const void *a, const void *b)
{
	if (odds > 0 && chance_in(&luck, 1, odds) == 1)
		return ATL_UNDECIDED;
	return atl_exact.cmp(c, a, b);
}

static atl_system flaky(void)
{
	atl_system sys = atl_exact;

	sys.name = "flaky";
	sys.cmp = flaky_cmp;
#define ROW1(f) sys.fn1[ATL_FN1_##f] = flaky_##f;
#define ROW2(f) sys.fn2[ATL_FN2_##f] = flaky_##f;
	ATL_FN1_LIST(ROW1)
	ATL_FN2_LIST(ROW2)
	sys.sum = atl_generic_sum;
	sys.prod = atl_generic_prod;
	sys.dot = atl_generic_dot;
	sys.matmul = atl_generic_matmul;
	sys.det = atl_generic_det;
	sys.solve = atl_generic_solve;
	sys.inv = atl_generic_inv;
	sys.cholesky = atl_generic_cholesky;
	return sys;
}

enum { WAYS = 8, FACTORS = 4, CELLS = SIDE * SIDE };

/* One of the functions, the last FACTORS of which are for systems that round; *n is how many entries it makes. */
static atl_answer apply(int way, void *y, const void *a, const void *b, size_t *n, atl_num *num)
{
	const atl_system *sys = num->sys;

	*n = way < 4 ? 1 : CELLS;
	switch (way) {
	case 0: return sys->sum(y, a, 1, CELLS, num);
	case 1: return sys->prod(y, a, 1, CELLS, num);
	case 2: return sys->dot(y, a, 1, b, 1, CELLS, num);
	case 3: return sys->det(y, a, SIDE, num);
	case 4: return sys->matmul(y, a, true, b, false, SIDE, SIDE, SIDE, num);
	case 5: return sys->solve(y, a, b, SIDE, SIDE, num);
	case 6: return sys->inv(y, a, SIDE, num);
	case 7: return atl_generic_pinv(y, a, SIDE, SIDE, num);
	case 8: return sys->cholesky(y, b, SIDE, num);
	case 9: return atl_generic_qr(y, element(y, 10, num), a, SIDE, 2, num);
	case 10: return sys->eigh(element(y, 0, num), element(y, SIDE, num), b, SIDE - 1, num);
	default: return sys->svd(y, element(y, 10, num), element(y, 15, num), a, SIDE, 2, num);
	}
}

/* Runs all ways, under what the caller has set up; FINE must be right. */
static void run_all(atl_num *bad, subject *good, bool memory)
{
	for (int way = 0; way < WAYS; way++) {
		void *a = fractions(CELLS, good), *b = fractions(CELLS, good);
		void *y = elements(CELLS, bad), *z = elements(CELLS, bad);
		size_t n, wrong = 0;
		assert_int_equal(apply(way, z, a, b, &n, &good->num), ATL_FINE);
		for (long turn = 0, done = 0; turn < 400 && !done; turn++) {
			long live = atl_mem_live();
			if (memory)
				atl_mem_fail_after(turn + 1);
			atl_answer answer = apply(way, y, a, b, &n, bad);
			atl_mem_fail_after(-1);
			assert_int_equal(atl_mem_live(), live);
			if (answer == ATL_FINE)
				assert_equal(y, z, n, good);
			else if (memory)
				assert_int_equal(answer, ATL_NOMEM);
			else
				assert_true(answer == ATL_UNABLE || answer == ATL_UNDECIDED);
			wrong += answer != ATL_FINE;
			done = memory && answer == ATL_FINE;
		}
		assert_true(wrong > 0);
		give_back(a, CELLS, bad);
		give_back(b, CELLS, bad);
		give_back(y, CELLS, bad);
		give_back(z, CELLS, bad);
	}
}

/* 16 times the identity, with ones around it. */
static void make_definite(void *b, atl_num *num)
{
	for (size_t i = 0; i < CELLS; i++)
		assert_int_equal(num->sys->set_si(element(b, i, num), i % (SIDE + 1) ? 1 : 16, num), ATL_FINE);
}

void without_memory_a_sum_or_a_factor_says_so_and_leaks_nothing(void **state)
{
	subject *s = *state;
	atl_num *num = &s->num;
	void *a = fractions(CELLS, s), *b = fractions(CELLS, s);
	void *y = elements(CELLS, num), *z = elements(CELLS, num);
	size_t n;

	make_definite(b, num);
	for (int way = 0; way < WAYS + (num->sys->rounds ? FACTORS : 0); way++) {
		atl_answer answer = ATL_NOMEM;
		assert_int_equal(apply(way, z, a, b, &n, num), ATL_FINE);
		for (long turn = 1; turn < 1000 && answer != ATL_FINE; turn++) {
			long live = atl_mem_live();
			atl_mem_fail_after(turn);
			answer = apply(way, y, a, b, &n, num);
			atl_mem_fail_after(-1);
			assert_int_equal(atl_mem_live(), live);
			assert_true(answer == ATL_FINE || answer == ATL_NOMEM);
		}
		assert_int_equal(answer, ATL_FINE);
		assert_equal(y, z, n, s);
	}
	give_back(a, CELLS, num);
	give_back(b, CELLS, num);
	give_back(y, CELLS, num);
	give_back(z, CELLS, num);
}

void answers_come_through_the_generic_functions(void **state)
{
	const atl_system sys = flaky();
	subject good = { "exact", 0, { .sys = &atl_exact }, 77 };
	atl_num bad = { .sys = &sys };

	(void)state;
	luck = 4711;
	odds = 100;
	run_all(&bad, &good, false);
	odds = 0;
}

void failing_allocations_come_through_and_leak_nothing(void **state)
{
	const atl_system sys = flaky();
	subject good = { "exact", 0, { .sys = &atl_exact }, 78 };
	atl_num bad = { .sys = &sys };

	(void)state;
	odds = 0;
	run_all(&bad, &good, true);
}
