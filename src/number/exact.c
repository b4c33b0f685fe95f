/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact.c: the exact system: its table, the life of its elements, and the
 * text of rationals. */
#include "number/exact.h"

#include <math.h>
#include "base/mem.h"
#include "number/decimal.h"

static atl_answer init(void *x, size_t n, const atl_num *num)
{
	atl_exact_number *p = x;

	(void)num;
	for (size_t i = 0; i < n; i++) {
		mpq_init(p[i].q);
		p[i].real = NULL;
	}
	return ATL_FINE;
}

static void clear(void *x, size_t n)
{
	atl_exact_number *p = x;

	for (size_t i = 0; i < n; i++) {
		atl_exact_drop(p + i);
		mpq_clear(p[i].q);
	}
}

static atl_answer copy(void *y, const void *x, size_t sx, size_t n)
{
	atl_exact_number *p = y;
	const atl_exact_number *q = x;

	for (size_t i = 0; i < n; i++)
		atl_exact_copy(p + i, q + i * sx);
	return ATL_FINE;
}

/* The element as a rational to be written. */
static mpq_ptr rational(void *y)
{
	atl_exact_number *p = y;

	atl_exact_drop(p);
	return p->q;
}

static atl_answer set_si(void *y, long v, atl_num *num)
{
	(void)num;
	atl_exact_put(rational(y), v, 1);
	return ATL_FINE;
}

static atl_answer set_double(void *y, double v, atl_num *num)
{
	mpq_ptr q = rational(y);

	if (!isfinite(v)) {
		atl_exact_put(q, isnan(v) ? 0 : v > 0 ? 1 : -1, 0);
		return ATL_FINE;
	}
	mpq_set_d(q, v);
	num->fault = 0;
	return atl_exact_check(q, num);
}

static atl_answer set_rational(void *y, mpq_srcptr v, atl_num *num)
{
	mpq_ptr q = rational(y);

	atl_exact_assign(q, v);
	num->fault = 0;
	return atl_exact_check(q, num);
}

static atl_answer set_pi(void *y, atl_num *num)
{
	const atl_flint *lib = atl_flint_can_wait(num) ? NULL : atl_flint_load(num);

	num->fault = 0;
	return lib ? lib->set_pi(y, num) : atl_exact_elementary(y, ATL_FN1_COUNT, NULL, num);
}

static mpq_srcptr as_rational(const void *x)
{
	return ((const atl_exact_number *)x)->q;
}

static const atl_real *as_real(const void *x)
{
	return ((const atl_exact_number *)x)->real;
}

static atl_answer get_rational(mpq_ptr v, const void *x)
{
	if (!atl_exact_finite(as_rational(x)))
		return ATL_UNABLE;
	mpq_set(v, as_rational(x));
	return ATL_FINE;
}

static double get_double(const void *x)
{
	mpq_srcptr q = as_rational(x);

	if (as_real(x))
		return as_real(x)->kind->get_double(as_real(x));
	if (atl_exact_finite(q))
		return atl_rational_double(q);
	int s = mpz_sgn(mpq_numref(q));
	return s == 0 ? NAN : s > 0 ? INFINITY : -INFINITY;
}

static bool get_si(long *v, const void *x)
{
	mpq_srcptr q = as_rational(x);

	if (!atl_exact_integer(q) || !mpz_fits_slong_p(mpq_numref(q)))
		return false;
	*v = mpz_get_si(mpq_numref(q));
	return true;
}

static bool no_value(const void *x)
{
	return !as_real(x) && atl_exact_no_value(as_rational(x));
}

static bool infinite(const void *x)
{
	return atl_exact_infinite(as_rational(x));
}

static atl_answer sgn(int *s, const void *x)
{
	return atl_exact_sgn(s, x);
}

static atl_answer cmp(int *c, const void *a, const void *b)
{
	return atl_exact_cmp(c, a, b);
}

static uint64_t mix(uint64_t h, mpz_srcptr z)
{
	h = (h ^ (uint64_t)(mpz_sgn(z) + 2)) * UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = 0; i < mpz_size(z); i++) {
		h = (h ^ mpz_getlimbn(z, (mp_size_t)i)) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h;
}

static uint64_t hash(const void *x)
{
	mpq_srcptr q = as_rational(x);

	return mix(mix(UINT64_C(0x8445d61a4e774912), mpq_numref(q)), mpq_denref(q));
}

static void print_integer(atl_buf *out, mpz_srcptr z)
{
	char small[64], *text = small;
	size_t need = mpz_sizeinbase(z, 10) + 2;

	if (need > sizeof small)
		text = atl_malloc(need);
	if (!text) {
		out->failed = true;
		return;
	}
	atl_buf_add(out, mpz_get_str(text, 10, z));
	if (text != small)
		atl_free(text);
}

static void print(atl_buf *out, const void *x, int digits)
{
	mpq_srcptr q = as_rational(x);

	if (as_real(x)) {
		atl_exact_print(out, as_real(x), digits);
		return;
	}
	if (!atl_exact_finite(q)) {
		int s = mpz_sgn(mpq_numref(q));
		atl_buf_add(out, s == 0 ? "nan" : s > 0 ? "inf" : "-inf");
		return;
	}
	print_integer(out, mpq_numref(q));
	if (!atl_exact_integer(q)) {
		atl_buf_addc(out, '/');
		print_integer(out, mpq_denref(q));
	}
}

#define ROW(f) .fn1[ATL_FN1_##f] = atl_exact_##f,
#define ROW2(f) .fn2[ATL_FN2_##f] = atl_exact_##f,

const atl_system atl_exact = {
	.name = "exact",
	.summary = "rationals, then certified reals: every digit shown is proved",
	.size = sizeof(atl_exact_number),
	.rounds = false,
	.flat = false,
	.init = init,
	.clear = clear,
	.copy = copy,
	.set_literal = atl_exact_set_literal,
	.set_si = set_si,
	.set_double = set_double,
	.set_rational = set_rational,
	.set_pi = set_pi,
	.get_rational = get_rational,
	.get_double = get_double,
	.get_si = get_si,
	.no_value = no_value,
	.infinite = infinite,
	.sgn = sgn,
	.cmp = cmp,
	.hash = hash,
	.print = print,
	.settled = atl_exact_settled,
	ATL_FN1_LIST(ROW)
	ATL_FN2_LIST(ROW2)
	.sum = atl_exact_sum,
	.prod = atl_exact_prod,
	.dot = atl_exact_dot,
	.matmul = atl_exact_matmul,
	.det = atl_exact_det,
	.solve = atl_exact_solve,
	.inv = atl_exact_inv,
	.cholesky = atl_generic_cholesky,
	.eigh = atl_exact_eigh,
	.svd = atl_exact_svd,
};
