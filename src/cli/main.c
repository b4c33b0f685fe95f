/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: atled from its arguments to its exit code.
 *
 * The -e texts are run, then the files, and with neither, or with -i, standard
 * input: at a prompt if it is a terminal, else as it comes in.  A script ends
 * at its first error. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/pool.h"
#include "cli/interrupt.h"
#include "cli/keys.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/repl.h"
#include "cli/stream.h"
#include "cli/terminal.h"
#include "number/limbs.h"

enum { EXIT_USAGE = 2, EXIT_INTERRUPTED = 130, CHUNK = 65536 };

typedef struct program {
	atl_arguments args;
	atl_stream *stream;
	atl_session *session;
	atl_buf prelude, modules;
	bool terminal; /* there will be a prompt */
	bool ascii;
	unsigned line; /* of the next -e text */
	int exit_code; /* of what the session knows nothing about; 0: nothing */
} program;

/* ---- texts ---- */

/* What a text came to: whether the next one is run. */
typedef enum outcome { NEXT, STOP, LEAVE } outcome;

static outcome outcome_of(atl_state state)
{
	return state == ATL_QUIT ? LEAVE : state == ATL_FAILED ? STOP : NEXT;
}

/* The -e texts are lines one after the other. */
static outcome run_text(program *p, const char *text)
{
	if (atl_session_open(p->session, NULL, p->line))
		return STOP;
	p->line++;
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		p->line++;
	return outcome_of(atl_session_feed(p->session, text, strlen(text), true));
}

static outcome unreadable(program *p, const char *what, const char *name)
{
	int error = errno;
	atl_stream_flush(p->stream);
	atl_complain("cannot %s \"%s\": %s", what, name, strerror(error));
	p->exit_code = EXIT_USAGE;
	return STOP;
}

/* Runs each statement as soon as it is there, and shows what it printed before
 * waiting for more. */
static outcome run_descriptor(program *p, int fd, const char *name)
{
	char chunk[CHUNK];
	for (;;) {
		atl_stream_flush(p->stream);
		if (atl_interrupt_flag) {
			p->exit_code = EXIT_INTERRUPTED;
			return STOP;
		}
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return unreadable(p, "read", name);
		atl_state state = atl_session_feed(p->session, chunk, (size_t)n, n == 0);
		if (n == 0 || state == ATL_QUIT || state == ATL_FAILED)
			return outcome_of(state);
	}
}

static outcome run_stdin(program *p)
{
	if (atl_session_open(p->session, NULL, 1))
		return STOP;
	return run_descriptor(p, STDIN_FILENO, "standard input");
}

static outcome run_file(program *p, const char *name)
{
	if (!strcmp(name, "-"))
		return run_stdin(p);
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return unreadable(p, "open", name);
	outcome result = STOP;
	if (!atl_session_open(p->session, name, 1))
		result = run_descriptor(p, fd, name);
	close(fd);
	return result;
}

static outcome run_scripts(program *p)
{
	const atl_arguments *a = &p->args;
	outcome result = NEXT;
	for (size_t i = 0; result == NEXT && i < a->n_work; i++)
		result = a->work[i].is_file ? run_file(p, a->work[i].text) : run_text(p, a->work[i].text);
	if (result == NEXT && !p->terminal && (a->interactive || !a->n_work))
		result = run_stdin(p);
	return result;
}

/* ---- the session ---- */

/* Whether statements come from standard input. */
static bool takes_stdin(const atl_arguments *a)
{
	bool takes = a->interactive || !a->n_work;
	for (size_t i = 0; i < a->n_work; i++)
		takes |= a->work[i].is_file && !strcmp(a->work[i].text, "-");
	return takes;
}

/* Nothing beyond ASCII goes to a terminal that may not show it; a file or a
 * pipe gets UTF-8 wherever it is made. */
static atl_status start(program *p, const char *argv0)
{
	const atl_arguments *a = &p->args;
	bool out = isatty(STDOUT_FILENO), err = isatty(STDERR_FILENO);
	bool color = a->color == ATL_COLOR_AUTO && (out || err) && atl_terminal_color();
	p->terminal = out && (a->interactive || !a->n_work) && isatty(STDIN_FILENO);
	p->ascii = a->ascii || (out && atl_terminal_charset() != ATL_CHARSET_UTF8);
	atl_stream_init(p->stream, out);
	atl_options options = {
		.sink = { .out = atl_stream_out, .err = atl_stream_err, .data = p->stream },
		.mode = a->mode,
		.color_out = a->color == ATL_COLOR_ALWAYS || (color && out),
		.color_err = a->color == ATL_COLOR_ALWAYS || (color && err),
		.ascii = p->ascii,
		.quiet = a->quiet,
		.interactive = p->terminal,
		.input_is_script = takes_stdin(a),
		.width = atl_terminal_width(out ? STDOUT_FILENO : -1),
		.prelude = atl_path_prelude(&p->prelude, argv0) ? atl_buf_text(&p->prelude) : NULL,
		.modules = atl_path_modules(&p->modules, argv0) ? atl_buf_text(&p->modules) : NULL,
		.progress = err,
		.key = p->terminal ? atl_keys_wait : NULL,
		.strict = a->strict,
		.stop = &atl_interrupt_flag,
	};
	p->session = atl_session_new(&options);
	if (p->session)
		return ATL_OK;
	atl_complain("out of memory");
	p->exit_code = EXIT_USAGE;
	return ATL_ERROR;
}

/* What the surroundings and the options set and -D defines; the session says
 * what is wrong. */
static atl_status prepare(program *p)
{
	const atl_arguments *a = &p->args;
	const char *threads = getenv("ATLED_THREADS");
	if (threads && *threads && atl_session_set(p->session, "threads", threads))
		return ATL_ERROR;
	atl_session_dump(p->session, a->dump);
	if (a->number && atl_session_set(p->session, "number", a->number))
		return ATL_ERROR;
	if (a->digits && atl_session_set(p->session, "digits", a->digits))
		return ATL_ERROR;
	for (size_t i = 0; i < a->n_define; i++)
		if (atl_session_define(p->session, a->define[i]))
			return ATL_ERROR;
	return ATL_OK;
}

/* At a prompt an error has been seen when it was made: leaving it is fine. */
static int run(program *p)
{
	atl_interrupt_catch(false);
	if (prepare(p))
		return atl_session_exit(p->session);
	outcome result = run_scripts(p);
	if (p->terminal && result != LEAVE) {
		atl_repl repl = { .session = p->session,
			          .stream = p->stream,
			          .ascii = p->ascii,
			          .quiet = p->args.quiet };
		atl_repl_run(&repl);
		atl_session_end(p->session);
		return 0;
	}
	atl_session_summary(p->session); /* of those that were made, after an error too */
	atl_session_end(p->session);
	return p->exit_code ? p->exit_code : atl_session_exit(p->session);
}

static void print_version(atl_stream *stream)
{
	static const char text[] = "atled " PACKAGE_VERSION "\n"
	                           "GNU General Public License, version 3 or later; no warranty\n";
	atl_stream_out(stream, text, sizeof text - 1);
}

static void print_help(atl_stream *stream)
{
	atl_buf text = { 0 };
	atl_arguments_help(&text);
	atl_stream_out(stream, atl_buf_text(&text), text.len);
	atl_buf_clear(&text);
}

/* GMP and MPFR have no way to go on; what was printed before is lost with them. */
static void no_memory(void)
{
	atl_complain("there is no memory for a number of this size");
	_exit(EXIT_USAGE);
}

int main(int argc, char **argv)
{
	atl_stream stream;
	program p = { .stream = &stream, .line = 1 };
	atl_stream_init(&stream, false);
	(void)atl_limbs_open(no_memory);
	if (atl_arguments_parse(&p.args, argc, argv))
		p.exit_code = EXIT_USAGE;
	else if (p.args.help)
		print_help(&stream);
	else if (p.args.version)
		print_version(&stream);
	else if (!start(&p, argv[0]))
		p.exit_code = run(&p);
	atl_stream_flush(&stream);
	if (stream.error) {
		atl_complain("cannot write the output: %s", strerror(stream.error));
		p.exit_code = EXIT_USAGE;
	}
	atl_session_free(p.session);
	atl_pool_close();
	atl_buf_clear(&p.prelude);
	atl_buf_clear(&p.modules);
	atl_arguments_clear(&p.args);
	return p.exit_code;
}
