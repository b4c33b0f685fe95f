/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terminal.c: colours, letters and width. */
#include "cli/terminal.h"

#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "base/banned.h"

enum { DEFAULT_WIDTH = 80, LEAST_WIDTH = 20, MOST_WIDTH = 10000 };

/* The first of the variables that is set and not empty decides, as setlocale has it. */
static const char *locale_name(void)
{
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
		const char *name = getenv(variables[i]);
		if (name && *name)
			return name;
	}
	return "";
}

atl_charset atl_terminal_charset(void)
{
	const char *name = locale_name(), *dot = strchr(name, '.');
	if (!*name)
		return ATL_CHARSET_NONE;
	if (dot && (!strncasecmp(dot, ".utf-8", 6) || !strncasecmp(dot, ".utf8", 5)))
		return ATL_CHARSET_UTF8;
	return ATL_CHARSET_OTHER;
}

bool atl_terminal_color(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	return !(no && *no) && term && strcmp(term, "dumb") != 0;
}

unsigned atl_terminal_width(int fd)
{
	struct winsize size;
	const char *columns;
	long width = 0;
	if (fd >= 0 && ioctl(fd, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width == 0 && (columns = getenv("COLUMNS")))
		width = strtol(columns, NULL, 10);
	if (width <= 0)
		return DEFAULT_WIDTH;
	if (width < LEAST_WIDTH)
		return LEAST_WIDTH;
	return width > MOST_WIDTH ? MOST_WIDTH : (unsigned)width;
}
