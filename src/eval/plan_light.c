/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_light.c: what is better computed again than kept.
 *
 * To write a large array and to read it again takes about as long as a dozen
 * additions in registers.  What is so cheap from numbers, from arrays that are
 * repeated and from one large array that is in memory anyway is *light*: where a
 * constant is light, a plan computes it and has no leaf; and where groups after
 * the one that computes it read it, each computes it for itself. */
#include "eval/plan_impl.h"

#include <string.h>
#include "base/mem.h"

enum {
	LARGE = 4096, /* entries from which memory counts */
	LIMIT = 12,   /* additions */
	DIVISION = 8,
	HEAVY = 255
};

bool atl_plan_arithmetic(atl_by by, int fn)
{
	if (by == ATL_BY_MAP1)
		return fn == ATL_FN1_neg || fn == ATL_FN1_abs || fn == ATL_FN1_sqrt;
	return by == ATL_BY_MAP2 && fn != ATL_FN2_pow && fn != ATL_FN2_mod && fn != ATL_FN2_xlogy;
}

atl_id atl_plan_passed_on(const atl_eval *e, atl_id id)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	if (e->slot[id].stored)
		return 0;
	if (n->body)
		return n->body;
	return n->flags & (ATL_NF_INPUT | ATL_NF_ALIAS) && n->n_in ? *atl_graph_in(e->graph, id) : 0;
}

/* What an entry costs, in additions. */
static unsigned price(atl_by by, int fn)
{
	bool divides = by == ATL_BY_MAP1 ? fn == ATL_FN1_sqrt : fn == ATL_FN2_div;
	return !atl_plan_arithmetic(by, fn) ? HEAVY : divides ? DIVISION : 1;
}

/* What it takes to compute something from what is in memory: `work` additions an entry,
 * and the one large array `from` (0: none). */
typedef struct recipe {
	unsigned work;
	uint32_t from;
} recipe;

static const recipe NO_RECIPE = { HEAVY, 0 };

/* Both of them. */
static recipe with(recipe a, recipe b)
{
	if (a.work + b.work > LIMIT || (a.from && b.from && a.from != b.from))
		return NO_RECIPE;
	return (recipe){ a.work + b.work, a.from ? a.from : b.from };
}

/* ---- nodes ---- */

/* Whoever has it. */
static atl_id root_of(const atl_eval *e, atl_id id)
{
	for (atl_id same; (same = atl_plan_passed_on(e, id)) != 0;)
		id = same;
	return id;
}

static recipe recipe_of_node(const atl_eval *e, atl_id id, const recipe *of)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	const atl_id *in = atl_graph_in(e->graph, id);
	const atl_shape *first = n->n_in ? atl_graph_shape(e->graph, *in) : NULL;
	if (n->n_in == 1 && !strcmp(n->op->name, "broadcast")) {
		bool spreads = atl_shape_count(first) <= 1 || atl_plan_spread(&(atl_spread){ 0 }, first, n->shape);
		return spreads && atl_shape_count(first) <= atl_shape_count(n->shape) / 2 ? (recipe){ 1, 0 } : NO_RECIPE;
	}
	recipe r = { n->n_in ? price(n->op->by, n->op->fn) : HEAVY, 0 };
	for (uint32_t k = 0; k < n->n_in && r.work <= LIMIT; k++) {
		bool kept = of[in[k]].work > LIMIT; /* in memory */
		if (atl_shape_count(atl_graph_shape(e->graph, in[k])) > 1)
			r = with(r, kept ? (recipe){ 0, root_of(e, in[k]) } : of[in[k]]);
	}
	return r.work <= LIMIT ? r : NO_RECIPE;
}

bool *atl_plan_light_nodes(const atl_eval *e)
{
	const atl_id last = atl_graph_last(e->graph);
	bool *light = atl_calloc(last + 1u, sizeof *light);
	recipe *of = atl_malloc((last + 1u) * sizeof *of);
	for (atl_id id = 1; light && of && id <= last; id++) {
		atl_id same = atl_plan_passed_on(e, id);
		bool large = atl_shape_count(atl_graph_shape(e->graph, id)) >= LARGE;
		of[id] = !large || e->slot[id].stored ? NO_RECIPE : same ? of[same] : recipe_of_node(e, id, of);
		light[id] = of[id].work <= LIMIT;
	}
	if (!of) {
		atl_free(light);
		light = NULL;
	}
	atl_free(of);
	return light;
}

/* ---- terms ---- */

/* A plan that is written again, term by term. */
typedef struct copying {
	atl_plan *p;
	recipe *of;       /* by term, as it was; NO_RECIPE for what is in memory */
	bool *kept;       /* by term: somebody wants it in memory */
	uint32_t *to;     /* by term: where it is now */
	atl_term *term;   /* the new ones */
	uint32_t *in;
	size_t n, cap, n_in, cap_in;
	struct again { uint32_t term, level, index; } *again; /* what is computed again on a level */
	size_t n_again, cap_again;
} copying;

static bool in_group(const atl_term *t)
{
	return t->live && t->group && atl_term_entrywise(t);
}

static void find_kept(copying *c)
{
	const atl_plan *p = c->p;
	for (size_t i = 1; i < p->n; i++) {
		const atl_term *t = &p->term[i];
		for (uint32_t k = 0; k < t->n_in && t->live; k++) {
			uint32_t o = atl_plan_in(p, t)[k];
			c->kept[o] |= p->term[o].group != t->group;
		}
	}
	for (size_t i = 0; i < p->n_inputs; i++)
		c->kept[p->input[i].next] = true;
	for (size_t i = 0; i < p->n_wants; i++)
		c->kept[p->want[i]] = true;
}

static unsigned price_of(const atl_term *t)
{
	switch (t->code) {
	case ATL_CODE_MAP1: return price(ATL_BY_MAP1, t->fn);
	case ATL_CODE_MAP2: return price(ATL_BY_MAP2, t->fn);
	default: return 1;
	}
}

/* An array that is read must be in memory whether or not this term is. */
static recipe recipe_of_term(const copying *c, const atl_term *t)
{
	recipe r = { price_of(t), 0 };
	for (uint32_t k = 0; k < t->n_in && r.work <= LIMIT; k++) {
		uint32_t o = atl_plan_in(c->p, t)[k];
		const atl_term *from = &c->p->term[o];
		if (atl_term_repeats(from) || from->n < t->n)
			continue;
		bool there = !in_group(from) || c->kept[o];
		r = c->of[o].work <= LIMIT ? with(r, c->of[o]) : there ? with(r, (recipe){ 0, atl_plan_root(c->p, o) }) : NO_RECIPE;
	}
	return r.work <= LIMIT ? r : NO_RECIPE;
}

static void find_recipes(copying *c)
{
	for (size_t i = 0; i < c->p->n; i++) {
		const atl_term *t = &c->p->term[i];
		bool possible = in_group(t) && t->group >= LARGE && !c->kept[i];
		c->of[i] = possible ? recipe_of_term(c, t) : NO_RECIPE;
	}
}

static uint32_t append(copying *c, atl_term t, const uint32_t *in)
{
	if (!atl_grow(&c->term, &c->cap, c->n + 1, sizeof *c->term) ||
	    !atl_grow(&c->in, &c->cap_in, c->n_in + t.n_in + 1, sizeof *c->in))
		return 0;
	t.in = (uint32_t)c->n_in;
	memcpy(c->in + c->n_in, in, t.n_in * sizeof *in);
	c->n_in += t.n_in;
	c->term[c->n] = t;
	return (uint32_t)c->n++;
}

/* Where a term is to be read by one of the group `group` on a level: as it is, or again.  0 without memory. */
static uint32_t copied(copying *c, uint32_t index, size_t group, uint32_t level)
{
	const atl_term *t = &c->p->term[index];
	if (c->of[index].work > LIMIT || t->group != group || t->level == level)
		return c->to[index];
	for (size_t i = 0; i < c->n_again; i++)
		if (c->again[i].term == index && c->again[i].level == level)
			return c->again[i].index;
	uint32_t in[3] = { 0 };
	for (uint32_t k = 0; k < t->n_in; k++)
		if (!(in[k] = copied(c, atl_plan_in(c->p, t)[k], group, level)))
			return 0;
	if (!atl_grow(&c->again, &c->cap_again, c->n_again + 1, sizeof *c->again))
		return 0;
	uint32_t made = append(c, *t, in);
	c->again[c->n_again++] = (struct again){ index, level, made };
	return made;
}

static bool copy_term(copying *c, uint32_t index)
{
	enum { FEW = 8 };
	const atl_term *t = &c->p->term[index];
	uint32_t few[FEW], *in = t->n_in <= FEW ? few : atl_malloc(t->n_in * sizeof *in);
	bool fine = in != NULL;
	for (uint32_t k = 0; k < t->n_in && fine; k++) {
		in[k] = t->live ? copied(c, atl_plan_in(c->p, t)[k], t->group, t->level) : c->to[atl_plan_in(c->p, t)[k]];
		fine = in[k] != 0;
	}
	fine = fine && (c->to[index] = append(c, *t, in)) != 0;
	if (in != few)
		atl_free(in);
	return fine;
}

/* The plan gets the new terms. */
static void take_over(copying *c)
{
	atl_plan *p = c->p;
	for (size_t i = 0; i < p->n_inputs; i++) {
		p->input[i].now = c->to[p->input[i].now];
		p->input[i].next = c->to[p->input[i].next];
	}
	for (size_t i = 0; i < p->n_wants; i++)
		p->want[i] = c->to[p->want[i]];
	atl_free(p->term);
	atl_free(p->in);
	p->term = c->term;
	p->in = c->in;
	p->n = c->n;
	p->cap = c->cap;
	p->n_in = c->n_in;
	p->cap_in = c->cap_in;
	c->term = NULL;
	c->in = NULL;
	for (size_t i = 0; i < p->n; i++) {
		p->term[i].live = false;
		p->term[i].level = 0;
	}
	atl_plan_mark_live(p);
}

bool atl_plan_repeat_light(atl_plan *p)
{
	copying c = { .p = p, .of = atl_malloc(p->n * sizeof *c.of), .kept = atl_calloc(p->n, sizeof *c.kept),
		      .to = atl_calloc(p->n, sizeof *c.to) };
	bool fine = c.of && c.kept && c.to && atl_grow(&c.term, &c.cap, p->n, sizeof *c.term);
	if (fine) {
		find_kept(&c);
		find_recipes(&c);
		c.term[c.n++] = p->term[0];
	}
	for (uint32_t i = 1; i < p->n && fine; i++)
		fine = copy_term(&c, i);
	if (fine && c.n_again)
		take_over(&c);
	atl_free(c.of);
	atl_free(c.kept);
	atl_free(c.to);
	atl_free(c.term);
	atl_free(c.in);
	atl_free(c.again);
	return fine;
}
