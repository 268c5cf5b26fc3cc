/* SPDX-License-Identifier: MIT
 * A network that learns nothing, though its loss is a number: of a task that has had its time it
 * knows no more than the initial weights did.  Numbers alone; any thread that may read them. */
#ifndef OUBLI_LAB_COLLAPSE_H
#define OUBLI_LAB_COLLAPSE_H

#include "lab/timeline.h"

enum { COLLAPSE_STEPS_LEAST = 30 }; /* before so many nothing is said of a task */

/* Accuracy on a task: within 5 points of what the initial weights knew, or less. */
bool collapse_is_at_chance(const struct track *track, int task, double accuracy);

/* By luck the initial weights may answer well where there are few classes, so the loss is asked,
 * too: it is that at the very first step, at least nine tenths of it. */
bool collapse_is(const struct track *track, int task, double accuracy, double loss);

/* True if any part has ever drifted by more than half of its length, in any task's time, as no
 * gentle step brings about: weights thrown far away do not move any more. */
bool collapse_is_far(const struct track *track, int n_parts);

/* The tasks that the last stage of each left unlearned, in the order of stages: how many, the first
 * `most` of them in `tasks`.  Of a stream, where no task has a stage of its own, 0. */
int collapse_tasks(const struct timeline *timeline, const struct track *track, int *tasks,
                   int most);

#endif
