/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numpy.c: which brackets are NumPy's arrays.
 *
 * The parser builds every bracket as a JOIN of ROWs.  A JOIN of one row whose
 * entries are all bracket literals is an array; so are, all the way down, its
 * entries.  This is seen from above, so it is settled when the statement is
 * whole: marks from the root down (the array backwards), then one pass that
 * leaves out the ROWs of what was marked.  Both are linear. */
#include "base/mem.h"
#include "lang/parse.h"

static bool is_literal(const atl_tree_node *node)
{
	return (node->kind == ATL_T_JOIN || node->kind == ATL_T_NUMPY) &&
	       (node->flags & ATL_TF_PARENS) == 0;
}

/* Counts the entries of all rows of a JOIN, and those of them that are
 * literals; returns an entry that is a bracket in parentheses, if there is one. */
static const atl_tree_node *count(const atl_tree *tree, const atl_tree_node *join,
                                  uint32_t *entries, uint32_t *literals)
{
	const atl_tree_node *row = join - 1;
	const atl_tree_node *joined = NULL;

	*entries = *literals = 0;
	for (uint32_t i = 0; i < join->n; i++) {
		const atl_tree_node *entry = row - 1;
		for (uint32_t k = 0; k < row->n; k++) {
			++*entries;
			if (is_literal(entry)) {
				++*literals;
			} else if (entry->kind == ATL_T_JOIN) {
				joined = entry;
			}
			entry = &tree->node[entry->first] - 1;
		}
		row = &tree->node[row->first] - 1;
	}
	return joined;
}

/* The bracket as text: 1: rows of an array, 2: stacked by vcat and hcat. */
static const char *reading(atl_parse *p, const atl_tree_node *join, bool stacked)
{
	atl_buf out = { 0 };
	const char *text;
	uint32_t *row = atl_malloc(join->n * sizeof *row);

	if (row == NULL) {
		return NULL;
	}
	atl_tree_children(p->tree, (uint32_t)(join - p->tree->node), row);
	atl_buf_add(&out, stacked && join->n > 1 ? "vcat(" : stacked ? "hcat(" : "[");
	for (uint32_t i = 0; i < join->n; i++) {
		const atl_tree_node *r = &p->tree->node[row[i]];
		size_t len;
		const char *from = atl_sources_text(p->sources, r->span, &len);
		bool several = r->n > 1 && join->n > 1;
		atl_buf_add(&out, i == 0 ? "" : ", ");
		atl_buf_add(&out, several ? (stacked ? "hcat(" : "[") : "");
		atl_buf_addn(&out, from != NULL ? from : "", from != NULL ? len : 0);
		atl_buf_add(&out, several ? (stacked ? ")" : "]") : "");
	}
	atl_buf_add(&out, stacked ? ")" : "]");
	for (size_t i = 0; i < out.len; i++) {
		if (out.p[i] == '\n') {
			out.p[i] = ' ';
		}
	}
	text = out.failed || out.len > 200 ? NULL : atl_arena_dup(&p->tree->arena, out.p, out.len);
	atl_buf_clear(&out);
	atl_free(row);
	return text;
}

/* [[1,2];[3,4]] stacks two vectors, or is a matrix written with the wrong sign. */
static bool fail_rows(atl_parse *p, const atl_tree_node *join)
{
	const char *array = reading(p, join, false);
	const char *stack = reading(p, join, true);

	(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, join->span,
	                    "two readings: brackets in a bracket, separated by ; or by lines");
	if (array != NULL && stack != NULL) {
		atl_diag_note(p->diag, "an array with these as its rows: %s", array);
		atl_diag_note(p->diag, "these one below the other: %s", stack);
	}
	return false;
}

/* Marks a JOIN that is an array, and its entries. */
static bool mark(atl_parse *p, atl_tree_node *join)
{
	bool inside = join->kind == ATL_T_NUMPY;
	uint32_t entries, literals;
	const atl_tree_node *joined = count(p->tree, join, &entries, &literals);

	if (!inside && (entries == 0 || literals != entries)) {
		return true; /* a join of values */
	}
	if (join->n > 1 && (entries == literals || !inside)) {
		return fail_rows(p, join);
	}
	if (join->n > 1) {
		(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, join->span,
		                    "an array's brackets hold lists, and this one has rows");
		atl_diag_note(p->diag,
		              "brackets side by side are hcat(…), one below the other vcat(…)");
		return false;
	}
	if (literals == 0 && joined != NULL) {
		(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, joined->span,
		                    "an entry of an array is no bracket");
		return false;
	}
	if (literals != 0 && literals != entries) {
		(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, join->span,
		                    "a bracket of an array holds lists or entries, and this one both");
		return false;
	}
	join->kind = ATL_T_NUMPY;
	atl_tree_node *entry = join - 2;
	for (uint32_t i = 0; i < literals; i++) {
		entry->kind = ATL_T_NUMPY;
		entry = &p->tree->node[entry->first] - 1;
	}
	return true;
}

/* Entries of a marked bracket; its one ROW stands before it. */
static uint32_t length(const atl_tree_node *numpy)
{
	return numpy->n == 0 ? 0 : (numpy - 1)->n;
}

/* Have both arrays the same lengths along their last entries? */
static bool alike(const atl_tree_node *a, const atl_tree_node *b)
{
	for (;;) {
		if (length(a) != length(b)) {
			return false;
		}
		if (length(a) == 0) {
			return true;
		}
		a -= 2;
		b -= 2;
		if (is_literal(a) != is_literal(b)) {
			return false;
		}
		if (!is_literal(a)) {
			return true;
		}
	}
}

/* The rows of an array are alike; ragged ones are told with their lengths. */
static bool even(atl_parse *p, const atl_tree_node *numpy)
{
	uint32_t n = length(numpy);
	const atl_tree_node *last = numpy - 2;
	const atl_tree_node *entry = last;

	if (n == 0 || !is_literal(last)) {
		return true;
	}
	for (uint32_t i = n; i > 0; i--) {
		if (entry != last && !alike(entry, last)) {
			(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, entry->span,
			                    "the rows of an array differ in length");
			atl_diag_label(p->diag, last->span, "row %u has %u entr%s", (unsigned)n,
			               (unsigned)length(last), length(last) == 1 ? "y" : "ies");
			atl_diag_note(p->diag, "row %u has %u entr%s, row %u has %u", (unsigned)i,
			              (unsigned)length(entry), length(entry) == 1 ? "y" : "ies",
			              (unsigned)n, (unsigned)length(last));
			return false;
		}
		if (entry->first != 0) {
			entry = &p->tree->node[entry->first] - 1;
		}
	}
	return true;
}

/* Leaves out the ROW before each NUMPY; scratch[i] is where node i goes. */
static void compact(atl_parse *p)
{
	atl_tree *tree = p->tree;
	uint32_t n = 0;

	for (uint32_t i = 0; i < tree->n; i++) {
		atl_tree_node node = tree->node[i];
		p->scratch[i] = n;
		if (node.kind == ATL_T_ROW && tree->node[i + 1].kind == ATL_T_NUMPY) {
			continue;
		}
		if (node.kind == ATL_T_NUMPY && node.n != 0) {
			node.n = tree->node[i - 1].n;
		}
		node.first = p->scratch[node.first];
		tree->node[n++] = node;
	}
	tree->n = n;
	tree->root = n - 1;
}

bool atl_parse_numpy(atl_parse *p)
{
	atl_tree *tree = p->tree;

	if (!atl_grow(&p->scratch, &p->scratch_cap, tree->n, sizeof *p->scratch)) {
		p->nomem = true;
		return false;
	}
	for (uint32_t i = tree->n; i-- > 0;) {
		atl_tree_node *node = &tree->node[i];
		if ((node->kind == ATL_T_JOIN || node->kind == ATL_T_NUMPY) && !mark(p, node)) {
			return false;
		}
	}
	for (uint32_t i = 0; i < tree->n; i++) {
		if (tree->node[i].kind == ATL_T_NUMPY && !even(p, &tree->node[i])) {
			return false;
		}
	}
	compact(p);
	return true;
}
