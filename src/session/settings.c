/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settings.c: a table of settings: a word, what it takes, how it is set and shown. */
#include "session/state.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include "base/pool.h"

typedef struct setting {
	const char *name, *takes, *help;
	/* `value` is the rest of the line, trimmed */
	atl_status (*set)(atl_session *, const char *value, atl_span);
	void (*show)(const atl_session *, atl_buf *);
} setting;

static atl_status wrong(atl_session *s, atl_span at, const char *name, const char *value,
                        const char *takes)
{
	atl_kind kind = s->from_command_line ? ATL_KIND_USAGE : ATL_KIND_NAME;
	if (*value)
		atl_diag_fail(&s->diag, kind, at, "\"%s\" is no value of the setting \"%s\"", value,
		              name);
	else
		atl_diag_fail(&s->diag, kind, at, "the setting \"%s\" needs a value", name);
	atl_diag_note(&s->diag, "it is written: set %s %s", name, takes);
	return ATL_ERROR;
}

/* A whole number in [lo, hi]; false when the text is none. */
static bool whole(const char *text, long lo, long hi, long *out)
{
	char *end;
	if (!*text || strchr(text, ' '))
		return false;
	*out = strtol(text, &end, 10);
	return *end == 0 && *out >= lo && *out <= hi;
}

/* Seconds, with a fraction or without. */
static bool duration(const char *text, double *out)
{
	static const double most = 1e9;
	if (!*text || strspn(text, "0123456789.") != strlen(text))
		return false;
	char *end;
	*out = strtod(text, &end);
	return *end == 0 && *out <= most;
}

static bool on_off(const char *text, bool *out)
{
	*out = !strcmp(text, "on");
	return *out || !strcmp(text, "off");
}

/* ---- the settings ---- */

static atl_status set_digits(atl_session *s, const char *v, atl_span at)
{
	long n;
	if (!strcmp(v, "full"))
		s->format.digits = 0;
	else if (whole(v, 1, 1000000, &n))
		s->format.digits = (int)n;
	else
		return wrong(s, at, "digits", v, "N or full");
	atl_eval_set_certainty(s->eval, s->format.digits, atl_eval_limit(s->eval));
	return ATL_OK;
}

static void show_digits(const atl_session *s, atl_buf *out)
{
	if (s->format.digits)
		atl_buf_addf(out, "%d", s->format.digits);
	else
		atl_buf_add(out, "full");
}

/* After a name that is no system: what may have been meant. */
static void offer_system(atl_session *s, const char *v)
{
	atl_nearest near = { 0 };
	for (const atl_system *const *sys = atl_systems(); *sys; sys++)
		atl_nearest_try(&near, v, (*sys)->name);
	if (!strncmp(v, "format", 6))
		atl_diag_note(&s->diag,
		              "format(precision, emin, emax) has 2 to %d bits, emin from -%d to 0, "
		              "emax from 1 to %d",
		              ATL_FORMAT_MAX, ATL_FORMAT_EXPONENT, ATL_FORMAT_EXPONENT);
	else if (near.best)
		atl_diag_note(&s->diag, "did you mean \"%s\"?", near.best);
	else
		atl_diag_note(&s->diag, "`list systems` shows those there are");
}

static atl_status set_number(atl_session *s, const char *v, atl_span at)
{
	atl_num num = *atl_eval_num(s->eval);
	if (!atl_system_find(&num, v, strlen(v))) {
		wrong(s, at, "number", v, "NAME [BITS]");
		offer_system(s, v);
		return ATL_ERROR;
	}
	atl_eval_set_num(s->eval, &num);
	return ATL_OK;
}

static void show_number(const atl_session *s, atl_buf *out)
{
	atl_num_print(out, atl_eval_num(s->eval));
}

static atl_status set_rounding(atl_session *s, const char *v, atl_span at)
{
	atl_num num = *atl_eval_num(s->eval);
	unsigned mode = 0;
	while (atl_rounding_name(mode) && strcmp(v, atl_rounding_name(mode)) != 0)
		mode++;
	if (!atl_rounding_name(mode))
		return wrong(s, at, "rounding", v, "nearest, up, down, zero, away or stochastic");
	num.rounding = (atl_rounding)mode;
	num.chance = (uint64_t)s->seed;
	atl_eval_set_num(s->eval, &num);
	return ATL_OK;
}

static void show_rounding(const atl_session *s, atl_buf *out)
{
	atl_buf_add(out, atl_rounding_name(atl_eval_num(s->eval)->rounding));
}

static atl_status set_accumulate(atl_session *s, const char *v, atl_span at)
{
	atl_num num = *atl_eval_num(s->eval), wide = num;
	const atl_binary *format = NULL;
	if (atl_system_find(&wide, v, strlen(v)))
		format = atl_num_format(&wide);
	if (!format && strcmp(v, "off") != 0) {
		wrong(s, at, "accumulate", v, "float32, another format, or off");
		return ATL_ERROR;
	}
	num.accumulate = format ? *format : (atl_binary){ 0 };
	atl_eval_set_num(s->eval, &num);
	return ATL_OK;
}

static bool same_format(const atl_binary *a, const atl_binary *b)
{
	return a->precision == b->precision && a->emin == b->emin && a->emax == b->emax &&
	       a->saturates == b->saturates && a->no_infinity == b->no_infinity;
}

static void show_accumulate(const atl_session *s, atl_buf *out)
{
	const atl_binary *f = &atl_eval_num(s->eval)->accumulate;
	if (f->precision == 0) {
		atl_buf_add(out, "off");
		return;
	}
	for (const atl_system *const *sys = atl_systems(); *sys; sys++) {
		if ((*sys)->format && same_format((*sys)->format, f)) {
			atl_buf_add(out, (*sys)->name);
			return;
		}
	}
	atl_buf_addf(out, "format(%d, %d, %d)", f->precision, f->emin, f->emax);
}

static atl_status set_precision(atl_session *s, const char *v, atl_span at)
{
	atl_num num = *atl_eval_num(s->eval);
	if (!whole(v, 2, 1000000, &num.precision))
		return wrong(s, at, "precision", v, "BITS");
	atl_eval_set_num(s->eval, &num);
	return ATL_OK;
}

static void show_precision(const atl_session *s, atl_buf *out)
{
	atl_buf_addf(out, "%ld", atl_eval_num(s->eval)->precision);
}

static atl_status set_nan(atl_session *s, const char *v, atl_span at)
{
	if (strcmp(v, "keep") != 0 && strcmp(v, "error") != 0)
		return wrong(s, at, "nan", v, "keep or error");
	atl_eval_keep_nan(s->eval, *v == 'k');
	return ATL_OK;
}

static void show_nan(const atl_session *s, atl_buf *out)
{
	atl_buf_add(out, atl_eval_num(s->eval)->ieee ? "keep" : "error");
}

static atl_status set_kink(atl_session *s, const char *v, atl_span at)
{
	unsigned rule = 0;
	while (atl_kink_name(rule) && strcmp(v, atl_kink_name(rule)) != 0)
		rule++;
	if (!atl_kink_name(rule))
		return wrong(s, at, "kink", v, "zero, one, half or error");
	s->builder.kink = (atl_kink_rule)rule;
	return ATL_OK;
}

static void show_kink(const atl_session *s, atl_buf *out)
{
	atl_buf_add(out, atl_kink_name(s->builder.kink));
}

static atl_status set_limit(atl_session *s, const char *v, atl_span at)
{
	long n;
	if (!strncmp(v, "nodes ", 6) && whole(v + 6, 0, INT32_MAX, &n)) {
		s->limit_nodes = n;
		atl_graph_set_limit(s->graph, (uint32_t)n);
		return ATL_OK;
	}
	if (!strncmp(v, "digits ", 7) && whole(v + 7, 0, INT32_MAX, &n)) {
		atl_num num = *atl_eval_num(s->eval);
		num.limit_digits = n;
		atl_eval_set_num(s->eval, &num);
		return ATL_OK;
	}
	if (!strncmp(v, "precision ", 10) && whole(v + 10, 0, 100000000, &n)) {
		atl_eval_set_certainty(s->eval, s->format.digits, n);
		return ATL_OK;
	}
	double seconds;
	if (!strncmp(v, "seconds ", 8) && duration(v + 8, &seconds)) {
		atl_eval_limit_seconds(s->eval, seconds);
		return ATL_OK;
	}
	return wrong(s, at, "limit", v,
	             "nodes N, set limit digits N, set limit precision BITS or set limit seconds N (0: none)");
}

static void show_limit(const atl_session *s, atl_buf *out)
{
	const atl_num *num = atl_eval_num(s->eval);
	atl_buf_addf(out, "nodes %ld, digits %ld, precision %ld, seconds %g", s->limit_nodes,
	             num->limit_digits, atl_eval_limit(s->eval), num->limit_seconds);
}

static atl_status set_seed(atl_session *s, const char *v, atl_span at)
{
	long n;
	if (!whole(v, 0, LONG_MAX, &n))
		return wrong(s, at, "seed", v, "N");
	s->seed = n;
	s->draws = 0;
	atl_num num = *atl_eval_num(s->eval);
	num.chance = (uint64_t)n;
	if (num.rounding == ATL_ROUND_STOCHASTIC)
		atl_eval_set_num(s->eval, &num);
	return ATL_OK;
}

static void show_seed(const atl_session *s, atl_buf *out)
{
	atl_buf_addf(out, "%" PRId64, s->seed);
}

static atl_status set_threads(atl_session *s, const char *v, atl_span at)
{
	long n = 0;
	if (strcmp(v, "auto") != 0 && !whole(v, 1, ATL_POOL_MAX, &n))
		return wrong(s, at, "threads", v, "N (1 to 256) or auto");
	atl_pool_set_threads((unsigned)n);
	return ATL_OK;
}

static void show_threads(const atl_session *s, atl_buf *out)
{
	(void)s;
	if (atl_pool_setting())
		atl_buf_addf(out, "%u", atl_pool_setting());
	else
		atl_buf_add(out, "auto");
}

static atl_status set_width(atl_session *s, const char *v, atl_span at)
{
	long n;
	if (!whole(v, 20, 10000, &n))
		return wrong(s, at, "width", v, "COLUMNS (20 to 10000)");
	s->format.width = (unsigned)n;
	return ATL_OK;
}

static void show_width(const atl_session *s, atl_buf *out)
{
	atl_buf_addf(out, "%u", s->format.width);
}

static atl_status set_color(atl_session *s, const char *v, atl_span at)
{
	bool on;
	if (!on_off(v, &on))
		return wrong(s, at, "color", v, "on or off");
	s->options.color_err = s->options.color_out = s->format.color = on;
	return ATL_OK;
}

static void show_color(const atl_session *s, atl_buf *out)
{
	atl_buf_add(out, s->format.color ? "on" : "off");
}

static atl_status set_ascii(atl_session *s, const char *v, atl_span at)
{
	bool on;
	if (!on_off(v, &on))
		return wrong(s, at, "ascii", v, "on or off");
	s->format.ascii = on;
	return ATL_OK;
}

static void show_ascii(const atl_session *s, atl_buf *out)
{
	atl_buf_add(out, s->format.ascii ? "on" : "off");
}

static atl_status set_elide(atl_session *s, const char *v, atl_span at)
{
	bool on;
	if (!on_off(v, &on))
		return wrong(s, at, "elide", v, "on or off");
	s->format.full = !on;
	return ATL_OK;
}

static void show_elide(const atl_session *s, atl_buf *out)
{
	atl_buf_add(out, s->format.full ? "off" : "on");
}

static const setting settings[] = {
	{ "accumulate", "FORMAT|off", "the format that sums and products of small formats add up in",
	  set_accumulate, show_accumulate },
	{ "ascii", "on|off", "write no character beyond ASCII", set_ascii, show_ascii },
	{ "color", "on|off", "colours in output and errors", set_color, show_color },
	{ "digits", "N|full", "significant digits shown; full: as many as read back", set_digits,
	  show_digits },
	{ "elide", "on|off", "leave out the middle of large arrays", set_elide, show_elide },
	{ "kink", "zero|one|half|error",
	  "the slope taken at a kink by derivatives built from here on; help kinks has the table", set_kink, show_kink },
	{ "limit", "nodes N | digits N | precision BITS | seconds N",
	  "of the graph, a fraction's digits, bits for certainty, a statement's seconds; 0: none",
	  set_limit, show_limit },
	{ "nan", "keep|error", "whether what has no value is an error or flows on", set_nan,
	  show_nan },
	{ "number", "SYSTEM [BITS]", "the number system: float64, exact, mpfr 256, bfloat16, ...",
	  set_number, show_number },
	{ "precision", "BITS", "working precision of systems that have a choice", set_precision,
	  show_precision },
	{ "rounding", "nearest|up|down|zero|away|stochastic",
	  "which neighbour mpfr and the small formats give", set_rounding, show_rounding },
	{ "seed", "N", "of random draws; starts them again", set_seed, show_seed },
	{ "threads", "N|auto", "that share large arrays; auto: as many as there are processors",
	  set_threads, show_threads },
	{ "width", "COLUMNS", "of the page", set_width, show_width },
};
enum { N_SETTINGS = sizeof settings / sizeof *settings };

/* ---- by name ---- */

size_t atl_setting_count(void) { return N_SETTINGS; }
const char *atl_setting_name(size_t i) { return settings[i].name; }
const char *atl_setting_help(size_t i) { return settings[i].help; }
const char *atl_setting_takes(size_t i) { return settings[i].takes; }
void atl_setting_show(const atl_session *s, size_t i, atl_buf *out) { settings[i].show(s, out); }

atl_status atl_setting_set(atl_session *s, const char *key, const char *value, atl_span at)
{
	atl_nearest near = { 0 };
	if (!strcmp(key, "colour"))
		key = "color";
	for (size_t i = 0; i < N_SETTINGS; i++) {
		if (!strcmp(key, settings[i].name))
			return settings[i].set(s, value, at);
		atl_nearest_try(&near, key, settings[i].name);
	}
	atl_diag_fail(&s->diag, s->from_command_line ? ATL_KIND_USAGE : ATL_KIND_NAME, at,
	              "unknown setting \"%s\"", key);
	if (near.best)
		atl_diag_note(&s->diag, "did you mean \"%s\"?", near.best);
	else
		atl_diag_note(&s->diag, "`list settings` shows those there are");
	return ATL_ERROR;
}

static void list_all(atl_session *s)
{
	for (size_t i = 0; i < N_SETTINGS; i++) {
		atl_buf value = { 0 };
		settings[i].show(s, &value);
		atl_buf_reset(&s->line);
		if (atl_output_json(s)) {
			atl_buf_addf(&s->line, "{\"setting\":\"%s\",\"value\":", settings[i].name);
			atl_print_json_string(&s->line, atl_buf_text(&value), value.len);
			atl_buf_addc(&s->line, '}');
		} else {
			atl_buf_addf(&s->line, "set %s %s", settings[i].name, atl_buf_text(&value));
		}
		atl_buf_clear(&value);
		atl_output_line(s, &s->line);
	}
}

static bool is_setting(const char *name)
{
	for (size_t i = 0; i < N_SETTINGS; i++)
		if (!strcmp(name, settings[i].name))
			return true;
	return !strcmp(name, "colour");
}

/* set WORD VALUE...: the value is the text behind the word. */
atl_status atl_run_set(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	if (n->n == 0) {
		list_all(s);
		return ATL_OK;
	}
	uint32_t key = atl_tree_child(t, node, 0);
	const atl_tree_node *word = &t->node[key];
	const char *name = word->kind == ATL_T_WORD ? atl_symbols_text(s->symbols, word->sym)
	                                            : atl_output_source(s, word->span, 40);
	atl_span rest = { 0, 0 };
	for (uint32_t k = 1; k < n->n; k++)
		rest = atl_span_join(rest, t->node[atl_tree_child(t, node, k)].span);
	const char *value = rest.lo ? atl_output_source(s, rest, 200) : "";
	return atl_setting_set(s, name, value, rest.lo && is_setting(name) ? rest : word->span);
}
