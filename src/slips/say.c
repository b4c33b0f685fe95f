/* SPDX-License-Identifier: GPL-3.0-or-later */
/* say.c: places in words: of entries in an array, of nodes in the text. */
#include "slips/impl.h"

#include <inttypes.h>
#include "graph/show.h"

enum { FEW = 4, WIDE = 40 };

/* ---- entries ---- */

static void put_entry(atl_buf *out, const atl_shape *s, size_t i)
{
	int64_t at[ATL_MAX_RANK];
	for (int d = s->rank; d-- > 0;) {
		at[d] = (int64_t)(i % (size_t)s->dim[d]) + 1;
		i /= (size_t)s->dim[d];
	}
	int shown = atl_shape_vector(s) ? 1 : s->rank;
	for (int d = 0; d < shown; d++)
		atl_buf_addf(out, "%s%" PRId64, d ? ", " : "[", at[d]);
	atl_buf_addc(out, ']');
}

/* Whether the marked entries are all of a few lanes of dimension d (of a matrix), and more than one each. */
static size_t whole_lanes(const atl_shape *s, const bool *no, int d, size_t *lane)
{
	size_t n = (size_t)s->dim[d], across = (size_t)s->dim[1 - d], found = 0;
	if (across < 2 || n < 2)
		return 0;
	for (size_t i = 0; i < n; i++) {
		size_t marked = 0;
		for (size_t j = 0; j < across; j++)
			marked += no[d == 0 ? i * across + j : j * n + i];
		if (marked && (marked < across || found == FEW))
			return 0;
		if (marked)
			lane[found++] = i;
	}
	return found < n ? found : 0;
}

static void put_between(atl_buf *out, size_t k, size_t n)
{
	atl_buf_add(out, k == 0 ? " " : k + 1 == n ? " and " : ", ");
}

static bool put_lanes(atl_buf *out, const atl_shape *s, const bool *no)
{
	static const char *const word[] = { "row", "column" };
	size_t lane[FEW];
	for (int d = 0; d < 2 && s->rank == 2; d++) {
		size_t n = whole_lanes(s, no, d, lane);
		if (!n)
			continue;
		atl_buf_addf(out, "%s%s", word[d], n > 1 ? "s" : "");
		for (size_t k = 0; k < n; k++) {
			put_between(out, k, n);
			atl_buf_addf(out, "%zu", lane[k] + 1);
		}
		return true;
	}
	return false;
}

void atl_slips_place(atl_buf *out, const atl_shape *s, const bool *no)
{
	size_t n = atl_shape_count(s), marked = 0, k = 0;
	for (size_t i = 0; i < n; i++)
		marked += no[i];
	if (put_lanes(out, s, no) || marked == 0 || marked > FEW)
		return;
	atl_buf_add(out, marked > 1 ? "entries" : "entry");
	for (size_t i = 0; i < n; i++) {
		if (!no[i])
			continue;
		put_between(out, k++, marked);
		put_entry(out, s, i);
	}
}

/* ---- nodes ---- */

/* An expression has no line of its own, since equal ones are one node: it is found by what it is in. */
atl_id atl_slips_named(const atl_search *q, atl_id id)
{
	const atl_graph *g = q->s->b->graph;
	for (atl_id user = id; user <= q->last && !atl_graph_node(g, id)->name; user++) {
		const atl_node *n = atl_graph_node(g, user);
		for (uint32_t k = 0; k < n->n_in && !(n->flags & (ATL_NF_HIDDEN | ATL_NF_ADJOINT)); k++)
			if (atl_graph_in(g, user)[k] == id) {
				id = user;
				break;
			}
	}
	return atl_graph_node(g, id)->name ? id : 0;
}

void atl_slips_say(atl_buf *out, const atl_search *q, atl_id id)
{
	atl_builder *b = q->s->b;
	const atl_node *n = atl_graph_node(b->graph, id);
	atl_id named = atl_slips_named(q, id);
	atl_buf text = { 0 };
	atl_place place;
	atl_show_text(&text, b->graph, id, b->symbols);
	if (text.len && text.len <= WIDE)
		atl_buf_add(out, atl_buf_text(&text));
	else
		atl_buf_addf(out, "the %s", n->op->shown ? n->op->shown : n->op->name);
	if (named && named != id)
		atl_buf_addf(out, " in %s", atl_symbols_text(b->symbols, atl_graph_node(b->graph, named)->name));
	if (named && atl_sources_find(b->sources, atl_graph_node(b->graph, named)->span.lo, &place))
		atl_buf_addf(out, " (line %u)", place.line);
	atl_buf_clear(&text);
}
