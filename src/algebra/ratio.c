/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ratio.c: small rational numbers, which say when they are too large. */
#include "algebra/expr.h"

#include <stdlib.h>

static const ratio TOO_LARGE = { 0, 0 };

static int64_t gcd(int64_t a, int64_t b)
{
	while (b) {
		int64_t r = a % b;
		a = b;
		b = r;
	}
	return a < 0 ? -a : a;
}

ratio ratio_of(int64_t num, int64_t den)
{
	if (den == 0 || num == INT64_MIN || den == INT64_MIN)
		return TOO_LARGE;
	int64_t d = gcd(num, den);
	if (den < 0)
		d = -d;
	return (ratio){ num / d, den / d };
}

ratio ratio_mul(ratio a, ratio b)
{
	int64_t num, den;
	if (!a.den || !b.den || __builtin_mul_overflow(a.num, b.num, &num) ||
	    __builtin_mul_overflow(a.den, b.den, &den))
		return TOO_LARGE;
	return ratio_of(num, den);
}

ratio ratio_add(ratio a, ratio b)
{
	int64_t u, v, num, den;
	if (!a.den || !b.den || __builtin_mul_overflow(a.num, b.den, &u) ||
	    __builtin_mul_overflow(b.num, a.den, &v) || __builtin_add_overflow(u, v, &num) ||
	    __builtin_mul_overflow(a.den, b.den, &den))
		return TOO_LARGE;
	return ratio_of(num, den);
}

ratio ratio_power(ratio a, int64_t k)
{
	ratio y = { 1, 1 };
	if (k < 0)
		a = a.num ? ratio_of(a.den, a.num) : TOO_LARGE;
	for (int64_t i = llabs(k); i > 0 && y.den; i--)
		y = ratio_mul(y, a);
	return y;
}

bool ratio_parse(const char *text, ratio *out)
{
	ratio y = { 0, 1 };
	const char *p = text + (*text == '-');
	long places = 0, digits = 0;
	for (bool point = false; (*p >= '0' && *p <= '9') || (*p == '.' && !point); p++) {
		if (*p == '.') {
			point = true;
			continue;
		}
		y = ratio_add(ratio_mul(y, (ratio){ 10, 1 }), (ratio){ *p - '0', 1 });
		places += point;
		digits++;
	}
	if (!digits)
		return false;
	if (*p == 'e' || *p == 'E') {
		char *end;
		places -= strtol(p + 1, &end, 10);
		p = end;
	}
	if (*p || places > 18 || places < -18)
		return false;
	y = ratio_mul(y, ratio_power((ratio){ 10, 1 }, -places));
	*out = *text == '-' ? ratio_mul(y, (ratio){ -1, 1 }) : y;
	return out->den != 0;
}
