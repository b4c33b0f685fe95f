/* SPDX-License-Identifier: GPL-3.0-or-later */
/* repl.h: the prompt: GNU readline, history, completion.  The only files that
 * know readline are repl.c and completion.c. */
#ifndef ATL_CLI_REPL_H
#define ATL_CLI_REPL_H

#include <signal.h>
#include <stdbool.h>
#include "session/session.h"

/* Set by SIGINT while a statement runs. */
extern volatile sig_atomic_t atl_stop;
void atl_catch_interrupts(void);

/* Reads and runs until the user leaves. */
void atl_repl(atl_session *, bool ascii, bool banner);

/* completion.c */
void atl_completion_init(atl_session *);

#endif
