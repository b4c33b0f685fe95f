/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64.c: the system of doubles: its table, and the life of its elements.
 *
 * No value is NaN.  Rationals are rounded once, to nearest even. */
#include "number/float64.h"

#include <float.h>
#include <math.h>
#include <string.h>
#include "number/decimal.h"
#include "number/format.h"

static const double PI = 3.14159265358979323846;

atl_answer atl_float64_init(void *x, size_t n, const atl_num *num)
{
	(void)num;
	memset(x, 0, n * sizeof(double));
	return ATL_FINE;
}

void atl_float64_clear(void *x, size_t n)
{
	(void)x;
	(void)n;
}

atl_answer atl_float64_copy(void *y, const void *x, size_t sx, size_t n)
{
	double *out = y;

	if (sx == 1) {
		memmove(y, x, n * sizeof(double));
	} else if (n > 0) {
		const double v = *(const double *)x;
		for (size_t i = 0; i < n; i++)
			out[i] = v;
	}
	return ATL_FINE;
}

static atl_answer set_si(void *y, long v, atl_num *num)
{
	(void)num;
	*(double *)y = (double)v;
	return ATL_FINE;
}

static atl_answer set_double(void *y, double v, atl_num *num)
{
	(void)num;
	*(double *)y = v;
	return ATL_FINE;
}

static atl_answer set_rational(void *y, mpq_srcptr v, atl_num *num)
{
	double d = atl_rational_double(v);

	if (isinf(d))
		num->flags |= ATL_NUM_OVERFLOWED;
	*(double *)y = d;
	return ATL_FINE;
}

static atl_answer set_pi(void *y, atl_num *num)
{
	(void)num;
	*(double *)y = PI;
	return ATL_FINE;
}

atl_answer atl_float64_get_rational(mpq_ptr v, const void *x)
{
	double d = *(const double *)x;

	if (!isfinite(d))
		return ATL_UNABLE;
	mpq_set_d(v, d);
	return ATL_FINE;
}

double atl_float64_get_double(const void *x)
{
	return *(const double *)x;
}

bool atl_float64_get_si(long *v, const void *x)
{
	double d = *(const double *)x;

	if (!(d >= -0x1p63 && d < 0x1p63) || d != trunc(d))
		return false;
	*v = (long)d;
	return true;
}

bool atl_float64_no_value(const void *x)
{
	return isnan(*(const double *)x);
}

bool atl_float64_infinite(const void *x)
{
	return isinf(*(const double *)x);
}

atl_answer atl_float64_sgn(int *s, const void *x)
{
	double d = *(const double *)x;

	*s = (d > 0) - (d < 0);
	return ATL_FINE;
}

atl_answer atl_float64_cmp(int *c, const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	*c = (x > y) - (x < y);
	return ATL_FINE;
}

uint64_t atl_float64_hash(const void *x)
{
	double d = *(const double *)x;
	uint64_t h;

	if (isnan(d))
		return 1;
	d += 0.0; /* -0 is 0 */
	memcpy(&h, &d, sizeof h);
	h = (h ^ (h >> 32)) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ (h >> 29);
}

static const atl_binary format = {
	.precision = 53, .emin = -1022, .emax = 1023, .width = 64, .largest = DBL_MAX
};

#define ROW(f) .fn1[ATL_FN1_##f] = atl_float64_##f,
#define ROW2(f) .fn2[ATL_FN2_##f] = atl_float64_##f,

const atl_system atl_float64 = {
	.name = "float64",
	.summary = "IEEE 754 double precision, 53 bits",
	.size = sizeof(double),
	.rounds = true,
	.flat = true,
	.format = &format,
	.init = atl_float64_init,
	.clear = atl_float64_clear,
	.copy = atl_float64_copy,
	.set_literal = atl_float64_set_literal,
	.set_si = set_si,
	.set_double = set_double,
	.set_rational = set_rational,
	.set_pi = set_pi,
	.get_rational = atl_float64_get_rational,
	.get_double = atl_float64_get_double,
	.get_si = atl_float64_get_si,
	.no_value = atl_float64_no_value,
	.infinite = atl_float64_infinite,
	.sgn = atl_float64_sgn,
	.cmp = atl_float64_cmp,
	.hash = atl_float64_hash,
	.print = atl_float64_print,
	ATL_FN1_LIST(ROW)
	ATL_FN2_LIST(ROW2)
	.sum = atl_float64_sum,
	.sums = atl_float64_sums,
	.prod = atl_float64_prod,
	.dot = atl_float64_dot,
	.matmul = atl_float64_matmul,
	.correlate = atl_float64_correlate,
	.det = atl_float64_det,
	.solve = atl_float64_solve,
	.inv = atl_float64_inv,
	.cholesky = atl_float64_cholesky,
	.eigh = atl_float64_eigh,
	.svd = atl_float64_svd,
	.ulp = atl_format_ulp,
	.next = atl_format_next,
	.bits = atl_format_bits,
};
