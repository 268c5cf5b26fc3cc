/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/subnormal.h"
#include "base/thread.h"

/* Calls come in quick succession and a part may take some microseconds: whoever waits looks out for
 * a little before it lies down, since waking a thread takes longer than that. */
enum { LOOK_OUT_NS = 300000, LOOKS_PER_CLOCK = 32 };

/* One number says all that a thread must know to take a part, so that it cannot take the part of
 * one call for that of another: which call (48 upper bits, less those of n), how many parts it has
 * and which is the next. */
enum { PART_BITS = 16 }; /* more than POOL_PARTS_MAX and one too many for each thread */
static const uint64_t PART_MASK = (UINT64_C(1) << PART_BITS) - 1;

/* On a machine that is busy with something else a thread may be held up in the middle of a part
 * for milliseconds, and sharing costs more than it brings.  Where that happens again and again the
 * caller works alone for a while, twice as long each time. */
enum { STALL_NS = 1000000, STALLS_MOST = 8, CALM_CALLS = 64 };
static const int64_t ALONE_NS = 500000;

struct pool {
    _Atomic uint64_t ticket; /* call << 32 | n << 16 | next part */
    atomic_int n_done;       /* parts of the present call */
    void (*job)(void *context, int i);
    void *context; /* written before the ticket, read by who has a part: until that is done no other
                      call begins */

    pthread_mutex_t lock; /* for lying down and being woken */
    pthread_cond_t begun, done;
    atomic_int n_asleep;          /* threads that wait for `begun` */
    atomic_bool is_caller_asleep; /* it waits for `done` */
    atomic_bool is_ending;
    int n_threads;
    pthread_t *threads; /* (n_threads) */

    int stalls, calm; /* lately; calls since the last stall */
    int64_t alone_until_ns;
};

static uint32_t call_of(uint64_t ticket)
{
    return (uint32_t)(ticket >> (2 * PART_BITS));
}
static int parts_of(uint64_t ticket)
{
    return (int)((ticket >> PART_BITS) & PART_MASK);
}

static inline void rest(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Does parts of the present call until none is left; the call. */
static uint32_t work(struct pool *pool)
{
    while (true) {
        /* Acquire: what the caller wrote before its ticket. */
        uint64_t ticket = atomic_fetch_add_explicit(&pool->ticket, 1, memory_order_acq_rel);
        int i = (int)(ticket & PART_MASK), n = parts_of(ticket);
        if (i >= n) {
            return call_of(ticket);
        }
        pool->job(pool->context, i);
        /* Sequential: who lies down sees this, or this sees that it lies down. */
        if (atomic_fetch_add(&pool->n_done, 1) + 1 == n && atomic_load(&pool->is_caller_asleep)) {
            pthread_mutex_lock(&pool->lock);
            pthread_cond_signal(&pool->done);
            pthread_mutex_unlock(&pool->lock);
        }
    }
}

static bool is_news(struct pool *pool, uint32_t seen)
{
    return call_of(atomic_load(&pool->ticket)) != seen || atomic_load(&pool->is_ending);
}

/* Waits for a call after `seen`; false when it is time to end. */
static bool wait_for_call(struct pool *pool, uint32_t seen)
{
    int64_t until = clock_ns() + LOOK_OUT_NS;
    while (clock_ns() < until) {
        for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
            if (is_news(pool, seen)) {
                return !atomic_load(&pool->is_ending);
            }
            rest();
        }
    }
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->n_asleep, 1);
    while (!is_news(pool, seen)) {
        pthread_cond_wait(&pool->begun, &pool->lock);
    }
    atomic_fetch_sub(&pool->n_asleep, 1);
    pthread_mutex_unlock(&pool->lock);
    return !atomic_load(&pool->is_ending);
}

static void *run(void *argument)
{
    struct pool *pool = argument;
    uint32_t seen = 0;
    subnormal_flush();
    while (wait_for_call(pool, seen)) {
        seen = work(pool);
    }
    return NULL;
}

struct pool *pool_create(int size, struct err *err)
{
    struct pool *pool = calloc(1, sizeof *pool);
    int n_threads = size > 1 ? size - 1 : 0;
    if (pool) {
        pool->threads = calloc((size_t)n_threads + 1, sizeof *pool->threads);
    }
    if (!pool || !pool->threads) {
        free(pool);
        err_set(err, ERR_FAILED, "memory: no room for %d threads", n_threads);
        return NULL;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->begun, NULL);
    pthread_cond_init(&pool->done, NULL);
    for (; pool->n_threads < n_threads; pool->n_threads++) {
        if (!thread_start(&pool->threads[pool->n_threads], run, pool, err)) {
            pool_destroy(pool);
            return NULL;
        }
    }
    return pool;
}

static void wake(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pthread_cond_broadcast(&pool->begun);
    pthread_mutex_unlock(&pool->lock);
}

void pool_destroy(struct pool *pool)
{
    if (!pool) {
        return;
    }
    atomic_store(&pool->is_ending, true);
    wake(pool);
    for (int i = 0; i < pool->n_threads; i++) {
        pthread_join(pool->threads[i], NULL);
    }
    pthread_cond_destroy(&pool->begun);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
    free(pool->threads);
    free(pool);
}

int pool_size(const struct pool *pool)
{
    return pool ? pool->n_threads + 1 : 1;
}

/* Until all parts are done: the last ones may be with other threads. */
static void wait_until_done(struct pool *pool, int n)
{
    int64_t until = clock_ns() + LOOK_OUT_NS;
    while (clock_ns() < until) {
        for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
            if (atomic_load(&pool->n_done) == n) {
                return;
            }
            rest();
        }
    }
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->is_caller_asleep, true);
    while (atomic_load(&pool->n_done) < n) {
        pthread_cond_wait(&pool->done, &pool->lock);
    }
    atomic_store(&pool->is_caller_asleep, false);
    pthread_mutex_unlock(&pool->lock);
}

/* The caller worked from `begin` to `worked` and then waited until now. */
static void judge(struct pool *pool, int64_t begin, int64_t worked)
{
    int64_t now = clock_ns(), waited = now - worked;
    if (waited > STALL_NS && waited > 4 * (worked - begin)) {
        pool->stalls += pool->stalls < STALLS_MOST;
        pool->calm = 0;
        pool->alone_until_ns = now + (pool->stalls > 1 ? ALONE_NS << pool->stalls : 0);
    } else if (++pool->calm == CALM_CALLS) {
        pool->calm = 0;
        pool->stalls -= pool->stalls > 0;
    }
}

void pool_run(struct pool *pool, void (*job)(void *context, int i), void *context, int n)
{
    assert(n <= POOL_PARTS_MAX);
    int64_t begin = n > 1 && pool_size(pool) > 1 ? clock_ns() : 0;
    if (begin == 0 || begin < pool->alone_until_ns) {
        for (int i = 0; i < n; i++) {
            job(context, i);
        }
        return;
    }
    pool->job = job;
    pool->context = context;
    atomic_store_explicit(&pool->n_done, 0, memory_order_relaxed);
    uint64_t call = call_of(atomic_load_explicit(&pool->ticket, memory_order_relaxed)) + 1u;
    /* Sequential: a thread that lies down sees this, or this sees that it lies down. */
    atomic_store(&pool->ticket, call << (2 * PART_BITS) | (uint64_t)n << PART_BITS);
    if (atomic_load(&pool->n_asleep) > 0) {
        wake(pool);
    }
    work(pool);
    int64_t worked = clock_ns();
    wait_until_done(pool, n);
    judge(pool, begin, worked);
}
