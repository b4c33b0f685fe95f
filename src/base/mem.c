/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mem.c: the heap with its counters, and the arena (mem.h has the contract).
 *
 * The counters are the only state of libatled that is not in a context; they
 * are plain numbers, since all allocation happens in one thread. */
#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/large.h"

static long live;
static long fail_in = -1; /* successes left + 1; 0: fail; -1: never */

/* Whether this allocation is one that a test wants to fail. */
static bool refused(void)
{
	if (fail_in < 0) {
		return false;
	}
	if (fail_in > 0) {
		fail_in--;
	}
	return fail_in == 0;
}

void *atl_malloc(size_t size)
{
	void *p = refused() ? NULL : size >= ATL_LARGE ? atl_large_new(size) : malloc(size != 0 ? size : 1);

	live += p != NULL;
	return p;
}

void *atl_malloc_line(size_t size)
{
	if (size >= ATL_LARGE) { /* which begins with a page */
		return atl_malloc(size);
	}
	void *p = refused() ? NULL : aligned_alloc(ATL_LINE, (size / ATL_LINE + 1) * ATL_LINE);

	live += p != NULL;
	return p;
}

void *atl_calloc(size_t n, size_t size)
{
	void *p;

	if ((size != 0 && n > PTRDIFF_MAX / size) || refused()) {
		return NULL;
	}
	p = n != 0 && size != 0 ? calloc(n, size) : calloc(1, 1);
	live += p != NULL;
	return p;
}

void *atl_realloc(void *p, size_t size)
{
	size_t large = atl_large_size(p);

	if (p == NULL) {
		return atl_malloc(size);
	}
	if (large != 0) {
		void *moved = atl_malloc(size);
		if (moved != NULL) {
			memcpy(moved, p, large < size ? large : size);
			atl_free(p);
		}
		return moved;
	}
	return refused() ? NULL : realloc(p, size != 0 ? size : 1);
}

void atl_free(void *p)
{
	live -= p != NULL;
	if (!atl_large_free(p)) {
		free(p);
	}
}

void atl_mem_fail_after(long n)
{
	fail_in = n < 0 ? -1 : n;
}

long atl_mem_live(void)
{
	return live;
}

/* array_p is the address of a pointer of any type, hence the memcpy. */
bool atl_grow_more(void *array_p, size_t *cap, size_t need, size_t size)
{
	size_t wanted = *cap < 8 ? 8 : *cap;
	void *p;

	while (wanted < need) {
		if (wanted > SIZE_MAX / 2) {
			return false;
		}
		wanted *= 2;
	}
	if (size != 0 && wanted > PTRDIFF_MAX / size) {
		return false;
	}
	memcpy(&p, array_p, sizeof p);
	p = atl_realloc(p, wanted * size);
	if (p == NULL) {
		return false;
	}
	memcpy(array_p, &p, sizeof p);
	*cap = wanted;
	return true;
}

/* The header is 16 bytes on every 64-bit system and keeps data aligned. */
struct atl_chunk {
	_Alignas(16) atl_chunk *next;
	size_t size; /* of data */
	_Alignas(16) unsigned char data[];
};

enum {
	ALIGN = 16,
	CHUNK_FIRST = 1024 - 32, /* with malloc's own header, a round size */
	CHUNK_LIMIT = 1 << 20,   /* where doubling stops, and the most that is kept */
};

/* Makes `last` a chunk with room for `size` bytes: the one kept for reuse if
 * it is large enough, else a new one before it. */
static bool next_chunk(atl_arena *arena, size_t size)
{
	atl_chunk *kept = arena->last != NULL ? arena->last->next : arena->first;
	size_t room = arena->last != NULL ? arena->last->size * 2 : CHUNK_FIRST;
	atl_chunk *chunk = kept;

	if (chunk == NULL || chunk->size < size) {
		if (room > CHUNK_LIMIT) {
			room = CHUNK_LIMIT;
		}
		if (room < size) {
			room = size;
		}
		chunk = atl_malloc(sizeof *chunk + room);
		if (chunk == NULL) {
			return false;
		}
		chunk->size = room;
		chunk->next = kept;
		if (arena->last != NULL) {
			arena->last->next = chunk;
		} else {
			arena->first = chunk;
		}
	}
	arena->last = chunk;
	arena->used = 0;
	return true;
}

void *atl_arena_alloc(atl_arena *arena, size_t size)
{
	void *p;

	if (size > PTRDIFF_MAX - 4096) {
		return NULL;
	}
	size = (size + (ALIGN - 1)) & ~(size_t)(ALIGN - 1);
	if (size == 0) {
		size = ALIGN;
	}
	if (arena->last == NULL || arena->last->size - arena->used < size) {
		if (!next_chunk(arena, size)) {
			return NULL;
		}
	}
	p = arena->last->data + arena->used;
	arena->used += size;
	return p;
}

char *atl_arena_dup(atl_arena *arena, const char *text, size_t len)
{
	char *p = len < PTRDIFF_MAX ? atl_arena_alloc(arena, len + 1) : NULL;

	if (p != NULL) {
		if (len != 0) {
			memcpy(p, text, len);
		}
		p[len] = '\0';
	}
	return p;
}

char *atl_arena_printf(atl_arena *arena, const char *format, ...)
{
	va_list args;
	char *p;

	va_start(args, format);
	p = atl_arena_vprintf(arena, format, args);
	va_end(args);
	return p;
}

char *atl_arena_vprintf(atl_arena *arena, const char *format, va_list args)
{
	char small[160]; /* what fits is formatted once */
	va_list again;
	char *p = NULL;
	int len;

	va_copy(again, args);
	len = vsnprintf(small, sizeof small, format, args);
	if (len >= 0 && (size_t)len < sizeof small) {
		p = atl_arena_dup(arena, small, (size_t)len);
	} else if (len >= 0) {
		p = atl_arena_alloc(arena, (size_t)len + 1);
		if (p != NULL) {
			(void)vsnprintf(p, (size_t)len + 1, format, again);
		}
	}
	va_end(again);
	return p;
}

atl_mark atl_arena_mark(const atl_arena *arena)
{
	return (atl_mark){ arena->last, arena->used };
}

/* Of the chunks past the mark the largest ordinary one stays, so that a loop
 * of mark and release settles and does not call malloc any more. */
void atl_arena_release(atl_arena *arena, atl_mark mark)
{
	if (arena->last == mark.chunk) { /* nothing past the mark's chunk is in use */
		arena->used = mark.used;
		return;
	}
	atl_chunk *chunk = mark.chunk != NULL ? mark.chunk->next : arena->first;
	atl_chunk *kept = NULL;

	while (chunk != NULL) {
		atl_chunk *next = chunk->next;
		atl_chunk *out = chunk;

		if (chunk->size <= CHUNK_LIMIT && (kept == NULL || chunk->size > kept->size)) {
			out = kept;
			kept = chunk;
		}
		atl_free(out);
		chunk = next;
	}
	if (kept != NULL) {
		kept->next = NULL;
	}
	if (mark.chunk != NULL) {
		mark.chunk->next = kept;
	} else {
		arena->first = kept;
	}
	arena->last = mark.chunk;
	arena->used = mark.used;
}

void atl_arena_clear(atl_arena *arena)
{
	atl_chunk *chunk = arena->first;

	while (chunk != NULL) {
		atl_chunk *next = chunk->next;

		atl_free(chunk);
		chunk = next;
	}
	*arena = (atl_arena){ 0 };
}
