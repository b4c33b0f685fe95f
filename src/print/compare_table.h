/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print/compare_table.h: between the files that print a comparison as text. */
#ifndef ATL_PRINT_COMPARE_TABLE_H
#define ATL_PRINT_COMPARE_TABLE_H

#include "print/compare.h"

enum { ATL_TABLE_MARGIN = 2, ATL_TABLE_GAP = 2 };

/* What a cell shows: all, values of few digits, or the errors alone. */
enum { ATL_TABLE_FULL, ATL_TABLE_SHORT, ATL_TABLE_ERRORS, ATL_TABLE_LEVELS };

typedef struct atl_table_cell {
	char *value, *error; /* NULL: nothing */
	size_t value_width, error_width;
} atl_table_cell;

typedef struct atl_table {
	atl_buf *out;
	const atl_compare *c;
	const atl_format *f;
	size_t page, lead;     /* columns of the page, and of the labels */
	int level;
	bool *hidden;          /* of steps: a fold stands for it */
	atl_table_cell *cell;  /* steps × columns, those of a step side by side */
	size_t *value, *error, *width; /* of columns: widths, of both parts and the whole */
	bool failed;
} atl_table;

/* compare_cells.c: makes the cells and chooses their level and the widths. */
void atl_table_lay_out(atl_table *);
void atl_table_clear_cells(atl_table *);
atl_table_cell *atl_table_cell_at(const atl_table *, size_t step, size_t column);
/* "∂L/∂x via v1"; with its rule, "v1 = W*x + b", if it is a forward step. */
void atl_table_label(const atl_table *, atl_buf *, size_t step);
void atl_table_whole_label(const atl_table *, atl_buf *, size_t step);

#endif
