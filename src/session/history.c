/* SPDX-License-Identifier: GPL-3.0-or-later */
/* history.c: what a training was like: history=NAME, watch=E
 *
 * A row a step: the loss, then the entries of what is watched, of the same
 * weights.  With epochs, a row an epoch: the mean of its losses, and what is
 * watched as it is at its end.  After an error, what was done has its rows. */
#include "session/training.h"

#include "base/mem.h"

static size_t rows(const atl_training *r)
{
	return (size_t)(r->epochs >= 0 ? r->epochs : r->steps);
}

static size_t steps_of_row(const atl_training *r)
{
	return r->epochs > 0 ? (size_t)(r->steps / r->epochs) : 1;
}

static size_t columns(const atl_training *r)
{
	return 1 + (r->watch ? atl_shape_count(atl_graph_shape(r->s->graph, r->watch)) : 0);
}

static atl_status told(atl_training *r, atl_answer answer)
{
	if (answer == ATL_FINE)
		return ATL_OK;
	if (answer == ATL_NOMEM)
		return atl_diag_nomem(&r->s->diag);
	return atl_diag_fail(&r->s->diag, ATL_KIND_LIMIT, r->span, "the mean of the losses is out of reach here");
}

atl_status atl_history_begin(atl_training *r)
{
	atl_shape losses = atl_shape_2(r->steps, 1), all = atl_shape_2((int64_t)rows(r), (int64_t)columns(r));
	if (!r->history_name)
		return ATL_OK;
	if (!atl_shape_valid(&losses) || !atl_shape_valid(&all))
		return atl_diag_fail(&r->s->diag, ATL_KIND_LIMIT, r->span, "so long a history is not possible");
	r->losses = atl_array_new(&losses, atl_eval_num(r->s->eval));
	r->history = atl_array_new(&all, atl_eval_num(r->s->eval));
	return r->losses && r->history ? ATL_OK : atl_diag_nomem(&r->s->diag);
}

atl_status atl_history_loss(atl_training *r, const void *loss)
{
	const atl_system *sys = atl_eval_num(r->s->eval)->sys;
	r->last = sys->get_double(loss);
	return r->losses ? told(r, sys->copy(atl_array_at(r->losses, (size_t)r->done), loss, 1, 1)) : ATL_OK;
}

atl_status atl_history_watched(atl_training *r, size_t row, const void *entries)
{
	size_t n = columns(r) - 1;
	return told(r, r->history->sys->copy(atl_array_at(r->history, row * (n + 1) + 1), entries, 1, n));
}

/* Each row's losses into its first column. */
static atl_status fill_losses(atl_training *r, size_t n)
{
	size_t width = columns(r), each = steps_of_row(r);
	const atl_system *sys = r->history->sys;
	atl_num num = *atl_eval_num(r->s->eval);
	atl_shape one = ATL_SCALAR;
	atl_array *count = atl_array_new(&one, &num);
	atl_answer answer = count ? sys->set_si(count->data, (long)each, &num) : ATL_NOMEM;
	for (size_t i = 0; i < n && answer == ATL_FINE; i++) {
		void *mean = atl_array_at(r->history, i * width);
		answer = sys->sum(mean, atl_array_at(r->losses, i * each), 1, each, &num);
		if (answer == ATL_FINE && each > 1)
			answer = sys->fn2[ATL_FN2_div](mean, mean, 1, count->data, 1, 1, &num);
	}
	atl_array_unref(count);
	return told(r, answer);
}

/* The first n rows. */
static atl_status cut(atl_training *r, size_t n)
{
	const atl_shape shape = atl_shape_2((int64_t)n, (int64_t)columns(r));
	if (n == rows(r))
		return ATL_OK;
	atl_array *a = atl_array_new(&shape, atl_eval_num(r->s->eval));
	if (!a)
		return atl_diag_nomem(&r->s->diag);
	atl_answer answer = a->sys->copy(a->data, r->history->data, 1, a->n);
	atl_array_unref(r->history);
	r->history = a;
	return told(r, answer);
}

static atl_status bind(atl_training *r)
{
	atl_session *s = r->s;
	atl_id id = atl_build_input(&s->builder, 0, &r->history->shape);
	if (id)
		id = atl_graph_name(s->graph, id, r->history_name, atl_names_next_turn(s, r->history_name), s->mark, r->span);
	if (!id)
		return atl_diag_nomem(&s->diag);
	if (atl_eval_store(s->eval, id, r->history, r->span, &s->diag))
		return ATL_ERROR;
	return atl_names_bind(s, r->history_name, id);
}

atl_status atl_history_end(atl_training *r)
{
	atl_session *s = r->s;
	if (!r->history) /* none is wanted, or it did not come to the first step */
		return ATL_OK;
	size_t n = (size_t)r->done / steps_of_row(r);
	if (r->done < r->steps && n == 0)
		return ATL_OK;
	atl_atom_begin(s, r->span);
	s->passing = false;
	atl_status status = fill_losses(r, n) || cut(r, n) || bind(r) ? ATL_ERROR : ATL_OK;
	if (status)
		atl_atom_fail(s);
	else
		atl_atom_keep(s);
	return status;
}
