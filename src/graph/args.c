/* SPDX-License-Identifier: GPL-3.0-or-later */
/* args.c: arguments as written, matched to an op's parameters. */
#include "graph/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_space(const char *p)
{
	while (*p == ' ')
		p++;
	return p;
}

static bool ends_name(char c)
{
	return c == 0 || c == ' ' || c == '=' || c == ',' || c == ';' || c == '.' || c == '[';
}

/* One parameter from p, up to a comma or semicolon outside brackets. */
static const char *read_param(const char *p, atl_param *out)
{
	p = skip_space(p);
	*out = (atl_param){ .name = p, .slots = 1 };
	while (!ends_name(*p))
		p++;
	out->len = (size_t)(p - out->name);
	if (*p == '[') {
		out->up_to = p[1] == '.';
		p += out->up_to ? 3 : 1;
		out->slots = (uint8_t)strtoul(p, NULL, 10);
		p += strcspn(p, "]") + 1;
	}
	if (!strncmp(p, "...", 3)) {
		out->variadic = true;
		p += 3;
	}
	p = skip_space(p);
	if (*p != '=')
		return p;
	p = skip_space(p + 1);
	out->fallback = p;
	for (int depth = 0; *p && (depth || (*p != ',' && *p != ';')); p++)
		depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
	out->fallback_len = (size_t)(p - out->fallback);
	const char *bar = memchr(out->fallback, '|', out->fallback_len);
	if (bar) {
		out->words = bar + 1;
		out->words_len = (size_t)(p - out->words);
		out->fallback_len = (size_t)(bar - out->fallback);
	}
	out->optional = !strncmp(out->fallback, "none", 4) || *out->fallback == '-' ||
			(out->len == 4 && !memcmp(out->name, "axis", 4));
	return p;
}

size_t atl_op_params(const atl_op *op, atl_param out[ATL_OP_PARAMS])
{
	size_t n = 0;
	bool statics = false;
	const char *p = skip_space(op->params);
	while (*p && n < ATL_OP_PARAMS) {
		if (*p == ';') {
			statics = true;
			p = skip_space(p + 1);
			continue;
		}
		p = skip_space(read_param(p, &out[n]));
		out[n++].is_static = statics;
		if (*p == ',')
			p = skip_space(p + 1);
	}
	return n;
}

void atl_op_signature(const atl_op *op, atl_buf *out)
{
	atl_param param[ATL_OP_PARAMS];
	size_t n = atl_op_params(op, param);
	atl_buf_add(out, op->shown ? op->shown : op->name);
	if (op->written == ATL_T_NAME)
		return;
	atl_buf_addc(out, '(');
	for (size_t i = 0; i < n; i++) {
		const atl_param *p = &param[i];
		atl_buf_addf(out, "%s%s%.*s%s", p->optional ? "[" : "", i ? ", " : "", (int)p->len, p->name,
			     p->variadic ? ", ..." : "");
		if (p->optional)
			atl_buf_addc(out, ']');
		else if (p->fallback)
			atl_buf_addf(out, "=%.*s", (int)p->fallback_len, p->fallback);
	}
	atl_buf_addc(out, ')');
}

/* The state of one matching. */
typedef struct match {
	atl_builder *b;
	const atl_op *op;
	const atl_param *param;
	size_t n_params;
	const atl_arg *filled[ATL_OP_PARAMS];
	atl_span whole, at;
} match;

static atl_status begin(match *m, atl_builder *b, const atl_op *op, atl_span whole, atl_span at)
{
	const atl_signature *row = atl_build_signature(b, op);
	if (!row)
		return ATL_ERROR;
	*m = (match){ .b = b, .op = op, .param = row->param, .n_params = row->n, .whole = whole, .at = at };
	return ATL_OK;
}

static const char *usage(match *m)
{
	atl_buf text = { 0 };
	atl_op_signature(m->op, &text);
	const char *kept = atl_arena_dup(&m->b->diag->arena, atl_buf_text(&text), text.len);
	atl_buf_clear(&text);
	return kept ? kept : m->op->name;
}

/* The name that a user writes. */
static const char *called(const match *m) { return m->op->shown ? m->op->shown : m->op->name; }

static atl_status misuse(match *m, atl_span at, const char *what, const char *name)
{
	atl_diag_fail(m->b->diag, ATL_KIND_NAME, at.lo ? at : m->at, "%s%s%s%s", what, name ? " \"" : "", name ? name : "",
		      name ? "\"" : "");
	atl_diag_note(m->b->diag, "it is written %s; `help %s` says more", usage(m), called(m));
	return ATL_ERROR;
}

static int find_param(const match *m, const char *name)
{
	for (size_t i = 0; i < m->n_params; i++)
		if (strlen(name) == m->param[i].len && !strncmp(name, m->param[i].name, m->param[i].len))
			return (int)i;
	return -1;
}

static atl_status place(match *m, const atl_arg *arg, size_t *next)
{
	if (!arg->name) {
		if (*next >= m->n_params)
			return misuse(m, arg->span, "too many arguments for", called(m));
		m->filled[(*next)++] = arg;
		return ATL_OK;
	}
	const char *name = atl_symbols_text(m->b->symbols, arg->name);
	int i = find_param(m, name);
	if (i < 0)
		i = find_param(m, atl_symbols_text(m->b->symbols, atl_symbols_canon(m->b->symbols, arg->name)));
	if (i < 0)
		return misuse(m, arg->span, "there is no option", name);
	if (m->filled[i])
		return misuse(m, arg->span, "given twice: option", name);
	m->filled[i] = arg;
	return ATL_OK;
}

static atl_status missing(match *m, const atl_param *p)
{
	char name[24];
	snprintf(name, sizeof name, "%.*s", (int)p->len, p->name);
	return misuse(m, m->at, "too few arguments: missing", name);
}

static atl_status no_text(match *m, const atl_arg *arg)
{
	return misuse(m, arg->span, "a text is no argument of", called(m));
}

atl_id atl_build_default(atl_builder *b, const atl_param *p)
{
	char text[64];
	if (p->fallback_len >= sizeof text)
		return 0;
	memcpy(text, p->fallback, p->fallback_len);
	text[p->fallback_len] = 0;
	if (strcmp(text + (*text == '-'), "inf") != 0)
		return atl_build_literal(b, text);
	atl_id inf = atl_build_op(b, "inf", NULL, 0, NULL, 0);
	return *text == '-' ? atl_build_1(b, "neg", inf) : inf;
}

/* Static parameter i, whose numbers begin at *k; moves past them. */
static atl_status fill_static(match *m, size_t i, atl_call *c, size_t *k)
{
	const atl_param *p = &m->param[i];
	size_t at = *k;
	*k += p->slots;
	if (m->filled[i])
		return atl_build_static(m->b, p, m->filled[i], &c->stat[at], &c->given[at]);
	if (!p->fallback)
		return missing(m, p);
	atl_static_default(p, &c->stat[at]);
	return ATL_OK;
}

/* Statics of a variadic call, which are named; the operands are the other arguments. */
static atl_status split_variadic(match *m, const atl_arg *arg, uint32_t n, atl_call *c, atl_id *id, atl_span *span)
{
	size_t next = 0, k = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (arg[i].name && place(m, &arg[i], &next))
			return ATL_ERROR;
		if (arg[i].name)
			continue;
		if (arg[i].string)
			return no_text(m, &arg[i]);
		id[c->n_args] = arg[i].id;
		span[c->n_args++] = arg[i].span;
	}
	if (m->filled[0])
		return misuse(m, m->filled[0]->span, "there is no option", atl_symbols_text(m->b->symbols, m->filled[0]->name));
	for (size_t i = 1; i < m->n_params; i++)
		if (fill_static(m, i, c, &k))
			return ATL_ERROR;
	return ATL_OK;
}

static atl_id call_variadic(match *m, const atl_arg *arg, uint32_t n)
{
	atl_id *id = atl_malloc((n + 1) * sizeof *id);
	atl_span *span = atl_malloc((n + 1) * sizeof *span);
	atl_id result = 0;
	atl_call c = { .op = m->op, .arg = id, .span = m->whole, .at = m->at, .arg_span = span };
	if (!id || !span)
		atl_diag_nomem(m->b->diag);
	else if (!split_variadic(m, arg, n, &c, id, span))
		result = atl_build_call(m->b, &c);
	atl_free(id);
	atl_free(span);
	return result;
}

/* Fills operands and statics of a fixed-arity call. */
static atl_status fill(match *m, atl_call *c, atl_id *arg, atl_span *span)
{
	size_t statics = 0;
	bool left_out = false;
	for (size_t i = 0; i < m->n_params; i++) {
		const atl_param *p = &m->param[i];
		if (p->is_static) {
			if (fill_static(m, i, c, &statics))
				return ATL_ERROR;
			continue;
		}
		if (!m->filled[i] && !p->fallback)
			return missing(m, p);
		if (m->filled[i] && m->filled[i]->string)
			return no_text(m, m->filled[i]);
		/* an optional operand whose default is `none` is left out, with all after it */
		if (!m->filled[i] && !strncmp(p->fallback, "none", 4)) {
			left_out = true;
			continue;
		}
		if (left_out)
			return misuse(m, m->at, "an earlier optional argument is missing in", called(m));
		span[c->n_args] = m->filled[i] ? m->filled[i]->span : m->at;
		arg[c->n_args] = m->filled[i] ? m->filled[i]->id : atl_build_default(m->b, p);
		if (!arg[c->n_args++])
			return ATL_ERROR;
	}
	return ATL_OK;
}

atl_status atl_read_statics(atl_builder *b, const atl_op *op, const atl_arg *arg, uint32_t n, atl_span whole, atl_span at,
			    atl_call *out)
{
	match m;
	if (begin(&m, b, op, whole, at))
		return ATL_ERROR;
	*out = (atl_call){ .op = op, .span = whole, .at = at };
	size_t next = 0, slot = 0;
	for (uint32_t i = 0; i < n; i++)
		if (place(&m, &arg[i], &next))
			return ATL_ERROR;
	for (size_t i = 0; i < m.n_params; i++)
		if (fill_static(&m, i, out, &slot))
			return ATL_ERROR;
	return ATL_OK;
}

atl_id atl_build_args(atl_builder *b, const atl_op *op, const atl_arg *arg, uint32_t n, atl_span whole, atl_span at)
{
	match m;
	if (begin(&m, b, op, whole, at))
		return 0;
	if (op->longer && n > m.n_params && begin(&m, b, op = atl_op_find(op->longer, strlen(op->longer)), whole, at))
		return 0;
	if (op->flags & ATL_OF_VARIADIC)
		return call_variadic(&m, arg, n);
	size_t next = 0;
	for (uint32_t i = 0; i < n; i++)
		if (place(&m, &arg[i], &next))
			return 0;
	atl_id id[ATL_OP_PARAMS];
	atl_span span[ATL_OP_PARAMS];
	atl_call c = { .op = op, .arg = id, .span = whole, .at = at, .arg_span = span };
	return fill(&m, &c, id, span) ? 0 : atl_build_call(b, &c);
}
