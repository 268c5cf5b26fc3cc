/* SPDX-License-Identifier: MIT
 * Batches: the training examples of a stage, and the random order in which they come, epoch after
 * epoch.
 *
 * Epoch e of stage t is a shuffle with stream 1000+100t+e; the last partial batch is kept.  In a
 * stream (stream.h) each step draws its examples anew, with repetition, from all tasks.  All
 * learners of a lab train on the same batches, each through a feed of its own (feed.h). */
#ifndef OUBLI_TASKS_BATCHES_H
#define OUBLI_TASKS_BATCHES_H

#include "tasks/suite.h"

struct batches; /* opaque; borrows the suite */

struct batches *batches_create(const struct suite *suite, int batch, uint64_t seed, struct err *err)
    __attribute__((warn_unused_result));
void batches_destroy(struct batches *batches);

/* From now on of `suite` (NULL: of the one they were made with), which shares its tasks with that
 * (suite_share); borrowed.  They begin anew before they are read again. */
void batches_turn(struct batches *batches, const struct suite *suite);

/* Stage number `stage`, of `task`, begins.  Writes the task's examples out once, so that a
 * batch is a copy; allocates nothing.  Feeds must begin anew before they are read again. */
void batches_begin(struct batches *batches, int stage, int task);

/* Of a stream: so many steps are a task's time.  To be said once, before the first batch. */
void batches_pace(struct batches *batches, long steps);

/* Steps of one epoch of `task`; in a stream of the largest, for all have the same time. */
int batches_per_epoch(const struct batches *batches, int task);

/* What feeds read; safe from several threads between two batches_begin. */
int batches_size(const struct batches *batches);      /* largest number of rows of a batch */
int batches_features(const struct batches *batches);  /* d */
int batches_most(const struct batches *batches);      /* examples of the largest task */
int batches_task(const struct batches *batches);      /* the present stage's, -1 before the first */
int batches_examples(const struct batches *batches);  /* n, of that task */
const real *batches_x(const struct batches *batches); /* (n, d) as the task sees them */
const int *batches_labels(const struct batches *batches); /* (n) */

/* Writes the order of epoch `epoch` of the present stage into `order` (n). */
void batches_order(const struct batches *batches, int epoch, int *order);

/* Of a stream: draws a whole batch for step `step` of the present stage; which examples (index) of
 * which tasks, n each. */
void batches_draw(const struct batches *batches, long step, int *tasks, int *index);
const struct suite *batches_suite(const struct batches *batches);

#endif
