/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine.c: the machine's memory, its turns, and what goes in and out. */
#include "eval/machine_impl.h"

#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/pool.h"
#include "number/float64_kernel.h"

const atl_plan *atl_machine_plan(const atl_machine *m) { return m->plan; }

void atl_machine_free(atl_machine *m)
{
	if (!m)
		return;
	for (unsigned side = 0; side < 2; side++) {
		atl_machine_drop_code(m, side);
		atl_free(m->input[side]);
	}
	for (size_t i = 0; m->result && i < m->plan->n_wants; i++)
		atl_array_unref(m->result[i]);
	for (size_t i = 0; m->packed && i < m->plan->n; i++)
		atl_free(m->packed[i]);
	atl_free(m->packed);
	atl_free(m->result);
	atl_free(m->inputs);
	atl_free(m->arena);
	atl_free(m->registers);
	atl_free(m->runs);
	atl_plan_free(m->plan);
	atl_free(m);
}

/* ---- memory ---- */

enum { LINE = ATL_LINE / sizeof(double) }; /* entries of a cache line */

static bool make_inputs(atl_machine *m)
{
	const atl_plan *p = m->plan;
	size_t total = 0;
	for (size_t i = 0; i < p->n_inputs; i++)
		total += (p->term[p->input[i].now].n + LINE - 1) / LINE * LINE;
	m->inputs = atl_malloc_line(2 * total * sizeof *m->inputs);
	for (unsigned side = 0; side < 2; side++)
		m->input[side] = atl_malloc((p->n_inputs + 1) * sizeof *m->input[side]);
	if (!m->inputs || !m->input[0] || !m->input[1])
		return false;
	double *at = m->inputs;
	for (size_t i = 0; i < 2 * p->n_inputs; i++) {
		m->input[i % 2][i / 2] = at;
		at += (p->term[p->input[i / 2].now].n + LINE - 1) / LINE * LINE;
	}
	return true;
}

/* The groups take turns with this. */
static bool make_runs(atl_machine *m)
{
	const atl_plan *p = m->plan;
	size_t n = 0;
	for (size_t i = 0; i < p->n_order; i++)
		if (p->term[p->order[i]].code == ATL_CODE_SUM && p->term[p->order[i]].group)
			n += atl_machine_blocks(p->term[p->order[i]].group);
	m->runs = atl_malloc(n * sizeof *m->runs + 1);
	return m->runs != NULL;
}

static bool make_results(atl_machine *m)
{
	const atl_plan *p = m->plan;
	m->result = atl_calloc(p->n_wants + 1, sizeof(atl_array *));
	for (size_t i = 0; m->result && i < p->n_wants; i++)
		if (p->term[p->want[i]].home == ATL_HOME_RESULT &&
		    !(m->result[i] = atl_array_new(p->term[p->want[i]].shape, &m->num)))
			return false;
	return m->result != NULL;
}

atl_machine *atl_machine_new(atl_eval *e, atl_plan *plan)
{
	atl_machine *m = atl_calloc(1, sizeof *m);
	if (!m) {
		atl_plan_free(plan);
		return NULL;
	}
	m->plan = plan;
	m->graph = e->graph;
	m->num = e->num;
	m->n_threads = atl_pool_threads();
	m->arena = atl_malloc_line(plan->arena * sizeof *m->arena);
	m->packed = atl_calloc(plan->n, sizeof(double *));
	if (m->arena && m->packed && make_inputs(m) && make_runs(m) && make_results(m) && atl_machine_encode(m, 0) &&
	    (plan->n_inputs == 0 || atl_machine_encode(m, 1))) {
		m->registers = atl_malloc_line(m->n_threads * m->n_registers * ATL_PLAN_BLOCK * sizeof *m->registers);
		if (m->registers && atl_machine_load(m, e))
			return m;
	}
	atl_machine_free(m);
	return NULL;
}

double *atl_machine_address(const atl_machine *m, uint32_t term, unsigned side)
{
	const atl_term *t = &m->plan->term[atl_plan_root(m->plan, term)];
	switch (t->home) {
	case ATL_HOME_OUTSIDE:
		return t->leaf ? t->leaf->data : (double *)(uintptr_t)&t->number; /* read only */
	case ATL_HOME_ARENA: return m->arena + t->at;
	case ATL_HOME_NOW: return m->input[side][t->at];
	case ATL_HOME_NEXT: return m->input[!side][t->at];
	case ATL_HOME_RESULT: return m->result[t->at]->data;
	default: return NULL;
	}
}

/* ---- a turn ---- */

static bool has_values(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isnan(x[i]))
			return false;
	return true;
}

/* Where a leaf has no value somewhere, no flag tells whether it spread. */
static bool ends_have_values(const atl_machine *m)
{
	const atl_plan *p = m->plan;
	bool fine = true;
	for (size_t i = 0; i < p->n_inputs && fine; i++)
		fine = has_values(m->input[!m->side][i], p->term[p->input[i].next].n);
	for (size_t i = 0; i < p->n_wants && fine; i++)
		fine = has_values(atl_machine_address(m, p->want[i], m->side), p->term[p->want[i]].n);
	return fine;
}

static void clear_flags(atl_machine *m)
{
	m->num.flags = 0;
	atl_f64_flags_clear();
}

bool atl_machine_turn(atl_machine *m)
{
	atl_answer answer = atl_machine_run(m, m->code[m->side], m->n_code);
	if (answer != ATL_FINE || m->num.flags || atl_f64_flags_test() || (m->plan->no_values && !ends_have_values(m))) {
		clear_flags(m);
		return false;
	}
	m->side = !m->side && m->plan->n_inputs;
	return true;
}

/* ---- in and out ---- */

double *atl_machine_input(atl_machine *m, size_t i)
{
	return m->input[m->side][i];
}

/* Wanted values do not depend on the side: they are no inputs. */
const double *atl_machine_value(const atl_machine *m, size_t i)
{
	return atl_machine_address(m, m->plan->want[i], m->side);
}

atl_array *atl_machine_take(atl_machine *m, size_t i)
{
	atl_array *a = m->result[i];
	m->result[i] = NULL;
	return a;
}

bool atl_machine_load(atl_machine *m, atl_eval *e)
{
	atl_diag ignored = { 0 };
	bool fine = true;
	for (size_t i = 0; i < m->plan->n_inputs && fine; i++) {
		atl_id id = m->plan->input[i].input;
		size_t n = m->plan->term[m->plan->input[i].now].n;
		fine = !atl_eval_compute(e, &id, 1, &ignored) && atl_eval_get(e, id)->n == n;
		if (fine)
			memcpy(m->input[m->side][i], atl_eval_get(e, id)->data, n * sizeof(double));
		fine = fine && has_values(m->input[m->side][i], n);
	}
	atl_diag_clear(&ignored);
	clear_flags(m);
	return fine;
}

atl_status atl_machine_save(atl_machine *m, atl_eval *e, atl_diag *diag)
{
	for (size_t i = 0; i < m->plan->n_inputs; i++) {
		atl_id id = m->plan->input[i].input;
		atl_array *a = atl_array_new(atl_graph_shape(m->graph, id), &m->num);
		if (!a)
			return atl_diag_nomem(diag);
		memcpy(a->data, m->input[m->side][i], a->n * sizeof(double));
		atl_status status = atl_eval_store(e, id, a, atl_eval_stored_by(e, id), diag);
		atl_array_unref(a);
		if (status)
			return status;
	}
	return ATL_OK;
}
