/* SPDX-License-Identifier: GPL-3.0-or-later */
/* build.c: calls of ops with their operands at hand: broadcasting, shapes,
 * folding, hidden bodies, literals and inputs. */
#include "graph/build.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "graph/fold.h"
#include "graph/show.h"

static const atl_shape *shape_of(const atl_builder *b, atl_id id)
{
	return atl_graph_shape(b->graph, id);
}

static bool is_open(const atl_builder *b, atl_id id)
{
	return atl_graph_node(b->graph, id)->flags & ATL_NF_OPEN;
}

/* ---- words for shape errors ---- */

const char *atl_build_describe(atl_builder *b, atl_id id)
{
	atl_buf text = { 0 };
	atl_show_text(&text, b->graph, id, b->symbols);
	/* a row of a bracket has no text of its own */
	bool row = !strncmp(atl_buf_text(&text), "hcat(", 5);
	if (text.len > 40 || row) {
		atl_buf_reset(&text);
		atl_buf_add(&text, "this");
	}
	atl_buf_add(&text, " is ");
	const atl_shape *s = shape_of(b, id);
	if (atl_shape_scalar(s))
		atl_buf_add(&text, "a scalar");
	else
		atl_shape_print(&text, s);
	const atl_node *n = atl_graph_node(b->graph, id);
	if (n->name && n->span.lo)
		atl_buf_addf(&text, " (%s)", atl_diag_line(b->diag, b->sources, n->span));
	const char *kept = atl_arena_dup(&b->diag->arena, atl_buf_text(&text), text.len);
	atl_buf_clear(&text);
	return kept ? kept : "";
}

atl_status atl_build_shape_error(atl_builder *b, atl_span at, const char *message, atl_id a, atl_span sa,
				 atl_id c, atl_span sc)
{
	atl_diag_fail(b->diag, ATL_KIND_SHAPE, at.lo ? at : b->span, "%s", message);
	if (a)
		atl_diag_label(b->diag, sa, "%s", atl_build_describe(b, a));
	if (c)
		atl_diag_label(b->diag, sc, "%s", atl_build_describe(b, c));
	return ATL_ERROR;
}

/* ---- nodes ---- */

atl_id atl_build_node(atl_builder *b, atl_new *k)
{
	k->flags |= b->flags;
	if (!k->span.lo)
		k->span = b->span;
	atl_id id = atl_graph_add(b->graph, k);
	if (id == 0) {
		if (atl_graph_full(b->graph)) {
			atl_diag_fail(b->diag, ATL_KIND_LIMIT, k->span, "the graph has reached its limit of %u nodes",
				      atl_graph_last(b->graph));
			atl_diag_note(b->diag, "`<-` stores a number and adds no node; `set limit nodes N` raises the limit");
		} else {
			atl_diag_nomem(b->diag);
		}
	}
	return id;
}

atl_id atl_build_full(atl_builder *b, const char *text, const atl_shape *shape)
{
	atl_new k = { .op = b->literal, .shape = *shape, .text = text, .flags = ATL_NF_LITERAL };
	return atl_build_node(b, &k);
}

atl_id atl_build_literal(atl_builder *b, const char *text)
{
	static const atl_shape one = ATL_SCALAR;
	return atl_build_full(b, text, &one);
}

atl_id atl_build_number(atl_builder *b, int64_t v)
{
	char text[32];
	snprintf(text, sizeof text, "%" PRId64, v);
	return atl_build_literal(b, text);
}

atl_id atl_build_extent(atl_builder *b, int64_t size)
{
	for (atl_id id = atl_size_letter(size) ? atl_graph_last(b->graph) : 0; id > 0; id--) {
		uint16_t flags = atl_graph_node(b->graph, id)->flags;
		const int64_t *attr = atl_graph_attr(b->graph, id);
		if (flags & ATL_NF_ABSTRACT && flags & ATL_NF_INPUT && attr[0] == ATL_ABSTRACT_SIZE && attr[1] == size)
			return id;
	}
	return atl_build_number(b, size);
}

atl_id atl_build_entries(atl_builder *b, const atl_shape *s)
{
	int64_t number = 1;
	atl_id product = 0;
	for (int d = 0; d < s->rank; d++) {
		if (!atl_size_letter(s->dim[d])) {
			number *= s->dim[d];
			continue;
		}
		atl_id letter = atl_build_extent(b, s->dim[d]);
		product = product ? atl_build_2(b, "mul", product, letter) : letter;
		if (!product)
			return 0;
	}
	if (!product)
		return atl_build_number(b, number);
	return number == 1 ? product : atl_build_2(b, "mul", atl_build_number(b, number), product);
}

atl_id atl_build_input(atl_builder *b, atl_id closed, const atl_shape *shape)
{
	atl_new k = { .op = b->input, .shape = closed ? *shape_of(b, closed) : *shape, .in = &closed,
		      .n_in = closed ? 1 : 0, .flags = ATL_NF_INPUT, .fresh = true };
	return atl_build_node(b, &k);
}

bool atl_build_is_number(const atl_builder *b, atl_id id, int64_t v)
{
	const atl_node *n = atl_graph_node(b->graph, id);
	if (!(n->flags & ATL_NF_LITERAL))
		return false;
	int64_t got;
	return atl_fold_integer(atl_graph_text(b->graph, id), &got) && got == v;
}

atl_status atl_build_integer(atl_builder *b, atl_id id, const char *why, atl_span span, int64_t *out)
{
	if (id == 0)
		return ATL_ERROR;
	const atl_node *n = atl_graph_node(b->graph, id);
	if (!atl_shape_scalar(n->shape))
		return atl_build_shape_error(b, span, atl_arena_printf(&b->diag->arena, "%s must be one whole number", why),
					     id, span, 0, span);
	if (n->flags & ATL_NF_LITERAL && atl_fold_integer(atl_graph_text(b->graph, id), out))
		return ATL_OK;
	if (n->flags & ATL_NF_ABSTRACT && n->flags & ATL_NF_INPUT && atl_graph_attr(b->graph, id)[0] == ATL_ABSTRACT_SIZE) {
		*out = atl_graph_attr(b->graph, id)[1];
		return ATL_OK;
	}
	const atl_array *a = b->host->read(b->host_data, id, why, span);
	if (!a)
		return ATL_ERROR;
	long v;
	if (!a->sys->get_si(&v, a->data)) {
		atl_buf text = { 0 };
		a->sys->print(&text, a->data, 6);
		atl_diag_fail(b->diag, ATL_KIND_SHAPE, span, "%s must be a whole number, and this is %s", why,
			      atl_buf_text(&text));
		atl_buf_clear(&text);
		return ATL_ERROR;
	}
	*out = v;
	return ATL_OK;
}

/* ---- broadcasting ---- */

atl_id atl_build_broadcast(atl_builder *b, atl_id id, const atl_shape *shape)
{
	if (id == 0 || atl_shape_equal(shape_of(b, id), shape))
		return id;
	const atl_node *n = atl_graph_node(b->graph, id);
	if (n->flags & ATL_NF_LITERAL && atl_shape_scalar(n->shape)) {
		char text[64];
		int len = snprintf(text, sizeof text, "%s", atl_graph_text(b->graph, id));
		if (len < (int)sizeof text)
			return atl_build_full(b, text, shape);
	}
	atl_new k = { .op = atl_op_find("broadcast", 9), .shape = *shape, .in = &id, .n_in = 1,
		      .attr = shape->dim, .n_attr = (uint32_t)shape->rank };
	return atl_build_node(b, &k);
}

atl_id atl_build_reshape(atl_builder *b, atl_id id, const atl_shape *shape)
{
	if (id == 0 || atl_shape_equal(shape_of(b, id), shape))
		return id;
	atl_new k = { .op = atl_op_find("reshape", 7), .shape = *shape, .in = &id, .n_in = 1, .attr = shape->dim,
		      .n_attr = (uint32_t)shape->rank };
	return atl_build_node(b, &k);
}

static bool broadcast_dim(int64_t *d, int64_t other)
{
	if (*d == other || other == 1)
		return true;
	if (*d != 1)
		return false;
	*d = other;
	return true;
}

/* out = the shape both fit into; false when there is none. */
static bool broadcast_shape(atl_shape *out, const atl_shape *s)
{
	if (atl_shape_scalar(s))
		return true;
	if (atl_shape_scalar(out)) {
		*out = *s;
		return true;
	}
	if (out->rank != s->rank)
		return false;
	for (int i = 0; i < s->rank; i++)
		if (!broadcast_dim(&out->dim[i], s->dim[i]))
			return false;
	return true;
}

static atl_span arg_span(const atl_call *c, uint32_t i)
{
	return c->arg_span ? c->arg_span[i] : c->at;
}

/* "a + b' would fit": the operator with its second operand transposed.  Both must be short and bind
 * tightly, so that the operator and a quote can stand beside them. */
static void offer_transpose(atl_builder *b, const atl_call *c, uint32_t i, uint32_t j)
{
	atl_buf first = { 0 }, second = { 0 };
	atl_id other = c->arg[j];
	bool back = !strcmp(atl_graph_node(b->graph, other)->op->name, "transpose") && !atl_graph_node(b->graph, other)->name;
	atl_show_text(&first, b->graph, c->arg[i], b->symbols);
	atl_show_text(&second, b->graph, back ? atl_graph_in(b->graph, other)[0] : other, b->symbols);
	bool simple = first.len < 30 && second.len < 30 && !strpbrk(atl_buf_text(&first), " +-*/\\") &&
		      !strpbrk(atl_buf_text(&second), " +-*/\\^");
	if (c->op->infix && simple)
		atl_diag_note(b->diag, "%s %s %s%s would fit", atl_buf_text(&first), atl_tree_op_text(c->op->infix),
			      atl_buf_text(&second), back ? "" : "'");
	else
		atl_diag_note(b->diag, "the transpose of one of them would fit");
	atl_buf_clear(&first);
	atl_buf_clear(&second);
}

static atl_status misfit(atl_builder *b, const atl_call *c, uint32_t i, uint32_t j)
{
	char message[96];
	if (c->op->infix)
		snprintf(message, sizeof message, "the shapes do not fit %s entry by entry", atl_tree_op_text(c->op->infix));
	else
		snprintf(message, sizeof message, "the shapes do not fit %s", c->op->shown ? c->op->shown : c->op->name);
	atl_build_shape_error(b, c->at, message, c->arg[i], arg_span(c, i), c->arg[j], arg_span(c, j));
	const atl_shape *s = shape_of(b, c->arg[i]), *t = shape_of(b, c->arg[j]);
	if (s->rank == 2 && t->rank == 2 && s->dim[0] == t->dim[1] && s->dim[1] == t->dim[0])
		offer_transpose(b, c, i, j);
	return ATL_ERROR;
}

static bool column_and_row(const atl_shape *s, const atl_shape *t)
{
	return s->rank == 2 && t->rank == 2 && s->dim[1] == 1 && t->dim[0] == 1 && s->dim[0] != 1 && t->dim[1] != 1;
}

static atl_status outer_error(atl_builder *b, const atl_call *c, uint32_t i, uint32_t j)
{
	atl_build_shape_error(b, c->at, "a column and a row", c->arg[i], arg_span(c, i), c->arg[j], arg_span(c, j));
	if (atl_shape_count(shape_of(b, c->arg[i])) == atl_shape_count(shape_of(b, c->arg[j])))
		offer_transpose(b, c, i, j);
	if (c->op->infix == ATL_O_ADD || c->op->infix == ATL_O_SUB)
		atl_diag_note(b->diag, "`.%s` makes the matrix of all pairs", atl_tree_op_text(c->op->infix));
	if (c->op->infix >= ATL_O_EQ && c->op->infix <= ATL_O_GE) {
		atl_buf first = { 0 }, second = { 0 };
		atl_show_text(&first, b->graph, c->arg[i], b->symbols);
		atl_show_text(&second, b->graph, c->arg[j], b->symbols);
		bool simple = first.len < 30 && second.len < 30 && !strpbrk(atl_buf_text(&second), " +-");
		if (simple)
			atl_diag_note(b->diag, "(%s .- %s) %s 0 compares all pairs", atl_buf_text(&first), atl_buf_text(&second),
				      atl_tree_op_text(c->op->infix));
		atl_buf_clear(&first);
		atl_buf_clear(&second);
	}
	return ATL_ERROR;
}

/* Shapes are interned. */
static bool one_shape(const atl_builder *b, const atl_id *arg, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++)
		if (shape_of(b, arg[i]) != shape_of(b, arg[0]))
			return false;
	return true;
}

/* Brings all operands of an elementwise call to one shape.  A closed scalar
 * stays as it is: the kernel repeats it. */
static atl_status broadcast_all(atl_builder *b, const atl_call *c, atl_id *arg, atl_shape *shape)
{
	*shape = c->n_args ? *shape_of(b, arg[0]) : ATL_SCALAR;
	if (one_shape(b, arg, c->n_args))
		return ATL_OK;
	*shape = ATL_SCALAR;
	for (uint32_t i = 0; i < c->n_args; i++) {
		const atl_shape *s = shape_of(b, arg[i]);
		if (!broadcast_shape(shape, s)) {
			for (uint32_t j = 0; j < i; j++) {
				atl_shape pair = *shape_of(b, arg[j]);
				if (!broadcast_shape(&pair, s))
					return misfit(b, c, j, i);
			}
			return misfit(b, c, 0, i);
		}
		for (uint32_t j = 0; j < i && !c->outer && !b->in_rule; j++) {
			const atl_shape *t = shape_of(b, arg[j]);
			if (column_and_row(s, t) || column_and_row(t, s))
				return outer_error(b, c, j, i);
		}
	}
	for (uint32_t i = 0; i < c->n_args; i++)
		if (is_open(b, arg[i]) || !atl_shape_scalar(shape_of(b, arg[i])))
			if (!(arg[i] = atl_build_broadcast(b, arg[i], shape)))
				return ATL_ERROR;
	return ATL_OK;
}

/* ---- calls ---- */

/* The value of a TEXT op: its expression over the operands, as hidden nodes. */
static atl_id build_body(atl_builder *b, const atl_call *c, const atl_id *arg)
{
	const atl_signature *row = atl_build_signature(b, c->op);
	if (!row)
		return 0;
	const atl_param *param = row->param;
	size_t n = row->n;
	atl_bind bind[ATL_OP_PARAMS];
	char name[ATL_OP_PARAMS][24];
	size_t statics = 0;
	for (size_t i = 0; i < n; i++) {
		snprintf(name[i], sizeof name[i], "%.*s", (int)param[i].len, param[i].name);
		bind[i].name = name[i];
		bind[i].id = param[i].is_static ? atl_build_static_node(b, &param[i], &c->stat[statics]) : arg[i];
		statics += param[i].is_static ? param[i].slots : 0;
	}
	uint16_t flags = b->flags;
	bool in_rule = b->in_rule;
	b->flags |= ATL_NF_HIDDEN;
	b->in_rule = true;
	atl_id id = atl_build_rule(b, c->op->value, bind, (uint32_t)n);
	b->flags = flags;
	b->in_rule = in_rule;
	return id;
}

static atl_id make_node(atl_builder *b, const atl_call *c, const atl_id *arg, const atl_shape *shape, atl_id body)
{
	const atl_signature *row = atl_build_signature(b, c->op);
	if (!row)
		return 0;
	int64_t attr[ATL_OP_STATICS + 1];
	uint32_t n_attr = row->n_statics;
	memcpy(attr, c->stat, n_attr * sizeof *attr);
	if (c->op->flags & ATL_OF_RANDOM)
		attr[n_attr++] = b->host->draw(b->host_data);
	if (!atl_shape_valid(shape)) {
		atl_diag_fail(b->diag, ATL_KIND_LIMIT, c->at.lo ? c->at : b->span, "%s: an array that large is past the limit",
			      c->op->name);
		return 0;
	}
	atl_new k = { .op = c->op, .shape = *shape, .in = arg, .n_in = c->n_args, .attr = attr, .n_attr = n_attr,
		      .body = body, .fresh = c->op->flags & ATL_OF_RANDOM, .span = c->span };
	return atl_build_node(b, &k);
}

static atl_id build_with(atl_builder *b, const atl_call *c, atl_id *arg)
{
	atl_shape shape = ATL_SCALAR;
	if (c->op->flags & ATL_OF_ELEMENTWISE && broadcast_all(b, c, arg, &shape))
		return 0;
	/* most of what is written down: nobody else looks at the call */
	if (!c->op->prepare && !c->op->shape && !b->in_rule && c->op->by != ATL_BY_TEXT)
		return make_node(b, c, arg, &shape, 0);
	atl_call own = *c;
	own.arg = arg;
	if (c->op->prepare && c->op->prepare(b, &own))
		return 0;
	if (b->in_rule) {
		atl_id folded = atl_fold(b, &own, &shape);
		if (folded)
			return folded;
	}
	if (c->op->shape && c->op->shape(b, &own, &shape))
		return 0;
	atl_id body = 0;
	if (c->op->by == ATL_BY_TEXT) {
		body = build_body(b, &own, arg);
		if (body == 0)
			return 0;
		shape = *shape_of(b, body);
	}
	return make_node(b, &own, arg, &shape, body);
}

atl_id atl_build_call(atl_builder *b, const atl_call *c)
{
	for (uint32_t i = 0; i < c->n_args; i++)
		if (c->arg[i] == 0)
			return 0;
	atl_span outer = b->span;
	if (c->span.lo)
		b->span = c->span;
	atl_id id = 0;
	if (c->op->by == ATL_BY_BUILD) {
		id = c->op->build(b, c);
	} else if (c->n_args <= ATL_OP_PARAMS) {
		atl_id arg[ATL_OP_PARAMS];
		if (c->n_args)
			memcpy(arg, c->arg, c->n_args * sizeof *arg);
		id = build_with(b, c, arg);
	} else {
		atl_id *arg = atl_malloc(c->n_args * sizeof *arg);
		if (arg) {
			memcpy(arg, c->arg, c->n_args * sizeof *arg);
			id = build_with(b, c, arg);
			atl_free(arg);
		} else {
			atl_diag_nomem(b->diag);
		}
	}
	b->span = outer;
	return id;
}

atl_id atl_build_op(atl_builder *b, const char *name, const atl_id *in, uint32_t n, const int64_t *stat, uint32_t n_stat)
{
	const atl_op *op = atl_op_find(name, strlen(name));
	atl_call c = { .op = op, .arg = in, .n_args = n };
	if (!op) {
		atl_diag_fail(b->diag, ATL_KIND_NAME, b->span, "no op is named \"%s\"", name);
		return 0;
	}
	for (uint32_t i = 0; i < n_stat; i++)
		c.stat[i] = stat[i];
	return atl_build_call(b, &c);
}

atl_id atl_build_1(atl_builder *b, const char *name, atl_id x)
{
	return atl_build_op(b, name, &x, 1, NULL, 0);
}

atl_id atl_build_2(atl_builder *b, const char *name, atl_id x, atl_id y)
{
	return atl_build_op(b, name, (atl_id[]){ x, y }, 2, NULL, 0);
}

atl_id atl_build_3(atl_builder *b, const char *name, atl_id x, atl_id y, atl_id z)
{
	return atl_build_op(b, name, (atl_id[]){ x, y, z }, 3, NULL, 0);
}
