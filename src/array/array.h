/* SPDX-License-Identifier: GPL-3.0-or-later */
/* array.h: shapes, and dense arrays of a number system's elements.
 *
 * A shape has rank 2 to ATL_MAX_RANK.  A vector is n x 1, a scalar 1 x 1; a
 * shape of rank <= 2 with one entry *is* a scalar (DESIGN, "one entry").
 * Entries are stored in row order.  Arrays are immutable once shared and
 * counted by reference; the one who makes an array fills it before sharing. */
#ifndef ATL_ARRAY_ARRAY_H
#define ATL_ARRAY_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"
#include "number/number.h"

enum { ATL_MAX_RANK = 6 };

typedef struct atl_shape {
	int rank;
	int64_t dim[ATL_MAX_RANK]; /* zero past rank */
} atl_shape;

atl_shape atl_shape_2(int64_t rows, int64_t cols);
#define ATL_SCALAR ((atl_shape){ 2, { 1, 1 } })
bool atl_shape_equal(const atl_shape *, const atl_shape *);
static inline bool atl_shape_scalar(const atl_shape *s) /* 1 x 1 */
{
	return s->rank == 2 && s->dim[0] == 1 && s->dim[1] == 1;
}
bool atl_shape_vector(const atl_shape *);  /* n x 1, n != 1 included */
size_t atl_shape_count(const atl_shape *); /* entries; 0 when one dim is 0 */
/* False when the product of dims overflows or is past 2^40. */
bool atl_shape_valid(const atl_shape *);
/* "3×2"; "scalar" for 1×1 is up to the caller.  Sizes that have a letter are
 * printed as that: "n×k". */
void atl_shape_print(atl_buf *, const atl_shape *);

/* Sizes of arrays that are known by their letters only (`input A[n, k]`) are
 * unusual numbers, one for each letter, in the whole program. */
int64_t atl_size_of_letter(const char *letter); /* made when it is new; 0: there are too many */
const char *atl_size_letter(int64_t size);      /* NULL: it has none */
void atl_size_print(atl_buf *, int64_t);

typedef struct atl_array {
	unsigned refs;
	const atl_system *sys;
	atl_shape shape;
	size_t n;     /* entries */
	void *data;   /* n elements, row order */
} atl_array;

/* A new array of zeros, refs 1; NULL without memory. */
atl_array *atl_array_new(const atl_shape *, const atl_num *) ATL_MUST_CHECK;
atl_array *atl_array_ref(const atl_array *); /* one more owner; never fails; NULL gives NULL */
void atl_array_unref(atl_array *);           /* NULL is fine */
/* The same entries under another shape of the same count; a new header that
 * shares nothing (entries are copied). */
atl_array *atl_array_reshaped(const atl_array *, const atl_shape *, const atl_num *) ATL_MUST_CHECK;
/* The same entries in another system.  NULL: to->reason says why (an entry is
 * too big), or is NULL, without memory or after a stop. */
atl_array *atl_array_converted(const atl_array *, atl_num *to) ATL_MUST_CHECK;
/* Shape, system and every entry equal; no value equals itself here. */
bool atl_array_same(const atl_array *, const atl_array *);

static inline void *atl_array_at(const atl_array *a, size_t i)
{
	return (char *)a->data + i * a->sys->size;
}

/* Index of the first entry of no value, or a->n. */
size_t atl_array_no_value(const atl_array *);

#endif
