/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support.c: what kernels and rows of several families share. */
#include <stdio.h>
#include <string.h>
#include "ops/families.h"

void atl_put(atl_array *out, size_t i, const atl_array *in, size_t j)
{
	if (out->sys->flat && out->sys->size == sizeof(double))
		((double *)out->data)[i] = ((const double *)in->data)[j];
	else
		(void)out->sys->copy(atl_array_at(out, i), atl_array_at(in, j), 1, 1);
}

atl_lanes atl_lanes_of(const atl_shape *s, int64_t axis)
{
	atl_lanes l = { 1, 1, 1 };
	if (axis == 0) {
		l.extent = atl_shape_count(s);
		return l;
	}
	for (int d = 0; d < s->rank; d++) {
		size_t n = (size_t)s->dim[d];
		if (d + 1 < axis)
			l.outer *= n;
		else if (d + 1 == axis)
			l.extent = n;
		else
			l.inner *= n;
	}
	return l;
}

atl_status atl_check_axis(atl_builder *b, const atl_call *c, int k)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	if (c->stat[k] >= 0 && c->stat[k] <= s->rank && (b->in_rule || !c->given[k] || c->stat[k] != 0))
		return ATL_OK;
	atl_diag_fail(b->diag, ATL_KIND_SHAPE, c->at.lo ? c->at : b->span, "%s has no axis %lld", c->op->shown ? c->op->shown : c->op->name,
		      (long long)c->stat[k]);
	atl_diag_note(b->diag, "%s; axis 1 goes down the columns, axis 2 along the rows", atl_build_describe(b, c->arg[0]));
	return ATL_ERROR;
}

atl_status atl_prepare_axis(atl_builder *b, atl_call *c)
{
	return atl_check_axis(b, c, 0);
}

atl_status atl_check_axis_of_vectors(atl_builder *b, atl_call *c, int k)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	if (c->stat[k] == 0 && !c->given[k])
		c->stat[k] = s->rank == 2 && s->dim[0] == 1 ? 2 : 1;
	return atl_check_axis(b, c, k);
}

atl_status atl_prepare_axis_of_vectors(atl_builder *b, atl_call *c)
{
	return atl_check_axis_of_vectors(b, c, 0);
}

atl_status atl_shape_reduced(atl_builder *b, const atl_call *c, atl_shape *out)
{
	*out = *atl_graph_shape(b->graph, c->arg[0]);
	if (c->stat[0] == 0)
		*out = ATL_SCALAR;
	else
		out->dim[c->stat[0] - 1] = 1;
	return ATL_OK;
}

atl_status atl_shape_of_first(atl_builder *b, const atl_call *c, atl_shape *out)
{
	*out = *atl_graph_shape(b->graph, c->arg[0]);
	return ATL_OK;
}

static atl_status bad_size(atl_builder *b, const atl_call *c, uint32_t k, const char *what)
{
	atl_span at = c->arg_span && k < c->n_args ? c->arg_span[k] : c->at;
	return atl_diag_fail(b->diag, ATL_KIND_SHAPE, at.lo ? at : b->span, "%s takes sizes: whole numbers from 0 up", what);
}

static atl_status dims_of_vector(atl_builder *b, const atl_call *c, const char *what, atl_shape *out)
{
	const atl_array *a = b->host->read(b->host_data, c->arg[0], "a size", c->at);
	if (!a)
		return ATL_ERROR;
	if (a->n > ATL_MAX_RANK)
		return bad_size(b, c, 0, what);
	for (size_t i = 0; i < a->n; i++) {
		long v;
		if (!a->sys->get_si(&v, atl_array_at(a, i)) || v < 0)
			return bad_size(b, c, 0, what);
		out->dim[out->rank++] = v;
	}
	return ATL_OK;
}

atl_status atl_dims_of_call(atl_builder *b, const atl_call *c, const char *what, atl_shape *out)
{
	*out = (atl_shape){ 0 };
	if (c->n_args > ATL_MAX_RANK)
		return bad_size(b, c, c->n_args - 1, what);
	if (c->n_args == 1 && !atl_shape_scalar(atl_graph_shape(b->graph, c->arg[0]))) {
		if (dims_of_vector(b, c, what, out))
			return ATL_ERROR;
	} else {
		for (uint32_t k = 0; k < c->n_args; k++) {
			atl_span at = c->arg_span ? c->arg_span[k] : c->at;
			if (atl_build_integer(b, c->arg[k], "a size", at, &out->dim[k]))
				return ATL_ERROR;
			if (out->dim[k] < 0)
				return bad_size(b, c, k, what);
			out->rank++;
		}
	}
	while (out->rank < 2) /* zeros(3) is a vector, rand() a scalar */
		out->dim[out->rank++] = 1;
	if (!atl_shape_valid(out))
		return atl_diag_fail(b->diag, ATL_KIND_LIMIT, c->at.lo ? c->at : b->span, "%s: an array that large is past the limit", what);
	return ATL_OK;
}

static atl_status need(atl_builder *b, const atl_call *c, bool met, const char *what)
{
	char message[64];
	if (met)
		return ATL_OK;
	snprintf(message, sizeof message, "%s takes %s", c->op->shown ? c->op->shown : c->op->name, what);
	return atl_build_shape_error(b, c->at, message, c->arg[0], c->arg_span ? c->arg_span[0] : c->at, 0, c->at);
}

atl_status atl_need_matrix(atl_builder *b, const atl_call *c)
{
	return need(b, c, atl_graph_shape(b->graph, c->arg[0])->rank == 2, "a matrix");
}

atl_status atl_need_square(atl_builder *b, const atl_call *c)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	return need(b, c, s->rank == 2 && s->dim[0] == s->dim[1], "a square matrix");
}
