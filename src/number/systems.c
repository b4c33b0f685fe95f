/* SPDX-License-Identifier: GPL-3.0-or-later */
/* systems.c: the systems by name, the primitives' names, and conversion. */
#include <math.h>
#include <string.h>
#include "number/blas.h"
#include "number/exact.h"

enum { DEFAULT_PRECISION = 128, MIN_PRECISION = 2, MAX_PRECISION = 1000000 };

static const atl_system *const systems[] = {
	&atl_float64, &atl_exact, &atl_mpfr, &atl_float32, &atl_tf32, &atl_float16,
	&atl_bfloat16, &atl_fp8_e4m3, &atl_fp8_e4m3_sat, &atl_fp8_e5m2, &atl_fp8_e5m2_sat,
	&atl_format_of[0], NULL
};

const atl_system *const *atl_systems(void)
{
	return systems;
}

const char *atl_system_lacks(const atl_system *sys, const atl_num *num)
{
	if (sys == &atl_exact && !atl_flint_load(num))
		return "its module " ATL_FLINT_FILE " is not there: rationals, and elementary functions of them, only";
	if (sys == &atl_float64 && !atl_blas_load(num))
		return "its module " ATL_BLAS_FILE " is not there: factorisations of large matrices take longer";
	return NULL;
}

#define NAME(f) #f,
static const char *const fn1_names[] = { ATL_FN1_LIST(NAME) };
static const char *const fn2_names[] = { ATL_FN2_LIST(NAME) };

const char *atl_fn1_name(atl_fn1 f)
{
	return fn1_names[f];
}

const char *atl_fn2_name(atl_fn2 f)
{
	return fn2_names[f];
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* A whole number with a sign, of a size that no setting has. */
static const char *read_number(const char *p, const char *end, long *out)
{
	const long most = 10 * MAX_PRECISION;
	bool negative = false, any = false;
	long v = 0;

	p = skip_space(p, end);
	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		any = true;
		v = v < most ? v * 10 + (*p - '0') : most;
	}
	*out = negative ? -v : v;
	return any ? skip_space(p, end) : NULL;
}

/* Reads n numbers up to the end: " 256", ":256" or "(256)", "(11, -14, 15)". */
static bool read_numbers(const char *p, const char *end, long *v, int n)
{
	bool open = false;

	p = skip_space(p, end);
	if (p < end && (*p == ':' || *p == '('))
		open = *p++ == '(';
	for (int k = 0; k < n; k++) {
		if (k > 0 && (p == end || *p++ != ','))
			return false;
		p = read_number(p, end, &v[k]);
		if (!p)
			return false;
	}
	if (open && (p == end || *p++ != ')'))
		return false;
	return skip_space(p, end) == end;
}

/* Whether elements are doubles. */
static bool of_doubles(const atl_system *sys)
{
	return sys->flat && (sys->format || sys->sized);
}

static const atl_system *named(const char *name, size_t len)
{
	for (const atl_system *const *s = systems; *s; s++) {
		if (strlen((*s)->name) == len && memcmp((*s)->name, name, len) == 0)
			return *s;
	}
	return NULL;
}

static bool find_mpfr(atl_num *num, const char *p, const char *end)
{
	long bits = num->precision;

	if (p == end) {
		if (bits < MIN_PRECISION || bits > MAX_PRECISION)
			bits = DEFAULT_PRECISION;
	} else if (!read_numbers(p, end, &bits, 1) || bits < MIN_PRECISION ||
	           bits > MAX_PRECISION) {
		return false;
	}
	num->sys = &atl_mpfr;
	num->precision = bits;
	return true;
}

/* Bits of an encoding with an exponent of w bits, biased by emax, whose ends
 * stand for 0 and infinity; 0 when emin and emax are not of that kind. */
static int encoded_width(long precision, long emin, long emax)
{
	for (int w = 1; w < 12; w++) {
		if (emax == (1L << (w - 1)) - 1 && emin == 1 - emax)
			return (int)precision + w;
	}
	return 0;
}

static bool find_format(atl_num *num, const char *p, const char *end)
{
	long v[3];

	if (!read_numbers(p, end, v, 3) || v[0] < ATL_FORMAT_MIN || v[0] > ATL_FORMAT_MAX ||
	    v[1] < -ATL_FORMAT_EXPONENT || v[1] > 0 || v[2] < 1 || v[2] > ATL_FORMAT_EXPONENT)
		return false;
	num->sys = &atl_format_of[v[0] - ATL_FORMAT_MIN];
	num->format = (atl_binary){ .precision = (int)v[0], .emin = (int)v[1], .emax = (int)v[2],
		                    .width = encoded_width(v[0], v[1], v[2]) };
	num->format.largest = ldexp(2 - ldexp(1, 1 - (int)v[0]), (int)v[2]);
	return true;
}

bool atl_system_find(atl_num *num, const char *text, size_t len)
{
	const char *p = skip_space(text, text + len), *end = text + len, *name = p;

	while (p < end && ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_'))
		p++;
	const atl_system *sys = named(name, (size_t)(p - name));
	p = skip_space(p, end);
	if (sys == &atl_mpfr)
		return find_mpfr(num, p, end);
	if (sys == &atl_format_of[0])
		return find_format(num, p, end);
	if (!sys || p != end)
		return false;
	num->sys = sys;
	return true;
}

void atl_num_print(atl_buf *out, const atl_num *num)
{
	const atl_binary *f = &num->format;

	atl_buf_add(out, num->sys->name);
	if (num->sys == &atl_mpfr)
		atl_buf_addf(out, " %ld", num->precision);
	else if (num->sys->sized)
		atl_buf_addf(out, "(%d, %d, %d)", f->precision, f->emin, f->emax);
}

const char *atl_rounding_name(unsigned mode)
{
	static const char *const names[] = { "nearest", "up", "down", "zero", "away",
		                             "stochastic" };

	return mode < sizeof names / sizeof *names ? names[mode] : NULL;
}

/* Through a rational where that is exact; what is no finite number, and what
 * goes to float64, through a double, which rounds once. */
static atl_answer convert_one(void *y, atl_num *to, const void *x, const atl_system *from,
                              mpq_ptr rational)
{
	if (of_doubles(from))
		return to->sys->set_double(y, *(const double *)x, to);
	if (to->sys == &atl_float64 || from->no_value(x) || from->infinite(x)) {
		double v = from->get_double(x);
		if (isinf(v) && !from->infinite(x))
			to->flags |= ATL_NUM_OVERFLOWED;
		return to->sys->set_double(y, v, to);
	}
	const atl_real *real = from == &atl_exact ? ((const atl_exact_number *)x)->real : NULL;
	atl_answer answer = ATL_FINE;
	if (real)
		real->kind->midpoint(rational, real);
	else
		answer = from->get_rational(rational, x);
	if (answer != ATL_FINE) {
		to->reason = "too many digits";
		return answer;
	}
	return to->sys->set_rational(y, rational, to);
}

/* Whether an element of the system is one of `to` as it stands, or a copy is
 * rounded as it should be. */
static bool copies(const atl_system *from, const atl_num *to)
{
	if (from != to->sys)
		return false;
	return !from->sized || (from == &atl_mpfr && to->rounding == ATL_ROUND_NEAREST);
}

atl_answer atl_convert(void *y, atl_num *to, const void *x, const atl_system *from, size_t n)
{
	atl_answer answer = ATL_FINE;
	mpq_t rational;

	if (copies(from, to))
		return from->copy(y, x, 1, n);
	mpq_init(rational);
	for (size_t i = 0; i < n && answer == ATL_FINE; i++) {
		if (i % 256 == 255 && atl_num_stop(to)) {
			answer = ATL_STOPPED;
			break;
		}
		answer = convert_one((char *)y + i * to->sys->size, to,
		                     (const char *)x + i * from->size, from, rational);
		if (answer != ATL_FINE)
			to->fault = i;
	}
	mpq_clear(rational);
	return answer;
}
