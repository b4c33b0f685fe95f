/* SPDX-License-Identifier: GPL-3.0-or-later */
/* array.c: arrays.  Header and entries are one block of memory:
 *
 *     [ atl_array | gap to a cache line | n elements ]
 *                                         ^ data
 */
#include "array/array.h"

#include "base/mem.h"
#include "number/float64.h"

static const size_t HEADER = (sizeof(atl_array) + 63) / 64 * 64;

atl_array *atl_array_new(const atl_shape *shape, const atl_num *num)
{
	const size_t size = num->sys->size;

	if (!atl_shape_valid(shape))
		return NULL;
	size_t n = atl_shape_count(shape);
	if (n > (SIZE_MAX - HEADER) / size)
		return NULL;
	atl_array *a = atl_malloc(HEADER + n * size);
	if (!a)
		return NULL;
	*a = (atl_array){ 1, num->sys, *shape, n, (char *)a + HEADER };
	if (num->sys->init(a->data, n, num) != ATL_FINE) {
		atl_free(a);
		return NULL;
	}
	return a;
}

atl_array *atl_array_ref(const atl_array *array)
{
	atl_array *a = (atl_array *)array;

	if (a)
		a->refs++;
	return a;
}

void atl_array_unref(atl_array *a)
{
	if (!a || --a->refs > 0)
		return;
	if (!a->sys->flat)
		a->sys->clear(a->data, a->n);
	atl_free(a);
}

atl_array *atl_array_reshaped(const atl_array *a, const atl_shape *shape, const atl_num *num)
{
	if (!atl_shape_valid(shape) || atl_shape_count(shape) != a->n)
		return NULL;
	atl_array *y = atl_array_new(shape, num);
	if (y && a->sys->copy(y->data, a->data, 1, a->n) != ATL_FINE) {
		atl_array_unref(y);
		y = NULL;
	}
	return y;
}

atl_array *atl_array_converted(const atl_array *a, atl_num *to)
{
	to->reason = NULL;
	atl_array *y = atl_array_new(&a->shape, to);
	if (y && atl_convert(y->data, to, a->data, a->sys, a->n) != ATL_FINE) {
		atl_array_unref(y);
		y = NULL;
	}
	return y;
}

static bool same_entry(const atl_system *sys, const void *x, const void *y)
{
	bool nothing = sys->no_value(x);
	int order;

	if (nothing || sys->no_value(y))
		return nothing && sys->no_value(y);
	return sys->cmp(&order, x, y) == ATL_FINE && order == 0;
}

bool atl_array_same(const atl_array *a, const atl_array *b)
{
	if (a == b)
		return true;
	if (a->sys != b->sys || !atl_shape_equal(&a->shape, &b->shape))
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!same_entry(a->sys, atl_array_at(a, i), atl_array_at(b, i)))
			return false;
	}
	return true;
}

size_t atl_array_no_value(const atl_array *a)
{
	if (a->sys == &atl_float64 && !atl_float64_unusual(a->data, a->n))
		return a->n;
	for (size_t i = 0; i < a->n; i++) {
		if (a->sys->no_value(atl_array_at(a, i)))
			return i;
	}
	return a->n;
}
