/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eval.h: values of nodes.
 *
 * Keeps a value a node, computes what is wanted and what is stale, in the
 * order of the ids.  An update of an input moves the clock on; a node is
 * fresh when nothing below it was computed later than it was.  Entries
 * outside an op's domain are no value and spread; they are an error only when
 * a wanted node has one (SEMANTICS 14), and the error names the node where
 * it was born. */
#ifndef ATL_EVAL_EVAL_H
#define ATL_EVAL_EVAL_H

#include "graph/graph.h"
#include "lang/symbols.h"
#include "number/number.h"

typedef struct atl_eval atl_eval;

atl_eval *atl_eval_new(const atl_graph *, const atl_symbols *, const atl_sources *, const atl_num *) ATL_MUST_CHECK;
void atl_eval_free(atl_eval *);
/* Another one over the same graph and the same stored values, in another system, which looks at no guards. */
atl_eval *atl_eval_beside(const atl_eval *, const atl_num *, atl_diag *) ATL_MUST_CHECK;

/* The number system in force.  Setting it makes every value stale; stored
 * arrays stay in the system they were stored in and are converted as a view. */
const atl_num *atl_eval_num(const atl_eval *);
void atl_eval_set_num(atl_eval *, const atl_num *);
void atl_eval_keep_nan(atl_eval *, bool keep); /* `set nan keep` */
/* Whether plans are made where there can be (plan.h), which is so at first.  They
 * change no value, only its cost. */
void atl_eval_set_plans(atl_eval *, bool);

/* In a system of enclosures the precision is raised from num's, by doubling,
 * until `digits` digits of what is wanted are certain and every comparison is
 * decided, but not past `limit` bits (0: where it stands). */
void atl_eval_set_certainty(atl_eval *, long digits, long limit);
long atl_eval_limit(const atl_eval *);

/* The seconds that a statement may take, 0: any number; they are counted from
 * each start on. */
void atl_eval_limit_seconds(atl_eval *, double seconds);
void atl_eval_start_clock(atl_eval *);
/* A condition x, of the node id (0: of none), whose enclosure has 0 in it. */
atl_status atl_eval_condition_error(const atl_eval *, atl_id id, const void *x, atl_span, atl_diag *);
/* After atl_num_stop said so: an interrupt, or `what` reached the limit of seconds. */
atl_status atl_eval_stop_error(const atl_num *, const char *what, atl_span, atl_diag *);
/* Computes the nodes once more with twice the bits they have; false (and no
 * diagnostic) when they are exact, or that would be past the limit. */
bool atl_eval_refine(atl_eval *, const atl_id *, size_t n, atl_diag *);
/* Whether what was computed last has fewer certain digits than it should. */
bool atl_eval_short(const atl_eval *);

/* Draws the random nodes anew: draw 0 is the one they have of their own. */
void atl_eval_redraw(atl_eval *, uint64_t draw);
/* Computes the nodes; ATL_ERROR when one cannot be had or has no value. */
atl_status atl_eval_want(atl_eval *, const atl_id *, size_t n, atl_diag *) ATL_MUST_CHECK;
/* The same for values that nobody looks at now: no array is made of a scalar. */
atl_status atl_eval_settle(atl_eval *, const atl_id *, size_t n, atl_diag *) ATL_MUST_CHECK;
/* As want, but no value is no error: for a trace. */
atl_status atl_eval_compute(atl_eval *, const atl_id *, size_t n, atl_diag *) ATL_MUST_CHECK;
/* After want or compute: the value, owned by eval; NULL when not computed or stale.
 * What was not wanted itself need not have one; NULL without memory, too, there. */
const atl_array *atl_eval_get(const atl_eval *, atl_id);
/* Why an entry has no value: "log(-3)", and the node where it was born. */
atl_id atl_eval_blame(const atl_eval *, atl_id, size_t entry, size_t *at);
void atl_eval_explain(atl_buf *, const atl_eval *, atl_id born, size_t entry);

/* Stores a value into an input (takes a reference). */
atl_status atl_eval_store(atl_eval *, atl_id input, const atl_array *, atl_span by, atl_diag *) ATL_MUST_CHECK;
const atl_array *atl_eval_stored(const atl_eval *, atl_id input); /* as stored; NULL: its closed expression holds */
/* The same where it is of this system as it is; else NULL. */
const atl_array *atl_eval_stored_here(const atl_eval *, atl_id input);
/* That, to be changed and stored again, if nobody else has it; else NULL.
 * Before the next store nothing may be evaluated. */
atl_array *atl_eval_take(atl_eval *, atl_id input);
void atl_eval_unstore(atl_eval *, atl_id input);                  /* back to its closed expression */
atl_span atl_eval_stored_by(const atl_eval *, atl_id input);      /* where the last `<-` to it stands */

/* Guards (SEMANTICS 7): what the builder read while it built. */
uint32_t atl_eval_guard(atl_eval *, uint32_t outer, atl_id read, const atl_array *value, atl_span) ATL_MUST_CHECK;

/* How many there are, and going back to so many: what was built under the others was cut. */
uint32_t atl_eval_guards(const atl_eval *);
void atl_eval_cut_guards(atl_eval *, uint32_t n);

/* For a look at the graph in another system: guards are not looked at while
 * values are computed, and it is asked which of a node's do not hold. */
void atl_eval_ignore_guards(atl_eval *, bool);
/* What a guard of the node read and is another value now, or cannot be had; 0: all hold. */
atl_id atl_eval_guard_differs(atl_eval *, atl_id);

/* The newest node whose finite operands overflowed since the last call, or 0. */
atl_id atl_eval_take_overflow(atl_eval *);

/* Before text is forgotten: the places that errors name. */
void atl_eval_keep_text(const atl_eval *, atl_sweep *);
/* Before a compaction: marks what the guards of kept nodes read (not its ancestors). */
void atl_eval_guard_roots(const atl_eval *, bool *keep);
/* The graph was cut or compacted. */
void atl_eval_cut(atl_eval *, atl_id last);
void atl_eval_compact(atl_eval *, const atl_id *remap, atl_id old_last);
/* Then forgets the guards that no node has; number[old] is what the others are called now, 0: gone.
 * There are atl_eval_guards() + 1 of these, and the caller tells the graph. */
void atl_eval_compact_guards(atl_eval *, uint32_t *number);

#endif
