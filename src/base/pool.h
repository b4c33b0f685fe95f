/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool.h: threads that share work.
 *
 * There is one pool.  It has no threads until work is first shared; then they
 * sleep while there is none.  They take no signals.  Work is shared by the main
 * thread only; what a part of it shares in turn is done where it stands.  The
 * parts must be such that the result depends neither on how many there are nor
 * on who does them. */
#ifndef ATL_BASE_POOL_H
#define ATL_BASE_POOL_H

enum { ATL_POOL_MAX = 256 };

/* How many threads share work, the caller counted in. */
unsigned atl_pool_threads(void);
/* 1 to ATL_POOL_MAX; 0: as many as there are processors for this process. */
void atl_pool_set_threads(unsigned);
/* What was set. */
unsigned atl_pool_setting(void);

/* Calls work(context, part, parts) for every part in 0..parts-1 (below 2^20), each begun
 * after those before it, and comes back when all are done.  Floating-point exceptions
 * that they raise are then raised in the caller.  Where no thread can be had, the caller
 * does all. */
void atl_pool_run(void (*work)(void *context, unsigned part, unsigned parts), void *context,
                  unsigned parts);

/* Which of the threads this is: 0, the caller, to atl_pool_threads() - 1. */
unsigned atl_pool_self(void);

/* Ends the threads; the next run makes them anew. */
void atl_pool_close(void);

#endif
