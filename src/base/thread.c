/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/thread.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool thread_start(pthread_t *thread, void *(*run)(void *argument), void *argument, struct err *err)
{
    const int faults[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        sigdelset(&all, faults[i]);
    }
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = pthread_create(thread, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status == 0 || err_set(err, ERR_FAILED, "thread: the system gives no more of them (%s)",
                                  strerror(status));
}

void thread_init_waiting(pthread_mutex_t *lock, pthread_cond_t *changed)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(lock, NULL);
}

void thread_fini_waiting(pthread_mutex_t *lock, pthread_cond_t *changed)
{
    pthread_cond_destroy(changed);
    pthread_mutex_destroy(lock);
}

bool thread_wait_until(pthread_mutex_t *lock, pthread_cond_t *changed, int64_t until_ns)
{
    struct timespec at = {.tv_sec = until_ns / 1000000000, .tv_nsec = until_ns % 1000000000};
    return pthread_cond_timedwait(changed, lock, &at) == 0;
}

int thread_cores(void)
{
    cpu_set_t mine;
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof mine, &mine) == 0) { /* fails beyond CPU_SETSIZE cores */
        n = CPU_COUNT(&mine);
    }
    return n > 1 ? (int)n : 1;
}
