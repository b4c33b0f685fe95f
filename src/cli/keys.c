/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.c: single keys from the terminal at standard input. */
#include "cli/keys.h"

#include <termios.h>
#include <unistd.h>
#include "cli/interrupt.h"

enum { END = -1, ESCAPE = 27, END_OF_INPUT = 4, ESCAPE_DELAY = 1 /* tenths of a second */ };

static int read_byte(void)
{
	unsigned char c;
	return read(STDIN_FILENO, &c, 1) == 1 ? c : END;
}

/* Behind an escape: an arrow, or nothing, when the key was Escape itself. */
static int read_arrow(struct termios raw)
{
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = ESCAPE_DELAY;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	int c = read_byte();
	if (c == '[' || c == 'O')
		c = read_byte();
	else
		c = 'q';
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	return c == 'C' ? ' ' : c == 'D' ? 'b' : c == 'q' ? 'q' : 0;
}

/* Whether the byte means something. */
static bool is_key(int c, atl_key *key)
{
	switch (c) {
	case ' ': case '\n': case '\r': case 'l': case 'n': *key = ATL_KEY_NEXT; return true;
	case 'b': case 'h': case 'p': case '\b': case 127: *key = ATL_KEY_BACK; return true;
	case '?': *key = ATL_KEY_EXPLAIN; return true;
	case 'q': case END: case END_OF_INPUT: *key = ATL_KEY_QUIT; return true;
	default: return false;
	}
}

atl_key atl_keys_wait(void)
{
	struct termios before, raw;
	atl_key key = ATL_KEY_QUIT;
	bool done = false;
	if (tcgetattr(STDIN_FILENO, &before))
		return key;
	raw = before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	while (!done && !atl_interrupt_flag) {
		if (!atl_interrupt_wait(STDIN_FILENO, NULL) || atl_interrupt_flag)
			continue;
		int c = read_byte();
		done = is_key(c == ESCAPE ? read_arrow(raw) : c, &key);
	}
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	return done ? key : ATL_KEY_QUIT;
}
