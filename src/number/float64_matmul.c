/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_matmul.c: which way a product of matrices of doubles is computed.
 *
 * By own loops where m*k*n is below MODULE; else by fused multiply-adds, where the
 * machine has them and the matrices are not thin (float64_fma.c); else by the module, if
 * it is to be had, in slabs of y's rows (or columns, if there are more of these)
 * that the threads of the pool share:
 *
 *        op(a)      op(b)        y
 *      +------+    +-----+    +-----+
 *      |  0   |    |     |    |  0  |    a slab is at most SLAB multiplications,
 *      +------+  x |     |  = +-----+    some 0.1 s, after which the user may
 *      |  1   |    |     |    |  1  |    stop it, and at least SHARE, which
 *      +------+    +-----+    +-----+    makes up for what slabs cost */
#include <limits.h>
#include <math.h>
#include "base/mem.h"
#include "base/pool.h"
#include "number/blas.h"
#include "number/float64.h"
#include "number/float64_set.h"

static const size_t MODULE = (size_t)1 << 15, SHARE = (size_t)1 << 21, SLAB = (size_t)1 << 31;

enum {
	ALIGN = 16,  /* of slabs: the rows that OpenBLAS takes at a time */
	LINES = 256, /* the least for which packing the other operand again pays */
};

/* ---- the module's part ---- */

typedef struct job {
	const atl_blas *lib;
	const atl_product *whole;
	size_t each; /* rows or columns of a slab */
	const atl_num *num;
} job;

static void slab(void *context, unsigned part, unsigned parts)
{
	const job *j = context;
	atl_product p = *j->whole;
	const bool by_rows = p.m >= p.n;
	const size_t from = part * j->each, all = by_rows ? p.m : p.n;
	const size_t n = part + 1 < parts ? j->each : all - from;

	if (atl_num_stop(j->num))
		return;
	if (by_rows) {
		p.a += from * (p.ta ? 1 : p.lda);
		p.y += from * p.ldy;
		p.m = n;
	} else {
		p.b += from * (p.tb ? p.ldb : 1);
		p.y += from;
		p.n = n;
	}
	j->lib->gemm(&p);
}

static size_t divided(size_t a, size_t b)
{
	return a / b + (a % b != 0);
}

/* By the shape alone, so that results do not depend on the number of threads:
 * OpenBLAS does not give an entry the same bits in every slab.  A power of two,
 * as numbers of processors are. */
static size_t slab_size(const atl_product *p)
{
	const size_t lines = p->m >= p->n ? p->m : p->n;
	const double work = (double)p->m * (double)p->k * (double)p->n;
	size_t parts = 1;

	while (work / (double)parts >= (double)SLAB ||
	       (work / (double)parts >= 2.0 * (double)SHARE && lines / parts >= 2 * LINES))
		parts *= 2;
	const size_t each = divided(lines, parts);
	return divided(each, ALIGN) * ALIGN;
}

static atl_answer by_module(const atl_product *p, const atl_blas *lib, atl_num *num)
{
	const unsigned threads = atl_pool_threads();
	job j = { lib, p, slab_size(p), num };
	const unsigned parts = (unsigned)divided(p->m >= p->n ? p->m : p->n, j.each);

	if (parts > 1 && atl_blas_callers(num, threads) == threads) {
		atl_pool_run(slab, &j, parts);
	} else {
		for (unsigned i = 0; i < parts; i++)
			slab(&j, i, parts);
	}
	return atl_num_stop(num) ? ATL_STOPPED : ATL_FINE;
}

/* ---- the choice ---- */

static bool fits(size_t n)
{
	return n <= INT_MAX;
}

/* Whether m*k*n >= MODULE, and the module can do it. */
static bool is_large(const atl_product *p)
{
	return (double)p->m * (double)p->k * (double)p->n >= (double)MODULE && p->alpha != 0 &&
	       fits(p->m) && fits(p->k) && fits(p->n) && fits(p->lda) && fits(p->ldb) &&
	       fits(p->ldy);
}

/* What there is to say of stored rows. */
typedef struct census {
	bool unusual, nan;
} census;

static census count(const double *x, size_t ld, size_t rows, size_t cols)
{
	census c = { false, false };

	if (ld == cols) {
		cols *= rows;
		rows = 1;
	}
	for (size_t i = 0; i < rows; i++) {
		const double *row = x + i * ld;
		if (!atl_float64_unusual(row, cols))
			continue;
		c.unusual = true;
		for (size_t j = 0; j < cols; j++)
			c.nan = c.nan || isnan(row[j]);
	}
	return c;
}

/* Sets the flags for results that are infinite or no value. */
static void explain(const atl_product *p, census before, atl_num *num)
{
	const census y = count(p->y, p->ldy, p->m, p->n);

	if (!y.unusual)
		return;
	const census a = count(p->a, p->lda, p->ta ? p->k : p->m, p->ta ? p->m : p->k);
	const census b = count(p->b, p->ldb, p->tb ? p->n : p->k, p->tb ? p->k : p->n);
	if (!a.unusual && !b.unusual && !before.unusual && isfinite(p->alpha) && isfinite(p->beta))
		num->flags |= ATL_NUM_OVERFLOWED;
	else if (y.nan && !a.nan && !b.nan && !before.nan && !isnan(p->alpha) && !isnan(p->beta))
		num->flags |= ATL_NUM_INVALID;
}

static void fill_empty(const atl_product *p)
{
	for (size_t i = 0; i < p->m; i++) {
		for (size_t j = 0; j < p->n; j++)
			p->y[i * p->ldy + j] = p->beta == 0 ? 0 : p->beta * p->y[i * p->ldy + j];
	}
}

static atl_answer compute(const atl_product *p, atl_num *num)
{
	if (p->k == 0 || p->m == 0 || p->n == 0) {
		fill_empty(p);
		return ATL_FINE;
	}
	if (!is_large(p))
		return atl_float64_product_loops(p, num);
	if (atl_float64_fma_suits(p))
		return atl_float64_fma(p, NULL, num);
	const atl_blas *lib = atl_blas_load(num);
	return lib ? by_module(p, lib, num) : atl_float64_product_loops(p, num);
}

/* Where nothing was raised there is nothing to explain; exceptions that were
 * raised before are left so. */
atl_answer atl_float64_multiply(const atl_product *p, atl_num *num)
{
	const unsigned asked = ATL_F64_INVALID | ATL_F64_OVERFLOW, raised = atl_f64_flags_test();
	census before = { false, false };

	if (p->beta != 0)
		before = count(p->y, p->ldy, p->m, p->n);
	if (raised & asked)
		atl_f64_flags_clear();
	const atl_answer answer = compute(p, num);
	if (answer == ATL_FINE && atl_f64_flags_test() & asked)
		explain(p, before, num);
	if (raised & asked)
		atl_f64_flags_raise(raised);
	return answer;
}

bool atl_float64_pieces(size_t m, size_t k, size_t n)
{
	const atl_product p = { .m = m, .k = k, .n = n, .lda = 1, .ldb = 1, .ldy = 1, .alpha = 1 };

	return is_large(&p) && atl_float64_fma_suits(&p);
}

bool atl_float64_passes(size_t m, size_t k, size_t n)
{
	return k <= ATL_F64_DEPTH && atl_float64_pieces(m, k, n);
}

/* Without the machine's instructions, which tests take away, it is all in one piece. */
atl_answer atl_float64_multiply_then(const atl_product *p, const atl_epilogue *then, atl_num *num)
{
	atl_product whole = *p;

	if (atl_float64_pieces(p->m, p->k, p->n))
		return atl_float64_fma(p, then, num);
	if (!p->y) {
		whole.ldy = p->n;
		whole.y = atl_malloc(p->m * p->n * sizeof *whole.y);
		if (!whole.y)
			return ATL_NOMEM;
	}
	const atl_answer answer = compute(&whole, num);
	if (answer == ATL_FINE)
		then->run(then->context, whole.y, whole.ldy, 0, p->m, 0, p->n);
	if (!p->y)
		atl_free(whole.y);
	return answer;
}

atl_answer atl_float64_gemm(double *y, double alpha, double beta, const double *a, bool ta,
                            const double *b, bool tb, size_t m, size_t k, size_t n, atl_num *num)
{
	const atl_product p = { .y = y, .ldy = n, .a = a, .lda = ta ? m : k, .ta = ta,
		                .b = b, .ldb = tb ? k : n, .tb = tb,
		                .m = m, .k = k, .n = n, .alpha = alpha, .beta = beta };

	return atl_float64_multiply(&p, num);
}

atl_answer atl_float64_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                              size_t k, size_t n, atl_num *num)
{
	return atl_float64_gemm(y, 1, 0, a, ta, b, tb, m, k, n, num);
}
