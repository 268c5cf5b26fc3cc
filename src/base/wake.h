/* SPDX-License-Identifier: MIT
 * A pipe through which a thread wakes another one that waits in poll. */
#ifndef OUBLI_BASE_WAKE_H
#define OUBLI_BASE_WAKE_H

#include "base/err.h"

struct wake {
    int fd[2]; /* the end that is polled, the end that is written to; -1 = none */
};

/* False and err if the system has no pipe; then it may be closed nevertheless. */
bool wake_open(struct wake *wake, struct err *err) __attribute__((warn_unused_result));
void wake_close(struct wake *wake);

/* Makes fd[0] readable.  Any thread; never waits. */
void wake_up(const struct wake *wake);

/* Who is woken: makes it unreadable again. */
void wake_drain(int fd);

#endif
