/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem.h: the one door to the heap, and the arena.
 *
 * Every allocation of libatled goes through here, so that the tests can make
 * the n-th one fail (atl_mem_fail_after) and count what was not given back.
 *
 * An arena is a list of chunks that are given back together; what lives for
 * a statement or for a parse is allocated there and no error path frees it.
 *
 *     chunk 1              chunk 2
 *     [ used ........ ] -> [ used ... | free ......... ]
 *                                     ^ mark = (chunk, offset)
 */
#ifndef ATL_BASE_MEM_H
#define ATL_BASE_MEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/status.h"

/* As malloc, realloc, free; NULL when there is no memory.  A size of 0 gives
 * a unique pointer. */
void *atl_malloc(size_t size) ATL_MUST_CHECK;
void *atl_calloc(size_t n, size_t size) ATL_MUST_CHECK; /* checks n*size */
void *atl_realloc(void *p, size_t size) ATL_MUST_CHECK;
/* The same, and it begins with a cache line of ATL_LINE bytes; for arrays, also large ones. */
enum { ATL_LINE = 64 };
void *atl_malloc_line(size_t size) ATL_MUST_CHECK;
void atl_free(void *p);

/* Tests only: the n-th allocation from now fails, and every later one;
 * n < 0 switches this off. */
void atl_mem_fail_after(long n);
long atl_mem_live(void); /* blocks allocated and not freed */

/* Grows *array (elements of `size` bytes, *cap of them) by doubling until it
 * holds `need`; leaves it as it was and returns false without memory. */
bool atl_grow_more(void *array_p, size_t *cap, size_t need, size_t size) ATL_MUST_CHECK ATL_SELDOM;
static inline ATL_MUST_CHECK bool atl_grow(void *array_p, size_t *cap, size_t need, size_t size)
{
	return need <= *cap || atl_grow_more(array_p, cap, need, size);
}

typedef struct atl_chunk atl_chunk;
typedef struct atl_arena {
	atl_chunk *first, *last;
	size_t used; /* bytes used of the last chunk */
} atl_arena;
typedef struct atl_mark {
	atl_chunk *chunk;
	size_t used;
} atl_mark;

/* A zeroed atl_arena is a valid empty one. */
void *atl_arena_alloc(atl_arena *, size_t size) ATL_MUST_CHECK; /* 16-aligned, not zeroed */
char *atl_arena_dup(atl_arena *, const char *text, size_t len) ATL_MUST_CHECK; /* adds a NUL */
char *atl_arena_printf(atl_arena *, const char *format, ...) ATL_PRINTF(2, 3) ATL_MUST_CHECK;
char *atl_arena_vprintf(atl_arena *, const char *format, va_list) ATL_MUST_CHECK;
atl_mark atl_arena_mark(const atl_arena *);
void atl_arena_release(atl_arena *, atl_mark); /* back to the mark; keeps one chunk for reuse */
void atl_arena_clear(atl_arena *);             /* gives all back */

#endif
