/* SPDX-License-Identifier: GPL-3.0-or-later */
/* brackets.c: [ ] as joins of values, as literals, as NumPy arrays. */
#include <stdio.h>
#include <string.h>
#include "graph/scope.h"

/* ---- joins ---- */

static bool empty(const atl_builder *b, atl_id id)
{
	return atl_shape_count(atl_graph_shape(b->graph, id)) == 0;
}

/* Drops empty arrays, which are neutral; keeps spans beside them. */
static uint32_t drop_empty(const atl_builder *b, atl_id *id, atl_span *span, uint32_t n)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (empty(b, id[i]))
			continue;
		id[kept] = id[i];
		span[kept++] = span[i];
	}
	return kept;
}

static atl_id join(atl_builder *b, const char *op, const atl_id *id, const atl_span *span, uint32_t n, atl_span whole)
{
	if (n == 0)
		return 0;
	if (n == 1)
		return id[0];
	atl_call c = { .op = atl_op_find(op, 4), .arg = id, .n_args = n, .span = whole, .at = whole, .arg_span = span };
	return atl_build_call(b, &c);
}

static atl_id nothing(atl_builder *b)
{
	atl_shape s = atl_shape_2(0, 0);
	return atl_build_full(b, "", &s);
}

static bool all_scalars(const atl_builder *b, const atl_id *id, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!atl_shape_scalar(atl_graph_shape(b->graph, id[i])))
			return false;
	return true;
}

static atl_id join_rows(atl_builder *b, atl_id *id, atl_span *span, const uint32_t *per_row, uint32_t n_rows, atl_span whole)
{
	uint32_t from = 0, rows = 0;
	for (uint32_t r = 0; r < n_rows; from += per_row[r++]) {
		uint32_t n = drop_empty(b, id + from, span + from, per_row[r]);
		if (n == 0)
			continue;
		atl_span row = atl_span_join(span[from], span[from + n - 1]);
		/* one row of scalars is a vector; a row among others lies flat */
		atl_id joined = join(b, n_rows == 1 && all_scalars(b, id + from, n) ? "vcat" : "hcat", id + from, span + from, n,
				     n_rows == 1 ? whole : row);
		if (!joined)
			return 0;
		id[rows] = joined;
		span[rows++] = row;
	}
	return rows ? join(b, "vcat", id, span, rows, whole) : nothing(b);
}

atl_id atl_build_join(atl_builder *b, const atl_id *entry, const uint32_t *per_row, uint32_t n_rows, const atl_span *span,
		      atl_span whole)
{
	uint32_t total = 0;
	for (uint32_t r = 0; r < n_rows; r++)
		total += per_row[r];
	if (total == 0)
		return nothing(b);
	atl_id *id = atl_malloc(total * sizeof *id);
	atl_span *spans = atl_malloc(total * sizeof *spans);
	atl_id result = 0;
	if (id && spans) {
		memcpy(id, entry, total * sizeof *id);
		memcpy(spans, span, total * sizeof *spans);
		result = join_rows(b, id, spans, per_row, n_rows, whole);
	} else {
		atl_diag_nomem(b->diag);
	}
	atl_free(id);
	atl_free(spans);
	return result;
}

/* ---- literals ---- */

static bool is_number(const atl_tree *t, uint32_t i)
{
	const atl_tree_node *n = &t->node[i];
	return n->kind == ATL_T_NUMBER || (n->kind == ATL_T_UNARY && n->op == ATL_O_NEG && t->node[i - 1].kind == ATL_T_NUMBER);
}

/* Only numbers, signs, rows and lists below; the first thing that is none of
 * them ends the look. */
static bool only_numbers(const atl_tree *t, uint32_t node, uint8_t inner)
{
	for (uint32_t i = t->node[node].first; i < node; i++)
		if (!is_number(t, i) && t->node[i].kind != inner)
			return false;
	return true;
}

bool atl_bracket_is_literal(const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	if (n->n == 0 || !only_numbers(t, node, n->kind == ATL_T_NUMPY ? ATL_T_NUMPY : ATL_T_ROW))
		return false;
	if (n->kind == ATL_T_NUMPY)
		return true;
	uint32_t width = t->node[node - 1].n;
	for (uint32_t r = 0, c = node - 1; r < n->n; r++, c = t->node[c].first - 1)
		if (t->node[c].n != width || width == 0)
			return false;
	return true;
}

atl_id atl_build_literal_bracket(atl_builder *b, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	atl_shape shape;
	if (n->kind == ATL_T_NUMPY) {
		if (atl_numpy_shape(b, t, node, &shape))
			return 0;
	} else {
		int64_t rows = n->n, cols = t->node[node - 1].n;
		shape = rows == 1 ? atl_shape_2(cols, 1) : atl_shape_2(rows, cols);
	}
	atl_buf text = { 0 };
	for (uint32_t i = n->first; i < node; i++) {
		if (t->node[i].kind != ATL_T_NUMBER)
			continue;
		bool negative = t->node[i + 1].kind == ATL_T_UNARY;
		atl_buf_addf(&text, "%s%s%s", text.len ? " " : "", negative ? "-" : "", t->node[i].text);
	}
	atl_id id = text.failed ? 0 : atl_build_full(b, atl_buf_text(&text), &shape);
	if (text.failed)
		atl_diag_nomem(b->diag);
	atl_buf_clear(&text);
	return id;
}

/* ---- NumPy ---- */

atl_status atl_numpy_shape(atl_builder *b, const atl_tree *t, uint32_t node, atl_shape *shape)
{
	int64_t dim[ATL_MAX_RANK + 1];
	int rank = 0;
	for (uint32_t i = node; t->node[i].kind == ATL_T_NUMPY; i = i - 1) {
		if (rank == ATL_MAX_RANK)
			return atl_diag_fail(b->diag, ATL_KIND_SHAPE, t->node[node].span,
					     "an array of more than %d dimensions", ATL_MAX_RANK);
		dim[rank++] = t->node[i].n;
		if (t->node[i].n == 0)
			break;
	}
	if (rank == 1) /* a list alone is a vector */
		dim[rank++] = 1;
	*shape = (atl_shape){ .rank = rank };
	for (int i = 0; i < rank; i++)
		shape->dim[i] = dim[i];
	if (!atl_shape_valid(shape))
		return atl_diag_fail(b->diag, ATL_KIND_LIMIT, t->node[node].span, "an array that large is past the limit");
	return ATL_OK;
}
