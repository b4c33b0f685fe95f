/* SPDX-License-Identifier: GPL-3.0-or-later */
/* elementary.c: elementary functions, entry by entry.  Derivatives: NIST DLMF, ch. 4 and 7. */
#include "ops/families.h"

#define FN(fn_name, text, adjoint, shows) \
	.name = #fn_name, .params = "x", .by = ATL_BY_MAP1, .fn = ATL_FN1_##fn_name, .flags = ATL_OF_ELEMENTWISE, \
	.summary = text, .rule = { adjoint }, .example = shows

static atl_answer ulp(atl_kernel *k)
{
	if (!k->num->sys->ulp) {
		k->num->reason = "undefined";
		return ATL_UNABLE;
	}
	for (size_t i = 0; i < k->out->n; i++) {
		atl_answer answer = k->num->sys->ulp(atl_array_at(k->out, i), atl_array_at(k->in[0], i), k->num);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

static const atl_op rows[] = {
	{ FN(exp, "e to the power x", "g .* y", "exp([0, 1]) -> [1; 2.71828]"), .latex = "\\exp" },
	{ FN(expm1, "exp(x) - 1, accurate near 0", "g .* (y + 1)", "expm1(1e-20) -> 1e-20") },
	{ FN(log, "the natural logarithm", "g ./ x", "log(exp(2)) -> 2\nlog(8, 2) -> 3"), .aliases = "ln", .domain = "x > 0",
	  .longer = "log_base", .detail = "log(x, base) is the logarithm to another base, log(x)/log(base).",
	  .test = "x in [0.2, 3]", .latex = "\\ln" },
	{ FN(log2, "the logarithm to base 2", "g ./ (x .* log(2))", "log2(8) -> 3"), .domain = "x > 0", .test = "x in [0.2, 3]" },
	{ FN(log10, "the logarithm to base 10", "g ./ (x .* log(10))", "log10(1000) -> 3"), .domain = "x > 0",
	  .test = "x in [0.2, 3]" },
	{ FN(log1p, "log(1 + x), accurate near 0", "g ./ (1 + x)", "log1p(1e-20) -> 1e-20"), .domain = "x > -1",
	  .test = "x in [-0.5, 3]" },
	{ FN(sqrt, "the square root", "g ./ (2 .* y)", "sqrt([4, 9]) -> [2; 3]"), .domain = "x >= 0", .test = "x in [0.2, 3]" },
	{ FN(erf, "the error function 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x",
	     "g .* 2 .* exp(-x.^2)/sqrt(pi)", "erf(1) -> 0.842701") },
	{ FN(erfc, "1 - erf(x), accurate where erf is near 1", "-g .* 2 .* exp(-x.^2)/sqrt(pi)", "erfc(0) -> 1") },
	{ FN(sin, "sine", "g .* cos(x)", "sin(pi/6) -> 0.5"), .latex = "\\sin" },
	{ FN(cos, "cosine", "-g .* sin(x)", "cos(pi/3) -> 0.5"), .latex = "\\cos" },
	{ FN(tan, "tangent", "g .* (1 + y.^2)", "tan(pi/4) -> 1"), .test = "x in [-1, 1]", .latex = "\\tan" },
	{ FN(asin, "inverse sine", "g ./ sqrt(1 - x.^2)", "asin(1) -> 1.5708"), .domain = "-1 <= x <= 1", .test = "x in [-0.9, 0.9]",
	  .aliases = "arcsin", .latex = "\\arcsin" },
	{ FN(acos, "inverse cosine", "-g ./ sqrt(1 - x.^2)", "acos(0) -> 1.5708"), .domain = "-1 <= x <= 1", .test = "x in [-0.9, 0.9]",
	  .aliases = "arccos", .latex = "\\arccos" },
	{ FN(atan, "inverse tangent", "g ./ (1 + x.^2)", "atan(1) -> 0.785398"), .aliases = "arctan", .latex = "\\arctan" },
	{ FN(sinh, "hyperbolic sine", "g .* cosh(x)", "sinh(1) -> 1.1752"), .latex = "\\sinh" },
	{ FN(cosh, "hyperbolic cosine", "g .* sinh(x)", "cosh(1) -> 1.54308"), .latex = "\\cosh" },
	{ FN(tanh, "hyperbolic tangent", "g .* (1 - y.^2)", "tanh(1) -> 0.761594"), .latex = "\\tanh" },
	{ .name = "asinh", .params = "x", .by = ATL_BY_TEXT, .flags = ATL_OF_ELEMENTWISE, .aliases = "arcsinh",
	  .value = "sign(x) .* log1p(where(abs(x) > 1, abs(x) + abs(x) ./ (1 ./ abs(x) + sqrt(1 + (1 ./ x).^2)), "
		   "abs(x) + min(abs(x), 1).^2 ./ (1 + sqrt(1 + min(abs(x), 1).^2))))",
	  .rule = { "g ./ where(abs(x) > 1, abs(x) .* sqrt(1 + (1 ./ x).^2), sqrt(1 + min(abs(x), 1).^2))" }, .summary = "inverse hyperbolic sine",
	  .example = "asinh(sinh(2)) -> 2" },
	{ .name = "acosh", .params = "x", .by = ATL_BY_TEXT, .flags = ATL_OF_ELEMENTWISE, .aliases = "arccosh", .domain = "x >= 1",
	  .value = "log1p(x - 1 + sqrt(x - 1) .* sqrt(x + 1))", .rule = { "g ./ (sqrt(x - 1) .* sqrt(x + 1))" },
	  .summary = "inverse hyperbolic cosine", .example = "acosh(cosh(2)) -> 2", .test = "x in [1.2, 4]" },
	{ .name = "atanh", .params = "x", .by = ATL_BY_TEXT, .flags = ATL_OF_ELEMENTWISE, .aliases = "arctanh", .domain = "-1 < x < 1",
	  .value = "sign(x) .* log1p(2 .* abs(x) ./ (1 - abs(x)))/2", .rule = { "g ./ ((1 - x) .* (1 + x))" },
	  .summary = "inverse hyperbolic tangent", .example = "atanh(tanh(2)) -> 2", .test = "x in [-0.9, 0.9]" },
	{ .name = "atan2", .params = "a, b", .by = ATL_BY_TEXT, .flags = ATL_OF_ELEMENTWISE, .aliases = "arctan2",
	  .value = "where(b > 0, atan(a ./ b), where(b < 0, atan(a ./ b) + where(a < 0, -pi, pi), sign(a) .* pi/2))",
	  .rule = { "g .* b ./ (a.^2 + b.^2)", "-g .* a ./ (a.^2 + b.^2)" },
	  .summary = "the angle of the point with abscissa b and ordinate a, from -pi to pi; 0 for the origin",
	  .detail = "It is atan(a/b) where b > 0, and jumps where a = 0 and b < 0.", .example = "atan2(1, -1) -> 2.35619\natan2([0, -3], 0) -> [0; -1.5708]",
	  .test = "a in [0.2, 2]; b in [-2, 2]" },
	{ .name = "logit", .params = "x", .by = ATL_BY_TEXT, .flags = ATL_OF_ELEMENTWISE, .domain = "0 < x < 1",
	  .value = "log(x ./ (1 - x))", .rule = { "g ./ (x .* (1 - x))" }, .summary = "log(x/(1 - x)): the inverse of sigmoid",
	  .example = "logit([0.5, 0.9]) -> [0; 2.19722]", .test = "x in [0.1, 0.9]" },
	{ .name = "log_base", .shown = "log", .params = "x, base", .by = ATL_BY_TEXT, .flags = ATL_OF_ELEMENTWISE | ATL_OF_INTERNAL,
	  .value = "log(x) ./ log(base)", .rule = { "g ./ (x .* log(base))", "-g .* y ./ (base .* log(base))" },
	  .domain = "x > 0, base > 0, base that is not 1", .summary = "the logarithm to any base", .test = "x in [0.2, 3]; base in [1.5, 3]" },
	{ .name = "xlogy", .params = "x, y0", .by = ATL_BY_MAP2, .fn = ATL_FN2_xlogy, .flags = ATL_OF_ELEMENTWISE,
	  .rule = { "g .* log(y0)", "where(x == 0, 0, g .* x ./ y0)" }, .domain = "y0 > 0 where x is not 0",
	  .summary = "x*log(y0), and 0 where x is 0: the 0*log 0 = 0 of entropies", .example = "xlogy([0, 2], [0, 1]) -> [0; 0]",
	  .test = "x in [0.1, 2]; y0 in [0.2, 3]" },
	{ .name = "ulp", .params = "x", .by = ATL_BY_KERNEL, .kernel = ulp, .flags = ATL_OF_ELEMENTWISE | ATL_OF_NO_GRADIENT,
	  .summary = "the unit in the last place of x: how far apart the numbers of its size are",
	  .detail = "It depends on the number system; exact numbers have none.",
	  .example = "ulp([1, 1000]) -> [2.22045e-16; 1.13687e-13]", .test = "" },
};
ATL_FAMILY(atl_ops_elementary, "elementary functions");
