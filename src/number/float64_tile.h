/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_tile.h: the inner loops of products, a part of float64_loops.h.
 *
 * WIDTH is the number of doubles in a register: a tile of WIDTH rows and
 * ATL_F64_STRIP columns is eight registers.  An entry's products are rounded
 * and added one by one, whatever the width: all sets give the same bits. */
#ifndef WIDTH
#define WIDTH 2
#endif

enum { TILE_REGISTERS = ATL_F64_STRIP / WIDTH };

typedef double tile_lanes __attribute__((vector_size(WIDTH * sizeof(double))));

/* A tile of y, rows x cols of it, is the sum over depth k, or has it added. */
static void loop_tile(double *y, size_t ldy, const double *a, size_t row, size_t col,
                      const double *b, size_t k, size_t rows, size_t cols, bool add)
{
	tile_lanes t[WIDTH][TILE_REGISTERS] = { { { 0 } } }, v[TILE_REGISTERS];
	const double *q[WIDTH];
	double part[ATL_F64_STRIP] = { 0 };

	for (size_t r = 0; r < WIDTH; r++)
		q[r] = a + (r < rows ? r : 0) * row;
	for (size_t r = 0; add && r < rows; r++) {
		memcpy(part, y + r * ldy, cols * sizeof(double));
		memcpy(t[r], part, sizeof t[r]);
	}
	for (size_t p = 0; p < k; p++) {
		memcpy(v, b + p * ATL_F64_STRIP, sizeof v);
		for (size_t r = 0; r < WIDTH; r++) {
			const double u = q[r][p * col];
			for (size_t c = 0; c < TILE_REGISTERS; c++)
				t[r][c] += u * v[c];
		}
	}
	for (size_t r = 0; r < rows; r++) {
		if (cols == ATL_F64_STRIP) {
			memcpy(y + r * ldy, t[r], sizeof part);
			continue;
		}
		memcpy(part, t[r], sizeof part);
		for (size_t c = 0; c < cols; c++)
			y[r * ldy + c] = part[c];
	}
}

static void loop_block(double *y, size_t ldy, const double *a, size_t row, size_t col,
                       const double *packed, size_t m, size_t k, size_t n, bool add)
{
	for (size_t j = 0; j < n; j += ATL_F64_STRIP) {
		const size_t cols = n - j < ATL_F64_STRIP ? n - j : ATL_F64_STRIP;
		for (size_t i = 0; i < m; i += WIDTH)
			loop_tile(y + i * ldy + j, ldy, a + i * row, row, col, packed + j * k, k,
			          m - i < WIDTH ? m - i : WIDTH, cols, add);
	}
}
