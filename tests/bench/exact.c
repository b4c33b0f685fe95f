/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * exact LIBRARY WHAT M N: exact_vector.atl and exact_matrix.atl by GMP's mpq
 * (LIBRARY is gmp: loops) or by FLINT (fmpq and fmpq_mat).
 */
#include <flint/fmpq.h>
#include <flint/fmpq_mat.h>
#include <gmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t m, n;

/* ---- FLINT --------------------------------------------------------------- */

static void set(fmpq_mat_t a, size_t i, size_t j, long num, long den)
{
	fmpq_set_si(fmpq_mat_entry(a, (slong)i, (slong)j), num, (ulong)den);
}

static void fill(fmpq_mat_t a, fmpq_mat_t b, fmpq_mat_t s)
{
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < m; j++) {
			set(a, i, j, (long)((7*i + 3*j) % 19) - 9, (long)(i*j % 13) + 1);
			set(b, i, j, (long)((5*i + 11*j) % 17) - 8, (long)((i + j) % 11) + 1);
			set(s, i, j, (long)((7*i*i + 3*i*j + 5*j*j*j + 11) % 101) - 50, 1);
		}
	}
}

static void matrix_flint(const char *what)
{
	fmpq_mat_t a, b, s, c, x, right;
	fmpq_t y;
	fmpq_mat_init(a, (slong)m, (slong)m);
	fmpq_mat_init(b, (slong)m, (slong)m);
	fmpq_mat_init(s, (slong)m, (slong)m);
	fmpq_mat_init(c, (slong)m, (slong)m);
	fmpq_mat_init(x, (slong)m, 1);
	fmpq_mat_init(right, (slong)m, 1);
	fmpq_init(y);
	fill(a, b, s);
	for (size_t i = 0; i < m; i++)
		set(right, i, 0, (long)i + 1, 1);
	for (size_t k = 1; k <= n; k++) {
		set(a, 0, 0, (long)k, 7);
		set(s, 0, 0, (long)k, 1);
		if (strcmp(what, "product") == 0)
			fmpq_mat_mul(c, a, b);
		else if (strcmp(what, "solve") == 0)
			fmpq_mat_solve(x, s, right);
		else if (strcmp(what, "inv") == 0)
			fmpq_mat_inv(c, s);
		else
			fmpq_mat_det(y, s);
	}
	if (strcmp(what, "product") == 0)
		fmpq_add(y, fmpq_mat_entry(c, 0, 0), fmpq_mat_entry(c, (slong)m - 1, (slong)m - 1));
	else if (strcmp(what, "solve") == 0)
		fmpq_set(y, fmpq_mat_entry(x, 0, 0));
	else if (strcmp(what, "inv") == 0)
		fmpq_set(y, fmpq_mat_entry(c, 0, (slong)m - 1));
	fmpq_print(y);
	printf("\n");
}

static void vector_flint(bool sum)
{
	fmpq *v = malloc(m*sizeof *v);
	fmpq_t y;
	fmpq_init(y);
	for (size_t i = 0; i < m; i++) {
		fmpq_init(v + i);
		fmpq_set_si(v + i, sum ? 1 : 2*(long)i + 3, sum ? i + 1 : 3*i + 4);
	}
	for (size_t k = 1; k <= n; k++) {
		fmpq_set_si(v, (slong)k, 7);
		fmpq_set_si(y, sum ? 0 : 1, 1);
		for (size_t i = 0; i < m; i++) {
			if (sum)
				fmpq_add(y, y, v + i);
			else
				fmpq_mul(y, y, v + i);
		}
	}
	fmpq_print(y);
	printf("\n");
}

/* ---- GMP ----------------------------------------------------------------- */

static void vector_gmp(bool sum)
{
	mpq_t *v = malloc(m*sizeof *v), y;
	mpq_init(y);
	for (size_t i = 0; i < m; i++) {
		mpq_init(v[i]);
		mpq_set_si(v[i], sum ? 1 : 2*(long)i + 3, sum ? i + 1 : 3*i + 4);
		mpq_canonicalize(v[i]);
	}
	for (size_t k = 1; k <= n; k++) {
		mpq_set_si(v[0], (long)k, 7);
		mpq_canonicalize(v[0]);
		mpq_set_si(y, sum ? 0 : 1, 1);
		for (size_t i = 0; i < m; i++) {
			if (sum)
				mpq_add(y, y, v[i]);
			else
				mpq_mul(y, y, v[i]);
		}
	}
	gmp_printf("%Qd\n", y);
}

static mpq_t *matrix(void)
{
	mpq_t *a = malloc(m*m*sizeof *a);
	for (size_t i = 0; i < m*m; i++)
		mpq_init(a[i]);
	return a;
}

static void entry(mpq_t q, long num, size_t den)
{
	mpq_set_si(q, num, den);
	mpq_canonicalize(q);
}

static void product_gmp(void)
{
	mpq_t *a = matrix(), *b = matrix(), *c = matrix(), t;
	mpq_init(t);
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < m; j++) {
			entry(a[i*m + j], (long)((7*i + 3*j) % 19) - 9, i*j % 13 + 1);
			entry(b[i*m + j], (long)((5*i + 11*j) % 17) - 8, (i + j) % 11 + 1);
		}
	}
	for (size_t k = 1; k <= n; k++) {
		entry(a[0], (long)k, 7);
		for (size_t i = 0; i < m*m; i++) {
			mpq_set_ui(c[i], 0, 1);
			for (size_t l = 0; l < m; l++) {
				mpq_mul(t, a[i/m*m + l], b[l*m + i % m]);
				mpq_add(c[i], c[i], t);
			}
		}
	}
	mpq_add(t, c[0], c[m*m - 1]);
	gmp_printf("%Qd\n", t);
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	bool gmp = strcmp(argv[1], "gmp") == 0, sum = strcmp(argv[2], "sum") == 0;
	m = strtoul(argv[3], NULL, 10);
	n = strtoul(argv[4], NULL, 10);
	if (sum || strcmp(argv[2], "prod") == 0) {
		if (gmp)
			vector_gmp(sum);
		else
			vector_flint(sum);
	} else if (!gmp) {
		matrix_flint(argv[2]);
	} else if (strcmp(argv[2], "product") == 0) {
		product_gmp();
	} else {
		return 2;
	}
}
