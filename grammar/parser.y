/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grammar of one statement.
 *
 * Its tokens come from the token filter (src/lang/tokens.c), which has settled
 * all that depends on white space, on the line and on the kind of bracket: a
 * newline that arrives here ends a statement of a block, the `;` of a bracket
 * literal may have been a newline, IMPLICIT stands where a number touches what
 * it multiplies, and a statement's first word is a token of its own.
 *
 * Nodes are appended to a post-order tree as rules are reduced; most symbols
 * have no value, a list's value counts its items in n.
 *
 *     tightest    x' x² x[i] f(x)
 *                 ^ .^               from the right; 2^-1 is fine
 *                 2x                 a number and what it touches
 *                 - +                before an operand: -2^2 is -(2^2)
 *                 * @ / \ .* ./
 *                 + - .+ .-
 *                 a:b a:step:b
 *                 == != < <= > >=    one of them; a < b < c is an error
 *                 not
 *                 and
 *     loosest     or
 *
 * The tables are canonical LR: a token that cannot stand where it is is met
 * before anything is reduced, and those that could are known exactly, at no
 * cost for what is right.
 */
%require "3.8"
%define api.pure full
%define api.push-pull push
%define api.prefix {atl_yy}
%define api.token.prefix {ATL_K_}
%define api.value.type {atl_value}
%define lr.type canonical-lr
%define parse.error custom
%parse-param { atl_parse *p }
%expect 0

%code requires {
#include "lang/parse.h"
}

%code provides {
/* The grammar's name of a token, for --dump=tokens. */
const char *atl_yytoken_name(int token);
}

%code {
#include "base/mem.h"

/* 100,000 open parentheses are no reason to fail; the stack is on the heap. */
#define YYMAXDEPTH 1000000
#define YYMALLOC atl_malloc
#define YYFREE atl_free

#define DO(action) do { if (!(action)) YYABORT; } while (0)
#define LEAF(kind, value) DO(atl_parse_leaf(p, ATL_T_##kind, &(value)))
#define NODE(kind, n, at) DO(atl_parse_node(p, ATL_T_##kind, ATL_O_NONE, n, at))
#define UNARY(op, at) DO(atl_parse_node(p, ATL_T_UNARY, ATL_O_##op, 1, (at).span))
#define BINARY(op, at) DO(atl_parse_node(p, ATL_T_BINARY, ATL_O_##op, 2, (at).span))

static void atl_yyerror(atl_parse *p, const char *message);
}

/* Literals and names. */
%token NAME NUMBER STRING
%token WORD                   /* a bare word of a command */
%token PRIMED                 /* f' of f'(x); n: the number of quotes */
%token SUPER                  /* ² ³ ⁻¹ ... */
%token END                    /* end, in an index */
%token PARTIAL                /* ∂ */

/* Brackets and ends. */
%token INDEX                  /* the [ of an index; '[' is a bracket literal's */
%token NEWLINE                /* ends a statement of a block */

/* Reserved words. */
%token IF ELIF ELSE FOR IN WHILE REPEAT
%token AND OR NOT

/* The first word of a statement, and words with a place in one. */
%token TRACE GRADCHECK WHY COMPARING CHECK FORMULA INPUT MINIMIZE SHOW SHAPE SET HELP LIST CLEAR UNDO QUIT LOAD READ SAVE PLOT
%token WITHIN WRT WITH MODIFIER AGAINST TO

/* Operators. */
%token COMPARE                /* == != < <= > >= */
%token ARROW                  /* <- += -= *= */
%token DOTADD DOTSUB DOTMUL DOTDIV DOTPOW
%token IMPLICIT

/* Pushed first when a text must be one expression. */
%token EXPRESSION

%left OR
%left AND
%precedence NOT
%left '+' '-' DOTADD DOTSUB
%left '*' '@' '/' '\\' DOTMUL DOTDIV
%precedence UNARY
%left IMPLICIT
%right '^' DOTPOW
%precedence BELOW             /* ∂L/∂W, then [ or ²: they belong to the W */
%precedence INDEX SUPER

%%

input
: statement
| EXPRESSION expr                       { NODE(EXPR, 1, (atl_span){ 0 }); }
;

/* ---- statements ---- */

statement
: exprs                                 { DO(atl_parse_expression(p, $1.n)); }
| left exprs                            { DO(atl_parse_define(p, &$1, $2.n)); }
| left block                            { DO(atl_parse_define(p, &$1, 1)); }
| exprs ARROW exprs                     { DO(atl_parse_update(p, $1.n, &$2, $3.n)); }
| IF expr block elifs                   { NODE(IF, 2 + $4.n, $1.span); }
| IF expr block elifs ELSE block        { NODE(IF, 3 + $4.n, $1.span); }
| FOR NAME IN expr block                { $2.span = atl_span_join($1.span, $2.span);
                                          DO(atl_parse_named(p, ATL_T_FOR, &$2, 2)); }
| WHILE expr block                      { NODE(WHILE, 2, $1.span); }
| REPEAT expr block                     { NODE(REPEAT, 2, $1.span); }
| TRACE expr wrt                        { DO(atl_parse_command(p, &$1, 1 + $3.n)); }
| TRACE modifier expr wrt               { DO(atl_parse_command(p, &$1, 2 + $4.n)); }
| WHY                                   { DO(atl_parse_command(p, &$1, 0)); }
| WHY expr                              { DO(atl_parse_command(p, &$1, 1)); }
| GRADCHECK expr wrt                    { DO(atl_parse_command(p, &$1, 1 + $3.n)); }
| COMPARING expr IN systems wrt         { DO(atl_parse_comparing(p, &$1, 1, $4.n, $5.n)); }
| COMPARING modifier expr IN systems wrt
                                        { DO(atl_parse_comparing(p, &$1, 2, $5.n, $6.n)); }
| CHECK expr                            { DO(atl_parse_command(p, &$1, 1)); }
| CHECK expr WITHIN expr                { DO(atl_parse_command(p, &$1, 2)); }
| FORMULA expr                          { DO(atl_parse_command(p, &$1, 1)); }
| INPUT declarations                    { DO(atl_parse_command(p, &$1, $2.n)); }
| MINIMIZE expr wrt                     { DO(atl_parse_minimize(p, &$1, $3.n, 0)); }
| MINIMIZE expr wrt WITH arguments      { DO(atl_parse_minimize(p, &$1, $3.n, $5.n)); }
| MINIMIZE expr WRT exprs ',' options   { DO(atl_parse_targets(p, $4.n, $6.n) && atl_parse_minimize(p, &$1, $4.n, $6.n)); }
| SHOW exprs                            { DO(atl_parse_command(p, &$1, $2.n)); }
| SHOW modifier exprs                   { DO(atl_parse_command(p, &$1, 1 + $3.n)); }
| SHAPE exprs                           { DO(atl_parse_command(p, &$1, $2.n)); }
| SHAPE '(' expr ',' exprs ')'          { DO(atl_parse_command(p, &$1, 1 + $5.n)); }
| SET                                   { DO(atl_parse_command(p, &$1, 0)); }
| SET settings                          { DO(atl_parse_command(p, &$1, $2.n)); }
| HELP                                  { DO(atl_parse_command(p, &$1, 0)); }
| HELP word                             { DO(atl_parse_command(p, &$1, 1)); }
| LIST words                            { DO(atl_parse_command(p, &$1, $2.n)); }
| CLEAR words                           { DO(atl_parse_command(p, &$1, $2.n)); }
| UNDO                                  { DO(atl_parse_command(p, &$1, 0)); }
| QUIT                                  { DO(atl_parse_command(p, &$1, 0)); }
| LOAD string                           { DO(atl_parse_command(p, &$1, 1)); }
| READ exprs                            { DO(atl_parse_command(p, &$1, $2.n)); }
| SAVE exprs                            { DO(atl_parse_command(p, &$1, $2.n)); }
| PLOT exprs clauses                    { DO(atl_parse_command(p, &$1, $2.n + $3.n)); }
| PLOT modifier exprs clauses           { DO(atl_parse_command(p, &$1, 1 + $3.n + $4.n)); }
;

/* name = ...,  name(parameters) = ...  and  name, name = ... */
left: exprs '='                         { $$ = $1; DO(atl_parse_left(p, &$$, $2.span)); };

elifs
: %empty                                { $$.n = 0; }
| elifs ELIF expr block                 { $$.n = $1.n + 2; }
;

block: '{' ended last '}'               { DO(atl_parse_block(p, $2.n + $3.n, $1.span, $4.span)); };

ended
: %empty                                { $$.n = 0; }
| ended statement NEWLINE               { $$.n = $1.n + 1; }
| ended statement ';'                   { $$.n = $1.n + 1; atl_parse_silence(p); }
;

last
: %empty                                { $$.n = 0; }
| statement                             { $$.n = 1; }
;

/* ---- what commands are made of ---- */

declarations
: declaration
| declarations ',' declaration          { $$.n = $1.n + $3.n; }
;

declaration
: expr                                  { $$.n = 1; }
| modifier expr                         { $$.n = 2; }
;

modifier: MODIFIER                      { LEAF(WORD, $1); };

wrt
: %empty                                { $$.n = 0; }
| WRT exprs                             { $$ = $2; DO(atl_parse_targets(p, $2.n, 0)); }
;

/* plot ... against x for t in -1:1 to "file.svg" */
clauses
: %empty                                { $$.n = 0; }
| clauses AGAINST expr                  { $$.n = $1.n + 1; DO(atl_parse_command(p, &$2, 1)); }
| clauses FOR NAME IN expr              { $$.n = $1.n + 1;
                                          $3.span = atl_span_join($2.span, $3.span);
                                          DO(atl_parse_named(p, ATL_T_FOR, &$3, 1)); }
| clauses TO string                     { $$.n = $1.n + 1; DO(atl_parse_command(p, &$2, 1)); }
;

systems
: system                                { $$.n = 1; }
| systems ',' system                    { $$.n = $1.n + 1; }
;

/* float64, mpfr 64, format(4, -6, 8) */
system
: word
| WORD number                           { DO(atl_parse_command(p, &$1, 1)); }
| WORD '(' ')'                          { DO(atl_parse_call(p, &$1, 0, $3.span)); }
| WORD '(' arguments ')'                { DO(atl_parse_call(p, &$1, $3.n, $4.span)); }
;

settings
: setting                               { $$.n = 1; }
| settings setting                      { $$.n = $1.n + 1; }
;

setting
: word
| number
| '-' number                            { UNARY(NEG, $1); }
| string
| WORD '(' ')'                          { DO(atl_parse_call(p, &$1, 0, $3.span)); }
| WORD '(' arguments ')'                { DO(atl_parse_call(p, &$1, $3.n, $4.span)); }
;

words
: %empty                                { $$.n = 0; }
| words word                            { $$.n = $1.n + 1; }
;

word: WORD                              { LEAF(WORD, $1); };

/* ---- expressions ---- */

/* In lists nearly all is an arith, and need not become an expr first. */
exprs
: arith                                 { $$.n = 1; }
| logic                                 { $$.n = 1; }
| exprs ',' arith                       { $$.n = $1.n + 1; }
| exprs ',' logic                       { $$.n = $1.n + 1; }
;

expr: arith | logic;

logic
: range
| comparison
| NOT expr                              { UNARY(NOT, $1); }
| expr AND expr                         { BINARY(AND, $2); }
| expr OR expr                          { BINARY(OR, $2); }
;

comparison
: compared COMPARE compared             { DO(atl_parse_compare(p, &$2)); }
| comparison COMPARE compared           { DO(atl_parse_compare(p, &$2)); }
;

compared: arith | range;

range
: arith ':' arith                       { NODE(RANGE, 2, $2.span); }
| arith ':' arith ':' arith             { NODE(RANGE, 3, $2.span); }
;

/* A name or a number is an arith at once, since nearly all operands are one: that
 * is one reduction; it is an operand first where something stands behind it. */
arith
: NAME                                  { LEAF(NAME, $1); }
| NUMBER                                { LEAF(NUMBER, $1); }
| postfix
| arith '+' arith                       { BINARY(ADD, $2); }
| arith '-' arith                       { BINARY(SUB, $2); }
| arith DOTADD arith                    { BINARY(DOTADD, $2); }
| arith DOTSUB arith                    { BINARY(DOTSUB, $2); }
| arith '*' arith                       { BINARY(MUL, $2); }
| arith '@' arith                       { BINARY(MATMUL, $2); }
| arith DOTMUL arith                    { BINARY(DOTMUL, $2); }
| arith '/' arith                       { DO(atl_parse_divide(p, ATL_O_DIV, $2.span)); }
| arith '\\' arith                      { DO(atl_parse_divide(p, ATL_O_SOLVE, $2.span)); }
| arith DOTDIV arith                    { DO(atl_parse_divide(p, ATL_O_DOTDIV, $2.span)); }
| '-' arith %prec UNARY                 { UNARY(NEG, $1); }
| '+' arith %prec UNARY                 { UNARY(PLUS, $1); }
| arith IMPLICIT arith                  { DO(atl_parse_implicit(p)); }
| arith '^' arith                       { DO(atl_parse_power(p, ATL_O_POW, $2.span)); }
| arith DOTPOW arith                    { DO(atl_parse_power(p, ATL_O_DOTPOW, $2.span)); }
;

operand
: NAME                                  { LEAF(NAME, $1); }
| NUMBER                                { LEAF(NUMBER, $1); }
| postfix
;

postfix
: STRING                                { LEAF(STRING, $1); }
| END                                   { LEAF(END, $1); }
| '(' expr ')'                          { DO(atl_parse_parens(p, $1.span, $3.span)); }
| NAME '(' ')'                          { DO(atl_parse_call(p, &$1, 0, $3.span)); }
| NAME '(' arguments ')'                { DO(atl_parse_call(p, &$1, $3.n, $4.span)); }
| PRIMED '(' expr ')'                   { DO(atl_parse_prime(p, &$1, $4.span)); }
| '[' rows ']'                          { DO(atl_parse_bracket(p, $2.n, $1.span, $3.span)); }
| operand INDEX subscripts ']'          { DO(atl_parse_index(p, $3.n, $2.span, $4.span)); }
| operand '\''                          { NODE(TRANSPOSE, 1, $2.span); }
| operand SUPER                         { DO(atl_parse_superscript(p, &$2)); }
| partial
;

number: NUMBER                          { LEAF(NUMBER, $1); };
string: STRING                          { LEAF(STRING, $1); };

arguments
: arith                                 { $$.n = 1; }
| logic                                 { $$.n = 1; }
| option                                { $$.n = 1; }
| arguments ',' arith                   { $$.n = $1.n + 1; }
| arguments ',' logic                   { $$.n = $1.n + 1; }
| arguments ',' option                  { $$.n = $1.n + 1; }
;


options
: option
| options ',' option                    { $$.n = $1.n + 1; }
;

option: NAME '=' expr                   { $$.n = 1; DO(atl_parse_named(p, ATL_T_NAMED, &$1, 1)); };

rows
: %empty                                { $$.n = 0; }
| some_rows
| some_rows ';'
;

some_rows
: row                                   { $$.n = 1; }
| some_rows ';' row                     { $$.n = $1.n + 1; }
;

row: exprs                              { NODE(ROW, $1.n, (atl_span){ 0 }); };

subscripts
: subscript                             { $$.n = 1; }
| subscripts ',' subscript              { $$.n = $1.n + 1; }
;

subscript
: expr
| ':'                                   { LEAF(COLON, $1); }
;

/* ∂L/∂W, ∂(expr)/∂x, ∂²L/∂x∂y */
partial
: PARTIAL operand '/' below             { DO(atl_parse_partial(p, $1.span, NULL, $4.n)); }
| PARTIAL SUPER operand '/' below       { DO(atl_parse_partial(p, $1.span, &$2, $5.n)); }
;

below
: PARTIAL variable                      { $$.n = $2.n; } %prec BELOW
| below PARTIAL variable                { $$.n = $1.n + $3.n; }
;

variable
: target %prec BELOW                    { $$.n = 1; }
| target SUPER                          { $$.n = $2.n; DO(atl_parse_repeat_last(p, &$2)); }
;

target
: NAME %prec BELOW                      { LEAF(NAME, $1); }
| target INDEX subscripts ']'           { DO(atl_parse_index(p, $3.n, $2.span, $4.span)); }
;

%%

/* Out of memory, or nested too deeply; a syntax error has been told already. */
static void atl_yyerror(atl_parse *p, const char *message)
{
	(void)message;
	p->nomem = true;
}

const char *atl_yytoken_name(int token)
{
	return yysymbol_name(YYTRANSLATE(token));
}

static int yyreport_syntax_error(const yypcontext_t *context, atl_parse *p)
{
	enum { MOST = YYNTOKENS };
	yysymbol_kind_t kind[MOST];
	const char *name[MOST];
	int n = yypcontext_expected_tokens(context, kind, MOST);
	for (int i = 0; i < n; i++)
		name[i] = yysymbol_name(kind[i]);
	atl_parse_unexpected(p, name, n < 0 ? 0 : (unsigned)n);
	return 0;
}
