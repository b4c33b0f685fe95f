/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runner.c: when a machine runs, and when it is given up. */
#include "eval/runner.h"

enum { MANY_ALARMS = 8 };

void atl_runner_clear(atl_runner *r)
{
	atl_machine_free(r->machine);
	*r = (atl_runner){ 0 };
}

bool atl_runner_turn(atl_runner *r)
{
	if (!r->machine || !atl_machine_turn(r->machine))
		return false;
	r->ahead = true;
	r->alarms = 0;
	return true;
}

void atl_runner_resume(atl_runner *r, atl_eval *e)
{
	if (r->machine && (++r->alarms >= MANY_ALARMS || !atl_machine_load(r->machine, e)))
		atl_runner_clear(r);
}

atl_status atl_runner_save(atl_runner *r, atl_eval *e, atl_diag *diag)
{
	if (!r->ahead)
		return ATL_OK;
	r->ahead = false;
	return atl_machine_save(r->machine, e, diag);
}

double *atl_runner_set(atl_runner *r, size_t i)
{
	r->ahead = true;
	return atl_machine_input(r->machine, i);
}
