/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fold.h: small simplifications of what a rule builds.
 *
 * A rule's text is written for the general case; in a given graph it meets
 * the seed 1, exponents such as 2 - 1, and transposes of transposes.  Folding
 * is by the ring's identities only, so it is right in every number system,
 * and it is never applied to what the user wrote. */
#ifndef ATL_GRAPH_FOLD_H
#define ATL_GRAPH_FOLD_H

#include "graph/build.h"

/* An existing or simpler node that equals the call, or 0: build it.  The
 * operands are broadcast already; `shape` is the elementwise result's. */
atl_id atl_fold(atl_builder *, const atl_call *, const atl_shape *shape);
/* The integer that a literal's text is; false when it is none that fits. */
bool atl_fold_integer(const char *text, int64_t *out);

#endif
