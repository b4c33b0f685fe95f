/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runner.h: turns of a machine, and the way back to eval.
 *
 * A turn that the machine does not accept is done by the caller with eval,
 * which finds the node that is to blame, or nothing at all; then the machine
 * goes on from there.  After many such turns in a row it is given up, and all
 * turns are the caller's.
 *
 *     if (!atl_runner_turn(r)) {
 *             atl_runner_save(r, eval, diag), the turn by hand,
 *             atl_runner_resume(r, eval)
 *     }
 *
 * While the machine is ahead, eval does not know the inputs of now; a save
 * tells it.  The runner owns its machine. */
#ifndef ATL_EVAL_RUNNER_H
#define ATL_EVAL_RUNNER_H

#include "eval/machine.h"

typedef struct atl_runner {
	atl_machine *machine; /* NULL: given up, or there never was one */
	bool ahead;
	unsigned alarms;      /* turns in a row that were not accepted */
} atl_runner;

/* One turn; false: it was not accepted, or there is no machine. */
bool atl_runner_turn(atl_runner *);
/* After a turn by hand: on from eval's inputs. */
void atl_runner_resume(atl_runner *, atl_eval *);
/* Tells eval the inputs of now. */
atl_status atl_runner_save(atl_runner *, atl_eval *, atl_diag *) ATL_MUST_CHECK;
void atl_runner_clear(atl_runner *); /* without a save */

/* Input number i, to be set before a turn; there is a machine. */
double *atl_runner_set(atl_runner *, size_t i);

#endif
