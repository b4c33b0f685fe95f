/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_conv.c: convolutions and pools against the sums they are defined by, in whole numbers. */
#include "host.h"

#include <math.h>

typedef struct setting {
	int64_t n, groups, channels, filters; /* channels and filters of one group */
	int64_t in[2], kernel[2], stride[2], padding[4], dilation[2];
	int64_t out[2];
} setting;

static int64_t places(const setting *s, int d)
{
	int64_t room = s->in[d] + s->padding[2 * d] + s->padding[2 * d + 1] - s->dilation[d] * (s->kernel[d] - 1) - 1;
	return room < 0 ? 0 : room / s->stride[d] + 1;
}

/* ---- the arrays x, w and y, as whole numbers ---- */

enum { X, W, Y };
enum { MOST = 1 << 17 };

typedef struct operands {
	int64_t *value[3];
	atl_shape shape[3];
} operands;

static void shapes_of(const setting *s, operands *o)
{
	o->shape[X] = (atl_shape){ 4, { s->n, s->groups * s->channels, s->in[0], s->in[1] } };
	o->shape[W] = (atl_shape){ 4, { s->groups * s->filters, s->channels, s->kernel[0], s->kernel[1] } };
	o->shape[Y] = (atl_shape){ 4, { s->n, s->groups * s->filters, s->out[0], s->out[1] } };
}

static void draw(operands *o)
{
	uint64_t state = 7;
	for (int k = 0; k < 3; k++)
		for (size_t i = 0; i < atl_shape_count(&o->shape[k]); i++) {
			state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
			o->value[k][i] = (int64_t)(state >> 33) % 9 - 4;
		}
}

static size_t at(const atl_shape *s, int64_t a, int64_t b, int64_t c, int64_t d)
{
	return (size_t)(((a * s->dim[1] + b) * s->dim[2] + c) * s->dim[3] + d);
}

/* result[k] = the derivative of the sum over all windows of x*w*y by operand k. */
static void sum_all(const setting *s, const operands *o, int k, int64_t *result)
{
	const atl_shape *y = &o->shape[Y];
	memset(result, 0, atl_shape_count(&o->shape[k]) * sizeof *result);
	for (int64_t n = 0; n < s->n; n++)
	for (int64_t f = 0; f < y->dim[1]; f++)
	for (int64_t i = 0; i < y->dim[2]; i++)
	for (int64_t j = 0; j < y->dim[3]; j++)
	for (int64_t c = 0; c < s->channels; c++)
	for (int64_t p = 0; p < s->kernel[0]; p++)
	for (int64_t q = 0; q < s->kernel[1]; q++) {
		int64_t row = i * s->stride[0] + p * s->dilation[0] - s->padding[0];
		int64_t col = j * s->stride[1] + q * s->dilation[1] - s->padding[2];
		if (row < 0 || row >= s->in[0] || col < 0 || col >= s->in[1])
			continue;
		size_t where[3] = { at(&o->shape[X], n, f / s->filters * s->channels + c, row, col),
				    at(&o->shape[W], f, c, p, q), at(y, n, f, i, j) };
		int64_t product = 1;
		for (int other = 0; other < 3; other++)
			product *= other == k ? 1 : o->value[other][where[other]];
		result[where[k]] += product;
	}
}

static atl_id literal(bench *t, const int64_t *v, const atl_shape *shape)
{
	atl_buf text = { 0 };
	for (size_t i = 0; i < atl_shape_count(shape); i++)
		atl_buf_addf(&text, "%s%lld", i ? " " : "", (long long)v[i]);
	atl_id id = atl_build_full(&t->b, atl_buf_text(&text), shape);
	atl_buf_clear(&text);
	return id;
}

static void assert_numbers(bench *t, atl_id id, const int64_t *expected, const atl_shape *shape, const char *what)
{
	if (!id || atl_eval_want(t->eval, &id, 1, &t->diag))
		fail_msg("%s: %s", what, complaint(t));
	const atl_array *a = atl_eval_get(t->eval, id);
	if (!atl_shape_equal(&a->shape, shape))
		fail_msg("%s has another shape", what);
	for (size_t i = 0; i < a->n; i++) {
		long v;
		if (!a->sys->get_si(&v, atl_array_at(a, i)) || v != expected[i])
			fail_msg("%s: entry %zu: expected %lld, got %g", what, i + 1, (long long)expected[i],
				 a->sys->get_double(atl_array_at(a, i)));
	}
}

static void print_setting(const setting *s, const char *op, char *out, size_t size)
{
	snprintf(out, size, "%s of %lld images, %lld groups of %lld to %lld, %lldx%lld, kernel %lldx%lld, stride %lld,%lld, "
		 "padding %lld,%lld,%lld,%lld, dilation %lld,%lld", op, (long long)s->n, (long long)s->groups, (long long)s->channels,
		 (long long)s->filters, (long long)s->in[0], (long long)s->in[1], (long long)s->kernel[0], (long long)s->kernel[1],
		 (long long)s->stride[0], (long long)s->stride[1], (long long)s->padding[0], (long long)s->padding[1],
		 (long long)s->padding[2], (long long)s->padding[3], (long long)s->dilation[0], (long long)s->dilation[1]);
}

/* conv2d, conv_transpose2d and conv2d_weight_grad are the three derivatives. */
static void check_setting(bench *t, setting *s, operands *o, int64_t *expected)
{
	static const char *const op[3] = { "conv_transpose2d", "conv2d_weight_grad", "conv2d" };
	static const int in[3][2] = { { Y, W }, { X, Y }, { X, W } };
	for (int d = 0; d < 2; d++)
		if ((s->out[d] = places(s, d)) < 1)
			return;
	shapes_of(s, o);
	draw(o);
	int64_t stat[11] = { s->stride[0], s->stride[1], s->padding[0], s->padding[1], s->padding[2], s->padding[3],
			     s->dilation[0], s->dilation[1], s->groups };
	for (int k = 0; k < 3; k++) {
		char what[200];
		atl_id arg[2] = { literal(t, o->value[in[k][0]], &o->shape[in[k][0]]),
				  literal(t, o->value[in[k][1]], &o->shape[in[k][1]]) };
		for (int d = 0; d < 2; d++) {
			int64_t reach = s->padding[2 * d] + s->padding[2 * d + 1] - s->dilation[d] * (s->kernel[d] - 1) - 1;
			stat[9 + d] = k == W ? s->kernel[d] : s->in[d] - ((s->out[d] - 1) * s->stride[d] - reach);
		}
		print_setting(s, op[k], what, sizeof what);
		sum_all(s, o, k, expected);
		assert_numbers(t, atl_build_op(&t->b, op[k], arg, 2, stat, k == Y ? 9 : 11), expected, &o->shape[k], what);
	}
}

static void check_all(const char *system, const int64_t (*counts)[4], size_t n_counts)
{
	static const int64_t pads[][4] = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 }, { 2, 0, 1, 2 }, { 0, 3, 2, 0 } };
	operands o;
	int64_t *expected = malloc(MOST * sizeof *expected);
	for (int k = 0; k < 3; k++)
		o.value[k] = malloc(MOST * sizeof *o.value[k]);
	for (size_t c = 0; c < n_counts; c++)
		for (int64_t k = 0; k < 6; k++) {
			bench *t = bench_new(system);
			for (int64_t step = 0; step < 6; step++)
				for (size_t p = 0; p < sizeof pads / sizeof *pads; p++) {
					setting s = { .n = counts[c][0], .groups = counts[c][1], .channels = counts[c][2],
						      .filters = counts[c][3], .in = { 5, 6 }, .kernel = { k % 3 + 1, k / 3 * 2 + 1 },
						      .stride = { step % 3 + 1, step / 2 % 3 + 1 }, .dilation = { step % 2 + 1, step / 3 + 1 } };
					memcpy(s.padding, pads[p], sizeof s.padding);
					check_setting(t, &s, &o, expected);
				}
			bench_free(t);
		}
	for (int k = 0; k < 3; k++)
		free(o.value[k]);
	free(expected);
}

static void convolutions_are_their_sums_in_exact_mode(void **state)
{
	static const int64_t counts[][4] = { { 1, 1, 1, 1 }, { 2, 2, 1, 2 } };
	(void)state;
	check_all("exact", counts, 2);
}

static void convolutions_of_doubles_are_their_sums_by_either_way(void **state)
{
	static const int64_t counts[][4] = { { 1, 1, 1, 1 }, { 2, 1, 2, 3 }, { 1, 3, 1, 1 }, { 2, 1, 5, 6 }, { 1, 2, 4, 4 } };
	(void)state;
	check_all("float64", counts, 5);
	check_all("float16", counts, 2);
}

static void large_images_are_done_in_parts(void **state)
{
	setting s = { .n = 1, .groups = 1, .channels = 16, .filters = 4, .in = { 60, 70 }, .kernel = { 3, 3 }, .stride = { 1, 1 },
		      .padding = { 1, 1, 0, 1 }, .dilation = { 1, 1 } };
	bench *t = bench_new("float64");
	operands o;
	int64_t *expected = malloc(MOST * sizeof *expected);
	(void)state;
	for (int k = 0; k < 3; k++)
		o.value[k] = malloc(MOST * sizeof *o.value[k]);
	check_setting(t, &s, &o, expected);
	for (int k = 0; k < 3; k++)
		free(o.value[k]);
	free(expected);
	bench_free(t);
}

static void images_and_kernels_have_the_ranks_they_are_written_with(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = [1, 2, 3; 4, 5, 6; 7, 8, 9]; k = [1, 0; 0, 1]; b = [10, 20]");
	must(t, "F = reshape([1, 0, 0, 1, 0, 1, 1, 0], 2, 1, 2, 2)");
	assert_value(t, "conv2d(x, k)", "[6, 8; 12, 14]");
	assert_value(t, "conv2d(x, F)", "2×2×2: 6 8 12 14 6 8 12 14");
	assert_value(t, "conv2d(x, F, b)", "2×2×2: 16 18 22 24 26 28 32 34");
	assert_value(t, "conv2d(reshape(x, 1, 3, 3), k)", "1×2×2: 6 8 12 14");
	assert_value(t, "conv2d(reshape(x, 1, 1, 3, 3), F, b')", "1×2×2×2: 16 18 22 24 26 28 32 34");
	assert_value(t, "conv2d([5], [3])", "15");
	assert_value(t, "conv1d([1, 2, 3, 4], [1, -1])", "[-1; -1; -1]");
	assert_value(t, "conv1d(x[1, :], [1, -1])", "[-1, -1]");
	assert_value(t, "conv1d(b, reshape([1, 2, 3], 3, 1, 1))", "[10, 20; 20, 40; 30, 60]");
	assert_value(t, "conv1d(reshape(x, 1, 3, 3), reshape(x, 1, 3, 3))", "1×1×1: 285");
	assert_value(t, "conv_transpose2d(k, k)", "[1, 0, 0; 0, 2, 0; 0, 0, 1]");
	bench_free(t);
}

static void padding_same_keeps_the_size_divided_by_the_stride(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	assert_value(t, "size(conv2d(zeros(227, 227), zeros(11, 11), stride=4, padding=\"same\"))", "[57; 57]");
	assert_value(t, "size(conv2d(zeros(36, 36), zeros(3, 3), stride=2, padding=3))", "[20; 20]");
	must(t, "y = conv2d(zeros(5, 6), zeros(2, 3), padding=\"same\", stride=[1, 2])");
	assert_string_equal(shown(t, atl_graph_root(t->graph, named(t, "y"))), "y");
	assert_shown(t, "conv2d(ones(5, 6), ones(2, 3), padding=\"same\", stride=[1, 2])",
		     "conv2d(ones(5, 6), ones(2, 3), stride=[1, 2], padding=[0, 1, 0, 1])");
	assert_shown(t, "conv2d(ones(5, 6), ones(2, 3), padding=\"valid\")", "conv2d(ones(5, 6), ones(2, 3))");
	bench_free(t);
}

static void a_convolution_that_does_not_fit_says_what_would(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = ones(3, 2, 4); W = ones(4, 3, 3, 3); V = ones(4, 1, 2, 2)");
	assert_fails(t, "conv2d(x, W)", ATL_KIND_SHAPE,
		     "the kernel is larger than the padded input\nx is 3×2×4 (line 1)\nW is 4×3×3×3 (line 1)\n"
		     "no rows are left: floor((2 + 2*0 - 3)/1) + 1 is less than 1\npadding=1 would fit");
	assert_fails(t, "conv2d(x, V)", ATL_KIND_SHAPE,
		     "the channels do not match\nx is 3×2×4 (line 1)\nV is 4×1×2×2 (line 1)\n3 channels are there, and the weights take 1; "
		     "weights are filters × channels/groups × rows × columns");
	assert_fails(t, "conv2d(x, V[1:3, :, :, :])", ATL_KIND_SHAPE, "the channels do not match\nx is 3×2×4 (line 1)\nV[1:3, :, :, :] is 3×1×2×2\n3 channels are there, and the weights take 1; "
		     "weights are filters × channels/groups × rows × columns\ngroups=3 would fit");
	assert_fails(t, "conv2d(x, V, groups=3)", ATL_KIND_SHAPE, "the groups do not divide the filters\nV is 4×1×2×2 (line 1)\n4 filters in groups=3");
	assert_fails(t, "conv2d(x, W, [1, 2], padding=1)", ATL_KIND_SHAPE, "a bias has one entry for each channel of the result\n[1; 2] is 2×1\nW is 4×3×3×3 (line 1)\nthe result has 4");
	assert_fails(t, "conv2d(x, ones(2, 3, 3))", ATL_KIND_SHAPE,
		     "weights are one kernel, or filters × channels × rows × columns\nones(2, 3, 3) is 2×3×3\n"
		     "reshape(W, 2, 1, 3, 3) are 2 filters of one channel, reshape(W, 1, 2, 3, 3) one filter of 2 channels");
	assert_fails(t, "conv2d(x, W, stride=0)", ATL_KIND_SHAPE, "the stride of conv2d is a whole number from 1 up, and this is 0");
	assert_fails(t, "conv2d(x, W, padding=[-1, 2])", ATL_KIND_SHAPE, "the padding of conv2d is a whole number from 0 up, and this is -1");
	assert_fails(t, "conv2d(x, W, padding=\"full\")", ATL_KIND_NAME,
		     "\"padding\" cannot be \"full\"\nit is a number, a list of numbers, or one of \"same\", \"valid\"");
	assert_fails(t, "conv2d(ones(1, 1, 2, 2, 2), W)", ATL_KIND_SHAPE, "conv2d takes images: rows × columns, channels × these, images × these\nones(1, 1, 2, 2, 2) is 1×1×2×2×2");
	assert_fails(t, "conv_transpose2d(ones(2, 2), ones(2, 2), output_padding=1)", ATL_KIND_SHAPE,
		     "output_padding is less than the stride: 0 to 0 here, and this is 1");
	assert_fails(t, "conv_transpose2d(ones(2, 2), ones(2, 2), padding=2)", ATL_KIND_SHAPE, "no rows or columns are left by that padding\nones(2, 2) is 2×2\nones(2, 2) is 2×2");
	assert_fails(t, "conv1d(ones(2, 2), ones(2, 2))", ATL_KIND_SHAPE, "conv1d takes a series, channels × times or series × these\nones(2, 2) is 2×2\nones(2, 2) is 2×2\n"
		     "weights are a vector, or filters × channels/groups × taps");
	bench_free(t);
}

static void an_overflow_of_a_sliding_product_is_seen(void **state)
{
	bench *t = bench_new("float64");
	(void)state;
	assert_value(t, "conv2d([1e308, 1; 1, 1], [1, 1; 1, 1])", "1e308");
	assert_value(t, "conv2d([1e308, 1e308; 1, 1], [1, 1; 1, 1])", "inf");
	bench_free(t);
}

/* ---- pools ---- */

/* y[k] of one image: the sums, the maxima, and the image with 1 added at each maximum. */
static void pool_all(const setting *s, const int64_t *x, int64_t *sum, int64_t *max, int64_t *placed)
{
	memset(placed, 0, (size_t)(s->in[0] * s->in[1]) * sizeof *placed);
	for (int64_t i = 0; i < s->out[0]; i++)
	for (int64_t j = 0; j < s->out[1]; j++) {
		int64_t where = -1, total = 0;
		for (int64_t p = 0; p < s->kernel[0]; p++)
		for (int64_t q = 0; q < s->kernel[1]; q++) {
			int64_t row = i * s->stride[0] + p - s->padding[0], col = j * s->stride[1] + q - s->padding[2];
			if (row < 0 || row >= s->in[0] || col < 0 || col >= s->in[1])
				continue;
			int64_t at_entry = row * s->in[1] + col;
			total += x[at_entry];
			where = where < 0 || x[at_entry] > x[where] ? at_entry : where;
		}
		sum[i * s->out[1] + j] = total;
		max[i * s->out[1] + j] = x[where];
		placed[where]++;
	}
}

static void check_pool(bench *t, setting *s)
{
	int64_t x[64], sum[128], max[128], placed[64], ones[128];
	const atl_shape in = { 2, { s->in[0], s->in[1] } };
	for (int d = 0; d < 2; d++)
		s->out[d] = places(s, d);
	const atl_shape out = { 2, { s->out[0], s->out[1] } };
	for (size_t i = 0; i < 64; i++)
		x[i] = (int64_t)(i * i * 7 % 11) - 5;
	for (size_t i = 0; i < 128; i++)
		ones[i] = 1;
	pool_all(s, x, sum, max, placed);
	int64_t stat[8] = { s->kernel[0], s->kernel[1], s->stride[0], s->stride[1],
			    s->padding[0], s->padding[1], s->padding[2], s->padding[3] };
	char what[200];
	print_setting(s, "a pool", what, sizeof what);
	atl_id id = literal(t, x, &in), u = literal(t, ones, &out);
	assert_numbers(t, atl_build_op(&t->b, "sumpool2d", &id, 1, stat, 8), sum, &out, what);
	assert_numbers(t, atl_build_op(&t->b, "maxpool2d", &id, 1, stat, 8), max, &out, what);
	assert_numbers(t, atl_build_op(&t->b, "maxpool2d_pick", (atl_id[]){ id, id }, 2, stat, 8), max, &out, what);
	assert_numbers(t, atl_build_op(&t->b, "maxpool2d_place", (atl_id[]){ u, id }, 2, stat, 8), placed, &in, what);
}

static void pools_are_what_their_windows_hold(void **state)
{
	static const char *const systems[] = { "exact", "float64", "mpfr 64" };
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		bench *t = bench_new(systems[k]);
		for (int64_t i = 0; i < 3 * 3 * 3 * 4; i++) {
			setting s = { .in = { 6, 7 }, .kernel = { i % 3 + 1, i / 3 % 3 + 1 }, .stride = { i / 9 % 3 + 1, i / 3 % 2 + 1 },
				      .dilation = { 1, 1 } };
			for (int d = 0; d < 4; d++)
				s.padding[d] = i / 27 == d || i / 27 == 3 ? s.kernel[d / 2] - 1 : 0;
			check_pool(t, &s);
		}
		bench_free(t);
	}
}

/* The same expression over the same images, as doubles: fast ways are for float64 alone. */
static void assert_alike(bench *fast, bench *slow, const char *text)
{
	atl_id id[2] = { must(fast, text), must(slow, text) };
	assert_int_equal(atl_eval_want(fast->eval, &id[0], 1, &fast->diag), ATL_OK);
	assert_int_equal(atl_eval_want(slow->eval, &id[1], 1, &slow->diag), ATL_OK);
	const atl_array *a = atl_eval_get(fast->eval, id[0]), *b = atl_eval_get(slow->eval, id[1]);
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		double u = a->sys->get_double(atl_array_at(a, i)), v = b->sys->get_double(atl_array_at(b, i));
		if (!(u == v || (isnan(u) && isnan(v))))
			fail_msg("%s: entry %zu is %g, and by the slow way %g", text, i, u, v);
	}
}

/* Rows of more windows than are looked at together, images that threads share, equal entries,
 * entries without a value, and windows that leave some of an image out. */
static void maxima_of_doubles_are_those_of_any_numbers(void **state)
{
	static const char *const images[] = { "12, 150", "3, 9, 131", "2, 3, 7, 66", "20, 70, 66" };
	static const char *const windows[] = { "", ", 2, 3", ", [1, 2]", ", [3, 1], [3, 2]", ", 3, 1", ", [2, 3], 1, 1", ", 3, 2, [1, 0, 0, 1]", ", 1", ", 3" };
	(void)state;
	for (size_t i = 0; i < sizeof images / sizeof *images; i++)
		for (size_t w = 0; w < sizeof windows / sizeof *windows; w++)
			for (int holes = 0; holes < 2; holes++) {
				bench *t[2] = { bench_new("float64"), bench_new("mpfr 53") };
				char text[500];
				for (int k = 0; k < 2; k++) {
					atl_eval_keep_nan(t[k]->eval, true);
					snprintf(text, sizeof text, "n = numel(zeros(%s)); r = mod((1:n).^2 + 3*(1:n), 17); x = reshape(%s, %s)", images[i],
						 holes ? "where(r == 4, 0/0, r)" : "r", images[i]);
					must(t[k], text);
					snprintf(text, sizeof text, "u = mod(reshape(1:numel(maxpool2d(x%s)), size(maxpool2d(x%s))), 23)", windows[w], windows[w]);
					must(t[k], text);
				}
				snprintf(text, sizeof text, "maxpool2d(x%s)", windows[w]);
				assert_alike(t[0], t[1], text);
				snprintf(text, sizeof text, "maxpool2d_place(u, x%s)", windows[w]);
				assert_alike(t[0], t[1], text);
				snprintf(text, sizeof text, "maxpool2d_pick(2*x, x%s)", windows[w]);
				assert_alike(t[0], t[1], text);
				bench_free(t[0]);
				bench_free(t[1]);
			}
}

static void a_pool_that_does_not_fit_says_so(void **state)
{
	bench *t = bench_new("exact");
	(void)state;
	must(t, "x = [1, 2; 3, 4]");
	assert_fails(t, "maxpool2d(x, 3)", ATL_KIND_SHAPE,
		     "the kernel is larger than the padded input\nx is 2×2 (line 1)\nno rows are left: floor((2 + 2*0 - 3)/3) + 1 is less than 1\n"
		     "padding=1 would fit");
	assert_fails(t, "avgpool2d(x, padding=2)", ATL_KIND_SHAPE, "a padding of 2 leaves windows of a kernel of 2 without an entry");
	assert_fails(t, "maxpool2d_place([1, 2, 3], x)", ATL_KIND_SHAPE,
		     "these are no pooled images and their images\n[1; 2; 3] is 3×1\nx is 2×2 (line 1)");
	bench_free(t);
}

/* All kinds of kernels, with their gradients: in columns, by sliding products, backwards, sorted. */
static const char scenario[] =
    "x = reshape(range(32), 2, 4, 4); W = reshape(range(32), 4, 2, 2, 2); k = [1, 2; 3, 4]\n"
    "y = conv2d(x, W, [1, 2, 3, 4], stride=[2, 1], padding=\"same\")\n"
    "z = conv2d(y[1, :, :], k, padding=1)\n"
    "p = maxpool2d(z, 2) + avgpool2d(z)\n"
    "s = sort(vec(p)); c = cumprod(s)\n"
    "d = grad(sum(c), W); e = grad(sum(d), k)\n"
    "[sum(d), sum(e), sum(grad(sum(s), x))]";

static void without_memory_a_convolution_fails_cleanly(void **state)
{
	static const char *const systems[] = { "float64", "exact" };
	(void)state;
	for (size_t k = 0; k < 2; k++) {
		long live = atl_mem_live();
		bool done = false;
		for (long n = 0; !done; n += 1 + n / 64) {
			atl_mem_fail_after(n);
			bench *t = bench_new(systems[k]);
			atl_id id = t ? run(t, scenario) : 0;
			done = id && !atl_eval_want(t->eval, &id, 1, &t->diag);
			atl_mem_fail_after(-1);
			if (t && !done && t->diag.kind != ATL_KIND_LIMIT)
				fail_msg("allocation %ld fails with: %s", n, complaint(t));
			bench_free(t);
			assert_int_equal(atl_mem_live(), live);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(convolutions_are_their_sums_in_exact_mode),
		cmocka_unit_test(convolutions_of_doubles_are_their_sums_by_either_way),
		cmocka_unit_test(large_images_are_done_in_parts),
		cmocka_unit_test(images_and_kernels_have_the_ranks_they_are_written_with),
		cmocka_unit_test(padding_same_keeps_the_size_divided_by_the_stride),
		cmocka_unit_test(a_convolution_that_does_not_fit_says_what_would),
		cmocka_unit_test(pools_are_what_their_windows_hold),
		cmocka_unit_test(maxima_of_doubles_are_those_of_any_numbers),
		cmocka_unit_test(a_pool_that_does_not_fit_says_so),
		cmocka_unit_test(without_memory_a_convolution_fails_cleanly),
		cmocka_unit_test(an_overflow_of_a_sliding_product_is_seen),
	};

	return cmocka_run_group_tests_name("conv", tests, NULL, NULL);
}
