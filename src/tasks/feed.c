/* SPDX-License-Identifier: MIT */
#include "tasks/feed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { CACHE_LINE = 64, ROWS_AHEAD = 2 };

struct feed {
    const struct batches *batches;
    int epoch;   /* of which `order` is */
    int at;      /* examples of the epoch handed out so far */
    long step;   /* of a stream: the next one of the stage */
    int *order;  /* (examples of the largest task); of a stream the indices of the batch */
    int *tasks;  /* (batch) of a stream */
    real *x;     /* (batch, d) */
    int *labels; /* (batch) */
    struct arena arena;
};

struct feed *feed_create(const struct batches *batches, struct err *err)
{
    size_t size = 0, rows = (size_t)batches_most(batches), batch = (size_t)batches_size(batches);
    size_t d = (size_t)batches_features(batches);
    struct feed *feed = calloc(1, sizeof *feed);
    bool ok = feed && arena_size_add(&size, rows, sizeof(int)) &&
              arena_size_add(&size, batch, d * sizeof(real)) &&
              arena_size_add(&size, batch, sizeof(int)) &&
              arena_size_add(&size, batch, sizeof(int));
    if (!ok) {
        err_set(err, ERR_FAILED, "memory: none left for batches");
        free(feed);
        return NULL;
    }
    if (!arena_init(&feed->arena, size, err)) {
        free(feed);
        return NULL;
    }
    feed->batches = batches;
    feed->order = arena_alloc(&feed->arena, rows, sizeof(int));
    feed->x = arena_alloc(&feed->arena, batch, d * sizeof(real));
    feed->labels = arena_alloc(&feed->arena, batch, sizeof(int));
    feed->tasks = arena_alloc(&feed->arena, batch, sizeof(int));
    return feed;
}

void feed_destroy(struct feed *feed)
{
    if (feed) {
        arena_fini(&feed->arena);
        free(feed);
    }
}

void feed_begin(struct feed *feed, long step)
{
    assert(step >= 0);
    feed->step = step;
    if (suite_is_stream(batches_suite(feed->batches))) {
        return; /* every step is drawn by itself */
    }
    long per_epoch = batches_per_epoch(feed->batches, batches_task(feed->batches));
    feed->epoch = (int)(step / per_epoch);
    feed->at = (int)(step % per_epoch) * batches_size(feed->batches);
    batches_order(feed->batches, feed->epoch, feed->order);
}

/* Asks for a row that will be copied soon; in random order no machine can guess it. */
static void fetch_row(const real *x, size_t d, int row)
{
    const char *from = (const char *)(x + (size_t)row * d);
    for (size_t at = 0; at < d * sizeof(real); at += CACHE_LINE) {
        __builtin_prefetch(from + at);
    }
}

/* The next of a stream: a batch is never cut short, for there is no epoch to end. */
static struct batch draw_mixture(struct feed *feed)
{
    const struct batches *batches = feed->batches;
    size_t d = (size_t)batches_features(batches);
    int n = batches_size(batches);
    batches_draw(batches, feed->step++, feed->tasks, feed->order);
    for (int i = 0; i < n; i++) {
        feed->labels[i] = suite_example(batches_suite(batches), feed->tasks[i], SPLIT_TRAIN,
                                        feed->order[i], feed->x + (size_t)i * d);
    }
    return (struct batch){.n = n,
                          .task = batches_task(batches),
                          .tasks = feed->tasks,
                          .x = feed->x,
                          .labels = feed->labels,
                          .index = feed->order};
}

struct batch feed_next(struct feed *feed)
{
    const struct batches *batches = feed->batches;
    if (suite_is_stream(batches_suite(batches))) {
        return draw_mixture(feed);
    }
    int n_all = batches_examples(batches), most = batches_size(batches);
    assert(batches_task(batches) >= 0);
    if (feed->at >= n_all) {
        feed->epoch++;
        feed->at = 0;
        batches_order(batches, feed->epoch, feed->order);
    }
    int left = n_all - feed->at, n = left < most ? left : most;
    const int *index = feed->order + feed->at, *labels = batches_labels(batches);
    const real *x = batches_x(batches);
    size_t d = (size_t)batches_features(batches);
    for (int i = 0; i < n; i++) {
        size_t row = (size_t)index[i];
        if (i + ROWS_AHEAD < n) {
            fetch_row(x, d, index[i + ROWS_AHEAD]);
        }
        memcpy(feed->x + (size_t)i * d, x + row * d, d * sizeof(real));
        feed->labels[i] = labels[row];
    }
    feed->at += n;
    return (struct batch){.n = n,
                          .task = batches_task(batches),
                          .x = feed->x,
                          .labels = feed->labels,
                          .index = index};
}
