/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why.c: why E, and why after an error. */
#include "base/mem.h"
#include "session/state.h"

#include <math.h>
#include <string.h>

enum { MOST_ROWS = 16, ENDS = 6 }; /* of a long way, its ends and the worst */

/* ---- printing ---- */

static void print_row(atl_session *s, const atl_why *w, size_t i, size_t width)
{
	const atl_why_row *r = &w->row[i];
	atl_buf *out = &s->line;
	size_t label = atl_text_width(r->label, strlen(r->label));
	atl_buf_reset(out);
	atl_buf_addf(out, "  %s%*s  %-10.4g", r->label, (int)(width - label), "", r->size);
	if (i > 0)
		atl_buf_addf(out, "  × %-10.4g  %s%s", r->factor, r->through, i == w->most && w->n_rows > 2 ? "  # most" : "");
	while (out->len && out->p[out->len - 1] == ' ')
		atl_buf_cut(out, out->len - 1);
	atl_output_line(s, out);
}

static void print_text(atl_session *s, const atl_why *w)
{
	size_t width = 0;
	for (size_t i = 0; i < w->n; i++) {
		const atl_fact *f = &w->fact[i];
		bool headline = i == 0;
		atl_buf_reset(&s->line);
		atl_buf_addf(&s->line, headline ? "%s%s" : "  %s: %s", headline ? "" : f->key, f->text);
		atl_output_line(s, &s->line);
	}
	for (size_t i = 0; i < w->n_rows; i++) {
		size_t label = atl_text_width(w->row[i].label, strlen(w->row[i].label));
		width = label > width ? label : width;
	}
	for (size_t i = 0; i < w->n_rows; i++) {
		bool shown = w->n_rows <= MOST_ROWS || i < ENDS || i >= w->n_rows - ENDS || i == w->most;
		if (shown) {
			print_row(s, w, i, width);
		} else if (i == ENDS || i == w->most + 1) {
			atl_buf_reset(&s->line);
			atl_buf_add(&s->line, "  …");
			atl_output_line(s, &s->line);
		}
	}
}

static void add_number(atl_buf *out, const char *key, double x)
{
	if (isfinite(x))
		atl_buf_addf(out, ",\"%s\":%.6g", key, x);
	else
		atl_buf_addf(out, ",\"%s\":\"%s\"", key, isnan(x) ? "nan" : "inf");
}

static void print_json(atl_session *s, const atl_why *w)
{
	atl_buf *out = &s->line;
	atl_buf_reset(out);
	atl_buf_add(out, "{\"why\":[");
	for (size_t i = 0; i < w->n; i++) {
		atl_buf_addf(out, "%s{\"%s\":", i ? "," : "", w->fact[i].key);
		atl_print_json_string(out, w->fact[i].text, strlen(w->fact[i].text));
		atl_buf_addc(out, '}');
	}
	atl_buf_add(out, "],\"way\":[");
	for (size_t i = 0; i < w->n_rows; i++) {
		const atl_why_row *r = &w->row[i];
		atl_buf_addf(out, "%s{\"node\":", i ? "," : "");
		atl_print_json_string(out, r->label, strlen(r->label));
		add_number(out, "size", r->size);
		if (i > 0) {
			add_number(out, "factor", r->factor);
			atl_buf_addf(out, ",\"through\":\"%s\"", r->through);
		}
		atl_buf_addc(out, '}');
	}
	atl_buf_add(out, "]}");
	atl_output_line(s, out);
}

static void print(atl_session *s, const atl_why *w)
{
	if (atl_output_json(s))
		print_json(s, w);
	else
		print_text(s, w);
}

/* ---- what failed last ---- */

void atl_why_remember_value(atl_session *s, const atl_id *id, size_t n)
{
	atl_diag ignored = { 0 };
	atl_why_clear(&s->failed);
	for (size_t i = 0; i < n && !s->failed.n && s->diag.kind == ATL_KIND_DOMAIN; i++) {
		const atl_array *a = atl_eval_get(s->eval, id[i]);
		if (a && atl_array_no_value(a) < a->n &&
		    atl_why_value(&s->failed, s->graph, s->symbols, s->sources, s->eval, id[i], &ignored))
			atl_why_clear(&s->failed);
	}
	s->failed_epoch = s->failed.n ? s->epoch : 0;
	atl_diag_clear(&ignored);
}

void atl_why_remember_error(atl_session *s)
{
	atl_diag ignored = { 0 };
	if (s->failed_epoch == s->epoch && s->failed.n)
		return;
	atl_why_clear(&s->failed);
	if (s->diag.kind != ATL_KIND_NONE && !atl_why_add(&s->failed, &ignored, "error", "%s", s->diag.message))
		for (unsigned i = 0; i < s->diag.n_notes; i++)
			if (atl_why_add(&s->failed, &ignored, "note", "%s", s->diag.note[i]))
				break;
	s->failed_epoch = s->epoch;
	atl_diag_clear(&ignored);
}

static atl_status run_last(atl_session *s, const atl_tree_node *n)
{
	if (s->failed.n) {
		print(s, &s->failed);
		return ATL_OK;
	}
	atl_diag_reset(&s->diag);
	atl_diag_fail(&s->diag, ATL_KIND_NAME, n->span, "nothing has failed yet");
	atl_diag_note(&s->diag, "why E says where the value of E, such as grad(L, W), was born");
	return ATL_ERROR;
}

/* ---- why E ---- */

/* grad(L, x) and ∂L/∂x, x a name: the two; else 0 without a diagnostic. */
static bool is_gradient(atl_session *s, const atl_tree *t, uint32_t e)
{
	const atl_tree_node *c = &t->node[e];
	bool called = c->kind == ATL_T_CALL && c->n == 2 && !atl_names_function(s, c->sym) &&
	              !strcmp(atl_symbols_text(s->symbols, c->sym), "grad");
	if (!called && !(c->kind == ATL_T_PARTIAL && c->n == 2))
		return false;
	return t->node[atl_tree_child(t, e, 1)].kind == ATL_T_NAME;
}

static atl_status find(atl_session *s, const atl_tree *t, uint32_t e, atl_why *w)
{
	if (is_gradient(s, t, e)) {
		uint32_t child[2] = { atl_tree_child(t, e, 0), atl_tree_child(t, e, 1) };
		atl_id x = 0, y = atl_build_tree(&s->builder, t, child[0]);
		if (!y || atl_find_targets(s, t, child + 1, 1, &x))
			return ATL_ERROR;
		return atl_why_gradient(w, &s->builder, s->eval, y, x, &s->diag);
	}
	atl_id id = atl_build_tree(&s->builder, t, e);
	if (!id || atl_eval_compute(s->eval, &id, 1, &s->diag))
		return ATL_ERROR;
	return atl_why_value(w, s->graph, s->symbols, s->sources, s->eval, id, &s->diag);
}

atl_status atl_run_why(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	atl_why w = { 0 };
	if (n->n == 0)
		return run_last(s, n);
	atl_atom_begin(s, n->span);
	atl_status status = find(s, t, node - 1, &w);
	if (status) {
		atl_atom_fail(s);
	} else {
		print(s, &w);
		atl_eval_take_overflow(s->eval);
		atl_atom_drop(s);
	}
	atl_why_clear(&w);
	return status;
}
