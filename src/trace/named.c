/* SPDX-License-Identifier: GPL-3.0-or-later */
/* named.c: the adjoints of names as a person would write them, for `trace named`.
 *
 *     L = sum((a - t).^2)      ∂L/∂a = 2*(a - t)
 *     z = W*x + b              ∂L/∂W = ∂L/∂z*x'
 *
 * What the rules sent back from name to name is one expression over names and
 * over the adjoints before it; it is simplified with those kept, and compared
 * with what the rules gave at random points, all rows at the same ones.  What
 * does not stand that, or takes too much to compute, stays as the rules wrote it. */
#include <string.h>
#include "algebra/algebra.h"
#include "base/mem.h"
#include "eval/probe.h"
#include "trace/maker.h"

enum { MANY_ROWS = 200 };
static const double MUCH = 5e5; /* multiplications of 256 bits: a tenth of a second or so, three times over */

typedef struct namer {
	atl_maker *m;
	atl_id *named, *unit;
	size_t n_named, n_unit;
	bool *unit_used;
	atl_probe_pair *pair; /* what the rules gave, and what it would be written as */
	uint32_t *row;        /* whose */
	const char **where;   /* what it takes that a column adds up to 1; NULL: nothing */
	size_t n;
} namer;

static atl_status gather(namer *w)
{
	const atl_maker *m = w->m;
	size_t n = m->n_row + 1u;
	w->named = atl_malloc(n * sizeof *w->named);
	w->unit = atl_malloc(n * sizeof *w->unit);
	w->unit_used = atl_calloc(n, sizeof *w->unit_used);
	w->pair = atl_calloc(n, sizeof *w->pair);
	w->row = atl_calloc(n, sizeof *w->row);
	w->where = atl_calloc(n, sizeof *w->where);
	if (!w->named || !w->unit || !w->unit_used || !w->pair || !w->row || !w->where)
		return atl_diag_nomem(m->diag);
	for (uint32_t r = 0; r < m->n_row; r++) {
		w->named[w->n_named++] = m->row[r];
		if (atl_probe_unit(m->b->graph, m->eval, m->row[r]))
			w->unit[w->n_unit++] = m->row[r];
	}
	return ATL_OK;
}

/* "where sum(t) = 1" */
static const char *assumption(namer *w, bool *failed)
{
	atl_maker *m = w->m;
	atl_buf text = { 0 };
	for (size_t i = 0; i < w->n_unit; i++) {
		if (!w->unit_used[i])
			continue;
		bool vector = atl_graph_shape(m->b->graph, w->unit[i])->dim[1] == 1;
		atl_buf_addf(&text, "%s%s%s) = 1", text.len ? ", sum(" : "where sum(",
			     m->t->leaf[m->row_of[w->unit[i]] - 1].label, vector ? "" : ", 1");
	}
	if (text.len || text.failed)
		return atl_maker_keep(m, &text, failed);
	return NULL;
}

static atl_status propose(namer *w, uint32_t row, atl_id sum)
{
	atl_maker *m = w->m;
	atl_simplify_request r = { .node = sum, .named = w->named, .n_named = w->n_named, .kept = m->sum_row,
				   .n_kept = m->n_sum_row, .unit = w->unit, .n_unit = w->n_unit, .unit_used = w->unit_used };
	bool failed = false;
	memset(w->unit_used, 0, w->n_unit * sizeof *w->unit_used);
	atl_id id = atl_simplify(m->b, &r);
	if (!id)
		return m->diag->kind == ATL_KIND_NONE ? ATL_OK : ATL_ERROR;
	if (id == sum || !atl_shape_equal(atl_graph_shape(m->b->graph, id), atl_graph_shape(m->b->graph, sum)))
		return ATL_OK;
	w->where[w->n] = assumption(w, &failed);
	w->row[w->n] = row;
	w->pair[w->n++] = (atl_probe_pair){ .a = sum, .b = id };
	return failed ? atl_diag_nomem(m->diag) : ATL_OK;
}

/* Those that need the assumption are compared where it holds, the others anywhere. */
static atl_status compare(namer *w, bool assuming)
{
	atl_maker *m = w->m;
	size_t n = 0;
	atl_probe_pair *pair = atl_malloc((w->n + 1) * sizeof *pair);
	size_t *from = atl_malloc((w->n + 1) * sizeof *from);
	atl_probe p = { .graph = m->b->graph, .symbols = m->b->symbols, .sources = m->b->sources,
			.num = *atl_eval_num(m->eval), .unit = w->unit, .n_unit = assuming ? w->n_unit : 0 };
	for (size_t i = 0; i < w->n && pair && from; i++)
		if ((w->where[i] != NULL) == assuming) {
			from[n] = i;
			pair[n++] = w->pair[i];
		}
	if (n)
		atl_probe_pairs(&p, pair, n);
	for (size_t i = 0; i < n; i++)
		w->pair[from[i]] = pair[i];
	bool nomem = !pair || !from;
	atl_free(pair);
	atl_free(from);
	return nomem ? atl_diag_nomem(m->diag) : ATL_OK;
}

static bool is_much(const namer *w)
{
	const atl_graph *g = w->m->b->graph;
	atl_id last = atl_graph_last(g);
	bool *cone = atl_calloc(last + 1u, sizeof *cone), much = true;
	for (size_t i = 0; i < w->n && cone; i++)
		cone[w->pair[i].a] = cone[w->pair[i].b] = true;
	if (cone) {
		atl_graph_ancestors(g, cone);
		much = atl_probe_work(g, 1, last, cone) > MUCH;
	}
	atl_free(cone);
	return much;
}

static atl_status settle(namer *w)
{
	atl_maker *m = w->m;
	if (is_much(w))
		return ATL_OK;
	if (compare(w, false) || compare(w, true))
		return ATL_ERROR;
	for (size_t i = 0; i < w->n; i++)
		if (w->pair[i].probed == ATL_PROBE_EQUAL || w->pair[i].probed == ATL_PROBE_DIGITS) {
			m->formula[w->row[i]] = w->pair[i].b;
			m->where[w->row[i]] = w->where[i];
		}
	return ATL_OK;
}

static atl_status find(namer *w, const atl_adjoints *adj)
{
	atl_maker *m = w->m;
	if (gather(w))
		return ATL_ERROR;
	for (atl_id id = m->y; id > 0; id--) {
		uint32_t row = m->row_of[id];
		atl_id sum = row && m->row[row - 1] == id ? adj->total[id] : 0;
		/* an adjoint that is a number, or an expression of the forward table, is no sum of what flows */
		if (sum && atl_maker_node(m, sum)->flags & ATL_NF_ADJOINT && !m->sum_row[sum])
			m->sum_row[sum] = row;
	}
	for (uint32_t r = 0; r < m->n_row && m->n_row <= MANY_ROWS; r++) {
		atl_id sum = adj->total[m->row[r]];
		if (sum && m->row[r] != m->y && m->sum_row[sum] == r + 1 && propose(w, r, sum))
			return ATL_ERROR;
	}
	return settle(w);
}

atl_status atl_maker_formulas(atl_maker *m, const atl_adjoints *adj)
{
	namer w = { .m = m };
	m->n_sum_row = atl_graph_last(m->b->graph) + 1;
	m->sum_row = atl_calloc(m->n_sum_row, sizeof *m->sum_row);
	m->formula = atl_calloc(m->n_row + 1u, sizeof *m->formula);
	m->where = atl_calloc(m->n_row + 1u, sizeof *m->where);
	atl_status status = m->sum_row && m->formula && m->where ? find(&w, adj) : atl_diag_nomem(m->diag);
	atl_free(w.named);
	atl_free(w.unit);
	atl_free(w.unit_used);
	atl_free(w.pair);
	atl_free(w.row);
	atl_free(w.where);
	return status;
}
