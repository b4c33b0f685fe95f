/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.c: load "file.atl": its statements run as if they were typed. */
#include "session/state.h"

static atl_status run_file(atl_session *s, const char *path, const atl_buf *text)
{
	atl_reader *reader = atl_reader_new(s->sources, s->symbols);
	if (!reader)
		return atl_diag_nomem(&s->diag);
	atl_status status = atl_reader_open(reader, path, 1, &s->diag);
	if (!status)
		status = atl_reader_feed(reader, atl_buf_text(text), text->len, &s->diag);
	if (!status) {
		atl_reader_finish(reader);
		s->loads++;
		status = atl_run_text(s, reader);
		s->loads--;
	}
	atl_reader_free(reader);
	return status;
}

atl_status atl_run_load(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[atl_tree_child(t, node, 0)];
	atl_buf text = { 0 };
	if (s->loads >= ATL_MAX_LOADS)
		return atl_diag_fail(&s->diag, ATL_KIND_LIMIT, n->span,
		                     "files that load files go more than %d deep", ATL_MAX_LOADS);
	if (n->kind != ATL_T_STRING)
		return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, n->span,
		                     "load takes a file's name in quotes");
	atl_status status = atl_read_file(s, n->text, n->span, &text);
	if (!status && (status = run_file(s, n->text, &text)) != ATL_OK)
		atl_diag_note(&s->diag, "in \"%s\"; what it did before stays", n->text);
	atl_buf_clear(&text);
	return status;
}
