/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backward.c: slips of the derivative: the sweep goes again, with one thing changed. */
#include "slips/impl.h"

#include <stdio.h>
#include <string.h>
#include "base/mem.h"

/* What is sent back in place of what the rule gives. */
typedef enum change {
	RULE,    /* what a wrong rule gives */
	DROP,    /* nothing */
	TWICE,
	NEGATE,
	PASS,    /* what flowed in */
	LOCAL,   /* the rule without what flowed in */
	AVERAGE  /* what was summed over copies is averaged */
} change;

typedef struct slip {
	atl_search *q;
	change change;
	const atl_wrong_rule *rule;
	atl_id from;      /* 0: every node of that op */
	uint32_t slot;
} slip;

static atl_id number_of_copies(atl_builder *b, const atl_contribution *c)
{
	size_t many = atl_shape_count(atl_graph_shape(b->graph, c->from)), one = atl_shape_count(atl_graph_shape(b->graph, c->to));
	return atl_build_number(b, one ? (int64_t)(many / one) : 1);
}

/* What the rule gives when 1 flows in. */
static atl_id local(atl_builder *b, const atl_contribution *c)
{
	const atl_op *op = atl_graph_node(b->graph, c->from)->op;
	atl_id one = atl_build_full(b, "1", atl_graph_shape(b->graph, c->from));
	if (!one)
		return 0;
	if (op->vjp)
		return op->vjp(b, c->from, c->slot, one);
	const char *rule = atl_op_rule(op, b->kink, c->slot);
	return rule ? atl_derive_text(b, c->from, rule, one) : 0;
}

static atl_id send(void *data, atl_builder *b, const atl_contribution *c, atl_id g)
{
	const slip *k = data;
	bool here = k->from ? k->from == c->from
			    : k->rule && !strcmp(atl_graph_node(b->graph, c->from)->op->name, k->rule->op);
	if (!here || k->slot != c->slot)
		return c->node;
	switch (k->change) {
	case RULE: return atl_derive_text(b, c->from, k->rule->text, g);
	case DROP: return 0;
	case TWICE: return atl_build_2(b, "add", c->node, c->node);
	case NEGATE: return atl_build_1(b, "neg", c->node);
	case PASS: return g;
	case LOCAL: return local(b, c);
	case AVERAGE: return atl_build_2(b, "div", c->node, number_of_copies(b, c));
	}
	return c->node;
}

/* y, when the derivative it is made of has this slip; 0: that cannot be had. */
static atl_id mutant(slip *k, const atl_origin *o)
{
	atl_builder *b = k->q->s->b;
	atl_variation v = { send, k };
	const atl_variation *before = b->variation;
	b->variation = &v;
	atl_id other = atl_slips_derive(b, o, o->l, o->x);
	b->variation = before;
	if (!other || o->node == k->q->s->y)
		return other;
	if (!atl_shape_equal(atl_graph_shape(b->graph, other), atl_graph_shape(b->graph, o->node)))
		return 0;
	return atl_slips_replaced(k->q, o->node, other);
}

static void try(atl_search *q, const atl_origin *o, slip k, const char *code, const char *says)
{
	if (atl_slips_done(q))
		return;
	k.q = q;
	atl_id id = mutant(&k, o);
	if (k.from)
		atl_slips_name(q, id, code, k.from, "%s", says);
	else
		atl_slips_name(q, id, code, 0, "%s, at every %s", says, k.rule->op);
}

/* ---- the contributions ---- */

static size_t uses(const atl_adjoints *a, atl_id to)
{
	size_t n = 0;
	for (size_t i = 0; i < a->n; i++)
		n += a->item[i].to == to;
	return n;
}

static void try_rules(atl_search *q, const atl_origin *o, const atl_contribution *c)
{
	const char *op = atl_graph_node(q->s->b->graph, c->from)->op->name;
	for (const atl_wrong_rule *r = atl_wrong_backward; r->op; r++)
		if (r->slot == (int)c->slot && !strcmp(r->op, op))
			try(q, o, (slip){ .change = RULE, .rule = r, .from = c->from, .slot = c->slot }, r->code, r->says);
}

static void try_paths(atl_search *q, const atl_origin *o, const atl_adjoints *a, const atl_contribution *c)
{
	atl_buf says = { 0 };
	if (uses(a, c->to) < 2)
		return;
	atl_slips_say(&says, q, c->to);
	size_t len = says.len;
	atl_buf_add(&says, " is used more than once, and one path is forgotten: the one back");
	try(q, o, (slip){ .change = DROP, .from = c->from, .slot = c->slot }, "path", atl_buf_text(&says));
	atl_buf_cut(&says, len);
	atl_buf_add(&says, " is used more than once, and one path is counted twice: the one back");
	try(q, o, (slip){ .change = TWICE, .from = c->from, .slot = c->slot }, "path-twice", atl_buf_text(&says));
	q->stopped |= says.failed;
	atl_buf_clear(&says);
}

static void try_left_out(atl_search *q, const atl_origin *o, slip k, const char *op)
{
	char says[64];
	snprintf(says, sizeof says, "the derivative of %s is left out", op);
	try(q, o, k, "chain", says);
}

/* What one contribution may lack; of what is sent back by a longer way, only when nothing is found yet. */
static void try_chain(atl_search *q, const atl_origin *o, const atl_contribution *c)
{
	const atl_graph *g = q->s->b->graph;
	const atl_op *op = atl_graph_node(g, c->from)->op;
	slip k = { .from = c->from, .slot = c->slot };
	bool repeated = !strcmp(op->name, "broadcast");
	k.change = PASS;
	if (atl_slips_bends(op))
		try_left_out(q, o, k, op->name);
	if (repeated)
		try(q, o, k, "batch", "the gradient of what is repeated is not summed over the copies");
	k.change = AVERAGE;
	if (repeated)
		try(q, o, k, "batch", "the gradient of what is repeated is averaged over the copies, not summed");
	if (q->s->n)
		return;
	k.change = LOCAL;
	try(q, o, k, "upstream", "the gradient that flows in is forgotten, and only the local derivative is left");
	k.change = NEGATE;
	try(q, o, k, "sign", "the sign is wrong on the way back");
}

/* Where one sent back has several of a kind, the same slip may have been made at each. */
static void try_everywhere(atl_search *q, const atl_origin *o, const atl_adjoints *a)
{
	for (const atl_wrong_rule *r = atl_wrong_backward; r->op; r++) {
		size_t met = 0;
		for (size_t i = 0; i < a->n; i++)
			met += a->item[i].from && (int)a->item[i].slot == r->slot &&
			       !strcmp(atl_graph_node(q->s->b->graph, a->item[i].from)->op->name, r->op);
		if (met > 1)
			try(q, o, (slip){ .change = RULE, .rule = r, .slot = (uint32_t)r->slot }, r->code, r->says);
	}
}

static void look(atl_search *q, const atl_origin *o, const atl_adjoints *a)
{
	for (size_t i = a->n; i-- > 0;)
		if (a->item[i].from)
			try_rules(q, o, &a->item[i]);
	try_everywhere(q, o, a);
	for (size_t i = a->n; i-- > 0;)
		if (a->item[i].from)
			try_paths(q, o, a, &a->item[i]);
	for (size_t i = a->n; i-- > 0;)
		if (a->item[i].from)
			try_chain(q, o, &a->item[i]);
}

void atl_slips_backward(atl_search *q)
{
	for (size_t i = 0; i < q->n_origins && !atl_slips_done(q); i++) {
		atl_adjoints a;
		atl_id seed = 0, l = q->origin[i].l; /* a jacobian goes back from each entry, by the same rules */
		if (q->origin[i].kind == ATL_JACOBIAN && !(seed = atl_build_full(q->s->b, "1", atl_graph_shape(q->s->b->graph, l))))
			continue;
		if (!atl_derive(q->s->b, l, seed, &q->origin[i].x, 1, &a))
			look(q, &q->origin[i], &a);
		atl_adjoints_clear(&a);
	}
}
