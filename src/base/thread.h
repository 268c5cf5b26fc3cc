/* SPDX-License-Identifier: MIT
 * Threads of this program: they leave signals to the main one, but for faults, which are delivered
 * to the thread that made them and must reach the handler that gives the terminal back. */
#ifndef OUBLI_BASE_THREAD_H
#define OUBLI_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"

/* Starts `run`; the caller joins it. */
bool thread_start(pthread_t *thread, void *(*run)(void *argument), void *argument, struct err *err)
    __attribute__((warn_unused_result));

/* Cores that this process may use, at least 1. */
int thread_cores(void);

#endif
