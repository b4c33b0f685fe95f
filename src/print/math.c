/* SPDX-License-Identifier: GPL-3.0-or-later */
/* math.c: names, numbers and arrays in LaTeX. */
#include "print/math.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "print/value.h"

enum { DIGIT = 52, LETTER = 60, WIDE = 105, ROMAN = 56, TYPED = 53, SMALL = 45, BRACKETS = 130, COLUMN_GAP = 100 };

void atl_math_clear(atl_math *m)
{
	atl_buf_clear(&m->text);
	atl_free(m->piece);
	*m = (atl_math){ 0 };
}

void atl_math_reset(atl_math *m)
{
	atl_buf_reset(&m->text);
	m->n = 0;
}

/* Ends a piece whose text was added. */
static void end_piece(atl_math *m, uint32_t width, bool breaks)
{
	if (!atl_grow(&m->piece, &m->cap, m->n + 1, sizeof *m->piece))
		m->text.failed = true;
	else
		m->piece[m->n++] = (atl_math_piece){ m->text.len, width, breaks };
}

void atl_math_add(atl_math *m, const char *latex, uint32_t width, bool breaks)
{
	atl_buf_add(&m->text, latex);
	end_piece(m, width, breaks);
}

uint32_t atl_math_width(const atl_math *m)
{
	uint32_t width = 0;
	for (size_t i = 0; i < m->n; i++)
		width += m->piece[i].width;
	return width;
}

uint32_t atl_math_widest(const atl_math *m)
{
	uint32_t widest = 0, width = 0;
	for (size_t i = 0; i < m->n; i++) {
		width = m->piece[i].breaks ? m->piece[i].width : width + m->piece[i].width;
		widest = width > widest ? width : widest;
	}
	return widest;
}

void atl_latex_text(atl_buf *out, const char *text, size_t len)
{
	atl_buf plain = { 0 };
	atl_buf_ascii(&plain, text, len);
	for (const char *p = atl_buf_text(&plain); *p; p++) {
		if (strchr("#$%&_{}", *p))
			atl_buf_addf(out, "\\%c", *p);
		else if (*p == '\\')
			atl_buf_add(out, "\\textbackslash{}");
		else if (*p == '~' || *p == '^')
			atl_buf_addf(out, "\\%c{}", *p);
		else if (*p == '<' || *p == '>' || *p == '|')
			atl_buf_addf(out, "$%c$", *p);
		else
			atl_buf_addc(out, *p);
	}
	out->failed |= plain.failed;
	atl_buf_clear(&plain);
}

/* ---- names ---- */

static const char *const greek[] = {
	"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
	"lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
	"omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi",
	"Omega",
};
static const char *const accents[] = { "hat", "bar", "tilde", "ddot", "dot" };

static uint32_t letter_width(char c)
{
	return strchr("mwMW", c) ? WIDE : isupper((unsigned char)c) ? 85 : LETTER;
}

static bool is_greek(const char *p, size_t n)
{
	for (size_t i = 0; i < sizeof greek / sizeof *greek; i++)
		if (strlen(greek[i]) == n && !strncmp(p, greek[i], n))
			return true;
	return false;
}

static bool is_sign(const char *p, size_t n)
{
	return n == 1 || is_greek(p, n);
}

static uint32_t add_sign(atl_buf *out, const char *p, size_t n)
{
	atl_buf_addf(out, n == 1 ? "%.*s" : "\\%.*s", (int)n, p);
	return n == 1 ? letter_width(*p) : 80;
}

/* Letters: a sign, one with an accent, or a word. */
static uint32_t add_word(atl_buf *out, const char *p, size_t n, const char *font)
{
	uint32_t width = 0;
	if (is_sign(p, n))
		return add_sign(out, p, n);
	for (size_t i = 0; i < sizeof accents / sizeof *accents; i++) {
		size_t base = n - strlen(accents[i]);
		if (n <= strlen(accents[i]) || strncmp(p + base, accents[i], n - base) != 0 || !is_sign(p, base))
			continue;
		atl_buf_addf(out, "\\%s{", accents[i]);
		width = add_sign(out, p, base);
		atl_buf_addc(out, '}');
		return width;
	}
	atl_buf_addf(out, "\\%s{%.*s}", font, (int)n, p);
	for (size_t i = 0; i < n; i++)
		width += letter_width(p[i]);
	return width;
}

static size_t letters(const char *p, const char *end)
{
	size_t n = 0;
	while (p + n < end && isalpha((unsigned char)p[n]))
		n++;
	return n;
}

/* What stands behind the first letters: digits and words, divided by _. */
static uint32_t add_subscript(atl_buf *out, const char *p, const char *end)
{
	uint32_t width = 10;
	bool first = true;
	atl_buf_add(out, "_{");
	while (p < end) {
		size_t n = letters(p, end);
		if (*p == '_') {
			if (!first)
				atl_buf_addc(out, ',');
			width += 25;
			p++;
			continue;
		}
		first = false;
		if (n) {
			width += add_word(out, p, n, "mathrm") * 3 / 4;
		} else {
			atl_buf_addf(out, isdigit((unsigned char)*p) ? "%c" : "\\%c", *p);
			n = 1;
			width += SMALL;
		}
		p += n;
	}
	atl_buf_addc(out, '}');
	return width;
}

/* x, W1, eta_2, h~3 (the third h), between the dots of f~2.z. */
static uint32_t add_part(atl_buf *out, const char *p, const char *end)
{
	const char *turn = memchr(p, '~', (size_t)(end - p));
	const char *quote = end;
	uint32_t width;
	if (turn)
		quote = turn;
	while (quote > p && quote[-1] == '\'')
		quote--;
	const char *tail = turn ? turn : end, *behind = p + letters(p, quote);
	width = behind > p ? add_word(out, p, (size_t)(behind - p), "mathit") : 0;
	if (behind < quote)
		width += add_subscript(out, behind, quote);
	if (quote < end) {
		atl_buf_add(out, "^{");
		for (; quote < tail; quote++, width += 30)
			atl_buf_add(out, "\\prime");
		if (turn) {
			atl_buf_addf(out, "(%.*s)", (int)(end - turn - 1), turn + 1);
			width += SMALL * (uint32_t)(end - turn + 1);
		}
		atl_buf_addc(out, '}');
	}
	return width;
}

void atl_math_name(atl_math *m, const char *name)
{
	atl_buf plain = { 0 };
	uint32_t width = 0;
	atl_buf_ascii(&plain, name, strlen(name));
	for (const char *p = atl_buf_text(&plain); *p;) {
		size_t n = strcspn(p, ".");
		width += add_part(&m->text, p, p + n);
		p += n;
		if (*p) {
			atl_buf_add(&m->text, ".");
			width += 28;
			p++;
		}
	}
	m->text.failed |= plain.failed;
	atl_buf_clear(&plain);
	end_piece(m, width, false);
}

void atl_math_adjoint(atl_math *m, const char *of, const char *label)
{
	atl_math_add(m, "\\frac{\\partial ", 30, false);
	size_t above = m->n;
	atl_math_name(m, of);
	atl_math_add(m, "}{\\partial ", 60, false);
	size_t below = m->n;
	atl_math_name(m, label);
	atl_math_add(m, "}", 0, false);
	if (m->text.failed)
		return;
	uint32_t *over = &m->piece[above].width, *under = &m->piece[below].width;
	if (*over < *under) /* one above the other: only the wider counts */
		*over = 0;
	else
		*under = 0;
}

/* ---- numbers ---- */

enum { LONGEST = 24 };

/* Digits, the middle of many left out. */
static uint32_t add_digits(atl_buf *out, const char *p, size_t n)
{
	if (n <= LONGEST) {
		atl_buf_addn(out, p, n);
		return (uint32_t)n * DIGIT;
	}
	atl_buf_addn(out, p, LONGEST / 2);
	atl_buf_add(out, "\\ldots ");
	atl_buf_addn(out, p + n - LONGEST / 4, LONGEST / 4);
	return (LONGEST + 4) * DIGIT;
}

static uint32_t add_number(atl_buf *out, const char *text)
{
	const char *p = text + (*text == '-');
	size_t n = strspn(p, "0123456789."), len = strlen(text);
	size_t shown = len > 3 ? strlen(p) - 3 : 0; /* of an exact one the digits before the dots */
	bool goes_on = shown && n >= shown && (!strcmp(p + shown, "…") || !strcmp(p + shown, "..."));
	if (goes_on)
		n = shown;
	uint32_t width = p > text ? 80 : 0;
	if (!strcmp(p, "inf"))
		return (void)atl_buf_addf(out, "%s\\infty", p > text ? "-" : ""), 200;
	if (n == 0 || (p[n] && !goes_on && p[n] != '/' && p[n] != 'e')) {
		atl_buf_add(out, "\\text{");
		atl_latex_text(out, text, strlen(text));
		atl_buf_addc(out, '}');
		return (uint32_t)strlen(text) * ROMAN;
	}
	if (p > text)
		atl_buf_addc(out, '-');
	if (p[n] == '/') {
		atl_buf_add(out, "\\tfrac{");
		width += add_digits(out, p, n);
		atl_buf_add(out, "}{");
		width += add_digits(out, p + n + 1, strlen(p + n + 1));
		atl_buf_addc(out, '}');
		return width;
	}
	width += add_digits(out, p, n);
	if (goes_on) {
		atl_buf_add(out, "\\ldots");
		width += 3 * DIGIT;
	}
	if (p[n] == 'e') {
		long exponent = strtol(p + n + 1, NULL, 10);
		atl_buf_addf(out, "\\cdot 10^{%ld}", exponent);
		width += 190 + (uint32_t)strlen(p + n + 1) * SMALL;
	}
	return width;
}

void atl_math_number(atl_math *m, const char *text)
{
	end_piece(m, add_number(&m->text, text), false);
}

/* ---- arrays ---- */

typedef struct grid {
	const atl_array *a;
	const atl_format *f;
	size_t rows, cols, head_rows, head_cols; /* shown: the head and the last */
} grid;

static bool shows(size_t i, size_t n, size_t head)
{
	return i < head || i + 1 == n;
}

static uint32_t add_entry(atl_buf *out, const grid *g, size_t i)
{
	atl_buf text = { 0 };
	atl_value_entry(&text, g->a, i, g->f);
	uint32_t width = add_number(out, atl_buf_text(&text));
	out->failed |= text.failed;
	atl_buf_clear(&text);
	return width;
}

/* A column at a time for its width, a row at a time for its text. */
static uint32_t grid_width(const grid *g)
{
	uint32_t total = BRACKETS;
	atl_buf text = { 0 };
	for (size_t j = 0; j < g->cols; j++) {
		uint32_t widest = 0;
		if (!shows(j, g->cols, g->head_cols)) {
			total += 200 + COLUMN_GAP;
			j = g->cols - 2;
			continue;
		}
		for (size_t i = 0; i < g->rows; i++) {
			if (!shows(i, g->rows, g->head_rows))
				i = g->rows - 1;
			atl_buf_reset(&text);
			uint32_t width = add_entry(&text, g, i * g->cols + j);
			widest = width > widest ? width : widest;
		}
		total += widest + COLUMN_GAP;
	}
	atl_buf_clear(&text);
	return total;
}

static void add_row(atl_buf *out, const grid *g, size_t i, bool dots)
{
	for (size_t j = 0; j < g->cols; j++) {
		if (j)
			atl_buf_add(out, " & ");
		if (!shows(j, g->cols, g->head_cols)) {
			atl_buf_add(out, dots ? "\\ddots" : "\\cdots");
			j = g->cols - 2;
		} else if (dots) {
			atl_buf_add(out, "\\vdots");
		} else {
			add_entry(out, g, i * g->cols + j);
		}
	}
}

static void add_grid(atl_buf *out, const grid *g)
{
	atl_buf_add(out, "\\begin{bmatrix} ");
	for (size_t i = 0; i < g->rows; i++) {
		bool dots = !shows(i, g->rows, g->head_rows);
		if (i)
			atl_buf_add(out, " \\\\ ");
		add_row(out, g, i, dots);
		if (dots)
			i = g->rows - 2;
	}
	atl_buf_add(out, " \\end{bmatrix}");
}

/* As many rows and columns as there may be; fewer columns until it is narrow enough. */
static void add_matrix(atl_math *m, grid *g, atl_math_most most)
{
	uint32_t width;
	g->head_rows = g->rows <= most.rows ? g->rows : most.rows - 2;
	g->head_cols = g->cols <= most.cols ? g->cols : most.cols - 2;
	while ((width = grid_width(g)) > most.width && g->head_cols > 1)
		g->head_cols -= g->head_cols == g->cols && g->cols > 3 ? 3 : 1;
	add_grid(&m->text, g);
	end_piece(m, width, false);
}

static void add_typed(atl_math *m, const atl_array *a, const atl_format *f, uint32_t width)
{
	atl_buf text = { 0 };
	atl_print_inline(&text, a, f, width / TYPED);
	atl_buf_add(&m->text, "\\text{\\ttfamily ");
	atl_latex_text(&m->text, atl_buf_text(&text), text.len);
	atl_buf_addc(&m->text, '}');
	end_piece(m, (uint32_t)atl_text_width(atl_buf_text(&text), text.len) * TYPED + 2 * TYPED, false);
	m->text.failed |= text.failed;
	atl_buf_clear(&text);
}

void atl_math_entry(atl_math *m, const atl_array *a, size_t entry, const atl_format *f)
{
	grid g = { .a = a, .f = f };
	end_piece(m, add_entry(&m->text, &g, entry), false);
}

void atl_math_place(atl_math *m, const atl_shape *shape, size_t entry)
{
	atl_buf text = { 0 };
	atl_remark_place(&text, shape, entry);
	atl_math_add(m, atl_buf_text(&text), (uint32_t)text.len * DIGIT, false);
	m->text.failed |= text.failed;
	atl_buf_clear(&text);
}

void atl_math_value(atl_math *m, const atl_array *a, const atl_format *f, atl_math_most most)
{
	grid g = { .a = a, .f = f };
	if (atl_shape_scalar(&a->shape)) {
		end_piece(m, add_entry(&m->text, &g, 0), false);
	} else if (a->shape.rank == 2 && a->n) {
		g.rows = (size_t)a->shape.dim[0];
		g.cols = (size_t)a->shape.dim[1];
		add_matrix(m, &g, most);
	} else {
		add_typed(m, a, f, most.width);
	}
}
