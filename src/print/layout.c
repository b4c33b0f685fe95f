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

atl_status atl_layout_make(atl_layout *l)
{
	layouter m = { .l = l };
	atl_status status = ATL_ERROR;
	l->line = NULL;
	l->n_lines = l->cap_lines = 0;
	l->order = NULL;
	if (!layout_layers(&m) && !layout_place(&m) && !layout_lines(&m))
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

void atl_layout_clear(atl_layout *l)
{
	atl_free(l->line);
	atl_free(l->order);
	l->line = NULL;
	l->order = NULL;
	l->n_lines = l->cap_lines = 0;
}
