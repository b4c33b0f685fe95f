/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host.c: see host.h. */
#include "host.h"

static int find(const bench *t, atl_sym sym)
{
	atl_sym canon = atl_symbols_canon(t->symbols, sym);
	for (size_t i = 0; i < t->n_names; i++)
		if (t->name[i].sym == canon)
			return (int)i;
	return -1;
}

/* ---- what the builder asks ---- */

static atl_id lookup(void *host, atl_sym sym, atl_span span)
{
	bench *t = host;
	int i = find(t, sym);
	if (i >= 0)
		return t->name[i].id;
	atl_diag_fail(&t->diag, ATL_KIND_NAME, span, "unknown name \"%s\"",
		      atl_symbols_text(t->symbols, sym));
	return 0;
}

static bool is_variable(void *host, atl_sym sym) { return find(host, sym) >= 0; }

static bool is_function(void *host, atl_sym sym)
{
	(void)host;
	(void)sym;
	return false;
}

static atl_status call(void *host, const atl_host_call *k, atl_id *out, uint32_t n_out)
{
	(void)host, (void)k, (void)out, (void)n_out;
	return ATL_ERROR;
}

static void flush_guard(bench *t)
{
	atl_id last = atl_graph_last(t->graph);
	for (atl_id id = t->guard_from + 1; t->guard && id <= last; id++)
		atl_graph_set_guard(t->graph, id, t->guard);
	t->guard_from = last;
}

static const atl_array *read_now(void *host, atl_id id, const char *why, atl_span span)
{
	bench *t = host;
	if (!id || atl_eval_want(t->eval, &id, 1, &t->diag))
		return NULL;
	const atl_array *a = atl_eval_get(t->eval, id);
	if (!why || !(atl_graph_node(t->graph, id)->flags & ATL_NF_OPEN))
		return a;
	uint32_t guard = atl_eval_guard(t->eval, t->guard, id, a, span);
	if (!guard) {
		atl_diag_nomem(&t->diag);
		return NULL;
	}
	flush_guard(t);
	t->guard = guard;
	return a;
}

static void note(void *host, atl_span span, const char *text)
{
	bench *t = host;
	(void)span;
	atl_buf_addf(&t->notes, "%s\n", text);
}

static const atl_array *known(void *host, atl_id id)
{
	bench *t = host;
	const atl_array *a = read_now(host, id, NULL, (atl_span){ 0, 0 });
	if (!a && t->diag.kind != ATL_KIND_LIMIT)
		atl_diag_reset(&t->diag);
	return a;
}

static atl_id keep(void *host, const atl_array *a, atl_span span)
{
	bench *t = host;
	atl_id id = atl_build_input(&t->b, 0, &a->shape);
	if (!id || atl_eval_store(t->eval, id, a, span, &t->diag))
		return 0;
	atl_graph_set_flag(t->graph, id, ATL_NF_INPUT | ATL_NF_OPEN, false);
	return id;
}

static int64_t draw(void *host) { return ((bench *)host)->draws++; }

static const char *nearest(void *host, const char *name, bool function)
{
	(void)host;
	atl_nearest n = { 0 };
	for (size_t i = 0; function && i < atl_op_count(); i++)
		atl_nearest_try(&n, name, atl_op_at(i)->name);
	return n.best;
}

static const atl_host bench_host = { .lookup = lookup,
				     .is_variable = is_variable,
				     .is_function = is_function,
				     .call = call,
				     .read = read_now,
				     .known = known,
				     .note = note,
				     .keep = keep,
				     .draw = draw,
				     .nearest = nearest };

/* ---- life ---- */

bench *bench_new(const char *system)
{
	atl_num num = { 0 };
	bench *t = atl_calloc(1, sizeof *t);
	if (!t)
		return NULL;
	(void)atl_system_find(&num, system, strlen(system));
	t->sources = atl_sources_new();
	t->symbols = atl_symbols_new();
	t->graph = atl_graph_new();
	t->eval = t->graph ? atl_eval_new(t->graph, t->symbols, t->sources, &num) : NULL;
	t->reader = t->sources && t->symbols ? atl_reader_new(t->sources, t->symbols) : NULL;
	t->b = (atl_builder){ .graph = t->graph,
			      .symbols = t->symbols,
			      .sources = t->sources,
			      .diag = &t->diag,
			      .host = &bench_host,
			      .host_data = t };
	if (!t->eval || !t->reader || atl_builder_init(&t->b) ||
	    atl_reader_open(t->reader, NULL, 1, &t->diag)) {
		bench_free(t);
		return NULL;
	}
	t->line = 1;
	t->end = atl_sources_append(t->sources, "", 0);
	return t;
}

void bench_free(bench *t)
{
	if (!t)
		return;
	atl_builder_clear(&t->b);
	atl_reader_free(t->reader);
	atl_eval_free(t->eval);
	atl_graph_free(t->graph);
	atl_symbols_free(t->symbols);
	atl_sources_free(t->sources);
	atl_diag_clear(&t->diag);
	atl_buf_clear(&t->notes);
	atl_buf_clear(&t->text);
	atl_free(t);
}

void bench_system(bench *t, const char *system)
{
	atl_num num = { 0 };
	assert_true(atl_system_find(&num, system, strlen(system)));
	atl_eval_set_num(t->eval, &num);
}

/* ---- statements ---- */

static atl_id bind(bench *t, atl_sym sym, atl_id id, atl_id since)
{
	int i = find(t, sym);
	uint32_t turn = i < 0 ? 1 : t->name[i].turn + 1;
	if (id && !(atl_graph_node(t->graph, id)->flags & ATL_NF_OPEN))
		id = atl_build_input(&t->b, id, NULL);
	id = atl_graph_name(t->graph, id, sym, turn, since, t->statement);
	if (!id || atl_eval_want(t->eval, &id, 1, &t->diag)) {
		if (t->diag.kind == ATL_KIND_NONE)
			atl_diag_nomem(&t->diag);
		return 0;
	}
	if (i < 0 && t->n_names == BENCH_NAMES) {
		atl_diag_fail(&t->diag, ATL_KIND_LIMIT, t->statement, "too many names");
		return 0;
	}
	if (i < 0)
		i = (int)t->n_names++;
	t->name[i].sym = atl_symbols_canon(t->symbols, sym);
	t->name[i].id = id;
	t->name[i].turn = turn;
	return id;
}

static atl_id update(bench *t, atl_sym sym, atl_id id)
{
	int i = find(t, sym);
	if (!id || i < 0 || atl_eval_want(t->eval, &id, 1, &t->diag))
		return 0;
	if (atl_eval_store(t->eval, t->name[i].id, atl_eval_get(t->eval, id), t->statement,
			   &t->diag))
		return 0;
	return t->name[i].id;
}

static atl_id statement(bench *t, const atl_tree *tree)
{
	const atl_tree_node *root = &tree->node[tree->root];
	atl_id since = atl_graph_last(t->graph), id = 0;
	t->statement = root->span;
	t->guard = 0;
	t->guard_from = since;
	if (root->kind == ATL_T_EXPR)
		id = atl_build_tree(&t->b, tree, tree->root - 1);
	else if (root->kind == ATL_T_DEFINE)
		id = bind(t, root->sym, atl_build_tree(&t->b, tree, tree->root - 1), since);
	else if (root->kind == ATL_T_UPDATE)
		id = update(t, tree->node[0].sym, atl_build_tree(&t->b, tree, tree->root - 1));
	if (id) {
		flush_guard(t);
		return id;
	}
	if (t->diag.kind == ATL_KIND_NONE)
		atl_diag_fail(&t->diag, ATL_KIND_USAGE, root->span,
			      "a failure that was not explained");
	atl_graph_cut(t->graph, since);
	atl_eval_cut(t->eval, since);
	return 0;
}

atl_id run(bench *t, const char *text)
{
	atl_id id = 0;
	atl_tree *tree = NULL;
	atl_diag_reset(&t->diag);
	/* a rule that was read meanwhile is a text of its own */
	if (atl_sources_append(t->sources, "", 0) != t->end &&
	    !atl_sources_open(t->sources, NULL, t->line))
		return 0;
	if (atl_reader_feed(t->reader, text, strlen(text), &t->diag) ||
	    atl_reader_feed(t->reader, "\n", 1, &t->diag))
		return 0;
	t->end = atl_sources_append(t->sources, "", 0);
	t->line++;
	for (const char *p = text; *p; p++)
		t->line += *p == '\n';
	for (;;) {
		atl_read got = atl_reader_next(t->reader, &tree, &t->diag);
		if (got == ATL_READ_ERROR)
			return 0;
		if (got != ATL_READ_STATEMENT)
			return id;
		id = statement(t, tree);
		atl_tree_unref(tree);
		if (!id)
			return 0;
	}
}

atl_id must(bench *t, const char *text)
{
	atl_id id = run(t, text);
	if (!id)
		fail_msg("%s: %s", text, complaint(t));
	return id;
}

atl_id named(const bench *t, const char *name)
{
	atl_sym sym = atl_symbols_find(t->symbols, name, strlen(name));
	int i = sym ? find(t, sym) : -1;
	return i < 0 ? 0 : t->name[i].id;
}

/* ---- what came of it ---- */

const char *shown(bench *t, atl_id id)
{
	atl_buf_reset(&t->text);
	atl_show_text(&t->text, t->graph, id, t->symbols);
	return atl_buf_text(&t->text);
}

static void put_array(atl_buf *out, const atl_array *a)
{
	bool matrix = a->shape.rank == 2, scalar = atl_shape_scalar(&a->shape);
	if (!matrix) {
		atl_shape_print(out, &a->shape);
		atl_buf_add(out, ":");
	}
	atl_buf_add(out, matrix && !scalar ? "[" : "");
	for (size_t i = 0; i < a->n; i++) {
		if (!matrix)
			atl_buf_add(out, " ");
		else if (i)
			atl_buf_add(out, i % (size_t)a->shape.dim[1] ? ", " : "; ");
		a->sys->print(out, atl_array_at(a, i), 6);
	}
	atl_buf_add(out, matrix && !scalar ? "]" : "");
}

const char *value_text(bench *t, atl_id id)
{
	atl_buf_reset(&t->text);
	if (!id || atl_eval_want(t->eval, &id, 1, &t->diag))
		return "";
	put_array(&t->text, atl_eval_get(t->eval, id));
	return atl_buf_text(&t->text);
}

const char *complaint(bench *t)
{
	atl_buf_reset(&t->text);
	atl_buf_add(&t->text, t->diag.message ? t->diag.message : "no complaint");
	for (unsigned i = 0; i < t->diag.n_labels; i++)
		if (*t->diag.label[i].text)
			atl_buf_addf(&t->text, "\n%s", t->diag.label[i].text);
	for (unsigned i = 0; i < t->diag.n_notes; i++)
		atl_buf_addf(&t->text, "\n%s", t->diag.note[i]);
	return atl_buf_text(&t->text);
}

void assert_value(bench *t, const char *text, const char *expected)
{
	atl_id id = must(t, text);
	const char *got = value_text(t, id);
	if (t->diag.kind != ATL_KIND_NONE)
		fail_msg("%s: expected %s, got: %s", text, expected, complaint(t));
	if (strcmp(got, expected))
		fail_msg("%s: expected %s, got %s", text, expected, got);
}

void assert_shown(bench *t, const char *text, const char *expected)
{
	const char *got = shown(t, must(t, text));
	if (strcmp(got, expected))
		fail_msg("%s: expected to be shown as %s, got %s", text, expected, got);
}

void assert_fails(bench *t, const char *text, atl_kind kind, const char *lines)
{
	atl_id id = run(t, text);
	const char *got = id ? value_text(t, id) : "";
	if (t->diag.kind == ATL_KIND_NONE)
		fail_msg("%s: expected to fail with \"%s\", got %s", text, lines, got);
	got = complaint(t);
	if (strcmp(got, lines))
		fail_msg("%s: expected to fail with\n%s\nand it says\n%s", text, lines, got);
	if (t->diag.kind != kind)
		fail_msg("%s: fails with kind %d, expected %d", text, (int)t->diag.kind, (int)kind);
	atl_diag_reset(&t->diag);
}
