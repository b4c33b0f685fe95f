/* SPDX-License-Identifier: GPL-3.0-or-later */
/* declare.c: input A[n, k], symmetric S[n, n], x[n]: inputs without values, and
 * what can be said of them: shapes, and whether two expressions are equal.
 *
 * A letter stands for a size that is one unusual number (array.h), and is a
 * scalar that can be used as a size.  Equality is looked at with random
 * numbers in the inputs: two polynomials that agree there are the same, but for
 * a small chance. */
#include "session/state.h"

#include <string.h>
#include "base/mem.h"
#include "eval/probe.h"

bool atl_is_abstract(const atl_session *s, atl_id id)
{
	return atl_graph_node(s->graph, id)->flags & ATL_NF_ABSTRACT;
}

/* Whether what a node depends on without a value is nothing but letters; stores their numbers. */
static bool store_letters(atl_session *s, atl_id id, atl_eval *eval)
{
	bool *cone = atl_calloc(id + 1u, sizeof *cone), only = cone != NULL;
	atl_num num = *atl_eval_num(eval);
	if (cone)
		cone[id] = true;
	for (atl_id k = id; k > 0 && only; k--) {
		const atl_node *n = atl_graph_node(s->graph, k);
		for (uint32_t i = 0; cone[k] && i < n->n_in; i++)
			cone[atl_graph_in(s->graph, k)[i]] = true;
		if (cone[k] && n->body)
			cone[n->body] = true;
		if (!cone[k] || !(n->flags & ATL_NF_ABSTRACT) || !(n->flags & ATL_NF_INPUT))
			continue;
		const int64_t *attr = atl_graph_attr(s->graph, k);
		atl_array *x = attr[0] == ATL_ABSTRACT_SIZE ? atl_array_new(n->shape, &num) : NULL;
		only = x && x->sys->set_si(x->data, attr[1], &num) == ATL_FINE &&
		       !atl_eval_store(eval, k, x, n->span, &s->diag);
		atl_array_unref(x);
	}
	atl_free(cone);
	return only;
}

const atl_array *atl_abstract_size(atl_session *s, atl_id id)
{
	atl_eval *eval = atl_eval_new(s->graph, s->symbols, s->sources, atl_eval_num(s->eval));
	const atl_array *a = NULL;
	if (eval && store_letters(s, id, eval) && !atl_eval_compute(eval, &id, 1, &s->diag))
		a = atl_array_ref(atl_eval_get(eval, id));
	atl_eval_free(eval);
	atl_diag_reset(&s->diag);
	atl_array_unref(s->letters);
	s->letters = (atl_array *)(uintptr_t)a;
	return a;
}

const char *atl_abstract_letter(const atl_session *s, atl_id id)
{
	const atl_node *n = atl_graph_node(s->graph, atl_graph_root(s->graph, id));
	const int64_t *attr = atl_graph_attr(s->graph, atl_graph_root(s->graph, id));
	bool letter = n->flags & ATL_NF_ABSTRACT && n->flags & ATL_NF_INPUT && attr[0] == ATL_ABSTRACT_SIZE;
	return letter ? atl_size_letter(attr[1]) : NULL;
}

/* ---- declarations ---- */

static atl_id make_input(atl_session *s, const atl_shape *shape, int64_t kind, int64_t size, atl_span span)
{
	int64_t attr[] = { kind, size };
	atl_new k = { .op = s->builder.input, .shape = *shape, .attr = attr, .n_attr = 2,
		      .flags = ATL_NF_INPUT | ATL_NF_ABSTRACT, .fresh = true, .span = span };
	return atl_build_node(&s->builder, &k);
}

/* Each name of the statement is bound as soon as it is made: a later one may use it. */
static atl_status bind(atl_session *s, atl_sym name, atl_id id, atl_span span)
{
	if (!id)
		return ATL_ERROR;
	id = atl_graph_name(s->graph, id, name, atl_names_next_turn(s, name), s->mark, span);
	if (!id)
		return atl_diag_nomem(&s->diag);
	return atl_names_bind(s, name, id);
}

/* A letter that is a variable already is the number that it has. */
static atl_status read_letter(atl_session *s, const atl_tree_node *n, int64_t *size)
{
	atl_id id = atl_names_latest(atl_names_find(s, n->sym));
	const char *text = atl_symbols_text(s->symbols, n->sym);
	atl_shape one = ATL_SCALAR;
	if (id)
		return atl_build_integer(&s->builder, id, "a size", n->span, size);
	*size = atl_size_of_letter(text);
	if (!*size) {
		atl_diag_fail(&s->diag, ATL_KIND_LIMIT, n->span, "\"%s\" is one letter too many for sizes", text);
		atl_diag_note(&s->diag, "a number can stand there, too");
		return ATL_ERROR;
	}
	return bind(s, n->sym, make_input(s, &one, ATL_ABSTRACT_SIZE, *size, n->span), n->span);
}

static atl_status read_size(atl_session *s, const atl_tree *t, uint32_t node, int64_t *size)
{
	const atl_tree_node *n = &t->node[node];
	if (n->kind == ATL_T_NAME)
		return read_letter(s, n, size);
	atl_id id = n->kind == ATL_T_NUMBER ? atl_build_tree(&s->builder, t, node) : 0;
	if (id)
		return atl_build_integer(&s->builder, id, "a size", n->span, size);
	return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, n->span, "a size is a letter or a number");
}

static atl_status read_shape(atl_session *s, const atl_tree *t, uint32_t node, atl_shape *shape)
{
	uint32_t child[ATL_MAX_RANK + 1], n = t->node[node].n - 1;
	*shape = (atl_shape){ .rank = n == 1 ? 2 : (int)n, .dim = { 0, 1 } };
	if (n > ATL_MAX_RANK)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, t->node[node].span, "an array has at most %d axes", ATL_MAX_RANK);
	atl_tree_children(t, node, child);
	for (uint32_t i = 0; i < n; i++) {
		if (read_size(s, t, child[i + 1], &shape->dim[i]))
			return ATL_ERROR;
		if (shape->dim[i] < 1)
			return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, t->node[child[i + 1]].span, "a size is 1 or more");
	}
	return atl_shape_valid(shape) ? ATL_OK
				      : atl_diag_fail(&s->diag, ATL_KIND_SHAPE, t->node[node].span, "so large an array is not possible");
}

static int64_t kind_of(const char *word)
{
	return !strcmp(word, "symmetric") ? ATL_ABSTRACT_SYMMETRIC
	     : !strcmp(word, "diagonal")  ? ATL_ABSTRACT_DIAGONAL : ATL_ABSTRACT_GENERAL;
}

static atl_status declare(atl_session *s, const atl_tree *t, uint32_t node, const char *word)
{
	const atl_tree_node *n = &t->node[node];
	bool array = n->kind == ATL_T_INDEX;
	const atl_tree_node *name = &t->node[array ? n->first : node];
	atl_shape shape = ATL_SCALAR;
	int64_t kind = kind_of(word);
	if (name->kind != ATL_T_NAME)
		return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, n->span, "`input` declares names: input A[n, k], x[n], c");
	if (array && read_shape(s, t, node, &shape))
		return ATL_ERROR;
	if (array && !strcmp(word, "scalar"))
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, n->span, "a scalar has no sizes");
	if (kind != ATL_ABSTRACT_GENERAL && (shape.rank != 2 || shape.dim[0] != shape.dim[1]))
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, n->span, "only a square matrix is %s", word);
	return bind(s, name->sym, make_input(s, &shape, kind, 0, n->span), n->span);
}

atl_status atl_run_input(atl_session *s, const atl_tree *t, uint32_t node)
{
	const char *word = "";
	atl_atom_begin(s, t->node[node].span);
	s->passing = false;
	for (uint32_t k = 0; k < t->node[node].n; k++) {
		uint32_t child = atl_tree_child(t, node, k);
		bool is_word = t->node[child].kind == ATL_T_WORD;
		if (!is_word && declare(s, t, child, word)) {
			atl_atom_fail(s);
			return ATL_ERROR;
		}
		word = is_word ? atl_symbols_text(s->symbols, t->node[child].sym) : "";
	}
	atl_atom_keep(s);
	return ATL_OK;
}

/* ---- identities ---- */

static void print_verdict(atl_session *s, const atl_tree *t, uint32_t node, atl_probed found, unsigned points, bool yes)
{
	static const char *const how[] = { [ATL_PROBE_EQUAL] = "as rational numbers", [ATL_PROBE_DIGITS] = "to 60 digits",
					   [ATL_PROBE_DIFFERENT] = "", [ATL_PROBE_UNABLE] = "" };
	uint32_t e = atl_tree_child(t, node, 0);
	const char *text = atl_output_source(s, t->node[e].span, 72);
	atl_buf_reset(&s->line);
	if (atl_output_json(s)) {
		atl_buf_add(&s->line, "{\"check\":");
		atl_print_json_string(&s->line, text, strlen(text));
		atl_buf_addf(&s->line, ",\"verdict\":\"%s\",\"proof\":\"random points\",\"points\":%u,\"exact\":%s}", yes ? "yes" : "no",
			     points, found == ATL_PROBE_EQUAL ? "true" : "false");
	} else if (found == ATL_PROBE_DIFFERENT) {
		atl_buf_addf(&s->line, "%s: %s: different at a random point", yes ? "yes" : "no", text);
	} else {
		atl_buf_addf(&s->line, "%s: %s: equal at %u random points, %s", yes ? "yes" : "no", text, points, how[found]);
	}
	atl_output_line(s, &s->line);
}

atl_status atl_check_identity(atl_session *s, const atl_tree *t, uint32_t node, atl_id a, atl_id b, bool negated)
{
	atl_probe p = { .graph = s->graph, .symbols = s->symbols, .sources = s->sources, .num = *atl_eval_num(s->eval) };
	atl_span span = t->node[node].span;
	if (!atl_shape_equal(atl_graph_shape(s->graph, a), atl_graph_shape(s->graph, b)))
		return atl_build_shape_error(&s->builder, span, "the two sides have different shapes", a, span, b, span);
	atl_probed found = atl_probe_equal(&p, a, b);
	if (atl_atom_poll(s))
		return ATL_ERROR;
	if (found == ATL_PROBE_UNABLE)
		return atl_diag_fail(&s->diag, ATL_KIND_UNABLE, span, "neither can be computed at random points");
	bool yes = (found != ATL_PROBE_DIFFERENT) != negated;
	s->checks++;
	s->checks_yes += yes;
	s->checks_no += !yes;
	s->check_failed |= !yes;
	print_verdict(s, t, node, found, p.points, yes);
	return ATL_OK;
}
