/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.c: arrays from files and into files: read "x.csv", which is a function
 * too, and save W, "w.npy". */
#include "data/data.h"

#include <string.h>
#include "base/mem.h"
#include "session/state.h"

/* ---- read ---- */

static atl_status check_input(atl_session *s, const char *name, atl_span at)
{
	if (strcmp(name, "-") != 0 || !s->options.input_is_script)
		return ATL_OK;
	atl_diag_fail(&s->diag, ATL_KIND_USAGE, at,
	              "standard input is where the statements come from");
	atl_diag_note(&s->diag, "with the statements in a file or behind -e, it can be data");
	return ATL_ERROR;
}

/* The array of a file, in the system of now. */
static atl_array *read_array(atl_session *s, const char *name, const char *part, atl_span at)
{
	atl_buf bytes = { 0 }, note = { 0 };
	atl_num num = *atl_eval_num(s->eval);
	atl_array *a = NULL;
	if (!check_input(s, name, at) && !atl_file_read(name, &bytes, &s->diag, at)) {
		atl_input in = { .name = name,
			         .p = (const unsigned char *)atl_buf_text(&bytes),
			         .n = bytes.len,
			         .part = part,
			         .num = &num,
			         .diag = &s->diag,
			         .at = at,
			         .note = &note };
		a = atl_data_read(&in);
	}
	if (a && note.len)
		atl_note(s, at, "%s", note.p);
	atl_buf_clear(&bytes);
	atl_buf_clear(&note);
	return a;
}

static atl_id read_node(atl_session *s, const char *name, const char *part, atl_span at)
{
	atl_array *a = read_array(s, name, part, at);
	atl_id id = a ? atl_atom_constant(s, a) : 0;
	atl_array_unref(a);
	return id;
}

static atl_status misuse(atl_session *s, atl_span at)
{
	atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, at, "read takes a file's name in quotes");
	atl_diag_note(&s->diag, "and then, in quotes too, which column or array of it: "
	                        "read(\"net.npz\", \"W\")");
	return ATL_ERROR;
}

bool atl_is_read(const atl_session *s, atl_sym name)
{
	return name == s->sym_read;
}

atl_id atl_call_read(atl_session *s, const atl_arg *arg, uint32_t n, atl_span at)
{
	bool texts = n == 1 || n == 2;
	for (uint32_t i = 0; i < n; i++)
		texts &= arg[i].string && !arg[i].name;
	if (texts)
		return read_node(s, arg[0].string, n > 1 ? arg[1].string : NULL, arg[0].span);
	(void)misuse(s, at);
	return 0;
}

atl_status atl_run_read(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	const atl_tree_node *name = &t->node[atl_tree_child(t, node, 0)], *part = &t->node[node - 1];
	atl_atom_begin(s, n->span);
	if (n->n > 2 || name->kind != ATL_T_STRING || part->kind != ATL_T_STRING)
		return misuse(s, n->span);
	atl_array *a = read_array(s, name->text, n->n > 1 ? part->text : NULL, name->span);
	if (!a)
		return ATL_ERROR;
	if (!(n->flags & ATL_TF_SILENT))
		atl_output_value(s, 0, a);
	atl_array_unref((atl_array *)(uintptr_t)s->ans); /* the session's own reference */
	s->ans = a;
	return ATL_OK;
}

/* ---- save ---- */

typedef struct saving {
	uint32_t *child; /* of the statement: each E, then the file's name */
	atl_id *id;
	atl_item *item;
	uint32_t n;      /* of E */
	atl_buf bytes, note;
} saving;

static atl_status evaluate(atl_session *s, const atl_tree *t, saving *v)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (!(v->id[i] = atl_build_tree(&s->builder, t, v->child[i])))
			return ATL_ERROR;
	if (atl_atom_want(s, v->id, v->n))
		return ATL_ERROR;
	for (uint32_t i = 0; i < v->n; i++) {
		v->item[i].name = atl_output_source(s, t->node[v->child[i]].span, 60);
		v->item[i].value = atl_eval_get(s->eval, v->id[i]);
	}
	return ATL_OK;
}

static atl_status save(atl_session *s, const atl_tree *t, saving *v)
{
	const atl_tree_node *name = &t->node[v->child[v->n]];
	atl_num num = *atl_eval_num(s->eval);
	atl_output out = { .name = name->text, .item = v->item, .n = v->n, .num = &num,
		           .diag = &s->diag, .at = name->span, .bytes = &v->bytes, .note = &v->note };
	if (evaluate(s, t, v) || atl_data_write(&out) ||
	    atl_file_write(name->text, &v->bytes, &s->diag, name->span))
		return ATL_ERROR;
	if (v->note.len)
		atl_note(s, name->span, "%s", v->note.p);
	return ATL_OK;
}

atl_status atl_run_save(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	atl_atom_begin(s, n->span);
	if (n->n < 2 || t->node[node - 1].kind != ATL_T_STRING) {
		atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, n->span, "save takes arrays, then a file's name in quotes");
		atl_diag_note(&s->diag, "save W, \"w.npy\" writes W");
		return ATL_ERROR;
	}
	saving v = { .child = atl_malloc(n->n * sizeof *v.child),
		     .id = atl_calloc(n->n, sizeof *v.id),
		     .item = atl_calloc(n->n, sizeof *v.item),
		     .n = n->n - 1 };
	atl_status status = ATL_ERROR;
	if (v.child && v.id && v.item) {
		atl_tree_children(t, node, v.child);
		status = save(s, t, &v);
	} else {
		atl_diag_nomem(&s->diag);
	}
	if (status)
		atl_atom_fail(s);
	else
		atl_atom_drop(s);
	atl_free(v.child);
	atl_free(v.id);
	atl_free(v.item);
	atl_buf_clear(&v.bytes);
	atl_buf_clear(&v.note);
	return status;
}
