/* SPDX-License-Identifier: MIT
 * When which task is evaluated: a budget that does not grow with the number of tasks.
 *
 * At a tick the present task and the one before it are looked at, and of the other tasks seen so
 * far as many, in turn, as the budget allows.  Ticks are dense just after a boundary (steps 1, 2,
 * 4, 8 ...: the dip must be seen), then regular.  At a given pace a stage has about 75 ticks; flat
 * out, as many as keep evaluation to about a third of the work.  Everything follows from steps and
 * settings, nothing from the clock. */
#ifndef OUBLI_LAB_SCHEDULE_H
#define OUBLI_LAB_SCHEDULE_H

#include <stdbool.h>

#include "base/err.h"

enum {
    SCHEDULE_TASKS_MAX = 8,     /* tasks looked at in one tick */
    SCHEDULE_TICK_ROWS = 1000,  /* test examples of a task at a tick, evenly spaced */
    SCHEDULE_ROW_ROWS = 100000, /* test examples of all tasks together for a row of R */
};

struct schedule {
    int n_tasks, n_seen;
    int *seen;     /* (n_tasks) tasks in the order of their first stage; owned */
    bool *is_seen; /* (n_tasks); owned */
    int turn;      /* whose turn it is among the seen */
};

bool schedule_init(struct schedule *schedule, int n_tasks, struct err *err)
    __attribute__((warn_unused_result));
void schedule_fini(struct schedule *schedule);
void schedule_reset(struct schedule *schedule);

/* A stage of `task` begins. */
void schedule_begin(struct schedule *schedule, int task);

/* The tasks to look at now, each once; returns how many (1 .. SCHEDULE_TASKS_MAX).  `previous` may
 * be -1. */
int schedule_tasks(struct schedule *schedule, bool is_paced, int present, int previous, int *tasks);

/* Steps between two regular ticks of a stage of `stage_steps` steps, each of which gives so many
 * answers. */
long schedule_interval(long stage_steps, bool is_paced, int answers, int n_test);

/* True if a tick is due after `stage_step` of `stage_steps` steps, each of which gives so many
 * answers. */
bool schedule_is_due(long stage_step, long stage_steps, bool is_paced, int answers, int n_test);

#endif
