/* SPDX-License-Identifier: MIT
 * What the command `silence` means: units of one layer (network.h counts those through the network,
 * from 1), by number or by the tasks they serve now (unit_groups.h).
 *
 *   3,7-9@1      those units of layer 1
 *   A@2          those of layer 2 that serve A alone, of all tasks that have begun
 *   A/E@1        those that serve mostly A, of A and E
 *   A+E@1        those that serve both
 *   neither@1    those that serve no task
 *   off          none: all speak again
 *
 * What is silenced stays so until `off`.  Which units a group has is found from the weights of that
 * moment and the first training examples of the tasks, so whoever trains again finds the same.
 * Private to the lab. */
#ifndef OUBLI_LAB_SILENCE_H
#define OUBLI_LAB_SILENCE_H

#include <stdbool.h>

#include "lab/learner.h"
#include "lab/unit_groups.h"
#include "tasks/suite.h"

/* True if `what` is one of those lines; layers, units and tasks are not checked against anything.
 */
bool silence_check(const char *what, struct err *err);

/* Tasks that have begun, in the order in which they did. */
struct begun {
    const int *tasks;
    int n;
};

/* Those of them that units are looked at for: all, or the first and the last ones.  Returns how
 * many. */
int silence_tasks(const struct begun *begun, int tasks[UNIT_TASKS_MAX]);

/* Silences those units of the learner, besides those that are silenced already.  ERR_USAGE if there
 * are none such. */
bool silence_apply(struct learner *learner, const struct suite *suite, const struct begun *begun,
                   const char *what, struct err *err);

#endif
