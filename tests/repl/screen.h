/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen.h: what a terminal shows of the bytes that it is sent.
 *
 * As much of xterm as readline uses: text in UTF-8, cursor motion, erasing,
 * inserting and deleting.  Rows are never scrolled away, so a row keeps its
 * number, and all that was ever seen can be looked at. */
#ifndef TESTS_REPL_SCREEN_H
#define TESTS_REPL_SCREEN_H

#include <stddef.h>

typedef struct screen screen;

screen *screen_new(unsigned columns);
void screen_free(screen *);
void screen_set_columns(screen *, unsigned columns);
/* Bytes as they come; a sequence may be cut anywhere. */
void screen_put(screen *, const char *bytes, size_t len);

size_t screen_row(const screen *);      /* of the cursor, from 0 */
unsigned screen_column(const screen *); /* of the cursor, from 0 */
size_t screen_rows(const screen *);     /* down to the lowest one that was reached */
/* One row without the blanks at its end; the text is good until the next call. */
const char *screen_text(screen *, size_t row);

#endif
