/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layout_place.c: the order of each layer and the columns.
 *
 * Both go down and up the layers a few times: the order by the mean place of
 * the neighbours, the columns as near to theirs as the order allows (least
 * squares: pooled adjacent violators). */
#include "print/layout_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ORDERINGS = 8, PLACINGS = 6 };

/* ---- neighbours ---- */

static atl_status find_neighbours(layouter *m)
{
	m->up = atl_malloc((m->n_joints + 1) * sizeof *m->up);
	m->down = atl_malloc((m->n_joints + 1) * sizeof *m->down);
	if (!m->up || !m->down)
		return ATL_ERROR;
	for (size_t j = 0; j < m->n_joints; j++) {
		m->slot[m->joint[j].from].n_down++;
		m->slot[m->joint[j].to].n_up++;
	}
	uint32_t up = 0, down = 0;
	for (size_t i = 0; i < m->n; i++) {
		slot *s = &m->slot[i];
		s->first_up = up;
		s->first_down = down;
		up += s->n_up;
		down += s->n_down;
		s->n_up = s->n_down = 0;
	}
	for (size_t j = 0; j < m->n_joints; j++) {
		slot *from = &m->slot[m->joint[j].from], *to = &m->slot[m->joint[j].to];
		m->down[from->first_down + from->n_down++] = m->joint[j].to;
		m->up[to->first_up + to->n_up++] = m->joint[j].from;
	}
	return ATL_OK;
}

static atl_status list_layers(layouter *m)
{
	uint32_t layers = m->l->layers;
	m->start = atl_calloc(layers + 2u, sizeof *m->start);
	m->by_layer = atl_malloc((m->n + 1) * sizeof *m->by_layer);
	if (!m->start || !m->by_layer)
		return ATL_ERROR;
	for (size_t i = 0; i < m->n; i++)
		m->start[m->slot[i].layer + 1]++;
	for (uint32_t k = 0; k < layers; k++)
		m->start[k + 1] += m->start[k];
	for (size_t i = m->n; i-- > 0;) /* from the back: start[k+1] counts down to start[k] */
		m->by_layer[--m->start[m->slot[i].layer + 1]] = (uint32_t)i;
	memmove(m->start, m->start + 1, layers * sizeof *m->start);
	m->start[layers] = (uint32_t)m->n;
	return ATL_OK;
}

/* ---- order ---- */

typedef struct sorted {
	double key;
	uint32_t slot, place; /* the place it had: equals stay as they are */
} sorted;

static int by_key(const void *a, const void *b)
{
	const sorted *p = a, *q = b;
	if (p->key < q->key || p->key > q->key)
		return p->key < q->key ? -1 : 1;
	return p->place < q->place ? -1 : 1;
}

/* The middle of a slot in half columns, while only the order is known: its rank. */
static double mean(const layouter *m, const uint32_t *list, uint32_t n, double alone)
{
	double sum = 0;
	for (uint32_t i = 0; i < n; i++)
		sum += m->slot[list[i]].key;
	return n ? sum / n : alone;
}

static void order_layer(layouter *m, uint32_t layer, bool downward, sorted *row)
{
	uint32_t from = m->start[layer], n = m->start[layer + 1] - from;
	for (uint32_t i = 0; i < n; i++) {
		const slot *s = &m->slot[m->by_layer[from + i]];
		const uint32_t *list = downward ? m->up + s->first_up : m->down + s->first_down;
		double key = mean(m, list, downward ? s->n_up : s->n_down, s->key);
		row[i] = (sorted){ key, m->by_layer[from + i], i };
	}
	qsort(row, n, sizeof *row, by_key);
	for (uint32_t i = 0; i < n; i++) {
		m->by_layer[from + i] = row[i].slot;
		m->slot[row[i].slot].key = (i + 0.5) / n;
	}
}

static void rank(layouter *m)
{
	for (uint32_t k = 0; k < m->l->layers; k++)
		for (uint32_t n = m->start[k + 1] - m->start[k], i = 0; i < n; i++)
			m->slot[m->by_layer[m->start[k] + i]].key = (i + 0.5) / n;
}

/* ---- columns ---- */

/* The column by which a slot is joined: an even one. */
static double port(const slot *s)
{
	return s->x + s->width / 4 * 2;
}

/* How much a slot is listened to: the path through the graph is rather straight
 * than what joins it from the side. */
static double weight_of(const layouter *m, uint32_t s)
{
	return is_rail(m, s) ? 16 : m->slot[s].n_up ? 8 : 0.05;
}

static double wish(const layouter *m, const slot *s, bool downward)
{
	const uint32_t *list = downward ? m->up + s->first_up : m->down + s->first_down;
	uint32_t n = downward ? s->n_up : s->n_down;
	double sum = 0, weight = 0;
	for (uint32_t i = 0; i < n; i++) {
		sum += port(&m->slot[list[i]]) * weight_of(m, list[i]);
		weight += weight_of(m, list[i]);
	}
	return n ? sum / weight - s->width / 4 * 2 : s->x;
}

typedef struct block {
	double sum, weight; /* of wishes, less the columns before each */
	uint32_t n;
} block;

/* Columns of a layer, once `block` has the pools: rounded to even ones, within the page. */
static void set_columns(layouter *m, uint32_t layer, const block *pool)
{
	uint32_t from = m->start[layer], n = m->start[layer + 1] - from, before = 0, total = 0;
	for (uint32_t i = 0; i < n; i++)
		total += m->slot[m->by_layer[from + i]].width +
		         (i ? gap_between(m, m->by_layer[from + i - 1], m->by_layer[from + i]) : 0);
	double most = m->l->page > total ? (m->l->page - total) / 2 * 2 : 0;
	for (uint32_t i = 0; i < n; pool++) {
		double at = pool->sum / pool->weight;
		at = at < 0 ? 0 : at > most ? most : at;
		uint32_t base = (uint32_t)floor(at / 2 + 0.5) * 2;
		for (uint32_t k = 0; k < pool->n; k++, i++) {
			slot *s = &m->slot[m->by_layer[from + i]];
			if (i)
				before += gap_between(m, m->by_layer[from + i - 1], m->by_layer[from + i]);
			s->x = base + before;
			before += s->width;
		}
	}
}

static void place_layer(layouter *m, uint32_t layer, bool downward, block *pool)
{
	uint32_t from = m->start[layer], n = m->start[layer + 1] - from, before = 0, pools = 0;
	for (uint32_t i = 0; i < n; i++) {
		const slot *s = &m->slot[m->by_layer[from + i]];
		double weight = weight_of(m, m->by_layer[from + i]);
		if (i)
			before += gap_between(m, m->by_layer[from + i - 1], m->by_layer[from + i]);
		pool[pools++] = (block){ (wish(m, s, downward) - before) * weight, weight, 1 };
		before += s->width;
		for (; pools > 1; pools--) {
			block *a = &pool[pools - 2], *b = &pool[pools - 1];
			if (a->sum / a->weight <= b->sum / b->weight)
				break;
			*a = (block){ a->sum + b->sum, a->weight + b->weight, a->n + b->n };
		}
	}
	set_columns(m, layer, pool);
}

/* From the top down, then from the bottom up, and so on. */
static uint32_t layer_at(const layouter *m, unsigned pass, uint32_t i)
{
	return pass % 2 ? m->l->layers - 1 - i : i;
}

static void trim(layouter *m)
{
	uint32_t left = m->l->page;
	m->l->width = 0;
	for (size_t i = 0; i < m->n; i++)
		if (m->slot[i].x < left)
			left = m->slot[i].x;
	for (size_t i = 0; i < m->n; i++) {
		slot *s = &m->slot[i];
		s->x -= left;
		if (s->x + s->width > m->l->width)
			m->l->width = s->x + s->width;
		if (i < m->l->n)
			m->l->box[i].x = s->x;
	}
}

atl_status layout_place(layouter *m)
{
	sorted *row = atl_malloc((m->n + 1) * sizeof *row);
	block *pool = atl_malloc((m->n + 1) * sizeof *pool);
	atl_status status = row && pool && !find_neighbours(m) && !list_layers(m) ? ATL_OK : ATL_ERROR;
	if (!status) {
		rank(m);
		for (unsigned pass = 0; pass < ORDERINGS; pass++)
			for (uint32_t i = 0; i < m->l->layers; i++)
				order_layer(m, layer_at(m, pass, i), pass % 2 == 0, row);
		for (unsigned pass = 0; pass < PLACINGS; pass++)
			for (uint32_t i = 0; i < m->l->layers; i++)
				place_layer(m, layer_at(m, pass, i), pass % 2 == 0, pool);
		trim(m);
	}
	atl_free(row);
	atl_free(pool);
	return status;
}
