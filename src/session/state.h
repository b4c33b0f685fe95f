/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.h: what the files of src/session share; nobody else includes it.
 *
 *     feed -> reader -> statement -> run.c      dispatch by kind and by word
 *                                     |         control.c, update.c, check.c, ...
 *                                     v
 *                                   atom.c      build, evaluate; on error cut the graph back
 *                                     |
 *                  host.c  <------ builder      asks for names, calls and values
 *                     |
 *          names.c, call.c, prelude.c
 *
 * Functions that return atl_status have put a diagnostic into s->diag when
 * they fail; only feed prints it. */
#ifndef ATL_SESSION_STATE_H
#define ATL_SESSION_STATE_H

#include "base/text.h"
#include "eval/eval.h"
#include "eval/plan.h"
#include "graph/build.h"
#include "lang/reader.h"
#include "number/modules.h"
#include "print/document.h"
#include "print/print.h"
#include "session/prelude_index.h"
#include "session/session.h"
#include "trace/trace.h"
#include "trace/why.h"

enum {
	ATL_MAX_CALLS = 200,   /* functions within functions */
	ATL_MAX_BLOCKS = 1000, /* blocks within blocks, those of calls counted in */
	ATL_MAX_LOADS = 16,    /* files that load files */
	ATL_MAX_VALUES = 16,   /* of one function */
	ATL_MAX_USERS = 4,     /* names remembered as users of a binding */
	ATL_MAX_READS = 32,    /* names remembered as read by one statement */
	ATL_MANY_REBINDINGS = 10000
};

/* ---- names.c ---- */

/* A definition that reads a name. */
typedef struct atl_user {
	atl_sym name; /* canonical */
	atl_id id;
} atl_user;

/* A variable: a stack of bindings.  id[k-1] is binding k, 0 when it is gone;
 * the last one is what the name stands for. */
typedef struct atl_var {
	atl_sym name; /* as it was spelled last */
	atl_id *id;
	uint32_t n;
	size_t cap;
	bool weak;    /* a local of a call: lives as long as somebody uses it */
	bool counter; /* bound by `for` */
	bool many_noted;
	uint32_t successors;          /* bindings that read the one before */
	uint32_t bound_in;            /* the statement (epoch) whose undo has the bindings, */
	uint32_t stored_in;           /* and the stored value of ... */
	atl_id stored_id;             /* ... this input */
	atl_user user[ATL_MAX_USERS]; /* of the last binding */
	uint32_t n_users;             /* may be more than are remembered */
} atl_var;

/* A function of the user or of the prelude. */
typedef struct atl_function {
	unsigned refs;
	atl_sym name;
	atl_tree *tree;
	uint32_t *child; /* parameters, then the body */
	uint32_t n_params;
	uint32_t calls; /* kept ones, for f~2.z */
	bool prelude;
} atl_function;

/* A call in progress. */
typedef struct atl_local {
	atl_sym name; /* canonical */
	atl_id id;
	uint32_t turn;
} atl_local;

typedef struct atl_frame {
	struct atl_frame *outer;
	atl_function *fn;
	uint32_t call; /* which call of fn */
	atl_local *local;
	size_t n, cap;
	atl_id value[ATL_MAX_VALUES]; /* of the last statement, */
	uint32_t n_values;            /* 0: it had none */
} atl_frame;

/* What a kept statement adds to the names: calls counted and locals that can be typed. */
typedef struct atl_pending {
	atl_function *fn; /* a call of it, when calls is what fn->calls was */
	uint32_t calls;
	atl_sym name; /* a local, when not 0 */
	atl_id id;
} atl_pending;

/* ---- undo.c ---- */

typedef enum atl_undo_kind {
	ATL_UNDO_BIND,
	ATL_UNDO_CLEAR,
	ATL_UNDO_STORE,
	ATL_UNDO_FUNCTION
} atl_undo_kind;
typedef struct atl_undo {
	atl_undo_kind kind;
	atl_var *var;
	uint32_t n;             /* BIND, CLEAR: bindings there were */
	atl_id id;              /* BIND: the last of them; STORE: the input */
	atl_id *ids;            /* CLEAR: all of them */
	const atl_array *array; /* STORE: NULL: its closed expression held */
	atl_span span;
	atl_sym name;     /* FUNCTION */
	atl_function *fn; /* the one before; NULL: none */
} atl_undo;

/* ---- the session ---- */

struct atl_session {
	atl_options options;
	atl_format format;
	atl_document document; /* its language is NULL for text and JSON */
	atl_dump dump;
	atl_diag diag;
	atl_symbols *symbols;
	atl_sources *sources;
	atl_graph *graph;
	atl_eval *eval;
	atl_reader *reader;
	atl_builder builder;
	atl_host host;

	/* names: by canonical symbol, each NULL or its entry */
	atl_var **var;
	atl_function **fn, **prelude_fn;
	size_t n_var, n_fn, n_prelude_fn; /* sizes of the three */
	atl_sym *order;                   /* variables in order of their first binding */
	size_t n_order, cap_order;
	atl_sym sym_ans, sym_shape, sym_read;
	unsigned char *in_prelude; /* by symbol: what is known of it */
	size_t n_in_prelude, cap_in_prelude;

	/* the atom: what belongs to the simple statement that runs */
	atl_id mark; /* the graph's end before it */
	int64_t mark_draws;
	uint32_t mark_guards;
	atl_span at; /* the statement */
	atl_id ans_node;
	uint32_t guard;              /* guards met so far, */
	atl_id guard_from;           /* which hold for nodes past this one */
	bool passing;                /* its nodes will be cut: what they read need not be guarded */
	bool trial;                  /* it is built to see whether it can be kept: silently, */
	bool touched;                /* and it read a value or ans, drew a number or had something to say */
	atl_sym read[ATL_MAX_READS]; /* variables that were looked up */
	uint32_t n_read;
	atl_pending *pending;
	size_t n_pending, cap_pending;
	atl_var *instead;  /* when looked up once: ... */
	atl_id instead_id; /* ... this node (index updates) */
	atl_sym place_name; /* canonical; at top level it stands for ... */
	atl_id place_id;    /* ... this node (plot ... for t in R) */

	/* where it runs */
	atl_frame *frame; /* NULL: no call */
	unsigned calls, blocks, loads;
	unsigned loops;            /* loops around */
	bool first_turn;           /* of the innermost loop */
	const atl_tree *loop_tree; /* the innermost loop's body, to see what it updates */
	uint32_t loop_body;
	bool loop_noted; /* since the outermost loop began */
	unsigned call_notes; /* "called at" notes of the diagnostic */

	/* results */
	const atl_array *ans;
	atl_array *letters;      /* atl_abstract_size() */
	atl_span mending;        /* atl_mend(): the place of the error */
	int64_t seed, draws;
	long limit_nodes;
	atl_modules modules;
	unsigned long checks, checks_yes, checks_no, checks_undecided;
	bool check_failed;
	int exit_code;
	bool quit;
	bool from_command_line; /* a setting is given there */

	atl_why failed;        /* why what failed last did, */
	uint32_t failed_epoch; /* and in which statement that was */

	/* undo */
	uint32_t epoch; /* counts top-level statements */
	uint32_t log_epoch;
	uint32_t overflow_epoch; /* whose overflow was told */
	uint32_t short_epoch;    /* and that digits are missing */
	atl_id wanted;           /* the node whose value was wanted last */
	atl_undo *log;
	size_t n_log, cap_log;

	atl_id compact_at; /* look for dead nodes when the graph is that long, */
	size_t forget_at;  /* and for text that nothing points into when there is that much, and some more */
	atl_buf line;      /* for printing */

	/* the text that is fed */
	char *file;           /* its name; NULL: none */
	unsigned line_number; /* of what comes next */
	uint32_t end;         /* position; another one when other texts were opened since */
	atl_buf partial;      /* a line whose end has not come */
};

/* names.c */
atl_var *atl_names_find(const atl_session *, atl_sym); /* bound or not; NULL: never heard of */
atl_var *atl_names_intern(atl_session *, atl_sym) ATL_MUST_CHECK;
atl_id atl_names_latest(const atl_var *); /* 0: unbound; NULL is fine */
atl_status atl_names_bind(atl_session *, atl_sym, atl_id) ATL_MUST_CHECK;
/* The same turn, another node. */
atl_status atl_names_rebind_last(atl_session *, atl_var *, atl_id) ATL_MUST_CHECK;
uint32_t atl_names_next_turn(const atl_session *, atl_sym);
atl_id atl_names_lookup(atl_session *, atl_sym, atl_span); /* 0 after a diagnostic */
atl_local *atl_names_local(const atl_session *, atl_sym);
atl_status atl_names_bind_local(atl_session *, atl_sym, atl_id) ATL_MUST_CHECK;
const char *atl_names_nearest(atl_session *, const char *name, bool function);
atl_function *atl_names_function(const atl_session *, atl_sym); /* as seen from where it runs */
atl_status atl_names_set_function(atl_session *, bool prelude, atl_sym,
                                  atl_function *) ATL_MUST_CHECK;
void atl_names_free(atl_session *);

/* unknown.c: says that a name is unknown, and what may have been meant */
atl_status atl_unknown_name(atl_session *, atl_sym, atl_span);
/* The syntax may ask which names are functions'. */
void atl_unknown_init(atl_session *);

/* atom.c: the simple statement */
void atl_atom_begin(atl_session *, atl_span);
void atl_atom_keep(atl_session *);                  /* its nodes stay */
void atl_atom_drop(atl_session *);                  /* its nodes go: it failed, or named nothing */
void atl_atom_fail(atl_session *);                  /* and its random draws are given back */
void atl_atom_guard(atl_session *, uint32_t guard); /* for all nodes from here on */
atl_status atl_atom_want(atl_session *, const atl_id *, size_t n) ATL_MUST_CHECK;
atl_status atl_atom_settle(atl_session *, const atl_id *, size_t n) ATL_MUST_CHECK; /* the same for what is not shown */
const atl_array *atl_atom_value(atl_session *, atl_id); /* wants one; NULL after a diagnostic */
/* Its nodes stay, without a name, and what it would add to the names is forgotten. */
void atl_atom_hold(atl_session *);
/* Builds and wants it. */
const atl_array *atl_atom_eval(atl_session *, const atl_tree *, uint32_t node);
atl_id atl_atom_constant(atl_session *, const atl_array *); /* a node that is this and no input */
void atl_atom_tell_overflow(atl_session *);         /* a note, when a value overflowed */
atl_status atl_atom_poll(atl_session *) ATL_MUST_CHECK;     /* ATL_ERROR when interrupted */
void atl_atom_tidy(atl_session *); /* between statements: compacts now and then */
atl_status atl_atom_truth(atl_session *, const atl_array *, atl_span, bool *) ATL_MUST_CHECK;

/* forget.c */
void atl_forget_text(atl_session *); /* between statements: now and then */

/* To those who write the statement for the function. */
#define ATL_TRACE_HINT "tr(A) is the trace of a matrix"

/* host.c */
void atl_host_init(atl_session *);

/* call.c */
/* The values of a call, n_out of them. */
atl_status atl_call_function(atl_session *, const atl_host_call *, atl_id *out, uint32_t n_out);
atl_function *atl_function_new(const atl_tree *, uint32_t node, bool prelude) ATL_MUST_CHECK;
atl_function *atl_function_ref(atl_function *);
void atl_function_unref(atl_function *);
/* z = expr in a body: the node is named, when it is newer than `since`, and bound. */
atl_status atl_call_define(atl_session *, atl_sym, atl_id, atl_id since, atl_span) ATL_MUST_CHECK;
void atl_function_signature(const atl_session *, const atl_function *, atl_buf *);

/* prelude.c */
bool atl_prelude_has(const char *name);
bool atl_prelude_defines(atl_session *, atl_sym); /* the same, looked up once */
size_t atl_prelude_at(const char *name); /* its place in the index, or atl_prelude_count */
atl_status atl_prelude_load(atl_session *, atl_sym) ATL_MUST_CHECK;
atl_status atl_read_file(atl_session *, const char *path, atl_span, atl_buf *) ATL_MUST_CHECK;

/* run.c */
atl_status atl_run_statement(atl_session *, const atl_tree *, uint32_t node) ATL_MUST_CHECK;
/* All of a text, until it fails. */
atl_status atl_run_text(atl_session *, atl_reader *) ATL_MUST_CHECK;
typedef atl_status atl_run(atl_session *, const atl_tree *, uint32_t node);

/* control.c, update.c, check.c, ...: what run.c's tables name */
atl_run atl_run_block, atl_run_if, atl_run_for, atl_run_while, atl_run_repeat;
atl_run atl_run_update, atl_run_check, atl_run_show, atl_run_set, atl_run_help, atl_run_list;
/* shape.c: the statement, and a call in an expression: its sizes. */
atl_run atl_run_shape;
atl_id atl_call_shape(atl_session *, const atl_tree *, uint32_t call);
atl_run atl_run_clear, atl_run_undo, atl_run_load, atl_run_trace, atl_run_quit;
/* tutor.c: an expression with an operand `?`: which shapes fit there. */
bool atl_has_hole(const atl_session *, const atl_tree *, uint32_t node);
atl_run atl_run_hole;

/* declare.c: whether a node has no value since an input was declared by its shape. */
/* mend.c: adds to an error of shapes the edits of the statement that were tried and fit. */
void atl_mend(atl_session *, const atl_tree *);
/* What a text gives when it is typed; 0, and no diagnostic, when it does not read or build. */
atl_id atl_build_typed(atl_session *, const char *text, size_t len) ATL_MUST_CHECK;

bool atl_is_abstract(const atl_session *, atl_id);
/* The value of a node that depends on nothing without a value but letters of sizes, with the numbers that
 * stand for them, until the next call; NULL: it does. */
const atl_array *atl_abstract_size(atl_session *, atl_id);
const char *atl_abstract_letter(const atl_session *, atl_id); /* that a node is; NULL: none */
/* check a == b of such nodes, at random points. */
atl_status atl_check_identity(atl_session *, const atl_tree *, uint32_t node, atl_id a, atl_id b, bool negated);
atl_run atl_run_input;
atl_run atl_run_compare, atl_run_formula, atl_run_gradcheck, atl_run_why, atl_run_minimize;
atl_run atl_run_read, atl_run_save, atl_run_plot;

/* update.c: builds the right sides of an update of whole names: input and value of each
 * of its targets. */
atl_status atl_update_build(atl_session *, const atl_tree *, uint32_t node, atl_store *) ATL_MUST_CHECK;

/* kept.c: a loop whose body is updates, and then only shows and checks. */
typedef struct atl_kept atl_kept;
/* Before the second turn; NULL: it runs as it is written.  condition: of a while, else
 * ATL_TREE_NONE; counter: of a for, else NULL. */
atl_kept *atl_kept_begin(atl_session *, const atl_tree *, uint32_t body, uint32_t condition, atl_var *counter) ATL_MUST_CHECK;
atl_status atl_kept_end(atl_session *, atl_kept *) ATL_MUST_CHECK;
atl_status atl_kept_turn(atl_session *, atl_kept *) ATL_MUST_CHECK;
/* The while's condition after a turn; false: it is to be read. */
bool atl_kept_condition(const atl_kept *, bool *truth);
/* The counter of the next turn: its entries, doubles. */
atl_status atl_kept_count(atl_session *, atl_kept *, const void *entries) ATL_MUST_CHECK;

/* explain.c: the names behind `wrt`, n of them: their nodes. */
atl_status atl_find_targets(atl_session *, const atl_tree *, const uint32_t *child, uint32_t n,
                            atl_id *wrt) ATL_MUST_CHECK;

/* data.c: the function read("x.csv"), which is of the session since it looks at files. */
bool atl_is_read(const atl_session *, atl_sym);
atl_id atl_call_read(atl_session *, const atl_arg *, uint32_t n, atl_span at);

/* why.c: what failed is explained while it is still there: a value without a value, else the error. */
void atl_why_remember_value(atl_session *, const atl_id *, size_t n);
void atl_why_remember_error(atl_session *);

/* step.c: a trace, a key a step. */
void atl_step_through(atl_session *, const atl_trace *);

/* undo.c */
atl_status atl_undo_bind(atl_session *, atl_var *) ATL_MUST_CHECK; /* before its bindings change */
atl_status atl_undo_clear(atl_session *, atl_var *) ATL_MUST_CHECK;
/* Whether this statement has kept what was stored there before. */
bool atl_undo_stored(const atl_session *, const atl_var *, atl_id input);
atl_status atl_undo_store(atl_session *, atl_var *, atl_id input) ATL_MUST_CHECK;
atl_status atl_undo_function(atl_session *, atl_sym, atl_function *before) ATL_MUST_CHECK;
void atl_undo_forget(atl_session *);
void atl_undo_remap(atl_session *, const atl_id *remap);
void atl_undo_mark(const atl_session *, bool *mark);

/* notes.c */
void atl_note(atl_session *, atl_span, const char *format, ...) ATL_PRINTF(3, 4);
void atl_note_rebound(atl_session *, const atl_var *);
void atl_note_follows(atl_session *, atl_sym, atl_id);
void atl_note_successor(atl_session *, atl_var *);

/* output.c */
void atl_output_line(atl_session *, atl_buf *); /* adds the newline; empties it */
void atl_output_part(atl_session *, atl_buf *); /* of the document, as it is; empties it */
void atl_output_error(atl_session *);           /* s->diag, and empties it */
void atl_output_err_line(atl_session *, atl_buf *);
void atl_output_value(atl_session *, atl_sym name, const atl_array *); /* name 0: none */
/* A text, or that of a place, on one line; lives in s->diag, until the next atom begins. */
const char *atl_output_narrow(atl_session *, const char *text, size_t len, size_t max_width);
const char *atl_output_source(atl_session *, atl_span, size_t max_width);
bool atl_output_json(const atl_session *);

/* bits.c */
atl_status atl_show_bits(atl_session *, const atl_tree *, uint32_t node) ATL_MUST_CHECK;

/* dump.c */
void atl_dump_atom(atl_session *); /* the nodes of the statement that ends */
void atl_dump_tree(atl_session *, const atl_tree *);
void atl_dump_tokens(atl_session *);
void atl_dump_plan(atl_session *, const atl_plan *);

/* settings.c */
atl_status atl_setting_set(atl_session *, const char *key, const char *value,
                           atl_span) ATL_MUST_CHECK;
size_t atl_setting_count(void);
const char *atl_setting_name(size_t i);
const char *atl_setting_help(size_t i);
const char *atl_setting_takes(size_t i);
void atl_setting_show(const atl_session *, size_t i, atl_buf *);

#endif
