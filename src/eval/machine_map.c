/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_map.c: entry by entry, over a block or a small array. */
#include "eval/machine_impl.h"

#include <string.h>

/* The frequent ones over a few entries are not worth a call. */
static void map2(const atl_instr *i, double *restrict d, const double *a, const double *b, size_t n)
{
	const size_t sa = i->stride[0], sb = i->stride[1];
	if (n < ATL_PLAN_MANY && i->fn == ATL_FN2_add) {
		for (size_t k = 0; k < n; k++)
			d[k] = a[k * sa] + b[k * sb];
	} else if (n < ATL_PLAN_MANY && i->fn == ATL_FN2_sub) {
		for (size_t k = 0; k < n; k++)
			d[k] = a[k * sa] - b[k * sb];
	} else if (n < ATL_PLAN_MANY && i->fn == ATL_FN2_mul) {
		for (size_t k = 0; k < n; k++)
			d[k] = a[k * sa] * b[k * sb];
	} else {
		i->u.fn2(d, a, sa, b, sb, n);
	}
}

/* No value as a condition is no value. */
static void where(const atl_instr *i, double *restrict d, const double *c, const double *a, const double *b, size_t n)
{
	const size_t sc = i->stride[0], sa = i->stride[1], sb = i->stride[2];
	for (size_t k = 0; k < n; k++) {
		const double v = c[k * sc], x = a[k * sa], y = b[k * sb];
		d[k] = v != v ? v : v != 0 ? x : y;
	}
}

static void copy(const atl_instr *i, double *restrict d, const double *x, size_t n)
{
	if (i->stride[0])
		memcpy(d, x, n * sizeof *d);
	else
		for (size_t k = 0; k < n; k++)
			d[k] = *x;
}

/* Entries from..from+n of a matrix all of whose rows are x, of m entries. */
static void rows(double *restrict d, const double *x, size_t m, size_t from, size_t n)
{
	for (size_t k = 0, at = from % m; k < n; at = 0) {
		size_t run = m - at < n - k ? m - at : n - k;
		memcpy(d + k, x + at, run * sizeof *d);
		k += run;
	}
}

/* The same where all columns are x, and there are m of them. */
static void columns(double *restrict d, const double *x, size_t m, size_t from, size_t n)
{
	size_t row = from / m, left = m - from % m;
	for (size_t k = 0; k < n; row++, left = m) {
		size_t run = left < n - k ? left : n - k;
		for (size_t e = 0; e < run; e++)
			d[k + e] = x[row];
		k += run;
	}
}

void atl_machine_map(const atl_instr *i, double *d, const double *const in[3], size_t from, size_t n)
{
	switch (i->code) {
	case ATL_DO_MAP1: i->u.fn1(d, in[0], n); break;
	case ATL_DO_MAP2: map2(i, d, in[0], in[1], n); break;
	case ATL_DO_WHERE: where(i, d, in[0], in[1], in[2], n); break;
	case ATL_DO_COPY: copy(i, d, in[0], n); break;
	case ATL_DO_ROWS: rows(d, in[0], i->m, from, n); break;
	case ATL_DO_COLUMNS: columns(d, in[0], i->m, from, n); break;
	default: break;
	}
}
