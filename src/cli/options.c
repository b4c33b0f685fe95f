/* SPDX-License-Identifier: GPL-3.0-or-later */
/* options.c: a table of options, and what each does to the arguments.
 *
 * Options and operands may be mixed; after -- all are operands.  -e TEXT,
 * -eTEXT, --expression TEXT and --expression=TEXT are the same. */
#include "cli/options.h"

#include <string.h>

enum { COLUMN = 28 }; /* where --help begins to explain */

typedef struct option {
	char letter; /* 0: none */
	const char *name;
	const char *takes; /* NULL: nothing */
	const char *help;
	/* `value` is NULL when it takes nothing */
	atl_status (*set)(atl_arguments *, const char *value);
} option;

void atl_complain(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fputs("atled: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}

/* ---- the options ---- */

/* The place of `value` in a list that ends in NULL. */
static atl_status choose(const char *name, const char *value, const char *const *list,
                         unsigned *chosen)
{
	atl_nearest near = { 0 };
	for (unsigned i = 0; list[i]; i++) {
		if (!strcmp(value, list[i])) {
			*chosen = i;
			return ATL_OK;
		}
		atl_nearest_try(&near, value, list[i]);
	}
	atl_buf all = { 0 };
	for (unsigned i = 0; list[i]; i++)
		atl_buf_addf(&all, "%s%s", i ? ", " : "", list[i]);
	if (near.best)
		atl_complain("\"%s\" is no value of --%s; did you mean \"%s\"?", value, name,
		             near.best);
	else
		atl_complain("\"%s\" is no value of --%s, which takes one of %s", value, name,
		             atl_buf_text(&all));
	atl_buf_clear(&all);
	return ATL_ERROR;
}

static atl_status set_text(atl_arguments *a, const char *value)
{
	a->work[a->n_work++] = (atl_work){ .text = value };
	return ATL_OK;
}

static atl_status set_number(atl_arguments *a, const char *value)
{
	a->number = value;
	return ATL_OK;
}

static atl_status set_exact(atl_arguments *a, const char *value)
{
	(void)value;
	return set_number(a, "exact");
}

static atl_status set_digits(atl_arguments *a, const char *value)
{
	a->digits = value;
	return ATL_OK;
}

static atl_status set_format(atl_arguments *a, const char *value)
{
	static const char *const modes[] = {
		[ATL_TEXT] = "text", [ATL_JSON] = "json", [ATL_MARKDOWN] = "markdown",
		[ATL_LATEX] = "latex", [ATL_HTML] = "html", [ATL_DOT] = "dot",
		[ATL_SVG] = "svg", [ATL_SVG + 1] = NULL
	};
	unsigned chosen = 0;
	atl_status status = choose("format", value, modes, &chosen);
	a->mode = (atl_mode)chosen;
	return status;
}

static atl_status set_define(atl_arguments *a, const char *value)
{
	a->define[a->n_define++] = value;
	return ATL_OK;
}

static atl_status set_interactive(atl_arguments *a, const char *value)
{
	(void)value;
	a->interactive = true;
	return ATL_OK;
}

static atl_status set_quiet(atl_arguments *a, const char *value)
{
	(void)value;
	a->quiet = true;
	return ATL_OK;
}

static atl_status set_color(atl_arguments *a, const char *value)
{
	static const char *const colors[] = { "auto", "always", "never", NULL };
	unsigned chosen = 0;
	atl_status status = choose("color", value, colors, &chosen);
	a->color = (atl_color)chosen;
	return status;
}

static atl_status set_ascii(atl_arguments *a, const char *value)
{
	(void)value;
	a->ascii = true;
	return ATL_OK;
}

static atl_status set_dump(atl_arguments *a, const char *value)
{
	static const char *const stages[] = { "tokens", "ast", "graph", "adjoint", "plan", NULL };
	unsigned chosen = 0;
	atl_status status = choose("dump", value, stages, &chosen);
	a->dump = (atl_dump)(chosen + 1);
	return status;
}

static atl_status set_strict(atl_arguments *a, const char *value)
{
	(void)value;
	a->strict = true;
	return ATL_OK;
}

static atl_status set_help(atl_arguments *a, const char *value)
{
	(void)value;
	a->help = true;
	return ATL_OK;
}

static atl_status set_version(atl_arguments *a, const char *value)
{
	(void)value;
	a->version = true;
	return ATL_OK;
}

static const option options[] = {
	{ 'e', "expression", "TEXT", "run TEXT; several are run in order", set_text },
	{ 'n', "number", "SYSTEM", "compute in float64, exact, mpfr:BITS, ...", set_number },
	{ 'x', "exact", NULL, "the same as -n exact", set_exact },
	{ 'd', "digits", "DIGITS", "significant digits shown; full: all of them", set_digits },
	{ 'f', "format", "FORMAT", "text, json, markdown, latex, html, dot or svg", set_format },
	{ 'D', "define", "NAME=EXPR", "define NAME before anything is run", set_define },
	{ 'i', "interactive", NULL, "go on at the prompt afterwards", set_interactive },
	{ 'q', "quiet", NULL, "no banner, notes or summary", set_quiet },
	{ 0, "color", "WHEN", "auto, always or never", set_color },
	{ 0, "ascii", NULL, "write no character beyond ASCII", set_ascii },
	{ 0, "strict", NULL, "a check that is undecided fails", set_strict },
	{ 0, "dump", "STAGE", "show tokens, ast, graph, adjoint or plan", set_dump },
	{ 'h', "help", NULL, "print this and leave", set_help },
	{ 'V', "version", NULL, "print the version and leave", set_version },
};
enum { N_OPTIONS = sizeof options / sizeof *options };

void atl_arguments_help(atl_buf *out)
{
	static const char head[] =
	        "usage: atled [OPTION]... [FILE | -]...\n"
	        "\n"
	        "Computes with the mathematics of neural networks: values, gradients and\n"
	        "every step between them.  Without -e or FILE standard input is read; on a\n"
	        "terminal there is a prompt.\n"
	        "\n";
	static const char tail[] =
	        "\n"
	        "exit status: 0 fine, 1 a check said no, 2 usage or file, 3 syntax, name or\n"
	        "shape, 4 numeric, 130 interrupted\n"
	        "\n"
	        "more: `help` at the prompt; man atled, atled-language, atled-functions\n";
	atl_buf_add(out, head);
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const option *o = &options[i];
		size_t start = out->len;
		if (o->letter)
			atl_buf_addf(out, "  -%c, --%s", o->letter, o->name);
		else
			atl_buf_addf(out, "      --%s", o->name);
		if (o->takes)
			atl_buf_addf(out, "=%s", o->takes);
		size_t width = out->len - start;
		atl_buf_fill(out, " ", width < COLUMN ? COLUMN - width : 1);
		atl_buf_addf(out, "%s\n", o->help);
	}
	atl_buf_add(out, tail);
}

/* ---- parsing ---- */

static const option *find_letter(char letter)
{
	for (size_t i = 0; letter && i < N_OPTIONS; i++)
		if (options[i].letter == letter)
			return &options[i];
	return NULL;
}

static const option *find_name(const char *name, size_t len)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (!strncmp(options[i].name, name, len) && !options[i].name[len])
			return &options[i];
	return NULL;
}

static atl_status unknown_name(const char *name, size_t len)
{
	char word[32];
	atl_nearest near = { 0 };
	snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : sizeof word - 1), name);
	for (size_t i = 0; i < N_OPTIONS; i++)
		atl_nearest_try(&near, word, options[i].name);
	for (size_t i = 0; !near.best && len && i < N_OPTIONS; i++)
		if (!strncmp(options[i].name, name, len)) /* --vers */
			near.best = options[i].name;
	if (near.best)
		atl_complain("unknown option --%s; did you mean --%s?", word, near.best);
	else
		atl_complain("unknown option --%s; `atled --help` lists the options", word);
	return ATL_ERROR;
}

/* The letter's other case may be what was meant: -E for -e. */
static atl_status unknown_letter(const char *p)
{
	uint32_t code_point;
	size_t len = atl_utf8_decode(p, p + strlen(p), &code_point);
	const option *o = len == 1 ? find_letter((char)(*p ^ 0x20)) : NULL;
	if (o)
		atl_complain("unknown option -%c; did you mean -%c (--%s)?", *p, o->letter,
		             o->name);
	else
		atl_complain("unknown option -%.*s; `atled --help` lists the options",
		             (int)(len ? len : 1), p);
	return ATL_ERROR;
}

/* --name, --name=value, --name value; `i` goes on past what was used. */
static atl_status parse_long(atl_arguments *a, int argc, char **argv, int *i)
{
	const char *name = argv[*i] + 2, *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	const option *o = find_name(name, len);
	const char *value = equals ? equals + 1 : NULL;
	if (!o)
		return unknown_name(name, len);
	if (o->takes && !value) {
		if (*i + 1 == argc) {
			atl_complain("--%s needs a value: --%s=%s", o->name, o->name, o->takes);
			return ATL_ERROR;
		}
		value = argv[++*i];
	} else if (!o->takes && value) {
		atl_complain("--%s takes no value", o->name);
		return ATL_ERROR;
	}
	return o->set(a, value);
}

/* -x, -xq, -e TEXT, -eTEXT, -xe TEXT */
static atl_status parse_letters(atl_arguments *a, int argc, char **argv, int *i)
{
	for (const char *p = argv[*i] + 1; *p; p++) {
		const option *o = find_letter(*p);
		if (!o)
			return unknown_letter(p);
		if (!o->takes) {
			if (o->set(a, NULL))
				return ATL_ERROR;
			continue;
		}
		if (p[1])
			return o->set(a, p + 1);
		if (*i + 1 == argc) {
			atl_complain("-%c needs a value: -%c %s", *p, *p, o->takes);
			return ATL_ERROR;
		}
		return o->set(a, argv[++*i]);
	}
	return ATL_OK;
}

atl_status atl_arguments_parse(atl_arguments *a, int argc, char **argv)
{
	size_t most = (size_t)(argc > 0 ? argc : 1);
	*a = (atl_arguments){ .work = atl_calloc(most, sizeof *a->work),
		              .define = atl_calloc(most, sizeof *a->define) };
	if (!a->work || !a->define) {
		atl_complain("out of memory");
		return ATL_ERROR;
	}
	bool operands = false;
	for (int i = 1; i < argc; i++) {
		atl_status status = ATL_OK;
		if (operands || argv[i][0] != '-' || !argv[i][1])
			a->work[a->n_work++] = (atl_work){ .text = argv[i], .is_file = true };
		else if (!strcmp(argv[i], "--"))
			operands = true;
		else if (argv[i][1] == '-')
			status = parse_long(a, argc, argv, &i);
		else
			status = parse_letters(a, argc, argv, &i);
		if (status)
			return ATL_ERROR;
	}
	return ATL_OK;
}

void atl_arguments_clear(atl_arguments *a)
{
	atl_free(a->work);
	atl_free(a->define);
	*a = (atl_arguments){ 0 };
}
