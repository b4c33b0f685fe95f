/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_map.c: the elementwise primitives on rationals, and the loops.
 *
 * Each is written for one element; y may be an operand.  Where a function is
 * transcendental its few rational values are given and everything else is
 * UNABLE, "irrational", which the loops take to exact_real.c, as they do with
 * operands that are no rationals; that nothing else is rational is Lindemann's theorem
 * for exp, its inverses and the circle, and unique factorisation for
 * logarithms to a base (erf is taken to have no rational value but at 0 and
 * at the infinities). */
#include "number/exact.h"

typedef atl_answer one1(mpq_ptr y, mpq_srcptr x, atl_num *num);
typedef atl_answer one2(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num);

static int sign_of(mpq_srcptr x)
{
	return mpz_sgn(mpq_numref(x));
}

static bool is_si(mpq_srcptr x, long v)
{
	return atl_exact_integer(x) && mpz_cmp_si(mpq_numref(x), v) == 0;
}

static atl_answer put(mpq_ptr y, long v)
{
	atl_exact_put(y, v, 1);
	return ATL_FINE;
}

static atl_answer put_infinity(mpq_ptr y, int sign)
{
	atl_exact_put(y, sign, 0);
	return ATL_FINE;
}

/* The value at a pole: an infinity if the user wants those. */
static atl_answer put_pole(mpq_ptr y, int sign, atl_num *num)
{
	return num->ieee ? put_infinity(y, sign) : atl_exact_nothing(y, num);
}

/* ---- one operand ---- */

static atl_answer one_neg(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	(void)num;
	atl_exact_assign(y, x);
	mpz_neg(mpq_numref(y), mpq_numref(y));
	return ATL_FINE;
}

static atl_answer one_abs(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	(void)num;
	atl_exact_assign(y, x);
	mpz_abs(mpq_numref(y), mpq_numref(y));
	return ATL_FINE;
}

static atl_answer one_sign(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	(void)num;
	return put(y, sign_of(x));
}

static atl_answer one_not(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	(void)num;
	return put(y, sign_of(x) == 0);
}

/* The three roundings to an integer; an infinity stays. */
static atl_answer to_integer(mpq_ptr y, mpq_srcptr x,
                             void (*divide)(mpz_ptr, mpz_srcptr, mpz_srcptr))
{
	if (!atl_exact_finite(x) || atl_exact_integer(x)) {
		atl_exact_assign(y, x);
		return ATL_FINE;
	}
	divide(mpq_numref(y), mpq_numref(x), mpq_denref(x));
	mpz_set_ui(mpq_denref(y), 1);
	return ATL_FINE;
}

static atl_answer one_floor(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	(void)num;
	return to_integer(y, x, mpz_fdiv_q);
}

static atl_answer one_ceil(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	(void)num;
	return to_integer(y, x, mpz_cdiv_q);
}

/* trunc((2n ± d) / 2d): halves go away from zero. */
static void divide_nearest(mpz_ptr q, mpz_srcptr n, mpz_srcptr d)
{
	mpz_t twice;

	mpz_init(twice);
	mpz_mul_2exp(twice, n, 1);
	if (mpz_sgn(n) < 0)
		mpz_sub(twice, twice, d);
	else
		mpz_add(twice, twice, d);
	mpz_tdiv_q(twice, twice, d);
	mpz_tdiv_q_2exp(q, twice, 1);
	mpz_clear(twice);
}

static atl_answer one_round(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	(void)num;
	return to_integer(y, x, divide_nearest);
}

static atl_answer one_sqrt(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	if (sign_of(x) < 0)
		return atl_exact_nothing(y, num);
	if (sign_of(x) == 0 || !atl_exact_finite(x)) {
		atl_exact_assign(y, x);
		return ATL_FINE;
	}
	return atl_exact_root(y, x, 2, num);
}

/* The rational values of a transcendental function, at 0, inf and -inf. */
typedef enum known { NONE, ZERO, ONE, MINUS_ONE, HALF, INF, MINUS_INF, OUTSIDE } known;

static atl_answer put_known(mpq_ptr y, mpq_srcptr x, known zero, known inf, known minus_inf,
                            atl_num *num)
{
	known k = sign_of(x) == 0 ? zero
	        : atl_exact_finite(x) ? NONE
	        : sign_of(x) > 0 ? inf : minus_inf;

	switch (k) {
	case ZERO: return put(y, 0);
	case ONE: return put(y, 1);
	case MINUS_ONE: return put(y, -1);
	case HALF: atl_exact_put(y, 1, 2); return ATL_FINE;
	case INF: return put_infinity(y, 1);
	case MINUS_INF: return put_infinity(y, -1);
	case OUTSIDE: return atl_exact_nothing(y, num);
	case NONE: break;
	}
	return atl_exact_irrational(num);
}

#define KNOWN(f, zero, inf, minus_inf)                                                   \
	static atl_answer one_##f(mpq_ptr y, mpq_srcptr x, atl_num *num)                 \
	{                                                                                \
		return put_known(y, x, zero, inf, minus_inf, num);                       \
	}
KNOWN(exp, ONE, INF, ZERO)
KNOWN(expm1, ZERO, INF, MINUS_ONE)
KNOWN(sin, ZERO, OUTSIDE, OUTSIDE)
KNOWN(cos, ONE, OUTSIDE, OUTSIDE)
KNOWN(tan, ZERO, OUTSIDE, OUTSIDE)
KNOWN(atan, ZERO, NONE, NONE)
KNOWN(sinh, ZERO, INF, MINUS_INF)
KNOWN(cosh, ONE, INF, INF)
KNOWN(tanh, ZERO, ONE, MINUS_ONE)
KNOWN(erf, ZERO, ONE, MINUS_ONE)
KNOWN(sigmoid, HALF, ONE, ZERO)

static atl_answer one_erfc(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	if (!atl_exact_finite(x) && sign_of(x) < 0)
		return put(y, 2);
	return put_known(y, x, ONE, ZERO, NONE, num);
}

static bool in_unit(mpq_srcptr x)
{
	return atl_exact_finite(x) && mpz_cmpabs(mpq_numref(x), mpq_denref(x)) <= 0;
}

static atl_answer one_asin(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	if (!in_unit(x))
		return atl_exact_nothing(y, num);
	return sign_of(x) == 0 ? put(y, 0) : atl_exact_irrational(num);
}

static atl_answer one_acos(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	if (!in_unit(x))
		return atl_exact_nothing(y, num);
	return is_si(x, 1) ? put(y, 0) : atl_exact_irrational(num);
}

/* The power of `base` (2 or 10) that z > 0 is; false when it is none. */
static bool exponent_of(mpz_srcptr z, unsigned base, long *exponent)
{
	mpz_t rest, five;
	mp_bitcnt_t twos = mpz_scan1(z, 0), fives = 0;

	*exponent = (long)twos;
	if (base == 2)
		return mpz_sizeinbase(z, 2) == twos + 1;
	mpz_init(rest);
	mpz_init_set_ui(five, 5);
	mpz_tdiv_q_2exp(rest, z, twos);
	fives = mpz_remove(rest, rest, five);
	bool found = mpz_cmp_ui(rest, 1) == 0 && fives == twos;
	mpz_clears(rest, five, NULL);
	return found;
}

/* Logarithm of x to a base; base 0 is e. */
static atl_answer logarithm(mpq_ptr y, mpq_srcptr x, unsigned base, atl_num *num)
{
	long up, down;

	if (sign_of(x) < 0)
		return atl_exact_nothing(y, num);
	if (sign_of(x) == 0)
		return put_pole(y, -1, num);
	if (!atl_exact_finite(x))
		return put_infinity(y, 1);
	if (is_si(x, 1))
		return put(y, 0);
	if (base == 0 || !exponent_of(mpq_numref(x), base, &up) ||
	    !exponent_of(mpq_denref(x), base, &down))
		return atl_exact_irrational(num);
	return put(y, up - down);
}

static atl_answer one_log(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	return logarithm(y, x, 0, num);
}

static atl_answer one_log2(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	return logarithm(y, x, 2, num);
}

static atl_answer one_log10(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	return logarithm(y, x, 10, num);
}

static atl_answer one_log1p(mpq_ptr y, mpq_srcptr x, atl_num *num)
{
	if (!atl_exact_finite(x))
		return sign_of(x) > 0 ? put_infinity(y, 1) : atl_exact_nothing(y, num);
	if (sign_of(x) == 0)
		return put(y, 0);
	if (is_si(x, -1))
		return put_pole(y, -1, num);
	if (sign_of(x) < 0 && !in_unit(x))
		return atl_exact_nothing(y, num);
	return atl_exact_irrational(num);
}

/* ---- two operands ---- */

static atl_answer one_add(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)
{
	if (!atl_exact_finite(a) || !atl_exact_finite(b)) {
		if (atl_exact_finite(b) || (!atl_exact_finite(a) && sign_of(a) == sign_of(b)))
			return put_infinity(y, sign_of(a));
		if (atl_exact_finite(a))
			return put_infinity(y, sign_of(b));
		return atl_exact_nothing(y, num);
	}
	if (atl_exact_integer(a) && atl_exact_integer(b)) {
		mpz_add(mpq_numref(y), mpq_numref(a), mpq_numref(b));
		mpz_set_ui(mpq_denref(y), 1);
	} else {
		mpq_add(y, a, b);
	}
	return atl_exact_check(y, num);
}

static atl_answer one_sub(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)
{
	if (!atl_exact_finite(a) || !atl_exact_finite(b)) {
		if (atl_exact_finite(b) || (!atl_exact_finite(a) && sign_of(a) != sign_of(b)))
			return put_infinity(y, sign_of(a));
		if (atl_exact_finite(a))
			return put_infinity(y, -sign_of(b));
		return atl_exact_nothing(y, num);
	}
	if (atl_exact_integer(a) && atl_exact_integer(b)) {
		mpz_sub(mpq_numref(y), mpq_numref(a), mpq_numref(b));
		mpz_set_ui(mpq_denref(y), 1);
	} else {
		mpq_sub(y, a, b);
	}
	return atl_exact_check(y, num);
}

static atl_answer one_mul(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)
{
	if (!atl_exact_finite(a) || !atl_exact_finite(b)) {
		int s = sign_of(a) * sign_of(b);
		return s == 0 ? atl_exact_nothing(y, num) : put_infinity(y, s);
	}
	if (atl_exact_integer(a) && atl_exact_integer(b)) {
		mpz_mul(mpq_numref(y), mpq_numref(a), mpq_numref(b));
		mpz_set_ui(mpq_denref(y), 1);
	} else {
		mpq_mul(y, a, b);
	}
	return atl_exact_check(y, num);
}

static atl_answer one_div(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)
{
	if (sign_of(b) == 0)
		return sign_of(a) == 0 ? atl_exact_nothing(y, num) : put_pole(y, sign_of(a), num);
	if (!atl_exact_finite(a)) {
		if (!atl_exact_finite(b))
			return atl_exact_nothing(y, num);
		return put_infinity(y, sign_of(a) * sign_of(b));
	}
	if (!atl_exact_finite(b))
		return put(y, 0);
	mpq_div(y, a, b);
	return atl_exact_check(y, num);
}

/* a - b*floor(a/b) = (a.n*b.d mod b.n*a.d) / (a.d*b.d) */
static atl_answer one_mod(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)
{
	mpz_t n, d;

	if (sign_of(b) == 0 || !atl_exact_finite(a))
		return atl_exact_nothing(y, num);
	if (!atl_exact_finite(b)) { /* the limit of large b */
		atl_exact_assign(y, sign_of(a) * sign_of(b) < 0 ? b : a);
		return ATL_FINE;
	}
	mpz_inits(n, d, NULL);
	mpz_mul(n, mpq_numref(a), mpq_denref(b));
	mpz_mul(d, mpq_numref(b), mpq_denref(a));
	mpz_fdiv_r(n, n, d);
	mpz_mul(mpq_denref(y), mpq_denref(a), mpq_denref(b));
	mpz_swap(mpq_numref(y), n);
	mpz_clears(n, d, NULL);
	mpq_canonicalize(y);
	return atl_exact_check(y, num);
}

/* a^±inf: by the size of a. */
static atl_answer infinite_power(mpq_ptr y, mpq_srcptr a, int sign, atl_num *num)
{
	int size = !atl_exact_finite(a) ? 1 : mpz_cmpabs(mpq_numref(a), mpq_denref(a));

	if (size == 0)
		return put(y, 1);
	if (sign_of(a) == 0 && sign < 0)
		return put_pole(y, 1, num);
	return (size > 0) == (sign > 0) ? put_infinity(y, 1) : put(y, 0);
}

static atl_answer one_pow(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)
{
	if (sign_of(b) == 0 || is_si(a, 1))
		return put(y, 1);
	if (!atl_exact_finite(b))
		return infinite_power(y, a, sign_of(b), num);
	if (sign_of(a) == 0)
		return sign_of(b) > 0 ? put(y, 0) : put_pole(y, 1, num);
	if (atl_exact_finite(a))
		return atl_exact_power(y, a, b, num);
	if (sign_of(a) < 0 && !atl_exact_integer(b))
		return atl_exact_nothing(y, num);
	if (sign_of(b) < 0)
		return put(y, 0);
	return put_infinity(y, sign_of(a) < 0 && mpz_odd_p(mpq_numref(b)) ? -1 : 1);
}

static atl_answer one_min(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)
{
	(void)num;
	atl_exact_assign(y, atl_exact_compare(a, b) <= 0 ? a : b);
	return ATL_FINE;
}

static atl_answer one_max(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)
{
	(void)num;
	atl_exact_assign(y, atl_exact_compare(a, b) >= 0 ? a : b);
	return ATL_FINE;
}

/* x * log(v) for x != 0 */
static atl_answer one_xlogy(mpq_ptr y, mpq_srcptr x, mpq_srcptr v, atl_num *num)
{
	if (sign_of(v) < 0)
		return atl_exact_nothing(y, num);
	if (sign_of(v) == 0)
		return put_pole(y, -sign_of(x), num);
	if (is_si(v, 1))
		return atl_exact_finite(x) ? put(y, 0) : atl_exact_nothing(y, num);
	if (!atl_exact_finite(v))
		return put_infinity(y, sign_of(x));
	if (!atl_exact_finite(x))
		return put_infinity(y, mpq_cmp_ui(v, 1, 1) > 0 ? sign_of(x) : -sign_of(x));
	return atl_exact_irrational(num);
}

#define TRUTH(f, expression)                                                             \
	static atl_answer one_##f(mpq_ptr y, mpq_srcptr a, mpq_srcptr b, atl_num *num)   \
	{                                                                                \
		(void)num;                                                               \
		return put(y, expression);                                               \
	}
TRUTH(eq, atl_exact_compare(a, b) == 0)
TRUTH(ne, atl_exact_compare(a, b) != 0)
TRUTH(lt, atl_exact_compare(a, b) < 0)
TRUTH(le, atl_exact_compare(a, b) <= 0)
TRUTH(gt, atl_exact_compare(a, b) > 0)
TRUTH(ge, atl_exact_compare(a, b) >= 0)
TRUTH(and, sign_of(a) != 0 && sign_of(b) != 0)
TRUTH(or, sign_of(a) != 0 || sign_of(b) != 0)

/* ---- the loops ---- */

static atl_answer step1(atl_exact_number *y, const atl_exact_number *x, bool alone, atl_num *num,
                        atl_fn1 fn, one1 *f)
{
	atl_answer answer = ATL_UNABLE;

	if (!x->real) {
		if (atl_exact_no_value(x->q)) {
			atl_exact_put(y->q, 0, 0);
			answer = ATL_FINE;
		} else {
			answer = f(y->q, x->q, num);
		}
	}
	if (answer != ATL_UNABLE)
		atl_exact_drop(y);
	else
		answer = atl_exact_real_fn1(fn, y, x, alone, num);
	return answer;
}

static atl_answer run1(void *y, const void *x, size_t n, atl_num *num, atl_fn1 fn, one1 *f)
{
	atl_exact_number *out = y;
	const atl_exact_number *in = x;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && atl_num_stop(num))
			return ATL_STOPPED;
		atl_answer answer = step1(out + i, in + i, n == 1, num, fn, f);
		if (answer != ATL_FINE) {
			num->fault = i;
			return answer;
		}
	}
	return ATL_FINE;
}

static bool nothing(const atl_exact_number *x)
{
	return !x->real && atl_exact_no_value(x->q);
}

/* xlogy's first operand of 0 gives 0, even with no value. */
static atl_answer step2(atl_exact_number *y, const atl_exact_number *u, const atl_exact_number *v,
                        atl_num *num, atl_fn2 fn, one2 *f)
{
	atl_answer answer = ATL_FINE;

	if (fn == ATL_FN2_xlogy && atl_exact_finite(u->q) && sign_of(u->q) == 0)
		atl_exact_put(y->q, 0, 1);
	else if (nothing(u) || nothing(v))
		atl_exact_put(y->q, 0, 0);
	else if (u->real || v->real)
		answer = ATL_UNABLE;
	else
		answer = f(y->q, u->q, v->q, num);
	if (answer != ATL_UNABLE)
		atl_exact_drop(y);
	else
		answer = atl_exact_real_fn2(fn, y, u, v, num);
	return answer;
}

static atl_answer run2(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                       atl_num *num, atl_fn2 fn, one2 *f)
{
	atl_exact_number *out = y;
	const atl_exact_number *u = a, *v = b;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && atl_num_stop(num))
			return ATL_STOPPED;
		atl_answer answer = step2(out + i, u + i * sa, v + i * sb, num, fn, f);
		if (answer != ATL_FINE) {
			num->fault = i;
			return answer;
		}
	}
	return ATL_FINE;
}

#define MAP1(f)                                                                          \
	atl_answer atl_exact_##f(void *y, const void *x, size_t n, atl_num *num)         \
	{                                                                                \
		return run1(y, x, n, num, ATL_FN1_##f, one_##f);                                      \
	}
#define MAP2(f)                                                                          \
	atl_answer atl_exact_##f(void *y, const void *a, size_t sa, const void *b,       \
	                         size_t sb, size_t n, atl_num *num)                      \
	{                                                                                \
		return run2(y, a, sa, b, sb, n, num, ATL_FN2_##f, one_##f);              \
	}
ATL_FN1_LIST(MAP1)
ATL_FN2_LIST(MAP2)
