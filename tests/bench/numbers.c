/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * numbers LIBRARY WHAT M N P [EMIN EMAX]: numbers.atl and numbers_product.atl
 * by a library called directly.
 *
 * LIBRARY is mpfr (numbers of P bits; a dot product rounds each step), sum
 * (the same, a dot product is rounded once, by mpfr_sum), format (MPFR with
 * the exponents of a format, and subnormalize) or bits (doubles, whose bits
 * are rounded to the format).  WHAT is sub, mul, div, exp or product.
 */
#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum what { SUB, MUL, DIV, EXP, PRODUCT };
static const char *const names[] = { "sub", "mul", "div", "exp", "product" };

static size_t m, n;
static int bits, emin, emax;

static double x_at(size_t i)
{
	return 0.5 + (double)(i + 1)/(double)m/2;
}

static double y_at(size_t i)
{
	return 1 + 1/(double)(i + 1)/16;
}

static double a_at(size_t i, size_t j)
{
	return ((double)((7*i + 3*j) % 19) - 9)/16;
}

static double b_at(size_t i, size_t j)
{
	return ((double)((5*i + 11*j) % 17) - 8)/16;
}

/* ---- doubles, rounded by their bits -------------------------------------- */

static uint64_t half, one;      /* of the last bit kept, in a double's bits */
static double least, shift, most; /* normal numbers are from least to most */

static void bits_init(void)
{
	one = (uint64_t)1 << (53 - bits);
	half = one/2 - 1;
	least = ldexp(1, emin);
	shift = ldexp(1.5, emin - bits + 1 + 52);
	most = ldexp(2 - ldexp(1, 1 - bits), emax);
}

static inline double nearest(double x)
{
	uint64_t u;
	double subnormal = x + shift - shift, y;
	memcpy(&u, &x, sizeof u);
	u += half + (u/one & 1);
	u &= ~(one - 1);
	memcpy(&y, &u, sizeof y);
	y = fabs(x) < least ? subnormal : y;
	return fabs(y) > most ? copysign(HUGE_VAL, y) : y;
}

static void bits_map(enum what what, double *restrict x, const double *restrict y)
{
	switch (what) {
	case SUB:
		for (size_t i = 0; i < m; i++)
			x[i] = nearest(y[i] - x[i]);
		break;
	case MUL:
		for (size_t i = 0; i < m; i++)
			x[i] = nearest(x[i]*y[i]);
		break;
	case DIV:
		for (size_t i = 0; i < m; i++)
			x[i] = nearest(y[i]/x[i]);
		break;
	default:
		for (size_t i = 0; i < m; i++)
			x[i] = nearest(exp(-x[i]));
	}
}

/* c = a*b: each product and each sum rounded, from left to right. */
static void bits_product(double *restrict c, const double *a, const double *b)
{
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < m; j++)
			c[i*m + j] = 0;
		for (size_t l = 0; l < m; l++) {
			for (size_t j = 0; j < m; j++)
				c[i*m + j] = nearest(c[i*m + j] + nearest(a[i*m + l]*b[l*m + j]));
		}
	}
}

static double run_bits(enum what what)
{
	size_t size = what == PRODUCT ? m*m : m;
	double *x = calloc(size, sizeof *x), *y = calloc(size, sizeof *y), *c = calloc(size, sizeof *c);
	bits_init();
	for (size_t i = 0; i < size; i++) {
		x[i] = nearest(what == PRODUCT ? a_at(i/m, i % m) : x_at(i));
		y[i] = nearest(what == PRODUCT ? b_at(i/m, i % m) : y_at(i));
	}
	for (size_t k = 0; k < n; k++) {
		if (what != PRODUCT) {
			bits_map(what, x, y);
		} else {
			x[0] = (double)((k + 1) % 2);
			bits_product(c, x, y);
		}
	}
	return what == PRODUCT ? nearest(c[0] + c[m*m - 1]) : x[2];
}

/* ---- MPFR ---------------------------------------------------------------- */

static bool format;

static inline void once(mpfr_t x, int ternary)
{
	if (format)
		mpfr_subnormalize(x, ternary, MPFR_RNDN);
}

static void mpfr_map(enum what what, mpfr_t *x, mpfr_t *y)
{
	for (size_t i = 0; i < m; i++) {
		switch (what) {
		case SUB: once(x[i], mpfr_sub(x[i], y[i], x[i], MPFR_RNDN)); break;
		case MUL: once(x[i], mpfr_mul(x[i], x[i], y[i], MPFR_RNDN)); break;
		case DIV: once(x[i], mpfr_div(x[i], y[i], x[i], MPFR_RNDN)); break;
		default:
			mpfr_neg(x[i], x[i], MPFR_RNDN);
			once(x[i], mpfr_exp(x[i], x[i], MPFR_RNDN));
		}
	}
}

static void mpfr_product(mpfr_t *c, mpfr_t *a, mpfr_t *b)
{
	mpfr_t t;
	mpfr_init2(t, bits);
	for (size_t i = 0; i < m*m; i++) {
		mpfr_set_zero(c[i], 1);
		for (size_t l = 0; l < m; l++) {
			once(t, mpfr_mul(t, a[i/m*m + l], b[l*m + i % m], MPFR_RNDN));
			once(c[i], mpfr_add(c[i], c[i], t, MPFR_RNDN));
		}
	}
	mpfr_clear(t);
}

/* The same with exact products and one rounding. */
static void mpfr_product_once(mpfr_t *c, mpfr_t *a, mpfr_t *b)
{
	mpfr_t *term = malloc(m*sizeof *term);
	mpfr_ptr *pointer = malloc(m*sizeof *pointer);
	for (size_t l = 0; l < m; l++) {
		mpfr_init2(term[l], 2*bits);
		pointer[l] = term[l];
	}
	for (size_t i = 0; i < m*m; i++) {
		for (size_t l = 0; l < m; l++)
			mpfr_mul(term[l], a[i/m*m + l], b[l*m + i % m], MPFR_RNDN);
		mpfr_sum(c[i], pointer, m, MPFR_RNDN);
	}
	for (size_t l = 0; l < m; l++)
		mpfr_clear(term[l]);
	free(term);
	free(pointer);
}

static double run_mpfr(enum what what, bool by_sum)
{
	size_t size = what == PRODUCT ? m*m : m;
	mpfr_t *x = malloc(size*sizeof *x), *y = malloc(size*sizeof *y), *c = malloc(size*sizeof *c);
	if (format) {
		mpfr_set_emin(emin - bits + 2);
		mpfr_set_emax(emax + 1);
	}
	for (size_t i = 0; i < size; i++) {
		mpfr_inits2(bits, x[i], y[i], c[i], (mpfr_ptr)0);
		once(x[i], mpfr_set_d(x[i], what == PRODUCT ? a_at(i/m, i % m) : x_at(i), MPFR_RNDN));
		once(y[i], mpfr_set_d(y[i], what == PRODUCT ? b_at(i/m, i % m) : y_at(i), MPFR_RNDN));
		mpfr_set_zero(c[i], 1);
	}
	for (size_t k = 0; k < n; k++) {
		if (what == PRODUCT)
			mpfr_set_ui(x[0], (k + 1) % 2, MPFR_RNDN);
		if (what == PRODUCT && by_sum)
			mpfr_product_once(c, x, y);
		else if (what == PRODUCT)
			mpfr_product(c, x, y);
		else
			mpfr_map(what, x, y);
	}
	if (what == PRODUCT)
		once(x[2], mpfr_add(x[2], c[0], c[m*m - 1], MPFR_RNDN));
	return mpfr_get_d(x[2], MPFR_RNDN);
}

int main(int argc, char **argv)
{
	if (argc < 6)
		return 2;
	unsigned what = 0;
	while (what < PRODUCT && strcmp(names[what], argv[2]) != 0)
		what++;
	m = strtoul(argv[3], NULL, 10);
	n = strtoul(argv[4], NULL, 10);
	bits = atoi(argv[5]);
	emin = argc > 7 ? atoi(argv[6]) : 0;
	emax = argc > 7 ? atoi(argv[7]) : 0;
	format = strcmp(argv[1], "format") == 0;
	if (strcmp(argv[1], "bits") == 0)
		printf("%.17g\n", run_bits(what));
	else
		printf("%.17g\n", run_mpfr(what, strcmp(argv[1], "sum") == 0));
}
