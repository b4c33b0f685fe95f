/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture_text.c: a picture on a terminal, row by row. */
#include <string.h>

#include "base/mem.h"
#include "print/picture.h"
#include "print/trace.h"

/* Directions in which a cell's line goes on. */
enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, ARROW = 16 };

typedef struct canvas {
	atl_buf *out;
	const atl_picture *p;
	const atl_format *f;
	uint8_t *cell;     /* height × width */
	uint32_t width;
	uint32_t next;     /* in layout.order: the first box that is not passed */
	size_t start;      /* of the row in out */
} canvas;

static uint8_t *at(const canvas *c, uint32_t x, uint32_t y)
{
	return &c->cell[(size_t)y * c->width + x];
}

static void draw_line(canvas *c, const atl_layout_line *l)
{
	for (uint32_t y = l->y0; y < l->y1; y++) {
		*at(c, l->x0, y) |= DOWN;
		*at(c, l->x0, y + 1) |= UP;
	}
	for (uint32_t x = l->x0; x < l->x1; x++) {
		*at(c, x, l->y0) |= RIGHT;
		*at(c, x + 1, l->y0) |= LEFT;
	}
	if (l->arrow)
		*at(c, l->x1, l->y1) |= ARROW;
}

static const char *sign(const canvas *c, uint8_t cell)
{
	static const char *const utf8[16] = { " ", "│", "│", "│", "─", "┘", "┐", "┤",
		                              "─", "└", "┌", "├", "─", "┴", "┬", "┼" };
	if (cell & ARROW)
		return c->f->ascii ? "v" : "▼";
	if (!c->f->ascii)
		return utf8[cell & 15];
	bool across = cell & (LEFT | RIGHT), along = cell & (UP | DOWN);
	return across ? along ? "+" : "-" : along ? "|" : " ";
}

static void add_cells(canvas *c, uint32_t y, uint32_t from, uint32_t to)
{
	for (uint32_t x = from; x < to; x++)
		atl_buf_add(c->out, sign(c, *at(c, x, y)));
}

static void frame_box(canvas *c, const atl_layout_box *b)
{
	atl_layout_line top = { .x0 = b->x, .x1 = b->x + b->width - 1, .y0 = b->y, .y1 = b->y };
	atl_layout_line left = { .x0 = b->x, .x1 = b->x, .y0 = b->y, .y1 = b->y + b->height - 1 };
	atl_layout_line bottom = top, right = left;
	bottom.y0 = bottom.y1 = left.y1;
	right.x0 = right.x1 = top.x1;
	draw_line(c, &top);
	draw_line(c, &left);
	draw_line(c, &bottom);
	draw_line(c, &right);
}

/* The row of a box between its sides, centred. */
static void add_text(canvas *c, const atl_picture_box *b, uint32_t row, size_t room)
{
	const char *line[3], *color[3], *text;
	uint32_t n = 0;
	if (b->value) {
		color[n] = "";
		line[n++] = b->value;
	}
	if (b->rule) {
		color[n] = "\033[1m";
		line[n++] = b->rule;
	}
	if (b->gradient) {
		color[n] = "\033[36m";
		line[n++] = b->gradient;
	}
	text = row < n ? line[row] : "";
	size_t width = atl_text_width(text, strlen(text)), before = (room - width) / 2;
	atl_buf_fill(c->out, " ", before);
	if (c->f->color && row < n && *color[row])
		atl_buf_addf(c->out, "%s%s\033[0m", color[row], text);
	else
		atl_buf_add(c->out, text);
	atl_buf_fill(c->out, " ", room - width - before);
}

static void add_row(canvas *c, uint32_t y)
{
	const atl_layout *l = &c->p->layout;
	uint32_t x = 0;
	for (uint32_t i = c->next; i < l->n && l->box[l->order[i]].y <= y; i++) {
		const atl_layout_box *b = &l->box[l->order[i]];
		if (i == c->next && y >= b->y + b->height)
			c->next++;
		if (y <= b->y || y + 1 >= b->y + b->height)
			continue;
		add_cells(c, y, x, b->x + 1);
		add_text(c, &c->p->box[l->order[i]], y - b->y - 1, b->width - 2);
		x = b->x + b->width - 1;
	}
	add_cells(c, y, x, c->width);
	while (c->out->len > c->start && c->out->p[c->out->len - 1] == ' ')
		atl_buf_cut(c->out, c->out->len - 1);
	atl_buf_addc(c->out, '\n');
}

static const char *name_of(const canvas *c, uint32_t box)
{
	return c->p->trace->step[c->p->box[box].step].label;
}

/* "# left out, for want of room: W1 to v15, x to v12" */
static void add_cut(canvas *c)
{
	enum { NAMED = 12 };
	const atl_layout *l = &c->p->layout;
	uint32_t said = 0;
	atl_buf text = { 0 };
	atl_buf_addf(&text, "# %u line%s from far above %s left out: ", l->cut, l->cut == 1 ? "" : "s", l->cut == 1 ? "is" : "are");
	size_t from = 0;
	for (uint32_t e = 0; e < l->n_edges && said < NAMED; e++) {
		size_t before = text.len;
		if (!l->is_cut[e])
			continue;
		atl_buf_addf(&text, "%s%s to %s", said++ ? ", " : "", name_of(c, l->edge[e].from), name_of(c, l->edge[e].to));
		if (said > 1 && atl_text_width(atl_buf_text(&text) + from, text.len - from) + 1 > c->f->width && c->f->width) {
			char *part = atl_buf_take(&text); /* goes on below */
			atl_buf_addn(&text, part ? part : "", part ? before + 1 : 0);
			from = text.len + 1;
			atl_buf_addf(&text, "\n# %s", part ? part + before + 2 : "");
			text.failed |= part == NULL;
			atl_free(part);
		}
	}
	if (said < l->cut)
		atl_buf_addf(&text, " and %u more", l->cut - said);
	atl_buf_addc(&text, '\n');
	if (c->f->ascii)
		atl_buf_ascii(c->out, atl_buf_text(&text), text.len);
	else
		atl_buf_add(c->out, atl_buf_text(&text));
	c->out->failed |= text.failed;
	atl_buf_clear(&text);
}

static void draw(canvas *c, atl_flush *flush, void *data)
{
	const atl_layout *l = &c->p->layout;
	for (uint32_t i = 0; i < l->n; i++)
		frame_box(c, &l->box[i]);
	for (size_t i = 0; i < l->n_lines; i++)
		draw_line(c, &l->line[i]);
	for (uint32_t y = 0; y < l->height; y++) {
		c->start = c->out->len;
		add_row(c, y);
		if (flush && !flush(data, c->out))
			return;
	}
	if (l->cut)
		add_cut(c);
}

void atl_print_trace_graph(atl_buf *out, const atl_trace *t, const atl_format *f, atl_flush *flush,
                           void *data)
{
	enum { DEFAULT_PAGE = 80 };
	atl_picture p;
	if (atl_picture_make(&p, t, f, f->width ? f->width : DEFAULT_PAGE)) {
		out->failed = true;
		return;
	}
	canvas c = { .out = out, .p = &p, .f = f, .width = p.layout.width };
	c.cell = atl_calloc((size_t)p.layout.height * c.width + 1, 1);
	if (c.cell)
		draw(&c, flush, data);
	else
		out->failed = true;
	atl_free(c.cell);
	atl_picture_clear(&p);
}
