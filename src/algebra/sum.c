/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sum.c: sums of expressions with rational factors. */
#include "algebra/expr.h"

#include <string.h>

static const ratio ONE = { 1, 1 };

typedef struct terms {
	algebra *a;
	part t[ATL_EX_MANY];
	uint32_t n;
	bool failed;
} terms;

ratio ex_split(const algebra *a, ex e, ex *rest)
{
	*rest = e;
	if (!ex_is(a, e, EX_SUM) || a->node[e].n != 1)
		return ONE;
	*rest = ex_parts(a, e)[0].e;
	return ex_parts(a, e)[0].c;
}

static bool is_unit(ratio c) { return c.den == 1 && (c.num == 1 || c.num == -1); }

/* Terms of a sum within are added one by one: when `flat` always, else where its factor is 1 or -1. */
static void add(terms *s, ratio c, ex e, bool flat)
{
	algebra *a = s->a;
	if (!e || !c.den) {
		s->failed = true;
		return;
	}
	if (ex_is(a, e, EX_SUM) && (flat || is_unit(c) || a->node[e].n < 2)) {
		for (uint32_t i = 0; i < a->node[e].n; i++)
			add(s, ratio_mul(c, ex_parts(a, e)[i].c), ex_parts(a, e)[i].e, flat);
		return;
	}
	for (uint32_t i = 0; i < s->n; i++)
		if (s->t[i].e == e) {
			s->t[i].c = ratio_add(s->t[i].c, c);
			s->failed |= !s->t[i].c.den;
			return;
		}
	if (s->n == ATL_EX_MANY)
		s->failed = true;
	else
		s->t[s->n++] = (part){ e, c };
}

static void sort(part *p, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++)
		for (uint32_t k = i; k && p[k].e < p[k - 1].e; k--) {
			part t = p[k];
			p[k] = p[k - 1];
			p[k - 1] = t;
		}
}

static void drop_zeros(terms *s)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < s->n; i++)
		if (s->t[i].c.num)
			s->t[n++] = s->t[i];
	s->n = n;
}

/* A term of the whole shape says the shape for all: what is repeated to it need not be. */
static void unspread(terms *s, const atl_shape *shape, bool flat)
{
	bool whole = false;
	for (uint32_t i = 0; i < s->n; i++)
		whole |= s->a->node[s->t[i].e].shape == shape && s->a->node[s->t[i].e].kind != EX_SPREAD;
	terms old = *s;
	s->n = 0;
	for (uint32_t i = 0; i < old.n; i++) {
		ex e = old.t[i].e;
		bool strip = whole && ex_is(s->a, e, EX_SPREAD);
		add(s, old.t[i].c, strip ? ex_parts(s->a, e)[0].e : e, flat);
	}
	drop_zeros(s);
}

/* Terms that are all repeated from one shape are added there. */
static ex sum_below(terms *s, const atl_shape *shape)
{
	algebra *a = s->a;
	const atl_shape *inner = NULL;
	part p[ATL_EX_MANY];
	for (uint32_t i = 0; i < s->n; i++) {
		ex e = s->t[i].e;
		bool spread = ex_is(a, e, EX_SPREAD);
		const atl_shape *from = a->node[spread ? ex_parts(a, e)[0].e : e].shape;
		if ((!spread && from == shape) || (inner && from != inner))
			return 0;
		inner = from;
		p[i] = (part){ spread ? ex_parts(a, e)[0].e : e, s->t[i].c };
	}
	return inner && inner != shape ? ex_spread(a, ex_sum(a, inner, p, s->n), shape) : 0;
}

/* The terms, those of sums within drawn up or left there; how many there are in all. */
static uint32_t collect(terms *s, const atl_shape *shape, const part *p, uint32_t n, bool flat)
{
	uint32_t all = 0;
	for (uint32_t i = 0; i < n; i++)
		add(s, p[i].c, p[i].e, flat);
	drop_zeros(s);
	if (s->n && !s->failed && !atl_shape_scalar(shape))
		unspread(s, shape, flat);
	for (uint32_t i = 0; i < s->n && !s->failed; i++)
		all += ex_is(s->a, s->t[i].e, EX_SUM) ? s->a->node[s->t[i].e].n : 1;
	return all;
}

/* 2*a - 2*b is 2*(a - b), and a/3 + b/3 is (a + b)/3. */
static ratio common_number(const part *p, uint32_t n)
{
	int64_t g = 0;
	bool negative = true;
	for (uint32_t i = 0; i < n; i++) {
		int64_t x = p[i].c.num < 0 ? -p[i].c.num : p[i].c.num;
		if (p[i].c.den != p[0].c.den)
			return ONE;
		negative &= p[i].c.num < 0;
		while (x) {
			int64_t r = g % x;
			g = x;
			x = r;
		}
	}
	return (ratio){ negative ? -g : g, p[0].c.den };
}

static ex primitive(algebra *a, const atl_shape *shape, part *p, uint32_t n)
{
	const ex_node sum = { .kind = EX_SUM, .shape = shape };
	ratio c = n > 1 ? common_number(p, n) : ONE;
	if (ratio_is(c, 1))
		return ex_intern(a, &sum, p, n);
	for (uint32_t i = 0; i < n; i++)
		p[i].c = ratio_of(p[i].c.num / c.num, 1);
	ex inner = ex_intern(a, &sum, p, n);
	return inner ? ex_intern(a, &sum, &(part){ inner, c }, 1) : 0;
}

enum { FEW = 8 };

/* A sum among the factors of a product, beside one that has the whole shape; `at`: which. */
static bool has_sum(const algebra *a, ex e, uint32_t *at)
{
	bool whole = false, found = false;
	if (!ex_is(a, e, EX_PROD) || a->node[e].n > FEW)
		return false;
	for (uint32_t i = 0; i < a->node[e].n; i++) {
		part f = ex_parts(a, e)[i];
		if (!found && ex_is(a, f.e, EX_SUM) && ratio_is(f.c, 1) && a->node[f.e].n > 1 && a->node[f.e].n <= FEW) {
			*at = i;
			found = true;
		} else {
			whole |= a->node[f.e].shape == a->node[e].shape;
		}
	}
	return found && whole;
}

/* p .* (1 - y) - y .* (1 - p) is p - y: products with sums are multiplied out where so much cancels that there
 * are no more terms than before. */
static void multiply_out(terms *s)
{
	algebra *a = s->a;
	terms x = { .a = a };
	bool any = false;
	if (s->failed || s->n < 2 || s->n > FEW)
		return;
	for (uint32_t i = 0; i < s->n; i++) {
		ex e = s->t[i].e;
		uint32_t at = 0, n = a->node[e].n;
		if (!has_sum(a, e, &at)) {
			add(&x, s->t[i].c, e, false);
			continue;
		}
		part f[FEW];
		memcpy(f, ex_parts(a, e), n * sizeof *f);
		ex sum = f[at].e;
		any = true;
		for (uint32_t k = 0; k < a->node[sum].n; k++) {
			part term = ex_parts(a, sum)[k];
			f[at] = (part){ term.e, ONE };
			add(&x, ratio_mul(s->t[i].c, term.c), ex_prod(a, a->node[e].shape, ONE, f, n), false);
		}
	}
	drop_zeros(&x);
	if (any && !x.failed && x.n <= s->n)
		*s = x;
}

ex ex_sum(algebra *a, const atl_shape *shape, const part *p, uint32_t n)
{
	terms flat = { .a = a }, s = { .a = a };
	uint32_t all = collect(&s, shape, p, n, false);
	if (collect(&flat, shape, p, n, true) < all || s.failed)
		s = flat;
	multiply_out(&s);
	ex below = s.n && !s.failed && !atl_shape_scalar(shape) ? sum_below(&s, shape) : 0;
	if (below)
		return below;
	if (s.failed)
		return ex_fail(a);
	if (s.n == 1 && ratio_is(s.t[0].c, 1))
		return s.t[0].e;
	sort(s.t, s.n);
	return primitive(a, shape, s.t, s.n);
}

ex ex_zero(algebra *a, const atl_shape *shape) { return ex_sum(a, shape, NULL, 0); }

ex ex_add(algebra *a, const atl_shape *shape, ex x, ratio c, ex y)
{
	return ex_sum(a, shape, (part[]){ { x, ONE }, { y, c } }, 2);
}

ex ex_scale(algebra *a, ratio c, ex e)
{
	return e ? ex_sum(a, a->node[e].shape, &(part){ e, c }, 1) : 0;
}

ex ex_number(algebra *a, ratio c)
{
	const atl_shape *scalar = ex_shape_2(a, 1, 1);
	ex one = scalar ? ex_intern(a, &(ex_node){ .kind = EX_PROD, .shape = scalar }, NULL, 0) : 0;
	return one ? ex_scale(a, c, one) : 0;
}

ex ex_spread(algebra *a, ex e, const atl_shape *shape)
{
	if (!e || a->node[e].shape == shape)
		return e;
	if (ex_is_zero(a, e))
		return ex_zero(a, shape);
	ex rest;
	ratio c = ex_split(a, e, &rest);
	if (ex_is(a, rest, EX_SPREAD))
		rest = ex_parts(a, rest)[0].e;
	ex s = ex_intern(a, &(ex_node){ .kind = EX_SPREAD, .shape = shape }, &(part){ rest, ONE }, 1);
	return s && !ratio_is(c, 1) ? ex_intern(a, &(ex_node){ .kind = EX_SUM, .shape = shape }, &(part){ s, c }, 1) : s;
}
