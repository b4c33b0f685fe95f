/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.h: the command line, read. */
#ifndef ATL_CLI_OPTIONS_H
#define ATL_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include "session/session.h"

/* What is to be run, in the order of the command line. */
typedef enum atl_work_kind { ATL_WORK_TEXT, ATL_WORK_FILE, ATL_WORK_DEFINE } atl_work_kind;
typedef struct atl_work {
	atl_work_kind kind;
	const char *text; /* -e's text, a file's name ("-": standard input), -D's NAME=EXPR */
} atl_work;

/* A setting as `set` takes it, from an option. */
typedef struct atl_preset {
	const char *option, *key, *value;
} atl_preset;

enum { ATL_MAX_PRESETS = 16 };

typedef struct atl_cli {
	atl_work *work;
	size_t n_work;
	atl_preset preset[ATL_MAX_PRESETS];
	size_t n_presets;
	atl_mode mode;
	atl_dump dump;
	enum { ATL_COLOR_AUTO, ATL_COLOR_ALWAYS, ATL_COLOR_NEVER } color;
	bool ascii, quiet, interactive, help, version;
} atl_cli;

/* Reads the arguments; false after a line on standard error.  cli->work is
 * the caller's to free. */
bool atl_cli_read(atl_cli *, int argc, char **argv) ATL_MUST_CHECK;
/* What --help prints. */
extern const char atl_cli_usage[];

#endif
