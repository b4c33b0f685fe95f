/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture_dot.c: the graph of a trace for Graphviz; whatever else is printed is comments. */
#include <string.h>

#include "print/document.h"
#include "print/picture.h"

static void add_comment(atl_buf *out, const char *text, size_t len)
{
	atl_buf_add(out, "// ");
	atl_buf_addn(out, text, len);
}

static void add_string(atl_buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			atl_buf_addc(out, '\\');
		atl_buf_addc(out, *text);
	}
}

static void add_box(atl_buf *out, uint32_t i, const atl_picture_box *b)
{
	const char *line[] = { b->value, b->rule, b->gradient };
	const char *between = "";
	atl_buf_addf(out, "\tn%u [label=\"", i);
	for (size_t k = 0; k < sizeof line / sizeof *line; k++) {
		if (!line[k])
			continue;
		atl_buf_add(out, between);
		add_string(out, line[k]);
		between = "\\n";
	}
	atl_buf_add(out, b->turns ? "\", style=dashed];\n" : "\"];\n");
}

static void add_trace(atl_buf *out, const atl_trace *t, unsigned number, const atl_format *f,
                      atl_flush *flush, void *data)
{
	atl_picture p;
	if (atl_picture_make(&p, t, f, 0)) {
		out->failed = true;
		return;
	}
	atl_buf_addf(out, "digraph trace%u {\n\tnode [shape=box, fontname=\"monospace\"];\n", number);
	for (uint32_t i = 0; i < p.layout.n; i++) {
		add_box(out, i, &p.box[i]);
		if (flush && !flush(data, out))
			break;
	}
	for (uint32_t i = 0; i < p.layout.n_edges; i++)
		atl_buf_addf(out, "\tn%u -> n%u;\n", p.edge[i].from, p.edge[i].to);
	atl_buf_add(out, "}\n");
	atl_picture_clear(&p);
}

const atl_language atl_dot = { .whole = true, .line = add_comment, .trace = add_trace };
