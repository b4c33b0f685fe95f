/* SPDX-License-Identifier: GPL-3.0-or-later */
/* readline.c: finds the library that the headers belong to. */
#include "cli/readline.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include "base/banned.h"

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)
#define MAJOR TEXT(RL_VERSION_MAJOR)

static void *open_library(void)
{
	static const char *const names[] = { "libreadline.so." MAJOR,
		                             "libreadline." MAJOR ".dylib" };
	void *library = NULL;
	for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
		library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
	return library;
}

/* dlsym gives functions as void *, which POSIX says has a function pointer's form. */
static bool look_up(void *library, atl_readline *table)
{
	static const struct {
		const char *name;
		size_t offset;
	} rows[] = {
#define X(name) { #name, offsetof(atl_readline, name) },
		ATL_READLINE_NAMES(X)
#undef X
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		void *symbol = dlsym(library, rows[i].name);
		if (!symbol)
			return false;
		memcpy((char *)table + rows[i].offset, &symbol, sizeof symbol);
	}
	return true;
}

const atl_readline *atl_readline_load(void)
{
	static atl_readline table;
	static bool loaded;
	void *library = loaded ? NULL : open_library();
	if (library)
		loaded = look_up(library, &table);
	return loaded ? &table : NULL;
}
