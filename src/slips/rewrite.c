/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rewrite.c: a copy of a graph with something else in it. */
#include "slips/impl.h"

#include <string.h>
#include "base/mem.h"

void atl_slips_cone(const atl_graph *g, atl_id id, bool *mark)
{
	mark[id] = true;
	for (; id > 0; id--) {
		const atl_node *n = atl_graph_node(g, id);
		if (!mark[id] || n->flags & ATL_NF_INPUT)
			continue;
		for (uint32_t k = 0; k < n->n_in; k++)
			mark[atl_graph_in(g, id)[k]] = true;
		if (n->body)
			mark[n->body] = true;
	}
}

static bool is_touched(const atl_graph *g, atl_id id, const atl_id *to)
{
	const atl_node *n = atl_graph_node(g, id);
	bool touched = n->body && to[n->body];
	for (uint32_t k = 0; k < n->n_in; k++)
		touched |= to[atl_graph_in(g, id)[k]] != 0;
	return touched && !(n->flags & ATL_NF_INPUT);
}

/* The pools that operands, statics and text stand in may move. */
static atl_id copy(atl_builder *b, atl_id id, const atl_id *to)
{
	const atl_graph *g = b->graph;
	const atl_node n = *atl_graph_node(g, id);
	size_t len = strlen(atl_graph_text(g, id)) + 1;
	if (n.flags & ATL_NF_ALIAS)
		return to[atl_graph_in(g, id)[0]];
	int64_t *attr = atl_malloc(n.n_attr * sizeof *attr + n.n_in * sizeof(atl_id) + len);
	if (!attr) {
		atl_diag_nomem(b->diag);
		return 0;
	}
	atl_id *in = (atl_id *)(void *)(attr + n.n_attr);
	char *text = (char *)(in + n.n_in);
	memcpy(attr, atl_graph_attr(g, id), n.n_attr * sizeof *attr);
	memcpy(text, atl_graph_text(g, id), len);
	for (uint32_t k = 0; k < n.n_in; k++) {
		atl_id old = atl_graph_in(g, id)[k];
		in[k] = to[old] ? to[old] : old;
	}
	atl_new new = { .op = n.op, .shape = *n.shape, .in = in, .n_in = n.n_in, .attr = attr, .n_attr = n.n_attr,
			.text = text, .body = n.body && to[n.body] ? to[n.body] : n.body,
			.flags = n.flags & (ATL_NF_HIDDEN | ATL_NF_ADJOINT), .span = n.span };
	atl_id made = atl_build_node(b, &new);
	atl_free(attr);
	return made;
}

atl_id atl_slips_copied(atl_builder *b, atl_id id, atl_id *to)
{
	if (!to[id] && is_touched(b->graph, id, to))
		return to[id] = copy(b, id, to);
	return to[id] ? to[id] : id;
}

atl_id atl_slips_rewrite(atl_builder *b, atl_id y, const bool *cone, atl_id *to)
{
	for (atl_id id = 1; id <= y; id++)
		if (cone[id] && !atl_slips_copied(b, id, to))
			return 0;
	return to[y] ? to[y] : y;
}

atl_id atl_slips_replaced(atl_search *q, atl_id node, atl_id other)
{
	atl_id *to = atl_calloc(q->last + 1u, sizeof *to), y = 0;
	if (!to) {
		atl_diag_nomem(q->s->b->diag);
		return 0;
	}
	to[node] = other;
	if (other)
		y = atl_slips_rewrite(q->s->b, q->s->y, q->cone, to);
	atl_free(to);
	return y;
}
