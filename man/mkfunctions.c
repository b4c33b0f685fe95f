/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mkfunctions.c: writes atled-functions(7), out of the op rows and the prelude's index.
 *
 * Nothing of a function stands here: its signature, its summary, its rules and
 * its examples are fields of its row (src/graph/op.h), and what the prelude
 * defines is in prelude/.  The page goes to standard output.  Each example
 * becomes a command with its output, which tests/docs.sh runs. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "graph/op.h"
#include "session/prelude_index.h"

enum { LINE = 78 };

static const char head[] =
	".\\\" -*- coding: utf-8 -*-\n"
	".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n"
	".\\\" Written by man/mkfunctions.c; edit the rows in src/ops, or prelude/.\n"
	".TH ATLED\\-FUNCTIONS 7 \"\" \"atled " PACKAGE_VERSION "\" \"atled manual\"\n"
	".ad l\n"
	".SH NAME\n"
	"atled\\-functions \\- the functions of atled, with their derivatives\n"
	".SH DESCRIPTION\n"
	"This page lists every function and every operator of\n"
	".BR atled (1),\n"
	"family by family.\n"
	".B help\n"
	".I NAME\n"
	"prints the same inside a session.\n"
	".PP\n"
	"An entry begins with the ways to write a call.\n"
	"Parameters behind the plain ones are options and are given by name,\n"
	"as in \\fBsum(X, axis=1)\\fP, or in their place.\n"
	"What stands behind\n"
	".B =\n"
	"is taken when the argument is left out; what stands in brackets may be left out.\n"
	"Elementwise functions take arrays of any shape.\n"
	".PP\n"
	".I Adjoint of x\n"
	"is what flows back to the operand\n"
	".IR x :\n"
	"in it,\n"
	".B y\n"
	"is the value of the function and\n"
	".B g\n"
	"the adjoint of\n"
	".BR y ,\n"
	"that is, the gradient of the traced scalar with respect to\n"
	".BR y .\n"
	"The rules are text in the language itself:\n"
	"what is computed is what is printed here.\n"
	"Two functions occur only in rules:\n"
	".B expand(g, x)\n"
	"is\n"
	".B g\n"
	"repeated until it has the shape of\n"
	".BR x ,\n"
	"and\n"
	".B extent(x, axis)\n"
	"is the number of entries that a reduction takes together.\n"
	".PP\n"
	".I At a kink\n"
	"says which value is taken where there is no derivative.\n"
	"A function without adjoints either has the derivative 0, as\n"
	".B floor\n"
	"has, or is built out of the functions that it names.\n"
	".PP\n"
	"Each example is a command and its output.\n";

static const char tail[] =
	".SH SEE ALSO\n"
	".BR atled (1),\n"
	".BR atled\\-language (7)\n";

/* ---- troff ---- */

/* Text as it is, also where a sign means something to troff. */
static void add_text(atl_buf *out, const char *text, size_t len)
{
	static const struct { char c; const char *troff; } sign[] = {
		{ '\\', "\\e" },    { '-', "\\-" },    { '\'', "\\(aq" },
		{ '^', "\\(ha" }, { '~', "\\(ti" }, { '`', "\\(ga" },
	};
	for (size_t i = 0; i < len; i++) {
		size_t k = 0, n = sizeof sign / sizeof *sign;
		while (k < n && sign[k].c != text[i])
			k++;
		if (k < n)
			atl_buf_add(out, sign[k].troff);
		else
			atl_buf_addc(out, text[i]);
	}
}

static void add_bold(atl_buf *out, const char *text, size_t len)
{
	atl_buf_add(out, "\\fB");
	add_text(out, text, len);
	atl_buf_add(out, "\\fP");
}

static void add_italic(atl_buf *out, const char *text, size_t len)
{
	atl_buf_add(out, "\\fI");
	add_text(out, text, len);
	atl_buf_add(out, "\\fP");
}

/* A paragraph: a line of the source for each sentence, and `what is typed` in bold. */
static void add_prose(atl_buf *out, const char *text)
{
	bool typed = false;
	while (*text) {
		size_t n = strcspn(text, "`");
		const char *stop = text;
		while ((stop = strstr(stop, ". ")) && !isupper((unsigned char)stop[2])) /* "sec. 3" goes on */
			stop++;
		if (stop && (size_t)(stop - text) < n)
			n = (size_t)(stop - text) + 1;
		else
			stop = NULL;
		if (typed)
			add_bold(out, text, n);
		else
			add_text(out, text, n);
		text += n;
		if (stop)
			atl_buf_addc(out, '\n');
		else if (*text == '`')
			typed = !typed;
		text += *text != 0;
	}
	atl_buf_addc(out, '\n');
}

/* ---- rules ---- */

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* A formula of a row; functions that only rows call go by the name that users call. */
static void add_formula(atl_buf *out, const char *text)
{
	atl_buf_add(out, "\\fB");
	while (*text) {
		size_t n = 0;
		while (in_name(text[n]))
			n++;
		const atl_op *op = n && text[n] == '(' ? atl_op_find(text, n) : NULL;
		if (op && op->shown)
			add_text(out, op->shown, strlen(op->shown));
		else
			add_text(out, text, n ? n : 1);
		text += n ? n : 1;
	}
	atl_buf_add(out, "\\fP");
}

static void add_line(atl_buf *out, const char *label, const char *formula)
{
	if (!formula)
		return;
	atl_buf_addf(out, ".br\n%s: ", label);
	add_formula(out, formula);
	atl_buf_addc(out, '\n');
}

static void add_adjoints(atl_buf *out, const atl_op *op)
{
	atl_param param[ATL_OP_PARAMS];
	size_t n = atl_op_params(op, param);
	for (size_t i = 0; i < n && i < ATL_OP_RULES; i++) {
		if (!op->rule[i])
			continue;
		atl_buf_add(out, ".br\nAdjoint of ");
		add_italic(out, param[i].name, param[i].len);
		atl_buf_add(out, ": ");
		add_formula(out, op->rule[i]);
		atl_buf_addc(out, '\n');
	}
}

static void add_kink(atl_buf *out, const atl_op *op)
{
	if (!op->kink_says)
		return;
	atl_buf_add(out, ".br\nAt a kink");
	if (op->kink) {
		atl_buf_add(out, ", ");
		add_formula(out, op->kink);
	}
	atl_buf_add(out, ": ");
	add_text(out, op->kink_says, strlen(op->kink_says));
	atl_buf_add(out, ".\n");
}

/* ---- examples ---- */

/* One word of the shell.  A transpose is a quote, and stands between double ones then. */
static void add_word(atl_buf *out, const char *text, size_t len)
{
	bool quoted = memchr(text, '\'', len) != NULL;
	add_text(out, quoted ? "\"" : "'", 1);
	add_text(out, text, len);
	add_text(out, quoted ? "\"" : "'", 1);
}

static void add_examples(atl_buf *out, const char *example)
{
	if (!example || !*example)
		return;
	atl_buf_add(out, ".IP\n.\\\" run\n.EX\n");
	while (*example) {
		size_t len = strcspn(example, "\n");
		const char *arrow = strstr(example, " -> ");
		size_t n = arrow && arrow < example + len ? (size_t)(arrow - example) : len;
		atl_buf_add(out, "$ atled \\-e ");
		add_word(out, example, n);
		atl_buf_addc(out, '\n');
		if (n < len) {
			add_text(out, arrow + 4, len - n - 4);
			atl_buf_addc(out, '\n');
		}
		example += len + (example[len] == '\n');
	}
	atl_buf_add(out, ".EE\n");
}

/* ---- entries ---- */

static void add_signature(atl_buf *out, const atl_op *op)
{
	atl_param param[ATL_OP_PARAMS];
	size_t n = atl_op_params(op, param);
	add_bold(out, op->name, strlen(op->name));
	if (op->written == ATL_T_NAME) /* a constant */
		return;
	atl_buf_addc(out, '(');
	for (size_t i = 0; i < n; i++) {
		const atl_param *p = &param[i];
		atl_buf_addf(out, "%s%s", p->optional ? "[" : "", i ? ", " : "");
		add_italic(out, p->name, p->len);
		if (p->optional)
			atl_buf_addc(out, ']');
		else if (p->fallback)
			atl_buf_addf(out, "=%.*s", (int)p->fallback_len, p->fallback);
		atl_buf_add(out, p->variadic ? ", ..." : "");
	}
	atl_buf_addc(out, ')');
}

/* "a .* b" or "-x". */
static void add_operator(atl_buf *out, const atl_op *op)
{
	atl_param param[ATL_OP_PARAMS];
	const char *sign = atl_tree_op_text(op->infix);
	size_t n = atl_op_params(op, param);
	if (n == 2) {
		add_italic(out, param[0].name, param[0].len);
		atl_buf_addc(out, ' ');
	}
	add_bold(out, sign, strlen(sign));
	if (n == 2 || isalpha((unsigned char)sign[0]))
		atl_buf_addc(out, ' ');
	if (n)
		add_italic(out, param[n - 1].name, param[n - 1].len);
	atl_buf_add(out, ", ");
}

static void add_aliases(atl_buf *out, const char *alias)
{
	while (*alias) {
		size_t len = strcspn(alias, " ");
		atl_buf_add(out, ", ");
		add_bold(out, alias, len);
		alias += len;
		alias += *alias == ' ';
	}
}

static void add_op(atl_buf *out, const atl_op *op)
{
	atl_buf_add(out, ".TP\n");
	if (op->infix)
		add_operator(out, op);
	add_signature(out, op);
	if (op->aliases)
		add_aliases(out, op->aliases);
	atl_buf_addc(out, '\n');
	add_prose(out, op->summary);
	if (op->detail) {
		atl_buf_add(out, ".br\n");
		add_prose(out, op->detail);
	}
	add_line(out, "Domain", op->domain);
	add_line(out, "Value", op->by == ATL_BY_TEXT ? op->value : NULL);
	add_adjoints(out, op);
	add_kink(out, op);
	add_examples(out, op->example);
}

static void add_heading(atl_buf *out, const char *title)
{
	atl_buf_add(out, ".SH ");
	for (; *title; title++)
		atl_buf_addc(out, (char)toupper((unsigned char)*title));
	atl_buf_addc(out, '\n');
}

static void add_ops(atl_buf *out)
{
	const char *group = "";
	for (size_t i = 0; i < atl_op_count(); i++) {
		const atl_op *op = atl_op_at(i);
		if (op->flags & ATL_OF_INTERNAL)
			continue;
		if (strcmp(group, atl_op_group(op)) != 0)
			add_heading(out, group = atl_op_group(op));
		add_op(out, op);
	}
}

/* ---- the prelude ---- */

static void add_defined(atl_buf *out, const atl_prelude_entry *e)
{
	size_t name = strlen(e->name), length = strlen(e->signature);
	atl_buf_add(out, ".TP\n");
	add_bold(out, e->signature, name);
	add_text(out, e->signature + name, length - name);
	atl_buf_addc(out, '\n');
	add_prose(out, e->summary);
	add_examples(out, e->example);
}

/* The prelude's files in the order of their names; each is a family. */
static void add_prelude(atl_buf *out)
{
	const char *last = "";
	for (;;) {
		const char *file = NULL;
		for (size_t i = 0; i < atl_prelude_count; i++) {
			const char *f = atl_prelude_index[i].file;
			if (strcmp(f, last) > 0 && (!file || strcmp(f, file) < 0))
				file = f;
		}
		if (!file)
			return;
		atl_buf title = { 0 };
		atl_buf_addn(&title, file, strcspn(file, "."));
		add_heading(out, atl_buf_text(&title));
		atl_buf_clear(&title);
		atl_buf_add(out, "Defined in the language itself, in \\fIprelude/");
		add_text(out, file, strlen(file));
		atl_buf_add(out, "\\fP;\ntheir gradients follow from their definitions.\n");
		for (size_t i = 0; i < atl_prelude_count; i++)
			if (!strcmp(atl_prelude_index[i].file, file))
				add_defined(out, &atl_prelude_index[i]);
		last = file;
	}
}

/* ---- lines ---- */

/* Where to break a line of n bytes: the last space that fits, else the first; n: nowhere. */
static size_t find_break(const char *line, size_t n)
{
	size_t at = n;
	for (size_t i = 1; n > LINE && i < n && (i < LINE || at == n); i++)
		if (line[i] == ' ')
			at = i;
	return at;
}

/* Text that troff fills is written in lines that fit a page; requests, tags
 * (the line below .TP) and examples stay as they are. */
static void add_lines(atl_buf *out, const char *text)
{
	bool as_is = false, tag = false;
	while (*text) {
		size_t n = strcspn(text, "\n"), at = *text == '.' || as_is || tag ? n : find_break(text, n);
		atl_buf_addn(out, text, at);
		tag = !strncmp(text, ".TP\n", 4);
		as_is = !strncmp(text, ".EX\n", 4) || (as_is && strncmp(text, ".EE\n", 4) != 0);
		for (; at < n; at += find_break(text + at + 1, n - at - 1) + 1) {
			const char *rest = text + at + 1;
			atl_buf_add(out, *rest == '.' ? "\n\\&" : "\n");
			atl_buf_addn(out, rest, find_break(rest, n - at - 1));
		}
		atl_buf_addc(out, '\n');
		text += n + 1;
	}
}

int main(void)
{
	atl_buf page = { 0 }, out = { 0 };
	atl_buf_add(&page, head);
	add_ops(&page);
	add_prelude(&page);
	atl_buf_add(&page, tail);
	add_lines(&out, atl_buf_text(&page));
	bool failed = page.failed || out.failed ||
	              fwrite(atl_buf_text(&out), 1, out.len, stdout) != out.len || fflush(stdout) != 0;
	if (failed)
		fputs("mkfunctions: cannot write the page\n", stderr);
	atl_buf_clear(&page);
	atl_buf_clear(&out);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
