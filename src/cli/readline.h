/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readline.h: GNU readline, loaded when the first prompt is shown.
 *
 * Linked outright, readline and the terminal library below it take an eighth
 * of the time in which `atled -e 1+2` is done, which never needs them.  So
 * their functions and variables are reached through a table, each with the
 * type that readline's own headers give it. */
#ifndef ATL_CLI_READLINE_H
#define ATL_CLI_READLINE_H

#include <stdio.h> /* which readline's headers need */
#include <readline/history.h>
#include <readline/readline.h>

/* Since 8.1 a bracketed paste is left with a newline when this is set. */
#if RL_READLINE_VERSION >= 0x0801
#define ATL_READLINE_8_1(X) X(rl_eof_found)
#else
#define ATL_READLINE_8_1(X)
#endif

#define ATL_READLINE_NAMES(X)                \
	ATL_READLINE_8_1(X)                  \
	X(add_history)                       \
	X(append_history)                    \
	X(clear_history)                     \
	X(history_base)                      \
	X(history_comment_char)              \
	X(history_get)                       \
	X(history_length)                    \
	X(history_truncate_file)             \
	X(history_write_timestamps)          \
	X(read_history)                      \
	X(rl_attempted_completion_function)  \
	X(rl_attempted_completion_over)      \
	X(rl_callback_handler_install)       \
	X(rl_callback_handler_remove)        \
	X(rl_callback_read_char)             \
	X(rl_callback_sigcleanup)            \
	X(rl_change_environment)             \
	X(rl_check_signals)                  \
	X(rl_completer_quote_characters)     \
	X(rl_completion_append_character)    \
	X(rl_completion_matches)             \
	X(rl_completion_quote_character)     \
	X(rl_completion_word_break_hook)     \
	X(rl_crlf)                           \
	X(rl_echo_signal_char)               \
	X(rl_forced_update_display)          \
	X(rl_free_line_state)                \
	X(rl_initialize)                     \
	X(rl_line_buffer)                    \
	X(rl_outstream)                      \
	X(rl_persistent_signal_handlers)     \
	X(rl_point)                          \
	X(rl_readline_name)                  \
	X(rl_variable_bind)                  \
	X(rl_variable_value)                 \
	X(stifle_history)                    \
	X(using_history)

/* Pointers to what readline.h declares: rl->rl_crlf(), *rl->rl_line_buffer. */
typedef struct atl_readline {
#define X(name) __typeof__(&name) name;
	ATL_READLINE_NAMES(X)
#undef X
} atl_readline;

/* NULL when the library is not there, or is too old. */
const atl_readline *atl_readline_load(void);

#endif
