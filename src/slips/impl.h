/* SPDX-License-Identifier: GPL-3.0-or-later */
/* impl.h: between the files of src/slips. */
#ifndef ATL_SLIPS_IMPL_H
#define ATL_SLIPS_IMPL_H

#include "graph/derive.h"
#include "slips/slips.h"

/* A derivative that y is, or is made of: node is grad(l, x), or of a vector l the jacobian. */
typedef enum atl_derivative { ATL_GRAD, ATL_JACOBIAN, ATL_HESSIAN } atl_derivative;
typedef struct atl_origin {
	atl_id node, l, x;
	atl_derivative kind;
} atl_origin;

enum { ATL_MAX_ORIGINS = 4, ATL_MAX_SCALARS = 32 };

typedef struct atl_search {
	atl_slips *s;
	atl_diag trial;       /* of mutants that cannot be built */
	bool *no;             /* of the claim's entries: not as claimed by the last mutant */
	bool *wrong;          /* by y itself, when the shapes agree */
	size_t n_wrong;
	bool *cone;           /* nodes that y is computed from */
	atl_id last;          /* the graph's end before mutants */
	double budget;        /* work that is left, in multiplications */
	unsigned left;        /* mutants that are left */
	bool interrupted;
	bool stopped;         /* there is no memory for more */
	atl_origin origin[ATL_MAX_ORIGINS];
	size_t n_origins;
	bool origin_written;  /* their L and x stand in the claim */
	bool pairs;           /* each mutant is tried with a slip of the whole result besides */
} atl_search;

/* slips.c */
bool atl_slips_done(const atl_search *);
/* Computes the mutant, and cuts the graph back to what it was; true: it is the claim. */
bool atl_slips_try(atl_search *, atl_id mutant);
/* The same, and the slip is noted: its sentence, and where. */
bool atl_slips_name(atl_search *, atl_id mutant, const char *code, atl_id node, const char *format,
                    ...) ATL_PRINTF(5, 6);

/* rules.c */
typedef struct atl_wrong_rule {
	const char *op;
	int slot;         /* of the operand; forward: -1 */
	const char *text; /* over the parameters, y and g */
	const char *code, *says;
} atl_wrong_rule;
extern const atl_wrong_rule atl_wrong_backward[], atl_wrong_forward[]; /* the last has no op */
/* An op of one operand that bends what it gets: leaving it out is a slip. */
bool atl_slips_bends(const atl_op *);

/* rewrite.c */
/* Marks what id is computed from, bodies included; inputs are leaves.  n entries. */
void atl_slips_cone(const atl_graph *, atl_id id, bool *mark);
/* What stands for id: to[id], a copy when an operand has something else in its place, or id itself. */
atl_id atl_slips_copied(atl_builder *, atl_id id, atl_id *to) ATL_MUST_CHECK;
/* id with to[k] in place of k, where that is not 0; to[] has last + 1 entries and gets the copies.
 * 0 after a diagnostic. */
atl_id atl_slips_rewrite(atl_builder *, atl_id id, const bool *cone, atl_id *to) ATL_MUST_CHECK;
/* y with `other` in place of `node`. */
atl_id atl_slips_replaced(atl_search *, atl_id node, atl_id other) ATL_MUST_CHECK;

/* origin.c */
/* The derivative again, of what stands for its l and x now. */
atl_id atl_slips_derive(atl_builder *, const atl_origin *, atl_id l, atl_id x) ATL_MUST_CHECK;
void atl_slips_origins(atl_search *);

/* result.c: slips of the whole result that may come on top of another one: 0 when there are no more. */
enum { ATL_SECOND_TEXT = 64 };
atl_id atl_slips_second(atl_search *, atl_id mutant, unsigned k, char says[ATL_SECOND_TEXT]);

/* The four kinds. */
void atl_slips_result(atl_search *);
void atl_slips_backward(atl_search *);
void atl_slips_forward(atl_search *);
void atl_slips_rounding(atl_search *);

/* say.c */
/* The node, or the nearest one with a name that is computed from it; 0: none. */
atl_id atl_slips_named(const atl_search *, atl_id);
/* "a1 (line 3)", "W*x in z (line 3)": a node and its place. */
void atl_slips_say(atl_buf *, const atl_search *, atl_id);

#endif
