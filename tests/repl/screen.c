/* SPDX-License-Identifier: GPL-3.0-or-later */
/* screen.c: rows of cells, and a cursor.
 *
 * A character in the last column leaves the cursor there until another one
 * comes, as xterm does it. */
#include "screen.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 400, CELL = 8, SEQUENCE = 64 };

/* One character in UTF-8 with what combines with it; "" is a blank. */
typedef struct cell {
	char text[CELL];
} cell;

struct screen {
	unsigned columns, column;
	size_t row, top, n_rows, room;
	bool wraps; /* the last column is written: the next character goes to a new row */
	cell (*cells)[MOST_COLUMNS];
	char sequence[SEQUENCE]; /* an escape sequence or character that is not whole yet */
	size_t len;
	char text[MOST_COLUMNS * CELL + 1];
};

static void make_room(screen *s)
{
	if (s->row >= s->room) {
		size_t room = 2 * s->row + 64;
		s->cells = realloc(s->cells, room * sizeof *s->cells);
		if (!s->cells)
			abort();
		memset(s->cells + s->room, 0, (room - s->room) * sizeof *s->cells);
		s->room = room;
	}
	if (s->row >= s->n_rows)
		s->n_rows = s->row + 1;
}

screen *screen_new(unsigned columns)
{
	screen *s = calloc(1, sizeof *s);
	if (!s)
		abort();
	screen_set_columns(s, columns);
	make_room(s);
	return s;
}

void screen_free(screen *s)
{
	if (s)
		free(s->cells);
	free(s);
}

void screen_set_columns(screen *s, unsigned columns)
{
	s->columns = columns < MOST_COLUMNS ? columns : MOST_COLUMNS;
}

size_t screen_row(const screen *s) { return s->row; }
unsigned screen_column(const screen *s) { return s->column; }
size_t screen_rows(const screen *s) { return s->n_rows; }

const char *screen_text(screen *s, size_t row)
{
	size_t len = 0, end = 0;
	for (unsigned i = 0; row < s->n_rows && i < MOST_COLUMNS; i++) {
		const char *text = s->cells[row][i].text;
		size_t n = strlen(text);
		memcpy(s->text + len, n ? text : " ", n ? n : 1);
		len += n ? n : 1;
		if (n && strcmp(text, " ") != 0)
			end = len;
	}
	s->text[end] = 0;
	return s->text;
}

/* ---- characters ---- */

static void down(screen *s)
{
	s->row++;
	s->wraps = false;
	make_room(s);
}

static void put_character(screen *s, const char *text, size_t len)
{
	bool combines = len == 2 && (unsigned char)text[0] == 0xCC;
	if (combines) {
		unsigned back = s->column - (s->column && !s->wraps);
		cell *c = &s->cells[s->row][back];
		if (strlen(c->text) + len < CELL)
			memcpy(c->text + strlen(c->text), text, len);
		return;
	}
	if (s->wraps) {
		s->column = 0;
		down(s);
	}
	cell *c = &s->cells[s->row][s->column];
	memset(c, 0, sizeof *c);
	memcpy(c->text, text, len < CELL ? len : CELL - 1);
	if (s->column + 1 < s->columns)
		s->column++;
	else
		s->wraps = true;
}

static void put_control(screen *s, char c)
{
	if (c == '\n') {
		down(s);
	} else if (c == '\r') {
		s->column = 0;
	} else if (c == '\b' && s->column) {
		s->column--;
	} else if (c == '\t') {
		s->column = s->column / 8 * 8 + 8;
		if (s->column >= s->columns)
			s->column = s->columns - 1;
	}
	s->wraps = false;
}

/* ---- escape sequences ---- */

static void erase(screen *s, size_t row, unsigned from, unsigned to)
{
	if (row < s->n_rows && from < to)
		memset(&s->cells[row][from], 0, (to - from) * sizeof(cell));
}

static void erase_display(screen *s, unsigned what)
{
	if (what == 0) {
		erase(s, s->row, s->column, MOST_COLUMNS);
		for (size_t i = s->row + 1; i < s->n_rows; i++)
			erase(s, i, 0, MOST_COLUMNS);
		return;
	}
	/* a cleared screen begins below all that was seen */
	s->row = s->top = s->n_rows;
	make_room(s);
}

static void insert(screen *s, unsigned n)
{
	cell *at = s->cells[s->row] + s->column;
	unsigned rest = s->columns - s->column;
	n = n < rest ? n : rest;
	memmove(at + n, at, (rest - n) * sizeof *at);
	erase(s, s->row, s->column, s->column + n);
}

static void delete(screen *s, unsigned n)
{
	cell *at = s->cells[s->row] + s->column;
	unsigned rest = s->columns - s->column;
	n = n < rest ? n : rest;
	memmove(at, at + n, (rest - n) * sizeof *at);
	erase(s, s->row, s->columns - n, s->columns);
}

static void move(screen *s, char final, unsigned n)
{
	s->wraps = false;
	if (final == 'A')
		s->row -= n < s->row ? n : s->row;
	else if (final == 'B')
		s->row += n;
	else if (final == 'C')
		s->column += n;
	else if (final == 'D')
		s->column -= n < s->column ? n : s->column;
	else if (final == 'G')
		s->column = n - 1;
	else if (final == 'H') {
		s->row = s->top;
		s->column = 0;
	}
	if (s->column >= s->columns)
		s->column = s->columns - 1;
	make_room(s);
}

/* ESC [ numbers final; colours and modes show nothing. */
static void control_sequence(screen *s)
{
	char final = s->sequence[s->len - 1];
	const char *digits = s->sequence + 2;
	unsigned given = (unsigned)strtoul(digits, NULL, 10), n = given ? given : 1;
	if (strchr("ABCDGH", final))
		move(s, final, n);
	else if (final == 'J')
		erase_display(s, given);
	else if (final == 'K' && given == 0)
		erase(s, s->row, s->column, MOST_COLUMNS);
	else if (final == 'P')
		delete (s, n);
	else if (final == '@')
		insert(s, n);
}

/* Whether the sequence that begins with ESC is whole. */
static bool escape_is_whole(const screen *s)
{
	char last = s->sequence[s->len - 1];
	if (s->len < 2)
		return false;
	if (s->sequence[1] == '[')
		return s->len > 2 && last >= '@' && last <= '~';
	if (s->sequence[1] == ']')
		return last == '\a' || last == '\\';
	if (s->sequence[1] == '(')
		return s->len > 2;
	return true;
}

static size_t utf8_length(char first)
{
	unsigned char c = (unsigned char)first;
	return c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

static void put_byte(screen *s, char c)
{
	if (!s->len && (unsigned char)c < ' ' && c != '\033') {
		put_control(s, c);
		return;
	}
	if (s->len < SEQUENCE)
		s->sequence[s->len++] = c;
	if (s->sequence[0] == '\033') {
		if (!escape_is_whole(s))
			return;
		if (s->sequence[1] == '[')
			control_sequence(s);
	} else {
		if (s->len < utf8_length(s->sequence[0]))
			return;
		put_character(s, s->sequence, s->len);
	}
	s->len = 0;
}

void screen_put(screen *s, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		put_byte(s, bytes[i]);
}
