/* SPDX-License-Identifier: GPL-3.0-or-later */
/* systems.c: the systems by name, the primitives' names, and conversion. */
#include <math.h>
#include <string.h>
#include "number/exact.h"

enum { DEFAULT_PRECISION = 128, MIN_PRECISION = 2, MAX_PRECISION = 1000000 };

static const atl_system *const systems[] = { &atl_float64, &atl_exact, &atl_mpfr, NULL };

const atl_system *const *atl_systems(void)
{
	return systems;
}

const char *atl_system_lacks(const atl_system *sys, const atl_num *num)
{
	if (sys != &atl_exact || atl_flint_load(num))
		return NULL;
	return "its module " ATL_FLINT_FILE " is not there: rationals only";
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

/* Reads " 256", ":256" or "(256)" up to the end. */
static bool read_precision(const char *p, const char *end, long *bits)
{
	long v = 0;
	bool open = false, any = false;

	p = skip_space(p, end);
	if (p < end && (*p == ':' || *p == '('))
		open = *p++ == '(';
	p = skip_space(p, end);
	for (; p < end && *p >= '0' && *p <= '9'; p++) {
		any = true;
		if (v <= MAX_PRECISION)
			v = v * 10 + (*p - '0');
	}
	p = skip_space(p, end);
	if (open && (p == end || *p++ != ')'))
		return false;
	*bits = v;
	return any && skip_space(p, end) == end && v >= MIN_PRECISION && v <= MAX_PRECISION;
}

static const atl_system *named(const char *name, size_t len)
{
	for (const atl_system *const *s = systems; *s; s++) {
		if (strlen((*s)->name) == len && memcmp((*s)->name, name, len) == 0)
			return *s;
	}
	return NULL;
}

bool atl_system_find(atl_num *num, const char *text, size_t len)
{
	const char *p = skip_space(text, text + len), *end = text + len, *name = p;
	long bits = num->precision;

	while (p < end && ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_'))
		p++;
	const atl_system *sys = named(name, (size_t)(p - name));
	if (!sys)
		return false;
	if (skip_space(p, end) != end) {
		if (sys != &atl_mpfr || !read_precision(p, end, &bits))
			return false;
	} else if (sys == &atl_mpfr && (bits < MIN_PRECISION || bits > MAX_PRECISION)) {
		bits = DEFAULT_PRECISION;
	}
	num->sys = sys;
	num->precision = bits;
	return true;
}

/* Through a rational where that is exact; what is no finite number, and what
 * goes to float64, through a double, which rounds once. */
static atl_answer convert_one(void *y, atl_num *to, const void *x, const atl_system *from,
                              mpq_ptr rational)
{
	if (to->sys == &atl_float64 || from->no_value(x) || from->infinite(x)) {
		double v = from->get_double(x);
		if (isinf(v) && !from->infinite(x))
			to->flags |= ATL_NUM_OVERFLOWED;
		return to->sys->set_double(y, v, to);
	}
	const atl_real *real = from == &atl_exact ? ((const atl_exact_number *)x)->real : NULL;
	atl_answer answer = ATL_FINE;
	if (real)
		real->lib->midpoint(rational, real);
	else
		answer = from->get_rational(rational, x);
	if (answer != ATL_FINE) {
		to->reason = "too many digits";
		return answer;
	}
	return to->sys->set_rational(y, rational, to);
}

atl_answer atl_convert(void *y, atl_num *to, const void *x, const atl_system *from, size_t n)
{
	atl_answer answer = ATL_FINE;
	mpq_t rational;

	if (to->sys == from)
		return from->copy(y, x, 1, n);
	mpq_init(rational);
	for (size_t i = 0; i < n && answer == ATL_FINE; i++) {
		if (i % 256 == 255 && to->stop && *to->stop) {
			answer = ATL_STOPPED;
			break;
		}
		void *out = (char *)y + i * to->sys->size;
		const void *in = (const char *)x + i * from->size;
		if (from == &atl_float64)
			answer = to->sys->set_double(out, *(const double *)in, to);
		else
			answer = convert_one(out, to, in, from, rational);
		if (answer != ATL_FINE)
			to->fault = i;
	}
	mpq_clear(rational);
	return answer;
}
