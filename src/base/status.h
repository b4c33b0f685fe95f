/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status.h: how a function says that it failed.
 *
 * A function that can fail returns atl_status and, when it fails, has put one
 * diagnostic into the atl_diag it was given (base/diag.h).  Nothing below the
 * command line exits, aborts or jumps.  A builder that returns a node id or a
 * pointer fails with 0 or NULL and accepts 0 or NULL operands by failing at
 * once, so that calls can be nested and the outermost result be looked at. */
#ifndef ATL_BASE_STATUS_H
#define ATL_BASE_STATUS_H

#include "base/banned.h"

typedef enum atl_status { ATL_OK = 0, ATL_ERROR = 1 } atl_status;

#define ATL_MUST_CHECK __attribute__((warn_unused_result))
#define ATL_PRINTF(f, a) __attribute__((format(printf, f, a)))
/* Seldom called: its callers are laid out for the case that it is not. */
#define ATL_SELDOM __attribute__((cold, noinline))

#endif
