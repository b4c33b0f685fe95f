/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interrupt.h: Ctrl-C.
 *
 * SIGINT sets a flag that computations look at.  In a script the first one
 * asks and the second one kills; at the prompt each one asks. */
#ifndef ATL_CLI_INTERRUPT_H
#define ATL_CLI_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

extern volatile sig_atomic_t atl_interrupt_flag;

/* From here on SIGINT sets the flag, unless it was ignored from the start. */
void atl_interrupt_catch(bool prompt);
void atl_interrupt_request(void); /* as a SIGINT does */
void atl_interrupt_clear(void);
/* Waits until fd can be read (true) or a signal has come (false); a SIGINT at
 * any moment ends the wait.  Whoever else handles SIGINT does not see it
 * meanwhile; `settle` (NULL: none) lets him hand on what he had seen before. */
bool atl_interrupt_wait(int fd, void (*settle)(void));

#endif
