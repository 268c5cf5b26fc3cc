/* SPDX-License-Identifier: MIT
 * A crew: threads that do one job for each of several things at once, then wait for the next. */
#ifndef OUBLI_LAB_CREW_H
#define OUBLI_LAB_CREW_H

#include <stdbool.h>

#include "base/err.h"

struct crew; /* opaque */

/* `n_hands` at work at once, the caller's among them: n_hands - 1 threads, started here.  Returns
 * owned; NULL and err when the system gives no threads. */
struct crew *crew_create(int n_hands, struct err *err) __attribute__((warn_unused_result));
void crew_destroy(struct crew *crew);

/* Calls job(context, i) once for each i below n, in any order, on the caller's thread and the
 * crew's, and returns when all are done.  What the caller wrote before is seen by the jobs, what
 * they wrote is seen by the caller. */
void crew_run(struct crew *crew, void (*job)(void *context, int i), void *context, int n);

#endif
