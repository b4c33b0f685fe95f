/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print/value.h: between the files that print values. */
#ifndef ATL_PRINT_VALUE_H
#define ATL_PRINT_VALUE_H

#include "print/print.h"

void atl_value_entry(atl_buf *, const atl_array *, size_t i, const atl_format *);
const char *atl_value_dots(const atl_format *);                         /* for the middle */
void atl_value_shape(atl_buf *, const atl_array *, const atl_format *); /* "3×2" */
size_t atl_value_width(const atl_buf *, size_t from);                   /* columns of what was added */
/* All of it on one line if that takes at most `max` columns (0: no limit),
 * else nothing and false.  Looks at no more entries than fit. */
bool atl_value_whole(atl_buf *, const atl_array *, const atl_format *, size_t max);

/* block.c: rows on lines, columns aligned; `indent` as in atl_print_value. */
void atl_value_block(atl_buf *, const atl_array *, const atl_format *, size_t indent);

#endif
