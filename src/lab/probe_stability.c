/* SPDX-License-Identifier: MIT
 * The stability gap: the accuracy on the task before at every step behind a boundary. */
#include "lab/probe.h"

enum { EXAMPLES = 400 };

/* The one that ended last. */
static int task_before(const struct probed *probed)
{
    int task = -1, stage = -1;
    for (int t = 0; t < probed->n_tasks; t++) {
        if (probe_is_earlier(probed, t) && probe_end(probed, t)->stage > stage) {
            task = t;
            stage = probe_end(probed, t)->stage;
        }
    }
    return task;
}

static void take(const struct probed *probed, struct findings *findings)
{
    int task = task_before(probed);
    if (task >= 0) {
        probe_put_accuracy(probed, findings, task, EXAMPLES, NULL);
    }
}

static double cost(const struct probed *probed)
{
    int task = task_before(probed);
    struct probing_examples examples = {0};
    if (task >= 0) {
        examples = probing_tests(probed->suite, task, EXAMPLES);
    }
    return task < 0 ? 1 : probing_count(probed->suite, &examples);
}

const struct probe probe_stability = {
    .name = "stability",
    .title = "stability gap, %",
    .about =
        "*What you see.* The accuracy on the task before, at each of the first 100 steps of the "
        "next one. Looks that are further apart miss how deep it falls.\n\n"
        "*What to look for.* It drops within a few steps, also with EWC or replay, and then "
        "recovers in part: the dip is the stability gap. Its lowest value is the minimum "
        "accuracy.\n\n"
        "*Equation.* right / n over up to 400 test examples; min-ACC = its minimum.\n\n"
        "*Source.* De Lange, van de Ven & Tuytelaars 2023, arXiv:2205.13452",
    .unit = "%",
    .metric = "step_accuracy",
    .index = PROBE_OF_TASK,
    .when = PROBE_AT_STEPS,
    .min = 0,
    .max = 1,
    .first_stage = 1,
    .take = take,
    .cost = cost,
};
