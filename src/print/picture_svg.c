/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture_svg.c: a picture as SVG: the cells of the layout, 8 by 17 units each. */
#include <string.h>

#include "print/document.h"
#include "print/markup.h"

enum { CELL_X = 8, CELL_Y = 17, EDGE = 8 };

void atl_markup_add(atl_buf *out, const char *text, size_t len)
{
	for (const char *end = text + len; text < end; text++) {
		switch (*text) {
		case '&': atl_buf_add(out, "&amp;"); break;
		case '<': atl_buf_add(out, "&lt;"); break;
		case '>': atl_buf_add(out, "&gt;"); break;
		case '"': atl_buf_add(out, "&quot;"); break;
		default:
			if ((unsigned char)*text >= ' ' || *text == '\t')
				atl_buf_addc(out, *text);
		}
	}
}

/* The middle of a cell. */
static int middle_x(uint32_t x) { return (int)x * CELL_X + CELL_X / 2 + EDGE; }
static int middle_y(uint32_t y) { return (int)y * CELL_Y + CELL_Y / 2 + EDGE; }

static void add_text(atl_buf *out, const char *class, int x, int *y, const char *text)
{
	if (!text)
		return;
	*y += CELL_Y;
	atl_buf_addf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, *y);
	atl_markup_add(out, text, strlen(text));
	atl_buf_add(out, "</text>");
}

static void add_box(atl_buf *out, const atl_picture *p, uint32_t i)
{
	const atl_picture_box *b = &p->box[i];
	const atl_layout_box *at = &p->layout.box[i];
	int x0 = middle_x(at->x), x1 = middle_x(at->x + at->width - 1);
	int y0 = middle_y(at->y), y1 = middle_y(at->y + at->height - 1), y = y0 + 4;
	bool input = !b->turns && p->trace->step[b->step].kind == ATL_STEP_INPUT;
	atl_buf_addf(out, "<g class=\"%s\" data-b=\"%u\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\"/>",
	             b->turns ? "fold" : input ? "input" : "node", i, x0, y0, x1 - x0, y1 - y0);
	add_text(out, "value", (x0 + x1) / 2, &y, b->value);
	add_text(out, "rule", (x0 + x1) / 2, &y, b->rule);
	add_text(out, "gradient", (x0 + x1) / 2, &y, b->gradient);
	atl_buf_add(out, "</g>\n");
}

static void add_line(atl_buf *out, const atl_layout_line *l)
{
	int x = middle_x(l->x1), y = middle_y(l->y1);
	if (l->x0 == l->x1 && l->y0 == l->y1)
		return;
	atl_buf_addf(out, "<path data-n=\"%u\" d=\"M%d %dL%d %d", l->from, middle_x(l->x0),
	             middle_y(l->y0), x, y);
	if (l->arrow)
		atl_buf_addf(out, "M%d %dL%d %dL%d %d", x - 4, y - 7, x, y, x + 4, y - 7);
	atl_buf_add(out, "\"/>\n");
}

static const char style_text[] =
	"<style>\n"
	"svg{background:#fff;color:#1b1f24}"
	"text{font:13px ui-monospace,Menlo,Consolas,monospace;text-anchor:middle;fill:currentColor}\n"
	".rule{font-weight:600}.gradient{fill:#0a58ca}"
	"rect{fill:#f5f7fa;stroke:#57606a}.input rect{fill:#fff8e1}.fold rect{stroke-dasharray:4}\n"
	"path{fill:none;stroke:#57606a;stroke-width:1.3}\n"
	"@media (prefers-color-scheme:dark){svg{background:#14171a;color:#e6e8ea}"
	".gradient{fill:#7ab7ff}rect{fill:#20252b;stroke:#8b949e}.input rect{fill:#2c2716}"
	"path{stroke:#8b949e}}\n"
	"</style>\n";

void atl_svg_element(atl_buf *out, const atl_picture *p, bool style)
{
	const atl_layout *l = &p->layout;
	int width = (int)l->width * CELL_X + 2 * EDGE, height = (int)l->height * CELL_Y + 2 * EDGE;
	atl_buf_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
	                  "viewBox=\"0 0 %d %d\" role=\"img\"><title>graph of ",
	             width, height, width, height);
	atl_markup_add(out, p->trace->of, strlen(p->trace->of));
	atl_buf_add(out, "</title>\n");
	if (style)
		atl_buf_add(out, style_text);
	for (size_t i = 0; i < l->n_lines; i++)
		add_line(out, &l->line[i]);
	for (uint32_t i = 0; i < l->n; i++)
		add_box(out, p, i);
	atl_buf_add(out, "</svg>\n");
}

/* Two hyphens would end the comment. */
static void add_comment(atl_buf *out, const char *text, size_t len)
{
	atl_buf_add(out, "<!-- ");
	for (size_t i = 0; i < len; i++) {
		atl_buf_addc(out, text[i]);
		if (text[i] == '-' && (i + 1 == len || text[i + 1] == '-'))
			atl_buf_addc(out, ' ');
	}
	atl_buf_add(out, " -->");
}

static void add_trace(atl_buf *out, const atl_trace *t, unsigned number, const atl_format *f,
                      atl_flush *flush, void *data)
{
	atl_picture p;
	(void)number;
	(void)flush;
	(void)data;
	if (atl_picture_make(&p, t, f, ATL_SVG_PAGE)) {
		out->failed = true;
		return;
	}
	atl_svg_element(out, &p, true);
	atl_picture_clear(&p);
}

const atl_language atl_svg = {
	.whole = true, .single = true, .line = add_comment, .trace = add_trace
};
