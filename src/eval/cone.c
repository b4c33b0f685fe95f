/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cone.c: large values that are wanted once: their cone of stale nodes as a plan.
 *
 * Only what is wanted gets a value; what was in between is in no memory, and is
 * computed again when it is wanted itself. */
#include <string.h>
#include "base/mem.h"
#include "eval/eval_impl.h"
#include "eval/machine.h"

enum {
	LARGE = 4096, /* entries from which a node is large */
	WORTH = 2     /* large nodes from which a plan pays */
};

/* ---- what values depend on ---- */

/* The nodes that some depend on, with these, operands before their users; what
 * is stored or written down depends on nothing.  Takes time in proportion to
 * their number, however large the graph is. */
typedef struct cone {
	atl_eval *e;
	atl_id *id;
	size_t n, cap;
	atl_frame *stack; /* its own: a walk may be under way */
	size_t cap_stack;
	uint64_t *newest; /* of each: when the newest of what it depends on was stored */
	bool *stale;      /* of each */
} cone;

static bool is_leaf(const atl_eval *e, atl_id id)
{
	return e->slot[id].stored || atl_graph_node(e->graph, id)->flags & ATL_NF_LITERAL;
}

static void cone_free(cone *c)
{
	atl_free(c->id);
	atl_free(c->stack);
	atl_free(c->newest);
	atl_free(c->stale);
}

/* A number for the list that is begun; entries with other numbers are of no list. */
static bool begin_list(atl_eval *e)
{
	size_t need = (size_t)atl_graph_last(e->graph) + 1;
	if (!atl_grow(&e->seen, &e->cap_seen, need, sizeof *e->seen))
		return false;
	if (e->n_seen < need) {
		memset(e->seen + e->n_seen, 0, (need - e->n_seen) * sizeof *e->seen);
		e->n_seen = need;
	}
	if (++e->list == 0) {
		memset(e->seen, 0, e->n_seen * sizeof *e->seen);
		e->list = 1;
	}
	return true;
}

static bool is_listed(const cone *c, atl_id id) { return c->e->seen[id].list == c->e->list; }

static bool enter(cone *c, size_t depth, atl_id id)
{
	atl_eval *e = c->e;
	const atl_node *n = atl_graph_node(e->graph, id);
	if (!atl_grow(&c->stack, &c->cap_stack, depth + 1, sizeof *c->stack))
		return false;
	e->seen[id].list = e->list;
	c->stack[depth] = (atl_frame){ .id = id, .in = n->body ? &n->body : atl_graph_in(e->graph, id),
				       .left = is_leaf(e, id) ? 0 : n->body ? 1 : n->n_in };
	return true;
}

static bool leave(cone *c, atl_id id)
{
	if (!atl_grow(&c->id, &c->cap, c->n + 1, sizeof *c->id))
		return false;
	c->e->seen[id].at = (uint32_t)c->n;
	c->id[c->n++] = id;
	return true;
}

static bool gather_from(cone *c, atl_id target)
{
	size_t depth = 0;
	if (is_listed(c, target))
		return true;
	if (!enter(c, depth++, target))
		return false;
	while (depth) {
		atl_frame *f = &c->stack[depth - 1];
		while (f->left && is_listed(c, *f->in)) {
			f->in++;
			f->left--;
		}
		if (f->left) {
			if (!enter(c, depth++, *f->in))
				return false;
		} else {
			if (!leave(c, f->id))
				return false;
			depth--;
		}
	}
	return true;
}

static bool gather(cone *c, const atl_id *id, size_t n)
{
	bool fine = begin_list(c->e);
	for (size_t i = 0; i < n && fine; i++)
		fine = gather_from(c, id[i]);
	return fine;
}

bool atl_eval_still_holds(atl_eval *e, atl_id id)
{
	cone c = { .e = e };
	const uint64_t computed = e->slot[id].computed;
	bool holds = e->unstored <= computed && gather(&c, &id, 1);
	for (size_t i = 0; i < c.n && holds; i++) {
		const atl_slot *s = &e->slot[c.id[i]];
		holds = !s->stored || e->stored[s->stored - 1].changed <= computed;
	}
	cone_free(&c);
	return holds;
}

/* ---- what is stale ---- */

/* The newest store below a node; its operands are listed before it and have theirs. */
static uint64_t newest_below(const cone *c, atl_id id)
{
	const atl_eval *e = c->e;
	const atl_node *n = atl_graph_node(e->graph, id);
	if (n->body)
		return c->newest[e->seen[n->body].at];
	uint64_t newest = e->unstored;
	for (uint32_t k = 0; k < n->n_in; k++) {
		uint64_t below = c->newest[e->seen[atl_graph_in(e->graph, id)[k]].at];
		newest = below > newest ? below : newest;
	}
	return newest;
}

/* False: without memory, or there is a node with a guard, which a plan would not look at again. */
static bool find_stale(cone *c)
{
	const atl_eval *e = c->e;
	c->newest = atl_calloc(c->n, sizeof *c->newest);
	c->stale = atl_calloc(c->n, sizeof *c->stale);
	for (size_t i = 0; c->newest && c->stale && i < c->n; i++) {
		const atl_slot *s = &e->slot[c->id[i]];
		if (atl_graph_node(e->graph, c->id[i])->guard)
			return false;
		bool leaf = is_leaf(e, c->id[i]);
		if (!leaf)
			c->newest[i] = newest_below(c, c->id[i]);
		else if (s->stored)
			c->newest[i] = e->stored[s->stored - 1].changed;
		c->stale[i] = !leaf && (!s->holds || c->newest[i] > s->computed);
	}
	return c->newest && c->stale;
}

static bool is_stale(const cone *c, atl_id id) { return is_listed(c, id) && c->stale[c->e->seen[id].at]; }

static bool is_worth_it(const cone *c)
{
	unsigned large = 0;
	for (size_t i = 0; i < c->n && large < WORTH; i++) {
		const atl_node *n = atl_graph_node(c->e->graph, c->id[i]);
		bool passes = n->body || n->flags & (ATL_NF_INPUT | ATL_NF_ALIAS);
		large += c->stale[i] && !passes && atl_shape_count(n->shape) >= LARGE;
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
static void make_room(const cone *c)
{
	for (size_t i = 0; i < c->n; i++) {
		atl_slot *s = &c->e->slot[c->id[i]];
		if (c->stale[i] && s->holds == ATL_HOLDS_ARRAY && s->array->n >= LARGE)
			atl_slot_clear(s);
	}
}

static bool run(const cone *c, const atl_id *want, size_t n)
{
	atl_eval *e = c->e;
	atl_diag ignored = { 0 }; /* what fails is told by who computes node by node */
	bool *stale = atl_calloc(atl_graph_last(e->graph) + 1u, sizeof *stale);
	if (!stale)
		return false;
	for (size_t i = 0; i < c->n; i++)
		stale[c->id[i]] = c->stale[i];
	atl_job job = { .want = want, .n_wants = n, .stale = stale, .results = true };
	atl_plan *plan = NULL;
	atl_machine *m = NULL;
	make_room(c);
	if (!atl_plan_make(e, &job, &plan, &ignored) && plan)
		m = atl_machine_new(e, plan);
	bool done = m && atl_machine_turn(m);
	for (size_t i = 0; i < n && done; i++)
		keep(e, want[i], atl_machine_take(m, i));
	atl_machine_free(m);
	atl_diag_clear(&ignored);
	atl_free(stale);
	return done;
}

/* Those of the nodes that are stale, each once; the rest is fresh. */
static size_t find_wanted(const cone *c, const atl_id *id, size_t n, atl_id *want)
{
	atl_eval *e = c->e;
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		bool stale = is_stale(c, id[i]), again = !stale;
		for (size_t k = 0; k < found; k++)
			again |= want[k] == id[i];
		if (!again)
			want[found++] = id[i];
		else if (e->slot[id[i]].holds && !stale)
			e->slot[id[i]].checked = e->clock;
	}
	return found;
}

static bool are_fresh(const atl_eval *e, const atl_id *id, size_t n)
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
	if (are_fresh(e, id, n))
		return true;
	cone c = { .e = e };
	atl_id *want = NULL;
	bool done = false;
	if (gather(&c, id, n) && find_stale(&c) && is_worth_it(&c) && (want = atl_malloc(n * sizeof *want))) {
		size_t n_wanted = find_wanted(&c, id, n, want);
		done = n_wanted && run(&c, want, n_wanted) && are_fresh(e, id, n);
	}
	cone_free(&c);
	atl_free(want);
	return done;
}
