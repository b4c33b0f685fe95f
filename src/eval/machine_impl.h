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
	ATL_DO_SPREAD, ATL_DO_SUM, ATL_DO_SUMS, ATL_DO_PRODUCT, ATL_DO_KERNEL, ATL_DO_GROUP, ATL_DO_SLICES
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
typedef struct atl_slices atl_slices;

typedef struct atl_instr {
	uint8_t code;     /* atl_do */
	uint8_t fn;
	bool turned[2];
	uint8_t stride[3];
	uint8_t reads[3], writes; /* atl_reads, in a group */
	bool skipped;     /* a SPREAD that is read where it comes from */
	double *d;
	const double *in[3];
	const struct atl_instr *spread[3]; /* in a group: a SPREAD that is read where it comes from; NULL: in[k] */
	size_t n;         /* entries of the result; PRODUCT: its columns */
	size_t m, k;      /* PRODUCT: rows and depth; SPREAD: run and chunk; SUMS: m entries of a lane */
	union {
		atl_f64_fn1 *fn1; /* MAP1, MAP2: the kernel */
		atl_f64_fn2 *fn2;
		double *runs;     /* SUM in a group: the sums of the blocks */
		size_t turns;     /* SPREAD */
		atl_kernel_call *call;
		atl_group *group;
		atl_slices *slices;
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

/* One step of some that go by slices; slice i of its result is entries (o*count + i)*inner .. +inner, o < outer. */
typedef struct atl_slice_part {
	atl_instr instr;
	size_t outer, inner;
	size_t extent;         /* a sum of so many; 0: something else */
	size_t beside, across; /* its lanes lie so many beside one another inside a slice; or it goes across the slices, and
	                        * so many of them are between two of a lane's entries (else 0) */
} atl_slice_part;

struct atl_slices {
	atl_slice_part *part;
	uint32_t n_parts;
	int dims;              /* the first dimensions that are sliced, where kernels are */
	size_t count;          /* slices */
	size_t entries, row;   /* of a slice of the largest array; of them that stand together */
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
	double *inputs;             /* the arrays of the inputs, both */
	double *arena;
	double **input[2];          /* where each is among them */
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
/* eval/machine_group.c; a range: entries from..from+n, with registers for one block; `piece`: the
 * product's entries of that range, if the group has one. */
void atl_machine_run_range(const atl_group *, double *registers, size_t from, size_t n, const double *piece);
atl_product atl_machine_product(const atl_instr *);
atl_epilogue atl_machine_epilogue(const atl_group *);
atl_answer atl_machine_run_group(atl_machine *, const atl_group *);

/* eval/machine_slice.c */
atl_answer atl_machine_run_slices(atl_machine *, const atl_slices *);

/* eval/machine_run.c: an op's kernel on some operands. */
atl_answer atl_machine_call(const atl_machine *, const atl_kernel_call *, const atl_array *const *in, atl_array *out, atl_num *);
/* One after the other; what an op's kernel answers when it fails. */
atl_answer atl_machine_run(atl_machine *, const atl_instr *, size_t n);

#endif
