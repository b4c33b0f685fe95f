/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe.c: random points, and the comparison there. */
#include "eval/probe.h"

#include <string.h>
#include "base/mem.h"
#include "base/splitmix.h"
#include "graph/op.h"
#include "number/exact.h"

enum { MANY = 2000, FEW = 200, ENOUGH = 5, REDRAWS = 3, BITS = 256, DIGITS = 60 };

/* The numbers of a size: k/unit with 0 < k <= most, or 0 where that is among them. */
typedef struct scale {
	unsigned long most, unit;
	bool zero;
} scale;

enum { ONES, SMALL, TENS, TINY, WHOLE, THOUSANDS, MILLIONS, SCALES, MIXED = SCALES };
static const scale scales[SCALES] = {
	[ONES] = { 47, 16, false },    [SMALL] = { 63, 64, false },    [TENS] = { 79, 4, false },
	[TINY] = { 63, 65536, false }, [WHOLE] = { 4, 1, true },       [THOUSANDS] = { 2999, 2, false },
	[MILLIONS] = { 2999999, 2, false },
};
/* Where numbers are larger, MPFR's digits are soon used up: 1 - tanh(x)^2. */
static const unsigned ROUNDED_SCALES = WHOLE + 1;

typedef enum side { BOTH, ABOVE, BELOW } side;

/* The points in their order: at MIXED each entry has a size of its own.  Where the
 * arrays are large, ENOUGH of them are. */
static const struct {
	unsigned scale;
	side side;
} points[] = {
	{ ONES, BOTH },       { TENS, BOTH },       { MIXED, BOTH },     { ONES, ABOVE },     { SMALL, ABOVE },
	{ TENS, ABOVE },      { TENS, BELOW },      { THOUSANDS, ABOVE }, { THOUSANDS, BELOW }, { SMALL, BOTH },
	{ ONES, BELOW },      { TINY, BOTH },       { WHOLE, BOTH },     { WHOLE, ABOVE },    { MIXED, ABOVE },
	{ MILLIONS, ABOVE },  { MILLIONS, BELOW },
};

typedef struct point {
	atl_probe *p;
	atl_eval *eval;
	const bool *cone;
	atl_id last;
	uint64_t state;
	unsigned scale;
	side side;
} point;

static void draw(point *at, mpq_t q)
{
	unsigned of = atl_eval_num(at->eval)->sys->rounds ? ROUNDED_SCALES : SCALES;
	const scale *s = &scales[at->scale == MIXED ? atl_splitmix(&at->state) % of : at->scale];
	bool zero = s->zero && at->side == BOTH;
	unsigned long k = zero ? atl_splitmix(&at->state) % (s->most + 1) : 1 + atl_splitmix(&at->state) % s->most;
	bool below = at->side == BELOW || (at->side == BOTH && atl_splitmix(&at->state) % 2);
	mpq_set_si(q, below ? -(long)k : (long)k, s->unit);
	mpq_canonicalize(q);
}

static bool is_unit(const atl_probe *p, atl_id id)
{
	bool found = false;
	for (size_t i = 0; i < p->n_unit; i++)
		found |= p->unit[i] == id;
	return found;
}

/* Column j of q (rows x cols) is divided by the sum of its sizes; of zeros the last becomes 1. */
static void make_unit(mpq_t *q, size_t rows, size_t cols, size_t j)
{
	mpq_t sum;
	mpq_init(sum);
	for (size_t i = 0; i < rows; i++) {
		mpq_abs(q[i * cols + j], q[i * cols + j]);
		mpq_add(sum, sum, q[i * cols + j]);
	}
	if (!mpq_sgn(sum)) {
		mpq_set_ui(q[(rows - 1) * cols + j], 1, 1);
		mpq_set_ui(sum, 1, 1);
	}
	for (size_t i = 0; i < rows; i++)
		mpq_div(q[i * cols + j], q[i * cols + j], sum);
	mpq_clear(sum);
}

/* What is known of an abstract input holds of the numbers in it. */
static void shape_draw(const point *at, atl_id id, mpq_t *q)
{
	const atl_node *n = atl_graph_node(at->p->graph, id);
	const int64_t *attr = atl_graph_attr(at->p->graph, id);
	size_t cols = (size_t)n->shape->dim[1];
	if (!(n->flags & ATL_NF_ABSTRACT) || attr[0] == ATL_ABSTRACT_GENERAL)
		return;
	if (attr[0] == ATL_ABSTRACT_SIZE) {
		mpq_set_si(q[0], attr[1], 1);
		return;
	}
	for (size_t i = 0; i < cols; i++)
		for (size_t j = 0; j < i; j++) {
			if (attr[0] == ATL_ABSTRACT_DIAGONAL) {
				mpq_set_si(q[i * cols + j], 0, 1);
				mpq_set_si(q[j * cols + i], 0, 1);
			} else {
				mpq_set(q[i * cols + j], q[j * cols + i]);
			}
		}
}

static atl_status store_random(point *at, atl_id id, atl_diag *diag)
{
	const atl_shape *shape = atl_graph_shape(at->p->graph, id);
	atl_num num = *atl_eval_num(at->eval);
	atl_array *x = atl_array_new(shape, &num);
	mpq_t *q = x ? atl_malloc((x->n + 1) * sizeof *q) : NULL;
	atl_status status = ATL_ERROR;
	if (q) {
		for (size_t i = 0; i < x->n; i++) {
			mpq_init(q[i]);
			draw(at, q[i]);
		}
		if (is_unit(at->p, id))
			for (size_t j = 0; j < (size_t)shape->dim[1]; j++)
				make_unit(q, (size_t)shape->dim[0], (size_t)shape->dim[1], j);
		shape_draw(at, id, q);
		bool fine = true;
		for (size_t i = 0; i < x->n; i++) {
			fine &= x->sys->set_rational(atl_array_at(x, i), q[i], &num) == ATL_FINE;
			mpq_clear(q[i]);
		}
		status = fine ? atl_eval_store(at->eval, id, x, (atl_span){ 0, 0 }, diag) : ATL_ERROR;
	}
	atl_free(q);
	atl_array_unref(x);
	return status;
}

static bool is_leaf(const atl_graph *g, atl_id id)
{
	const atl_node *n = atl_graph_node(g, id);
	return n->flags & ATL_NF_INPUT || !strcmp(n->op->name, "stored");
}

static atl_status draw_point(point *at, atl_diag *diag)
{
	for (atl_id id = 1; id <= at->last; id++)
		if (at->cone[id] && is_leaf(at->p->graph, id) && store_random(at, id, diag))
			return ATL_ERROR;
	return ATL_OK;
}

/* |a - b| <= 10^-DIGITS * max(1, |b|), for what is rounded. */
static bool close_to(const atl_array *a, const atl_array *b, size_t i)
{
	bool close = false;
	mpq_t u, v, t;
	mpq_inits(u, v, t, NULL);
	if (a->sys->get_rational(u, atl_array_at(a, i)) == ATL_FINE &&
	    b->sys->get_rational(v, atl_array_at(b, i)) == ATL_FINE) {
		mpq_sub(u, u, v);
		mpq_abs(u, u);
		mpz_ui_pow_ui(mpq_denref(t), 10, DIGITS);
		mpq_set_ui(t, 1, 1);
		mpz_ui_pow_ui(mpq_denref(t), 10, DIGITS);
		mpq_abs(v, v);
		if (mpq_cmp_ui(v, 1, 1) > 0)
			mpq_mul(t, t, v);
		close = mpq_cmp(u, t) <= 0;
	}
	mpq_clears(u, v, t, NULL);
	return close;
}

static atl_probed compare_entry(const atl_array *a, const atl_array *b, size_t i, const atl_num *num)
{
	int c = 0;
	const void *x = atl_array_at(a, i), *y = atl_array_at(b, i);
	if (a->sys->no_value(x) || b->sys->no_value(y))
		return ATL_PROBE_UNABLE;
	if (a->sys->rounds)
		return close_to(a, b, i) ? ATL_PROBE_DIGITS : ATL_PROBE_DIFFERENT;
	if (a->sys->cmp(&c, x, y) != ATL_FINE) /* enclosures that overlap: as wide as they may be */
		return atl_exact_agreement(x, y, num) >= DIGITS ? ATL_PROBE_DIGITS : ATL_PROBE_UNABLE;
	return c ? ATL_PROBE_DIFFERENT : ATL_PROBE_EQUAL;
}

/* A difference in one entry is one, even where others have no value. */
static atl_probed compare(const atl_array *a, const atl_array *b, const atl_num *num)
{
	static const int weight[] = { [ATL_PROBE_EQUAL] = 0, [ATL_PROBE_DIGITS] = 1, [ATL_PROBE_UNABLE] = 2,
				      [ATL_PROBE_DIFFERENT] = 3 };
	atl_probed worst = ATL_PROBE_EQUAL;
	if (!atl_shape_equal(&a->shape, &b->shape))
		return ATL_PROBE_DIFFERENT;
	for (size_t i = 0; i < a->n && worst != ATL_PROBE_DIFFERENT; i++) {
		atl_probed one = compare_entry(a, b, i, num);
		worst = weight[one] > weight[worst] ? one : worst;
	}
	return worst;
}

/* Whether all values of the cone are rational numbers. */
static bool all_rational(const point *at)
{
	for (atl_id id = 1; id <= at->last; id++) {
		const atl_array *a = at->cone[id] ? atl_eval_get(at->eval, id) : NULL;
		for (size_t i = 0; a && i < a->n; i++)
			if (a->sys->settled && !a->sys->settled(atl_array_at(a, i), -1))
				return false;
	}
	return true;
}

/* Compares the pairs that have no value yet at the point, the index-th. */
static void try_point(point *at, const atl_id *want, atl_probe_pair *pair, size_t n, unsigned index)
{
	atl_diag diag = { 0 };
	const atl_num *num = atl_eval_num(at->eval);
	bool fine = !draw_point(at, &diag) && !atl_eval_compute(at->eval, want, 2 * n, &diag);
	bool rational = fine && all_rational(at);
	for (size_t i = 0; i < n && fine; i++) {
		if (pair[i].probed == ATL_PROBE_DIFFERENT || pair[i].last == index + 1)
			continue;
		atl_probed one = compare(atl_eval_get(at->eval, pair[i].a), atl_eval_get(at->eval, pair[i].b), num);
		if (one == ATL_PROBE_UNABLE)
			continue;
		if (one == ATL_PROBE_EQUAL && !rational)
			one = ATL_PROBE_DIGITS;
		pair[i].last = index + 1;
		pair[i].points++;
		if (one != ATL_PROBE_EQUAL || pair[i].points == 1)
			pair[i].probed = one;
	}
	atl_diag_clear(&diag);
}

/* How many points all pairs have but those that are done. */
static unsigned fewest(const atl_probe_pair *pair, size_t n, unsigned enough)
{
	unsigned least = enough;
	for (size_t i = 0; i < n; i++)
		if (pair[i].probed != ATL_PROBE_DIFFERENT && pair[i].points < least)
			least = pair[i].points;
	return least;
}

static bool all_had_it(const atl_probe_pair *pair, size_t n, unsigned index)
{
	for (size_t i = 0; i < n; i++)
		if (pair[i].probed != ATL_PROBE_DIFFERENT && pair[i].last != index + 1)
			return false;
	return true;
}

/* One of the points: where a pair has no value others are drawn. */
static void probe_point(point *at, const atl_id *want, atl_probe_pair *pair, size_t n, unsigned index)
{
	at->scale = points[index].scale;
	at->side = points[index].side;
	for (unsigned k = 0; k < REDRAWS && !all_had_it(pair, n, index) && !atl_num_stop(atl_eval_num(at->eval)); k++)
		try_point(at, want, pair, n, index);
}

/* At all points, or where there is much to compute at enough of them. */
static void run(point *at, const atl_id *want, atl_probe_pair *pair, size_t n, const atl_num *num, unsigned enough)
{
	for (size_t i = 0; i < n; i++) {
		pair[i].probed = ATL_PROBE_UNABLE;
		pair[i].points = pair[i].last = 0;
	}
	at->state = 1;
	at->eval = atl_eval_new(at->p->graph, at->p->symbols, at->p->sources, num);
	if (!at->eval)
		return;
	atl_eval_ignore_guards(at->eval, true);
	atl_eval_set_certainty(at->eval, DIGITS, BITS);
	for (unsigned i = 0; i < sizeof points / sizeof *points && fewest(pair, n, enough) < enough; i++)
		if (!num->sys->rounds || points[i].scale < ROUNDED_SCALES || points[i].scale == MIXED)
			probe_point(at, want, pair, n, i);
	at->p->points = fewest(pair, n, enough);
	atl_eval_free(at->eval);
}

static size_t count_entries(const atl_probe *p, const bool *cone, atl_id last)
{
	size_t entries = 0;
	for (atl_id id = 1; id <= last; id++)
		if (cone[id])
			entries += atl_shape_count(atl_graph_shape(p->graph, id));
	return entries;
}

static size_t count(const atl_probe_pair *pair, size_t n, atl_probed probed)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++)
		found += pair[i].probed == probed;
	return found;
}

/* In exact numbers, unless the cone is too large to be had so in a moment. */
static void run_all(point *at, const atl_id *want, atl_probe_pair *pair, size_t n)
{
	const atl_probe *p = at->p;
	atl_num num = { .modules = p->num.modules, .stop = p->num.stop, .limit_digits = p->num.limit_digits,
			.precision = BITS };
	size_t entries = count_entries(p, at->cone, at->last);
	unsigned enough = entries > FEW ? ENOUGH : sizeof points / sizeof *points;
	num.sys = entries > MANY ? &atl_mpfr : &atl_exact;
	run(at, want, pair, n, &num, enough);
	if (count(pair, n, ATL_PROBE_UNABLE) == n && num.sys == &atl_exact) { /* such as without FLINT */
		num.sys = &atl_mpfr;
		run(at, want, pair, n, &num, enough);
	}
	if (count(pair, n, ATL_PROBE_DIFFERENT) && num.sys == &atl_mpfr) { /* digits may have cancelled */
		num.precision = 4 * BITS;
		run(at, want, pair, n, &num, enough);
	}
}

void atl_probe_pairs(atl_probe *p, atl_probe_pair *pair, size_t n)
{
	const atl_id last = atl_graph_last(p->graph);
	bool *cone = atl_calloc(last + 1u, sizeof *cone);
	atl_id *want = atl_malloc((2 * n + 1) * sizeof *want);
	point at = { .p = p, .cone = cone, .last = last };
	for (size_t i = 0; i < n; i++) {
		pair[i].probed = ATL_PROBE_UNABLE;
		if (cone)
			cone[pair[i].a] = cone[pair[i].b] = true;
		if (want)
			want[2 * i] = pair[i].a, want[2 * i + 1] = pair[i].b;
	}
	if (cone && want && n) {
		atl_graph_ancestors(p->graph, cone);
		run_all(&at, want, pair, n);
	}
	atl_free(cone);
	atl_free(want);
}

atl_probed atl_probe_equal(atl_probe *p, atl_id a, atl_id b)
{
	atl_probe_pair pair = { .a = a, .b = b };
	atl_probe_pairs(p, &pair, 1);
	return pair.probed;
}

/* ---- what is asked before ---- */

static bool column_is_one(const atl_array *a, size_t column)
{
	double sum = 0;
	for (size_t i = 0; i < (size_t)a->shape.dim[0]; i++)
		sum += a->sys->get_double(atl_array_at(a, i * (size_t)a->shape.dim[1] + column));
	return sum > 1 - 1e-12 && sum < 1 + 1e-12;
}

bool atl_probe_unit(const atl_graph *g, atl_eval *eval, atl_id id)
{
	const atl_node *n = atl_graph_node(g, id);
	atl_diag ignored = { 0 };
	bool fits = n->flags & ATL_NF_INPUT && !(n->flags & ATL_NF_ABSTRACT) && n->shape->rank == 2 && n->shape->dim[0] > 1;
	if (fits && atl_eval_compute(eval, &id, 1, &ignored))
		fits = false;
	atl_diag_clear(&ignored);
	const atl_array *a = fits ? atl_eval_get(eval, id) : NULL;
	for (size_t j = 0; a && j < (size_t)a->shape.dim[1]; j++)
		if (!column_is_one(a, j))
			return false;
	return a && a->n;
}

double atl_probe_work(const atl_graph *g, atl_id from, atl_id to, const bool *mark)
{
	double sum = 0;
	for (atl_id id = from; id <= to; id++) {
		const atl_node *n = atl_graph_node(g, id);
		if (mark && !mark[id])
			continue;
		double entries = (double)atl_shape_count(n->shape);
		if (!strcmp(n->op->name, "matmul"))
			entries *= (double)atl_graph_shape(g, atl_graph_in(g, id)[0])->dim[1];
		sum += entries;
	}
	return sum;
}
