/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mpfr_sum.c: sums and dot products of MPFR numbers.
 *
 * Both are correctly rounded: products are kept exact (twice the bits) and
 * the sum is rounded once, so the order does not matter to the result.  A
 * matrix product is a dot product an entry. */
#include "number/mpfr_system.h"

#include "base/mem.h"

/* n pointers to terms, and n exact products where there are any. */
typedef struct scratch {
	mpfr_ptr *term;
	mpfr_ptr product;
	size_t n;
} scratch;

static void close_scratch(scratch *s)
{
	for (size_t i = 0; s->product && i < s->n; i++)
		mpfr_clear(s->product + i);
	atl_free(s->product);
	atl_free(s->term);
}

/* Room for n terms; products of `bits` bits unless that is 0. */
static bool open_scratch(scratch *s, size_t n, mpfr_prec_t bits)
{
	const size_t most = SIZE_MAX / sizeof *s->product;

	*s = (scratch){ .n = n };
	if (n <= most)
		s->term = atl_malloc(n * sizeof(mpfr_ptr));
	if (s->term && bits > 0)
		s->product = atl_malloc(n * sizeof *s->product);
	for (size_t i = 0; s->product && i < n; i++) {
		mpfr_init2(s->product + i, bits);
		s->term[i] = s->product + i;
	}
	if (s->term && (s->product || bits == 0))
		return true;
	close_scratch(s);
	return false;
}

/* Sums the terms into y; what came in tells what an infinity means. */
static void add_terms(mpfr_ptr y, const scratch *s, atl_num *num)
{
	bool finite = true, nan = false;

	mpfr_sum(y, s->term, (unsigned long)s->n, atl_mpfr_mode(num));
	if (mpfr_number_p(y))
		return;
	for (size_t i = 0; i < s->n; i++) {
		finite = finite && mpfr_number_p(s->term[i]);
		nan = nan || mpfr_nan_p(s->term[i]);
	}
	if (mpfr_inf_p(y) && finite)
		num->flags |= ATL_NUM_OVERFLOWED;
	else if (mpfr_nan_p(y) && !nan)
		num->flags |= ATL_NUM_INVALID;
}

atl_answer atl_mpfr_sum(void *y, const void *x, size_t stride, size_t n, atl_num *num)
{
	scratch s;

	if (!open_scratch(&s, n, 0))
		return ATL_NOMEM;
	for (size_t i = 0; i < n; i++)
		s.term[i] = (mpfr_ptr)x + i * stride;
	add_terms(y, &s, num);
	close_scratch(&s);
	return ATL_FINE;
}

static void add_products(mpfr_ptr y, const scratch *s, mpfr_srcptr a, size_t sa, mpfr_srcptr b,
                         size_t sb, atl_num *num)
{
	for (size_t i = 0; i < s->n; i++) {
		mpfr_srcptr u = a + i * sa, v = b + i * sb;
		mpfr_mul(s->product + i, u, v, MPFR_RNDN);
		if (mpfr_nan_p(s->product + i) && !mpfr_nan_p(u) && !mpfr_nan_p(v))
			num->flags |= ATL_NUM_INVALID; /* 0*inf */
	}
	add_terms(y, s, num);
}

/* Bits that hold any product exactly. */
static mpfr_prec_t product_bits(mpfr_srcptr a, size_t na, mpfr_srcptr b, size_t nb)
{
	mpfr_prec_t p = MPFR_PREC_MIN, q = MPFR_PREC_MIN;

	for (size_t i = 0; i < na; i++)
		p = mpfr_get_prec(a + i) > p ? mpfr_get_prec(a + i) : p;
	for (size_t i = 0; i < nb; i++)
		q = mpfr_get_prec(b + i) > q ? mpfr_get_prec(b + i) : q;
	return p + q;
}

atl_answer atl_mpfr_dot(void *y, const void *a, size_t sa, const void *b, size_t sb, size_t n,
                        atl_num *num)
{
	mpfr_prec_t bits = n == 0 ? MPFR_PREC_MIN : product_bits(a, 1, b, 1);
	scratch s;

	for (size_t i = 1; i < n; i++) {
		mpfr_prec_t more = product_bits((mpfr_srcptr)a + i * sa, 1,
		                                (mpfr_srcptr)b + i * sb, 1);
		bits = more > bits ? more : bits;
	}
	if (!open_scratch(&s, n, bits))
		return ATL_NOMEM;
	add_products(y, &s, a, sa, b, sb, num);
	close_scratch(&s);
	return ATL_FINE;
}

atl_answer atl_mpfr_matmul(void *y, const void *a, bool ta, const void *b, bool tb, size_t m,
                           size_t k, size_t n, atl_num *num)
{
	scratch s;

	if (!open_scratch(&s, k, product_bits(a, m * k, b, k * n)))
		return ATL_NOMEM;
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			if (atl_num_stop(num)) {
				close_scratch(&s);
				return ATL_STOPPED;
			}
			add_products((mpfr_ptr)y + i * n + j, &s,
			             (mpfr_srcptr)a + (ta ? i : i * k), ta ? m : 1,
			             (mpfr_srcptr)b + (tb ? j * k : j), tb ? 1 : n, num);
		}
	}
	close_scratch(&s);
	return ATL_FINE;
}
