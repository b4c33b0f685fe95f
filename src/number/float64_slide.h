/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_slide.h: the loops of float64_correlate.c, included once for each
 * kind of machine, with
 *
 *      NAME(f)   the functions' names
 *      TARGET    an attribute: the instructions that may be used
 *      LANE      doubles of a register
 *      SPREAD(u) a register of u
 *
 * No product is fused with its sum, so that all give the same bits. */

typedef double NAME(lanes) __attribute__((vector_size(LANE * sizeof(double))));
typedef double NAME(place) __attribute__((vector_size(LANE * sizeof(double)), aligned(sizeof(double)), may_alias));

static inline TARGET NAME(lanes) NAME(load)(const double *p)
{
	return *(const NAME(place) *)p;
}

static inline TARGET void NAME(store)(double *p, NAME(lanes) v)
{
	*(NAME(place) *)p = v;
}

/* Four registers of neighbours. */
static TARGET void NAME(four)(double *y, const sliding *s, const double *x)
{
	NAME(lanes) a = SPREAD(0), b = SPREAD(0), c = SPREAD(0), d = SPREAD(0);

	for (size_t j = 0; j < s->k; j++) {
		const double *q = x + s->at[j];
		const NAME(lanes) u = SPREAD(s->w[j]);
		a += u * NAME(load)(q);
		b += u * NAME(load)(q + LANE);
		c += u * NAME(load)(q + 2 * LANE);
		d += u * NAME(load)(q + 3 * LANE);
	}
	NAME(store)(y, a);
	NAME(store)(y + LANE, b);
	NAME(store)(y + 2 * LANE, c);
	NAME(store)(y + 3 * LANE, d);
}

/* Two registers, the second one `skip` entries after the first. */
static TARGET void NAME(two)(double *y, const sliding *s, const double *x, size_t skip)
{
	NAME(lanes) a = SPREAD(0), b = SPREAD(0);

	for (size_t j = 0; j < s->k; j++) {
		const double *q = x + s->at[j];
		const NAME(lanes) u = SPREAD(s->w[j]);
		a += u * NAME(load)(q);
		b += u * NAME(load)(q + skip);
	}
	NAME(store)(y, a);
	NAME(store)(y + skip, b);
}

/* Neighbours side by side.  What is left at the end is done with entries before
 * it, which come out the same again. */
static TARGET void NAME(slide)(double *y, const sliding *s, size_t n)
{
	size_t i = 0;

	for (; i + 4 * LANE <= n; i += 4 * LANE)
		NAME(four)(y + i, s, s->x + i);
	while (i < n) {
		if (n < LANE) {
			few(y + i, s, s->x + i, n - i);
			return;
		}
		if (i + LANE > n)
			i = n - LANE;
		size_t skip = n - i - LANE < LANE ? n - i - LANE : LANE;
		NAME(two)(y + i, s, s->x + i, skip);
		i += LANE + skip;
	}
}
