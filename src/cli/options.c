/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c: one row an option. */
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

const char atl_cli_usage[] =
	"usage: atled [-e TEXT]... [-n SYSTEM] [-x] [-d DIGITS] [-f FORMAT] [-i] [-q]\n"
	"             [-D NAME=EXPR]... [FILE | -]...\n"
	"\n"
	"  -e, --expression TEXT   run TEXT\n"
	"  -n, --number SYSTEM     float64 (the default), exact, mpfr:BITS\n"
	"  -x, --exact             the same as -n exact\n"
	"  -d, --digits DIGITS     significant digits shown; full: as many as read back\n"
	"  -f, --format FORMAT     text, markdown, latex or json (one object a line)\n"
	"  -D, --define NAME=EXPR  define NAME before anything is run\n"
	"  -i, --interactive       go on to the prompt afterwards\n"
	"  -q, --quiet             no banner, no notes, no summary\n"
	"      --color WHEN        auto, always or never\n"
	"      --ascii             write no character beyond ASCII\n"
	"      --dump STAGE        show tokens, ast, graph or adjoint of what is run\n"
	"      --help, --version\n"
	"\n"
	"Without -e and FILE, standard input is read; on a terminal, with a prompt.\n"
	"Exit: 0 fine, 1 a check said no, 2 usage or file, 3 syntax, name or shape,\n"
	"4 numeric, 130 interrupted.  The manual: man atled, man 7 atled-language.\n";

typedef bool take_fn(atl_cli *, const char *option, const char *value);

static bool complain(const char *what, const char *word, const char *hint)
{
	fprintf(stderr, "atled: %s '%s'", what, word);
	if (hint)
		fprintf(stderr, "; did you mean '%s'?", hint);
	fputs("\natled: try 'atled --help'\n", stderr);
	return false;
}

static bool add_work(atl_cli *c, atl_work_kind kind, const char *text)
{
	c->work[c->n_work++] = (atl_work){ kind, text };
	return true;
}

static bool preset(atl_cli *c, const char *option, const char *key, const char *value)
{
	if (c->n_presets == ATL_MAX_PRESETS)
		return complain("too many settings at", option, NULL);
	c->preset[c->n_presets++] = (atl_preset){ option, key, value };
	return true;
}

static bool take_text(atl_cli *c, const char *o, const char *v) { (void)o; return add_work(c, ATL_WORK_TEXT, v); }
static bool take_define(atl_cli *c, const char *o, const char *v) { (void)o; return add_work(c, ATL_WORK_DEFINE, v); }
static bool take_number(atl_cli *c, const char *o, const char *v) { return preset(c, o, "number", v); }
static bool take_exact(atl_cli *c, const char *o, const char *v) { (void)v; return preset(c, o, "number", "exact"); }
static bool take_digits(atl_cli *c, const char *o, const char *v) { return preset(c, o, "digits", v); }
static bool take_ascii(atl_cli *c, const char *o, const char *v) { (void)o; (void)v; return c->ascii = true; }
static bool take_quiet(atl_cli *c, const char *o, const char *v) { (void)o; (void)v; return c->quiet = true; }
static bool take_prompt(atl_cli *c, const char *o, const char *v) { (void)o; (void)v; return c->interactive = true; }
static bool take_help(atl_cli *c, const char *o, const char *v) { (void)o; (void)v; return c->help = true; }
static bool take_version(atl_cli *c, const char *o, const char *v) { (void)o; (void)v; return c->version = true; }

/* The place of a word in a NULL-terminated list; -1 after a complaint. */
static int choose(const char *const *words, const char *option, const char *value)
{
	atl_nearest near = { 0 };
	for (int i = 0; words[i]; i++) {
		if (!strcmp(words[i], value))
			return i;
		atl_nearest_try(&near, value, words[i]);
	}
	fprintf(stderr, "atled: %s has no '%s'", option, value);
	if (near.best)
		fprintf(stderr, "; did you mean '%s'?", near.best);
	fputs("\natled: try 'atled --help'\n", stderr);
	return -1;
}

static bool take_format(atl_cli *c, const char *o, const char *v)
{
	static const char *const words[] = { "text", "markdown", "latex", "json", NULL };
	int i = choose(words, o, v);
	c->mode = (atl_mode)(i < 0 ? 0 : i);
	return i >= 0;
}

static bool take_color(atl_cli *c, const char *o, const char *v)
{
	static const char *const words[] = { "auto", "always", "never", NULL };
	int i = choose(words, o, v);
	c->color = i == 1 ? ATL_COLOR_ALWAYS : i == 2 ? ATL_COLOR_NEVER : ATL_COLOR_AUTO;
	return i >= 0;
}

static bool take_dump(atl_cli *c, const char *o, const char *v)
{
	static const char *const words[] = { "tokens", "ast", "graph", "adjoint", NULL };
	int i = choose(words, o, v);
	c->dump = (atl_dump)(i + 1);
	return i >= 0;
}

static const struct option_row {
	char letter;
	const char *name;
	bool has_value;
	take_fn *take;
} rows[] = {
	{ 'e', "expression", true, take_text },   { 'D', "define", true, take_define },
	{ 'n', "number", true, take_number },     { 'x', "exact", false, take_exact },
	{ 'd', "digits", true, take_digits },     { 'f', "format", true, take_format },
	{ 'i', "interactive", false, take_prompt }, { 'q', "quiet", false, take_quiet },
	{ 0, "color", true, take_color },         { 0, "ascii", false, take_ascii },
	{ 0, "dump", true, take_dump },           { 'h', "help", false, take_help },
	{ 'V', "version", false, take_version },
};

enum { N_ROWS = sizeof rows / sizeof *rows };

/* --name, --name=value, --name value; *at is moved past what was used. */
static bool read_long(atl_cli *c, char **argv, int *at)
{
	const char *word = argv[*at], *name = word + 2, *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	atl_nearest near = { 0 };
	for (size_t i = 0; i < N_ROWS; i++) {
		const struct option_row *r = &rows[i];
		if (strlen(r->name) != len || memcmp(r->name, name, len) != 0) {
			atl_nearest_try(&near, name, r->name);
			continue;
		}
		if (!r->has_value && equals)
			return complain("no value is taken by", word, NULL);
		if (!r->has_value || equals)
			return r->take(c, word, equals ? equals + 1 : NULL);
		if (!argv[*at + 1])
			return complain("a value is missing after", word, NULL);
		return r->take(c, word, argv[++*at]);
	}
	char hint[40];
	if (near.best)
		snprintf(hint, sizeof hint, "--%s", near.best);
	return complain("unknown option", word, near.best ? hint : NULL);
}

/* -x, -xq, -e TEXT, -eTEXT. */
static bool read_short(atl_cli *c, char **argv, int *at)
{
	for (const char *p = argv[*at] + 1; *p; p++) {
		const struct option_row *r = NULL;
		for (size_t i = 0; i < N_ROWS && !r; i++)
			if (rows[i].letter == *p)
				r = &rows[i];
		char option[3] = { '-', *p, 0 };
		if (!r)
			return complain("unknown option", option, NULL);
		if (!r->has_value) {
			if (!r->take(c, option, NULL))
				return false;
			continue;
		}
		if (p[1])
			return r->take(c, option, p + 1);
		if (!argv[*at + 1])
			return complain("a value is missing after", option, NULL);
		return r->take(c, option, argv[++*at]);
	}
	return true;
}

bool atl_cli_read(atl_cli *c, int argc, char **argv)
{
	memset(c, 0, sizeof *c);
	c->work = malloc(((size_t)argc + 1) * sizeof *c->work);
	if (!c->work) {
		fputs("atled: out of memory\n", stderr);
		return false;
	}
	bool options = true;
	for (int i = 1; i < argc; i++) {
		bool good;
		if (options && !strcmp(argv[i], "--")) {
			options = false;
			continue;
		}
		if (!options || argv[i][0] != '-' || !argv[i][1])
			good = add_work(c, ATL_WORK_FILE, argv[i]);
		else
			good = argv[i][1] == '-' ? read_long(c, argv, &i) : read_short(c, argv, &i);
		if (!good)
			return false;
	}
	return true;
}
