/* SPDX-License-Identifier: MIT
 * A session as a tidy table: CSV (RFC 4180), one number a line, with the columns
 *
 *   learner,seed,step,task,metric,value
 *
 *   metric              task    step
 *   initial_accuracy    letter  0: before training
 *   accuracy            letter  whenever it was measured, from the task's first stage on
 *   average_accuracy            over the tasks begun so far
 *   loss                        mean since the last one, nats
 *   drift_layer_1 ...           relative, since the stage began; drift_block_1_queries ... of a
 *                               transformer
 *   R[after C]          letter  end of a stage of C
 *   forgetting, learning_accuracy   at the ends of stages
 *
 * Accuracies are fractions.  Learners that are there at the end, and what holds then: what a rewind
 * has abandoned is left out, and so is what is not finite. */
#ifndef OUBLI_SESSION_TABLE_H
#define OUBLI_SESSION_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "lab/snapshot.h"
#include "lab/timeline.h"

/* Writes header and rows; `snapshot` says what the learners are that are there.  False if the file
 * did not take it all. */
bool table_write(FILE *out, const struct timeline *timeline, const struct snapshot *snapshot,
                 uint64_t seed) __attribute__((warn_unused_result));

#endif
