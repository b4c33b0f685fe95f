/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gradcheck.h: a gradient against a second opinion that knows no rules.
 *
 * The second opinion on an entry is a pair of one-sided differences,
 * (f(x+h) - f(x))/h and (f(x) - f(x-h))/h, computed by MPFR with four times
 * the bits that h is small: h = 2^-k of the entry's size, at levels
 *
 *     k    128  256  512 1024
 *     bits 512 1024 2048 4096
 *
 * so that no step has to be chosen.  By Taylor the truncation is at most
 * h/2 * max|f''|, the rounding about 2^-bits * |f| / h = 2^-3k * |f|.  A rule
 * that is wrong is wrong by the same amount at every level, so:
 *
 *   agrees   at some level the two are equal in 30 bits, or their distance falls
 *            with h as a power of it (at a minimum, where the slope is 0).  That an
 *            unrelated number does so has a chance of 2^-30 an entry.
 *   wrong    the differences settled on another number at the last two levels.
 *            The rule being right after all takes |f''| > 2^900 times their distance,
 *            or numbers within f of which one is 2^2000 times the other.
 *   kink     the sides settled on different numbers, and the gradient is within.
 *   edge     f has no value on one side; the other agrees.
 *   steep    the differences grow as h falls: a jump, or a slope that is infinite.
 *
 * The gradient is computed at each level, too: what is judged are the rules.  How
 * far the caller's own number system is off is told apart from that. */
#ifndef ATL_EVAL_GRADCHECK_H
#define ATL_EVAL_GRADCHECK_H

#include "eval/eval.h"

typedef enum atl_slope_verdict {
	ATL_SLOPE_AGREES,
	ATL_SLOPE_EDGE,
	ATL_SLOPE_KINK,
	ATL_SLOPE_STEEP,
	ATL_SLOPE_UNDECIDED,  /* there is no value, or the differences did not settle */
	ATL_SLOPE_WRONG,
	ATL_SLOPE_VERDICTS
} atl_slope_verdict;

enum { ATL_SLOPE_TEXT = 32 };

typedef struct atl_slope {
	size_t entry;
	atl_slope_verdict verdict;
	char gradient[ATL_SLOPE_TEXT], left[ATL_SLOPE_TEXT], right[ATL_SLOPE_TEXT];
	double apart;         /* distance of the system's gradient from the one with more bits, in
	                       * units of its largest entry; NaN: not known */
} atl_slope;

typedef struct atl_gradcheck_request {
	const atl_graph *graph;
	atl_eval *eval;       /* of the caller: its values are the point */
	atl_id y, x, gradient; /* x an input or computed, then as if it were one; gradient = grad(y, x) */
	uint64_t seed;        /* of the sample */
} atl_gradcheck_request;

typedef struct atl_gradcheck {
	atl_slope *slope;     /* of the entries that were looked at, in their order */
	size_t n, entries;    /* so many of so many */
	size_t count[ATL_SLOPE_VERDICTS];
} atl_gradcheck;

/* Of many entries a sample is looked at.  ATL_ERROR on an interrupt, without memory, and when y
 * or the gradient cannot be computed at the point. */
atl_status atl_gradcheck_make(atl_gradcheck *, const atl_gradcheck_request *, atl_diag *) ATL_MUST_CHECK;
void atl_gradcheck_clear(atl_gradcheck *);

#endif
