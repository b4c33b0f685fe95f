/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flags.h: whether floating point overflowed, was invalid, or divided by zero.
 *
 * fenv.h's functions save and load all of the x87's state; the vector unit's
 * register, in which doubles are computed on x86-64, is read in no time. */
#ifndef ATL_EVAL_FLAGS_H
#define ATL_EVAL_FLAGS_H

#include <stdbool.h>

#ifdef __SSE2_MATH__
#include <xmmintrin.h>

enum { ATL_FLAGS_MXCSR = _MM_EXCEPT_INVALID | _MM_EXCEPT_DIV_ZERO | _MM_EXCEPT_OVERFLOW };
static inline void atl_flags_clear(void) { _mm_setcsr(_mm_getcsr() & ~(unsigned)ATL_FLAGS_MXCSR); }
static inline bool atl_flags_raised(void) { return _mm_getcsr() & ATL_FLAGS_MXCSR; }
#else
#include <fenv.h>

static inline void atl_flags_clear(void) { feclearexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW); }
static inline bool atl_flags_raised(void) { return fetestexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW); }
#endif

#endif
