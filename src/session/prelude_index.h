/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prelude_index.h: what the prelude defines, known without reading it.
 *
 * prelude/mkindex.sh writes the table from the files of prelude/ when atled is built,
 * so that a definition's file is read and parsed only when its name is first
 * used, and help and completion need not read it at all. */
#ifndef ATL_SESSION_PRELUDE_INDEX_H
#define ATL_SESSION_PRELUDE_INDEX_H

#include <stddef.h>

typedef struct atl_prelude_entry {
	const char *name;
	const char *file;      /* in the prelude's folder: "losses.atl" */
	const char *signature; /* as it is defined: "mse(y, t)" */
	const char *summary;   /* its ## lines, joined by a space */
	const char *example;   /* its ##> lines, as in an op's row, separated by \n; NULL: none */
} atl_prelude_entry;

/* Sorted by name in the order of strcmp; a name stands once. */
extern const atl_prelude_entry atl_prelude_index[];
extern const size_t atl_prelude_count;

#endif
