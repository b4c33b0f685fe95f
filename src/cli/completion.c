/* SPDX-License-Identifier: GPL-3.0-or-later */
/* completion.c: Tab: names, functions, statement words, settings, files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <readline/readline.h>
#include "cli/repl.h"

/* readline's callbacks have no argument of ours. */
static atl_session *session;
static char **found;
static size_t n_found, at_found;

static void add(void *data, const char *text)
{
	(void)data;
	char **bigger = realloc(found, (n_found + 1) * sizeof *found);
	if (!bigger)
		return;
	found = bigger;
	found[n_found] = strdup(text);
	if (found[n_found])
		n_found++;
}

/* readline takes the strings and frees them. */
static char *next(const char *text, int state)
{
	if (state == 0) {
		while (at_found < n_found)
			free(found[at_found++]);
		n_found = at_found = 0;
		atl_session_complete(session, text, add, NULL);
	}
	return at_found < n_found ? found[at_found++] : NULL;
}

/* Inside an open string a file is meant. */
static bool in_string(int start)
{
	bool open = false;
	for (int i = 0; i < start; i++)
		open ^= rl_line_buffer[i] == '"';
	return open;
}

static char **complete(const char *text, int start, int end)
{
	(void)end;
	if (in_string(start))
		return NULL; /* readline's own: file names */
	rl_attempted_completion_over = 1;
	char **matches = rl_completion_matches(text, next);
	/* a function ends in its parenthesis, and nothing follows that */
	if (matches && matches[0] && *matches[0] && matches[0][strlen(matches[0]) - 1] == '(')
		rl_completion_append_character = '\0';
	return matches;
}

void atl_completion_init(atl_session *s)
{
	session = s;
	rl_attempted_completion_function = complete;
	rl_completer_word_break_characters = " \t\n\"'+-*/^\\=<>()[]{},;:@!&|.";
}
