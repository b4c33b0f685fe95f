/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.c: numbers, arrays and texts as JSON (RFC 8259). */
#include "print/print.h"

#include <string.h>

static const char *digits(const char *p)
{
	return p + strspn(p, "0123456789");
}

/* Whether a number's text is one of JSON's: -?(0|[1-9]d*)(.d+)?([eE][+-]?d+)? */
static bool is_json_number(const char *p)
{
	p += *p == '-';
	const char *end = digits(p);
	if (end == p || (*p == '0' && end > p + 1))
		return false;
	if (*end == '.') {
		p = end + 1;
		end = digits(p);
		if (end == p)
			return false;
	}
	if (*end == 'e' || *end == 'E') {
		p = end + 1;
		p += *p == '+' || *p == '-';
		end = digits(p);
		if (end == p)
			return false;
	}
	return *end == '\0';
}

/* A JSON number is read as a double nearly everywhere: an exact number that no double holds is a text. */
static bool survives(const atl_array *a, size_t i)
{
	long v;
	return a->sys->rounds || (a->sys->get_si(&v, atl_array_at(a, i)) && v <= 1L << 53 && v >= -(1L << 53));
}

static void add_number(atl_buf *out, const atl_array *a, size_t i, atl_buf *text)
{
	atl_buf_reset(text);
	a->sys->print(text, atl_array_at(a, i), 0);
	if (is_json_number(atl_buf_text(text)) && survives(a, i))
		atl_buf_addn(out, text->p, text->len);
	else
		atl_print_json_string(out, atl_buf_text(text), text->len);
	out->failed |= text->failed;
}

void atl_print_json(atl_buf *out, const atl_array *a)
{
	atl_buf text = { 0 };
	bool scalar = atl_shape_scalar(&a->shape);
	if (a->n == 0)
		atl_buf_add(out, "[]");
	for (size_t i = 0; i < a->n && !out->failed; i++) {
		size_t block = a->n;
		if (i > 0)
			atl_buf_addc(out, ',');
		for (int k = 0; k < a->shape.rank && !scalar; k++) {
			if (i % block == 0)
				atl_buf_addc(out, '[');
			block /= (size_t)a->shape.dim[k];
		}
		add_number(out, a, i, &text);
		block = a->n;
		for (int k = 0; k < a->shape.rank && !scalar; k++) {
			if ((i + 1) % block == 0)
				atl_buf_addc(out, ']');
			block /= (size_t)a->shape.dim[k];
		}
	}
	atl_buf_clear(&text);
}

static void add_escaped(atl_buf *out, unsigned char c)
{
	static const char named[] = "\bb\tt\nn\ff\rr";
	for (const char *p = named; *p; p += 2)
		if (c == (unsigned char)*p) {
			atl_buf_addf(out, "\\%c", p[1]);
			return;
		}
	if (c < 0x20 || c == 0x7f)
		atl_buf_addf(out, "\\u%04x", c);
	else if (c == '"' || c == '\\')
		atl_buf_addf(out, "\\%c", c);
	else
		atl_buf_addc(out, (char)c);
}

/* Bytes that are no UTF-8 become U+FFFD: JSON is UTF-8. */
void atl_print_json_string(atl_buf *out, const char *text, size_t len)
{
	const char *end = text + len;
	atl_buf_addc(out, '"');
	while (text < end) {
		uint32_t cp;
		size_t n = atl_utf8_decode(text, end, &cp);
		if (n == 1)
			add_escaped(out, (unsigned char)*text);
		else if (n > 1)
			atl_buf_addn(out, text, n);
		else
			atl_buf_add(out, "\\ufffd");
		text += n ? n : 1;
	}
	atl_buf_addc(out, '"');
}
