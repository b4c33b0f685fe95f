/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression.c: what a step is computed from, as a tree whose leaves are the
 * labels of other steps. */
#include "graph/show.h"
#include "trace/maker.h"

/* The row + 1 whose adjoint a node is, as far as the expression may say so. */
static uint32_t adjoint_row(const atl_maker *m, atl_id id)
{
	if (m->g && id == m->g)
		return m->g_row + 1;
	return m->sum_row && id < m->n_sum_row ? m->sum_row[id] : 0;
}

/* A literal stands for itself wherever it is met, also where it flows in. */
static bool is_adjoint_leaf(const atl_maker *m, atl_id id)
{
	return adjoint_row(m, id) && !(atl_maker_node(m, id)->flags & ATL_NF_LITERAL);
}

bool atl_maker_is_leaf(atl_id id, void *data)
{
	const atl_maker *m = data;
	return is_adjoint_leaf(m, id) || (id <= m->y && m->row_of[id]);
}

uint32_t atl_maker_leaf(const atl_maker *m, atl_id id)
{
	if (adjoint_row(m, id))
		return m->n_row + adjoint_row(m, id) - 1;
	return id <= m->y && m->row_of[id] ? m->row_of[id] - 1 : 2 * m->n_row;
}

/* A node that is itself a leaf: an adjoint that a sum passes on unchanged. */
static uint32_t leaf_alone(atl_maker *m, atl_id id)
{
	uint32_t i = atl_tree_leaf(m->t->rules, ATL_T_VERBATIM, 0, "", 0, (atl_span){ 0, 0 });
	if (i != ATL_TREE_NONE)
		m->t->rules->node[i].count = atl_maker_leaf(m, id);
	return i;
}

uint32_t atl_maker_expression(atl_maker *m, atl_id id)
{
	atl_tree *rules = m->t->rules;
	if ((m->g || m->sum_row) && (adjoint_row(m, id) || atl_maker_is_leaf(id, m)))
		return leaf_alone(m, id);
	uint32_t from = rules->n;
	uint32_t root = atl_show_tree(rules, m->b->graph, id, atl_maker_is_leaf, m);
	if (root == ATL_TREE_NONE)
		return root;
	for (uint32_t i = from; i < rules->n; i++) {
		atl_tree_node *n = &rules->node[i];
		if (n->kind == ATL_T_VERBATIM && !*n->text)
			n->count = atl_maker_leaf(m, n->count);
	}
	return root;
}
