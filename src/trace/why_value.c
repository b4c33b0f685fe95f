/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why_value.c: facts, and the walk down to where a value was born. */
#include <math.h>
#include <stdarg.h>
#include <string.h>
#include "base/mem.h"
#include "graph/op.h"
#include "graph/show.h"
#include "trace/trace.h"
#include "trace/why.h"

enum { SHOWN = 8, LONG_TEXT = 100 };
static const long BITS = 2048; /* of the second look at a zero, or an infinity */

typedef struct finder {
	atl_why *why;
	const atl_graph *graph;
	const atl_symbols *symbols;
	const atl_sources *sources;
	atl_eval *eval;
	atl_diag *diag;
} finder;

typedef bool is_such(const atl_array *, size_t entry);

/* ---- facts ---- */

atl_status atl_why_add(atl_why *w, atl_diag *diag, const char *key, const char *format, ...)
{
	char small[512];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(small, sizeof small, format, args);
	va_end(args);
	const char *text = len < 0 ? NULL : atl_arena_dup(&w->arena, small, strlen(small));
	if (!text || !atl_grow(&w->fact, &w->cap, w->n + 1, sizeof *w->fact))
		return atl_diag_nomem(diag);
	w->fact[w->n++] = (atl_fact){ key, text };
	return ATL_OK;
}

void atl_why_clear(atl_why *w)
{
	atl_free(w->fact);
	atl_free(w->row);
	atl_arena_clear(&w->arena);
	memset(w, 0, sizeof *w);
}

/* ---- entries ---- */

static bool is_none(const atl_array *a, size_t i) { return a->sys->no_value(atl_array_at(a, i)); }
static bool is_infinite(const atl_array *a, size_t i) { return !is_none(a, i) && a->sys->infinite(atl_array_at(a, i)); }

static bool is_zero(const atl_array *a, size_t i)
{
	int sign;
	return !is_none(a, i) && a->sys->sgn(&sign, atl_array_at(a, i)) == ATL_FINE && sign == 0;
}

static size_t count(const atl_array *a, is_such *such, size_t *first)
{
	size_t n = 0;
	*first = a->n;
	for (size_t i = 0; i < a->n; i++)
		if (such(a, i) && n++ == 0)
			*first = i;
	return n;
}

static bool is_entrywise(const atl_node *n)
{
	return n->op->flags & ATL_OF_ELEMENTWISE || n->flags & (ATL_NF_INPUT | ATL_NF_ALIAS);
}

/* ---- the walk ---- */

/* The entry of operand k that made entry i what it is; false: that is not so itself. */
static bool comes_from(const finder *f, atl_id id, uint32_t k, size_t i, is_such *such, size_t *entry)
{
	const atl_node *n = atl_graph_node(f->graph, id);
	const atl_array *out = atl_eval_get(f->eval, id), *in = atl_eval_get(f->eval, atl_graph_in(f->graph, id)[k]);
	size_t first;
	if (!in || !out)
		return false;
	if (is_entrywise(n) && (in->n == out->n || in->n == 1)) {
		*entry = in->n == out->n ? i : 0;
		return such(in, *entry);
	}
	/* entries are moved, not computed: all of them are so, or one that is went on */
	*entry = 0;
	size_t met = count(in, such, &first);
	*entry = first < in->n ? first : 0;
	return such == is_zero ? met == in->n : met > 0;
}

/* A zero goes on through what multiplies and what moves, not through sums. */
static bool passes_on(const atl_node *n, is_such *such)
{
	static const char *const adds[] = { "add", "sub", "maximum", "minimum", "relu", "div", "where" };
	for (size_t i = 0; such == is_zero && i < sizeof adds / sizeof *adds; i++)
		if (!strcmp(n->op->name, adds[i]))
			return false;
	return true;
}

static atl_id born(const finder *f, atl_id id, size_t *entry, is_such *such)
{
	for (;;) {
		const atl_node *n = atl_graph_node(f->graph, id);
		uint32_t k = 0;
		size_t next = 0;
		if ((n->flags & ATL_NF_INPUT && atl_eval_stored(f->eval, id)) || !passes_on(n, such))
			return id;
		while (k < n->n_in && !comes_from(f, id, k, *entry, such, &next))
			k++;
		if (k == n->n_in)
			return id;
		id = atl_graph_in(f->graph, id)[k];
		*entry = next;
	}
}

/* ---- words ---- */

/* " (z, line 3)": its name or that of the nearest node above that has one, and the line. */
static void add_place(atl_buf *out, const finder *f, atl_id id, size_t entry)
{
	const atl_node *n = atl_graph_node(f->graph, id);
	atl_place place;
	if (!atl_shape_scalar(n->shape)) {
		atl_buf_add(out, " at entry ");
		atl_remark_place(out, n->shape, entry);
	}
	if (n->name)
		atl_buf_addf(out, ", which is %s", atl_symbols_text(f->symbols, n->name));
	if (n->span.lo && atl_sources_find(f->sources, n->span.lo, &place))
		atl_buf_addf(out, " (line %u)", place.line);
}

static void add_entry(atl_buf *out, const atl_array *a, size_t i)
{
	a->sys->print(out, atl_array_at(a, a->n == 1 ? 0 : i), 6);
}

static atl_status tell_operands(finder *f, atl_id id, size_t entry)
{
	const atl_node *n = atl_graph_node(f->graph, id);
	const atl_array *out = atl_eval_get(f->eval, id);
	atl_status status = ATL_OK;
	for (uint32_t k = 0; k < n->n_in && k < SHOWN && !status; k++) {
		atl_id in = atl_graph_in(f->graph, id)[k];
		const atl_array *a = atl_eval_get(f->eval, in);
		atl_buf text = { 0 };
		if (!a || atl_graph_node(f->graph, in)->flags & ATL_NF_LITERAL)
			continue;
		bool one = a->n == 1 || (out && a->n == out->n && is_entrywise(n));
		atl_show_text(&text, f->graph, in, f->symbols);
		if (text.len > LONG_TEXT)
			atl_buf_cut(&text, 0);
		if (one && a->n > 1)
			atl_remark_place(&text, &a->shape, entry);
		atl_buf_add(&text, " = ");
		if (one)
			add_entry(&text, a, entry);
		else
			atl_shape_print(&text, &a->shape);
		if (text.len > 3 && *text.p != ' ')
			status = atl_why_add(f->why, f->diag, "operand", "%s", atl_buf_text(&text));
		atl_buf_clear(&text);
	}
	return status;
}

static atl_status tell_born(finder *f, atl_id id, size_t entry)
{
	atl_buf text = { 0 };
	const atl_node *n = atl_graph_node(f->graph, id);
	bool given = n->flags & ATL_NF_INPUT;
	if (given)
		atl_show_text(&text, f->graph, id, f->symbols);
	else
		atl_eval_explain(&text, f->eval, id, entry);
	add_place(&text, f, id, entry);
	atl_status status = atl_why_add(f->why, f->diag, given ? "given" : "born", "%s", atl_buf_text(&text));
	atl_buf_clear(&text);
	return status || given ? status : tell_operands(f, id, entry);
}

/* What it is with many bits; false where that cannot be had. */
static bool with_bits(const finder *f, atl_id id, size_t entry, atl_buf *out, bool *zero)
{
	const atl_num *base = atl_eval_num(f->eval);
	atl_num num = { .sys = &atl_mpfr, .precision = BITS, .stop = base->stop, .deadline = base->deadline,
		        .modules = base->modules, .redraw = base->redraw };
	atl_diag ignored = { 0 };
	atl_eval *e = atl_eval_beside(f->eval, &num, &ignored);
	const atl_array *a = e && !atl_eval_compute(e, &id, 1, &ignored) ? atl_eval_get(e, id) : NULL;
	bool fine = a && !is_none(a, entry);
	if (fine) {
		*zero = is_zero(a, entry);
		add_entry(out, a, entry);
	}
	atl_eval_free(e);
	atl_diag_clear(&ignored);
	return fine;
}

/* ---- the rules ---- */

static atl_status explain_none(finder *f, atl_id id)
{
	const atl_op *op = atl_graph_node(f->graph, id)->op;
	if (op->domain)
		return atl_why_add(f->why, f->diag, "rule", "%s needs %s", op->shown ? op->shown : op->name, op->domain);
	return atl_why_add(f->why, f->diag, "rule", "%s has no value there", op->shown ? op->shown : op->name);
}

static atl_status explain_infinite(finder *f, atl_id id, size_t entry)
{
	atl_buf text = { 0 };
	bool zero;
	const atl_num *num = atl_eval_num(f->eval);
	atl_status status;
	if (with_bits(f, id, entry, &text, &zero) && !strstr(atl_buf_text(&text), "inf"))
		status = atl_why_add(f->why, f->diag, "rule", "overflow: it is %s, more than the largest number of %s",
		                     atl_buf_text(&text), num->sys->name);
	else
		status = atl_why_add(f->why, f->diag, "rule", "a pole: it is infinite in every number system");
	atl_buf_clear(&text);
	return status;
}

static atl_status explain_zero(finder *f, atl_id id, size_t entry)
{
	const char *op = atl_graph_node(f->graph, id)->op->name;
	atl_buf text = { 0 };
	bool zero = true, known = with_bits(f, id, entry, &text, &zero);
	atl_status status = ATL_OK;
	if (atl_graph_node(f->graph, id)->flags & ATL_NF_INPUT)
		status = ATL_OK;
	else if (known && !zero && atl_eval_num(f->eval)->sys->rounds)
		status = atl_why_add(f->why, f->diag, "rule", "rounding: it is %s, which %s gives as 0", atl_buf_text(&text),
		                     atl_eval_num(f->eval)->sys->name);
	else if (!strcmp(op, "relu") || !strcmp(op, "maximum") || !strcmp(op, "minimum"))
		status = atl_why_add(f->why, f->diag, "rule", "the other side was taken");
	else if (!strcmp(op, "where"))
		status = atl_why_add(f->why, f->diag, "rule", "the condition took that side");
	else if (!strcmp(op, "add") || !strcmp(op, "sub") || !strcmp(op, "matmul") || !strcmp(op, "sum") || !strcmp(op, "dot"))
		status = atl_why_add(f->why, f->diag, "rule", "cancellation: the terms add up to 0 exactly");
	else
		status = atl_why_add(f->why, f->diag, "rule", "it is 0 for these operands");
	atl_buf_clear(&text);
	return status;
}

/* ---- a value ---- */

static atl_status tell(finder *f, atl_id id, size_t entry, is_such *such)
{
	atl_id from;
	if (such == is_none)
		from = atl_eval_blame(f->eval, id, entry, &entry);
	else
		from = born(f, id, &entry, such);
	if (tell_born(f, from, entry))
		return ATL_ERROR;
	return such == is_none ? explain_none(f, from) : such == is_infinite ? explain_infinite(f, from, entry) : explain_zero(f, from, entry);
}

static atl_status tell_range(finder *f, const atl_array *a)
{
	double least = INFINITY, most = 0;
	for (size_t i = 0; i < a->n; i++) {
		double x = fabs(a->sys->get_double(atl_array_at(a, i)));
		least = fmin(least, x);
		most = fmax(most, x);
	}
	if (most == 0)
		return atl_why_add(f->why, f->diag, "undecided", "the bits at hand do not tell it from 0");
	if (a->n == 1)
		return atl_why_add(f->why, f->diag, "fine", "it is finite and not 0; its size is %.3g", most);
	return atl_why_add(f->why, f->diag, "fine", "all %zu entries are finite and not 0; their sizes go from %.3g to %.3g", a->n,
	                   least, most);
}

atl_status atl_why_value(atl_why *w, const atl_graph *graph, const atl_symbols *symbols, const atl_sources *sources,
                         atl_eval *eval, atl_id id, atl_diag *diag)
{
	static const struct { is_such *such; const char *key, *says; } sorts[] = {
		{ is_none, "none", "no value" }, { is_infinite, "infinite", "infinite" }, { is_zero, "zero", "0" },
	};
	finder f = { w, graph, symbols, sources, eval, diag };
	const atl_array *a = atl_eval_get(eval, id);
	size_t first;
	for (size_t k = 0; a && k < sizeof sorts / sizeof *sorts; k++) {
		size_t n = count(a, sorts[k].such, &first);
		if (n == 0)
			continue;
		atl_status status = a->n == 1 ? atl_why_add(w, diag, sorts[k].key, k ? "it is %s" : "it has %s", sorts[k].says)
		                              : atl_why_add(w, diag, sorts[k].key, k ? "%zu of %zu entries are %s" : "%zu of %zu entries have %s", n, a->n, sorts[k].says);
		return status ? status : tell(&f, id, first, sorts[k].such);
	}
	return a ? tell_range(&f, a) : atl_why_add(w, diag, "none", "it could not be computed");
}
