/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layers.c: shape E, and shape SIZES, LAYER, ...: what becomes of sizes, with no values.
 *
 * Sizes are rows, columns and channels, as papers write them, or the entries
 * of a vector.  A layer is a call without its input. */
#include "session/state.h"

#include <inttypes.h>
#include <string.h>
#include "base/mem.h"
#include "ops/window.h"
#include "print/print.h"

/* What goes from layer to layer. */
typedef struct flow {
	int64_t size[3];       /* rows, columns, channels */
	int rank;              /* 1: a vector, of size[0]; else 2 or 3 */
	int64_t field[2];      /* entries of the input that an entry depends on, along each axis */
	int64_t jump[2];       /* how far two neighbours are apart in the input */
	int64_t parameters;    /* of this layer */
	int64_t all;           /* of all layers so far */
	atl_buf formula[2];    /* "floor(...) + 1 = ... = 57" of rows and columns; empty: none */
} flow;

/* A layer's options, and what it does with what comes. */
typedef struct layer {
	atl_op op;
	atl_status (*apply)(atl_session *, const atl_call *, flow *);
} layer;

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

static atl_status slide(atl_session *s, const atl_call *c, atl_window *w, flow *f)
{
	for (int d = 0; d < 2; d++)
		w->in[d] = f->size[d];
	if (f->rank == 1)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, c->at, "%s takes rows and columns, and what comes is a vector", c->op->name);
	if (atl_window_check(&s->builder, c, w))
		return ATL_ERROR;
	for (int d = 0; d < 2; d++) {
		say_formula(&f->formula[d], w, d);
		f->size[d] = atl_window_places(w, d);
		int64_t more = atl_window_extent(w, d) - 1;
		if (!multiply_add(&more, f->jump[d], f->field[d]) || !multiply_add(&f->jump[d], w->stride[d], 0))
			return too_large(s, c);
		f->field[d] = more;
	}
	return ATL_OK;
}

/* Statics: filters, kernel, stride, padding, dilation, groups, bias. */
static atl_status conv2d(atl_session *s, const atl_call *c, flow *f)
{
	const int64_t *stat = c->stat;
	int64_t filters = stat[0], groups = stat[11], channels = f->size[2];
	atl_window w = { .kernel = { stat[1], stat[2] }, .stride = { stat[3], stat[4] },
			 .padding = { stat[5], stat[6], stat[7], stat[8] }, .dilation = { stat[9], stat[10] } };
	if (filters < 1 || groups < 1 || filters % groups || channels % groups)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, c->at,
				     "groups=%" PRId64 " must divide the %" PRId64 " channels and the %" PRId64 " filters", groups, channels,
				     filters);
	if (slide(s, c, &w, f))
		return ATL_ERROR;
	f->parameters = channels / groups;
	f->size[2] = filters;
	f->rank = 3;
	if (multiply_add(&f->parameters, w.kernel[0], 0) && multiply_add(&f->parameters, w.kernel[1], stat[12] != 0) &&
	    multiply_add(&f->parameters, filters, 0))
		return ATL_OK;
	return too_large(s, c);
}

static atl_status pool(atl_session *s, const atl_call *c, flow *f)
{
	atl_window w = { .kernel = { c->stat[0], c->stat[1] }, .stride = { c->stat[2], c->stat[3] },
			 .padding = { c->stat[4], c->stat[5], c->stat[6], c->stat[7] }, .dilation = { 1, 1 } };
	for (int d = 0; d < 2; d++)
		if (w.stride[d] == 0)
			w.stride[d] = w.kernel[d];
	return slide(s, c, &w, f);
}

static atl_status flatten(atl_session *s, const atl_call *c, flow *f)
{
	if (f->rank > 1 && (!multiply_add(&f->size[0], f->size[1], 0) || !multiply_add(&f->size[0], f->size[2], 0)))
		return too_large(s, c);
	f->rank = 1;
	f->size[1] = f->size[2] = 1;
	return ATL_OK;
}

/* All that came is seen. */
static void see_all(flow *f, int64_t rows, int64_t cols)
{
	f->field[0] += (rows - 1) * f->jump[0];
	f->field[1] += (cols - 1) * f->jump[1];
}

static atl_status global(atl_session *s, const atl_call *c, flow *f)
{
	if (f->rank == 1)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, c->at, "%s takes rows and columns, and what comes is a vector", c->op->name);
	see_all(f, f->size[0], f->size[1]);
	f->size[0] = f->size[1] = 1;
	return ATL_OK;
}

static atl_status dense(atl_session *s, const atl_call *c, flow *f)
{
	if (c->stat[0] < 1)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, c->at, "dense takes a number of units from 1 up");
	if (f->rank > 1)
		see_all(f, f->size[0], f->size[1]);
	if (flatten(s, c, f))
		return ATL_ERROR;
	f->parameters = f->size[0] + (c->stat[1] != 0);
	f->size[0] = c->stat[0];
	return multiply_add(&f->parameters, f->size[0], 0) ? ATL_OK : too_large(s, c);
}

static atl_status keep(atl_session *s, const atl_call *c, flow *f)
{
	(void)s;
	(void)c;
	(void)f;
	return ATL_OK;
}

#define POOL "; kernel[2]=2, stride[2]=0, padding[4]=0|same|valid"

static const layer layers[] = {
	{ { .name = "conv2d", .params = "; filters, kernel[2], stride[2]=1, padding[4]=0|same|valid, dilation[2]=1, groups=1, bias=1" }, conv2d },
	{ { .name = "maxpool2d", .params = POOL }, pool },
	{ { .name = "avgpool2d", .params = POOL }, pool },
	{ { .name = "sumpool2d", .params = POOL }, pool },
	{ { .name = "global_avgpool2d", .params = "" }, global },
	{ { .name = "global_maxpool2d", .params = "" }, global },
	{ { .name = "flatten", .params = "" }, flatten },
	{ { .name = "dense", .params = "; units, bias=1" }, dense },
	/* the last: any function that keeps the shape */
	{ { .name = "relu", .params = "" }, keep },
};
enum { N_LAYERS = sizeof layers / sizeof *layers };

/* ---- from the text ---- */

static bool keeps_shape(const atl_op *op)
{
	const char *group = atl_op_group(op);
	return op->flags & ATL_OF_ELEMENTWISE || !strcmp(group, atl_op_group(atl_op_find("relu", 4))) ||
	       !strcmp(group, atl_op_group(atl_op_find("softmax", 7)));
}

static const layer *find(const atl_session *s, const atl_tree_node *n)
{
	const char *name = atl_symbols_text(s->symbols, n->sym);
	for (size_t i = 0; i < N_LAYERS; i++)
		if (!strcmp(layers[i].op.name, name))
			return &layers[i];
	const atl_op *op = n->n == 0 ? atl_op_find(name, strlen(name)) : NULL;
	return op && keeps_shape(op) ? &layers[N_LAYERS - 1] : NULL;
}

/* The arguments of a call from number `from` on; the caller frees them. */
static atl_arg *arguments(atl_session *s, const atl_tree *t, uint32_t node, uint32_t from)
{
	uint32_t n = t->node[node].n;
	atl_arg *arg = atl_calloc(n + 1u, sizeof *arg);
	if (!arg)
		atl_diag_nomem(&s->diag);
	for (uint32_t k = from; arg && k < n; k++) {
		uint32_t c = atl_tree_child(t, node, k), value = t->node[c].kind == ATL_T_NAMED ? c - 1 : c;
		atl_arg *a = &arg[k - from];
		a->name = value != c ? t->node[c].sym : 0;
		a->span = t->node[value].span;
		if (t->node[value].kind == ATL_T_STRING)
			a->string = t->node[value].text;
		else if (!(a->id = atl_build_tree(&s->builder, t, value))) {
			atl_free(arg);
			return NULL;
		}
	}
	return arg;
}

/* The formulas of the layer before. */
static void forget(flow *f)
{
	atl_buf_clear(&f->formula[0]);
	atl_buf_clear(&f->formula[1]);
}

static atl_status apply(atl_session *s, const atl_tree *t, uint32_t node, uint32_t from, flow *f)
{
	const atl_tree_node *n = &t->node[node];
	const layer *l = n->kind == ATL_T_CALL ? find(s, n) : NULL;
	if (!l) {
		atl_diag_fail(&s->diag, ATL_KIND_NAME, n->span, "this is no layer");
		atl_diag_note(&s->diag, "`help shape` lists them");
		return ATL_ERROR;
	}
	atl_arg *arg = arguments(s, t, node, from);
	if (!arg)
		return ATL_ERROR;
	atl_call c;
	forget(f);
	f->parameters = 0;
	atl_status status = atl_read_statics(&s->builder, &l->op, arg, n->n - from, n->span, n->at, &c);
	if (!status)
		status = l->apply(s, &c, f);
	if (!status && __builtin_add_overflow(f->all, f->parameters, &f->all))
		status = too_large(s, &c);
	atl_free(arg);
	return status;
}

/* [227, 227, 3]: one to three whole numbers. */
static atl_status read_sizes(atl_session *s, const atl_tree *t, uint32_t node, flow *f)
{
	static const atl_param sizes = { .name = "sizes", .len = 5, .slots = 3, .up_to = true };
	atl_arg arg = { .id = atl_build_tree(&s->builder, t, node), .span = t->node[node].span };
	uint8_t given;
	*f = (flow){ .field = { 1, 1 }, .jump = { 1, 1 } };
	if (!arg.id || atl_build_static(&s->builder, &sizes, &arg, f->size, &given))
		return ATL_ERROR;
	f->rank = given;
	for (int d = 0; d < 3; d++) {
		f->size[d] = d < given ? f->size[d] : 1;
		if (f->size[d] < 1 || f->size[d] > 1 << 30)
			return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, arg.span, "sizes are whole numbers from 1 to %d", 1 << 30);
	}
	return ATL_OK;
}

/* ---- to text ---- */

static void put_sizes(atl_buf *out, const flow *f, const char *between)
{
	for (int d = 0; d < f->rank; d++)
		atl_buf_addf(out, "%s%" PRId64, d ? between : "", f->size[d]);
}

static void text_of_layer(atl_buf *out, const char *written, const flow *f, bool first)
{
	atl_buf_addf(out, "%s%s  ", first ? "" : "\n", written);
	put_sizes(out, f, "×");
	for (int d = 0; d < 2 && f->formula[d].len; d++) {
		bool alike = !strcmp(atl_buf_text(&f->formula[0]), atl_buf_text(&f->formula[1]));
		if (d == 0 || !alike)
			atl_buf_addf(out, "\n  %s%s", alike ? "" : d ? "columns: " : "rows: ", atl_buf_text(&f->formula[d]));
	}
	if (f->parameters)
		atl_buf_addf(out, "\n  %" PRId64 " parameters", f->parameters);
	if (f->formula[0].len)
		atl_buf_addf(out, "%sreceptive field %" PRId64 "×%" PRId64, f->parameters ? ", " : "\n  ", f->field[0], f->field[1]);
}

static void json_of_layer(atl_buf *out, const char *written, const flow *f, bool first)
{
	atl_buf_addf(out, "%s{\"layer\":", first ? "" : ",");
	atl_print_json_string(out, written, strlen(written));
	atl_buf_add(out, ",\"shape\":[");
	put_sizes(out, f, ",");
	atl_buf_add(out, "]");
	if (f->formula[0].len)
		atl_buf_addf(out, ",\"rows\":\"%s\",\"columns\":\"%s\"", atl_buf_text(&f->formula[0]), atl_buf_text(&f->formula[1]));
	atl_buf_addf(out, ",\"parameters\":%" PRId64 ",\"receptive_field\":[%" PRId64 ",%" PRId64 "]}", f->parameters, f->field[0],
		     f->field[1]);
}

static void put_layer(atl_session *s, const atl_tree *t, uint32_t node, const flow *f, bool first, atl_buf *out)
{
	atl_buf written = { 0 };
	atl_tree_print(&written, t, node, s->symbols);
	(atl_output_json(s) ? json_of_layer : text_of_layer)(out, atl_buf_text(&written), f, first);
	atl_buf_clear(&written);
}

/* ---- the statement ---- */

/* conv2d([36, 36, 3], filters=2, ...): a layer with its sizes. */
static bool has_sizes(const atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	bool names = n->kind == ATL_T_CALL && n->n > 0 && find(s, n) == &layers[0];
	for (uint32_t k = 0; names && k < n->n; k++) {
		const atl_tree_node *c = &t->node[atl_tree_child(t, node, k)];
		if (c->kind == ATL_T_NAMED && !strcmp(atl_symbols_text(s->symbols, c->sym), "filters"))
			return true;
	}
	return false;
}

static atl_status through_layers(atl_session *s, const atl_tree *t, uint32_t node, atl_buf *out)
{
	uint32_t n = t->node[node].n, first = atl_tree_child(t, node, 0);
	bool whole = has_sizes(s, t, first);
	flow f;
	atl_status status = read_sizes(s, t, whole ? atl_tree_child(t, first, 0) : first, &f);
	if (!status && whole)
		status = apply(s, t, first, 1, &f);
	if (!status)
		put_layer(s, t, first, &f, true, out);
	for (uint32_t k = 1; k < n && !status; k++) {
		uint32_t child = atl_tree_child(t, node, k);
		status = apply(s, t, child, 0, &f);
		if (!status)
			put_layer(s, t, child, &f, false, out);
	}
	if (atl_output_json(s))
		atl_buf_addf(out, "],\"parameters\":%" PRId64 "}", f.all);
	else if (n > 1)
		atl_buf_addf(out, "\n%" PRId64 " parameters in all", f.all);
	forget(&f);
	return status;
}

static atl_status of_value(atl_session *s, const atl_tree *t, uint32_t node, atl_buf *out)
{
	atl_id id = atl_build_tree(&s->builder, t, node);
	if (!id)
		return ATL_ERROR;
	const atl_shape *shape = atl_graph_shape(s->graph, id);
	if (atl_output_json(s)) {
		atl_buf_add(out, "{\"shape\":[");
		for (int d = 0; d < shape->rank; d++)
			atl_buf_addf(out, "%s%" PRId64, d ? "," : "", shape->dim[d]);
		atl_buf_add(out, "]}");
	} else if (atl_shape_scalar(shape)) {
		atl_buf_add(out, "scalar");
	} else {
		atl_shape_print(out, shape);
	}
	return ATL_OK;
}

atl_status atl_run_shape(atl_session *s, const atl_tree *t, uint32_t node)
{
	uint32_t first = atl_tree_child(t, node, 0);
	atl_buf out = { 0 };
	atl_status status;
	atl_atom_begin(s, t->node[node].span);
	if (t->node[node].n == 1 && !has_sizes(s, t, first)) {
		status = of_value(s, t, first, &out);
	} else {
		if (atl_output_json(s))
			atl_buf_add(&out, "{\"layers\":[");
		status = through_layers(s, t, node, &out);
	}
	if (status) {
		atl_atom_fail(s);
	} else {
		atl_output_line(s, &out);
		atl_atom_drop(s);
	}
	atl_buf_clear(&out);
	return status;
}
