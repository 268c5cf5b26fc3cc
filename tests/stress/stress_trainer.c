/* SPDX-License-Identifier: MIT
 * The trainer thread, its queue, the snapshot channel and the journal, driven at random from
 * another thread. A plain program, because the unit test runner cannot run under ThreadSanitizer.
 * Exit code 0 = all held. */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/rng.h"
#include "lab/handover.h"
#include "lab/learner.h"
#include "lab/timeline.h"
#include "lab/trainer.h"

static const char *const lines[] = {
    "strategy ewc on",
    "strategy ewc off",
    "strategy replay on",
    "strategy replay off",
    "strategy lora on",
    "strategy lora off",
    "unplug",
    "plug",
    "set lr 0.05",
    "set lr 0.2",
    "set ewc.lambda 3",
    "set replay.memory 20",
    "set lora.rank 2",
    "consolidate",
    "next",
    "task A",
    "task C",
    "pause",
    "resume",
    "speed 500",
    "speed max",
    "rewind",
    "restart",
    "note a note",
    "map 1 drift task",
    "map 2 weights start",
    "map 3 fisher task",
    "map 1 update A 20x30",
};

static void fail(const char *what)
{
    fprintf(stderr, "stress_trainer: %s\n", what);
    exit(1);
}

static uint64_t send(struct trainer *trainer, const char *line)
{
    struct command command;
    if (!command_parse(line, &command, NULL)) {
        fail(line);
    }
    return trainer_send(trainer, &command);
}

/* Takes states of the lab now and then, as a recorder does, and comes and goes as one. */
static void take_state(struct lab *lab, struct rng *rng, long *last)
{
    long n = 0;
    struct handover *handover = lab_handover(lab);
    const struct archive *state = handover_take(handover, &n);
    unsigned sum = 0;
    if (state) {
        for (size_t i = 0; i < state->n; i++) { /* so that a sanitizer sees who writes it now */
            sum += state->bytes[i];
        }
        if (n < *last || n > journal_length(lab_journal(lab)) || sum == 0) {
            fail("a state is not that of the journal");
        }
        *last = n;
    }
    if (rng_below(rng, 10) == 0) {
        handover_close(handover);
    } else if (rng_below(rng, 2) == 0) {
        handover_ask(handover);
    }
}

/* Looks at all that is published, as a screen does. */
static void look(struct trainer *trainer, struct lab *lab, struct timeline *timeline,
                 uint64_t *last)
{
    const struct snapshot *snapshot = trainer_latest(trainer);
    timeline_read(timeline, lab_journal(lab));
    if (!snapshot) {
        return;
    }
    if (snapshot->number < *last) {
        fail("snapshots came out of order");
    }
    *last = snapshot->number;
    if (snapshot->stage_step > snapshot->stage_steps || snapshot->step < snapshot->stage_step) {
        fail("a snapshot is torn: steps do not fit");
    }
    for (int i = 0; i < snapshot->map.rows * snapshot->map.cols; i++) {
        if (fabsf(snapshot->map.cells[i]) > snapshot->map.max) {
            fail("a snapshot is torn: a cell is above the largest");
        }
    }
}

/* Everything sent must be carried out, also while it trains flat out. */
static void wait_until_done(struct trainer *trainer, uint64_t number)
{
    int64_t until = clock_ns() + (int64_t)20 * 1000000000;
    for (;;) {
        const struct snapshot *snapshot = trainer_latest(trainer);
        if (snapshot && snapshot->n_commands >= number) {
            return;
        }
        if (clock_ns() > until) {
            fail("commands were not carried out within 20 s");
        }
        poll(NULL, 0, 1);
    }
}

static void round_of(struct rng *rng, double seconds)
{
    struct config config = config_default();
    struct lab_options options = {.keeps_history = true};
    struct err err = {0};
    config.n_tasks = 3;
    config.learners[0].observed = config_observed_by_default();
    config.learners[0].params.value[PARAM_STEPS] = 200;
    struct lab *lab = lab_create(&config, &options, &err);
    struct timeline timeline;
    if (!lab || !timeline_init(&timeline, 3, &err)) {
        fail(err.msg);
    }
    struct trainer *trainer = trainer_create(lab, &err);
    if (!trainer) {
        fail(err.msg);
    }
    uint64_t last = 0, sent = 0;
    long last_state = 0;
    int n = (int)(sizeof lines / sizeof *lines);
    for (int64_t until = clock_ns() + (int64_t)(seconds * 1e9); clock_ns() < until;) {
        for (int burst = rng_below(rng, 12); burst > 0; burst--) {
            uint64_t number = send(trainer, lines[rng_below(rng, n)]);
            sent = number ? number : sent;
        }
        look(trainer, lab, &timeline, &last);
        take_state(lab, rng, &last_state);
        poll(NULL, 0, rng_below(rng, 5));
    }
    wait_until_done(trainer, sent);
    send(trainer, lines[rng_below(rng, n)]); /* it may end with work in the queue */
    trainer_destroy(trainer);
    timeline_read(&timeline, lab_journal(lab));
    timeline_fini(&timeline);
    lab_destroy(lab);
}

int main(void)
{
    struct rng rng = rng_stream(7, 1);
    for (int i = 0; i < 20; i++) {
        round_of(&rng, i < 18 ? 0.05 : 2);
    }
    puts("stress_trainer: 20 rounds held");
    return 0;
}
