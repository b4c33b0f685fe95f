/* SPDX-License-Identifier: GPL-3.0-or-later */
/* typist.h: somebody who sits at a terminal, runs atled, types and looks.
 *
 * Each one has a home of its own under $TMPDIR.  Every wait ends after PATIENCE
 * seconds, and a test that waited in vain shows the screen. */
#ifndef TESTS_REPL_TYPIST_H
#define TESTS_REPL_TYPIST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "screen.h"

enum { PATIENCE = 20, PATH = 512, MOST_VARIABLES = 8 };

typedef struct typist {
	char home[PATH];
	const char *variable[MOST_VARIABLES][2]; /* set for the program; NULL: not set */
	size_t n_variables;
	unsigned short columns;
	const char *prompt; /* as a row shows it, and while a statement goes on */
	const char *more;

	int fd;    /* -1: there is no terminal */
	pid_t pid; /* 0: nothing runs */
	screen *screen;
	size_t from; /* the first row that has not been looked at */
	char *raw;   /* all bytes that came */
	size_t n_raw, room;
	char *text; /* what rows_since gave */
} typist;

#define ENTER "\r"
#define TAB "\t"
#define CTRL_C "\003"
#define CTRL_D "\004"
#define UP "\033[A"
#define LEFT "\033[D"
#define PASTE "\033[200~"
#define PASTED "\033[201~"

/* cmocka's setup and teardown; a program that still runs is killed. */
int typist_arrives(void **state);
int typist_leaves(void **state);

/* ---- before ---- */

void with_variable(typist *, const char *name, const char *value);
/* A file under the home; its folders are made. */
void with_file(typist *, const char *name, const char *text);

/* ---- running ---- */

/* atled with these arguments (NULL ends them), up to its first prompt. */
void starts(typist *, ...);
/* The same, and the prompt is not waited for. */
void starts_only(typist *, ...);
void types(typist *, const char *keys);
/* Types what is not followed by Enter, and waits until the line shows it. */
void edits(typist *, const char *keys, const char *line);
void resizes(typist *, unsigned short columns);

/* ---- looking ---- */

/* What follows is new, and what is on the screen has been looked at. */
void looks_below(typist *);
/* Waits for the prompt, with nothing behind it, below what was looked at. */
void sees_prompt(typist *);
void sees_more(typist *);
/* Waits until the row of the cursor reads so. */
void sees_line(typist *, const char *line);
/* Waits until this stands anywhere in what is new; "\nx\n" is a whole row. */
void sees(typist *, const char *text);
/* The new rows above the cursor's, each with its newline. */
const char *rows_since(typist *);
/* Waits `seconds` and asserts that the program still runs. */
void waits(typist *, double seconds);

/* Types a line that fits into one row and Enter; what comes between it and the next prompt is
 * `answer`, the rows with their newlines. */
void answers(typist *, const char *line, const char *answer);
/* The same; the answer holds `part`. */
void answer_holds(typist *, const char *line, const char *part);
void answer_lacks(typist *, const char *line, const char *part);

/* Waits for the end of the program and gives its exit code; 128 and more: a signal. */
int ends(typist *);
/* The program is stopped, another one writes a row, and the program goes on. */
void is_interrupted_by(typist *, const char *row);
/* The terminal goes away. */
void hangs_up(typist *);

/* A file under the home, to be given to free(); NULL: it is not there. */
char *file_text(const typist *, const char *name);
/* The permission bits of a file or folder under the home. */
unsigned mode_of(const typist *, const char *name);

/* The tests, by file; each returns how many failed. */
int run_keys(void);
int run_keeping(void);

#define TYPED(test) cmocka_unit_test_setup_teardown(test, typist_arrives, typist_leaves)

#endif
