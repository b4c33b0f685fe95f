/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep.c: the backward steps.
 *
 * The seed is a node of its own, an input of value 1, and no literal: rules
 * then fold nothing away that a reader would look for, and an adjoint is
 * never one node with something of the forward table.
 *
 * What flows through the inside of an op arrives in parts; the parts that one
 * consumer sends to one row are one contribution. */
#include <stdio.h>
#include <string.h>
#include "trace/maker.h"

typedef struct part {
	uint32_t to, from;     /* rows */
	atl_id node;
	uint32_t next;         /* next part of the same row, as index + 1 */
	bool inside;           /* sent from inside the consumer */
} part;

typedef struct sweep {
	atl_maker *m;
	atl_adjoints adj;
	atl_id seed;
	atl_id *owner;         /* of ids 0..y inside an op: the op's node */
	part *part;
	size_t n, cap;
	uint32_t *first, *last; /* of rows: parts as index + 1 */
	atl_kink *kink;
	size_t n_kinks, cap_kinks;
	uint32_t *kinks_of;    /* of ids 0..y: index of its first kink + 1; 0: not looked at yet */
	uint8_t *kink_count;   /* of ids 0..y */
	size_t *sent, *next;   /* names only: of ids 0..y the first contribution to it + 1, of contributions the next */
} sweep;

/* ---- derivative and parts ---- */

static atl_status derive(sweep *s)
{
	atl_builder *b = s->m->b;
	atl_id one = atl_build_number(b, 1);
	s->seed = one ? atl_build_input(b, one, NULL) : 0;
	if (!s->seed)
		return ATL_ERROR;
	/* a formula of names does not say that 1 flows in */
	atl_id seed = s->m->req->named ? 0 : s->seed;
	return atl_derive(b, s->m->y, seed, s->m->req->wrt, s->m->req->n_wrt, &s->adj);
}

/* The insides of the rows' ops, from the outside in. */
static void find_owners(sweep *s)
{
	const atl_maker *m = s->m;
	for (atl_id id = m->y; id > 0; id--) {
		const atl_node *n = atl_maker_node(m, id);
		bool hidden = n->flags & ATL_NF_HIDDEN;
		atl_id owner = hidden ? s->owner[id] : s->adj.total[id] || m->row_of[id] ? id : 0;
		if (!owner)
			continue;
		if (n->body && !s->owner[n->body])
			s->owner[n->body] = owner;
		const atl_id *in = atl_graph_in(m->b->graph, id);
		for (uint32_t k = 0; hidden && k < n->n_in; k++)
			if (!s->owner[in[k]])
				s->owner[in[k]] = owner;
	}
}

/* The row + 1 that an adjoint comes from; 0: from a second name, which sends on what it got. */
static uint32_t sender(const sweep *s, atl_id from, bool *inside)
{
	const atl_maker *m = s->m;
	*inside = atl_maker_node(m, from)->flags & ATL_NF_HIDDEN;
	if (*inside)
		return s->owner[from] ? m->row_of[s->owner[from]] : 0;
	uint32_t row = m->row_of[from];
	return row && m->row[row - 1] == from ? row : 0;
}

static atl_status add_part(sweep *s, uint32_t to, uint32_t from, atl_id node, bool inside)
{
	if (!atl_grow(&s->part, &s->cap, s->n + 1, sizeof *s->part))
		return atl_diag_nomem(s->m->diag);
	s->part[s->n++] = (part){ .to = to, .from = from, .node = node, .inside = inside };
	if (s->last[to])
		s->part[s->last[to] - 1].next = (uint32_t)s->n;
	else
		s->first[to] = (uint32_t)s->n;
	s->last[to] = (uint32_t)s->n;
	return ATL_OK;
}

static atl_status take(sweep *s, const atl_contribution *c)
{
	const atl_maker *m = s->m;
	bool inside;
	if (!c->from || atl_maker_node(m, c->to)->flags & ATL_NF_HIDDEN || !m->row_of[c->to])
		return ATL_OK;
	uint32_t to = m->row_of[c->to] - 1, from = sender(s, c->from, &inside);
	if (!from)
		return ATL_OK;
	part *last = s->last[to] ? &s->part[s->last[to] - 1] : NULL;
	if (!inside || !last || !last->inside || last->from != from - 1)
		return add_part(s, to, from - 1, c->node, inside);
	last->node = atl_build_2(m->b, "add", last->node, c->node);
	return last->node ? ATL_OK : ATL_ERROR;
}

/* ---- kinks ---- */

static atl_status find_kinks(sweep *s, atl_id id)
{
	if (s->kinks_of[id])
		return ATL_OK;
	atl_kink kink[ATL_KINKS];
	unsigned n = atl_maker_kinks(s->m, id, kink);
	if (s->m->diag->kind != ATL_KIND_NONE)
		return ATL_ERROR;
	if (!atl_grow(&s->kink, &s->cap_kinks, s->n_kinks + n + 1, sizeof *s->kink))
		return atl_diag_nomem(s->m->diag);
	memcpy(s->kink + s->n_kinks, kink, n * sizeof *kink);
	s->kinks_of[id] = (uint32_t)s->n_kinks + 1;
	s->kink_count[id] = (uint8_t)n;
	s->n_kinks += n;
	return ATL_OK;
}

/* The op that sent a contribution. */
static atl_id consumer(const sweep *s, const atl_contribution *c)
{
	return atl_maker_node(s->m, c->from)->flags & ATL_NF_HIDDEN ? s->owner[c->from] : c->from;
}

/* Names only: every consumer may lie on a way from name to name. */
static atl_status find_all_kinks(sweep *s)
{
	s->sent = atl_calloc((size_t)s->m->y + 1, sizeof *s->sent);
	s->next = atl_calloc(s->adj.n + 1, sizeof *s->next);
	if (!s->sent || !s->next)
		return atl_diag_nomem(s->m->diag);
	for (size_t i = 0; i < s->adj.n; i++) {
		const atl_contribution *c = &s->adj.item[i];
		if (!c->from || !consumer(s, c))
			continue;
		s->next[i] = s->sent[c->to];
		s->sent[c->to] = i + 1;
		if (find_kinks(s, consumer(s, c)))
			return ATL_ERROR;
	}
	return ATL_OK;
}

enum { WAYS = 64, SAID = 4 * ATL_KINKS };

/* The kinks on the ways back to a row from the names next to it; of very many ways the first. */
static unsigned kinks_between(const sweep *s, atl_id to, atl_kink out[SAID])
{
	const atl_maker *m = s->m;
	atl_id met[WAYS] = { to };
	unsigned n_met = 1, n = 0;
	for (unsigned i = 0; i < n_met; i++)
		for (size_t k = s->sent[met[i]]; k; k = s->next[k - 1]) {
			atl_id from = consumer(s, &s->adj.item[k - 1]);
			bool seen = n_met == WAYS;
			for (unsigned j = 0; j < n_met && !seen; j++)
				seen = met[j] == from;
			if (seen)
				continue;
			for (unsigned j = 0; j < s->kink_count[from] && n < SAID; j++)
				out[n++] = s->kink[s->kinks_of[from] - 1 + j];
			bool is_row = m->row_of[from] && m->row[m->row_of[from] - 1] == from;
			if (!is_row)
				met[n_met++] = from;
		}
	return n;
}

/* Collects the parts and builds what remains to be built, as the derivative does. */
static atl_status collect(sweep *s)
{
	atl_builder *b = s->m->b;
	bool in_rule = b->in_rule;
	uint16_t flags = b->flags;
	atl_status status = ATL_OK;
	b->in_rule = true;
	b->flags = (uint16_t)((flags & ~ATL_NF_HIDDEN) | ATL_NF_ADJOINT);
	for (size_t i = 0; i < s->adj.n && !status; i++)
		status = take(s, &s->adj.item[i]);
	for (size_t i = 0; i < s->n && !status; i++)
		status = find_kinks(s, s->m->row[s->part[i].from]);
	if (!status && s->m->req->named)
		status = find_all_kinks(s);
	b->in_rule = in_rule;
	b->flags = flags;
	return status;
}

static atl_status compute(sweep *s)
{
	const atl_maker *m = s->m;
	size_t n = 0;
	atl_id *want = atl_malloc((s->n + m->n_row + s->n_kinks + 1) * sizeof *want);
	if (!want)
		return atl_diag_nomem(m->diag);
	want[n++] = s->seed;
	for (size_t i = 0; i < s->n; i++)
		want[n++] = s->part[i].node;
	for (uint32_t r = 0; r < m->n_row; r++)
		if (s->adj.total[m->row[r]])
			want[n++] = s->adj.total[m->row[r]];
	atl_status status = atl_eval_compute(m->eval, want, n, m->diag);
	/* a condition that cannot be decided is no remark, and no error */
	n = 0;
	for (size_t i = 0; i < s->n_kinks; i++)
		want[n++] = s->kink[i].condition;
	atl_diag ignored = { 0 };
	if (!status && n && atl_eval_compute(m->eval, want, n, &ignored)) {
		if (ignored.kind == ATL_KIND_INTERRUPT || ignored.kind == ATL_KIND_TIME)
			status = atl_diag_fail(m->diag, ignored.kind, m->req->span, "%s",
					       ignored.message);
		s->n_kinks = 0;
	}
	atl_diag_clear(&ignored);
	atl_free(want);
	return status;
}

/* ---- steps ---- */

static atl_step *adjoint_step(sweep *s, atl_step_kind kind, uint32_t row, atl_id adjoint)
{
	atl_maker *m = s->m;
	const atl_array *value = atl_eval_get(m->eval, adjoint);
	atl_step *step = atl_maker_step(m, kind, row, m->row[row], value);
	if (step)
		step->value_of = adjoint;
	if (step && atl_maker_undefined(m, adjoint, value, &step->undefined))
		return NULL;
	return step;
}

static atl_status part_step(sweep *s, const part *p, atl_step_kind kind)
{
	atl_maker *m = s->m;
	atl_step *step = adjoint_step(s, kind, p->to, p->node);
	if (!step)
		return ATL_ERROR;
	step->from = m->row[p->from];
	step->line = atl_maker_line(m, m->row[p->from]);
	step->op = atl_maker_node(m, m->row[p->from])->op->name;
	step->via = m->t->leaf[p->from].label;
	m->g = s->adj.total[m->row[p->from]];
	m->g_row = p->from;
	step->rule = atl_maker_expression(m, p->node);
	if (step->rule == ATL_TREE_NONE)
		return atl_diag_nomem(m->diag);
	if (m->req->full && atl_maker_entries(m, step, p->node))
		return ATL_ERROR;
	if (s->n_kinks == 0)
		return ATL_OK;
	const atl_kink *kink = s->kink + s->kinks_of[m->row[p->from]] - 1;
	return atl_maker_kink(m, kink, s->kink_count[m->row[p->from]], &step->kink);
}

/* All steps of one row: its only contribution, or each of several and their sum. */
static atl_status row_steps(sweep *s, uint32_t row)
{
	atl_maker *m = s->m;
	uint32_t count = 0;
	for (uint32_t i = s->first[row]; i; i = s->part[i - 1].next)
		count++;
	if (count == 0)
		return ATL_OK;
	atl_step_kind kind = count > 1 ? ATL_STEP_CONTRIBUTION : ATL_STEP_BACKWARD;
	for (uint32_t i = s->first[row]; i; i = s->part[i - 1].next)
		if (part_step(s, &s->part[i - 1], kind))
			return ATL_ERROR;
	if (count > 1) {
		atl_step *sum = adjoint_step(s, ATL_STEP_SUM, row, s->adj.total[m->row[row]]);
		if (!sum)
			return ATL_ERROR;
		sum->count = count;
	}
	m->t->leaf[m->n_row + row].value = atl_array_ref(m->t->step[m->t->n - 1].value);
	return ATL_OK;
}

/* Names only: each adjoint as one formula of names and of the adjoints before it. */
static atl_status formula_step(sweep *s, uint32_t row)
{
	atl_maker *m = s->m;
	atl_id sum = s->adj.total[m->row[row]];
	if (!sum || m->row[row] == m->y)
		return ATL_OK;
	atl_step *step = adjoint_step(s, ATL_STEP_BACKWARD, row, sum);
	if (!step)
		return ATL_ERROR;
	step->line = atl_maker_line(m, m->row[row]);
	/* its own adjoint is no leaf of it */
	uint32_t own = m->sum_row[sum];
	m->sum_row[sum] = own == row + 1 ? 0 : own;
	step->rule = atl_maker_expression(m, m->formula[row] ? m->formula[row] : sum);
	m->sum_row[sum] = own;
	if (step->rule == ATL_TREE_NONE)
		return atl_diag_nomem(m->diag);
	step->remark = m->where[row];
	m->t->leaf[m->n_row + row].value = atl_array_ref(step->value);
	atl_kink kink[SAID];
	unsigned n = s->n_kinks ? kinks_between(s, m->row[row], kink) : 0;
	return n ? atl_maker_kink(m, kink, n, &step->kink) : ATL_OK;
}

static atl_status seed_step(sweep *s)
{
	uint32_t row = s->m->row_of[s->m->y] - 1;
	atl_step *step = adjoint_step(s, ATL_STEP_SEED, row, s->seed);
	if (!step)
		return ATL_ERROR;
	s->m->t->leaf[s->m->n_row + row].value = atl_array_ref(step->value);
	return ATL_OK;
}

/* Whether x is among what y is computed from, be it behind a stopgrad. */
static atl_status is_behind(const atl_maker *m, atl_id x, bool *behind)
{
	bool *seen = atl_calloc((size_t)m->y + 1, sizeof *seen);
	if (!seen)
		return atl_diag_nomem(m->diag);
	seen[m->y] = true;
	for (atl_id id = m->y; id > x; id--)
		for (uint32_t k = 0; seen[id] && k < atl_maker_node(m, id)->n_in; k++)
			seen[atl_graph_in(m->b->graph, id)[k]] = true;
	*behind = x <= m->y && seen[x];
	atl_free(seen);
	return ATL_OK;
}

/* A name that was asked for and that no gradient reaches. */
static atl_status zero_step(atl_maker *m, atl_id id)
{
	atl_array *zeros = atl_array_new(atl_graph_shape(m->b->graph, id), atl_eval_num(m->eval));
	atl_step *step = zeros ? atl_maker_step(m, ATL_STEP_BACKWARD, m->n_row, id, zeros) : NULL;
	atl_array_unref(zeros);
	if (!zeros)
		return atl_diag_nomem(m->diag);
	if (!step)
		return ATL_ERROR;
	step->named = true;
	step->label = atl_maker_name(m, id);
	bool behind = false;
	if (is_behind(m, id, &behind))
		return ATL_ERROR;
	if (step->label)
		step->zero = atl_arena_printf(&m->t->arena,
					      behind ? "no gradient passes from %s to %s"
					             : "%s does not depend on %s",
					      m->t->of, step->label);
	return step->zero ? ATL_OK : atl_diag_nomem(m->diag);
}

static atl_status steps(sweep *s)
{
	atl_maker *m = s->m;
	bool named = m->req->named;
	if (seed_step(s) || (named && atl_maker_formulas(m, &s->adj)))
		return ATL_ERROR;
	for (atl_id id = m->y; id > 0; id--) {
		uint32_t row = m->row_of[id];
		if (row && m->row[row - 1] == id && (named ? formula_step(s, row - 1) : row_steps(s, row - 1)))
			return ATL_ERROR;
	}
	for (size_t i = 0; i < m->req->n_wrt; i++) {
		atl_id id = m->req->wrt[i];
		if (id != m->y && (id > m->y || !s->adj.total[id]) && zero_step(m, id))
			return ATL_ERROR;
	}
	return ATL_OK;
}

static atl_status prepare(sweep *s)
{
	const atl_maker *m = s->m;
	s->owner = atl_calloc((size_t)m->y + 1, sizeof *s->owner);
	s->first = atl_calloc(m->n_row, sizeof *s->first);
	s->last = atl_calloc(m->n_row, sizeof *s->last);
	s->kinks_of = atl_calloc((size_t)m->y + 1, sizeof *s->kinks_of);
	s->kink_count = atl_calloc((size_t)m->y + 1, sizeof *s->kink_count);
	if (!s->owner || !s->first || !s->last || !s->kinks_of || !s->kink_count)
		return atl_diag_nomem(m->diag);
	return ATL_OK;
}

atl_status atl_maker_sweep(atl_maker *m)
{
	sweep s = { .m = m };
	atl_status status = prepare(&s);
	if (!status)
		status = derive(&s);
	if (!status)
		find_owners(&s);
	if (!status)
		status = collect(&s);
	if (!status)
		status = compute(&s);
	if (!status)
		status = steps(&s);
	atl_adjoints_clear(&s.adj);
	atl_free(s.owner);
	atl_free(s.first);
	atl_free(s.last);
	atl_free(s.part);
	atl_free(s.kink);
	atl_free(s.kinks_of);
	atl_free(s.kink_count);
	atl_free(s.sent);
	atl_free(s.next);
	return status;
}
