/* SPDX-License-Identifier: GPL-3.0-or-later */
/* format.h: the parts of the systems of small formats (format.c has their
 * tables).
 *
 * An element is a double that is a number of the format, an infinity if the
 * format has them, or NaN for no value.  Every operation gives the exact
 * result rounded once.  Two ways lead there:
 *
 * - To nearest, + - * / sqrt are computed in binary64 and rounded again.  With
 *   p <= 25 bits the first rounding never changes what the second one does,
 *   since 53 >= 2p+2 (Figueroa 1995; below 2^emin the number of bits is
 *   smaller still).
 * - In every mode, a double that is *odd-rounded* will do: the exact result
 *   where that is a double, else of its two neighbours the one whose last bit
 *   is 1.  Odd rounding keeps on which side of any number of up to 51 bits
 *   the exact result lies (Boldo, Melquiond 2008).
 *
 * ATL_NEAR bounds the relative error of a primitive of float64. */
#ifndef ATL_NUMBER_FORMAT_H
#define ATL_NUMBER_FORMAT_H

#include <math.h>
#include <string.h>
#include "number/number.h"

#define ATL_NEAR 0x1p-45

/* ---- rounding to nearest, for loops that vectorise ---- */

typedef enum atl_grid { ATL_GRID_BITS, ATL_GRID_SINGLE, ATL_GRID_DOUBLE } atl_grid;

/* The constants of one format.  SINGLE is binary32, which the machine rounds
 * to; DOUBLE is binary64, which needs no rounding. */
typedef struct atl_rounder {
	atl_grid grid;
	double lo, hi;   /* 2^emin, 2^(emax+1) */
	double scale;    /* 1.5 * 2^(53-p) */
	double largest;
} atl_rounder;

atl_rounder atl_rounder_of(const atl_binary *);

/* v to the nearest multiple of its quantum, ties to even, with v's sign; what
 * is past the largest number stays past it.  Adding 1.5 * 2^52 quanta leaves no
 * room for bits below one. */
static inline double atl_round_grid(double v, const atl_rounder *r, atl_grid grid)
{
	uint64_t bits;
	double power;

	if (grid == ATL_GRID_SINGLE)
		return (double)(float)v;
	if (grid == ATL_GRID_DOUBLE)
		return v;
	memcpy(&bits, &v, sizeof bits);
	bits &= UINT64_C(0x7ff0000000000000);
	memcpy(&power, &bits, sizeof power); /* |v| rounded down to a power of 2 */
	power = power < r->lo ? r->lo : power;
	power = power > r->hi ? r->hi : power;
	power *= r->scale;
	return copysign((v + power) - power, v);
}

/* ---- one number in any mode (format_round.c) ---- */

/* An odd-rounded double rounded in a mode; past the largest number it is what
 * the format has for that, and sets ATL_NUM_OVERFLOWED.  Infinities and NaN
 * stay. */
double atl_round_once(double odd, const atl_binary *, atl_rounding, atl_num *);
/* The mode for what is no arithmetic: literals, conversions. */
atl_rounding atl_format_steady(const atl_num *);
/* What stands for an infinity of v's sign. */
double atl_format_infinity(double v, const atl_binary *);
/* q, nearest to an exact result that is q + error, odd-rounded; only the
 * error's sign counts. */
double atl_odd(double q, double error);
/* a + b, a / b, sqrt(x), odd-rounded; a * b is exact.  The sign of a sum that
 * is 0 depends on the mode. */
double atl_odd_sum(double a, double b, atl_rounding);
double atl_odd_quotient(double a, double b);
double atl_odd_root(double x);
/* The numbers at r's ends, which are off by less than `error` of r: true, and the
 * result in *y, when both are rounded to the same. */
bool atl_round_certain(double *y, double r, double error, const atl_binary *, atl_rounding, atl_num *);
/* Correctly, by MPFR: the odd-rounded value of a primitive. */
double atl_odd_map1(atl_fn1, double x);
double atl_odd_map2(atl_fn2, double a, double b);
double atl_odd_rational(mpq_srcptr);
double atl_odd_decimal(const char *text); /* "123e-4" */
double atl_odd_real(const void *x);       /* an element of atl_mpfr */

/* ---- the rest of the table ---- */

/* format_map.c */
#define ATL_FORMAT_FN1(f) atl_map1 atl_format_##f;
#define ATL_FORMAT_FN2(f) atl_map2 atl_format_##f;
ATL_FN1_LIST(ATL_FORMAT_FN1)
ATL_FN2_LIST(ATL_FORMAT_FN2)

/* format_sum.c: every step rounded, left to right. */
atl_answer atl_format_sum(void *y, const void *x, size_t stride, size_t n, atl_num *);
atl_answer atl_format_prod(void *y, const void *x, size_t stride, size_t n, atl_num *);
atl_answer atl_format_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                          atl_num *);
atl_answer atl_format_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                             size_t k, size_t n, atl_num *);

/* once.c */
bool atl_format_between(void *y, const void *lo, const void *hi, bool middle, atl_num *);
bool atl_format_beside(void *y, double r, atl_num *);

/* format_bits.c: for float64 too. */
atl_answer atl_format_ulp(void *y, const void *x, atl_num *);
atl_answer atl_format_next(void *y, const void *x, bool up, atl_num *);
void atl_format_bits(atl_bits *, const void *x, const atl_num *);

#endif
