/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c: the streams of the process, which are global by nature. */
#include "cli/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 1 << 16 };

static char buffer[SIZE];
static size_t used;
static int failed;

static void put(int fd, const char *text, size_t len)
{
	while (len && !failed) {
		ssize_t n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			if (fd == STDOUT_FILENO)
				failed = errno;
			return;
		}
		text += n;
		len -= (size_t)n;
	}
}

void atl_out_flush(void)
{
	put(STDOUT_FILENO, buffer, used);
	used = 0;
}

void atl_out(void *unused, const char *text, size_t len)
{
	(void)unused;
	if (len > SIZE - used)
		atl_out_flush();
	if (len > SIZE) {
		put(STDOUT_FILENO, text, len);
		return;
	}
	memcpy(buffer + used, text, len);
	used += len;
}

void atl_err(void *unused, const char *text, size_t len)
{
	(void)unused;
	atl_out_flush();
	put(STDERR_FILENO, text, len);
}

int atl_out_failed(void)
{
	return failed;
}
