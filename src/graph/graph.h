/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph.h: the computation graph.
 *
 * An append-only array of immutable nodes.  A node's operands have smaller
 * ids, so every pass is a loop and no input is deep.  Id 0 is no node: what
 * a builder returns when it failed.
 *
 *     id     1        2        3           4
 *     op     input    input    matmul      relu
 *     name   W        x                    a
 *     in                       1,2         3
 *
 * Equal unnamed nodes are one node (they are interned by op, operands and
 * attributes); named nodes, inputs, stored arrays and random draws never are.
 * The array is cut back after a statement that named nothing
 * (atl_graph_cut), and slid down in order between top-level statements
 * (atl_graph_compact).  The graph knows no values: those are eval's. */
#ifndef ATL_GRAPH_GRAPH_H
#define ATL_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stdint.h>
#include "array/array.h"
#include "base/diag.h"
#include "base/source.h"
#include "lang/symbols.h"

typedef uint32_t atl_id;
typedef struct atl_op atl_op;
typedef struct atl_graph atl_graph;

enum {
	ATL_NF_INPUT = 1,    /* gets a gradient as a leaf; may be updated */
	ATL_NF_OPEN = 2,     /* is an input or depends on one */
	ATL_NF_HIDDEN = 4,   /* body of an op whose value is text: in no table */
	ATL_NF_LITERAL = 8,  /* a number or array the user wrote down */
	ATL_NF_ALIAS = 16,   /* an identity that only gives a name */
	ATL_NF_ADJOINT = 32, /* built by a derivative */
	ATL_NF_ABSTRACT = 64 /* is an input that was declared by its shape, or depends on one: no value */
};

/* What is known of an abstract input: its first attribute. */
enum {
	ATL_ABSTRACT_GENERAL, ATL_ABSTRACT_SYMMETRIC, ATL_ABSTRACT_DIAGONAL,
	ATL_ABSTRACT_SIZE    /* a scalar, the letter of a size, which is the second attribute */
};

typedef struct atl_node {
	const atl_op *op;
	const atl_shape *shape;   /* interned: equal shapes, equal pointers */
	uint32_t in, n_in;        /* operands: atl_graph_in() */
	uint32_t attr, n_attr;    /* static parameters: atl_graph_attr() */
	uint32_t text;            /* literal's text: atl_graph_text(); 0: none */
	uint32_t body;            /* id of the hidden node that computes this one; 0: none */
	atl_sym name;             /* as the user spelled it; 0: unnamed */
	uint32_t turn;            /* how many-th binding of that name; 0 when unnamed */
	uint32_t guard;           /* index of the guard set it was built under; 0: none */
	uint32_t chain;           /* next of the same hash */
	uint32_t hash;            /* of what is compared: all but name, guard and place */
	uint16_t flags;
	uint16_t call;            /* of a function, in which it was made: atl_graph_call(); 0: none */
	atl_span span;            /* where it was written */
} atl_node;

/* A call of a function while its body built nodes. */
typedef struct atl_call_site {
	atl_sym name;    /* of the function */
	atl_span span;   /* the call */
	atl_id born;     /* the newest node before it */
	uint16_t outer;  /* the call in which it stands; 0: none */
	uint16_t moved;  /* while the graph is compacted: 0, or its number then */
} atl_call_site;

/* What is needed to make a node. */
typedef struct atl_new {
	const atl_op *op;
	atl_shape shape;
	const atl_id *in;
	uint32_t n_in;
	const int64_t *attr;
	uint32_t n_attr;
	const char *text;   /* NUL-terminated, copied; NULL: none */
	uint32_t body;
	uint16_t flags;     /* OPEN is added when an operand is open */
	bool fresh;         /* never merged with an equal node */
	atl_span span;
} atl_new;

atl_graph *atl_graph_new(void) ATL_MUST_CHECK;
void atl_graph_free(atl_graph *);

/* The id of an equal node, or of a new one; 0 without memory, past the limit
 * of nodes, or when an operand is 0. */
atl_id atl_graph_add(atl_graph *, const atl_new *) ATL_MUST_CHECK;
/* Makes `id` a named node: itself when it is unnamed and newer than `since`,
 * else a fresh node that is an identity (named) or a copy (unnamed).  `span`
 * is the statement's. */
atl_id atl_graph_name(atl_graph *, atl_id id, atl_sym name, uint32_t turn, atl_id since, atl_span) ATL_MUST_CHECK;

/* A graph begins with its pools, so that looking at a node is no call. */
typedef struct atl_graph_pools {
	atl_node *node; /* node[0] is unused */
	atl_id *in;     /* operands */
	int64_t *attr;  /* static parameters */
	char *text;     /* of literals; text[0] is "" */
	uint32_t n;     /* one past the newest node */
} atl_graph_pools;

static inline const atl_graph_pools *atl_graph_at(const atl_graph *g)
{
	return (const atl_graph_pools *)(const void *)g;
}
/* The newest id; ids are 1..last. */
static inline atl_id atl_graph_last(const atl_graph *g) { return atl_graph_at(g)->n - 1; }
/* What these point to is valid until the next add. */
static inline const atl_node *atl_graph_node(const atl_graph *g, atl_id id) { return &atl_graph_at(g)->node[id]; }
static inline const atl_id *atl_graph_in(const atl_graph *g, atl_id id)
{
	return atl_graph_at(g)->in + atl_graph_node(g, id)->in;
}
static inline const int64_t *atl_graph_attr(const atl_graph *g, atl_id id)
{
	return atl_graph_at(g)->attr + atl_graph_node(g, id)->attr;
}
/* "" when none */
static inline const char *atl_graph_text(const atl_graph *g, atl_id id)
{
	return atl_graph_at(g)->text + atl_graph_node(g, id)->text;
}
static inline const atl_shape *atl_graph_shape(const atl_graph *g, atl_id id) { return atl_graph_node(g, id)->shape; }

const atl_shape *atl_graph_intern_shape(atl_graph *, const atl_shape *);
/* The node itself behind names: follows ATL_NF_ALIAS. */
atl_id atl_graph_root(const atl_graph *, atl_id);
void atl_graph_set_flag(atl_graph *, atl_id, uint16_t flag, bool on);
void atl_graph_set_guard(atl_graph *, atl_id, uint32_t guard);
void atl_graph_renumber_guards(atl_graph *, const uint32_t *number); /* each by its old one */
size_t atl_graph_largest(const atl_graph *);                /* entries of the largest shape there has been */
void atl_graph_set_limit(atl_graph *, uint32_t max_nodes);  /* 0: the default, 2^31 */
bool atl_graph_full(const atl_graph *);                     /* the limit was met */

/* Nodes are made in this call from now on, and after `leave` in the one that
 * `enter` returned.  Past 65534 calls, or without memory, the new ones are not known. */
uint16_t atl_graph_enter(atl_graph *, atl_sym name, atl_span);
void atl_graph_leave(atl_graph *, uint16_t outer);
/* Nodes are made as if in the call of this node, until `leave` with what it returns. */
uint16_t atl_graph_enter_call_of(atl_graph *, atl_id);
const atl_call_site *atl_graph_call(const atl_graph *, uint16_t call); /* NULL: of 0 */
bool atl_graph_call_open(const atl_graph *, uint16_t call);            /* nodes are made in it now */

/* Cuts back to `last`; nothing that is kept may refer to what is cut. */
void atl_graph_cut(atl_graph *, atl_id last);
/* Slides the nodes for which keep[id] down; keep must be closed under
 * operands.  remap[old] is the new id or 0.  Both have last+1 entries. */
void atl_graph_compact(atl_graph *, const bool *keep, atl_id *remap);
/* Sets mark[id] for every ancestor of the ids already marked (mark has
 * last+1 entries), bodies included. */
void atl_graph_ancestors(const atl_graph *, bool *mark);

/* Debug builds: operands smaller, shapes as the rows say; the first fault. */
const char *atl_graph_verify(const atl_graph *);

#endif
