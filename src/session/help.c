/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.c: help NAME, ?NAME, help: out of the op rows, the prelude's index, the
 * settings and the table of statements below. */
#include "session/state.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *word, *written, *says;
} statements[] = {
	{ "check", "check A == B [within T]",
	  "compares shape and every entry, and says yes or no with the worst entry and, where one is found, the "
	  "slip that makes just these numbers; also != < <= > >= and not" },
	{ "clear", "clear [NAME ...]", "makes names free again; what others use of them stays" },
	{ "compare", "compare [full] E in SYSTEM, ... [wrt NAME, ...]",
	  "computes E and its gradients in each number system and shows node by node how far each is "
	  "from the best one" },
	{ "for", "for k in 1:10 { ... }", "runs the block for each value; k is a constant in it" },
	{ "formula", "formula E",
	  "writes E, such as grad(L, W), as one expression over your names; what is shown was compared with E at "
	  "random points" },
	{ "gradcheck", "gradcheck E [wrt NAME, ...]",
	  "compares each entry of the gradient with differences of 512 to 4096 bits and says yes or no; "
	  "kinks are named" },
	{ "help", "help [NAME]",
	  "says what a name, an operator, a statement or a setting is, or who speaks of a word that is none; "
	  "?NAME is the same" },
	{ "if", "if C { ... } elif C { ... } else { ... }",
	  "runs the first block whose condition is not zero" },
	{ "input", "input A[n, k], x[n], symmetric S[n, n], diagonal D[n, n], scalar c",
	  "declares inputs by their shapes, without values: for formula, for shapes, and for checks of identities" },
	{ "list", "list [variables|functions|systems|settings]", "shows what there is" },
	{ "load", "load \"file.atl\"", "runs the statements of a file" },
	{ "minimize", "minimize L wrt NAME, ... [with OPTIMISER(...), steps=N, epochs=N, X=DATA, seed=N, history=NAME, watch=E]",
	  "trains: changes inputs step by step so that L becomes small; X=DATA feeds the input X with batches; the "
	  "history has a row a step or epoch: the loss, and the entries of E" },
	{ "plot", "plot [image|points] E, ... [against X] [for t in a:b] [to \"file.svg\"]",
	  "draws vectors as curves, or expressions over an interval, or with image a matrix or a stack "
	  "of them; in the terminal, or to an .svg or .png file by gnuplot" },
	{ "quit", "quit", "leaves" },
	{ "read", "read \"x.csv\"    X = read(\"x.npz\", \"W\")",
	  "reads an array from a file: CSV, TSV, JSON, .npy, .npz, IDX, CIFAR-10, PGM, PPM, PNG, also "
	  "packed by gzip; the second text is a column's name or one array of several; \"-\" is "
	  "standard input" },
	{ "repeat", "repeat N { ... }", "runs the block N times" },
	{ "save", "save W, \"w.npy\"    save W, b, \"net.npz\"",
	  "writes arrays to a file in the format of its ending: .csv .tsv .json .npy .npz .png .pgm "
	  ".ppm; write is the same" },
	{ "set", "set SETTING VALUE", "changes a setting; `list settings` shows them" },
	{ "shape", "shape E    shape SIZES, LAYER, ...",
	  "the shape of E without its value; of sizes (rows, columns, channels) that go through layers, what comes out of each, "
	  "the formula with its numbers, parameters, and the receptive field. Layers are conv2d(filters=96, kernel=11, stride=4, "
	  "padding=\"same\"), conv_transpose2d(filters=8, kernel=4, stride=2), maxpool2d(3, stride=2) and the other pools, "
	  "global_avgpool2d(), flatten(), dense(10), batchnorm2d(), batchnorm(), dropout(), and functions that keep the shape: relu(). "
	  "In an expression, shape(...) is the vector of the sizes that come out" },
	{ "show", "show \"text\", E, ...    show bits E",
	  "prints texts and values on one line; with bits, how a number is kept" },
	{ "step", "step [named|full] E [wrt NAME, ...]",
	  "as trace, one step a key: space or right goes on, left goes back, ? explains, q leaves; all at once where there "
	  "is no terminal" },
	{ "trace", "trace [named|full|graph] E [wrt NAME, ...]",
	  "prints the value of every node of E, then the gradient that flows back, with rule, "
	  "numbers and result; named: only what has a name; full: every entry of a product and of a sum by its terms, too; "
	  "graph: a drawing" },
	{ "undo", "undo", "takes the last statement's bindings and stored values back" },
	{ "while", "while C { ... }", "runs the block as long as the condition is not zero" },
	{ "why", "why E    why",
	  "says where a value that is none, infinite or 0 was born, and what grad(L, x) lost or gained on its way; "
	  "alone, why the last statement failed" },
	{ "write", "write W, \"w.npy\"", "the same as save" },
};
enum { N_STATEMENTS = sizeof statements / sizeof *statements };

/* Signs that are no op's, and words with a place in a statement. */
static const struct {
	const char *sign, *written, *says;
} signs[] = {
	{ "=", "name = E",
	  "names a node of the graph; what depends on no node becomes an input" },
	{ "<-", "x <- E   x, y <- E, F",
	  "evaluates now and stores the numbers into inputs; what depends on them follows" },
	{ "←", "x ← E   x, y ← E, F", "the same as <-" },
	{ "+=", "x += E", "the same as x <- x + (E)" },
	{ "-=", "x -= E", "the same as x <- x - (E)" },
	{ "*=", "x *= E", "the same as x <- x*(E)" },
	{ "@", "A @ B", "the same product as A*B" },
	{ "/", "A/s", "divides by a scalar; ./ divides entry by entry" },
	{ "^", "A^k", "the power of a scalar or a square matrix; .^ is entry by entry" },
	{ "'", "A'", "the transpose; also Aᵀ and A.T" },
	{ "∂", "∂L/∂x   ∂²L/∂x∂y", "the gradient grad(L, x), and second derivatives" },
	{ ":", "a:b   a:step:b", "whole numbers, both ends included; alone in an index, all of an axis" },
	{ "against", "plot y against x", "what goes along the axis" },
	{ "to", "plot y to \"file.svg\"", "draws to a file" },
	{ "within", "check A == B within T", "how far apart entries may be" },
	{ "wrt", "trace L wrt x, y", "shows only the gradients that lead to these names" },
	{ "in", "for k in 1:10 { ... }", "the entries of a vector, or the rows of a matrix" },
	{ "end", "x[end]", "the last position, in an index" },
};

static const char *const overview[] = {
	"x = [2, 1]; W = [1, 0; 3, 4]      a vector, a matrix",
	"y = relu(W*x)                     a node of the graph",
	"trace sum(y)                      forward and backward, node by node",
	"compare y in float64, exact       the same nodes in several number systems",
	"grad(sum(y), W)                   a gradient; of a scalar L also ∂L/∂W",
	"W <- W - 0.1*grad(sum(y), W)      stores new numbers into W",
	"check y == [2; 10]                compares",
	"set number exact                  fractions instead of float64",
	"",
	"help NAME    of a function, an operator, a statement, a setting",
	"list         your names; list functions, list systems, list settings",
	"quit         leaves",
};

/* ---- lines ---- */

/* Help is collected and sent line by line; in JSON it is one object. */
typedef struct page {
	atl_session *s;
	const char *name;
	atl_buf text;
} page;

/* Words of a text, wrapped to the page; what goes on is indented by four. */
static void line(page *p, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	size_t width = p->s->format.width, start = p->text.len;
	atl_buf_addf(&p->text, "  %s%s", label, *label ? ": " : "");
	bool first = true;
	while (*text) {
		size_t len = strcspn(text, " ");
		size_t column = atl_text_width(p->text.p + start, p->text.len - start);
		if (!first && column + 1 + atl_text_width(text, len) > width) {
			atl_buf_addc(&p->text, '\n');
			start = p->text.len;
			atl_buf_add(&p->text, "   ");
			first = false;
		}
		atl_buf_add(&p->text, first ? "" : " ");
		atl_buf_addn(&p->text, text, len);
		first = false;
		text += len;
		text += strspn(text, " ");
	}
	atl_buf_addc(&p->text, '\n');
}

static void finish(page *p)
{
	atl_buf *out = &p->s->line;
	atl_buf_reset(out);
	if (p->text.len)
		atl_buf_cut(&p->text, p->text.len - 1);
	if (atl_output_json(p->s)) {
		atl_buf_add(out, "{\"help\":");
		atl_print_json_string(out, p->name, strlen(p->name));
		atl_buf_add(out, ",\"text\":");
		atl_print_json_string(out, atl_buf_text(&p->text), p->text.len);
		atl_buf_addc(out, '}');
	} else {
		atl_buf_addn(out, atl_buf_text(&p->text), p->text.len);
	}
	atl_output_line(p->s, out);
	atl_buf_clear(&p->text);
}

/* ---- ops ---- */

/* "a + b, ", "-x, ", "not x, " */
static void op_written(page *p, const atl_op *op)
{
	atl_param param[ATL_OP_PARAMS];
	size_t n = atl_op_params(op, param);
	const char *sign = atl_tree_op_text(op->infix);
	if (!op->infix || n == 0)
		return;
	if (n > 1)
		atl_buf_addf(&p->text, "%.*s %s ", (int)param[0].len, param[0].name, sign);
	else
		atl_buf_addf(&p->text, "%s%s", sign, strlen(sign) > 1 ? " " : "");
	atl_buf_addf(&p->text, "%.*s, ", (int)param[n - 1].len, param[n - 1].name);
}

static void op_rules(page *p, const atl_op *op)
{
	atl_param param[ATL_OP_PARAMS];
	size_t n = atl_op_params(op, param);
	for (size_t i = 0; i < n; i++) {
		const char *rule = atl_op_rule(op, p->s->builder.kink, (uint32_t)i);
		if (rule)
			atl_buf_addf(&p->text, "  adjoint of %.*s: %s\n", (int)param[i].len,
			             param[i].name, rule);
	}
}

static void op_examples(page *p, const char *example)
{
	while (example && *example) {
		size_t len = strcspn(example, "\n");
		const char *arrow = strstr(example, " -> ");
		if (arrow && arrow < example + len)
			atl_buf_addf(&p->text, "  example: %.*s\n           %.*s\n",
			             (int)(arrow - example), example,
			             (int)(len - (size_t)(arrow - example) - 4), arrow + 4);
		else
			atl_buf_addf(&p->text, "  example: %.*s\n", (int)len, example);
		example += len + (example[len] == '\n');
	}
}

static void op_page(page *p, const atl_op *op)
{
	op_written(p, op);
	atl_op_signature(op, &p->text);
	atl_buf_addc(&p->text, '\n');
	line(p, "", op->summary);
	line(p, "", op->detail);
	line(p, "where", op->domain);
	line(p, "value", op->by == ATL_BY_TEXT ? op->value : NULL);
	op_rules(p, op);
	if (op->kink)
		line(p, "at the kink", atl_op_kink_says(op, p->s->builder.kink));
	line(p, "also", op->aliases);
	op_examples(p, op->example);
}

static bool is_operator(const atl_op *op, const char *name)
{
	return op->infix && op->summary && !strcmp(atl_tree_op_text(op->infix), name);
}

static bool ops_pages(page *p)
{
	const atl_op *op = atl_op_find(p->name, strlen(p->name));
	bool found = op && !(op->flags & ATL_OF_INTERNAL);
	if (found)
		op_page(p, op);
	for (size_t i = 0; !found && i < atl_op_count(); i++)
		if (is_operator(atl_op_at(i), p->name))
			op_page(p, atl_op_at(i));
	return p->text.len != 0;
}

/* ---- the rest ---- */

static bool own_page(page *p, atl_sym sym)
{
	atl_session *s = p->s;
	const atl_function *f = sym ? atl_names_function(s, sym) : NULL;
	if (!f || f->prelude)
		return false;
	atl_function_signature(s, f, &p->text);
	atl_buf_add(&p->text, "\n  your own function");
	const char *where = atl_diag_line(&s->diag, s->sources, f->tree->node[f->tree->root].span);
	if (*where)
		atl_buf_addf(&p->text, " (%s)", where);
	atl_buf_addc(&p->text, '\n');
	return true;
}

static bool variable_page(page *p, atl_sym sym)
{
	atl_session *s = p->s;
	const atl_var *v = sym ? atl_names_find(s, sym) : NULL;
	atl_id id = atl_names_latest(v);
	if (!id)
		return false;
	const atl_node *n = atl_graph_node(s->graph, id);
	atl_buf_addf(&p->text, "%s\n  ", atl_symbols_text(s->symbols, v->name));
	if (atl_shape_scalar(n->shape))
		atl_buf_add(&p->text, "a scalar");
	else
		atl_shape_print(&p->text, n->shape);
	atl_buf_add(&p->text, n->flags & ATL_NF_INPUT ? ", an input"
	                      : v->counter            ? ", a counter"
	                                              : ", computed");
	const char *where = n->name ? atl_diag_line(&s->diag, s->sources, n->span) : "";
	if (*where)
		atl_buf_addf(&p->text, " (%s)", where);
	atl_buf_addc(&p->text, '\n');
	return true;
}

static bool prelude_page(page *p)
{
	size_t i = atl_prelude_at(p->name);
	if (i == atl_prelude_count)
		return false;
	atl_buf_addf(&p->text, "%s\n", atl_prelude_index[i].signature);
	line(p, "", atl_prelude_index[i].summary);
	line(p, "defined in the prelude", atl_prelude_index[i].file);
	op_examples(p, atl_prelude_index[i].example);
	return true;
}

static bool statement_page(page *p)
{
	for (size_t i = 0; i < N_STATEMENTS; i++)
		if (!strcmp(p->name, statements[i].word)) {
			atl_buf_addf(&p->text, "%s\n", statements[i].written);
			line(p, "", statements[i].says);
			return true;
		}
	return false;
}

static bool sign_page(page *p)
{
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (!strcmp(p->name, signs[i].sign)) {
			atl_buf_addf(&p->text, "%s\n", signs[i].written);
			line(p, "", signs[i].says);
			return true;
		}
	return false;
}

static bool setting_page(page *p)
{
	for (size_t i = 0; i < atl_setting_count(); i++)
		if (!strcmp(p->name, atl_setting_name(i))) {
			atl_buf_addf(&p->text, "set %s %s\n", p->name, atl_setting_takes(i));
			line(p, "", atl_setting_help(i));
			atl_buf_add(&p->text, "  now: ");
			atl_setting_show(p->s, i, &p->text);
			atl_buf_addc(&p->text, '\n');
			return true;
		}
	return false;
}

/* All rows with a kink, and what each setting takes there. */
static bool kinks_page(page *p)
{
	if (strcmp(p->name, "kinks") != 0)
		return false;
	atl_buf_addf(&p->text, "set kink zero|one|half|error\n");
	line(p, "", "where the slopes of both sides differ, derivatives take one of them, as it was set when "
		    "they were built; now:");
	atl_buf_cut(&p->text, p->text.len - 1);
	atl_buf_addf(&p->text, " %s\n", atl_kink_name(p->s->builder.kink));
	for (size_t i = 0; i < atl_op_count(); i++) {
		const atl_op *op = atl_op_at(i);
		if (!op->kink)
			continue;
		atl_buf_addf(&p->text, "\n  %s(%s), where %s\n", op->shown ? op->shown : op->name, op->params, op->kink);
		for (unsigned rule = ATL_KINK_ZERO; rule < ATL_KINK_ERROR; rule++)
			atl_buf_addf(&p->text, "    %-5s %s\n", atl_kink_name(rule), atl_op_kink_says(op, rule));
	}
	atl_buf_addc(&p->text, '\n');
	line(p, "error", "no value there, which names the node and the entry when it is wanted");
	line(p, "", "sign, floor, ceil, round and comparisons have the slope 0 everywhere; where(c, a, b) has "
		    "that of the side it takes");
	return true;
}

static bool system_page(page *p)
{
	for (const atl_system *const *sys = atl_systems(); *sys; sys++)
		if (!strcmp(p->name, (*sys)->name)) {
			bool bits = *sys == &atl_mpfr, three = (*sys)->sized && !bits;
			atl_buf_addf(&p->text, "set number %s%s\n", p->name,
			             bits    ? " BITS"
			             : three ? "(precision, emin, emax)"
			                     : "");
			line(p, "", (*sys)->summary);
			return true;
		}
	return false;
}

/* ---- words that are no names ---- */

enum { LEAST_WORD = 3, MOST_FOUND = 12 };

/* Whether a word of the text begins with it, in letters of any case. */
static bool speaks_of(const char *text, const char *word)
{
	bool inside = false;
	for (; text && *text; text++) {
		if (!inside && !strncasecmp(text, word, strlen(word)))
			return true;
		inside = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
	}
	return false;
}

/* One that speaks of it: its name, how it is written, and what it says, of which the
 * first part is shown. */
static void found(page *p, size_t *n, const char *name, const char *written, const char *says)
{
	if (!speaks_of(written, p->name) && !speaks_of(says, p->name))
		return;
	if (*n == 0)
		atl_buf_addf(&p->text, "nothing is named \"%s\"; of it speak\n", p->name);
	if (++*n > MOST_FOUND)
		return;
	atl_buf first = { 0 };
	atl_buf_addn(&first, says, strcspn(says, ";"));
	line(p, name, atl_buf_text(&first));
	atl_buf_clear(&first);
}

static bool search_page(page *p)
{
	size_t n = 0;
	atl_buf written = { 0 };
	if (strlen(p->name) < LEAST_WORD)
		return false;
	for (size_t i = 0; i < N_STATEMENTS; i++)
		found(p, &n, statements[i].word, statements[i].written, statements[i].says);
	for (size_t i = 0; i < atl_setting_count(); i++) {
		atl_buf_reset(&written);
		atl_buf_addf(&written, "set %s", atl_setting_name(i));
		found(p, &n, atl_buf_text(&written), atl_buf_text(&written), atl_setting_help(i));
	}
	for (size_t i = 0; i < atl_prelude_count; i++)
		found(p, &n, atl_prelude_index[i].signature, atl_prelude_index[i].signature, atl_prelude_index[i].summary);
	for (size_t i = 0; i < atl_op_count(); i++) {
		atl_buf_reset(&written);
		if (atl_op_at(i)->flags & ATL_OF_INTERNAL)
			continue;
		atl_op_signature(atl_op_at(i), &written);
		found(p, &n, atl_buf_text(&written), atl_buf_text(&written), atl_op_at(i)->summary);
	}
	if (n > MOST_FOUND)
		atl_buf_addf(&p->text, "  and %zu more\n", n - MOST_FOUND);
	atl_buf_clear(&written);
	return n > 0;
}

static atl_status unknown(atl_session *s, const char *name, atl_span at)
{
	const char *near = atl_names_nearest(s, name, true);
	atl_nearest other = { 0 };
	for (size_t i = 0; i < N_STATEMENTS; i++)
		atl_nearest_try(&other, name, statements[i].word);
	for (size_t i = 0; i < atl_setting_count(); i++)
		atl_nearest_try(&other, name, atl_setting_name(i));
	for (const atl_system *const *sys = atl_systems(); *sys; sys++)
		atl_nearest_try(&other, name, (*sys)->name);
	atl_diag_fail(&s->diag, ATL_KIND_NAME, at, "there is no help for \"%s\"", name);
	if (near || other.best)
		atl_diag_note(&s->diag, "did you mean \"%s\"?", other.best ? other.best : near);
	return ATL_ERROR;
}

static void show_overview(atl_session *s)
{
	page p = { .s = s, .name = "" };
	for (size_t i = 0; i < sizeof overview / sizeof *overview; i++)
		atl_buf_addf(&p.text, "%s%s\n", *overview[i] ? "  " : "", overview[i]);
	finish(&p);
}

atl_status atl_run_help(atl_session *s, const atl_tree *t, uint32_t node)
{
	if (t->node[node].n == 0) {
		show_overview(s);
		return ATL_OK;
	}
	const atl_tree_node *n = &t->node[atl_tree_child(t, node, 0)];
	page p = { .s = s,
		   .name = n->sym    ? atl_symbols_text(s->symbols, n->sym)
		           : n->text ? n->text
		                     : "" };
	bool found = variable_page(&p, n->sym);
	found = own_page(&p, n->sym) || ops_pages(&p) || prelude_page(&p) ||
	        found;
	found = statement_page(&p) || sign_page(&p) || found;
	found = setting_page(&p) || kinks_page(&p) || system_page(&p) || found;
	if (!found && !search_page(&p)) {
		atl_buf_clear(&p.text);
		return unknown(s, p.name, n->span);
	}
	finish(&p);
	return ATL_OK;
}
