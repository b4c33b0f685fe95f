/* SPDX-License-Identifier: GPL-3.0-or-later */
/* intern.c: the store of expressions; equal ones are one. */
#include "algebra/expr.h"

#include <string.h>
#include "base/mem.h"

enum { BUCKETS = 4096 };

bool algebra_init(algebra *a, atl_builder *b)
{
	*a = (algebra){ .b = b, .g = b->graph, .n = 1, .n_buckets = BUCKETS };
	a->bucket = atl_calloc(BUCKETS, sizeof *a->bucket);
	return a->bucket && atl_grow(&a->node, &a->cap, 1, sizeof *a->node);
}

void algebra_clear(algebra *a)
{
	atl_free(a->bucket);
	atl_free(a->node);
	atl_free(a->parts);
}

ex ex_fail(algebra *a)
{
	a->failed = true;
	return 0;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

static const int64_t *attr_of(const algebra *a, const ex_node *n, uint32_t *n_attr)
{
	*n_attr = n->kind == EX_CALL ? atl_graph_node(a->g, n->id)->n_attr : 0;
	return n->kind == EX_CALL ? atl_graph_attr(a->g, n->id) : NULL;
}

static uint64_t hash_of(const algebra *a, const ex_node *n, const part *p)
{
	uint32_t n_attr;
	const int64_t *attr = attr_of(a, n, &n_attr);
	uint64_t h = mix(n->kind, (uintptr_t)n->shape);
	h = mix(h, n->kind == EX_LEAF ? n->id : (uintptr_t)n->op);
	for (uint32_t i = 0; i < n->n; i++)
		h = mix(mix(mix(h, p[i].e), (uint64_t)p[i].c.num), (uint64_t)p[i].c.den);
	for (uint32_t i = 0; i < n_attr; i++)
		h = mix(h, (uint64_t)attr[i]);
	return h;
}

static bool same(const algebra *a, const ex_node *x, const part *px, const ex_node *y)
{
	const part *py = a->parts + y->part;
	uint32_t nx, ny;
	const int64_t *ax = attr_of(a, x, &nx), *ay = attr_of(a, y, &ny);
	if (x->hash != y->hash || x->kind != y->kind || x->shape != y->shape || x->op != y->op ||
	    x->n != y->n || nx != ny || (x->kind == EX_LEAF && x->id != y->id))
		return false;
	for (uint32_t i = 0; i < x->n; i++)
		if (px[i].e != py[i].e || !ratio_equal(px[i].c, py[i].c))
			return false;
	return !nx || !memcmp(ax, ay, nx * sizeof *ax);
}

ex ex_intern(algebra *a, const ex_node *like, const part *p, uint32_t n)
{
	ex_node x = *like;
	x.n = n;
	x.hash = hash_of(a, &x, p);
	uint32_t *bucket = &a->bucket[x.hash % a->n_buckets];
	for (ex e = *bucket; e; e = a->node[e].chain)
		if (same(a, &x, p, &a->node[e]))
			return a->node[e].name ? a->node[e].name : e;
	if (!atl_grow(&a->node, &a->cap, a->n + 1, sizeof *a->node) ||
	    !atl_grow(&a->parts, &a->cap_parts, a->n_parts + n + 1, sizeof *a->parts)) {
		a->nomem = true;
		return ex_fail(a);
	}
	x.part = (uint32_t)a->n_parts;
	if (n)
		memcpy(a->parts + a->n_parts, p, n * sizeof *p);
	a->n_parts += n;
	x.chain = *bucket;
	a->node[a->n] = x;
	*bucket = (uint32_t)a->n;
	return (ex)a->n++;
}

ex ex_leaf(algebra *a, atl_id id)
{
	return ex_intern(a, &(ex_node){ .kind = EX_LEAF, .id = id, .shape = atl_graph_shape(a->g, id) }, NULL, 0);
}

const atl_shape *ex_shape_2(algebra *a, int64_t rows, int64_t cols)
{
	atl_shape s = atl_shape_2(rows, cols);
	/* interning changes no node */
	const atl_shape *shape = atl_graph_intern_shape((atl_graph *)(uintptr_t)a->g, &s);
	a->nomem |= !shape;
	return shape;
}

bool ex_is_op(const algebra *a, ex e, const char *name)
{
	return ex_is(a, e, EX_CALL) && !strcmp(a->node[e].op->name, name);
}
