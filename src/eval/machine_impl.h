/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_impl.h: between the files of the machine: its instructions. */
#ifndef ATL_EVAL_MACHINE_IMPL_H
#define ATL_EVAL_MACHINE_IMPL_H

#include "eval/machine.h"
#include "eval/plan_impl.h"
#include "number/float64_kernel.h"

typedef enum atl_do {
	/* of numbers: one for each primitive */
	ATL_DO_ONE1, ATL_DO_ONE2 = ATL_DO_ONE1 + ATL_FN1_COUNT,
	/* of arrays */
	ATL_DO_MAP1 = ATL_DO_ONE2 + ATL_FN2_COUNT, ATL_DO_MAP2, ATL_DO_WHERE, ATL_DO_COPY,
	ATL_DO_SPREAD, ATL_DO_SUM, ATL_DO_SUMS, ATL_DO_PRODUCT, ATL_DO_KERNEL, ATL_DO_GROUP
} atl_do;

/* An operand of a group's member. */
typedef enum atl_reads {
	ATL_READS_ONE,     /* one entry, for all */
	ATL_READS_ARRAY,   /* entries of an array, the block's */
	ATL_READS_PIECE,   /* the product's, where the piece of it is */
	ATL_READS_REGISTER /* a register; the address is its offset in the registers' memory */
} atl_reads;

typedef struct atl_kernel_call atl_kernel_call;
typedef struct atl_group atl_group;

typedef struct atl_instr {
	uint8_t code;     /* atl_do */
	uint8_t fn;
	bool turned[2];
	uint8_t stride[3];
	uint8_t reads[3], writes; /* atl_reads, in a group */
	double *d;
	const double *in[3];
	size_t n;         /* entries of the result; PRODUCT: its columns */
	size_t m, k;      /* PRODUCT: rows and depth; SPREAD: run and chunk; SUMS: m entries of a lane */
	union {
		atl_f64_fn1 *fn1; /* MAP1, MAP2: the kernel */
		atl_f64_fn2 *fn2;
		double *runs;     /* SUM in a group: the sums of the blocks */
		size_t turns;     /* SPREAD */
		atl_kernel_call *call;
		atl_group *group;
	} u;
} atl_instr;

struct atl_kernel_call {
	atl_id node;
	const atl_array **in;
	atl_array *header; /* of the operands */
	atl_array out;
	uint32_t n_in;
};

enum { ATL_GROUP_ARRAYS = 4 };
struct atl_group {
	const atl_instr *product; /* whose pieces the members go over, the first of them; NULL: none */
	bool whole_rows;          /* they need pieces of whole rows */
	const double *array[ATL_GROUP_ARRAYS]; /* that go with the product entry by entry */
	uint32_t n_arrays;
	const double *packed;     /* the product's right operand, which is constant; NULL: it is not */
	atl_instr *member;
	uint32_t n_members;
	uint32_t n_sums;
	size_t n, n_runs; /* entries; blocks: the runs of each sum */
};

static inline size_t atl_machine_blocks(size_t n)
{
	return (n + ATL_PLAN_BLOCK - 1) / ATL_PLAN_BLOCK;
}

struct atl_machine {
	atl_plan *plan;
	const atl_graph *graph;
	atl_num num;
	unsigned side;              /* which array of each input is `now` */
	atl_instr *code[2];         /* by side */
	size_t n_code;
	double *arena;
	double **input[2];          /* the arrays of the inputs */
	double *inputs;             /* their memory */
	atl_array **result;         /* of a job with results */
	double *registers;
	unsigned n_threads;
	size_t n_registers;         /* that each thread has */
	double *runs;               /* of all sums in groups */
	double **packed;            /* by term: a product's constant right operand; NULL: none */
};

/* eval/machine_code.c: fills in code[side]; false without memory. */
bool atl_machine_encode(atl_machine *, unsigned side) ATL_MUST_CHECK;
void atl_machine_drop_code(atl_machine *, unsigned side);
/* Where a term's entries are. */
double *atl_machine_address(const atl_machine *, uint32_t term, unsigned side);

/* eval/machine_map.c: what goes entry by entry: entries from..from+n of the result are
 * written to d. */
void atl_machine_map(const atl_instr *, double *d, const double *const in[3], size_t from, size_t n);
/* eval/machine_group.c */
atl_product atl_machine_product(const atl_instr *);
atl_epilogue atl_machine_epilogue(const atl_group *);
atl_answer atl_machine_run_group(atl_machine *, const atl_group *);

/* eval/machine_run.c: one after the other; what an op's kernel answers when it fails. */
atl_answer atl_machine_run(atl_machine *, const atl_instr *, size_t n);

#endif
