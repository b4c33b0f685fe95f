/* SPDX-License-Identifier: GPL-3.0-or-later */
/* module.h: between the files of OpenBLAS's module (number/blas.h says what it
 * is).  The module calls nothing of the program's, and the program calls it
 * through the table alone. */
#ifndef ATL_NUMBER_BLAS_MODULE_H
#define ATL_NUMBER_BLAS_MODULE_H

#include "number/blas.h"

extern const atl_blas atl_blas_table;

/* lapack.c */
bool atl_lapack_cholesky(double *a, size_t n);
bool atl_lapack_svd(double *u, double *s, double *vt, double *a, size_t m, size_t n, double *work,
                    size_t n_work);
size_t atl_lapack_svd_work(size_t m, size_t n);
bool atl_lapack_eigh(double *values, double *a, size_t n, double *work, size_t n_work);
size_t atl_lapack_eigh_work(size_t n);

#endif
