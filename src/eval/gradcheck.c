/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gradcheck.c: differences at four levels, and what they say. */
#include "eval/gradcheck.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/splitmix.h"

enum { LEVELS = 4, STEP_BITS = 128, BITS_A_STEP = 4 };
enum { SETTLED_BITS = 30, FALLING_BITS = 16, STEEP_BITS = 20 };
enum { SAMPLE = 64, FEW = 8, MANY_VALUES = 20000, DIGITS = 6 };

/* One level: an evaluator of its own, with the point in it. */
typedef struct level {
	atl_eval *eval;
	atl_num num;
	atl_array *x;
	mpq_t f;          /* y at the point */
} level;

/* A number that may be missing. */
typedef struct real {
	mpq_t q;
	bool is;
} real;

typedef struct checker {
	const atl_gradcheck_request *r;
	atl_diag *diag;
	level level[LEVELS];
	long scale;       /* exponent of the largest entry of x */
	mpq_t largest;    /* of the gradient */
	real g[LEVELS], side[LEVELS][2]; /* of the entry that is looked at */
} checker;

/* ---- levels ---- */

static bool get(real *out, const atl_array *a, size_t i)
{
	const void *x = a ? atl_array_at(a, i) : NULL;
	out->is = x && !a->sys->no_value(x) && !a->sys->infinite(x) && a->sys->get_rational(out->q, x) == ATL_FINE;
	return out->is;
}

static atl_status begin_level(checker *c, unsigned k)
{
	level *l = &c->level[k];
	atl_id want[3] = { c->r->y, c->r->x, c->r->gradient };
	real f = { .is = false };
	if (l->eval)
		return ATL_OK;
	const atl_num *base = atl_eval_num(c->r->eval);
	l->num = (atl_num){ .sys = &atl_mpfr, .precision = (long)STEP_BITS * BITS_A_STEP << k, .stop = base->stop,
			    .deadline = base->deadline, .modules = base->modules, .redraw = base->redraw,
			    .limit_digits = base->limit_digits };
	l->eval = atl_eval_beside(c->r->eval, &l->num, c->diag);
	if (!l->eval || atl_eval_compute(l->eval, want, 3, c->diag))
		return ATL_ERROR;
	mpq_init(f.q);
	if (get(&f, atl_eval_get(l->eval, c->r->y), 0))
		mpq_set(l->f, f.q);
	mpq_clear(f.q);
	l->x = atl_array_ref(atl_eval_get(l->eval, c->r->x));
	if (f.is)
		return ATL_OK;
	return atl_diag_fail(c->diag, ATL_KIND_DOMAIN, atl_graph_node(c->r->graph, c->r->y)->span,
	                     "gradcheck needs a finite value to start from");
}

/* ---- differences ---- */

/* |q| is about 2^this. */
static long size_of(const mpq_t q)
{
	return (long)mpz_sizeinbase(mpq_numref(q), 2) - (long)mpz_sizeinbase(mpq_denref(q), 2);
}

static void set_step(const checker *c, unsigned k, mpq_t h, const mpq_t x, bool left)
{
	long exponent = (mpq_sgn(x) ? size_of(x) : c->scale) - ((long)STEP_BITS << k);
	mpq_set_si(h, left ? -1 : 1, 1);
	if (exponent < 0)
		mpq_div_2exp(h, h, (mp_bitcnt_t)-exponent);
	else
		mpq_mul_2exp(h, h, (mp_bitcnt_t)exponent);
}

/* A copy of the point with one entry moved by h; h becomes what it was moved by in fact. */
static atl_array *moved(level *l, size_t entry, mpq_t x, mpq_t h)
{
	atl_array *a = atl_array_new(&l->x->shape, &l->num);
	if (!a)
		return NULL;
	void *at = atl_array_at(a, entry);
	mpq_add(h, x, h);
	bool fine = a->sys->copy(a->data, l->x->data, 1, a->n) == ATL_FINE &&
	            a->sys->set_rational(at, h, &l->num) == ATL_FINE && a->sys->get_rational(h, at) == ATL_FINE;
	mpq_sub(h, h, x);
	if (fine && mpq_sgn(h))
		return a;
	atl_array_unref(a);
	return NULL;
}

/* The difference quotient on one side; without a value where y has none there. */
static atl_status difference(checker *c, unsigned k, size_t entry, bool left)
{
	level *l = &c->level[k];
	real *d = &c->side[k][left], f = { .is = false };
	mpq_t x, h;
	mpq_inits(x, h, f.q, NULL);
	atl_status status = ATL_OK;
	d->is = false;
	if (l->x->sys->get_rational(x, atl_array_at(l->x, entry)) == ATL_FINE) {
		set_step(c, k, h, x, left);
		atl_array *a = moved(l, entry, x, h);
		status = !a ? atl_diag_nomem(c->diag) : atl_eval_store(l->eval, c->r->x, a, (atl_span){ 0, 0 }, c->diag);
		if (!status)
			status = atl_eval_compute(l->eval, &c->r->y, 1, c->diag);
		if (!status && get(&f, atl_eval_get(l->eval, c->r->y), 0)) {
			mpq_sub(d->q, f.q, l->f);
			mpq_div(d->q, d->q, h);
			d->is = true;
		}
		atl_array_unref(a);
	}
	mpq_clears(x, h, f.q, NULL);
	return status;
}

static atl_status look(checker *c, unsigned k, size_t entry)
{
	level *l = &c->level[k];
	atl_id want[2] = { c->r->gradient, c->r->y };
	if (begin_level(c, k))
		return ATL_ERROR;
	if (atl_eval_store(l->eval, c->r->x, l->x, (atl_span){ 0, 0 }, c->diag) ||
	    atl_eval_compute(l->eval, want, 2, c->diag))
		return ATL_ERROR;
	get(&c->g[k], atl_eval_get(l->eval, c->r->gradient), entry);
	return difference(c, k, entry, false) || difference(c, k, entry, true) ? ATL_ERROR : ATL_OK;
}

/* ---- verdicts ---- */

/* |a - b| <= 2^-bits * max(|a|, |b|) */
static bool close_to(const mpq_t a, const mpq_t b, long bits)
{
	mpq_t d, most, other;
	mpq_inits(d, most, other, NULL);
	mpq_sub(d, a, b);
	mpq_abs(d, d);
	mpq_abs(most, a);
	mpq_abs(other, b);
	if (mpq_cmp(other, most) > 0)
		mpq_set(most, other);
	mpq_div_2exp(most, most, (mp_bitcnt_t)bits);
	bool close = mpq_cmp(d, most) <= 0;
	mpq_clears(d, most, other, NULL);
	return close;
}

/* Whether |a - b| falls from each level to the next as a power of the step does. */
static bool falls(real *const a[LEVELS], real *const b[LEVELS])
{
	mpq_t now, before;
	bool falling = true;
	mpq_inits(now, before, NULL);
	for (unsigned k = 0; k < LEVELS && falling; k++) {
		falling = a[k]->is && b[k]->is;
		if (!falling)
			break;
		mpq_sub(now, a[k]->q, b[k]->q);
		mpq_abs(now, now);
		if (k) {
			mpq_div_2exp(before, before, FALLING_BITS);
			falling = mpq_cmp(now, before) <= 0;
		}
		mpq_swap(now, before);
	}
	mpq_clears(now, before, NULL);
	return falling;
}

/* A zero agrees with a zero at all levels only: too small a step makes one. */
static bool agrees_at(const checker *c, unsigned k, bool left)
{
	const real *g = &c->g[k], *d = &c->side[k][left];
	return g->is && d->is && (mpq_sgn(g->q) || mpq_sgn(d->q)) && close_to(g->q, d->q, SETTLED_BITS);
}

static bool agrees(checker *c, bool left)
{
	real *g[LEVELS], *d[LEVELS];
	for (unsigned k = 0; k < LEVELS; k++) {
		if (agrees_at(c, k, left))
			return true;
		g[k] = &c->g[k];
		d[k] = &c->side[k][left];
	}
	return falls(g, d);
}

/* Whether a side has a limit: its last two levels agree, or fall to 0 as the step does. */
static bool settled(checker *c, bool left)
{
	real zero[LEVELS], *none[LEVELS], *d[LEVELS];
	for (unsigned k = 0; k < LEVELS; k++) {
		mpq_init(zero[k].q);
		zero[k].is = true;
		none[k] = &zero[k];
		d[k] = &c->side[k][left];
	}
	const real *a = d[LEVELS - 2], *b = d[LEVELS - 1];
	bool is = a->is && b->is && (close_to(a->q, b->q, SETTLED_BITS) || falls(d, none));
	for (unsigned k = 0; k < LEVELS; k++)
		mpq_clear(zero[k].q);
	return is;
}

static bool grows(const checker *c, bool left)
{
	const real *a = &c->side[0][left], *b = &c->side[LEVELS - 1][left];
	return a->is && b->is && mpq_sgn(a->q) && mpq_sgn(b->q) && size_of(b->q) - size_of(a->q) > STEEP_BITS;
}

/* Whether the gradient is none of the sides and not between them. */
static bool is_outside(const checker *c)
{
	const real *g = &c->g[LEVELS - 1], *r = &c->side[LEVELS - 1][0], *l = &c->side[LEVELS - 1][1];
	if (close_to(g->q, r->q, SETTLED_BITS) || close_to(g->q, l->q, SETTLED_BITS))
		return false;
	return mpq_cmp(g->q, r->q) < 0 ? mpq_cmp(g->q, l->q) < 0 : mpq_cmp(g->q, l->q) > 0;
}

/* Whether q is what rounding leaves of 0 at a level: values there have 4*STEP_BITS bits, and a
 * step of STEP_BITS takes as many of a difference. */
static bool is_noise(const real *q, unsigned k)
{
	return q->is && (mpq_sgn(q->q) == 0 || size_of(q->q) < -((long)STEP_BITS * 2 << k));
}

/* Whether the gradient and a side are 0 but for rounding, as those of sin(x)^2 + cos(x)^2 are:
 * below it at all levels, and no number that two levels share. */
static bool vanishes(const checker *c, bool left)
{
	const real *g = &c->g[LEVELS - 1], *d = &c->side[LEVELS - 1][left];
	for (unsigned k = 0; k < LEVELS; k++)
		if (!is_noise(&c->g[k], k) || !is_noise(&c->side[k][left], k) || size_of(c->level[k].f) > STEP_BITS)
			return false;
	return (!mpq_sgn(g->q) || !close_to(g->q, c->g[LEVELS - 2].q, SETTLED_BITS)) &&
	       (!mpq_sgn(d->q) || !close_to(d->q, c->side[LEVELS - 2][left].q, SETTLED_BITS));
}

static atl_slope_verdict judge(checker *c)
{
	bool right = agrees(c, false) || vanishes(c, false), left = agrees(c, true) || vanishes(c, true);
	const real *r = &c->side[LEVELS - 1][0], *l = &c->side[LEVELS - 1][1];
	if (right && left)
		return ATL_SLOPE_AGREES;
	if ((right && !l->is) || (left && !r->is))
		return ATL_SLOPE_EDGE;
	if (grows(c, false) || grows(c, true))
		return ATL_SLOPE_STEEP;
	if (!c->g[LEVELS - 1].is || !settled(c, !r->is) || (r->is && l->is && !settled(c, true)))
		return ATL_SLOPE_UNDECIDED;
	if (!r->is || !l->is || is_outside(c))
		return ATL_SLOPE_WRONG;
	return close_to(l->q, r->q, SETTLED_BITS) ? ATL_SLOPE_WRONG : ATL_SLOPE_KINK;
}

/* ---- an entry ---- */

static void write(char *out, const real *x)
{
	if (x->is)
		snprintf(out, ATL_SLOPE_TEXT, "%.*g", DIGITS, mpq_get_d(x->q));
	else
		snprintf(out, ATL_SLOPE_TEXT, "none");
}

/* How far the caller's own gradient is from the one with more bits. */
static double distance(checker *c, size_t entry, const real *g)
{
	real own = { .is = false };
	double apart = NAN;
	mpq_init(own.q);
	if (g->is && get(&own, atl_eval_get(c->r->eval, c->r->gradient), entry)) {
		mpq_sub(own.q, own.q, g->q);
		if (mpq_sgn(own.q) == 0) {
			apart = 0;
		} else if (mpq_sgn(c->largest)) {
			mpq_div(own.q, own.q, c->largest);
			apart = fabs(mpq_get_d(own.q));
		} else {
			apart = fabs(mpq_get_d(own.q)); /* of a gradient that is 0 */
		}
	}
	mpq_clear(own.q);
	return apart;
}

static atl_status check_entry(checker *c, size_t entry, atl_slope *out)
{
	unsigned k = 0;
	for (; k < LEVELS; k++) {
		if (look(c, k, entry))
			return ATL_ERROR;
		if (agrees_at(c, k, false) && agrees_at(c, k, true))
			break;
	}
	out->entry = entry;
	out->verdict = k < LEVELS ? ATL_SLOPE_AGREES : judge(c);
	if (k == LEVELS)
		k--;
	write(out->gradient, &c->g[k]);
	write(out->right, &c->side[k][0]);
	write(out->left, &c->side[k][1]);
	out->apart = distance(c, entry, &c->g[k]);
	return ATL_OK;
}

/* ---- all ---- */

/* How many entries to look at: fewer where each costs more. */
static atl_status sample_size(const checker *c, size_t *n)
{
	size_t values = 0, last = atl_graph_last(c->r->graph);
	bool *cone = atl_calloc(last + 1, sizeof *cone);
	if (!cone)
		return atl_diag_nomem(c->diag);
	cone[c->r->gradient] = cone[c->r->y] = true;
	atl_graph_ancestors(c->r->graph, cone);
	for (atl_id id = 1; id <= last; id++)
		if (cone[id])
			values += atl_shape_count(atl_graph_shape(c->r->graph, id));
	atl_free(cone);
	size_t most = values > MANY_VALUES ? FEW : SAMPLE;
	if (*n > most)
		*n = most;
	return ATL_OK;
}

static void find_largest(mpq_t out, const atl_array *a)
{
	real r = { .is = false };
	mpq_init(r.q);
	for (size_t i = 0; i < a->n; i++)
		if (get(&r, a, i)) {
			mpq_abs(r.q, r.q);
			if (mpq_cmp(r.q, out) > 0)
				mpq_set(out, r.q);
		}
	mpq_clear(r.q);
}

static void find_scale(checker *c)
{
	mpq_t most;
	mpq_init(most);
	find_largest(most, c->level[0].x);
	c->scale = mpq_sgn(most) ? size_of(most) : 0;
	mpq_clear(most);
	find_largest(c->largest, atl_eval_get(c->level[0].eval, c->r->gradient));
}

static atl_status check_all(checker *c, atl_gradcheck *out)
{
	uint64_t state = c->r->seed;
	size_t wanted = out->entries;
	if (sample_size(c, &wanted) || begin_level(c, 0) ||
	    atl_eval_compute(c->r->eval, &c->r->gradient, 1, c->diag))
		return ATL_ERROR;
	find_scale(c);
	out->slope = atl_calloc(wanted + 1, sizeof *out->slope);
	if (!out->slope)
		return atl_diag_nomem(c->diag);
	/* each entry is taken with the chance that makes the sample as large as wanted (Knuth, vol. 2, 3.4.2 S) */
	for (size_t i = 0; i < out->entries && out->n < wanted; i++) {
		if (atl_splitmix(&state) % (out->entries - i) >= wanted - out->n)
			continue;
		if (check_entry(c, i, &out->slope[out->n]))
			return ATL_ERROR;
		out->count[out->slope[out->n++].verdict]++;
	}
	return ATL_OK;
}

atl_status atl_gradcheck_make(atl_gradcheck *out, const atl_gradcheck_request *r, atl_diag *diag)
{
	checker c = { .r = r, .diag = diag };
	memset(out, 0, sizeof *out);
	out->entries = atl_shape_count(atl_graph_shape(r->graph, r->x));
	mpq_init(c.largest);
	for (unsigned k = 0; k < LEVELS; k++)
		mpq_inits(c.level[k].f, c.g[k].q, c.side[k][0].q, c.side[k][1].q, NULL);
	atl_status status = check_all(&c, out);
	for (unsigned k = 0; k < LEVELS; k++) {
		mpq_clears(c.level[k].f, c.g[k].q, c.side[k][0].q, c.side[k][1].q, NULL);
		atl_array_unref(c.level[k].x);
		atl_eval_free(c.level[k].eval);
	}
	mpq_clear(c.largest);
	return status;
}

void atl_gradcheck_clear(atl_gradcheck *c)
{
	atl_free(c->slope);
	memset(c, 0, sizeof *c);
}
