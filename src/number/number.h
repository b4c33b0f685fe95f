/* SPDX-License-Identifier: GPL-3.0-or-later */
/* number.h: what a number system is.
 *
 * A number system (float64, exact, mpfr, ...) is a table of functions over one
 * element type.  Everything above this layer works on arrays of elements
 * through the table and knows no system; everything in a system knows no
 * shapes, no ops and no graph.  One suite of laws (tests/laws) runs on all.
 *
 * An element is a number, +-infinity, or *no value*: what an operation gives
 * outside its domain (log(-1), 0/0, 1/0, inf-inf, 0*inf).  No value spreads
 * through every function; a comparison with it is no value too.  With
 * num->ieee (`set nan keep`) 1/0 and log(0) are infinities as in IEEE 754, and
 * the rest stays no value, printed nan.
 *
 * A function answers how it went for the whole range it was given.  UNABLE
 * (an irrational result in a system of rationals) and UNDECIDED (a comparison
 * of enclosures that overlap) set num->fault to the index of the first such
 * element and num->reason to a short constant text; the results are then
 * unspecified but valid elements. */
#ifndef ATL_NUMBER_NUMBER_H
#define ATL_NUMBER_NUMBER_H

#include <gmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "base/text.h"

typedef enum atl_answer {
	ATL_FINE = 0,
	ATL_UNABLE,      /* the system has no such number */
	ATL_UNDECIDED,   /* it cannot be decided at this precision */
	ATL_TOO_BIG,     /* past a limit of size (rationals' digits) */
	ATL_NOMEM,
	ATL_STOPPED      /* atl_num_stop said so */
} atl_answer;

/* The elementwise primitives.  All other elementwise ops are text over these
 * (see graph/op.h).  Domains: sqrt x>=0; log, log2, log10 x>0; log1p x>-1;
 * asin, acos |x|<=1; div b!=0; mod b!=0 (result has b's sign: a - b*floor(a/b);
 * an infinite b gives a, or b where their signs differ); pow as in C, but no
 * value spreads, and 0^negative and negative^non-integer are outside;
 * xlogy(0,y) is 0 for every y, even no value; round: halves away from zero;
 * sign(0) is 0; sigmoid is 1/(1+exp(-x)), computed so that it neither
 * overflows nor cancels; not/and/or take 0 as false and anything else as true
 * and give 0 or 1; the comparisons give 0 or 1. */
#define ATL_FN1_LIST(X) \
	X(neg) X(abs) X(sign) X(floor) X(ceil) X(round) X(sqrt) X(exp) X(expm1) X(log) X(log1p) \
	X(log2) X(log10) X(sin) X(cos) X(tan) X(asin) X(acos) X(atan) X(sinh) X(cosh) X(tanh) \
	X(erf) X(erfc) X(sigmoid) X(not)
#define ATL_FN2_LIST(X) \
	X(add) X(sub) X(mul) X(div) X(pow) X(mod) X(min) X(max) X(xlogy) \
	X(eq) X(ne) X(lt) X(le) X(gt) X(ge) X(and) X(or)

#define ATL_FN1_ENUM(f) ATL_FN1_##f,
#define ATL_FN2_ENUM(f) ATL_FN2_##f,
typedef enum atl_fn1 { ATL_FN1_LIST(ATL_FN1_ENUM) ATL_FN1_COUNT } atl_fn1;
typedef enum atl_fn2 { ATL_FN2_LIST(ATL_FN2_ENUM) ATL_FN2_COUNT } atl_fn2;

typedef struct atl_system atl_system;
typedef struct atl_modules atl_modules; /* number/modules.h */

/* INEXACT is mpfr's alone: a primitive, a literal or pi was rounded. */
enum { ATL_NUM_OVERFLOWED = 1, ATL_NUM_INVALID = 2, ATL_NUM_INEXACT = 4 };

/* Which neighbour an operation of mpfr or of a format gives: the nearest, of
 * two the even one; the one above, below, towards 0, away from 0; or, in the
 * formats, one of the two by chance, the nearer the likelier.  Literals,
 * conversions, and mpfr are rounded to nearest where chance is set. */
typedef enum atl_rounding {
	ATL_ROUND_NEAREST, ATL_ROUND_UP, ATL_ROUND_DOWN, ATL_ROUND_ZERO, ATL_ROUND_AWAY,
	ATL_ROUND_STOCHASTIC
} atl_rounding;

/* A binary floating-point format: 0, the normal numbers +-1.xxx * 2^e, and
 * the subnormal ones below 2^emin, which are multiples of 2^(emin-precision+1). */
typedef struct atl_binary {
	int precision;   /* bits, the leading one counted in; 0: no format */
	int emin, emax;  /* exponents of the normal numbers */
	int width;       /* bits of an encoding as IEEE 754 has it; 0: it has none */
	bool no_infinity; /* what is too large is no value (fp8_e4m3) */
	bool saturates;  /* what is too large is the largest number */
	double largest;
} atl_binary;

/* A system in use: its settings, and what it has to say of the last calls. */
typedef struct atl_num {
	const atl_system *sys;
	long precision;                   /* bits, where the system has a choice */
	bool ieee;                        /* infinities for 1/0 and log(0) */
	long limit_digits;                /* of a rational's numerator or denominator; 0: none */
	const volatile sig_atomic_t *stop; /* may be NULL */
	double limit_seconds;             /* of a statement; 0: none */
	uint64_t deadline;                /* when they are over, by atl_num_clock; 0: never */
	unsigned flags;                   /* sticky: values overflowed, or made no value */
	size_t fault;                     /* first element that could not be done */
	const char *reason;               /* why, a constant text, such as "irrational" */
	atl_modules *modules;             /* what is loaded on first need; NULL: nothing is */
	atl_rounding rounding;            /* of mpfr and the formats */
	atl_binary format;                /* of the system "format" */
	atl_binary accumulate;            /* of sums and products, when it has more bits; or none */
	uint64_t chance;                  /* state of stochastic rounding */
	uint64_t redraw;                  /* random draws are other ones for every number here; 0: their own */
} atl_num;

/* Nanoseconds of a clock that nobody sets. */
static inline uint64_t atl_num_clock(void)
{
	struct timespec now = { 0 };
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Whether to stop: polled by long loops, the modules' too. */
static inline bool atl_num_stop(const atl_num *num)
{
	return (num->stop && *num->stop) || (num->deadline && atl_num_clock() > num->deadline);
}

/* The parts of an element, for `show bits`: texts of binary digits, "" where
 * there are none. */
typedef struct atl_bits {
	bool negative;
	const char *kind;      /* "normal", "subnormal", "zero", "infinity", "no value" */
	long exponent;         /* of a normal or subnormal number: its digits stand for that power of 2 */
	atl_buf field;         /* the exponent's field */
	atl_buf fraction;      /* what follows the binary point */
	atl_buf hex;           /* all of the encoding: "0x3c00" */
} atl_bits;

/* Ranges: x[0..n) of elements.  A stride is 0 (one element for all) or 1.
 * Outputs are initialised elements and may be the same range as an input of
 * stride 1. */
typedef atl_answer atl_map1(void *y, const void *x, size_t n, atl_num *);
typedef atl_answer atl_map2(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                            atl_num *);

struct atl_system {
	const char *name;      /* "float64" */
	const char *summary;   /* for `list systems` */
	size_t size;           /* bytes of an element */
	bool rounds;           /* false: every result is exact */
	bool flat;             /* plain bytes: init is memset, copy memcpy, clear nothing */
	bool sized;            /* which elements there are depends on the settings in atl_num */
	const atl_binary *format; /* elements are doubles of this format; or see atl_num_format */

	/* The life of elements. init makes them 0. */
	atl_answer (*init)(void *x, size_t n, const atl_num *);
	void (*clear)(void *x, size_t n);
	atl_answer (*copy)(void *y, const void *x, size_t sx, size_t n); /* stride 0 or 1 */

	/* In and out.  A decimal literal ("0.1", "1e-3", "12", digits with _) is
	 * that exact decimal, rounded once where the system rounds.  "0.731…" and
	 * "1±2e-310" are enclosures to an exact system, 0.731 and 1 to the others. */
	atl_answer (*set_literal)(void *y, const char *text, size_t len, atl_num *);
	atl_answer (*set_si)(void *y, long v, atl_num *);
	atl_answer (*set_double)(void *y, double v, atl_num *);   /* nan: no value */
	atl_answer (*set_rational)(void *y, mpq_srcptr v, atl_num *);
	atl_answer (*set_pi)(void *y, atl_num *);                 /* UNABLE where only rationals are */
	atl_answer (*get_rational)(mpq_ptr v, const void *x);     /* UNABLE: no value or infinite */
	double (*get_double)(const void *x);                      /* nearest; nan, inf */
	bool (*get_si)(long *v, const void *x); /* false unless an integer that fits */

	/* Questions about one element. */
	bool (*no_value)(const void *x);
	bool (*infinite)(const void *x);
	atl_answer (*sgn)(int *s, const void *x);                 /* -1 0 1; of a value */
	atl_answer (*cmp)(int *c, const void *a, const void *b);  /* -1 0 1; of values */
	uint64_t (*hash)(const void *x);                          /* equal elements, equal hashes */

	/* Text that reads back: "0.1" "1e-7" "3/4" "-1/2" "inf" "nan".
	 * digits > 0: that many significant digits, correctly rounded, no
	 * trailing zeros (an integer below 10^15 in full, -0 as 0); digits == 0: as
	 * many as read back to the same element.
	 * An exact system prints rationals exactly and ignores digits; a certified
	 * real prints as certain digits and an ellipsis, "0.731…", or where these
	 * cannot be settled as centre and bound, "1 ± 2e-310 (not proved exact)". */
	void (*print)(atl_buf *, const void *x, int digits);
	/* NULL where every element is what it is.  Of enclosures, which a higher
	 * precision makes narrower: whether so many significant digits (0: as many
	 * as `print` shows of all) are certain; digits < 0: whether x is exact. */
	bool (*settled)(const void *x, long digits);

	/* Arithmetic. */
	atl_map1 *fn1[ATL_FN1_COUNT];
	atl_map2 *fn2[ATL_FN2_COUNT];
	/* y = sum of x[0], x[stride], ... (n of them), in one documented order;
	 * prod likewise; dot is sum a[i*sa]*b[i*sb] with any strides. */
	atl_answer (*sum)(void *y, const void *x, size_t stride, size_t n, atl_num *);
	/* The same of many lanes: y[o*inner + i] = sum of x[(o*extent + k)*inner + i] over
	 * k < extent.  NULL where one after the other is as good. */
	atl_answer (*sums)(void *y, const void *x, size_t outer, size_t extent, size_t inner, atl_num *);
	atl_answer (*prod)(void *y, const void *x, size_t stride, size_t n, atl_num *);
	atl_answer (*dot)(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
	                  atl_num *);
	/* y (m x n) = op(a) (m x k) * op(b) (k x n), row-major, dense; ta: a is
	 * stored k x m; tb: b is n x k.  y overlaps neither. */
	atl_answer (*matmul)(void *y, const void *a, bool ta, const void *b, bool tb,
	                     size_t m, size_t k, size_t n, atl_num *);
	/* Sliding dot products: y[i] = sum over j < k of w[j]*x[at[j] + i*step], in the
	 * order of j as in matmul.  NULL where matmul on copies of x is as good. */
	atl_answer (*correlate)(void *y, const void *x, size_t step, const size_t *at,
	                        const void *w, size_t k, size_t n, atl_num *);
	/* Square a (n x n), row-major.  A singular matrix has determinant 0 and an
	 * inverse, solution of no value.  x (n x r) solves a*x = b (n x r). */
	atl_answer (*det)(void *y, const void *a, size_t n, atl_num *);
	atl_answer (*solve)(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *);
	atl_answer (*inv)(void *y, const void *a, size_t n, atl_num *);
	/* Factors.  cholesky: y lower, a = y*y', of the symmetric part of a (n x n),
	 * which must be symmetric to a thousandth, or there is no value; nor where it
	 * is not positive definite.  eigh: likewise its eigenvalues, rising, and in
	 * the columns of vectors (n x n) their orthonormal vectors.  svd: a = u*diag(s)*v'
	 * for a of m x n, u m x p, v n x p, p = min(m, n), s falling.  The first entry of
	 * (nearly) the largest size is positive in each column of vectors, and of u. */
	atl_answer (*cholesky)(void *y, const void *a, size_t n, atl_num *);
	atl_answer (*eigh)(void *values, void *vectors, const void *a, size_t n, atl_num *);
	atl_answer (*svd)(void *u, void *s, void *v, const void *a, size_t m, size_t n, atl_num *);

	/* Of systems that round; else NULL.  ulp: the distance of the numbers
	 * that have x's exponent, of 0 that of the smallest; an infinity's is
	 * infinite.  next: the next number above x, or below. */
	atl_answer (*ulp)(void *y, const void *x, atl_num *);
	atl_answer (*next)(void *y, const void *x, bool up, atl_num *);
	void (*bits)(atl_bits *, const void *x, const atl_num *); /* appends to its texts */

	/* Of systems that round every operation once, for those that are several
	 * primitives on paper (number/once.c); else NULL.  between: y = the result
	 * that lies between lo and hi, elements of atl_mpfr with more bits, rounded as
	 * that of a primitive is; false when what is so near to them that it may be
	 * it is rounded to different elements, unless the middle shall do.  beside:
	 * the same of a result that is off the double r by less than 2^-40 of r; NULL
	 * where doubles do not help. */
	bool (*between)(void *y, const void *lo, const void *hi, bool middle, atl_num *);
	bool (*beside)(void *y, double r, atl_num *);
};

/* number/generic.c: defaults written over the rest of the table; a system
 * puts them into its table where it has nothing better. */
atl_answer atl_generic_sum(void *y, const void *x, size_t stride, size_t n, atl_num *);
atl_answer atl_generic_prod(void *y, const void *x, size_t stride, size_t n, atl_num *);
atl_answer atl_generic_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                           atl_num *);
atl_answer atl_generic_matmul(void *y, const void *a, bool ta, const void *b, bool tb,
                              size_t m, size_t k, size_t n, atl_num *);
atl_answer atl_generic_det(void *y, const void *a, size_t n, atl_num *);
atl_answer atl_generic_solve(void *x, const void *a, const void *b, size_t n, size_t r, atl_num *);
atl_answer atl_generic_inv(void *y, const void *a, size_t n, atl_num *);
/* generic_factor.c, generic_eigen.c: eigh and svd for systems that round. */
atl_answer atl_generic_cholesky(void *y, const void *a, size_t n, atl_num *);
atl_answer atl_generic_eigh(void *values, void *vectors, const void *a, size_t n, atl_num *);
atl_answer atl_generic_svd(void *u, void *s, void *v, const void *a, size_t m, size_t n, atl_num *);
/* a = q*r for a of m x n, m >= n: q m x n with orthonormal columns, r upper with
 * a diagonal > 0; no value where a's columns are dependent. */
atl_answer atl_generic_qr(void *q, void *r, const void *a, size_t m, size_t n, atl_num *);
/* generic_rank.c: where the system rounds, a singular value of at most
 * max(m, n)*eps*the largest counts as 0.  y (n x m) is the pseudoinverse of
 * Moore and Penrose. */
atl_answer atl_generic_rank(long *rank, const void *a, size_t m, size_t n, atl_num *);
atl_answer atl_generic_pinv(void *y, const void *a, size_t m, size_t n, atl_num *);

/* number/once.c: the exponents of atl_mpfr's numbers, which go farther from
 * `widen` to `restore`; between takes such operands. */
typedef struct atl_range {
	long emin, emax;
} atl_range;
atl_range atl_range_widen(void);
void atl_range_restore(atl_range);

/* The systems.  Nothing is initialised before first use. */
extern const atl_system atl_float64, atl_exact, atl_mpfr;
extern const atl_system atl_float32, atl_float16, atl_bfloat16, atl_tf32;
extern const atl_system atl_fp8_e4m3, atl_fp8_e4m3_sat, atl_fp8_e5m2, atl_fp8_e5m2_sat;
/* format(precision, emin, emax), with the format in atl_num: one table for each
 * precision from 2 on, since text that reads back depends on it. */
enum { ATL_FORMAT_MIN = 2, ATL_FORMAT_MAX = 25, ATL_FORMAT_EXPONENT = 450 };
extern const atl_system atl_format_of[ATL_FORMAT_MAX - ATL_FORMAT_MIN + 1];

/* number/systems.c: finds a system by what the user wrote: NAME, "mpfr 256",
 * "mpfr:256", "mpfr(256)", "format(11, -14, 15)"; precisions from 2 to 1000000.
 * Fills num->sys and, where it is written, num->precision (128 for a bare "mpfr"
 * without one) or num->format, leaves the rest; false when there is no such system. */
bool atl_system_find(atl_num *, const char *text, size_t len);
/* The system as it is written: "mpfr 256". */
void atl_num_print(atl_buf *, const atl_num *);
/* The format of the elements; NULL where they are no doubles. */
const atl_binary *atl_num_format(const atl_num *);
/* "nearest", "up", ...; NULL past the last. */
const char *atl_rounding_name(unsigned);
/* All systems' names, NULL-terminated, for help, completion, did-you-mean. */
const atl_system *const *atl_systems(void);
/* What a system lacks here, for `list systems`; NULL: nothing. */
const char *atl_system_lacks(const atl_system *, const atl_num *);
/* Unary and binary primitives' names ("exp"), for diagnostics. */
const char *atl_fn1_name(atl_fn1);
const char *atl_fn2_name(atl_fn2);

/* y = x converted from one system to another: exactly where the target can
 * hold it, else rounded once. */
atl_answer atl_convert(void *y, atl_num *to, const void *x, const atl_system *from, size_t n);

#endif
