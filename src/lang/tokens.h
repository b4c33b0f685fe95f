/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tokens.h: the token filter, between flex and bison.
 *
 * The rules of lexer.l know nothing but the bytes of one token.  The filter
 * knows the brackets that are open, the token before, the white space around
 * and where the statement began, and settles with it what a token is: whether
 * a newline ends something, whether `show` is a command, whether `<-` is an
 * arrow, `[` an index, `2x` a product.  What has no reading is told here, with
 * the edits that would give it one.
 *
 * The text is scanned in place.  Two buffers take turns: one is scanned, the
 * other takes what is fed; they change places when the first is used up, and
 * only whole lines are scanned, so that no token is ever cut in two. */
#ifndef ATL_LANG_TOKENS_H
#define ATL_LANG_TOKENS_H

#include "lang/parse.h"
#include "parser.h"

/* What lexer.l returns besides the parser's own tokens.  Values below 1000 are
 * the parser's, or a byte. */
enum {
	ATL_RAW_END = 0,          /* of the buffer */
	ATL_RAW_NEWLINE = 1000,
	ATL_RAW_DOTTED,           /* 2. , whose dot may belong to what follows */
	ATL_RAW_LARROW,           /* <- , which may be two tokens */
	ATL_RAW_TRANSPOSE,        /* ' ᵀ .T */
	ATL_RAW_FIELD,            /* .name */
	ATL_RAW_SIGN,             /* && || ! | and others of other languages */
	ATL_RAW_NABLA,            /* ∇ */
	ATL_RAW_DOTS,             /* … */
	ATL_RAW_OPEN_STRING,      /* without its end */
	ATL_RAW_BAD_ESCAPE,
	ATL_RAW_UNKNOWN           /* a character that begins nothing */
};
/* What the filter returns besides the parser's tokens. */
enum { ATL_TOKEN_WAIT = 2000, ATL_TOKEN_ERROR };

/* The last token of the rules. */
typedef struct atl_raw {
	int kind;
	uint32_t lo, hi; /* in the buffer */
	uint32_t n;      /* which operator of its kind: an atl_tree_op */
} atl_raw;

typedef struct atl_text {
	char *p; /* with room for two NULs behind */
	size_t len, cap;
	size_t lines;  /* length up to its last newline */
	uint32_t base; /* position of p[0] */
} atl_text;

typedef struct atl_bracket {
	char kind;        /* ( [ { or i, an [ that is an index */
	bool in_index;    /* an index is around or it is one: `end` is the last place */
	uint32_t lo;      /* position */
	uint32_t operand; /* where the operand begins that this bracket is or belongs to */
} atl_bracket;

typedef enum atl_mode {
	ATL_MODE_NONE, ATL_MODE_TRACE, ATL_MODE_COMPARE, ATL_MODE_CHECK, ATL_MODE_INPUT, ATL_MODE_MINIMIZE, ATL_MODE_SHOW,
	ATL_MODE_SYSTEMS, ATL_MODE_PLOT, ATL_MODE_WORDS, ATL_MODE_SET, ATL_MODE_HELP, ATL_MODE_FOR
} atl_mode;

typedef struct atl_tokens {
	struct atl_lexer *lexer;
	atl_raw raw;         /* the last raw token */
	bool held;           /* it is to be read again */
	atl_text scan, feed;
	bool scanning;       /* scan holds text not yet used up */
	bool finished;       /* nothing more will be fed */
	uint32_t fed;        /* position behind all that was fed */
	bool expression;     /* no statement words: the text is one expression */

	/* the statement */
	bool at_start;       /* nothing of it was seen */
	bool left_only;      /* names, their indices and commas only: <- is an arrow */
	atl_mode mode;
	int prev;            /* the last token given out, 0 at a start */
	uint32_t prev_hi;    /* where it ended */
	uint32_t operand;    /* where the last operand began */
	bool row_ended;      /* a newline in [ ], which counts unless ] follows */
	bool line_began;     /* a newline since prev, inside brackets */
	atl_span newline;    /* that newline */
	uint32_t literal_hi; /* where the last bracket literal ended: its ] is followed by no index */
	atl_value value;     /* of the last token given out */

	atl_bracket *bracket;
	size_t n_brackets, cap_brackets;

	atl_tree *tree;      /* for literals' texts */
	atl_symbols *symbols;
	const atl_sources *sources;
	atl_diag *diag;      /* of the call of atl_tokens_next under way */
} atl_tokens;

bool atl_tokens_init(atl_tokens *, atl_symbols *, const atl_sources *) ATL_MUST_CHECK;
void atl_tokens_clear(atl_tokens *);
/* Forgets text, brackets and statement. */
void atl_tokens_drop(atl_tokens *);
/* `position` is where the text begins in the sources.  False without memory. */
bool atl_tokens_feed(atl_tokens *, const char *text, size_t len, uint32_t position) ATL_MUST_CHECK;
/* The next token of the parser, with t->value; YYEOF (0) at a statement's end,
 * where value.n says whether it was a `;`; or ATL_TOKEN_WAIT when all whole
 * lines are used up, or ATL_TOKEN_ERROR. */
int atl_tokens_next(atl_tokens *, atl_tree *, atl_diag *) ATL_MUST_CHECK;
/* Between statements, with no bracket open? */
bool atl_tokens_idle(const atl_tokens *);

/* scan.c: the next raw token, into t->raw; also ATL_TOKEN_WAIT and ATL_TOKEN_ERROR. */
int atl_tokens_raw(atl_tokens *) ATL_MUST_CHECK;

/* literals.c: a number without its underscores and its trailing dot, a string
 * without its quotes, in the arena; NULL without memory.  A superscript's
 * number; false when it is too long. */
const char *atl_literal_number(atl_arena *, const char *text, size_t len) ATL_MUST_CHECK;
const char *atl_literal_string(atl_arena *, const char *text, size_t len) ATL_MUST_CHECK;
bool atl_literal_superscript(const char *text, size_t len, uint32_t *n, bool *negative) ATL_MUST_CHECK;

/* grammar/lexer.l */
struct atl_lexer *atl_lexer_new(atl_raw *) ATL_MUST_CHECK;
void atl_lexer_free(struct atl_lexer *);
/* Scans text[0..len), which is followed by two NULs that are the lexer's. */
void atl_lexer_text(struct atl_lexer *, char *text, size_t len);
int atl_lexer_scan(struct atl_lexer *);             /* fills the atl_raw, returns its kind */
void atl_lexer_seek(struct atl_lexer *, size_t at); /* the next token begins at text[at] */

/* The classes of tokens; the others are in words.c. */
static inline bool atl_token_ends_operand(int token)
{
	switch (token) {
	case ATL_K_NAME: case ATL_K_NUMBER: case ATL_K_STRING: case ATL_K_END: case ATL_K_SUPER:
	case ')': case ']': case '\'':
		return true;
	default:
		return false;
	}
}

static inline bool atl_token_begins_operand(int raw)
{
	switch (raw) {
	case ATL_K_NAME: case ATL_K_NUMBER: case ATL_RAW_DOTTED: case ATL_K_STRING: case '(': case '[':
		return true;
	default:
		return false;
	}
}

/* words.c */
bool atl_token_continues(int token); /* a newline behind it continues the statement */
int atl_word_command(const char *text, size_t len); /* the token of a statement word, 0 if it is none */
atl_mode atl_word_mode(int token);
/* Is the statement word that ends at p a name here (SEMANTICS 22)? */
bool atl_word_is_name(int token, const char *p, const char *end);

/* Looking at bytes ahead; `end` is the end of the text that was fed. */
const char *atl_skip_blanks(const char *p, const char *end);
size_t atl_blank_at(const char *p, const char *end); /* bytes of the blank at p; 0: none, or the end */
bool atl_operand_at(const char *p, const char *end); /* does an operand begin here, a sign included? */
const char *atl_operand_end(const char *p, const char *end);
/* The closing bracket of the one at p, or NULL; the other takes it of any kind. */
const char *atl_bracket_end(const char *p, const char *end);
const char *atl_matching_bracket(const char *p, const char *end);

/* rewrite.c: appends the bracket that begins at p and closes at `close`, on
 * one line, with commas wherever white space stands between two operands; a sign
 * with white space before it alone gets a comma too, or a space behind it.
 * `missing`: the gaps without a sign.  False when there is nothing to offer. */
typedef enum atl_rewrite { ATL_REWRITE_COMMAS, ATL_REWRITE_SPACES } atl_rewrite;
bool atl_rewrite_bracket(atl_buf *out, const char *p, const char *close, atl_rewrite, unsigned *missing);

/* offers.c: errors of the filter, with the edits that would fit.  Each fills
 * the diagnostic and returns ATL_TOKEN_ERROR. */
int atl_offer_close(atl_tokens *);                        /* the innermost bracket is not closed */
int atl_offer_mismatch(atl_tokens *, atl_span closing);
int atl_offer_operator(atl_tokens *, atl_span found);     /* two operands, nothing between; or ATL_TOKEN_WAIT */
int atl_offer_spacing(atl_tokens *, atl_span sign);       /* [1 -2] */
int atl_offer_quote(atl_tokens *, atl_span quote);
int atl_offer_sign(atl_tokens *, atl_span sign);          /* && || ! | ... : foreign.c */
int atl_offer_field(atl_tokens *, atl_span field);
int atl_offer_else(atl_tokens *, atl_span word);
int atl_offer_string(atl_tokens *, atl_span string, bool closed);
int atl_offer_character(atl_tokens *, atl_span at);       /* foreign.c */

/* The fed text from a position on. */
const char *atl_tokens_text(const atl_tokens *, uint32_t from, const char **end);
/* "3:5" */
const char *atl_tokens_place(const atl_tokens *, uint32_t position);

#endif
