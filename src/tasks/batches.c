/* SPDX-License-Identifier: MIT */
#include "tasks/batches.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"
#include "tasks/stream.h"

struct batches {
    const struct suite *first; /* they were made with */
    const struct suite *suite; /* they are of */
    uint64_t seed;
    int batch; /* largest number of rows of a batch */
    int d;
    long pace;          /* of a stream: steps of a task's time */
    int stage, task, n; /* the present stage, its task and that task's training examples */
    real *x;            /* (max_train, d) all examples of the task, as it sees them */
    int *labels;        /* (max_train) */
    struct arena arena;
};

static bool reserve(struct batches *batches, struct err *err)
{
    size_t size = 0, rows = (size_t)suite_max_train(batches->suite), d = (size_t)batches->d;
    if (!arena_size_add(&size, rows, d * sizeof(real)) ||
        !arena_size_add(&size, rows, sizeof(int))) {
        return err_set(err, ERR_FAILED, "%s: too large for the memory of this machine",
                       suite_dataset(batches->suite)->name);
    }
    if (!arena_init(&batches->arena, size, err)) {
        return false;
    }
    batches->x = arena_alloc(&batches->arena, rows, d * sizeof(real));
    batches->labels = arena_alloc(&batches->arena, rows, sizeof(int));
    return true;
}

struct batches *batches_create(const struct suite *suite, int batch, uint64_t seed, struct err *err)
{
    if (batch < 1) {
        err_set(err, ERR_USAGE, "--batch: at least 1 expected, %d found", batch);
        return NULL;
    }
    struct batches *batches = calloc(1, sizeof *batches);
    if (!batches) {
        err_set(err, ERR_FAILED, "memory: none left for batches");
        return NULL;
    }
    int rows = suite_max_train(suite);
    *batches = (struct batches){.first = suite,
                                .suite = suite,
                                .seed = seed,
                                .batch = batch < rows ? batch : rows,
                                .d = suite_n_features(suite),
                                .pace = 1,
                                .task = -1};
    if (!reserve(batches, err)) {
        batches_destroy(batches);
        return NULL;
    }
    return batches;
}

void batches_destroy(struct batches *batches)
{
    if (batches) {
        arena_fini(&batches->arena);
        free(batches);
    }
}

int batches_per_epoch(const struct batches *batches, int task)
{
    int n = suite_is_stream(batches->suite) ? suite_max_train(batches->suite)
                                            : suite_task(batches->suite, task)->n_train;
    return n / batches->batch + (n % batches->batch > 0);
}

void batches_turn(struct batches *batches, const struct suite *suite)
{
    const struct suite *other = suite ? suite : batches->first;
    if (other != batches->suite && batches->task == suite_lesson_task(other)) {
        batches->task = -1; /* what has been written out was taught to another */
    }
    batches->suite = other;
}

void batches_begin(struct batches *batches, int stage, int task)
{
    assert(stage >= 0);
    int n = suite_task(batches->suite, task)->n_train;
    bool is_other = task != batches->task || n != batches->n; /* lessons become more */
    batches->task = task;
    batches->n = n;
    if (is_other && !suite_is_stream(batches->suite)) {
        suite_rows(batches->suite, task, SPLIT_TRAIN, 0, batches->n, batches->x, batches->labels);
    }
    batches->stage = stage;
}

void batches_order(const struct batches *batches, int epoch, int *order)
{
    struct rng rng = rng_stream(batches->seed, rng_stream_order(batches->stage, epoch));
    rng_shuffle(&rng, order, batches->n);
}

void batches_pace(struct batches *batches, long steps)
{
    assert(steps > 0);
    batches->pace = steps;
}

void batches_draw(const struct batches *batches, long step, int *tasks, int *index)
{
    int n_tasks = suite_n_tasks(batches->suite);
    double time = batches->stage + (double)step / (double)batches->pace;
    struct rng rng = rng_stream(batches->seed, rng_stream_drift(batches->stage, step));
    for (int i = 0; i < batches->batch; i++) {
        tasks[i] = stream_draw(n_tasks, time, rng_unit(&rng));
        index[i] = rng_below(&rng, suite_task(batches->suite, tasks[i])->n_train);
    }
}

const struct suite *batches_suite(const struct batches *batches)
{
    return batches->suite;
}
int batches_size(const struct batches *batches)
{
    return batches->batch;
}
int batches_features(const struct batches *batches)
{
    return batches->d;
}
int batches_most(const struct batches *batches)
{
    return suite_max_train(batches->suite);
}
int batches_task(const struct batches *batches)
{
    return batches->task;
}
int batches_examples(const struct batches *batches)
{
    return batches->n;
}
const real *batches_x(const struct batches *batches)
{
    return batches->x;
}
const int *batches_labels(const struct batches *batches)
{
    return batches->labels;
}
