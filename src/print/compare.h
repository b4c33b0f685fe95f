/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print/compare.h: a comparison as text and as JSON.  Nothing is measured here. */
#ifndef ATL_PRINT_COMPARE_H
#define ATL_PRINT_COMPARE_H

#include "print/print.h"
#include "trace/compare.h"

/* A table of steps by systems for a page of format->width columns, and a line
 * of sum a system.  Where not all systems fit beside each other, there are
 * several tables. */
void atl_print_compare_text(atl_buf *, const atl_compare *, const atl_format *);
/* One object a line: the steps, then the systems. */
void atl_print_compare_json(atl_buf *, const atl_compare *, const atl_format *);

/* compare_json.c: a relative error of which the decimal logarithm is known: "5.6e-17", "0", "inf". */
void atl_compare_error(atl_buf *, double log);
/* "underflow"; "" where the error tells all. */
const char *atl_compare_state(atl_cell_state);

#endif
