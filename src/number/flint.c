/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flint.c: opens the FLINT module.  It stays open: certified reals point into it. */
#include "number/flint.h"

#include "base/module.h"
#include "number/modules.h"

const atl_flint *atl_flint_load(const atl_num *num)
{
	atl_modules *m = num->modules;

	if (!m)
		return NULL;
	if (!m->tried_flint) {
		m->tried_flint = true;
		m->flint = atl_module_open(m->folder, ATL_FLINT_FILE, ATL_FLINT_SYMBOL,
		                           ATL_FLINT_VERSION);
	}
	return m->flint;
}

bool atl_flint_can_wait(const atl_num *num)
{
	enum { FEW = 4 };
	atl_modules *m = num->modules;

	return m && !m->flint && m->waited++ < FEW;
}
