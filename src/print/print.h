/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print.h: values as text and JSON.
 *
 * What is printed can be pasted back.  No address, no locale, same bytes for
 * the same input. */
#ifndef ATL_PRINT_PRINT_H
#define ATL_PRINT_PRINT_H

#include "array/array.h"
#include "base/text.h"

typedef struct atl_format {
	int digits;      /* significant; 0: as many as read back (`set digits full`) */
	unsigned width;  /* columns of the page */
	bool ascii;      /* no byte above 127 */
	bool color;
	bool full;       /* elide nothing */
} atl_format;

/* print/value.c.  One line: "3", "[2; 8; 9]", "[1, 0; 3, 4]", "[]" for 0×0, "zeros(2, 0)" for
 * other shapes without entries; rank > 2 as
 * nested NumPy brackets "[[[1, 2], [3, 4]]]"; a 1×n row "[[1, 2]]" (so that it reads back as a row).
 * More than max_width columns: elided in the middle ("[1, 2, …, 9; …; 3]"), unless full. */
void atl_print_inline(atl_buf *, const atl_array *, const atl_format *, size_t max_width);
/* After "name = ": on one line when it fits format->width, else rows on lines, columns aligned,
 * inside brackets; large arrays elided in the middle (at most 10 rows, and as many columns as fit)
 * with the shape said, unless full.  `indent`: columns already used on the first line. */
void atl_print_value(atl_buf *, const atl_array *, const atl_format *, size_t indent);
/* JSON: numbers in full as JSON numbers for rounded systems, strings for exact fractions that are no
 * integers ("1/3"), nan and inf as strings; scalars bare, matrices as nested row arrays. */
void atl_print_json(atl_buf *, const atl_array *);
void atl_print_json_string(atl_buf *, const char *text, size_t len);

#endif
