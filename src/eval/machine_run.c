/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine_run.c: instructions, one after the other.
 *
 * Numbers and small arrays cost a jump and their arithmetic.  A group runs its
 * members over one block of entries after the other, so that what is between
 * them stays in the innermost cache. */
#include "eval/machine_impl.h"

#include <math.h>
#include <string.h>
#include "number/float64.h"

enum { TINY_PRODUCT = 512 }; /* multiplications up to which a product is a plain loop */

/* ---- entry by entry ---- */

static atl_answer map1(const atl_instr *i, double *d, const double *x, size_t n, atl_num *num)
{
	return atl_float64.fn1[i->fn](d, x, n, num);
}

/* The frequent ones over a few entries are not worth a call. */
static atl_answer map2(const atl_instr *i, double *d, const double *a, const double *b, size_t n, atl_num *num)
{
	const size_t sa = i->stride[0], sb = i->stride[1];
	if (n < ATL_PLAN_FEW && i->fn == ATL_FN2_add) {
		for (size_t k = 0; k < n; k++)
			d[k] = a[k * sa] + b[k * sb];
	} else if (n < ATL_PLAN_FEW && i->fn == ATL_FN2_sub) {
		for (size_t k = 0; k < n; k++)
			d[k] = a[k * sa] - b[k * sb];
	} else if (n < ATL_PLAN_FEW && i->fn == ATL_FN2_mul) {
		for (size_t k = 0; k < n; k++)
			d[k] = a[k * sa] * b[k * sb];
	} else {
		return atl_float64.fn2[i->fn](d, a, sa, b, sb, n, num);
	}
	return ATL_FINE;
}

/* No value as a condition is no value. */
static void where(const atl_instr *i, double *restrict d, const double *c, const double *a, const double *b, size_t n)
{
	const size_t sc = i->stride[0], sa = i->stride[1], sb = i->stride[2];
	for (size_t k = 0; k < n; k++) {
		const double v = c[k * sc], x = a[k * sa], y = b[k * sb];
		d[k] = v != v ? v : v != 0 ? x : y;
	}
}

static void copy(const atl_instr *i, double *d, const double *x, size_t n)
{
	if (i->stride[0])
		memmove(d, x, n * sizeof *d);
	else
		for (size_t k = 0; k < n; k++)
			d[k] = *x;
}

/* Entries from..from+n of a matrix all of whose rows are x, of m entries. */
static void rows(double *d, const double *x, size_t m, size_t from, size_t n)
{
	for (size_t k = 0; k < n;) {
		size_t at = (from + k) % m, run = m - at < n - k ? m - at : n - k;
		memcpy(d + k, x + at, run * sizeof *d);
		k += run;
	}
}

/* The same where all columns are x, and there are m of them. */
static void columns(double *d, const double *x, size_t m, size_t from, size_t n)
{
	for (size_t k = 0; k < n;) {
		size_t row = (from + k) / m, end = (row + 1) * m - from;
		const double v = x[row];
		for (end = end < n ? end : n; k < end; k++)
			d[k] = v;
	}
}

/* ---- groups ---- */

static double *place(const atl_machine *m, const double *p, uint8_t reads, size_t from)
{
	switch (reads) {
	case ATL_READS_ARRAY: return (double *)(uintptr_t)(p + from);
	case ATL_READS_REGISTER: return m->registers + (uintptr_t)p;
	default: return (double *)(uintptr_t)p;
	}
}

static atl_answer run_member(atl_machine *m, const atl_instr *i, size_t from, size_t n)
{
	double *d = place(m, i->d, i->writes, from);
	const double *a = place(m, i->in[0], i->reads[0], from);
	switch (i->code) {
	case ATL_DO_MAP1: return map1(i, d, a, n, &m->num);
	case ATL_DO_MAP2: return map2(i, d, a, place(m, i->in[1], i->reads[1], from), n, &m->num);
	case ATL_DO_WHERE:
		where(i, d, a, place(m, i->in[1], i->reads[1], from), place(m, i->in[2], i->reads[2], from), n);
		break;
	case ATL_DO_COPY: copy(i, d, a, n); break;
	case ATL_DO_ROWS: rows(d, a, i->m, from, n); break;
	case ATL_DO_COLUMNS: columns(d, a, i->m, from, n); break;
	default: break;
	}
	return ATL_FINE;
}

static atl_answer run_group(atl_machine *m, const atl_group *g)
{
	for (size_t from = 0, n; from < g->n; from += n) {
		n = g->n - from < ATL_PLAN_BLOCK ? g->n - from : ATL_PLAN_BLOCK;
		if (atl_float64_stop(&m->num))
			return ATL_STOPPED;
		for (uint32_t k = 0; k < g->n_members; k++) {
			atl_answer answer = run_member(m, &g->member[k], from, n);
			if (answer != ATL_FINE)
				return answer;
		}
	}
	return ATL_FINE;
}

/* ---- products and kernels ---- */

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

static atl_answer call_kernel(atl_machine *m, atl_kernel_call *c)
{
	const atl_node *n = atl_graph_node(m->graph, c->node);
	memset(c->out.data, 0, c->out.n * sizeof(double));
	atl_kernel kernel = { .in = c->in, .n_in = c->n_in, .attr = atl_graph_attr(m->graph, c->node), .n_attr = n->n_attr,
			      .text = atl_graph_text(m->graph, c->node), .out = &c->out, .num = &m->num };
	return n->op->kernel(&kernel);
}

/* ---- all ---- */

static atl_answer run_array(atl_machine *m, const atl_instr *i)
{
	switch (i->code) {
	case ATL_DO_FN1: return map1(i, i->d, i->in[0], 1, &m->num);
	case ATL_DO_FN2: return map2(i, i->d, i->in[0], i->in[1], 1, &m->num);
	case ATL_DO_MAP1: return map1(i, i->d, i->in[0], i->n, &m->num);
	case ATL_DO_MAP2: return map2(i, i->d, i->in[0], i->in[1], i->n, &m->num);
	case ATL_DO_WHERE: where(i, i->d, i->in[0], i->in[1], i->in[2], i->n); break;
	case ATL_DO_COPY: copy(i, i->d, i->in[0], i->n); break;
	case ATL_DO_ROWS: rows(i->d, i->in[0], i->m, 0, i->n); break;
	case ATL_DO_COLUMNS: columns(i->d, i->in[0], i->m, 0, i->n); break;
	case ATL_DO_SUM: return atl_float64_sum(i->d, i->in[0], 1, i->n, &m->num);
	case ATL_DO_PRODUCT: return product(i, &m->num);
	case ATL_DO_KERNEL: return call_kernel(m, i->u.call);
	case ATL_DO_GROUP: return run_group(m, i->u.group);
	default: break;
	}
	return ATL_FINE;
}

atl_answer atl_machine_run(atl_machine *m, const atl_instr *code, size_t n)
{
	for (const atl_instr *i = code, *end = code + n; i < end; i++) {
		switch (i->code) {
		case ATL_DO_ADD1: *i->d = *i->in[0] + *i->in[1]; break;
		case ATL_DO_SUB1: *i->d = *i->in[0] - *i->in[1]; break;
		case ATL_DO_MUL1: *i->d = *i->in[0] * *i->in[1]; break;
		case ATL_DO_DIV1: *i->d = *i->in[0] / *i->in[1]; break;
		case ATL_DO_NEG1: *i->d = -*i->in[0]; break;
		default: {
			atl_answer answer = run_array(m, i);
			if (answer != ATL_FINE)
				return answer;
		}
		}
	}
	return ATL_FINE;
}
