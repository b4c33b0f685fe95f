/* SPDX-License-Identifier: GPL-3.0-or-later */
/* repl.h: the prompt: banner, rc file, and a line read, run and remembered.
 *
 * It is for a terminal on both ends.  Ctrl-C drops what is typed, or stops
 * what is computed; Ctrl-D leaves, or drops a statement that is not complete. */
#ifndef ATL_CLI_REPL_H
#define ATL_CLI_REPL_H

#include "base/text.h"
#include "cli/stream.h"
#include "session/session.h"

typedef struct atl_repl {
	atl_session *session;
	atl_stream *stream;
	bool ascii, quiet;
	/* the rest is its own, zeroed at first */
	atl_buf statement; /* what is typed of one that may go on */
	bool continued;
	unsigned line;  /* of what is typed next */
	unsigned width; /* of the terminal when it was looked at last */
} atl_repl;

void atl_repl_run(atl_repl *);

#endif
