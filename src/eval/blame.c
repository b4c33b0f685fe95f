/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blame.c: where a value went missing, in words. */
#include <inttypes.h>
#include <string.h>
#include "base/mem.h"
#include "eval/eval_impl.h"
#include "graph/show.h"

enum { DIGITS = 6, LONG_NUMBER = 60, SHOWN_DIGITS = 20, LONG_TEXT = 120 };

static const atl_array *value(const atl_eval *e, atl_id id)
{
	return id < e->n_slots ? atl_eval_box(e, id) : NULL;
}

static bool missing(const atl_array *a, size_t i)
{
	return a->sys->no_value(atl_array_at(a, i));
}

/* Whether `where` took its entry from operand k. */
static bool chosen(const atl_eval *e, atl_id id, uint32_t k, size_t i)
{
	const atl_array *c = value(e, atl_graph_in(e->graph, id)[0]);
	int sign;
	if (!c || missing(c, c->n == 1 ? 0 : i) || c->sys->sgn(&sign, atl_array_at(c, c->n == 1 ? 0 : i)) != ATL_FINE)
		return true;
	return (sign != 0) == (k == 1);
}

/* The entry of operand k that entry `i` of node `id` was computed from, when
 * that entry has no value itself; false when the operand is not to blame. */
static bool guilty(const atl_eval *e, atl_id id, uint32_t k, size_t i, size_t *entry)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	const atl_array *out = value(e, id), *in = value(e, atl_graph_in(e->graph, id)[k]);
	if (!in || !out)
		return false;
	bool entrywise = n->op->flags & ATL_OF_ELEMENTWISE || n->flags & (ATL_NF_INPUT | ATL_NF_ALIAS);
	if (k > 0 && !strcmp(n->op->name, "where") && !chosen(e, id, k, i))
		return false;
	if (entrywise && (in->n == out->n || in->n == 1)) {
		*entry = in->n == out->n ? i : 0;
		return missing(in, *entry);
	}
	*entry = atl_array_no_value(in);
	return *entry < in->n;
}

atl_id atl_eval_blame(const atl_eval *e, atl_id id, size_t entry, size_t *at)
{
	for (;;) {
		const atl_node *n = atl_graph_node(e->graph, id);
		*at = entry;
		if (n->flags & ATL_NF_INPUT && e->slot[id].stored)
			return id;
		uint32_t k = 0;
		size_t next = 0;
		while (k < n->n_in && !guilty(e, id, k, entry, &next))
			k++;
		if (k == n->n_in)
			return id;
		id = atl_graph_in(e->graph, id)[k];
		entry = next;
	}
}

/* A number of thousands of digits is said by its beginning. */
static void put_entry(atl_buf *out, const atl_array *a, size_t i)
{
	size_t from = out->len;
	a->sys->print(out, atl_array_at(a, a->n == 1 ? 0 : i), DIGITS);
	if (!out->failed && out->len - from > LONG_NUMBER) {
		size_t all = out->len - from;
		atl_buf_cut(out, from + SHOWN_DIGITS);
		atl_buf_addf(out, "… (%zu characters)", all);
	}
}

atl_status atl_eval_memory_error(const atl_eval *e, atl_id id, atl_diag *diag)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	atl_buf text = { 0 };
	atl_shape_print(&text, n->shape);
	atl_diag_fail(diag, ATL_KIND_LIMIT, n->span, "out of memory for a %s array", atl_buf_text(&text));
	atl_buf_clear(&text);
	return ATL_ERROR;
}

/* An operand of an infix operator: in parentheses where it would read otherwise. */
static void put_operand(atl_buf *out, const atl_array *a, size_t i, bool tight, bool right)
{
	atl_buf text = { 0 };
	put_entry(&text, a, i);
	bool negative = *atl_buf_text(&text) == '-', fraction = strchr(atl_buf_text(&text), '/') != NULL;
	bool wrap = (negative && (tight || right)) || (fraction && tight);
	atl_buf_addf(out, wrap ? "(%s)" : "%s", atl_buf_text(&text));
	atl_buf_clear(&text);
}

/* An operator between entries, without the dot that it has between arrays. */
static const char *said(const atl_op *op)
{
	switch (op->infix) {
	case ATL_O_NONE: return op->shown ? op->shown : op->name;
	case ATL_O_DOTMUL: return "*";
	case ATL_O_DOTDIV: return "/";
	case ATL_O_DOTPOW: return "^";
	default: return atl_tree_op_text(op->infix);
	}
}

/* "log(-3)": the op with the operands' entries put in. */
static bool explain_entry(atl_buf *out, const atl_eval *e, atl_id id, size_t entry)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	const atl_id *in = atl_graph_in(e->graph, id);
	size_t count = atl_shape_count(n->shape);
	for (uint32_t k = 0; k < n->n_in; k++)
		if (!value(e, in[k]) || (value(e, in[k])->n != 1 && value(e, in[k])->n != count))
			return false;
	if (n->n_in == 2 && n->op->infix) {
		bool tight = n->op->infix == ATL_O_DOTDIV || n->op->infix == ATL_O_DOTPOW || n->op->infix == ATL_O_DOTMUL;
		const char *sign = said(n->op);
		put_operand(out, value(e, in[0]), entry, tight, false);
		atl_buf_addf(out, tight ? "%s" : " %s ", sign);
		put_operand(out, value(e, in[1]), entry, tight, true);
		return true;
	}
	atl_buf_addf(out, "%s(", n->op->shown ? n->op->shown : n->op->name);
	for (uint32_t k = 0; k < n->n_in; k++) {
		atl_buf_add(out, k ? ", " : "");
		put_entry(out, value(e, in[k]), entry);
	}
	atl_buf_addc(out, ')');
	return true;
}

/* "relu'(0)" of what `set kink error` leaves without a value; "" of anything else. */
static const char *kink_of(const atl_eval *e, atl_id id)
{
	return strcmp(atl_graph_node(e->graph, id)->op->name, "except") ? "" : atl_graph_text(e->graph, id);
}

void atl_eval_explain(atl_buf *out, const atl_eval *e, atl_id born, size_t entry)
{
	const atl_node *n = atl_graph_node(e->graph, born);
	if (*kink_of(e, born))
		atl_buf_add(out, kink_of(e, born));
	else if (n->op->flags & ATL_OF_ELEMENTWISE && n->n_in && explain_entry(out, e, born, entry))
		return;
	else
		atl_show_text(out, e->graph, born, e->symbols);
}

/* Which entry, when there is more than one: " at entry [2, 1]". */
static void put_index(atl_buf *out, const atl_shape *s, size_t entry)
{
	if (atl_shape_scalar(s))
		return;
	int64_t at[ATL_MAX_RANK];
	for (int d = s->rank - 1; d >= 0; d--) {
		at[d] = (int64_t)entry % s->dim[d] + 1;
		entry /= (size_t)s->dim[d];
	}
	atl_buf_add(out, " at entry [");
	for (int d = 0; d < s->rank && !(d == 1 && atl_shape_vector(s)); d++)
		atl_buf_addf(out, "%s%" PRId64, d ? ", " : "", at[d]);
	atl_buf_addc(out, ']');
}

void atl_eval_guard_error(const atl_eval *e, const atl_guard *guard, const atl_array *now, atl_diag *diag)
{
	atl_buf name = { 0 }, was = { 0 }, is = { 0 };
	atl_show_text(&name, e->graph, guard->read, e->symbols);
	if (now->n == 1 && guard->value->n == 1) {
		put_entry(&was, guard->value, 0);
		put_entry(&is, now, 0);
		atl_diag_fail(diag, ATL_KIND_SHAPE, guard->span, "%s was %s when this was built, and is %s now",
			      atl_buf_text(&name), atl_buf_text(&was), atl_buf_text(&is));
	} else {
		atl_diag_fail(diag, ATL_KIND_SHAPE, guard->span, "%s was read when this was built, and has changed since",
			      atl_buf_text(&name));
	}
	atl_buf_clear(&name);
	atl_buf_clear(&was);
	atl_buf_clear(&is);
}

/* The last update among the inputs that `born` depends on. */
void atl_eval_since(const atl_eval *e, atl_id born, atl_diag *diag)
{
	const atl_stored *last = NULL;
	bool *mark = atl_calloc((size_t)atl_graph_last(e->graph) + 1, sizeof *mark);
	if (!mark)
		return;
	mark[born] = true;
	atl_graph_ancestors(e->graph, mark);
	for (size_t i = 0; i < e->n_stored; i++)
		if (mark[e->stored[i].id] && e->stored[i].by.lo && (!last || e->stored[i].changed > last->changed))
			last = &e->stored[i];
	atl_free(mark);
	if (!last)
		return;
	size_t len = 0;
	const char *text = atl_sources_text(e->sources, last->by, &len);
	if (text && len < 80)
		atl_diag_note(diag, "since %.*s (%s)", (int)len, text, atl_diag_line(diag, e->sources, last->by));
}

static atl_span visible_span(const atl_eval *e, atl_id id)
{
	return atl_graph_node(e->graph, id)->span;
}

/* The calls of functions in which the node was made: the inner two and the last,
 * which is the user's.  Those that are still being built are told by who builds. */
static void tell_calls(const atl_eval *e, atl_id id, atl_diag *diag)
{
	enum { INNER = 2 };
	uint16_t c = atl_graph_node(e->graph, id)->call;
	for (unsigned n = 0; c && !atl_graph_call_open(e->graph, c); n++) {
		const atl_call_site *call = atl_graph_call(e->graph, c);
		bool last = !call->outer || atl_graph_call_open(e->graph, call->outer);
		if (n < INNER || last)
			atl_diag_called(diag, e->sources, atl_symbols_text(e->symbols, call->name), call->span);
		c = call->outer;
	}
}

/* What a node depends on that was stored, and where it was made. */
static void tell_origin(const atl_eval *e, atl_id id, atl_diag *diag)
{
	tell_calls(e, id, diag);
	atl_eval_since(e, id, diag);
}

/* A format without infinities has no value for what is too large. */
static void tell_largest(const atl_eval *e, atl_diag *diag)
{
	const atl_binary *format = atl_num_format(&e->num);
	const char *name = e->num.sys->name;
	if (format && format->no_infinity && !format->saturates)
		atl_diag_note(diag, "the largest number of %s is %g; `set number %s_sat` stops there", name, format->largest, name);
}

atl_status atl_eval_no_value_error(const atl_eval *e, atl_id id, size_t entry, atl_diag *diag)
{
	size_t at;
	atl_id born = atl_eval_blame(e, id, entry, &at);
	const atl_node *n = atl_graph_node(e->graph, born);
	atl_buf text = { 0 };
	atl_eval_explain(&text, e, born, at);
	if (n->op->flags & ATL_OF_ELEMENTWISE)
		put_index(&text, n->shape, at);
	atl_diag_fail(diag, ATL_KIND_DOMAIN, visible_span(e, born), "%s has no value", atl_buf_text(&text));
	if (*kink_of(e, born))
		atl_diag_note(diag, "it is a kink, and `set kink error` holds: zero, one and half take a slope there");
	else if (n->op->domain)
		atl_diag_note(diag, "%s needs %s", said(n->op), n->op->domain);
	if (born == e->overflowed)
		tell_largest(e, diag);
	if (n->flags & ATL_NF_ADJOINT)
		atl_diag_note(diag, "it stands in the gradient of what is underlined");
	tell_origin(e, born, diag);
	atl_buf_clear(&text);
	return ATL_ERROR;
}

/* A gather's positions are values: one that is outside is found here. */
static atl_status position_error(const atl_eval *e, atl_id id, atl_diag *diag)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	const atl_id *in = atl_graph_in(e->graph, id);
	int64_t extent = atl_graph_shape(e->graph, in[0])->dim[*atl_graph_attr(e->graph, id)];
	atl_buf text = { 0 };
	put_entry(&text, value(e, in[1]), e->num.fault);
	atl_diag_fail(diag, ATL_KIND_SHAPE, n->span, "index %s is outside: the indices go from 1 to %" PRId64,
		      atl_buf_text(&text), extent);
	tell_origin(e, id, diag);
	atl_buf_clear(&text);
	return ATL_ERROR;
}

atl_status atl_eval_stop_error(const atl_num *num, const char *what, atl_span at, atl_diag *diag)
{
	if (num->stop && *num->stop)
		return atl_diag_fail(diag, ATL_KIND_INTERRUPT, at, "interrupted");
	atl_diag_fail(diag, ATL_KIND_TIME, at, "%s reached the limit of %g second%s", what,
		      num->limit_seconds, num->limit_seconds == 1 ? "" : "s");
	atl_diag_note(diag, "`set limit seconds N` moves the limit, and 0 takes it away");
	return ATL_ERROR;
}

static atl_status stopped_in(const atl_eval *e, atl_id id, atl_diag *diag)
{
	atl_buf text = { 0 };
	atl_show_text(&text, e->graph, id, e->symbols);
	atl_eval_stop_error(&e->num, text.len && text.len <= LONG_TEXT ? atl_buf_text(&text) : "this",
			    visible_span(e, id), diag);
	atl_buf_clear(&text);
	return ATL_ERROR;
}

/* ---- what could not be decided ---- */

static const atl_array *operand(const atl_eval *e, atl_id id, uint32_t k)
{
	return value(e, atl_graph_in(e->graph, id)[k]);
}

static const void *entry_of(const atl_array *a, size_t i)
{
	return atl_array_at(a, a->n == 1 ? 0 : i);
}

void atl_eval_tell_bits(long bits, atl_diag *diag)
{
	atl_diag_note(diag, "at %ld bits; `set limit precision N` moves the limit", bits);
}

/* "d is 0 ± 4e-1232 (not proved exact)", where x is the entry of d, or with
 * another operand "a - b is ...". */
static void tell_value(const atl_eval *e, atl_id d, atl_id minus, const void *x, atl_diag *diag)
{
	atl_buf name = { 0 }, text = { 0 };
	atl_show_text(&name, e->graph, d, e->symbols);
	if (minus) {
		atl_buf right = { 0 };
		atl_show_text(&right, e->graph, minus, e->symbols);
		atl_buf_addf(&name, strchr(atl_buf_text(&right), ' ') ? " - (%s)" : " - %s", atl_buf_text(&right));
		atl_buf_clear(&right);
	}
	e->num.sys->print(&text, x, DIGITS);
	if (!text.failed && name.len <= LONG_TEXT)
		atl_diag_note(diag, "%s is %s", name.len ? atl_buf_text(&name) : "it", atl_buf_text(&text));
	atl_buf_clear(&name);
	atl_buf_clear(&text);
}

static bool is_zero(const atl_system *sys, const void *x)
{
	int sign = 1;
	return !sys->no_value(x) && sys->sgn(&sign, x) == ATL_FINE && sign == 0;
}

/* Of a comparison the difference, which is what the enclosures leave open. */
static void tell_difference(const atl_eval *e, atl_id id, size_t i, atl_diag *diag)
{
	const atl_id *in = atl_graph_in(e->graph, id);
	const atl_system *sys = e->num.sys;
	const void *a = entry_of(operand(e, id, 0), i), *b = entry_of(operand(e, id, 1), i);
	atl_num num = e->num;
	num.deadline = 0;
	const atl_shape one = ATL_SCALAR;
	atl_array *d = atl_array_new(&one, &num);
	if (d && is_zero(sys, b))
		tell_value(e, in[0], 0, a, diag);
	else if (d && sys->fn2[ATL_FN2_sub](d->data, a, 1, b, 1, 1, &num) == ATL_FINE)
		tell_value(e, in[0], in[1], d->data, diag);
	atl_array_unref(d);
}

/* What is known of the entries that entry i is computed from. */
static void tell_known(const atl_eval *e, atl_id id, size_t i, atl_diag *diag)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	const atl_system *sys = e->num.sys;
	for (uint32_t k = 0; k < n->n_in; k++)
		if (!operand(e, id, k) || (operand(e, id, k)->n != 1 && operand(e, id, k)->n <= i))
			return;
	if (n->op->by == ATL_BY_MAP2 && n->op->fn >= ATL_FN2_eq && n->op->fn <= ATL_FN2_ge) {
		tell_difference(e, id, i, diag);
		return;
	}
	for (uint32_t k = 0; k < n->n_in; k++)
		if (sys->settled && !sys->settled(entry_of(operand(e, id, k), i), -1))
			tell_value(e, atl_graph_in(e->graph, id)[k], 0, entry_of(operand(e, id, k), i), diag);
}

static atl_status undecided(const atl_eval *e, atl_id id, atl_diag *diag)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	const size_t entry = e->num.fault;
	atl_buf text = { 0 };
	atl_show_text(&text, e->graph, id, e->symbols);
	if (text.len > LONG_TEXT) {
		atl_buf_reset(&text);
		atl_buf_add(&text, "this");
	}
	bool entrywise = n->op->flags & ATL_OF_ELEMENTWISE && entry < atl_shape_count(n->shape);
	if (entrywise)
		put_index(&text, n->shape, entry);
	atl_diag_fail(diag, ATL_KIND_UNABLE, n->span, "%s cannot be decided: %s", atl_buf_text(&text),
	              e->num.reason ? e->num.reason : "the enclosures do not tell");
	if (entrywise)
		tell_known(e, id, entry, diag);
	tell_origin(e, id, diag);
	atl_buf_clear(&text);
	return ATL_ERROR;
}

atl_status atl_eval_condition_error(const atl_eval *e, atl_id id, const void *x, atl_span at, atl_diag *diag)
{
	atl_diag_fail(diag, ATL_KIND_UNABLE, at, "the condition cannot be decided: the enclosure does not tell whether it is 0");
	if (id) {
		tell_value(e, id, 0, x, diag);
		atl_eval_tell_bits(e->slot[id].bits, diag);
	}
	return ATL_ERROR;
}

atl_status atl_eval_unable_error(const atl_eval *e, atl_id id, atl_answer answer, atl_diag *diag)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	if (answer == ATL_UNABLE && !strcmp(n->op->name, "gather"))
		return position_error(e, id, diag);
	if (answer == ATL_NOMEM)
		return atl_diag_nomem(diag);
	if (answer == ATL_STOPPED)
		return stopped_in(e, id, diag);
	if (answer == ATL_UNDECIDED)
		return undecided(e, id, diag);
	atl_buf text = { 0 };
	size_t entry = e->num.fault;
	bool entrywise = n->op->flags & ATL_OF_ELEMENTWISE && n->n_in && entry < atl_shape_count(n->shape);
	if (!entrywise || !explain_entry(&text, e, id, entry))
		atl_show_text(&text, e->graph, id, e->symbols);
	if (text.len > LONG_TEXT) {
		atl_buf_reset(&text);
		atl_buf_add(&text, "this");
	}
	if (entrywise)
		put_index(&text, n->shape, entry);
	const char *reason = e->num.reason ? e->num.reason : "beyond this number system";
	if (answer == ATL_TOO_BIG) {
		atl_diag_fail(diag, ATL_KIND_LIMIT, n->span, "%s: %s", atl_buf_text(&text), reason);
		atl_diag_note(diag, "`set number mpfr 256` computes with 256 bits; `set limit digits N` moves the limit");
	} else {
		atl_diag_fail(diag, ATL_KIND_UNABLE, n->span, "%s is %s: no number of the system \"%s\"", atl_buf_text(&text), reason,
			      e->num.sys->name);
		atl_diag_note(diag, "`set number float64` or `set number mpfr 256` compute it rounded");
	}
	tell_origin(e, id, diag);
	atl_buf_clear(&text);
	return ATL_ERROR;
}

atl_status atl_eval_abstract_error(const atl_eval *e, atl_id id, atl_diag *diag)
{
	const atl_node *n = atl_graph_node(e->graph, id);
	const char *name = n->name ? atl_symbols_text(e->symbols, n->name) : "an input";
	atl_diag_fail(diag, ATL_KIND_SHAPE, n->span, "\"%s\" was declared by its shape, and has no value", name);
	atl_diag_note(diag, "formula, check and shapes need none; %s = ... makes an input with numbers", name);
	return ATL_ERROR;
}
