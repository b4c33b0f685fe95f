/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_fma.h: the inner loops of products by fused multiply-adds, a part of
 * float64_math.h (float64_set.h says what they do).
 *
 *                          b, in strips
 *                        +-----+-----+---+
 *        a panel of a    |     |     |   |    a tile of y, WIDTH rows and VECTORS
 *      +--------------+  |     |     |   |    registers wide, is kept in registers
 *      |   packed     |  |     |     |   |    over the depth; the panel stays in
 *      +--------------+  +-----+-----+---+    the innermost cache, the strips come
 *                                             from the next one
 *
 * What a tile has beyond the ends of y is computed of copies of other columns,
 * and not stored. */
#include <immintrin.h>

enum { VECTORS = 3, COLS = VECTORS * WIDTH };

#if WIDTH == 8
typedef __m512d lanes;
#define FMA(a, b, c) _mm512_fmadd_pd(a, b, c)
#define LOAD(p) _mm512_loadu_pd(p)
#define STORE(p, v) _mm512_storeu_pd(p, v)
#define ALL(x) _mm512_set1_pd(x)
#define TIMES(a, b) _mm512_mul_pd(a, b)
#else
typedef __m256d lanes;
#define FMA(a, b, c) _mm256_fmadd_pd(a, b, c)
#define LOAD(p) _mm256_loadu_pd(p)
#define STORE(p, v) _mm256_storeu_pd(p, v)
#define ALL(x) _mm256_set1_pd(x)
#define TIMES(a, b) _mm256_mul_pd(a, b)
#endif

/* ---- packing ---- */

enum { LINE = 8, ROWS_PACKED = 8 };

/* x's registers as a square matrix: its transpose. */
#if WIDTH == 8
static inline void transpose(lanes x[8])
{
	lanes t[8], u[8];

	for (int i = 0; i < 8; i += 2) {
		t[i] = _mm512_unpacklo_pd(x[i], x[i + 1]);
		t[i + 1] = _mm512_unpackhi_pd(x[i], x[i + 1]);
	}
	for (int i = 0; i < 8; i += 4) {
		for (int j = 0; j < 2; j++) {
			u[i + j] = _mm512_shuffle_f64x2(t[i + j], t[i + j + 2], 0x88);
			u[i + j + 2] = _mm512_shuffle_f64x2(t[i + j], t[i + j + 2], 0xdd);
		}
	}
	for (int j = 0; j < 4; j++) {
		x[j] = _mm512_shuffle_f64x2(u[j], u[j + 4], 0x88);
		x[j + 4] = _mm512_shuffle_f64x2(u[j], u[j + 4], 0xdd);
	}
}
#else
static inline void transpose(lanes x[4])
{
	lanes t[4];

	for (int i = 0; i < 4; i += 2) {
		t[i] = _mm256_unpacklo_pd(x[i], x[i + 1]);
		t[i + 1] = _mm256_unpackhi_pd(x[i], x[i + 1]);
	}
	for (int j = 0; j < 2; j++) {
		x[j] = _mm256_permute2f128_pd(t[j], t[j + 2], 0x20);
		x[j + 2] = _mm256_permute2f128_pd(t[j], t[j + 2], 0x31);
	}
}
#endif

/* to[p*step + r] = sign * x[r*ld + p] for p < k, r < WIDTH, of which there are n. */
static void pack_turned(double *to, size_t step, const double *x, size_t ld, size_t k, size_t n, double sign)
{
	const double *q[WIDTH];
	size_t p = 0;

	for (size_t r = 0; r < WIDTH; r++)
		q[r] = x + (r < n ? r : 0) * ld;
	for (; p + WIDTH <= k; p += WIDTH) {
		lanes t[WIDTH];
		for (size_t r = 0; r < WIDTH; r++)
			t[r] = TIMES(LOAD(q[r] + p), ALL(sign));
		transpose(t);
		for (size_t r = 0; r < WIDTH; r++)
			STORE(to + (p + r) * step, t[r]);
	}
	for (; p < k; p++) {
		for (size_t r = 0; r < WIDTH; r++)
			to[p * step + r] = sign * q[r][p];
	}
}

/* to[p*step + r] = sign * x[p*ld + r] for p < k, r < width, of which there are n. */
static inline void pack_straight(double *to, size_t step, const double *x, size_t ld, size_t k, size_t n,
                                 double sign, const size_t width)
{
	for (size_t p = 0; p < k; p++, to += step, x += ld) {
		for (size_t r = 0; r < width; r += LINE)
			__builtin_prefetch(x + ROWS_PACKED * ld + r);
		if (n >= width) {
			for (size_t r = 0; r < width; r += WIDTH)
				STORE(to + r, TIMES(LOAD(x + r), ALL(sign)));
			continue;
		}
		for (size_t r = 0; r < width; r++)
			to[r] = sign * x[r < n ? r : 0];
	}
}

/* A strip of b, which begins at x, `left` columns before b's end. */
static void pack_strip(double *to, size_t step, const double *x, size_t row, size_t col, size_t k, size_t left)
{
	if (col == 1 && step == COLS) {
		pack_straight(to, step, x, row, k, left, 1, COLS);
		return;
	}
	for (size_t c = 0; c < step; c += WIDTH) {
		if (col == 1)
			pack_straight(to + c, step, x + c, row, k, left - c, 1, WIDTH);
		else
			pack_turned(to + c, step, x + c * col, col, k, left - c, 1);
	}
}

/* Some rows of all strips at a time where b's rows are dense, since these come from
 * far away. */
static void fma_pack(double *to, const double *b, size_t row, size_t col, size_t k, size_t n)
{
	const size_t some = col == 1 ? ROWS_PACKED : k;

	for (size_t p = 0; p < k; p += some) {
		const size_t depth = k - p < some ? k - p : some;
		for (size_t j = 0; j < n; j += COLS) {
			const size_t left = n - j, step = left < COLS ? (left + WIDTH - 1) / WIDTH * WIDTH : COLS;
			pack_strip(to + j * k + p * step, step, b + p * row + j * col, row, col, depth, left);
		}
	}
}

/* ---- tiles ---- */

/* Rows of a strip that are asked for before they are needed; depths in a row. */
enum { AHEAD = 16, UNROLL = 4 };

/* Lines that are asked for while a tile is computed, PACE each UNROLL steps: what comes
 * next, and would have to be waited for. */
enum { PACE = 2, PANEL_LINES = 64, TILE_LINES = WIDTH * ((COLS + LINE - 1) / LINE) };
typedef struct queue {
	const double *line[PANEL_LINES + (ATL_F64_BESIDE + 1) * TILE_LINES + 1];
	size_t n;
} queue;

__attribute__((always_inline)) static inline void fma_steps(lanes t[WIDTH][VECTORS], const double *a, const double *b,
                                                            const int depth, const int rows, const int vectors)
{
	lanes u[VECTORS];

	for (int p = 0; p < depth; p++, a += WIDTH, b += vectors * WIDTH) {
		for (int v = 0; v < vectors; v++) {
			u[v] = LOAD(b + v * WIDTH);
			__builtin_prefetch(b + (AHEAD * vectors + v) * WIDTH);
		}
		for (int r = 0; r < rows; r++) {
			const lanes x = ALL(a[r]);
			for (int v = 0; v < vectors; v++)
				t[r][v] = FMA(x, u[v], t[r][v]);
		}
	}
}

__attribute__((always_inline)) static inline void fma_tile(double *y, size_t ldy, const double *a, const double *b,
                                                           size_t k, bool add, const queue *q, const int rows,
                                                           const int vectors)
{
	const double *const *line = q->line, *const *end = line + q->n;
	lanes t[WIDTH][VECTORS];

	for (int r = 0; r < rows; r++) {
		for (int v = 0; v < vectors; v++)
			t[r][v] = add ? LOAD(y + (size_t)r * ldy + v * WIDTH) : ALL(0);
	}
	for (; k >= UNROLL; k -= UNROLL) {
		for (int ask = 0; ask < PACE; ask++) {
			__builtin_prefetch(*line, 0, 2);
			line += line < end;
		}
		fma_steps(t, a, b, UNROLL, rows, vectors);
		a += UNROLL * WIDTH;
		b += UNROLL * vectors * WIDTH;
	}
	for (; k > 0; k--) {
		fma_steps(t, a, b, 1, rows, vectors);
		a += WIDTH;
		b += vectors * WIDTH;
	}
	for (int r = 0; r < rows; r++) {
		for (int v = 0; v < vectors; v++)
			STORE(y + (size_t)r * ldy + v * WIDTH, t[r][v]);
	}
}

typedef void fma_fn(double *y, size_t ldy, const double *a, const double *b, size_t k, bool add, const queue *);

#define TILE(r, v)                                                                       \
	static void fma_tile_##r##_##v(double *y, size_t ldy, const double *a,           \
	                               const double *b, size_t k, bool add,              \
	                               const queue *q)                                   \
	{                                                                                \
		fma_tile(y, ldy, a, b, k, add, q, r, v);                                 \
	}
#define TILES(r) TILE(r, 1) TILE(r, 2) TILE(r, 3)
#define NAMES(r) { fma_tile_##r##_1, fma_tile_##r##_2, fma_tile_##r##_3 }

TILES(1) TILES(2) TILES(3) TILES(4)
#if WIDTH == 8
TILES(5) TILES(6) TILES(7) TILES(8)
#endif

static fma_fn *const fma_tiles[WIDTH][VECTORS] = {
	NAMES(1), NAMES(2), NAMES(3), NAMES(4),
#if WIDTH == 8
	NAMES(5), NAMES(6), NAMES(7), NAMES(8),
#endif
};

/* A tile at the right end of y, cols wide, by way of a copy. */
static void fma_edge(fma_fn *tile, double *y, size_t ldy, size_t rows, size_t cols, const double *a,
                     const double *b, size_t k, bool add, const queue *q)
{
	double copy[WIDTH * COLS] = { 0 };

	for (size_t r = 0; add && r < rows; r++)
		memcpy(copy + r * COLS, y + r * ldy, cols * sizeof *copy);
	tile(copy, COLS, a, b, k, add, q);
	for (size_t r = 0; r < rows; r++)
		memcpy(y + r * ldy, copy + r * COLS, cols * sizeof *copy);
}

/* Of the panel at a, lines number `from` to `to` of k: where it is turned a line has an
 * entry of each row, else each row has its lines. */
static inline void ask_panel(queue *q, const double *a, size_t row, size_t col, size_t from, size_t to)
{
	if (to - from > PANEL_LINES)
		to = from + PANEL_LINES;
	for (size_t l = from; l < to; l++)
		q->line[q->n++] = row == 1 ? a + l * col : a + l % WIDTH * row + l / WIDTH * WIDTH;
}

static inline void ask_tile(queue *q, const double *x, size_t ld)
{
	for (size_t r = 0; r < WIDTH; r++, x += ld) {
		for (size_t c = 0; c < COLS; c += LINE)
			q->line[q->n++] = x + c;
	}
}

static void fma_rows(double *y, size_t ldy, const double *a, size_t row, size_t col, double sign, double *panels,
                     const double *b, size_t m, size_t k, size_t n, bool add, const atl_f64_beside *beside)
{
	const size_t strips = (n + COLS - 1) / COLS;
	queue q;

	for (size_t i = 0; i < m; i += WIDTH) {
		const size_t rows = m - i < WIDTH ? m - i : WIDTH;
		if (row == 1)
			pack_straight(panels + i * k, WIDTH, a + i, col, k, rows, sign, WIDTH);
		else
			pack_turned(panels + i * k, WIDTH, a + i * row, row, k, rows, sign);
	}
	for (size_t i = 0; i < m; i += WIDTH) {
		const size_t rows = m - i < WIDTH ? m - i : WIDTH;
		const double *next = b;
		for (size_t j = 0; j < n; j += COLS) {
			const size_t cols = n - j < COLS ? n - j : COLS, vectors = (cols + WIDTH - 1) / WIDTH;
			fma_fn *tile = fma_tiles[rows - 1][vectors - 1];
			double *to = y + i * ldy + j;
			q.n = 0;
			if (add && j + COLS < n)
				ask_tile(&q, to + COLS, ldy);
			ask_panel(&q, a + (i + m) * row, row, col, k * (j / COLS) / strips, k * (j / COLS + 1) / strips);
			for (size_t s = 0; s < beside->n && s < ATL_F64_BESIDE; s++)
				ask_tile(&q, beside->array[s] + beside->at + i * beside->ld + j, beside->ld);
			q.line[q.n] = b;
			if (cols < vectors * WIDTH)
				fma_edge(tile, to, ldy, rows, cols, panels + i * k, next, k, add, &q);
			else
				tile(to, ldy, panels + i * k, next, k, add, &q);
			for (size_t l = k / UNROLL * PACE; l < q.n; l++)
				__builtin_prefetch(q.line[l], 0, 2);
			next += vectors * WIDTH * k;
		}
	}
}

static const atl_f64_fma fma_products = { .cols = COLS, .lanes = WIDTH, .pack = fma_pack, .rows = fma_rows };
