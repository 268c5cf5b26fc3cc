/* SPDX-License-Identifier: MIT
 * Exhibits: what training loses while one is shown. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "lab/lab.h"
#include "ui/cli/bench.h"

enum { ROUNDS = 7, FRAME_NS = 33000000 };

static const struct {
    enum exhibit exhibit;
    const char *data;
    int steps; /* a task, so that a run takes some seconds */
    int rows, cols;
} cases[] = {
    {EXHIBIT_WRITING, "text", 250, 20, 54},
    {EXHIBIT_SURFACE, "plane", 8000, 26, 56},
};

/* Of training flat out, with a snapshot for every frame. */
static double seconds_of_run(int i, bool is_shown, struct err *err)
{
    struct config config = config_default();
    struct params *params = &config.learners[0].params;
    config.data = cases[i].data;
    params->value[PARAM_STEPS] = cases[i].steps;
    params->is_set[PARAM_STEPS] = true;
    struct lab *lab = lab_create(&config, &(struct lab_options){0}, err);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct command show = {
        .kind = COMMAND_SHOW,
        .index = (int)cases[i].exhibit,
        .shown = {.is_shown = is_shown, .rows = cases[i].rows, .cols = cases[i].cols}};
    bool ok = lab && snapshot && lab_apply(lab, &show, err);
    int64_t begin = clock_ns();
    while (ok && lab_advance(lab, lab_steps_within(lab, FRAME_NS)) == LAB_TRAINING) {
        lab_snapshot(lab, snapshot);
    }
    double seconds = (double)(clock_ns() - begin) * 1e-9;
    lab_destroy(lab);
    free(snapshot);
    return ok ? seconds : (double)NAN;
}

static bool measure(struct bench *bench, int i, struct err *err)
{
    double ratios[ROUNDS];
    for (int k = 0; k < ROUNDS; k++) {
        bool is_first = k % 2 == 0; /* whoever comes first has the colder caches */
        double a = seconds_of_run(i, is_first, err), b = seconds_of_run(i, !is_first, err);
        if (!isfinite(a) || !isfinite(b)) {
            return false;
        }
        ratios[k] = is_first ? a / b : b / a;
    }
    struct bench_figure figure = {.figure = "exhibit_over_plain",
                                  .value = bench_quantile(ratios, ROUNDS, 0.5),
                                  .unit = "ratio",
                                  .target = 1.02,
                                  .n = ROUNDS};
    snprintf(figure.label, sizeof figure.label, "%s, %s flat out", exhibit_name(cases[i].exhibit),
             cases[i].data);
    bench_add(bench, &figure);
    return true;
}

bool bench_exhibits(struct bench *bench, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof cases / sizeof *cases; i++) {
        ok = measure(bench, (int)i, err);
    }
    return ok;
}
