/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decimal.c: see decimal.h. */
#include "number/decimal.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const long EXPONENT_LIMIT = 100000000000000000; /* 10^17 */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads the exponent after `e`; false when it has no digit or is not the end. */
static bool read_exponent(const char *p, const char *end, long *exponent)
{
	bool negative = false, any = false;
	long e = 0;

	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	for (; p < end && (is_digit(*p) || (*p == '_' && any)); p++) {
		if (*p == '_')
			continue;
		any = true;
		if (e < EXPONENT_LIMIT)
			e = e * 10 + (*p - '0');
	}
	if (e > EXPONENT_LIMIT)
		e = EXPONENT_LIMIT;
	*exponent = negative ? -e : e;
	return any && p == end;
}

/* Reads digits with at most one dot; zeros in front are dropped. */
static const char *read_digits(atl_decimal *d, const char *p, const char *end, bool *any)
{
	bool dot = false;

	for (; p < end; p++) {
		if (*p == '.' && !dot) {
			dot = true;
		} else if (is_digit(*p)) {
			*any = true;
			d->exponent -= dot;
			if (*p != '0' || d->digits.len > 0)
				atl_buf_addc(&d->digits, *p);
		} else if (*p != '_' || !*any) {
			break;
		}
	}
	return p;
}

static const char dots[] = "…", within[] = "±";

/* Where the text has ±, or its end. */
static const char *end_of_centre(const char *p, const char *end)
{
	const size_t n = strlen(within);

	while (p < end && ((size_t)(end - p) < n || memcmp(p, within, n) != 0))
		p++;
	return p;
}

/* Past the ellipsis, where there is one. */
static const char *read_dots(atl_decimal *d, const char *p, const char *end)
{
	const size_t n = strlen(dots);

	d->open = (size_t)(end - p) >= n && memcmp(p, dots, n) == 0;
	return d->open ? p + n : p;
}

atl_answer atl_decimal_read(atl_decimal *d, const char *text, size_t len, atl_num *num)
{
	const char *p = text, *end = end_of_centre(text, text + len);
	bool any = false;
	long e = 0;

	*d = (atl_decimal){ .bound = end < text + len ? (size_t)(end - text) + strlen(within) : 0 };
	if (p < end && (*p == '+' || *p == '-'))
		d->negative = *p++ == '-';
	p = read_digits(d, p, end, &any);
	if (any)
		p = read_dots(d, p, end);
	if (any && p < end && (*p == 'e' || *p == 'E') && read_exponent(p + 1, end, &e))
		p = end;
	if (!any || p != end) {
		num->fault = 0;
		num->reason = "not a decimal number";
		return ATL_UNABLE;
	}
	if (d->digits.failed)
		return ATL_NOMEM;
	d->n = d->digits.len;
	d->place = d->exponent + e;
	while (d->n > 0 && d->digits.p[d->n - 1] == '0') {
		d->n--;
		d->exponent++;
	}
	atl_buf_cut(&d->digits, d->n);
	d->exponent = d->n == 0 ? 0 : d->exponent + e;
	return ATL_FINE;
}

const char *atl_decimal_text(atl_decimal *d)
{
	atl_buf text = { 0 };

	atl_buf_addf(&text, "%s%s", d->negative ? "-" : "", d->n == 0 ? "0" : "");
	atl_buf_addn(&text, atl_buf_text(&d->digits), d->n);
	atl_buf_addf(&text, "e%ld", d->exponent);
	atl_buf_clear(&d->digits);
	d->digits = text;
	return text.failed ? NULL : atl_buf_text(&d->digits);
}

static void print_fixed(atl_buf *out, const char *digits, size_t n, long exponent)
{
	if (exponent < 0) {
		atl_buf_add(out, "0.");
		atl_buf_fill(out, "0", (size_t)(-exponent - 1));
		atl_buf_addn(out, digits, n);
		return;
	}
	size_t whole = (size_t)exponent + 1;
	if (n <= whole) {
		atl_buf_addn(out, digits, n);
		atl_buf_fill(out, "0", whole - n);
		return;
	}
	atl_buf_addn(out, digits, whole);
	atl_buf_addc(out, '.');
	atl_buf_addn(out, digits + whole, n - whole);
}

void atl_decimal_print(atl_buf *out, bool negative, const char *digits, size_t n, long exponent,
                       long fixed)
{
	while (n > 1 && digits[n - 1] == '0')
		n--;
	if (negative)
		atl_buf_addc(out, '-');
	if (exponent > -5 && exponent < fixed) {
		print_fixed(out, digits, n, exponent);
		return;
	}
	atl_buf_addc(out, digits[0]);
	if (n > 1) {
		atl_buf_addc(out, '.');
		atl_buf_addn(out, digits + 1, n - 1);
	}
	atl_buf_addc(out, 'e');
	atl_buf_addi(out, exponent);
}

/* q * 2^t, q < 2^57 with a sticky last bit, rounded once: to 53 bits, or to
 * the multiples of 2^-1074 below the normal range. */
static double round_scaled(uint64_t q, long t)
{
	int length = q == 0 ? 0 : 64 - __builtin_clzll(q);
	long drop = length > 53 ? length - 53 : 0;

	if (drop < -1074 - t)
		drop = -1074 - t;
	if (drop > 0) {
		uint64_t half = UINT64_C(1) << (drop - 1), rest = q & (2 * half - 1);
		q >>= drop;
		if (rest > half || (rest == half && (q & 1)))
			q++;
		t += drop;
	}
	if (t > 1100)
		return q == 0 ? 0 : INFINITY;
	return ldexp((double)q, (int)t);
}

double atl_rational_double(mpq_srcptr v)
{
	mpz_srcptr n = mpq_numref(v), d = mpq_denref(v);
	mpz_t q, r, s;

	if (mpz_sgn(n) == 0)
		return 0;
	/* 2^(e-1) < |v| < 2^(e+1): the quotient has 55 or 56 bits, or fewer
	 * when its last bit is two below the least subnormal. */
	long e = (long)mpz_sizeinbase(n, 2) - (long)mpz_sizeinbase(d, 2);
	long t = e - 55 < -1076 ? -1076 : e - 55;
	mpz_inits(q, r, s, NULL);
	if (t >= 0) {
		mpz_mul_2exp(s, d, (mp_bitcnt_t)t);
		mpz_tdiv_qr(q, r, n, s);
	} else {
		mpz_mul_2exp(s, n, (mp_bitcnt_t)-t);
		mpz_tdiv_qr(q, r, s, d);
	}
	uint64_t bits = mpz_get_ui(q) | (mpz_sgn(r) != 0);
	mpz_clears(q, r, s, NULL);
	double y = round_scaled(bits, t);
	return mpz_sgn(n) < 0 ? -y : y;
}
