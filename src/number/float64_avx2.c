/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_avx2.c: the vector kernels of machines with AVX2. */
#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3", "no-trapping-math") /* or loops of floor are not vectorised */
#endif
#define WIDTH 4
#define ABI "_ZGVdN4v"
#define NAME "avx2"
#define SET atl_f64_avx2
#include "number/float64_math.h"
