/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nearest.c: did you mean ...?
 *
 * The distance is that of optimal string alignment over code points (insert,
 * delete, replace, swap two neighbours), in half edits: another case is 1, all
 * else 2.  It needs no memory: a name of more than LONGEST code points is not
 * a slip of the fingers. */
#include "base/text.h"

#include <string.h>

enum { LONGEST = 64 };

/* The code points of a name; LONGEST + 1 when they are too many. */
static size_t decode(const char *name, uint32_t out[LONGEST])
{
	const char *end = name + strlen(name);
	size_t n = 0;

	while (name < end) {
		size_t bytes;

		if (n == LONGEST) {
			return LONGEST + 1;
		}
		bytes = atl_utf8_decode(name, end, &out[n]);
		if (bytes == 0) {
			out[n] = (unsigned char)*name;
			bytes = 1;
		}
		name += bytes;
		n++;
	}
	return n;
}

/* Lower case of the Latin and Greek letters that names are made of. */
static uint32_t fold(uint32_t cp)
{
	if ((cp >= 'A' && cp <= 'Z') || (cp >= 0x391 && cp <= 0x3a9)) {
		return cp + 32;
	}
	return cp;
}

static unsigned replace_cost(uint32_t a, uint32_t b)
{
	if (a == b) {
		return 0;
	}
	return fold(a) == fold(b) ? 1 : 2;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Three rows of the usual table: row[i % 3][j] is the distance of the first i
 * code points of a from the first j of b. */
static unsigned distance(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
	unsigned row[3][LONGEST + 1];

	for (size_t j = 0; j <= n_b; j++) {
		row[0][j] = (unsigned)(2 * j);
	}
	for (size_t i = 1; i <= n_a; i++) {
		unsigned *here = row[i % 3];
		const unsigned *above = row[(i + 2) % 3];
		const unsigned *two_above = row[(i + 1) % 3];

		here[0] = (unsigned)(2 * i);
		for (size_t j = 1; j <= n_b; j++) {
			unsigned d = above[j - 1] + replace_cost(a[i - 1], b[j - 1]);

			d = least(d, least(above[j], here[j - 1]) + 2);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				d = least(d, two_above[j - 2] + 2);
			}
			here[j] = d;
		}
	}
	return row[n_a % 3][n_b];
}

/* Half edits that a name of n code points can have: of one letter or two,
 * only the case; one edit up to five letters, two up to eight, then three. */
static size_t tolerance(size_t n)
{
	return n < 3 ? 1 : n < 6 ? 2 : n < 9 ? 4 : 6;
}

void atl_nearest_try(atl_nearest *nearest, const char *name, const char *candidate)
{
	uint32_t a[LONGEST];
	uint32_t b[LONGEST];
	size_t n_a = decode(name, a);
	size_t n_b = decode(candidate, b);
	size_t longer = n_a > n_b ? n_a : n_b;
	size_t limit = tolerance(longer);
	size_t score;

	if (n_a == 0 || n_b == 0 || longer > LONGEST || 2 * (longer - (n_a < n_b ? n_a : n_b)) > limit) {
		return;
	}
	score = distance(a, n_a, b, n_b);
	if (score <= limit && (nearest->best == NULL || score < nearest->score)) {
		nearest->best = candidate;
		nearest->score = score;
	}
}
