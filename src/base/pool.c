/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pool.c: threads that share work.
 *
 * The caller and the threads draw parts of a job from one word,
 *
 *     ticket   | number of the job : 24 | parts : 20 | next part : 20 |
 *
 * until there are none left.  Who has drawn a part may look at the job, for it
 * is not over; a thread that wakes too late finds no part and looks at nothing.
 * Who finishes the last part wakes the caller.  Threads look for the next job
 * some microseconds long before they sleep, as jobs come in rows. */
#define _GNU_SOURCE
#include "base/pool.h"

#include <assert.h>
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { SPINS = 1000 };

#ifdef FE_INVALID
static const int exceptions = FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW;
#else
static const int exceptions = 0;
#endif

static struct {
	pthread_mutex_t lock;
	pthread_cond_t work_came, work_done;
	pthread_t thread[ATL_POOL_MAX];
	unsigned setting;   /* 0: as many as processors */
	unsigned processors; /* 0: not counted yet */
	unsigned n;         /* threads there are; the caller is none of them */
	pid_t owner;        /* the process that has them */
	atomic_bool closing;
	/* the job */
	void (*work)(void *, unsigned, unsigned);
	void *context;
	atomic_ullong ticket;
	atomic_uint left;   /* parts that are not finished */
	atomic_int raised;  /* exceptions of the threads' parts */
} pool = { .lock = PTHREAD_MUTEX_INITIALIZER,
	   .work_came = PTHREAD_COND_INITIALIZER,
	   .work_done = PTHREAD_COND_INITIALIZER };

/* Whether this thread is doing a part. */
static _Thread_local bool inside;
static _Thread_local unsigned self;

unsigned atl_pool_self(void)
{
	return self;
}

static unsigned count_processors(void)
{
#ifdef CPU_COUNT
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
		return (unsigned)CPU_COUNT(&set);
#endif
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 ? (unsigned)n : 1;
}

static unsigned processors(void)
{
	if (!pool.processors)
		pool.processors = count_processors();
	return pool.processors;
}

unsigned atl_pool_threads(void)
{
	unsigned n = pool.setting ? pool.setting : processors();
	return n < ATL_POOL_MAX ? n : ATL_POOL_MAX;
}

unsigned atl_pool_setting(void)
{
	return pool.setting;
}

void atl_pool_set_threads(unsigned n)
{
	if (n != pool.setting)
		atl_pool_close();
	pool.setting = n;
}

/* ---- parts ---- */

static inline void rest(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
}

/* feraiseexcept may raise it where the x87 keeps it, while SSE's arithmetic and who asks
 * for its exceptions (number/float64_kernel.h) have another place. */
static void raise_exceptions(int flags)
{
#ifdef __x86_64__
	__builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | (unsigned)flags);
#else
	feraiseexcept(flags);
#endif
}

enum { PART_BITS = 20, PARTS = 1 << PART_BITS, JOBS = 1 << 24 };

static unsigned job_of(unsigned long long ticket)
{
	return (unsigned)(ticket >> (2 * PART_BITS));
}

/* The next part of the job there is; false when none is left. */
static bool draw(unsigned *part, unsigned *parts)
{
	unsigned long long ticket = atomic_load(&pool.ticket);

	do {
		*part = (unsigned)(ticket % PARTS);
		*parts = (unsigned)(ticket / PARTS % PARTS);
		if (*part >= *parts)
			return false;
	} while (!atomic_compare_exchange_weak(&pool.ticket, &ticket, ticket + 1));
	return true;
}

static void do_parts(bool caller)
{
	unsigned part, parts;

	inside = true;
	while (draw(&part, &parts)) {
		if (!caller)
			feclearexcept(exceptions);
		pool.work(pool.context, part, parts);
		if (!caller)
			atomic_fetch_or(&pool.raised, fetestexcept(exceptions));
		if (atomic_fetch_sub(&pool.left, 1) == 1 && !caller) {
			pthread_mutex_lock(&pool.lock);
			pthread_cond_signal(&pool.work_done);
			pthread_mutex_unlock(&pool.lock);
		}
	}
	inside = false;
}

/* Waits for a job after the one seen last; false when the pool closes. */
static bool wait_for_job(unsigned *seen)
{
	for (unsigned i = 0; i < SPINS && job_of(atomic_load(&pool.ticket)) == *seen; i++)
		rest();
	if (job_of(atomic_load(&pool.ticket)) == *seen) {
		pthread_mutex_lock(&pool.lock);
		while (job_of(atomic_load(&pool.ticket)) == *seen)
			pthread_cond_wait(&pool.work_came, &pool.lock);
		pthread_mutex_unlock(&pool.lock);
	}
	*seen = job_of(atomic_load(&pool.ticket));
	return !pool.closing;
}

static void *thread_main(void *start)
{
	unsigned seen = (unsigned)((size_t)start % JOBS);

	self = (unsigned)((size_t)start / JOBS);

	while (wait_for_job(&seen))
		do_parts(false);
	return NULL;
}

/* Tells the threads that there is a job, or, without parts, that the pool closes. */
static void announce(unsigned parts)
{
	const unsigned long long job = atomic_load(&pool.ticket) >> (2 * PART_BITS);

	pthread_mutex_lock(&pool.lock);
	atomic_store(&pool.ticket, (job + 1) << (2 * PART_BITS) | (unsigned long long)parts << PART_BITS);
	pthread_cond_broadcast(&pool.work_came);
	pthread_mutex_unlock(&pool.lock);
}

/* ---- the threads' life ---- */

/* After a fork the child has none of them, and the lock in any state. */
static void forget_parents_threads(void)
{
	if (pool.owner == getpid())
		return;
	pool.owner = getpid();
	pool.n = 0;
	memcpy(&pool.lock, &(pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER, sizeof pool.lock);
	memcpy(&pool.work_came, &(pthread_cond_t)PTHREAD_COND_INITIALIZER, sizeof pool.work_came);
	memcpy(&pool.work_done, &(pthread_cond_t)PTHREAD_COND_INITIALIZER, sizeof pool.work_done);
}

/* Signals are the main thread's business. */
static void make_threads(void)
{
	const unsigned wanted = atl_pool_threads() - 1;
	sigset_t all, before;

	if (pool.n == wanted)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (pool.n < wanted &&
	       pthread_create(&pool.thread[pool.n], NULL, thread_main,
	                      (void *)((pool.n + 1) * (size_t)JOBS + job_of(atomic_load(&pool.ticket)))) == 0)
		pool.n++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void atl_pool_close(void)
{
	if (pool.n == 0 || pool.owner != getpid())
		return;
	pool.closing = true;
	announce(0);
	for (unsigned i = 0; i < pool.n; i++)
		pthread_join(pool.thread[i], NULL);
	pool.n = 0;
	pool.closing = false;
}

/* ---- a job ---- */

static void wait_for_parts(void)
{
	for (unsigned i = 0; i < SPINS && atomic_load(&pool.left) > 0; i++)
		rest();
	if (atomic_load(&pool.left) > 0) {
		pthread_mutex_lock(&pool.lock);
		while (atomic_load(&pool.left) > 0)
			pthread_cond_wait(&pool.work_done, &pool.lock);
		pthread_mutex_unlock(&pool.lock);
	}
}

static void run_alone(void (*work)(void *, unsigned, unsigned), void *context, unsigned parts)
{
	for (unsigned part = 0; part < parts; part++)
		work(context, part, parts);
}

void atl_pool_run(void (*work)(void *, unsigned, unsigned), void *context, unsigned parts)
{
	assert(parts < PARTS);
	if (inside || parts < 2 || atl_pool_threads() == 1) {
		run_alone(work, context, parts);
		return;
	}
	forget_parents_threads();
	make_threads();
	pool.work = work;
	pool.context = context;
	atomic_store(&pool.raised, 0);
	atomic_store(&pool.left, parts);
	announce(parts);
	do_parts(true);
	wait_for_parts();
	raise_exceptions(atomic_load(&pool.raised));
}
