/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dump.c: the raw structure of a tree, one node a line, for --dump=ast:
 * number, kind, what it is, children, first node of the subtree, bytes. */
#include "lang/tree.h"

static const char *const kinds[] = {
	[ATL_T_NUMBER] = "number", [ATL_T_STRING] = "string", [ATL_T_NAME] = "name",
	[ATL_T_END] = "end", [ATL_T_COLON] = "colon", [ATL_T_WORD] = "word",
	[ATL_T_VERBATIM] = "verbatim", [ATL_T_UNARY] = "unary", [ATL_T_BINARY] = "binary",
	[ATL_T_TRANSPOSE] = "transpose", [ATL_T_RANGE] = "range", [ATL_T_INDEX] = "index",
	[ATL_T_CALL] = "call", [ATL_T_NAMED] = "named", [ATL_T_PRIME] = "prime",
	[ATL_T_JOIN] = "join", [ATL_T_ROW] = "row", [ATL_T_NUMPY] = "numpy",
	[ATL_T_PARTIAL] = "partial", [ATL_T_BLOCK] = "block", [ATL_T_DEFINE] = "define",
	[ATL_T_DEFINES] = "defines", [ATL_T_FUNCTION] = "function", [ATL_T_PARAM] = "param", [ATL_T_UPDATE] = "update",
	[ATL_T_EXPR] = "expr", [ATL_T_IF] = "if", [ATL_T_FOR] = "for", [ATL_T_WHILE] = "while",
	[ATL_T_REPEAT] = "repeat", [ATL_T_COMMAND] = "command",
};

static void dump_node(atl_buf *out, const atl_tree *tree, uint32_t i, const atl_symbols *symbols)
{
	const atl_tree_node *node = &tree->node[i];

	atl_buf_addf(out, "%u %s", (unsigned)i, kinds[node->kind]);
	if (node->op != ATL_O_NONE) {
		atl_buf_addf(out, " %s", atl_tree_op_text((atl_tree_op)node->op));
	}
	if (node->sym != 0) {
		atl_buf_addf(out, " %s", atl_symbols_text(symbols, node->sym));
	}
	if (node->kind == ATL_T_STRING) {
		atl_buf_addf(out, " \"%s\"", node->text);
	} else if (node->text != NULL) {
		atl_buf_addf(out, " %s", node->text);
	}
	if (node->n != 0) {
		atl_buf_addf(out, " children=%u first=%u", (unsigned)node->n,
		             (unsigned)node->first);
	}
	if (node->count != 0) {
		atl_buf_addf(out, " count=%u", (unsigned)node->count);
	}
	atl_buf_add(out, (node->flags & ATL_TF_SILENT) != 0 ? " silent" : "");
	atl_buf_add(out, (node->flags & ATL_TF_IMPLICIT) != 0 ? " implicit" : "");
	atl_buf_add(out, (node->flags & ATL_TF_PARENS) != 0 ? " parens" : "");
	atl_buf_addf(out, " %u..%u\n", (unsigned)node->span.lo, (unsigned)node->span.hi);
}

void atl_tree_dump(atl_buf *out, const atl_tree *tree, const atl_symbols *symbols)
{
	for (uint32_t i = 0; i < tree->n; i++) {
		dump_node(out, tree, i, symbols);
	}
}
