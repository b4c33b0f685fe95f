/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window.h: windows that slide over images: the sizes of convolutions and pools.
 *
 * Along each of the two axes a window of `kernel` entries, `dilation` apart,
 * stands at every `stride`-th place of the input with its padding:
 *
 *      places = floor((in + before + after - dilation*(kernel - 1) - 1)/stride) + 1
 *
 * "same" padding gives ceil(in/stride) places: what is needed for that, half of
 * it before and the rest after; "valid" is none. */
#ifndef ATL_OPS_WINDOW_H
#define ATL_OPS_WINDOW_H

#include "graph/build.h"

typedef struct atl_window {
	int64_t in[2], kernel[2], stride[2], dilation[2];
	int64_t padding[4]; /* top, bottom, left, right */
} atl_window;

/* The words of a padding, "=0|same|valid". */
enum { ATL_SAME, ATL_VALID };

/* Entries from a window's first to its last along axis d (0 or 1). */
int64_t atl_window_extent(const atl_window *, int d);
/* How many places there are along axis d; less than 1: none. */
int64_t atl_window_places(const atl_window *, int d);
/* Puts numbers for the words of the padding; ATL_ERROR after a diagnostic when a
 * number is out of its range, or the window does not fit: then operand 0 of the
 * call is shown, and operand 1 where the kernel is one. */
atl_status atl_window_check(atl_builder *, const atl_call *, atl_window *);
/* "floor((36 + 2*3 - 3)/2) + 1" */
void atl_window_formula(atl_buf *, const atl_window *, int d);

/* The way back: n entries, each put to the place of its window, with `extra` more
 * behind them, come from (n - 1)*stride - before - after + extent + extra. */
int64_t atl_window_stretched(const atl_window *, int d, int64_t n, int64_t extra);
/* "(18 - 1)*2 - 2*3 + 3" */
void atl_window_stretched_formula(atl_buf *, const atl_window *, int d, int64_t n, int64_t extra);
/* Only the ranges of the numbers, and that of `extra`. */
atl_status atl_window_check_stretched(atl_builder *, const atl_call *, const atl_window *, const int64_t extra[2]);

/* An array as images: the last two dimensions are an image's rows and columns,
 * those before its channels and the images' number; 1 where there are none. */
typedef struct atl_images { int64_t n, channels, rows, cols; } atl_images;
atl_images atl_images_of(const atl_shape *);
/* Checks for rank 2 to 4; `what` is what takes them. */
atl_status atl_images_check(atl_builder *, const atl_call *, uint32_t k, const char *what);

#endif
