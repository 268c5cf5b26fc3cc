/* SPDX-License-Identifier: MIT
 * Threads of this program: they leave signals to the main one, but for faults, which are delivered
 * to the thread that made them and must reach the handler that gives the terminal back. */
#ifndef OUBLI_BASE_THREAD_H
#define OUBLI_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Starts `run`; the caller joins it. */
bool thread_start(pthread_t *thread, void *(*run)(void *argument), void *argument, struct err *err)
    __attribute__((warn_unused_result));

/* A mutex, and a condition on which one can wait until a time of clock_ns. */
void thread_init_waiting(pthread_mutex_t *lock, pthread_cond_t *changed);
void thread_fini_waiting(pthread_mutex_t *lock, pthread_cond_t *changed);

/* Waits on it, the mutex locked; false once that time has come. */
bool thread_wait_until(pthread_mutex_t *lock, pthread_cond_t *changed, int64_t until_ns);

/* Cores that this process may use, at least 1. */
int thread_cores(void);

#endif
