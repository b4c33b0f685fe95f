/* SPDX-License-Identifier: GPL-3.0-or-later */
/* forward.c: slips of the graph itself: an op is another one, and what is derived is derived again. */
#include "slips/impl.h"

#include <string.h>
#include "base/mem.h"

/* The ways from y back, and from each L that it is a derivative of. */
static void mark_all(atl_search *q, bool *cone)
{
	memcpy(cone, q->cone, (q->s->y + 1u) * sizeof *cone);
	for (size_t i = 0; i < q->n_origins; i++)
		atl_slips_cone(q->s->b->graph, q->origin[i].l, cone);
}

/* The derivative of the changed graph, in place of that of the right one; the origins
 * after the first are the same one by other names. */
static bool derive_again(atl_search *q, const bool *cone, atl_id *to)
{
	const atl_origin *o = q->origin;
	if (!q->n_origins)
		return true;
	atl_id l = atl_slips_rewrite(q->s->b, o->l, cone, to);
	return l && (to[o->node] = atl_slips_derive(q->s->b, o, l, to[o->x] ? to[o->x] : o->x));
}

/* y, when `other` stands in place of the node. */
static atl_id mutant(atl_search *q, const bool *cone, atl_id node, atl_id other)
{
	const atl_graph *g = q->s->b->graph;
	atl_id *to = atl_calloc(q->last + 1u, sizeof *to), y = 0;
	if (!to) {
		atl_diag_nomem(q->s->b->diag);
		return 0;
	}
	if (other && other != node && atl_graph_shape(g, other) == atl_graph_shape(g, node)) {
		to[node] = other;
		if (derive_again(q, cone, to))
			y = atl_slips_rewrite(q->s->b, q->s->y, cone, to);
	}
	atl_free(to);
	return y;
}

static void try_node(atl_search *q, const bool *cone, atl_id id)
{
	atl_builder *b = q->s->b;
	const atl_op *op = atl_graph_node(b->graph, id)->op;
	for (const atl_wrong_rule *r = atl_wrong_forward; r->op && !atl_slips_done(q); r++)
		if (!strcmp(r->op, op->name))
			atl_slips_name(q, mutant(q, cone, id, atl_derive_text(b, id, r->text, 0)), r->code, id, "%s", r->says);
	if (atl_slips_bends(op) && !atl_slips_done(q))
		atl_slips_name(q, mutant(q, cone, id, atl_graph_in(b->graph, id)[0]), "activation", id, "%s is left out",
			       op->name);
}

void atl_slips_forward(atl_search *q)
{
	const atl_graph *g = q->s->b->graph;
	bool *cone = atl_calloc(q->last + 1u, sizeof *cone);
	if (!cone) {
		q->stopped = true;
		return;
	}
	mark_all(q, cone);
	for (atl_id id = q->last; id > 0 && !atl_slips_done(q); id--) {
		uint16_t flags = atl_graph_node(g, id)->flags;
		if (cone[id] && !(flags & (ATL_NF_INPUT | ATL_NF_HIDDEN | ATL_NF_ADJOINT | ATL_NF_LITERAL | ATL_NF_ALIAS)))
			try_node(q, cone, id);
	}
	atl_free(cone);
}
