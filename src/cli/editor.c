/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor.c: a line read with readline, and the history.
 *
 * Readline's callback interface is used, so that Ctrl-C needs no jump out of a
 * signal handler: the wait is ours, and ends with the flag set.  Readline's callbacks
 * take no context, hence the state of the file.  Where there is no readline
 * the terminal's own line editing has to do. */
#include "cli/editor.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/text.h"
#include "cli/interrupt.h"
#include "cli/paths.h"
#include "cli/readline.h"
#include "cli/terminal.h"

enum { MOST_HISTORY = 10000 };

static struct {
	const atl_readline *rl; /* NULL: there is none */
	bool done;              /* a line, or the end, has come */
	char *line;
	atl_buf history; /* the file; "" when there is none */
} editor;

/* ---- being stopped ---- */

/* Set when the program goes on after Ctrl-Z; readline does not show its line
 * again by itself. */
static volatile sig_atomic_t resumed;

static void on_resume(int number)
{
	(void)number;
	resumed = 1;
}

static void catch_resume(void)
{
	struct sigaction action = { .sa_handler = on_resume, .sa_flags = SA_RESTART };
	sigemptyset(&action.sa_mask);
	sigaction(SIGCONT, &action, NULL);
}

/* Lets readline do what signals have asked of it. */
static void settle(void)
{
	editor.rl->rl_check_signals(); /* it is here that Ctrl-Z stops the program */
	if (!resumed)
		return;
	resumed = 0;
	fputc('\r', *editor.rl->rl_outstream);
	editor.rl->rl_forced_update_display();
}

/* ---- opening ---- */

/* Readline counts columns by LC_CTYPE.  A UTF-8 locale that is named and not
 * installed, or none, is read as UTF-8; numbers stay those of the C locale. */
static void set_locale(void)
{
	bool named = setlocale(LC_CTYPE, "") != NULL;
	atl_charset charset = atl_terminal_charset();
	if (charset == ATL_CHARSET_NONE || (!named && charset == ATL_CHARSET_UTF8))
		setlocale(LC_CTYPE, "C.UTF-8");
	editor.rl->rl_initialize();
	if (charset != ATL_CHARSET_OTHER) {
		editor.rl->rl_variable_bind("input-meta", "on");
		editor.rl->rl_variable_bind("output-meta", "on");
		editor.rl->rl_variable_bind("convert-meta", "off");
	}
}

/* The time before each entry is what tells where one of several lines ends. */
static void open_history(void)
{
	const atl_readline *rl = editor.rl;
	rl->using_history();
	rl->stifle_history(MOST_HISTORY);
	*rl->history_comment_char = '#';
	*rl->history_write_timestamps = 1;
	if (atl_path_history(&editor.history))
		rl->read_history(atl_buf_text(&editor.history));
	else
		atl_buf_reset(&editor.history);
}

void atl_editor_open(atl_session *session)
{
	const atl_readline *rl = editor.rl = atl_readline_load();
	if (!rl)
		return;
	*rl->rl_readline_name = "atled"; /* for conditions in inputrc */
	*rl->rl_persistent_signal_handlers = 1;
	*rl->rl_change_environment = 0;
	rl->rl_variable_bind("enable-bracketed-paste", "on"); /* inputrc may have it otherwise */
	set_locale();
	open_history();
	atl_completion_install(rl, session);
	catch_resume();
}

void atl_editor_close(void)
{
	if (!editor.rl)
		return;
	if (editor.history.len)
		editor.rl->history_truncate_file(atl_buf_text(&editor.history), MOST_HISTORY);
	editor.rl->clear_history();
	atl_completion_remove();
	atl_buf_clear(&editor.history);
}

/* ---- reading ---- */

static void on_line(char *line)
{
	editor.done = true;
	editor.line = line;
	editor.rl->rl_callback_handler_remove();
}

/* Ctrl-C: what readline holds of the line is dropped. */
static atl_typed abandon(void)
{
	const atl_readline *rl = editor.rl;
	if (!editor.done) {
		rl->rl_echo_signal_char(SIGINT);
		rl->rl_free_line_state();
		rl->rl_callback_sigcleanup();
		rl->rl_callback_handler_remove();
		rl->rl_crlf();
		fflush(*rl->rl_outstream);
	}
	free(editor.line);
	return ATL_TYPED_INTERRUPT;
}

/* The end is shown as an end of line.  Readline does so itself when it leaves
 * bracketed paste. */
static atl_typed at_end(void)
{
	const char *brackets = NULL;
#if RL_READLINE_VERSION >= 0x0801
	if (editor.rl) {
		brackets = editor.rl->rl_variable_value("enable-bracketed-paste");
		*editor.rl->rl_eof_found = 0; /* readline would do so after each line from now on */
	}
#endif
	if (!brackets || strcmp(brackets, "on") != 0) {
		fputc('\n', stdout);
		fflush(stdout);
	}
	return ATL_TYPED_END;
}

/* The line as the terminal gives it. */
static atl_typed read_plain(const char *prompt, char **line)
{
	size_t cap = 0;
	fputs(prompt, stdout);
	fflush(stdout);
	clearerr(stdin);
	while (!atl_interrupt_wait(STDIN_FILENO, NULL)) {
		if (atl_interrupt_flag) {
			fputc('\n', stdout);
			fflush(stdout);
			return ATL_TYPED_INTERRUPT;
		}
	}
	ssize_t len = getline(line, &cap, stdin);
	if (len < 0)
		return at_end();
	if (len && (*line)[len - 1] == '\n')
		(*line)[len - 1] = 0;
	return ATL_TYPED_LINE;
}

atl_typed atl_editor_read(const char *prompt, char **line)
{
	const atl_readline *rl = editor.rl;
	if (!rl)
		return read_plain(prompt, line);
	editor.done = false;
	editor.line = NULL;
	resumed = 0;
	rl->rl_callback_handler_install(prompt, on_line);
	while (!editor.done && !atl_interrupt_flag)
		if (atl_interrupt_wait(STDIN_FILENO, settle) && !atl_interrupt_flag)
			rl->rl_callback_read_char();
	if (atl_interrupt_flag)
		return abandon();
	*line = editor.line;
	return editor.line ? ATL_TYPED_LINE : at_end();
}

/* ---- history ---- */

/* A line that begins with # and a digit would be read back as a time. */
static void copy_entry(atl_buf *entry, const char *statement)
{
	for (const char *p = statement; *p; p++) {
		if (*p == '#' && (p == statement || p[-1] == '\n'))
			atl_buf_addc(entry, ' ');
		atl_buf_addc(entry, *p);
	}
}

static bool is_last(const char *entry)
{
	const atl_readline *rl = editor.rl;
	int last = *rl->history_base + *rl->history_length - 1;
	HIST_ENTRY *there = *rl->history_length ? rl->history_get(last) : NULL;
	return there && !strcmp(there->line, entry);
}

void atl_editor_remember(const char *statement)
{
	atl_buf entry = { 0 };
	if (!editor.rl)
		return;
	if (statement[strspn(statement, " \t\n")])
		copy_entry(&entry, statement);
	if (entry.len && !entry.failed && !is_last(entry.p)) {
		editor.rl->add_history(entry.p);
		if (editor.history.len)
			editor.rl->append_history(1, atl_buf_text(&editor.history));
	}
	atl_buf_clear(&entry);
}
