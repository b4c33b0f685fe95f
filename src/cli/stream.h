/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.h: where results and messages leave the program.
 *
 * Results are collected and written when there are many, before the program
 * waits for input, and before a message goes to standard error, so that the
 * two keep their order when they go to the same place.  On a terminal each
 * line is written at once.  After a write that failed nothing more is written,
 * the computation is asked to stop, and `error` says why. */
#ifndef ATL_CLI_STREAM_H
#define ATL_CLI_STREAM_H

#include <stdbool.h>
#include <stddef.h>

enum { ATL_STREAM_SIZE = 65536 };

typedef struct atl_stream {
	bool direct; /* standard output is a terminal */
	int error;   /* errno of the write that failed, or 0 */
	size_t len;
	char text[ATL_STREAM_SIZE];
} atl_stream;

void atl_stream_init(atl_stream *, bool direct);
/* The two ends of an atl_sink; `data` is the atl_stream. */
void atl_stream_out(void *data, const char *text, size_t len);
void atl_stream_err(void *data, const char *text, size_t len);
void atl_stream_flush(atl_stream *);

#endif
