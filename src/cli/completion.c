/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completion.c: what Tab offers: names out of the session, settings after
 * `set`, file names in quotes.
 *
 * A function's name comes with its "(".  Readline's callbacks take no context,
 * hence the state of the file. */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/text.h"
#include "cli/editor.h"

static struct {
	const atl_readline *rl;
	atl_session *session;
	const char *typed; /* the word that is completed */
	size_t begin;      /* where its name begins: ∂W is ∂ and W */
	bool no_bracket;   /* "sin" instead of "sin(" */
	char **match;      /* by malloc, as readline wants them */
	size_t n, cap, next;
} completion;

/* ---- where we are ---- */

/* Signs that are no letters: × · ² ³ and what stands from U+2000 on, without
 * the subscripts. */
static bool is_sign(uint32_t c)
{
	if (c == 0xd7 || c == 0xb7 || c == 0xb2 || c == 0xb3)
		return true;
	return c >= 0x2000 && c < 0x3000 && !(c >= 0x2080 && c <= 0x209c);
}

static size_t name_begin(const char *word)
{
	size_t begin = 0;
	const char *end = word + strlen(word);
	for (const char *p = word; p < end;) {
		uint32_t c = 0;
		size_t n = atl_utf8_decode(p, end, &c);
		p += n ? n : 1;
		if (n && is_sign(c))
			begin = (size_t)(p - word);
	}
	return begin;
}

/* Whether the line up to `start` is this word and blanks. */
static bool follows(const char *word, int start)
{
	const char *p = *completion.rl->rl_line_buffer, *end = p + start;
	size_t len = strlen(word);
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if ((size_t)(end - p) <= len || strncmp(p, word, len) != 0)
		return false;
	for (p += len; p < end; p++)
		if (*p != ' ' && *p != '\t')
			return false;
	return true;
}

/* What ends a word: in a string its quote alone. */
static char *word_breaks(void)
{
	static char anywhere[] = " \t\n\"'()[]{},;:=+-*/\\^@<>!.&|?%#", in_string[] = "\"";
	const char *line = *completion.rl->rl_line_buffer;
	bool open = false;
	for (int i = 0; i < *completion.rl->rl_point; i++)
		open ^= line[i] == '"';
	return open ? in_string : anywhere;
}

/* ---- candidates ---- */

static void add(void *data, const char *name)
{
	(void)data;
	size_t len = strlen(name);
	if (completion.no_bracket && len && name[len - 1] == '(')
		len--;
	if (!atl_grow(&completion.match, &completion.cap, completion.n + 1, sizeof(char *)))
		return;
	char *match = malloc(completion.begin + len + 1);
	if (!match)
		return;
	memcpy(match, completion.typed, completion.begin);
	memcpy(match + completion.begin, name, len);
	match[completion.begin + len] = 0;
	completion.match[completion.n++] = match;
}

/* Readline asks until it gets NULL, and frees what it gets. */
static char *next(const char *text, int state)
{
	(void)text;
	if (state == 0)
		completion.next = 0;
	if (completion.next < completion.n)
		return completion.match[completion.next++];
	completion.n = 0;
	return NULL;
}

static char **complete(const char *text, int start, int end)
{
	const atl_readline *rl = completion.rl;
	*rl->rl_completion_append_character = '\0';
	if (*rl->rl_completion_quote_character)
		return NULL; /* file names, by readline itself */
	*rl->rl_attempted_completion_over = 1;
	completion.typed = text;
	completion.begin = name_begin(text);
	completion.n = 0;
	const char *line = *rl->rl_line_buffer;
	completion.no_bracket = line[end] == '(' || follows("help", start) ||
	                        (start > 0 && line[start - 1] == '?');
	const char *name = text + completion.begin;
	if (follows("set", start))
		atl_session_complete_setting(completion.session, name, add, NULL);
	else if (*name)
		atl_session_complete(completion.session, name, add, NULL);
	return rl->rl_completion_matches(text, next);
}

void atl_completion_install(const atl_readline *rl, atl_session *session)
{
	completion.rl = rl;
	completion.session = session;
	*rl->rl_attempted_completion_function = complete;
	*rl->rl_completion_word_break_hook = word_breaks;
	*rl->rl_completer_quote_characters = "\"";
}

void atl_completion_remove(void)
{
	atl_free(completion.match);
	completion.match = NULL;
	completion.cap = 0;
}
