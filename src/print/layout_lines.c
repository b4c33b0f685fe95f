/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout_lines.c: where lines enter, their tracks, the rows, and the lines. */
#include "print/layout_impl.h"

#include <stdlib.h>
#include <string.h>

/* One end below of a net. */
typedef struct entry {
	uint32_t to;   /* slot */
	uint32_t x;    /* where it comes in */
} entry;

/* What goes out of one slot into the gap below it. */
typedef struct net {
	uint32_t slot, x, lo, hi, track;
	uint32_t first, n; /* entries */
} net;

typedef struct gap {
	layouter *m;
	net *net;
	uint32_t n_nets;
	entry *entry;
	uint32_t n_entries;
	uint32_t *incoming; /* of one slot: entries */
	uint32_t *track_end;
	uint32_t tracks;
} gap;

static uint32_t port_of(const slot *s)
{
	return s->x + s->width / 4 * 2;
}

/* Nets of the gap below a layer, from left to right. */
static void make_nets(gap *g, uint32_t layer)
{
	layouter *m = g->m;
	g->n_nets = g->n_entries = 0;
	for (uint32_t i = m->start[layer]; i < m->start[layer + 1]; i++) {
		const slot *s = &m->slot[m->by_layer[i]];
		if (s->n_down == 0)
			continue;
		net *t = &g->net[g->n_nets++];
		*t = (net){ .slot = m->by_layer[i], .x = port_of(s), .first = g->n_entries, .n = s->n_down };
		for (uint32_t k = 0; k < s->n_down; k++)
			g->entry[g->n_entries++] = (entry){ m->down[s->first_down + k], t->x };
	}
}

/* The n lines of a box come in at odd columns around its middle, in the order in
 * which they come. */
static void enter_apart(gap *g, const slot *s, uint32_t n)
{
	uint32_t step = 2 * n <= (s->width - 2) / 2 ? 4 : 2, reach = (n - 1) * step / 2;
	uint32_t odd = port_of(s) > s->x + reach ? (port_of(s) - reach) | 1 : s->x + 1;
	for (uint32_t i = 0; i < n; i++)
		g->entry[g->incoming[i]].x = odd + i * step;
}

/* The k-th comes straight down the middle, the others on both sides of it. */
static bool enter_around(gap *g, const slot *s, uint32_t n, uint32_t k)
{
	uint32_t port = port_of(s), step = 4, left = k * step, right = (n - 1 - k) * step;
	if (port < s->x + left || port + right + 1 > s->x + s->width)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t *x = &g->entry[g->incoming[i]].x;
		*x = i < k ? port - (k - i) * step + 1 : i > k ? port + (i - k) * step - 1 : port;
	}
	return true;
}

static void enter_box(gap *g, const slot *s, uint32_t n)
{
	uint32_t only = n ? g->entry[g->incoming[0]].x : 0;
	if (n == 0 || (n == 1 && only > s->x && only + 1 < s->x + s->width))
		return;
	for (uint32_t i = 0; i < n; i++)
		if (g->entry[g->incoming[i]].x == port_of(s) && enter_around(g, s, n, i))
			return;
	enter_apart(g, s, n);
}

/* Where lines come in: straight if they can, and a rail beside its own column. */
static void enter(gap *g, uint32_t to)
{
	const slot *s = &g->m->slot[to];
	uint32_t n = 0;
	for (uint32_t e = 0; e < g->n_entries; e++)
		if (g->entry[e].to == to)
			g->incoming[n++] = e;
	if (!is_rail(g->m, to))
		enter_box(g, s, n);
	else if (n == 1 && g->entry[g->incoming[0]].x != s->x)
		g->entry[g->incoming[0]].x = port_of(s) + 1;
}

static void span_nets(gap *g)
{
	for (uint32_t i = 0; i < g->n_nets; i++) {
		net *t = &g->net[i];
		t->lo = t->hi = t->x;
		for (uint32_t k = 0; k < t->n; k++) {
			uint32_t x = g->entry[t->first + k].x;
			t->lo = x < t->lo ? x : t->lo;
			t->hi = x > t->hi ? x : t->hi;
		}
	}
}

static int by_left_end(const void *a, const void *b)
{
	const net *p = a, *q = b;
	if (p->lo != q->lo)
		return p->lo < q->lo ? -1 : 1;
	return p->x < q->x ? -1 : p->x > q->x;
}

/* Each net that turns gets the first track that is free from where it begins. */
static void choose_tracks(gap *g)
{
	g->tracks = 0;
	qsort(g->net, g->n_nets, sizeof *g->net, by_left_end);
	for (uint32_t i = 0; i < g->n_nets; i++) {
		net *t = &g->net[i];
		if (t->lo == t->hi)
			continue;
		while (t->track < g->tracks && g->track_end[t->track] >= t->lo)
			t->track++;
		if (t->track == g->tracks)
			g->tracks++;
		g->track_end[t->track] = t->hi;
	}
}

/* ---- lines ---- */

static bool add(layouter *m, atl_layout_line line)
{
	atl_layout *l = m->l;
	if (!atl_grow(&l->line, &l->cap_lines, l->n_lines + 1, sizeof *l->line))
		return false;
	l->line[l->n_lines++] = line;
	return true;
}

/* From the track, or straight from above, into the slot below; through a rail's
 * layer of `height` rows to its end. */
static bool add_entry(gap *g, const net *t, const entry *e, uint32_t from, uint32_t below,
                      uint32_t height)
{
	layouter *m = g->m;
	uint32_t box = m->slot[t->slot].box;
	if (!is_rail(m, e->to))
		return add(m, (atl_layout_line){ box, e->x, from, e->x, below, true });
	uint32_t own = m->slot[e->to].x;
	bool done = add(m, (atl_layout_line){ box, e->x, from, e->x, below, false });
	if (e->x != own)
		done &= add(m, (atl_layout_line){ box, own, below, e->x, below, false });
	return done && add(m, (atl_layout_line){ box, own, below, own, below + height, false });
}

/* `above`: the first row of the upper layer; `top`: of the gap; `below`: of the
 * lower layer, which has `height` rows. */
static bool add_nets(gap *g, uint32_t above, uint32_t top, uint32_t below, uint32_t height)
{
	layouter *m = g->m;
	for (uint32_t i = 0; i < g->n_nets; i++) {
		const net *t = &g->net[i];
		uint32_t box = m->slot[t->slot].box;
		uint32_t from = is_rail(m, t->slot) ? top : above + m->l->box[box].height - 1;
		uint32_t turn = t->lo == t->hi ? from : top + t->track;
		if (turn != from || is_rail(m, t->slot))
			if (!add(m, (atl_layout_line){ box, t->x, from, t->x, turn, false }))
				return false;
		if (t->lo != t->hi && !add(m, (atl_layout_line){ box, t->lo, turn, t->hi, turn, false }))
			return false;
		for (uint32_t k = 0; k < t->n; k++)
			if (!add_entry(g, t, &g->entry[t->first + k], turn, below, height))
				return false;
	}
	return true;
}

static uint32_t height_of(const layouter *m, uint32_t layer)
{
	uint32_t height = 1;
	for (uint32_t i = m->start[layer]; i < m->start[layer + 1]; i++) {
		uint32_t s = m->by_layer[i];
		if (!is_rail(m, s) && m->l->box[s].height > height)
			height = m->l->box[s].height;
	}
	return height;
}

static void set_rows(layouter *m, uint32_t layer, uint32_t y)
{
	for (uint32_t i = m->start[layer]; i < m->start[layer + 1]; i++)
		if (!is_rail(m, m->by_layer[i]))
			m->l->box[m->by_layer[i]].y = y;
}

static atl_status go_down(gap *g)
{
	layouter *m = g->m;
	uint32_t y = 0;
	for (uint32_t layer = 0; layer < m->l->layers; layer++) {
		uint32_t top = y + height_of(m, layer);
		set_rows(m, layer, y);
		m->l->height = top;
		if (layer + 1 == m->l->layers)
			break;
		make_nets(g, layer);
		for (uint32_t i = m->start[layer + 1]; i < m->start[layer + 2]; i++)
			enter(g, m->by_layer[i]);
		span_nets(g);
		choose_tracks(g);
		uint32_t below = top + (g->tracks ? g->tracks : 1);
		if (!add_nets(g, y, top, below, height_of(m, layer + 1)))
			return ATL_ERROR;
		y = below;
	}
	return ATL_OK;
}

atl_status layout_lines(layouter *m)
{
	gap g = { .m = m };
	size_t n = m->n + 1, joints = m->n_joints + 1;
	g.net = atl_calloc(n, sizeof *g.net);
	g.entry = atl_calloc(joints, sizeof *g.entry);
	g.incoming = atl_calloc(joints, sizeof *g.incoming);
	g.track_end = atl_calloc(n, sizeof *g.track_end);
	atl_status status = ATL_ERROR;
	m->l->height = 0;
	if (g.net && g.entry && g.incoming && g.track_end)
		status = go_down(&g);
	atl_free(g.net);
	atl_free(g.entry);
	atl_free(g.incoming);
	atl_free(g.track_end);
	return status;
}
