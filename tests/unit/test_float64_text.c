/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_float64_text.c: doubles as text, against the C library.  With ATL_LONG=1 in the
 * environment (make check-long) a million of each kind. */
#include <float.h>
#include <math.h>
#include "number/decimal.h"
#include "number/float64.h"
#include "numbers.h"

static int many(void)
{
	return getenv("ATL_LONG") ? 1000000 : 5000;
}

/* ---- kinds of doubles ---- */

static double any_bits(uint64_t *seed)
{
	uint64_t bits = chance(seed) & ~(UINT64_C(1) << 63);
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

/* Of the size that people print: from 10^-12 to 10^20. */
static double ordinary(uint64_t *seed)
{
	double v = 1 + (double)(chance(seed) % 1000003) / 1000003;

	return v * pow(10, (double)(chance(seed) % 33) - 12);
}

/* A number of few bits: its digits end, and half of the last place is met exactly. */
static double tie(uint64_t *seed)
{
	return ldexp((double)(chance(seed) % 200001), -(int)(chance(seed) % 20));
}

/* Just below, at, and just above a short decimal: where a carry runs through. */
static double beside(uint64_t *seed)
{
	double v = (double)(chance(seed) % 1000 + 1) * pow(10, (double)(chance(seed) % 30) - 15);

	for (uint64_t steps = chance(seed) % 3; steps > 0; steps--)
		v = nextafter(v, chance(seed) % 2 ? INFINITY : 0);
	return v;
}

static double (*const kinds[])(uint64_t *) = { any_bits, ordinary, tie, beside };
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* ---- out ---- */

static void digits_are_as_the_library(double v, int p)
{
	char text[64], digits[ATL_DOUBLE_DIGITS + 32], mine[64];
	size_t n = 0;
	long exponent = 0;

	atl_float64_digits(v, p, digits, &n, &exponent);
	assert_int_equal(n, p);
	snprintf(mine, sizeof mine, "%.1s%s%.*se%+03ld", digits, p > 1 ? "." : "", p - 1,
	         digits + 1, exponent);
	snprintf(text, sizeof text, "%.*e", p - 1, v);
	if (strcmp(mine, text) != 0)
		fail_msg("%a at %d digits is %s, not %s", v, p, mine, text);
}

static void digits_are_rounded_once_to_nearest_even(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < many(); i++)
		for (int kind = 0; kind < N_KINDS; kind++) {
			double v = kinds[kind](&seed);
			if (v > 0 && isfinite(v))
				digits_are_as_the_library(v, 1 + (int)(chance(&seed) % 19));
		}
	digits_are_as_the_library(2.5, 1);
	digits_are_as_the_library(3.5, 1);
	digits_are_as_the_library(999999.5, 6);
	digits_are_as_the_library(999998.5, 6);
	digits_are_as_the_library(DBL_MIN, 17);
	digits_are_as_the_library(DBL_MAX, 17);
	digits_are_as_the_library(0x1p-1074, 1);
	digits_are_as_the_library(1e22, 6);
	digits_are_as_the_library(1e23, 17);
}

/* The digits before an exponent, without the zeros around them. */
static void significant(char *digits, const char *text)
{
	size_t n = 0;

	for (; *text && *text != 'e'; text++)
		if (*text != '.' && (*text != '0' || n > 0))
			digits[n++] = *text;
	while (n > 0 && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
}

static void full_digits_are_as_few_as_read_back(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (int i = 0; i < many(); i++) {
		double v = kinds[i % N_KINDS](&seed);
		char text[64], wanted[64], got[64];
		atl_buf out = { 0 };
		int p = 15;
		if (!isfinite(v) || v < DBL_MIN)
			continue;
		while (snprintf(text, sizeof text, "%.*e", p - 1, v), strtod(text, NULL) != v)
			p++;
		significant(wanted, text);
		atl_float64_print(&out, &v, 0);
		significant(got, atl_buf_text(&out));
		if (strcmp(got, wanted) != 0 || strtod(atl_buf_text(&out), NULL) != v)
			fail_msg("%a is printed as %s, not %s", v, atl_buf_text(&out), text);
		atl_buf_clear(&out);
	}
}

/* ---- in ---- */

static void read_as_the_library(const char *text)
{
	atl_num num = { .sys = &atl_float64 };
	double v = NAN;

	if (atl_float64_set_literal(&v, text, strlen(text), &num) != ATL_FINE ||
	    v != strtod(text, NULL))
		fail_msg("%s is read as %a, not %a", text, v, strtod(text, NULL));
}

static void a_literal_is_the_nearest_double(void **state)
{
	uint64_t seed = 13;
	char text[64];

	(void)state;
	for (int i = 0; i < many(); i++) {
		double v = ordinary(&seed);
		snprintf(text, sizeof text, "%.*f", (int)(chance(&seed) % 25), v);
		read_as_the_library(text);
		snprintf(text, sizeof text, "%.*e", (int)(chance(&seed) % 20), any_bits(&seed) / 4);
		if (strcmp(text, "nan") != 0 && strcmp(text, "inf") != 0)
			read_as_the_library(text);
	}
	read_as_the_library("0.00000000000000000000001");
	read_as_the_library("0.0000000000000000000001");
	read_as_the_library("999999999999999");
	read_as_the_library("9999999999999999");
	read_as_the_library("9007199254740993");
	read_as_the_library(".5");
	read_as_the_library("000000000000000000001.5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_are_rounded_once_to_nearest_even),
		cmocka_unit_test(full_digits_are_as_few_as_read_back),
		cmocka_unit_test(a_literal_is_the_nearest_double),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
