/* SPDX-License-Identifier: GPL-3.0-or-later */
/* float64_fma.c: large products of doubles by fused multiply-adds.
 *
 * Every entry is its k products added in the order of k to 0, or to what is
 * there where beta is 1, each multiplication and addition rounded once
 * together.  So the bits depend on the operands alone: neither on blocks, nor
 * on threads, nor on which registers the machine has.
 *
 *          layer 0   layer 1            block
 *        +---------+---------+       +---------+---      b is packed a block at a
 *      a |   share 0         | x     | layer 0 |         time, as many of its layers
 *        |-------------------|     b |---------|         as PACKED holds; one layer
 *        |   share 1         |       | layer 1 |         of a block stays in a core's
 *        +---------+---------+       +---------+---      cache
 *
 * Threads share the packing, and then y's rows (or strips of columns, where there
 * are few rows).  A share goes layer by layer, STEP rows at a time; after the
 * last layer what is to follow looks at them while they are warm. */
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/pool.h"
#include "number/float64.h"
#include "number/float64_set.h"

enum {
	STEP = 8,               /* rows; of a transposed operand more, since their lines are */
	STEP_TURNED = 32,       /* far apart: all that is in one is packed */
	FEW = 6,
	MOST_COLS = 1008,       /* of a block */
	PACKED = 1 << 20,       /* entries that are packed at a time, or one layer */
	SHARE = 1 << 19,        /* multiplications that are worth a thread */
	SHARES = 4,             /* for each thread, so that none waits long */
	SPINS = 1000
};

typedef struct job {
	const atl_product *p;
	const atl_epilogue *then;
	const atl_f64_fma *set;
	const atl_num *num;
	double *packed;
	size_t step;
	double *scratch;        /* for each thread: packed rows, and where y is NULL, rows of a block */
	size_t n_scratch;
	size_t layer;           /* the depth of a layer */
	size_t block;           /* the columns of a block */
	/* now: */
	size_t j, cols;         /* columns */
	size_t q, depth;        /* depths that are packed */
	bool by_rows;
	unsigned packs;         /* parts of the job that pack, which are the first, */
	atomic_uint left;       /* and those of them that are not finished */
} job;

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t divided(size_t a, size_t b)
{
	return a / b + (a % b != 0);
}

static size_t rounded(size_t a, size_t b)
{
	return divided(a, b) * b;
}

/* Columns of a block with the ends of registers. */
static size_t stored_cols(const job *j, size_t cols)
{
	return rounded(cols, j->set->lanes);
}

/* ---- shares ---- */

/* Units `from` to `to` of n, which parts share. */
static void range(size_t n, unsigned part, unsigned parts, size_t *from, size_t *to)
{
	*from = n * part / parts;
	*to = n * (part + 1) / parts;
}

static void pack(void *context, unsigned part, unsigned parts)
{
	const job *j = context;
	const atl_product *p = j->p;
	const size_t row = p->tb ? 1 : p->ldb, col = p->tb ? p->ldb : 1;
	size_t from, to;

	range(divided(j->cols, j->set->cols), part, parts, &from, &to);
	from *= j->set->cols;
	to = least(to * j->set->cols, j->cols);
	for (size_t q = 0; q < j->depth && from < to; q += j->layer) {
		const size_t d = least(j->layer, j->depth - q);
		j->set->pack(j->packed + q * stored_cols(j, j->cols) + from * d,
		             p->b + (j->q + q) * row + (j->j + from) * col, row, col, d, to - from);
	}
}

/* Rows i..i+m, columns from..to of the block, of the layer q of what is packed. */
static void multiply_step(const job *j, size_t i, size_t m, size_t from, size_t to, size_t q)
{
	const atl_product *p = j->p;
	const size_t d = least(j->layer, j->depth - q), row = p->ta ? 1 : p->lda, col = p->ta ? p->lda : 1;
	const size_t ldy = p->y ? p->ldy : to - from;
	double *panels = j->scratch + atl_pool_self() * j->n_scratch;
	double *y = p->y ? p->y + i * ldy + j->j + from : panels + j->step * j->layer;

	const bool last = j->then && j->q + q + d == p->k;
	const atl_f64_beside beside = { last ? j->then->array : NULL, last ? j->then->n_arrays : 0, i * p->n + j->j + from, p->n };

	j->set->rows(y, ldy, p->a + i * row + (j->q + q) * col, row, col, p->alpha, panels,
	             j->packed + q * stored_cols(j, j->cols) + from * d, m, d, to - from,
	             p->beta != 0 || j->q + q > 0, &beside);
	if (last)
		j->then->run(j->then->context, y, ldy, i, m, j->j + from, to - from);
}

static void multiply(void *context, unsigned part, unsigned parts)
{
	const job *j = context;
	const size_t m = j->p->m;
	size_t i0 = 0, i1 = m, from = 0, to = j->cols;

	if (j->by_rows) {
		range(divided(m, j->step), part, parts, &i0, &i1);
		i0 *= j->step;
		i1 = least(i1 * j->step, m);
	} else {
		range(divided(j->cols, j->set->cols), part, parts, &from, &to);
		from *= j->set->cols;
		to = least(to * j->set->cols, j->cols);
	}
	for (size_t q = 0; q < j->depth && from < to; q += j->layer) {
		for (size_t i = i0; i < i1 && !atl_num_stop(j->num); i += j->step)
			multiply_step(j, i, least(j->step, i1 - i), from, to, q);
	}
}

/* Who is to multiply waits for those who pack: they have begun. */
static void work(void *context, unsigned part, unsigned parts)
{
	job *j = context;

	if (part < j->packs) {
		pack(j, part, j->packs);
		atomic_fetch_sub(&j->left, 1);
		return;
	}
	for (unsigned turns = 0; atomic_load(&j->left) > 0; turns++) {
		if (turns > SPINS)
			sched_yield();
	}
	multiply(j, part - j->packs, parts - j->packs);
}

/* ---- blocks ---- */

static void do_block(job *j)
{
	const size_t threads = atl_pool_threads(), m = j->p->m, strips = divided(j->cols, j->set->cols);
	const double products = (double)m * (double)j->depth * (double)j->cols;
	const size_t most = j->depth > j->layer ? threads : SHARES * threads;

	j->by_rows = (j->then && j->then->whole_rows) || m >= j->cols || m >= 2 * j->step * threads;
	const size_t units = least(j->by_rows ? divided(m, j->step) : strips, most);
	const size_t parts = products / SHARE < (double)units ? (size_t)(products / SHARE) : units;
	const bool packs = !j->then || !j->then->packed;
	if (threads == 1 || parts < 2) {
		if (packs)
			pack(j, 0, 1);
		multiply(j, 0, 1);
		return;
	}
	j->packs = packs ? (unsigned)least(strips, 2 * threads) : 0;
	atomic_store(&j->left, j->packs);
	atl_pool_run(work, j, j->packs + (unsigned)parts);
}

/* Entries of a layer of a block: as many as a core's own cache holds, with some
 * room for what passes by. */
static size_t cache(void)
{
	static size_t entries;
#ifdef _SC_LEVEL2_CACHE_SIZE
	const long bytes = entries ? 0 : sysconf(_SC_LEVEL2_CACHE_SIZE);
	if (bytes > 0)
		entries = (size_t)bytes / sizeof(double) / 16 * 8;
#endif
	if (entries < 1 << 15)
		entries = 1 << 15;
	return entries;
}

/* Layers alike, and blocks alike. */
static void cut(job *j)
{
	const atl_product *p = j->p;
	const size_t layers = divided(p->k, ATL_F64_DEPTH);

	j->step = p->ta ? STEP_TURNED : STEP;
	j->layer = rounded(divided(p->k, layers), STEP);
	if (j->layer > p->k)
		j->layer = p->k;
	j->block = p->n;
	if (!(j->then && j->then->whole_rows)) {
		const size_t most = least(MOST_COLS, cache() / j->layer), blocks = divided(p->n, most);
		j->block = divided(p->n, blocks);
	}
	j->block = rounded(j->block, j->set->cols);
}

static job job_of(const atl_product *p, const atl_epilogue *then, const atl_num *num)
{
	job j = { .p = p, .then = then, .set = atl_f64_set_for(ATL_F64_VECTOR_MIN)->fma, .num = num };

	cut(&j);
	return j;
}

size_t atl_float64_packed(const atl_product *p, const atl_epilogue *then)
{
	const job j = job_of(p, then, NULL);

	return p->k > SIZE_MAX / sizeof(double) / stored_cols(&j, p->n) ? SIZE_MAX : p->k * stored_cols(&j, p->n);
}

/* Blocks are multiples of strips: before the one at column j are k*j entries. */
void atl_float64_pack(double *to, const atl_product *p, const atl_epilogue *then)
{
	job j = job_of(p, then, NULL);

	j.depth = p->k;
	for (; j.j < p->n; j.j += j.block) {
		j.cols = least(j.block, p->n - j.j);
		j.packed = to + j.j * p->k;
		pack(&j, 0, 1);
	}
}

/* Of what is packed beforehand all layers are there. */
static size_t packed_depth(const job *j)
{
	const size_t layers = PACKED / (j->layer * stored_cols(j, least(j->block, j->p->n)));

	return j->then && j->then->packed ? j->p->k : least(j->p->k, j->layer * (layers ? layers : 1));
}

atl_answer atl_float64_fma(const atl_product *p, const atl_epilogue *then, const atl_num *num)
{
	job j = job_of(p, then, num);
	const size_t depth = packed_depth(&j);
	const double *ready = then ? then->packed : NULL;
	const size_t packed = ready ? 0 : depth * stored_cols(&j, least(j.block, p->n));

	j.n_scratch = j.step * (j.layer + (p->y ? 0 : j.block));
	double *room = atl_malloc_line((packed + atl_pool_threads() * j.n_scratch) * sizeof *room);
	if (!room)
		return ATL_NOMEM;
	j.packed = room;
	j.scratch = room + packed;
	for (j.j = 0; j.j < p->n && !atl_num_stop(num); j.j += j.block) {
		j.cols = least(j.block, p->n - j.j);
		if (ready)
			j.packed = (double *)(uintptr_t)ready + j.j * p->k; /* read only */
		for (j.q = 0; j.q < p->k && !atl_num_stop(num); j.q += depth) {
			j.depth = least(depth, p->k - j.q);
			do_block(&j);
		}
	}
	atl_free(room);
	return atl_num_stop(num) ? ATL_STOPPED : ATL_FINE;
}

/* Of fewer rows or columns, packing costs more than what is made of it. */
bool atl_float64_fma_suits(const atl_product *p)
{
	return atl_f64_set_for(ATL_F64_VECTOR_MIN)->fma && p->m >= FEW && p->n >= FEW && (p->alpha == 1 || p->alpha == -1) &&
	       (p->beta == 0 || p->beta == 1);
}
