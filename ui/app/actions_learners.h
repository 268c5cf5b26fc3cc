/* SPDX-License-Identifier: MIT
 * What keys and clicks do about learners: fork, choose, compare, sort. */
#ifndef OUBLI_UI_APP_ACTIONS_LEARNERS_H
#define OUBLI_UI_APP_ACTIONS_LEARNERS_H

#include "ui/app/state.h"

/* A copy of the selected one, from the cursor on if there is one. */
void learners_fork(struct app *app);

/* Chooses learner number i of the snapshot; the next one in the order of the table. */
void learners_select(struct app *app, int i);
void learners_next(struct app *app, int direction);

/* Switches and knobs reach all, or the selected one again. */
void learners_reach_all(struct app *app);

/* The curves: its tasks, the average of each, one task of each; the next task. */
void learners_compare(struct app *app);
void learners_compare_task(struct app *app);

/* The table by a column, the same again the other way round; by the next (1) or back (-1). */
void learners_sort(struct app *app, enum learner_column column);
void learners_sort_next(struct app *app, int direction);

/* Adds joint and naive training, where they are not there. */
void learners_add_landmarks(struct app *app);

#endif
