/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expr.h: expressions in normal form, for the files of src/algebra.
 *
 *     LEAF     a node of the graph
 *     SUM      c1*e1 + c2*e2 + ...      rational c without a common factor; none is there twice
 *     SUM      c*e                      the only one whose e may be a SUM, and so of a term
 *     PROD     e1^k1 .* e2^k2 .* ...    entry by entry; k whole or a half; no e is a PROD
 *     MAT      e1*e2*...                two or more; no e is a MAT or a scalar
 *     TURN     e'
 *     SPREAD   e repeated to a shape
 *     CALL     any other op
 *
 * 1 is the PROD of nothing, 2 is 2*1, and 0 is the SUM of nothing.  In a SUM or
 * a PROD of arrays an operand may be a scalar, a column or a row, as long as
 * another one has the whole shape.  Equal expressions are one: they are
 * interned, and their parts are sorted by number.  Expression 0 is none: what a
 * constructor gives after a failure (no memory, numbers that are too large, more
 * than ATL_EX_MANY parts), and takes. */
#ifndef ATL_ALGEBRA_EXPR_H
#define ATL_ALGEBRA_EXPR_H

#include "graph/op.h"
#include "graph/build.h"

typedef uint32_t ex;
enum { ATL_EX_MANY = 64 };

typedef struct ratio { int64_t num, den; } ratio; /* den > 0, in lowest terms; den 0: too large */

typedef enum ex_kind { EX_LEAF, EX_SUM, EX_PROD, EX_MAT, EX_TURN, EX_SPREAD, EX_CALL } ex_kind;

typedef struct part {
	ex e;
	ratio c; /* SUM: its factor; PROD: its exponent */
} part;

typedef struct ex_node {
	ex_kind kind;
	const atl_shape *shape;  /* interned */
	uint32_t part, n;        /* algebra.part[part..] */
	const atl_op *op;        /* CALL */
	atl_id id;               /* LEAF: the node; CALL: one with the same op and attributes */
	ex name;                 /* the LEAF that has this as its definition; 0: none */
	ex next_named;           /* PROD: the next one that has a name */
	uint32_t chain;
	uint64_t hash;
	atl_id lowered;          /* the node it became; 0: none yet */
} ex_node;

typedef struct algebra {
	atl_builder *b;
	const atl_graph *g;
	ex_node *node;           /* [0] is none */
	size_t n, cap;
	part *parts;
	size_t n_parts, cap_parts;
	uint32_t *bucket;
	size_t n_buckets;
	ex named_product;        /* the first PROD that has a name */
	const uint32_t *kept;
	atl_id n_kept;
	const atl_id *unit;
	size_t n_unit;
	bool *unit_used;
	bool failed;             /* no diagnostic: the expression is too long, or numbers too large */
	bool nomem;
	unsigned depth;          /* of lowering */
} algebra;

/* ---- ratios ---- */
ratio ratio_of(int64_t num, int64_t den);
ratio ratio_add(ratio, ratio);
ratio ratio_mul(ratio, ratio);
ratio ratio_power(ratio, int64_t k);
bool ratio_parse(const char *text, ratio *out); /* "-2", "0.25", "1e-3" */
static inline bool ratio_is(ratio r, int64_t v) { return r.num == v && r.den == 1; }
static inline bool ratio_equal(ratio a, ratio b) { return a.num == b.num && a.den == b.den; }

/* ---- expressions ---- */
bool algebra_init(algebra *, atl_builder *);
void algebra_clear(algebra *);

ex ex_leaf(algebra *, atl_id);
ex ex_number(algebra *, ratio);
ex ex_zero(algebra *, const atl_shape *);
ex ex_sum(algebra *, const atl_shape *, const part *, uint32_t n);
ex ex_add(algebra *, const atl_shape *, ex a, ratio cb, ex b); /* a + cb*b */
ex ex_scale(algebra *, ratio, ex);
ex ex_prod(algebra *, const atl_shape *, ratio, const part *, uint32_t n);
ex ex_mat(algebra *, const atl_shape *, const ex *, uint32_t n);
ex ex_turn(algebra *, ex);
ex ex_spread(algebra *, ex, const atl_shape *);
/* `model` is a node with the op and the attributes. */
ex ex_call(algebra *, atl_id model, const atl_shape *, const ex *, uint32_t n);
ex ex_sum_of(algebra *, ex, int64_t axis); /* sum(e), sum(e, axis) */

/* The number that is a factor of e, and the rest. */
ratio ex_split(const algebra *, ex, ex *rest);
/* The factors of e as a product, one when it is none; how many. */
uint32_t ex_factors(const algebra *, ex, part out[ATL_EX_MANY]);

static inline const ex_node *ex_at(const algebra *a, ex e) { return &a->node[e]; }
static inline const part *ex_parts(const algebra *a, ex e) { return a->parts + a->node[e].part; }
static inline bool ex_is(const algebra *a, ex e, ex_kind k) { return e && a->node[e].kind == k; }
static inline bool ex_is_zero(const algebra *a, ex e) { return ex_is(a, e, EX_SUM) && !a->node[e].n; }
static inline bool ex_is_one(const algebra *a, ex e) { return ex_is(a, e, EX_PROD) && !a->node[e].n; }
static inline bool ex_is_scalar(const algebra *a, ex e) { return atl_shape_scalar(a->node[e].shape); }
bool ex_is_op(const algebra *, ex, const char *name);
ex ex_fail(algebra *);
const atl_shape *ex_shape_2(algebra *, int64_t rows, int64_t cols);

/* intern.c */
ex ex_intern(algebra *, const ex_node *, const part *, uint32_t n);

/* lift.c: nodes to expressions; lower.c: back. */
ex algebra_lift(algebra *, atl_id, atl_id direction);
void algebra_define(algebra *, atl_id name);
atl_id algebra_lower(algebra *, ex, const atl_shape *);

#endif
