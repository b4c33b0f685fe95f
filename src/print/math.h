/* SPDX-License-Identifier: GPL-3.0-or-later */
/* math.h: a formula in LaTeX with its width, so that lines can be broken.
 *
 * A formula is a row of pieces; before some of them a line may end.  Widths are
 * in tenths of a point at a size of 10 and rather too large than too small.
 * Everything is ASCII: a name is spelled (ŷ: yhat) and set (\hat{y}). */
#ifndef ATL_PRINT_MATH_H
#define ATL_PRINT_MATH_H

#include "print/print.h"
#include "trace/trace.h"

typedef struct atl_math_piece {
	size_t end;      /* of its text */
	uint32_t width;
	bool breaks;     /* a line may begin with it */
} atl_math_piece;

typedef struct atl_math {
	atl_buf text;
	atl_math_piece *piece;
	size_t n, cap;
} atl_math;

/* How much of an array is shown. */
typedef struct atl_math_most {
	size_t rows, cols;
	uint32_t width;
} atl_math_most;

void atl_math_clear(atl_math *);
void atl_math_reset(atl_math *);
void atl_math_add(atl_math *, const char *latex, uint32_t width, bool breaks);
uint32_t atl_math_width(const atl_math *);
uint32_t atl_math_widest(const atl_math *); /* of what no break divides */

void atl_math_name(atl_math *, const char *name);
/* A number as it is printed: "-1.5e-07", "1/3"; a long one loses its middle. */
void atl_math_number(atl_math *, const char *text);
/* At most as much as `most` says: a scalar, a bmatrix, or what else there is as it is typed. */
void atl_math_value(atl_math *, const atl_array *, const atl_format *, atl_math_most);
/* One entry, and its place: "[2, 1]", nothing for a scalar's. */
void atl_math_entry(atl_math *, const atl_array *, size_t entry, const atl_format *);
void atl_math_place(atl_math *, const atl_shape *, size_t entry);
/* ∂of/∂label */
void atl_math_adjoint(atl_math *, const char *of, const char *label);
/* math_rule.c: a rule; `numbers`: with its leaves' values, where they have one. */
void atl_math_rule(atl_math *, const atl_trace *, uint32_t rule, const atl_format *,
                   const atl_math_most *numbers);
/* Text for text mode, its special characters escaped. */
void atl_latex_text(atl_buf *, const char *text, size_t len);

#endif
