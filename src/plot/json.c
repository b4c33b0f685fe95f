/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.c: what a plot would draw, as data. */
#include <math.h>
#include <string.h>

#include "number/number.h"
#include "plot/plot.h"
#include "print/print.h"

static void add_numbers(atl_buf *out, const double *v, size_t n)
{
	atl_buf_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			atl_buf_addc(out, ',');
		atl_buf_add(out, isfinite(v[i]) ? "" : "\"");
		atl_float64.print(out, &v[i], 0);
		atl_buf_add(out, isfinite(v[i]) ? "" : "\"");
	}
	atl_buf_addc(out, ']');
}

void atl_json_curves(atl_buf *out, const atl_curves *what)
{
	atl_buf_addf(out, "{\"plot\":\"%s\",\"series\":[", what->points ? "points" : "curves");
	for (size_t k = 0; k < what->n; k++) {
		const atl_curve *c = &what->curve[k];
		atl_buf_add(out, k ? ",{\"name\":" : "{\"name\":");
		atl_print_json_string(out, c->name, strlen(c->name));
		atl_buf_add(out, ",\"x\":");
		add_numbers(out, c->x, c->n);
		atl_buf_add(out, ",\"y\":");
		add_numbers(out, c->y, c->n);
		atl_buf_addc(out, '}');
	}
	atl_buf_add(out, "]}");
}

void atl_json_tiles(atl_buf *out, const atl_tiles *what)
{
	atl_buf_addf(out, "{\"plot\":\"image\",\"shape\":[%zu,%zu,%zu],\"value\":", what->count, what->height,
	             what->width);
	add_numbers(out, what->v, what->count * what->height * what->width);
	atl_buf_addc(out, '}');
}
