/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout.c: the stages of a layout, one after the other. */
#include "print/layout_impl.h"

#include <string.h>

static atl_status keep_order(layouter *m)
{
	atl_layout *l = m->l;
	uint32_t n = 0;
	l->order = atl_malloc((l->n + 1u) * sizeof *l->order);
	if (!l->order)
		return ATL_ERROR;
	for (size_t i = 0; i < m->n; i++)
		if (!is_rail(m, m->by_layer[i]))
			l->order[n++] = m->by_layer[i];
	return ATL_OK;
}

/* With so many columns of each layer kept free for rails. */
static atl_status make(atl_layout *l, uint32_t reserve)
{
	layouter m = { .l = l, .reserve = reserve };
	atl_status status = ATL_ERROR;
	atl_layout_clear(l);
	l->is_cut = atl_calloc(l->n_edges + 1u, sizeof *l->is_cut);
	if (l->is_cut && !layout_layers(&m) && !layout_place(&m) && !layout_lines(&m))
		status = keep_order(&m);
	atl_free(m.slot);
	atl_free(m.joint);
	atl_free(m.up);
	atl_free(m.down);
	atl_free(m.by_layer);
	atl_free(m.start);
	if (status)
		atl_layout_clear(l);
	return status;
}

/* A graph of this size is laid out again and again in a moment. */
enum { MANY_BOXES = 2000, TRIES = 8 };

atl_status atl_layout_make(atl_layout *l)
{
	uint32_t best = 0, least = 0, tries = l->n > MANY_BOXES ? 1 : TRIES;
	l->line = NULL;
	l->order = NULL;
	l->is_cut = NULL;
	for (uint32_t k = 0; k < tries; k++) {
		uint32_t reserve = l->page / TRIES * k;
		if (make(l, reserve))
			return ATL_ERROR;
		if (l->cut == 0)
			return ATL_OK;
		if (k == 0 || l->cut < least) {
			least = l->cut;
			best = reserve;
		}
	}
	return make(l, best);
}

void atl_layout_clear(atl_layout *l)
{
	atl_free(l->line);
	atl_free(l->order);
	atl_free(l->is_cut);
	l->is_cut = NULL;
	l->line = NULL;
	l->order = NULL;
	l->n_lines = l->cap_lines = 0;
}
