/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.h: nodes back to syntax: what a node would be written as. */
#ifndef ATL_GRAPH_SHOW_H
#define ATL_GRAPH_SHOW_H

#include "graph/graph.h"
#include "lang/symbols.h"
#include "lang/tree.h"

/* Appends the expression of `id` to the tree and returns its index there,
 * ATL_TREE_NONE without memory.  `leaf(id, data)` says where to stop: such a
 * node becomes an ATL_T_VERBATIM with count = its id and an empty text, for
 * the caller to fill in.  Literals are written out.  The node itself is
 * always expanded.  Expressions of more than 200 nodes are cut at leaves. */
typedef bool atl_is_leaf(atl_id, void *data);
uint32_t atl_show_tree(atl_tree *, const atl_graph *, atl_id id, atl_is_leaf *leaf, void *data) ATL_MUST_CHECK;

/* The expression as text, stopping at named nodes; for messages and --dump. */
void atl_show_text(atl_buf *, const atl_graph *, atl_id, const atl_symbols *);
/* "h~1" for an earlier binding (latest: the number of the newest binding of that name), else the name. */
void atl_show_name(atl_buf *, const atl_graph *, atl_id, const atl_symbols *, uint32_t latest);

#endif
