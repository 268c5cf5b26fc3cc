/* SPDX-License-Identifier: MIT */
#include "lab/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"

/* Jobs come in quick succession and take about a millisecond: a hand looks out for the next one a
 * little before it lies down, since waking a thread costs about as much as a step. */
enum { LOOK_OUT_NS = 50000, LOOKS_PER_CLOCK = 64 };

struct crew {
    pthread_mutex_t lock; /* guards what is not atomic */
    pthread_cond_t begun, done;
    int n_threads;
    pthread_t *threads; /* (n_threads) */
    bool is_ending;

    void (*job)(void *context, int i);
    void *context;
    int n;
    atomic_int next;      /* the job to take next */
    atomic_int n_working; /* threads that have not finished this call's jobs */
    atomic_ulong call;    /* counts calls of crew_run; written under the lock */
};

static void work(struct crew *crew)
{
    for (int i; (i = atomic_fetch_add(&crew->next, 1)) < crew->n;) {
        crew->job(crew->context, i);
    }
}

/* True if the counter becomes different from `value` within a short while. */
static bool look_out(atomic_ulong *counter, unsigned long value)
{
    int64_t until = clock_ns() + LOOK_OUT_NS;
    while (clock_ns() < until) {
        for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
            if (atomic_load_explicit(counter, memory_order_acquire) != value) {
                return true;
            }
        }
    }
    return false;
}

/* Waits for the call after `seen`; false when it is time to end. */
static bool wait_for_call(struct crew *crew, unsigned long *seen)
{
    look_out(&crew->call, *seen);
    pthread_mutex_lock(&crew->lock);
    while (atomic_load(&crew->call) == *seen && !crew->is_ending) {
        pthread_cond_wait(&crew->begun, &crew->lock);
    }
    *seen = atomic_load(&crew->call);
    bool goes_on = !crew->is_ending;
    pthread_mutex_unlock(&crew->lock);
    return goes_on;
}

static void *run(void *argument)
{
    struct crew *crew = argument;
    unsigned long seen = 0;
    while (wait_for_call(crew, &seen)) {
        work(crew);
        if (atomic_fetch_sub(&crew->n_working, 1) == 1) {
            pthread_mutex_lock(&crew->lock);
            pthread_cond_signal(&crew->done);
            pthread_mutex_unlock(&crew->lock);
        }
    }
    return NULL;
}

struct crew *crew_create(int n_hands, struct err *err)
{
    struct crew *crew = calloc(1, sizeof *crew);
    int n_threads = n_hands > 1 ? n_hands - 1 : 0;
    if (crew) {
        crew->threads = calloc((size_t)n_threads + 1, sizeof *crew->threads);
    }
    if (!crew || !crew->threads) {
        free(crew);
        err_set(err, ERR_FAILED, "memory: no room for %d threads", n_threads);
        return NULL;
    }
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->begun, NULL);
    pthread_cond_init(&crew->done, NULL);
    for (; crew->n_threads < n_threads; crew->n_threads++) {
        if (!thread_start(&crew->threads[crew->n_threads], run, crew, err)) {
            crew_destroy(crew);
            return NULL;
        }
    }
    return crew;
}

void crew_destroy(struct crew *crew)
{
    if (!crew) {
        return;
    }
    pthread_mutex_lock(&crew->lock);
    crew->is_ending = true;
    pthread_cond_broadcast(&crew->begun);
    pthread_mutex_unlock(&crew->lock);
    for (int i = 0; i < crew->n_threads; i++) {
        pthread_join(crew->threads[i], NULL);
    }
    pthread_cond_destroy(&crew->begun);
    pthread_cond_destroy(&crew->done);
    pthread_mutex_destroy(&crew->lock);
    free(crew->threads);
    free(crew);
}

void crew_run(struct crew *crew, void (*job)(void *context, int i), void *context, int n)
{
    if (n <= 1 || crew->n_threads == 0) {
        for (int i = 0; i < n; i++) {
            job(context, i);
        }
        return;
    }
    pthread_mutex_lock(&crew->lock);
    crew->job = job;
    crew->context = context;
    crew->n = n;
    atomic_store(&crew->next, 0);
    atomic_store(&crew->n_working, crew->n_threads);
    atomic_fetch_add(&crew->call, 1);
    pthread_cond_broadcast(&crew->begun);
    pthread_mutex_unlock(&crew->lock);
    work(crew);
    int64_t until = clock_ns() + LOOK_OUT_NS;
    while (atomic_load_explicit(&crew->n_working, memory_order_acquire) > 0 && clock_ns() < until) {
    }
    pthread_mutex_lock(&crew->lock);
    while (atomic_load(&crew->n_working) > 0) {
        pthread_cond_wait(&crew->done, &crew->lock);
    }
    pthread_mutex_unlock(&crew->lock);
}
