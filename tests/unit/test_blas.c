/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_blas.c: products and factorisations of doubles, by own loops, by fused
 * multiply-adds and by the module of OpenBLAS. */
#include "numbers.h"

#include <float.h>
#include <math.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/pool.h"
#include "number/blas.h"
#include "number/float64_set.h"
#include "number/modules.h"

enum { MARGIN = 3 }; /* between the rows of what is not dense */

static atl_modules modules;
static atl_num with = { .sys = &atl_float64, .modules = &modules };
static atl_num without = { .sys = &atl_float64 };
static uint64_t seed = 0xb1a5;

static double *numbers(size_t n)
{
	double *x = atl_malloc((n ? n : 1) * sizeof *x);

	assert_non_null(x);
	for (size_t i = 0; i < n; i++)
		x[i] = (double)chance_in(&seed, -1000, 1000) / 256;
	return x;
}

static double entry(const double *x, size_t ld, bool turned, size_t i, size_t j)
{
	return turned ? x[j * ld + i] : x[i * ld + j];
}

/* A product with operands of its own, rows further apart than they are long. */
static atl_product made(size_t m, size_t k, size_t n, unsigned turned, double alpha, double beta)
{
	const bool ta = turned & 1, tb = turned & 2;
	const size_t lda = (ta ? m : k) + MARGIN, ldb = (tb ? k : n) + MARGIN, ldy = n + MARGIN;

	return (atl_product){ .y = numbers(m * ldy), .ldy = ldy,
		              .a = numbers((ta ? k : m) * lda), .lda = lda, .ta = ta,
		              .b = numbers((tb ? n : k) * ldb), .ldb = ldb, .tb = tb,
		              .m = m, .k = k, .n = n, .alpha = alpha, .beta = beta };
}

static void drop(const atl_product *p)
{
	atl_free(p->y);
	atl_free((double *)(uintptr_t)p->a);
	atl_free((double *)(uintptr_t)p->b);
}

/* Entry i, j as a program would have it, before the product is computed; and
 * how far another order may be off. */
static double by_hand(const atl_product *p, size_t i, size_t j, double *slack)
{
	const double old = p->beta == 0 ? 0 : p->beta * p->y[i * p->ldy + j];
	double t = 0, size = 0;

	for (size_t q = 0; q < p->k; q++) {
		const double u = entry(p->a, p->lda, p->ta, i, q) * entry(p->b, p->ldb, p->tb, q, j);
		t += u;
		size += fabs(u);
	}
	*slack = (double)(p->k + 4) * DBL_EPSILON * (fabs(p->alpha) * size + fabs(old));
	return p->beta == 0 ? p->alpha * t : p->alpha * t + old;
}

/* exact: bit by bit. */
static void check_product(size_t m, size_t k, size_t n, unsigned turned, double alpha, double beta,
                          atl_num *num, bool exact)
{
	const atl_product p = made(m, k, n, turned, alpha, beta);
	double *expected = numbers(m * n), *slack = numbers(m * n), *old = numbers(m * p.ldy);

	memcpy(old, p.y, m * p.ldy * sizeof *old);
	for (size_t i = 0; i < m * n; i++)
		expected[i] = by_hand(&p, i / n, i % n, &slack[i]);
	assert_int_equal(atl_float64_multiply(&p, num), ATL_FINE);
	assert_int_equal(num->flags, 0);
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			const double d = fabs(p.y[i * p.ldy + j] - expected[i * n + j]);
			if (!(d <= (exact ? 0 : slack[i * n + j])))
				fail_msg("%zu x %zu x %zu, turned %u, %g, %g: entry %zu, %zu is off by %g",
				         m, k, n, turned, alpha, beta, i, j, d);
		}
		assert_memory_equal(p.y + i * p.ldy + n, old + i * p.ldy + n, MARGIN * sizeof *old);
	}
	atl_free(expected);
	atl_free(slack);
	atl_free(old);
	drop(&p);
}

static const size_t shapes[][3] = {
	{ 1, 1, 1 },    { 3, 2, 1 },    { 2, 3, 2 },     { 5, 1, 7 },     { 8, 8, 8 },
	{ 13, 9, 11 },  { 17, 300, 9 }, { 31, 33, 35 },  { 1, 40, 50 },   { 60, 40, 1 },
	{ 64, 64, 64 }, { 37, 41, 43 }, { 1, 400, 130 }, { 190, 300, 1 }, { 200, 1, 170 },
	{ 65, 700, 9 }, { 9, 500, 67 }, { 150, 120, 99 }, { 99, 110, 160 },
};
static const double factors[][2] = { { 1, 0 }, { 1, 1 }, { -1, 1 }, { -0.375, 1 }, { 2, -0.5 },
	                             { 3, 0 }, { 0, 2 } };

enum { SHAPES = sizeof shapes / sizeof *shapes, FACTORS = sizeof factors / sizeof *factors };

static void check_products(atl_num *num, bool exact)
{
	for (size_t s = 0; s < SHAPES; s++) {
		for (unsigned turned = 0; turned < 4; turned++) {
			for (size_t f = 0; f < FACTORS; f++)
				check_product(shapes[s][0], shapes[s][1], shapes[s][2], turned,
				              factors[f][0], factors[f][1], num, exact);
		}
	}
}

static void own_loops_give_the_bits_of_a_program_written_out(void **state)
{
	static const char *const sets[] = { "plain", "avx2", "avx512" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		if (atl_f64_force(sets[i]))
			check_products(&without, true);
	}
	atl_f64_force(NULL);
}

/* By the machine's best, and by what a machine without fused multiply-adds has. */
static void by_both(void (*check)(void))
{
	static const char *const sets[] = { NULL, "plain" };

	for (size_t i = 0; i < 2; i++) {
		assert_true(atl_f64_force(sets[i]));
		check();
	}
	atl_f64_force(NULL);
	atl_pool_set_threads(0);
}

static void check_with_threads(void)
{
	for (unsigned threads = 1; threads <= 3; threads++) {
		atl_pool_set_threads(threads);
		check_products(&with, false);
	}
}

static void the_module_gives_the_same_product_up_to_rounding(void **state)
{
	(void)state;
	by_both(check_with_threads);
}

static void check_slabs(void)
{
	for (unsigned threads = 1; threads <= 5; threads++) {
		atl_pool_set_threads(threads);
		check_product(1101, 130, 57, threads % 4, 1, 0, &with, false);
		check_product(63, 151, 1037, threads % 4, -1, 1, &with, false);
	}
}

static void a_product_is_cut_into_slabs_that_cover_it(void **state)
{
	(void)state;
	by_both(check_slabs);
}

/* ---- fused multiply-adds ---- */

/* Entry i, j, before the product is computed, each step rounded once. */
static double fused(const atl_product *p, size_t i, size_t j)
{
	double t = p->beta == 0 ? 0 : p->y[i * p->ldy + j];

	for (size_t q = 0; q < p->k; q++)
		t = fma(p->alpha * entry(p->a, p->lda, p->ta, i, q), entry(p->b, p->ldb, p->tb, q, j), t);
	return t;
}

/* Operands whose products have to be rounded. */
static atl_product made_long(size_t m, size_t k, size_t n, unsigned turned, double alpha, double beta)
{
	const atl_product p = made(m, k, n, turned, alpha, beta);
	double *operand[] = { p.y, (double *)(uintptr_t)p.a, (double *)(uintptr_t)p.b };
	const size_t entries[] = { m * p.ldy, (p.ta ? k : m) * p.lda, (p.tb ? n : k) * p.ldb };

	for (size_t o = 0; o < 3; o++) {
		for (size_t i = 0; i < entries[o]; i++)
			operand[o][i] = sin(operand[o][i]);
	}
	return p;
}

static double *expected_of(const atl_product *p)
{
	double *x = numbers(p->m * p->n);

	for (size_t i = 0; i < p->m * p->n; i++)
		x[i] = fused(p, i / p->n, i % p->n);
	return x;
}

static void check_fused(const atl_product *p, const double *expected, const char *set)
{
	assert_int_equal(atl_float64_multiply(p, &without), ATL_FINE);
	for (size_t i = 0; i < p->m; i++) {
		if (memcmp(p->y + i * p->ldy, expected + i * p->n, p->n * sizeof *expected) != 0)
			fail_msg("%s, %zu x %zu x %zu, turned %u %u, %g, %g: row %zu has other bits", set, p->m,
			         p->k, p->n, p->ta, p->tb, p->alpha, p->beta, i);
	}
}

/* Edges of tiles, several layers, several blocks, few rows, few columns. */
static const size_t large[][3] = { { 33, 40, 25 },  { 6, 700, 40 },   { 50, 800, 6 },   { 97, 63, 8 },
	                           { 7, 401, 130 }, { 41, 850, 1030 }, { 70, 9, 2100 }, { 300, 401, 23 } };

static void every_entry_is_fused_step_by_step_whatever_the_machine_and_the_threads(void **state)
{
	static const char *const sets[] = { "avx2", "avx512" };

	(void)state;
	for (size_t s = 0; s < 4 * sizeof large / sizeof *large; s++) {
		const size_t *d = large[s / 4];
		const double alpha = s % 3 ? 1 : -1, beta = s % 2 ? 1 : 0;
		const atl_product p = made_long(d[0], d[1], d[2], s % 4, alpha, beta);
		double *expected = expected_of(&p), *old = numbers(p.m * p.ldy);
		memcpy(old, p.y, p.m * p.ldy * sizeof *old);
		for (unsigned run = 0; run < 6; run++) {
			if (!atl_f64_force(sets[run % 2]))
				continue;
			atl_pool_set_threads(1 + run / 2);
			memcpy(p.y, old, p.m * p.ldy * sizeof *old);
			check_fused(&p, expected, sets[run % 2]);
		}
		atl_free(old);
		atl_free(expected);
		drop(&p);
	}
	atl_f64_force(NULL);
	atl_pool_set_threads(0);
}

/* What follows on a product here: its pieces are kept, and counted. */
typedef struct kept_pieces {
	double *y;
	unsigned char *times;
	size_t n;
	bool split; /* a piece was not of whole rows */
} kept_pieces;

static void keep_piece(void *context, const double *y, size_t ldy, size_t row, size_t rows, size_t col, size_t cols)
{
	kept_pieces *k = context;

	for (size_t i = 0; i < rows; i++) {
		for (size_t j = 0; j < cols; j++) {
			k->y[(row + i) * k->n + col + j] = y[i * ldy + j];
			k->times[(row + i) * k->n + col + j]++;
		}
	}
	if (cols != k->n)
		k->split = true;
}

/* ready: the right operand is packed beforehand.  passing: there is no y. */
static void check_pieces(const atl_product *p, const double *expected, bool whole_rows, bool ready, bool passing)
{
	atl_product q = *p;
	const size_t n = p->m * p->n;
	kept_pieces k = { numbers(n), atl_calloc(n, 1), p->n, false };
	atl_epilogue then = { .run = keep_piece, .context = &k, .whole_rows = whole_rows };
	double *packed = NULL;

	assert_non_null(k.times);
	if (ready && atl_float64_fma_suits(p)) {
		packed = atl_malloc_line(atl_float64_packed(p, &then) * sizeof *packed);
		assert_non_null(packed);
		atl_float64_pack(packed, p, &then);
		then.packed = packed;
	}
	if (passing)
		q.y = NULL;
	assert_int_equal(atl_float64_multiply_then(&q, &then, &without), ATL_FINE);
	assert_memory_equal(k.y, expected, n * sizeof *expected);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(k.times[i], 1);
	assert_false(whole_rows && k.split);
	atl_free(packed);
	atl_free(k.y);
	atl_free(k.times);
}

static void what_follows_meets_every_entry_once_when_it_is_done(void **state)
{
	(void)state;
	for (unsigned run = 0; run < 3 * sizeof large / sizeof *large; run++) {
		const size_t *d = large[run / 3];
		const atl_product p = made_long(d[0], d[1], d[2], run % 4, 1, 0);
		double *expected = numbers(p.m * p.n);
		assert_true(atl_f64_force(run % 3 == 2 ? "plain" : NULL));
		atl_pool_set_threads(1 + run % 3);
		assert_int_equal(atl_float64_multiply(&p, &without), ATL_FINE);
		for (size_t i = 0; i < p.m; i++)
			memcpy(expected + i * p.n, p.y + i * p.ldy, p.n * sizeof *expected);
		for (unsigned how = 0; how < 8; how++) {
			const bool passes = p.k <= ATL_F64_DEPTH;
			check_pieces(&p, expected, how & 1, how & 2, how & 4 && passes);
		}
		atl_free(expected);
		drop(&p);
	}
	atl_f64_force(NULL);
	atl_pool_set_threads(0);
}

static void check_bits_of_threads(void)
{
	for (unsigned turned = 0; turned < 4; turned++) {
		const atl_product p = turned % 2 ? made(601, 499, 77, turned, 1, 0)
		                                 : made(301, 257, 1029, turned, 2, 0);
		double *first = numbers(p.m * p.ldy);
		for (unsigned threads = 1; threads <= 6; threads++) {
			atl_pool_set_threads(threads);
			assert_int_equal(atl_float64_multiply(&p, &with), ATL_FINE);
			if (threads == 1)
				memcpy(first, p.y, p.m * p.ldy * sizeof *first);
			assert_memory_equal(first, p.y, p.m * p.ldy * sizeof *first);
		}
		atl_free(first);
		drop(&p);
	}
}

static void the_bits_do_not_depend_on_the_number_of_threads(void **state)
{
	(void)state;
	by_both(check_bits_of_threads);
}

/* With `special` in a's first entry and `other` in the entry of b that it meets,
 * y's first entry is no value (or an infinity), and the flags are these. */
static void check_special(double special, double other, bool nan, unsigned flags, atl_num *num)
{
	for (size_t s = 0; s < SHAPES; s++) {
		for (unsigned turned = 0; turned < 4; turned++) {
			const size_t *d = shapes[s];
			const atl_product p = made(d[0], d[1], d[2], turned, 1, turned % 2);
			((double *)(uintptr_t)p.a)[0] = special;
			((double *)(uintptr_t)p.b)[0] = other;
			num->flags = 0;
			assert_int_equal(atl_float64_multiply(&p, num), ATL_FINE);
			if (nan ? !isnan(p.y[0]) : !isinf(p.y[0]))
				fail_msg("%zu x %zu x %zu, turned %u: %g*%g is lost in %g", d[0], d[1],
				         d[2], turned, special, other, p.y[0]);
			assert_int_equal(num->flags, flags);
			drop(&p);
		}
	}
	num->flags = 0;
}

static void check_specials(void)
{
	atl_num *nums[] = { &with, &without };

	for (size_t i = 0; i < 2; i++) {
		check_special(INFINITY, 0, true, ATL_NUM_INVALID, nums[i]);
		check_special(0, -INFINITY, true, ATL_NUM_INVALID, nums[i]);
		check_special(NAN, 0, true, 0, nums[i]);
		check_special(0, NAN, true, 0, nums[i]);
		check_special(INFINITY, NAN, true, 0, nums[i]);
		check_special(1e300, -1e300, false, ATL_NUM_OVERFLOWED, nums[i]);
	}
}

static void infinities_and_no_values_come_through(void **state)
{
	(void)state;
	by_both(check_specials);
}

static void check_overwritten(void)
{
	for (size_t s = 0; s < SHAPES; s++) {
		const atl_product p = made(shapes[s][0], shapes[s][1], shapes[s][2], s % 4, 2, 0);
		for (size_t i = 0; i < p.m * p.ldy; i++)
			p.y[i] = NAN;
		assert_int_equal(atl_float64_multiply(&p, &with), ATL_FINE);
		assert_false(atl_float64_unusual(p.y, p.n));
		assert_false(atl_float64_unusual(p.y + (p.m - 1) * p.ldy, p.n));
		drop(&p);
	}
	assert_int_equal(with.flags, 0);
}

static void what_is_overwritten_is_not_read(void **state)
{
	(void)state;
	by_both(check_overwritten);
}

static void exceptions_that_were_raised_before_stay_and_are_not_its_own(void **state)
{
	const atl_product p = made(40, 40, 40, 0, 1, 0);

	(void)state;
	atl_f64_flags_clear();
	atl_f64_flags_raise(ATL_F64_INVALID);
	((double *)(uintptr_t)p.a)[0] = INFINITY;
	((double *)(uintptr_t)p.b)[0] = 2;
	assert_int_equal(atl_float64_multiply(&p, &with), ATL_FINE);
	assert_true(atl_f64_flags_test() & ATL_F64_INVALID);
	assert_int_equal(with.flags, 0);
	atl_f64_flags_clear();
	drop(&p);
}

static void an_empty_sum_is_zero(void **state)
{
	double y[4] = { 1, 2, 3, NAN };

	(void)state;
	assert_int_equal(atl_float64_gemm(y, 1, 2, NULL, false, NULL, false, 1, 0, 3, &with), ATL_FINE);
	assert_true(y[0] == 2 && y[1] == 4 && y[2] == 6);
	assert_int_equal(atl_float64_gemm(y, 1, 0, NULL, false, NULL, false, 2, 0, 2, &with), ATL_FINE);
	assert_true(y[0] == 0 && y[3] == 0);
}

static void a_product_can_be_stopped(void **state)
{
	const sig_atomic_t stop = 1;
	const atl_product p = made(128, 128, 128, 0, 1, 0);

	(void)state;
	with.stop = without.stop = &stop;
	assert_int_equal(atl_float64_multiply(&p, &with), ATL_STOPPED);
	assert_int_equal(atl_float64_multiply(&p, &without), ATL_STOPPED);
	assert_int_equal(atl_float64_det(p.y, p.a, 40, &with), ATL_STOPPED);
	with.stop = without.stop = NULL;
	drop(&p);
}

/* ---- systems of equations ---- */

static void large_systems_are_solved(void **state)
{
	atl_num *nums[] = { &with, &without };

	(void)state;
	for (size_t turn = 0; turn < 10; turn++) {
		static const size_t sizes[] = { 15, 17, 33, 100, 203 };
		const size_t n = sizes[turn / 2], r = turn + 1;
		atl_num *num = nums[turn % 2];
		double *a = numbers(n * n), *b = numbers(n * r), *x = numbers(n * r);
		for (size_t i = 0; i < n; i++)
			a[i * n + (i * 7 + 3) % n] += n % 7 == 0 ? 1 : 40;
		assert_int_equal(atl_float64_solve(x, a, b, n, r, num), ATL_FINE);
		assert_int_equal(num->flags, 0);
		assert_int_equal(atl_float64_gemm(b, -1, 1, a, false, x, false, n, n, r, num), ATL_FINE);
		for (size_t i = 0; i < n * r; i++)
			assert_true(fabs(b[i]) < 1e-9);
		atl_free(a);
		atl_free(b);
		atl_free(x);
	}
}

/* The rows of an upper factor, each once, in another order. */
static void determinants_of_large_matrices_have_their_sign(void **state)
{
	enum { N = 61 };

	(void)state;
	for (int turn = 0; turn < 4; turn++) {
		double *a = numbers(N * N), y = 0, expected = 1;
		for (size_t i = 0; i < N; i++) {
			for (size_t j = 0; j < N; j++)
				a[i * N + j] = j < i ? 0 : j == i ? 1.5 : a[i * N + j] / 16;
			expected *= 1.5;
		}
		for (int swap = 0; swap < turn; swap++) {
			for (size_t j = 0; j < N; j++) {
				const double t = a[(size_t)swap * N + j];
				a[(size_t)swap * N + j] = a[(size_t)(swap + 20) * N + j];
				a[(size_t)(swap + 20) * N + j] = t;
			}
			expected = -expected;
		}
		assert_int_equal(atl_float64_det(&y, a, N, turn % 2 ? &with : &without), ATL_FINE);
		assert_true(fabs(y / expected - 1) < 1e-9);
		atl_free(a);
	}
}

static void a_large_singular_matrix_has_no_inverse(void **state)
{
	enum { N = 70 };
	double *a = numbers(N * N), *y = numbers(N * N), d = 1;

	(void)state;
	for (size_t j = 0; j < N; j++)
		a[j * N + 50] = 0;
	assert_int_equal(atl_float64_det(&d, a, N, &with), ATL_FINE);
	assert_true(d == 0);
	assert_int_equal(with.flags, 0);
	assert_int_equal(atl_float64_inv(y, a, N, &with), ATL_FINE);
	assert_true(isnan(y[0]) && isnan(y[N * N - 1]));
	assert_int_equal(with.flags, ATL_NUM_INVALID);
	with.flags = 0;
	atl_free(a);
	atl_free(y);
}

static void what_gets_no_memory_says_so_and_leaks_nothing(void **state)
{
	const atl_product p = made(40, 40, 40, 0, 2, 1);
	const long live = atl_mem_live();
	atl_answer product = ATL_NOMEM, inverse = ATL_NOMEM;

	(void)state;
	for (long n = 1; product == ATL_NOMEM || inverse == ATL_NOMEM; n++) {
		atl_mem_fail_after(n);
		product = atl_float64_multiply(&p, &without);
		atl_mem_fail_after(n);
		inverse = atl_float64_inv(p.y, p.a, 40, &without);
		atl_mem_fail_after(-1);
		assert_int_equal(atl_mem_live(), live);
		assert_true(n > 1 || (product == ATL_NOMEM && inverse == ATL_NOMEM));
	}
	drop(&p);
}

static void without_memory_a_fused_product_is_none(void **state)
{
	const atl_product p = made(40, 40, 40, 0, 1, 0);
	const long live = atl_mem_live();

	(void)state;
	atl_mem_fail_after(1);
	const atl_answer answer = atl_float64_multiply(&p, &without);
	atl_mem_fail_after(-1);
	assert_int_equal(answer, ATL_NOMEM);
	assert_int_equal(atl_mem_live(), live);
	drop(&p);
}

/* ---- LAPACK's ---- */

static const atl_blas *lib(void)
{
	const atl_blas *table = atl_blas_load(&with);

	if (!table)
		skip();
	return table;
}

static void check_equal(const double *x, const double *y, size_t n, double slack)
{
	for (size_t i = 0; i < n; i++) {
		if (!(fabs(x[i] - y[i]) <= slack))
			fail_msg("entry %zu: %.17g and %.17g", i, x[i], y[i]);
	}
}

static void a_lower_factor_times_itself_is_the_matrix(void **state)
{
	enum { N = 45 };
	double *b = numbers(N * N), *a = numbers(N * N), *l = numbers(N * N);

	(void)state;
	assert_int_equal(atl_float64_gemm(a, 1, 0, b, false, b, true, N, N, N, &without), ATL_FINE);
	memcpy(l, a, N * N * sizeof *l);
	l[1] = NAN; /* above the diagonal */
	assert_true(lib()->cholesky(l, N));
	assert_true(l[1] == 0 && l[N - 1] == 0 && l[0] > 0);
	assert_int_equal(atl_float64_gemm(b, 1, 0, l, false, l, true, N, N, N, &without), ATL_FINE);
	check_equal(a, b, N * N, 1e-9);
	a[0] = -1;
	assert_false(lib()->cholesky(a, N));
	atl_free(a);
	atl_free(b);
	atl_free(l);
}

static void check_svd(size_t m, size_t n)
{
	const size_t p = m < n ? m : n, n_work = lib()->svd_work(m, n);
	double *a = numbers(m * n), *u = numbers(m * p), *vt = numbers(p * n), *s = numbers(p);
	double *work = numbers(n_work), *y = numbers(m * n);

	memcpy(y, a, m * n * sizeof *y);
	assert_true(lib()->svd(u, s, vt, a, m, n, work, n_work));
	for (size_t i = 0; i < p; i++)
		assert_true(s[i] >= 0 && (i == 0 || s[i] <= s[i - 1]));
	for (size_t i = 0; i < m * p; i++)
		u[i] *= s[i % p];
	assert_int_equal(atl_float64_gemm(y, -1, 1, u, false, vt, false, m, p, n, &without), ATL_FINE);
	for (size_t i = 0; i < m * n; i++)
		assert_true(fabs(y[i]) < 1e-11);
	atl_free(a);
	atl_free(u);
	atl_free(vt);
	atl_free(s);
	atl_free(work);
	atl_free(y);
}

static void singular_values_rebuild_the_matrix(void **state)
{
	(void)state;
	check_svd(1, 1);
	check_svd(7, 4);
	check_svd(5, 30);
	check_svd(40, 40);
}

static void eigenvectors_are_only_scaled(void **state)
{
	enum { N = 31 };
	const size_t n_work = lib()->eigh_work(N);
	double *a = numbers(N * N), *v = numbers(N * N), *values = numbers(N), *y = numbers(N * N);
	double *work = numbers(n_work);

	(void)state;
	for (size_t i = 0; i < N * N; i++)
		v[i] = a[i] = i / N < i % N ? a[i % N * N + i / N] : a[i];
	v[1] = NAN;
	assert_true(lib()->eigh(values, v, N, work, n_work));
	assert_int_equal(atl_float64_gemm(y, 1, 0, v, false, a, true, N, N, N, &without), ATL_FINE);
	for (size_t i = 0; i < N; i++)
		assert_true(i == 0 || values[i] >= values[i - 1]);
	for (size_t i = 0; i < N * N; i++)
		v[i] *= values[i / N];
	check_equal(y, v, N * N, 1e-11);
	atl_free(a);
	atl_free(v);
	atl_free(values);
	atl_free(y);
	atl_free(work);
}

/* ---- what the system refuses ---- */

/* A large product in a process of its own, with modules of its own, after
 * `restrict_it`: it exits 0 when the product is right.  A hang is killed. */
static void check_apart(void (*restrict_it)(void))
{
	const char *folder = modules.folder;
	const pid_t child = fork();
	int status = -1;

	assert_true(child >= 0);
	if (child == 0) {
		atl_modules own = { .folder = folder };
		atl_num num = { .sys = &atl_float64, .modules = &own };
		enum { N = 160 };
		static double a[N * N], y[N * N];
		for (size_t i = 0; i < N * N; i++)
			a[i] = 1;
		alarm(20);
		restrict_it();
		const atl_answer answer = atl_float64_gemm(y, 1, 0, a, false, a, true, N, N, N, &num);
		_exit(answer != ATL_FINE || y[0] != N || y[N * N - 1] != N);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static long address_space; /* MiB that are left */

static void restrict_memory(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	unsigned long pages = 0;

	if (f && fscanf(f, "%lu", &pages) == 1) {
		const rlim_t most = pages * (rlim_t)sysconf(_SC_PAGESIZE) + ((rlim_t)address_space << 20);
		setrlimit(RLIMIT_AS, &(struct rlimit){ most, most });
	}
}

static void without_memory_for_openblas_own_loops_do_it(void **state)
{
	(void)state;
#ifdef __SANITIZE_ADDRESS__
	skip(); /* it needs terabytes of addresses */
#endif
	for (address_space = 1; address_space < 1000; address_space *= 2)
		check_apart(restrict_memory);
}

static void restrict_processes(void)
{
	setrlimit(RLIMIT_NPROC, &(struct rlimit){ 0, 0 });
	if (geteuid() == 0 && setuid(65534) != 0)
		_exit(2);
	atl_pool_set_threads(4);
	setenv("OPENBLAS_NUM_THREADS", "4", 1);
}

static void where_threads_are_refused_one_does_it(void **state)
{
	(void)state;
	check_apart(restrict_processes);
}

static void a_folder_without_the_module_has_none(void **state)
{
	atl_modules none = { 0 }, wrong = { .folder = "/nowhere" };
	atl_num num = { .sys = &atl_float64, .modules = &none };

	(void)state;
	assert_null(atl_blas_load(&num));
	num.modules = &wrong;
	assert_null(atl_blas_load(&num));
	assert_non_null(atl_system_lacks(&atl_float64, &num));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_for_openblas_own_loops_do_it),
		cmocka_unit_test(where_threads_are_refused_one_does_it),
		cmocka_unit_test(a_folder_without_the_module_has_none),
		cmocka_unit_test(own_loops_give_the_bits_of_a_program_written_out),
		cmocka_unit_test(the_module_gives_the_same_product_up_to_rounding),
		cmocka_unit_test(a_product_is_cut_into_slabs_that_cover_it),
		cmocka_unit_test(every_entry_is_fused_step_by_step_whatever_the_machine_and_the_threads),
		cmocka_unit_test(what_follows_meets_every_entry_once_when_it_is_done),
		cmocka_unit_test(the_bits_do_not_depend_on_the_number_of_threads),
		cmocka_unit_test(infinities_and_no_values_come_through),
		cmocka_unit_test(what_is_overwritten_is_not_read),
		cmocka_unit_test(exceptions_that_were_raised_before_stay_and_are_not_its_own),
		cmocka_unit_test(an_empty_sum_is_zero),
		cmocka_unit_test(a_product_can_be_stopped),
		cmocka_unit_test(large_systems_are_solved),
		cmocka_unit_test(determinants_of_large_matrices_have_their_sign),
		cmocka_unit_test(a_large_singular_matrix_has_no_inverse),
		cmocka_unit_test(what_gets_no_memory_says_so_and_leaks_nothing),
		cmocka_unit_test(without_memory_a_fused_product_is_none),
		cmocka_unit_test(a_lower_factor_times_itself_is_the_matrix),
		cmocka_unit_test(singular_values_rebuild_the_matrix),
		cmocka_unit_test(eigenvectors_are_only_scaled),
	};
	const char *built = getenv("top_builddir");

	modules.folder = built ? built : ".";
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	atl_pool_close();
	if (failed == 0 && atl_mem_live() != 0) {
		print_error("%ld blocks were not given back\n", atl_mem_live());
		return 1;
	}
	return failed;
}
