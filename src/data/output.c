/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output.c: what the writers share. */
#include <string.h>

#include "base/mem.h"
#include "data/format.h"

atl_status atl_output_bad(const atl_output *out, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	atl_file_bad(out->diag, out->name, out->at, format, args);
	va_end(args);
	return ATL_ERROR;
}

void atl_put_big(atl_buf *b, uint64_t v, unsigned size)
{
	while (size-- > 0)
		atl_buf_addc(b, (char)(v >> 8 * size));
}

void atl_put_little(atl_buf *b, uint64_t v, unsigned size)
{
	for (unsigned i = 0; i < size; i++)
		atl_buf_addc(b, (char)(v >> 8 * i));
}

atl_status atl_output_one(const atl_output *out, const char *format)
{
	return out->n == 1 ? ATL_OK : atl_output_bad(out, "%s holds one array", format);
}

atl_status atl_output_text(const atl_output *out, atl_buf *text, const atl_array *a, size_t i)
{
	const void *x = atl_array_at(a, i);
	if (a->sys->settled && !a->sys->settled(x, -1)) {
		atl_output_bad(out, "a certified real has no full digits to be written");
		atl_diag_note(out->diag, "an .npy file takes the nearest double; so does `set number float64`");
		return ATL_ERROR;
	}
	a->sys->print(text, x, 0);
	return text->failed ? atl_diag_nomem(out->diag) : ATL_OK;
}

/* ---- pictures ---- */

/* h×w, 1×h×w, c×h×w */
static atl_status find_sizes(const atl_output *out, atl_picture *p)
{
	const atl_shape *s = &p->value->shape;
	if (s->rank > 3 || p->value->n == 0) {
		atl_buf text = { 0 };
		atl_shape_print(&text, s);
		atl_output_bad(out, "a picture is height×width or channels×height×width, and this is %s",
		               atl_buf_text(&text));
		atl_buf_clear(&text);
		return ATL_ERROR;
	}
	p->channels = s->rank == 3 ? (size_t)s->dim[0] : 1;
	p->height = (size_t)s->dim[s->rank - 2];
	p->width = (size_t)s->dim[s->rank - 1];
	return ATL_OK;
}

static atl_status no_level(const atl_output *out, const atl_array *a, size_t i)
{
	atl_buf text = { 0 };
	a->sys->print(&text, atl_array_at(a, i), 6);
	atl_output_bad(out, "%s is no level of a picture", atl_buf_text(&text));
	atl_diag_note(out->diag, "levels are whole numbers from 0 to 255, or to 65535; "
	                         "round(255*W) makes them of numbers from 0 to 1");
	atl_buf_clear(&text);
	return ATL_ERROR;
}

atl_status atl_output_picture(const atl_output *out, atl_picture *p)
{
	p->value = out->item[0].value;
	p->bytes = 1;
	if (find_sizes(out, p))
		return ATL_ERROR;
	p->level = atl_calloc(p->value->n, sizeof *p->level);
	if (!p->level)
		return atl_diag_nomem(out->diag);
	for (size_t i = 0; i < p->value->n; i++) {
		long v;
		if (!p->value->sys->get_si(&v, atl_array_at(p->value, i)) || v < 0 || v > 65535) {
			atl_free(p->level);
			return no_level(out, p->value, i);
		}
		p->level[i] = (uint16_t)v;
		if (v > 255)
			p->bytes = 2;
	}
	return ATL_OK;
}
