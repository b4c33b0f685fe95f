/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe.c: random points, and the comparison there. */
#include "eval/probe.h"

#include <string.h>
#include "base/mem.h"
#include "base/splitmix.h"
#include "graph/op.h"

enum { POINTS = 3, SMALL_TRIES = 9, TRIES = 13, MANY = 2000, BITS = 256, DIGITS = 60 };

typedef struct point {
	atl_probe *p;
	atl_eval *eval;
	uint64_t state;
	bool positive, large;
} point;

/* k/16 with 0 < |k| < 48, or 0 < k; k itself where those had no value. */
static void draw(point *at, mpq_t q)
{
	long k = 1 + (long)(atl_splitmix(&at->state) % 47);
	if (!at->positive && atl_splitmix(&at->state) % 2)
		k = -k;
	mpq_set_si(q, k, at->large ? 1 : 16);
	mpq_canonicalize(q);
}

static bool is_unit(const atl_probe *p, atl_id id)
{
	bool found = false;
	for (size_t i = 0; i < p->n_unit; i++)
		found |= p->unit[i] == id;
	return found;
}

/* Column j of q (rows x cols) is divided by its sum; the entries are positive. */
static void make_unit(mpq_t *q, size_t rows, size_t cols, size_t j)
{
	mpq_t sum;
	mpq_init(sum);
	for (size_t i = 0; i < rows; i++) {
		mpq_abs(q[i * cols + j], q[i * cols + j]);
		mpq_add(sum, sum, q[i * cols + j]);
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

static atl_status draw_point(point *at, const bool *cone, atl_id last, atl_diag *diag)
{
	for (atl_id id = 1; id <= last; id++)
		if (cone[id] && is_leaf(at->p->graph, id) && store_random(at, id, diag))
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

static atl_probed compare_entry(const atl_array *a, const atl_array *b, size_t i)
{
	int c = 0;
	const void *x = atl_array_at(a, i), *y = atl_array_at(b, i);
	if (a->sys->no_value(x) || b->sys->no_value(y))
		return ATL_PROBE_UNABLE;
	if (a->sys->rounds)
		return close_to(a, b, i) ? ATL_PROBE_DIGITS : ATL_PROBE_DIFFERENT;
	if (a->sys->cmp(&c, x, y) != ATL_FINE)
		return ATL_PROBE_DIGITS;
	return c ? ATL_PROBE_DIFFERENT : ATL_PROBE_EQUAL;
}

static atl_probed compare(const atl_array *a, const atl_array *b)
{
	atl_probed worst = ATL_PROBE_EQUAL;
	if (!atl_shape_equal(&a->shape, &b->shape))
		return ATL_PROBE_DIFFERENT;
	for (size_t i = 0; i < a->n; i++) {
		atl_probed one = compare_entry(a, b, i);
		if (one == ATL_PROBE_UNABLE || one == ATL_PROBE_DIFFERENT)
			return one;
		if (one == ATL_PROBE_DIGITS)
			worst = one;
	}
	return worst;
}

/* Compares the pairs of which more is to be known at one point. */
static void try_point(point *at, const bool *cone, atl_id last, const atl_id *want, atl_probe_pair *pair, size_t n)
{
	atl_diag diag = { 0 };
	if (!draw_point(at, cone, last, &diag) && !atl_eval_compute(at->eval, want, 2 * n, &diag))
		for (size_t i = 0; i < n; i++) {
			if (pair[i].probed == ATL_PROBE_DIFFERENT || pair[i].points == POINTS)
				continue;
			atl_probed one = compare(atl_eval_get(at->eval, pair[i].a), atl_eval_get(at->eval, pair[i].b));
			if (one == ATL_PROBE_UNABLE)
				continue;
			pair[i].points++;
			if (one != ATL_PROBE_EQUAL || pair[i].points == 1)
				pair[i].probed = one;
		}
	atl_diag_clear(&diag);
}

/* The number system in which the cone can be had in a moment. */
static atl_num system_for(const atl_probe *p, const bool *cone, atl_id last)
{
	size_t entries = 0;
	atl_num num = { .modules = p->num.modules, .stop = p->num.stop, .limit_digits = p->num.limit_digits,
			.precision = BITS, .sys = &atl_exact };
	for (atl_id id = 1; id <= last; id++)
		if (cone[id])
			entries += atl_shape_count(atl_graph_shape(p->graph, id));
	if (entries > MANY)
		num.sys = &atl_mpfr;
	return num;
}

/* How many points all pairs have but those that are done. */
static unsigned fewest(const atl_probe_pair *pair, size_t n)
{
	unsigned points = POINTS;
	for (size_t i = 0; i < n; i++)
		if (pair[i].probed != ATL_PROBE_DIFFERENT && pair[i].points < points)
			points = pair[i].points;
	return points;
}

static void run(atl_probe *p, const bool *cone, atl_id last, const atl_id *want, atl_probe_pair *pair, size_t n,
		const atl_num *num)
{
	point at = { .p = p, .state = 1 };
	for (size_t i = 0; i < n; i++) {
		pair[i].probed = ATL_PROBE_UNABLE;
		pair[i].points = 0;
	}
	at.eval = atl_eval_new(p->graph, p->symbols, p->sources, num);
	if (!at.eval)
		return;
	atl_eval_ignore_guards(at.eval, true);
	atl_eval_set_certainty(at.eval, DIGITS, BITS);
	for (unsigned i = 0; i < TRIES && fewest(pair, n) < POINTS; i++) {
		at.positive = i % 2;
		at.large = i >= SMALL_TRIES;
		try_point(&at, cone, last, want, pair, n);
	}
	p->points = fewest(pair, n);
	atl_eval_free(at.eval);
}

void atl_probe_pairs(atl_probe *p, atl_probe_pair *pair, size_t n)
{
	atl_id last = atl_graph_last(p->graph);
	bool *cone = atl_calloc(last + 1u, sizeof *cone);
	atl_id *want = atl_malloc((2 * n + 1) * sizeof *want);
	for (size_t i = 0; i < n; i++) {
		pair[i].probed = ATL_PROBE_UNABLE;
		if (cone)
			cone[pair[i].a] = cone[pair[i].b] = true;
		if (want)
			want[2 * i] = pair[i].a, want[2 * i + 1] = pair[i].b;
	}
	if (cone && want && n) {
		bool all_unable = true;
		atl_graph_ancestors(p->graph, cone);
		atl_num num = system_for(p, cone, last);
		run(p, cone, last, want, pair, n, &num);
		for (size_t i = 0; i < n; i++)
			all_unable &= pair[i].probed == ATL_PROBE_UNABLE;
		if (all_unable && num.sys == &atl_exact) { /* such as without FLINT */
			num.sys = &atl_mpfr;
			run(p, cone, last, want, pair, n, &num);
		}
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
