/* SPDX-License-Identifier: MIT
 * The played stage: examples of the digits, or of a hand-made table, answered as its curves say. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/stage_inside.h"
#include "ui/app/layout.h"
#include "ui/panels/panel.h"
#include "ui/panels/samples.h"

struct gallery *stage_digits(const char *suite_name, int n_tasks)
{
    struct err err = {0};
    struct dataset *dataset = dataset_open("digits", NULL, &err);
    stage_need_ok(dataset != NULL, &err);
    const struct suite_config config = {.name = suite_name, .n_tasks = n_tasks, .scenario = -1};
    struct suite *suite = suite_create(&config, dataset, &err);
    stage_need_ok(suite != NULL, &err);
    struct gallery *gallery = gallery_create(suite, &err);
    stage_need_ok(gallery != NULL, &err);
    suite_destroy(suite);
    dataset_close(dataset);
    return gallery;
}

/* Three kinds of flowers, each task with the same twelve of them. */
void stage_use_table(struct stage *stage)
{
    static const char *const classes[] = {"setosa", "versicolor", "virginica"};
    static const char *const columns[] = {"petal length", "petal width", "sepal length"};
    enum { EACH = 12, CLASSES = 3, COLUMNS = 3 };
    struct gallery like = {.n_tasks = stage->facts.n_tasks,
                           .n_classes = CLASSES,
                           .n_columns = COLUMNS,
                           .n_each = EACH,
                           .n_sets = 1};
    for (int k = 0; k < CLASSES; k++) {
        snprintf(like.class_names[k], GALLERY_NAME_MAX, "%s", classes[k]);
        snprintf(like.column_names[k], GALLERY_NAME_MAX, "%s", columns[k]);
    }
    gallery_destroy(stage->gallery);
    stage->gallery = stage_need(gallery_of_size(&like), "a table");
    for (int t = 0; t < like.n_tasks; t++) {
        struct gallery_task *task = &stage->gallery->tasks[t];
        *task = (struct gallery_task){.n = EACH, .n_classes = CLASSES};
        for (int i = 0; i < EACH; i++) {
            task->index[i] = 2 * i;
            task->label[i] = i % CLASSES;
        }
    }
    for (int i = 0; i < EACH * COLUMNS; i++) {
        int label = i / COLUMNS % CLASSES, j = i % COLUMNS;
        stage->gallery->values[i] =
            1.3f * (float)(j + 1) + (float)label + 0.1f * (float)(i * 7 % 5);
    }
    stage->facts.gallery = stage->facts.own = stage->gallery;
    stage->facts.data = "flowers.csv";
}

void stage_use_own_outputs(struct stage *stage)
{
    stage->gallery->has_own_outputs = true;
    for (int t = 0; t < stage->gallery->n_tasks; t++) {
        stage->gallery->tasks[t].shift = t * stage->gallery->n_classes;
    }
    stage->facts.scenario = "class";
}

void stage_use_nothing(struct stage *stage)
{
    stage->facts.gallery = stage->facts.own = NULL;
}

/* The answer is right for a share of the examples that is the task's accuracy. */
static void answer(const struct stage *stage, struct sampled_task *found, int n)
{
    const struct gallery *gallery = stage->gallery;
    const struct gallery_task *task = &gallery->tasks[found->task];
    double accuracy = stage->accuracy[stage->snapshot->selected][found->task];
    int present = gallery->tasks[stage->snapshot->task].shift; /* what was learned last */
    for (int i = 0; i < n && i < task->n; i++) {
        struct sample *sample = &found->samples[i];
        bool is_right = (i * 37 + 19) % 100 < 100 * accuracy;
        int other = (task->label[i] + 1 + i % (gallery->n_classes - 1)) % gallery->n_classes;
        int right = task->label[i] + task->shift, wrong = other + present;
        bool is_near = task->shift == present; /* else the right one is not likely any more */
        int first = is_right ? right : wrong;
        int second = is_right ? wrong : is_near ? right : (other + 1) % 10 + present;
        *sample = (struct sample){
            .n = 2, .output = {(uint16_t)first, (uint16_t)second}, .probability = {180, 75}};
    }
    for (int k = 0; k < gallery->n_classes; k++) {
        found->accuracy[k] = (float)fmin(fmax(accuracy + 0.1 * (k % 5 - 2), 0), 1);
    }
}

void stage_played_samples(struct stage *stage, int n_tasks, int n_each)
{
    struct exhibits *exhibits = &stage->snapshot->exhibits;
    struct samples *samples = &exhibits->samples;
    exhibits->has[EXHIBIT_SAMPLES] = n_tasks > 0;
    *samples = (struct samples){.step = MAP_STEP_NOW,
                                .learner = played_selected(stage)->id,
                                .n_each = n_each,
                                .n_classes = stage->gallery->n_classes};
    for (int t = 0; t < stage->facts.n_tasks && samples->n_tasks < n_tasks; t++) {
        if (chronicle_has_visited(&stage->chronicle, t)) {
            samples->tasks[samples->n_tasks].task = t;
            answer(stage, &samples->tasks[samples->n_tasks++], n_each);
        }
    }
}

void stage_ask_for_samples(struct stage *stage, int cols, int rows, const struct glyphs *glyphs)
{
    const struct view *view = &stage->frame.view;
    struct rect place = layout_of(view, cols, rows).panels[PANEL_SAMPLES];
    struct grid none = {0};
    struct pen all = pen_make(&none, glyphs, DEPTH_256);
    struct pen pen =
        pen_sub(&all, (struct rect){place.x + 2, place.y + 1, place.w - 4, place.h - 2});
    struct exhibit_request room = panel_samples.room(&pen, view);
    int n_tasks = room.is_shown ? room.rows : 0, n_each = room.cols;
    if (stage->lab && n_tasks > 0) {
        char line[COMMAND_TEXT_MAX];
        snprintf(line, sizeof line, "show samples %dx%d", n_tasks, n_each);
        stage_command(stage, line);
    } else if (!stage->lab) {
        stage_played_samples(stage, n_tasks, n_each);
    }
}
