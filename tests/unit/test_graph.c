/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_graph.c: nodes: which are one, names, cutting back, sliding down. */
#include "host.h"

#include "graph/op.h"

static atl_new leaf(const char *text)
{
	return (atl_new){ .op = atl_op_find("literal", 7),
			  .shape = ATL_SCALAR,
			  .text = text,
			  .flags = ATL_NF_LITERAL };
}

static atl_id literal(atl_graph *g, const char *text)
{
	atl_new k = leaf(text);
	return atl_graph_add(g, &k);
}

static atl_id input(atl_graph *g)
{
	atl_new k = { .op = atl_op_find("input", 5),
		      .shape = ATL_SCALAR,
		      .flags = ATL_NF_INPUT,
		      .fresh = true };
	return atl_graph_add(g, &k);
}

static atl_id sum_of(atl_graph *g, atl_id a, atl_id b)
{
	atl_new k = { .op = atl_op_find("add", 3),
		      .shape = ATL_SCALAR,
		      .in = (atl_id[]){ a, b },
		      .n_in = 2 };
	return atl_graph_add(g, &k);
}

static void equal_nodes_are_one_node(void **state)
{
	atl_graph *g = atl_graph_new();
	(void)state;
	atl_id one = literal(g, "1"), two = literal(g, "2");
	assert_int_equal(literal(g, "1"), one);
	assert_int_not_equal(one, two);
	assert_int_equal(sum_of(g, one, two), sum_of(g, one, two));
	assert_int_not_equal(sum_of(g, one, two), sum_of(g, two, one));
	atl_new hidden = leaf("1");
	hidden.flags |= ATL_NF_HIDDEN;
	assert_int_not_equal(atl_graph_add(g, &hidden), one);
	atl_new column = leaf("1");
	column.shape = atl_shape_2(2, 1);
	assert_int_not_equal(atl_graph_add(g, &column), one);
	int64_t axis[] = { 1, 2 };
	atl_new k = { .op = atl_op_find("sum", 3),
		      .shape = ATL_SCALAR,
		      .in = &one,
		      .n_in = 1,
		      .attr = &axis[0],
		      .n_attr = 1 };
	atl_id down = atl_graph_add(g, &k);
	k.attr = &axis[1];
	assert_int_not_equal(atl_graph_add(g, &k), down);
	assert_null(atl_graph_verify(g));
	atl_graph_free(g);
}

static void inputs_and_fresh_nodes_are_never_merged(void **state)
{
	atl_graph *g = atl_graph_new();
	(void)state;
	atl_id x = input(g), y = input(g);
	assert_int_not_equal(x, y);
	atl_new fresh = leaf("1");
	fresh.fresh = true;
	atl_id a = atl_graph_add(g, &fresh);
	assert_int_not_equal(atl_graph_add(g, &fresh), a);
	assert_int_not_equal(literal(g, "1"), a);
	atl_graph_free(g);
}

static void what_depends_on_an_input_is_open(void **state)
{
	atl_graph *g = atl_graph_new();
	(void)state;
	atl_id one = literal(g, "1"), x = input(g);
	assert_false(atl_graph_node(g, sum_of(g, one, one))->flags & ATL_NF_OPEN);
	assert_true(atl_graph_node(g, sum_of(g, one, x))->flags & ATL_NF_OPEN);
	atl_new k = { .op = atl_op_find("input", 5),
		      .shape = ATL_SCALAR,
		      .in = &x,
		      .n_in = 1,
		      .flags = ATL_NF_INPUT,
		      .fresh = true };
	assert_true(atl_graph_node(g, atl_graph_add(g, &k))->flags & ATL_NF_OPEN);
	atl_graph_free(g);
}

static void an_operand_that_failed_makes_no_node(void **state)
{
	atl_graph *g = atl_graph_new();
	(void)state;
	atl_id one = literal(g, "1");
	assert_int_equal(sum_of(g, one, 0), 0);
	assert_int_equal(atl_graph_name(g, 0, 1, 1, 0, (atl_span){ 0, 0 }), 0);
	assert_int_equal(atl_graph_last(g), one);
	atl_graph_free(g);
}

static void a_named_node_is_never_merged(void **state)
{
	atl_graph *g = atl_graph_new();
	(void)state;
	atl_id one = literal(g, "1"), since = atl_graph_last(g), two = sum_of(g, one, one);
	assert_int_equal(atl_graph_name(g, two, 7, 1, since, (atl_span){ 3, 4 }), two);
	assert_int_equal(atl_graph_node(g, two)->name, 7);
	assert_int_equal(atl_graph_node(g, two)->span.lo, 3);
	assert_int_not_equal(sum_of(g, one, one), two);
	assert_null(atl_graph_verify(g));
	atl_graph_free(g);
}

static void naming_an_older_node_copies_it_and_naming_a_name_makes_an_alias(void **state)
{
	atl_graph *g = atl_graph_new();
	(void)state;
	atl_id one = literal(g, "1"), old = sum_of(g, one, one), since = atl_graph_last(g);
	atl_id copy = atl_graph_name(g, old, 7, 1, since, (atl_span){ 0, 0 });
	assert_int_not_equal(copy, old);
	assert_ptr_equal(atl_graph_node(g, copy)->op, atl_graph_node(g, old)->op);
	assert_int_equal(atl_graph_node(g, old)->name, 0);
	assert_int_equal(sum_of(g, one, one), old);
	atl_id alias = atl_graph_name(g, copy, 8, 1, since, (atl_span){ 0, 0 });
	atl_id again = atl_graph_name(g, alias, 9, 1, since, (atl_span){ 0, 0 });
	assert_true(atl_graph_node(g, alias)->flags & ATL_NF_ALIAS);
	assert_int_equal(atl_graph_in(g, again)[0], alias);
	assert_int_equal(atl_graph_root(g, again), copy);
	atl_id x = input(g), y = atl_graph_name(g, x, 10, 1, x, (atl_span){ 0, 0 });
	assert_int_not_equal(x, y); /* an input that was there keeps its identity */
	assert_int_equal(atl_graph_root(g, y), x);
	atl_graph_free(g);
}

static void a_copied_literal_keeps_its_text_and_a_copied_slice_its_attributes(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = [1, 2, 3]; x[2:3]; 1.25");
	atl_id part = must(t, "x[2:3]"), number = must(t, "1.25"), since = atl_graph_last(t->graph);
	atl_id y = atl_graph_name(t->graph, part, 1, 1, since, (atl_span){ 0, 0 });
	atl_id z = atl_graph_name(t->graph, number, 1, 2, since, (atl_span){ 0, 0 });
	assert_string_equal(value_text(t, y), "[2; 3]");
	assert_string_equal(value_text(t, z), "1.25");
	bench_free(t);
}

static void a_body_that_is_named_is_copied_into_sight(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2");
	atl_id y = must(t, "silu(x)"), body = atl_graph_node(t->graph, y)->body;
	assert_true(atl_graph_node(t->graph, body)->flags & ATL_NF_HIDDEN);
	atl_id seen = atl_graph_name(t->graph, body, 1, 1, 0, (atl_span){ 0, 0 });
	assert_int_not_equal(seen, body);
	assert_false(atl_graph_node(t->graph, seen)->flags & ATL_NF_HIDDEN);
	assert_true(atl_graph_node(t->graph, body)->flags & ATL_NF_HIDDEN);
	bench_free(t);
}

static void a_cut_graph_is_as_it_was(void **state)
{
	atl_graph *g = atl_graph_new();
	char text[32];
	(void)state;
	atl_id one = literal(g, "1"), x = input(g), kept = sum_of(g, one, x);
	for (int turn = 0; turn < 3; turn++) {
		atl_id sum = kept;
		for (int i = 0; i < 1000; i++) {
			snprintf(text, sizeof text, "%d.5", i);
			sum = sum_of(g, sum, literal(g, text));
		}
		assert_int_equal(atl_graph_last(g), kept + 2000);
		assert_int_equal(atl_graph_name(g, sum, 5, 1, kept, (atl_span){ 0, 0 }), sum);
		atl_graph_cut(g, kept);
		assert_int_equal(atl_graph_last(g), kept);
		assert_int_equal(sum_of(g, one, x), kept);
		assert_int_equal(literal(g, "1"), one);
		assert_null(atl_graph_verify(g));
	}
	atl_graph_cut(g, kept + 5); /* nothing there */
	assert_int_equal(atl_graph_last(g), kept);
	atl_graph_free(g);
}

static void a_compacted_graph_keeps_what_is_kept(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(
	    t,
	    "u = 1; x = [1, 2, 3]; dead = x + 17; y = silu(0 .* x) + x[2:3][1] .* 1.5; "
	    "w = sum(y)*u; deader = w - x");
	must(t, "x <- [1, 4, 2]");
	atl_id last = atl_graph_last(t->graph);
	bool *keep = atl_calloc(last + 1, sizeof *keep);
	atl_id *remap = atl_malloc((last + 1) * sizeof *remap);
	atl_id w = named(t, "w"), x = named(t, "x"), dead = named(t, "dead");
	keep[w] = true;
	atl_graph_ancestors(t->graph, keep);
	assert_true(keep[x] && keep[named(t, "u")] && !keep[dead] && !keep[0]);
	atl_graph_compact(t->graph, keep, remap);
	atl_eval_compact(t->eval, remap, last);
	assert_true(atl_graph_last(t->graph) < last);
	assert_int_equal(remap[dead], 0);
	assert_null(atl_graph_verify(t->graph));
	assert_string_equal(value_text(t, remap[x]), "[1; 4; 2]");
	/* silu(0) is 0*sigmoid(0): rational */
	assert_string_equal(value_text(t, remap[w]), "18");
	for (size_t i = 0; i < t->n_names; i++)
		t->name[i].id = remap[t->name[i].id];
	atl_id before = must(t, "sum(y)*3");
	assert_int_equal(must(t, "sum(y)*3"), before);
	must(t, "x <- [1, 2, 3]");
	assert_string_equal(value_text(t, remap[w]), "9");
	atl_free(keep);
	atl_free(remap);
	bench_free(t);
}

static atl_sym call_of(const atl_graph *g, atl_id id)
{
	const atl_call_site *call = atl_graph_call(g, atl_graph_node(g, id)->call);
	return call ? call->name : 0;
}

static void a_node_knows_the_call_it_was_made_in(void **state)
{
	enum { DEAD = 7, F, G };
	atl_graph *g = atl_graph_new();
	bool keep[16] = { false };
	atl_id remap[16];
	(void)state;
	atl_id x = input(g);
	uint16_t none = atl_graph_enter(g, DEAD, (atl_span){ 1, 2 });
	atl_id dead = sum_of(g, x, x);
	atl_graph_leave(g, none);
	assert_int_equal(atl_graph_enter(g, F, (atl_span){ 1, 2 }), 0);
	atl_id in_f = sum_of(g, x, input(g));
	uint16_t f = atl_graph_enter(g, G, (atl_span){ 3, 4 });
	atl_id in_g = sum_of(g, x, in_f);
	assert_true(atl_graph_call_open(g, f) && atl_graph_call_open(g, atl_graph_node(g, in_g)->call));
	atl_graph_leave(g, f);
	assert_false(atl_graph_call_open(g, atl_graph_node(g, in_g)->call));
	atl_graph_leave(g, 0);
	atl_id after = sum_of(g, in_g, x);
	assert_int_equal(call_of(g, x), 0);
	assert_int_equal(call_of(g, dead), DEAD);
	assert_int_equal(call_of(g, in_f), F);
	assert_int_equal(call_of(g, in_g), G);
	assert_int_equal(call_of(g, after), 0);
	keep[after] = true;
	atl_graph_ancestors(g, keep);
	atl_graph_compact(g, keep, remap);
	assert_null(atl_graph_verify(g));
	assert_int_equal(remap[dead], 0);
	assert_int_equal(call_of(g, remap[in_f]), F);
	assert_int_equal(call_of(g, remap[in_g]), G);
	assert_int_equal(atl_graph_call(g, atl_graph_node(g, remap[in_g])->call)->outer, atl_graph_node(g, remap[in_f])->call);
	/* a cut forgets the calls of what is cut, and others come in their place */
	atl_graph_cut(g, remap[in_f]);
	none = atl_graph_enter(g, DEAD, (atl_span){ 1, 2 });
	assert_int_equal(call_of(g, sum_of(g, x, remap[in_f])), DEAD);
	atl_graph_leave(g, none);
	assert_null(atl_graph_verify(g));
	atl_graph_free(g);
}

static void an_equal_node_that_is_older_is_of_no_call(void **state)
{
	atl_graph *g = atl_graph_new();
	(void)state;
	atl_id x = input(g);
	atl_new k = { .op = atl_op_find("neg", 3), .shape = ATL_SCALAR, .in = &x, .n_in = 1, .span = { 1, 2 } };
	atl_id minus = atl_graph_add(g, &k);
	uint16_t none = atl_graph_enter(g, 9, (atl_span){ 3, 4 });
	assert_int_equal(atl_graph_add(g, &k), minus);
	assert_int_equal(call_of(g, minus), 0);
	atl_graph_leave(g, none);
	atl_graph_cut(g, minus);
	assert_null(atl_graph_verify(g));
	atl_graph_free(g);
}

static void ancestors_include_bodies(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 2; y = silu(x)");
	atl_id y = named(t, "y");
	bool *mark = atl_calloc(y + 1, sizeof *mark);
	mark[y] = true;
	atl_graph_ancestors(t->graph, mark);
	assert_true(mark[atl_graph_node(t->graph, y)->body] && mark[named(t, "x")]);
	atl_free(mark);
	bench_free(t);
}

static void a_graph_has_a_limit(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	must(t, "x = 1");
	atl_graph_set_limit(t->graph, atl_graph_last(t->graph) + 4);
	assert_fails(t, "x + 1 + 2 + 3 + 4 + 5", ATL_KIND_LIMIT,
		     "the graph has reached its limit of 6 nodes\n"
		     "`<-` stores a number and adds no node; `set limit nodes N` raises the limit");
	assert_value(t, "x + 1", "2");
	assert_fails(t, "x[1:1] + x[1] + x[[1, 1]] + x[[1, 1, 1]]", ATL_KIND_LIMIT,
		     "the graph has reached its limit of 6 nodes\n"
		     "`<-` stores a number and adds no node; `set limit nodes N` raises the limit");
	atl_graph_set_limit(t->graph, 0);
	assert_value(t, "x + 1 + 2 + 3 + 4 + 5", "16");
	bench_free(t);
}

static void equal_shapes_are_one_shape(void **state)
{
	atl_graph *g = atl_graph_new();
	(void)state;
	for (int64_t i = 0; i < 200; i++) {
		atl_shape s = atl_shape_2(i, 3);
		assert_ptr_equal(atl_graph_intern_shape(g, &s), atl_graph_intern_shape(g, &s));
	}
	atl_shape s = atl_shape_2(7, 3);
	s.dim[4] = 99; /* past the rank: nothing */
	const atl_shape *own = atl_graph_intern_shape(g, &s);
	atl_shape clean = atl_shape_2(7, 3);
	assert_ptr_equal(own, atl_graph_intern_shape(g, &clean));
	assert_int_equal(own->dim[4], 0);
	atl_graph_free(g);
}

static void without_memory_there_is_no_node_and_nothing_is_lost(void **state)
{
	long live = atl_mem_live();
	(void)state;
	for (long n = 0;; n++) {
		atl_mem_fail_after(n);
		atl_graph *g = atl_graph_new();
		atl_id id = 0;
		char text[16];
		for (int i = 0; g && i < 600; i++) {
			snprintf(text, sizeof text, "%d", i);
			id = literal(g, text);
			id = atl_graph_name(g, id, 1, 1, id, (atl_span){ 0, 0 });
		}
		atl_mem_fail_after(-1);
		assert_true(!g || !atl_graph_verify(g));
		atl_graph_free(g);
		assert_int_equal(atl_mem_live(), live);
		if (id && n > 700)
			break;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_nodes_are_one_node),
		cmocka_unit_test(inputs_and_fresh_nodes_are_never_merged),
		cmocka_unit_test(what_depends_on_an_input_is_open),
		cmocka_unit_test(an_operand_that_failed_makes_no_node),
		cmocka_unit_test(a_named_node_is_never_merged),
		cmocka_unit_test(naming_an_older_node_copies_it_and_naming_a_name_makes_an_alias),
		cmocka_unit_test(a_copied_literal_keeps_its_text_and_a_copied_slice_its_attributes),
		cmocka_unit_test(a_body_that_is_named_is_copied_into_sight),
		cmocka_unit_test(a_cut_graph_is_as_it_was),
		cmocka_unit_test(a_compacted_graph_keeps_what_is_kept),
		cmocka_unit_test(a_node_knows_the_call_it_was_made_in),
		cmocka_unit_test(an_equal_node_that_is_older_is_of_no_call),
		cmocka_unit_test(ancestors_include_bodies),
		cmocka_unit_test(a_graph_has_a_limit),
		cmocka_unit_test(equal_shapes_are_one_shape),
		cmocka_unit_test(without_memory_there_is_no_node_and_nothing_is_lost),
	};

	return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
