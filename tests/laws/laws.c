/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws.c: the laws' program: every law on every system. */
#include "laws.h"

#include <math.h>
#include <mpfr.h>
#include <stdio.h>
#include "number/flint.h"
#include "number/modules.h"

void *fractions(size_t n, subject *s)
{
	void *p = elements(n, &s->num);
	mpq_t q;

	mpq_init(q);
	for (size_t i = 0; i < n; i++) {
		mpq_set_si(q, chance_in(&s->seed, -50, 50),
		           (unsigned long)chance_in(&s->seed, 1, 12));
		mpq_canonicalize(q);
		assert_int_equal(s->num.sys->set_rational(element(p, i, &s->num), q, &s->num),
		                 ATL_FINE);
	}
	mpq_clear(q);
	return p;
}

bool equal(const void *a, const void *b, const subject *s)
{
	const atl_system *sys = s->num.sys;
	int c = 1;

	if (sys->no_value(a) || sys->no_value(b))
		return sys->no_value(a) && sys->no_value(b);
	assert_int_equal(sys->cmp(&c, a, b), ATL_FINE);
	return c == 0;
}

void assert_equal(const void *a, const void *b, size_t n, const subject *s)
{
	for (size_t i = 0; i < n; i++) {
		const void *x = element(a, i, &s->num), *y = element(b, i, &s->num);
		if (equal(x, y, s))
			continue;
		atl_buf out = { 0 };
		s->num.sys->print(&out, x, 0);
		atl_buf_add(&out, " and ");
		s->num.sys->print(&out, y, 0);
		print_error("%s: entry %zu: %s\n", s->name, i, atl_buf_text(&out));
		atl_buf_clear(&out);
		fail();
	}
}

bool holds(const char *text, subject *s)
{
	atl_num exact = { .sys = &atl_exact };
	void *x = elements(1, &s->num), *q = elements(1, &exact);
	mpq_t u, v;

	mpq_inits(u, v, NULL);
	store(x, text, &s->num);
	store(q, text, &exact);
	bool same = atl_exact.get_rational(u, q) == ATL_FINE
	            ? s->num.sys->get_rational(v, x) == ATL_FINE && mpq_equal(u, v)
	            : s->num.sys->infinite(x) == atl_exact.infinite(q) &&
	              s->num.sys->no_value(x) == atl_exact.no_value(q);
	mpq_clears(u, v, NULL);
	give_back(x, 1, &s->num);
	give_back(q, 1, &exact);
	return same;
}

bool beyond(double u, double v, const subject *s)
{
	const atl_binary *f = atl_num_format(&s->num);

	return f && f->emax < 100 && (!(fabs(u) < f->largest) || !(fabs(v) < f->largest));
}

/* Equal, or near where the system rounds. */
void assert_near(const void *a, const void *b, size_t n, const subject *s)
{
	if (!s->num.sys->rounds) {
		assert_equal(a, b, n, s);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		double x = s->num.sys->get_double(element(a, i, &s->num));
		double y = s->num.sys->get_double(element(b, i, &s->num));
		double tolerance = s->slack * fmax(1, fabs(y));
		if (beyond(x, y, s))
			continue;
		if (fabs(x - y) > tolerance)
			print_error("%s: entry %zu: %.17g and %.17g\n", s->name, i, x, y);
		assert_true(fabs(x - y) <= tolerance);
	}
}

void map1(atl_fn1 f, void *y, const void *x, size_t n, subject *s)
{
	assert_int_equal(s->num.sys->fn1[f](y, x, n, &s->num), ATL_FINE);
}

void map2(atl_fn2 f, void *y, const void *a, const void *b, size_t n, subject *s)
{
	assert_int_equal(s->num.sys->fn2[f](y, a, 1, b, 1, n, &s->num), ATL_FINE);
}

static atl_modules modules;

static subject subjects[] = {
	{ "float64", 0x1p-40, { 0 }, 0 },
	{ "exact", 0, { 0 }, 0 },
	{ "exact", 0, { .precision = 256, .modules = &modules }, 0 }, /* with certified reals */
	{ "mpfr", 0x1p-40, { 0 }, 0 },
	{ "mpfr 11", 0.02, { 0 }, 0 },
	{ "mpfr:300", 0x1p-40, { 0 }, 0 },
	{ "float32", 0x1p-18, { 0 }, 0 },
	{ "tf32", 0.02, { 0 }, 0 },
	{ "float16", 0.02, { 0 }, 0 },
	{ "bfloat16", 0.15, { 0 }, 0 },
	{ "format(20, -100, 100)", 0x1p-14, { 0 }, 0 },
	{ "fp8_e4m3", 4, { 0 }, 0 },
	{ "fp8_e4m3_sat", 4, { 0 }, 0 },
	{ "fp8_e5m2", 8, { 0 }, 0 },
	{ "fp8_e5m2_sat", 8, { 0 }, 0 },
};

static subject with_blas = { "float64", 0x1p-40, { .sys = &atl_float64, .modules = &modules }, 99 };

static const struct { const char *name; CMUnitTestFunction law; } laws[] = {
#define LAW_ROW(f) { #f, f },
	LAWS(LAW_ROW)
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects, COUNT = sizeof laws / sizeof *laws };

static void fill(struct CMUnitTest *test, char *name, size_t size, subject *s, size_t law)
{
	snprintf(name, size, "%s: %s", s->name, laws[law].name);
	*test = (struct CMUnitTest){ name, laws[law].law, NULL, NULL, s };
}

/* What runs on one system only. */
static const struct CMUnitTest others[] = {
	cmocka_unit_test(answers_come_through_the_generic_functions),
	cmocka_unit_test(failing_allocations_come_through_and_leak_nothing),
	cmocka_unit_test_prestate(the_factor_of_cholesky_gives_the_matrix_back, &with_blas),
	cmocka_unit_test_prestate(eigenvectors_are_only_made_longer, &with_blas),
	cmocka_unit_test_prestate(singular_values_and_vectors_give_the_matrix_back, &with_blas),
};

enum { OTHERS = sizeof others / sizeof *others };

int main(void)
{
	static char names[SUBJECTS * COUNT][100];
	static struct CMUnitTest tests[SUBJECTS * COUNT + OTHERS];
	size_t n = 0;

	modules.folder = getenv("top_builddir");
	for (size_t i = 0; i < SUBJECTS; i++) {
		subject *s = &subjects[i];
		s->seed = 0x5eed + i;
		if (!atl_system_find(&s->num, s->name, strlen(s->name)))
			return 99;
		for (size_t k = 0; k < COUNT; k++, n++)
			fill(&tests[n], names[n], sizeof names[n], s, k);
	}
	memcpy(tests + n, others, sizeof others);
	n += OTHERS;
	int failed = _cmocka_run_group_tests("laws", tests, n, NULL, NULL);
	mpfr_free_cache();
	if (failed == 0 && atl_mem_live() != 0) {
		print_error("%ld blocks were not given back\n", atl_mem_live());
		return 1;
	}
	return failed;
}
