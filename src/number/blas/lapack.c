/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lapack.c: factorisations, by the LAPACK that stands in OpenBLAS.
 *
 * LAPACK stores by columns, so it is given the transpose of what is meant, and
 * gives the transpose of what is wanted: nothing is copied. */
#include "number/blas/module.h"

#include <string.h>

/* Fortran's: every argument by its address, the lengths of texts at the end. */
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t);
void dgesdd_(const char *job, const int *m, const int *n, double *a, const int *lda, double *s,
             double *u, const int *ldu, double *vt, const int *ldvt, double *work,
             const int *n_work, int *iwork, int *info, size_t);
void dsyevd_(const char *job, const char *uplo, const int *n, double *a, const int *lda,
             double *values, double *work, const int *n_work, int *iwork, const int *n_iwork,
             int *info, size_t, size_t);

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Doubles that hold so many ints. */
static size_t of_ints(size_t n)
{
	return (n * sizeof(int) + sizeof(double) - 1) / sizeof(double);
}

bool atl_lapack_cholesky(double *a, size_t n)
{
	int order = (int)n, info;

	dpotrf_("U", &order, a, &order, &info, 1);
	for (size_t i = 0; i + 1 < n; i++)
		memset(a + i * n + i + 1, 0, (n - i - 1) * sizeof *a);
	return info == 0;
}

/* a' = v*diag(s)*u': where a' is m' x n', "u" is v, m' x p. */
bool atl_lapack_svd(double *u, double *s, double *vt, double *a, size_t m, size_t n, double *work,
                    size_t n_work)
{
	const int rows = (int)n, cols = (int)m, p = (int)least(m, n);
	const size_t ints = of_ints(8 * least(m, n));
	int size = (int)(n_work - ints), info;

	dgesdd_("S", &rows, &cols, a, &rows, s, vt, &rows, u, &p, work + ints, &size, (int *)work,
	        &info, 1);
	return info == 0;
}

size_t atl_lapack_svd_work(size_t m, size_t n)
{
	const int rows = (int)n, cols = (int)m, p = (int)least(m, n), ask = -1;
	int info, none = 0;
	double size = 0, a = 0;

	dgesdd_("S", &rows, &cols, &a, &rows, &a, &a, &rows, &a, &p, &size, &ask, &none, &info, 1);
	return (size_t)size + of_ints(8 * least(m, n));
}

bool atl_lapack_eigh(double *values, double *a, size_t n, double *work, size_t n_work)
{
	const int order = (int)n, n_ints = (int)(3 + 5 * n);
	const size_t ints = of_ints((size_t)n_ints);
	int size = (int)(n_work - ints), info;

	dsyevd_("V", "U", &order, a, &order, values, work + ints, &size, (int *)work, &n_ints,
	        &info, 1, 1);
	return info == 0;
}

size_t atl_lapack_eigh_work(size_t n)
{
	return 1 + 6 * n + 2 * n * n + of_ints(3 + 5 * n);
}
