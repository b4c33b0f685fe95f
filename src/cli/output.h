/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.h: the two streams.  Standard output is buffered here and written
 * out before anything goes to standard error, before input is waited for, and
 * at the end; a write that fails is remembered and ends the program with 2. */
#ifndef ATL_CLI_OUTPUT_H
#define ATL_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

void atl_out(void *unused, const char *text, size_t len);
void atl_err(void *unused, const char *text, size_t len);
void atl_out_flush(void);
/* The errno of the first write that failed, or 0. */
int atl_out_failed(void);

#endif
