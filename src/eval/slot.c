/* SPDX-License-Identifier: GPL-3.0-or-later */
/* slot.c: a node's value: an array, or a scalar's number without one. */
#include <string.h>
#include "eval/eval_impl.h"

void atl_eval_choose(atl_eval *e)
{
	const atl_system *sys = e->num.sys;
	e->numbers = sys->flat && sys->size == sizeof(double);
}

void atl_slot_clear(atl_slot *s)
{
	if (s->holds == ATL_HOLDS_ARRAY)
		atl_array_unref(s->array);
	s->holds = ATL_HOLDS_NOTHING;
}

void atl_slot_put(atl_slot *s, atl_array *value)
{
	atl_slot_clear(s);
	s->array = value;
	s->holds = ATL_HOLDS_ARRAY;
}

void atl_slot_put_number(atl_slot *s, double number)
{
	atl_slot_clear(s);
	s->number = number;
	s->holds = ATL_HOLDS_NUMBER;
}

atl_array *atl_eval_box(const atl_eval *e, atl_id id)
{
	atl_slot *s = &e->slot[id];
	if (s->holds != ATL_HOLDS_NUMBER)
		return s->holds == ATL_HOLDS_ARRAY ? s->array : NULL;
	atl_array *a = atl_array_new(atl_graph_shape(e->graph, id), &e->num);
	if (a) {
		memcpy(a->data, &s->number, sizeof s->number);
		atl_slot_put(s, a);
	}
	return a;
}

const atl_array *atl_eval_view(const atl_eval *e, atl_id id, atl_array *header)
{
	atl_slot *s = &e->slot[id];
	if (s->holds == ATL_HOLDS_ARRAY)
		return s->array;
	*header = (atl_array){ 1, e->num.sys, ATL_SCALAR, 1, &s->number };
	return header;
}
