/* SPDX-License-Identifier: GPL-3.0-or-later */
/* factor.c: factors, eigenvalues and singular values of matrices.
 *
 * What is computed together stands in one hidden node, its parts above each
 * other; the rows that users see are slices of it with rules of their own.
 *
 * Adjoints: of singular values and eigenvectors Giles 2008, "Collected matrix
 * derivative results", sec. 3; of singular vectors Townsend 2016, "Differentiating
 * the singular value decomposition"; of Cholesky's factor Murray 2016,
 * "Differentiation of the Cholesky decomposition", sec. 3; of Q and R Walter,
 * Lehmann 2018, "Algorithmic differentiation of linear algebra functions", sec. 4;
 * of the pseudoinverse Golub, Pereyra 1973, "The differentiation of pseudo-inverses". */
#include <stdio.h>
#include "ops/families.h"

static int64_t least(const atl_shape *s)
{
	return s->dim[0] < s->dim[1] ? s->dim[0] : s->dim[1];
}

static atl_status square_of_square(atl_builder *b, const atl_call *c, atl_shape *out)
{
	*out = *atl_graph_shape(b->graph, c->arg[0]);
	return atl_need_square(b, c);
}

static atl_answer cholesky(atl_kernel *k)
{
	return k->num->sys->cholesky(k->out->data, k->in[0]->data, (size_t)k->out->shape.dim[0], k->num);
}

/* ---- parts above each other ---- */

/* A row of eigenvalues, and the eigenvectors. */
static atl_status eigh_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]);
	*out = atl_shape_2(s.dim[0] + 1, s.dim[0]);
	return ATL_OK;
}

static atl_answer eigh(atl_kernel *k)
{
	size_t n = (size_t)k->out->shape.dim[1];
	return k->num->sys->eigh(k->out->data, n ? atl_array_at(k->out, n) : k->out->data, k->in[0]->data, n, k->num);
}

/* U, a row of singular values, and V. */
static atl_status svd_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]);
	*out = atl_shape_2(s.dim[0] + 1 + s.dim[1], least(&s));
	return ATL_OK;
}

static atl_answer svd(atl_kernel *k)
{
	size_t m = (size_t)k->in[0]->shape.dim[0], n = (size_t)k->in[0]->shape.dim[1], p = (size_t)k->out->shape.dim[1];
	if (p == 0)
		return ATL_FINE;
	return k->num->sys->svd(k->out->data, atl_array_at(k->out, m * p), atl_array_at(k->out, (m + 1) * p), k->in[0]->data, m,
				n, k->num);
}

/* Q and R. */
static atl_status qr_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]);
	*out = atl_shape_2(s.dim[0] + s.dim[1], s.dim[1]);
	return ATL_OK;
}

static atl_answer qr(atl_kernel *k)
{
	size_t m = (size_t)k->in[0]->shape.dim[0], n = (size_t)k->in[0]->shape.dim[1];
	return n ? atl_generic_qr(k->out->data, atl_array_at(k->out, m * n), k->in[0]->data, m, n, k->num) : ATL_FINE;
}

static atl_status prepare_square(atl_builder *b, atl_call *c)
{
	return atl_need_square(b, c);
}

static atl_status prepare_matrix(atl_builder *b, atl_call *c)
{
	return atl_need_matrix(b, c);
}

static atl_status prepare_tall(atl_builder *b, atl_call *c)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	if (atl_need_matrix(b, c))
		return ATL_ERROR;
	if (s->dim[0] >= s->dim[1])
		return ATL_OK;
	char message[64];
	snprintf(message, sizeof message, "%s takes a matrix with no more columns than rows", c->op->name);
	atl_build_shape_error(b, c->at, message, c->arg[0], c->arg_span ? c->arg_span[0] : c->at, 0, c->at);
	atl_diag_note(b->diag, "the columns of Q are orthonormal, so there are no more of them than rows");
	return ATL_ERROR;
}

static atl_status prepare_column(atl_builder *b, atl_call *c)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	if (s->rank == 2 && s->dim[1] == 1)
		return ATL_OK;
	return atl_build_shape_error(b, c->at, "gaps takes a column", c->arg[0], c->arg_span ? c->arg_span[0] : c->at, 0, c->at);
}

/* ---- rank ---- */

static atl_answer rank(atl_kernel *k)
{
	const atl_shape *s = &k->in[0]->shape;
	long r = 0;
	atl_answer answer = atl_generic_rank(&r, k->in[0]->data, (size_t)s->dim[0], (size_t)s->dim[1], k->num);
	return answer == ATL_FINE ? k->num->sys->set_si(k->out->data, r, k->num) : answer;
}

static atl_status rank_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	*out = ATL_SCALAR;
	return atl_need_matrix(b, c);
}

static atl_status pinv_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape s = *atl_graph_shape(b->graph, c->arg[0]);
	if (atl_need_matrix(b, c))
		return ATL_ERROR;
	*out = atl_shape_2(s.dim[1], s.dim[0]);
	return ATL_OK;
}

static atl_answer pinv(atl_kernel *k)
{
	const atl_shape *s = &k->in[0]->shape;
	return atl_generic_pinv(k->out->data, k->in[0]->data, (size_t)s->dim[0], (size_t)s->dim[1], k->num);
}

#define SYMMETRIC "The symmetric part (a + a')/2 is taken, and a must be that to a thousandth of its largest entry. "
#define SIGNS "The first of the (nearly) largest entries of each column is positive. "
#define COPIED(m) "(tril(" m ") + tril(" m ")' - (" m ") .* eye(extent(" m ", axis=1)))"

static const atl_op rows[] = {
	{ .name = "cholesky", .aliases = "chol", .params = "a", .by = ATL_BY_KERNEL, .kernel = cholesky, .shape = square_of_square,
	  .domain = "a symmetric, positive definite matrix",
	  .rule = { "solve(y', solve(y', " COPIED("y'*g") ")') ./ 2" },
	  .summary = "the lower triangular L with a = L*L', its diagonal positive", .detail = SYMMETRIC "The adjoint is symmetric.",
	  .example = "cholesky([4, 2; 2, 5]) -> [2, 0; 1, 2]", .test = "a:3x3 definite" },
	{ .name = "qr_q", .params = "a", .by = ATL_BY_TEXT, .prepare = prepare_tall, .value = "qr_parts(a)[1:extent(a, axis=1), :]",
	  .domain = "a matrix with independent columns",
	  .rule = { "solve(qr_r(a), (g - y*" COPIED("g'*y") ")')'" },
	  .summary = "the Q of a = Q*R: its columns are orthonormal", .detail = "`Q, R = qr(A)` gives both.",
	  .example = "qr_q([3, 1; 4, 2]) -> [0.6, -0.8; 0.8, 0.6]", .test = "a:4x3" },
	{ .name = "qr_r", .params = "a", .by = ATL_BY_TEXT, .prepare = prepare_tall,
	  .value = "qr_parts(a)[extent(a, axis=1) + 1:extent(a, axis=1) + extent(a, axis=2), :]",
	  .domain = "a matrix with independent columns",
	  .rule = { "solve(y, (qr_q(a)*" COPIED("y*g'") ")')'" },
	  .summary = "the R of a = Q*R: upper triangular, its diagonal positive", .detail = "`Q, R = qr(A)` gives both.",
	  .example = "qr_r([3, 1; 4, 2]) -> [5, 2.2; 0, 0.4]", .test = "a:4x3" },
	{ .name = "eigenvalues", .aliases = "eigvalsh", .params = "a", .by = ATL_BY_TEXT, .prepare = prepare_square,
	  .value = "eigh_parts(a)[1, :]'", .domain = "a symmetric matrix",
	  .rule = { "eigenvectors(a)*(g .* eigenvectors(a)')" },
	  .summary = "the eigenvalues of a symmetric matrix, rising",
	  .detail = SYMMETRIC "`l, Q = eigh(A)` gives the vectors too. Where eigenvalues are equal, the adjoint is that of the "
		    "vectors which were found.",
	  .example = "eigenvalues([2, 1; 1, 2]) -> [1; 3]", .test = "a:3x3 symmetric" },
	{ .name = "eigenvectors", .params = "a", .by = ATL_BY_TEXT, .prepare = prepare_square,
	  .value = "eigh_parts(a)[2:extent(a, axis=1) + 1, :]", .domain = "a symmetric matrix",
	  .rule = { "y*(gaps(eigenvalues(a)) .* (y'*g - g'*y))*y' ./ 2" },
	  .summary = "the eigenvectors of a symmetric matrix, as columns of length 1 in the order of its eigenvalues",
	  .detail = SYMMETRIC SIGNS "The adjoint has no value where eigenvalues are equal, since no vectors are the right ones there.",
	  .example = "eigenvectors([1, 0; 0, 2]) -> [1, 0; 0, 1]", .test = "a:3x3 symmetric" },
	{ .name = "singular_values", .aliases = "svdvals", .params = "a", .by = ATL_BY_TEXT, .prepare = prepare_matrix,
	  .value = "svd_parts(a)[extent(a, axis=1) + 1, :]'",
	  .rule = { "svd_u(a)*(g .* svd_v(a)')" }, .summary = "the singular values of a matrix, falling",
	  .detail = "`U, s, V = svd(A)` gives the vectors too. Where singular values are equal or 0, the adjoint is that of the "
		    "vectors which were found.",
	  .example = "singular_values([3, 0; 0, -4]) -> [4; 3]", .test = "a:3x2" },
	{ .name = "svd_u", .params = "a", .by = ATL_BY_TEXT, .prepare = prepare_matrix,
	  .value = "svd_parts(a)[1:extent(a, axis=1), :]",
	  .rule = { "(y*(gaps(singular_values(a).^2) .* (y'*g - g'*y) .* singular_values(a)')"
		    " + (g - y*(y'*g)) ./ singular_values(a)')*svd_v(a)'" },
	  .summary = "the left singular vectors: the U of a = U*diag(s)*V', as many as there are singular values",
	  .detail = SIGNS "The adjoint has no value where singular values are equal or 0.",
	  .example = "svd_u([3, 0; 0, -4]) -> [0, 1; 1, 0]", .test = "a:4x3" },
	{ .name = "svd_v", .params = "a", .by = ATL_BY_TEXT, .prepare = prepare_matrix,
	  .value = "svd_parts(a)[extent(a, axis=1) + 2:extent(a, axis=1) + 1 + extent(a, axis=2), :]",
	  .rule = { "svd_u(a)*((gaps(singular_values(a).^2) .* (y'*g - g'*y) .* singular_values(a))*y'"
		    " + (g - y*(y'*g))' ./ singular_values(a))" },
	  .summary = "the right singular vectors: the V of a = U*diag(s)*V', as many as there are singular values",
	  .detail = "Their signs follow those of U. The adjoint has no value where singular values are equal or 0.",
	  .example = "svd_v([3, 0; 0, -4]) -> [0, 1; -1, 0]", .test = "a:3x4" },
	{ .name = "pinv", .params = "a", .by = ATL_BY_KERNEL, .kernel = pinv, .shape = pinv_shape,
	  .rule = { "-y'*g*y' + (g' - a*(y*g'))*(y*y') + (y'*y)*(g' - (g'*y)*a)" },
	  .summary = "the pseudoinverse of Moore and Penrose: pinv(a)*b is the shortest x with the least norm(a*x - b)",
	  .detail = "Singular values that count as 0 for `rank` are taken as 0. The adjoint is right where the rank does not change.",
	  .example = "pinv([1; 1]) -> [[0.5, 0.5]]\npinv([2, 0; 0, 0]) -> [0.5, 0; 0, 0]", .test = "a:3x2" },
	{ .name = "rank", .params = "a", .by = ATL_BY_KERNEL, .kernel = rank, .shape = rank_shape, .flags = ATL_OF_NO_GRADIENT,
	  .summary = "the rank of a matrix: how many of its rows, or columns, are independent",
	  .detail = "Exact in the exact system; where numbers are rounded, singular values of at most max(m, n)*eps times the "
		    "largest count as 0, eps being the distance of 1 to the next number.",
	  .example = "rank([1, 2; 2, 4]) -> 1" },
	{ .name = "gaps", .params = "x", .by = ATL_BY_TEXT, .prepare = prepare_column, .domain = "values that differ from each other",
	  .value = "(1 - eye(extent(x, axis=1))) ./ (x' .- x + eye(extent(x, axis=1)))",
	  .rule = { "sum(g .* y.^2, axis=2) - sum(g .* y.^2, axis=1)'" },
	  .summary = "the matrix of 1/(x[j] - x[i]), with 0 on the diagonal: how vectors turn into each other",
	  .example = "gaps([1, 3]) -> [0, 0.5; -0.5, 0]", .test = "x:3x1" },
	{ .name = "qr_parts", .shown = "qr", .params = "a", .by = ATL_BY_KERNEL, .kernel = qr, .shape = qr_shape, .flags = ATL_OF_INTERNAL,
	  .summary = "qr_q(a) above qr_r(a)", .test = "" },
	{ .name = "eigh_parts", .shown = "eigh", .params = "a", .by = ATL_BY_KERNEL, .kernel = eigh, .shape = eigh_shape, .flags = ATL_OF_INTERNAL,
	  .summary = "eigenvalues(a)' above eigenvectors(a)", .test = "" },
	{ .name = "svd_parts", .shown = "svd", .params = "a", .by = ATL_BY_KERNEL, .kernel = svd, .shape = svd_shape, .flags = ATL_OF_INTERNAL,
	  .summary = "svd_u(a) above singular_values(a)' above svd_v(a)", .test = "" },
};
ATL_FAMILY(atl_ops_factor, "factors and spectra");
