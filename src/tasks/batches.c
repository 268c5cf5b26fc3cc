/* SPDX-License-Identifier: MIT */
#include "tasks/batches.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"

enum { CACHE_LINE = 64, ROWS_AHEAD = 2 };

struct batches {
    const struct suite *suite;
    uint64_t seed;
    int batch; /* largest number of rows of a batch */
    int d;
    int stage, task, n; /* the present stage, its task and that task's training examples */
    int epoch;          /* of which `order` is */
    int at;             /* examples of the epoch handed out so far */

    real *x;     /* (max_train, d) all examples of the task, as it sees them */
    int *labels; /* (max_train) */
    int *order;  /* (max_train) */

    real *batch_x;     /* (batch, d) */
    int *batch_labels; /* (batch) */
    struct arena arena;
};

static bool reserve(struct batches *batches, struct err *err)
{
    size_t size = 0, rows = (size_t)suite_max_train(batches->suite), d = (size_t)batches->d;
    size_t batch = (size_t)batches->batch;
    bool fits =
        arena_size_add(&size, rows, d * sizeof(real)) && arena_size_add(&size, rows, sizeof(int)) &&
        arena_size_add(&size, rows, sizeof(int)) &&
        arena_size_add(&size, batch, d * sizeof(real)) && arena_size_add(&size, batch, sizeof(int));
    if (!fits) {
        return err_set(err, ERR_FAILED, "%s: too large for the memory of this machine",
                       suite_dataset(batches->suite)->name);
    }
    if (!arena_init(&batches->arena, size, err)) {
        return false;
    }
    batches->x = arena_alloc(&batches->arena, rows, d * sizeof(real));
    batches->labels = arena_alloc(&batches->arena, rows, sizeof(int));
    batches->order = arena_alloc(&batches->arena, rows, sizeof(int));
    batches->batch_x = arena_alloc(&batches->arena, batch, d * sizeof(real));
    batches->batch_labels = arena_alloc(&batches->arena, batch, sizeof(int));
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
    *batches = (struct batches){.suite = suite,
                                .seed = seed,
                                .batch = batch < rows ? batch : rows,
                                .d = suite_n_features(suite),
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
    int n = suite_task(batches->suite, task)->n_train;
    return n / batches->batch + (n % batches->batch > 0);
}

static void shuffle(struct batches *batches)
{
    struct rng rng = rng_stream(batches->seed, rng_stream_order(batches->stage, batches->epoch));
    rng_shuffle(&rng, batches->order, batches->n);
}

void batches_begin(struct batches *batches, int stage, int task, long step)
{
    assert(stage >= 0 && step >= 0);
    if (task != batches->task) {
        batches->task = task;
        batches->n = suite_task(batches->suite, task)->n_train;
        suite_rows(batches->suite, task, SPLIT_TRAIN, 0, batches->n, batches->x, batches->labels);
    }
    long per_epoch = batches_per_epoch(batches, task);
    batches->stage = stage;
    batches->epoch = (int)(step / per_epoch);
    batches->at = (int)(step % per_epoch) * batches->batch;
    shuffle(batches);
}

/* Asks for a row that will be copied soon; in random order no machine can guess it. */
static void fetch_row(const struct batches *batches, int row)
{
    const char *from = (const char *)(batches->x + (size_t)row * (size_t)batches->d);
    size_t size = (size_t)batches->d * sizeof(real);
    for (size_t at = 0; at < size; at += CACHE_LINE) {
        __builtin_prefetch(from + at);
    }
}

struct batch batches_next(struct batches *batches)
{
    assert(batches->task >= 0);
    if (batches->at >= batches->n) {
        batches->epoch++;
        batches->at = 0;
        shuffle(batches);
    }
    int left = batches->n - batches->at, n = left < batches->batch ? left : batches->batch;
    const int *index = batches->order + batches->at;
    size_t d = (size_t)batches->d;
    for (int i = 0; i < n; i++) {
        size_t row = (size_t)index[i];
        if (i + ROWS_AHEAD < n) {
            fetch_row(batches, index[i + ROWS_AHEAD]);
        }
        memcpy(batches->batch_x + (size_t)i * d, batches->x + row * d, d * sizeof(real));
        batches->batch_labels[i] = batches->labels[row];
    }
    batches->at += n;
    return (struct batch){.n = n,
                          .task = batches->task,
                          .x = batches->batch_x,
                          .labels = batches->batch_labels,
                          .index = index};
}
