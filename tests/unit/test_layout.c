/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "base/mem.h"
#include "print/layout.h"

enum { N = 60, EDGES = 150, PAGE = 70 };

typedef struct sample {
	atl_layout layout;
	atl_layout_box box[N];
	atl_layout_edge edge[EDGES];
} sample;

static uint32_t draw(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) % below;
}

/* A graph that `seed` decides. */
static void make_sample(sample *s, uint32_t seed)
{
	bool seen[N][N] = { { false } };
	memset(s, 0, sizeof *s);
	for (uint32_t i = 0; i < N; i++)
		s->box[i] = (atl_layout_box){ .width = 5 + draw(&seed, 30), .height = 3 + draw(&seed, 3) };
	for (uint32_t k = 0; k < EDGES; k++) {
		uint32_t to = 1 + draw(&seed, N - 1), from = draw(&seed, to);
		if (seen[from][to])
			continue;
		seen[from][to] = true;
		s->edge[s->layout.n_edges++] = (atl_layout_edge){ from, to };
	}
	s->layout.box = s->box;
	s->layout.edge = s->edge;
	s->layout.n = N;
	s->layout.page = PAGE;
}

static void no_boxes_overlap_and_all_are_on_the_page(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 50; seed++) {
		sample s;
		make_sample(&s, seed);
		assert_int_equal(atl_layout_make(&s.layout), ATL_OK);
		for (uint32_t i = 0; i < N; i++) {
			const atl_layout_box *a = &s.box[i];
			assert_true(a->x + a->width <= PAGE && a->x + a->width <= s.layout.width);
			assert_true(a->y + a->height <= s.layout.height);
			for (uint32_t k = 0; k < i; k++) {
				const atl_layout_box *b = &s.box[k];
				assert_true(a->x + a->width <= b->x || b->x + b->width <= a->x ||
				            a->y + a->height <= b->y || b->y + b->height <= a->y);
			}
		}
		atl_layout_clear(&s.layout);
	}
}

static void edges_go_down(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 50; seed++) {
		sample s;
		make_sample(&s, seed);
		assert_int_equal(atl_layout_make(&s.layout), ATL_OK);
		for (uint32_t e = 0; e < s.layout.n_edges; e++) {
			const atl_layout_box *a = &s.box[s.edge[e].from], *b = &s.box[s.edge[e].to];
			assert_true(a->y + a->height < b->y);
		}
		atl_layout_clear(&s.layout);
	}
}

/* Two lines of one direction in one row or column that touch. */
static bool touch(const atl_layout_line *a, const atl_layout_line *b)
{
	bool across = a->y0 == a->y1 && b->y0 == b->y1 && a->x0 != a->x1 && b->x0 != b->x1;
	bool along = a->x0 == a->x1 && b->x0 == b->x1 && a->y0 != a->y1 && b->y0 != b->y1;
	if (across)
		return a->y0 == b->y0 && a->x0 <= b->x1 && b->x0 <= a->x1;
	return along && a->x0 == b->x0 && a->y0 < b->y1 && b->y0 < a->y1;
}

static void lines_of_two_boxes_only_cross(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 50; seed++) {
		sample s;
		make_sample(&s, seed);
		assert_int_equal(atl_layout_make(&s.layout), ATL_OK);
		for (size_t i = 0; i < s.layout.n_lines; i++)
			for (size_t k = 0; k < i; k++)
				if (s.layout.line[i].from != s.layout.line[k].from)
					assert_false(touch(&s.layout.line[i], &s.layout.line[k]));
		atl_layout_clear(&s.layout);
	}
}

static void every_edge_arrives_or_is_counted_as_cut(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 50; seed++) {
		sample s;
		make_sample(&s, seed);
		assert_int_equal(atl_layout_make(&s.layout), ATL_OK);
		uint32_t arrows = 0, marked = 0;
		for (uint32_t e = 0; e < s.layout.n_edges; e++)
			marked += s.layout.is_cut[e];
		assert_int_equal(marked, s.layout.cut);
		for (size_t i = 0; i < s.layout.n_lines; i++) {
			const atl_layout_line *l = &s.layout.line[i];
			bool inside = false;
			if (!l->arrow)
				continue;
			arrows++;
			for (uint32_t e = 0; e < s.layout.n_edges; e++) {
				const atl_layout_box *b = &s.box[s.edge[e].to];
				inside |= s.edge[e].from == l->from && l->y1 == b->y && l->x1 > b->x &&
				          l->x1 + 1 < b->x + b->width;
			}
			assert_true(inside);
		}
		assert_int_equal(arrows + s.layout.cut, s.layout.n_edges);
		atl_layout_clear(&s.layout);
	}
}

/* A chain of pairs whose first box is read by every later one: 8 boxes of 24 columns beside it would leave
 * no room for its rails on 80 columns, and fewer do. */
static void layers_get_fewer_boxes_where_rails_need_the_room(void **state)
{
	enum { LONG = 24 };
	atl_layout_box box[LONG];
	atl_layout_edge edge[4 * LONG];
	atl_layout l = { .box = box, .edge = edge, .n = LONG, .page = 80 };
	(void)state;
	for (uint32_t i = 0; i < LONG; i++)
		box[i] = (atl_layout_box){ .width = 24, .height = 5 };
	for (uint32_t i = 4; i < LONG; i++) {
		edge[l.n_edges++] = (atl_layout_edge){ i % 4, i };
		if (i - 4 > i % 4)
			edge[l.n_edges++] = (atl_layout_edge){ i - 4, i };
	}
	assert_int_equal(atl_layout_make(&l), ATL_OK);
	assert_int_equal(l.cut, 0);
	atl_layout_clear(&l);
}

static void the_same_graph_has_the_same_layout(void **state)
{
	(void)state;
	sample a, b;
	make_sample(&a, 7);
	make_sample(&b, 7);
	assert_int_equal(atl_layout_make(&a.layout), ATL_OK);
	assert_int_equal(atl_layout_make(&b.layout), ATL_OK);
	assert_memory_equal(a.box, b.box, sizeof a.box);
	assert_int_equal(a.layout.n_lines, b.layout.n_lines);
	for (size_t i = 0; i < a.layout.n_lines; i++) {
		assert_int_equal(a.layout.line[i].x1, b.layout.line[i].x1);
		assert_int_equal(a.layout.line[i].y1, b.layout.line[i].y1);
	}
	atl_layout_clear(&a.layout);
	atl_layout_clear(&b.layout);
}

static void a_graph_without_boxes_is_empty(void **state)
{
	(void)state;
	atl_layout l = { .page = PAGE };
	assert_int_equal(atl_layout_make(&l), ATL_OK);
	assert_int_equal(l.height, 0);
	atl_layout_clear(&l);
}

static void without_memory_nothing_is_left(void **state)
{
	(void)state;
	long live = atl_mem_live();
	atl_status status = ATL_ERROR;
	for (long n = 1; status; n++) {
		sample s;
		make_sample(&s, 3);
		atl_mem_fail_after(n);
		status = atl_layout_make(&s.layout);
		atl_mem_fail_after(-1);
		if (!status) {
			assert_true(n > 10);
			atl_layout_clear(&s.layout);
		}
		assert_int_equal(atl_mem_live(), live);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_boxes_overlap_and_all_are_on_the_page),
		cmocka_unit_test(edges_go_down),
		cmocka_unit_test(lines_of_two_boxes_only_cross),
		cmocka_unit_test(every_edge_arrives_or_is_counted_as_cut),
		cmocka_unit_test(layers_get_fewer_boxes_where_rails_need_the_room),
		cmocka_unit_test(the_same_graph_has_the_same_layout),
		cmocka_unit_test(a_graph_without_boxes_is_empty),
		cmocka_unit_test(without_memory_nothing_is_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
