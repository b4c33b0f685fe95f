/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tutor.c: W*? + b: which shapes fit in the place of the `?`.
 *
 * The shapes that are tried have the sizes of what the expression names, and 1;
 * each is put there and the expression is built: what builds, fits.  So the
 * answer follows every op's own rule of shapes. */
#include "session/state.h"

#include <string.h>

enum { MANY_SIZES = 12, MANY_FITS = 8 };

typedef struct tutor {
	int64_t size[MANY_SIZES];
	size_t n_sizes;
	atl_shape fit[MANY_FITS], whole[MANY_FITS];
	size_t n;      /* of these; more may fit */
	bool more;
	int rank;      /* of what is tried */
} tutor;

static bool is_hole(const atl_session *s, const atl_tree_node *n)
{
	return n->kind == ATL_T_NAME && !strcmp(atl_symbols_text(s->symbols, n->sym), "?");
}

bool atl_has_hole(const atl_session *s, const atl_tree *t, uint32_t node)
{
	for (uint32_t i = t->node[node].first; i < node; i++)
		if (is_hole(s, &t->node[i]))
			return true;
	return false;
}

static void add_size(tutor *u, int64_t size)
{
	for (size_t i = 0; i < u->n_sizes; i++)
		if (u->size[i] == size)
			return;
	if (u->n_sizes < MANY_SIZES)
		u->size[u->n_sizes++] = size;
}

/* The sizes of every variable in the expression, and of their rank the largest. */
static void find_sizes(const atl_session *s, const atl_tree *t, uint32_t node, tutor *u)
{
	u->rank = 2;
	add_size(u, 1);
	for (uint32_t i = t->node[node].first; i < node; i++) {
		const atl_tree_node *n = &t->node[i];
		atl_id id = n->kind == ATL_T_NAME ? atl_names_latest(atl_names_find(s, n->sym)) : 0;
		const atl_shape *shape = id ? atl_graph_shape(s->graph, id) : NULL;
		for (int d = 0; shape && d < shape->rank; d++)
			add_size(u, shape->dim[d]);
		if (shape && shape->rank > u->rank && shape->rank <= 4)
			u->rank = shape->rank;
	}
}

/* The expression with an input of this shape in the place; 0: it does not fit. */
static atl_id try_shape(atl_session *s, const atl_tree *t, uint32_t node, const atl_shape *shape)
{
	atl_sym name = s->place_name;
	atl_id id = s->place_id, whole = 0;
	s->place_name = atl_symbols_canon(s->symbols, atl_symbols_find(s->symbols, "?", 1));
	s->place_id = atl_build_input(&s->builder, 0, shape);
	if (s->place_id)
		whole = atl_build_tree(&s->builder, t, node - 1);
	s->place_name = name;
	s->place_id = id;
	return whole;
}

static void keep_fit(tutor *u, const atl_shape *fit, const atl_shape *whole)
{
	if (u->n == MANY_FITS) {
		u->more = true;
		return;
	}
	u->fit[u->n] = *fit;
	u->whole[u->n++] = *whole;
}

/* All shapes of the rank over the sizes, counted up like digits. */
static atl_status try_all(atl_session *s, const atl_tree *t, uint32_t node, tutor *u)
{
	size_t digit[ATL_MAX_RANK] = { 0 };
	for (;;) {
		atl_shape shape = { .rank = u->rank };
		for (int d = 0; d < u->rank; d++)
			shape.dim[d] = u->size[digit[d]];
		atl_atom_begin(s, t->node[node].span);
		atl_id whole = atl_shape_valid(&shape) ? try_shape(s, t, node, &shape) : 0;
		if (whole)
			keep_fit(u, &shape, atl_graph_shape(s->graph, whole));
		bool other = s->diag.kind != ATL_KIND_NONE && s->diag.kind != ATL_KIND_SHAPE;
		atl_atom_fail(s);
		if (other) /* an unknown name, no memory: that is no question of shapes */
			return ATL_ERROR;
		atl_diag_reset(&s->diag);
		int d = u->rank - 1;
		while (d >= 0 && ++digit[d] == u->n_sizes)
			digit[d--] = 0;
		if (d < 0)
			return ATL_OK;
	}
}

static void put_shape(atl_buf *out, const atl_shape *shape)
{
	if (atl_shape_scalar(shape))
		atl_buf_add(out, "a scalar");
	else
		atl_shape_print(out, shape);
}

static void print(atl_session *s, const tutor *u)
{
	for (size_t i = 0; i < u->n; i++) {
		atl_buf_reset(&s->line);
		if (atl_output_json(s)) {
			atl_buf_add(&s->line, "{\"fits\":\"");
			atl_shape_print(&s->line, &u->fit[i]);
			atl_buf_add(&s->line, "\",\"whole\":\"");
			atl_shape_print(&s->line, &u->whole[i]);
			atl_buf_add(&s->line, "\"}");
		} else {
			atl_buf_add(&s->line, u->n == 1 && !u->more ? "? is " : "? may be ");
			put_shape(&s->line, &u->fit[i]);
			atl_buf_add(&s->line, ", and the whole is ");
			put_shape(&s->line, &u->whole[i]);
		}
		atl_output_line(s, &s->line);
	}
}

atl_status atl_run_hole(atl_session *s, const atl_tree *t, uint32_t node)
{
	tutor u = { 0 };
	find_sizes(s, t, node, &u);
	if (try_all(s, t, node, &u))
		return ATL_ERROR;
	if (!u.n) {
		atl_diag_fail(&s->diag, ATL_KIND_SHAPE, t->node[node].span, "no shape fits in the place of the `?`");
		atl_diag_note(&s->diag, "shapes with the sizes of the names around it were tried");
		return ATL_ERROR;
	}
	print(s, &u);
	if (u.more)
		atl_note(s, t->node[node].span, "more shapes fit than are shown");
	return ATL_OK;
}
