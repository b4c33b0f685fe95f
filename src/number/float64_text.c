/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_text.c: doubles out of text and into text.
 *
 * Both ways are rounded once, to nearest even, whatever the locale.  Most
 * numbers are short: a literal of 15 digits and a small power of ten is one
 * multiplication or division of exact doubles, and the digits of a double of
 * ordinary size are the quotient of two integers of 128 bits, whose remainder
 * tells how to round.  All others go through the C library, as digits and an
 * exponent without a decimal point.
 *
 * At digits == 0 an element prints as the shortest of 15, 16, 17 digits that
 * reads back (a subnormal: of 1 to 17), with the sign of a zero; otherwise -0
 * prints as 0. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "number/decimal.h"
#include "number/float64.h"

enum { EXACT_POWER = 22, EXACT_DIGITS = 15 }; /* 10^22 and all 15 digits are exact doubles */

/* ---- in ---- */

/* m * 10^e, if a single operation on exact doubles gives it. */
static bool scaled_once(double *y, uint64_t m, long e)
{
	static const double ten[EXACT_POWER + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
		                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
		                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

	if (FLT_EVAL_METHOD != 0 || e < -EXACT_POWER || e > EXACT_POWER)
		return false;
	*y = e < 0 ? (double)m / ten[-e] : (double)m * ten[e];
	return true;
}

/* Reads digits[.digits] of which few matter; false: it is another text, or
 * takes more care. */
static bool read_short(double *y, const char *text, size_t len)
{
	uint64_t m = 0;
	long places = 0;
	bool dot = false;

	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned char)text[i] - (unsigned)'0';
		if (digit <= 9 && m < UINT64_C(100000000000000)) {
			m = m * 10 + digit;
			places += dot;
		} else if (text[i] == '.' && !dot && len > 1) {
			dot = true;
		} else {
			return false;
		}
	}
	return len > 0 && scaled_once(y, m, -places);
}

atl_answer atl_float64_set_literal(void *y, const char *text, size_t len, atl_num *num)
{
	atl_decimal d;
	double v;

	if (read_short(&v, text, len)) {
		*(double *)y = v;
		return ATL_FINE;
	}
	atl_answer answer = atl_decimal_read(&d, text, len, num);
	if (answer == ATL_FINE) {
		const char *plain = atl_decimal_text(&d);
		if (!plain) {
			answer = ATL_NOMEM;
		} else {
			v = strtod(plain, NULL);
			if (isinf(v))
				num->flags |= ATL_NUM_OVERFLOWED;
			*(double *)y = v;
		}
	}
	atl_buf_clear(&d.digits);
	return answer;
}

/* Whether digits[0..n), the first one at 10^exponent, are nearest to v. */
static bool reads_back(double v, const char *digits, size_t n, long exponent)
{
	char text[64];
	uint64_t m = 0;
	double y;

	while (n > 1 && digits[n - 1] == '0')
		n--;
	for (size_t i = 0; i < n && n <= EXACT_DIGITS; i++)
		m = m * 10 + (unsigned)(digits[i] - '0');
	if (n <= EXACT_DIGITS && scaled_once(&y, m, exponent - (long)n + 1))
		return y == v;
	snprintf(text, sizeof text, "%.*se%ld", (int)n, digits, exponent - (long)n + 1);
	return strtod(text, NULL) == v;
}

/* ---- digits ---- */

enum { SHORT_DIGITS = 18 }; /* what 64 bits hold, a carry included */

#define TEN(k) UINT64_C(1##k)
static const uint64_t power_of_ten[] = {
	TEN(), TEN(0), TEN(00), TEN(000), TEN(0000), TEN(00000), TEN(000000), TEN(0000000),
	TEN(00000000), TEN(000000000), TEN(0000000000), TEN(00000000000), TEN(000000000000),
	TEN(0000000000000), TEN(00000000000000), TEN(000000000000000), TEN(0000000000000000),
	TEN(00000000000000000), TEN(000000000000000000), TEN(0000000000000000000),
};

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* A quotient: its integer part, and how its rest compares with a half. */
typedef struct quotient {
	uint64_t whole;
	int rest;
} quotient;

static bool divide(quotient *q, wide n, wide d)
{
	wide whole = n / d, rest = n % d;

	q->whole = (uint64_t)whole;
	q->rest = rest > d - rest ? 1 : rest < d - rest ? -1 : 0;
	return whole <= UINT64_MAX;
}

static bool shift(quotient *q, wide n, int by)
{
	wide whole = n >> by, half = by ? (wide)1 << (by - 1) : 0, rest = n - (whole << by);

	q->whole = (uint64_t)whole;
	q->rest = by == 0 || rest < half ? -1 : rest > half;
	return whole <= UINT64_MAX;
}

/* v * 10^k, v > 0 and normal; false when 128 bits do not hold it. */
static bool times_power(quotient *q, double v, int k)
{
	enum { TEN_19 = 19, MOST = 38, ROOM = 128 - 53 };
	uint64_t bits, m;
	int down = k < 0 ? -k : k;

	memcpy(&bits, &v, sizeof bits);
	m = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1) << 52;
	int e = (int)(bits >> 52) - 1075; /* v = m * 2^e */
	if (down > (k < 0 ? MOST : EXACT_POWER))
		return false;
	wide ten = (wide)power_of_ten[down < TEN_19 ? down : TEN_19] *
	           power_of_ten[down < TEN_19 ? 0 : down - TEN_19];
	if (k >= 0)
		return e <= 0 && e > -128 && shift(q, m * ten, -e);
	if (e >= 0)
		return e <= ROOM && divide(q, (wide)m << e, ten);
	return e > -53 && divide(q, m, ten << -e); /* 1 <= v / ten, and v < 2^53 */
}

/* The first p digits of v as an integer, and the exponent of the first. */
static bool short_digits(double v, int p, uint64_t *m, long *exponent)
{
	quotient q;
	int e;

	if (p > SHORT_DIGITS || v < DBL_MIN)
		return false;
	uint64_t end = power_of_ten[p];
	(void)frexp(v, &e);
	/* floor(log10 2^(e-1)): the exponent, or one less */
	long x = (long)floor((e - 1) * 0.30102999566398119521);
	if (!times_power(&q, v, (int)(p - 1 - x)))
		return false;
	if (q.whole >= end && !times_power(&q, v, (int)(p - 1 - ++x)))
		return false;
	*m = q.whole + (q.rest > 0 || (q.rest == 0 && q.whole % 2));
	*exponent = x;
	if (*m == end) {
		*m /= 10;
		++*exponent;
	}
	return true;
}
#else
static bool short_digits(double v, int p, uint64_t *m, long *exponent)
{
	(void)v, (void)p, (void)m, (void)exponent;
	return false;
}
#endif

/* Reads the C library's text without looking at its decimal point. */
static size_t library_digits(double v, int p, char *digits, long *exponent)
{
	char text[ATL_DOUBLE_DIGITS + 32];
	const char *q = text;
	size_t n = 0;

	snprintf(text, sizeof text, "%.*e", p - 1, v);
	for (; *q && *q != 'e'; q++) {
		if (*q >= '0' && *q <= '9')
			digits[n++] = *q;
	}
	*exponent = *q ? strtol(q + 1, NULL, 10) : 0;
	return n;
}

void atl_float64_digits(double v, int p, char *digits, size_t *n, long *exponent)
{
	uint64_t m;

	if (!short_digits(v, p, &m, exponent)) {
		*n = library_digits(v, p, digits, exponent);
		return;
	}
	*n = (size_t)p;
	for (int i = p; i-- > 0; m /= 10)
		digits[i] = (char)('0' + m % 10);
}

/* ---- out ---- */

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
		atl_buf_addi(out, (int64_t)v);
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

static void print_shortest(atl_buf *out, double v)
{
	enum { MOST = 17 };
	char places[MOST + 1];
	double size = fabs(v);
	size_t n = 0;
	long exponent = 0;
	int p = size < DBL_MIN ? 1 : EXACT_DIGITS;

	atl_float64_digits(size, p, places, &n, &exponent);
	while (p < MOST && !reads_back(size, places, n, exponent))
		atl_float64_digits(size, ++p, places, &n, &exponent);
	atl_decimal_print(out, v < 0, places, n, exponent, MOST);
}

void atl_float64_print(atl_buf *out, const void *x, int digits)
{
	double v = *(const double *)x;

	if (atl_float64_print_plain(out, v, digits))
		return;
	if (digits > 0)
		atl_float64_print_digits(out, v, digits);
	else
		print_shortest(out, v);
}
