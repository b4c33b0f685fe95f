/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shape.c: the sizes of an array. */
#include "array/array.h"

#include <inttypes.h>
#include <string.h>

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
	for (int i = 0; i < s->rank; i++) {
		atl_buf_add(out, i > 0 ? "×" : "");
		atl_size_print(out, s->dim[i]);
	}
}

/* ---- letters ---- */

enum { LETTERS = 12, LONGEST = 15 };

/* Primes that homework seldom has as a size, and small enough for exact arithmetic. */
static const int64_t size_of[LETTERS] = { 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53 };
static char letter_of[LETTERS][LONGEST + 1];

int64_t atl_size_of_letter(const char *letter)
{
	for (int i = 0; i < LETTERS && strlen(letter) <= LONGEST; i++) {
		if (!*letter_of[i])
			memcpy(letter_of[i], letter, strlen(letter) + 1);
		if (!strcmp(letter_of[i], letter))
			return size_of[i];
	}
	return 0;
}

const char *atl_size_letter(int64_t size)
{
	for (int i = 0; i < LETTERS && *letter_of[i]; i++) {
		if (size_of[i] == size)
			return letter_of[i];
	}
	return NULL;
}

void atl_size_print(atl_buf *out, int64_t size)
{
	const char *letter = atl_size_letter(size);

	if (letter)
		atl_buf_add(out, letter);
	else
		atl_buf_addf(out, "%" PRId64, size);
}
