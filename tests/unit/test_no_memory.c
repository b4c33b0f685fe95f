/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_no_memory.c: sessions in which the n-th allocation fails, for all n: nothing
 * is left behind. */
#include "talk.h"

static void run_out_of_memory(const char *script)
{
	for (long n = 0; n < 3000; n += n < 300 ? 1 : 37) {
		long live = atl_mem_live();
		talk *t = begin(ATL_TEXT, true);
		atl_mem_fail_after(n);
		(void)atl_session_feed(t->session, script, strlen(script), true);
		atl_mem_fail_after(-1);
		end(t);
		assert_int_equal(atl_mem_live(), live);
	}
}

TEST(nothing_is_left_when_memory_runs_out)
{
	UNUSED;
	run_out_of_memory("x = [1, 2]; f(u) = { z = u'*u; z^2 }\ny = f(x)\nx <- 2*x\ncheck y == 3\n"
	                  "for k in 1:2 { x[k] <- k; k }\ngrad(y, x)\nundo\nlist\nhelp relu\nset digits 3\n");
}

TEST(nothing_is_left_when_memory_runs_out_among_layers)
{
	UNUSED;
	run_out_of_memory("shape [9, 8], conv2d(filters=2, kernel=[3, 2], padding=\"same\"), maxpool2d(2), relu(), dense(3)\n"
	                  "shape conv2d([6, 6, 1], filters=2, kernel=3), conv2d(filters=2, kernel=9)\n"
	                  "shape zeros(3, 4)\nn = shape([5, 5, 2], conv_transpose2d(filters=3, kernel=2, stride=2), batchnorm2d())\n");
}

TEST(the_search_for_a_slip_leaves_nothing_when_memory_runs_out)
{
	UNUSED;
	run_out_of_memory("x = [1, 2]; W = [1, 2; 3, 4]; a = tanh(W*x); L = sum(a.^2);\n"
	                  "check grad(L, W) == 3*grad(L, W)\ncheck a == [0.7, 0.8]\ncheck W == [[1, -2]]\n");
}

TEST(a_plot_leaves_nothing_when_memory_runs_out)
{
	UNUSED;
	run_out_of_memory("a = [1, 2]\nplot a, 2*a\nplot t^2, a'*a*t for t in 1:1:2\nplot image a*a'\n"
	                  "plot a against a\nread \"/dev/null\"\nsave a, \"none.xyz\"\n");
}

TEST(eigenvalues_leave_nothing_when_memory_runs_out)
{
	UNUSED;
	run_out_of_memory("set number exact\nA = kron(eye(2), [2, 1; 1, 1])\neigenvectors(A)\neigenvalues([sqrt(2), 1; 1, 0])\n");
}

TEST(a_training_leaves_nothing_when_memory_runs_out)
{
	UNUSED;
	run_out_of_memory("w = 1; x = [[0, 0]]; L = mean((w*x - 1).^2)\n"
	                  "minimize L wrt w with adam(eta=0.1), epochs=2, x=[[1, 2, 3, 4]], seed=1, history=h, watch=[w, L]\n"
	                  "minimize L wrt w, steps=3, history=h, watch=w\nminimize mean(dropout(x, 0.5)*w) wrt w, steps=2\n");
}

int main(void)
{
#define T(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		T(nothing_is_left_when_memory_runs_out),
		T(nothing_is_left_when_memory_runs_out_among_layers),
		T(the_search_for_a_slip_leaves_nothing_when_memory_runs_out),
		T(a_plot_leaves_nothing_when_memory_runs_out),
		T(eigenvalues_leave_nothing_when_memory_runs_out),
		T(a_training_leaves_nothing_when_memory_runs_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
