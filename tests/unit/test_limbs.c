/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_limbs.c: numbers that grow and shrink through all sizes of blocks. */
#include "numbers.h"

#include <gmp.h>
#include "number/limbs.h"

enum { N = 300 };

static jmp_buf out_of_memory;
static bool in_use;

static void no_memory(void)
{
	longjmp(out_of_memory, 1);
}

/* 2^(64k) + i */
static void assert_power(mpz_srcptr z, unsigned long k, unsigned long i)
{
	assert_int_equal(mpz_sizeinbase(z, 2), 64 * k + 1);
	assert_int_equal(mpz_getlimbn(z, 0), i);
	assert_int_equal(mpz_popcount(z), 1 + (mp_bitcnt_t)__builtin_popcountl(i));
}

static void numbers_keep_their_limbs_when_they_grow_and_shrink(void **state)
{
	mpz_t z[N];

	(void)state;
	for (unsigned long i = 0; i < N; i++)
		mpz_init_set_ui(z[i], i);
	for (unsigned long k = 1; k <= 12; k++) {
		for (unsigned long i = 0; i < N; i++) {
			mpz_set_ui(z[i], 1);
			mpz_mul_2exp(z[i], z[i], 64 * k);
			mpz_add_ui(z[i], z[i], i);
		}
		for (unsigned long i = 0; i < N; i++)
			assert_power(z[i], k, i);
	}
	for (unsigned long k = 11; k >= 1; k--) {
		for (unsigned long i = 0; i < N; i++) {
			mpz_set_ui(z[i], 1);
			mpz_mul_2exp(z[i], z[i], 64 * k);
			mpz_add_ui(z[i], z[i], i);
			mpz_realloc2(z[i], 64 * (k + 1)); /* gives back what it no longer needs */
		}
		for (unsigned long i = 0; i < N; i++)
			assert_power(z[i], k, i);
	}
	for (unsigned long i = 0; i < N; i++)
		mpz_clear(z[i]);
}

static void blocks_that_are_given_back_are_used_again(void **state)
{
	mpz_t z;

	(void)state;
	mpz_init_set_ui(z, 7);
	long before = atl_mem_live();
	for (int i = 0; i < 100000; i++) {
		mpz_clear(z);
		mpz_init_set_ui(z, 7);
	}
	assert_int_equal(atl_mem_live(), before);
	mpz_clear(z);
}

static void without_memory_somebody_is_told(void **state)
{
	mpz_t z;

	(void)state;
	mpz_init_set_ui(z, 1);
	if (setjmp(out_of_memory) == 0) {
		atl_mem_fail_after(1);
		mpz_mul_2exp(z, z, 100000);
		atl_mem_fail_after(-1);
		assert_false(in_use);
	}
	atl_mem_fail_after(-1);
	mpz_clear(z);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_keep_their_limbs_when_they_grow_and_shrink),
		cmocka_unit_test(blocks_that_are_given_back_are_used_again),
		cmocka_unit_test(without_memory_somebody_is_told),
	};

	in_use = atl_limbs_open(no_memory);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
