/* SPDX-License-Identifier: GPL-3.0-or-later */
/* module.c: the FLINT module: its table, and the life of enclosures. */
#include "number/flint/module.h"

#include <string.h>

extern const atl_flint atl_flint_table;

void atl_ball_set_q(arb_t y, mpq_srcptr q, slong bits)
{
	fmpz_t n, d;

	fmpz_init(n);
	fmpz_set_mpz(n, mpq_numref(q));
	if (atl_exact_integer(q)) {
		arb_set_fmpz(y, n);
	} else {
		fmpz_init(d);
		fmpz_set_mpz(d, mpq_denref(q));
		arb_fmpz_div_fmpz(y, n, d, bits);
		fmpz_clear(d);
	}
	fmpz_clear(n);
}

arb_srcptr atl_ball_of(const atl_exact_number *x, arb_t t, slong bits)
{
	if (x->real)
		return atl_ball(x->real);
	atl_ball_set_q(t, x->q, bits);
	return t;
}

atl_answer atl_ball_undecided(atl_num *num)
{
	num->reason = "the enclosures do not tell";
	return ATL_UNDECIDED;
}

static ball *new_ball(long bits)
{
	ball *b = flint_malloc(sizeof *b);

	b->head = (atl_real){ .refs = 1, .kind = &atl_ball_kind, .bits = bits };
	arb_init(b->x);
	return b;
}

const atl_real *atl_ball_of_interval(const atl_interval *x)
{
	if (x->ball)
		return x->ball;
	ball *b = new_ball(x->head.bits);
	arb_set_interval_mpfr(b->x, x->lo, x->hi, x->head.bits);
	((atl_interval *)(uintptr_t)x)->ball = &b->head; /* the same number, once more */
	return &b->head;
}

atl_answer atl_ball_give(atl_exact_number *y, arb_t t, atl_num *num)
{
	if (!arb_is_finite(t))
		return atl_ball_undecided(num);
	if (COEFF_IS_MPZ(ARF_EXP(arb_midref(t))) || COEFF_IS_MPZ(MAG_EXP(arb_radref(t)))) {
		num->reason = "too large or too small to be written";
		return ATL_TOO_BIG;
	}
	ball *b = new_ball(num->precision);
	arb_swap(b->x, t);
	atl_exact_drop(y);
	y->real = &b->head;
	atl_exact_put(y->q, 0, 0);
	return ATL_FINE;
}

static void release(atl_real *x)
{
	arb_clear(((ball *)x)->x);
	flint_free((char *)(uintptr_t)x->said);
	flint_free(x);
}

static atl_answer enclose(atl_exact_number *y, mpq_srcptr middle, mpq_srcptr radius,
                          const char *text, size_t len, atl_num *num)
{
	slong bits = (slong)mpz_sizeinbase(mpq_numref(middle), 2) + 64;
	char *said = flint_malloc(len + 1);
	arb_t t, r;

	arb_init(t);
	arb_init(r);
	atl_ball_set_q(t, middle, bits > num->precision ? bits : num->precision);
	atl_ball_set_q(r, radius, 64);
	arb_add_error(t, r);
	atl_answer answer = atl_ball_give(y, t, num);
	memcpy(said, text, len);
	said[len] = '\0';
	if (answer == ATL_FINE)
		y->real->said = said;
	else
		flint_free(said);
	arb_clear(t);
	arb_clear(r);
	return answer;
}

static atl_answer set_pi(atl_exact_number *y, atl_num *num)
{
	arb_t t;

	arb_init(t);
	arb_const_pi(t, num->precision);
	atl_answer answer = atl_ball_give(y, t, num);
	arb_clear(t);
	return answer;
}

static atl_answer sgn(int *s, const atl_real *x)
{
	*s = arb_is_zero(atl_ball(x)) ? 0 : arb_sgn_nonzero(atl_ball(x));
	return *s != 0 || arb_is_zero(atl_ball(x)) ? ATL_FINE : ATL_UNDECIDED;
}

static atl_answer cmp(int *c, const atl_exact_number *a, const atl_exact_number *b)
{
	const atl_real *x = a->real ? a->real : b->real;
	const slong bits = (b->real && b->real->bits > x->bits ? b->real->bits : x->bits) + 64;
	arb_t s, t;

	arb_init(s);
	arb_init(t);
	arb_srcptr u = atl_ball_of(a, s, bits), v = atl_ball_of(b, t, bits);
	*c = arb_lt(u, v) ? -1 : arb_gt(u, v);
	bool known = *c != 0 || (arb_is_exact(u) && arb_is_exact(v) && arb_equal(u, v));
	arb_clear(s);
	arb_clear(t);
	return known ? ATL_FINE : ATL_UNDECIDED;
}

static double get_double(const atl_real *x)
{
	return arf_get_d(arb_midref(atl_ball(x)), ARF_RND_NEAR);
}

static void midpoint(mpq_ptr q, const atl_real *x)
{
	fmpq_t f;

	fmpq_init(f);
	arf_get_fmpq(f, arb_midref(atl_ball(x)));
	fmpq_get_mpq(q, f);
	fmpq_clear(f);
}

const atl_real_kind atl_ball_kind = {
	.release = release,
	.sgn = sgn,
	.cmp = cmp,
	.get_double = get_double,
	.midpoint = midpoint,
	.leading = atl_ball_leading,
	.accuracy = atl_ball_accuracy,
	.centre = atl_ball_centre,
};

const atl_flint atl_flint_table = {
	.version = ATL_FLINT_VERSION,
	.library = "FLINT " FLINT_VERSION,
	.set_pi = set_pi,
	.enclose = enclose,
	.fn1 = atl_ball_fn1,
	.fn2 = atl_ball_fn2,
	.dot = atl_ball_dot,
	.matmul = atl_ball_matmul,
	.det = atl_ball_det,
	.solve = atl_ball_solve,
	.matmul_q = atl_fmpq_matmul,
	.det_q = atl_fmpq_det,
	.solve_q = atl_fmpq_solve,
	.roots = atl_ball_roots,
	.eigh = atl_ball_eigh,
};
