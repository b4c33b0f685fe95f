/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.c: the systems of small formats: their tables, what goes in, and
 * text.
 *
 * Literals and rationals are rounded once from the exact value.  At digits
 * == 0 an element prints as the shortest correctly rounded decimal that reads
 * back in its format. */
#include "number/format.h"

#include <stdlib.h>
#include "number/decimal.h"
#include "number/float64.h"

static const double PI = 3.14159265358979323846;

const atl_binary *atl_num_format(const atl_num *num)
{
	if (num->sys->format)
		return num->sys->format;
	return num->sys->sized && num->sys->flat ? &num->format : NULL;
}

/* ---- in ---- */

/* v is odd-rounded. */
static atl_answer put(void *y, double v, atl_num *num)
{
	const atl_binary *f = atl_num_format(num);

	*(double *)y = isinf(v) ? atl_format_infinity(v, f)
	                        : atl_round_once(v, f, atl_format_steady(num), num);
	return ATL_FINE;
}

static atl_answer set_double(void *y, double v, atl_num *num)
{
	return put(y, v, num);
}

/* The element that the text "123e-4" stands for; NULL text: no memory. */
static atl_answer put_decimal(void *y, const char *text, atl_num *num)
{
	double v = strtod(text, NULL), certain;

	if (v == 0 && !strpbrk(text, "123456789"))
		return put(y, v, num);
	if (atl_round_certain(&certain, v, ATL_NEAR, atl_num_format(num), atl_format_steady(num), num)) {
		*(double *)y = certain;
		return ATL_FINE;
	}
	return put(y, atl_odd_decimal(text), num);
}

static atl_answer set_literal(void *y, const char *text, size_t len, atl_num *num)
{
	atl_decimal d;
	atl_answer answer = atl_decimal_read(&d, text, len, num);

	if (answer == ATL_FINE) {
		const char *plain = atl_decimal_text(&d);
		answer = plain ? put_decimal(y, plain, num) : ATL_NOMEM;
	}
	atl_buf_clear(&d.digits);
	return answer;
}

static atl_answer set_rational(void *y, mpq_srcptr v, atl_num *num)
{
	if (mpq_sgn(v) == 0)
		return put(y, 0, num);
	return put(y, atl_odd_rational(v), num);
}

static atl_answer set_si(void *y, long v, atl_num *num)
{
	mpq_t exact;

	if (labs(v) <= 1L << 53)
		return put(y, (double)v, num);
	mpq_init(exact);
	mpq_set_si(exact, v, 1);
	atl_answer answer = set_rational(y, exact, num);
	mpq_clear(exact);
	return answer;
}

/* pi is above the double, and below the next one. */
static atl_answer set_pi(void *y, atl_num *num)
{
	return put(y, atl_odd(PI, 1), num);
}

/* ---- out ---- */

/* Whether the digits, the first one standing at 10^exponent, read back to v > 0. */
static bool reads_back(const char *digits, size_t n, long exponent, double v, atl_num *num)
{
	char text[64];
	double y;

	snprintf(text, sizeof text, "%.*se%ld", (int)n, digits, exponent - (long)n + 1);
	return put_decimal(&y, text, num) == ATL_FINE && y == v;
}

static void print(atl_buf *out, double v, int digits, const atl_num *settings)
{
	enum { MOST = 17 };
	char places[ATL_DOUBLE_DIGITS + 32];
	atl_num num = *settings;
	long exponent = 0;
	size_t n = 0;
	int p = 1;

	if (atl_float64_print_plain(out, v, digits))
		return;
	if (digits > 0) {
		atl_float64_print_digits(out, v, digits);
		return;
	}
	atl_float64_digits(fabs(v), p, places, &n, &exponent);
	while (p < MOST && !reads_back(places, n, exponent, fabs(v), &num))
		atl_float64_digits(fabs(v), ++p, places, &n, &exponent);
	atl_decimal_print(out, v < 0, places, n, exponent, MOST);
}

/* ---- the tables ---- */

#define ROW(f) .fn1[ATL_FN1_##f] = atl_format_##f,
#define ROW2(f) .fn2[ATL_FN2_##f] = atl_format_##f,

#define TABLE(own_name, says, own_format, by_settings, own_print)                        \
	{                                                                                \
		.name = own_name, .summary = says, .size = sizeof(double),               \
		.rounds = true, .flat = true, .sized = by_settings,                      \
		.format = own_format, .init = atl_float64_init,                          \
		.clear = atl_float64_clear, .copy = atl_float64_copy,                    \
		.set_literal = set_literal, .set_si = set_si, .set_double = set_double,  \
		.set_rational = set_rational, .set_pi = set_pi,                          \
		.get_rational = atl_float64_get_rational,                                \
		.get_double = atl_float64_get_double, .get_si = atl_float64_get_si,      \
		.no_value = atl_float64_no_value, .infinite = atl_float64_infinite,      \
		.sgn = atl_float64_sgn, .cmp = atl_float64_cmp,                          \
		.hash = atl_float64_hash, .print = own_print,                            \
		ATL_FN1_LIST(ROW) ATL_FN2_LIST(ROW2)                                     \
		.sum = atl_format_sum, .prod = atl_format_prod, .dot = atl_format_dot,   \
		.matmul = atl_format_matmul, .det = atl_generic_det,                     \
		.solve = atl_generic_solve, .inv = atl_generic_inv,                      \
		.cholesky = atl_generic_cholesky, .eigh = atl_generic_eigh,              \
		.svd = atl_generic_svd,                                                  \
		.ulp = atl_format_ulp, .next = atl_format_next, .bits = atl_format_bits, \
		.between = atl_format_between, .beside = atl_format_beside, \
	}

#define SYSTEM(id, says, ...)                                                            \
	static const atl_binary id##_format = { __VA_ARGS__ };                           \
	static void print_##id(atl_buf *out, const void *x, int digits)                  \
	{                                                                                \
		const atl_num num = { .sys = &atl_##id };                                \
		print(out, *(const double *)x, digits, &num);                            \
	}                                                                                \
	const atl_system atl_##id = TABLE(#id, says, &id##_format, false, print_##id)

SYSTEM(float32, "IEEE 754 single precision: 24 bits, up to 3.4e38", .precision = 24,
       .emin = -126, .emax = 127, .width = 32, .largest = 0x1.fffffep127);
SYSTEM(float16, "IEEE 754 half precision: 11 bits, up to 65504", .precision = 11,
       .emin = -14, .emax = 15, .width = 16, .largest = 65504);
SYSTEM(bfloat16, "float32 cut to 16: 8 bits, up to 3.4e38", .precision = 8,
       .emin = -126, .emax = 127, .width = 16, .largest = 0x1.fep127);
SYSTEM(tf32, "tensor float: float32's range with float16's 11 bits", .precision = 11,
       .emin = -126, .emax = 127, .width = 19, .largest = 0x1.ffcp127);
SYSTEM(fp8_e4m3, "OCP 8-bit: 4 bits, up to 448; what is larger has no value", .precision = 4,
       .emin = -6, .emax = 8, .width = 8, .no_infinity = true, .largest = 448);
SYSTEM(fp8_e4m3_sat, "fp8_e4m3 that stops at 448", .precision = 4, .emin = -6,
       .emax = 8, .width = 8, .no_infinity = true, .saturates = true, .largest = 448);
SYSTEM(fp8_e5m2, "OCP 8-bit: 3 bits, up to 57344, then infinity", .precision = 3,
       .emin = -14, .emax = 15, .width = 8, .largest = 57344);
SYSTEM(fp8_e5m2_sat, "fp8_e5m2 that stops at 57344", .precision = 3, .emin = -14,
       .emax = 15, .width = 8, .saturates = true, .largest = 57344);

/* Text that reads back with p bits does so at any emin, where numbers may have
 * fewer bits. */
#define PRINT_OF(p)                                                                      \
	static void print_of_##p(atl_buf *out, const void *x, int digits)                \
	{                                                                                \
		const atl_num num = { .sys = &atl_format_of[0],                          \
			.format = { .precision = p, .emin = -1000, .emax = 1000,         \
			            .largest = 0x1p1000 } };                             \
		print(out, *(const double *)x, digits, &num);                            \
	}
#define TABLE_OF(p)                                                                      \
	[p - ATL_FORMAT_MIN] = TABLE("format", "any other: format(precision, emin, emax)", \
	                             NULL, true, print_of_##p),
#define EACH(X)                                                                          \
	X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)      \
	X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25)

EACH(PRINT_OF)
const atl_system atl_format_of[] = { EACH(TABLE_OF) };
