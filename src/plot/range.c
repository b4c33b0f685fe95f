/* SPDX-License-Identifier: GPL-3.0-or-later */
/* range.c: how far an axis goes, and the numbers along it. */
#include <math.h>

#include "number/number.h"
#include "plot/plot.h"

bool atl_range_of(const double *v, size_t n, double *low, double *high)
{
	bool any = false;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(v[i]))
			continue;
		*low = any && *low < v[i] ? *low : v[i];
		*high = any && *high > v[i] ? *high : v[i];
		any = true;
	}
	return any;
}

/* 1, 2 or 5 times a power of 10, not below v. */
static double round_step(double v)
{
	double power = pow(10, floor(log10(v)));
	return v <= power ? power : v <= 2 * power ? 2 * power : v <= 5 * power ? 5 * power : 10 * power;
}

atl_ticks atl_ticks_in(double low, double high, unsigned wanted)
{
	/* halves, since the distance of two doubles may be no double */
	double step = round_step(2 * ((high / 2 - low / 2) / wanted));
	double from = ceil(low / step - 1e-9), to = floor(high / step + 1e-9);
	return (atl_ticks){ from * step, step, to < from ? 0 : (unsigned)(to - from) + 1 };
}

double atl_tick(const atl_ticks *t, unsigned k)
{
	return (round(t->first / t->step) + k) * t->step;
}

void atl_label_number(atl_buf *out, double v, double step)
{
	if (fabs(v) < step * 1e-6)
		v = 0;
	atl_float64.print(out, &v, 6);
}
