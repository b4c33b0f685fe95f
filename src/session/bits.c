/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bits.c: show bits E: how the number system keeps a number. */
#include "session/state.h"

#include <ctype.h>
#include <string.h>

/* Digits of a value; one of ALL_DIGITS is exact. */
enum { LONG_VALUE = 48, LONG_DIGITS = 40, ALL_DIGITS = 800 };

/* One number, with room for another. */
typedef struct number {
	const void *x;
	atl_array *other;
	atl_num num;
	atl_bits bits;
} number;

/* In full, unless that is long. */
static void add_value(atl_buf *out, const void *x, const atl_num *num)
{
	size_t start = out->len;
	num->sys->print(out, x, ALL_DIGITS);
	if (out->len - start <= LONG_VALUE)
		return;
	atl_buf_cut(out, start);
	num->sys->print(out, x, LONG_DIGITS);
	atl_buf_add(out, "...");
}

/* The number beside: -1 below, 1 above, 0 the unit in the last place. */
static const void *beside(number *n, int side)
{
	const atl_system *sys = n->num.sys;
	void *y = n->other->data;
	if (side == 0 ? sys->ulp(y, n->x, &n->num) : sys->next(y, n->x, side > 0, &n->num))
		return n->x;
	return y;
}

static bool has_exponent(const number *n)
{
	return !strcmp(n->bits.kind, "normal") || !strcmp(n->bits.kind, "subnormal");
}

/* ---- text ---- */

static void line(atl_session *s, const char *what, const char *digits)
{
	atl_buf_reset(&s->line);
	atl_buf_add(&s->line, "  ");
	atl_buf_pad(&s->line, what, 9, false);
	atl_buf_addf(&s->line, " %s", digits);
}

static void line_beside(atl_session *s, const char *what, number *n, int side)
{
	line(s, what, "");
	add_value(&s->line, beside(n, side), &n->num);
	atl_output_line(s, &s->line);
}

static void show_one(atl_session *s, number *n)
{
	const atl_bits *b = &n->bits;
	bool encoded = b->hex.len > 0;
	atl_buf_reset(&s->line);
	n->num.sys->print(&s->line, n->x, s->format.digits);
	atl_buf_add(&s->line, " in ");
	atl_num_print(&s->line, &n->num);
	atl_buf_addf(&s->line, ": %s%s%s", b->kind, encoded ? ", " : "", atl_buf_text(&b->hex));
	atl_output_line(s, &s->line);
	line(s, "sign", b->negative ? "1" : "0");
	atl_output_line(s, &s->line);
	line(s, "exponent", atl_buf_text(&b->field));
	if (has_exponent(n))
		atl_buf_addf(&s->line, encoded ? " (2^%ld)" : "2^%ld", b->exponent);
	if (encoded || has_exponent(n))
		atl_output_line(s, &s->line);
	line(s, "fraction", atl_buf_text(&b->fraction));
	if (b->fraction.len)
		atl_output_line(s, &s->line);
	line(s, "value", "");
	add_value(&s->line, n->x, &n->num);
	atl_output_line(s, &s->line);
	line_beside(s, "below", n, -1);
	line_beside(s, "above", n, 1);
	line_beside(s, "ulp", n, 0);
}

/* ---- JSON ---- */

static void add_number(atl_buf *out, const char *key, const void *x, const atl_num *num)
{
	atl_buf text = { 0 };
	num->sys->print(&text, x, 0);
	const char *p = atl_buf_text(&text);
	bool plain = isdigit((unsigned char)p[*p == '-']);
	atl_buf_addf(out, plain ? ",\"%s\":%s" : ",\"%s\":\"%s\"", key, p);
	atl_buf_clear(&text);
}

static void add_json(atl_buf *out, number *n)
{
	const atl_bits *b = &n->bits;
	atl_buf_addf(out, "{\"kind\":\"%s\",\"sign\":%d", b->kind, b->negative);
	if (has_exponent(n))
		atl_buf_addf(out, ",\"exponent\":%ld", b->exponent);
	if (b->field.len)
		atl_buf_addf(out, ",\"exponent_field\":\"%s\"", b->field.p);
	if (b->fraction.len)
		atl_buf_addf(out, ",\"fraction\":\"%s\"", b->fraction.p);
	if (b->hex.len)
		atl_buf_addf(out, ",\"encoding\":\"%s\"", b->hex.p);
	add_number(out, "value", n->x, &n->num);
	add_number(out, "below", beside(n, -1), &n->num);
	add_number(out, "above", beside(n, 1), &n->num);
	add_number(out, "ulp", beside(n, 0), &n->num);
	atl_buf_addc(out, '}');
}

/* ---- the statement ---- */

static void clear_bits(atl_bits *b)
{
	atl_buf_clear(&b->field);
	atl_buf_clear(&b->fraction);
	atl_buf_clear(&b->hex);
	*b = (atl_bits){ 0 };
}

static void each_entry(atl_session *s, const atl_array *a, number *n)
{
	atl_buf json = { 0 };
	for (size_t i = 0; i < a->n; i++) {
		n->x = atl_array_at(a, i);
		n->num.sys->bits(&n->bits, n->x, &n->num);
		if (atl_output_json(s)) {
			atl_buf_add(&json, i ? "," : "{\"bits\":[");
			add_json(&json, n);
		} else {
			show_one(s, n);
		}
		clear_bits(&n->bits);
	}
	if (json.len) {
		atl_buf_add(&json, "]}");
		atl_output_line(s, &json);
	}
	atl_buf_clear(&json);
}

static atl_status show_bits_of(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_array *a = atl_atom_eval(s, t, node);
	const atl_shape scalar = ATL_SCALAR;
	if (!a)
		return ATL_ERROR;
	number n = { .num = *atl_eval_num(s->eval) };
	if (!n.num.sys->bits) {
		atl_diag_fail(&s->diag, ATL_KIND_UNABLE, t->node[node].span,
		              "a number of the system \"%s\" has no bits", n.num.sys->name);
		atl_diag_note(&s->diag, "`set number float64` rounds it to one that has");
		return ATL_ERROR;
	}
	n.other = atl_array_new(&scalar, &n.num);
	if (!n.other)
		return atl_diag_nomem(&s->diag);
	each_entry(s, a, &n);
	atl_array_unref(n.other);
	return ATL_OK;
}

atl_status atl_show_bits(atl_session *s, const atl_tree *t, uint32_t node)
{
	atl_status status = ATL_OK;
	for (uint32_t k = 1; k < t->node[node].n && !status; k++) {
		atl_atom_begin(s, t->node[node].span);
		status = show_bits_of(s, t, atl_tree_child(t, node, k));
		if (status)
			atl_atom_fail(s);
		else
			atl_atom_drop(s);
	}
	return status;
}
