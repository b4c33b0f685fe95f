/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tiny N: sgd_tiny.atl by hand, loops over arrays of fixed size. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double ETA = 0.000001;
static const double x[2] = { 0.5, -0.25 }, y = 0.75;
static double w1[3][2] = { { 0.1, -0.2 }, { 0.4, 0.3 }, { -0.5, 0.2 } }, b1[3] = { 0.1, 0, -0.1 };
static double w2[2][3] = { { 0.3, -0.1, 0.2 }, { 0.1, 0.2, -0.4 } }, b2[2] = { 0, 0.1 };
static double w3[2] = { 0.5, -0.3 }, b3 = 0.05;
static double h1[3], h2[2];

/* The network's output less the target. */
static double forward(void)
{
	for (int i = 0; i < 3; i++)
		h1[i] = tanh(w1[i][0]*x[0] + w1[i][1]*x[1] + b1[i]);
	for (int i = 0; i < 2; i++)
		h2[i] = tanh(w2[i][0]*h1[0] + w2[i][1]*h1[1] + w2[i][2]*h1[2] + b2[i]);
	return w3[0]*h2[0] + w3[1]*h2[1] + b3 - y;
}

static void backward(double error)
{
	double d3 = 2*error, d2[2], d1[3];
	for (int i = 0; i < 2; i++)
		d2[i] = d3*w3[i]*(1 - h2[i]*h2[i]);
	for (int j = 0; j < 3; j++)
		d1[j] = (d2[0]*w2[0][j] + d2[1]*w2[1][j])*(1 - h1[j]*h1[j]);
	b3 -= ETA*d3;
	for (int i = 0; i < 2; i++) {
		w3[i] -= ETA*d3*h2[i];
		b2[i] -= ETA*d2[i];
		for (int j = 0; j < 3; j++)
			w2[i][j] -= ETA*d2[i]*h1[j];
	}
	for (int j = 0; j < 3; j++) {
		b1[j] -= ETA*d1[j];
		w1[j][0] -= ETA*d1[j]*x[0];
		w1[j][1] -= ETA*d1[j]*x[1];
	}
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	for (size_t k = 0; k < n; k++)
		backward(forward());
	double error = forward();
	printf("%.17g\n", error*error);
}
