/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shape.c: the sizes of an array. */
#include "array/array.h"

#include <inttypes.h>

static const int64_t MAX_COUNT = INT64_C(1) << 40;

atl_shape atl_shape_2(int64_t rows, int64_t cols)
{
	return (atl_shape){ 2, { rows, cols } };
}

bool atl_shape_equal(const atl_shape *a, const atl_shape *b)
{
	if (a->rank != b->rank)
		return false;
	for (int i = 0; i < a->rank; i++) {
		if (a->dim[i] != b->dim[i])
			return false;
	}
	return true;
}

bool atl_shape_vector(const atl_shape *s)
{
	return s->rank == 2 && s->dim[1] == 1;
}

size_t atl_shape_count(const atl_shape *s)
{
	size_t n = 1;

	for (int i = 0; i < s->rank; i++)
		n *= (size_t)s->dim[i];
	return n;
}

bool atl_shape_valid(const atl_shape *s)
{
	int64_t n = 1;

	if (atl_shape_scalar(s)) /* nearly always */
		return true;
	if (s->rank < 2 || s->rank > ATL_MAX_RANK)
		return false;
	for (int i = 0; i < s->rank; i++) {
		if (s->dim[i] < 0)
			return false;
	}
	/* Zeros aside, so that 0 does not hide a dimension past the limit. */
	for (int i = 0; i < s->rank; i++) {
		if (s->dim[i] != 0 &&
		    (__builtin_mul_overflow(n, s->dim[i], &n) || n > MAX_COUNT))
			return false;
	}
	return true;
}

void atl_shape_print(atl_buf *out, const atl_shape *s)
{
	for (int i = 0; i < s->rank; i++)
		atl_buf_addf(out, "%s%" PRId64, i > 0 ? "×" : "", s->dim[i]);
}
