/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stream.c: buffered standard output, direct standard error. */
#include "cli/stream.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include "base/banned.h"
#include "cli/interrupt.h"

/* Returns 0 or errno. */
static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);
		if (n >= 0) {
			text += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			struct pollfd wait = { .fd = fd, .events = POLLOUT };
			poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			return errno;
		}
	}
	return 0;
}

static void write_out(atl_stream *s, const char *text, size_t len)
{
	if (s->error)
		return;
	s->error = write_all(STDOUT_FILENO, text, len);
	if (s->error)
		atl_interrupt_request();
}

void atl_stream_init(atl_stream *s, bool direct)
{
	s->direct = direct;
	s->error = 0;
	s->len = 0;
}

void atl_stream_flush(atl_stream *s)
{
	write_out(s, s->text, s->len);
	s->len = 0;
}

void atl_stream_out(void *data, const char *text, size_t len)
{
	atl_stream *s = data;
	if (len > sizeof s->text - s->len)
		atl_stream_flush(s);
	if (len > sizeof s->text) {
		write_out(s, text, len);
		return;
	}
	memcpy(s->text + s->len, text, len);
	s->len += len;
	if (s->direct)
		atl_stream_flush(s);
}

void atl_stream_err(void *data, const char *text, size_t len)
{
	atl_stream *s = data;
	atl_stream_flush(s);
	if (s->error) /* what stops then is not the user's doing */
		return;
	if (s->direct && atl_interrupt_flag) /* the terminal has shown ^C */
		(void)write_all(STDERR_FILENO, "\n", 1);
	(void)write_all(STDERR_FILENO, text, len);
}
