/* SPDX-License-Identifier: GPL-3.0-or-later */
/* origin.c: which L and x an adjoint is the derivative of.
 *
 * A node does not say what it was derived from.  But equal nodes are one node:
 * each scalar is differentiated once more for all names, and where an adjoint
 * is a node that y is computed from, that may be where y has it from.  It need
 * not: w ./ x is the gradient of sum(w .* log(x)) for x and of sum(w .* u ./ x)
 * for u.  So what stands in the claim decides, and where it does not (a name
 * that was given to a gradient) all candidates must be of one L. */
#include "slips/impl.h"

#include <string.h>
#include "base/mem.h"

enum { MANY_ENTRIES = 400 }; /* of a jacobian */

/* The same node, or one that only lost its place in the table to a name. */
static bool is_same(const atl_graph *g, atl_id a, atl_id c)
{
	const atl_node *m = atl_graph_node(g, a), *n = atl_graph_node(g, c);
	return a == c || (m->op == n->op && m->shape == n->shape && m->n_in == n->n_in && m->n_attr == n->n_attr &&
	                  m->n_in && n->name &&
	                  !memcmp(atl_graph_in(g, a), atl_graph_in(g, c), m->n_in * sizeof(atl_id)) &&
	                  !memcmp(atl_graph_attr(g, a), atl_graph_attr(g, c), m->n_attr * sizeof(int64_t)));
}

/* The newest node that y is computed from and that is `adjoint`; 0: none. */
static atl_id find_in_cone(const atl_search *q, atl_id adjoint)
{
	const atl_graph *g = q->s->b->graph;
	for (atl_id id = q->s->y; id > 0; id--)
		if (q->cone[id] && !(atl_graph_node(g, id)->flags & (ATL_NF_LITERAL | ATL_NF_INPUT | ATL_NF_ALIAS)) &&
		    is_same(g, adjoint, id))
			return id;
	return 0;
}

static bool is_mentioned(const atl_search *q, atl_id id)
{
	const atl_graph *g = q->s->b->graph;
	for (size_t i = 0; i < q->s->n_mentioned; i++)
		if (atl_graph_root(g, q->s->mentioned[i]) == atl_graph_root(g, id))
			return true;
	return false;
}

/* A scalar that was written in the claim has no name to mention. */
static bool is_written(const atl_search *q, const atl_origin *o)
{
	bool unnamed = !atl_graph_node(q->s->b->graph, o->l)->name;
	return (unnamed || is_mentioned(q, o->l)) && is_mentioned(q, o->x);
}

/* The outermost derivatives are kept: those that are newest, a few of each. */
static void keep(atl_search *q, atl_origin o)
{
	bool written = is_written(q, &o);
	if (q->origin_written && !written)
		return;
	if (written && !q->origin_written) {
		q->n_origins = 0;
		q->origin_written = true;
	}
	if (q->n_origins && o.node < q->origin[0].node)
		return;
	if (q->n_origins && o.node > q->origin[0].node)
		q->n_origins = 0;
	if (q->n_origins < ATL_MAX_ORIGINS)
		q->origin[q->n_origins++] = o;
}

static void look(atl_search *q, atl_id l, const atl_id *wrt, size_t n)
{
	atl_adjoints adj;
	if (!atl_derive(q->s->b, l, 0, wrt, n, &adj))
		for (size_t i = 0; i < n; i++) {
			atl_id total = wrt[i] < l ? adj.total[wrt[i]] : 0;
			atl_id node = total ? find_in_cone(q, total) : 0;
			if (node)
				keep(q, (atl_origin){ .node = node, .l = l, .x = wrt[i] });
		}
	atl_adjoints_clear(&adj);
}

atl_id atl_slips_derive(atl_builder *b, const atl_origin *o, atl_id l, atl_id x)
{
	switch (o->kind) {
	case ATL_JACOBIAN: return atl_jacobian(b, l, x);
	case ATL_HESSIAN: {
		atl_id gradient = atl_grad(b, l, x);
		return gradient ? atl_jacobian(b, gradient, x) : 0;
	}
	default: return atl_grad(b, l, x);
	}
}

/* jacobian(l, x) of names that stand in the claim, or hessian(l, x). */
static void look_for_matrix(atl_search *q, atl_id l, atl_id x, atl_derivative kind)
{
	const atl_graph *g = q->s->b->graph;
	atl_origin o = { .l = l, .x = x, .kind = kind };
	double entries = (double)atl_shape_count(atl_graph_shape(g, l)) * (double)atl_shape_count(atl_graph_shape(g, x));
	if (l == x || entries > MANY_ENTRIES || entries < 2 || !atl_depends(g, l, x))
		return;
	atl_id derivative = atl_slips_derive(q->s->b, &o, l, x);
	if (derivative && (o.node = find_in_cone(q, derivative)))
		keep(q, o);
}

static void look_for_matrices(atl_search *q)
{
	const atl_graph *g = q->s->b->graph;
	for (size_t i = 0; i < q->s->n_mentioned; i++)
		for (size_t k = 0; k < q->s->n_mentioned; k++) {
			atl_id l = atl_graph_root(g, q->s->mentioned[i]), x = q->s->mentioned[k];
			look_for_matrix(q, l, x, atl_shape_scalar(atl_graph_shape(g, l)) ? ATL_HESSIAN : ATL_JACOBIAN);
		}
}

static bool is_scalar(const atl_graph *g, atl_id id)
{
	const atl_node *n = atl_graph_node(g, id);
	return atl_shape_scalar(n->shape) && n->flags & ATL_NF_OPEN &&
	       !(n->flags & (ATL_NF_INPUT | ATL_NF_HIDDEN | ATL_NF_ADJOINT | ATL_NF_ALIAS));
}

static bool has_adjoint(const atl_search *q)
{
	for (atl_id id = 1; id <= q->s->y; id++)
		if (q->cone[id] && atl_graph_node(q->s->b->graph, id)->flags & ATL_NF_ADJOINT)
			return true;
	return false;
}

static bool is_of_one_scalar(const atl_search *q)
{
	for (size_t i = 1; i < q->n_origins; i++)
		if (q->origin[i].l != q->origin[0].l)
			return false;
	return true;
}

/* A scalar without a name is newer than every name: it was written in the claim. */
void atl_slips_origins(atl_search *q)
{
	const atl_graph *g = q->s->b->graph;
	bool adjoint = has_adjoint(q);
	unsigned tried = 0;
	atl_id newest = 0;
	if (adjoint)
		look_for_matrices(q);
	if (q->n_origins) /* all of it is that matrix, or made of it */
		return;
	for (size_t i = 0; i < q->s->n_named; i++)
		newest = q->s->named[i] > newest ? q->s->named[i] : newest;
	for (atl_id id = q->last; id > newest && tried < ATL_MAX_SCALARS; id--)
		if (is_scalar(g, id) && ++tried)
			look(q, id, q->s->named, q->s->n_named);
	for (size_t i = q->s->n_named; i-- > 0 && tried < ATL_MAX_SCALARS;) {
		atl_id root = atl_graph_root(g, q->s->named[i]);
		if (is_scalar(g, root) && (adjoint || is_mentioned(q, root)) && ++tried)
			look(q, root, q->s->named, q->s->n_named);
	}
	if (!q->origin_written && (!adjoint || !is_of_one_scalar(q)))
		q->n_origins = 0;
}
