/* SPDX-License-Identifier: MIT
 * Experience replay: a small memory of old examples is mixed into every step.
 *
 *   loss = mean over the batch and as many rows drawn from the memory, with replacement
 *
 * The memory is a reservoir (Vitter 1985, algorithm R): of the n examples presented so far each is
 * in it with the same probability M/n; every presented example counts, in every epoch, and is
 * offered after the step. Where each task adds outputs to those that are asked for
 * (suite_grows) the rows that are drawn are of earlier tasks alone. It keeps which examples they
 * are, not copies: the data does not change.
 *
 * Source: Rolnick et al. 2019, arXiv:1811.11682; Chaudhry et al. 2019, arXiv:1902.10486 (tiny
 * memories). Deviations:
 *
 * (1) Those papers see every example once; here a stage has several epochs. The reservoir is a
 *     sample of presentations, so an example presented ten times may stand in it more than once
 *     (as in the reference runs and in Mammoth). What is drawn from it is distributed like the
 *     stream so far either way, all examples of a stage alike; copies only make the memory poorer
 *     than its size says. So the number of different ones is said beside it, and they alone count
 *     as memory.
 * (2) Algorithm R has one size for ever. A smaller memory drops at random and stays a fair sample.
 *     A larger one cannot bring back what it has dropped, and filled with what comes next it would
 *     lean towards the present from then on, and replay it instead of the past. So a new example
 *     takes an empty place only with the share n/n_seen that all earlier ones have of being in it:
 *     it stays fair, and fills as slowly as the stream gets longer. (Al-Kateb, Lee & Wang 2007,
 *     "Adaptive-size reservoir sampling over data streams", wait likewise until both agree.) */
#include "strategies/strategy.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

struct slot {
    int task, index;
};

struct replay {
    struct rng reservoir, draws; /* streams 2 and 3 */
    long n_seen;                 /* examples offered so far */
    int n, capacity;
    struct slot *slots; /* (the largest memory that can be set) */
    int *first;         /* (places) a hash table of slots, to tell how many differ */
    int n_different;    /* -1: not known */
};

enum { PLACES = 1 << 18 }; /* of the table; more than twice the largest memory */
enum { TRIES = 32 };

static void destroy(void *self)
{
    struct replay *replay = self;
    if (replay) {
        free(replay->slots);
        free(replay->first);
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
                                  .slots = calloc(most, sizeof(struct slot)),
                                  .first = calloc(PLACES, sizeof(int)),
                                  .n_different = -1};
    }
    if (!replay || !replay->slots || !replay->first) {
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
    replay->n_different = archive->is_reading ? -1 : replay->n_different;
}

/* Follows the knob: a smaller memory drops random slots, so that it stays a fair sample. */
static void follow_capacity(struct replay *replay, const struct learning *learning)
{
    replay->capacity = (int)learning->params->value[PARAM_REPLAY_MEMORY];
    while (replay->n > replay->capacity) {
        int i = rng_below(&replay->reservoir, replay->n);
        replay->slots[i] = replay->slots[--replay->n];
        replay->n_different = -1;
    }
}

/* One that is mixed in: any, but of an earlier task where outputs grow, so that half of a step is
 * old; false if none was found in TRIES draws. */
static bool draw_slot(struct replay *replay, const struct learning *learning, struct slot *slot)
{
    bool is_any = !suite_grows(learning->suite), found = false;
    for (int i = 0; i < TRIES && !found; i++) {
        *slot = replay->slots[rng_below(&replay->draws, replay->n)];
        found = is_any || slot->task != learning->task;
    }
    return found;
}

static void add_rows(void *self, const struct learning *learning, struct rows *rows)
{
    struct replay *replay = self;
    follow_capacity(replay, learning);
    int d = learning->net->n_inputs, wanted = rows->n_batch;
    for (int k = 0; k < wanted && replay->n > 0 && rows->n < rows->capacity; k++) {
        struct slot slot;
        if (!draw_slot(replay, learning, &slot)) {
            continue;
        }
        int i = rows->n++;
        rows->labels[i] = suite_example(learning->suite, slot.task, SPLIT_TRAIN, slot.index,
                                        rows->x + (size_t)i * d);
        rows->tasks[i] = slot.task;
        rows->index[i] = slot.index;
        rows->ranges[i] = range_of_task(learning->suite, slot.task, learning->n_met);
    }
}

/* A free place, the place of one that is dropped for it, or -1: it is not taken in. */
static int place_for_one_more(struct replay *replay)
{
    long n_before = replay->n_seen++;
    bool has_room = replay->n < replay->capacity;
    if (has_room && replay->n == n_before) {
        return replay->n++; /* all that came is here */
    }
    double at = rng_unit(&replay->reservoir) * (double)(has_room ? n_before : replay->n_seen);
    if (at >= replay->n) {
        return -1;
    }
    return has_room ? replay->n++ : (int)at;
}

static void step_done(void *self, const struct learning *learning, const struct rows *rows)
{
    struct replay *replay = self;
    follow_capacity(replay, learning);
    for (int i = 0; i < rows->n_batch; i++) {
        int place = place_for_one_more(replay);
        if (place >= 0) {
            replay->slots[place] = (struct slot){rows->tasks[i], rows->index[i]};
            replay->n_different = -1;
        }
    }
}

static bool is_same(struct slot a, struct slot b)
{
    return a.task == b.task && a.index == b.index;
}

/* How many different examples are in the memory. */
static int count_different(struct replay *replay)
{
    if (replay->n_different >= 0) {
        return replay->n_different;
    }
    uint32_t places = 2;
    while (places < 2 * (uint32_t)replay->n) {
        places *= 2;
    }
    memset(replay->first, 0, places * sizeof *replay->first);
    replay->n_different = 0;
    for (int i = 0; i < replay->n; i++) {
        struct slot slot = replay->slots[i];
        uint64_t hash = ((uint64_t)slot.task << 32 | (uint32_t)slot.index) * 0x9E3779B97F4A7C15u;
        uint32_t at = (uint32_t)(hash >> 32) & (places - 1);
        while (replay->first[at] && !is_same(replay->slots[replay->first[at] - 1], slot)) {
            at = (at + 1) & (places - 1);
        }
        replay->n_different += !replay->first[at];
        replay->first[at] = i + 1;
    }
    return replay->n_different;
}

/* A character is one. */
static size_t bytes(void *self, const struct learning *learning)
{
    size_t d = (size_t)learning->net->n_inputs;
    size_t of_one = learning->net->n_symbols > 0 ? 1 : sizeof(real);
    return (size_t)count_different(self) * (d + 1) * of_one;
}

static void status(void *self, const struct learning *learning, char *text, size_t size)
{
    struct replay *replay = self;
    int n = replay->n, capacity = (int)learning->params->value[PARAM_REPLAY_MEMORY];
    if (!n) {
        snprintf(text, size, "memory empty");
    } else if (n < capacity && n < replay->n_seen) {
        snprintf(text, size, "%d of %d, fills", n, capacity);
    } else if (count_different(replay) < n) {
        snprintf(text, size, "%d draws of %d", n, count_different(replay));
    } else {
        snprintf(text, size, "%d kept", n);
    }
}

const struct param param_replay_memory = {
    .name = "replay.memory",
    .title = "replay memory",
    PARAM_INT(1, 100000, 200),
    .factor = 1.6,
    .unit = "examples",
    .help = "old examples kept, a fair draw of all that was shown",
};

const struct strategy strategy_replay = {
    .name = "replay",
    .title = "replay",
    .summary = "keeps a few old examples and mixes them into every step",
    .about = "*Replay* mixes a few old examples into every step. Its memory is a fair draw of all "
             "that was shown; what was shown twice may be in it twice: \"200 draws of 188\".",
    .equation = "L(batch ∪ memory sample)",
    .cost = "the memory; twice the rows a step",
    .source = "Rolnick et al. 2019, arXiv:1811.11682; Chaudhry et al. 2019, arXiv:1902.10486",
    .is_observed = true,
    .knob = PARAM_REPLAY_MEMORY,
    .sign = "memory ",
    .create = create,
    .destroy = destroy,
    .archive = archive_state,
    .rows = add_rows,
    .step_done = step_done,
    .bytes = bytes,
    .status = status,
};
