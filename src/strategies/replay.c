/* SPDX-License-Identifier: MIT
 * Experience replay: a small memory of old examples is mixed into every step.
 *
 *   loss = mean over the batch and as many rows drawn from the memory, with replacement
 *
 * The memory is a reservoir (Vitter 1985, algorithm R): of the n examples presented so far each is
 * in it with the same probability M/n; every presented example counts, in every epoch, and is
 * offered after the step. It keeps which examples they are, not copies: the data does not change.
 *
 * Source: Rolnick et al. 2019, arXiv:1811.11682; Chaudhry et al. 2019, arXiv:1902.10486 (tiny
 * memories). Deviation: (1) when the memory is enlarged in the middle of a run the new places go to
 * what comes next, so that the sample leans towards the present until it is renewed. */
#include "strategies/replay.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"

struct slot {
    int task, index;
};

struct replay {
    struct rng reservoir, draws; /* streams 2 and 3 */
    long n_seen;                 /* examples offered so far */
    int n, capacity;
    struct slot *slots; /* (the largest memory that can be set) */
};

static void destroy(void *self)
{
    struct replay *replay = self;
    if (replay) {
        free(replay->slots);
        free(replay);
    }
}

static void *create(const struct learning *learning, struct err *err)
{
    struct replay *replay = calloc(1, sizeof *replay);
    size_t most = (size_t)param_at(PARAM_REPLAY_MEMORY)->max;
    if (replay) {
        *replay = (struct replay){.reservoir = rng_stream(learning->seed, rng_stream_reservoir()),
                                  .draws = rng_stream(learning->seed, rng_stream_replay()),
                                  .slots = calloc(most, sizeof(struct slot))};
    }
    if (!replay || !replay->slots) {
        err_set(err, ERR_FAILED, "memory: no room for a replay memory of %zu examples", most);
        destroy(replay);
        return NULL;
    }
    return replay;
}

static bool is_example(struct slot slot, const struct suite *suite)
{
    return slot.task >= 0 && slot.task < suite_n_tasks(suite) && slot.index >= 0 &&
           slot.index < suite_task(suite, slot.task)->n_train;
}

/* The capacity is the knob's again before it is used. */
static void archive_state(void *self, struct archive *archive, const struct learning *learning)
{
    struct replay *replay = self;
    archive_bytes(archive, &replay->reservoir.s, sizeof replay->reservoir.s);
    archive_bytes(archive, &replay->draws.s, sizeof replay->draws.s);
    archive_long(archive, &replay->n_seen, 0, LONG_MAX / 2);
    archive_int(archive, &replay->n, 0, (int)param_at(PARAM_REPLAY_MEMORY)->max);
    archive_bytes(archive, replay->slots, (size_t)replay->n * sizeof *replay->slots);
    for (int i = 0; archive->is_reading && i < replay->n; i++) {
        archive_check(archive, is_example(replay->slots[i], learning->suite));
    }
    if (archive->is_reading && archive->has_failed) {
        replay->n = 0;
    }
}

/* Follows the knob: a smaller memory drops random slots, so that it stays a fair sample. */
static void follow_capacity(struct replay *replay, const struct learning *learning)
{
    replay->capacity = (int)learning->params->value[PARAM_REPLAY_MEMORY];
    while (replay->n > replay->capacity) {
        int i = rng_below(&replay->reservoir, replay->n);
        replay->slots[i] = replay->slots[--replay->n];
    }
}

static void add_rows(void *self, const struct learning *learning, struct rows *rows)
{
    struct replay *replay = self;
    follow_capacity(replay, learning);
    int d = learning->net->n_inputs, wanted = rows->n_batch;
    for (int k = 0; k < wanted && replay->n > 0 && rows->n < rows->capacity; k++) {
        struct slot slot = replay->slots[rng_below(&replay->draws, replay->n)];
        const struct task *task = suite_task(learning->suite, slot.task);
        int i = rows->n++;
        rows->labels[i] = suite_example(learning->suite, slot.task, SPLIT_TRAIN, slot.index,
                                        rows->x + (size_t)i * d);
        rows->tasks[i] = slot.task;
        rows->index[i] = slot.index;
        rows->ranges[i] = (struct range){task->first_output, task->n_outputs};
    }
}

static void step_done(void *self, const struct learning *learning, const struct rows *rows)
{
    struct replay *replay = self;
    follow_capacity(replay, learning);
    for (int i = 0; i < rows->n_batch; i++) {
        struct slot slot = {rows->tasks[i], rows->index[i]};
        replay->n_seen++;
        if (replay->n < replay->capacity) {
            replay->slots[replay->n++] = slot;
            continue;
        }
        double at = rng_unit(&replay->reservoir) * (double)replay->n_seen;
        if (at < replay->capacity) {
            replay->slots[(int)at] = slot;
        }
    }
}

static size_t bytes(void *self, const struct learning *learning)
{
    const struct replay *replay = self;
    return (size_t)replay->n * ((size_t)learning->net->n_inputs + 1) * sizeof(real);
}

static void status(void *self, const struct learning *learning, char *text, size_t size)
{
    (void)learning;
    const struct replay *replay = self;
    if (replay->n) {
        snprintf(text, size, "%d kept", replay->n);
    } else {
        snprintf(text, size, "memory empty");
    }
}

const struct strategy strategy_replay = {
    .name = "replay",
    .title = "replay",
    .summary = "keeps a few old examples and mixes them into every step",
    .equation = "L(batch ∪ memory sample)",
    .cost = "the memory; twice the rows a step",
    .source = "Rolnick et al. 2019, arXiv:1811.11682; Chaudhry et al. 2019, arXiv:1902.10486",
    .is_observed = true,
    .knob = PARAM_REPLAY_MEMORY,
    .create = create,
    .destroy = destroy,
    .archive = archive_state,
    .rows = add_rows,
    .step_done = step_done,
    .bytes = bytes,
    .status = status,
};
