/* SPDX-License-Identifier: GPL-3.0-or-later */
/* core.c: what every graph is made of: literals, inputs, names, constants, broadcasting. */
#include <string.h>
#include "ops/families.h"

/* One text for all entries, or one for each, separated by spaces. */
static atl_answer literal(atl_kernel *k)
{
	const atl_system *sys = k->num->sys;
	const char *p = k->text;
	for (size_t i = 0; i < k->out->n; i++) {
		size_t len = strcspn(p, " ");
		atl_answer answer = sys->set_literal(atl_array_at(k->out, i), p, len, k->num);
		if (answer != ATL_FINE) {
			k->num->fault = i;
			return answer;
		}
		if (p[len] == ' ')
			p += len + 1;
		else
			return i + 1 < k->out->n ? sys->copy(atl_array_at(k->out, i + 1), atl_array_at(k->out, i), 0,
							     k->out->n - i - 1) : ATL_FINE;
	}
	return ATL_FINE;
}

static atl_answer identity(atl_kernel *k)
{
	return k->num->sys->copy(k->out->data, k->in[0]->data, 1, k->out->n);
}

static atl_answer pi(atl_kernel *k)
{
	return k->num->sys->set_pi(k->out->data, k->num);
}

static atl_answer infinity(atl_kernel *k)
{
	return k->num->sys->set_double(k->out->data, (double)__builtin_inf(), k->num);
}

static atl_answer not_a_number(atl_kernel *k)
{
	return k->num->sys->set_double(k->out->data, (double)__builtin_nan(""), k->num);
}

/* The last axes that are all repeated, or all not, make runs: one copy each. */
static atl_answer broadcast(atl_kernel *k)
{
	const atl_shape *to = &k->out->shape, *from = &k->in[0]->shape;
	const atl_system *sys = k->num->sys;
	if (k->in[0]->n == 1)
		return sys->copy(k->out->data, k->in[0]->data, 0, k->out->n);
	int last = to->rank;
	size_t run = 1, step = last && from->dim[last - 1] != to->dim[last - 1] ? 0 : 1;
	while (last > 0 && from->dim[last - 1] == (step ? to->dim[last - 1] : 1))
		run *= (size_t)to->dim[--last];
	size_t at[ATL_MAX_RANK] = { 0 };
	atl_answer answer = ATL_FINE;
	for (size_t i = 0; i < k->out->n && answer == ATL_FINE; i += run) {
		size_t j = 0;
		for (int d = 0; d < to->rank; d++)
			j = j * (size_t)from->dim[d] + (from->dim[d] == 1 ? 0 : at[d]);
		answer = sys->copy(atl_array_at(k->out, i), atl_array_at(k->in[0], j), step, run);
		for (int d = last - 1; d >= 0 && ++at[d] == (size_t)to->dim[d]; d--)
			at[d] = 0;
	}
	return answer;
}

/* What was repeated is summed: over everything, or along each axis that was 1,
 * from the last on, whose entries stand side by side. */
static atl_id broadcast_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	(void)slot;
	const atl_shape to = *atl_graph_shape(b->graph, node);
	const atl_shape from = *atl_graph_shape(b->graph, atl_graph_in(b->graph, node)[0]);
	if (atl_shape_scalar(&from))
		return atl_build_1(b, "sum", g);
	for (int d = to.rank; d-- > 0;)
		if (from.dim[d] != to.dim[d])
			g = atl_build_op(b, "sum", &g, 1, (int64_t[]){ d + 1 }, 1);
	return g;
}

static atl_id build_broadcast(atl_builder *b, const atl_call *c)
{
	atl_shape shape;
	atl_call sizes = *c;
	if (c->n_args < 2) {
		atl_diag_fail(b->diag, ATL_KIND_NAME, c->at, "broadcast takes an array and the sizes: broadcast(s, 3, 2)");
		return 0;
	}
	sizes.arg++;
	sizes.n_args--;
	sizes.arg_span = c->arg_span ? c->arg_span + 1 : NULL;
	if (atl_dims_of_call(b, &sizes, "broadcast", &shape))
		return 0;
	const atl_shape *from = atl_graph_shape(b->graph, c->arg[0]);
	for (int d = 0; d < from->rank && !atl_shape_scalar(from); d++)
		if (from->rank != shape.rank || (from->dim[d] != 1 && from->dim[d] != shape.dim[d])) {
			atl_build_shape_error(b, c->at, "it cannot be broadcast to that shape", c->arg[0],
					      c->arg_span ? c->arg_span[0] : c->at, 0, c->at);
			return 0;
		}
	return atl_build_broadcast(b, c->arg[0], &shape);
}

/* expand(g, x): g broadcast to x's shape. */
static atl_id build_expand(atl_builder *b, const atl_call *c)
{
	return atl_build_broadcast(b, c->arg[0], atl_graph_shape(b->graph, c->arg[1]));
}

static const atl_op rows[] = {
	{ .name = "literal", .params = "", .by = ATL_BY_KERNEL, .kernel = literal, .flags = ATL_OF_INTERNAL,
	  .summary = "numbers as they were written", .test = "" },
	{ .name = "input", .params = "x", .by = ATL_BY_KERNEL, .kernel = identity, .flags = ATL_OF_INTERNAL,
	  .summary = "a named value that gets a gradient", .test = "" },
	{ .name = "stored", .params = "", .by = ATL_BY_KERNEL, .flags = ATL_OF_INTERNAL,
	  .summary = "numbers that were computed and kept", .test = "" },
	{ .name = "ident", .params = "x", .by = ATL_BY_KERNEL, .kernel = identity, .shape = atl_shape_of_first,
	  .rule = { "g" }, .flags = ATL_OF_INTERNAL | ATL_OF_ELEMENTWISE, .summary = "another name for a node" },
	{ .name = "pi", .aliases = "π", .params = "", .by = ATL_BY_KERNEL, .kernel = pi, .written = ATL_T_NAME,
	  .summary = "the circle's circumference over its diameter", .example = "2*pi -> 6.28319", .test = "", .latex = "\\pi" },
	{ .name = "inf", .params = "", .by = ATL_BY_KERNEL, .kernel = infinity, .written = ATL_T_NAME,
	  .summary = "infinity", .example = "max(inf, 1) -> inf", .test = "", .latex = "\\infty" },
	{ .name = "nan", .params = "", .by = ATL_BY_KERNEL, .kernel = not_a_number, .written = ATL_T_NAME, .summary = "no number",
	  .detail = "It has no value, which is an error where it is wanted, unless `set nan keep` lets it flow.",
	  .example = "where(1 > 0, 5, nan) -> 5", .test = "" },
	{ .name = "expand", .params = "g, x", .by = ATL_BY_BUILD, .build = build_expand, .flags = ATL_OF_INTERNAL,
	  .summary = "g broadcast to the shape of x", .test = "g:1x3; x:2x3" },
	{ .name = "broadcast", .params = "x...", .by = ATL_BY_BUILD, .kernel = broadcast, .vjp = broadcast_vjp,
	  .build = build_broadcast, .flags = ATL_OF_VARIADIC, .written = ATL_T_CALL,
	  .summary = "an array repeated along the axes where it has one entry",
	  .detail = "broadcast(s, 3, 2) has six entries s; a column is repeated side by side, a row downwards. "
		    "Elementwise operators broadcast by themselves; the trace shows it as a node of its own, "
		    "and its gradient is the sum over what was repeated.",
	  .example = "broadcast([1; 2], 2, 3) -> [1, 1, 1; 2, 2, 2]", .test = "x:2x1; rows=2; cols=3" },
};
ATL_FAMILY(atl_ops_core, "constants and broadcasting");
