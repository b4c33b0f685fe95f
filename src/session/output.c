/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c: results and errors as lines of text or as JSON objects. */
#include "session/state.h"

#include <inttypes.h>
#include <string.h>

bool atl_output_json(const atl_session *s) { return s->options.mode == ATL_JSON; }

static void send(atl_session *s, void (*sink)(void *, const char *, size_t), atl_buf *line)
{
	if (s->format.ascii) {
		atl_buf plain = { 0 };
		atl_buf_ascii(&plain, atl_buf_text(line), line->len);
		sink(s->options.sink.data, atl_buf_text(&plain), plain.len);
		atl_buf_clear(&plain);
	} else {
		sink(s->options.sink.data, atl_buf_text(line), line->len);
	}
	atl_buf_reset(line);
}

void atl_output_line(atl_session *s, atl_buf *line)
{
	atl_buf_addc(line, '\n');
	if (s->document.language) {
		atl_buf page = { 0 };
		atl_document_text(&s->document, &page, line->p, line->len);
		atl_output_part(s, &page);
		atl_buf_clear(&page);
		atl_buf_reset(line);
	} else {
		send(s, s->options.sink.out, line);
	}
}

void atl_output_part(atl_session *s, atl_buf *part)
{
	if (part->len)
		send(s, s->options.sink.out, part);
}

void atl_output_err_line(atl_session *s, atl_buf *line)
{
	atl_buf_addc(line, '\n');
	send(s, s->options.sink.err, line);
}

/* ---- values ---- */

static void json_value(atl_session *s, atl_buf *out, atl_sym name, const atl_array *a)
{
	atl_buf_add(out, "{\"name\":");
	if (name) {
		const char *text = atl_symbols_text(s->symbols, name);
		atl_print_json_string(out, text, strlen(text));
	} else {
		atl_buf_add(out, "null");
	}
	atl_buf_add(out, ",\"shape\":[");
	for (int i = 0; i < a->shape.rank; i++)
		atl_buf_addf(out, "%s%" PRId64, i ? "," : "", a->shape.dim[i]);
	atl_buf_add(out, "],\"value\":");
	atl_print_json(out, a);
	atl_buf_addc(out, '}');
}

void atl_output_value(atl_session *s, atl_sym name, const atl_array *a)
{
	atl_buf *out = &s->line;
	atl_buf_reset(out);
	if (s->document.language &&
	    atl_document_value(&s->document, out, name ? atl_symbols_text(s->symbols, name) : NULL, a, &s->format)) {
		atl_output_part(s, out);
		return;
	}
	if (atl_output_json(s)) {
		json_value(s, out, name, a);
	} else {
		if (name) {
			atl_buf_add(out, atl_symbols_text(s->symbols, name));
			atl_buf_add(out, " = ");
		}
		atl_print_value(out, a, &s->format, atl_text_width(atl_buf_text(out), out->len));
	}
	atl_output_line(s, out);
}

/* ---- errors ---- */

static void json_error(atl_session *s, atl_buf *out)
{
	const atl_diag *d = &s->diag;
	atl_place place;
	atl_buf_add(out, "{\"error\":");
	atl_print_json_string(out, d->message, strlen(d->message));
	if (d->at.lo && atl_sources_find(s->sources, d->at.lo, &place)) {
		if (place.name) {
			atl_buf_add(out, ",\"file\":");
			atl_print_json_string(out, place.name, strlen(place.name));
		}
		atl_buf_addf(out, ",\"line\":%u,\"column\":%u", place.line, place.column);
	}
	atl_buf_add(out, ",\"notes\":[");
	for (unsigned i = 0; i < d->n_notes; i++) {
		if (i)
			atl_buf_addc(out, ',');
		atl_print_json_string(out, d->note[i], strlen(d->note[i]));
	}
	atl_buf_addf(out, "],\"exit\":%d}\n", atl_kind_exit(d->kind));
}

void atl_output_error(atl_session *s)
{
	atl_buf out = { 0 };
	atl_style style = { .color = s->options.color_err,
		            .ascii = s->format.ascii,
		            .width = s->format.width };
	if (s->diag.kind == ATL_KIND_NONE) /* whoever failed had no memory to say so */
		atl_diag_nomem(&s->diag);
	if (atl_output_json(s))
		json_error(s, &out);
	else
		atl_diag_render(&out, &s->diag, "error", s->sources, style);
	if (s->exit_code == 0)
		s->exit_code = atl_kind_exit(s->diag.kind);
	if (!out.failed)
		send(s, s->options.sink.err, &out);
	else
		s->options.sink.err(s->options.sink.data, "error: out of memory\n", 21);
	atl_buf_clear(&out);
	atl_diag_reset(&s->diag);
}

/* A text on one line, blanks narrowed, cut at max_width columns. */
const char *atl_output_narrow(atl_session *s, const char *p, size_t len, size_t max_width)
{
	const char *end = p ? p + len : p;
	size_t width = 0;
	atl_buf out = { 0 };
	while (p && p < end) {
		uint32_t c;
		size_t n = atl_utf8_decode(p, end, &c);
		if (n == 0) {
			n = 1;
			c = '?';
		}
		p += n;
		if (c == '\n' || c == '\t' || c == '\r')
			c = ' ';
		if (c == ' ' && (!out.len || out.p[out.len - 1] == ' '))
			continue;
		width += atl_char_width(c);
		if (width > max_width) {
			atl_buf_add(&out, "…");
			break;
		}
		atl_buf_addcp(&out, c);
	}
	const char *kept = atl_arena_dup(&s->diag.arena, atl_buf_text(&out), out.len);
	atl_buf_clear(&out);
	return kept ? kept : "";
}

const char *atl_output_source(atl_session *s, atl_span span, size_t max_width)
{
	size_t len = 0;
	const char *text = atl_sources_text(s->sources, span, &len);
	return atl_output_narrow(s, text, len, max_width);
}
