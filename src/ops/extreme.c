/* SPDX-License-Identifier: GPL-3.0-or-later */
/* extreme.c: largest and smallest: of two, of all, and where.  Ties go to the first in row order. */
#include <string.h>
#include "ops/families.h"

/* Lanes of doubles that stand side by side: the entries number i of many lanes are taken out, and go together. */
static atl_answer fold_side_by_side(atl_kernel *k, atl_fn2 fn, atl_lanes l)
{
	enum { LANES = 64 };
	const atl_system *sys = k->num->sys;
	double row[LANES];
	atl_answer answer = ATL_FINE;
	for (size_t o = 0, n; o < l.outer && answer == ATL_FINE; o += n) {
		const double *x = (const double *)k->in[0]->data + o * l.extent;
		double *y = (double *)k->out->data + o;
		n = l.outer - o < LANES ? l.outer - o : LANES;
		for (size_t j = 0; j < n; j++)
			y[j] = x[j * l.extent];
		for (size_t i = 1; i < l.extent && answer == ATL_FINE; i++) {
			for (size_t j = 0; j < n; j++)
				row[j] = x[j * l.extent + i];
			answer = sys->fn2[fn](y, y, 1, row, 1, n, k->num);
		}
	}
	return answer;
}

/* Values come from the system's own max and min, so that enclosures need no decision. */
static atl_answer fold(atl_kernel *k, atl_fn2 fn)
{
	const atl_system *sys = k->num->sys;
	atl_lanes l = atl_lanes_of(&k->in[0]->shape, k->attr[0]);
	if (l.inner == 1 && l.outer > 1 && l.extent > 0 && sys->flat && sys->size == sizeof(double))
		return fold_side_by_side(k, fn, l);
	for (size_t o = 0; o < l.outer; o++) {
		void *y = atl_array_at(k->out, o * l.inner);
		const atl_array *x = k->in[0];
		atl_answer answer = sys->copy(y, atl_array_at(x, o * l.extent * l.inner), 1, l.inner);
		for (size_t i = 1; i < l.extent && answer == ATL_FINE; i++)
			answer = sys->fn2[fn](y, y, 1, atl_array_at(x, (o * l.extent + i) * l.inner), 1, l.inner, k->num);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

static atl_answer amax(atl_kernel *k) { return fold(k, ATL_FN2_max); }
static atl_answer amin(atl_kernel *k) { return fold(k, ATL_FN2_min); }

/* The first position of the extreme in each lane; l.extent when an entry has no value. */
static atl_answer first_extreme(atl_kernel *k, atl_lanes l, size_t lane, int wanted, size_t *at)
{
	const atl_system *sys = k->num->sys;
	size_t base = lane / l.inner * l.extent * l.inner + lane % l.inner;
	*at = 0;
	for (size_t i = 0; i < l.extent; i++) {
		const void *x = atl_array_at(k->in[0], base + i * l.inner);
		int order;
		if (sys->no_value(x)) {
			*at = l.extent;
			return ATL_FINE;
		}
		if (i == 0)
			continue;
		atl_answer answer = sys->cmp(&order, x, atl_array_at(k->in[0], base + *at * l.inner));
		if (answer != ATL_FINE)
			return answer;
		if (order == wanted)
			*at = i;
	}
	return ATL_FINE;
}

static atl_answer arg(atl_kernel *k, int wanted)
{
	const atl_system *sys = k->num->sys;
	atl_lanes l = atl_lanes_of(&k->in[0]->shape, k->attr[0]);
	for (size_t lane = 0; lane < l.outer * l.inner; lane++) {
		size_t at;
		atl_answer answer = first_extreme(k, l, lane, wanted, &at);
		void *y = atl_array_at(k->out, lane);
		if (answer == ATL_FINE)
			answer = at < l.extent ? sys->set_si(y, (long)at + 1, k->num)
					       : sys->set_double(y, (double)__builtin_nan(""), k->num);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

static atl_answer argmax(atl_kernel *k) { return arg(k, 1); }
static atl_answer argmin(atl_kernel *k) { return arg(k, -1); }

/* 1 at the first extreme of each lane. */
static atl_answer mark(atl_kernel *k, int wanted)
{
	atl_lanes l = atl_lanes_of(&k->in[0]->shape, k->attr[0]);
	for (size_t lane = 0; lane < l.outer * l.inner; lane++) {
		size_t at;
		atl_answer answer = first_extreme(k, l, lane, wanted, &at);
		size_t base = lane / l.inner * l.extent * l.inner + lane % l.inner;
		for (size_t i = 0; i < l.extent && answer == ATL_FINE; i++) {
			void *y = atl_array_at(k->out, base + i * l.inner);
			if (at == l.extent)
				answer = k->num->sys->set_double(y, (double)__builtin_nan(""), k->num);
			else
				answer = k->num->sys->set_si(y, i == at, k->num);
		}
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

static atl_answer at_max(atl_kernel *k) { return mark(k, 1); }
static atl_answer at_min(atl_kernel *k) { return mark(k, -1); }

static atl_status not_empty(atl_builder *b, atl_call *c)
{
	if (atl_prepare_axis(b, c))
		return ATL_ERROR;
	if (atl_lanes_of(atl_graph_shape(b->graph, c->arg[0]), c->stat[0]).extent)
		return ATL_OK;
	return atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span, "%s of an empty array",
			     c->op->shown ? c->op->shown : c->op->name);
}

/* max(a, b, c) entry by entry, from the first on; max(x) and max(x, axis=1) reduced. */
static atl_id either(atl_builder *b, const atl_call *c, const char *both, const char *reduced)
{
	const char *name = c->n_args > 1 ? both : reduced;
	atl_call call = *c;
	call.op = atl_op_find(name, strlen(name));
	if (c->n_args == 1)
		return atl_build_call(b, &call);
	if (c->n_args == 0 || c->given[0]) {
		atl_diag_fail(b->diag, c->n_args ? ATL_KIND_SHAPE : ATL_KIND_NAME, c->at,
			      c->n_args ? "%s of several arguments is entry by entry and has no axis" : "%s takes an argument or more",
			      c->op->name);
		return 0;
	}
	atl_id y = c->arg[0];
	for (uint32_t k = 1; k < c->n_args && y; k++) {
		atl_id arg[2] = { y, c->arg[k] };
		atl_span span[2] = { c->at, c->at };
		if (c->arg_span) {
			span[0] = (atl_span){ c->arg_span[0].lo, c->arg_span[k - 1].hi };
			span[1] = c->arg_span[k];
		}
		call.arg = arg;
		call.arg_span = span;
		call.n_args = 2;
		y = atl_build_call(b, &call);
	}
	return y;
}

static atl_id build_max(atl_builder *b, const atl_call *c) { return either(b, c, "maximum", "amax"); }
static atl_id build_min(atl_builder *b, const atl_call *c) { return either(b, c, "minimum", "amin"); }

#define REDUCED .params = "x; axis=0", .by = ATL_BY_KERNEL, .prepare = not_empty, .shape = atl_shape_reduced
#define MARKED .params = "x; axis=0", .by = ATL_BY_KERNEL, .prepare = not_empty, .shape = atl_shape_of_first
#define EQUALS_SHARE(name) \
	.half = { { "expand(g ./ sum(x == " name "(x, axis=axis), axis=axis), x) .* (x == " name "(x, axis=axis))" }, \
		  "of equals, each has a share of " name "'" }
#define TIES "Of equal entries the first in row order is taken."

static const atl_op rows[] = {
	{ .name = "max", .params = "x...; axis=0", .by = ATL_BY_BUILD, .build = build_max, .flags = ATL_OF_VARIADIC,
	  .summary = "max(a, b, ...): the largest, entry by entry; max(x): the largest entry; max(x, axis=1): of each column",
	  .detail = TIES, .example = "max([1, 5], [3, 2]) -> [3; 5]\nmax(1, 7, 5) -> 7\nmax([1, 5]) -> 5\nmax([1, 5; 7, 2], axis=1) -> [[7, 5]]",
	  .test = "x:2x3",
	  .latex = "\\max" },
	{ .name = "min", .params = "x...; axis=0", .by = ATL_BY_BUILD, .build = build_min, .flags = ATL_OF_VARIADIC,
	  .summary = "min(a, b, ...): the smallest, entry by entry; min(x): the smallest entry; min(x, axis=1): of each column",
	  .detail = TIES, .example = "min([1, 5], [3, 2]) -> [1; 2]\nmin([1, 5]) -> 1", .test = "x:2x3", .latex = "\\min" },
	{ .name = "maximum", .shown = "max", .params = "a, b", .by = ATL_BY_MAP2, .fn = ATL_FN2_max,
	  .flags = ATL_OF_ELEMENTWISE | ATL_OF_INTERNAL, .rule = { "g .* (a >= b)", "g .* (a < b)" },
	  .kink = "a == b", .kink_at = "max' of equals", .kink_says = "of equals, max takes the first",
	  .half = { { "g .* ((a > b) + (a >= b)) ./ 2", "g .* ((a < b) + (a <= b)) ./ 2" }, "of equals, each has a share of max'" },
	  .summary = "the larger of two", .latex = "\\max" },
	{ .name = "minimum", .shown = "min", .params = "a, b", .by = ATL_BY_MAP2, .fn = ATL_FN2_min,
	  .flags = ATL_OF_ELEMENTWISE | ATL_OF_INTERNAL, .rule = { "g .* (a <= b)", "g .* (a > b)" },
	  .kink = "a == b", .kink_at = "min' of equals", .kink_says = "of equals, min takes the first",
	  .half = { { "g .* ((a < b) + (a <= b)) ./ 2", "g .* ((a > b) + (a >= b)) ./ 2" }, "of equals, each has a share of min'" },
	  .summary = "the smaller of two", .latex = "\\min" },
	{ .name = "amax", .shown = "max", REDUCED, .kernel = amax, .rule = { "expand(g, x) .* at_max(x, axis=axis)" },
	  .flags = ATL_OF_INTERNAL | ATL_OF_LANES, .kink = "(x == max(x, axis=axis)) > at_max(x, axis=axis)",
	  .kink_at = "max' of equals", .kink_says = "of equals, max takes the first; 0", EQUALS_SHARE("max"),
	  .summary = "the largest entry", .latex = "\\max" },
	{ .name = "amin", .shown = "min", REDUCED, .kernel = amin, .rule = { "expand(g, x) .* at_min(x, axis=axis)" },
	  .flags = ATL_OF_INTERNAL | ATL_OF_LANES, .kink = "(x == min(x, axis=axis)) > at_min(x, axis=axis)",
	  .kink_at = "min' of equals", .kink_says = "of equals, min takes the first; 0", EQUALS_SHARE("min"),
	  .summary = "the smallest entry", .latex = "\\min" },
	{ .name = "argmax", REDUCED, .kernel = argmax, .flags = ATL_OF_NO_GRADIENT,
	  .summary = "where the largest entry stands, from 1, in row order", .detail = TIES,
	  .example = "argmax([1, 5, 5]) -> 2", .test = "", .latex = "\\arg\\max" },
	{ .name = "argmin", REDUCED, .kernel = argmin, .flags = ATL_OF_NO_GRADIENT,
	  .summary = "where the smallest entry stands, from 1, in row order", .detail = TIES,
	  .example = "argmin([4, 1, 5]) -> 2", .test = "", .latex = "\\arg\\min" },
	{ .name = "at_max", MARKED, .kernel = at_max, .flags = ATL_OF_NO_GRADIENT,
	  .summary = "1 at the largest entry, else 0; the derivative of max", .detail = TIES,
	  .example = "at_max([1, 5, 5]) -> [0; 1; 0]", .test = "" },
	{ .name = "at_min", MARKED, .kernel = at_min, .flags = ATL_OF_NO_GRADIENT,
	  .summary = "1 at the smallest entry, else 0; the derivative of min", .detail = TIES,
	  .example = "at_min([4, 1, 5]) -> [0; 1; 0]", .test = "" },
	{ .name = "any", .params = "x; axis=0", .by = ATL_BY_TEXT, .prepare = not_empty, .value = "max(x != 0, axis=axis)",
	  .flags = ATL_OF_NO_GRADIENT, .summary = "1 if some entry is not 0", .example = "any([0, 2]) -> 1", .test = "" },
	{ .name = "all", .params = "x; axis=0", .by = ATL_BY_TEXT, .prepare = not_empty, .value = "min(x != 0, axis=axis)",
	  .flags = ATL_OF_NO_GRADIENT, .summary = "1 if no entry is 0", .example = "all([0, 2]) -> 0", .test = "" },
};
ATL_FAMILY(atl_ops_extreme, "largest and smallest");
