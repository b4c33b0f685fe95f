/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print/rule.h: between the renderers of traces: labels and rules as text. */
#ifndef ATL_PRINT_RULE_H
#define ATL_PRINT_RULE_H

#include "print/print.h"
#include "trace/trace.h"

/* Every text is in the spelling that format->ascii asks for. */

/* "v3", "∂L/∂W1" */
void atl_rule_label(atl_buf *, const atl_trace *, const atl_step *, const atl_format *);
/* The rule with the steps' labels; nothing when there is none. */
void atl_rule_symbols(atl_buf *, const atl_trace *, const atl_step *, const atl_format *);
/* Whether it only passes on the value of another step. */
bool atl_rule_is_leaf(const atl_trace *, const atl_step *);
/* The rule with values, arrays elided until the whole takes at most `room`
 * columns (if it can be had so); a sum's addends. */
void atl_rule_numbers(atl_buf *, const atl_trace *, size_t step, const atl_format *, size_t room);
/* An entry of a step: its label, "W[2, 1]", and its rule, with labels or with numbers. */
void atl_rule_entry_label(atl_buf *, const atl_trace *, const atl_step *, const atl_trace_entry *, const atl_format *);
void atl_rule_entry(atl_buf *, const atl_trace *, const atl_trace_entry *, bool numbers, const atl_format *);
/* "12 terms left out"; nothing when all are there. */
void atl_rule_left_out(atl_buf *, size_t n, const char *what);
/* Appends, in ASCII if format->ascii. */
void atl_rule_add(atl_buf *, const char *text, size_t len, const atl_format *);

#endif
