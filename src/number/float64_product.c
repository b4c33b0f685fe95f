/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_product.c: the product of matrices of doubles, by own loops.
 *
 * Every entry is the sum of its k products added in the order of k, started
 * from 0, whatever the shapes, the transpositions and the path taken here;
 * then times alpha, and added to beta times what was there: as if a program
 * had been written so, each operation rounded.
 *
 * Large products are cut into blocks that stay in the caches:
 *
 *      a: ROWS x DEPTH      b: DEPTH x COLS, packed
 *        +-------+            +--+--+--+
 *        |=======|            |  |  |  |   one tile of y is kept in registers
 *        |       |            |  |  |  |   over the depth (float64_tile.h)
 *        +-------+            +--+--+--+
 *                              8  8  8
 */
#include <string.h>
#include "base/mem.h"
#include "number/float64.h"
#include "number/float64_set.h"

#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3") /* vectorises loops of any length */
#endif

enum { STRIP = ATL_F64_STRIP, ROWS = 64, DEPTH = 256, COLS = 512, DIRECT = 100, FEW_PACKED = 1024 };

/* op(a)[i][j] is p[i*row + j*col]. */
typedef struct view {
	const double *p;
	size_t row, col;
} view;

/* y[i] = sum of a[i][p]*x[p], several rows at a time. */
static void times_column(double *restrict y, size_t sy, view a, const double *x, size_t sx, size_t m,
                         size_t k)
{
	size_t i = 0;

	for (; i + 8 <= m; i += 8) {
		double t[8] = { 0 };
		const double *q = a.p + i * a.row;
		for (size_t p = 0; p < k; p++, q += a.col) {
			const double v = x[p * sx];
			for (size_t r = 0; r < 8; r++)
				t[r] += q[r * a.row] * v;
		}
		for (size_t r = 0; r < 8; r++)
			y[(i + r) * sy] = t[r];
	}
	for (; i < m; i++) {
		double t = 0;
		for (size_t p = 0; p < k; p++)
			t += a.p[i * a.row + p * a.col] * x[p * sx];
		y[i * sy] = t;
	}
}

/* y (one row) = x * b, for a b whose rows are dense. */
static void row_times(double *restrict y, const double *x, size_t sx, view b, size_t k, size_t n)
{
	memset(y, 0, n * sizeof *y);
	for (size_t p = 0; p < k; p++) {
		const double v = x[p * sx], *q = b.p + p * b.row;
		for (size_t j = 0; j < n; j++)
			y[j] += v * q[j];
	}
}

static void times_small(double *y, size_t ldy, view a, view b, size_t m, size_t k, size_t n)
{
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			double t = 0;
			for (size_t p = 0; p < k; p++)
				t += a.p[i * a.row + p * a.col] * b.p[p * b.row + j * b.col];
			y[i * ldy + j] = t;
		}
	}
}

/* Packs b (k x n) into strips of STRIP columns, each k x STRIP, zeros past n. */
static void pack(double *restrict out, view b, size_t k, size_t n)
{
	for (size_t j = 0; j < n; j += STRIP) {
		for (size_t p = 0; p < k; p++, out += STRIP) {
			const double *q = b.p + p * b.row + j * b.col;
			if (b.col == 1 && n - j >= STRIP) {
				memcpy(out, q, STRIP * sizeof *out);
				continue;
			}
			for (size_t c = 0; c < STRIP; c++)
				out[c] = j + c < n ? q[c * b.col] : 0;
		}
	}
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static atl_answer times_blocks(double *y, size_t ldy, view a, view b, size_t m, size_t k, size_t n,
                               const atl_num *num)
{
	const atl_f64_set *set = atl_f64_set_for(ATL_F64_VECTOR_MIN);
	const size_t size = (least(n, COLS) + STRIP - 1) / STRIP * STRIP * least(k, DEPTH);
	double few[FEW_PACKED], *packed = size <= FEW_PACKED ? few : atl_malloc(size * sizeof *packed);
	bool stopped = false;

	if (!packed)
		return ATL_NOMEM;
	for (size_t j = 0; j < n; j += COLS) {
		for (size_t p = 0; p < k; p += DEPTH) {
			const size_t depth = least(k - p, DEPTH), cols = least(n - j, COLS);
			const view part = { b.p + p * b.row + j * b.col, b.row, b.col };
			pack(packed, part, depth, cols);
			for (size_t i = 0; i < m && !stopped; i += ROWS) {
				set->block(y + i * ldy + j, ldy, a.p + i * a.row + p * a.col, a.row,
				           a.col, packed, least(m - i, ROWS), depth, cols, p > 0);
				stopped = atl_num_stop(num);
			}
		}
	}
	if (packed != few)
		atl_free(packed);
	return stopped ? ATL_STOPPED : ATL_FINE;
}

/* y (m x n) = op(a)*op(b) */
static atl_answer times(double *y, size_t ldy, const atl_product *p, const atl_num *num)
{
	const size_t m = p->m, k = p->k, n = p->n;
	const view a = { p->a, p->ta ? 1 : p->lda, p->ta ? p->lda : 1 };
	const view b = { p->b, p->tb ? 1 : p->ldb, p->tb ? p->ldb : 1 };
	const view a_turned = { a.p, a.col, a.row }, b_turned = { b.p, b.col, b.row };

	if (n == 1 && p->ta && ldy == 1)
		row_times(y, b.p, b.row, a_turned, k, m);
	else if (n == 1)
		times_column(y, ldy, a, b.p, b.row, m, k);
	else if (m == 1 && !p->tb)
		row_times(y, a.p, a.col, b, k, n);
	else if (m == 1)
		times_column(y, 1, b_turned, a.p, a.col, n, k);
	else if (m <= DIRECT && k <= DIRECT && n <= DIRECT && m * k * n <= DIRECT)
		times_small(y, ldy, a, b, m, k, n);
	else
		return times_blocks(y, ldy, a, b, m, k, n, num);
	return ATL_FINE;
}

/* y = alpha*t + beta*y */
static void combine(const atl_product *p, const double *t)
{
	for (size_t i = 0; i < p->m; i++, t += p->n) {
		double *y = p->y + i * p->ldy;
		for (size_t j = 0; j < p->n; j++)
			y[j] = p->beta == 0 ? p->alpha * t[j] : p->alpha * t[j] + p->beta * y[j];
	}
}

atl_answer atl_float64_product_loops(const atl_product *p, const atl_num *num)
{
	enum { FEW = 64 };
	double few[FEW], *t = few;

	if (p->alpha == 1 && p->beta == 0)
		return times(p->y, p->ldy, p, num);
	if (p->n > FEW / p->m) {
		t = p->m > SIZE_MAX / sizeof *t / p->n ? NULL : atl_malloc(p->m * p->n * sizeof *t);
		if (!t)
			return ATL_NOMEM;
	}
	atl_answer answer = times(t, p->n, p, num);
	if (answer == ATL_FINE)
		combine(p, t);
	if (t != few)
		atl_free(t);
	return answer;
}
