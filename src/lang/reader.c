/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.c: feeds the token filter's tokens to the push parser, statement by
 * statement (reader.h has the contract). */
#include "lang/reader.h"

#include <string.h>

#include "base/mem.h"
#include "lang/tokens.h"
#include "parser.h"

struct atl_reader {
	atl_sources *sources;
	atl_tokens tokens;
	atl_parse parse;
	atl_yypstate *parser;
	atl_tree *tree; /* the one that is built next; reused when nobody else holds it */
};

atl_reader *atl_reader_new(atl_sources *sources, atl_symbols *symbols)
{
	atl_reader *reader = atl_calloc(1, sizeof *reader);

	if (reader == NULL) {
		return NULL;
	}
	reader->sources = sources;
	reader->parse.symbols = symbols;
	reader->parse.sources = sources;
	reader->parse.tokens = &reader->tokens;
	if (!atl_tokens_init(&reader->tokens, symbols, sources) ||
	    (reader->parser = atl_yypstate_new()) == NULL) {
		atl_reader_free(reader);
		return NULL;
	}
	return reader;
}

void atl_reader_free(atl_reader *reader)
{
	if (reader == NULL) {
		return;
	}
	if (reader->parser != NULL) {
		atl_yypstate_delete(reader->parser);
	}
	atl_tokens_clear(&reader->tokens);
	atl_tree_unref(reader->tree);
	atl_free(reader->parse.scratch);
	atl_free(reader);
}

/* The parser starts anew with the next token. */
static bool drop(atl_reader *reader)
{
	atl_tokens_drop(&reader->tokens);
	atl_yypstate_delete(reader->parser);
	reader->parser = atl_yypstate_new();
	atl_tree_unref(reader->tree);
	reader->tree = NULL;
	return reader->parser != NULL;
}

atl_status atl_reader_open(atl_reader *reader, const char *name, unsigned first_line,
                           atl_diag *diag)
{
	if (!drop(reader) || atl_sources_open(reader->sources, name, first_line) == 0) {
		return atl_diag_nomem(diag);
	}
	reader->tokens.finished = false;
	return ATL_OK;
}

atl_status atl_reader_feed(atl_reader *reader, const char *text, size_t len, atl_diag *diag)
{
	atl_text *feed = &reader->tokens.feed;
	uint32_t at = atl_sources_append(reader->sources, text, len);

	/* Another text was opened since: the part of a line that waits is shown there too. */
	if (at != 0 && feed->len != 0 && at != feed->base + feed->len) {
		feed->base = atl_sources_append(reader->sources, feed->p, feed->len);
		at = feed->base != 0 ? atl_sources_append(reader->sources, text, len) : 0;
	}
	if (at == 0 || !atl_tokens_feed(&reader->tokens, text, len, at)) {
		return atl_diag_nomem(diag);
	}
	return ATL_OK;
}

uint32_t atl_reader_position(const atl_reader *reader)
{
	const atl_tokens *tokens = &reader->tokens;

	if (tokens->scanning || tokens->held) {
		return tokens->scan.base + tokens->raw.lo;
	}
	return tokens->feed.len != 0 ? tokens->feed.base : atl_sources_append(reader->sources, "", 0);
}

void atl_reader_finish(atl_reader *reader)
{
	reader->tokens.finished = true;
}

/* The tree to build into: the last one if it came back. */
static bool ready_tree(atl_reader *reader)
{
	if (reader->tree != NULL && reader->tree->refs > 1) {
		atl_tree_unref(reader->tree);
		reader->tree = NULL;
	}
	if (reader->tree == NULL) {
		reader->tree = atl_tree_new();
		return reader->tree != NULL;
	}
	atl_tree_reset(reader->tree);
	return true;
}

static atl_read failed(atl_reader *reader, atl_diag *diag)
{
	if (reader->parse.nomem) {
		(void)atl_diag_fail(diag, ATL_KIND_LIMIT, reader->tokens.value.span,
		                    "nested too deeply, or out of memory");
	}
	if (!drop(reader)) {
		(void)atl_diag_nomem(diag);
	}
	return ATL_READ_ERROR;
}

/* The statement is whole: its tree is given away. */
static atl_read finish(atl_reader *reader, atl_tree **tree, atl_diag *diag)
{
	atl_tree *built = reader->tree;

	if (reader->parse.nested && !atl_parse_numpy(&reader->parse)) {
		return failed(reader, diag);
	}
	if (reader->tokens.value.n != 0) {
		built->node[built->root].flags |= ATL_TF_SILENT;
	}
	*tree = atl_tree_ref(built);
	return ATL_READ_STATEMENT;
}

/* All that was fed is used up. */
static atl_read used_up(atl_reader *reader, bool *end)
{
	atl_tokens *tokens = &reader->tokens;

	*end = tokens->finished && !atl_tokens_idle(tokens);
	if (!tokens->finished) {
		return atl_tokens_idle(tokens) ? ATL_READ_MORE : ATL_READ_OPEN;
	}
	return ATL_READ_END;
}

/* The text ended inside a statement. */
static int cut_off(atl_reader *reader)
{
	atl_tokens *tokens = &reader->tokens;

	if (tokens->n_brackets != 0) {
		return atl_offer_close(tokens);
	}
	tokens->value = (atl_value){ .span = { tokens->prev_hi, tokens->prev_hi } };
	return ATL_K_YYEOF;
}

atl_read atl_reader_next(atl_reader *reader, atl_tree **tree, atl_diag *diag)
{
	atl_parse *parse = &reader->parse;
	atl_tokens *tokens = &reader->tokens;

	if (atl_tokens_idle(tokens)) {
		if (!ready_tree(reader)) {
			(void)atl_diag_nomem(diag);
			return ATL_READ_ERROR;
		}
		parse->tree = reader->tree;
		parse->nested = parse->nomem = false;
	}
	parse->diag = diag;
	for (;;) {
		int token = atl_tokens_next(tokens, reader->tree, diag);
		int status;

		if (token == ATL_TOKEN_WAIT) {
			bool end;
			atl_read read = used_up(reader, &end);
			if (!end) {
				return read;
			}
			token = cut_off(reader);
		}
		if (token == ATL_TOKEN_ERROR) {
			return failed(reader, diag);
		}
		parse->last = parse->token;
		parse->token = token;
		status = atl_yypush_parse(reader->parser, token, &tokens->value, parse);
		if (status == 0) {
			return finish(reader, tree, diag);
		}
		if (status != YYPUSH_MORE) {
			return failed(reader, diag);
		}
	}
}

/* Reads the one expression that the reader was fed. */
static atl_tree *expression(atl_reader *reader, atl_diag *diag)
{
	atl_value none = { 0 };
	atl_tree *tree = NULL;

	reader->tokens.expression = true;
	reader->parse.diag = diag;
	if (atl_yypush_parse(reader->parser, ATL_K_EXPRESSION, &none, &reader->parse) !=
	    YYPUSH_MORE) {
		(void)atl_diag_nomem(diag);
		return NULL;
	}
	switch (atl_reader_next(reader, &tree, diag)) {
	case ATL_READ_STATEMENT:
		break;
	case ATL_READ_ERROR:
		return NULL;
	default:
		(void)atl_diag_fail(diag, ATL_KIND_SYNTAX, (atl_span){ 0 },
		                    "an expression is missing");
		return NULL;
	}
	reader->tree = NULL; /* ours alone now */
	atl_tree_unref(tree);
	atl_tree *more = NULL;
	if (atl_reader_next(reader, &more, diag) != ATL_READ_END) {
		(void)atl_diag_fail(diag, ATL_KIND_SYNTAX, reader->tokens.value.span,
		                    "one expression is asked for, and this is more");
		atl_tree_unref(more);
		atl_tree_unref(tree);
		return NULL;
	}
	return tree;
}

atl_tree *atl_read_expression(atl_sources *sources, atl_symbols *symbols, const char *name,
                              const char *text, size_t len, atl_diag *diag)
{
	atl_reader *reader = atl_reader_new(sources, symbols);
	atl_tree *tree = NULL;

	if (reader == NULL) {
		(void)atl_diag_nomem(diag);
		return NULL;
	}
	if (atl_reader_open(reader, name, 1, diag) == ATL_OK &&
	    atl_reader_feed(reader, text, len, diag) == ATL_OK) {
		atl_reader_finish(reader);
		tree = expression(reader, diag);
	}
	atl_reader_free(reader);
	return tree;
}

void atl_reader_dump_tokens(atl_reader *reader, atl_buf *out)
{
	atl_tokens *tokens = &reader->tokens;
	atl_diag diag = { 0 };

	while (ready_tree(reader)) {
		int token = atl_tokens_next(tokens, reader->tree, &diag);
		size_t len;
		const char *text = atl_sources_text(tokens->sources, tokens->value.span, &len);

		if (token == ATL_TOKEN_WAIT || token == ATL_TOKEN_ERROR) {
			break;
		}
		atl_buf_addf(out, "%u..%u %s ", (unsigned)tokens->value.span.lo,
		             (unsigned)tokens->value.span.hi, atl_yytoken_name(token));
		if (token != ATL_K_YYEOF && token != ATL_K_NEWLINE && text != NULL &&
		    *text != '\n') {
			atl_buf_addn(out, text, len);
		}
		atl_buf_addc(out, '\n');
	}
	if (diag.kind != ATL_KIND_NONE) {
		atl_buf_addf(out, "error: %s\n", diag.message);
	}
	atl_diag_clear(&diag);
}
