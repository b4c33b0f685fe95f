/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.h: text in, statements out.
 *
 * The reader owns the lexer and a push parser.  Text is fed as it comes (a
 * line typed, a chunk of a pipe, a whole file); each complete top-level
 * statement is given out as one tree as soon as its end is seen, so a long
 * pipe runs as it flows and a prompt knows when to ask for more. */
#ifndef ATL_LANG_READER_H
#define ATL_LANG_READER_H

#include "base/diag.h"
#include "base/source.h"
#include "lang/symbols.h"
#include "lang/tree.h"

typedef struct atl_reader atl_reader;

typedef enum atl_read {
	ATL_READ_STATEMENT, /* *tree is the next one */
	ATL_READ_MORE,      /* all fed text is used up, between statements */
	ATL_READ_OPEN,      /* all fed text is used up, inside an open bracket, block or operator */
	ATL_READ_END,       /* the end was fed, and nothing is left */
	ATL_READ_ERROR      /* the diagnostic says what; the rest of the text fed so far is dropped */
} atl_read;

atl_reader *atl_reader_new(atl_sources *, atl_symbols *) ATL_MUST_CHECK;
void atl_reader_free(atl_reader *);

/* Begins a new text (see atl_sources_open); what was left of the last is dropped. */
atl_status atl_reader_open(atl_reader *, const char *name, unsigned first_line, atl_diag *) ATL_MUST_CHECK;
atl_status atl_reader_feed(atl_reader *, const char *text, size_t len, atl_diag *) ATL_MUST_CHECK;
/* Where what was fed and is not used up begins; the end of all text when nothing is left. */
uint32_t atl_reader_position(const atl_reader *);
void atl_reader_finish(atl_reader *); /* no more text will come for this one */
/* A reference to the tree is given away; the reader reuses a tree that comes
 * back to one reference. */
atl_read atl_reader_next(atl_reader *, atl_tree **tree, atl_diag *) ATL_MUST_CHECK;

/* Parses a text that must be one expression (op rows' rules, -D NAME=EXPR). */
atl_tree *atl_read_expression(atl_sources *, atl_symbols *, const char *name, const char *text, size_t len,
                              atl_diag *) ATL_MUST_CHECK;

/* --dump=tokens: one token a line with its span. */
void atl_reader_dump_tokens(atl_reader *, atl_buf *);

/* The statement words, NULL-terminated, for completion and help. */
const char *const *atl_statement_words(void);

#endif
