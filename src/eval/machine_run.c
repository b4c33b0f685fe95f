/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_run.c: instructions, one after the other.  Numbers cost a jump and
 * their arithmetic. */
#include "eval/machine_impl.h"

#include <string.h>
#include "number/float64.h"
#include "number/float64_scalar.h"

enum { TINY_PRODUCT = 512 }; /* multiplications up to which a product is a plain loop */

/* Each entry is summed in the order of the depth, as in atl_float64_matmul. */
static void tiny_product(const atl_instr *i)
{
	const size_t ai = i->turned[0] ? 1 : i->k, ap = i->turned[0] ? i->m : 1;
	const size_t bp = i->turned[1] ? 1 : i->n, bj = i->turned[1] ? i->k : 1;
	double *d = i->d;
	for (size_t r = 0; r < i->m; r++)
		for (size_t c = 0; c < i->n; c++) {
			const double *a = i->in[0] + r * ai, *b = i->in[1] + c * bj;
			double t = 0;
			for (size_t p = 0; p < i->k; p++)
				t += a[p * ap] * b[p * bp];
			*d++ = t;
		}
}

static atl_answer product(const atl_instr *i, atl_num *num)
{
	if (i->m * i->n * i->k > TINY_PRODUCT)
		return atl_float64_matmul(i->d, i->in[0], i->turned[0], i->in[1], i->turned[1], i->m, i->k, i->n, num);
	tiny_product(i);
	return ATL_FINE;
}

atl_answer atl_machine_call(const atl_machine *m, const atl_kernel_call *c, const atl_array *const *in, atl_array *out, atl_num *num)
{
	const atl_node *n = atl_graph_node(m->graph, c->node);
	memset(out->data, 0, out->n * sizeof(double));
	atl_kernel kernel = { .in = in, .n_in = c->n_in, .attr = atl_graph_attr(m->graph, c->node), .n_attr = n->n_attr,
			      .text = atl_graph_text(m->graph, c->node), .out = out, .num = num };
	return n->op->kernel(&kernel);
}

static atl_answer run_array(atl_machine *m, const atl_instr *i)
{
	switch (i->code) {
	case ATL_DO_SUM: return atl_float64_sum(i->d, i->in[0], 1, i->n, &m->num);
	case ATL_DO_PRODUCT: return product(i, &m->num);
	case ATL_DO_KERNEL: return atl_machine_call(m, i->u.call, i->u.call->in, &i->u.call->out, &m->num);
	case ATL_DO_GROUP: return atl_machine_run_group(m, i->u.group);
	case ATL_DO_SLICES: return atl_machine_run_slices(m, i->u.slices);
	default: atl_machine_map(i, i->d, i->in, 0, i->n); return ATL_FINE;
	}
}

#define ONE1(f) case ATL_DO_ONE1 + ATL_FN1_##f: *i->d = atl_f64_one_##f(*i->in[0]); break;
#define ONE2(f) case ATL_DO_ONE2 + ATL_FN2_##f: *i->d = atl_f64_one_##f(*i->in[0], *i->in[1]); break;

atl_answer atl_machine_run(atl_machine *m, const atl_instr *code, size_t n)
{
	for (const atl_instr *i = code, *end = code + n; i < end; i++) {
		switch (i->code) {
		ATL_FN1_LIST(ONE1)
		ATL_FN2_LIST(ONE2)
		default: {
			atl_answer answer = run_array(m, i);
			if (answer != ATL_FINE)
				return answer;
		}
		}
	}
	return ATL_FINE;
}
