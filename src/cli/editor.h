/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor.h: the line editor: editing, history and completion by GNU readline.
 *
 * Readline is one for a process, and so is this.  Nothing of it is touched
 * before atl_editor_open. */
#ifndef ATL_CLI_EDITOR_H
#define ATL_CLI_EDITOR_H

#include "cli/readline.h"
#include "session/session.h"

/* Reads the history of earlier sessions; names are completed out of the session. */
void atl_editor_open(atl_session *);
void atl_editor_close(void);

typedef enum atl_typed {
	ATL_TYPED_LINE,
	ATL_TYPED_INTERRUPT, /* Ctrl-C: what was typed is gone */
	ATL_TYPED_END        /* Ctrl-D on an empty line, or the terminal is gone */
} atl_typed;
/* The line has no newline at its end (a paste may have some inside) and is to
 * be given to free().  The cursor is at the beginning of a line afterwards. */
atl_typed atl_editor_read(const char *prompt, char **line);
/* Puts a statement of one or more lines into the history, here and on disk. */
void atl_editor_remember(const char *statement);

/* completion.c */
void atl_completion_install(const atl_readline *, atl_session *);
void atl_completion_remove(void);

#endif
