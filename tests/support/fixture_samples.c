/* SPDX-License-Identifier: MIT
 * The played stage: examples of the digits, or of a hand-made table, answered as its curves say. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fixture_inside.h"
#include "ui/app/layout.h"
#include "ui/panels/panel.h"
#include "ui/panels/samples.h"

struct gallery *fixture_digits(const char *suite_name, int n_tasks)
{
    struct err err = {0};
    struct dataset *dataset = dataset_open("digits", NULL, &err);
    fixture_need_ok(dataset != NULL, &err);
    const struct suite_config config = {.name = suite_name, .n_tasks = n_tasks, .scenario = -1};
    struct suite *suite = suite_create(&config, dataset, &err);
    fixture_need_ok(suite != NULL, &err);
    struct gallery *gallery = gallery_create(suite, &err);
    fixture_need_ok(gallery != NULL, &err);
    suite_destroy(suite);
    dataset_close(dataset);
    return gallery;
}

/* Three kinds of flowers, each task with the same twelve of them. */
void fixture_use_table(struct fixture *fixture)
{
    static const char *const classes[] = {"setosa", "versicolor", "virginica"};
    static const char *const columns[] = {"petal length", "petal width", "sepal length"};
    enum { EACH = 12, CLASSES = 3, COLUMNS = 3 };
    struct gallery like = {.n_tasks = fixture->facts.n_tasks,
                           .n_classes = CLASSES,
                           .n_columns = COLUMNS,
                           .n_each = EACH,
                           .n_sets = 1};
    for (int k = 0; k < CLASSES; k++) {
        snprintf(like.class_names[k], GALLERY_NAME_MAX, "%s", classes[k]);
        snprintf(like.column_names[k], GALLERY_NAME_MAX, "%s", columns[k]);
    }
    gallery_destroy(fixture->gallery);
    fixture->gallery = fixture_need(gallery_of_size(&like), "a table");
    for (int t = 0; t < like.n_tasks; t++) {
        struct gallery_task *task = &fixture->gallery->tasks[t];
        *task = (struct gallery_task){.n = EACH, .n_classes = CLASSES};
        for (int i = 0; i < EACH; i++) {
            task->index[i] = 2 * i;
            task->label[i] = i % CLASSES;
        }
    }
    for (int i = 0; i < EACH * COLUMNS; i++) {
        int label = i / COLUMNS % CLASSES, j = i % COLUMNS;
        fixture->gallery->values[i] =
            1.3f * (float)(j + 1) + (float)label + 0.1f * (float)(i * 7 % 5);
    }
    fixture->facts.gallery = fixture->facts.own = fixture->gallery;
    fixture->facts.data = "flowers.csv";
}

void fixture_use_own_outputs(struct fixture *fixture)
{
    fixture->gallery->has_own_outputs = true;
    for (int t = 0; t < fixture->gallery->n_tasks; t++) {
        fixture->gallery->tasks[t].shift = t * fixture->gallery->n_classes;
    }
    fixture->facts.scenario = "class";
}

void fixture_use_nothing(struct fixture *fixture)
{
    fixture->facts.gallery = fixture->facts.own = NULL;
}

/* The answer is right for a share of the examples that is the task's accuracy. */
static void answer(const struct fixture *fixture, struct sampled_task *found, int n)
{
    const struct gallery *gallery = fixture->gallery;
    const struct gallery_task *task = &gallery->tasks[found->task];
    double accuracy = fixture->accuracy[fixture->snapshot->selected][found->task];
    int present = gallery->tasks[fixture->snapshot->task].shift; /* what was learned last */
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

void fixture_played_samples(struct fixture *fixture, int n_tasks, int n_each)
{
    struct exhibits *exhibits = &fixture->snapshot->exhibits;
    struct samples *samples = &exhibits->samples;
    exhibits->has[EXHIBIT_SAMPLES] = n_tasks > 0;
    *samples = (struct samples){.step = MAP_STEP_NOW,
                                .learner = played_selected(fixture)->id,
                                .n_each = n_each,
                                .n_classes = fixture->gallery->n_classes};
    for (int t = 0; t < fixture->facts.n_tasks && samples->n_tasks < n_tasks; t++) {
        if (timeline_has_begun(&fixture->timeline, t)) {
            samples->tasks[samples->n_tasks].task = t;
            answer(fixture, &samples->tasks[samples->n_tasks++], n_each);
        }
    }
}

void fixture_ask_for_samples(struct fixture *fixture, int cols, int rows,
                             const struct glyphs *glyphs)
{
    const struct view *view = &fixture->frame.view;
    struct rect place = layout_of(view, cols, rows).panels[PANEL_SAMPLES];
    struct grid none = {0};
    struct pen all = pen_make(&none, glyphs, DEPTH_256);
    struct pen pen =
        pen_sub(&all, (struct rect){place.x + 2, place.y + 1, place.w - 4, place.h - 2});
    struct exhibit_request room = panel_samples.room(&pen, view);
    int n_tasks = room.is_shown ? room.rows : 0, n_each = room.cols;
    if (fixture->lab && n_tasks > 0) {
        char line[COMMAND_TEXT_MAX];
        snprintf(line, sizeof line, "show samples %dx%d", n_tasks, n_each);
        fixture_command(fixture, line);
    } else if (!fixture->lab) {
        fixture_played_samples(fixture, n_tasks, n_each);
    }
}
