/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_group.c: a group, block by block, so that what is between its members
 * stays in the innermost cache.  Threads share the blocks; each has registers
 * of its own, and what is summed is summed block by block first, so the bits do
 * not depend on who does which. */
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

static const double *place(const double *registers, const double *p, uint8_t reads, size_t from)
{
	switch (reads) {
	case ATL_READS_ARRAY: return p + from;
	case ATL_READS_REGISTER: return registers + (uintptr_t)p;
	default: return p;
	}
}

static const double *operand(const double *registers, const atl_instr *i, int k, size_t from)
{
	const atl_instr *s = i->spread[k];
	return s ? s->in[0] + from / s->k % s->u.turns * s->m + from % s->m : place(registers, i->in[k], i->reads[k], from);
}

static void run_block(const atl_group *g, double *registers, size_t from, size_t n)
{
	for (const atl_instr *i = g->member, *end = i + g->n_members; i < end; i++) {
		const double *in[3];
		for (int k = 0; k < 3; k++)
			in[k] = operand(registers, i, k, from);
		if (i->code == ATL_DO_SUM)
			i->u.runs[from / ATL_PLAN_BLOCK] = atl_f64_sum(in[0], n);
		else if (i->code == ATL_DO_SUMS) /* lanes do not reach over the ends of blocks */
			atl_f64_set_for(n)->lanes(i->d + from / i->m, in[0], i->m, n / i->m);
		else if (!i->skipped)
			atl_machine_map(i, (double *)(uintptr_t)place(registers, i->d, i->writes, from), in, from, n);
	}
}

/* Blocks end where they do without a range. */
void atl_machine_run_range(const atl_group *g, double *registers, size_t from, size_t n)
{
	for (size_t end = from + n, part; from < end; from += part) {
		part = ATL_PLAN_BLOCK - from % ATL_PLAN_BLOCK;
		part = part < end - from ? part : end - from;
		run_block(g, registers, from, part);
	}
}

static void run_part(void *context, unsigned part, unsigned parts)
{
	const shared *s = context;
	const atl_group *g = s->group;
	double *registers = s->machine->registers + part * s->machine->n_registers * ATL_PLAN_BLOCK;
	size_t first = g->n_runs * part / parts, last = g->n_runs * (part + 1) / parts;
	for (size_t b = first; b < last && !atl_num_stop(&s->machine->num); b++) {
		size_t from = b * ATL_PLAN_BLOCK, left = g->n - from;
		run_block(g, registers, from, left < ATL_PLAN_BLOCK ? left : ATL_PLAN_BLOCK);
	}
}

atl_answer atl_machine_run_group(atl_machine *m, const atl_group *g)
{
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
