/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rule.c: the labels and rules of a trace as text. */
#include "print/rule.h"

#include <string.h>
#include "print/value.h"

void atl_rule_add(atl_buf *out, const char *text, size_t len, const atl_format *f)
{
	if (f->ascii)
		atl_buf_ascii(out, text, len);
	else
		atl_buf_addn(out, text, len);
}

static void add(atl_buf *out, const char *text, const atl_format *f)
{
	atl_rule_add(out, text, strlen(text), f);
}

static void add_adjoint(atl_buf *out, const atl_trace *t, const char *label, const atl_format *f)
{
	add(out, "∂", f);
	add(out, t->of, f);
	add(out, "/∂", f);
	add(out, label, f);
}

void atl_rule_label(atl_buf *out, const atl_trace *t, const atl_step *s, const atl_format *f)
{
	bool forward = s->kind == ATL_STEP_INPUT || s->kind == ATL_STEP_FORWARD;
	if (forward)
		add(out, s->label, f);
	else
		add_adjoint(out, t, s->label, f);
}

/* ---- rules ---- */

typedef struct filling {
	const atl_format *f;
	bool numbers;
	size_t width; /* of a value */
	bool elided;  /* not all entries were written */
} filling;

/* How tightly a number's text binds: -2 and 1/3 need parentheses where 2 does not. */
static atl_tree_op number_binds(const char *text)
{
	if (*text == '-')
		return ATL_O_SUB;
	return strchr(text, '/') ? ATL_O_DIV : ATL_O_NONE;
}

/* False and nothing when no entry would be left to see. */
static bool add_value(atl_buf *out, const atl_array *a, filling *how)
{
	size_t start = out->len;
	if (atl_value_whole(out, a, how->f, how->width))
		return true;
	how->elided = true;
	atl_print_inline(out, a, how->f, how->width);
	const char *p = atl_buf_text(out) + start;
	if (*p != '[' || strncmp(p + 1, atl_value_dots(how->f), 3))
		return true;
	atl_buf_cut(out, start);
	return false;
}

/* ∂L/∂a' would be read as ∂L/∂(a'): an adjoint binds as a power does. */
static atl_tree_op fill(atl_buf *out, const atl_trace *t, const atl_trace_leaf *leaf, void *data)
{
	filling *how = data;
	if (how->numbers && leaf->value && leaf->entry) {
		size_t start = out->len;
		atl_value_entry(out, leaf->value, leaf->entry - 1, how->f);
		return number_binds(atl_buf_text(out) + start);
	}
	if (how->numbers && leaf->value && add_value(out, leaf->value, how)) {
		bool scalar = atl_shape_scalar(&leaf->value->shape);
		return scalar ? number_binds(atl_buf_text(out)) : ATL_O_NONE;
	}
	if (leaf->adjoint)
		add_adjoint(out, t, leaf->label, how->f);
	else
		add(out, leaf->label, how->f);
	if (leaf->entry)
		atl_remark_place(out, &leaf->shape, leaf->entry - 1);
	return leaf->adjoint ? ATL_O_POW : ATL_O_NONE;
}

static void add_rule(atl_buf *out, const atl_trace *t, uint32_t rule, filling *how)
{
	atl_tree tree = { .refs = 1 };
	atl_buf text = { 0 };
	if (atl_trace_rule(&tree, t, rule, fill, how))
		out->failed = true;
	else
		atl_tree_print(&text, &tree, tree.root, t->symbols);
	atl_rule_add(out, atl_buf_text(&text), text.len, how->f);
	out->failed |= text.failed;
	atl_buf_clear(&text);
	atl_free(tree.node);
	atl_arena_clear(&tree.arena);
}

void atl_rule_symbols(atl_buf *out, const atl_trace *t, const atl_step *s, const atl_format *f)
{
	filling how = { .f = f };
	if (s->rule != ATL_TREE_NONE)
		add_rule(out, t, s->rule, &how);
}

void atl_rule_entry_label(atl_buf *out, const atl_trace *t, const atl_step *s, const atl_trace_entry *e,
			  const atl_format *f)
{
	atl_rule_label(out, t, s, f);
	atl_remark_place(out, &s->value->shape, e->at);
}

void atl_rule_entry(atl_buf *out, const atl_trace *t, const atl_trace_entry *e, bool numbers, const atl_format *f)
{
	filling how = { .f = f, .numbers = numbers };
	add_rule(out, t, e->rule, &how);
}

void atl_rule_left_out(atl_buf *out, size_t n, const char *what)
{
	if (n)
		atl_buf_addf(out, "%zu more %s%s", n, what, n == 1 ? "" : "s");
}

/* One addend of a sum; false when it is too large to be seen. */
static bool add_addend(atl_buf *out, const atl_step *s, bool first, bool skip, filling *how)
{
	atl_buf text = { 0 };
	bool seen = true;
	if (s->kind == ATL_STEP_FOLD || skip)
		atl_buf_add(&text, atl_value_dots(how->f));
	else
		seen = add_value(&text, s->value, how);
	const char *p = atl_buf_text(&text);
	bool negative = !first && *p == '-';
	if (!first)
		atl_buf_add(out, negative ? " - " : " + ");
	atl_buf_add(out, p + negative);
	out->failed |= text.failed;
	atl_buf_clear(&text);
	return seen;
}

/* a + b - c, from the steps before the sum; of many, head and tail. */
static bool add_addends(atl_buf *out, const atl_trace *t, size_t sum, uint32_t head, uint32_t tail,
			filling *how)
{
	uint32_t n = t->step[sum].count;
	bool seen = true;
	for (uint32_t i = 0; i < n; i++) {
		bool skip = n > head + tail + 1 && i == head;
		seen &= add_addend(out, &t->step[sum - n + i], i == 0, skip, how);
		if (skip)
			i = n - tail - 1;
	}
	return seen;
}

bool atl_rule_is_leaf(const atl_trace *t, const atl_step *s)
{
	return s->rule != ATL_TREE_NONE && t->rules->node[s->rule].kind == ATL_T_VERBATIM;
}

/* Attempts, from the one that shows most. */
static const struct { size_t width; uint32_t head, tail; } attempts[] = {
	{ 0, 8, 3 },  { 48, 8, 3 }, { 32, 4, 3 }, { 20, 2, 2 },
	{ 32, 1, 1 }, { 20, 1, 1 }, { 12, 1, 1 },
};
enum { ATTEMPTS = sizeof attempts / sizeof *attempts };

void atl_rule_numbers(atl_buf *out, const atl_trace *t, size_t step, const atl_format *f,
		      size_t room)
{
	const atl_step *s = &t->step[step];
	atl_format own = *f;
	own.full = false;
	size_t start = out->len;
	bool seen = true;
	if (s->kind != ATL_STEP_SUM && s->rule == ATL_TREE_NONE)
		return;
	for (size_t i = 0; i < ATTEMPTS; i++) {
		filling how = { .f = &own, .numbers = true };
		how.width = attempts[i].width ? attempts[i].width : room;
		atl_buf_cut(out, start);
		if (s->kind == ATL_STEP_SUM)
			seen = add_addends(out, t, step, attempts[i].head, attempts[i].tail, &how);
		else
			add_rule(out, t, s->rule, &how);
		/* whole, it may take a few lines */
		size_t most = i == 0 && !how.elided ? 3 * room : room;
		if (seen && atl_value_width(out, start) <= most)
			return;
	}
	/* addends that no line can show */
	if (!seen)
		atl_buf_cut(out, start);
}
