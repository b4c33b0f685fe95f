/* SPDX-License-Identifier: GPL-3.0-or-later */
/* math_rule.c: a rule of a trace in LaTeX.
 *
 * As in lang/print.c there is a stack of what is still to be written; writing a
 * node puts its parts on it from the last to the first. */
#include <string.h>

#include "base/mem.h"
#include "graph/op.h"
#include "print/math.h"

enum { OPERATOR = 125, RELATION = 140, THIN = 20, PAREN = 45 };

typedef struct item {
	const char *latex;   /* NULL: the node */
	uint32_t width, node;
	unsigned level;      /* of a node: what its place demands */
	bool breaks, flat;   /* flat: within it no line may end */
} item;

typedef struct writer {
	atl_math *m;
	const atl_trace *t;
	const atl_tree_node *node;
	const atl_format *f;
	const atl_math_most *numbers;
	item *stack;
	size_t n, cap;
} writer;

static void push(writer *w, item it)
{
	if (atl_grow(&w->stack, &w->cap, w->n + 1, sizeof *w->stack))
		w->stack[w->n++] = it;
	else
		w->m->text.failed = true;
}

static void push_text(writer *w, const char *latex, uint32_t width, bool breaks)
{
	push(w, (item){ .latex = latex, .width = width, .breaks = breaks });
}

static void push_node(writer *w, uint32_t node, unsigned level, bool flat)
{
	push(w, (item){ .node = node, .level = level, .flat = flat });
}

static unsigned level(atl_tree_op op)
{
	return atl_tree_op_level(op);
}

static unsigned postfix(void) { return level(ATL_O_POW) + 1; }

/* ---- leaves ---- */

static const atl_trace_leaf *leaf_of(const writer *w, uint32_t node)
{
	const atl_tree_node *n = &w->node[node];
	return n->kind == ATL_T_VERBATIM && !*n->text ? &w->t->leaf[n->count] : NULL;
}

static const atl_array *value_of(const writer *w, uint32_t node)
{
	const atl_trace_leaf *leaf = leaf_of(w, node);
	return leaf && w->numbers ? leaf->value : NULL;
}

static unsigned number_level(const char *text)
{
	return *text == '-' ? level(ATL_O_SUB) : strpbrk(text, "/e") ? level(ATL_O_DIV) : level(ATL_O_NONE);
}

/* Whether the node's numbers are one number: which entry of its value; SIZE_MAX: no. */
static size_t number_of(const writer *w, uint32_t i)
{
	const atl_trace_leaf *leaf = leaf_of(w, i);
	return leaf->entry ? leaf->entry - 1 : atl_shape_scalar(&leaf->value->shape) ? 0 : SIZE_MAX;
}

/* The text of an entry, for what it looks like. */
static unsigned scalar_level(const writer *w, const atl_array *a, size_t entry)
{
	atl_buf text = { 0 };
	a->sys->print(&text, atl_array_at(a, entry), w->f->digits);
	unsigned found = number_level(atl_buf_text(&text));
	w->m->text.failed |= text.failed;
	atl_buf_clear(&text);
	return found;
}

static bool is_comparison(const atl_tree_node *n)
{
	return n->kind == ATL_T_BINARY && level((atl_tree_op)n->op) == level(ATL_O_EQ);
}

static unsigned node_level(const writer *w, uint32_t i)
{
	const atl_tree_node *n = &w->node[i];
	const atl_array *value = value_of(w, i);
	if (value)
		return number_of(w, i) != SIZE_MAX ? scalar_level(w, value, number_of(w, i)) : level(ATL_O_NONE);
	if (leaf_of(w, i))
		return level(leaf_of(w, i)->adjoint ? ATL_O_POW : ATL_O_NONE);
	if (is_comparison(n))
		return level(ATL_O_NONE);
	switch (n->kind) {
	case ATL_T_NUMBER:
		return number_level(n->text);
	case ATL_T_UNARY:
	case ATL_T_BINARY:
	case ATL_T_VERBATIM:
		return level((atl_tree_op)n->op);
	case ATL_T_RANGE:
		return level(ATL_O_ADD) - 1;
	case ATL_T_TRANSPOSE:
		return level(ATL_O_POW);
	default:
		return level(ATL_O_NONE);
	}
}

/* What LaTeX has no form for, as it is typed. */
static void add_typed(writer *w, uint32_t i)
{
	atl_buf text = { 0 };
	atl_tree_print(&text, w->t->rules, i, w->t->symbols);
	atl_buf_add(&w->m->text, "\\text{\\ttfamily ");
	atl_latex_text(&w->m->text, atl_buf_text(&text), text.len);
	atl_math_add(w->m, "}", (uint32_t)text.len * 53, false);
	w->m->text.failed |= text.failed;
	atl_buf_clear(&text);
}

static bool is_name(const char *text)
{
	return !strpbrk(text, "[](),; +*/^'");
}

static void add_leaf(writer *w, uint32_t i)
{
	const atl_trace_leaf *leaf = leaf_of(w, i);
	const atl_tree_node *n = &w->node[i];
	if (value_of(w, i) && leaf->entry)
		atl_math_entry(w->m, leaf->value, leaf->entry - 1, w->f);
	else if (value_of(w, i))
		atl_math_value(w->m, leaf->value, w->f, *w->numbers);
	else if (leaf && leaf->adjoint)
		atl_math_adjoint(w->m, w->t->of, leaf->label);
	else if (leaf && is_name(leaf->label))
		atl_math_name(w->m, leaf->label);
	else if (leaf) {
		atl_buf_add(&w->m->text, "\\text{\\ttfamily ");
		atl_latex_text(&w->m->text, leaf->label, strlen(leaf->label));
		atl_math_add(w->m, "}", (uint32_t)strlen(leaf->label) * 53, false);
	} else if (!strcmp(n->text, "…"))
		atl_math_add(w->m, "\\cdots", 150, false);
	else if (*n->text >= '0' && *n->text <= '9')
		atl_math_number(w->m, n->text);
	else if (is_name(n->text))
		atl_math_name(w->m, n->text);
	else
		add_typed(w, i);
	if (leaf && leaf->entry && !value_of(w, i))
		atl_math_place(w->m, &leaf->shape, leaf->entry - 1);
}

/* ---- operators ---- */

/* Whether a factor begins with a digit: then a dot stands before it. */
static bool begins_with_digit(const writer *w, uint32_t i)
{
	uint32_t first = w->node[i].first;
	const atl_tree_node *n = &w->node[first];
	const atl_array *value = value_of(w, first);
	if (value)
		return number_of(w, first) != SIZE_MAX;
	return n->kind == ATL_T_NUMBER || (n->kind == ATL_T_VERBATIM && *n->text >= '0' && *n->text <= '9');
}

static const char *sign_of(atl_tree_op op)
{
	static const char *const signs[ATL_O_COUNT] = {
		[ATL_O_OR] = " \\lor ", [ATL_O_AND] = " \\land ", [ATL_O_EQ] = " = ", [ATL_O_NE] = " \\ne ",
		[ATL_O_LT] = " < ", [ATL_O_LE] = " \\le ", [ATL_O_GT] = " > ", [ATL_O_GE] = " \\ge ",
		[ATL_O_ADD] = " + ", [ATL_O_SUB] = " - ", [ATL_O_DOTADD] = " + ", [ATL_O_DOTSUB] = " - ",
		[ATL_O_DIV] = " / ", [ATL_O_DOTMUL] = " \\odot ", [ATL_O_DOTDIV] = " \\oslash ",
	};
	return signs[op];
}

/* One above the other if both are short, a slash if not. */
static void write_quotient(writer *w, uint32_t left, uint32_t right, bool flat)
{
	bool leaves = w->node[left].n == 0 && w->node[right].n == 0;
	if (leaves) {
		push_text(w, "}", 10, false);
		push_node(w, right, 0, true);
		push_text(w, "}{", 10, false);
		push_node(w, left, 0, true);
		push_text(w, "\\frac{", 10, false);
		return;
	}
	push_node(w, right, level(ATL_O_DIV) + 1, flat);
	push_text(w, " / ", OPERATOR / 2, !flat);
	push_node(w, left, level(ATL_O_DIV), flat);
}

static void write_binary(writer *w, uint32_t i, bool flat)
{
	const atl_tree_node *n = &w->node[i];
	uint32_t right = i - 1, left = w->node[right].first - 1;
	atl_tree_op op = (atl_tree_op)n->op;
	unsigned own = level(op);
	if (op == ATL_O_DIV) {
		write_quotient(w, left, right, flat);
	} else if (op == ATL_O_POW || op == ATL_O_DOTPOW) {
		push_text(w, "}", 0, false);
		push_node(w, right, 0, true);
		push_text(w, op == ATL_O_POW ? "^{" : "^{\\odot ", op == ATL_O_POW ? 5 : 80, false);
		push_node(w, left, postfix(), flat);
	} else if (op == ATL_O_SOLVE) {
		push_node(w, right, own + 1, flat);
		push_text(w, "^{-1}\\,", 130, false);
		push_node(w, left, postfix(), flat);
	} else if (op == ATL_O_MUL || op == ATL_O_MATMUL) {
		bool dot = begins_with_digit(w, right);
		push_node(w, right, own + 1, flat);
		push_text(w, dot ? " \\cdot " : "\\,", dot ? 80 : THIN, !flat);
		bool mixed = w->node[left].kind == ATL_T_BINARY &&
		             (w->node[left].op == ATL_O_DOTMUL || w->node[left].op == ATL_O_DOTDIV);
		push_node(w, left, mixed ? own + 1 : own, flat);
	} else {
		bool relation = is_comparison(n);
		if (relation)
			push_text(w, "]", PAREN, false);
		push_node(w, right, own + 1, flat);
		push_text(w, sign_of(op), relation ? RELATION : OPERATOR, !flat);
		push_node(w, left, relation ? own + 1 : own, flat);
		if (relation) /* 1 where it holds */
			push_text(w, "\\mathbf{1}[", 110, false);
	}
}

static void write_unary(writer *w, uint32_t i, bool flat)
{
	atl_tree_op op = (atl_tree_op)w->node[i].op;
	push_node(w, i - 1, level(op) + 1, flat);
	push_text(w, op == ATL_O_NOT ? "\\lnot " : op == ATL_O_NEG ? "-" : "+", 80, false);
}

/* ---- calls, indices, brackets ---- */

static uint32_t push_list(writer *w, uint32_t child, uint32_t n, const char *between, bool flat)
{
	for (uint32_t k = 0; k < n; k++) {
		if (k)
			push_text(w, between, 60, false);
		push_node(w, child, 0, flat);
		child = w->node[child].first - 1;
	}
	return child;
}

static void add_function(writer *w, const char *name)
{
	const atl_op *op = atl_op_find(name, strlen(name));
	if (op && op->latex && *op->latex == '\\') {
		atl_math_add(w->m, op->latex, (uint32_t)strlen(op->latex) * 50 + 20, false);
		return;
	}
	atl_buf_add(&w->m->text, "\\operatorname{");
	atl_latex_text(&w->m->text, name, strlen(name));
	atl_math_add(w->m, "}", (uint32_t)strlen(name) * 56 + 20, false);
}

static void write_call(writer *w, uint32_t i, bool flat)
{
	const atl_tree_node *n = &w->node[i];
	add_function(w, n->sym == 0 && n->text ? n->text : atl_symbols_text(w->t->symbols, n->sym));
	if (n->n == 0)
		return;
	push_text(w, ")", PAREN, false);
	push_list(w, i - 1, n->n, ",\\, ", flat);
	push_text(w, "(", PAREN, false);
}

static void write_index(writer *w, uint32_t i)
{
	push_text(w, "]", PAREN, false);
	uint32_t base = push_list(w, i - 1, w->node[i].n - 1, ",\\, ", true);
	push_text(w, "[", PAREN, false);
	push_node(w, base, postfix(), true);
}

static void write_node(writer *w, uint32_t i, bool flat)
{
	const atl_tree_node *n = &w->node[i];
	switch (n->kind) {
	case ATL_T_VERBATIM: add_leaf(w, i); break;
	case ATL_T_NUMBER: atl_math_number(w->m, n->text); break;
	case ATL_T_NAME: atl_math_name(w->m, atl_symbols_text(w->t->symbols, n->sym)); break;
	case ATL_T_COLON: atl_math_add(w->m, "{:}", 30, false); break;
	case ATL_T_UNARY: write_unary(w, i, flat); break;
	case ATL_T_BINARY: write_binary(w, i, flat); break;
	case ATL_T_TRANSPOSE:
		push_text(w, "^{\\top}", 65, false);
		push_node(w, i - 1, postfix(), flat);
		break;
	case ATL_T_RANGE: push_list(w, i - 1, n->n, "{:}", true); break;
	case ATL_T_CALL: write_call(w, i, flat); break;
	case ATL_T_INDEX: write_index(w, i); break;
	case ATL_T_ROW: push_list(w, i - 1, n->n, ",\\, ", flat); break;
	case ATL_T_JOIN:
	case ATL_T_NUMPY:
		push_text(w, "]", PAREN, false);
		push_list(w, i - 1, n->n, n->kind == ATL_T_JOIN ? ";\\, " : ",\\, ", flat);
		push_text(w, "[", PAREN, false);
		break;
	default: add_typed(w, i);
	}
}

void atl_math_rule(atl_math *m, const atl_trace *t, uint32_t rule, const atl_format *f,
                   const atl_math_most *numbers)
{
	writer w = { .m = m, .t = t, .node = t->rules->node, .f = f, .numbers = numbers };
	push_node(&w, rule, 0, false);
	while (w.n && !m->text.failed) {
		item it = w.stack[--w.n];
		if (it.latex) {
			atl_math_add(m, it.latex, it.width, it.breaks);
		} else if (node_level(&w, it.node) < it.level) {
			push_text(&w, ")", PAREN, false);
			push_node(&w, it.node, 0, it.flat);
			push_text(&w, "(", PAREN, false);
		} else {
			write_node(&w, it.node, it.flat);
		}
	}
	atl_free(w.stack);
}
