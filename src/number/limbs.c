/* SPDX-License-Identifier: GPL-3.0-or-later */
/* limbs.c: see limbs.h. */
#include "number/limbs.h"

#include <gmp.h>
#include <string.h>
#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED

bool atl_limbs_open(void (*no_memory)(void))
{
	(void)no_memory;
	return false;
}

#else

/* Blocks of 16, 32, 48 and 64 bytes. */
enum { UNIT = 16, CLASSES = 4, SLAB = 32768 };

typedef struct block {
	struct block *next;
} block;

typedef struct blocks {
	block *spare;    /* given back */
	char *slab;      /* not yet used: the rest of the newest slab */
	size_t left;
} blocks;

static _Thread_local blocks of_class[CLASSES];

static void (*out_of_memory)(void);

static void *got(void *p)
{
	if (!p)
		out_of_memory();
	return p;
}

static size_t class_of(size_t size)
{
	return size ? (size - 1) / UNIT : 0;
}

static void *fresh(blocks *of, size_t size)
{
	if (of->left < size) {
		of->slab = got(atl_malloc(SLAB));
		of->left = SLAB;
	}
	char *p = of->slab;
	of->slab += size;
	of->left -= size;
	return p;
}

static void *take(size_t size)
{
	const size_t class = class_of(size);

	if (class >= CLASSES)
		return got(atl_malloc(size));
	blocks *of = &of_class[class];
	block *b = of->spare;
	if (!b)
		return fresh(of, (class + 1) * UNIT);
	of->spare = b->next;
	return b;
}

static void give_back(void *p, size_t size)
{
	const size_t class = class_of(size);
	block *b = p;

	if (class >= CLASSES) {
		atl_free(p);
		return;
	}
	b->next = of_class[class].spare;
	of_class[class].spare = b;
}

static void *resize(void *p, size_t old, size_t size)
{
	const size_t from = class_of(old), to = class_of(size);

	if (from < CLASSES && from == to)
		return p;
	if (from >= CLASSES && to >= CLASSES)
		return got(atl_realloc(p, size));
	void *q = take(size);
	memcpy(q, p, old < size ? old : size);
	give_back(p, old);
	return q;
}

bool atl_limbs_open(void (*no_memory)(void))
{
	out_of_memory = no_memory;
	mp_set_memory_functions(take, resize, give_back);
	return true;
}

#endif
