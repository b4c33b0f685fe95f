/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eval_impl.h: between the files of eval: the store of values. */
#ifndef ATL_EVAL_EVAL_IMPL_H
#define ATL_EVAL_EVAL_IMPL_H

#include "eval/eval.h"
#include "graph/op.h"

/* What a slot holds. */
typedef enum atl_holds {
	ATL_HOLDS_NOTHING,
	ATL_HOLDS_ARRAY,
	ATL_HOLDS_NUMBER   /* of a scalar, in a system whose elements are flat and have a double's size */
} atl_holds;

enum { ATL_SLOT_WIDTH = 29, ATL_SLOT_BITS = (1 << ATL_SLOT_WIDTH) - 1 };

/* A node's value.  Scalars, of which a long session has many, have no array of
 * their own until somebody asks for one: atl_eval_box makes it. */
typedef struct atl_slot {
	union {
		atl_array *array;
		double number;     /* the element's bytes */
	};
	uint64_t computed;  /* clock when the value was computed; 0: never */
	uint64_t checked;   /* clock when it was last found fresh */
	uint32_t stored;    /* index + 1 into stored */
	unsigned holds : 2; /* an atl_holds */
	unsigned alone : 1; /* computed by a plan: what it depends on may have no value */
	unsigned bits : ATL_SLOT_WIDTH; /* of an enclosure: the precision it was computed with; 0: exact, or rounded */
} atl_slot;

typedef struct atl_stored {
	atl_id id;
	atl_array *value;  /* in the system it was stored in */
	atl_span by;
	uint64_t changed;
} atl_stored;

typedef struct atl_guard {
	uint32_t outer;
	atl_id read;
	atl_array *value;
	atl_num num;       /* of that value */
	atl_span span;
} atl_guard;

/* A node in a walk, and what it still waits for. */
typedef struct atl_frame {
	const atl_id *in;
	uint32_t left;
	uint32_t guard;
	atl_id id;
} atl_frame;

/* Where a node stands in the list that cone.c made last, if it is of that list. */
typedef struct atl_seen { uint32_t list, at; } atl_seen;

struct atl_eval {
	const atl_graph *graph;
	const atl_symbols *symbols;
	const atl_sources *sources;
	atl_num num;
	uint64_t clock;
	atl_slot *slot;
	size_t n_slots, cap_slots;
	atl_stored *stored;
	size_t n_stored, cap_stored;
	atl_guard *guard;
	size_t n_guards, cap_guards;
	atl_frame *stack;
	size_t cap_stack;
	atl_seen *seen;     /* by id */
	size_t n_seen, cap_seen;
	uint32_t list;      /* its number */
	uint64_t unstored;  /* clock when an input went back to its closed expression last */
	bool no_plans;      /* not wanted, or one is being made */
	bool numbers;       /* the system's scalars are held as numbers */
	atl_id overflowed;
	bool ignore_guards;
	long digits;       /* that certified reals must have; 0: all that the precision holds */
	long limit_bits;   /* to which the precision is raised for that, and for decisions */
	bool undecided;    /* what failed last was a decision */
	bool falls_short;  /* the last values wanted have some digits, and not all */
};

/* eval/guards.c: the innermost guard of a node, unless guards are not looked at; and whether
 * all hold, what they read being fresh. */
static inline uint32_t atl_eval_guard_of(const atl_eval *e, const atl_node *n) { return e->ignore_guards ? 0 : n->guard; }
atl_status atl_eval_guards_hold(const atl_eval *, atl_id, atl_diag *) ATL_MUST_CHECK;

/* eval/eval.c: a slot for every node. */
atl_status atl_eval_reserve(atl_eval *, atl_diag *) ATL_MUST_CHECK;

/* eval/slot.c: what slots hold. */
/* Sets the flag that the system asks for. */
void atl_eval_choose(atl_eval *);
/* Takes the reference. */
void atl_slot_put(atl_slot *, atl_array *);
void atl_slot_put_number(atl_slot *, double);
void atl_slot_clear(atl_slot *);
/* The value as an array, which the slot owns; NULL when there is none, or no memory. */
atl_array *atl_eval_box(const atl_eval *, atl_id);
/* The value as an array that is only looked at: the slot's own, or `header` over its number. */
const atl_array *atl_eval_view(const atl_eval *, atl_id, atl_array *header);
/* The first entry, of which a scalar has no more. */
static inline const void *atl_slot_data(const atl_slot *s)
{
	return s->holds == ATL_HOLDS_NUMBER ? (const void *)&s->number : s->array->data;
}

/* eval/cone.c: computes the nodes with a plan where that pays; false: they are to
 * be computed one after the other. */
bool atl_eval_cone(atl_eval *, const atl_id *, size_t n);
/* Whether the value of a node that a plan computed still holds. */
bool atl_eval_still_holds(atl_eval *, atl_id);

/* eval/compute.c: the value of a node whose operands are fresh. */
atl_status atl_eval_node(atl_eval *, atl_id, atl_diag *) ATL_MUST_CHECK;
/* An op on the values of its operands. */
atl_answer atl_eval_apply(const atl_op *, atl_kernel *);

/* eval/once.c: whether a node with a body is one operation of the system in
 * force, which is computed from its operands and not from the body; and its value. */
bool atl_eval_rounds_whole(const atl_eval *, atl_id);
atl_answer atl_eval_whole(atl_eval *, atl_id, atl_array *out);

/* eval/blame.c */
atl_status atl_eval_no_value_error(const atl_eval *, atl_id, size_t entry, atl_diag *);
atl_status atl_eval_unable_error(const atl_eval *, atl_id, atl_answer, atl_diag *);
/* "A" was declared by its shape, and has no value. */
atl_status atl_eval_abstract_error(const atl_eval *, atl_id, atl_diag *);
/* "out of memory for a 60000×60000 array". */
atl_status atl_eval_memory_error(const atl_eval *, atl_id, atl_diag *);
/* "n was 2 when this was built, and is 3 now". */
void atl_eval_guard_error(const atl_eval *, const atl_guard *, const atl_array *now, atl_diag *);
/* "at 4096 bits; ..." */
void atl_eval_tell_bits(long bits, atl_diag *);
void atl_eval_since(const atl_eval *, atl_id born, atl_diag *);

#endif
