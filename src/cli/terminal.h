/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terminal.h: what the terminal, and the environment, say about output.
 *
 * No locale is loaded to find out. */
#ifndef ATL_CLI_TERMINAL_H
#define ATL_CLI_TERMINAL_H

#include <stdbool.h>

/* What LC_ALL, LC_CTYPE or LANG says about the letters. */
typedef enum atl_charset {
	ATL_CHARSET_NONE, /* nothing: no locale is set */
	ATL_CHARSET_UTF8,
	ATL_CHARSET_OTHER
} atl_charset;
atl_charset atl_terminal_charset(void);

/* Whether colours are welcome on a terminal: NO_COLOR is not set, TERM is not dumb. */
bool atl_terminal_color(void);
/* Columns of the terminal at fd, else $COLUMNS, else 80; fd < 0: no terminal. */
unsigned atl_terminal_width(int fd);

#endif
