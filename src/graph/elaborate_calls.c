/* SPDX-License-Identifier: GPL-3.0-or-later */
/* elaborate_calls.c: calls of functions and ops, f'(x), and ∂L/∂x. */
#include <string.h>
#include "graph/derive.h"
#include "graph/elab.h"

/* Fills arg[0..n) with the arguments of node i; false after a diagnostic. */
static bool arguments(elab *e, uint32_t i, atl_arg *arg, uint32_t n)
{
	uint32_t c = i - 1;
	for (uint32_t k = n; k-- > 0; c = at(e, c)->first - 1) {
		uint32_t value = at(e, c)->kind == ATL_T_NAMED ? c - 1 : c;
		arg[k] = (atl_arg){ .name = at(e, c)->kind == ATL_T_NAMED ? at(e, c)->sym : 0,
				    .span = span(e, at(e, value)->span) };
		if (at(e, value)->kind == ATL_T_STRING)
			arg[k].string = at(e, value)->text;
		else if (!(arg[k].id = atl_elab_node_of(e, value)))
			return false;
	}
	return true;
}

static void unknown_function(elab *e, uint32_t i)
{
	const atl_tree_node *t = at(e, i);
	atl_builder *b = e->b;
	const char *name = atl_symbols_text(b->symbols, t->sym);
	if (!e->rule && b->host->is_variable(b->host_data, t->sym)) {
		atl_diag_fail(b->diag, ATL_KIND_NAME, t->at, "\"%s\" is a variable and cannot be called", name);
		atl_buf inner = { 0 };
		atl_id id = b->host->lookup(b->host_data, t->sym, t->at);
		if (t->n == 1)
			atl_tree_print(&inner, e->tree, i - 1, b->symbols);
		if (t->n == 1 && inner.len < 60)
			atl_diag_note(b->diag, "a product is written %s*(%s)", name, atl_buf_text(&inner));
		atl_id k = t->n == 1 ? slot_of(e, i - 1)->id : 0;
		if (inner.len < 60 && id && k && scalar(e, k) && !scalar(e, id) && atl_shape_vector(atl_graph_shape(b->graph, id)))
			atl_diag_note(b->diag, "an entry is written %s[%s]", name, atl_buf_text(&inner));
		if (t->n != 1 || inner.len >= 60)
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
	const atl_op *op = atl_build_op_named(e->b, sym);
	if (!op)
		op = atl_build_op_named(e->b, atl_symbols_canon(e->b->symbols, sym));
	return op && op->flags & ATL_OF_INTERNAL && !e->rule ? NULL : op;
}

static atl_id call_host(elab *e, uint32_t i, const atl_arg *arg, uint32_t n)
{
	const atl_tree_node *t = at(e, i);
	atl_host_call call = { .name = t->sym, .arg = arg, .n = n, .whole = t->span, .at = t->at };
	atl_id one, *out = i == e->root && e->n_out ? e->out : &one;
	return e->b->host->call(e->b->host_data, &call, out, out == &one ? 1 : e->n_out) ? 0 : *out;
}

static atl_id call_function(elab *e, uint32_t i, atl_arg *arg, uint32_t n)
{
	const atl_tree_node *t = at(e, i);
	if (!e->rule && e->b->host->is_function(e->b->host_data, t->sym))
		return call_host(e, i, arg, n);
	const atl_op *op = op_of(e, t->sym);
	if (op && i == e->root && e->n_out) {
		atl_diag_fail(e->b->diag, ATL_KIND_NAME, t->at, "\"%s\" gives one value, not %u", op->name, e->n_out);
		return 0;
	}
	if (op)
		return atl_build_args(e->b, op, arg, n, span(e, t->span), span(e, t->at));
	unknown_function(e, i);
	return 0;
}

atl_id atl_elab_call(elab *e, uint32_t i)
{
	enum { FEW = 8 };
	atl_arg few[FEW];
	uint32_t n = at(e, i)->n;
	atl_arg *arg = n <= FEW ? few : atl_malloc(n * sizeof *arg);
	if (!arg) {
		atl_diag_nomem(e->b->diag);
		return 0;
	}
	/* a call of a name that is no function is that error, whatever the arguments */
	atl_id id = arguments(e, i, arg, n) ? call_function(e, i, arg, n) : 0;
	if (arg != few)
		atl_free(arg);
	return id;
}

static bool is_derivative(elab *e, uint32_t call)
{
	static const char *const names[] = { "grad", "jacobian", "hessian" };
	const atl_tree_node *t = at(e, call);
	if (t->kind != ATL_T_CALL || t->n != 2 || e->rule || e->b->host->is_function(e->b->host_data, t->sym))
		return false;
	for (size_t k = 0; k < sizeof names / sizeof *names; k++)
		if (!strcmp(atl_symbols_text(e->b->symbols, t->sym), names[k]))
			return true;
	return false;
}

bool atl_elab_is_no_list(elab *e, uint32_t i)
{
	unsigned names = 0;
	if (i == e->root || !is_derivative(e, i + 1)) /* a last argument is followed by its call */
		return true;
	for (uint32_t k = at(e, i)->first; k < i; k++) {
		if (at(e, k)->kind != ATL_T_NAME && at(e, k)->kind != ATL_T_ROW)
			return true;
		names += at(e, k)->kind == ATL_T_NAME;
	}
	const char *call = atl_symbols_text(e->b->symbols, at(e, i + 1)->sym);
	atl_buf text = { 0 };
	atl_diag_fail(e->b->diag, ATL_KIND_NAME, at(e, i)->span, "%s is taken with respect to one name", call);
	for (uint32_t k = at(e, i)->first; k < i && names <= 6; k++) {
		if (at(e, k)->kind != ATL_T_NAME)
			continue;
		atl_buf_addf(&text, "%s%s(", text.len ? ", " : "", call);
		atl_tree_print(&text, e->tree, at(e, i)->first - 1, e->b->symbols);
		atl_buf_addf(&text, ", %s)", atl_symbols_text(e->b->symbols, at(e, k)->sym));
	}
	if (text.len)
		atl_diag_note(e->b->diag, "one for each is %s", atl_buf_text(&text));
	atl_buf_clear(&text);
	return false;
}

/* f'(x) of an f that is no function of entries: grad(f(x), x), for a name x. */
static void offer_derivative(elab *e, uint32_t i, bool gradient)
{
	atl_builder *b = e->b;
	const char *f = atl_symbols_text(b->symbols, at(e, i)->sym);
	if (at(e, i - 1)->kind != ATL_T_NAME || at(e, i)->count > 1)
		return;
	const char *x = atl_symbols_text(b->symbols, at(e, i - 1)->sym);
	if (gradient)
		atl_diag_note(b->diag, "its derivative is grad(%s(%s), %s), or ∂(%s(%s))/∂%s", f, x, x, f, x, x);
	else
		atl_diag_note(b->diag, "its derivative is jacobian(%s(%s), %s)", f, x, x);
}

/* f'(x): the derivative entry by entry, f''(x) the second. */
atl_id atl_elab_prime(elab *e, uint32_t i)
{
	const atl_tree_node *t = at(e, i);
	atl_id x = atl_elab_node_of(e, i - 1);
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
			offer_derivative(e, i, scalar(e, y));
			return 0;
		}
		y = atl_vjp(e->b, y, u, atl_build_full(e->b, "1", &k.shape));
	}
	return y;
}

atl_id atl_elab_partial(elab *e, uint32_t i)
{
	uint32_t n = at(e, i)->n;
	uint32_t c = i - 1;
	for (uint32_t k = 1; k < n; k++) /* back to the expression */
		c = at(e, c)->first - 1;
	atl_id y = atl_elab_node_of(e, c);
	uint32_t from = c + 1;
	for (uint32_t k = 1; k < n && y; k++) {
		uint32_t child = from;
		for (uint32_t j = from; j < i; j++) /* the root of what begins there: W[1,2], not its W */
			child = at(e, j)->first == from ? j : child;
		const char *name = k > 1 && !scalar(e, y) ? "jacobian" : "grad";
		atl_arg arg[2] = { { .id = y, .span = at(e, c)->span }, { .id = atl_elab_node_of(e, child), .span = at(e, child)->span } };
		if (!arg[1].id)
			return 0;
		y = atl_build_args(e->b, atl_op_find(name, strlen(name)), arg, 2, at(e, i)->span, at(e, i)->at);
		from = child + 1;
	}
	return y;
}
