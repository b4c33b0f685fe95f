/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout_layers.c: which layer a box stands in, and the rails.
 *
 * Boxes are put into layers in their order, each below what it reads, into the
 * first layer with room.  What reads nothing waits until its first reader is
 * put, and goes into the lowest layer with room above that; where none has, a
 * new first layer is made for it. */
#include "print/layout_impl.h"

#include <string.h>

typedef struct layers {
	layouter *m;
	uint32_t *first_in, *in;   /* edges by reader: in[first_in[b] ..] are indices of edges */
	int64_t *layer;            /* of boxes; may be negative until the end */
	bool *put;
	uint32_t *used;            /* columns used, of layer i - base */
	size_t n_used;
	int64_t base, last;
	uint32_t *end;             /* of boxes: the last layer that their rails reach */
} layers;

static uint32_t even(uint32_t width)
{
	return width + (width & 1);
}

static atl_status sort_edges(layers *y)
{
	const atl_layout *l = y->m->l;
	for (uint32_t e = 0; e < l->n_edges; e++)
		y->first_in[l->edge[e].to + 1]++;
	for (uint32_t b = 0; b < l->n; b++)
		y->first_in[b + 1] += y->first_in[b];
	uint32_t *next = atl_malloc((l->n + 1u) * sizeof *next);
	if (!next)
		return ATL_ERROR;
	memcpy(next, y->first_in, (l->n + 1u) * sizeof *next);
	for (uint32_t e = 0; e < l->n_edges; e++)
		y->in[next[l->edge[e].to]++] = e;
	atl_free(next);
	return ATL_OK;
}

/* Wide enough for its lines, and no wider than the page. */
static void set_widths(layers *y)
{
	atl_layout *l = y->m->l;
	uint32_t page = l->page & ~1u;
	for (uint32_t b = 0; b < l->n; b++) {
		uint32_t lines = y->first_in[b + 1] - y->first_in[b];
		uint32_t least = lines < page / 2 ? 2 * lines + 4 : page;
		uint32_t width = even(l->box[b].width > least ? l->box[b].width : least);
		l->box[b].width = width < page ? width : page;
	}
}

static bool has_room(const layers *y, int64_t layer, uint32_t width)
{
	uint32_t used = y->used[layer - y->base];
	return used == 0 || used + GAP + width + y->m->reserve <= y->m->l->page;
}

static void put(layers *y, uint32_t b, int64_t layer)
{
	uint32_t *used = &y->used[layer - y->base];
	*used += (*used ? GAP : 0) + y->m->l->box[b].width;
	y->layer[b] = layer;
	y->put[b] = true;
	if (layer > y->last)
		y->last = layer;
}

/* What waits, among what box b reads. */
static void put_waiting(layers *y, uint32_t b)
{
	const atl_layout *l = y->m->l;
	for (uint32_t k = y->first_in[b]; k < y->first_in[b + 1]; k++) {
		uint32_t a = l->edge[y->in[k]].from;
		if (y->put[a])
			continue;
		int64_t at = y->layer[b] - 1;
		while (!has_room(y, at, l->box[a].width))
			at--;
		put(y, a, at);
	}
}

static void put_boxes(layers *y)
{
	const atl_layout *l = y->m->l;
	for (uint32_t b = 0; b < l->n; b++) {
		int64_t at = 0;
		if (y->first_in[b] == y->first_in[b + 1])
			continue;
		for (uint32_t k = y->first_in[b]; k < y->first_in[b + 1]; k++) {
			uint32_t a = l->edge[y->in[k]].from;
			if (y->put[a] && y->layer[a] >= at)
				at = y->layer[a] + 1;
		}
		while (!has_room(y, at, l->box[b].width))
			at++;
		put(y, b, at);
		put_waiting(y, b);
	}
	for (uint32_t b = 0; b < l->n; b++) /* what nobody reads, and reads nothing */
		if (!y->put[b]) {
			int64_t at = 0;
			while (!has_room(y, at, l->box[b].width))
				at++;
			put(y, b, at);
		}
}

/* Layers from 0 on. */
static void number_layers(layers *y)
{
	atl_layout *l = y->m->l;
	int64_t first = y->last;
	for (uint32_t b = 0; b < l->n; b++)
		if (y->layer[b] < first)
			first = y->layer[b];
	for (uint32_t b = 0; b < l->n; b++)
		l->box[b].layer = (uint32_t)(y->layer[b] - first);
	l->layers = l->n ? (uint32_t)(y->last - first + 1) : 0;
	memmove(y->used, y->used + (first - y->base), l->layers * sizeof *y->used);
}

/* ---- rails ---- */

/* How far the rails of each box would have to go. */
static void find_ends(layers *y)
{
	const atl_layout *l = y->m->l;
	for (uint32_t b = 0; b < l->n; b++)
		y->end[b] = l->box[b].layer;
	for (uint32_t e = 0; e < l->n_edges; e++) {
		uint32_t to = l->box[l->edge[e].to].layer;
		if (to > y->end[l->edge[e].from])
			y->end[l->edge[e].from] = to;
	}
}

/* Rails that pass a layer, n of them, until they fit beside its boxes: those that
 * go furthest end here. */
static uint32_t cut_rails(layers *y, uint32_t layer, uint32_t *rail, uint32_t n)
{
	uint32_t page = y->m->l->page;
	while (n && y->used[layer] + 2 * GAP * (n + 1) > page) {
		uint32_t worst = 0;
		for (uint32_t i = 1; i < n; i++)
			if (y->end[rail[i]] > y->end[rail[worst]])
				worst = i;
		y->end[rail[worst]] = layer;
		rail[worst] = rail[--n];
	}
	return n;
}

/* Goes down the layers with the rails that pass. */
static atl_status set_ends(layers *y)
{
	const atl_layout *l = y->m->l;
	uint32_t *sorted = atl_malloc((l->n + 1u) * sizeof *sorted);
	uint32_t *start = atl_calloc(l->layers + 2u, sizeof *start);
	uint32_t *rail = atl_malloc((l->n + 1u) * sizeof *rail), n = 0;
	if (sorted && start && rail) {
		for (uint32_t b = 0; b < l->n; b++)
			start[l->box[b].layer + 2]++;
		for (uint32_t i = 2; i < l->layers + 2; i++)
			start[i] += start[i - 1];
		for (uint32_t b = 0; b < l->n; b++)
			sorted[start[l->box[b].layer + 1]++] = b;
		for (uint32_t layer = 1; layer < l->layers; layer++) {
			uint32_t kept = 0;
			for (uint32_t i = start[layer - 1]; i < start[layer]; i++)
				rail[n++] = sorted[i];
			for (uint32_t i = 0; i < n; i++)
				if (y->end[rail[i]] > layer)
					rail[kept++] = rail[i];
			n = cut_rails(y, layer, rail, kept);
		}
	}
	atl_status status = sorted && start && rail ? ATL_OK : ATL_ERROR;
	atl_free(sorted);
	atl_free(start);
	atl_free(rail);
	return status;
}

static bool add_slot(layouter *m, slot s)
{
	if (!atl_grow(&m->slot, &m->cap, m->n + 1, sizeof *m->slot))
		return false;
	m->slot[m->n++] = s;
	return true;
}

static bool join(layouter *m, uint32_t from, uint32_t to)
{
	if (!atl_grow(&m->joint, &m->cap_joints, m->n_joints + 1, sizeof *m->joint))
		return false;
	m->joint[m->n_joints++] = (atl_layout_edge){ from, to };
	return true;
}

/* Whether a box has room for one more line to come in. */
static bool take_entry(layers *y, uint32_t to)
{
	int64_t *taken = y->layer; /* no longer needed */
	return 2 * taken[to]++ + 4 < y->m->l->box[to].width;
}

/* Slots of boxes, then of rails: that of box b in layer i is rail_of[b] + i - layer - 1. */
static atl_status make_slots(layers *y, uint32_t *rail_of)
{
	layouter *m = y->m;
	atl_layout *l = m->l;
	for (uint32_t b = 0; b < l->n; b++)
		if (!add_slot(m, (slot){ .box = b, .layer = l->box[b].layer, .width = l->box[b].width }))
			return ATL_ERROR;
	for (uint32_t b = 0; b < l->n; b++) {
		uint32_t above = b;
		rail_of[b] = (uint32_t)m->n;
		for (uint32_t layer = l->box[b].layer + 1; layer < y->end[b]; layer++) {
			uint32_t own = (uint32_t)m->n;
			if (!add_slot(m, (slot){ .box = b, .layer = layer, .width = RAIL }) ||
			    !join(m, above, own))
				return ATL_ERROR;
			above = own;
		}
	}
	memset(y->layer, 0, l->n * sizeof *y->layer);
	for (uint32_t e = 0; e < l->n_edges; e++) {
		uint32_t from = l->edge[e].from, to = l->edge[e].to;
		uint32_t span = l->box[to].layer - l->box[from].layer;
		if (l->box[to].layer > y->end[from] || !take_entry(y, to)) {
			l->is_cut[e] = true;
			l->cut++;
		} else if (!join(m, span == 1 ? from : rail_of[from] + span - 2, to))
			return ATL_ERROR;
	}
	return ATL_OK;
}

/* A rail that ends at a cut is only as long as somebody reads it. */
static void shorten(layers *y)
{
	const atl_layout *l = y->m->l;
	uint32_t *wanted = y->first_in; /* no longer needed */
	for (uint32_t b = 0; b < l->n; b++)
		wanted[b] = l->box[b].layer;
	for (uint32_t e = 0; e < l->n_edges; e++) {
		uint32_t from = l->edge[e].from, to = l->box[l->edge[e].to].layer;
		if (to <= y->end[from] && to > wanted[from])
			wanted[from] = to;
	}
	memcpy(y->end, wanted, l->n * sizeof *wanted);
}

static atl_status run(layers *y)
{
	if (sort_edges(y))
		return ATL_ERROR;
	set_widths(y);
	put_boxes(y);
	number_layers(y);
	find_ends(y);
	if (set_ends(y))
		return ATL_ERROR;
	shorten(y);
	return make_slots(y, y->in);
}

atl_status layout_layers(layouter *m)
{
	atl_layout *l = m->l;
	size_t n = l->n;
	layers y = { .m = m, .base = -(int64_t)n - 1, .last = 0, .n_used = 2 * n + 3 };
	l->cut = 0;
	y.first_in = atl_calloc(n + 2, sizeof *y.first_in);
	y.in = atl_malloc((n + l->n_edges + 1) * sizeof *y.in);
	y.layer = atl_calloc(n + 1, sizeof *y.layer);
	y.put = atl_calloc(n + 1, sizeof *y.put);
	y.used = atl_calloc(y.n_used, sizeof *y.used);
	y.end = atl_calloc(n + 1, sizeof *y.end);
	atl_status status = ATL_ERROR;
	if (y.first_in && y.in && y.layer && y.put && y.used && y.end)
		status = run(&y);
	atl_free(y.first_in);
	atl_free(y.in);
	atl_free(y.layer);
	atl_free(y.put);
	atl_free(y.used);
	atl_free(y.end);
	return status;
}
