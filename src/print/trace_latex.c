/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace_latex.c: a LaTeX document: traces as align*, values as equations.
 *
 * A line holds as many of rule, numbers and value as fit, the rest goes on below
 * the first "=".  The steps are in several align*, since one is set as a whole. */
#include <string.h>

#include "base/mem.h"
#include "print/document.h"
#include "print/math.h"
#include "print/rule.h"

enum { BLOCK = 40, TEXT_WIDTH = 4550, MARGIN = 350, EQUALS = 140, INDENT = 200, PAGE = 84, REMARK = 56 };

/* ---- breaking lines ---- */

typedef struct line {
	atl_buf *out;
	uint32_t room, used; /* behind the first "=" */
	bool begun;          /* something stands on it */
} line;

/* A formula behind "= ", here if it fits and on lines of its own if not. */
static void add_formula(line *l, const atl_math *m)
{
	uint32_t width = atl_math_width(m);
	if (l->begun && l->used + EQUALS + width > l->room) {
		atl_buf_add(l->out, " \\\\\n  ");
		l->begun = false;
	}
	atl_buf_add(l->out, l->begun ? " = " : "&= ");
	l->used = l->begun ? l->used + EQUALS : 0;
	l->begun = true;
	for (size_t i = 0, from = 0; i < m->n;) {
		size_t next = i + 1;
		uint32_t chunk = m->piece[i].width;
		while (next < m->n && !m->piece[next].breaks)
			chunk += m->piece[next++].width;
		if (i && l->used + chunk > l->room) {
			atl_buf_add(l->out, " \\\\\n  &\\quad{}");
			l->used = INDENT;
		}
		atl_buf_addn(l->out, atl_buf_text(&m->text) + from, m->piece[next - 1].end - from);
		l->used += chunk;
		from = m->piece[next - 1].end;
		i = next;
	}
	l->out->failed |= m->text.failed;
}

static void add_remark(atl_buf *out, const char *head, const char *text)
{
	if (!text)
		return;
	atl_buf own = { 0 };
	atl_buf_add(&own, head);
	atl_buf_ascii(&own, text, strlen(text));
	for (const char *p = atl_buf_text(&own); *p;) {
		size_t n = strlen(p);
		if (n > REMARK)
			for (n = REMARK; n > 1 && p[n] != ' ';)
				n--;
		if (n == 1)
			n = strlen(p) < REMARK ? strlen(p) : REMARK;
		atl_buf_add(out, " \\\\\n  &\\quad\\text{\\itshape ");
		atl_latex_text(out, p, n);
		atl_buf_addc(out, '}');
		p += n + (p[n] == ' ');
	}
	out->failed |= own.failed;
	atl_buf_clear(&own);
}

/* ---- steps ---- */

static void make_label(atl_math *m, const atl_trace *t, size_t i)
{
	const atl_step *s = &t->step[i];
	atl_math_reset(m);
	if (s->kind == ATL_STEP_FOLD) {
		atl_math_add(m, "\\vdots", 30, false);
	} else if (i < t->forward) {
		atl_math_name(m, s->label);
	} else {
		atl_math_adjoint(m, t->of, s->label);
		if (s->kind == ATL_STEP_CONTRIBUTION) {
			atl_math_add(m, "\\bigg|_{", 50, false);
			atl_math_name(m, s->via);
			atl_math_add(m, "}", 0, false);
		}
	}
}

static void add_addends(atl_math *m, const atl_trace *t, size_t sum, const atl_format *f,
                        atl_math_most most)
{
	uint32_t n = t->step[sum].count;
	for (uint32_t k = 0; k < n; k++) {
		const atl_step *s = &t->step[sum - n + k];
		if (k)
			atl_math_add(m, " + ", 125, true);
		if (s->kind == ATL_STEP_FOLD || (n > 8 && k == 4)) {
			atl_math_add(m, "\\cdots", 150, false);
			k = n > 8 ? n - 3 : k;
			continue;
		}
		size_t from = m->text.len;
		atl_math_value(m, s->value, f, most);
		if (k && m->text.len > from && m->text.p[from] == '-') {
			/* a + -b */
			atl_math own = { 0 };
			atl_math_add(&own, "(", 45, false);
			atl_math_value(&own, s->value, f, most);
			atl_math_add(&own, ")", 45, false);
			uint32_t width = atl_math_width(&own);
			atl_buf_cut(&m->text, from);
			m->n--;
			atl_math_add(m, atl_buf_text(&own.text), width, false);
			m->text.failed |= own.text.failed;
			atl_math_clear(&own);
		}
	}
}

/* The numbers of a backward step, as small as it takes; empty when none fit. */
static void make_numbers(atl_math *m, const atl_trace *t, size_t i, const atl_format *f, uint32_t room)
{
	static const size_t most[] = { 8, 6, 4, 3 };
	const atl_step *s = &t->step[i];
	bool sum = s->kind == ATL_STEP_SUM;
	atl_math_reset(m);
	if (i < t->forward || (!sum && (s->rule == ATL_TREE_NONE || atl_rule_is_leaf(t, s))))
		return;
	for (size_t k = 0; k < sizeof most / sizeof *most; k++) {
		atl_math_most show = { most[k], most[k], room };
		atl_math_reset(m);
		if (sum)
			add_addends(m, t, i, f, show);
		else
			atl_math_rule(m, t, s->rule, f, &show);
		if (atl_math_widest(m) <= room - INDENT && atl_math_width(m) <= 4 * room)
			return;
	}
	atl_math_reset(m);
}

static bool same(const atl_math *a, const atl_math *b)
{
	return !strcmp(atl_buf_text(&a->text), atl_buf_text(&b->text));
}

/* On lines of its own below the step: W[2, 1] = ... = ... = 3. */
static void add_entry(atl_buf *out, const atl_trace *t, size_t i, const atl_trace_entry *e, const atl_format *f,
                      uint32_t room)
{
	const atl_step *s = &t->step[i];
	atl_math_most one = { 1, 1, room };
	atl_buf left_out = { 0 };
	atl_math m = { 0 };
	line l = { .out = out, .room = room };
	make_label(&m, t, i);
	atl_math_place(&m, &s->value->shape, e->at);
	atl_buf_addf(out, " \\\\\n  %s ", atl_buf_text(&m.text));
	for (int numbers = 0; numbers < 2; numbers++) {
		atl_math_reset(&m);
		atl_math_rule(&m, t, e->rule, f, numbers ? &one : NULL);
		add_formula(&l, &m);
	}
	atl_math_reset(&m);
	atl_math_entry(&m, s->value, e->at, f);
	add_formula(&l, &m);
	atl_rule_left_out(&left_out, e->left_out, "term");
	add_remark(out, "", left_out.len ? atl_buf_text(&left_out) : NULL);
	out->failed |= m.text.failed | left_out.failed;
	atl_buf_clear(&left_out);
	atl_math_clear(&m);
}

static void add_entries(atl_buf *out, const atl_trace *t, size_t i, const atl_format *f, uint32_t room)
{
	const atl_step *s = &t->step[i];
	for (size_t k = 0; k < s->n_entries; k++)
		add_entry(out, t, i, &t->entry[s->entry + k], f, room);
	if (s->n_entries && s->entries_left_out)
		atl_buf_addf(out, " \\\\\n  &\\quad\\text{\\itshape %zu more}", s->entries_left_out);
}

static void add_step(atl_buf *out, const atl_trace *t, size_t i, const atl_format *f, uint32_t room)
{
	const atl_step *s = &t->step[i];
	atl_math label = { 0 }, rule = { 0 }, numbers = { 0 }, value = { 0 };
	line l = { .out = out, .room = room };
	make_label(&label, t, i);
	atl_buf_add(out, atl_buf_text(&label.text));
	atl_buf_addc(out, ' ');
	if (s->kind == ATL_STEP_FOLD) {
		atl_buf_addf(out, "&\\quad\\text{%u more turns alike}", s->count);
	} else {
		if (s->rule != ATL_TREE_NONE)
			atl_math_rule(&rule, t, s->rule, f, NULL);
		make_numbers(&numbers, t, i, f, room);
		atl_math_value(&value, s->value, f, (atl_math_most){ 10, 10, room - INDENT });
		if (rule.n && !same(&rule, &value))
			add_formula(&l, &rule);
		if (numbers.n && !same(&numbers, &rule) && !same(&numbers, &value))
			add_formula(&l, &numbers);
		add_formula(&l, &value);
		add_remark(out, "kink: ", s->kink);
		add_remark(out, "undefined: ", s->undefined);
		add_remark(out, "", s->remark);
		add_remark(out, "also ", s->also);
		add_remark(out, "", s->zero);
		add_entries(out, t, i, f, room);
	}
	out->failed |= label.text.failed;
	atl_math_clear(&label);
	atl_math_clear(&rule);
	atl_math_clear(&numbers);
	atl_math_clear(&value);
}

static uint32_t widest_label(const atl_trace *t, size_t from, size_t to, bool *failed)
{
	atl_math label = { 0 };
	uint32_t widest = 0;
	for (size_t i = from; i < to; i++) {
		make_label(&label, t, i);
		if (t->step[i].n_entries)
			atl_math_place(&label, &t->step[i].value->shape, t->entry[t->step[i].entry + t->step[i].n_entries - 1].at);
		uint32_t width = atl_math_width(&label);
		widest = width > widest ? width : widest;
	}
	*failed |= label.text.failed;
	atl_math_clear(&label);
	return widest;
}

static bool add_table(atl_buf *out, const char *title, const atl_trace *t, size_t from, size_t to,
                      const atl_format *f, atl_flush *flush, void *data)
{
	atl_buf_addf(out, "\\subsection*{%s}\n", title);
	while (from < to) {
		size_t end = to - from > BLOCK ? from + BLOCK : to;
		uint32_t used = widest_label(t, from, end, &out->failed) + EQUALS + MARGIN;
		uint32_t room = used < TEXT_WIDTH / 2 ? TEXT_WIDTH - used : TEXT_WIDTH / 2;
		atl_buf_add(out, "\\begin{align*}\n");
		for (; from < end; from++) {
			add_step(out, t, from, f, room);
			atl_buf_add(out, from + 1 < end ? " \\\\[3pt]\n" : "\n");
		}
		atl_buf_add(out, "\\end{align*}\n");
		if (flush && !flush(data, out))
			return false;
	}
	return true;
}

static void add_trace(atl_buf *out, const atl_trace *t, unsigned number, const atl_format *f,
                      atl_flush *flush, void *data)
{
	atl_math of = { 0 };
	(void)number;
	atl_math_name(&of, t->of);
	atl_buf_addf(out, "\\section*{Derivation of $%s$}\n", atl_buf_text(&of.text));
	out->failed |= of.text.failed;
	atl_math_clear(&of);
	if (add_table(out, "Forward", t, 0, t->forward, f, flush, data) && t->forward < t->n)
		add_table(out, "Backward", t, t->forward, t->n, f, flush, data);
}

/* ---- the rest of a document ---- */

static void add_value(atl_buf *out, const char *name, const atl_array *a, const atl_format *f)
{
	atl_math m = { 0 };
	if (name) {
		atl_math_name(&m, name);
		atl_math_add(&m, " = ", EQUALS, false);
	}
	uint32_t used = atl_math_width(&m) + MARGIN;
	uint32_t room = used < TEXT_WIDTH / 2 ? TEXT_WIDTH - used : TEXT_WIDTH / 2;
	atl_math_value(&m, a, f, (atl_math_most){ 10, 10, room });
	atl_buf_addf(out, "\\[ %s \\]\n", atl_buf_text(&m.text));
	out->failed |= m.text.failed;
	atl_math_clear(&m);
}

/* Lines longer than the page go on below; what would end the verbatim part has
 * a space in it. */
static void add_verbatim(atl_buf *out, const char *text, size_t len)
{
	atl_buf plain = { 0 };
	atl_buf_ascii(&plain, text, len);
	const char *p = atl_buf_text(&plain);
	for (unsigned column = 0; *p; p++, column++) {
		if (column == PAGE) {
			atl_buf_addc(out, '\n');
			column = 0;
		}
		atl_buf_addc(out, *p);
		if (!strncmp(p, "\\end{", 5)) {
			atl_buf_add(out, "end ");
			p += 3;
		}
	}
	out->failed |= plain.failed;
	atl_buf_clear(&plain);
}

static void begin_document(atl_buf *out)
{
	atl_buf_add(out, "\\documentclass[a4paper,fleqn]{article}\n"
	                 "\\usepackage{amsmath,amssymb}\n"
	                 "\\setlength{\\textwidth}{160mm}\n"
	                 "\\setlength{\\oddsidemargin}{0mm}\n"
	                 "\\setlength{\\textheight}{240mm}\n"
	                 "\\setlength{\\topmargin}{-15mm}\n"
	                 "\\allowdisplaybreaks\n"
	                 "\\raggedbottom\n"
	                 "\\setcounter{MaxMatrixCols}{20}\n"
	                 "\\begin{document}\n");
}

static void end_document(atl_buf *out)
{
	atl_buf_add(out, "\\end{document}\n");
}

const atl_language atl_latex = {
	.begin = begin_document,
	.end = end_document,
	.open = "\\begin{verbatim}\n",
	.close = "\\end{verbatim}\n",
	.line = add_verbatim,
	.value = add_value,
	.trace = add_trace
};
