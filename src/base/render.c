/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render.c: what a diagnostic looks like (the picture is in diag.h).
 *
 * Everything is measured in columns of the line as it is shown: tabs are
 * spaces, controls and broken bytes are U+FFFD, and in ASCII style each
 * character is its spelling.  A line that is too long is shown through a
 * window [lo, hi) of its columns.  The marks of one line are drawn as one row
 * of underlines and then, from right to left, their words.  A label in
 * another file than the primary place becomes a line below the picture. */
#include "base/diag.h"

#include <string.h>

enum {
	MARKS = ATL_DIAG_LABELS + 1,
	DOTS = 3,       /* columns of the ... at a cut end */
	NARROWEST = 24, /* columns of source that are shown on the smallest terminal */
};

typedef struct mark {
	atl_place place;
	uint32_t from, to; /* positions, clipped to the line; to > from, or both are a point */
	size_t lo, hi;     /* columns, hi > lo */
	const char *text;
	bool primary;
} mark;

typedef struct picture {
	atl_buf *out;
	const atl_diag *diag;
	const atl_sources *sources;
	atl_style style;
	const char *loud;  /* colour of the severity and its carets */
	const char *quiet; /* of the gutter, the labels and their words */
	mark mark[MARKS];  /* in the order of the text */
	size_t n;
	size_t digits;     /* of the largest line number */
} picture;

/* One character as it is shown. */
typedef struct glyph {
	const char *text;
	size_t len;     /* of text */
	size_t columns;
	size_t bytes;   /* of the source */
} glyph;

/* Controls would act on the terminal, and the marks that turn the direction
 * of writing would show another text than the one that was read. */
static bool is_shown(uint32_t cp)
{
	return !(cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x202a && cp <= 0x202e) ||
	         (cp >= 0x2066 && cp <= 0x2069));
}

static glyph next_glyph(const char *p, const char *end, size_t column, bool ascii)
{
	static const char spaces[] = "        ";
	uint32_t cp = 0;
	size_t n;

	if (*p == '\t') {
		n = ATL_TAB - column % ATL_TAB;
		return (glyph){ spaces, n, n, 1 };
	}
	n = atl_utf8_decode(p, end, &cp);
	if (n == 0 || !is_shown(cp)) {
		return (glyph){ ascii ? "?" : "\xef\xbf\xbd", ascii ? 1 : 3, 1, n != 0 ? n : 1 };
	}
	if (ascii && cp >= 0x80) {
		const char *spelling = atl_ascii_spelling(cp);
		size_t len = strlen(spelling);

		return (glyph){ spelling, len, len, n };
	}
	return (glyph){ p, n, atl_char_width(cp), n };
}

/* Columns of the first `len` bytes as they are shown. */
static size_t shown_width(const char *text, size_t len, bool ascii)
{
	const char *end = text + len;
	size_t column = 0;

	while (text < end) {
		glyph g = next_glyph(text, end, column, ascii);

		column += g.columns;
		text += g.bytes;
	}
	return column;
}

/* Words; a line feed in them begins another indented line. */
static void put(const picture *pic, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		glyph g = next_glyph(text, end, 0, pic->style.ascii);

		if (*text == '\n') {
			g = (glyph){ "\n  ", 3, 0, 1 };
		} else if (*text == '\t') {
			g.len = 1;
		}
		atl_buf_addn(pic->out, g.text, g.len);
		text += g.bytes;
	}
}

/* The end of what fits into `room` columns: all, or up to a semicolon, a space outside brackets, a space. */
static size_t fitting(const picture *pic, const char *text, size_t room)
{
	size_t at[3] = { 0 };
	int depth = 0;

	for (size_t i = 1; text[i - 1] != '\0' && text[i - 1] != '\n'; i++) {
		bool ends = text[i] == '\0' || text[i] == '\n';

		depth += (text[i - 1] == '(' || text[i - 1] == '[') - (text[i - 1] == ')' || text[i - 1] == ']');
		if (!ends && text[i] != ' ') {
			continue;
		}
		if (at[2] != 0 && shown_width(text, i, pic->style.ascii) > room) {
			return at[0] > 0 ? at[0] : at[1] > 0 ? at[1] : at[2];
		}
		if (ends) {
			return i;
		}
		at[2] = i;
		at[1] = depth == 0 ? i : at[1];
		at[0] = text[i - 1] == ';' ? i : at[0];
	}
	return strlen(text);
}

/* A line below the picture; one that is wider than the page goes on, indented, on the next. */
static void put_note(const picture *pic, const char *text)
{
	size_t indent = 2, width = pic->style.width;

	while (*text != '\0') {
		size_t len = width == 0 ? strcspn(text, "\n") : fitting(pic, text, width > indent ? width - indent : 1);
		char *part = atl_malloc(len + 1);

		if (part == NULL) {
			pic->out->failed = true;
			return;
		}
		memcpy(part, text, len);
		part[len] = '\0';
		atl_buf_fill(pic->out, " ", indent);
		put(pic, part);
		atl_buf_addc(pic->out, '\n');
		atl_free(part);
		text += len;
		indent = *text == '\n' ? 2 : 4;
		text += *text != '\0';
	}
}

static void paint(const picture *pic, const char *colour)
{
	if (pic->style.color) {
		atl_buf_add(pic->out, colour);
	}
}

static const char plain[] = "\033[0m";

/* A place past the last line feed, where nothing stands, is shown at the end
 * of the line before: that is where the text stopped. */
static bool find_place(const picture *pic, atl_span span, uint32_t *from, atl_place *place)
{
	*from = span.lo;
	if (span.lo == 0 || !atl_sources_find(pic->sources, span.lo, place)) {
		return false;
	}
	while (span.hi <= span.lo && place->len == 0 && place->start > 1) {
		atl_place before;

		if (!atl_sources_find(pic->sources, place->start - 1, &before) ||
		    before.line + 1 != place->line || before.name != place->name) {
			break;
		}
		*from = before.start + (uint32_t)before.len;
		(void)atl_sources_find(pic->sources, *from, place);
	}
	return true;
}

static bool same_file(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Puts a mark at its place among the others; false when it is nowhere or in
 * another file than the first one. */
static bool add_mark(picture *pic, atl_span span, const char *text, bool primary)
{
	mark m = { .text = text, .primary = primary };
	uint32_t line_end;
	size_t i;

	if (!find_place(pic, span, &m.from, &m.place) ||
	    (pic->n != 0 && !same_file(m.place.name, pic->mark[0].place.name))) {
		return false;
	}
	line_end = m.place.start + (uint32_t)m.place.len;
	m.from = m.from < line_end ? m.from : line_end;
	m.to = span.hi < line_end ? span.hi : line_end;
	m.to = m.to > m.from ? m.to : m.from;
	m.lo = shown_width(m.place.text, m.from - m.place.start, pic->style.ascii);
	m.hi = shown_width(m.place.text, m.to - m.place.start, pic->style.ascii);
	m.hi = m.hi > m.lo ? m.hi : m.lo + 1;
	for (i = pic->n; i > 0 && pic->mark[i - 1].place.start > m.place.start; i--) {
		pic->mark[i] = pic->mark[i - 1];
	}
	pic->mark[i] = m;
	pic->n++;
	return true;
}

static void gutter(const picture *pic, unsigned line)
{
	atl_buf number = { 0 };

	if (line != 0) {
		atl_buf_addf(&number, "%u", line);
	}
	paint(pic, pic->quiet);
	atl_buf_add(pic->out, "  ");
	atl_buf_pad(pic->out, atl_buf_text(&number), pic->digits, true);
	atl_buf_add(pic->out, " |");
	paint(pic, plain);
	atl_buf_clear(&number);
}

typedef struct window {
	size_t lo, hi;  /* columns of the line */
	bool left, right; /* cut there: the outermost DOTS columns are dots */
} window;

/* The columns that should be seen: all marks, and their words if that fits
 * `room`; the primary mark, or else the first, if the marks alone are wider. */
static void wanted_columns(const mark *m, size_t n, size_t room, bool ascii, size_t *lo, size_t *hi)
{
	size_t words = 0;
	const mark *main_mark = m;

	*lo = m[0].lo;
	*hi = m[0].hi;
	for (size_t i = 0; i < n; i++) {
		size_t end = m[i].lo + shown_width(m[i].text, strlen(m[i].text), ascii);

		*lo = m[i].lo < *lo ? m[i].lo : *lo;
		*hi = m[i].hi > *hi ? m[i].hi : *hi;
		words = end > words ? end : words;
		main_mark = m[i].primary ? &m[i] : main_mark;
	}
	if (words > *hi && words - *lo <= room) {
		*hi = words;
	}
	if (*hi - *lo > room) {
		*lo = main_mark->lo;
		*hi = main_mark->hi - *lo < room ? main_mark->hi : *lo + room;
	}
}

/* The window of a line with these marks: as much on both sides of what is
 * wanted, moved inwards at the line's ends. */
static window choose_window(const picture *pic, const mark *m, size_t n)
{
	const bool ascii = pic->style.ascii;
	size_t width = shown_width(m->place.text, m->place.len, ascii);
	size_t used = pic->digits + 5; /* of the gutter and the space after it */
	size_t room = pic->style.width > used + NARROWEST ? pic->style.width - used : NARROWEST;
	size_t lo;
	size_t hi;
	size_t before;
	window w;

	for (size_t i = 0; i < n; i++) {
		width = m[i].hi > width ? m[i].hi : width;
	}
	if (pic->style.width == 0 || width <= room) {
		return (window){ 0, width, false, false };
	}
	wanted_columns(m, n, room - 2 * DOTS, ascii, &lo, &hi);
	width = hi > width ? hi : width;
	before = (room - (hi - lo)) / 2;
	w.lo = lo > before ? lo - before : 0;
	w.lo = w.lo < width - room ? w.lo : width - room;
	w.hi = w.lo + room;
	w.left = w.lo > 0;
	w.right = w.hi < shown_width(m->place.text, m->place.len, ascii);
	return w;
}

/* The part of the line in the window.  A wide character or a tab that the
 * edge cuts leaves spaces; a combining mark goes with the character before. */
static void put_line(const picture *pic, const atl_place *place, window w)
{
	const char *p = place->text;
	const char *end = p + place->len;
	size_t lo = w.left ? w.lo + DOTS : w.lo;
	size_t hi = w.right ? w.hi - DOTS : w.hi;
	size_t column = 0;
	size_t at = lo; /* the column that is written next */

	atl_buf_add(pic->out, w.left ? "..." : "");
	while (p < end && column <= hi) {
		glyph g = next_glyph(p, end, column, pic->style.ascii);
		size_t next = column + g.columns;
		bool joins = g.columns == 0 && (column > lo || lo == 0);

		if (joins || (g.columns != 0 && column >= lo && next <= hi)) {
			atl_buf_fill(pic->out, " ", column - at);
			atl_buf_addn(pic->out, g.text, g.len);
			at = next;
		}
		column = next;
		p += g.bytes;
	}
	if (w.right) {
		atl_buf_fill(pic->out, " ", hi - at);
		atl_buf_add(pic->out, "...");
	}
}

/* Removes the spaces that end the row, and ends it. */
static void end_row(const picture *pic)
{
	size_t len = pic->out->len;

	while (len > 0 && pic->out->p[len - 1] == ' ') {
		len--;
	}
	atl_buf_cut(pic->out, len);
	atl_buf_addc(pic->out, '\n');
}

/* The mark that is seen at a column: the narrowest, so that a mark within a
 * wider one shows; of two alike the primary one. */
static const mark *mark_at(const mark *m, size_t n, size_t column)
{
	const mark *best = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t width = m[i].hi - m[i].lo;

		if (column < m[i].lo || column >= m[i].hi) {
			continue;
		}
		if (best == NULL || width < best->hi - best->lo ||
		    (width == best->hi - best->lo && m[i].primary)) {
			best = &m[i];
		}
	}
	return best;
}

static void put_underlines(const picture *pic, const mark *m, size_t n, size_t end)
{
	const mark *before = NULL;

	for (size_t column = 0; column < end; column++) {
		const mark *here = mark_at(m, n, column);

		if (here != before && before != NULL) {
			paint(pic, plain);
		}
		if (here != before && here != NULL) {
			paint(pic, here->primary ? pic->loud : pic->quiet);
		}
		atl_buf_addc(pic->out, here == NULL ? ' ' : here->primary ? '^' : '-');
		before = here;
	}
	if (before != NULL) {
		paint(pic, plain);
	}
}

/* The words of the labels, the rightmost first; those still to come are
 * joined to their underlines by bars.  `m` is in the order of the columns. */
static void put_words(const picture *pic, const mark *m, size_t n)
{
	for (size_t k = n; k-- > 0;) {
		size_t at = 0;

		if (*m[k].text == '\0') {
			continue;
		}
		gutter(pic, 0);
		paint(pic, pic->quiet);
		atl_buf_addc(pic->out, ' ');
		for (size_t i = 0; i < k; i++) {
			if (*m[i].text != '\0' && m[i].lo >= at && m[i].lo < m[k].lo) {
				atl_buf_fill(pic->out, " ", m[i].lo - at);
				atl_buf_addc(pic->out, '|');
				at = m[i].lo + 1;
			}
		}
		atl_buf_fill(pic->out, " ", m[k].lo - at);
		put(pic, m[k].text);
		paint(pic, plain);
		end_row(pic);
	}
}

static size_t clamp(size_t x, size_t lo, size_t hi)
{
	return x < lo ? lo : x > hi ? hi : x;
}

/* The marks as seen through the window, in the order of their columns; of two
 * at one column the earlier is later, since words are put backwards. */
static void see_marks(const mark *m, size_t n, window w, mark seen[MARKS])
{
	for (size_t k = 0; k < n; k++) {
		mark s = m[k];
		size_t i = k;

		s.lo = clamp(s.lo, w.lo, w.hi - 1) - w.lo;
		s.hi = clamp(s.hi, w.lo + s.lo + 1, w.hi) - w.lo;
		for (; i > 0 && seen[i - 1].lo >= s.lo; i--) {
			seen[i] = seen[i - 1];
		}
		seen[i] = s;
	}
}

/* A line with its n marks. */
static void put_marked_line(const picture *pic, const mark *m, size_t n)
{
	mark seen[MARKS];
	window w = choose_window(pic, m, n);
	size_t end = 0;

	see_marks(m, n, w, seen);
	for (size_t i = 0; i < n; i++) {
		end = seen[i].hi > end ? seen[i].hi : end;
	}
	gutter(pic, m->place.line);
	atl_buf_addc(pic->out, ' ');
	put_line(pic, &m->place, w);
	end_row(pic);
	gutter(pic, 0);
	atl_buf_addc(pic->out, ' ');
	put_underlines(pic, seen, n, end);
	end_row(pic);
	put_words(pic, seen, n);
}

static void put_marked_lines(picture *pic)
{
	unsigned largest = 0;
	size_t n;

	for (size_t i = 0; i < pic->n; i++) {
		largest = pic->mark[i].place.line > largest ? pic->mark[i].place.line : largest;
	}
	for (pic->digits = 1; largest > 9; largest /= 10) {
		pic->digits++;
	}
	for (size_t i = 0; i < pic->n; i += n) {
		const mark *m = &pic->mark[i];

		for (n = 1; i + n < pic->n && m[n].place.start == m->place.start; n++) {
		}
		if (i > 0 && m[-1].place.line + 1 != m->place.line) {
			paint(pic, pic->quiet);
			atl_buf_add(pic->out, "  ...");
			paint(pic, plain);
			atl_buf_addc(pic->out, '\n');
		}
		put_marked_line(pic, m, n);
	}
}

static void put_header(const picture *pic, const char *severity)
{
	atl_place place;
	uint32_t from;

	if (find_place(pic, pic->diag->at, &from, &place) && place.name != NULL) {
		put(pic, place.name);
		atl_buf_addf(pic->out, ":%u:%u: ", place.line, place.column);
	}
	paint(pic, pic->loud);
	atl_buf_add(pic->out, severity);
	paint(pic, plain);
	atl_buf_add(pic->out, ": ");
	put(pic, pic->diag->message != NULL ? pic->diag->message : "");
	atl_buf_addc(pic->out, '\n');
}

/* The words of a label that has no place in the picture. */
static void put_far_label(const picture *pic, const atl_label *label)
{
	atl_place place;
	uint32_t from;

	if (*label->text == '\0') {
		return;
	}
	atl_buf_add(pic->out, "  ");
	if (find_place(pic, label->span, &from, &place)) {
		put(pic, place.name != NULL ? place.name : "line ");
		atl_buf_addf(pic->out, place.name != NULL ? ":%u: " : "%u: ", place.line);
	}
	put(pic, label->text);
	atl_buf_addc(pic->out, '\n');
}

void atl_diag_render(atl_buf *out, const atl_diag *diag, const char *severity,
                     const atl_sources *sources, atl_style style)
{
	picture pic = {
		.out = out,
		.diag = diag,
		.sources = sources,
		.style = style,
		.loud = strcmp(severity, "error") == 0 ? "\033[1;31m" : "\033[1;36m",
		.quiet = "\033[36m",
	};
	bool far[ATL_DIAG_LABELS] = { false };

	put_header(&pic, severity);
	(void)add_mark(&pic, diag->at, "", true);
	for (unsigned i = 0; i < diag->n_labels; i++) {
		far[i] = !add_mark(&pic, diag->label[i].span, diag->label[i].text, false);
	}
	put_marked_lines(&pic);
	for (unsigned i = 0; i < diag->n_labels; i++) {
		if (far[i]) {
			put_far_label(&pic, &diag->label[i]);
		}
	}
	for (unsigned i = 0; i < diag->n_notes; i++) {
		put_note(&pic, diag->note[i]);
	}
}
