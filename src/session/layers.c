/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layers.c: see layers.h. */
#include "session/layers.h"

#include <inttypes.h>
#include <string.h>
#include "base/mem.h"
#include "ops/window.h"

/* A layer's options, and what it does with what comes. */
struct atl_layer {
	atl_op op;
	atl_status (*apply)(atl_session *, const atl_call *, atl_flow *);
	bool filters;          /* an option of it says how many */
	bool any;              /* whatever its options are */
};

void atl_flow_clear(atl_flow *f)
{
	atl_free(f->reach);
	atl_buf_clear(&f->formula[0]);
	atl_buf_clear(&f->formula[1]);
}

/* ---- layers ---- */

static atl_status too_large(atl_session *s, const atl_call *c)
{
	return atl_diag_fail(&s->diag, ATL_KIND_LIMIT, c->at, "sizes that large are past the limit");
}

/* a = a*b + c of sizes. */
static bool multiply_add(int64_t *a, int64_t b, int64_t c)
{
	return !__builtin_mul_overflow(*a, b, a) && !__builtin_add_overflow(*a, c, a);
}

/* "floor((36 + 2*3 - 3)/2) + 1 = floor(39/2) + 1 = 19 + 1 = 20" */
static void say_formula(atl_buf *out, const atl_window *w, int d)
{
	int64_t places = atl_window_places(w, d);
	int64_t room = w->in[d] + w->padding[2 * d] + w->padding[2 * d + 1] - atl_window_extent(w, d);
	atl_window_formula(out, w, d);
	atl_buf_addf(out, " = floor(%" PRId64 "/%" PRId64 ") + 1 = %" PRId64 " + 1 = %" PRId64, room, w->stride[d], places - 1, places);
}

/* An entry of what comes out depends on `field` neighbours, of the layer's input, and
 * these on how many before? */
static bool reach_back(const atl_reach *r, int64_t *field)
{
	if (!r->back) {
		--*field;
		return multiply_add(field, r->stride, r->extent);
	}
	*field = (*field + r->extent - 2) / r->stride + 1;
	return true;
}

static atl_status see(atl_session *s, const atl_call *c, atl_flow *f, atl_reach rows, atl_reach cols)
{
	if (!atl_grow(&f->reach, &f->cap_reach, f->n_reach + 1, sizeof *f->reach))
		return atl_diag_nomem(&s->diag);
	f->reach[f->n_reach][0] = rows;
	f->reach[f->n_reach++][1] = cols;
	for (int d = 0; d < 2; d++) {
		f->field[d] = 1;
		for (size_t i = f->n_reach; i-- > 0;)
			if (!reach_back(&f->reach[i][d], &f->field[d]))
				return too_large(s, c);
	}
	return ATL_OK;
}

static atl_status need_images(atl_session *s, const atl_call *c, const atl_flow *f)
{
	if (f->rank > 1)
		return ATL_OK;
	return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, c->at, "%s takes rows and columns, and what comes is a vector", c->op->name);
}

static atl_reach reach_of(const atl_window *w, int d, bool back)
{
	return (atl_reach){ .stride = w->stride[d], .extent = atl_window_extent(w, d), .back = back };
}

static atl_status slide(atl_session *s, const atl_call *c, atl_window *w, atl_flow *f)
{
	for (int d = 0; d < 2; d++)
		w->in[d] = f->size[d];
	if (need_images(s, c, f) || atl_window_check(&s->builder, c, w))
		return ATL_ERROR;
	for (int d = 0; d < 2; d++) {
		say_formula(&f->formula[d], w, d);
		f->size[d] = atl_window_places(w, d);
	}
	return see(s, c, f, reach_of(w, 0, false), reach_of(w, 1, false));
}

/* The other way round: conv_transpose2d. */
static atl_status stretch(atl_session *s, const atl_call *c, const atl_window *w, const int64_t extra[2], atl_flow *f)
{
	if (need_images(s, c, f) || atl_window_check_stretched(&s->builder, c, w, extra))
		return ATL_ERROR;
	for (int d = 0; d < 2; d++) {
		int64_t size = atl_window_stretched(w, d, f->size[d], extra[d]);
		if (size > 1 << 30)
			return too_large(s, c);
		atl_window_stretched_formula(&f->formula[d], w, d, f->size[d], extra[d]);
		atl_buf_addf(&f->formula[d], " = %" PRId64, size);
		if (size < 1)
			return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, c->at, "no %s are left: %s", d ? "columns" : "rows",
			                     atl_buf_text(&f->formula[d]));
		f->size[d] = size;
	}
	return see(s, c, f, reach_of(w, 0, true), reach_of(w, 1, true));
}

static atl_status check_groups(atl_session *s, const atl_call *c, int64_t groups, int64_t channels, int64_t filters)
{
	if (filters >= 1 && groups >= 1 && filters % groups == 0 && channels % groups == 0)
		return ATL_OK;
	return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, c->at,
			     "groups=%" PRId64 " must divide the %" PRId64 " channels and the %" PRId64 " filters", groups, channels, filters);
}

/* kernels for each pair of a channel and a filter of a group, and a bias for each filter */
static atl_status put_filters(atl_session *s, const atl_call *c, const atl_window *w, int64_t filters, int64_t groups, bool bias,
                              atl_flow *f)
{
	f->parameters = f->size[2] / groups;
	f->size[2] = filters;
	f->rank = 3;
	if (multiply_add(&f->parameters, w->kernel[0], 0) && multiply_add(&f->parameters, w->kernel[1], bias) &&
	    multiply_add(&f->parameters, filters, 0))
		return ATL_OK;
	return too_large(s, c);
}

/* Statics: filters, kernel, stride, padding, dilation, groups, bias. */
static atl_status conv2d(atl_session *s, const atl_call *c, atl_flow *f)
{
	const int64_t *stat = c->stat;
	atl_window w = { .kernel = { stat[1], stat[2] }, .stride = { stat[3], stat[4] },
			 .padding = { stat[5], stat[6], stat[7], stat[8] }, .dilation = { stat[9], stat[10] } };
	if (check_groups(s, c, stat[11], f->size[2], stat[0]) || slide(s, c, &w, f))
		return ATL_ERROR;
	return put_filters(s, c, &w, stat[0], stat[11], stat[12] != 0, f);
}

/* The same with output_padding before the bias. */
static atl_status conv_transpose2d(atl_session *s, const atl_call *c, atl_flow *f)
{
	const int64_t *stat = c->stat;
	atl_window w = { .in = { f->size[0], f->size[1] }, .kernel = { stat[1], stat[2] }, .stride = { stat[3], stat[4] },
			 .padding = { stat[5], stat[6], stat[7], stat[8] }, .dilation = { stat[9], stat[10] } };
	if (check_groups(s, c, stat[11], f->size[2], stat[0]) || stretch(s, c, &w, stat + 12, f))
		return ATL_ERROR;
	return put_filters(s, c, &w, stat[0], stat[11], stat[14] != 0, f);
}

/* Statics: kernel, stride, padding. */
static atl_status pool_of(atl_session *s, const atl_call *c, const int64_t *stat, atl_flow *f)
{
	atl_window w = { .kernel = { stat[0], stat[1] }, .stride = { stat[2], stat[3] },
			 .padding = { stat[4], stat[5], stat[6], stat[7] }, .dilation = { 1, 1 } };
	for (int d = 0; d < 2; d++)
		if (w.stride[d] == 0)
			w.stride[d] = w.kernel[d];
	return slide(s, c, &w, f);
}

static atl_status pool(atl_session *s, const atl_call *c, atl_flow *f) { return pool_of(s, c, c->stat, f); }
static atl_status lppool(atl_session *s, const atl_call *c, atl_flow *f) { return pool_of(s, c, c->stat + 1, f); }

static atl_status flatten(atl_session *s, const atl_call *c, atl_flow *f)
{
	if (f->rank > 1 && (!multiply_add(&f->size[0], f->size[1], 0) || !multiply_add(&f->size[0], f->size[2], 0)))
		return too_large(s, c);
	f->rank = 1;
	f->size[1] = f->size[2] = 1;
	return ATL_OK;
}

/* All that came is seen. */
static atl_status see_all(atl_session *s, const atl_call *c, atl_flow *f)
{
	return see(s, c, f, (atl_reach){ 1, f->size[0], false }, (atl_reach){ 1, f->size[1], false });
}

static atl_status global(atl_session *s, const atl_call *c, atl_flow *f)
{
	if (need_images(s, c, f) || see_all(s, c, f))
		return ATL_ERROR;
	f->size[0] = f->size[1] = 1;
	return ATL_OK;
}

static atl_status dense(atl_session *s, const atl_call *c, atl_flow *f)
{
	if (c->stat[0] < 1)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, c->at, "dense takes a number of units from 1 up");
	if ((f->rank > 1 && see_all(s, c, f)) || flatten(s, c, f))
		return ATL_ERROR;
	f->parameters = f->size[0] + (c->stat[1] != 0);
	f->size[0] = c->stat[0];
	return multiply_add(&f->parameters, f->size[0], 0) ? ATL_OK : too_large(s, c);
}

/* gamma and beta for each channel, or for each entry of a vector. */
static atl_status scale(atl_session *s, const atl_call *c, atl_flow *f)
{
	f->parameters = f->rank == 1 ? f->size[0] : f->size[2];
	return multiply_add(&f->parameters, 2, 0) ? ATL_OK : too_large(s, c);
}

static atl_status keep(atl_session *s, const atl_call *c, atl_flow *f)
{
	(void)s;
	(void)c;
	(void)f;
	return ATL_OK;
}

#define POOL "; kernel[2]=2, stride[2]=0, padding[4]=0|same|valid"

static const atl_layer layers[] = {
	{ { .name = "conv2d", .params = "; filters, kernel[2], stride[2]=1, padding[4]=0|same|valid, dilation[2]=1, groups=1, bias=1" },
	  .apply = conv2d, .filters = true },
	{ { .name = "conv_transpose2d", .params = "; filters, kernel[2], stride[2]=1, padding[4]=0, dilation[2]=1, groups=1, "
	    "output_padding[2]=0, bias=1" }, .apply = conv_transpose2d, .filters = true },
	{ { .name = "maxpool2d", .params = POOL }, .apply = pool },
	{ { .name = "avgpool2d", .params = POOL }, .apply = pool },
	{ { .name = "sumpool2d", .params = POOL }, .apply = pool },
	{ { .name = "lppool2d", .params = "; p=2, kernel[2]=2, stride[2]=0, padding[4]=0|same|valid" }, .apply = lppool },
	{ { .name = "global_avgpool2d", .params = "" }, .apply = global },
	{ { .name = "global_maxpool2d", .params = "" }, .apply = global },
	{ { .name = "flatten", .params = "" }, .apply = flatten },
	{ { .name = "dense", .params = "; units, bias=1" }, .apply = dense },
	{ { .name = "batchnorm", .params = "" }, .apply = scale },
	{ { .name = "batchnorm2d", .params = "" }, .apply = scale },
	{ { .name = "dropout" }, .apply = keep, .any = true },
	/* the last: any function that keeps the shape */
	{ { .name = "relu", .params = "" }, .apply = keep },
};
enum { N_LAYERS = sizeof layers / sizeof *layers };

/* ---- finding and applying one ---- */

static bool keeps_shape(const atl_op *op)
{
	const char *group = atl_op_group(op);
	return op->flags & ATL_OF_ELEMENTWISE || !strcmp(group, atl_op_group(atl_op_find("relu", 4))) ||
	       !strcmp(group, atl_op_group(atl_op_find("softmax", 7)));
}

const atl_layer *atl_layer_find(const atl_session *s, const atl_tree_node *call)
{
	const char *name = atl_symbols_text(s->symbols, call->sym);
	for (size_t i = 0; i < N_LAYERS; i++)
		if (!strcmp(layers[i].op.name, name))
			return &layers[i];
	const atl_op *op = call->n == 0 ? atl_op_find(name, strlen(name)) : NULL;
	return op && keeps_shape(op) ? &layers[N_LAYERS - 1] : NULL;
}

bool atl_layer_has_filters(const atl_layer *l) { return l->filters; }

atl_status atl_layer_apply(atl_session *s, const atl_layer *l, const atl_arg *arg, uint32_t n, const atl_tree_node *call, atl_flow *f)
{
	atl_call c = { .at = call->at };
	f->parameters = 0;
	for (int d = 0; d < 2; d++)
		atl_buf_clear(&f->formula[d]); /* those of the layer before */
	if (!l->any && atl_read_statics(&s->builder, &l->op, arg, n, call->span, call->at, &c))
		return ATL_ERROR;
	if (l->apply(s, &c, f))
		return ATL_ERROR;
	return __builtin_add_overflow(f->all, f->parameters, &f->all) ? too_large(s, &c) : ATL_OK;
}
