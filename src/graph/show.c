/* SPDX-License-Identifier: GPL-3.0-or-later */
/* show.c: nodes back to syntax.  The recursion is bounded by the budget of nodes. */
#include "graph/show.h"

#include "graph/fold.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "graph/build.h"

enum { BUDGET = 200, SHORT_LITERAL = 16 };

typedef struct shower {
	atl_tree *tree;
	const atl_graph *g;
	atl_is_leaf *leaf;
	void *data;
	int budget;
} shower;

static uint32_t show(shower *s, atl_id id, bool root);
static const atl_node *node(const shower *s, atl_id id) { return atl_graph_node(s->g, id); }
static bool scalar(const shower *s, atl_id id) { return atl_shape_scalar(node(s, id)->shape); }
static bool is_op(const shower *s, atl_id id, const char *name) { return !strcmp(node(s, id)->op->name, name); }

static uint32_t leaf(shower *s, atl_tree_kind kind, const char *text)
{
	return atl_tree_leaf(s->tree, kind, 0, text, strlen(text), (atl_span){ 0, 0 });
}

static uint32_t make(shower *s, atl_tree_kind kind, atl_tree_op op, uint32_t n)
{
	return atl_tree_make(s->tree, kind, op, n, (atl_span){ 0, 0 });
}

static uint32_t number_of(shower *s, const char *text, size_t len)
{
	size_t sign = *text == '-';
	uint32_t i = atl_tree_leaf(s->tree, ATL_T_NUMBER, 0, text + sign, len - sign, (atl_span){ 0, 0 });
	return i == ATL_TREE_NONE || !sign ? i : make(s, ATL_T_UNARY, ATL_O_NEG, 1);
}

static uint32_t number(shower *s, const char *text)
{
	return number_of(s, text, strlen(text));
}

static uint32_t integer(shower *s, int64_t v)
{
	char text[32];
	const char *letter = atl_size_letter(v);
	if (letter)
		return leaf(s, ATL_T_VERBATIM, letter);
	snprintf(text, sizeof text, "%" PRId64, v);
	return number(s, text);
}

/* A call node: the function's name stands in its text. */
static uint32_t call(shower *s, const char *name, uint32_t n)
{
	uint32_t i = make(s, ATL_T_CALL, ATL_O_NONE, n);
	if (i == ATL_TREE_NONE)
		return i;
	char *text = atl_arena_dup(&s->tree->arena, name, strlen(name));
	if (!text)
		return ATL_TREE_NONE;
	s->tree->node[i].text = text;
	return i;
}

static uint32_t call_with_dims(shower *s, const char *name, uint32_t n, const atl_shape *shape)
{
	for (int d = 0; d < shape->rank; d++)
		integer(s, shape->dim[d]);
	return call(s, name, n + (uint32_t)shape->rank);
}

static uint32_t constant_array(shower *s, const char *text, const atl_shape *shape)
{
	if (!strcmp(text, "0"))
		return call_with_dims(s, "zeros", 0, shape);
	if (!strcmp(text, "1"))
		return call_with_dims(s, "ones", 0, shape);
	number(s, text);
	call_with_dims(s, "ones", 0, shape);
	return make(s, ATL_T_BINARY, ATL_O_MUL, 2);
}

static uint32_t literal(shower *s, atl_id id)
{
	const char *text = atl_graph_text(s->g, id);
	const atl_shape *shape = node(s, id)->shape;
	size_t count = atl_shape_count(shape);
	if (atl_shape_scalar(shape))
		return number(s, text);
	if (!count && (shape->rank != 2 || shape->dim[0] || shape->dim[1]))
		return call_with_dims(s, "zeros", 0, shape);
	if (count && !strchr(text, ' '))
		return constant_array(s, text, shape);
	if (shape->rank != 2 || count > SHORT_LITERAL)
		return leaf(s, ATL_T_VERBATIM, "[…]");
	/* a row alone would be a column in plain brackets */
	bool nested = shape->dim[0] == 1;
	uint32_t rows = 0;
	for (int64_t i = 0; i < shape->dim[0]; i++, rows++) {
		for (int64_t j = 0; j < shape->dim[1]; j++) {
			size_t len = strcspn(text, " ");
			number_of(s, text, len);
			text += len + (text[len] == ' ');
		}
		make(s, nested ? ATL_T_NUMPY : ATL_T_ROW, ATL_O_NONE, (uint32_t)shape->dim[1]);
	}
	return make(s, nested ? ATL_T_NUMPY : ATL_T_JOIN, ATL_O_NONE, rows);
}

/* An operand of an elementwise op: a broadcast that the operator does by itself is not said. */
static atl_id behind_broadcast(const shower *s, atl_id id)
{
	bool said = node(s, id)->name || (s->leaf && s->leaf(id, s->data));
	return !said && is_op(s, id, "broadcast") ? atl_graph_in(s->g, id)[0] : id;
}

/* Whether the operands without their broadcasts still give the node's shape. */
static bool says_shape(const shower *s, const atl_node *n, const atl_id *in)
{
	for (int d = 0; d < n->shape->rank; d++) {
		int64_t widest = n->shape->dim[d] < 1 ? n->shape->dim[d] : 1;
		for (uint32_t k = 0; k < n->n_in; k++) {
			const atl_shape *x = node(s, behind_broadcast(s, in[k]))->shape;
			if (x->rank == n->shape->rank && x->dim[d] > widest)
				widest = x->dim[d];
		}
		if (widest != n->shape->dim[d])
			return false;
	}
	return true;
}

/* The operator as written for operands of these shapes: a .* b of arrays is a*b of scalars. */
static atl_tree_op operator_for(const shower *s, const atl_node *n, atl_id a, atl_id b)
{
	a = behind_broadcast(s, a);
	b = behind_broadcast(s, b);
	bool sa = scalar(s, a), sb = scalar(s, b);
	const atl_shape *x = node(s, a)->shape, *y = node(s, b)->shape;
	bool outer = !sa && !sb && !atl_shape_equal(x, n->shape) && !atl_shape_equal(y, n->shape);
	switch (n->op->infix) {
	case ATL_O_DOTMUL: return sa || sb ? ATL_O_MUL : ATL_O_DOTMUL;
	case ATL_O_DOTDIV: return sb ? ATL_O_DIV : ATL_O_DOTDIV;
	case ATL_O_DOTPOW: return sa && sb ? ATL_O_POW : ATL_O_DOTPOW;
	case ATL_O_ADD: return outer ? ATL_O_DOTADD : ATL_O_ADD;
	case ATL_O_SUB: return outer ? ATL_O_DOTSUB : ATL_O_SUB;
	default: return n->op->infix;
	}
}

static uint32_t infix(shower *s, atl_id id)
{
	const atl_node *n = node(s, id);
	const atl_id *in = atl_graph_in(s->g, id);
	bool elementwise = n->op->flags & ATL_OF_ELEMENTWISE && says_shape(s, n, in);
	for (uint32_t k = 0; k < n->n_in; k++)
		show(s, elementwise ? behind_broadcast(s, in[k]) : in[k], false);
	if (n->n_in == 1)
		return make(s, ATL_T_UNARY, n->op->infix, 1);
	return make(s, ATL_T_BINARY, operator_for(s, n, in[0], in[1]), 2);
}

static void range(shower *s, int64_t first, int64_t step, int64_t count, int64_t extent)
{
	if (first == 0 && step == 1 && count == extent) {
		leaf(s, ATL_T_COLON, "");
		return;
	}
	integer(s, first + 1);
	if (count == 1)
		return;
	if (step != 1)
		integer(s, step);
	integer(s, first + 1 + (count - 1) * step);
	make(s, ATL_T_RANGE, ATL_O_NONE, step != 1 ? 3 : 2);
}

static uint32_t slice(shower *s, atl_id id)
{
	atl_id base = atl_graph_in(s->g, id)[0];
	const atl_shape *b = node(s, base)->shape;
	const int64_t *attr = atl_graph_attr(s->g, id);
	show(s, base, false);
	int from = b->rank == 2 && b->dim[0] == 1 ? 1 : 0;
	int to = b->rank == 2 && b->dim[1] == 1 ? 1 : b->rank;
	for (int d = from; d < to; d++)
		range(s, attr[3 * d], attr[3 * d + 1], attr[3 * d + 2], b->dim[d]);
	return make(s, ATL_T_INDEX, ATL_O_NONE, (uint32_t)(to - from) + 1);
}

static uint32_t gather(shower *s, atl_id id)
{
	const atl_id *in = atl_graph_in(s->g, id);
	const atl_shape *b = node(s, in[0])->shape;
	int64_t dim = atl_graph_attr(s->g, id)[0];
	show(s, in[0], false);
	if (atl_shape_vector(b)) {
		show(s, in[1], false);
		return make(s, ATL_T_INDEX, ATL_O_NONE, 2);
	}
	for (int d = 0; d < b->rank; d++)
		d == dim ? show(s, in[1], false) : leaf(s, ATL_T_COLON, "");
	return make(s, ATL_T_INDEX, ATL_O_NONE, (uint32_t)b->rank + 1);
}

/* place(g, x[2:3]): g at those entries of an array of zeros like x. */
static uint32_t place(shower *s, atl_id id)
{
	const atl_id *in = atl_graph_in(s->g, id);
	atl_id index = in[node(s, id)->n_in - 1];
	show(s, in[0], false);
	is_op(s, index, "slice") ? slice(s, index) : gather(s, index);
	return call(s, "place", 2);
}

/* [a, b; c]: vcat of rows; a row that is an unnamed hcat is spread out. */
static uint32_t join(shower *s, atl_id id)
{
	const atl_node *n = node(s, id);
	const atl_id *in = atl_graph_in(s->g, id);
	bool across = is_op(s, id, "hcat");
	bool all_scalar = true;
	for (uint32_t k = 0; k < n->n_in; k++)
		all_scalar &= scalar(s, in[k]);
	if (across && all_scalar) { /* in brackets it would be a column */
		for (uint32_t k = 0; k < n->n_in; k++)
			show(s, in[k], false);
		return call(s, "hcat", n->n_in);
	}
	if (across) {
		for (uint32_t k = 0; k < n->n_in; k++)
			show(s, in[k], false);
		make(s, ATL_T_ROW, ATL_O_NONE, n->n_in);
		return make(s, ATL_T_JOIN, ATL_O_NONE, 1);
	}
	for (uint32_t r = 0; r < n->n_in; r++) {
		const atl_node *row = node(s, in[r]);
		bool spread = !row->name && is_op(s, in[r], "hcat") && !(s->leaf && s->leaf(in[r], s->data));
		const atl_id *entry = spread ? atl_graph_in(s->g, in[r]) : &in[r];
		for (uint32_t k = 0; k < (spread ? row->n_in : 1); k++)
			show(s, entry[k], false);
		make(s, ATL_T_ROW, ATL_O_NONE, spread ? row->n_in : 1);
	}
	return make(s, ATL_T_JOIN, ATL_O_NONE, n->n_in);
}

static bool is_default(const atl_param *p, const int64_t *slot)
{
	int64_t usual[ATL_OP_STATICS];
	if (!p->fallback)
		return false;
	atl_static_default(p, usual);
	return !memcmp(usual, slot, p->slots * sizeof *slot);
}

/* A static parameter: 2, [1, 2]. */
static void numbers(shower *s, const atl_param *p, const int64_t *slot)
{
	size_t n = atl_param_written(p, slot);
	if (n == 1) {
		integer(s, slot[0]);
		return;
	}
	for (size_t i = 0; i < n; i++)
		integer(s, slot[p->up_to ? i : i * p->slots / n]);
	make(s, ATL_T_ROW, ATL_O_NONE, (uint32_t)n);
	make(s, ATL_T_JOIN, ATL_O_NONE, 1);
}

/* name(operands, static=value): statics that have their default are not said. */
static uint32_t named_call(shower *s, atl_id id)
{
	const atl_node *n = node(s, id);
	const atl_id *in = atl_graph_in(s->g, id);
	const int64_t *attr = atl_graph_attr(s->g, id);
	atl_param param[ATL_OP_PARAMS];
	size_t n_params = atl_op_params(n->op, param);
	uint32_t shown = 0, statics = 0;
	bool elementwise = n->op->flags & ATL_OF_ELEMENTWISE && says_shape(s, n, in);
	for (uint32_t k = 0; k < n->n_in; k++, shown++)
		show(s, elementwise ? behind_broadcast(s, in[k]) : in[k], false);
	for (size_t i = 0; i < n_params; i++) {
		if (!param[i].is_static || statics >= n->n_attr)
			continue;
		char name[24];
		const int64_t *slot = attr + statics;
		statics += param[i].slots;
		if (is_default(&param[i], slot))
			continue;
		numbers(s, &param[i], slot);
		if (param[i].fallback) { /* an option: by name; a size: by position */
			snprintf(name, sizeof name, "%.*s", (int)param[i].len, param[i].name);
			uint32_t t = make(s, ATL_T_NAMED, ATL_O_NONE, 1);
			char *text = t == ATL_TREE_NONE ? NULL : atl_arena_dup(&s->tree->arena, name, strlen(name));
			if (!text)
				return ATL_TREE_NONE;
			s->tree->node[t].text = text;
		}
		shown++;
	}
	return call(s, n->op->shown ? n->op->shown : n->op->name, shown);
}

static uint32_t expand(shower *s, atl_id id)
{
	const atl_node *n = node(s, id);
	const atl_id *in = atl_graph_in(s->g, id);
	if (n->flags & ATL_NF_LITERAL)
		return literal(s, id);
	if (n->flags & ATL_NF_INPUT)
		return n->n_in ? show(s, in[0], false) : leaf(s, ATL_T_VERBATIM, "value");
	if (n->flags & ATL_NF_ALIAS || is_op(s, id, "ident"))
		return show(s, in[0], false);
	if (n->op->written == ATL_T_NAME) /* constants */
		return leaf(s, ATL_T_VERBATIM, n->op->name);
	if (n->op->written == ATL_T_TRANSPOSE) {
		show(s, in[0], false);
		return make(s, ATL_T_TRANSPOSE, ATL_O_NONE, 1);
	}
	if (n->op->infix != ATL_O_NONE)
		return infix(s, id);
	if (is_op(s, id, "slice"))
		return slice(s, id);
	if (is_op(s, id, "gather"))
		return gather(s, id);
	if (is_op(s, id, "place") || is_op(s, id, "scatter"))
		return place(s, id);
	if (n->op->written == ATL_T_JOIN)
		return join(s, id);
	if (n->op->flags & ATL_OF_RANDOM && n->n_in == 0 && !atl_shape_scalar(n->shape))
		return call_with_dims(s, n->op->name, 0, n->shape);
	if (is_op(s, id, "reshape") || is_op(s, id, "broadcast")) {
		show(s, in[0], false);
		return call_with_dims(s, n->op->name, 1, n->shape);
	}
	return named_call(s, id);
}

static uint32_t show(shower *s, atl_id id, bool root)
{
	const atl_node *n = node(s, id);
	bool stop = !root && !(n->flags & ATL_NF_LITERAL) && s->leaf && s->leaf(id, s->data);
	if (!stop && s->budget-- > 0)
		return expand(s, id);
	uint32_t i = leaf(s, ATL_T_VERBATIM, stop ? "" : "…");
	if (i != ATL_TREE_NONE)
		s->tree->node[i].count = stop ? id : 0;
	return i;
}

uint32_t atl_show_tree(atl_tree *tree, const atl_graph *g, atl_id id, atl_is_leaf *is_leaf, void *data)
{
	shower s = { .tree = tree, .g = g, .leaf = is_leaf, .data = data, .budget = BUDGET };
	return show(&s, id, true);
}

/* ---- text ---- */

typedef struct named_leaf { const atl_graph *g; } named_leaf;

static bool stop_at_names(atl_id id, void *data)
{
	return atl_graph_node(((named_leaf *)data)->g, id)->name != 0;
}

void atl_show_name(atl_buf *out, const atl_graph *g, atl_id id, const atl_symbols *symbols, uint32_t latest)
{
	const atl_node *n = atl_graph_node(g, id);
	atl_buf_add(out, atl_symbols_text(symbols, n->name));
	if (n->turn < latest)
		atl_buf_addf(out, "~%u", n->turn);
}

void atl_show_text(atl_buf *out, const atl_graph *g, atl_id id, const atl_symbols *symbols)
{
	if (atl_graph_node(g, id)->name) {
		atl_show_name(out, g, id, symbols, 0);
		return;
	}
	atl_tree *tree = atl_tree_new();
	named_leaf data = { g };
	uint32_t root = tree ? atl_show_tree(tree, g, id, stop_at_names, &data) : ATL_TREE_NONE;
	if (root != ATL_TREE_NONE) {
		for (uint32_t i = 0; i < tree->n; i++)
			if (tree->node[i].kind == ATL_T_VERBATIM && tree->node[i].count)
				tree->node[i].text = atl_symbols_text(symbols, atl_graph_node(g, tree->node[i].count)->name);
		atl_tree_print(out, tree, root, symbols);
	}
	atl_tree_unref(tree);
}
