/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_avx512.c: the vector kernels of machines with AVX-512. */
#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3", "no-trapping-math") /* or loops of floor are not vectorised */
#endif
#define WIDTH 8
#define ABI "_ZGVeN8v"
#define NAME "avx512"
#define SET atl_f64_avx512
#include "number/float64_math.h"
