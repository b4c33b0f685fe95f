/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cone.c: large values that are wanted once: their cone of stale nodes as a plan.
 *
 * Only what is wanted gets a value; what was in between is in no memory, and is
 * computed again when it is wanted itself. */
#include "base/mem.h"
#include "eval/eval_impl.h"
#include "eval/machine.h"

enum {
	LARGE = 4096, /* entries from which a node is large */
	WORTH = 2     /* large nodes from which a plan pays */
};

bool atl_eval_still_holds(const atl_eval *e, atl_id id)
{
	uint64_t computed = e->slot[id].computed;
	bool *mark = atl_calloc((size_t)atl_graph_last(e->graph) + 1, sizeof *mark), holds = mark && e->unstored <= computed;
	if (holds) {
		mark[id] = true;
		atl_graph_ancestors(e->graph, mark);
	}
	for (size_t i = 0; i < e->n_stored && holds; i++)
		holds = !mark[e->stored[i].id] || e->stored[i].changed <= computed;
	atl_free(mark);
	return holds;
}

/* ---- what is stale ---- */

typedef struct cone {
	const atl_eval *e;
	bool *stale;      /* by id; at first: looked at */
	uint64_t *newest; /* by id: when the newest of what it depends on was stored */
	atl_id last;
} cone;

static bool is_leaf(const cone *c, atl_id id)
{
	const atl_node *n = atl_graph_node(c->e->graph, id);
	return c->e->slot[id].stored || n->flags & ATL_NF_LITERAL;
}

static void mark_ancestors(cone *c)
{
	for (atl_id id = c->last; id > 0; id--) {
		if (!c->stale[id] || is_leaf(c, id))
			continue;
		const atl_node *n = atl_graph_node(c->e->graph, id);
		c->stale[n->body] = true;
		for (uint32_t k = 0; k < n->n_in && !n->body; k++)
			c->stale[atl_graph_in(c->e->graph, id)[k]] = true;
	}
}

/* The newest store below a node; its operands are smaller and have theirs. */
static uint64_t newest_below(const cone *c, atl_id id)
{
	const atl_node *n = atl_graph_node(c->e->graph, id);
	uint64_t newest = n->body ? c->newest[n->body] : c->e->unstored;
	for (uint32_t k = 0; k < n->n_in && !n->body; k++)
		if (c->newest[atl_graph_in(c->e->graph, id)[k]] > newest)
			newest = c->newest[atl_graph_in(c->e->graph, id)[k]];
	return newest;
}

/* False: there is a node with a guard, which a plan would not look at again. */
static bool find_stale(cone *c)
{
	const atl_eval *e = c->e;
	for (atl_id id = 1; id <= c->last; id++) {
		const atl_slot *s = &e->slot[id];
		if (!c->stale[id])
			continue;
		if (atl_graph_node(e->graph, id)->guard)
			return false;
		bool leaf = is_leaf(c, id);
		if (!leaf)
			c->newest[id] = newest_below(c, id);
		else if (s->stored)
			c->newest[id] = e->stored[s->stored - 1].changed;
		c->stale[id] = !leaf && (!s->holds || c->newest[id] > s->computed);
	}
	return true;
}

static bool is_worth_it(const cone *c)
{
	unsigned large = 0;
	for (atl_id id = 1; id <= c->last && large < WORTH; id++) {
		const atl_node *n = atl_graph_node(c->e->graph, id);
		bool passes = n->body || n->flags & (ATL_NF_INPUT | ATL_NF_ALIAS);
		large += c->stale[id] && !passes && atl_shape_count(n->shape) >= LARGE;
	}
	return large == WORTH;
}

/* ---- its plan ---- */

static void keep(atl_eval *e, atl_id id, atl_array *value)
{
	atl_slot *s = &e->slot[id];
	atl_slot_put(s, value);
	s->computed = s->checked = e->clock;
	s->bits = 0;
	s->alone = true;
}

/* Large values that are stale make room. */
static void make_room(atl_eval *e, const cone *c)
{
	for (atl_id id = 1; id <= c->last; id++) {
		atl_slot *s = &e->slot[id];
		if (c->stale[id] && s->holds == ATL_HOLDS_ARRAY && s->array->n >= LARGE)
			atl_slot_clear(s);
	}
}

static bool run(atl_eval *e, const cone *c, const atl_id *want, size_t n)
{
	atl_diag ignored = { 0 }; /* what fails is told by who computes node by node */
	atl_job job = { .want = want, .n_wants = n, .stale = c->stale, .results = true };
	atl_plan *plan = NULL;
	atl_machine *m = NULL;
	make_room(e, c);
	if (!atl_plan_make(e, &job, &plan, &ignored) && plan)
		m = atl_machine_new(e, plan);
	bool done = m && atl_machine_turn(m);
	for (size_t i = 0; i < n && done; i++)
		keep(e, want[i], atl_machine_take(m, i));
	atl_machine_free(m);
	atl_diag_clear(&ignored);
	return done;
}

/* Those of the nodes that are stale, each once; the rest is fresh. */
static size_t find_wanted(atl_eval *e, const cone *c, const atl_id *id, size_t n, atl_id *want)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		bool again = !c->stale[id[i]];
		for (size_t k = 0; k < found; k++)
			again |= want[k] == id[i];
		if (!again)
			want[found++] = id[i];
		else if (e->slot[id[i]].holds && !c->stale[id[i]])
			e->slot[id[i]].checked = e->clock;
	}
	return found;
}

static bool has_value(const atl_eval *e, const atl_id *id, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!e->slot[id[i]].holds || e->slot[id[i]].checked != e->clock)
			return false;
	return true;
}

bool atl_eval_cone(atl_eval *e, const atl_id *id, size_t n)
{
	if (e->no_plans || e->num.sys != &atl_float64 || e->num.ieee || atl_graph_largest(e->graph) < LARGE || n == 0)
		return false;
	cone c = { .e = e, .last = atl_graph_last(e->graph) };
	c.stale = atl_calloc(c.last + 1u, sizeof *c.stale);
	c.newest = atl_calloc(c.last + 1u, sizeof *c.newest);
	atl_id *want = atl_malloc(n * sizeof *want);
	bool done = false;
	if (c.stale && c.newest && want) {
		for (size_t i = 0; i < n; i++)
			c.stale[id[i]] = true;
		mark_ancestors(&c);
		if (find_stale(&c) && is_worth_it(&c)) {
			size_t n_wanted = find_wanted(e, &c, id, n, want);
			done = n_wanted && run(e, &c, want, n_wanted) && has_value(e, id, n);
		}
	}
	atl_free(c.stale);
	atl_free(c.newest);
	atl_free(want);
	return done;
}
