/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slips.c: the order in which slips are tried, simplest first, and when to stop. */
#include "slips/impl.h"

#include <string.h>
#include "base/mem.h"
#include "eval/probe.h"

/* A second or so in float64, whatever the network; a system of many digits costs more a number. */
static const double WORK = 3e8;
enum { MUTANTS = 1500, PAIRS = 8000, SLOW = 300 };
/* So many digits tell a pair of slips from a few thousand others: chance makes one in a hundred thousand. */
enum { TELLING = 8 };

bool atl_slips_done(const atl_search *q)
{
	return q->s->n == ATL_MAX_SLIPS || (q->pairs && q->s->n) || q->interrupted || q->stopped || !q->left ||
	       q->budget <= 0;
}

/* ---- one mutant ---- */

/* What computing the new nodes costs, in multiplications. */
static double work(const atl_search *q)
{
	const atl_graph *g = q->s->b->graph;
	const atl_num *num = atl_eval_num(q->s->eval);
	double sum = 1000 + atl_probe_work(g, q->last + 1, atl_graph_last(g), NULL);
	return num->sys->rounds && !num->sys->settled && num->precision <= 64 ? sum : SLOW * sum;
}

/* Back to the graph that was there; what went wrong with the mutant is of no interest, but for two things. */
static void put_back(atl_search *q)
{
	q->interrupted |= q->trial.kind == ATL_KIND_INTERRUPT;
	q->stopped |= q->trial.kind == ATL_KIND_LIMIT;
	if (atl_graph_last(q->s->b->graph) > q->last) {
		atl_graph_cut(q->s->b->graph, q->last);
		atl_eval_cut(q->s->eval, q->last);
	}
	atl_diag_reset(&q->trial);
}

/* Counted before it is computed: what is too much for the rest of the budget is not begun. */
static bool affordable(atl_search *q)
{
	double cost = work(q);
	bool fits = cost <= q->budget;
	q->left--;
	q->budget -= fits ? cost : 0;
	return fits;
}

/* Whether it is the claim; it stays in the graph. */
static bool is_claim(atl_search *q, atl_id mutant)
{
	atl_slips *s = q->s;
	if (!mutant || mutant == s->y || atl_slips_done(q) ||
	    !atl_shape_equal(atl_graph_shape(s->b->graph, mutant), &s->claimed) || !affordable(q) ||
	    atl_eval_compute(s->eval, &mutant, 1, &q->trial))
		return false;
	const atl_array *a = atl_eval_get(s->eval, mutant);
	return a && s->differ(s->data, a, q->no) == 0;
}

bool atl_slips_try(atl_search *q, atl_id mutant)
{
	bool is = is_claim(q, mutant);
	put_back(q);
	return is;
}

/* With one more slip, of the whole result: what to say of that one. */
static bool try_second(atl_search *q, atl_id mutant, char says[ATL_SECOND_TEXT])
{
	bool is = false, more = mutant != 0;
	for (unsigned k = 0; more && !is && !atl_slips_done(q); k++) {
		*says = '\0';
		atl_id second = atl_slips_second(q, mutant, k, says);
		more = *says;
		is = is_claim(q, second);
	}
	put_back(q);
	return is;
}

static bool is_new(const atl_slips *s, const char *text)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(atl_buf_text(&s->found[i].text), text))
			return false;
	return true;
}

bool atl_slips_name(atl_search *q, atl_id mutant, const char *code, atl_id node, const char *format, ...)
{
	char second[ATL_SECOND_TEXT];
	if (q->pairs ? !try_second(q, mutant, second) : !atl_slips_try(q, mutant))
		return false;
	atl_slip slip = { .code = code, .node = node ? atl_slips_named(q, node) : 0 };
	va_list args;
	va_start(args, format);
	atl_buf_vaddf(&slip.text, format, args);
	va_end(args);
	if (node) {
		atl_buf_add(&slip.text, " at ");
		atl_slips_say(&slip.text, q, node);
	}
	if (q->pairs)
		atl_buf_addf(&slip.text, "; and %s", second);
	q->stopped |= slip.text.failed;
	if (is_new(q->s, atl_buf_text(&slip.text)))
		q->s->found[q->s->n++] = slip;
	else
		atl_buf_clear(&slip.text);
	return true;
}

/* ---- all of them ---- */

/* False: y is what is claimed, or cannot be compared. */
static bool look_at_y(atl_search *q)
{
	const atl_array *a = atl_eval_get(q->s->eval, q->s->y);
	if (!a)
		return false;
	if (!atl_shape_equal(&a->shape, &q->s->claimed))
		return true;
	q->n_wrong = q->s->differ(q->s->data, a, q->no);
	memcpy(q->wrong, q->no, a->n * sizeof *q->wrong);
	return q->n_wrong > 0;
}

static void search(atl_search *q)
{
	static void (*const kind[])(atl_search *) = {
		atl_slips_result, atl_slips_backward, atl_slips_forward, atl_slips_rounding
	};
	if (!look_at_y(q))
		return;
	atl_slips_cone(q->s->b->graph, q->s->y, q->cone);
	atl_slips_origins(q);
	q->last = atl_graph_last(q->s->b->graph);
	atl_diag_reset(&q->trial);
	for (size_t i = 0; i < sizeof kind / sizeof *kind && !atl_slips_done(q); i++)
		kind[i](q);
	q->s->whole = q->left && q->budget > 0 && !q->stopped;
	if (q->s->n || atl_slips_done(q) || q->s->digits < TELLING)
		return;
	q->pairs = true;
	q->left = PAIRS;
	for (size_t i = 0; i + 1 < sizeof kind / sizeof *kind && !atl_slips_done(q); i++)
		kind[i](q);
	q->s->whole = q->left && q->budget > 0 && !q->stopped;
}

atl_status atl_slips_find(atl_slips *s)
{
	size_t n = atl_shape_count(&s->claimed) + 1, n_y = atl_shape_count(atl_graph_shape(s->b->graph, s->y)) + 1;
	atl_search q = { .s = s, .budget = WORK, .left = MUTANTS, .last = atl_graph_last(s->b->graph) };
	atl_diag *diag = s->b->diag;
	atl_span span = s->b->span;
	q.no = atl_calloc(n > n_y ? n : n_y, sizeof *q.no);
	q.wrong = atl_calloc(n > n_y ? n : n_y, sizeof *q.wrong);
	q.cone = atl_calloc(q.last + 1u, sizeof *q.cone);
	q.stopped = !q.no || !q.wrong || !q.cone;
	s->b->diag = &q.trial;
	if (!q.stopped)
		search(&q);
	s->b->diag = diag;
	s->b->span = span;
	(void)atl_eval_take_overflow(s->eval); /* it was in a mutant */
	atl_free(q.no);
	atl_free(q.wrong);
	atl_free(q.cone);
	atl_diag_clear(&q.trial);
	if (q.interrupted)
		return atl_diag_fail(diag, ATL_KIND_INTERRUPT, (atl_span){ 0, 0 }, "interrupted");
	return ATL_OK;
}

void atl_slips_clear(atl_slips *s)
{
	for (size_t i = 0; i < s->n; i++)
		atl_buf_clear(&s->found[i].text);
	s->n = 0;
}
