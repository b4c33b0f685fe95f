/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pictures WHAT N IMAGES CHANNELS SIZE...: conv.atl, maxpool.atl, batchnorm.atl and
 * softmax.atl by hand.
 *
 *     columns, rows: ... FILTERS KERNEL PAD   convolution as a product, or by row loops
 *     maxpool
 *     batchnorm
 *     softmax: ... 2 (over the channels) or 4 (along the rows)
 *
 * As a program has it whose layers have a function each for forward and
 * backward: what one computes on the way is not there for the other, but for
 * what a layer is known to keep (the places of maxima, mean and deviation, y).
 */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>

#include "mvec.h"

static size_t images, channels, size, area, total;
static double *x, *g, *y, *dx;

static double *doubles(size_t n)
{
	double *p = aligned_alloc(64, (n*sizeof *p + 63)/64*64);
	if (p == NULL)
		exit(1);
	memset(p, 0, n*sizeof *p);
	return p;
}

static double squares(const double *p, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += p[i]*p[i];
	return sum;
}

static void move_on(void)
{
	for (size_t i = 0; i < total; i++)
		x[i] += 0.0001;
}

/* ---- convolution ---- */

static size_t filters, kernel, pad, out, taps;
static double *w, *dw, *columns;

/* Row (c, p, q) of the columns: the pictures' entries that meet tap p, q. */
static void to_columns(const double *picture)
{
	for (size_t d = 0; d < channels*taps; d++) {
		const double *from = picture + d/taps*area;
		size_t p = d%taps/kernel, q = d%kernel;
		for (size_t i = 0; i < out; i++) {
			double *to = columns + (d*out + i)*out;
			size_t first = q < pad ? pad - q : 0;
			size_t end = size + pad - q < out ? size + pad - q : out;
			if (i + p < pad || i + p >= size + pad) {
				memset(to, 0, out*sizeof *to);
				continue;
			}
			memset(to, 0, first*sizeof *to);
			memcpy(to + first, from + (i + p - pad)*size + first + q - pad, (end - first)*sizeof *to);
			memset(to + end, 0, (out - end)*sizeof *to);
		}
	}
}

static void add_columns(double *picture)
{
	for (size_t d = 0; d < channels*taps; d++) {
		double *to = picture + d/taps*area;
		size_t p = d%taps/kernel, q = d%kernel;
		for (size_t i = 0; i < out; i++) {
			const double *from = columns + (d*out + i)*out;
			size_t first = q < pad ? pad - q : 0;
			size_t end = size + pad - q < out ? size + pad - q : out;
			if (i + p < pad || i + p >= size + pad)
				continue;
			double *row = to + (i + p - pad)*size + q - pad;
			for (size_t j = first; j < end; j++)
				row[j] += from[j];
		}
	}
}

static void product(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, size_t m, size_t n, size_t k, const double *a, const double *b,
		    double beta, double *c)
{
	cblas_dgemm(CblasRowMajor, ta, tb, (int)m, (int)n, (int)k, 1, a, (int)(ta == CblasTrans ? m : k), b,
		(int)(tb == CblasTrans ? k : n), beta, c, (int)n);
}

static void by_columns(void)
{
	size_t depth = channels*taps, places = out*out;
	for (size_t i = 0; i < images; i++) {
		to_columns(x + i*channels*area);
		product(CblasNoTrans, CblasNoTrans, filters, places, depth, w, columns, 0, y + i*filters*places);
	}
	memset(dx, 0, total*sizeof *dx);
	for (size_t i = 0; i < images; i++) {
		product(CblasTrans, CblasNoTrans, depth, places, filters, w, g + i*filters*places, 0, columns);
		add_columns(dx + i*channels*area);
	}
	for (size_t i = 0; i < images; i++) {
		to_columns(x + i*channels*area);
		product(CblasNoTrans, CblasTrans, filters, depth, places, g + i*filters*places, columns, i > 0, dw);
	}
}

/* One filter, no padding: a row of y stays in registers over the taps. */
static void by_rows(void)
{
	memset(y, 0, images*out*out*sizeof *y);
	memset(dx, 0, total*sizeof *dx);
	memset(dw, 0, channels*taps*sizeof *dw);
	for (size_t i = 0; i < images*channels*out; i++) {
		size_t image = i/out/channels, c = i/out%channels, row = i%out;
		double *yr = y + (image*out + row)*out;
		const double *gr = g + (image*out + row)*out;
		for (size_t t = 0; t < taps; t++) {
			size_t at = ((image*channels + c)*size + row + t/kernel)*size + t%kernel;
			const double *xr = x + at, v = w[c*taps + t];
			double *dr = dx + at;
			for (size_t j = 0; j < out; j++)
				yr[j] += v*xr[j];
			for (size_t j = 0; j < out; j++)
				dr[j] += v*gr[j];
			vd sum = { 0 };
			size_t j = 0;
			for (; j + MVEC_WIDTH <= out; j += MVEC_WIDTH)
				sum += vd_load(gr + j)*vd_load(xr + j);
			for (size_t k = 0; k < MVEC_WIDTH; k++)
				dw[c*taps + t] += sum[k];
			for (; j < out; j++)
				dw[c*taps + t] += gr[j]*xr[j];
		}
	}
}

static double convolve(size_t n, char **argv, void (*unit)(void))
{
	filters = strtoul(argv[0], NULL, 10);
	kernel = strtoul(argv[1], NULL, 10);
	pad = strtoul(argv[2], NULL, 10);
	out = size + 2*pad - kernel + 1;
	taps = kernel*kernel;
	size_t weights = filters*channels*taps, results = images*filters*out*out;
	w = doubles(weights);
	dw = doubles(weights);
	columns = doubles(channels*taps*out*out);
	y = doubles(results);
	g = doubles(results);
	for (size_t i = 0; i < weights; i++)
		w[i] = cos((double)(i + 1))/(double)kernel;
	for (size_t i = 0; i < results; i++)
		g[i] = sin((double)(i + 2));
	for (size_t i = 0; i < n; i++) {
		move_on();
		unit();
	}
	return squares(y, results) + squares(dx, total) + squares(dw, weights);
}

/* ---- the largest of 2 x 2 ---- */

static double maxpool(size_t n)
{
	unsigned char *place = malloc(total/4);
	if (place == NULL)
		exit(1);
	for (size_t i = 0; i < total; i++)
		x[i] = sin((double)(i + 1)*(double)(i + 1));
	for (size_t i = 0; i < total/4; i++)
		g[i] = cos((double)(i + 1));
	for (size_t step = 0; step < n; step++) {
		move_on();
		for (size_t i = 0; i < total/4; i++) {
			const double *p = x + i/(size/2)*2*size + i%(size/2)*2;
			double top = p[1] > p[0] ? p[1] : p[0], low = p[size + 1] > p[size] ? p[size + 1] : p[size];
			place[i] = low > top ? 2 + (p[size + 1] > p[size]) : p[1] > p[0];
			y[i] = low > top ? low : top;
		}
		for (size_t i = 0; i < total/4; i++) {
			double *p = dx + i/(size/2)*2*size + i%(size/2)*2;
			p[0] = place[i] == 0 ? g[i] : 0;
			p[1] = place[i] == 1 ? g[i] : 0;
			p[size] = place[i] == 2 ? g[i] : 0;
			p[size + 1] = place[i] == 3 ? g[i] : 0;
		}
	}
	free(place);
	return squares(y, total/4) + squares(dx, total);
}

/* ---- batch normalisation ---- */

/* Channel c of all pictures: the sums of a[i] - m and of (a[i] - m)*(b[i] - m). */
static void sums(const double *a, const double *b, size_t c, double m, double *first, double *second)
{
	vd one = { 0 }, two = { 0 };
	for (size_t i = 0; i < images; i++) {
		size_t at = (i*channels + c)*area, j = 0;
		for (; j + MVEC_WIDTH <= area; j += MVEC_WIDTH) {
			vd u = vd_load(a + at + j);
			one += u;
			two += u*(vd_load(b + at + j) - m);
		}
	}
	*first = *second = 0;
	for (size_t k = 0; k < MVEC_WIDTH; k++) {
		*first += one[k];
		*second += two[k];
	}
}

static void normalise(size_t c, double gamma, double beta, double *dgamma, double *dbeta)
{
	double count = (double)(images*area), mean, variance, flow, along, unused;
	sums(x, x, c, 0, &mean, &unused);
	mean /= count;
	sums(x, x, c, mean, &unused, &variance);
	variance = (variance - mean*(unused - count*mean))/count;
	double scale = 1/sqrt(variance + 1e-5);
	for (size_t i = 0; i < images; i++)
		for (size_t j = (i*channels + c)*area, end = j + area; j < end; j++)
			y[j] = gamma*(x[j] - mean)*scale + beta;
	sums(g, x, c, mean, &flow, &along);
	*dgamma = along*scale;
	*dbeta = flow;
	for (size_t i = 0; i < images; i++)
		for (size_t j = (i*channels + c)*area, end = j + area; j < end; j++)
			dx[j] = gamma*scale*(g[j] - flow/count - (x[j] - mean)*scale*scale*along/count);
}

static double batchnorm(size_t n)
{
	double *dgamma = doubles(channels), *dbeta = doubles(channels);
	for (size_t i = 0; i < total; i++)
		g[i] = cos((double)(i + 1)*(double)(i + 1));
	for (size_t step = 0; step < n; step++) {
		move_on();
		for (size_t c = 0; c < channels; c++)
			normalise(c, 1 + sin((double)(c + 1))/2, cos((double)(c + 1)), &dgamma[c], &dbeta[c]);
	}
	return squares(y, total) + squares(dx, total) + squares(dgamma, channels) + squares(dbeta, channels);
}

/* ---- softmax ---- */

/* Lanes of `extent` entries, `inner` apart; `inner` of them beside one another, the first at `at`. */
static void softmax_lanes(size_t at, size_t extent, size_t inner, double *most, double *sum)
{
	memcpy(most, x + at, inner*sizeof *most);
	memset(sum, 0, inner*sizeof *sum);
	for (size_t i = 1; i < extent; i++)
		for (size_t j = 0; j < inner; j++)
			most[j] = x[at + i*inner + j] > most[j] ? x[at + i*inner + j] : most[j];
	for (size_t i = 0; i < extent; i++)
		for (size_t j = 0; j < inner; j += MVEC_WIDTH) {
			vd e = vd_exp(vd_load(x + at + i*inner + j) - vd_load(most + j));
			vd_store(y + at + i*inner + j, e);
			vd_store(sum + j, vd_load(sum + j) + e);
		}
	for (size_t j = 0; j < inner; j++)
		sum[j] = 1/sum[j];
	for (size_t i = 0; i < extent; i++)
		for (size_t j = 0; j < inner; j++)
			y[at + i*inner + j] *= sum[j];
}

static void softmax_lanes_back(size_t at, size_t extent, size_t inner, double *sum)
{
	memset(sum, 0, inner*sizeof *sum);
	for (size_t i = at; i < at + extent*inner; i += inner)
		for (size_t j = 0; j < inner; j++)
			sum[j] += g[i + j]*y[i + j];
	for (size_t i = at; i < at + extent*inner; i += inner)
		for (size_t j = 0; j < inner; j++)
			dx[i + j] = y[i + j]*(g[i + j] - sum[j]);
}

/* One lane, its entries side by side: a multiple of MVEC_WIDTH. */
static void softmax_row(double *to, const double *from, size_t n)
{
	double most = from[0], total_of = 0;
	vd sum = { 0 };
	for (size_t j = 1; j < n; j++)
		most = from[j] > most ? from[j] : most;
	for (size_t j = 0; j < n; j += MVEC_WIDTH) {
		vd e = vd_exp(vd_load(from + j) - most);
		vd_store(to + j, e);
		sum += e;
	}
	for (size_t k = 0; k < MVEC_WIDTH; k++)
		total_of += sum[k];
	for (size_t j = 0; j < n; j++)
		to[j] *= 1/total_of;
}

static void softmax_row_back(size_t at, size_t n)
{
	double total_of = 0;
	vd sum = { 0 };
	for (size_t j = at; j < at + n; j += MVEC_WIDTH)
		sum += vd_load(g + j)*vd_load(y + j);
	for (size_t k = 0; k < MVEC_WIDTH; k++)
		total_of += sum[k];
	for (size_t j = at; j < at + n; j++)
		dx[j] = y[j]*(g[j] - total_of);
}

static double softmax(size_t n, size_t along)
{
	double *most = doubles(area), *sum = doubles(area);
	for (size_t i = 0; i < total; i++)
		g[i] = cos((double)(i + 1)*(double)(i + 1));
	for (size_t step = 0; step < n; step++) {
		move_on();
		for (size_t at = 0; at < total && along == 2; at += channels*area)
			softmax_lanes(at, channels, area, most, sum);
		for (size_t at = 0; at < total && along == 2; at += channels*area)
			softmax_lanes_back(at, channels, area, sum);
		for (size_t at = 0; at < total && along == 4; at += size)
			softmax_row(y + at, x + at, size);
		for (size_t at = 0; at < total && along == 4; at += size)
			softmax_row_back(at, size);
	}
	return squares(y, total) + squares(dx, total);
}

int main(int argc, char **argv)
{
	if (argc < 6)
		return 2;
	size_t n = strtoul(argv[2], NULL, 10);
	images = strtoul(argv[3], NULL, 10);
	channels = strtoul(argv[4], NULL, 10);
	size = strtoul(argv[5], NULL, 10);
	area = size*size;
	total = images*channels*area;
	x = doubles(total);
	dx = doubles(total);
	for (size_t i = 0; i < total; i++)
		x[i] = sin((double)(i + 1));
	double result;
	if (argc == 9) {
		result = convolve(n, argv + 6, strcmp(argv[1], "rows") == 0 ? by_rows : by_columns);
	} else {
		y = doubles(total);
		g = doubles(total);
		result = strcmp(argv[1], "maxpool") == 0     ? maxpool(n)
			 : strcmp(argv[1], "batchnorm") == 0 ? batchnorm(n)
							     : softmax(n, strtoul(argv[6], NULL, 10));
	}
	printf("%.17g\n", result);
}
