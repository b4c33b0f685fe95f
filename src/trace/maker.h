/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maker.h: between the files that make a trace.
 *
 * A row is a node of the forward table; its number is also that of its leaf.
 * The leaf of the adjoint of row r is n_row + r, and the last leaf stands for
 * what is too long to be written. */
#ifndef ATL_TRACE_MAKER_H
#define ATL_TRACE_MAKER_H

#include "graph/derive.h"
#include "trace/trace.h"

typedef struct atl_maker {
	atl_builder *b;
	atl_eval *eval;
	const atl_trace_request *req;
	atl_diag *diag;
	atl_trace *t;
	atl_id y;              /* the node itself behind req->y */
	atl_id *row;           /* the forward table, in its order */
	uint32_t n_row;
	uint32_t *row_of;      /* of ids 0..y: row + 1, also of the node behind an alias; 0: none */
	bool *mark;            /* of ids 0..y: y depends on it */
	const char **also;     /* of rows: other names; NULL: none */
	uint32_t *latest;      /* of canonical symbols: the newest binding */
	bool *used;            /* of canonical symbols: named in the table */
	/* What an expression stops at. */
	atl_id g;              /* the adjoint that flows in */
	uint32_t g_row;        /* its row */
	/* When only names are listed. */
	uint32_t *sum_row;     /* of ids: row + 1 of which it is the adjoint */
	atl_id n_sum_row;
	atl_id *formula;       /* of rows: the adjoint as it is written; 0: as the rules give it */
	const char **where;    /* of rows: what that takes, or NULL */
} atl_maker;

const atl_node *atl_maker_node(const atl_maker *, atl_id);
unsigned atl_maker_line(const atl_maker *, atl_id); /* where it was written; 0: nowhere */
/* A text in the trace's arena; sets *failed without memory. */
const char *atl_maker_keep(atl_maker *, atl_buf *text, bool *failed);

/* table.c: finds the rows and names them. */
atl_status atl_maker_rows(atl_maker *) ATL_MUST_CHECK;
/* The label of a node that need not be a row: for wrt. */
const char *atl_maker_name(atl_maker *, atl_id) ATL_MUST_CHECK;

/* expression.c: appends the expression of a node to the rules; ATL_TREE_NONE without memory.
 * With m->g, stops at the adjoint that flows in, too. */
uint32_t atl_maker_expression(atl_maker *, atl_id) ATL_MUST_CHECK;

/* Whether an expression stops at a node (data: the maker), and the leaf that stands for it. */
bool atl_maker_is_leaf(atl_id, void *data);
uint32_t atl_maker_leaf(const atl_maker *, atl_id);

/* entries.c: fills in the entries of a step whose value the node is. */
atl_status atl_maker_entries(atl_maker *, atl_step *, atl_id) ATL_MUST_CHECK;

/* named.c: fills in sum_row, formula and where. */
atl_status atl_maker_formulas(atl_maker *, const atl_adjoints *) ATL_MUST_CHECK;

/* sweep.c: the backward steps. */
atl_status atl_maker_sweep(atl_maker *) ATL_MUST_CHECK;

/* remarks.c */
/* "log(-3) at [2]" when the value has no value somewhere, else NULL. */
atl_status atl_maker_undefined(atl_maker *, atl_id, const atl_array *,
			       const char **out) ATL_MUST_CHECK;
const char *atl_maker_scaled(const atl_maker *, atl_id);
/* The conditions of the kinks that the derivative of a node (or of its body) took a side at. */
typedef struct atl_kink { atl_id condition; const char *says; } atl_kink;
enum { ATL_KINKS = 8 };
unsigned atl_maker_kinks(atl_maker *, atl_id, atl_kink out[ATL_KINKS]);
/* After their conditions were computed: what to say, or NULL. */
atl_status atl_maker_kink(atl_maker *, const atl_kink *, unsigned n,
			  const char **out) ATL_MUST_CHECK;

/* A step at the end, with label, value (a reference is taken) and line filled in. */
atl_step *atl_maker_step(atl_maker *, atl_step_kind, uint32_t row, atl_id node,
			  const atl_array *) ATL_MUST_CHECK;

/* turns.c: folds the turns of loops. */
atl_status atl_maker_fold(atl_maker *) ATL_MUST_CHECK;

#endif
