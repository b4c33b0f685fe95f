/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arithmetic.c: the operators, comparison, logic, choice, rounding. */
#include "ops/families.h"

static size_t stride(const atl_array *a) { return a->n != 1; }

static atl_answer where(atl_kernel *k)
{
	const atl_array *c = k->in[0], *a = k->in[1], *b = k->in[2];
	const atl_system *sys = k->num->sys;
	for (size_t i = 0; i < k->out->n; i++) {
		const void *ci = atl_array_at(c, i * stride(c));
		int sign;
		if (sys->no_value(ci)) {
			atl_put(k->out, i, c, i * stride(c));
			continue;
		}
		atl_answer answer = sys->sgn(&sign, ci);
		if (answer != ATL_FINE) {
			k->num->fault = i;
			return answer;
		}
		atl_put(k->out, i, sign ? a : b, i * stride(sign ? a : b));
	}
	return ATL_FINE;
}

static atl_answer except(atl_kernel *k)
{
	const atl_array *a = k->in[0], *c = k->in[1];
	const atl_system *sys = k->num->sys;
	for (size_t i = 0; i < k->out->n; i++) {
		const void *ci = atl_array_at(c, i * stride(c));
		int sign = 1;
		atl_answer answer = sys->no_value(ci) ? ATL_FINE : sys->sgn(&sign, ci);
		if (answer == ATL_FINE && sign)
			answer = sys->set_double(atl_array_at(k->out, i), (double)__builtin_nan(""), k->num);
		else if (answer == ATL_FINE)
			atl_put(k->out, i, a, i * stride(a));
		if (answer != ATL_FINE) {
			k->num->fault = i;
			return answer;
		}
	}
	return ATL_FINE;
}

#define ELEMENTWISE .by = ATL_BY_MAP2, .flags = ATL_OF_ELEMENTWISE
#define STEPWISE .flags = ATL_OF_ELEMENTWISE | ATL_OF_NO_GRADIENT, .test = ""
#define COMPARISON(fn_name, sign, op, text, shows) \
	{ .name = #fn_name, .params = "a, b", .by = ATL_BY_MAP2, .fn = ATL_FN2_##fn_name, .infix = op, STEPWISE, \
	  .summary = text, .example = shows, .latex = sign }

static const atl_op rows[] = {
	{ .name = "add", .params = "a, b", ELEMENTWISE, .fn = ATL_FN2_add, .infix = ATL_O_ADD, .rule = { "g", "g" },
	  .summary = "sum, entry by entry", .example = "[1, 2] + 1 -> [2; 3]", .latex = "+" },
	{ .name = "sub", .params = "a, b", ELEMENTWISE, .fn = ATL_FN2_sub, .infix = ATL_O_SUB, .rule = { "g", "-g" },
	  .summary = "difference, entry by entry", .example = "[1, 2] - 1 -> [0; 1]", .latex = "-" },
	{ .name = "neg", .params = "x", .by = ATL_BY_MAP1, .fn = ATL_FN1_neg, .infix = ATL_O_NEG, .rule = { "-g" },
	  .flags = ATL_OF_ELEMENTWISE, .summary = "the negative, entry by entry", .example = "-[1, 2] -> [-1; -2]", .latex = "-" },
	{ .name = "mul", .params = "a, b", ELEMENTWISE, .fn = ATL_FN2_mul, .infix = ATL_O_DOTMUL,
	  .rule = { "g .* b", "g .* a" }, .summary = "product entry by entry (Hadamard), and scaling",
	  .example = "[1, 2] .* [3, 4] -> [3; 8]", .latex = "\\odot" },
	{ .name = "div", .params = "a, b", ELEMENTWISE, .fn = ATL_FN2_div, .infix = ATL_O_DOTDIV,
	  .rule = { "g ./ b", "-g .* y ./ b" }, .domain = "a divisor that is not 0",
	  .summary = "quotient, entry by entry", .example = "[1, 2] ./ [4, 8] -> [0.25; 0.25]", .test = "a; b in [0.5, 2]" },
	{ .name = "pow", .params = "a, b", ELEMENTWISE, .fn = ATL_FN2_pow, .infix = ATL_O_DOTPOW,
	  .rule = { "g .* b .* a.^(b - 1)", "g .* y .* log(a)" },
	  .domain = "a positive base, or a whole exponent (not negative for base 0)",
	  .summary = "power, entry by entry", .example = "[1, 2, 3].^2 -> [1; 4; 9]", .test = "a in [0.3, 2]; b in [-2, 3]" },
	{ .name = "mod", .params = "a, b", ELEMENTWISE, .fn = ATL_FN2_mod, .rule = { "g", "-g .* floor(a ./ b)" },
	  .domain = "b that is not 0", .kink = "mod(a, b) == 0", .kink_at = "mod' at a jump",
	  .kink_says = "mod jumps there; the slope of either side is taken",
	  .summary = "a - b*floor(a/b): the remainder with the sign of b", .example = "mod(7, 3) -> 1\nmod(-7, 3) -> 2",
	  .test = "a in [0.1, 0.9]; b in [1, 2]" },
	COMPARISON(eq, "=", ATL_O_EQ, "1 where equal, else 0", "[1, 2] == 2 -> [0; 1]"),
	COMPARISON(ne, "\\ne", ATL_O_NE, "1 where different, else 0", "[1, 2] != 2 -> [1; 0]"),
	COMPARISON(lt, "<", ATL_O_LT, "1 where less, else 0", "[1, 2] < 2 -> [1; 0]"),
	COMPARISON(le, "\\le", ATL_O_LE, "1 where less or equal, else 0", "[1, 3] <= 2 -> [1; 0]"),
	COMPARISON(gt, ">", ATL_O_GT, "1 where greater, else 0", "[1, 3] > 2 -> [0; 1]"),
	COMPARISON(ge, "\\ge", ATL_O_GE, "1 where greater or equal, else 0", "[1, 2] >= 2 -> [0; 1]"),
	COMPARISON(and, "\\land", ATL_O_AND, "1 where both are not 0, else 0", "1 and 0 -> 0"),
	COMPARISON(or, "\\lor", ATL_O_OR, "1 where one is not 0, else 0", "1 or 0 -> 1"),
	{ .name = "not", .params = "x", .by = ATL_BY_MAP1, .fn = ATL_FN1_not, .infix = ATL_O_NOT, STEPWISE,
	  .summary = "1 where 0, else 0", .example = "not 0 -> 1", .latex = "\\lnot" },
	{ .name = "where", .params = "c, a, b", .by = ATL_BY_KERNEL, .kernel = where, .flags = ATL_OF_ELEMENTWISE,
	  .rule = { NULL, "where(c, g, 0)", "where(c, 0, g)" }, .summary = "a where c is not 0, else b, entry by entry",
	  .detail = "The side that is not chosen may lie outside its domain, forward and backward: "
		    "where(x > 0, log(x), 0) is fine at 0, and so is its gradient.",
	  .example = "where([1, 0] > 0, 5, 7) -> [5; 7]", .test = "c in {0, 1}; a; b" },
	{ .name = "except", .params = "a, c", .by = ATL_BY_KERNEL, .kernel = except, .flags = ATL_OF_ELEMENTWISE,
	  .rule = { "except(g, c)" }, .domain = "c that is 0", .summary = "a where c is 0, entry by entry; no value elsewhere",
	  .detail = "`set kink error` makes derivatives of it.", .example = "except(5, 2 < 1) -> 5", .test = "a; c in {0, 0}" },
	{ .name = "abs", .params = "x", .by = ATL_BY_MAP1, .fn = ATL_FN1_abs, .flags = ATL_OF_ELEMENTWISE,
	  .rule = { "g .* sign(x)" }, .kink = "x == 0", .kink_at = "abs'(0)", .kink_says = "abs'(0) = 0",
	  .one = { { "g .* where(x >= 0, 1, -1)" }, "abs'(0) = 1" },
	  .summary = "absolute value, entry by entry", .example = "abs([-3, 2]) -> [3; 2]" },
	{ .name = "sign", .params = "x", .by = ATL_BY_MAP1, .fn = ATL_FN1_sign, STEPWISE,
	  .summary = "-1, 0 or 1", .example = "sign([-3, 0, 2]) -> [-1; 0; 1]" },
	{ .name = "floor", .params = "x", .by = ATL_BY_MAP1, .fn = ATL_FN1_floor, STEPWISE,
	  .summary = "the next whole number down", .example = "floor(-1.5) -> -2" },
	{ .name = "ceil", .params = "x", .by = ATL_BY_MAP1, .fn = ATL_FN1_ceil, STEPWISE,
	  .summary = "the next whole number up", .example = "ceil(-1.5) -> -1" },
	{ .name = "round", .params = "x", .by = ATL_BY_MAP1, .fn = ATL_FN1_round, STEPWISE,
	  .summary = "the nearest whole number; halves away from zero", .example = "round([0.5, -1.5]) -> [1; -2]" },
	{ .name = "clip", .aliases = "clamp", .params = "x, min=-inf, max=inf", .by = ATL_BY_TEXT, .flags = ATL_OF_ELEMENTWISE,
	  .value = "min(max(x, min), max)",
	  .rule = { "g .* (min < x and x < max)", "g .* (x <= min)", "g .* (x >= max)" },
	  .kink = "x == min or x == max", .kink_at = "clip' at a bound", .kink_says = "clip' at a bound is 0",
	  .one = { { "g .* (min <= x and x <= max)", "g .* (x < min)", "g .* (x > max)" }, "clip' at a bound is 1" },
	  .half = { { "g .* ((min < x and x < max) + (min <= x and x <= max)) ./ 2", "g .* ((x < min) + (x <= min)) ./ 2",
		      "g .* ((x > max) + (x >= max)) ./ 2" }, "clip' at a bound is 1/2" },
	  .summary = "x held between min and max", .example = "clip([-1, 0.5, 3], 0, 1) -> [0; 0.5; 1]\nclip([-1, 5], max=3) -> [-1; 3]",
	  .test = "x; min in [-1, -0.5]; max in [0.5, 1]" },
};
ATL_FAMILY(atl_ops_arithmetic, "arithmetic, comparison, choice");
