/* SPDX-License-Identifier: GPL-3.0-or-later */
/* module.c: see module.h. */
#include "base/module.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>

const void *atl_module_open(const char *folder, const char *file, const char *symbol, int version)
{
	char path[PATH_MAX];

	if (folder == NULL || snprintf(path, sizeof path, "%s/%s", folder, file) >= (int)sizeof path) {
		return NULL;
	}
	void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	const int *table = library != NULL ? dlsym(library, symbol) : NULL;
	return table != NULL && *table == version ? table : NULL;
}
