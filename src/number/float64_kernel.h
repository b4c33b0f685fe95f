/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_kernel.h: the elementwise primitives on doubles as IEEE 754 has them.
 *
 * A kernel computes y[0..n) and settles nothing: 1/0 is an infinity here.  It
 * does what number.h says of no value (NaN) that comes in, and for every entry
 * that number.h treats otherwise than IEEE 754, or has a flag for, it raises a
 * floating-point exception: for a NaN from values INVALID, for an infinity from
 * finite values or at a pole OVERFLOW or DIVBYZERO.  So who finds none of the
 * three raised need not look at the entries.  A NaN that comes in may raise
 * INVALID, and mod may raise OVERFLOW, without a cause; other finite results
 * raise nothing.
 *
 * There are two sets.  *Plain* kernels call the C library's functions, which are
 * off by three units in the last place at most.  *Vector* kernels use the widest
 * registers of the machine (AVX-512, AVX2) and glibc's libmvec, whose functions
 * are off by less than four units; where there is none, they are the plain ones.  Both
 * are the same function of an entry: its bits depend neither on n nor on its
 * position.  Arithmetic has the same bits in both.
 *
 * Which set an array gets is decided by the number of entries of all of it:
 * plain below ATL_F64_VECTOR_MIN.  Everyone who computes a node's value goes by
 * this, so that the value does not depend on who computed it. */
#ifndef ATL_NUMBER_FLOAT64_KERNEL_H
#define ATL_NUMBER_FLOAT64_KERNEL_H

#include "number/number.h"

enum {
	ATL_F64_FEW = 8,          /* entries from which a sum goes as float64_sum.c says */
	ATL_F64_RUN = 1024,       /* entries of a run of a sum; a good size of a block, too */
	ATL_F64_VECTOR_MIN = 64,  /* entries from which an array gets the vector kernels */
};

/* y overlaps no input.  Strides are 0 (one entry for all) or 1. */
typedef void atl_f64_fn1(double *restrict y, const double *x, size_t n);
typedef void atl_f64_fn2(double *restrict y, const double *a, size_t sa, const double *b,
                         size_t sb, size_t n);

/* Never NULL.  The first vector kernel that needs libmvec opens it: call these
 * before work is shared among threads. */
atl_f64_fn1 *atl_f64_kernel1(atl_fn1);
atl_f64_fn2 *atl_f64_kernel2(atl_fn2);
atl_f64_fn1 *atl_f64_plain1(atl_fn1);
atl_f64_fn2 *atl_f64_plain2(atl_fn2);

/* The kernel for an array of n entries. */
static inline atl_f64_fn1 *atl_f64_kernel1_for(atl_fn1 f, size_t n)
{
	return n < ATL_F64_VECTOR_MIN ? atl_f64_plain1(f) : atl_f64_kernel1(f);
}

static inline atl_f64_fn2 *atl_f64_kernel2_for(atl_fn2 f, size_t n)
{
	return n < ATL_F64_VECTOR_MIN ? atl_f64_plain2(f) : atl_f64_kernel2(f);
}

/* One entry, as the plain kernels have it (float64_scalar.h has them inline). */
double atl_f64_scalar1(atl_fn1, double);
double atl_f64_scalar2(atl_fn2, double, double);

/* Whether an array of n entries is worth sharing among threads. */
bool atl_f64_share1(atl_fn1, size_t n);
bool atl_f64_share2(atl_fn2, size_t n);

/* The sum of x[0..n) in the order that float64_sum.c documents.  Of a range that
 * is cut at multiples of ATL_F64_RUN, the sum of the runs' sums has the same bits
 * as that of the whole.  Partial sums may overflow. */
double atl_f64_sum(const double *x, size_t n);
double atl_f64_sum_runs(const double *run, size_t n_runs);
double atl_f64_dot(const double *a, const double *b, size_t n);

/* The exceptions of this thread. */
enum { ATL_F64_INVALID = 1, ATL_F64_DIVBYZERO = 4, ATL_F64_OVERFLOW = 8, ATL_F64_FLAGS = 13 };
void atl_f64_flags_clear(void);
unsigned atl_f64_flags_test(void);
void atl_f64_flags_raise(unsigned);

/* For tests: takes the kernels of "plain", "avx2", "avx512", or NULL for the
 * best; false when the machine has not got them. */
bool atl_f64_force(const char *name);

#endif
