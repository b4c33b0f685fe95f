/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rules.c: what a builder keeps: the rows of the operators, the rows' expressions and
 * parameters, parsed once per text, and which names are ops. */
#include "graph/build.h"

#include <string.h>
#include "base/mem.h"
#include "graph/scope.h"
#include "lang/reader.h"

typedef struct entry {
	const char *text;         /* the row's own: compared by address */
	atl_tree *tree;           /* as an expression; NULL: not read as one */
	atl_signature *signature; /* as parameters, likewise: a compiler may let equal texts stand in one place */
} entry;

/* What is known of a name. */
typedef struct named {
	const atl_op *op;
	bool looked;
} named;

struct atl_rule_cache {
	entry *slot; /* open addressing */
	size_t n, cap;
	named *named; /* by symbol */
	size_t n_named, cap_named;
};

enum { FIRST_SLOTS = 64 };

static const char *const kink_name[] = {
	[ATL_KINK_ZERO] = "zero", [ATL_KINK_ONE] = "one", [ATL_KINK_HALF] = "half", [ATL_KINK_ERROR] = "error",
};

static const char *const operator_row[ATL_O_COUNT] = {
	[ATL_O_OR] = "or", [ATL_O_AND] = "and", [ATL_O_NOT] = "not", [ATL_O_EQ] = "eq", [ATL_O_NE] = "ne",
	[ATL_O_LT] = "lt", [ATL_O_LE] = "le", [ATL_O_GT] = "gt", [ATL_O_GE] = "ge", [ATL_O_ADD] = "add",
	[ATL_O_SUB] = "sub", [ATL_O_DOTADD] = "add", [ATL_O_DOTSUB] = "sub", [ATL_O_MUL] = "matmul",
	[ATL_O_MATMUL] = "matmul", [ATL_O_DIV] = "div", [ATL_O_SOLVE] = "solve", [ATL_O_DOTMUL] = "mul",
	[ATL_O_DOTDIV] = "div", [ATL_O_NEG] = "neg", [ATL_O_POW] = "pow", [ATL_O_DOTPOW] = "pow",
};

atl_status atl_builder_init(atl_builder *b)
{
	b->literal = atl_op_find("literal", 7);
	b->input = atl_op_find("input", 5);
	for (size_t i = 0; i < ATL_O_COUNT; i++)
		if (operator_row[i])
			b->infix[i] = atl_op_find(operator_row[i], strlen(operator_row[i]));
	b->rules = atl_calloc(1, sizeof *b->rules);
	return b->rules ? ATL_OK : ATL_ERROR;
}

void atl_builder_clear(atl_builder *b)
{
	if (!b->rules)
		return;
	for (size_t i = 0; i < b->rules->cap; i++) {
		atl_tree_unref(b->rules->slot[i].tree);
		atl_free(b->rules->slot[i].signature);
	}
	atl_free(b->rules->slot);
	atl_free(b->rules->named);
	atl_free(b->rules);
	b->rules = NULL;
}

static entry *find(entry *slot, size_t cap, const char *text)
{
	size_t i = ((uintptr_t)text >> 3) * 0x9e3779b97f4a7c15u >> 20 & (cap - 1);
	while (slot[i].text && slot[i].text != text)
		i = (i + 1) & (cap - 1);
	return &slot[i];
}

static bool grow(struct atl_rule_cache *c)
{
	if (2 * (c->n + 1) <= c->cap)
		return true;
	size_t cap = c->cap ? 2 * c->cap : FIRST_SLOTS;
	entry *slot = atl_calloc(cap, sizeof *slot);
	if (!slot)
		return false;
	for (size_t i = 0; i < c->cap; i++)
		if (c->slot[i].text)
			*find(slot, cap, c->slot[i].text) = c->slot[i];
	atl_free(c->slot);
	c->slot = slot;
	c->cap = cap;
	return true;
}

/* The entry of a text, which is new when it has no text yet; NULL after a diagnostic. */
static entry *entry_of(atl_builder *b, const char *text)
{
	if (grow(b->rules))
		return find(b->rules->slot, b->rules->cap, text);
	atl_diag_nomem(b->diag);
	return NULL;
}

static const atl_tree *parsed(atl_builder *b, const char *text)
{
	entry *e = entry_of(b, text);
	if (e && !e->tree) {
		size_t len = strcspn(text, "\n");
		atl_tree *tree = atl_read_expression(b->sources, b->symbols, "built-in rule", text, len, b->diag);
		if (!tree)
			return NULL;
		b->rules->n += !e->text;
		e->text = text;
		e->tree = tree;
	}
	return e ? e->tree : NULL;
}

const atl_signature *atl_build_signature(atl_builder *b, const atl_op *op)
{
	entry *e = entry_of(b, op->params);
	if (e && !e->signature) {
		atl_signature *row = atl_calloc(1, sizeof *row);
		if (!row) {
			atl_diag_nomem(b->diag);
			return NULL;
		}
		row->n = (uint32_t)atl_op_params(op, row->param);
		for (uint32_t i = 0; i < row->n; i++)
			row->n_statics += row->param[i].is_static ? row->param[i].slots : 0;
		b->rules->n += !e->text;
		e->text = op->params;
		e->signature = row;
	}
	return e ? e->signature : NULL;
}

static const atl_op *look_up(const atl_builder *b, atl_sym sym)
{
	const char *name = atl_symbols_text(b->symbols, sym);
	return atl_op_find(name, strlen(name));
}

const atl_op *atl_build_op_named(atl_builder *b, atl_sym sym)
{
	struct atl_rule_cache *c = b->rules;
	if (sym >= c->n_named) {
		if (!atl_grow(&c->named, &c->cap_named, sym + 1u, sizeof *c->named))
			return look_up(b, sym);
		memset(c->named + c->n_named, 0, (c->cap_named - c->n_named) * sizeof *c->named);
		c->n_named = c->cap_named;
	}
	named *known = &c->named[sym];
	if (!known->looked)
		*known = (named){ look_up(b, sym), true };
	return known->op;
}

atl_id atl_build_rule(atl_builder *b, const char *text, const atl_bind *bind, uint32_t n)
{
	const atl_tree *tree = parsed(b, text);
	if (!tree)
		return 0;
	uint32_t root = tree->node[tree->root].kind == ATL_T_EXPR ? tree->root - 1 : tree->root;
	static const atl_bind none = { "", 0 };
	bool in_rule = b->in_rule;
	b->in_rule = true; /* a kink's condition is asked for outside a sweep */
	atl_id id = atl_elaborate(b, tree, root, bind ? bind : &none, n);
	b->in_rule = in_rule;
	return id;
}

/* ---- which rule ---- */

static const atl_side_rule *side_of(const atl_op *op, atl_kink_rule kink)
{
	return kink == ATL_KINK_ONE ? &op->one : kink == ATL_KINK_HALF ? &op->half : NULL;
}

const char *atl_op_rule(const atl_op *op, atl_kink_rule kink, uint32_t slot)
{
	const atl_side_rule *side = side_of(op, kink);
	if (slot >= ATL_OP_RULES)
		return NULL;
	return side && side->rule[slot] ? side->rule[slot] : op->rule[slot];
}

const char *atl_op_kink_says(const atl_op *op, atl_kink_rule kink)
{
	const atl_side_rule *side = side_of(op, kink);
	return kink == ATL_KINK_ERROR ? op->kink_at : side && side->says ? side->says : op->kink_says;
}

const char *atl_kink_name(unsigned rule)
{
	return rule < sizeof kink_name / sizeof *kink_name ? kink_name[rule] : NULL;
}
