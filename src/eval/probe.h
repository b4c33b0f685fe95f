/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe.h: whether two nodes are equal at random points.
 *
 * All inputs that the two depend on get random rational numbers, and both are
 * computed in the exact system (or, where that has no such number or the arrays
 * are large, by MPFR with 256 bits).  Two polynomials that agree at a random
 * point are the same, but for a small chance (Schwartz 1980, Zippel 1979).
 * Other functions have pieces, periods and domains, so the points are of
 * several sizes, from 1/1000 to 10^6, of one sign and of both, and are drawn
 * again where there is no value.  Nothing of the caller's evaluation changes. */
#ifndef ATL_EVAL_PROBE_H
#define ATL_EVAL_PROBE_H

#include "eval/eval.h"

typedef enum atl_probed {
	ATL_PROBE_EQUAL,   /* at every point, and all that was computed there were rational numbers */
	ATL_PROBE_DIGITS,  /* at every point, to all digits that were computed */
	ATL_PROBE_DIFFERENT,
	ATL_PROBE_UNABLE   /* they have no value at the points, or cannot be computed there */
} atl_probed;

typedef struct atl_probe {
	const atl_graph *graph;
	const atl_symbols *symbols;
	const atl_sources *sources;
	atl_num num;         /* its modules and its stop are used */
	const atl_id *unit;  /* inputs whose columns shall add up to 1 */
	size_t n_unit;
	unsigned points;     /* after the run: how many were compared, of the pair with the fewest */
} atl_probe;

atl_probed atl_probe_equal(atl_probe *, atl_id a, atl_id b);

/* Several pairs at the same points. */
typedef struct atl_probe_pair {
	atl_id a, b;
	atl_probed probed;   /* the answer */
	unsigned points;     /* at how many both had a value */
	unsigned last;       /* the probe's own: the last of these */
} atl_probe_pair;
void atl_probe_pairs(atl_probe *, atl_probe_pair *, size_t n);

/* Whether the columns of an input add up to 1 now, as those of targets and probabilities do. */
bool atl_probe_unit(const atl_graph *, atl_eval *, atl_id);

/* What it takes to compute the nodes from..to that are marked (NULL: all), in multiplications. */
double atl_probe_work(const atl_graph *, atl_id from, atl_id to, const bool *mark);

#endif
