/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why.h: why a value, or a gradient, is what it is: where it was born.
 *
 * Of a value that is none, infinite or zero the walk goes down to the node whose
 * operands are not so.  Of a gradient it goes up from the variable, along the
 * largest contributions, to what was differentiated, and tells what each named
 * node did to the size of what flows back.  What is found are facts: a word
 * that says what sort it is, and a sentence.
 *
 * A finding owns its texts: the graph may be cut. */
#ifndef ATL_TRACE_WHY_H
#define ATL_TRACE_WHY_H

#include "eval/eval.h"
#include "graph/build.h"

typedef struct atl_fact { const char *key, *text; } atl_fact; /* "born", "log(-3) at entry [2]" */

/* A named node on the way back, from y to x. */
typedef struct atl_why_row {
	const char *label;    /* "a1" */
	const char *through;  /* the op that changed it most since the row before; NULL: the first */
	double size;          /* the Euclidean norm of its adjoint */
	double factor;        /* to that of the row before */
} atl_why_row;

typedef struct atl_why {
	atl_fact *fact;
	size_t n, cap;
	atl_why_row *row;
	size_t n_rows, cap_rows;
	size_t most;          /* the row with the most extreme factor */
	atl_arena arena;
} atl_why;

/* The value of a node that was computed.  Builds nothing. */
atl_status atl_why_value(atl_why *, const atl_graph *, const atl_symbols *, const atl_sources *, atl_eval *, atl_id,
                         atl_diag *) ATL_MUST_CHECK;
/* The gradient of y, a scalar, with respect to x; its nodes stay until the caller cuts the graph. */
atl_status atl_why_gradient(atl_why *, atl_builder *, atl_eval *, atl_id y, atl_id x, atl_diag *) ATL_MUST_CHECK;
atl_status atl_why_add(atl_why *, atl_diag *, const char *key, const char *format, ...) ATL_PRINTF(4, 5) ATL_MUST_CHECK;
void atl_why_clear(atl_why *);

#endif
