/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linear.c: matrix algebra.  Adjoints: Giles 2008, "Collected matrix derivative results", sec. 2. */
#include <stdio.h>
#include <string.h>
#include "graph/derive.h"
#include "graph/show.h"
#include "ops/families.h"

/* ---- product ---- */

/* An operand as an offer writes it; W' transposed is W.  What is no name and no bracket is in parentheses, and
 * what is long gets a letter. */
static void put_operand(atl_buf *out, atl_builder *b, atl_id id, bool transposed, const char *letter)
{
	const atl_node *n = atl_graph_node(b->graph, id);
	bool back = transposed && !n->name && n->op->written == ATL_T_TRANSPOSE;
	atl_buf text = { 0 };
	atl_show_text(&text, b->graph, back ? atl_graph_in(b->graph, id)[0] : id, b->symbols);
	bool literal = atl_graph_node(b->graph, atl_graph_root(b->graph, id))->flags & ATL_NF_LITERAL;
	bool shown = text.len <= 24, loose = shown && !literal && strpbrk(atl_buf_text(&text), " +-*/\\^") != NULL;
	atl_buf_addf(out, "%s%s%s%s", loose ? "(" : "", shown ? atl_buf_text(&text) : letter, loose ? ")" : "",
		     transposed && !(shown && back) ? "'" : "");
	atl_buf_clear(&text);
}

/* "W'*x would give 2×1": operand k and then the other one, each transposed or not. */
static void offer(atl_builder *b, const atl_call *c, uint32_t k, const char *quotes, const char *sign)
{
	static const char *const letter[] = { "A", "B" };
	atl_buf text = { 0 };
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[k]), *t = atl_graph_shape(b->graph, c->arg[1 - k]);
	atl_shape out = atl_shape_2(s->dim[quotes[0] == '\''], t->dim[quotes[1] != '\'']);
	put_operand(&text, b, c->arg[k], quotes[0] == '\'', letter[k]);
	atl_buf_add(&text, sign);
	put_operand(&text, b, c->arg[1 - k], quotes[1] == '\'', letter[1 - k]);
	atl_buf_add(&text, " would give ");
	if (atl_shape_scalar(&out))
		atl_buf_add(&text, "a scalar");
	else
		atl_shape_print(&text, &out);
	atl_diag_note(b->diag, "%s", atl_buf_text(&text));
	atl_buf_clear(&text);
}

static atl_status product_error(atl_builder *b, const atl_call *c, const atl_shape *s, const atl_shape *t)
{
	atl_span sa = c->arg_span ? c->arg_span[0] : c->at, sb = c->arg_span ? c->arg_span[1] : c->at;
	const atl_shape x = *s, y = *t;
	atl_build_shape_error(b, c->at, "the shapes do not fit a product", c->arg[0], sa, c->arg[1], sb);
	if (x.rank != 2 || y.rank != 2) {
		atl_diag_note(b->diag, "a matrix product takes two matrices; `.*` multiplies entry by entry");
		return ATL_ERROR;
	}
	atl_buf left = { 0 }, right = { 0 };
	atl_size_print(&left, x.dim[1]);
	atl_size_print(&right, y.dim[0]);
	atl_diag_note(b->diag, "inner sizes %s and %s differ", atl_buf_text(&left), atl_buf_text(&right));
	atl_buf_clear(&left);
	atl_buf_clear(&right);
	if (x.dim[0] == y.dim[0])
		offer(b, c, 0, "' ", "*");
	if (x.dim[1] == y.dim[1])
		offer(b, c, 0, " '", "*");
	if (x.dim[0] == y.dim[0] && x.dim[1] == y.dim[1])
		offer(b, c, 0, "  ", " .* ");
	if (x.dim[0] == y.dim[1] && x.dim[0] != y.dim[0])
		offer(b, c, 1, "  ", "*");
	return ATL_ERROR;
}

static atl_status product_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]), *t = atl_graph_shape(b->graph, c->arg[1]);
	if (s->rank != 2 || t->rank != 2 || s->dim[1] != t->dim[0])
		return product_error(b, c, s, t);
	*out = atl_shape_2(s->dim[0], t->dim[1]);
	return ATL_OK;
}

static atl_answer product(atl_kernel *k)
{
	const atl_shape *s = &k->in[0]->shape, *t = &k->in[1]->shape;
	return k->num->sys->matmul(k->out->data, k->in[0]->data, false, k->in[1]->data, false, (size_t)s->dim[0],
				   (size_t)s->dim[1], (size_t)t->dim[1], k->num);
}

/* ---- transpose and diagonals ---- */

static atl_status transpose_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	if (s->rank != 2)
		return atl_build_shape_error(b, c->at, "a transpose is of a matrix", c->arg[0], c->arg_span ? c->arg_span[0] : c->at,
					     0, c->at);
	*out = atl_shape_2(s->dim[1], s->dim[0]);
	return ATL_OK;
}

static atl_answer transpose(atl_kernel *k)
{
	enum { TILE = 16 };
	size_t rows = (size_t)k->in[0]->shape.dim[0], cols = (size_t)k->in[0]->shape.dim[1];
	for (size_t i0 = 0; i0 < rows; i0 += TILE)
		for (size_t j0 = 0; j0 < cols; j0 += TILE)
			for (size_t i = i0; i < rows && i < i0 + TILE; i++)
				for (size_t j = j0; j < cols && j < j0 + TILE; j++)
					atl_put(k->out, j * rows + i, k->in[0], i * cols + j);
	return ATL_FINE;
}

static atl_status diag_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]);
	if (s->rank != 2)
		return atl_build_shape_error(b, c->at, "diag takes a vector or a matrix", c->arg[0], c->at, 0, c->at);
	int64_t rows = s->dim[0], cols = s->dim[1];
	if (rows == 1 || cols == 1)
		*out = atl_shape_2(rows * cols, rows * cols);
	else
		*out = atl_shape_2(rows < cols ? rows : cols, 1);
	return ATL_OK;
}

static atl_answer diag(atl_kernel *k)
{
	const atl_array *x = k->in[0];
	size_t cols = (size_t)x->shape.dim[1];
	if (x->shape.dim[0] == 1 || cols == 1) {
		for (size_t i = 0; i < x->n; i++)
			atl_put(k->out, i * x->n + i, x, i);
	} else {
		for (size_t i = 0; i < k->out->n; i++)
			atl_put(k->out, i, x, i * cols + i);
	}
	return ATL_FINE;
}

/* The way back is diag again, filled up with zeros where the matrix was not square. */
static atl_id diag_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	(void)slot;
	const atl_shape s = *atl_graph_shape(b->graph, atl_graph_in(b->graph, node)[0]);
	atl_id back = atl_build_1(b, "diag", g);
	if (s.dim[0] == 1 || s.dim[1] == 1)
		return atl_build_reshape(b, back, &s);
	int64_t n = s.dim[0] < s.dim[1] ? s.dim[0] : s.dim[1];
	atl_shape pad = s.dim[0] > n ? atl_shape_2(s.dim[0] - n, n) : atl_shape_2(n, s.dim[1] - n);
	if (s.dim[0] == s.dim[1])
		return back;
	return atl_build_2(b, s.dim[0] > n ? "vcat" : "hcat", back, atl_build_full(b, "0", &pad));
}

static atl_status matrix_of_first(atl_builder *b, const atl_call *c, atl_shape *out)
{
	return atl_need_matrix(b, c) ? ATL_ERROR : atl_shape_of_first(b, c, out);
}

/* Copies the entries on or below the diagonal number attr[0] (0 is the main one, 1 the one above it); on or above it. */
static atl_answer keep(atl_kernel *k, bool lower)
{
	size_t cols = (size_t)k->out->shape.dim[1];
	for (size_t i = 0; i < k->out->n; i++) {
		int64_t above = (int64_t)(i % cols) - (int64_t)(i / cols);
		if (lower ? above <= k->attr[0] : above >= k->attr[0])
			atl_put(k->out, i, k->in[0], i);
	}
	return ATL_FINE;
}

static atl_answer tril(atl_kernel *k) { return keep(k, true); }
static atl_answer triu(atl_kernel *k) { return keep(k, false); }

/* ---- square matrices ---- */

static atl_status scalar_of_square(atl_builder *b, const atl_call *c, atl_shape *out)
{
	*out = ATL_SCALAR;
	return atl_need_square(b, c);
}

static atl_status square_of_square(atl_builder *b, const atl_call *c, atl_shape *out)
{
	*out = *atl_graph_shape(b->graph, c->arg[0]);
	return atl_need_square(b, c);
}

static atl_status solve_shape(atl_builder *b, const atl_call *c, atl_shape *out)
{
	const atl_shape *s = atl_graph_shape(b->graph, c->arg[0]), *t = atl_graph_shape(b->graph, c->arg[1]);
	if (atl_need_square(b, c)) {
		if (s->rank == 2 && t->rank == 2 && t->dim[0] == s->dim[0]) {
			atl_buf text = { 0 };
			atl_buf_add(&text, "pinv(");
			atl_show_text(&text, b->graph, c->arg[0], b->symbols);
			atl_buf_add(&text, ")*");
			put_operand(&text, b, c->arg[1], false, "b");
			atl_diag_note(b->diag, "%s is %s", atl_buf_text(&text),
				      s->dim[0] > s->dim[1] ? "the solution by least squares" : "the shortest solution");
			atl_buf_clear(&text);
		}
		return ATL_ERROR;
	}
	if (t->rank != 2 || t->dim[0] != s->dim[0])
		return atl_build_shape_error(b, c->at, "the shapes do not fit a system of equations", c->arg[0],
					     c->arg_span ? c->arg_span[0] : c->at, c->arg[1], c->arg_span ? c->arg_span[1] : c->at);
	*out = *t;
	return ATL_OK;
}

static atl_answer det(atl_kernel *k)
{
	return k->num->sys->det(k->out->data, k->in[0]->data, (size_t)k->in[0]->shape.dim[0], k->num);
}

/* The determinant without row i and column j, with its sign; `minor` has room for it. */
static atl_answer cofactor_entry(atl_kernel *k, size_t n, size_t i, size_t j, atl_array *minor)
{
	const atl_system *sys = k->num->sys;
	size_t at = 0;
	for (size_t r = 0; r < n; r++)
		for (size_t c = 0; c < n; c++)
			if (r != i && c != j)
				atl_put(minor, at++, k->in[0], r * n + c);
	void *y = atl_array_at(k->out, i * n + j);
	atl_answer answer = sys->det(y, minor->data, n - 1, k->num);
	return answer == ATL_FINE && (i + j) % 2 ? sys->fn1[ATL_FN1_neg](y, y, 1, k->num) : answer;
}

static atl_answer cofactors_by_minors(atl_kernel *k, size_t n)
{
	if (n == 1)
		return k->num->sys->set_si(k->out->data, 1, k->num);
	atl_shape shape = atl_shape_2((int64_t)n - 1, (int64_t)n - 1);
	atl_array *minor = atl_array_new(&shape, k->num);
	atl_answer answer = minor ? ATL_FINE : ATL_NOMEM;
	for (size_t i = 0; i < n * n && answer == ATL_FINE; i++)
		answer = cofactor_entry(k, n, i / n, i % n, minor);
	atl_array_unref(minor);
	return answer;
}

/* det(a)*inv(a)', and by minors where a is singular. */
static atl_answer cofactor(atl_kernel *k)
{
	const atl_system *sys = k->num->sys;
	size_t n = (size_t)k->in[0]->shape.dim[0];
	atl_array *inverse = atl_array_new(&k->in[0]->shape, k->num), *d = atl_array_new(&(atl_shape){ 2, { 1, 1 } }, k->num);
	atl_answer answer = inverse && d ? sys->inv(inverse->data, k->in[0]->data, n, k->num) : ATL_NOMEM;
	if (answer == ATL_FINE && n && sys->no_value(inverse->data)) {
		answer = cofactors_by_minors(k, n);
	} else if (answer == ATL_FINE) {
		answer = sys->det(d->data, k->in[0]->data, n, k->num);
		for (size_t i = 0; i < n * n; i++)
			atl_put(k->out, i, inverse, i % n * n + i / n);
		if (answer == ATL_FINE)
			answer = sys->fn2[ATL_FN2_mul](k->out->data, k->out->data, 1, d->data, 0, n * n, k->num);
	}
	atl_array_unref(inverse);
	atl_array_unref(d);
	return answer;
}

enum { MOST_MINORS = 6 }; /* rows up to which the second derivative is built of minors */

/* The numbers 1 ... n without one, as a literal vector. */
static atl_id all_but(atl_builder *b, int64_t n, int64_t left_out)
{
	atl_id rows[MOST_MINORS];
	uint32_t count = 0;
	for (int64_t i = 1; i <= n; i++)
		if (i != left_out)
			rows[count++] = atl_build_number(b, i);
	return atl_build_op(b, "vcat", rows, count, NULL, 0);
}

/* The cofactors as a matrix of signed determinants: right for singular matrices too. */
static atl_id composed_of_minors(atl_builder *b, atl_id a, int64_t n)
{
	atl_id column[MOST_MINORS], row[MOST_MINORS];
	for (int64_t i = 1; i <= n; i++) {
		for (int64_t j = 1; j <= n; j++) {
			atl_bind bind[] = { { "a", a }, { "r", all_but(b, n, i) }, { "c", all_but(b, n, j) } };
			row[j - 1] = atl_build_rule(b, (i + j) % 2 ? "-det(a[r, c])" : "det(a[r, c])", bind, 3);
		}
		column[i - 1] = atl_build_op(b, "hcat", row, (uint32_t)n, NULL, 0);
	}
	return atl_build_op(b, "vcat", column, (uint32_t)n, NULL, 0);
}

static atl_id cofactor_vjp(atl_builder *b, atl_id node, uint32_t slot, atl_id g)
{
	(void)slot;
	atl_id a = atl_graph_in(b->graph, node)[0];
	int64_t n = atl_graph_shape(b->graph, a)->dim[0];
	if (n == 1)
		return 0;
	atl_bind bind[] = { { "a", a } };
	atl_id same = n > 2 && n <= MOST_MINORS ? composed_of_minors(b, a, n)
		      : n == 2 ? atl_build_rule(b, "[a[2, 2], -a[2, 1]; -a[1, 2], a[1, 1]]", bind, 1)
			       : atl_build_rule(b, "det(a) .* inv(a)'", bind, 1);
	return same ? atl_vjp(b, same, a, g) : 0;
}

static atl_answer inv(atl_kernel *k)
{
	return k->num->sys->inv(k->out->data, k->in[0]->data, (size_t)k->in[0]->shape.dim[0], k->num);
}

static atl_answer solve(atl_kernel *k)
{
	return k->num->sys->solve(k->out->data, k->in[0]->data, k->in[1]->data, (size_t)k->in[0]->shape.dim[0],
				  (size_t)k->out->shape.dim[1], k->num);
}

/* ---- vectors ---- */

static atl_status prepare_vectors(atl_builder *b, atl_call *c)
{
	for (uint32_t k = 0; k < c->n_args; k++) {
		const atl_shape *s = atl_graph_shape(b->graph, c->arg[k]);
		if (atl_shape_vector(s))
			continue;
		char message[64];
		snprintf(message, sizeof message, "%s takes two vectors (columns)", c->op->name);
		return atl_build_shape_error(b, c->at, message, c->arg[0], c->arg_span ? c->arg_span[0] : c->at, c->arg[1],
					     c->arg_span ? c->arg_span[1] : c->at);
	}
	return ATL_OK;
}

static const atl_op rows[] = {
	{ .name = "matmul", .params = "a, b", .by = ATL_BY_KERNEL, .kernel = product, .shape = product_shape, .infix = ATL_O_MUL,
	  .rule = { "g*b'", "a'*g" }, .summary = "the matrix product a*b", .example = "[1, 2; 3, 4]*[1, 1] -> [3; 7]",
	  .test = "a:2x3; b:3x2" },
	{ .name = "transpose", .params = "x", .by = ATL_BY_KERNEL, .kernel = transpose, .shape = transpose_shape,
	  .written = ATL_T_TRANSPOSE, .rule = { "g'" }, .summary = "rows as columns: x'", .example = "[1, 2; 3, 4]' -> [1, 3; 2, 4]" },
	{ .name = "dot", .params = "a, b", .by = ATL_BY_TEXT, .prepare = prepare_vectors, .value = "sum(a .* b)",
	  .rule = { "g .* b", "g .* a" }, .summary = "the inner product of two vectors", .example = "dot([1, 2], [3, 4]) -> 11",
	  .test = "a:3x1; b:3x1" },
	{ .name = "outer", .params = "a, b", .by = ATL_BY_TEXT, .prepare = prepare_vectors, .value = "a*b'",
	  .rule = { "g*b", "g'*a" }, .summary = "the outer product a*b'", .example = "outer([1, 2], [3, 4]) -> [3, 4; 6, 8]",
	  .test = "a:2x1; b:3x1" },
	{ .name = "tr", .params = "a", .by = ATL_BY_TEXT, .shape = scalar_of_square, .value = "sum(diag(a))",
	  .rule = { "expand(g, a) .* eye(extent(a, axis=1))" }, .summary = "the trace of a square matrix: the sum of its diagonal",
	  .detail = "`trace` is the statement that explains a computation.", .example = "tr([1, 2; 3, 4]) -> 5", .test = "a:3x3",
	  .latex = "\\operatorname{tr}" },
	{ .name = "diag", .params = "x", .by = ATL_BY_KERNEL, .kernel = diag, .shape = diag_shape, .vjp = diag_vjp,
	  .summary = "the diagonal matrix of a vector; of a matrix, its diagonal",
	  .example = "diag([1, 2]) -> [1, 0; 0, 2]\ndiag([1, 2; 3, 4]) -> [1; 4]" },
	{ .name = "tril", .params = "a; k=0", .by = ATL_BY_KERNEL, .kernel = tril, .shape = matrix_of_first, .rule = { "tril(g, k=k)" },
	  .summary = "the lower triangle of a matrix, its diagonal included, and zeros above",
	  .detail = "k is the last diagonal that stays: 1 the one above the main one, -1 the one below it.",
	  .example = "tril([1, 2; 3, 4]) -> [1, 0; 3, 4]\ntril([1, 2; 3, 4], -1) -> [0, 0; 3, 0]", .test = "a:2x3 | a:3x3; k=-1" },
	{ .name = "triu", .params = "a; k=0", .by = ATL_BY_KERNEL, .kernel = triu, .shape = matrix_of_first, .rule = { "triu(g, k=k)" },
	  .summary = "the upper triangle of a matrix, its diagonal included, and zeros below",
	  .detail = "k is the first diagonal that stays: 1 the one above the main one, -1 the one below it.",
	  .example = "triu([1, 2; 3, 4]) -> [1, 2; 0, 4]\ntriu([1, 2; 3, 4], 1) -> [0, 2; 0, 0]", .test = "a:2x3 | a:3x3; k=1" },
	{ .name = "det", .params = "a", .by = ATL_BY_KERNEL, .kernel = det, .shape = scalar_of_square,
	  .rule = { "g .* cofactor(a)" }, .summary = "the determinant of a square matrix", .example = "det([1, 2; 3, 4]) -> -2",
	  .test = "a:3x3", .latex = "\\det" },
	{ .name = "cofactor", .params = "a", .by = ATL_BY_KERNEL, .kernel = cofactor, .shape = square_of_square, .vjp = cofactor_vjp,
	  .summary = "the matrix of cofactors, det(a)*inv(a)' where that exists; the derivative of det",
	  .example = "cofactor([1, 2; 2, 4]) -> [4, -2; -2, 1]", .test = "a:3x3" },
	{ .name = "inv", .params = "a", .by = ATL_BY_KERNEL, .kernel = inv, .shape = square_of_square, .rule = { "-y'*g*y'" },
	  .domain = "a matrix that is not singular", .summary = "the inverse of a square matrix",
	  .example = "inv([2, 0; 0, 4]) -> [0.5, 0; 0, 0.25]", .test = "a:3x3" },
	{ .name = "solve", .params = "a, b", .by = ATL_BY_KERNEL, .kernel = solve, .shape = solve_shape, .infix = ATL_O_SOLVE,
	  .rule = { "-solve(a', g)*y'", "solve(a', g)" }, .domain = "a matrix that is not singular",
	  .summary = "the x with a*x = b; a\\b", .example = "solve([2, 0; 0, 4], [2, 2]) -> [1; 0.5]", .test = "a:3x3; b:3x2" },
};
ATL_FAMILY(atl_ops_linear, "matrices");
