/* SPDX-License-Identifier: GPL-3.0-or-later */
/* generic.h: what algorithms written over a system's table share: ranges of
 * elements, and steps of which the first that fails is the last. */
#ifndef ATL_NUMBER_GENERIC_H
#define ATL_NUMBER_GENERIC_H

#include "number/number.h"

#include "base/mem.h"

/* n elements of 0; NULL without memory. */
static inline void *atl_elements(size_t n, const atl_num *num, atl_answer *answer)
{
	const size_t size = num->sys->size;
	void *p = size != 0 && n > SIZE_MAX / size ? NULL : atl_malloc(n * size);

	*answer = p ? num->sys->init(p, n, num) : ATL_NOMEM;
	if (p && *answer != ATL_FINE) {
		atl_free(p);
		p = NULL;
	}
	return p;
}

static inline void atl_elements_free(void *p, size_t n, const atl_num *num)
{
	if (p)
		num->sys->clear(p, n);
	atl_free(p);
}

static inline void *atl_at(void *p, size_t i, const atl_num *num)
{
	return (char *)p + i * num->sys->size;
}

static inline const void *atl_cat(const void *p, size_t i, const atl_num *num)
{
	return (const char *)p + i * num->sys->size;
}

/* 0: all finite; 1: an infinity; 2: no value among them. */
static inline int atl_unusual(const void *x, size_t n, const atl_num *num)
{
	int worst = 0;

	for (size_t i = 0; i < n && worst < 2; i++) {
		const void *e = atl_cat(x, i, num);
		if (num->sys->no_value(e))
			worst = 2;
		else if (num->sys->infinite(e))
			worst = 1;
	}
	return worst;
}

static inline atl_answer atl_no_values(void *y, size_t n, atl_num *num)
{
	atl_answer answer = ATL_FINE;

	for (size_t i = 0; i < n && answer == ATL_FINE; i++)
		answer = num->sys->set_double(atl_at(y, i, num), __builtin_nan(""), num);
	return answer;
}

/* ---- steps ---- */

/* A computation: its steps do nothing once `answer` is not FINE. */
typedef struct atl_steps {
	atl_num *num;
	atl_answer answer;
} atl_steps;

static inline bool atl_fine(atl_steps *s)
{
	if (s->answer == ATL_FINE && atl_num_stop(s->num))
		s->answer = ATL_STOPPED;
	return s->answer == ATL_FINE;
}

/* Scratch; NULL once something failed. */
static inline void *atl_scratch(atl_steps *s, size_t n)
{
	return s->answer == ATL_FINE ? atl_elements(n, s->num, &s->answer) : NULL;
}

static inline void atl_do1(atl_steps *s, atl_fn1 f, void *y, const void *x, size_t n)
{
	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->fn1[f](y, x, n, s->num);
}

/* n entries of two ranges; of one number and a range. */
static inline void atl_do2(atl_steps *s, atl_fn2 f, void *y, const void *a, const void *b, size_t n)
{
	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->fn2[f](y, a, 1, b, 1, n, s->num);
}

static inline void atl_do_by(atl_steps *s, atl_fn2 f, void *y, const void *a, const void *one, size_t n)
{
	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->fn2[f](y, a, 1, one, 0, n, s->num);
}

static inline void atl_do_dot(atl_steps *s, void *y, const void *a, const void *b, size_t n)
{
	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->dot(y, a, 1, b, 1, n, s->num);
}

static inline void atl_do_set(atl_steps *s, void *y, long v)
{
	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->set_si(y, v, s->num);
}

static inline void atl_do_copy(atl_steps *s, void *y, const void *x, size_t n)
{
	if (s->answer == ATL_FINE)
		s->answer = s->num->sys->copy(y, x, 1, n);
}

/* y (cols x rows) = x' */
static inline void atl_do_turn(atl_steps *s, void *y, const void *x, size_t rows, size_t cols)
{
	for (size_t i = 0; i < rows * cols; i++)
		atl_do_copy(s, atl_at(y, i % cols * rows + i / cols, s->num), atl_cat(x, i, s->num), 1);
}

/* -1 0 1; 0 once something failed. */
static inline int atl_sign(atl_steps *s, const void *x)
{
	int sign = 0;

	if (s->answer == ATL_FINE && !s->num->sys->no_value(x))
		s->answer = s->num->sys->sgn(&sign, x);
	return sign;
}

static inline int atl_order(atl_steps *s, const void *a, const void *b)
{
	int order = 0;

	if (s->answer == ATL_FINE && !s->num->sys->no_value(a) && !s->num->sys->no_value(b))
		s->answer = s->num->sys->cmp(&order, a, b);
	return order;
}

/* y = the largest size among x[0..n), with t for scratch.  Where enclosures
 * may be equal and not be told apart, it is the sum of the sizes. */
static inline void atl_do_largest(atl_steps *s, void *y, void *t, const void *x, size_t n)
{
	atl_do_set(s, y, 0);
	for (size_t i = 0; i < n; i++) {
		atl_do1(s, ATL_FN1_abs, t, atl_cat(x, i, s->num), 1);
		if (!s->num->sys->rounds)
			atl_do2(s, ATL_FN2_add, y, y, t, 1);
		else if (atl_order(s, t, y) > 0)
			atl_do_copy(s, y, t, 1);
	}
}

/* generic_factor.c: half (n x n) = (a + a')/2; false where a is further from
 * symmetric than a thousandth of its largest entry, or has an entry that is no
 * finite number. */
bool atl_generic_half(atl_steps *, void *half, const void *a, size_t n);
/* Column j of u (m x p), and of v (n x p; NULL: none), change signs together
 * so that of the column of u the first entry of (nearly) the largest size is positive. */
void atl_generic_signs(atl_steps *, void *u, size_t m, void *v, size_t n, size_t p);
/* generic_rank.c, where the system does not round: how many columns, in y (n rows
 * of so many), a basis has of what a (m x n) makes 0; y has room for n x n. */
size_t atl_generic_kernel(atl_steps *, void *y, const void *a, size_t m, size_t n);
/* y, of n elements, is outside the domain. */
atl_answer atl_generic_outside(void *y, size_t n, atl_num *);

#endif
