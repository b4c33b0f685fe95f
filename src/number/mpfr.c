/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mpfr.c: the system of MPFR numbers: its table, the life of its elements,
 * and its text.  No value is MPFR's NaN. */
#include "number/mpfr_system.h"

#include <math.h>
#include "base/mem.h"
#include "number/decimal.h"

enum { DEFAULT_PRECISION = 128, MIN_PRECISION = 2, MAX_PRECISION = 1000000 };

/* An exponent past this makes no rational that anybody would want. */
static const mpfr_exp_t RATIONAL_EXPONENT = 1L << 26;

static atl_answer init(void *x, size_t n, const atl_num *num)
{
	mpfr_ptr p = x;
	long bits = num->precision;

	if (bits < MIN_PRECISION || bits > MAX_PRECISION)
		bits = DEFAULT_PRECISION;
	for (size_t i = 0; i < n; i++) {
		mpfr_init2(p + i, (mpfr_prec_t)bits);
		mpfr_set_zero(p + i, 1);
	}
	return ATL_FINE;
}

static void clear(void *x, size_t n)
{
	mpfr_ptr p = x;

	for (size_t i = 0; i < n; i++)
		mpfr_clear(p + i);
}

static atl_answer copy(void *y, const void *x, size_t sx, size_t n)
{
	mpfr_ptr p = y;
	mpfr_srcptr q = x;

	for (size_t i = 0; i < n; i++) {
		if (p + i != q + i * sx)
			mpfr_set(p + i, q + i * sx, MPFR_RNDN);
	}
	return ATL_FINE;
}

static void read_decimal(mpfr_ptr y, const char *text, atl_num *num)
{
	mpfr_clear_flags();
	if (mpfr_set_str(y, text, 10, atl_mpfr_mode(num)) == 0 && mpfr_inf_p(y))
		num->flags |= ATL_NUM_OVERFLOWED;
	if (mpfr_inexflag_p())
		num->flags |= ATL_NUM_INEXACT;
}

static atl_answer set_literal(void *y, const char *text, size_t len, atl_num *num)
{
	atl_decimal d;
	atl_answer answer = atl_decimal_read(&d, text, len, num);

	if (answer == ATL_FINE) {
		const char *plain = atl_decimal_text(&d);
		if (!plain)
			answer = ATL_NOMEM;
		else
			read_decimal(y, plain, num);
	}
	atl_buf_clear(&d.digits);
	return answer;
}

static atl_answer set_si(void *y, long v, atl_num *num)
{
	mpfr_set_si(y, v, atl_mpfr_mode(num));
	return ATL_FINE;
}

static atl_answer set_double(void *y, double v, atl_num *num)
{
	mpfr_set_d(y, v, atl_mpfr_mode(num));
	return ATL_FINE;
}

static atl_answer set_rational(void *y, mpq_srcptr v, atl_num *num)
{
	mpfr_set_q(y, v, atl_mpfr_mode(num));
	return ATL_FINE;
}

static atl_answer set_pi(void *y, atl_num *num)
{
	mpfr_const_pi(y, atl_mpfr_mode(num));
	num->flags |= ATL_NUM_INEXACT;
	return ATL_FINE;
}

static atl_answer get_rational(mpq_ptr v, const void *x)
{
	mpfr_srcptr p = x;

	if (!mpfr_number_p(p))
		return ATL_UNABLE;
	if (mpfr_regular_p(p) && labs(mpfr_get_exp(p)) > RATIONAL_EXPONENT)
		return ATL_TOO_BIG;
	mpfr_get_q(v, p);
	return ATL_FINE;
}

static double get_double(const void *x)
{
	return mpfr_get_d(x, MPFR_RNDN);
}

static bool get_si(long *v, const void *x)
{
	if (!mpfr_integer_p(x) || !mpfr_fits_slong_p(x, MPFR_RNDN))
		return false;
	*v = mpfr_get_si(x, MPFR_RNDN);
	return true;
}

static bool no_value(const void *x)
{
	return mpfr_nan_p((mpfr_srcptr)x);
}

static bool infinite(const void *x)
{
	return mpfr_inf_p((mpfr_srcptr)x);
}

static atl_answer sgn(int *s, const void *x)
{
	int v = mpfr_sgn((mpfr_srcptr)x);

	*s = (v > 0) - (v < 0);
	return ATL_FINE;
}

static atl_answer cmp(int *c, const void *a, const void *b)
{
	int v = mpfr_cmp((mpfr_srcptr)a, (mpfr_srcptr)b);

	*c = (v > 0) - (v < 0);
	return ATL_FINE;
}

/* Over exponent and limbs, without the zeros at the end, so that it does not
 * depend on the precision. */
static uint64_t hash(const void *x)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	mpfr_srcptr p = x;

	if (!mpfr_regular_p(p))
		return mpfr_zero_p(p) ? 2 : mpfr_nan_p(p) ? 1 : mpfr_sgn(p) > 0 ? 3 : 4;
	const mp_limb_t *limb = mpfr_custom_get_significand(p);
	long n = (long)((mpfr_get_prec(p) - 1) / GMP_NUMB_BITS + 1), low = 0;
	uint64_t h = ((uint64_t)mpfr_get_exp(p) * 2 + (mpfr_sgn(p) < 0)) * odd;
	while (limb[low] == 0)
		low++;
	for (long i = n - 1; i >= low; i--) {
		h = (h ^ limb[i]) * odd;
		h ^= h >> 29;
	}
	return h;
}

/* x's digits, n of them, into text (n + 8 bytes); gives the first one's
 * exponent.  Without a sign. */
static long significant(char *text, size_t n, mpfr_srcptr x)
{
	mpfr_exp_t e;
	mpfr_t size;

	/* |x| shares x's limbs. */
	mpfr_custom_init_set(size, MPFR_REGULAR_KIND, mpfr_get_exp(x), mpfr_get_prec(x),
	                     mpfr_custom_get_significand(x));
	mpfr_get_str(text, &e, 10, n, size, MPFR_RNDN);
	return e - 1;
}

/* Whether n digits from 10^exponent down read back to |x|. */
static bool reads_back(char *text, size_t n, long exponent, mpfr_srcptr x)
{
	mpfr_t y;

	snprintf(text + n, 24, "e%ld", exponent - (long)n + 1);
	mpfr_init2(y, mpfr_get_prec(x));
	bool same = mpfr_set_str(y, text, 10, MPFR_RNDN) == 0 && mpfr_cmpabs(x, y) == 0;
	mpfr_clear(y);
	text[n] = 0;
	return same;
}

static void print_regular(atl_buf *out, mpfr_srcptr x, int digits)
{
	const bool negative = mpfr_sgn(x) < 0;
	/* So many digits any decimal keeps at this precision; 4 more are enough. */
	const size_t kept = (size_t)((double)(mpfr_get_prec(x) - 1) * 0.30102999566398119);
	size_t n = digits > 0 ? (size_t)digits : kept > 0 ? kept : 1;
	const size_t most = digits > 0 ? n : n + 4;
	char *text = atl_malloc(most + 32);
	long exponent;

	if (!text) {
		out->failed = true;
		return;
	}
	exponent = significant(text, n, x);
	while (n < most && !reads_back(text, n, exponent, x)) {
		n++;
		exponent = significant(text, n, x);
	}
	atl_decimal_print(out, negative, text, n, exponent, digits > 0 ? digits : (long)most);
	atl_free(text);
}

static void print(atl_buf *out, const void *x, int digits)
{
	mpfr_srcptr p = x;

	if (mpfr_nan_p(p))
		atl_buf_add(out, "nan");
	else if (mpfr_inf_p(p))
		atl_buf_add(out, mpfr_sgn(p) < 0 ? "-inf" : "inf");
	else if (mpfr_zero_p(p))
		atl_buf_add(out, digits == 0 && mpfr_signbit(p) ? "-0" : "0");
	else if (mpfr_integer_p(p) && mpfr_cmpabs_ui(p, 1000000000000000) < 0)
		atl_buf_addf(out, "%ld", mpfr_get_si(p, MPFR_RNDN));
	else
		print_regular(out, p, digits);
}

static atl_answer ulp(void *y, const void *x, atl_num *num)
{
	mpfr_srcptr p = x;
	mpfr_exp_t e = mpfr_zero_p(p) ? mpfr_get_emin() : mpfr_get_exp(p) - mpfr_get_prec(p);

	(void)num;
	if (mpfr_nan_p(p) || mpfr_inf_p(p))
		mpfr_abs(y, p, MPFR_RNDN);
	else
		mpfr_set_ui_2exp(y, 1, mpfr_zero_p(p) ? e - 1 : e, MPFR_RNDN);
	return ATL_FINE;
}

static atl_answer next(void *y, const void *x, bool up, atl_num *num)
{
	(void)num;
	mpfr_set(y, x, MPFR_RNDN);
	if (up)
		mpfr_nextabove(y);
	else
		mpfr_nextbelow(y);
	return ATL_FINE;
}

/* MPFR has no subnormal numbers, and an exponent but no field for it. */
static void bits(atl_bits *out, const void *x, const atl_num *num)
{
	mpfr_srcptr p = x;
	mpfr_exp_t e;

	(void)num;
	out->negative = mpfr_signbit(p) && !mpfr_nan_p(p);
	out->kind = mpfr_nan_p(p) ? "no value" : mpfr_inf_p(p) ? "infinity"
	          : mpfr_zero_p(p) ? "zero" : "normal";
	if (!mpfr_regular_p(p))
		return;
	out->exponent = mpfr_get_exp(p) - 1;
	char *digits = mpfr_get_str(NULL, &e, 2, (size_t)mpfr_get_prec(p), p, MPFR_RNDN);
	if (digits)
		atl_buf_add(&out->fraction, digits + (*digits == '-') + 1);
	else
		out->fraction.failed = true;
	mpfr_free_str(digits);
}

#define ROW(f) .fn1[ATL_FN1_##f] = atl_mpfr_##f,
#define ROW2(f) .fn2[ATL_FN2_##f] = atl_mpfr_##f,

const atl_system atl_mpfr = {
	.name = "mpfr",
	.summary = "any precision, correctly rounded: mpfr 256",
	.size = sizeof(__mpfr_struct),
	.rounds = true,
	.flat = false,
	.sized = true,
	.init = init,
	.clear = clear,
	.copy = copy,
	.set_literal = set_literal,
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
	ATL_FN1_LIST(ROW)
	ATL_FN2_LIST(ROW2)
	.sum = atl_mpfr_sum,
	.prod = atl_generic_prod,
	.dot = atl_mpfr_dot,
	.matmul = atl_mpfr_matmul,
	.det = atl_generic_det,
	.solve = atl_generic_solve,
	.inv = atl_generic_inv,
	.cholesky = atl_generic_cholesky,
	.eigh = atl_generic_eigh,
	.svd = atl_generic_svd,
	.ulp = ulp,
	.next = next,
	.bits = bits,
	.between = atl_mpfr_between,
};
