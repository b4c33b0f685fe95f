/* SPDX-License-Identifier: GPL-3.0-or-later */
/* elab.h: between the files that elaborate an expression: the slots of one
 * tree's nodes, and the functions for each kind of node. */
#ifndef ATL_GRAPH_ELAB_H
#define ATL_GRAPH_ELAB_H

#include "graph/build.h"
#include "graph/scope.h"

typedef struct slot {
	enum { S_NODE, S_RANGE, S_ALL, S_STRING } kind;
	atl_id id;
	uint32_t end_of; /* END: tree index of its INDEX node */
	uint32_t end_k;  /* which subscript of it */
	bool inner;      /* NUMPY: a list of another one, which reads it */
} slot;

typedef struct elab {
	atl_builder *b;
	const atl_tree *tree;
	uint32_t base; /* slot[i - base] is tree node i's */
	slot *slot;
	const atl_bind *bind;
	uint32_t n_bind;
	bool rule;     /* built-in names only */
	atl_id *out;   /* the values of the call that the root is, */
	uint32_t n_out; /* when there are more than one */
	uint32_t root;
} elab;

static inline const atl_tree_node *at(const elab *e, uint32_t i) { return &e->tree->node[i]; }
static inline slot *slot_of(const elab *e, uint32_t i) { return &e->slot[i - e->base]; }

/* A rule's nodes have the place of what it is applied to. */
static inline atl_span span(const elab *e, atl_span s)
{
	return e->rule ? (atl_span){ 0, 0 } : s;
}

static inline bool scalar(const elab *e, atl_id id)
{
	return atl_shape_scalar(atl_graph_shape(e->b->graph, id));
}

/* The node of tree node i; a range that stands as a value becomes a vector. */
atl_id atl_elab_node_of(elab *, uint32_t i);

/* elaborate_calls.c */
atl_id atl_elab_call(elab *, uint32_t i);
atl_id atl_elab_prime(elab *, uint32_t i);
atl_id atl_elab_partial(elab *, uint32_t i);
/* grad(L, [W, b]), where the bracket i is no join but was meant as a list: false after a diagnostic
 * that has a call for each name. */
bool atl_elab_is_no_list(elab *, uint32_t i);

/* elaborate_arrays.c */
atl_id atl_elab_join(elab *, uint32_t i);
atl_id atl_elab_numpy(elab *, uint32_t i);
atl_id atl_elab_index(elab *, uint32_t i);
atl_id atl_elab_end(elab *, uint32_t i);
void atl_elab_find_ends(elab *, uint32_t root); /* each `end` to its index; before the loop */
/* Marks lists within lists, and where a bracket of plain numbers can be skipped to its end. */
void atl_elab_find_literals(elab *, uint32_t root, uint32_t *skip_to);

#endif
