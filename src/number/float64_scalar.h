/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_scalar.h: the primitives on one double, as IEEE 754 has them.
 *
 * These are the definitions of the plain kernels (see float64_kernel.h for what
 * they raise).  All are expressions, so that loops over them vectorise, but
 * for those that call the C library anyway. */
#ifndef ATL_NUMBER_FLOAT64_SCALAR_H
#define ATL_NUMBER_FLOAT64_SCALAR_H

#include <math.h>
#include "number/float64_kernel.h"

#define ATL_F64_ONE1(f, expression)                                                      \
	static inline double atl_f64_one_##f(double u) { return (expression); }
#define ATL_F64_ONE2(f, expression)                                                      \
	static inline double atl_f64_one_##f(double u, double v) { return (expression); }

/* Halves go away from zero; exact at every step. */
static inline double atl_f64_one_round(double u)
{
	const double size = fabs(u), whole = floor(size);

	return copysign(size - whole >= 0.5 ? whole + 1 : whole, u);
}

/* exp of something that is not positive neither overflows nor cancels. */
static inline double atl_f64_one_sigmoid(double u)
{
	const double e = exp(-fabs(u));

	return (u >= 0 ? 1 : e) / (1 + e);
}

ATL_F64_ONE1(neg, -u)
ATL_F64_ONE1(abs, fabs(u))
ATL_F64_ONE1(sign, u > 0 ? 1.0 : u < 0 ? -1.0 : u == 0 ? 0.0 : u)
ATL_F64_ONE1(floor, floor(u))
ATL_F64_ONE1(ceil, ceil(u))
ATL_F64_ONE1(sqrt, sqrt(u))
ATL_F64_ONE1(exp, exp(u))
ATL_F64_ONE1(expm1, expm1(u))
ATL_F64_ONE1(log, log(u))
ATL_F64_ONE1(log1p, log1p(u))
ATL_F64_ONE1(log2, log2(u))
ATL_F64_ONE1(log10, log10(u))
ATL_F64_ONE1(sin, sin(u))
ATL_F64_ONE1(cos, cos(u))
ATL_F64_ONE1(tan, tan(u))
ATL_F64_ONE1(asin, asin(u))
ATL_F64_ONE1(acos, acos(u))
ATL_F64_ONE1(atan, atan(u))
ATL_F64_ONE1(sinh, sinh(u))
ATL_F64_ONE1(cosh, cosh(u))
ATL_F64_ONE1(tanh, tanh(u))
ATL_F64_ONE1(erf, erf(u))
ATL_F64_ONE1(erfc, erfc(u))
ATL_F64_ONE1(not, u != u ? u : u == 0 ? 1.0 : 0.0)

/* inf/0 raises nothing in IEEE 754, and is a pole here. */
static inline double atl_f64_one_div(double u, double v)
{
	if (v == 0)
		atl_f64_flags_raise(ATL_F64_DIVBYZERO);
	return u / v;
}

/* Has v's sign; fmod is exact, so there is at most one rounding. */
static inline double atl_f64_one_mod(double u, double v)
{
	const double r = fmod(u, v);

	return r != 0 && (r < 0) != (v < 0) ? r + v : r;
}

/* As in C, but no value spreads and a negative base wants an integer. */
static inline double atl_f64_one_pow(double u, double v)
{
	if (v == 2 || isunordered(u, v))
		return v == 2 ? u * u : u + v;
	if (u < 0 && isfinite(v) && v != floor(v)) {
		atl_f64_flags_raise(ATL_F64_INVALID);
		return NAN;
	}
	if (u == 0 && v < 0)
		atl_f64_flags_raise(ATL_F64_DIVBYZERO);
	return pow(u, v);
}

ATL_F64_ONE2(add, u + v)
ATL_F64_ONE2(sub, u - v)
ATL_F64_ONE2(mul, u * v)
ATL_F64_ONE2(min, u < v || u != u ? u : v)
ATL_F64_ONE2(max, u > v || u != u ? u : v)
ATL_F64_ONE2(xlogy, u == 0 ? 0.0 : u * log(v))

/* A comparison with no value is no value. */
#define ATL_F64_TRUTH(f, expression)                                                     \
	ATL_F64_ONE2(f, isunordered(u, v) ? NAN : (expression) ? 1.0 : 0.0)
ATL_F64_TRUTH(eq, u == v)
ATL_F64_TRUTH(ne, u != v)
ATL_F64_TRUTH(lt, u < v)
ATL_F64_TRUTH(le, u <= v)
ATL_F64_TRUTH(gt, u > v)
ATL_F64_TRUTH(ge, u >= v)
ATL_F64_TRUTH(and, u != 0 && v != 0)
ATL_F64_TRUTH(or, u != 0 || v != 0)

#endif
