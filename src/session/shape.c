/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shape.c: shape E, and shape SIZES, LAYER, ...: printed with its formulas, or as a
 * vector of sizes where it stands in an expression: shape(SIZES, LAYER, ...)[3]. */
#include "session/layers.h"

#include <inttypes.h>
#include <string.h>
#include "base/mem.h"
#include "print/print.h"

/* ---- from the text ---- */

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

static atl_status apply(atl_session *s, const atl_tree *t, uint32_t node, uint32_t from, atl_flow *f)
{
	const atl_tree_node *n = &t->node[node];
	const atl_layer *l = n->kind == ATL_T_CALL ? atl_layer_find(s, n) : NULL;
	if (!l) {
		atl_diag_fail(&s->diag, ATL_KIND_NAME, n->span, "this is no layer");
		atl_diag_note(&s->diag, "`help shape` lists them");
		return ATL_ERROR;
	}
	atl_arg *arg = arguments(s, t, node, from);
	atl_status status = arg ? atl_layer_apply(s, l, arg, n->n - from, n, f) : ATL_ERROR;
	atl_free(arg);
	return status;
}

/* [227, 227, 3]: one to three whole numbers. */
static atl_status read_sizes(atl_session *s, const atl_tree *t, uint32_t node, atl_flow *f)
{
	static const atl_param sizes = { .name = "sizes", .len = 5, .slots = 3, .up_to = true };
	atl_arg arg = { .id = atl_build_tree(&s->builder, t, node), .span = t->node[node].span };
	uint8_t given;
	*f = (atl_flow){ .field = { 1, 1 } };
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

static void put_sizes(atl_buf *out, const atl_flow *f, const char *between)
{
	for (int d = 0; d < f->rank; d++)
		atl_buf_addf(out, "%s%" PRId64, d ? between : "", f->size[d]);
}

static void text_of_layer(atl_buf *out, const char *written, const atl_flow *f, bool first)
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

static void json_of_layer(atl_buf *out, const char *written, const atl_flow *f, bool first)
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

static void put_layer(atl_session *s, const atl_tree *t, uint32_t node, const atl_flow *f, bool first, atl_buf *out)
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
	const atl_layer *l = n->kind == ATL_T_CALL && n->n > 0 ? atl_layer_find(s, n) : NULL;
	for (uint32_t k = 0; l && atl_layer_has_filters(l) && k < n->n; k++) {
		const atl_tree_node *c = &t->node[atl_tree_child(t, node, k)];
		if (c->kind == ATL_T_NAMED && !strcmp(atl_symbols_text(s->symbols, c->sym), "filters"))
			return true;
	}
	return false;
}

/* Whether the children of a node are sizes that go through layers, and no expression. */
static bool has_layers(const atl_session *s, const atl_tree *t, uint32_t node)
{
	return t->node[node].n > 1 || (t->node[node].n == 1 && has_sizes(s, t, atl_tree_child(t, node, 0)));
}

/* All children of a node; out: what there is to say (NULL: nothing). */
static atl_status through_layers(atl_session *s, const atl_tree *t, uint32_t node, atl_flow *f, atl_buf *out)
{
	uint32_t n = t->node[node].n, first = atl_tree_child(t, node, 0);
	bool whole = has_sizes(s, t, first);
	atl_status status = read_sizes(s, t, whole ? atl_tree_child(t, first, 0) : first, f);
	if (!status && whole)
		status = apply(s, t, first, 1, f);
	if (!status && out)
		put_layer(s, t, first, f, true, out);
	for (uint32_t k = 1; k < n && !status; k++) {
		uint32_t child = atl_tree_child(t, node, k);
		status = apply(s, t, child, 0, f);
		if (!status && out)
			put_layer(s, t, child, f, false, out);
	}
	return status;
}

static atl_status of_layers(atl_session *s, const atl_tree *t, uint32_t node, atl_buf *out)
{
	atl_flow f = { 0 };
	if (atl_output_json(s))
		atl_buf_add(out, "{\"layers\":[");
	atl_status status = through_layers(s, t, node, &f, out);
	if (atl_output_json(s))
		atl_buf_addf(out, "],\"parameters\":%" PRId64 "}", f.all);
	else if (t->node[node].n > 1)
		atl_buf_addf(out, "\n%" PRId64 " parameters in all", f.all);
	atl_flow_clear(&f);
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
	atl_buf out = { 0 };
	atl_atom_begin(s, t->node[node].span);
	atl_status status = has_layers(s, t, node) ? of_layers(s, t, node, &out) : of_value(s, t, atl_tree_child(t, node, 0), &out);
	if (status) {
		atl_atom_fail(s);
	} else {
		atl_output_line(s, &out);
		atl_atom_drop(s);
	}
	atl_buf_clear(&out);
	return status;
}

/* ---- the function ---- */

/* What comes out of the last layer, as a vector. */
static atl_id sizes_of_layers(atl_session *s, const atl_tree *t, uint32_t call)
{
	atl_flow f = { 0 };
	atl_id size[3], id = 0;
	if (!through_layers(s, t, call, &f, NULL)) {
		for (int d = 0; d < f.rank; d++)
			size[d] = atl_build_number(&s->builder, f.size[d]);
		id = f.rank == 1 ? size[0] : atl_build_op(&s->builder, "vcat", size, (uint32_t)f.rank, NULL, 0);
	}
	atl_flow_clear(&f);
	return id;
}

atl_id atl_call_shape(atl_session *s, const atl_tree *t, uint32_t call)
{
	if (has_layers(s, t, call))
		return sizes_of_layers(s, t, call);
	atl_id id = atl_build_tree(&s->builder, t, atl_tree_child(t, call, 0));
	return id ? atl_build_1(&s->builder, "size", id) : 0;
}
