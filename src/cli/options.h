/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.h: the command line as data.
 *
 * One table in options.c is what is parsed, what --help prints and what
 * "did you mean" chooses from. */
#ifndef ATL_CLI_OPTIONS_H
#define ATL_CLI_OPTIONS_H

#include "base/text.h"
#include "session/session.h"

typedef enum atl_color { ATL_COLOR_AUTO, ATL_COLOR_ALWAYS, ATL_COLOR_NEVER } atl_color;

/* What is run: a text of -e, or a file ("-": standard input). */
typedef struct atl_work {
	const char *text;
	bool is_file;
} atl_work;

/* The texts are those of argv. */
typedef struct atl_arguments {
	atl_work *work;      /* -e and files, in the order of the command line */
	const char **define; /* -D */
	size_t n_work, n_define;
	const char *number, *digits; /* NULL: not given */
	atl_mode mode;
	atl_color color;
	atl_dump dump;
	bool ascii, interactive, quiet, strict;
	bool help, version; /* asked for: nothing else is done */
} atl_arguments;

/* What is wrong is said on standard error.  The arguments are to be cleared in
 * any case. */
atl_status atl_arguments_parse(atl_arguments *, int argc, char **argv) ATL_MUST_CHECK;
void atl_arguments_clear(atl_arguments *);
void atl_arguments_help(atl_buf *); /* what --help prints */

/* "atled: ..." on standard error. */
void atl_complain(const char *format, ...) ATL_PRINTF(1, 2);

#endif
