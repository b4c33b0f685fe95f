/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.c: slips of the whole result: its sign, a factor, its order, what is missing of it. */
#include "slips/impl.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"

enum { MANY_LANES = 64, MANY_ENTRIES = 4096, MANY_FACTORS = 24 };

static const atl_shape *shape_of(const atl_search *q, atl_id id)
{
	return atl_graph_shape(q->s->b->graph, id);
}

/* ---- signs ---- */

/* x with the sign of the marked entries changed. */
static atl_id turned(atl_search *q, atl_id x, const bool *no)
{
	atl_builder *b = q->s->b;
	size_t n = atl_shape_count(shape_of(q, x));
	atl_buf text = { 0 };
	for (size_t i = 0; i < n; i++)
		atl_buf_addf(&text, "%s%d", i ? " " : "", no[i]);
	atl_id mask = text.failed ? 0 : atl_build_full(b, atl_buf_text(&text), shape_of(q, x));
	q->stopped |= text.failed;
	atl_buf_clear(&text);
	return atl_build_3(b, "where", mask, atl_build_1(b, "neg", x), x);
}

static void try_sign(atl_search *q)
{
	atl_builder *b = q->s->b;
	size_t n = atl_shape_count(&q->s->claimed);
	atl_buf place = { 0 };
	if (atl_slips_name(q, atl_build_1(b, "neg", q->s->y), "sign", 0, n > 1 ? "the sign, of every entry" : "the sign") ||
	    q->n_wrong == n || n > MANY_ENTRIES)
		return;
	atl_slips_place(&place, &q->s->claimed, q->wrong);
	if (place.len)
		atl_slips_name(q, turned(q, q->s->y, q->wrong), "sign", 0, "the sign of %s", atl_buf_text(&place));
	else
		atl_slips_name(q, turned(q, q->s->y, q->wrong), "sign", 0, "the sign of %zu entries", q->n_wrong);
	q->stopped |= place.failed;
	atl_buf_clear(&place);
}

/* ---- factors ---- */

static bool try_factor(atl_search *q, const char *written, atl_id c)
{
	atl_builder *b = q->s->b;
	atl_id y = q->s->y;
	return atl_slips_name(q, atl_build_2(b, "mul", y, c), "factor", 0, "a factor %s too many", written) ||
	       atl_slips_name(q, atl_build_2(b, "div", y, c), "factor", 0, "a factor %s is missing", written);
}

static bool try_whole(atl_search *q, int64_t n)
{
	atl_builder *b = q->s->b;
	char text[24];
	snprintf(text, sizeof text, "%" PRId64, n);
	return atl_slips_name(q, atl_build_2(b, "mul", q->s->y, atl_build_number(b, n)), "factor", 0,
			      "a factor %s too many, or 1/%s is missing", text, text) ||
	       atl_slips_name(q, atl_build_2(b, "div", q->s->y, atl_build_number(b, n)), "factor", 0,
			      "a factor %s is missing, or 1/%s too many", text, text);
}

/* The extents that occur in what y is computed from: a batch, a layer. */
static void try_extents(atl_search *q)
{
	const atl_graph *g = q->s->b->graph;
	int64_t seen[MANY_FACTORS];
	size_t n = 0;
	for (atl_id id = q->s->y; id > 0 && n < MANY_FACTORS; id--) {
		const atl_shape *s = atl_graph_shape(g, id);
		for (int d = 0; q->cone[id] && d < s->rank && n < MANY_FACTORS; d++) {
			bool known = s->dim[d] <= 2;
			for (size_t i = 0; i < n; i++)
				known |= seen[i] == s->dim[d];
			if (!known)
				seen[n++] = s->dim[d];
		}
	}
	for (size_t i = 0; i < n && !atl_slips_done(q); i++)
		if (try_whole(q, seen[i]))
			return;
}

/* Every scalar that has a name: a learning rate, a count. */
static void try_scalars(atl_search *q)
{
	atl_builder *b = q->s->b;
	unsigned tried = 0;
	for (size_t i = q->s->n_named; i-- > 0 && tried < MANY_FACTORS && !atl_slips_done(q);) {
		atl_id id = q->s->named[i];
		const char *name = atl_symbols_text(b->symbols, atl_graph_node(b->graph, id)->name);
		if (!atl_shape_scalar(shape_of(q, id)) || id >= q->s->y || !*name)
			continue;
		tried++;
		if (try_factor(q, name, id))
			return;
	}
}

static void try_factors(atl_search *q)
{
	if (try_whole(q, 2))
		return;
	try_extents(q);
	try_scalars(q);
}

/* ---- order ---- */

/* x with two of its rows exchanged, by laying lanes below each other. */
static atl_id exchanged(atl_search *q, atl_id x, int d, size_t i, size_t j)
{
	atl_builder *b = q->s->b;
	size_t n = (size_t)shape_of(q, x)->dim[d];
	atl_id *lane = atl_malloc((n + 1) * sizeof *lane), id = 0;
	if (!lane) {
		q->stopped = true;
		return 0;
	}
	bool fine = true;
	for (size_t k = 0; k < n; k++) {
		size_t from = k == i ? j : k == j ? i : k;
		fine &= (lane[k] = atl_build_lane(b, x, d, (int64_t)from + 1)) != 0;
	}
	if (fine)
		id = atl_build_op(b, d ? "hcat" : "vcat", lane, (uint32_t)n, NULL, 0);
	atl_free(lane);
	return id;
}

/* The lanes that hold a wrong entry, when those are two; as lanes of dimension d. */
static bool two_lanes(const atl_search *q, int d, size_t *i, size_t *j)
{
	size_t rows = (size_t)q->s->claimed.dim[0], cols = (size_t)q->s->claimed.dim[1], found = 0;
	for (size_t k = 0; k < (d ? cols : rows); k++) {
		bool marked = false;
		for (size_t m = 0; m < (d ? rows : cols); m++)
			marked |= q->wrong[d ? m * cols + k : k * cols + m];
		if (marked && found == 0)
			*i = k;
		else if (marked)
			*j = k;
		found += marked;
	}
	return found == 2 && (d ? cols : rows) <= MANY_LANES;
}

static void try_swaps(atl_search *q)
{
	static const char *const word[] = { "rows", "columns" };
	const atl_shape *s = &q->s->claimed;
	for (int d = 0; d < 2 && s->rank == 2 && !atl_slips_done(q); d++) {
		size_t i = 0, j = 0;
		if (!two_lanes(q, d, &i, &j))
			continue;
		atl_slips_name(q, exchanged(q, q->s->y, d, i, j), "swap", 0, "%s %zu and %zu are exchanged",
			       s->dim[1 - d] == 1 ? "entries" : word[d], i + 1, j + 1);
	}
}

static void try_transpose(atl_search *q)
{
	if (shape_of(q, q->s->y)->rank == 2)
		atl_slips_name(q, atl_build_1(q->s->b, "transpose", q->s->y), "transpose", 0, "it is transposed");
}

/* ---- what is missing ---- */

/* y without lane i of dimension d. */
static atl_id without(atl_search *q, int d, int64_t i)
{
	atl_builder *b = q->s->b;
	int64_t n = shape_of(q, q->s->y)->dim[d];
	atl_id lane[MANY_LANES];
	uint32_t kept = 0;
	for (int64_t k = 0; k < n; k++)
		if (k != i && !(lane[kept++] = atl_build_lane(b, q->s->y, d, k + 1)))
			return 0;
	return kept == 1 ? lane[0] : atl_build_op(b, d ? "hcat" : "vcat", lane, kept, NULL, 0);
}

/* What is there has other signs besides: those that the last mutant, just tried, had wrong. */
static bool try_turned(atl_search *q, int d, int64_t i, const char *word)
{
	size_t n = atl_shape_count(&q->s->claimed), n_wrong = 0;
	atl_buf place = { 0 };
	for (size_t k = 0; k < n; k++) {
		q->wrong[k] = q->no[k];
		n_wrong += q->no[k];
	}
	if (n_wrong == 0 || n > MANY_ENTRIES)
		return false;
	atl_slips_place(&place, &q->s->claimed, q->wrong);
	if (!place.len)
		atl_buf_addf(&place, n_wrong == n ? "every entry" : "%zu entries", n_wrong);
	bool is = atl_slips_name(q, turned(q, without(q, d, i), q->wrong), "missing", 0,
				 "%s %" PRId64 " is missing, and the sign of %s is wrong", word, i + 1,
				 atl_buf_text(&place));
	q->stopped |= place.failed;
	atl_buf_clear(&place);
	return is;
}

static bool try_missing(atl_search *q, int d)
{
	static const char *const word[] = { "row", "column" };
	const atl_shape *y = shape_of(q, q->s->y), *s = &q->s->claimed;
	const char *what = y->dim[1 - d] == 1 ? "entry" : word[d];
	if (y->rank != 2 || s->rank != 2 || y->dim[d] != s->dim[d] + 1 || y->dim[1 - d] != s->dim[1 - d] ||
	    y->dim[d] > MANY_LANES || y->dim[d] < 2)
		return false;
	for (int64_t i = y->dim[d]; i-- > 0;)
		if (atl_slips_name(q, without(q, d, i), "missing", 0, "%s %" PRId64 " is missing", what, i + 1))
			return true;
	for (int64_t i = y->dim[d]; i-- > 0 && !atl_slips_done(q);)
		if (!atl_slips_try(q, without(q, d, i)) && try_turned(q, d, i, what))
			return true;
	return false;
}

/* ---- on top of another slip ---- */

/* The k-th extent above 2 of the claim and of what y is computed from; 0: there are fewer. */
static int64_t extent(const atl_search *q, unsigned k)
{
	int64_t seen[4];
	unsigned n = 0;
	for (atl_id id = q->s->y; id > 0; id--) {
		const atl_shape *s = shape_of(q, id);
		for (int d = 0; q->cone[id] && d < s->rank; d++) {
			bool known = s->dim[d] <= 2;
			for (unsigned i = 0; i < n; i++)
				known |= seen[i] == s->dim[d];
			if (known)
				continue;
			if (n == k)
				return s->dim[d];
			if (n == sizeof seen / sizeof *seen)
				return 0;
			seen[n++] = s->dim[d];
		}
	}
	return 0;
}

atl_id atl_slips_second(atl_search *q, atl_id mutant, unsigned k, char says[ATL_SECOND_TEXT])
{
	atl_builder *b = q->s->b;
	int64_t factor = k < 4 ? 2 : extent(q, (k - 4) / 2);
	switch (k) {
	case 0:
		snprintf(says, ATL_SECOND_TEXT, "the sign");
		return atl_build_1(b, "neg", mutant);
	case 1:
		snprintf(says, ATL_SECOND_TEXT, "it is transposed");
		return shape_of(q, mutant)->rank == 2 ? atl_build_1(b, "transpose", mutant) : 0;
	default:
		if (!factor)
			return 0;
		snprintf(says, ATL_SECOND_TEXT, k % 2 ? "a factor %" PRId64 " is missing, or 1/%" PRId64 " too many"
		                                      : "a factor %" PRId64 " too many, or 1/%" PRId64 " is missing",
		         factor, factor);
		return atl_build_2(b, k % 2 ? "div" : "mul", mutant, atl_build_number(b, factor));
	}
}

void atl_slips_result(atl_search *q)
{
	if (atl_shape_equal(shape_of(q, q->s->y), &q->s->claimed)) {
		try_sign(q);
		try_factors(q);
		try_swaps(q);
	} else if (try_missing(q, 0) || try_missing(q, 1)) {
		return;
	}
	try_transpose(q);
}
