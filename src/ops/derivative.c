/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derivative.c: gradients and their kin as functions of the language. */
#include "graph/derive.h"
#include <string.h>
#include "ops/families.h"

static const atl_node *node(const atl_builder *b, atl_id id) { return atl_graph_node(b->graph, id); }
static atl_span span_of(const atl_call *c, uint32_t k) { return c->arg_span ? c->arg_span[k] : c->at; }

/* ---- why a gradient is zero ---- */

static bool same_expression(const atl_builder *b, atl_id u, atl_id v)
{
	const atl_node *x = node(b, u), *y = node(b, v);
	return x->op == y->op && x->n_in == y->n_in && x->n_attr == y->n_attr && x->shape == y->shape && x->n_in > 0 &&
	       !memcmp(atl_graph_in(b->graph, u), atl_graph_in(b->graph, v), x->n_in * sizeof(atl_id)) &&
	       !memcmp(atl_graph_attr(b->graph, u), atl_graph_attr(b->graph, v), x->n_attr * sizeof(int64_t));
}

static void note_earlier(atl_builder *b, const atl_call *c, atl_id x, atl_id earlier)
{
	const char *name = atl_symbols_text(b->symbols, node(b, x)->name);
	char *text = atl_arena_printf(&b->diag->arena, "the gradient is 0: this depends on an earlier %s (%s~%u), not on the one "
				      "bound last; `%s <- ...` changes a value and keeps what depends on it", name, name,
				      node(b, earlier)->turn, name);
	if (text)
		b->host->note(b->host_data, c->span, text);
}

static void note_equal(atl_builder *b, const atl_call *c, atl_id x)
{
	const char *name = atl_symbols_text(b->symbols, node(b, x)->name);
	char *text = atl_arena_printf(&b->diag->arena, "the gradient is 0: this contains an expression equal to %s, and not the "
				      "name %s; write %s in its place", name, name, name);
	if (text)
		b->host->note(b->host_data, c->span, text);
}

/* Looks among the ancestors of y for what the user may have meant by x. */
static void explain_zero(atl_builder *b, const atl_call *c, atl_id y, atl_id x)
{
	if (!node(b, x)->name)
		return;
	size_t n = (size_t)atl_graph_last(b->graph) + 1;
	bool *mark = atl_calloc(n, sizeof *mark);
	if (!mark)
		return;
	mark[y] = true;
	atl_graph_ancestors(b->graph, mark);
	atl_sym name = atl_symbols_canon(b->symbols, node(b, x)->name);
	atl_id earlier = 0, equal = 0;
	for (atl_id id = 1; id < n; id++) {
		if (!mark[id] || id == x)
			continue;
		if (node(b, id)->name && atl_symbols_canon(b->symbols, node(b, id)->name) == name &&
		    node(b, id)->turn != node(b, x)->turn && node(b, id)->turn)
			earlier = id;
		else if (!(node(b, id)->flags & ATL_NF_HIDDEN) && same_expression(b, id, x))
			equal = id;
	}
	atl_free(mark);
	if (earlier)
		note_earlier(b, c, x, earlier);
	else if (equal)
		note_equal(b, c, x);
}

/* ---- arguments ---- */

static bool is_index_of_name(const atl_builder *b, atl_id x)
{
	const char *op = node(b, x)->op->name;
	return (!strcmp(op, "slice") || !strcmp(op, "gather")) && !node(b, x)->name &&
	       node(b, atl_graph_in(b->graph, x)[0])->name;
}

/* What is differentiated for must be a name. */
static atl_status need_name(atl_builder *b, const atl_call *c, uint32_t k)
{
	atl_id x = c->arg[k];
	if (node(b, x)->name || node(b, x)->flags & (ATL_NF_INPUT | ATL_NF_ALIAS) || b->in_rule)
		return ATL_OK;
	atl_diag_fail(b->diag, ATL_KIND_NAME, span_of(c, k), "%s is taken with respect to a name", c->op->name);
	atl_diag_note(b->diag, "name the expression first: u = ..., use u in its place, then %s(..., u)", c->op->name);
	return ATL_ERROR;
}

static atl_status need_scalar(atl_builder *b, const atl_call *c)
{
	if (atl_shape_scalar(atl_graph_shape(b->graph, c->arg[0])))
		return ATL_OK;
	atl_build_shape_error(b, c->at, "a gradient is of a scalar", c->arg[0], span_of(c, 0), 0, c->at);
	atl_diag_note(b->diag, "sum(...) of it is a scalar; jacobian(y, x) has all its derivatives; vjp(y, x, u) weighs them by u");
	return ATL_ERROR;
}

/* The same entries of the gradient as x is of its base. */
static atl_id same_index(atl_builder *b, atl_id x, atl_id whole)
{
	const atl_node n = *node(b, x);
	int64_t attr[3 * ATL_MAX_RANK];
	memcpy(attr, atl_graph_attr(b->graph, x), n.n_attr * sizeof *attr);
	atl_id in[2] = { whole, n.n_in > 1 ? atl_graph_in(b->graph, x)[1] : 0 };
	atl_new k = { .op = n.op, .shape = *n.shape, .in = in, .n_in = n.n_in, .attr = attr, .n_attr = n.n_attr, .flags = b->flags,
		      .span = n.span };
	return whole ? atl_build_node(b, &k) : 0;
}

static atl_id build_grad(atl_builder *b, const atl_call *c)
{
	atl_id y = c->arg[0], x = c->arg[1];
	if (need_scalar(b, c))
		return 0;
	if (is_index_of_name(b, x)) {
		atl_id base = atl_graph_in(b->graph, x)[0];
		atl_id whole = atl_grad(b, y, base);
		return same_index(b, x, whole);
	}
	if (need_name(b, c, 1))
		return 0;
	if (!atl_depends(b->graph, y, x))
		explain_zero(b, c, y, x);
	return atl_grad(b, y, x);
}

static atl_id build_jacobian(atl_builder *b, const atl_call *c)
{
	return need_name(b, c, 1) ? 0 : atl_jacobian(b, c->arg[0], c->arg[1]);
}

static atl_id build_hessian(atl_builder *b, const atl_call *c)
{
	if (need_scalar(b, c) || need_name(b, c, 1))
		return 0;
	return atl_jacobian(b, atl_grad(b, c->arg[0], c->arg[1]), c->arg[1]);
}

static atl_status need_shape(atl_builder *b, const atl_call *c, uint32_t direction, uint32_t of)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[direction]), *t = atl_graph_shape(b->graph, c->arg[of]);
	if (atl_shape_equal(s, t))
		return ATL_OK;
	atl_build_shape_error(b, c->at, "the direction has another shape than what it multiplies", c->arg[direction],
			      span_of(c, direction), c->arg[of], span_of(c, of));
	return ATL_ERROR;
}

static atl_id build_vjp(atl_builder *b, const atl_call *c)
{
	if (need_name(b, c, 1) || need_shape(b, c, 2, 0))
		return 0;
	return atl_vjp(b, c->arg[0], c->arg[1], c->arg[2]);
}

static atl_id build_jvp(atl_builder *b, const atl_call *c)
{
	if (need_name(b, c, 1) || need_shape(b, c, 2, 1))
		return 0;
	return atl_jvp(b, c->arg[0], c->arg[1], c->arg[2]);
}

/* value(x): evaluated now, a constant from here on. */
static atl_id build_value(atl_builder *b, const atl_call *c)
{
	const atl_array *a = b->host->read(b->host_data, c->arg[0], NULL, span_of(c, 0));
	return a ? b->host->keep(b->host_data, a, c->span) : 0;
}

static atl_answer identity(atl_kernel *k)
{
	return k->num->sys->copy(k->out->data, k->in[0]->data, 1, k->out->n);
}

static const atl_op rows[] = {
	{ .name = "grad", .aliases = "gradient", .params = "L, x", .by = ATL_BY_BUILD, .build = build_grad,
	  .summary = "the gradient of the scalar L with respect to x, in x's shape; also written ∂L/∂x",
	  .detail = "x is a name or an index of one. The gradient is a node like any other, so it can be differentiated again; "
		    "it is 0 where L does not depend on x.",
	  .example = "x = [1, 2]; L = sum(x.^2); grad(L, x) -> [2; 4]", .test = "" },
	{ .name = "jacobian", .params = "y, x", .by = ATL_BY_BUILD, .build = build_jacobian,
	  .summary = "all derivatives of y: a row for each entry of y, a column for each entry of x, both in row order",
	  .example = "x = [1, 2]; y = [x[1]*x[2]; x[1]^2]; jacobian(y, x) -> [2, 1; 2, 0]", .test = "" },
	{ .name = "hessian", .params = "L, x", .by = ATL_BY_BUILD, .build = build_hessian,
	  .summary = "the second derivatives of the scalar L: the jacobian of its gradient",
	  .example = "x = [1, 2]; hessian(x[1]^2*x[2], x) -> [4, 2; 2, 0]", .test = "" },
	{ .name = "vjp", .params = "y, x, u", .by = ATL_BY_BUILD, .build = build_vjp,
	  .summary = "u times the jacobian of y, in x's shape: the gradient of sum(u .* y)",
	  .example = "x = [1, 2]; vjp(x.^2, x, [1, 10]) -> [2; 40]", .test = "" },
	{ .name = "jvp", .params = "y, x, v", .by = ATL_BY_BUILD, .build = build_jvp,
	  .summary = "the jacobian of y times v, in y's shape: the derivative of y in the direction v",
	  .example = "x = [1, 2]; jvp(x.^2, x, [1, 10]) -> [2; 40]", .test = "" },
	{ .name = "stopgrad", .aliases = "detach", .params = "x", .by = ATL_BY_KERNEL, .kernel = identity, .shape = atl_shape_of_first,
	  .flags = ATL_OF_NO_GRADIENT, .summary = "x itself, through which no gradient flows",
	  .example = "x = 3; grad(x*stopgrad(x), x) -> 3", .test = "" },
	{ .name = "value", .params = "x", .by = ATL_BY_BUILD, .build = build_value,
	  .summary = "the numbers of x now, as a constant that does not follow x",
	  .example = "value(1 + 2) -> 3\nx = 2; c = value(x^2); x <- 5; c + 0 -> 4", .test = "" },
};
ATL_FAMILY(atl_ops_derivative, "derivatives");
