/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entries.c: what an entry of a step is computed from, for `trace full`.
 *
 *     z = W*x + b      z[2] = W[2, 1]*x[1] + W[2, 2]*x[2] + b[2]
 *     L = mean(e)      L    = (e[1] + e[2] + e[3])/3
 *
 * The step's expression is followed down to the rows and adjoints that have a
 * label, entry by entry: products, convolutions and reductions become their terms,
 * operators and functions that go entry by entry stay.  What holds none of these
 * has nothing to say, and what holds anything else (an inverse, a pool) is left as
 * its rule says it.  Of many entries and terms the
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

/* ---- convolutions ---- */

/* conv2d, conv_transpose2d and conv2d_weight_grad are of one sum (ops/conv.h), over n, f, c, i, j, u, v:
 *
 *     y[n, f, i, j] * w[f, c, u, v] * x[n, group*channels + c, i*stride + u*dilation - padding, ...]
 *
 * An entry of one fixes some of the indices; the terms are what the other two are there. */
typedef struct images { size_t n, channels, rows, cols; } images;

typedef struct conv {
	images x, w, y;
	const int64_t *attr;       /* stride[2], padding[4], dilation[2], groups, in the order of the rows of ops/conv.c */
	char target;               /* 'y', 'x' or 'w' */
	size_t n_terms;
	size_t a[ALL_TERMS + 1], b[ALL_TERMS + 1]; /* entries of the operands: of the first terms, and at [ALL_TERMS] of the last */
} conv;

static images images_of(const atl_shape *s)
{
	return (images){ s->rank > 3 ? (size_t)s->dim[s->rank - 4] : 1, s->rank > 2 ? (size_t)s->dim[s->rank - 3] : 1,
			 (size_t)s->dim[s->rank - 2], (size_t)s->dim[s->rank - 1] };
}

static size_t entry_of(const images *s, size_t n, size_t c, size_t i, size_t j)
{
	return ((n * s->channels + c) * s->rows + i) * s->cols + j;
}

/* The term of these indices, where the window's entry is not in the padding. */
static void add_term(conv *c, size_t n, size_t f, size_t k, size_t i, size_t j, size_t u, size_t v)
{
	int64_t r = (int64_t)i * c->attr[0] + (int64_t)u * c->attr[6] - c->attr[2];
	int64_t q = (int64_t)j * c->attr[1] + (int64_t)v * c->attr[7] - c->attr[4];
	if (r < 0 || q < 0 || r >= (int64_t)c->x.rows || q >= (int64_t)c->x.cols)
		return;
	size_t group = f / (c->y.channels / (size_t)c->attr[8]);
	size_t x = entry_of(&c->x, n, group * c->w.channels + k, (size_t)r, (size_t)q);
	size_t w = entry_of(&c->w, f, k, u, v), y = entry_of(&c->y, n, f, i, j);
	size_t at = c->n_terms < ALL_TERMS ? c->n_terms : ALL_TERMS;
	c->a[at] = c->target == 'x' ? y : x;
	c->b[at] = c->target == 'w' ? y : w;
	c->a[ALL_TERMS] = c->a[at];
	c->b[ALL_TERMS] = c->b[at];
	c->n_terms++;
}

static void find_terms_of_y(conv *c, size_t n, size_t f, size_t i, size_t j)
{
	for (size_t k = 0; k < c->w.channels; k++)
		for (size_t u = 0; u < c->w.rows; u++)
			for (size_t v = 0; v < c->w.cols; v++)
				add_term(c, n, f, k, i, j, u, v);
}

static void find_terms_of_w(conv *c, size_t f, size_t k, size_t u, size_t v)
{
	for (size_t n = 0; n < c->x.n; n++)
		for (size_t i = 0; i < c->y.rows; i++)
			for (size_t j = 0; j < c->y.cols; j++)
				add_term(c, n, f, k, i, j, u, v);
}

/* i with i*stride + u*dilation - padding == r; SIZE_MAX: there is none. */
static size_t place_of(int64_t r, int64_t u, int64_t stride, int64_t dilation, int64_t padding, size_t places)
{
	int64_t far = r + padding - u * dilation;
	return far >= 0 && far % stride == 0 && far / stride < (int64_t)places ? (size_t)(far / stride) : SIZE_MAX;
}

static void find_terms_of_x(conv *c, size_t n, size_t channel, size_t r, size_t q)
{
	size_t filters = c->y.channels / (size_t)c->attr[8], group = channel / c->w.channels;
	for (size_t f = group * filters; f < (group + 1) * filters; f++)
		for (size_t u = 0; u < c->w.rows; u++)
			for (size_t v = 0; v < c->w.cols; v++) {
				size_t i = place_of((int64_t)r, (int64_t)u, c->attr[0], c->attr[6], c->attr[2], c->y.rows);
				size_t j = place_of((int64_t)q, (int64_t)v, c->attr[1], c->attr[7], c->attr[4], c->y.cols);
				if (i != SIZE_MAX && j != SIZE_MAX)
					add_term(c, n, f, channel % c->w.channels, i, j, u, v);
			}
}

static bool put_conv_terms(writer *w, atl_id id, const conv *c)
{
	bool all = c->n_terms <= ALL_TERMS;
	w->sums = true;
	if (c->n_terms == 0)
		return leaf(w, ATL_T_NUMBER, "0");
	for (size_t k = 0; k < c->n_terms; k++) {
		size_t at = k < ALL_TERMS ? k : ALL_TERMS;
		if (!put(w, operand(w, id, 0), c->a[at], false) || !put(w, operand(w, id, 1), c->b[at], false) ||
		    !make(w, ATL_T_BINARY, ATL_O_MUL, 2) || (k && !make(w, ATL_T_BINARY, ATL_O_ADD, 2)))
			return false;
		if (all || k + 1 != FEW_TERMS)
			continue;
		if (!leaf(w, ATL_T_VERBATIM, "…") || !make(w, ATL_T_BINARY, ATL_O_ADD, 2))
			return false;
		w->left_out += c->n_terms - FEW_TERMS - 1;
		k = c->n_terms - 2;
	}
	return true;
}

static bool put_conv(writer *w, atl_id id, size_t entry, char target)
{
	conv c = { .attr = atl_graph_attr(w->m->b->graph, id), .target = target };
	images out = images_of(shape_of(w, id)), a = images_of(shape_of(w, operand(w, id, 0))),
	       b = images_of(shape_of(w, operand(w, id, 1)));
	size_t j = entry % out.cols, i = entry / out.cols % out.rows, k = entry / out.cols / out.rows % out.channels,
	       n = entry / out.cols / out.rows / out.channels;
	c.x = target == 'x' ? out : a;
	c.w = target == 'w' ? out : b;
	c.y = target == 'y' ? out : target == 'x' ? a : b;
	if (target == 'y')
		find_terms_of_y(&c, n, k, i, j);
	else if (target == 'x')
		find_terms_of_x(&c, n, k, i, j);
	else
		find_terms_of_w(&c, n, k, i, j);
	if (!put_conv_terms(w, id, &c))
		return false;
	return atl_maker_node(w->m, id)->n_in < 3 ||
	       (put(w, operand(w, id, 2), k, false) && make(w, ATL_T_BINARY, ATL_O_ADD, 2));
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
	if (!strcmp(name, "conv2d") || !strcmp(name, "conv_transpose2d") || !strcmp(name, "conv2d_weight_grad"))
		return put_conv(w, id, entry, name[4] == '_' ? 'x' : name[6] == '_' ? 'w' : 'y');
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
