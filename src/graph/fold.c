/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fold.c: one function an op that can be folded, found by the op's name. */
#include "graph/fold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool atl_fold_integer(const char *text, int64_t *out)
{
	const char *p = text + (*text == '-');
	size_t digits = strspn(p, "0123456789");
	if (digits == 0 || digits > 18 || p[digits])
		return false;
	*out = strtoll(text, NULL, 10);
	return true;
}

static const atl_node *node(const atl_builder *b, atl_id id) { return atl_graph_node(b->graph, id); }

static bool literal(const atl_builder *b, atl_id id, int64_t *v)
{
	return node(b, id)->flags & ATL_NF_LITERAL && atl_fold_integer(atl_graph_text(b->graph, id), v);
}

/* x itself, when it has the shape of the result. */
static atl_id same(atl_builder *b, atl_id x, const atl_shape *shape)
{
	return atl_build_broadcast(b, x, shape);
}

static atl_id number(atl_builder *b, int64_t v, const atl_shape *shape)
{
	return atl_build_broadcast(b, atl_build_number(b, v), shape);
}

static bool is_op(const atl_builder *b, atl_id id, const char *name)
{
	return !node(b, id)->name && !strcmp(node(b, id)->op->name, name);
}

static const int64_t SMALL = 1 << 30;

static bool both(const atl_builder *b, const atl_call *c, int64_t *u, int64_t *v)
{
	return literal(b, c->arg[0], u) && literal(b, c->arg[1], v) && llabs(*u) < SMALL && llabs(*v) < SMALL;
}

static atl_id fold_add(atl_builder *b, const atl_call *c, const atl_shape *s)
{
	int64_t u, v;
	if (both(b, c, &u, &v))
		return number(b, u + v, s);
	if (literal(b, c->arg[0], &u) && u == 0)
		return same(b, c->arg[1], s);
	if (literal(b, c->arg[1], &v) && v == 0)
		return same(b, c->arg[0], s);
	return 0;
}

static atl_id fold_sub(atl_builder *b, const atl_call *c, const atl_shape *s)
{
	int64_t u, v;
	if (both(b, c, &u, &v))
		return number(b, u - v, s);
	if (literal(b, c->arg[1], &v) && v == 0)
		return same(b, c->arg[0], s);
	return 0;
}

static atl_id fold_mul(atl_builder *b, const atl_call *c, const atl_shape *s)
{
	int64_t u, v;
	if (both(b, c, &u, &v))
		return number(b, u * v, s);
	for (int i = 0; i < 2; i++) {
		if (!literal(b, c->arg[i], &u))
			continue;
		if (u == 1)
			return same(b, c->arg[1 - i], s);
		if (u == -1)
			return atl_build_1(b, "neg", same(b, c->arg[1 - i], s));
		if (u == 0 && b->flags & ATL_NF_ADJOINT)
			return number(b, 0, s);
	}
	return 0;
}

static atl_id fold_div(atl_builder *b, const atl_call *c, const atl_shape *s)
{
	int64_t v;
	if (literal(b, c->arg[1], &v) && v == 1)
		return same(b, c->arg[0], s);
	return 0;
}

static atl_id fold_pow(atl_builder *b, const atl_call *c, const atl_shape *s)
{
	int64_t v;
	if (!literal(b, c->arg[1], &v))
		return 0;
	if (v == 1)
		return same(b, c->arg[0], s);
	return v == 0 ? number(b, 1, s) : 0;
}

static atl_id fold_neg(atl_builder *b, const atl_call *c, const atl_shape *s)
{
	int64_t v;
	if (literal(b, c->arg[0], &v))
		return number(b, -v, s);
	return is_op(b, c->arg[0], "neg") ? atl_graph_in(b->graph, c->arg[0])[0] : 0;
}

static atl_id fold_transpose(atl_builder *b, const atl_call *c, const atl_shape *s)
{
	(void)s;
	if (atl_shape_scalar(node(b, c->arg[0])->shape))
		return c->arg[0];
	return is_op(b, c->arg[0], "transpose") ? atl_graph_in(b->graph, c->arg[0])[0] : 0;
}

static const struct {
	const char *op;
	atl_id (*fold)(atl_builder *, const atl_call *, const atl_shape *);
} folds[] = {
	{ "add", fold_add }, { "sub", fold_sub }, { "mul", fold_mul }, { "div", fold_div },
	{ "pow", fold_pow }, { "neg", fold_neg }, { "transpose", fold_transpose },
};

atl_id atl_fold(atl_builder *b, const atl_call *c, const atl_shape *shape)
{
	for (size_t i = 0; i < sizeof folds / sizeof *folds; i++)
		if (!strcmp(c->op->name, folds[i].op))
			return folds[i].fold(b, c, shape);
	return 0;
}
