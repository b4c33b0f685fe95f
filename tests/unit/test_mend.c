/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mend.c: every edit that an error of shapes offers is made in the
 * statement, and then it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/text.h"
#include "session/session.h"

/* ---- a session a text ---- */

typedef struct talk {
	atl_buf out, err;
} talk;

static void take_out(void *data, const char *text, size_t len) { atl_buf_addn(&((talk *)data)->out, text, len); }
static void take_err(void *data, const char *text, size_t len) { atl_buf_addn(&((talk *)data)->err, text, len); }

static int run(talk *t, const char *text)
{
	atl_options o = { .sink = { take_out, take_err, t }, .width = 1000 };
	atl_session *s = atl_session_new(&o);
	assert_non_null(s);
	assert_int_equal(atl_session_open(s, NULL, 1), ATL_OK);
	atl_buf_reset(&t->out);
	atl_buf_reset(&t->err);
	(void)atl_session_feed(s, text, strlen(text), true);
	int code = atl_session_exit(s);
	atl_session_free(s);
	return code;
}

static void end(talk *t)
{
	atl_buf_clear(&t->out);
	atl_buf_clear(&t->err);
}

/* ---- statements that fail ---- */

typedef struct broken {
	const char *setup, *before, *part, *after; /* the part is what an edit takes the place of */
	unsigned offers;                           /* 0: it says that there are none */
	const char *one;                           /* that is among them; NULL: any */
} broken;

static const char net[] = "W = [1, 2; 3, 4; 5, 6]; x = [1, 2, 3]; b = [1, 1]; A = [1, 2; 3, 4]; r = [[1, 2]];\n";
static const char conv[] = "I = ones(6, 6); K = ones(2, 3, 3);\n";

static const broken statements[] = {
	/* products */
	{ net, "a = ", "W*x", "", 1, "W'*x" },
	{ net, "a = ", "W*x", " + b", 1, "W'*x" },
	{ net, "a = ", "W@x", " + b", 1, "W'@x" },
	{ net, "", "x*x", "", 3, "x'*x" },
	{ net, "", "x*x", " + 1", 3, "x*x'" },
	{ net, "", "b*A", "", 3, "b'*A" },
	{ net, "", "W*(x + 1)", "", 1, "W'*(x + 1)" },
	{ net, "3*tanh(", "(b + 1)*x", ").^2", 1, "(b + 1)*x'" },
	{ net, "", "W*W", "", 3, "W'*W" },
	{ net, "[", "W*x", "; 1]", 1, "W'*x" },
	{ net, "for k in 1:2 { y = ", "2*x'*W'", " }", 1, "2*x'*W" },
	{ net, "check ", "x*x", " == 14", 3, "x'*x" },
	{ net, "show \"is\", ", "x*x", "", 3, "x'*x" },
	{ net, "", "ones(2, 3)*ones(2, 3)", "", 3, NULL },
	{ "input P[n, m], q[n];\n", "", "P*q", "", 1, "P'*q" },
	/* entry by entry */
	{ net, "", "x + r", "", 1, "x .+ r" },
	{ net, "", "b + r", "", 3, "b' + r" },
	{ net, "", "b - r", "", 3, "b - r'" },
	{ net, "", "b - x", "", 0, NULL },
	{ net, "", "W + A", "", 0, NULL },
	{ net, "", "W - W'", "", 2, "W - W" },
	/* quotients, powers, equations */
	{ net, "", "x/x", "", 1, "x ./ x" },
	{ net, "", "b/A", "", 2, "A\\b" },
	{ net, "", "W^2", "", 1, "W .^ 2" },
	{ net, "", "x^2", " + 1", 1, "x .^ 2" },
	{ net, "", "W\\x", "", 1, "pinv(W)*x" },
	{ net, "", "inv(W)", "*x", 1, "pinv(W)" },
	{ net, "", "A\\x", "", 0, NULL },
	/* joins */
	{ net, "", "[A, r]", "", 3, "[A; r]" },
	{ net, "", "[A; b]", "", 3, "[A, b]" },
	{ net, "", "[x, b]", "", 1, "[x; b]" },
	{ net, "", "[W, A]", "", 3, "[W; A]" },
	{ net, "sum(", "[A; b]", ")", 3, "[A; b']" },
	/* indices */
	{ net, "", "A[1]", "", 3, "A[1, :]" },
	{ net, "", "A[3, 1]", "", 1, "A[end, 1]" },
	{ net, "2*", "x[5]", "", 1, "x[end]" },
	{ net, "", "x[2:7]", "", 1, "x[2:end]" },
	{ net, "", "x[1, 2]", "", 2, "x[1]" },
	{ net, "", "x[x > 1]", "", 2, "where(x > 1, x, 0)" },
	{ net, "", "x[0]", "", 1, "x[1]" },
	/* the bodies of functions are elsewhere: their calls are edited */
	{ "f(a, b) = a*b + 1\nW = [1, 2; 3, 4; 5, 6];\n", "2*", "f(W, W)", " + 1", 2, "f(W', W)" },
	{ "f(a, b) = a*b + 1\nW = [1, 2; 3, 4; 5, 6];\n", "", "f(W, W)", " + eye(2)", 1, "f(W', W)" },
	/* what takes a scalar */
	{ net, "", "grad(x.^2, x)", "", 2, "grad(sum(x.^2), x)" },
	{ net, "if ", "x > 0", " { 1 }", 2, "all(x > 0)" },
	{ net, "while ", "x > 3", " { 1 }", 2, "any(x > 3)" },
	{ net, "trace ", "x.^2", " wrt x", 2, "sum(x.^2)" },
	{ net, "gradcheck ", "x.^2", "", 2, "mean(x.^2)" },
	/* calls */
	{ net, "", "dot(x, b)", "", 0, NULL },
	{ net, "", "det(W)", "", 0, NULL },
	{ net, "", "reshape(W, 4, 2)", "", 0, NULL },
	{ net, "", "softmax(x, axis=3)", "", 0, NULL },
	{ conv, "", "conv2d(I, K)", "", 0, NULL },
	{ conv, "", "conv2d(ones(2, 2), ones(3, 3))", "", 1, "conv2d(ones(2, 2), ones(3, 3), padding=1)" },
	{ conv, "", "conv2d(ones(4, 6, 6), ones(2, 2, 3, 3), stride=2)", "", 1,
	  "conv2d(ones(4, 6, 6), ones(2, 2, 3, 3), stride=2, groups=2)" },
	{ net, "", "topk(x, 9)", "", 0, NULL },
	{ net, "", "onehot(W, 3)", "", 0, NULL },
	{ net, "", "kron(ones(2, 2, 2), x)", "", 0, NULL },
	{ net, "", "permute(W, [1, 1])", "", 0, NULL },
	{ net, "", "concat(W, A, axis=2)", "", 1, "concat(W', A, axis=2)" },
	{ net, "", "vjp(x.^2, x, b)", "", 0, NULL },
	{ net, "", "embedding(x, W)", "", 0, NULL },
	{ net, "", "recurrence(A, x)", "", 0, NULL },
};

/* The edit of a line "  X would give S": X; NULL when it offers none. */
static char *offered(const char *line, size_t len, char *edit, size_t size, char *shape)
{
	static const char would[] = " would give ";
	for (size_t i = 2; i + sizeof would - 1 < len; i++) {
		if (strncmp(line + i, would, sizeof would - 1))
			continue;
		const char *what = line + i + sizeof would - 1;
		size_t n = len - (size_t)(what - line);
		assert_true(i - 2 < size && n < size);
		if (memchr(what, ',', n))
			return NULL;
		memcpy(edit, line + 2, i - 2);
		edit[i - 2] = '\0';
		memcpy(shape, what, n);
		shape[n] = '\0';
		return edit;
	}
	return NULL;
}

/* The statement with the edit runs, and the edit has the shape that was said. */
static void apply(const broken *b, const char *edit, const char *shape)
{
	talk t = { 0 };
	atl_buf text = { 0 };
	atl_buf_addf(&text, "%s%s(%s)%s\n", b->setup, b->before, edit, b->after);
	int code = run(&t, atl_buf_text(&text));
	/* a check may say no */
	if (code != 0 && (code != 1 || strstr(atl_buf_text(&t.err), "error")))
		fail_msg("%s was offered and does not work:\n%s", edit, atl_buf_text(&t.err));
	atl_buf_reset(&text);
	atl_buf_addf(&text, "%sshape(%s)\n", b->setup, edit);
	if (run(&t, atl_buf_text(&text)))
		fail_msg("%s: %s", edit, atl_buf_text(&t.err));
	atl_buf_reset(&text);
	atl_buf_addf(&text, "%s\n", shape);
	if (!strstr(atl_buf_text(&t.out), strcmp(shape, "a scalar") ? atl_buf_text(&text) : "scalar"))
		fail_msg("%s is said to be %s, and is %s", edit, shape, atl_buf_text(&t.out));
	atl_buf_clear(&text);
	end(&t);
}

static void every_offer_works(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		const broken *b = &statements[i];
		talk t = { 0 };
		atl_buf text = { 0 };
		unsigned n = 0, met = b->one == NULL;
		char edit[128], shape[128];
		atl_buf_addf(&text, "%s%s%s%s\n", b->setup, b->before, b->part, b->after);
		int code = run(&t, atl_buf_text(&text));
		if (code != 3 && !strstr(atl_buf_text(&t.err), "error"))
			fail_msg("%s is no error of shapes (exit %d): %s", b->part, code, atl_buf_text(&t.err));
		for (const char *line = atl_buf_text(&t.err), *stop; (stop = strchr(line, '\n')); line = stop + 1)
			if (offered(line, (size_t)(stop - line), edit, sizeof edit, shape)) {
				n++;
				met += b->one && !strcmp(edit, b->one);
				apply(b, edit, shape);
			}
		if (n != b->offers || met != 1)
			fail_msg("%s: %u offers, %u expected, among them %s:\n%s", b->part, n, b->offers, b->one ? b->one : "any",
			         atl_buf_text(&t.err));
		if (!n && !strstr(atl_buf_text(&t.err), "of it was found that fits") && !strstr(atl_buf_text(&t.err), "would not fit then"))
			fail_msg("%s does not say that there is no offer:\n%s", b->part, atl_buf_text(&t.err));
		atl_buf_clear(&text);
		end(&t);
	}
}

static void an_edit_that_fits_alone_says_so(void **state)
{
	(void)state;
	talk t = { 0 };
	assert_int_equal(run(&t, "W = ones(3, 2); x = ones(3); c = ones(4);\nW*x + c\n"), 3);
	assert_non_null(strstr(atl_buf_text(&t.err), "  W'*x would give 2×1, but what is around it would not fit then\n"));
	end(&t);
}

static void looking_for_edits_changes_nothing(void **state)
{
	(void)state;
	talk t = { 0 };
	/* no draw is used up, no name is bound, no note is shown */
	assert_int_equal(run(&t, "set seed 7\nx = ones(2);\nu = randn(2); grad(sum(u), x);\ncheck rand(2)*x == 1\nrandn(2)\n"), 1);
	atl_buf first = { 0 };
	atl_buf_add(&first, strrchr(atl_buf_text(&t.out), '['));
	assert_int_equal(run(&t, "set seed 7\nx = ones(2);\nu = randn(2); grad(sum(u), x);\nrandn(2)\n"), 0);
	assert_string_equal(strrchr(atl_buf_text(&t.out), '['), atl_buf_text(&first));
	atl_buf_clear(&first);
	end(&t);
}

/* Whichever allocation fails, the error is shown. */
static void without_memory_the_error_stays(void **state)
{
	(void)state;
	const char *setup = "W = [1, 2; 3, 4; 5, 6]; x = [1, 2, 3];\n", *wrong = "W*x + 1\n";
	for (long n = 0;; n++) {
		talk t = { 0 };
		atl_options o = { .sink = { take_out, take_err, &t } };
		atl_session *s = atl_session_new(&o);
		assert_non_null(s);
		assert_int_equal(atl_session_open(s, NULL, 1), ATL_OK);
		(void)atl_session_feed(s, setup, strlen(setup), false);
		atl_mem_fail_after(n);
		(void)atl_session_feed(s, wrong, strlen(wrong), false);
		void *more = atl_malloc(1);
		atl_mem_fail_after(-1);
		assert_int_not_equal(atl_session_exit(s), 0);
		atl_session_free(s);
		end(&t);
		atl_free(more);
		if (more)
			break;
		assert_true(n < 100000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_offer_works),
		cmocka_unit_test(an_edit_that_fits_alone_says_so),
		cmocka_unit_test(looking_for_edits_changes_nothing),
		cmocka_unit_test(without_memory_the_error_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
