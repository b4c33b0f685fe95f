/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_plain.c: the plain kernels: any machine's loops, and the C library's functions. */
#if defined(__OPTIMIZE__) && !defined(__clang__)
#pragma GCC optimize("O3", "no-trapping-math") /* or loops of floor are not vectorised */
#endif
#include "number/float64_loops.h"

LOOP1(sigmoid)
ATL_F64_LIBMVEC(LOOP1)
LOOP2(pow)
LOOP2(xlogy)

const atl_f64_set atl_f64_plain = { .name = "plain", LOOP_ROWS };
