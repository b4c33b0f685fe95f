/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unknown.c: a name that stands for nothing, and what may have been meant. */
#include "session/state.h"

#include <string.h>

static bool is_variable(atl_session *s, const char *name, size_t len)
{
	atl_sym sym = len ? atl_symbols_find(s->symbols, name, len) : 0;
	return sym && (atl_names_local(s, sym) || atl_names_latest(atl_names_find(s, sym)));
}

static bool is_function(void *session, const char *name)
{
	atl_session *s = session;
	atl_sym sym = atl_symbols_find(s->symbols, name, strlen(name));
	const atl_op *op = atl_op_find(name, strlen(name));
	return (sym && atl_names_function(s, sym)) || atl_prelude_has(name) ||
	       (op && !(op->flags & ATL_OF_INTERNAL));
}

void atl_unknown_init(atl_session *s) { atl_symbols_know(s->symbols, is_function, s); }

/* dL/dW: the name and its partner on the other side of the slash. */
static bool hint_quotient(atl_session *s, const char *name, atl_span span)
{
	size_t len;
	const char *next = atl_sources_text(s->sources, (atl_span){ span.hi, span.hi + 2 }, &len);
	if (name[0] != 'd' || !name[1] || !next || memcmp(next, "/d", 2) != 0)
		return false;
	const char *under =
	        atl_sources_text(s->sources, (atl_span){ span.hi + 2, span.hi + 3 }, &len);
	size_t n = 0;
	while (under &&
	       atl_sources_text(s->sources,
	                        (atl_span){ span.hi + 2 + (uint32_t)n, span.hi + 3 + (uint32_t)n },
	                        &len) &&
	       (under[n] == '_' || (under[n] >= '0' && under[n] <= '9') ||
	        (under[n] >= 'A' && under[n] <= 'Z') || (under[n] >= 'a' && under[n] <= 'z') ||
	        (unsigned char)under[n] > 127))
		n++;
	if (!n)
		return false;
	atl_diag_note(&s->diag, "the derivative is written ∂%s/∂%.*s, or grad(%s, %.*s)", name + 1,
	              (int)n, under, name + 1, (int)n, under);
	return true;
}

/* Wx: two names that were written together. */
static bool hint_product(atl_session *s, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)name[i] & 0xc0) == 0x80)
			continue;
		if (is_variable(s, name, i) && is_variable(s, name + i, len - i)) {
			atl_diag_note(&s->diag, "a product is written %.*s*%s", (int)i, name,
			              name + i);
			return true;
		}
	}
	return false;
}

/* h~3 or f~1.z that is no more, or never was. */
static bool hint_earlier(atl_session *s, const char *name)
{
	const char *tilde = strchr(name, '~');
	if (!tilde)
		return false;
	const atl_var *v = NULL;
	atl_sym sym = atl_symbols_find(s->symbols, name, (size_t)(tilde - name));
	if (sym)
		v = atl_names_find(s, sym);
	if (v && v->n)
		atl_diag_note(
		        &s->diag,
		        "\"%.*s\" has had %u binding%s, and what nothing uses any more is forgotten",
		        (int)(tilde - name), name, v->n, v->n == 1 ? "" : "s");
	return true;
}

atl_status atl_unknown_name(atl_session *s, atl_sym sym, atl_span span)
{
	const char *name = atl_symbols_text(s->symbols, sym);
	if (is_function(s, name)) {
		atl_diag_fail(&s->diag, ATL_KIND_NAME, span,
		              "\"%s\" is a function and stands for no value", name);
		atl_diag_note(&s->diag, "it is called with its arguments: %s(...)", name);
		return ATL_ERROR;
	}
	if (!strcmp(name, "?")) {
		atl_diag_fail(&s->diag, ATL_KIND_NAME, span, "a `?` is answered where its expression stands alone");
		atl_diag_note(&s->diag, "without a definition or a word before it: W*? + b");
		return ATL_ERROR;
	}
	atl_diag_fail(&s->diag, ATL_KIND_NAME, span, "unknown name \"%s\"", name);
	if (hint_earlier(s, name) || hint_quotient(s, name, span) || hint_product(s, name))
		return ATL_ERROR;
	if (!strcmp(name, "e")) {
		atl_diag_note(
		        &s->diag,
		        "the exponential function is written exp(x), and the number e is exp(1)");
		return ATL_ERROR;
	}
	if (!strcmp(name, "exit") || !strcmp(name, "bye")) {
		atl_diag_note(&s->diag, "`quit` leaves");
		return ATL_ERROR;
	}
	const char *near = atl_names_nearest(s, name, false);
	if (near)
		atl_diag_note(&s->diag, "did you mean \"%s\"?", near);
	return ATL_ERROR;
}
