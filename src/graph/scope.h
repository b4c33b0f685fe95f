/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scope.h: between the files of the builder: elaboration inside a rule. */
#ifndef ATL_GRAPH_SCOPE_H
#define ATL_GRAPH_SCOPE_H

#include "graph/build.h"

/* As atl_build_tree, with names bound by `bind` when n > 0 or in a rule;
 * a rule's calls are of built-in ops only. */
atl_id atl_elaborate(atl_builder *, const atl_tree *, uint32_t node, const atl_bind *bind, uint32_t n) ATL_MUST_CHECK;

/* graph/brackets.c: [ ] of trees whose entries are nodes. */
atl_id atl_build_join(atl_builder *, const atl_id *entry, const uint32_t *per_row, uint32_t n_rows, const atl_span *span,
		      atl_span whole) ATL_MUST_CHECK;
/* When the bracket holds nothing but numbers: its literal node, else 0 and no diagnostic. */
bool atl_bracket_is_literal(const atl_tree *, uint32_t node);
atl_id atl_build_literal_bracket(atl_builder *, const atl_tree *, uint32_t node) ATL_MUST_CHECK;
/* NumPy nesting: the shape of an ATL_T_NUMPY; ATL_ERROR after a diagnostic. */
atl_status atl_numpy_shape(atl_builder *, const atl_tree *, uint32_t node, atl_shape *) ATL_MUST_CHECK;

/* graph/index.c: one subscript. */
typedef struct atl_subscript {
	enum { ATL_SUB_ALL, ATL_SUB_AT, ATL_SUB_RANGE, ATL_SUB_GATHER } kind;
	int64_t first, step, count; /* from 0; AT: first alone */
	atl_id index;               /* GATHER: positions from 1, a vector of them or a scalar */
	bool one;                   /* GATHER: the scalar, whose dimension vanishes as AT's does */
	atl_span span;
} atl_subscript;
atl_id atl_build_index(atl_builder *, atl_id base, const atl_subscript *, uint32_t n, atl_span whole, atl_span base_span) ATL_MUST_CHECK;
/* The extent that `end` means in subscript k of n. */
int64_t atl_index_end(const atl_builder *, atl_id base, uint32_t k, uint32_t n);

#endif
