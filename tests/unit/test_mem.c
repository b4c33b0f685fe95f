/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mem.c: the heap's counters, growing arrays, the arena. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static void live_counts_what_was_not_given_back(void **state)
{
	long before = atl_mem_live();
	void *a = atl_malloc(0);
	void *b = atl_calloc(3, 5);

	(void)state;
	assert_non_null(a);
	assert_int_equal(atl_mem_live(), before + 2);
	a = atl_realloc(a, 100);
	assert_int_equal(atl_mem_live(), before + 2);
	atl_free(a);
	atl_free(b);
	atl_free(NULL);
	assert_int_equal(atl_mem_live(), before);
}

static void a_large_block_that_was_given_back_is_the_next_one_of_its_size(void **state)
{
	const size_t size = (size_t)12 << 20;
	long before = atl_mem_live();
	unsigned char *a = atl_malloc(size), *b = atl_malloc(size);

	(void)state;
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(atl_mem_live(), before + 2);
	a[0] = a[size - 1] = 1;
	b[0] = b[size - 1] = 2;
	assert_int_equal(a[0] + a[size - 1], 2);
	atl_free(a);
#ifndef __SANITIZE_ADDRESS__
	assert_ptr_equal(atl_malloc(size - 1000), a);
#else
	a = atl_malloc(size - 1000);
#endif
	atl_free(a);
	a = atl_malloc(4 * size); /* no block that is kept has room */
	assert_non_null(a);
	a[4 * size - 1] = 3;
	assert_int_equal(b[0] + b[size - 1], 4);
	atl_free(a);
	atl_free(b);
	assert_int_equal(atl_mem_live(), before);
}

static void a_large_block_keeps_its_bytes_when_it_grows_and_shrinks(void **state)
{
	const size_t size = (size_t)6 << 20;
	unsigned char *a = atl_malloc(size), *more;

	(void)state;
	assert_non_null(a);
	for (size_t i = 0; i < size; i++) {
		a[i] = (unsigned char)(i * 7 / 64);
	}
	atl_mem_fail_after(1);
	assert_null(atl_realloc(a, 2 * size));
	atl_mem_fail_after(-1);
	more = atl_realloc(a, 2 * size);
	assert_non_null(more);
	more = atl_realloc(more, size / 2);
	assert_non_null(more);
	for (size_t i = 0; i < size / 2; i++) {
		assert_int_equal(more[i], (unsigned char)(i * 7 / 64));
	}
	atl_free(more);
}

static void more_large_blocks_than_are_kept_in_mind_are_blocks_too(void **state)
{
	enum { MANY = 100 };
	unsigned char *p[MANY];
	long before = atl_mem_live();

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		p[i] = atl_malloc((size_t)5 << 20);
		assert_non_null(p[i]);
		p[i][0] = (unsigned char)i;
	}
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(p[i][0], i);
		atl_free(p[i]);
	}
	assert_int_equal(atl_mem_live(), before);
}

static void a_line_begins_what_wants_one(void **state)
{
	long before = atl_mem_live();

	(void)state;
	for (size_t size = 0; size < 300; size += 23) {
		void *p = atl_malloc_line(size);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % ATL_LINE, 0);
		memset(p, 1, size);
		atl_free(p);
	}
	const size_t large = (size_t)9 << 20;
	char *p = atl_malloc_line(large);
	assert_non_null(p);
	assert_int_equal((uintptr_t)p % ATL_LINE, 0);
	p[0] = p[large - 1] = 1;
	atl_free(p);
	assert_null(atl_malloc_line(SIZE_MAX));
	atl_mem_fail_after(1);
	assert_null(atl_malloc_line(8));
	atl_mem_fail_after(-1);
	assert_int_equal(atl_mem_live(), before);
}

static void the_nth_allocation_and_all_later_ones_fail(void **state)
{
	void *a;

	(void)state;
	atl_mem_fail_after(2);
	a = atl_malloc(1);
	assert_non_null(a);
	assert_null(atl_malloc(1));
	assert_null(atl_calloc(1, 1));
	assert_null(atl_realloc(a, 2));
	atl_mem_fail_after(-1);
	atl_free(a);
}

static void calloc_refuses_a_product_that_overflows(void **state)
{
	(void)state;
	assert_null(atl_calloc(SIZE_MAX / 2, 3));
}

static void a_growing_array_keeps_its_elements(void **state)
{
	int *array = NULL;
	size_t cap = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_true(atl_grow(&array, &cap, (size_t)i + 1, sizeof *array));
		array[i] = i;
	}
	assert_true(cap >= 1000 && cap < 4000);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(array[i], i);
	}
	atl_free(array);
}

static void an_array_that_cannot_grow_stays_as_it_was(void **state)
{
	int *array = NULL;
	int *same;
	size_t cap = 0;
	size_t same_cap;

	(void)state;
	assert_true(atl_grow(&array, &cap, 4, sizeof *array));
	array[3] = 7;
	same = array;
	same_cap = cap;
	atl_mem_fail_after(1);
	assert_false(atl_grow(&array, &cap, 1000, sizeof *array));
	atl_mem_fail_after(-1);
	assert_false(atl_grow(&array, &cap, SIZE_MAX / 2, sizeof *array));
	assert_false(atl_grow(&array, &cap, SIZE_MAX, 1));
	assert_ptr_equal(array, same);
	assert_int_equal(cap, same_cap);
	assert_int_equal(array[3], 7);
	atl_free(array);
}

static void what_an_arena_gives_is_aligned_and_apart(void **state)
{
	long before = atl_mem_live();
	atl_arena arena = { 0 };
	unsigned char *p[200];

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		p[i] = atl_arena_alloc(&arena, i * 3);
		assert_non_null(p[i]);
		assert_int_equal((uintptr_t)p[i] % 16, 0);
		memset(p[i], (int)i, i * 3);
	}
	for (size_t i = 0; i < 200; i++) {
		for (size_t k = 0; k < i * 3; k++) {
			assert_int_equal(p[i][k], i);
		}
	}
	atl_arena_clear(&arena);
	assert_int_equal(atl_mem_live(), before);
}

static void an_arena_holds_a_block_larger_than_its_chunks(void **state)
{
	atl_arena arena = { 0 };
	char *small = atl_arena_dup(&arena, "abc", 3);
	char *large = atl_arena_alloc(&arena, (size_t)5 << 20);

	(void)state;
	assert_non_null(large);
	memset(large, 'x', (size_t)5 << 20);
	assert_string_equal(small, "abc");
	assert_null(atl_arena_alloc(&arena, SIZE_MAX));
	atl_arena_clear(&arena);
}

static void a_release_keeps_what_was_before_the_mark(void **state)
{
	atl_arena arena = { 0 };
	char *kept = atl_arena_dup(&arena, "kept", 4);
	atl_mark mark = atl_arena_mark(&arena);
	char *first;

	(void)state;
	first = atl_arena_dup(&arena, "first", 5);
	assert_non_null(atl_arena_alloc(&arena, 10000));
	atl_arena_release(&arena, mark);
	assert_string_equal(kept, "kept");
	assert_ptr_equal(atl_arena_dup(&arena, "again", 5), first);
	assert_string_equal(kept, "kept");
	atl_arena_clear(&arena);
}

static void a_loop_of_mark_and_release_settles(void **state)
{
	atl_arena arena = { 0 };

	(void)state;
	for (int turn = 0; turn < 20; turn++) {
		atl_mark mark = atl_arena_mark(&arena);

		if (turn == 10) {
			atl_mem_fail_after(1); /* from here on no malloc is needed */
		}
		for (int i = 0; i < 300; i++) {
			assert_non_null(atl_arena_alloc(&arena, 100));
		}
		atl_arena_release(&arena, mark);
	}
	atl_mem_fail_after(-1);
	atl_arena_clear(&arena);
}

static void an_arena_without_memory_says_so_and_goes_on_later(void **state)
{
	atl_arena arena = { 0 };

	(void)state;
	atl_mem_fail_after(1);
	assert_null(atl_arena_alloc(&arena, 10));
	atl_mem_fail_after(-1);
	assert_non_null(atl_arena_alloc(&arena, 10));
	atl_arena_clear(&arena);
}

static void printed_text_may_be_of_any_length(void **state)
{
	atl_arena arena = { 0 };
	char *small = atl_arena_printf(&arena, "%s is %d", "x", 3);
	char *large = atl_arena_printf(&arena, "%0999d|%s", 7, small);

	(void)state;
	assert_string_equal(small, "x is 3");
	assert_int_equal(strlen(large), 999 + 1 + 6);
	assert_string_equal(large + 998, "7|x is 3");
	atl_arena_clear(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_counts_what_was_not_given_back),
		cmocka_unit_test(a_large_block_that_was_given_back_is_the_next_one_of_its_size),
		cmocka_unit_test(a_large_block_keeps_its_bytes_when_it_grows_and_shrinks),
		cmocka_unit_test(more_large_blocks_than_are_kept_in_mind_are_blocks_too),
		cmocka_unit_test(a_line_begins_what_wants_one),
		cmocka_unit_test(the_nth_allocation_and_all_later_ones_fail),
		cmocka_unit_test(calloc_refuses_a_product_that_overflows),
		cmocka_unit_test(a_growing_array_keeps_its_elements),
		cmocka_unit_test(an_array_that_cannot_grow_stays_as_it_was),
		cmocka_unit_test(what_an_arena_gives_is_aligned_and_apart),
		cmocka_unit_test(an_arena_holds_a_block_larger_than_its_chunks),
		cmocka_unit_test(a_release_keeps_what_was_before_the_mark),
		cmocka_unit_test(a_loop_of_mark_and_release_settles),
		cmocka_unit_test(an_arena_without_memory_says_so_and_goes_on_later),
		cmocka_unit_test(printed_text_may_be_of_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
