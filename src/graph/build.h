/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.h: the builder: from trees to nodes.
 *
 * One builder serves the user's text, the rows' rules and the derivative, so
 * all of them get the same shapes, broadcasting, errors and folding.  It
 * knows no names and no values itself: it asks its host.
 *
 * Folding, on every node built: x + 0, 1*x, x^1, x', constants such as
 * 2 - 1 that come of a rule; never what the user wrote. */
#ifndef ATL_GRAPH_BUILD_H
#define ATL_GRAPH_BUILD_H

#include "graph/graph.h"
#include "graph/op.h"
#include "lang/symbols.h"
#include "lang/tree.h"

/* An argument of a call as it was written. */
typedef struct atl_arg {
	atl_sym name;      /* of a named option; 0: by position */
	atl_id id;         /* its node */
	atl_span span;
	const char *string; /* a string argument; id is then 0 */
} atl_arg;

/* A call of a function of the user or of the prelude. */
typedef struct atl_host_call {
	atl_sym name;
	const atl_arg *arg;
	uint32_t n;
	atl_span whole, at; /* the call, its name */
} atl_host_call;

/* What the builder asks of those above it. */
typedef struct atl_host {
	/* The node a name stands for; 0 after a diagnostic. */
	atl_id (*lookup)(void *host, atl_sym name, atl_span);
	/* Whether a name is a variable / a function of the user or of the prelude. */
	bool (*is_variable)(void *host, atl_sym name);
	bool (*is_function)(void *host, atl_sym name);
	/* Calls such a function, which must have n_out values. */
	atl_status (*call)(void *host, const atl_host_call *, atl_id *out, uint32_t n_out);
	/* Whether such a function reads its arguments as they are written, and not their
	 * values, as shape([28, 28], relu()) does (NULL: there are none); then the value of a call. */
	bool (*reads_text)(void *host, atl_sym name);
	atl_id (*call_text)(void *host, const atl_tree *, uint32_t call);
	/* The value of a node now, as a guard of what is being built; NULL after a diagnostic.
	 * `why` says what it is read for: "a size", "an axis", "a slice bound"; NULL: no guard. */
	const atl_array *(*read)(void *host, atl_id, const char *why, atl_span);
	/* The value of a node if it is at hand, without a guard; NULL, and no diagnostic, where it has none;
	 * with one where a limit was met, memory or time among them. */
	const atl_array *(*known)(void *host, atl_id);
	/* A word to the user that is no error. */
	void (*note)(void *host, atl_span, const char *text);
	/* An unnamed node that holds this array (value(...)); 0 after a diagnostic. */
	atl_id (*keep)(void *host, const atl_array *, atl_span);
	/* A key for one random draw. */
	int64_t (*draw)(void *host);
	/* The nearest name to a misspelt one (function: in call position), or NULL. */
	const char *(*nearest)(void *host, const char *name, bool function);
} atl_host;

struct atl_builder {
	atl_graph *graph;
	atl_symbols *symbols;
	atl_sources *sources;
	atl_diag *diag;
	const atl_host *host;
	void *host_data;
	atl_span span;      /* given to nodes that have no place of their own: rules' */
	bool in_rule;       /* fold, and mark nodes as adjoint */
	uint16_t flags;     /* added to every new node: HIDDEN, ADJOINT */
	const struct atl_variation *variation; /* of the sweeps (graph/derive.h); NULL: as the rules say */
	atl_kink_rule kink; /* which rules of a row a derivative is built with */
	struct atl_rule_cache *rules; /* what was read of the rows' texts */
	const atl_op *literal, *input, *infix[ATL_O_COUNT]; /* rows that are met all the time */
};

atl_status atl_builder_init(atl_builder *) ATL_MUST_CHECK; /* the last two lines; the fields above are the caller's */
void atl_builder_clear(atl_builder *);

/* graph/elaborate.c: an expression of a tree.  0 after a diagnostic. */
atl_id atl_build_tree(atl_builder *, const atl_tree *, uint32_t node) ATL_MUST_CHECK;
/* A call that gives n values, n > 1. */
atl_status atl_build_values(atl_builder *, const atl_tree *, uint32_t node, atl_id *out, uint32_t n) ATL_MUST_CHECK;

/* The row's parameters, read from its text once; NULL after a diagnostic. */
const atl_signature *atl_build_signature(atl_builder *, const atl_op *) ATL_MUST_CHECK;
/* The op that a name stands for, internal ones too; NULL: none. */
const atl_op *atl_build_op_named(atl_builder *, atl_sym);
/* A node as given, with the builder's flags and, where it has none, its span. */
atl_id atl_build_node(atl_builder *, atl_new *) ATL_MUST_CHECK;
/* A call of an op with operands and statics in order; broadcasts, checks shapes, builds bodies. */
atl_id atl_build_call(atl_builder *, const atl_call *) ATL_MUST_CHECK;
/* The same for arguments as written: matches names and defaults, reads statics. */
atl_id atl_build_args(atl_builder *, const atl_op *, const atl_arg *, uint32_t n, atl_span whole, atl_span at) ATL_MUST_CHECK;
/* Only the statics of a row that has no operands: nothing is built. */
atl_status atl_read_statics(atl_builder *, const atl_op *, const atl_arg *, uint32_t n, atl_span whole, atl_span at,
			    atl_call *out);
/* Conveniences for C code; `name` is an op's name. */
atl_id atl_build_1(atl_builder *, const char *name, atl_id) ATL_MUST_CHECK;
atl_id atl_build_2(atl_builder *, const char *name, atl_id, atl_id) ATL_MUST_CHECK;
atl_id atl_build_3(atl_builder *, const char *name, atl_id, atl_id, atl_id) ATL_MUST_CHECK;
atl_id atl_build_op(atl_builder *, const char *name, const atl_id *in, uint32_t n, const int64_t *stat, uint32_t n_stat) ATL_MUST_CHECK;
atl_id atl_build_number(atl_builder *, int64_t) ATL_MUST_CHECK;
/* The size of an axis: a number, or the scalar that stands for its letter (`input A[n, k]`). */
atl_id atl_build_extent(atl_builder *, int64_t size) ATL_MUST_CHECK;
atl_id atl_build_entries(atl_builder *, const atl_shape *) ATL_MUST_CHECK; /* their product */
atl_id atl_build_literal(atl_builder *, const char *text) ATL_MUST_CHECK;
atl_id atl_build_full(atl_builder *, const char *text, const atl_shape *) ATL_MUST_CHECK; /* an array of one number */
atl_id atl_build_broadcast(atl_builder *, atl_id, const atl_shape *) ATL_MUST_CHECK;      /* itself when it has it */
atl_id atl_build_reshape(atl_builder *, atl_id, const atl_shape *) ATL_MUST_CHECK;          /* row order; itself when it has it */
/* Entry, row or column number i (from 1) along dimension d (from 0), which keeps one entry. */
atl_id atl_build_lane(atl_builder *, atl_id, int d, int64_t i) ATL_MUST_CHECK;
/* An input; `closed` is the closed expression it stands for, or 0: its value is stored (atl_eval_store). */
atl_id atl_build_input(atl_builder *, atl_id closed, const atl_shape *) ATL_MUST_CHECK;
/* How many entries a:step:last has, both ends included; step is not 0. */
int64_t atl_range_count(int64_t a, int64_t step, int64_t last);
/* A static parameter as written, into its numbers; ATL_ERROR after a diagnostic (graph/statics.c). */
atl_status atl_build_static(atl_builder *, const atl_param *, const atl_arg *, int64_t *slot, uint8_t *given);
/* Its default. */
void atl_static_default(const atl_param *, int64_t *slot);
/* The default of an operand: a number, inf or -inf. */
atl_id atl_build_default(atl_builder *, const atl_param *) ATL_MUST_CHECK;
/* A static's numbers as a node, for rules and bodies. */
atl_id atl_build_static_node(atl_builder *, const atl_param *, const int64_t *slot) ATL_MUST_CHECK;
/* A static integer out of a node (literal: no reading). */
atl_status atl_build_integer(atl_builder *, atl_id, const char *why, atl_span, int64_t *out) ATL_MUST_CHECK;

/* The expression `text` with the given names bound to nodes; built-in functions only.  Parsed once per
 * text (which must live for ever), so rules cost their nodes only. */
typedef struct atl_bind { const char *name; atl_id id; } atl_bind;
atl_id atl_build_rule(atl_builder *, const char *text, const atl_bind *, uint32_t n) ATL_MUST_CHECK;

/* Shape errors: the operator's place, both operands and their shapes; then notes by the caller. */
atl_status atl_build_shape_error(atl_builder *, atl_span at, const char *message, atl_id a, atl_span sa, atl_id b, atl_span sb);
/* "W is 3×2 (line 1)" of a node, for labels. */
const char *atl_build_describe(atl_builder *, atl_id);

/* Is the node the literal number v? */
bool atl_build_is_number(const atl_builder *, atl_id, int64_t v);

#endif
