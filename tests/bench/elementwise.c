/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * elementwise M N: elementwise.atl by hand: one loop, libmvec, OpenMP's
 * threads where there is enough to share.
 */
#include <stdio.h>
#include <stdlib.h>

#include "mvec.h"

/* y of entries [from, to), their gradient into g; x moves by step first. */
static double sweep(double *x, double *g, size_t from, size_t to, double step)
{
	vd sum = { 0 };
	size_t i = from;
	for (; i + MVEC_WIDTH <= to; i += MVEC_WIDTH) {
		vd v = vd_load(x + i) + step;
		vd_store(x + i, v);
		vd t = vd_tanh(v*v + vd_sin(v)), e = vd_exp(-v);
		sum += t*e;
		vd_store(g + i, ((1 - t*t)*(2*v + vd_cos(v)) - t)*e);
	}
	double y = 0;
	for (size_t k = 0; k < MVEC_WIDTH; k++)
		y += sum[k];
	for (; i < to; i++) {
		double v = x[i] += step, t = tanh(v*v + sin(v)), e = exp(-v);
		y += t*e;
		g[i] = ((1 - t*t)*(2*v + cos(v)) - t)*e;
	}
	return y;
}

int main(int argc, char **argv)
{
	size_t m = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	size_t n = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	double *x = calloc(m, sizeof *x), *g = calloc(m, sizeof *g), y = 0, sum = 0;
	for (size_t i = 0; i < m; i++)
		x[i] = (double)(i + 1)/(double)m;
	enum { PART = 8192 };
	size_t parts = (m + PART - 1)/PART;
	for (size_t k = 0; k < n; k++) {
		y = 0;
#pragma omp parallel for reduction(+ : y) schedule(static) if (parts > 1)
		for (size_t p = 0; p < parts; p++)
			y += sweep(x, g, p*PART, p + 1 < parts ? (p + 1)*PART : m, 0.0001);
	}
	for (size_t i = 0; i < m; i++)
		sum += g[i];
	printf("%.17g\n", y + sum);
	free(x);
	free(g);
}
