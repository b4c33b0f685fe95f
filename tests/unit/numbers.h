/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numbers.h: what the tests of the number systems share: ranges of elements,
 * expressions on literals, and a seeded source of chance. */
#ifndef ATL_TESTS_NUMBERS_H
#define ATL_TESTS_NUMBERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "number/number.h"

/* n new elements of 0. */
static inline void *elements(size_t n, const atl_num *num)
{
	void *p = atl_malloc(n * num->sys->size);

	assert_non_null(p);
	assert_int_equal(num->sys->init(p, n, num), ATL_FINE);
	return p;
}

static inline void give_back(void *p, size_t n, const atl_num *num)
{
	num->sys->clear(p, n);
	atl_free(p);
}

static inline void *element(const void *p, size_t i, const atl_num *num)
{
	return (char *)(uintptr_t)p + i * num->sys->size;
}

/* Stores "1.5", "-1/3", "inf", "-inf" or "nan". */
static inline void store(void *y, const char *text, atl_num *num)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);

	if (strcmp(text, "nan") == 0 || strcmp(text, "inf") == 0 || strcmp(text, "-inf") == 0) {
		double v = text[0] == 'n' ? __builtin_nan("")
		         : text[0] == '-' ? -__builtin_inf() : __builtin_inf();
		assert_int_equal(num->sys->set_double(y, v, num), ATL_FINE);
		return;
	}
	assert_int_equal(num->sys->set_literal(y, text, len, num), ATL_FINE);
	if (slash) {
		void *d = elements(1, num);
		slash++;
		assert_int_equal(num->sys->set_literal(d, slash, strlen(slash), num), ATL_FINE);
		assert_int_equal(num->sys->fn2[ATL_FN2_div](y, y, 1, d, 1, 1, num), ATL_FINE);
		give_back(d, 1, num);
	}
}

static inline void assert_prints(const void *x, int digits, const char *expected,
                                 const atl_num *num)
{
	atl_buf out = { 0 };

	num->sys->print(&out, x, digits);
	assert_string_equal(atl_buf_text(&out), expected);
	atl_buf_clear(&out);
}

/* What came of a call, as text: the element, or the answer. */
static inline void assert_outcome(const char *call, atl_answer answer, const void *y, int digits,
                                  const char *expected, atl_num *num)
{
	static const char *const names[] = { "fine", "unable", "undecided", "too big", "no memory",
		                             "stopped" };
	atl_buf out = { 0 };

	if (answer == ATL_FINE)
		num->sys->print(&out, y, digits);
	else
		atl_buf_add(&out, names[answer]);
	if (strcmp(atl_buf_text(&out), expected) != 0)
		fail_msg("%s: expected %s, got %s", call, expected, atl_buf_text(&out));
	if (answer != ATL_FINE)
		assert_non_null(num->reason);
	atl_buf_clear(&out);
}

/* f(x) prints as `expected` at `digits`; "unable" and "too big" are outcomes. */
static inline void check1(atl_fn1 f, const char *x, int digits, const char *expected, atl_num *num)
{
	void *p = elements(2, num), *y = element(p, 1, num);
	char call[200];

	store(p, x, num);
	snprintf(call, sizeof call, "%s: %s(%s)", num->sys->name, atl_fn1_name(f), x);
	atl_answer answer = num->sys->fn1[f](y, p, 1, num);
	assert_outcome(call, answer, y, digits, expected, num);
	give_back(p, 2, num);
}

static inline void check2(atl_fn2 f, const char *a, const char *b, int digits, const char *expected,
                          atl_num *num)
{
	void *p = elements(3, num), *y = element(p, 2, num);
	char call[200];

	store(p, a, num);
	store(element(p, 1, num), b, num);
	snprintf(call, sizeof call, "%s: %s(%s, %s)", num->sys->name, atl_fn2_name(f), a, b);
	atl_answer answer = num->sys->fn2[f](y, p, 1, element(p, 1, num), 1, 1, num);
	assert_outcome(call, answer, y, digits, expected, num);
	give_back(p, 3, num);
}

/* xorshift64*; the state is never 0. */
static inline uint64_t chance(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static inline long chance_in(uint64_t *state, long lo, long hi)
{
	return lo + (long)(chance(state) >> 33) % (hi - lo + 1);
}

#endif
