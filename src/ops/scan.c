/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scan.c: what runs along an axis, each entry from the one before.
 *
 * The adjoint of h[i] = a[i]*h[i-1] + b[i] is the same recurrence backwards,
 * l[i] = a[i+1]*l[i+1] + g[i]; with `delay` the rules say so in the language. */
#include "ops/families.h"

/* y[i] from y[i-1] and the operands' entries i, over a run of lanes side by side. */
typedef atl_answer step_fn(atl_kernel *k, void *y, const void *before, size_t at, size_t n);

static atl_answer scan(atl_kernel *k, const atl_array *x, int64_t axis, step_fn *step)
{
	atl_lanes l = atl_lanes_of(&x->shape, axis);
	atl_answer answer = ATL_FINE;
	for (size_t o = 0; o < l.outer; o++)
		for (size_t i = 0; i < l.extent && answer == ATL_FINE; i++) {
			size_t at = (o * l.extent + i) * l.inner;
			answer = step(k, atl_array_at(k->out, at), i ? atl_array_at(k->out, at - l.inner) : NULL, at, l.inner);
		}
	return answer;
}

static atl_answer add_on(atl_kernel *k, void *y, const void *before, size_t at, size_t n)
{
	const void *x = atl_array_at(k->in[0], at);
	return before ? k->num->sys->fn2[ATL_FN2_add](y, before, 1, x, 1, n, k->num) : k->num->sys->copy(y, x, 1, n);
}

static atl_answer multiply_on(atl_kernel *k, void *y, const void *before, size_t at, size_t n)
{
	const void *x = atl_array_at(k->in[0], at);
	return before ? k->num->sys->fn2[ATL_FN2_mul](y, before, 1, x, 1, n, k->num) : k->num->sys->copy(y, x, 1, n);
}

/* a may be one number for all. */
static atl_answer recur(atl_kernel *k, void *y, const void *before, size_t at, size_t n)
{
	const atl_system *sys = k->num->sys;
	size_t each = k->in[0]->n == k->in[1]->n;
	const void *a = atl_array_at(k->in[0], each ? at : 0), *b = atl_array_at(k->in[1], at);
	if (!before)
		return sys->copy(y, b, 1, n);
	atl_answer answer = sys->fn2[ATL_FN2_mul](y, before, 1, a, each, n, k->num);
	return answer == ATL_FINE ? sys->fn2[ATL_FN2_add](y, y, 1, b, 1, n, k->num) : answer;
}

static atl_answer cumsum(atl_kernel *k) { return scan(k, k->in[0], k->attr[0], add_on); }
static atl_answer cumprod(atl_kernel *k) { return scan(k, k->in[0], k->attr[0], multiply_on); }
static atl_answer recurrence(atl_kernel *k) { return scan(k, k->in[1], k->attr[0], recur); }

static atl_answer delay(atl_kernel *k)
{
	const atl_system *sys = k->num->sys;
	atl_lanes l = atl_lanes_of(&k->in[0]->shape, k->attr[0]);
	atl_answer answer = ATL_FINE;
	for (size_t o = 0; o < l.outer && k->out->n && answer == ATL_FINE; o++) {
		size_t at = o * l.extent * l.inner;
		void *y = atl_array_at(k->out, at);
		for (size_t i = 0; i < l.inner && answer == ATL_FINE; i++)
			answer = sys->set_si(atl_array_at(k->out, at + i), k->attr[1], k->num);
		if (answer == ATL_FINE && l.extent > 1)
			answer = sys->copy((char *)y + l.inner * sys->size, atl_array_at(k->in[0], at), 1, (l.extent - 1) * l.inner);
	}
	return answer;
}

/* The axis is the one of b. */
static atl_status prepare_recurrence(atl_builder *b, atl_call *c)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]), *t = atl_graph_shape(b->graph, c->arg[1]);
	if (!atl_shape_scalar(s) && !atl_shape_equal(s, t))
		return atl_build_shape_error(b, c->at, "a is a number or has the shape of b", c->arg[0], c->arg_span ? c->arg_span[0] : c->at,
					     c->arg[1], c->arg_span ? c->arg_span[1] : c->at);
	atl_call own = *c;
	own.arg++;
	atl_status status = atl_check_axis_of_vectors(b, &own, 0);
	c->stat[0] = own.stat[0];
	return status;
}

static atl_status shape_of_second(atl_builder *b, const atl_call *c, atl_shape *out)
{
	*out = *atl_graph_shape(b->graph, c->arg[1]);
	return ATL_OK;
}

#define ALONG ". Along the axis; without one down the columns, of a vector along it."
#define AXIS .by = ATL_BY_KERNEL, .prepare = atl_prepare_axis_of_vectors, .shape = atl_shape_of_first
#define BACK(x) "flip(" x ", axis=axis)"
/* l[i] = a[i+1]*l[i+1] + g[i] */
#define BACKWARDS(a) BACK("recurrence(delay(flip(" a ", axis=axis), axis=axis), " BACK("g") ", axis=axis)")

static const atl_op rows[] = {
	{ .name = "cumsum", .params = "x; axis=0", AXIS, .kernel = cumsum, .rule = { BACK("cumsum(" BACK("g") ", axis=axis)") },
	  .summary = "the sums of the entries up to each", .detail = "y[i] = x[1] + ... + x[i]" ALONG,
	  .example = "cumsum([1, 2, 3]) -> [1; 3; 6]\ncumsum([1, 2; 3, 4], axis=2) -> [1, 3; 3, 7]" },
	{ .name = "cumprod", .params = "x; axis=0", AXIS, .kernel = cumprod,
	  .rule = { "cumprod(delay(x, axis=axis, first=1), axis=axis) .* " BACKWARDS("x") },
	  .summary = "the products of the entries up to each", .detail = "y[i] = x[1]*...*x[i]" ALONG " The derivative is right where an "
	  "entry is 0, too.", .example = "cumprod([1, 2, 3, 4]) -> [1; 2; 6; 24]" },
	{ .name = "delay", .params = "x; axis=0, first=0", AXIS, .kernel = delay,
	  .rule = { BACK("delay(" BACK("g") ", axis=axis)") }, .summary = "each entry one place later, and `first` at the beginning",
	  .detail = "y[i] = x[i-1], y[1] = first" ALONG, .example = "delay([1, 2, 3]) -> [0; 1; 2]\ndelay([1, 2, 3], first=5) -> [5; 1; 2]" },
	{ .name = "recurrence", .params = "a, b; axis=0", .by = ATL_BY_KERNEL, .prepare = prepare_recurrence, .shape = shape_of_second,
	  .kernel = recurrence, .rule = { BACKWARDS("expand(a, b)") " .* delay(y, axis=axis)", BACKWARDS("expand(a, b)") },
	  .summary = "the h with h[i] = a[i]*h[i-1] + b[i], from 0",
	  .detail = "a has b's shape, or is one number: recurrence(0.9, 0.1*x) is a moving average" ALONG,
	  .example = "recurrence(2, [1, 1, 1]) -> [1; 3; 7]\nrecurrence([5, 1, 10], [1, 2, 3]) -> [1; 3; 33]",
	  .test = "a:2x3; b:2x3 | a:1x1; b:3x1 | a:1x1; b:2x3" },
};
ATL_FAMILY(atl_ops_scan, "running sums and products");
