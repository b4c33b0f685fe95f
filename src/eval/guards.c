/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guards.c: what the builder read while it built, and whether it is so still (SEMANTICS 7). */
#include <string.h>
#include "base/mem.h"
#include "eval/eval_impl.h"

/* Whether a value is what was read, perhaps in another number system. */
static bool same_as_read(const atl_array *now, const atl_guard *guard)
{
	if (now->sys == guard->value->sys && !now->sys->sized)
		return atl_array_same(now, guard->value);
	atl_num num = guard->num;
	atl_array *then = atl_array_converted(now, &num);
	bool same = then && atl_array_same(then, guard->value);
	atl_array_unref(then);
	return same;
}

atl_status atl_eval_guards_hold(const atl_eval *e, atl_id id, atl_diag *diag)
{
	for (uint32_t g = atl_eval_guard_of(e, atl_graph_node(e->graph, id)); g; g = e->guard[g - 1].outer) {
		const atl_guard *guard = &e->guard[g - 1];
		const atl_array *now = atl_eval_box(e, guard->read);
		if (!now)
			return atl_diag_nomem(diag);
		if (same_as_read(now, guard))
			continue;
		atl_eval_guard_error(e, guard, now, diag);
		atl_diag_note(diag, "define it again to build it anew, or use where(...) for a choice that follows its condition");
		atl_eval_since(e, guard->read, diag);
		return ATL_ERROR;
	}
	return ATL_OK;
}

uint32_t atl_eval_guard(atl_eval *e, uint32_t outer, atl_id read, const atl_array *value, atl_span span)
{
	if (!atl_grow(&e->guard, &e->cap_guards, e->n_guards + 1, sizeof *e->guard))
		return 0;
	e->guard[e->n_guards] = (atl_guard){ outer, read, atl_array_ref(value), e->num, span };
	e->guard[e->n_guards++].num.deadline = 0; /* of this statement: the guard outlives it */
	return (uint32_t)e->n_guards;
}

uint32_t atl_eval_guards(const atl_eval *e) { return (uint32_t)e->n_guards; }

void atl_eval_cut_guards(atl_eval *e, uint32_t n)
{
	while (e->n_guards > n)
		atl_array_unref(e->guard[--e->n_guards].value);
}

void atl_eval_ignore_guards(atl_eval *e, bool ignore)
{
	e->ignore_guards = ignore;
}

atl_id atl_eval_guard_differs(atl_eval *e, atl_id id)
{
	atl_diag ignored = { 0 };
	atl_id differs = 0;
	uint32_t g = atl_graph_node(e->graph, id)->guard;
	for (; g && !differs; g = e->guard[g - 1].outer) {
		const atl_guard *guard = &e->guard[g - 1];
		if (atl_eval_compute(e, &guard->read, 1, &ignored) ||
		    !same_as_read(e->slot[guard->read].array, guard))
			differs = guard->read;
	}
	atl_diag_clear(&ignored);
	return differs;
}

void atl_eval_guard_roots(const atl_eval *e, bool *keep)
{
	for (atl_id id = atl_graph_last(e->graph); id > 0; id--)
		for (uint32_t g = keep[id] ? atl_graph_node(e->graph, id)->guard : 0; g; g = e->guard[g - 1].outer)
			keep[e->guard[g - 1].read] = true;
}

/* An outer guard is older than what stands under it. */
void atl_eval_compact_guards(atl_eval *e, uint32_t *number)
{
	const atl_id last = atl_graph_last(e->graph);
	const uint32_t n = (uint32_t)e->n_guards;
	memset(number, 0, (n + 1) * sizeof *number);
	for (atl_id id = 1; id <= last; id++)
		for (uint32_t g = atl_graph_node(e->graph, id)->guard; g && !number[g]; g = e->guard[g - 1].outer)
			number[g] = g;
	e->n_guards = 0;
	for (uint32_t g = 1; g <= n; g++) {
		if (!number[g]) {
			atl_array_unref(e->guard[g - 1].value);
			continue;
		}
		e->guard[e->n_guards] = e->guard[g - 1];
		e->guard[e->n_guards].outer = number[e->guard[g - 1].outer];
		number[g] = (uint32_t)++e->n_guards;
	}
}
