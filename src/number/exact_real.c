/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_real.c: certified reals in the exact system: what is asked of the
 * module, what is decided here, and their text.
 *
 * What a rational factor or a shared enclosure settles stays rational: 0*x is
 * 0, x - x is 0 where both are one enclosure, max(x, 3) is 3 where x is less.
 * Values of continuous functions come from the enclosure; what jumps (sign,
 * floor, comparisons) is decided by it, or UNDECIDED. */
#include "number/exact.h"

#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "number/decimal.h"

static const char not_proved[] = " (not proved exact)";
static const char overlap[] = "the enclosures do not tell";

static atl_answer undecided(atl_num *num)
{
	num->reason = overlap;
	return ATL_UNDECIDED;
}

static bool is_zero(const atl_exact_number *x)
{
	return !x->real && atl_exact_finite(x->q) && mpz_sgn(mpq_numref(x->q)) == 0;
}

static bool is_infinite(const atl_exact_number *x)
{
	return !x->real && atl_exact_infinite(x->q);
}

static atl_answer put(atl_exact_number *y, long v)
{
	atl_exact_drop(y);
	atl_exact_put(y->q, v, 1);
	return ATL_FINE;
}

static atl_answer put_infinity(atl_exact_number *y, int sign)
{
	atl_exact_drop(y);
	atl_exact_put(y->q, sign, 0);
	return ATL_FINE;
}

static atl_answer put_nothing(atl_exact_number *y, atl_num *num)
{
	atl_exact_drop(y);
	return atl_exact_nothing(y->q, num);
}

/* ---- sign and order ---- */

int atl_exact_compare(mpq_srcptr p, mpq_srcptr q)
{
	/* 0 for a finite number, the sign of an infinity */
	int i = atl_exact_finite(p) ? 0 : mpz_sgn(mpq_numref(p));
	int j = atl_exact_finite(q) ? 0 : mpz_sgn(mpq_numref(q));

	if (i == 0 && j == 0)
		i = atl_exact_finite(p) && atl_exact_finite(q) ? mpq_cmp(p, q) : 0;
	return (i > j) - (i < j);
}

atl_answer atl_exact_sgn(int *s, const atl_exact_number *x)
{
	if (x->real)
		return x->real->kind->sgn(s, x->real);
	*s = mpz_sgn(mpq_numref(x->q));
	return ATL_FINE;
}

atl_answer atl_exact_cmp(int *c, const atl_exact_number *a, const atl_exact_number *b)
{
	*c = 0;
	if (!a->real && !b->real) {
		*c = atl_exact_compare(a->q, b->q);
		return ATL_FINE;
	}
	if (a->real == b->real) /* one enclosure, one number */
		return ATL_FINE;
	if (is_infinite(a) || is_infinite(b)) {
		*c = is_infinite(a) ? mpz_sgn(mpq_numref(a->q)) : -mpz_sgn(mpq_numref(b->q));
		return ATL_FINE;
	}
	return (a->real ? a->real : b->real)->kind->cmp(c, a, b);
}

/* d = |a - b|, as exactly as the two are known. */
static bool difference(atl_exact_number *d, const atl_exact_number *a, const atl_exact_number *b,
                       const atl_num *num)
{
	const atl_system *sys = &atl_exact;
	atl_num fine = *num;
	long bits = a->real ? a->real->bits : 0;

	if (b->real && b->real->bits > bits)
		bits = b->real->bits;
	if (bits > fine.precision)
		fine.precision = bits;
	fine.precision += 64;
	return sys->fn2[ATL_FN2_sub](d, a, 1, b, 1, 1, &fine) == ATL_FINE &&
	       sys->fn1[ATL_FN1_abs](d, d, 1, &fine) == ATL_FINE;
}

long atl_exact_agreement(const atl_exact_number *a, const atl_exact_number *b, const atl_num *num)
{
	const double size = fabs(atl_exact.get_double(b));
	long digits = 0, exponent, bound, place;
	atl_exact_number d;
	mpz_t z;

	atl_exact.init(&d, 1, num);
	mpz_init(z);
	if (difference(&d, a, b, num) && d.real) {
		d.real->kind->centre(z, &exponent, &bound, &place, d.real, 1);
		digits = -place - 1 + (size > 1 && isfinite(size) ? (long)log10(size) + 1 : 0);
	}
	mpz_clear(z);
	atl_exact.clear(&d, 1);
	return digits > 0 ? digits : 0;
}

int atl_exact_within(const atl_exact_number *a, const atl_exact_number *b,
                     const atl_exact_number *t, const atl_num *num)
{
	atl_exact_number d;
	int c;

	atl_exact.init(&d, 1, num);
	bool known = difference(&d, a, b, num) && atl_exact_cmp(&c, &d, t) == ATL_FINE;
	atl_exact.clear(&d, 1);
	return known ? c <= 0 : -1;
}

/* ---- one operand ---- */

atl_answer atl_exact_real_fn1(atl_fn1 f, atl_exact_number *y, const atl_exact_number *x,
                              bool alone, atl_num *num)
{
	bool waits = !x->real && alone && atl_flint_can_wait(num);
	const atl_flint *lib = waits ? NULL : atl_flint_load(num);
	int s;

	if (!lib && !x->real) {
		atl_answer answer = atl_exact_elementary(y, f, x->q, num);
		if (answer != ATL_UNABLE)
			return answer;
		lib = atl_flint_load(num);
	}
	if (!lib)
		return atl_exact_irrational(num);
	if (f == ATL_FN1_sign || f == ATL_FN1_not) {
		if (atl_exact_sgn(&s, x) != ATL_FINE)
			return undecided(num);
		return put(y, f == ATL_FN1_sign ? s : s == 0);
	}
	return lib->fn1(f, y, x, num);
}

/* ---- two operands ---- */

static bool truth(atl_fn2 f, int c)
{
	switch (f) {
	case ATL_FN2_eq: return c == 0;
	case ATL_FN2_ne: return c != 0;
	case ATL_FN2_lt: return c < 0;
	case ATL_FN2_le: return c <= 0;
	case ATL_FN2_gt: return c > 0;
	default: return c >= 0;
	}
}

static atl_answer compare(atl_fn2 f, atl_exact_number *y, const atl_exact_number *a,
                          const atl_exact_number *b, atl_num *num)
{
	int c;

	if (atl_exact_cmp(&c, a, b) != ATL_FINE)
		return undecided(num);
	return put(y, truth(f, c));
}

/* One side may decide alone. */
static atl_answer logic(bool any, atl_exact_number *y, const atl_exact_number *a,
                        const atl_exact_number *b, atl_num *num)
{
	int s = 0, t = 0;
	bool known_a = atl_exact_sgn(&s, a) == ATL_FINE, known_b = atl_exact_sgn(&t, b) == ATL_FINE;

	if ((known_a && (s != 0) == any) || (known_b && (t != 0) == any))
		return put(y, any);
	return known_a && known_b ? put(y, !any) : undecided(num);
}

/* max (wanted 1), min (-1): an operand where the order is known, which may be
 * a rational; else the module's hull. */
static atl_answer extreme(atl_fn2 f, atl_exact_number *y, const atl_exact_number *a,
                          const atl_exact_number *b, const atl_flint *lib, atl_num *num)
{
	int c, wanted = f == ATL_FN2_max ? 1 : -1;

	if (atl_exact_cmp(&c, a, b) != ATL_FINE)
		return lib->fn2(f, y, a, b, num);
	atl_exact_copy(y, c == 0 || c == wanted ? a : b);
	return ATL_FINE;
}

/* The functions that are made of others, through the table; y may be an operand. */
static atl_answer composed(atl_fn2 f, atl_exact_number *y, const atl_exact_number *a,
                           const atl_exact_number *b, atl_num *num)
{
	const atl_system *sys = &atl_exact;
	atl_exact_number t;
	atl_answer answer;

	sys->init(&t, 1, num);
	if (f == ATL_FN2_xlogy) {
		answer = sys->fn1[ATL_FN1_log](&t, b, 1, num);
		if (answer == ATL_FINE)
			answer = sys->fn2[ATL_FN2_mul](&t, a, 1, &t, 1, 1, num);
	} else { /* mod: a - b*floor(a/b) */
		answer = sys->fn2[ATL_FN2_div](&t, a, 1, b, 1, 1, num);
		if (answer == ATL_FINE)
			answer = sys->fn1[ATL_FN1_floor](&t, &t, 1, num);
		if (answer == ATL_FINE)
			answer = sys->fn2[ATL_FN2_mul](&t, b, 1, &t, 1, 1, num);
		if (answer == ATL_FINE)
			answer = sys->fn2[ATL_FN2_sub](&t, a, 1, &t, 1, 1, num);
	}
	if (answer == ATL_FINE)
		atl_exact_copy(y, &t);
	sys->clear(&t, 1);
	return answer;
}

/* x^inf and x^-inf, by the size of x. */
static atl_answer infinite_power(atl_exact_number *y, const atl_exact_number *a, int sign,
                                 atl_num *num)
{
	const atl_system *sys = &atl_exact;
	atl_exact_number size, one;
	int c = 0;

	sys->init(&size, 1, num);
	sys->init(&one, 1, num);
	atl_exact_put(one.q, 1, 1);
	atl_answer answer = sys->fn1[ATL_FN1_abs](&size, a, 1, num);
	if (answer == ATL_FINE && atl_exact_cmp(&c, &size, &one) != ATL_FINE)
		answer = undecided(num);
	sys->clear(&size, 1);
	sys->clear(&one, 1);
	if (answer != ATL_FINE)
		return answer;
	return (c > 0) == (sign > 0) ? put_infinity(y, 1) : put(y, 0);
}

/* One operand is an infinity, the other a certified real. */
static atl_answer with_infinity(atl_fn2 f, atl_exact_number *y, const atl_exact_number *a,
                                const atl_exact_number *b, atl_num *num)
{
	bool first = is_infinite(a);
	int s = mpz_sgn(mpq_numref(first ? a->q : b->q)), t = 0;
	bool known = atl_exact_sgn(&t, first ? b : a) == ATL_FINE;

	switch (f) {
	case ATL_FN2_add: return put_infinity(y, s);
	case ATL_FN2_sub: return put_infinity(y, first ? s : -s);
	case ATL_FN2_mul:
		if (!known)
			return undecided(num);
		return t == 0 ? put_nothing(y, num) : put_infinity(y, s * t);
	case ATL_FN2_div:
		if (!first)
			return put(y, 0);
		return known && t != 0 ? put_infinity(y, s * t) : undecided(num);
	case ATL_FN2_pow:
		if (!first)
			return infinite_power(y, a, s, num);
		if (s < 0)
			return put_nothing(y, num);
		if (!known)
			return undecided(num);
		return t > 0 ? put_infinity(y, 1) : put(y, t == 0);
	default:
		return composed(f, y, a, b, num);
	}
}

/* What needs no enclosure: factors of 0, and one number against itself. */
static bool simple(atl_fn2 f, atl_exact_number *y, const atl_exact_number *a,
                   const atl_exact_number *b, atl_num *num, atl_answer *answer)
{
	int s;
	bool same = a->real && a->real == b->real;

	*answer = ATL_FINE;
	if ((f == ATL_FN2_add || f == ATL_FN2_sub) && is_zero(b)) {
		atl_exact_copy(y, a);
	} else if (f == ATL_FN2_add && is_zero(a)) {
		atl_exact_copy(y, b);
	} else if (f == ATL_FN2_sub && same) {
		put(y, 0);
	} else if (f == ATL_FN2_mul && (is_zero(a) || is_zero(b))) {
		put(y, 0);
	} else if (f == ATL_FN2_div && is_zero(b)) {
		if (num->ieee && atl_exact_sgn(&s, a) == ATL_FINE && s != 0)
			put_infinity(y, s);
		else
			put_nothing(y, num);
	} else if (f == ATL_FN2_div && (is_zero(a) || same)) {
		*answer = atl_exact_sgn(&s, b) != ATL_FINE ? undecided(num) : put(y, same);
	} else if (f == ATL_FN2_pow && is_zero(b)) {
		put(y, 1);
	} else if (f == ATL_FN2_pow && b->real && !a->real && atl_exact_integer(a->q) &&
	           mpz_cmp_ui(mpq_numref(a->q), 1) == 0) {
		put(y, 1);
	} else {
		return false;
	}
	return true;
}

atl_answer atl_exact_real_fn2(atl_fn2 f, atl_exact_number *y, const atl_exact_number *a,
                              const atl_exact_number *b, atl_num *num)
{
	const atl_flint *lib = atl_flint_load(num);
	atl_answer answer;

	if (!lib)
		return atl_exact_irrational(num);
	if (f >= ATL_FN2_eq && f <= ATL_FN2_ge)
		return compare(f, y, a, b, num);
	if (f == ATL_FN2_and || f == ATL_FN2_or)
		return logic(f == ATL_FN2_or, y, a, b, num);
	if (f == ATL_FN2_min || f == ATL_FN2_max)
		return extreme(f, y, a, b, lib, num);
	if (is_infinite(a) || is_infinite(b))
		return with_infinity(f, y, a, b, num);
	if (f == ATL_FN2_mod || (f == ATL_FN2_xlogy && (a->real || b->real)))
		return composed(f, y, a, b, num);
	if (simple(f, y, a, b, num, &answer))
		return answer;
	return lib->fn2(f, y, a, b, num);
}

/* ---- text ---- */

/* All digits there are: what the precision holds, less what most computations lose. */
static long all_digits(const atl_real *x)
{
	long n = (long)((double)x->bits * 0.30102999566398120) - 10;

	return n > 1 ? n : 1;
}

bool atl_exact_settled(const void *p, long digits)
{
	const atl_real *x = ((const atl_exact_number *)p)->real;
	long exponent;
	mpz_t z;

	if (!x)
		return true;
	if (digits < 0)
		return false;
	if (x->said) /* no precision tells more */
		return true;
	mpz_init(z);
	bool settled = x->kind->leading(z, &exponent, x, digits ? digits : all_digits(x));
	mpz_clear(z);
	return settled;
}

static char *decimal(mpz_srcptr z)
{
	char *text = atl_malloc(mpz_sizeinbase(z, 10) + 2);

	if (text)
		mpz_get_str(text, 10, z);
	return text;
}

/* The first digits of an infinite expansion: 0.731… 22026.4… 1.07…e301 */
static void print_prefix(atl_buf *out, const char *digits, long exponent, bool negative)
{
	static const char dots[] = "…";
	size_t n = strlen(digits);

	if (negative)
		atl_buf_addc(out, '-');
	if (exponent < -4 || exponent >= (long)n) {
		atl_buf_addc(out, digits[0]);
		atl_buf_addc(out, '.');
		atl_buf_addn(out, digits + 1, n - 1);
		atl_buf_addf(out, "%se%ld", dots, exponent);
		return;
	}
	if (exponent < 0) {
		atl_buf_add(out, "0.");
		atl_buf_fill(out, "0", (size_t)(-exponent - 1));
		atl_buf_add(out, digits);
	} else {
		atl_buf_addn(out, digits, (size_t)exponent + 1);
		atl_buf_addc(out, '.');
		atl_buf_add(out, digits + exponent + 1);
	}
	atl_buf_add(out, dots);
}

static bool print_leading(atl_buf *out, const atl_real *x, long n)
{
	long exponent;
	int sign = 0;
	mpz_t z;

	mpz_init(z);
	bool certain = n > 0 && x->kind->leading(z, &exponent, x, n) &&
	               x->kind->sgn(&sign, x) == ATL_FINE;
	char *text = certain ? decimal(z) : NULL;
	if (text)
		print_prefix(out, text, exponent, sign < 0);
	else
		out->failed |= certain;
	atl_free(text);
	mpz_clear(z);
	return certain;
}

static void print_bounded(atl_buf *out, const atl_real *x, long n)
{
	long exponent, bound, bound_exponent;
	mpz_t z;

	mpz_init(z);
	x->kind->centre(z, &exponent, &bound, &bound_exponent, x, n);
	bool negative = mpz_sgn(z) < 0;
	mpz_abs(z, z);
	char *text = decimal(z);
	if (text) {
		size_t len = strlen(text);
		/* as far as it makes sense an integer is written in full */
		atl_decimal_print(out, negative, text, len,
		                  mpz_sgn(z) ? exponent + (long)len - 1 : 0, n > 15 ? n : 15);
		atl_buf_add(out, " ± ");
		atl_decimal_print(out, false, &(char){ (char)('0' + bound) }, 1, bound_exponent, 15);
		atl_buf_add(out, not_proved);
	} else {
		out->failed = true;
	}
	atl_free(text);
	mpz_clear(z);
}

/* As it was written, spaced as below. */
static void print_said(atl_buf *out, const char *text)
{
	const char *within = strstr(text, "±");

	atl_buf_addn(out, text, within ? (size_t)(within - text) : strlen(text));
	if (within)
		atl_buf_addf(out, " ± %s%s", within + strlen("±"), not_proved);
}

/* The digits asked for; else what was written; else centre and bound where the number may be one of
 * fewer digits; else the digits that are certain. */
void atl_exact_print(atl_buf *out, const atl_real *x, int digits)
{
	long n = digits > 0 ? digits : all_digits(x), most = x->kind->accuracy(x, n);

	if (!(x->said && digits == 0) && print_leading(out, x, n))
		return;
	if (x->said) {
		print_said(out, x->said);
		return;
	}
	for (long k = most < n ? most : 0; k > 0 && k > most - 3; k--) {
		if (print_leading(out, x, k))
			return;
	}
	print_bounded(out, x, most > 1 ? most : 1);
}
