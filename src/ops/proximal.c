/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proximal.c: proximal steps and projections. */
#include "ops/families.h"

/* The projection of all entries onto the simplex, by taking off a threshold and
 * dropping what is not above it until nothing is dropped (Michelot 1986). */
typedef struct simplex {
	atl_kernel *k;
	atl_array *t;    /* the threshold, and two numbers */
	bool *out;       /* dropped */
	size_t left;
} simplex;

static atl_answer threshold(simplex *s)
{
	const atl_system *sys = s->k->num->sys;
	void *sum = atl_array_at(s->t, 0), *n = atl_array_at(s->t, 1);
	atl_answer answer = sys->set_si(sum, -1, s->k->num);
	for (size_t i = 0; i < s->k->out->n && answer == ATL_FINE; i++)
		if (!s->out[i])
			answer = sys->fn2[ATL_FN2_add](sum, sum, 1, atl_array_at(s->k->in[0], i), 1, 1, s->k->num);
	if (answer == ATL_FINE)
		answer = sys->set_si(n, (long)s->left, s->k->num);
	return answer == ATL_FINE ? sys->fn2[ATL_FN2_div](sum, sum, 1, n, 1, 1, s->k->num) : answer;
}

/* Of what is above the threshold the distance to it; else 0, and dropped. */
static atl_answer drop(simplex *s, bool *any)
{
	const atl_system *sys = s->k->num->sys;
	atl_answer answer = ATL_FINE;
	*any = false;
	for (size_t i = 0; i < s->k->out->n && answer == ATL_FINE; i++) {
		void *y = atl_array_at(s->k->out, i);
		int above = 0;
		if (s->out[i])
			continue;
		answer = sys->fn2[ATL_FN2_sub](y, atl_array_at(s->k->in[0], i), 1, atl_array_at(s->t, 0), 1, 1, s->k->num);
		if (answer == ATL_FINE && !sys->no_value(y))
			answer = sys->sgn(&above, y);
		if (answer != ATL_FINE || above > 0 || sys->no_value(y) || s->left == 1)
			continue;
		answer = sys->set_si(y, 0, s->k->num);
		s->out[i] = *any = true;
		s->left--;
	}
	return answer;
}

static atl_answer project(atl_kernel *k)
{
	simplex s = { .k = k, .t = atl_array_new(&(atl_shape){ 2, { 2, 1 } }, k->num), .left = k->out->n };
	s.out = atl_calloc(k->out->n ? k->out->n : 1, sizeof *s.out);
	atl_answer answer = s.t && s.out ? ATL_FINE : ATL_NOMEM;
	bool any = k->out->n > 0;
	while (any && answer == ATL_FINE) {
		answer = k->num->stop && *k->num->stop ? ATL_STOPPED : threshold(&s);
		if (answer == ATL_FINE)
			answer = drop(&s, &any);
	}
	atl_free(s.out);
	atl_array_unref(s.t);
	return answer;
}

static const atl_op rows[] = {
	{ .name = "soft_threshold", .aliases = "prox_l1 shrink", .params = "x, lambda", .by = ATL_BY_TEXT,
	  .flags = ATL_OF_ELEMENTWISE, .value = "sign(x) .* max(abs(x) - lambda, 0)", .steady = true, /* one rounding */
	  .rule = { "g .* (abs(x) > lambda)", "-g .* sign(x) .* (abs(x) > lambda)" }, .kink = "abs(x) == lambda",
	  .kink_at = "soft_threshold'(lambda)", .kink_says = "soft_threshold'(lambda) = 0",
	  .one = { { "g .* (abs(x) >= lambda)", "-g .* sign(x) .* (abs(x) >= lambda)" }, "soft_threshold'(lambda) = 1" },
	  .half = { { "g .* (1 + sign(abs(x) - lambda)) ./ 2", "-g .* sign(x) .* (1 + sign(abs(x) - lambda)) ./ 2" },
		    "soft_threshold'(lambda) = 1/2" },
	  .summary = "x moved towards 0 by lambda, and 0 where it would cross: the proximal step of lambda*norm(x, 1)",
	  .detail = "It is the u with the least lambda*sum(abs(u)) + sum((u - x).^2)/2, so `soft_threshold(x - eta*g, eta*lambda)` "
		    "is a step of ISTA.",
	  .example = "soft_threshold([3; -0.5; -2], 1) -> [2; 0; -1]", .test = "x; lambda in [0.1, 1]" },
	{ .name = "project_simplex", .params = "x", .by = ATL_BY_KERNEL, .kernel = project, .shape = atl_shape_of_first,
	  .rule = { "(y > 0) .* (g - sum(g .* (y > 0)) ./ sum(y > 0))" }, 
	  .summary = "the nearest array of entries that are not negative and add up to 1",
	  .detail = "Its derivative at a point where an entry just becomes 0 is taken as if that one were 0 already.",
	  .example = "project_simplex([0.5, 2, 1.5]) -> [0; 0.75; 0.25]", .test = "x:4x1" },
};
ATL_FAMILY(atl_ops_proximal, "proximal steps");
