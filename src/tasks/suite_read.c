/* SPDX-License-Identifier: MIT */
#include <assert.h>

#include "tasks/suite_inside.h"

int suite_taught(const struct suite *suite)
{
    return suite->lessons ? suite->lessons->n : 0;
}

const struct dataset *suite_dataset(const struct suite *suite)
{
    return suite->dataset;
}
const char *suite_name(const struct suite *suite)
{
    return suite->kind->name;
}
enum scenario suite_scenario(const struct suite *suite)
{
    return suite->scenario;
}
bool suite_is_stream(const struct suite *suite)
{
    return suite->kind->is_stream;
}
bool suite_grows(const struct suite *suite)
{
    return suite->dataset->is_said_again;
}
int suite_n_tasks(const struct suite *suite)
{
    return suite->n_tasks;
}
int suite_n_stages(const struct suite *suite)
{
    return suite->n_stages;
}
int suite_n_features(const struct suite *suite)
{
    return suite->dataset->n_features;
}
int suite_n_outputs(const struct suite *suite)
{
    return suite->n_outputs;
}
int suite_max_train(const struct suite *suite)
{
    return suite->max_train;
}

int suite_lesson_task(const struct suite *suite)
{
    return suite->lessons ? suite->n_tasks - 1 : -1;
}

static const struct examples *examples_of(const struct suite *suite, int task, enum split split)
{
    if (task == suite_lesson_task(suite)) {
        return &suite->lessons->examples;
    }
    return split == SPLIT_TRAIN  ? &suite->dataset->train
           : split == SPLIT_TEST ? &suite->dataset->test
                                 : &suite->dataset->validation;
}

int suite_stage_task(const struct suite *suite, int stage)
{
    assert(stage >= 0 && stage < suite->n_stages);
    return stage % (suite->n_tasks - (suite->lessons != NULL));
}

const struct task *suite_task(const struct suite *suite, int task)
{
    assert(task >= 0 && task < suite->n_tasks);
    return task == suite_lesson_task(suite) ? &suite->lesson : &suite->tasks[task];
}

static int count_of(const struct task *task, enum split split)
{
    return split == SPLIT_TRAIN  ? task->n_train
           : split == SPLIT_TEST ? task->n_test
                                 : task->n_validation;
}

int suite_source_index(const struct suite *suite, int task, enum split split, int i)
{
    const struct task *of = suite_task(suite, task);
    assert(i >= 0 && i < count_of(of, split));
    const int *index = suite->sources[task].index[split];
    return index ? index[i] : suite->sources[task].first[split] + i;
}

const struct group *suite_group(const struct suite *suite, int task)
{
    assert(task >= 0 && task < suite->n_tasks);
    const struct dataset *dataset = suite->dataset;
    if (task == suite_lesson_task(suite)) {
        return &suite->lessons->group;
    }
    return dataset->n_groups == 0 ? NULL : &dataset->groups[suite->recipe->by_group ? task : 0];
}

void suite_classes(const struct suite *suite, int task, int *first, int *n)
{
    if (suite->dataset->is_said_again) {
        *first = suite_first_feature(suite, task);
        *n = suite_first_feature(suite, task + 1) - *first;
        return;
    }
    bool is_group = suite->recipe->by_class;
    *first = is_group ? suite_first_class(suite, task) : 0;
    *n = is_group ? suite_first_class(suite, task + 1) - *first : suite->dataset->n_classes;
}

void suite_own_outputs(const struct suite *suite, int task, int *first, int *n)
{
    suite_classes(suite, task, first, n);
    *first += suite_shift(suite, task);
}

int suite_shift(const struct suite *suite, int task)
{
    assert(task >= 0 && task < suite->n_tasks);
    return suite->sources[task].shift;
}

void suite_see(const struct suite *suite, int task, const uint8_t *features, real *x)
{
    struct examples examples = {.n = 1, .bytes = features, .scale = suite->dataset->train.scale};
    view_rows(&suite->sources[task].view, &examples, suite->dataset->n_features, 0, 1, x);
}

int suite_example(const struct suite *suite, int task, enum split split, int i, real *x)
{
    const struct source *source = &suite->sources[task];
    const struct examples *examples = examples_of(suite, task, split);
    int row = suite_source_index(suite, task, split, i);
    view_rows(&source->view, examples, suite->dataset->n_features, (size_t)row, 1, x);
    return examples->labels[row] + source->shift;
}

void suite_rows(const struct suite *suite, int task, enum split split, int first, int n, real *x,
                int *labels)
{
    const struct task *of = suite_task(suite, task);
    assert(first >= 0 && n >= 0 && n <= count_of(of, split) - first);
    const struct source *source = &suite->sources[task];
    const struct examples *examples = examples_of(suite, task, split);
    size_t d = (size_t)suite->dataset->n_features;
    if (!source->index[split]) {
        int row = source->first[split] + first;
        view_rows(&source->view, examples, (int)d, (size_t)row, (size_t)n, x);
        for (int i = 0; i < n; i++) {
            labels[i] = examples->labels[row + i] + source->shift;
        }
        return;
    }
    for (int i = 0; i < n; i++) {
        labels[i] = suite_example(suite, task, split, first + i, x + (size_t)i * d);
    }
}
