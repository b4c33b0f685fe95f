/* SPDX-License-Identifier: GPL-3.0-or-later */
/* markup.h: between the files that write SVG and HTML. */
#ifndef ATL_PRINT_MARKUP_H
#define ATL_PRINT_MARKUP_H

#include "print/picture.h"

/* A text, with & < > " escaped and control characters left out. */
void atl_markup_add(atl_buf *, const char *text, size_t len);

enum { ATL_SVG_PAGE = 96 }; /* columns of a picture */
/* The svg element of a picture; `style`: with colours of its own, for a file of
 * its own.  Box i is a g with data-b="i", the lines of its net have data-n="i". */
void atl_svg_element(atl_buf *, const atl_picture *, bool style);

/* page.c */
extern const char atl_page_style[], atl_page_program[];

#endif
