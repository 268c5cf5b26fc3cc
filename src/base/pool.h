/* SPDX-License-Identifier: MIT
 * A thread pool: threads that do the parts of one job at once, then wait for the next.
 *
 * The threads leave signals to the main one, and flush subnormal numbers to zero (subnormal.h),
 * for whoever needs more than one thread computes. */
#ifndef OUBLI_BASE_POOL_H
#define OUBLI_BASE_POOL_H

#include <stdbool.h>

#include "base/err.h"

struct pool; /* opaque */

enum { POOL_PARTS_MAX = 60000 };

/* `size` at work at once, the caller among them: size - 1 threads, started here.  Returns owned;
 * NULL and err when the system gives no threads. */
struct pool *pool_create(int size, struct err *err) __attribute__((warn_unused_result));
void pool_destroy(struct pool *pool);

/* How many are at work at once; 1 for NULL, which is a pool without threads. */
int pool_size(const struct pool *pool);

/* Calls job(context, i) once for each i below n, in any order, on the caller's thread and the
 * pool's, and returns when all are done; it waits for no thread that has no part.  What the caller
 * wrote before is seen by the parts, what they wrote is seen by the caller.  One caller at a time;
 * a part must not use the pool. */
void pool_run(struct pool *pool, void (*job)(void *context, int i), void *context, int n);

#endif
