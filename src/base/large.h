/* SPDX-License-Identifier: GPL-3.0-or-later */
/* large.h: blocks of many pages, for mem.c.
 *
 * A page that a program has not touched yet costs more than what is done with
 * its numbers.  So large blocks are on large pages where the system has them,
 * and one that is given back is kept for the next of about its size; when none of
 * those that are kept fits, all are really given back first, so that keeping them
 * adds nothing to what a program has at its peak. */
#ifndef ATL_BASE_LARGE_H
#define ATL_BASE_LARGE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/status.h"

enum { ATL_LARGE = 4 << 20 }; /* bytes from which a block is large */

/* size >= ATL_LARGE; NULL without memory. */
void *atl_large_new(size_t size) ATL_MUST_CHECK;
/* The bytes of a large block that is in use; 0: p is none. */
size_t atl_large_size(const void *p);
/* False: p is none, and is as it was. */
bool atl_large_free(void *p);

#endif
