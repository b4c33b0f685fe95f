/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_group.c: a group, block by block, so that what is between its members
 * stays in the innermost cache.  Threads share the blocks; each has registers
 * of its own, and what is summed is summed block by block first, so the bits do
 * not depend on who does which.  Or behind a product, piece by piece. */
#include "eval/machine_impl.h"

#include "base/pool.h"
#include "number/float64.h"
#include "number/float64_set.h"

/* Operations on entries from which it pays to wake threads. */
static const size_t SHARE = 1 << 17;

typedef struct shared {
	atl_machine *machine;
	const atl_group *group;
} shared;

/* `piece` is where the product's entry number `from` is. */
static const double *place(const double *registers, const double *p, uint8_t reads, size_t from, const double *piece)
{
	switch (reads) {
	case ATL_READS_PIECE: return piece;
	case ATL_READS_ARRAY: return p + from;
	case ATL_READS_REGISTER: return registers + (uintptr_t)p;
	default: return p;
	}
}

static const double *operand(const double *registers, const atl_instr *i, int k, size_t from, const double *piece)
{
	const atl_instr *s = i->spread[k];
	return s ? s->in[0] + from / s->k % s->u.turns * s->m + from % s->m
		 : place(registers, i->in[k], i->reads[k], from, piece);
}

static void run_block(const atl_group *g, double *registers, size_t from, size_t n, const double *piece)
{
	const atl_instr *end = g->member + g->n_members;
	for (const atl_instr *i = g->member + (g->product != NULL); i < end; i++) {
		const double *in[3];
		for (int k = 0; k < 3; k++)
			in[k] = operand(registers, i, k, from, piece);
		if (i->code == ATL_DO_SUM)
			i->u.runs[from / ATL_PLAN_BLOCK] = atl_f64_sum(in[0], n);
		else if (i->code == ATL_DO_SUMS) /* lanes do not reach over the ends of blocks */
			atl_f64_set_for(n)->lanes(i->d + from / i->m, in[0], i->m, n / i->m);
		else if (!i->skipped)
			atl_machine_map(i, (double *)(uintptr_t)place(registers, i->d, i->writes, from, NULL), in, from, n);
	}
}

/* Blocks end where they do without a range. */
void atl_machine_run_range(const atl_group *g, double *registers, size_t from, size_t n, const double *piece)
{
	for (size_t end = from + n, part; from < end; from += part) {
		part = ATL_PLAN_BLOCK - from % ATL_PLAN_BLOCK;
		part = part < end - from ? part : end - from;
		run_block(g, registers, from, part, piece);
		piece = piece ? piece + part : NULL;
	}
}

static double *registers_of(const atl_machine *m, unsigned thread)
{
	return m->registers + thread * m->n_registers * ATL_PLAN_BLOCK;
}

/* The members go over a piece of the product (atl_epilogue). */
static void run_piece(void *context, const double *y, size_t ldy, size_t row, size_t rows, size_t col, size_t cols)
{
	const shared *s = context;
	const atl_group *g = s->group;
	size_t n = g->product->n;
	double *registers = registers_of(s->machine, atl_pool_self());
	if (cols == n && ldy == n)
		atl_machine_run_range(g, registers, row * n, rows * n, y);
	else
		for (size_t r = 0; r < rows; r++)
			atl_machine_run_range(g, registers, (row + r) * n + col, cols, y + r * ldy);
}

atl_product atl_machine_product(const atl_instr *i)
{
	return (atl_product){ .y = i->d, .ldy = i->n, .a = i->in[0], .lda = i->turned[0] ? i->m : i->k, .ta = i->turned[0],
			      .b = i->in[1], .ldb = i->turned[1] ? i->k : i->n, .tb = i->turned[1],
			      .m = i->m, .k = i->k, .n = i->n, .alpha = 1 };
}

atl_epilogue atl_machine_epilogue(const atl_group *g)
{
	return (atl_epilogue){ .run = run_piece, .whole_rows = g->whole_rows, .array = g->array,
			       .n_arrays = g->n_arrays, .packed = g->packed };
}

static atl_answer run_pieces(atl_machine *m, const atl_group *g)
{
	shared s = { m, g };
	const atl_product p = atl_machine_product(g->product);
	atl_epilogue then = atl_machine_epilogue(g);
	then.context = &s;
	return atl_float64_multiply_then(&p, &then, &m->num);
}

static void run_part(void *context, unsigned part, unsigned parts)
{
	const shared *s = context;
	const atl_group *g = s->group;
	double *registers = registers_of(s->machine, part);
	size_t first = g->n_runs * part / parts, last = g->n_runs * (part + 1) / parts;
	for (size_t b = first; b < last && !atl_num_stop(&s->machine->num); b++) {
		size_t from = b * ATL_PLAN_BLOCK, left = g->n - from;
		run_block(g, registers, from, left < ATL_PLAN_BLOCK ? left : ATL_PLAN_BLOCK, NULL);
	}
}

atl_answer atl_machine_run_group(atl_machine *m, const atl_group *g)
{
	if (g->product)
		return run_pieces(m, g);
	shared s = { m, g };
	unsigned parts = g->n * g->n_members < SHARE ? 1 : m->n_threads;
	if (parts == 1)
		run_part(&s, 0, 1);
	else
		atl_pool_run(run_part, &s, parts);
	for (const atl_instr *i = g->member; i < g->member + g->n_members; i++)
		if (i->code == ATL_DO_SUM)
			*i->d = atl_f64_sum_runs(i->u.runs, g->n_runs);
	return atl_num_stop(&m->num) ? ATL_STOPPED : ATL_FINE;
}
