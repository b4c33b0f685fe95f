/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive.h: reverse-mode differentiation: graph -> graph.
 *
 * Griewank & Walther, Evaluating Derivatives (2nd ed.), ch. 3: the adjoint of
 * a node is the sum over its uses of the use's vector-Jacobian product.  The
 * loop goes from y down; each rule builds nodes with the builder, so what
 * comes out is a graph like any other.  Contributions are added in descending
 * order of the consumer. */
#ifndef ATL_GRAPH_DERIVE_H
#define ATL_GRAPH_DERIVE_H

#include "graph/build.h"

/* One vector-Jacobian product: what `from` sends back to its operand `to`. */
typedef struct atl_contribution {
	atl_id to;
	atl_id from;     /* the consumer; 0: the seed at y */
	uint32_t slot;   /* which operand of the consumer */
	atl_id node;     /* the adjoint node: of `to`'s shape */
} atl_contribution;

typedef struct atl_adjoints {
	atl_id y;
	atl_contribution *item; /* in the order of the sweep; those to one node need not stand together */
	size_t n, cap;
	atl_id *total;          /* total[id]: the adjoint of a node, 0: none; entries 0..y */
	atl_id *mask;           /* where an adjoint is zero because `where` did not select; 0: no mask */
} atl_adjoints;

/* A sweep in which something else is sent back: `send` is shown each product of a rule, with g, what
 * flowed into the rule, and answers what goes on in its place; 0 without a diagnostic: nothing does.
 * An answer of another shape is passed on as it is.  For those who look what a wrong rule would give;
 * set as the builder's `variation` for as long as they look. */
typedef struct atl_variation {
	atl_id (*send)(void *data, atl_builder *, const atl_contribution *, atl_id g);
	void *data;
} atl_variation;

/* An expression over the parameters, the statics and the value y of a node, and over g (0: it has none):
 * how the rules of the node's row are read. */
atl_id atl_derive_text(atl_builder *, atl_id node, const char *text, atl_id g) ATL_MUST_CHECK;

/* Differentiates y with the given seed (of y's shape; 0: one, y must be a
 * scalar).  wrt: only descendants of these get adjoints; n_wrt == 0: all open
 * ancestors of y.  Adjoints of bodies (HIDDEN nodes) are used and not listed. */
atl_status atl_derive(atl_builder *, atl_id y, atl_id seed, const atl_id *wrt, size_t n_wrt, atl_adjoints *) ATL_MUST_CHECK;
void atl_adjoints_clear(atl_adjoints *);

/* The condition under which the rules of a node's row take a side, over its operands; 0 where the
 * row has no kink, or after a diagnostic.  Under ATL_KINK_ERROR a derivative has no value there. */
atl_id atl_derive_kink(atl_builder *, atl_id node) ATL_MUST_CHECK;

/* grad(y, x): of x's shape, zeros where y does not depend on x. */
atl_id atl_grad(atl_builder *, atl_id y, atl_id x) ATL_MUST_CHECK;
atl_id atl_vjp(atl_builder *, atl_id y, atl_id x, atl_id u) ATL_MUST_CHECK;      /* u of y's shape */
atl_id atl_jvp(atl_builder *, atl_id y, atl_id x, atl_id v) ATL_MUST_CHECK;      /* v of x's shape */
atl_id atl_jacobian(atl_builder *, atl_id y, atl_id x) ATL_MUST_CHECK;           /* rows: entries of y in row order */
bool atl_depends(const atl_graph *, atl_id y, atl_id x);

#endif
