/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.c: whole files in and out. */
#include "data/data.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 65536 };

static atl_status fail(atl_diag *diag, atl_span at, const char *verb, const char *name, int error)
{
	return atl_diag_fail(diag, ATL_KIND_USAGE, at, "cannot %s \"%s\": %s", verb, name,
	                     strerror(error));
}

/* ---- in ---- */

static atl_status read_all(int fd, const char *name, atl_buf *bytes, atl_diag *diag, atl_span at)
{
	char chunk[CHUNK];
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR) /* Ctrl-C, while standard input is waited for */
			return atl_diag_fail(diag, ATL_KIND_INTERRUPT, at, "interrupted");
		if (n < 0)
			return fail(diag, at, "read", name, errno);
		if (n == 0)
			return bytes->failed ? atl_diag_nomem(diag) : ATL_OK;
		if ((size_t)n > ATL_DATA_BYTES - bytes->len)
			return atl_diag_fail(diag, ATL_KIND_LIMIT, at,
			                     "\"%s\" is larger than the limit of %zu bytes", name,
			                     ATL_DATA_BYTES);
		atl_buf_addn(bytes, chunk, (size_t)n);
		if (bytes->failed)
			return atl_diag_nomem(diag);
	}
}

atl_status atl_file_read(const char *name, atl_buf *bytes, atl_diag *diag, atl_span at)
{
	if (!strcmp(name, "-"))
		return read_all(STDIN_FILENO, "standard input", bytes, diag, at);
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(diag, at, "open", name, errno);
	atl_status status = read_all(fd, name, bytes, diag, at);
	close(fd);
	return status;
}

/* ---- out ---- */

static int write_all(int fd, const atl_buf *bytes)
{
	const char *p = atl_buf_text(bytes), *end = p + bytes->len;
	while (p < end) {
		ssize_t n = write(fd, p, (size_t)(end - p));
		if (n < 0 && errno != EINTR)
			return errno;
		p += n > 0 ? n : 0;
	}
	return 0;
}

/* The permissions of a new file, or of the one whose place it takes. */
static mode_t mode_for(const struct stat *there)
{
	if (there)
		return there->st_mode & 0777;
	mode_t mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static int write_beside(const char *name, const struct stat *there, const atl_buf *bytes)
{
	atl_buf beside = { 0 };
	atl_buf_addf(&beside, "%s.XXXXXX", name);
	if (beside.failed)
		return ENOMEM;
	int fd = mkstemp(beside.p), error = fd < 0 ? errno : 0;
	if (fd >= 0) {
		error = write_all(fd, bytes);
		if (!error && fchmod(fd, mode_for(there)))
			error = errno;
		if (close(fd) && !error)
			error = errno;
		if (!error && rename(beside.p, name))
			error = errno;
		if (error)
			unlink(beside.p);
	}
	atl_buf_clear(&beside);
	return error;
}

static int write_into(const char *name, const atl_buf *bytes)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	int error = write_all(fd, bytes);
	return close(fd) && !error ? errno : error;
}

/* What a link points to is written, and the link stays; a device is written into. */
atl_status atl_file_write(const char *name, const atl_buf *bytes, atl_diag *diag, atl_span at)
{
	char target[PATH_MAX];
	struct stat there;
	const char *real = realpath(name, target) ? target : name;
	bool exists = !stat(real, &there);
	int error = exists && !S_ISREG(there.st_mode) ? write_into(real, bytes)
	                                              : write_beside(real, exists ? &there : NULL, bytes);
	return error ? fail(diag, at, "write", name, error) : ATL_OK;
}
