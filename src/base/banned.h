/* SPDX-License-Identifier: GPL-3.0-or-later */
/* banned.h: functions that no file of atled calls.
 *
 * Naming one of them is a compile error.  status.h includes this header, so
 * every file sees it.  The headers that declare the functions come first,
 * because a poisoned name may not even be declared afterwards.
 * tests/layers.sh looks for the same names, and for more, in the text. */
#ifndef ATL_BASE_BANNED_H
#define ATL_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A C library may have them as macros, which cannot be poisoned. */
#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf

/* Write past the end: use atl_buf, snprintf or memcpy. */
#pragma GCC poison strcpy strcat sprintf vsprintf
/* Cannot say that the text was no number: use strtol or strtod. */
#pragma GCC poison atoi atol atoll atof
/* Keeps a hidden state. */
#pragma GCC poison strtok

#endif
