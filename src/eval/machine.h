/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine.h: runs a plan.
 *
 * A machine owns the arena and both arrays of each stored input, and has the
 * plan's steps with every address filled in, once for each of the two ways
 * in which the arrays can stand.  A turn allocates nothing, looks at no node
 * and computes as IEEE 754 does; what floating point raised is looked at
 * once, at its end.  When something overflowed, was invalid or divided by
 * zero, the turn is not accepted: the inputs are as they were, and the
 * caller does it again with eval, which finds the node. */
#ifndef ATL_EVAL_MACHINE_H
#define ATL_EVAL_MACHINE_H

#include "eval/plan.h"

typedef struct atl_machine atl_machine;

/* The plan is the machine's from here on, also after a failure.  The inputs
 * are loaded.  NULL without memory. */
atl_machine *atl_machine_new(atl_eval *, atl_plan *) ATL_MUST_CHECK;
void atl_machine_free(atl_machine *);
const atl_plan *atl_machine_plan(const atl_machine *);

/* One turn; false: it was not accepted, and is to be done with care. */
bool atl_machine_turn(atl_machine *);

/* Input number i of the plan, to be read or set between turns. */
double *atl_machine_input(atl_machine *, size_t i);
/* Wanted value number i, of the last turn. */
const double *atl_machine_value(const atl_machine *, size_t i);
/* The same as an array that is the caller's from here on (a job with results). */
atl_array *atl_machine_take(atl_machine *, size_t i) ATL_MUST_CHECK;

/* Copies the inputs from eval's stored values; false when one does not fit. */
bool atl_machine_load(atl_machine *, atl_eval *);
/* Stores the inputs with eval, as by the statement that stored them last. */
atl_status atl_machine_save(atl_machine *, atl_eval *, atl_diag *) ATL_MUST_CHECK;

#endif
