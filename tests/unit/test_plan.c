/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_plan.c: what a plan is made of: groups that are one loop, and places that
 * are not shared by two that live. */
#include "host.h"

#include "eval/machine.h"
#include "number/float64.h"

static atl_plan *plan_of(bench *t, const char *statements, const char *input, const char *value)
{
	atl_store store = { 0 };
	atl_plan *p = NULL;
	must(t, statements);
	store.value = must(t, value);
	store.input = named(t, input);
	atl_job job = { .store = &store, .n_stores = 1 };
	assert_int_equal(atl_plan_make(t->eval, &job, &p, &t->diag), ATL_OK);
	return p;
}

/* No member of a group reads what a later step makes, and nobody reads what is not yet made. */
static void assert_in_order(const atl_plan *p)
{
	for (size_t i = 0; i < p->n_order; i++) {
		const atl_term *t = &p->term[p->order[i]];
		for (uint32_t k = 0; k < t->n_in; k++) {
			const atl_term *o = &p->term[atl_plan_in(p, t)[k]];
			if (o->code < ATL_CODE_MAP1 || o->code == ATL_CODE_VIEW)
				continue;
			assert_true(o->step <= t->step);
			assert_true(o->step < t->step || o->group == t->group);
			assert_true(o->home != ATL_HOME_NONE || o->step == t->step);
		}
	}
}

static void assert_apart(const atl_plan *p)
{
	for (size_t i = 0; i < p->n_order; i++)
		for (size_t k = 0; k < i; k++) {
			const atl_term *a = &p->term[p->order[i]], *b = &p->term[p->order[k]];
			bool both = a->home == ATL_HOME_ARENA && b->home == ATL_HOME_ARENA;
			bool live = a->step <= b->last && b->step <= a->last;
			assert_true(!both || !live || a->at + a->n <= b->at || b->at + b->n <= a->at);
			assert_true(!both || a->at + a->n <= p->arena);
		}
}

static void an_entrywise_cone_is_one_group_and_takes_no_memory(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	atl_plan *p = plan_of(t, "x = range(2000)/1000; y = sum(tanh(x.^2 + sin(x)) .* exp(-x))", "x", "x - 0.1*grad(y, x)");
	assert_non_null(p);
	assert_int_equal(p->n_steps, 1);
	assert_int_equal(p->arena, 0);
	atl_plan_free(p);
	bench_free(t);
}

static void what_leaves_a_group_on_its_way_ends_it(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	atl_plan *p = plan_of(t, "x = range(100)/100; A = eye(100)", "x", "tanh(x) + A*sin(tanh(x)) .* x + sum(cos(x))");
	assert_non_null(p);
	assert_true(p->n_steps >= 3);
	assert_in_order(p);
	assert_apart(p);
	atl_plan_free(p);
	bench_free(t);
}

/* A function of one argument has no strides: its operand has all entries, though they are one number. */
static void what_is_mapped_alone_is_not_repeated(void **state)
{
	static const char *const value[] = {
		"exp(s*X)", "exp(s*ones(5000, 1))", "sin(-(s + X))", "sqrt(s*X)", "tanh(exp(s .* X) + x)", "exp(sqrt(s + X))"
	};
	(void)state;
	for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
		bench *t = bench_new("float64");
		char text[64];
		(void)snprintf(text, sizeof text, "x + %s", value[i]);
		atl_plan *p = plan_of(t, "x = range(5000)/5000; X = 0.5*ones(5000, 1); s = sum(x)", "x", text);
		assert_non_null(p);
		assert_in_order(p);
		for (size_t j = 0; j < p->n_order; j++) {
			const atl_term *mapped = &p->term[p->order[j]], *of = &p->term[*atl_plan_in(p, mapped)];
			if (mapped->code == ATL_CODE_MAP1)
				assert_true(of->n == mapped->n && (of->n == 1 || of->code != ATL_CODE_NUMBER));
		}
		atl_plan_free(p);
		bench_free(t);
	}
}

static void places_are_used_again(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	atl_plan *p = plan_of(t, "x = range(90)/90; A = eye(90)", "x", "A*(A*(A*(A*(A*(A*x)))))");
	assert_non_null(p);
	assert_in_order(p);
	assert_apart(p);
	assert_true(p->arena <= 2 * 96);
	atl_plan_free(p);
	bench_free(t);
}

static void a_transpose_and_a_repeated_scalar_are_read_in_place(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	atl_plan *p = plan_of(t, "A = eye(9); s = 2", "A", "(s*A)'*A + s");
	assert_non_null(p);
	assert_int_equal(p->n_order, 3); /* mul, product, add */
	assert_in_order(p);
	assert_apart(p);
	atl_plan_free(p);
	bench_free(t);
}

static size_t products_in_groups(const atl_plan *p, atl_home home)
{
	size_t n = 0;
	for (size_t i = 0; i < p->n_order; i++) {
		const atl_term *t = &p->term[p->order[i]];
		n += t->code == ATL_CODE_PRODUCT && t->group && t->home == home;
		assert_true(t->code != ATL_CODE_PRODUCT || !t->group || p->step[t->step].from == i);
	}
	return n;
}

/* Where the machine has the instructions: else there are none. */
static void assert_products(const char *statements, const char *input, const char *value, size_t passing, size_t kept)
{
	bench *t = bench_new("float64");
	atl_plan *p = plan_of(t, statements, input, value);
	bool can = atl_float64_pieces(64, 64, 64);
	assert_non_null(p);
	assert_in_order(p);
	assert_apart(p);
	assert_int_equal(products_in_groups(p, ATL_HOME_NONE), can ? passing : 0);
	assert_int_equal(products_in_groups(p, ATL_HOME_ARENA), can ? kept : 0);
	atl_plan_free(p);
	bench_free(t);
}

static void a_large_product_is_run_with_the_group_that_reads_it(void **state)
{
	const char *net = "W = reshape(sin(1:4096), 64, 64); X = reshape(cos(1:4096), 64, 64); b = sin(1:64); L = sum((W*X).^2)";
	(void)state;
	assert_products(net, "W", "tanh(W*X + b)", 1, 0);
	assert_products(net, "W", "W - 0.1*W*X' + W'*X", 1, 0);         /* one of the two */
	assert_products(net, "W", "W*X", 0, 0);                         /* wanted itself */
	assert_products(net, "W", "W*X + X*(W*X)", 1, 0);               /* the first has two readers */
	assert_products(net, "b", "b - sum((b*b' + W*X).^2)", 0, 0);    /* summed over all */
	assert_products(net, "W", "exp(reshape(W*X, 4096)*reshape(W, 1, 4096)[1,1])[1:64]*b'", 0, 0);
	assert_products("W = reshape(sin(1:64000), 64, 1000)", "W", "W - 0.1*tanh(W*W')*W", 1, 1); /* a depth of 1000 */
	assert_products("a = [1, 2]; W = reshape(sin(1:10), 5, 2)", "W", "tanh(W*[1, 2; 3, 4]) + a'", 0, 0);
}

static void a_turn_that_raises_something_changes_nothing(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	atl_plan *p = plan_of(t, "x = 3; x <- 3", "x", "x - 1 + 0*log(x)");
	atl_machine *m = atl_machine_new(t->eval, p);
	assert_non_null(m);
	for (int turn = 1; turn <= 3; turn++)
		assert_true(atl_machine_turn(m));
	assert_true(*atl_machine_input(m, 0) == 0);
	assert_false(atl_machine_turn(m));
	assert_true(*atl_machine_input(m, 0) == 0);
	*atl_machine_input(m, 0) = 7;
	assert_true(atl_machine_turn(m));
	assert_int_equal(atl_machine_save(m, t->eval, &t->diag), ATL_OK);
	assert_value(t, "x", "6");
	atl_machine_free(m);
	bench_free(t);
}

static void without_memory_there_is_no_plan_and_nothing_is_lost(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "A = reshape(sin(1:4096), 64, 64); x = reshape(cos(1:4096), 64, 64); y = sum(tanh(x*A + 0.1*A*x))");
	atl_store store = { .value = must(t, "x - grad(y, x)"), .input = named(t, "x") };
	atl_job job = { .store = &store, .n_stores = 1 };
	bool made = false;
	for (long n = 0; !made; n++) {
		atl_plan *p = NULL;
		atl_diag diag = { 0 };
		long live = atl_mem_live();
		atl_mem_fail_after(n);
		atl_status status = atl_plan_make(t->eval, &job, &p, &diag);
		atl_machine *m = !status && p ? atl_machine_new(t->eval, p) : NULL;
		atl_mem_fail_after(-1);
		made = m != NULL;
		atl_machine_free(m);
		atl_diag_clear(&diag);
		assert_true(made || atl_mem_live() <= live + 8); /* values that eval has now */
		assert_true(n < 2000);
	}
	bench_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entrywise_cone_is_one_group_and_takes_no_memory),
		cmocka_unit_test(what_leaves_a_group_on_its_way_ends_it),
		cmocka_unit_test(what_is_mapped_alone_is_not_repeated),
		cmocka_unit_test(places_are_used_again),
		cmocka_unit_test(a_transpose_and_a_repeated_scalar_are_read_in_place),
		cmocka_unit_test(a_large_product_is_run_with_the_group_that_reads_it),
		cmocka_unit_test(a_turn_that_raises_something_changes_nothing),
		cmocka_unit_test(without_memory_there_is_no_plan_and_nothing_is_lost),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
