/* SPDX-License-Identifier: GPL-3.0-or-later */
/* typist.c: a child at a pseudo-terminal, with its screen and its home. */
#define _GNU_SOURCE /* forkpty */
#include "typist.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<pty.h>)
#include <pty.h>
#elif __has_include(<libutil.h>)
#include <libutil.h>
#else
#include <util.h>
#endif

#include <cmocka.h>

enum { MOST_ARGUMENTS = 16 };

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- life ---- */

int typist_arrives(void **state)
{
	const char *folder = getenv("TMPDIR");
	typist *t = calloc(1, sizeof *t);
	if (!t)
		return -1;
	t->fd = -1;
	t->columns = 80;
	t->prompt = "∇";
	t->more = "…";
	snprintf(t->home, sizeof t->home, "%s/atled-repl.XXXXXX", folder ? folder : "/tmp");
	if (!mkdtemp(t->home)) {
		free(t);
		return -1;
	}
	*state = t;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void clear(typist *t)
{
	if (t->fd >= 0)
		close(t->fd);
	if (t->pid > 0) {
		kill(t->pid, SIGKILL);
		waitpid(t->pid, NULL, 0);
	}
	t->fd = -1;
	t->pid = 0;
	screen_free(t->screen);
	free(t->raw);
	t->screen = NULL;
	t->raw = NULL;
	t->n_raw = t->room = 0;
}

int typist_leaves(void **state)
{
	typist *t = *state;
	clear(t);
	nftw(t->home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(t->text);
	free(t);
	return 0;
}

/* ---- files ---- */

static void path_of(const typist *t, const char *name, char path[2 * PATH])
{
	snprintf(path, 2 * PATH, "%s/%s", t->home, name);
}

void with_variable(typist *t, const char *name, const char *value)
{
	assert_true(t->n_variables < MOST_VARIABLES);
	t->variable[t->n_variables][0] = name;
	t->variable[t->n_variables++][1] = value;
}

void with_file(typist *t, const char *name, const char *text)
{
	char path[2 * PATH];
	path_of(t, name, path);
	for (char *p = path + strlen(t->home) + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		mkdir(path, 0700);
		*p = '/';
	}
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

char *file_text(const typist *t, const char *name)
{
	char path[2 * PATH], *text = NULL;
	size_t len = 0, n;
	path_of(t, name, path);
	FILE *f = fopen(path, "r");
	if (!f)
		return NULL;
	do {
		text = realloc(text, len + 4096);
		assert_non_null(text);
		n = fread(text + len, 1, 4095, f);
		len += n;
	} while (n);
	fclose(f);
	text[len] = 0;
	return text;
}

unsigned mode_of(const typist *t, const char *name)
{
	char path[2 * PATH];
	struct stat st;
	path_of(t, name, path);
	return stat(path, &st) == 0 ? (unsigned)st.st_mode & 07777 : 0;
}

/* ---- what the program is given and what comes back ---- */

static void become_program(const typist *t, char **argv)
{
	const char *program = getenv("ATLED");
	static const char *const gone[] = { "NO_COLOR", "COLUMNS", "LINES", "LC_ALL", "LC_CTYPE",
		                            "INPUTRC", "XDG_CONFIG_HOME", "XDG_STATE_HOME" };
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		unsetenv(gone[i]);
	setenv("HOME", t->home, 1);
	setenv("INPUTRC", "/dev/null", 1);
	setenv("TERM", "xterm", 1);
	setenv("LANG", "C.UTF-8", 1);
	for (size_t i = 0; i < t->n_variables; i++) {
		if (t->variable[i][1])
			setenv(t->variable[i][0], t->variable[i][1], 1);
		else
			unsetenv(t->variable[i][0]);
	}
	argv[0] = (char *)(uintptr_t)(program ? program : "./atled");
	/* a program named from here is to be found from home, too */
	char *whole = realpath(argv[0], NULL);
	if (whole && chdir(t->home) == 0)
		execv(whole, argv);
	_exit(127);
}

static void start(typist *t, va_list args)
{
	char *argv[MOST_ARGUMENTS] = { NULL };
	struct winsize size = { .ws_row = 50, .ws_col = t->columns };
	for (int i = 1; i < MOST_ARGUMENTS - 1 && (argv[i] = va_arg(args, char *)); i++)
		continue;
	clear(t);
	t->screen = screen_new(t->columns);
	t->from = 0;
	t->pid = forkpty(&t->fd, NULL, NULL, &size);
	assert_true(t->pid >= 0);
	if (t->pid == 0)
		become_program(t, argv);
	fcntl(t->fd, F_SETFL, O_NONBLOCK);
	fcntl(t->fd, F_SETFD, FD_CLOEXEC);
}

void starts_only(typist *t, ...)
{
	va_list args;
	va_start(args, t);
	start(t, args);
	va_end(args);
}

void starts(typist *t, ...)
{
	va_list args;
	va_start(args, t);
	start(t, args);
	va_end(args);
	sees_prompt(t);
}

void resizes(typist *t, unsigned short columns)
{
	struct winsize size = { .ws_row = 50, .ws_col = columns };
	t->columns = columns;
	screen_set_columns(t->screen, columns);
	assert_int_equal(ioctl(t->fd, TIOCSWINSZ, &size), 0);
}

/* Takes what comes within the time; false when the program has gone. */
static bool listen(typist *t, int milliseconds)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	if (poll(&p, 1, milliseconds) <= 0)
		return true;
	if (t->room - t->n_raw < 4096) {
		t->room = 2 * t->room + 8192;
		t->raw = realloc(t->raw, t->room);
		assert_non_null(t->raw);
	}
	ssize_t n = read(t->fd, t->raw + t->n_raw, t->room - t->n_raw - 1);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	screen_put(t->screen, t->raw + t->n_raw, (size_t)n);
	t->n_raw += (size_t)n;
	t->raw[t->n_raw] = 0;
	return n > 0;
}

void types(typist *t, const char *keys)
{
	double until = now() + PATIENCE;
	size_t len = strlen(keys);
	while (len && now() < until) {
		struct pollfd p = { .fd = t->fd, .events = POLLOUT };
		ssize_t n = poll(&p, 1, 100) > 0 ? write(t->fd, keys, len) : 0;
		if (n > 0) {
			keys += n;
			len -= (size_t)n;
		}
		listen(t, 0); /* both sides may be full */
	}
	assert_int_equal(len, 0);
}

/* ---- waiting ---- */

void looks_below(typist *t) { t->from = screen_row(t->screen) + 1; }

/* With a newline before the first row, so that "\nrow\n" is a whole row anywhere. */
static const char *rows_between(typist *t, size_t from, size_t to)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	assert_non_null(f);
	fputc('\n', f);
	for (size_t i = from; i < to; i++)
		fprintf(f, "%s\n", screen_text(t->screen, i));
	fclose(f);
	free(t->text);
	t->text = text;
	return text;
}

const char *rows_since(typist *t) { return rows_between(t, t->from, screen_row(t->screen)) + 1; }

/* Only the row of the cursor counts, from where was looked on. */
static bool on_line(typist *t, const char *line)
{
	size_t row = screen_row(t->screen);
	return row >= t->from && !strcmp(screen_text(t->screen, row), line);
}

static bool on_prompt(typist *t, const char *prompt)
{
	return on_line(t, prompt) && screen_column(t->screen) == 2;
}

static bool shown(typist *t, const char *text)
{
	return strstr(rows_between(t, t->from, screen_rows(t->screen)), text) != NULL;
}

static void wait_for(typist *t, bool (*there)(typist *, const char *), const char *what)
{
	double until = now() + PATIENCE;
	bool runs = true;
	while (runs && now() < until) {
		if (there(t, what))
			return;
		runs = listen(t, 20);
	}
	if (there(t, what))
		return;
	fail_msg("waited in vain%s for \"%s\" on this screen:\n%s",
	         runs ? "" : " (the program has ended)", what,
	         rows_between(t, 0, screen_rows(t->screen)));
}

void sees_prompt(typist *t) { wait_for(t, on_prompt, t->prompt); }
void sees_more(typist *t) { wait_for(t, on_prompt, t->more); }
void sees_line(typist *t, const char *line) { wait_for(t, on_line, line); }
void sees(typist *t, const char *text) { wait_for(t, shown, text); }

void edits(typist *t, const char *keys, const char *line)
{
	types(t, keys);
	sees_line(t, line);
}

void waits(typist *t, double seconds)
{
	double until = now() + seconds;
	while (now() < until)
		assert_true(listen(t, 10));
}

static const char *answer_to(typist *t, const char *line)
{
	t->from = screen_row(t->screen) + 1;
	types(t, line);
	types(t, ENTER);
	sees_prompt(t);
	return rows_since(t);
}

void answers(typist *t, const char *line, const char *answer)
{
	assert_string_equal(answer_to(t, line), answer);
}

void answer_holds(typist *t, const char *line, const char *part)
{
	const char *answer = answer_to(t, line);
	if (!strstr(answer, part))
		fail_msg("\"%s\" is not in the answer to \"%s\":\n%s", part, line, answer);
}

void answer_lacks(typist *t, const char *line, const char *part)
{
	const char *answer = answer_to(t, line);
	if (strstr(answer, part))
		fail_msg("\"%s\" is in the answer to \"%s\":\n%s", part, line, answer);
}

int ends(typist *t)
{
	double until = now() + PATIENCE;
	int status = 0;
	while (t->fd >= 0 && listen(t, 20) && now() < until)
		continue;
	while (waitpid(t->pid, &status, WNOHANG) == 0) {
		if (now() > until)
			fail_msg("waited in vain for the end of the program on this screen:\n%s",
			         rows_between(t, 0, screen_rows(t->screen)));
		poll(NULL, 0, 5);
	}
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	t->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void hangs_up(typist *t)
{
	close(t->fd);
	t->fd = -1;
}

void is_interrupted_by(typist *t, const char *row)
{
	int status = 0, line = open(ptsname(t->fd), O_WRONLY | O_NOCTTY | O_CLOEXEC);
	assert_true(line >= 0);
	kill(t->pid, SIGSTOP);
	assert_int_equal(waitpid(t->pid, &status, WUNTRACED), t->pid);
	assert_true(WIFSTOPPED(status));
	dprintf(line, "\r\n%s\r\n", row);
	close(line);
	sees_line(t, "");
	t->from = screen_row(t->screen);
	kill(t->pid, SIGCONT);
}
