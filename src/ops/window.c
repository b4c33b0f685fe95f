/* SPDX-License-Identifier: GPL-3.0-or-later */
/* window.c: see window.h. */
#include "ops/window.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LARGEST = 1 << 30 };

int64_t atl_window_extent(const atl_window *w, int d)
{
	return w->dilation[d] * (w->kernel[d] - 1) + 1;
}

static int64_t room(const atl_window *w, int d)
{
	return w->in[d] + w->padding[2 * d] + w->padding[2 * d + 1] - atl_window_extent(w, d);
}

int64_t atl_window_places(const atl_window *w, int d)
{
	return room(w, d) < 0 ? 0 : room(w, d) / w->stride[d] + 1;
}

void atl_window_formula(atl_buf *out, const atl_window *w, int d)
{
	int64_t before = w->padding[2 * d], after = w->padding[2 * d + 1];
	atl_buf_addf(out, "floor((%" PRId64, w->in[d]);
	if (before == after)
		atl_buf_addf(out, " + 2*%" PRId64, before);
	else
		atl_buf_addf(out, " + %" PRId64 " + %" PRId64, before, after);
	if (w->dilation[d] == 1)
		atl_buf_addf(out, " - %" PRId64, w->kernel[d]);
	else
		atl_buf_addf(out, " - %" PRId64 "*(%" PRId64 " - 1) - 1", w->dilation[d], w->kernel[d]);
	atl_buf_addf(out, ")/%" PRId64 ") + 1", w->stride[d]);
}

int64_t atl_window_stretched(const atl_window *w, int d, int64_t n, int64_t extra)
{
	return (n - 1) * w->stride[d] - w->padding[2 * d] - w->padding[2 * d + 1] + atl_window_extent(w, d) + extra;
}

void atl_window_stretched_formula(atl_buf *out, const atl_window *w, int d, int64_t n, int64_t extra)
{
	int64_t before = w->padding[2 * d], after = w->padding[2 * d + 1];
	atl_buf_addf(out, "(%" PRId64 " - 1)*%" PRId64, n, w->stride[d]);
	if (before == after)
		atl_buf_addf(out, " - 2*%" PRId64, before);
	else
		atl_buf_addf(out, " - %" PRId64 " - %" PRId64, before, after);
	if (w->dilation[d] == 1)
		atl_buf_addf(out, " + %" PRId64, w->kernel[d]);
	else
		atl_buf_addf(out, " + %" PRId64 "*(%" PRId64 " - 1) + 1", w->dilation[d], w->kernel[d]);
	if (extra)
		atl_buf_addf(out, " + %" PRId64, extra);
}

static atl_status out_of_range(atl_builder *b, const atl_call *c, const char *what, int64_t v, int least)
{
	return atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span, "%s of %s is a whole number from %d up, and this is %" PRId64,
			     what, c->op->name, least, v);
}

static atl_status check_numbers(atl_builder *b, const atl_call *c, const atl_window *w)
{
	for (int d = 0; d < 2; d++) {
		if (w->stride[d] < 1 || w->stride[d] > LARGEST)
			return out_of_range(b, c, "the stride", w->stride[d], 1);
		if (w->dilation[d] < 1 || w->dilation[d] > LARGEST)
			return out_of_range(b, c, "the dilation", w->dilation[d], 1);
		if (w->kernel[d] < 1 || w->kernel[d] > LARGEST)
			return out_of_range(b, c, "the kernel", w->kernel[d], 1);
	}
	for (int i = 0; i < 4; i++)
		if (w->padding[i] < 0 || w->padding[i] > LARGEST)
			return out_of_range(b, c, "the padding", w->padding[i], 0);
	return ATL_OK;
}

atl_status atl_window_check_stretched(atl_builder *b, const atl_call *c, const atl_window *w, const int64_t extra[2])
{
	if (check_numbers(b, c, w))
		return ATL_ERROR;
	for (int d = 0; d < 2; d++)
		if (extra[d] < 0 || extra[d] >= w->stride[d])
			return atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span,
					     "output_padding is less than the stride: 0 to %" PRId64 " here, and this is %" PRId64,
					     w->stride[d] - 1, extra[d]);
	return ATL_OK;
}

static void pad_by_word(atl_window *w, int64_t word)
{
	for (int d = 0; d < 2; d++) {
		int64_t places = w->stride[d] > 0 ? (w->in[d] + w->stride[d] - 1) / w->stride[d] : 0;
		int64_t total = (places - 1) * w->stride[d] + atl_window_extent(w, d) - w->in[d];
		if (word != atl_word(ATL_SAME) || total < 0)
			total = 0;
		w->padding[2 * d] = total / 2;
		w->padding[2 * d + 1] = total - total / 2;
	}
}

/* The kernel is larger than the padded input along d. */
static atl_status too_large(atl_builder *b, const atl_call *c, const atl_window *w, int d)
{
	atl_buf formula = { 0 };
	atl_window_formula(&formula, w, d);
	bool kernel = c->n_args > 1;
	atl_build_shape_error(b, c->at, "the kernel is larger than the padded input", c->n_args ? c->arg[0] : 0,
			      c->arg_span ? c->arg_span[0] : c->at, kernel ? c->arg[1] : 0, kernel && c->arg_span ? c->arg_span[1] : c->at);
	atl_diag_note(b->diag, "no %s are left: %s is less than 1", d ? "columns" : "rows", atl_buf_text(&formula));
	atl_diag_note(b->diag, "padding=%" PRId64 " would fit", (atl_window_extent(w, d) - w->in[d] + 1) / 2);
	atl_buf_clear(&formula);
	return ATL_ERROR;
}

atl_status atl_window_check(atl_builder *b, const atl_call *c, atl_window *w)
{
	int64_t word = w->padding[0];
	if (word < 0 && word < INT64_MIN + 2) {
		memset(w->padding, 0, sizeof w->padding);
		if (check_numbers(b, c, w))
			return ATL_ERROR;
		pad_by_word(w, word);
	}
	if (check_numbers(b, c, w))
		return ATL_ERROR;
	for (int d = 0; d < 2; d++)
		if (atl_window_places(w, d) < 1)
			return too_large(b, c, w, d);
	return ATL_OK;
}

atl_images atl_images_of(const atl_shape *s)
{
	return (atl_images){ .n = s->rank > 3 ? s->dim[s->rank - 4] : 1, .channels = s->rank > 2 ? s->dim[s->rank - 3] : 1,
			     .rows = s->dim[s->rank - 2], .cols = s->dim[s->rank - 1] };
}

atl_status atl_images_check(atl_builder *b, const atl_call *c, uint32_t k, const char *what)
{
	if (atl_graph_shape(b->graph, c->arg[k])->rank <= 4)
		return ATL_OK;
	char message[96];
	snprintf(message, sizeof message, "%s takes images: rows × columns, channels × these, images × these", what);
	return atl_build_shape_error(b, c->at, message, c->arg[k], c->arg_span ? c->arg_span[k] : c->at, 0, c->at);
}
