/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.c: all texts in one buffer, and the lines found when asked for.
 *
 * The position of a byte is its index in the buffer; a NUL stands at index 0
 * and between two texts, so that the end of a text is a position of its own.
 *
 *     \0 first text \0 second text
 *        ^ lo = 1      ^ lo = 12
 *
 * A text's lines are indexed when a place in it is first looked for, and the
 * index is extended when the text has grown since; each byte is looked at
 * once.  Without memory for the index, a place is counted out instead. */
#include "base/source.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

typedef struct source {
	const char *name;
	uint32_t lo;
	uint32_t indexed;     /* the index holds every line that starts up to here */
	uint32_t *line;       /* where lines 2, 3, ... start */
	size_t n_lines, cap_lines;
	unsigned first_line;
} source;

struct atl_sources {
	char *text;
	size_t len, cap;
	source *source;
	size_t n, cap_sources;
	atl_arena names;
};

atl_sources *atl_sources_new(void)
{
	return atl_calloc(1, sizeof(atl_sources));
}

void atl_sources_free(atl_sources *sources)
{
	if (sources == NULL) {
		return;
	}
	for (size_t i = 0; i < sources->n; i++) {
		atl_free(sources->source[i].line);
	}
	atl_free(sources->source);
	atl_free(sources->text);
	atl_arena_clear(&sources->names);
	atl_free(sources);
}

static bool reserve(atl_sources *sources, size_t more)
{
	return more <= UINT32_MAX - 1 - sources->len &&
	       atl_grow(&sources->text, &sources->cap, sources->len + more, 1);
}

/* A name that the text before has too is not copied again. */
static const char *keep_name(atl_sources *sources, const char *name)
{
	const char *last = sources->n != 0 ? sources->source[sources->n - 1].name : NULL;

	if (last != NULL && strcmp(last, name) == 0) {
		return last;
	}
	return atl_arena_dup(&sources->names, name, strlen(name));
}

uint32_t atl_sources_open(atl_sources *sources, const char *name, unsigned first_line)
{
	source *s;

	if (!atl_grow(&sources->source, &sources->cap_sources, sources->n + 1, sizeof *s) ||
	    !reserve(sources, 1)) {
		return 0;
	}
	if (name != NULL) {
		name = keep_name(sources, name);
		if (name == NULL) {
			return 0;
		}
	}
	sources->text[sources->len++] = '\0';
	s = &sources->source[sources->n++];
	*s = (source){
		.name = name,
		.lo = (uint32_t)sources->len,
		.indexed = (uint32_t)sources->len,
		.first_line = first_line,
	};
	return s->lo;
}

uint32_t atl_sources_append(atl_sources *sources, const char *text, size_t len)
{
	uint32_t position = (uint32_t)sources->len;

	if (sources->n == 0 || !reserve(sources, len)) {
		return 0;
	}
	if (len != 0) {
		memcpy(sources->text + sources->len, text, len);
	}
	sources->len += len;
	return position;
}

/* The text that holds the position (its end included), NULL when nowhere. */
static source *source_of(const atl_sources *sources, uint32_t position)
{
	size_t lo = 0;
	size_t hi;

	if (sources == NULL || sources->n == 0 || position == 0 || position > sources->len) {
		return NULL;
	}
	hi = sources->n;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (sources->source[mid].lo <= position) {
			lo = mid;
		} else {
			hi = mid;
		}
	}
	return &sources->source[lo];
}

/* The position past the last byte. */
static uint32_t end_of(const atl_sources *sources, const source *s)
{
	const source *next = s + 1;

	return next < sources->source + sources->n ? next->lo - 1 : (uint32_t)sources->len;
}

/* Indexes the lines that start at or before `position`; false without memory. */
static bool index_lines(const atl_sources *sources, source *s, uint32_t position)
{
	const char *text = sources->text;
	uint32_t end = end_of(sources, s);

	while (s->indexed < position) {
		const char *from = text + s->indexed;
		const char *newline = memchr(from, '\n', end - s->indexed);

		if (newline == NULL) {
			s->indexed = end;
			break;
		}
		if (!atl_grow(&s->line, &s->cap_lines, s->n_lines + 1, sizeof *s->line)) {
			return false;
		}
		s->indexed = (uint32_t)(newline - text) + 1;
		s->line[s->n_lines++] = s->indexed;
	}
	return true;
}

/* The number of indexed lines (the first not counted) that start at or before
 * the position. */
static size_t lines_before(const source *s, uint32_t position)
{
	size_t lo = 0;
	size_t hi = s->n_lines;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->line[mid] <= position) {
			lo = mid + 1;
		} else {
			hi = mid;
		}
	}
	return lo;
}

/* The start of the position's line, and how many lines are before it.  The
 * index is a cache: it grows though the map is const to the caller. */
static uint32_t line_of(const atl_sources *sources, source *s, uint32_t position, size_t *before)
{
	bool complete = index_lines(sources, s, position);
	uint32_t start;

	*before = lines_before(s, position);
	start = *before != 0 ? s->line[*before - 1] : s->lo;
	while (!complete) {
		const char *from = sources->text + start;
		const char *newline = memchr(from, '\n', position - start);

		if (newline == NULL) {
			break;
		}
		start += (uint32_t)(newline - from) + 1;
		++*before;
	}
	return start;
}

bool atl_sources_find(const atl_sources *sources, uint32_t position, atl_place *place)
{
	source *s = source_of(sources, position);
	const char *text;
	const char *newline;
	uint32_t start;
	size_t before;
	size_t len;

	if (s == NULL) {
		return false;
	}
	start = line_of(sources, s, position, &before);
	text = sources->text + start;
	len = end_of(sources, s) - start;
	newline = len != 0 ? memchr(text, '\n', len) : NULL;
	if (newline != NULL) {
		len = (size_t)(newline - text);
		len -= len != 0 && text[len - 1] == '\r';
	}
	*place = (atl_place){
		.name = s->name,
		.line = s->first_line + (unsigned)before,
		.column = (unsigned)atl_text_width(text, position - start) + 1,
		.text = text,
		.len = len,
		.start = start,
	};
	return true;
}

const char *atl_sources_text(const atl_sources *sources, atl_span span, size_t *len)
{
	const source *s = source_of(sources, span.lo);

	if (s == NULL || span.hi < span.lo || span.hi > end_of(sources, s)) {
		*len = 0;
		return NULL;
	}
	*len = span.hi - span.lo;
	return sources->text + span.lo;
}
