/* SPDX-License-Identifier: GPL-3.0-or-later */
/* actions.c: what the grammar's rules do: nodes are appended, and what the
 * grammar lets through but the language does not have is told with the edits
 * that would be right.  Offers are made of the user's own text. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lang/parse.h"

enum { LEFT_NAME = UINT32_MAX, LEFT_OTHER = UINT32_MAX - 1 }; /* of a `left`'s n */
enum { MOST_DERIVATIVES = 20, OFFER_LIMIT = 200 };

/* ---- the last nodes ---- */

static atl_tree_node *top(atl_parse *p)
{
	return &p->tree->node[p->tree->n - 1];
}

/* The node before the subtree that ends in `node`. */
static atl_tree_node *before(atl_parse *p, const atl_tree_node *node)
{
	return &p->tree->node[node->first - 1];
}

static bool bare(const atl_tree_node *node, atl_tree_kind kind)
{
	return node->kind == kind && (node->flags & ATL_TF_PARENS) == 0;
}

static bool made(atl_parse *p, uint32_t node)
{
	p->nomem |= node == ATL_TREE_NONE;
	return node != ATL_TREE_NONE;
}

/* The user's text from lo to hi on one line; "…" when it is too long to show. */
static const char *text_between(atl_parse *p, uint32_t lo, uint32_t hi)
{
	size_t len;
	const char *text = atl_sources_text(p->sources, (atl_span){ lo, hi }, &len);
	char *copy;

	if (text == NULL || len > OFFER_LIMIT) {
		return NULL;
	}
	copy = atl_arena_dup(&p->tree->arena, text, len);
	if (copy == NULL || memchr(copy, '#', len) != NULL || strstr(copy, "…") != NULL) {
		return NULL;
	}
	for (char *c = copy; *c != '\0'; c++) {
		if (*c == '\n' || *c == '\r') {
			*c = ' ';
		}
	}
	return copy;
}

static const char *text_of(atl_parse *p, const atl_tree_node *node)
{
	return text_between(p, node->span.lo, node->span.hi);
}

static bool fail(atl_parse *p, atl_span at, const char *message)
{
	(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, at, "%s", message);
	return false;
}

/* Adds an offer made of the parts; none if a part could not be shown. */
static void offer(atl_parse *p, const char *a, const char *b, const char *c, const char *d,
                  const char *e)
{
	if (a != NULL && b != NULL && c != NULL && d != NULL && e != NULL) {
		atl_diag_note(p->diag, "%s%s%s%s%s", a, b, c, d, e);
	}
}

/* ---- nodes ---- */

bool atl_parse_leaf(atl_parse *p, atl_tree_kind kind, const atl_value *value)
{
	if (!made(p, atl_tree_leaf(p->tree, kind, value->sym, NULL, 0, value->span))) {
		return false;
	}
	if (kind == ATL_T_NUMBER || kind == ATL_T_STRING) {
		top(p)->text = value->text;
		top(p)->sym = 0;
	} else if (kind != ATL_T_NAME && kind != ATL_T_WORD) {
		top(p)->sym = 0;
	}
	return true;
}

bool atl_parse_node(atl_parse *p, atl_tree_kind kind, atl_tree_op op, uint32_t n, atl_span at)
{
	return made(p, atl_tree_make(p->tree, kind, op, n, at));
}

bool atl_parse_named(atl_parse *p, atl_tree_kind kind, const atl_value *name, uint32_t n)
{
	if (!atl_parse_node(p, kind, ATL_O_NONE, n, name->span)) {
		return false;
	}
	top(p)->sym = name->sym;
	return true;
}

bool atl_parse_command(atl_parse *p, const atl_value *word, uint32_t n)
{
	return atl_parse_named(p, ATL_T_COMMAND, word, n);
}

bool atl_parse_comparing(atl_parse *p, const atl_value *word, uint32_t before, uint32_t systems,
                         uint32_t wrt)
{
	if (!atl_parse_command(p, word, before + systems + wrt)) {
		return false;
	}
	top(p)->count = systems;
	return true;
}

bool atl_parse_parens(atl_parse *p, atl_span open, atl_span close)
{
	top(p)->flags |= ATL_TF_PARENS;
	top(p)->span = (atl_span){ open.lo, close.hi };
	return true;
}

static bool is_comparison(const atl_tree_node *node)
{
	return bare(node, ATL_T_BINARY) && node->op >= ATL_O_EQ && node->op <= ATL_O_GE;
}

bool atl_parse_compare(atl_parse *p, const atl_value *op)
{
	if (!atl_parse_node(p, ATL_T_BINARY, (atl_tree_op)op->n, 2, op->span)) {
		return false;
	}
	atl_tree_node *right = top(p) - 1;
	atl_tree_node *left = before(p, right);
	if (!is_comparison(left)) {
		return true;
	}
	fail(p, op->span, "comparisons do not chain");
	atl_diag_label(p->diag, left->at, "compared already");
	offer(p, text_of(p, left), " and ", text_of(p, left - 1),
	      text_between(p, (left - 1)->span.hi, right->span.lo), text_of(p, right));
	return false;
}

/* ---- products without a sign ---- */

static bool is_implicit(const atl_tree_node *node)
{
	return bare(node, ATL_T_BINARY) && (node->flags & ATL_TF_IMPLICIT) != 0;
}

/* a/2x: is it (a/2)*x or a/(2*x)? */
bool atl_parse_divide(atl_parse *p, atl_tree_op op, atl_span at)
{
	if (!atl_parse_node(p, ATL_T_BINARY, op, 2, at)) {
		return false;
	}
	atl_tree_node *right = top(p) - 1;
	atl_tree_node *left = before(p, right);
	if (!is_implicit(right)) {
		return true;
	}
	const char *number = text_of(p, before(p, right - 1));
	const char *factor = text_of(p, right - 1);
	const char *dividend = text_of(p, left);
	const char *sign = atl_tree_op_text(op);
	fail(p, right->span, "two readings: a number touches its factor behind a division");
	if (op == ATL_O_SOLVE) {
		offer(p, dividend, "\\", number, "*", factor);
	} else if (left->kind == ATL_T_NUMBER && strcmp(left->text, "1") == 0) {
		offer(p, factor, sign, number, "", "");
	} else if (number != NULL && dividend != NULL && factor != NULL) {
		atl_diag_note(p->diag, "%s%s%s*%s", dividend, sign, number, factor);
	}
	if (number != NULL && dividend != NULL && factor != NULL) {
		atl_diag_note(p->diag, "%s%s(%s*%s)", dividend, sign, number, factor);
	}
	return false;
}

/* x^2y: is it x^2*y or x^(2*y)?  `end` is the end of the exponent's number. */
static bool fail_exponent(atl_parse *p, atl_span whole, uint32_t exponent, uint32_t end,
                          const char *factor)
{
	const char *base = text_between(p, whole.lo, exponent);
	const char *power = text_between(p, exponent, end);

	fail(p, whole, "two readings: a number touches its factor in an exponent");
	/* sin^2(x) */
	size_t name = base != NULL ? strcspn(base, "^") : 0;
	if (power != NULL && factor != NULL && *factor == '(' && base != NULL && strcmp(base + name, "^") == 0 &&
	    atl_symbols_function(p->symbols, base, name)) {
		atl_diag_note(p->diag, "%.*s%s^%s", (int)name, base, factor, power);
		return false;
	}
	if (base != NULL && power != NULL && factor != NULL) {
		atl_diag_note(p->diag, "%s%s*%s", base, power, factor);
		atl_diag_note(p->diag, "%s(%s*%s)", base, power, factor);
	}
	return false;
}

bool atl_parse_implicit(atl_parse *p)
{
	atl_tree_node *right = top(p);
	atl_tree_node *left = before(p, right);
	atl_span at = { right->span.lo, right->span.lo };

	if (bare(left, ATL_T_NUMBER)) {
		if (!atl_parse_node(p, ATL_T_BINARY, ATL_O_MUL, 2, at)) {
			return false;
		}
		top(p)->flags |= ATL_TF_IMPLICIT;
		return true;
	}
	const atl_tree_node *exponent = left;
	while (bare(exponent, ATL_T_BINARY)) {
		exponent--;
	}
	return fail_exponent(p, (atl_span){ left->span.lo, right->span.hi }, exponent->span.lo,
	                     left->span.hi, text_of(p, right));
}

bool atl_parse_power(atl_parse *p, atl_tree_op op, atl_span at)
{
	if (!atl_parse_node(p, ATL_T_BINARY, op, 2, at)) {
		return false;
	}
	const atl_tree_node *whole = top(p);
	const atl_tree_node *exponent = whole - 1;
	const atl_tree_node *base = before(p, exponent);
	const atl_tree_node *inner = exponent;
	while (bare(inner, ATL_T_UNARY)) {
		inner--;
	}
	if (is_implicit(inner)) {
		return fail_exponent(p, whole->span, exponent->span.lo,
		                     before(p, inner - 1)->span.hi, text_of(p, inner - 1));
	}
	if (!bare(inner, ATL_T_TRANSPOSE)) {
		return true;
	}
	const char *sign = text_between(p, inner->at.lo, inner->at.hi);
	fail(p, inner->at, "two readings: a transpose on an exponent");
	offer(p, "(", text_between(p, base->span.lo, (inner - 1)->span.hi), ")", sign, "");
	offer(p, text_between(p, base->span.lo, exponent->span.lo), "(",
	      text_between(p, exponent->span.lo, exponent->span.hi), ")", "");
	return false;
}

bool atl_parse_superscript(atl_parse *p, const atl_value *exponent)
{
	char *text = atl_arena_printf(&p->tree->arena, "%u", (unsigned)exponent->n);
	atl_value number = { .span = exponent->span, .text = text };

	if (text == NULL) {
		p->nomem = true;
		return false;
	}
	return atl_parse_leaf(p, ATL_T_NUMBER, &number) &&
	       (exponent->sym == 0 ||
	        atl_parse_node(p, ATL_T_UNARY, ATL_O_NEG, 1, exponent->span)) &&
	       atl_parse_node(p, ATL_T_BINARY, ATL_O_POW, 2, exponent->span);
}

/* ---- calls and brackets ---- */

bool atl_parse_call(atl_parse *p, const atl_value *name, uint32_t n, atl_span close)
{
	if (!atl_parse_named(p, ATL_T_CALL, name, n)) {
		return false;
	}
	atl_tree_node *call = top(p);
	call->span.hi = close.hi;
	const atl_tree_node *argument = call - 1;
	bool positional = false;
	for (uint32_t i = 0; i < n; i++, argument = before(p, argument)) {
		if (argument->kind != ATL_T_NAMED) {
			positional = true;
		} else if (positional) {
			return fail(p, argument->span, "a named argument stands behind all others");
		}
		if (argument->first == 0) {
			break;
		}
	}
	return true;
}

bool atl_parse_prime(atl_parse *p, const atl_value *name, atl_span close)
{
	if (!atl_parse_named(p, ATL_T_PRIME, name, 1)) {
		return false;
	}
	top(p)->count = name->n;
	top(p)->span.hi = close.hi;
	return true;
}

bool atl_parse_bracket(atl_parse *p, uint32_t rows, atl_span open, atl_span close)
{
	atl_span at = { open.lo, close.hi };

	/* If all entries are bracket literals, the last one is. */
	if (rows != 0 && bare(top(p) - 1, ATL_T_JOIN)) {
		p->nested = true;
	}
	return atl_parse_node(p, ATL_T_JOIN, ATL_O_NONE, rows, at);
}

bool atl_parse_index(atl_parse *p, uint32_t subscripts, atl_span open, atl_span close)
{
	return atl_parse_node(p, ATL_T_INDEX, ATL_O_NONE, subscripts + 1,
	                      (atl_span){ open.lo, close.hi });
}

/* ---- ∂L/∂W ---- */

bool atl_parse_partial(atl_parse *p, atl_span at, const atl_value *order, uint32_t below)
{
	uint32_t above = order != NULL && order->sym == 0 ? order->n : 1;

	if (!atl_parse_node(p, ATL_T_PARTIAL, ATL_O_NONE, below + 1, at)) {
		return false;
	}
	if (above == below && above <= MOST_DERIVATIVES) {
		return true;
	}
	(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, top(p)->span,
	                    "the orders differ: %u above the line and %u below", (unsigned)above,
	                    (unsigned)below);
	atl_diag_note(
	    p->diag,
	    "a second derivative is ∂²L/∂x², or ∂²L/∂x∂y; a power of a first one is (∂L/∂x)²");
	return false;
}

/* ∂x² below the line is ∂x∂x: the last subtree again, times - 1 times. */
bool atl_parse_repeat_last(atl_parse *p, const atl_value *times)
{
	uint32_t size = p->tree->n - top(p)->first;

	if (times->n == 0 || times->sym != 0 || times->n > MOST_DERIVATIVES) {
		return fail(p, times->span, "no order of a derivative");
	}
	for (uint32_t i = size * (times->n - 1); i > 0; i--) {
		const atl_tree_node *node = top(p) - (size - 1);
		atl_tree_node copy = *node;
		if (!made(p, atl_tree_leaf(p->tree, (atl_tree_kind)copy.kind, copy.sym, NULL, 0,
		                           copy.span))) {
			return false;
		}
		copy.first += size;
		*top(p) = copy;
	}
	return true;
}

/* ---- statements ---- */

bool atl_parse_block(atl_parse *p, uint32_t statements, atl_span open, atl_span close)
{
	return atl_parse_node(p, ATL_T_BLOCK, ATL_O_NONE, statements,
	                      (atl_span){ open.lo, close.hi });
}

void atl_parse_silence(atl_parse *p)
{
	top(p)->flags |= ATL_TF_SILENT;
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Are the names of the n parameters that end at `child` all different?  They are
 * sorted by name, then by place. */
static bool are_different(atl_parse *p, uint32_t child, uint32_t n)
{
	uint64_t *keys = n > 1 ? atl_calloc(n, sizeof *keys) : NULL;
	uint32_t again = UINT32_MAX; /* the first that was there before */

	if (n > 1 && keys == NULL) {
		p->nomem = true;
		return false;
	}
	for (uint32_t i = 0; i < n && n > 1; i++) {
		const atl_tree_node *parameter = &p->tree->node[child - 1];
		uint64_t name = atl_symbols_canon(p->symbols, parameter->sym);
		keys[i] = name << 32 | (child - 1);
		child = parameter->first;
	}
	if (n > 1) {
		qsort(keys, n, sizeof *keys, compare_keys);
	}
	for (uint32_t i = 1; i < n; i++) {
		if (keys[i] >> 32 == keys[i - 1] >> 32 && (uint32_t)keys[i] < again) {
			again = (uint32_t)keys[i];
		}
	}
	atl_free(keys);
	if (again == UINT32_MAX) {
		return true;
	}
	const atl_tree_node *second = &p->tree->node[again];
	(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, second->at,
	                    "the parameter \"%s\" is there twice",
	                    atl_symbols_text(p->symbols, second->sym));
	return false;
}

/* The left side of `name(parameters) =`: the call's node goes, its arguments become parameters. */
static bool parameters(atl_parse *p, atl_value *left)
{
	atl_tree_node call = *top(p);
	uint32_t child = --p->tree->n;

	for (uint32_t i = 0; i < call.n; i++) {
		atl_tree_node *parameter = &p->tree->node[child - 1];
		if (!bare(parameter, ATL_T_NAME) && parameter->kind != ATL_T_NAMED) {
			fail(p, parameter->span, "a parameter is a name");
			atl_diag_note(p->diag,
			              "`=` defines a name or a function; to compare, write ==");
			return false;
		}
		parameter->kind = ATL_T_PARAM;
		child = parameter->first;
	}
	if (!are_different(p, p->tree->n, call.n)) {
		return false;
	}
	*left = (atl_value){ .span = call.span, .sym = call.sym, .n = call.n };
	return true;
}

/* name, name =: the names stay on the tree; n of them, and no symbol. */
static bool left_names(atl_parse *p, atl_value *left)
{
	const atl_tree_node *name = top(p);

	for (uint32_t i = 0; i < left->n; i++) {
		if (!bare(name, ATL_T_NAME)) {
			fail(p, name->span, "only names can be defined together");
			return false;
		}
		name = i + 1 < left->n ? before(p, name) : name;
	}
	*left = (atl_value){ .span = atl_span_join(name->span, top(p)->span), .n = left->n };
	return true;
}

/* Takes the left side off the tree; what is none stays there, for atl_parse_define to tell. */
bool atl_parse_left(atl_parse *p, atl_value *left, atl_span equals)
{
	atl_tree_node *node = top(p);

	if (left->n > 1) {
		return left_names(p, left);
	}
	if (bare(node, ATL_T_CALL)) {
		return parameters(p, left);
	}
	if (bare(node, ATL_T_NAME)) {
		*left = (atl_value){ .span = node->span, .sym = node->sym, .n = LEFT_NAME };
		p->tree->n--;
		return true;
	}
	*left = (atl_value){ .span = equals, .n = LEFT_OTHER };
	return true;
}

/* Names and entries of names can be updated and differentiated by. */
static bool is_target(const atl_parse *p, const atl_tree_node *node)
{
	uint32_t at = (uint32_t)(node - p->tree->node);

	return bare(node, ATL_T_NAME) ||
	       (bare(node, ATL_T_INDEX) &&
	        bare(&p->tree->node[atl_tree_child(p->tree, at, 0)], ATL_T_NAME));
}

static bool fail_left(atl_parse *p, atl_span equals)
{
	const atl_tree_node *right = top(p);
	const atl_tree_node *left = before(p, right);
	const char *left_text = text_of(p, left);

	if (bare(left, ATL_T_INDEX) && is_target(p, left)) {
		fail(p, equals, "`=` defines a name; an entry is stored by <-");
		offer(p, left_text, " <- ", text_of(p, right), "", "");
	} else {
		fail(p, equals, "`=` defines a name, and this is none");
		atl_diag_label(p->diag, left->span, "%s", "");
		if (right->kind != ATL_T_BLOCK) {
			offer(p, left_text, " == ", text_of(p, right), "", "");
		}
	}
	return false;
}

/* The comma before the last of the n values on the tree: [a, b] may be meant. */
static bool fail_list(atl_parse *p, uint32_t n)
{
	const atl_tree_node *last = top(p);
	const atl_tree_node *first = last;

	for (uint32_t i = 1; i < n; i++) {
		first = before(p, first);
	}
	fail(p, (atl_span){ before(p, last)->span.hi, last->span.lo },
	     "a list of values stands in brackets");
	offer(p, "[", text_between(p, first->span.lo, last->span.hi), "]", "", "");
	return false;
}

/* As many values as there are names, or one call that gives so many. */
static bool define_names(atl_parse *p, const atl_value *left, uint32_t values)
{
	const atl_tree_node *value = top(p);

	if (value->kind == ATL_T_BLOCK) {
		return fail(p, left->span, "a block is the body of one function");
	}
	if (values != left->n && (values != 1 || value->kind != ATL_T_CALL)) {
		(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, left->span, "%u names, and %u value%s",
		                    (unsigned)left->n, (unsigned)values, values == 1 ? "" : "s");
		return false;
	}
	if (!atl_parse_node(p, ATL_T_DEFINES, ATL_O_NONE, left->n + values, left->span)) {
		return false;
	}
	top(p)->count = left->n;
	return true;
}

bool atl_parse_define(atl_parse *p, const atl_value *left, uint32_t values)
{
	if (left->sym == 0 && left->n != LEFT_OTHER) {
		return define_names(p, left, values);
	}
	if (values > 1) {
		return fail_list(p, values);
	}
	if (left->n == LEFT_OTHER) {
		return fail_left(p, left->span);
	}
	if (left->n != LEFT_NAME) {
		return atl_parse_named(p, ATL_T_FUNCTION, left, left->n + 1);
	}
	if (top(p)->kind == ATL_T_BLOCK) {
		const char *name = text_between(p, left->span.lo, left->span.hi);
		fail(p, left->span, "a block is the body of a function, and this is a name");
		offer(p, name, "() = ", text_of(p, top(p)), "", "");
		return false;
	}
	return atl_parse_named(p, ATL_T_DEFINE, left, 1);
}

bool atl_parse_minimize(atl_parse *p, const atl_value *word, uint32_t names, uint32_t options)
{
	if (!atl_parse_command(p, word, 1 + names + options)) {
		return false;
	}
	top(p)->count = options;
	return true;
}

bool atl_parse_targets(atl_parse *p, uint32_t n, uint32_t behind)
{
	const atl_tree_node *node = top(p);

	while (behind-- > 0) {
		node = before(p, node);
	}
	for (uint32_t i = 0; i < n; i++) {
		if (!is_target(p, node)) {
			fail(p, node->span, "no name, and no entry of one");
			atl_diag_note(p->diag, "give it a name first");
			return false;
		}
		node = before(p, node);
	}
	return true;
}

bool atl_parse_update(atl_parse *p, uint32_t targets, const atl_value *op, uint32_t values)
{
	if (!atl_parse_node(p, ATL_T_UPDATE, (atl_tree_op)op->n, targets + values, op->span)) {
		return false;
	}
	atl_tree_node *update = top(p);
	update->count = targets;
	bool call = values == 1 && update[-1].kind == ATL_T_CALL && op->n == ATL_O_SET;
	if (targets != values && !call) {
		(void)atl_diag_fail(p->diag, ATL_KIND_SYNTAX, op->span,
		                    "%u to update, and %u new value%s", (unsigned)targets,
		                    (unsigned)values, values == 1 ? "" : "s");
		return false;
	}
	const atl_tree_node *node = update - 1;
	for (uint32_t i = 0; i < targets + values; i++) {
		if (i >= values && !is_target(p, node)) {
			fail(p, op->span, "only a name or an entry of one can be updated");
			atl_diag_label(p->diag, node->span, "%s", "");
			return false;
		}
		if (node->first != 0) {
			node = before(p, node);
		}
	}
	return true;
}

bool atl_parse_expression(atl_parse *p, uint32_t n)
{
	return atl_parse_node(p, ATL_T_EXPR, ATL_O_NONE, n, (atl_span){ 0 });
}
