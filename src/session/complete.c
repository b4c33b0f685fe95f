/* SPDX-License-Identifier: GPL-3.0-or-later */
/* complete.c: every name that begins as the user has begun. */
#include "session/state.h"

#include <string.h>

typedef struct completion {
	const char *prefix;
	size_t len;
	void (*candidate)(void *, const char *);
	void *data;
	atl_buf text;
} completion;

static void offer(completion *c, const char *name, const char *tail)
{
	if (strncmp(name, c->prefix, c->len) != 0)
		return;
	atl_buf_reset(&c->text);
	atl_buf_addf(&c->text, "%s%s", name, tail);
	if (!c->text.failed)
		c->candidate(c->data, atl_buf_text(&c->text));
}

static void offer_names(atl_session *s, completion *c)
{
	for (size_t i = 0; i < s->n_order; i++) {
		const atl_var *v = s->var[s->order[i]];
		if (atl_names_latest(v) && !v->weak)
			offer(c, atl_symbols_text(s->symbols, v->name), "");
	}
	for (size_t i = 0; i < s->n_fn; i++)
		if (s->fn[i])
			offer(c, atl_symbols_text(s->symbols, s->fn[i]->name), "(");
}

static void offer_settings(completion *c)
{
	for (size_t i = 0; i < atl_setting_count(); i++)
		offer(c, atl_setting_name(i), "");
}

static void offer_built_in(completion *c)
{
	for (size_t i = 0; i < atl_op_count(); i++)
		if (!(atl_op_at(i)->flags & ATL_OF_INTERNAL))
			offer(c, atl_op_at(i)->name, "(");
	for (size_t i = 0; i < atl_prelude_count; i++)
		offer(c, atl_prelude_index[i].name, "(");
	for (const char *const *word = atl_statement_words(); *word; word++)
		offer(c, *word, "");
	offer_settings(c);
	for (const atl_system *const *sys = atl_systems(); *sys; sys++)
		offer(c, (*sys)->name, "");
}

void atl_session_complete(atl_session *s, const char *prefix,
                          void (*candidate)(void *data, const char *text), void *data)
{
	completion c = {
		.prefix = prefix, .len = strlen(prefix), .candidate = candidate, .data = data
	};
	offer_names(s, &c);
	offer_built_in(&c);
	atl_buf_clear(&c.text);
}

void atl_session_complete_setting(atl_session *s, const char *prefix,
                                  void (*candidate)(void *data, const char *text), void *data)
{
	completion c = {
		.prefix = prefix, .len = strlen(prefix), .candidate = candidate, .data = data
	};
	(void)s;
	offer_settings(&c);
	atl_buf_clear(&c.text);
}
