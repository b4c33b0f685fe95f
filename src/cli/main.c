/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: options, then what they say to run, then the exit code. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli/options.h"
#include "cli/output.h"
#include "cli/paths.h"
#include "cli/repl.h"

enum { EXIT_USAGE = 2, EXIT_INTERRUPTED = 130, CHUNK = 1 << 16 };

static bool wants_color(const atl_cli *c, int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	if (c->color != ATL_COLOR_AUTO)
		return c->color == ATL_COLOR_ALWAYS;
	return (!no || !*no) && term && strcmp(term, "dumb") != 0 && isatty(fd);
}

/* Whether the terminal's text is UTF-8, from the environment alone. */
static bool utf8_locale(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *v = getenv(names[i]);
		if (v && *v)
			return strstr(v, "UTF-8") || strstr(v, "utf8") || strstr(v, "UTF8") || strstr(v, "utf-8");
	}
	return false;
}

/* Pipes and files get UTF-8 whatever the locale says; a terminal what it can show. */
static bool wants_ascii(const atl_cli *c)
{
	return c->ascii || (!utf8_locale() && isatty(STDOUT_FILENO));
}

static unsigned page_width(void)
{
	struct winsize w;
	const char *columns = getenv("COLUMNS");
	if (columns && *columns) {
		long n = strtol(columns, NULL, 10);
		if (n >= 20 && n <= 10000)
			return (unsigned)n;
	}
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col >= 20)
		return w.ws_col;
	return 80;
}

/* ---- running ---- */

static int file_error(const char *path, int error)
{
	char line[4352];
	int n = snprintf(line, sizeof line, "atled: %s: %s\n", path, strerror(error));
	atl_err(NULL, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
	return EXIT_USAGE;
}

/* Feeds a stream as it comes; what was printed is seen before the next wait. */
static int run_stream(atl_session *s, int fd, const char *path)
{
	static char chunk[CHUNK];
	for (;;) {
		atl_out_flush();
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR && !atl_stop)
			continue;
		if (n < 0 && errno != EINTR)
			return file_error(path, errno);
		if (atl_stop)
			return EXIT_INTERRUPTED;
		atl_state state = atl_session_feed(s, chunk, n > 0 ? (size_t)n : 0, n <= 0);
		if (state == ATL_FAILED || state == ATL_QUIT || n <= 0 || atl_out_failed())
			return atl_session_exit(s);
	}
}

static int run_file(atl_session *s, const char *path)
{
	bool standard = !strcmp(path, "-");
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return file_error(path, errno);
	if (atl_session_open(s, standard ? NULL : path, 1))
		return EXIT_USAGE;
	int code = run_stream(s, fd, path);
	if (!standard)
		close(fd);
	return code;
}

static bool quits; /* `quit` was run: nothing after it is */

static int run_text(atl_session *s, const char *text)
{
	if (atl_session_open(s, NULL, 1))
		return EXIT_USAGE;
	quits = atl_session_feed(s, text, strlen(text), true) == ATL_QUIT;
	return atl_session_exit(s);
}

static int run_work(atl_session *s, const atl_work *w)
{
	switch (w->kind) {
	case ATL_WORK_TEXT: return run_text(s, w->text);
	case ATL_WORK_FILE: return run_file(s, w->text);
	case ATL_WORK_DEFINE: return 0; /* done before all else */
	}
	return 0;
}

static int run_presets(atl_session *s, const atl_cli *c)
{
	for (size_t i = 0; i < c->n_presets; i++)
		if (atl_session_set(s, c->preset[i].key, c->preset[i].value))
			return EXIT_USAGE;
	for (size_t i = 0; i < c->n_work; i++)
		if (c->work[i].kind == ATL_WORK_DEFINE && atl_session_define(s, c->work[i].text))
			return atl_session_exit(s) ? atl_session_exit(s) : EXIT_USAGE;
	return 0;
}

/* A check that said no does not stop a script; every error does. */
static bool goes_on(int code)
{
	return code <= 1 && !quits && !atl_out_failed();
}

static void prompt(atl_session *s, const atl_cli *c)
{
	atl_buf rc = { 0 };
	if (atl_path_rc(&rc))
		(void)run_file(s, atl_buf_text(&rc));
	atl_buf_clear(&rc);
	atl_out_flush();
	atl_repl(s, wants_ascii(c), !c->quiet);
}

static int run(atl_session *s, const atl_cli *c)
{
	size_t runs = 0;
	int code = run_presets(s, c);
	for (size_t i = 0; i < c->n_work && goes_on(code); i++) {
		runs += c->work[i].kind != ATL_WORK_DEFINE;
		code = run_work(s, &c->work[i]);
	}
	bool terminal = isatty(STDIN_FILENO);
	if (goes_on(code) && (c->interactive || (runs == 0 && terminal))) {
		prompt(s, c);
		return 0;
	}
	if (goes_on(code) && runs == 0)
		code = run_file(s, "-");
	if (!atl_out_failed())
		atl_session_summary(s);
	return code;
}

/* Whether the session is at a prompt from its first statement on. */
static bool starts_at_prompt(const atl_cli *c)
{
	for (size_t i = 0; i < c->n_work; i++)
		if (c->work[i].kind != ATL_WORK_DEFINE)
			return false;
	return isatty(STDIN_FILENO);
}

static int with_session(const atl_cli *c, const char *argv0)
{
	atl_buf prelude = { 0 };
	atl_path_prelude(&prelude, argv0);
	atl_options options = {
		.sink = { atl_out, atl_err, NULL }, .mode = c->mode,
		.color_out = wants_color(c, STDOUT_FILENO), .color_err = wants_color(c, STDERR_FILENO),
		.ascii = wants_ascii(c), .quiet = c->quiet, .interactive = starts_at_prompt(c),
		.width = page_width(), .prelude = atl_buf_text(&prelude), .stop = &atl_stop,
	};
	atl_session *s = atl_session_new(&options);
	int code = EXIT_USAGE;
	if (!s) {
		fputs("atled: out of memory\n", stderr);
	} else {
		if (c->dump != ATL_DUMP_NONE)
			atl_session_dump(s, c->dump);
		code = run(s, c);
		atl_session_free(s);
	}
	atl_buf_clear(&prelude);
	return code;
}

int main(int argc, char **argv)
{
	atl_cli c;
	int code = 0;
	if (!atl_cli_read(&c, argc, argv)) {
		code = EXIT_USAGE;
	} else if (c.help) {
		atl_out(NULL, atl_cli_usage, strlen(atl_cli_usage));
	} else if (c.version) {
		static const char version[] = "atled " PACKAGE_VERSION "\n";
		atl_out(NULL, version, sizeof version - 1);
	} else {
		signal(SIGPIPE, SIG_IGN);
		atl_catch_interrupts();
		code = with_session(&c, argv[0]);
	}
	free(c.work);
	atl_out_flush();
	if (atl_out_failed() && atl_out_failed() != EPIPE)
		fprintf(stderr, "atled: standard output: %s\n", strerror(atl_out_failed()));
	return atl_out_failed() ? EXIT_USAGE : code;
}
