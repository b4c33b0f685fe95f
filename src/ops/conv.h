/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conv.h: the kernels of convolutions.
 *
 * A convolution joins three arrays by the sum over all windows
 *
 *      T(x, w, y) = sum of x[n, c, i*stride + p*dilation - padding, ...] * w[f, c, p, q] * y[n, f, i, j]
 *
 * and each of its three derivatives is a kernel: by y the images y of a
 * convolution of x by w, by x what w carries back from y, by w the weights'
 * gradient.  Each is the adjoint of the other two.
 *
 * The windows of some rows are copied side by side, as columns, and the
 * system's matmul does the rest; a system that can slide a dot product
 * (atl_system.correlate) does so where few filters share the windows, so that
 * copies would not pay.  Padding is zeros, and is multiplied. */
#ifndef ATL_OPS_CONV_H
#define ATL_OPS_CONV_H

#include "graph/op.h"
#include "ops/window.h"

typedef struct atl_conv {
	atl_num *num;
	atl_window w;
	size_t places[2];        /* rows and columns of y */
	size_t n, groups;
	size_t channels, filters; /* of one group */
} atl_conv;

static inline size_t atl_conv_taps(const atl_conv *c) { return (size_t)(c->w.kernel[0] * c->w.kernel[1]); }
static inline size_t atl_conv_depth(const atl_conv *c) { return c->channels * atl_conv_taps(c); }
static inline size_t atl_conv_area_in(const atl_conv *c) { return (size_t)(c->w.in[0] * c->w.in[1]); }
static inline size_t atl_conv_area_out(const atl_conv *c) { return c->places[0] * c->places[1]; }
static inline void *atl_conv_at(const atl_conv *c, const void *p, size_t i)
{
	return (char *)(uintptr_t)p + i * c->num->sys->size;
}

/* conv_kernel.c: all images, in row order.  Outputs of the last two are zeros before. */
atl_answer atl_conv_forward(const atl_conv *, void *y, const void *x, const void *w);
atl_answer atl_conv_backward(const atl_conv *, void *x, const void *y, const void *w);
atl_answer atl_conv_weights(const atl_conv *, void *w, const void *x, const void *y);

/* conv_direct.c: the same for one image and one group, by sliding dot products; scratch is
 * atl_conv_direct_scratch elements.  atl_conv_slides: whether that is the way, for the forward
 * kernel and the weights (few filters), or backwards (few channels). */
enum { ATL_CONV_FEW = 4 };
bool atl_conv_slides(const atl_conv *, bool back);
size_t atl_conv_direct_scratch(const atl_conv *, bool back);
atl_answer atl_conv_direct_forward(const atl_conv *, void *y, const void *x, const void *w, void *scratch, size_t *at);
atl_answer atl_conv_direct_backward(const atl_conv *, void *x, const void *y, const void *w, void *scratch, size_t *at);
atl_answer atl_conv_direct_weights(const atl_conv *, void *w, const void *x, const void *y, void *scratch, size_t *at);

/* support for both: a rows x cols part of an image as rows of `to_cols`, zeros around it:
 * entry (i, j) goes to (i + top, j + left). */
atl_answer atl_conv_pad(const atl_conv *, void *to, size_t to_rows, size_t to_cols, const void *from, size_t rows, size_t cols,
			size_t top, size_t left);

#endif
