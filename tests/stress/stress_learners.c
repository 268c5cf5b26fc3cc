/* SPDX-License-Identifier: MIT
 * A trainer with up to eight learners, on a pool of threads, while another thread sends commands at
 * random and then destroys it at a random moment, also while steps are taken again.  A plain
 * program, for ThreadSanitizer.  Exit code 0 = all held.   usage: stress_learners [SEED] */
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rng.h"
#include "lab/learner_spec.h"
#include "lab/timeline.h"
#include "lab/trainer.h"

enum { TASKS = 4, ROUNDS = 24 };

static const char *const specs[LEARNERS_MAX] = {"a: strategy=ewc",
                                                "b: strategy=replay",
                                                "c: strategy=lora",
                                                "d: strategy=joint",
                                                "e: net=5,5",
                                                "f: optimizer=adam lr=0.01",
                                                "g: strategy=l2+decay+freeze",
                                                "bad: strategy=l2 l2.lambda=10 lr=10"};

static const char *const lines[] = {
    "fork",
    "fork x: lr=0.01",
    "fork y: strategy=ewc+replay",
    "add z: strategy=replay",
    "add w: net=4 strategy=lora",
    "remove",
    "remove a",
    "remove x",
    "rename n",
    "rename b m",
    "learner all",
    "learner c",
    "learner a",
    "learner bad",
    "set lr 0.05",
    "set lr 10",
    "set replay.memory 20",
    "strategy ewc on",
    "strategy replay off",
    "strategy lora on",
    "observe replay on",
    "consolidate",
    "plug",
    "unplug",
    "next",
    "task B",
    "pause",
    "resume",
    "resume",
    "speed 300",
    "speed max",
    "speed max",
    "rewind",
    "restart",
    "note a note",
    "map 1 drift task",
    "map 1 weights start 8x8 20",
    "map 2 fisher B",
    "map 1 update task",
    "putback A 1",
    "putback B 2",
    "putback A all",
    "silence A@1",
    "silence neither@1",
    "silence 1-3@1",
    "silence off",
    "sweep ewc.lambda 1..100 3",
    "sweep lr",
    "sweep off",
    "probe all on",
    "probe all off",
    "probe cka on",
    "show network 12x40",
    "show network 12x40 2",
    "show putback 12x40",
    "show putback 12x40 1",
    "show why 12x40",
    "show microscope 12x40 held",
    "show microscope 12x40 free:2",
    "show microscope 12x40 1:3:4",
    "show samples 12x40",
    "map 1 drift task 8x8 150",
    "hide network",
    "hide why",
    "hide putback",
    "hide microscope",
};

static void fail(const char *what)
{
    fprintf(stderr, "stress_learners: %s\n", what);
    exit(1);
}

static uint64_t send(struct trainer *trainer, const char *line)
{
    struct command command;
    struct err err = {0};
    if (!command_parse(line, &command, &err)) {
        fail(err.msg);
    }
    return trainer_send(trainer, &command);
}

static uint64_t send_any(struct trainer *trainer, struct rng *rng)
{
    int n = (int)(sizeof lines / sizeof *lines), i = rng_below(rng, n + 6);
    char line[32];
    snprintf(line, sizeof line, "rewind %d", rng_below(rng, 400));
    return send(trainer, i < n ? lines[i] : line);
}

static struct lab *open_lab(struct rng *rng)
{
    struct config config = config_default();
    struct lab_options options = {.keeps_history = true, .hands = 1 + rng_below(rng, 4)};
    struct err err = {0};
    config.n_tasks = TASKS;
    config.n_learners = 1 + rng_below(rng, LEARNERS_MAX);
    config.learners[0].observed = config_observed_by_default();
    config.learners[0].params.value[PARAM_STEPS] = 100;
    config.learners[0].params.value[PARAM_HISTORY_MEGABYTES] = 1;
    if (!param_parse(&config.learners[0].params, PARAM_NET, "8", &err) ||
        !param_parse(&config.learners[0].params, PARAM_BATCH, "8", &err)) {
        fail(err.msg);
    }
    for (int i = LEARNERS_MAX - 1; i >= 0; i--) {
        config.learners[i] = config.learners[0];
        if (!learner_spec_parse(specs[i], &config.learners[i], &err)) {
            fail(err.msg);
        }
    }
    struct lab *lab = lab_create(&config, &options, &err);
    if (!lab) {
        fail(err.msg);
    }
    return lab;
}

/* Looks at all that is published, as a screen does; returns the commands done. */
static uint64_t look(struct trainer *trainer, struct lab *lab, struct timeline *timeline)
{
    const struct snapshot *snapshot = trainer_latest(trainer);
    timeline_read(timeline, lab_journal(lab));
    if (!snapshot) {
        return 0;
    }
    int n = snapshot->n_learners;
    if (n < 1 || n > LEARNERS_MAX || snapshot->selected < 0 || snapshot->selected >= n) {
        fail("a snapshot without learners, or with one selected that is not there");
    }
    for (int i = 0; i < n && isnan(snapshot->taken_again); i++) {
        for (int k = 0; k < i; k++) {
            const struct learner_state *a = &snapshot->learners[i], *b = &snapshot->learners[k];
            if (a->id == b->id || a->slot == b->slot || strcmp(a->name, b->name) == 0) {
                fail("two learners of one number, slot or name");
            }
        }
    }
    for (int i = 0; i < snapshot->map.rows * snapshot->map.cols; i++) {
        if (fabsf(snapshot->map.cells[i]) > snapshot->map.max) {
            fail("a snapshot is torn: a cell is above the largest");
        }
    }
    return snapshot->n_commands;
}

static void wait_until_done(struct trainer *trainer, struct lab *lab, struct timeline *timeline,
                            uint64_t number)
{
    int64_t until = clock_ns() + (int64_t)60 * 1000000000;
    while (look(trainer, lab, timeline) < number) {
        if (clock_ns() > until) {
            fail("commands were not carried out within 60 s");
        }
        poll(NULL, 0, 1);
    }
}

static void round_of(struct rng *rng, double seconds, bool waits)
{
    struct err err = {0};
    struct lab *lab = open_lab(rng);
    struct timeline timeline;
    struct trainer *trainer = trainer_create(lab, &err);
    if (!trainer || !timeline_init(&timeline, TASKS, &err)) {
        fail(err.msg);
    }
    uint64_t sent = 0;
    for (int64_t until = clock_ns() + (int64_t)(seconds * 1e9); clock_ns() < until;) {
        for (int burst = rng_below(rng, 4); burst > 0; burst--) {
            uint64_t number = send_any(trainer, rng);
            sent = number ? number : sent;
        }
        look(trainer, lab, &timeline);
        poll(NULL, 0, rng_below(rng, 20));
    }
    if (waits) {
        wait_until_done(trainer, lab, &timeline, sent);
    }
    send_any(trainer, rng);
    trainer_destroy(trainer);
    timeline_read(&timeline, lab_journal(lab));
    timeline_fini(&timeline);
    lab_destroy(lab);
}

int main(int argc, char **argv)
{
    struct rng rng = rng_stream(argc > 1 ? strtoull(argv[1], NULL, 10) : 9, 1);
    for (int i = 0; i < ROUNDS; i++) {
        round_of(&rng, i == 0 ? 5 : 0.02 * rng_below(&rng, 20), i % 3 == 0);
    }
    printf("stress_learners: %d rounds held\n", ROUNDS);
    return 0;
}
