/* SPDX-License-Identifier: GPL-3.0-or-later */
/* blas.c: opens the module of OpenBLAS, and sees to it that OpenBLAS has what
 * it cannot do without.
 *
 * As it is loaded OpenBLAS makes a thread a processor, and where it gets none
 * it raises SIGINT; so it is told to make none.  Where it gets no memory for a
 * buffer it tries again for ever; so the memory is asked for here first. */
#define _GNU_SOURCE /* MAP_NORESERVE */
#include "number/blas.h"

#include <stdlib.h>
#include <sys/mman.h>
#include "base/module.h"
#include "number/modules.h"

/* Whether so much address space is to be had. */
static bool room(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return false;
	munmap(p, bytes);
	return true;
}

static const atl_blas *open_module(const atl_modules *m)
{
	static const char *const variable = "OPENBLAS_NUM_THREADS";
	const char *threads = getenv(variable);
	const atl_blas *table = NULL;
	atl_buf saved = { 0 };

	atl_buf_add(&saved, threads ? threads : "");
	if (room(ATL_BLAS_BUFFER) && !saved.failed && setenv(variable, "1", 1) == 0) {
		table = atl_module_open(m->folder, ATL_BLAS_FILE, ATL_BLAS_SYMBOL, ATL_BLAS_VERSION);
		if (threads)
			setenv(variable, atl_buf_text(&saved), 1);
		else
			unsetenv(variable);
	}
	atl_buf_clear(&saved);
	return table;
}

const atl_blas *atl_blas_load(const atl_num *num)
{
	atl_modules *m = num->modules;

	if (!m)
		return NULL;
	if (!m->tried_blas) {
		m->tried_blas = true;
		m->blas = m->folder ? open_module(m) : NULL;
		if (m->blas && atl_blas_callers(num, 1) == 0)
			m->blas = NULL;
	}
	return m->blas;
}

unsigned atl_blas_callers(const atl_num *num, unsigned wanted)
{
	atl_modules *m = num->modules;

	while (m->blas_callers < wanted && room(ATL_BLAS_BUFFER))
		m->blas->reserve(++m->blas_callers);
	return m->blas_callers < wanted ? m->blas_callers : wanted;
}
