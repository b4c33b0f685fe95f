/* SPDX-License-Identifier: GPL-3.0-or-later */
/* claim.c: what was claimed: its digits, and the slips that make it. */
#include <string.h>
#include "base/mem.h"
#include "session/check.h"

enum { FEWEST_CLAIMED = 3 /* that 1 digit agrees says nothing */, MOST_TAUGHT = 100 };

/* ---- digits ---- */

/* The texts of the literals of a subtree that is nothing but literals, in row
 * order; NULL: it is something else. */
static const char **literals(const atl_tree *t, uint32_t root, size_t n)
{
	const char **text = atl_malloc((n + 1) * sizeof *text);
	size_t k = 0;
	for (uint32_t i = t->node[root].first; text && i <= root; i++) {
		const atl_tree_node *x = &t->node[i];
		bool sign = x->kind == ATL_T_UNARY && x->op == ATL_O_NEG &&
		            t->node[i - 1].kind == ATL_T_NUMBER;
		if (x->kind == ATL_T_NUMBER && k < n) {
			text[k++] = x->text;
		} else if (!sign && x->kind != ATL_T_JOIN && x->kind != ATL_T_ROW &&
		           x->kind != ATL_T_NUMPY) {
			atl_free(text);
			return NULL;
		}
	}
	if (text && k != n) {
		atl_free(text);
		text = NULL;
	}
	return text;
}

/* A literal's sign is lost above: only the sizes are compared, of numbers that have one sign. */
static bool agrees(const atl_digits *d, double value, double claimed)
{
	return (value < 0) == (claimed < 0) && atl_digits_agree(d, value < 0 ? -value : value);
}

static bool entry_agrees(const atl_check *k, const atl_digits *d, size_t i)
{
	const atl_comparison *c = &k->c;
	double a = c->a->sys->get_double(atl_compare_a(c, i)), b = c->b->sys->get_double(atl_compare_b(c, i));
	return agrees(d, k->swapped ? b : a, k->swapped ? a : b);
}

/* Among entries that are wrong, those that agree in the digits written are not what is wrong. */
static void forgive(atl_check *k, const char **text)
{
	for (size_t i = 0; i < k->c.n; i++) {
		atl_digits d = atl_literal_digits(text[i]);
		if (k->c.no[i] && d.significant >= FEWEST_CLAIMED && entry_agrees(k, &d, i)) {
			k->c.no[i] = false;
			k->c.n_no--;
		}
	}
}

void atl_claim_digits(const atl_tree *t, atl_check *k)
{
	const atl_comparison *c = &k->c;
	if (!k->claim || c->op != ATL_O_EQ || c->verdict != ATL_NO || c->within)
		return;
	const char **text = literals(t, k->swapped ? k->left : k->right, c->n);
	int significant = 0, decimals = 0;
	size_t seen = 0, agreeing = 0;
	for (size_t i = 0; text && i < c->n; i++) {
		if (!c->no[i])
			continue;
		atl_digits d = atl_literal_digits(text[i]);
		if (!seen || d.significant < significant)
			significant = d.significant;
		if (!seen++ || d.decimals < decimals)
			decimals = d.decimals;
		agreeing += d.significant >= FEWEST_CLAIMED && entry_agrees(k, &d, i);
	}
	bool all = seen && agreeing == seen;
	if (text && !all)
		forgive(k, text);
	atl_free(text);
	if (!all)
		return;
	static const char *const coarse[] = { "0.5", "0.05", "0.005" };
	char fine[24];
	snprintf(fine, sizeof fine, "5e%d", -(decimals + 1));
	const char *tolerance = decimals >= 0 && decimals <= 2 ? coarse[decimals] : fine;
	snprintf(k->agrees, sizeof k->agrees, "agrees in the %d digits claimed; write `within %s`",
	         significant, tolerance);
}

/* The right one, unless only the left one is literal. */
void atl_claim_find(const atl_tree *t, atl_check *k)
{
	if (k->right == ATL_TREE_NONE || k->c.shapes_differ)
		return;
	const char **right = literals(t, k->right, k->c.b->n);
	const char **left = literals(t, k->left, k->c.a->n);
	k->swapped = left && !right;
	k->claim = !left != !right;
	atl_free(right);
	atl_free(left);
}

/* ---- slips ---- */

typedef struct lesson {
	atl_session *s;
	const char **text; /* of the claim's entries; NULL: it is no literal */
	bool rounded;      /* what agrees in the digits written is as claimed */
	const atl_array *claim, *within;
	atl_id *named, *mentioned;
} lesson;

static size_t differ(void *data, const atl_array *mutant, bool *no)
{
	const lesson *l = data;
	atl_num num = *atl_eval_num(l->s->eval);
	atl_comparison c = { .op = ATL_O_EQ, .a = mutant, .b = l->claim, .within = l->within, .num = &num };
	size_t n = 0;
	if (!atl_compare(&c) || c.shapes_differ) {
		atl_free(c.no);
		return SIZE_MAX;
	}
	for (size_t i = 0; i < c.n; i++) {
		no[i] = c.no[i];
		if (no[i] && l->rounded) {
			atl_digits d = atl_literal_digits(l->text[i]);
			no[i] = !agrees(&d, mutant->sys->get_double(atl_array_at(mutant, i)),
			                l->claim->sys->get_double(atl_array_at(l->claim, i)));
		}
		n += no[i];
	}
	atl_free(c.no);
	return n;
}

/* How many digits were claimed with a point, in all; the fewest behind it, -1: none. */
static int digits_claimed(const lesson *l, int *decimals)
{
	int sum = 0;
	*decimals = -1;
	for (size_t i = 0; l->text && i < l->claim->n; i++) {
		atl_digits d = atl_literal_digits(l->text[i]);
		if (!d.point)
			continue;
		sum += d.significant;
		if (*decimals < 0 || d.decimals < *decimals)
			*decimals = d.decimals;
	}
	return sum;
}

/* How many digits are written, with a point or without; of what is computed, more than enough. */
static unsigned digits_in_all(const lesson *l)
{
	unsigned sum = 0;
	if (!l->text)
		return 15 * (unsigned)(l->claim->n < 1000 ? l->claim->n : 1000);
	for (size_t i = 0; i < l->claim->n && i < 1000; i++)
		sum += (unsigned)atl_literal_digits(l->text[i]).significant;
	return sum;
}

static size_t gather_names(atl_session *s, atl_id *named)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_order; i++) {
		const atl_var *v = s->var[s->order[i]];
		atl_id id = atl_names_latest(v);
		if (id && !v->weak && atl_graph_node(s->graph, id)->name)
			named[n++] = id;
	}
	return n;
}

/* What the names in an expression stand for. */
static size_t gather_mentioned(atl_session *s, const atl_tree *t, uint32_t root, atl_id *mentioned)
{
	size_t n = 0;
	for (uint32_t i = t->node[root].first; i <= root; i++) {
		atl_id id = t->node[i].sym ? atl_names_latest(atl_names_find(s, t->node[i].sym)) : 0;
		if (id)
			mentioned[n++] = id;
	}
	return n;
}

static atl_status search(lesson *l, const atl_tree *t, atl_check *k, const atl_array *value)
{
	uint32_t root = k->swapped ? k->right : k->left;
	atl_session *s = l->s;
	atl_slips *slips = &k->slips;
	bool *no = atl_calloc(value->n + l->claim->n + 1, sizeof *no);
	l->named = atl_malloc((s->n_order + 1) * sizeof *l->named);
	l->mentioned = atl_malloc((root - t->node[root].first + 2u) * sizeof *l->mentioned);
	if (!no || !l->named || !l->mentioned) {
		atl_free(no);
		return atl_diag_nomem(&s->diag);
	}
	*slips = (atl_slips){ .b = &s->builder, .eval = s->eval, .y = k->node[k->swapped], .claimed = l->claim->shape,
			      .named = l->named, .n_named = gather_names(s, l->named),
			      .mentioned = l->mentioned, .n_mentioned = gather_mentioned(s, t, root, l->mentioned),
			      .differ = differ, .data = l };
	int digits = digits_claimed(l, &slips->decimals);
	l->rounded = l->text && !l->within;
	bool right = differ(l, value, no) == 0; /* in the digits written */
	/* what was given was not computed wrongly */
	k->searched = !right && !(atl_graph_node(s->graph, atl_graph_root(s->graph, slips->y))->flags & ATL_NF_INPUT);
	atl_free(no);
	slips->digits = digits_in_all(l);
	l->rounded &= digits >= FEWEST_CLAIMED;
	return right ? ATL_OK : atl_slips_find(slips);
}

/* The values stay the caller's: nodes may be computed anew, with more digits. */
atl_status atl_claim_teach(atl_session *s, const atl_tree *t, atl_check *k)
{
	const atl_comparison *c = &k->c;
	if (c->verdict != ATL_NO || c->op != ATL_O_EQ || k->negated || *k->agrees || s->checks_no > MOST_TAUGHT)
		return ATL_OK;
	if (!(atl_graph_node(s->graph, k->node[k->swapped])->flags & ATL_NF_OPEN))
		return ATL_OK; /* an arithmetic of literals */
	lesson l = { .s = s, .claim = k->swapped ? c->a : c->b, .within = c->within };
	atl_atom_tell_overflow(s); /* before those of mutants */
	l.text = literals(t, k->swapped ? k->left : k->right, l.claim->n);
	atl_status status = search(&l, t, k, k->swapped ? c->b : c->a);
	atl_free(l.text);
	atl_free(l.named);
	atl_free(l.mentioned);
	return status;
}
