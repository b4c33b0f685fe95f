/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paths.c: candidates in order, none of which is opened. */
#include "cli/paths.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "number/blas.h"
#include "number/flint.h"

/* ---- the prelude and the modules ---- */

/* The program's folder with its slash, "" when nobody knows. */
static void program_folder(char folder[PATH_MAX], const char *argv0)
{
	char *slash;
	ssize_t len = readlink("/proc/self/exe", folder, PATH_MAX - 1);
	if (len > 0)
		folder[len] = 0;
	else if (snprintf(folder, PATH_MAX, "%s", argv0 ? argv0 : "") >= PATH_MAX)
		*folder = 0;
	slash = strrchr(folder, '/');
	if (slash)
		slash[1] = 0;
	else
		*folder = 0;
}

/* The path is `folder` and `rest`; whether it is there. */
static bool there(atl_buf *path, const char *folder, const char *rest)
{
	atl_buf_reset(path);
	atl_buf_add(path, folder);
	atl_buf_add(path, rest);
	return !path->failed && access(atl_buf_text(path), R_OK) == 0;
}

bool atl_path_prelude(atl_buf *path, const char *argv0)
{
	char folder[PATH_MAX];
	const char *given = getenv("ATLED_PRELUDE");
	if (given && *given) {
		atl_buf_reset(path);
		atl_buf_add(path, given);
		return !path->failed;
	}
	program_folder(folder, argv0);
	if (*folder && (there(path, folder, "prelude") ||
	                there(path, folder, "../share/atled/prelude")))
		return true;
	return there(path, ATL_PKGDATADIR, "/prelude");
}

/* The folder that has a module, without it in the path. */
static bool has_module(atl_buf *path, const char *folder, const char *rest)
{
	size_t len = strlen(folder) + strlen(rest);
	char whole[PATH_MAX];
	if (snprintf(whole, sizeof whole, "%s%s", folder, rest) >= (int)sizeof whole ||
	    !(there(path, whole, "/" ATL_FLINT_FILE) || there(path, whole, "/" ATL_BLAS_FILE)))
		return false;
	atl_buf_cut(path, len);
	return true;
}

bool atl_path_modules(atl_buf *path, const char *argv0)
{
	char folder[PATH_MAX];
	const char *given = getenv("ATLED_MODULES");
	if (given && *given) {
		atl_buf_reset(path);
		atl_buf_add(path, given);
		return !path->failed;
	}
	program_folder(folder, argv0);
	if (*folder && (has_module(path, folder, ".") || has_module(path, folder, "../lib/atled")))
		return true;
	return has_module(path, ATL_PKGLIBDIR, "");
}

/* ---- the user's files ---- */

/* $variable if it is an absolute path, as XDG wants it, else $HOME and `rest`. */
static bool base_folder(atl_buf *path, const char *variable, const char *rest)
{
	const char *folder = getenv(variable), *home = getenv("HOME");
	atl_buf_reset(path);
	if (folder && *folder == '/') {
		atl_buf_add(path, folder);
	} else if (home && *home == '/') {
		atl_buf_add(path, home);
		atl_buf_add(path, rest);
	}
	return path->len && !path->failed;
}

bool atl_path_rc(atl_buf *path)
{
	if (!base_folder(path, "XDG_CONFIG_HOME", "/.config"))
		return false;
	atl_buf_add(path, "/atled/rc");
	return !path->failed && access(atl_buf_text(path), F_OK) == 0;
}

/* Makes the folders of a file that are not there; those that are stay as they are. */
static bool make_folders(char *file)
{
	for (char *p = file + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		bool made = mkdir(file, 0700) == 0 || access(file, X_OK) == 0;
		*p = '/';
		if (!made)
			return false;
	}
	return true;
}

bool atl_path_history(atl_buf *path)
{
	if (!base_folder(path, "XDG_STATE_HOME", "/.local/state"))
		return false;
	atl_buf_add(path, "/atled/history");
	if (path->failed || !make_folders(path->p))
		return false;
	int fd = open(path->p, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}
