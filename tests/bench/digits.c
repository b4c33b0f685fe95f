/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * digits FUNCTION DIGITS COUNT: prints so many certain digits of FUNCTION at
 * 4/3 by Arb called directly, or with a COUNT above 1 at 1/10007, 2/10007, ...
 *
 * The precision is what the digits need and some; if they are not certain
 * then, it is doubled.
 */
#if defined ATL_ARB_IN_FLINT
#include <flint/arb.h>
#include <flint/arb_hypgeom.h>
#else
#include <arb.h>
#include <arb_hypgeom.h>
#endif
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEN = 10 };

static void sigmoid(arb_t y, const arb_t x, slong bits)
{
	arb_neg(y, x);
	arb_exp(y, y, bits);
	arb_add_ui(y, y, 1, bits);
	arb_inv(y, y, bits);
}

/* x/2 (1 + erf(x/sqrt 2)) */
static void gelu(arb_t y, const arb_t x, slong bits)
{
	arb_t root;
	arb_init(root);
	arb_sqrt_ui(root, 2, bits);
	arb_div(y, x, root, bits);
	arb_hypgeom_erf(y, y, bits);
	arb_add_ui(y, y, 1, bits);
	arb_mul(y, y, x, bits);
	arb_mul_2exp_si(y, y, -1);
	arb_clear(root);
}

/* All ten of softmax((1:10)/3). */
static void softmax(arb_struct *y, slong bits)
{
	arb_t sum;
	arb_init(sum);
	for (ulong i = 0; i < TEN; i++) {
		arb_set_ui(y + i, i + 1);
		arb_div_ui(y + i, y + i, 3, bits);
		arb_exp(y + i, y + i, bits);
		arb_add(sum, sum, y + i, bits);
	}
	for (ulong i = 0; i < TEN; i++)
		arb_div(y + i, y + i, sum, bits);
	arb_clear(sum);
}

static void compute(arb_struct *y, const char *what, ulong num, ulong den, slong bits)
{
	arb_t x;
	arb_init(x);
	arb_set_ui(x, num);
	arb_div_ui(x, x, den, bits);
	if (strcmp(what, "exp") == 0)
		arb_exp(y, x, bits);
	else if (strcmp(what, "log") == 0)
		arb_log(y, x, bits);
	else if (strcmp(what, "tanh") == 0)
		arb_tanh(y, x, bits);
	else if (strcmp(what, "sigmoid") == 0)
		sigmoid(y, x, bits);
	else if (strcmp(what, "gelu") == 0)
		gelu(y, x, bits);
	else
		softmax(y, bits);
	arb_clear(x);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	slong digits = atol(argv[2]), entries = strcmp(argv[1], "softmax") == 0 ? TEN : 1;
	ulong count = strtoul(argv[3], NULL, 10);
	arb_struct *y = _arb_vec_init(entries);
	for (ulong k = 1; k <= count; k++) {
		slong bits = (slong)((double)digits*3.3219281) + 40;
		for (bool certain = false; !certain; bits *= 2) {
			compute(y, argv[1], count > 1 ? k : 4, count > 1 ? 10007 : 3, bits);
			certain = true;
			for (slong i = 0; i < entries; i++)
				certain = certain && arb_rel_accuracy_bits(y + i) > (slong)((double)digits*3.3219281) + 4;
		}
		for (slong i = 0; i < entries; i++) {
			char *text = arb_get_str(y + i, digits, ARB_STR_NO_RADIUS);
			puts(text);
			flint_free(text);
		}
	}
	_arb_vec_clear(y, entries);
	flint_cleanup();
}
