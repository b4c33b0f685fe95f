/* SPDX-License-Identifier: GPL-3.0-or-later */
/* product.c: products entry by entry, and powers. */
#include "algebra/expr.h"

static const ratio ONE = { 1, 1 };

typedef struct factors {
	algebra *a;
	part f[ATL_EX_MANY];
	uint32_t n;
	ratio c;
	bool zero, failed;
} factors;

uint32_t ex_factors(const algebra *a, ex e, part out[ATL_EX_MANY])
{
	if (!ex_is(a, e, EX_PROD)) {
		out[0] = (part){ e, ONE };
		return 1;
	}
	for (uint32_t i = 0; i < a->node[e].n; i++)
		out[i] = ex_parts(a, e)[i];
	return a->node[e].n;
}

static void times(factors *s, ex e, ratio k)
{
	algebra *a = s->a;
	ex rest;
	if (!e || !k.den) {
		s->failed = true;
		return;
	}
	if (ex_is_zero(a, e)) {
		s->zero |= k.num > 0;
		s->failed |= k.num < 0;
		return;
	}
	ratio c = ex_split(a, e, &rest);
	if (!ratio_is(c, 1) && k.den == 1) {
		s->c = ratio_mul(s->c, ratio_power(c, k.num));
		times(s, rest, k);
		return;
	}
	if (ex_is(a, e, EX_SPREAD)) {
		times(s, ex_parts(a, e)[0].e, k);
		return;
	}
	if (ex_is(a, e, EX_PROD)) {
		for (uint32_t i = 0; i < a->node[e].n; i++)
			times(s, ex_parts(a, e)[i].e, ratio_mul(ex_parts(a, e)[i].c, k));
		return;
	}
	for (uint32_t i = 0; i < s->n; i++)
		if (s->f[i].e == e) {
			s->f[i].c = ratio_add(s->f[i].c, k);
			return;
		}
	if (s->n == ATL_EX_MANY)
		s->failed = true;
	else
		s->f[s->n++] = (part){ e, k };
}

static void drop_units(factors *s)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < s->n; i++)
		if (s->f[i].c.num)
			s->f[n++] = s->f[i];
	s->n = n;
	for (uint32_t i = 1; i < n; i++)
		for (uint32_t k = i; k && s->f[k].e < s->f[k - 1].e; k--) {
			part t = s->f[k];
			s->f[k] = s->f[k - 1];
			s->f[k - 1] = t;
		}
}

/* The shape that the factors have together. */
static const atl_shape *common_shape(const factors *s, const atl_shape *whole)
{
	atl_shape out = *whole;
	for (int d = 0; d < out.rank; d++) {
		out.dim[d] = whole->dim[d] < 1 ? whole->dim[d] : 1;
		for (uint32_t i = 0; i < s->n; i++) {
			const atl_shape *x = s->a->node[s->f[i].e].shape;
			if (x->rank == out.rank && x->dim[d] > out.dim[d])
				out.dim[d] = x->dim[d];
		}
	}
	return atl_graph_intern_shape(s->a->b->graph, &out);
}

static bool divides(const algebra *a, ex e, ex by)
{
	part f[ATL_EX_MANY];
	uint32_t n = ex_factors(a, e, f);
	for (uint32_t i = 0; i < n; i++)
		if (f[i].e == by && f[i].c.num < 0)
			return true;
	return false;
}

/* A sum one of whose terms is divided by another factor, p .* (-t ./ p + s): its number, or n. */
static uint32_t find_cancelling(const factors *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		ex sum = s->f[i].e;
		if (!ex_is(s->a, sum, EX_SUM) || !ratio_is(s->f[i].c, 1))
			continue;
		for (uint32_t k = 0; k < s->n; k++)
			for (uint32_t t = 0; k != i && s->f[k].c.num > 0 && t < s->a->node[sum].n; t++)
				if (divides(s->a, ex_parts(s->a, sum)[t].e, s->f[k].e))
					return i;
	}
	return s->n;
}

static ex distribute(factors *s, const atl_shape *shape, uint32_t at)
{
	algebra *a = s->a;
	part sum[ATL_EX_MANY], term[ATL_EX_MANY];
	uint32_t n = a->node[s->f[at].e].n;
	for (uint32_t i = 0; i < n; i++)
		sum[i] = ex_parts(a, s->f[at].e)[i];
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < s->n; k++)
			term[k] = k == at ? (part){ sum[i].e, ONE } : s->f[k];
		sum[i].e = ex_prod(a, shape, s->c, term, s->n);
	}
	return ex_sum(a, shape, sum, n);
}

/* How often factor f is in the product: its place, or n. */
static uint32_t find_power(const factors *s, part f)
{
	for (uint32_t i = 0; i < s->n; i++) {
		ratio left = ratio_add(s->f[i].c, ratio_mul(f.c, (ratio){ -1, 1 }));
		if (s->f[i].e == f.e && (f.c.num > 0) == (s->f[i].c.num > 0) &&
		    (left.num == 0 || (left.num > 0) == (f.c.num > 0)))
			return i;
	}
	return s->n;
}

/* Factors that are together what a name stands for become the name. */
static void use_names(factors *s)
{
	algebra *a = s->a;
	for (ex e = a->named_product; e && s->n > 1; e = a->node[e].next_named) {
		uint32_t n = a->node[e].n;
		bool all = true;
		for (uint32_t i = 0; i < n; i++)
			all &= find_power(s, ex_parts(a, e)[i]) < s->n;
		if (!all)
			continue;
		for (uint32_t i = 0; i < n; i++) {
			part f = ex_parts(a, e)[i];
			part *own = &s->f[find_power(s, f)];
			own->c = ratio_add(own->c, ratio_mul(f.c, (ratio){ -1, 1 }));
		}
		times(s, a->node[e].name, ONE);
		drop_units(s);
	}
}

ex ex_prod(algebra *a, const atl_shape *shape, ratio c, const part *p, uint32_t n)
{
	factors s = { .a = a, .c = c };
	for (uint32_t i = 0; i < n; i++)
		times(&s, p[i].e, p[i].c);
	if (s.failed || !s.c.den)
		return ex_fail(a);
	if (s.zero || !s.c.num)
		return ex_zero(a, shape);
	drop_units(&s);
	use_names(&s);
	uint32_t cancelling = find_cancelling(&s);
	if (cancelling < s.n)
		return distribute(&s, shape, cancelling);
	const atl_shape *own = common_shape(&s, shape);
	if (!own)
		return ex_fail(a);
	ex e;
	if (s.n == 1 && ratio_is(s.f[0].c, 1))
		e = s.f[0].e;
	else
		e = ex_intern(a, &(ex_node){ .kind = EX_PROD, .shape = own }, s.f, s.n);
	return ex_spread(a, ex_scale(a, s.c, e), shape);
}
