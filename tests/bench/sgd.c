/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sgd N BATCH INPUTS WIDTH:SCALE...: sgd_one.atl and sgd_two.atl by hand.
 *
 * One sample a column, rows one after the other.  Transposes are folded into
 * dgemm; bias and relu are one loop; a gradient of weights is not stored, the
 * product adds -eta times it to the weights.
 */
#include <cblas.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "mvec.h"

enum { LAYERS_MAX = 8 };
static const double ETA = 0.05;

struct layer {
	size_t in, out;
	double *w, *b; /* out×in, out */
	double *z, *d; /* out×batch: the outputs, and the adjoints before relu */
};

static size_t batch;

static double *doubles(size_t n)
{
	double *x = aligned_alloc(64, (n*sizeof *x + 63)/64*64);
	if (x == NULL)
		exit(1);
	memset(x, 0, n*sizeof *x);
	return x;
}

/* The weights of the scripts: the sine or the cosine of 1, 2, ... over scale. */
static void layer_init(struct layer *l, size_t in, const char *text, bool odd)
{
	char *end;
	l->in = in;
	l->out = strtoul(text, &end, 10);
	double scale = strtod(end + 1, NULL);
	l->w = doubles(l->out*in);
	l->b = doubles(l->out);
	l->z = doubles(l->out*batch);
	l->d = doubles(l->out*batch);
	for (size_t i = 0; i < l->out*in; i++)
		l->w[i] = (odd ? cos((double)(i + 1)) : sin((double)(i + 1)))/scale;
}

/* z = w*x + b, and relu of it unless it is the last. */
static void forward(struct layer *l, const double *x, bool last)
{
	cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)l->out, (int)batch, (int)l->in, 1,
		l->w, (int)l->in, x, (int)batch, 0, l->z, (int)batch);
	for (size_t i = 0; i < l->out; i++) {
		double *z = l->z + i*batch, b = l->b[i];
		if (last) {
			for (size_t j = 0; j < batch; j++)
				z[j] += b;
		} else {
			for (size_t j = 0; j < batch; j++)
				z[j] = z[j] + b > 0 ? z[j] + b : 0;
		}
	}
}

/* exp(x[i] - shift[i % batch]) into y, a whole matrix at once. */
static void exp_shifted(double *restrict y, const double *x, const double *shift, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		size_t j = 0;
		for (; j + MVEC_WIDTH <= batch; j += MVEC_WIDTH)
			vd_store(y + i*batch + j, vd_exp(vd_load(x + i*batch + j) - vd_load(shift + j)));
		for (; j < batch; j++)
			y[i*batch + j] = exp(x[i*batch + j] - shift[j]);
	}
}

/* The greatest entry of each column, and the sum of exp(z - it), with exp(z - it) into d. */
static void columns(const struct layer *l, double *most, double *sum)
{
	memcpy(most, l->z, batch*sizeof *most);
	for (size_t i = 1; i < l->out; i++) {
		for (size_t j = 0; j < batch; j++)
			most[j] = l->z[i*batch + j] > most[j] ? l->z[i*batch + j] : most[j];
	}
	exp_shifted(l->d, l->z, most, l->out);
	memset(sum, 0, batch*sizeof *sum);
	for (size_t i = 0; i < l->out; i++) {
		for (size_t j = 0; j < batch; j++)
			sum[j] += l->d[i*batch + j];
	}
}

/* The adjoint of the logits: (softmax(z) - target)/batch. */
static void output_adjoint(struct layer *l, const double *target, double *most, double *sum)
{
	columns(l, most, sum);
	for (size_t j = 0; j < batch; j++)
		sum[j] = 1/sum[j];
	double each = 1/(double)batch;
	for (size_t i = 0; i < l->out; i++) {
		for (size_t j = 0; j < batch; j++)
			l->d[i*batch + j] = (l->d[i*batch + j]*sum[j] - target[i*batch + j])*each;
	}
}

/* The adjoint of the layer below, where its relu let through. */
static void backward(const struct layer *l, struct layer *below)
{
	cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)l->in, (int)batch, (int)l->out, 1,
		l->w, (int)l->in, l->d, (int)batch, 0, below->d, (int)batch);
	for (size_t i = 0; i < l->in*batch; i++)
		below->d[i] = below->z[i] > 0 ? below->d[i] : 0;
}

static void update(struct layer *l, const double *x)
{
	cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)l->out, (int)l->in, (int)batch, -ETA,
		l->d, (int)batch, x, (int)batch, 1, l->w, (int)l->in);
	for (size_t i = 0; i < l->out; i++) {
		double sum = 0;
		for (size_t j = 0; j < batch; j++)
			sum += l->d[i*batch + j];
		l->b[i] -= ETA*sum;
	}
}

static double loss(struct layer *l, const double *target, double *most, double *sum)
{
	double total = 0;
	columns(l, most, sum);
	for (size_t i = 0; i < l->out; i++) {
		for (size_t j = 0; j < batch; j++)
			total -= target[i*batch + j]*(l->z[i*batch + j] - most[j] - log(sum[j]));
	}
	return total/(double)batch;
}

/* The loss after n steps. */
static double train(struct layer *net, size_t layers, const double *x, const double *target, size_t n)
{
	struct layer *top = &net[layers - 1];
	double *most = doubles(batch), *sum = doubles(batch);
	for (size_t step = 0;; step++) {
		for (size_t k = 0; k < layers; k++)
			forward(&net[k], k == 0 ? x : net[k - 1].z, &net[k] == top);
		if (step == n)
			return loss(top, target, most, sum);
		output_adjoint(top, target, most, sum);
		for (size_t k = layers; k-- > 0;) {
			if (k > 0)
				backward(&net[k], &net[k - 1]);
			update(&net[k], k == 0 ? x : net[k - 1].z);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc < 5 || argc > 4 + LAYERS_MAX)
		return 2;
	size_t n = strtoul(argv[1], NULL, 10), inputs = strtoul(argv[3], NULL, 10);
	size_t layers = (size_t)argc - 4;
	struct layer net[LAYERS_MAX];
	batch = strtoul(argv[2], NULL, 10);
	double *x = doubles(inputs*batch);
	for (size_t i = 0; i < inputs*batch; i++)
		x[i] = sin((double)(i + 1));
	for (size_t k = 0; k < layers; k++)
		layer_init(&net[k], k == 0 ? inputs : net[k - 1].out, argv[4 + k], k % 2 == 1);
	double *target = doubles(net[layers - 1].out*batch);
	for (size_t j = 0; j < batch; j++)
		target[7*j % 10*batch + j] = 1;
	printf("%.17g\n", train(net, layers, x, target, n));
}
