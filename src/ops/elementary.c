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
	{ FN(log, "the natural logarithm", "g ./ x", "log(exp(2)) -> 2"), .aliases = "ln", .domain = "x > 0",
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
