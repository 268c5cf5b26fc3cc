/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/thread.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
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

int thread_cores(void)
{
    cpu_set_t mine;
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    if (sched_getaffinity(0, sizeof mine, &mine) == 0) { /* fails beyond CPU_SETSIZE cores */
        n = CPU_COUNT(&mine);
    }
    return n > 1 ? (int)n : 1;
}
