/* SPDX-License-Identifier: GPL-3.0-or-later */
/* elaborate_arrays.c: ranges, brackets and indices. */
#include <string.h>
#include "graph/elab.h"
#include "graph/show.h"

/* a:b or a:step:b of whole numbers, from their nodes: a slice. */
static atl_status range_bounds(elab *e, uint32_t i, int64_t *a, int64_t *step, int64_t *last)
{
	uint32_t c[3], n = at(e, i)->n;
	atl_tree_children(e->tree, i, c);
	*step = 1;
	if (atl_build_integer(e->b, atl_elab_node_of(e, c[0]), "a range's start", at(e, c[0])->span, a) ||
	    (n == 3 && atl_build_integer(e->b, atl_elab_node_of(e, c[1]), "a range's step", at(e, c[1])->span, step)) ||
	    atl_build_integer(e->b, atl_elab_node_of(e, c[n - 1]), "a range's end", at(e, c[n - 1])->span, last))
		return ATL_ERROR;
	if (*step == 0)
		return atl_diag_fail(e->b->diag, ATL_KIND_SHAPE, at(e, c[1])->span, "a range's step must not be 0");
	return ATL_OK;
}

int64_t atl_range_count(int64_t a, int64_t step, int64_t last)
{
	if (step > 0 ? last < a : last > a)
		return 0;
	uint64_t way = step > 0 ? (uint64_t)last - (uint64_t)a : (uint64_t)a - (uint64_t)last;
	uint64_t steps = way / (step > 0 ? (uint64_t)step : -(uint64_t)step);
	return steps < INT64_MAX ? (int64_t)steps + 1 : INT64_MAX;
}

/* A range that stands as a value: range(a, last, step). */
static atl_id range_vector(elab *e, uint32_t i)
{
	uint32_t c[3], n = at(e, i)->n;
	atl_id arg[3];
	atl_span spans[3];
	atl_tree_children(e->tree, i, c);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t from = k == 0 ? c[0] : k == 1 ? c[n - 1] : c[1];
		if (!(arg[k] = atl_elab_node_of(e, from)))
			return 0;
		spans[k] = span(e, at(e, from)->span);
	}
	atl_span whole = span(e, at(e, i)->span);
	atl_call call = { .op = atl_op_find("range", 5), .arg = arg, .n_args = n, .arg_span = spans, .span = whole, .at = whole };
	return atl_build_call(e->b, &call);
}

/* The node of tree node i; a range that stands as a value becomes a vector. */
atl_id atl_elab_node_of(elab *e, uint32_t i)
{
	slot *s = slot_of(e, i);
	if (s->kind == S_RANGE) {
		s->id = range_vector(e, i);
		s->kind = S_NODE;
	}
	if (s->kind == S_STRING)
		atl_diag_fail(e->b->diag, ATL_KIND_SYNTAX, at(e, i)->span, "a text cannot stand here");
	return s->id;
}

atl_id atl_elab_join(elab *e, uint32_t i)
{
	uint32_t rows = at(e, i)->n, total = 0;
	for (uint32_t r = 0, c = i - 1; r < rows; r++, c = at(e, c)->first - 1)
		total += at(e, c)->n;
	atl_id *entry = atl_malloc((total + 1) * sizeof *entry);
	atl_span *spans = atl_malloc((total + 1) * sizeof *spans);
	uint32_t *per_row = atl_malloc((rows + 1) * sizeof *per_row);
	atl_id id = 0;
	bool good = entry && spans && per_row;
	if (!good)
		atl_diag_nomem(e->b->diag);
	uint32_t k = total;
	for (uint32_t r = rows, row = i - 1; good && r-- > 0; row = at(e, row)->first - 1) {
		per_row[r] = at(e, row)->n;
		for (uint32_t j = per_row[r], c = row - 1; good && j-- > 0; c = at(e, c)->first - 1) {
			entry[--k] = atl_elab_node_of(e, c);
			spans[k] = span(e, at(e, c)->span);
			good = entry[k] != 0;
		}
	}
	if (good)
		id = atl_build_join(e->b, entry, per_row, rows, spans, span(e, at(e, i)->span));
	atl_free(entry);
	atl_free(spans);
	atl_free(per_row);
	return id;
}

/* A NumPy array with entries that are no plain numbers: all entries in row order, then the shape. */
atl_id atl_elab_numpy(elab *e, uint32_t i)
{
	atl_shape shape;
	if (atl_numpy_shape(e->b, e->tree, i, &shape))
		return 0;
	size_t n = atl_shape_count(&shape), k = n;
	atl_id *entry = atl_malloc((n + 1) * sizeof *entry);
	atl_id id = 0;
	if (!entry) {
		atl_diag_nomem(e->b->diag);
		return 0;
	}
	bool good = true;
	for (uint32_t j = i; good && j-- > at(e, i)->first;) {
		if (at(e, j)->kind == ATL_T_NUMPY)
			continue;
		entry[--k] = atl_elab_node_of(e, j);
		good = entry[k] != 0;
		if (good && !scalar(e, entry[k])) {
			atl_build_shape_error(e->b, at(e, j)->span, "an entry of a nested array must be a scalar", entry[k],
					      at(e, j)->span, 0, at(e, j)->span);
			good = false;
		}
		j = at(e, j)->first;
	}
	if (good)
		id = atl_build_op(e->b, "vcat", entry, (uint32_t)n, NULL, 0);
	if (id)
		id = atl_build_reshape(e->b, id, &shape);
	atl_free(entry);
	return id;
}

static atl_status subscript(elab *e, uint32_t i, atl_id base, uint32_t k, uint32_t n, atl_subscript *out)
{
	slot *s = slot_of(e, i);
	*out = (atl_subscript){ .kind = ATL_SUB_ALL, .span = at(e, i)->span };
	if (s->kind == S_ALL)
		return ATL_OK;
	if (s->kind == S_RANGE) {
		int64_t last;
		out->kind = ATL_SUB_RANGE;
		if (range_bounds(e, i, &out->first, &out->step, &last))
			return ATL_ERROR;
		out->count = atl_range_count(out->first, out->step, last);
		out->first -= out->first > INT64_MIN;
		return ATL_OK;
	}
	atl_id id = atl_elab_node_of(e, i);
	if (!id)
		return ATL_ERROR;
	if (at(e, i)->kind == ATL_T_BINARY && at(e, i)->op >= ATL_O_EQ && at(e, i)->op <= ATL_O_GE) {
		atl_buf base_text = { 0 }, condition = { 0 };
		atl_show_text(&base_text, e->b->graph, base, e->b->symbols);
		atl_tree_print(&condition, e->tree, i, e->b->symbols);
		atl_diag_fail(e->b->diag, ATL_KIND_SHAPE, at(e, i)->span, "a comparison gives 0 or 1 for each entry, and no positions");
		atl_diag_note(e->b->diag, "where(%s, %s, 0) keeps the shape; %s[find(%s)] picks the entries", atl_buf_text(&condition),
			      atl_buf_text(&base_text), atl_buf_text(&base_text), atl_buf_text(&condition));
		atl_buf_clear(&base_text);
		atl_buf_clear(&condition);
		return ATL_ERROR;
	}
	const atl_node *node = atl_graph_node(e->b->graph, id);
	bool lettered = node->flags & ATL_NF_ABSTRACT;
	if (!scalar(e, id) || (node->flags & ATL_NF_OPEN && !lettered)) {
		out->kind = ATL_SUB_GATHER;
		out->index = id;
		out->one = scalar(e, id);
		return ATL_OK;
	}
	(void)k;
	(void)n;
	out->kind = ATL_SUB_AT;
	out->count = 1;
	out->step = 1;
	if (atl_build_integer(e->b, id, "an index", at(e, i)->span, &out->first))
		return ATL_ERROR;
	out->first -= out->first > INT64_MIN;
	return ATL_OK;
}

atl_id atl_elab_index(elab *e, uint32_t i)
{
	uint32_t n = at(e, i)->n - 1;
	uint32_t child[ATL_MAX_RANK + 1];
	if (n > ATL_MAX_RANK || n == 0) {
		atl_diag_fail(e->b->diag, ATL_KIND_SHAPE, at(e, i)->span, n ? "too many indices" : "an index is missing");
		return 0;
	}
	atl_tree_children(e->tree, i, child);
	atl_id base = atl_elab_node_of(e, child[0]);
	atl_subscript sub[ATL_MAX_RANK];
	for (uint32_t k = 0; k < n; k++)
		if (!base || subscript(e, child[k + 1], base, k, n, &sub[k]))
			return 0;
	return atl_build_index(e->b, base, sub, n, span(e, at(e, i)->span), span(e, at(e, child[0])->span));
}

static uint32_t base_of_index(const elab *e, uint32_t i)
{
	uint32_t c = i - 1;
	for (uint32_t k = at(e, i)->n - 1; k > 0; k--)
		c = at(e, c)->first - 1;
	return c;
}

/* Each END belongs to the innermost index it stands in. */
void atl_elab_find_ends(elab *e, uint32_t root)
{
	for (uint32_t i = e->base; i <= root; i++) {
		if (at(e, i)->kind != ATL_T_INDEX || at(e, i)->n - 1 > ATL_MAX_RANK)
			continue;
		uint32_t c = i - 1;
		for (uint32_t k = at(e, i)->n - 1; k-- > 0; c = at(e, c)->first - 1)
			for (uint32_t j = c + 1; j-- > at(e, c)->first;) {
				if (at(e, j)->kind == ATL_T_END) {
					slot_of(e, j)->end_of = i;
					slot_of(e, j)->end_k = k;
				} else if (at(e, j)->kind == ATL_T_INDEX) {
					j = base_of_index(e, j) + 1; /* its subscripts have theirs */
				}
			}
	}
}

atl_id atl_elab_end(elab *e, uint32_t i)
{
	slot *s = slot_of(e, i);
	if (!s->end_of) {
		atl_diag_fail(e->b->diag, ATL_KIND_SYNTAX, at(e, i)->span, "`end` stands for the last index, inside [ ] after a name");
		return 0;
	}
	uint32_t child[ATL_MAX_RANK + 1];
	atl_tree_children(e->tree, s->end_of, child);
	atl_id base = atl_elab_node_of(e, child[0]);
	return base ? atl_build_number(e->b, atl_index_end(e->b, base, s->end_k, at(e, s->end_of)->n - 1)) : 0;
}

/* The lists of a NumPy array are read by the outermost one. */
static void mark_inner_lists(elab *e, uint32_t root)
{
	for (uint32_t i = root + 1; i-- > e->base;)
		if (at(e, i)->kind == ATL_T_NUMPY)
			for (uint32_t k = 0, c = i - 1; k < at(e, i)->n; k++, c = at(e, c)->first - 1)
				slot_of(e, c)->inner = true;
}

/* Brackets of nothing but numbers become one literal each; their insides are skipped. */
static void literal_brackets(elab *e, uint32_t root, uint32_t *skip_to)
{
	for (uint32_t i = root + 1; i-- > e->base;) {
		uint8_t kind = at(e, i)->kind;
		if ((kind != ATL_T_JOIN && kind != ATL_T_NUMPY) || slot_of(e, i)->inner || !atl_bracket_is_literal(e->tree, i))
			continue;
		skip_to[at(e, i)->first - e->base] = i;
		i = at(e, i)->first;
	}
}

void atl_elab_find_literals(elab *e, uint32_t root, uint32_t *skip_to)
{
	mark_inner_lists(e, root);
	literal_brackets(e, root, skip_to);
}
