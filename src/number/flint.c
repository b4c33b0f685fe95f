/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flint.c: opens the FLINT module. */
#include "number/flint.h"

#include <dlfcn.h>

/* It stays open: certified reals point into it. */
static const atl_flint *open_module(const char *folder)
{
	atl_buf path = { 0 };
	void *library = NULL;

	atl_buf_addf(&path, "%s/%s", folder, ATL_FLINT_FILE);
	if (!path.failed)
		library = dlopen(atl_buf_text(&path), RTLD_LAZY | RTLD_LOCAL);
	atl_buf_clear(&path);
	const atl_flint *table = library ? dlsym(library, ATL_FLINT_SYMBOL) : NULL;
	return table && table->version == ATL_FLINT_VERSION ? table : NULL;
}

const atl_flint *atl_flint_load(const atl_num *num)
{
	atl_modules *m = num->modules;

	if (!m)
		return NULL;
	if (!m->tried) {
		m->tried = true;
		m->flint = m->folder ? open_module(m->folder) : NULL;
	}
	return m->flint;
}
