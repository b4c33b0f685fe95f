/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format_bits.c: the last place, the neighbours and the bits of a number of a
 * format, float64 among them. */
#include "number/format.h"

#include <float.h>

/* The exponent of the number's binade; the subnormals share that of emin. */
static int exponent_of(double v, const atl_binary *f)
{
	int e;

	frexp(v, &e);
	return v == 0 || e - 1 < f->emin ? f->emin : e - 1;
}

atl_answer atl_format_ulp(void *y, const void *x, atl_num *num)
{
	const atl_binary *f = atl_num_format(num);
	double v = fabs(*(const double *)x);

	if (isfinite(v))
		v = ldexp(1, exponent_of(v, f) - f->precision + 1);
	*(double *)y = v;
	return ATL_FINE;
}

/* The next size above v >= 0, or below v > 0. */
static double step(double v, bool out, const atl_binary *f)
{
	if (isinf(v))
		return out ? v : f->largest;
	if (out && v >= f->largest)
		return atl_format_infinity(1, f);
	int e = exponent_of(v, f);
	double ulp = ldexp(1, e - f->precision + 1);
	if (out)
		return v + ulp;
	/* The numbers below a power of 2 are half as far apart. */
	return v - (v == ldexp(1, e) && e > f->emin ? ulp / 2 : ulp);
}

atl_answer atl_format_next(void *y, const void *x, bool up, atl_num *num)
{
	const atl_binary *f = atl_num_format(num);
	double v = *(const double *)x;

	if (isnan(v))
		*(double *)y = v;
	else if (v == 0)
		*(double *)y = up ? step(0, true, f) : -step(0, true, f);
	else
		*(double *)y = copysign(step(fabs(v), (v > 0) == up, f), v);
	return ATL_FINE;
}

static const char *kind_of(double v, const atl_binary *f)
{
	return isnan(v) ? "no value"
	     : isinf(v) ? "infinity"
	     : v == 0   ? "zero"
	     : fabs(v) < ldexp(1, f->emin) ? "subnormal" : "normal";
}

static void add_binary(atl_buf *out, uint64_t v, int n)
{
	for (int k = n - 1; k >= 0; k--)
		atl_buf_addc(out, (v >> k) & 1 ? '1' : '0');
}

/* Exponent's and fraction's fields as the standards encode them; of a NaN the
 * quiet one without a payload, all ones where there is no infinity. */
static void fields(double v, const atl_binary *f, uint64_t *exponent, uint64_t *fraction)
{
	const int k = f->precision - 1;
	const uint64_t ones = (UINT64_C(1) << (f->width - f->precision)) - 1;
	const double lead = ldexp(1, f->emin);

	if (!isfinite(v)) {
		*exponent = ones;
		*fraction = isinf(v) ? 0
		          : f->no_infinity ? (UINT64_C(1) << k) - 1 : UINT64_C(1) << (k - 1);
		return;
	}
	int e = exponent_of(v, f);
	uint64_t digits = (uint64_t)ldexp(fabs(v), k - e);
	bool normal = fabs(v) >= lead;
	*exponent = normal ? (uint64_t)(e - f->emin + 1) : 0;
	*fraction = normal ? digits - (UINT64_C(1) << k) : digits;
}

void atl_format_bits(atl_bits *bits, const void *x, const atl_num *num)
{
	const atl_binary *f = atl_num_format(num);
	const double v = *(const double *)x;
	const int k = f->precision - 1;
	uint64_t exponent = 0, fraction = 0;

	bits->negative = signbit(v) && !isnan(v);
	bits->kind = kind_of(v, f);
	bits->exponent = isfinite(v) ? exponent_of(v, f) : 0;
	if (f->width == 0) {
		if (isfinite(v)) {
			uint64_t digits = (uint64_t)ldexp(fabs(v), k - (int)bits->exponent);
			add_binary(&bits->fraction, digits, k);
		}
		return;
	}
	fields(v, f, &exponent, &fraction);
	add_binary(&bits->field, exponent, f->width - f->precision);
	add_binary(&bits->fraction, fraction, k);
	uint64_t all = exponent << k | fraction;
	if (bits->negative)
		all |= UINT64_C(1) << (f->width - 1);
	atl_buf_addf(&bits->hex, "0x%0*llx", (f->width + 3) / 4, (unsigned long long)all);
}
