/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gradients.c: the derivative of every op row, from the row alone.
 *
 * A row is built on operands with the shapes and ranges of its `test` field,
 * over all that its parameters allow: each axis, optional operands left out,
 * broadcasting.  A new row needs no change here. */
#include "compare.h"

#include <stdlib.h>

typedef struct operand {
	const char *name;
	size_t len;
	bool shaped;
	atl_shape shape;
	double lo, hi;
	bool choice;        /* one of lo and hi, nothing between */
	char kind;          /* what is passed on of the drawn x: 's' x + x', 'd' x*x' + I; 0: x */
	char literal[24];   /* n=4, at=[1,2], how="same": as it stands; "": an array */
} operand;

/* One way to call a row. */
typedef struct variant {
	const atl_op *op;
	operand operand[MAX_IN];
	size_t n;           /* operands given */
	int64_t axis;       /* 0: not given */
	char text[160];     /* for messages */
} variant;

/* ---- the test field ---- */

/* What the word at *p makes of an operand; 0: there is none. */
static char read_kind(const char **p)
{
	static const char *const words[] = { "symmetric", "definite" };
	const char *word = *p + strspn(*p, " ");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strncmp(word, words[i], strlen(words[i]))) {
			*p = word + strlen(words[i]);
			return *words[i];
		}
	return 0;
}

/* ":3x2", ":2x3x3" */
static bool read_shape(const char **p, atl_shape *shape)
{
	if (**p != ':')
		return false;
	*shape = (atl_shape){ 0 };
	do
		shape->dim[shape->rank++] = strtoll(*p + 1, (char **)(uintptr_t)p, 10);
	while (**p == 'x' && shape->rank < ATL_MAX_RANK);
	return true;
}

/* "x:3x2 in [0.1, 3]", "a:3x3 symmetric", "c in {0, 1}", "n=4"; advances past the ; that ends it. */
static bool read_operand(const char **p, operand *o)
{
	char open = 0, close = 0;
	int used = 0;
	*o = (operand){ .lo = -2, .hi = 2 };
	*p += strspn(*p, " ;");
	o->name = *p;
	o->len = strcspn(*p, " :=;");
	*p += o->len;
	if (sscanf(*p, "=%23[^; ]%n", o->literal, &used) == 1) {
		*p += used;
	} else {
		o->shaped = read_shape(p, &o->shape);
		o->kind = o->shaped ? read_kind(p) : 0;
		if (sscanf(*p, " in %c%lf, %lf%c%n", &open, &o->lo, &o->hi, &close, &used) == 4 &&
		    used)
			*p += used;
		o->choice = open == '{';
	}
	*p += strspn(*p, " ");
	return o->len > 0 && (**p == ';' || **p == '|' || **p == 0);
}

static const operand *find_operand(const operand *o, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (o[i].len == len && !memcmp(o[i].name, name, len))
			return &o[i];
	return NULL;
}

/* The operands of a call with everything given, in the order of the arguments: those of one
 * alternative of the row's test field, which begins at *text; moves to the next, or to NULL. */
static size_t operands_of(const atl_op *op, const char **text, operand out[MAX_IN])
{
	operand spec[MAX_IN];
	atl_param param[ATL_OP_PARAMS];
	size_t n_spec = 0, n = 0, n_params = atl_op_params(op, param);
	const char *p = *text;
	for (; p && *p && *p != '|'; n_spec++)
		if (n_spec == MAX_IN || !read_operand(&p, &spec[n_spec]))
			fail_msg("%s: the test field \"%s\" cannot be read", op->name, op->test);
	*text = p && *p ? p + 1 : NULL;
	if (op->flags & ATL_OF_VARIADIC) {
		memcpy(out, spec, n_spec * sizeof *out);
		return n_spec;
	}
	for (size_t i = 0; i < n_spec; i++) {
		size_t k = 0;
		while (k < n_params && (param[k].len != spec[i].len ||
					memcmp(param[k].name, spec[i].name, spec[i].len)))
			k++;
		if (k == n_params)
			fail_msg("%s: the test field names \"%.*s\", which is no parameter",
				 op->name, (int)spec[i].len, spec[i].name);
	}
	for (size_t i = 0; i < n_params; i++) {
		const operand *o = find_operand(spec, n_spec, param[i].name, param[i].len);
		bool none = param[i].fallback && !strncmp(param[i].fallback, "none", 4);
		if (!o && (param[i].is_static || (none && n_spec)))
			continue;
		out[n++] =
		    o ? *o
		      : (operand){ .name = param[i].name, .len = param[i].len, .lo = -2, .hi = 2 };
	}
	return n;
}

/* ---- a call ---- */

static uint64_t chance(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* A decimal of five digits in the range, and not next to 0. */
static double draw(const operand *o, uint64_t *state)
{
	for (;;) {
		double u = (double)(chance(state) >> 40) / (double)(1 << 24),
		       x = o->lo + u * (o->hi - o->lo);
		if (o->choice)
			return u < 0.5 ? o->lo : o->hi;
		if (x > 1e-3 || x < -1e-3)
			return x;
	}
}

static atl_id new_operand(bench *t, const operand *o, uint64_t *state)
{
	if (*o->literal == '"')
		return 0;
	if (*o->literal)
		return must(t, o->literal);
	atl_buf text = { 0 };
	for (size_t i = 0; i < atl_shape_count(&o->shape); i++)
		atl_buf_addf(&text, "%s%.5f", i ? " " : "", draw(o, state));
	atl_id id =
	    atl_build_input(&t->b, atl_build_full(&t->b, atl_buf_text(&text), &o->shape), NULL);
	atl_buf_clear(&text);
	return id;
}

/* What the row is given: x itself, or the matrix of its kind that x makes. */
static atl_id passed_on(bench *t, const operand *o, atl_id x)
{
	const atl_bind bind = { "x", x };
	if (o->kind == 's')
		return atl_build_rule(&t->b, "x + x'", &bind, 1);
	if (o->kind == 'd')
		return atl_build_rule(&t->b, "x*x' + eye(extent(x, axis=1))", &bind, 1);
	return x;
}

/* The value of a parameter: the operand of its name, the axis, or its default. */
static atl_id param_value(bench *t, const variant *v, const atl_param *p, const atl_id *id)
{
	int64_t slot[ATL_OP_STATICS];
	const operand *o = find_operand(v->operand, v->n, p->name, p->len);
	if (o)
		return id[o - v->operand];
	if (!p->is_static)
		return atl_build_default(&t->b, p);
	atl_static_default(p, slot);
	if (p->len == 4 && !memcmp(p->name, "axis", 4))
		*slot = v->axis;
	return atl_build_static_node(&t->b, p, slot);
}

/* Whether a row's rule takes a side here. */
static bool at_kink(bench *t, const variant *v, const atl_id *id)
{
	atl_bind bind[ATL_OP_PARAMS];
	char name[ATL_OP_PARAMS][24];
	atl_param param[ATL_OP_PARAMS];
	size_t n = atl_op_params(v->op, param);
	if (!v->op->kink)
		return false;
	for (size_t i = 0; i < n; i++) {
		snprintf(name[i], sizeof name[i], "%.*s", (int)param[i].len, param[i].name);
		bind[i] = (atl_bind){ name[i], param_value(t, v, &param[i], id) };
	}
	atl_id kink = atl_build_rule(&t->b, v->op->kink, bind, (uint32_t)n);
	atl_id some = kink ? atl_build_1(&t->b, "any", kink) : 0;
	if (!some)
		fail_msg("%s: its kink \"%s\": %s", v->op->name, v->op->kink, complaint(t));
	const char *value = value_text(t, some);
	if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
		fail_msg("%s: its kink \"%s\" is %s", v->op->name, v->op->kink, value);
	return *value == '1';
}

/* "same" without its quotes. */
static const char *word_of(bench *t, const operand *o)
{
	return atl_arena_dup(&t->diag.arena, o->literal + 1, strlen(o->literal) - 2);
}

static atl_id build(bench *t, const variant *v, const atl_id *id)
{
	atl_arg arg[MAX_IN + 1];
	uint32_t n = 0;
	atl_param param[ATL_OP_PARAMS];
	size_t n_params = atl_op_params(v->op, param);
	for (size_t i = 0; i < v->n; i++) {
		bool named = false;
		for (size_t k = 0; k < n_params; k++)
			named |= param[k].is_static && param[k].len == v->operand[i].len &&
				 !memcmp(param[k].name, v->operand[i].name, param[k].len);
		arg[n++] =
		    (atl_arg){ .id = passed_on(t, &v->operand[i], id[i]),
			       .string = id[i] ? NULL : word_of(t, &v->operand[i]),
			       .name = named ? atl_symbols_intern(t->symbols, v->operand[i].name,
								  v->operand[i].len)
					     : 0 };
	}
	if (v->axis)
		arg[n++] = (atl_arg){ .name = atl_symbols_intern(t->symbols, "axis", 4),
				      .id = atl_build_number(&t->b, v->axis) };
	return atl_build_args(&t->b, v->op, arg, n, (atl_span){ 0, 0 }, (atl_span){ 0, 0 });
}

static bool has_rules(const atl_op *op)
{
	bool has = op->vjp;
	for (int i = 0; i < ATL_OP_RULES; i++)
		has |= op->rule[i] != NULL;
	return has;
}

static void describe(variant *v)
{
	int n = snprintf(v->text, sizeof v->text, "%s(", v->op->name);
	for (size_t i = 0; i < v->n; i++) {
		const atl_shape *s = &v->operand[i].shape;
		n += snprintf(v->text + n, sizeof v->text - (size_t)n, "%s%s", i ? ", " : "",
			      v->operand[i].literal);
		for (int d = 0; d < s->rank && !*v->operand[i].literal; d++)
			n += snprintf(v->text + n, sizeof v->text - (size_t)n, "%s%d",
				      d ? "x" : "", (int)s->dim[d]);
	}
	if (v->axis)
		n += snprintf(v->text + n, sizeof v->text - (size_t)n, ", axis=%d", (int)v->axis);
	snprintf(v->text + n, sizeof v->text - (size_t)n, ")");
}

static void test_under(variant *v, atl_kink_rule kink)
{
	bench *t = bench_of_differences();
	t->b.kink = kink;
	problem p = { .t = t, .what = v->text };
	atl_id id[MAX_IN];
	uint64_t state = 0x9e3779b97f4a7c15u;
	describe(v);
	do
		for (size_t i = 0; i < v->n; i++)
			id[i] = new_operand(t, &v->operand[i], &state);
	while (at_kink(t, v, id));
	p.y = build(t, v, id);
	if (!p.y)
		fail_msg("%s: %s", v->text, complaint(t));
	for (size_t i = 0; i < v->n; i++) {
		if (*v->operand[i].literal)
			continue;
		p.fixed[p.n] =
		    has_rules(v->op) && !v->op->vjp && (i >= ATL_OP_RULES || !v->op->rule[i]);
		p.in[p.n++] = id[i];
	}
	v->op->flags & ATL_OF_NO_GRADIENT ? compare_zero(&p) : compare_derivatives(&p);
	bench_free(t);
}

/* Away from its kinks a row has the same derivative, whatever is set for them. */
static void test_variant(variant *v)
{
	for (unsigned kink = ATL_KINK_ZERO; kink <= (v->op->kink ? ATL_KINK_ERROR : ATL_KINK_ZERO); kink++)
		test_under(v, kink);
}

/* ---- all ways to call a row ---- */

static bool has_axis(const atl_op *op)
{
	atl_param param[ATL_OP_PARAMS];
	size_t n = atl_op_params(op, param);
	for (size_t i = 0; i < n; i++)
		if (param[i].is_static && param[i].len == 4 && !memcmp(param[i].name, "axis", 4))
			return true;
	return false;
}

static void test_axes(variant *v, bool axes)
{
	axes &= !find_operand(v->operand, v->n, "axis", 4);
	for (v->axis = 0; v->axis <= (axes ? 2 : 0); v->axis++)
		test_variant(v);
}

/* Shapes of the operands that the row leaves open: the first operand's, and the others'. */
static const int64_t pairs[][4] = {
	{ 2, 3, 2, 3 }, { 1, 1, 1, 1 }, { 2, 3, 1, 1 }, { 1, 1, 2, 3 },
	{ 2, 1, 2, 3 }, { 2, 3, 2, 1 }, { 1, 3, 2, 3 }, { 2, 3, 1, 3 }
};

static void test_shapes(variant *v, bool axes)
{
	const operand *all = v->operand;
	operand own[MAX_IN];
	bool open = false, broadcasts = v->op->flags & ATL_OF_ELEMENTWISE && v->n > 1;
	memcpy(own, all, sizeof own);
	for (size_t i = 0; i < v->n; i++)
		open |= !own[i].shaped && !*own[i].literal;
	for (size_t s = 0; s < (!open ? 1 : broadcasts ? sizeof pairs / sizeof *pairs : 2); s++) {
		for (size_t i = 0; i < v->n; i++)
			if (!own[i].shaped)
				v->operand[i].shape =
				    atl_shape_2(pairs[s][i ? 2 : 0], pairs[s][i ? 3 : 1]);
		test_axes(v, axes);
	}
}

/* With all operands, and with each one that has a default left out, from the last on. */
static void test_left_out(variant *v, const atl_param *param, size_t n_params)
{
	for (;;) {
		const operand *o = v->n ? &v->operand[v->n - 1] : NULL;
		const atl_param *last = o && v->n <= n_params ? &param[v->n - 1] : NULL;
		bool optional = last && !last->is_static && last->fallback &&
				o->name && o->len == last->len && !memcmp(o->name, last->name, o->len) &&
				!(v->op->flags & ATL_OF_VARIADIC);
		bool none = optional && !strncmp(last->fallback, "none", 4);
		test_shapes(v, has_axis(v->op) && !none);
		if (!optional)
			return;
		v->n--;
	}
}

static void a_rule_is_the_derivative(void **state)
{
	variant v = { .op = *state };
	atl_param param[ATL_OP_PARAMS];
	size_t n_params = atl_op_params(v.op, param);
	const char *test = v.op->test;
	do {
		v.n = operands_of(v.op, &test, v.operand);
		test_left_out(&v, param, n_params);
	} while (test);
}

/* ---- what every row must have ---- */

static void a_row_is_complete(void **state)
{
	const atl_op *op = *state;
	atl_param param[ATL_OP_PARAMS];
	size_t n = atl_op_params(op, param), operands = 0;
	for (size_t i = 0; i < n; i++)
		operands += !param[i].is_static;
	if (!op->summary || !*op->summary)
		fail_msg("%s has no summary", op->name);
	if (!(op->flags & ATL_OF_INTERNAL) && !op->example &&
	    strcmp(atl_op_group(op), "derivatives"))
		fail_msg("%s has no example", op->name);
	if (op->example && !strstr(op->example, " -> "))
		fail_msg("%s: the example \"%s\" does not say what it gives", op->name,
			 op->example);
	if (op->kink && (!op->kink_says || !op->kink_at))
		fail_msg("%s has a kink and does not say which side is taken", op->name);
	for (size_t i = 0;
	     i < operands && op->by == ATL_BY_TEXT && !(op->flags & ATL_OF_NO_GRADIENT); i++)
		if (!op->vjp && (i >= ATL_OP_RULES || !op->rule[i]))
			fail_msg("%s has no rule for its operand %zu", op->name, i + 1);
	if (op->flags & ATL_OF_NO_GRADIENT && has_rules(op))
		fail_msg("%s has rules and says that it has no gradient", op->name);
}

/* Differentiable rows that need attributes no call can give; structure.c tests them. */
static const char *const by_attributes[] = { "slice", "place", "gather", "scatter" };

static void a_row_that_is_not_tested_has_no_derivative(void **state)
{
	(void)state;
	for (size_t i = 0; i < atl_op_count(); i++) {
		const atl_op *op = atl_op_at(i);
		bool listed = false;
		for (size_t k = 0; k < sizeof by_attributes / sizeof *by_attributes; k++)
			listed |= !strcmp(op->name, by_attributes[k]);
		if (op->test && !*op->test && has_rules(op) && !listed)
			fail_msg("%s has a derivative and its test field is empty", op->name);
		if (listed && !(op->test && !*op->test))
			fail_msg("%s has a test field and need not be listed", op->name);
	}
}

/* A row without gradient is built on what its operands are by default. */
static void a_row_without_gradient_has_gradient_zero(void **state)
{
	variant v = { .op = *state };
	const char *test = NULL;
	v.n = operands_of(v.op, &test, v.operand);
	for (size_t i = 0; i < v.n; i++)
		v.operand[i].shape = atl_shape_2(2, 3);
	test_axes(&v, has_axis(v.op));
}

extern const struct CMUnitTest structure_tests[];
extern const size_t n_structure_tests;

static size_t add(struct CMUnitTest *test, char *name, const char *format, CMUnitTestFunction fn,
		  const atl_op *op)
{
	snprintf(name, 80, format, op->name);
	*test = (struct CMUnitTest){ .name = name,
				     .test_func = fn,
				     .initial_state = (void *)(uintptr_t)op };
	return 1;
}

int main(void)
{
	size_t n = 0, most = 2 * atl_op_count() + 1 + n_structure_tests;
	struct CMUnitTest *tests = calloc(most, sizeof *tests);
	char (*name)[80] = calloc(most, sizeof *name);
	if (!tests || !name)
		return 1;
	for (size_t i = 0; i < atl_op_count(); i++) {
		const atl_op *op = atl_op_at(i);
		n += add(&tests[n], name[n], "the_row_of_%s_is_complete", a_row_is_complete, op);
		if (op->flags & ATL_OF_NO_GRADIENT)
			n += add(&tests[n], name[n], "%s_has_gradient_zero",
				 a_row_without_gradient_has_gradient_zero, op);
		else if (!op->test || *op->test)
			n += add(&tests[n], name[n], "the_rule_of_%s_is_its_derivative",
				 a_rule_is_the_derivative, op);
	}
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(a_row_that_is_not_tested_has_no_derivative);
	for (size_t i = 0; i < n_structure_tests; i++)
		tests[n++] = structure_tests[i];
	int failed = _cmocka_run_group_tests("gradients", tests, n, NULL, NULL);
	free(tests);
	free(name);
	return failed;
}
