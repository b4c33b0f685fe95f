/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conv_direct.c: convolutions by sliding dot products: one for each row of the
 * output, over an image with its padding around it. */
#include "ops/conv.h"

#include <string.h>

static size_t padded(const atl_conv *c, int d)
{
	return (size_t)(c->w.in[d] + c->w.padding[2 * d] + c->w.padding[2 * d + 1]);
}

/* Backwards with stride 1, x is y slid over by the kernel turned round, with
 * extent - 1 - padding zeros around y. */
static int64_t margin(const atl_conv *c, int i)
{
	return atl_window_extent(&c->w, i / 2) - 1 - c->w.padding[i];
}

bool atl_conv_slides(const atl_conv *c, bool back)
{
	if (!c->num->sys->correlate || (back ? c->channels : c->filters) >= ATL_CONV_FEW)
		return false;
	return !back || (c->w.stride[0] == 1 && c->w.stride[1] == 1 && margin(c, 0) >= 0 && margin(c, 1) >= 0 &&
			 margin(c, 2) >= 0 && margin(c, 3) >= 0);
}

/* Rows and columns of y with its margins. */
static size_t margined(const atl_conv *c, int d)
{
	return (size_t)((int64_t)c->places[d] + margin(c, 2 * d) + margin(c, 2 * d + 1));
}

size_t atl_conv_direct_scratch(const atl_conv *c, bool back)
{
	size_t depth = atl_conv_depth(c), taps = c->filters * atl_conv_taps(c);
	if (back)
		return c->filters * margined(c, 0) * margined(c, 1) + taps;
	return c->channels * padded(c, 0) * padded(c, 1) + (depth > taps ? depth : taps);
}

atl_answer atl_conv_pad(const atl_conv *c, void *to, size_t to_rows, size_t to_cols, const void *from, size_t rows, size_t cols,
			size_t top, size_t left)
{
	const atl_system *sys = c->num->sys;
	atl_answer answer = sys->set_si(to, 0, c->num);
	if (answer == ATL_FINE && (to_rows > rows || to_cols > cols))
		answer = sys->copy(to, to, 0, to_rows * to_cols);
	for (size_t i = 0; i < rows && answer == ATL_FINE; i++)
		answer = sys->copy(atl_conv_at(c, to, (i + top) * to_cols + left), atl_conv_at(c, from, i * cols), 1, cols);
	return answer;
}

/* All channels of x with their padding, in scratch; x itself where there is none. */
static atl_answer pad_all(const atl_conv *c, const void **x, void *scratch)
{
	size_t rows = padded(c, 0), cols = padded(c, 1);
	if (rows == (size_t)c->w.in[0] && cols == (size_t)c->w.in[1])
		return ATL_FINE;
	atl_answer answer = ATL_FINE;
	for (size_t k = 0; k < c->channels && answer == ATL_FINE; k++)
		answer = atl_conv_pad(c, atl_conv_at(c, scratch, k * rows * cols), rows, cols,
				      atl_conv_at(c, *x, k * atl_conv_area_in(c)), (size_t)c->w.in[0], (size_t)c->w.in[1],
				      (size_t)c->w.padding[0], (size_t)c->w.padding[2]);
	*x = scratch;
	return answer;
}

atl_answer atl_conv_direct_forward(const atl_conv *c, void *y, const void *x, const void *w, void *scratch, size_t *at)
{
	size_t depth = atl_conv_depth(c), taps = atl_conv_taps(c), kw = (size_t)c->w.kernel[1], cols = padded(c, 1);
	atl_answer answer = pad_all(c, &x, scratch);
	for (size_t d = 0; d < depth; d++)
		at[d] = d / taps * padded(c, 0) * cols + d % taps / kw * (size_t)c->w.dilation[0] * cols +
			d % kw * (size_t)c->w.dilation[1];
	for (size_t r = 0; r < c->filters * c->places[0] && answer == ATL_FINE; r++) {
		size_t f = r / c->places[0], i = r % c->places[0];
		answer = c->num->sys->correlate(atl_conv_at(c, y, r * c->places[1]),
						atl_conv_at(c, x, i * (size_t)c->w.stride[0] * cols), (size_t)c->w.stride[1], at,
						atl_conv_at(c, w, f * depth), depth, c->places[1], c->num);
	}
	return answer;
}

atl_answer atl_conv_direct_backward(const atl_conv *c, void *x, const void *y, const void *w, void *scratch, size_t *at)
{
	size_t taps = atl_conv_taps(c), kh = (size_t)c->w.kernel[0], kw = (size_t)c->w.kernel[1];
	size_t rows = margined(c, 0), cols = margined(c, 1), n = c->filters * taps;
	void *own = atl_conv_at(c, scratch, c->filters * rows * cols);
	atl_answer answer = ATL_FINE;
	for (size_t f = 0; f < c->filters && answer == ATL_FINE; f++)
		answer = atl_conv_pad(c, atl_conv_at(c, scratch, f * rows * cols), rows, cols,
				      atl_conv_at(c, y, f * atl_conv_area_out(c)), c->places[0], c->places[1], (size_t)margin(c, 0),
				      (size_t)margin(c, 2));
	for (size_t d = 0; d < n; d++)
		at[d] = d / taps * rows * cols + (kh - 1 - d % taps / kw) * (size_t)c->w.dilation[0] * cols +
			(kw - 1 - d % kw) * (size_t)c->w.dilation[1];
	for (size_t k = 0; k < c->channels && answer == ATL_FINE; k++) {
		for (size_t f = 0; f < c->filters && answer == ATL_FINE; f++)
			answer = c->num->sys->copy(atl_conv_at(c, own, f * taps), atl_conv_at(c, w, (f * c->channels + k) * taps), 1,
						   taps);
		for (size_t i = 0; i < (size_t)c->w.in[0] && answer == ATL_FINE; i++)
			answer = c->num->sys->correlate(atl_conv_at(c, x, k * atl_conv_area_in(c) + i * (size_t)c->w.in[1]),
							atl_conv_at(c, scratch, i * cols), 1, at, own, n, (size_t)c->w.in[1], c->num);
	}
	return answer;
}

/* Row p of the kernel of channel k and filter f is y slid over x by the dilation. */
atl_answer atl_conv_direct_weights(const atl_conv *c, void *w, const void *x, const void *y, void *scratch, size_t *at)
{
	size_t depth = atl_conv_depth(c), kh = (size_t)c->w.kernel[0], kw = (size_t)c->w.kernel[1];
	size_t rows = padded(c, 0), cols = padded(c, 1), area = atl_conv_area_out(c);
	void *sum = atl_conv_at(c, scratch, c->channels * rows * cols);
	atl_answer answer = pad_all(c, &x, scratch);
	for (size_t i = 0; i < area; i++)
		at[i] = i / c->places[1] * (size_t)c->w.stride[0] * cols + i % c->places[1] * (size_t)c->w.stride[1];
	for (size_t f = 0; f < c->filters && answer == ATL_FINE; f++) {
		for (size_t r = 0; r < c->channels * kh && answer == ATL_FINE; r++)
			answer = c->num->sys->correlate(
				atl_conv_at(c, sum, r * kw),
				atl_conv_at(c, x, r / kh * rows * cols + r % kh * (size_t)c->w.dilation[0] * cols),
				(size_t)c->w.dilation[1], at, atl_conv_at(c, y, f * area), area, kw, c->num);
		void *own = atl_conv_at(c, w, f * depth);
		if (answer == ATL_FINE)
			answer = c->num->sys->fn2[ATL_FN2_add](own, own, 1, sum, 1, depth, c->num);
	}
	return answer;
}
