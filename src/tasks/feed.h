/* SPDX-License-Identifier: MIT
 * A feed: one learner's way through the batches of a stage.  Several feeds of the same batches give
 * the same examples in the same order, each at its own pace and in its own thread. */
#ifndef OUBLI_TASKS_FEED_H
#define OUBLI_TASKS_FEED_H

#include "tasks/batches.h"

struct feed; /* opaque; borrows the batches */

/* Examples of one step, borrowed until the next call. */
struct batch {
    int n;             /* rows */
    int task;          /* whose examples they all are, where `tasks` is NULL */
    const int *tasks;  /* (n) of a stream: whose each is */
    const real *x;     /* (n, d) */
    const int *labels; /* (n) output indices */
    const int *index;  /* (n) which training examples of their task they are */
};

struct feed *feed_create(const struct batches *batches, struct err *err)
    __attribute__((warn_unused_result));
void feed_destroy(struct feed *feed);

/* Goes to step `step` (0 = the first) of the stage the batches have begun; allocates nothing. */
void feed_begin(struct feed *feed, long step);

/* The next batch of the stage. */
struct batch feed_next(struct feed *feed);

#endif
