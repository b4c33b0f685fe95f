/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.c: see compare.h. */
#include "compare.h"

#include <math.h>

static const double AGREE = 1e-25, AGREE_FLOAT64 = 1e-9, AGREE_EXACT = 1e-60, STEP = 0x1p-60;

bench *bench_of_differences(void)
{
	bench *t = bench_new("mpfr 256");
	assert_non_null(t);
	return t;
}

/* xorshift64*: the same weights in every run. */
static uint64_t chance(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

atl_id weighted(bench *t, atl_id y, uint64_t seed)
{
	const atl_shape shape = *atl_graph_shape(t->graph, y);
	atl_buf text = { 0 };
	for (size_t i = 0; i < atl_shape_count(&shape); i++)
		atl_buf_addf(&text, "%s%s0.%02u", i ? " " : "", chance(&seed) >> 63 ? "-" : "",
			     (unsigned)(chance(&seed) >> 40) % 89 + 11);
	atl_id w = atl_build_full(&t->b, atl_buf_text(&text), &shape);
	atl_buf_clear(&text);
	return atl_build_1(&t->b, "sum", atl_build_2(&t->b, "mul", w, y));
}

/* ---- elements ---- */

static atl_num mpfr_num(void)
{
	atl_num num = { 0 };
	assert_true(atl_system_find(&num, "mpfr 256", 8));
	return num;
}

static atl_array *new_array(const atl_shape *shape)
{
	atl_num num = mpfr_num();
	atl_array *a = atl_array_new(shape, &num);
	assert_non_null(a);
	return a;
}

static void apply(atl_fn2 fn, void *y, const void *a, const void *b)
{
	atl_num num = mpfr_num();
	assert_int_equal(num.sys->fn2[fn](y, a, 1, b, 1, 1, &num), ATL_FINE);
}

static double apart(const void *got, const void *expected)
{
	const atl_shape one = ATL_SCALAR;
	atl_array *d = new_array(&one);
	apply(ATL_FN2_sub, d->data, got, expected);
	double scale = fmax(1, fabs(d->sys->get_double(expected)));
	double off = fabs(d->sys->get_double(d->data)) / scale;
	atl_array_unref(d);
	return isnan(off) ? INFINITY : off;
}

/* ---- values ---- */

static atl_array *value_of(bench *t, atl_id id, const char *what)
{
	if (!id || atl_eval_want(t->eval, &id, 1, &t->diag))
		fail_msg("%s: %s", what, complaint(t));
	return atl_array_ref(atl_eval_get(t->eval, id));
}

/* base + sign*step*direction, or one entry moved when there is no direction. */
static atl_array *moved(const atl_array *base, size_t entry, const atl_array *direction,
			double step)
{
	atl_num num = mpfr_num();
	const atl_shape one = ATL_SCALAR;
	atl_array *x = new_array(&base->shape), *h = new_array(&one);
	assert_int_equal(x->sys->copy(x->data, base->data, 1, x->n), ATL_FINE);
	for (size_t i = direction ? 0 : entry; i < (direction ? x->n : entry + 1); i++) {
		assert_int_equal(x->sys->set_double(h->data, step, &num), ATL_FINE);
		if (direction)
			apply(ATL_FN2_mul, h->data, h->data, atl_array_at(direction, i));
		apply(ATL_FN2_add, atl_array_at(x, i), atl_array_at(x, i), h->data);
	}
	atl_array_unref(h);
	return x;
}

static atl_array *value_at(bench *t, atl_id y, atl_id x, atl_array *at, const char *what)
{
	assert_int_equal(atl_eval_store(t->eval, x, at, (atl_span){ 0, 0 }, &t->diag), ATL_OK);
	atl_array_unref(at);
	return value_of(t, y, what);
}

/* (y(x + h) - y(x - h))/(2h), entry by entry of y. */
static atl_array *difference(bench *t, atl_id y, atl_id x, size_t entry, const atl_array *direction,
			     const char *what)
{
	atl_num num = mpfr_num();
	const atl_shape one = ATL_SCALAR;
	atl_array *base = value_of(t, x, what);
	atl_array *above = value_at(t, y, x, moved(base, entry, direction, STEP), what);
	atl_array *below = value_at(t, y, x, moved(base, entry, direction, -STEP), what);
	atl_eval_unstore(t->eval, x);
	atl_array *d = new_array(&above->shape), *h = new_array(&one);
	assert_int_equal(h->sys->set_double(h->data, 2 * STEP, &num), ATL_FINE);
	for (size_t i = 0; i < d->n; i++) {
		apply(ATL_FN2_sub, atl_array_at(d, i), atl_array_at(above, i),
		      atl_array_at(below, i));
		apply(ATL_FN2_div, atl_array_at(d, i), atl_array_at(d, i), h->data);
	}
	atl_array_unref(base);
	atl_array_unref(above);
	atl_array_unref(below);
	atl_array_unref(h);
	return d;
}

static double farthest(const atl_array *got, const atl_array *expected)
{
	double worst = 0;
	if (!atl_shape_equal(&got->shape, &expected->shape))
		return INFINITY;
	for (size_t i = 0; i < got->n; i++)
		worst = fmax(worst, apart(atl_array_at(got, i), atl_array_at(expected, i)));
	return worst;
}

double distance(bench *t, atl_id a, atl_id b)
{
	atl_array *x = value_of(t, a, "distance"), *y = value_of(t, b, "distance");
	double d = farthest(x, y);
	atl_array_unref(x);
	atl_array_unref(y);
	return d;
}

double distance_from_difference(bench *t, atl_id derivative, atl_id y, atl_id x, atl_id v)
{
	atl_array *got = value_of(t, derivative, "derivative"),
		  *direction = value_of(t, v, "direction");
	atl_array *expected = difference(t, y, x, 0, direction, "difference");
	double d = farthest(got, expected);
	atl_array_unref(got);
	atl_array_unref(direction);
	atl_array_unref(expected);
	return d;
}

/* ---- failures in words ---- */

static void put(atl_buf *out, const atl_array *a, size_t i)
{
	a->sys->print(out, atl_array_at(a, i), 30);
}

static void fail_entry(problem *p, const char *order, uint32_t k, size_t entry,
		       const atl_array *expected, size_t e, const atl_array *got, size_t g)
{
	atl_buf text = { 0 };
	atl_buf_addf(&text, "%s: %s derivative by operand %u, entry %zu: expected ", p->what, order,
		     k + 1, entry + 1);
	put(&text, expected, e);
	atl_buf_add(&text, ", got ");
	put(&text, got, g);
	for (uint32_t i = 0; i < p->n; i++)
		atl_buf_addf(&text, "\n  operand %u = %s", i + 1, value_text(p->t, p->in[i]));
	char message[4096];
	snprintf(message, sizeof message, "%s", atl_buf_text(&text));
	atl_buf_clear(&text);
	fail_msg("%s", message);
}

/* ---- the comparisons ---- */

/* L's gradients, each of its operand's shape. */
static void gradients_of(problem *p, atl_id L, atl_id *grad)
{
	for (uint32_t k = 0; k < p->n; k++) {
		grad[k] = atl_grad(&p->t->b, L, p->in[k]);
		if (!grad[k])
			fail_msg("%s: operand %u: %s", p->what, k + 1, complaint(p->t));
		if (!atl_shape_equal(atl_graph_shape(p->t->graph, grad[k]),
				     atl_graph_shape(p->t->graph, p->in[k])))
			fail_msg("%s: the gradient of operand %u has another shape than it",
				 p->what, k + 1);
	}
}

static void compare_with_differences(problem *p, atl_id L, const atl_id *grad, const char *order)
{
	for (uint32_t k = 0; k < p->n; k++) {
		atl_array *g = value_of(p->t, grad[k], p->what);
		for (size_t i = 0; i < g->n; i++) {
			const atl_shape one = ATL_SCALAR;
			atl_array *d = p->fixed[k]
					   ? new_array(&one)
					   : difference(p->t, L, p->in[k], i, NULL, p->what);
			if (!(apart(atl_array_at(g, i), d->data) <= AGREE))
				fail_entry(p, order, k, i, d, 0, g, i);
			atl_array_unref(d);
		}
		atl_array_unref(g);
	}
}

/* Every system that can compute the gradient agrees with mpfr. */
static void compare_system(problem *p, const char *system, const atl_id *grad,
			   atl_array *const *expected, double agree)
{
	atl_num num = mpfr_num();
	bench_system(p->t, system);
	for (uint32_t k = 0; k < p->n; k++) {
		if (atl_eval_want(p->t->eval, &grad[k], 1, &p->t->diag)) {
			if (p->t->diag.kind != ATL_KIND_UNABLE || !strcmp(system, "float64"))
				fail_msg("%s in %s: %s", p->what, system, complaint(p->t));
			atl_diag_reset(&p->t->diag);
			continue;
		}
		atl_array *got = atl_array_converted(atl_eval_get(p->t->eval, grad[k]), &num);
		assert_non_null(got);
		for (size_t i = 0; i < got->n; i++)
			if (!(apart(atl_array_at(got, i), atl_array_at(expected[k], i)) <= agree))
				fail_entry(p, system, k, i, expected[k], i, got, i);
		atl_array_unref(got);
	}
	bench_system(p->t, "mpfr 256");
}

static void compare_systems(problem *p, const atl_id *grad)
{
	atl_array *value[MAX_IN];
	for (uint32_t k = 0; k < p->n; k++)
		value[k] = value_of(p->t, grad[k], p->what);
	compare_system(p, "float64", grad, value, AGREE_FLOAT64);
	compare_system(p, "exact", grad, value, AGREE_EXACT);
	for (uint32_t k = 0; k < p->n; k++)
		atl_array_unref(value[k]);
}

void compare_derivatives(problem *p)
{
	atl_id grad[MAX_IN], second[MAX_IN], all = 0;
	atl_id L = weighted(p->t, p->y, 1);
	if (!L)
		fail_msg("%s: %s", p->what, complaint(p->t));
	gradients_of(p, L, grad);
	compare_with_differences(p, L, grad, "first");
	compare_systems(p, grad);
	for (uint32_t k = 0; k < p->n; k++) {
		atl_id part = weighted(p->t, grad[k], 2 + k);
		all = all ? atl_build_2(&p->t->b, "add", all, part) : part;
	}
	gradients_of(p, all, second);
	compare_with_differences(p, all, second, "second");
	assert_null(atl_graph_verify(p->t->graph));
}

void compare_zero(problem *p)
{
	atl_id grad[MAX_IN];
	atl_id L = weighted(p->t, p->y, 1);
	gradients_of(p, L, grad);
	for (uint32_t k = 0; k < p->n; k++)
		if (!atl_build_is_number(&p->t->b, grad[k], 0))
			fail_msg("%s: the gradient of operand %u is %s, expected zero", p->what,
				 k + 1, shown(p->t, grad[k]));
}
