/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why_gradient.c: what a gradient lost, or gained, on its way back. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "graph/derive.h"
#include "graph/op.h"
#include "trace/trace.h"
#include "trace/why.h"

static const long BITS = 2048; /* of the second look at a zero */
static const double SMALL = 1e-6, LARGE = 1e6, EXTREME = 10; /* sizes, and a factor worth a word */

typedef struct finder {
	atl_why *why;
	atl_builder *b;
	atl_eval *eval;
	atl_diag *diag;
	const atl_trace *t;
	uint32_t *total;      /* of nodes: the step with its whole adjoint + 1 */
	size_t *way;          /* steps from x up to y: of each, the contribution that was largest */
	size_t n_way;
} finder;

static double size_of(const atl_array *a)
{
	double sum = 0, most = 0;
	for (size_t i = 0; i < a->n; i++)
		most = fmax(most, fabs(a->sys->get_double(atl_array_at(a, i))));
	for (size_t i = 0; i < a->n && most > 0 && isfinite(most); i++) {
		double x = a->sys->get_double(atl_array_at(a, i)) / most;
		sum += x * x;
	}
	return most > 0 && isfinite(most) ? most * sqrt(sum) : most;
}

/* ---- the way ---- */

static const atl_step *total_of(const finder *f, atl_id id)
{
	return f->total[id] ? &f->t->step[f->total[id] - 1] : NULL;
}

static void find_totals(finder *f)
{
	for (size_t i = f->t->forward; i < f->t->n; i++)
		if (f->t->step[i].kind != ATL_STEP_CONTRIBUTION && f->t->step[i].node)
			f->total[f->t->step[i].node] = (uint32_t)i + 1;
}

/* The largest contribution to a step; where all are 0, one whose consumer got something. */
static size_t largest(const finder *f, size_t step)
{
	const atl_step *s = &f->t->step[step];
	size_t best = step;
	double most = -1;
	if (s->kind != ATL_STEP_SUM)
		return step;
	for (size_t i = step - s->count; i < step; i++) {
		const atl_step *c = &f->t->step[i], *from = total_of(f, c->from);
		double size = size_of(c->value);
		size = size > 0 ? 1 + size : from && size_of(from->value) > 0 ? 0.5 : 0;
		if (size > most) {
			most = size;
			best = i;
		}
	}
	return best;
}

static void find_way(finder *f, atl_id x)
{
	const atl_step *s = total_of(f, x);
	while (s && s->kind != ATL_STEP_SEED) {
		f->way[f->n_way] = largest(f, (size_t)(s - f->t->step));
		s = total_of(f, f->t->step[f->way[f->n_way++]].from);
	}
}

/* ---- layer by layer ---- */

static atl_status add_row(finder *f, const atl_step *s, const char *through, double size, double factor)
{
	atl_why *w = f->why;
	const char *label = atl_arena_dup(&w->arena, s->label, strlen(s->label));
	if (!label || !atl_grow(&w->row, &w->cap_rows, w->n_rows + 1, sizeof *w->row))
		return atl_diag_nomem(f->diag);
	if (w->n_rows && fabs(log(factor)) > fabs(log(w->row[w->most].factor)))
		w->most = w->n_rows;
	w->row[w->n_rows++] = (atl_why_row){ label, through, size, factor };
	return ATL_OK;
}

/* From y down: a row at each name, with the op that did most since the one before. */
static atl_status tell_way(finder *f, const atl_step *y)
{
	double before = size_of(y->value), last = before, most = 0;
	const char *through = NULL;
	if (add_row(f, y, NULL, before, 1))
		return ATL_ERROR;
	for (size_t i = f->n_way; i-- > 0;) {
		const atl_step *part = &f->t->step[f->way[i]], *s = total_of(f, part->node);
		double size = size_of(s->value), change = fabs(log(size / last));
		if (!through || change > most) {
			through = part->op;
			most = change;
		}
		last = size;
		if (!s->named && i > 0)
			continue;
		if (add_row(f, s, through, size, size / before))
			return ATL_ERROR;
		before = size;
		through = NULL;
	}
	return ATL_OK;
}

/* ---- zero ---- */

static bool all_zero(const atl_array *a)
{
	return size_of(a) == 0 && atl_array_no_value(a) >= a->n;
}

/* The node that no gradient passes, on the way from x to y; 0: there is no way. */
static atl_id wall(const finder *f, atl_id y, atl_id x)
{
	const atl_graph *g = f->b->graph;
	for (atl_id id = y; id > x; id--) {
		const atl_op *op = atl_graph_node(g, id)->op;
		bool stops = op->flags & ATL_OF_NO_GRADIENT || !strcmp(op->name, "stopgrad");
		if (stops && atl_depends(g, id, x) && atl_depends(g, y, id))
			return id;
	}
	return 0;
}

static atl_status tell_no_path(finder *f, atl_id y, atl_id x, const char *says)
{
	atl_id at = wall(f, y, x);
	if (atl_why_add(f->why, f->diag, "zero", "%s", says))
		return ATL_ERROR;
	if (at)
		return atl_why_add(f->why, f->diag, "rule", "%s has the slope 0 everywhere, and each path leads through such a node",
		                   atl_graph_node(f->b->graph, at)->op->name);
	return atl_why_add(f->why, f->diag, "rule", "there is no path: the zero is in the structure, not in the numbers");
}

/* What many bits say of a zero that rounding made. */
static atl_status tell_rounding(finder *f, const atl_step *part, bool *told)
{
	const atl_num *base = atl_eval_num(f->eval);
	atl_num num = { .sys = &atl_mpfr, .precision = BITS, .stop = base->stop, .deadline = base->deadline,
		        .modules = base->modules, .redraw = base->redraw };
	atl_status status = ATL_OK;
	*told = false;
	if (!base->sys->rounds || !part->value_of)
		return ATL_OK;
	atl_eval *e = atl_eval_beside(f->eval, &num, f->diag);
	if (!e)
		return ATL_ERROR;
	if (atl_eval_compute(e, &part->value_of, 1, f->diag)) {
		atl_eval_free(e);
		return ATL_ERROR;
	}
	const atl_array *a = atl_eval_get(e, part->value_of);
	for (size_t i = 0; i < a->n && !*told && !status; i++) {
		int sign;
		atl_buf text = { 0 };
		if (a->sys->no_value(atl_array_at(a, i)) || a->sys->sgn(&sign, atl_array_at(a, i)) != ATL_FINE || !sign)
			continue;
		*told = true;
		a->sys->print(&text, atl_array_at(a, i), 6);
		status = atl_why_add(f->why, f->diag, "rule", "rounding: it is %s, which %s gives as 0 (underflow, or saturation)",
		                     atl_buf_text(&text), base->sys->name);
		atl_buf_clear(&text);
	}
	atl_eval_free(e);
	return status;
}

/* How many entries of the consumer's operand its slope is 0 at. */
static atl_status tell_dead(finder *f, const atl_step *part)
{
	const atl_graph *g = f->b->graph;
	const atl_node *n = atl_graph_node(g, part->from);
	const atl_id *in = atl_graph_in(g, part->from);
	for (uint32_t k = 0; k < n->n_in; k++) {
		const atl_array *a = atl_eval_get(f->eval, in[k]);
		if (in[k] == part->node || !a || !all_zero(a) || n->op->flags & ATL_OF_NO_GRADIENT)
			continue;
		return atl_why_add(f->why, f->diag, "rule", "what it is multiplied with is 0 in all %zu entries", a->n);
	}
	const atl_array *a = atl_eval_get(f->eval, part->node);
	size_t below = 0;
	for (size_t i = 0; a && i < a->n; i++)
		below += !(a->sys->get_double(atl_array_at(a, i)) > 0);
	if (a && !strcmp(n->op->name, "relu"))
		return atl_why_add(f->why, f->diag, "rule", "dead: %zu of %zu entries of %s are not positive", below, a->n, part->label);
	if (a && all_zero(a))
		return atl_why_add(f->why, f->diag, "rule", "%s is 0 itself, and there the slope of %s is 0", part->label,
		                   n->op->shown ? n->op->shown : n->op->name);
	if (n->op->kink || !strcmp(n->op->name, "where"))
		return atl_why_add(f->why, f->diag, "rule", "masked: %s has the slope 0 at every entry that counts", n->op->shown ? n->op->shown : n->op->name);
	return atl_why_add(f->why, f->diag, "rule", "the products of %s add up to 0 exactly", n->op->shown ? n->op->shown : n->op->name);
}

/* From y down, the first adjoint that is 0. */
static atl_status tell_zero(finder *f, const atl_step *y)
{
	for (size_t i = f->n_way; i-- > 0;) {
		const atl_step *part = &f->t->step[f->way[i]], *s = total_of(f, part->node);
		bool told;
		if (!all_zero(s->value))
			continue;
		if (!all_zero(part->value))
			return atl_why_add(f->why, f->diag, "rule", "cancellation: the %u contributions to ∂%s/∂%s add up to 0", s->count,
			                   y->label, s->label);
		if (atl_why_add(f->why, f->diag, "born", "∂%s/∂%s is the first that is 0: what goes back through %s (%s)",
		                y->label, s->label, part->via, part->op))
			return ATL_ERROR;
		if (tell_rounding(f, part, &told))
			return ATL_ERROR;
		return told ? ATL_OK : tell_dead(f, part);
	}
	return ATL_OK;
}

/* ---- a gradient ---- */

static atl_status tell(finder *f, atl_id y, atl_id x)
{
	const atl_step *gradient = total_of(f, x), *seed = total_of(f, y);
	if (!gradient)
		return atl_why_add(f->why, f->diag, "zero", "no gradient arrives");
	if (gradient->zero)
		return tell_no_path(f, y, x, gradient->zero);
	if (gradient->undefined)
		return atl_why_add(f->why, f->diag, "none", "undefined: %s", gradient->undefined);
	find_way(f, x);
	double size = size_of(gradient->value);
	if (size == 0)
		return atl_why_add(f->why, f->diag, "zero", "∂%s/∂%s is 0", f->t->of, gradient->label) || tell_zero(f, seed)
		               ? ATL_ERROR : ATL_OK;
	if (tell_way(f, seed))
		return ATL_ERROR;
	const char *sort = size < SMALL ? "tiny" : isinf(size) ? "infinite" : size > LARGE ? "huge" : "fine";
	if (atl_why_add(f->why, f->diag, sort, "the size of ∂%s/∂%s is %.3g", f->t->of, gradient->label, size))
		return ATL_ERROR;
	const atl_why_row *most = &f->why->row[f->why->most];
	if (f->why->most == 0 || (most->factor < EXTREME && most->factor > 1 / EXTREME))
		return ATL_OK;
	return atl_why_add(f->why, f->diag, "most", "from %s to %s it changes most, by a factor of %.3g, through %s",
	                   most[-1].label, most->label, most->factor, most->through);
}

atl_status atl_why_gradient(atl_why *w, atl_builder *b, atl_eval *eval, atl_id y, atl_id x, atl_diag *diag)
{
	atl_trace_request ask = { .y = y, .wrt = &x, .n_wrt = 1, .full = true };
	atl_trace *t = NULL;
	if (atl_trace_make(&t, b, eval, &ask, diag))
		return ATL_ERROR;
	size_t n = atl_graph_last(b->graph) + 1u;
	finder f = { .why = w, .b = b, .eval = eval, .diag = diag, .t = t, .total = atl_calloc(n, sizeof *f.total),
		     .way = atl_calloc(t->n + 1, sizeof *f.way) };
	atl_status status = ATL_ERROR;
	if (f.total && f.way) {
		find_totals(&f);
		atl_id root = t->step[t->forward].node; /* the seed's */
		status = tell(&f, root, x);
	} else {
		atl_diag_nomem(diag);
	}
	atl_free(f.total);
	atl_free(f.way);
	atl_trace_free(t);
	return status;
}
