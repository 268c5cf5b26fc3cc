/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdlib.h>

#include "tasks/suite_inside.h"

static bool reserve(struct suite *suite, struct err *err)
{
    size_t size = 0, n = (size_t)suite->n_tasks;
    size_t listed = (size_t)suite->dataset->train.n + (size_t)suite->dataset->test.n +
                    (size_t)suite->dataset->validation.n;
    bool fits = arena_size_add(&size, n, sizeof(struct task)) &&
                arena_size_add(&size, n, sizeof(struct source)) &&
                view_size_add(&size, n - 1, suite->recipe->taps, suite->dataset->n_features);
    if (suite->dataset->is_said_again) {
        fits = fits && view_size_add(&size, n, VIEW_TAPS_ROTATION, suite->dataset->n_features);
    }
    if (suite->recipe->by_class) {
        /* Each list of a task is rounded up to the arena's alignment. */
        fits = fits && arena_size_add(&size, listed, sizeof(int)) &&
               arena_size_add(&size, SPLIT_COUNT * n, 64);
    }
    if (!fits) {
        return err_set(err, ERR_USAGE, "--tasks: %d tasks of %d features do not fit in memory",
                       suite->n_tasks, suite->dataset->n_features);
    }
    return arena_init(&suite->arena, size, err);
}

static bool make_tasks(struct suite *suite, struct err *err)
{
    suite->tasks = arena_alloc(&suite->arena, (size_t)suite->n_tasks, sizeof *suite->tasks);
    suite->sources = arena_alloc(&suite->arena, (size_t)suite->n_tasks, sizeof *suite->sources);
    for (int t = 0; t < suite->n_tasks; t++) {
        if (!suite_make_task(suite, t, err)) {
            return false;
        }
        if (suite->tasks[t].n_train > suite->max_train) {
            suite->max_train = suite->tasks[t].n_train;
        }
    }
    return true;
}

/* Room for lessons, where they are wanted and make sense. */
static bool make_lessons(struct suite *suite, const struct suite_config *config, struct err *err)
{
    const struct dataset *dataset = suite->dataset;
    if (!config->can_be_taught || !suite->recipe->is_taught || dataset->n_symbols == 0) {
        return true;
    }
    suite->lessons = malloc(sizeof *suite->lessons);
    if (!suite->lessons) {
        return err_set(err, ERR_FAILED, "memory: no room for lessons");
    }
    lessons_init(suite->lessons, &dataset->groups[0]);
    suite->max_train = LESSONS_MAX;
    return true;
}

/* The task has as many examples as there are characters. */
static void count_lessons(struct suite *suite)
{
    suite->lesson = suite->tasks[suite->n_tasks - 1];
    suite->lesson.n_train = suite->lesson.n_test = suite->lessons->n;
}

struct suite *suite_create(const struct suite_config *config, const struct dataset *dataset,
                           struct err *err)
{
    assert(dataset->n_classes >= 2 && dataset->train.n > 0 && dataset->test.n > 0);
    struct suite *suite = calloc(1, sizeof *suite);
    if (!suite) {
        err_set(err, ERR_FAILED, "memory: none left for a suite");
        return NULL;
    }
    suite->dataset = dataset;
    suite->seed = config->seed;
    if (!suite_find_kind(suite, config->name, err) || !make_lessons(suite, config, err) ||
        !suite_plan(suite, config, err) || !reserve(suite, err) || !make_tasks(suite, err)) {
        suite_destroy(suite);
        return NULL;
    }
    if (suite->lessons) {
        count_lessons(suite);
    }
    return suite;
}

void suite_destroy(struct suite *suite)
{
    if (suite) {
        free(suite->lessons);
        arena_fini(&suite->arena);
        free(suite);
    }
}

struct suite *suite_share(const struct suite *suite, struct err *err)
{
    struct suite *own = malloc(sizeof *own);
    struct lessons *lessons = suite->lessons ? malloc(sizeof *lessons) : NULL;
    if (!own || (suite->lessons && !lessons)) {
        err_set(err, ERR_FAILED, "memory: none left for a suite");
        free(lessons);
        free(own);
        return NULL;
    }
    *own = *suite;
    own->arena = (struct arena){0};
    own->lessons = lessons;
    if (lessons) {
        lessons_init(lessons, &suite->dataset->groups[0]);
        count_lessons(own);
    }
    return own;
}

bool suite_teach(struct suite *suite, const char *text)
{
    if (!suite->lessons || !lessons_add(suite->lessons, text)) {
        return false;
    }
    count_lessons(suite);
    return true;
}
