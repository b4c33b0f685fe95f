/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive.c: the reverse sweep. */
#include "graph/derive.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* One sweep.  Arrays are indexed by id - lo. */
typedef struct sweep {
	atl_builder *b;
	atl_adjoints *adj;
	atl_id lo, y;
	bool *reach;        /* depends on what is differentiated for, and y depends on it */
	uint32_t *head;     /* newest contribution of a node, as index + 1 */
	uint32_t *next;     /* of each contribution */
	size_t cap_next;
} sweep;

static const atl_node *node(const sweep *s, atl_id id) { return atl_graph_node(s->b->graph, id); }
static bool reached(const sweep *s, atl_id id) { return id >= s->lo && id <= s->y && s->reach[id - s->lo]; }

void atl_adjoints_clear(atl_adjoints *a)
{
	atl_free(a->item);
	atl_free(a->total);
	atl_free(a->mask);
	memset(a, 0, sizeof *a);
}

/* reach = descendants of wrt (or open nodes) that are ancestors of y. */
static atl_status find_reach(sweep *s, const atl_id *wrt, size_t n_wrt)
{
	size_t n = s->y - s->lo + 1;
	bool *below = atl_calloc(n, sizeof *below);
	if (!below)
		return atl_diag_nomem(s->b->diag);
	below[s->y - s->lo] = true;
	for (atl_id id = s->y; id >= s->lo; id--) {
		if (!below[id - s->lo])
			continue;
		const atl_id *in = atl_graph_in(s->b->graph, id);
		for (uint32_t k = 0; k < node(s, id)->n_in; k++)
			if (in[k] >= s->lo)
				below[in[k] - s->lo] = true;
		atl_id body = node(s, id)->body;
		if (body >= s->lo)
			below[body - s->lo] = true;
	}
	for (size_t i = 0; i < n_wrt; i++)
		if (wrt[i] >= s->lo && wrt[i] <= s->y)
			s->reach[wrt[i] - s->lo] = below[wrt[i] - s->lo];
	for (atl_id id = s->lo; id <= s->y; id++) {
		if (!below[id - s->lo])
			continue;
		if (n_wrt == 0 && node(s, id)->flags & ATL_NF_OPEN)
			s->reach[id - s->lo] = true;
		const atl_id *in = atl_graph_in(s->b->graph, id);
		for (uint32_t k = 0; k < node(s, id)->n_in && !(node(s, id)->flags & ATL_NF_INPUT); k++)
			s->reach[id - s->lo] |= reached(s, in[k]);
	}
	atl_free(below);
	return ATL_OK;
}

static atl_status contribute(sweep *s, atl_id to, atl_id from, uint32_t slot, atl_id adjoint, atl_id mask)
{
	atl_adjoints *a = s->adj;
	if (!atl_grow(&a->item, &a->cap, a->n + 1, sizeof *a->item) ||
	    !atl_grow(&s->next, &s->cap_next, a->n + 1, sizeof *s->next))
		return atl_diag_nomem(s->b->diag);
	a->item[a->n] = (atl_contribution){ .to = to, .from = from, .slot = slot, .node = adjoint };
	s->next[a->n] = s->head[to - s->lo];
	/* a sum is masked where every one of its terms is */
	bool first = !s->head[to - s->lo];
	s->head[to - s->lo] = (uint32_t)a->n + 1;
	a->n++;
	if (first)
		a->mask[to] = mask;
	else if (!mask)
		a->mask[to] = 0;
	else if (a->mask[to] && a->mask[to] != mask && !(a->mask[to] = atl_build_2(s->b, "or", a->mask[to], mask)))
		return ATL_ERROR;
	return ATL_OK;
}

/* The contributions of a node, summed in the order they came in. */
static atl_id total(sweep *s, atl_id id)
{
	uint32_t chain = s->head[id - s->lo], first = 0;
	if (!chain)
		return 0;
	/* the list is newest first; turn it round to add oldest first */
	for (uint32_t c = chain, back; c; c = back) {
		back = s->next[c - 1];
		s->next[c - 1] = first;
		first = c;
	}
	atl_id sum = s->adj->item[first - 1].node;
	for (uint32_t c = s->next[first - 1]; c && sum; c = s->next[c - 1])
		sum = atl_build_2(s->b, "add", sum, s->adj->item[c - 1].node);
	return sum;
}

/* A static parameter of a node, whose attributes move as nodes are added. */
static atl_id static_value(atl_builder *b, const atl_param *p, atl_id id, size_t at)
{
	int64_t slot[ATL_OP_STATICS];
	memcpy(slot, atl_graph_attr(b->graph, id) + at, p->slots * sizeof *slot);
	return atl_build_static_node(b, p, slot);
}

atl_id atl_derive_text(atl_builder *b, atl_id id, const char *text, atl_id g)
{
	const atl_node *n = atl_graph_node(b->graph, id);
	atl_param param[ATL_OP_PARAMS];
	size_t n_param = atl_op_params(n->op, param), operand = 0, statics = 0;
	atl_bind bind[ATL_OP_PARAMS + 2];
	char name[ATL_OP_PARAMS][24];
	uint32_t n_bind = 0;
	uint32_t n_in = n->n_in, n_attr = n->n_attr;
	for (size_t i = 0; i < n_param; i++) {
		atl_id value;
		if (param[i].is_static)
			value = statics < n_attr ? static_value(b, &param[i], id, statics) : 0;
		else
			value = operand < n_in ? atl_graph_in(b->graph, id)[operand] : 0;
		statics += param[i].is_static ? param[i].slots : 0;
		operand += !param[i].is_static;
		snprintf(name[i], sizeof name[i], "%.*s", (int)param[i].len, param[i].name);
		if (value)
			bind[n_bind++] = (atl_bind){ name[i], value };
	}
	bind[n_bind++] = (atl_bind){ "y", id };
	if (g)
		bind[n_bind++] = (atl_bind){ "g", g };
	return atl_build_rule(b, text, bind, n_bind);
}

atl_id atl_derive_kink(atl_builder *b, atl_id id)
{
	const char *kink = atl_graph_node(b->graph, id)->op->kink;
	return kink ? atl_derive_text(b, id, kink, 0) : 0;
}

/* `set kink error`: the adjoint, and no value where the rule would take a side. */
static atl_id without_kink(sweep *s, atl_id id, atl_id adjoint)
{
	const atl_op *op = node(s, id)->op;
	if (s->b->kink != ATL_KINK_ERROR || !op->kink || !adjoint)
		return adjoint;
	atl_id in[2] = { adjoint, atl_derive_kink(s->b, id) };
	const atl_shape *shape = node(s, adjoint)->shape;
	if (in[1] && !atl_shape_equal(shape, node(s, in[1])->shape))
		in[1] = atl_build_broadcast(s->b, atl_build_1(s->b, "any", in[1]), shape);
	if (!in[1])
		return 0;
	atl_new except = { .op = atl_op_find("except", 6), .shape = *shape, .in = in, .n_in = 2, .text = op->kink_at };
	return atl_build_node(s->b, &except);
}

/* 0 without a diagnostic: nothing flows. */
static atl_id apply_rule(sweep *s, atl_id id, uint32_t slot, atl_id g)
{
	const atl_op *op = node(s, id)->op;
	if (op->vjp)
		return op->vjp(s->b, id, slot, g);
	const char *rule = atl_op_rule(op, s->b->kink, slot);
	return rule ? without_kink(s, id, atl_derive_text(s->b, id, rule, g)) : 0;
}

static atl_id mask_and(sweep *s, atl_id a, atl_id c)
{
	return a && c ? atl_build_2(s->b, "and", a, c) : a ? a : c;
}

static bool is_op(const sweep *s, atl_id id, const char *name)
{
	return !strcmp(node(s, id)->op->name, name);
}

/* What was repeated is in use where one of its copies is. */
static atl_id mask_of_repeated(sweep *s, atl_id id, atl_id mask)
{
	const atl_shape *to = node(s, id)->shape, *from = node(s, atl_graph_in(s->b->graph, id)[0])->shape;
	mask = atl_build_broadcast(s->b, mask, to);
	if (atl_shape_scalar(from))
		return mask ? atl_build_1(s->b, "any", mask) : 0;
	for (int d = 0; d < to->rank && mask; d++)
		if (from->dim[d] != to->dim[d])
			mask = atl_build_op(s->b, "any", &mask, 1, (int64_t[]){ d + 1 }, 1);
	return mask;
}

/* What `where` did not select sends nothing back, even where its derivative
 * has no value: the adjoint is masked as long as it flows entry by entry. */
static atl_id masked(sweep *s, atl_id id, uint32_t slot, atl_id adjoint, atl_id *mask)
{
	if (is_op(s, id, "where")) {
		atl_id c = atl_graph_in(s->b->graph, id)[0];
		atl_id side = slot == 1 ? c : atl_build_1(s->b, "not", c);
		*mask = side ? mask_and(s, *mask, side) : 0;
		return *mask ? adjoint : 0;
	}
	if (*mask && is_op(s, id, "broadcast")) {
		*mask = mask_of_repeated(s, id, *mask);
		return *mask ? adjoint : 0;
	}
	bool passes = is_op(s, id, "add") || is_op(s, id, "sub") || is_op(s, id, "neg") || is_op(s, id, "ident");
	if (!(node(s, id)->op->flags & ATL_OF_ELEMENTWISE) && !passes)
		*mask = 0;
	if (!*mask || passes)
		return adjoint;
	return atl_build_3(s->b, "where", *mask, adjoint, atl_build_number(s->b, 0));
}

/* What goes on in place of what the rule gave; *as_is: it has another shape. */
static atl_id varied(sweep *s, const atl_contribution *c, atl_id g, bool *as_is)
{
	const atl_variation *v = s->b->variation;
	if (!v || !c->node)
		return c->node;
	atl_id other = v->send(v->data, s->b, c, g);
	*as_is = other && node(s, other)->shape != node(s, c->node)->shape;
	return other;
}

static atl_status send_back(sweep *s, atl_id id, uint32_t slot, atl_id to, atl_id g)
{
	atl_id mask = s->adj->mask[id];
	bool as_is = false;
	atl_id adjoint = apply_rule(s, id, slot, g);
	adjoint = varied(s, &(atl_contribution){ to, id, slot, adjoint }, g, &as_is);
	if (!adjoint)
		return s->b->diag->kind == ATL_KIND_NONE ? ATL_OK : ATL_ERROR;
	if (as_is)
		return contribute(s, to, id, slot, adjoint, 0);
	adjoint = masked(s, id, slot, adjoint, &mask);
	/* a closed scalar, such as a function's argument, is repeated by the kernel and has no node that says so */
	if (adjoint && atl_shape_scalar(node(s, to)->shape) && !atl_shape_scalar(node(s, adjoint)->shape)) {
		adjoint = atl_build_1(s->b, "sum", adjoint);
		if (mask && !(mask = atl_build_1(s->b, "any", mask)))
			return ATL_ERROR;
	}
	adjoint = atl_build_broadcast(s->b, adjoint, node(s, to)->shape);
	return adjoint ? contribute(s, to, id, slot, adjoint, mask) : ATL_ERROR;
}

static atl_status visit(sweep *s, atl_id id)
{
	atl_id g = total(s, id);
	if (!g)
		return s->head[id - s->lo] ? ATL_ERROR : ATL_OK;
	s->adj->total[id] = g;
	const atl_node *n = node(s, id);
	if (n->flags & ATL_NF_INPUT || n->op->flags & ATL_OF_NO_GRADIENT)
		return ATL_OK;
	s->b->span = n->span.lo ? n->span : s->b->span;
	(void)atl_graph_enter_call_of(s->b->graph, id);
	bool has_rule = n->op->vjp;
	for (int i = 0; i < ATL_OP_RULES; i++)
		has_rule |= n->op->rule[i] != NULL;
	if (!has_rule && n->body && reached(s, n->body))
		return contribute(s, n->body, id, 0, g, s->adj->mask[id]);
	uint32_t n_in = n->n_in;
	for (uint32_t k = 0; k < n_in; k++) {
		atl_id to = atl_graph_in(s->b->graph, id)[k];
		if (reached(s, to) && send_back(s, id, k, to, g))
			return ATL_ERROR;
	}
	return ATL_OK;
}

static atl_status sweep_down(sweep *s, atl_id seed, const atl_id *wrt, size_t n_wrt)
{
	if (find_reach(s, wrt, n_wrt))
		return ATL_ERROR;
	if (!s->reach[s->y - s->lo])
		return ATL_OK;
	if (!seed)
		seed = atl_build_broadcast(s->b, atl_build_number(s->b, 1), node(s, s->y)->shape);
	if (!seed || contribute(s, s->y, 0, 0, seed, 0))
		return ATL_ERROR;
	for (atl_id id = s->y; id >= s->lo && id > 0; id--)
		if (visit(s, id))
			return ATL_ERROR;
	return ATL_OK;
}

atl_status atl_derive(atl_builder *b, atl_id y, atl_id seed, const atl_id *wrt, size_t n_wrt, atl_adjoints *adj)
{
	memset(adj, 0, sizeof *adj);
	adj->y = y;
	sweep s = { .b = b, .adj = adj, .lo = n_wrt ? y : 1, .y = y };
	for (size_t i = 0; i < n_wrt; i++)
		if (wrt[i] < s.lo)
			s.lo = wrt[i];
	size_t n = y - s.lo + 1;
	s.reach = atl_calloc(n, sizeof *s.reach);
	s.head = atl_calloc(n, sizeof *s.head);
	adj->total = atl_calloc((size_t)y + 1, sizeof *adj->total);
	adj->mask = atl_calloc((size_t)y + 1, sizeof *adj->mask);
	atl_status status = ATL_ERROR;
	if (!s.reach || !s.head || !adj->total || !adj->mask) {
		atl_diag_nomem(b->diag);
	} else {
		bool in_rule = b->in_rule;
		uint16_t flags = b->flags;
		atl_span span = b->span;
		uint16_t call = atl_graph_enter_call_of(b->graph, y);
		b->in_rule = true;
		b->flags = (uint16_t)((flags & ~ATL_NF_HIDDEN) | ATL_NF_ADJOINT);
		status = sweep_down(&s, seed, wrt, n_wrt);
#ifdef ATL_DEBUG
		assert(!atl_graph_verify(b->graph));
#endif
		b->in_rule = in_rule;
		b->flags = flags;
		b->span = span;
		atl_graph_leave(b->graph, call);
	}
	atl_free(s.reach);
	atl_free(s.head);
	atl_free(s.next);
	return status;
}

bool atl_depends(const atl_graph *g, atl_id y, atl_id x)
{
	if (x >= y)
		return x == y;
	bool *mark = atl_calloc(y - x + 1, sizeof *mark);
	if (!mark)
		return true; /* the sweep that follows will say that there is no memory */
	mark[0] = true;
	for (atl_id id = x + 1; id <= y; id++) {
		const atl_node *n = atl_graph_node(g, id);
		const atl_id *in = atl_graph_in(g, id);
		for (uint32_t k = 0; k < n->n_in && !(n->flags & ATL_NF_INPUT); k++)
			mark[id - x] |= in[k] >= x && mark[in[k] - x];
	}
	bool depends = mark[y - x];
	atl_free(mark);
	return depends;
}

atl_id atl_vjp(atl_builder *b, atl_id y, atl_id x, atl_id u)
{
	atl_adjoints adj;
	atl_id id = 0;
	if (!y || !x || (u && !(u = atl_build_broadcast(b, u, atl_graph_shape(b->graph, y)))))
		return 0;
	if (x <= y && atl_derive(b, y, u, &x, 1, &adj)) {
		atl_adjoints_clear(&adj);
		return 0;
	}
	if (x <= y) {
		id = adj.total[x];
		atl_adjoints_clear(&adj);
	}
	return id ? id : atl_build_full(b, "0", atl_graph_shape(b->graph, x));
}

atl_id atl_grad(atl_builder *b, atl_id y, atl_id x)
{
	return atl_vjp(b, y, x, 0);
}

/* The adjoint is linear in its seed u; the transpose of that map is the
 * forward derivative (Baydin et al. 2018, sec. 3.1; "double backward"). */
atl_id atl_jvp(atl_builder *b, atl_id y, atl_id x, atl_id v)
{
	if (!y || !x || !v)
		return 0;
	v = atl_build_broadcast(b, v, atl_graph_shape(b->graph, x));
	atl_id zero = atl_build_full(b, "0", atl_graph_shape(b->graph, y));
	atl_id u = zero ? atl_build_input(b, zero, NULL) : 0;
	if (!u)
		return 0;
	atl_id back = atl_vjp(b, y, x, u);
	atl_id dot = back && v ? atl_build_1(b, "sum", atl_build_2(b, "mul", back, v)) : 0;
	return dot ? atl_grad(b, dot, u) : 0;
}

/* The seed that picks entry i of n. */
static atl_id unit(atl_builder *b, const atl_shape *shape, size_t i, size_t n)
{
	atl_buf text = { 0 };
	for (size_t k = 0; k < n; k++)
		atl_buf_addf(&text, "%s%d", k ? " " : "", k == i);
	atl_id id = text.failed ? 0 : atl_build_full(b, atl_buf_text(&text), shape);
	if (text.failed)
		atl_diag_nomem(b->diag);
	atl_buf_clear(&text);
	return id;
}

atl_id atl_jacobian(atl_builder *b, atl_id y, atl_id x)
{
	if (!y || !x)
		return 0;
	const atl_shape shape = *atl_graph_shape(b->graph, y);
	size_t n = atl_shape_count(&shape);
	atl_shape row = atl_shape_2(1, (int64_t)atl_shape_count(atl_graph_shape(b->graph, x)));
	atl_id *rows = atl_malloc((n + 1) * sizeof *rows);
	atl_id id = 0;
	if (!rows) {
		atl_diag_nomem(b->diag);
		return 0;
	}
	size_t done = 0;
	for (; done < n; done++) {
		atl_id g = atl_vjp(b, y, x, unit(b, &shape, done, n));
		rows[done] = g ? atl_build_reshape(b, g, &row) : 0;
		if (!rows[done])
			break;
	}
	if (done == n)
		id = n == 1 ? rows[0] : atl_build_op(b, "vcat", rows, (uint32_t)n, NULL, 0);
	atl_free(rows);
	return id;
}
