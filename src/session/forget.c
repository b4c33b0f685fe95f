/* SPDX-License-Identifier: GPL-3.0-or-later */
/* forget.c: the text of statements that nothing remembers any more.
 *
 * Errors show the lines of nodes, of the calls they were made in, of updates, of guards and of functions; of the
 * text that was fed, only those lines are needed once the statements have run.
 * Functions of the prelude and files that are loaded are kept whole. */
#include "session/state.h"

enum { FIRST_SWEEP = 1 << 20 };

static void keep_function(const atl_function *f, atl_sweep *sweep)
{
	if (f)
		atl_sweep_keep(sweep, f->tree->node[f->tree->root].span);
}

static void keep_all(const atl_session *s, atl_sweep *sweep)
{
	const atl_id last = atl_graph_last(s->graph);
	for (atl_id id = 1; id <= last; id++) {
		const atl_node *n = atl_graph_node(s->graph, id);
		atl_sweep_keep(sweep, n->span);
		for (const atl_call_site *c = atl_graph_call(s->graph, n->call); c; c = atl_graph_call(s->graph, c->outer))
			atl_sweep_keep(sweep, c->span);
	}
	atl_eval_keep_text(s->eval, sweep);
	for (size_t i = 0; i < s->n_fn; i++)
		keep_function(s->fn[i], sweep);
	for (size_t i = 0; i < s->n_log; i++) {
		atl_sweep_keep(sweep, s->log[i].span);
		keep_function(s->log[i].fn, sweep);
	}
	atl_sweep_keep(sweep, (atl_span){ atl_reader_position(s->reader), UINT32_MAX });
}

/* The next look is due when the text has doubled and more: looking costs a
 * constant a byte.  Without memory the text stays. */
void atl_forget_text(atl_session *s)
{
	atl_sweep sweep;
	if (atl_sources_size(s->sources) < s->forget_at + FIRST_SWEEP || s->loads || s->frame || s->blocks)
		return;
	if (atl_sweep_begin(&sweep, s->sources)) {
		keep_all(s, &sweep);
		atl_sources_forget(s->sources, &sweep);
	}
	s->forget_at = 2 * atl_sources_size(s->sources);
}
