/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rules.c: wrong rules, in atled's own language.
 *
 * A row is an op, and what somebody writes in place of its rule: over the
 * parameters of the op, its value y and, backward, the adjoint g that flows in.
 * A new slip is a new row. */
#include "slips/impl.h"

#include <string.h>

#define POINT(op) "activation-point", \
		  "the derivative of " op " is taken at the activation instead of the pre-activation"
#define INNER(op) "activation-point", \
		  "in the derivative of " op " the pre-activation stands for the activation"

const atl_wrong_rule atl_wrong_backward[] = {
	{ "sigmoid", 0, "g .* sigmoid(y) .* (1 - sigmoid(y))", POINT("sigmoid") },
	{ "sigmoid", 0, "g .* x .* (1 - x)", INNER("sigmoid") },
	{ "sigmoid", 0, "g .* y", "activation", "of the derivative y*(1 - y) the factor 1 - y is missing" },
	{ "sigmoid", 0, "g .* (1 - y)", "activation", "of the derivative y*(1 - y) the factor y is missing" },
	{ "sigmoid", 0, "g .* (1 - y.^2)", "activation", "the derivative of tanh is taken for that of sigmoid" },
	{ "tanh", 0, "g .* (1 - tanh(y).^2)", POINT("tanh") },
	{ "tanh", 0, "g .* (1 - x.^2)", INNER("tanh") },
	{ "tanh", 0, "g .* (1 - y)", "activation", "the square in the derivative 1 - y^2 is missing" },
	{ "tanh", 0, "g .* y .* (1 - y)", "activation", "the derivative of sigmoid is taken for that of tanh" },
	{ "relu", 0, "g .* y", "activation", "relu itself is taken for its derivative" },
	{ "relu", 0, "g .* (x >= 0)", "activation", "the derivative of relu at 0 is taken as 1" },
	{ "relu", 0, "max(g, 0)", "activation", "relu is applied to the gradient instead of its derivative" },
	{ "relu", 0, "g .* (x <= 0)", "activation", "the derivative of relu has its two sides exchanged" },
	{ "exp", 0, "g .* x", "activation", "the argument is taken for the derivative of exp" },
	{ "log", 0, "g .* x", "rule", "the derivative of log is taken as x, not as 1/x" },
	{ "log2", 0, "g ./ x", "log-base", "the derivative of log2 lacks 1/log(2)" },
	{ "log10", 0, "g ./ x", "log-base", "the derivative of log10 lacks 1/log(10)" },
	{ "sqrt", 0, "g ./ y", "rule", "the derivative of sqrt lacks its 1/2" },
	{ "sqrt", 0, "g ./ (2 .* x)", "rule", "the derivative of sqrt is divided by x, not by sqrt(x)" },
	{ "cos", 0, "g .* sin(x)", "sign", "the derivative of cos lacks its sign" },
	{ "sin", 0, "-g .* cos(x)", "sign", "the derivative of sin has a sign that it should not have" },
	{ "softmax", 0, "g .* y .* (1 - y)", "softmax-diagonal",
	  "of the jacobian of softmax only the diagonal y*(1 - y) is taken" },
	{ "softmax", 0, "g .* y", "softmax-diagonal", "the derivative of softmax lacks the part -y*y'" },
	{ "pow", 0, "g .* a.^(b - 1)", "power", "the exponent is not brought down as a factor" },
	{ "pow", 0, "g .* b .* a.^b", "power", "the exponent is brought down and not made less by 1" },
	{ "div", 1, "g .* y ./ b", "sign", "the derivative by the divisor lacks its sign" },
	{ "div", 1, "-g .* a ./ b", "rule", "in the derivative by the divisor it is not squared" },
	{ "div", 0, "g .* b", "rule", "the derivative of a quotient is multiplied by the divisor" },
	{ "mul", 0, "g .* a", "operand", "the derivative of a product has the same factor, not the other one" },
	{ "mul", 1, "g .* b", "operand", "the derivative of a product has the same factor, not the other one" },
	{ "matmul", 0, "g*b", "transpose", "the derivative of a product lacks a transpose of the right factor" },
	{ "matmul", 1, "a*g", "transpose", "the derivative of a product lacks a transpose of the left factor" },
	{ "matmul", 0, "b'*g", "order", "the factors of the derivative of a product are in the wrong order" },
	{ "matmul", 1, "g*a'", "order", "the factors of the derivative of a product are in the wrong order" },
	{ "matmul", 0, "b*g'", "transpose", "the derivative by the left factor is transposed" },
	{ "matmul", 1, "g'*a", "transpose", "the derivative by the right factor is transposed" },
	{ "matmul", 0, "g .* b'", "product", "entries are multiplied where a matrix product belongs, going back" },
	{ "matmul", 1, "a' .* g", "product", "entries are multiplied where a matrix product belongs, going back" },
	{ "matmul", 0, "g .* b", "product", "entries are multiplied where a matrix product belongs, going back" },
	{ "matmul", 1, "a .* g", "product", "entries are multiplied where a matrix product belongs, going back" },
	{ "mul", 0, "g*b", "product", "a matrix product stands where entries should be multiplied, going back" },
	{ "mul", 1, "a*g", "product", "a matrix product stands where entries should be multiplied, going back" },
	{ "mean", 0, "expand(g, x)", "mean", "the factor 1/n of the mean is missing" },
	{ "sum", 0, "expand(g, x) ./ extent(x, axis=axis)", "mean", "a factor 1/n is there, but it is a sum" },
	{ "var", 0, "expand(g, x) .* (x - mean(x, axis=axis)) ./ (extent(x, axis=axis) - ddof)", "rule",
	  "the factor 2 of the variance's derivative is missing" },
	{ 0 }
};

const atl_wrong_rule atl_wrong_forward[] = {
	{ "sum", -1, "mean(x, axis=axis)", "mean", "the mean is taken for the sum" },
	{ "mean", -1, "sum(x, axis=axis)", "mean", "the sum is taken for the mean" },
	{ "softmax", -1, "softmax(y, axis=axis)", "softmax-twice", "softmax is applied twice" },
	{ "softmax", -1, "exp(x)", "softmax-sum", "the exponentials are not divided by their sum" },
	{ "log", -1, "log2(x)", "log-base", "the logarithm to base 2 is taken for the natural one" },
	{ "log", -1, "log10(x)", "log-base", "the logarithm to base 10 is taken for the natural one" },
	{ "log2", -1, "log(x)", "log-base", "the natural logarithm is taken for that to base 2" },
	{ "log10", -1, "log(x)", "log-base", "the natural logarithm is taken for that to base 10" },
	{ "xlogy", -1, "x .* log2(y0)", "log-base", "the logarithm to base 2 is taken for the natural one" },
	{ "xlogy", -1, "x .* log10(y0)", "log-base", "the logarithm to base 10 is taken for the natural one" },
	{ "var", -1, "var(x, axis=axis, ddof=1 - ddof)", "ddof",
	  "the variance is divided by n - 1 for n, or by n for n - 1" },
	{ "std", -1, "std(x, axis=axis, ddof=1 - ddof)", "ddof",
	  "the variance is divided by n - 1 for n, or by n for n - 1" },
	{ "std", -1, "var(x, axis=axis, ddof=ddof)", "root", "the root is left out" },
	{ "norm2", -1, "sum(x.^2)", "root", "the root is left out" },
	{ "sqrt", -1, "x", "root", "the root is left out" },
	{ "pow", -1, "a", "power", "the exponent is left out" },
	{ "pow", -1, "a .* b", "power", "it is multiplied by the exponent" },
	{ "mul", -1, "a", "factor", "the second factor of a product is left out" },
	{ "mul", -1, "b", "factor", "the first factor of a product is left out" },
	{ "matmul", -1, "a .* b", "product", "entries are multiplied where a matrix product belongs" },
	{ "matmul", -1, "a'*b", "transpose", "the left factor of a product is transposed" },
	{ "matmul", -1, "a*b'", "transpose", "the right factor of a product is transposed" },
	{ "matmul", -1, "b*a", "order", "the factors of a product are in the wrong order" },
	{ "mul", -1, "a*b", "product", "a matrix product stands where entries should be multiplied" },
	{ "transpose", -1, "x", "transpose", "a transpose is left out" },
	{ "add", -1, "a", "term", "the second term of a sum is left out" },
	{ "add", -1, "b", "term", "the first term of a sum is left out" },
	{ "add", -1, "a - b", "sign", "the second term of a sum has the other sign" },
	{ "sub", -1, "a", "term", "the second term of a difference is left out" },
	{ "sub", -1, "b - a", "sign", "a difference is taken the wrong way round" },
	{ "sub", -1, "a + b", "sign", "the second term of a difference has the other sign" },
	{ "neg", -1, "x", "sign", "a sign is left out" },
	{ "div", -1, "a", "division", "a division is left out" },
	{ "div", -1, "b ./ a", "division", "a quotient is taken the wrong way round" },
	{ "exp", -1, "exp(-x)", "sign", "the exponent has the other sign" },
	{ 0 }
};

static const char *const bends[] = { "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus",
				     "softsign", "hardtanh", "mish", "softmax", "log_softmax", "exp", "log", "sqrt",
				     "sin", "cos", "abs", NULL };

bool atl_slips_bends(const atl_op *op)
{
	for (size_t i = 0; bends[i]; i++)
		if (!strcmp(op->name, bends[i]))
			return true;
	return false;
}
