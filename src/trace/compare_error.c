/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare_error.c: how far a value is from the best one, where an error starts,
 * and what cost the most digits.
 *
 * Errors are computed with MPFR at more bits than any column has, and kept as
 * decimal logarithms, since those of mpfr 5000 are no doubles. */
#include "trace/compare_impl.h"

#include <math.h>
#include <string.h>

enum { LEAST_BITS = 192, MOST_BITS = 1000000, HUGE_EXPONENT = 20000 };

/* ---- what a system can hold ---- */

static atl_array *new_scalar(const atl_num *num)
{
	atl_shape shape = ATL_SCALAR;
	return atl_array_new(&shape, num);
}

/* Whether the system has the number 1 + 2^-k, or 2^k, itself; *y: what it has for it. */
static bool holds(const atl_num *num, long k, bool power, atl_array *y)
{
	atl_num own = *num;
	mpq_t want, have;
	mpq_inits(want, have, (mpq_ptr)NULL);
	mpq_set_ui(want, 1, 1);
	if (power) {
		mpq_mul_2exp(want, want, (mp_bitcnt_t)k);
	} else {
		mpq_div_2exp(want, want, (mp_bitcnt_t)k);
		mpz_add(mpq_numref(want), mpq_numref(want), mpq_denref(want));
	}
	bool same = own.sys->set_rational(y->data, want, &own) == ATL_FINE &&
		    !own.sys->no_value(y->data) && !own.sys->infinite(y->data) &&
		    own.sys->get_rational(have, y->data) == ATL_FINE && mpq_equal(want, have);
	mpq_clears(want, have, (mpq_ptr)NULL);
	return same;
}

long atl_comparer_bits(const atl_num *num)
{
	long low = 0, high = 1; /* it has 1 + 2^-low, and 1 + 2^-high not */
	if (!num->sys->rounds)
		return 0;
	atl_array *y = new_scalar(num);
	if (!y)
		return 1;
	while (high < 2 * MOST_BITS && holds(num, high, false, y)) {
		low = high;
		high *= 2;
	}
	while (high - low > 1) {
		long middle = low + (high - low) / 2;
		*(holds(num, middle, false, y) ? &low : &high) = middle;
	}
	atl_array_unref(y);
	return low + 1;
}

/* The largest number of a system that stops there; NULL: it has infinities, or no end. */
static atl_array *largest(const atl_num *num)
{
	atl_array *y = new_scalar(num);
	bool ends = y && !holds(num, HUGE_EXPONENT, true, y) && !num->sys->no_value(y->data) &&
		    !num->sys->infinite(y->data);
	if (ends)
		return y;
	atl_array_unref(y);
	return NULL;
}

/* ---- one cell ---- */

typedef struct meter {
	atl_comparer *k;
	atl_num ref;           /* in which errors are computed */
	const atl_array *best; /* as it is */
	atl_array *exact;      /* and in the reference system */
	const atl_column *column;
	atl_array *limit;      /* of the column: its largest number, or NULL */
} meter;

static atl_array *referred(meter *m, const atl_array *a)
{
	atl_array *y = atl_array_converted(a, &m->ref);
	if (y)
		return y;
	y = atl_array_new(&a->shape, &m->ref);
	for (size_t i = 0; y && i < a->n; i++)
		(void)m->ref.sys->set_double(atl_array_at(y, i),
					     a->sys->get_double(atl_array_at(a, i)), &m->ref);
	return y;
}

static int sign_of(const atl_array *a, size_t i)
{
	int sign = 1;
	return a->sys->sgn(&sign, atl_array_at(a, i)) == ATL_FINE ? sign : 1;
}

/* Nonzero became 0: because the system has no number that small? */
static atl_cell_state why_zero(const meter *m, size_t i)
{
	atl_cell_state state = ATL_CELL_LOST;
	atl_num num = m->column->num;
	atl_array *y = new_scalar(&num);
	if (y && atl_convert(y->data, &num, atl_array_at(m->exact, i), m->exact->sys, 1) == ATL_FINE &&
	    sign_of(y, 0) == 0)
		state = ATL_CELL_UNDERFLOW;
	atl_array_unref(y);
	return state;
}

/* Whether an entry is the largest number, and the best one is larger. */
static bool is_saturated(const meter *m, const atl_array *v, const atl_array *in_ref, size_t i)
{
	int above = 0;
	if (!m->limit || fabs(v->sys->get_double(atl_array_at(v, i))) !=
				 fabs(v->sys->get_double(m->limit->data)))
		return false;
	int sign = sign_of(v, i);
	atl_answer answer =
		m->exact->sys->cmp(&above, atl_array_at(m->exact, i), atl_array_at(in_ref, i));
	return answer == ATL_FINE && above * sign > 0;
}

static atl_cell_state state_of(const meter *m, const atl_array *v, const atl_array *in_ref, size_t i)
{
	const void *x = atl_array_at(v, i), *b = atl_array_at(m->best, i);
	bool none = v->sys->no_value(x), best_none = m->best->sys->no_value(b);
	if (none || best_none)
		return none && best_none ? ATL_CELL_FINE : none ? ATL_CELL_NO_VALUE : ATL_CELL_FINITE;
	bool inf = v->sys->infinite(x), best_inf = m->best->sys->infinite(b);
	int sign = sign_of(v, i), best_sign = sign_of(m->best, i);
	if (inf || best_inf)
		return inf && best_inf && sign == best_sign ? ATL_CELL_FINE
		       : inf                                ? ATL_CELL_OVERFLOW
							    : ATL_CELL_FINITE;
	if (best_sign == 0)
		return sign == 0 ? ATL_CELL_FINE : ATL_CELL_NOT_ZERO;
	if (sign == 0)
		return why_zero(m, i);
	return is_saturated(m, v, in_ref, i) ? ATL_CELL_SATURATED : ATL_CELL_FINE;
}

/* |v - b|/|b| of all entries, in place of v. */
static bool relative(meter *m, atl_array *v)
{
	atl_array *size = atl_array_new(&v->shape, &m->ref);
	if (!size)
		return false;
	atl_map1 *size_of = m->ref.sys->fn1[ATL_FN1_abs];
	atl_map2 *subtract = m->ref.sys->fn2[ATL_FN2_sub], *divide = m->ref.sys->fn2[ATL_FN2_div];
	const void *b = m->exact->data;
	bool good = subtract(v->data, v->data, 1, b, 1, v->n, &m->ref) == ATL_FINE &&
		    size_of(v->data, v->data, v->n, &m->ref) == ATL_FINE &&
		    size_of(size->data, b, v->n, &m->ref) == ATL_FINE &&
		    divide(v->data, v->data, 1, size->data, 1, v->n, &m->ref) == ATL_FINE;
	atl_array_unref(size);
	return good;
}

static double log_of(meter *m, void *x)
{
	if (m->ref.sys->no_value(x))
		return -INFINITY;
	(void)m->ref.sys->fn1[ATL_FN1_log10](x, x, 1, &m->ref);
	double log = m->ref.sys->get_double(x);
	return isnan(log) ? -INFINITY : log;
}

static bool is_worse(const atl_array *error, size_t i, size_t worst)
{
	int way = 0;
	const void *a = atl_array_at(error, i), *b = atl_array_at(error, worst);
	if (error->sys->no_value(a) || error->sys->no_value(b))
		return !error->sys->no_value(a);
	return error->sys->cmp(&way, a, b) == ATL_FINE && way > 0;
}

static double shown_error(meter *m, const atl_cell *cell, atl_array *error)
{
	switch (cell->state) {
	case ATL_CELL_FINE:
	case ATL_CELL_SATURATED:
		return log_of(m, atl_array_at(error, cell->entry));
	case ATL_CELL_LOST:
	case ATL_CELL_UNDERFLOW:
		return 0;
	default:
		return INFINITY;
	}
}

static atl_status failed(const meter *m)
{
	if (!atl_num_stop(&m->ref))
		return atl_diag_nomem(m->k->diag);
	return atl_eval_stop_error(&m->ref, "the comparison", m->k->req->trace.span, m->k->diag);
}

static atl_status measure_cell(meter *m, atl_cell *cell)
{
	const atl_array *v = cell->value;
	atl_array *error = referred(m, v), *in_ref = m->limit ? referred(m, v) : NULL;
	if (!error || (m->limit && !in_ref) || !relative(m, error)) {
		atl_array_unref(error);
		atl_array_unref(in_ref);
		return failed(m);
	}
	for (size_t i = 0; i < v->n; i++) {
		atl_cell_state state = state_of(m, v, in_ref, i);
		cell->count += state == cell->state;
		if (state > cell->state) {
			cell->state = state;
			cell->entry = i;
			cell->count = 1;
		} else if (state == cell->state && is_worse(error, i, cell->entry)) {
			cell->entry = i;
		}
	}
	cell->error = v->n ? shown_error(m, cell, error) : -INFINITY;
	atl_array_unref(error);
	atl_array_unref(in_ref);
	return ATL_OK;
}

/* ---- the best of a row ---- */

static bool is_better(const atl_column *a, const atl_column *b)
{
	return b->bits && (!a->bits || a->bits > b->bits);
}

static size_t best_of(const atl_compare *c, size_t step)
{
	size_t best = c->n;
	for (size_t i = 0; i < c->n; i++)
		if (c->column[i].cell[step].value &&
		    (best == c->n || is_better(&c->column[i], &c->column[best])))
			best = i;
	return best;
}

static atl_status measure_row(meter *m, size_t step, atl_array *const *limit)
{
	atl_compare *c = m->k->c;
	size_t best = best_of(c, step);
	atl_status status = ATL_OK;
	if (atl_num_stop(&m->ref))
		return failed(m);
	if (best == c->n)
		return ATL_OK;
	m->best = c->column[best].cell[step].value;
	m->exact = referred(m, m->best);
	if (!m->exact)
		return failed(m);
	for (size_t i = 0; i < c->n && !status; i++) {
		atl_cell *cell = &c->column[i].cell[step];
		cell->error = -INFINITY;
		cell->best = i == best;
		m->column = &c->column[i];
		m->limit = limit[i];
		if (i != best && cell->value)
			status = measure_cell(m, cell);
	}
	atl_array_unref(m->exact);
	return status;
}

/* ---- where errors start ---- */

/* Where the steps of a node are, each as index + 1; 0: nowhere. */
typedef struct places {
	size_t *forward;       /* of ids up to `last` */
	size_t *adjoint;       /* of forward steps: the last step of its adjoint */
	atl_id last;
} places;

static bool find_places(places *p, const atl_trace *t)
{
	for (size_t i = 0; i < t->forward; i++)
		p->last = t->step[i].node > p->last ? t->step[i].node : p->last;
	p->forward = atl_calloc((size_t)p->last + 1, sizeof *p->forward);
	p->adjoint = atl_calloc(t->forward + 1, sizeof *p->adjoint);
	if (!p->forward || !p->adjoint)
		return false;
	for (size_t i = 0; i < t->forward; i++)
		p->forward[t->step[i].node] = i + 1;
	for (size_t i = t->forward; i < t->n; i++)
		if (t->step[i].node <= p->last && p->forward[t->step[i].node])
			p->adjoint[p->forward[t->step[i].node] - 1] = i + 1;
	return true;
}

/* The adjoint of a forward step. */
static size_t adjoint_of(const places *p, size_t step)
{
	return p->adjoint[step] ? p->adjoint[step] - 1 : SIZE_MAX;
}

/* More than 100 % is no more than all digits. */
static double capped(const atl_cell *cell)
{
	return cell->error > 0 ? 0 : cell->error;
}

static void take_operand(const atl_column *c, size_t step, size_t operand, double *most)
{
	if (operand < step && c->cell[operand].value && capped(&c->cell[operand]) > *most)
		*most = capped(&c->cell[operand]);
}

/* The largest error among what a step is computed from. */
static double operands_error(const atl_trace *t, const atl_column *c, const places *p,
			     size_t step)
{
	const atl_step *s = &t->step[step];
	double most = -INFINITY;
	for (uint32_t k = 1; s->kind == ATL_STEP_SUM && k <= s->count; k++)
		take_operand(c, step, step - k, &most);
	if (s->rule == ATL_TREE_NONE)
		return most;
	for (uint32_t i = t->rules->node[s->rule].first; i <= s->rule; i++) {
		const atl_tree_node *n = &t->rules->node[i];
		if (n->kind != ATL_T_VERBATIM || *n->text)
			continue;
		if (n->count < t->forward)
			take_operand(c, step, n->count, &most);
		else if (n->count - t->forward < t->forward)
			take_operand(c, step, adjoint_of(p, n->count - t->forward), &most);
	}
	/* the adjoint that flows in, should the rule be too long to name it */
	if (s->from && s->from <= p->last && p->forward[s->from])
		take_operand(c, step, adjoint_of(p, p->forward[s->from] - 1), &most);
	return most;
}

static void find_starts(const atl_compare *c, atl_column *col, const places *p)
{
	const double unit = -(double)col->bits * log10(2);
	bool first = true;
	col->costliest = c->steps;
	for (size_t i = 0; i < c->steps; i++) {
		atl_cell *cell = &col->cell[i];
		if (!cell->value || cell->best || cell->error == -INFINITY)
			continue;
		double before = operands_error(c->trace, col, p, i);
		if (col->bits && before < unit)
			before = unit;
		cell->cost = before > -INFINITY ? capped(cell) - before : 0;
		cell->starts = first || cell->cost >= 1;
		first = false;
		if (cell->cost > 0.5 && (col->costliest == c->steps ||
					cell->cost > col->cell[col->costliest].cost + 1e-9))
			col->costliest = i;
	}
}

static void find_zeros(const atl_compare *c, atl_column *col)
{
	col->first_zero = col->first_gap = c->steps;
	for (size_t i = c->steps; i-- > 0;) {
		const atl_cell *cell = &col->cell[i];
		bool zero = cell->state == ATL_CELL_UNDERFLOW || cell->state == ATL_CELL_LOST;
		if (!cell->value)
			col->first_gap = i;
		if (!cell->value || !zero || !atl_compare_is_gradient(c, i))
			continue;
		bool all = true;
		for (size_t e = 0; e < cell->value->n && all; e++)
			all = sign_of(cell->value, e) == 0;
		col->zeros += all;
		col->partly += !all;
		if (all)
			col->first_zero = i;
	}
}

atl_status atl_comparer_measure(atl_comparer *k)
{
	atl_compare *c = k->c;
	long bits = LEAST_BITS;
	meter m = { .k = k };
	atl_status status = ATL_OK;
	atl_array **limit = atl_calloc(c->n, sizeof(atl_array *));
	places p = { 0 };
	bool found = find_places(&p, c->trace);
	for (size_t i = 0; i < c->n && limit; i++) {
		limit[i] = largest(&c->column[i].num);
		bits = c->column[i].bits > bits ? c->column[i].bits : bits;
	}
	m.ref = c->column[c->best].num;
	m.ref.sys = &atl_mpfr;
	m.ref.rounding = ATL_ROUND_NEAREST;
	m.ref.ieee = true;
	m.ref.precision = bits + ATL_COMPARE_GUARD;
	if (!limit || !found)
		status = atl_diag_nomem(k->diag);
	for (size_t i = 0; i < c->steps && !status; i++)
		status = measure_row(&m, i, limit);
	for (size_t i = 0; i < c->n && !status; i++) {
		find_starts(c, &c->column[i], &p);
		find_zeros(c, &c->column[i]);
	}
	for (size_t i = 0; i < c->n && limit; i++)
		atl_array_unref(limit[i]);
	atl_free(limit);
	atl_free(p.forward);
	atl_free(p.adjoint);
	return status;
}
