/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_certified.c: the exact system past the rationals: digits against MPFR
 * at a higher precision, decisions, enclosures of wide balls.  Without the
 * FLINT module all of it is skipped. */
#include "numbers.h"

#include <mpfr.h>
#include <time.h>
#include "number/exact.h"
#include "number/flint.h"
#include "number/modules.h"
#include "session/session.h"

enum { DIGITS = 10000, BITS = 34000 };

static atl_modules modules;
static atl_num num = { .sys = &atl_exact, .precision = 256, .modules = &modules };

/* ---- sessions ---- */

typedef struct talk {
	atl_buf out, err;
	int code;
} talk;

static void take_out(void *data, const char *text, size_t len)
{
	atl_buf_addn(&((talk *)data)->out, text, len);
}

static void take_err(void *data, const char *text, size_t len)
{
	atl_buf_addn(&((talk *)data)->err, text, len);
}

static talk run(const char *script, const char *digits)
{
	talk t = { 0 };
	atl_options o = { .sink = { take_out, take_err, &t }, .modules = modules.folder };
	atl_session *s = atl_session_new(&o);

	assert_non_null(s);
	assert_int_equal(atl_session_set(s, "number", "exact"), ATL_OK);
	assert_int_equal(atl_session_set(s, "digits", digits), ATL_OK);
	assert_int_equal(atl_session_open(s, NULL, 1), ATL_OK);
	(void)atl_session_feed(s, script, strlen(script), true);
	t.code = atl_session_exit(s);
	atl_session_free(s);
	return t;
}

static void end(talk *t)
{
	atl_buf_clear(&t->out);
	atl_buf_clear(&t->err);
}

static void prints(const char *script, const char *expected)
{
	talk t = run(script, "20");

	assert_string_equal(atl_buf_text(&t.err), "");
	assert_string_equal(atl_buf_text(&t.out), expected);
	end(&t);
}

/* Ends with exit code 4 and these words, in a moment. */
static void undecided(const char *script, const char *words)
{
	struct timespec before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	talk t = run(script, "20");
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_int_equal(t.code, 4);
	if (!strstr(atl_buf_text(&t.err), words))
		assert_string_equal(atl_buf_text(&t.err), words);
	assert_true(after.tv_sec - before.tv_sec < 10);
	end(&t);
}

/* ---- digits ---- */

/* v's first digits, cut off: v lies between 0.1 and 1 or between 1 and 10. */
static void put_digits(atl_buf *out, mpfr_srcptr v)
{
	mpfr_exp_t e;
	char *text = mpfr_get_str(NULL, &e, 10, DIGITS, v, MPFR_RNDZ), *digits = text;

	assert_true(e == 0 || e == 1);
	if (*digits == '-')
		atl_buf_addc(out, *digits++);
	atl_buf_add(out, e ? "" : "0.");
	atl_buf_addn(out, digits, (size_t)e);
	atl_buf_add(out, e ? "." : "");
	atl_buf_add(out, digits + e);
	atl_buf_add(out, "…");
	mpfr_free_str(text);
}

static void assert_digits(const char *expression, mpfr_srcptr v)
{
	char digits[16];
	atl_buf expected = { 0 };

	snprintf(digits, sizeof digits, "%d", DIGITS);
	talk t = run(expression, digits);
	put_digits(&expected, v);
	atl_buf_addc(&expected, '\n');
	assert_string_equal(atl_buf_text(&t.err), "");
	assert_string_equal(atl_buf_text(&t.out), atl_buf_text(&expected));
	atl_buf_clear(&expected);
	end(&t);
}

typedef int elementary(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

static void ten_thousand_digits_of_exp_log_and_tanh_are_right(void **state)
{
	static const struct { const char *text; elementary *f; } rows[] = {
		{ "exp(3/7)", mpfr_exp }, { "log(3/7)", mpfr_log }, { "tanh(3/7)", mpfr_tanh },
	};
	mpfr_t x;

	(void)state;
	mpfr_init2(x, BITS);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		mpfr_set_ui(x, 3, MPFR_RNDN);
		mpfr_div_ui(x, x, 7, MPFR_RNDN);
		rows[i].f(x, x, MPFR_RNDN);
		assert_digits(rows[i].text, x);
	}
	mpfr_clear(x);
}

static void ten_thousand_digits_of_sigmoid_are_right(void **state)
{
	mpfr_t x;

	(void)state;
	mpfr_init2(x, BITS);
	mpfr_set_si(x, -1, MPFR_RNDN);
	mpfr_exp(x, x, MPFR_RNDN);
	mpfr_add_ui(x, x, 1, MPFR_RNDN);
	mpfr_ui_div(x, 1, x, MPFR_RNDN);
	assert_digits("sigmoid(1)", x);
	mpfr_clear(x);
}

/* x (1 + erf(x/sqrt 2))/2 at 1 */
static void ten_thousand_digits_of_gelu_are_right(void **state)
{
	mpfr_t x;

	(void)state;
	mpfr_init2(x, BITS);
	mpfr_sqrt_ui(x, 2, MPFR_RNDN);
	mpfr_ui_div(x, 1, x, MPFR_RNDN);
	mpfr_erf(x, x, MPFR_RNDN);
	mpfr_add_ui(x, x, 1, MPFR_RNDN);
	mpfr_div_2ui(x, x, 1, MPFR_RNDN);
	assert_digits("gelu(1)", x);
	mpfr_clear(x);
}

/* The first and the last of softmax(k/10). */
static void ten_thousand_digits_of_softmax_are_right(void **state)
{
	mpfr_t x, sum, first;

	(void)state;
	mpfr_inits2(BITS, x, sum, first, (mpfr_ptr)NULL);
	mpfr_set_ui(sum, 0, MPFR_RNDN);
	for (unsigned long k = 1; k <= 10; k++) {
		mpfr_set_ui(x, k, MPFR_RNDN);
		mpfr_div_ui(x, x, 10, MPFR_RNDN);
		mpfr_exp(x, x, MPFR_RNDN);
		mpfr_add(sum, sum, x, MPFR_RNDN);
	}
	mpfr_div(x, x, sum, MPFR_RNDN);
	assert_digits("s = softmax([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]/10); s[10]", x);
	mpfr_clears(x, sum, first, (mpfr_ptr)NULL);
}

static void digits_are_cut_off_and_never_rounded(void **state)
{
	(void)state;
	prints("exp(1)", "2.7182818284590452353…\n");
	prints("-exp(1)", "-2.7182818284590452353…\n");
	prints("exp(-1000)", "5.0759588975494567652…e-435\n");
	prints("exp(100)", "2.6881171418161354484…e43\n");
	prints("1 - exp(-100)", "0.99999999999999999999…\n");
	prints("1 + exp(-100)", "1.0000000000000000000…\n");
}

static void cancelled_digits_are_computed_again(void **state)
{
	(void)state;
	prints("x = exp(-500); (1 + x) - 1", "7.1245764067412855315…e-218\n");
	prints("log(1 + exp(-1000))", "5.0759588975494567652…e-435\n");
	prints("sin(10^50)", "-0.78967249342931008271…\n");
}

static void what_may_be_a_short_number_says_so(void **state)
{
	(void)state;
	talk t = run("sigmoid(1) + sigmoid(-1)", "20");
	assert_int_equal(strncmp(atl_buf_text(&t.out), "1 ± ", strlen("1 ± ")), 0);
	assert_non_null(strstr(atl_buf_text(&t.out), "(not proved exact)"));
	assert_int_equal(t.code, 0);
	end(&t);
}

/* What the script prints is a script that prints the same. */
static void reads_back(const char *script, const char *digits)
{
	talk t = run(script, digits), again = run(atl_buf_text(&t.out), digits);

	assert_string_equal(atl_buf_text(&again.err), "");
	assert_int_equal(again.code, 0);
	assert_string_equal(atl_buf_text(&again.out), atl_buf_text(&t.out));
	assert_true(strstr(atl_buf_text(&t.out), "…") || strstr(atl_buf_text(&t.out), "±"));
	end(&t);
	end(&again);
}

static void what_is_printed_of_a_certified_real_reads_back(void **state)
{
	static const char *const digits[] = { "1", "6", "50", "full" };

	(void)state;
	for (size_t i = 0; i < sizeof digits / sizeof *digits; i++) {
		reads_back("x = sigmoid(1)", digits[i]);
		reads_back("x = -exp(1000)", digits[i]);
		reads_back("x = exp(-1000)", digits[i]);
		reads_back("y = sigmoid(1) + sigmoid(-1)", digits[i]);
		reads_back("A = [exp(1), sqrt(2)^2 - 3; 1/3, -pi]", digits[i]);
	}
}

static void what_is_written_as_an_enclosure_is_one(void **state)
{
	(void)state;
	/* the ends of the enclosure are in it, and what is past them is not */
	undecided("0.73… == 0.731", "cannot be decided");
	prints("0.73… == 0.729\n0.73… == 0.741", "0\n0\n");
	prints("2 ± 1 < 3.01\n2 ± 1 > 0.99\n4 < 2 ± 1\n-0.5… < -0.49\n-0.5… > -0.61",
	       "1\n1\n0\n1\n1\n");
	prints("3 ± 0\nx = 0.5…; x - x", "3\n0\n");
	undecided("3 < 2 ± 1.5", "cannot be decided");
}

static void rationals_stay_rationals(void **state)
{
	(void)state;
	prints("exp(0) + sqrt(9/4)", "5/2\n");
	prints("0*exp(1)", "0\n");
	prints("max(exp(1), 3)", "3\n");
	prints("x = exp(1); x - x", "0\n");
	prints("floor(exp(10))", "22026\n");
	prints("[exp(1), 0; 0, 1/3]*[0; 3]", "[0; 1]\n");
	prints("exp(1)^0", "1\n");
}

static void matrices_hold_both(void **state)
{
	(void)state;
	prints("det([exp(1), 1; 1, 1/2])", "0.35914091422952261768…\n");
	prints("[exp(1), 0; 0, 2] \\ [1; 1]", "[0.36787944117144232159…; 0.50000000000000000000…]\n");
	prints("sum([exp(1), 1/2])", "3.2182818284590452353…\n");
}

/* ---- decisions ---- */

static void comparisons_are_decided_by_more_bits(void **state)
{
	(void)state;
	prints("1 + exp(-2000) > 1", "1\n");
	prints("x = 1 + exp(-2000); grad(relu(x - 1), x)", "1\n");
	prints("argmax([exp(1), exp(1) + exp(-1500)])", "2\n");
	prints("sign(sin(22))", "-1\n");
}

static void what_cannot_be_decided_is_an_error_in_bounded_time(void **state)
{
	(void)state;
	undecided("sign(sin(pi))", "cannot be decided");
	undecided("exp(1)^2 > exp(2)", "cannot be decided");
	undecided("floor(exp(log(3)))", "cannot be decided");
	undecided("argmax([exp(2), exp(1)^2])", "cannot be decided");
	undecided("1/sin(pi)", "cannot be decided");
	undecided("x = 2; grad(relu(exp(x) - exp(1)^2), x)", "set limit precision");
	undecided("if exp(2) - exp(1)^2 { 1 }", "cannot be decided");
}

static void continuous_functions_need_no_decision(void **state)
{
	(void)state;
	talk t = run("relu(exp(2) - exp(1)^2); max(exp(2), exp(1)^2); abs(sin(pi))", "20");
	assert_int_equal(t.code, 0);
	end(&t);
}

static void the_limit_is_a_setting(void **state)
{
	(void)state;
	undecided("set limit precision 300\n1 + exp(-2000) > 1", "at 300 bits");
}

static void outside_a_domain_is_no_value(void **state)
{
	(void)state;
	undecided("log(-exp(1))", "log(-2.71828…) has no value");
	undecided("sqrt(2 - exp(1))", "has no value");
}

/* ---- enclosures ---- */

/* An enclosure of [-r, r], by a difference of numbers known to few bits. */
static void a_wide_ball_stays_as_narrow_as_its_end_points(void **state)
{
	atl_num coarse = num;
	void *p = elements(2, &num);
	long e, bound, place;
	mpz_t z;

	(void)state;
	mpz_init(z);
	/* exp(11) to 13 bits is known to about 4: minus itself, anew, a ball of that radius */
	coarse.precision = 13;
	store(p, "11", &num);
	assert_int_equal(num.sys->fn1[ATL_FN1_exp](p, p, 1, &coarse), ATL_FINE);
	store(element(p, 1, &num), "11", &num);
	assert_int_equal(num.sys->fn1[ATL_FN1_exp](element(p, 1, &num), element(p, 1, &num), 1, &coarse),
	                 ATL_FINE);
	assert_int_equal(num.sys->fn2[ATL_FN2_sub](p, p, 1, element(p, 1, &num), 1, 1, &num), ATL_FINE);
	assert_int_equal(num.sys->fn1[ATL_FN1_tanh](p, p, 1, &num), ATL_FINE);
	const atl_real *x = ((atl_exact_number *)p)->real;
	assert_non_null(x);
	x->kind->centre(z, &e, &bound, &place, x, 1);
	assert_true(place < 0 || (place == 0 && bound <= 2)); /* tanh is within 1 */
	mpz_clear(z);
	give_back(p, 2, &num);
}

/* ---- values of elementary functions, between two MPFR numbers ---- */

static const char *const arguments[] = {
	"1", "4/3", "-7/5", "3/1000", "15", "100/3", "-1/7", "1/2", "-15/16", "1048575/1048577",
	"17/16", "-1000", "1e-40", "123456789123456789/1000000007",
};

/* y = f(x), with the module or without, and whether there is an enclosure. */
static bool evaluated(void *y, atl_fn1 f, const char *x, bool with_module, long bits)
{
	static atl_modules none;
	atl_num use = num;

	use.precision = bits;
	if (!with_module) {
		none = (atl_modules){ 0 };
		use.modules = &none;
	} else {
		modules.waited = 1000;
	}
	store(y, x, &use);
	return num.sys->fn1[f](y, y, 1, &use) == ATL_FINE && ((atl_exact_number *)y)->real;
}

static bool first_digits(mpz_ptr z, long *exponent, const void *x, long n)
{
	const atl_real *real = ((const atl_exact_number *)x)->real;
	bool certain = real->kind->leading(z, exponent, real, n);

	assert_true(!certain || real->kind->accuracy(real, n) >= n - 1);
	return certain;
}

static void an_interval_has_the_digits_of_a_ball(void **state)
{
	static const long bits[] = { 200, 1000, 2100, 9000 };
	void *p = elements(2, &num), *q = element(p, 1, &num);
	size_t found = 0;
	long d, e;
	mpz_t u, v;

	(void)state;
	mpz_inits(u, v, NULL);
	for (int f = 0; f < ATL_FN1_COUNT; f++) {
		for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
			for (size_t k = 0; k < sizeof bits / sizeof *bits; k++) {
				if (!evaluated(p, (atl_fn1)f, arguments[i], false, bits[k]))
					continue;
				assert_ptr_equal(((atl_exact_number *)p)->real->kind, &atl_interval_kind);
				assert_true(evaluated(q, (atl_fn1)f, arguments[i], true, bits[k]));
				assert_ptr_not_equal(((atl_exact_number *)q)->real->kind, &atl_interval_kind);
				assert_true(num.sys->cmp(&(int){ 0 }, p, q) == ATL_UNDECIDED);
				if (!first_digits(u, &d, p, 40) || !first_digits(v, &e, q, 40))
					continue;
				assert_int_equal(d, e);
				assert_int_equal(mpz_cmp(u, v), 0);
				found++;
			}
		}
	}
	assert_true(found > 500);
	mpz_clears(u, v, NULL);
	give_back(p, 2, &num);
}

/* lo < v < hi, not far from each other. */
static void assert_between(mpfr_srcptr lo, mpfr_srcptr hi, mpfr_srcptr v, double units)
{
	mpfr_t ulps;

	assert_true(mpfr_less_p(lo, v) && mpfr_less_p(v, hi));
	mpfr_init2(ulps, 53);
	mpfr_sub(ulps, hi, lo, MPFR_RNDU);
	mpfr_div_2si(ulps, ulps, mpfr_get_exp(lo) - mpfr_get_prec(lo), MPFR_RNDU);
	assert_true(mpfr_get_d(ulps, MPFR_RNDU) <= units);
	mpfr_clear(ulps);
}

static void the_series_of_exp_encloses_it(void **state)
{
	static const long bits[] = { 2000, 2001, 5000, 33300 };
	size_t tried = 0;
	mpfr_t lo, hi, v;
	mpq_t x;

	(void)state;
	mpq_init(x);
	for (size_t k = 0; k < sizeof bits / sizeof *bits; k++) {
		for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
			if (strchr(arguments[i], 'e') || mpq_set_str(x, arguments[i], 10) != 0)
				continue;
			mpfr_inits2(bits[k], lo, hi, (mpfr_ptr)NULL);
			mpfr_init2(v, bits[k] + 100);
			if (atl_exact_exp_series(lo, hi, x)) {
				mpfr_set_q(v, x, MPFR_RNDN);
				mpfr_exp(v, v, MPFR_RNDN);
				assert_between(lo, hi, v, 16);
				tried++;
			}
			mpfr_clears(lo, hi, v, (mpfr_ptr)NULL);
		}
	}
	assert_true(tried >= 32);
	mpq_clear(x);
}

static int compared(const void *a, const void *b)
{
	int c = 0;

	return num.sys->cmp(&c, a, b) == ATL_FINE ? c : 9;
}

static void intervals_are_asked_as_balls_are(void **state)
{
	void *p = elements(4, &num), *e = p, *third = element(p, 1, &num), *q = element(p, 2, &num),
	     *ball = element(p, 3, &num);
	long exponent, bound, place;
	int s = 0;
	mpz_t z;

	(void)state;
	mpz_init(z);
	assert_true(evaluated(e, ATL_FN1_exp, "1", false, 200));
	assert_true(evaluated(third, ATL_FN1_log, "1/3", false, 200));
	assert_true(evaluated(ball, ATL_FN1_exp, "1/3", true, 200));
	assert_int_equal(num.sys->sgn(&s, third), ATL_FINE);
	assert_int_equal(s, -1);
	assert_int_equal(compared(e, third), 1);
	assert_int_equal(compared(third, e), -1);
	assert_int_equal(compared(e, ball), 1);
	assert_int_equal(compared(ball, e), -1);
	store(q, "2.718281828459045235360287", &num);
	assert_int_equal(compared(e, q), 1);
	assert_int_equal(compared(q, e), -1);
	store(q, "2.718281828459045235360288", &num);
	assert_int_equal(compared(e, q), -1);
	assert_true(num.sys->get_double(e) == 0x1.5bf0a8b145769p+1);
	const atl_real *x = ((atl_exact_number *)third)->real;
	x->kind->centre(z, &exponent, &bound, &place, x, 5); /* -1.09861228... */
	assert_int_equal(mpz_cmp_si(z, -10986), 0);
	assert_int_equal(exponent, -4);
	assert_int_equal(bound, 2); /* 1.23e-5 */
	assert_int_equal(place, -5);
	x->kind->midpoint(((atl_exact_number *)q)->q, x);
	assert_int_equal(mpq_sgn(((atl_exact_number *)q)->q), -1);
	assert_true(num.sys->get_double(q) == -1.0986122886681098);
	mpz_clear(z);
	give_back(p, 4, &num);
}

static void a_function_of_a_rational_needs_no_module(void **state)
{
	const char *folder = modules.folder;

	(void)state;
	modules.folder = NULL;
	prints("sigmoid(1)", "0.73105857863000487925…\n");
	prints("x = [exp(1), exp(2), exp(3), exp(4), exp(5), exp(6)];\nx[6]", "403.42879349273512260…\n");
	prints("pi", "pi = 3.1415926535897932384…\n");
	undecided("exp(1) + 1", "irrational");
	modules.folder = folder;
}

/* a: m x k and b: k x n of fractions; one in nine is 0, one in nine past a word. */
static void fill_fractions(void *p, size_t n, uint64_t *seed)
{
	mpq_t q;

	mpq_init(q);
	for (size_t i = 0; i < n; i++) {
		long kind = chance_in(seed, 0, 8);
		mpq_set_si(q, kind ? chance_in(seed, -99, 99) : 0, (unsigned long)chance_in(seed, 1, 50));
		if (kind == 1) {
			mpz_mul_2exp(mpq_numref(q), mpq_numref(q), (mp_bitcnt_t)chance_in(seed, 50, 200));
			mpz_ui_pow_ui(mpq_denref(q), 3, (unsigned long)chance_in(seed, 1, 90));
		}
		mpq_canonicalize(q);
		assert_int_equal(num.sys->set_rational(element(p, i, &num), q, &num), ATL_FINE);
	}
	mpq_clear(q);
}

static void a_product_of_rationals_is_the_same_in_the_module(void **state)
{
	enum { M = 50, K = 47, N = 45 };
	uint64_t seed = 0x9a7;
	atl_num plain = num;
	void *a = elements(M * K, &num), *b = elements(K * N, &num), *y = elements(2 * M * N, &num);

	(void)state;
	plain.modules = NULL;
	fill_fractions(a, M * K, &seed);
	fill_fractions(b, K * N, &seed);
	for (int turned = 0; turned < 4; turned++) {
		bool ta = turned & 1, tb = turned & 2;
		void *z = element(y, M * N, &num);
		assert_int_equal(num.sys->matmul(y, a, ta, b, tb, M, K, N, &num), ATL_FINE);
		assert_int_equal(num.sys->matmul(z, a, ta, b, tb, M, K, N, &plain), ATL_FINE);
		for (size_t i = 0; i < M * N; i++)
			assert_true(mpq_equal(((atl_exact_number *)element(y, i, &num))->q,
			                      ((atl_exact_number *)element(z, i, &num))->q));
	}
	give_back(a, M * K, &num);
	give_back(b, K * N, &num);
	give_back(y, 2 * M * N, &num);
}

static void a_product_in_the_module_keeps_limits_and_stops(void **state)
{
	enum { N = 50 };
	static volatile sig_atomic_t stop = 1;
	atl_num tight = num;
	void *a = elements(N * N, &num), *y = elements(N * N, &num);

	(void)state;
	tight.limit_digits = 30;
	for (size_t i = 0; i < N * N; i++)
		store(element(a, i, &num), i / N == 3 && i % N == 5 ? "1e20" : "1", &num);
	assert_int_equal(num.sys->matmul(y, a, false, a, false, N, N, N, &tight), ATL_FINE);
	store(element(a, 5 * N + 7, &num), "1e20", &num);
	assert_int_equal(num.sys->matmul(y, a, false, a, false, N, N, N, &tight), ATL_TOO_BIG);
	assert_int_equal(tight.fault, 3 * N + 7);
	tight.stop = &stop;
	assert_int_equal(num.sys->matmul(y, a, false, a, false, N, N, N, &tight), ATL_STOPPED);
	give_back(a, N * N, &num);
	give_back(y, N * N, &num);
}

static void large_rational_matrices_give_the_same_in_the_module(void **state)
{
	enum { N = 30 };
	uint64_t seed = 0x5eed;
	atl_num plain = num;
	void *a = elements(N * N, &num), *b = elements(N, &num), *x = elements(2 * N + 2, &num);

	(void)state;
	plain.modules = NULL;
	for (size_t i = 0; i < N * N + N; i++) {
		mpq_t q;
		mpq_init(q);
		mpq_set_si(q, chance_in(&seed, -99, 99), (unsigned long)chance_in(&seed, 1, 50));
		mpq_canonicalize(q);
		void *y = i < N * N ? element(a, i, &num) : element(b, i - N * N, &num);
		assert_int_equal(num.sys->set_rational(y, q, &num), ATL_FINE);
		mpq_clear(q);
	}
	assert_int_equal(num.sys->solve(x, a, b, N, 1, &num), ATL_FINE);
	assert_int_equal(num.sys->solve(element(x, N, &num), a, b, N, 1, &plain), ATL_FINE);
	assert_int_equal(num.sys->det(element(x, 2 * N, &num), a, N, &num), ATL_FINE);
	assert_int_equal(num.sys->det(element(x, 2 * N + 1, &num), a, N, &plain), ATL_FINE);
	for (size_t i = 0; i <= N; i++) {
		int c = 1;
		size_t k = i < N ? i : 2 * N, l = i < N ? N + i : 2 * N + 1;
		assert_int_equal(num.sys->cmp(&c, element(x, k, &num), element(x, l, &num)), ATL_FINE);
		assert_int_equal(c, 0);
	}
	give_back(a, N * N, &num);
	give_back(b, N, &num);
	give_back(x, 2 * N + 2, &num);
}

/* Of ranks 30 and 29, with entries past a word and a solution that is small. */
static void special_rational_matrices_give_the_same_in_the_module(void **state)
{
	enum { N = 30 };
	static volatile sig_atomic_t stop = 1;
	uint64_t seed = 0xd1c0;
	int c = 1;
	atl_num plain = num, stopped = num;
	void *a = elements(N * N, &num), *b = elements(2 * N, &num), *x = elements(4 * N + 2, &num);
	void *y = element(x, 2 * N, &num), *d = element(x, 4 * N, &num);

	(void)state;
	plain.modules = NULL;
	stopped.stop = &stop;
	fill_fractions(a, N * N, &seed);
	for (size_t i = 0; i < N; i++) { /* two right sides: sums of columns, and of signs */
		assert_int_equal(num.sys->sum(element(b, 2 * i, &num), element(a, i * N, &num), 1, 7, &num), ATL_FINE);
		store(element(b, 2 * i + 1, &num), i % 3 ? "-1" : "1/7", &num);
	}
	for (int singular = 0; singular < 2; singular++) {
		assert_int_equal(num.sys->solve(x, a, b, N, 2, &num), ATL_FINE);
		assert_int_equal(num.sys->solve(y, a, b, N, 2, &plain), ATL_FINE);
		assert_int_equal(num.sys->det(d, a, N, &num), ATL_FINE);
		assert_int_equal(num.sys->det(element(d, 1, &num), a, N, &plain), ATL_FINE);
		for (size_t i = 0; i < 2 * N; i++)
			assert_true(mpq_equal(((atl_exact_number *)element(x, i, &num))->q,
			                      ((atl_exact_number *)element(y, i, &num))->q));
		assert_int_equal(num.sys->cmp(&c, d, element(d, 1, &num)), ATL_FINE);
		assert_int_equal(c, 0);
		assert_int_equal(num.sys->sgn(&c, d), ATL_FINE);
		assert_int_equal(c == 0, singular);
		assert_int_equal(num.sys->no_value(x), singular);
		assert_int_equal(num.sys->solve(x, a, b, N, 2, &stopped), ATL_STOPPED);
		assert_int_equal(num.sys->det(d, a, N, &stopped), ATL_STOPPED);
		/* the last row is the sum of the two before */
		num.sys->fn2[ATL_FN2_add](element(a, N * (N - 1), &num), element(a, N * (N - 2), &num), 1,
		                          element(a, N * (N - 3), &num), 1, N, &num);
	}
	give_back(a, N * N, &num);
	give_back(b, 2 * N, &num);
	give_back(x, 4 * N + 2, &num);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_digits_of_exp_log_and_tanh_are_right),
		cmocka_unit_test(ten_thousand_digits_of_sigmoid_are_right),
		cmocka_unit_test(ten_thousand_digits_of_gelu_are_right),
		cmocka_unit_test(ten_thousand_digits_of_softmax_are_right),
		cmocka_unit_test(digits_are_cut_off_and_never_rounded),
		cmocka_unit_test(cancelled_digits_are_computed_again),
		cmocka_unit_test(what_may_be_a_short_number_says_so),
		cmocka_unit_test(what_is_printed_of_a_certified_real_reads_back),
		cmocka_unit_test(what_is_written_as_an_enclosure_is_one),
		cmocka_unit_test(rationals_stay_rationals),
		cmocka_unit_test(matrices_hold_both),
		cmocka_unit_test(comparisons_are_decided_by_more_bits),
		cmocka_unit_test(what_cannot_be_decided_is_an_error_in_bounded_time),
		cmocka_unit_test(continuous_functions_need_no_decision),
		cmocka_unit_test(the_limit_is_a_setting),
		cmocka_unit_test(outside_a_domain_is_no_value),
		cmocka_unit_test(a_wide_ball_stays_as_narrow_as_its_end_points),
		cmocka_unit_test(an_interval_has_the_digits_of_a_ball),
		cmocka_unit_test(the_series_of_exp_encloses_it),
		cmocka_unit_test(intervals_are_asked_as_balls_are),
		cmocka_unit_test(a_function_of_a_rational_needs_no_module),
		cmocka_unit_test(a_product_of_rationals_is_the_same_in_the_module),
		cmocka_unit_test(a_product_in_the_module_keeps_limits_and_stops),
		cmocka_unit_test(large_rational_matrices_give_the_same_in_the_module),
		cmocka_unit_test(special_rational_matrices_give_the_same_in_the_module),
	};
	const char *built = getenv("top_builddir");

	modules.folder = built ? built : ".";
	if (!atl_flint_load(&num)) {
		print_message("the FLINT module is not there: nothing is tested\n");
		return 77;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	mpfr_free_cache();
	if (failed == 0 && atl_mem_live() != 0) {
		print_error("%ld blocks were not given back\n", atl_mem_live());
		return 1;
	}
	return failed;
}
