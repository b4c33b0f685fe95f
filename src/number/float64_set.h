/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_set.h: a set of kernels, compiled for one kind of machine.
 *
 * float64_loops.h has the loops; float64_plain.c, float64_avx2.c and
 * float64_avx512.c include it, each compiled for its instructions.  ATL_F64_AVX is
 * defined where the compiler knows the latter two. */
#ifndef ATL_NUMBER_FLOAT64_SET_H
#define ATL_NUMBER_FLOAT64_SET_H

#include "number/float64_kernel.h"

/* The functions that libmvec has and that are good enough (tests/unit/test_float64_kernel.c). */
#define ATL_F64_LIBMVEC(X)                                                               \
	X(exp) X(expm1) X(log) X(log1p) X(log2) X(log10) X(sin) X(cos) X(tan) X(asin)    \
	X(acos) X(atan) X(sinh) X(cosh) X(tanh) X(erf) X(erfc)

/* libmvec's functions for one width of registers; NULL: it is not there. */
typedef struct atl_f64_math {
	void *fn1[ATL_FN1_COUNT];
	void *pow;
	bool sought;
} atl_f64_math;

enum { ATL_F64_STRIP = 8, ATL_F64_DEPTH = 400, ATL_F64_BESIDE = 4 };

/* Arrays whose entries go with y's, one by one, and are asked for ahead, at most ATL_F64_BESIDE: those of y's
 * row i begin at array[s] + at + i*ld. */
typedef struct atl_f64_beside {
	const double *const *array;
	size_t n, at, ld;
} atl_f64_beside;

/* Strips are of `cols` columns and k rows, row by row, one strip after the
 * other; the last is of as many as fill registers. */
typedef struct atl_f64_fma {
	size_t cols, lanes;
	/* Packs b (k x n; b[p][j] is b[p*row + j*col], and row or col is 1) in strips. */
	void (*pack)(double *to, const double *b, size_t row, size_t col, size_t k, size_t n);
	/* y (m x n, rows ldy apart) = sign * a (m x k) * b (k x n), or += where add;
	 * a[i][p] is a[i*row + p*col], and row or col is 1; b is in strips; sign is 1 or -1;
	 * `panels` is room for k*m entries, m rounded up to lanes.  Each entry's products
	 * are added one by one. */
	void (*rows)(double *y, size_t ldy, const double *a, size_t row, size_t col, double sign,
	             double *panels, const double *b, size_t m, size_t k, size_t n, bool add,
	             const atl_f64_beside *);
} atl_f64_fma;

typedef struct atl_f64_set {
	const char *name;
	const char *abi;     /* how libmvec's names begin: "_ZGVdN4v"; NULL: not used */
	atl_f64_math *math;  /* filled on first need */
	atl_f64_fn1 *fn1[ATL_FN1_COUNT];
	atl_f64_fn2 *fn2[ATL_FN2_COUNT];
	double (*sum)(const double *x, size_t n);                  /* of one run */
	/* y[i] = the sum of x[i*lane .. i*lane + lane-1], one run, for i < n */
	void (*lanes)(double *y, const double *x, size_t lane, size_t n);
	void (*fill)(double *y, double v, size_t n);
	double (*dot)(const double *a, const double *b, size_t n); /* of one run */
	/* y[j] = the sum of x[j], x[j + stride], ..., n of them, one run, for j < ATL_F64_STRIP */
	void (*strip)(double *y, const double *x, size_t stride, size_t n);
	bool (*unusual)(const double *x, size_t n);
	/* y (m x n, rows ldy apart) = a (m x k) * b (k x n), or += where add; a[i][p] is
	 * a[i*row + p*col]; b is packed in strips of ATL_F64_STRIP columns, each k x
	 * ATL_F64_STRIP, zeros past n. */
	void (*block)(double *y, size_t ldy, const double *a, size_t row, size_t col,
	              const double *b, size_t m, size_t k, size_t n, bool add);
	/* Products by fused multiply-adds (float64_fma.h); NULL: the machine has none. */
	const atl_f64_fma *fma;
} atl_f64_set;

extern const atl_f64_set atl_f64_plain;
#ifdef ATL_F64_AVX
extern const atl_f64_set atl_f64_avx2, atl_f64_avx512;
#endif

#ifdef ATL_F64_AVX
/* All of this thread's exceptions, to be put back. */
unsigned atl_f64_flags_save(void);
void atl_f64_flags_restore(unsigned);
#endif

/* The set for an array of n entries. */
const atl_f64_set *atl_f64_set_for(size_t n);

#endif
