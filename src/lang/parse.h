/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parse.h: what lexer, token filter and parser share; private to grammar/ and lang/.
 *
 *     text -> flex (lexer.l) -> token filter (tokens.c) -> bison (parser.y) -> tree
 *
 * The rules of the grammar call the functions of actions.c, which append nodes
 * to the tree as the parser reduces: the tree's post-order is the parser's. */
#ifndef ATL_LANG_PARSE_H
#define ATL_LANG_PARSE_H

#include "base/diag.h"
#include "base/source.h"
#include "lang/symbols.h"
#include "lang/tree.h"

/* The value of a token, and of a grammar symbol that counts something. */
typedef struct atl_value {
	atl_span span;
	union {
		const char *text; /* a literal's text, in the tree's arena; of all others: */
		struct {
			atl_sym sym; /* a name or a word */
			uint32_t n;  /* a count; of a superscript and of an assignment: see tokens.h */
		};
	};
} atl_value;

typedef struct atl_parse {
	atl_tree *tree; /* what is being built */
	atl_symbols *symbols;
	const atl_sources *sources;
	const struct atl_tokens *tokens;
	atl_diag *diag;
	int token, last; /* the token that the parser has, and the one before */
	bool nomem;
	bool nested; /* a bracket that holds brackets alone was met: numpy.c looks at it */
	uint32_t *scratch;
	size_t scratch_cap;
} atl_parse;

/* Each appends one node or changes the last ones.  False: the diagnostic, or
 * p->nomem, says why.  `at` is the operator, the name or the brackets. */
bool atl_parse_leaf(atl_parse *, atl_tree_kind, const atl_value *);
bool atl_parse_node(atl_parse *, atl_tree_kind, atl_tree_op, uint32_t n, atl_span at);
bool atl_parse_named(atl_parse *, atl_tree_kind, const atl_value *name, uint32_t n);
bool atl_parse_command(atl_parse *, const atl_value *word, uint32_t n);
bool atl_parse_comparing(atl_parse *, const atl_value *word, uint32_t before, uint32_t systems,
                         uint32_t wrt);
bool atl_parse_parens(atl_parse *, atl_span open, atl_span close);
bool atl_parse_compare(atl_parse *, const atl_value *op);
bool atl_parse_divide(atl_parse *, atl_tree_op, atl_span at);
bool atl_parse_power(atl_parse *, atl_tree_op, atl_span at);
bool atl_parse_implicit(atl_parse *);
bool atl_parse_superscript(atl_parse *, const atl_value *exponent);
bool atl_parse_call(atl_parse *, const atl_value *name, uint32_t n, atl_span close);
bool atl_parse_prime(atl_parse *, const atl_value *name, atl_span close);
bool atl_parse_bracket(atl_parse *, uint32_t rows, atl_span open, atl_span close);
bool atl_parse_index(atl_parse *, uint32_t subscripts, atl_span open, atl_span close);
bool atl_parse_partial(atl_parse *, atl_span at, const atl_value *order, uint32_t below);
bool atl_parse_repeat_last(atl_parse *, const atl_value *times);
bool atl_parse_block(atl_parse *, uint32_t statements, atl_span open, atl_span close);
void atl_parse_silence(atl_parse *);
bool atl_parse_left(atl_parse *, atl_value *left, atl_span equals);
bool atl_parse_minimize(atl_parse *, const atl_value *word, uint32_t names, uint32_t options);
bool atl_parse_define(atl_parse *, const atl_value *left, uint32_t values);
bool atl_parse_update(atl_parse *, uint32_t targets, const atl_value *op, uint32_t values);
bool atl_parse_expression(atl_parse *, uint32_t n);
/* What stands behind `wrt`, n of them, with so many expressions behind these. */
bool atl_parse_targets(atl_parse *, uint32_t n, uint32_t behind);

/* numpy.c: turns the brackets that are NumPy's arrays into ATL_T_NUMPY. */
bool atl_parse_numpy(atl_parse *);

/* syntax.c: the parser met a token that cannot stand here; the names of those
 * that could, as the grammar spells them. */
void atl_parse_unexpected(atl_parse *, const char *const *expected, unsigned n);

#endif
