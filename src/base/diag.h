/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diag.h: what went wrong, as data.
 *
 * A failing function fills the one atl_diag of its context; only base/render.c
 * knows what an error looks like.  Style: lower case, no full stop, what
 * failed first, names of the user in quotes, then what would fit:
 *
 *     error: the shapes do not fit a product
 *       1 | a = W * x + b
 *         |     - ^ -
 *         |     |   x is 3×1 (line 2)
 *         |     W is 3×2 (line 1)
 *       inner sizes 2 and 3 differ; W'*x would give 2×1
 *
 * When a diagnostic is filled while one is already there, the first one stays
 * (the first cause is what is shown).  Out of memory needs no memory to say. */
#ifndef ATL_BASE_DIAG_H
#define ATL_BASE_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include "base/mem.h"
#include "base/source.h"
#include "base/text.h"

/* The kind decides the exit code (DESIGN, "Command line"). */
typedef enum atl_kind {
	ATL_KIND_NONE,
	ATL_KIND_USAGE,     /* 2: usage or file */
	ATL_KIND_SYNTAX,    /* 3 */
	ATL_KIND_NAME,      /* 3 */
	ATL_KIND_SHAPE,     /* 3 */
	ATL_KIND_DOMAIN,    /* 4: outside an op's domain, no value */
	ATL_KIND_UNABLE,    /* 4: the number system cannot (irrational, undecided) */
	ATL_KIND_LIMIT,     /* 4: a limit, or memory */
	ATL_KIND_TIME,      /* 4: the limit of seconds */
	ATL_KIND_INTERRUPT, /* 130 */
	ATL_KIND_COUNT
} atl_kind;
int atl_kind_exit(atl_kind);

enum { ATL_DIAG_LABELS = 6, ATL_DIAG_NOTES = 8 };

typedef struct atl_label {
	atl_span span;
	const char *text; /* "" for an underline without words */
} atl_label;

typedef struct atl_diag {
	atl_kind kind;             /* ATL_KIND_NONE: nothing happened */
	const char *message;
	atl_span at;               /* the primary place: underlined with ^ */
	atl_label label[ATL_DIAG_LABELS]; /* secondary places: underlined with - */
	unsigned n_labels;
	const char *note[ATL_DIAG_NOTES]; /* lines below the picture, in order; offers are notes */
	unsigned n_notes;
	bool late;                 /* a later failure was dropped, and its labels and notes are too */
	atl_arena arena;           /* owns the words */
} atl_diag;

/* A zeroed atl_diag is a valid empty one. */
void atl_diag_reset(atl_diag *); /* empties, keeps memory */
void atl_diag_clear(atl_diag *); /* gives all back */

/* Always returns ATL_ERROR, so that `return atl_diag_fail(...)` reads well. */
ATL_SELDOM atl_status atl_diag_fail(atl_diag *, atl_kind, atl_span at, const char *format, ...)
	ATL_PRINTF(4, 5);
atl_status atl_diag_vfail(atl_diag *, atl_kind, atl_span at, const char *format, va_list);
ATL_SELDOM atl_status atl_diag_nomem(atl_diag *);
void atl_diag_label(atl_diag *, atl_span, const char *format, ...) ATL_PRINTF(3, 4);
void atl_diag_note(atl_diag *, const char *format, ...) ATL_PRINTF(2, 3);
/* "line 7" or "x.atl:7" of a span, for use in labels; "" when nowhere. */
const char *atl_diag_line(atl_diag *, const atl_sources *, atl_span);
/* The note `in "f", called at line 7: f(-1)`; none when nowhere. */
void atl_diag_called(atl_diag *, const atl_sources *, const char *name, atl_span call);

/* base/render.c: the picture as text.  `severity` is "error" or "note".
 * `width` is the terminal's (0: no limit): a longer source line is shown in a
 * window around the underlined places. */
typedef struct atl_style {
	bool color;   /* ANSI colours */
	bool ascii;   /* no byte above 127 is written: × is x, ∂ is d, and so on */
	unsigned width;
} atl_style;
void atl_diag_render(atl_buf *, const atl_diag *, const char *severity, const atl_sources *,
                     atl_style);

#endif
