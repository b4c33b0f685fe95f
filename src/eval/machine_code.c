/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_code.c: a plan's steps as instructions with addresses. */
#include "eval/machine_impl.h"

#include <string.h>
#include "base/mem.h"

static const atl_term *term(const atl_machine *m, uint32_t index) { return &m->plan->term[index]; }

static uint32_t operand(const atl_machine *m, const atl_term *t, uint32_t k)
{
	return atl_plan_in(m->plan, t)[k];
}

/* ---- what is done ---- */

static unsigned code_of(const atl_term *t)
{
	switch (t->code) {
	case ATL_CODE_MAP1: return t->n == 1 ? ATL_DO_ONE1 + (unsigned)t->fn : ATL_DO_MAP1;
	case ATL_CODE_MAP2: return t->n == 1 ? ATL_DO_ONE2 + (unsigned)t->fn : ATL_DO_MAP2;
	case ATL_CODE_WHERE: return ATL_DO_WHERE;
	case ATL_CODE_COPY: return ATL_DO_COPY;
	case ATL_CODE_SPREAD: return ATL_DO_SPREAD;
	case ATL_CODE_SUM: return ATL_DO_SUM;
	case ATL_CODE_SUMS: return ATL_DO_SUMS;
	case ATL_CODE_PRODUCT: return ATL_DO_PRODUCT;
	default: return ATL_DO_KERNEL;
	}
}

/* ---- kernels ---- */

static void free_call(atl_kernel_call *c)
{
	if (!c)
		return;
	atl_free(c->in);
	atl_free(c->header);
	atl_free(c);
}

static atl_kernel_call *kernel_call(const atl_machine *m, const atl_term *t, const atl_instr *i, unsigned side)
{
	atl_kernel_call *c = atl_calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->in = atl_malloc((t->n_in + 1) * sizeof *c->in);
	c->header = atl_malloc((t->n_in + 1) * sizeof *c->header);
	if (!c->in || !c->header) {
		free_call(c);
		return NULL;
	}
	c->node = t->node;
	c->n_in = t->n_in;
	c->out = (atl_array){ 1, &atl_float64, *t->shape, t->n, i->d };
	for (uint32_t k = 0; k < t->n_in; k++) {
		uint32_t o = operand(m, t, k);
		const atl_term *from = term(m, o);
		c->header[k] = (atl_array){ 1, &atl_float64, *from->shape, from->n, atl_machine_address(m, o, side) };
		c->in[k] = &c->header[k];
	}
	return c;
}

/* ---- one term ---- */

static void set_sizes(const atl_machine *m, const atl_term *t, atl_instr *i)
{
	const atl_shape *first = t->n_in ? term(m, operand(m, t, 0))->shape : NULL;
	atl_spread s;
	i->n = t->n;
	if (t->code == ATL_CODE_PRODUCT) {
		i->turned[0] = t->turned[0];
		i->turned[1] = t->turned[1];
		i->n = (size_t)t->shape->dim[1];
		i->m = (size_t)t->shape->dim[0];
		i->k = (size_t)first->dim[!t->turned[0]];
	} else if (t->code == ATL_CODE_SPREAD && atl_plan_spread(&s, first, t->shape)) {
		i->m = s.run;
		i->k = s.chunk;
		i->u.turns = s.turns;
	} else if (t->code == ATL_CODE_SUMS) {
		i->m = term(m, operand(m, t, 0))->n / t->n;
	} else if (t->code == ATL_CODE_SUM) {
		i->n = term(m, operand(m, t, 0))->n;
	}
}

static bool encode_term(const atl_machine *m, uint32_t index, unsigned side, atl_instr *i)
{
	const atl_term *t = term(m, index);
	*i = (atl_instr){ .code = (uint8_t)code_of(t), .fn = t->fn, .d = atl_machine_address(m, index, side) };
	set_sizes(m, t, i);
	for (uint32_t k = 0; k < t->n_in && k < 3; k++) {
		i->in[k] = atl_machine_address(m, operand(m, t, k), side);
		i->stride[k] = !atl_term_repeats(term(m, operand(m, t, k)));
	}
	if (i->code == ATL_DO_MAP1)
		i->u.fn1 = atl_f64_kernel1_for((atl_fn1)t->fn, t->n);
	if (i->code == ATL_DO_MAP2)
		i->u.fn2 = atl_f64_kernel2_for((atl_fn2)t->fn, t->n);
	if (i->code != ATL_DO_KERNEL)
		return true;
	i->u.call = kernel_call(m, t, i, side);
	return i->u.call != NULL;
}

/* ---- groups ---- */

/* The registers of a group: one is free again after the last member that reads it. */
typedef struct registers {
	uint32_t *of;   /* by term: its register + 1 */
	uint32_t *last; /* by term: the last member that reads it, by place in the order */
	uint32_t *member; /* by term: which member it is, from 1 */
	uint32_t *free;
	uint32_t n_free, n;
} registers;

static uint32_t take_register(registers *r)
{
	return r->n_free ? r->free[--r->n_free] : r->n++;
}

static void free_registers(const atl_machine *m, registers *r, const atl_term *t, uint32_t at)
{
	for (uint32_t k = 0; k < t->n_in; k++) {
		uint32_t o = operand(m, t, k);
		if (r->of[o] && r->last[o] == at) {
			r->free[r->n_free++] = r->of[o] - 1;
			r->of[o] = 0;
		}
	}
}

static const double *register_offset(uint32_t number)
{
	return (const double *)(uintptr_t)((size_t)number * ATL_PLAN_BLOCK);
}

static void place_operands(const atl_machine *m, const registers *r, const atl_term *t, atl_instr *i)
{
	for (uint32_t k = 0; k < t->n_in; k++) {
		uint32_t o = operand(m, t, k);
		i->reads[k] = i->stride[k] ? ATL_READS_ARRAY : ATL_READS_ONE;
		if (t->code == ATL_CODE_SPREAD)
			i->reads[k] = ATL_READS_ONE;
		if (term(m, o)->code == ATL_CODE_PRODUCT && term(m, o)->home == ATL_HOME_NONE)
			i->reads[k] = ATL_READS_PIECE;
		if (r->of[o]) {
			i->reads[k] = ATL_READS_REGISTER;
			i->in[k] = register_offset(r->of[o] - 1);
		}
	}
}

/* A SPREAD whose blocks are one entry each, for whoever takes one entry; or stretches of what it spreads. */
static bool is_one_a_block(const atl_instr *spread)
{
	return spread->code == ATL_DO_SPREAD && spread->m == 1 && spread->k % ATL_PLAN_BLOCK == 0;
}

static bool is_there(const atl_instr *spread)
{
	return spread->code == ATL_DO_SPREAD && spread->m % ATL_PLAN_BLOCK == 0;
}

/* The member of a group that makes an operand; NULL: none does. */
static atl_instr *member_of(const registers *r, const atl_group *g, uint32_t term)
{
	return r->member[term] ? &g->member[r->member[term] - 1] : NULL;
}

static void read_spreads_in_place(const atl_machine *m, const atl_plan_step *s, const registers *r, const atl_group *g)
{
	for (atl_instr *i = g->member; i < g->member + g->n_members; i++)
		i->skipped = (is_one_a_block(i) || is_there(i)) && i->writes == ATL_READS_REGISTER;
	for (uint32_t at = s->from; at < s->to; at++) {
		const atl_term *t = term(m, m->plan->order[at]);
		atl_instr *i = &g->member[at - s->from];
		bool takes_one = i->code == ATL_DO_MAP2 || i->code == ATL_DO_WHERE;
		for (uint32_t k = 0; k < t->n_in; k++) {
			atl_instr *spread = member_of(r, g, operand(m, t, k));
			if (!spread || !(is_one_a_block(spread) || is_there(spread)) || spread->writes != ATL_READS_REGISTER)
				continue;
			if (takes_one || is_there(spread)) {
				i->spread[k] = spread;
				i->stride[k] = is_there(spread);
			} else {
				spread->skipped = false;
			}
		}
	}
}

/* An array that members of a product's group read or fill; the first are enough. */
static void note_array(atl_group *g, uint8_t reads, const double *p)
{
	bool known = reads != ATL_READS_ARRAY || g->n_arrays == ATL_GROUP_ARRAYS || p == g->product->d;
	for (uint32_t k = 0; k < g->n_arrays; k++)
		known |= g->array[k] == p;
	if (!known)
		g->array[g->n_arrays++] = p;
}

static void note_arrays(atl_group *g)
{
	for (const atl_instr *i = g->member + 1; g->product && i < g->member + g->n_members; i++) {
		for (int k = 0; k < 3; k++)
			note_array(g, i->in[k] ? i->reads[k] : ATL_READS_ONE, i->in[k]);
		note_array(g, i->code == ATL_DO_SUMS ? ATL_READS_ONE : i->writes, i->d);
	}
}

static bool encode_members(atl_machine *m, const atl_plan_step *s, unsigned side, registers *r, atl_group *g)
{
	for (uint32_t at = s->from; at < s->to; at++) {
		const atl_term *t = term(m, m->plan->order[at]);
		for (uint32_t k = 0; k < t->n_in; k++)
			r->last[operand(m, t, k)] = at;
	}
	for (uint32_t at = s->from; at < s->to; at++) {
		uint32_t index = m->plan->order[at];
		const atl_term *t = term(m, index);
		atl_instr *i = &g->member[g->n_members++];
		r->member[index] = g->n_members;
		if (!encode_term(m, index, side, i))
			return false;
		if (t->code == ATL_CODE_PRODUCT) {
			g->product = i;
			continue;
		}
		g->whole_rows |= t->code == ATL_CODE_SUMS;
		i->writes = ATL_READS_ARRAY;
		place_operands(m, r, t, i);
		if (t->code == ATL_CODE_SUM) {
			i->u.runs = m->runs + g->n_sums++ * g->n_runs;
		}
		if (t->home == ATL_HOME_NONE) {
			r->of[index] = take_register(r) + 1;
			i->writes = ATL_READS_REGISTER;
			i->d = (double *)(uintptr_t)register_offset(r->of[index] - 1);
		}
		free_registers(m, r, t, at);
	}
	if (r->n > m->n_registers)
		m->n_registers = r->n;
	read_spreads_in_place(m, s, r, g);
	return true;
}

/* A right operand that stays as it is, such as what a net is trained with, is packed
 * once for all turns. */
static bool pack_constant(atl_machine *m, uint32_t index, atl_group *g)
{
	const atl_term *b = term(m, atl_plan_root(m->plan, operand(m, term(m, index), 1)));
	const atl_product p = atl_machine_product(g->product);
	const atl_epilogue then = atl_machine_epilogue(g);
	if (b->code != ATL_CODE_LEAF || m->plan->n_inputs == 0 || !atl_float64_fma_suits(&p))
		return true;
	size_t n = atl_float64_packed(&p, &then);
	if (!m->packed[index]) {
		m->packed[index] = n > SIZE_MAX / sizeof(double) ? NULL : atl_malloc_line(n * sizeof(double));
		if (!m->packed[index])
			return false;
		atl_float64_pack(m->packed[index], &p, &then);
	}
	g->packed = m->packed[index];
	return true;
}

static void free_group(atl_group *g)
{
	if (!g)
		return;
	atl_free(g->member);
	atl_free(g);
}

static bool encode_group(atl_machine *m, const atl_plan_step *s, unsigned side, atl_instr *i)
{
	uint32_t count = s->to - s->from;
	atl_group *g = atl_calloc(1, sizeof *g);
	registers r = { .of = atl_calloc(m->plan->n, sizeof *r.of), .last = atl_calloc(m->plan->n, sizeof *r.last),
			.member = atl_calloc(m->plan->n, sizeof *r.member), .free = atl_malloc(count * sizeof *r.free) };
	bool fine = g && r.of && r.last && r.member && r.free && (g->member = atl_calloc(count, sizeof *g->member));
	if (fine) {
		*i = (atl_instr){ .code = ATL_DO_GROUP, .u.group = g };
		g->n = term(m, m->plan->order[s->from])->group;
		g->n_runs = atl_machine_blocks(g->n);
		fine = encode_members(m, s, side, &r, g);
		if (fine)
			note_arrays(g);
		if (fine && g->product)
			fine = pack_constant(m, m->plan->order[s->from], g);
	} else {
		free_group(g);
	}
	atl_free(r.of);
	atl_free(r.last);
	atl_free(r.member);
	atl_free(r.free);
	return fine;
}

static bool encode_part(atl_machine *m, const atl_plan_step *s, unsigned side, atl_instr *to)
{
	bool group = term(m, m->plan->order[s->from])->group != 0;
	return group ? encode_group(m, s, side, to) : encode_term(m, m->plan->order[s->from], side, to);
}

static void free_code(atl_instr *i);

/* ---- slices ---- */

static void free_slices(atl_slices *s)
{
	for (uint32_t k = 0; s && s->part && k < s->n_parts; k++)
		free_code(&s->part[k].instr);
	if (s)
		atl_free(s->part);
	atl_free(s);
}

/* Where the lanes of a sum are; the slices are of dimensions before or behind its axis. */
static void place_lanes(const atl_machine *m, const atl_slicing *of, const atl_term *t, atl_slice_part *q)
{
	const atl_shape *x = term(m, operand(m, t, 0))->shape;
	int axis = (int)*atl_graph_attr(m->graph, t->node);
	q->extent = (size_t)x->dim[axis - 1];
	q->beside = 1;
	for (int d = axis; d < x->rank && axis > of->to; d++)
		q->beside *= (size_t)x->dim[d];
	q->across = axis <= of->from;
	for (int d = axis; d < of->from && axis <= of->from; d++)
		q->across *= (size_t)x->dim[d];
	if (q->across)
		q->outer /= q->across;
}

static bool encode_slice_part(atl_machine *m, const atl_plan_step *s, unsigned side, atl_slices *to)
{
	const atl_slicing *of = &m->plan->slicing[s->slicing - 1];
	const atl_term *t = term(m, m->plan->order[s->from]);
	atl_slice_part *q = &to->part[to->n_parts];
	const atl_shape *shape = t->group && t->code == ATL_CODE_SUMS ? term(m, operand(m, t, 0))->shape : t->shape;
	if (!encode_part(m, s, side, &q->instr) || !atl_plan_split(of, shape, &q->outer, &q->inner))
		return false;
	to->n_parts++;
	if (q->instr.code == ATL_DO_KERNEL && !strcmp(atl_graph_node(m->graph, t->node)->op->name, "sum"))
		place_lanes(m, of, t, q);
	if (q->outer * q->inner > to->entries) {
		to->entries = q->outer * q->inner;
		to->row = q->inner;
	}
	return true;
}

static bool encode_slices(atl_machine *m, const atl_plan_step *s, unsigned side, atl_instr *i)
{
	const atl_slicing *of = &m->plan->slicing[s->slicing - 1];
	atl_slices *to = atl_calloc(1, sizeof *to);
	if (!to)
		return false;
	*i = (atl_instr){ .code = ATL_DO_SLICES, .u.slices = to };
	to->count = of->count;
	to->dims = of->to;
	to->part = atl_calloc(s->to - s->from, sizeof *to->part);
	bool fine = to->part != NULL;
	for (uint32_t at = s->from, end; at < s->to && fine; at = end) {
		end = atl_plan_part_end(m->plan, s, at);
		fine = encode_slice_part(m, &(atl_plan_step){ at, end, s->slicing }, side, to);
	}
	return fine;
}

/* ---- all ---- */

static void free_code(atl_instr *i)
{
	if (i->code == ATL_DO_KERNEL)
		free_call(i->u.call);
	else if (i->code == ATL_DO_GROUP)
		free_group(i->u.group);
	else if (i->code == ATL_DO_SLICES)
		free_slices(i->u.slices);
}

void atl_machine_drop_code(atl_machine *m, unsigned side)
{
	for (size_t i = 0; m->code[side] && i < m->plan->n_steps; i++)
		free_code(&m->code[side][i]);
	atl_free(m->code[side]);
	m->code[side] = NULL;
}

bool atl_machine_encode(atl_machine *m, unsigned side)
{
	const atl_plan *p = m->plan;
	m->code[side] = atl_calloc(p->n_steps + 1, sizeof *m->code[side]);
	m->n_code = p->n_steps;
	bool fine = m->code[side] != NULL;
	for (size_t i = 0; i < p->n_steps && fine; i++)
		fine = (p->step[i].slicing ? encode_slices : encode_part)(m, &p->step[i], side, &m->code[side][i]);
	return fine;
}
