/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_factor.c: Cholesky's factor, eigenvalues and singular values of
 * matrices of doubles: of large ones by the module for OpenBLAS, where it is to
 * be had, else by the generic algorithms. */
#include "number/float64.h"

#include <string.h>
#include "number/blas.h"
#include "number/generic.h"

enum { WORTH_IT = 24 }; /* rows from which the module's start is repaid */

/* The module for a matrix of finite doubles; NULL: not to be used. */
static const atl_blas *module_for(const double *a, size_t m, size_t n, const atl_num *num)
{
	if (m < WORTH_IT || n < WORTH_IT || atl_float64_unusual(a, m * n))
		return NULL;
	return atl_blas_load(num);
}

atl_answer atl_float64_cholesky(void *y, const void *a, size_t n, atl_num *num)
{
	const atl_blas *lib = module_for(a, n, n, num);
	atl_steps s = { num, ATL_FINE };

	if (!lib)
		return atl_generic_cholesky(y, a, n, num);
	bool definite = atl_generic_half(&s, y, a, n) && lib->cholesky(y, n);
	return s.answer == ATL_FINE && !definite ? atl_generic_outside(y, n * n, num) : s.answer;
}

atl_answer atl_float64_eigh(void *values, void *vectors, const void *a, size_t n, atl_num *num)
{
	const atl_blas *lib = module_for(a, n, n, num);
	atl_steps s = { num, ATL_FINE };

	if (!lib)
		return atl_generic_eigh(values, vectors, a, n, num);
	const size_t n_work = lib->eigh_work(n);
	double *q = atl_scratch(&s, n * n), *work = atl_scratch(&s, n_work);
	bool found = work && atl_generic_half(&s, q, a, n) && lib->eigh(values, q, n, work, n_work);
	if (found) {
		atl_do_turn(&s, vectors, q, n, n);
		atl_generic_signs(&s, vectors, n, NULL, 0, n);
	}
	atl_elements_free(work, n_work, num);
	atl_elements_free(q, n * n, num);
	/* The generic way answers for what is not symmetric. */
	return s.answer == ATL_FINE && !found ? atl_generic_eigh(values, vectors, a, n, num) : s.answer;
}

atl_answer atl_float64_svd(void *u, void *values, void *v, const void *a, size_t m, size_t n,
                           atl_num *num)
{
	const atl_blas *lib = module_for(a, m, n, num);
	const size_t p = m < n ? m : n, n_work = lib ? lib->svd_work(m, n) : 0;
	atl_steps s = { num, ATL_FINE };

	if (!lib)
		return atl_generic_svd(u, values, v, a, m, n, num);
	double *copy = atl_scratch(&s, m * n), *left = atl_scratch(&s, m * p);
	double *right = atl_scratch(&s, p * n), *work = atl_scratch(&s, n_work);
	atl_do_copy(&s, copy, a, m * n);
	bool found = work && lib->svd(left, values, right, copy, m, n, work, n_work);
	if (found) {
		atl_do_copy(&s, u, left, m * p);
		atl_do_turn(&s, v, right, p, n);
		atl_generic_signs(&s, u, m, v, n, p);
	}
	atl_elements_free(work, n_work, num);
	atl_elements_free(right, p * n, num);
	atl_elements_free(left, m * p, num);
	atl_elements_free(copy, m * n, num);
	return s.answer == ATL_FINE && !found ? atl_generic_svd(u, values, v, a, m, n, num) : s.answer;
}
