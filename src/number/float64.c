/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64.c: the system of doubles: its table, the life of its elements, and
 * its text.
 *
 * No value is NaN.  Literals and rationals are rounded once, to nearest even,
 * whatever the locale.  At digits == 0 an element prints as the shortest of 15, 16, 17
 * digits that reads back (a subnormal: of 1 to 17), with the sign of a zero;
 * otherwise -0 prints as 0. */
#include "number/float64.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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

static atl_answer set_literal(void *y, const char *text, size_t len, atl_num *num)
{
	atl_decimal d;
	atl_answer answer = atl_decimal_read(&d, text, len, num);

	if (answer == ATL_FINE) {
		const char *plain = atl_decimal_text(&d);
		if (!plain) {
			answer = ATL_NOMEM;
		} else {
			double v = strtod(plain, NULL);
			if (isinf(v))
				num->flags |= ATL_NUM_OVERFLOWED;
			*(double *)y = v;
		}
	}
	atl_buf_clear(&d.digits);
	return answer;
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

/* The decimal places of |v| at p significant digits: digits[0..p) and the
 * exponent of the first.  Reads the C library's text without looking at its
 * decimal point; false when the text does not read back to v. */
bool atl_float64_digits(double v, int p, char *digits, size_t *n, long *exponent)
{
	char text[ATL_DOUBLE_DIGITS + 32];
	const char *q = text;

	snprintf(text, sizeof text, "%.*e", p - 1, v);
	for (*n = 0; *q && *q != 'e'; q++) {
		if (*q >= '0' && *q <= '9')
			digits[(*n)++] = *q;
	}
	*exponent = *q ? strtol(q + 1, NULL, 10) : 0;
	return strtod(text, NULL) == v;
}

bool atl_float64_print_plain(atl_buf *out, double v, int digits)
{
	double size = fabs(v);

	if (isnan(v))
		atl_buf_add(out, "nan");
	else if (isinf(v))
		atl_buf_add(out, v < 0 ? "-inf" : "inf");
	else if (v == 0)
		atl_buf_add(out, digits == 0 && signbit(v) ? "-0" : "0");
	else if (size < 1e15 && size == trunc(size))
		atl_buf_addf(out, "%ld", (long)v);
	else
		return false;
	return true;
}

void atl_float64_print_digits(atl_buf *out, double v, int digits)
{
	char places[ATL_DOUBLE_DIGITS + 32];
	size_t n = 0;
	long exponent = 0;

	atl_float64_digits(fabs(v), digits < ATL_DOUBLE_DIGITS ? digits : ATL_DOUBLE_DIGITS,
	                   places, &n, &exponent);
	atl_decimal_print(out, v < 0, places, n, exponent, digits);
}

static void print(atl_buf *out, const void *x, int digits)
{
	double v = *(const double *)x, size = fabs(v);
	char places[ATL_DOUBLE_DIGITS + 32];
	size_t n = 0;
	long exponent = 0;
	int p = size < 0x1p-1022 ? 1 : 15;

	if (atl_float64_print_plain(out, v, digits))
		return;
	if (digits > 0) {
		atl_float64_print_digits(out, v, digits);
		return;
	}
	while (!atl_float64_digits(size, p, places, &n, &exponent) && p < 17)
		p++;
	atl_decimal_print(out, v < 0, places, n, exponent, 17);
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
	.set_literal = set_literal,
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
	.print = print,
	ATL_FN1_LIST(ROW)
	ATL_FN2_LIST(ROW2)
	.sum = atl_float64_sum,
	.prod = atl_float64_prod,
	.dot = atl_float64_dot,
	.matmul = atl_float64_matmul,
	.correlate = atl_float64_correlate,
	.det = atl_float64_det,
	.solve = atl_float64_solve,
	.inv = atl_float64_inv,
	.ulp = atl_format_ulp,
	.next = atl_format_next,
	.bits = atl_format_bits,
};
