/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot.h: curves and images, drawn in text or by gnuplot.
 *
 * What is drawn is plain doubles, owned by the caller.  A value that is no
 * number or infinite is a gap.  The same drawing gives the same bytes: there
 * is no date, no locale and no random number in it. */
#ifndef ATL_PLOT_PLOT_H
#define ATL_PLOT_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/text.h"

enum { ATL_PLOT_CURVES = 8 }; /* that can be told apart */

typedef struct atl_curve {
	const char *name;
	const double *x, *y;
	size_t n;
} atl_curve;

typedef struct atl_curves {
	const atl_curve *curve;
	size_t n;           /* at most ATL_PLOT_CURVES */
	bool points;        /* marks, with no line between */
	const char *x_name; /* below the axis; NULL: none */
} atl_curves;

/* Pictures of one size, in rows of `across` (0: as many as fit). */
typedef struct atl_tiles {
	const double *v; /* count × height × width */
	size_t count, height, width, across;
} atl_tiles;

typedef struct atl_canvas {
	unsigned width; /* columns of the page */
	bool ascii;
	bool color;
} atl_canvas;

/* Lines of text, each with its newline; none where there is no number to draw. */
void atl_draw_curves(atl_buf *, const atl_curves *, atl_canvas);
void atl_draw_tiles(atl_buf *, const atl_tiles *, atl_canvas);
/* One line of JSON, without its newline. */
void atl_json_curves(atl_buf *, const atl_curves *);
void atl_json_tiles(atl_buf *, const atl_tiles *);

/* gnuplot.c: the script that draws it to standard output: "svg" or "png". */
void atl_script_curves(atl_buf *, const atl_curves *, const char *format);
void atl_script_tiles(atl_buf *, const atl_tiles *, const char *format);
/* What gnuplot makes of a script. */
atl_status atl_gnuplot(const atl_buf *script, atl_buf *picture, atl_diag *, atl_span) ATL_MUST_CHECK;

/* range.c: the smallest and the largest number; false when there is none. */
bool atl_range_of(const double *v, size_t n, double *low, double *high);
/* Round numbers of an axis: step is 1, 2 or 5 times a power of 10, the first one is a multiple of it. */
typedef struct atl_ticks {
	double first, step;
	unsigned n;
} atl_ticks;
/* The ticks within [low, high], about `wanted`; low < high. */
atl_ticks atl_ticks_in(double low, double high, unsigned wanted);
double atl_tick(const atl_ticks *, unsigned k);
/* A number as a label; "0" for what is 0 but for rounding. */
void atl_label_number(atl_buf *, double v, double step);

#endif
