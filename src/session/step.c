/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step.c: a trace, a key a step: the place in the graph, the row, and, when it is
 * asked for, its rule in a sentence. */
#include "graph/op.h"
#include "print/rule.h"
#include "print/trace.h"
#include "session/state.h"

#include <string.h>

typedef struct walk {
	atl_session *s;
	const atl_trace *t;
	atl_format f;
	size_t at;
} walk;

static void say(walk *w, const char *text)
{
	atl_buf_reset(&w->s->line);
	atl_rule_add(&w->s->line, text, strlen(text), &w->f);
	atl_output_line(w->s, &w->s->line);
}

/* ---- the place ---- */

/* Columns of the forward steps from a to b, with a blank before each. */
static size_t width_of(const walk *w, size_t a, size_t b)
{
	size_t width = 0;
	for (size_t i = a; i <= b; i++)
		if (w->t->step[i].label)
			width += 1 + atl_text_width(w->t->step[i].label, strlen(w->t->step[i].label));
	return width;
}

/* The nodes in their order, as many around this one as fit. */
static void add_place(walk *w, atl_buf *out, size_t room)
{
	atl_id node = w->t->step[w->at].node;
	size_t here = 0, n = w->t->forward;
	while (here < n && w->t->step[here].node != node)
		here++;
	if (here == n)
		return;
	size_t a = here, b = here;
	for (bool grew = true; grew;) {
		grew = false;
		if (a > 0 && width_of(w, a - 1, b) + 8 <= room)
			a--, grew = true;
		if (b + 1 < n && width_of(w, a, b + 1) + 8 <= room)
			b++, grew = true;
	}
	atl_buf_add(out, a > 0 ? " …" : "");
	for (size_t i = a; i <= b; i++)
		if (w->t->step[i].label)
			atl_buf_addf(out, i == here ? " [%s]" : " %s", w->t->step[i].label);
	atl_buf_add(out, b + 1 < n ? " …" : "");
}

static void show(walk *w)
{
	atl_buf text = { 0 };
	atl_buf_addf(&text, "%zu/%zu %s", w->at + 1, w->t->n, w->at < w->t->forward ? "forward " : "backward");
	size_t room = w->f.width > text.len + 2 ? w->f.width - text.len - 2 : 20;
	add_place(w, &text, room);
	say(w, atl_buf_text(&text));
	atl_buf_reset(&w->s->line);
	atl_print_trace_step(&w->s->line, w->t, w->at, &w->f);
	if (w->s->line.len)
		atl_buf_cut(&w->s->line, w->s->line.len - 1);
	atl_output_line(w->s, &w->s->line);
	atl_buf_clear(&text);
}

/* ---- ? ---- */

/* The text of the rule by which the consumer sends back to this node; NULL: it has none. */
static const char *rule_of(const walk *w, const atl_step *s, const atl_op *op)
{
	const atl_graph *g = w->s->graph;
	uint32_t n_in = atl_graph_node(g, s->from)->n_in;
	for (uint32_t k = 0; k < n_in; k++)
		if (atl_graph_root(g, atl_graph_in(g, s->from)[k]) == atl_graph_root(g, s->node))
			return op->vjp ? NULL : atl_op_rule(op, w->s->builder.kink, k);
	return NULL;
}

static void explain_back(walk *w, const atl_step *s, atl_buf *out)
{
	const atl_op *op = s->op ? atl_op_find(s->op, strlen(s->op)) : NULL;
	const char *of = w->t->of, *rule = op && s->from ? rule_of(w, s, op) : NULL;
	atl_buf_addf(out, "  %s changes with %s through %s", of, s->label, s->via ? s->via : "all that it is used in");
	if (rule)
		atl_buf_addf(out, ": %s sends back %s, where g = ∂%s/∂%s", op->shown ? op->shown : op->name, rule, of, s->via);
	else if (op)
		atl_buf_addf(out, ", by the rule of %s", op->shown ? op->shown : op->name);
	if (s->kind == ATL_STEP_CONTRIBUTION)
		atl_buf_addf(out, "; it is used more than once, and this is one of the ways");
}

static void explain(walk *w)
{
	const atl_step *s = &w->t->step[w->at];
	const atl_op *op = s->op ? atl_op_find(s->op, strlen(s->op)) : NULL;
	atl_buf text = { 0 };
	switch (s->kind) {
	case ATL_STEP_INPUT: atl_buf_addf(&text, "  %s is given", s->label); break;
	case ATL_STEP_FORWARD: atl_buf_addf(&text, "  %s: %s", op ? op->shown ? op->shown : op->name : s->label,
		                            op && op->summary ? op->summary : "computed"); break;
	case ATL_STEP_SEED: atl_buf_addf(&text, "  %s changes with itself by 1: here the way back begins", s->label); break;
	case ATL_STEP_SUM: atl_buf_addf(&text, "  %s is used %u times, and what comes back adds up", s->label, s->count); break;
	case ATL_STEP_FOLD: atl_buf_addf(&text, "  %u turns of the loop that are alike", s->count); break;
	default: explain_back(w, s, &text);
	}
	say(w, atl_buf_text(&text));
	atl_buf_clear(&text);
}

/* ---- the walk ---- */

void atl_step_through(atl_session *s, const atl_trace *t)
{
	walk w = { .s = s, .t = t, .f = s->format };
	say(&w, "space goes on, left goes back, ? explains, q leaves");
	show(&w);
	for (;;) {
		switch (s->options.key()) {
		case ATL_KEY_QUIT: return;
		case ATL_KEY_EXPLAIN: explain(&w); continue;
		case ATL_KEY_NEXT:
			if (++w.at == t->n)
				return;
			break;
		case ATL_KEY_BACK:
			if (w.at == 0)
				continue;
			w.at--;
			break;
		}
		show(&w);
	}
}
