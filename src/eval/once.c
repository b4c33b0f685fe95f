/* SPDX-License-Identifier: GPL-3.0-or-later */
/* once.c: one rounding for an elementwise op whose value is text.
 *
 * softplus, gelu, elu, ... are one operation to who writes them, and in a system
 * that rounds every operation once (number.h, `between`) their entries are the
 * exact value rounded once; literals in the row's text are exact decimals there.
 * The primitives of the body are computed entry by entry in another system:
 *
 *   - For formats, if the row is `steady`, in float64: off by less than 2^-40,
 *     which tells nearly always what an entry is rounded to.
 *   - Else by MPFR, all of them rounded towards 0 and all away from it, with GUARD
 *     bits more than the system has.  Where nothing was rounded that is exact; where
 *     it leaves open what an entry is rounded to, twice the bits are taken (Ziv 1991).
 *
 * A body in which there is one rounding at most, such as relu's, is rounded once
 * as it is, and is computed as other nodes are.  Blocks of BLOCK entries keep
 * the numbers of many bits few; the work arrays are freed with each. */
#include <string.h>
#include "base/mem.h"
#include "eval/eval_impl.h"

enum { INSIDE = 48, OPERANDS = 8, BLOCK = 512, GUARD = 64, DOUBLINGS = 4 };

/* How often an item of the body is rounded. */
typedef enum rounded { NEVER, ONCE, OFTEN } rounded;

/* An operand of the op, or a node between them and its body. */
typedef struct item {
	atl_id id;
	uint8_t n_in, in[OPERANDS]; /* items */
	rounded rounded;
} item;

typedef struct inside {
	const atl_eval *e;
	item item[INSIDE];
	int n, n_operands, result;
} inside;

/* ---- what there is to compute ---- */

static bool is_exact(const atl_op *op)
{
	if (op->by == ATL_BY_MAP1)
		return op->fn == ATL_FN1_neg || op->fn == ATL_FN1_abs || op->fn == ATL_FN1_sign || op->fn == ATL_FN1_floor ||
		       op->fn == ATL_FN1_ceil || op->fn == ATL_FN1_round || op->fn == ATL_FN1_not;
	if (op->by == ATL_BY_MAP2)
		return op->fn == ATL_FN2_min || op->fn == ATL_FN2_max || op->fn >= ATL_FN2_eq;
	return !strcmp(op->name, "where") || !strcmp(op->name, "ident");
}

/* A rounding is monotone, so max and min may come after it. */
static bool may_follow(const atl_op *op, uint32_t slot)
{
	if (op->by == ATL_BY_MAP2)
		return op->fn == ATL_FN2_min || op->fn == ATL_FN2_max;
	return op->by == ATL_BY_KERNEL && (strcmp(op->name, "where") || slot > 0);
}

static rounded rounded_of(const inside *s, const item *it)
{
	const atl_op *op = atl_graph_node(s->e->graph, it->id)->op;
	const char *text = atl_graph_text(s->e->graph, it->id);
	bool exact = is_exact(op);
	rounded worst = NEVER;
	if (!it->n_in)
		return !strcmp(text, "0") || !strcmp(text, "1") || !strcmp(text, "-1") ? NEVER : ONCE;
	for (uint32_t k = 0; k < it->n_in; k++) {
		rounded r = s->item[it->in[k]].rounded;
		if (r == OFTEN || (r == ONCE && !(exact && may_follow(op, k))))
			return OFTEN;
		worst = r > worst ? r : worst;
	}
	return exact ? worst : ONCE;
}

static int known(const inside *s, atl_id id)
{
	for (int i = 0; i < s->n; i++)
		if (s->item[i].id == id)
			return i;
	return -1;
}

/* The item of a node, after those it is computed from; -1 when it is not entry
 * by entry.  Rows' texts are short: so is the recursion. */
static int add(inside *s, atl_id id)
{
	const atl_graph *g = s->e->graph;
	int i = known(s, id);
	const atl_node *n = atl_graph_node(g, id);
	if (i >= 0)
		return i;
	if (n->body)
		return add(s, n->body);
	bool constant = !n->n_in && n->op->kernel && atl_shape_scalar(n->shape);
	if (!constant && (!(n->op->flags & ATL_OF_ELEMENTWISE) || !n->n_in || n->n_in > OPERANDS))
		return -1;
	item it = { .id = id, .n_in = (uint8_t)n->n_in };
	for (uint32_t k = 0; k < n->n_in; k++) {
		if ((i = add(s, atl_graph_in(g, id)[k])) < 0)
			return -1;
		it.in[k] = (uint8_t)i;
	}
	it.rounded = rounded_of(s, &it);
	if (s->n == INSIDE)
		return -1;
	s->item[s->n] = it;
	return s->n++;
}

static bool look_inside(inside *s, const atl_eval *e, atl_id id)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	s->e = e;
	s->n = 0;
	if (n->n_in > OPERANDS)
		return false;
	for (uint32_t k = 0; k < n->n_in; k++)
		if (known(s, atl_graph_in(e->graph, id)[k]) < 0)
			s->item[s->n++] = (item){ .id = atl_graph_in(e->graph, id)[k] };
	s->n_operands = s->n;
	s->result = add(s, n->body);
	return s->result >= 0;
}

bool atl_eval_rounds_whole(const atl_eval *e, atl_id id)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	inside s;
	if (!n->body || !e->num.sys->between || !(n->op->flags & ATL_OF_ELEMENTWISE))
		return false;
	return look_inside(&s, e, id) && s.item[s.result].rounded == OFTEN;
}

/* ---- computing it ---- */

typedef struct values {
	atl_array *of[INSIDE];
} values;

static void clear(const inside *s, values *v)
{
	for (int i = 0; i < s->n; i++)
		atl_array_unref(v->of[i]);
}

static atl_answer compute_item(const inside *s, values *v, int i, atl_num *num)
{
	const item *it = &s->item[i];
	const atl_node *n = atl_graph_node(s->e->graph, it->id);
	const atl_array *in[OPERANDS];
	size_t most = 1;
	for (uint32_t k = 0; k < it->n_in; k++) {
		in[k] = v->of[it->in[k]];
		most = in[k]->n > most ? in[k]->n : most;
	}
	const atl_shape shape = atl_shape_2((int64_t)most, 1);
	if (!(v->of[i] = atl_array_new(&shape, num)))
		return ATL_NOMEM;
	atl_kernel kernel = { .in = in, .n_in = it->n_in, .attr = atl_graph_attr(s->e->graph, it->id), .n_attr = n->n_attr,
			      .text = atl_graph_text(s->e->graph, it->id), .out = v->of[i], .num = num };
	return atl_eval_apply(n->op, &kernel);
}

/* The entries at[0..m) of an operand, which a system of more bits has exactly. */
static atl_answer take_operand(const inside *s, values *v, int i, const size_t *at, size_t m, atl_num *num)
{
	atl_array header;
	const atl_array *a = atl_eval_view(s->e, s->item[i].id, &header);
	const size_t n = a->n == 1 ? 1 : m;
	const atl_shape shape = atl_shape_2((int64_t)n, 1);
	atl_array *x = v->of[i] = atl_array_new(&shape, num);
	atl_answer answer = x ? ATL_FINE : ATL_NOMEM;
	for (size_t k = 0; k < n && answer == ATL_FINE; k++) {
		const void *from = atl_array_at(a, a->n == 1 ? 0 : at[k]);
		answer = a->sys->flat ? num->sys->set_double(atl_array_at(x, k), a->sys->get_double(from), num)
				      : a->sys->copy(atl_array_at(x, k), from, 1, 1);
	}
	return answer;
}

/* The op's entries at[0..m) in another system. */
static atl_answer compute(const inside *s, const size_t *at, size_t m, atl_num *num, atl_array **out)
{
	values v = { { NULL } };
	atl_answer answer = ATL_FINE;
	for (int i = 0; i < s->n && answer == ATL_FINE; i++)
		answer = i < s->n_operands ? take_operand(s, &v, i, at, m, num) : compute_item(s, &v, i, num);
	*out = answer == ATL_FINE ? atl_array_ref(v.of[s->result]) : NULL;
	clear(s, &v);
	return answer;
}

static void *entry(const atl_array *a, size_t i) { return atl_array_at(a, a->n == 1 ? 0 : i); }

/* A system to compute in; what makes no value is told by the one in force. */
static atl_num beside(const atl_num *num, const atl_system *sys, long precision, atl_rounding rounding)
{
	return (atl_num){ .sys = sys, .precision = precision, .rounding = rounding, .ieee = num->ieee, .stop = num->stop,
			  .deadline = num->deadline, .limit_seconds = num->limit_seconds };
}

/* Those of at[0..*m) that are not certain in float64 stay. */
static atl_answer by_doubles(atl_eval *e, const inside *s, atl_array *out, size_t *at, size_t *m)
{
	atl_num num = beside(&e->num, &atl_float64, 53, ATL_ROUND_NEAREST);
	atl_array *r;
	size_t open = 0;
	atl_answer answer = compute(s, at, *m, &num, &r);
	for (size_t k = 0; k < *m && answer == ATL_FINE; k++)
		if (!e->num.sys->beside(atl_array_at(out, at[k]), *(const double *)entry(r, k), &e->num))
			at[open++] = at[k];
	*m = open;
	atl_array_unref(r);
	return answer;
}

static atl_answer by_mpfr(atl_eval *e, const inside *s, atl_array *out, size_t *at, size_t *m, long bits, bool last)
{
	atl_num zero = beside(&e->num, &atl_mpfr, bits, ATL_ROUND_ZERO), away = beside(&e->num, &atl_mpfr, bits, ATL_ROUND_AWAY);
	atl_array *lo = NULL, *hi = NULL;
	size_t open = 0;
	const atl_range range = atl_range_widen();
	atl_answer answer = compute(s, at, *m, &zero, &lo);
	if (answer == ATL_FINE)
		answer = compute(s, at, *m, &away, &hi);
	atl_range_restore(range);
	const bool middle = last || !((zero.flags | away.flags) & ATL_NUM_INEXACT);
	for (size_t k = 0; k < *m && answer == ATL_FINE; k++)
		if (!e->num.sys->between(atl_array_at(out, at[k]), entry(lo, k), entry(hi, k), middle, &e->num))
			at[open++] = at[k];
	if (answer != ATL_FINE) {
		e->num.reason = zero.reason ? zero.reason : away.reason;
		e->num.fault = at[0];
	}
	e->num.flags |= (zero.flags | away.flags) & ~(unsigned)ATL_NUM_INEXACT;
	*m = open;
	atl_array_unref(lo);
	atl_array_unref(hi);
	return answer;
}

static atl_answer block(atl_eval *e, const inside *s, bool steady, atl_array *out, size_t from, size_t m)
{
	const atl_binary *format = atl_num_format(&e->num);
	long bits = (format ? format->precision : e->num.precision) + GUARD;
	atl_answer answer = ATL_FINE;
	size_t at[BLOCK];
	for (size_t k = 0; k < m; k++)
		at[k] = from + k;
	if (steady && e->num.sys->beside)
		answer = by_doubles(e, s, out, at, &m);
	for (int i = 0; m && answer == ATL_FINE; i++, bits *= 2)
		answer = by_mpfr(e, s, out, at, &m, bits, i == DOUBLINGS);
	return answer;
}

atl_answer atl_eval_whole(atl_eval *e, atl_id id, atl_array *out)
{
	inside s;
	atl_answer answer = look_inside(&s, e, id) ? ATL_FINE : ATL_UNABLE;
	for (size_t i = 0; i < out->n && answer == ATL_FINE; i += BLOCK) {
		if (i > 0 && atl_num_stop(&e->num))
			return ATL_STOPPED;
		answer = block(e, &s, atl_graph_node(e->graph, id)->op->steady, out, i, out->n - i < BLOCK ? out->n - i : BLOCK);
	}
	return answer;
}
