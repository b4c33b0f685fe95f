/* SPDX-License-Identifier: GPL-3.0-or-later */
/* source.c: all texts in one buffer, and the lines found when asked for.
 *
 * Positions are counted over all text there ever was, and one more at the end
 * of each text, which is a position of its own.  A text that is forgotten in part
 * becomes several, each of whole lines, with a first line of its own; what stands
 * between them is nowhere.
 *
 *     position   1      11   13        40      61
 *                first text  two lines forgotten
 *     buffer     first text  two lines         what is fed now
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
	uint32_t lo, hi;      /* positions; hi is past the last byte */
	size_t at;            /* of the first byte in the buffer */
	bool passes;          /* may be forgotten in part */
	uint32_t indexed;     /* the index holds every line that starts up to here */
	uint32_t *line;       /* where lines 2, 3, ... start */
	size_t n_lines, cap_lines;
	unsigned first_line;
} source;

struct atl_sources {
	char *text;
	size_t len, cap;
	uint32_t end; /* the position of the next byte */
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
	return more <= UINT32_MAX - 1 - sources->end &&
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
	sources->end++;
	s = &sources->source[sources->n++];
	*s = (source){
		.name = name,
		.lo = sources->end,
		.hi = sources->end,
		.at = sources->len,
		.indexed = sources->end,
		.first_line = first_line,
	};
	return s->lo;
}

uint32_t atl_sources_append(atl_sources *sources, const char *text, size_t len)
{
	uint32_t position = sources->end;

	if (sources->n == 0 || !reserve(sources, len)) {
		return 0;
	}
	if (len != 0) {
		memcpy(sources->text + sources->len, text, len);
	}
	sources->len += len;
	sources->end += (uint32_t)len;
	sources->source[sources->n - 1].hi = sources->end;
	return position;
}

/* The text that holds the position (its end included), NULL when nowhere. */
static source *source_of(const atl_sources *sources, uint32_t position)
{
	size_t lo = 0;
	size_t hi;

	if (sources == NULL || sources->n == 0 || position == 0 || position > sources->end) {
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
	return position >= sources->source[lo].lo && position <= sources->source[lo].hi ? &sources->source[lo] : NULL;
}

static const char *text_at(const atl_sources *sources, const source *s, uint32_t position)
{
	return sources->text + s->at + (position - s->lo);
}

/* Indexes the lines that start at or before `position`; false without memory. */
static bool index_lines(const atl_sources *sources, source *s, uint32_t position)
{
	while (s->indexed < position) {
		const char *from = text_at(sources, s, s->indexed);
		const char *newline = memchr(from, '\n', s->hi - s->indexed);

		if (newline == NULL) {
			s->indexed = s->hi;
			break;
		}
		if (!atl_grow(&s->line, &s->cap_lines, s->n_lines + 1, sizeof *s->line)) {
			return false;
		}
		s->indexed += (uint32_t)(newline - from) + 1;
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
		const char *from = text_at(sources, s, start);
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
	text = text_at(sources, s, start);
	len = s->hi - start;
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

	if (s == NULL || span.hi < span.lo || span.hi > s->hi) {
		*len = 0;
		return NULL;
	}
	*len = span.hi - span.lo;
	return text_at(sources, s, span.lo);
}

/* ---- forgetting ---- */

void atl_sources_let_pass(atl_sources *sources)
{
	if (sources->n != 0) {
		sources->source[sources->n - 1].passes = true;
	}
}

size_t atl_sources_size(const atl_sources *sources)
{
	return sources->len;
}

bool atl_sweep_begin(atl_sweep *sweep, const atl_sources *sources)
{
	sweep->n = sources->end / ATL_SWEEP_BLOCK + 1;
	sweep->kept = atl_calloc(sweep->n, sizeof *sweep->kept);
	return sweep->kept != NULL;
}

void atl_sweep_keep(atl_sweep *sweep, atl_span span)
{
	size_t last = span.hi / ATL_SWEEP_BLOCK;

	for (size_t i = span.lo / ATL_SWEEP_BLOCK; span.lo != 0 && i <= last && i < sweep->n; i++) {
		sweep->kept[i] = true;
	}
}

/* Whether a block that the line is in was kept. */
static bool is_kept(const atl_sweep *sweep, uint32_t lo, uint32_t hi)
{
	for (size_t i = lo / ATL_SWEEP_BLOCK; i <= hi / ATL_SWEEP_BLOCK; i++) {
		if (sweep->kept[i]) {
			return true;
		}
	}
	return false;
}

/* The sources that stay. */
typedef struct kept {
	source *source;
	size_t n, cap;
} kept;

static bool keep(kept *to, const source *s, uint32_t lo, uint32_t hi, unsigned line)
{
	if (!atl_grow(&to->source, &to->cap, to->n + 1, sizeof *to->source)) {
		return false;
	}
	to->source[to->n++] = (source){
		.name = s->name, .lo = lo, .hi = hi, .at = s->at + (lo - s->lo), .passes = s->passes,
		.indexed = lo, .first_line = line,
	};
	return true;
}

/* Runs of lines that are kept, each as a source; the end of the last one is
 * where text goes on. */
static bool keep_lines(kept *to, const atl_sources *sources, const source *s, const atl_sweep *sweep)
{
	bool last = s == &sources->source[sources->n - 1];
	unsigned line = s->first_line, first = line;
	uint32_t from = s->lo; /* of the run so far */

	for (uint32_t lo = s->lo; lo < s->hi; line++) {
		const char *text = text_at(sources, s, lo);
		const char *newline = memchr(text, '\n', s->hi - lo);
		uint32_t hi = newline != NULL ? lo + (uint32_t)(newline - text) + 1 : s->hi;

		if (newline != NULL && !is_kept(sweep, lo, hi)) {
			if (from < lo && !keep(to, s, from, lo, first)) {
				return false;
			}
			from = hi;
			first = line + 1;
		}
		lo = hi;
	}
	return from == s->hi && !last ? true : keep(to, s, from, s->hi, first);
}

/* The bytes slide down; they stand in the order of the positions. */
static void slide(atl_sources *sources, kept *to)
{
	size_t len = 1;

	for (size_t i = 0; i < to->n; i++) {
		source *s = &to->source[i];
		memmove(sources->text + len, sources->text + s->at, s->hi - s->lo);
		s->at = len;
		len += s->hi - s->lo;
	}
	sources->len = len;
}

void atl_sources_forget(atl_sources *sources, atl_sweep *sweep)
{
	kept to = { 0 };
	bool fine = sources->n != 0;

	for (size_t i = 0; i < sources->n && fine; i++) {
		const source *s = &sources->source[i];
		fine = s->passes ? keep_lines(&to, sources, s, sweep) : keep(&to, s, s->lo, s->hi, s->first_line);
	}
	if (fine) {
		for (size_t i = 0; i < sources->n; i++) {
			atl_free(sources->source[i].line);
		}
		atl_free(sources->source);
		slide(sources, &to);
		sources->source = to.source;
		sources->n = to.n;
		sources->cap_sources = to.cap;
	} else {
		atl_free(to.source);
	}
	atl_free(sweep->kept);
}
