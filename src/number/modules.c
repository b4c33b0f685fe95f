/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modules.c: opens modules. */
#include "number/modules.h"

#include <dlfcn.h>

const void *atl_module_open(const atl_modules *m, const char *file, const char *symbol, int version)
{
	atl_buf path = { 0 };
	void *library = NULL;

	if (!m->folder)
		return NULL;
	atl_buf_addf(&path, "%s/%s", m->folder, file);
	if (!path.failed)
		library = dlopen(atl_buf_text(&path), RTLD_LAZY | RTLD_LOCAL);
	atl_buf_clear(&path);
	const int *table = library ? dlsym(library, symbol) : NULL;
	return table && *table == version ? table : NULL;
}
