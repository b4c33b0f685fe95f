/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conv.c: convolutions, as networks have them: correlations, the kernel not turned round.
 *
 * conv2d, conv_transpose2d and conv2d_weight_grad are the three derivatives of
 * one sum (conv.h), so that the adjoints of each are the other two, to any order. */
#include "ops/conv.h"

#include <inttypes.h>
#include <string.h>
#include "ops/families.h"

/* Statics, in the order of the rows. */
enum { STRIDE = 0, PADDING = 2, DILATION = 6, GROUPS = 8, COMMON = 9, EXTRA = 9, ALL = 11 };

static const atl_shape *shape_of(const atl_builder *b, const atl_call *c, uint32_t k)
{
	return atl_graph_shape(b->graph, c->arg[k]);
}

static atl_span span_of(const atl_call *c, uint32_t k)
{
	return c->arg_span ? c->arg_span[k] : c->at;
}

/* Weights are filters × channels of a group × rows × columns, or a single kernel. */
static atl_images weights_of(const atl_shape *w)
{
	return atl_images_of(w);
}

static atl_window window_of(const int64_t *stat, int64_t rows, int64_t cols, int64_t kernel_rows, int64_t kernel_cols)
{
	atl_window w = { .in = { rows, cols }, .kernel = { kernel_rows, kernel_cols } };
	memcpy(w.stride, stat + STRIDE, sizeof w.stride);
	memcpy(w.padding, stat + PADDING, sizeof w.padding);
	memcpy(w.dilation, stat + DILATION, sizeof w.dilation);
	return w;
}

static atl_shape images_shape(int rank, int64_t n, int64_t channels, int64_t rows, int64_t cols)
{
	const int64_t dim[] = { n, channels, rows, cols };
	atl_shape s = { .rank = rank };
	memcpy(s.dim, dim + 4 - rank, (size_t)rank * sizeof *dim);
	return s;
}

/* Of x and weights of these ranks: an image and a kernel give an image, an image and filters a stack. */
static int rank_of_result(const atl_shape *x, const atl_shape *w)
{
	return x->rank == 2 && w->rank == 4 ? 3 : x->rank;
}

/* ---- what does not fit ---- */

static atl_status check_weights(atl_builder *b, const atl_call *c)
{
	const atl_shape *w = shape_of(b, c, 1);
	if (w->rank == 2 || w->rank == 4)
		return ATL_OK;
	atl_build_shape_error(b, c->at, "weights are one kernel, or filters × channels × rows × columns", c->arg[1], span_of(c, 1), 0,
			      c->at);
	if (w->rank == 3) {
		const long long n = shape_of(b, c, 1)->dim[0], h = shape_of(b, c, 1)->dim[1], v = shape_of(b, c, 1)->dim[2];
		atl_diag_note(b->diag, "reshape(W, %lld, 1, %lld, %lld) are %lld filters of one channel, reshape(W, 1, %lld, %lld, %lld) "
			      "one filter of %lld channels", n, h, v, n, n, h, v, n);
	}
	return ATL_ERROR;
}

static atl_status check_groups(atl_builder *b, const atl_call *c, int64_t filters)
{
	int64_t groups = c->stat[GROUPS];
	if (groups >= 1 && filters % groups == 0)
		return ATL_OK;
	atl_build_shape_error(b, c->at, "the groups do not divide the filters", c->arg[1], span_of(c, 1), 0, c->at);
	atl_diag_note(b->diag, "%" PRId64 " filters in groups=%" PRId64, filters, groups);
	return ATL_ERROR;
}

/* `has` channels are there and the weights, in groups, take `takes`. */
static atl_status check_channels(atl_builder *b, const atl_call *c, int64_t has, int64_t filters, int64_t of_group, int64_t takes)
{
	if (has == takes && has > 0)
		return ATL_OK;
	atl_build_shape_error(b, c->at, "the channels do not match", c->arg[0], span_of(c, 0), c->arg[1], span_of(c, 1));
	atl_diag_note(b->diag, "%" PRId64 " channel%s there, and the weights take %" PRId64 "; weights are filters × channels/groups × rows × "
		      "columns", has, has == 1 ? " is" : "s are", takes);
	if (of_group > 0 && has > 0 && has % of_group == 0 && filters % (has / of_group) == 0)
		atl_diag_note(b->diag, "groups=%" PRId64 " would fit", has / of_group);
	return ATL_ERROR;
}

/* A bias is one number for each of the result's channels. */
static atl_status check_bias(atl_builder *b, const atl_call *c, int64_t channels)
{
	if (c->n_args < 3)
		return ATL_OK;
	const atl_shape *s = shape_of(b, c, 2);
	if (s->rank == 2 && (s->dim[0] == 1 || s->dim[1] == 1) && (int64_t)atl_shape_count(s) == channels)
		return ATL_OK;
	atl_build_shape_error(b, c->at, "a bias has one entry for each channel of the result", c->arg[2], span_of(c, 2), c->arg[1],
			      span_of(c, 1));
	atl_diag_note(b->diag, "the result has %" PRId64, channels);
	return ATL_ERROR;
}

/* ---- conv2d ---- */

static atl_status prepare_conv2d(atl_builder *b, atl_call *c)
{
	if (atl_images_check(b, c, 0, c->op->name) || check_weights(b, c))
		return ATL_ERROR;
	atl_images x = atl_images_of(shape_of(b, c, 0)), w = weights_of(shape_of(b, c, 1));
	atl_window window = window_of(c->stat, x.rows, x.cols, w.rows, w.cols);
	if (check_groups(b, c, w.n) || check_channels(b, c, x.channels, w.n, w.channels, w.channels * c->stat[GROUPS]) ||
	    check_bias(b, c, w.n) || atl_window_check(b, c, &window))
		return ATL_ERROR;
	memcpy(c->stat + PADDING, window.padding, sizeof window.padding);
	return ATL_OK;
}

static atl_status conv2d_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *xs = shape_of(b, c, 0), *ws = shape_of(b, c, 1);
	atl_images x = atl_images_of(xs), w = weights_of(ws);
	atl_window window = window_of(c->stat, x.rows, x.cols, w.rows, w.cols);
	*out = images_shape(rank_of_result(xs, ws), x.n, w.n, atl_window_places(&window, 0), atl_window_places(&window, 1));
	return ATL_OK;
}

/* From the shapes of x, of one group's kernel and of y. */
static atl_conv geometry(const atl_kernel *k, const atl_shape *x, int64_t kernel_rows, int64_t kernel_cols, const atl_shape *y)
{
	atl_images xi = atl_images_of(x), yi = atl_images_of(y);
	return (atl_conv){ .num = k->num, .w = window_of(k->attr, xi.rows, xi.cols, kernel_rows, kernel_cols),
			   .places = { (size_t)yi.rows, (size_t)yi.cols }, .n = (size_t)xi.n, .groups = (size_t)k->attr[GROUPS],
			   .channels = (size_t)(xi.channels / k->attr[GROUPS]), .filters = (size_t)(yi.channels / k->attr[GROUPS]) };
}

static atl_answer add_bias(atl_kernel *k)
{
	atl_images y = atl_images_of(&k->out->shape);
	size_t area = (size_t)(y.rows * y.cols), n = (size_t)(y.n * y.channels);
	atl_answer answer = ATL_FINE;
	for (size_t i = 0; i < n && answer == ATL_FINE; i++) {
		void *p = atl_array_at(k->out, i * area);
		answer = k->num->sys->fn2[ATL_FN2_add](p, p, 1, atl_array_at(k->in[2], i % (size_t)y.channels), 0, area, k->num);
	}
	return answer;
}

static atl_answer conv2d(atl_kernel *k)
{
	atl_images w = weights_of(&k->in[1]->shape);
	atl_conv c = geometry(k, &k->in[0]->shape, w.rows, w.cols, &k->out->shape);
	atl_answer answer = atl_conv_forward(&c, k->out->data, k->in[0]->data, k->in[1]->data);
	return answer == ATL_FINE && k->n_in > 2 ? add_bias(k) : answer;
}

/* ---- conv_transpose2d ---- */

/* The window of the images that come out; in[d] is their size. */
static atl_window window_back(const int64_t *stat, const atl_images *y, const atl_images *w)
{
	atl_window window = window_of(stat, y->rows, y->cols, w->rows, w->cols);
	window.in[0] = atl_window_stretched(&window, 0, y->rows, stat[EXTRA]);
	window.in[1] = atl_window_stretched(&window, 1, y->cols, stat[EXTRA + 1]);
	return window;
}

static atl_status prepare_transpose(atl_builder *b, atl_call *c)
{
	if (atl_images_check(b, c, 0, c->op->name) || check_weights(b, c))
		return ATL_ERROR;
	atl_images y = atl_images_of(shape_of(b, c, 0)), w = weights_of(shape_of(b, c, 1));
	atl_window window = window_of(c->stat, y.rows, y.cols, w.rows, w.cols);
	if (check_groups(b, c, w.n) || check_channels(b, c, y.channels, 0, 0, w.n) ||
	    check_bias(b, c, w.channels * c->stat[GROUPS]) || atl_window_check_stretched(b, c, &window, c->stat + EXTRA))
		return ATL_ERROR;
	window = window_back(c->stat, &y, &w);
	for (int d = 0; d < 2; d++)
		if (y.rows < 1 || y.cols < 1 || window.in[d] < 1)
			return atl_build_shape_error(b, c->at, "no rows or columns are left by that padding", c->arg[0], span_of(c, 0),
						     c->arg[1], span_of(c, 1));
	return atl_window_check(b, c, &window);
}

static atl_status transpose_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *ys = shape_of(b, c, 0), *ws = shape_of(b, c, 1);
	atl_images y = atl_images_of(ys), w = weights_of(ws);
	atl_window window = window_back(c->stat, &y, &w);
	*out = images_shape(rank_of_result(ys, ws), y.n, w.channels * c->stat[GROUPS], window.in[0], window.in[1]);
	return ATL_OK;
}

static atl_answer conv_transpose2d(atl_kernel *k)
{
	atl_images w = weights_of(&k->in[1]->shape);
	atl_conv c = geometry(k, &k->out->shape, w.rows, w.cols, &k->in[0]->shape);
	atl_answer answer = atl_conv_backward(&c, k->out->data, k->in[0]->data, k->in[1]->data);
	return answer == ATL_FINE && k->n_in > 2 ? add_bias(k) : answer;
}

/* ---- conv2d_weight_grad ---- */

static atl_status prepare_weights(atl_builder *b, atl_call *c)
{
	if (atl_images_check(b, c, 0, c->op->name) || atl_images_check(b, c, 1, c->op->name))
		return ATL_ERROR;
	atl_images x = atl_images_of(shape_of(b, c, 0)), g = atl_images_of(shape_of(b, c, 1));
	atl_window window = window_of(c->stat, x.rows, x.cols, c->stat[EXTRA], c->stat[EXTRA + 1]);
	int64_t groups = c->stat[GROUPS];
	if (atl_window_check(b, c, &window))
		return ATL_ERROR;
	memcpy(c->stat + PADDING, window.padding, sizeof window.padding);
	if (x.n == g.n && groups > 0 && x.channels > 0 && x.channels % groups == 0 && g.channels % groups == 0 &&
	    atl_window_places(&window, 0) == g.rows && atl_window_places(&window, 1) == g.cols)
		return ATL_OK;
	return atl_build_shape_error(b, c->at, "these are no convolution's images and gradient", c->arg[0], span_of(c, 0), c->arg[1],
				     span_of(c, 1));
}

static atl_status weights_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *xs = shape_of(b, c, 0), *gs = shape_of(b, c, 1);
	atl_images x = atl_images_of(xs), g = atl_images_of(gs);
	*out = images_shape(xs->rank == 2 && gs->rank == 2 ? 2 : 4, g.channels, x.channels / c->stat[GROUPS], c->stat[EXTRA],
			    c->stat[EXTRA + 1]);
	return ATL_OK;
}

static atl_answer conv2d_weight_grad(atl_kernel *k)
{
	atl_conv c = geometry(k, &k->in[0]->shape, k->attr[EXTRA], k->attr[EXTRA + 1], &k->in[1]->shape);
	return atl_conv_weights(&c, k->out->data, k->in[0]->data, k->in[1]->data);
}

/* ---- adjoints ---- */

/* Of T(x, w, y), one of the three from the other two, in the shape `like`; stat is of the convolution. */
static atl_id y_of(atl_builder *b, atl_id x, atl_id w, const int64_t *stat, const atl_shape *like)
{
	return atl_build_reshape(b, atl_build_op(b, "conv2d", (atl_id[]){ x, w }, 2, stat, COMMON), like);
}

static atl_id x_of(atl_builder *b, atl_id w, atl_id y, const int64_t *stat, const atl_shape *like)
{
	if (!w || !y)
		return 0;
	int64_t all[ALL];
	memcpy(all, stat, COMMON * sizeof *all);
	atl_images yi = atl_images_of(atl_graph_shape(b->graph, y)), wi = weights_of(atl_graph_shape(b->graph, w));
	all[EXTRA] = all[EXTRA + 1] = 0;
	atl_window window = window_back(all, &yi, &wi);
	for (int d = 0; d < 2; d++) /* what the floor of the division left over */
		all[EXTRA + d] = like->dim[like->rank - 2 + d] - window.in[d];
	return atl_build_reshape(b, atl_build_op(b, "conv_transpose2d", (atl_id[]){ y, w }, 2, all, ALL), like);
}

static atl_id w_of(atl_builder *b, atl_id x, atl_id y, const int64_t *stat, const atl_shape *like)
{
	int64_t all[ALL];
	memcpy(all, stat, COMMON * sizeof *all);
	all[EXTRA] = like->dim[like->rank - 2];
	all[EXTRA + 1] = like->dim[like->rank - 1];
	return atl_build_reshape(b, atl_build_op(b, "conv2d_weight_grad", (atl_id[]){ x, y }, 2, all, ALL), like);
}

/* The sums of all that one entry of the bias was added to. */
static atl_id bias_of(atl_builder *b, atl_id g, const atl_shape *like)
{
	atl_images y = atl_images_of(atl_graph_shape(b->graph, g));
	atl_shape flat = { 3, { y.n, y.channels, y.rows * y.cols } };
	g = atl_build_reshape(b, g, &flat);
	g = atl_build_op(b, "sum", &g, 1, (int64_t[]){ 3 }, 1);
	if (y.n != 1)
		g = atl_build_op(b, "sum", &g, 1, (int64_t[]){ 1 }, 1);
	return atl_build_reshape(b, g, like);
}

typedef struct adjoint {
	atl_id in[2];
	int64_t stat[COMMON];
	atl_shape like; /* of the operand whose adjoint is asked for */
} adjoint;

static adjoint adjoint_of(const atl_builder *b, atl_id node, uint32_t slot)
{
	const atl_id *in = atl_graph_in(b->graph, node);
	adjoint a = { .in = { in[0], in[1] }, .like = *atl_graph_shape(b->graph, in[slot]) };
	memcpy(a.stat, atl_graph_attr(b->graph, node), sizeof a.stat);
	return a;
}

static atl_id conv2d_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	adjoint a = adjoint_of(b, node, slot);
	return slot == 0   ? x_of(b, a.in[1], g, a.stat, &a.like)
	       : slot == 1 ? w_of(b, a.in[0], g, a.stat, &a.like)
			   : bias_of(b, g, &a.like);
}

static atl_id transpose_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	adjoint a = adjoint_of(b, node, slot);
	return slot == 0   ? y_of(b, g, a.in[1], a.stat, &a.like)
	       : slot == 1 ? w_of(b, g, a.in[0], a.stat, &a.like)
			   : bias_of(b, g, &a.like);
}

static atl_id weights_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	adjoint a = adjoint_of(b, node, slot);
	return slot == 0 ? x_of(b, g, a.in[1], a.stat, &a.like) : y_of(b, a.in[0], g, a.stat, &a.like);
}

/* ---- conv1d: images of one row ---- */

/* The shape with a dimension of one row before its last; a vector is one row. */
static atl_shape as_rows(const atl_shape *s)
{
	if (atl_shape_vector(s))
		return atl_shape_2(1, s->dim[0]);
	atl_shape out = *s;
	out.dim[out.rank] = out.dim[out.rank - 1];
	out.dim[out.rank++ - 1] = 1;
	return out;
}

/* And back: a single row is a vector again when x was one. */
static atl_id from_rows(atl_builder *b, atl_id y, bool vector)
{
	if (!y)
		return 0;
	const atl_shape s = *atl_graph_shape(b->graph, y);
	atl_shape out = s;
	if (s.rank == 2) {
		out = vector ? atl_shape_2(s.dim[1], 1) : s;
	} else {
		out.dim[s.rank - 2] = s.dim[s.rank - 1];
		out.dim[--out.rank] = 0;
	}
	return atl_build_reshape(b, y, &out);
}

/* The call of `op` for images of one row, whose statics are these. */
static atl_id build_of_rows(atl_builder *b, const atl_call *c, const char *op, const int64_t stat[ATL_OP_STATICS],
			    const char *weights)
{
	const atl_shape x = *shape_of(b, c, 0), w = *shape_of(b, c, 1);
	bool fits = x.rank <= 3 && (w.rank == 3 || atl_shape_vector(&w));
	if (!fits) {
		const char *message = atl_arena_printf(&b->diag->arena, "%s takes a series, channels × times or series × these", c->op->name);
		atl_build_shape_error(b, c->at, message ? message : "", c->arg[0], span_of(c, 0), c->arg[1], span_of(c, 1));
		atl_diag_note(b->diag, "weights are a vector, or %s × taps", weights);
		return 0;
	}
	atl_shape row = as_rows(&x), kernel = as_rows(&w);
	atl_id arg[3] = { atl_build_reshape(b, c->arg[0], &row), atl_build_reshape(b, c->arg[1], &kernel),
			  c->n_args > 2 ? c->arg[2] : 0 };
	atl_call call = *c;
	call.op = atl_op_find(op, strlen(op));
	call.arg = arg;
	memcpy(call.stat, stat, sizeof call.stat);
	return from_rows(b, atl_build_call(b, &call), atl_shape_vector(&x));
}

static atl_id build_conv1d(atl_builder *b, const atl_call *c)
{
	return build_of_rows(b, c, "conv2d",
			     (int64_t[ATL_OP_STATICS]){ 1, c->stat[0], c->stat[1] < 0 ? c->stat[1] : 0, 0, c->stat[1], c->stat[2], 1,
							c->stat[3], c->stat[4] }, "filters × channels/groups");
}

static atl_id build_transpose1d(atl_builder *b, const atl_call *c)
{
	return build_of_rows(b, c, "conv_transpose2d",
			     (int64_t[ATL_OP_STATICS]){ 1, c->stat[0], 0, 0, c->stat[1], c->stat[2], 1, c->stat[3], c->stat[4], 0,
							c->stat[5] }, "channels × channels of the result/groups");
}

#define WINDOW "stride[2]=1, padding[4]=0|same|valid, dilation[2]=1, groups=1"
#define OPTIONS "stride and dilation are a number or [rows, columns]; padding is a number, [rows, columns], " \
		"[top, bottom, left, right], \"same\" (as many places as entries, divided by the stride and rounded up) or \"valid\" " \
		"(none); it is zeros. "
#define PLACES "Along each axis there are floor((n + padding on both sides - dilation*(kernel - 1) - 1)/stride) + 1 places. "

static const atl_op rows[] = {
	{ .name = "conv2d", .params = "x, w, bias=none; " WINDOW, .by = ATL_BY_KERNEL, .prepare = prepare_conv2d, .shape = conv2d_shape,
	  .kernel = conv2d, .vjp = conv2d_vjp,
	  .summary = "the convolution of images by kernels, as networks have it: a correlation, the kernel is not turned round",
	  .detail = "x is rows × columns, channels × these, or images × these; w a single kernel, or filters × channels/groups × rows × "
		    "columns; bias has one entry a filter. " OPTIONS PLACES
		    "Its adjoints are conv_transpose2d and conv2d_weight_grad.",
	  .example = "conv2d([1, 2, 3; 4, 5, 6; 7, 8, 9], [1, 0; 0, 1]) -> [6, 8; 12, 14]\n"
		     "conv2d([1, 2; 3, 4], [1, 1; 1, 1], padding=\"same\") -> [10, 6; 7, 4]\n"
		     "conv2d([1, 2, 3; 4, 5, 6; 7, 8, 9], [1, 1; 1, 1], stride=2, padding=[0, 1]) -> [[5, 16]]",
	  .test = "x:4x5; w:2x3 | x:2x4x4; w:3x2x2x2; bias:3x1; padding=[1,0,0,2] | x:5x4; w:2x1x2x2; bias:2x1; stride=[2,1]; padding=\"same\""
		  " | x:2x4x5x5; w:2x2x2x3; bias:1x2; stride=2; padding=1; dilation=[2,1]; groups=2 | x:1x4x4; w:3x3; stride=3" },
	{ .name = "conv_transpose2d", .params = "x, w, bias=none; stride[2]=1, padding[4]=0, dilation[2]=1, groups=1, output_padding[2]=0",
	  .by = ATL_BY_KERNEL, .prepare = prepare_transpose, .shape = transpose_shape, .kernel = conv_transpose2d, .vjp = transpose_vjp,
	  .summary = "the transpose of conv2d: each entry of x puts a multiple of the kernel into the result; what conv2d sends back to its images",
	  .detail = "w is as in the conv2d that it is the transpose of: x's channels × channels of the result/groups × rows × columns. "
		    "Along each axis the result has (n - 1)*stride + dilation*(kernel - 1) + 1 - padding on both sides + output_padding "
		    "entries; output_padding is less than the stride and says which of the sizes is meant that conv2d brings to the same.",
	  .example = "conv_transpose2d([1, 2; 3, 4], [1, 1; 1, 1]) -> [1, 3, 2; 4, 10, 6; 3, 7, 4]\n"
		     "conv_transpose2d([1, 2], [1; 1], stride=2) -> [1; 1; 2; 2]",
	  .test = "x:3x2; w:2x3; stride=2; output_padding=1 | x:2x3x3; w:2x3x2x2; bias:3x1; padding=[1,0,0,1]"
		  " | x:2x4x2x3; w:4x2x2x2; bias:4x1; stride=[2,3]; padding=1; dilation=2; groups=2; output_padding=[0,2]" },
	{ .name = "conv2d_weight_grad", .params = "x, u; stride[2]=1, padding[4]=0|same|valid, dilation[2]=1, groups=1, kernel[2]=1",
	  .by = ATL_BY_KERNEL, .prepare = prepare_weights, .shape = weights_shape, .kernel = conv2d_weight_grad, .vjp = weights_vjp,
	  .summary = "what conv2d of x sends back to weights of kernel's size, where u flows in",
	  .detail = "Entry (p, q) of a kernel is the sum of u times the x that it was multiplied with: a correlation of x by u. The options "
		    "are conv2d's.",
	  .example = "conv2d_weight_grad([1, 2, 3; 4, 5, 6; 7, 8, 9], [1, 1; 1, 1], kernel=2) -> [12, 16; 24, 28]",
	  .test = "x:4x5; u:2x2; kernel=[2,2]; stride=[2,3] | x:4x4; u:3x2x2; kernel=3 | x:2x4x5x5; u:2x2x3x2; kernel=[2,3]; stride=2; "
		  "padding=[1,0]; groups=2" },
	{ .name = "conv1d", .params = "x, w, bias=none; stride=1, padding[2]=0|same|valid, dilation=1, groups=1", .by = ATL_BY_BUILD,
	  .build = build_conv1d, .summary = "the convolution of series by kernels: conv2d of one row",
	  .detail = "x is a vector, channels × times, or series × channels × times; w a vector, or filters × channels/groups × taps. The other "
		    "options are conv2d's; padding is a number, [before, after], \"same\" or \"valid\".",
	  .example = "conv1d([1, 2, 3, 4], [1, -1]) -> [-1; -1; -1]\nconv1d([1, 2, 3], [1, 1, 1], padding=\"same\") -> [3; 6; 5]",
	  .test = "x:5x1; w:2x1; dilation=2; padding=[1,0] | x:2x5; w:3x2x2; bias:3x1; stride=2 | x:4x1; w:2x1x3; padding=\"same\" | "
		  "x:2x2x4; w:2x1x2; groups=2" },
	{ .name = "conv_transpose1d", .params = "x, w, bias=none; stride=1, padding[2]=0, dilation=1, groups=1, output_padding=0",
	  .by = ATL_BY_BUILD, .build = build_transpose1d, .summary = "the transpose of conv1d: conv_transpose2d of one row",
	  .detail = "x is a vector, channels × times, or series × channels × times; w a vector, or x's channels × channels of the "
		    "result/groups × taps. The other options are conv_transpose2d's.",
	  .example = "conv_transpose1d([1, 2], [1, 10, 100]) -> [1; 12; 120; 200]\nconv_transpose1d([1, 2], [1, 1], stride=2) -> [1; 1; 2; 2]",
	  .test = "x:3x1; w:2x1; stride=2; output_padding=1 | x:2x3; w:2x3x2; bias:3x1; padding=[1,0] | x:2x2x3; w:2x1x2; dilation=2; groups=2" },
};
ATL_FAMILY(atl_ops_conv, "convolutions");
