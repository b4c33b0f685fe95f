/* SPDX-License-Identifier: GPL-3.0-or-later */
/* large.c: a table of the large blocks; beyond what it holds they are malloc's. */
#define _DEFAULT_SOURCE
#include "base/large.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/* All begin on a large page, so that few addresses are looked for in the table. */
static const size_t PAGE = (size_t)2 << 20;

enum { BLOCKS = 64 };

#ifdef __SANITIZE_ADDRESS__ /* finds what is used after it was given back */
static const size_t KEPT = 0;
#else
static const size_t KEPT = (size_t)256 << 20; /* bytes at most */
#endif

typedef struct block {
	void *p; /* NULL: none */
	size_t size;
	bool used;
} block;

static block table[BLOCKS];
static size_t kept; /* bytes of those that are not used */

static block *find(const void *p)
{
	for (size_t i = 0; p && (uintptr_t)p % PAGE == 0 && i < BLOCKS; i++)
		if (table[i].p == p && table[i].used)
			return &table[i];
	return NULL;
}

/* The smallest of those kept that has room and wastes less than a quarter. */
static block *find_fit(size_t size)
{
	block *fit = NULL;
	for (size_t i = 0; i < BLOCKS; i++) {
		block *b = &table[i];
		bool fits = b->p && !b->used && b->size >= size && b->size / 5 * 4 <= size;
		if (fits && (!fit || b->size < fit->size))
			fit = b;
	}
	return fit;
}

static void let_go(block *b)
{
	free(b->p);
	b->p = NULL;
}

static void let_all_go(void)
{
	for (size_t i = 0; i < BLOCKS && kept; i++)
		if (table[i].p && !table[i].used)
			let_go(&table[i]);
	kept = 0;
}

static block *find_empty(void)
{
	for (size_t i = 0; i < BLOCKS; i++)
		if (!table[i].p)
			return &table[i];
	return NULL;
}

void *atl_large_new(size_t size)
{
	block *b = find_fit(size);
	if (b) {
		kept -= b->size;
		b->used = true;
		return b->p;
	}
	let_all_go();
	b = find_empty();
	if (!b)
		return aligned_alloc(ATL_LINE, size / ATL_LINE * ATL_LINE + ATL_LINE);
	if (size > PTRDIFF_MAX - PAGE || posix_memalign(&b->p, PAGE, size)) {
		b->p = NULL;
		return NULL;
	}
#ifdef MADV_HUGEPAGE
	(void)madvise(b->p, size / PAGE * PAGE, MADV_HUGEPAGE); /* or on small ones */
#endif
	b->size = size;
	b->used = true;
	return b->p;
}

size_t atl_large_size(const void *p)
{
	const block *b = find(p);
	return b ? b->size : 0;
}

bool atl_large_free(void *p)
{
	block *b = find(p);
	if (!b)
		return false;
	b->used = false;
	if (b->size > KEPT || kept > KEPT - b->size)
		let_go(b);
	else
		kept += b->size;
	return true;
}
