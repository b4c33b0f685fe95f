/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session.c: the life of a session, and text that is fed to it.
 *
 * Only whole lines go to the reader.  While statements run, other texts are
 * opened (prelude files, rules, files that are loaded); the text that is fed
 * goes on behind them under its own name and line number. */
#include "session/state.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

enum { DEFAULT_WIDTH = 80, DEFAULT_DIGITS = 6, DEFAULT_PRECISION = 256, FIRST_LOOK = 8192 };
static const long DEFAULT_LIMIT_DIGITS = 100000, DEFAULT_LIMIT_PRECISION = 4096;

/* ---- life ---- */

static bool make_parts(atl_session *s)
{
	atl_num num = { .sys = &atl_float64,
		        .precision = DEFAULT_PRECISION,
		        .limit_digits = DEFAULT_LIMIT_DIGITS,
		        .stop = s->options.stop,
		        .modules = &s->modules };
	s->modules.folder = s->options.modules;
	s->symbols = atl_symbols_new();
	s->sources = atl_sources_new();
	s->graph = atl_graph_new();
	if (!s->symbols || !s->sources || !s->graph)
		return false;
	s->eval = atl_eval_new(s->graph, s->symbols, s->sources, &num);
	s->reader = atl_reader_new(s->sources, s->symbols);
	s->sym_ans = atl_symbols_intern(s->symbols, "ans", 3);
	s->sym_shape = atl_symbols_intern(s->symbols, "shape", 5);
	s->sym_read = atl_symbols_intern(s->symbols, "read", 4);
	if (s->eval) {
		atl_eval_set_certainty(s->eval, DEFAULT_DIGITS, DEFAULT_LIMIT_PRECISION);
		atl_eval_set_plans(s->eval, !s->options.no_plans);
	}
	return s->eval && s->reader && s->sym_ans && s->sym_shape && s->sym_read;
}

atl_session *atl_session_new(const atl_options *options)
{
	atl_session *s = atl_calloc(1, sizeof *s);
	if (!s)
		return NULL;
	static const atl_language *const languages[] = {
		[ATL_MARKDOWN] = &atl_markdown, [ATL_LATEX] = &atl_latex, [ATL_HTML] = &atl_html,
		[ATL_DOT] = &atl_dot, [ATL_SVG] = &atl_svg
	};
	s->options = *options;
	s->document.language = languages[options->mode];
	s->format = (atl_format){ .digits = DEFAULT_DIGITS,
		                  .width = options->width ? options->width : DEFAULT_WIDTH,
		                  .ascii = options->ascii,
		                  .color = options->color_out && !s->document.language };
	s->epoch = 1;
	s->compact_at = FIRST_LOOK;
	s->line_number = 1;
	if (!make_parts(s)) {
		atl_session_free(s);
		return NULL;
	}
	atl_host_init(s);
	atl_unknown_init(s);
	s->builder = (atl_builder){ .graph = s->graph,
		                    .symbols = s->symbols,
		                    .sources = s->sources,
		                    .diag = &s->diag,
		                    .host = &s->host,
		                    .host_data = s };
	if (atl_builder_init(&s->builder)) {
		atl_session_free(s);
		return NULL;
	}
	return s;
}

void atl_session_free(atl_session *s)
{
	if (!s)
		return;
	atl_undo_forget(s);
	atl_why_clear(&s->failed);
	atl_free(s->log);
	atl_names_free(s);
	atl_free(s->pending);
	atl_free(s->in_prelude);
	atl_array_unref((atl_array *)(uintptr_t)s->ans); /* the session's own reference */
	atl_array_unref(s->letters);
	atl_builder_clear(&s->builder);
	atl_reader_free(s->reader);
	atl_eval_free(s->eval);
	atl_graph_free(s->graph);
	atl_sources_free(s->sources);
	atl_symbols_free(s->symbols);
	atl_buf_clear(&s->line);
	atl_buf_clear(&s->partial);
	atl_free(s->file);
	atl_diag_clear(&s->diag);
	atl_free(s);
}

void atl_session_set_width(atl_session *s, unsigned width)
{
	s->format.width = width ? width : DEFAULT_WIDTH;
}

void atl_session_dump(atl_session *s, atl_dump dump) { s->dump = dump; }

/* ---- text ---- */

static uint32_t text_end(const atl_session *s) { return atl_sources_append(s->sources, "", 0); }

/* The reader drops what it has, and the text that is fed begins or goes on. */
static atl_status open_text(atl_session *s, const char *name, unsigned first_line)
{
	if (atl_reader_open(s->reader, name, first_line, &s->diag))
		return ATL_ERROR;
	atl_sources_let_pass(s->sources);
	return ATL_OK;
}

atl_status atl_session_open(atl_session *s, const char *name, unsigned first_line)
{
	char *copy = NULL;
	if (name) {
		size_t len = strlen(name) + 1;
		copy = atl_malloc(len);
		if (copy)
			memcpy(copy, name, len);
	}
	if ((name && !copy) || open_text(s, name, first_line)) {
		atl_free(copy);
		atl_diag_nomem(&s->diag);
		atl_output_error(s);
		return ATL_ERROR;
	}
	atl_free(s->file);
	s->file = copy;
	s->line_number = first_line;
	s->end = text_end(s);
	atl_buf_reset(&s->partial);
	return ATL_OK;
}

/* Whole lines, or the end of the text. */
static atl_status feed_lines(atl_session *s, const char *text, size_t len)
{
	if (text_end(s) != s->end) {
		if (!atl_sources_open(s->sources, s->file, s->line_number))
			return atl_diag_nomem(&s->diag);
		atl_sources_let_pass(s->sources);
	}
	if (atl_reader_feed(s->reader, text, len, &s->diag))
		return ATL_ERROR;
	for (const char *p = text, *end = text + len;
	     p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
		s->line_number++;
	s->end = text_end(s);
	return ATL_OK;
}

static atl_status take_text(atl_session *s, const char *text, size_t len, bool last)
{
	size_t whole = len;
	while (!last && whole && text[whole - 1] != '\n')
		whole--;
	if (whole && s->partial.len) {
		atl_buf_addn(&s->partial, text, whole);
		if (s->partial.failed || feed_lines(s, s->partial.p, s->partial.len))
			return atl_diag_nomem(&s->diag);
		atl_buf_reset(&s->partial);
	} else if (whole && feed_lines(s, text, whole)) {
		return ATL_ERROR;
	}
	atl_buf_addn(&s->partial, text + whole, len - whole);
	if (last && s->partial.len && feed_lines(s, s->partial.p, s->partial.len))
		return ATL_ERROR;
	if (last) {
		atl_buf_reset(&s->partial);
		atl_reader_finish(s->reader);
	}
	return s->partial.failed ? atl_diag_nomem(&s->diag) : ATL_OK;
}

/* ---- statements ---- */

static atl_status run_one(atl_session *s, const atl_tree *tree)
{
	if (s->dump == ATL_DUMP_AST) {
		atl_dump_tree(s, tree);
		return ATL_OK;
	}
	s->epoch++;
	atl_eval_start_clock(s->eval);
	return atl_run_statement(s, tree, tree->root);
}

/* An error was made: it is shown; at a prompt what is left of the text is dropped. */
static atl_state failed(atl_session *s, const atl_tree *t)
{
	atl_why_remember_error(s);
	s->frame = NULL;
	s->blocks = s->loops = s->calls = s->loads = 0;
	s->loop_tree = NULL;
	if (t)
		atl_mend(s, t);
	atl_output_error(s);
	if (s->options.interactive && open_text(s, s->file, s->line_number))
		atl_diag_reset(&s->diag);
	s->end = text_end(s);
	return ATL_FAILED;
}

atl_state atl_session_feed(atl_session *s, const char *text, size_t len, bool last)
{
	if (s->quit)
		return ATL_QUIT;
	if (take_text(s, text, len, last))
		return failed(s, NULL);
	if (s->dump == ATL_DUMP_TOKENS) {
		atl_dump_tokens(s);
		return ATL_READY;
	}
	while (!s->quit) {
		atl_tree *tree = NULL;
		atl_read got = atl_reader_next(s->reader, &tree, &s->diag);
		if (got == ATL_READ_ERROR)
			return failed(s, NULL);
		if (got == ATL_READ_OPEN)
			return ATL_CONTINUED;
		if (got != ATL_READ_STATEMENT)
			return s->partial.len ? ATL_CONTINUED : ATL_READY;
		atl_status status = run_one(s, tree);
		atl_state state = status ? failed(s, tree) : ATL_READY;
		atl_tree_unref(tree);
		if (status)
			return state;
		atl_atom_tidy(s);
	}
	return ATL_QUIT;
}

/* ---- from the command line ---- */

atl_status atl_session_set(atl_session *s, const char *key, const char *value)
{
	s->from_command_line = true;
	atl_status status = atl_setting_set(s, key, value, (atl_span){ 0, 0 });
	s->from_command_line = false;
	if (status)
		atl_output_error(s);
	return status;
}

/* The statement, if it is the only one and a definition; NULL otherwise, with
 * the diagnostic if it cannot be read. */
static atl_tree *only_definition(atl_session *s, atl_reader *reader)
{
	atl_tree *tree = NULL, *more = NULL;
	if (atl_reader_next(reader, &tree, &s->diag) != ATL_READ_STATEMENT)
		return NULL;
	atl_read then = atl_reader_next(reader, &more, &s->diag);
	if (then == ATL_READ_STATEMENT)
		atl_tree_unref(more);
	if (then == ATL_READ_END && tree->node[tree->root].kind == ATL_T_DEFINE)
		return tree;
	atl_tree_unref(tree);
	return NULL;
}

/* NAME=EXPR, and nothing else. */
static atl_status define(atl_session *s, atl_reader *reader)
{
	atl_tree *tree = only_definition(s, reader);
	if (!tree)
		return atl_diag_fail(&s->diag, ATL_KIND_USAGE, (atl_span){ 0, 0 },
		                     "-D takes NAME=EXPR");
	tree->node[tree->root].flags |= ATL_TF_SILENT;
	atl_status status = atl_run_statement(s, tree, tree->root);
	atl_tree_unref(tree);
	return status;
}

atl_status atl_session_define(atl_session *s, const char *text)
{
	atl_reader *reader = atl_reader_new(s->sources, s->symbols);
	atl_status status =
	        reader ? atl_reader_open(reader, "-D", 1, &s->diag) : atl_diag_nomem(&s->diag);
	if (!status)
		status = atl_reader_feed(reader, text, strlen(text), &s->diag);
	if (!status) {
		atl_reader_finish(reader);
		status = define(s, reader);
	}
	atl_reader_free(reader);
	if (status)
		atl_output_error(s);
	return status;
}

/* ---- at the end ---- */

void atl_session_end(atl_session *s)
{
	atl_buf_reset(&s->line);
	if (s->document.language)
		atl_document_end(&s->document, &s->line);
	atl_output_part(s, &s->line);
}

int atl_session_exit(const atl_session *s) { return s->exit_code ? s->exit_code : s->check_failed; }

void atl_session_summary(atl_session *s)
{
	atl_buf *out = &s->line;
	if (!s->checks || s->options.quiet)
		return;
	atl_buf_reset(out);
	if (atl_output_json(s)) {
		atl_buf_addf(out, "{\"checks\":%lu,\"yes\":%lu,\"no\":%lu,\"undecided\":%lu}",
		             s->checks, s->checks_yes, s->checks_no, s->checks_undecided);
	} else {
		const char *comma = "";
		atl_buf_addf(out, "%lu check%s:", s->checks, s->checks == 1 ? "" : "s");
		if (s->checks_yes || !s->checks_no) {
			atl_buf_addf(out, " %lu yes", s->checks_yes);
			comma = ",";
		}
		if (s->checks_no) {
			atl_buf_addf(out, "%s %lu no", comma, s->checks_no);
			comma = ",";
		}
		if (s->checks_undecided)
			atl_buf_addf(out, "%s %lu undecided", comma, s->checks_undecided);
	}
	atl_output_line(s, out);
}
