/* SPDX-License-Identifier: MIT
 * Accuracy on each task after each stage, over the seeds of a combination: mean and std of the
 * matrices R of its runs, as their lines of JSON have them. */
#ifndef OUBLI_UI_PLOT_COURSE_H
#define OUBLI_UI_PLOT_COURSE_H

#include "ui/plot/sweep.h"

enum { COURSE_STAGES_MAX = 64, COURSE_TASKS_MAX = 16, COURSE_MAX = 8 };

struct course {
    int n_stages, n_tasks;              /* that are kept: the first */
    int n_runs;                         /* that had a matrix */
    int begins[COURSE_TASKS_MAX];       /* the stage in which the task is first learned */
    char letters[COURSE_STAGES_MAX][8]; /* of the stages' tasks */
    struct spread accuracy[COURSE_TASKS_MAX][COURSE_STAGES_MAX]; /* 0 .. 1 */
};

/* Fills courses (n) of the combinations `cells` (n), n <= COURSE_MAX.  A run without a matrix, or
 * with one of another form than that of the first, is passed over. */
bool course_read(struct course *courses, const struct sweep *sweep, const int *cells, int n,
                 struct err *err) __attribute__((warn_unused_result));

#endif
