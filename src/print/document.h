/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document.h: results as one document: Markdown, LaTeX, HTML, DOT or SVG.
 *
 *     begin   text text   trace   text   end
 *             \_______/           \__/
 *             a verbatim part each
 *
 * A document begins with what is added first and ends when its owner says so;
 * one that nothing was added to is empty.  Traces and, in LaTeX, values are
 * written as the format has them; all else is text, which stands in verbatim
 * parts (Markdown: code blocks; DOT and SVG: comments).  An SVG file holds one
 * picture: its owner asks before it adds another. */
#ifndef ATL_PRINT_DOCUMENT_H
#define ATL_PRINT_DOCUMENT_H

#include "print/trace.h"

typedef struct atl_language atl_language;

typedef struct atl_document {
	const atl_language *language;
	bool begun, verbatim;
	unsigned traces;
} atl_document;

/* How a format writes the parts; texts are whole lines.  NULL: nothing, or as text. */
struct atl_language {
	bool whole;            /* traces are made with every step: folds are marks */
	bool single;           /* holds one trace */
	void (*begin)(atl_buf *);
	void (*end)(atl_buf *);
	const char *open, *close; /* around a verbatim part */
	void (*line)(atl_buf *, const char *text, size_t len); /* one, without its newline */
	void (*value)(atl_buf *, const char *name, const atl_array *, const atl_format *);
	void (*trace)(atl_buf *, const atl_trace *, unsigned number, const atl_format *,
	              atl_flush *flush, void *data);
};

void atl_document_text(atl_document *, atl_buf *, const char *text, size_t len);
/* False when the language has no form for values: nothing was added. */
bool atl_document_value(atl_document *, atl_buf *, const char *name, const atl_array *,
                        const atl_format *);
void atl_document_trace(atl_document *, atl_buf *, const atl_trace *, const atl_format *,
                        atl_flush *flush, void *data);
void atl_document_end(atl_document *, atl_buf *);

extern const atl_language atl_markdown, atl_latex, atl_html, atl_dot, atl_svg;

#endif
