/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_sides.c: which side of a kink each system takes.
 *
 * The condition of a kink says where two values are equal: relu has x == 0.  A
 * system that has them in another order than the best one takes another side,
 * and may take another derivative; so does a `where` whose condition differs. */
#include "trace/compare_impl.h"

#include <string.h>
#include "graph/op.h"
#include "trace/maker.h"

enum { UNKNOWN = 2, ENTRIES_SAID = 2, INSIDE = 16 };

static atl_status add_side(atl_comparer *k, size_t step, atl_id a, atl_id b, const char *says)
{
	if (!atl_grow(&k->side, &k->cap_side, k->n_side + 1, sizeof *k->side))
		return atl_diag_nomem(k->diag);
	atl_side *s = &k->side[k->n_side];
	*s = (atl_side){ .step = step, .a = a, .b = b, .says = says };
	s->n = atl_shape_count(atl_graph_shape(k->b->graph, a));
	s->taken = atl_calloc(k->req->n, sizeof *s->taken);
	if (!s->taken)
		return atl_diag_nomem(k->diag);
	k->n_side++;
	return ATL_OK;
}

/* The equations of a condition: those of x == lo or x == hi are two. */
static atl_status add_equations(atl_comparer *k, size_t step, const atl_kink *kink)
{
	atl_id inside[INSIDE] = { kink->condition };
	for (unsigned i = 0, n = 1; i < n; i++) {
		const atl_node *node = atl_graph_node(k->b->graph, inside[i]);
		const char *op = node->op->name;
		const atl_id *in = atl_graph_in(k->b->graph, inside[i]);
		if (!strcmp(op, "eq")) {
			if (add_side(k, step, in[0], in[1], kink->says))
				return ATL_ERROR;
		} else if (!strcmp(op, "or") || !strcmp(op, "and") || !strcmp(op, "gt")) {
			for (uint32_t j = 0; j < node->n_in && n < INSIDE; j++)
				inside[n++] = in[j];
		}
	}
	return ATL_OK;
}

atl_status atl_comparer_sides(atl_comparer *k)
{
	atl_maker m = { .b = k->b, .eval = k->eval, .diag = k->diag };
	atl_builder *b = k->b;
	atl_diag *outer = b->diag;
	bool in_rule = b->in_rule;
	uint16_t flags = b->flags;
	atl_status status = ATL_OK;
	b->in_rule = true;
	b->diag = k->diag;
	b->flags = (uint16_t)((flags & ~ATL_NF_HIDDEN) | ATL_NF_ADJOINT);
	for (size_t i = 0; i < k->c->trace->forward && !status; i++) {
		atl_id id = k->c->trace->step[i].node;
		atl_kink kink[ATL_KINKS];
		unsigned n = atl_maker_kinks(&m, id, kink);
		if (k->diag->kind != ATL_KIND_NONE)
			status = ATL_ERROR;
		for (unsigned j = 0; j < n && !status; j++)
			status = add_equations(k, i, &kink[j]);
		if (!status && !strcmp(atl_graph_node(b->graph, id)->op->name, "where"))
			status = add_side(k, i, atl_graph_in(b->graph, id)[0], 0, NULL);
	}
	b->in_rule = in_rule;
	b->flags = flags;
	b->diag = outer;
	return status;
}

/* ---- in one system ---- */

static int8_t order(const atl_array *a, const atl_array *b, size_t i)
{
	const void *x = atl_array_at(a, a->n == 1 ? 0 : i);
	int way = UNKNOWN;
	if (a->sys->no_value(x))
		return UNKNOWN;
	if (!b) /* a condition: true or false */
		return a->sys->sgn(&way, x) == ATL_FINE ? way != 0 : UNKNOWN;
	const void *y = atl_array_at(b, b->n == 1 ? 0 : i);
	if (b->sys->no_value(y) || a->sys->cmp(&way, x, y) != ATL_FINE)
		return UNKNOWN;
	return (int8_t)((way > 0) - (way < 0));
}

atl_status atl_comparer_look(atl_comparer *k, size_t column)
{
	for (size_t i = 0; i < k->n_side; i++) {
		atl_side *s = &k->side[i];
		if (k->missing[s->a] || (s->b && k->missing[s->b]))
			continue;
		const atl_array *a = atl_eval_get(k->eval, s->a);
		const atl_array *b = s->b ? atl_eval_get(k->eval, s->b) : NULL;
		if (!a || (s->b && !b))
			continue;
		if (b && b->n > s->n)
			s->n = b->n;
		s->taken[column] = atl_malloc(s->n + 1);
		if (!s->taken[column])
			return atl_diag_nomem(k->diag);
		for (size_t e = 0; e < s->n; e++)
			s->taken[column][e] = order(a, b, e);
	}
	return ATL_OK;
}

/* ---- against the best ---- */

static bool differs(int8_t here, int8_t best)
{
	return here != UNKNOWN && best != UNKNOWN && here != best;
}

/* "other side at [2], [3] and 7 more"; at the kink itself the policy is told. */
static void say(atl_buf *out, const atl_side *s, const atl_shape *shape, const int8_t *here,
		const int8_t *best)
{
	size_t met = 0;
	bool at_kink = true;
	for (size_t e = 0; e < s->n; e++)
		at_kink &= !differs(here[e], best[e]) || here[e] == 0;
	for (size_t e = 0; e < s->n; e++) {
		if (!differs(here[e], best[e]) || met++ >= ENTRIES_SAID)
			continue;
		if (met == 1 && s->says)
			atl_buf_addf(out, "%skink: %s", out->len ? "; " : "",
				     at_kink ? s->says : "other side");
		else if (met == 1)
			atl_buf_addf(out, "%sother branch", out->len ? "; " : "");
		if (s->n > 1)
			atl_buf_add(out, met == 1 ? " at " : ", ");
		if (s->n > 1)
			atl_remark_place(out, shape, e);
	}
	if (met > ENTRIES_SAID)
		atl_buf_addf(out, " and %zu more", met - ENTRIES_SAID);
}

static atl_status judge_column(atl_comparer *k, size_t column)
{
	atl_compare *c = k->c;
	atl_buf text = { 0 };
	for (size_t i = 0; i < k->n_side; i++) {
		const atl_side *s = &k->side[i];
		atl_cell *cell = &c->column[column].cell[s->step];
		const atl_shape *shape = &c->trace->step[s->step].value->shape;
		const int8_t *here = s->taken[column], *best = s->taken[c->best];
		/* entries of an operand have the node's places only where the counts agree */
		if (here && best && s->n <= atl_shape_count(shape))
			say(&text, s, shape, here, best);
		else if (here && best && memcmp(here, best, s->n) != 0)
			atl_buf_addf(&text, "%skink: other side", text.len ? "; " : "");
		if (i + 1 < k->n_side && k->side[i + 1].step == s->step)
			continue;
		if (text.len && !text.failed)
			cell->kink = atl_arena_dup(&c->arena, atl_buf_text(&text), text.len);
		bool failed = text.failed || (text.len && !cell->kink);
		atl_buf_clear(&text);
		if (failed)
			return atl_diag_nomem(k->diag);
	}
	return ATL_OK;
}

atl_status atl_comparer_judge(atl_comparer *k)
{
	for (size_t i = 0; i < k->c->n; i++)
		if (i != k->c->best && judge_column(k, i))
			return ATL_ERROR;
	return ATL_OK;
}
