/* SPDX-License-Identifier: GPL-3.0-or-later */
/* op.h: what an op is: one row, in one place.
 *
 * The rows stand in src/ops, by family.  Everything about an op is read from
 * its row: parsing of its arguments, its shape, its value in every number
 * system, its adjoint, help, completion, the manual, the gradient tests.
 *
 * An op computes its value in one of five ways:
 *   ATL_BY_MAP1, ATL_BY_MAP2   a primitive of the number systems, entry by entry
 *   ATL_BY_TEXT                `value`, an expression in atled's own language over its
 *                              parameters; the node keeps the expression as a hidden body
 *   ATL_BY_KERNEL              `shape` and `kernel`, over the number system's table
 *   ATL_BY_BUILD               `build`: makes nodes of other ops and has none of its own
 *
 * Adjoint rules are text in atled's language too: one for each operand, over the
 * parameters, y (the value) and g (the adjoint that flows in, of y's shape);
 * the rule must have the shape of its parameter.  NULL: no gradient flows.
 * An ATL_BY_TEXT op without rules is differentiated through its body. */
#ifndef ATL_GRAPH_OP_H
#define ATL_GRAPH_OP_H

#include "base/text.h"
#include "graph/graph.h"
#include "lang/tree.h"

enum { ATL_OP_PARAMS = 8, ATL_OP_RULES = 4, ATL_OP_STATICS = 16 };

/* `set kink`: the slope that is taken where the slopes of both sides differ. */
typedef enum atl_kink_rule { ATL_KINK_ZERO, ATL_KINK_ONE, ATL_KINK_HALF, ATL_KINK_ERROR } atl_kink_rule;

/* The rules that take another side, where they differ from the row's own. */
typedef struct atl_side_rule {
	const char *rule[ATL_OP_RULES]; /* NULL: the row's own */
	const char *says;               /* NULL: the row's own */
} atl_side_rule;

typedef enum atl_by { ATL_BY_MAP1, ATL_BY_MAP2, ATL_BY_TEXT, ATL_BY_KERNEL, ATL_BY_BUILD } atl_by;

enum {
	ATL_OF_ELEMENTWISE = 1, /* operands are broadcast to one shape, and the result has it */
	ATL_OF_NO_GRADIENT = 2, /* piecewise constant: its adjoints are zero (sign, floor, comparisons) */
	ATL_OF_INTERNAL = 4,    /* used by rules and the builder; not for users, in no manual */
	ATL_OF_VARIADIC = 8,    /* any number of operands from n_min on; rule 0 serves all (with k, its number) */
	ATL_OF_LANES = 32,      /* its kernel goes lane by lane of the axis that is its first attribute, and allocates nothing */
	ATL_OF_IMAGES = 64,     /* its kernel goes by the last two dimensions, and allocates nothing */
	ATL_OF_RANDOM = 16      /* each call is a node of its own, with a key as its last attribute */
};

typedef struct atl_builder atl_builder;

/* A call of an op, its arguments sorted out: operands first, statics apart. */
typedef struct atl_call {
	const atl_op *op;
	const atl_id *arg;            /* operands, by parameter; 0 where an optional one was left out */
	uint32_t n_args;
	int64_t stat[ATL_OP_STATICS]; /* static integer parameters, defaults filled in; a list takes several */
	uint8_t given[ATL_OP_STATICS]; /* how many numbers the user wrote for the static that begins there; 0: none */
	bool outer;                   /* a column and a row may be broadcast against each other: .+ and its kin */
	const atl_span *arg_span;     /* of each operand; NULL: none known */
	atl_span span;                /* the whole call */
	atl_span at;                  /* the name or operator */
} atl_call;

/* One evaluation of a node. */
typedef struct atl_kernel {
	const atl_array *const *in;
	uint32_t n_in;
	const int64_t *attr;
	uint32_t n_attr;
	const char *text;
	atl_array *out;               /* zeros of the node's shape */
	atl_num *num;
} atl_kernel;

struct atl_op {
	const char *name;       /* "sigmoid"; an operator's function name: "add" */
	const char *aliases;    /* "logistic expit"; NULL: none */
	const char *params;     /* "x, slope=0.01; axis=0": operands, then after ; static integers.  A default is an expression;
	                         * an operand without default must be given.  "x..." is variadic.  Statics may be lists:
	                         * "stride[2]=1" is two numbers, written as two or as one for both; of "padding[4]" two
	                         * stand for two each; "axes[..6]" is up to six, with zeros after.  "=0|same|valid"
	                         * allows these words too; `prepare` turns them into numbers */
	const char *summary;    /* one line, lower case: "the logistic function 1/(1 + exp(-x))" */
	const char *detail;     /* more for help and manual; NULL: none */
	const char *example;    /* an expression and what it prints: "sigmoid(0) -> 0.5"; several separated by \n */
	const char *domain;     /* "x > 0": where it has a value; NULL: everywhere */
	atl_by by;
	int fn;                 /* the primitive: atl_fn1 or atl_fn2 */
	const char *value;      /* ATL_BY_TEXT */
	bool steady;            /* entry by entry, of operands that numbers of the formats can be: if each primitive
	                         * of binary64 is off by a few units, `value` is off by less than 2^-40 of itself,
	                         * or it is smaller than 2^-900 as its exact value is (eval/once.c) */
	const char *rule[ATL_OP_RULES];
	const char *kink;       /* condition over the parameters where the rule takes a side: "x == 0" */
	const char *kink_at;    /* what is not there: "relu'(0)" */
	const char *kink_says;  /* which side the rule takes: "relu'(0) = 0" */
	atl_side_rule one, half; /* after `set kink one` and `half` */
	atl_tree_op infix;      /* how a node is written, when not as name(...): ATL_O_ADD, ... */
	atl_tree_kind written;  /* ATL_T_TRANSPOSE, ATL_T_INDEX...: special forms; else 0 */
	unsigned flags;
	const char *shown;      /* the name it is written with, when not its own: "max" for amax */
	const char *longer;     /* the row of a call with more arguments than parameters: log(x, base); NULL: none */
	/* Before anything is built: fills in or checks statics; may be NULL. */
	atl_status (*prepare)(atl_builder *, atl_call *);
	atl_status (*shape)(atl_builder *, const atl_call *, atl_shape *out);
	atl_answer (*kernel)(atl_kernel *);
	atl_id (*build)(atl_builder *, const atl_call *);
	/* Where a rule cannot be text: what `node` sends back to its operand `slot` under g; 0 after a diagnostic. */
	atl_id (*vjp)(atl_builder *, atl_id node, uint32_t slot, atl_id g);
	/* For the gradient test: operands' shapes and ranges, "x:3x2 in [0.1, 3]; b:3x1"; NULL: 2x3 and
	 * 1 x 1 in [-2, 2].  "a:3x3 symmetric" and "a:3x3 definite" are such matrices.
	 * "c in {0, 1}" draws one of the two, "n=4" is that number, for sizes and other
	 * statics; a variadic op's operands are what stands here.  "" : not differentiable, not tested.
	 * Other calls stand after |: x:2x3 | x:4x2x3; at=[1,2]; how="same". */
	const char *test;
	const char *latex;      /* "\\sigma"; NULL: \operatorname{name} */
};

/* ops/table.c: all rows. */
const atl_op *atl_op_find(const char *name, size_t len); /* by name or alias; NULL: none */
size_t atl_op_count(void);
const atl_op *atl_op_at(size_t i);                       /* by family, in the order of the manual */
const char *atl_op_group(const atl_op *);                /* its family's heading: "activations" */

/* The rule of an operand, NULL: none; and what to say of it. */
const char *atl_op_rule(const atl_op *, atl_kink_rule, uint32_t slot);
const char *atl_op_kink_says(const atl_op *, atl_kink_rule);
const char *atl_kink_name(unsigned rule); /* "zero", ...; NULL past the last */

/* Parameters of a row, read from its text. */
typedef struct atl_param {
	const char *name;
	size_t len;
	const char *fallback;     /* its default's text; NULL: must be given */
	size_t fallback_len;
	bool is_static, variadic;
	uint8_t slots;            /* numbers of a static: 1, or of a list */
	bool up_to;               /* a list of at most so many */
	const char *words;        /* "same|valid": what may stand for the number; NULL: nothing */
	size_t words_len;
	bool optional;            /* may be left out, and its default is no value to write in its place */
} atl_param;
size_t atl_op_params(const atl_op *, atl_param out[ATL_OP_PARAMS]);
/* All of them. */
typedef struct atl_signature {
	atl_param param[ATL_OP_PARAMS];
	uint32_t n, n_statics; /* parameters; numbers of the static ones */
} atl_signature;
/* Static number k as a word of its parameter, before `prepare`: "same" of "same|valid" is word 0. */
static inline int64_t atl_word(int k) { return INT64_MIN + k; }
/* The shortest way to write a static: how many numbers; number i is slot[i*slots/n]. */
size_t atl_param_written(const atl_param *, const int64_t *slot);
/* How a call is written: "max(a[, b][, axis])", "leaky_relu(x, slope=0.01)", "pi". */
void atl_op_signature(const atl_op *, atl_buf *);

#endif
