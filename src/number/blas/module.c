/* SPDX-License-Identifier: GPL-3.0-or-later */
/* module.c: the module of OpenBLAS: its table, products, and the reserve. */
#include "number/blas/module.h"

#include <cblas.h>

/* OpenBLAS's own, in no header: a caller's buffer. */
void *blas_memory_alloc(int position);
void blas_memory_free(void *);

enum { MOST_CALLERS = 256 };

/* A buffer that was given back is kept for the next caller. */
static void reserve(unsigned callers)
{
	void *buffer[MOST_CALLERS];

	for (unsigned i = 0; i < callers && i < MOST_CALLERS; i++)
		buffer[i] = blas_memory_alloc(0);
	for (unsigned i = 0; i < callers && i < MOST_CALLERS; i++)
		blas_memory_free(buffer[i]);
}

/* y (entries `step` apart) = alpha*op(a)*x + beta*y, of a stored rows x cols.
 * Some versions scale y by 0 where they should not look at it. */
static void times_vector(double *y, size_t step, const double *a, bool turned, size_t lda,
                         size_t rows, size_t cols, const double *x, size_t sx,
                         const atl_product *p)
{
	const size_t n = turned ? cols : rows;

	for (size_t i = 0; i < n && p->beta == 0; i++)
		y[i * step] = 0;
	cblas_dgemv(CblasRowMajor, turned ? CblasTrans : CblasNoTrans, (int)rows, (int)cols,
	            p->alpha, a, (int)lda, x, (int)sx, p->beta == 0 ? 1 : p->beta, y, (int)step);
}

static void gemm(const atl_product *p)
{
	if (p->n == 1)
		times_vector(p->y, p->ldy, p->a, p->ta, p->lda, p->ta ? p->k : p->m,
		             p->ta ? p->m : p->k, p->b, p->tb ? 1 : p->ldb, p);
	else if (p->m == 1)
		times_vector(p->y, 1, p->b, !p->tb, p->ldb, p->tb ? p->n : p->k,
		             p->tb ? p->k : p->n, p->a, p->ta ? p->lda : 1, p);
	else
		cblas_dgemm(CblasRowMajor, p->ta ? CblasTrans : CblasNoTrans,
		            p->tb ? CblasTrans : CblasNoTrans, (int)p->m, (int)p->n, (int)p->k,
		            p->alpha, p->a, (int)p->lda, p->b, (int)p->ldb, p->beta, p->y,
		            (int)p->ldy);
}

const atl_blas atl_blas_table = {
	.version = ATL_BLAS_VERSION,
	.reserve = reserve,
	.gemm = gemm,
	.cholesky = atl_lapack_cholesky,
	.svd = atl_lapack_svd,
	.svd_work = atl_lapack_svd_work,
	.eigh = atl_lapack_eigh,
	.eigh_work = atl_lapack_eigh_work,
};
