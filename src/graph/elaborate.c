/* SPDX-License-Identifier: GPL-3.0-or-later */
/* elaborate.c: an expression's tree to nodes: one loop over the post-order
 * array, a slot for each tree node's result, one function a kind. */
#include <string.h>
#include "base/mem.h"
#include "graph/elab.h"

/* ---- names ---- */

static atl_id constant(elab *e, const atl_tree_node *t)
{
	const char *name = atl_symbols_text(e->b->symbols, atl_symbols_canon(e->b->symbols, t->sym));
	const char *own = atl_symbols_text(e->b->symbols, t->sym);
	bool pi = !strcmp(name, "pi") || !strcmp(own, "pi") || !strcmp(own, "π");
	if (!pi && strcmp(own, "inf") != 0 && strcmp(own, "nan") != 0)
		return 0;
	atl_span at_name = span(e, t->span);
	return atl_build_args(e->b, pi ? atl_op_find("pi", 2) : atl_op_find(own, 3), NULL, 0, at_name, at_name);
}

static atl_id elab_name(elab *e, uint32_t i)
{
	const atl_tree_node *t = at(e, i);
	const char *text = atl_symbols_text(e->b->symbols, t->sym);
	for (uint32_t k = 0; k < e->n_bind; k++)
		if (!strcmp(text, e->bind[k].name))
			return e->bind[k].id;
	if (e->rule || !e->b->host->is_variable(e->b->host_data, t->sym)) {
		atl_id id = constant(e, t);
		if (id)
			return id;
	}
	if (e->rule) {
		atl_diag_fail(e->b->diag, ATL_KIND_NAME, t->span, "unknown name \"%s\" in a built-in rule", text);
		return 0;
	}
	return e->b->host->lookup(e->b->host_data, t->sym, t->span);
}

/* ---- operators ---- */

/* A call of an operator, whose row has no statics: those stay as they are, and nobody looks at them. */
static void begin_call(elab *e, atl_call *c, const atl_op *op, uint32_t i)
{
	c->op = op;
	c->outer = false;
	c->span = span(e, at(e, i)->span);
	c->at = span(e, at(e, i)->at);
}

static atl_id call2(elab *e, const atl_op *op, uint32_t i, atl_id x, atl_id y, bool outer)
{
	uint32_t right = i - 1, left = at(e, right)->first - 1;
	atl_id arg[2] = { x, y };
	atl_span spans[2] = { span(e, at(e, left)->span), span(e, at(e, right)->span) };
	atl_call c;
	begin_call(e, &c, op, i);
	c.arg = arg;
	c.n_args = 2;
	c.arg_span = spans;
	c.outer = outer;
	return atl_build_call(e->b, &c);
}

static atl_id elab_divide(elab *e, uint32_t i, atl_id x, atl_id y)
{
	if (scalar(e, y))
		return call2(e, e->b->infix[ATL_O_DIV], i, x, y, false);
	uint32_t right = i - 1, left = at(e, right)->first - 1;
	atl_build_shape_error(e->b, at(e, i)->at, "`/` divides by a scalar", x, at(e, left)->span, y, at(e, right)->span);
	atl_diag_note(e->b->diag, "`./` divides entry by entry; A\\b solves A*x = b");
	return 0;
}

static atl_id power_by_squaring(atl_builder *b, atl_id x, int64_t n)
{
	int64_t size = atl_graph_shape(b->graph, x)->dim[0];
	if (n < 0) {
		x = atl_build_1(b, "inv", x);
		n = n == INT64_MIN ? INT64_MAX : -n;
	}
	if (n == 0)
		return atl_build_op(b, "eye", NULL, 0, (int64_t[]){ size, size }, 2);
	atl_id result = 0;
	for (; n; n /= 2, x = n ? atl_build_2(b, "matmul", x, x) : x)
		if (n % 2)
			result = result ? atl_build_2(b, "matmul", result, x) : x;
	return result;
}

/* A^n for a whole n of either sign. */
static atl_id matrix_power(elab *e, uint32_t i, atl_id x, atl_id y)
{
	int64_t n;
	uint32_t right = i - 1, left = at(e, right)->first - 1;
	const atl_shape *s = atl_graph_shape(e->b->graph, x);
	if (s->rank != 2 || s->dim[0] != s->dim[1]) {
		atl_build_shape_error(e->b, at(e, i)->at, "`^` takes a scalar or a square matrix", x, at(e, left)->span, 0,
				      at(e, left)->span);
		atl_diag_note(e->b->diag, "`.^` raises each entry to the power");
		return 0;
	}
	if (!scalar(e, y)) {
		atl_build_shape_error(e->b, at(e, i)->at, "the exponent of a matrix is a whole number", y, at(e, right)->span,
				      0, at(e, right)->span);
		atl_diag_note(e->b->diag, "`.^` raises entry by entry");
		return 0;
	}
	if (atl_build_integer(e->b, y, "the exponent of a matrix", at(e, right)->span, &n))
		return 0;
	atl_span outer = e->b->span;
	e->b->span = span(e, at(e, i)->span);
	atl_id result = power_by_squaring(e->b, x, n);
	e->b->span = outer;
	return result;
}

static atl_id elab_binary(elab *e, uint32_t i)
{
	const atl_tree_node *t = at(e, i);
	uint32_t right = i - 1, left = at(e, right)->first - 1;
	atl_id x = atl_elab_node_of(e, left), y = atl_elab_node_of(e, right);
	if (!x || !y)
		return 0;
	switch (t->op) {
	case ATL_O_MUL:
	case ATL_O_MATMUL:
		return call2(e, e->b->infix[scalar(e, x) || scalar(e, y) ? ATL_O_DOTMUL : ATL_O_MATMUL], i, x, y, false);
	case ATL_O_DIV:
		return elab_divide(e, i, x, y);
	case ATL_O_POW:
		return scalar(e, x) && scalar(e, y) ? call2(e, e->b->infix[ATL_O_POW], i, x, y, false) : matrix_power(e, i, x, y);
	case ATL_O_DOTADD: case ATL_O_DOTSUB: case ATL_O_DOTMUL: case ATL_O_DOTDIV: case ATL_O_DOTPOW:
		return call2(e, e->b->infix[t->op], i, x, y, true);
	default:
		return call2(e, e->b->infix[t->op], i, x, y, false);
	}
}

static atl_id call1(elab *e, const atl_op *op, uint32_t i, atl_id x)
{
	atl_span child = span(e, at(e, i - 1)->span);
	atl_call c;
	begin_call(e, &c, op, i);
	c.arg = &x;
	c.n_args = 1;
	c.arg_span = &child;
	return atl_build_call(e->b, &c);
}

static atl_id elab_unary(elab *e, uint32_t i)
{
	atl_id x = atl_elab_node_of(e, i - 1);
	if (!x || at(e, i)->op == ATL_O_PLUS)
		return x;
	/* -3 is the literal -3, so that [1, -2] and -3 are numbers and no operations */
	const atl_node *n = atl_graph_node(e->b->graph, x);
	if (at(e, i)->op == ATL_O_NEG && at(e, i - 1)->kind == ATL_T_NUMBER && n->flags & ATL_NF_LITERAL) {
		const char *text = atl_arena_printf(&e->b->diag->arena, "-%s", atl_graph_text(e->b->graph, x));
		if (!text)
			atl_diag_nomem(e->b->diag);
		return text ? atl_build_literal(e->b, text) : 0;
	}
	return call1(e, e->b->infix[at(e, i)->op], i, x);
}

/* ---- the loop ---- */

static atl_id elab_node(elab *e, uint32_t i)
{
	switch ((atl_tree_kind)at(e, i)->kind) {
	case ATL_T_NUMBER: return atl_build_literal(e->b, at(e, i)->text);
	case ATL_T_NAME: return elab_name(e, i);
	case ATL_T_UNARY: return elab_unary(e, i);
	case ATL_T_BINARY: return elab_binary(e, i);
	case ATL_T_TRANSPOSE: {
		atl_id x = atl_elab_node_of(e, i - 1);
		return x && !scalar(e, x) ? call1(e, atl_op_find("transpose", 9), i, x) : x;
	}
	case ATL_T_CALL: return atl_elab_call(e, i);
	case ATL_T_PRIME: return atl_elab_prime(e, i);
	case ATL_T_PARTIAL: return atl_elab_partial(e, i);
	case ATL_T_JOIN: return atl_elab_is_no_list(e, i) ? atl_elab_join(e, i) : 0;
	case ATL_T_NUMPY: return atl_elab_numpy(e, i);
	case ATL_T_INDEX: return atl_elab_index(e, i);
	case ATL_T_END: return atl_elab_end(e, i);
	case ATL_T_EXPR: return atl_elab_node_of(e, i - 1);
	default:
		atl_diag_fail(e->b->diag, ATL_KIND_SYNTAX, at(e, i)->span, "this is no expression");
		return 0;
	}
}

/* Kinds whose result is not a node, or that are read by their parent. */
static bool elab_other(elab *e, uint32_t i)
{
	slot *s = slot_of(e, i);
	switch (at(e, i)->kind) {
	case ATL_T_RANGE: s->kind = S_RANGE; return true;
	case ATL_T_COLON: s->kind = S_ALL; return true;
	case ATL_T_STRING: s->kind = S_STRING; return true;
	case ATL_T_NAMED: case ATL_T_ROW: return true;
	case ATL_T_NUMPY: return s->inner;
	default: return false;
	}
}

/* A call of a function that reads its arguments itself. */
static bool reads_text(const elab *e, uint32_t i)
{
	const atl_host *host = e->b->host;
	return at(e, i)->kind == ATL_T_CALL && at(e, i)->n && !e->rule && !e->n_out && host->reads_text &&
	       host->reads_text(e->b->host_data, at(e, i)->sym);
}

/* What was skipped to: such a call, or a bracket of plain numbers. */
static atl_id elab_whole(elab *e, uint32_t i)
{
	if (at(e, i)->kind == ATL_T_CALL)
		return e->b->host->call_text(e->b->host_data, e->tree, i);
	return atl_build_literal_bracket(e->b, e->tree, i);
}

/* Some are read at once: skip_to, by slot, has their ends; NULL: there are none. */
static atl_id build_all(elab *e, const uint32_t *skip_to)
{
	for (uint32_t i = e->base; i <= e->root; i++) {
		if (skip_to && skip_to[i - e->base]) {
			i = skip_to[i - e->base];
			slot_of(e, i)->id = elab_whole(e, i);
			if (!slot_of(e, i)->id)
				return 0;
			continue;
		}
		if (elab_other(e, i))
			continue;
		slot_of(e, i)->id = elab_node(e, i);
		if (!slot_of(e, i)->id)
			return 0;
	}
	return atl_elab_node_of(e, e->root);
}

static atl_id run(elab *e)
{
	bool brackets = false, ends = false, texts = false;
	for (uint32_t i = e->base; i <= e->root; i++) {
		brackets |= at(e, i)->kind == ATL_T_JOIN || at(e, i)->kind == ATL_T_NUMPY;
		ends |= at(e, i)->kind == ATL_T_END;
		texts |= reads_text(e, i);
	}
	if (ends)
		atl_elab_find_ends(e, e->root);
	if (!brackets && !texts)
		return build_all(e, NULL);
	uint32_t *skip_to = atl_calloc(e->root - e->base + 1, sizeof *skip_to);
	if (!skip_to)
		return 0; /* told below */
	if (brackets)
		atl_elab_find_literals(e, e->root, skip_to);
	for (uint32_t i = e->base; i <= e->root && texts; i++) /* the outermost comes last */
		if (reads_text(e, i))
			skip_to[at(e, i)->first - e->base] = i;
	atl_id id = build_all(e, skip_to);
	atl_free(skip_to);
	return id;
}

enum { SMALL_TREE = 64 };

static atl_id elaborate(elab *e)
{
	atl_builder *b = e->b;
	uint32_t n = e->root - e->base + 1;
	slot small[SMALL_TREE];
	e->slot = n <= SMALL_TREE ? small : atl_malloc(n * sizeof *e->slot);
	atl_id id = 0;
	if (e->slot) {
		memset(e->slot, 0, n * sizeof *e->slot);
		id = run(e);
	}
	if (e->slot != small)
		atl_free(e->slot);
	/* every other failure has said why */
	if (id == 0 && b->diag->kind == ATL_KIND_NONE)
		atl_diag_nomem(b->diag);
	return id;
}

atl_id atl_elaborate(atl_builder *b, const atl_tree *tree, uint32_t root, const atl_bind *bind, uint32_t n_bind)
{
	elab e = { .b = b, .tree = tree, .base = tree->node[root].first, .root = root, .bind = bind, .n_bind = n_bind,
		   .rule = bind != NULL };
	return elaborate(&e);
}

atl_id atl_build_tree(atl_builder *b, const atl_tree *tree, uint32_t node)
{
	return atl_elaborate(b, tree, node, NULL, 0);
}

atl_status atl_build_values(atl_builder *b, const atl_tree *tree, uint32_t node, atl_id *out, uint32_t n)
{
	elab e = { .b = b, .tree = tree, .base = tree->node[node].first, .root = node, .out = out, .n_out = n };
	return elaborate(&e) ? ATL_OK : ATL_ERROR;
}
