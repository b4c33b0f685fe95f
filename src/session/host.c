/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host.c: what the builder asks of the session. */
#include "session/state.h"

#include <string.h>

static atl_id host_lookup(void *host, atl_sym name, atl_span span)
{
	return atl_names_lookup(host, name, span);
}

static bool host_is_variable(void *host, atl_sym name)
{
	const atl_session *s = host;
	if (atl_names_local(s, name))
		return true;
	if (s->frame && s->frame->fn->prelude)
		return false;
	return atl_names_latest(atl_names_find(s, name)) != 0;
}

static bool host_is_function(void *host, atl_sym name)
{
	atl_session *s = host;
	return atl_names_function(s, name) || atl_prelude_defines(s, name) || atl_is_read(s, name) || name == s->sym_shape;
}

static atl_status host_call(void *host, const atl_host_call *call, atl_id *out, uint32_t n_out)
{
	atl_session *s = host;
	bool read = atl_is_read(s, call->name);
	if ((!read && call->name != s->sym_shape) || atl_names_function(s, call->name))
		return atl_call_function(s, call, out, n_out);
	if (n_out != 1)
		return atl_diag_fail(&s->diag, ATL_KIND_NAME, call->at, "\"%s\" gives one value, not %u", read ? "read" : "shape", n_out);
	if (!read)
		return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, call->whole, "shape takes an expression, or sizes and layers");
	return (*out = atl_call_read(s, call->arg, call->n, call->whole)) ? ATL_OK : ATL_ERROR;
}

static bool host_reads_text(void *host, atl_sym name)
{
	const atl_session *s = host;
	return name == s->sym_shape && !atl_names_function(s, name);
}

static atl_id host_call_text(void *host, const atl_tree *t, uint32_t call) { return atl_call_shape(host, t, call); }

static const atl_array *host_read(void *host, atl_id id, const char *why, atl_span span)
{
	atl_session *s = host;
	s->touched = true;
	const atl_array *a = atl_is_abstract(s, id) ? atl_abstract_size(s, id) : NULL;
	if (a) /* a letter's stand-in never changes */
		return a;
	a = atl_atom_value(s, id);
	if (!a && why && s->diag.kind != ATL_KIND_INTERRUPT)
		atl_diag_note(&s->diag, "its value is needed as %s", why);
	if (!a || !why || !(atl_graph_node(s->graph, id)->flags & ATL_NF_OPEN))
		return a;
	uint32_t guard = atl_eval_guard(s->eval, s->guard, id, a, span);
	if (!guard) {
		atl_diag_nomem(&s->diag);
		return NULL;
	}
	atl_atom_guard(s, guard);
	return a;
}

static const atl_array *host_known(void *host, atl_id id)
{
	atl_session *s = host;
	bool fine = s->diag.kind == ATL_KIND_NONE;
	if (atl_graph_node(s->graph, id)->flags & ATL_NF_ABSTRACT)
		return NULL;
	const atl_array *a = atl_atom_value(s, id);
	if (!a && fine && s->diag.kind != ATL_KIND_INTERRUPT && s->diag.kind != ATL_KIND_LIMIT && s->diag.kind != ATL_KIND_TIME)
		atl_diag_reset(&s->diag);
	return a;
}

static atl_id host_keep(void *host, const atl_array *a, atl_span span)
{
	atl_session *s = host;
	(void)span;
	s->touched = true;
	return atl_atom_constant(s, a);
}

static void host_note(void *host, atl_span span, const char *text)
{
	atl_session *s = host;
	s->touched = true;
	if (!s->trial)
		atl_note(s, span, "%s", text);
}

/* Keys are a counter in the seed's own range, so no two draws share one. */
static int64_t host_draw(void *host)
{
	atl_session *s = host;
	s->touched = true;
	return (int64_t)((uint64_t)s->seed * 0x9e3779b97f4a7c15u + (uint64_t)s->draws++);
}

/* Asked once the diagnostic is there. */
static const char *host_nearest(void *host, const char *name, bool function)
{
	atl_session *s = host;
	if (function && !strcmp(name, "trace")) {
		atl_diag_note(&s->diag, "%s", ATL_TRACE_HINT);
		return NULL;
	}
	return atl_names_nearest(host, name, function);
}

void atl_host_init(atl_session *s)
{
	s->host = (atl_host){ .lookup = host_lookup,
		              .is_variable = host_is_variable,
		              .is_function = host_is_function,
		              .call = host_call,
		              .reads_text = host_reads_text,
		              .call_text = host_call_text,
		              .read = host_read,
		              .known = host_known,
		              .keep = host_keep,
		              .note = host_note,
		              .draw = host_draw,
		              .nearest = host_nearest };
}
