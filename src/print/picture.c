/* SPDX-License-Identifier: GPL-3.0-or-later */
/* picture.c: the graph in a trace, and what stands in its boxes. */
#include "print/picture.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "print/rule.h"
#include "print/value.h"

enum { RULE_WIDTH = 36, VALUE_WIDTH = 28, BORDER = 4 };

/* ---- boxes ---- */

static uint32_t new_box(atl_picture *p, size_t step, uint32_t turns)
{
	uint32_t b = p->layout.n++;
	p->box[b] = (atl_picture_box){ .step = step, .adjoint = SIZE_MAX, .turns = turns };
	return b;
}

/* Steps of one fold have one box. */
static void make_boxes(atl_picture *p, uint32_t *fold_box)
{
	const atl_trace *t = p->trace;
	for (size_t i = 0; i < t->forward; i++) {
		const atl_step *s = &t->step[i];
		if (s->fold_id == 0)
			p->box_of[i] = new_box(p, i, 0);
		else if (fold_box[s->fold_id] == ATL_LAYOUT_NONE)
			p->box_of[i] = fold_box[s->fold_id] = new_box(p, i, s->fold);
		else
			p->box_of[i] = fold_box[s->fold_id];
	}
}

static atl_status find_boxes(atl_picture *p)
{
	uint32_t folds = 0;
	for (size_t i = 0; i < p->trace->forward; i++)
		if (p->trace->step[i].fold_id > folds)
			folds = p->trace->step[i].fold_id;
	uint32_t *fold_box = atl_malloc((folds + 1u) * sizeof *fold_box);
	if (!fold_box)
		return ATL_ERROR;
	memset(fold_box, 0xff, (folds + 1u) * sizeof *fold_box);
	make_boxes(p, fold_box);
	atl_free(fold_box);
	return ATL_OK;
}

/* ---- edges ---- */

static bool add_edge(atl_picture *p, uint32_t from, uint32_t to)
{
	atl_layout *l = &p->layout;
	if (!atl_grow(&p->edge, &p->cap_edges, l->n_edges + 1u, sizeof *p->edge))
		return false;
	p->edge[l->n_edges++] = (atl_layout_edge){ from, to };
	l->edge = p->edge;
	return true;
}

/* seen[b]: the box for which the edge from b was added last, and 1 more. */
static bool add_edges(atl_picture *p, size_t step, uint32_t *seen)
{
	const atl_trace *t = p->trace;
	uint32_t rule = t->step[step].rule, to = p->box_of[step];
	if (rule == ATL_TREE_NONE)
		return true;
	for (uint32_t i = t->rules->node[rule].first; i <= rule; i++) {
		const atl_tree_node *n = &t->rules->node[i];
		if (n->kind != ATL_T_VERBATIM || *n->text || t->leaf[n->count].adjoint)
			continue;
		/* the leaves of the forward steps come first, in their order */
		uint32_t from = n->count < t->forward ? p->box_of[n->count] : to;
		if (from >= to || seen[from] == to + 1)
			continue;
		seen[from] = to + 1;
		if (!add_edge(p, from, to))
			return false;
	}
	return true;
}

/* ---- adjoints ---- */

typedef struct labelled {
	const char *label; /* compared as a pointer: a trace has each label once */
	uint32_t box;
} labelled;

static int by_label(const void *a, const void *b)
{
	uintptr_t p = (uintptr_t)((const labelled *)a)->label;
	uintptr_t q = (uintptr_t)((const labelled *)b)->label;
	return p < q ? -1 : p > q;
}

static atl_status find_adjoints(atl_picture *p)
{
	const atl_trace *t = p->trace;
	labelled *list = atl_malloc((t->forward + 1) * sizeof *list);
	if (!list)
		return ATL_ERROR;
	for (size_t i = 0; i < t->forward; i++)
		list[i] = (labelled){ t->step[i].label, p->box_of[i] };
	qsort(list, t->forward, sizeof *list, by_label);
	for (size_t i = t->forward; i < t->n; i++) {
		labelled key = { t->step[i].label, 0 };
		if (t->step[i].kind == ATL_STEP_CONTRIBUTION || t->step[i].kind == ATL_STEP_FOLD)
			continue;
		const labelled *found = bsearch(&key, list, t->forward, sizeof *list, by_label);
		if (found && !p->box[found->box].turns)
			p->box[found->box].adjoint = i;
	}
	atl_free(list);
	return ATL_OK;
}

static atl_status make_graph(atl_picture *p)
{
	size_t n = p->trace->forward;
	uint32_t *seen = atl_calloc(n + 1, sizeof *seen);
	bool done = seen != NULL;
	for (size_t i = 0; done && i < n; i++)
		done = add_edges(p, i, seen);
	atl_free(seen);
	return done ? find_adjoints(p) : ATL_ERROR;
}

atl_status atl_picture_graph(atl_picture *p, const atl_trace *t)
{
	*p = (atl_picture){ .trace = t };
	p->box = atl_calloc(t->forward + 1, sizeof *p->box);
	p->box_of = atl_calloc(t->forward + 1, sizeof *p->box_of);
	if (p->box && p->box_of && !find_boxes(p) && !make_graph(p))
		return ATL_OK;
	atl_picture_clear(p);
	return ATL_ERROR;
}

/* ---- texts ---- */

/* Gives the text away, cut to `width` columns; NULL when there is none. */
static char *taken(atl_buf *text, const atl_format *f, size_t width, bool *failed)
{
	if (text->len == 0 && !text->failed)
		return NULL;
	if (atl_text_width(atl_buf_text(text), text->len) > width) {
		size_t at = 0, columns = 0, room = width - atl_text_width(atl_value_dots(f), strlen(atl_value_dots(f)));
		for (uint32_t c; at < text->len;) {
			size_t n = atl_utf8_decode(text->p + at, text->p + text->len, &c);
			n += n == 0;
			columns += atl_text_width(text->p + at, n);
			if (columns > room)
				break;
			at += n;
		}
		atl_buf_cut(text, at);
		atl_buf_add(text, atl_value_dots(f));
	}
	char *p = text->failed ? NULL : atl_buf_take(text);
	*failed |= p == NULL;
	atl_buf_clear(text);
	return p;
}

static void write_rule(atl_buf *out, const atl_picture *p, const atl_picture_box *b,
                       const atl_format *f)
{
	const atl_step *s = &p->trace->step[b->step];
	atl_rule_label(out, p->trace, s, f);
	if (s->rule == ATL_TREE_NONE)
		return;
	atl_buf_add(out, " = ");
	atl_rule_symbols(out, p->trace, s, f);
}

static bool write_box(atl_picture *p, uint32_t i, const atl_format *f, size_t page)
{
	atl_picture_box *b = &p->box[i];
	atl_layout_box *place = &p->layout.box[i];
	const atl_step *step = p->trace->step;
	size_t room = page ? page - BORDER : RULE_WIDTH, most = room < VALUE_WIDTH ? room : VALUE_WIDTH;
	bool failed = false;
	atl_buf text = { 0 };
	if (b->turns) {
		atl_buf_addf(&text, "%s %u more turns alike %s", atl_value_dots(f), b->turns, atl_value_dots(f));
	} else {
		atl_print_inline(&text, step[b->step].value, f, most);
		b->value = taken(&text, f, most, &failed);
		write_rule(&text, p, b, f);
	}
	b->rule = taken(&text, f, room < RULE_WIDTH ? room : RULE_WIDTH, &failed);
	if (b->adjoint != SIZE_MAX) {
		atl_rule_add(&text, "∂", strlen("∂"), f);
		atl_buf_add(&text, " ");
		atl_print_inline(&text, step[b->adjoint].value, f, most);
		b->gradient = taken(&text, f, room, &failed);
	}
	const char *lines[] = { b->value, b->rule, b->gradient };
	for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
		size_t width = lines[k] ? atl_text_width(lines[k], strlen(lines[k])) + BORDER : 0;
		place->height += lines[k] != NULL;
		place->width = width > place->width ? (uint32_t)width : place->width;
	}
	place->height += 2;
	return !failed;
}

atl_status atl_picture_make(atl_picture *p, const atl_trace *t, const atl_format *f, uint32_t page)
{
	if (atl_picture_graph(p, t))
		return ATL_ERROR;
	p->layout.page = page;
	p->layout.box = atl_calloc(p->layout.n + 1u, sizeof *p->layout.box);
	bool done = p->layout.box != NULL;
	for (uint32_t i = 0; done && i < p->layout.n; i++)
		done = write_box(p, i, f, page);
	if (done && (!page || !atl_layout_make(&p->layout)))
		return ATL_OK;
	atl_picture_clear(p);
	return ATL_ERROR;
}

void atl_picture_clear(atl_picture *p)
{
	for (uint32_t i = 0; p->box && i < p->layout.n; i++) {
		atl_free(p->box[i].value);
		atl_free(p->box[i].rule);
		atl_free(p->box[i].gradient);
	}
	atl_layout_clear(&p->layout);
	atl_free(p->layout.box);
	atl_free(p->box);
	atl_free(p->box_of);
	atl_free(p->edge);
	*p = (atl_picture){ 0 };
}
