/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.c: the syntax tree as a post-order array (tree.h draws it). */
#include "lang/tree.h"

#include <string.h>

#include "base/mem.h"

atl_tree *atl_tree_new(void)
{
	atl_tree *tree = atl_calloc(1, sizeof *tree);

	if (tree != NULL) {
		tree->refs = 1;
	}
	return tree;
}

atl_tree *atl_tree_ref(atl_tree *tree)
{
	if (tree != NULL) {
		tree->refs++;
	}
	return tree;
}

void atl_tree_unref(atl_tree *tree)
{
	if (tree == NULL || --tree->refs > 0) {
		return;
	}
	atl_free(tree->node);
	atl_arena_clear(&tree->arena);
	atl_free(tree);
}

void atl_tree_reset(atl_tree *tree)
{
	tree->n = 0;
	tree->root = 0;
	atl_arena_release(&tree->arena, (atl_mark){ 0 });
}

/* A new node at the end, zeroed; NULL without memory. */
static atl_tree_node *append(atl_tree *tree)
{
	if (tree->n == ATL_TREE_NONE ||
	    !atl_grow(&tree->node, &tree->cap, (size_t)tree->n + 1, sizeof *tree->node)) {
		return NULL;
	}
	atl_tree_node *node = &tree->node[tree->n];
	*node = (atl_tree_node){ .first = tree->n };
	tree->root = tree->n++;
	return node;
}

uint32_t atl_tree_leaf(atl_tree *tree, atl_tree_kind kind, atl_sym sym, const char *text,
                       size_t len, atl_span span)
{
	const char *copy = NULL;

	if (text != NULL && (copy = atl_arena_dup(&tree->arena, text, len)) == NULL) {
		return ATL_TREE_NONE;
	}
	atl_tree_node *node = append(tree);
	if (node == NULL) {
		return ATL_TREE_NONE;
	}
	node->kind = (uint8_t)kind;
	node->sym = sym;
	node->text = copy;
	node->span = node->at = span;
	return tree->root;
}

uint32_t atl_tree_make(atl_tree *tree, atl_tree_kind kind, atl_tree_op op, uint32_t n_children,
                       atl_span span)
{
	atl_tree_node *node = append(tree);
	atl_span whole = span;

	if (node == NULL) {
		return ATL_TREE_NONE;
	}
	uint32_t child = tree->root; /* past the child that comes next, from the right */
	for (uint32_t i = 0; i < n_children; i++) {
		if (child == 0) { /* fewer subtrees than asked for: a child was not made */
			tree->root = --tree->n - 1;
			return ATL_TREE_NONE;
		}
		const atl_tree_node *c = &tree->node[child - 1];
		whole = atl_span_join(whole, c->span);
		child = c->first;
	}
	node->kind = (uint8_t)kind;
	node->op = (uint8_t)op;
	node->n = n_children;
	node->first = child;
	node->at = span;
	node->span = whole;
	return tree->root;
}

void atl_tree_children(const atl_tree *tree, uint32_t node, uint32_t *child)
{
	uint32_t c = node;

	for (uint32_t i = tree->node[node].n; i-- > 0;) {
		child[i] = --c;
		c = tree->node[c].first;
	}
}

uint32_t atl_tree_child(const atl_tree *tree, uint32_t node, uint32_t k)
{
	uint32_t c = node - 1;

	for (uint32_t i = tree->node[node].n - 1; i > k; i--) {
		c = tree->node[c].first - 1;
	}
	return c;
}
