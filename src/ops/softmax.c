/* SPDX-License-Identifier: GPL-3.0-or-later */
/* softmax.c: softmax and its kin, computed around the largest logit so that
 * nothing overflows. */
#include "ops/families.h"

#define LANES "Over a vector's entries; of a matrix down each column, so that a batch has its samples side by side; " \
	      "axis=2 goes along the rows."
#define COMMON .params = "x; axis=0", .by = ATL_BY_TEXT, .prepare = atl_prepare_axis_of_vectors

static const atl_op rows[] = {
	{ .name = "softmax", COMMON,
	  .value = "exp(x - max(x, axis=axis)) ./ sum(exp(x - max(x, axis=axis)), axis=axis)",
	  .rule = { "y .* (g - sum(g .* y, axis=axis))" },
	  .summary = "exp(x) over its sum: positive, and adding up to 1", .detail = LANES,
	  .example = "softmax([0, 0]) -> [0.5; 0.5]\nsoftmax([1, 2; 1, 2]) -> [0.5, 0.5; 0.5, 0.5]" },
	{ .name = "softmin", COMMON, .value = "softmax(-x, axis=axis)", .rule = { "-y .* (g - sum(g .* y, axis=axis))" },
	  .summary = "softmax(-x): the smallest entry has the largest part", .detail = LANES, .example = "softmin([0, log(3)]) -> [0.75; 0.25]" },
	{ .name = "log_softmax", COMMON, .value = "x - logsumexp(x, axis=axis)",
	  .rule = { "g - exp(y) .* sum(g, axis=axis)" },
	  .summary = "log(softmax(x)), without its underflow", .detail = LANES, .example = "log_softmax([0, 0]) -> [-0.693147; -0.693147]" },
	{ .name = "logsumexp", COMMON,
	  .value = "max(x, axis=axis) + log(sum(exp(x - max(x, axis=axis)), axis=axis))",
	  .rule = { "expand(g, x) .* exp(x - y)" },
	  .summary = "log(sum(exp(x))), without its overflow", .detail = LANES, .example = "logsumexp([0, 0]) -> 0.693147" },
};
ATL_FAMILY(atl_ops_softmax, "softmax");
