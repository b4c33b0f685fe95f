/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_kept.c: loops and large values as plans: the same as node by node, bit
 * by bit, and the same words when something is wrong. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "session/session.h"

#define TEST(name) static void name(void **unused_)
#define UNUSED (void)unused_

/* ---- two sessions ---- */

typedef struct said { atl_buf out, err; } said;

static void take_out(void *data, const char *text, size_t len)
{
	said *t = data;
	atl_buf_addn(&t->out, text, len);
}

static void take_err(void *data, const char *text, size_t len)
{
	said *t = data;
	atl_buf_addn(&t->err, text, len);
}

static volatile sig_atomic_t stop;

static int talk(said *t, const char *script, bool no_plans)
{
	const char *top = getenv("top_srcdir");
	char prelude[4096];
	assert_true(snprintf(prelude, sizeof prelude, "%s/prelude", top ? top : ".") < (int)sizeof prelude);
	atl_options o = { .sink = { take_out, take_err, t }, .stop = &stop, .no_plans = no_plans, .prelude = prelude };
	*t = (said){ { 0 }, { 0 } };
	atl_session *s = atl_session_new(&o);
	assert_non_null(s);
	assert_int_equal(atl_session_open(s, NULL, 1), ATL_OK);
	(void)atl_session_feed(s, script, strlen(script), true);
	int code = atl_session_exit(s);
	atl_session_free(s);
	return code;
}

static void clear(said *t)
{
	atl_buf_clear(&t->out);
	atl_buf_clear(&t->err);
}

/* Both ways print the same; what that is goes to `out` where it is asked for. */
static void same_both_ways(const char *script, said *out)
{
	said plain, planned;
	int code = talk(&plain, script, true);
	if (talk(&planned, script, false) != code || strcmp(atl_buf_text(&plain.out), atl_buf_text(&planned.out)) ||
	    strcmp(atl_buf_text(&plain.err), atl_buf_text(&planned.err)))
		print_error("the script was\n%s", script);
	assert_string_equal(atl_buf_text(&planned.err), atl_buf_text(&plain.err));
	assert_string_equal(atl_buf_text(&planned.out), atl_buf_text(&plain.out));
	clear(&plain);
	if (out)
		*out = planned;
	else
		clear(&planned);
}

static void prints(const char *script, const char *out, const char *err)
{
	said t;
	same_both_ways(script, &t);
	assert_string_equal(atl_buf_text(&t.err), err);
	assert_string_equal(atl_buf_text(&t.out), out);
	clear(&t);
}

/* Whether a loop of the script has a plan. */
static bool has_plan(const char *script)
{
	said t = { { 0 }, { 0 } };
	atl_options o = { .sink = { take_out, take_err, &t }, .stop = &stop };
	atl_session *s = atl_session_new(&o);
	assert_non_null(s);
	atl_session_dump(s, ATL_DUMP_PLAN);
	assert_int_equal(atl_session_open(s, NULL, 1), ATL_OK);
	(void)atl_session_feed(s, script, strlen(script), true);
	atl_session_free(s);
	bool has = strstr(atl_buf_text(&t.out), "plan: ") != NULL;
	clear(&t);
	return has;
}

/* ---- loops ---- */

TEST(a_loop_of_updates_has_a_plan)
{
	UNUSED;
	assert_true(has_plan("x = 1\nrepeat 3 { x <- x/2 }\n"));
	assert_true(has_plan("x = 1\nfor k in 1:3 { x <- x/k; x += 1 }\n"));
	assert_true(has_plan("x = 1\nwhile x > 0.1 { x <- x/2 }\n"));
	assert_true(has_plan("x = 1; y = 2\nrepeat 3 { x, y <- y, x }\n"));
	assert_true(has_plan("x = [1, 2, 3]; k = 1\nrepeat 3 { k <- x[k] }\n"));
}

TEST(what_must_happen_in_every_turn_has_no_plan)
{
	UNUSED;
	assert_false(has_plan("x = 1\nrepeat 3 { x <- x + rand() }\n"));
	assert_false(has_plan("x = 1\nrepeat 3 { x <- x + value(x) }\n"));
	assert_false(has_plan("x = [1, 2, 3]; k = 1\nrepeat 3 { k <- sum(x[1:k]) }\n"));
	assert_false(has_plan("set number mpfr 64\nx = 1\nrepeat 3 { x <- x/2 }\n"));
	assert_false(has_plan("set nan keep\nx = 1\nrepeat 3 { x <- x/2 }\n"));
	assert_false(has_plan("x = [1, 2]\nrepeat 3 { x[1] <- 2 }\n"));
}

TEST(a_later_statement_sees_what_an_earlier_one_stored)
{
	UNUSED;
	prints("a = 1; b = 2;\nrepeat 4 { a <- b; b <- a + 1 }\nshow a, b\n", "5 6\n", "");
	prints("a = 1; b = 2;\nrepeat 4 { a, b <- b, a }\nshow a, b\n", "1 2\n", "");
	prints("a = 1; b = 2; c = a*b;\nrepeat 3 { a <- c; b <- c; a += b }\nshow a, b, c\n", "1117440 1105920 1235799244800\n", "");
}

TEST(a_counter_counts)
{
	UNUSED;
	prints("s = 0;\nfor k in 1:10 { s <- s + k^2 }\nshow s, k\n", "385 10\n", "");
	prints("s = [0, 0]';\nfor r in [1, 2; 3, 4; 5, 6] { s <- s + r }\nshow s, r\n", "[[9, 12]] [[5, 6]]\n", "");
	prints("s = 0;\nrepeat 3 { for k in 1:4 { s <- s + k } }\nshow s\n", "30\n", "");
}

TEST(a_counter_is_a_number_after_the_loop)
{
	said t;
	UNUSED;
	same_both_ways("x = 2;\nfor k in 1:3 { x <- x/k }\ny = x^k\ntrace y\nk\nlist\n", &t);
	assert_string_equal(atl_buf_text(&t.err), "");
	clear(&t);
	same_both_ways("x = 2;\nfor k in [0.5, 1.5, 2.5] { x <- x*k }\ny = x^k\ntrace y\nk\nlist\n", &t);
	clear(&t);
}

TEST(a_while_ends_when_its_condition_does)
{
	UNUSED;
	prints("x = 1; n = 0;\nwhile x < 1000 { x <- 2*x; n += 1 }\nshow x, n\n", "1024 10\n", "");
	prints("x = 1; n = 0;\nwhile n < 1 { x <- 2*x; n += 1 }\nshow x, n\n", "2 1\n", "");
}

TEST(what_only_looks_at_a_turn_sees_it)
{
	UNUSED;
	assert_true(has_plan("x = 1; y = x^2\nfor k in 1:3 { x <- x/k; if k > 1 { show k, y } else { x } ; check y < 2 }\n"));
	assert_false(has_plan("x = 1\nrepeat 3 { x <- x/2; if x < 1 { x <- 1 } }\n"));
	assert_false(has_plan("x = 1\nrepeat 3 { x <- x/2; z = x }\n"));
	assert_false(has_plan("x = 1\nrepeat 3 { x <- x + ans; x }\n"));
	prints("x = 1; y = x^2;\nfor k in 1:4 { x <- x + k; if mod(k, 2) == 0 { show k, y } }\ny\n", "2 16\n4 121\ny = 121\n", "");
	prints("x = 1;\nwhile x < 20 { x <- 2*x; x }\n", "x = 2\nx = 4\nx = 8\nx = 16\nx = 32\n", "");
	same_both_ways("x = 3;\nrepeat 5 { x <- x - 1; show log(x) }\n", NULL);
}

TEST(undo_takes_back_a_whole_loop)
{
	UNUSED;
	prints("x = 1; y = x + 1;\nrepeat 20 { x <- 2*x }\nshow x\nundo\nshow x, y\n", "1048576\n1 2\n", "");
}

TEST(a_function_in_a_body_is_called_as_often_as_it_is_written)
{
	UNUSED;
	prints("f(u) = { z = u^2; z + 1 }\nx = 0.5;\nrepeat 5 { x <- f(x)/2 }\ny = f(x);\nlist\n", "x  scalar     0.800376\ny  scalar     1.6406\nf(u)\n", "");
}

/* ---- what goes wrong ---- */

TEST(an_error_in_a_turn_says_what_it_would_have_said)
{
	said t;
	UNUSED;
	same_both_ways("x = 500; n = 0;\nrepeat 1000 { n <- n + 1; x <- x - 1 + 0*log(x) }\n", &t);
	assert_non_null(strstr(atl_buf_text(&t.err), "log(0) has no value"));
	assert_non_null(strstr(atl_buf_text(&t.err), "in turn 501 of repeat (line 2); the 500 before it stay"));
	clear(&t);
	same_both_ways("x = [1, 5]; y = sum(sqrt(x));\nfor k in 1:9 { x <- x - k*grad(y, x) }\nshow x\n", &t);
	assert_non_null(strstr(atl_buf_text(&t.err), "has no value"));
	clear(&t);
	same_both_ways("x = 1;\nwhile log(x) > -100 { x <- x - 0.25 }\n", &t);
	assert_non_null(strstr(atl_buf_text(&t.err), "in turn 5 of while"));
	clear(&t);
	same_both_ways("x = 4;\nrepeat 9 { x <- x - 1 + 0/x }\nshow x\n", &t);
	assert_non_null(strstr(atl_buf_text(&t.err), "has no value"));
	clear(&t);
}

TEST(what_is_done_stays_and_the_failed_turn_is_done_as_far_as_it_went)
{
	said t;
	UNUSED;
	atl_options o = { .sink = { take_out, take_err, &t }, .interactive = true };
	for (int no_plans = 0; no_plans < 2; no_plans++) {
		const char *script = "x = 5; n = 0; y = log(x);\nrepeat 9 { n += 1; x <- x - 1 + 0*y }\n";
		t = (said){ { 0 }, { 0 } };
		o.no_plans = no_plans;
		atl_session *s = atl_session_new(&o);
		assert_int_equal(atl_session_open(s, NULL, 1), ATL_OK);
		(void)atl_session_feed(s, script, strlen(script), false);
		(void)atl_session_feed(s, "show n, x\n", 10, true);
		assert_string_equal(atl_buf_text(&t.out), "6 0\n");
		atl_session_free(s);
		clear(&t);
	}
}

TEST(an_overflow_is_told_once)
{
	UNUSED;
	prints("x = 1;\nrepeat 1100 { x <- 2*x }\nshow x\n", "inf\n", "note: 2*x overflowed and is infinite (line 2)\n");
}

TEST(what_where_does_not_select_has_no_value_and_does_no_harm)
{
	UNUSED;
	prints("x = [-1, 4]; y = sum(where(x > 0, sqrt(x), 0));\nrepeat 3 { x <- x - grad(y, x) }\nshow x\n",
	       "[-1; 3.22423]\n", "");
}

static void alarmed(int signal)
{
	(void)signal;
	stop = 1;
}

TEST(an_interrupt_leaves_the_turns_that_are_done)
{
	said t = { { 0 }, { 0 } };
	atl_options o = { .sink = { take_out, take_err, &t }, .stop = &stop, .interactive = true };
	const char *script = "x = 0;\nrepeat 1000000000 { x <- x + 1 }\n";
	UNUSED;
	atl_session *s = atl_session_new(&o);
	assert_int_equal(atl_session_open(s, NULL, 1), ATL_OK);
	signal(SIGALRM, alarmed);
	struct itimerval soon = { .it_value = { .tv_usec = 50000 } };
	setitimer(ITIMER_REAL, &soon, NULL);
	(void)atl_session_feed(s, script, strlen(script), false);
	stop = 0;
	script = "set digits full\nx\n";
	(void)atl_session_feed(s, script, strlen(script), true);
	unsigned long turn = 0, done = 0;
	const char *at = strstr(atl_buf_text(&t.err), "in turn ");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "in turn %lu", &turn), 1);
	assert_int_equal(sscanf(atl_buf_text(&t.out), "x = %lu", &done), 1);
	assert_true(turn > 2);
	assert_int_equal(done, turn - 1);
	atl_session_free(s);
	clear(&t);
}

/* ---- any loop ---- */

/* A program of random expressions over scalars, vectors and matrices. */
typedef struct writer {
	uint64_t state;
	atl_buf *out;
} writer;

static unsigned pick(writer *w, unsigned n)
{
	w->state = w->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(w->state >> 33) % n;
}

/* Shapes by letter: s 1x1, v 3x1, w 70x1, m 3x3, n 70x3, r 1x3. */
static const char shapes[] = "svwmnr";

static void expression(writer *w, char shape, unsigned depth);

static void pair(writer *w, const char *before, char a, const char *between, char b, const char *after, unsigned depth)
{
	atl_buf_add(w->out, before);
	expression(w, a, depth);
	atl_buf_add(w->out, between);
	expression(w, b, depth);
	atl_buf_add(w->out, after);
}

/* What makes another shape; false: nothing does. */
static bool changed_shape(writer *w, char shape, unsigned depth)
{
	switch (shape) {
	case 's':
		switch (pick(w, 5)) {
		case 0: pair(w, "sum(", shapes[1 + pick(w, 5)], ") + mean(", shapes[1 + pick(w, 5)], ")", depth); break;
		case 1: pair(w, "(", 'v', ")'*(", 'v', ")/3", depth); break;
		case 2: pair(w, "max(", 'w', ") - norm(", 'm', ")", depth); break;
		case 3: pair(w, "(", 'r', ")*(", 'v', ")", depth); break;
		default: pair(w, "logsumexp(", 'v', ")*(", 's', ")", depth);
		}
		return true;
	case 'v':
		switch (pick(w, 4)) {
		case 0: pair(w, "(", 'm', ")*(", 'v', ")", depth); break;
		case 1: pair(w, "(", 'n', ")'*(", 'w', ")/70", depth); break;
		case 2: pair(w, "sum(", 'm', ", 2) + (", 'r', ")'", depth); break;
		default: pair(w, "softmax(", 'v', ")*(", 's', ")", depth);
		}
		return true;
	case 'w':
		if (pick(w, 2))
			pair(w, "(", 'n', ")*(", 'v', ")", depth);
		else
			pair(w, "mean(", 'n', ", 2) .* (", 'w', ")", depth);
		return true;
	case 'm':
		switch (pick(w, 3)) {
		case 0: pair(w, "(", 'm', ")*(", 'm', ")'", depth); break;
		case 1: pair(w, "(", 'n', ")'*(", 'n', ")/70", depth); break;
		default: pair(w, "(", 'v', ")*(", 'r', ")", depth);
		}
		return true;
	case 'n':
		if (pick(w, 2))
			pair(w, "(", 'n', ")*(", 'm', ")", depth);
		else
			pair(w, "((", 'n', ") + (", 'r', "))", depth);
		return true;
	default:
		pair(w, "sum(", 'n', ", 1)/70 + (", 'v', ")'", depth);
		return true;
	}
}

static void expression(writer *w, char shape, unsigned depth)
{
	static const char *const unary[] = { "tanh(", "sin(", "sigmoid(", "relu(", "cos(", "-abs(", "softplus(", "0.5*(", "exp(-abs(",
					     "sqrt(1 + abs(", "log(1.5 + (", "(1 - (" };
	static const char *const binary[] = { ") + (", ") - (", ") .* (", ") ./ 4 + (" };
	if (depth == 0 || pick(w, 6) == 0) {
		atl_buf_addc(w->out, shape);
		return;
	}
	unsigned kind = pick(w, 10);
	if (kind < 4) {
		unsigned u = pick(w, 12);
		atl_buf_add(w->out, unary[u]);
		expression(w, shape, depth - 1);
		atl_buf_add(w->out, u >= 8 ? "))" : ")");
	} else if (kind < 7) {
		char other = pick(w, 3) ? shape : 's';
		pair(w, "((", shape, binary[pick(w, 4)], other, "))", depth - 1);
	} else if (kind == 7) {
		pair(w, "where((", shape, ") > (", shape, "), ", depth - 1);
		pair(w, "", shape, ", ", shape, ")", depth - 1);
	} else {
		changed_shape(w, shape, depth - 1);
	}
}

static void statement(writer *w, unsigned depth)
{
	char to = shapes[pick(w, 6)];
	if (pick(w, 4) == 0)
		atl_buf_addf(w->out, "%c %s ", to, pick(w, 2) ? "+=" : "-=");
	else if (pick(w, 3) == 0)
		atl_buf_addf(w->out, "%c <- %c - 0.01*grad(L, %c) + 0*(", to, to, to);
	else
		atl_buf_addf(w->out, "%c <- 0.5*(", to);
	bool closes = w->out->p[w->out->len - 1] == '(';
	atl_buf_add(w->out, "tanh(");
	expression(w, to, depth);
	atl_buf_add(w->out, closes ? "))\n" : ")\n");
}

/* n has so many rows, and w so many entries. */
static void program(writer *w, unsigned rows)
{
	atl_buf_add(w->out, "set digits full\ns = 0.3; v = [0.1, -0.2, 0.4]; r = [[0.5, 0.25, -1]]\n"
			    "m = [1, 2, 3; -1, 0.5, 0; 0.25, 4, -2]/4\n");
	atl_buf_addf(w->out, "n = reshape(sin(1:%u), %u, 3); w = cos(1:%u);\nL = ", 3 * rows, rows, rows);
	expression(w, 's', 4);
	atl_buf_addf(w->out, "\nh = ");
	expression(w, shapes[pick(w, 6)], 3);
	atl_buf_add(w->out, pick(w, 2) ? "\nrepeat 5 {\n" : "\nfor k in [1, 2.5, 3, 4, 5] {\n");
	for (unsigned i = 0, count = 1 + pick(w, 4); i < count; i++)
		statement(w, 3);
	atl_buf_add(w->out, "}\nshow s, v, w, m, n, r\nL\nh\nw <- w/2\nL\nh\nundo\nL\nh\nsum(grad(L, w))\n");
}

TEST(any_loop_stores_the_same_bits_as_node_by_node)
{
	UNUSED;
	unsigned planned = 0;
	for (unsigned seed = 1; seed <= 200; seed++) {
		atl_buf text = { 0 };
		writer w = { seed, &text };
		program(&w, 70);
		same_both_ways(atl_buf_text(&text), NULL);
		planned += has_plan(atl_buf_text(&text));
		atl_buf_clear(&text);
	}
	assert_true(planned > 150); /* the others have an error in their first turn, say */
}

TEST(large_values_have_the_same_bits_as_node_by_node)
{
	UNUSED;
	for (unsigned seed = 1; seed <= 30; seed++) {
		atl_buf text = { 0 };
		writer w = { seed, &text };
		program(&w, 1500);
		same_both_ways(atl_buf_text(&text), NULL);
		atl_buf_clear(&text);
	}
}

/* ---- large values ---- */

TEST(a_function_of_equal_entries_has_one_value)
{
	UNUSED;
	same_both_ways("x = (1:5000)/5000; X = 0.5*ones(5000, 1); s = sum(x)/2500;\n"
	               "repeat 3 { x <- x/2 + exp(s*X) .* 0.01 }\n"
	               "set digits 17\nshow sum(x), x[2], x[1026], x[5000]\n", NULL);
}

TEST(a_large_value_follows_its_inputs)
{
	UNUSED;
	prints("x = linspace(-1, 1, 5001); a = 2;\ny = sum(tanh(x.^2*a) + sin(x)*0);\nh = exp(x) - 1 + 0*x;\nk = sum(h);\n"
	       "show y, k\na <- 3\nshow y, k\nundo\nshow y, k\nx <- 2*x;\nshow y, k, sum(h)\ncheck sum(h) == k\n",
	       "2341.11 876.549\na = 3\n2814.39 876.549\n2341.11 876.549\n3660.81 4069.91 4069.91\nyes: sum(h) == k\n", "");
}

TEST(a_large_value_that_is_none_is_blamed_on_its_entry)
{
	said t;
	UNUSED;
	same_both_ways("x = linspace(1, 2, 5000) - 1;\ny = sum(sqrt(x) .* log(x));\n", &t);
	assert_non_null(strstr(atl_buf_text(&t.err), "log(0) at entry [1] has no value"));
	clear(&t);
}

/* Sums and copies along any dimensions of a loop's values: with blocks that lanes fill, and with others. */
TEST(pictures_are_normalised_as_node_by_node)
{
	static const char *const shape[] = { "3, 2, 4, 8", "2, 3, 8, 16", "2, 5, 7, 9", "4, 3, 2, 64", "1, 2, 1, 1024", "1, 1, 3, 2048" };
	UNUSED;
	for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
		atl_buf script = { 0 };
		atl_buf_addf(&script, "x = rand(%s); g = randn(%s); w = rand(%s);\n", shape[i], shape[i], shape[i]);
		atl_buf_add(&script, "y = batchnorm2d(x, 1 + sin(1:size(x)[2]), cos(1:size(x)[2]));\n"
				     "a = softmax(x, axis=1) + softmax(x, axis=2) .* softmax(x, axis=3) - log_softmax(x, axis=4);\n"
				     "L = sum(y.*g) + sum(a.*w);\n"
				     "repeat 3 { x <- x - 0.1*grad(L, x); g <- g + sum(g.*x, 4)/7 - sum(x, 2) .* mean(g, 1) }\n"
				     "set digits 17\nshow sum(x)\nshow sum(x.*w)\nshow sum(g.*w)\nshow L\n");
		said t;
		same_both_ways(atl_buf_text(&script), &t);
		assert_string_equal(atl_buf_text(&t.err), "");
		clear(&t);
		atl_buf_clear(&script);
	}
}

/* What a plan does slice by slice, with any number of threads: slices of blocks and of less, of the first
 * dimensions and of some in between. */
static const char *const sliced[] = {
	"repeat 3 { x <- x + 0.25; p <- softmax(x, axis=1) + 0; q <- grad(sum(softmax(x, axis=1).*g), x) }",
	"repeat 3 { x <- x + 0.25; p <- softmax(x, axis=2) + 0; q <- grad(sum(softmax(x, axis=2).*g), x) }",
	"repeat 3 { x <- x - 0.5; p <- log_softmax(x, axis=3); q <- grad(sum(p.*g), x) }",
	"repeat 3 { x <- x - 0.5; p <- softmax(x, axis=4) + 0; q <- grad(sum(softmax(x, axis=4).*g), x) }",
	"y = batchnorm2d(x, 1 + sin(1:size(x)[2]), cos(1:size(x)[2])); L = sum(y.*g)\n"
	"repeat 3 { x <- x*1.5 + 0.25; p, q <- y, grad(L, x) }",
	"y = maxpool2d(x, 3, 1, \"same\"); z = avgpool2d(exp(x)); L = sum(y.*g) + sum(z)\n"
	"repeat 3 { x <- x + sin(x); p, q <- y, grad(L, x) }",
	"repeat 3 { x <- 2*x + sum(x, 3) - max(x, axis=3); p <- x./sqrt(sum(sum(x.^2, 2), 1) + 1); q <- p - mean(p.*g, 2) + sum(p) }",
};

static void in_threads(const char *shape, const char *body, unsigned threads, said *out)
{
	atl_buf script = { 0 };
	atl_buf_addf(&script, "set threads %u\nx = rand(%s); g = randn(%s); p = zeros(%s); q = zeros(%s); w = rand(%s)\n%s\nset digits 17\n", threads,
		     shape, shape, shape, shape, shape, body);
	atl_buf_add(&script, "show sum(x), sum(x.*w), sum(p), sum(p.*w), sum(q), sum(q.*w), sum(p.*q)\nshow p[1, :, 1, 2], q[:, 2, 2, 1]\n");
	same_both_ways(atl_buf_text(&script), out);
	atl_buf_clear(&script);
}

TEST(what_is_done_by_slices_has_the_same_bits_as_node_by_node)
{
	static const char *const shape[] = { "8, 16, 16, 32", "9, 13, 15, 21", "40, 64, 4, 4", "2, 9, 64, 32", "3, 8, 3, 1024", "33, 8, 12, 12" };
	UNUSED;
	for (size_t i = 0; i < sizeof shape / sizeof *shape; i++)
		for (size_t k = 0; k < sizeof sliced / sizeof *sliced; k++) {
			said one, three;
			in_threads(shape[i], sliced[k], 1, &one);
			in_threads(shape[i], sliced[k], 3, &three);
			assert_string_equal(atl_buf_text(&three.err), "");
			assert_string_equal(atl_buf_text(&three.out), atl_buf_text(&one.out));
			clear(&one);
			clear(&three);
		}
}

/* ---- layers ---- */

/* Steps of a net whose products are large, with odd sizes: by columns and by rows. */
static void layers(atl_buf *out, unsigned in, unsigned width, unsigned batch, unsigned threads)
{
	atl_buf_addf(out, "set threads %u\nX = reshape(sin(1:%u), %u, %u); T = reshape(cos(1:%u), 5, %u);\n", threads, in * batch,
		     in, batch, 5 * batch, batch);
	atl_buf_addf(out, "W = reshape(sin(1:%u), %u, %u)/9; b = zeros(%u); V = reshape(cos(1:%u), 5, %u)/9; c = zeros(5);\n", width * in,
		     width, in, width, 5 * width, width);
	atl_buf_add(out, "z = W*X + b; L = sum((V*relu(z) + c - T).^2)/100;\n"
			 "U = W'; a = b'; M = sum((tanh(X'*U + a) - 0.5).^2)/100;\n");
	atl_buf_add(out, "repeat 4 { W, b, V, c <- W - 0.1*∂L/∂W, b - 0.1*∂L/∂b, V - 0.1*∂L/∂V, c - 0.1*∂L/∂c }\n"
			 "repeat 3 { W -= 0.2*∂M/∂W; b -= 0.2*∂M/∂b }\n"
			 "set digits full\nshow L, M, sum(W), sum(V), sum(b), sum(c), W[:,2]\n");
}

TEST(layers_have_the_same_bits_as_node_by_node_with_any_number_of_threads)
{
	UNUSED;
	static const unsigned sizes[][3] = { { 40, 64, 32 }, { 83, 41, 64 }, { 900, 37, 128 }, { 50, 1100, 7 }, { 64, 50, 1024 } };
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		said first = { { 0 }, { 0 } };
		for (unsigned threads = 1; threads <= 3; threads++) {
			atl_buf script = { 0 };
			said t;
			layers(&script, sizes[i][0], sizes[i][1], sizes[i][2], threads);
			same_both_ways(atl_buf_text(&script), &t);
			assert_string_equal(atl_buf_text(&t.err), "");
			if (threads == 1)
				atl_buf_add(&first.out, atl_buf_text(&t.out));
			assert_string_equal(atl_buf_text(&t.out), atl_buf_text(&first.out));
			clear(&t);
			atl_buf_clear(&script);
		}
		clear(&first);
	}
}

TEST(a_layer_that_overflows_is_told_as_node_by_node)
{
	UNUSED;
	same_both_ways("W = reshape(sin(1:4096), 64, 64)*1e200; X = W';\nrepeat 3 { W <- W + 1e-3*W*X }\nW[1,1]\n", NULL);
	same_both_ways("W = reshape(sin(1:4096), 64, 64); X = W';\nrepeat 3 { W <- log(W*X - 20) }\nW[1,1]\n", NULL);
}

/* ---- memory ---- */

static long blocks_after(const char *loop)
{
	said t = { { 0 }, { 0 } };
	atl_options o = { .sink = { take_out, take_err, &t }, .stop = &stop };
	const char *before = "x = [1, 2, 3]; k = 1; y = sum(x.^2);\n";
	atl_session *s = atl_session_new(&o);
	assert_int_equal(atl_session_open(s, NULL, 1), ATL_OK);
	(void)atl_session_feed(s, before, strlen(before), false);
	(void)atl_session_feed(s, loop, strlen(loop), false);
	long live = atl_mem_live();
	assert_string_equal(atl_buf_text(&t.err), "");
	atl_session_free(s);
	clear(&t);
	return live;
}

TEST(a_loop_takes_as_much_memory_after_many_turns_as_after_few)
{
	UNUSED;
	assert_int_equal(blocks_after("repeat 20000 { x <- x - 0.1*grad(y, x) }\n"),
	                 blocks_after("repeat 200 { x <- x - 0.1*grad(y, x) }\n"));
	/* what reads a value is a guard */
	assert_int_equal(blocks_after("repeat 2000 { x <- x/2 + x[k]/4; k <- 3 - k }\n"),
	                 blocks_after("repeat 20 { x <- x/2 + x[k]/4; k <- 3 - k }\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loop_of_updates_has_a_plan),
		cmocka_unit_test(what_must_happen_in_every_turn_has_no_plan),
		cmocka_unit_test(a_later_statement_sees_what_an_earlier_one_stored),
		cmocka_unit_test(a_counter_counts),
		cmocka_unit_test(a_counter_is_a_number_after_the_loop),
		cmocka_unit_test(a_while_ends_when_its_condition_does),
		cmocka_unit_test(what_only_looks_at_a_turn_sees_it),
		cmocka_unit_test(undo_takes_back_a_whole_loop),
		cmocka_unit_test(a_function_in_a_body_is_called_as_often_as_it_is_written),
		cmocka_unit_test(an_error_in_a_turn_says_what_it_would_have_said),
		cmocka_unit_test(what_is_done_stays_and_the_failed_turn_is_done_as_far_as_it_went),
		cmocka_unit_test(an_overflow_is_told_once),
		cmocka_unit_test(what_where_does_not_select_has_no_value_and_does_no_harm),
		cmocka_unit_test(an_interrupt_leaves_the_turns_that_are_done),
		cmocka_unit_test(any_loop_stores_the_same_bits_as_node_by_node),
		cmocka_unit_test(large_values_have_the_same_bits_as_node_by_node),
		cmocka_unit_test(a_function_of_equal_entries_has_one_value),
		cmocka_unit_test(a_large_value_follows_its_inputs),
		cmocka_unit_test(a_large_value_that_is_none_is_blamed_on_its_entry),
		cmocka_unit_test(pictures_are_normalised_as_node_by_node),
		cmocka_unit_test(what_is_done_by_slices_has_the_same_bits_as_node_by_node),
		cmocka_unit_test(layers_have_the_same_bits_as_node_by_node_with_any_number_of_threads),
		cmocka_unit_test(a_layer_that_overflows_is_told_as_node_by_node),
		cmocka_unit_test(a_loop_takes_as_much_memory_after_many_turns_as_after_few),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
