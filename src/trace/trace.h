/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace.h: the explanation of a scalar as data.
 *
 * A trace is a list of steps: the inputs, the nodes in the order of the graph,
 * then the adjoints in the order of the sweep.
 *
 *     x            = 1          INPUT         value
 *     v1 = x^2     = 1          FORWARD       rule, value
 *     ∂f/∂f        = 1          SEED          value
 *     ∂f/∂v1 = ...              BACKWARD      the only contribution: rule, value
 *     ∂f/∂x via v1 = ...        CONTRIBUTION  one of several: rule, value
 *     ∂f/∂x        = ... + ...  SUM           over the `count` steps before it
 *     … 96 more turns alike …   FOLD          count turns of a loop
 *
 * A rule is a syntax tree whose leaves stand for other steps, so that a
 * renderer can write it with symbols or with numbers, in any output language.
 * With `full`, a step that multiplies matrices or reduces has entries too: each
 * with a rule of its own, whose leaves stand for entries of other steps.
 *
 * Renderers compute nothing.  A trace owns its texts and rules and holds its
 * arrays: the graph may be cut and the values may change once it is made.
 * Only the symbols must live as long. */
#ifndef ATL_TRACE_TRACE_H
#define ATL_TRACE_TRACE_H

#include "eval/eval.h"
#include "graph/build.h"

typedef enum atl_step_kind {
	ATL_STEP_INPUT,
	ATL_STEP_FORWARD,
	ATL_STEP_SEED,
	ATL_STEP_BACKWARD,
	ATL_STEP_CONTRIBUTION,
	ATL_STEP_SUM,
	ATL_STEP_FOLD
} atl_step_kind;

typedef struct atl_step {
	atl_step_kind kind;
	bool named;            /* the label is a name of the user's */
	const char *label;     /* "W1", "v3": the node, or whose adjoint this is; NULL: FOLD */
	const char *via;       /* CONTRIBUTION, BACKWARD: the label of the consumer; else NULL */
	const char *op;        /* the row's name: the node's, or the consumer's; NULL: none */
	uint32_t rule;         /* in atl_trace.rules; ATL_TREE_NONE: none */
	atl_array *value;      /* held; NULL: FOLD */
	uint32_t count;        /* SUM: steps before it that it adds (FOLDs too); FOLD: turns */
	atl_id node, from;     /* ids of both when the trace was made; 0: none */
	atl_id value_of;       /* the node whose value it is, as long as the graph is not cut; 0: none */
	uint32_t fold;         /* with mark_folds: turns of the FOLD that this step would be in */
	uint32_t fold_id;      /* and which one, from 1; 0: it stays */
	unsigned line;         /* where it was written; 0: nowhere */
	size_t entry;          /* of atl_trace.entry: its first one */
	size_t n_entries, entries_left_out;
	/* Remarks, NULL when there is none. */
	const char *kink;      /* "relu'(0) = 0 at [2, 1]" */
	const char *undefined; /* "log(-3)", or "log(-3) at [2, 1]": the value has no value there */
	const char *remark;    /* "scaled by a 1×1", "where sum(t) = 1" */
	const char *also;      /* other names for the same: "yhat, p" */
	const char *zero;      /* "L does not depend on b1" */
} atl_step;

/* What a leaf of a rule (ATL_T_VERBATIM) stands for; its `count` is the index here. */
typedef struct atl_trace_leaf {
	const char *label;
	bool adjoint;          /* ∂of/∂label; else label itself */
	size_t entry;          /* so many-th entry of it, from 1, in row order; 0: all of it */
	atl_shape shape;       /* with entry: of the whole */
	atl_array *value;      /* held; NULL: it has none, or it is too long to be written */
} atl_trace_leaf;

/* z[2, 1] = W[2, 1]*x[1] + W[2, 2]*x[2]: one entry of a step's value as its terms. */
typedef struct atl_trace_entry {
	size_t at;             /* in the step's value */
	uint32_t rule;
	size_t left_out;       /* terms that "…" stands for */
} atl_trace_entry;

typedef struct atl_trace {
	const char *of;        /* the label of what was traced: the L of ∂L/∂x */
	atl_step *step;
	size_t n, cap;
	size_t forward;        /* steps before this are forward, from here on backward */
	atl_tree *rules;       /* all rules; each step has its root */
	atl_trace_leaf *leaf;
	size_t n_leaf, leaf_cap;
	atl_trace_entry *entry;
	size_t n_entries, entry_cap;
	const atl_symbols *symbols;
	atl_arena arena;       /* texts */
} atl_trace;

typedef struct atl_trace_request {
	atl_id y;              /* a scalar, but for any_shape */
	const atl_id *wrt;     /* backward steps are those on a path to these */
	size_t n_wrt;          /* 0: to all inputs */
	bool full;             /* turns of a loop are not folded, products and sums have their terms */
	bool mark_folds;       /* every step stays; `fold` tells what a fold would hide */
	bool any_shape;        /* what is no scalar has forward steps only, and is no error */
	bool named;            /* only what has a name: one line each, with the whole formula */
	atl_span span;         /* of the expression, for errors */
} atl_trace_request;

/* Differentiates, evaluates, and lists.  The nodes it builds stay in the graph
 * until the caller cuts it.  The diagnostic goes to `diag`. */
atl_status atl_trace_make(atl_trace **, atl_builder *, atl_eval *, const atl_trace_request *,
			  atl_diag *) ATL_MUST_CHECK;
void atl_trace_free(atl_trace *); /* NULL is fine */

/* Makes `out` a copy of a rule with its leaves filled in: fill() appends a
 * leaf's text and says how tightly it binds (ATL_O_NONE: as a name does). */
typedef atl_tree_op atl_trace_fill(atl_buf *, const atl_trace *, const atl_trace_leaf *,
				   void *data);
atl_status atl_trace_rule(atl_tree *out, const atl_trace *, uint32_t rule, atl_trace_fill *,
			  void *data) ATL_MUST_CHECK;

/* remarks.c: the place of an entry as it is typed: "[2, 1]"; nothing for a scalar. */
void atl_remark_place(atl_buf *, const atl_shape *, size_t entry);

#endif
