/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.c: arrays as nested lists of JSON, one document or one a line.
 *
 * An array is a list of lists ... of numbers, or one number; "1/3", "inf" and "nan"
 * are numbers too.  An object gives each of its members as an array by that
 * name, and what atled prints with `-f json`, {"name": ..., "shape": ...,
 * "value": ...}, gives its value.  Everything is read without recursion. */
#include <string.h>

#include "base/mem.h"
#include "data/format.h"
#include "print/print.h"

enum { DEEPEST = 64 };

typedef struct json {
	const atl_input *in;
	const char *p, *end;
	atl_arena arena; /* names */
} json;

/* A value of the document that may be an array. */
typedef struct candidate {
	const char *name; /* NULL: it has none */
	const char *at;   /* where the value begins */
	bool printed;     /* by atled: an object with shape and value */
} candidate;

typedef struct candidates {
	candidate *one;
	size_t n, cap;
	bool printed; /* one of them is */
} candidates;

/* ---- tokens ---- */

static void *bad_at(const json *j, const char *p, const char *what)
{
	unsigned long line = 1;
	const char *from = (const char *)j->in->p;
	for (const char *q = from; q < p; q++)
		if (*q == '\n') {
			line++;
			from = q + 1;
		}
	return atl_input_bad(j->in, "line %lu, column %zu: %s", line, (size_t)(p - from) + 1, what);
}

static char peek(json *j)
{
	while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' || *j->p == '\n' || *j->p == '\r'))
		j->p++;
	return j->p < j->end ? *j->p : '\0';
}

/* Past the string at j->p, whose contents are *text[0..*len). */
static bool skip_string(json *j, const char **text, size_t *len)
{
	const char *from = j->p++;
	for (*text = j->p; j->p < j->end && *j->p != '"'; j->p++)
		j->p += *j->p == '\\' && j->p + 1 < j->end;
	if (j->p >= j->end) {
		bad_at(j, from, "a text is not closed");
		return false;
	}
	*len = (size_t)(j->p++ - *text);
	return true;
}

/* Past the number or word at j->p. */
static bool skip_plain(json *j, const char **text, size_t *len)
{
	const char *from = j->p;
	while (j->p < j->end && *j->p && !strchr(" \t\r\n,:[]{}\"", *j->p))
		j->p++;
	*text = from;
	*len = (size_t)(j->p - from);
	static const char *const words[] = { "true", "false", "null" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (*len == strlen(words[i]) && !memcmp(from, words[i], *len))
			return true;
	if (atl_is_number(from, *len) || (*len && atl_is_missing(from, *len)))
		return true;
	bad_at(j, from, from == j->end ? "the text ends too soon" : "this is no value of JSON");
	return false;
}

/* Past the value at j->p, whatever it is: its brackets must fit. */
static bool skip_value(json *j)
{
	char open[DEEPEST];
	const char *text;
	size_t depth = 0, len;
	for (;;) {
		char c = peek(j);
		if (c == '[' || c == '{') {
			if (depth == DEEPEST)
				return bad_at(j, j->p, "the nesting is deeper than 64");
			open[depth++] = c == '[' ? ']' : '}';
			j->p++;
			c = peek(j);
			if (c != open[depth - 1] && c != '"' && open[depth - 1] == '}')
				return bad_at(j, j->p, "a member of an object begins with its name");
			if (c != open[depth - 1])
				continue;
		} else if (!(c == '"' ? skip_string(j, &text, &len) : skip_plain(j, &text, &len))) {
			return false;
		}
		for (c = peek(j); depth && c == open[depth - 1]; c = peek(j)) {
			j->p++;
			depth--;
		}
		if (depth == 0)
			return true;
		if (c != ',' && !(c == ':' && open[depth - 1] == '}'))
			return bad_at(j, j->p, j->p < j->end ? "a comma or a closing bracket is missing"
			                                     : "the text ends too soon");
		j->p++;
	}
}

/* ---- candidates ---- */

static bool add(json *j, candidates *all, candidate c)
{
	if (!atl_grow(&all->one, &all->cap, all->n + 1, sizeof *all->one)) {
		atl_diag_nomem(j->in->diag);
		return false;
	}
	all->one[all->n++] = c;
	all->printed |= c.printed;
	return true;
}

/* A name as it is shown and asked for: its escapes resolved where they are one character. */
static const char *name_of(json *j, const char *text, size_t len)
{
	char *name = atl_arena_dup(&j->arena, text, len), *to = name;
	if (!name) {
		atl_diag_nomem(j->in->diag);
		return NULL;
	}
	for (const char *from = name; *from; from++) {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\' || from[1] == '/'))
			from++;
		*to++ = *from;
	}
	*to = '\0';
	return name;
}

static bool is_text(const char *name, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(name, word, len);
}

/* The members of the object at j->p, or the one value of an object of atled's. */
static bool add_members(json *j, candidates *all)
{
	size_t before = all->n;
	bool shape = false;
	const char *own = NULL, *value = NULL;
	j->p++;
	for (char c = peek(j); c != '}'; c = peek(j)) {
		const char *text, *name;
		size_t len;
		if (c != '"')
			return bad_at(j, j->p, "a member of an object begins with its name");
		if (!skip_string(j, &text, &len) || !(name = name_of(j, text, len)))
			return false;
		if (peek(j) != ':')
			return bad_at(j, j->p, "a ':' is missing");
		j->p++;
		c = peek(j);
		const char *at = j->p;
		if (!skip_value(j))
			return false;
		shape |= is_text(text, len, "shape") && c == '[';
		value = is_text(text, len, "value") ? at : value;
		if (is_text(text, len, "name") && c == '"' &&
		    !(own = name_of(j, at + 1, (size_t)(j->p - at) - 2)))
			return false;
		if (c != '{' && c != '"' && !add(j, all, (candidate){ .name = name, .at = at }))
			return false;
		if (peek(j) == ',')
			j->p++;
		else if (peek(j) != '}')
			return bad_at(j, j->p, "a comma or a closing bracket is missing");
	}
	j->p++;
	if (!shape || !value)
		return true;
	all->n = before;
	return add(j, all, (candidate){ .name = own, .at = value, .printed = true });
}

static bool find_candidates(json *j, candidates *all)
{
	while (peek(j) != '\0' || j->p < j->end) {
		const char *at = j->p;
		if (*at == '{' ? !add_members(j, all)
		               : !skip_value(j) || !add(j, all, (candidate){ .at = at }))
			return false;
	}
	return true;
}

static const char *candidate_name(const void *data, size_t i)
{
	const candidates *all = data;
	for (size_t k = 0; k < all->n; k++)
		if (all->one[k].name && all->one[k].printed == all->printed && i-- == 0)
			return all->one[k].name;
	return NULL;
}

/* The last one of the name, since a name may be printed again and again. */
static const candidate *choose(json *j, const candidates *all)
{
	const candidate *found = NULL;
	size_t n = 0;
	for (size_t k = 0; k < all->n; k++) {
		const candidate *c = &all->one[k];
		if (c->printed != all->printed)
			continue;
		n++;
		if (!j->in->part || (c->name && !strcmp(c->name, j->in->part)))
			found = c;
	}
	if (found && (j->in->part || n == 1))
		return found;
	if (!all->n)
		return atl_input_bad(j->in, "there is no array in it");
	return atl_input_choose(j->in, "array", candidate_name, all);
}

/* ---- an array ---- */

typedef struct number {
	const char *text;
	size_t len;
} number;

/* A list of lists, as far as it was read: how long each list is was settled by
 * the first one of its depth that closed. */
typedef struct nest {
	json *j;
	int depth, rank;            /* rank: -1 before the first number */
	int64_t n[ATL_MAX_RANK];    /* entries so far of the open lists */
	int64_t dim[ATL_MAX_RANK];  /* -1: not settled */
	number *number;
	size_t count, cap;
} nest;

static bool open_list(nest *t)
{
	json *j = t->j;
	if (t->depth == ATL_MAX_RANK || (t->rank >= 0 && t->depth == t->rank))
		return bad_at(j, j->p, t->rank >= 0 ? "a number stands where this list does elsewhere"
		                                    : "lists are nested more than 6 deep");
	t->n[t->depth++] = 0;
	j->p++;
	return true;
}

static bool close_list(nest *t)
{
	json *j = t->j;
	int64_t *dim = &t->dim[t->depth - 1], n = t->n[t->depth - 1];
	if (t->rank < 0) /* an empty list is of the innermost kind */
		t->rank = t->depth;
	if ((n == 0 && t->depth != t->rank) || (*dim >= 0 && *dim != n))
		return bad_at(j, j->p, "this list is not as long as the others");
	*dim = n;
	t->depth--;
	j->p++;
	return true;
}

static bool add_number(nest *t, char c)
{
	json *j = t->j;
	const char *from = j->p;
	number v;
	if (t->rank < 0)
		t->rank = t->depth;
	if (t->depth != t->rank)
		return bad_at(j, from, "a list stands where this number does elsewhere");
	if (!(c == '"' ? skip_string(j, &v.text, &v.len) : skip_plain(j, &v.text, &v.len)))
		return false;
	if (!atl_is_number(v.text, v.len) && (v.len == 0 || !atl_is_missing(v.text, v.len)))
		return bad_at(j, from, "this is no number");
	if (!atl_grow(&t->number, &t->cap, t->count + 1, sizeof *t->number)) {
		atl_diag_nomem(j->in->diag);
		return false;
	}
	t->number[t->count++] = v;
	return true;
}

static void count_one(nest *t)
{
	if (t->depth)
		t->n[t->depth - 1]++;
}

/* Reads the value at j->p, whose brackets were seen to fit. */
static bool read_nest(nest *t)
{
	do {
		char c = peek(t->j);
		if (c == '[') {
			if (!open_list(t))
				return false;
			if (peek(t->j) != ']')
				continue;
		} else {
			if (!add_number(t, c))
				return false;
			count_one(t);
		}
		while (t->depth && peek(t->j) == ']') {
			if (!close_list(t))
				return false;
			count_one(t);
		}
		t->j->p += t->depth > 0; /* a comma */
	} while (t->depth);
	return true;
}

static bool fill(const nest *t, atl_array *a)
{
	for (size_t i = 0; i < t->count; i++) {
		const number *v = &t->number[i];
		atl_field got = atl_input_text(t->j->in, a, i, v->text, v->len);
		if (got == ATL_FIELD_FINE || (got == ATL_FIELD_MISSING && t->j->in->num->ieee))
			continue;
		if (got == ATL_FIELD_MISSING) {
			bad_at(t->j, v->text, "a number is missing");
			atl_diag_note(t->j->in->diag, "`set nan keep` reads it as no value");
		} else if (got == ATL_FIELD_NO_NUMBER) { /* "1/0" */
			bad_at(t->j, v->text, "this is no number");
		}
		return false;
	}
	return true;
}

static atl_array *read_array(json *j, const char *at)
{
	nest t = { .j = j, .rank = -1, .dim = { -1, -1, -1, -1, -1, -1 } };
	atl_array *a = NULL;
	j->p = at;
	if (read_nest(&t))
		a = atl_input_array(j->in, t.dim, t.rank);
	if (a && !fill(&t, a)) {
		atl_array_unref(a);
		a = NULL;
	}
	atl_free(t.number);
	return a;
}

bool atl_json_probe(const atl_input *in)
{
	json j = { .in = in, .p = (const char *)in->p, .end = (const char *)in->p + in->n };
	if (atl_input_begins(in, "\xEF\xBB\xBF", 3))
		j.p += 3;
	char c = peek(&j);
	return c == '[' || c == '{' || (c && atl_name_ends(in->name, ".json"));
}

atl_array *atl_json_read(const atl_input *in)
{
	json j = { .in = in, .p = (const char *)in->p, .end = (const char *)in->p + in->n };
	candidates all = { 0 };
	atl_array *a = NULL;
	if (atl_input_begins(in, "\xEF\xBB\xBF", 3))
		j.p += 3;
	const candidate *c = find_candidates(&j, &all) ? choose(&j, &all) : NULL;
	if (c)
		a = read_array(&j, c->at);
	atl_free(all.one);
	atl_arena_clear(&j.arena);
	return a;
}

/* ---- out ---- */

static atl_status check_entries(const atl_output *out, const atl_array *a)
{
	atl_buf text = { 0 };
	atl_status status = ATL_OK;
	for (size_t i = 0; a->sys->settled && i < a->n && !status; i++) {
		atl_buf_reset(&text);
		status = atl_output_text(out, &text, a, i);
	}
	atl_buf_clear(&text);
	return status;
}

/* One array is a list, several are an object's members. */
atl_status atl_json_write(const atl_output *out)
{
	atl_buf *b = out->bytes;
	for (size_t k = 0; k < out->n; k++) {
		const char *name = out->item[k].name ? out->item[k].name : "";
		if (check_entries(out, out->item[k].value))
			return ATL_ERROR;
		if (out->n > 1) {
			atl_buf_add(b, k ? ",\n " : "{");
			atl_print_json_string(b, name, strlen(name));
			atl_buf_add(b, ": ");
		}
		atl_print_json(b, out->item[k].value);
	}
	atl_buf_add(b, out->n > 1 ? "}\n" : "\n");
	return ATL_OK;
}
