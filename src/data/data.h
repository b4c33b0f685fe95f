/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.h: arrays out of files and into files.
 *
 * A format is one row (data.c): its name, its file endings, how its bytes are
 * told from others', how it is read and how it is written.  Reading goes by
 * the bytes and asks the file's name only where bytes do not tell; writing
 * goes by the name's ending.  What is compressed with gzip is read as what it
 * holds.
 *
 * Files are not trusted: every size they claim is held against the bytes that
 * are there and against ATL_DATA_BYTES before anything is allocated for it, and
 * what is wrong is told with its line and column, or its byte.
 *
 * Shapes: one dimension is a vector (n x 1), none a scalar, and six are the
 * most.  A picture is height x width, or channels x height x width, of levels as they stand in the
 * file: 0 to 255, or to 65535. */
#ifndef ATL_DATA_DATA_H
#define ATL_DATA_DATA_H

#include "array/array.h"
#include "base/diag.h"

/* Of a file, and of what it unpacks to. */
#define ATL_DATA_BYTES ((size_t)1 << 30)

typedef struct atl_input {
	const char *name;       /* of the file, for errors and for its ending */
	const unsigned char *p; /* all of it */
	size_t n;
	const char *part;       /* which array of several, or which column; NULL: the only one */
	size_t most;            /* bytes that it may unpack to; 0: ATL_DATA_BYTES */
	atl_num *num;           /* the system that stores the numbers */
	atl_diag *diag;
	atl_span at;            /* where the user wrote the name */
	atl_buf *note;          /* a word to the user about what was read; empty: none */
} atl_input;

/* The array; NULL after a diagnostic.  Missing numbers are no value where
 * num->ieee is set, and errors otherwise. */
atl_array *atl_data_read(const atl_input *) ATL_MUST_CHECK;

typedef struct atl_item {
	const char *name; /* NULL: it has none */
	const atl_array *value;
} atl_item;

typedef struct atl_output {
	const char *name;      /* of the file */
	const atl_item *item;  /* what to write, in order */
	size_t n;
	atl_num *num;          /* the system that the values are in */
	atl_diag *diag;
	atl_span at;
	atl_buf *bytes;        /* what the file will be */
	atl_buf *note;
} atl_output;

/* The file's bytes. */
atl_status atl_data_write(const atl_output *) ATL_MUST_CHECK;

/* file.c: a whole file, "-" being standard input. */
atl_status atl_file_read(const char *name, atl_buf *bytes, atl_diag *, atl_span) ATL_MUST_CHECK;
/* All of it or nothing: the bytes go to a file beside it, which then takes its place. */
atl_status atl_file_write(const char *name, const atl_buf *bytes, atl_diag *, atl_span) ATL_MUST_CHECK;

#endif
