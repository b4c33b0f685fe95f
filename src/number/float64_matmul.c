/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_matmul.c: the product of matrices of doubles.
 *
 * Every entry is the sum of its k products added in the order of k, started
 * from 0, whatever the shapes, the transpositions and the path taken here.
 *
 * Large products are cut into blocks that stay in the caches:
 *
 *      a: ROWS x DEPTH      b: DEPTH x COLS, packed
 *        +-------+            +--+--+--+
 *      4 |=======|            |  |  |  |   one tile of y, 4 x 4, is kept
 *        |       |            |  |  |  |   in registers over the depth
 *        +-------+            +--+--+--+
 *                              4  4  4
 */
#include "number/float64.h"

#include <math.h>
#include <string.h>
#include "base/mem.h"

#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3") /* vectorises loops of any length */
#endif

enum { TILE = 4, ROWS = 64, DEPTH = 256, COLS = 512, SMALL = 4096 };

typedef double lanes __attribute__((vector_size(TILE * sizeof(double))));

/* op(a)[i][j] is p[i*row + j*col]. */
typedef struct view {
	const double *p;
	size_t row, col;
} view;

/* y[i] = sum of a[i][p]*x[p], several rows at a time. */
static void times_column(double *restrict y, view a, const double *x, size_t sx, size_t m, size_t k)
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
		memcpy(y + i, t, sizeof t);
	}
	for (; i < m; i++) {
		double t = 0;
		for (size_t p = 0; p < k; p++)
			t += a.p[i * a.row + p * a.col] * x[p * sx];
		y[i] = t;
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

static void times_small(double *y, view a, view b, size_t m, size_t k, size_t n)
{
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			double t = 0;
			for (size_t p = 0; p < k; p++)
				t += a.p[i * a.row + p * a.col] * b.p[p * b.row + j * b.col];
			y[i * n + j] = t;
		}
	}
}

/* Packs b (k x n) into strips of TILE columns, each k x TILE, zeros past n. */
static void pack(double *restrict out, view b, size_t k, size_t n)
{
	for (size_t j = 0; j < n; j += TILE) {
		for (size_t p = 0; p < k; p++) {
			for (size_t c = 0; c < TILE; c++)
				*out++ = j + c < n ? b.p[p * b.row + (j + c) * b.col] : 0;
		}
	}
}

/* Adds to a tile of y, rows x cols of TILE x TILE, the products over depth k. */
static void tile(double *y, size_t width, view a, const double *b, size_t k, size_t rows,
                 size_t cols)
{
	double part[TILE][TILE] = { { 0 } };
	const double *q[TILE];
	lanes t[TILE];

	for (size_t r = 0; r < TILE; r++) {
		q[r] = a.p + (r < rows ? r : 0) * a.row;
		if (r < rows)
			memcpy(part[r], y + r * width, cols * sizeof(double));
		memcpy(&t[r], part[r], sizeof t[r]);
	}
	for (size_t p = 0; p < k; p++) {
		lanes v;
		memcpy(&v, b + p * TILE, sizeof v);
		for (size_t r = 0; r < TILE; r++) {
			const double u = q[r][p * a.col];
			t[r] += (lanes){ u, u, u, u } * v;
		}
	}
	for (size_t r = 0; r < rows; r++) {
		memcpy(part[r], &t[r], sizeof t[r]);
		memcpy(y + r * width, part[r], cols * sizeof(double));
	}
}

/* y (m x n, a part of rows of `width`) += a (m x k) * packed b. */
static void block(double *y, size_t width, view a, const double *packed, size_t m, size_t k,
                  size_t n)
{
	for (size_t j = 0; j < n; j += TILE) {
		const double *strip = packed + j * k;
		for (size_t i = 0; i < m; i += TILE) {
			view rows = { a.p + i * a.row, a.row, a.col };
			tile(y + i * width + j, width, rows, strip, k,
			     m - i < TILE ? m - i : TILE, n - j < TILE ? n - j : TILE);
		}
	}
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static atl_answer times_large(double *y, view a, view b, size_t m, size_t k, size_t n, atl_num *num)
{
	size_t strip = (least(n, COLS) + TILE - 1) / TILE * TILE;
	double *packed = atl_malloc(strip * least(k, DEPTH) * sizeof *packed);

	if (!packed)
		return ATL_NOMEM;
	memset(y, 0, m * n * sizeof *y);
	for (size_t j = 0; j < n; j += COLS) {
		for (size_t p = 0; p < k; p += DEPTH) {
			size_t depth = least(k - p, DEPTH), cols = least(n - j, COLS);
			view part = { b.p + p * b.row + j * b.col, b.row, b.col };
			pack(packed, part, depth, cols);
			for (size_t i = 0; i < m; i += ROWS) {
				view rows = { a.p + i * a.row + p * a.col, a.row, a.col };
				block(y + i * n + j, n, rows, packed, least(m - i, ROWS), depth,
				      cols);
				if (atl_num_stop(num)) {
					atl_free(packed);
					return ATL_STOPPED;
				}
			}
		}
	}
	atl_free(packed);
	return ATL_FINE;
}

/* Sets the flags for results that are infinite or no value. */
static void explain(const double *y, size_t n, const double *a, size_t na, const double *b,
                    size_t nb, atl_num *num)
{
	bool nan = false, nan_in = false;

	if (!atl_float64_unusual(y, n))
		return;
	if (!atl_float64_unusual(a, na) && !atl_float64_unusual(b, nb)) {
		num->flags |= ATL_NUM_OVERFLOWED;
		return;
	}
	for (size_t i = 0; i < n; i++)
		nan = nan || isnan(y[i]);
	for (size_t i = 0; i < na; i++)
		nan_in = nan_in || isnan(a[i]);
	for (size_t i = 0; i < nb; i++)
		nan_in = nan_in || isnan(b[i]);
	if (nan && !nan_in)
		num->flags |= ATL_NUM_INVALID;
}

atl_answer atl_float64_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                              size_t k, size_t n, atl_num *num)
{
	view u = { a, ta ? 1 : k, ta ? m : 1 }, v = { b, tb ? 1 : n, tb ? k : 1 };
	view v_turned = { b, v.col, v.row }, u_turned = { a, u.col, u.row };
	atl_answer answer = ATL_FINE;

	if (n == 1 && ta && m > 1)
		row_times(y, b, 1, u_turned, k, m);
	else if (n == 1)
		times_column(y, u, b, 1, m, k);
	else if (m == 1 && !tb)
		row_times(y, a, 1, v, k, n);
	else if (m == 1)
		times_column(y, v_turned, a, 1, n, k);
	else if (m * k <= SMALL && k * n <= SMALL && m * k * n <= SMALL)
		times_small(y, u, v, m, k, n);
	else
		answer = times_large(y, u, v, m, k, n, num);
	if (answer == ATL_FINE)
		explain(y, m * n, a, m * k, b, k * n, num);
	return answer;
}
