/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/mem.h"
#include "lang/tree.h"

static uint32_t leaf(atl_tree *t, const char *text, uint32_t at)
{
	return atl_tree_leaf(t, ATL_T_NUMBER, 0, text, 1, (atl_span){ at, at + 1 });
}

/* 1 + 2*3 */
static atl_tree *sum_of_product(void)
{
	atl_tree *t = atl_tree_new();

	assert_int_equal(leaf(t, "1", 1), 0);
	assert_int_equal(leaf(t, "2", 5), 1);
	assert_int_equal(leaf(t, "3", 7), 2);
	assert_int_equal(atl_tree_make(t, ATL_T_BINARY, ATL_O_MUL, 2, (atl_span){ 6, 7 }), 3);
	assert_int_equal(atl_tree_make(t, ATL_T_BINARY, ATL_O_ADD, 2, (atl_span){ 3, 4 }), 4);
	return t;
}

static void children_stand_before_their_node(void **state)
{
	atl_tree *t = sum_of_product();
	uint32_t child[2];

	(void)state;
	assert_int_equal(t->root, 4);
	assert_int_equal(t->node[3].first, 1);
	assert_int_equal(t->node[4].first, 0);
	atl_tree_children(t, 4, child);
	assert_int_equal(child[0], 0);
	assert_int_equal(child[1], 3);
	assert_int_equal(atl_tree_child(t, 4, 0), 0);
	assert_int_equal(atl_tree_child(t, 3, 1), 2);
	atl_tree_unref(t);
}

static void a_span_covers_the_operands_and_at_is_the_operator(void **state)
{
	atl_tree *t = sum_of_product();

	(void)state;
	assert_int_equal(t->node[4].span.lo, 1);
	assert_int_equal(t->node[4].span.hi, 8);
	assert_int_equal(t->node[4].at.lo, 3);
	assert_int_equal(t->node[3].span.lo, 5);
	atl_tree_unref(t);
}

static void a_node_with_too_few_children_is_not_made(void **state)
{
	atl_tree *t = atl_tree_new();

	(void)state;
	assert_int_equal(leaf(t, "1", 1), 0);
	assert_int_equal(atl_tree_make(t, ATL_T_BINARY, ATL_O_ADD, 2, (atl_span){ 0 }),
	                 ATL_TREE_NONE);
	assert_int_equal(t->n, 1);
	atl_tree_unref(t);
}

static void a_reset_tree_allocates_nothing_anew(void **state)
{
	atl_tree *t = sum_of_product();
	atl_tree_node *before = t->node;
	long live = atl_mem_live();

	(void)state;
	atl_tree_reset(t);
	assert_int_equal(t->n, 0);
	atl_mem_fail_after(0);
	assert_int_equal(leaf(t, "7", 1), 0);
	atl_mem_fail_after(-1);
	assert_ptr_equal(t->node, before);
	assert_int_equal(atl_mem_live(), live);
	assert_string_equal(t->node[0].text, "7");
	atl_tree_unref(t);
}

static void the_last_reference_frees(void **state)
{
	atl_tree *t = sum_of_product();

	(void)state;
	assert_ptr_equal(atl_tree_ref(t), t);
	atl_tree_unref(t);
	assert_int_equal(t->n, 5);
	atl_tree_unref(t);
	assert_int_equal(atl_mem_live(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(children_stand_before_their_node),
		cmocka_unit_test(a_span_covers_the_operands_and_at_is_the_operator),
		cmocka_unit_test(a_node_with_too_few_children_is_not_made),
		cmocka_unit_test(a_reset_tree_allocates_nothing_anew),
		cmocka_unit_test(the_last_reference_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
