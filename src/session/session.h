/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session.h: names, settings and statements: what the user talks to.
 *
 * A session owns the symbols, sources, graph, values, names and settings, and
 * runs one statement at a time.  A statement that fails leaves nothing behind
 * (the atom is the innermost simple statement, SEMANTICS 4).  It prints through
 * its sink and reads no terminal: the command line is one user of it, the
 * tests are another. */
#ifndef ATL_SESSION_SESSION_H
#define ATL_SESSION_SESSION_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/diag.h"
#include "base/status.h"

typedef struct atl_session atl_session;

/* Results as lines of text, as JSON, or as one document (print/document.h). */
typedef enum atl_mode {
	ATL_TEXT, ATL_JSON, ATL_MARKDOWN, ATL_LATEX, ATL_HTML, ATL_DOT, ATL_SVG
} atl_mode;

/* What a key asks of `step`. */
typedef enum atl_key { ATL_KEY_NEXT, ATL_KEY_BACK, ATL_KEY_EXPLAIN, ATL_KEY_QUIT } atl_key;

/* Where output goes.  Both get whole lines. */
typedef struct atl_sink {
	void (*out)(void *data, const char *text, size_t len);
	void (*err)(void *data, const char *text, size_t len);
	void *data;
} atl_sink;

typedef struct atl_options {
	atl_sink sink;
	atl_mode mode;
	bool color_out, color_err, ascii, quiet; /* quiet (-q): no notes, no summary */
	bool interactive;      /* a prompt: errors do not end it */
	bool input_is_script;  /* statements come from standard input, so data cannot */
	unsigned width;        /* of the page; 0: 80 */
	const char *prelude;   /* directory of the prelude; found out by the command line */
	const char *modules;   /* directory of the modules, likewise; NULL: none; kept */
	bool progress;         /* err is a terminal: long statements may draw a bar there */
	bool no_plans;         /* values are computed node by node; they are the same, and tests compare them */
	atl_key (*key)(void);  /* waits for a key at the terminal; NULL: there is none, and `step` does not stop */
	bool strict;           /* --strict: a check that is undecided fails */
	const volatile sig_atomic_t *stop; /* set by SIGINT; NULL: none */
} atl_options;

atl_session *atl_session_new(const atl_options *) ATL_MUST_CHECK;
void atl_session_free(atl_session *);
void atl_session_set_width(atl_session *, unsigned);

/* Settings from the command line, as `set` would; errors are printed. */
atl_status atl_session_set(atl_session *, const char *key, const char *value) ATL_MUST_CHECK;
/* -D NAME=EXPR */
atl_status atl_session_define(atl_session *, const char *text) ATL_MUST_CHECK;

/* Begins a text; name as in atl_sources_open (NULL: no file). */
atl_status atl_session_open(atl_session *, const char *name, unsigned first_line) ATL_MUST_CHECK;
/* Feeds text and runs every statement that is complete. `last`: no more
 * comes.  ATL_ERROR after an error was printed (not interactive: the rest is
 * not run). */
typedef enum atl_state { ATL_READY, ATL_CONTINUED, ATL_QUIT, ATL_FAILED } atl_state;
atl_state atl_session_feed(atl_session *, const char *text, size_t len, bool last);

/* The exit code so far (DESIGN, "Command line"): the first error's, else 1 when a check said no, else 0. */
int atl_session_exit(const atl_session *);
/* At the end of a script that had checks: "12 checks: 11 yes, 1 no". */
void atl_session_summary(atl_session *);
/* Ends the document, if there is one. */
void atl_session_end(atl_session *);

/* --dump=tokens|ast|graph|adjoint|plan: what each stage makes of the text is printed instead of / beside running it. */
typedef enum atl_dump { ATL_DUMP_NONE, ATL_DUMP_TOKENS, ATL_DUMP_AST, ATL_DUMP_GRAPH, ATL_DUMP_ADJOINT, ATL_DUMP_PLAN } atl_dump;
void atl_session_dump(atl_session *, atl_dump);

/* Completion: calls with every variable, function, statement word, setting
 * that begins with `prefix`; a function's candidate ends in "(". */
void atl_session_complete(atl_session *, const char *prefix, void (*candidate)(void *data, const char *text), void *data);
/* The settings alone: what may follow `set`. */
void atl_session_complete_setting(atl_session *, const char *prefix,
                                  void (*candidate)(void *data, const char *text), void *data);

#endif
