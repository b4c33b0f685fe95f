/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c: the life of a plan, and its text. */
#include "eval/plan_impl.h"

#include <inttypes.h>
#include "base/mem.h"

void atl_plan_free(atl_plan *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		atl_array_unref((atl_array *)(uintptr_t)p->term[i].leaf); /* the plan's own reference */
	atl_free(p->term);
	atl_free(p->in);
	atl_free(p->input);
	atl_free(p->want);
	atl_free(p->order);
	atl_free(p->step);
	atl_free(p->slicing);
	atl_free(p);
}

atl_status atl_plan_make(atl_eval *e, const atl_job *job, atl_plan **out, atl_diag *diag)
{
	*out = NULL;
	if (e->num.sys != &atl_float64 || e->num.ieee || e->no_plans)
		return ATL_OK;
	if (atl_eval_reserve(e, diag))
		return ATL_ERROR;
	atl_plan *p = atl_calloc(1, sizeof *p);
	if (!p)
		return atl_diag_nomem(diag);
	p->graph = e->graph;
	e->no_plans = true; /* for the leaves */
	bool lowered = atl_plan_lower(p, e, job, diag);
	e->no_plans = false;
	if (!lowered) {
		atl_plan_free(p);
		return diag->kind == ATL_KIND_NONE ? ATL_OK : ATL_ERROR;
	}
	if (!atl_plan_schedule(p) || !atl_plan_place(p, job->results)) {
		atl_plan_free(p);
		return atl_diag_nomem(diag);
	}
	*out = p;
	return ATL_OK;
}

/* ---- as text ---- */

static void put_home(atl_buf *out, const atl_plan *p, const atl_term *t)
{
	switch (t->home) {
	case ATL_HOME_ARENA: atl_buf_addf(out, " -> arena %zu", t->at * sizeof(double)); break;
	case ATL_HOME_NEXT: atl_buf_addf(out, " -> %%%u, next", p->input[t->at].input); break;
	case ATL_HOME_RESULT: atl_buf_addf(out, " -> %%%u", t->node); break;
	default: return;
	}
	atl_buf_addf(out, ", %zu bytes", t->n * sizeof(double));
}

static const char *operation(const atl_plan *p, const atl_term *t)
{
	switch (t->code) {
	case ATL_CODE_MAP1: return atl_fn1_name((atl_fn1)t->fn);
	case ATL_CODE_MAP2: return atl_fn2_name((atl_fn2)t->fn);
	case ATL_CODE_WHERE: return "where";
	case ATL_CODE_COPY: return "copy";
	case ATL_CODE_SPREAD: return "spread";
	case ATL_CODE_SUM: return "sum";
	case ATL_CODE_SUMS: return "sums";
	case ATL_CODE_PRODUCT: return "product";
	default: return atl_graph_node(p->graph, t->node)->op->name;
	}
}

static void put_operand(atl_buf *out, const atl_plan *p, uint32_t index, bool turned)
{
	const atl_term *t = &p->term[atl_plan_root(p, index)];
	if (t->code == ATL_CODE_NUMBER)
		atl_float64.print(out, &t->number, 0);
	else if (t->code == ATL_CODE_LEAF || t->code == ATL_CODE_INPUT)
		atl_buf_addf(out, "%%%u", t->node);
	else
		atl_buf_addf(out, "t%zu", (size_t)(t - p->term));
	atl_buf_add(out, turned ? "'" : "");
}

/* t5 = mul(t3, %2) 2×1 -> arena 64, 16 bytes */
static void put_term(atl_buf *out, const atl_plan *p, uint32_t index)
{
	const atl_term *t = &p->term[index];
	atl_buf_addf(out, "t%u = %s(", index, operation(p, t));
	for (uint32_t k = 0; k < t->n_in; k++) {
		atl_buf_add(out, k ? ", " : "");
		put_operand(out, p, atl_plan_in(p, t)[k], k < 2 && t->turned[k]);
	}
	atl_buf_add(out, ") ");
	atl_shape_print(out, t->shape);
	put_home(out, p, t);
	atl_buf_addc(out, '\n');
}

uint32_t atl_plan_part_end(const atl_plan *p, const atl_plan_step *s, uint32_t at)
{
	uint32_t end = at;
	while (end < s->to && p->term[p->order[end]].part == p->term[p->order[at]].part)
		end++;
	return end;
}

static void put_part(atl_buf *out, const atl_plan *p, uint32_t from, uint32_t to, const char *indent)
{
	size_t group = p->term[p->order[from]].group;
	if (group)
		atl_buf_addf(out, "%sgroup of %u, %zu entries\n", indent, to - from, group);
	for (uint32_t k = from; k < to; k++) {
		atl_buf_addf(out, "%s%s", indent, group ? "  " : "");
		put_term(out, p, p->order[k]);
	}
}

void atl_plan_print(atl_buf *out, const atl_plan *p)
{
	atl_buf_addf(out, "plan: %zu steps, %zu bytes of arena\n", p->n_steps, p->arena * sizeof(double));
	for (size_t i = 0; i < p->n_inputs; i++)
		atl_buf_addf(out, "input %%%u: 2 times %zu bytes\n", p->input[i].input,
			     p->term[p->input[i].now].n * sizeof(double));
	for (size_t i = 0; i < p->n_steps; i++) {
		const atl_plan_step *s = &p->step[i];
		if (s->slicing)
			atl_buf_addf(out, "%zu slices\n", p->slicing[s->slicing - 1].count);
		for (uint32_t at = s->from; at < s->to; at = atl_plan_part_end(p, s, at))
			put_part(out, p, at, atl_plan_part_end(p, s, at), s->slicing ? "  " : "");
	}
}
