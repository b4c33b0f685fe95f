/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.c: check a == b [within t]: the statement and what it prints. */
#include "session/check.h"

#include <inttypes.h>
#include <string.h>
#include "base/mem.h"
#include "session/state.h"

enum { TEXT_WIDTH = 72, DISTANCE_DIGITS = 6 };

/* ---- reading ---- */

static bool is_comparison(const atl_tree_node *n)
{
	return n->kind == ATL_T_BINARY && n->op >= ATL_O_EQ && n->op <= ATL_O_GE;
}

static atl_check parse(const atl_tree *t, uint32_t e)
{
	atl_check k = { .right = ATL_TREE_NONE };
	while (t->node[e].kind == ATL_T_UNARY && t->node[e].op == ATL_O_NOT) {
		k.negated = !k.negated;
		e--;
	}
	k.left = e;
	if (is_comparison(&t->node[e])) {
		k.c.op = (atl_tree_op)t->node[e].op;
		k.right = e - 1;
		k.left = t->node[e - 1].first - 1;
	}
	return k;
}

static atl_status check_tolerance(atl_session *s, const atl_array *within, atl_span at)
{
	int sign = 0;
	if (!atl_shape_scalar(&within->shape))
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, at, "a tolerance must be a scalar");
	if (!within->sys->no_value(within->data) &&
	    within->sys->sgn(&sign, within->data) == ATL_FINE && sign < 0)
		return atl_diag_fail(&s->diag, ATL_KIND_DOMAIN, at,
		                     "a tolerance must not be negative");
	return ATL_OK;
}

/* What enclosures leave undecided is compared again with more bits. */
static atl_status compare(atl_session *s, atl_check *k, const atl_id *id, size_t n, bool within)
{
	const atl_tree_op op = k->c.op;
	do {
		atl_free(k->c.no);
		k->c = (atl_comparison){ .op = op, .num = atl_eval_num(s->eval) };
		k->c.a = atl_eval_get(s->eval, id[0]);
		k->c.b = k->right != ATL_TREE_NONE ? atl_eval_get(s->eval, id[1]) : NULL;
		k->c.within = within ? atl_eval_get(s->eval, id[n - 1]) : NULL;
		if (!atl_compare(&k->c))
			return atl_diag_nomem(&s->diag);
	} while (k->c.n_unknown && atl_eval_refine(s->eval, id, n, &s->diag));
	return s->diag.kind == ATL_KIND_NONE ? ATL_OK : ATL_ERROR;
}

static atl_status evaluate(atl_session *s, const atl_tree *t, uint32_t node, atl_check *k, uint32_t within)
{
	atl_id id[3] = { 0 };
	size_t n = 0;
	if (!(id[n++] = k->node[0] = atl_build_tree(&s->builder, t, k->left)))
		return ATL_ERROR;
	if (k->right != ATL_TREE_NONE && !(id[n++] = k->node[1] = atl_build_tree(&s->builder, t, k->right)))
		return ATL_ERROR;
	k->identity = k->right != ATL_TREE_NONE && within == ATL_TREE_NONE && k->c.op <= ATL_O_NE &&
	              (atl_is_abstract(s, id[0]) || atl_is_abstract(s, id[1]));
	if (k->identity)
		return atl_check_identity(s, t, node, id[0], id[1], k->negated != (k->c.op == ATL_O_NE));
	if (within != ATL_TREE_NONE && !(id[n++] = atl_build_tree(&s->builder, t, within)))
		return ATL_ERROR;
	if (atl_atom_want(s, id, n))
		return ATL_ERROR;
	if (within != ATL_TREE_NONE &&
	    check_tolerance(s, atl_eval_get(s->eval, id[n - 1]), t->node[within].span))
		return ATL_ERROR;
	return compare(s, k, id, n, within != ATL_TREE_NONE);
}

/* ---- printing ---- */

static const atl_shape *shape(const atl_check *k)
{
	return k->c.b && k->c.b->n > k->c.a->n ? &k->c.b->shape : &k->c.a->shape;
}

static void put_position(atl_buf *out, const atl_shape *s, size_t i, const char *separator)
{
	int64_t at[ATL_MAX_RANK];
	for (int d = s->rank; d-- > 0;) {
		at[d] = (int64_t)(i % (size_t)s->dim[d]) + 1;
		i /= (size_t)s->dim[d];
	}
	int shown = atl_shape_vector(s) ? 1 : s->rank;
	for (int d = 0; d < shown; d++)
		atl_buf_addf(out, "%s%" PRId64, d ? separator : "", at[d]);
}

static void put_entry(atl_buf *out, const atl_array *a, size_t i, int digits)
{
	a->sys->print(out, atl_array_at(a, a->n == 1 ? 0 : i), digits);
}

/* |a - b| of the worst entry; NULL when it has none, or no memory for it. */
static atl_array *distance(const atl_check *k)
{
	const atl_comparison *c = &k->c;
	const atl_system *sys = c->a->sys;
	const void *x = atl_compare_a(c, c->worst), *y = atl_compare_b(c, c->worst);
	atl_num num = *c->num;
	atl_shape one = ATL_SCALAR;
	if (sys->no_value(x) || sys->no_value(y) || sys->infinite(x) || sys->infinite(y))
		return NULL;
	atl_array *d = atl_array_new(&one, &num);
	if (d && sys->fn2[ATL_FN2_sub](d->data, x, 0, y, 0, 1, &num) == ATL_FINE &&
	    sys->fn1[ATL_FN1_abs](d->data, d->data, 1, &num) == ATL_FINE)
		return d;
	atl_array_unref(d);
	return NULL;
}

/* "is 3, claimed 4 (off by 1)": with enough digits that the two look different. */
static void put_sides(atl_buf *out, const atl_check *k, int digits)
{
	const atl_comparison *c = &k->c;
	bool equality = c->op == ATL_O_EQ || c->op == ATL_O_NE, swapped = equality && k->swapped;
	atl_buf a = { 0 }, b = { 0 };
	put_entry(&a, swapped ? c->b : c->a, c->worst, digits);
	put_entry(&b, swapped ? c->a : c->b, c->worst, digits);
	if (digits && !strcmp(atl_buf_text(&a), atl_buf_text(&b))) {
		put_sides(out, k, 0);
	} else if (equality) {
		atl_array *off = distance(k);
		atl_buf_addf(out, "is %s, claimed %s", atl_buf_text(&a), atl_buf_text(&b));
		if (off) {
			atl_buf_add(out, " (off by ");
			off->sys->print(out, off->data, digits ? digits : DISTANCE_DIGITS);
			atl_buf_addc(out, ')');
		}
		atl_array_unref(off);
	} else {
		atl_buf_addf(out, "is %s, not %s %s", atl_buf_text(&a), atl_tree_op_text(c->op),
		             atl_buf_text(&b));
	}
	atl_buf_clear(&a);
	atl_buf_clear(&b);
}

/* Which ones, when they are few and not all. */
static void put_which(atl_buf *out, const atl_check *k)
{
	atl_buf place = { 0 };
	if (k->c.n_no > 1 && k->c.n_no < k->c.n)
		atl_slips_place(&place, shape(k), k->c.no);
	if (place.len)
		atl_buf_addf(out, ": %s", atl_buf_text(&place));
	out->failed |= place.failed;
	atl_buf_clear(&place);
}

static void put_entries(atl_buf *out, const atl_session *s, const atl_check *k)
{
	const atl_comparison *c = &k->c;
	bool many = c->n > 1;
	if (!c->n_no)
		return;
	atl_buf_add(out, ": ");
	if (many) {
		atl_buf_add(out, "entry [");
		put_position(out, shape(k), c->worst, ", ");
		atl_buf_add(out, "] ");
	}
	if (c->op == ATL_O_NONE) {
		atl_buf_add(out, "is ");
		put_entry(out, c->a, c->worst, s->format.digits);
	} else {
		put_sides(out, k, s->format.digits);
	}
	if (many) {
		atl_buf_addf(out, "; %zu of %zu entries %s", c->n_no, c->n,
		             c->op == ATL_O_EQ || c->op == ATL_O_NE ? "differ" : "are not so");
		put_which(out, k);
	}
}

static void put_shapes(atl_buf *out, const atl_comparison *c)
{
	atl_buf_add(out, "the shapes ");
	atl_shape_print(out, &c->a->shape);
	atl_buf_add(out, " and ");
	atl_shape_print(out, &c->b->shape);
	atl_buf_add(out, " differ");
}

/* What speaks against it.  A `not` that says no has nothing to show: all is so. */
static void put_reason(atl_buf *out, const atl_session *s, const atl_check *k)
{
	const atl_comparison *c = &k->c;
	if (c->shapes_differ && !k->passed) {
		atl_buf_add(out, ": ");
		put_shapes(out, c);
	} else if (!k->passed && *k->agrees) {
		atl_buf_addf(out, ": %s", k->agrees);
	} else if (!k->passed && !k->negated && c->op != ATL_O_NE) {
		put_entries(out, s, k);
	}
}

/* On lines of their own, the simplest first. */
static void put_slips(atl_buf *out, const atl_check *k)
{
	for (size_t i = 0; i < k->slips.n; i++)
		atl_buf_addf(out, "\n  %s: %s", i ? "or" : "slip", atl_buf_text(&k->slips.found[i].text));
	if (k->searched && !k->slips.n)
		atl_buf_add(out, k->slips.whole ? "\n  none of the usual slips gives this"
		                                : "\n  none of the slips that were tried gives this; there was too much to try all");
}

static const char *word(const atl_check *k)
{
	return k->c.verdict == ATL_UNKNOWN ? "undecided" : k->passed ? "yes" : "no";
}

/* Of certified reals an equality is proved or refuted, or agrees as far as one looked. */
static void put_word(atl_buf *out, const atl_check *k)
{
	const atl_comparison *c = &k->c;
	bool plain = !c->real || c->op != ATL_O_EQ || c->within || k->negated || c->shapes_differ;
	if (!plain && c->verdict == ATL_UNKNOWN)
		atl_buf_addf(out, "equal to %ld digits, not proved", c->digits);
	else if (!plain)
		atl_buf_add(out, c->verdict == ATL_YES ? "proved equal" : "proved different");
	else
		atl_buf_add(out, word(k));
}

static void put_entry_json(atl_buf *out, const char *key, const atl_array *a, size_t i)
{
	/* a view of the one entry, for as long as it is printed */
	atl_array one = { .refs = 1,
		          .sys = a->sys,
		          .shape = ATL_SCALAR,
		          .n = 1,
		          .data = atl_array_at(a, a->n == 1 ? 0 : i) };
	atl_buf_addf(out, ",\"%s\":", key);
	atl_print_json(out, &one);
}

/* The places of all that are wrong, as long as a line holds them. */
static void put_wrong_json(atl_buf *out, const atl_check *k)
{
	enum { MANY = 100 };
	size_t n = 0;
	if (k->c.n_no > MANY)
		return;
	atl_buf_add(out, ",\"wrong\":[");
	for (size_t i = 0; i < k->c.n; i++) {
		if (!k->c.no[i])
			continue;
		atl_buf_add(out, n++ ? ",[" : "[");
		put_position(out, shape(k), i, ",");
		atl_buf_addc(out, ']');
	}
	atl_buf_addc(out, ']');
}

static void put_worst_json(atl_buf *out, const atl_check *k)
{
	const atl_comparison *c = &k->c;
	atl_array *off = c->b ? distance(k) : NULL;
	atl_buf_add(out, ",\"worst\":{\"entry\":[");
	put_position(out, shape(k), c->worst, ",");
	atl_buf_addc(out, ']');
	put_entry_json(out, "value", k->swapped ? c->b : c->a, c->worst);
	if (c->b)
		put_entry_json(out, "claimed", k->swapped ? c->a : c->b, c->worst);
	if (off)
		put_entry_json(out, "off", off, 0);
	atl_buf_addf(out, "},\"differ\":%zu,\"entries\":%zu", c->n_no, c->n);
	atl_array_unref(off);
	put_wrong_json(out, k);
}

static void put_shape_json(atl_buf *out, const atl_shape *s)
{
	for (int d = 0; d < s->rank; d++)
		atl_buf_addf(out, "%c%" PRId64, d ? ',' : '[', s->dim[d]);
	atl_buf_add(out, s->rank ? "]" : "[]");
}

static void put_shapes_json(atl_buf *out, const atl_comparison *c)
{
	atl_buf text = { 0 };
	put_shapes(&text, c);
	atl_buf_add(out, ",\"reason\":");
	atl_print_json_string(out, atl_buf_text(&text), text.len);
	atl_buf_add(out, ",\"shapes\":[");
	put_shape_json(out, &c->a->shape);
	atl_buf_addc(out, ',');
	put_shape_json(out, &c->b->shape);
	atl_buf_addc(out, ']');
	out->failed |= text.failed;
	atl_buf_clear(&text);
}

static void put_slips_json(atl_buf *out, const atl_session *s, const atl_check *k)
{
	for (size_t i = 0; i < k->slips.n; i++) {
		const atl_slip *slip = &k->slips.found[i];
		const atl_node *n = slip->node ? atl_graph_node(s->graph, slip->node) : NULL;
		atl_place place;
		atl_buf_addf(out, "%s{\"code\":\"%s\",\"sentence\":", i ? "," : ",\"slips\":[", slip->code);
		atl_print_json_string(out, atl_buf_text(&slip->text), slip->text.len);
		if (n && n->name) {
			const char *name = atl_symbols_text(s->symbols, n->name);
			atl_buf_add(out, ",\"node\":");
			atl_print_json_string(out, name, strlen(name));
		}
		if (n && n->span.lo && atl_sources_find(s->sources, n->span.lo, &place))
			atl_buf_addf(out, ",\"line\":%u", place.line);
		atl_buf_addc(out, '}');
	}
	if (k->slips.n)
		atl_buf_addc(out, ']');
	else if (k->searched)
		atl_buf_addf(out, ",\"slips\":[],\"searched\":\"%s\"", k->slips.whole ? "all" : "part");
}

static void print_json(atl_buf *out, const atl_session *s, const atl_check *k)
{
	atl_buf_add(out, "{\"check\":");
	atl_print_json_string(out, k->text, strlen(k->text));
	atl_buf_addf(out, ",\"verdict\":\"%s\"", word(k));
	if (k->c.verdict == ATL_UNKNOWN && k->c.digits)
		atl_buf_addf(out, ",\"digits\":%ld", k->c.digits);
	if (!k->passed && k->c.shapes_differ)
		put_shapes_json(out, &k->c);
	else if (!k->passed && k->c.n_no)
		put_worst_json(out, k);
	if (*k->agrees) {
		atl_buf_add(out, ",\"note\":");
		atl_print_json_string(out, k->agrees, strlen(k->agrees));
	}
	put_slips_json(out, s, k);
	atl_buf_addc(out, '}');
}

static void print(atl_session *s, const atl_check *k)
{
	atl_buf *out = &s->line;
	atl_buf_reset(out);
	if (atl_output_json(s)) {
		print_json(out, s, k);
	} else {
		put_word(out, k);
		atl_buf_addf(out, ": %s", k->text);
		put_reason(out, s, k);
		put_slips(out, k);
	}
	atl_output_line(s, out);
}

/* ---- the statement ---- */

static void decide(atl_session *s, atl_check *k, atl_span at)
{
	bool lenient = k->c.op == ATL_O_EQ || k->c.op == ATL_O_LE || k->c.op == ATL_O_GE;
	if (k->c.verdict == ATL_UNKNOWN)
		k->passed = !s->options.strict && lenient != k->negated;
	else
		k->passed = (k->c.verdict == ATL_YES) != k->negated;
	s->checks++;
	if (k->c.verdict == ATL_UNKNOWN)
		s->checks_undecided++;
	else if (k->passed)
		s->checks_yes++;
	else
		s->checks_no++;
	s->check_failed |= !k->passed;
	if (k->c.verdict == ATL_UNKNOWN && k->passed)
		atl_note(s, at,
		         "the two could not be told apart, and that is no proof that they are "
		         "equal");
}

/* As it was written; what came in pieces or stands on several lines, where a
 * line may end a row or begin a comment, is printed from the tree. */
static const char *text_of(atl_session *s, const atl_tree *t, uint32_t e, uint32_t within,
                           atl_span span)
{
	size_t len = 0;
	const char *text = atl_sources_text(s->sources, span, &len);
	atl_buf printed = { 0 };
	if (text && len > 0 && !memchr(text, '\n', len))
		return atl_output_narrow(s, text, len, TEXT_WIDTH);
	atl_tree_print(&printed, t, e, s->symbols);
	if (within != ATL_TREE_NONE) {
		atl_buf_add(&printed, " within ");
		atl_tree_print(&printed, t, within, s->symbols);
	}
	text = atl_output_narrow(s, atl_buf_text(&printed), printed.len, TEXT_WIDTH);
	atl_buf_clear(&printed);
	return text;
}

static atl_status judge(atl_session *s, const atl_tree *t, atl_check *k, atl_span at)
{
	const atl_comparison *c = &k->c;
	atl_array *held[] = { atl_array_ref(c->a), atl_array_ref(c->b), atl_array_ref(c->within) };
	atl_claim_find(t, k);
	atl_claim_digits(t, k);
	decide(s, k, at);
	atl_status status = atl_claim_teach(s, t, k);
	if (!status)
		print(s, k);
	for (size_t i = 0; i < sizeof held / sizeof *held; i++)
		atl_array_unref(held[i]);
	return status;
}

/* What cannot be computed is not as claimed: the error is shown, and a sheet goes on. */
static bool is_no(atl_kind kind)
{
	return kind == ATL_KIND_NAME || kind == ATL_KIND_SHAPE || kind == ATL_KIND_DOMAIN || kind == ATL_KIND_UNABLE;
}

static atl_status give_up(atl_session *s, const atl_tree *t, const char *text)
{
	atl_buf reason = { 0 };
	atl_buf_add(&reason, s->diag.message);
	int code = s->exit_code; /* the check's own */
	atl_why_remember_error(s);
	atl_mend(s, t);
	atl_output_error(s);
	s->exit_code = code;
	s->checks++;
	s->checks_no++;
	s->check_failed = true;
	atl_buf_reset(&s->line);
	if (atl_output_json(s)) {
		atl_buf_add(&s->line, "{\"check\":");
		atl_print_json_string(&s->line, text, strlen(text));
		atl_buf_add(&s->line, ",\"verdict\":\"no\",\"error\":");
		atl_print_json_string(&s->line, atl_buf_text(&reason), reason.len);
		atl_buf_addc(&s->line, '}');
	} else {
		atl_buf_addf(&s->line, "no: %s: cannot be computed: %s", text, atl_buf_text(&reason));
	}
	s->line.failed |= reason.failed;
	atl_buf_clear(&reason);
	atl_output_line(s, &s->line);
	return ATL_OK;
}

atl_status atl_run_check(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	uint32_t e = atl_tree_child(t, node, 0);
	uint32_t within = n->n > 1 ? node - 1 : ATL_TREE_NONE;
	atl_check k = parse(t, e);
	atl_atom_begin(s, n->span);
	atl_status status = evaluate(s, t, node, &k, within);
	bool no = status && is_no(s->diag.kind);
	if (no || (!status && !k.identity)) {
		atl_span span = t->node[e].span;
		if (within != ATL_TREE_NONE)
			span = atl_span_join(span, t->node[within].span);
		k.text = text_of(s, t, e, within, span);
	}
	if (!status && !k.identity)
		status = judge(s, t, &k, n->span);
	if (status)
		atl_atom_fail(s);
	else
		atl_atom_drop(s);
	if (no)
		status = give_up(s, t, k.text);
	atl_slips_clear(&k.slips);
	atl_free(k.c.no);
	return status;
}
