/* SPDX-License-Identifier: GPL-3.0-or-later */
/* families.h: the families of ops, in the manual's order, and what their
 * kernels share.  A new family is a file with one atl_family and a line in
 * table.c; a new op is a row in a family. */
#ifndef ATL_OPS_FAMILIES_H
#define ATL_OPS_FAMILIES_H

#include "graph/build.h"
#include "graph/op.h"

typedef struct atl_family {
	const char *title;  /* a heading of the manual */
	const atl_op *row;
	size_t n;
} atl_family;

#define ATL_FAMILY(name, heading) \
	const atl_family name = { heading, rows, sizeof rows / sizeof *rows }

extern const atl_family atl_ops_core, atl_ops_arithmetic, atl_ops_elementary, atl_ops_activation, atl_ops_reduce,
	atl_ops_extreme, atl_ops_softmax, atl_ops_linear, atl_ops_factor, atl_ops_proximal, atl_ops_conv, atl_ops_pool, atl_ops_shape, atl_ops_arrange, atl_ops_index, atl_ops_scan, atl_ops_order, atl_ops_create, atl_ops_random,
	atl_ops_require, atl_ops_derivative;

/* ops/support.c: what kernels share. */

/* out[i] = in[j], one element. */
void atl_put(atl_array *out, size_t i, const atl_array *in, size_t j);
/* A shape seen along an axis (from 1; 0: all as one): x[(o*extent + k)*inner + i]. */
typedef struct atl_lanes { size_t outer, extent, inner; } atl_lanes;
atl_lanes atl_lanes_of(const atl_shape *, int64_t axis);

/* Checks that static k is an axis of operand 0, or 0 when it was not given. */
atl_status atl_check_axis(atl_builder *, const atl_call *, int k);
/* The same, and 0 becomes a vector's only axis, or the one down the columns. */
atl_status atl_check_axis_of_vectors(atl_builder *, atl_call *, int k);
/* Statics named axis are the first: checks 0 <= axis <= rank. */
atl_status atl_prepare_axis(atl_builder *, atl_call *);
/* The same, and 0 means: a vector's only axis, else down the columns. */
atl_status atl_prepare_axis_of_vectors(atl_builder *, atl_call *);
/* The operand's shape with the axis reduced to 1; axis 0: a scalar. */
atl_status atl_shape_reduced(atl_builder *, const atl_call *, atl_shape *out);
/* The first operand's shape. */
atl_status atl_shape_of_first(atl_builder *, const atl_call *, atl_shape *out);
/* Dimensions from a variadic call's integers or from one vector of them; `what` names the function. */
atl_status atl_dims_of_call(atl_builder *, const atl_call *, const char *what, atl_shape *out);

/* Checks that operand 0 is a matrix; a square one. */
atl_status atl_need_matrix(atl_builder *, const atl_call *);
atl_status atl_need_square(atl_builder *, const atl_call *);

#endif
