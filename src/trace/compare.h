/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.h: the same graph in several number systems, as data.
 *
 * A comparison is a trace, whose steps are the rows, and a column for each
 * system with a cell for each step: the value there, and how far it is from
 * the best one, which is the first of the best systems (an exact one, else the
 * one with the most bits) that has a value in that row.  Of an array a cell
 * tells its worst entry.
 *
 * No column stops another: what a system cannot compute is a cell that says
 * why, what is computed from that is a cell without a value, and infinities and
 * NaN flow as IEEE 754 has them.  The guards and the kinks of the graph are
 * looked at in each system: the values go on along the graph as it was built,
 * and the cell says where the system would have taken another side.
 *
 * A comparison owns its texts and holds its arrays, so the graph may be cut. */
#ifndef ATL_TRACE_COMPARE_H
#define ATL_TRACE_COMPARE_H

#include "trace/trace.h"

/* What there is to say of the worst entry, from the best to the worst. */
typedef enum atl_cell_state {
	ATL_CELL_FINE,       /* `error` tells all */
	ATL_CELL_NOT_ZERO,   /* the best value is 0, and this one is not */
	ATL_CELL_LOST,       /* nonzero became 0, and the system has smaller numbers */
	ATL_CELL_UNDERFLOW,  /* nonzero became 0: it is too small for the system */
	ATL_CELL_SATURATED,  /* the system's largest number stands for a larger one */
	ATL_CELL_OVERFLOW,   /* infinite, and the best value is not */
	ATL_CELL_FINITE,     /* a number, and the best value is infinite or none */
	ATL_CELL_NO_VALUE    /* none, and the best value is one */
} atl_cell_state;

typedef struct atl_cell {
	atl_array *value;    /* held; NULL: it could not be had */
	const char *why;     /* of no value: "irrational"; NULL: it depends on such a cell */
	bool best;           /* the others are measured by this one */
	atl_cell_state state;
	size_t entry, count; /* the worst entry, and how many there are in that state */
	double error;        /* log10 of its relative error; -inf: none; +inf: of a best value 0 */
	double cost;         /* digits that this step lost beyond its operands and a rounding */
	bool starts;         /* an error starts here: the column's first one, or a cost of a digit */
	const char *branch;  /* "n > 2": a guard that is another value here; NULL: none */
	const char *kink;    /* "other side at [2]" */
} atl_cell;

typedef struct atl_column {
	const char *name;    /* "fp8_e4m3", "mpfr 64" */
	atl_num num;
	long bits;           /* of the significand; 0: exact */
	atl_cell *cell;      /* one a step of the trace */
	/* The sum of it. */
	size_t costliest;    /* the step with the largest cost; `steps` when none lost anything */
	size_t first_zero;   /* the first gradient that became 0 in every entry; `steps`: none */
	size_t zeros;        /* how many did */
	size_t partly;       /* and how many in some entries */
	size_t first_gap;    /* the first step it could not compute; `steps`: none */
	bool other_branch;
} atl_column;

typedef struct atl_compare {
	atl_trace *trace;
	size_t steps;        /* of the trace */
	atl_column *column;
	size_t n;
	size_t best;         /* the column of the best system */
	atl_arena arena;     /* texts */
} atl_compare;

typedef struct atl_compare_request {
	atl_trace_request trace;   /* y of any shape: what is no scalar has no gradients */
	const char *const *name;   /* of the systems, as they are shown */
	const atl_num *num;        /* and the systems */
	size_t n;
} atl_compare_request;

/* Evaluates in each system and sets the evaluator back to its own.  The nodes
 * that it builds stay in the graph until the caller cuts it.  Fails on what
 * makes a trace fail, on an interrupt and without memory. */
atl_status atl_compare_make(atl_compare **, atl_builder *, atl_eval *, const atl_compare_request *,
			    atl_diag *) ATL_MUST_CHECK;
void atl_compare_free(atl_compare *); /* NULL is fine */

/* Whether the step is the whole gradient of a node, and no part of a sum of several. */
bool atl_compare_is_gradient(const atl_compare *, size_t step);

#endif
