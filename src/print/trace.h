/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print/trace.h: a trace as text, as JSON, as a picture and in the languages of
 * documents.  Nothing is computed here.  The pictures take a trace that was made
 * with mark_folds or full. */
#ifndef ATL_PRINT_TRACE_H
#define ATL_PRINT_TRACE_H

#include "print/print.h"
#include "trace/trace.h"

/* Called now and then with whole lines: takes what it likes and resets the
 * buffer; false ends the printing.  A NULL flush leaves all in the buffer. */
typedef bool atl_flush(void *data, atl_buf *);

/* The forward table and the backward table, for a page of format->width columns. */
void atl_print_trace_text(atl_buf *, const atl_trace *, const atl_format *, atl_flush *flush,
			  void *data);
/* One step as a row of its table, with its newline. */
void atl_print_trace_step(atl_buf *, const atl_trace *, size_t step, const atl_format *);
/* One object a line. */
void atl_print_trace_json(atl_buf *, const atl_trace *, const atl_format *, atl_flush *flush,
			  void *data);
/* picture_text.c: the graph, values above and gradients below, on format->width columns. */
void atl_print_trace_graph(atl_buf *, const atl_trace *, const atl_format *, atl_flush *flush,
			   void *data);

#endif
