/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mvec: vectors of doubles, and libmvec's functions on them by their names.
 *
 * As wide as the machine that this is compiled for; of one double where there
 * is no libmvec.  Called by name since GCC would turn sin(a) and cos(a) into
 * a sincos that it does not vectorise.
 */
#ifndef BENCH_MVEC_H
#define BENCH_MVEC_H

#include <math.h>
#include <string.h>

#if defined __x86_64__ && defined __GLIBC__
#if defined __AVX512F__
#define MVEC_WIDTH 8
#define MVEC_NAME(f) _ZGVeN8v_##f
#elif defined __AVX2__
#define MVEC_WIDTH 4
#define MVEC_NAME(f) _ZGVdN4v_##f
#else
#define MVEC_WIDTH 2
#define MVEC_NAME(f) _ZGVbN2v_##f
#endif
#define MVEC_DECLARE(f) vd MVEC_NAME(f)(vd)
#else
#define MVEC_WIDTH 1
#define MVEC_NAME(f) mvec_##f
#define MVEC_DECLARE(f) static inline vd MVEC_NAME(f)(vd x) { return (vd){ f(x[0]) }; }
#endif

typedef double vd __attribute__((vector_size(8*MVEC_WIDTH)));

MVEC_DECLARE(exp);
MVEC_DECLARE(sin);
MVEC_DECLARE(cos);
MVEC_DECLARE(tanh);

#define vd_exp MVEC_NAME(exp)
#define vd_sin MVEC_NAME(sin)
#define vd_cos MVEC_NAME(cos)
#define vd_tanh MVEC_NAME(tanh)

static inline vd vd_load(const double *x)
{
	vd v;
	memcpy(&v, x, sizeof v);
	return v;
}

static inline void vd_store(double *x, vd v)
{
	memcpy(x, &v, sizeof v);
}

#endif
