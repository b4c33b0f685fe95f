/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mend.c: after an error of shapes, the edits of the statement that would fit.
 *
 *     a = W*x + b      W'*x would give 2×1
 *
 * Nothing is offered that was not tried.  At the place of the error, and if
 * nothing fits there at what it is in, each edit of a table is made in the
 * text (a transpose, another sign, operands exchanged, sum(...) around it), the
 * expression is read again, built and, where that is little work, computed.
 * Where an edit fits but the rest then does not, that is said; where none fits,
 * that is said too.  Of an error in the body of a function its call is edited.  The graph is as before when it ends. */
#include <string.h>
#include "base/mem.h"
#include "eval/probe.h"
#include "graph/scope.h"
#include "session/state.h"

enum { MOST = 4, LONG = 60 };
static const double LITTLE = 1e6;
static const char WOULD_FIT[] = " would fit";

typedef struct mender {
	atl_session *s;
	const atl_tree *t;
	uint32_t root;       /* the expression that failed */
	atl_buf part, whole; /* the edit, and the expression with it */
	atl_buf offer[MOST], half[MOST];
	unsigned n, n_half;  /* edits with which the whole fits, edits that fit alone */
	const atl_diag *first; /* the error */
	bool condition;      /* it is one */
	bool scalar;         /* a scalar is wanted: a condition, a loss */
	bool looked;         /* there was something to edit */
	bool failed;
} mender;

/* ---- the tree ---- */

static uint32_t parent_of(const mender *m, uint32_t i)
{
	for (uint32_t p = i + 1; p <= m->root; p++)
		if (m->t->node[p].first <= m->t->node[i].first)
			return p;
	return ATL_TREE_NONE;
}

static bool holds(atl_span outer, atl_span inner) { return outer.lo <= inner.lo && inner.hi <= outer.hi; }

/* The innermost node of the kinds between `from` and `to` in which the error is. */
static uint32_t innermost(const atl_tree *t, uint32_t from, uint32_t to, atl_span at, atl_tree_kind kind)
{
	for (uint32_t i = from; i <= to; i++)
		if (holds(t->node[i].span, at) && (kind == ATL_T_BLOCK || t->node[i].kind == kind))
			return i;
	return ATL_TREE_NONE;
}

static bool is_one_of(const mender *m, const atl_tree_node *n, const char *const *word)
{
	for (; n->kind == ATL_T_COMMAND && *word; word++)
		if (!strcmp(atl_symbols_text(m->s->symbols, n->sym), *word))
			return true;
	return false;
}

static bool takes_loss(const mender *m, const atl_tree_node *n)
{
	static const char *const words[] = { "trace", "step", "gradcheck", "minimize", NULL };
	return is_one_of(m, n, words);
}

static bool takes_expressions(const mender *m, const atl_tree_node *n)
{
	static const char *const words[] = { "check", "show", "formula", "why", NULL };
	return takes_loss(m, n) || is_one_of(m, n, words);
}

/* The expression of the statement that has the error in it. */
static uint32_t find_root(mender *m, atl_span at)
{
	const atl_tree *t = m->t;
	for (uint32_t i = 0; i <= t->root; i++) {
		const atl_tree_node *n = &t->node[i];
		m->condition = n->kind == ATL_T_IF || n->kind == ATL_T_WHILE;
		bool statement = m->condition || n->kind == ATL_T_DEFINE || n->kind == ATL_T_EXPR || n->kind == ATL_T_UPDATE ||
		                 takes_expressions(m, n);
		if (!statement || !holds(n->span, at))
			continue;
		for (uint32_t k = 0; k < n->n; k++) {
			uint32_t child = atl_tree_child(t, i, k);
			bool value = n->kind != ATL_T_UPDATE || k >= n->count;
			if (value && holds(t->node[child].span, at) && t->node[child].kind != ATL_T_WORD &&
			    t->node[child].kind != ATL_T_BLOCK)
				return m->scalar = m->condition || (k == 0 && takes_loss(m, n)), child;
		}
	}
	return ATL_TREE_NONE;
}

/* ---- texts ---- */

static const char *text_of(const mender *m, atl_span span, size_t *len)
{
	const char *text = atl_sources_text(m->s->sources, span, len);
	return text ? text : "";
}

/* An operand as it was written, in parentheses where it needs them. */
static void put(mender *m, uint32_t i, bool alone)
{
	size_t len = 0;
	const atl_tree_node *n = &m->t->node[i];
	const char *text = text_of(m, n->span, &len);
	bool whole = len && *text == '(' && text[len - 1] == ')' && n->flags & ATL_TF_PARENS;
	bool simple = n->kind == ATL_T_NAME || n->kind == ATL_T_NUMBER || n->kind == ATL_T_CALL || n->kind == ATL_T_INDEX ||
	              n->kind == ATL_T_JOIN || n->kind == ATL_T_NUMPY || n->kind == ATL_T_TRANSPOSE || whole;
	atl_buf_addf(&m->part, alone || simple ? "%.*s" : "(%.*s)", (int)len, text);
}

/* What binds more tightly than the operator it stands at needs none; on the left, as tightly. */
static void put_beside(mender *m, uint32_t i, atl_tree_op op, bool left)
{
	const atl_tree_node *n = &m->t->node[i];
	put(m, i, n->kind == ATL_T_BINARY && !(n->flags & ATL_TF_PARENS) &&
	          atl_tree_op_level((atl_tree_op)n->op) + left > atl_tree_op_level(op));
}

/* x', and of x' again x; a number stays. */
static void put_turned(mender *m, uint32_t i)
{
	if (m->t->node[i].kind == ATL_T_NUMBER) {
		put(m, i, false);
		return;
	}
	if (m->t->node[i].kind == ATL_T_TRANSPOSE) {
		put(m, i - 1, false);
		return;
	}
	put(m, i, false);
	atl_buf_addc(&m->part, '\'');
}

/* ---- trying ---- */

atl_id atl_build_typed(atl_session *s, const char *text, size_t len)
{
	atl_tree *tree = atl_read_expression(s->sources, s->symbols, "formula", text, len, &s->diag);
	atl_id id = tree ? atl_build_tree(&s->builder, tree, tree->root) : 0;
	atl_tree_unref(tree);
	atl_diag_reset(&s->diag); /* the caller knows what it means that it does not read */
	return id;
}

/* The shape that a text has; false: it does not fit, or has no value. */
static bool fits(mender *m, const atl_buf *text, atl_shape *shape)
{
	atl_session *s = m->s;
	atl_atom_begin(s, m->t->node[m->root].span);
	atl_id last = atl_graph_last(s->graph), id = atl_build_typed(s, text->p, text->len);
	if (id)
		*shape = *atl_graph_shape(s->graph, id);
	bool fine = id != 0;
	if (fine && !atl_is_abstract(s, id) && atl_probe_work(s->graph, last + 1, atl_graph_last(s->graph), NULL) < LITTLE)
		fine = !atl_eval_want(s->eval, &id, 1, &s->diag);
	atl_atom_fail(s);
	atl_diag_reset(&s->diag);
	return fine;
}

static void say(mender *m, atl_buf *out, const atl_shape *shape)
{
	atl_buf_addf(out, "%s would give ", atl_buf_text(&m->part));
	if (atl_shape_scalar(shape))
		atl_buf_add(out, "a scalar");
	else
		atl_shape_print(out, shape);
}

static bool is_among(const atl_buf *offer, unsigned n, const char *text)
{
	size_t len = strlen(text);
	for (unsigned i = 0; i < n; i++)
		if (!strncmp(atl_buf_text(&offer[i]), text, len) && offer[i].p[len] == ' ')
			return true;
	return false;
}

static bool is_known(const mender *m, const char *text)
{
	return is_among(m->offer, m->n, text) || is_among(m->half, m->n_half, text);
}

/* But for blanks. */
static bool is_as_it_was(const mender *m, uint32_t i)
{
	size_t len = 0;
	const char *p = text_of(m, m->t->node[i].span, &len), *end = p + len;
	for (const char *q = atl_buf_text(&m->part);; p++, q++) {
		while (p < end && *p == ' ')
			p++;
		while (*q == ' ')
			q++;
		if (p >= end || !*q)
			return p >= end && !*q;
		if (*p != *q)
			return false;
	}
}

/* The edit that stands in m->part, in the place of node i. */
static void try(mender *m, uint32_t i)
{
	atl_shape part, whole;
	size_t before = 0, after = 0;
	atl_span all = m->t->node[m->root].span, here = m->t->node[i].span;
	m->failed |= m->part.failed;
	if (m->n == MOST || is_as_it_was(m, i) || m->part.len == 0 || m->part.len > LONG || strchr(atl_buf_text(&m->part), '\n') ||
	    is_known(m, atl_buf_text(&m->part)) || !fits(m, &m->part, &part))
		return;
	const char *left = text_of(m, (atl_span){ all.lo, here.lo }, &before);
	const char *right = text_of(m, (atl_span){ here.hi, all.hi }, &after);
	atl_buf_reset(&m->whole);
	/* in parentheses, where it binds as what it stands for did */
	atl_buf_addf(&m->whole, i == m->root ? "%.*s%s%.*s" : "%.*s(%s)%.*s", (int)before, left, atl_buf_text(&m->part),
		     (int)after, right);
	m->failed |= m->whole.failed;
	if (fits(m, &m->whole, &whole))
		say(m, &m->offer[m->n++], &part);
	else if (m->n_half < MOST)
		say(m, &m->half[m->n_half++], &part);
}

static void begin(mender *m) { atl_buf_reset(&m->part); }

/* ---- the table ---- */

static bool same_shapes(mender *m, uint32_t a, uint32_t b)
{
	atl_shape s, t;
	begin(m);
	put(m, a, true);
	if (!fits(m, &m->part, &s))
		return false;
	begin(m);
	put(m, b, true);
	return fits(m, &m->part, &t) && atl_shape_equal(&s, &t);
}

static void try_binary(mender *m, uint32_t i)
{
	static const atl_tree_op signs[] = { ATL_O_NONE, ATL_O_DOTMUL, ATL_O_DOTDIV, ATL_O_DOTADD, ATL_O_DOTSUB, ATL_O_DOTPOW };
	const atl_tree_node *n = &m->t->node[i];
	uint32_t b = i - 1, a = m->t->node[b].first - 1;
	if (n->op < ATL_O_ADD)
		return; /* comparisons, logic */
	bool product = n->op == ATL_O_MUL || n->op == ATL_O_MATMUL, tight = product || n->op == ATL_O_POW || n->op == ATL_O_DIV || n->op == ATL_O_SOLVE;
	const char *op = atl_tree_op_text((atl_tree_op)n->op);
	/* one turned, the other one, both; then the other sign */
	for (unsigned turn = 1; turn < 4; turn++) {
		begin(m);
		turn & 1 ? put_turned(m, a) : put_beside(m, a, (atl_tree_op)n->op, true);
		atl_buf_addf(&m->part, tight ? "%s" : " %s ", op);
		turn & 2 ? put_turned(m, b) : put_beside(m, b, (atl_tree_op)n->op, false);
		try(m, i);
	}
	for (unsigned k = 1; k < sizeof signs / sizeof *signs; k++) {
		bool kin = (product && signs[k] == ATL_O_DOTMUL) || (n->op == ATL_O_DIV && signs[k] == ATL_O_DOTDIV) ||
		           (n->op == ATL_O_ADD && signs[k] == ATL_O_DOTADD) || (n->op == ATL_O_SUB && signs[k] == ATL_O_DOTSUB) ||
		           (n->op == ATL_O_POW && signs[k] == ATL_O_DOTPOW);
		if (!kin || (product && !same_shapes(m, a, b)))
			continue;
		begin(m);
		put_beside(m, a, signs[k], true);
		atl_buf_addf(&m->part, " %s ", atl_tree_op_text(signs[k]));
		put_beside(m, b, signs[k], false);
		try(m, i);
	}
	if (product || n->op == ATL_O_DIV) { /* b*a; b\a, when a matrix was divided by */
		begin(m);
		put(m, b, false);
		atl_buf_add(&m->part, product ? op : "\\");
		put(m, a, false);
		try(m, i);
	}
	if (n->op == ATL_O_SOLVE) { /* least squares */
		begin(m);
		atl_buf_add(&m->part, "pinv(");
		put(m, a, true);
		atl_buf_add(&m->part, ")*");
		put(m, b, false);
		try(m, i);
	}
	if (n->op == ATL_O_DOTMUL) {
		begin(m);
		put(m, a, false);
		atl_buf_addc(&m->part, '*');
		put(m, b, false);
		try(m, i);
	}
}

/* The call with argument k turned, in `around`( ), or as it is, under another name. */
static void try_arguments(mender *m, uint32_t i, const char *name, uint32_t k, const char *around)
{
	begin(m);
	atl_buf_addf(&m->part, "%s(", name);
	for (uint32_t j = 0; j < m->t->node[i].n; j++) {
		uint32_t c = atl_tree_child(m->t, i, j);
		atl_buf_add(&m->part, j ? ", " : "");
		if (j == k && !around) {
			put_turned(m, c);
		} else {
			atl_buf_addf(&m->part, j == k ? "%s(" : "%s", j == k ? around : "");
			put(m, c, true);
			atl_buf_add(&m->part, j == k ? ")" : "");
		}
	}
	atl_buf_addc(&m->part, ')');
	try(m, i);
}

/* "groups=2 would fit" is what the op knows: the call with that option. */
static void try_option(mender *m, uint32_t i, const char *note)
{
	size_t key = strcspn(note, "="), all = strcspn(note, " ");
	if (key >= all || strcmp(note + all, WOULD_FIT))
		return;
	begin(m);
	atl_buf_addf(&m->part, "%s(", atl_symbols_text(m->s->symbols, m->t->node[i].sym));
	for (uint32_t j = 0; j < m->t->node[i].n; j++) {
		uint32_t c = atl_tree_child(m->t, i, j);
		const char *name = m->t->node[c].kind == ATL_T_NAMED ? atl_symbols_text(m->s->symbols, m->t->node[c].sym) : "";
		if (strlen(name) == key && !strncmp(name, note, key))
			continue;
		put(m, c, true);
		atl_buf_add(&m->part, ", ");
	}
	atl_buf_addf(&m->part, "%.*s)", (int)all, note);
	try(m, i);
}

static void try_call(mender *m, uint32_t i)
{
	for (unsigned k = 0; k < m->first->n_notes; k++)
		try_option(m, i, m->first->note[k]);
	const atl_tree_node *n = &m->t->node[i];
	const char *name = atl_symbols_text(m->s->symbols, n->sym);
	for (uint32_t k = 0; k < n->n; k++) {
		uint8_t kind = m->t->node[atl_tree_child(m->t, i, k)].kind;
		if (kind != ATL_T_NAMED && kind != ATL_T_STRING && kind != ATL_T_NUMBER)
			try_arguments(m, i, name, k, NULL);
	}
	if (n->n == 2 && (!strcmp(name, "grad") || !strcmp(name, "hessian")))
		try_arguments(m, i, name, 0, "sum");
	if (n->n == 2 && !strcmp(name, "grad"))
		try_arguments(m, i, "jacobian", n->n, "");
	if (n->n == 1 && !strcmp(name, "inv"))
		try_arguments(m, i, "pinv", n->n, "");
}

/* A[k] of a matrix: its row, its column, the entry counted down the columns; what is outside: the last. */
static void try_index(mender *m, uint32_t i)
{
	const atl_tree_node *n = &m->t->node[i];
	uint32_t base = atl_tree_child(m->t, i, 0);
	bool is_outside = strstr(m->first->message, " is outside") != NULL, zero = !strncmp(m->first->message, "index 0 ", 8);
	for (unsigned edit = 0; edit < 4; edit++) {
		if (edit < 3 ? n->n != 2 : !is_outside)
			continue;
		begin(m);
		atl_buf_add(&m->part, edit == 2 ? "vec(" : "");
		put(m, base, edit == 2);
		atl_buf_add(&m->part, edit == 2 ? ")[" : edit == 1 ? "[:, " : "[");
		for (uint32_t k = 1; k < n->n; k++) {
			uint32_t c = atl_tree_child(m->t, i, k);
			bool outside = edit == 3 && holds(m->t->node[c].span, m->s->mending);
			bool range = m->t->node[c].kind == ATL_T_RANGE && m->t->node[c].n == 2;
			atl_buf_add(&m->part, k > 1 ? ", " : "");
			if (outside && range)
				put(m, atl_tree_child(m->t, c, 0), false);
			if (outside)
				atl_buf_add(&m->part, range ? ":end" : zero ? "1" : "end");
			else
				put(m, c, true);
		}
		atl_buf_add(&m->part, edit == 0 ? ", :]" : "]");
		try(m, i);
	}
	if (n->n == 2 && m->t->node[i - 1].kind == ATL_T_BINARY && m->t->node[i - 1].op < ATL_O_ADD) {
		for (unsigned picks = 0; picks < 2; picks++) { /* by a comparison */
			begin(m);
			atl_buf_add(&m->part, picks ? "" : "where(");
			put(m, picks ? base : i - 1, !picks);
			atl_buf_add(&m->part, picks ? "[find(" : ", ");
			put(m, picks ? i - 1 : base, true);
			atl_buf_add(&m->part, picks ? ")]" : ", 0)");
			try(m, i);
		}
	}
	if (n->n == 3) { /* [i, j] of a vector */
		begin(m);
		put(m, base, false);
		atl_buf_addc(&m->part, '[');
		put(m, atl_tree_child(m->t, i, 1), true);
		atl_buf_addc(&m->part, ']');
		try(m, i);
	}
}

/* A join with an entry turned, or with `,` for `;` and the other way round. */
static void try_join(mender *m, uint32_t i)
{
	const atl_tree_node *n = &m->t->node[i];
	uint32_t entries = 0, count = 0;
	if (atl_bracket_is_literal(m->t, i))
		return; /* numbers are what they are */
	for (uint32_t r = 0; r < n->n; r++)
		entries += m->t->node[atl_tree_child(m->t, i, r)].n;
	for (uint32_t turned = 0; turned <= 2 * entries && entries <= 8; turned++) {
		bool other = turned > entries; /* the signs exchanged, in the second half */
		count = 0;
		begin(m);
		atl_buf_addc(&m->part, '[');
		for (uint32_t r = 0; r < n->n; r++) {
			uint32_t row = atl_tree_child(m->t, i, r);
			for (uint32_t k = 0; k < m->t->node[row].n; k++) {
				uint32_t c = atl_tree_child(m->t, row, k);
				bool below = k == 0; /* the first of a row stands below what is before it */
				atl_buf_add(&m->part, count == 0 ? "" : below != other ? "; " : ", ");
				if (++count == turned || count + entries == turned)
					put_turned(m, c);
				else
					put(m, c, true);
			}
		}
		atl_buf_addc(&m->part, ']');
		try(m, i);
	}
	begin(m); /* all the other way round */
	atl_buf_addc(&m->part, '[');
	count = 0;
	for (uint32_t r = 0; r < n->n; r++) {
		uint32_t row = atl_tree_child(m->t, i, r);
		for (uint32_t k = 0; k < m->t->node[row].n; k++) {
			atl_buf_add(&m->part, count++ == 0 ? "" : k == 0 ? ", " : "; ");
			put(m, atl_tree_child(m->t, row, k), true);
		}
	}
	atl_buf_addc(&m->part, ']');
	try(m, i);
}

static void try_node(mender *m, uint32_t i)
{
	switch ((atl_tree_kind)m->t->node[i].kind) {
	case ATL_T_BINARY: try_binary(m, i); break;
	case ATL_T_CALL: try_call(m, i); break;
	case ATL_T_INDEX: try_index(m, i); break;
	case ATL_T_JOIN: try_join(m, i); break;
	default: break;
	}
}

/* ---- the statement ---- */

/* The expression itself is fine: it may be no scalar where the statement takes one. */
static bool try_scalars(mender *m)
{
	static const char *const of_condition[] = { "all", "any", NULL }, *const of_loss[] = { "sum", "mean", NULL };
	const char *const *around = m->condition ? of_condition : of_loss;
	atl_shape shape;
	begin(m);
	put(m, m->root, true);
	if (!fits(m, &m->part, &shape))
		return false;
	for (; m->scalar && !atl_shape_scalar(&shape) && *around; around++) {
		begin(m);
		atl_buf_addf(&m->part, "%s(", *around);
		put(m, m->root, true);
		atl_buf_addc(&m->part, ')');
		try(m, m->root);
	}
	return true;
}

static void look(mender *m, atl_span at)
{
	uint32_t here = innermost(m->t, m->t->node[m->root].first, m->root, at, ATL_T_BLOCK);
	m->s->mending = at;
	m->looked = here != ATL_TREE_NONE;
	if (try_scalars(m)) {
		m->looked = m->n != 0;
		return;
	}
	for (; here != ATL_TREE_NONE && !m->n; here = here == m->root ? ATL_TREE_NONE : parent_of(m, here))
		try_node(m, here);
}

/* The error is in the body of a function: its calls are what can be edited here. */
static void look_at_calls(mender *m)
{
	for (uint32_t i = m->t->node[m->root].first; i <= m->root; i++)
		if (m->t->node[i].kind == ATL_T_CALL && atl_names_function(m->s, m->t->node[i].sym))
			try_node(m, i);
	m->looked = m->n != 0;
	m->n_half = 0;
}

static void tell(mender *m)
{
	atl_diag *d = &m->s->diag;
	for (unsigned i = 0; i < m->n; i++)
		atl_diag_note(d, "%s", atl_buf_text(&m->offer[i]));
	for (unsigned i = 0; i < m->n_half && !m->n; i++)
		atl_diag_note(d, "%s, but what is around it would not fit then", atl_buf_text(&m->half[i]));
	if (m->looked && !m->n && !m->n_half)
		atl_diag_note(d, "no transpose, sign or bracket of it was found that fits");
}

/* What an op can only guess is not said beside what was tried. */
static void drop_guesses(atl_diag *d)
{
	unsigned kept = 0;
	for (unsigned i = 0; i < d->n_notes; i++)
		if (!strstr(d->note[i], " would give ") && !strstr(d->note[i], WOULD_FIT))
			d->note[kept++] = d->note[i];
	d->n_notes = kept;
}

void atl_mend(atl_session *s, const atl_tree *t)
{
	mender m = { .s = s, .t = t };
	atl_span at = s->diag.at;
	if (s->diag.kind != ATL_KIND_SHAPE || !t->root || atl_has_hole(s, t, t->root) || !at.lo)
		return;
	m.root = find_root(&m, at);
	bool elsewhere = m.root == ATL_TREE_NONE;
	if (elsewhere && (m.root = find_root(&m, t->node[t->root - 1].span)) == ATL_TREE_NONE)
		return;
	atl_diag first = s->diag;
	m.first = &first;
	bool quiet = s->options.quiet;
	s->diag = (atl_diag){ 0 };
	s->options.quiet = true; /* what a try notes is of no interest */
	if (elsewhere)
		look_at_calls(&m);
	else
		look(&m, at);
	s->options.quiet = quiet;
	atl_diag_clear(&s->diag);
	s->diag = first;
	if (!m.failed && m.looked) {
		drop_guesses(&s->diag);
		tell(&m);
	}
	for (unsigned i = 0; i < MOST; i++) {
		atl_buf_clear(&m.offer[i]);
		atl_buf_clear(&m.half[i]);
	}
	atl_buf_clear(&m.part);
	atl_buf_clear(&m.whole);
}
