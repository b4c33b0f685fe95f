/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tiles.c: matrices as images in text, side by side.
 *
 * Without colours a pixel is two columns of a shade; with them a character
 * is two pixels, one above the other.  All tiles share one scale.  What is too
 * large for the page is averaged over squares. */
#include <math.h>

#include "plot/plot.h"

enum { MOST_ROWS = 48, LEVELS = 24, FIRST_GRAY = 232, MOST_TILES = 256 };

static const char *const shades[] = { " ", "░", "▒", "▓", "█" };
static const char ascii_shades[] = " .:-=+*#%@";
enum { SHADES = sizeof shades / sizeof *shades, ASCII_SHADES = sizeof ascii_shades - 1 };

typedef struct image {
	atl_buf *out;
	const atl_tiles *what;
	atl_canvas page;
	double low, high;
	size_t square;        /* side of what is averaged to one pixel */
	size_t height, width; /* of a tile, in pixels */
	size_t across, count; /* tiles in a row, and in all */
} image;

/* ---- pixels ---- */

/* The mean of the numbers in the square of pixel y, x; nan when there is none. */
static double mean(const image *m, size_t tile, size_t y, size_t x)
{
	const atl_tiles *t = m->what;
	double sum = 0;
	size_t n = 0;
	for (size_t i = y * m->square; i < t->height && i < (y + 1) * m->square; i++)
		for (size_t j = x * m->square; j < t->width && j < (x + 1) * m->square; j++) {
			double v = t->v[(tile * t->height + i) * t->width + j];
			if (isfinite(v)) {
				sum += v;
				n++;
			}
		}
	return n ? sum / (double)n : (double)NAN;
}

/* The level of [0, n) of pixel x of row y of row `band` of tiles; -1: nothing is there. */
static int level(const image *m, size_t band, size_t y, size_t x, int n)
{
	size_t column = x / (m->width + 1), tile = band * m->across + column;
	size_t inside = x % (m->width + 1);
	if (inside == m->width || tile >= m->count || y >= m->height)
		return -1;
	double v = mean(m, tile, y, inside);
	if (isnan(v))
		return -1;
	double part = m->high > m->low ? (v / 2 - m->low / 2) / (m->high / 2 - m->low / 2) : 0.5;
	int k = (int)(part * n);
	return k < n ? k : n - 1;
}

/* ---- rows ---- */

static size_t row_width(const image *m, size_t band)
{
	size_t left = m->count - band * m->across;
	return (left < m->across ? left : m->across) * (m->width + 1) - 1;
}

static void add_shade(const image *m, int k)
{
	for (int twice = 0; twice < 2; twice++)
		if (m->page.ascii)
			atl_buf_addc(m->out, k < 0 ? ' ' : ascii_shades[k]);
		else
			atl_buf_add(m->out, k < 0 ? " " : shades[k]);
}

/* Blanks at the end of a row are left out. */
static void plain_rows(const image *m, size_t band)
{
	int n = m->page.ascii ? ASCII_SHADES : SHADES;
	for (size_t y = 0; y < m->height; y++) {
		size_t begin = m->out->len;
		for (size_t x = 0; x < row_width(m, band); x++)
			add_shade(m, level(m, band, y, x, n));
		while (m->out->len > begin && m->out->p[m->out->len - 1] == ' ')
			atl_buf_cut(m->out, m->out->len - 1);
		atl_buf_addc(m->out, '\n');
	}
}

/* Foreground above, background below. */
static void color_rows(const image *m, size_t band)
{
	for (size_t y = 0; y < m->height; y += 2) {
		for (size_t x = 0; x < row_width(m, band); x++) {
			int above = level(m, band, y, x, LEVELS), below = level(m, band, y + 1, x, LEVELS);
			if (above < 0) {
				atl_buf_add(m->out, " ");
				continue;
			}
			atl_buf_addf(m->out, "\033[38;5;%dm", FIRST_GRAY + above);
			if (below >= 0)
				atl_buf_addf(m->out, "\033[48;5;%dm", FIRST_GRAY + below);
			atl_buf_add(m->out, "▀\033[0m");
		}
		atl_buf_addc(m->out, '\n');
	}
}

/* "0 ░▒▓█ 1" */
static void print_scale(const image *m)
{
	atl_label_number(m->out, m->low, 0);
	atl_buf_addc(m->out, ' ');
	int n = m->page.ascii ? ASCII_SHADES : SHADES;
	for (int k = 0; k < n; k++)
		atl_buf_addf(m->out, "%.*s", m->page.ascii ? 1 : 4, m->page.ascii ? ascii_shades + k : shades[k]);
	atl_buf_addc(m->out, ' ');
	atl_label_number(m->out, m->high, 0);
	if (m->square > 1)
		atl_buf_addf(m->out, m->page.ascii ? ", %zux%zu averaged" : ", %zu×%zu averaged", m->square,
		             m->square);
	if (m->count < m->what->count)
		atl_buf_addf(m->out, ", %zu more", m->what->count - m->count);
	atl_buf_addc(m->out, '\n');
}

static size_t squares(size_t n, size_t side)
{
	return (n + side - 1) / side;
}

static void lay_out(image *m, bool half)
{
	const atl_tiles *t = m->what;
	size_t pixels = half ? m->page.width : m->page.width / 2, rows = half ? 2 * MOST_ROWS : MOST_ROWS;
	size_t wide = squares(t->width, pixels ? pixels : 1), high = squares(t->height, rows);
	m->square = wide > high ? wide : high;
	m->height = squares(t->height, m->square);
	m->width = squares(t->width, m->square);
	m->across = (pixels + 1) / (m->width + 1);
	if (m->across == 0)
		m->across = 1;
	if (t->across && t->across < m->across)
		m->across = t->across;
	m->count = t->count < MOST_TILES ? t->count : MOST_TILES;
}

void atl_draw_tiles(atl_buf *out, const atl_tiles *what, atl_canvas page)
{
	image m = { .out = out, .what = what, .page = page };
	bool half = page.color && !page.ascii;
	if (!atl_range_of(what->v, what->count * what->height * what->width, &m.low, &m.high))
		return;
	lay_out(&m, half);
	for (size_t band = 0; band * m.across < m.count; band++) {
		if (band)
			atl_buf_addc(out, '\n');
		if (half)
			color_rows(&m, band);
		else
			plain_rows(&m, band);
	}
	print_scale(&m);
}
