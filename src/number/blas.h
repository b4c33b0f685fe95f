/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blas.h: factorisations of large matrices of doubles from OpenBLAS, and products
 * where the machine has no fused multiply-adds, or the matrices are thin.
 *
 * OpenBLAS takes longer to start than all of atled, so it stands in a module,
 * a shared object that is opened when it is first needed and exports one table
 * of functions (src/number/blas/ is its source).  Without it, and where the
 * process may not have the memory that it takes, own loops do the work.
 *
 * OpenBLAS has no threads of its own here: callers cut a product into parts
 * and share them (base/pool.h).  It may not run out of memory, since it would
 * try for ever; so it gets its buffers when it is opened and by `reserve`.
 *
 * Matrices are row-major.  No function can be interrupted. */
#ifndef ATL_NUMBER_BLAS_H
#define ATL_NUMBER_BLAS_H

#include "number/float64.h"

typedef struct atl_blas atl_blas;

enum { ATL_BLAS_VERSION = 1, ATL_BLAS_BUFFER = 272 << 20 };

struct atl_blas {
	int version; /* of this table */
	/* Has buffers for so many callers at once, each ATL_BLAS_BUFFER bytes or less
	 * of address space, which must be free. */
	void (*reserve)(unsigned callers);
	/* m, k, n and the distances are 1 to INT_MAX, alpha is not 0. */
	void (*gemm)(const atl_product *);
	/* a (n x n, symmetric; the lower triangle is read) becomes its lower factor
	 * L, a = L*L', zeros above; false: a is not positive definite. */
	bool (*cholesky)(double *a, size_t n);
	/* a (m x n) = u*diag(s)*vt, with p = min(m, n) values in s, falling, u m x p
	 * and vt p x n; a is lost.  false: it did not converge. */
	bool (*svd)(double *u, double *s, double *vt, double *a, size_t m, size_t n, double *work,
	            size_t n_work);
	size_t (*svd_work)(size_t m, size_t n); /* what n_work must be */
	/* The eigenvalues of a (n x n, symmetric; the lower triangle is read),
	 * rising; a's rows become the eigenvectors.  false: it did not converge. */
	bool (*eigh)(double *values, double *a, size_t n, double *work, size_t n_work);
	size_t (*eigh_work)(size_t n);
};

/* The name of the one symbol that the module exports: a const atl_blas. */
#define ATL_BLAS_SYMBOL "atl_blas_table"
#define ATL_BLAS_FILE "atled-blas.so"

/* The module, opened by the first call; NULL when it is not to be had. */
const atl_blas *atl_blas_load(const atl_num *);
/* How many callers may be in its functions at once: so many, or as there is
 * memory for, but one.  Of a module that is open. */
unsigned atl_blas_callers(const atl_num *, unsigned wanted);

#endif
