/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rounding.c: what comes out when intermediate values are rounded to the digits claimed. */
#include "slips/impl.h"

#include <string.h>
#include "base/mem.h"

enum { MOST_DECIMALS = 9 };

/* round(x*10^d)/10^d */
static atl_id rounded(atl_builder *b, atl_id id, int decimals)
{
	int64_t power = 1;
	for (int i = 0; i < decimals; i++)
		power *= 10;
	atl_id scale = atl_build_number(b, power);
	return atl_build_2(b, "div", atl_build_1(b, "round", atl_build_2(b, "mul", id, scale)), scale);
}

static bool is_computed(const atl_graph *g, atl_id id)
{
	const atl_node *n = atl_graph_node(g, id);
	return !(n->flags & (ATL_NF_INPUT | ATL_NF_HIDDEN | ATL_NF_LITERAL | ATL_NF_ALIAS)) && n->n_in > 0 &&
	       strcmp(n->op->name, "broadcast") != 0;
}

/* A value one writes down: it has a name, or is the adjoint of one that has. */
static void mark_written(const atl_search *q, bool *written)
{
	const atl_graph *g = q->s->b->graph;
	for (atl_id id = 1; id <= q->s->y; id++)
		written[id] = atl_graph_node(g, id)->name != 0;
	for (size_t i = 0; i < q->n_origins; i++) {
		atl_adjoints a;
		if (!atl_derive(q->s->b, q->origin[i].l, 0, &q->origin[i].x, 1, &a))
			for (size_t k = 0; k < a.n; k++) {
				atl_id total = a.total[a.item[k].to];
				if (atl_graph_node(g, a.item[k].to)->name && total && total <= q->s->y)
					written[total] = true;
			}
		atl_adjoints_clear(&a);
	}
}

/* y from rounded values: of all nodes, or of those marked. */
static atl_id mutant(atl_search *q, const bool *written)
{
	atl_builder *b = q->s->b;
	atl_id *to = atl_calloc(q->last + 1u, sizeof *to), y = 0;
	bool fine = to != NULL;
	if (!fine)
		atl_diag_nomem(b->diag);
	for (atl_id id = 1; fine && id < q->s->y; id++) {
		if (!q->cone[id])
			continue;
		atl_id copy = atl_slips_copied(b, id, to);
		if (copy && is_computed(b->graph, id) && (!written || written[id]))
			copy = to[id] = rounded(b, copy, q->s->decimals);
		fine = copy != 0;
	}
	if (fine)
		y = atl_slips_rewrite(b, q->s->y, q->cone, to);
	atl_free(to);
	return y;
}

void atl_slips_rounding(atl_search *q)
{
	static const char code[] = "rounding";
	int d = q->s->decimals;
	if (q->s->n || d < 1 || d > MOST_DECIMALS)
		return;
	bool *written = atl_calloc(q->last + 1u, sizeof *written);
	if (!written) {
		q->stopped = true;
		return;
	}
	mark_written(q, written);
	if (!atl_slips_name(q, mutant(q, written), code, 0, "values on the way were rounded to %d decimals", d))
		atl_slips_name(q, mutant(q, NULL), code, 0, "every value on the way was rounded to %d decimals", d);
	atl_free(written);
}
