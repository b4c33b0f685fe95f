/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entries.c: what an entry of a step is computed from, for `trace full`.
 *
 *     z = W*x + b      z[2] = W[2, 1]*x[1] + W[2, 2]*x[2] + b[2]
 *     L = mean(e)      L    = (e[1] + e[2] + e[3])/3
 *
 * The step's expression is followed down to the rows and adjoints that have a
 * label, entry by entry: products and reductions become their terms, operators
 * and functions that go entry by entry stay.  What holds no product of matrices
 * and no reduction has nothing to say, and what holds anything else (an inverse,
 * a convolution) is left as its rule says it.  Of many entries and terms the
 * first are listed, and the last term; how many are left out is counted. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "graph/op.h"
#include "graph/show.h"
#include "trace/maker.h"

enum { ALL_ENTRIES = 16, FEW_ENTRIES = 6, ALL_TERMS = 8, FEW_TERMS = 4 };
enum { BUDGET = 120, MOST_LISTED = 20000 };

typedef struct writer {
	atl_maker *m;
	int budget;       /* nodes of the tree that an entry may still have */
	bool sums;        /* a product of matrices or a reduction was met */
	bool nomem;
	size_t left_out;  /* terms */
} writer;

/* Every function appends the text of one entry to the rules; false: it cannot be
 * written so, or there is no memory. */
static bool put(writer *w, atl_id id, size_t entry, bool root);

static const atl_shape *shape_of(const writer *w, atl_id id) { return atl_graph_shape(w->m->b->graph, id); }
static atl_id operand(const writer *w, atl_id id, uint32_t k) { return atl_graph_in(w->m->b->graph, id)[k]; }

static bool leaf(writer *w, atl_tree_kind kind, const char *text)
{
	if (w->budget-- <= 0)
		return false;
	w->nomem |= atl_tree_leaf(w->m->t->rules, kind, 0, text, strlen(text), (atl_span){ 0, 0 }) == ATL_TREE_NONE;
	return !w->nomem;
}

static bool make(writer *w, atl_tree_kind kind, atl_tree_op op, uint32_t n)
{
	if (w->budget-- <= 0)
		return false;
	w->nomem |= atl_tree_make(w->m->t->rules, kind, op, n, (atl_span){ 0, 0 }) == ATL_TREE_NONE;
	return !w->nomem;
}

static bool put_number(writer *w, const char *text, size_t len)
{
	char own[64];
	bool negative = *text == '-';
	if (len >= sizeof own)
		return false;
	memcpy(own, text, len);
	own[len] = '\0';
	return leaf(w, ATL_T_NUMBER, own + negative) && (!negative || make(w, ATL_T_UNARY, ATL_O_NEG, 1));
}

static bool put_literal(writer *w, atl_id id, size_t entry)
{
	const char *text = atl_graph_text(w->m->b->graph, id);
	for (size_t i = 0; strchr(text, ' ') && i < entry; i++)
		text += strcspn(text, " ") + 1;
	return put_number(w, text, strcspn(text, " "));
}

/* An entry of what has a label. */
static bool put_leaf(writer *w, atl_id id, size_t entry)
{
	atl_trace *t = w->m->t;
	uint32_t of = atl_maker_leaf(w->m, id);
	if (!leaf(w, ATL_T_VERBATIM, ""))
		return false;
	if (!atl_grow(&t->leaf, &t->leaf_cap, t->n_leaf + 1, sizeof *t->leaf))
		return !(w->nomem = true);
	t->rules->node[t->rules->n - 1].count = (uint32_t)t->n_leaf;
	t->leaf[t->n_leaf] = t->leaf[of];
	t->leaf[t->n_leaf].value = atl_array_ref(t->leaf[of].value);
	t->leaf[t->n_leaf].shape = *shape_of(w, id);
	t->leaf[t->n_leaf++].entry = entry + 1;
	return true;
}

/* ---- sums ---- */

/* Terms of a sum or factors of a product: put_term(k) for each k < n. */
typedef struct terms {
	atl_id a, b;          /* operands */
	size_t at_a, step_a;  /* their entries: at + k*step */
	size_t at_b, step_b;
	atl_tree_op between;
	bool products;        /* a[k]*b[k], else a[k] */
} terms;

static bool put_term(writer *w, const terms *s, size_t k)
{
	if (!put(w, s->a, s->at_a + k * s->step_a, false))
		return false;
	return !s->products || (put(w, s->b, s->at_b + k * s->step_b, false) && make(w, ATL_T_BINARY, ATL_O_MUL, 2));
}

static bool put_terms(writer *w, const terms *s, size_t n)
{
	bool all = n <= ALL_TERMS;
	w->sums = true;
	if (n == 0)
		return leaf(w, ATL_T_NUMBER, s->between == ATL_O_MUL ? "1" : "0");
	for (size_t k = 0; k < n; k++) {
		if (!put_term(w, s, k) || (k && !make(w, ATL_T_BINARY, s->between, 2)))
			return false;
		if (all || k + 1 != FEW_TERMS)
			continue;
		if (!leaf(w, ATL_T_VERBATIM, "…") || !make(w, ATL_T_BINARY, s->between, 2))
			return false;
		w->left_out += n - FEW_TERMS - 1;
		k = n - 2;
	}
	return true;
}

static bool put_product(writer *w, atl_id id, size_t entry)
{
	atl_id a = operand(w, id, 0), b = operand(w, id, 1);
	size_t inner = (size_t)shape_of(w, a)->dim[1], cols = (size_t)shape_of(w, b)->dim[1];
	return put_terms(w, &(terms){ .a = a, .at_a = entry / cols * inner, .step_a = 1, .b = b, .at_b = entry % cols,
				      .step_b = cols, .between = ATL_O_ADD, .products = true }, inner);
}

/* sum, mean, prod: along an axis or over all. */
static bool put_reduction(writer *w, atl_id id, size_t entry, const char *name)
{
	atl_id x = operand(w, id, 0);
	const atl_shape *s = shape_of(w, x);
	int64_t axis = atl_graph_attr(w->m->b->graph, id)[0];
	size_t n = atl_shape_count(s), inner = 1;
	char text[24];
	for (int d = (int)axis; axis > 0 && d < s->rank; d++)
		inner *= (size_t)s->dim[d];
	if (axis > 0)
		n = (size_t)s->dim[axis - 1];
	terms t = { .a = x, .at_a = entry / inner * n * inner + entry % inner, .step_a = inner,
		    .between = strcmp(name, "prod") ? ATL_O_ADD : ATL_O_MUL };
	if (!put_terms(w, &t, n))
		return false;
	if (strcmp(name, "mean") || n == 0)
		return n > 0 || strcmp(name, "mean");
	snprintf(text, sizeof text, "%zu", n);
	return leaf(w, ATL_T_NUMBER, text) && make(w, ATL_T_BINARY, ATL_O_DIV, 2);
}

/* ---- entry by entry ---- */

/* The entry that is repeated. */
static bool put_repeated(writer *w, atl_id id, size_t entry)
{
	atl_id x = operand(w, id, 0);
	const atl_shape *s = shape_of(w, x), *to = shape_of(w, id);
	size_t at = 0, step = 1;
	if (atl_shape_count(s) == 1)
		return put(w, x, 0, false);
	if (s->rank != to->rank)
		return false;
	for (int d = s->rank; d-- > 0; entry /= (size_t)to->dim[d], step *= (size_t)s->dim[d])
		at += s->dim[d] == 1 ? 0 : entry % (size_t)to->dim[d] * step;
	return put(w, x, at, false);
}

static bool put_transposed(writer *w, atl_id id, size_t entry)
{
	size_t rows = (size_t)shape_of(w, id)->dim[0], cols = (size_t)shape_of(w, id)->dim[1];
	return put(w, operand(w, id, 0), entry % cols * rows + entry / cols, false);
}

/* Of single entries: * for .*, and so on. */
static atl_tree_op of_scalars(atl_tree_op op)
{
	switch (op) {
	case ATL_O_DOTMUL: return ATL_O_MUL;
	case ATL_O_DOTDIV: return ATL_O_DIV;
	case ATL_O_DOTPOW: return ATL_O_POW;
	default: return op;
	}
}

static bool put_elementwise(writer *w, atl_id id, size_t entry)
{
	const atl_node *n = atl_maker_node(w->m, id);
	const atl_op *op = n->op;
	uint32_t n_in = n->n_in;
	if (n->n_attr || n_in == 0)
		return false;
	for (uint32_t k = 0; k < n_in; k++)
		if (!put(w, operand(w, id, k), entry, false))
			return false;
	if (op->infix != ATL_O_NONE)
		return make(w, n_in == 1 ? ATL_T_UNARY : ATL_T_BINARY, of_scalars(op->infix), n_in);
	if (!make(w, ATL_T_CALL, ATL_O_NONE, n_in))
		return false;
	w->m->t->rules->node[w->m->t->rules->n - 1].text = op->shown ? op->shown : op->name;
	return true;
}

static bool put(writer *w, atl_id id, size_t entry, bool root)
{
	const atl_node *n = atl_maker_node(w->m, id);
	const char *name = n->op->name;
	if (n->flags & ATL_NF_LITERAL)
		return put_literal(w, id, entry);
	if (!root && atl_maker_is_leaf(id, w->m))
		return put_leaf(w, id, entry);
	if (n->flags & ATL_NF_INPUT)
		return false;
	if (n->flags & ATL_NF_ALIAS || !strcmp(name, "ident") || !strcmp(name, "reshape"))
		return put(w, operand(w, id, 0), entry, false);
	if (n->op->written == ATL_T_TRANSPOSE)
		return put_transposed(w, id, entry);
	if (!strcmp(name, "broadcast"))
		return put_repeated(w, id, entry);
	if (!strcmp(name, "matmul"))
		return put_product(w, id, entry);
	if (!strcmp(name, "sum") || !strcmp(name, "mean") || !strcmp(name, "prod"))
		return put_reduction(w, id, entry, name);
	if (n->op->flags & ATL_OF_ELEMENTWISE)
		return put_elementwise(w, id, entry);
	return n->body && put(w, n->body, entry, false);
}

/* ---- a step ---- */

/* False, and nothing, when the entry cannot be written, or there is no memory. */
static bool add_entry(atl_maker *m, atl_id id, size_t entry, bool *nomem)
{
	atl_trace *t = m->t;
	writer w = { .m = m, .budget = BUDGET };
	uint32_t from = t->rules->n;
	size_t leaves = t->n_leaf;
	bool fits = put(&w, id, entry, true) && w.sums;
	if (fits && !atl_grow(&t->entry, &t->entry_cap, t->n_entries + 1, sizeof *t->entry))
		w.nomem = true;
	*nomem = w.nomem;
	if (fits && !w.nomem) {
		t->entry[t->n_entries++] = (atl_trace_entry){ .at = entry, .rule = t->rules->n - 1, .left_out = w.left_out };
		return true;
	}
	for (t->rules->n = from; t->n_leaf > leaves; t->n_leaf--)
		atl_array_unref(t->leaf[t->n_leaf - 1].value);
	return false;
}

atl_status atl_maker_entries(atl_maker *m, atl_step *s, atl_id id)
{
	bool nomem = false;
	size_t n = s->value->n, most = n <= ALL_ENTRIES ? n : FEW_ENTRIES;
	s->entry = m->t->n_entries;
	if (m->t->n_entries > MOST_LISTED)
		return ATL_OK;
	while (s->n_entries < most && add_entry(m, id, s->n_entries, &nomem))
		s->n_entries++;
	if (s->n_entries)
		s->entries_left_out = n - s->n_entries;
	return nomem ? atl_diag_nomem(m->diag) : ATL_OK;
}
