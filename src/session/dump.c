/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dump.c: --dump: what each stage makes of a statement. */
#include "session/state.h"

#include <inttypes.h>
#include <string.h>
#include "graph/derive.h"
#include "graph/show.h"

static void put_flags(atl_buf *out, uint16_t flags)
{
	static const struct {
		uint16_t flag;
		const char *word;
	} words[] = {
		{ ATL_NF_INPUT, "input" },     { ATL_NF_OPEN, "open" },
		{ ATL_NF_HIDDEN, "hidden" },   { ATL_NF_ALIAS, "alias" },
		{ ATL_NF_ADJOINT, "adjoint" },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (flags & words[i].flag)
			atl_buf_addf(out, " %s", words[i].word);
}

/* %4 = mul(%1, %2; 1) 2×1 "y" open */
static void put_node(atl_session *s, atl_buf *out, atl_id id)
{
	const atl_node *n = atl_graph_node(s->graph, id);
	atl_buf_addf(out, "%%%u = %s(", id, n->op->name);
	for (uint32_t k = 0; k < n->n_in; k++)
		atl_buf_addf(out, "%s%%%u", k ? ", " : "", atl_graph_in(s->graph, id)[k]);
	for (uint32_t k = 0; k < n->n_attr; k++)
		atl_buf_addf(out, "%s%" PRId64,
		             k         ? ", "
		             : n->n_in ? "; "
		                       : "",
		             atl_graph_attr(s->graph, id)[k]);
	atl_buf_addf(out, "%s) ", atl_graph_text(s->graph, id));
	atl_shape_print(out, n->shape);
	if (n->name)
		atl_buf_addf(out, " \"%s\"", atl_symbols_text(s->symbols, n->name));
	if (n->body)
		atl_buf_addf(out, " = %%%u", n->body);
	put_flags(out, n->flags);
}

static void dump_from(atl_session *s, atl_id from)
{
	for (atl_id id = from; id <= atl_graph_last(s->graph); id++) {
		atl_buf_reset(&s->line);
		put_node(s, &s->line, id);
		atl_output_line(s, &s->line);
	}
}

/* The adjoint graph of the statement's last node, when that is an open scalar. */
static void dump_adjoint(atl_session *s)
{
	atl_id y = atl_graph_last(s->graph);
	atl_adjoints all = { 0 };
	if (y <= s->mark || !(atl_graph_node(s->graph, y)->flags & ATL_NF_OPEN) ||
	    !atl_shape_scalar(atl_graph_shape(s->graph, y)))
		return;
	if (!atl_derive(&s->builder, y, 0, NULL, 0, &all)) {
		dump_from(s, y + 1);
		for (size_t i = 0; i < all.n; i++) {
			atl_buf_reset(&s->line);
			atl_buf_addf(&s->line, "adjoint of %%%u from %%%u: %%%u", all.item[i].to,
			             all.item[i].from, all.item[i].node);
			atl_output_line(s, &s->line);
		}
	}
	atl_adjoints_clear(&all);
	atl_diag_reset(&s->diag); /* what has no adjoint has none to show */
	atl_graph_cut(s->graph, y);
	atl_eval_cut(s->eval, y);
}

void atl_dump_atom(atl_session *s)
{
	if (s->dump == ATL_DUMP_GRAPH || s->dump == ATL_DUMP_ADJOINT)
		dump_from(s, s->mark + 1);
	if (s->dump == ATL_DUMP_ADJOINT)
		dump_adjoint(s);
}

static void put_lines(atl_session *s, atl_buf *text)
{
	if (text->len && text->p[text->len - 1] == '\n')
		atl_buf_cut(text, text->len - 1);
	if (text->len)
		atl_output_line(s, text);
	atl_buf_clear(text);
}

void atl_dump_plan(atl_session *s, const atl_plan *plan)
{
	atl_buf text = { 0 };
	atl_plan_print(&text, plan);
	put_lines(s, &text);
}

void atl_dump_tree(atl_session *s, const atl_tree *tree)
{
	atl_buf text = { 0 };
	atl_tree_dump(&text, tree, s->symbols);
	put_lines(s, &text);
}

void atl_dump_tokens(atl_session *s)
{
	atl_buf text = { 0 };
	atl_reader_dump_tokens(s->reader, &text);
	put_lines(s, &text);
}
