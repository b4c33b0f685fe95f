/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statics.c: static parameters: whole numbers, lists of them, words. */
#include "graph/build.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "graph/fold.h"

size_t atl_param_written(const atl_param *p, const int64_t *slot)
{
	size_t n = p->slots;
	if (p->up_to) {
		while (n > 1 && slot[n - 1] == 0)
			n--;
		return n;
	}
	for (size_t m = 1; m < n; m++) {
		size_t run = n / m, i = 0;
		while (n % m == 0 && i < n && slot[i] == slot[i - i % run])
			i++;
		if (i == n)
			return m;
	}
	return n;
}

/* n numbers as the whole list: each of them several times, or with zeros after. */
static void spread(const atl_param *p, int64_t *slot, size_t n)
{
	size_t run = p->up_to ? 1 : p->slots / n;
	for (size_t i = p->slots; i-- > 0;)
		slot[i] = i / run < n ? slot[i / run] : 0;
}

void atl_static_default(const atl_param *p, int64_t *slot)
{
	char text[24];
	snprintf(text, sizeof text, "%.*s", (int)p->fallback_len, p->fallback);
	if (!atl_fold_integer(text, slot))
		*slot = 0; /* "none" */
	spread(p, slot, 1);
}

static atl_status bad_list(atl_builder *b, const atl_param *p, const atl_arg *arg)
{
	const char *counts = p->up_to ? "up to " : p->slots == 2 ? "1 or " : "1, 2 or ";
	const char *message = atl_arena_printf(&b->diag->arena, "\"%.*s\" takes %s%d whole numbers", (int)p->len, p->name, counts,
					       p->slots);
	return message ? atl_build_shape_error(b, arg->span, message, arg->id, arg->span, 0, arg->span) : atl_diag_nomem(b->diag);
}

static bool fits(const atl_param *p, size_t n)
{
	return n > 0 && n <= p->slots && (p->up_to || p->slots % n == 0);
}

/* The numbers of a vector that was written down. */
static bool literal_numbers(const char *text, size_t n, int64_t *slot)
{
	bool repeated = !strchr(text, ' ');
	for (size_t i = 0; i < n; i++) {
		char one[32];
		size_t len = strcspn(text, " ");
		snprintf(one, sizeof one, "%.*s", (int)len, text);
		if (len >= sizeof one || !atl_fold_integer(one, &slot[i]))
			return false;
		text += repeated ? 0 : len + (text[len] == ' ');
	}
	return true;
}

static atl_status numbers_of_value(atl_builder *b, const atl_param *p, const atl_arg *arg, const char *why, size_t n,
				   int64_t *slot)
{
	const atl_array *a = b->host->read(b->host_data, arg->id, why, arg->span);
	if (!a)
		return ATL_ERROR;
	for (size_t i = 0; i < n; i++) {
		long v;
		if (!a->sys->get_si(&v, atl_array_at(a, i)))
			return bad_list(b, p, arg);
		slot[i] = v;
	}
	return ATL_OK;
}

static atl_status read_list(atl_builder *b, const atl_param *p, const atl_arg *arg, const char *why, int64_t *slot, uint8_t *given)
{
	const atl_shape *s = atl_graph_shape(b->graph, arg->id);
	size_t n = atl_shape_count(s);
	bool literal = atl_graph_node(b->graph, arg->id)->flags & ATL_NF_LITERAL;
	if (s->rank != 2 || (s->dim[0] != 1 && s->dim[1] != 1) || !fits(p, n))
		return bad_list(b, p, arg);
	if (!(literal && literal_numbers(atl_graph_text(b->graph, arg->id), n, slot)) &&
	    numbers_of_value(b, p, arg, why, n, slot))
		return ATL_ERROR;
	spread(p, slot, n);
	*given = (uint8_t)n;
	return ATL_OK;
}

/* The words of a parameter, for the error's note. */
static void offer_words(atl_builder *b, const atl_param *p)
{
	atl_buf known = { 0 };
	for (size_t i = 0; i < p->words_len; i++) {
		bool bar = p->words[i] == '|';
		atl_buf_addn(&known, bar ? "\", \"" : p->words + i, bar ? 4 : 1);
	}
	if (known.len)
		atl_diag_note(b->diag, "it is a number, a list of numbers, or one of \"%s\"", atl_buf_text(&known));
	atl_buf_clear(&known);
}

static atl_status read_word(atl_builder *b, const atl_param *p, const atl_arg *arg, int64_t *slot, uint8_t *given)
{
	size_t len = strlen(arg->string), at = 0;
	*given = 1;
	for (int k = 0; at < p->words_len; k++) {
		size_t n = strcspn(p->words + at, "|,; ");
		if (n == len && !memcmp(p->words + at, arg->string, len)) {
			*slot = atl_word(k);
			return ATL_OK;
		}
		at += n + 1;
	}
	atl_diag_fail(b->diag, ATL_KIND_NAME, arg->span, "\"%.*s\" cannot be \"%s\"", (int)p->len, p->name, arg->string);
	offer_words(b, p);
	return ATL_ERROR;
}

atl_status atl_build_static(atl_builder *b, const atl_param *p, const atl_arg *arg, int64_t *slot, uint8_t *given)
{
	if (arg->string)
		return read_word(b, p, arg, slot, given);
	const char *why = atl_arena_printf(&b->diag->arena, "\"%.*s\"", (int)p->len, p->name);
	if (!why)
		return atl_diag_nomem(b->diag);
	if (p->slots > 1)
		return read_list(b, p, arg, why, slot, given);
	*given = 1;
	return atl_build_integer(b, arg->id, why, arg->span, slot);
}

atl_id atl_build_static_node(atl_builder *b, const atl_param *p, const int64_t *slot)
{
	size_t n = p->slots == 1 ? 1 : p->up_to ? atl_param_written(p, slot) : p->slots;
	atl_buf text = { 0 };
	for (size_t i = 0; i < n; i++)
		atl_buf_addf(&text, "%s%" PRId64, i ? " " : "", slot[i]);
	atl_shape shape = atl_shape_2((int64_t)n, 1);
	atl_id id = text.failed ? 0 : atl_build_full(b, atl_buf_text(&text), &shape);
	if (text.failed)
		atl_diag_nomem(b->diag);
	atl_buf_clear(&text);
	return id;
}
