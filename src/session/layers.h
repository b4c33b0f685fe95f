/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layers.h: what becomes of sizes that go through layers, with no values.
 *
 * Sizes are rows, columns and channels, as papers write them, or the entries
 * of a vector.  A layer is a call without its input: conv2d(filters=96,
 * kernel=11), relu().  layers.c knows what each does; shape.c reads the
 * statement and prints. */
#ifndef ATL_SESSION_LAYERS_H
#define ATL_SESSION_LAYERS_H

#include "session/state.h"

/* Along an axis: a window over entries `stride` apart; `back`: entries that are
 * put to windows. */
typedef struct atl_reach {
	int64_t stride, extent;
	bool back;
} atl_reach;

/* What goes from layer to layer. */
typedef struct atl_flow {
	int64_t size[3];       /* rows, columns, channels; 1 where there are none */
	int rank;              /* 1: a vector, of size[0]; else 2 or 3 */
	atl_reach (*reach)[2]; /* of each layer so far, along rows and columns */
	size_t n_reach, cap_reach;
	int64_t field[2];      /* the receptive field: the input's entries that an entry depends on, at most */
	int64_t parameters;    /* of this layer */
	int64_t all;           /* of all layers so far */
	atl_buf formula[2];    /* "floor(...) + 1 = ... = 57" of rows and columns; empty: none */
} atl_flow;

void atl_flow_clear(atl_flow *);

typedef struct atl_layer atl_layer;
/* The layer that a call names; NULL: it is none. */
const atl_layer *atl_layer_find(const atl_session *, const atl_tree_node *call);
/* Whether its call may have sizes in the place of an input: conv2d([36, 36, 3], filters=2). */
bool atl_layer_has_filters(const atl_layer *);
/* The layer with n arguments, the flow through it. */
atl_status atl_layer_apply(atl_session *, const atl_layer *, const atl_arg *, uint32_t n, const atl_tree_node *call,
                           atl_flow *) ATL_MUST_CHECK;

#endif
