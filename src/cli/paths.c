/* SPDX-License-Identifier: GPL-3.0-or-later */
/* paths.c: XDG Base Directory Specification 0.8, and the prelude's folder. */
#include "cli/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef ATL_PKGDATADIR
#define ATL_PKGDATADIR "/usr/local/share/atled"
#endif

static bool exists(const char *path)
{
	return access(path, R_OK | X_OK) == 0;
}

/* The folder of the running program, ending in '/'; "" when it is not known. */
static void program_folder(atl_buf *out, const char *argv0)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);
	if (n > 0 && (size_t)n < sizeof path)
		atl_buf_addn(out, path, (size_t)n);
	else if (argv0 && strchr(argv0, '/'))
		atl_buf_add(out, argv0);
	const char *text = atl_buf_text(out), *slash = strrchr(text, '/');
	atl_buf_cut(out, slash ? (size_t)(slash - text) + 1 : 0);
}

void atl_path_prelude(atl_buf *out, const char *argv0)
{
	static const char *const beside[] = { "prelude", "../share/atled/prelude" };
	const char *env = getenv("ATLED_PRELUDE");
	if (env && *env) {
		atl_buf_add(out, env);
		return;
	}
	program_folder(out, argv0);
	size_t folder = out->len;
	for (size_t i = 0; folder && i < sizeof beside / sizeof *beside; i++) {
		atl_buf_cut(out, folder);
		atl_buf_add(out, beside[i]);
		if (exists(atl_buf_text(out)))
			return;
	}
	atl_buf_reset(out);
	atl_buf_add(out, ATL_PKGDATADIR "/prelude");
}

/* $variable, or $HOME/fallback; then /atled/. */
static bool xdg(atl_buf *out, const char *variable, const char *fallback)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	if (base && *base == '/')
		atl_buf_addf(out, "%s/atled/", base);
	else if (home && *home)
		atl_buf_addf(out, "%s/%s/atled/", home, fallback);
	else
		return false;
	return !out->failed;
}

/* Every folder of the path up to its last '/'. */
static bool make_folders(char *path)
{
	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		bool good = mkdir(path, 0700) == 0 || errno == EEXIST;
		*p = '/';
		if (!good)
			return false;
	}
	return true;
}

bool atl_path_rc(atl_buf *out)
{
	if (!xdg(out, "XDG_CONFIG_HOME", ".config"))
		return false;
	atl_buf_add(out, "rc");
	return !out->failed && access(atl_buf_text(out), R_OK) == 0;
}

bool atl_path_history(atl_buf *out, bool make)
{
	if (!xdg(out, "XDG_STATE_HOME", ".local/state"))
		return false;
	atl_buf_add(out, "history");
	return !out->failed && (!make || make_folders(out->p));
}
