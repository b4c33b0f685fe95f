/* SPDX-License-Identifier: GPL-3.0-or-later */
/* interrupt.c: the flag, which a signal handler can only reach as a global. */
#include "cli/interrupt.h"

#include <errno.h>
#include <stddef.h>
#include <sys/select.h>

volatile sig_atomic_t atl_interrupt_flag;

static void on_interrupt(int number)
{
	(void)number;
	atl_interrupt_flag = 1;
}

void atl_interrupt_catch(bool prompt)
{
	struct sigaction action = { .sa_handler = on_interrupt }, before;
	if (!prompt)
		action.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGINT, &action, &before) == 0 && before.sa_handler == SIG_IGN)
		sigaction(SIGINT, &before, NULL);
}

bool atl_interrupt_wait(int fd, void (*settle)(void))
{
	struct sigaction ours = { .sa_handler = on_interrupt }, theirs;
	sigset_t held, before;
	fd_set input;
	FD_ZERO(&input);
	FD_SET(fd, &input);
	sigemptyset(&ours.sa_mask);
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigprocmask(SIG_BLOCK, &held, &before);
	if (settle)
		settle();
	sigaction(SIGINT, &ours, &theirs);
	if (theirs.sa_handler == SIG_IGN)
		sigaction(SIGINT, &theirs, NULL);
	int ready = 0;
	if (!atl_interrupt_flag)
		ready = pselect(fd + 1, &input, NULL, NULL, NULL, &before);
	bool can_read = ready > 0 || (ready < 0 && errno != EINTR); /* reading says what is wrong */
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGINT, &theirs, NULL);
	return can_read;
}

void atl_interrupt_request(void) { atl_interrupt_flag = 1; }
void atl_interrupt_clear(void) { atl_interrupt_flag = 0; }
