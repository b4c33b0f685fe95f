/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decimal.h: decimal text, shared by the number systems.
 *
 * Reads a literal into digits and a power of ten, lays digits out for
 * printing, and rounds a rational to the nearest double.  Nothing here looks
 * at the locale: a number is handed to the C library as digits and exponent,
 * without a decimal point. */
#ifndef ATL_NUMBER_DECIMAL_H
#define ATL_NUMBER_DECIMAL_H

#include "number/number.h"

/* The value is digits * 10^exponent; the digits have no zero at either end,
 * and zero has none.  An exponent past +-10^17 stands there. */
typedef struct atl_decimal {
	bool negative;
	size_t n;
	long exponent;
	long place;     /* the power of ten of the last digit that was written */
	bool open;      /* more digits follow: 0.731… */
	size_t bound;   /* where the text goes on behind ±; 0: nowhere */
	atl_buf digits; /* owned */
} atl_decimal;

/* Reads [+-]digits[.digits][…][e[+-]digits][±...], with `_` anywhere among the
 * digits; of what stands behind ± it says where that is.
 * UNABLE when the text is no such number.  The caller clears the digits,
 * whatever the answer. */
atl_answer atl_decimal_read(atl_decimal *, const char *text, size_t len, atl_num *);

/* The same value as "123e-4" (sign included), for the C library; NULL without
 * memory. */
const char *atl_decimal_text(atl_decimal *);

/* Appends digits[0..n) with the first one standing at 10^exponent: fixed if
 * -5 < exponent < fixed, else d.ddde-7.  Zeros at the end are not written. */
void atl_decimal_print(atl_buf *, bool negative, const char *digits, size_t n, long exponent,
                       long fixed);

/* The double nearest to v, ties to even; +-inf when it is past the largest. */
double atl_rational_double(mpq_srcptr v);

#endif
