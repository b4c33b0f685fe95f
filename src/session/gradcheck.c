/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gradcheck.c: gradcheck E [wrt NAME, ...]: of all inputs, or of the names, computed ones too. */
#include "eval/gradcheck.h"
#include "base/mem.h"
#include "graph/derive.h"
#include "session/state.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "trace/trace.h"

enum { LISTED = 5 };
static const double FAR = 1e-3; /* the system's gradient has hardly a digit right */

static const char *const verdict_name[ATL_SLOPE_VERDICTS] = {
	[ATL_SLOPE_AGREES] = "agrees", [ATL_SLOPE_EDGE] = "edge",           [ATL_SLOPE_KINK] = "kink",
	[ATL_SLOPE_STEEP] = "steep",   [ATL_SLOPE_UNDECIDED] = "undecided", [ATL_SLOPE_WRONG] = "wrong",
};

typedef struct report {
	atl_session *s;
	const char *of;
	size_t entries, checked, count[ATL_SLOPE_VERDICTS];
	char wrong[80];  /* the first wrong entry */
} report;

/* W1[2, 1] */
static void add_entry(atl_buf *out, const atl_session *s, atl_id x, size_t entry)
{
	const atl_node *n = atl_graph_node(s->graph, x);
	atl_buf_add(out, n->name ? atl_symbols_text(s->symbols, n->name) : "?");
	atl_remark_place(out, n->shape, entry);
}

static const atl_slope *farthest(const atl_gradcheck *c)
{
	const atl_slope *far = NULL;
	for (size_t i = 0; i < c->n; i++)
		if (!isnan(c->slope[i].apart) && (!far || c->slope[i].apart > far->apart))
			far = &c->slope[i];
	return far;
}

/* ---- text ---- */

/* An entry that is no plain agreement. */
static void print_entry(atl_session *s, atl_id x, const atl_slope *e)
{
	atl_buf *out = &s->line;
	atl_buf_reset(out);
	atl_buf_addf(out, "    %s at ", verdict_name[e->verdict]);
	add_entry(out, s, x, e->entry);
	bool same = !strcmp(e->left, e->right);
	if (same)
		atl_buf_addf(out, ": gradient %s, differences %s", e->gradient, e->left);
	else
		atl_buf_addf(out, ": gradient %s, differences %s on the left and %s on the right", e->gradient, e->left,
		             e->right);
	atl_output_line(s, out);
}

static void print_exceptions(atl_session *s, atl_id x, const atl_gradcheck *c)
{
	for (int v = ATL_SLOPE_VERDICTS; v-- > ATL_SLOPE_AGREES + 1;) {
		size_t met = 0;
		for (size_t i = 0; i < c->n; i++)
			if ((int)c->slope[i].verdict == v && met++ < LISTED)
				print_entry(s, x, &c->slope[i]);
		if (met > LISTED) {
			atl_buf_reset(&s->line);
			atl_buf_addf(&s->line, "    and %zu more: %s", met - LISTED, verdict_name[v]);
			atl_output_line(s, &s->line);
		}
	}
}

static void print_text(atl_session *s, atl_id x, const atl_gradcheck *c)
{
	const atl_slope *far = farthest(c);
	atl_buf *out = &s->line;
	const atl_node *n = atl_graph_node(s->graph, x);
	atl_buf_reset(out);
	atl_buf_addf(out, "  %s: %zu of %zu entr%s agree%s", n->name ? atl_symbols_text(s->symbols, n->name) : "?",
	             c->count[ATL_SLOPE_AGREES], c->n, c->n == 1 ? "y" : "ies", c->n == 1 ? "s" : "");
	if (c->n < c->entries)
		atl_buf_addf(out, ", a sample of %zu", c->entries);
	if (far && far->apart > 0) {
		atl_buf_addf(out, "; rounding: %.2g%s at ", far->apart, c->entries > 1 ? " of the largest," : "");
		add_entry(out, s, x, far->entry);
		if (far->apart >= FAR)
			atl_buf_addf(out, ", which should be %s", far->gradient);
	}
	atl_output_line(s, out);
	print_exceptions(s, x, c);
}

static void print_verdict(report *r)
{
	atl_session *s = r->s;
	size_t wrong = r->count[ATL_SLOPE_WRONG];
	atl_buf *out = &s->line;
	atl_buf_reset(out);
	if (r->checked == 0)
		atl_buf_add(out, "yes: it depends on no input");
	else if (wrong)
		atl_buf_addf(out, "no: %zu of %zu entr%s %s wrong, the first %s", wrong, r->checked, r->checked == 1 ? "y" : "ies", wrong == 1 ? "is" : "are",
		             r->wrong);
	else
		atl_buf_addf(out, "%s: %zu of %zu entr%s agree%s", r->count[ATL_SLOPE_UNDECIDED] ? "undecided" : "yes",
		             r->count[ATL_SLOPE_AGREES], r->checked, r->checked == 1 ? "y" : "ies", r->checked == 1 ? "s" : "");
	for (int v = ATL_SLOPE_EDGE; v < ATL_SLOPE_WRONG; v++)
		if (r->count[v])
			atl_buf_addf(out, ", %zu %s", r->count[v], verdict_name[v]);
	atl_output_line(s, out);
}

/* ---- JSON ---- */

static void add_json(atl_buf *out, const char *key, const char *text)
{
	atl_buf_addf(out, ",\"%s\":", key);
	atl_print_json_string(out, text, strlen(text));
}

static void print_json(atl_session *s, const char *of, atl_id x, const atl_gradcheck *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const atl_slope *e = &c->slope[i];
		atl_buf name = { 0 }, *out = &s->line;
		add_entry(&name, s, x, e->entry);
		atl_buf_reset(out);
		atl_buf_add(out, "{\"gradcheck\":");
		atl_print_json_string(out, of, strlen(of));
		add_json(out, "entry", atl_buf_text(&name));
		add_json(out, "verdict", verdict_name[e->verdict]);
		add_json(out, "gradient", e->gradient);
		add_json(out, "left", e->left);
		add_json(out, "right", e->right);
		if (isfinite(e->apart))
			atl_buf_addf(out, ",\"rounding\":%.3g", e->apart);
		atl_buf_addc(out, '}');
		atl_buf_clear(&name);
		atl_output_line(s, out);
	}
}

static void print_json_verdict(report *r)
{
	atl_session *s = r->s;
	atl_buf *out = &s->line;
	bool wrong = r->count[ATL_SLOPE_WRONG], open = r->count[ATL_SLOPE_UNDECIDED];
	atl_buf_reset(out);
	atl_buf_add(out, "{\"gradcheck\":");
	atl_print_json_string(out, r->of, strlen(r->of));
	atl_buf_addf(out, ",\"answer\":\"%s\",\"entries\":%zu,\"checked\":%zu", wrong ? "no" : open ? "undecided" : "yes",
	             r->entries, r->checked);
	for (int v = 0; v < ATL_SLOPE_VERDICTS; v++)
		atl_buf_addf(out, ",\"%s\":%zu", verdict_name[v], r->count[v]);
	atl_buf_addc(out, '}');
	atl_output_line(s, out);
}

/* ---- the statement ---- */

static atl_status check_node(report *r, atl_id y, atl_id x)
{
	atl_session *s = r->s;
	atl_gradcheck c;
	atl_gradcheck_request ask = { .graph = s->graph, .eval = s->eval, .y = y, .x = x, .gradient = atl_grad(&s->builder, y, x), .seed = (uint64_t)s->seed };
	if (!ask.gradient)
		return ATL_ERROR;
	atl_status status = atl_gradcheck_make(&c, &ask, &s->diag);
	if (!status) {
		r->entries += c.entries;
		r->checked += c.n;
		for (size_t i = 0; i < c.n; i++)
			if (c.slope[i].verdict == ATL_SLOPE_WRONG && !*r->wrong) {
				atl_buf name = { 0 };
				add_entry(&name, s, x, c.slope[i].entry);
				snprintf(r->wrong, sizeof r->wrong, "%s", atl_buf_text(&name));
				atl_buf_clear(&name);
			}
		for (int v = 0; v < ATL_SLOPE_VERDICTS; v++)
			r->count[v] += c.count[v];
		if (atl_output_json(s))
			print_json(s, r->of, x, &c);
		else
			print_text(s, x, &c);
	}
	atl_gradcheck_clear(&c);
	return status;
}

/* The names' inputs that y depends on, in the order of their definition. */
static atl_status find_inputs(atl_session *s, atl_id y, atl_id **out, size_t *n)
{
	*n = 0;
	*out = atl_malloc((s->n_order + 1) * sizeof **out);
	if (!*out)
		return atl_diag_nomem(&s->diag);
	for (size_t i = 0; i < s->n_order; i++) {
		const atl_var *v = s->var[s->order[i]];
		atl_id id = atl_names_latest(v);
		if (id && !v->weak && atl_graph_node(s->graph, id)->flags & ATL_NF_INPUT && atl_depends(s->graph, y, id))
			(*out)[(*n)++] = id;
	}
	return ATL_OK;
}

static atl_status check_all(atl_session *s, const atl_tree *t, uint32_t node, const uint32_t *child, report *r)
{
	const atl_tree_node *n = &t->node[node];
	atl_id y = atl_build_tree(&s->builder, t, child[0]), *x = NULL;
	size_t count = n->n - 1u;
	if (!y)
		return ATL_ERROR;
	if (!atl_shape_scalar(atl_graph_shape(s->graph, y))) {
		atl_diag_fail(&s->diag, ATL_KIND_SHAPE, t->node[child[0]].span, "a gradient starts from a scalar");
		atl_diag_note(&s->diag, "sum(...) of it is one");
		return ATL_ERROR;
	}
	if (atl_atom_want(s, &y, 1) || (count == 0 && find_inputs(s, y, &x, &count)))
		return ATL_ERROR;
	atl_status status = ATL_OK;
	if (!x && !(x = atl_calloc(count + 1, sizeof *x)))
		return atl_diag_nomem(&s->diag);
	if (n->n > 1)
		status = atl_find_targets(s, t, child + 1, n->n - 1u, x);
	for (size_t i = 0; i < count && !status; i++)
		status = check_node(r, y, x[i]);
	atl_free(x);
	if (!status && atl_output_json(s))
		print_json_verdict(r);
	else if (!status)
		print_verdict(r);
	s->check_failed |= !status && r->count[ATL_SLOPE_WRONG] != 0;
	return status;
}

atl_status atl_run_gradcheck(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	uint32_t *child = atl_malloc((n->n + 1u) * sizeof *child);
	if (!child)
		return atl_diag_nomem(&s->diag);
	atl_tree_children(t, node, child);
	atl_atom_begin(s, n->span);
	atl_buf of = { 0 };
	size_t len = 0;
	const char *text = atl_sources_text(s->sources, t->node[child[0]].span, &len);
	atl_buf_addn(&of, text ? text : "", text ? len : 0);
	report r = { .s = s, .of = atl_buf_text(&of) };
	atl_status status = of.failed ? atl_diag_nomem(&s->diag) : check_all(s, t, node, child, &r);
	if (status)
		atl_atom_fail(s);
	else
		atl_atom_drop(s);
	atl_buf_clear(&of);
	atl_free(child);
	return status;
}
