/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout_impl.h: between the files that lay a graph out.
 *
 * A slot is a box or a piece of a rail in one layer.  Slot i < n is box i. */
#ifndef ATL_PRINT_LAYOUT_IMPL_H
#define ATL_PRINT_LAYOUT_IMPL_H

#include "base/mem.h"
#include "print/layout.h"

enum { RAIL = 2, GAP = 2 }; /* widths of a rail, and between boxes */

typedef struct slot {
	uint32_t box;   /* whose net it carries on, or itself */
	uint32_t layer, width, x;
	double key;     /* to be ordered or placed by */
	uint32_t first_up, n_up;     /* in layouter.up: the slots above that it is joined to */
	uint32_t first_down, n_down; /* likewise below */
} slot;

typedef struct layouter {
	atl_layout *l;
	uint32_t reserve;       /* columns of each layer in which no second box stands */
	slot *slot;
	size_t n, cap;
	atl_layout_edge *joint; /* of slots: from above to right below */
	size_t n_joints, cap_joints;
	uint32_t *up, *down;
	uint32_t *by_layer;     /* slots by layer, from left to right */
	uint32_t *start;        /* layers + 1 of them */
} layouter;

static inline bool is_rail(const layouter *m, uint32_t s)
{
	return s >= m->l->n;
}

/* Columns between two neighbours. */
static inline uint32_t gap_between(const layouter *m, uint32_t a, uint32_t b)
{
	return is_rail(m, a) && is_rail(m, b) ? 0 : GAP;
}

/* layout_layers.c: layers, rails and joints. */
atl_status layout_layers(layouter *) ATL_MUST_CHECK;
/* layout_place.c: the order in each layer, and columns. */
atl_status layout_place(layouter *) ATL_MUST_CHECK;
/* layout_lines.c: rows and lines. */
atl_status layout_lines(layouter *) ATL_MUST_CHECK;

#endif
