/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.h: what is to be done for some values in float64, in order, with memory.
 *
 * A plan is made of nodes that are wanted and of stores into inputs, as a
 * loop's body has them; machine.h runs it.  It is a list of terms, each the
 * value of a node under one version of the inputs: a statement sees what the
 * statements before it stored, so a node may be several terms, and equal terms
 * are one.  What depends on no input that is stored is computed by eval before
 * the first turn and is a leaf.
 *
 *     x <- x - 0.1*g    %x -> input x       (now)      terms, in order
 *                       mul 0.1 %g          in register or arena
 *                       sub %x %mul         -> input x (next)
 *
 * Terms of many entries that go entry by entry are run as one loop, a group,
 * block by block, and sums of them with it, of all or of lanes that fill blocks;
 * what only the group reads is in no memory.  A large product that only one group
 * reads is the first of its members: they go over it piece by piece, as it is made,
 * and when its depth is small it is in no memory either.  An entrywise term reads an operand of one entry again and again, so
 * a scalar is never repeated in memory; a transposed operand of a product is
 * read in place.
 *
 * Where steps over large arrays go slice by slice, all of them are run for some slices before
 * the next (plan_slice.c).
 *
 * Every input that is stored has two arrays: a turn reads `now` and writes
 * `next`, and they change places when the turn is accepted.  All other
 * terms share one arena; two that do not live at the same time may share
 * a place.
 *
 * A plan computes what eval's walk computes, bit by bit, or is not made: it
 * is for float64 without `set nan keep`, and a node whose guards read what
 * the stores change has none (SEMANTICS 7). */
#ifndef ATL_EVAL_PLAN_H
#define ATL_EVAL_PLAN_H

#include "eval/eval.h"
#include "number/float64_kernel.h"

typedef enum atl_code {
	ATL_CODE_LEAF,    /* a value that eval holds */
	ATL_CODE_NUMBER,  /* one number for all entries */
	ATL_CODE_INPUT,   /* an input that is stored, as it was when the turn began */
	ATL_CODE_MAP1, ATL_CODE_MAP2, ATL_CODE_WHERE, /* entry by entry */
	ATL_CODE_COPY,    /* entry by entry, the same */
	ATL_CODE_SPREAD,  /* entries repeated along some dimensions */
	ATL_CODE_SUM,     /* of all entries */
	ATL_CODE_SUMS,    /* of each lane of entries that stand side by side */
	ATL_CODE_PRODUCT, /* of two matrices, each as it is or transposed */
	ATL_CODE_VIEW,    /* the operand's entries under another shape */
	ATL_CODE_KERNEL   /* the op's own kernel */
} atl_code;

/* Where a term's entries are. */
typedef enum atl_home {
	ATL_HOME_NONE,     /* nowhere: in its group, or nobody reads it */
	ATL_HOME_OUTSIDE,  /* a leaf's array, a number */
	ATL_HOME_ARENA,    /* at an offset, in entries */
	ATL_HOME_NOW,      /* input number `at`, as the turn found it */
	ATL_HOME_NEXT,     /* ... as the turn leaves it */
	ATL_HOME_RESULT,   /* array number `at` of the wanted ones */
	ATL_HOME_VIEW      /* where term `at` is */
} atl_home;

typedef struct atl_term {
	atl_code code;
	uint8_t fn;            /* MAP1: atl_fn1; MAP2: atl_fn2 */
	bool turned[2];        /* PRODUCT: an operand is read transposed */
	bool live;             /* somebody reads it */
	atl_home home;
	size_t at;
	const atl_shape *shape;
	size_t n;              /* entries */
	uint32_t in, n_in;     /* operands: terms, atl_plan.in[in..] */
	atl_id node;
	double number;         /* NUMBER */
	const atl_array *leaf; /* LEAF: held */
	size_t group;          /* entries of the group that it is run in; 0: none */
	uint32_t level;        /* see plan_schedule.c */
	uint32_t step, last;   /* the step that makes it, and the last one that reads it */
	uint32_t part;         /* of a step by slices: terms of one part stand together */
} atl_term;

/* An input that is stored. */
typedef struct atl_planned {
	atl_id input;
	uint32_t now, next;    /* terms: before a turn and after it */
} atl_planned;

/* Slices of arrays of a rank: by their indices in the dimensions from..to-1 (from 0), which have the extents that
 * `shape` has there. */
typedef struct atl_slicing {
	int from, to, rank;
	const atl_shape *shape;
	size_t count; /* slices */
} atl_slicing;

/* Terms order[from..to): one, or a group; or, with a slicing (its number from 1), parts
 * that are one or a group each. */
typedef struct atl_plan_step { uint32_t from, to, slicing; } atl_plan_step;

typedef struct atl_plan {
	atl_term *term;        /* term[0] is none */
	size_t n, cap;
	uint32_t *in;
	size_t n_in, cap_in;
	atl_planned *input;
	size_t n_inputs;
	uint32_t *want;        /* terms */
	size_t n_wants;
	uint32_t *order;       /* the live terms that are computed */
	atl_plan_step *step;
	size_t n_order, n_steps;
	atl_slicing *slicing;
	size_t n_slicings, cap_slicings;
	size_t arena;          /* entries */
	const atl_graph *graph;
	bool no_values;        /* a leaf has entries of no value, which flags do not tell */
} atl_plan;

/* A store of a body: statement by statement; those of one statement read
 * before they write. */
typedef struct atl_store {
	atl_id input, value;
	uint32_t statement;
} atl_store;

/* What a plan is made for. */
typedef struct atl_job {
	const atl_store *store;
	size_t n_stores;
	const atl_id *set;     /* inputs that the caller sets between turns, such as a counter */
	size_t n_set;
	const atl_id *want;    /* computed after the stores */
	size_t n_wants;
	const bool *stale;     /* by id, NULL: what the plan computes; else what stores and sets reach */
	bool results;          /* what is wanted goes into arrays of its own */
} atl_job;

enum {
	ATL_PLAN_MANY = ATL_F64_VECTOR_MIN, /* entries from which a term is part of a group */
	ATL_PLAN_BLOCK = ATL_F64_RUN,       /* entries of a group's block */
	ATL_SLICE_OPERANDS = 4              /* at most, of an op's kernel over slices */
};

/* Computes the leaves.  *out is NULL where the nodes have no plan (ATL_OK), and
 * after a failure, which is one of memory or an interrupt. */
atl_status atl_plan_make(atl_eval *, const atl_job *, atl_plan **out, atl_diag *) ATL_MUST_CHECK;
void atl_plan_free(atl_plan *);
/* The schedule as text, a line a step or member of a group. */
void atl_plan_print(atl_buf *, const atl_plan *);

/* The end of the part of a step that begins at order[at]. */
uint32_t atl_plan_part_end(const atl_plan *, const atl_plan_step *, uint32_t at);

static inline const uint32_t *atl_plan_in(const atl_plan *p, const atl_term *t)
{
	return p->in + t->in;
}
static inline bool atl_term_entrywise(const atl_term *t)
{
	return t->code >= ATL_CODE_MAP1 && t->code <= ATL_CODE_SPREAD;
}

#endif
