/* SPDX-License-Identifier: GPL-3.0-or-later */
/* training.h: what a `minimize` statement asks for, and the run that does it.
 *
 * training.c reads the statement, minimize.c runs it, history.c keeps what it
 * was like; nobody else includes this.  Shapes: the loss is a scalar, a weight's state has the weight's shape,
 * a fed input has the shape of one batch. */
#ifndef ATL_SESSION_TRAINING_H
#define ATL_SESSION_TRAINING_H

#include "eval/runner.h"
#include "session/feed.h"
#include "session/state.h"

/* An input that is trained. */
typedef struct atl_weight {
	atl_var *var;
	atl_id input;
} atl_weight;

typedef struct atl_training {
	atl_session *s;
	const atl_tree *t;
	atl_id loss, watch;       /* the scalar; what is recorded beside it (0: nothing) */
	atl_id now, seen, time;   /* inputs for the two's values in a step (0: not there), and for t */
	atl_span span, watch_at;
	atl_weight *weight;
	uint32_t n_weights;
	atl_function *f;
	uint32_t n_state, at_g, at_t; /* of f: states; which parameter is g, t (0: none) */
	const uint32_t *option;   /* tree nodes of the optimiser's options */
	uint32_t n_options;
	atl_store *store;         /* all of a step */
	size_t n_stores;
	atl_feeder feeder;
	atl_id *fed;              /* inputs */
	atl_runner runner;
	size_t *slot;             /* the machine's inputs: t, the fed ones, the loss, what is watched */
	bool draws;               /* L draws random numbers: anew in each step */
	long steps, epochs, done;
	atl_sym history_name;     /* 0: none is kept */
	atl_array *losses;        /* of each step: steps×1 */
	atl_array *history;       /* a row a step or epoch: the loss, what is watched */
	bool progress;
	double last;              /* loss */
	double shown_at;
} atl_training;

static inline const char *atl_training_text(const atl_training *r, atl_sym sym) { return atl_symbols_text(r->s->symbols, sym); }

/* Reads the statement into r, of which s, t and span are set: builds the loss,
 * and evaluates the options.  child: the statement's n children; options: room
 * for those of the optimiser, r's from here on. */
atl_status atl_training_read(atl_training *, const uint32_t *child, const atl_tree_node *n, uint32_t *options) ATL_MUST_CHECK;
void atl_training_clear(atl_training *);
/* Says that r->f does not fit what it is for. */
atl_status atl_training_no_optimiser(atl_training *, atl_span at);

/* history.c: before the first step; in each, of the elements; after the last. */
atl_status atl_history_begin(atl_training *) ATL_MUST_CHECK;
atl_status atl_history_loss(atl_training *, const void *loss) ATL_MUST_CHECK;
atl_status atl_history_watched(atl_training *, size_t row, const void *entries) ATL_MUST_CHECK;
atl_status atl_history_end(atl_training *) ATL_MUST_CHECK; /* binds the name */

#endif
