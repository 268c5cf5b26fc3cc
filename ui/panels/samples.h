/* SPDX-License-Identifier: MIT
 * Where the samples stand, for the request to the lab; and the panel's pieces. */
#ifndef OUBLI_UI_PANELS_SAMPLES_H
#define OUBLI_UI_PANELS_SAMPLES_H

#include "ui/panels/view.h"

/* The tasks that are shown, with the answers if they are known. */
struct samples_shown {
    int n;
    int tasks[SAMPLES_TASKS_MAX];
    const struct sampled_task *answers[SAMPLES_TASKS_MAX]; /* NULL = not known */
};

/* How they hang: a row a task, in the coordinates of the panel's inside.  Of a table an example is
 * a line. */
struct samples_wall {
    struct rect rows;    /* of the tasks */
    struct rect detail;  /* beside them, when the panel fills the screen; may be empty */
    int n_tasks, n_each; /* there is room for */
    int w, h;            /* cells of a picture; a line of a table */
    int step_x, step_y;  /* from one to the next; from task to task */
};

/* True if a task sees pictures otherwise than the data has them. */
bool samples_has_views(const struct view *view);

/* Pieces that only the panel's files use.  The number answered rightly of those shown, -1 if
 * nothing is known. */
int samples_right(const struct view *view, int task, const struct sampled_task *answers, int n);

/* The answer to one: the sign, its name, on so many columns. */
void samples_draw_answer(const struct pen *pen, int x, int y, int columns, const struct view *view,
                         int task, int i, const struct sampled_task *answers);

/* True if it is answered, and if rightly. */
bool samples_is_answered(const struct sampled_task *answers, int i);
bool samples_is_right(const struct view *view, int task, const struct sampled_task *answers, int i);

/* The picture of an example, as it is to be seen. */
const uint8_t *samples_picture(const struct view *view, int task, int i, bool is_plain);

/* A value of a table with as many decimals as its column needs (samples_table.c).  Returns buf. */
char *samples_value_text(const struct gallery *gallery, int column, float value, char *buf,
                         size_t size);

/* The chosen row among those shown, the first if none is chosen. */
int samples_chosen_row(const struct view *view, const struct samples_shown *shown);

/* The lines of a table of a task (samples_table.c). */
void samples_draw_table(const struct pen *pen, const struct view *view,
                        const struct samples_wall *wall, const struct samples_shown *shown);

/* The chosen one alone, with all answers and the accuracy on each class (samples_detail.c). */
void samples_draw_detail(const struct pen *pen, const struct view *view, int task, int i,
                         const struct sampled_task *answers);

#endif
