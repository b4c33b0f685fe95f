/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document.c: the order of a document's parts. */
#include "print/document.h"

#include <string.h>

static void add(atl_buf *out, const char *text)
{
	if (text)
		atl_buf_add(out, text);
}

/* Before the next part: a verbatim one or not. */
static void enter(atl_document *d, atl_buf *out, bool verbatim)
{
	if (!d->begun && d->language->begin)
		d->language->begin(out);
	d->begun = true;
	if (d->verbatim != verbatim)
		add(out, verbatim ? d->language->open : d->language->close);
	d->verbatim = verbatim;
}

void atl_document_text(atl_document *d, atl_buf *out, const char *text, size_t len)
{
	enter(d, out, true);
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;
		d->language->line(out, text, n);
		atl_buf_addc(out, '\n');
		n += end != NULL;
		text += n;
		len -= n;
	}
}

bool atl_document_value(atl_document *d, atl_buf *out, const char *name, const atl_array *a,
                        const atl_format *f)
{
	if (!d->language->value)
		return false;
	enter(d, out, false);
	d->language->value(out, name, a, f);
	return true;
}

void atl_document_trace(atl_document *d, atl_buf *out, const atl_trace *t, const atl_format *f,
                        atl_flush *flush, void *data)
{
	enter(d, out, false);
	d->language->trace(out, t, ++d->traces, f, flush, data);
}

void atl_document_end(atl_document *d, atl_buf *out)
{
	if (!d->begun)
		return;
	enter(d, out, false);
	if (d->language->end)
		d->language->end(out);
	d->begun = false;
}
