/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_kernel.c: which set of kernels, libmvec, and the exceptions. */
#include "number/float64_kernel.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include "number/float64_scalar.h"
#include "number/float64_set.h"

#ifdef ATL_F64_AVX
#include <immintrin.h>
#else
#include <fenv.h>
#endif

/* ---- sets ---- */

static bool machine_has(const atl_f64_set *set)
{
#ifdef ATL_F64_AVX
	__builtin_cpu_init();
	if (set == &atl_f64_avx2)
		return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
	if (set == &atl_f64_avx512)
		return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
		       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
#endif
	return set == &atl_f64_plain;
}

/* The best first. */
static const atl_f64_set *const sets[] = {
#ifdef ATL_F64_AVX
	&atl_f64_avx512, &atl_f64_avx2,
#endif
	&atl_f64_plain,
};
enum { N_SETS = sizeof sets / sizeof *sets };

/* The one in use; NULL until it is first asked for. */
static const atl_f64_set *chosen;

bool atl_f64_force(const char *name)
{
	for (size_t i = 0; i < N_SETS; i++) {
		if ((!name || !strcmp(name, sets[i]->name)) && machine_has(sets[i])) {
			chosen = sets[i];
			return true;
		}
	}
	return false;
}

static const atl_f64_set *best(void)
{
	if (!chosen)
		atl_f64_force(NULL);
	return chosen;
}

const atl_f64_set *atl_f64_set_for(size_t n)
{
	return n < ATL_F64_VECTOR_MIN ? &atl_f64_plain : best();
}

/* ---- libmvec ---- */

static void *find(void *library, const char *abi, const char *more, const char *function)
{
	char symbol[32];

	snprintf(symbol, sizeof symbol, "%s%s_%s", abi, more, function);
	return dlsym(library, symbol);
}

/* It stays open. */
static void open_math(const atl_f64_set *set)
{
	static void *library;
	static bool tried;

	if (!tried) {
		tried = true;
		library = dlopen("libmvec.so.1", RTLD_LAZY | RTLD_LOCAL);
	}
	if (!library || set->math->sought)
		return;
	set->math->sought = true;
#define FIND(f) set->math->fn1[ATL_FN1_##f] = find(library, set->abi, "", #f);
	ATL_F64_LIBMVEC(FIND)
	set->math->pow = find(library, set->abi, "v", "pow");
}

/* Whether f's vector kernel calls libmvec. */
static bool needs_math1(atl_fn1 f)
{
	switch (f) {
	case ATL_FN1_sigmoid:
#define NEEDS(g) case ATL_FN1_##g:
	ATL_F64_LIBMVEC(NEEDS)
		return true;
	default:
		return false;
	}
}

static bool needs_math2(atl_fn2 f)
{
	return f == ATL_FN2_pow || f == ATL_FN2_xlogy;
}

/* ---- kernels ---- */

atl_f64_fn1 *atl_f64_plain1(atl_fn1 f)
{
	return atl_f64_plain.fn1[f];
}

atl_f64_fn2 *atl_f64_plain2(atl_fn2 f)
{
	return atl_f64_plain.fn2[f];
}

atl_f64_fn1 *atl_f64_kernel1(atl_fn1 f)
{
	const atl_f64_set *set = best();

	if (set->math && needs_math1(f)) {
		open_math(set);
		if (!set->math->fn1[f == ATL_FN1_sigmoid ? ATL_FN1_exp : f])
			set = &atl_f64_plain;
	}
	return set->fn1[f];
}

atl_f64_fn2 *atl_f64_kernel2(atl_fn2 f)
{
	const atl_f64_set *set = best();

	if (set->math && needs_math2(f)) {
		open_math(set);
		if (!(f == ATL_FN2_pow ? set->math->pow : set->math->fn1[ATL_FN1_log]))
			set = &atl_f64_plain;
	}
	return set->fn2[f];
}

double atl_f64_scalar1(atl_fn1 f, double u)
{
	switch (f) {
#define CASE1(g) case ATL_FN1_##g: return atl_f64_one_##g(u);
	ATL_FN1_LIST(CASE1)
	default: return NAN;
	}
}

double atl_f64_scalar2(atl_fn2 f, double u, double v)
{
	switch (f) {
#define CASE2(g) case ATL_FN2_##g: return atl_f64_one_##g(u, v);
	ATL_FN2_LIST(CASE2)
	default: return NAN;
	}
}

/* Waking a thread costs some microseconds; arithmetic on an entry less than a
 * nanosecond, a function one or more. */
enum { SHARE_ARITHMETIC = 1 << 17, SHARE_FUNCTION = 1 << 15 };

bool atl_f64_share1(atl_fn1 f, size_t n)
{
	return n >= (size_t)(needs_math1(f) ? SHARE_FUNCTION : SHARE_ARITHMETIC);
}

bool atl_f64_share2(atl_fn2 f, size_t n)
{
	return n >= (size_t)(needs_math2(f) || f == ATL_FN2_mod ? SHARE_FUNCTION : SHARE_ARITHMETIC);
}

/* ---- exceptions ---- */

#ifdef ATL_F64_AVX
unsigned atl_f64_flags_save(void)
{
	return _mm_getcsr();
}

void atl_f64_flags_restore(unsigned state)
{
	_mm_setcsr(state);
}

void atl_f64_flags_clear(void)
{
	_mm_setcsr(_mm_getcsr() & ~0x3fU);
}

unsigned atl_f64_flags_test(void)
{
	return _mm_getcsr() & ATL_F64_FLAGS;
}

void atl_f64_flags_raise(unsigned flags)
{
	_mm_setcsr(_mm_getcsr() | flags);
}
#else
unsigned atl_f64_flags_test(void)
{
	const int raised = fetestexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);

	return (raised & FE_INVALID ? ATL_F64_INVALID : 0U) |
	       (raised & FE_DIVBYZERO ? ATL_F64_DIVBYZERO : 0U) |
	       (raised & FE_OVERFLOW ? ATL_F64_OVERFLOW : 0U);
}

void atl_f64_flags_clear(void)
{
	feclearexcept(FE_ALL_EXCEPT);
}

void atl_f64_flags_raise(unsigned flags)
{
	feraiseexcept((flags & ATL_F64_INVALID ? FE_INVALID : 0) |
	              (flags & ATL_F64_DIVBYZERO ? FE_DIVBYZERO : 0) |
	              (flags & ATL_F64_OVERFLOW ? FE_OVERFLOW : 0));
}
#endif
