/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv.c: tables as text: fields between commas, tabs, semicolons or blanks.
 *
 * The separator is the one that the first line has.  A first line with a field
 * that is no number is a line of names.  Fields may be quoted, with "" for a
 * quote; lines that begin with # and empty ones are skipped.  The text is gone through twice:
 * for the number of rows and columns, and for the numbers.
 *
 * A single column that begins with a word is one of words, which are numbered as
 * they come: classes. */
#include <string.h>

#include "data/format.h"

typedef struct table {
	const atl_input *in;
	const char *p, *end;  /* what is left of the text */
	const char *line_at;  /* where the line began, */
	unsigned long line;   /* its number, from 1, */
	unsigned long began;  /* the line on which the field begins, */
	size_t column;        /* and the byte there, from 1 */
	char separator;       /* ' ': any blanks */
	/* the field */
	const char *field;    /* in the text, or in `plain` when it was quoted */
	size_t len;
	bool last;            /* of its row */
	atl_buf plain;
} table;

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* ---- fields ---- */

static void next_line(table *t)
{
	t->p++;
	t->line_at = t->p;
	t->line++;
}

/* Past lines without fields; false at the end. */
static bool next_row(table *t)
{
	while (t->p < t->end) {
		const char *p = t->p;
		while (p < t->end && is_blank(*p))
			p++;
		if (p < t->end && *p != '\n' && *p != '#')
			return true;
		t->p = memchr(p, '\n', (size_t)(t->end - p));
		if (!t->p) {
			t->p = t->end;
			return false;
		}
		next_line(t);
	}
	return false;
}

static bool separates(const table *t, char c)
{
	return c == t->separator || (t->separator == ' ' && c == '\t');
}

/* A position as "line 3, column 7"; the columns are bytes. */
static void *bad_at(const table *t, const char *what)
{
	return atl_input_bad(t->in, "line %lu, column %zu: %s", t->began, t->column, what);
}

/* From behind the opening quote to behind the closing one, into `plain`. */
static bool unquote(table *t)
{
	atl_buf_reset(&t->plain);
	for (; t->p < t->end; t->p++) {
		if (*t->p == '"' && !(t->p + 1 < t->end && t->p[1] == '"')) {
			t->p++;
			t->field = atl_buf_text(&t->plain);
			t->len = t->plain.len;
			if (t->plain.failed)
				atl_diag_nomem(t->in->diag);
			return !t->plain.failed;
		}
		t->p += *t->p == '"';
		if (*t->p == '\n')
			t->line++;
		atl_buf_addc(&t->plain, *t->p);
	}
	bad_at(t, "a quote is not closed");
	return false;
}

static void skip_blanks(table *t)
{
	while (t->p < t->end && is_blank(*t->p) && (t->separator == ' ' || !separates(t, *t->p)))
		t->p++;
}

/* The next field of the row that t->p is in; false after a diagnostic. */
static bool next_field(table *t)
{
	skip_blanks(t);
	t->field = t->p;
	t->began = t->line;
	t->column = (size_t)(t->p - t->line_at) + 1;
	if (t->p < t->end && *t->p == '"') {
		t->p++;
		if (!unquote(t))
			return false;
	} else {
		while (t->p < t->end && *t->p != '\n' && !separates(t, *t->p))
			t->p++;
		t->len = (size_t)(t->p - t->field);
		while (t->len && is_blank(t->field[t->len - 1]))
			t->len--;
	}
	skip_blanks(t);
	t->last = t->p == t->end || *t->p == '\n';
	if (t->separator == ' ' && !t->last)
		return true;
	if (!t->last && !separates(t, *t->p)) {
		bad_at(t, "there is more behind the closing quote");
		return false;
	}
	if (t->last && t->p < t->end)
		next_line(t);
	else if (!t->last)
		t->p++;
	return true;
}

/* ---- the first line ---- */

static char separator_of(const table *t)
{
	bool quoted = false, comma = false, semicolon = false;
	for (const char *p = t->p; p < t->end && *p != '\n'; p++) {
		quoted ^= *p == '"';
		if (quoted)
			continue;
		if (*p == '\t')
			return '\t';
		comma |= *p == ',';
		semicolon |= *p == ';';
	}
	/* one column has no separator, and blanks at its end */
	return comma ? ',' : semicolon ? ';' : ' ';
}

static table begin(const atl_input *in)
{
	table t = { .in = in, .p = (const char *)in->p, .line = 1 };
	t.end = t.p + in->n;
	if (atl_input_begins(in, "\xEF\xBB\xBF", 3))
		t.p += 3;
	t.line_at = t.p;
	if (next_row(&t))
		t.separator = separator_of(&t);
	return t;
}

/* What one pass finds. */
typedef struct layout {
	bool names;                /* the first row is one of names */
	int64_t rows, columns;
	unsigned long first_line;  /* the one that has so many columns */
	int64_t column;            /* the one that is wanted; -1: all */
	atl_buf list;              /* the names, each ended by a NUL */
} layout;

static const char *name_at(const void *list, size_t i)
{
	const atl_buf *b = list;
	const char *p = atl_buf_text(b), *end = p + b->len;
	while (i-- > 0 && p < end)
		p += strlen(p) + 1;
	return p < end ? p : NULL;
}

/* Counts the fields of the first row, and keeps them in case they are names. */
static bool read_names(table *t, layout *l)
{
	if (t->p == t->end) {
		atl_input_bad(t->in, "there is no row in it");
		return false;
	}
	l->first_line = t->line;
	do {
		if (!next_field(t))
			return false;
		l->names |= !atl_is_number(t->field, t->len) && !atl_is_missing(t->field, t->len);
		atl_buf_addn(&l->list, t->field, strnlen(t->field, t->len));
		atl_buf_addc(&l->list, '\0');
		l->columns++;
	} while (!t->last);
	if (l->list.failed)
		atl_diag_nomem(t->in->diag);
	return !l->list.failed;
}

/* The names go to the user, and pick the column. */
static bool use_names(const atl_input *in, layout *l)
{
	const char *name;
	l->column = -1;
	if (in->note && l->names && !in->part)
		atl_buf_add(in->note, "the columns are ");
	for (int64_t k = 0; l->names && (name = name_at(&l->list, (size_t)k)); k++) {
		if (in->part && l->column < 0 && !strcmp(in->part, name))
			l->column = k;
		if (in->note && !in->part)
			atl_buf_addf(in->note, "%s\"%s\"", k ? ", " : "", name);
	}
	if (!in->part || l->column >= 0)
		return true;
	if (l->names)
		atl_input_choose(in, "column", name_at, &l->list);
	else
		atl_input_bad(in, "its first line is no line of names, so there is no column \"%s\"",
		              in->part);
	return false;
}

static bool count_row(table *t, layout *l)
{
	int64_t n = 0;
	unsigned long line = t->line;
	do {
		if (!next_field(t))
			return false;
		n++;
	} while (!t->last);
	if (n != l->columns) {
		atl_input_bad(t->in, "line %lu has %lld field%s, and line %lu has %lld", line,
		              (long long)n, n > 1 ? "s" : "", l->first_line, (long long)l->columns);
		return false;
	}
	l->rows++;
	return true;
}

static bool count(table *t, layout *l)
{
	if (!read_names(t, l) || !use_names(t->in, l))
		return false;
	l->rows = !l->names;
	while (next_row(t))
		if (!count_row(t, l))
			return false;
	if (!l->rows)
		atl_input_bad(t->in, "there is no row under the names");
	return l->rows > 0;
}

/* ---- numbers ---- */

/* The words of a column, each ended by a NUL; the user is told their numbers. */
typedef struct classes {
	bool any;
	atl_buf words;
	long n;
} classes;

enum { MOST_CLASSES = 1000, TOLD_CLASSES = 20 };

static bool is_word(const table *t)
{
	return t->len && !memchr(t->field, '\0', t->len) && !atl_is_number(t->field, t->len) && !atl_is_missing(t->field, t->len);
}

static bool take_word(table *t, classes *c, atl_array *a, size_t i)
{
	const char *word = atl_buf_text(&c->words), *end = word + c->words.len;
	long k = 0;
	atl_num num = *t->in->num;
	for (; word < end && (strlen(word) != t->len || memcmp(word, t->field, t->len)); k++)
		word += strlen(word) + 1;
	if (k >= MOST_CLASSES || !is_word(t)) {
		bad_at(t, is_word(t) ? "so many different words are no classes" : "this is no word, as those before it are");
		return false;
	}
	if (word == end) {
		atl_buf_addn(&c->words, t->field, strnlen(t->field, t->len));
		atl_buf_addc(&c->words, '\0');
		c->n++;
	}
	if (!c->words.failed && a->sys->set_si(atl_array_at(a, i), k + 1, &num) == ATL_FINE)
		return true;
	atl_diag_nomem(t->in->diag);
	return false;
}

static void tell_classes(const atl_input *in, const classes *c)
{
	for (long k = 0; in->note && k < c->n && k < TOLD_CLASSES; k++)
		atl_buf_addf(in->note, "%s%ld is \"%s\"", k ? ", " : "the words are numbered: ", k + 1, name_at(&c->words, (size_t)k));
	if (in->note && c->n > TOLD_CLASSES)
		atl_buf_addf(in->note, " and %ld more", c->n - TOLD_CLASSES);
}

static bool take(table *t, atl_array *a, size_t i)
{
	switch (atl_input_text(t->in, a, i, t->field, t->len)) {
	case ATL_FIELD_FINE:
		return true;
	case ATL_FIELD_MISSING:
		if (t->in->num->ieee)
			return true;
		bad_at(t, t->len ? "a number is missing" : "the field is empty");
		atl_diag_note(t->in->diag, "`set nan keep` reads it as no value");
		return false;
	case ATL_FIELD_NO_NUMBER:
		bad_at(t, "this is no number");
		if (!t->in->part)
			atl_diag_note(t->in->diag, "one column is read with read(\"%s\", \"NAME\")",
			              t->in->name);
		return false;
	default:
		return false;
	}
}

static bool fill(table *t, const layout *l, classes *c, atl_array *a)
{
	size_t i = 0;
	for (bool skip = l->names; next_row(t); skip = false)
		for (int64_t k = 0; k < l->columns; k++) {
			if (!next_field(t))
				return false;
			if (skip || (l->column >= 0 && l->column != k))
				continue;
			c->any |= i == 0 && l->column >= 0 && is_word(t);
			if (!(c->any ? take_word(t, c, a, i) : take(t, a, i)))
				return false;
			i++;
		}
	return true;
}

bool atl_csv_probe(const atl_input *in)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->p[i] < 32 && (in->p[i] < 9 || in->p[i] > 13))
			return false;
	return in->n > 0;
}

atl_array *atl_csv_read(const atl_input *in)
{
	layout l = { 0 };
	classes c = { 0 };
	atl_array *a = NULL;
	table t = begin(in), again = t;
	if (count(&t, &l)) {
		int64_t dim[2] = { l.rows, l.column < 0 ? l.columns : 1 };
		a = atl_input_array(in, dim, 2);
	}
	if (a && !fill(&again, &l, &c, a)) {
		atl_array_unref(a);
		a = NULL;
	}
	if (a)
		tell_classes(in, &c);
	atl_buf_clear(&c.words);
	atl_buf_clear(&t.plain);
	atl_buf_clear(&again.plain);
	atl_buf_clear(&l.list);
	return a;
}

/* ---- out ---- */

static void add_quoted(atl_buf *b, const char *text, char separator)
{
	if (!strchr(text, separator) && !strpbrk(text, "\"\r\n")) {
		atl_buf_add(b, text);
		return;
	}
	atl_buf_addc(b, '"');
	for (; *text; text++)
		atl_buf_addf(b, *text == '"' ? "\"%c" : "%c", *text);
	atl_buf_addc(b, '"');
}

/* A row of each array. */
static atl_status add_row(const atl_output *out, size_t row, char separator)
{
	for (size_t k = 0; k < out->n; k++) {
		const atl_array *a = out->item[k].value;
		size_t columns = (size_t)a->shape.dim[1];
		for (size_t j = 0; j < columns; j++) {
			if (k + j)
				atl_buf_addc(out->bytes, separator);
			if (atl_output_text(out, out->bytes, a, row * columns + j))
				return ATL_ERROR;
		}
	}
	atl_buf_addc(out->bytes, '\n');
	return ATL_OK;
}

/* Several arrays are columns under their names. */
static atl_status check_columns(const atl_output *out)
{
	for (size_t k = 0; k < out->n; k++) {
		const atl_shape *s = &out->item[k].value->shape;
		if (s->rank > 2)
			return atl_output_bad(out, "a table has two dimensions, and this has %d", s->rank);
		if (out->n > 1 && (s->dim[1] != 1 || s->dim[0] != out->item[0].value->shape.dim[0]))
			return atl_output_bad(out, "several arrays in one table are vectors of one length");
	}
	return ATL_OK;
}

atl_status atl_csv_write(const atl_output *out)
{
	char separator = atl_name_ends(out->name, ".tsv") ? '\t' : ',';
	if (check_columns(out))
		return ATL_ERROR;
	for (size_t k = 0; out->n > 1 && k < out->n; k++) {
		if (k)
			atl_buf_addc(out->bytes, separator);
		add_quoted(out->bytes, out->item[k].name ? out->item[k].name : "", separator);
	}
	if (out->n > 1)
		atl_buf_addc(out->bytes, '\n');
	for (int64_t i = 0; i < out->item[0].value->shape.dim[0]; i++)
		if (add_row(out, (size_t)i, separator))
			return ATL_ERROR;
	return ATL_OK;
}
