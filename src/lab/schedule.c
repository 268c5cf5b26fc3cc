/* SPDX-License-Identifier: MIT */
#include "lab/schedule.h"

#include <stdlib.h>
#include <string.h>

bool schedule_init(struct schedule *schedule, int n_tasks, struct err *err)
{
    *schedule = (struct schedule){.n_tasks = n_tasks,
                                  .seen = calloc((size_t)n_tasks, sizeof(int)),
                                  .is_seen = calloc((size_t)n_tasks, sizeof(bool))};
    if (!schedule->seen || !schedule->is_seen) {
        return err_set(err, ERR_FAILED, "memory: no room for the schedule of %d tasks", n_tasks);
    }
    return true;
}

void schedule_fini(struct schedule *schedule)
{
    free(schedule->seen);
    free(schedule->is_seen);
}

void schedule_reset(struct schedule *schedule)
{
    schedule->n_seen = schedule->turn = 0;
    memset(schedule->is_seen, 0, (size_t)schedule->n_tasks * sizeof *schedule->is_seen);
}

void schedule_begin(struct schedule *schedule, int task)
{
    if (!schedule->is_seen[task]) {
        schedule->is_seen[task] = true;
        schedule->seen[schedule->n_seen++] = task;
    }
}

int schedule_tasks(struct schedule *schedule, bool is_paced, int present, int previous, int *tasks)
{
    int most = is_paced ? SCHEDULE_TASKS_MAX : 3, n = 0;
    tasks[n++] = present;
    if (previous >= 0 && previous != present) {
        tasks[n++] = previous;
    }
    for (int i = 0; i < schedule->n_seen && n < most; i++) {
        int task = schedule->seen[schedule->turn++ % schedule->n_seen];
        bool is_there = false;
        for (int k = 0; k < n; k++) {
            is_there |= tasks[k] == task;
        }
        if (!is_there) {
            tasks[n++] = task;
        }
    }
    schedule->turn %= schedule->n_seen ? schedule->n_seen : 1;
    return n;
}

long schedule_interval(long stage_steps, bool is_paced, int answers, int n_test)
{
    long interval = stage_steps / 75 > 1 ? stage_steps / 75 : 1;
    if (!is_paced) {
        /* A step passes its rows about three times through the network, a tick three tasks
         * once. */
        long rows = n_test < SCHEDULE_TICK_ROWS ? n_test : SCHEDULE_TICK_ROWS;
        long budget = 3 * rows / answers;
        interval = interval > budget ? interval : budget;
    }
    return interval;
}

bool schedule_is_due(long stage_step, long stage_steps, bool is_paced, int answers, int n_test)
{
    long interval = schedule_interval(stage_steps, is_paced, answers, n_test);
    bool is_power = (stage_step & (stage_step - 1)) == 0;
    return stage_step % interval == 0 || (is_power && stage_step < interval);
}
