/* SPDX-License-Identifier: MIT
 * Batches: the training examples of a stage in their random order, epoch after epoch.
 *
 * Epoch e of stage t is a shuffle with stream 1000+100t+e; the last partial batch is kept.  All
 * learners of a lab train on the same batches. */
#ifndef OUBLI_TASKS_BATCHES_H
#define OUBLI_TASKS_BATCHES_H

#include "tasks/suite.h"

struct batches; /* opaque; borrows the suite */

/* Examples of one step, borrowed until the next call. */
struct batch {
    int n; /* rows */
    int task;
    const real *x;     /* (n, d) */
    const int *labels; /* (n) output indices */
    const int *index;  /* (n) which training examples of the task they are */
};

struct batches *batches_create(const struct suite *suite, int batch, uint64_t seed, struct err *err)
    __attribute__((warn_unused_result));
void batches_destroy(struct batches *batches);

/* Goes to step `step` (0 = the first) of a visit of `task` as stage number `stage`.  Writes the
 * task's examples out once, so that a batch is a copy; allocates nothing. */
void batches_begin(struct batches *batches, int stage, int task, long step);

/* The next batch of the stage. */
struct batch batches_next(struct batches *batches);

/* Steps of one epoch of `task`. */
int batches_per_epoch(const struct batches *batches, int task);

#endif
