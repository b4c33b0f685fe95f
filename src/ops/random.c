/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random.c: random draws, the same on every machine.
 *
 * Counter-based: entry i of the draw with key k is a function of (k, i), by
 * SplitMix64 (Steele, Lea, Flood 2014).  Uniform numbers are multiples of
 * 2^-53; normal ones come of the ratio of uniforms (Kinderman, Monahan 1977,
 * with Leva's 1992 quick bounds), whose result is one division, so no
 * elementary function's last bit reaches the output. */
#include <math.h>
#include <string.h>
#include "base/splitmix.h"
#include "ops/families.h"

/* A stream of its own for every entry. */
static uint64_t stream(const atl_kernel *k, size_t i)
{
	uint64_t key = (uint64_t)k->attr[0] + k->num->redraw * 0x9e3779b97f4a7c15u;
	uint64_t s = key * 0xd1342543de82ef95u + 0x2545f4914f6cdd1du;
	uint64_t mixed = atl_splitmix(&s) ^ ((uint64_t)i * 0x9e3779b97f4a7c15u);
	return atl_splitmix(&mixed);
}

static double uniform(uint64_t *s)
{
	return (double)(atl_splitmix(s) >> 11) * 0x1p-53;
}

static double normal(uint64_t *s)
{
	for (;;) {
		double u = uniform(s), v = 1.7156 * (uniform(s) - 0.5);
		if (u == 0)
			continue;
		double x = u - 0.449871, y = fabs(v) + 0.386595;
		double q = x * x + y * (0.19600 * y - 0.25472 * x);
		if (q < 0.27597 || (q <= 0.27846 && v * v <= -4 * log(u) * u * u))
			return v / u;
	}
}

static atl_answer draw(atl_kernel *k, double (*one)(uint64_t *))
{
	for (size_t i = 0; i < k->out->n; i++) {
		uint64_t s = stream(k, i);
		atl_answer answer = k->num->sys->set_double(atl_array_at(k->out, i), one(&s), k->num);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

static atl_answer rand_kernel(atl_kernel *k) { return draw(k, uniform); }
static atl_answer randn_kernel(atl_kernel *k) { return draw(k, normal); }

/* Fisher and Yates, from the inside out: entry i comes in at a place by chance. */
static atl_answer permutation_kernel(atl_kernel *k)
{
	const atl_system *sys = k->num->sys;
	uint64_t s = stream(k, 0);
	atl_answer answer = ATL_FINE;
	for (size_t i = 0; i < k->out->n && answer == ATL_FINE; i++) {
		size_t j = (size_t)(atl_splitmix(&s) % (i + 1));
		if (j < i)
			answer = sys->copy(atl_array_at(k->out, i), atl_array_at(k->out, j), 1, 1);
		if (answer == ATL_FINE)
			answer = sys->set_si(atl_array_at(k->out, j), (long)i + 1, k->num);
	}
	return answer;
}

static atl_id build_draw(atl_builder *b, const atl_call *c)
{
	atl_shape shape;
	if (atl_dims_of_call(b, c, c->op->name, &shape))
		return 0;
	int64_t key = b->host->draw(b->host_data);
	atl_new k = { .op = c->op, .shape = shape, .attr = &key, .n_attr = 1, .fresh = true, .flags = b->flags, .span = c->span };
	return atl_build_node(b, &k);
}

static const atl_op rows[] = {
	{ .name = "rand", .params = "n...", .by = ATL_BY_BUILD, .build = build_draw, .kernel = rand_kernel,
	  .flags = ATL_OF_VARIADIC | ATL_OF_RANDOM, .summary = "uniform random numbers in [0, 1): multiples of 2^-53",
	  .detail = "Each call draws anew; `set seed N` starts the sequence again; the same on every machine.",
	  .example = "size(rand(2, 3)) -> [2; 3]", .test = "" },
	{ .name = "randn", .params = "n...", .by = ATL_BY_BUILD, .build = build_draw, .kernel = randn_kernel,
	  .flags = ATL_OF_VARIADIC | ATL_OF_RANDOM, .summary = "random numbers with mean 0 and variance 1, normally distributed",
	  .detail = "Each call draws anew; `set seed N` starts the sequence again; the same on every machine.",
	  .example = "size(randn(2, 3)) -> [2; 3]", .test = "" },
	{ .name = "permutation", .params = "n", .by = ATL_BY_BUILD, .build = build_draw, .kernel = permutation_kernel,
	  .flags = ATL_OF_RANDOM, .summary = "the numbers from 1 to n in an order by chance, as a vector",
	  .detail = "X[:, permutation(n)] shuffles n columns.  Each call draws anew; `set seed N` starts the sequence again; "
	            "the same on every machine.",
	  .example = "sort(permutation(4)) -> [1; 2; 3; 4]", .test = "" },
};
ATL_FAMILY(atl_ops_random, "random numbers");
