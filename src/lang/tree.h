/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree.h: the syntax tree of one statement, and its printer.
 *
 * A tree is an array in post-order: the children of a node stand before it,
 * leftmost first, each as a contiguous run that ends in the child itself.
 *
 *     a + b*c      index: 0 a   1 b   2 c   3 (*, first 1)   4 (+, first 0)
 *
 * The last child of node i is i-1; the child before child c is first(c)-1.
 * Passes over expressions are loops with a stack of their own.  A tree is
 * counted by reference, since a function keeps the statement it came from. */
#ifndef ATL_LANG_TREE_H
#define ATL_LANG_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/diag.h"
#include "lang/symbols.h"

typedef enum atl_tree_kind {
	/* leaves */
	ATL_T_NUMBER,    /* text: the literal as typed, without _ and blanks */
	ATL_T_STRING,    /* text: the contents, escapes resolved */
	ATL_T_NAME,      /* sym: also h~1 and f~2.z */
	ATL_T_END,       /* `end` in an index */
	ATL_T_COLON,     /* `:` alone in an index */
	ATL_T_WORD,      /* sym: a bare word of a command ("digits", "full") */
	ATL_T_VERBATIM,  /* text: printed as it is; made by printers, never by the parser */
	/* expressions */
	ATL_T_UNARY,     /* op; 1 child */
	ATL_T_BINARY,    /* op; 2 children; implicit: flag ATL_TF_IMPLICIT (2x) */
	ATL_T_TRANSPOSE, /* 1 child */
	ATL_T_RANGE,     /* a:b or a:step:b; 2 or 3 children (a, step, b) */
	ATL_T_INDEX,     /* base, then subscripts */
	ATL_T_CALL,      /* sym: the function; children: arguments, ATL_T_NAMED last */
	ATL_T_NAMED,     /* sym = child, in a call */
	ATL_T_PRIME,     /* sym: f'(x), count: number of quotes; 1 child */
	ATL_T_JOIN,      /* [ ]: children are ATL_T_ROW; none: empty */
	ATL_T_ROW,       /* entries joined side by side */
	ATL_T_NUMPY,     /* [[1,2],[3,4]]: children are the entries of this axis: ATL_T_NUMPY or numbers' expressions */
	ATL_T_PARTIAL,   /* ∂L/∂W, ∂²L/∂x∂y: the expression, then each ∂ name (or index of one) */
	ATL_T_BLOCK,     /* { }: statements */
	/* statements */
	ATL_T_DEFINE,    /* sym = child */
	ATL_T_DEFINES,   /* count: NAMEs; then as many values, or one CALL that gives them */
	ATL_T_FUNCTION,  /* sym(params) = body: ATL_T_PARAM..., then an expression or block */
	ATL_T_PARAM,     /* sym; 0 children, or 1: its default */
	ATL_T_UPDATE,    /* op (SET ADD SUB MUL); count: targets; children: targets (NAME or INDEX of one), then as many values, or one CALL that gives them */
	ATL_T_EXPR,      /* 1 child; more: the values of a function */
	ATL_T_IF,        /* condition, block, [condition, block]..., [block] */
	ATL_T_FOR,       /* sym; the range or array; block */
	ATL_T_WHILE,     /* condition; block */
	ATL_T_REPEAT,    /* count; block */
	ATL_T_COMMAND    /* sym: trace, check, show, set, help, ...; children as the command has them, see below */
} atl_tree_kind;

/* Commands' children:
 *   trace [named|full|graph] E [wrt NAME|INDEX, ...]  the WORD if given, E, then each wrt
 *   compare [named|full] E in SYSTEM, ... [wrt NAME|INDEX, ...]   WORD full if given, E, then each system, count of them
 *                                                   (WORD; COMMAND of one NUMBER: mpfr 64; CALL), then each wrt
 *   check [not]... E [within T]                     E (comparison or not; any expression), then T if given
 *   input [WORD] NAME|INDEX of one, ...             each declaration: symmetric, diagonal, scalar if given, then the name
 *   minimize E [wrt NAME, ...] [with F(NAMED, ...), NAMED, ...]   E, each wrt, then what follows `with`, count of them
 *   show E, ...   show WORD E                       WORD if one of bits is followed by an operand; then each E (STRING too)
 *   set WORD [WORD|NUMBER|CALL]...                  words and literals as they stand (negative numbers are UNARY NEG of NUMBER)
 *   help [NAME|operator|WORD]  ?NAME                WORD or nothing ("help .*": WORD whose sym is ".*")
 *   list [WORD]   clear [NAME...]  undo   quit      WORDs
 *   load STRING                                     STRING
 *   read STRING[, STRING]   save E, ..., STRING     as they stand
 *   plot [image|points] E, ... [against E] [for NAME in E] [to STRING]
 *                                                   WORD if given, each E, then the clauses in their order: COMMAND against of
 *                                                   one, FOR of one with the NAME as sym, COMMAND to of a STRING
 */
typedef enum atl_tree_op {
	ATL_O_NONE,
	ATL_O_OR, ATL_O_AND, ATL_O_NOT,
	ATL_O_EQ, ATL_O_NE, ATL_O_LT, ATL_O_LE, ATL_O_GT, ATL_O_GE,
	ATL_O_ADD, ATL_O_SUB, ATL_O_DOTADD, ATL_O_DOTSUB, /* .+ .- */
	ATL_O_MUL, ATL_O_MATMUL, ATL_O_DIV, ATL_O_SOLVE,  /* * @ / \ */
	ATL_O_DOTMUL, ATL_O_DOTDIV,                       /* .* ./ */
	ATL_O_NEG, ATL_O_PLUS,                            /* unary */
	ATL_O_POW, ATL_O_DOTPOW,                          /* ^ .^ */
	ATL_O_SET, ATL_O_ADDSET, ATL_O_SUBSET, ATL_O_MULSET, /* <- += -= *= */
	ATL_O_COUNT
} atl_tree_op;

enum { ATL_TF_SILENT = 1,   /* statement ended in ; */
       ATL_TF_IMPLICIT = 2, /* 2x */
       ATL_TF_PARENS = 4 }; /* was written in parentheses */

typedef struct atl_tree_node {
	uint8_t kind, op, flags;
	uint32_t n;          /* children */
	uint32_t first;      /* first index of this subtree; its own for a leaf */
	uint32_t count;      /* see the kinds */
	atl_sym sym;
	const char *text;    /* NUL-terminated, owned by the tree */
	atl_span span;       /* the whole */
	atl_span at;         /* the operator, or the name */
} atl_tree_node;

typedef struct atl_tree {
	unsigned refs;
	atl_tree_node *node;
	uint32_t n;
	size_t cap;
	uint32_t root;       /* n-1 once built */
	atl_arena arena;     /* texts */
} atl_tree;

enum { ATL_TREE_NONE = UINT32_MAX };

atl_tree *atl_tree_new(void) ATL_MUST_CHECK;
atl_tree *atl_tree_ref(atl_tree *);
void atl_tree_unref(atl_tree *);
void atl_tree_reset(atl_tree *); /* empties one that nobody else holds, keeps memory */

/* Append a node over the last n_children subtrees; ATL_TREE_NONE without
 * memory, and when a child is ATL_TREE_NONE was met (the tree is then broken).
 * The span given is the node's `at`; its `span` covers the children too. */
uint32_t atl_tree_leaf(atl_tree *, atl_tree_kind, atl_sym, const char *text, size_t len, atl_span) ATL_MUST_CHECK;
uint32_t atl_tree_make(atl_tree *, atl_tree_kind, atl_tree_op, uint32_t n_children, atl_span) ATL_MUST_CHECK;

/* Fills child[0..n) with the indices of the node's children, leftmost first;
 * n must be the node's own. */
void atl_tree_children(const atl_tree *, uint32_t node, uint32_t *child);
uint32_t atl_tree_child(const atl_tree *, uint32_t node, uint32_t k); /* O(n) */

/* lang/print.c: the subtree as text that parses to the same subtree, with the
 * fewest parentheses, canonical spacing (a + b, a*b, a .* b, [1, 2; 3, 4], f(x, axis=1)).
 * No recursion; a VERBATIM is printed as it is (its op tells how tightly it
 * binds: ATL_O_NONE primary, else as that operator). */
void atl_tree_print(atl_buf *, const atl_tree *, uint32_t node, const atl_symbols *);
const char *atl_tree_op_text(atl_tree_op); /* ".*" */
unsigned atl_tree_op_level(atl_tree_op);   /* how tightly it binds: more is tighter; ATL_O_NONE: a name */
/* The raw structure, one node a line, for --dump=ast. */
void atl_tree_dump(atl_buf *, const atl_tree *, const atl_symbols *);

#endif
