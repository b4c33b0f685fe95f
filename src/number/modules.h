/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modules.h: which modules (base/module.h) the number systems have opened:
 * those of flint.h and blas.h. */
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
	unsigned waited; /* how often FLINT could be done without (flint.h) */
};

#endif
