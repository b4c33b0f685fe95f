/* SPDX-License-Identifier: GPL-3.0-or-later */
/* call.c: functions of one's own and of the prelude.
 *
 * A call runs the body with the builder: it makes nodes and nothing else.
 * Each argument is a node of its own (an identity), so that a body can
 * differentiate with respect to it whatever it is.  A local z of call 2 of f
 * is the node f~2.z. */
#include "session/state.h"

#include <stdio.h>
#include <string.h>
#include "base/mem.h"

/* ---- functions ---- */

atl_function *atl_function_new(const atl_tree *t, uint32_t node, bool prelude)
{
	const atl_tree_node *n = &t->node[node];
	atl_function *f = atl_calloc(1, sizeof *f);
	if (!f)
		return NULL;
	f->child = atl_malloc(n->n * sizeof *f->child);
	if (!f->child) {
		atl_free(f);
		return NULL;
	}
	atl_tree_children(t, node, f->child);
	f->refs = 1;
	f->name = n->sym;
	/* counting references is no change of the tree */
	f->tree = atl_tree_ref((atl_tree *)(uintptr_t)t);
	f->n_params = n->n - 1;
	f->prelude = prelude;
	return f;
}

atl_function *atl_function_ref(atl_function *f)
{
	if (f)
		f->refs++;
	return f;
}

void atl_function_unref(atl_function *f)
{
	if (!f || --f->refs)
		return;
	atl_tree_unref(f->tree);
	atl_free(f->child);
	atl_free(f);
}

void atl_function_signature(const atl_session *s, const atl_function *f, atl_buf *out)
{
	atl_buf_addf(out, "%s(", atl_symbols_text(s->symbols, f->name));
	for (uint32_t i = 0; i < f->n_params; i++) {
		const atl_tree_node *p = &f->tree->node[f->child[i]];
		atl_buf_addf(out, "%s%s", i ? ", " : "", atl_symbols_text(s->symbols, p->sym));
		if (p->n) {
			atl_buf_addc(out, '=');
			atl_tree_print(out, f->tree, f->child[i] - 1, s->symbols);
		}
	}
	atl_buf_addc(out, ')');
}

/* ---- arguments ---- */

static atl_status misuse(atl_session *s, const atl_function *f, atl_span at, const char *what,
                         const char *name)
{
	atl_buf signature = { 0 };
	atl_function_signature(s, f, &signature);
	atl_diag_fail(&s->diag, ATL_KIND_NAME, at, "%s \"%s\"", what, name);
	atl_diag_note(&s->diag, "it is defined as %s", atl_buf_text(&signature));
	atl_buf_clear(&signature);
	return ATL_ERROR;
}

static uint32_t find_param(const atl_session *s, const atl_function *f, atl_sym name)
{
	atl_sym canon = atl_symbols_canon(s->symbols, name);
	uint32_t i = 0;
	while (i < f->n_params &&
	       atl_symbols_canon(s->symbols, f->tree->node[f->child[i]].sym) != canon)
		i++;
	return i;
}

/* An identity over the argument: a place of its own in the graph. */
static atl_id stand_in(atl_session *s, atl_id id, atl_span span)
{
	if (!id)
		return 0;
	atl_new k = { .op = atl_op_find("ident", 5),
		      .shape = *atl_graph_shape(s->graph, id),
		      .in = &id,
		      .n_in = 1,
		      .flags = (uint16_t)(ATL_NF_ALIAS | s->builder.flags),
		      .fresh = true,
		      .span = span };
	atl_id alias = atl_graph_add(s->graph, &k);
	if (!alias && atl_graph_full(s->graph))
		atl_diag_fail(&s->diag, ATL_KIND_LIMIT, span,
		              "the graph has reached its limit of nodes");
	else if (!alias)
		atl_diag_nomem(&s->diag);
	return alias;
}

static const char *text_of(const atl_session *s, atl_sym sym)
{
	return atl_symbols_text(s->symbols, sym);
}

/* given[i]: the argument of parameter i, or NULL. */
static atl_status match(atl_session *s, const atl_function *f, const atl_arg *arg, uint32_t n,
                        const atl_arg **given)
{
	uint32_t next = 0;
	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = arg[k].name ? find_param(s, f, arg[k].name) : next++;
		if (arg[k].string)
			return misuse(s, f, arg[k].span, "a text is no argument of",
			              text_of(s, f->name));
		if (i >= f->n_params && arg[k].name)
			return misuse(s, f, arg[k].span, "there is no option",
			              text_of(s, arg[k].name));
		if (i >= f->n_params)
			return misuse(s, f, arg[k].span, "too many arguments for",
			              text_of(s, f->name));
		if (given[i])
			return misuse(s, f, arg[k].span, "given twice: argument",
			              text_of(s, f->tree->node[f->child[i]].sym));
		given[i] = &arg[k];
	}
	return ATL_OK;
}

/* Locals of calls that stay can be typed; see atom.c. */
static atl_status remember(atl_session *s, atl_pending p)
{
	if (!atl_grow(&s->pending, &s->cap_pending, s->n_pending + 1, sizeof *s->pending))
		return atl_diag_nomem(&s->diag);
	s->pending[s->n_pending++] = p;
	return ATL_OK;
}

static atl_sym local_name(atl_session *s, atl_sym name)
{
	char text[256];
	int len = snprintf(text, sizeof text, "%s~%u.%s", text_of(s, s->frame->fn->name),
	                   s->frame->call, text_of(s, name));
	return len > 0 && len < (int)sizeof text ? atl_symbols_intern(s->symbols, text, (size_t)len)
	                                         : 0;
}

static atl_status bind_param(atl_session *s, atl_sym name, atl_id id)
{
	if (!id || atl_names_bind_local(s, name, id))
		return ATL_ERROR;
	return remember(s, (atl_pending){ .name = local_name(s, name), .id = id });
}

static atl_status bind_params(atl_session *s, const atl_function *f, const atl_arg *const *given,
                              atl_span at)
{
	for (uint32_t i = 0; i < f->n_params; i++) {
		const atl_tree_node *p = &f->tree->node[f->child[i]];
		atl_id id;
		if (given[i])
			id = stand_in(s, given[i]->id, given[i]->span);
		else if (p->n)
			id = stand_in(s, atl_build_tree(&s->builder, f->tree, f->child[i] - 1),
			              p->span);
		else
			return misuse(s, f, at, "too few arguments: missing", text_of(s, p->sym));
		if (bind_param(s, p->sym, id))
			return ATL_ERROR;
	}
	return ATL_OK;
}

/* ---- the call ---- */

static atl_status run_body(atl_session *s, atl_function *f)
{
	uint32_t body = f->child[f->n_params];
	const atl_tree_node *b = &f->tree->node[body];
	if (b->kind != ATL_T_BLOCK) {
		s->frame->n_values = 1;
		s->frame->value[0] = atl_build_tree(&s->builder, f->tree, body);
		return s->frame->value[0] ? ATL_OK : ATL_ERROR;
	}
	s->frame->n_values = 0;
	if (atl_run_block(s, f->tree, body))
		return ATL_ERROR;
	if (s->frame->n_values)
		return ATL_OK;
	atl_diag_fail(&s->diag, ATL_KIND_NAME, b->span, "\"%s\" has no value", text_of(s, f->name));
	atl_diag_note(&s->diag,
	              "the last statement of a function is the expression that is its value");
	return ATL_ERROR;
}

/* "lstm" gives 2 values, and one is wanted. */
static atl_status miscount(atl_session *s, const atl_function *f, uint32_t n_out, atl_span at)
{
	uint32_t n = s->frame->n_values;
	atl_buf signature = { 0 };
	atl_function_signature(s, f, &signature);
	if (n == 1)
		atl_diag_fail(&s->diag, ATL_KIND_NAME, at, "\"%s\" gives one value, not %u",
		              text_of(s, f->name), n_out);
	else
		atl_diag_fail(&s->diag, ATL_KIND_NAME, at, "\"%s\" gives %u values, not %s",
		              text_of(s, f->name), n, n_out == 1 ? "one" : "so many");
	if (n > 1)
		atl_diag_note(&s->diag, "as many names take them: %s = %s",
		              n == 2 ? "a, b" : n == 3 ? "a, b, c" : "a, b, ...",
		              atl_buf_text(&signature));
	atl_buf_clear(&signature);
	return ATL_ERROR;
}

/* A value that was there before a branch was taken to it is given a node that
 * stands under the branch's guard. */
static atl_id guarded(atl_session *s, atl_id id, atl_span at)
{
	return id && s->guard && id <= s->guard_from ? stand_in(s, id, at) : id;
}

static atl_status give_values(atl_session *s, const atl_function *f, atl_id *out, uint32_t n_out,
                              atl_span at)
{
	if (s->frame->n_values != n_out)
		return miscount(s, f, n_out, at);
	for (uint32_t i = 0; i < n_out; i++)
		if (!(out[i] = guarded(s, s->frame->value[i], at)))
			return ATL_ERROR;
	return ATL_OK;
}

static atl_status enter(atl_session *s, atl_function *f, const atl_host_call *c, atl_id *out,
                        uint32_t n_out)
{
	const atl_arg **given = atl_calloc(f->n_params + 1u, sizeof *given);
	atl_status status = ATL_ERROR;
	if (!given)
		return atl_diag_nomem(&s->diag);
	if (!match(s, f, c->arg, c->n, given)) {
		atl_frame frame = { .outer = s->frame, .fn = f };
		unsigned loops = s->loops;
		if (!remember(s, (atl_pending){ .fn = f, .calls = f->calls })) {
			frame.call = ++f->calls;
			s->frame = &frame;
			s->loops = 0;
			if (!bind_params(s, f, given, c->at) && !run_body(s, f))
				status = give_values(s, f, out, n_out, c->at);
			s->loops = loops;
			s->frame = frame.outer;
		}
		atl_free(frame.local);
	}
	atl_free(given);
	return status;
}

/* The innermost calls are told; of a deep recursion not all. */
static void tell(atl_session *s, const atl_function *f, atl_span call)
{
	if (s->call_notes < 3)
		atl_diag_called(&s->diag, s->sources, text_of(s, f->name), call);
	s->call_notes++;
}

static atl_function *resolve(atl_session *s, atl_sym name)
{
	atl_function *f = atl_names_function(s, name);
	if (f || atl_prelude_load(s, name))
		return f;
	return atl_names_function(s, name);
}

atl_status atl_call_function(atl_session *s, const atl_host_call *c, atl_id *out, uint32_t n_out)
{
	atl_function *f = resolve(s, c->name);
	if (!f)
		return ATL_ERROR;
	if (s->calls >= ATL_MAX_CALLS) {
		atl_diag_fail(&s->diag, ATL_KIND_LIMIT, c->at,
		              "\"%s\": calls go more than %d deep", text_of(s, c->name),
		              ATL_MAX_CALLS);
		atl_diag_note(&s->diag, "a function that calls itself needs an `if` that ends it");
		return ATL_ERROR;
	}
	s->calls++;
	atl_function_ref(f);
	uint16_t outer = atl_graph_enter(s->graph, f->name, c->whole);
	atl_status status = enter(s, f, c, out, n_out);
	atl_graph_leave(s->graph, outer);
	if (status)
		tell(s, f, c->whole);
	atl_function_unref(f);
	s->calls--;
	return status;
}

atl_status atl_call_define(atl_session *s, atl_sym sym, atl_id id, atl_id since, atl_span span)
{
	atl_local *before = atl_names_local(s, sym);
	atl_sym name = local_name(s, sym);
	id = atl_graph_name(s->graph, id, name, before ? before->turn + 1 : 1, since, span);
	if (!id)
		return atl_diag_nomem(&s->diag);
	return bind_param(s, sym, id);
}
