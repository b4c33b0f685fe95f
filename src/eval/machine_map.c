/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_map.c: entry by entry, over a block or a small array. */
#include "eval/machine_impl.h"

#include <string.h>
#include "number/float64_set.h"

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
		atl_f64_set_for(n)->fill(d, *x, n);
}

/* Entries from..from+n of what x is spread to; see atl_spread. */
static void spread(const atl_instr *i, double *restrict d, const double *x, size_t from, size_t n)
{
	const size_t run = i->m, chunk = i->k;
	size_t turn = from / chunk % i->u.turns, left = chunk - from % chunk;
	for (size_t k = 0; k < n; left = chunk, turn = turn + 1 < i->u.turns ? turn + 1 : 0) {
		const double *source = x + turn * run;
		size_t end = left < n - k ? k + left : n, at = (chunk - left) % run;
		if (run == 1) {
			atl_f64_set_for(i->n)->fill(d + k, *source, end - k);
			k = end;
		}
		for (; k < end; at = 0) {
			size_t part = run - at < end - k ? run - at : end - k;
			memcpy(d + k, source + at, part * sizeof *d);
			k += part;
		}
	}
}

void atl_machine_map(const atl_instr *i, double *d, const double *const in[3], size_t from, size_t n)
{
	switch (i->code) {
	case ATL_DO_MAP1: i->u.fn1(d, in[0], n); break;
	case ATL_DO_MAP2: map2(i, d, in[0], in[1], n); break;
	case ATL_DO_WHERE: where(i, d, in[0], in[1], in[2], n); break;
	case ATL_DO_COPY: copy(i, d, in[0], n); break;
	case ATL_DO_SPREAD: spread(i, d, in[0], from, n); break;
	default: break;
	}
}
