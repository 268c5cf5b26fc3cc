/* SPDX-License-Identifier: MIT
 * Exhibits: what training loses while one is shown. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "lab/lab.h"
#include "strategies/table.h"
#include "ui/bench/bench.h"

enum { ROUNDS = 7, FRAME_NS = 33000000 };

static const struct {
    enum exhibit exhibit;
    const char *data;
    int steps; /* a task, so that a run takes some seconds */
    int rows, cols;
    bool goes_back; /* it takes steps again */
    double target;
    const char *strategy; /* that is on; NULL: none */
} cases[] = {
    {EXHIBIT_PUTBACK, "digits", 8000, 16, 44, false, 1.02, NULL},
    {EXHIBIT_WRITING, "text", 80, 20, 54, false, 1.02, NULL},
    {EXHIBIT_ATTENDING, "text", 80, 16, 54, false, 1.02, NULL},
    {EXHIBIT_SURFACE, "plane", 8000, 26, 56, false, 1.02, NULL},
    {EXHIBIT_ARROWS, "features", 100000, 14, 54, false, 1.02, NULL},
    {EXHIBIT_WHY, "digits", 16000, 1, 12, true, 1.01, NULL},
    {EXHIBIT_UNITS, "digits", 6000, 16, 54, false, 1.02, NULL},
    {EXHIBIT_UNITS, "text", 80, 16, 54, false, 1.02, NULL},
    /* Sums at every step while it is looked at. */
    {EXHIBIT_MICROSCOPE, "digits", 4000, 13, 73, false, 1.05, "ewc"},
};

/* Of a case. */
struct run {
    int i;
    bool is_shown;
};

/* A bench_side: training flat out, with a snapshot for every frame. */
static bool time_run(void *context, double *taken, struct err *err)
{
    const struct run *run = context;
    int i = run->i;
    struct config config = config_default();
    struct params *params = &config.learners[0].params;
    config.data = cases[i].data;
    params->value[PARAM_STEPS] = cases[i].steps;
    params->is_set[PARAM_STEPS] = true;
    if (cases[i].strategy) {
        config.learners[0].on |= UINT32_C(1) << strategy_find(cases[i].strategy);
    }
    struct lab *lab =
        lab_create(&config, &(struct lab_options){.keeps_history = cases[i].goes_back}, err);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct command show = {
        .kind = COMMAND_SHOW,
        .index = (int)cases[i].exhibit,
        .shown = {.is_shown = run->is_shown, .rows = cases[i].rows, .cols = cases[i].cols}};
    bool ok = lab && snapshot && lab_apply(lab, &show, err);
    int64_t begin = clock_ns();
    while (ok && lab_advance(lab, lab_steps_within(lab, FRAME_NS)) == LAB_TRAINING) {
        lab_snapshot(lab, snapshot);
    }
    *taken = (double)(clock_ns() - begin);
    lab_destroy(lab);
    free(snapshot);
    return ok;
}

static bool measure(struct bench *bench, int i, struct err *err)
{
    struct run shown = {i, true}, plain = {i, false};
    struct bench_figure figure = {
        .figure = "exhibit_over_plain", .unit = "ratio", .target = cases[i].target, .n = ROUNDS};
    bool ok = bench_ratio((struct bench_side){time_run, &shown},
                          (struct bench_side){time_run, &plain}, ROUNDS, &figure.value, err);
    if (ok) {
        bench_add(bench, figure, "%s, %s flat out", exhibit_at(cases[i].exhibit)->name,
                  cases[i].data);
    }
    return ok;
}

bool bench_exhibits(struct bench *bench, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof cases / sizeof *cases; i++) {
        ok = measure(bench, (int)i, err);
    }
    return ok;
}
