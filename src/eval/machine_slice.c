/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_slice.c: steps by slices: all of them for some slices, then for the next.  Threads
 * share the slices; what is summed is summed within a slice. */
#include "eval/machine_impl.h"

#include <string.h>
#include "base/pool.h"
#include "number/float64.h"

enum { AT_ONCE = 8192 }; /* entries of an array that are worked on together */

typedef struct shared {
	atl_machine *machine;
	const atl_slices *slices;
	size_t at_once;           /* slices */
	atl_num num[ATL_POOL_MAX];
	atl_answer answer[ATL_POOL_MAX];
} shared;

/* Some slices of one step. */
typedef struct piece {
	const atl_slices *s;
	const atl_slice_part *part;
	double *registers;
	size_t from, to;          /* slices */
	atl_num *num;
} piece;

static void map_piece(const piece *p, size_t from, size_t n)
{
	const atl_instr *i = &p->part->instr;
	const double *in[3];
	for (int k = 0; k < 3; k++)
		in[k] = i->stride[k] && i->code != ATL_DO_SPREAD ? i->in[k] + from : i->in[k];
	atl_machine_map(i, i->d + from, in, from, n);
}

/* Along an axis inside the slices: lanes of `extent` entries, `beside` beside one another. */
static atl_answer sum_inside(const piece *p, size_t outer)
{
	const atl_slice_part *q = p->part;
	size_t first = outer * p->s->count + p->from, n = p->to - p->from;
	size_t lanes = n * q->inner / q->beside;
	return atl_float64_sums(q->instr.d + first * q->inner, q->instr.in[0] + first * q->inner * q->extent, lanes, q->extent,
				q->beside, p->num);
}

/* Along an axis across the slices, of entries `row` apart. */
static atl_answer sum_across(const piece *p, size_t outer)
{
	const atl_slice_part *q = p->part;
	size_t row = q->across * p->s->count * q->inner, each = p->s->count * q->inner;
	for (size_t k = 0; k < q->across; k++) {
		size_t at = k * each + p->from * q->inner;
		atl_answer answer = atl_float64_sum_columns(q->instr.d + outer * row + at, q->instr.in[0] + outer * q->extent * row + at,
							    row, q->extent, (p->to - p->from) * q->inner, p->num);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

static atl_array slice_of(const atl_array *whole, const piece *p)
{
	atl_array a = *whole;
	size_t inner = whole->n / p->s->count;
	for (int d = 1; d < p->s->dims; d++)
		a.shape.dim[d] = 1;
	a.shape.dim[0] = (int64_t)(p->to - p->from);
	a.n = (p->to - p->from) * inner;
	a.data = (double *)whole->data + p->from * inner;
	return a;
}

/* Slices of the first dimensions are arrays. */
static atl_answer call_on_piece(const atl_machine *m, const piece *p)
{
	const atl_kernel_call *c = p->part->instr.u.call;
	atl_array in[ATL_SLICE_OPERANDS], out = slice_of(&c->out, p);
	const atl_array *operand[ATL_SLICE_OPERANDS];
	for (uint32_t k = 0; k < c->n_in; k++) {
		in[k] = slice_of(c->in[k], p);
		operand[k] = &in[k];
	}
	return atl_machine_call(m, c, operand, &out, p->num);
}

static atl_answer run_piece(const atl_machine *m, const piece *p)
{
	const atl_slice_part *q = p->part;
	const bool group = q->instr.code == ATL_DO_GROUP;
	if (q->instr.code == ATL_DO_KERNEL && !q->extent)
		return call_on_piece(m, p);
	for (size_t o = 0; o < q->outer; o++) {
		size_t from = (o * p->s->count + p->from) * q->inner, n = (p->to - p->from) * q->inner;
		atl_answer answer = ATL_FINE;
		if (group)
			atl_machine_run_range(q->instr.u.group, p->registers, from, n, NULL);
		else if (q->instr.code != ATL_DO_KERNEL)
			map_piece(p, from, n);
		else
			answer = q->across ? sum_across(p, o) : sum_inside(p, o);
		if (answer != ATL_FINE)
			return answer;
	}
	return ATL_FINE;
}

static void run_part(void *context, unsigned number, unsigned parts)
{
	shared *s = context;
	const atl_machine *m = s->machine;
	const size_t count = s->slices->count, last = count * (number + 1) / parts;
	atl_num *num = &s->num[number];
	*num = m->num;
	s->answer[number] = ATL_FINE;
	for (size_t i = count * number / parts, to; i < last && s->answer[number] == ATL_FINE; i = to) {
		to = last - i < s->at_once ? last : i + s->at_once;
		piece p = { s->slices, NULL, m->registers + number * m->n_registers * ATL_PLAN_BLOCK, i, to, num };
		if (atl_num_stop(num))
			s->answer[number] = ATL_STOPPED;
		for (uint32_t k = 0; k < s->slices->n_parts && s->answer[number] == ATL_FINE; k++) {
			p.part = &s->slices->part[k];
			s->answer[number] = run_piece(m, &p);
		}
	}
}

atl_answer atl_machine_run_slices(atl_machine *m, const atl_slices *slices)
{
	shared s = { .machine = m, .slices = slices, .at_once = AT_ONCE / slices->entries };
	unsigned parts = m->n_threads < slices->count ? m->n_threads : (unsigned)slices->count;
	size_t row = slices->row < ATL_PLAN_BLOCK ? ATL_PLAN_BLOCK / slices->row : 1;
	atl_answer answer = ATL_FINE;
	if (s.at_once < row)
		s.at_once = row;
	atl_pool_run(run_part, &s, parts);
	for (unsigned i = 0; i < parts; i++) {
		m->num.flags |= s.num[i].flags;
		if (answer == ATL_FINE)
			answer = s.answer[i];
	}
	return answer;
}
