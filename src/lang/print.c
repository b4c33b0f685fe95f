/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print.c: a tree as text, with the fewest parentheses.
 *
 * The printer has a stack of what is still to be written, the next on top: a
 * node with the tightness that its place demands, or a piece of text.  Writing
 * a node puts its parts on the stack from the last to the first, which is the
 * order in which the post-order array gives a node's children.
 *
 * The levels are those of grammar/parser.y. */
#include <string.h>

#include "base/mem.h"
#include "lang/tokens.h"
#include "lang/tree.h"

enum {
	LEVEL_ANY, LEVEL_OR, LEVEL_AND, LEVEL_NOT, LEVEL_COMPARE, LEVEL_RANGE, LEVEL_SUM,
	LEVEL_PRODUCT, LEVEL_SIGN, LEVEL_POWER, LEVEL_POSTFIX, LEVEL_PRIMARY,
	LEVEL_PARENS /* tighter than all: parentheses in any case */
};
enum { DEEPEST_INDENT = 40 }; /* or the text of a deep nest would be all tabs */

typedef enum item_kind { ITEM_TEXT, ITEM_NODE, ITEM_NEWLINE, ITEM_INDENT, ITEM_OUTDENT } item_kind;

typedef struct item {
	uint8_t kind;  /* an item_kind */
	uint8_t level; /* of a node: what its place demands */
	uint32_t node;
	const char *text;
} item;

typedef struct printer {
	atl_buf *out;
	const atl_tree *tree;
	const atl_symbols *symbols;
	item *stack;
	size_t n, cap;
	unsigned depth; /* of blocks */
} printer;

static const struct {
	const char *text;   /* as typed */
	const char *spaced; /* as printed between operands */
	uint8_t level;
} ops[ATL_O_COUNT] = {
	[ATL_O_NONE] = { "", "", LEVEL_PRIMARY },
	[ATL_O_OR] = { "or", " or ", LEVEL_OR },
	[ATL_O_AND] = { "and", " and ", LEVEL_AND },
	[ATL_O_NOT] = { "not", "not ", LEVEL_NOT },
	[ATL_O_EQ] = { "==", " == ", LEVEL_COMPARE },
	[ATL_O_NE] = { "!=", " != ", LEVEL_COMPARE },
	[ATL_O_LT] = { "<", " < ", LEVEL_COMPARE },
	[ATL_O_LE] = { "<=", " <= ", LEVEL_COMPARE },
	[ATL_O_GT] = { ">", " > ", LEVEL_COMPARE },
	[ATL_O_GE] = { ">=", " >= ", LEVEL_COMPARE },
	[ATL_O_ADD] = { "+", " + ", LEVEL_SUM },
	[ATL_O_SUB] = { "-", " - ", LEVEL_SUM },
	[ATL_O_DOTADD] = { ".+", " .+ ", LEVEL_SUM },
	[ATL_O_DOTSUB] = { ".-", " .- ", LEVEL_SUM },
	[ATL_O_MUL] = { "*", "*", LEVEL_PRODUCT },
	[ATL_O_MATMUL] = { "@", " @ ", LEVEL_PRODUCT },
	[ATL_O_DIV] = { "/", "/", LEVEL_PRODUCT },
	[ATL_O_SOLVE] = { "\\", "\\", LEVEL_PRODUCT },
	[ATL_O_DOTMUL] = { ".*", " .* ", LEVEL_PRODUCT },
	[ATL_O_DOTDIV] = { "./", " ./ ", LEVEL_PRODUCT },
	[ATL_O_NEG] = { "-", "-", LEVEL_SIGN },
	[ATL_O_PLUS] = { "+", "+", LEVEL_SIGN },
	[ATL_O_POW] = { "^", "^", LEVEL_POWER },
	[ATL_O_DOTPOW] = { ".^", ".^", LEVEL_POWER },
	[ATL_O_SET] = { "<-", " <- ", LEVEL_ANY },
	[ATL_O_ADDSET] = { "+=", " += ", LEVEL_ANY },
	[ATL_O_SUBSET] = { "-=", " -= ", LEVEL_ANY },
	[ATL_O_MULSET] = { "*=", " *= ", LEVEL_ANY },
};

const char *atl_tree_op_text(atl_tree_op op)
{
	return op < ATL_O_COUNT ? ops[op].text : "";
}

unsigned atl_tree_op_level(atl_tree_op op)
{
	return op < ATL_O_COUNT ? ops[op].level : LEVEL_PRIMARY;
}

static const atl_tree_node *node_at(const printer *p, uint32_t node)
{
	return &p->tree->node[node];
}

/* How tightly the node's own text holds together. */
static uint8_t level_of(const atl_tree_node *node)
{
	switch (node->kind) {
	case ATL_T_UNARY:
	case ATL_T_BINARY:
	case ATL_T_VERBATIM:
		return ops[node->op].level;
	case ATL_T_RANGE:
		return LEVEL_RANGE;
	case ATL_T_INDEX:
	case ATL_T_TRANSPOSE:
		return LEVEL_POSTFIX;
	default:
		return LEVEL_PRIMARY;
	}
}

/* ---- the stack ---- */

static void push(printer *p, item it)
{
	if (!atl_grow(&p->stack, &p->cap, p->n + 1, sizeof *p->stack)) {
		p->out->failed = true;
		return;
	}
	p->stack[p->n++] = it;
}

static void push_text(printer *p, const char *text)
{
	push(p, (item){ .kind = ITEM_TEXT, .text = text });
}

static void push_node(printer *p, uint32_t node, uint8_t level)
{
	push(p, (item){ .kind = ITEM_NODE, .node = node, .level = level });
}

/* The last n children that end at `child`, with a text between them; returns
 * the end of the child before them. */
static uint32_t push_list(printer *p, uint32_t child, uint32_t n, const char *between,
                          uint8_t level)
{
	for (uint32_t i = 0; i < n; i++) {
		if (i != 0) {
			push_text(p, between);
		}
		push_node(p, child, level);
		child = node_at(p, child)->first - 1;
	}
	return child;
}

/* A tree that was made of nodes has the names of its calls as text. */
static const char *name_of(const printer *p, const atl_tree_node *node)
{
	return node->sym == 0 && node->text != NULL ? node->text
	                                            : atl_symbols_text(p->symbols, node->sym);
}

/* ---- expressions ---- */

static void print_string(printer *p, const char *text)
{
	atl_buf_addc(p->out, '"');
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '\n': atl_buf_add(p->out, "\\n"); break;
		case '\t': atl_buf_add(p->out, "\\t"); break;
		case '"':  atl_buf_add(p->out, "\\\""); break;
		case '\\': atl_buf_add(p->out, "\\\\"); break;
		default:   atl_buf_addc(p->out, *text);
		}
	}
	atl_buf_addc(p->out, '"');
}

/* A transpose behind a bare exponent has two readings, so it gets parentheses. */
static uint8_t exponent_level(const printer *p, uint32_t exponent)
{
	const atl_tree_node *inner = node_at(p, exponent);

	while (inner->kind == ATL_T_UNARY) {
		inner--;
	}
	if (inner->kind == ATL_T_TRANSPOSE) {
		return LEVEL_PARENS;
	}
	return node_at(p, exponent)->kind == ATL_T_UNARY ? LEVEL_SIGN : LEVEL_POWER;
}

/* (a .* b)*c needs no parentheses to be read right by a parser, but by a person. */
static bool mixes_products(const printer *p, uint8_t op, uint32_t left)
{
	const atl_tree_node *node = node_at(p, left);

	return (op == ATL_O_MUL || op == ATL_O_MATMUL) && node->kind == ATL_T_BINARY &&
	       (node->op == ATL_O_DOTMUL || node->op == ATL_O_DOTDIV);
}

static void print_binary(printer *p, uint32_t i)
{
	const atl_tree_node *node = node_at(p, i);
	uint32_t right = i - 1;
	uint32_t left = node_at(p, right)->first - 1;
	uint8_t level = ops[node->op].level;

	if (level == LEVEL_POWER) {
		push_node(p, right, exponent_level(p, right));
	} else {
		push_node(p, right, level + 1);
	}
	push_text(p, ops[node->op].spaced);
	bool tight = level == LEVEL_POWER || level == LEVEL_COMPARE ||
	             mixes_products(p, node->op, left);
	push_node(p, left, tight ? level + 1 : level);
}

static bool is_literal(const atl_tree_node *node)
{
	return node->kind == ATL_T_JOIN || node->kind == ATL_T_NUMPY;
}

/* A join whose entries are all bracket literals would read as an array. */
static bool reads_as_array(const printer *p, uint32_t join)
{
	uint32_t row = join - 1;

	for (uint32_t i = node_at(p, join)->n; i > 0; i--) {
		uint32_t entry = row - 1;
		for (uint32_t k = node_at(p, row)->n; k > 0; k--) {
			if (!is_literal(node_at(p, entry))) {
				return false;
			}
			entry = node_at(p, entry)->first - 1;
		}
		row = node_at(p, row)->first - 1;
	}
	return node_at(p, join)->n != 0;
}

static void print_join(printer *p, uint32_t i)
{
	bool parens = reads_as_array(p, i);
	uint32_t row = i - 1;

	push_text(p, "]");
	for (uint32_t k = node_at(p, i)->n; k > 0; k--) {
		push_list(p, row - 1, node_at(p, row)->n, ", ", LEVEL_ANY);
		row = node_at(p, row)->first - 1;
		if (k > 1) {
			push_text(p, "; ");
		}
	}
	if (parens) { /* the top of the stack is the first entry */
		p->stack[p->n - 1].level = LEVEL_PARENS;
	}
	push_text(p, "[");
}

/* Would a `[` behind the node begin anything but an index of it? */
static bool takes_no_index(const atl_tree_node *node)
{
	switch (node->kind) {
	case ATL_T_NUMBER:
	case ATL_T_STRING:
	case ATL_T_JOIN:
	case ATL_T_NUMPY:
	case ATL_T_PARTIAL:
		return true;
	case ATL_T_VERBATIM: /* a value, or a name */
		return *node->text == '[' || *node->text == '.' ||
		       (*node->text >= '0' && *node->text <= '9');
	default:
		return false;
	}
}

static void print_index(printer *p, uint32_t i)
{
	uint32_t base;

	push_text(p, "]");
	base = push_list(p, i - 1, node_at(p, i)->n - 1, ", ", LEVEL_ANY);
	push_text(p, "[");
	push_node(p, base, takes_no_index(node_at(p, base)) ? LEVEL_PARENS : LEVEL_POSTFIX);
}

/* ² ³ ... of the order of a derivative */
static void print_order(printer *p, uint32_t n)
{
	static const char *const digits[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };

	if (n >= 10) {
		atl_buf_add(p->out, digits[n / 10 % 10]);
	}
	atl_buf_add(p->out, digits[n % 10]);
}

static void print_partial(printer *p, uint32_t i)
{
	uint32_t below = node_at(p, i)->n - 1;
	uint32_t above = push_list(p, i - 1, below, "∂", LEVEL_ANY);
	bool simple = node_at(p, above)->kind == ATL_T_NAME ||
	              node_at(p, above)->kind == ATL_T_CALL;

	push_text(p, "/∂");
	push_node(p, above, simple ? LEVEL_ANY : LEVEL_PARENS);
	atl_buf_add(p->out, "∂");
	if (below > 1) {
		print_order(p, below);
	}
}

static void print_prime(printer *p, uint32_t i)
{
	atl_buf_add(p->out, name_of(p, node_at(p, i)));
	atl_buf_fill(p->out, "'", node_at(p, i)->count);
	atl_buf_addc(p->out, '(');
	push_text(p, ")");
	push_node(p, i - 1, LEVEL_ANY);
}

/* ---- statements ---- */

static void print_block(printer *p, uint32_t i)
{
	uint32_t n = node_at(p, i)->n;
	uint32_t child = i - 1;

	if (n == 0) {
		atl_buf_add(p->out, "{ }");
		return;
	}
	push_text(p, "}");
	push(p, (item){ .kind = ITEM_NEWLINE });
	push(p, (item){ .kind = ITEM_OUTDENT });
	for (; n > 0; n--) {
		push_node(p, child, LEVEL_ANY);
		push(p, (item){ .kind = ITEM_NEWLINE });
		child = node_at(p, child)->first - 1;
	}
	push(p, (item){ .kind = ITEM_INDENT });
	push_text(p, "{");
}

/* if, elif, else: the children are conditions and blocks in turn. */
static void print_if(printer *p, uint32_t i)
{
	uint32_t n = node_at(p, i)->n;
	uint32_t child = i - 1;

	if (n % 2 == 1) {
		push_node(p, child, LEVEL_ANY);
		push_text(p, " else ");
		child = node_at(p, child)->first - 1;
		n--;
	}
	for (; n > 0; n -= 2) {
		push_node(p, child, LEVEL_ANY);
		push_text(p, " ");
		child = node_at(p, child)->first - 1;
		push_node(p, child, LEVEL_ANY);
		push_text(p, n > 2 ? " elif " : "if ");
		child = node_at(p, child)->first - 1;
	}
}

static void print_update(printer *p, uint32_t i)
{
	const atl_tree_node *node = node_at(p, i);
	uint32_t child = push_list(p, i - 1, node->n - node->count, ", ", LEVEL_ANY);

	push_text(p, node->kind == ATL_T_UPDATE ? ops[node->op].spaced : " = ");
	push_list(p, child, node->count, ", ", LEVEL_ANY);
}

static void print_function(printer *p, uint32_t i)
{
	const atl_tree_node *node = node_at(p, i);

	push_node(p, i - 1, LEVEL_ANY);
	push_text(p, ") = ");
	push_list(p, node_at(p, i - 1)->first - 1, node->n - 1, ", ", LEVEL_ANY);
	push_text(p, "(");
	push_text(p, name_of(p, node));
}

/* An expression that begins with a statement's word needs parentheses. */
static void print_expression(printer *p, uint32_t i)
{
	uint32_t more = node_at(p, i)->n - 1;
	uint32_t first = push_list(p, i - 1, more, ", ", LEVEL_ANY);
	uint32_t leftmost = first;
	const atl_tree_node *node;

	for (;;) {
		node = node_at(p, leftmost);
		if (node->kind != ATL_T_BINARY && node->kind != ATL_T_RANGE &&
		    node->kind != ATL_T_INDEX && node->kind != ATL_T_TRANSPOSE) {
			break;
		}
		leftmost = atl_tree_child(p->tree, leftmost, 0);
	}
	bool named = node->kind == ATL_T_NAME || node->kind == ATL_T_CALL ||
	             node->kind == ATL_T_PRIME;
	bool word = named && atl_word_command(name_of(p, node), strlen(name_of(p, node))) != 0;
	push_text(p, more != 0 ? ", " : "");
	push_node(p, first, word ? LEVEL_PARENS : LEVEL_ANY);
}

/* [WORD] NAME[...], ... */
static void print_declarations(printer *p, uint32_t i)
{
	uint32_t child = i - 1;

	for (uint32_t k = node_at(p, i)->n; k > 0; k--) {
		bool word = node_at(p, child)->kind == ATL_T_WORD;
		push_node(p, child, LEVEL_ANY);
		child = node_at(p, child)->first - 1;
		if (k > 1) {
			push_text(p, node_at(p, child)->kind == ATL_T_WORD && !word ? " " : ", ");
		}
	}
}

/* E wrt NAME, ... with OPTION, ... */
static void print_minimize(printer *p, uint32_t i)
{
	const atl_tree_node *node = node_at(p, i);
	uint32_t child = i - 1;

	if (node->count != 0) {
		child = push_list(p, child, node->count, ", ", LEVEL_ANY);
		push_text(p, " with ");
	}
	if (node->n > node->count + 1) {
		child = push_list(p, child, node->n - node->count - 1, ", ", LEVEL_ANY);
		push_text(p, " wrt ");
	}
	push_node(p, child, LEVEL_ANY);
}

/* Its last child first: clauses, expressions with commas between, the modifier. */
static void print_plot(printer *p, uint32_t i)
{
	uint32_t child = i - 1;

	for (uint32_t k = node_at(p, i)->n; k > 0; k--) {
		const atl_tree_node *node = node_at(p, child);
		if (node->kind == ATL_T_FOR) {
			push_node(p, child - 1, LEVEL_ANY);
			push_text(p, " in ");
			push_text(p, name_of(p, node));
			push_text(p, "for ");
		} else {
			push_node(p, child, LEVEL_ANY);
		}
		uint8_t kind = node->kind;
		child = node->first - 1;
		if (k > 1) {
			bool clause = kind == ATL_T_FOR || kind == ATL_T_COMMAND;
			push_text(p, clause || node_at(p, child)->kind == ATL_T_WORD ? " " : ", ");
		}
	}
}

static void print_command(printer *p, uint32_t i)
{
	const atl_tree_node *node = node_at(p, i);
	const char *word = name_of(p, node);
	uint32_t n = node->n;
	uint32_t child = i - 1;

	if (strcmp(word, "input") == 0) {
		print_declarations(p, i);
	} else if (strcmp(word, "minimize") == 0) {
		print_minimize(p, i);
	} else if (strcmp(word, "compare") == 0) {
		/* [WORD] E in SYSTEM, ... wrt NAME, ... */
		bool modified = node_at(p, atl_tree_child(p->tree, i, 0))->kind == ATL_T_WORD;
		uint32_t before = modified ? 2 : 1;
		if (n > before + node->count) {
			child = push_list(p, child, n - before - node->count, ", ", LEVEL_ANY);
			push_text(p, " wrt ");
		}
		child = push_list(p, child, node->count, ", ", LEVEL_ANY);
		push_text(p, " in ");
		push_list(p, child, before, " ", LEVEL_ANY);
	} else if (strcmp(word, "show") == 0 || strcmp(word, "shape") == 0 || strcmp(word, "trace") == 0 ||
	           strcmp(word, "step") == 0 || strcmp(word, "gradcheck") == 0) {
		/* [WORD] E, and then E, ... or wrt NAME, ... */
		uint32_t first = n > 0 ? atl_tree_child(p->tree, i, 0) : i;
		bool modified = n > 0 && node_at(p, first)->kind == ATL_T_WORD;
		uint32_t rest = modified ? n - 1 : n;
		if (strncmp(word, "sh", 2) != 0 && rest > 1) {
			child = push_list(p, child, rest - 1, ", ", LEVEL_ANY);
			push_text(p, " wrt ");
			rest = 1;
		}
		push_list(p, child, rest, ", ", LEVEL_ANY);
		if (modified) {
			push_text(p, " ");
			push_node(p, first, LEVEL_ANY);
		}
	} else if (strcmp(word, "plot") == 0) {
		print_plot(p, i);
	} else {
		bool list = strcmp(word, "read") == 0 || strcmp(word, "save") == 0 || strcmp(word, "write") == 0;
		push_list(p, child, n, list ? ", " : strcmp(word, "check") == 0 ? " within " : " ",
		          LEVEL_ANY);
	}
	if (n != 0) {
		push_text(p, " ");
	}
	push_text(p, word);
}

/* ---- one node ---- */

static void print_leaf(printer *p, const atl_tree_node *node)
{
	switch (node->kind) {
	case ATL_T_NUMBER:
	case ATL_T_VERBATIM: atl_buf_add(p->out, node->text); break;
	case ATL_T_STRING:   print_string(p, node->text); break;
	case ATL_T_END:      atl_buf_add(p->out, "end"); break;
	case ATL_T_COLON:    atl_buf_addc(p->out, ':'); break;
	default:             atl_buf_add(p->out, name_of(p, node));
	}
}

/* A name, a text, and a child or two; what has one line. */
static void print_simple(printer *p, uint32_t i)
{
	const atl_tree_node *node = node_at(p, i);

	switch (node->kind) {
	case ATL_T_UNARY:
		push_node(p, i - 1, ops[node->op].level);
		push_text(p, ops[node->op].spaced);
		break;
	case ATL_T_TRANSPOSE:
		push_text(p, "'");
		push_node(p, i - 1, LEVEL_POSTFIX);
		break;
	case ATL_T_RANGE:
		push_list(p, i - 1, node->n, ":", LEVEL_SUM);
		break;
	case ATL_T_CALL:
		push_text(p, ")");
		push_list(p, i - 1, node->n, ", ", LEVEL_ANY);
		push_text(p, "(");
		push_text(p, name_of(p, node));
		break;
	case ATL_T_NAMED:
	case ATL_T_PARAM:
		push_list(p, i - 1, node->n, "", LEVEL_ANY);
		push_text(p, node->n != 0 ? "=" : "");
		push_text(p, name_of(p, node));
		break;
	case ATL_T_ROW:
		push_list(p, i - 1, node->n, ", ", LEVEL_ANY);
		break;
	case ATL_T_NUMPY:
		push_text(p, "]");
		push_list(p, i - 1, node->n, ", ", LEVEL_ANY);
		push_text(p, "[");
		break;
	case ATL_T_DEFINE:
		push_node(p, i - 1, LEVEL_ANY);
		push_text(p, " = ");
		push_text(p, name_of(p, node));
		break;
	case ATL_T_FOR:
		push_list(p, i - 1, 2, " ", LEVEL_ANY);
		push_text(p, " in ");
		push_text(p, name_of(p, node));
		push_text(p, "for ");
		break;
	case ATL_T_WHILE:
	case ATL_T_REPEAT:
		push_list(p, i - 1, 2, " ", LEVEL_ANY);
		push_text(p, node->kind == ATL_T_WHILE ? "while " : "repeat ");
		break;
	default:
		print_leaf(p, node);
	}
}

static void print_node(printer *p, uint32_t i, uint8_t level)
{
	const atl_tree_node *node = node_at(p, i);

	if (level_of(node) < level) {
		atl_buf_addc(p->out, '(');
		push_text(p, ")");
	}
	if ((node->flags & ATL_TF_SILENT) != 0) {
		push_text(p, ";");
	}
	switch (node->kind) {
	case ATL_T_BINARY:   print_binary(p, i); break;
	case ATL_T_JOIN:     print_join(p, i); break;
	case ATL_T_INDEX:    print_index(p, i); break;
	case ATL_T_PARTIAL:  print_partial(p, i); break;
	case ATL_T_PRIME:    print_prime(p, i); break;
	case ATL_T_BLOCK:    print_block(p, i); break;
	case ATL_T_IF:       print_if(p, i); break;
	case ATL_T_DEFINES:
	case ATL_T_UPDATE:   print_update(p, i); break;
	case ATL_T_FUNCTION: print_function(p, i); break;
	case ATL_T_EXPR:     print_expression(p, i); break;
	case ATL_T_COMMAND:  print_command(p, i); break;
	default:             print_simple(p, i);
	}
}

void atl_tree_print(atl_buf *out, const atl_tree *tree, uint32_t node, const atl_symbols *symbols)
{
	printer p = { .out = out, .tree = tree, .symbols = symbols };

	if (node >= tree->n) {
		return;
	}
	push_node(&p, node, LEVEL_ANY);
	while (p.n > 0 && !out->failed) {
		item it = p.stack[--p.n];
		switch (it.kind) {
		case ITEM_TEXT:
			atl_buf_add(out, it.text);
			break;
		case ITEM_NODE:
			print_node(&p, it.node, it.level);
			break;
		case ITEM_NEWLINE:
			atl_buf_addc(out, '\n');
			atl_buf_fill(out, "\t",
			             p.depth < DEEPEST_INDENT ? p.depth : DEEPEST_INDENT);
			break;
		default:
			p.depth += it.kind == ITEM_INDENT ? 1 : UINT32_MAX;
		}
	}
	atl_free(p.stack);
}
