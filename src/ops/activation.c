/* SPDX-License-Identifier: GPL-3.0-or-later */
/* activation.c: activation functions, entry by entry. */
#include "ops/families.h"

/* Written over other functions: value, rule.  All are steady: no text subtracts
 * what was rounded.  An error of an argument is made larger by erfc only, of z: by
 * 2z^2 + 1, which is below 2^11 while gelu is above 2^-900; and what underflows
 * (exp, sigmoid) is a factor of a result that does, or added to something. */
#define ACTIVATION(nm, text, formula, adjoint, shows) \
	.name = nm, .by = ATL_BY_TEXT, .flags = ATL_OF_ELEMENTWISE, .summary = text, .value = formula, .steady = true, \
	.rule = { adjoint }, .example = shows

static const atl_op rows[] = {
	{ .name = "sigmoid", .aliases = "σ logistic expit", .params = "x", .by = ATL_BY_MAP1, .fn = ATL_FN1_sigmoid,
	  .flags = ATL_OF_ELEMENTWISE, .summary = "the logistic function 1/(1 + exp(-x))", .rule = { "g .* y .* (1 - y)" },
	  .example = "sigmoid([0, 1]) -> [0.5; 0.731059]", .latex = "\\sigma" },
	{ ACTIVATION("relu", "max(x, 0)", "max(x, 0)", "g .* (x > 0)", "relu([-1, 2]) -> [0; 2]"), .params = "x",
	  .kink = "x == 0", .kink_at = "relu'(0)", .kink_says = "relu'(0) = 0",
	  .one = { { "g .* (x >= 0)" }, "relu'(0) = 1" }, .half = { { "g .* (1 + sign(x)) ./ 2" }, "relu'(0) = 1/2" } },
	{ ACTIVATION("leaky_relu", "x for x > 0, else slope*x", "where(x > 0, x, slope .* x)",
		     "g .* where(x > 0, 1, slope)", "leaky_relu([-1, 2]) -> [-0.01; 2]"),
	  .params = "x, slope=0.01", .rule[1] = "g .* where(x > 0, 0, x)", .aliases = "lrelu prelu",
	  .kink = "x == 0", .kink_at = "leaky_relu'(0)", .kink_says = "leaky_relu'(0) = slope",
	  .one = { { "g .* where(x >= 0, 1, slope)" }, "leaky_relu'(0) = 1" },
	  .half = { { "g .* (where(x > 0, 1, slope) + where(x >= 0, 1, slope)) ./ 2" }, "leaky_relu'(0) = (1 + slope)/2" },
	  .test = "x; slope in [0.1, 0.3]" },
	{ ACTIVATION("elu", "x for x > 0, else alpha*(exp(x) - 1)", "where(x > 0, x, alpha .* expm1(min(x, 0)))",
		     "g .* where(x > 0, 1, alpha .* exp(min(x, 0)))", "elu([-1, 2]) -> [-0.632121; 2]"),
	  .params = "x, alpha=1", .rule[1] = "g .* where(x > 0, 0, expm1(min(x, 0)))", .test = "x; alpha in [0.5, 2]",
	  .kink = "x == 0 and alpha != 1", .kink_at = "elu'(0)", .kink_says = "elu'(0) = alpha",
	  .one = { { "g .* where(x >= 0, 1, alpha .* exp(min(x, 0)))" }, "elu'(0) = 1" },
	  .half = { { "g .* (where(x > 0, 1, alpha .* exp(min(x, 0))) + where(x >= 0, 1, alpha .* exp(min(x, 0)))) ./ 2" },
		    "elu'(0) = (1 + alpha)/2" },
	  .detail = "Clevert, Unterthiner, Hochreiter 2016, sec. 3." },
	{ ACTIVATION("selu", "elu scaled so that mean 0 and variance 1 are kept",
		     "1.0507009873554804934193349852946 .* elu(x, 1.6732632423543772848170429916717)",
		     "g .* 1.0507009873554804934193349852946 .* where(x > 0, 1, 1.6732632423543772848170429916717 .* exp(min(x, 0)))",
		     "selu([-1, 1]) -> [-1.11133; 1.0507]"),
	  .params = "x", .kink = "x == 0", .kink_at = "selu'(0)", .kink_says = "selu'(0) is its left slope",
	  .one = { { "g .* 1.0507009873554804934193349852946 .* where(x >= 0, 1, 1.6732632423543772848170429916717 .* exp(min(x, 0)))" },
		   "selu'(0) is its right slope" },
	  .half = { { "g .* 1.0507009873554804934193349852946 .* where(x == 0, 1.3366316211771886424085214958359, "
		      "where(x > 0, 1, 1.6732632423543772848170429916717 .* exp(min(x, 0))))" },
		    "selu'(0) is the mean of its slopes" },
	  .detail = "Klambauer et al. 2017, eq. 2, with the constants to 32 digits." },
	{ ACTIVATION("gelu", "x times the normal distribution function at x", "x .* erfc(-x/sqrt(2))/2",
		     "g .* (erfc(-x/sqrt(2))/2 + x .* exp(-x.^2/2)/sqrt(2*pi))", "gelu([-1, 1]) -> [-0.158655; 0.841345]"),
	  .params = "x", .detail = "Hendrycks, Gimpel 2016; the exact form, not the one with tanh." },
	{ ACTIVATION("silu", "x*sigmoid(x), also called swish", "x .* sigmoid(x)",
		     "g .* sigmoid(x) .* (1 + x .* (1 - sigmoid(x)))", "silu([-1, 1]) -> [-0.268941; 0.731059]"),
	  .params = "x", .aliases = "swish" },
	{ ACTIVATION("softplus", "log(1 + exp(x))", "max(x, 0) + log1p(exp(-abs(x)))", "g .* sigmoid(x)",
		     "softplus([-1, 1]) -> [0.313262; 1.31326]"), .params = "x" },
	{ ACTIVATION("softsign", "x/(1 + |x|)", "x ./ (1 + abs(x))", "g ./ (1 + abs(x)).^2", "softsign([-1, 3]) -> [-0.5; 0.75]"),
	  .params = "x" },
	{ ACTIVATION("hardtanh", "x held between -1 and 1", "min(max(x, -1), 1)", "g .* (-1 < x and x < 1)",
		     "hardtanh([-3, 0.5, 3]) -> [-1; 0.5; 1]"),
	  .params = "x", .kink = "abs(x) == 1", .kink_at = "hardtanh' at -1 and 1", .kink_says = "hardtanh'(-1) = hardtanh'(1) = 0",
	  .one = { { "g .* (-1 <= x and x <= 1)" }, "hardtanh'(-1) = hardtanh'(1) = 1" },
	  .half = { { "g .* ((-1 < x and x < 1) + (-1 <= x and x <= 1)) ./ 2" }, "hardtanh'(-1) = hardtanh'(1) = 1/2" } },
	{ ACTIVATION("mish", "x*tanh(softplus(x))", "x .* tanh(softplus(x))",
		     "g .* (tanh(softplus(x)) + x .* (1 - tanh(softplus(x)).^2) .* sigmoid(x))", "mish([-1, 1]) -> [-0.303401; 0.865098]"),
	  .params = "x", .detail = "Misra 2019, eq. 4." },
};
ATL_FAMILY(atl_ops_activation, "activations");
