/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.h: where the boxes and lines of a graph stand, in character cells.
 *
 *     layer 0      ┌───┐   ┌───┐     a layer: a row of boxes, and the rails that
 *                  │ x │   │ W │     pass between them
 *                  └─┬─┘   └─┬─┘
 *                    │   ┌───┴─┐     a gap: one row a track; a net, all lines from
 *     layer 1      ┌─▼───▼─┐   │     one box, has a track of its own
 *                  │  W*x  │   │
 *                  └───┬───┘   │     a rail: what a later layer needs of a box
 *
 * A box stands below all that it reads (longest path), what reads nothing right
 * above its first reader, and a layer is no wider than the page: what does not
 * fit stands lower.  Barycentres order the layers.  Lines leave a box at an even
 * column and enter at an odd one unless they go straight, so that no two nets
 * ever share a piece of line; they only cross.  Where the rails do not fit beside
 * the boxes, layers get fewer boxes; where that does not help, the longest rails
 * are cut, and the lines beyond are counted in `cut`.
 *
 * The same graph has the same layout. */
#ifndef ATL_PRINT_LAYOUT_H
#define ATL_PRINT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/status.h"

enum { ATL_LAYOUT_NONE = UINT32_MAX };

typedef struct atl_layout_box {
	uint32_t width, height; /* given; widened to hold its lines, and even */
	uint32_t x, y, layer;   /* found */
} atl_layout_box;

/* `to` reads `from`; from < to. */
typedef struct atl_layout_edge {
	uint32_t from, to;
} atl_layout_edge;

/* A horizontal or vertical piece of the net of a box, ends included. */
typedef struct atl_layout_line {
	uint32_t from;     /* the box */
	uint32_t x0, y0, x1, y1;
	bool arrow;        /* (x1, y1) is in the top border of a box */
} atl_layout_line;

typedef struct atl_layout {
	atl_layout_box *box;   /* given: n of them, in an order in which edges go forward */
	uint32_t n;
	const atl_layout_edge *edge; /* given; no two the same */
	uint32_t n_edges;
	uint32_t page;         /* given: columns; no box is wider, or it is narrowed */
	uint32_t width, height; /* found: of all */
	uint32_t layers, cut;  /* found */
	atl_layout_line *line; /* found, owned */
	size_t n_lines, cap_lines;
	bool *is_cut;          /* found, owned: of edges */
	uint32_t *order;       /* found, owned: the boxes by layer, from left to right */
} atl_layout;

/* ATL_ERROR: no memory. */
atl_status atl_layout_make(atl_layout *) ATL_MUST_CHECK;
void atl_layout_clear(atl_layout *); /* what was found */

#endif
