/* SPDX-License-Identifier: GPL-3.0-or-later */
/* update.c: W, b <- e1, e2 and += -= *=: numbers stored into inputs.
 *
 * All right sides are evaluated and every target's new value is made before
 * the first is stored, so a statement that fails stores nothing.  An input
 * changes its shape only when nothing that lives depends on it: it is then
 * another node under the same binding. */
#include "session/state.h"

#include <string.h>
#include "base/mem.h"
#include "graph/show.h"

typedef struct target {
	uint32_t node; /* in the tree */
	uint32_t name; /* its NAME node there */
	atl_var *var;
	atl_id value;           /* the right side */
	const atl_array *right; /* its value: held */
	const atl_array *whole; /* what the input will be: held */
} target;

/* ---- what is updated ---- */

/* h~1, which can be read or is forgotten, and can be bound in no case. */
static atl_status not_of_now(atl_session *s, const atl_tree_node *name, const char *text)
{
	int len = (int)strcspn(text, "~");
	if (!atl_names_lookup(s, name->sym, name->span))
		return ATL_ERROR;
	atl_diag_fail(&s->diag, ATL_KIND_NAME, name->span,
	              "\"%s\" is one binding of \"%.*s\" and is only read", text, len, text);
	atl_diag_note(&s->diag, "%.*s <- ... stores into what \"%.*s\" stands for now", len, text,
	              len, text);
	return ATL_ERROR;
}

static atl_status not_an_input(atl_session *s, const target *g, const atl_tree_node *name)
{
	const char *text = atl_symbols_text(s->symbols, name->sym);
	atl_id id = atl_names_latest(g->var);
	if (!id && strchr(text, '~'))
		return not_of_now(s, name, text);
	if (!id) {
		(void)atl_unknown_name(s, name->sym, name->span);
		atl_diag_note(&s->diag, "`<-` stores into an input that exists; %s = ... makes one",
		              text);
		return ATL_ERROR;
	}
	if (g->var->counter) {
		atl_diag_fail(&s->diag, ATL_KIND_NAME, name->span,
		              "\"%s\" is the counter of a `for`", text);
		atl_diag_note(&s->diag, "%s = ... makes an input of that name", text);
		return ATL_ERROR;
	}
	atl_diag_fail(&s->diag, ATL_KIND_NAME, name->span,
	              "\"%s\" is computed and holds no number of its own", text);
	const char *line = atl_diag_line(&s->diag, s->sources, atl_graph_node(s->graph, id)->span);
	atl_diag_note(&s->diag,
	              "it is a formula%s%s%s; `<-` is for inputs, and %s = ... defines it anew",
	              *line ? " (" : "", line, *line ? ")" : "", text);
	/* y = x is an identity over x */
	const atl_node *n = atl_graph_node(s->graph, id);
	atl_buf own = { 0 };
	bool another = n->op == atl_op_find("ident", 5);
	atl_show_text(&own, s->graph, another ? atl_graph_in(s->graph, id)[0] : id, s->symbols);
	atl_diag_note(&s->diag, "%s = value(%s) before makes it a number of its own", text,
	              another && own.len && own.len < 60 ? atl_buf_text(&own) : text);
	atl_buf_clear(&own);
	return ATL_ERROR;
}

static atl_status find_target(atl_session *s, const atl_tree *t, target *g)
{
	g->name = t->node[g->node].kind == ATL_T_INDEX ? t->node[g->node].first : g->node;
	const atl_tree_node *name = &t->node[g->name];
	if (s->frame) {
		const char *text = atl_symbols_text(s->symbols, name->sym);
		bool local = atl_names_local(s, name->sym) != NULL;
		atl_diag_fail(&s->diag, ATL_KIND_NAME, name->span,
		              local ? "\"%s\" is a local and holds no number of its own"
		                    : "a function cannot store into \"%s\", which is not its own",
		              text);
		atl_diag_note(&s->diag,
		              local ? "%s = ... binds the local anew"
		                    : "let the function give a value, and write %s <- ... outside",
		              text);
		return ATL_ERROR;
	}
	if (name->kind != ATL_T_NAME)
		return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, name->span,
		                     "`<-` stores into a name or an entry of one");
	g->var = atl_names_find(s, name->sym);
	atl_id id = atl_names_latest(g->var);
	if (!id || g->var->counter || !(atl_graph_node(s->graph, id)->flags & ATL_NF_INPUT))
		return not_an_input(s, g, name);
	return ATL_OK;
}

/* ---- right sides ---- */

/* The right side of += and its kin is an operation on the target as it is. */
static atl_id combine(atl_session *s, const atl_tree *t, const atl_tree_node *n, const target *g,
                      uint32_t value)
{
	atl_id arg[2] = { atl_build_tree(&s->builder, t, g->node), 0 };
	arg[1] = arg[0] ? atl_build_tree(&s->builder, t, value) : 0;
	if (!arg[1])
		return 0;
	bool scales = atl_shape_scalar(atl_graph_shape(s->graph, arg[0])) ||
	              atl_shape_scalar(atl_graph_shape(s->graph, arg[1]));
	const char *name = scales ? "mul" : "matmul";
	if (n->op != ATL_O_MULSET)
		name = n->op == ATL_O_ADDSET ? "add" : "sub";
	atl_span span[2] = { t->node[g->node].span, t->node[value].span };
	atl_call c = { .op = atl_op_find(name, strlen(name)),
		       .arg = arg,
		       .n_args = 2,
		       .span = n->span,
		       .at = n->at,
		       .arg_span = span };
	return atl_build_call(&s->builder, &c);
}

/* W, v <- momentum(...): one call gives all. */
static atl_status build_values(atl_session *s, const atl_tree *t, uint32_t call, target *g, uint32_t n)
{
	atl_id id[ATL_MAX_VALUES];
	if (n > ATL_MAX_VALUES)
		return atl_diag_fail(&s->diag, ATL_KIND_LIMIT, t->node[call].span,
		                     "a function has at most %d values", ATL_MAX_VALUES);
	if (atl_build_values(&s->builder, t, call, id, n))
		return ATL_ERROR;
	for (uint32_t i = 0; i < n; i++)
		g[i].value = id[i];
	return ATL_OK;
}

static atl_status build(atl_session *s, const atl_tree *t, const atl_tree_node *n, target *g, const uint32_t *child)
{
	uint32_t values = n->n - n->count;
	if (values < n->count && build_values(s, t, child[n->count], g, n->count))
		return ATL_ERROR;
	for (uint32_t i = 0; i < n->count && values == n->count; i++) {
		uint32_t value = child[n->count + i];
		g[i].value = n->op == ATL_O_SET ? atl_build_tree(&s->builder, t, value)
		                                : combine(s, t, n, &g[i], value);
		if (!g[i].value)
			return ATL_ERROR;
	}
	return ATL_OK;
}

static atl_status evaluate(atl_session *s, const atl_tree *t, const atl_tree_node *n, target *g,
                           const uint32_t *child)
{
	if (build(s, t, n, g, child))
		return ATL_ERROR;
	for (uint32_t i = 0; i < n->count; i++)
		if (atl_atom_want(s, &g[i].value, 1))
			return ATL_ERROR;
	for (uint32_t i = 0; i < n->count; i++)
		g[i].right = atl_array_ref(atl_eval_get(s->eval, g[i].value));
	return ATL_OK;
}

/* ---- entries ---- */

/* An array of W's shape that holds the position of each entry: indexing it
 * as W is indexed gives the positions that are meant. */
static const atl_array *positions(atl_session *s, const atl_tree *t, target *g,
                                  const atl_array *old)
{
	atl_num num = { .sys = &atl_float64 };
	atl_array *all = atl_array_new(&old->shape, &num);
	if (!all) {
		atl_diag_nomem(&s->diag);
		return NULL;
	}
	for (size_t i = 0; i < all->n; i++) /* a double holds every position */
		(void)all->sys->set_double(atl_array_at(all, i), (double)i, &num);
	atl_id id = atl_build_input(&s->builder, 0, &all->shape);
	atl_span span = atl_graph_node(s->graph, atl_names_latest(g->var))->span;
	id = atl_graph_name(s->graph, id, g->var->name, g->var->n, s->mark, span);
	atl_status status =
	        id ? atl_eval_store(s->eval, id, all, s->at, &s->diag) : atl_diag_nomem(&s->diag);
	atl_array_unref(all);
	if (status)
		return NULL;
	s->instead = g->var;
	s->instead_id = id;
	id = atl_build_tree(&s->builder, t, g->node);
	s->instead = NULL;
	return atl_atom_value(s, id);
}

/* W[3, 1] with plain numbers needs no array of positions.  False when it is something else. */
static bool plain_position(atl_session *s, const atl_tree *t, const target *g, const atl_array *old,
                           size_t *position)
{
	uint32_t child[3], n = t->node[g->node].n;
	long at[2] = { 1, 1 };
	bool column = old->shape.dim[1] == 1;
	if (old->shape.rank != 2 || (n != 3 && !(n == 2 && column)))
		return false;
	atl_tree_children(t, g->node, child);
	for (uint32_t k = 1; k < n; k++) {
		const atl_tree_node *sub = &t->node[child[k]];
		bool plain = sub->kind == ATL_T_NUMBER || sub->kind == ATL_T_NAME;
		atl_id id = plain ? atl_build_tree(&s->builder, t, child[k]) : 0;
		const atl_array *a = id ? atl_atom_value(s, id) : NULL;
		if (!a || !atl_shape_scalar(&a->shape) || !a->sys->get_si(&at[k - 1], a->data) ||
		    at[k - 1] < 1 || at[k - 1] > old->shape.dim[k - 1])
			return false;
	}
	*position = (size_t)(at[0] - 1) * (size_t)old->shape.dim[1] + (size_t)(at[1] - 1);
	return true;
}

static atl_status misfit(atl_session *s, const atl_tree *t, const target *g, const atl_shape *hole)
{
	const atl_shape *v = &g->right->shape;
	atl_buf a = { 0 }, b = { 0 };
	atl_shape_print(&a, hole);
	atl_shape_print(&b, v);
	atl_diag_fail(&s->diag, ATL_KIND_SHAPE, t->node[g->node].span,
	              "the value does not fit what it is stored into");
	atl_diag_note(&s->diag, "a %s value for %s entries", atl_buf_text(&b), atl_buf_text(&a));
	if (hole->rank == 2 && v->rank == 2 && hole->dim[0] == v->dim[1] &&
	    hole->dim[1] == v->dim[0])
		atl_diag_note(&s->diag, "the transpose of the value would fit");
	atl_buf_clear(&a);
	atl_buf_clear(&b);
	return ATL_ERROR;
}

static atl_array *copy_of(atl_session *s, const atl_array *a)
{
	atl_array *copy = atl_array_new(&a->shape, atl_eval_num(s->eval));
	if (copy && a->sys->copy(copy->data, a->data, 1, a->n) == ATL_FINE)
		return copy;
	atl_array_unref(copy);
	atl_diag_nomem(&s->diag);
	return NULL;
}

static atl_status put(atl_session *s, atl_array *whole, size_t at, const atl_array *right, size_t k)
{
	const void *from = atl_array_at(right, right->n == 1 ? 0 : k);
	return whole->sys->copy(atl_array_at(whole, at), from, 1, 1) == ATL_FINE
	               ? ATL_OK
	               : atl_diag_nomem(&s->diag);
}

static atl_status put_all(atl_session *s, const atl_tree *t, target *g, atl_array *whole,
                          const atl_array *where)
{
	bool scalar = atl_shape_scalar(&g->right->shape);
	if (!scalar && !atl_shape_equal(&g->right->shape, &where->shape))
		return misfit(s, t, g, &where->shape);
	for (size_t k = 0; k < where->n; k++) {
		long at;
		if (where->sys->get_si(&at, atl_array_at(where, k)) &&
		    put(s, whole, (size_t)at, g->right, k))
			return ATL_ERROR;
	}
	return ATL_OK;
}

/* One entry can be changed where it is, if it is the statement's only target
 * and what was there before has been kept for `undo`, or need not be. */
static atl_array *in_place(atl_session *s, const target *g)
{
	atl_id input = atl_names_latest(g->var);
	return atl_undo_stored(s, g->var, input) ? atl_array_ref(atl_eval_take(s->eval, input)) : NULL;
}

/* Makes the new value of an input some of whose entries are stored. */
static atl_status store_entries(atl_session *s, const atl_tree *t, target *g, bool alone,
                                const atl_array *old)
{
	size_t at;
	bool plain = plain_position(s, t, g, old, &at);
	atl_diag_reset(&s->diag); /* what was not plain is said below */
	bool fits = plain && atl_shape_scalar(&g->right->shape);
	atl_array *whole = fits && alone ? in_place(s, g) : NULL;
	if (!whole)
		whole = copy_of(s, old);
	if (!whole)
		return ATL_ERROR;
	g->whole = whole;
	if (plain) {
		atl_shape one = ATL_SCALAR;
		return fits ? put(s, whole, at, g->right, 0) : misfit(s, t, g, &one);
	}
	const atl_array *where = positions(s, t, g, old);
	return where ? put_all(s, t, g, whole, where) : ATL_ERROR;
}

/* ---- shapes ---- */

/* Lists the variables that depend on the input; 0 when none does. */
static size_t list_dependents(atl_session *s, atl_id input, atl_buf *names)
{
	atl_id last = atl_graph_last(s->graph);
	size_t found = 0;
	bool *mark = atl_calloc(last + 1u, sizeof *mark);
	if (!mark)
		return 1;
	mark[input] = true;
	for (atl_id id = input + 1; id <= last; id++) {
		const atl_node *n = atl_graph_node(s->graph, id);
		const atl_id *in = atl_graph_in(s->graph, id);
		for (uint32_t i = 0; i < n->n_in && !mark[id]; i++)
			mark[id] = mark[in[i]];
	}
	for (size_t i = 0; i < s->n_order; i++) {
		const atl_var *v = s->var[s->order[i]];
		atl_id id = atl_names_latest(v);
		if (v->weak || id == input || !mark[id])
			continue;
		if (found < 8)
			atl_buf_addf(names, "%s%s", found ? ", " : "",
			             atl_symbols_text(s->symbols, v->name));
		found++;
	}
	if (found > 8)
		atl_buf_addf(names, " and %zu more", found - 8);
	atl_free(mark);
	return found;
}

static atl_status check_shape(atl_session *s, const atl_tree *t, const target *g)
{
	atl_id input = atl_names_latest(g->var);
	const atl_shape *is = atl_graph_shape(s->graph, input);
	if (atl_shape_equal(is, &g->whole->shape))
		return ATL_OK;
	atl_buf names = { 0 };
	size_t n = list_dependents(s, input, &names);
	if (n) {
		const char *text = atl_symbols_text(s->symbols, t->node[g->name].sym);
		atl_buf value = { 0 };
		atl_shape_print(&value, &g->whole->shape);
		atl_diag_fail(&s->diag, ATL_KIND_SHAPE, t->node[g->node].span,
		              "the value does not have the shape of \"%s\"", text);
		atl_diag_label(&s->diag, t->node[g->node].span, "%s",
		               atl_build_describe(&s->builder, input));
		atl_diag_note(
		        &s->diag, "the value is %s, and the shape cannot change because of %s",
		        atl_shape_scalar(&g->whole->shape) ? "a scalar" : atl_buf_text(&value),
		        atl_buf_text(&names));
		atl_diag_note(&s->diag, "%s = ... makes a new input of another shape", text);
		atl_buf_clear(&value);
	}
	atl_buf_clear(&names);
	return n ? ATL_ERROR : ATL_OK;
}

/* ---- storing ---- */

/* What the last of the first n targets made of the input that is target i's. */
static const atl_array *so_far(atl_session *s, const target *g, uint32_t n, uint32_t i)
{
	for (uint32_t k = n; k-- > 0;)
		if (g[k].var == g[i].var)
			return g[k].whole;
	atl_id input = atl_names_latest(g[i].var);
	const atl_array *stored = atl_eval_stored_here(s->eval, input);
	return stored ? stored : atl_atom_value(s, input);
}

static atl_status prepare(atl_session *s, const atl_tree *t, target *g, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (t->node[g[i].node].kind != ATL_T_INDEX) {
			g[i].whole = atl_array_ref(g[i].right);
		} else {
			const atl_array *old = so_far(s, g, i, i);
			if (!old || store_entries(s, t, &g[i], n == 1, old))
				return ATL_ERROR;
		}
		if (check_shape(s, t, &g[i]))
			return ATL_ERROR;
	}
	return ATL_OK;
}

static atl_status store(atl_session *s, const target *g, atl_span by)
{
	atl_id input = atl_names_latest(g->var);
	if (!atl_shape_equal(atl_graph_shape(s->graph, input), &g->whole->shape)) {
		atl_span span = atl_graph_node(s->graph, input)->span;
		atl_id last = atl_graph_last(s->graph);
		input = atl_build_input(&s->builder, 0, &g->whole->shape);
		if (!input)
			return ATL_ERROR;
		input = atl_graph_name(s->graph, input, g->var->name, g->var->n, last, span);
		if (!input)
			return atl_diag_nomem(&s->diag);
		if (atl_names_rebind_last(s, g->var, input))
			return ATL_ERROR;
	} else if (atl_undo_store(s, g->var, input)) {
		return ATL_ERROR;
	}
	return atl_eval_store(s->eval, input, g->whole, by, &s->diag);
}

static atl_status find_targets(atl_session *s, const atl_tree *t, uint32_t count, target *g, const uint32_t *child)
{
	for (uint32_t i = 0; i < count; i++) {
		g[i].node = child[i];
		if (find_target(s, t, &g[i]))
			return ATL_ERROR;
	}
	return ATL_OK;
}

static atl_status run(atl_session *s, const atl_tree *t, uint32_t node, target *g,
                      const uint32_t *child, void *unused)
{
	const atl_tree_node *n = &t->node[node];
	(void)unused;
	if (find_targets(s, t, n->count, g, child))
		return ATL_ERROR;
	atl_atom_begin(s, n->span);
	if (evaluate(s, t, n, g, child) || prepare(s, t, g, n->count)) {
		atl_atom_fail(s);
		return ATL_ERROR;
	}
	atl_atom_drop(s);
	for (uint32_t i = 0; i < n->count; i++)
		if (store(s, &g[i], n->span))
			return ATL_ERROR;
	for (uint32_t i = 0; i < n->count && !s->blocks && !(n->flags & ATL_TF_SILENT); i++)
		if (so_far(s, g, n->count, i) == g[i].whole)
			atl_output_value(s, t->node[g[i].name].sym, g[i].whole);
	return ATL_OK;
}

static void release(target *g, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) { /* the references taken above */
		atl_array_unref((atl_array *)(uintptr_t)g[i].right);
		atl_array_unref((atl_array *)(uintptr_t)g[i].whole);
	}
}

/* Calls with the targets and the children of an update. */
static atl_status with_targets(atl_session *s, const atl_tree *t, uint32_t node,
                               atl_status (*call)(atl_session *, const atl_tree *, uint32_t, target *,
                                                  const uint32_t *, void *),
                               void *data)
{
	enum { FEW = 2 };
	const atl_tree_node *n = &t->node[node];
	uint32_t few_children[2 * FEW], *child = few_children;
	target few[FEW] = { 0 }, *g = few;
	atl_status status = ATL_ERROR;
	if (n->count > FEW) {
		child = atl_malloc(n->n * sizeof *child);
		g = atl_calloc(n->count, sizeof *g);
	}
	if (child && g) {
		atl_tree_children(t, node, child);
		status = call(s, t, node, g, child, data);
		release(g, n->count);
	} else {
		atl_diag_nomem(&s->diag);
	}
	if (n->count > FEW) {
		atl_free(g);
		atl_free(child);
	}
	return status;
}

atl_status atl_run_update(atl_session *s, const atl_tree *t, uint32_t node)
{
	return with_targets(s, t, node, run, NULL);
}

static atl_status build_stores(atl_session *s, const atl_tree *t, uint32_t node, target *g, const uint32_t *child,
                               void *data)
{
	const atl_tree_node *n = &t->node[node];
	atl_store *store = data;
	if (find_targets(s, t, n->count, g, child) || build(s, t, n, g, child))
		return ATL_ERROR;
	for (uint32_t i = 0; i < n->count; i++) {
		if (t->node[g[i].node].kind == ATL_T_INDEX)
			return ATL_ERROR;
		store[i].input = atl_names_latest(g[i].var);
		store[i].value = g[i].value;
	}
	return ATL_OK;
}

atl_status atl_update_build(atl_session *s, const atl_tree *t, uint32_t node, atl_store *store)
{
	return with_targets(s, t, node, build_stores, store);
}
