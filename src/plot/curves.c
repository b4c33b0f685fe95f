/* SPDX-License-Identifier: GPL-3.0-or-later */
/* curves.c: curves in text, with axes and a legend.
 *
 *      1 ┤        ⢀⠔
 *        │      ⡠⠊
 *      0 ┼⠤⠤⠒⠊
 *        └┬───────┬
 *         0      10
 *
 * A cell of the canvas has 2×4 dots (braille), or one mark: for points, where
 * several curves must be told apart without colours, and in ASCII. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "plot/plot.h"

enum { ROWS = 16, TICKS_UP = 5, COLUMNS_A_TICK = 12, FEWEST_COLUMNS = 20, MOST_COLUMNS = 100 };

static const char marks[] = "*+xo#@%&"; /* of each curve */
static const unsigned colors[] = { 34, 31, 32, 35, 36, 33, 94, 91 };

typedef struct cell {
	uint8_t dots;  /* of braille, or 1 */
	uint8_t curve; /* the last one that was here */
} cell;

typedef struct drawing {
	atl_buf *out;
	const atl_curves *what;
	atl_canvas page;
	bool braille;
	size_t columns;
	cell *cell; /* ROWS × columns */
	double x0, x1, y0, y1;
	atl_ticks up, along;
	size_t margin; /* columns to the left of the axis */
} drawing;

/* ---- scales ---- */

static void widen(double *low, double *high)
{
	if (*low < *high)
		return;
	double by = *low != 0 ? fabs(*low) / 2 : 1;
	*low -= by;
	*high += by;
}

static bool find_ranges(drawing *d)
{
	bool any = false;
	for (size_t k = 0; k < d->what->n; k++) {
		const atl_curve *c = &d->what->curve[k];
		double low, high;
		if (!atl_range_of(c->y, c->n, &low, &high))
			continue;
		d->y0 = any && d->y0 < low ? d->y0 : low;
		d->y1 = any && d->y1 > high ? d->y1 : high;
		if (!atl_range_of(c->x, c->n, &low, &high))
			continue;
		d->x0 = any && d->x0 < low ? d->x0 : low;
		d->x1 = any && d->x1 > high ? d->x1 : high;
		any = true;
	}
	widen(&d->x0, &d->x1);
	widen(&d->y0, &d->y1);
	return any;
}

static size_t label_width(double v, double step)
{
	atl_buf text = { 0 };
	atl_label_number(&text, v, step);
	size_t width = text.len;
	atl_buf_clear(&text);
	return width;
}

static size_t widest_label(const atl_ticks *t)
{
	size_t widest = 0;
	for (unsigned k = 0; k < t->n; k++) {
		size_t width = label_width(atl_tick(t, k), t->step);
		widest = width > widest ? width : widest;
	}
	return widest;
}

/* What stands to the right of the last column: half of a label, and the axis' name. */
static size_t right_margin(const drawing *d)
{
	const char *name = d->what->x_name;
	atl_ticks t = atl_ticks_in(d->x0, d->x1, MOST_COLUMNS / COLUMNS_A_TICK);
	return widest_label(&t) / 2 + 1 + (name ? 2 + atl_text_width(name, strlen(name)) : 0);
}

/* The vertical axis ends at ticks; the page's width is shared by its labels and the canvas. */
static void lay_out(drawing *d)
{
	atl_ticks t = atl_ticks_in(d->y0, d->y1, TICKS_UP);
	double low = floor(d->y0 / t.step + 1e-9) * t.step, high = ceil(d->y1 / t.step - 1e-9) * t.step;
	if (isfinite(low) && isfinite(high)) {
		d->y0 = low;
		d->y1 = high;
	}
	d->up = atl_ticks_in(d->y0, d->y1, TICKS_UP);
	d->margin = widest_label(&d->up);
	size_t taken = d->margin + 2 + right_margin(d);
	d->columns = d->page.width > taken + FEWEST_COLUMNS ? d->page.width - taken : FEWEST_COLUMNS;
	if (d->columns > MOST_COLUMNS)
		d->columns = MOST_COLUMNS;
	d->along = atl_ticks_in(d->x0, d->x1, (unsigned)(d->columns / COLUMNS_A_TICK));
}

/* The dot of n on which v of [low, high] lies. */
static long place(double v, double low, double high, size_t n)
{
	double part = (v / 2 - low / 2) / (high / 2 - low / 2);
	return lround(part * (double)(n - 1));
}

/* ---- the canvas ---- */

static void dot(drawing *d, long x, long y, size_t curve)
{
	static const uint8_t braille[4][2] = { { 1, 8 }, { 2, 16 }, { 4, 32 }, { 64, 128 } };
	size_t wide = d->braille ? 2 : 1, high = d->braille ? 4 : 1;
	cell *c = &d->cell[(size_t)y / high * d->columns + (size_t)x / wide];
	c->dots |= d->braille ? braille[y % 4][x % 2] : 1;
	c->curve = (uint8_t)curve;
}

/* Bresenham's line. */
static void line(drawing *d, long x, long y, long to_x, long to_y, size_t curve)
{
	long dx = labs(to_x - x), dy = -labs(to_y - y), error = dx + dy;
	long step_x = x < to_x ? 1 : -1, step_y = y < to_y ? 1 : -1;
	for (;;) {
		dot(d, x, y, curve);
		if (x == to_x && y == to_y)
			return;
		long twice = 2 * error;
		if (twice >= dy) {
			error += dy;
			x += step_x;
		}
		if (twice <= dx) {
			error += dx;
			y += step_y;
		}
	}
}

static void draw_curve(drawing *d, size_t k)
{
	const atl_curve *c = &d->what->curve[k];
	size_t wide = d->columns * (d->braille ? 2 : 1), high = ROWS * (d->braille ? 4 : 1);
	bool before = false;
	long x0 = 0, y0 = 0;
	for (size_t i = 0; i < c->n; i++) {
		bool here = isfinite(c->x[i]) && isfinite(c->y[i]);
		if (here) {
			long x = place(c->x[i], d->x0, d->x1, wide);
			long y = (long)high - 1 - place(c->y[i], d->y0, d->y1, high);
			line(d, before ? x0 : x, before ? y0 : y, x, y, k);
			x0 = x;
			y0 = y;
		}
		before = here && !d->what->points;
	}
}

/* ---- text ---- */

static void begin_color(const drawing *d, size_t curve)
{
	if (d->page.color)
		atl_buf_addf(d->out, "\033[%um", colors[curve % ATL_PLOT_CURVES]);
}

static void end_color(const drawing *d)
{
	if (d->page.color)
		atl_buf_add(d->out, "\033[0m");
}

/* Blanks at the end of a row are left out. */
static void print_cells(const drawing *d, const cell *row)
{
	size_t n = d->columns;
	while (n && !row[n - 1].dots)
		n--;
	for (size_t i = 0; i < n; i++) {
		if (!row[i].dots) {
			atl_buf_addc(d->out, ' ');
			continue;
		}
		bool first = i == 0 || !row[i - 1].dots || row[i - 1].curve != row[i].curve;
		bool last = i + 1 == n || !row[i + 1].dots || row[i + 1].curve != row[i].curve;
		if (first)
			begin_color(d, row[i].curve);
		if (d->braille)
			atl_buf_addcp(d->out, 0x2800u + row[i].dots);
		else
			atl_buf_addc(d->out, marks[row[i].curve]);
		if (last)
			end_color(d);
	}
	atl_buf_addc(d->out, '\n');
}

/* The tick that is nearest to row r from the top, or the number of them. */
static unsigned tick_of_row(const drawing *d, size_t r)
{
	unsigned k = 0;
	while (k < d->up.n &&
	       ROWS - 1 - place(atl_tick(&d->up, k), d->y0, d->y1, ROWS) != (long)r)
		k++;
	return k;
}

static void print_rows(const drawing *d)
{
	for (size_t r = 0; r < ROWS; r++) {
		unsigned k = tick_of_row(d, r);
		atl_buf label = { 0 };
		if (k < d->up.n)
			atl_label_number(&label, atl_tick(&d->up, k), d->up.step);
		atl_buf_pad(d->out, atl_buf_text(&label), d->margin, true);
		atl_buf_add(d->out, k < d->up.n ? (d->page.ascii ? " +" : " ┤")
		                                : (d->page.ascii ? " |" : " │"));
		atl_buf_clear(&label);
		print_cells(d, d->cell + r * d->columns);
	}
}

static bool is_tick(const drawing *d, size_t column, unsigned *k)
{
	for (*k = 0; *k < d->along.n; ++*k)
		if (place(atl_tick(&d->along, *k), d->x0, d->x1, d->columns) == (long)column)
			return true;
	return false;
}

/* The axis, and below it the numbers, each centred on its tick if there is room. */
static void print_axis(const drawing *d)
{
	atl_buf below = { 0 };
	unsigned k;
	atl_buf_fill(d->out, " ", d->margin);
	atl_buf_add(d->out, d->page.ascii ? " +" : " └");
	atl_buf_fill(&below, " ", d->margin + 2);
	size_t begin = below.len;
	for (size_t i = 0; i < d->columns; i++) {
		if (!is_tick(d, i, &k)) {
			atl_buf_add(d->out, d->page.ascii ? "-" : "─");
			continue;
		}
		atl_buf_add(d->out, d->page.ascii ? "+" : "┬");
		double v = atl_tick(&d->along, k);
		size_t half = label_width(v, d->along.step) / 2, at = begin + (i > half ? i - half : 0);
		if (below.len > begin && at <= below.len)
			continue;
		atl_buf_fill(&below, " ", at - below.len);
		atl_label_number(&below, v, d->along.step);
	}
	atl_buf_addf(d->out, "\n%s", atl_buf_text(&below));
	if (d->what->x_name)
		atl_buf_addf(d->out, "  %s", d->what->x_name);
	atl_buf_addc(d->out, '\n');
	d->out->failed |= below.failed;
	atl_buf_clear(&below);
}

static void print_legend(const drawing *d)
{
	size_t begin = d->out->len;
	atl_buf_fill(d->out, " ", d->margin + 2);
	for (size_t k = 0; k < d->what->n; k++) {
		const char *name = d->what->curve[k].name;
		size_t used = atl_text_width(d->out->p + begin, d->out->len - begin);
		if (k && !d->page.color && used + atl_text_width(name, strlen(name)) + 4 > d->page.width) {
			atl_buf_addc(d->out, '\n');
			begin = d->out->len;
			atl_buf_fill(d->out, " ", d->margin + 2);
		} else if (k) {
			atl_buf_add(d->out, "   ");
		}
		begin_color(d, k);
		if (d->what->n > 1 || !d->braille)
			atl_buf_addf(d->out, d->braille ? "━ " : "%c ", marks[k]);
		atl_buf_add(d->out, name);
		end_color(d);
	}
	atl_buf_addc(d->out, '\n');
}

void atl_draw_curves(atl_buf *out, const atl_curves *what, atl_canvas page)
{
	drawing d = { .out = out, .what = what, .page = page };
	d.braille = !page.ascii && !what->points && (what->n == 1 || page.color);
	if (!find_ranges(&d))
		return;
	lay_out(&d);
	d.cell = atl_calloc(ROWS * d.columns, sizeof *d.cell);
	if (!d.cell) {
		out->failed = true;
		return;
	}
	for (size_t k = 0; k < what->n; k++)
		draw_curve(&d, k);
	print_rows(&d);
	print_axis(&d);
	print_legend(&d);
	atl_free(d.cell);
}
