/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan_lower.c: from nodes to terms.
 *
 * Statement by statement: the nodes that the right sides need become terms,
 * in the order of the ids, unless they are terms already; then what is stored
 * takes the place of the input, and all that depends on it is forgotten. */
#include "eval/plan_impl.h"

#include <string.h>
#include "base/mem.h"

typedef struct lowering {
	atl_eval *e;
	const atl_graph *g;
	atl_plan *p;
	atl_diag *diag;
	const atl_job *job;
	atl_id last;
	bool *varies;          /* by id: depends on an input that is stored or set */
	bool *uniform;         /* by id: all its entries are one number, and are not kept apart */
	bool *light;           /* by id: large, and better computed again than kept */
	bool *needed;          /* by id: for this statement */
	uint32_t *memo;        /* by id: its term under the inputs as they are now; 0: none */
	atl_terms terms;
} lowering;

static const atl_node *node(const lowering *l, atl_id id) { return atl_graph_node(l->g, id); }
static bool nomem(lowering *l) { return atl_diag_nomem(l->diag) == ATL_OK; }

static bool is_op(const lowering *l, atl_id id, const char *name)
{
	return !strcmp(node(l, id)->op->name, name);
}

static bool is_stored(const lowering *l, atl_id id)
{
	return l->e->slot[id].stored != 0;
}

static const atl_shape SCALAR = { 2, { 1, 1 } };

/* The node whose value a node has without computing anything; 0: none. */
static atl_id passed_on(const lowering *l, atl_id id) { return atl_plan_passed_on(l->e, id); }

/* ---- terms ---- */

/* A term's index; 0 without memory. */
static uint32_t add_new(lowering *l, atl_term t, const uint32_t *in)
{
	uint32_t index = atl_terms_add_new(&l->terms, t, in);
	if (!index)
		(void)nomem(l);
	return index;
}

/* The same, or an equal term's. */
static uint32_t add(lowering *l, atl_term t, const uint32_t *in)
{
	uint32_t index = atl_terms_find(&l->terms, &t, in);
	return index ? index : add_new(l, t, in);
}

/* What an entrywise term reads where a scalar was repeated: the scalar. */
static uint32_t repeated(const lowering *l, uint32_t t)
{
	const atl_term *copy = &l->p->term[t];
	uint32_t from = copy->code == ATL_CODE_COPY ? *atl_plan_in(l->p, copy) : 0;
	return from && atl_term_repeats(&l->p->term[from]) ? from : t;
}

/* What a spread term repeats. */
static const atl_term *source_of(const lowering *l, uint32_t t)
{
	return &l->p->term[*atl_plan_in(l->p, &l->p->term[t])];
}

/* A term that has all its entries in memory. */
static uint32_t spelled_out(lowering *l, uint32_t t)
{
	const atl_term *from = &l->p->term[t];
	if (from->code != ATL_CODE_NUMBER || from->n == 1)
		return t;
	return add(l, (atl_term){ .code = ATL_CODE_COPY, .shape = from->shape, .n_in = 1, .node = from->node }, &t);
}

/* ---- one node ---- */

static uint32_t lower_constant(lowering *l, atl_id id)
{
	const char *text = atl_graph_text(l->g, id);
	atl_num num = l->e->num;
	num.flags = 0;
	atl_term t = { .code = ATL_CODE_NUMBER, .shape = node(l, id)->shape, .node = id };
	bool one = node(l, id)->flags & ATL_NF_LITERAL && !strchr(text, ' ') && !is_stored(l, id);
	if (one && num.sys->set_literal(&t.number, text, strlen(text), &num) == ATL_FINE && !num.flags)
		return add(l, t, NULL);
	t.code = ATL_CODE_LEAF;
	t.number = 0;
	return add(l, t, NULL);
}

static uint32_t lower_map2(lowering *l, atl_term t, const uint32_t *in)
{
	const atl_term *b = &l->p->term[in[1]];
	if (t.fn == ATL_FN2_pow && b->code == ATL_CODE_NUMBER && b->number == 2) {
		t.fn = ATL_FN2_mul;
		return add(l, t, (uint32_t[]){ in[0], in[0] });
	}
	return add(l, t, in);
}

/* A transposed operand is read as it is; a vector's transpose has the same entries. */
static uint32_t lower_product(lowering *l, atl_term t, uint32_t *in)
{
	for (int k = 0; k < 2; k++) {
		const atl_term *a = &l->p->term[in[k]];
		if (a->code != ATL_CODE_KERNEL || !is_op(l, a->node, "transpose"))
			continue;
		in[k] = *atl_plan_in(l->p, a);
		t.turned[k] = true;
	}
	return add(l, t, in);
}

/* What is repeated twice is repeated from where it is first. */
static uint32_t lower_broadcast(lowering *l, atl_term t, const uint32_t *in)
{
	const atl_term *first = &l->p->term[*in];
	const atl_shape *to = t.shape, *from = first->shape;
	if (first->code == ATL_CODE_SPREAD && atl_plan_spread(&(atl_spread){ 0 }, source_of(l, *in)->shape, to))
		return lower_broadcast(l, t, &(uint32_t){ *atl_plan_in(l->p, first) });
	if (atl_shape_count(from) == 1)
		t.code = ATL_CODE_COPY;
	else if (atl_plan_spread(&(atl_spread){ 0 }, from, to))
		t.code = ATL_CODE_SPREAD;
	return add(l, t, in);
}

/* Sums of lanes that fill the blocks of the group that computes their entries. */
static bool sums_fill_blocks(const lowering *l, atl_id id, uint32_t in)
{
	const atl_term *x = &l->p->term[in];
	int64_t axis = *atl_graph_attr(l->g, id);
	size_t extent = (size_t)x->shape->dim[axis - 1];
	for (int d = (int)axis; d < x->shape->rank; d++)
		if (x->shape->dim[d] != 1)
			return false;
	return atl_term_entrywise(x) && x->n >= ATL_PLAN_MANY && extent >= ATL_F64_FEW && ATL_PLAN_BLOCK % extent == 0;
}

static bool is_view(const lowering *l, atl_id id)
{
	const atl_shape *s = node(l, id)->shape;
	if (is_op(l, id, "transpose"))
		return s->dim[0] == 1 || s->dim[1] == 1;
	return is_op(l, id, "reshape") || is_op(l, id, "ident") || is_op(l, id, "stopgrad");
}

static uint32_t lower_kernel(lowering *l, atl_id id, atl_term t, uint32_t *in)
{
	const atl_op *op = node(l, id)->op;
	for (uint32_t k = 0; k < t.n_in; k++)
		if (!(in[k] = spelled_out(l, in[k])))
			return 0;
	if (is_op(l, id, "matmul")) {
		t.code = ATL_CODE_PRODUCT;
		return lower_product(l, t, in);
	}
	if (is_op(l, id, "broadcast"))
		return lower_broadcast(l, t, in);
	if (is_op(l, id, "sum") && *atl_graph_attr(l->g, id) == 0)
		t.code = ATL_CODE_SUM;
	else if (is_op(l, id, "sum") && sums_fill_blocks(l, id, *in))
		t.code = ATL_CODE_SUMS;
	else if (is_view(l, id))
		t.code = ATL_CODE_VIEW;
	return op->kernel ? add(l, t, in) : 0;
}

/* Over operands that are one entry each: computed once, and repeated where it must be. */
static uint32_t lower_once(lowering *l, atl_term t, const uint32_t *in)
{
	atl_term copy = { .code = ATL_CODE_COPY, .shape = t.shape, .n_in = 1, .node = t.node };
	t.shape = &SCALAR;
	uint32_t one = t.code == ATL_CODE_MAP2 ? lower_map2(l, t, in) : add(l, t, in);
	return one ? add(l, copy, &one) : 0;
}

/* The operand that an entrywise term's operands are all repeated from in the same way; 0: they are not. */
static const atl_shape *repeated_from(const lowering *l, const atl_term *t, const uint32_t *in)
{
	const atl_shape *from = NULL;
	for (uint32_t k = 0; k < t->n_in; k++) {
		const atl_term *a = &l->p->term[in[k]];
		if (atl_term_repeats(a))
			continue;
		if (a->code != ATL_CODE_SPREAD || (from && !atl_shape_equal(from, source_of(l, in[k])->shape)))
			return NULL;
		from = source_of(l, in[k])->shape;
	}
	return from;
}

/* Over operands that are repeated alike: computed before that. */
static uint32_t lower_before_spread(lowering *l, atl_term t, uint32_t *in, const atl_shape *from)
{
	atl_term spread = { .code = ATL_CODE_SPREAD, .shape = t.shape, .n_in = 1, .node = t.node };
	for (uint32_t k = 0; k < t.n_in; k++)
		if (l->p->term[in[k]].code == ATL_CODE_SPREAD)
			in[k] = *atl_plan_in(l->p, &l->p->term[in[k]]);
	t.shape = from;
	uint32_t small = t.code == ATL_CODE_MAP2 ? lower_map2(l, t, in) : add(l, t, in);
	return small ? add(l, spread, &small) : 0;
}

static uint32_t lower_op(lowering *l, atl_id id, uint32_t *in)
{
	const atl_node *n = node(l, id);
	const atl_op *op = n->op;
	atl_term t = { .code = ATL_CODE_KERNEL, .fn = 0, .shape = n->shape, .n_in = n->n_in, .node = id };
	bool where = is_op(l, id, "where");
	if (op->by != ATL_BY_MAP1 && op->by != ATL_BY_MAP2 && !where)
		return lower_kernel(l, id, t, in);
	t.code = op->by == ATL_BY_MAP1 ? ATL_CODE_MAP1 : where ? ATL_CODE_WHERE : ATL_CODE_MAP2;
	t.fn = where ? 0 : (uint8_t)op->fn;
	size_t entries = atl_shape_count(n->shape);
	bool once = entries > 1 && atl_plan_arithmetic(op->by, op->fn);
	for (uint32_t k = 0; k < t.n_in; k++)
		once = once && atl_term_repeats(&l->p->term[repeated(l, in[k])]);
	/* a function of one argument has no strides */
	bool strided = once || t.code != ATL_CODE_MAP1;
	for (uint32_t k = 0; k < t.n_in; k++) {
		in[k] = strided ? repeated(l, in[k]) : spelled_out(l, in[k]);
		if (!in[k] || (l->p->term[in[k]].n != entries && l->p->term[in[k]].n != 1))
			return 0;
	}
	if (once)
		return lower_once(l, t, in);
	const atl_shape *from = atl_plan_arithmetic(op->by, op->fn) ? repeated_from(l, &t, in) : NULL;
	if (from)
		return lower_before_spread(l, t, in, from);
	return t.code == ATL_CODE_MAP2 ? lower_map2(l, t, in) : add(l, t, in);
}

/* The guards of what varies were met when it was built; they must hold now,
 * and go on to hold. */
static bool guards_are_constant(lowering *l, atl_id id)
{
	uint32_t guard = node(l, id)->guard;
	for (uint32_t g = guard; g; g = l->e->guard[g - 1].outer)
		if (l->varies[l->e->guard[g - 1].read])
			return false;
	return !guard || !atl_eval_guard_differs(l->e, id);
}

/* Whether its value is taken from eval. */
static bool is_constant(const lowering *l, atl_id id)
{
	return !l->varies[id] && !l->light[id] && (!l->uniform[id] || node(l, id)->flags & ATL_NF_LITERAL);
}

static bool lower_node(lowering *l, atl_id id)
{
	enum { FEW = 8 };
	uint32_t few[FEW], *in = few, n = node(l, id)->n_in;
	atl_id same = passed_on(l, id);
	if (is_constant(l, id)) {
		l->memo[id] = lower_constant(l, id);
		return l->memo[id] != 0;
	}
	if (!guards_are_constant(l, id))
		return false;
	if (same) {
		l->memo[id] = l->memo[same];
		return true;
	}
	if (n > FEW && !(in = atl_malloc(n * sizeof *in)))
		return nomem(l);
	for (uint32_t k = 0; k < n; k++)
		in[k] = l->memo[atl_graph_in(l->g, id)[k]];
	l->memo[id] = lower_op(l, id, in);
	if (in != few)
		atl_free(in);
	return l->memo[id] != 0;
}

/* ---- statements ---- */

static void need_operands(lowering *l, atl_id id)
{
	atl_id same = passed_on(l, id);
	if (same) {
		l->needed[same] = true;
		return;
	}
	for (uint32_t k = 0; k < node(l, id)->n_in; k++)
		l->needed[atl_graph_in(l->g, id)[k]] = true;
}

/* Makes terms of all nodes that are marked as needed, and of what they need. */
static bool lower_needed(lowering *l)
{
	for (atl_id id = l->last; id > 0; id--)
		if (l->needed[id] && !l->memo[id] && !is_constant(l, id))
			need_operands(l, id);
	bool fine = true;
	for (atl_id id = 1; id <= l->last && fine; id++)
		if (l->needed[id] && !l->memo[id])
			fine = lower_node(l, id);
	memset(l->needed, 0, (l->last + 1u) * sizeof *l->needed);
	return fine;
}

static atl_planned *input_of(const lowering *l, atl_id id)
{
	for (size_t i = 0; i < l->p->n_inputs; i++)
		if (l->p->input[i].input == id)
			return &l->p->input[i];
	return NULL;
}

/* What depends on the input is another term from here on. */
static void forget_dependents(lowering *l, atl_id input)
{
	bool *stale = l->needed; /* clear between statements */
	stale[input] = true;
	for (atl_id id = input + 1; id <= l->last; id++) {
		atl_id same = passed_on(l, id);
		if (!l->varies[id] || is_stored(l, id))
			continue;
		stale[id] = same && stale[same];
		for (uint32_t k = 0; k < node(l, id)->n_in && !same && !stale[id]; k++)
			stale[id] = stale[atl_graph_in(l->g, id)[k]];
		if (stale[id])
			l->memo[id] = 0;
	}
	memset(stale, 0, (l->last + 1u) * sizeof *stale);
}

/* The stores from..to are one statement's. */
static bool lower_statement(lowering *l, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		l->needed[l->job->store[i].value] = true;
	if (!lower_needed(l))
		return false;
	for (size_t i = from; i < to; i++) {
		const atl_store *s = &l->job->store[i];
		if (node(l, s->value)->shape != node(l, s->input)->shape)
			return false;
		input_of(l, s->input)->next = l->memo[s->value];
	}
	for (size_t i = from; i < to; i++) {
		atl_id input = l->job->store[i].input;
		forget_dependents(l, input);
		l->memo[input] = input_of(l, input)->next;
	}
	return true;
}

static bool lower_body(lowering *l)
{
	const atl_job *job = l->job;
	for (size_t from = 0, to; from < job->n_stores; from = to) {
		for (to = from; to < job->n_stores && job->store[to].statement == job->store[from].statement;)
			to++;
		if (!lower_statement(l, from, to))
			return false;
	}
	for (size_t i = 0; i < job->n_wants; i++)
		l->needed[job->want[i]] = true;
	if (!lower_needed(l))
		return false;
	for (size_t i = 0; i < job->n_wants; i++)
		l->p->want[i] = l->memo[job->want[i]];
	return true;
}

/* ---- before and after ---- */

static bool add_input(lowering *l, atl_id id)
{
	if (l->varies[id])
		return true;
	l->varies[id] = true;
	uint32_t now = add(l, (atl_term){ .code = ATL_CODE_INPUT, .shape = node(l, id)->shape, .node = id }, NULL);
	l->p->input[l->p->n_inputs++] = (atl_planned){ id, now, now };
	l->memo[id] = now;
	return now != 0;
}

static bool open_tables(lowering *l)
{
	const atl_job *job = l->job;
	l->last = atl_graph_last(l->g);
	l->varies = atl_calloc(l->last + 1u, sizeof *l->varies);
	l->needed = atl_calloc(l->last + 1u, sizeof *l->needed);
	l->memo = atl_calloc(l->last + 1u, sizeof *l->memo);
	l->uniform = atl_calloc(l->last + 1u, sizeof *l->uniform);
	l->light = atl_plan_light_nodes(l->e);
	l->p->input = atl_calloc(job->n_stores + job->n_set + 1, sizeof *l->p->input);
	l->p->want = atl_calloc(job->n_wants + 1, sizeof *l->p->want);
	l->p->n_wants = job->n_wants;
	if (!l->varies || !l->needed || !l->memo || !l->uniform || !l->light || !l->p->input || !l->p->want ||
	    !atl_terms_open(&l->terms, l->p))
		return nomem(l);
	return true;
}

/* What would be an array of one number, whoever has it. */
static void find_uniform(lowering *l)
{
	for (atl_id id = 1; id <= l->last; id++) {
		const atl_node *n = node(l, id);
		const atl_id *in = atl_graph_in(l->g, id);
		atl_id same = passed_on(l, id);
		if (atl_shape_count(n->shape) <= 1 || is_stored(l, id))
			continue;
		bool all = n->n_in && (atl_plan_arithmetic(n->op->by, n->op->fn) || is_op(l, id, "broadcast"));
		for (uint32_t k = 0; k < n->n_in && all; k++)
			all = l->uniform[in[k]] || atl_shape_scalar(node(l, in[k])->shape);
		l->uniform[id] = same ? l->uniform[same] : all || (n->flags & ATL_NF_LITERAL && !strchr(atl_graph_text(l->g, id), ' '));
	}
}

static bool find_inputs(lowering *l)
{
	const atl_job *job = l->job;
	for (size_t i = 0; i < job->n_set; i++)
		if (!add_input(l, job->set[i]))
			return false;
	for (size_t i = 0; i < job->n_stores; i++)
		if (!add_input(l, job->store[i].input))
			return false;
	if (job->stale)
		memcpy(l->varies, job->stale, (l->last + 1u) * sizeof *l->varies);
	for (atl_id id = 1; id <= l->last && !job->stale; id++) {
		atl_id same = passed_on(l, id);
		if (is_stored(l, id) || l->varies[id])
			continue;
		l->varies[id] = same && l->varies[same];
		for (uint32_t k = 0; k < node(l, id)->n_in && !same && !l->varies[id]; k++)
			l->varies[id] = l->varies[atl_graph_in(l->g, id)[k]];
	}
	find_uniform(l);
	return true;
}

/* What is stored, and a result, must be a term that can be written elsewhere. */
static bool settle_ends(lowering *l)
{
	atl_plan *p = l->p;
	for (size_t i = 0; i < p->n_inputs + p->n_wants; i++) {
		uint32_t *end = i < p->n_inputs ? &p->input[i].next : &p->want[i - p->n_inputs];
		bool taken = !atl_term_computed(&p->term[*end]);
		for (size_t k = 0; k < i; k++)
			taken |= *end == (k < p->n_inputs ? p->input[k].next : p->want[k - p->n_inputs]);
		if (!taken)
			continue;
		const atl_term *from = &p->term[*end];
		*end = add_new(l, (atl_term){ .code = ATL_CODE_COPY, .shape = from->shape, .n_in = 1, .node = from->node }, end);
		if (!*end)
			return false;
	}
	return true;
}

/* What fails here is not told: who wants it is. */
static bool compute_leaf(lowering *l, atl_term *t)
{
	if (atl_eval_compute(l->e, &t->node, 1, l->diag)) {
		if (l->diag->kind != ATL_KIND_INTERRUPT)
			atl_diag_reset(l->diag);
		return false;
	}
	t->leaf = atl_array_ref(atl_eval_get(l->e, t->node));
	l->p->no_values |= atl_array_no_value(t->leaf) < t->n;
	return true;
}

static bool compute_leaves(lowering *l)
{
	bool fine = true;
	for (size_t i = 1; i < l->p->n && fine; i++)
		if (l->p->term[i].code == ATL_CODE_LEAF && l->p->term[i].live)
			fine = compute_leaf(l, &l->p->term[i]);
	return fine;
}

bool atl_plan_lower(atl_plan *p, atl_eval *e, const atl_job *job, atl_diag *diag)
{
	lowering l = { .e = e, .g = e->graph, .p = p, .diag = diag, .job = job };
	bool fine = open_tables(&l) && find_inputs(&l) && lower_body(&l) && settle_ends(&l);
	if (fine) {
		atl_plan_mark_live(p);
		fine = compute_leaves(&l);
	}
	atl_free(l.varies);
	atl_free(l.needed);
	atl_free(l.memo);
	atl_free(l.uniform);
	atl_free(l.light);
	atl_terms_close(&l.terms);
	return fine;
}
