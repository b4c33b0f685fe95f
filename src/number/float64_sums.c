/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_sums.c: the sums of many lanes of doubles, each with the bits that
 * atl_float64_sum gives it alone.
 *
 * Lanes that lie beside one another are added a strip at a time, so that memory
 * is read as it lies; threads share the strips. */
#include "number/float64.h"

#include <math.h>
#include "base/pool.h"
#include "number/float64_set.h"

enum { STRIP = ATL_F64_STRIP, SHARE = 1 << 17, MANY = 64 };

typedef struct sums {
	double *y;
	const double *x;
	size_t outer, extent, inner;
	const atl_num *num;
} sums;

/* Lanes from .. to of those that begin in one row. */
static void add_row(const sums *s, double *y, const double *x, size_t from, size_t to)
{
	const atl_f64_set *set = atl_f64_set_for(MANY);

	for (size_t j = from; j < to; j += STRIP) {
		if (j + STRIP <= to) {
			set->strip(y + j, x + j, s->inner, s->extent);
			continue;
		}
		for (size_t k = j; k < to; k++) {
			atl_num quiet = *s->num;
			(void)atl_float64_sum(y + k, x + k, s->inner, s->extent, &quiet);
		}
	}
}

/* A part is some of all strips, row after row. */
static void add_part(void *context, unsigned part, unsigned parts)
{
	const sums *s = context;
	const size_t strips = (s->inner + STRIP - 1) / STRIP, all = s->outer * strips;
	const size_t last = all * (part + 1) / parts;

	for (size_t i = all * part / parts, to; i < last && !atl_num_stop(s->num); i = to) {
		const size_t row = i / strips, from = i % strips;
		to = (row + 1) * strips < last ? (row + 1) * strips : last;
		const size_t end = (to - row * strips) * STRIP;
		add_row(s, s->y + row * s->inner, s->x + row * s->extent * s->inner, from * STRIP,
		        end < s->inner ? end : s->inner);
	}
}

/* The same where the entries of a lane stand side by side. */
static void add_lanes(void *context, unsigned part, unsigned parts)
{
	const sums *s = context;
	const size_t last = s->outer * (part + 1) / parts;

	for (size_t i = s->outer * part / parts, n; i < last && !atl_num_stop(s->num); i += n) {
		n = last - i < MANY ? last - i : MANY;
		atl_f64_set_for(n * s->extent)->lanes(s->y + i, s->x + i * s->extent, s->extent, n);
	}
}

/* Lanes whose sums are infinite or no value once more, for the flags and partial sums. */
static void settle(const sums *s, size_t n, atl_num *num)
{
	if (!atl_float64_unusual(s->y, n))
		return;
	for (size_t i = 0; i < n; i++) {
		const double *lane = s->x + i / s->inner * s->extent * s->inner + i % s->inner;
		if (!isfinite(s->y[i]))
			(void)atl_float64_sum(s->y + i, lane, s->inner, s->extent, num);
	}
}

atl_answer atl_float64_sums(void *y, const void *x, size_t outer, size_t extent, size_t inner,
                            atl_num *num)
{
	sums s = { y, x, outer, extent, inner, num };
	const bool shared = outer * extent * inner >= SHARE;
	const unsigned parts = shared ? atl_pool_threads() : 1;

	if (extent > ATL_F64_RUN) { /* whose runs are shared */
		for (size_t i = 0; i < outer * inner && !atl_num_stop(num); i++)
			(void)atl_float64_sum(s.y + i, s.x + i / inner * extent * inner + i % inner, inner, extent, num);
	} else {
		atl_pool_run(inner == 1 ? add_lanes : add_part, &s, parts);
		settle(&s, outer * inner, num);
	}
	return atl_num_stop(num) ? ATL_STOPPED : ATL_FINE;
}

atl_answer atl_float64_sum_columns(double *y, const double *x, size_t row, size_t extent, size_t n, atl_num *num)
{
	const sums s = { y, x, 1, extent, row, num };

	if (extent <= ATL_F64_RUN) {
		add_row(&s, y, x, 0, n);
		settle(&s, n, num);
	}
	for (size_t i = 0; i < n && extent > ATL_F64_RUN && !atl_num_stop(num); i++)
		(void)atl_float64_sum(y + i, x + i, row, extent, num);
	return atl_num_stop(num) ? ATL_STOPPED : ATL_FINE;
}
