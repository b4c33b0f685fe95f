/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host.h: the smallest host of a builder, for tests of graph, ops and eval.
 *
 * A bench owns one of everything from sources to eval.  It runs statements as
 * the language has them (NAME = E, NAME <- E, E), keeps names, guards and
 * notes, and cuts back what a failed statement built. */
#ifndef ATL_TESTS_HOST_H
#define ATL_TESTS_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "eval/eval.h"
#include "graph/build.h"
#include "graph/derive.h"
#include "graph/show.h"
#include "lang/reader.h"

enum { BENCH_NAMES = 64 };

typedef struct bench {
	atl_diag diag;
	atl_sources *sources;
	atl_symbols *symbols;
	atl_graph *graph;
	atl_eval *eval;
	atl_reader *reader;
	atl_builder b;
	struct { atl_sym sym; atl_id id; uint32_t turn; } name[BENCH_NAMES];
	size_t n_names;
	uint32_t guard;
	atl_id guard_from;
	int64_t draws;
	unsigned line;
	uint32_t end;        /* of the sources, after the last text that was run */
	atl_span statement;
	atl_buf notes; /* a line each */
	atl_buf text;  /* what `shown` and `value_text` gave last */
} bench;

/* NULL without memory. */
bench *bench_new(const char *system);
void bench_free(bench *);
void bench_system(bench *, const char *system);

/* Runs the text's statements; the last one's node, or 0 and t->diag. */
atl_id run(bench *, const char *text);
/* The same, and the test fails when it does. */
atl_id must(bench *, const char *text);
/* The node a name is bound to; 0: none. */
atl_id named(const bench *, const char *name);

/* A node as it would be written, and its value: "3", "[1; 2]", "[1, 2; 3, 4]",
 * "2×1×2: 1 2 3 4".  Texts live until the next call. */
const char *shown(bench *, atl_id);
const char *value_text(bench *, atl_id);
/* Message, labels and notes of t->diag, a line each. */
const char *complaint(bench *);

void assert_value(bench *, const char *text, const char *expected);
void assert_shown(bench *, const char *text, const char *expected);
/* The text fails, and its complaint has all these lines ("\n" between). */
void assert_fails(bench *, const char *text, atl_kind, const char *lines);

#endif
