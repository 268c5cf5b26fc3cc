/* SPDX-License-Identifier: MIT
 * The ends of stages of one learner: the weights that answered for a task when it had been learned.
 * Those of a task that has been learned again since stay, so that going back finds them; where
 * there is no room for all, the oldest of those goes first.  Private to the lab.
 *
 * What is missing must not depend on how a run came to where it is, or commands and probes that
 * need it would do something else the second time.  So it is known whether anything may be missing
 * (has_gaps): then whoever goes back comes from the first checkpoint (retrace.h), where nothing is.
 */
#ifndef OUBLI_LAB_ENDS_H
#define OUBLI_LAB_ENDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/archive.h"
#include "base/real.h"

struct end {
    int stage, task;
    real *theta; /* (P) owned */
};

struct ends {
    int n, capacity;
    struct end *list; /* (n) owned, in the order of stages */
    bool has_gaps;    /* others that there were may not be here */
};

void ends_fini(struct ends *ends);

/* True if there is room for those of n_tasks tasks with so many parameters; else none is kept. */
bool ends_fit(size_t n_params, int n_tasks);

/* Keeps a copy of theta (n_params), in place of what was kept of that stage or a later one; not
 * where they do not fit, or memory is short. */
void ends_keep(struct ends *ends, int stage, int task, const real *theta, size_t n_params,
               int n_tasks);

/* The last end of the task before the beginning of `stage`, NULL = none. */
const struct end *ends_find(const struct ends *ends, int task, int stage);

/* True if it is not here though it may have been. */
bool ends_lack(const struct ends *ends, int task, int stage);

/* Forgets those of `stage` and after it: they are still to come. */
void ends_forget(struct ends *ends, int stage);

/* Becomes a copy, as far as memory goes. */
void ends_copy(struct ends *ends, const struct ends *from, size_t n_params);

/* Both ways; those of tasks learned again since only while all are small.  Safe for any bytes. */
void ends_archive(struct ends *ends, struct archive *archive, size_t n_params, int n_tasks);

#endif
