/* SPDX-License-Identifier: GPL-3.0-or-later */
/* require.c: what must hold before anything is computed of it.
 *
 * Both functions are their first argument, and no node of their own: a formula
 * and a trace show nothing of them.  An argument of a function of one's own is
 * a node with the place where it was written (session/call.c), so the error
 * shows the call's text and not the function's. */
#include <stdio.h>
#include <string.h>
#include "graph/show.h"
#include "ops/families.h"

/* Where operand k was written: the argument of a call for a parameter. */
static atl_span place_of(const atl_builder *b, const atl_call *c, uint32_t k)
{
	const atl_node *n = atl_graph_node(b->graph, c->arg[k]);
	atl_span own = c->arg_span ? c->arg_span[k] : c->at;
	return n->flags & ATL_NF_ALIAS && !n->name && n->span.lo ? n->span : own;
}

/* The operand's text, in parentheses where a quote or an operator would bind to a part of it. */
static void operand_text(atl_builder *b, atl_id id, atl_buf *text)
{
	atl_buf own = { 0 };
	atl_show_text(&own, b->graph, id, b->symbols);
	bool literal = *atl_buf_text(&own) == '[';
	bool loose = !literal && strpbrk(atl_buf_text(&own), " +-*/\\^") != NULL;
	atl_buf_addf(text, "%s%s%s", loose ? "(" : "", atl_buf_text(&own), loose ? ")" : "");
	atl_buf_clear(&own);
}

/* 1: the labels are from 1 to classes, as onehot has them; 0: from 0 to classes - 1; -1: they are no labels. */
static int count_from(const atl_builder *b, atl_id id, int64_t classes)
{
	const atl_array *a = b->host->known(b->host_data, id);
	long least = 1, largest = 1, v;
	for (size_t i = 0; a && i < a->n; i++) {
		if (!a->sys->get_si(&v, atl_array_at(a, i)))
			return -1;
		least = v < least ? v : least;
		largest = v > largest ? v : largest;
	}
	return least == 1 && largest <= classes ? 1 : least == 0 && largest < classes ? 0 : -1;
}

/* Classes in place of their columns: one whole number a sample; the samples may stand in rows. */
static void offer_onehot(atl_builder *b, const atl_call *c, const atl_shape *s, const atl_shape *t)
{
	size_t n = atl_shape_count(t);
	bool vector = t->rank == 2 && (t->dim[0] == 1 || t->dim[1] == 1), matrix = s->rank == 2 && s->dim[0] > 1;
	bool rows = matrix && n != (size_t)s->dim[1] && n == (size_t)s->dim[0];
	int64_t classes = rows ? s->dim[1] : s->dim[0];
	if (!vector || !matrix || (n != (size_t)s->dim[1] && !rows))
		return;
	int first = count_from(b, c->arg[1], classes);
	atl_buf scores = { 0 }, text = { 0 };
	operand_text(b, c->arg[0], &scores);
	operand_text(b, c->arg[1], &text);
	if (first >= 0 && rows && text.len < 40 && scores.len < 60)
		atl_diag_note(b->diag, "a sample is a column: for samples in rows take %s' and onehot(%s%s%s, %lld)",
			      atl_buf_text(&scores), atl_buf_text(&text), t->dim[0] > 1 ? "'" : "", first ? "" : " + 1",
			      (long long)classes);
	else if (first >= 0 && text.len < 40)
		atl_diag_note(b->diag, "classes, one a sample, are made columns by onehot(%s%s%s, %lld)", atl_buf_text(&text),
			      t->dim[0] > 1 ? "'" : "", first ? "" : " + 1", (long long)classes);
	if (first == 0)
		atl_diag_note(b->diag, "onehot counts classes from 1");
	atl_buf_clear(&scores);
	atl_buf_clear(&text);
}

static atl_id build_alike(atl_builder *b, const atl_call *c)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]), *t = atl_graph_shape(b->graph, c->arg[1]);
	if (atl_shape_equal(s, t))
		return c->arg[0];
	atl_span first = place_of(b, c, 0), second = place_of(b, c, 1);
	atl_build_shape_error(b, second, "the shapes must be the same", c->arg[0], first, c->arg[1], second);
	if (s->rank == 2 && t->rank == 2 && s->dim[0] == t->dim[1] && s->dim[1] == t->dim[0]) {
		atl_buf text = { 0 };
		operand_text(b, c->arg[1], &text);
		if (text.len < 40)
			atl_diag_note(b->diag, "%s' would fit", atl_buf_text(&text));
		atl_buf_clear(&text);
	}
	if (c->stat[0])
		offer_onehot(b, c, s, t);
	return 0;
}

/* The condition in the words of who wrote it. */
static void unmet(atl_builder *b, const atl_call *c, const atl_array *a, size_t i)
{
	size_t len = 0;
	const char *words = c->arg_span && c->arg_span[1].lo ? atl_sources_text(b->sources, c->arg_span[1], &len) : NULL;
	atl_span at = place_of(b, c, 0);
	const atl_array *x = b->host->known(b->host_data, c->arg[0]);
	atl_diag_fail(b->diag, ATL_KIND_DOMAIN, at.lo ? at : b->span, "it must hold that %.*s", words && len < 80 ? (int)len : 11,
		      words && len < 80 ? words : "this is met");
	if (x && (x->n == a->n || x->n == 1)) {
		atl_buf text = { 0 };
		x->sys->print(&text, atl_array_at(x, x->n == 1 ? 0 : i), 6);
		if (x->n == 1)
			atl_diag_label(b->diag, at, "this is %s", atl_buf_text(&text));
		else
			atl_diag_label(b->diag, at, "entry %zu is %s", i + 1, atl_buf_text(&text));
		atl_buf_clear(&text);
	}
}

static atl_id build_require(atl_builder *b, const atl_call *c)
{
	const atl_array *a = b->host->known(b->host_data, c->arg[1]);
	if (!a && b->diag->kind != ATL_KIND_NONE)
		return 0;
	for (size_t i = 0; a && i < a->n; i++) {
		int sign = 1;
		const void *entry = atl_array_at(a, i);
		if (!a->sys->no_value(entry) && a->sys->sgn(&sign, entry) == ATL_FINE && sign == 0) {
			unmet(b, c, a, i);
			return 0;
		}
	}
	return c->arg[0];
}

static const atl_op rows[] = {
	{ .name = "alike", .params = "x, y; of=0|classes", .by = ATL_BY_BUILD, .build = build_alike,
	  .summary = "x, which must have y's shape: else it is an error",
	  .detail = "For functions whose arguments go together entry by entry and are not to be broadcast: "
		    "loss(p, t) = mean((alike(p, t) - t).^2). With of=\"classes\" the error offers onehot where y has one class a column.",
	  .example = "alike([1, 2], [3, 4]) -> [1; 2]", .test = "" },
	{ .name = "require", .params = "x, c", .by = ATL_BY_BUILD, .build = build_require,
	  .summary = "x, where c must hold: an entry of c that is 0 is an error",
	  .detail = "It is looked at once, when the formula is made; where c has no value yet, or is not decided, nothing is said: "
		    "root(x, n) = x^(1/require(n, n > 0)).",
	  .example = "require(5, 5 > 0) -> 5", .test = "" },
};
ATL_FAMILY(atl_ops_require, "what must hold");
