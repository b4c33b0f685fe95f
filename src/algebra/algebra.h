/* SPDX-License-Identifier: GPL-3.0-or-later */
/* algebra.h: a node as a person would write it.
 *
 * What a derivative builds is right and long: transposes of products, masks
 * of masks, sums that cancel.  atl_simplify() lifts a node into expressions
 * in a normal form (expr.h), whose constructors apply the identities of matrix
 * and entrywise algebra, and lowers the result to nodes again, with common
 * factors pulled out.  Named nodes stay what they are, and an expression that
 * a name stands for becomes that name.
 *
 * The identities are those of numbers: x ./ x is 1, also where x could be 0.
 * The result is therefore a proposal: who shows it compares it with the node it
 * came from first (SEMANTICS 13 has what can be proved). */
#ifndef ATL_ALGEBRA_ALGEBRA_H
#define ATL_ALGEBRA_ALGEBRA_H

#include "graph/build.h"

typedef struct atl_simplify_request {
	atl_id node;
	const atl_id *named;  /* nodes whose names may stand for what they are, in the order of
	                       * preference; others that are met keep their names, too */
	size_t n_named;
	const uint32_t *kept; /* of ids below n_kept: not 0 when the node stays what it is; NULL: none */
	atl_id n_kept;
	const atl_id *unit;   /* vectors whose entries add up to 1, and matrices whose columns do */
	bool *unit_used;      /* of each of them; written */
	size_t n_unit;
	/* J with node = J*v for this vector v, on which node depends linearly; 0: none. */
	atl_id direction;
} atl_simplify_request;

/* An equal node, at most as long; the node itself where nothing is known of it.
 * 0 after a diagnostic, or, without one, where `direction` cannot be taken out. */
atl_id atl_simplify(atl_builder *, const atl_simplify_request *);

#endif
