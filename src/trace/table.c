/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c: which nodes are rows of the forward table, and what they are
 * called.
 *
 * A row is what y depends on, once: not what an op does inside, not a second
 * name of the same node, not a small constant expression such as 1/2, which
 * is written out where it is used. */
#include <stdio.h>
#include <string.h>
#include "graph/show.h"
#include "trace/maker.h"

enum { SMALL = 8 }; /* nodes of a constant that is written out */

static bool has(const atl_maker *m, atl_id id, uint16_t flag)
{
	return atl_maker_node(m, id)->flags & flag;
}

static bool is_wrt(const atl_maker *m, atl_id id)
{
	for (size_t i = 0; i < m->req->n_wrt; i++)
		if (m->req->wrt[i] == id)
			return true;
	return false;
}

/* A value from outside the graph: an input, or numbers that were kept. */
static bool is_given(const atl_maker *m, atl_id id)
{
	return has(m, id, ATL_NF_INPUT) || !strcmp(atl_maker_node(m, id)->op->name, "stored");
}

/* An input is a leaf: the closed expression it was made of is not looked into. */
static void mark_ancestors(atl_maker *m)
{
	m->mark[m->y] = true;
	for (atl_id id = m->y; id > 0; id--) {
		if (!m->mark[id] || has(m, id, ATL_NF_INPUT))
			continue;
		const atl_id *in = atl_graph_in(m->b->graph, id);
		for (uint32_t k = 0; k < atl_maker_node(m, id)->n_in; k++)
			m->mark[in[k]] = true;
	}
}

/* Nodes of the constant expression, SMALL + 1 when it is none or too large. */
static unsigned constant_size(const atl_maker *m, const uint8_t *size, atl_id id)
{
	const atl_node *n = atl_maker_node(m, id);
	if (n->flags & ATL_NF_LITERAL)
		return 1;
	if (n->flags & ATL_NF_OPEN || n->name || n->op->flags & ATL_OF_RANDOM || is_given(m, id))
		return SMALL + 1;
	if (n->n_in && !atl_shape_scalar(n->shape))
		return SMALL + 1;
	unsigned total = 1;
	for (uint32_t k = 0; k < n->n_in && total <= SMALL; k++)
		total += size[atl_graph_in(m->b->graph, id)[k]];
	return total <= SMALL ? total : SMALL + 1;
}

static bool is_skipped_alias(const atl_maker *m, atl_id id)
{
	return has(m, id, ATL_NF_ALIAS) && !is_wrt(m, id);
}

/* A step on the way from name to name, when only names are asked for. */
static bool is_unsaid(const atl_maker *m, atl_id id)
{
	return m->req->named && !atl_maker_node(m, id)->name && !has(m, id, ATL_NF_INPUT);
}

/* Leaves mark[] on the rows alone. */
static atl_status choose_rows(atl_maker *m)
{
	uint8_t *size = atl_calloc((size_t)m->y + 1, sizeof *size);
	if (!size)
		return atl_diag_nomem(m->diag);
	for (atl_id id = 1; id <= m->y; id++) {
		if (!m->mark[id])
			continue;
		size[id] = (uint8_t)constant_size(m, size, id);
		bool written_out = id != m->y && (size[id] <= SMALL || is_unsaid(m, id));
		m->mark[id] = !written_out && !has(m, id, ATL_NF_HIDDEN);
		m->n_row += m->mark[id] && !is_skipped_alias(m, id);
	}
	atl_free(size);
	return ATL_OK;
}

/* Inputs first, then the rest, each in the order of the graph. */
static void number_rows(atl_maker *m)
{
	uint32_t n = 0;
	for (int computed = 0; computed < 2; computed++)
		for (atl_id id = 1; id <= m->y; id++)
			if (m->mark[id] && !is_skipped_alias(m, id) &&
			    is_given(m, id) == !computed) {
				m->row[n++] = id;
				m->row_of[id] = n;
			}
}

static atl_id behind_skipped(const atl_maker *m, atl_id id)
{
	while (is_skipped_alias(m, id))
		id = atl_graph_in(m->b->graph, id)[0];
	return id;
}

/* ---- names ---- */

static atl_sym canon(const atl_maker *m, atl_sym name)
{
	return name ? atl_symbols_canon(m->b->symbols, name) : 0;
}

static atl_status newest_bindings(atl_maker *m)
{
	size_t n = atl_symbols_count(m->b->symbols) + 1;
	m->latest = atl_calloc(n, sizeof *m->latest);
	m->used = atl_calloc(n, sizeof *m->used);
	if (!m->latest || !m->used)
		return atl_diag_nomem(m->diag);
	for (atl_id id = atl_graph_last(m->b->graph); id > 0; id--) {
		const atl_node *node = atl_maker_node(m, id);
		atl_sym name = node->name ? canon(m, node->name) : 0;
		if (node->turn > m->latest[name])
			m->latest[name] = node->turn;
	}
	for (uint32_t r = 0; r < m->n_row; r++)
		m->used[canon(m, atl_maker_node(m, m->row[r])->name)] = true;
	m->used[0] = false;
	return ATL_OK;
}

static bool is_taken(const atl_maker *m, const char *name)
{
	atl_sym sym = atl_symbols_find(m->b->symbols, name, strlen(name));
	if (!sym)
		return false;
	return m->used[canon(m, sym)] || m->b->host->is_variable(m->b->host_data, sym);
}

const char *atl_maker_name(atl_maker *m, atl_id id)
{
	atl_buf text = { 0 };
	bool failed = false;
	const atl_node *node = atl_maker_node(m, id);
	if (node->name)
		atl_show_name(&text, m->b->graph, id, m->b->symbols,
			      m->latest[canon(m, node->name)]);
	else
		atl_buf_add(&text, "?");
	return atl_maker_keep(m, &text, &failed);
}

/* What is traced and has no name is f, or what else is free. */
static const char *root_label(const atl_maker *m)
{
	static const char *const offers[] = { "f", "L", "out", NULL };
	for (const char *const *p = offers; *p; p++)
		if (!is_taken(m, *p))
			return *p;
	return NULL;
}

static const char *next_label(atl_maker *m, unsigned *number)
{
	char text[16];
	do
		snprintf(text, sizeof text, "v%u", ++*number);
	while (is_taken(m, text));
	return atl_arena_dup(&m->t->arena, text, strlen(text));
}

static atl_status name_rows(atl_maker *m)
{
	unsigned number = 0;
	for (uint32_t r = 0; r < m->n_row; r++) {
		const char *label = NULL;
		if (atl_maker_node(m, m->row[r])->name)
			label = atl_maker_name(m, m->row[r]);
		else if (m->row[r] != m->y || !(label = root_label(m)))
			label = next_label(m, &number);
		if (!label)
			return atl_diag_nomem(m->diag);
		m->t->leaf[r].label = label;
		m->t->leaf[m->n_row + r] = (atl_trace_leaf){ .label = label, .adjoint = true };
		if (m->row[r] == m->y)
			m->t->of = label;
	}
	m->t->leaf[m->t->n_leaf - 1].label = "…";
	return ATL_OK;
}

/* "yhat, p": a second name of a row's node. */
static atl_status add_name(atl_maker *m, uint32_t row, atl_id id)
{
	if (!atl_maker_node(m, id)->name)
		return ATL_OK;
	const char *name = atl_maker_name(m, id), *old = m->also[row];
	if (name && old)
		name = atl_arena_printf(&m->t->arena, "%s, %s", old, name);
	m->also[row] = name;
	return name ? ATL_OK : atl_diag_nomem(m->diag);
}

static atl_status resolve_aliases(atl_maker *m)
{
	for (atl_id id = 1; id <= m->y; id++) {
		if (!m->mark[id] || !is_skipped_alias(m, id))
			continue;
		m->row_of[id] = m->row_of[behind_skipped(m, id)];
		if (m->row_of[id] && add_name(m, m->row_of[id] - 1, id))
			return ATL_ERROR;
	}
	if (m->req->y != m->y)
		return add_name(m, m->row_of[m->y] - 1, m->req->y);
	return ATL_OK;
}

atl_status atl_maker_rows(atl_maker *m)
{
	size_t n = (size_t)m->y + 1;
	m->mark = atl_calloc(n, sizeof *m->mark);
	m->row_of = atl_calloc(n, sizeof *m->row_of);
	if (!m->mark || !m->row_of)
		return atl_diag_nomem(m->diag);
	mark_ancestors(m);
	if (choose_rows(m))
		return ATL_ERROR;
	m->row = atl_malloc(m->n_row * sizeof *m->row);
	m->also = atl_calloc(m->n_row, sizeof *m->also);
	m->t->n_leaf = m->t->leaf_cap = 2 * (size_t)m->n_row + 1;
	m->t->leaf = atl_calloc(m->t->n_leaf, sizeof *m->t->leaf);
	if (!m->row || !m->also || !m->t->leaf)
		return atl_diag_nomem(m->diag);
	number_rows(m);
	if (newest_bindings(m) || name_rows(m))
		return ATL_ERROR;
	return resolve_aliases(m);
}
