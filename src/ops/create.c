/* SPDX-License-Identifier: GPL-3.0-or-later */
/* create.c: arrays out of sizes and bounds. */
#include <stdio.h>
#include "graph/fold.h"
#include "ops/families.h"

static atl_id filled(atl_builder *b, const atl_call *c, const char *text)
{
	atl_shape shape;
	return atl_dims_of_call(b, c, c->op->name, &shape) ? 0 : atl_build_full(b, text, &shape);
}

static atl_id build_zeros(atl_builder *b, const atl_call *c) { return filled(b, c, "0"); }
static atl_id build_ones(atl_builder *b, const atl_call *c) { return filled(b, c, "1"); }

static atl_status eye_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	int64_t cols = c->stat[1] < 0 ? c->stat[0] : c->stat[1];
	*out = atl_shape_2(c->stat[0], cols);
	if (c->stat[0] >= 0 && c->stat[1] >= -1 && atl_shape_valid(out))
		return ATL_OK;
	return atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span, "eye takes sizes: whole numbers from 0 up");
}

static atl_answer eye(atl_kernel *k)
{
	size_t cols = (size_t)k->out->shape.dim[1];
	for (size_t i = 0; i < (size_t)k->out->shape.dim[0] && i < cols; i++) {
		atl_answer answer = k->num->sys->set_si(atl_array_at(k->out, i * cols + i), 1, k->num);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

enum { MAX_RANGE = 1 << 26, SPELLED_RANGE = 1024 };

static atl_answer count(atl_kernel *k)
{
	for (size_t i = 0; i < k->out->n; i++) {
		atl_answer answer = k->num->sys->set_si(atl_array_at(k->out, i), k->attr[0] + (int64_t)i * k->attr[2], k->num);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

/* first, first + step, ...: n whole numbers as a literal vector, or as a node that
 * counts, where the text of a literal would be long. */
static atl_id integers(atl_builder *b, int64_t first, int64_t step, int64_t n)
{
	if (n > SPELLED_RANGE) {
		atl_new k = { .op = atl_op_find("count", 5), .shape = atl_shape_2(n, 1),
			      .attr = (int64_t[]){ first, first + (n - 1) * step, step }, .n_attr = 3 };
		return atl_build_node(b, &k);
	}
	atl_buf text = { 0 };
	atl_id id = 0;
	atl_shape shape = n > 0 ? atl_shape_2(n, 1) : atl_shape_2(0, 0);
	for (int64_t k = 0; k < n; k++)
		atl_buf_addf(&text, "%s%lld", k ? " " : "", (long long)(first + k * step));
	if (text.failed)
		atl_diag_nomem(b->diag);
	else
		id = atl_build_full(b, atl_buf_text(&text), &shape);
	atl_buf_clear(&text);
	return id;
}

static atl_id range_error(atl_builder *b, const atl_call *c, const char *what)
{
	atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span, "%s", what);
	return 0;
}

static atl_id too_long(atl_builder *b, const atl_call *c)
{
	atl_diag_fail(b->diag, ATL_KIND_LIMIT, c->at.lo ? c->at : b->span, "a range of that many entries is past the limit");
	return 0;
}

/* The parts of a range, in the order of range(a, last, step). */
static const char *const part[] = { "a range's start", "a range's end", "a range's step" };

/* Whether a part is a whole number, or what no number can be made of, which atl_build_integer says. */
static atl_status is_whole(atl_builder *b, atl_id id, const char *why, atl_span span, bool *whole)
{
	const atl_node *n = atl_graph_node(b->graph, id);
	int64_t v;
	long w;
	*whole = true;
	if (!atl_shape_scalar(n->shape) || n->flags & ATL_NF_ABSTRACT || (n->flags & ATL_NF_LITERAL && atl_fold_integer(atl_graph_text(b->graph, id), &v)))
		return ATL_OK;
	const atl_array *a = b->host->read(b->host_data, id, why, span);
	if (!a)
		return ATL_ERROR;
	*whole = a->sys->get_si(&w, a->data);
	return ATL_OK;
}

/* a + k*step for k from 0 to floor((last - a)/step), where a quotient that is a whole number but for the
 * rounding of its parts is that number, as in Octave: (last - a)/step*(1 + eps).  eps is |3*(4/3 - 1) - 1|:
 * the unit in the last place of 1 where numbers are rounded, and 0 where they are exact. */
static atl_id fractions(atl_builder *b, const atl_call *c, atl_id a, atl_id last, atl_id step)
{
	int sign = 1;
	long n;
	const atl_array *v = b->host->read(b->host_data, step, part[2], c->at);
	if (!v)
		return 0;
	if (v->sys->sgn(&sign, v->data) == ATL_FINE && sign == 0)
		return range_error(b, c, "a range's step must not be 0");
	const atl_bind bind[] = { { "a", a }, { "last", last }, { "step", step } };
	atl_id steps = atl_build_rule(b, "floor((last - a)/step*(1 + abs(3*(4/3 - 1) - 1)))", bind, 3);
	v = steps ? b->host->read(b->host_data, steps, "a range's length", c->at) : NULL;
	if (!v)
		return 0;
	if (v->sys->sgn(&sign, v->data) == ATL_FINE && sign < 0)
		return integers(b, 0, 1, 0);
	if (!v->sys->get_si(&n, v->data) || n >= MAX_RANGE)
		return too_long(b, c);
	return atl_build_2(b, "add", a, atl_build_2(b, "mul", step, integers(b, 0, 1, n + 1)));
}

/* range(n), range(a, b), range(a, b, step): ends included, as in a:b. */
static atl_id build_range(atl_builder *b, const atl_call *c)
{
	int64_t v[3] = { 1, 0, 1 };
	bool all = true;
	if (c->n_args < 1 || c->n_args > 3)
		return range_error(b, c, "range takes n, or a start and an end, or these and a step");
	for (uint32_t k = 0; k < c->n_args; k++) {
		bool whole;
		uint32_t i = c->n_args == 1 ? 1 : k;
		atl_span span = c->arg_span ? c->arg_span[k] : c->at;
		if (is_whole(b, c->arg[k], part[i], span, &whole) ||
		    (whole && atl_build_integer(b, c->arg[k], part[i], span, &v[i])))
			return 0;
		all &= whole;
	}
	if (!all)
		return fractions(b, c, c->n_args > 1 ? c->arg[0] : atl_build_number(b, 1), c->arg[c->n_args > 1],
				 c->n_args > 2 ? c->arg[2] : atl_build_number(b, 1));
	if (v[2] == 0)
		return range_error(b, c, "a range's step must not be 0");
	int64_t n = atl_range_count(v[0], v[2], v[1]);
	return n > MAX_RANGE ? too_long(b, c) : integers(b, v[0], v[2], n);
}

static atl_id build_linspace(atl_builder *b, const atl_call *c)
{
	if (c->stat[0] < 2 || c->stat[0] > MAX_RANGE)
		return range_error(b, c, "linspace takes two points or more");
	atl_id t = integers(b, 0, 1, c->stat[0]);
	atl_id step = atl_build_2(b, "div", atl_build_2(b, "sub", c->arg[1], c->arg[0]), atl_build_number(b, c->stat[0] - 1));
	return atl_build_2(b, "add", c->arg[0], atl_build_2(b, "mul", step, t));
}

#define SIZES "zeros(2) is a vector, zeros(2, 3) a matrix, zeros(size(W)) has W's shape."

static const atl_op rows[] = {
	{ .name = "zeros", .params = "n...", .by = ATL_BY_BUILD, .build = build_zeros, .flags = ATL_OF_VARIADIC,
	  .summary = "an array of zeros", .detail = SIZES, .example = "zeros(2) -> [0; 0]\nzeros(2, 3) -> [0, 0, 0; 0, 0, 0]",
	  .test = "" },
	{ .name = "ones", .params = "n...", .by = ATL_BY_BUILD, .build = build_ones, .flags = ATL_OF_VARIADIC,
	  .summary = "an array of ones", .detail = SIZES, .example = "ones(2) -> [1; 1]", .test = "" },
	{ .name = "eye", .params = "; n, m=-1", .by = ATL_BY_KERNEL, .kernel = eye, .shape = eye_shape,
	  .summary = "the identity matrix", .example = "eye(2) -> [1, 0; 0, 1]", .test = "", .latex = "I" },
	{ .name = "range", .params = "n...", .by = ATL_BY_BUILD, .build = build_range, .flags = ATL_OF_VARIADIC,
	  .summary = "numbers as a vector, both ends included: range(n), range(a, b), range(a, b, step)",
	  .detail = "a:b and a:step:b are the same. An entry is a + k*step.",
	  .example = "range(3) -> [1; 2; 3]\nrange(0, 6, 2) -> [0; 2; 4; 6]\nrange(0, 1, 0.25) -> [0; 0.25; 0.5; 0.75; 1]", .test = "" },
	{ .name = "count", .shown = "range", .params = "; first, last, step", .by = ATL_BY_KERNEL, .kernel = count,
	  .flags = ATL_OF_INTERNAL, .summary = "a long range", .test = "" },
	{ .name = "linspace", .params = "a, b; n=100", .by = ATL_BY_BUILD, .build = build_linspace,
	  .summary = "n points from a to b at equal distances, as a vector", .example = "linspace(0, 1, 3) -> [0; 0.5; 1]",
	  .test = "a:1x1; b:1x1; n=4" },
};
ATL_FAMILY(atl_ops_create, "making arrays");
