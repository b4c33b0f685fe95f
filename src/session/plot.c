/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot.c: plot [image|points] E, ... [against X] [for t in R] [to "file.svg"]. */
#include "plot/plot.h"

#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "data/data.h"
#include "session/state.h"

enum { SAMPLES = 401, NAME_WIDTH = 40 };

typedef struct plotting {
	const atl_tree *tree;
	uint32_t *child;
	uint32_t first, n;     /* of the expressions among them */
	bool image, points;
	uint32_t against, over, to; /* tree nodes of the clauses' operands; 0: none */
	const atl_tree_node *name; /* the FOR of `for t in R` */
	atl_curve curve[ATL_PLOT_CURVES];
	size_t n_curves;
	double *owned[2 * ATL_PLOT_CURVES + 2];
	size_t n_owned;
} plotting;

/* ---- the statement ---- */

static atl_status twice(atl_session *s, const atl_tree_node *clause, const char *word)
{
	return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, clause->span, "`%s` is given twice", word);
}

static atl_status read_clause(atl_session *s, plotting *p, uint32_t i)
{
	const atl_tree_node *clause = &p->tree->node[i];
	const char *word = clause->kind == ATL_T_FOR ? "for" : atl_symbols_text(s->symbols, clause->sym);
	uint32_t *operand = clause->kind == ATL_T_FOR ? &p->over : *word == 'a' ? &p->against : &p->to;
	if (*operand)
		return twice(s, clause, word);
	*operand = i - 1;
	if (clause->kind == ATL_T_FOR)
		p->name = clause;
	return ATL_OK;
}

static bool is_clause(const atl_tree_node *n)
{
	return n->kind == ATL_T_FOR || n->kind == ATL_T_COMMAND;
}

static atl_status read_parts(atl_session *s, plotting *p, uint32_t n)
{
	const atl_tree_node *first = &p->tree->node[p->child[0]];
	p->first = first->kind == ATL_T_WORD;
	p->image = p->first && !strcmp(atl_symbols_text(s->symbols, first->sym), "image");
	p->points = p->first && !p->image;
	for (uint32_t i = p->first; i < n; i++) {
		if (!is_clause(&p->tree->node[p->child[i]]))
			p->n++;
		else if (read_clause(s, p, p->child[i]))
			return ATL_ERROR;
	}
	if (p->over && p->against)
		return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, p->tree->node[p->against].span,
		                     "`against` and `for` both say what goes along the axis");
	if (p->image && (p->over || p->against || p->n > 1))
		return atl_diag_fail(&s->diag, ATL_KIND_SYNTAX, p->tree->node[p->child[0]].span,
		                     "an image is drawn of one array, and of nothing else");
	return ATL_OK;
}

static atl_span span_of(const plotting *p, uint32_t k)
{
	return p->tree->node[p->child[p->first + k]].span;
}

/* ---- numbers ---- */

static double *own(atl_session *s, plotting *p, size_t n)
{
	double *v = atl_malloc((n + 1) * sizeof *v);
	if (v)
		p->owned[p->n_owned++] = v;
	else
		atl_diag_nomem(&s->diag);
	return v;
}

static double number_at(const atl_array *a, size_t i)
{
	return a->sys->get_double(atl_array_at(a, i));
}

/* The numbers i, i + stride, ... of an array. */
static double *numbers(atl_session *s, plotting *p, const atl_array *a, size_t i, size_t stride,
                       size_t n)
{
	double *v = own(s, p, n);
	for (size_t k = 0; v && k < n; k++)
		v[k] = number_at(a, i + k * stride);
	return v;
}

static atl_status too_many(atl_session *s, atl_span at)
{
	return atl_diag_fail(&s->diag, ATL_KIND_LIMIT, at, "more than %d curves cannot be told apart",
	                     ATL_PLOT_CURVES);
}

static atl_status add_curve(plotting *p, const char *name, const double *x, const double *y, size_t n)
{
	if (!x || !y)
		return ATL_ERROR;
	p->curve[p->n_curves++] = (atl_curve){ name, x, y, n };
	return ATL_OK;
}

/* ---- curves of arrays ---- */

static atl_status check_length(atl_session *s, plotting *p, atl_span at, size_t n, size_t n_x)
{
	if (n == n_x)
		return ATL_OK;
	atl_diag_fail(&s->diag, ATL_KIND_SHAPE, at, "the curve has %zu points", n);
	atl_diag_label(&s->diag, p->tree->node[p->against].span, "and these are %zu", n_x);
	return ATL_ERROR;
}

/* A matrix of many columns is more likely meant as a picture. */
static atl_status check_columns(atl_session *s, const atl_array *a, atl_span at, size_t room)
{
	if (a->shape.rank == 2 && (size_t)a->shape.dim[1] <= room)
		return ATL_OK;
	if (a->shape.rank == 2)
		(void)too_many(s, at);
	else
		atl_diag_fail(&s->diag, ATL_KIND_SHAPE, at, "an array of %d dimensions is no curve", a->shape.rank);
	atl_diag_note(&s->diag, "`plot image ...` draws it as a picture");
	return ATL_ERROR;
}

static const char *column_name(atl_session *s, atl_span at, size_t j, size_t columns)
{
	const char *name = atl_output_source(s, at, NAME_WIDTH);
	if (columns > 1)
		name = atl_arena_printf(&s->diag.arena, "%s[:, %zu]", name, j + 1);
	return name ? name : "";
}

/* Each column is a curve; a row is one too. */
static atl_status add_columns(atl_session *s, plotting *p, const atl_array *a, atl_span at,
                              const double *x, size_t n_x)
{
	size_t rows = (size_t)a->shape.dim[0], columns = (size_t)a->shape.dim[1];
	if (a->shape.rank == 2 && rows == 1) {
		rows = columns;
		columns = 1;
	} else if (check_columns(s, a, at, ATL_PLOT_CURVES - p->n_curves)) {
		return ATL_ERROR;
	}
	if (x && check_length(s, p, at, rows, n_x))
		return ATL_ERROR;
	double *count = x ? NULL : own(s, p, rows);
	if (!x && !count)
		return ATL_ERROR;
	for (size_t i = 0; count && i < rows; i++)
		count[i] = (double)(i + 1);
	for (size_t j = 0; j < columns; j++)
		if (add_curve(p, column_name(s, at, j, columns), x ? x : count,
		              numbers(s, p, a, j, columns, rows), rows))
			return ATL_ERROR;
	return ATL_OK;
}

/* The rows of a matrix of two columns, each a point. */
static atl_status add_places(atl_session *s, plotting *p, const atl_array *a, atl_span at)
{
	size_t n = (size_t)a->shape.dim[0];
	if (p->n_curves == ATL_PLOT_CURVES)
		return too_many(s, at);
	return add_curve(p, column_name(s, at, 0, 1), numbers(s, p, a, 0, 2, n), numbers(s, p, a, 1, 2, n), n);
}

/* The values of nodes, those that are there. */
static atl_status compute(atl_session *s, const atl_id *id, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!id[i])
			return ATL_ERROR;
	return atl_eval_compute(s->eval, id, n, &s->diag);
}

static atl_status curves_of_arrays(atl_session *s, plotting *p)
{
	atl_id id[ATL_PLOT_CURVES + 1];
	const double *x = NULL;
	size_t n_x = 0;
	for (uint32_t k = 0; k < p->n; k++)
		if (!(id[k] = atl_build_tree(&s->builder, p->tree, p->child[p->first + k])))
			return ATL_ERROR;
	id[p->n] = p->against ? atl_build_tree(&s->builder, p->tree, p->against) : 0;
	if (compute(s, id, p->n + (p->against != 0)))
		return ATL_ERROR;
	if (p->against) {
		const atl_array *a = atl_eval_get(s->eval, id[p->n]);
		n_x = a->n;
		if (!(x = numbers(s, p, a, 0, 1, n_x)))
			return ATL_ERROR;
	}
	for (uint32_t k = 0; k < p->n; k++) {
		const atl_array *a = atl_eval_get(s->eval, id[k]);
		bool places = p->points && !x && a->shape.rank == 2 && a->shape.dim[1] == 2;
		if (places ? add_places(s, p, a, span_of(p, k))
		           : add_columns(s, p, a, span_of(p, k), x, n_x))
			return ATL_ERROR;
	}
	return ATL_OK;
}

/* ---- curves of functions ---- */

static atl_status end_of_range(atl_session *s, const plotting *p, uint32_t node, double *v)
{
	const atl_array *a = atl_atom_eval(s, p->tree, node);
	if (!a)
		return ATL_ERROR;
	*v = number_at(a, 0);
	if (!atl_shape_scalar(&a->shape) || !isfinite(*v))
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, p->tree->node[node].span,
		                     "an interval goes from a number to a number");
	return ATL_OK;
}

/* The points of a:b, which is an interval, or of a:step:b and vectors, which are points. */
static double *places(atl_session *s, plotting *p, size_t *n)
{
	const atl_tree_node *r = &p->tree->node[p->over];
	double low, high, *x = NULL;
	if (r->kind != ATL_T_RANGE || r->n != 2) {
		const atl_array *a = atl_atom_eval(s, p->tree, p->over);
		*n = a ? a->n : 0;
		return a ? numbers(s, p, a, 0, 1, *n) : NULL;
	}
	*n = SAMPLES;
	if (end_of_range(s, p, atl_tree_child(p->tree, p->over, 0), &low) ||
	    end_of_range(s, p, p->over - 1, &high) || !(x = own(s, p, SAMPLES)))
		return NULL;
	for (size_t i = 0; i < SAMPLES; i++) {
		double part = (double)i / (SAMPLES - 1);
		x[i] = low * (1 - part) + high * part;
	}
	return x;
}

/* The name stands for an input, so that it can be differentiated by. */
static atl_status bind_place(atl_session *s, const plotting *p, double x)
{
	atl_num num = *atl_eval_num(s->eval);
	atl_shape scalar = ATL_SCALAR;
	atl_array *a = atl_array_new(&scalar, &num);
	atl_id id = a && num.sys->set_double(a->data, x, &num) == ATL_FINE
	                    ? atl_build_input(&s->builder, 0, &scalar)
	                    : 0;
	atl_status status = id ? atl_eval_store(s->eval, id, a, p->name->span, &s->diag)
	                       : atl_diag_nomem(&s->diag);
	atl_array_unref(a);
	s->place_name = atl_symbols_canon(s->symbols, p->name->sym);
	s->place_id = id;
	return status;
}

/* The values of all expressions at one place; what has none there is a gap. */
static atl_status sample(atl_session *s, plotting *p, double x, double *const *y, size_t i)
{
	if (bind_place(s, p, x))
		return ATL_ERROR;
	for (uint32_t k = 0; k < p->n; k++) {
		atl_id id = atl_build_tree(&s->builder, p->tree, p->child[p->first + k]);
		if (compute(s, &id, 1))
			return ATL_ERROR;
		const atl_array *a = atl_eval_get(s->eval, id);
		if (!atl_shape_scalar(&a->shape)) {
			atl_diag_fail(&s->diag, ATL_KIND_SHAPE, span_of(p, k), "a curve needs a scalar for each %s",
			              atl_symbols_text(s->symbols, p->name->sym));
			return ATL_ERROR;
		}
		y[k][i] = number_at(a, 0);
	}
	return atl_atom_poll(s);
}

static atl_status curves_of_functions(atl_session *s, plotting *p)
{
	size_t n = 0;
	double *y[ATL_PLOT_CURVES] = { 0 };
	const double *x = places(s, p, &n);
	for (uint32_t k = 0; x && k < p->n; k++)
		if (!(y[k] = own(s, p, n)))
			return ATL_ERROR;
	atl_status status = x ? ATL_OK : ATL_ERROR;
	for (size_t i = 0; i < n && !status; i++) {
		atl_atom_drop(s);
		atl_atom_begin(s, s->at);
		status = sample(s, p, x[i], y, i);
	}
	s->place_name = 0;
	for (uint32_t k = 0; k < p->n && !status; k++)
		status = add_curve(p, column_name(s, span_of(p, k), 0, 1), x, y[k], n);
	return status;
}

/* ---- pictures ---- */

/* height×width, count×height×width, rows×columns×height×width */
static atl_status tiles_of(atl_session *s, plotting *p, atl_tiles *t)
{
	atl_id id = atl_build_tree(&s->builder, p->tree, p->child[p->first]);
	if (compute(s, &id, 1))
		return ATL_ERROR;
	const atl_array *a = atl_eval_get(s->eval, id);
	const int64_t *dim = a->shape.dim;
	int rank = a->shape.rank;
	if (rank > 4 || a->n == 0)
		return atl_diag_fail(&s->diag, ATL_KIND_SHAPE, span_of(p, 0),
		                     rank > 4 ? "an image has four dimensions at most, and this has %d"
		                              : "there is nothing in it to draw",
		                     rank);
	t->height = (size_t)dim[rank - 2];
	t->width = (size_t)dim[rank - 1];
	t->count = a->n / (t->height * t->width);
	t->across = rank == 4 && dim[1] > 1 ? (size_t)dim[1] : 0;
	t->v = numbers(s, p, a, 0, 1, a->n);
	return t->v ? ATL_OK : ATL_ERROR;
}

/* ---- drawing ---- */

/* "svg" or "png", by the name's ending; NULL after a diagnostic. */
static const char *picture_format(atl_session *s, const atl_tree_node *name)
{
	const char *ending = strrchr(name->text, '.');
	if (ending && !strcmp(ending, ".svg"))
		return "svg";
	if (ending && !strcmp(ending, ".png"))
		return "png";
	atl_diag_fail(&s->diag, ATL_KIND_USAGE, name->span, "a plot is written to an .svg or a .png file");
	return NULL;
}

static atl_status write_picture(atl_session *s, const plotting *p, const atl_curves *curves,
                                const atl_tiles *tiles)
{
	const atl_tree_node *name = &p->tree->node[p->to];
	const char *format = picture_format(s, name);
	atl_buf script = { 0 }, picture = { 0 };
	if (!format)
		return ATL_ERROR;
	if (p->image)
		atl_script_tiles(&script, tiles, format);
	else
		atl_script_curves(&script, curves, format);
	atl_status status = atl_gnuplot(&script, &picture, &s->diag, name->span);
	if (!status)
		status = atl_file_write(name->text, &picture, &s->diag, name->span);
	atl_buf_clear(&script);
	atl_buf_clear(&picture);
	return status;
}

static atl_status print(atl_session *s, const plotting *p, const atl_curves *curves, const atl_tiles *tiles)
{
	atl_canvas page = { .width = s->format.width, .ascii = s->format.ascii, .color = s->format.color };
	atl_buf *out = &s->line;
	atl_buf_reset(out);
	if (atl_output_json(s) && p->image)
		atl_json_tiles(out, tiles);
	else if (atl_output_json(s))
		atl_json_curves(out, curves);
	else if (p->image)
		atl_draw_tiles(out, tiles, page);
	else
		atl_draw_curves(out, curves, page);
	if (out->failed)
		return atl_diag_nomem(&s->diag);
	if (out->len && out->p[out->len - 1] == '\n')
		atl_buf_cut(out, out->len - 1);
	atl_output_line(s, out);
	return ATL_OK;
}

static bool has_number(const plotting *p, const atl_tiles *t)
{
	double low, high;
	bool any = p->image && atl_range_of(t->v, t->count * t->height * t->width, &low, &high);
	for (size_t k = 0; k < p->n_curves; k++)
		any |= atl_range_of(p->curve[k].y, p->curve[k].n, &low, &high);
	return any;
}

static atl_status plot(atl_session *s, plotting *p, uint32_t n)
{
	atl_tiles tiles = { 0 };
	if (read_parts(s, p, n))
		return ATL_ERROR;
	if (p->n > ATL_PLOT_CURVES)
		return too_many(s, span_of(p, ATL_PLOT_CURVES));
	if (p->image ? tiles_of(s, p, &tiles) : p->over ? curves_of_functions(s, p) : curves_of_arrays(s, p))
		return ATL_ERROR;
	if (!has_number(p, &tiles))
		return atl_diag_fail(&s->diag, ATL_KIND_DOMAIN, span_of(p, 0), "there is no number to draw");
	atl_curves curves = { .curve = p->curve, .n = p->n_curves, .points = p->points };
	if (p->over)
		curves.x_name = atl_symbols_text(s->symbols, p->name->sym);
	else if (p->against)
		curves.x_name = atl_output_source(s, p->tree->node[p->against].span, NAME_WIDTH);
	return p->to ? write_picture(s, p, &curves, &tiles) : print(s, p, &curves, &tiles);
}

atl_status atl_run_plot(atl_session *s, const atl_tree *t, uint32_t node)
{
	const atl_tree_node *n = &t->node[node];
	plotting p = { .tree = t, .child = atl_malloc(n->n * sizeof *p.child) };
	if (!p.child)
		return atl_diag_nomem(&s->diag);
	atl_tree_children(t, node, p.child);
	atl_atom_begin(s, n->span);
	atl_status status = plot(s, &p, n->n);
	if (status)
		atl_atom_fail(s);
	else
		atl_atom_drop(s);
	for (size_t i = 0; i < p.n_owned; i++)
		atl_free(p.owned[i]);
	atl_free(p.child);
	return status;
}
