/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.c: all rows, and the index by name.  The index is a function of the
 * rows alone and is made on first use. */
#include <string.h>
#include "ops/families.h"

static const atl_family *const families[] = {
	&atl_ops_arithmetic, &atl_ops_elementary, &atl_ops_activation, &atl_ops_reduce, &atl_ops_scan, &atl_ops_extreme,
	&atl_ops_softmax, &atl_ops_linear, &atl_ops_factor, &atl_ops_proximal, &atl_ops_conv, &atl_ops_pool, &atl_ops_create, &atl_ops_shape, &atl_ops_arrange, &atl_ops_index, &atl_ops_order, &atl_ops_random,
	&atl_ops_require, &atl_ops_derivative, &atl_ops_core,
};

enum { N_FAMILIES = sizeof families / sizeof *families, SLOTS = 1024 };

size_t atl_op_count(void)
{
	size_t n = 0;
	for (size_t f = 0; f < N_FAMILIES; f++)
		n += families[f]->n;
	return n;
}

const atl_op *atl_op_at(size_t i)
{
	for (size_t f = 0; f < N_FAMILIES; f++) {
		if (i < families[f]->n)
			return &families[f]->row[i];
		i -= families[f]->n;
	}
	return NULL;
}

const char *atl_op_group(const atl_op *op)
{
	for (size_t f = 0; f < N_FAMILIES; f++)
		if (op >= families[f]->row && op < families[f]->row + families[f]->n)
			return families[f]->title;
	return "";
}

typedef struct slot {
	const char *name;
	uint32_t len;
	const atl_op *op;
} slot;

static slot *find(slot *index, const char *name, size_t len)
{
	size_t i = atl_text_hash(name, len) & (SLOTS - 1);
	while (index[i].name && (index[i].len != len || memcmp(index[i].name, name, len)))
		i = (i + 1) & (SLOTS - 1);
	return &index[i];
}

static void enter(slot *index, const char *name, size_t len, const atl_op *op)
{
	slot *s = find(index, name, len);
	if (!s->name)
		*s = (slot){ name, (uint32_t)len, op };
}

static void fill(slot *index)
{
	for (size_t f = 0; f < N_FAMILIES; f++)
		for (size_t k = 0; k < families[f]->n; k++) {
			const atl_op *op = &families[f]->row[k];
			enter(index, op->name, strlen(op->name), op);
			for (const char *p = op->aliases; p && *p;) {
				size_t len = strcspn(p, " ");
				enter(index, p, len, op);
				p += len + strspn(p + len, " ");
			}
		}
}

const atl_op *atl_op_find(const char *name, size_t len)
{
	static slot index[SLOTS];
	static bool filled;
	if (!filled) {
		fill(index);
		filled = true;
	}
	return find(index, name, len)->op;
}
