/* SPDX-License-Identifier: GPL-3.0-or-later */
/* elaborate.c: an expression's tree to nodes: one loop over the post-order
 * array, a slot for each tree node's result, one function a kind. */
#include <string.h>
#include "graph/build.h"
#include "graph/derive.h"
#include "graph/scope.h"
#include "graph/show.h"

typedef struct slot {
	enum { S_NODE, S_RANGE, S_ALL, S_STRING } kind;
	atl_id id;
	uint32_t end_of; /* END: tree index of its INDEX node */
	uint32_t end_k;  /* which subscript of it */
	bool inner;      /* NUMPY: a list of another one, which reads it */
} slot;

typedef struct elab {
	atl_builder *b;
	const atl_tree *tree;
	uint32_t base; /* slot[i - base] is tree node i's */
	slot *slot;
	const atl_bind *bind;
	uint32_t n_bind;
	bool rule;     /* built-in names only */
} elab;

static const atl_tree_node *at(const elab *e, uint32_t i) { return &e->tree->node[i]; }
static slot *slot_of(const elab *e, uint32_t i) { return &e->slot[i - e->base]; }

static atl_span span(const elab *e, atl_span s)
{
	return e->rule ? (atl_span){ 0, 0 } : s;
}

static atl_id node_of(elab *e, uint32_t i);

/* ---- names ---- */

static atl_id constant(elab *e, const atl_tree_node *t)
{
	const char *name = atl_symbols_text(e->b->symbols, atl_symbols_canon(e->b->symbols, t->sym));
	const char *own = atl_symbols_text(e->b->symbols, t->sym);
	bool pi = !strcmp(name, "pi") || !strcmp(own, "pi") || !strcmp(own, "π");
	if (!pi && strcmp(own, "inf") != 0)
		return 0;
	atl_span at_name = span(e, t->span);
	return atl_build_args(e->b, pi ? atl_op_find("pi", 2) : atl_op_find("inf", 3), NULL, 0, at_name, at_name);
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

static const char *const op_name[ATL_O_COUNT] = {
	[ATL_O_OR] = "or", [ATL_O_AND] = "and", [ATL_O_NOT] = "not", [ATL_O_EQ] = "eq", [ATL_O_NE] = "ne",
	[ATL_O_LT] = "lt", [ATL_O_LE] = "le", [ATL_O_GT] = "gt", [ATL_O_GE] = "ge", [ATL_O_ADD] = "add",
	[ATL_O_SUB] = "sub", [ATL_O_DOTADD] = "add", [ATL_O_DOTSUB] = "sub", [ATL_O_MUL] = "matmul",
	[ATL_O_MATMUL] = "matmul", [ATL_O_DIV] = "div", [ATL_O_SOLVE] = "solve", [ATL_O_DOTMUL] = "mul",
	[ATL_O_DOTDIV] = "div", [ATL_O_NEG] = "neg", [ATL_O_POW] = "pow", [ATL_O_DOTPOW] = "pow",
};

static bool scalar(const elab *e, atl_id id)
{
	return atl_shape_scalar(atl_graph_shape(e->b->graph, id));
}

static atl_id call2(elab *e, const char *name, uint32_t i, atl_id x, atl_id y, bool outer)
{
	const atl_tree_node *t = at(e, i);
	uint32_t right = i - 1, left = at(e, right)->first - 1;
	atl_id arg[2] = { x, y };
	atl_span spans[2] = { span(e, at(e, left)->span), span(e, at(e, right)->span) };
	atl_call c = { .op = atl_op_find(name, strlen(name)), .arg = arg, .n_args = 2, .span = span(e, t->span),
		       .at = span(e, t->at), .outer = outer, .arg_span = spans };
	return atl_build_call(e->b, &c);
}

static atl_id elab_divide(elab *e, uint32_t i, atl_id x, atl_id y)
{
	if (scalar(e, y))
		return call2(e, "div", i, x, y, false);
	uint32_t right = i - 1, left = at(e, right)->first - 1;
	atl_build_shape_error(e->b, at(e, i)->at, "`/` divides by a scalar", x, at(e, left)->span, y, at(e, right)->span);
	atl_diag_note(e->b->diag, "`./` divides entry by entry; A\\b solves A*x = b");
	return 0;
}

/* A^n by repeated squaring; n of either sign. */
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
	if (n < 0) {
		x = atl_build_1(e->b, "inv", x);
		n = n == INT64_MIN ? INT64_MAX : -n;
	}
	if (n == 0)
		return atl_build_op(e->b, "eye", NULL, 0, (int64_t[]){ s->dim[0], s->dim[0] }, 2);
	atl_id result = 0;
	for (; n; n /= 2, x = n ? atl_build_2(e->b, "matmul", x, x) : x)
		if (n % 2)
			result = result ? atl_build_2(e->b, "matmul", result, x) : x;
	return result;
}

static atl_id elab_binary(elab *e, uint32_t i)
{
	const atl_tree_node *t = at(e, i);
	uint32_t right = i - 1, left = at(e, right)->first - 1;
	atl_id x = node_of(e, left), y = node_of(e, right);
	if (!x || !y)
		return 0;
	switch (t->op) {
	case ATL_O_MUL:
	case ATL_O_MATMUL:
		return call2(e, scalar(e, x) || scalar(e, y) ? "mul" : "matmul", i, x, y, false);
	case ATL_O_DIV:
		return elab_divide(e, i, x, y);
	case ATL_O_POW:
		return scalar(e, x) && scalar(e, y) ? call2(e, "pow", i, x, y, false) : matrix_power(e, i, x, y);
	case ATL_O_DOTADD: case ATL_O_DOTSUB: case ATL_O_DOTMUL: case ATL_O_DOTDIV: case ATL_O_DOTPOW:
		return call2(e, op_name[t->op], i, x, y, true);
	default:
		return call2(e, op_name[t->op], i, x, y, false);
	}
}

static atl_id call1(elab *e, const char *name, uint32_t i, atl_id x)
{
	const atl_tree_node *t = at(e, i);
	atl_span child = span(e, at(e, i - 1)->span);
	atl_call c = { .op = atl_op_find(name, strlen(name)), .arg = &x, .n_args = 1, .span = span(e, t->span),
		       .at = span(e, t->at), .arg_span = &child };
	return atl_build_call(e->b, &c);
}

static atl_id elab_unary(elab *e, uint32_t i)
{
	atl_id x = node_of(e, i - 1);
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
	return call1(e, op_name[at(e, i)->op], i, x);
}

/* ---- calls ---- */

/* The arguments of node i, in an array that the caller frees; NULL after a diagnostic. */
static atl_arg *arguments(elab *e, uint32_t i, uint32_t n)
{
	atl_arg *arg = atl_calloc(n + 1, sizeof *arg);
	if (!arg) {
		atl_diag_nomem(e->b->diag);
		return NULL;
	}
	uint32_t c = i - 1;
	for (uint32_t k = n; k-- > 0; c = at(e, c)->first - 1) {
		uint32_t value = at(e, c)->kind == ATL_T_NAMED ? c - 1 : c;
		arg[k].name = at(e, c)->kind == ATL_T_NAMED ? at(e, c)->sym : 0;
		arg[k].span = span(e, at(e, value)->span);
		if (at(e, value)->kind == ATL_T_STRING)
			arg[k].string = at(e, value)->text;
		else if (!(arg[k].id = node_of(e, value))) {
			atl_free(arg);
			return NULL;
		}
	}
	return arg;
}

static void unknown_function(elab *e, uint32_t i)
{
	const atl_tree_node *t = at(e, i);
	atl_builder *b = e->b;
	const char *name = atl_symbols_text(b->symbols, t->sym);
	if (!e->rule && b->host->is_variable(b->host_data, t->sym)) {
		atl_diag_fail(b->diag, ATL_KIND_NAME, t->at, "\"%s\" is a variable and cannot be called", name);
		atl_buf inner = { 0 };
		if (t->n == 1)
			atl_tree_print(&inner, e->tree, i - 1, b->symbols);
		if (t->n == 1 && inner.len < 60)
			atl_diag_note(b->diag, "a product is written %s*(%s)", name, atl_buf_text(&inner));
		else
			atl_diag_note(b->diag, "an entry is written %s[...]", name);
		atl_buf_clear(&inner);
		return;
	}
	atl_diag_fail(b->diag, ATL_KIND_NAME, t->at, "unknown function \"%s\"", name);
	const char *near = e->rule ? NULL : b->host->nearest(b->host_data, name, true);
	if (near)
		atl_diag_note(b->diag, "did you mean \"%s\"?", near);
}

static const atl_op *op_of(elab *e, atl_sym sym)
{
	const char *name = atl_symbols_text(e->b->symbols, sym);
	const atl_op *op = atl_op_find(name, strlen(name));
	if (!op) {
		name = atl_symbols_text(e->b->symbols, atl_symbols_canon(e->b->symbols, sym));
		op = atl_op_find(name, strlen(name));
	}
	return op && op->flags & ATL_OF_INTERNAL && !e->rule ? NULL : op;
}

static atl_id call_function(elab *e, uint32_t i, atl_arg *arg, uint32_t n)
{
	const atl_tree_node *t = at(e, i);
	if (!e->rule && e->b->host->is_function(e->b->host_data, t->sym))
		return e->b->host->call(e->b->host_data, t->sym, arg, n, t->span, t->at);
	const atl_op *op = op_of(e, t->sym);
	if (op)
		return atl_build_args(e->b, op, arg, n, span(e, t->span), span(e, t->at));
	unknown_function(e, i);
	return 0;
}

static atl_id elab_call(elab *e, uint32_t i)
{
	uint32_t n = at(e, i)->n;
	/* a call of a name that is no function is that error, whatever the arguments */
	atl_arg *arg = arguments(e, i, n);
	if (!arg)
		return 0;
	atl_id id = call_function(e, i, arg, n);
	atl_free(arg);
	return id;
}

/* f'(x): the derivative entry by entry, f''(x) the second. */
static atl_id elab_prime(elab *e, uint32_t i)
{
	const atl_tree_node *t = at(e, i);
	atl_id x = node_of(e, i - 1);
	if (!x)
		return 0;
	if (!e->rule && e->b->host->is_variable(e->b->host_data, t->sym) &&
	    !e->b->host->is_function(e->b->host_data, t->sym) && !op_of(e, t->sym)) {
		const char *name = atl_symbols_text(e->b->symbols, t->sym);
		atl_diag_fail(e->b->diag, ATL_KIND_NAME, t->at, "\"%s\" is a variable: %s' is its transpose", name, name);
		atl_diag_note(e->b->diag, "a product is written %s'*(...)", name);
		return 0;
	}
	/* differentiated for a fresh stand-in of x, put back afterwards */
	atl_new k = { .op = atl_op_find("ident", 5), .shape = *atl_graph_shape(e->b->graph, x), .in = &x, .n_in = 1,
		      .flags = ATL_NF_ALIAS | ATL_NF_OPEN, .fresh = true, .span = span(e, t->span) };
	atl_id u = atl_build_node(e->b, &k);
	atl_arg arg = { .id = u, .span = span(e, at(e, i - 1)->span) };
	atl_id y = u ? call_function(e, i, &arg, 1) : 0;
	for (uint32_t n = t->count ? t->count : 1; n > 0 && y; n--) {
		if (!atl_shape_equal(atl_graph_shape(e->b->graph, y), &k.shape)) {
			atl_build_shape_error(e->b, t->at, "f'(x) is for functions that act entry by entry", y, t->at, x,
					      at(e, i - 1)->span);
			return 0;
		}
		y = atl_vjp(e->b, y, u, atl_build_full(e->b, "1", &k.shape));
	}
	return y;
}

static atl_id elab_partial(elab *e, uint32_t i)
{
	uint32_t n = at(e, i)->n;
	uint32_t c = i - 1;
	for (uint32_t k = 1; k < n; k++) /* back to the expression */
		c = at(e, c)->first - 1;
	atl_id y = node_of(e, c);
	uint32_t from = c + 1;
	for (uint32_t k = 1; k < n && y; k++) {
		uint32_t child = from;
		for (uint32_t j = from; j < i; j++) /* the root of what begins there: W[1,2], not its W */
			child = at(e, j)->first == from ? j : child;
		const char *name = k > 1 && !scalar(e, y) ? "jacobian" : "grad";
		atl_arg arg[2] = { { .id = y, .span = at(e, c)->span }, { .id = node_of(e, child), .span = at(e, child)->span } };
		if (!arg[1].id)
			return 0;
		y = atl_build_args(e->b, atl_op_find(name, strlen(name)), arg, 2, at(e, i)->span, at(e, i)->at);
		from = child + 1;
	}
	return y;
}

/* ---- ranges, brackets, indices ---- */

static const int64_t MAX_RANGE = 1 << 26;

/* a:b or a:step:b of whole numbers, from their nodes. */
static atl_status range_bounds(elab *e, uint32_t i, int64_t *a, int64_t *step, int64_t *last)
{
	uint32_t c[3], n = at(e, i)->n;
	atl_tree_children(e->tree, i, c);
	*step = 1;
	if (atl_build_integer(e->b, node_of(e, c[0]), "a range's start", at(e, c[0])->span, a) ||
	    (n == 3 && atl_build_integer(e->b, node_of(e, c[1]), "a range's step", at(e, c[1])->span, step)) ||
	    atl_build_integer(e->b, node_of(e, c[n - 1]), "a range's end", at(e, c[n - 1])->span, last))
		return ATL_ERROR;
	if (*step == 0)
		return atl_diag_fail(e->b->diag, ATL_KIND_SHAPE, at(e, c[1])->span, "a range's step must not be 0");
	return ATL_OK;
}

int64_t atl_range_count(int64_t a, int64_t step, int64_t last)
{
	if (step > 0 ? last < a : last > a)
		return 0;
	uint64_t way = step > 0 ? (uint64_t)last - (uint64_t)a : (uint64_t)a - (uint64_t)last;
	uint64_t steps = way / (step > 0 ? (uint64_t)step : -(uint64_t)step);
	return steps < INT64_MAX ? (int64_t)steps + 1 : INT64_MAX;
}

static atl_id range_vector(elab *e, uint32_t i)
{
	int64_t a, step, last;
	if (range_bounds(e, i, &a, &step, &last))
		return 0;
	int64_t n = atl_range_count(a, step, last);
	if (n > MAX_RANGE) {
		atl_diag_fail(e->b->diag, ATL_KIND_LIMIT, at(e, i)->span, "a range of that many entries is past the limit");
		return 0;
	}
	atl_buf text = { 0 };
	for (int64_t k = 0; k < n; k++)
		atl_buf_addf(&text, "%s%lld", k ? " " : "", (long long)(a + k * step));
	atl_shape s = n ? atl_shape_2(n, 1) : atl_shape_2(0, 0);
	atl_id id = text.failed ? 0 : atl_build_full(e->b, atl_buf_text(&text), &s);
	if (text.failed)
		atl_diag_nomem(e->b->diag);
	atl_buf_clear(&text);
	return id;
}

/* The node of tree node i; a range that stands as a value becomes a vector. */
static atl_id node_of(elab *e, uint32_t i)
{
	slot *s = slot_of(e, i);
	if (s->kind == S_RANGE) {
		s->id = range_vector(e, i);
		s->kind = S_NODE;
	}
	if (s->kind == S_STRING)
		atl_diag_fail(e->b->diag, ATL_KIND_SYNTAX, at(e, i)->span, "a text cannot stand here");
	return s->id;
}

static atl_id elab_join(elab *e, uint32_t i)
{
	uint32_t rows = at(e, i)->n, total = 0;
	for (uint32_t r = 0, c = i - 1; r < rows; r++, c = at(e, c)->first - 1)
		total += at(e, c)->n;
	atl_id *entry = atl_malloc((total + 1) * sizeof *entry);
	atl_span *spans = atl_malloc((total + 1) * sizeof *spans);
	uint32_t *per_row = atl_malloc((rows + 1) * sizeof *per_row);
	atl_id id = 0;
	bool good = entry && spans && per_row;
	if (!good)
		atl_diag_nomem(e->b->diag);
	uint32_t k = total;
	for (uint32_t r = rows, row = i - 1; good && r-- > 0; row = at(e, row)->first - 1) {
		per_row[r] = at(e, row)->n;
		for (uint32_t j = per_row[r], c = row - 1; good && j-- > 0; c = at(e, c)->first - 1) {
			entry[--k] = node_of(e, c);
			spans[k] = span(e, at(e, c)->span);
			good = entry[k] != 0;
		}
	}
	if (good)
		id = atl_build_join(e->b, entry, per_row, rows, spans, span(e, at(e, i)->span));
	atl_free(entry);
	atl_free(spans);
	atl_free(per_row);
	return id;
}

/* A NumPy array with entries that are no plain numbers: all entries in row order, then the shape. */
static atl_id elab_numpy(elab *e, uint32_t i)
{
	atl_shape shape;
	if (atl_numpy_shape(e->b, e->tree, i, &shape))
		return 0;
	size_t n = atl_shape_count(&shape), k = n;
	atl_id *entry = atl_malloc((n + 1) * sizeof *entry);
	atl_id id = 0;
	if (!entry) {
		atl_diag_nomem(e->b->diag);
		return 0;
	}
	bool good = true;
	for (uint32_t j = i; good && j-- > at(e, i)->first;) {
		if (at(e, j)->kind == ATL_T_NUMPY)
			continue;
		entry[--k] = node_of(e, j);
		good = entry[k] != 0;
		if (good && !scalar(e, entry[k])) {
			atl_build_shape_error(e->b, at(e, j)->span, "an entry of a nested array must be a scalar", entry[k],
					      at(e, j)->span, 0, at(e, j)->span);
			good = false;
		}
		j = at(e, j)->first;
	}
	if (good)
		id = atl_build_op(e->b, "vcat", entry, (uint32_t)n, NULL, 0);
	if (id)
		id = atl_build_reshape(e->b, id, &shape);
	atl_free(entry);
	return id;
}

static atl_status subscript(elab *e, uint32_t i, atl_id base, uint32_t k, uint32_t n, atl_subscript *out)
{
	slot *s = slot_of(e, i);
	*out = (atl_subscript){ .kind = ATL_SUB_ALL, .span = at(e, i)->span };
	if (s->kind == S_ALL)
		return ATL_OK;
	if (s->kind == S_RANGE) {
		int64_t last;
		out->kind = ATL_SUB_RANGE;
		if (range_bounds(e, i, &out->first, &out->step, &last))
			return ATL_ERROR;
		out->count = atl_range_count(out->first, out->step, last);
		out->first -= out->first > INT64_MIN;
		return ATL_OK;
	}
	atl_id id = node_of(e, i);
	if (!id)
		return ATL_ERROR;
	if (at(e, i)->kind == ATL_T_BINARY && at(e, i)->op >= ATL_O_EQ && at(e, i)->op <= ATL_O_GE) {
		atl_buf base_text = { 0 }, condition = { 0 };
		atl_show_text(&base_text, e->b->graph, base, e->b->symbols);
		atl_tree_print(&condition, e->tree, i, e->b->symbols);
		atl_diag_fail(e->b->diag, ATL_KIND_SHAPE, at(e, i)->span, "a comparison gives 0 or 1 for each entry, and no positions");
		atl_diag_note(e->b->diag, "where(%s, %s, 0) keeps the shape; %s[find(%s)] picks the entries", atl_buf_text(&condition),
			      atl_buf_text(&base_text), atl_buf_text(&base_text), atl_buf_text(&condition));
		atl_buf_clear(&base_text);
		atl_buf_clear(&condition);
		return ATL_ERROR;
	}
	if (!scalar(e, id)) {
		out->kind = ATL_SUB_GATHER;
		out->index = id;
		return ATL_OK;
	}
	(void)k;
	(void)n;
	out->kind = ATL_SUB_AT;
	out->count = 1;
	out->step = 1;
	if (atl_build_integer(e->b, id, "an index", at(e, i)->span, &out->first))
		return ATL_ERROR;
	out->first -= out->first > INT64_MIN;
	return ATL_OK;
}

static atl_id elab_index(elab *e, uint32_t i)
{
	uint32_t n = at(e, i)->n - 1;
	uint32_t child[ATL_MAX_RANK + 1];
	if (n > ATL_MAX_RANK || n == 0) {
		atl_diag_fail(e->b->diag, ATL_KIND_SHAPE, at(e, i)->span, n ? "too many indices" : "an index is missing");
		return 0;
	}
	atl_tree_children(e->tree, i, child);
	atl_id base = node_of(e, child[0]);
	atl_subscript sub[ATL_MAX_RANK];
	for (uint32_t k = 0; k < n; k++)
		if (!base || subscript(e, child[k + 1], base, k, n, &sub[k]))
			return 0;
	return atl_build_index(e->b, base, sub, n, span(e, at(e, i)->span), span(e, at(e, child[0])->span));
}

static uint32_t base_of_index(const elab *e, uint32_t i)
{
	uint32_t c = i - 1;
	for (uint32_t k = at(e, i)->n - 1; k > 0; k--)
		c = at(e, c)->first - 1;
	return c;
}

/* Each END belongs to the innermost index it stands in. */
static void find_ends(elab *e, uint32_t root)
{
	for (uint32_t i = e->base; i <= root; i++) {
		if (at(e, i)->kind != ATL_T_INDEX || at(e, i)->n - 1 > ATL_MAX_RANK)
			continue;
		uint32_t c = i - 1;
		for (uint32_t k = at(e, i)->n - 1; k-- > 0; c = at(e, c)->first - 1)
			for (uint32_t j = c + 1; j-- > at(e, c)->first;) {
				if (at(e, j)->kind == ATL_T_END) {
					slot_of(e, j)->end_of = i;
					slot_of(e, j)->end_k = k;
				} else if (at(e, j)->kind == ATL_T_INDEX) {
					j = base_of_index(e, j) + 1; /* its subscripts have theirs */
				}
			}
	}
}

static atl_id elab_end(elab *e, uint32_t i)
{
	slot *s = slot_of(e, i);
	if (!s->end_of) {
		atl_diag_fail(e->b->diag, ATL_KIND_SYNTAX, at(e, i)->span, "`end` stands for the last index, inside [ ] after a name");
		return 0;
	}
	uint32_t child[ATL_MAX_RANK + 1];
	atl_tree_children(e->tree, s->end_of, child);
	atl_id base = node_of(e, child[0]);
	return base ? atl_build_number(e->b, atl_index_end(e->b, base, s->end_k, at(e, s->end_of)->n - 1)) : 0;
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
		atl_id x = node_of(e, i - 1);
		return x && !scalar(e, x) ? call1(e, "transpose", i, x) : x;
	}
	case ATL_T_CALL: return elab_call(e, i);
	case ATL_T_PRIME: return elab_prime(e, i);
	case ATL_T_PARTIAL: return elab_partial(e, i);
	case ATL_T_JOIN: return elab_join(e, i);
	case ATL_T_NUMPY: return elab_numpy(e, i);
	case ATL_T_INDEX: return elab_index(e, i);
	case ATL_T_END: return elab_end(e, i);
	case ATL_T_EXPR: return node_of(e, i - 1);
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

/* The lists of a NumPy array are read by the outermost one. */
static void mark_inner_lists(elab *e, uint32_t root)
{
	for (uint32_t i = root + 1; i-- > e->base;)
		if (at(e, i)->kind == ATL_T_NUMPY)
			for (uint32_t k = 0, c = i - 1; k < at(e, i)->n; k++, c = at(e, c)->first - 1)
				slot_of(e, c)->inner = true;
}

/* Brackets of nothing but numbers become one literal each; their insides are skipped. */
static void literal_brackets(elab *e, uint32_t root, uint32_t *skip_to)
{
	for (uint32_t i = root + 1; i-- > e->base;) {
		uint8_t kind = at(e, i)->kind;
		if ((kind != ATL_T_JOIN && kind != ATL_T_NUMPY) || slot_of(e, i)->inner || !atl_bracket_is_literal(e->tree, i))
			continue;
		skip_to[at(e, i)->first - e->base] = i;
		i = at(e, i)->first;
	}
}

static atl_id run(elab *e, uint32_t root, uint32_t *skip_to)
{
	bool brackets = false, ends = false;
	for (uint32_t i = e->base; i <= root; i++) {
		brackets |= at(e, i)->kind == ATL_T_JOIN || at(e, i)->kind == ATL_T_NUMPY;
		ends |= at(e, i)->kind == ATL_T_END;
	}
	if (brackets) {
		mark_inner_lists(e, root);
		literal_brackets(e, root, skip_to);
	}
	if (ends)
		find_ends(e, root);
	for (uint32_t i = e->base; i <= root; i++) {
		if (skip_to[i - e->base]) {
			i = skip_to[i - e->base];
			slot_of(e, i)->id = atl_build_literal_bracket(e->b, e->tree, i);
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
	return node_of(e, root);
}

enum { SMALL_TREE = 64 };

atl_id atl_elaborate(atl_builder *b, const atl_tree *tree, uint32_t root, const atl_bind *bind, uint32_t n_bind)
{
	elab e = { .b = b, .tree = tree, .base = tree->node[root].first, .bind = bind, .n_bind = n_bind, .rule = bind != NULL };
	uint32_t n = root - e.base + 1;
	slot small[SMALL_TREE];
	uint32_t small_skip[SMALL_TREE];
	e.slot = n <= SMALL_TREE ? small : atl_malloc(n * sizeof *e.slot);
	uint32_t *skip_to = n <= SMALL_TREE ? small_skip : atl_malloc(n * sizeof *skip_to);
	atl_id id = 0;
	if (!e.slot || !skip_to) {
		atl_diag_nomem(b->diag);
	} else {
		memset(e.slot, 0, n * sizeof *e.slot);
		memset(skip_to, 0, n * sizeof *skip_to);
		id = run(&e, root, skip_to);
	}
	if (e.slot != small)
		atl_free(e.slot);
	if (skip_to != small_skip)
		atl_free(skip_to);
	/* every failure has said why */
	if (id == 0 && b->diag->kind == ATL_KIND_NONE)
		atl_diag_nomem(b->diag);
	return id;
}

atl_id atl_build_tree(atl_builder *b, const atl_tree *tree, uint32_t node)
{
	return atl_elaborate(b, tree, node, NULL, 0);
}
