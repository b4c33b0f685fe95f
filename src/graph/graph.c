/* SPDX-License-Identifier: GPL-3.0-or-later */
/* graph.c: the node array, its pools and the table of equal nodes. */
#include "graph/graph.h"

#include <string.h>
#include "base/mem.h"
#include "graph/op.h"

struct atl_graph {
	atl_graph_pools at;
	size_t cap, n_in, cap_in, n_attr, cap_attr, n_text, cap_text;
	atl_id *bucket;           /* heads of chains, newest first */
	uint32_t n_buckets;       /* a power of two, or 0 */
	const atl_shape **shape;  /* open addressing */
	uint32_t n_shapes, cap_shapes;
	const atl_shape *scalar;  /* of these; NULL until one is met */
	atl_arena arena;          /* shapes */
	size_t largest;           /* entries of the largest shape */
	atl_call_site *call;      /* from 1 on, in the order in which they began */
	size_t cap_calls;
	uint16_t n_calls, current;
	uint32_t limit;
	bool full;
};

enum { FIRST_BUCKETS = 256, FIRST_SHAPES = 32 };
static const uint32_t DEFAULT_LIMIT = UINT32_MAX / 2;

atl_graph *atl_graph_new(void)
{
	atl_graph *g = atl_calloc(1, sizeof *g);
	if (!g)
		return NULL;
	g->limit = DEFAULT_LIMIT;
	g->at.n = 1;
	g->n_text = 1;
	g->bucket = atl_calloc(FIRST_BUCKETS, sizeof *g->bucket);
	g->n_buckets = FIRST_BUCKETS;
	g->shape = atl_calloc(FIRST_SHAPES, sizeof *g->shape);
	g->cap_shapes = FIRST_SHAPES;
	if (!g->bucket || !g->shape || !atl_grow(&g->at.node, &g->cap, 64, sizeof *g->at.node) ||
	    !atl_grow(&g->at.text, &g->cap_text, 64, 1)) {
		atl_graph_free(g);
		return NULL;
	}
	memset(g->at.node, 0, sizeof *g->at.node);
	g->at.text[0] = 0;
	return g;
}

void atl_graph_free(atl_graph *g)
{
	if (!g)
		return;
	atl_free(g->at.node);
	atl_free(g->at.in);
	atl_free(g->at.attr);
	atl_free(g->at.text);
	atl_free(g->bucket);
	atl_free(g->shape);
	atl_free(g->call);
	atl_arena_clear(&g->arena);
	atl_free(g);
}

void atl_graph_set_guard(atl_graph *g, atl_id id, uint32_t guard) { g->at.node[id].guard = guard; }

void atl_graph_renumber_guards(atl_graph *g, const uint32_t *number)
{
	for (atl_id id = 1; id < g->at.n; id++)
		g->at.node[id].guard = number[g->at.node[id].guard];
}

bool atl_graph_full(const atl_graph *g) { return g->full; }
size_t atl_graph_largest(const atl_graph *g) { return g->largest; }

void atl_graph_set_limit(atl_graph *g, uint32_t max_nodes)
{
	g->limit = max_nodes ? max_nodes : DEFAULT_LIMIT;
	g->full = false;
}

void atl_graph_set_flag(atl_graph *g, atl_id id, uint16_t flag, bool on)
{
	uint16_t *f = &g->at.node[id].flags;
	*f = (uint16_t)(on ? *f | flag : *f & ~flag);
}

atl_id atl_graph_root(const atl_graph *g, atl_id id)
{
	while (g->at.node[id].flags & ATL_NF_ALIAS)
		id = g->at.in[g->at.node[id].in];
	return id;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

/* ---- shapes ---- */

static uint64_t shape_hash(const atl_shape *s)
{
	uint64_t h = (uint64_t)s->rank;
	for (int i = 0; i < s->rank; i++)
		h = mix(h, (uint64_t)s->dim[i]);
	return h ^ (h >> 32);
}

static const atl_shape **shape_slot(const atl_shape **table, uint32_t cap, const atl_shape *s)
{
	uint32_t i = (uint32_t)shape_hash(s) & (cap - 1);
	while (table[i] && !atl_shape_equal(table[i], s))
		i = (i + 1) & (cap - 1);
	return &table[i];
}

static bool shapes_grow(atl_graph *g)
{
	uint32_t cap = g->cap_shapes * 2;
	const atl_shape **table = atl_calloc(cap, sizeof *table);
	if (!table)
		return false;
	for (uint32_t i = 0; i < g->cap_shapes; i++)
		if (g->shape[i])
			*shape_slot(table, cap, g->shape[i]) = g->shape[i];
	atl_free(g->shape);
	g->shape = table;
	g->cap_shapes = cap;
	return true;
}

const atl_shape *atl_graph_intern_shape(atl_graph *g, const atl_shape *s)
{
	if (g->scalar && atl_shape_scalar(s))
		return g->scalar;
	const atl_shape **slot = shape_slot(g->shape, g->cap_shapes, s);
	if (*slot)
		return *slot;
	if (2 * (g->n_shapes + 1) > g->cap_shapes) {
		if (!shapes_grow(g))
			return NULL;
		slot = shape_slot(g->shape, g->cap_shapes, s);
	}
	atl_shape *own = atl_arena_alloc(&g->arena, sizeof *own);
	if (!own)
		return NULL;
	*own = *s;
	for (int i = s->rank; i < ATL_MAX_RANK; i++)
		own->dim[i] = 0;
	*slot = own;
	g->n_shapes++;
	if (atl_shape_scalar(own))
		g->scalar = own;
	if (atl_shape_count(own) > g->largest)
		g->largest = atl_shape_count(own);
	return own;
}

/* ---- equal nodes ---- */

static const uint16_t KEY_FLAGS = ATL_NF_HIDDEN;

/* What a graph that grows looks for next stands near what it found last: the
 * newest operand gives the place in the table, and the rest moves it by less
 * than a page.  Nodes that differ by more than their operands (a thousand
 * rows of one matrix, literals) are spread over the whole table. */
static uint32_t key_hash(const atl_new *k, const atl_shape *shape)
{
	enum { NEAR = 1023 };
	atl_id newest = 0;
	uint64_t h = mix((uint64_t)(uintptr_t)k->op, (uint64_t)(uintptr_t)shape);
	h = mix(h, k->flags & KEY_FLAGS);
	for (uint32_t i = 0; i < k->n_in; i++) {
		h = mix(h, k->in[i]);
		newest = k->in[i] > newest ? k->in[i] : newest;
	}
	for (uint32_t i = 0; i < k->n_attr; i++)
		h = mix(h, (uint64_t)k->attr[i]);
	if (k->text)
		h = mix(h, atl_text_hash(k->text, strlen(k->text)));
	return newest && !k->n_attr ? newest + (uint32_t)(h & NEAR) : (uint32_t)h;
}

static bool key_equal(const atl_graph *g, atl_id id, const atl_new *k, const atl_shape *shape,
		      uint32_t hash)
{
	const atl_node *n = &g->at.node[id];
	return n->hash == hash && n->op == k->op && n->shape == shape && n->n_in == k->n_in && n->n_attr == k->n_attr &&
	       (n->flags & KEY_FLAGS) == (k->flags & KEY_FLAGS) &&
	       (!k->n_in || !memcmp(g->at.in + n->in, k->in, k->n_in * sizeof *k->in)) &&
	       (!k->n_attr || !memcmp(g->at.attr + n->attr, k->attr, k->n_attr * sizeof *k->attr)) &&
	       (k->text && *k->text ? !strcmp(g->at.text + n->text, k->text) : !n->text);
}

static uint32_t node_hash(const atl_graph *g, atl_id id)
{
	const atl_node *n = &g->at.node[id];
	atl_new k = { .op = n->op, .in = g->at.in + n->in, .n_in = n->n_in, .attr = g->at.attr + n->attr,
		      .n_attr = n->n_attr, .text = g->at.text + n->text, .flags = n->flags };
	return key_hash(&k, n->shape);
}

/* Whether a node stands in the table: not named, nothing that must stay apart. */
static bool is_shared(const atl_node *n)
{
	return n->chain != UINT32_MAX;
}

static void table_insert(atl_graph *g, atl_id id)
{
	atl_id *head = &g->bucket[g->at.node[id].hash & (g->n_buckets - 1)];
	g->at.node[id].chain = *head;
	*head = id;
}

static void table_remove(atl_graph *g, atl_id id)
{
	atl_id *p = &g->bucket[g->at.node[id].hash & (g->n_buckets - 1)];
	while (*p != id)
		p = &g->at.node[*p].chain;
	*p = g->at.node[id].chain;
	g->at.node[id].chain = UINT32_MAX;
}

static void table_rebuild(atl_graph *g)
{
	memset(g->bucket, 0, g->n_buckets * sizeof *g->bucket);
	for (atl_id id = 1; id < g->at.n; id++)
		if (is_shared(&g->at.node[id]))
			table_insert(g, id);
}

static void table_grow(atl_graph *g)
{
	if (g->at.n < g->n_buckets)
		return;
	atl_id *bigger = atl_calloc((size_t)g->n_buckets * 2, sizeof *bigger);
	if (!bigger)
		return; /* longer chains are slower, not wrong */
	atl_free(g->bucket);
	g->bucket = bigger;
	g->n_buckets *= 2;
	table_rebuild(g);
}

/* ---- calls of functions ---- */

uint16_t atl_graph_enter(atl_graph *g, atl_sym name, atl_span span)
{
	uint16_t outer = g->current;
	if (g->n_calls < UINT16_MAX - 1 && atl_grow(&g->call, &g->cap_calls, g->n_calls + 2u, sizeof *g->call)) {
		g->call[++g->n_calls] = (atl_call_site){ .name = name, .span = span, .born = g->at.n - 1, .outer = outer };
		g->current = g->n_calls;
	}
	return outer;
}

uint16_t atl_graph_enter_call_of(atl_graph *g, atl_id id)
{
	uint16_t outer = g->current;
	g->current = g->at.node[id].call;
	return outer;
}

void atl_graph_leave(atl_graph *g, uint16_t outer) { g->current = outer; }

const atl_call_site *atl_graph_call(const atl_graph *g, uint16_t call)
{
	return call ? &g->call[call] : NULL;
}

bool atl_graph_call_open(const atl_graph *g, uint16_t call)
{
	uint16_t c = g->current;
	while (c && c != call)
		c = g->call[c].outer;
	return call && c == call;
}

/* Of an equal node that is written again: the call, unless that will be cut before the node. */
static uint16_t call_of_equal(const atl_graph *g, atl_id id)
{
	return g->current && id > g->call[g->current].born ? g->current : 0;
}

/* Before a compaction: those that kept nodes were made in stay, and those around them. */
static void keep_calls(atl_graph *g, const bool *keep)
{
	for (uint16_t c = 1; c <= g->n_calls; c++)
		g->call[c].moved = c == g->current;
	for (atl_id id = 1; id < g->at.n; id++)
		if (keep[id] && g->at.node[id].call)
			g->call[g->at.node[id].call].moved = 1;
	for (uint16_t c = g->n_calls; c > 0; c--)
		if (g->call[c].moved && g->call[c].outer)
			g->call[g->call[c].outer].moved = 1;
}

/* After it: they slide down, and the nodes, now n of them, get their new numbers. */
static void compact_calls(atl_graph *g, const atl_id *remap)
{
	uint16_t out = 0;
	atl_id id = 0, newest = 0;
	for (uint16_t c = 1; c <= g->n_calls; c++) {
		for (; id < g->call[c].born; id++)
			newest = remap[id + 1] ? remap[id + 1] : newest;
		g->call[c].born = newest;
		g->call[c].outer = g->call[c].outer ? g->call[g->call[c].outer].moved : 0;
		if (g->call[c].moved)
			g->call[c].moved = ++out;
	}
	for (atl_id i = 1; i < g->at.n; i++)
		g->at.node[i].call = g->at.node[i].call ? g->call[g->at.node[i].call].moved : 0;
	g->current = g->current ? g->call[g->current].moved : 0;
	for (uint16_t c = 1; c <= g->n_calls; c++)
		if (g->call[c].moved)
			g->call[g->call[c].moved] = g->call[c];
	g->n_calls = out;
}

/* ---- adding ---- */

static bool reserve(atl_graph *g, const atl_new *k, size_t text_len)
{
	if (g->at.n > g->limit) { /* n - 1 nodes are there */
		g->full = true;
		return false;
	}
	return atl_grow(&g->at.node, &g->cap, g->at.n + 1u, sizeof *g->at.node) &&
	       atl_grow(&g->at.in, &g->cap_in, g->n_in + k->n_in + 1, sizeof *g->at.in) &&
	       atl_grow(&g->at.attr, &g->cap_attr, g->n_attr + k->n_attr + 1, sizeof *g->at.attr) &&
	       atl_grow(&g->at.text, &g->cap_text, g->n_text + text_len + 1, 1);
}

atl_id atl_graph_add(atl_graph *g, const atl_new *k)
{
	uint16_t flags = k->flags;
	for (uint32_t i = 0; i < k->n_in; i++) {
		if (k->in[i] == 0)
			return 0;
		/* an input is a leaf: its closed expression lends it nothing */
		if (!(flags & ATL_NF_INPUT))
			flags |= g->at.node[k->in[i]].flags & (ATL_NF_OPEN | ATL_NF_ABSTRACT);
	}
	if (flags & ATL_NF_INPUT)
		flags |= ATL_NF_OPEN;
	const atl_shape *shape = atl_graph_intern_shape(g, &k->shape);
	if (!shape)
		return 0;
	uint32_t hash = 0;
	if (!k->fresh) {
		hash = key_hash(k, shape);
		for (atl_id id = g->bucket[hash & (g->n_buckets - 1)]; id; id = g->at.node[id].chain)
			if (key_equal(g, id, k, shape, hash)) {
				/* an error is shown where the expression was written last */
				if (k->span.lo) {
					g->at.node[id].span = k->span;
					g->at.node[id].call = call_of_equal(g, id);
				}
				return id;
			}
	}
	size_t text_len = k->text ? strlen(k->text) : 0;
	if (!reserve(g, k, text_len))
		return 0;
	atl_id id = g->at.n++;
	atl_node *n = &g->at.node[id];
	*n = (atl_node){ .op = k->op, .shape = shape, .in = (uint32_t)g->n_in, .n_in = k->n_in,
			 .attr = (uint32_t)g->n_attr, .n_attr = k->n_attr, .body = k->body, .chain = UINT32_MAX,
			 .hash = hash, .flags = flags, .call = g->current, .span = k->span };
	if (k->n_in)
		memcpy(g->at.in + g->n_in, k->in, k->n_in * sizeof *k->in);
	if (k->n_attr)
		memcpy(g->at.attr + g->n_attr, k->attr, k->n_attr * sizeof *k->attr);
	g->n_in += k->n_in;
	g->n_attr += k->n_attr;
	if (text_len) {
		n->text = (uint32_t)g->n_text;
		memcpy(g->at.text + g->n_text, k->text, text_len + 1);
		g->n_text += text_len + 1;
	}
	if (!k->fresh) {
		table_insert(g, id);
		table_grow(g);
	}
	return id;
}

/* A copy of a node that shares nothing; operands are copied first, since the
 * pool they stand in may move. */
static atl_id copy_node(atl_graph *g, atl_id id, atl_span span)
{
	const atl_node n = g->at.node[id];
	size_t bytes = n.n_in * sizeof(atl_id) + n.n_attr * sizeof(int64_t) + strlen(g->at.text + n.text) + 1;
	char *space = atl_malloc(bytes);
	if (!space)
		return 0;
	int64_t *attr = (int64_t *)(void *)space;
	atl_id *in = (atl_id *)(void *)(attr + n.n_attr);
	char *text = (char *)(in + n.n_in);
	memcpy(attr, g->at.attr + n.attr, n.n_attr * sizeof *attr);
	memcpy(in, g->at.in + n.in, n.n_in * sizeof *in);
	memcpy(text, g->at.text + n.text, strlen(g->at.text + n.text) + 1);
	atl_new k = { .op = n.op, .shape = *n.shape, .in = in, .n_in = n.n_in, .attr = attr, .n_attr = n.n_attr,
		      .text = text, .body = n.body, .flags = n.flags, .fresh = true, .span = span };
	atl_id copy = atl_graph_add(g, &k);
	atl_free(space);
	return copy;
}

atl_id atl_graph_name(atl_graph *g, atl_id id, atl_sym name, uint32_t turn, atl_id since, atl_span span)
{
	if (id == 0)
		return 0;
	atl_node *n = &g->at.node[id];
	if (n->name || (n->flags & (ATL_NF_INPUT | ATL_NF_ALIAS) && id <= since)) {
		atl_new k = { .op = atl_op_find("ident", 5), .shape = *n->shape, .in = &id, .n_in = 1,
			      .flags = ATL_NF_ALIAS, .fresh = true, .span = span };
		id = atl_graph_add(g, &k);
	} else if (id <= since || n->flags & ATL_NF_HIDDEN) {
		id = copy_node(g, id, span);
	} else if (is_shared(n)) {
		table_remove(g, id);
	}
	if (id == 0)
		return 0;
	n = &g->at.node[id];
	n->name = name;
	n->turn = turn;
	n->span = span.lo ? span : n->span;
	n->flags = (uint16_t)(n->flags & ~ATL_NF_HIDDEN);
	return id;
}

/* ---- cutting and sliding ---- */

void atl_graph_cut(atl_graph *g, atl_id last)
{
	if (last + 1 >= g->at.n)
		return;
	/* newest first: each shared node is then the head of its chain, or near it */
	for (atl_id id = g->at.n - 1; id > last; id--)
		if (is_shared(&g->at.node[id]))
			table_remove(g, id);
	const atl_node *first = &g->at.node[last + 1];
	g->n_in = first->in;
	g->n_attr = first->attr;
	/* literals' texts are cut with the first node that has one */
	for (atl_id id = last + 1; id < g->at.n; id++)
		if (g->at.node[id].text) {
			g->n_text = g->at.node[id].text;
			break;
		}
	g->at.n = last + 1;
	while (g->n_calls > g->current && g->call[g->n_calls].born >= last)
		g->n_calls--;
	g->full = false;
}

void atl_graph_ancestors(const atl_graph *g, bool *mark)
{
	for (atl_id id = g->at.n - 1; id > 0; id--) {
		if (!mark[id])
			continue;
		const atl_node *n = &g->at.node[id];
		for (uint32_t i = 0; i < n->n_in; i++)
			mark[g->at.in[n->in + i]] = true;
		mark[n->body] = true;
	}
	mark[0] = false;
}

void atl_graph_compact(atl_graph *g, const bool *keep, atl_id *remap)
{
	uint32_t out = 1;
	size_t n_in = 0, n_attr = 0, n_text = 1;
	remap[0] = 0;
	keep_calls(g, keep);
	for (atl_id id = 1; id < g->at.n; id++) {
		remap[id] = 0;
		if (!keep[id])
			continue;
		atl_node n = g->at.node[id];
		for (uint32_t i = 0; i < n.n_in; i++)
			g->at.in[n_in + i] = remap[g->at.in[n.in + i]];
		if (n.n_attr)
			memmove(g->at.attr + n_attr, g->at.attr + n.attr, n.n_attr * sizeof *g->at.attr);
		n.in = (uint32_t)n_in;
		n.attr = (uint32_t)n_attr;
		n_in += n.n_in;
		n_attr += n.n_attr;
		if (n.text) {
			size_t len = strlen(g->at.text + n.text) + 1;
			memmove(g->at.text + n_text, g->at.text + n.text, len);
			n.text = (uint32_t)n_text;
			n_text += len;
		}
		n.body = remap[n.body];
		remap[id] = out;
		g->at.node[out] = n;
		g->at.node[out].hash = is_shared(&n) ? node_hash(g, out) : 0; /* operands have new numbers */
		out++;
	}
	g->at.n = out;
	g->n_in = n_in;
	g->n_attr = n_attr;
	g->n_text = n_text;
	compact_calls(g, remap);
	table_rebuild(g);
}

const char *atl_graph_verify(const atl_graph *g)
{
	for (atl_id id = 1; id < g->at.n; id++) {
		const atl_node *n = &g->at.node[id];
		if (!n->op)
			return "a node without an op";
		if (!atl_shape_valid(n->shape))
			return "a shape that is none";
		if (n->body >= id)
			return "a body that is not older";
		if (n->call > g->n_calls || (n->call && g->call[n->call].born >= id))
			return "a call that is younger";
		for (uint32_t i = 0; i < n->n_in; i++)
			if (g->at.in[n->in + i] == 0 || g->at.in[n->in + i] >= id)
				return "an operand that is not older";
	}
	return NULL;
}
