/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gnuplot.c: drawings by gnuplot, which reads a script from its standard input
 * and writes the picture to its standard output, both of them nameless files. */
#include <errno.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "number/number.h"
#include "plot/plot.h"

extern char **environ;

/* ---- scripts ---- */

/* In single quotes nothing but the quote itself is special. */
static void add_quoted(atl_buf *out, const char *text)
{
	atl_buf_addc(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			atl_buf_addc(out, '\'');
		atl_buf_addc(out, *text);
	}
	atl_buf_addc(out, '\'');
}

static void add_head(atl_buf *out, const char *format, unsigned width, unsigned height)
{
	/* no name is made of anything random in an SVG that has its name given */
	atl_buf_addf(out, !strcmp(format, "svg") ? "set terminal svg size %u,%u name 'atled' dynamic\n"
	                                         : "set terminal pngcairo size %u,%u\n",
	             width, height);
	atl_buf_add(out, "set encoding utf8\n");
}

static void add_number(atl_buf *out, double v)
{
	atl_float64.print(out, &v, 0);
}

/* A gap is an empty line. */
static void add_data(atl_buf *out, const atl_curve *c, size_t k)
{
	atl_buf_addf(out, "$curve%zu << END\n", k);
	for (size_t i = 0; i < c->n; i++) {
		if (isfinite(c->x[i]) && isfinite(c->y[i])) {
			add_number(out, c->x[i]);
			atl_buf_addc(out, ' ');
			add_number(out, c->y[i]);
		}
		atl_buf_addc(out, '\n');
	}
	atl_buf_add(out, "END\n");
}

void atl_script_curves(atl_buf *out, const atl_curves *what, const char *format)
{
	add_head(out, format, 800, 500);
	atl_buf_add(out, "set grid\nset key below\n");
	if (what->x_name) {
		atl_buf_add(out, "set xlabel ");
		add_quoted(out, what->x_name);
		atl_buf_add(out, " noenhanced\n");
	}
	for (size_t k = 0; k < what->n; k++)
		add_data(out, &what->curve[k], k);
	for (size_t k = 0; k < what->n; k++) {
		atl_buf_addf(out, k ? ", $curve%zu using 1:2 with %s title " : "plot $curve%zu using 1:2 with %s title ",
		             k, what->points ? "points pointtype 7" : "lines linewidth 2");
		add_quoted(out, what->curve[k].name);
		atl_buf_add(out, " noenhanced");
	}
	atl_buf_addc(out, '\n');
}

static size_t ceil_root(size_t n)
{
	size_t r = 1;
	while (r * r < n)
		r++;
	return r;
}

/* Row y of all tiles that stand side by side, a pixel of nothing between them. */
static void add_row(atl_buf *out, const atl_tiles *t, size_t across, size_t band, size_t y)
{
	for (size_t k = 0; k < across; k++) {
		size_t tile = band * across + k;
		for (size_t x = 0; x < t->width; x++) {
			double v = tile < t->count ? t->v[(tile * t->height + y) * t->width + x] : (double)NAN;
			if (isfinite(v))
				add_number(out, v);
			else
				atl_buf_add(out, "NaN");
			atl_buf_addc(out, ' ');
		}
		if (k + 1 < across)
			atl_buf_add(out, "NaN ");
	}
	atl_buf_addc(out, '\n');
}

void atl_script_tiles(atl_buf *out, const atl_tiles *t, const char *format)
{
	size_t across = t->across ? t->across : ceil_root(t->count);
	size_t bands = (t->count + across - 1) / across;
	add_head(out, format, 800, 700);
	atl_buf_add(out, "set palette gray\nunset xtics\nunset ytics\nunset border\nset size ratio -1\n"
	                 "set yrange [*:*] reverse\n$image << END\n");
	for (size_t band = 0; band < bands; band++) {
		for (size_t y = 0; y < t->height; y++)
			add_row(out, t, across, band, y);
		for (size_t x = 0; band + 1 < bands && x < across * (t->width + 1) - 1; x++)
			atl_buf_add(out, x + 2 < across * (t->width + 1) ? "NaN " : "NaN\n");
	}
	atl_buf_add(out, "END\nplot $image matrix with image pixels notitle\n");
}

/* ---- running it ---- */

typedef struct files {
	FILE *in, *out, *err;
} files;

static int spawn(const files *f, pid_t *pid)
{
	char name[] = "gnuplot";
	char *const argv[] = { name, NULL };
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);
	if (error)
		return error;
	error = posix_spawn_file_actions_adddup2(&actions, fileno(f->in), STDIN_FILENO);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, fileno(f->out), STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, fileno(f->err), STDERR_FILENO);
	if (!error)
		error = posix_spawnp(pid, name, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Its exit code; -1 when it did not end by itself. */
static int wait_for(pid_t pid)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void read_back(FILE *file, atl_buf *bytes)
{
	char chunk[4096];
	size_t n;
	rewind(file);
	while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
		atl_buf_addn(bytes, chunk, n);
}

/* The line of gnuplot's complaint that says what is wrong, which is its last one. */
static atl_status complain(const files *f, atl_diag *diag, atl_span at)
{
	atl_buf text = { 0 };
	read_back(f->err, &text);
	while (text.len && strchr(" \n", text.p[text.len - 1]))
		atl_buf_cut(&text, text.len - 1);
	const char *last = text.len ? strrchr(text.p, '\n') : NULL;
	atl_diag_fail(diag, ATL_KIND_USAGE, at, "gnuplot did not draw it");
	if (text.len)
		atl_diag_note(diag, "it says: %s", last ? last + 1 : text.p);
	atl_buf_clear(&text);
	return ATL_ERROR;
}

static atl_status run(const files *f, const atl_buf *script, atl_buf *picture, atl_diag *diag, atl_span at)
{
	pid_t pid;
	if (!f->in || !f->out || !f->err || fwrite(script->p, 1, script->len, f->in) != script->len ||
	    fflush(f->in))
		return atl_diag_fail(diag, ATL_KIND_USAGE, at, "cannot write what gnuplot should draw: %s",
		                     strerror(errno));
	rewind(f->in);
	int error = spawn(f, &pid);
	if (error) {
		atl_diag_fail(diag, ATL_KIND_USAGE, at, "a file is drawn by gnuplot, and that cannot be run: %s",
		              error == ENOENT ? "it is not installed" : strerror(error));
		atl_diag_note(diag, "without a file's name, plot draws in the terminal");
		return ATL_ERROR;
	}
	if (wait_for(pid) != 0)
		return complain(f, diag, at);
	read_back(f->out, picture);
	return picture->failed ? atl_diag_nomem(diag) : picture->len ? ATL_OK : complain(f, diag, at);
}

atl_status atl_gnuplot(const atl_buf *script, atl_buf *picture, atl_diag *diag, atl_span at)
{
	if (script->failed)
		return atl_diag_nomem(diag);
	files f = { tmpfile(), tmpfile(), tmpfile() };
	atl_status status = run(&f, script, picture, diag, at);
	if (f.in)
		fclose(f.in);
	if (f.out)
		fclose(f.out);
	if (f.err)
		fclose(f.err);
	return status;
}
