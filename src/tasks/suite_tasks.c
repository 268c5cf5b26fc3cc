/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tasks/clean.h"
#include "tasks/suite_inside.h"

/* ---- tasks that see all examples in their own way, or a group of them ---- */

/* Which outputs are the task's own, where every task has all classes. */
static void set_outputs(struct suite *suite, int t)
{
    int c = suite->dataset->n_classes;
    bool given = suite->scenario == SCENARIO_TASK;
    suite->sources[t].shift = suite->scenario == SCENARIO_DOMAIN ? 0 : t * c;
    suite->tasks[t].first_output = given ? suite->sources[t].shift : 0;
    suite->tasks[t].n_outputs = given ? c : suite->n_outputs;
}

static void make_kind(struct suite *suite, int t)
{
    bool is_lesson = t == suite_lesson_task(suite);
    const struct group *group = is_lesson ? &suite->lessons->group : &suite->dataset->groups[t];
    struct source *source = &suite->sources[t];
    struct task *task = &suite->tasks[t];
    snprintf(task->name, sizeof task->name, "%s", group->name);
    task->n_train = group->n_train;
    task->n_test = group->n_test;
    task->n_validation = group->n_validation;
    source->first[SPLIT_TRAIN] = group->train_first;
    source->first[SPLIT_TEST] = group->test_first;
    source->first[SPLIT_VALIDATION] = group->validation_first;
    set_outputs(suite, t);
}

static void make_view(struct suite *suite, int t)
{
    const struct dataset *dataset = suite->dataset;
    struct source *source = &suite->sources[t];
    struct task *task = &suite->tasks[t];
    if (t == 0) {
        snprintf(task->name, sizeof task->name, "original");
    } else if (suite_is_turned(suite)) {
        double degrees = 360.0 * t / suite->n_tasks;
        source->view = view_turn(&suite->arena, degrees);
        snprintf(task->name, sizeof task->name, "turned %.4g\u00B0", degrees);
    } else if (suite->recipe->taps == VIEW_TAPS_ROTATION) {
        double degrees = 180.0 * t / suite->n_tasks;
        source->view = view_rotation(&suite->arena, degrees, dataset->width, dataset->height);
        snprintf(task->name, sizeof task->name, "rotated %.4g\u00B0", degrees);
    } else {
        source->view = view_permutation(&suite->arena, suite->seed, t, dataset->n_features);
        snprintf(task->name, sizeof task->name, "permuted %d", t);
    }
    const struct group *turned = suite_is_turned(suite) ? &dataset->groups[0] : NULL;
    task->n_train = turned ? turned->n_train : dataset->train.n;
    task->n_test = turned ? turned->n_test : dataset->test.n;
    task->n_validation = turned ? turned->n_validation : dataset->validation.n;
    set_outputs(suite, t);
}

/* ---- tasks of their own classes ---- */

/* Where the classes of task `t` begin; of task T, where those of the last end. */
int suite_first_class(const struct suite *suite, int t)
{
    int c = suite->dataset->n_classes, n = suite->n_tasks, more = c % n;
    return t * (c / n) + (t < more ? t : more);
}

/* The class names with a blank between, behind what the name has already; " ..." stands for those
 * that have no room. */
static void name_group(struct task *task, char *const *class_names, int first, int end)
{
    static const char more[] = " ...";
    size_t room = sizeof task->name, used = strlen(task->name);
    clean_copy(task->name + used, room - used - strlen(more), class_names[first]);
    used = strlen(task->name);
    for (int k = first + 1; k < end; k++) {
        size_t left = room - used - (k + 1 < end ? strlen(more) : 0);
        if (1 + strlen(class_names[k]) >= left) {
            memcpy(task->name + used, more, sizeof more);
            return;
        }
        used += (size_t)snprintf(task->name + used, left, " %s", class_names[k]);
    }
}

/* Lists the examples of the classes first .. end-1 in the dataset's order; returns how many. */
static int list_group(struct suite *suite, struct source *source, enum split split, int first,
                      int end)
{
    const struct examples *examples = split == SPLIT_TRAIN  ? &suite->dataset->train
                                      : split == SPLIT_TEST ? &suite->dataset->test
                                                            : &suite->dataset->validation;
    int n = 0;
    for (int i = 0; i < examples->n; i++) {
        n += examples->labels[i] >= first && examples->labels[i] < end;
    }
    int *index = arena_alloc(&suite->arena, (size_t)n, sizeof *index);
    source->index[split] = index;
    for (int i = 0; i < examples->n; i++) {
        if (examples->labels[i] >= first && examples->labels[i] < end) {
            *index++ = i;
        }
    }
    return n;
}

static bool make_group(struct suite *suite, int t, struct err *err)
{
    struct task *task = &suite->tasks[t];
    struct source *source = &suite->sources[t];
    int first = suite_first_class(suite, t), end = suite_first_class(suite, t + 1);
    name_group(task, suite->dataset->class_names, first, end);
    task->n_train = list_group(suite, source, SPLIT_TRAIN, first, end);
    task->n_test = list_group(suite, source, SPLIT_TEST, first, end);
    task->n_validation = list_group(suite, source, SPLIT_VALIDATION, first, end);
    if (task->n_train == 0 || task->n_test == 0) {
        return err_set(
            err, ERR_USAGE,
            "--suite split: task %d (%s) needs examples to train and to test, %s has %d and %d "
            "of them; use fewer tasks",
            t + 1, task->name, suite->dataset->name, task->n_train, task->n_test);
    }
    source->shift = suite->scenario == SCENARIO_DOMAIN ? -first : 0;
    bool given = suite->scenario == SCENARIO_TASK;
    task->first_output = given ? first : 0;
    task->n_outputs = given ? end - first : suite->n_outputs;
    return true;
}

/* ---- tasks of their own features ---- */

/* The last ones have more where they cannot all have as many. */
int suite_first_feature(const struct suite *suite, int t)
{
    return t * suite->dataset->n_features / suite->n_tasks;
}

static void make_part(struct suite *suite, int t)
{
    const struct dataset *dataset = suite->dataset;
    struct source *source = &suite->sources[t];
    struct task *task = &suite->tasks[t];
    int first = suite_first_feature(suite, t), end = suite_first_feature(suite, t + 1);
    int n_levels = dataset->test.n / dataset->n_features;
    snprintf(task->name, sizeof task->name, "feature%s ", end - first > 1 ? "s" : "");
    name_group(task, dataset->class_names, first, end);
    source->view = view_part(&suite->arena, first, end - first, dataset->n_features);
    source->first[SPLIT_TEST] = first * n_levels;
    task->n_train = dataset->train.n;
    task->n_test = (end - first) * n_levels;
    task->n_outputs = end;
}

/* ---- either ---- */

bool suite_make_task(struct suite *suite, int t, struct err *err)
{
    if (suite->recipe->by_class) {
        return make_group(suite, t, err);
    }
    if (suite->dataset->is_said_again) {
        make_part(suite, t);
        return true;
    }
    (suite->recipe->by_group ? make_kind : make_view)(suite, t);
    return true;
}
