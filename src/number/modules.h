/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modules.h: shared objects that are opened when they are first needed, since
 * what they are linked with costs more to start than all of atled.  Each
 * exports one table of functions (flint.h, blas.h). */
#ifndef ATL_NUMBER_MODULES_H
#define ATL_NUMBER_MODULES_H

#include "number/number.h"

/* Whose modules, and whether they were tried. */
struct atl_modules {
	const char *folder; /* where they stand; NULL: nowhere */
	const struct atl_flint *flint;
	const struct atl_blas *blas;
	unsigned blas_callers; /* who may be in it at once */
	bool tried_flint, tried_blas;
};

/* The table that the module of this file exports by this name, an int that is
 * this version at its beginning; NULL when it is not to be had.  It stays open. */
const void *atl_module_open(const atl_modules *, const char *file, const char *symbol, int version);

#endif
