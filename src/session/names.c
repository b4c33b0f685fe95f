/* SPDX-License-Identifier: GPL-3.0-or-later */
/* names.c: variables and functions: two namespaces over canonical symbols.
 *
 * A variable is found by indexing a table with its symbol, so a name costs
 * the same among ten and among ten thousand.  In a call, its locals come
 * first, then the globals as they are when the function is called; a
 * function of the prelude sees no globals. */
#include "session/state.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

/* Makes table[sym] exist; the table is one of pointers. */
static atl_status widen(atl_session *s, void *table_p, size_t *size, atl_sym sym)
{
	void **table;
	if (sym < *size)
		return ATL_OK;
	size_t bigger = *size ? *size : 256;
	while (bigger <= sym)
		bigger *= 2;
	memcpy(&table, table_p, sizeof table);
	table = atl_realloc(table, bigger * sizeof *table);
	if (!table)
		return atl_diag_nomem(&s->diag);
	memset(table + *size, 0, (bigger - *size) * sizeof *table);
	memcpy(table_p, &table, sizeof table);
	*size = bigger;
	return ATL_OK;
}

atl_var *atl_names_find(const atl_session *s, atl_sym sym)
{
	atl_sym canon = atl_symbols_canon(s->symbols, sym);
	return canon < s->n_var ? s->var[canon] : NULL;
}

atl_var *atl_names_intern(atl_session *s, atl_sym sym)
{
	atl_var *v = atl_names_find(s, sym);
	if (v)
		return v;
	atl_sym canon = atl_symbols_canon(s->symbols, sym);
	if (widen(s, &s->var, &s->n_var, canon))
		return NULL;
	v = atl_calloc(1, sizeof *v);
	if (!v || !atl_grow(&s->order, &s->cap_order, s->n_order + 1, sizeof *s->order)) {
		atl_free(v);
		atl_diag_nomem(&s->diag);
		return NULL;
	}
	v->name = sym;
	s->order[s->n_order++] = canon;
	s->var[canon] = v;
	return v;
}

atl_id atl_names_latest(const atl_var *v) { return v && v->n ? v->id[v->n - 1] : 0; }

uint32_t atl_names_next_turn(const atl_session *s, atl_sym sym)
{
	const atl_var *v = atl_names_find(s, sym);
	return v ? v->n + 1 : 1;
}

/* The names read by the definition of `sym` have it as a user from now on. */
static void add_user(atl_var *read, atl_sym sym, atl_id id)
{
	uint32_t known = read->n_users < ATL_MAX_USERS ? read->n_users : ATL_MAX_USERS;
	for (uint32_t i = 0; i < known; i++)
		if (read->user[i].name == sym) {
			read->user[i].id = id;
			return;
		}
	if (read->n_users < ATL_MAX_USERS)
		read->user[read->n_users] = (atl_user){ sym, id };
	read->n_users++;
}

static void add_users(atl_session *s, atl_sym canon, atl_id id)
{
	if (atl_graph_node(s->graph, id)->flags & ATL_NF_INPUT)
		return;
	for (uint32_t i = 0; i < s->n_read; i++) {
		atl_var *v = s->read[i] == canon ? NULL : atl_names_find(s, s->read[i]);
		if (v)
			add_user(v, canon, id);
	}
}

static bool has_read(const atl_session *s, atl_sym canon)
{
	for (uint32_t i = 0; i < s->n_read; i++)
		if (s->read[i] == canon)
			return true;
	return false;
}

atl_status atl_names_bind(atl_session *s, atl_sym sym, atl_id id)
{
	atl_var *v = atl_names_intern(s, sym);
	if (!v || atl_undo_bind(s, v))
		return ATL_ERROR;
	if (!atl_grow(&v->id, &v->cap, v->n + 1u, sizeof *v->id))
		return atl_diag_nomem(&s->diag);
	if (atl_names_latest(v) && !s->loops)
		atl_note_rebound(s, v);
	atl_sym canon = atl_symbols_canon(s->symbols, sym);
	if (atl_names_latest(v) && has_read(s, canon))
		atl_note_successor(s, v);
	v->id[v->n++] = id;
	v->name = sym;
	v->counter = false;
	v->weak = false;
	v->n_users = 0;
	add_users(s, canon, id);
	return ATL_OK;
}

atl_status atl_names_rebind_last(atl_session *s, atl_var *v, atl_id id)
{
	if (atl_undo_bind(s, v))
		return ATL_ERROR;
	v->id[v->n - 1] = id;
	return ATL_OK;
}

/* ---- looking up ---- */

atl_local *atl_names_local(const atl_session *s, atl_sym sym)
{
	if (!s->frame)
		return NULL;
	atl_sym canon = atl_symbols_canon(s->symbols, sym);
	for (size_t i = s->frame->n; i-- > 0;)
		if (s->frame->local[i].name == canon)
			return &s->frame->local[i];
	return NULL;
}

atl_status atl_names_bind_local(atl_session *s, atl_sym sym, atl_id id)
{
	atl_local *l = atl_names_local(s, sym);
	atl_frame *f = s->frame;
	if (!l) {
		if (!atl_grow(&f->local, &f->cap, f->n + 1, sizeof *f->local))
			return atl_diag_nomem(&s->diag);
		l = &f->local[f->n++];
		*l = (atl_local){ .name = atl_symbols_canon(s->symbols, sym) };
	}
	l->id = id;
	l->turn++;
	return ATL_OK;
}

/* h~2: binding 2 of h.  0 without a diagnostic when there is none. */
static atl_id earlier(atl_session *s, atl_sym sym)
{
	const char *text = atl_symbols_text(s->symbols, sym);
	const char *tilde = strrchr(text, '~');
	if (!tilde || tilde[1] < '0' || tilde[1] > '9')
		return 0;
	char *end;
	unsigned long k = strtoul(tilde + 1, &end, 10);
	if (*end)
		return 0;
	const atl_var *v =
	        atl_names_find(s, atl_symbols_find(s->symbols, text, (size_t)(tilde - text)));
	return v && k >= 1 && k <= v->n ? v->id[k - 1] : 0;
}

static void remember_read(atl_session *s, atl_sym canon)
{
	if (s->n_read < ATL_MAX_READS && !has_read(s, canon))
		s->read[s->n_read++] = canon;
}

static atl_id ans_node(atl_session *s)
{
	s->touched = true;
	if (!s->ans_node)
		s->ans_node = atl_atom_constant(s, s->ans);
	return s->ans_node;
}

atl_id atl_names_lookup(atl_session *s, atl_sym sym, atl_span span)
{
	atl_local *l = atl_names_local(s, sym);
	if (l)
		return l->id;
	if (s->frame && s->frame->fn->prelude) {
		(void)atl_unknown_name(s, sym, span);
		return 0;
	}
	if (s->place_name && !s->frame && atl_symbols_canon(s->symbols, sym) == s->place_name)
		return s->place_id;
	atl_var *v = atl_names_find(s, sym);
	atl_id id = atl_names_latest(v);
	if (id && v == s->instead) {
		s->instead = NULL;
		return s->instead_id;
	}
	if (id) {
		remember_read(s, atl_symbols_canon(s->symbols, sym));
		return id;
	}
	id = earlier(s, sym);
	if (!id && s->ans && atl_symbols_canon(s->symbols, sym) == s->sym_ans)
		return ans_node(s);
	if (!id)
		(void)atl_unknown_name(s, sym, span);
	return id;
}

/* ---- functions ---- */

static atl_function *at(atl_function **table, size_t n, atl_sym canon)
{
	return canon < n ? table[canon] : NULL;
}

atl_function *atl_names_function(const atl_session *s, atl_sym sym)
{
	atl_sym canon = atl_symbols_canon(s->symbols, sym);
	atl_function *f = NULL;
	if (!s->frame || !s->frame->fn->prelude)
		f = at(s->fn, s->n_fn, canon);
	return f ? f : at(s->prelude_fn, s->n_prelude_fn, canon);
}

atl_status atl_names_set_function(atl_session *s, bool prelude, atl_sym sym, atl_function *f)
{
	atl_sym canon = atl_symbols_canon(s->symbols, sym);
	atl_function ***table = prelude ? &s->prelude_fn : &s->fn;
	size_t *n = prelude ? &s->n_prelude_fn : &s->n_fn;
	if (widen(s, table, n, canon))
		return ATL_ERROR;
	atl_function *before = (*table)[canon];
	if (!prelude && atl_undo_function(s, canon, before))
		return ATL_ERROR;
	(*table)[canon] = f;
	atl_function_unref(before);
	return ATL_OK;
}

/* ---- the nearest name ---- */

static void try_functions(atl_session *s, atl_nearest *near, const char *name)
{
	for (size_t i = 0; i < s->n_fn; i++)
		if (s->fn[i])
			atl_nearest_try(near, name, atl_symbols_text(s->symbols, s->fn[i]->name));
	for (size_t i = 0; i < atl_prelude_count; i++)
		atl_nearest_try(near, name, atl_prelude_index[i].name);
	for (size_t i = 0; i < atl_op_count(); i++)
		if (!(atl_op_at(i)->flags & ATL_OF_INTERNAL))
			atl_nearest_try(near, name, atl_op_at(i)->name);
	atl_nearest_try(near, name, "read");
	atl_nearest_try(near, name, "shape");
}

const char *atl_names_nearest(atl_session *s, const char *name, bool function)
{
	atl_nearest near = { 0 };
	if (function) {
		try_functions(s, &near, name);
		return near.best;
	}
	for (size_t i = 0; s->frame && i < s->frame->n; i++)
		atl_nearest_try(&near, name, atl_symbols_text(s->symbols, s->frame->local[i].name));
	for (size_t i = 0; i < s->n_order; i++) {
		const atl_var *v = s->var[s->order[i]];
		if (atl_names_latest(v) && !v->weak)
			atl_nearest_try(&near, name, atl_symbols_text(s->symbols, v->name));
	}
	return near.best;
}

void atl_names_free(atl_session *s)
{
	for (size_t i = 0; i < s->n_var; i++)
		if (s->var[i]) {
			atl_free(s->var[i]->id);
			atl_free(s->var[i]);
		}
	for (size_t i = 0; i < s->n_fn; i++)
		atl_function_unref(s->fn[i]);
	for (size_t i = 0; i < s->n_prelude_fn; i++)
		atl_function_unref(s->prelude_fn[i]);
	atl_free(s->var);
	atl_free(s->fn);
	atl_free(s->prelude_fn);
	atl_free(s->order);
}
