/* SPDX-License-Identifier: MIT
 * Several learners in step, with one thread and with as many as there are cores: the same work,
 * with the evaluations of a headless run, and the same bits. */
#include <stdio.h>

#include "base/clock.h"
#include "base/thread.h"
#include "lab/lab.h"
#include "ui/cli/bench.h"
#include "ui/cli/output.h"

enum { TURNS = 15, STEPS_AT_ONCE = 1000 };

static const struct {
    const char *label;
    int n_learners;
} cases[] = {
    {"2 learners on 2 cores over one after the other", 2},
    {"8 learners over one core", 8},
};

/* The default session of the digits, with so many learners. */
static struct config session_of(int n_learners)
{
    struct config config = config_default();
    config.n_learners = n_learners;
    for (int i = 1; i < n_learners; i++) {
        config.learners[i] = config.learners[0];
        snprintf(config.learners[i].name, LEARNER_NAME_MAX, "learner-%d", i + 1);
    }
    return config;
}

/* From the first step to the last; the time of making the lab does not count. */
static bool time_session(const struct config *config, int hands, double *ns, struct err *err)
{
    struct lab_options options = {.hands = hands};
    struct lab *lab = lab_create(config, &options, err);
    if (!lab) {
        return false;
    }
    int64_t begin = clock_ns();
    while (lab_advance(lab, STEPS_AT_ONCE) == LAB_TRAINING) {
    }
    *ns = (double)(clock_ns() - begin);
    bool has_ended = lab_state(lab) == LAB_ENDED;
    lab_destroy(lab);
    return has_ended ||
           err_set(err, ERR_FAILED, "bench: the loss is not finite, so its step was cut short");
}

static bool measure(struct bench *bench, int i, struct err *err)
{
    struct config config = session_of(cases[i].n_learners);
    double ratios[TURNS];
    for (int turn = 0; turn < TURNS; turn++) {
        /* Who begins changes. */
        double ns[2];
        int first = turn % 2;
        if (!time_session(&config, first == 0 ? 1 : 0, &ns[first], err) ||
            !time_session(&config, first == 0 ? 0 : 1, &ns[1 - first], err)) {
            return false;
        }
        ratios[turn] = ns[0] / ns[1];
    }
    struct bench_figure figure = {.figure = "throughput_learners",
                                  .value = bench_quantile(ratios, TURNS, 0.5),
                                  .unit = "x",
                                  .target = 1.8,
                                  .is_floor = true,
                                  .n = TURNS};
    snprintf(figure.label, sizeof figure.label, "%s", cases[i].label);
    bench_add(bench, &figure);
    return true;
}

bool bench_learners(struct bench *bench, struct err *err)
{
    if (thread_cores() < 2) {
        output_warn(stderr, "bench: throughput_learners needs two cores, one was found; left out");
        return true;
    }
    bool ok = true;
    for (int i = 0; ok && i < (int)(sizeof cases / sizeof *cases); i++) {
        ok = measure(bench, i, err);
    }
    return ok;
}
