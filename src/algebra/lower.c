/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lower.c: expressions to nodes, written as a person would.
 *
 * A sum loses its common factors first, on both sides of matrix products; what
 * is positive stands before what is negative; scalars stand before arrays and
 * masks stand last; negative powers are divided by. */
#include "algebra/expr.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"

enum { DEEPEST = 200 };
static const ratio ONE = { 1, 1 }, MINUS = { -1, 1 };

static atl_id lower(algebra *a, ex e);

static atl_id two(algebra *a, const char *op, atl_id x, atl_id y)
{
	return x && y ? atl_build_2(a->b, op, x, y) : 0;
}

static bool is_scalar(const algebra *a, atl_id id) { return atl_shape_scalar(atl_graph_shape(a->g, id)); }

/* ---- numbers ---- */

/* "3", "0.15"; false where it is written as a fraction. */
enum { TEXT = 64 }; /* a number's text */

static bool plain(ratio c, char text[TEXT])
{
	enum { PLACES = 7, SCALE = 10000000 };
	int64_t digits, size = c.num < 0 ? -c.num : c.num;
	if (c.den == 1) {
		snprintf(text, TEXT, "%" PRId64, c.num);
		return true;
	}
	if (SCALE % c.den || __builtin_mul_overflow(size, SCALE / c.den, &digits))
		return false;
	snprintf(text, TEXT, "%s%" PRId64 ".%0*" PRId64, c.num < 0 ? "-" : "", digits / SCALE, PLACES, digits % SCALE);
	for (size_t len = strlen(text); text[len - 1] == '0'; len--)
		text[len - 1] = 0;
	return true;
}

/* x/k; a letter of a size that divides k stands alone. */
static atl_id divided(algebra *a, atl_id x, int64_t k)
{
	for (int64_t size = 2; size < 64 && x; size++)
		while (atl_size_letter(size) && k % size == 0) {
			x = two(a, "div", x, atl_build_number(a->b, size));
			k /= size;
		}
	return k == 1 ? x : two(a, "div", x, atl_build_number(a->b, k));
}

/* x times c: 2*x, -x, x/3, 0.15*x, 2*x/3. */
static atl_id scaled(algebra *a, ratio c, atl_id x)
{
	char text[TEXT];
	if (ratio_is(c, 1) || !x)
		return x;
	if (ratio_is(c, -1))
		return atl_build_1(a->b, "neg", x);
	if ((c.num == 1 || c.num == -1) && c.den % 10)
		return divided(a, scaled(a, (ratio){ c.num, 1 }, x), c.den);
	if (plain(c, text))
		return two(a, "mul", atl_build_literal(a->b, text), x);
	return divided(a, scaled(a, (ratio){ c.num, 1 }, x), c.den);
}

/* ---- chains and products ---- */

static atl_id lower_chain(algebra *a, ex e, atl_id first)
{
	uint32_t n = a->node[e].n;
	for (uint32_t i = first ? 1 : 0; i < n; i++) {
		atl_id x = lower(a, ex_parts(a, e)[i].e);
		first = i ? two(a, "matmul", first, x) : x;
	}
	return first;
}

static bool is_mask(const algebra *a, ex e)
{
	return ex_is(a, e, EX_CALL) && a->node[e].op->flags & ATL_OF_NO_GRADIENT;
}

/* Where a factor stands: scalars, products, leaves, sums, calls, masks. */
static int rank(const algebra *a, ex e)
{
	static const int by_kind[] = { [EX_LEAF] = 2, [EX_SUM] = 3, [EX_PROD] = 3, [EX_MAT] = 1, [EX_TURN] = 2,
				       [EX_SPREAD] = 5, [EX_CALL] = 4 };
	if (ex_is_scalar(a, e))
		return 0;
	return is_mask(a, e) ? 6 : by_kind[a->node[e].kind];
}

static void order(const algebra *a, part *p, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++)
		for (uint32_t k = i; k && rank(a, p[k].e) < rank(a, p[k - 1].e); k--) {
			part t = p[k];
			p[k] = p[k - 1];
			p[k - 1] = t;
		}
}

/* e^k, k > 0. */
static atl_id power(algebra *a, ex e, ratio k)
{
	atl_id x = lower(a, e);
	if (x && k.den == 2)
		x = atl_build_1(a->b, "sqrt", x);
	return !x || k.num == 1 ? x : two(a, "pow", x, atl_build_number(a->b, k.num));
}

/* The factors of one sign of power, the first scaled by c; 0 and no failure: none. */
static atl_id multiply(algebra *a, ratio c, const part *p, uint32_t n, int sign, bool *any)
{
	atl_id y = 0;
	*any = false;
	for (uint32_t i = 0; i < n; i++) {
		ratio k = ratio_mul(p[i].c, (ratio){ sign, 1 });
		if (k.num <= 0)
			continue;
		if (!*any && ex_is(a, p[i].e, EX_MAT) && ratio_is(k, 1)) /* 2*A*B scales its first factor */
			y = lower_chain(a, p[i].e, scaled(a, c, lower(a, ex_parts(a, p[i].e)[0].e)));
		else if (!*any)
			y = scaled(a, c, power(a, p[i].e, k));
		else if (ex_is(a, p[i].e, EX_MAT) && ratio_is(k, 1) && is_scalar(a, y)) /* s*A*B, too */
			y = lower_chain(a, p[i].e, two(a, "mul", y, lower(a, ex_parts(a, p[i].e)[0].e)));
		else
			y = two(a, "mul", y, power(a, p[i].e, k));
		if (!y)
			return 0;
		*any = true;
	}
	return y;
}

/* Whether c is written before what it scales, and not as what divides it in the end. */
static bool leads(ratio c)
{
	char text[TEXT];
	return c.den == 1 || ((c.den % 10 == 0 || (c.num != 1 && c.num != -1)) && plain(c, text));
}

static atl_id lower_product(algebra *a, ratio c, ex e)
{
	part p[ATL_EX_MANY];
	uint32_t n = ex_factors(a, e, p);
	bool above, below;
	char text[TEXT];
	order(a, p, n);
	ratio first = leads(c) ? c : (ratio){ c.num, 1 };
	atl_id x = multiply(a, first, p, n, 1, &above);
	if (!above && plain(first, text))
		x = atl_build_literal(a->b, text);
	atl_id d = x ? multiply(a, ONE, p, n, -1, &below) : 0;
	if (x && below)
		x = two(a, "div", x, d);
	return leads(c) || !x ? x : divided(a, x, c.den);
}

/* ---- sums ---- */

/* The first or last factor of a matrix product, as a common one; the whole when it is none. */
static ex side(const algebra *a, ex e, bool last)
{
	return ex_is(a, e, EX_MAT) ? ex_parts(a, e)[last ? a->node[e].n - 1 : 0].e : 0;
}

/* The matrix product without that factor. */
static ex without_side(algebra *a, ex e, bool last, const atl_shape *shape)
{
	ex m[ATL_EX_MANY];
	uint32_t n = a->node[e].n;
	for (uint32_t i = 0; i < n; i++)
		m[i] = ex_parts(a, e)[i].e;
	return ex_mat(a, shape, last ? m : m + 1, n - 1);
}

/* A*x + B*x = (A + B)*x, for the terms that have the factor; 0: none has. */
static ex draw_side(algebra *a, const part *p, uint32_t n, const atl_shape *shape, bool last)
{
	for (uint32_t i = 0; i < n; i++) {
		ex x = side(a, p[i].e, last);
		part inner[ATL_EX_MANY], outer[ATL_EX_MANY + 1];
		uint32_t n_inner = 0, n_outer = 0;
		const atl_shape *own = x ? a->node[x].shape : NULL;
		const atl_shape *rest = !x ? NULL : last ? ex_shape_2(a, shape->dim[0], own->dim[0])
							 : ex_shape_2(a, own->dim[1], shape->dim[1]);
		for (uint32_t k = 0; x && k < n; k++)
			if (side(a, p[k].e, last) == x)
				inner[n_inner++] = (part){ without_side(a, p[k].e, last, rest), p[k].c };
			else
				outer[n_outer++] = p[k];
		if (n_inner < 2)
			continue;
		ex sum = ex_sum(a, rest, inner, n_inner);
		ex m[2] = { last ? sum : x, last ? x : sum };
		outer[n_outer++] = (part){ sum ? ex_mat(a, shape, m, 2) : 0, ONE };
		return outer[n_outer - 1].e ? ex_sum(a, shape, outer, n_outer) : 0;
	}
	return 0;
}

/* a .* x + a .* y = a .* (x + y), when all terms have the factor; 0: they have not. */
static ex draw_factor(algebra *a, const part *p, uint32_t n, const atl_shape *shape)
{
	part f[ATL_EX_MANY], g[ATL_EX_MANY], inner[ATL_EX_MANY];
	uint32_t n_f = ex_factors(a, p[0].e, f);
	for (uint32_t i = 0; i < n_f; i++) {
		bool common = !ex_is(a, f[i].e, EX_SPREAD);
		for (uint32_t t = 1; t < n && common; t++) {
			uint32_t n_g = ex_factors(a, p[t].e, g);
			common = false;
			for (uint32_t k = 0; k < n_g; k++)
				common |= g[k].e == f[i].e && ratio_equal(g[k].c, f[i].c);
		}
		if (!common)
			continue;
		part away = { f[i].e, ratio_mul(f[i].c, MINUS) };
		for (uint32_t t = 0; t < n; t++) {
			part pair[] = { { p[t].e, ONE }, away };
			inner[t] = (part){ ex_prod(a, a->node[p[t].e].shape, ONE, pair, 2), p[t].c };
		}
		ex sum = ex_sum(a, shape, inner, n);
		part pair[] = { f[i], { sum, ONE } };
		return sum ? ex_prod(a, shape, ONE, pair, 2) : 0;
	}
	return 0;
}

/* Terms that are added stand before those that are subtracted. */
static bool prefers(const part *x, const part *y)
{
	bool px = x->c.num > 0, py = y->c.num > 0;
	return px && !py;
}

static atl_id add_up(algebra *a, part *p, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++)
		for (uint32_t k = i; k && prefers(&p[k], &p[k - 1]); k--) {
			part t = p[k];
			p[k] = p[k - 1];
			p[k - 1] = t;
		}
	atl_id y = 0;
	for (uint32_t i = 0; i < n; i++) {
		bool minus = i && p[i].c.num < 0;
		atl_id x = lower_product(a, minus ? ratio_mul(p[i].c, MINUS) : p[i].c, p[i].e);
		if (!x)
			return 0;
		y = i ? two(a, minus ? "sub" : "add", y, x) : x;
	}
	return y;
}

static atl_id lower_sum(algebra *a, ex e)
{
	part p[ATL_EX_MANY];
	uint32_t n = a->node[e].n;
	const atl_shape *shape = a->node[e].shape;
	for (uint32_t i = 0; i < n; i++)
		p[i] = ex_parts(a, e)[i];
	if (n == 0)
		return atl_build_full(a->b, "0", shape);
	if (n == 1)
		return add_up(a, p, 1);
	ex drawn = draw_factor(a, p, n, shape);
	if (!drawn)
		drawn = draw_side(a, p, n, shape, true);
	if (!drawn)
		drawn = draw_side(a, p, n, shape, false);
	return a->failed ? 0 : drawn ? lower(a, drawn) : add_up(a, p, n);
}

/* ---- the rest ---- */

/* A node like the model, of other operands.  Its attributes are copied, since
 * those of the graph move when it grows. */
static atl_id lower_as(algebra *a, atl_id model, const atl_shape *shape, const atl_id *in, uint32_t n)
{
	uint32_t n_attr = atl_graph_node(a->g, model)->n_attr;
	int64_t *attr = atl_malloc((n_attr + 1) * sizeof *attr);
	if (!attr) {
		a->nomem = true;
		return 0;
	}
	memcpy(attr, atl_graph_attr(a->g, model), n_attr * sizeof *attr);
	atl_new k = { .op = atl_graph_node(a->g, model)->op, .shape = *shape, .in = in, .n_in = n,
		      .attr = attr, .n_attr = n_attr };
	atl_id id = atl_build_node(a->b, &k);
	atl_free(attr);
	return id;
}

static atl_id lower_call(algebra *a, ex e)
{
	atl_id in[ATL_EX_MANY], model = a->node[e].id;
	uint32_t n = a->node[e].n, n_attr = atl_graph_node(a->g, model)->n_attr;
	bool same = true;
	for (uint32_t i = 0; i < n; i++) {
		in[i] = lower(a, ex_parts(a, e)[i].e);
		if (!in[i])
			return 0;
		same &= in[i] == atl_graph_in(a->g, model)[i];
	}
	if (same)
		return model;
	const atl_op *op = a->node[e].op;
	atl_call c = { .op = op, .arg = in, .n_args = n };
	if (n_attr <= ATL_OP_PARAMS)
		memcpy(c.stat, atl_graph_attr(a->g, model), n_attr * sizeof *c.stat);
	if (op->by == ATL_BY_MAP1 || op->by == ATL_BY_MAP2 || op->by == ATL_BY_TEXT || op->flags & ATL_OF_ELEMENTWISE)
		return atl_build_call(a->b, &c);
	return lower_as(a, model, a->node[e].shape, in, n);
}

/* s*ones(m, n) of a scalar s. */
static atl_id lower_spread(algebra *a, ex e)
{
	ex inner = ex_parts(a, e)[0].e;
	if (ex_is_one(a, inner))
		return atl_build_full(a->b, "1", a->node[e].shape);
	atl_id x = lower(a, inner);
	if (x && is_scalar(a, x))
		return two(a, "mul", x, atl_build_full(a->b, "1", a->node[e].shape));
	return x ? atl_build_broadcast(a->b, x, a->node[e].shape) : 0;
}

static atl_id lower_kind(algebra *a, ex e)
{
	switch (a->node[e].kind) {
	case EX_LEAF: return a->node[e].id;
	case EX_SUM: return lower_sum(a, e);
	case EX_PROD: return lower_product(a, ONE, e);
	case EX_MAT: return lower_chain(a, e, 0);
	case EX_TURN: {
		atl_id x = lower(a, ex_parts(a, e)[0].e);
		return x ? atl_build_1(a->b, "transpose", x) : 0;
	}
	case EX_SPREAD: return lower_spread(a, e);
	default: return lower_call(a, e);
	}
}

static atl_id lower(algebra *a, ex e)
{
	if (!e || a->depth >= DEEPEST) {
		a->failed = true;
		return 0;
	}
	if (a->node[e].lowered)
		return a->node[e].lowered;
	a->depth++;
	atl_id id = lower_kind(a, e);
	a->depth--;
	a->node[e].lowered = id;
	return id;
}

atl_id algebra_lower(algebra *a, ex e, const atl_shape *shape)
{
	atl_id id = lower(a, e);
	return id ? atl_build_broadcast(a->b, id, shape) : 0;
}
