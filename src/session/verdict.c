/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.c: entry by entry: equal, less, or not so (SEMANTICS 16).
 *
 * A system that does not round is compared exactly.  In one that rounds, a and
 * b are equal when |a - b| <= max(1e-9 * max(1, |b|), 4 ulp of b), or with
 * `within t` when |a - b| <= t, and a bound that is only just missed, by less
 * than 4 ulp of b where that is less than t, is kept: 1.3 is within 0.1 of 1.2.
 * No value equals nothing. */
#include "session/check.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "number/exact.h"

static const double TOLERANCE = 1e-9;

static const void *entry(const atl_array *a, size_t i)
{
	return atl_array_at(a, a->n == 1 ? 0 : i);
}

const void *atl_compare_a(const atl_comparison *c, size_t i) { return entry(c->a, i); }
const void *atl_compare_b(const atl_comparison *c, size_t i) { return entry(c->b, i); }

/* ---- near ---- */

static bool near_double(const atl_comparison *c, double a, double b)
{
	double slack = 4 * DBL_EPSILON * fabs(b);
	if (c->within) {
		double t = c->within->sys->get_double(c->within->data);
		return fabs(a - b) <= (slack < t ? t + slack : t);
	}
	return fabs(a - b) <= fmax(TOLERANCE * fmax(1, fabs(b)), slack);
}

/* slack = 4 ulp of y, or 0 where a system has none. */
static void four_ulp(const atl_comparison *c, mpq_t slack, const void *y)
{
	atl_num num = *c->num;
	atl_shape scalar = ATL_SCALAR;
	num.sys = c->b->sys;
	mpq_set_si(slack, 0, 1);
	atl_array *ulp = num.sys->ulp ? atl_array_new(&scalar, &num) : NULL;
	if (ulp && num.sys->ulp(ulp->data, y, &num) == ATL_FINE &&
	    num.sys->get_rational(slack, ulp->data) == ATL_FINE)
		mpq_mul_2exp(slack, slack, 2);
	atl_array_unref(ulp);
}

/* limit = what |a - b| may be, in rationals; b is y. */
static void rational_limit(const atl_comparison *c, mpq_t limit, const mpq_t b, const void *y)
{
	mpq_t slack, one;
	mpq_inits(slack, one, NULL);
	mpq_set_si(one, 1, 1);
	mpq_abs(slack, b);
	if (!c->within || c->within->sys->get_rational(limit, c->within->data) != ATL_FINE) {
		mpq_set(limit, mpq_cmp(slack, one) > 0 ? slack : one);
		mpq_set_si(one, 1, 1000000000);
		mpq_mul(limit, limit, one);
	}
	four_ulp(c, slack, y);
	if (c->within && mpq_cmp(slack, limit) < 0)
		mpq_add(limit, limit, slack);
	else if (!c->within && mpq_cmp(slack, limit) > 0)
		mpq_set(limit, slack);
	mpq_clears(slack, one, NULL);
}

static bool near_rational(const atl_comparison *c, const void *x, const void *y)
{
	mpq_t a, b, limit;
	bool near = false;
	mpq_inits(a, b, limit, NULL);
	if (c->a->sys->get_rational(a, x) == ATL_FINE &&
	    c->b->sys->get_rational(b, y) == ATL_FINE) {
		rational_limit(c, limit, b, y);
		mpq_sub(a, a, b);
		mpq_abs(a, a);
		near = mpq_cmp(a, limit) <= 0;
	}
	mpq_clears(a, b, limit, NULL);
	return near;
}

static atl_verdict order(const atl_comparison *c, const void *x, const void *y, int *sign)
{
	return c->a->sys->cmp(sign, x, y) == ATL_FINE ? ATL_YES : ATL_UNKNOWN;
}

/* With a tolerance, in the exact system. */
static atl_verdict near_exact(const atl_comparison *c, const void *x, const void *y)
{
	int within = atl_exact_within(x, y, c->within->data, c->num);
	return within < 0 ? ATL_UNKNOWN : within ? ATL_YES : ATL_NO;
}

static atl_verdict equal(const atl_comparison *c, const void *x, const void *y)
{
	const atl_system *sys = c->a->sys;
	int sign;
	if (sys->infinite(x) || sys->infinite(y) || (!sys->rounds && !c->within)) {
		if (order(c, x, y, &sign) == ATL_UNKNOWN)
			return ATL_UNKNOWN;
		return sign == 0 ? ATL_YES : ATL_NO;
	}
	if (sys == &atl_exact)
		return near_exact(c, x, y);
	bool near = sys == &atl_float64 ? near_double(c, sys->get_double(x), sys->get_double(y))
	                                : near_rational(c, x, y);
	return near ? ATL_YES : ATL_NO;
}

/* ---- one entry ---- */

static atl_verdict ordered(const atl_comparison *c, const void *x, const void *y)
{
	int sign;
	bool strict = c->op == ATL_O_LT || c->op == ATL_O_GT;
	if (!strict && equal(c, x, y) == ATL_YES)
		return ATL_YES;
	if (order(c, x, y, &sign) == ATL_UNKNOWN)
		return ATL_UNKNOWN;
	bool less = c->op == ATL_O_LT || c->op == ATL_O_LE;
	return (less ? sign < 0 : sign > 0) ? ATL_YES : ATL_NO;
}

static atl_verdict nonzero(const atl_system *sys, const void *x)
{
	int sign;
	if (sys->no_value(x))
		return ATL_NO;
	if (sys->sgn(&sign, x) != ATL_FINE)
		return ATL_UNKNOWN;
	return sign ? ATL_YES : ATL_NO;
}

static atl_verdict judge(const atl_comparison *c, size_t i)
{
	const void *x = entry(c->a, i);
	if (c->op == ATL_O_NONE)
		return nonzero(c->a->sys, x);
	const void *y = entry(c->b, i);
	if (c->a->sys->no_value(x) || c->b->sys->no_value(y))
		return ATL_NO;
	return c->op == ATL_O_EQ || c->op == ATL_O_NE ? equal(c, x, y) : ordered(c, x, y);
}

/* How far off an entry is, for finding the worst. */
static double distance(const atl_comparison *c, size_t i)
{
	if (c->op == ATL_O_NONE)
		return 0;
	double d =
	        fabs(c->a->sys->get_double(entry(c->a, i)) - c->b->sys->get_double(entry(c->b, i)));
	return isnan(d) ? INFINITY : d;
}

/* ---- all ---- */

static bool is_real(const atl_comparison *c, size_t i)
{
	const atl_system *sys = c->a->sys;
	return sys->settled && (!sys->settled(entry(c->a, i), -1) ||
	                        (c->b && !sys->settled(entry(c->b, i), -1)));
}

/* All agree in the digits in which the worst one does. */
static void look_at_unknown(atl_comparison *c, size_t i)
{
	long digits = 0;
	if (c->b && c->a->sys == &atl_exact)
		digits = atl_exact_agreement(entry(c->a, i), entry(c->b, i), c->num);
	if (c->n_unknown++ == 0 || digits < c->digits)
		c->digits = digits;
}

static bool shapes_fit(const atl_comparison *c)
{
	if (c->op == ATL_O_NONE || atl_shape_equal(&c->a->shape, &c->b->shape))
		return true;
	if (c->op == ATL_O_EQ || c->op == ATL_O_NE)
		return false;
	return atl_shape_scalar(&c->a->shape) || atl_shape_scalar(&c->b->shape);
}

/* a != b holds when a == b does not: in one entry or more. */
static atl_verdict conclude(const atl_comparison *c)
{
	atl_verdict all = c->n_no ? ATL_NO : c->n_unknown ? ATL_UNKNOWN : ATL_YES;
	if (c->op != ATL_O_NE || all == ATL_UNKNOWN)
		return all;
	return all == ATL_YES ? ATL_NO : ATL_YES;
}

bool atl_compare(atl_comparison *c)
{
	double worst = -1;
	c->n = c->b && c->b->n > c->a->n ? c->b->n : c->a->n;
	c->shapes_differ = !shapes_fit(c);
	if (c->shapes_differ) {
		c->verdict = c->op == ATL_O_NE ? ATL_YES : ATL_NO;
		return true;
	}
	c->no = atl_calloc(c->n + 1, sizeof *c->no);
	if (!c->no)
		return false;
	for (size_t i = 0; i < c->n; i++) {
		atl_verdict v = judge(c, i);
		if (v == ATL_UNKNOWN)
			look_at_unknown(c, i);
		c->real |= is_real(c, i);
		if (v != ATL_NO)
			continue;
		c->no[i] = true;
		c->n_no++;
		double d = distance(c, i);
		if (d > worst) {
			worst = d;
			c->worst = i;
		}
	}
	c->verdict = conclude(c);
	return true;
}

/* ---- literals ---- */

atl_digits atl_literal_digits(const char *text)
{
	atl_digits d = { .value = strtod(text, NULL) };
	if (strstr(text, "…") || strstr(text, "±")) /* an enclosure claims no last digit */
		return d;
	bool behind = false, leading = true;
	const char *p = text + (*text == '-');
	for (; *p && *p != 'e' && *p != 'E'; p++) {
		if (*p == '.') {
			behind = d.point = true;
			continue;
		}
		leading = leading && *p == '0';
		d.significant += !leading;
		d.decimals += behind;
	}
	if (*p) {
		long exponent = strtol(p + 1, NULL, 10);
		d.point = true;
		d.decimals -= (int)(exponent > 9999 ? 9999 : exponent < -9999 ? -9999 : exponent);
	}
	return d;
}

bool atl_digits_agree(const atl_digits *d, double v)
{
	double half = 0.5 * pow(10, -d->decimals);
	return d->point && fabs(v - d->value) <= half * (1 + 1e-9);
}
