/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prelude.c: what is written in atled itself, read when it is first used.
 *
 * The index (prelude_index.h) says which file defines a name.  The file is
 * read by a reader of its own, and all that it defines goes into the table of
 * prelude functions, which sees neither the user's functions nor variables. */
#include "session/state.h"

#include <errno.h>
#include <string.h>
#include "base/mem.h"

size_t atl_prelude_at(const char *name)
{
	size_t lo = 0, hi = atl_prelude_count;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *there = atl_prelude_index[mid].name;
		int order = (unsigned char)*name - (unsigned char)*there;
		if (order == 0)
			order = strcmp(name, there);
		if (order == 0)
			return mid;
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return atl_prelude_count;
}

bool atl_prelude_has(const char *name) { return atl_prelude_at(name) < atl_prelude_count; }

bool atl_prelude_defines(atl_session *s, atl_sym sym)
{
	enum { NOT_LOOKED, NO, YES };
	const char *name = atl_symbols_text(s->symbols, sym);
	if (sym >= s->n_in_prelude) {
		if (!atl_grow(&s->in_prelude, &s->cap_in_prelude, sym + 1u, 1))
			return atl_prelude_has(name);
		memset(s->in_prelude + s->n_in_prelude, NOT_LOOKED, s->cap_in_prelude - s->n_in_prelude);
		s->n_in_prelude = s->cap_in_prelude;
	}
	unsigned char *known = &s->in_prelude[sym];
	if (*known == NOT_LOOKED)
		*known = atl_prelude_has(name) ? YES : NO;
	return *known == YES;
}

static atl_status define_all(atl_session *s, atl_reader *reader)
{
	for (;;) {
		atl_tree *tree = NULL;
		atl_read got = atl_reader_next(reader, &tree, &s->diag);
		if (got == ATL_READ_END)
			return ATL_OK;
		if (got != ATL_READ_STATEMENT)
			return ATL_ERROR;
		atl_status status = ATL_ERROR;
		const atl_tree_node *root = &tree->node[tree->root];
		if (root->kind != ATL_T_FUNCTION) {
			atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, root->span,
			              "the prelude defines functions only");
		} else {
			atl_function *f = atl_function_new(tree, tree->root, true);
			status = f ? atl_names_set_function(s, true, root->sym, f)
			           : atl_diag_nomem(&s->diag);
			if (status)
				atl_function_unref(f);
		}
		atl_tree_unref(tree);
		if (status)
			return status;
	}
}

/* Reads a whole file into `text`. */
atl_status atl_read_file(atl_session *s, const char *path, atl_span at, atl_buf *text)
{
	char chunk[4096];
	FILE *file = fopen(path, "rb");
	if (!file) {
		return atl_diag_fail(&s->diag, ATL_KIND_USAGE, at, "cannot open \"%s\": %s", path,
		                     strerror(errno));
	}
	size_t n;
	while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
		atl_buf_addn(text, chunk, n);
	bool failed = ferror(file) != 0;
	int error = errno;
	fclose(file);
	if (failed)
		return atl_diag_fail(&s->diag, ATL_KIND_USAGE, at, "cannot read \"%s\": %s", path,
		                     strerror(error));
	return text->failed ? atl_diag_nomem(&s->diag) : ATL_OK;
}

static atl_status read_definitions(atl_session *s, const char *file, const atl_buf *text)
{
	atl_reader *reader = atl_reader_new(s->sources, s->symbols);
	if (!reader)
		return atl_diag_nomem(&s->diag);
	atl_status status = atl_reader_open(reader, file, 1, &s->diag);
	if (!status)
		status = atl_reader_feed(reader, atl_buf_text(text), text->len, &s->diag);
	if (!status) {
		atl_reader_finish(reader);
		status = define_all(s, reader);
	}
	atl_reader_free(reader);
	return status;
}

atl_status atl_prelude_load(atl_session *s, atl_sym name)
{
	size_t i = atl_prelude_at(atl_symbols_text(s->symbols, name));
	if (i == atl_prelude_count)
		return atl_diag_fail(&s->diag, ATL_KIND_NAME, s->at, "unknown function \"%s\"",
		                     atl_symbols_text(s->symbols, name));
	if (!s->options.prelude)
		return atl_diag_fail(&s->diag, ATL_KIND_USAGE, s->at,
		                     "the prelude, which defines \"%s\", was not found",
		                     atl_prelude_index[i].name);
	atl_buf path = { 0 }, text = { 0 };
	atl_buf_addf(&path, "%s/%s", s->options.prelude, atl_prelude_index[i].file);
	atl_status status = path.failed ? atl_diag_nomem(&s->diag)
	                                : atl_read_file(s, atl_buf_text(&path), s->at, &text);
	if (!status)
		status = read_definitions(s, atl_prelude_index[i].file, &text);
	if (!status && !atl_names_function(s, name))
		status = atl_diag_fail(&s->diag, ATL_KIND_USAGE, s->at,
		                       "\"%s\" does not define \"%s\"", atl_buf_text(&path),
		                       atl_prelude_index[i].name);
	atl_buf_clear(&path);
	atl_buf_clear(&text);
	return status;
}
