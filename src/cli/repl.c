/* SPDX-License-Identifier: GPL-3.0-or-later */
/* repl.c: a line is read, fed, and what it makes is seen; a statement that is
 * still open asks for more under another prompt, and is one entry of the
 * history. */
#include "cli/repl.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <readline/readline.h>
#include <readline/history.h>
#include "base/text.h"
#include "cli/output.h"
#include "cli/paths.h"

enum { HISTORY = 10000 };

volatile sig_atomic_t atl_stop;

static void on_interrupt(int signal_number)
{
	(void)signal_number;
	atl_stop = 1;
}

/* Without SA_RESTART, so that a read that waits is woken. */
void atl_catch_interrupts(void)
{
	struct sigaction act = { .sa_handler = on_interrupt };
	sigemptyset(&act.sa_mask);
	sigaction(SIGINT, &act, NULL);
}

/* readline calls this when a signal woke it: the line that was begun is given up. */
static bool line_given_up;

static int on_wake(void)
{
	if (!atl_stop)
		return 0;
	line_given_up = true;
	rl_replace_line("", 0);
	rl_done = 1;
	return 0;
}

typedef struct repl {
	atl_session *session;
	const char *prompt, *more;
	atl_buf entry;    /* the lines of the statement that is open */
	atl_buf history;  /* its file */
	bool has_history;
} repl;

static void remember(repl *r)
{
	while (r->entry.len && (r->entry.p[r->entry.len - 1] == '\n' || r->entry.p[r->entry.len - 1] == ' '))
		atl_buf_cut(&r->entry, r->entry.len - 1);
	const char *text = atl_buf_text(&r->entry);
	HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
	if (*text && (!last || strcmp(last->line, text) != 0))
		add_history(text);
	atl_buf_reset(&r->entry);
}

/* Drops what is open, in the session too. */
static bool start_over(repl *r)
{
	atl_buf_reset(&r->entry);
	return atl_session_open(r->session, NULL, 1) == ATL_OK;
}

/* One line of the user's; NULL at the end of input. */
static char *read_line(repl *r, bool open)
{
	atl_out_flush();
	atl_stop = 0;
	line_given_up = false;
	char *line = readline(open ? r->more : r->prompt);
	atl_stop = 0;
	return line;
}

/* False when the session ends. */
static bool take_line(repl *r, char *line, bool *open)
{
	atl_buf_add(&r->entry, line);
	atl_buf_addc(&r->entry, '\n');
	size_t len = strlen(line);
	atl_buf fed = { 0 };
	atl_buf_addn(&fed, line, len);
	atl_buf_addc(&fed, '\n');
	struct winsize w;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 20)
		atl_session_set_width(r->session, w.ws_col);
	atl_state state = fed.failed ? ATL_FAILED : atl_session_feed(r->session, fed.p, fed.len, false);
	atl_buf_clear(&fed);
	*open = state == ATL_CONTINUED;
	if (!*open)
		remember(r);
	return state != ATL_QUIT && !atl_out_failed();
}

static void loop(repl *r)
{
	bool open = false, more = true;
	while (more) {
		char *line = read_line(r, open);
		if (line_given_up) {
			atl_out(NULL, "^C\n", 3);
			open = false;
			more = start_over(r);
		} else if (!line) {
			atl_out(NULL, "\n", 1);
			more = open && start_over(r); /* the end of input leaves the statement, then the session */
			open = false;
		} else {
			more = take_line(r, line, &open);
		}
		free(line);
	}
}

static void banner(bool ascii)
{
	static const char text[] = "atled " PACKAGE_VERSION ": type a computation; `trace L` explains it, `help` helps, Ctrl-D leaves\n";
	(void)ascii;
	atl_out(NULL, text, sizeof text - 1);
}

static void init(repl *r)
{
	setlocale(LC_CTYPE, "");
	rl_readline_name = "atled";
	rl_catch_signals = 0;
	rl_signal_event_hook = on_wake;
	rl_variable_bind("enable-bracketed-paste", "on");
	rl_variable_bind("blink-matching-paren", "on");
	atl_completion_init(r->session);
	using_history();
	stifle_history(HISTORY);
	r->has_history = atl_path_history(&r->history, true);
	if (r->has_history) {
		history_multiline_entries = 1;
		history_comment_char = '#';
		history_write_timestamps = 1;
		(void)read_history(atl_buf_text(&r->history));
	}
}

static void leave(repl *r)
{
	if (r->has_history && write_history(atl_buf_text(&r->history)) == 0)
		(void)chmod(atl_buf_text(&r->history), 0600);
	clear_history();
	atl_buf_clear(&r->history);
	atl_buf_clear(&r->entry);
}

void atl_repl(atl_session *session, bool ascii, bool with_banner)
{
	repl r = { .session = session, .prompt = ascii ? "> " : "∇ ", .more = ascii ? ". " : "… " };
	if (with_banner)
		banner(ascii);
	init(&r);
	if (start_over(&r))
		loop(&r);
	leave(&r);
}
