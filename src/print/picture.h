/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture.h: a trace as a graph of boxes, laid out.
 *
 * A box is a forward step with its value and the adjoint that the backward
 * steps give it; turns that a fold would hide are one box.  The trace is made
 * with mark_folds or full, so that every step is there.  A picture owns its
 * texts and points into the trace. */
#ifndef ATL_PRINT_PICTURE_H
#define ATL_PRINT_PICTURE_H

#include "print/layout.h"
#include "print/print.h"
#include "trace/trace.h"

typedef struct atl_picture_box {
	size_t step;        /* the forward step; of a fold, its first */
	size_t adjoint;     /* the step that has it; SIZE_MAX: none */
	uint32_t turns;     /* of a fold; 0: it is none */
	char *value, *rule, *gradient; /* lines from the top; NULL: none */
} atl_picture_box;

typedef struct atl_picture {
	const atl_trace *trace;
	atl_picture_box *box;
	atl_layout layout;
	atl_layout_edge *edge;
	size_t cap_edges;
	uint32_t *box_of;   /* of every forward step */
} atl_picture;

/* Boxes and edges, no texts: for what draws them itself.  ATL_ERROR: no memory. */
atl_status atl_picture_graph(atl_picture *, const atl_trace *) ATL_MUST_CHECK;
/* And their texts, and, unless `page` is 0, their places on that many columns. */
atl_status atl_picture_make(atl_picture *, const atl_trace *, const atl_format *,
			    uint32_t page) ATL_MUST_CHECK;
void atl_picture_clear(atl_picture *);

#endif
